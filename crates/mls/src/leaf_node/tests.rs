mod encoding;
#[cfg(feature = "openmls")]
mod groups;

use mimicred_error::{At, Report};
use mimicred_keys::{SecretKey, SystemRandom};
use proptest::prelude::*;

use super::testing::*;
use super::*;

const ALGORITHMS: [Algorithm; 3] = [Algorithm::Ed25519, Algorithm::P256, Algorithm::P384];

fn code(octets: &[u8]) -> Code {
    LeafNode::decode(octets).unwrap_err().code()
}

#[test]
fn fields_are_in_order() {
    let fields = Fields { source: COMMIT.to_vec(), ..Fields::new() };
    let octets = fields.octets();
    let leaf = LeafNode::decode(&octets).unwrap();
    assert_eq!(leaf.octets(), octets);
    assert_eq!(leaf.encryption_key(), b"hpke");
    assert_eq!(leaf.signature_key_octets(), b"sig");
    assert_eq!(leaf.credential(), &Credential::SdCwt(b"kbt".to_vec()));
    let capabilities = Capabilities {
        versions: vec![1],
        cipher_suites: vec![1, 2],
        extensions: vec![6],
        proposals: vec![],
        credentials: vec![5, 0xf006],
    };
    assert_eq!(leaf.capabilities(), &capabilities);
    assert_eq!(leaf.source(), &LeafNodeSource::Commit { parent_hash: vec![0xaa, 0xbb] });
    let types: Vec<u16> = leaf.extensions().iter().map(|extension| extension.extension_type).collect();
    assert_eq!(types, [APP_DATA_DICTIONARY, 0x0a0a]);
    assert_eq!(leaf.extensions().get(0x0a0a), Some(&b"\x07"[..]));
    assert_eq!(leaf.extensions().get(0x0007), None);
    assert_eq!(leaf.app_components().unwrap(), Some(AppComponents::from_iter([0x0022, 0xd050])));
    assert_eq!(leaf.signature(), b"signature");
    let shown = format!("{leaf:?}");
    assert!(shown.contains("Extension(0x0006, 9 octets)") && shown.contains("SdCwt(3 octets)"), "{shown}");
}

#[test]
fn every_source_has_its_content() {
    let source = |octets: &[u8]| {
        let leaf = LeafNode::decode(&Fields { source: octets.to_vec(), ..Fields::new() }.octets()).unwrap();
        (leaf.source().name(), leaf.source().clone())
    };
    assert_eq!(source(LIFETIME), ("key_package", LeafNodeSource::KeyPackage { not_before: 5, not_after: 9 }));
    assert_eq!(source(UPDATE), ("update", LeafNodeSource::Update));
    assert_eq!(source(COMMIT), ("commit", LeafNodeSource::Commit { parent_hash: vec![0xaa, 0xbb] }));
    for unknown in [0, 4, 255] {
        let error = LeafNode::decode(&Fields { source: vec![unknown], ..Fields::new() }.octets()).unwrap_err();
        assert_eq!(error.code(), Code::LeafSourceUnknown);
        // encryption_key 5, signature_key 4, credential 6, capabilities 17.
        assert_eq!(error.place(), &At::Offset(32));
    }
}

#[test]
fn a_leaf_stands_inside_something_else() {
    let octets = [b"before", &Fields::new().octets()[..], b"after"].concat();
    let mut reader = Reader::new(&octets);
    reader.octets(6).unwrap();
    let leaf = LeafNode::read(&mut reader).unwrap();
    assert_eq!(leaf.octets(), Fields::new().octets());
    assert_eq!(reader.remaining(), b"after");
}

#[test]
fn a_leaf_may_have_no_extensions() {
    let leaf = LeafNode::decode(&Fields { extensions: vec![0], ..Fields::new() }.octets()).unwrap();
    assert_eq!(leaf.extensions().iter().count(), 0);
    assert_eq!(leaf.app_components().unwrap(), None);
    assert!(leaf.extensions().components().unwrap().is_empty());
    let empty = b"\x04\x00\x06\x01\x00".to_vec();
    let leaf = LeafNode::decode(&Fields { extensions: empty, ..Fields::new() }.octets()).unwrap();
    assert_eq!(leaf.app_components().unwrap(), None);
}

