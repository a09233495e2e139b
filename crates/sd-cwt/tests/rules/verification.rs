//! CWT-V: what a Verifier checks of a whole presentation.

mod application;
mod disclosures;
mod header_claims;
mod restored;

use mimicred_claims::Value;
use mimicred_keys::{Algorithm, IssuerKey};
use mimicred_sd_cwt::{Code, UnverifiedPresentation};

use crate::judging::usual;
use crate::tokens::*;

/// The draft with its SD-CWT exchanged for these octets, and the Holder's signature over them.
fn with_kcwt(draft: &Draft, kcwt: Vec<u8>) -> Draft {
    Draft { raw: Raw { kcwt: Some(kcwt), ..draft.raw.clone() }, ..draft.clone() }
}

/// CWT-V-001, CWT-P-006, trap 4: the SD-CWT is in the protected header, one tagged item, in no byte string.
#[test]
fn the_sd_cwt_is_in_the_protected_header() {
    let draft = Draft::new();
    let token = draft.token();
    let kcwt = |octets: Vec<u8>| with_kcwt(&draft, octets).refused();
    assert_eq!(with_kcwt(&draft, token.clone()).verify().err(), None);
    assert_eq!(kcwt(bstr(&token)), Code::Structure);
    assert_eq!(kcwt([&[0x82], &token[..], &token[..]].concat()), Code::Structure);
    assert_eq!(kcwt([&[0x81], &token[..]].concat()), Code::Structure);
    assert_eq!(kcwt(token[1..].to_vec()), Code::Structure, "untagged");
    assert_eq!(kcwt(hex("f6")), Code::Structure);
    let missing = Draft::with(|draft| draft.raw.kbt_protected = Some(hex("a2 01 32 10 19 0126")));
    assert_eq!(missing.refused(), Code::Header);
}

/// CWT-V-002, CWT-V-033, CWT-E-008: one bit of what the Issuer signed, or of the signature, turned over before the Holder signs.
#[test]
fn the_issuers_signature_holds() {
    let draft = Draft::with(|draft| put(&mut draft.protected, -65600, Value::from("header")));
    let token = draft.token();
    assert_eq!(with_kcwt(&draft, token.clone()).verify().err(), None);
    let at = |part: &[u8]| token.windows(part.len()).position(|window| window == part).unwrap();
    // In places where the change leaves a token that can be read.
    for (name, at) in [("protected", at(b"header")), ("payload", at(b"subject")), ("signature", token.len() - 1)] {
        for bit in 0..3_u32 {
            let mut flipped = token.clone();
            flipped[at] ^= 1_u8 << bit;
            assert_eq!(with_kcwt(&draft, flipped).refused(), Code::SignatureIssuer, "{name}, bit {bit}");
        }
    }
    let by_holder = draft.token_signed_by(&IssuerKey::new(secret(Algorithm::Ed25519, 2)));
    assert_eq!(with_kcwt(&draft, by_holder).refused(), Code::SignatureIssuer);
}

/// CWT-V-006, CWT-P-019: the key in `cnf` and no other, not the Issuer's, not a fresh one.
#[test]
fn the_holders_signature_holds() {
    let draft = Draft::new();
    for n in [1, 9] {
        let octets = draft.presentation_signed_by(&IssuerKey::new(secret(Algorithm::Ed25519, n)));
        assert_eq!(verify(&octets, |_| {}).unwrap_err(), Code::SignatureHolder, "{n}");
    }
}

/// Adds to the `s` of an Ed25519 signature that ends a message.
fn shift(message: &mut [u8], by: i8) {
    let start = message.len() - 32;
    let mut carry = i16::from(by);
    for octet in &mut message[start..] {
        let sum = i16::from(*octet) + carry;
        *octet = u8::try_from(sum.rem_euclid(256)).unwrap();
        carry = sum.div_euclid(256);
    }
}

/// CWT-V-002, CWT-V-006: each signature holds by itself, however they are verified. Two that are wrong by as much in opposite
/// directions would hold together for whoever added them up without further ado.
#[test]
fn two_wrong_signatures_make_no_right_one() {
    let draft = Draft::new();
    for (of_issuer, of_holder, expected) in [
        (0, 0, None),
        (0, 1, Some(Code::SignatureHolder)),
        (1, 0, Some(Code::SignatureIssuer)),
        (1, -1, Some(Code::SignatureIssuer)),
        (-1, 1, Some(Code::SignatureIssuer)),
        (1, 1, Some(Code::SignatureIssuer)),
    ] {
        let mut token = draft.token();
        shift(&mut token, of_issuer);
        let mut presentation = with_kcwt(&draft, token).presentation();
        shift(&mut presentation, of_holder);
        assert_eq!(verify(&presentation, |_| {}).err(), expected, "{of_issuer}, {of_holder}");
    }
}

