//! Presentations: the marks of redaction in claims, and how deep claims may be.

use super::tokens::*;
use super::verify::of;
use super::verify_encoding::{in_payload, raw};
use crate::draft::{Draft, case};
use crate::object::Object;

pub(super) fn write(file: &mut Draft) {
    marks(file);
    depth(file);
}

fn marks(file: &mut Draft) {
    file.group("Marks of redaction in the payload", bound());
    let digest = bytes(&[7; 32]);
    let undisclosed = |entries: &str, count: i128| claims(entries).int("undisclosed", count);
    for (id, comment, key, value, left, count, rules) in [
        (
            "marks-in-map",
            "digests in a map",
            "500",
            format!("{{simple(59): [{digest}], 1: 2}}"),
            "500: {1: 2}",
            1,
            ["CWT-E-017", "CWT-V-025"].as_slice(),
        ),
        (
            "marks-in-array",
            "a digest in an array",
            "500",
            format!("[1, 60({digest})]"),
            "500: [1]",
            1,
            &["CWT-E-018", "CWT-V-025"],
        ),
        (
            "marks-only",
            "a map and an array of nothing but digests",
            "500",
            format!("[{{simple(59): [{digest}]}}, [60({})]]", bytes(&[8; 32])),
            "500: [{}, []]",
            2,
            &["CWT-V-026", "CWT-V-027", "CWT-D-012"],
        ),
        (
            "marks-none",
            "an empty list of digests",
            "500",
            "{simple(59): []}".to_owned(),
            "500: {}",
            0,
            &["CWT trap 17", "CWT-E-017"],
        ),
        ("marks-below-tag", "below a tag", "500", format!("4000([1, 60({digest})])"), "500: 4000([1])", 1, &["CWT-E-022"]),
    ] {
        file.valid(of(id, comment, rules, &Token::new().claim(key, &value)), undisclosed(left, count));
    }
    let (short, long) = (bytes(&[7; 31]), bytes(&[7; 48]));
    for (id, comment, value, rules, code) in [
        ("marks-as-value", "simple(59) as a value", "simple(59)".to_owned(), ["CWT-E-017"].as_slice(), "cbor-forbidden"),
        ("marks-no-list", "simple(59) over a byte string", format!("{{simple(59): {digest}}}"), &["CWT-E-017"], "structure"),
        ("marks-map", "simple(59) over a map", "{simple(59): {}}".to_owned(), &["CWT-E-017"], "structure"),
        ("marks-text", "text among the digests", "{simple(59): [\"x\"]}".to_owned(), &["CWT-E-017"], "structure"),
        ("marks-list-in-list", "a list among the digests", format!("{{simple(59): [[{digest}]]}}"), &["CWT-E-017"], "structure"),
        (
            "marks-tag-in-list",
            "tag 60 among the digests",
            format!("{{simple(59): [60({digest})]}}"),
            &["CWT-E-018"],
            "cbor-forbidden",
        ),
        (
            "element-as-value",
            "tag 60 as the value of a claim",
            format!("60({digest})"),
            &["CWT-E-018", "CWT trap 18"],
            "cbor-forbidden",
        ),
        ("element-text", "tag 60 over text", "[60(\"x\")]".to_owned(), &["CWT-E-018"], "cbor-forbidden"),
        ("element-nested", "tag 60 over tag 60", format!("[60(60({digest}))]"), &["CWT-E-018"], "cbor-forbidden"),
        ("element-decoy", "tag 62 in an array", "[62(1)]".to_owned(), &["CWT-E-020"], "cbor-forbidden"),
        ("digest-short", "a digest of 31 octets", format!("[60({short})]"), &["CWT-E-019"], "structure"),
        (
            "digest-long",
            "a digest of 48 octets where the hash is SHA-256",
            format!("{{simple(59): [{long}]}}"),
            &["CWT-E-019"],
            "structure",
        ),
    ] {
        let valid = if id.starts_with("marks") { "marks-in-map" } else { "marks-in-array" };
        let new = of(id, comment, rules, &Token::new().claim("500", &value)).differs_from(valid);
        file.refused(new, &format!("sd-cwt/{code}"));
    }
    let element = salted_element(1, "true");
    let other = Token::new().claim("500", &format!("4000([1, 60({digest})])")).disclosing(&element);
    let new = of("marks-below-tag-other", "a disclosure whose digest is not the one below the tag", &["CWT-E-022"], &other);
    file.refused(new.differs_from("marks-below-tag"), "sd-cwt/disclosure-unmatched");
    let twice = in_payload(&raw("1901f4"), &raw("a2f83b80f83b80"));
    let new = of("marks-twice", "simple(59) twice in a map", &["CWT-E-017", "CWT-E-010"], &twice).differs_from("marks-in-map");
    file.refused(new, "sd-cwt/cbor-malformed");
    let inside = cnf(holder().public()).replacen('{', &format!("{{simple(59): [{digest}], "), 1);
    let inside = Token::new().claim("8", &inside);
    let new = of("marks-in-cnf", "something in cnf is redacted", &["CWT-K-002"], &inside).differs_from("marks-in-map");
    file.refused(new, "sd-cwt/redaction-forbidden");
    let inside = Token::new().claim("3", &format!("[\"https://v.example\", 60({digest})]"));
    let new = of("marks-in-aud", "something in aud is redacted", &["CWT-V-023"], &inside).differs_from("marks-in-array");
    file.refused(new, "sd-cwt/redaction-forbidden");
}

