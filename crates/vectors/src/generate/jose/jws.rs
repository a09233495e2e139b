//! JWS in compact form.

use mimicred_claims::Value;
use mimicred_jose::base64url;
use mimicred_keys::{Algorithm, Family, ToBeSigned};

use crate::cast::{self, public_jwk};
use crate::draft::{Draft, NewCase, case, object};
use crate::object::Object;
use crate::sign::FixedKey;

const PAYLOAD: &str = r#"{"iat":1790000000}"#;
const HEADER: &str = r#"{"alg":"ES256","typ":"JWT"}"#;

pub(super) fn file() -> Draft {
    let about = "JWS in compact form, with a key that is known. Whatever else is wrong, they are signed with it.";
    let mut file =
        Draft::new("jose/jws", "jose/verify-jws", about, &["RFC 7515", "RFC 7518", "RFC 8037", "RFC 9864", "RFC 7797"]);
    algorithms(&mut file);
    form(&mut file);
    headers(&mut file);
    file
}

fn signer(algorithm: Algorithm) -> FixedKey {
    cast::key(algorithm, "issuer")
}

/// Signs these parts as they stand; what is no signing input nobody signs, and has zeros in the place.
fn signed(header: &str, payload: &str, key: &FixedKey) -> String {
    let input = format!("{header}.{payload}");
    let signature = ToBeSigned::new(Family::Jws, input.clone()).ok().and_then(|tbs| key.sign(&tbs));
    format!("{input}.{}", base64url::encode(&signature.unwrap_or_else(|| vec![0; 64])))
}

fn jws(header: &str, key: &FixedKey) -> String {
    signed(&base64url::encode(header.as_bytes()), &base64url::encode(PAYLOAD.as_bytes()), key)
}

