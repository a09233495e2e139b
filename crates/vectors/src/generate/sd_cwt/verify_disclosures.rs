//! Presentations: what is disclosed, and where it goes.

use mimicred_cose::cbor::Writer;

use super::tokens::*;
use super::verify::{alice, good, of};
use crate::draft::Draft;
use crate::notation::octets;

pub(super) fn write(file: &mut Draft) {
    places(file);
    nesting(file);
    shapes(file);
    collisions(file);
    lists(file);
    decoys(file);
}

/// A presentation with an array in which this disclosure stands.
fn in_array(disclosure: &Disclosure) -> Token {
    Token::new().claim("500", &format!("[1, {}]", disclosure.element())).disclosing(disclosure)
}

fn places(file: &mut Draft) {
    file.group("Disclosures and digests", bound());
    let (name, stray) = (salted(1, "\"Alice\"", "170"), salted(2, "true", "\"admin\""));
    let token = Token::new().digest(&name.digest()).digest(&[7; 32]);
    let one = token.clone().disclosing(&name);
    let new = of("one-and-decoy", "one disclosure, and a digest without", &["CWT-V-014", "CWT-V-025", "CWT-D-011"], &one);
    file.valid(new.intermediates(one.anatomy()), alice().int("undisclosed", 1));
    file.valid(
        of("withheld", "the same, and nothing is disclosed", &["CWT-P-003", "CWT-V-025"], &token),
        claims("").int("undisclosed", 2),
    );
    let unreferenced = one.clone().disclosing(&stray);
    let new = of("unreferenced", "a disclosure that no digest asks for", &["CWT-V-015", "CWT trap 6"], &unreferenced);
    file.refused(new.flag("pitfall-unreferenced-disclosure").differs_from("one-and-decoy"), "sd-cwt/disclosure-unmatched");
    let new = of(
        "edited",
        "a disclosure with another value",
        &["CWT-V-014"],
        &token.clone().disclosing(&salted(1, "\"Mallory\"", "170")),
    );
    file.refused(new.differs_from("one-and-decoy"), "sd-cwt/disclosure-unmatched");
    let respelt = Disclosure::written(&format!("[{}, \"Alice\"_1, 170]", salt(1)));
    let new = of("respelt", "a disclosure in another encoding", &["CWT-P-002"], &token.clone().disclosing(&respelt));
    file.refused(new.differs_from("one-and-decoy").flag("pitfall-encoding"), "sd-cwt/disclosure-unmatched");
    let new = of(
        "spelt-otherwise-disclosed",
        "a disclosure that is spelt so by its Issuer",
        &["CWT trap 5"],
        &Token::new().redacting(&respelt),
    );
    file.valid(new, alice());
    let content_only = mimicred_keys::sha256(name.content());
    let new = of(
        "digest-without-head",
        "the digest is over the content, without the head of the byte string",
        &["CWT-I-009", "CWT trap 1"],
        &Token::new().digest(&content_only).disclosing(&name),
    );
    file.refused(new.differs_from("one-and-decoy"), "sd-cwt/disclosure-unmatched");
    let content = name.content();
    let wide = Disclosure::raw([&[0x59, 0, u8::try_from(content.len()).unwrap_or_default()], content].concat());
    let new = of(
        "head-wide",
        "the head of the disclosure is longer than need be, and in the digest",
        &["CWT trap 2"],
        &Token::new().redacting(&wide),
    );
    file.refused(new.differs_from("one-and-decoy"), "sd-cwt/cbor-forbidden");
    let new = of("sent-twice", "a disclosure twice", &["CWT-V-016"], &one.clone().disclosing(&name)).flag("pitfall-duplicate");
    file.refused(new.differs_from("one-and-decoy"), "sd-cwt/digest-duplicate");
    let new = of("digest-twice", "a digest twice, and disclosed", &["CWT-V-017"], &one.clone().digest(&name.digest()));
    file.refused(new.flag("pitfall-duplicate").differs_from("one-and-decoy"), "sd-cwt/digest-duplicate");
    let new = of("digest-twice-undisclosed", "a digest twice, and not disclosed", &["CWT-V-017"], &one.clone().digest(&[7; 32]));
    file.refused(new.flag("pitfall-duplicate").differs_from("one-and-decoy"), "sd-cwt/digest-duplicate");
    let elsewhere = one.claim("500", &format!("{{{}}}", redacted(&[&name])));
    let new = of("digest-in-two-maps", "a digest in two maps", &["CWT-V-017"], &elsewhere).flag("pitfall-duplicate");
    file.refused(new.differs_from("one-and-decoy"), "sd-cwt/digest-duplicate");
    let (first, second) = (salted(3, "1", "501"), salted(4, "2", "502"));
    for (id, comment, order) in [
        ("order-first", "two disclosures", [&first, &second]),
        ("order-second", "the same, the other way round", [&second, &first]),
    ] {
        let token = Token::new().digest(&first.digest()).digest(&second.digest());
        let token = order.into_iter().fold(token, Token::disclosing);
        file.valid(of(id, comment, &["CWT-P-004", "CWT-V-020"], &token), claims("501: 1, 502: 2"));
    }
    let null =
        Token::new().redacting(&salted(5, "null", "500")).claim("501", &format!("[{}]", salted_element(6, "null").element()));
    let null = null.disclosing(&salted_element(6, "null"));
    file.valid(of("null", "values that are null", &["CWT-I-033", "CWT trap 20"], &null), claims("500: null, 501: [null]"));
}

