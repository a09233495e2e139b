//! CBOR as tokens may have it.

use super::raw;
use crate::draft::{Draft, case};
use crate::notation;
use crate::object::Object;

/// A case by its octets, its item in notation, and the item in deterministic encoding.
type Good = (&'static str, &'static str, &'static str, &'static str);

pub(super) fn reading() -> Draft {
    let about = "CBOR items as tokens may have them, and those that they may not. Where a case is valid, the output has the same item \
                 in deterministic encoding.";
    let mut file = Draft::new("cose/cbor-read", "cose/cbor-read", about, &["RFC 8949", "draft-ietf-spice-sd-cwt-08"]);
    items(&mut file);
    malformed(&mut file);
    banned(&mut file);
    marks(&mut file);
    limits(&mut file);
    file
}

fn octets(digits: &str) -> Object {
    Object::new().hex("octets", &raw(digits))
}

fn items(file: &mut Draft) {
    file.group("Items, some of them spelt otherwise than need be", Object::new());
    let cases: [Good; 22] = [
        ("int-0", "00", "0", "00"),
        ("int-wide", "1b0000000000000001", "1", "01"),
        ("int-largest", "1bffffffffffffffff", "18446744073709551615", "1bffffffffffffffff"),
        ("int-smallest", "3bffffffffffffffff", "-18446744073709551616", "3bffffffffffffffff"),
        ("octets", "43010203", "h'010203'", "43010203"),
        ("octets-wide", "5800", "h''", "40"),
        ("text", "64f0908591", "\"\u{10151}\"", "64f0908591"),
        ("text-empty", "60", "\"\"", "60"),
        ("array", "83010203", "[1, 2, 3]", "83010203"),
        ("map-unsorted", "a3 01 00 6161 00 00 00", "{0: 0, 1: 0, \"a\": 0}", "a3 00 00 01 00 6161 00"),
        ("map-negative", "a2 20 00 00 00", "{0: 0, -1: 0}", "a2 00 00 20 00"),
        ("tag", "c11a514b67b0", "1(1363896240)", "c11a514b67b0"),
        ("bignum", "c249010000000000000000", "2(h'010000000000000000')", "c249010000000000000000"),
        ("false", "f4", "false", "f4"),
        ("null", "f6", "null", "f6"),
        ("undefined", "f7", "undefined", "f7"),
        ("simple-16", "f0", "simple(16)", "f0"),
        ("simple-255", "f8ff", "simple(255)", "f8ff"),
        ("float-half", "f93e00", "1.5", "f93e00"),
        ("float-double", "fb3ff8000000000000", "1.5", "f93e00"),
        ("float-nan", "fb7ff8000000000000", "NaN", "f97e00"),
        ("float-single", "fa47c35000", "100000.0", "fa47c35000"),
    ];
    for (id, digits, edn, cbor) in cases {
        let expected = Object::new().text("edn", edn).hex("cbor", &raw(cbor));
        file.valid(
            case(id, edn, &["CWT-E-008", "CWT-E-023", "CWT-E-028", "CWT-E-031", "RFC 8949 3"]).input(octets(digits)),
            expected,
        );
    }
}

fn malformed(file: &mut Draft) {
    file.group("What is not well-formed", Object::new());
    file.valid(case("item", "one item", &["CWT-E-003"]).input(octets("8100")), Object::new().text("edn", "[0]"));
    for (id, comment, digits, rules) in [
        ("nothing", "no octets", "", ["CWT-E-003"].as_slice()),
        ("two-items", "two items", "0000", &["CWT-E-003"]),
        ("head-cut-off", "the length is missing", "19", &["CWT-E-003"]),
        ("array-cut-off", "an element is missing", "8200", &["CWT-E-003"]),
        ("map-cut-off", "a value is missing", "a100", &["CWT-E-003"]),
        ("tag-cut-off", "nothing behind a tag", "c0", &["CWT-E-003"]),
        ("octets-cut-off", "a byte string longer than the input", "5bffffffffffffffff010203", &["CWT-E-003"]),
        ("array-huge", "an array longer than the input", "9bffffffffffffffff", &["CWT-E-003"]),
        ("reserved-28", "additional information 28", "1c", &["RFC 8949 3"]),
        ("reserved-30", "additional information 30", "fe", &["RFC 8949 3"]),
        ("break", "a break that ends nothing", "ff", &["RFC 8949 3.2.1"]),
        ("int-indefinite", "a number of indefinite length", "1f", &["RFC 8949 3"]),
        ("tag-indefinite", "a tag of indefinite length", "df00", &["RFC 8949 3"]),
        ("simple-0-wide", "simple(0) in two octets", "f800", &["CWT-E-023"]),
        ("simple-31-wide", "simple(31) in two octets", "f81f", &["CWT-E-023"]),
        ("utf-8", "text that is not UTF-8", "62c328", &["CWT-E-028"]),
        ("utf-8-surrogate", "text with a surrogate", "63eda080", &["CWT-E-028"]),
        ("utf-8-too-large", "text with a number beyond Unicode", "64f4908080", &["CWT-E-028"]),
        ("key-twice", "a key twice", "a201000100", &["CWT-E-010"]),
        ("key-twice-respelt", "a key twice, in two spellings", "a20100180100", &["CWT-E-010"]),
        ("key-twice-text", "a text twice, in two spellings", "a2616100 78016100", &["CWT-E-010"]),
        ("key-twice-below", "a key twice, further down", "81a201000100", &["CWT-E-010"]),
    ] {
        let flag = if id.starts_with("key-twice") { "pitfall-encoding" } else { "pitfall-panic" };
        file.refused(case(id, comment, rules).flag(flag).input(octets(digits)).differs_from("item"), "cose/cbor-malformed");
    }
}

