//! Presentations: dates, of the SD-CWT, of the KBT, with each other and with the clock.

use super::tokens::*;
use super::verify::of;
use crate::cast::NOW;
use crate::draft::{Draft, NewCase, case};
use crate::object::Object;

const TOKEN: Layer = Layer::Payload;
const KBT: Layer = Layer::KbtPayload;

pub(super) fn write(file: &mut Draft) {
    forms(file);
    of_the_token(file);
    of_the_kbt(file);
    clock(file);
}

/// The usual claims, with another `exp`.
fn expiring(exp: &str) -> Object {
    let usual = format!("1: \"{}\", 2: \"{ALICE}\", 4: {exp}, 6: {ISSUED}, 8: {}", crate::cast::ISSUER, cnf(holder().public()));
    all_claims(&usual)
}

fn forms(file: &mut Draft) {
    file.group("What a date is", bound());
    for (id, exp) in [
        ("date-integer", "4102444800"),
        ("date-beyond-floats", "1152921504606846976"),
        ("date-single", "1790086400.0_2"),
        ("date-double", "1790086400.5"),
        ("date-largest-float", "9007199254740992.0"),
    ] {
        let rules = ["CWT-E-024", "CWT-E-025"];
        let shown = if id == "date-single" { "1790086400.0" } else { exp };
        file.valid(of(id, &format!("exp is {exp}"), &rules, &Token::new().with(TOKEN, "4", exp)), expiring(shown));
    }
    for (id, nbf) in [("date-negative", "-5"), ("date-half", "1.5_1"), ("date-smallest-float", "-9007199254740992.0")] {
        let token = Token::new().with(TOKEN, "5", nbf);
        file.valid(of(id, &format!("nbf is {nbf}"), &["CWT-E-024", "CWT-E-025"], &token), claims(&format!("5: {nbf}")));
    }
    for (id, exp, rules) in [
        ("date-nan", "NaN", ["CWT-E-024"]),
        ("date-nan-double", "NaN_3", ["CWT-E-024"]),
        ("date-infinite", "Infinity", ["CWT-E-024"]),
        ("date-infinite-single", "Infinity_2", ["CWT-E-024"]),
        ("date-infinite-negative", "-Infinity", ["CWT-E-024"]),
        ("date-text", "\"1790086400\"", ["CWT-E-024"]),
        ("date-tagged", "1(1790086400)", ["CWT-E-024"]),
        ("date-bignum", "2(h'6ab1a480')", ["CWT-E-024"]),
        ("date-null", "null", ["CWT-E-024"]),
        ("date-float-too-large", "9007199254740994.0", ["CWT-E-025"]),
    ] {
        let token = Token::new().with(TOKEN, "4", exp);
        let new = of(id, &format!("exp is {exp}"), &rules, &token).differs_from("date-integer");
        file.refused(new, "sd-cwt/claim-type");
    }
    let new = of("kbt-date-nan", "exp of the KBT is NaN", &["CWT-E-024"], &Token::new().with(KBT, "4", "NaN"));
    file.refused(new.differs_from("date-integer"), "sd-cwt/claim-type");
    let new = of(
        "date-float-too-small",
        "nbf is below what a float holds to the second",
        &["CWT-E-025"],
        &Token::new().with(TOKEN, "5", "-9007199254740994.0"),
    );
    file.refused(new.differs_from("date-smallest-float"), "sd-cwt/claim-type");
}