fn nesting(file: &mut Draft) {
    file.group("Disclosures inside disclosures", bound());
    let child = salted(1, "\"DE\"", "6");
    let parent = salted(2, &format!("{{{}}}", redacted(&[&child])), "187");
    let token = Token::new().digest(&parent.digest());
    let both = |order: [&Disclosure; 2]| order.into_iter().fold(token.clone(), Token::disclosing);
    let expected = || claims("187: {6: \"DE\"}").int("undisclosed", 0);
    let rules = ["CWT-V-020", "CWT-V-021", "CWT-I-012"];
    let first = both([&parent, &child]);
    let new = of("parent-first", "the outer one first", &rules, &first).intermediates(first.anatomy());
    file.valid(new, expected().list("disclosed", ["187", "187.6"]));
    file.valid(
        of("child-first", "the inner one first", &rules, &both([&child, &parent])),
        expected().list("disclosed", ["187.6", "187"]),
    );
    let alone = token.clone().disclosing(&parent);
    file.valid(
        of("parent-alone", "the outer one without the inner", &["CWT-V-025", "CWT-V-027"], &alone),
        claims("187: {}").int("undisclosed", 1),
    );
    let new =
        of("child-alone", "the inner one without the outer", &["CWT-P-005", "CWT-V-015"], &token.clone().disclosing(&child));
    file.refused(new.differs_from("parent-first"), "sd-cwt/disclosure-unmatched");
    // Keys that are never redacted at the top level are others inside of maps.
    let inner = salted(3, "\"Berlin\"", "3");
    let location = Token::new().claim("187", &format!("{{{}}}", redacted(&[&inner]))).disclosing(&inner);
    file.valid(
        of("nested-small-key", "key 3 inside of a map", &["CWT-I-019", "CWT trap 7"], &location),
        claims("187: {3: \"Berlin\"}"),
    );
    let element = salted_element(4, "\"FR\"");
    let array = salted(5, &format!("[\"DE\", {}, 60({})]", element.element(), bytes(&[9; 32])), "500");
    let array = Token::new().redacting(&array).disclosing(&element);
    file.valid(
        of("element-in-array", "an element, and one that is not disclosed", &["CWT-I-011", "CWT-V-025"], &array),
        claims("500: [\"DE\", \"FR\"]").int("undisclosed", 1),
    );
}

