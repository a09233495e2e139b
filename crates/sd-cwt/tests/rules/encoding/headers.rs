//! The two headers of each message, taken together.

use mimicred_claims::Value;
use mimicred_sd_cwt::Code;

use super::layers::*;
use crate::tokens::*;

use Code::{CborForbidden, Header};

/// CWT-E-011: a label that is in both headers of one message, with the same value or another; in the two messages it may be.
#[test]
fn a_label_stands_in_one_header_only() {
    let entries = [(1, -9), (1, -19), (16, 293), (170, -16)];
    for (label, value) in entries {
        let both = Draft::with(|draft| put(&mut draft.unprotected, label, Value::Int(value)));
        assert_eq!(both.refused(), Header, "{label}");
        assert_eq!(both.accept().map(drop), Err(Header), "{label}");
    }
    for (label, value) in [(1, -9), (16, 294), (13, 0)] {
        assert_eq!(Draft::with(|draft| put(&mut draft.kbt_unprotected, label, Value::Int(value))).refused(), Header, "{label}");
    }
    let unknown = |draft: &mut Draft| {
        put(&mut draft.protected, -65600, Value::Null);
        put(&mut draft.kbt_unprotected, -65600, Value::Null);
    };
    assert!(Draft::with(unknown).verify().is_ok());
    let twice = |draft: &mut Draft| {
        put(&mut draft.protected, -65600, Value::Null);
        put(&mut draft.unprotected, -65600, Value::Null);
    };
    assert_eq!(Draft::with(twice).refused(), Header);
}

/// CWT-E-029: what crit names is there, understood and protected.
#[test]
fn critical_labels_are_understood() {
    let crit = |labels: &[i128]| array(labels.iter().map(|label| Value::Int(*label)).collect());
    for labels in [&[16][..], &[1, 16], &[170]] {
        let draft = Draft::with(|draft| put(&mut draft.protected, 2, crit(labels)));
        assert_eq!((draft.verify().err(), draft.accept().err()), (None, None), "{labels:?}");
    }
    assert!(Draft::with(|draft| put(&mut draft.kbt_protected, 2, crit(&[13]))).verify().is_ok());
    let unknown = |draft: &mut Draft| {
        put(&mut draft.protected, 2, crit(&[9999]));
        put(&mut draft.protected, 9999, Value::Int(1));
    };
    assert_eq!(Draft::with(unknown).refused(), Header);
    assert_eq!(Draft::with(unknown).accept().map(drop), Err(Header));
    let unknown = |draft: &mut Draft| {
        put(&mut draft.kbt_protected, 2, crit(&[9999]));
        put(&mut draft.kbt_protected, 9999, Value::Int(1));
    };
    assert_eq!(Draft::with(unknown).refused(), Header);
    for bad in [crit(&[]), crit(&[9999]), crit(&[4]), Value::Int(16), array(vec![Value::from("typ")])] {
        assert_eq!(Draft::with(|draft| put(&mut draft.protected, 2, bad.clone())).refused(), Header, "{bad:?}");
        assert_eq!(Draft::with(|draft| put(&mut draft.kbt_protected, 2, bad.clone())).refused(), Header, "{bad:?} in the KBT");
    }
    assert_eq!(Draft::with(|draft| put(&mut draft.unprotected, 2, crit(&[16]))).refused(), Header);
    assert_eq!(Draft::with(|draft| put(&mut draft.kbt_unprotected, 2, crit(&[16]))).refused(), Header);
}

/// Trap 30: the identifier of a key is octets, in each header of each message; a text is refused and not passed over.
#[test]
fn key_identifiers_are_octets() {
    let (octets, text) = (bytes(b"https://issuer.example/cose-key3"), Value::from("https://issuer.example/cose-key3"));
    let headers: [fn(&mut Draft) -> &mut mimicred_claims::Map<'static>; 4] = [
        |draft| &mut draft.protected,
        |draft| &mut draft.unprotected,
        |draft| &mut draft.kbt_protected,
        |draft| &mut draft.kbt_unprotected,
    ];
    for (n, header) in headers.into_iter().enumerate() {
        let with = |kid: &Value<'static>| Draft::with(|draft| put(header(draft), 4, kid.clone()));
        assert_eq!((with(&octets).verify().err(), with(&octets).accept().err()), (None, None), "{n}");
        for bad in [&text, &Value::Int(7), &Value::Null] {
            assert_eq!(with(bad).refused(), Header, "{n}: {bad:?}");
            if n < 2 {
                assert_eq!(with(bad).accept().map(drop), Err(Header), "{n}: {bad:?}");
            }
        }
    }
}

