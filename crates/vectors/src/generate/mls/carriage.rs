//! Media types, framing and carriages (mimi-mls.md 2.11, 3.5.4).

use super::bundle::small;
use super::cast::*;
use super::key_package::KeyPackage;
use super::tls::Tls;
use super::{and_more, cut, draft, of};
use crate::draft::{Draft, NewCase, case};
use crate::object::Object;

pub(super) fn files() -> Vec<Draft> {
    vec![media_types(), framings(), carried()]
}

fn media_types() -> Draft {
    let mut file =
        draft("mls/media-type-parse", "Media types as text, and in their only spelling.", &["RFC 2045 5.1", "mimi-mls.md 2.11"]);
    let rules = ["mimi-mls.md 2.11"];
    file.group("The text", Object::new());
    let of = |id: &str, comment: &str, text: &str| case(id, comment, &rules).input(Object::new().text("text", text));
    let expected = |media_type: &str| {
        let essence = media_type.split(';').next().unwrap_or_default();
        Object::new().text("media_type", media_type).text("essence", essence)
    };
    for (id, comment, text, media_type) in [
        ("credential", "a credential of any type", "application/mls-credential", "application/mls-credential"),
        ("named", "of one type", "application/mls-credential;name=x509", "application/mls-credential;name=x509"),
        ("spelt", "case, spaces, quotes", "Application/MLS-Credential ; name=\"x509\"", "application/mls-credential;name=x509"),
        ("parameter-ignored", "a parameter without meaning", "application/sd-jwt;q=1", "application/sd-jwt"),
        ("older-sd-jwt", "an older spelling", "application/sd+jwt", "application/sd-jwt"),
        ("older-sd-cwt", "an older spelling", "application/sd+cwt", "application/sd-cwt"),
        ("foreign", "one that means nothing here keeps its parameters", "Text/Plain; charset=UTF-8", "text/plain;charset=UTF-8"),
        ("quoted", "a value that needs quotes", r#"text/plain;x="a \"b\" c""#, r#"text/plain;x="a \"b\" c""#),
        ("kb-cwt", "an SD-KBT", "application/kb+cwt", "application/kb+cwt"),
    ] {
        file.valid(of(id, comment, text), expected(media_type));
    }
    for (id, comment, text) in [
        ("no-slash", "no subtype", "application"),
        ("empty-sub", "an empty subtype", "application/"),
        ("space-inside", "a space in the subtype", "application/kb cwt"),
        ("parameter-no-value", "a parameter without a value", "application/kb+cwt;q"),
        ("parameter-twice", "a parameter twice", "application/kb+cwt;q=1;Q=1"),
        ("quote-open", "a quote that is not closed", "application/kb+cwt;q=\"1"),
        ("semicolon-last", "a semicolon at the end", "application/kb+cwt;"),
    ] {
        file.refused(of(id, comment, text), "mls/media-type-malformed");
    }
    let new = of("name-unknown", "a credential type that is not in the registry", "application/mls-credential;name=x510");
    file.refused(new.differs_from("named"), "mls/media-type-malformed");
    let long = format!("text/plain;x={}", "a".repeat(1100));
    file.refused(of("long", "longer than is read", &long).flag("limit"), "mls/limit");
    file
}

/// ApplicationFraming with a media type without parameters, or none.
fn framed(media_type: &str, content: &[u8]) -> Tls {
    let what = if media_type.is_empty() { "media_type: the first of the room" } else { "media_type" };
    Tls::new().text(media_type, what).vector(b"", "parameters").vector(content, "inner_application_content")
}

fn framings() -> Draft {
    let about = "ApplicationFraming, in rooms that list media types.";
    let mut file = draft("mls/framing-decode", about, &["draft-ietf-mls-extensions content_media_types", "mimi-mls.md 2.4"]);
    let rules = ["draft-ietf-mls-extensions ApplicationFraming"];
    let listed = ["application/mimi-content", "application/mls-credential;name=x509", "text/plain"];
    file.group("In a room that lists three", Object::new().list("media_types", listed));
    let case_of = |id: &str, comment: &str, tls: &Tls| of(id, comment, &rules, &tls.octets()).intermediates(tls.lines());
    let expected = |media_type: &str| Object::new().text("media_type", media_type).text("content", "07");
    file.valid(case_of("first", "no media type: it is the first", &framed("", &[7])), expected("application/mimi-content"));
    let credential = |name: &str| {
        let parameters = Tls::new().text("name", "name").text(name, "value");
        Tls::new()
            .text("application/mls-credential", "media_type")
            .nested(&parameters, "parameters")
            .vector(&[7], "inner_application_content")
    };
    file.valid(
        case_of("parameter", "with the parameter that is listed", &credential("x509")),
        expected("application/mls-credential;name=x509"),
    );
    let plain = Tls::new()
        .text("text/plain", "media_type")
        .nested(&Tls::new().text("charset", "name").text("utf-8", "value"), "parameters")
        .vector(&[7], "inner_application_content");
    let new = case_of("more-parameters", "what is listed without parameters admits all of them", &plain);
    file.valid(new, expected("text/plain;charset=utf-8"));
    let good = framed("text/plain", &[7]);
    file.valid(case_of("good", "one of the list", &good), expected("text/plain"));
    let unlisted = "mls/media-type-unlisted";
    file.refused(case_of("unlisted", "another one", &framed("text/html", &[7])), unlisted);
    let new = case_of("other-parameter", "with another parameter than is listed", &credential("sd_cwt"));
    file.refused(new.differs_from("parameter"), unlisted);
    let new = case_of("no-parameter", "without the parameter that is listed", &framed("application/mls-credential", &[7]));
    file.refused(new.differs_from("parameter"), unlisted);
    let nowhere = Object::new().hex("octets", &good.octets()).list("media_types", Vec::<String>::new());
    file.refused(case("no-list", "in a room that lists none", &rules).input(nowhere), "mls/media-types-missing");
    file.refused(case_of("no-slash", "no media type", &framed("text", &[7])), "mls/media-type-malformed");
    let nameless = Tls::new().text("", "media_type").nested(&Tls::new().text("a", "name").text("b", "value"), "parameters");
    file.refused(
        case_of("only-parameters", "parameters of no media type", &nameless.vector(&[7], "")),
        "mls/media-type-malformed",
    );
    let no_text = Tls::new().vector(b"\xff", "media_type").vector(b"", "parameters").vector(&[7], "");
    file.refused(case_of("no-text", "a media type that is not UTF-8", &no_text), "mls/text-invalid");
    file.refused(of("cut", "the last octet is missing", &rules, &cut(&good.octets())), "mls/truncated");
    file.refused(of("trailing", "an octet too many", &rules, &and_more(&good.octets())), "mls/trailing-octets");
    file
}

const LISTED: [&str; 8] = [
    "application/mimi-content",
    "application/mls-credential",
    "application/sd-jwt",
    "application/kb+cwt",
    "application/mimi-disclosure-bundle",
    "application/mimi-disclosure-sealed",
    "message/mls",
    "text/plain",
];

fn carried() -> Draft {
    let about =
        "Application data as reveals: one object (W1, W2), a MIMI content (W3), a sealed bundle (W4). Nothing is verified.";
    let mut file = draft("mls/carried-decode", about, &["mimi-mls.md 3.5.4"]);
    objects(&mut file);
    contents(&mut file);
    file
}

fn case_of(id: &str, comment: &str, media_type: &str, content: &[u8]) -> NewCase {
    let tls = framed(media_type, content);
    of(id, comment, &["mimi-mls.md 3.5.4"], &tls.octets()).intermediates(tls.lines())
}

/// What is in it is told by the operations for it.
fn object() -> Object {
    Object::new().text("carriage", "object")
}

fn objects(file: &mut Draft) {
    file.group("Objects, and what is sealed", Object::new().list("media_types", LISTED));
    let one = |kind: &str, content: mimicred_claims::Value<'static>| {
        Object::new().text("carriage", "object").list("items", [Object::new().text("kind", kind).with("content", content)])
    };
    let sealed = Object::new().text("kind", "sealed").text("content", "0102");
    let new = case_of("sealed", "W4: to be opened with the leaf's own key", "application/mimi-disclosure-sealed", &[1, 2]);
    file.valid(new, Object::new().text("carriage", "sealed").list("items", [sealed]));
    file.valid(case_of("bundle", "W2", "application/mimi-disclosure-bundle", &small().octets()), object());
    file.valid(case_of("sd-jwt", "W1: text", "application/sd-jwt", SD_JWT.as_bytes()), object());
    let credential = Object::new().int("type", 2).text("name", "x509").list("certificates", ["3003020100"]);
    let new = case_of("credential", "W1: a Credential", "application/mls-credential", &X509);
    file.valid(new, one("credential", credential.into()));
    let kbt = case_of("kb-cwt", "W1: octets, not looked at", "application/kb+cwt", b"\xd2\x84");
    file.valid(kbt, one("sd_kbt", "d284".into()));
    let none = "mls/not-a-reveal";
    file.refused(case_of("text", "text", "text/plain", b"Good evening"), none);
    let key_package = KeyPackage::new(&other_pseudonym()).message();
    file.refused(case_of("key-package", "a KeyPackage by itself is offered by nobody", "message/mls", &key_package), none);
    file.refused(case_of("empty", "an SD-KBT without octets", "application/kb+cwt", b""), "mls/empty");
    file.refused(
        case_of("unlisted", "a media type that the room does not list", "application/sd-cwt", b"\xd2"),
        "mls/media-type-unlisted",
    );
    let bare = Object::new().hex("octets", b"\xd2\x84").list("media_types", Vec::<String>::new());
    file.refused(case("bare", "bare, in a room that lists none", &["mimi-mls.md 2.4"]).input(bare), "mls/media-types-missing");
    let new = case_of("jwt-no-binding", "an SD-JWT without its key binding", "application/sd-jwt", b"e30.e30.AA~WzFd~");
    file.refused(new.differs_from("sd-jwt"), "mls/key-binding-missing");
    let new = case_of("jwt-no-text", "an SD-JWT that is not UTF-8", "application/sd-jwt", b"\xff").differs_from("sd-jwt");
    file.refused(new, "mls/text-invalid");
    let new = case_of(
        "bundle-cut",
        "a bundle whose last octet is missing",
        "application/mimi-disclosure-bundle",
        &cut(&small().octets()),
    );
    file.refused(new.differs_from("bundle"), "mls/truncated");
    let name = Tls::new().text("name", "name").text("sd_cwt", "value");
    let tls = Tls::new().text("application/mls-credential", "media_type").nested(&name, "parameters").vector(&X509, "");
    let new = of("other-name", "a credential of another type than its media type names", &["mimi-mls.md 2.11"], &tls.octets());
    file.refused(new.differs_from("credential"), "mls/media-type-mismatch");
}

