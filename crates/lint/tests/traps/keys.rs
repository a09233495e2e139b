//! B-4, B-14, B-22: keys, and how tokens name them.

use mimicred_keys::Algorithm;

use crate::made::{MANY, Made, Provider, batch, expect};

/// Number 1 has the key of number 0.
#[test]
fn a_key_for_two_pseudonyms_is_found() {
    for made in Made::ALL {
        let mut provider = Provider::new(203);
        let mut drafts = provider.drafts(Algorithm::P256, MANY);
        drafts[1].key = drafts[0].key.clone();
        let report = expect(&provider.all(made, &drafts), &["key-reused"]);
        assert_eq!(report.findings[0].items, [0, 1]);
    }
}

/// One key in two formats is one pseudonym's, or two: the second is the fault.
#[test]
fn a_key_in_two_formats_is_found_if_it_has_two_names() {
    for (one, other) in [(Made::X509, Made::SdJwt), (Made::X509, Made::SdCwt), (Made::SdJwt, Made::SdCwt)] {
        for by_thumbprint in [false, true] {
            let mut provider = Provider::new(204);
            let mut drafts = provider.drafts(Algorithm::Ed25519, MANY);
            let first = provider.all(one, &drafts);
            drafts.iter_mut().for_each(|draft| draft.by_thumbprint = by_thumbprint);
            expect(&[&first[..], &provider.all(other, &drafts)].concat(), &[]);
            // Numbers 0 and 1 exchange their names.
            let (zero, one) = (drafts[0].user.clone(), drafts[1].user.clone());
            (drafts[0].user, drafts[1].user) = (one, zero);
            expect(&[&first[..], &provider.all(other, &drafts)].concat(), &["key-across-names"]);
        }
    }
}

#[test]
fn a_thumbprint_among_keys_is_found() {
    for made in Made::TOKENS {
        expect(&batch(made, |_, draft| draft.by_thumbprint = true), &[]);
        let report = expect(&batch(made, |n, draft| draft.by_thumbprint = n == 5), &["cnf-differs"]);
        assert_eq!(report.findings[0].items.len(), 1);
    }
}

/// B-26: one P-256 key among those of Ed25519.
#[test]
fn an_algorithm_of_ones_own_is_found() {
    for made in Made::ALL {
        let mut provider = Provider::new(205);
        let mut drafts = provider.drafts(Algorithm::Ed25519, MANY);
        drafts[3] = provider.drafts(Algorithm::P256, 1).remove(0);
        let report = expect(&provider.all(made, &drafts), &["format-few"]);
        assert_eq!(report.findings[0].items, [3]);
    }
}
