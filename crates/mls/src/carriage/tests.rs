//! What is a reveal, and which parts of one count.

mod chosen;
mod composed;

use mimicred_uri::MimiUri;

use super::*;
use crate::bundle::{BundleItem, DisclosureBundle, ItemType, MAX_ITEMS};
use crate::content::{Disposition, Expires, ExternalPart, MimiContent, NestedPart, Part, PartSemantics};
use crate::credential::{self, Credential, SdJwt, SdJwtForm};

const TEXT: &str = "e30.e30.AA~WzFd~e30.e30.AA";
const KEY_PACKAGE: [u8; 5] = [0, 1, 0, 5, 9];

fn uri(text: &str) -> MimiUri {
    text.parse().unwrap()
}

fn room() -> MimiUri {
    uri("mimi://hub.example/r/clubhouse")
}

fn sender() -> MimiUri {
    uri("mimi://a.example/p/x")
}

fn bundle(items: Vec<BundleItem>) -> DisclosureBundle {
    DisclosureBundle { room_uri: room(), subject_uri: sender(), items }
}

fn item(item_type: ItemType) -> BundleItem {
    BundleItem { item_type, data: vec![1] }
}

fn x509() -> Object {
    Object::Credential(Credential::X509(vec![vec![0, 1, 2, 3, 4]]))
}

fn sd_jwt() -> Object {
    Object::SdJwt(SdJwt::new(TEXT, SdJwtForm::Text).unwrap())
}

fn sd_kbt() -> Object {
    Object::SdKbt(vec![0xd2, 0x84])
}

fn one(object: Object) -> Group {
    Group::One(object)
}

fn compose(groups: Vec<Group>) -> MimiContent {
    ContentDraft::new(&room(), &sender(), [7; 16]).expiring(1_790_003_600).compose(groups).unwrap()
}

fn single(content_type: &str, content: &[u8]) -> NestedPart {
    let part = Part::Single { content_type: content_type.into(), content: content.into() };
    NestedPart { disposition: Disposition::Profile, language: String::new(), part }
}

fn multi(semantics: PartSemantics, parts: Vec<NestedPart>) -> NestedPart {
    NestedPart { disposition: Disposition::Profile, language: String::new(), part: Part::Multi { semantics, parts } }
}

fn with_body(nested_part: NestedPart) -> MimiContent {
    MimiContent { nested_part, ..compose(vec![one(sd_kbt())]) }
}

fn external(content_type: &str) -> NestedPart {
    let part = ExternalPart {
        content_type: content_type.into(),
        url: "https://a.example/x".into(),
        expires: 0,
        size: 0,
        enc_alg: 0,
        key: Vec::new(),
        nonce: Vec::new(),
        aad: Vec::new(),
        hash_alg: 0,
        content_hash: Vec::new(),
        description: String::new(),
        filename: String::new(),
    };
    NestedPart { disposition: Disposition::Attachment, language: String::new(), part: Part::External(Box::new(part)) }
}

fn refusal(content: MimiContent) -> Option<Code> {
    ContentReveal::new(content).err().map(|error| error.code())
}

/// Part indexes, units and what was found, in a room that accepts some kinds.
fn chosen(content: MimiContent, accepts: impl Fn(Kind) -> bool) -> Vec<(usize, Option<usize>, String)> {
    let found = |item: ContentItem| (item.index, item.unit, format!("{:?}", item.found));
    ContentReveal::new(content).unwrap().choose(accepts).into_iter().map(found).collect()
}

fn places(content: MimiContent, accepts: impl Fn(Kind) -> bool) -> Vec<(usize, Option<usize>)> {
    chosen(content, accepts).into_iter().map(|(index, unit, _)| (index, unit)).collect()
}

#[test]
fn objects_come_back_from_their_frames() {
    let listed = ["application/mls-credential", "application/sd-jwt", "application/kb+cwt", "application/mimi-disclosure-bundle"];
    let listed = listed.map(|listed| listed.parse::<MediaType>().unwrap());
    for object in [x509(), sd_jwt(), sd_kbt(), Object::Bundle(bundle(vec![item(ItemType::SdKbt)]))] {
        let framed = object.frame().unwrap();
        let Carried::Object(read) = Carried::decode(&framed.encode().unwrap(), &listed).unwrap() else { panic!() };
        assert_eq!(read, object);
        assert_eq!(read.kind(), Kind::of(&object.media_type()).unwrap());
    }
    assert_eq!(x509().frame().unwrap().media_type.unwrap().to_string(), "application/mls-credential;name=x509");
    assert_eq!(Object::KeyPackage(KEY_PACKAGE.to_vec()).frame().unwrap_err().code(), Code::NotAReveal);
    let sealed = ApplicationFraming { media_type: Some(MediaType::DisclosureSealed), content: vec![1] };
    let read = Carried::decode(&sealed.encode().unwrap(), &[MediaType::DisclosureSealed]).unwrap();
    assert!(matches!(&read, Carried::Sealed(octets) if octets == &[1]));
    assert_eq!(format!("{read:?}"), "Sealed(1 octets)");
}

