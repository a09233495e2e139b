//! Faults of KeyPackages (mimi-mls 4.5 B-20), and of credentials inside them.

use crate::support::key_package::{Package, all};
use crate::support::{DAY, MANY, MONDAY, expect, expect_clean, octets, random};

fn batch(change: impl Fn(usize, &mut Package)) -> Vec<Vec<u8>> {
    let mut batch = Package::batch(21, MANY);
    batch.iter_mut().enumerate().for_each(|(n, package)| change(n, package));
    batch.sort_by_key(|package| mimicred_keys::sha256(&package.init_key));
    all(&batch)
}

fn one(change: impl Fn(&mut Package)) -> Vec<Vec<u8>> {
    batch(|n, package| {
        if n == 7 {
            change(package);
        }
    })
}

#[test]
fn nothing_is_found_where_nothing_is_wrong() {
    let report = expect_clean(&batch(|_, _| {}));
    assert_eq!(report.items[0].format, "key-package x509");
    // As MLSMessages too.
    let messages: Vec<Vec<u8>> = batch(|_, _| {}).iter().map(|octets| [&[0, 1, 0, 5][..], octets].concat()).collect();
    expect_clean(&messages);
}

#[test]
fn keys_and_lifetimes_are_fresh_and_rounded_or_found() {
    expect(
        &batch(|n, p| {
            if n < 2 {
                p.init_key = vec![7; 32]
            }
        }),
        &["key-package-key-reused"],
    );
    expect(
        &batch(|n, p| {
            if n < 2 {
                p.encryption_key = vec![7; 32]
            }
        }),
        &["key-package-key-reused"],
    );
    expect(&one(|p| p.encryption_key = p.init_key.clone()), &["key-package-key-reused"]);
    expect(&batch(|_, p| (p.not_before, p.not_after) = (MONDAY + 5, MONDAY + 5 + 7 * DAY)), &["lifetime-unrounded"]);
    expect(&one(|p| p.not_after += DAY), &["lifetime-distance"]);
    expect(&one(|p| (p.not_before, p.not_after) = (p.not_before - DAY, p.not_after - DAY)), &["lifetime-few"]);
}

#[test]
fn shapes_are_the_same_or_found() {
    expect(&one(|p| p.suites = vec![2, 1, 3]), &["key-package-differs"]);
    expect(&one(|p| p.credentials = vec![2]), &["key-package-differs"]);
    expect(&one(|p| p.extensions.push((11, vec![1, 2]))), &["key-package-differs"]);
    // What is inside is looked at too.
    expect(&batch(|_, p| p.certificate.serial[6] = 7), &["serial-pattern"]);
}

#[test]
fn grease_is_drawn_anew_or_found() {
    let grease =
        |seed: u8| (0..2).map(|n| 0x0a0a + 0x1010 * u16::from(octets(&mut random(seed), 2)[n] % 15)).collect::<Vec<u16>>();
    let with = |p: &mut Package, grease: Vec<u16>| p.suites.extend(grease);
    expect(&batch(|_, p| with(p, grease(1))), &["grease-stable"]);
    expect_clean(&batch(|n, p| with(p, grease(n as u8))));
}

/// Among those of others, of the same shape and size.
#[test]
fn a_batch_among_others_is_clean() {
    let [batch, known] = [94, 95].map(|seed| all(&Package::batch(seed, MANY)));
    let report = crate::support::look_among(&batch, &known);
    assert!(report.findings.is_empty(), "{:#?}", report.findings);
    // An MLSMessage around them is no mark of the batch.
    let messages: Vec<Vec<u8>> = batch.iter().map(|octets| [&[0, 1, 0, 5][..], octets].concat()).collect();
    let report = crate::support::look_among(&messages, &known);
    assert!(report.findings.is_empty(), "{:#?}", report.findings);
}
