mod vectors;

use super::*;
use crate::Code;
use crate::SystemRandom;
use crate::group::{Point, Scalar};
use crate::testing::{Given, hex};
use vectors::{INFO, PLAINTEXT, VECTORS, Vector};

fn suite(vector: &Vector) -> Suite {
    Suite { kem: vector.kem, aead: vector.aead }
}

#[test]
fn key_pairs_derive_as_in_rfc_9180() {
    for vector in VECTORS {
        let recipient = vector.kem.derive_key_pair(&hex(vector.recipient_material)).unwrap();
        assert_eq!(recipient.secret(), hex(vector.recipient_secret), "{}", vector.section);
        assert_eq!(recipient.public(), hex(vector.recipient_public), "{}", vector.section);
        let ephemeral = vector.kem.generate_key_pair(&mut Given(hex(vector.ephemeral_material))).unwrap();
        assert_eq!(ephemeral.secret(), hex(vector.ephemeral_secret), "{}", vector.section);
        assert_eq!(ephemeral.public(), hex(vector.encapsulated), "{}", vector.section);
    }
}

#[test]
fn messages_and_exports_are_those_of_rfc_9180() {
    for vector in VECTORS {
        let mut random = Given(hex(vector.ephemeral_material));
        let (encapsulated, mut sender) = suite(vector).sender(&hex(vector.recipient_public), INFO, &mut random).unwrap();
        assert_eq!(encapsulated, hex(vector.encapsulated), "{}", vector.section);
        let mut receiver = suite(vector).receiver(&hex(vector.recipient_secret), &encapsulated, INFO).unwrap();
        let mut seen = 0;
        for number in 0..=256u64 {
            let aad = format!("Count-{number}");
            let sealed = sender.seal(aad.as_bytes(), PLAINTEXT).unwrap();
            if let Some((_, expected)) = vector.encryptions.iter().find(|(n, _)| *n == number) {
                assert_eq!(sealed, hex(expected), "{} {number}", vector.section);
                seen += 1;
            }
            assert_eq!(receiver.open(aad.as_bytes(), &sealed).unwrap(), PLAINTEXT);
        }
        assert_eq!(seen, vector.encryptions.len());
        for (context, expected) in vector.exports {
            assert_eq!(*sender.export(&hex(context), 32).unwrap(), hex(expected), "{}", vector.section);
            assert_eq!(*receiver.export(&hex(context), 32).unwrap(), hex(expected), "{}", vector.section);
        }
    }
}

#[test]
fn single_shot_forms_are_the_first_message_and_the_export() {
    for vector in VECTORS {
        let (public, secret) = (hex(vector.recipient_public), hex(vector.recipient_secret));
        let mut random = Given(hex(vector.ephemeral_material));
        let sealed = suite(vector).seal(&public, INFO, b"Count-0", PLAINTEXT, &mut random).unwrap();
        assert_eq!(sealed.ciphertext, hex(vector.encryptions[0].1));
        assert_eq!(suite(vector).open(&secret, INFO, b"Count-0", &sealed).unwrap(), PLAINTEXT);

        let mut random = Given(hex(vector.ephemeral_material));
        let (encapsulated, exported) = suite(vector).send_export(&public, INFO, b"TestContext", 32, &mut random).unwrap();
        let expected = vector.exports.iter().find(|(context, _)| hex(context) == b"TestContext").unwrap().1;
        assert_eq!(*exported, hex(expected));
        let received = suite(vector).receive_export(&secret, &encapsulated, INFO, b"TestContext", 32).unwrap();
        assert_eq!(received, exported);
    }
}

