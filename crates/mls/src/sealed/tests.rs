//! The vector of mimi-mls 3.5.5, and that nobody can be shown another text.

use mimicred_keys::SystemRandom;
use proptest::prelude::*;

use super::*;
use crate::bundle::BundleItem;

const VECTOR: &str = "000120ffe4d779d30d387e806730035a4031e4fe23e7468e2080bc83d9ceba7cc12ca8404600000005\
2097c3b10b4d6c133a78ea5dcc1cf6421d3f81ae37b1f628ce14ca6fce7730f333205c9cfcf054ad8c8e\
3a895d02d56f6348de2ee9b4e6f827514ca72f20654876a34069dc28df44b35bae82f73ab8bd39d9595b\
0ee1dc6c6d6e6ed36137a86096d6db03a933d0c27e6a41bc84a2779fc6a23ef218d3ca83f1c666dfc67b\
673b4dd2c9ade526efeb2d2054ef0e3c0bb02ffc44d519a76ce7263b4b2083121dabfb0d06f533a317a1\
d16e248315";
const INFO_SHA256: &str = "66f0b806bfdabddb8b55cb9d80e85d38bc12a14c3ae34daf821a139c50ccec2b";

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn context(suite: Suite) -> SealingContext<'static> {
    SealingContext { suite, group_id: &[1; 16], epoch: 7, sender_leaf: 3 }
}

fn bundle() -> DisclosureBundle {
    DisclosureBundle {
        room_uri: "mimi://hub.example/r/clubhouse".parse().unwrap(),
        subject_uri: "mimi://a.example/p/crazykoala75".parse().unwrap(),
        items: vec![BundleItem::sd_kbt([0, 1, 2, 3])],
    }
}

fn key(suite: Suite) -> RecipientKey {
    RecipientKey::generate(suite, &mut SystemRandom).unwrap()
}

fn sealed(suite: Suite, recipients: &[(u32, &RecipientKey)]) -> SealedDisclosure {
    let recipients: Vec<_> =
        recipients.iter().map(|(leaf, key)| Recipient { leaf: *leaf, recipient_key: key.public() }).collect();
    SealedDisclosure::seal(&bundle(), &context(suite), &recipients, &mut SystemRandom).unwrap()
}

fn code(result: Result<impl fmt::Debug, Error>) -> Code {
    result.unwrap_err().code()
}

const SUITE: Suite = Suite::X25519Aes128Ed25519;

/// Recipient private key 32×0b, content key 16×0e, salt 16×0d.
#[test]
fn vector_is_opened_and_made_again() {
    let octets = hex(VECTOR);
    assert_eq!(octets.len(), 214);
    let read = SealedDisclosure::decode(&octets).unwrap();
    assert_eq!(read.encode().unwrap(), octets);
    assert_eq!(read.recipients().collect::<Vec<_>>(), [5]);

    let content = sealed_content(&[0x0d; 16], &bundle()).unwrap();
    assert_eq!(content.len(), 89);
    assert_eq!(read.plaintext_hash, sha256(&content));
    assert_eq!(read.ciphertext, aead::seal(SUITE.hpke().aead, &[0x0e; 16], &NONCE, b"", &content).unwrap());
    let info = info(&context(SUITE), 5, &read.plaintext_hash).unwrap();
    assert_eq!(info.len(), 112);
    assert!(info.starts_with(b"\x2cMLS 1.0 \x0dMLS Component\xd0\x54\x13DisclosureRecipient\x40\x41\x10\x01"));
    assert_eq!(sha256(&info).to_vec(), hex(INFO_SHA256));
    // The recipient's half; the sender's ephemeral key, 32×0c, can be given to no API of ours.
    let content_key = SUITE.hpke().open(&[0x0b; 32], &info, b"", &read.entries[0].sealed_key).unwrap();
    assert_eq!(content_key, [0x0e; 16]);
}

#[test]
fn every_recipient_opens_the_same() {
    for suite in Suite::ALL {
        let keys = [key(suite), key(suite), key(suite)];
        let made = sealed(suite, &[(9, &keys[0]), (2, &keys[1]), (4, &keys[2])]);
        let read = SealedDisclosure::decode(&made.encode().unwrap()).unwrap();
        assert_eq!(read.recipients().collect::<Vec<_>>(), [2, 4, 9]);
        for (leaf, key) in [(9, &keys[0]), (2, &keys[1]), (4, &keys[2])] {
            assert_eq!(read.open(&context(suite), leaf, key).unwrap(), bundle());
        }
        assert_eq!(code(read.open(&context(suite), 3, &keys[0])), Code::SealedForOthers);
        assert_eq!(code(read.open(&context(suite), u32::MAX, &keys[0])), Code::SealedForOthers);
        assert_eq!(code(read.open(&context(suite), 2, &keys[0])), Code::SealedKeyInvalid);
    }
}

/// Group, epoch, sender, recipient and suite are in what the key is sealed for.
#[test]
fn it_opens_in_its_place_only() {
    let key = key(SUITE);
    let made = sealed(SUITE, &[(5, &key)]);
    let here = context(SUITE);
    assert!(made.open(&here, 5, &key).is_ok());
    for elsewhere in [
        SealingContext { group_id: &[2; 16], ..here },
        SealingContext { epoch: 8, ..here },
        SealingContext { sender_leaf: 4, ..here },
        SealingContext { suite: Suite::X25519ChaCha20Ed25519, ..here },
    ] {
        assert_eq!(code(made.open(&elsewhere, 5, &key)), Code::SealedKeyInvalid);
    }
}

