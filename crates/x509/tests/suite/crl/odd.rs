//! Lists that break one rule each, written by hand.

use mimicred_error::{At, Report};
use mimicred_keys::{Family, IssuerKey, ToBeSigned};
use mimicred_x509::*;

use super::*;

fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
    let octets = u32::try_from(contents.len()).unwrap().to_be_bytes();
    let length = match contents.len() {
        0..=0x7f => octets[3..].to_vec(),
        0x80..=0xff => vec![0x81, octets[3]],
        0x100..=0xffff => [&[0x82], &octets[2..]].concat(),
        _ => [&[0x83], &octets[1..]].concat(),
    };
    [&[tag], length.as_slice(), contents].concat()
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    element(0x30, &parts.concat())
}

/// An extension by the last arc of its identifier, 2.5.29.x.
fn extension(arc: u8, critical: bool, value: &[u8]) -> Vec<u8> {
    let critical: &[u8] = if critical { &[1, 1, 0xff] } else { &[] };
    sequence(&[&[6, 3, 0x55, 0x1d, arc], critical, &element(4, value)])
}

fn entry(serial: &[u8], extensions: &[Vec<u8>]) -> Vec<u8> {
    let extensions = if extensions.is_empty() { Vec::new() } else { sequence(&[&extensions.concat()]) };
    sequence(&[&element(2, serial), &element(0x17, b"260921000000Z"), &extensions])
}

const ED25519: [u8; 7] = [0x30, 5, 6, 3, 0x2b, 0x65, 0x70];

/// The fields of a good list of [`odd_root`], to be broken.
#[derive(Clone)]
struct Fields {
    version: Vec<u8>,
    algorithm: Vec<u8>,
    outer_algorithm: Vec<u8>,
    issuer: Vec<u8>,
    this_update: Vec<u8>,
    next_update: Vec<u8>,
    entries: Option<Vec<Vec<u8>>>,
    extensions: Vec<Vec<u8>>,
}

impl Fields {
    fn good() -> Self {
        let common_name = sequence(&[&[6, 3, 0x55, 4, 3], &element(0x0c, b"Odd Root")]);
        let key_id = sequence(&[&element(0x80, b"Odd Root")]);
        Self {
            version: vec![2, 1, 1],
            algorithm: ED25519.to_vec(),
            outer_algorithm: ED25519.to_vec(),
            issuer: sequence(&[&element(0x31, &common_name)]),
            this_update: element(0x17, b"260921000000Z"),
            next_update: element(0x17, b"260928000000Z"),
            entries: Some(vec![entry(&[5], &[]), entry(&[0, 0xff], &[])]),
            extensions: vec![extension(35, false, &key_id), extension(20, false, &[2, 1, 7])],
        }
    }

    fn der(&self, key: &IssuerKey) -> Vec<u8> {
        let entries = self.entries.as_ref().map(|entries| sequence(&[&entries.concat()])).unwrap_or_default();
        let extensions = match self.extensions.as_slice() {
            [] => Vec::new(),
            some => element(0xa0, &sequence(&[&some.concat()])),
        };
        let parts: [&[u8]; 7] =
            [&self.version, &self.algorithm, &self.issuer, &self.this_update, &self.next_update, &entries, &extensions];
        let tbs = sequence(&parts);
        // What is no tbsCertList gets no signature, and needs none.
        let signature = ToBeSigned::new(Family::TbsCrl, tbs.as_slice()).and_then(|tbs| key.sign(&tbs));
        let signature = signature.map_or_else(|_| vec![0; 64], |signature| signature.into_bytes());
        sequence(&[&tbs, &self.outer_algorithm, &element(3, &[&[0][..], &signature].concat())])
    }
}

fn judge(change: impl FnOnce(&mut Fields)) -> Result<VerifiedCrl, Error> {
    let root = odd_root();
    let mut fields = Fields::good();
    change(&mut fields);
    UnverifiedCrl::from_der(&fields.der(&root.key))?.verify(&root.certificate, NOW)
}

