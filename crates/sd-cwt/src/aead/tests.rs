use mimicred_claims::{Key, Value};
use mimicred_cose::SymmetricKey;
use mimicred_cose::cbor::{Reader, Writer};
use mimicred_error::Report;
use mimicred_keys::aead::Aead;
use mimicred_keys::{HashAlgorithm, Random};

use super::*;
use crate::token::CBOR;
use crate::{Code, Error};

/// The first disclosure of the draft, `[salt, "ABCD-123456", 501]`, as it stands in `sd_claims`: 35 octets.
const DISCLOSURE: &str = "5821 83 50bae611067bb823486797da1ebbb52f83 6b414243442d313233343536 1901f5";
/// The digest of it that every signed example has (trap 1).
const DIGEST: &str = "af375dc3fba1d082448642c00be7b2f7bb05c9d8fb61cfc230ddfdfb4616a693";
const NONCE: &str = "a0a1a2a3a4a5a6a7a8a9aaab";

/// `DISCLOSURE` under the key 00 01 02 .. and `NONCE`, computed by the Python package `cryptography` 48.0.0, for instance
/// `AESGCM(bytes(range(16))).encrypt(nonce, disclosure, None)`: number in the registry, length of the key, ciphertext, tag.
const SEALED: [(u16, u8, &str, &str); 5] = [
    (1, 16, "f2a7bbebc46f220cf1c0964821856a7ee85b0c8be8567fec613d40a971b9ba9e83a2b0", "f7b5c89b972e23018af94ce65d5cfe65"),
    (2, 32, "be39ff7dff2d13b919dda49b60ed1ac0cb197693f9f6002fd82317b44c9f4037cb77b2", "d4d3e8da8d60c155adbe34dcad8b5e95"),
    (29, 32, "548afb0ff700d3abdbb7d05c9b6d27e526ebfc3c282b22e0f0f5ea834256f63a7581e3", "27ed434c175154873224081b2907533b"),
    (30, 16, "bd09f42092f424f6068af04c4bb459ec299d4ede9c515fe6409f88b9d2fd5202f0cbff", "3532a7d134875756cefc8d83a612cdbf"),
    (31, 32, "34efdbf66f014e6127a61575e29f79949d0cfbca58dc4a17fe00335ca678de9a679577", "080bc80eb1561108c21ff7875f6ad2ce"),
];

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn key(len: u8) -> DisclosureKey {
    DisclosureKey::new(SymmetricKey::new(&(0..len).collect::<Vec<u8>>()))
}

struct Given(Vec<u8>);

impl Random for Given {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), mimicred_keys::Error> {
        out.copy_from_slice(&self.0.drain(..out.len()).collect::<Vec<_>>());
        Ok(())
    }
}

fn list(entries: &[Vec<u8>]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.array(entries.len());
    entries.iter().for_each(|entry| writer.raw(entry));
    writer.finish()
}

fn read_list(octets: &[u8]) -> Result<Vec<Entry<'_>>, Error> {
    let mut reader = Reader::new(octets, &CBOR).unwrap();
    let count = reader.array().unwrap();
    read(reader, count)
}

fn opened(entry: &[u8], id: u16, keys: &[DisclosureKey]) -> Result<(usize, usize), Code> {
    let list = list(&[entry.to_vec()]);
    let entries = read_list(&list).map_err(|error| error.code())?;
    let cipher = Cipher::of(Some(id)).map_err(|error| error.code())?;
    let (opened, pending) = open(&entries, cipher, keys, HashAlgorithm::Sha256, &mut CBOR.clone()).map_err(|error| {
        assert_eq!(error.place().to_string(), "header sd_aead_encrypted_claims[0]");
        error.code()
    })?;
    Ok((opened.len(), pending.len()))
}

/// CWT-A-003, CWT-A-011, CWT-A-012, CWT-A-013, trap 3: what another implementation encrypts, octet for octet. The ciphertext has the
/// 35 octets of the encoded disclosure, two more than its content.
#[test]
fn entries_are_those_of_another_implementation() {
    for (id, key_len, ciphertext, tag) in SEALED {
        let disclosure = hex(DISCLOSURE);
        let encoded = Reader::new(&disclosure, &CBOR).unwrap().encoded_bytes().unwrap();
        assert_eq!((encoded.encoded.len(), encoded.content.len()), (35, 33));
        let (cipher, key) = (Cipher::of(Some(id)).unwrap(), key(key_len));
        let entries = seal(&[(encoded, &key)], cipher, &mut Given(hex(NONCE))).unwrap();
        assert_eq!(entries, [hex(&format!("83 4c{NONCE} 5823{ciphertext} 50{tag}"))], "{id}");

        let list = list(&entries);
        let entries = read_list(&list).unwrap();
        let (opened, pending) = open(&entries, cipher, &[key], HashAlgorithm::Sha256, &mut CBOR.clone()).unwrap();
        assert!(pending.is_empty());
        assert_eq!(opened[0].digest.as_ref(), hex(DIGEST));
        let mimicred_claims::Content::Claim(Key::Int(501), Value::Text(value)) = &opened[0].content else { panic!("{id}") };
        assert_eq!(value, "ABCD-123456");
    }
}