fn of_the_token(file: &mut Draft) {
    file.group(
        "The order of the dates of the SD-CWT. Leeway is for the clock only",
        bound().without("max_age").int("leeway", 60),
    );
    // A KBT without dates, so that none of the rules for both is broken.
    let base = Token::new().with(KBT, "7", "h'01'").without(KBT, "6");
    let with = |nbf: i64, iat: i64, exp: i64| {
        let token = base.clone().with(TOKEN, "5", &nbf.to_string()).with(TOKEN, "6", &iat.to_string());
        token.with(TOKEN, "4", &exp.to_string())
    };
    let good = with(ISSUED, ISSUED, EXPIRES);
    file.valid(of("token-nbf-iat", "nbf and iat are the same", &["CWT-T-001"], &good), claims(&format!("5: {ISSUED}")));
    let refused = |file: &mut Draft, id: &str, comment: &str, rules: &[&'static str], token: &Token| {
        file.refused(of(id, comment, rules, token).differs_from("token-nbf-iat"), "sd-cwt/time");
    };
    refused(
        file,
        "token-nbf-after-iat",
        "nbf is a second after iat",
        &["CWT-T-001", "CWT-T-017"],
        &with(ISSUED + 1, ISSUED, EXPIRES),
    );
    let without_iat = |nbf: i64, exp: i64| with(nbf, 0, exp).without(TOKEN, "6");
    refused(file, "token-nbf-exp", "nbf is exp", &["CWT-T-002"], &without_iat(NOW + 1, NOW + 1));
    refused(file, "token-iat-exp", "iat is exp", &["CWT-T-003"], &with(NOW + 1, NOW + 1, NOW + 1).without(TOKEN, "5"));
    // 2^53 + 1 has no float, and the one beside it is smaller.
    let large = base.clone().with(TOKEN, "4", "9007199254740992.0").with(TOKEN, "6", "9007199254740993");
    refused(file, "token-iat-float-exp", "iat is one more than exp, which is a float", &["CWT-T-018"], &large);
    let dateless = ["4", "6"].into_iter().fold(Token::new(), |token, key| token.without(TOKEN, key));
    let usual = format!("1: \"{}\", 2: \"{ALICE}\", 8: {}", crate::cast::ISSUER, cnf(holder().public()));
    file.valid(of("token-dateless", "no dates at all", &["CWT-T-014"], &dateless), all_claims(&usual));
}

fn of_the_kbt(file: &mut Draft) {
    file.group("The dates of the KBT, and of both. Leeway is for the clock only", bound().without("max_age").int("leeway", 60));
    let (nbf, exp) = (NOW - 300, NOW + 300);
    let base =
        Token::new().with(TOKEN, "5", &nbf.to_string()).with(TOKEN, "6", &nbf.to_string()).with(TOKEN, "4", &exp.to_string());
    let expected = || {
        let usual = format!(
            "1: \"{}\", 2: \"{ALICE}\", 4: {exp}, 5: {nbf}, 6: {nbf}, 8: {}",
            crate::cast::ISSUER,
            cnf(holder().public())
        );
        all_claims(&usual)
    };
    let kbt =
        |entries: &[(&str, i64)]| entries.iter().fold(base.clone(), |token, (key, date)| token.with(KBT, key, &date.to_string()));
    let valid = |file: &mut Draft, id: &str, comment: &str, rules: &[&'static str], token: &Token| {
        file.valid(of(id, comment, rules, token), expected());
    };
    let refused = |file: &mut Draft, id: &str, comment: &str, rules: &[&'static str], token: &Token| {
        file.refused(of(id, comment, rules, token).flag("pitfall-time-shadowed"), "sd-cwt/time");
    };
    valid(file, "kbt-exp-equal", "exp of both is the same", &["CWT-T-008"], &kbt(&[("4", exp)]));
    refused(
        file,
        "kbt-exp-later",
        "the KBT ends a second later",
        &["CWT-T-008", "CWT-P-015", "CWT-T-017"],
        &kbt(&[("4", exp + 1)]),
    );
    valid(file, "kbt-nbf-equal", "nbf of both is the same", &["CWT-T-009"], &kbt(&[("5", nbf)]));
    refused(file, "kbt-nbf-earlier", "the KBT begins a second earlier", &["CWT-T-009", "CWT-T-017"], &kbt(&[("5", nbf - 1)]));
    valid(file, "kbt-iat-equal", "iat of both is the same", &["CWT-T-010", "CWT-T-013"], &kbt(&[("6", nbf)]));
    let later = base.clone().with(TOKEN, "6", &(nbf + 100).to_string()).with(KBT, "6", &(nbf + 99).to_string());
    refused(file, "kbt-iat-earlier", "the KBT was made a second before the SD-CWT was issued", &["CWT-T-010"], &later);
    let without_iat = kbt(&[("6", nbf - 1)]).without(TOKEN, "6");
    refused(file, "kbt-iat-before-nbf", "the KBT was made a second before the SD-CWT begins", &["CWT-T-013"], &without_iat);
    valid(file, "kbt-nbf-iat", "nbf and iat of the KBT are the same", &["CWT-T-006"], &kbt(&[("5", NOW)]));
    refused(
        file,
        "kbt-nbf-after-iat",
        "nbf of the KBT is a second after its iat",
        &["CWT-T-006", "CWT trap 13"],
        &kbt(&[("5", NOW + 1)]),
    );
    valid(file, "kbt-iat-before-exp", "exp of the KBT is a second after its iat", &["CWT-T-007"], &kbt(&[("4", NOW + 1)]));
    refused(file, "kbt-iat-exp", "exp of the KBT is its iat", &["CWT-T-007"], &kbt(&[("4", NOW)]));
    let soon = base.clone().with(TOKEN, "4", &(NOW + 10).to_string());
    refused(
        file,
        "kbt-iat-token-exp",
        "the KBT was made when the SD-CWT ends",
        &["CWT-T-012", "CWT-T-017"],
        &soon.clone().with(KBT, "6", &(NOW + 10).to_string()),
    );
    let both = soon.with(KBT, "6", &(NOW + 10).to_string()).with(KBT, "5", &(NOW + 10).to_string());
    refused(file, "kbt-nbf-token-exp", "the KBT begins when the SD-CWT ends", &["CWT-T-011"], &both);
    let cti = base.clone().with(KBT, "7", "h'01'").without(KBT, "6");
    valid(file, "kbt-without-iat", "cti instead of iat, and no other date", &["CWT-T-005", "CWT-P-014"], &cti);
    refused(
        file,
        "kbt-exp-without-iat",
        "exp without iat",
        &["CWT-T-005", "CWT-P-014"],
        &cti.clone().with(KBT, "4", &exp.to_string()),
    );
    refused(file, "kbt-nbf-without-iat", "nbf without iat", &["CWT-T-005", "CWT-P-014"], &cti.with(KBT, "5", &nbf.to_string()));
}