/// RFC 9420 2.1.2: no prefix is a leaf, nor is anything longer.
#[test]
fn cut_off_or_too_long() {
    for source in [LIFETIME, UPDATE, COMMIT] {
        let octets = Fields { source: source.to_vec(), ..Fields::new() }.octets();
        for end in 0..octets.len() {
            assert_eq!(code(&octets[..end]), Code::Truncated, "{end}");
        }
        assert_eq!(code(&[&octets[..], &[0]].concat()), Code::TrailingOctets);
    }
}

/// Every vector of a leaf, each with its length in two octets, in four, and with the prefix that does not exist.
#[test]
fn lengths_are_minimal() {
    let commit = Fields { source: COMMIT.to_vec(), ..Fields::new() };
    let octets = commit.octets();
    let mut lengths = vec![0, 5, 11, 15, 18, 23, 26, 27];
    // parent_hash, extensions, the dictionary, the other extension, the signature.
    lengths.extend([33, 36, 39, 51, 53]);
    for at in lengths {
        let length = octets[at];
        assert!(length < 20 && at + usize::from(length) < octets.len(), "no length at {at}");
        let with = |prefix: &[u8]| [&octets[..at], prefix, &octets[at + 1..]].concat();
        // The list of extensions grows by what is put into it, and must say so.
        let enlarged = |by: u8, octets: Vec<u8>| match at {
            39 | 51 => [&octets[..36], &[octets[36] + by], &octets[37..]].concat(),
            _ => octets,
        };
        assert_eq!(code(&enlarged(1, with(&[0x40, length]))), Code::LengthNotMinimal, "{at}");
        assert_eq!(code(&enlarged(3, with(&[0x80, 0, 0, length]))), Code::LengthNotMinimal, "{at}");
        assert_eq!(code(&with(&[0xc0 | length])), Code::LengthPrefix, "{at}");
    }
}

#[test]
fn sizes_and_numbers_are_bounded() {
    let good = Fields::new();
    let keys = |length: usize| {
        [
            Fields { encryption_key: vector(&vec![1; length]), ..good.clone() },
            Fields { signature_key: vector(&vec![1; length]), ..good.clone() },
        ]
    };
    keys(4096).iter().for_each(|fields| assert!(LeafNode::decode(&fields.octets()).is_ok()));
    keys(4097).iter().for_each(|fields| assert_eq!(code(&fields.octets()), Code::Limit));
    let signature = |length: usize| Fields { signature: vector(&vec![1; length]), ..good.clone() }.octets();
    assert!(LeafNode::decode(&signature(8192)).is_ok());
    assert_eq!(code(&signature(8193)), Code::Limit);
    let hash = |length: usize| Fields { source: [vec![3], vector(&vec![1; length])].concat(), ..good.clone() }.octets();
    assert!(LeafNode::decode(&hash(64)).is_ok());
    assert_eq!(code(&hash(65)), Code::Limit);

    let lists = |numbers: usize| {
        (0..5).map(move |list| {
            let mut lists = vec![vec![0]; 5];
            lists[list] = vector(&vec![1; 2 * numbers]);
            Fields { capabilities: lists.concat(), ..Fields::new() }.octets()
        })
    };
    lists(2048).for_each(|octets| assert!(LeafNode::decode(&octets).is_ok()));
    lists(2049).for_each(|octets| assert_eq!(code(&octets), Code::Limit));
    let odd = Fields { capabilities: b"\x03\x00\x01\x00\x00\x00\x00\x00".to_vec(), ..good.clone() };
    assert_eq!(code(&odd.octets()), Code::Truncated);

    let extensions = |count: u8| {
        let list: Vec<u8> = (0..count).flat_map(|number| [0xf0, number, 0]).collect();
        Fields { extensions: vector(&list), ..good.clone() }.octets()
    };
    assert!(LeafNode::decode(&extensions(64)).is_ok());
    assert_eq!(code(&extensions(65)), Code::Limit);
    let large = |length: usize| {
        let extension = [vec![0xf0, 0], vector(&vec![1; length])].concat();
        Fields { extensions: vector(&extension), ..good.clone() }.octets()
    };
    // The type takes two octets, the length four.
    assert!(LeafNode::decode(&large(256 * 1024 - 6)).is_ok());
    assert_eq!(code(&large(256 * 1024 - 5)), Code::Limit);
}

