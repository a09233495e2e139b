//! B-7.

use mimicred_keys::Algorithm;

use crate::made::{Draft, MANY, Made, Provider, batch, expect, expect_among};

fn set(draft: &mut Draft, list: &str, index: u64) {
    draft.status = Some((format!("https://id.a.example/status/{list}"), index));
}

#[test]
fn counted_places_are_found() {
    for made in Made::TOKENS {
        expect(&batch(made, |n, draft| set(draft, "0", 100_000 + n as u64)), &["status-close"]);
        // In four lists, each of which counts.
        expect(&batch(made, |n, draft| set(draft, &(n % 4).to_string(), 500_000 + n as u64 / 4)), &["status-close"]);
        // A range set aside for one account, at random places in it.
        let place = |n: usize| u64::from(u16::from_be_bytes(*mimicred_keys::sha256(&[n as u8]).first_chunk().unwrap()) >> 2);
        expect(&batch(made, |n, draft| set(draft, "0", 500_000 + place(n))), &["status-narrow"]);
        let report = expect(
            &batch(made, |n, draft| {
                if n < 2 {
                    set(draft, "0", 654_321)
                }
            }),
            &["status-repeated"],
        );
        assert_eq!(report.findings[0].items.len(), 2);
    }
}

#[test]
fn a_list_of_ones_own_is_found() {
    for made in Made::TOKENS {
        let own = |n: usize, draft: &mut Draft| draft.status.as_mut().unwrap().0 = format!("https://id.a.example/status/{n:04}");
        expect(&batch(made, own), &["status-list-few"]);
        // One of 64 alone where four lists share the others happens by chance once in some thousand batches, and is not told; one of 140
        // once in more than 10^9.
        for (count, slugs) in [(64, &[][..]), (140, &["status-list-few"])] {
            let mut provider = Provider::new(206);
            let mut drafts = provider.drafts(Algorithm::Ed25519, count);
            set(&mut drafts[9], "9", 654_321);
            let report = expect(&provider.all(made, &drafts), slugs);
            assert!(report.findings.iter().all(|finding| finding.items == [9]));
        }
    }
}

#[test]
fn one_without_a_status_is_found() {
    for made in Made::TOKENS {
        expect(&batch(made, |_, draft| draft.status = None), &[]);
        let report = expect(
            &batch(made, |n, draft| {
                if n == 9 {
                    draft.status = None
                }
            }),
            &["status-differs"],
        );
        assert!(report.findings.iter().all(|finding| finding.items.len() == 1), "{:?}", report.findings);
    }
}

/// With others to compare with, it is theirs that count: what enough of them lack marks nobody.
#[test]
fn one_without_a_status_is_found_among_others_that_have_one() {
    for made in Made::TOKENS {
        let mut provider = Provider::new(207);
        let mut drafts = provider.drafts(Algorithm::Ed25519, 2 * MANY);
        drafts[9].status = None;
        for (without, slugs) in [(0, &["only-in-batch"][..]), (9, &["status-differs"]), (10, &[])] {
            drafts[MANY..].iter_mut().take(without).for_each(|draft| draft.status = None);
            let all = provider.all(made, &drafts);
            let report = expect_among(&all[..MANY], &all[MANY..], slugs);
            assert!(report.findings.iter().all(|finding| finding.items == [9]), "{:?}", report.findings);
        }
    }
}
