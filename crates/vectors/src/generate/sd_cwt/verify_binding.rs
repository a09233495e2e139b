//! Presentations: the key binding, always signed with the Holder's key unless that is what is wrong.

use mimicred_cose::sign1;
use mimicred_keys::Algorithm;

use super::tokens::*;
use super::verify::{of, of_octets};
use crate::cast::{self, NOW, ROOM};
use crate::draft::{Draft, NewCase, case};
use crate::object::{Object, hex};

const KBT: Layer = Layer::KbtPayload;

pub(super) fn write(file: &mut Draft) {
    contents(file);
    audiences(file);
    nonces(file);
    signatures(file);
}

fn contents(file: &mut Draft) {
    file.group("What the key binding says", bound().without("max_age"));
    let with = |key: &str, value: &str| Token::new().with(KBT, key, value);
    let good = Token::new();
    let new = of("binding-good", "aud, iat and cnonce", &["CWT-P-011", "CWT-P-012", "CWT-P-016"], &good);
    let nonce = hex(&nonce());
    file.valid(new.intermediates(good.anatomy()), claims("").int("issued_at", NOW).text("nonce", nonce));
    let both = with("7", "h'0102'");
    file.valid(of("binding-cti", "cti besides", &["CWT-P-012", "CWT-P-013"], &both), claims("").text("cti", "0102"));
    let cti = with("7", "h'0102'").without(KBT, "6");
    file.valid(of("binding-cti-only", "cti instead of iat", &["CWT-P-012", "CWT-T-004"], &cti), claims("").text("cti", "0102"));
    let other = with("7000", "[\"other\"]").with(KBT, "\"text\"", "1");
    file.valid(of("binding-more", "other claims", &["CWT-P-021"], &other), claims(""));
    for (id, comment, key, value, rules) in [
        ("binding-iss", "iss", "1", "\"https://id.a.example\"", ["CWT-P-010", "CWT-V-032"]),
        ("binding-sub", "sub", "2", "\"mimi://a.example/u/alice\"", ["CWT-P-010", "CWT-V-032"]),
    ] {
        file.refused(of(id, comment, &rules, &with(key, value)).differs_from("binding-good"), "sd-cwt/claim-forbidden");
    }
    for (id, comment, key, rules) in [
        ("binding-aud-missing", "no aud", "3", ["CWT-P-011", "CWT-V-032"].as_slice()),
        ("binding-iat-missing", "neither iat nor cti", "6", &["CWT-P-012", "CWT-T-004"]),
    ] {
        let new = of(id, comment, rules, &Token::new().without(KBT, key)).flag("pitfall-binding-half-checked");
        file.refused(new.differs_from("binding-good"), "sd-cwt/claim-missing");
    }
    for (id, comment, key, value) in [
        ("binding-cti-text", "cti is text", "7", "\"id\""),
        ("binding-cnonce-text", "cnonce is text", "39", "\"nonce\""),
        ("binding-cnonce-number", "cnonce is a number", "39", "5"),
        ("binding-aud-number", "aud is a number", "3", "5"),
        ("binding-aud-octets", "aud is a byte string", "3", "'mimi://hub.example/r/clubhouse'"),
        ("binding-aud-empty", "aud is an empty array", "3", "[]"),
        ("binding-iat-text", "iat is text", "6", "\"1790000000\""),
    ] {
        let rules = ["CWT-P-011", "CWT-P-013", "CWT-P-016", "CWT-Y-012"];
        file.refused(of(id, comment, &rules, &with(key, value)).differs_from("binding-good"), "sd-cwt/claim-type");
    }
}

