//! What the lists at hand say of a token.

use mimicred_claims::Value;

use super::tokens::*;
use crate::cast::NOW;
use crate::draft::{Draft, NewCase, case, object};
use crate::object::Object;

pub(super) fn file() -> Draft {
    let about = "The status of a token, looked up in lists that a Verifier has. Whatever is not VALID is refused.";
    let mut file = Draft::new("status/check", "status/check", about, super::SPECIFICATIONS);
    values(&mut file);
    lists(&mut file);
    file
}

fn claim(index: i128, uri: &str) -> Value<'static> {
    Value::Map(object(&format!(r#"{{"status_list":{{"idx":{index},"uri":"{uri}"}}}}"#)))
}

fn jwt(token: &Jwt) -> Object {
    Object::new().text("jwt", token.text()).text("uri", URI)
}

fn cwt(token: &Cwt) -> Object {
    Object::new().hex("cwt", &token.octets()).text("uri", URI)
}

fn values(file: &mut Draft) {
    // Entries of four bits, from 0 to 15, in a stored block: the octets 10 32 54 76 98 ba dc fe.
    let lst = raw("7801 01 0800f7ff 1032547698badcfe 0d700439");
    let list = Jwt::new().list(4, &lst);
    let keys = Object::new().with("keys", trusting(&[status_key()])).int("now", NOW);
    file.group("Values of four bits", keys.clone().list("lists", [jwt(&list)]));
    let at = |id: &str, comment: &str, index: i128| -> NewCase {
        case(id, comment, &["JWT-S-007", "CWT-S-009"]).input(Object::new().with("claim", claim(index, URI)))
    };
    file.valid(at("valid", "0, VALID", 0), Object::new().int("value", 0));
    file.refused(at("invalid", "1, INVALID", 1), "status/invalid");
    file.refused(at("suspended", "2, SUSPENDED", 2), "status/suspended");
    for value in [3, 12, 13, 14, 15] {
        file.refused(
            at(&format!("application-{value}"), &format!("{value}, which an Issuer defines"), value),
            "status/application-specific",
        );
    }
    for value in [4, 8, 11] {
        file.refused(at(&format!("reserved-{value}"), &format!("{value}, which is reserved"), value), "status/reserved");
    }
    let beyond = case("beyond", "an entry behind the last", &["JWT-S-006", "CWT-S-008"]).flag("pitfall-duplicate");
    file.refused(beyond.input(Object::new().with("claim", claim(16, URI))), "status/index");
    let wide = Cwt::new().list(8, &raw("7801 01 0200fdff 0081 00830082"));
    file.group("Values of eight bits", keys.list("lists", [cwt(&wide)]));
    let at = |id: &str, comment: &str, index: i128| -> NewCase {
        case(id, comment, &["CWT-S-009"]).flag("pitfall-duplicate").input(Object::new().with("claim", claim(index, URI)))
    };
    file.valid(at("wide-valid", "0", 0), Object::new().int("value", 0));
    file.refused(at("wide-reserved", "129, whose low bits are those of INVALID", 1), "status/reserved");
}

fn lists(file: &mut Draft) {
    let common = Object::new().with("keys", trusting(&[status_key()])).int("now", NOW);
    file.group("Which list", common.with("claim", claim(1, URI)));
    // Entry 1 of the first list is 0.
    let of = |id: &str, comment: &str, rules: &[&'static str], lists: Vec<Object>| {
        case(id, comment, rules).input(Object::new().list("lists", lists))
    };
    let zero = || Object::new().int("value", 0);
    file.valid(of("jwt-list", "a JWT", &["JWT-S-005"], vec![jwt(&Jwt::new())]), zero());
    file.valid(of("cwt-list", "a CWT", &["CWT-S-007"], vec![cwt(&Cwt::new())]), zero());
    let other = "https://id.a.example/status/1";
    let elsewhere = Object::new().text("jwt", Jwt::new().claim("sub", &format!("\"{other}\"")).text()).text("uri", other);
    file.refused(
        of("list-missing", "another list", &["CWT-S-008"], vec![elsewhere.clone()]).differs_from("jwt-list"),
        "status/list-missing",
    );
    file.refused(of("lists-none", "no list at all", &["CWT-S-008"], vec![]).differs_from("jwt-list"), "status/list-missing");
    file.valid(of("list-among", "the list and another one", &["CWT-S-008"], vec![elsewhere, jwt(&Jwt::new())]), zero());
    // 46 5c: the complement, in which entry 1 is 1.
    let newer = Jwt::new().list(1, &raw("7801 01 0200fdff 465c 00ea00a3")).claim("iat", &(ISSUED + 1).to_string());
    let both = |first: &Jwt, second: &Jwt| vec![jwt(first), jwt(second)];
    let new = of("newer-last", "two lists of one name: the one issued last counts", &["CWT-S-009"], both(&Jwt::new(), &newer));
    file.refused(new.differs_from("jwt-list"), "status/invalid");
    let new = of("newer-first", "the same in another order", &["CWT-S-009"], both(&newer, &Jwt::new()));
    file.refused(new.differs_from("jwt-list"), "status/invalid");
    let older = newer.claim("iat", &(ISSUED - 1).to_string());
    file.valid(of("older-first", "the other list is older", &["CWT-S-009"], both(&older, &Jwt::new())), zero());
    let kept = |exp: i64| vec![jwt(&Jwt::new().claim("exp", &exp.to_string())).int("verified_at", NOW - 30)];
    file.valid(of("kept", "verified before, and still good", &["CWT-S-005"], kept(NOW + 1)), zero());
    file.refused(of("kept-expired", "verified before, and expired since", &["CWT-S-005"], kept(NOW)), "status/expired");
}
