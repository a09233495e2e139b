use mimicred_keys::SystemRandom;
use mimicred_keys::hpke::Sealed;
use proptest::prelude::*;

use super::*;
use crate::sharing::interpolate;
use crate::testing::{BINDING, STRANGERS, TWO_OF_THREE, code, flipped, misfits, random};

/// The key that never comes into being otherwise.
fn secret_key() -> Scalar {
    let shares = &TWO_OF_THREE.shares;
    let xs = [Scalar::from_u64(1), Scalar::from_u64(2)];
    interpolate(&xs, &[shares[0].scalar(), shares[1].scalar()], &Scalar::from_u64(0)).unwrap()
}

fn custody_point(custody: &Custody) -> Point {
    Point::from_octets(&custody.public_key()).unwrap()
}

fn dh(record: &SealedRecord) -> Point {
    record.encapsulated.mul(&secret_key()).unwrap()
}

/// A record of this ciphertext, proven with this ephemeral key.
pub(crate) fn proven(custody: &Custody, ephemeral: &Scalar, ciphertext: &[u8]) -> SealedRecord {
    let encapsulated = Point::base(ephemeral).unwrap();
    let mut octets = [&[1], &encapsulated.to_octets()[..], ciphertext].concat();
    let base = Point::generator();
    let pairs = [(&base, &encapsulated)];
    let context = [&custody.digest()[..], &BINDING.aad(), &octets];
    let proof = Proof::new(&statement(&context, &pairs), ephemeral, &mut SystemRandom).unwrap();
    proof.write_into(&mut octets);
    SealedRecord::parse(&octets).unwrap()
}

/// `info`, `aad` and padding, octet by octet, by an ordinary HPKE receiver.
#[test]
fn inside_is_hpke_as_documented() {
    let custody = &TWO_OF_THREE.custody;
    let record = TWO_OF_THREE.record(b"account 1");
    let info = [b"mimicred escrow record 1\0", &custody.digest()[..]].concat();
    let aad = [b"sealed\0", &[7; 32][..]].concat();
    let sealed = Sealed { encapsulated: record.octets[1..66].to_vec(), ciphertext: record.octets[66..210].to_vec() };
    let padded = SUITE.open(&*secret_key().to_octets(), &info, &aad, &sealed).unwrap();
    assert_eq!(padded.len(), 128);
    assert_eq!(padded[..10], *b"\x09account 1");
    assert!(padded[10..].iter().all(|octet| *octet == 0));
    assert_eq!((record.octets[0], record.octets.len()), (1, 274));
    let digest = [b"mimicred escrow record digest 1\0", &aad[..], &record.octets].concat();
    assert_eq!(record.digest(&BINDING), mimicred_keys::sha256(&digest));
}

/// By an ordinary HPKE sender whose ephemeral key is known.
#[test]
fn another_hpke_seals_as_well() {
    let custody = &TWO_OF_THREE.custody;
    let material = [3; 32];
    let mut given = random("unused");
    struct Given([u8; 32]);
    impl Random for Given {
        fn fill(&mut self, out: &mut [u8]) -> Result<(), mimicred_keys::Error> {
            out.copy_from_slice(&self.0);
            Ok(())
        }
    }
    let info = [b"mimicred escrow record 1\0", &custody.digest()[..]].concat();
    let padded = [&b"\x04text"[..], &[0; 123]].concat();
    let sealed = SUITE.seal(&custody.public_key(), &info, &BINDING.aad(), &padded, &mut Given(material)).unwrap();
    let ephemeral = Scalar::from_octets(Kem::P256.derive_key_pair(&material).unwrap().secret()).unwrap();
    assert_eq!(sealed.encapsulated, Point::base(&ephemeral).unwrap().to_octets());
    let record = proven(custody, &ephemeral, &sealed.ciphertext);
    record.verify(custody, &BINDING).unwrap();
    assert_eq!(*record.open(custody, &BINDING, &dh(&record)).unwrap(), b"text");
    // Ours is another, with another key.
    assert_ne!(custody.seal(&BINDING, b"text", &mut given).unwrap(), record);
}

#[test]
fn every_bit_counts() {
    let custody = &TWO_OF_THREE.custody;
    let record = TWO_OF_THREE.record(b"account 1");
    record.verify(custody, &BINDING).unwrap();
    for (bit, changed) in flipped(&record.octets) {
        let outcome = SealedRecord::parse(&changed).and_then(|record| record.verify(custody, &BINDING));
        assert!([Code::RecordMalformed, Code::RecordUnproven].contains(&code(outcome)), "{bit}");
    }
    for octets in misfits(&record.octets) {
        assert_eq!(code(SealedRecord::parse(&octets)), Code::RecordMalformed);
    }
}