fn banned(file: &mut Draft) {
    file.group("What is well-formed and banned", Object::new());
    file.valid(case("keys", "keys that are a number and text", &["CWT-E-012"]).input(octets("a201006161 00")), Object::new());
    for (id, comment, digits, rules) in [
        ("octets-indefinite", "a byte string in chunks", "5f4100ff", ["CWT-E-002"].as_slice()),
        ("text-indefinite", "text in chunks", "7f6161ff", &["CWT-E-002"]),
        ("array-indefinite", "an array of indefinite length", "9fff", &["CWT-E-002"]),
        ("map-indefinite", "a map of indefinite length", "bfff", &["CWT-E-002"]),
        ("below-indefinite", "one further down", "c19fff", &["CWT-E-002"]),
        ("key-octets", "a key that is a byte string", "a14000", &["CWT-E-012"]),
        ("key-float", "a key that is a float", "a1f93c0000", &["CWT-E-012"]),
        ("key-true", "a key that is true", "a1f500", &["CWT-E-012"]),
        ("key-array", "a key that is an array", "a18000", &["CWT-E-012"]),
        ("key-tagged", "a key with a tag", "a1c10100", &["CWT-E-016"]),
        ("key-empty", "a text of no octets as key", "a16000", &["CWT-E-015"]),
        ("key-simple", "a key that is a simple value", "a1f83a00", &["CWT-E-013"]),
        ("tag-58", "tag 58", "d83a00", &["CWT-E-020"]),
        ("tag-62", "tag 62", "d83e01", &["CWT-E-020"]),
        ("tag-58-wide", "tag 58, spelt longer than need be", "d9003a00", &["CWT-E-020"]),
    ] {
        file.refused(case(id, comment, rules).input(octets(digits)).differs_from("keys"), "cose/cbor-forbidden");
    }
    let long = |count: usize| notation::octets(&format!("{{\"{}\": 0}}", "k".repeat(count)));
    let new = |id: &str, comment: &str, count: usize| {
        case(id, comment, &["CWT-E-014"]).input(Object::new().hex("octets", &long(count)))
    };
    file.valid(new("key-255", "a text of 255 octets as key", 255), Object::new());
    file.refused(new("key-256", "a text of 256 octets as key", 256), "cose/cbor-forbidden");
}

fn marks(file: &mut Draft) {
    file.group("Marks of redaction, in values of claims with digests of two octets", Object::new().int("digest_length", 2));
    let rules = ["CWT-E-017", "CWT-E-018", "CWT-E-019"];
    for (id, comment, digits, edn) in [
        ("marks-in-map", "digests in a map", "a2 f83b 82 420102 420304 05 00", "{5: 0, simple(59): [h'0102', h'0304']}"),
        ("marks-in-array", "a digest in an array", "82 01 d83c 420102", "[1, 60(h'0102')]"),
        ("marks-below-tag", "a digest in an array below a tag", "c4 82 01 d83c 420102", "4([1, 60(h'0102')])"),
        ("marks-none", "an empty list, which says nothing", "a1 f83b 80", "{}"),
    ] {
        file.valid(case(id, comment, &rules).input(octets(digits)), Object::new().text("edn", edn));
    }
    for (id, comment, digits, code) in [
        ("marks-as-value", "simple(59) as a value", "a1 01 f83b", "cbor-forbidden"),
        ("element-alone", "tag 60 over all", "d83c 420102", "cbor-forbidden"),
        ("element-as-value", "tag 60 as the value of a key", "a1 01 d83c 420102", "cbor-forbidden"),
        ("element-text", "tag 60 over text", "81 d83c 6178", "cbor-forbidden"),
        ("element-nested", "tag 60 over tag 60", "81 d83c d83c 420102", "cbor-forbidden"),
        ("digest-short", "a digest of one octet", "81 d83c 4101", "structure"),
        ("digest-long", "a digest of three octets", "a1 f83b 81 43010203", "structure"),
        ("marks-no-list", "simple(59) over a byte string", "a1 f83b 420102", "structure"),
        ("marks-text", "text among the digests", "a1 f83b 81 6178", "structure"),
        ("marks-twice", "simple(59) twice", "a2 f83b 80 f83b 80", "cbor-malformed"),
    ] {
        let new = case(id, comment, &rules).input(octets(digits)).differs_from("marks-in-map");
        file.refused(new, &format!("cose/{code}"));
    }
    file.group("The same where claims are not expected", Object::new());
    file.valid(case("plain", "an array", &["CWT-E-030"]).input(octets("81420102")), Object::new());
    for (id, comment, digits) in
        [("plain-keys", "digests in a map", "a1 f83b 81 420102"), ("plain-element", "a digest in an array", "81 d83c 420102")]
    {
        file.refused(case(id, comment, &["CWT-E-030", "CWT-P-018"]).input(octets(digits)), "cose/cbor-forbidden");
    }
}

