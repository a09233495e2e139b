use proptest::prelude::*;

use super::*;
use crate::SystemRandom;
use crate::testing::{Given, hex};

fn code<T>(outcome: Result<T, Error>) -> Code {
    outcome.err().expect("refused").code()
}

fn written(content: &[u8]) -> String {
    pem::write(LABEL, content).to_string()
}

/// RFC 9106 5.3.
#[test]
fn argon2id_is_that_of_rfc_9106() {
    let input = Argon2Input { password: &[1; 32], salt: &[2; 16], secret: &[3; 8], data: &[4; 12] };
    let tag = argon2id(&input, 32, 3, 4).unwrap();
    assert_eq!(tag.to_vec(), hex("0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"));
}

/// The table above, octet by octet.
#[test]
fn the_format_is_as_documented() {
    let file = protect(b"content", b"passphrase", Cost::new(16, 2, 1).unwrap(), &mut Given((0..28).collect())).unwrap();
    let block = pem::parse(&file).unwrap();
    let header = "6d696d6963726564 01 00000010 00000002 00000001 000102030405060708090a0b0c0d0e0f 101112131415161718191a1b";
    assert_eq!(block.der()[..49], hex(header));
    assert_eq!(block.der().len(), 49 + 7 + 16);
    let salt: Vec<u8> = (0..16).collect();
    let key = argon2id(&Argon2Input { password: b"passphrase", salt: &salt, secret: &[], data: &[] }, 16, 2, 1).unwrap();
    let nonce: Vec<u8> = (16..28).collect();
    assert_eq!(open(Aead::Aes256GcmSiv, &*key, &nonce, &hex(header), &block.der()[49..]).unwrap(), b"content");
}

#[test]
fn every_bit_counts_and_no_end_is_missing() {
    let file = protect(b"content", b"passphrase", Cost::LEAST, &mut SystemRandom).unwrap();
    let content = pem::parse(&file).unwrap().der().to_vec();
    for bit in 0..8 * content.len() {
        let mut changed = content.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let expected: &[Code] = match bit / 8 {
            0..9 => &[Code::ProtectedMalformed],
            // A number that is out of bounds, or one that is not.
            9..21 => &[Code::ProtectedCost, Code::ProtectedRefused],
            _ => &[Code::ProtectedRefused],
        };
        assert!(expected.contains(&code(unprotect(&written(&changed), b"passphrase"))), "bit {bit}");
    }
    for length in 0..content.len() {
        let expected = if length < 49 + 16 { Code::ProtectedMalformed } else { Code::ProtectedRefused };
        assert_eq!(code(unprotect(&written(&content[..length]), b"passphrase")), expected, "{length}");
    }
    assert_eq!(code(unprotect(&written(&[&content[..], &[0]].concat()), b"passphrase")), Code::ProtectedRefused);
    assert_eq!(code(unprotect(&pem::write("PRIVATE KEY", &content), b"passphrase")), Code::PemLabel);
    assert_eq!(code(unprotect(&file[1..], b"passphrase")), Code::PemMalformed);
    assert_eq!(*unprotect(&file, b"passphrase").unwrap(), b"content");
}

#[test]
fn passphrases_are_octets_and_not_empty() {
    let file = protect(b"content", b"passphrase", Cost::LEAST, &mut SystemRandom).unwrap();
    for wrong in [&b"passphras"[..], b"passphrase ", b"Passphrase", b"passphrase\n"] {
        assert_eq!(code(unprotect(&file, wrong)), Code::ProtectedRefused);
    }
    assert_eq!(code(unprotect(&file, b"")), Code::PassphraseEmpty);
    assert_eq!(code(protect(b"content", b"", Cost::LEAST, &mut SystemRandom)), Code::PassphraseEmpty);
}

#[test]
fn costs_are_bounded_wherever_they_come_from() {
    let fits = |memory, passes, lanes| match Cost::new(memory, passes, lanes) {
        Ok(_) => true,
        Err(error) => {
            assert_eq!(error.code(), Code::ProtectedCost);
            false
        }
    };
    for cost in [(8, 1, 1), (32, 1, 4), (256 * 1024, 16, 4)] {
        assert!(fits(cost.0, cost.1, cost.2), "{cost:?}");
    }
    for cost in [(7, 1, 1), (31, 1, 4), (256 * 1024 + 1, 1, 1), (8, 0, 1), (8, 17, 1), (8, 1, 0), (64, 1, 5), (u32::MAX, 1, 1)] {
        assert!(!fits(cost.0, cost.1, cost.2), "{cost:?}");
    }
    let file = protect(b"content", b"passphrase", Cost::LEAST, &mut SystemRandom).unwrap();
    let mut content = pem::parse(&file).unwrap().der().to_vec();
    content[9..13].copy_from_slice(&u32::MAX.to_be_bytes());
    assert_eq!(code(unprotect(&written(&content), b"passphrase")), Code::ProtectedCost);
}

#[test]
fn as_much_as_said_is_protected_and_no_more() {
    let most = vec![7; CONTENT_MAX];
    let file = protect(&most, b"passphrase", Cost::LEAST, &mut SystemRandom).unwrap();
    assert_eq!(*unprotect(&file, b"passphrase").unwrap(), most);
    assert_eq!(code(protect(&vec![7; CONTENT_MAX + 1], b"passphrase", Cost::LEAST, &mut SystemRandom)), Code::LengthInvalid);
    assert_eq!(code(unprotect(&"x".repeat(FILE_MAX + 1), b"passphrase")), Code::ProtectedMalformed);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn what_is_protected_comes_back(content: Vec<u8>, passphrase in proptest::collection::vec(any::<u8>(), 1..80)) {
        let file = protect(&content, &passphrase, Cost::LEAST, &mut SystemRandom).unwrap();
        prop_assert_eq!(&*unprotect(&file, &passphrase).unwrap(), &content);
        // A second file of the same is another one.
        prop_assert_ne!(&*file, &*protect(&content, &passphrase, Cost::LEAST, &mut SystemRandom).unwrap());
    }

    #[test]
    fn never_panics(text in "[A-Za-z0-9+/=\n-]{0,200}", content: Vec<u8>) {
        let _ = unprotect(&text, b"passphrase");
        let start = [&START[..], &[0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0, 1], &content].concat();
        let _ = unprotect(&written(&start), b"passphrase");
    }
}
