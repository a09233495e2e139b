use mimicred_keys::{Algorithm, IssuerKey, SecretKey, Unsettled};
use proptest::prelude::*;

use super::*;

const BINDING: IssuanceBinding<'static> = IssuanceBinding { issuer: "a.example", nonce: &[7; 16] };

fn leaf_of(algorithm: Algorithm) -> LeafKey {
    let mut octets = vec![3; algorithm.coordinate_len()];
    octets[0] = 0;
    LeafKey::new(SecretKey::from_octets(algorithm, &octets).unwrap()).unwrap()
}

/// Signs any CertificationRequestInfo.
fn signed_by(info: Vec<u8>, key: &LeafKey) -> Vec<u8> {
    let to_be_signed = ToBeSigned::new(Family::Csr, info).unwrap();
    let signature = key.sign(&to_be_signed).unwrap();
    signed(to_be_signed.as_bytes(), key.public().algorithm(), signature.as_bytes())
}

/// The same with this subject, and these attributes.
fn info_with(key: &PublicKey, subject: &[u8], attributes: &[&[u8]]) -> Vec<u8> {
    let version = der::element(der::INTEGER, &[&[0]]);
    let subject = der::element(der::SEQUENCE, &[subject]);
    der::element(der::SEQUENCE, &[&version, &subject, &key.to_spki_der(), &der::element(der::CONTEXT_0, attributes)])
}

/// What comes of a request; with its signature put off it comes to the same, or there is nothing to settle.
fn verify(der: &[u8], binding: &IssuanceBinding<'_>) -> Result<VerifiedRequest, Code> {
    let request = UnverifiedRequest::from_der(der).map_err(|error| error.code())?;
    let verified = request.verify(binding).map_err(|error| error.code());
    let settled = request.verify_unsettled(binding).ok().and_then(Unsettled::settle);
    let key = |verified: &VerifiedRequest| verified.subject_key().clone();
    assert_eq!(settled.as_ref().map(key), verified.as_ref().ok().map(key));
    verified
}

/// The octets by hand: RFC 2986 section 4, RFC 8410 for the key.
#[test]
fn a_request_is_written_as_the_standard_has_it() {
    let leaf = leaf_of(Algorithm::Ed25519);
    let info = info(leaf.public(), &BINDING);
    // version 0, no name; Ed25519 and the key; the attribute: 21 octets of type, one value of 29.
    let mut expected = vec![0x30, 0x6d, 0x02, 0x01, 0x00, 0x30, 0x00];
    expected.extend([0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00]);
    expected.extend(leaf.public().octets());
    expected.extend([0xa0, 0x3a, 0x30, 0x38, 0x06, 0x15]);
    expected.extend(Oid::constant(ISSUANCE_BINDING).contents());
    expected.extend([0x31, 0x1f, 0x30, 0x1d, 0x0c, 0x09]);
    expected.extend(b"a.example");
    expected.extend([0x04, 0x10]);
    expected.extend([7; 16]);
    assert_eq!(info, expected);
}

#[test]
fn a_request_proves_possession_of_every_kind_of_key() {
    for algorithm in [Algorithm::Ed25519, Algorithm::P256, Algorithm::P384] {
        let leaf = leaf_of(algorithm);
        let request = prepare_request(leaf.public(), &BINDING).unwrap().sign(&leaf).unwrap();
        assert_eq!(verify(request.as_der(), &BINDING).unwrap().subject_key(), leaf.public());
        assert_eq!(UnverifiedRequest::from_der(request.as_der()).unwrap().binding(), Some(BINDING));
        let from_pem = UnverifiedRequest::from_pem(&request.to_pem()).unwrap();
        assert_eq!(from_pem.subject_key(), leaf.public());
        assert!(from_pem.verify(&BINDING).is_ok());
        let old = request.to_pem().replace("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST");
        assert!(UnverifiedRequest::from_pem(&old).is_ok());
        let other = request.to_pem().replace("CERTIFICATE REQUEST", "CERTIFICATE");
        assert_eq!(UnverifiedRequest::from_pem(&other).unwrap_err().code(), Code::RequestMalformed);
    }
    let p521 = IssuerKey::new(SecretKey::from_octets(Algorithm::P521, &[&[0][..], &[3; 65]].concat()).unwrap());
    assert_eq!(prepare_request(p521.public(), &BINDING).unwrap_err().code(), Code::AlgUnsupported);
}

/// mimi-mls.md 3.1: a request sent on serves neither another issuer nor another account.
#[test]
fn a_request_is_for_one_issuer_and_one_occasion() {
    let leaf = leaf_of(Algorithm::P256);
    let request = prepare_request(leaf.public(), &BINDING).unwrap().sign(&leaf).unwrap();
    for other in [
        IssuanceBinding { issuer: "b.example", ..BINDING },
        IssuanceBinding { issuer: "A.example", ..BINDING },
        IssuanceBinding { nonce: &[8; 16], ..BINDING },
        IssuanceBinding { nonce: &[7; 17], ..BINDING },
    ] {
        assert_eq!(verify(request.as_der(), &other), Err(Code::RequestUnbound), "{other:?}");
    }
    // The octets of issuer and nonce cannot change places.
    let shifted = IssuanceBinding { issuer: "a.example\u{7}\u{7}", nonce: &[7; 16] };
    assert_eq!(verify(request.as_der(), &shifted), Err(Code::BindingUnusable));
    assert_eq!(verify(&signed_by(info_with(leaf.public(), &[], &[]), &leaf), &BINDING), Err(Code::RequestUnbound));
}