/// mimi-mls 2.4: an empty type is the first of the room's list; another one must be in it; and where there is no list, there is no
/// framing.
#[test]
fn the_room_says_what_is_framed() {
    let code = |octets: &[u8], listed: &[MediaType]| Carried::decode(octets, listed).err().map(|error| error.code());
    let framed = |media_type, content: &[u8]| ApplicationFraming { media_type, content: content.into() }.encode().unwrap();
    let (kbt, jwt) = ([MediaType::KbCwt, MediaType::SdJwt], [MediaType::SdJwt, MediaType::KbCwt]);
    assert_eq!(code(&framed(None, &[0xd2]), &kbt), None);
    assert_eq!(code(&framed(None, &[0xd2]), &jwt), Some(Code::TextInvalid));
    assert_eq!(code(&framed(Some(MediaType::KbCwt), &[0xd2]), &jwt), None);
    assert_eq!(code(&framed(Some(MediaType::KbCwt), &[0xd2]), &jwt[..1]), Some(Code::MediaTypeUnlisted));
    assert_eq!(code(&framed(Some(MediaType::KbCwt), &[0xd2]), &[]), Some(Code::MediaTypesMissing));
    assert_eq!(code(&[0xd2], &[]), Some(Code::MediaTypesMissing));
    assert_eq!(code(&[0xd2, 0x84], &kbt), Some(Code::LengthPrefix), "bare octets in a room that frames");
    // A list that names a credential type admits that one only.
    let object = x509().frame().unwrap().encode().unwrap();
    for (listed, expected) in [
        ("application/mls-credential", None),
        ("application/mls-credential;name=x509", None),
        ("application/mls-credential;name=sd_cwt", Some(Code::MediaTypeUnlisted)),
    ] {
        assert_eq!(code(&object, &[listed.parse().unwrap()]), expected, "{listed}");
    }
}

#[test]
fn what_is_no_reveal() {
    let code = |media_type: &str, octets: &[u8]| {
        Carried::of_media_type(&media_type.parse().unwrap(), octets.to_vec()).err().map(|error| error.code())
    };
    for media_type in
        ["application/sd-cwt", "message/mls", "text/plain", "application/mimi-disclosure-request", "application/kb+jwt"]
    {
        assert_eq!(code(media_type, &KEY_PACKAGE), Some(Code::NotAReveal), "{media_type}");
    }
    assert_eq!(code("application/sd-jwt", TEXT.as_bytes()), None);
    assert_eq!(code("application/sd+jwt", TEXT.as_bytes()), None, "an older spelling");
    assert_eq!(code("application/sd-jwt", b"e30.e30.AA~WzFd~"), Some(Code::KeyBindingMissing));
    assert_eq!(code("application/sd-jwt", b"\xff"), Some(Code::TextInvalid));
    assert_eq!(code("application/kb+cwt", b""), Some(Code::Empty));
    assert_eq!(code("application/kb+cwt", &vec![0; crate::MAX_BUNDLE + 1]), Some(Code::Limit));
    let credential = Credential::X509(vec![vec![0, 1, 2, 3, 4]]).encode().unwrap();
    assert_eq!(code("application/mls-credential", &credential), None);
    assert_eq!(code("application/mls-credential;name=x509", &credential), None);
    assert_eq!(code("application/mls-credential;name=sd_jwt", &credential), Some(Code::MediaTypeMismatch));
    assert_eq!(code("application/mls-credential", &[credential.as_slice(), &[0]].concat()), Some(Code::TrailingOctets));
    let key_package = |octets: &[u8]| Object::decode(&MediaType::MlsMessage, octets).err().map(|error| error.code());
    assert_eq!((key_package(&KEY_PACKAGE), key_package(&[0, 1, 0, 3, 9])), (None, Some(Code::MessageMalformed)));
}

/// mimi-mls 4.4 T-14: nothing is fetched because of a reveal.
#[test]
fn nothing_lies_elsewhere() {
    let kbt = single("application/kb+cwt", &[1]);
    let beside = |part| with_body(multi(PartSemantics::ProcessAll, vec![kbt.clone(), part]));
    assert_eq!(refusal(beside(external("image/png"))), Some(Code::RevealExternal));
    assert_eq!(refusal(with_body(external("application/sd-jwt"))), Some(Code::RevealExternal));
    assert_eq!(refusal(with_body(external("image/png"))), Some(Code::NotAReveal), "a picture is a picture");
    let error = ContentReveal::new(beside(external("image/png"))).unwrap_err();
    assert!(error.to_string().ends_with("(item 2)"), "{error}");
}

/// A bundle that is a part counts with all its items.
#[test]
fn no_more_than_a_bundle_may_have() {
    let large = |items: usize| one(Object::Bundle(bundle(vec![item(ItemType::SdKbt); items])));
    let content = |count: usize| {
        let part = single(
            "application/mimi-disclosure-bundle",
            &Object::encode(&match large(count) {
                Group::One(object) => object,
                _ => panic!(),
            })
            .unwrap(),
        );
        refusal(with_body(multi(PartSemantics::ProcessAll, vec![part, single("application/kb+cwt", &[1])])))
    };
    assert_eq!((content(MAX_ITEMS - 1), content(MAX_ITEMS)), (None, Some(Code::Limit)));
}