/// CWT-A-005, CWT-A-007, CWT-A-008, trap 24, trap 25.
#[test]
fn algorithms_by_their_numbers() {
    assert_eq!(Cipher::of(None).unwrap(), Cipher::Known(Aead::Aes128Gcm));
    let known = [
        (1, Aead::Aes128Gcm),
        (2, Aead::Aes256Gcm),
        (29, Aead::ChaCha20Poly1305),
        (30, Aead::Aes128GcmSiv),
        (31, Aead::Aes256GcmSiv),
    ];
    for (id, aead) in known {
        assert_eq!(Cipher::of(Some(id)).unwrap().aead().unwrap(), aead);
    }
    let banned = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 18, 19, 21, 22, 24, 25, 27, 28];
    for id in 0..=100 {
        let cipher = Cipher::of(Some(id)).map_err(|error| error.code());
        if banned.contains(&id) {
            assert_eq!(cipher, Err(Code::AlgUnsupported), "{id}");
        } else if known.iter().all(|(known, _)| *known != id) {
            // AES-SIV, 15 to 17, among them.
            assert_eq!(cipher.unwrap(), Cipher::Other(id));
            assert_eq!(cipher.unwrap().aead().unwrap_err().code(), Code::AlgUnsupported, "{id}");
        }
    }
}

/// CWT-A-007, CWT-A-009, CWT-A-010, CWT-A-013: lengths, and for algorithms that we do not know what holds for all that may be used.
#[test]
fn lengths_are_those_of_the_algorithm() {
    let entry = |nonce: usize, tag: usize| {
        let mut writer = Writer::new();
        writer.array(3);
        [nonce, 30, tag].iter().for_each(|len| writer.bytes(&vec![7; *len]));
        writer.finish()
    };
    for id in [1, 2, 29, 30, 31] {
        assert_eq!(opened(&entry(12, 16), id, &[]), Ok((0, 1)));
        for (nonce, tag) in [(11, 16), (13, 16), (16, 16), (0, 16), (12, 15), (12, 17), (12, 12), (12, 0), (12, 32)] {
            assert_eq!(opened(&entry(nonce, tag), id, &[]), Err(Code::AeadFormat), "{id}: {nonce}, {tag}");
        }
    }
    // AEGIS with an X.
    for id in 34..=37 {
        assert_eq!(opened(&entry(16, 32), id, &[]), Ok((0, 1)));
        for (nonce, tag) in [(16, 16), (16, 31), (0, 32)] {
            assert_eq!(opened(&entry(nonce, tag), id, &[]), Err(Code::AeadFormat), "{id}: {nonce}, {tag}");
        }
    }
    for (nonce, tag, expected) in
        [(1, 16, Ok((0, 1))), (32, 32, Ok((0, 1))), (0, 16, Err(Code::AeadFormat)), (12, 15, Err(Code::AeadFormat))]
    {
        assert_eq!(opened(&entry(nonce, tag), 33, &[]), expected);
    }
}

