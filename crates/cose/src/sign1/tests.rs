use mimicred_keys::{Algorithm, IssuerKey, SecretKey};

use super::*;

const GOOD: &[u8] = b"\xd2\x84\x43\xa1\x01\x32\xa0\x41\xa0\x40";

fn code(input: &[u8]) -> Code {
    Sign1::parse(input, CwtTag::Refused, &Limits::DEFAULT).unwrap_err().code()
}

/// CWT-E-003, CWT-E-004, CWT-E-006.
#[test]
fn the_shape_is_exact() {
    assert!(Sign1::parse(GOOD, CwtTag::Refused, &Limits::DEFAULT).is_ok());
    let wrong: [&[u8]; 12] = [
        &GOOD[1..],                                      // untagged
        b"\xd1\x84\x43\xa1\x01\x32\xa0\x41\xa0\x40",     // tag 17
        b"\xd8\x62\x84\x43\xa1\x01\x32\xa0\x41\xa0\x40", // tag 98
        b"\xd2\x83\x43\xa1\x01\x32\xa0\x41\xa0",         // 3 parts
        b"\xd2\x85\x43\xa1\x01\x32\xa0\x41\xa0\x40\x40", // 5 parts
        b"\xd2\x84\xa1\x01\x32\xa0\x41\xa0\x40",         // protected is a map
        b"\xd2\x84\x43\xa1\x01\x32\x41\xa0\x41\xa0\x40", // unprotected is a byte string
        b"\xd2\x84\x43\xa1\x01\x32\x80\x41\xa0\x40",     // unprotected is an array
        b"\xd2\x84\x43\xa1\x01\x32\xa0\xf6\x40",         // detached payload
        b"\xd2\x84\x43\xa1\x01\x32\xa0\x40\x40",         // empty payload
        b"\xd2\x84\x43\xa1\x01\x32\xa0\xa0\x40",         // payload is a map
        b"\xd2\x84\x43\xa1\x01\x32\xa0\x41\xa0\x60",     // signature is text
    ];
    for (n, input) in wrong.iter().enumerate() {
        assert_eq!(code(input), Code::Structure, "case {n}");
    }
    assert_eq!(code(&[GOOD, &[0]].concat()), Code::CborMalformed);
    for len in 0..GOOD.len() {
        assert_eq!(code(&GOOD[..len]), Code::CborMalformed, "{len} octets");
    }
}

/// CWT-E-005.
#[test]
fn the_cwt_tag_is_tolerated_where_the_caller_says_so() {
    let tagged = [&[0xd8, 0x3d], GOOD].concat();
    assert_eq!(code(&tagged), Code::Structure);
    assert!(Sign1::parse(&tagged, CwtTag::Tolerated, &Limits::DEFAULT).is_ok());
    let twice = [&[0xd8, 0x3d], &tagged[..]].concat();
    assert_eq!(Sign1::parse(&twice, CwtTag::Tolerated, &Limits::DEFAULT).unwrap_err().code(), Code::Structure);
}

/// RFC 9052 section 4.4, by hand: array(4), text(10), bstr(3), empty bstr, bstr(1).
#[test]
fn the_signature_covers_the_received_octets() {
    let message = Sign1::parse(GOOD, CwtTag::Refused, &Limits::DEFAULT).unwrap();
    assert_eq!(message.sig_structure(), b"\x84\x6aSignature1\x43\xa1\x01\x32\x40\x41\xa0");
    assert_eq!(PreparedSign1::new(b"\xa1\x01\x32", b"\xa0").unwrap().to_be_signed().as_bytes(), message.sig_structure());
}

/// CWT-E-008, CWT-E-009, CWT-K-016.
#[test]
fn verifies_with_the_right_key_and_algorithm_only() {
    for (algorithm, id, deprecated, other) in [
        (Algorithm::Ed25519, AlgorithmId::Ed25519, AlgorithmId::EdDsa, AlgorithmId::Esp256),
        (Algorithm::P256, AlgorithmId::Esp256, AlgorithmId::Es256, AlgorithmId::Esp384),
        (Algorithm::P384, AlgorithmId::Esp384, AlgorithmId::Es384, AlgorithmId::Es256),
        (Algorithm::P521, AlgorithmId::Esp512, AlgorithmId::Es512, AlgorithmId::Es384),
    ] {
        let mut scalar = vec![7; algorithm.coordinate_len()];
        scalar[0] = 0;
        let key = IssuerKey::new(SecretKey::from_octets(algorithm, &scalar).unwrap());
        let signature = key.sign(PreparedSign1::new(b"\xa0", b"\xa0").unwrap().to_be_signed()).unwrap();
        assert_eq!(signature.as_bytes().len(), algorithm.signature_len());
        let verify = |payload: &[u8], signature: &[u8], id| {
            let octets = encode(b"\xa0", b"\xa0", payload, signature);
            let message = Sign1::parse(&octets, CwtTag::Refused, &Limits::DEFAULT).unwrap();
            message.verify(id, key.public()).map_err(|error| error.code())
        };
        assert_eq!(verify(b"\xa0", signature.as_bytes(), id), Ok(()));
        assert_eq!(verify(b"\xa0", signature.as_bytes(), deprecated), Ok(()));
        assert_eq!(verify(b"\xa0", signature.as_bytes(), other), Err(Code::AlgUnsupported));
        assert_eq!(verify(b"\xa1", signature.as_bytes(), id), Err(Code::SignatureInvalid));
        assert_eq!(verify(b"\xa0", &signature.as_bytes()[1..], id), Err(Code::SignatureInvalid));
        assert_eq!(verify(b"\xa0", b"", id), Err(Code::SignatureInvalid));
    }
}

#[test]
fn every_algorithm_id_is_read_back() {
    for id in AlgorithmId::ALL {
        assert_eq!(AlgorithmId::from_id(id.id().into()).unwrap(), id);
        assert_eq!(id.to_string(), id.name());
    }
    for id in [-37, -257, 0, 5, -49, -53] {
        assert_eq!(AlgorithmId::from_id(id).unwrap_err().code(), Code::AlgUnsupported);
    }
}
