//! The SdJwt structure, both ways.

use mimicred_jose::base64url;
use mimicred_keys::{Algorithm, Family, ToBeSigned};

use super::cast::{SD_JWT, leaf};
use super::tls::Tls;
use super::{cut, draft, of};
use crate::cast::key;
use crate::draft::{Draft, case};
use crate::object::Object;
use crate::sign::FixedKey;

const RULES: [&str; 2] = ["draft-mahy-mls-sd-cwt-credential 3.2", "mimi-mls.md 2.2"];

pub(super) fn files() -> Vec<Draft> {
    vec![encoding(), decoding()]
}

/// Header and payload of an Issuer's JWT and of a KB-JWT, and a disclosure.
const PARTS: [&str; 5] = [
    r#"{"alg":"ES256","typ":"dc+sd-jwt"}"#,
    r#"{"iss":"https://id.a.example","_sd_alg":"sha-256"}"#,
    r#"["2GLC42sKQveCfGfryNRN9w","name","Alice Adams"]"#,
    r#"{"alg":"EdDSA","typ":"kb+jwt"}"#,
    r#"{"iat":1790000000,"aud":"mimi://hub.example/r/clubhouse","nonce":"n","sd_hash":"h"}"#,
];

fn jws(header: &str, payload: &str, key: &FixedKey) -> (String, Vec<u8>) {
    let input = format!("{}.{}", base64url::encode(header.as_bytes()), base64url::encode(payload.as_bytes()));
    let signature = ToBeSigned::new(Family::Jws, input.clone()).ok().and_then(|tbs| key.sign(&tbs)).unwrap_or_default();
    (format!("{input}.{}", base64url::encode(&signature)), signature)
}

/// A token with signatures, and the structure that it becomes.
fn token() -> (String, Tls) {
    let [header, payload, disclosure, kb_header, kb_payload] = PARTS;
    let (issuer_jwt, signature) = jws(header, payload, &key(Algorithm::P256, "issuer"));
    let (kb_jwt, _) = jws(kb_header, kb_payload, &leaf());
    let structure = Tls::new()
        .u8(1, "compacted")
        .text(header, "protected")
        .text(payload, "payload")
        .vector(&signature, "signature")
        .nested(&Tls::new().text(disclosure, "disclosure"), "disclosures")
        .text(&kb_jwt, "sd_jwt_key_binding");
    (format!("{issuer_jwt}~{}~{kb_jwt}", base64url::encode(disclosure.as_bytes())), structure)
}

fn encoding() -> Draft {
    let about = "SD-JWTs with key binding as the structure that MLS carries. What is in the token is not looked at.";
    let mut file = draft("mls/sd-jwt-encode", about, &RULES);
    file.group("Compacted", Object::new().text("form", "compacted"));
    let of = |id: &str, comment: &str, text: &str| case(id, comment, &RULES).input(Object::new().text("sd_jwt", text));
    let (text, structure) = token();
    let new = of("compacted", "a token with signatures and one disclosure", &text).intermediates(structure.lines());
    file.valid(new, Object::new().hex("octets", &structure.octets()));
    let short = "01027b7d027b7d010004035b315d0a6533302e6533302e4141";
    file.valid(of("compacted-short", "the least that is one", SD_JWT), Object::new().text("octets", short));
    let new = of("compacted-no-disclosure", "without disclosures", "e30.e30.AA~e30.e30.AA");
    file.valid(new, Object::new().text("octets", "01027b7d027b7d0100000a6533302e6533302e4141"));
    let new = of("spare-bits", "base64url whose spare bits are not zero: it would not come back", "e30.e30.AB~WzFd~e30.e30.AA");
    file.refused(new, "mls/sd-jwt-not-canonical");
    let new = of("length-of-none", "base64url of a length that no octets have", "e30.e30.AAAAA~WzFd~e30.e30.AA");
    file.refused(new, "mls/sd-jwt-not-canonical");
    for (id, comment, text, code) in [
        ("no-binding", "no KB-JWT behind the last tilde", "e30.e30.AA~WzFd~", "mls/key-binding-missing"),
        ("no-tilde", "a JWT", "e30.e30.AA", "mls/sd-jwt-malformed"),
        ("two-parts", "an Issuer's JWT of two parts", "e30.e30~WzFd~e30.e30.AA", "mls/sd-jwt-malformed"),
        ("four-parts", "an Issuer's JWT of four parts", "e30.e30.AA.AA~WzFd~e30.e30.AA", "mls/sd-jwt-malformed"),
        ("empty-disclosure", "a disclosure of nothing", "e30.e30.AA~~e30.e30.AA", "mls/sd-jwt-malformed"),
        ("padded", "base64url with padding", "e30=.e30.AA~WzFd~e30.e30.AA", "mls/sd-jwt-malformed"),
        ("no-base64url", "base64 of the other alphabet", "e30.e30.AA~Wz+d~e30.e30.AA", "mls/sd-jwt-malformed"),
        ("binding-two-parts", "a KB-JWT of two parts", "e30.e30.AA~WzFd~e30.e30", "mls/sd-jwt-malformed"),
    ] {
        file.refused(of(id, comment, text).differs_from("compacted-short"), code);
    }

    file.group("As text", Object::new().text("form", "text"));
    let written = |text: &str| Tls::new().u8(0, "not compacted").text(text, "sd_jwt_kb");
    let new = of("text", "a token with signatures", &text).intermediates(written(&text).lines());
    file.valid(new, Object::new().hex("octets", &written(&text).octets()));
    let spare = "e30.e30.AB~WzFd~e30.e30.AA";
    let new = of("text-spare-bits", "base64url whose spare bits are not zero: as text it comes back", spare);
    file.valid(new, Object::new().hex("octets", &written(spare).octets()));
    file.refused(of("text-no-binding", "no KB-JWT behind the last tilde", "e30.e30.AA~WzFd~"), "mls/key-binding-missing");
    file
}

