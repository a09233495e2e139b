//! B-6, B-8, B-10, B-11, B-13: what should be the same in all.

use crate::made::{Draft, Made, batch, expect};

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
