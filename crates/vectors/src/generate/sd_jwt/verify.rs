//! Presentations for a Verifier: form, Issuer, types and dates. What is bound and what is disclosed is in the files beside this one.

use mimicred_claims::Value;
use mimicred_keys::Algorithm;

use super::tokens::*;
use super::{verify_binding, verify_disclosures, verify_json, verify_vc};
use crate::cast::{self, ISSUER, NOW, public_jwk, text_digest};
use crate::draft::{Draft, NewCase, case, object};
use crate::object::Object;

pub(super) fn file() -> Draft {
    let about = "Presentations as a Verifier gets them. Each is signed by its Issuer, and by its Holder if it has a key binding, \
                 also where something else is wrong with it.";
    let mut file = Draft::new("sd-jwt/verify", "sd-jwt/verify", about, &["RFC 9901", "RFC 7515", "RFC 7519", "RFC 7800"]);
    form(&mut file);
    verify_json::write(&mut file);
    issuers(&mut file);
    algorithms(&mut file);
    headers(&mut file);
    dates(&mut file);
    verify_vc::write(&mut file);
    verify_disclosures::write(&mut file);
    verify_binding::write(&mut file);
    file
}

/// A case whose input is a presentation.
pub(super) fn of(id: &str, comment: &str, rules: &[&'static str], presentation: impl Into<String>) -> NewCase {
    case(id, comment, rules).input(Object::new().text("presentation", presentation))
}

/// The claims of a valid presentation: those of every payload, and these.
pub(super) fn claims(members: &str) -> Object {
    Object::new().with("claims", Value::Map(object(&payload(members))))
}

/// One disclosed name, bound.
pub(super) fn good() -> String {
    let name = disclosure(r#"["s1","name","Alice"]"#);
    token(&sd(&[&digest(&name)]), &[&name])
}

fn form(file: &mut Draft) {
    let good = good();
    let bound_good = bind(&good);
    file.group("How a presentation is put together", bound());
    let case = of("good", "one disclosure, bound", &["JWT-E-001", "JWT-E-002", "JWT-V-011", "JWT-V-018"], bound_good.clone());
    file.valid(
        case.intermediates(anatomy(&bound_good)),
        claims(r#""name":"Alice""#).list("disclosed", ["name"]).int("undisclosed", 0),
    );
    let nothing = bind(&token("", &[]));
    file.valid(of("nothing-disclosed", "no disclosures at all", &["JWT-P-002"], nothing), claims(""));

    let swapped = bound_good.replacen('~', "~~", 1);
    file.refused(of("two-tildes", "an empty disclosure", &["JWT-E-001"], swapped).differs_from("good"), "sd-jwt/format");
    let without = bound_good.replace('~', "");
    file.refused(of("no-tilde", "no tilde", &["JWT-E-001", "JWT-E-003"], without).differs_from("good"), "sd-jwt/format");
    let two_parts = format!("{}~", jwt(HEADER, &payload(""), &issuer()).rsplit_once('.').map_or("", |(rest, _)| rest));
    let two_parts = bind(&two_parts);
    let case = of("two-parts", "the Issuer's JWT lacks its third part", &["JWT-E-004"], two_parts);
    file.refused(case.differs_from("nothing-disclosed"), "sd-jwt/format");
    let padded = bind(&good.replacen('~', "=~", 2).replacen("=~", "~", 1));
    let case = of("padding", "a disclosure in base64 with padding", &["JWT-E-005"], padded);
    file.refused(case.differs_from("good").flag("pitfall-malformed-disclosure"), "sd-jwt/b64-malformed");
    let early = format!("{}~{}~", good.trim_end_matches('~'), jwt(KB_HEADER, &members(&kb_claims(&good)), &holder()));
    let case = of("key-binding-not-last", "a tilde after the key binding", &["JWT-E-002"], early);
    file.refused(case.differs_from("good"), "sd-jwt/format");

    let array = bind(&token_of(HEADER, r#"["iss"]"#, &[]));
    let case = of("payload-is-array", "the payload is an array", &["JWT-E-019"], array);
    file.refused(case.differs_from("nothing-disclosed"), "sd-jwt/structure");
    let twice = bind(&token(r#""name":"Alice","name":"Alice""#, &[]));
    let case = of("member-twice", "the payload has a member twice", &["JWT-E-016"], twice);
    file.refused(case.differs_from("nothing-disclosed").flag("pitfall-encoding"), "sd-jwt/json-malformed");
    let deep = format!(r#""list":{}{}"#, "[".repeat(40), "]".repeat(40));
    let case = of("too-deep", "forty arrays in one another", &["JWT-E-017"], bind(&token(&deep, &[])));
    file.refused(case.differs_from("nothing-disclosed").flag("limit"), "sd-jwt/limit");
    // The limit is ours: others may take it.
    let numbers = r#""n":9007199254740993,"x":1.10,"e":1.5e300,"z":-0"#;
    let case = of("numbers", "numbers keep all their digits", &["JWT-E-018"], bind(&token(numbers, &[])));
    file.valid(case, claims(numbers));
}

fn issuers(file: &mut Draft) {
    file.group("The Issuer and its signature", bound().without("issuers"));
    let plain = token("", &[]);
    let trusted =
        |key: &crate::sign::FixedKey| Object::new().with("issuers", trusting(key.public())).text("presentation", bind(&plain));
    file.valid(
        case("issuer-trusted", "name and key are trusted", &["JWT-V-001", "JWT-V-002"]).input(trusted(&issuer())),
        claims(""),
    );
    let other = case("issuer-other-key", "the name is trusted with another key", &["JWT-V-001"]);
    file.refused(other.input(trusted(&mallory(Algorithm::P256))), "sd-jwt/signature-issuer");
    let named = Object::new().text("issuer", "https://other.example").with("key", public_jwk(issuer().public()));
    let input = Object::new().list("issuers", [named]).text("presentation", bind(&plain));
    let case_ = case("issuer-other-name", "the key is trusted under another name", &["JWT-V-002"]).flag("pitfall-duplicate");
    file.refused(case_.input(input), "sd-jwt/issuer-untrusted");
    let flipped = flip_signature(plain.trim_end_matches('~')) + "~";
    let input = Object::new().with("issuers", super::tokens::issuers()).text("presentation", bind(&flipped));
    file.refused(
        case("issuer-signature-flipped", "one bit of the signature is another", &["JWT-V-001"]).input(input),
        "sd-jwt/signature-issuer",
    );
    let nameless = format!(r#"{{"exp":{EXP},{}}}"#, cnf(holder().public()));
    let input =
        Object::new().with("issuers", super::tokens::issuers()).text("presentation", bind(&token_of(HEADER, &nameless, &[])));
    let case_ = case("issuer-unnamed", "no iss: the Issuer is whose key verifies", &["JWT-V-002"]).flag("pitfall-panic");
    file.valid(case_.input(input), Object::new().text("issuer", ISSUER));
}

fn algorithms(file: &mut Draft) {
    file.group("Algorithms and hashes", bound().without("issuers"));
    for (algorithm, alg) in
        [(Algorithm::Ed25519, "EdDSA"), (Algorithm::P256, "ES256"), (Algorithm::P384, "ES384"), (Algorithm::P521, "ES512")]
    {
        let key = cast::key(algorithm, "issuer");
        let header = HEADER.replace("ES256", alg);
        let token = with_disclosures(jwt(&header, &payload(""), &key), &[]);
        let input = Object::new().with("issuers", trusting(key.public())).text("presentation", bind(&token));
        let id = format!("alg-{}", alg.to_lowercase());
        file.valid(case(&id, format!("{alg} by the Issuer"), &["JWT-K-005"]).input(input), claims(""));
    }
    let key = cast::key(Algorithm::Ed25519, "issuer");
    let with = |header: &str, key: &crate::sign::FixedKey| {
        let token = with_disclosures(jwt(header, &payload(""), key), &[]);
        Object::new().with("issuers", trusting(key.public())).text("presentation", bind(&token))
    };
    let named = case("alg-fully-specified", "Ed25519 instead of EdDSA", &["JWT-K-005", "RFC 9864"]);
    file.valid(named.input(with(&HEADER.replace("ES256", "Ed25519"), &key)), claims(""));
    for (id, alg, comment) in [
        ("alg-none", "none", "alg is none, and a signature is there"),
        ("alg-none-spelt", "nOnE", "alg is none, spelt otherwise"),
        ("alg-hmac", "HS256", "alg is of a MAC"),
        ("alg-rsa", "PS256", "alg is not supported"),
    ] {
        let new = case(id, comment, &["JWT-V-001", "JWT-I-001"]).flag("pitfall-algorithm").differs_from("alg-es256");
        file.refused(new.input(with(&HEADER.replace("ES256", alg), &issuer())), "sd-jwt/alg-unsupported");
    }
    let new =
        case("alg-of-another-key", "alg is not that of the trusted key", &["JWT-V-001", "JWT-K-005"]).flag("pitfall-algorithm");
    file.refused(
        new.differs_from("alg-es256").input(with(&HEADER.replace("ES256", "ES384"), &issuer())),
        "sd-jwt/alg-unsupported",
    );

    let name = disclosure(r#"["s1","name","Alice"]"#);
    let hashed = |sd_alg: &str, digest: &str| {
        let token = token(&format!(r#""_sd_alg":"{sd_alg}",{}"#, sd(&[digest])), &[&name]);
        let hash = match sd_alg {
            "sha-384" => mimicred_keys::HashAlgorithm::Sha384,
            "sha-512" => mimicred_keys::HashAlgorithm::Sha512,
            _ => mimicred_keys::HashAlgorithm::Sha256,
        };
        let sd_hash = format!("\"{}\"", text_digest(hash, &token));
        Object::new().with("issuers", super::tokens::issuers()).text("presentation", bind_with(&token, "sd_hash", Some(&sd_hash)))
    };
    for (sd_alg, hash) in [
        ("sha-256", mimicred_keys::HashAlgorithm::Sha256),
        ("sha-384", mimicred_keys::HashAlgorithm::Sha384),
        ("sha-512", mimicred_keys::HashAlgorithm::Sha512),
    ] {
        let new = case(format!("hash-{sd_alg}"), format!("_sd_alg is {sd_alg}"), &["JWT-V-003", "JWT-E-011", "JWT-P-005"])
            .flag("pitfall-hash");
        file.valid(new.input(hashed(sd_alg, &text_digest(hash, &name))), claims(r#""name":"Alice""#));
    }
    for (id, sd_alg, comment) in [
        ("hash-upper-case", "SHA-256", "_sd_alg in upper case"),
        ("hash-weak", "sha-1", "_sd_alg is too weak"),
        ("hash-truncated", "sha-256-128", "_sd_alg is a hash cut short"),
        ("hash-unknown", "sha3-256", "_sd_alg is not supported"),
    ] {
        let new = case(id, comment, &["JWT-E-015", "JWT-V-003"]).flag("pitfall-hash").differs_from("hash-sha-256");
        file.refused(new.input(hashed(sd_alg, &digest(&name))), "sd-jwt/alg-unsupported");
    }
}

fn headers(file: &mut Draft) {
    file.group("The Issuer's header", bound());
    let with = |header: &str| bind(&token_of(header, &payload(""), &[]));
    file.valid(of("header-usual", "alg and typ", &["JWT-V-027", "JWT-I-016"], with(HEADER)), claims(""));
    let case_ = of("header-typ-missing", "no typ", &["JWT-V-027"], with(r#"{"alg":"ES256"}"#));
    file.refused(case_, "sd-jwt/type-mismatch");
    let case_ = of("header-typ-kb", "typ is that of a key binding", &["JWT-V-027"], with(r#"{"alg":"ES256","typ":"kb+jwt"}"#));
    file.refused(case_, "sd-jwt/type-mismatch");
    let case_ = of(
        "header-crit",
        "crit names what is not understood",
        &["JWT-E-020"],
        with(r#"{"alg":"ES256","typ":"a+sd-jwt","crit":["exp"],"exp":1}"#),
    );
    file.refused(case_, "sd-jwt/header");
    let case_ = of("header-member-twice", "alg twice", &["JWT-E-016"], with(r#"{"alg":"ES256","typ":"a+sd-jwt","alg":"ES256"}"#));
    file.refused(case_, "sd-jwt/json-malformed");
    let case_ = case("header-typ-wanted", "typ is the one that is wanted", &["JWT-V-027"]);
    let wanted = |typ: &str| Object::new().text("presentation", with(HEADER)).text("type", typ);
    file.valid(case_.input(wanted("application/MIMI-identity+sd-jwt")), claims(""));
    file.refused(
        case("header-typ-unwanted", "typ is another one", &["JWT-V-027"]).input(wanted("other+sd-jwt")),
        "sd-jwt/type-mismatch",
    );
}

fn dates(file: &mut Draft) {
    file.group("Dates of the token, without leeway", bound());
    let with = |members: &str| bind(&token_of(HEADER, &dated_payload(members), &[]));
    let claims = |members: &str| Object::new().with("claims", Value::Map(object(&dated_payload(members))));
    let (hour, now) = (3600, NOW);
    let future = format!(r#""exp":{}"#, now + 1);
    file.valid(of("exp-next-second", "expires in a second", &["JWT-V-017", "JWT-T-001"], with(&future)), claims(&future));
    let past = format!(r#""exp":{now}"#);
    file.refused(of("exp-now", "expires now", &["JWT-V-017", "JWT-T-001"], with(&past)), "sd-jwt/time");
    let text = format!(r#""exp":"{}""#, now + hour);
    file.refused(of("exp-text", "exp is text", &["JWT-T-002"], with(&text)), "sd-jwt/claim-type");
    let from = format!(r#""nbf":{now}"#);
    file.valid(of("nbf-now", "valid from now", &["JWT-V-017", "JWT-T-001"], with(&from)), claims(&from));
    file.refused(
        of("nbf-next-second", "valid in a second", &["JWT-T-001"], with(&format!(r#""nbf":{}"#, now + 1))),
        "sd-jwt/time",
    );
    let fraction = format!(r#""exp":{now}.5"#);
    file.valid(of("exp-fraction", "half a second is left", &["JWT-T-001"], with(&fraction)), claims(&fraction));
    let leeway = Object::new().text("presentation", with(&past)).int("leeway", 1);
    file.valid(case("exp-leeway", "expired, and clocks may differ", &["JWT-T-001"]).input(leeway), claims(&past));
    let hidden = disclosure(&format!(r#"["s1","exp",{now}]"#));
    let token = bind(&token_of(HEADER, &dated_payload(&sd(&[&digest(&hidden)])), &[&hidden]));
    file.refused(of("exp-disclosed", "what a disclosure brings is checked too", &["JWT-V-017"], token), "sd-jwt/time");
    let issued = |seconds: i64| format!(r#""iat":{seconds}"#);
    file.valid(of("iat-now", "issued now", &["JWT-T-003"], with(&issued(now))), claims(&issued(now)));
    file.refused(of("iat-next-second", "issued in the next second", &["JWT-T-003"], with(&issued(now + 1))), "sd-jwt/time");
    let aud = r#""aud":["https://v.example","https://w.example"]"#;
    let for_us = |ours: &str| Object::new().text("presentation", with(aud)).text("audience_of_token", ours);
    file.valid(
        case("aud-ours", "aud of the token names us among others", &["JWT-V-017"]).input(for_us("https://w.example")),
        claims(aud),
    );
    file.refused(
        case("aud-others", "aud of the token names others", &["JWT-V-017"]).input(for_us("https://x.example")),
        "sd-jwt/audience",
    );
    file.refused(of("aud-nobody", "aud of the token, and the Verifier is nobody", &["JWT-V-017"], with(aud)), "sd-jwt/audience");
}