#[test]
fn every_suite_opens_what_it_sealed_and_nothing_else() {
    for kem in [Kem::X25519, Kem::P256] {
        for aead in [Aead::Aes128Gcm, Aead::Aes256Gcm, Aead::ChaCha20Poly1305] {
            let suite = Suite { kem, aead };
            let recipient = kem.generate_key_pair(&mut SystemRandom).unwrap();
            let stranger = kem.generate_key_pair(&mut SystemRandom).unwrap();
            let sealed = suite.seal(recipient.public(), b"info", b"aad", b"text", &mut SystemRandom).unwrap();
            assert_eq!(suite.open(recipient.secret(), b"info", b"aad", &sealed).unwrap(), b"text");
            let refused = |outcome: Result<Vec<u8>, Error>| assert_eq!(outcome.unwrap_err().code(), Code::AeadInvalid);
            refused(suite.open(stranger.secret(), b"info", b"aad", &sealed));
            refused(suite.open(recipient.secret(), b"infos", b"aad", &sealed));
            refused(suite.open(recipient.secret(), b"info", b"aads", &sealed));
            for index in 0..sealed.ciphertext.len() {
                let mut changed = sealed.clone();
                changed.ciphertext[index] ^= 1;
                refused(suite.open(recipient.secret(), b"info", b"aad", &changed));
            }
        }
    }
}

/// RFC 9180 A.3.1 and A.5.1, whoever computes the Diffie-Hellman value.
#[test]
fn a_value_agreed_on_elsewhere_gives_the_same_contexts() {
    for vector in VECTORS.iter().filter(|vector| vector.kem == Kem::P256) {
        let (public, encapsulated) = (hex(vector.recipient_public), hex(vector.encapsulated));
        let point = Point::from_octets(&encapsulated).unwrap();
        let dh = point.mul(&Scalar::from_octets(&hex(vector.recipient_secret)).unwrap()).unwrap();
        let mut receiver = suite(vector).receiver_from_dh(&dh.x(), &encapsulated, &public, INFO).unwrap();
        assert_eq!(receiver.open(b"Count-0", &hex(vector.encryptions[0].1)).unwrap(), PLAINTEXT);
        assert_eq!(*receiver.export(b"", 32).unwrap(), hex(vector.exports[0].1));

        let ephemeral = vector.kem.key_pair_of(&hex(vector.ephemeral_secret)).unwrap();
        let mut sender = suite(vector).sender_with(&ephemeral, &public, INFO).unwrap();
        assert_eq!(sender.seal(b"Count-0", PLAINTEXT).unwrap(), hex(vector.encryptions[0].1));
    }
}

#[test]
fn a_wrong_value_from_elsewhere_opens_nothing() {
    let suite = Suite { kem: Kem::P256, aead: Aead::Aes256Gcm };
    let recipient = suite.kem.generate_key_pair(&mut SystemRandom).unwrap();
    let sealed = suite.seal(recipient.public(), b"info", b"aad", b"text", &mut SystemRandom).unwrap();
    let secret = Scalar::from_octets(recipient.secret()).unwrap();
    let dh = Point::from_octets(&sealed.encapsulated).unwrap().mul(&secret).unwrap();
    let other = Point::base(&Scalar::from_u64(2)).unwrap();
    let open = |x: &[u8; 32], recipient: &[u8]| {
        let mut receiver = suite.receiver_from_dh(x, &sealed.encapsulated, recipient, b"info")?;
        receiver.open(b"aad", &sealed.ciphertext)
    };
    assert_eq!(open(&dh.x(), recipient.public()).unwrap(), b"text");
    assert_eq!(open(&other.x(), recipient.public()).unwrap_err().code(), Code::AeadInvalid);
    assert_eq!(open(&dh.x(), &other.to_octets()).unwrap_err().code(), Code::AeadInvalid);
    assert_eq!(open(&dh.x(), &recipient.public()[1..]).unwrap_err().code(), Code::PublicKeyMalformed);
    let no_point = suite.receiver_from_dh(&dh.x(), &[4; 65], recipient.public(), b"info");
    assert_eq!(no_point.unwrap_err().code(), Code::PublicKeyMalformed);
    let other_kem = Suite { kem: Kem::X25519, aead: Aead::Aes256Gcm };
    let refused = other_kem.receiver_from_dh(&dh.x(), &sealed.encapsulated, recipient.public(), b"info");
    assert_eq!(refused.unwrap_err().code(), Code::AlgorithmUnsupported);
}

