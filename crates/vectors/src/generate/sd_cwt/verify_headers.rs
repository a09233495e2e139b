//! Presentations: algorithms and hashes, types, and what else stands in headers.

use mimicred_cose::cbor::Writer;
use mimicred_keys::{Algorithm, HashAlgorithm};

use super::tokens::*;
use super::verify::{alice, of};
use crate::cast::{self, ROOM};
use crate::draft::{Draft, case};
use crate::notation::octets;
use crate::object::Object;
use crate::sign::FixedKey;

pub(super) fn write(file: &mut Draft) {
    algorithms(file);
    types(file);
    headers(file);
    header_claims(file);
}

fn algorithms(file: &mut Draft) {
    file.group("Algorithms and hashes", bound().without("issuers"));
    let of_token = |token: &Token, key: &FixedKey| {
        Object::new().with("issuers", trusting(key.public())).hex("presentation", &token.octets())
    };
    for (algorithm, name, specified, polymorphic) in [
        (Algorithm::P256, "p256", -9, -7),
        (Algorithm::P384, "p384", -51, -35),
        (Algorithm::P521, "p521", -52, -36),
        (Algorithm::Ed25519, "ed25519", -19, -8),
    ] {
        let key = cast::key(algorithm, "issuer");
        for (how, id, rules) in [
            ("fully-specified", specified, ["CWT-I-003", "CWT-K-016", "CWT-E-009"].as_slice()),
            ("polymorphic", polymorphic, &["CWT-K-016", "CWT trap 29"]),
        ] {
            let token = Token::new().by_issuer(key.clone()).with(Layer::Protected, "1", &id.to_string());
            let new = case(format!("alg-{name}-{how}"), format!("alg {id} by the Issuer"), rules);
            file.valid(new.input(of_token(&token, &key)), claims(""));
        }
    }
    let with = |layer: Layer, alg: &str| Token::new().with(layer, "1", alg);
    for (id, comment, alg, code) in [
        ("alg-of-another-curve", "alg is of another curve than the trusted key", "-51", "sd-cwt/alg-unsupported"),
        ("alg-hmac", "alg is of a MAC", "5", "sd-cwt/alg-unsupported"),
        ("alg-unknown", "alg is not assigned", "-9999", "sd-cwt/alg-unsupported"),
        ("alg-text", "alg is text", "\"ES256\"", "sd-cwt/header"),
        ("alg-null", "alg is null", "null", "sd-cwt/header"),
    ] {
        let new =
            case(id, comment, &["CWT-I-003", "CWT-K-016"]).flag("pitfall-algorithm").differs_from("alg-p256-fully-specified");
        file.refused(new.input(of_token(&with(Layer::Protected, alg), &issuer())), code);
    }
    let without = Token::new().without(Layer::Protected, "1");
    let new = case("alg-missing", "no alg", &["CWT-E-007"]).differs_from("alg-p256-fully-specified");
    file.refused(new.input(of_token(&without, &issuer())), "sd-cwt/header");
    let moved = without.with(Layer::Unprotected, "1", "-9");
    let new = case("alg-unprotected", "alg is not protected", &["CWT-I-003"]).differs_from("alg-p256-fully-specified");
    file.refused(new.flag("pitfall-algorithm").input(of_token(&moved, &issuer())), "sd-cwt/header");

    let name = salted(1, r#""Alice""#, "170");
    let hashed = |sd_alg: Option<&str>, hash: HashAlgorithm| {
        let token = Token::new().without(Layer::Protected, "170").digest(&name.digest_by(hash)).disclosing(&name);
        sd_alg.map_or(token.clone(), |id| token.with(Layer::Protected, "170", id))
    };
    for (id, sd_alg, hash) in [
        ("hash-sha-256", Some("-16"), HashAlgorithm::Sha256),
        ("hash-default", None, HashAlgorithm::Sha256),
        ("hash-sha-384", Some("-43"), HashAlgorithm::Sha384),
        ("hash-sha-512", Some("-44"), HashAlgorithm::Sha512),
    ] {
        let comment = sd_alg.map_or("no sd_alg, which means SHA-256".to_owned(), |id| format!("sd_alg {id}"));
        let new = case(id, comment, &["CWT-V-031", "CWT-I-004", "CWT-E-019"]).flag("pitfall-hash");
        file.valid(new.input(of_token(&hashed(sd_alg, hash), &issuer())), alice());
    }
    for (id, comment, sd_alg, code) in [
        ("hash-truncated", "sd_alg is SHA-256 cut to 64 bits", "-15", "sd-cwt/alg-unsupported"),
        ("hash-weak", "sd_alg is SHA-1", "-14", "sd-cwt/alg-unsupported"),
        ("hash-signature", "sd_alg is a signature algorithm", "-7", "sd-cwt/alg-unsupported"),
        ("hash-unknown", "sd_alg is not assigned", "-9999", "sd-cwt/alg-unsupported"),
        ("hash-text", "sd_alg is text", "\"SHA-256\"", "sd-cwt/header"),
    ] {
        let new = case(id, comment, &["CWT-I-005", "CWT-V-031", "CWT-H-006"]).flag("pitfall-hash").differs_from("hash-sha-256");
        file.refused(new.input(of_token(&hashed(Some(sd_alg), HashAlgorithm::Sha256), &issuer())), code);
    }
    let unprotected = hashed(None, HashAlgorithm::Sha256).with(Layer::Unprotected, "170", "-16");
    let new = case("hash-unprotected", "sd_alg is not protected", &["CWT-I-004", "CWT-V-031"]).differs_from("hash-default");
    file.refused(new.input(of_token(&unprotected, &issuer())), "sd-cwt/header");
}

fn types(file: &mut Draft) {
    file.group("Types", bound());
    let typed = |layer: Layer, typ: &str| Token::new().with(layer, "16", typ);
    let (sd_cwt, kbt) = (Layer::Protected, Layer::KbtProtected);
    for (id, layer, typ, rules) in [
        ("typ-number", sd_cwt, "293", ["CWT-Y-001"].as_slice()),
        ("typ-name", sd_cwt, "\"application/sd-cwt\"", &["CWT-Y-001"]),
        ("typ-name-case", sd_cwt, "\"Application/SD-CWT\"", &["CWT-Y-004"]),
        ("kbt-typ-number", kbt, "294", &["CWT-Y-002", "CWT-P-007", "CWT-P-008"]),
        ("kbt-typ-name", kbt, "\"application/kb+cwt\"", &["CWT-Y-002", "CWT-P-007"]),
    ] {
        file.valid(of(id, &format!("typ is {typ}").replace('"', ""), rules, &typed(layer, typ)), claims(""));
    }
    for (id, typ) in [
        ("typ-kbt", "294"),
        ("typ-cwt", "61"),
        ("typ-cwt-name", "\"application/cwt\""),
        ("typ-bare", "\"sd-cwt\""),
        ("typ-early", "\"application/sd+cwt\""),
        ("typ-parameter", "\"application/sd-cwt; v=1\""),
        ("typ-octets", "'application/sd-cwt'"),
        ("typ-specific-unknown", "\"application/example+sd-cwt\""),
    ] {
        let rules = ["CWT-Y-001", "CWT-Y-003", "CWT-Y-004", "CWT trap 16"];
        let new = of(id, &format!("typ is {typ}").replace('"', ""), &rules, &typed(sd_cwt, typ)).differs_from("typ-number");
        file.refused(new, "sd-cwt/type-mismatch");
    }
    let missing = Token::new().without(sd_cwt, "16");
    file.refused(of("typ-missing", "no typ", &["CWT-Y-001"], &missing).differs_from("typ-number"), "sd-cwt/type-mismatch");
    let moved = missing.clone().with(Layer::Unprotected, "16", "293");
    let new = of("typ-unprotected", "typ is not protected", &["CWT-Y-001", "CWT-I-001"], &moved).differs_from("typ-number");
    file.refused(new, "sd-cwt/type-mismatch");
    let content = missing.with(sd_cwt, "3", "293");
    let new = of("typ-content-type", "content type instead of typ", &["CWT-Y-005"], &content).differs_from("typ-number");
    file.refused(new, "sd-cwt/type-mismatch");
    for (id, typ) in [
        ("kbt-typ-sd-cwt", "293"),
        ("kbt-typ-bare", "\"kb+cwt\""),
        ("kbt-typ-other", "\"application/sd-kbt\""),
        ("kbt-typ-parameter", "\"application/kb+cwt; v=1\""),
    ] {
        let new = of(id, &format!("typ of the KBT is {typ}").replace('"', ""), &["CWT-Y-002", "CWT-P-007"], &typed(kbt, typ));
        file.refused(new.differs_from("kbt-typ-number"), "sd-cwt/type-mismatch");
    }
    let missing = Token::new().without(kbt, "16");
    let new = of("kbt-typ-missing", "no typ in the KBT", &["CWT-Y-002", "CWT-P-007"], &missing);
    file.refused(new.differs_from("kbt-typ-number"), "sd-cwt/type-mismatch");
    let moved = missing.with(Layer::KbtUnprotected, "16", "294");
    let new = of("kbt-typ-unprotected", "typ of the KBT is not protected", &["CWT-P-007"], &moved);
    file.refused(new.differs_from("kbt-typ-number"), "sd-cwt/type-mismatch");
    let specific = typed(sd_cwt, "\"application/example+sd-cwt\"");
    let wanting = |token: &Token, typ: &str| Object::new().hex("presentation", &token.octets()).text("type", typ);
    let new = case("typ-specific", "a more specific type that is wanted", &["CWT-Y-003", "CWT-Y-006"]);
    file.valid(new.input(wanting(&specific, "application/example+sd-cwt")), claims(""));
    let new = case("typ-specific-other", "another specific type is wanted", &["CWT-Y-003"]);
    file.refused(new.input(wanting(&specific, "application/other+sd-cwt")), "sd-cwt/type-mismatch");
    let new = case("typ-specific-without-cnf", "a more specific type keeps all rules", &["CWT-Y-006", "CWT-I-015"]);
    let without = specific.without(Layer::Payload, "8");
    file.refused(new.input(wanting(&without, "application/example+sd-cwt")), "sd-cwt/claim-missing");
}

fn headers(file: &mut Draft) {
    file.group("Headers", bound());
    let all = [("sd-cwt", Layer::Protected, Layer::Unprotected), ("kbt", Layer::KbtProtected, Layer::KbtUnprotected)];
    for (name, protected, unprotected) in all {
        let usual = Token::new().with(protected, "-65600", "{\"a\": [1, {\"b\": h'00'}]}").with(unprotected, "-65601", "\"x\"");
        let id = |what: &str| format!("{name}-{what}");
        file.valid(of(id("header-unknown"), "labels that nobody knows", &["CWT-E-030"], &usual), claims(""));
        let critical = Token::new().with(protected, "2", "[16]");
        file.valid(of(id("crit-known"), "crit names typ", &["CWT-E-029"], &critical), claims(""));
        let differing = |id: String, comment: &str, rules: &[&'static str], token: &Token| of(id, comment, rules, token);
        let cases = [
            (
                "crit-unknown",
                "crit names what nobody knows",
                Token::new().with(protected, "2", "[9999]").with(protected, "9999", "0"),
            ),
            ("crit-absent", "crit names what is not there", Token::new().with(protected, "2", "[4]")),
            ("crit-empty", "crit names nothing", Token::new().with(protected, "2", "[]")),
            ("crit-unprotected", "crit is not protected", Token::new().with(unprotected, "2", "[16]")),
        ];
        for (what, comment, token) in cases {
            let new = differing(id(what), comment, &["CWT-E-029", "RFC 9052 3.1"], &token).differs_from(&id("crit-known"));
            file.refused(new, "sd-cwt/header");
        }
        let twice = Token::new().with(unprotected, "16", if name == "kbt" { "294" } else { "293" });
        file.refused(of(id("label-in-both"), "typ in both headers", &["CWT-E-011", "RFC 9052 3"], &twice), "sd-cwt/header");
        let kid = Token::new().with(protected, "4", "\"key\"");
        file.refused(of(id("kid-text"), "kid is text", &["CWT trap 30"], &kid), "sd-cwt/header");
        let empty = Token::new().instead(protected, vec![]);
        file.refused(of(id("protected-empty"), "the protected header is empty", &["CWT-E-007"], &empty), "sd-cwt/header");
        let behind = [Token::new().encoded(protected), vec![0]].concat();
        let behind = Token::new().instead(protected, behind);
        let new = of(id("protected-octet-behind"), "an octet behind the map in the protected header", &["CWT-E-007"], &behind);
        file.refused(new, "sd-cwt/cbor-malformed");
    }
    let alg = Token::new().with(Layer::KbtProtected, "1", "\"EdDSA\"");
    file.refused(of("kbt-alg-text", "alg of the KBT is text", &["CWT-P-009"], &alg), "sd-cwt/header");
    let claims_header = Token::new().with(Layer::KbtProtected, "15", "{}");
    file.refused(of("kbt-cwt-claims", "CWT Claims in the header of the KBT", &["CWT-P-017"], &claims_header), "sd-cwt/header");
    let unprotected = Token::new().with(Layer::Unprotected, "15", "{500: 1}");
    file.refused(of("cwt-claims-unprotected", "CWT Claims are not protected", &["CWT-V-028"], &unprotected), "sd-cwt/header");
    let name = salted(1, r#""Alice""#, "170");
    let protected = Token::new().digest(&name.digest());
    let mut list = Writer::new();
    list.array(1);
    list.raw(name.encoded());
    let protected = protected.with_octets(Layer::Protected, &octets("17"), &list.finish());
    file.refused(of("sd-claims-protected", "the disclosures are protected", &["CWT-P-002"], &protected), "sd-cwt/header");
}

fn header_claims(file: &mut Draft) {
    file.group("Claims in the header", bound());
    let with = |claims: &str| Token::new().with(Layer::Protected, "15", claims);
    let rules = ["CWT-V-028", "RFC 9597"];
    file.valid(of("header-claims", "a claim that is only there", &rules, &with("{500: true}")), claims("500: true"));
    let same = with("{500: true}").claim("500", "true");
    file.valid(of("header-claims-same", "a claim in both places with one value", &rules, &same), claims("500: true"));
    let differing = with("{500: true}").claim("500", "false");
    let new = of("header-claims-differ", "a claim in both places with two values", &rules, &differing);
    file.refused(new, "sd-cwt/claim-collision");
    let name = salted(1, r#""Alice""#, "170");
    let disclosed = with(&format!("{{{}}}", redacted(&[&name]))).disclosing(&name);
    file.valid(
        of("header-claims-disclosed", "a disclosure for the header", &rules, &disclosed),
        alice().list("disclosed", ["170"]),
    );
    let colliding = disclosed.clone().claim("170", "\"Mallory\"");
    let new = of("header-claims-collision", "the same, and another value in the payload", &rules, &colliding);
    file.refused(new.flag("pitfall-claim-replaced"), "sd-cwt/claim-collision");
    let hidden = salted(1, &EXPIRES.to_string(), "5");
    let never = with(&format!("{{{}}}", redacted(&[&hidden]))).disclosing(&hidden);
    let rules = ["CWT-V-023", "CWT-I-018", "CWT trap 7"];
    let new = of("header-claims-redacted-date", "nbf of the header is a disclosure", &rules, &never);
    file.refused(new, "sd-cwt/redaction-forbidden");
    let moved =
        Token::new().without(Layer::Payload, "8").with(Layer::Protected, "15", &format!("{{8: {}}}", cnf(holder().public())));
    let new = of("header-claims-cnf", "cnf is only in the header", &["CWT-V-029"], &moved).differs_from("header-claims");
    file.refused(new, "sd-cwt/claim-missing");
    let array = with("[500]");
    file.refused(of("header-claims-array", "an array", &["CWT-E-013"], &array).differs_from("header-claims"), "sd-cwt/header");
    let past = with(&format!("{{5: {}}}", ISSUED + 1));
    let new = of("header-claims-date", "a date that is only there counts", &["CWT-T-019"], &past).differs_from("header-claims");
    file.refused(new, "sd-cwt/time");
    let audience = with(&format!("{{3: \"{ROOM}/another\"}}"));
    let new = of("header-claims-aud", "an audience that is only there counts", &["CWT-V-012"], &audience);
    file.refused(new.differs_from("header-claims"), "sd-cwt/audience");
}