/// CWT-A-020, CWT-A-021.
#[test]
fn keys_serve_the_entries_that_mean_them() {
    let named = |context: &str| {
        let (_, _, ciphertext, tag) = SEALED[0];
        hex(&format!("84 4c{NONCE} 5823{ciphertext} 50{tag} {context}"))
    };
    let number = |number| KeyContext::Number(number);
    let seven = key(16).with_context(number(7));
    let wrong = DisclosureKey::new(SymmetricKey::new(&[9; 16]));
    let unnamed = named("")[1..].to_vec();
    let unnamed = [&[0x83], &unnamed[..]].concat();
    // The SHA-256 of a2 01 04 20 50 00 01 .. 0f, by sha256sum.
    let thumbprint = "5820 6c04a3e12a6a63f99b39da97e6c1d367005125555839627b16339bf3497fd947";

    // By number and by name; the right one among several.
    assert_eq!(opened(&named("07"), 1, std::slice::from_ref(&seven)), Ok((1, 0)));
    assert_eq!(opened(&named("63 726f74"), 1, &[key(16).with_context(KeyContext::Name("rot".to_owned()))]), Ok((1, 0)));
    assert_eq!(opened(&named("07"), 1, &[wrong.clone(), wrong.clone().with_context(number(8)), seven.clone()]), Ok((1, 0)));
    // By thumbprint, whatever else the key is called.
    for key in [key(16), seven.clone(), key(16).with_thumbprint()] {
        assert_eq!(opened(&named(thumbprint), 1, &[key]), Ok((1, 0)));
    }
    // Not meant: another name, another key's thumbprint, one that is no thumbprint; a name for an entry without, and the reverse.
    assert_eq!(opened(&named("08"), 1, std::slice::from_ref(&seven)), Ok((0, 1)));
    assert_eq!(opened(&named("61 37"), 1, std::slice::from_ref(&seven)), Ok((0, 1)));
    assert_eq!(opened(&named(thumbprint), 1, &[wrong.clone(), wrong.clone().with_thumbprint()]), Ok((0, 1)));
    assert_eq!(opened(&named("40"), 1, &[key(16), seven.clone()]), Ok((0, 1)));
    assert_eq!(opened(&unnamed, 1, std::slice::from_ref(&seven)), Ok((0, 1)));
    assert_eq!(opened(&named("07"), 1, &[key(16)]), Ok((0, 1)));
    // CWT-A-016: meant, and does not open; one of several that are meant does.
    assert_eq!(opened(&named("07"), 1, &[wrong.clone().with_context(number(7))]), Err(Code::AeadAuth));
    assert_eq!(opened(&unnamed, 1, std::slice::from_ref(&wrong)), Err(Code::AeadAuth));
    assert_eq!(opened(&unnamed, 1, &[wrong.clone(), key(16)]), Ok((1, 0)));
    // Keys of the wrong length, and an algorithm that we do not know.
    assert_eq!(opened(&unnamed, 2, &[key(16)]), Err(Code::AlgUnsupported));
    assert_eq!(opened(&unnamed, 1, &[key(32), key(15)]), Err(Code::AlgUnsupported));
    assert_eq!(opened(&unnamed, 1, &[key(32), key(16)]), Ok((1, 0)));
    for keys in [[key(32), wrong.clone()], [wrong, key(32)]] {
        assert_eq!(opened(&unnamed, 1, &keys), Err(Code::AeadAuth));
    }
    for id in [15, 16, 17, 20, 32, 33, 65535] {
        assert_eq!(opened(&unnamed, id, &[key(16)]), Err(Code::AlgUnsupported));
    }
}

/// CWT-A-010: a source that repeats itself is refused before anything is sealed with it.
#[test]
fn nonces_differ() {
    let disclosure = hex(DISCLOSURE);
    let encoded = Reader::new(&disclosure, &CBOR).unwrap().encoded_bytes().unwrap();
    let cipher = Cipher::of(None).unwrap();
    let key = key(16);
    let both = [(encoded, &key), (encoded, &key)];
    assert_eq!(seal(&both, cipher, &mut Given(vec![7; 24])).unwrap_err().code(), Code::SaltRepeated);
    let entries = seal(&both, cipher, &mut Given((0..24).collect())).unwrap();
    assert!(entries[0].starts_with(&hex("83 4c000102030405060708090a0b")));
    assert!(entries[1].starts_with(&hex("83 4c0c0d0e0f1011121314151617")));
    // A key that does not fit is refused, not cut.
    let fitting = seal(&[(encoded, &key)], Cipher::Known(Aead::Aes256Gcm), &mut Given(vec![7; 12]));
    assert_eq!(fitting.unwrap_err().code(), Code::AlgUnsupported);
    let unknown = seal(&[(encoded, &key)], Cipher::Other(32), &mut Given(vec![7; 12]));
    assert_eq!(unknown.unwrap_err().code(), Code::AlgUnsupported);
}

#[test]
fn names_and_numbers_of_algorithms() {
    let name = |id| Cipher::of(Some(id)).unwrap().name();
    assert_eq!((name(1), name(2), name(29)), ("AES-128-GCM".into(), "AES-256-GCM".into(), "ChaCha20-Poly1305".into()));
    assert_eq!((name(30), name(31), name(34)), ("AES-128-GCM-SIV".into(), "AES-256-GCM-SIV".into(), "AEAD 34".into()));
}