/// RFC 9420 13.4.
#[test]
fn extensions_are_listed_once() {
    let list = |octets: &[u8]| Fields { extensions: octets.to_vec(), ..Fields::new() }.octets();
    assert!(LeafNode::decode(&list(b"\x06\x0a\x0a\x00\x0a\x0b\x00")).is_ok());
    let error = LeafNode::decode(&list(b"\x06\x0a\x0a\x00\x0a\x0a\x00")).unwrap_err();
    assert_eq!(error.code(), Code::ExtensionDuplicate);
    // 32 octets and the source; the list's length, the first extension.
    assert_eq!(error.place(), &At::Offset(33 + 1 + 3));
    // A list that ends inside an extension.
    assert_eq!(code(&list(b"\x06\x0a\x0a\x00\x0a\x0b\x01")), Code::Truncated);
}

/// mimi-mls 2.4: strictly ascending.
#[test]
fn components_are_in_order() {
    let read = |dictionary: &[u8]| {
        let extension = [vec![0, 6], vector(dictionary)].concat();
        let octets = Fields { extensions: vector(&extension), ..Fields::new() }.octets();
        LeafNode::decode(&octets).unwrap().app_components()
    };
    let components = read(b"\x09\x00\x01\x03\x02\x00\x22\x00\x02\x00").unwrap().unwrap();
    assert_eq!(components, AppComponents::from_iter([0x22]));
    assert_eq!(read(b"\x03\x00\x02\x00").unwrap(), None);
    let code = |dictionary: &[u8]| {
        let error = read(dictionary).unwrap_err();
        assert_eq!(error.place(), &At::Field("app_data_dictionary".into()));
        error.code()
    };
    assert_eq!(code(b"\x06\x00\x02\x00\x00\x02\x00"), Code::ComponentDuplicate);
    assert_eq!(code(b"\x06\x00\x02\x00\x00\x01\x00"), Code::ComponentOrder);
    assert_eq!(code(b"\x03\x00\x01\x00\x00"), Code::TrailingOctets);
    assert_eq!(code(b"\x03\x00\x01\x01"), Code::Truncated);
    assert_eq!(code(b""), Code::Truncated);
    // The component itself.
    assert_eq!(read(b"\x08\x00\x01\x05\x04\x00\x22\x00\x22").unwrap_err().code(), Code::ComponentDuplicate);
}

#[test]
fn credentials_whose_end_is_known() {
    let with = |credential: &[u8]| Fields { credential: credential.to_vec(), ..Fields::new() }.octets();
    let read = |credential: &[u8]| LeafNode::decode(&with(credential)).unwrap().credential().clone();
    assert_eq!(read(b"\x00\x01\x02me"), Credential::Basic(b"me".to_vec()));
    assert_eq!(read(b"\x00\x02\x06\x05\x30\x03\x02\x01\x00"), Credential::X509(vec![b"\x30\x03\x02\x01\x00".to_vec()]));
    let sd_jwt = b"\x01\x02{}\x02{}\x01\x00\x04\x03[1]\x0ae30.e30.AA";
    let bare = read(&[b"\x00\x06", &sd_jwt[..]].concat());
    assert!(matches!(&bare, Credential::SdJwt(it) if it.as_str() == "e30.e30.AA~WzFd~e30.e30.AA"));
    assert_eq!(read(&[b"\xf0\x06", &vector(sd_jwt)[..]].concat()), bare);
    let multi = b"\x00\x03\x0c\x00\x01\x00\x01\x02me\x01k\x02si";
    assert!(matches!(read(multi), Credential::Multi(bindings) if bindings[0].credential == Credential::Basic(b"me".to_vec())));
    assert_eq!(code(&with(b"\x0a\x0a\x01x")), Code::CredentialShapeUnknown);
    assert_eq!(code(&with(b"\x00\x00\x01x")), Code::CredentialTypeReserved);
}

#[test]
fn the_length_of_the_key_is_its_algorithm() {
    let key = |octets: &[u8]| {
        LeafNode::decode(&Fields { signature_key: vector(octets), ..Fields::new() }.octets()).unwrap().signature_key()
    };
    for algorithm in ALGORITHMS {
        let public = leaf_key(algorithm).public().clone();
        assert_eq!(key(public.octets()).unwrap(), public);
    }
    let p256 = leaf_key(Algorithm::P256).public().octets().to_vec();
    let p521 = SecretKey::generate(Algorithm::P521, &mut SystemRandom).unwrap().public().octets().to_vec();
    let hybrid = [&[6], &p256[1..]].concat();
    let compressed = [&[2], &p256[1..33]].concat();
    let off_curve = [&[4][..], &[1; 64]].concat();
    for bad in [vec![], vec![1; 31], compressed, vec![4; 64], hybrid, off_curve, p521, vec![1; 32 + 65], vec![0; 57]] {
        let leaf = LeafNode::decode(&Fields { signature_key: vector(&bad), ..Fields::new() }.octets()).unwrap();
        assert_eq!(leaf.signature_key().unwrap_err().code(), Code::LeafKeyForm, "{} octets", bad.len());
        assert_eq!(leaf.verify_signature(Some((b"g", 0))).unwrap_err().code(), Code::LeafKeyForm);
    }
}