/// A MIMI content with this body, written as in the draft's examples.
fn content(body: &[u8]) -> Vec<u8> {
    [&b"\x87\x50"[..], &[7; 16], b"\xf6\x40\xf6\xf6\xa0", body].concat()
}

/// The head of a CBOR string.
fn head(major: u8, length: usize) -> Vec<u8> {
    match u8::try_from(length).unwrap_or(u8::MAX) {
        length @ ..=23 => vec![major << 5 | length],
        length => vec![major << 5 | 24, length],
    }
}

fn single(content_type: &str, content: &[u8]) -> Vec<u8> {
    let content_type = [head(3, content_type.len()), content_type.as_bytes().to_vec()].concat();
    let content = [head(2, content.len()), content.to_vec()].concat();
    [&b"\x85\x03\x60\x01"[..], &content_type, &content].concat()
}

fn multi(semantics: u8, parts: &[Vec<u8>]) -> Vec<u8> {
    let count = u8::try_from(parts.len()).unwrap_or_default();
    [&[0x85, 3, 0x60, 3, semantics, 0x80 | count][..], &parts.concat()].concat()
}

fn contents(file: &mut Draft) {
    file.group("W3: MIMI contents", Object::new().list("media_types", LISTED));
    let of = |id: &str, comment: &str, body: &[u8]| case_of(id, comment, "", &content(body));
    let item = |part: u32, kind: &str, content: &str| Object::new().int("part", part).text("kind", kind).text("content", content);
    let expected = |items: &[Object]| Object::new().text("carriage", "content").list("items", items.iter().cloned());
    let (kbt, jwt) = (single("application/kb+cwt", b"\xd2\x84"), single("application/sd-jwt", SD_JWT.as_bytes()));
    let token = Object::new().text("sd_jwt", SD_JWT).with("compacted", false);
    let jwt_item = |part: u32| Object::new().int("part", part).text("kind", "sd_jwt").with("content", token.clone());
    let text = single("text/plain", b"hello");
    file.valid(of("single", "one part", &kbt), expected(&[item(0, "sd_kbt", "d284")]));
    let both = multi(2, &[kbt.clone(), jwt.clone()]);
    file.valid(of("process-all", "two parts, both of which count", &both), expected(&[item(1, "sd_kbt", "d284"), jwt_item(2)]));
    let with_text = multi(2, &[text.clone(), kbt.clone()]);
    file.valid(of("beside-text", "text beside it is for others to show", &with_text), expected(&[item(2, "sd_kbt", "d284")]));
    let one = multi(0, &[kbt.clone(), jwt.clone()]);
    file.valid(of("choose-one", "of alternatives the first", &one), expected(&[item(1, "sd_kbt", "d284")]));
    let accepted = Object::new().hex("octets", &framed("", &content(&one)).octets()).list("accepts", ["application/sd-jwt"]);
    let new = of("choose-accepted", "of alternatives the first that the room accepts", &one).input(accepted);
    file.valid(new, expected(&[jwt_item(2)]));
    let accepted =
        Object::new().hex("octets", &framed("", &content(&one)).octets()).list("accepts", ["application/mls-credential"]);
    let new =
        of("choose-none-accepted", "if the room accepts none, the first, so that a verdict can say why", &one).input(accepted);
    file.valid(new, expected(&[item(1, "sd_kbt", "d284")]));
    let unit = multi(1, &[kbt.clone(), text.clone()]);
    let new = of("single-unit", "in a unit, what is not understood is told too: the unit cannot be taken apart", &unit);
    file.valid(new, expected(&[item(1, "sd_kbt", "d284").int("unit", 0), item(2, "foreign", "text/plain").int("unit", 0)]));
    let broken = multi(2, &[single("application/kb+cwt", b""), jwt]);
    let unreadable = Object::new().int("part", 1).text("kind", "unreadable");
    file.valid(
        of("one-unreadable", "a part that cannot be read beside one that can", &broken),
        expected(&[unreadable, jwt_item(2)]),
    );
    let none = "mls/not-a-reveal";
    file.refused(of("only-text", "nothing but text", &text).differs_from("single"), none);
    file.refused(of("null", "no part", b"\x83\x03\x60\x00").differs_from("single"), none);
    let external = octets(concat!(
        "8f036002",
        "726170706c69636174696f6e2f6b622b637774",
        "60",
        "00",
        "00",
        "00",
        "404040",
        "00",
        "40",
        "6060"
    ));
    let beside = multi(2, &[kbt.clone(), external]);
    file.refused(of("external", "a reveal that lies elsewhere", &beside).differs_from("process-all"), "mls/reveal-external");
    let many = |count: usize| {
        multi(2, &[multi(2, &vec![kbt.clone(); 15]), multi(2, &vec![kbt.clone(); 15]), multi(2, &vec![kbt.clone(); count])])
    };
    file.valid(of("32-parts", "as many reveals as are read", &many(2)).flag("limit"), Object::new());
    file.refused(of("33-parts", "one more", &many(3)).flag("limit"), "mls/limit");
    let new = of("malformed", "what is no MIMI content", &[0]);
    file.refused(new.differs_from("single"), "mls/content-malformed");
}
