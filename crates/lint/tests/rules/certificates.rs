//! Faults of certificates.

use mimicred_jose::base64url;

use crate::support::certificate::{AIA, AKI, Certificate, POLICIES, SCT, SKI, ders, element, name, policy};
use crate::support::{DAY, MANY, MONDAY, below, expect, expect_clean, key, octets, random};

/// The clean batch, changed item by item, in no order of its own.
fn batch(change: impl Fn(usize, &mut Certificate)) -> Vec<Vec<u8>> {
    let mut batch = Certificate::batch(1, MANY);
    batch.iter_mut().enumerate().for_each(|(n, certificate)| change(n, certificate));
    // Every order but the one in which they were made.
    batch.sort_by_key(|certificate| mimicred_keys::sha256(certificate.key.octets()));
    ders(&batch)
}

fn one(change: impl Fn(&mut Certificate)) -> Vec<Vec<u8>> {
    batch(|n, certificate| {
        if n == 7 {
            change(certificate);
        }
    })
}

#[test]
fn nothing_is_found_where_nothing_is_wrong() {
    let report = expect_clean(&batch(|_, _| {}));
    for trap in ["B-1", "B-2", "B-4", "B-5", "B-6", "B-8", "B-9", "B-10", "B-12", "B-17", "B-21", "B-26"] {
        assert!(report.checked.iter().any(|checked| checked.trap.name() == trap && checked.items == MANY), "{trap}");
    }
    assert!(report.remarks.is_empty(), "{:?}", report.remarks);
    let hidden: Vec<&str> = report.not_visible.iter().map(|hidden| hidden.trap.name()).collect();
    assert_eq!(hidden, ["B-15", "B-16", "B-18", "B-19", "B-23", "B-24", "B-25", "B-27", "B-28"]);
}

/// mimi-mls 4.5 B-1.
#[test]
fn serial_numbers_are_random_or_found() {
    expect(
        &batch(|n, c| c.serial = (0x4000_0000_0000_0000_0000_0000_0001_0000_u128 + n as u128).to_be_bytes().to_vec()),
        &["serial-sequential"],
    );
    // With a gap between each and the next, and few of them.
    let step = |n: usize| (0x4123_4567_89ab_cdef_0123_4567_89ab_cdef_u128 + 1_000_003 * n as u128).to_be_bytes().to_vec();
    expect(&batch(|n, c| c.serial = step(n))[..3], &["serial-sequential"]);
    expect(&batch(|n, c| c.serial = vec![0x10, n as u8]), &["serial-sequential"]);
    let mut short = random(2);
    let shorts: Vec<u8> = octets(&mut short, 7 * MANY);
    expect(&batch(|n, c| c.serial = [&[0x40 | shorts[7 * n] & 0x3f], &shorts[7 * n + 1..7 * n + 7]].concat()), &["serial-short"]);
    // Seconds of issuance in front, and in the middle.
    let seconds = |n: usize| ((MONDAY + 40_000 + 17 * n as i64) as u32).to_be_bytes();
    expect(&batch(|n, c| c.serial[1..5].copy_from_slice(&seconds(n))), &["serial-time"]);
    expect(&batch(|n, c| c.serial[9..13].copy_from_slice(&seconds(n))), &["serial-time"]);
    // A part that is the same in all, and a bit that is.
    expect(&batch(|_, c| c.serial[6] = 0x5a), &["serial-pattern"]);
    expect(&batch(|_, c| c.serial[11] |= 1), &["serial-pattern"]);
    expect(&batch(|_, c| c.serial[..4].copy_from_slice(b"BATC"))[..4], &["serial-pattern"]);
    expect(&one(|c| c.serial = [&[0x41], &c.serial[2..]].concat()), &["serial-length"]);
    let twice = batch(|_, _| {});
    let serial = Certificate::batch(1, MANY)[7].serial.clone();
    expect(&[twice, vec![Certificate { serial, ..Certificate::clean(&mut random(9)) }.der()]].concat(), &["serial-repeated"]);
}