#[test]
fn the_number_of_recipients_is_hidden_up_to_a_power_of_two() {
    let keys: Vec<_> = (0..5).map(|_| key(SUITE)).collect();
    let lengths: Vec<_> = (1..=5u32)
        .map(|count| {
            let recipients: Vec<_> = (0..count).zip(&keys).collect();
            let octets = sealed(SUITE, &recipients).encode().unwrap();
            let read = SealedDisclosure::decode(&octets).unwrap();
            assert_eq!(read.recipients().count(), recipients.len());
            (read.entries.len(), octets.len())
        })
        .collect();
    assert_eq!(lengths.iter().map(|(entries, _)| *entries).collect::<Vec<_>>(), [1, 2, 4, 4, 8]);
    assert_eq!(lengths[2].1, lengths[3].1);
}

/// A sender who shows two recipients different texts under one ciphertext, or under two: no hash fits both.
#[test]
fn recipients_cannot_be_shown_different_texts() {
    let (one, two) = (key(SUITE), key(SUITE));
    let mut cheating = sealed(SUITE, &[(1, &one), (2, &two)]);
    // A second text, sealed with another content key: its entry is made for another hash.
    let other = sealed(SUITE, &[(2, &two)]);
    cheating.entries[1] = other.entries[0].clone();
    assert!(cheating.open(&context(SUITE), 1, &one).is_ok());
    assert_eq!(code(cheating.open(&context(SUITE), 2, &two)), Code::SealedKeyInvalid);
    // Sealed for the right hash, with the wrong content key.
    let info = info(&context(SUITE), 2, &cheating.plaintext_hash).unwrap();
    cheating.entries[1].sealed_key = SUITE.hpke().seal(two.public(), &info, b"", &[7; 16], &mut SystemRandom).unwrap();
    assert_eq!(code(cheating.open(&context(SUITE), 2, &two)), Code::SealedContentInvalid);
    // The right key, and a text that is not the one of the hash.
    let content = sealed_content(&[9; 16], &bundle()).unwrap();
    cheating.ciphertext = aead::seal(SUITE.hpke().aead, &[7; 16], &NONCE, b"", &content).unwrap();
    assert_eq!(code(cheating.open(&context(SUITE), 2, &two)), Code::SealedContentInvalid);
}

#[test]
fn malformed_sealed_disclosures() {
    let keys = [key(SUITE), key(SUITE)];
    let good = sealed(SUITE, &[(1, &keys[0]), (2, &keys[1])]);
    let decoded = |it: &SealedDisclosure| SealedDisclosure::decode(&it.encode().unwrap());
    assert_eq!(decoded(&good).unwrap(), good);
    let with = |change: &dyn Fn(&mut SealedDisclosure)| {
        let mut changed = good.clone();
        change(&mut changed);
        code(decoded(&changed))
    };
    assert_eq!(with(&|it| it.entries.reverse()), Code::ValueOrder);
    assert_eq!(with(&|it| it.entries[1].recipient_leaf = 1), Code::ValueDuplicate);
    assert_eq!(with(&|it| it.entries.clear()), Code::SealedEntryCount);
    assert_eq!(with(&|it| it.entries.push(Entry { recipient_leaf: DUMMY, ..it.entries[0].clone() })), Code::SealedEntryCount);
    assert_eq!(with(&|it| it.entries.iter_mut().for_each(|entry| entry.recipient_leaf = DUMMY)), Code::SealedEntryCount);
    let octets = good.encode().unwrap();
    assert_eq!(code(SealedDisclosure::decode(&[&octets[..], b"x"].concat())), Code::TrailingOctets);
    assert_eq!(code(SealedDisclosure::decode(&[b"\x00\x02", &octets[2..]].concat())), Code::VersionUnsupported);
    assert_eq!(code(SealedDisclosure::decode(b"\x00\x01\x1f")), Code::Truncated);
    assert_eq!(code(SealedDisclosure::decode(b"\x00\x01\x02\xaa\xaa")), Code::SealedContentInvalid);
}

#[test]
fn there_is_somebody_to_seal_to() {
    let seal = |recipients: &[Recipient<'_>]| {
        SealedDisclosure::seal(&bundle(), &context(SUITE), recipients, &mut SystemRandom).map(|_| ())
    };
    let key = key(SUITE);
    let to = |leaf| Recipient { leaf, recipient_key: key.public() };
    assert_eq!(code(seal(&[])), Code::SealedNobody);
    assert_eq!(code(seal(&[to(1), to(1)])), Code::ValueDuplicate);
    assert_eq!(code(seal(&[to(u32::MAX)])), Code::ValueDuplicate);
    assert_eq!(code(seal(&[Recipient { leaf: 1, recipient_key: &[7; 31] }])), Code::Crypto);
    assert_eq!(code(seal(&vec![to(1); MAX_RECIPIENTS + 1])), Code::Limit);
}

/// Each flipped bit is refused by the recipient, wherever it is: nothing in it is loose.
#[test]
fn every_flipped_bit_is_refused() {
    let key = key(SUITE);
    let octets = sealed(SUITE, &[(5, &key)]).encode().unwrap();
    for at in 0..octets.len() * 8 {
        let mut flipped = octets.clone();
        flipped[at / 8] ^= 1 << (at % 8);
        let opened = SealedDisclosure::decode(&flipped).and_then(|it| it.open(&context(SUITE), 5, &key));
        assert!(opened.is_err(), "bit {at}");
    }
}

proptest! {
    #[test]
    fn never_panics_and_has_one_encoding(
        at in any::<prop::sample::Index>(),
        taken in 0usize..3,
        put in prop::collection::vec(any::<u8>(), 0..3),
    ) {
        let mut octets = hex(VECTOR);
        let at = at.index(octets.len());
        let end = (at + taken).min(octets.len());
        octets.splice(at..end, put);
        if let Ok(read) = SealedDisclosure::decode(&octets) {
            prop_assert_eq!(read.encode().unwrap(), octets);
        }
    }
}
