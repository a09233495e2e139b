//! What holds for all lists and all texts.

use mimicred_jose::json;
use mimicred_status::{Bits, Limits, StatusIssuer, StatusList, StatusListToken, StatusReference, UnverifiedStatusListJwt};
use proptest::prelude::*;

use super::drafts::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// JWT-S-003, JWT-S-004: what is issued is read, whatever the list.
    #[test]
    fn a_token_says_what_was_issued(
        bits in prop::sample::select(Bits::ALL.to_vec()), octets in prop::collection::vec(any::<u8>(), 0..50),
        ttl in prop::option::of(1..=u64::MAX), life in prop::option::of(1..1_000_000_i64),
    ) {
        let mut token = StatusListToken::new(URI, StatusList::from_octets(bits, octets), NOW);
        if let Some(ttl) = ttl {
            token = token.with_ttl(ttl);
        }
        if let Some(life) = life {
            token = token.with_expiry(NOW + life);
        }
        let issued = StatusIssuer::new(key(1).public()).prepare_jwt(&token).unwrap().sign(&key(1)).unwrap();
        let verified = verify(issued.as_str()).unwrap();
        prop_assert_eq!(verified.token(), &token);
    }

    /// JWT-S-002.
    #[test]
    fn a_reference_goes_through_json(index in any::<u64>(), name in "[a-z0-9/._~-]{0,40}") {
        let reference = StatusReference::new(format!("https://{name}"), index).unwrap();
        let encoded = json::write(&reference.to_claim()).unwrap();
        let claim = json::parse(&encoded, &json::Limits::DEFAULT).unwrap();
        prop_assert_eq!(StatusReference::from_claim(&claim).unwrap(), reference);
    }

    /// Nothing panics, whatever arrives.
    #[test]
    fn any_text_is_survived(text in "[A-Za-z0-9_.-]{0,60}|.{0,40}") {
        if let Ok(received) = UnverifiedStatusListJwt::parse(&text) {
            let _ = received.inspect(&Limits::DEFAULT);
        }
    }

    /// The same for what is signed, up to the claims and the list.
    #[test]
    fn any_claims_are_survived(payload in ".{0,60}", lst in "[A-Za-z0-9_-]{0,60}") {
        let _ = verify(&sign(r#"{"alg":"EdDSA","typ":"statuslist+jwt"}"#, &payload, &key(1)));
        let _ = Draft::good().with("status_list", &format!(r#"{{"bits":1,"lst":"eN{lst}"}}"#)).verify();
    }
}
