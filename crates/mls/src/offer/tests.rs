//! Offers by hand, on all kinds of key.

use mimicred_error::Report;
use mimicred_keys::Algorithm;
use proptest::prelude::*;

use super::*;
use crate::leaf_node::testing::{Fields, LIFETIME, leaf_key, sign, vector};

const SALT: [u8; SALT_LEN] = [7; SALT_LEN];
const NOT_AFTER: u64 = 1_790_600_000;
const NOW: u64 = 1_790_000_000;

fn room() -> MimiUri {
    "mimi://hub.example/r/clubhouse".parse().unwrap()
}

/// A KeyPackage with a usage, and with a number of its own.
fn key_package(key: &LeafKey, usage: Option<KeyPackageUsage>, number: u8) -> KeyPackageView {
    let suite: u16 = if key.public().algorithm() == Algorithm::P256 { 2 } else { 1 };
    let components = usage.map(|usage| Writer::new().u16(KEY_PACKAGE_USAGE).vector(&usage.encode().unwrap()).finish().unwrap());
    let dictionary = Writer::new().vector(&components.unwrap_or_default()).finish().unwrap();
    let extensions = Writer::new().u16(6).vector(&dictionary).finish().unwrap();
    let leaf = Fields::signed(key, LIFETIME, b"");
    let unsigned = [&[0, 1][..], &suite.to_be_bytes(), &[1, number], &leaf, &vector(&extensions)].concat();
    KeyPackageView::decode(&[unsigned.clone(), vector(&sign(key, b"KeyPackageTBS", &unsigned))].concat()).unwrap()
}

/// Alice, here and there.
struct Scene {
    room: MimiUri,
    here: LeafKey,
    there: Vec<LeafKey>,
    key_packages: Vec<KeyPackageView>,
}

impl Scene {
    /// One client, with two KeyPackages; and a second client with one.
    fn new(algorithm: Algorithm) -> Self {
        let (room, here, there) = (room(), leaf_key(Algorithm::Ed25519), vec![leaf_key(algorithm), leaf_key(algorithm)]);
        let usage = KeyPackageUsage::offered(&SALT, Some(&room), here.public()).unwrap();
        let key_packages = [(0, 1), (0, 2), (1, 3)].map(|(client, number)| key_package(&there[client], Some(usage), number));
        Self { room, here, there, key_packages: key_packages.to_vec() }
    }

    fn context(&self) -> OfferContext<'_> {
        OfferContext { room_uri: Some(&self.room), offerer_key: self.here.public() }
    }

    fn all(&self) -> Vec<&KeyPackageView> {
        self.key_packages.iter().collect()
    }

    fn prepared(&self) -> PreparedOffer {
        KeyPackageOffer::prepare(&self.context(), NOT_AFTER, &self.all(), SALT).unwrap()
    }

    fn offer(&self) -> KeyPackageOffer {
        self.prepared().sign(&[&self.there[1], &self.there[0]]).unwrap()
    }
}

fn code<T: fmt::Debug>(result: Result<T, Error>) -> Code {
    result.unwrap_err().code()
}

#[test]
fn an_offer_holds_for_its_key_packages() {
    for algorithm in [Algorithm::Ed25519, Algorithm::P256] {
        let scene = Scene::new(algorithm);
        let read = KeyPackageOffer::decode(&scene.offer().encode().unwrap()).unwrap();
        read.verify(&scene.context(), NOW, &scene.all()).unwrap();
        read.verify(&scene.context(), NOT_AFTER, &[&scene.key_packages[1]]).unwrap();
        assert_eq!(read.references().count(), 3);
        assert!(read.lists(&scene.key_packages[2]).unwrap());
        assert_eq!((read.not_after(), read.salt()), (NOT_AFTER, &SALT[..]));
    }
}

/// mimi-mls 3.5.1: version, room, key, time, references; then salt and signatures. mimi-mls 5.1: the first octets of what is signed.
#[test]
fn fields_are_in_their_order() {
    let scene = Scene::new(Algorithm::Ed25519);
    let one = [&scene.key_packages[0]];
    let prepared = KeyPackageOffer::prepare(&scene.context(), NOT_AFTER, &one, SALT).unwrap();
    let tbs = [
        &b"\x00\x01\x1emimi://hub.example/r/clubhouse\x20"[..],
        scene.here.public().octets(),
        &NOT_AFTER.to_be_bytes(),
        b"\x21\x20",
        &scene.key_packages[0].reference(mimicred_keys::HashAlgorithm::Sha256).unwrap(),
    ]
    .concat();
    let signed = prepared.to_be_signed().as_bytes();
    assert_eq!(signed, [&b"\x2bMLS 1.0 \x0dMLS Component\xd0\x57\x12KeyPackageOfferTBS"[..], &vector(&tbs)].concat());
    assert_eq!(prepared.keys(), [scene.there[0].public().clone()]);
    let signature = scene.there[0].sign(prepared.to_be_signed()).unwrap();
    let offer = prepared.finish(&[signature.as_bytes()]).unwrap();
    let signatures = [vector(scene.there[0].public().octets()), vector(signature.as_bytes())].concat();
    assert_eq!(offer.encode().unwrap(), [tbs, vector(&SALT), vector(&signatures)].concat());
}

