//! SD-JWTs and SD-JWT+KBs in either serialization, any text: parsed, inspected, taken up again by the Holder; and the same signed
//! anew, so that what was changed inside is reached by those who check signatures too. After `!` the input is what is inside, a line
//! for each part, since nobody changes base64url in a way that makes sense.

use mimicred_claims::picture::DisclosureState;
use mimicred_claims::{Limits, Selection};
use mimicred_error::{At, Report};
use mimicred_jose::base64url;
use mimicred_jose::jws::Compact;
use mimicred_sd_jwt::serialization::{Parts, to_json};
use mimicred_sd_jwt::{
    Binding, Code, Error, Held, JsonForm, JsonSdJwt, KeyBinding, TypeRule, UnverifiedPresentation, UnverifiedSdJwt,
};

use crate::cast::jwt::{BOUND, NONCE, audience_of, canonical, signing_input};
use crate::cast::{AUDIENCE, CLOCK, NOW, cast};

pub fn run(data: &[u8]) -> &'static str {
    let Ok(text) = str::from_utf8(data) else { return "not-text" };
    if let Some(lines) = text.strip_prefix('!') {
        return judged(&encoded(lines));
    }
    let Ok(read) = JsonSdJwt::parse(text) else { return judged(text) };
    let _ = format!("{read:?}");
    for form in [JsonForm::Flattened, JsonForm::General] {
        let written = to_json(read.as_compact(), form).expect("what was read can be written");
        let again = JsonSdJwt::parse(&written).expect("what was written can be read");
        assert_eq!((again.form(), again.as_compact()), (form, read.as_compact()));
        assert!(again.other_signatures().is_empty());
    }
    for other in read.other_signatures() {
        let _ = Compact::parse(other).map(|jws| jws.verify(cast().issuer.public()));
    }
    judged(read.as_compact())
}

/// Header, payload and disclosures as a token that lacks its signature.
fn encoded(lines: &str) -> String {
    let mut lines = lines.split('\n');
    let mut next = || lines.next().unwrap_or_default().as_bytes();
    let jwt = [signing_input(next(), next()).as_str(), "AAAA"].join(".");
    let disclosures = lines.map(|line| base64url::encode(line.as_bytes()));
    std::iter::once(jwt).chain(disclosures).flat_map(|part| [part, "~".to_owned()]).collect()
}

/// Compact text.
fn judged(text: &str) -> &'static str {
    let received = match UnverifiedPresentation::parse(text) {
        Ok(received) => received,
        Err(error) => return error.slug(),
    };
    let _ = (received.issuer(), received.key_id(), received.algorithm(), received.bound_at(), format!("{received:?}"));
    let _ = (received.header().x5c(), received.key_binding_header().map(|header| header.x5c()));
    let _ = received.inspect();
    for key_binding in [BOUND, KeyBinding::NotExpected, KeyBinding::Ignored] {
        let _ = cast().verify_jwt(&received, Some(AUDIENCE), key_binding);
    }
    let parts = Parts::split(text, &Limits::DEFAULT).expect("parsed before");
    let token = UnverifiedSdJwt::parse(parts.bound).expect("the same without a key binding").with_type_rule(TypeRule::AnyOrNone);
    let _ = (token.issuer(), token.key_id(), token.algorithm(), token.header(), format!("{token:?}"));
    let reopened = token.reopen(cast().holder.public(), CLOCK);

    let jws = Compact::parse(parts.issuer_jwt).expect("parsed before");
    let rest = parts.bound.strip_prefix(parts.issuer_jwt).expect("it begins with it");
    let signed = [&cast().issuer_jwt(jws.signing_input()), rest].concat();
    match (cast().accept_jwt(&signed), &reopened) {
        (Ok(accepted), Ok(reopened)) => {
            assert_eq!(canonical(accepted.claims()), canonical(reopened.claims()));
            assert_eq!(accepted.disclosed(), reopened.disclosed());
            shown(&accepted);
        }
        (Ok(_), Err(error)) => panic!("accepted but not taken up again: {error}"),
        (Err(error), Ok(_)) => {
            let of_the_issuer = [Code::ClaimType, Code::IssuerUntrusted, Code::AlgUnsupported, Code::TypeMismatch];
            let unsigned = error.code() == Code::SignatureIssuer && !jws.signing_input().starts_with('e');
            let of_x5c = *error.place() == At::Header("x5c".into()) || error.code() == Code::B64Malformed;
            assert!(of_the_issuer.contains(&error.code()) || unsigned || of_x5c, "taken up but not accepted: {error}");
        }
        (Err(_), Err(_)) => {}
    }
    match reopened {
        Ok(held) => {
            let inspected = token.inspect().expect("what can be held can be looked at");
            assert!(inspected.disclosures.iter().all(|disclosure| matches!(disclosure.state, DisclosureState::Referenced(_))));
            assert_eq!(inspected.disclosures.len(), held.disclosed().len());
            "held"
        }
        Err(error) => error.slug(),
    }
}

/// All that is held, and in either serialization.
fn shown(held: &Held) {
    let binding = Binding { audience: AUDIENCE, nonce: NONCE, issued_at: NOW };
    held.prepare(&Selection::None, &binding).expect("nothing can be shown");
    let prepared = held.prepare(&Selection::All, &binding).expect("all can be shown");
    let presentation = prepared.sign(&cast().holder).expect("the key");
    let received = UnverifiedPresentation::parse(presentation.as_str()).expect("our own");
    match cast().verify_jwt(&received, audience_of(held.claims()).as_deref(), BOUND) {
        Ok(verified) => assert_eq!(canonical(verified.claims()), canonical(held.claims())),
        // The Holder does not look at aud, and knows the thumbprint of her own key.
        Err(error) => assert!(is_of_verifier(&error, held), "held but not verified: {error}"),
    }
}

/// What only a Verifier looks at: `aud`, and where to find a key that `cnf` does not hold.
pub(crate) fn is_of_verifier(error: &Error, held: &Held) -> bool {
    match error.code() {
        Code::Audience | Code::ClaimType => *error.place() == At::Field("aud".into()),
        Code::Confirmation => held.claims().text("cnf").and_then(|cnf| cnf.as_map()).is_some_and(|cnf| cnf.text("jwk").is_none()),
        _ => false,
    }
}
