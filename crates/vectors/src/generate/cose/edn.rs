//! Extended diagnostic notation.

use super::raw;
use crate::draft::{Draft, case};
use crate::object::Object;

const SPECIFICATIONS: &[&str] = &["draft-ietf-cbor-edn-literals-25", "RFC 8949", "RFC 8610"];

pub(super) fn reading() -> Draft {
    let about = "CBOR in diagnostic notation, and the octets that it stands for.";
    let mut file = Draft::new("cose/edn-read", "cose/edn-read", about, SPECIFICATIONS);
    good(&mut file);
    bad(&mut file);
    file
}

fn good(file: &mut Draft) {
    file.group("Notation", Object::new());
    for (id, text, digits) in [
        ("integer", "-1", "20"),
        ("integer-wide", "1_1", "190001"),
        ("integer-hex", "0x1f", "181f"),
        ("integer-beyond", "18446744073709551616", "c249010000000000000000"),
        ("float", "1.5", "f93e00"),
        ("float-wide", "1.5_3", "fb3ff8000000000000"),
        ("float-hex", "0x1.8p0", "f93e00"),
        ("float-octets", "float'7e01'", "f97e01"),
        ("nan", "NaN", "f97e00"),
        ("infinity", "-Infinity", "f9fc00"),
        ("text", "\"\\u00fc\\n\"", "63c3bc0a"),
        ("text-emoji", "\"\\ud83d\\ude00\"", "64f09f9880"),
        ("text-raw", "`a\\b`", "63615c62"),
        ("octets", "h'01 02 / 03 / 04'", "43010204"),
        ("octets-base64", "b64'AQID'", "43010203"),
        ("octets-text", "'kid'", "436b6964"),
        ("octets-cbor", "<<{1: -9}>>", "43a10128"),
        ("octets-joined", "h'01' + 'a'", "420161"),
        ("octets-chunks", "(_ h'01', h'02')", "5f41014102ff"),
        ("array", "[1, 2 3]", "83010203"),
        ("array-indefinite", "[_ 1]", "9f01ff"),
        ("map", "{1: 2, \"a\": [h'']}", "a20102616181 40"),
        ("map-key-twice", "{1: 0, 1_0: 0}", "a2010018 0100"),
        ("tag", "18([h''])", "d28140"),
        ("simple", "simple(59)", "f83b"),
        ("words", "[false, true, null, undefined]", "84f4f5f6f7"),
        ("comments", "[1, / two / 2, # three\n 3 // four\n]", "83010203"),
        ("date", "dt'2026-11-23T08:00:00Z'", "1a6b03f280"),
    ] {
        file.valid(
            case(id, id.replace('-', " "), &["draft-ietf-cbor-edn-literals-25"]).input(Object::new().text("text", text)),
            Object::new().hex("octets", &raw(digits)),
        );
    }
}

fn bad(file: &mut Draft) {
    file.group("What stands for nothing", Object::new());
    for (id, comment, text) in [
        ("nothing", "no item", ""),
        ("two-items", "two items", "1 2"),
        ("array-open", "an array that does not end", "[1"),
        ("comma-twice", "two commas", "[1,,2]"),
        ("no-separator", "neither comma nor white space", "[[][]]"),
        ("no-colon", "a key without a value", "{1}"),
        ("width-small", "a width that is too small", "256_0"),
        ("width-unknown", "a width that there is not", "1_4"),
        ("float-lossy", "a width that would lose digits", "1.1_1"),
        ("float-too-large", "a number beyond floats", "1e309"),
        ("integer-too-large", "a number beyond 128 bits", "340282366920938463463374607431768211456"),
        ("simple-24", "simple(24), which there is not", "simple(24)"),
        ("word", "a word that is none", "nil"),
        ("string-open", "a string that does not end", "\"abc"),
        ("escape", "an escape that there is not", "\"\\x\""),
        ("surrogate", "half of a pair", "\"\\ud800\""),
        ("hex-odd", "an odd number of digits", "h'0'"),
        ("base64", "no base64", "b64'E'"),
        ("ellipsis", "something left out", "..."),
        ("prefix", "a prefix that is not known", "ip'192.0.2.1'"),
        ("date", "no date", "dt'2026-11-23'"),
        ("join", "text joined to octets", "'a' + \"b\""),
        ("utf-8", "text that is not UTF-8", "\"\" + h'c3'"),
        ("comment-open", "a comment that does not end", "1 / a"),
    ] {
        let new =
            case(format!("bad-{id}"), comment, &["draft-ietf-cbor-edn-literals-25"]).input(Object::new().text("text", text));
        file.refused(new.differs_from("integer"), "cose/edn");
    }
    let deep = format!("{}1{}", "[".repeat(65), "]".repeat(65));
    let new = case("bad-deep", "sixty-five arrays in one another", &["CWT-E-026"]).flag("limit");
    file.refused(new.input(Object::new().text("text", deep)).differs_from("array"), "cose/limit");
}

pub(super) fn writing() -> Draft {
    let about = "Octets, and how this implementation writes them in diagnostic notation, such that they come back as they were.";
    let mut file = Draft::new("cose/edn-write", "cose/edn-write", about, SPECIFICATIONS);
    file.group("Octets", Object::new());
    for (id, comment, digits, edn) in [
        ("integer-wide", "a number wider than need be", "190001", "1_1"),
        ("float-wide", "a float wider than need be", "fb3ff8000000000000", "1.5_3"),
        ("nan-payload", "a NaN with a payload", "f97e01", "float'7e01'"),
        ("array-indefinite", "an array of indefinite length", "9f01ff", "[_ 1]"),
        ("key-twice", "a key twice", "a201000100", "{1: 0, 1: 0}"),
        ("key-octets", "a key that is a byte string", "a1410100", "{h'01': 0}"),
        ("header", "a message", "d28443a10128a043a1010040", "18([<< {1: -9} >>, {}, << {1: 0} >>, h''])"),
        ("control", "a character that is not seen", "6107", "\"\\u0007\""),
    ] {
        let new = case(id, comment, &["RFC 8949 8"]).flag("exact-form").input(Object::new().hex("octets", &raw(digits)));
        file.valid(new, Object::new().text("edn", edn));
    }
    for (id, comment, digits) in [
        ("nothing", "no octets", ""),
        ("cut-off", "an element is missing", "8200"),
        ("two-items", "two items", "0000"),
        ("utf-8", "text that is not UTF-8, which has no notation", "61ff"),
        ("break", "a break that ends nothing", "ff"),
    ] {
        let new = case(id, comment, &["RFC 8949 8"]).input(Object::new().hex("octets", &raw(digits)));
        file.refused(new.differs_from("integer-wide"), "cose/cbor-malformed");
    }
    let deep = [vec![0x81; 65], vec![0]].concat();
    let new =
        case("deep", "sixty-five arrays in one another", &["CWT-E-026"]).flag("limit").input(Object::new().hex("octets", &deep));
    file.refused(new.differs_from("array-indefinite"), "cose/limit");
    file
}