#[test]
fn bad_keys_have_their_codes() {
    let code = |kem: Kem, public: &[u8]| {
        let suite = Suite { kem, aead: Aead::Aes128Gcm };
        suite.seal(public, b"", b"", b"", &mut SystemRandom).unwrap_err().code()
    };
    // RFC 9180 7.1.4: the all-zero shared secret. 0 and 1 are points of small order (RFC 7748 7).
    let mut one = [0; 32];
    one[0] = 1;
    assert_eq!(code(Kem::X25519, &[0; 32]), Code::PublicKeyWeak);
    assert_eq!(code(Kem::X25519, &one), Code::PublicKeyWeak);
    assert_eq!(code(Kem::X25519, &[9; 31]), Code::PublicKeyMalformed);

    let good = Kem::P256.generate_key_pair(&mut SystemRandom).unwrap();
    let mut off_curve = good.public().to_vec();
    off_curve[64] ^= 1;
    assert_eq!(code(Kem::P256, &off_curve), Code::PublicKeyMalformed);
    let mut hybrid = good.public().to_vec();
    hybrid[0] = 6 | (hybrid[64] & 1);
    assert_eq!(code(Kem::P256, &hybrid), Code::PublicKeyMalformed);
    let mut compressed = good.public()[..33].to_vec();
    compressed[0] = 2 | (good.public()[64] & 1);
    assert_eq!(code(Kem::P256, &compressed), Code::PublicKeyMalformed);

    let suite = Suite { kem: Kem::P256, aead: Aead::Aes128Gcm };
    for secret in [&[0; 32][..], &[0xff; 32], &[1; 31]] {
        assert_eq!(suite.receiver(secret, good.public(), b"").unwrap_err().code(), Code::SecretKeyMalformed);
    }
    let suite = Suite { kem: Kem::X25519, aead: Aead::Aes128Gcm };
    assert_eq!(suite.receiver(&[1; 31], &[9; 32], b"").unwrap_err().code(), Code::SecretKeyMalformed);
}

/// RFC 9180 7.3 numbers three.
#[test]
fn an_aead_without_a_number_is_refused() {
    for aead in [Aead::Aes128GcmSiv, Aead::Aes256GcmSiv] {
        let suite = Suite { kem: Kem::X25519, aead };
        let recipient = suite.kem.generate_key_pair(&mut SystemRandom).unwrap();
        let sealed = suite.seal(recipient.public(), b"", b"", b"", &mut SystemRandom);
        assert_eq!(sealed.unwrap_err().code(), Code::AlgorithmUnsupported);
        let receiver = suite.receiver(recipient.secret(), recipient.public(), b"");
        assert_eq!(receiver.err().map(|error| error.code()), Some(Code::AlgorithmUnsupported));
    }
}

#[test]
fn exports_are_limited_to_255_blocks() {
    let suite = Suite { kem: Kem::X25519, aead: Aead::Aes128Gcm };
    let recipient = suite.kem.generate_key_pair(&mut SystemRandom).unwrap();
    let (_, sender) = suite.sender(recipient.public(), b"", &mut SystemRandom).unwrap();
    assert_eq!(sender.export(b"", 8160).unwrap().len(), 8160);
    for length in [8161, 65535, 65536, usize::MAX] {
        assert_eq!(sender.export(b"", length).unwrap_err().code(), Code::LengthInvalid);
    }
}

#[test]
fn debug_shows_no_secret() {
    let pair = Kem::X25519.derive_key_pair(&[1; 32]).unwrap();
    let secret = format!("{:?}", pair.secret());
    assert!(!format!("{pair:?}").contains(secret.trim_matches(['[', ']'])));
    let suite = Suite { kem: Kem::X25519, aead: Aead::Aes128Gcm };
    let (_, sender) = suite.sender(pair.public(), b"", &mut SystemRandom).unwrap();
    assert_eq!(format!("{sender:?}"), "Sender { suite: Suite { kem: X25519, aead: Aes128Gcm }, .. }");
}
