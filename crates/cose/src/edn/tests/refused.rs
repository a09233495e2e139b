//! What is refused, where, and in which words.

use mimicred_error::Report;

use super::*;
use crate::Code;

#[test]
fn text_is_refused_with_line_column_and_reason() {
    for (text, place, reason) in [
        ("", "line 1, column 1", "an item is missing"),
        (" / only a comment / ", "line 1, column 21", "an item is missing"),
        ("1 2", "line 1, column 3", "something follows the item"),
        ("1abc", "line 1, column 2", "something follows the item"),
        ("[1,\n é]", "line 2, column 2", "no item begins like this"),
        ("[1", "line 1, column 3", "the text ends in the middle of an item"),
        ("[,]", "line 1, column 2", "no item begins like this"),
        ("[[][]]", "line 1, column 4", "a comma or white space is missing here"),
        ("[1,,2]", "line 1, column 4", "no item begins like this"),
        ("{1}", "line 1, column 3", "a colon is missing behind the key"),
        ("{1:}", "line 1, column 4", "no item begins like this"),
        ("[_01]", "line 1, column 2", "an encoding indicator is one of _ _i _0 _1 _2 _3"),
        ("1_4", "line 1, column 2", "an encoding indicator is one of _ _i _0 _1 _2 _3"),
        ("[_0\"a\"]", "line 1, column 4", "white space is missing behind the encoding indicator"),
        ("[_i 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3]", "line 1, column 1", "the encoding indicator is too small"),
        ("24_i", "line 1, column 1", "the encoding indicator is too small"),
        ("256_0(1)", "line 1, column 1", "the encoding indicator is too small"),
        ("1_", "line 1, column 2", "only arrays, maps and strings have an indefinite length"),
        ("'a'_", "line 1, column 1", "the chunks of a string of indefinite length are written (_ …)"),
        ("(_ )", "line 1, column 1", "a string without chunks is written ''_ or \"\"_"),
        ("(_'a')", "line 1, column 1", "a parenthesis opens a string in chunks, which begins with (_ and white space"),
        ("(1)", "line 1, column 1", "a parenthesis opens a string in chunks, which begins with (_ and white space"),
        ("(_ 'a', \"b\")", "line 1, column 9", "the chunks must be strings of one kind with a length"),
        ("(_ ''_)", "line 1, column 4", "the chunks must be strings of one kind with a length"),
        ("(_ float'7e00')", "line 1, column 4", "the chunks must be strings of one kind with a length"),
        ("(_ 1)", "line 1, column 4", "a chunk must be a string"),
        ("1.1_1", "line 1, column 1", "the number does not fit into this width without loss"),
        ("65505.0_1", "line 1, column 1", "the number does not fit into this width without loss"),
        ("1.5_0", "line 1, column 1", "the width of a floating-point number is _1, _2 or _3"),
        ("1e309", "line 1, column 1", "a number too large for floating point"),
        ("0x1.8", "line 1, column 1", "a hexadecimal fraction needs an exponent, such as p0"),
        ("0x1p1024", "line 1, column 1", "a hexadecimal number that floating point does not hold exactly"),
        ("0x1p-1075", "line 1, column 1", "a hexadecimal number that floating point does not hold exactly"),
        ("0x1p99999999999999999999", "line 1, column 1", "a hexadecimal number that floating point does not hold exactly"),
        ("0x3fffffffffffffp0", "line 1, column 1", "a hexadecimal number that floating point does not hold exactly"),
        ("0x", "line 1, column 1", "a number has digits"),
        ("-", "line 1, column 1", "a number has digits"),
        ("--1", "line 1, column 1", "a number has one sign"),
        ("1e", "line 1, column 3", "an exponent has digits"),
        (
            "340282366920938463463374607431768211456",
            "line 1, column 1",
            "an integer beyond 128 bits: write it as 2(h'…') or 3(h'…')",
        ),
        (
            "18446744073709551616_3",
            "line 1, column 1",
            "an integer beyond 64 bits has no encoding indicator: write it as 2(h'…') or 3(h'…')",
        ),
        ("18446744073709551616(1)", "line 1, column 1", "a tag beyond 64 bits"),
        ("18(1", "line 1, column 5", "the parenthesis of the tag does not close here"),
        ("018(1)", "line 1, column 4", "something follows the item"),
        ("simple(24)", "line 1, column 7", "a simple value is written simple(0) to simple(23) or simple(32) to simple(255)"),
        ("simple(031)", "line 1, column 7", "a simple value is written simple(0) to simple(23) or simple(32) to simple(255)"),
        ("simple(256)", "line 1, column 7", "a simple value is written simple(0) to simple(23) or simple(32) to simple(255)"),
        ("simple 1", "line 1, column 7", "a simple value is written simple(0) to simple(23) or simple(32) to simple(255)"),
        ("nil", "line 1, column 1", "an item cannot begin with this word"),
        ("True", "line 1, column 1", "an item cannot begin with this word"),
        ("\"abc", "line 1, column 1", "a string that does not end"),
        ("\"a\tb\"", "line 1, column 3", "a control character in a string: escape it"),
        ("\"\\x\"", "line 1, column 2", "there is no such escape in these quotes"),
        ("'\\/'", "line 1, column 2", "there is no such escape in these quotes"),
        ("'\\\"'", "line 1, column 2", "there is no such escape in these quotes"),
        ("\"\\u12\"", "line 1, column 2", "\\u has four hexadecimal digits, or braces around some"),
        ("\"\\ud800\"", "line 1, column 2", "\\u has four hexadecimal digits, or braces around some"),
        ("\"\\ud800\\u0041\"", "line 1, column 2", "\\u has four hexadecimal digits, or braces around some"),
        ("\"\\udc00\"", "line 1, column 2", "\\u has four hexadecimal digits, or braces around some"),
        ("\"\\u{110000}\"", "line 1, column 2", "\\u has four hexadecimal digits, or braces around some"),
        ("\"\\u{}\"", "line 1, column 2", "\\u has four hexadecimal digits, or braces around some"),
        ("'\\u0041'", "line 1, column 2", "a printable character in single quotes is not escaped by \\u"),
        ("`abc", "line 1, column 1", "a raw string that does not end"),
        ("`\n`", "line 1, column 1", "an empty raw string: write \"\""),
        ("`\t`", "line 1, column 1", "a control character in a raw string"),
        ("h'0'", "line 1, column 1", "an odd number of hexadecimal digits"),
        ("h'0x'", "line 1, column 1", "hexadecimal digits, white space and comments stand here"),
        ("h'00 / '", "line 1, column 1", "a comment in h'…' that does not end"),
        ("h'47...15'", "line 1, column 1", "an ellipsis stands for something left out, which has no octets"),
        ("b64'E'", "line 1, column 1", "this is not base64"),
        ("b64'EjRWeB'", "line 1, column 1", "this is not base64"),
        ("b64'EjRWeA='", "line 1, column 1", "this is not base64"),
        ("b64'EjRW='", "line 1, column 1", "this is not base64"),
        ("b64'Ej?W'", "line 1, column 1", "this is not base64"),
        ("float'7e'", "line 1, column 1", "a floating-point number has 2, 4 or 8 octets"),
        ("float'7e00'_1", "line 1, column 1", "no encoding indicator belongs to this literal"),
        ("float'7e00' + 'a'", "line 1, column 15", "only strings can be joined"),
        ("dt'2026-11-23'", "line 1, column 1", "this is no date like 2026-11-23T08:00:00Z"),
        ("ip'192.0.2.1'", "line 1, column 1", "only the prefixes h, b64, float and dt are known"),
        ("h<<'00'>>", "line 1, column 1", "a literal with a prefix continues in quotes here"),
        ("'a' + \"b\"", "line 1, column 7", "text cannot be joined to a byte string"),
        ("'a'_0 + 'b'", "line 1, column 9", "an encoding indicator stands behind the last part of a string"),
        ("\"a\" + ...", "line 1, column 7", "an ellipsis stands for something left out, which has no octets"),
        ("...", "line 1, column 1", "an ellipsis stands for something left out, which has no octets"),
        ("\"\" + h'c3'", "line 1, column 1", "text that is not UTF-8"),
        ("<1>", "line 1, column 1", "embedded CBOR begins with <<"),
        ("<<1>", "line 1, column 4", "embedded CBOR ends with >>"),
        ("1 / a", "line 1, column 3", "a comment that does not end"),
        ("1 /* a /", "line 1, column 3", "a comment that does not end"),
        ("1 / \u{1} /", "line 1, column 3", "a comment with a control character"),
        ("\u{feff}1", "line 1, column 1", "no item begins like this"),
    ] {
        let error = parse(text, &Limits::DEFAULT).expect_err(text);
        assert_eq!(error.code(), Code::Edn, "{text}");
        assert_eq!((error.place().to_string().as_str(), error.remark()), (place, Some(reason)), "{text}");
    }
}