/// Identity misbinding: Mallory passes Alice's KeyPackages off as his, in the same room, with an offer of Alice's or one of his own.
#[test]
fn another_members_key_packages_are_refused() {
    let scene = Scene::new(Algorithm::Ed25519);
    let mallory = leaf_key(Algorithm::Ed25519);
    let his = OfferContext { offerer_key: mallory.public(), ..scene.context() };
    assert_eq!(code(scene.offer().verify(&his, NOW, &scene.all())), Code::OfferElsewhere);
    // He cannot even prepare one: the KeyPackages were made for another offer.
    assert_eq!(code(KeyPackageOffer::prepare(&his, NOT_AFTER, &scene.all(), SALT)), Code::OfferCommitmentInvalid);
    // By hand, with his key where Alice's would have to sign.
    let mut forged = scene.offer();
    forged.tbs = Writer::new()
        .u16(1)
        .vector(scene.room.as_str().as_bytes())
        .vector(mallory.public().octets())
        .u64(NOT_AFTER)
        .list(&forged.references, |writer, reference| writer.vector(reference))
        .finish()
        .unwrap();
    forged.offerer_key = mallory.public().octets().to_vec();
    assert_eq!(code(forged.verify(&his, NOW, &scene.all())), Code::OfferSignatureInvalid);
    let content = safe_to_be_signed(KEY_PACKAGE_OFFER, LABEL, &forged.tbs).unwrap();
    forged.signatures = vec![(mallory.public().octets().to_vec(), mallory.sign(&content).unwrap().into_bytes())];
    assert_eq!(code(forged.verify(&his, NOW, &scene.all())), Code::OfferCommitmentInvalid);
    // KeyPackages of hers with a commitment that he has chosen do not exist; if they did, her signature would be missing.
    let usage = KeyPackageUsage::offered(&SALT, Some(&scene.room), mallory.public()).unwrap();
    let hers = key_package(&scene.there[0], Some(usage), 1);
    forged.references = vec![reference(&hers).unwrap()];
    assert_eq!(code(forged.verify(&his, NOW, &[&hers])), Code::OfferSignatureInvalid);
}

#[test]
fn an_offer_is_for_its_room_and_time() {
    let scene = Scene::new(Algorithm::Ed25519);
    let offer = scene.offer();
    let elsewhere = "mimi://hub.example/r/elsewhere".parse().unwrap();
    let other = OfferContext { room_uri: Some(&elsewhere), ..scene.context() };
    assert_eq!(code(offer.verify(&other, NOW, &scene.all())), Code::OfferElsewhere);
    let nowhere = OfferContext { room_uri: None, ..scene.context() };
    assert_eq!(code(offer.verify(&nowhere, NOW, &scene.all())), Code::OfferElsewhere);
    assert_eq!(code(offer.verify(&scene.context(), NOT_AFTER + 1, &scene.all())), Code::OfferExpired);
}

#[test]
fn an_offer_lists_its_key_packages() {
    let scene = Scene::new(Algorithm::Ed25519);
    let usage = KeyPackageUsage::offered(&SALT, Some(&scene.room), scene.here.public()).unwrap();
    let fourth = key_package(&scene.there[0], Some(usage), 4);
    let error = scene.offer().verify(&scene.context(), NOW, &[&scene.key_packages[0], &fourth]).unwrap_err();
    assert_eq!((error.code(), error.place()), (Code::OfferUnlisted, &At::Item(1)));
    for usage in [None, Some(KeyPackageUsage::Any), Some(KeyPackageUsage::Offered([9; 32]))] {
        let unmarked = key_package(&scene.there[0], usage, 5);
        let prepared = KeyPackageOffer::prepare(&scene.context(), NOT_AFTER, &[&unmarked], SALT);
        assert_eq!(code(prepared), Code::OfferCommitmentInvalid);
    }
    // A salt of another offer does not open the commitments.
    let mut offer = scene.offer();
    offer.salt = vec![8; SALT_LEN];
    assert_eq!(code(offer.verify(&scene.context(), NOW, &scene.all())), Code::OfferCommitmentInvalid);
}

