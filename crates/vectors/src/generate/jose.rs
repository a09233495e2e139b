//! What stands below tokens: base64url, JSON, JWK, JWS.

mod json;
mod jwk;
mod jws;

use crate::draft::{Draft, case};
use crate::object::{Object, hex};

pub(super) fn files() -> Vec<Draft> {
    vec![base64url(), json::file(), jwk::file(), jws::file()]
}

fn base64url() -> Draft {
    let about = "Base64url without padding. Octets have exactly one text, so that the digest of a text is that of its octets.";
    let mut file = Draft::new("jose/base64url", "jose/base64url-decode", about, &["RFC 4648", "RFC 7515", "RFC 9901"]);
    file.group("Texts", Object::new());
    let rules = &["JWT-E-005", "RFC 4648 5", "RFC 7515 2"];
    let of = |id: &str, comment: &str, text: &str| case(id, comment, rules).input(Object::new().text("text", text));
    // RFC 4648 10, without padding.
    for (text, octets) in
        [("", ""), ("Zg", "f"), ("Zm8", "fo"), ("Zm9v", "foo"), ("Zm9vYg", "foob"), ("Zm9vYmE", "fooba"), ("Zm9vYmFy", "foobar")]
    {
        let id = if octets.is_empty() { "nothing".to_owned() } else { octets.to_owned() };
        file.valid(
            of(&id, "the example of RFC 4648, without padding", text),
            Object::new().text("octets", hex(octets.as_bytes())),
        );
    }
    file.valid(of("url-alphabet", "the two characters that differ from base64", "-_8"), Object::new().text("octets", "fbff"));
    let long = "-_8A".repeat(300);
    file.valid(of("long", "1200 characters", &long), Object::new().text("octets", "fbff00".repeat(300)));
    for (id, comment, text, good) in [
        ("padding", "padding", "Zg==", "f"),
        ("one-padding", "half of the padding", "Zg=", "f"),
        ("standard-alphabet", "the alphabet of base64", "+/8", "url-alphabet"),
        ("mixed-alphabet", "one character of the other alphabet", "-/8", "url-alphabet"),
        ("spare-bits", "spare bits that are not zero: f once more", "Zh", "f"),
        ("spare-bits-of-two", "spare bits that are not zero: fo once more", "Zm9", "fo"),
        ("one-character", "a length that no octets have", "Z", "f"),
        ("five-characters", "a length that no octets have", "Zm9vY", "foob"),
        ("space", "a space inside", "Zm9v YmFy", "foobar"),
        ("newline", "a newline at the end", "Zm9vYmFy\n", "foobar"),
        ("dot", "a dot", "Zm9v.YmFy", "foobar"),
        ("not-ascii", "a letter that is not ASCII", "Zm9\u{e4}", "foo"),
        ("full-width", "a full-width letter", "\u{ff3a}g", "f"),
        ("nul", "an octet of zero", "Zm9v\0", "foo"),
    ] {
        let new = of(id, comment, text).differs_from(good);
        // What a decoder forgives, it drops or repairs.
        let is_forgiven = id.starts_with("spare") || id.ends_with("padding");
        let new = if is_forgiven { new.flag("pitfall-malformed-disclosure") } else { new };
        file.refused(new, "jose/b64-malformed");
    }
    let broken = format!("{}*{}", "A".repeat(600), "A".repeat(599));
    file.refused(
        of("broken-in-the-middle", "a strange character after 600 good ones", &broken).differs_from("long"),
        "jose/b64-malformed",
    );
    file
}
