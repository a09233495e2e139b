use proptest::prelude::*;

use super::*;
use crate::testing::hex;
use crate::{Random, SystemRandom};

/// RFC 8410 10.3.
const ED25519: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
-----END PRIVATE KEY-----
";
/// The same key, version 2, with an attribute and the public key.
const ED25519_V2: &str = "-----BEGIN PRIVATE KEY-----
MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB
Z9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PRIVATE KEY-----
";

struct Written {
    algorithm: Algorithm,
    sec1: &'static str,
    pkcs8: &'static str,
    spki: &'static str,
    compressed: &'static str,
}

macro_rules! written {
    ($algorithm:ident, $name:literal) => {
        Written {
            algorithm: Algorithm::$algorithm,
            sec1: include_str!(concat!("../../../testdata/", $name, ".sec1.pem")),
            pkcs8: include_str!(concat!("../../../testdata/", $name, ".pkcs8.pem")),
            spki: include_str!(concat!("../../../testdata/", $name, ".spki.pem")),
            compressed: include_str!(concat!("../../../testdata/", $name, ".compressed.pem")),
        }
    };
}

const WRITTEN: [Written; 3] = [written!(P256, "p256"), written!(P384, "p384"), written!(P521, "p521")];

#[test]
fn what_openssl_writes_is_read_and_written_alike() {
    for written in WRITTEN {
        let key = SecretKey::from_pem(written.pkcs8).unwrap();
        assert_eq!(key.algorithm(), written.algorithm);
        assert_eq!(*key.to_pem(), written.pkcs8);
        assert_eq!(key.public().to_pem(), written.spki);
        assert_eq!(*SecretKey::from_pem(written.sec1).unwrap().octets(), *key.octets());
        assert_eq!(&PublicKey::from_pem(written.spki).unwrap(), key.public());
        // The point may be compressed in SPKI; the key is the same, and so is its digest.
        let compressed = PublicKey::from_pem(written.compressed).unwrap();
        assert_eq!(&compressed, key.public());
        assert_eq!(compressed.spki_sha256(), key.public().spki_sha256());
    }
}

#[test]
fn rfc_8410_examples() {
    let key = SecretKey::from_pem(ED25519).unwrap();
    assert_eq!(*key.to_pem(), ED25519);
    assert_eq!(*SecretKey::from_pem(ED25519_V2).unwrap().octets(), *key.octets());
    assert_eq!(
        key.public().to_pem(),
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n"
    );
}

#[test]
fn keys_of_the_working_group_are_read_and_written_alike() {
    for (name, algorithm) in [("holder_privkey.pem", Algorithm::P256), ("issuer_privkey.pem", Algorithm::P384)] {
        let path = format!("{}/../../../shared/vectors/ietf-sd-cwt/{name}", env!("CARGO_MANIFEST_DIR"));
        let Ok(text) = std::fs::read_to_string(path) else {
            // Straight to the stream: the test harness swallows what passing tests print.
            let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("skipped: {name} not present\n"));
            continue;
        };
        let key = SecretKey::from_pem(&text).unwrap();
        assert_eq!(key.algorithm(), algorithm);
        // They end in an empty line.
        assert_eq!(key.to_pem().trim_end(), text.trim_end());
    }
}

fn code(outcome: Result<SecretKey, Error>) -> Code {
    outcome.unwrap_err().code()
}

#[test]
fn a_public_key_beside_the_secret_one_must_be_its_own() {
    let mut der = pem::parse(ED25519_V2).unwrap().der().to_vec();
    // A canonical point of large order that is not the key's.
    let other = SecretKey::from_octets(Algorithm::Ed25519, &[7; 32]).unwrap();
    let end = der.len();
    der[end - 32..].copy_from_slice(other.public().octets());
    assert_eq!(code(SecretKey::from_pkcs8_der(&der)), Code::KeyPairMismatch);

    for written in WRITTEN {
        let mut der = pem::parse(written.pkcs8).unwrap().der().to_vec();
        let other = SecretKey::generate(written.algorithm, &mut SystemRandom).unwrap();
        let end = der.len();
        der[end - written.algorithm.public_len()..].copy_from_slice(other.public().octets());
        assert_eq!(code(SecretKey::from_pkcs8_der(&der)), Code::KeyPairMismatch);
    }
}

