//! Status List Tokens: form, type, signature, name, dates.

use mimicred_keys::Algorithm;

use super::super::by_hand::{flipped, text, to_be_signed};
use super::dates;
use super::tokens::*;
use crate::cast;
use crate::draft::{Draft, NewCase, case};
use crate::notation;
use crate::object::Object;

pub(super) fn file() -> Draft {
    let about =
        "Status List Tokens, each signed by a key that is trusted for status, also where something else is wrong with it.";
    let mut file = Draft::new("status/token-verify", "status/token-verify", about, super::SPECIFICATIONS);
    cwt_form(&mut file);
    jwt_form(&mut file);
    signatures(&mut file);
    claims(&mut file);
    lists(&mut file);
    dates::write(&mut file);
    file
}

pub(super) fn of_cwt(id: &str, comment: &str, rules: &[&'static str], token: &Cwt) -> NewCase {
    of_octets(id, comment, rules, &token.octets())
}

fn of_octets(id: &str, comment: &str, rules: &[&'static str], token: &[u8]) -> NewCase {
    case(id, comment, rules).input(Object::new().hex("cwt", token))
}

pub(super) fn of_jwt(id: &str, comment: &str, rules: &[&'static str], token: &Jwt) -> NewCase {
    of_text(id, comment, rules, &token.text())
}

fn of_text(id: &str, comment: &str, rules: &[&'static str], token: &str) -> NewCase {
    case(id, comment, rules).input(Object::new().text("jwt", token))
}

pub(super) fn expected() -> Object {
    Object::new().int("bits", 1).text("octets", "b9a3").int("issued_at", ISSUED).int("expires", EXPIRES).int("ttl", 43_200)
}

fn cwt_form(file: &mut Draft) {
    file.group("A CWT", expecting());
    let good = Cwt::new();
    let octets = good.octets();
    let intermediates = Object::new()
        .hex("to_be_signed", &to_be_signed(&good.protected.encode(), &good.claims.encode()))
        .list("annotated", notation::annotated(&octets));
    let rules = ["CWT-S-004", "CWT-S-005", "CWT-S-006"];
    file.valid(of_cwt("cwt-good", "the first list of the draft", &rules, &good).intermediates(intermediates), expected());
    for (id, typ) in [("cwt-typ-number", "279"), ("cwt-typ-case", "\"Application/StatusList+CWT\"")] {
        let new = of_cwt(id, &format!("typ is {typ}").replace('"', ""), &["CWT-S-004"], &good.clone().header("16", typ));
        file.valid(new, expected());
    }
    let more = good.clone().claim("1", "\"https://id.a.example\"").unprotected("4", "'key'");
    file.valid(of_cwt("cwt-more", "other claims and headers", &["CWT-S-005"], &more), expected());
    for (id, typ) in [
        ("cwt-typ-sd-cwt", "293"),
        ("cwt-typ-short", "\"statuslist+cwt\""),
        ("cwt-typ-jwt", "\"application/statuslist+jwt\""),
        ("cwt-typ-parameter", "\"application/statuslist+cwt; v=1\""),
    ] {
        let new = of_cwt(id, &format!("typ is {typ}").replace('"', ""), &["CWT-S-004"], &good.clone().header("16", typ));
        file.refused(new.differs_from("cwt-good"), "status/type-mismatch");
    }
    let without = good.clone().without_header("16");
    file.refused(of_cwt("cwt-typ-missing", "no typ", &["CWT-S-004"], &without).differs_from("cwt-good"), "status/type-mismatch");
    let new = of_cwt("cwt-typ-unprotected", "typ is not protected", &["CWT-S-004"], &without.unprotected("16", "279"));
    file.refused(new.differs_from("cwt-good"), "status/type-mismatch");
    let untagged = octets.split_first().map(|(_, rest)| rest.to_vec()).unwrap_or_default();
    let cut = octets.split_last().map(|(_, rest)| rest.to_vec()).unwrap_or_default();
    for (id, comment, octets) in [
        ("cwt-tag-61", "tag 61 before it", [&[0xd8, 0x3d], &octets[..]].concat()),
        ("cwt-untagged", "no tag 18", untagged.clone()),
        ("cwt-octet-behind", "an octet behind it", [&octets[..], &[0]].concat()),
        ("cwt-cut-off", "the last octet is missing", cut),
        ("cwt-crit", "crit names what nobody knows", good.clone().header("2", "[999]").header("999", "0").octets()),
        ("cwt-alg-missing", "no alg", good.clone().without_header("1").octets()),
        ("cwt-label-in-both", "typ in both headers", good.clone().unprotected("16", "279").octets()),
    ] {
        file.refused(of_octets(id, comment, &["CWT-S-004"], &octets).differs_from("cwt-good"), "status/malformed");
    }
    let mac = of_octets("cwt-mac", "tag 17, COSE_Mac0", &["CWT-S-004"], &[&[0xd1], &untagged[..]].concat());
    file.refused(mac.differs_from("cwt-good"), "status/mac-unsupported");
}

fn jwt_form(file: &mut Draft) {
    file.group("A JWT", expecting());
    let good = Jwt::new();
    let jws = good.text();
    let signed = jws.rsplit_once('.').map(|(input, _)| input).unwrap_or_default();
    let intermediates =
        Object::new().text("header", good.header_text()).text("payload", good.payload_text()).text("to_be_signed", signed);
    let rules = ["JWT-S-003", "JWT-S-004"];
    file.valid(of_jwt("jwt-good", "the first list of the draft", &rules, &good).intermediates(intermediates), expected());
    let more = good.clone().claim("iss", "\"https://id.a.example\"").header("kid", Some("\"key\""));
    file.valid(of_jwt("jwt-more", "other claims and headers", &["JWT-S-003"], &more), expected());
    for (id, typ) in [("jwt-typ-jwt", Some("\"JWT\"")), ("jwt-typ-cwt", Some("\"statuslist+cwt\"")), ("jwt-typ-missing", None)] {
        let comment = typ.map_or("no typ".to_owned(), |typ| format!("typ is {typ}").replace('"', ""));
        let new = of_jwt(id, &comment, &["JWT-S-003"], &good.clone().header("typ", typ));
        file.refused(new.differs_from("jwt-good"), "status/type-mismatch");
    }
    let jwk = crate::object::pretty(&cast::public_jwk(status_key().public())).replace(['\n', ' '], "");
    for (id, comment, token) in [
        ("jwt-two-parts", "the signature is missing", signed.to_owned()),
        ("jwt-padding", "padding in the payload", jws.replacen('.', "=.", 1)),
        ("jwt-jwk", "it brings its own key", good.clone().header("jwk", Some(&jwk)).text()),
        ("jwt-jku", "it says where a key is", good.clone().header("jku", Some("\"https://id.a.example/keys\"")).text()),
        ("jwt-claim-twice", "sub twice", good.clone().and("sub", &text(URI)).text()),
        ("jwt-nothing", "nothing", String::new()),
    ] {
        file.refused(of_text(id, comment, &["JWT-S-003"], &token).differs_from("jwt-good"), "status/malformed");
    }
    for alg in ["HS256", "HS384", "HS512"] {
        let id = format!("jwt-{}", alg.to_lowercase());
        let new = of_jwt(&id, &format!("alg is {alg}, a MAC"), &["JWT-S-003"], &good.clone().header("alg", Some(&text(alg))));
        file.refused(new.differs_from("jwt-good"), "status/mac-unsupported");
    }
    let none = of_jwt("jwt-none", "alg is none", &["JWT-S-003"], &good.header("alg", Some("\"none\""))).flag("pitfall-algorithm");
    file.refused(none.differs_from("jwt-good"), "status/alg-unsupported");
}

fn signatures(file: &mut Draft) {
    file.group("Signatures", expecting());
    let (cwt, jwt) = (Cwt::new(), Jwt::new());
    let mallory = cast::key(Algorithm::P256, "mallory");
    let rules = ["CWT-S-010"];
    file.valid(of_cwt("cwt-signed", "by the key that is trusted", &rules, &cwt), expected());
    let new = of_cwt("cwt-other-key", "by another one", &rules, &cwt.clone().by(mallory.clone()));
    file.refused(new, "status/signature");
    file.refused(
        of_octets("cwt-flipped", "one bit of the signature is another", &rules, &flipped(&cwt.octets())),
        "status/signature",
    );
    for (id, comment, alg) in
        [("cwt-alg-other", "alg of another curve", "-51"), ("cwt-alg-unknown", "alg is not assigned", "-9999")]
    {
        file.refused(
            of_cwt(id, comment, &rules, &cwt.clone().header("1", alg)).flag("pitfall-algorithm"),
            "status/alg-unsupported",
        );
    }
    let rules = ["JWT-S-003"];
    file.valid(of_jwt("jwt-signed", "by the key that is trusted", &rules, &jwt), expected());
    file.refused(of_jwt("jwt-other-key", "by another one", &rules, &jwt.clone().by(mallory)), "status/signature");
    let new =
        of_jwt("jwt-alg-other", "alg of another curve", &rules, &jwt.header("alg", Some("\"ES384\""))).flag("pitfall-algorithm");
    file.refused(new, "status/alg-unsupported");
    let ed25519 = cast::key(Algorithm::Ed25519, "status issuer");
    file.group("Several keys", expecting().with("keys", trusting(&[status_key(), ed25519.clone()])));
    let new = of_cwt("cwt-second-key", "by the second one", &["CWT-S-010"], &cwt.header("1", "-19").by(ed25519.clone()));
    file.valid(new, expected());
    let new =
        of_jwt("jwt-second-key", "by the second one", &["JWT-S-003"], &Jwt::new().header("alg", Some("\"EdDSA\"")).by(ed25519));
    file.valid(new, expected());
}

fn claims(file: &mut Draft) {
    file.group("Claims", expecting());
    let cwt = Cwt::new;
    let rules = ["CWT-S-005"];
    let least = cwt().without("4").without("65534");
    file.valid(
        of_cwt("claims-cwt-least", "sub, iat and status_list", &rules, &least),
        expected().without("expires").without("ttl"),
    );
    let fraction = cwt().claim("6", &format!("{ISSUED}.5"));
    file.valid(of_cwt("claims-cwt-fraction", "iat has a fraction", &rules, &fraction), expected().without("issued_at"));
    for (id, comment, token) in [
        ("claims-cwt-no-sub", "no sub", cwt().without("2")),
        ("claims-cwt-no-iat", "no iat", cwt().without("6")),
        ("claims-cwt-no-list", "no status_list", cwt().without("65533")),
        ("claims-cwt-sub-octets", "sub is a byte string", cwt().claim("2", "'https://id.a.example/status/0'")),
        ("claims-cwt-iat-text", "iat is text", cwt().claim("6", "\"1789999940\"")),
        ("claims-cwt-iat-tagged", "iat is tagged", cwt().claim("6", "1(1789999940)")),
        ("claims-cwt-exp-nan", "exp is NaN", cwt().claim("4", "NaN")),
        ("claims-cwt-ttl-0", "ttl is 0", cwt().claim("65534", "0")),
        ("claims-cwt-ttl-float", "ttl is a float", cwt().claim("65534", "60.0")),
        ("claims-cwt-list-array", "status_list is an array", cwt().claim("65533", "[]")),
    ] {
        file.refused(of_cwt(id, comment, &rules, &token).differs_from("claims-cwt-least"), "status/claim");
    }
    let jwt = Jwt::new;
    let rules = ["JWT-S-003"];
    let least = jwt().without("exp").without("ttl");
    file.valid(
        of_jwt("claims-jwt-least", "sub, iat and status_list", &rules, &least),
        expected().without("expires").without("ttl"),
    );
    for (id, comment, token) in [
        ("claims-jwt-no-sub", "no sub", jwt().without("sub")),
        ("claims-jwt-no-iat", "no iat", jwt().without("iat")),
        ("claims-jwt-no-list", "no status_list", jwt().without("status_list")),
        ("claims-jwt-iat-text", "iat is text", jwt().claim("iat", "\"1789999940\"")),
        ("claims-jwt-ttl-0", "ttl is 0", jwt().claim("ttl", "0")),
        ("claims-jwt-ttl-fraction", "ttl is written with a fraction", jwt().claim("ttl", "60.0")),
        ("claims-jwt-ttl-negative", "ttl is below 0", jwt().claim("ttl", "-1")),
    ] {
        file.refused(of_jwt(id, comment, &rules, &token).differs_from("claims-jwt-least"), "status/claim");
    }
    for (id, comment, sub) in [
        ("subject-other", "another list", "https://id.a.example/status/1"),
        ("subject-slash", "the same with a slash behind it", "https://id.a.example/status/0/"),
        ("subject-case", "the same in another case", "https://ID.a.example/status/0"),
    ] {
        let new = of_cwt(&format!("cwt-{id}"), comment, &["CWT-S-005"], &cwt().claim("2", &text(sub)));
        file.refused(new.differs_from("claims-cwt-least"), "status/subject");
        let new = of_jwt(&format!("jwt-{id}"), comment, &["JWT-S-003"], &jwt().claim("sub", &text(sub)));
        file.refused(new.differs_from("claims-jwt-least"), "status/subject");
    }
}

fn lists(file: &mut Draft) {
    file.group("The list in it", expecting());
    let two = raw("78da3be9f2130003df0207");
    let list = |bits: i128, octets: &str| expected().int("bits", bits).text("octets", octets);
    file.valid(of_cwt("list-cwt-bits-2", "entries of two bits", &["CWT-S-006"], &Cwt::new().list(2, &two)), list(2, "c944f9"));
    file.valid(of_jwt("list-jwt-bits-2", "entries of two bits", &["JWT-S-004"], &Jwt::new().list(2, &two)), list(2, "c944f9"));
    let lst = |members: &str| Cwt::new().claim("65533", &format!("{{{members}}}"));
    let aggregated = lst(&format!("\"bits\": 1, \"lst\": h'{LST}', \"aggregation_uri\": \"https://id.a.example/all\""));
    let new = of_cwt("list-cwt-aggregation", "it says where all lists are", &["CWT-S-006"], &aggregated);
    file.valid(new, expected().text("aggregation_uri", "https://id.a.example/all"));
    for (id, comment, members) in [
        ("list-cwt-bits-3", "bits is 3", format!("\"bits\": 3, \"lst\": h'{LST}'")),
        ("list-cwt-bits-16", "bits is 16", format!("\"bits\": 16, \"lst\": h'{LST}'")),
        ("list-cwt-bits-missing", "no bits", format!("\"lst\": h'{LST}'")),
        ("list-cwt-lst-missing", "no lst", "\"bits\": 1".to_owned()),
        ("list-cwt-lst-text", "lst is text", format!("\"bits\": 1, \"lst\": \"{LST_BASE64URL}\"")),
        ("list-cwt-keys-numbers", "its keys are numbers", format!("1: 1, 2: h'{LST}'")),
        (
            "list-cwt-aggregation-number",
            "aggregation_uri is a number",
            format!("\"bits\": 1, \"lst\": h'{LST}', \"aggregation_uri\": 1"),
        ),
    ] {
        file.refused(of_cwt(id, comment, &["CWT-S-006"], &lst(&members)).differs_from("list-cwt-bits-2"), "status/malformed");
    }
    for (id, comment, value) in [
        ("list-jwt-bits-3", "bits is 3", format!("{{\"bits\":3,\"lst\":\"{LST_BASE64URL}\"}}")),
        ("list-jwt-lst-number", "lst is a number", "{\"bits\":1,\"lst\":1}".to_owned()),
        ("list-jwt-lst-padding", "lst has padding", format!("{{\"bits\":1,\"lst\":\"{LST_BASE64URL}==\"}}")),
        ("list-jwt-lst-base64", "lst is in base64, not base64url", "{\"bits\":1,\"lst\":\"eNrbuRgAAhcB+/\"}".to_owned()),
    ] {
        let new = of_jwt(id, comment, &["JWT-S-004"], &Jwt::new().claim("status_list", &value));
        file.refused(new.differs_from("list-jwt-bits-2"), "status/malformed");
    }
    let raw_deflate = raw("dbb91800");
    let new = of_cwt("list-cwt-raw-deflate", "DEFLATE without framing", &["CWT-S-007"], &Cwt::new().list(1, &raw_deflate));
    file.refused(new.differs_from("list-cwt-bits-2"), "status/compression");
    let new = of_jwt("list-jwt-raw-deflate", "DEFLATE without framing", &["JWT-S-004"], &Jwt::new().list(1, &raw_deflate));
    file.refused(new.differs_from("list-jwt-bits-2"), "status/compression");
    for (id, comment, rules, input) in [
        ("list-cwt-large", "two octets, and one is allowed", ["CWT-S-011"], Object::new().hex("cwt", &Cwt::new().octets())),
        ("list-jwt-large", "two octets, and one is allowed", ["JWT-S-008"], Object::new().text("jwt", Jwt::new().text())),
    ] {
        let new = case(id, comment, &rules).flag("limit").input(input.int("max_octets", 1));
        file.refused(new.differs_from("list-cwt-bits-2"), "status/limit");
    }
}
