//! Putting disclosures back.

use mimicred_claims::Value;

use crate::draft::{Draft, NewCase, case, object};
use crate::object::Object;

pub(super) fn file() -> Draft {
    let about = "Disclosures and the claims that have their digests, without any format: a digest is a word here.";
    let mut file = Draft::new("claims/restore", "claims/restore", about, &["RFC 9901", "draft-ietf-spice-sd-cwt-08"]);
    places(&mut file);
    broken(&mut file);
    limits(&mut file);
    file
}

/// Claims, and disclosures as objects.
fn of(id: &str, comment: &str, rules: &[&'static str], claims: &str, disclosures: &[&str]) -> NewCase {
    case(id, comment, rules).input(input(claims, disclosures))
}

fn input(claims: &str, disclosures: &[&str]) -> Object {
    Object::new()
        .with("claims", Value::Map(object(claims)))
        .list("disclosures", disclosures.iter().map(|text| Value::Map(object(text))))
}

fn restored(claims: &str, disclosed: &[&'static str], undisclosed: i128) -> Object {
    Object::new().with("claims", Value::Map(object(claims))).list("disclosed", disclosed.to_vec()).int("undisclosed", undisclosed)
}

const NAME: &str = r#"{"digest":"d1","name":"name","value":"Alice"}"#;

fn places(file: &mut Draft) {
    file.group("Where disclosures go", Object::new());
    let rules = ["JWT-V-011", "CWT-V-014"];
    file.valid(
        of("claim", "a claim", &rules, r#"{"iss":"i","_sd":["d1"]}"#, &[NAME]),
        restored(r#"{"iss":"i","name":"Alice"}"#, &["name"], 0),
    );
    file.valid(
        of("undisclosed", "a digest without a disclosure", &["JWT-V-012", "CWT-V-025"], r#"{"_sd":["d1","d2"]}"#, &[NAME]),
        restored(r#"{"name":"Alice"}"#, &["name"], 1),
    );
    let list = r#"{"list":["a",{"...":"d1"},{"...":"d2"},"b"]}"#;
    file.valid(
        of(
            "element",
            "an element in its place, and one that is taken out",
            &["JWT-V-012", "CWT-I-011"],
            list,
            &[r#"{"digest":"d2","value":null}"#],
        ),
        restored(r#"{"list":["a",null,"b"]}"#, &["list[1]"], 1),
    );
    let below = r#"{"o":{"_sd":["d1"],"x":1}}"#;
    file.valid(
        of("below", "a claim in an object", &["CWT-I-010"], below, &[NAME]),
        restored(r#"{"o":{"x":1,"name":"Alice"}}"#, &["o.name"], 0),
    );
    let parent = r#"{"digest":"d2","name":"address","value":{"_sd":["d3","d4"]}}"#;
    let child = r#"{"digest":"d3","name":"country","value":"DE"}"#;
    let nested = || r#"{"address":{"country":"DE"}}"#;
    let rules = ["JWT-V-011", "CWT-V-020", "CWT-V-021"];
    file.valid(
        of("parent-first", "one inside another", &rules, r#"{"_sd":["d2"]}"#, &[parent, child]),
        restored(nested(), &["address", "address.country"], 1),
    );
    file.valid(
        of("child-first", "the inner one first", &rules, r#"{"_sd":["d2"]}"#, &[child, parent]),
        restored(nested(), &["address.country", "address"], 1),
    );
    let decoys = of(
        "decoys",
        "decoys leave nothing",
        &["CWT-D-010"],
        r#"{"_sd":["d1"],"list":[{"...":"d2"}]}"#,
        &[r#"{"digest":"d1"}"#, r#"{"digest":"d2"}"#],
    );
    file.valid(decoys, restored(r#"{"list":[]}"#, &[], 0));
    let empty =
        of("emptied", "what is emptied stays", &["CWT-V-027", "JWT-V-013"], r#"{"list":[{"...":"d1"}],"o":{"_sd":["d2"]}}"#, &[]);
    file.valid(empty, restored(r#"{"list":[],"o":{}}"#, &[], 2));
    let header = |claims: &str| input(r#"{"a":1,"_sd":["d1"]}"#, &[NAME]).with("header_claims", Value::Map(object(claims)));
    let new = case("header", "claims of another place", &["CWT-V-028"]).input(header(r#"{"b":2}"#));
    file.valid(new, restored(r#"{"a":1,"name":"Alice","b":2}"#, &["name"], 0));
    let new = case("header-same", "a claim in both places, with one value", &["CWT-V-028"]).input(header(r#"{"a":1}"#));
    file.valid(new, restored(r#"{"a":1,"name":"Alice"}"#, &["name"], 0));
    let new = case("header-differs", "a claim in both places, with two values", &["CWT-V-028"]).input(header(r#"{"a":2}"#));
    file.refused(new, "claims/claim-collision");
    let new = case("header-disclosed-differs", "what is disclosed in one place is another value in the other", &["CWT-V-028"]);
    file.refused(new.input(header(r#"{"name":"Bob"}"#)).differs_from("header-same"), "claims/claim-collision");
}

fn broken(file: &mut Draft) {
    file.group("What does not fit", Object::new());
    let base = r#"{"_sd":["d1"]}"#;
    file.valid(of("fits", "a claim", &["JWT-V-011"], base, &[NAME]), restored(r#"{"name":"Alice"}"#, &["name"], 0));
    let stray = r#"{"digest":"d9","name":"admin","value":true}"#;
    for (id, comment, claims, disclosures, rules, code) in [
        (
            "unreferenced",
            "a disclosure that no digest asks for",
            base,
            [NAME, stray].as_slice(),
            ["JWT-V-015", "CWT-V-015"].as_slice(),
            "disclosure-unmatched",
        ),
        (
            "child-alone",
            "one whose digest is in a disclosure that is not there",
            r#"{"_sd":["d2"]}"#,
            &[NAME],
            &["JWT-V-015", "CWT-V-015"],
            "disclosure-unmatched",
        ),
        (
            "circle",
            "two disclosures that have each other's digest",
            base,
            &[
                NAME,
                r#"{"digest":"d2","name":"a","value":{"_sd":["d3"]}}"#,
                r#"{"digest":"d3","name":"b","value":{"_sd":["d2"]}}"#,
            ],
            &["JWT-V-015", "CWT-V-015"],
            "disclosure-unmatched",
        ),
        ("sent-twice", "a disclosure twice", base, &[NAME, NAME], &["JWT-V-016", "CWT-V-016"], "digest-duplicate"),
        (
            "digest-twice",
            "a digest twice in an object",
            r#"{"_sd":["d1","d1"]}"#,
            &[NAME],
            &["JWT-V-014", "CWT-V-017"],
            "digest-duplicate",
        ),
        (
            "digest-twice-undisclosed",
            "the same without a disclosure",
            r#"{"_sd":["d1","d2","d2"]}"#,
            &[NAME],
            &["JWT-V-014", "CWT-V-017"],
            "digest-duplicate",
        ),
        (
            "digest-at-two-levels",
            "a digest at two levels",
            r#"{"_sd":["d1"],"o":{"_sd":["d1"]}}"#,
            &[NAME],
            &["JWT-V-014", "CWT-V-017"],
            "digest-duplicate",
        ),
        (
            "digest-in-disclosure",
            "a digest in claims and in a disclosure",
            r#"{"_sd":["d1","d2"]}"#,
            &[r#"{"digest":"d1","name":"o","value":[{"...":"d2"}]}"#],
            &["JWT-V-014", "CWT-V-017"],
            "digest-duplicate",
        ),
        (
            "element-in-object",
            "an element where the digest is of a claim",
            base,
            &[r#"{"digest":"d1","value":1}"#],
            &["JWT-V-007", "CWT-V-018"],
            "disclosure-misplaced",
        ),
        (
            "claim-in-array",
            "a claim where the digest is of an element",
            r#"{"list":[{"...":"d1"}]}"#,
            &[NAME],
            &["JWT-V-008", "CWT-V-018"],
            "disclosure-misplaced",
        ),
        (
            "element-below",
            "an element where the digest is of a claim, further down",
            r#"{"o":{"_sd":["d1"]}}"#,
            &[r#"{"digest":"d1","value":1}"#],
            &["JWT-V-007", "CWT-V-018"],
            "disclosure-misplaced",
        ),
        (
            "collision",
            "a claim that is there in clear",
            r#"{"name":"Bob","_sd":["d1"]}"#,
            &[NAME],
            &["JWT-V-010", "CWT-V-019"],
            "claim-collision",
        ),
        (
            "collision-two",
            "two disclosures of one name",
            r#"{"_sd":["d1","d2"]}"#,
            &[NAME, r#"{"digest":"d2","name":"name","value":"Bob"}"#],
            &["JWT-V-010", "CWT-V-019"],
            "claim-collision",
        ),
        (
            "collision-below",
            "a claim that is there in clear, further down",
            r#"{"o":{"name":"Bob","_sd":["d1"]}}"#,
            &[NAME],
            &["JWT-V-010", "CWT-V-019"],
            "claim-collision",
        ),
    ] {
        let flag = match code {
            "disclosure-unmatched" => "pitfall-unreferenced-disclosure",
            "digest-duplicate" => "pitfall-duplicate",
            "claim-collision" => "pitfall-claim-replaced",
            _ => "pitfall-malformed-disclosure",
        };
        file.refused(of(id, comment, rules, claims, disclosures).flag(flag).differs_from("fits"), &format!("claims/{code}"));
    }
}

fn limits(file: &mut Draft) {
    file.group("Limits, which are ours", Object::new());
    let of = |id: &str, comment: &str, claims: &str, disclosures: &[&str], name: &'static str, limit: i128| {
        case(id, comment, &["JWT-E-017", "CWT-E-026", "CWT-V-035"])
            .flag("limit")
            .input(input(claims, disclosures).int(name, limit))
    };
    let two = r#"{"_sd":["d1","d2"]}"#;
    let both = [NAME, r#"{"digest":"d2","name":"a","value":[[1]]}"#];
    let expected = || restored(r#"{"name":"Alice","a":[[1]]}"#, &["name", "a"], 0);
    for (name, fits) in [("max_depth", 3), ("max_disclosures", 2), ("max_digests", 2)] {
        let id = name.trim_start_matches("max_");
        file.valid(of(&format!("{id}-fit"), "as many as are allowed", two, &both, name, fits), expected());
        file.refused(of(&format!("{id}-over"), "one more", two, &both, name, fits - 1), "claims/limit");
    }
}