#[test]
fn a_request_says_nothing_else() {
    let leaf = leaf_of(Algorithm::Ed25519);
    let key = leaf.public();
    let ours = BINDING.attribute();
    let made = |subject: &[u8], attributes: &[&[u8]]| verify(&signed_by(info_with(key, subject, attributes), &leaf), &BINDING);
    assert!(made(&[], &[&ours]).is_ok());
    // CN=x; challengePassword; the binding twice.
    let name = [0x31, 0x0a, 0x30, 0x08, 0x06, 0x03, 0x55, 0x04, 0x03, 0x0c, 0x01, 0x78];
    assert_eq!(made(&name, &[&ours]), Err(Code::Profile));
    let oid = der::element(der::OBJECT_IDENTIFIER, &[&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x07]]);
    let password = der::element(der::SET, &[&der::element(der::UTF8_STRING, &[b"x"])]);
    let password = der::element(der::SEQUENCE, &[&oid, &password]);
    assert_eq!(made(&[], &[&ours, &password]), Err(Code::Profile));
    assert_eq!(made(&[], &[&password]), Err(Code::RequestUnbound));
    assert_eq!(made(&[], &[&ours, &ours]), Err(Code::Profile));
}

#[test]
fn only_the_key_itself_signs() {
    let (leaf, other) = (leaf_of(Algorithm::Ed25519), leaf_of(Algorithm::P256));
    let prepared = prepare_request(leaf.public(), &BINDING).unwrap();
    assert_eq!(prepared.sign(&other).unwrap_err().code(), Code::RequestKeyMismatch);
    assert_eq!(prepared.finish(&[0; 64]).unwrap_err().code(), Code::SignatureInvalid);
    // Somebody else's key, whose owner never asked.
    let info = info(leaf.public(), &BINDING);
    let signature = other.sign(&ToBeSigned::new(Family::Csr, info.clone()).unwrap()).unwrap();
    let forged = |algorithm, signature: &[u8]| signed(&info, algorithm, signature);
    assert_eq!(verify(&forged(Algorithm::P256, signature.as_bytes()), &BINDING), Err(Code::AlgUnsupported));
    assert_eq!(verify(&forged(Algorithm::Ed25519, &[0; 64]), &BINDING), Err(Code::SignatureInvalid));
}

#[test]
fn every_bit_of_a_request_counts() {
    for algorithm in [Algorithm::Ed25519, Algorithm::P256] {
        let leaf = leaf_of(algorithm);
        let request = prepare_request(leaf.public(), &BINDING).unwrap().sign(&leaf).unwrap();
        for at in 0..request.as_der().len() * 8 {
            let mut flipped = request.as_der().to_vec();
            flipped[at / 8] ^= 1 << (at % 8);
            assert!(verify(&flipped, &BINDING).is_err(), "bit {at}");
        }
        for len in 0..request.as_der().len() {
            assert!(verify(&request.as_der()[..len], &BINDING).is_err(), "cut at {len}");
        }
        assert_eq!(verify(&[request.as_der(), &[0]].concat(), &BINDING), Err(Code::RequestMalformed));
    }
    assert_eq!(verify(&vec![0x30; MAX_REQUEST_LEN + 1], &BINDING), Err(Code::Limit));
}

#[test]
fn bindings_have_bounds() {
    let key = leaf_of(Algorithm::Ed25519).public().clone();
    let long = "x".repeat(256);
    for unusable in [
        IssuanceBinding { issuer: "", ..BINDING },
        IssuanceBinding { issuer: &long, ..BINDING },
        IssuanceBinding { issuer: "a\n", ..BINDING },
        IssuanceBinding { nonce: &[7; 15], ..BINDING },
        IssuanceBinding { nonce: &[7; 65], ..BINDING },
    ] {
        assert_eq!(prepare_request(&key, &unusable).unwrap_err().code(), Code::BindingUnusable, "{unusable:?}");
    }
    // The largest is well below what is read.
    let largest = IssuanceBinding { issuer: &long[1..], nonce: &[7; 64] };
    assert!(info(leaf_of(Algorithm::P384).public(), &largest).len() + 128 < MAX_REQUEST_LEN);
}

proptest! {
    #[test]
    fn what_comes_in_never_panics(octets in prop::collection::vec(any::<u8>(), 0..200), at in any::<prop::sample::Index>()) {
        let _ = UnverifiedRequest::from_der(&octets);
        let leaf = leaf_of(Algorithm::Ed25519);
        let mut der = prepare_request(leaf.public(), &BINDING).unwrap().sign(&leaf).unwrap().as_der().to_vec();
        let at = at.index(der.len());
        der.splice(at..at, octets);
        let _ = UnverifiedRequest::from_der(&der).map(|request| request.verify(&BINDING));
    }
}
