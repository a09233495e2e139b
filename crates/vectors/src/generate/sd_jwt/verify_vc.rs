//! Presentations: credentials of SD-JWT VC, status, certificates, and what the Verifier wants besides.

use mimicred_claims::Value;

use super::tokens::*;
use super::verify::{claims, good};
use crate::cast::{ISSUER, NOW, public_jwk};
use crate::draft::{Draft, case};
use crate::object::Object;

pub(super) fn write(file: &mut Draft) {
    credentials(file);
    credentials_only(file);
    certified(file);
}

fn credentials(file: &mut Draft) {
    file.group("SD-JWT VC, status, and what the Verifier wants besides", bound());
    let header = HEADER.replace("mimi-identity+sd-jwt", "dc+sd-jwt");
    let vct = r#""vct":"https://a.example/membership""#;
    let credential = bind(&token_of(&header, &payload(vct), &[]));
    let wanting = |presentation: &str, vct: &str| Object::new().text("presentation", presentation).text("vct", vct);
    let wanted = wanting(&credential, "https://a.example/membership");
    file.valid(case("vct-wanted", "the type that is wanted", &["JWT-Y-003", "JWT-Y-008"]).input(wanted), claims(vct));
    let other = wanting(&credential, "https://a.example/membership/");
    file.refused(case("vct-other", "another type", &["JWT-Y-008"]).input(other), "sd-jwt/policy-refused");
    let hidden = disclosure(r#"["s1","vct","https://a.example/membership"]"#);
    let redacted = bind(&token_of(&header, &payload(&sd(&[&digest(&hidden)])), &[&hidden]));
    let new = case("vct-disclosed", "the type is a disclosure", &["JWT-Y-004"]);
    file.refused(new.input(wanting(&redacted, "https://a.example/membership")), "sd-jwt/redaction-forbidden");
    let required = |path: &'static str| Object::new().text("presentation", bind(&good())).list("required_claims", [path]);
    file.valid(
        case("claim-there", "a claim that must be there is", &["JWT-V-017"]).input(required("name")),
        claims(r#""name":"Alice""#),
    );
    file.refused(case("claim-not-there", "one is not", &["JWT-V-017"]).input(required("email")), "sd-jwt/claim-missing");
    let status = r#""status":{"status_list":{"idx":7,"uri":"https://id.a.example/status/0"}}"#;
    let with = |members: &str, answer: &str| {
        Object::new().text("presentation", bind(&token(members, &[]))).text("status", "required").text("status_answer", answer)
    };
    file.valid(case("status-good", "the status is good", &["JWT-S-001"]).input(with(status, "good")), claims(status));
    file.refused(case("status-bad", "the status is bad", &["JWT-S-001"]).input(with(status, "bad")), "sd-jwt/status");
    file.refused(case("status-missing", "there is none", &["JWT-S-001"]).input(with("", "good")), "sd-jwt/status");
    let both = format!(r#"{status},"exp":{NOW}"#);
    let late = bind(&token_of(HEADER, &dated_payload(&both), &[]));
    let late = Object::new().text("presentation", late).text("status", "required").text("status_answer", "good");
    file.refused(
        case("status-good-expired", "the status is good, and the token has expired", &["JWT-S-010"])
            .input(late)
            .differs_from("status-good"),
        "sd-jwt/time",
    );
}

const VCT: &str = "https://a.example/membership";

/// What SD-JWT VC asks beyond RFC 9901.
fn credentials_only(file: &mut Draft) {
    file.group("What a credential must be (SD-JWT VC)", bound().text("vct", VCT));
    let header = HEADER.replace("mimi-identity+sd-jwt", "dc+sd-jwt");
    let vct = format!(r#""vct":"{VCT}""#);
    let of_header =
        |header: &str, members: &str| Object::new().text("presentation", bind(&token_of(header, &payload(members), &[])));
    file.valid(
        case("vc-good", "nothing in it can be withheld", &["JWT-Y-001", "JWT-Y-006"]).input(of_header(&header, &vct)),
        claims(&vct),
    );
    file.refused(
        case("vc-typ", "typ is that of another SD-JWT", &["JWT-Y-001"]).input(of_header(HEADER, &vct)),
        "sd-jwt/type-mismatch",
    );
    file.refused(case("vc-no-vct", "no vct", &["JWT-Y-003"]).input(of_header(&header, "")), "sd-jwt/claim-missing");
    let aka = |list: &str| of_header(&header, &format!(r#"{vct},"aka_vcts":{list}"#));
    let new = case("vc-aka", "it is known by another type too", &["JWT-Y-007"]);
    file.valid(new.input(aka(r#"["https://a.example/member"]"#)), Object::new());
    for (id, comment, list) in [
        ("vc-aka-empty", "by none", "[]"),
        ("vc-aka-number", "by a number", "[1]"),
        ("vc-aka-itself", "by the same", r#"["https://a.example/membership"]"#),
    ] {
        file.refused(case(id, comment, &["JWT-Y-007"]).input(aka(list)), "sd-jwt/claim-type");
    }
    let without = format!(r#"{{"iss":"{ISSUER}","exp":{EXP},{vct}}}"#);
    let unbound = Object::new().text("presentation", bind(&token_of(&header, &without, &[])));
    file.refused(
        case("vc-no-cnf", "no cnf, and a key binding is demanded", &["JWT-Y-005"]).input(unbound).differs_from("vc-good"),
        "sd-jwt/confirmation",
    );
    let key = cnf(holder().public());
    let hidden = disclosure(&format!(r#"["s1","cnf",{}]"#, key.trim_start_matches(r#""cnf":"#)));
    let members = format!(r#"{{"iss":"{ISSUER}","exp":{EXP},{}"#, sd(&[&digest(&hidden)]));
    let vc = Object::new().text("presentation", bind(&token_of(&header, &format!("{members},{vct}}}"), &[&hidden])));
    file.refused(
        case("vc-cnf-disclosed", "cnf is a disclosure", &["JWT-K-006", "JWT-Y-004"]).input(vc).differs_from("vc-good"),
        "sd-jwt/redaction-forbidden",
    );
    file.group("Where cnf may be, if it is no credential", bound());
    let plain = Object::new().text("presentation", bind(&token_of(HEADER, &format!("{members}}}"), &[&hidden])));
    let thumbprint = mimicred_jose::jwk::thumbprint(holder().public());
    let new = case("cnf-disclosed", "cnf is a disclosure", &["JWT-K-006"]);
    file.valid(new.input(plain), Object::new().text("confirmation_key", thumbprint));
}

/// Issuers by their certificates.
fn certified(file: &mut Draft) {
    file.group("An Issuer that is known by its certificate", bound().without("issuers").list::<Value<'static>>("issuers", []));
    let der = [0x30, 0x03, 0x02, 0x01, 0x07];
    let header = format!(
        r#"{{"alg":"ES256","typ":"mimi-identity+sd-jwt","x5c":["{}"]}}"#,
        mimicred_jose::base64url::encode_standard(&der)
    );
    let token = bind(&token_of(&header, &payload(""), &[]));
    let trusting = |der: &[u8]| {
        let issuer = Object::new().hex("certificate", der).text("issuer", ISSUER).with("key", public_jwk(issuer().public()));
        Object::new().text("presentation", token.clone()).list("certified_issuers", [issuer])
    };
    let new = case("x5c-trusted", "the certificate is one that somebody has verified", &["JWT-Y-010"]);
    file.valid(new.input(trusting(&der)), Object::new().text("issuer", ISSUER));
    let new = case("x5c-other", "the certificate is another one", &["JWT-Y-009", "JWT-Y-010"]);
    file.refused(new.input(trusting(&[0x30, 0x03, 0x02, 0x01, 0x08])), "sd-jwt/issuer-untrusted");
}