/// mimi-mls 4.5 B-2.
#[test]
fn times_are_rounded_and_shared_or_found() {
    let report =
        expect(&batch(|_, c| (c.not_before, c.not_after) = (MONDAY + 40_001, MONDAY + 40_001 + 7 * DAY)), &["time-unrounded"]);
    assert_eq!(report.findings.len(), 2, "notBefore and notAfter");
    assert_eq!(report.findings[0].values, [format!("{} in all 80 items", MONDAY + 40_001 + 7 * DAY)]);
    expect(&batch(|_, c| (c.not_before, c.not_after) = (MONDAY + 3600, MONDAY + 7200)), &["time-hourly"]);
    let early = |c: &mut Certificate| (c.not_before, c.not_after) = (MONDAY - DAY, MONDAY + 6 * DAY);
    expect(&one(early), &["time-few"]);
    expect(&one(|c| c.not_after += DAY), &["time-distance"]);
    // Two days, each shared by enough; and too few items to tell.
    let half = |n: usize, c: &mut Certificate| {
        if n % 2 == 0 {
            early(c)
        }
    };
    expect_clean(&batch(half));
    let report = expect_clean(&batch(half)[..9]);
    assert!(report.remarks[0].contains("fewer than k = 10"), "{:?}", report.remarks);
    // The last second of a day will do.
    expect_clean(&batch(|_, c| c.not_after -= 1));
}

/// mimi-mls 4.5 B-4, and what does not count: the same file twice.
#[test]
fn keys_that_come_back_are_found() {
    let shared = key(&mut random(3));
    let report = expect(
        &batch(|n, c| {
            if n < 2 {
                c.key = shared.clone()
            }
        }),
        &["key-reused"],
    );
    assert_eq!(report.findings[0].items.len(), 2);
    let all = batch(|_, _| {});
    let report = expect_clean(&[&all[..], &all[3..4]].concat());
    assert_eq!(report.remarks, ["1 of 81 items are copies of others, octet for octet, and were left out"]);
}

/// mimi-mls 4.5 B-5.
#[test]
fn the_order_of_issuing_is_found() {
    let mut batch = Certificate::batch(1, MANY);
    batch.sort_by(|a, b| a.serial.cmp(&b.serial));
    expect(&ders(&batch), &["order-monotone"]);
    batch.reverse();
    expect(&ders(&batch[..15]), &["order-monotone"]);
    expect_clean(&ders(&batch[..10]));
    // Not all the way: a third of them at random places.
    let mut random = random(4);
    for _ in 0..MANY / 6 {
        let (a, b) = (below(&mut random, MANY as u64) as usize, below(&mut random, MANY as u64) as usize);
        batch.swap(a, b);
    }
    let report = expect(&ders(&batch), &["order-monotone"]);
    assert!(report.findings[0].what.ends_with("on the whole"));
    // Two days, one after the other.
    let mut batch = Certificate::batch(1, 40);
    batch[..20].iter_mut().for_each(|c| (c.not_before, c.not_after) = (MONDAY - DAY, MONDAY + 6 * DAY));
    expect_clean(&ders(&batch[10..30]));
    batch.extend(Certificate::batch(5, 20));
    expect(&ders(&batch), &["order-monotone"]);
}

/// mimi-mls 4.5 B-6, B-9.
#[test]
fn issuers_and_key_identifiers_are_the_same_or_found() {
    expect(&one(|c| c.issuer = name(&[(3, "a.example MIMI CA 2")])), &["issuer-differs"]);
    let other = element(0x30, &element(0x80, &[8; 20]));
    let report = expect(
        &batch(|n, c| {
            if n % 2 == 0 {
                *c = c.clone().with(AKI, other.clone())
            }
        }),
        &["encoding-differs", "issuer-differs"],
    );
    assert_eq!(report.findings[0].field, "authorityKeyIdentifier");
    let with_serial = element(0x30, &[element(0x80, &[7; 20]), element(0x82, &[1, 2, 3])].concat());
    expect(&batch(|_, c| *c = c.clone().with(AKI, with_serial.clone())), &["aki-issuer-serial"]);
    let ski = |octets: &[u8]| element(4, &octets[..20]);
    expect(&batch(|_, c| *c = c.clone().with(SKI, ski(c.key.octets()))), &["ski-present"]);
    expect(&batch(|_, c| *c = c.clone().with(SKI, ski(&[9; 20]))), &["ski-present", "ski-shared"]);
}

/// mimi-mls 4.5 B-8.
#[test]
fn sizes_are_the_same_or_found() {
    let report = expect(&one(|c| c.names[1].1.push_str("XY")), &["size-differs"]);
    assert_eq!(
        (report.findings[0].field.as_str(), &report.findings[0].items[..]),
        ("subjectAltName[1] (length)", &report.findings[0].items[..1])
    );
    // A signature may be shorter.
    expect_clean(&one(|c| c.signature.truncate(68)));
    // What no field explains: an issuerUniqueID, of which nobody makes use.
    let report = expect(&one(|c| c.before_extensions = element(0x81, &[0, 7])), &["size-differs"]);
    assert_eq!(report.findings[0].field, "the whole without signature");
}

