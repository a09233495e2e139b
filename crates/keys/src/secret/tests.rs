use super::*;
use crate::SystemRandom;

/// A source that gives one octet for ever.
struct Stuck(u8);

impl Random for Stuck {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), Error> {
        out.fill(self.0);
        Ok(())
    }
}

fn vector(name: &str) -> Option<String> {
    let path = format!("{}/../../../shared/vectors/ietf-sd-cwt/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).ok();
    if text.is_none() {
        eprintln!("skipped: {name} not present");
    }
    text
}

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(|octet| !octet.is_ascii_whitespace()).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

#[test]
fn keys_of_the_working_group_load_and_are_written_alike() {
    for (name, algorithm) in [("holder_privkey.pem", Algorithm::P256), ("issuer_privkey.pem", Algorithm::P384)] {
        let Some(text) = vector(name) else { continue };
        let key = SecretKey::from_pem(&text).unwrap();
        assert_eq!(key.algorithm(), algorithm);
        assert_eq!(key.to_pem().trim_end(), text.trim_end());
    }
}

#[test]
fn generation_draws_from_the_source_given() {
    for algorithm in Algorithm::ALL {
        let key = SecretKey::generate(algorithm, &mut Stuck(1)).unwrap();
        let mut expected = vec![1; algorithm.coordinate_len()];
        if algorithm == Algorithm::P521 {
            expected[0] = 1;
        }
        assert_eq!(*key.octets(), expected, "{algorithm}");
        let other = SecretKey::generate(algorithm, &mut SystemRandom).unwrap();
        assert_ne!(other.public(), key.public());
    }
}

#[test]
fn a_source_that_gives_nothing_usable_is_an_error() {
    // All zeros is no scalar of any curve; all ones is above every group order.
    for octet in [0x00, 0xff] {
        for algorithm in [Algorithm::P256, Algorithm::P384, Algorithm::P521] {
            let error = SecretKey::generate(algorithm, &mut Stuck(octet)).unwrap_err();
            assert_eq!(error.code(), Code::BackendFailed, "{algorithm} {octet}");
        }
    }
}

#[test]
fn scalars_are_between_one_and_the_order() {
    // FIPS 186-5, SP 800-186 3.2.1.3: n of P-256.
    let n = hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    let mut below = n.clone();
    below[31] -= 1;
    let mut one = vec![0; 32];
    one[31] = 1;
    assert!(SecretKey::from_octets(Algorithm::P256, &below).is_ok());
    // 1·G = G, SP 800-186 3.2.1.3.
    let generator = SecretKey::from_octets(Algorithm::P256, &one).unwrap();
    assert_eq!(generator.public().x(), hex("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"));
    for bad in [vec![0; 32], n, vec![1; 31], vec![1; 33], vec![]] {
        assert_eq!(SecretKey::from_octets(Algorithm::P256, &bad).unwrap_err().code(), Code::SecretKeyMalformed);
    }
    assert_eq!(SecretKey::from_octets(Algorithm::Ed25519, &[1; 31]).unwrap_err().code(), Code::SecretKeyMalformed);
}

#[test]
fn debug_shows_no_secret() {
    let key = SecretKey::from_octets(Algorithm::Ed25519, &[0xa5; 32]).unwrap();
    let shown = format!("{key:?}");
    assert!(shown.contains("PublicKey(Ed25519 "), "{shown}");
    assert!(!shown.contains("a5a5") && !shown.contains("165, 165"), "{shown}");
}