fn audiences(file: &mut Draft) {
    file.group("Audiences", bound().without("audience"));
    let room = format!("\"{ROOM}\"");
    let among = format!("[{room}, \"https://evil.example\"]");
    let asked = |id: &str, comment: &str, rules: &[&'static str], aud: &str, audience: &str| -> NewCase {
        let token = Token::new().with(KBT, "3", aud);
        case(id, comment, rules).input(Object::new().hex("presentation", &token.octets()).text("audience", audience))
    };
    file.valid(asked("audience-ours", "aud is the Verifier", &["CWT-V-011", "CWT-P-020"], &room, ROOM), claims(""));
    let elsewhere =
        asked("audience-other", "for another room", &["CWT-V-011", "CWT-P-020"], &room, "mimi://hub.example/r/elsewhere");
    file.refused(elsewhere, "sd-cwt/audience");
    let slash =
        asked("audience-slash", "the same with a slash behind it", &["CWT-V-011"], &room, "mimi://hub.example/r/clubhouse/");
    file.refused(slash, "sd-cwt/audience");
    let one = asked("audience-array-of-one", "an array of the Verifier alone", &["CWT trap 14"], &format!("[{room}]"), ROOM);
    file.valid(one, claims(""));
    let new = asked("audience-array", "an array of the Verifier and somebody else", &["CWT trap 14"], &among, ROOM)
        .flag("pitfall-audience-list");
    file.refused(new.differs_from("audience-ours"), "sd-cwt/audience");
    let rule = |id: &str, comment: &str, audience: &str, rule: &str| {
        let token = Token::new().with(KBT, "3", &among);
        let input = Object::new().hex("presentation", &token.octets()).text("audience", audience).text("audience_rule", rule);
        case(id, comment, &["CWT trap 14", "CWT-V-011"]).input(input)
    };
    file.valid(rule("audience-among", "the same, for a Verifier who takes it", ROOM, "among"), claims(""));
    let new = rule("audience-among-others", "an array of others, for such a Verifier", "https://v.example", "among");
    file.refused(new, "sd-cwt/audience");
    let unmatched = rule("audience-unmatched", "the same, for one who does not look at it", "https://v.example", "unmatched");
    file.valid(unmatched, claims(""));

    file.group("The audience of the SD-CWT", bound());
    let for_us = |id: &str, comment: &str, aud: &str, ours: Option<&str>| {
        let token = Token::new().claim("3", aud);
        let input = Object::new().hex("presentation", &token.octets()).with_some("audience_of_token", ours.map(str::to_owned));
        case(id, comment, &["CWT-V-012", "CWT trap 14"]).input(input)
    };
    let ours = for_us("token-aud-ours", "aud of the token is ours", "\"https://w.example\"", Some("https://w.example"));
    file.valid(ours, claims("3: \"https://w.example\""));
    let several = "[\"https://v.example\", \"https://w.example\"]";
    let new = for_us("token-aud-among", "aud of the token names us among others", several, Some("https://w.example"));
    file.valid(new, claims(&format!("3: {several}")));
    let new = for_us("token-aud-others", "aud of the token names others", several, Some("https://x.example"));
    file.refused(new, "sd-cwt/audience");
    let new = for_us("token-aud-nobody", "aud of the token, and the Verifier is nobody to its Issuer", several, None);
    file.refused(new, "sd-cwt/audience");
    file.refused(for_us("token-aud-number", "aud of the token is a number", "5", Some("https://w.example")), "sd-cwt/claim-type");
}

fn nonces(file: &mut Draft) {
    file.group("Nonces, and KBTs that were seen before", bound().without("nonce"));
    let with = Token::new();
    let without = Token::new().without(KBT, "39");
    let empty = Token::new().with(KBT, "39", "h''");
    let asked = |id: &str, comment: &str, token: &Token| -> (NewCase, Object) {
        let rules = ["CWT-V-008", "CWT-V-009", "CWT trap 12"];
        (case(id, comment, &rules), Object::new().hex("presentation", &token.octets()))
    };
    let ours = hex(&nonce());
    let (new, input) = asked("nonce-ours", "the nonce that was given", &with);
    file.valid(new.input(input.text("nonce", ours.clone())), claims("").text("nonce", ours.clone()));
    let (new, input) = asked("nonce-other", "another one", &with);
    file.refused(new.input(input.text("nonce", "00")), "sd-cwt/nonce");
    let (new, input) = asked("nonce-none", "none", &without);
    file.refused(new.flag("pitfall-binding-not-demanded").input(input.text("nonce", ours.clone())), "sd-cwt/nonce");
    let (new, input) = asked("nonce-empty", "a nonce of no octets, as it was given", &empty);
    file.valid(new.input(input.text("nonce", "")), claims("").text("nonce", ""));
    let (new, input) = asked("nonce-any", "any will do", &with);
    file.valid(new.input(input), claims(""));
    let (new, input) = asked("nonce-any-none", "none will do", &without);
    file.valid(new.input(input), claims(""));
    let (new, input) = asked("nonce-not-wanted", "none, and none is wanted", &without);
    file.valid(new.input(input.text("nonce_rule", "forbidden")), claims(""));
    let (new, input) = asked("nonce-unwanted", "one, and none is wanted", &with);
    file.refused(new.input(input.text("nonce_rule", "forbidden")), "sd-cwt/nonce");
    let seen = |id: &str, comment: &str, answer: &str| {
        let input = Object::new().hex("presentation", &Token::new().octets()).text("nonce", ours.clone());
        case(id, comment, &["CWT-V-010"]).input(input.text("replay_answer", answer))
    };
    file.valid(seen("replay-new", "a KBT that was not seen before", "new"), claims(""));
    file.refused(seen("replay-seen", "one that was", "seen"), "sd-cwt/nonce");
    let in_token = Token::new().claim("39", "h'01'");
    let new = of("token-cnonce", "a nonce of the Issuer in the SD-CWT is none of the Verifier's", &["CWT trap 11"], &in_token);
    file.valid(new, claims("39: h'01'"));
}