/// mimi-mls 4.5 B-10, B-12, B-17.
#[test]
fn names_and_extensions_are_the_same_or_found() {
    expect(&batch(|_, c| c.subject = name(&[(10, "A")])), &["subject-present"]);
    expect(&one(|c| c.subject = name(&[(3, "Alice")])), &["subject-differs", "subject-present"]);
    expect(&batch(|_, c| c.names.push((0x81, "alice@a.example".into()))), &["san-extra"]);
    expect(&one(|c| drop(c.names.pop())), &["san-differs"]);
    expect(&one(|c| c.names[0].1 = c.names[0].1.replace("a.example", "b.example")), &["san-differs"]);
    let same = "mimi://a.example/p/MDEyMzQ1Njc4OWFiY2RlZg";
    expect(
        &batch(|n, c| {
            if n < 2 {
                c.names[0].1 = same.into()
            }
        }),
        &["name-shared"],
    );
    // In its place, so that the order stays.
    expect(&one(|c| c.extensions[3].2 = policy(&[0x2a, 3, 5])), &["policies-differ"]);
    expect(&one(|c| c.extensions[1].2 = vec![3, 2, 5, 0xa0]), &["extension-differs"]);
    expect(&one(|c| c.extensions.swap(0, 1)), &["encoding-differs"]);
    expect(&batch(|_, c| *c = c.clone().with(&[0x2a, 3, 9], vec![5, 0])), &["extension-odd"]);
    // One stamp: version, log, milliseconds, no extensions, an ECDSA signature of no octets.
    let stamp = [&[0, 49, 0, 47, 0][..], &[9; 32], &(1000 * MONDAY as u64).to_be_bytes(), &[0, 0, 4, 3, 0, 0]].concat();
    expect(&batch(|_, c| *c = c.clone().with(SCT, element(4, &stamp))), &["sct-present"]);
    let ca_issuers = element(6, &[0x2b, 6, 1, 5, 5, 7, 0x30, 2]);
    let place = |n: usize| element(0x86, format!("http://a.example/{}", n % 2).as_bytes());
    let aia = |n: usize| element(0x30, &element(0x30, &[ca_issuers.clone(), place(n)].concat()));
    expect_clean(&batch(|_, c| *c = c.clone().with(AIA, aia(1))));
    expect(&batch(|n, c| *c = c.clone().with(AIA, aia(n))), &["pointer-differs"]);
    expect_clean(&batch(|_, c| *c = c.clone().with(POLICIES, policy(&[0x2a, 3, 5]))));
}

/// mimi-mls 4.5 B-21.
#[test]
fn pseudonyms_are_random_or_found() {
    let user = |text: String| format!("mimi://a.example/p/{text}");
    let words = ["crazy", "koala", "happy", "tiger", "brave", "otter", "quiet", "heron"];
    let wordy = |n: usize| [0, 2, 5, 7, 11].map(|step| words[(n * 3 + step * (n / 8 + 1)) % 8]).join("-") + &words[n % 8][..2];
    expect(&batch(|n, c| c.names[0].1 = user(format!("{}{}", n % 10, wordy(n * 7))))[..8], &["pseudonym-words"]);
    expect(&batch(|n, c| c.names[0].1 = user(format!("account-4711-alias-{n:03}"))), &["pseudonym-alike"]);
    let mut source = random(6);
    let ids: Vec<String> = (0..MANY).map(|_| base64url::encode(&octets(&mut source, 9))).collect();
    expect(&batch(|n, c| c.names[0].1 = user(ids[n].clone())), &["pseudonym-short"]);
    // 22 hex digits have 88 bits; 32 have 128.
    let hex = |count: usize| {
        move |n: usize| -> String { octets(&mut random(n as u8), count).iter().map(|octet| format!("{octet:02x}")).collect() }
    };
    expect(&batch(|n, c| c.names[0].1 = user(hex(11)(n))), &["pseudonym-short"]);
    expect_clean(&batch(|n, c| c.names[0].1 = user(hex(16)(n))));
    // What all have in common is a template: clients may be called 1, or after their pseudonyms.
    expect_clean(&batch(|_, c| c.names[1].1 = c.names[0].1.replace("/p/", "/d/") + "/1"));
    // Users are no pseudonyms.
    expect_clean(&batch(|n, c| c.names[0].1 = format!("mimi://a.example/u/{:05}", n * 977)));
}
