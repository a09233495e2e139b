//! What an Issuer sends to a Holder.

use mimicred_claims::Value;
use mimicred_keys::Algorithm;

use super::tokens::*;
use crate::cast::{NOW, public_jwk};
use crate::draft::{Draft, NewCase, case, object};
use crate::object::Object;

pub(super) fn file() -> Draft {
    let about = "Tokens as a Holder gets them from an Issuer: with all disclosures, and without key binding.";
    let mut file = Draft::new("sd-jwt/accept", "sd-jwt/accept", about, &["RFC 9901"]);
    let common = Object::new().with("issuers", issuers()).int("now", NOW);
    file.group("Issued tokens", common.with("confirmation_key", public_jwk(holder().public())));
    let name = disclosure(r#"["s1","name","Alice"]"#);
    let good = token(&sd(&[&digest(&name)]), &[&name]);
    let of = |id: &str, comment: &str, rules: &[&'static str], token: &str| -> NewCase {
        case(id, comment, rules).input(Object::new().text("sd_jwt", token))
    };
    let expected = Object::new().with("claims", Value::Map(object(&payload(r#""name":"Alice""#)))).list("disclosed", ["name"]);
    file.valid(of("good", "one claim that can be withheld", &["JWT-H-002"], &good).intermediates(anatomy(&good)), expected);
    file.refused(
        of("bound", "an Issuer cannot make a key binding", &["JWT-H-001", "JWT-I-017"], &bind(&good))
            .flag("pitfall-holder-trusts"),
        "sd-jwt/kb-unexpected",
    );
    file.refused(
        of("no-tilde-at-the-end", "the last tilde is missing", &["JWT-E-003"], good.trim_end_matches('~')),
        "sd-jwt/format",
    );
    let forged = with_disclosures(jwt(HEADER, &payload(&sd(&[&digest(&name)])), &mallory(Algorithm::P256)), &[&name]);
    file.refused(
        of("forged", "signed by somebody else", &["JWT-H-002"], &forged).flag("pitfall-holder-trusts"),
        "sd-jwt/signature-issuer",
    );
    let stray = token(&sd(&[&digest("nothing")]), &[&name]);
    file.refused(
        of("unreferenced", "a disclosure that no digest asks for", &["JWT-H-002", "JWT-V-015"], &stray)
            .flag("pitfall-unreferenced-disclosure"),
        "sd-jwt/disclosure-unmatched",
    );
    let for_another = payload("").replace(&cnf(holder().public()), &cnf(mallory(Algorithm::Ed25519).public()));
    file.refused(
        of("for-another", "for another Holder's key", &["JWT-H-002"], &token_of(HEADER, &for_another, &[])),
        "sd-jwt/confirmation",
    );
    let expired = token_of(HEADER, &dated_payload(&format!(r#""exp":{NOW}"#)), &[]);
    file.refused(of("expired", "expires now", &["JWT-H-002", "JWT-T-001"], &expired), "sd-jwt/time");
    let refused = case("policy", "a policy of the Holder refuses it", &["JWT-H-003"]);
    file.refused(refused.input(Object::new().text("sd_jwt", good.clone()).text("policy", "refuses")), "sd-jwt/policy-refused");
    file
}