fn limits(file: &mut Draft) {
    file.group("Limits, which are ours", Object::new());
    let nested = |levels: usize| [vec![0x81; levels], vec![0]].concat();
    let of = |id: &str, comment: &str, octets: &[u8], limit: Option<(&'static str, i128)>| {
        let input = Object::new().hex("octets", octets);
        let input = limit.map_or(input.clone(), |(name, value)| input.int(name, value));
        case(id, comment, &["CWT-E-026", "CWT-E-027"]).flag("limit").input(input)
    };
    file.valid(of("depth-16", "sixteen arrays in one another", &nested(16), None), Object::new());
    file.refused(of("depth-17", "seventeen", &nested(17), None), "cose/limit");
    file.refused(of("depth-10000", "ten thousand", &nested(10_000), None), "cose/limit");
    file.refused(of("depth-tags", "seventeen tags", &[vec![0xc1; 17], vec![0]].concat(), None), "cose/limit");
    for (name, fits, comment) in [("max_octets", 4, "octets"), ("max_depth", 3, "levels"), ("max_items", 4, "items")] {
        let id = name.trim_start_matches("max_");
        file.valid(
            of(&format!("{id}-fit"), &format!("as many {comment} as are allowed"), &nested(3), Some((name, fits))),
            Object::new(),
        );
        file.refused(of(&format!("{id}-over"), "one more", &nested(3), Some((name, fits - 1))), "cose/limit");
    }
    let digests = |id: &str, comment: &str, max: i128| {
        let input = octets("a2 f83b 82 4101 4102 01 81 d83c 4103").int("digest_length", 1).int("max_digests", max);
        case(id, comment, &["CWT-V-035"]).flag("limit").input(input)
    };
    file.valid(digests("digests-fit", "three digests, and three are allowed", 3), Object::new());
    file.refused(digests("digests-over", "three digests, and two are allowed", 2), "cose/limit");
}

pub(super) fn deterministic() -> Draft {
    let about = "CBOR items in deterministic encoding, and other encodings of such items.";
    let mut file = Draft::new("cose/cbor-check-deterministic", "cose/cbor-check-deterministic", about, &["RFC 8949"]);
    file.group("Encodings", Object::new());
    let rules = ["RFC 8949 4.2.1", "CWT-E-031"];
    for (id, comment, digits) in [
        ("ints", "numbers of every width", "8700 1818 190100 1a00010000 1b0000000100000000 20 3818"),
        ("keys-sorted", "keys in bytewise order", "a4 01 00 1818 00 20 00 6161 00"),
        ("floats", "floats as short as holds them", "83 f93e00 fa47c35000 fb3ff199999999999a"),
        ("nan", "the one NaN", "f97e00"),
    ] {
        file.valid(case(id, comment, &rules).input(octets(digits)), Object::new());
    }
    for (id, comment, digits, code) in [
        ("int-wide", "a number wider than need be", "1817", "cbor-forbidden"),
        ("length-wide", "a length wider than need be", "5801 00", "cbor-forbidden"),
        ("tag-wide", "a tag wider than need be", "d80100", "cbor-forbidden"),
        ("array-indefinite", "an array of indefinite length", "9f00ff", "cbor-forbidden"),
        ("keys-unsorted", "keys out of order", "a2 20 00 00 00", "cbor-forbidden"),
        ("keys-by-length", "keys by length first, as RFC 7049 had it", "a2 20 00 1818 00", "cbor-forbidden"),
        ("float-wide", "a float wider than need be", "fa3fc00000", "cbor-forbidden"),
        ("nan-other", "another NaN", "f97e01", "cbor-forbidden"),
        ("key-twice", "a key twice", "a2 00 00 00 00", "cbor-malformed"),
        ("two-items", "two items", "0000", "cbor-malformed"),
        ("simple-wide", "simple(20) in two octets", "f814", "cbor-malformed"),
    ] {
        let valid = if id.starts_with("key") { "keys-sorted" } else { "ints" };
        file.refused(case(id, comment, &rules).input(octets(digits)).differs_from(valid), &format!("cose/{code}"));
    }
    file
}