#[test]
fn the_list_that_is_to_be_broken_is_good() {
    let verified = judge(|_| {}).unwrap();
    assert_eq!(verified.status(&serial(5)), RevocationStatus::Revoked { since: NOW - NOW % DAY });
    assert_eq!(verified.status(&serial(0xff)), RevocationStatus::Revoked { since: NOW - NOW % DAY });
    assert_eq!(verified.status(&serial(6)), RevocationStatus::NotRevoked);
    assert!(judge(|fields| fields.entries = None).unwrap().is_empty());
}

/// RFC 5280 5.1: version 2, one algorithm, a named issuer, both times.
#[test]
fn what_is_no_list_is_malformed() {
    let time = |text: &[u8]| element(0x17, text);
    type Change<'a> = &'a dyn Fn(&mut Fields);
    let changes: [(&str, Change<'_>); 12] = [
        ("version 1", &|fields| fields.version = vec![2, 1, 0]),
        ("no version", &|fields| fields.version = vec![]),
        ("algorithms differ", &|fields| fields.outer_algorithm = vec![0x30, 5, 6, 3, 0x2b, 0x65, 0x71]),
        ("empty name", &|fields| fields.issuer = vec![0x30, 0]),
        ("no nextUpdate", &|fields| fields.next_update = vec![]),
        ("nextUpdate before thisUpdate", &|fields| fields.next_update = time(b"260920235959Z")),
        ("a time without seconds", &|fields| fields.this_update = time(b"2609210000Z")),
        ("a list without entries", &|fields| fields.entries = Some(vec![])),
        ("no extensions", &|fields| fields.extensions = vec![]),
        ("an extension twice", &|fields| fields.extensions.push(extension(20, false, &[2, 1, 7]))),
        ("no cRLNumber", &|fields| drop(fields.extensions.pop())),
        ("no authorityKeyIdentifier", &|fields| drop(fields.extensions.remove(0))),
    ];
    for (what, change) in changes {
        assert_eq!(code(judge(change)), Code::CrlMalformed, "{what}");
    }
    for number in [&[2, 1, 0xff][..], &[2, 2, 0, 1], &[2, 0], &element(2, &[1; 21]), &[2, 1, 7, 0], &[4, 1, 7]] {
        assert_eq!(
            code(judge(|fields| fields.extensions[1] = extension(20, false, number))),
            Code::CrlMalformed,
            "{number:02x?}"
        );
    }
    for key_id in [&[0x30, 0][..], &[0x30, 2, 0x80, 0], &[0x30, 3, 0x82, 1, 5], &[4, 1, 7]] {
        assert_eq!(
            code(judge(|fields| fields.extensions[0] = extension(35, false, key_id))),
            Code::CrlMalformed,
            "{key_id:02x?}"
        );
    }
}

#[test]
fn what_is_no_entry_is_malformed() {
    let with = |entry: Vec<u8>| judge(|fields| fields.entries = Some(vec![entry]));
    assert!(with(entry(&[1; 20], &[])).is_ok());
    for serial in [&[][..], &[0], &[0xff], &[0, 1], &[1; 21]] {
        assert_eq!(code(with(entry(serial, &[]))), Code::CrlMalformed, "{serial:02x?}");
    }
    assert_eq!(code(with(sequence(&[&[2, 1, 1]]))), Code::CrlMalformed);
    assert_eq!(code(with(sequence(&[&[2, 1, 1], &element(0x17, b"260921000000Z"), &[0x30, 0]]))), Code::CrlMalformed);
    let reason = extension(21, false, &[0x0a, 1, 1]);
    assert!(with(entry(&[1], std::slice::from_ref(&reason))).is_ok());
    assert_eq!(code(with(entry(&[1], &[reason.clone(), reason]))), Code::CrlMalformed);
    let false_written_out = sequence(&[&[6, 3, 0x55, 0x1d, 99], &[1, 1, 0], &element(4, &[5, 0])]);
    assert_eq!(code(with(entry(&[1], &[false_written_out]))), Code::CrlMalformed);
}

/// mimi-mls 4.5 B-24, and RFC 5280 5.1.2.6: each once, in order. The place is that of the entry.
#[test]
fn a_list_has_limits() {
    let entries = |n: u32| (1..=n).map(|n| entry(&[&[1][..], &n.to_be_bytes()].concat(), &[])).collect::<Vec<_>>();
    assert!(judge(|list| list.entries = Some(entries(250_000))).is_ok());
    assert_eq!(code(judge(|list| list.entries = Some(entries(250_001)))), Code::CrlLimit);
    // Each is compared with all others.
    let extensions = |n: u8| (0..n).map(|n| extension(64 + n, false, b"x")).collect::<Vec<_>>();
    assert!(judge(|list| list.extensions.extend(extensions(30))).is_ok());
    assert_eq!(code(judge(|list| list.extensions.extend(extensions(31)))), Code::CrlLimit);
    assert!(judge(|list| list.entries = Some(vec![entry(&[5], &extensions(32))])).is_ok());
    assert_eq!(code(judge(|list| list.entries = Some(vec![entry(&[5], &extensions(33))]))), Code::CrlLimit);
}

#[test]
fn entries_are_in_order_and_once() {
    let with =
        |serials: &[&[u8]]| judge(|fields| fields.entries = Some(serials.iter().map(|serial| entry(serial, &[])).collect()));
    assert!(with(&[&[5], &[6], &[0, 0x80], &[1, 0]]).is_ok());
    let unsorted = with(&[&[5], &[1, 0], &[0, 0x80]]).unwrap_err();
    assert_eq!((unsorted.code(), unsorted.place()), (Code::CrlOrder, &At::Item(2)));
    let twice = with(&[&[5], &[5]]).unwrap_err();
    assert_eq!((twice.code(), twice.place()), (Code::CrlDuplicate, &At::Item(1)));
}

/// RFC 5280 5.2.4 (delta), 5.2.5 (for some certificates or reasons), 5.3.3 (indirect), 5.3.1 (removeFromCRL).
#[test]
fn lists_that_are_not_the_whole_list_are_not_used() {
    let with = |extension: Vec<u8>| judge(|fields| fields.extensions.push(extension));
    let of_entry = |extension: Vec<u8>| judge(|fields| fields.entries = Some(vec![entry(&[5], &[extension])]));
    assert_eq!(code(with(extension(27, true, &[2, 1, 6]))), Code::CrlScope);
    assert_eq!(code(with(extension(28, true, &[0x30, 3, 0x81, 1, 0xff]))), Code::CrlScope);
    assert_eq!(code(of_entry(extension(29, true, &[0x30, 0]))), Code::CrlScope);
    assert_eq!(code(of_entry(extension(21, false, &[0x0a, 1, 8]))), Code::CrlScope);
}

/// RFC 5280 5.2, 5.3: whoever does not understand a critical extension must not use the list.
#[test]
fn a_critical_extension_must_be_understood() {
    let with = |extension: Vec<u8>| judge(|fields| fields.extensions.push(extension));
    let of_entry = |extension: Vec<u8>| judge(|fields| fields.entries = Some(vec![entry(&[5], &[]), entry(&[6], &[extension])]));
    assert!(with(extension(99, false, &[5, 0])).is_ok() && of_entry(extension(99, false, &[5, 0])).is_ok());
    assert_eq!(code(with(extension(99, true, &[5, 0]))), Code::CriticalExtensionUnknown);
    let refused = of_entry(extension(99, true, &[5, 0])).unwrap_err();
    assert_eq!((refused.code(), refused.place()), (Code::CriticalExtensionUnknown, &At::Item(1)));
}

#[test]
fn the_algorithm_is_that_of_the_key() {
    let p256 = vec![0x30, 10, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
    let refused = judge(|fields| {
        fields.algorithm = p256.clone();
        fields.outer_algorithm = p256;
    });
    assert_eq!(code(refused), Code::AlgUnsupported);
}
