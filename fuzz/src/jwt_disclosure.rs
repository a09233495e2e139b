//! Disclosures of any JSON in every place, digests and signatures right: nesting, repetition, collisions, reserved names, depth. What
//! must come of them is told by a second, plain and slow way to put disclosures into claims: [`model`].

mod model;
mod pieces;

use arbitrary::{Arbitrary, Unstructured};
use mimicred_claims::{Selection, Step};
use mimicred_error::Report;
use mimicred_sd_jwt::{Binding, Error, Held, UnverifiedPresentation, UnverifiedSdJwt};

use crate::cast::jwt::{BOUND, NONCE, canonical, hash_of};
use crate::cast::{AUDIENCE, CLOCK, NOW, cast};
use model::expected;
use pieces::{Input, Pieces};

pub fn run(data: &[u8]) -> &'static str {
    let Ok(input) = Input::arbitrary_take_rest(Unstructured::new(data)) else { return "no-input" };
    let pieces = Pieces::new(&input);
    let (payload, token) = (pieces.payload(), pieces.token());
    let presentation = cast().bind_jwt(&token, hash_of(payload.as_bytes()));
    let received = UnverifiedPresentation::parse(&presentation);
    let verified =
        received.as_ref().map_err(|error| Error::new(error.code())).and_then(|r| cast().verify_jwt(r, Some(AUDIENCE), BOUND));
    let accepted = cast().accept_jwt(&token);

    let expected = expected(payload.as_bytes(), &pieces.disclosures);
    match (&expected, &accepted) {
        (Ok(expected), Ok(held)) => assert_eq!(canonical(held.claims()), canonical(&expected.claims)),
        (Ok(_), Err(error)) => panic!("not held without reason: {error}"),
        (Err(reason), Ok(_)) => panic!("held although {reason}"),
        (Err(_), Err(_)) => {}
    }
    match (expected.and_then(|expected| if expected.is_for_us() { Ok(expected) } else { Err("it is for others") }), &verified) {
        (Ok(expected), Ok(verified)) => {
            assert_eq!(canonical(verified.claims()), canonical(&expected.claims));
            assert_eq!(verified.undisclosed(), expected.undisclosed);
            assert_eq!(verified.disclosed().len(), pieces.disclosures.len());
            for disclosed in verified.disclosed() {
                assert!(verified.claims().at(&disclosed.path).is_some(), "nothing at {}", disclosed.path);
            }
            let inspected = received.as_ref().map(|received| received.inspect());
            let inspected = inspected.ok().and_then(Result::ok).expect("what is verified can be looked at");
            assert_eq!(inspected.disclosures.len(), verified.disclosed().len());
        }
        (Ok(_), Err(error)) => panic!("refused without reason: {error}"),
        (Err(reason), Ok(_)) => panic!("verified although {reason}"),
        (Err(_), Err(_)) => {}
    }
    match (&accepted, UnverifiedSdJwt::parse(&token).and_then(|token| token.reopen(cast().holder.public(), CLOCK))) {
        (Ok(held), Ok(reopened)) => assert_eq!(canonical(held.claims()), canonical(reopened.claims())),
        (Ok(_), Err(error)) => panic!("held but not taken up again: {error}"),
        (Err(_), _) => {}
    }
    if let (Ok(held), Ok(_)) = (&accepted, &verified) {
        present_each(held);
    }
    match verified {
        Ok(_) => "verified",
        Err(error) => error.slug(),
    }
}

/// Each disclosure of a claim by itself, with what it takes to reach it and to find the key.
fn present_each(held: &Held) {
    let is_named = |step: &Step| matches!(step, Step::Key(_));
    let named = held.disclosed().iter().filter(|disclosed| disclosed.path.steps().iter().all(is_named));
    let of_the_key = held.disclosed().iter().map(|disclosed| &disclosed.path).filter(|path| path.to_string().starts_with("cnf"));
    let of_the_key: Vec<_> = of_the_key.cloned().collect();
    for disclosed in named.take(2) {
        let binding = Binding { audience: AUDIENCE, nonce: NONCE, issued_at: NOW };
        let selection = Selection::Paths([vec![disclosed.path.clone()], of_the_key.clone()].concat());
        let prepared = held.prepare(&selection, &binding).expect("a claim that is there");
        let presentation = prepared.sign(&cast().holder).expect("the key");
        let received = UnverifiedPresentation::parse(presentation.as_str()).expect("our own");
        let verified = cast().verify_jwt(&received, Some(AUDIENCE), BOUND).expect("what is held can be shown");
        assert!(verified.claims().at(&disclosed.path).is_some(), "nothing at {}", disclosed.path);
    }
}
