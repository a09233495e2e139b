//! Nothing is found where nothing is wrong.

use mimicred_keys::Algorithm;

use crate::made::{MANY, Made, Provider, batch, expect, expect_among};

/// Each format, with either kind of key; and all formats of one key together.
#[test]
fn twenty_batches_of_each_format_are_clean() {
    for seed in 0..20 {
        for algorithm in [Algorithm::Ed25519, Algorithm::P256] {
            let mut provider = Provider::new(seed);
            let drafts = provider.drafts(algorithm, 60);
            let formats = Made::ALL.map(|made| provider.all(made, &drafts));
            for of_format in &formats {
                let report = expect(of_format, &[]);
                assert!(report.is_clean() && report.remarks.is_empty(), "{:?}", report.remarks);
            }
            expect(&formats.concat(), &[]);
        }
    }
}

/// The batch in which faults are planted.
#[test]
fn the_batch_without_a_fault_is_clean() {
    for made in Made::ALL {
        expect(&batch(made, |_, _| {}), &[]);
    }
}

/// A list of which only the first tenth is kept for something else, and very many items: places from 100 000 on are no small part.
#[test]
fn many_places_in_one_list_are_clean() {
    for made in Made::TOKENS {
        let mut provider = Provider::new(201);
        let mut drafts = provider.drafts(Algorithm::Ed25519, 500);
        let uri = "https://id.a.example/status/0";
        drafts.iter_mut().for_each(|draft| draft.status.as_mut().unwrap().0 = uri.to_owned());
        let mut taken = std::collections::HashSet::new();
        drafts.retain(|draft| taken.insert(draft.status.as_ref().unwrap().1));
        expect(&provider.all(made, &drafts), &[]);
    }
}

/// A batch among credentials of others, of the same provider.
#[test]
fn a_batch_among_others_is_clean() {
    for seed in 0..5 {
        let mut provider = Provider::new(210 + seed);
        let drafts = provider.drafts(Algorithm::Ed25519, 3 * MANY);
        for made in Made::ALL {
            let all = provider.all(made, &drafts);
            expect_among(&all[..MANY], &all[MANY..], &[]);
            expect_among(&all[..3], &all[MANY..], &[]);
        }
    }
}
