//! Contents as the profile wants them.

use super::*;

/// mimi-mls 3.5.4: a lone part is single; root and reveals are profiles, KeyPackages unspecified; senderUri, roomUri and expires
/// are set.
#[test]
fn contents_are_composed_as_the_profile_says() {
    let lone = compose(vec![one(sd_jwt())]);
    assert_eq!(lone.nested_part, single("application/sd-jwt", TEXT.as_bytes()));
    assert_eq!(lone.extensions.sender_uri.as_deref(), Some("mimi://a.example/p/x"));
    assert_eq!(lone.extensions.room_uri.as_deref(), Some("mimi://hub.example/r/clubhouse"));
    assert_eq!((lone.expires, lone.replaces, lone.in_reply_to), (Some(Expires::Absolute(1_790_003_600)), None, None));

    let key_package = || one(Object::KeyPackage(KEY_PACKAGE.to_vec()));
    let offer = || one(Object::Bundle(bundle(vec![item(ItemType::KeyPackageOffer)])));
    let whole = compose(vec![
        Group::Alternatives(vec![one(sd_kbt()), one(sd_jwt())]),
        Group::Unit(vec![one(x509()), key_package(), offer()]),
        Group::Alternatives(vec![one(sd_kbt())]),
    ]);
    let shape: Vec<_> =
        whole.nested_part.parts().map(|(index, nested)| (index, nested.disposition.number(), nested.part.semantics())).collect();
    let (one_of, unit, all) = (PartSemantics::ChooseOne, PartSemantics::SingleUnit, PartSemantics::ProcessAll);
    let expected = [
        (0, 3, Some(all)),
        (1, 3, Some(one_of)),
        (2, 3, None),
        (3, 3, None),
        (4, 3, Some(unit)),
        (5, 3, None),
        (6, 0, None),
        (7, 3, None),
        (8, 3, None),
    ];
    assert_eq!(shape, expected);
    let read = MimiContent::decode(&whole.encode().unwrap()).unwrap();
    assert_eq!(places(read, |_| true), [(2, None), (5, Some(4)), (6, Some(4)), (7, Some(4)), (8, None)]);

    let request = whole.message_id(sender().as_str(), room().as_str()).unwrap();
    let (room, sender) = (room(), sender());
    let draft = ContentDraft::new(&room, &sender, [8; 16]).answering(request);
    assert_eq!(draft.compose(vec![one(sd_kbt())]).unwrap().in_reply_to, Some(request));
    assert!(!format!("{draft:?}").contains("8, 8"));
    let code = |groups| draft.compose(groups).err().map(|error| error.code());
    assert_eq!(code(vec![]), Some(Code::Empty));
    assert_eq!(code(vec![Group::Unit(vec![])]), Some(Code::Empty));
    assert_eq!(code(vec![one(sd_kbt()); MAX_ITEMS]), None);
    assert_eq!(code(vec![one(sd_kbt()); MAX_ITEMS + 1]), Some(Code::Limit));
    let pair = |group: fn(Vec<Group>) -> Group, inner: Group| group(vec![inner, one(sd_jwt())]);
    let levels_4 = pair(Group::Unit, pair(Group::Alternatives, one(sd_kbt())));
    assert_eq!(code(vec![levels_4.clone(), one(sd_kbt())]), None);
    assert_eq!(code(vec![pair(Group::Alternatives, levels_4), one(sd_kbt())]), Some(Code::ContentDepth));
}

#[test]
fn bundles_become_contents() {
    let token = BundleItem::sd_jwt_kb(&SdJwt::new(TEXT, SdJwtForm::Compacted).unwrap()).unwrap();
    let kbt = BundleItem::sd_kbt([0xd2, 0x84]);
    let package = BundleItem { item_type: ItemType::KeyPackage, data: KEY_PACKAGE.to_vec() };
    let groups = |items: Vec<&BundleItem>| Group::of_bundle(&bundle(items.into_iter().cloned().collect())).unwrap();
    assert_eq!(groups(vec![&token, &kbt]), [one(sd_jwt()), one(sd_kbt())]);
    let key_package = one(Object::KeyPackage(KEY_PACKAGE.to_vec()));
    assert_eq!(groups(vec![&package, &kbt]), [one(sd_kbt()), key_package.clone()]);
    let offer = item(ItemType::KeyPackageOffer);
    let offered = Group::Unit(vec![key_package, one(Object::Bundle(bundle(vec![offer.clone()])))]);
    assert_eq!(groups(vec![&package, &kbt, &offer]), [one(sd_kbt()), offered]);
    assert_eq!(Group::of_bundle(&bundle(vec![item(ItemType::Unknown(9))])).unwrap_err().code(), Code::ItemTypeUnknown);
}