fn shapes(file: &mut Draft) {
    file.group("The form of disclosures, all of them with signed digests", bound());
    let of_text = |content: &str| Token::new().redacting(&Disclosure::written(content));
    let rules = ["CWT-V-013", "CWT-I-006", "CWT-I-008"];
    let salt = salt(1);
    file.valid(
        of("claim-int", "salt, value and a number", &rules, &of_text(&format!("[{salt}, true, 501]"))),
        claims("501: true"),
    );
    file.valid(
        of("claim-text", "salt, value and a text", &rules, &of_text(&format!("[{salt}, true, \"a\"]"))),
        claims("\"a\": true"),
    );
    for (id, comment, content) in [
        ("fields-0", "no fields", "[]".to_owned()),
        ("fields-4", "four fields", format!("[{salt}, true, 501, 0]")),
        ("salt-15", "a salt of 15 octets", format!("[{}, true, 501]", bytes(&[1; 15]))),
        ("salt-17", "a salt of 17 octets", format!("[{}, true, 501]", bytes(&[1; 17]))),
        ("salt-text", "a salt that is text", "[\"aaaaaaaaaaaaaaaa\", true, 501]".to_owned()),
        ("key-disclosed-float", "a key that is a float", format!("[{salt}, true, 1.5]")),
        ("key-disclosed-octets", "a key that is a byte string", format!("[{salt}, true, h'61']")),
        ("key-disclosed-null", "a key that is null", format!("[{salt}, true, null]")),
        ("fields-swapped", "salt, key and value, as in SD-JWT", format!("[{salt}, 501, true]")),
        ("fields-map", "a map instead of the array", format!("{{1: {salt}, 2: true}}")),
    ] {
        let new = of(id, comment, &["CWT-V-013", "CWT-I-006", "CWT-I-008", "CWT trap 15", "CWT trap 22"], &of_text(&content));
        let flag = if id.starts_with("salt") { "pitfall-salt" } else { "pitfall-malformed-disclosure" };
        file.refused(new.flag(flag).differs_from("claim-int"), "sd-cwt/disclosure-malformed");
    }
    let content = octets(&format!("[{salt}, true, 501]"));
    let of_octets = |content: &[u8]| Token::new().redacting(&Disclosure::of(content));
    let cut = content.split_last().map(|(_, rest)| rest).unwrap_or_default();
    for (id, comment, content, code) in [
        ("disclosure-octet-behind", "an octet behind the array", [&content[..], &[0]].concat(), "disclosure-malformed"),
        ("disclosure-cut-off", "the last octet is missing", cut.to_vec(), "cbor-malformed"),
        ("disclosure-empty", "nothing in the byte string", vec![], "cbor-malformed"),
        ("disclosure-indefinite", "an array of indefinite length", octets(&format!("[_ {salt}, true, 501]")), "cbor-forbidden"),
    ] {
        let new =
            of(id, comment, &["CWT-V-013", "CWT-V-022", "CWT-E-002"], &of_octets(&content)).flag("pitfall-malformed-disclosure");
        file.refused(new.differs_from("claim-int"), &format!("sd-cwt/{code}"));
    }
    let rules = ["CWT-V-018", "CWT-I-007", "CWT trap 21"];
    let element = salted_element(1, "\"FR\"");
    file.valid(of("element", "salt and value", &rules, &in_array(&element)), claims("500: [1, \"FR\"]"));
    let new = of("element-in-map", "an element where the digest is of a claim", &rules, &Token::new().redacting(&element));
    file.refused(new, "sd-cwt/disclosure-malformed");
    let new = of("claim-in-array", "a claim where the digest is of an element", &rules, &in_array(&salted(1, "true", "501")));
    file.refused(new, "sd-cwt/disclosure-malformed");
    for (id, comment, value, code) in [
        (
            "disclosed-redacted-value",
            "tag 60 as the value of an entry",
            format!("{{1: 60({})}}", bytes(&[7; 32])),
            "cbor-forbidden",
        ),
        ("disclosed-mark", "tag 58 in the value", "[58(1)]".to_owned(), "cbor-forbidden"),
        ("disclosed-value-key-twice", "a key twice in the value", "{1: 0, 1_0: 0}".to_owned(), "cbor-malformed"),
        ("disclosed-digest-short", "a digest of 31 octets in the value", format!("[60({})]", bytes(&[7; 31])), "structure"),
    ] {
        let new = of(id, comment, &["CWT-V-022"], &in_array(&salted_element(1, &value))).differs_from("element");
        file.refused(new, &format!("sd-cwt/{code}"));
    }
}