fn decoding() -> Draft {
    let mut file = draft("mls/sd-jwt-decode", "SdJwt structures, as items of a bundle are, for one.", &RULES);
    file.group("The structure", Object::new());
    let (text, structure) = token();
    let octets = structure.octets();
    let expected = |text: &str, compacted: bool| Object::new().text("sd_jwt", text).with("compacted", compacted);
    let new = of("compacted", "expanded, the text is what was signed", &RULES, &octets).intermediates(structure.lines());
    file.valid(new, expected(&text, true));
    let in_text = Tls::new().u8(0, "not compacted").text(&text, "sd_jwt_kb");
    file.valid(of("text", "the same as text", &RULES, &in_text.octets()).intermediates(in_text.lines()), expected(&text, false));
    file.refused(of("cut", "the last octet is missing", &RULES, &cut(&octets)).differs_from("compacted"), "mls/truncated");
    let new = of("trailing", "an octet too many", &RULES, &super::and_more(&octets)).differs_from("compacted");
    file.refused(new, "mls/trailing-octets");
    let new = of("flag", "compacted is 255", &RULES, &super::put(&octets, 0, &[255])).differs_from("compacted");
    file.refused(new, "mls/flag-invalid");
    let short = |disclosures: &Tls, binding: &str| {
        let parts = Tls::new().u8(1, "compacted").text("{}", "protected").text("{}", "payload").vector(&[0], "signature");
        parts.nested(disclosures, "disclosures").text(binding, "sd_jwt_key_binding")
    };
    let one = Tls::new().text("[1]", "disclosure");
    let (good, none) = (short(&one, "e30.e30.AA"), Tls::new());
    file.valid(of("short", "the least that is one", &RULES, &good.octets()).intermediates(good.lines()), expected(SD_JWT, true));
    for (id, comment, tls, code) in [
        ("binding-empty", "no KB-JWT", short(&one, ""), "mls/key-binding-missing"),
        (
            "binding-with-tilde",
            "a disclosure before the KB-JWT in its place",
            short(&none, "WzFd~e30.e30.AA"),
            "mls/sd-jwt-malformed",
        ),
        ("binding-no-jws", "a KB-JWT of one part", short(&one, "e30"), "mls/sd-jwt-malformed"),
        (
            "disclosure-empty",
            "a disclosure of nothing",
            short(&Tls::new().vector(b"", "disclosure"), "e30.e30.AA"),
            "mls/sd-jwt-malformed",
        ),
    ] {
        file.refused(of(id, comment, &RULES, &tls.octets()).intermediates(tls.lines()), code);
    }
    file
}
