//! Presenting, whose outputs are ours where the draft leaves a choice.

use super::issue::exact;
use super::tokens::*;
use super::verify::{SPECIFICATIONS, good};
use crate::cast::{ISSUER, NOW, ROOM, private_jwk};
use crate::draft::{Draft, case};
use crate::object::Object;

pub(super) fn file() -> Draft {
    let about = "Presentations that are made of issued tokens. The KBT is this implementation's: its entries in this order.";
    let mut file = Draft::new("sd-cwt/present", "sd-cwt/present", about, SPECIFICATIONS);
    let (name, list) = (salted(1, "\"Alice\"", "170"), salted(2, "[\"DE\"]", "500"));
    let child = salted(3, "\"DE\"", "6");
    let parent = salted(4, &format!("{{{}}}", redacted(&[&child])), "187");
    let token = [&name, &list, &parent].into_iter().fold(Token::new(), Token::redacting).disclosing(&child).redacting(&decoy(5));
    let common = |token: &Token| {
        Object::new()
            .hex("sd_cwt", &token.sd_cwt())
            .with("issuers", issuers())
            .with("holder_key", private_jwk(&holder()))
            .text("audience", ROOM)
            .hex("nonce", &nonce())
            .int("now", NOW)
    };
    file.group("What is disclosed", common(&token));
    let disclose = |paths: &[&str]| Object::new().list("disclose", paths.iter().map(|&path| path.to_owned()));
    let word = |word: &str| Object::new().text("disclose", word);
    exact(&mut file, case("nothing", "nothing", &["CWT-P-003", "CWT-P-001"]).input(word("none")));
    exact(&mut file, case("all", "everything but the decoy", &["CWT-P-002", "CWT-D-009"]).input(word("all")));
    exact(&mut file, case("one", "a claim", &["CWT-P-002", "CWT-P-006", "CWT-P-011", "CWT-P-016"]).input(disclose(&["170"])));
    exact(&mut file, case("child", "a claim inside another, which comes with it", &["CWT-P-005"]).input(disclose(&["187.6"])));

    file.group("What is encrypted", common(&token).text("seed", "aead"));
    let encrypt =
        |paths: &[&str], key: u8| Object::new().list("paths", paths.iter().map(|&path| path.to_owned())).hex("key", &[key; 16]);
    let with = |id: &str, comment: &str, rules: &[&'static str], clear: &[&str], encryptions: Vec<Object>| {
        case(id, comment, rules).input(disclose(clear).list("encrypt", encryptions))
    };
    let new = with(
        "encrypted",
        "one claim in the clear, one encrypted",
        &["CWT-A-001", "CWT-A-012", "CWT-A-014"],
        &["170"],
        vec![encrypt(&["500"], 7)],
    );
    exact(&mut file, new);
    let new = with(
        "encrypted-named",
        "two keys that have names",
        &["CWT-A-004"],
        &[],
        vec![encrypt(&["170"], 7).int("number", 1), encrypt(&["500"], 8).text("name", "moderators")],
    );
    exact(&mut file, new);
    let new = with(
        "encrypted-child",
        "a claim that is encrypted goes with what is inside",
        &["CWT-A-022"],
        &["187.6"],
        vec![encrypt(&["187"], 7)],
    );
    exact(&mut file, new);
    let long = Object::new().list("paths", ["500"]).hex("key", &[7; 32]);
    let new = with("encrypted-key-long", "a key of 32 octets for AES-128-GCM", &["CWT-A-020"], &["170"], vec![long]);
    file.refused(new.differs_from("encrypted"), "sd-cwt/alg-unsupported");

    file.group(
        "A token with a nonce for its Issuer",
        common(&good().claim("39", "h'0102'")).without("audience").text("disclose", "none"),
    );
    let to = |id: &str, comment: &str, audience: &str| {
        case(id, comment, &["CWT-P-022", "CWT trap 11"]).input(Object::new().text("audience", audience))
    };
    exact(&mut file, to("cnonce-to-issuer", "to the Issuer", ISSUER));
    file.refused(to("cnonce-to-others", "to somebody else", ROOM), "sd-cwt/nonce");
    let insisting = case("cnonce-insisting", "to somebody else, and the Holder insists", &["CWT-P-022"]);
    exact(&mut file, insisting.input(Object::new().text("audience", ROOM).text("recipients", "anyone")));

    file.group("When", common(&Token::new()).without("now").text("disclose", "none"));
    let at = |id: &str, comment: &str, now: i64| {
        case(id, comment, &["CWT-P-015", "CWT-P-023", "CWT-T-010"]).input(Object::new().int("now", now))
    };
    exact(&mut file, at("now-issued", "in the second of issuing", ISSUED));
    file.refused(at("now-before", "a second before it was issued", ISSUED - 1), "sd-cwt/time");
    file.refused(at("now-expired", "in the second in which it expires", EXPIRES), "sd-cwt/time");
    file
}