fn collisions(file: &mut Draft) {
    file.group("Claims that a disclosure may not bring, or not replace", bound());
    let two = Token::new().redacting(&salted(1, "\"a\"", "501")).redacting(&salted(2, "\"b\"", "502"));
    file.valid(of("two-claims", "two claims", &["CWT-V-019"], &two), claims("501: \"a\", 502: \"b\""));
    let with_clear = |key: &str| Token::new().claim("501", "\"clear\"").redacting(&salted(1, "\"a\"", key));
    for (id, comment, token) in [
        ("replacing-clear", "a claim that is there in clear", with_clear("501")),
        ("replacing-clear-respelt", "the same key in another spelling", with_clear("501_2")),
        (
            "one-key-twice",
            "two disclosures of one key",
            Token::new().redacting(&salted(1, "\"a\"", "501")).redacting(&salted(2, "\"b\"", "501")),
        ),
    ] {
        file.refused(of(id, comment, &["CWT-V-019"], &token).flag("pitfall-claim-replaced"), "sd-cwt/claim-collision");
    }
    let new = of("text-is-no-number", "text of the same digits is another key", &["CWT-V-019"], &with_clear("\"501\""));
    file.valid(new, claims("501: \"clear\", \"501\": \"a\""));
    for (id, key, value) in [
        ("disclosed-aud", "3", "\"https://v.example\""),
        ("disclosed-exp", "4", &EXPIRES.to_string()),
        ("disclosed-nbf", "5", &ISSUED.to_string()),
        ("disclosed-iat", "6", &ISSUED.to_string()),
        ("disclosed-cti", "7", "h'01'"),
        ("disclosed-cnonce", "39", "h'01'"),
    ] {
        let comment = format!("{} by a disclosure", id.trim_start_matches("disclosed-"));
        let token = Token::new().without(Layer::Payload, key).redacting(&salted(1, value, key));
        let new = of(id, &comment, &["CWT-V-023", "CWT-I-018"], &token);
        file.refused(new.flag("pitfall-claim-replaced").differs_from("two-claims"), "sd-cwt/redaction-forbidden");
    }
    let without = || Token::new().without(Layer::Payload, "2");
    let usual = all_usual_but_sub();
    let sub = without().redacting(&salted(1, &text(ALICE), "2"));
    file.valid(
        of("disclosed-sub", "sub by a disclosure", &["CWT-I-017", "CWT-V-023"], &sub),
        claims("").list("disclosed", ["2"]),
    );
    let withheld = without().digest(&[7; 32]);
    file.valid(
        of("sub-maybe-withheld", "no sub, and a digest that may be of it", &["CWT-I-017", "CWT trap 8"], &withheld),
        all_claims(&usual),
    );
    let new = of("sub-missing", "no sub, and no digest", &["CWT-I-017"], &without()).differs_from("disclosed-sub");
    file.refused(new, "sd-cwt/claim-missing");
    let number = without().redacting(&salted(1, "5", "2"));
    let new =
        of("disclosed-sub-number", "sub by a disclosure is a number", &["CWT-V-024"], &number).differs_from("disclosed-sub");
    file.refused(new, "sd-cwt/claim-type");
}

fn all_usual_but_sub() -> String {
    format!("1: \"{}\", 4: {EXPIRES}, 6: {ISSUED}, 8: {}", crate::cast::ISSUER, cnf(holder().public()))
}

fn lists(file: &mut Draft) {
    file.group("The list of disclosures", bound());
    file.valid(of("list-of-one", "one", &["CWT-V-005"], &good()), alice());
    let name = salted(1, "\"Alice\"", "170");
    let token = Token::new().digest(&name.digest());
    let with = |list: &[u8]| token.clone().with_octets(Layer::Unprotected, &[17], list);
    let mut whole = Writer::new();
    whole.bytes(&[&[0x81], name.encoded()].concat());
    let unwrapped = [&[0x81], name.content()].concat();
    let text = octets("[\"x\"]");
    for (id, comment, list, code) in [
        ("list-empty", "an empty list", vec![0x80], "structure"),
        ("list-octets", "a byte string around the list", whole.finish(), "structure"),
        ("list-arrays", "arrays that are not in byte strings", unwrapped, "structure"),
        ("list-text", "a text in it", text, "structure"),
        ("list-map", "a map", vec![0xa0], "structure"),
        ("list-indefinite", "a list of indefinite length", [&[0x9f], name.encoded(), &[0xff]].concat(), "cbor-forbidden"),
    ] {
        let new = of(id, comment, &["CWT-V-004", "CWT-V-005", "CWT-P-003", "CWT-I-014"], &with(&list));
        file.refused(new.differs_from("list-of-one"), &format!("sd-cwt/{code}"));
    }
}

fn decoys(file: &mut Draft) {
    file.group("Decoys", bound());
    let in_map = Token::new().redacting(&decoy(1)).redacting(&salted(2, "\"Alice\"", "170"));
    let new = of("decoy-in-map", "a decoy that is presented", &["CWT-D-002", "CWT-D-010"], &in_map);
    file.valid(new, alice().list("disclosed", ["170"]).int("undisclosed", 0));
    file.valid(
        of("decoy-in-array", "the same in an array", &["CWT-D-010"], &in_array(&decoy(1))),
        claims("500: [1]").int("undisclosed", 0),
    );
    let new = of("decoy-unreferenced", "a decoy without a digest", &["CWT-D-010"], &good().disclosing(&decoy(3)));
    file.refused(new.flag("pitfall-unreferenced-disclosure"), "sd-cwt/disclosure-unmatched");
    let new = of(
        "decoy-twice",
        "two decoys of one salt, which have one digest",
        &["CWT-D-002"],
        &Token::new().digest(&decoy(1).digest()).digest(&decoy(1).digest()),
    );
    file.refused(new.flag("pitfall-duplicate"), "sd-cwt/digest-duplicate");
}
