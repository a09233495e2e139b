//! Issuing and presenting, whose outputs are ours where RFC 9901 leaves a choice: the order of members and digests, the salts.

use mimicred_claims::Value;
use mimicred_keys::Algorithm;

use super::tokens::*;
use crate::cast::{self, ISSUER, NONCE, NOW, ROOM, private_jwk, public_jwk};
use crate::draft::{Draft, case, object};
use crate::object::Object;

const CLAIMS: &str = r#"{"iss":"https://id.a.example","sub":"mimi://a.example/u/alice","exp":1790086400,"name":"Alice Meier",
    "email":"alice@a.example","address":{"country":"DE","locality":"Köln"},"nationalities":["DE","FR"]}"#;

fn claims() -> Value<'static> {
    Value::Map(object(CLAIMS))
}

fn base(algorithm: Algorithm) -> Object {
    Object::new()
        .with("issuer_key", private_jwk(&cast::key(algorithm, "issuer")))
        .with("holder_key", public_jwk(holder().public()))
        .with("claims", claims())
        .text("seed", "salts")
}

pub(super) fn issuing() -> Draft {
    let about = "Tokens that are issued. Where RFC 9901 leaves a choice, the output is this implementation's: digests in ascending \
                 order, members in the order given. Another implementation may issue another token for the same claims.";
    let mut file = Draft::new("sd-jwt/issue", "sd-jwt/issue", about, &["RFC 9901", "RFC 6979"]);
    file.group("What is redacted", base(Algorithm::P256));
    let redact = |paths: &[&str]| Object::new().list("redact", paths.iter().map(|&path| path.to_owned()));
    let with = |word: &str| Object::new().text("redact", word);
    file.valid(
        case("nothing", "nothing is redacted", &["JWT-I-001", "JWT-I-012"]).input(with("none")).flag("exact-form"),
        Object::new(),
    );
    file.valid(
        case("some", "two claims, one of them inside another", &["JWT-I-002", "JWT-I-011", "JWT-I-019"])
            .input(redact(&["email", "address.locality"]))
            .flag("exact-form"),
        Object::new(),
    );
    file.valid(
        case("all", "whatever can be", &["JWT-I-002", "JWT-I-003", "JWT-I-007", "JWT-I-013", "JWT-I-014"])
            .input(with("all"))
            .flag("exact-form"),
        Object::new(),
    );
    let decoys = with("all").int("min_digests", 8);
    file.valid(
        case("decoys", "with decoys", &["JWT-D-001", "JWT-D-002", "JWT-D-004"]).input(decoys).flag("exact-form"),
        Object::new(),
    );
    file.refused(
        case("redact-iss", "iss must stay visible", &["JWT-I-015"]).input(redact(&["iss"])).differs_from("some"),
        "sd-jwt/redaction-forbidden",
    );
    for (id, algorithm) in [("ed25519", Algorithm::Ed25519), ("p384", Algorithm::P384), ("p521", Algorithm::P521)] {
        file.group(&format!("Signed with {algorithm}"), base(algorithm));
        file.valid(
            case(format!("by-{id}"), "the hash follows the key", &["JWT-I-001", "JWT-I-010"])
                .input(with("all"))
                .flag("exact-form"),
            Object::new(),
        );
    }
    file.group("Claims that cannot be", base(Algorithm::P256).without("claims").text("redact", "all"));
    let given = |text: &str| Object::new().with("claims", Value::Map(object(text)));
    file.valid(
        case("given-good", "a name", &["JWT-I-008"])
            .input(given(r#"{"iss":"https://id.a.example","name":"Alice"}"#))
            .flag("exact-form"),
        Object::new(),
    );
    file.refused(
        case("given-sd", "a claim by the name of _sd", &["JWT-I-008"]).input(given(r#"{"_sd":["x"]}"#)),
        "sd-jwt/reserved-name",
    );
    file.refused(
        case("given-dots", "a claim by the name of ...", &["JWT-I-008"]).input(given(r#"{"list":[{"...":"x"}]}"#)),
        "sd-jwt/reserved-name",
    );
    file.refused(case("given-exp-text", "exp is text", &["JWT-T-002"]).input(given(r#"{"exp":"1"}"#)), "sd-jwt/claim-type");
    let expired = given(&format!(r#"{{"exp":{NOW}}}"#)).int("now", NOW);
    file.refused(case("given-expired", "nobody would accept it", &["JWT-T-001"]).input(expired), "sd-jwt/time");
    let typed = given("{}").text("type", "JWT");
    file.refused(case("given-typ", "typ does not end in +sd-jwt", &["JWT-I-016"]).input(typed), "sd-jwt/type-mismatch");
    file
}

pub(super) fn presenting() -> Draft {
    let about =
        "Presentations that are made of issued tokens. The key binding is this implementation's: its members in this order.";
    let mut file = Draft::new("sd-jwt/present", "sd-jwt/present", about, &["RFC 9901"]);
    let (name, list) = (disclosure(r#"["s1","name","Alice"]"#), disclosure(r#"["s3","list",["a"]]"#));
    let child = disclosure(r#"["s4","country","DE"]"#);
    let parent = disclosure(&format!(r#"["s5","address",{{{}}}]"#, sd(&[&digest(&child)])));
    let digests = [&name, &list, &parent].map(|text| digest(text));
    let token = token(&sd(&digests.each_ref().map(String::as_str)), &[&name, &list, &parent, &child]);
    let common = Object::new()
        .text("sd_jwt", token)
        .with("issuers", issuers())
        .with("holder_key", private_jwk(&holder()))
        .text("audience", ROOM)
        .text("nonce", NONCE)
        .int("now", NOW);
    file.group(&format!("What is disclosed of a token of {ISSUER}"), common.clone());
    let disclose = |paths: &[&str]| Object::new().list("disclose", paths.iter().map(|&path| path.to_owned()));
    file.valid(
        case("nothing", "nothing", &["JWT-P-002"]).input(Object::new().text("disclose", "none")).flag("exact-form"),
        Object::new(),
    );
    file.valid(
        case("all", "everything", &["JWT-P-002"]).input(Object::new().text("disclose", "all")).flag("exact-form"),
        Object::new(),
    );
    file.valid(
        case("one", "a claim", &["JWT-P-004", "JWT-P-005", "JWT-H-004"]).input(disclose(&["name"])).flag("exact-form"),
        Object::new(),
    );
    let new = case("child", "a claim inside another, which comes with it", &["JWT-P-001"]);
    file.valid(new.input(disclose(&["address.country"])).flag("exact-form"), Object::new());
    let long = common.without("audience").without("nonce").text("disclose", "none").text("nonce", NONCE);
    file.group("Whom it is for", long);
    file.valid(
        case("audience", "a room", &["JWT-P-004"]).input(Object::new().text("audience", ROOM)).flag("exact-form"),
        Object::new(),
    );
    let absurd = "x".repeat(2049);
    file.refused(
        case("audience-long", "an audience longer than any", &["JWT-E-017"])
            .input(Object::new().text("audience", absurd))
            .flag("limit"),
        "sd-jwt/limit",
    );
    file
}
