//! Disclosures of every shape in every place, digests and signatures right: nesting, repetition, collisions, decoys, depth. What must
//! come of them is told by a second, plain and slow way to put disclosures into claims: [`model`].

mod model;
mod pieces;

use arbitrary::{Arbitrary, Unstructured};
use mimicred_claims::{Selection, Step};
use mimicred_error::Report;
use mimicred_sd_cwt::{Binding, Code, UnverifiedPresentation};

use crate::cast::{AUDIENCE, NONCE, NOW, canonical, cast};
use model::expected;
use pieces::{Input, Pieces};

pub fn run(data: &[u8]) -> &'static str {
    let Ok(input) = Input::arbitrary_take_rest(Unstructured::new(data)) else { return "no-input" };
    let pieces = Pieces::new(&input);
    let token =
        cast().sign_token(&cast().token_header(pieces.header_claims().as_deref()), &pieces.unprotected(), &pieces.payload());
    let presentation = cast().bind(&token);
    let verified = cast().verify(&presentation);
    let accepted = cast().accept(&token);
    let inspected = UnverifiedPresentation::parse(&presentation).and_then(|received| received.inspect());

    if pieces.are_known() {
        match (expected(&pieces), &verified) {
            (Ok(expected), Ok(verified)) => {
                assert_eq!(canonical(verified.claims()), canonical(&expected.claims));
                assert_eq!(verified.undisclosed(), expected.undisclosed);
                assert_eq!(verified.disclosed().iter().filter(|disclosed| disclosed.decoy).count(), expected.decoys);
                for disclosed in verified.disclosed().iter().filter(|disclosed| !disclosed.decoy) {
                    assert!(verified.claims().at(&disclosed.path).is_some(), "nothing at {}", disclosed.path);
                }
            }
            (Ok(_), Err(error)) => panic!("refused without reason: {error}"),
            (Err(reason), Ok(_)) => panic!("verified although {reason}"),
            (Err(_), Err(_)) => {}
        }
    }
    if let Ok(verified) = &verified {
        let inspected = inspected.expect("what is verified can be looked at");
        assert_eq!(inspected.disclosures.len(), verified.disclosed().len());
        match &accepted {
            Ok(held) => assert_eq!(canonical(held.claims()), canonical(verified.claims())),
            // The Holder must have every disclosure, and under different salts.
            Err(error) if verified.undisclosed() > 0 => assert_eq!(error.code(), Code::DigestUnmatched),
            Err(error) => {
                assert_eq!(error.code(), Code::DisclosureMalformed);
                assert!(!pieces.are_known() || pieces.shares_salt(), "verified but not held: {error}");
            }
        }
    } else {
        assert!(accepted.is_err(), "held but not verified");
    }
    if let Ok(held) = accepted {
        present_each(&held);
        return "held";
    }
    match verified {
        Ok(_) => "verified",
        Err(error) => error.slug(),
    }
}

/// Each disclosure of a claim by itself, with what it takes to reach it.
fn present_each(held: &mimicred_sd_cwt::Held) {
    let is_named = |step: &Step| matches!(step, Step::Key(_));
    let named = held.disclosed().iter().filter(|disclosed| !disclosed.decoy && disclosed.path.steps().iter().all(is_named));
    for disclosed in named.take(2) {
        let binding = Binding { audience: AUDIENCE, nonce: Some(NONCE), issued_at: NOW };
        let selection = Selection::Paths(vec![disclosed.path.clone()]);
        let presentation =
            held.prepare(&selection, &binding).expect("a claim that is there").sign(&cast().holder).expect("the key");
        let verified = cast().verify(presentation.as_bytes()).expect("what is held can be shown");
        let (shown, kept) = (verified.claims().at(&disclosed.path), held.claims().at(&disclosed.path));
        let octets = |value| mimicred_cose::cbor::write(value).expect("what was read can be written");
        assert_eq!(shown.map(octets), kept.map(octets));
    }
}
