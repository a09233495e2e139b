//! Messages that are refused, each for one reason.

use mimicred_mls::content::{Disposition, Expires, ExternalPart, NestedPart, Part, PartSemantics};

use super::*;

/// The overall code, and the code of ours that the note names.
fn refusal(verdict: &Verdict) -> (VerdictCode, String) {
    let note = verdict.note.as_deref().unwrap_or_default();
    let slug = note.rsplit_once('[').map_or(note, |(_, slug)| slug.trim_end_matches(']'));
    (verdict.code, slug.to_owned())
}

fn reveal(meeting: &Meeting) -> MimiContent {
    meeting.content(vec![Parts::One(meeting.object(DisclosureFormat::SdKbt))])
}

/// A content as octets, up to its body, and the body.
fn split(content: &MimiContent) -> (Vec<u8>, Vec<u8>) {
    let octets = content.encode().unwrap();
    let null = NestedPart { disposition: Disposition::Unspecified, language: String::new(), part: Part::Null };
    let without = MimiContent { nested_part: null, ..content.clone() }.encode().unwrap();
    let (head, body) = octets.split_at(without.len() - 4);
    (head.to_vec(), body.to_vec())
}

#[test]
fn contents_that_are_none() {
    let mut meeting = Meeting::new();
    let content = reveal(&meeting);
    let octets = content.encode().unwrap();
    let (head, body) = split(&content);
    let all = |children: u8| [0x85, 3, 0x60, 3, 2, 0x80 | children];
    let null = [0x83, 0, 0x60, 0];
    let nested = |levels: usize| {
        let body = (1..levels).fold(body.clone(), |inner, _| [&all(2)[..], &inner, &null].concat());
        [head.as_slice(), &body].concat()
    };
    let lone_child = [head.as_slice(), &all(1), &body].concat();
    let long_head = [&octets[..1], &[0x58, 0x10], &octets[2..]].concat();
    assert_eq!(octets[1], 0x50, "the salt");
    for (sent, slug) in [
        (nested(5), "mls/content-depth"),
        (lone_child, "mls/content-parts"),
        (long_head, "mls/content-not-deterministic"),
        ([octets.as_slice(), &[0]].concat(), "mls/content-malformed"),
        (octets[..octets.len() - 1].to_vec(), "mls/content-malformed"),
    ] {
        let verdict = meeting.send(&ApplicationFraming { media_type: Some(MediaType::MimiContent), content: sent });
        assert_eq!(refusal(&verdict), (VerdictCode::Malformed, slug.to_owned()), "{verdict}");
    }
    for sent in [octets, nested(4)] {
        let verdict = meeting.send(&ApplicationFraming { media_type: Some(MediaType::MimiContent), content: sent });
        assert_eq!(verdict.code, VerdictCode::Ok, "{verdict}");
    }
}

/// senderUri and roomUri are there and equal the leaf's user and the room.
#[test]
fn contents_for_others() {
    let mut meeting = Meeting::new();
    let good = reveal(&meeting);
    let with = |sender: Option<&str>, room: Option<&str>| {
        let mut content = good.clone();
        content.extensions.sender_uri = sender.map(str::to_owned);
        content.extensions.room_uri = room.map(str::to_owned);
        content
    };
    let alice = meeting.alice.user.to_string();
    let (subject, audience) = (VerdictCode::SubjectMismatch, VerdictCode::AudienceMismatch);
    for (content, code) in [
        (with(Some(&alice), Some(ROOM)), VerdictCode::Ok),
        (with(Some(&alice), Some("mimi://hub.example/r/other")), audience),
        (with(Some(&alice), None), audience),
        (with(Some("mimi://a.example/p/person3"), Some(ROOM)), subject),
        (with(None, Some(ROOM)), subject),
    ] {
        assert_eq!(meeting.send_content(&content).code, code);
    }
    // The same of a bundle that is a part.
    let bundle = meeting.bundle(DisclosureFormat::SdKbt);
    for (room, user, code) in [
        (ROOM, alice.as_str(), VerdictCode::Ok),
        ("mimi://hub.example/r/other", alice.as_str(), audience),
        (ROOM, "mimi://a.example/p/person3", subject),
    ] {
        let bundle = DisclosureBundle { room_uri: uri(room), subject_uri: uri(user), ..bundle.clone() };
        let content = meeting.content(vec![Parts::One(Object::Bundle(bundle))]);
        assert_eq!(meeting.send_content(&content).code, code);
    }
}

/// Bob hears it five seconds later.
#[test]
fn expired_contents() {
    let mut meeting = Meeting::new();
    let heard = u32::try_from(NOW + 5).unwrap();
    for (expires, code) in [
        (Some(Expires::Absolute(heard)), VerdictCode::Stale),
        (Some(Expires::Absolute(heard + 1)), VerdictCode::Ok),
        (Some(Expires::Relative(1)), VerdictCode::Ok),
        (None, VerdictCode::Ok),
    ] {
        let content = MimiContent { expires, ..reveal(&meeting) };
        let verdict = meeting.send_content(&content);
        assert_eq!(verdict.code, code, "{verdict}");
    }
}

