//! B-6, B-8, B-10, B-11, B-13: what should be the same in all.

use mimicred_keys::Algorithm;
use mimicred_lint::Trap;

use crate::made::{Draft, MANY, Made, Provider, batch, expect, expect_among};

fn one(made: Made, change: impl Fn(&mut Draft)) -> Vec<Vec<u8>> {
    batch(made, |n, draft| {
        if n == 9 {
            change(draft);
        }
    })
}

/// Number 9 alone is told.
#[track_caller]
fn expect_one(batch: &[Vec<u8>], slug: &str) {
    let report = expect(batch, &[slug]);
    assert!(report.findings.iter().all(|finding| finding.items.len() == 1), "{:?}", report.findings);
}

#[test]
fn another_issuer_is_found() {
    expect_one(&one(Made::X509, |draft| draft.ca = 1), "issuer-differs");
    for made in Made::TOKENS {
        expect_one(&one(made, |draft| draft.iss = "https://ix.a.example".to_owned()), "iss-differs");
        expect_one(&one(made, |draft| draft.kid = "2026-10".to_owned()), "iss-differs");
    }
}

#[test]
fn sizes_and_numbers_of_digests_that_differ_are_found() {
    for made in Made::TOKENS {
        expect_one(&one(made, |draft| draft.name = "Alice Meier-Huber".to_owned()), "size-differs");
        expect_one(&one(made, |draft| draft.min_digests = 16), "digests-differ");
    }
    for made in Made::ALL {
        expect_one(&one(made, |draft| draft.user = format!("{}XY", draft.user.as_str()).parse().unwrap()), "size-differs");
    }
}

#[test]
fn claims_in_clear_are_found() {
    for made in Made::TOKENS {
        expect(&batch(made, |_, draft| draft.clear = vec![("tier", "gold".to_owned())]), &["claim-visible"]);
        let tier = |n: usize| if n == 9 { "lead" } else { "gold" }.to_owned();
        expect_one(&batch(made, |n, draft| draft.clear = vec![("tier", tier(n))]), "claim-differs");
    }
}

/// More digests than everybody else has mark the whole batch, though all of it has as many; if enough others have as many, nobody.
#[test]
fn a_batch_with_more_digests_than_others_is_found() {
    for made in Made::TOKENS {
        let mut provider = Provider::new(208);
        let mut drafts = provider.drafts(Algorithm::Ed25519, 2 * MANY);
        drafts[..MANY].iter_mut().for_each(|draft| draft.min_digests = 16);
        for (with, slugs) in [(0, &["only-in-batch"][..]), (9, &["digests-differ"]), (10, &[])] {
            drafts[MANY..].iter_mut().take(with).for_each(|draft| draft.min_digests = 16);
            let all = provider.all(made, &drafts);
            expect(&all[..MANY], &[]);
            let report = expect_among(&all[..MANY], &all[MANY..], slugs);
            assert!(report.findings.iter().all(|it| it.field == "digests" && it.items.len() == MANY), "{:?}", report.findings);
            assert!(report.findings.iter().all(|it| it.trap == Trap::B8), "{:?}", report.findings);
        }
    }
}

/// And so do longer values.
#[test]
fn a_batch_of_another_size_than_others_is_found() {
    for made in Made::TOKENS {
        let mut provider = Provider::new(209);
        let mut drafts = provider.drafts(Algorithm::Ed25519, 2 * MANY);
        drafts[..MANY].iter_mut().for_each(|draft| draft.name = "Alice Meier-Huber".to_owned());
        let all = provider.all(made, &drafts);
        let report = expect_among(&all[..MANY], &all[MANY..], &["only-in-batch"]);
        assert_eq!((report.findings[0].trap, report.findings[0].field.as_str()), (Trap::B8, "disclosures"));
    }
}
