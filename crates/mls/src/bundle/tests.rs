use proptest::prelude::*;

use super::*;
use crate::credential::SdJwtForm;

fn bundle(items: Vec<BundleItem>) -> DisclosureBundle {
    DisclosureBundle {
        room_uri: "mimi://a.example/r/x".parse().unwrap(),
        subject_uri: "mimi://a.example/p/y".parse().unwrap(),
        items,
    }
}

#[test]
fn fields_are_in_their_order() {
    let octets = bundle(vec![BundleItem::sd_kbt([7, 8])]).encode().unwrap();
    assert_eq!(octets, b"\x00\x01\x14mimi://a.example/r/x\x14mimi://a.example/p/y\x04\x03\x02\x07\x08");
}

#[test]
fn items_are_opened_one_by_one() {
    let sd_jwt = SdJwt::new("e30.e30.AA~e30.e30.AA", SdJwtForm::Compacted).unwrap();
    let presentation = CredentialPresentation::decode(b"\x00\x05\x01\xd2\0\0\0\0\0\0\0\x01\x00\x00").unwrap();
    let items = vec![
        BundleItem::sd_jwt_kb(&sd_jwt).unwrap(),
        BundleItem::presentation(&presentation).unwrap(),
        BundleItem { item_type: ItemType::SdJwtKb, data: vec![2] },
        BundleItem { item_type: ItemType::KeyPackage, data: vec![0, 1] },
        BundleItem { item_type: ItemType::KeyPackage, data: vec![0, 1, 0, 5, 0, 1] },
        BundleItem { item_type: ItemType::KeyPackageOffer, data: vec![0, 2] },
        BundleItem { item_type: ItemType::Unknown(0), data: vec![1] },
        BundleItem { item_type: ItemType::Unknown(200), data: vec![1] },
        BundleItem::sd_kbt([]),
    ];
    let read = DisclosureBundle::decode(&bundle(items.clone()).encode().unwrap()).unwrap();
    assert_eq!(read.items, items);
    let opened: Vec<_> = read.items.iter().map(|item| item.open().map_err(|error| error.code())).collect();
    assert_eq!(
        opened,
        [
            Ok(Item::SdJwtKb(sd_jwt)),
            Ok(Item::MlsCredential(presentation)),
            Err(Code::FlagInvalid),
            Err(Code::MessageMalformed),
            Err(Code::Truncated),
            Err(Code::VersionUnsupported),
            Err(Code::ItemTypeUnknown),
            Err(Code::ItemTypeUnknown),
            Err(Code::Empty),
        ]
    );
}

#[test]
fn malformed_bundles() {
    let code = |octets: &[u8]| DisclosureBundle::decode(octets).unwrap_err().code();
    let good = bundle(vec![BundleItem::sd_kbt([7, 8])]).encode().unwrap();
    assert_eq!(code(&good[..good.len() - 1]), Code::Truncated);
    assert_eq!(code(&[&good[..], &[0]].concat()), Code::TrailingOctets);
    assert_eq!(code(&[&b"\x00\x02"[..], &good[2..]].concat()), Code::VersionUnsupported);
    assert_eq!(code(b"\x00\x01\x14mimi://a.example/r/x\x14mimi://a.example/p/y\x00"), Code::Empty);
    assert_eq!(code(b"\x00\x01\x14mimi://a.example/r/X\x14mimi://a.example/q/y\x04\x03\x02\x07\x08"), Code::UriInvalid);
    assert_eq!(code(b"\x00\x01\x00\x00\x00"), Code::UriInvalid);
    // An item that goes beyond the vector of items.
    assert_eq!(code(b"\x00\x01\x14mimi://a.example/r/x\x14mimi://a.example/p/y\x03\x03\x02\x07\x08"), Code::Truncated);
    assert_eq!(code(&vec![0; MAX_BUNDLE + 1]), Code::Limit);
    let many = bundle(vec![BundleItem::sd_kbt([1]); MAX_ITEMS + 1]).encode().unwrap();
    assert_eq!(code(&many), Code::Limit);
    assert_eq!(bundle(vec![]).encode().unwrap_err().code(), Code::Empty);
}

proptest! {
    #[test]
    fn round_trip(items in prop::collection::vec((1u8..10, prop::collection::vec(any::<u8>(), 0..80)), 1..5)) {
        let items = items.into_iter().map(|(number, data)| BundleItem { item_type: ItemType::from_number(number), data });
        let bundle = bundle(items.collect());
        prop_assert_eq!(DisclosureBundle::decode(&bundle.encode().unwrap()).unwrap(), bundle);
    }

    #[test]
    fn never_panics_and_has_one_encoding(octets in prop::collection::vec(any::<u8>(), 0..60)) {
        let head = &b"\x00\x01\x14mimi://a.example/r/x\x14mimi://a.example/p/y"[..];
        let octets = [head, &octets].concat();
        if let Ok(bundle) = DisclosureBundle::decode(&octets) {
            prop_assert_eq!(bundle.encode().unwrap(), octets);
            for item in &bundle.items {
                let _ = item.open();
            }
        }
    }
}