/// RFC 8949 appendix F, and text that is not UTF-8, which has no notation.
#[test]
fn octets_are_refused_with_place_and_reason() {
    for (octets, place, reason) in [
        ("", "at octet 0", "the input is cut off"),
        ("18", "at octet 1", "the input is cut off"),
        ("0000", "at octet 1", "something follows the item"),
        ("1c", "at octet 0", "no item begins like this"),
        ("df", "at octet 0", "no item begins like this"),
        ("3f", "at octet 0", "no item begins like this"),
        ("ff", "at octet 0", "a break that ends nothing"),
        ("81ff", "at octet 1", "a break that ends nothing"),
        ("bf00ff", "at octet 2", "a break that ends nothing"),
        ("9f00", "at octet 2", "the input is cut off"),
        ("5bffffffffffffffff00", "at octet 9", "the input is cut off"),
        ("9bffffffffffffffff00", "at octet 10", "the input is cut off"),
        ("f818", "at octet 0", "a simple value below 32 in two octets"),
        ("f800", "at octet 0", "a simple value below 32 in two octets"),
        ("5f6161ff", "at octet 1", "a chunk that is no string of this kind"),
        ("5f5f4100ffff", "at octet 1", "a chunk that is no string of this kind"),
        ("62c328", "at octet 1", "text that is not UTF-8"),
        // A character cannot be spread over chunks.
        ("7f61c361bcff", "at octet 2", "text that is not UTF-8"),
    ] {
        let error = print(&hex(octets)).expect_err(octets);
        assert_eq!(error.code(), Code::CborMalformed, "{octets}");
        assert_eq!((error.place().to_string().as_str(), error.remark()), (place, Some(reason)), "{octets}");
    }
}

