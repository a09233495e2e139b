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
