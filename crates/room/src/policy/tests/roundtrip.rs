//! Any policy survives TLS, TOML and JSON; nothing that is read makes the reader panic.

use proptest::prelude::*;

use super::made::policy;
use super::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_form_keeps_every_policy(policy in policy()) {
        prop_assert_eq!(&RoomDisclosurePolicy::decode(&policy.encode().unwrap()).unwrap(), &policy);
        let toml = policy.to_toml();
        prop_assert_eq!(&RoomDisclosurePolicy::from_toml(&toml).unwrap(), &policy, "{}", toml);
        let json = policy.to_json();
        let again = RoomDisclosurePolicy::from_json(&json).unwrap();
        prop_assert_eq!(&again, &policy, "{}", json);
        // From any form the same octets, and so the same hash, by which members name a policy.
        prop_assert_eq!(again.encode().unwrap(), RoomDisclosurePolicy::from_toml(&toml).unwrap().encode().unwrap());
    }

    /// What decodes encodes to the same octets: there is one encoding.
    #[test]
    fn damaged_octets_never_panic(policy in policy(), at in any::<prop::sample::Index>(), octet: u8, cut in any::<prop::sample::Index>()) {
        let mut octets = policy.encode().unwrap();
        let at = at.index(octets.len());
        octets[at] = octet;
        if let Ok(read) = RoomDisclosurePolicy::decode(&octets) {
            prop_assert_eq!(&read.encode().unwrap(), &octets);
            let _ = (read.check(), read.unsupported());
        }
        octets.truncate(cut.index(octets.len()));
        let _ = RoomDisclosurePolicy::decode(&octets);
    }

    #[test]
    fn any_text_never_panics(text in any::<String>()) {
        let _ = (RoomDisclosurePolicy::from_toml(&text), RoomDisclosurePolicy::from_json(&text));
        let _ = (JwtPath::from_json(&text), PolicyScalar::from_json(&text));
    }
}