fn depth(file: &mut Draft) {
    file.group("Depth and number. The limits are ours", bound());
    // The value of a claim is on level 1.
    let nested = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
    let token = |levels: usize| Token::new().claim("500", &nested(levels));
    let new = of("depth-16", "sixteen levels", &["CWT-E-026"], &token(15)).flag("limit");
    file.valid(new, claims(&format!("500: {}", nested(15))));
    file.refused(of("depth-17", "seventeen levels", &["CWT-E-026"], &token(16)).flag("limit"), "sd-cwt/limit");
    let kbt = Token::new().with(Layer::KbtPayload, "500", &nested(16));
    file.refused(of("kbt-depth-17", "seventeen levels in the KBT", &["CWT-E-026"], &kbt).flag("limit"), "sd-cwt/limit");
    // Each disclosure is an array in the one before it.
    let chain = |links: u8| {
        let mut token = Token::new();
        let mut inner = "1".to_owned();
        for link in 0..links {
            let disclosure = salted_element(link, &inner);
            inner = format!("[{}]", disclosure.element());
            token = token.disclosing(&disclosure);
        }
        token.claim("500", &inner)
    };
    let expected = claims(&format!("500: {}", nested(15))).int("undisclosed", 0);
    file.valid(of("chain-16", "sixteen levels, each in a disclosure", &["CWT-E-027"], &chain(15)).flag("limit"), expected);
    file.refused(
        of("chain-17", "seventeen levels, each in a disclosure", &["CWT-E-027", "CWT-V-021"], &chain(16)).flag("limit"),
        "sd-cwt/limit",
    );
    let deep = in_payload(&raw("1901f4"), &[vec![0x81; 3000], vec![0]].concat());
    let new = of("depth-3000", "three thousand arrays in one another", &["CWT-E-027"], &deep);
    file.refused(new.differs_from("depth-16").flag("limit"), "sd-cwt/limit");
    let two = Token::new().redacting(&salted(1, "1", "501")).redacting(&salted(2, "2", "502"));
    let at_most = |count: i128| {
        case(format!("at-most-{count}"), format!("two disclosures, at most {count} are accepted"), &["CWT-V-035"])
            .flag("limit")
            .input(Object::new().hex("presentation", &two.octets()).int("max_disclosures", count))
    };
    file.valid(at_most(2), claims("501: 1, 502: 2"));
    file.refused(at_most(1), "sd-cwt/limit");
}