/// CWT-V-007: the Holder's signature is over the disclosures too: none added, dropped, edited or moved after it.
#[test]
fn the_holders_signature_covers_the_disclosures() {
    let draft = Draft::with(|draft| {
        draft.redact(&content(1, &[Value::from("a"), Value::Int(501)]));
        draft.redact(&content(2, &[Value::from("b"), Value::Int(502)]));
    });
    assert!(draft.verify().is_ok());
    let signed = draft.presentation();
    let edit = |change: fn(&mut Draft)| {
        let mut changed = draft.clone();
        change(&mut changed);
        let other = changed.presentation();
        let signature = &signed[signed.len() - 64..];
        [&other[..other.len() - 64], signature].concat()
    };
    let changes: [fn(&mut Draft); 5] = [
        |draft| drop(draft.disclosures.pop()),
        |draft| draft.disclosures.reverse(),
        |draft| draft.disclosures[0][20] ^= 1,
        |draft| draft.disclosures.push(bstr(&content(3, &[]))),
        |draft| put(&mut draft.unprotected, -65600, Value::from("another header")),
    ];
    for change in changes {
        assert_eq!(verify(&edit(change), |_| {}).unwrap_err(), Code::SignatureHolder);
    }
}

/// CWT-V-004, CWT-V-005, CWT-P-003, trap 2, trap 17: lists are arrays of byte strings, or not there.
#[test]
fn the_list_of_disclosures() {
    assert!(Draft::new().verify().is_ok(), "neither list");
    for (octets, code) in [
        ("80", Code::Structure),
        ("81 81 00", Code::Structure),
        ("81 60", Code::Structure),
        ("42 81 40", Code::Structure),
        ("a0", Code::Structure),
        ("f6", Code::Structure),
        ("81 58 01 80", Code::CborForbidden), // not the shortest head
    ] {
        assert_eq!(Draft::with(|draft| draft.raw.sd_claims = Some(hex(octets))).refused(), code, "{octets}");
    }
    let encrypted = |value| Draft::with(|draft| put(&mut draft.unprotected, 171, value));
    assert_eq!(encrypted(array(vec![])).refused(), Code::Structure);
    assert_eq!(encrypted(bytes(b"")).refused(), Code::Structure);
    // CWT-A-001, CWT-A-005: each where it belongs.
    assert_eq!(Draft::with(|draft| put(&mut draft.protected, 171, array(vec![]))).refused(), Code::Header);
    assert_eq!(Draft::with(|draft| put(&mut draft.protected, 17, array(vec![]))).refused(), Code::Header);
    assert_eq!(Draft::with(|draft| put(&mut draft.unprotected, 172, Value::Int(1))).refused(), Code::Header);
    // CWT-A-006, CWT-A-023.
    for (value, is_right) in [(Value::Int(1), true), (Value::Int(65536), false), (Value::Int(-1), false), (Value::Null, false)] {
        let expected = if is_right { None } else { Some(Code::Header) };
        assert_eq!(Draft::with(|draft| put(&mut draft.protected, 172, value)).verify().err(), expected);
    }
}

/// CWT-V-031, CWT-H-006, CWT-I-004, CWT-I-005: one hash for all digests, by the protected header.
#[test]
fn the_hash_is_the_protected_one() {
    use mimicred_keys::HashAlgorithm::{Sha256, Sha384, Sha512};
    for (id, hash) in [(None, Sha256), (Some(-16), Sha256), (Some(-43), Sha384), (Some(-44), Sha512)] {
        let draft = Draft::with(|draft| {
            draft.protected.remove(&mimicred_claims::Key::Int(170));
            if let Some(id) = id {
                put(&mut draft.protected, 170, Value::Int(id));
            }
            let digest = |encoded: &[u8]| mimicred_claims::Digest::copied(&hash.digest(encoded));
            let child = bstr(&content(1, &[Value::from("x")]));
            let parent = bstr(&content(2, &[array(vec![Value::Redacted(digest(&child))]), Value::Int(501)]));
            draft.claims.redacted.push(digest(&parent));
            draft.disclosures = vec![child, parent];
        });
        assert_eq!(draft.verify().unwrap().int(501), Some(&array(vec![Value::from("x")])), "{id:?}");
        assert!(draft.accept().is_ok(), "{id:?}");
    }
    for id in [-15, -14, -7, 9999] {
        assert_eq!(Draft::with(|draft| put(&mut draft.protected, 170, Value::Int(id))).refused(), Code::AlgUnsupported);
    }
    assert_eq!(Draft::with(|draft| put(&mut draft.protected, 170, Value::from("sha-256"))).refused(), Code::Header);
    let moved = Draft::with(|draft| {
        take(&mut draft.protected, 170);
        put(&mut draft.unprotected, 170, Value::Int(-16));
    });
    assert_eq!(moved.refused(), Code::Header);
    // Label 18 of earlier drafts is just an unknown header, and 19 and 20 are too: the hash is SHA-256.
    let old = Draft::with(|draft| {
        take(&mut draft.protected, 170);
        put(&mut draft.protected, 18, Value::Int(-44));
        put(&mut draft.unprotected, 19, array(vec![]));
        put(&mut draft.protected, 20, Value::Int(3));
        draft.redact(&content(1, &[Value::from("a"), Value::Int(501)]));
    });
    assert_eq!(old.verify().unwrap().int(501), Some(&Value::from("a")));
}

