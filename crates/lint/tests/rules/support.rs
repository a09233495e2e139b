//! Credentials written octet by octet, so that any of them can be wrong; their signatures are random, as nothing verifies them.

pub(crate) mod certificate;
pub(crate) mod key_package;
pub(crate) mod sd_cwt;
pub(crate) mod sd_jwt;

use std::collections::BTreeSet;

use mimicred_keys::{Algorithm, PublicKey, Random, SecretKey, SeededRandom};
use mimicred_lint::{Item, Options, Report, lint};

/// Monday, 2026-09-21, midnight.
pub(crate) const MONDAY: i64 = 1_789_948_800;
pub(crate) const DAY: i64 = 86_400;
/// Items of a batch in most tests: enough for every check.
pub(crate) const MANY: usize = 80;

/// A source that is the same in each run.
pub(crate) fn random(seed: u8) -> SeededRandom {
    SeededRandom::new([seed; 32], "lint")
}

pub(crate) fn octets(random: &mut SeededRandom, count: usize) -> Vec<u8> {
    let mut octets = vec![0; count];
    random.fill(&mut octets).unwrap();
    octets
}

pub(crate) fn below(random: &mut SeededRandom, limit: u64) -> u64 {
    u64::from_be_bytes(octets(random, 8).try_into().unwrap()) % limit
}

pub(crate) fn key(random: &mut SeededRandom) -> PublicKey {
    SecretKey::generate(Algorithm::Ed25519, random).unwrap().public().clone()
}

/// 22 random characters.
pub(crate) fn id(random: &mut SeededRandom) -> String {
    mimicred_jose::base64url::encode(&octets(random, 16))
}

pub(crate) fn look(batch: &[Vec<u8>]) -> Report {
    look_among(batch, &[])
}

pub(crate) fn look_among(batch: &[Vec<u8>], known: &[Vec<u8>]) -> Report {
    let known: Vec<Item<'_>> = known.iter().map(|octets| Item { name: "known", octets }).collect();
    let items: Vec<Item<'_>> = batch.iter().map(|octets| Item { name: "item", octets }).collect();
    lint(&items, &Options { known: &known, ..Options::default() }).unwrap()
}

/// The slugs of everything found, notes included.
pub(crate) fn found(report: &Report) -> BTreeSet<&'static str> {
    report.findings.iter().map(|finding| finding.kind.slug()).collect()
}

#[track_caller]
pub(crate) fn expect(batch: &[Vec<u8>], slugs: &[&str]) -> Report {
    let report = look(batch);
    let told: Vec<_> =
        report.findings.iter().map(|it| (it.kind.slug(), &it.field, &it.what, it.items.len(), &it.values)).collect();
    assert_eq!(found(&report), slugs.iter().copied().collect(), "{told:#?}");
    report
}

#[track_caller]
pub(crate) fn expect_clean(batch: &[Vec<u8>]) -> Report {
    let report = expect(batch, &[]);
    assert!(report.is_clean());
    report
}
