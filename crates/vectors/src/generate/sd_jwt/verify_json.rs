//! Presentations in JSON serialization.

use mimicred_keys::Algorithm;
use mimicred_sd_jwt::serialization::{JsonForm, to_json};

use super::tokens::*;
use super::verify::{claims, good, of};
use crate::draft::Draft;
use crate::sign::FixedKey;

pub(super) fn write(file: &mut Draft) {
    let compact = bind(&good());
    file.group("JSON serialization", bound());
    let json = |form| to_json(&compact, form).unwrap_or_default();
    let (flattened, general) = (json(JsonForm::Flattened), json(JsonForm::General));
    let expected = || claims(r#""name":"Alice""#);
    file.valid(of("json-general", "the general form", &["JWT-J-001", "JWT-J-002"], general), expected());
    file.valid(of("json-flattened", "the flattened form", &["JWT-J-001", "JWT-J-003"], flattened.clone()), expected());
    let case = of(
        "json-alg-unprotected",
        "alg in the unprotected header",
        &["JWT-J-008"],
        flattened.replacen("\"header\":{", "\"header\":{\"alg\":\"ES256\",", 1),
    );
    file.refused(case, "sd-jwt/header");
    let case = of("json-kb-number", "kb_jwt is a number", &["JWT-J-004"], replace_member(&flattened, "kb_jwt", "1"));
    file.refused(case, "sd-jwt/format");

    let case = of(
        "json-kid-unprotected",
        "a parameter that nobody signed is nobody's word",
        &["JWT-J-007"],
        flattened.replacen("\"header\":{", "\"header\":{\"x\":\"y\",", 1),
    );
    file.valid(case, expected());
    let case = of(
        "json-typ-twice",
        "typ in both headers",
        &["JWT-J-007"],
        flattened.replacen("\"header\":{", "\"header\":{\"typ\":\"a+sd-jwt\",", 1),
    );
    file.refused(case, "sd-jwt/header");
    let both = flattened.replacen('{', "{\"signatures\":[],", 1);
    file.refused(of("json-both-forms", "members of both forms", &["JWT-J-009"], both), "sd-jwt/format");
    let none = r#"{"payload":"e30","signatures":[]}"#;
    file.refused(of("json-no-signature", "no signature", &["JWT-J-009"], none), "sd-jwt/format");
    let other = format!("\"{}\"", digest("another~"));
    let wrong = to_json(&bind_with(&good(), "sd_hash", Some(&other)), JsonForm::Flattened).unwrap_or_default();
    file.refused(of("json-sd-hash-other", "the key binding covers something else", &["JWT-J-005"], wrong), "sd-jwt/sd-hash");
    let nothing = to_json(&bind(&token("", &[])), JsonForm::Flattened).unwrap_or_default();
    let without = nothing.replacen("\"disclosures\":[],", "", 1);
    file.valid(of("json-disclosures-absent", "no disclosures, and no member for them", &["JWT-J-010"], without), claims(""));

    // The Issuer's signature is the first; what the others are worth is the caller's.
    let by = |key: &FixedKey| {
        let token = with_disclosures(jwt(HEADER, &payload(""), key), &[]);
        let (jws, _) = token.split_once('~').unwrap_or_default();
        let mut parts = jws.split('.').map(str::to_owned);
        let (protected, payload, signature) = (parts.next(), parts.next(), parts.next());
        (protected.unwrap_or_default(), payload.unwrap_or_default(), signature.unwrap_or_default(), token.clone())
    };
    let ((protected, payload, ours, token), (_, _, theirs, forged)) = (by(&issuer()), by(&mallory(Algorithm::P256)));
    let two = |first: &str, second: &str, token: &str| {
        let kb = bind(token).rsplit_once('~').map_or_else(String::new, |(_, kb)| kb.to_owned());
        format!(
            r#"{{"payload":"{payload}","signatures":[{{"protected":"{protected}","signature":"{first}","header":{{"disclosures":[],"kb_jwt":"{kb}"}}}},{{"protected":"{protected}","signature":"{second}"}}]}}"#
        )
    };
    file.valid(of("json-two-signatures", "the first is the Issuer's", &["JWT-J-011"], two(&ours, &theirs, &token)), claims(""));
    file.refused(
        of("json-second-signature", "the second is the Issuer's", &["JWT-J-011"], two(&theirs, &ours, &forged)),
        "sd-jwt/signature-issuer",
    );
}

/// The JSON text with the text under this name replaced.
fn replace_member(json: &str, name: &str, value: &str) -> String {
    let marker = format!("\"{name}\":\"");
    let Some((before, rest)) = json.split_once(&marker) else { return json.to_owned() };
    let after = rest.split_once('"').map_or("", |(_, after)| after);
    format!("{before}\"{name}\":{value}{after}")
}
