//! DER by hand, right or wrong on purpose: what is wrong in one thing no library writes.

use mimicred_keys::{Algorithm, PublicKey};

pub(super) const BOOLEAN: u8 = 0x01;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(super) const UTF8_STRING: u8 = 0x0c;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;

/// An element of these parts, with the shortest length.
pub(super) fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let octets = content.len().to_be_bytes();
    let significant: Vec<u8> = octets.into_iter().skip_while(|octet| *octet == 0).collect();
    let head = match significant.as_slice() {
        [] => vec![tag, 0],
        [short @ 0..=0x7f] => vec![tag, *short],
        long => [&[tag, 0x80 | u8::try_from(long.len()).unwrap_or(8)], long].concat(),
    };
    [head, content].concat()
}

pub(super) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    element(SEQUENCE, parts)
}

/// An INTEGER with these contents, minimal or not.
pub(super) fn integer(contents: &[u8]) -> Vec<u8> {
    element(INTEGER, &[contents])
}

/// The INTEGER of a number given by its octets, most significant first.
pub(super) fn unsigned(octets: &[u8]) -> Vec<u8> {
    let significant: Vec<u8> = octets.iter().copied().skip_while(|octet| *octet == 0).collect();
    match significant.first() {
        None => integer(&[0]),
        Some(0x80..) => integer(&[&[0], significant.as_slice()].concat()),
        Some(_) => integer(&significant),
    }
}

/// A BIT STRING of whole octets.
pub(super) fn bit_string(octets: &[u8]) -> Vec<u8> {
    element(BIT_STRING, &[&[0], octets])
}

pub(super) fn octet_string(octets: &[u8]) -> Vec<u8> {
    element(OCTET_STRING, &[octets])
}

/// An OBJECT IDENTIFIER out of its dotted form.
pub(super) fn oid(dotted: &str) -> Vec<u8> {
    element(OBJECT_IDENTIFIER, &[&oid_contents(dotted)])
}

/// The contents of it.
pub(super) fn oid_contents(dotted: &str) -> Vec<u8> {
    let mut arcs = dotted.split('.').map(|arc| arc.parse::<u128>().unwrap_or(0));
    let first = arcs.next().unwrap_or(0) * 40 + arcs.next().unwrap_or(0);
    let base_128 = |number: u128| {
        let digits = (1..19).rev().map(move |n| number >> (7 * n)).skip_while(|rest| *rest == 0);
        let low = |rest: u128| u8::try_from(rest & 0x7f).unwrap_or(0);
        digits.map(move |rest| 0x80 | low(rest)).chain([low(number)])
    };
    [first].into_iter().chain(arcs).flat_map(base_128).collect()
}

/// A context-specific element: `[n]` around others.
pub(super) fn explicit(n: u8, parts: &[&[u8]]) -> Vec<u8> {
    element(0xa0 | n, parts)
}

/// A context-specific element without others in it: `[n]` in the place of its own tag.
pub(super) fn implicit(n: u8, contents: &[u8]) -> Vec<u8> {
    element(0x80 | n, &[contents])
}

/// SubjectPublicKeyInfo of this algorithm, given by its AlgorithmIdentifier, and these octets.
pub(super) fn spki(identifier: &[u8], key: &[u8]) -> Vec<u8> {
    sequence(&[identifier, &bit_string(key)])
}

/// The AlgorithmIdentifier of a key (RFC 8410 3, RFC 5480 2.1.1).
pub(super) fn key_identifier(algorithm: Algorithm) -> Vec<u8> {
    let curve = match algorithm {
        Algorithm::Ed25519 => return sequence(&[&oid("1.3.101.112")]),
        Algorithm::P256 => "1.2.840.10045.3.1.7",
        Algorithm::P384 => "1.3.132.0.34",
        Algorithm::P521 => "1.3.132.0.35",
    };
    ec_identifier(curve)
}

/// The same of id-ecPublicKey on any curve.
pub(super) fn ec_identifier(curve: &str) -> Vec<u8> {
    sequence(&[&oid("1.2.840.10045.2.1"), &oid(curve)])
}

/// A point compressed (SEC 1 2.3.3).
pub(super) fn compressed(key: &PublicKey) -> Vec<u8> {
    let odd = key.octets().last().map_or(0, |last| last & 1);
    [&[2 | odd], key.x()].concat()
}
