//! Batches as a whole: what others have, small ones, mixed ones, broken ones.

use mimicred_error::{At, Report as _};
use mimicred_lint::{Code, Item, MAX_ITEM, Options, Severity, Trap, lint};

use crate::support::certificate::{Certificate, ders};
use crate::support::sd_jwt::{Token, texts};
use crate::support::{DAY, MONDAY, found, look, look_among};

/// What the whole batch has and nobody else is the mark of the batch; alone, the batch looks like a template.
#[test]
fn known_credentials_tell_templates_from_marks() {
    let mut batch = Token::batch(31, 20);
    let known = texts(&Token::batch(32, 40));
    assert!(found(&look_among(&texts(&batch), &known)).is_empty());
    batch.iter_mut().for_each(|token| (token.iat, token.exp) = ((MONDAY - DAY).to_string(), MONDAY + 6 * DAY));
    assert!(found(&look(&texts(&batch))).is_empty());
    let report = look_among(&texts(&batch), &known);
    assert_eq!(found(&report), ["only-in-batch"].into());
    let places: Vec<(Trap, &str)> = report.findings.iter().map(|finding| (finding.trap, finding.field.as_str())).collect();
    assert_eq!(places, [(Trap::B2, "exp"), (Trap::B2, "iat")]);
    assert!(report.findings.iter().all(|finding| finding.severity == Severity::Links && finding.items.len() == 20));

    let mut batch = Token::batch(31, 20);
    batch.iter_mut().for_each(|token| token.iss = "https://ix.a.example".into());
    let report = look_among(&texts(&batch), &known);
    assert_eq!((found(&report), report.findings[0].trap), (["only-in-batch"].into(), Trap::B11));
    let mut batch = Token::batch(31, 20);
    batch.iter_mut().for_each(|token| token.status.0 = "https://a.example/lists/7".into());
    let report = look_among(&texts(&batch), &known);
    assert_eq!((found(&report), report.findings[0].trap), (["only-in-batch"].into(), Trap::B7));
}

/// What enough others have is no mark, however it splits the batch: an odd time too, if everybody has it.
#[test]
fn what_everybody_has_marks_nobody() {
    let odd = |seed: u8, count: usize| {
        let mut batch = Token::batch(seed, count);
        batch.iter_mut().step_by(2).for_each(|token| token.iss = "https://ix.a.example".into());
        texts(&batch)
    };
    assert_eq!(found(&look(&odd(33, 20))), ["iss-differs"].into());
    assert!(found(&look_among(&odd(33, 20), &odd(34, 40))).is_empty());
    // Two of forty are too few.
    let mut known = Token::batch(34, 40);
    known[..2].iter_mut().for_each(|token| token.iss = "https://ix.a.example".into());
    assert_eq!(found(&look_among(&odd(33, 20), &texts(&known))), ["iss-differs"].into());
    let seconds = |seed: u8, count: usize| {
        let mut batch = Certificate::batch(seed, count);
        batch.iter_mut().for_each(|c| (c.not_before, c.not_after) = (MONDAY + 1, MONDAY + 1 + DAY));
        ders(&batch)
    };
    assert!(found(&look_among(&seconds(35, 20), &seconds(36, 20))).is_empty());
}