#[test]
fn a_record_is_of_one_row_one_mode_and_one_custody() {
    let record = TWO_OF_THREE.record(b"account 1");
    let custody = &TWO_OF_THREE.custody;
    let others = [Binding { mode: Mode::Threshold, ..BINDING }, Binding { handle: [8; 32], ..BINDING }];
    for other in others {
        assert_eq!(code(record.verify(custody, &other)), Code::RecordUnproven);
        assert_eq!(code(record.open(custody, &other, &dh(&record))), Code::RecordInvalid);
        assert_ne!(record.digest(&other), record.digest(&BINDING));
    }
    assert_eq!(code(record.verify(&STRANGERS.custody, &BINDING)), Code::RecordUnproven);
    assert_eq!(*record.open(custody, &BINDING, &dh(&record)).unwrap(), b"account 1");
}

/// Why there is a proof: from the key of a derived record comes that of the first, and nothing in HPKE prevents it.
#[test]
fn a_record_derived_from_another_is_not_proven() {
    let custody = &TWO_OF_THREE.custody;
    let record = TWO_OF_THREE.record(b"account 1");
    let x = Scalar::from_u64(5);
    let derived = record.encapsulated.add(&Point::base(&x).unwrap()).unwrap();
    let opened = derived.mul(&secret_key()).unwrap();
    let back = opened.add(&custody_point(custody).mul(&x).unwrap().mul(&Scalar::from_u64(1).negate()).unwrap()).unwrap();
    assert_eq!(*record.open(custody, &BINDING, &back).unwrap(), b"account 1");

    // With the proof of the record, or one for the part that the attacker knows.
    let mut octets = record.octets;
    octets[1..66].copy_from_slice(&derived.to_octets());
    assert_eq!(code(SealedRecord::parse(&octets).unwrap().verify(custody, &BINDING)), Code::RecordUnproven);
    let known = proven(custody, &x, &record.octets[66..210]);
    octets[210..].copy_from_slice(&known.octets[210..]);
    assert_eq!(code(SealedRecord::parse(&octets).unwrap().verify(custody, &BINDING)), Code::RecordUnproven);
}

#[test]
fn what_does_not_open_or_is_padded_wrongly_is_invalid() {
    let custody = &TWO_OF_THREE.custody;
    let ephemeral = Scalar::from_u64(11);
    let sealed = |padded: &[u8]| {
        let pair = SUITE.kem.key_pair_of(&*ephemeral.to_octets()).unwrap();
        let dh = custody_point(custody).mul(&ephemeral).unwrap();
        let mut sender = SUITE.sender_with(&pair, &custody.public_key(), &info(custody)).unwrap();
        let record = proven(custody, &ephemeral, &sender.seal(&BINDING.aad(), padded).unwrap());
        record.verify(custody, &BINDING).unwrap();
        record.open(custody, &BINDING, &dh)
    };
    let mut padded = [0; 128];
    padded[0] = 127;
    assert_eq!(*sealed(&padded).unwrap(), [0; 127]);
    padded[0] = 128;
    assert_eq!(code(sealed(&padded)), Code::RecordInvalid);
    padded[0] = 4;
    padded[127] = 1;
    assert_eq!(code(sealed(&padded)), Code::RecordInvalid);
    let garbage = proven(custody, &ephemeral, &[9; 144]);
    assert_eq!(code(garbage.open(custody, &BINDING, &dh(&garbage))), Code::RecordInvalid);
}

#[test]
fn a_record_holds_127_octets() {
    let custody = &TWO_OF_THREE.custody;
    for length in [0, 1, 126, 127] {
        let record = TWO_OF_THREE.record(&vec![1; length]);
        assert_eq!(*record.open(custody, &BINDING, &dh(&record)).unwrap(), vec![1; length]);
    }
    for length in [128, 255, 256, 300] {
        assert_eq!(code(custody.seal(&BINDING, &vec![1; length], &mut SystemRandom)), Code::ContentTooLong);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn what_is_sealed_is_opened(content in proptest::collection::vec(any::<u8>(), 0..=CONTENT_MAX), handle: [u8; 32]) {
        let (custody, binding) = (&TWO_OF_THREE.custody, Binding { mode: Mode::Threshold, handle });
        let record = custody.seal(&binding, &content, &mut SystemRandom).unwrap();
        let read = SealedRecord::parse(record.as_bytes()).unwrap();
        prop_assert_eq!(&read, &record);
        read.verify(custody, &binding).unwrap();
        prop_assert_eq!(&*read.open(custody, &binding, &dh(&record)).unwrap(), &content);
        // The same again is another record.
        prop_assert_ne!(custody.seal(&binding, &content, &mut SystemRandom).unwrap(), record);
    }

    #[test]
    fn never_panics(octets: Vec<u8>) {
        let _ = SealedRecord::parse(&octets);
    }
}