fn signatures(file: &mut Draft) {
    file.group("The Holder's signature", bound());
    for (algorithm, id) in
        [(Algorithm::Ed25519, "ed25519"), (Algorithm::P256, "p256"), (Algorithm::P384, "p384"), (Algorithm::P521, "p521")]
    {
        let key = cast::key(algorithm, "holder");
        let token = Token::new().of_holder(key.clone());
        let expected = Object::new().hex("confirmation_key", &mimicred_cose::key::thumbprint_sha256(key.public()));
        let new = of(format!("holder-{id}"), &format!("a key of {algorithm}"), &["CWT-V-006", "CWT-P-009", "CWT-K-010"], &token);
        file.valid(new, expected);
    }
    let good = Token::new();
    let octets = good.octets();
    let plain = |new: NewCase| new.differs_from("holder-ed25519");
    let new = of(
        "holder-other-key",
        "signed with another key",
        &["CWT-P-019", "CWT-V-006"],
        &good.clone().by_holder(mallory(Algorithm::Ed25519)),
    );
    file.refused(plain(new), "sd-cwt/signature-holder");
    let new = of("holder-issuer-key", "signed with the Issuer's key", &["CWT-P-019"], &good.clone().by_holder(issuer()));
    file.refused(plain(new), "sd-cwt/alg-unsupported");
    let new = of_octets("holder-signature-flipped", "one bit of the signature is another", &["CWT-V-006"], &flipped(&octets));
    file.refused(plain(new), "sd-cwt/signature-holder");
    let signature = octets.get(octets.len().saturating_sub(64)..).unwrap_or_default();
    let with_signature =
        |token: &Token| sign1::encode(&token.encoded(Layer::KbtProtected), &[0xa0], &token.encoded(KBT), signature);
    let stray = with_signature(&good.clone().disclosing(&salted(1, "true", "501")));
    let new = of_octets("holder-disclosure-added", "a disclosure was added after signing", &["CWT-V-007"], &stray);
    file.refused(plain(new), "sd-cwt/signature-holder");
    let later = with_signature(&good.clone().with(KBT, "6", &(NOW - 1).to_string()));
    let new = of_octets("holder-date-changed", "iat was changed after signing", &["CWT-V-006"], &later);
    file.refused(plain(new), "sd-cwt/signature-holder");
    for (id, comment, alg) in [
        ("holder-alg-other-curve", "alg is of another curve than the key", "-9"),
        ("holder-alg-hmac", "alg is of a MAC", "5"),
        ("holder-alg-unknown", "alg is not assigned", "-9999"),
    ] {
        let new = of(id, comment, &["CWT-P-009", "CWT-K-016"], &good.clone().with(Layer::KbtProtected, "1", alg))
            .flag("pitfall-algorithm");
        file.refused(plain(new), "sd-cwt/alg-unsupported");
    }
    let new = of(
        "holder-alg-polymorphic",
        "alg -8, which is deprecated",
        &["CWT-K-016", "CWT trap 29"],
        &good.with(Layer::KbtProtected, "1", "-8"),
    );
    file.valid(new, claims(""));
}