fn clock(file: &mut Draft) {
    file.group("Dates and the clock", bound().without("now").without("max_age"));
    let with = |token: &Token, now: i64| Object::new().hex("presentation", &token.octets()).int("now", now);
    let on = |id: &str, comment: &str, rules: &[&'static str], token: &Token, now: i64| -> NewCase {
        case(id, comment, rules).input(with(token, now))
    };
    // A KBT without dates.
    let old = Token::new().with(KBT, "7", "h'01'").without(KBT, "6");
    let rules = ["CWT-T-014", "CWT-T-015"];
    file.valid(on("exp-next-second", "the SD-CWT expires in a second", &rules, &old, EXPIRES - 1), claims(""));
    file.refused(on("exp-now", "it expires now", &rules, &old, EXPIRES).flag("pitfall-time-shadowed"), "sd-cwt/time");
    let new = case("exp-leeway", "it expires now, and clocks may differ by a second", &["CWT-T-014"]);
    file.valid(new.input(with(&old, EXPIRES).int("leeway", 1)), claims(""));
    let begins = old.clone().with(TOKEN, "5", &NOW.to_string()).with(TOKEN, "6", &NOW.to_string());
    let expected = || {
        let usual = format!(
            "1: \"{}\", 2: \"{ALICE}\", 4: {EXPIRES}, 5: {NOW}, 6: {NOW}, 8: {}",
            crate::cast::ISSUER,
            cnf(holder().public())
        );
        all_claims(&usual)
    };
    file.valid(on("nbf-now", "the SD-CWT begins now", &["CWT-T-014"], &begins, NOW), expected());
    file.refused(on("nbf-next-second", "it begins in a second", &["CWT-T-014"], &begins, NOW - 1), "sd-cwt/time");
    let short = Token::new().with(KBT, "4", &(NOW + 100).to_string());
    file.valid(on("kbt-exp-next-second", "the KBT expires in a second", &["CWT-T-014"], &short, NOW + 99), claims(""));
    file.refused(on("kbt-exp-now", "the KBT expires now", &["CWT-T-014"], &short, NOW + 100), "sd-cwt/time");
    file.group("The age of the KBT", bound().without("now"));
    let token = Token::new();
    file.valid(on("age-most", "made as long ago as is allowed", &["CWT-T-016"], &token, NOW + 300), claims(""));
    file.refused(
        on("age-over", "made a second longer ago", &["CWT-T-016"], &token, NOW + 301).flag("pitfall-binding-half-checked"),
        "sd-cwt/time",
    );
    let new = on("age-future", "made in the next second", &["CWT-T-016"], &token, NOW - 1).flag("pitfall-binding-half-checked");
    file.refused(new.differs_from("age-most"), "sd-cwt/time");
    let new = on(
        "age-unknown",
        "no iat, and the age is limited",
        &["CWT-T-016"],
        &token.clone().with(KBT, "7", "h'01'").without(KBT, "6"),
        NOW,
    );
    file.refused(new.differs_from("age-most").flag("pitfall-binding-half-checked"), "sd-cwt/claim-missing");
    let fraction = token.with(TOKEN, "4", &format!("{NOW}.5"));
    file.valid(
        on("exp-fraction", "half a second is left", &["CWT-T-014", "CWT-T-018"], &fraction, NOW),
        expiring(&format!("{NOW}.5")),
    );
}