#[test]
fn the_signature_covers_the_place_but_for_key_packages() {
    for algorithm in ALGORITHMS {
        let key = leaf_key(algorithm);
        // group_id "room", leaf_index 258.
        let place = b"\x04room\x00\x00\x01\x02";
        for source in [UPDATE, COMMIT] {
            let leaf = LeafNode::decode(&Fields::signed(&key, source, place)).unwrap();
            leaf.verify_signature(Some((b"room", 258))).unwrap();
            for elsewhere in [(&b"room"[..], 257), (b"ROOM", 258), (b"", 258)] {
                assert_eq!(leaf.verify_signature(Some(elsewhere)).unwrap_err().code(), Code::LeafSignatureInvalid);
            }
            assert_eq!(leaf.verify_signature(None).unwrap_err().code(), Code::LeafGroupMissing);
            let nowhere = LeafNode::decode(&Fields::signed(&key, source, b"")).unwrap();
            assert_eq!(nowhere.verify_signature(Some((b"room", 258))).unwrap_err().code(), Code::LeafSignatureInvalid);
        }
        let leaf = LeafNode::decode(&Fields::signed(&key, LIFETIME, b"")).unwrap();
        leaf.verify_signature(None).unwrap();
        leaf.verify_signature(Some((b"room", 258))).unwrap();
        let placed = LeafNode::decode(&Fields::signed(&key, LIFETIME, place)).unwrap();
        assert_eq!(placed.verify_signature(Some((b"room", 258))).unwrap_err().code(), Code::LeafSignatureInvalid);
    }
}

/// The label separates a leaf from everything else that its key signs.
#[test]
fn the_signature_is_for_leaves() {
    let key = leaf_key(Algorithm::Ed25519);
    let fields = Fields { signature_key: vector(key.public().octets()), source: LIFETIME.to_vec(), ..Fields::new() };
    for (label, valid) in [("LeafNodeTBS", true), ("KeyPackageTBS", false), ("LeafNodeTbs", false)] {
        let signature = vector(&sign(&key, label.as_bytes(), &fields.unsigned()));
        let leaf = LeafNode::decode(&Fields { signature, ..fields.clone() }.octets()).unwrap();
        assert_eq!(leaf.verify_signature(None).is_ok(), valid, "{label}");
    }
}

/// One bit in every octet, and so in every field.
#[test]
fn a_flipped_bit_breaks_it() {
    for (algorithm, source, place) in [
        (Algorithm::Ed25519, LIFETIME, None),
        (Algorithm::P256, UPDATE, Some((&b"room"[..], 258))),
        (Algorithm::P384, COMMIT, Some((b"room", 258))),
    ] {
        let signed = if place.is_some() { &b"\x04room\x00\x00\x01\x02"[..] } else { b"" };
        let octets = Fields::signed(&leaf_key(algorithm), source, signed);
        LeafNode::decode(&octets).unwrap().verify_signature(place).unwrap();
        for at in 0..octets.len() {
            let mut flipped = octets.clone();
            flipped[at] ^= 1 << (at % 8);
            let verified = LeafNode::decode(&flipped).and_then(|leaf| leaf.verify_signature(place));
            assert!(verified.is_err(), "octet {at}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn never_panics(octets in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(leaf) = LeafNode::decode(&octets) {
            prop_assert_eq!(leaf.octets(), octets);
        }
    }

    #[test]
    fn never_panics_on_a_damaged_leaf(at in 0usize..60, taken in 0usize..4, put in prop::collection::vec(any::<u8>(), 0..4)) {
        let mut octets = Fields { source: COMMIT.to_vec(), ..Fields::new() }.octets();
        let at = at.min(octets.len());
        let end = (at + taken).min(octets.len());
        octets.splice(at..end, put);
        if let Ok(leaf) = LeafNode::decode(&octets) {
            prop_assert_eq!(leaf.octets(), octets);
            let _ = leaf.app_components();
            prop_assert!(leaf.verify_signature(Some((b"room", 1))).is_err());
        }
    }
}