#[test]
fn ec_keys_need_their_curve_once_or_twice_alike() {
    let scalar = [1; 32];
    let secret = der::element(OCTET_STRING, &[&scalar]);
    let named = |curve: &[u8]| der::element(CONTEXT_0, &[curve]);
    let ec = |parts: &[&[u8]]| der::element(SEQUENCE, &[&[&[INTEGER, 1, 1], secret.as_slice()].concat(), &parts.concat()]);
    let pkcs8 = |key: &[u8]| {
        let algorithm = der::element(SEQUENCE, &[identifier(Algorithm::P256)]);
        der::element(SEQUENCE, &[&[INTEGER, 1, 0], &algorithm, &der::element(OCTET_STRING, &[key])])
    };
    let sec1 = |key: &[u8]| SecretKey::from_pem(&pem::write("EC PRIVATE KEY", key));
    let p256 = named(b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07");
    let p384 = named(b"\x06\x05\x2b\x81\x04\x00\x22");
    let secp256k1 = named(b"\x06\x05\x2b\x81\x04\x00\x0a");

    let expected = SecretKey::from_octets(Algorithm::P256, &scalar).unwrap();
    for good in
        [SecretKey::from_pkcs8_der(&pkcs8(&ec(&[]))), SecretKey::from_pkcs8_der(&pkcs8(&ec(&[&p256]))), sec1(&ec(&[&p256]))]
    {
        assert_eq!(good.unwrap().public(), expected.public());
    }
    assert_eq!(code(sec1(&ec(&[]))), Code::DerMalformed);
    assert_eq!(code(SecretKey::from_pkcs8_der(&pkcs8(&ec(&[&p384])))), Code::DerMalformed);
    assert_eq!(code(sec1(&ec(&[&secp256k1]))), Code::AlgorithmUnsupported);
    assert_eq!(code(sec1(&ec(&[&p384]))), Code::SecretKeyMalformed);
    // Anything after, or a compressed public key, is not read over.
    assert_eq!(code(sec1(&ec(&[&p256, &[5, 0]]))), Code::DerMalformed);
    let compressed = [&[0, 2 | (expected.public().octets()[64] & 1)], expected.public().x()].concat();
    let public = der::element(CONTEXT_1, &[&der::element(BIT_STRING, &[&compressed])]);
    assert_eq!(code(sec1(&ec(&[&p256, &public]))), Code::PublicKeyMalformed);
}

#[test]
fn the_der_is_strict() {
    for text in [ED25519, ED25519_V2, WRITTEN[0].pkcs8, WRITTEN[2].pkcs8] {
        let der = pem::parse(text).unwrap().der().to_vec();
        for length in 0..der.len() {
            assert_eq!(code(SecretKey::from_pkcs8_der(&der[..length])), Code::DerMalformed, "{length}");
        }
        assert_eq!(code(SecretKey::from_pkcs8_der(&[der.as_slice(), &[0]].concat())), Code::DerMalformed);
    }
    // Version 1 has no public key, version 2 must have one, and there is no version 3.
    let mut der = pem::parse(ED25519).unwrap().der().to_vec();
    for version in [1, 2, 0x80] {
        der[4] = version;
        assert_eq!(code(SecretKey::from_pkcs8_der(&der)), Code::DerMalformed);
    }
    let mut der = pem::parse(ED25519_V2).unwrap().der().to_vec();
    der[4] = 0;
    assert_eq!(code(SecretKey::from_pkcs8_der(&der)), Code::DerMalformed);
    // A length in two octets where one does: the indefinite form and a padded long form.
    let der = pem::parse(ED25519).unwrap().der().to_vec();
    assert_eq!(code(SecretKey::from_pkcs8_der(&[&[0x30, 0x81, 0x2e], &der[2..]].concat())), Code::DerMalformed);
    assert_eq!(code(SecretKey::from_pkcs8_der(&[&[0x30, 0x80], &der[2..], &[0, 0]].concat())), Code::DerMalformed);
    // X25519 (1.3.101.110) and RSA are other algorithms; a parameter NULL makes the identifier another.
    let mut x25519 = der.clone();
    x25519[11] = 0x6e;
    assert_eq!(code(SecretKey::from_pkcs8_der(&x25519)), Code::AlgorithmUnsupported);
    let with_null = hex("3030020100300706032b6570050004220420d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842");
    assert_eq!(code(SecretKey::from_pkcs8_der(&with_null)), Code::AlgorithmUnsupported);
}

#[test]
fn labels_decide() {
    let label = |label: &'static str| code(SecretKey::from_pem(&pem::write(label, &[0x30, 0])));
    assert_eq!(label("PRIVATE KEY"), Code::DerMalformed);
    assert_eq!(label("EC PRIVATE KEY"), Code::DerMalformed);
    assert_eq!(label("ENCRYPTED PRIVATE KEY"), Code::KeyEncrypted);
    assert_eq!(label("RSA PRIVATE KEY"), Code::PemLabel);
    assert_eq!(label("PUBLIC KEY"), Code::PemLabel);
    assert_eq!(code(SecretKey::from_pem("")), Code::PemMalformed);
    let error = PublicKey::from_pem(ED25519).unwrap_err();
    assert_eq!(error.code(), Code::PemLabel);
    assert!(error.to_string().contains("PRIVATE KEY"), "{error}");
}

/// A source for proptest: the same octet everywhere would often be no scalar.
struct Seeded(u64);

impl Random for Seeded {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), Error> {
        for octet in out {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *octet = self.0.to_be_bytes()[0];
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_form_gives_the_key_back(seed in any::<u64>(), which in 0..4usize) {
        let key = SecretKey::generate(Algorithm::ALL[which], &mut Seeded(seed)).unwrap();
        for copy in [
            SecretKey::from_octets(key.algorithm(), &key.octets()),
            SecretKey::from_pkcs8_der(&key.to_pkcs8_der()),
            SecretKey::from_pem(&key.to_pem()),
        ] {
            let copy = copy.unwrap();
            prop_assert_eq!(&*copy.octets(), &*key.octets());
            prop_assert_eq!(copy.public(), key.public());
        }
        let public = key.public();
        prop_assert_eq!(&PublicKey::from_octets(public.algorithm(), public.octets()).unwrap(), public);
        prop_assert_eq!(&PublicKey::from_spki_der(&public.to_spki_der()).unwrap(), public);
        prop_assert_eq!(&PublicKey::from_pem(&public.to_pem()).unwrap(), public);
    }

    #[test]
    fn changed_octets_never_panic(at in any::<prop::sample::Index>(), octet in any::<u8>(), which in 0..5usize) {
        let text = [ED25519, ED25519_V2, WRITTEN[0].pkcs8, WRITTEN[1].pkcs8, WRITTEN[2].pkcs8][which];
        let mut der = pem::parse(text).unwrap().der().to_vec();
        let index = at.index(der.len());
        der[index] = octet;
        let _ = SecretKey::from_pkcs8_der(&der);
    }

    #[test]
    fn anything_never_panics(input in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = SecretKey::from_pkcs8_der(&input);
        let _ = SecretKey::from_pem(&String::from_utf8_lossy(&input));
        let _ = SecretKey::from_pem(&pem::write("EC PRIVATE KEY", &input));
    }
}