fn of(id: &str, comment: &str, rules: &[&'static str], text: impl Into<String>) -> NewCase {
    case(id, comment, rules).input(Object::new().text("jws", text))
}

fn group(file: &mut Draft, about: &str, key: &FixedKey) {
    file.group(about, Object::new().with("key", public_jwk(key.public())));
}

fn expected(header: &str) -> Object {
    Object::new().with("header", Value::Map(object(header))).hex("payload", PAYLOAD.as_bytes())
}

fn algorithms(file: &mut Draft) {
    let rules = &["JWT-V-001", "JWT-K-005", "RFC 7518 3.1", "RFC 9864 2"];
    for (algorithm, alg) in [
        (Algorithm::Ed25519, "EdDSA"),
        (Algorithm::Ed25519, "Ed25519"),
        (Algorithm::P256, "ES256"),
        (Algorithm::P384, "ES384"),
        (Algorithm::P521, "ES512"),
    ] {
        let key = signer(algorithm);
        group(file, alg, &key);
        let header = format!(r#"{{"alg":"{alg}"}}"#);
        let text = jws(&header, &key);
        let input = text.rsplit_once('.').map_or("", |(input, _)| input).to_owned();
        let new = of(&format!("{}-good", alg.to_lowercase()), "a good signature", rules, text.clone());
        file.valid(new.intermediates(Object::new().text("to_be_signed", input)), expected(&header));
        let flipped = flipped(&text);
        file.refused(
            of(&format!("{}-flipped", alg.to_lowercase()), "one bit of the signature is another", rules, flipped),
            "jose/signature-invalid",
        );
    }
    // RFC 8037 A.4.
    let key = object(r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#);
    file.group("The example of RFC 8037", Object::new().with("key", Value::Map(key)));
    let text = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.\
                hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    file.valid(
        of("rfc-8037", "the text of RFC 8037 A.4", &["RFC 8037 A.4"], text),
        Object::new().hex("payload", b"Example of Ed25519 signing"),
    );

    let key = signer(Algorithm::P256);
    group(file, "Names that do not fit the key", &key);
    file.valid(of("alg-good", "ES256 with a key on P-256", rules, jws(HEADER, &key)), expected(HEADER));
    for (id, comment, alg) in [
        ("alg-none", "none", "none"),
        ("alg-none-spelt", "none, spelt otherwise", "NoNe"),
        ("alg-hmac", "a MAC, whose key would be the public key", "HS256"),
        ("alg-rsa", "RSA", "RS256"),
        ("alg-other-curve", "ECDSA on another curve", "ES384"),
        ("alg-eddsa", "the other kind of key", "EdDSA"),
        ("alg-lower-case", "in lower case", "es256"),
        ("alg-secp256k1", "another curve", "ES256K"),
    ] {
        let text = jws(&HEADER.replace("ES256", alg), &key);
        file.refused(of(id, comment, rules, text).flag("pitfall-algorithm"), "jose/alg-unsupported");
    }
    let unsigned = jws(&HEADER.replace("ES256", "none"), &key);
    let unsigned = unsigned.rsplit_once('.').map_or("", |(input, _)| input).to_owned() + ".";
    file.refused(
        of("alg-none-unsigned", "none, and no signature", rules, unsigned).flag("pitfall-algorithm"),
        "jose/alg-unsupported",
    );
    let (r, s) = (0..32, 32..64);
    let octets =
        jws(HEADER, &key).rsplit_once('.').and_then(|(_, signature)| base64url::decode(signature).ok()).unwrap_or_default();
    let part = |range: std::ops::Range<usize>| octets.get(range).unwrap_or_default().to_vec();
    let der =
        crate::generate::der::sequence(&[&crate::generate::der::unsigned(&part(r)), &crate::generate::der::unsigned(&part(s))]);
    let in_der =
        jws(HEADER, &key).rsplit_once('.').map(|(input, _)| format!("{input}.{}", base64url::encode(&der))).unwrap_or_default();
    file.refused(of("signature-der", "the signature is in DER", &["RFC 7518 3.4"], in_der), "jose/signature-invalid");
    let other = jws(HEADER, &cast::key(Algorithm::P256, "mallory"));
    file.refused(of("other-key", "signed by somebody else", &["JWT-V-001"], other), "jose/signature-invalid");
    let payload = base64url::encode(PAYLOAD.replace("1790", "1791").as_bytes());
    let good = jws(HEADER, &key);
    let parts: Vec<&str> = good.split('.').collect();
    let [header, _, signature] = parts.as_slice() else { return };
    file.refused(
        of("other-payload", "another payload", &["RFC 7515 5.2"], format!("{header}.{payload}.{signature}")),
        "jose/signature-invalid",
    );
}

/// One bit of the signature turned over.
fn flipped(text: &str) -> String {
    let (input, signature) = text.rsplit_once('.').unwrap_or_default();
    let mut octets = base64url::decode(signature).unwrap_or_default();
    if let Some(last) = octets.last_mut() {
        *last ^= 1;
    }
    format!("{input}.{}", base64url::encode(&octets))
}

fn form(file: &mut Draft) {
    let key = signer(Algorithm::P256);
    group(file, "Three parts", &key);
    let good = jws(HEADER, &key);
    let rules = &["JWT-E-004", "RFC 7515 7.1"];
    file.valid(of("parts-good", "header, payload and signature", rules, good.clone()), expected(HEADER));
    let parts: Vec<&str> = good.split('.').collect();
    let [header, payload, signature] = parts.as_slice() else { return };
    for (id, comment, text) in [
        ("two-parts", "no signature", format!("{header}.{payload}")),
        ("four-parts", "a fourth part", format!("{good}.")),
        ("empty", "nothing", String::new()),
        ("no-header", "no header", format!(".{payload}.{signature}")),
        ("no-payload", "no payload, as in a detached JWS", format!("{header}..{signature}")),
        ("no-signature", "a signature of nothing", format!("{header}.{payload}.")),
    ] {
        file.refused(of(id, comment, rules, text), "jose/format");
    }
    let rules = &["JWT-E-005", "RFC 7515 2"];
    for (id, comment, text) in [
        ("header-padding", "the header has padding", format!("{header}=.{payload}.{signature}")),
        ("payload-padding", "the payload has padding", format!("{header}.{payload}=.{signature}")),
        ("signature-padding", "the signature has padding", format!("{good}==")),
        ("newline", "a newline at the end", format!("{good}\n")),
        ("space", "a space before", format!(" {good}")),
    ] {
        file.refused(of(id, comment, rules, text), "jose/b64-malformed");
    }
}

fn headers(file: &mut Draft) {
    let key = signer(Algorithm::P256);
    group(file, "Headers", &key);
    let rules = &["JWT-E-020", "RFC 7515 4.1"];
    let good = r#"{"alg":"ES256","typ":"JWT","kid":"a","unknown":[1]}"#;
    file.valid(of("header-good", "a parameter that is not known is ignored", &["RFC 7515 4"], jws(good, &key)), expected(good));
    for (id, comment, header) in [
        ("crit", "crit", r#"{"alg":"ES256","crit":["exp"],"exp":1}"#),
        ("crit-empty", "crit, empty", r#"{"alg":"ES256","crit":[]}"#),
        ("b64-false", "an unencoded payload (RFC 7797)", r#"{"alg":"ES256","b64":false,"crit":["b64"]}"#),
        ("b64-alone", "b64 without crit", r#"{"alg":"ES256","b64":true}"#),
        ("no-alg", "no alg", r#"{"typ":"JWT"}"#),
        ("alg-number", "alg is a number", r#"{"alg":-7}"#),
        ("alg-null", "alg is null", r#"{"alg":null}"#),
        ("typ-number", "typ is a number", r#"{"alg":"ES256","typ":1}"#),
        ("kid-number", "kid is a number", r#"{"alg":"ES256","kid":1}"#),
        ("header-not-object", "the header is an array", r#"["alg","ES256"]"#),
    ] {
        file.refused(of(id, comment, rules, jws(header, &key)), "jose/header");
    }
    let jwk = format!(
        r#"{{"alg":"ES256","jwk":{}}}"#,
        mimicred_jose::json::write(&public_jwk(cast::key(Algorithm::P256, "mallory").public())).unwrap_or_default()
    );
    let brought = jws(&jwk, &cast::key(Algorithm::P256, "mallory"));
    file.refused(
        of("key-in-header", "it brings the key that it is signed with", &["RFC 7515 4.1.3"], brought),
        "jose/signature-invalid",
    );
    let twice = r#"{"alg":"ES256","alg":"none"}"#;
    file.refused(
        of("alg-twice", "alg twice", &["JWT-E-016"], jws(twice, &key)).flag("pitfall-encoding"),
        "jose/member-duplicate",
    );
    file.refused(
        of("header-not-json", "the header is no JSON", &["RFC 7515 4"], jws(r#"{"alg":"ES256""#, &key)),
        "jose/json-malformed",
    );
    let deep = format!(r#"{{"alg":"ES256","x":{}{}}}"#, "[".repeat(8), "]".repeat(8));
    file.refused(of("header-deep", "nine levels in the header", &["JWT-E-017"], jws(&deep, &key)).flag("limit"), "jose/limit");
    let with = |x5c: &str| jws(&format!(r#"{{"alg":"ES256","x5c":{x5c}}}"#), &key);
    let rules = &["RFC 7515 4.1.6"];
    file.valid(
        of("x5c", "certificates, in base64 with padding", rules, with(r#"["MAA=","+/8="]"#)),
        Object::new().list("x5c", ["3000", "fbff"]),
    );
    file.refused(of("x5c-base64url", "a certificate in base64url", rules, with(r#"["-_8"]"#)), "jose/b64-malformed");
    file.refused(of("x5c-no-padding", "a certificate without padding", rules, with(r#"["MAA"]"#)), "jose/b64-malformed");
    file.refused(of("x5c-empty", "no certificate", rules, with("[]")), "jose/header");
    file.refused(of("x5c-text", "x5c is text", rules, with(r#""MAA=""#)), "jose/header");
}
