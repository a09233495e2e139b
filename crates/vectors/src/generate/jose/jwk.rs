//! JWK, as far as it is more than a key.

use mimicred_keys::Algorithm;

use crate::cast;
use crate::draft::{Draft, NewCase, case};
use crate::object::Object;

/// RFC 8037 A.1.
const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
const D: &str = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
const THUMBPRINT: &str = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";

/// The key with more members, or with another x.
fn okp(more: &str) -> String {
    format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{X}"{more}}}"#)
}

fn of(id: &str, comment: &str, rules: &[&'static str], text: impl Into<String>) -> NewCase {
    case(id, comment, rules).input(Object::new().text("text", text))
}

pub(super) fn file() -> Draft {
    let about = "JWK texts. The keys themselves, in this and other formats, are in keys/.";
    let mut file = Draft::new("jose/jwk", "jose/read-jwk", about, &["RFC 7517", "RFC 7518", "RFC 7638", "RFC 8037", "RFC 9864"]);
    coordinates(&mut file);
    uses(&mut file);
    privates(&mut file);
    file
}

fn expected() -> Object {
    Object::new().text("thumbprint", THUMBPRINT)
}

fn coordinates(file: &mut Draft) {
    file.group("Keys", Object::new().text("place", "any"));
    let rules = &["RFC 7518 6.2.1", "RFC 8037 2", "mimi-mls.md 1.3"];
    file.valid(
        of("ed25519", "the public key of RFC 8037 A.2", &["RFC 8037 A.3", "RFC 7638 3"], okp("")),
        expected().with("is_private", false),
    );
    let reordered = format!(r#"{{ "x" : "{X}", "crv":"Ed25519", "alg":"EdDSA", "kid":"leaf", "kty":"OKP" }}"#);
    let new = of("reordered", "in another order, with spaces, kid and alg: the same thumbprint", &["RFC 7638 3.3"], reordered);
    file.valid(new, expected().text("kid", "leaf").text("alg", "EdDSA"));
    let public = cast::key(Algorithm::P256, "holder").public().clone();
    let (x, y) = (mimicred_jose::base64url::encode(public.x()), mimicred_jose::base64url::encode(public.y().unwrap_or_default()));
    let ec = |x: &str, y: &str| format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"{y}"}}"#);
    let thumbprint = mimicred_keys::sha256(format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#).as_bytes());
    let new = of("p256", "a key on P-256", &["RFC 7518 6.2.1", "RFC 7638 3"], ec(&x, &y));
    let hashed = Object::new().text("hashed", format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#));
    file.valid(new.intermediates(hashed), Object::new().text("thumbprint", mimicred_jose::base64url::encode(&thumbprint)));
    let mut refused = |id: &str, comment: &str, good: &str, text: String| {
        file.refused(of(id, comment, rules, text).differs_from(good), "jose/jwk-malformed");
    };
    let padded = mimicred_jose::base64url::encode(&[&[0], public.x()].concat());
    let short = mimicred_jose::base64url::encode(public.x().get(1..).unwrap_or_default());
    refused("x-padded", "x with a zero before: 33 octets", "p256", ec(&padded, &y));
    refused("x-short", "x without its first octet", "p256", ec(&short, &y));
    refused("x-base64-padding", "x with the padding of base64", "p256", ec(&format!("{x}="), &y));
    refused("off-curve", "y is x: not on the curve", "p256", ec(&x, &x));
    refused("y-missing", "no y", "p256", format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}"}}"#));
    refused("x-missing", "no x", "ed25519", r#"{"kty":"OKP","crv":"Ed25519"}"#.into());
    refused("x-number", "x is a number", "ed25519", r#"{"kty":"OKP","crv":"Ed25519","x":7}"#.into());
    refused("kty-missing", "no kty", "ed25519", format!(r#"{{"crv":"Ed25519","x":"{X}"}}"#));
    refused(
        "small-order",
        "the neutral point",
        "ed25519",
        format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"AQ{}"}}"#, "A".repeat(41)),
    );
    refused("p256-as-p384", "coordinates of another curve", "p256", ec(&x, &y).replace("P-256", "P-384"));
    refused("array", "an array", "ed25519", "[]".into());
    for (id, comment, text) in [
        ("rsa", "an RSA key", r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#.to_owned()),
        ("symmetric", "a symmetric key", r#"{"kty":"oct","k":"AQAB"}"#.into()),
        ("x25519", "a key that signs nothing", okp("").replace("Ed25519", "X25519")),
        ("kty-crv", "a curve of another kind of key", okp("").replace("OKP", "EC")),
        ("secp256k1", "another curve", ec(&x, &y).replace("P-256", "secp256k1")),
        ("crv-case", "the name of the curve in lower case", okp("").replace("Ed25519", "ed25519")),
    ] {
        file.refused(of(id, comment, &["RFC 7518 6.1"], text).differs_from("ed25519"), "jose/key-unsupported");
    }
    let twice = of("member-twice", "x twice", &["JWT-E-016"], okp(&format!(r#","x":"{X}""#))).differs_from("ed25519");
    file.refused(twice.flag("pitfall-encoding"), "jose/member-duplicate");
    file.refused(
        of("not-json", "the last brace is missing", &["RFC 8259"], okp("").trim_end_matches('}')).differs_from("ed25519"),
        "jose/json-malformed",
    );
}

fn uses(file: &mut Draft) {
    file.group("What the key is for", Object::new().text("place", "any"));
    let rules = &["RFC 7517 4.2", "RFC 7517 4.3", "RFC 7517 4.4"];
    for (id, comment, more) in [
        ("use-sig", "for signatures", r#","use":"sig""#),
        ("key-ops-verify", "to verify", r#","key_ops":["verify"]"#),
        ("key-ops-and-use", "both, without contradiction", r#","key_ops":["sign","verify"],"use":"sig""#),
        ("key-ops-more", "to sign, and for something else", r#","key_ops":["deriveKey","sign"]"#),
        ("alg-ed25519", "alg by the name of RFC 9864", r#","alg":"Ed25519""#),
        ("unknown-members", "members that are not known", r#","x5t":"abc","ext":true"#),
    ] {
        file.valid(of(id, comment, rules, okp(more)), expected());
    }
    for (id, comment, more, good) in [
        ("use-enc", "for encryption", r#","use":"enc""#, "use-sig"),
        ("use-number", "use is a number", r#","use":1"#, "use-sig"),
        ("key-ops-derive", "to derive keys only", r#","key_ops":["deriveKey"]"#, "key-ops-verify"),
        ("key-ops-empty", "for nothing", r#","key_ops":[]"#, "key-ops-verify"),
        ("key-ops-twice", "one operation twice", r#","key_ops":["verify","verify"]"#, "key-ops-verify"),
        ("key-ops-text", "key_ops is text", r#","key_ops":"verify""#, "key-ops-verify"),
        (
            "key-ops-against-use",
            "for signatures, and to encrypt",
            r#","key_ops":["verify","encrypt"],"use":"sig""#,
            "key-ops-and-use",
        ),
        ("alg-es256", "alg of another key", r#","alg":"ES256""#, "alg-ed25519"),
        ("alg-none", "alg is none", r#","alg":"none""#, "alg-ed25519"),
        ("kid-number", "kid is a number", r#","kid":7"#, "reordered"),
    ] {
        file.refused(of(id, comment, rules, okp(more)).differs_from(good), "jose/jwk-malformed");
    }
}

fn privates(file: &mut Draft) {
    let d = |d: &str| okp(&format!(r#","d":"{d}""#));
    file.group("Private keys", Object::new().text("place", "any"));
    let rules = &["RFC 8037 2", "RFC 7518 6.2.2.1"];
    file.valid(of("private", "the private key of RFC 8037 A.1", &["RFC 8037 A.1"], d(D)), expected().with("is_private", true));
    let other = D.replace("f2A", "f2E");
    file.refused(of("d-other", "d is that of another key", rules, d(&other)), "jose/jwk-malformed");
    file.refused(of("d-short", "d is too short", rules, d("AAAA")), "jose/jwk-malformed");
    file.group("Where only a public key belongs", Object::new().text("place", "public"));
    let rules = &["JWT-K-002"];
    file.valid(of("public", "a public key", rules, okp("")), expected());
    file.refused(of("public-with-d", "the private key is there", rules, d(D)), "jose/jwk-private");
    file.refused(of("public-with-empty-d", "a private part of nothing", rules, d("")), "jose/jwk-private");
    file.refused(of("public-with-k", "a member that a symmetric key has", rules, okp(r#","k":"AQAB""#)), "jose/jwk-private");
    file.refused(of("public-with-p", "a member that a private RSA key has", rules, okp(r#","p":"AQAB""#)), "jose/jwk-private");
}
