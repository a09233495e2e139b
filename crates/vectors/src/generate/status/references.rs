//! The status claim of a token.

use mimicred_claims::Value;

use super::tokens::URI;
use crate::draft::{Draft, case, object};
use crate::notation::octets;
use crate::object::Object;

pub(super) fn file() -> Draft {
    let about = "Status claims: where the status of a token is.";
    let mut file = Draft::new("status/reference-read", "status/reference-read", about, super::SPECIFICATIONS);
    as_json(&mut file);
    as_cbor(&mut file);
    file
}

fn as_json(file: &mut Draft) {
    file.group("Of a JWT", Object::new());
    let rules = ["JWT-S-002"];
    let of = |id: &str, comment: &str, claim: &str| {
        case(id, comment, &["JWT-S-002"]).input(Object::new().with("claim", Value::Map(object(claim))))
    };
    let good = |idx: &str, uri: &str| format!(r#"{{"status_list":{{"idx":{idx},"uri":"{uri}"}}}}"#);
    let at = |index: i128| Object::new().text("uri", URI).int("index", index);
    file.valid(of("json-good", "idx and uri", &good("7", URI)), at(7));
    file.valid(of("json-first", "the first entry", &good("0", URI)), at(0));
    let more = format!(r#"{{"status_list":{{"uri":"{URI}","idx":7,"x":1}},"other":{{}}}}"#);
    file.valid(of("json-more", "other members and mechanisms besides", &more), at(7));
    for (id, comment, claim) in [
        ("json-idx-negative", "idx is below 0", good("-1", URI)),
        ("json-idx-fraction", "idx has a fraction", good("1.5", URI)),
        ("json-idx-zero-fraction", "idx is a number written with a fraction", good("7.0", URI)),
        ("json-idx-text", "idx is text", good("\"7\"", URI)),
        ("json-idx-missing", "no idx", format!(r#"{{"status_list":{{"uri":"{URI}"}}}}"#)),
        ("json-uri-missing", "no uri", r#"{"status_list":{"idx":7}}"#.to_owned()),
        ("json-uri-number", "uri is a number", r#"{"status_list":{"idx":7,"uri":1}}"#.to_owned()),
        ("json-uri-relative", "uri is no URI", good("7", "/status/0")),
        ("json-uri-space", "a space in uri", good("7", "https://id.a.example/status 0")),
        ("json-list-array", "status_list is an array", r#"{"status_list":[7]}"#.to_owned()),
        ("json-empty", "nothing in it", "{}".to_owned()),
    ] {
        file.refused(of(id, comment, &claim).differs_from("json-good"), "status/reference");
    }
    let text = case("json-text", "it is text", &rules).input(Object::new().text("claim", URI));
    file.refused(text.differs_from("json-good"), "status/reference");
    let other = of("json-other-mechanism", "another mechanism, and no list", r#"{"other":{}}"#);
    file.refused(other.differs_from("json-good"), "status/mechanism-unsupported");
    let none = case("missing", "no status, where one is required", &["CWT-S-013", "JWT-S-001"]);
    file.refused(none.differs_from("json-good"), "status/status-missing");
}

fn as_cbor(file: &mut Draft) {
    file.group("Of a CWT", Object::new());
    let of = |id: &str, comment: &str, claim: &str| {
        case(id, comment, &["CWT-S-003"]).input(Object::new().hex("claim_cbor", &octets(claim)))
    };
    let good = format!("{{\"status_list\": {{\"idx\": 7, \"uri\": \"{URI}\"}}}}");
    file.valid(of("cbor-good", "idx and uri", &good), Object::new().text("uri", URI).int("index", 7));
    for (id, comment, claim) in [
        ("cbor-keys-numbers", "its keys are numbers", format!("{{1: {{\"idx\": 7, \"uri\": \"{URI}\"}}}}")),
        ("cbor-members-numbers", "the keys of the list are numbers", format!("{{\"status_list\": {{0: 7, 1: \"{URI}\"}}}}")),
        ("cbor-idx-negative", "idx is below 0", format!("{{\"status_list\": {{\"idx\": -1, \"uri\": \"{URI}\"}}}}")),
        ("cbor-idx-float", "idx is a float", format!("{{\"status_list\": {{\"idx\": 7.0, \"uri\": \"{URI}\"}}}}")),
        ("cbor-uri-octets", "uri is a byte string", format!("{{\"status_list\": {{\"idx\": 7, \"uri\": '{URI}'}}}}")),
        ("cbor-array", "it is an array", "[7]".to_owned()),
    ] {
        file.refused(of(id, comment, &claim).differs_from("cbor-good"), "status/reference");
    }
    file.refused(of("cbor-other-mechanism", "another mechanism, and no list", "{\"other\": {}}"), "status/mechanism-unsupported");
}