/// CWT-V-035: numbers are bounded before anything is opened or hashed: a million disclosures that are no disclosures at all.
#[test]
fn numbers_are_bounded_first() {
    let many = |count: u32| {
        let list = [&[0x9a], &count.to_be_bytes()[..], &vec![0x40; usize::try_from(count).unwrap()]].concat();
        Draft::with(|draft| draft.raw.sd_claims = Some(list)).refused()
    };
    assert_eq!(many(1_000_000), Code::Limit);
    assert_eq!(many(16_385), Code::Limit);
    assert_eq!(many(16_384), Code::CborMalformed, "the first is opened, and empty");
    // More digests than limits allow, of which none is disclosed, in payload and header 15 together.
    let digests = |n: u8| (0..n).map(|n| mimicred_claims::Digest::copied(&[n; 32]));
    let draft = Draft::with(|draft| {
        draft.claims.redacted.extend(digests(2));
        draft.raw.protected = Some(with_header_claims(draft, |map| map.redacted.extend(digests(4).skip(2))));
    });
    assert_eq!(draft.verify_with(|expected| expected.limits.digests = 4).err(), None);
    assert_eq!(draft.verify_with(|expected| expected.limits.digests = 3).unwrap_err(), Code::Limit);
}

/// Table 2.1: what else the earlier drafts wrote is not read, or is just an unknown header.
#[test]
fn other_early_forms_are_refused() {
    // -02: the list of disclosures in a byte string, and an empty one where there is none.
    assert_eq!(Draft::with(|draft| draft.raw.sd_claims = Some(hex("41 80"))).refused(), Code::Structure);
    assert_eq!(Draft::with(|draft| draft.raw.sd_claims = Some(hex("80"))).refused(), Code::Structure);
    // -02: tag 59 for the key of redacted claims.
    let mut payload = Draft::new().payload();
    payload[0] += 1;
    payload.extend(hex("d83b f6 80"));
    assert_eq!(Draft::with(|draft| draft.raw.payload = Some(payload)).refused(), Code::CborForbidden);
    // -00, -01: the KBT in a header of the SD-CWT.
    let inside_out = Draft::with(|draft| put(&mut draft.unprotected, 11, bytes(b"kbt"))).token();
    assert_eq!(verify(&inside_out, |_| {}).unwrap_err(), Code::TypeMismatch);
}

/// What a presentation says before it is verified, and what it says afterwards; for both dates of expiry the one that is meant.
#[test]
fn what_it_says_is_what_stands_in_it() {
    let draft = Draft::with(|draft| {
        put(&mut draft.protected, 33, bytes(b"a certificate"));
        put(&mut draft.kbt_claims, 4, Value::Int(1500));
        put(&mut draft.kbt_claims, 7, bytes(b"cti"));
    });
    let octets = draft.presentation();
    let received = UnverifiedPresentation::parse(&octets).unwrap();
    assert_eq!((received.issuer(), received.audience(), received.bound_at()), (Some(ISSUER), Some(AUDIENCE), Some(900)));
    assert_eq!((received.algorithm(), received.key_binding_algorithm()), (Some(Algorithm::Ed25519), Some(Algorithm::Ed25519)));
    assert_eq!(received.x5chain(), [b"a certificate"]);
    assert_eq!(received.as_bytes(), octets);

    let issuers = [trusted(ISSUER, issuer_key().public())];
    let verified = received.verify(&usual(&issuers)).unwrap();
    assert_eq!((verified.issuer(), verified.audience(), verified.nonce()), (ISSUER, Some(AUDIENCE), Some(NONCE)));
    assert_eq!((verified.binding_cti(), verified.issued_at()), (Some(&b"cti"[..]), Some(900)));
    assert_eq!((verified.expires(), verified.binding_expires()), (Some(2000.into()), Some(1500.into())));
    let octets = Draft::with(|draft| take(&mut draft.claims, 4)).presentation();
    let received = UnverifiedPresentation::parse(&octets).unwrap();
    let verified = received.verify(&usual(&issuers)).unwrap();
    assert_eq!((verified.expires(), verified.binding_expires(), verified.binding_cti()), (None, None, None));
}
