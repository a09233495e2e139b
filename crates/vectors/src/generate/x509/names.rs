//! Serial numbers and object identifiers.

use crate::draft::{Draft, NewCase, case};
use crate::object::Object;

fn text(id: &str, comment: &str, rules: &[&'static str], text: &str) -> NewCase {
    case(id, comment, rules).input(Object::new().text("text", text))
}

fn contents(id: &str, comment: &str, rules: &[&'static str], contents: &str) -> NewCase {
    case(id, comment, rules).input(Object::new().text("contents", contents))
}

pub(super) fn serial_numbers() -> Draft {
    let about = "Serial numbers, as people write them and as DER has them.";
    let mut file = Draft::new("x509/serial-number", "x509/serial-number", about, &["RFC 5280"]);
    let rules = &["RFC 5280 4.1.2.2"];
    let expected = |text: &str, contents: &str| Object::new().text("text", text).text("contents", contents);
    file.group("Hexadecimal digits", Object::new());
    file.valid(text("text-good", "two octets", rules, "4207"), expected("4207", "4207"));
    file.valid(text("text-upper", "digits in upper case", rules, "7FA0"), expected("7fa0", "7fa0"));
    file.valid(text("text-high", "the highest bit: DER has a zero before it", rules, "ff"), expected("00ff", "00ff"));
    file.valid(text("text-odd", "one digit", rules, "5"), expected("05", "05"));
    file.valid(text("text-zeros", "zeros before it", rules, "000005"), expected("05", "05"));
    let longest = format!("7f{}", "ff".repeat(19));
    file.valid(text("text-longest", "20 octets", rules, &longest), expected(&longest, &longest));
    for (id, comment, digits) in [
        ("text-empty", "nothing", String::new()),
        ("text-zero", "zero", "00".into()),
        ("text-not-hex", "a letter that is no digit", "4g".into()),
        ("text-prefix", "0x", "0x42".into()),
        ("text-minus", "a minus", "-5".into()),
        ("text-space", "a space", "42 07".into()),
        ("text-long", "21 octets", format!("01{}", "00".repeat(20))),
        ("text-high-long", "20 octets with the highest bit, which DER has in 21", "ff".repeat(20)),
    ] {
        file.refused(text(id, comment, rules, &digits).differs_from("text-good"), "x509/serial-malformed");
    }
    file.group("Contents of an INTEGER", Object::new());
    file.valid(contents("der-good", "two octets", rules, "4207"), expected("4207", "4207"));
    file.valid(contents("der-high", "a zero before the highest bit", rules, "0080"), expected("0080", "0080"));
    for (id, comment, octets) in [
        ("der-empty", "nothing", String::new()),
        ("der-zero", "zero", "00".into()),
        ("der-negative", "a negative number", "80".into()),
        ("der-padded", "a needless zero", "0042".into()),
        ("der-long", "21 octets", "7f".repeat(21)),
    ] {
        file.refused(contents(id, comment, rules, &octets).differs_from("der-good"), "x509/serial-malformed");
    }
    file
}

pub(super) fn oids() -> Draft {
    let about = "Object identifiers, as people write them and as DER has them.";
    let mut file = Draft::new("x509/oid", "x509/oid", about, &["X.680", "X.690"]);
    let expected = |text: &str, contents: &str| Object::new().text("text", text).text("contents", contents);
    let rules = &["X.680 32", "X.690 8.19"];
    file.group("Numbers with dots between", Object::new());
    for (id, comment, dotted, octets) in [
        ("text-good", "commonName", "2.5.4.3", "550403"),
        ("text-two-arcs", "two numbers", "1.2", "2a"),
        ("text-first-0", "the first one is 0", "0.9.2342", "09 9226"),
        ("text-two-octets", "a number of two octets", "1.2.840.113549", "2a864886f70d"),
        ("text-second-large", "the second number is above 39, below 2", "2.999.3", "883703"),
        ("text-uuid", "a number of 128 bits: a UUID", mimicred_x509::PSEUDONYM_POLICY, ""),
    ] {
        let octets = octets.replace(' ', "");
        let octets = if octets.is_empty() { crate::object::hex(&crate::generate::der::oid_contents(dotted)) } else { octets };
        file.valid(text(id, comment, rules, dotted), expected(dotted, &octets));
    }
    for (id, comment, dotted) in [
        ("text-empty", "nothing", ""),
        ("text-one-arc", "one number", "2"),
        ("text-dot-at-end", "a dot at the end", "2.5."),
        ("text-two-dots", "two dots", "2..5"),
        ("text-letter", "a letter", "2.5.x"),
        ("text-leading-zero", "a zero before a number", "2.05"),
        ("text-plus", "a plus", "2.+5"),
        ("text-first-3", "the first number is 3", "3.1"),
        ("text-second-40", "the second number is 40, below 1", "1.40"),
        ("text-space", "a space", "2.5 "),
        ("text-beyond-128", "a number of more than 128 bits", "2.340282366920938463463374607431768211456"),
    ] {
        file.refused(text(id, comment, rules, dotted).differs_from("text-good"), "x509/oid-malformed");
    }
    file.group("Contents of an OBJECT IDENTIFIER", Object::new());
    file.valid(contents("der-good", "commonName", rules, "550403"), expected("2.5.4.3", "550403"));
    for (id, comment, octets) in [
        ("der-empty", "nothing", ""),
        ("der-cut", "the last number does not end", "5504 83"),
        ("der-padded", "a number with a needless octet", "55 8004"),
    ] {
        file.refused(contents(id, comment, rules, &octets.replace(' ', "")).differs_from("der-good"), "x509/oid-malformed");
    }
    let long = format!("55{}", "01".repeat(64));
    file.refused(contents("der-long", "65 octets", rules, &long).differs_from("der-good").flag("limit"), "x509/oid-malformed");
    file
}