/// What all others have and this batch has not is a mark as well, and so is a way of writing (B-12).
#[test]
fn what_is_missing_and_how_it_is_written_is_compared_too() {
    let known = texts(&Token::batch(42, 40));
    let plain = Token::batch(43, 20);
    let changed = |change: fn(String) -> String| -> Vec<Vec<u8>> {
        plain.iter().map(|token| token.text_of(&change(token.payload())).into_bytes()).collect()
    };
    let told = |batch: &[Vec<u8>]| -> Vec<(&str, &str, String)> {
        let findings = look_among(batch, &known).findings.into_iter();
        findings.map(|finding| (finding.kind.slug(), finding.trap.name(), finding.field)).collect()
    };
    let without = changed(|payload| payload.replace(r#","_sd_alg":"sha-256""#, ""));
    assert_eq!(told(&without), [("only-in-batch", "B-11", "_sd_alg".to_owned())]);
    let spaced = changed(|payload| payload.replacen(":{", ": {", 1));
    assert!(look(&spaced).findings.is_empty());
    assert_eq!(told(&spaced), [("only-in-batch", "B-12", "payload".to_owned())]);
}

/// mimi-mls 4.5 B-7: lists drawn at random differ between batches by chance; one that a batch has for itself does not.
#[test]
fn lists_drawn_at_random_mark_nobody() {
    let drawn = |seed: u8, count: usize, lists: u64| {
        let mut random = crate::support::random(seed);
        let mut batch = Token::batch(seed, count);
        for token in &mut batch {
            token.status.0 = format!("https://a.example/lists/{}", crate::support::below(&mut random, lists) + 10);
        }
        texts(&batch)
    };
    for lists in 1..9 {
        for (seed, count) in [(50, 5), (51, 10), (52, 12), (53, 40)] {
            let batch = drawn(seed, count, lists);
            assert!(look(&batch).findings.is_empty(), "{count} in {lists}");
            assert!(look_among(&batch, &drawn(60 + seed, 20, lists)).findings.is_empty(), "{count} in {lists}");
        }
    }
    let mut own = Token::batch(54, 20);
    own.iter_mut().for_each(|token| token.status.0 = "https://a.example/lists/70".into());
    assert_eq!(found(&look_among(&texts(&own), &drawn(55, 40, 4))), ["only-in-batch"].into());
}

/// What a holder chooses to show is hers: a presentation has fewer disclosures, and fewer digests in them, than what was issued.
#[test]
fn presentations_are_measured_by_what_was_issued() {
    let presented = |(n, token): (usize, &Token)| {
        let text = String::from_utf8(token.text()).unwrap();
        let parts: Vec<&str> = text.split('~').take(1 + n % 4).collect();
        format!("{}~e30.e30.AA", parts.join("~")).into_bytes()
    };
    let mut tokens = Token::batch(56, 12);
    // The first claim has digests of its own.
    tokens.iter_mut().for_each(|token| token.claims[0] = r#""address",{"_sd":["AA","BB"]}"#.into());
    let batch: Vec<Vec<u8>> = tokens.iter().enumerate().map(presented).collect();
    let report = look(&batch);
    assert!(report.findings.is_empty(), "{:#?}", report.findings);
}

/// mimi-mls 4.5 B-4: a key of somebody else.
#[test]
fn keys_of_others_are_found() {
    let (mut batch, known) = (Certificate::batch(37, 12), Certificate::batch(38, 12));
    batch[3].key = known[4].key.clone();
    let report = look_among(&ders(&batch), &ders(&known));
    assert_eq!(found(&report), ["key-known"].into());
    assert_eq!(report.findings[0].items, [3]);
}

#[test]
fn small_batches_say_that_they_are() {
    let report = look(&ders(&Certificate::batch(39, 1)));
    assert!(report.is_clean() && report.remarks[0].starts_with("there is one item only"), "{:?}", report.remarks);
    let few: Vec<Vec<u8>> = ders(&Certificate::batch(39, 4));
    let items: Vec<Item<'_>> = few.iter().map(|octets| Item { name: "item", octets }).collect();
    assert!(lint(&items, &Options { k: 4, ..Options::default() }).unwrap().remarks.is_empty());
    assert_eq!(lint(&items, &Options::default()).unwrap().remarks.len(), 1);
}

#[test]
fn what_cannot_be_looked_at_has_a_name() {
    let good = Certificate::batch(40, 1)[0].der();
    let look = |octets: &[u8]| {
        let items = [Item { name: "good", octets: &good }, Item { name: "bad.der", octets }];
        lint(&items, &Options::default()).unwrap_err()
    };
    for (octets, code) in [
        (&b"hello"[..], Code::Unrecognised),
        (b"", Code::Unrecognised),
        (&good[..good.len() - 1], Code::Unreadable),
        (b"eyJhbGciOiJFUzI1NiJ9.e30.AA~x~", Code::Unreadable),
        (b"eyJhbGciOiJFUzI1NiJ9.\xff\xff.AA~", Code::Unreadable),
        (&vec![0x30; MAX_ITEM + 1], Code::Limit),
    ] {
        let error = look(octets);
        assert_eq!((error.code(), error.place()), (code, &At::Item(1)), "{error}");
    }
    assert!(look(b"hello").to_string().contains("bad.der"));
    assert_eq!(lint(&[], &Options::default()).unwrap_err().code(), Code::Empty);
    let item = [Item { name: "good", octets: &good }];
    assert_eq!(lint(&item, &Options { k: 1, ..Options::default() }).unwrap_err().code(), Code::GroupSize);
    assert_eq!(lint(&vec![item[0]; mimicred_lint::MAX_ITEMS + 1], &Options::default()).unwrap_err().code(), Code::Limit);
}

/// Whatever the octets, the answer is an answer.
#[test]
fn broken_octets_never_panic() {
    let mut samples = ders(&Certificate::batch(41, 1));
    samples.extend(texts(&Token::batch(41, 1)));
    samples.extend(crate::support::sd_cwt::all(&crate::support::sd_cwt::Token::batch(41, 1)));
    samples.extend(crate::support::key_package::all(&crate::support::key_package::Package::batch(41, 1)));
    for sample in &samples {
        for end in 0..sample.len() {
            let _ = lint(&[Item { name: "cut", octets: &sample[..end] }], &Options::default());
            for flip in [1, 0x80, 0xff] {
                let mut octets = sample.clone();
                octets[end] ^= flip;
                let items = [Item { name: "whole", octets: sample }, Item { name: "flipped", octets: &octets }];
                let _ = lint(&items, &Options::default());
            }
        }
    }
}