#[test]
fn every_key_signs() {
    let scene = Scene::new(Algorithm::P256);
    assert_eq!(code(scene.prepared().sign(&[&scene.there[0]])), Code::OfferKeyMissing);
    assert_eq!(code(scene.prepared().finish(&[])), Code::OfferKeyMissing);
    let signature = scene.there[0].sign(scene.prepared().to_be_signed()).unwrap();
    let twice = [signature.as_bytes(), signature.as_bytes()];
    assert_eq!(code(scene.prepared().finish(&twice)), Code::OfferSignatureInvalid);
    let mut offer = scene.offer();
    let missing = offer.signatures.pop().unwrap();
    assert_eq!(code(offer.verify(&scene.context(), NOW, &scene.all())), Code::OfferSignatureInvalid);
    // Without the KeyPackage whose key has not signed, the rest is still offered.
    offer.verify(&scene.context(), NOW, &[&scene.key_packages[0]]).unwrap();
    // A signature that does not hold spoils all.
    offer.signatures.push((missing.0, signature.as_bytes().to_vec()));
    assert_eq!(code(offer.verify(&scene.context(), NOW, &[&scene.key_packages[0]])), Code::OfferSignatureInvalid);
}

#[test]
fn malformed_offers() {
    let scene = Scene::new(Algorithm::Ed25519);
    let good = scene.offer();
    let octets = good.encode().unwrap();
    assert_eq!(KeyPackageOffer::decode(&octets).unwrap(), good);
    for length in 0..octets.len() {
        assert!(KeyPackageOffer::decode(&octets[..length]).is_err());
    }
    let of = |octets: &[u8]| code(KeyPackageOffer::decode(octets));
    assert_eq!(of(&[&octets[..], b"x"].concat()), Code::TrailingOctets);
    assert_eq!(of(&[b"\x00\x02", &octets[2..]].concat()), Code::VersionUnsupported);
    let changed = |change: &dyn Fn(&mut KeyPackageOffer)| {
        let mut offer = good.clone();
        change(&mut offer);
        of(&offer.encode().unwrap())
    };
    assert_eq!(changed(&|offer| offer.salt = vec![7; 15]), Code::OfferSaltLength);
    assert_eq!(changed(&|offer| offer.signatures.push(offer.signatures[0].clone())), Code::ValueDuplicate);
    let tbs = |references: &[&[u8]]| {
        let writer = Writer::new().u16(1).vector(b"").vector(b"key").u64(1);
        writer.list(references, |writer, reference| writer.vector(reference)).finish().unwrap()
    };
    assert_eq!(changed(&|offer| offer.tbs = tbs(&[])), Code::Empty);
    assert_eq!(changed(&|offer| offer.tbs = tbs(&[b"one", b"two", b"one"])), Code::ValueDuplicate);
    assert_eq!(code(KeyPackageOffer::prepare(&scene.context(), NOT_AFTER, &[], SALT)), Code::Empty);
    let twice = [&scene.key_packages[0], &scene.key_packages[0]];
    assert_eq!(code(KeyPackageOffer::prepare(&scene.context(), NOT_AFTER, &twice, SALT)), Code::ValueDuplicate);
    let many = vec![&scene.key_packages[0]; MAX_OFFERED + 1];
    assert_eq!(code(KeyPackageOffer::prepare(&scene.context(), NOT_AFTER, &many, SALT)), Code::Limit);
}

/// Each bit of an offer counts, on each kind of key.
#[test]
fn every_flipped_bit_is_refused() {
    for algorithm in [Algorithm::Ed25519, Algorithm::P256] {
        let scene = Scene::new(algorithm);
        let octets = scene.offer().encode().unwrap();
        for at in 0..octets.len() * 8 {
            let mut flipped = octets.clone();
            flipped[at / 8] ^= 1 << (at % 8);
            let outcome = KeyPackageOffer::decode(&flipped).and_then(|it| it.verify(&scene.context(), NOW, &scene.all()));
            assert!(outcome.is_err(), "bit {at}");
        }
    }
}

#[test]
fn debug_shows_no_salt() {
    let shown = format!("{:?}", Scene::new(Algorithm::Ed25519).offer());
    assert!(shown.contains("key_packages: 3") && !shown.contains("7, 7"), "{shown}");
}

proptest! {
    #[test]
    fn never_panics_and_has_one_encoding(
        at in any::<prop::sample::Index>(),
        taken in 0usize..3,
        put in prop::collection::vec(any::<u8>(), 0..3),
    ) {
        let mut octets = Scene::new(Algorithm::Ed25519).offer().encode().unwrap();
        let at = at.index(octets.len());
        let end = (at + taken).min(octets.len());
        octets.splice(at..end, put);
        if let Ok(read) = KeyPackageOffer::decode(&octets) {
            prop_assert_eq!(read.encode().unwrap(), octets);
        }
    }
}
