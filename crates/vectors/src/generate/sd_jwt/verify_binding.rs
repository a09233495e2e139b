//! Presentations: the key binding, always signed with the Holder's key unless that is what is wrong.

use mimicred_keys::Algorithm;

use super::tokens::*;
use super::verify::{claims, good, of};
use crate::cast::{NONCE, NOW, ROOM};
use crate::draft::{Draft, case};
use crate::object::Object;

pub(super) fn write(file: &mut Draft) {
    demanded(file);
    contents(file);
    keys(file);
}

fn demanded(file: &mut Draft) {
    file.group("Whether there is a key binding", Object::new().with("issuers", issuers()).int("now", NOW));
    let (plain, with) = (good(), bind(&good()));
    let required = |text: &str| {
        let input = Object::new().text("presentation", text).text("key_binding", "required");
        input.text("audience", ROOM).text("nonce", NONCE)
    };
    let not = |text: &str| Object::new().text("presentation", text).text("key_binding", "not-expected");
    let alice = || claims(r#""name":"Alice""#);
    file.valid(
        case("bound-required", "one is there, and demanded", &["JWT-V-019"]).input(required(&with)),
        alice().int("issued_at", NOW),
    );
    let new = case("unbound-required", "none is there, and one is demanded", &["JWT-V-019"]);
    file.refused(new.flag("pitfall-binding-not-demanded").input(required(&plain)), "sd-jwt/kb-missing");
    file.valid(case("unbound-not-expected", "none is there, and none is demanded", &["JWT-V-020"]).input(not(&plain)), alice());
    let new = case("bound-not-expected", "one is there that nobody checks", &["JWT-V-020"]);
    file.refused(new.flag("pitfall-binding-not-demanded").input(not(&with)), "sd-jwt/kb-unexpected");
    let forged = plain.clone() + &jwt(KB_HEADER, &members(&kb_claims(&plain)), &mallory(Algorithm::P256));
    let ignored = Object::new().text("presentation", forged).text("key_binding", "ignored");
    let new = case("bound-ignored", "one is there, and the Verifier says that it does not care whose", &["JWT-V-021"]);
    file.valid(new.input(ignored), alice());
}

fn contents(file: &mut Draft) {
    file.group("What the key binding says", bound());
    let good = good();
    let alice = || claims(r#""name":"Alice""#);
    file.valid(of("binding-good", "iat, aud, nonce, sd_hash", &["JWT-P-004", "JWT-V-024", "JWT-V-025"], bind(&good)), alice());
    for (id, name, rules) in [
        ("iat-missing", "iat", ["JWT-P-004", "JWT-V-023"].as_slice()),
        ("aud-missing", "aud", &["JWT-P-004"]),
        ("nonce-missing", "nonce", &["JWT-P-004"]),
        ("sd-hash-missing", "sd_hash", &["JWT-P-004", "JWT-V-025"]),
    ] {
        let new = of(id, &format!("no {name}"), rules, bind_with(&good, name, None)).flag("pitfall-binding-half-checked");
        file.refused(new.differs_from("binding-good"), "sd-jwt/claim-missing");
    }
    let texts = format!("[\"{ROOM}\",\"https://evil.example\"]");
    let new = of("aud-array", "aud is an array with ours in it", &["JWT-P-004"], bind_with(&good, "aud", Some(&texts)));
    file.refused(new.flag("pitfall-audience-list"), "sd-jwt/claim-type");
    let new =
        of("aud-other", "for another room", &["JWT-V-024"], bind_with(&good, "aud", Some("\"mimi://hub.example/r/elsewhere\"")));
    file.refused(new, "sd-jwt/audience");
    let new = of("nonce-other", "of another transaction", &["JWT-V-024"], bind_with(&good, "nonce", Some("\"1234567890\"")));
    file.refused(new, "sd-jwt/nonce");
    let other = format!("\"{}\"", digest("another~"));
    file.refused(
        of("sd-hash-other", "over something else", &["JWT-V-025", "JWT-P-005"], bind_with(&good, "sd_hash", Some(&other)))
            .flag("pitfall-binding-half-checked"),
        "sd-jwt/sd-hash",
    );
    let (issuer_jwt, _) = good.split_once('~').unwrap_or_default();
    let over_jwt = format!("\"{}\"", digest(issuer_jwt));
    let new = of(
        "sd-hash-jwt-only",
        "over the Issuer's JWT without disclosures",
        &["JWT-P-005"],
        bind_with(&good, "sd_hash", Some(&over_jwt)),
    );
    file.refused(new.flag("pitfall-binding-half-checked"), "sd-jwt/sd-hash");
    let withheld = bind(&good);
    let (_, kb) = withheld.rsplit_once('~').unwrap_or_default();
    let new = of(
        "disclosure-taken-out",
        "a disclosure taken out after signing",
        &["JWT-V-025", "JWT-P-008"],
        format!("{issuer_jwt}~{kb}"),
    );
    file.refused(new, "sd-jwt/sd-hash");
    for (id, iat, comment) in
        [("iat-old", NOW - 301, "signed a second too long ago"), ("iat-future", NOW + 1, "signed in the next second")]
    {
        let new = of(id, comment, &["JWT-V-023", "JWT-T-004"], bind_with(&good, "iat", Some(&iat.to_string())))
            .flag("pitfall-binding-half-checked");
        file.refused(new.differs_from("binding-good"), "sd-jwt/time");
    }
    let oldest = bind_with(&good, "iat", Some(&(NOW - 300).to_string()));
    file.valid(of("iat-oldest", "signed as long ago as is allowed", &["JWT-V-023"], oldest), alice().int("issued_at", NOW - 300));
    let text = format!("\"{NOW}\"");
    file.refused(of("iat-text", "iat is text", &["JWT-T-002"], bind_with(&good, "iat", Some(&text))), "sd-jwt/claim-type");
    let dated = |member: &str| {
        let mut claims = kb_claims(&good);
        claims.push(("extra", "1".to_owned()));
        let payload = members(&claims).replacen(r#""extra":1"#, member, 1);
        good.clone() + &jwt(KB_HEADER, &payload, &holder())
    };
    let lasting = dated(&format!(r#""exp":{EXP}"#));
    file.valid(of("binding-exp", "the key binding expires in 2100", &["JWT-V-026"], lasting), alice());
    let over = dated(&format!(r#""exp":{NOW}"#));
    file.refused(of("binding-exp-now", "the key binding expires now", &["JWT-V-026"], over), "sd-jwt/time");
    let later = dated(&format!(r#""nbf":{}"#, NOW + 1));
    file.refused(of("binding-nbf", "the key binding is not valid before the next second", &["JWT-V-026"], later), "sd-jwt/time");
    let typed = |typ: &str| good.clone() + &jwt(&KB_HEADER.replace("kb+jwt", typ), &members(&kb_claims(&good)), &holder());
    let new = of("binding-typ-jwt", "typ is that of any JWT", &["JWT-P-003", "JWT-V-022"], typed("JWT"))
        .flag("pitfall-binding-half-checked");
    file.refused(new.differs_from("binding-good"), "sd-jwt/type-mismatch");
    let jwk = format!(
        r#"{{"alg":"ES256","typ":"kb+jwt","jwk":{}}}"#,
        cnf(holder().public()).trim_start_matches(r#""cnf":{"jwk":"#).trim_end_matches('}').to_owned() + "}"
    );
    let brought = good.clone() + &jwt(&jwk, &members(&kb_claims(&good)), &holder());
    file.refused(
        of("binding-brings-key", "the key binding brings its own key", &["JWT-K-004"], brought).differs_from("binding-good"),
        "sd-jwt/header",
    );
}

fn keys(file: &mut Draft) {
    file.group("The key that cnf names", bound());
    for (algorithm, alg) in [(Algorithm::Ed25519, "EdDSA"), (Algorithm::P384, "ES384")] {
        let key = crate::cast::key(algorithm, "holder");
        let payload = payload("").replace(&cnf(holder().public()), &cnf(key.public()));
        let token = token_of(HEADER, &payload, &[]);
        let kb = jwt(&KB_HEADER.replace("ES256", alg), &members(&kb_claims(&token)), &key);
        let id = format!("holder-{}", alg.to_lowercase());
        let expected = Object::new().text("confirmation_key", mimicred_jose::jwk::thumbprint(key.public()));
        file.valid(of(&id, &format!("{alg} by the Holder"), &["JWT-K-001", "JWT-K-005"], token + &kb), expected);
    }
    let plain = token("", &[]);
    file.valid(of("holder-es256", "ES256 by the Holder", &["JWT-K-001", "JWT-V-022"], bind(&plain)), claims(""));
    let stolen = plain.clone() + &jwt(KB_HEADER, &members(&kb_claims(&plain)), &mallory(Algorithm::P256));
    file.refused(
        of("holder-other-key", "signed with another key", &["JWT-P-007", "JWT-V-022"], stolen),
        "sd-jwt/signature-holder",
    );
    let (bound_part, kb) = (plain.clone(), jwt(KB_HEADER, &members(&kb_claims(&plain)), &holder()));
    let flipped = bound_part + &flip_signature(&kb);
    file.refused(
        of("holder-signature-flipped", "one bit of the signature is another", &["JWT-V-022"], flipped),
        "sd-jwt/signature-holder",
    );
    let unsigned = plain.clone() + &jwt(&KB_HEADER.replace("ES256", "none"), &members(&kb_claims(&plain)), &holder());
    file.refused(
        of("holder-alg-none", "alg is none", &["JWT-P-003"], unsigned).flag("pitfall-algorithm"),
        "sd-jwt/alg-unsupported",
    );
    let without = format!(r#"{{"iss":"{}","exp":{EXP}}}"#, crate::cast::ISSUER);
    let token_without = token_of(HEADER, &without, &[]);
    file.refused(of("cnf-missing", "no cnf", &["JWT-K-001"], bind(&token_without)), "sd-jwt/confirmation");
    let private = payload("").replace(r#""crv""#, r#""d":"AAAA","crv""#);
    file.refused(
        of("cnf-private", "a private key in cnf", &["JWT-K-002"], bind(&token_of(HEADER, &private, &[]))),
        "sd-jwt/confirmation",
    );

    let thumbprint = mimicred_jose::jwk::thumbprint(holder().public());
    let named = format!(r#"{{"iss":"{}","exp":{EXP},"cnf":{{"jkt":"{thumbprint}"}}}}"#, crate::cast::ISSUER);
    let named = bind(&token_of(HEADER, &named, &[]));
    let known = |name: &str| {
        let key = crate::cast::key(Algorithm::P256, name);
        let known = Object::new().with("key", crate::cast::public_jwk(key.public()));
        Object::new().text("presentation", named.clone()).list("known_keys", [known])
    };
    let expected = Object::new().text("confirmation_key", thumbprint.clone());
    file.valid(case("cnf-thumbprint", "cnf names a key that is known", &["JWT-K-003"]).input(known("holder")), expected);
    file.refused(
        case("cnf-thumbprint-unknown", "cnf names a key that is not", &["JWT-K-003"]).input(known("mallory")),
        "sd-jwt/confirmation",
    );
}
