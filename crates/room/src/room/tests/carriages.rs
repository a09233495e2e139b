//! By whatever carriage an answer comes, the request is found whose nonce is in it (mimi-mls.md 3.5.4).

use mimicred_claims::Selection;
use mimicred_mls::carriage::{ContentDraft, Group as Parts, Object};
use mimicred_mls::{BundleItem, Credential, DisclosureRequest, Item, SdJwt, SdJwtForm};

use super::world::*;
use crate::policy::{DisclosureFormat, NonceMode};
use crate::testing::*;
use crate::{NoStatusLists, Reveal, Settings, VerdictCode, Verifier};

/// A room that takes these formats, and two requests of mine: the other one must not be taken for the one that is answered.
fn scene(formats: &[DisclosureFormat]) -> (Scene, DisclosureRequest) {
    let mut scene = Scene::new(|policy| {
        policy.nonce_mode = NonceMode::Challenge;
        policy.accepted_formats = formats.to_vec();
    });
    scene.ask(NOW + 600, NOW);
    let request = scene.ask(NOW + 600, NOW);
    scene.ask(NOW + 600, NOW);
    (scene, request)
}

/// What Alice makes of one format, in a bundle.
fn item(scene: &Scene, request: &DisclosureRequest, format: DisclosureFormat) -> BundleItem {
    let key = &scene.people[1].key;
    let context = scene.room.snapshots().current().unwrap().room_context(ALICE, Some(&challenge(request))).unwrap().unwrap();
    let owned = identity(format, &scene.provider, key.public(), &alice(), NOW + YEAR);
    let selection = match format {
        DisclosureFormat::MlsCredential => Selection::All,
        token => select(token, &["name"]),
    };
    bundle(context, &owned, &selection, key).items.remove(0)
}

fn receive(scene: &mut Scene, reveal: Reveal<'_>) -> VerdictCode {
    let mut verifier = Verifier {
        trust: &scene.trust,
        replay: &mut scene.replay,
        status: &NoStatusLists,
        disclosure_keys: &[],
        settings: Settings::default(),
    };
    scene.room.receive(&arrival(ALICE, 7, NOW), reveal, &mut verifier).unwrap().code
}

/// W2, and W1 as far as it is bound to anything.
#[test]
fn objects_alone_and_in_bundles() {
    for format in FORMATS {
        let (mut scene, request) = scene(&FORMATS);
        let item = item(&scene, &request, format);
        let answer = mimicred_mls::DisclosureBundle {
            room_uri: uri(ROOM),
            subject_uri: scene.people[1].user.clone(),
            items: vec![item.clone()],
        };
        assert_eq!(receive(&mut scene, Reveal::Bundle(&answer.encode().unwrap())), VerdictCode::Ok);
        let alone = match item.open().unwrap() {
            Item::SdJwtKb(token) => {
                let credential = Credential::SdJwt(SdJwt::new(token.as_str(), SdJwtForm::Compacted).unwrap());
                let octets = credential.encode().unwrap();
                assert_eq!(receive(&mut scene, Reveal::Credential(&octets)), VerdictCode::Replayed);
                receive(&mut scene, Reveal::SdJwt(token.as_str()))
            }
            Item::SdKbt(octets) => receive(&mut scene, Reveal::SdKbt(&octets)),
            Item::MlsCredential(made) => receive(&mut scene, Reveal::CredentialPresentation(&made.encode().unwrap())),
            _ => panic!(),
        };
        // The challenge was found, and is used up by the other message.
        assert_eq!(alone, VerdictCode::Replayed, "{format:?}");
    }
}

/// W3 without a reply, and with alternatives of which the room takes the second.
#[test]
fn contents() {
    let (mut scene, request) = scene(&[DisclosureFormat::SdJwtKb]);
    let object = |format| Parts::One(Object::of_item(&item(&scene, &request, format)).unwrap().unwrap());
    let either = Parts::Alternatives(vec![object(DisclosureFormat::SdKbt), object(DisclosureFormat::SdJwtKb)]);
    let (room, user) = (uri(ROOM), scene.people[1].user.clone());
    let content = ContentDraft::new(&room, &user, [3; 16]).compose(vec![either]).unwrap().encode().unwrap();
    assert_eq!(receive(&mut scene, Reveal::MimiContent(&content)), VerdictCode::Ok);
    let another = scene.ask(NOW + 600, NOW);
    let object = Parts::One(Object::of_item(&item(&scene, &another, DisclosureFormat::SdJwtKb)).unwrap().unwrap());
    // A reply to something that is no request of mine is looked at by its nonce.
    let id = mimicred_mls::content::MessageId::compute("s", "r", b"hello", &[0; 16]).unwrap();
    let reply = ContentDraft::new(&room, &user, [4; 16]).answering(id).compose(vec![object]).unwrap().encode().unwrap();
    assert_eq!(receive(&mut scene, Reveal::MimiContent(&reply)), VerdictCode::Ok);
}

/// What cannot be read is malformed, whatever was asked.
#[test]
fn garbage() {
    let (mut scene, _) = scene(&FORMATS);
    for reveal in [
        Reveal::Bundle(b"x"),
        Reveal::MimiContent(b"x"),
        Reveal::CredentialPresentation(b"x"),
        Reveal::Credential(b"x"),
        Reveal::SdJwt("x"),
        Reveal::SdKbt(b"x"),
    ] {
        assert_eq!(receive(&mut scene, reveal), VerdictCode::Malformed, "{reveal:?}");
    }
    assert_eq!(receive(&mut scene, Reveal::ApplicationData(b"x")), VerdictCode::FormatNotAccepted);
}
