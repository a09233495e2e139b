//! Every format by every carriage.

use mimicred_keys::Algorithm;
use mimicred_mls::MediaType;
use mimicred_mls::carriage::{ContentDraft, Group, Object as Carried};
use mimicred_mls::framing::ApplicationFraming;
use mimicred_room::policy::DisclosureFormat;

use super::world::*;
use crate::cast::{self, ISSUER, NOW, ROOM};
use crate::draft::{Draft, case};
use crate::object::{Object, hex};

pub(super) fn file() -> Draft {
    let about =
        "A member with a pseudonym reveals her name, in every format and by every carriage, and another member judges it.";
    let specifications =
        ["mimi-mls.md 3.4, 3.5", "draft-mahy-mimi-pseudonyms", "RFC 9901", "draft-ietf-spice-sd-cwt", "RFC 5280"];
    let mut file = Draft::new("room/carriages", "room/verify", about, &specifications);
    let (provider, leaf) = (Provider::new("issuer"), cast::key(Algorithm::Ed25519, "holder"));
    for format in FORMATS {
        one(&mut file, &provider, &leaf, format);
    }
    file
}

fn one(file: &mut Draft, provider: &Provider, leaf: &crate::sign::FixedKey, format: DisclosureFormat) {
    let reveal = Reveal::new(provider, format, leaf);
    let context = || context(leaf.public());
    let bundle = reveal.bundle(context());
    let octets = sure(bundle.encode());
    let name = name(format);
    let common = common(provider).with("message", arrived(NOW + 2));
    file.group(&format!("{name}, not framed"), common.clone());
    let nonce = Object::new().hex("nonce", &context().nonce);
    let id = |carriage: &str| format!("{name}-{carriage}");
    let rules = ["mimi-mls.md 3.5.3", "mimi-mls.md 3.5.4"];
    let bundled = || Object::new().text("carriage", "bundle").hex("octets", &octets);
    let new = case(id("bundle"), "in a DisclosureBundle", &rules).input(bundled()).intermediates(nonce);
    file.valid(new, expected(format));
    let content = content(&bundle);
    let new = case(id("mimi-content"), "in a MIMI content", &rules);
    file.valid(new.input(Object::new().text("carriage", "mimi-content").hex("octets", &content)), expected(format));
    let (text, token) = reveal.token(context());
    match format {
        DisclosureFormat::SdJwtKb => {
            let new = case(id("bare"), "by itself", &rules);
            file.valid(new.input(Object::new().text("carriage", "sd-jwt").with_some("text", text)), expected(format));
        }
        DisclosureFormat::SdKbt => {
            let new = case(id("bare"), "by itself", &rules);
            file.valid(new.input(Object::new().text("carriage", "sd-kbt").hex("octets", &token)), expected(format));
        }
        _ => {
            let presentation = reveal.item(context()).data;
            let new = case(id("presentation"), "as a CredentialPresentation by itself", &rules);
            file.valid(new.input(Object::new().text("carriage", "presentation").hex("octets", &presentation)), expected(format));
            // Without a proof of its own it is bound by nothing but the message.
            let new = case(id("bare"), "as a Credential by itself", &["mimi-mls.md 3.5.4 W1"]);
            file.refused(new.input(Object::new().text("carriage", "credential").hex("octets", &token)), "room/binding-implicit");
        }
    }

    let media_types = [MediaType::MimiContent, MediaType::DisclosureBundle, MediaType::SdJwt, MediaType::KbCwt];
    let framed = common.list("media_types", media_types.iter().map(ToString::to_string)).text("carriage", "application-data");
    file.group(&format!("{name}, framed in a room that lists media types"), framed);
    let frame = |media_type: Option<MediaType>, content: &[u8]| {
        let framing = ApplicationFraming { media_type, content: content.to_vec() };
        Object::new().text("octets", hex(&sure(framing.encode())))
    };
    let new = case(id("framed-bundle"), "a bundle, its media type named", &rules);
    file.valid(new.input(frame(Some(MediaType::DisclosureBundle), &octets)), expected(format));
    let new = case(id("framed-content"), "a MIMI content, which is the first of the list", &rules);
    file.valid(new.input(frame(None, &content)), expected(format));
    if let Some(object) = sure(Carried::of_item(&reveal.item(context()))) {
        let new = case(id("framed-bare"), "the token by itself", &rules);
        file.valid(new.input(Object::new().hex("octets", &sure(sure(object.frame()).encode()))), expected(format));
    }
}

/// The bundle's items as parts of a MIMI content.
pub(super) fn content(bundle: &mimicred_mls::DisclosureBundle) -> Vec<u8> {
    let (room, user) = (uri(ROOM), uri(USER));
    let groups = sure(Group::of_bundle(bundle));
    sure(sure(ContentDraft::new(&room, &user, [7; 16]).compose(groups)).encode())
}

/// What is learned from a reveal of the name.
pub(super) fn expected(format: DisclosureFormat) -> Object {
    let object = Object::new().text("verdict", "ok").text("user", USER);
    let path = match format {
        DisclosureFormat::SdJwtKb => "name",
        DisclosureFormat::SdKbt => "170",
        // A certificate shows more than the name.
        _ => return object,
    };
    let claim = Object::new().text("path", path).text("value", "Alice Adams").text("issuer", ISSUER);
    object.list("claims", [claim])
}