#[test]
fn limits_hold_in_both_directions() {
    let limits = |size, depth, items| Limits { size, depth, items };
    let written = |octets: &[u8], limits| Printer::new().with_limits(&limits).print(octets).map_err(|error| error.code());
    let parsed = |text: &str, limits| parse(text, &limits).map_err(|error| error.code());

    assert!(written(&[0x81, 0x01], limits(2, 1, 2)).is_ok() && parsed("[1]", limits(3, 1, 2)).is_ok());
    for (size, depth, items) in [(1, 1, 2), (2, 0, 2), (2, 1, 1)] {
        assert_eq!(written(&[0x81, 0x01], limits(size, depth, items)), Err(Code::Limit));
        assert_eq!(parsed("[1]", limits(size, depth, items)), Err(Code::Limit));
    }
    // A tag, embedded CBOR and chunks count like an array.
    for text in ["1(1)", "<<1>>", "[1]", "{1: 1}"] {
        assert_eq!(parsed(text, limits(9, 0, 9)), Err(Code::Limit), "{text}");
    }
    assert_eq!(parsed("(_ 'a', 'b')", limits(99, 9, 2)), Err(Code::Limit));
    // What is too deep to be shown as CBOR is shown as octets.
    let deep = Printer::new().with_limits(&limits(99, 1, 9)).print(&read("24(<<1>>)")).unwrap();
    assert_eq!(deep, "24(h'01')\n");

    // The stack is safe whatever the limits say.
    let none = limits(usize::MAX, usize::MAX, usize::MAX);
    assert_eq!(written(&vec![0x81; 1 << 20], none), Err(Code::Limit));
    assert_eq!(written(&vec![0xc1; 1 << 20], none), Err(Code::Limit));
    for open in ["[", "{", "{1:", "1(", "<<", "<<[", "(_ <<"] {
        let error = parsed(&open.repeat(1 << 16), none).unwrap_err();
        assert!(matches!(error, Code::Limit | Code::Edn), "{open}");
    }
    let nested = |levels| ["[".repeat(levels), "]".repeat(levels)].concat();
    assert!(parsed(&nested(129), none).is_ok());
    assert_eq!(parsed(&nested(130), none), Err(Code::Limit));
}