/// CWT-E-030, CWT-P-018: an unknown header, or claim of the KBT, is passed over if it is plain, and only then.
#[test]
fn unknown_headers_are_plain() {
    accept_all(&PLAIN, &["3a 0001003f 61 78", "3a 0001003f a1 20 82 f6 fb 3ff199999999999a", "67 7072697661746f 01"]);
    let digest = format!("5820 {}", "01".repeat(32));
    let entries = [
        format!("3a 0001003f 81 d8 3c {digest}"),
        format!("3a 0001003f d8 3c {digest}"),
        format!("3a 0001003f a1 f8 3b 81 {digest}"),
    ];
    refuse(&PLAIN, &entries.each_ref().map(|entry| (entry.as_str(), CborForbidden)));
    refuse(&PLAIN, &[("3a 0001003f a1 f8 3b 80", CborForbidden), ("3a 0001003f f8 3b", CborForbidden)]);
}

/// CWT-E-030: labels that earlier drafts gave to sd_alg, encrypted claims and sd_aead are labels like any other now.
#[test]
fn labels_of_earlier_drafts_are_unknown() {
    let disclosing = |change: fn(&mut Draft)| {
        Draft::with(|draft| {
            draft.redact(&content(1, &[Value::from("x"), Value::Int(501)]));
            take(&mut draft.protected, 170);
            change(draft);
        })
    };
    for draft in [
        disclosing(|draft| put(&mut draft.protected, 18, Value::Int(-44))),
        disclosing(|draft| put(&mut draft.unprotected, 18, Value::Int(-44))),
        disclosing(|draft| put(&mut draft.unprotected, 19, array(vec![]))),
        disclosing(|draft| put(&mut draft.protected, 20, Value::Int(3))),
    ] {
        assert_eq!(draft.verify().unwrap().int(501), Some(&Value::from("x")), "hashed with SHA-256");
        assert_eq!(draft.accept().err(), None);
    }
    // What 17 held in -02, and where the KBT was before.
    let wrapped = Draft::with(|draft| draft.raw.sd_claims = Some(bstr(&hex("81 41 80"))));
    assert_eq!(wrapped.refused(), Code::Structure);
    let inside = Draft::with(|draft| put(&mut draft.unprotected, 12, bytes(&Draft::new().presentation())));
    assert_eq!(verify(&inside.token(), |_| {}).unwrap_err(), Code::TypeMismatch);
}

/// CWT-H-006, CWT-I-005, CWT-V-031: hashes and signatures that are optional or too weak are refused by name, and a name of another
/// type is none.
#[test]
fn algorithms_that_are_not_ours_are_refused() {
    for hash in [-14, -15, -17, -18, -45, -7, 0, 9999] {
        let draft = Draft::with(|draft| put(&mut draft.protected, 170, Value::Int(hash)));
        assert_eq!(draft.refused(), Code::AlgUnsupported, "{hash}");
        assert_eq!(draft.accept().map(drop), Err(Code::AlgUnsupported), "{hash}");
    }
    // Ed448, ML-DSA, ESB, HMAC, and none at all.
    for alg in [-53, -48, -49, -50, -265, -266, -267, -268, 5, 0] {
        let draft = Draft::with(|draft| put(&mut draft.protected, 1, Value::Int(alg)));
        assert_eq!(draft.refused(), Code::AlgUnsupported, "{alg}");
        let kbt = Draft::with(|draft| put(&mut draft.kbt_protected, 1, Value::Int(alg)));
        assert_eq!(kbt.refused(), Code::AlgUnsupported, "{alg} in the KBT");
    }
    for label in [1, 170] {
        let draft = Draft::with(|draft| put(&mut draft.protected, label, Value::from("ES256")));
        assert_eq!(draft.refused(), Header, "{label}");
    }
}