/// T-14: nothing is fetched.
#[test]
fn external_parts() {
    let mut meeting = Meeting::new();
    let mut content = reveal(&meeting);
    let elsewhere = ExternalPart {
        content_type: "image/png".into(),
        url: "https://tracker.example/1".into(),
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
    let picture = NestedPart { part: Part::External(Box::new(elsewhere)), ..content.nested_part.clone() };
    let parts = vec![content.nested_part.clone(), picture];
    content.nested_part.part = Part::Multi { semantics: PartSemantics::ProcessAll, parts };
    let verdict = meeting.send_content(&content);
    assert_eq!(refusal(&verdict), (VerdictCode::Malformed, "mls/reveal-external".into()), "{verdict}");
}

#[test]
fn media_types() {
    let mut meeting = Meeting::with(&LISTED[1..4], |_| {});
    let object = meeting.object(DisclosureFormat::MlsCredential);
    let framed =
        |media_type: &str, content: Vec<u8>| ApplicationFraming { media_type: Some(media_type.parse().unwrap()), content };
    let x509 = object.encode().unwrap();
    let jwt = meeting.object(DisclosureFormat::SdJwtKb).encode().unwrap();
    let kbt = meeting.object(DisclosureFormat::SdKbt).encode().unwrap();
    let (malformed, not_accepted) = (VerdictCode::Malformed, VerdictCode::FormatNotAccepted);
    for (sent, code, slug) in [
        (framed("application/kb+cwt", kbt), not_accepted, "mls/media-type-unlisted"),
        (framed("application/mls-credential;name=sd_jwt", x509.clone()), malformed, "mls/media-type-mismatch"),
        (framed("application/mls-credential", x509[..x509.len() - 1].to_vec()), malformed, "mls/truncated"),
        (framed("application/sd-jwt", b"e30.e30.AA~".to_vec()), malformed, "mls/key-binding-missing"),
    ] {
        let verdict = meeting.send(&sent);
        assert_eq!(verdict.code, code, "{verdict}");
        assert_eq!(refusal(&verdict).1, slug, "{verdict}");
    }
    assert_eq!(meeting.send(&framed("application/sd-jwt", jwt)).code, VerdictCode::Ok);
    // An empty type is the first of the list, a bundle here.
    let bundle = meeting.bundle(DisclosureFormat::SdKbt).encode().unwrap();
    let verdict = meeting.send(&ApplicationFraming { media_type: None, content: bundle });
    assert_eq!(verdict.code, VerdictCode::Ok, "{verdict}");

    // Types that a room may list, and that reveal nothing.
    let mut meeting = Meeting::with(&["application/sd-cwt", "text/plain", "message/mls", "application/mimi-content"], |_| {});
    let text = NestedPart { disposition: Disposition::Render, language: String::new(), part: Part::Null };
    let chat = MimiContent { nested_part: text, ..reveal(&meeting) };
    for sent in [
        framed("application/sd-cwt", vec![0xd2, 0x84]),
        framed("text/plain", b"good evening".to_vec()),
        framed("message/mls", vec![0, 1, 0, 5]),
        chat.frame().unwrap(),
    ] {
        let verdict = meeting.send(&sent);
        assert_eq!(refusal(&verdict), (not_accepted, "mls/not-a-reveal".into()), "{verdict}");
    }
}

/// Where the room lists media types everything is framed, and where it does not nothing is.
#[test]
fn framing_is_as_the_room_has_it() {
    let mut framing = Meeting::new();
    let bundle = framing.bundle(DisclosureFormat::SdKbt);
    let (bare, framed) = (bundle.encode().unwrap(), Object::Bundle(bundle).frame().unwrap().encode().unwrap());
    assert_eq!(framing.say(&framed).code, VerdictCode::Ok);
    let verdict = framing.say(&bare);
    assert_eq!(verdict.code, VerdictCode::Malformed, "{verdict}");

    let mut plain = Meeting::with(&[], |_| {});
    let bundle = plain.bundle(DisclosureFormat::SdKbt);
    let (bare, framed) = (bundle.encode().unwrap(), Object::Bundle(bundle).frame().unwrap().encode().unwrap());
    for data in [&framed, &bare] {
        let verdict = plain.say(data);
        assert_eq!(refusal(&verdict), (VerdictCode::FormatNotAccepted, "mls/media-types-missing".into()), "{verdict}");
    }
    // Who knows by other means that these are a bundle may say so.
    let verdict = plain.bob.judge(plain.from.own_index(), plain.bob.view.epoch, Reveal::Bundle(&bare), None, &NoStatusLists);
    assert_eq!(verdict.code, VerdictCode::Ok, "{verdict}");
}
