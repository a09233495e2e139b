//! Whatever is sent, there is a verdict; and nothing that was changed on the way shows other claims.

use proptest::prelude::*;

use crate::testing::*;
use crate::{NoStatusLists, Reveal};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn changed_bundles_show_nothing_else(format in 0_usize..3, at in any::<prop::sample::Index>(), bit in 0_u8..8, cut: bool) {
        let format = FORMATS[format];
        let provider = Provider::new("a.example", 1);
        let person = Person::new(&provider, 2);
        let mut world = World::new(&policy(&[(&provider, "a.example")]), vec![provider.trusted_for(&["a.example"])], &[&person]);
        let owned = identity(format, &provider, person.key.public(), &alice(), NOW + YEAR);
        let mut octets = bundle(world.context(0), &owned, &select(format, &["name"]), &person.key).encode().unwrap();
        let at = at.index(octets.len());
        if cut {
            octets.truncate(at);
        } else {
            octets[at] ^= 1 << bit;
        }
        let verdict = world.receive_octets(0, &octets);
        if verdict.is_accepted() {
            let shown: Vec<_> = verdict.claims.iter().map(|claim| claim.value.to_string()).collect();
            prop_assert!(shown.contains(&"Alice Adams".to_owned()), "{}", verdict);
        } else {
            prop_assert!(verdict.claims.is_empty(), "{}", verdict);
        }
        let json = serde_json::to_string(&verdict).unwrap();
        prop_assert_eq!(json.get(..12), Some("{\"version\":1"));
    }

    #[test]
    fn rubbish_never_panics(octets in proptest::collection::vec(any::<u8>(), 0..200), text in any::<String>()) {
        let provider = Provider::new("a.example", 1);
        let person = Person::new(&provider, 2);
        let mut world = World::new(&policy(&[(&provider, "a.example")]), vec![provider.trusted_for(&["a.example"])], &[&person]);
        for reveal in [Reveal::Bundle(&octets), Reveal::Credential(&octets), Reveal::CredentialPresentation(&octets), Reveal::SdKbt(&octets), Reveal::SdJwt(&text)] {
            prop_assert!(!world.judge(0, 7, reveal, None, &NoStatusLists).is_accepted());
        }
    }
}
