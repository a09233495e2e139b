//! SD-CWTs, octet by octet: parsed, inspected, taken up again by the Holder; and the same signed anew, so that what was changed
//! inside is reached by those who check signatures too.

use mimicred_claims::Selection;
use mimicred_claims::picture::DisclosureState;
use mimicred_cose::cbor::Limits;
use mimicred_cose::sign1::{CwtTag, Sign1};
use mimicred_error::Report;
use mimicred_sd_cwt::{Binding, Code, Recipients, UnverifiedSdCwt};

use crate::cast::{AUDIENCE, CLOCK, NONCE, NOW, canonical, cast};

pub fn run(data: &[u8]) -> &'static str {
    let token = match UnverifiedSdCwt::parse(data) {
        Ok(token) => token,
        Err(error) => return error.slug(),
    };
    let _ = (token.issuer(), token.key_id(), token.algorithm(), token.x5chain(), token.confirmation().is_ok());
    let _ = format!("{token:?}");
    let inspected = token.inspect();
    let reopened = token.reopen(cast().holder.public(), CLOCK);

    let parts = Sign1::parse(data, CwtTag::Tolerated, &Limits::DEFAULT).expect("parsed before");
    let signed = cast().sign_token(parts.protected(), parts.unprotected(), parts.payload());
    match (cast().accept(&signed), &reopened) {
        (Ok(accepted), Ok(reopened)) => {
            assert_eq!(canonical(accepted.claims()), canonical(reopened.claims()));
            assert_eq!(accepted.disclosed(), reopened.disclosed());
        }
        (Ok(_), Err(error)) => panic!("accepted but not taken up again: {error}"),
        (Err(error), Ok(_)) => {
            let of_the_issuer = [Code::ClaimMissing, Code::ClaimType, Code::IssuerUntrusted, Code::AlgUnsupported, Code::Header];
            assert!(of_the_issuer.contains(&error.code()) || error.code() == Code::Nonce, "taken up but not accepted: {error}");
        }
        (Err(_), Err(_)) => {}
    }
    let held = match reopened {
        Ok(held) => held.with_recipients(Recipients::Anyone),
        Err(error) => return error.slug(),
    };
    let inspected = inspected.expect("what can be held can be looked at");
    let is_referenced = |state: &DisclosureState| matches!(state, DisclosureState::Referenced(_) | DisclosureState::Decoy(_));
    assert!(inspected.disclosures.iter().all(|disclosure| is_referenced(&disclosure.state)));
    assert_eq!(inspected.disclosures.len(), held.disclosed().len());
    for selection in [Selection::All, Selection::None] {
        let binding = Binding { audience: AUDIENCE, nonce: Some(NONCE), issued_at: NOW };
        match held.prepare(&selection, &binding) {
            Ok(_) => {}
            // A token that says it was issued later than now is refused by nobody, and cannot be shown before (CWT-T-010).
            Err(error) => assert!(error.code() == Code::Time && held.claims().int(6).is_some(), "held but not shown: {error}"),
        }
    }
    "held"
}
