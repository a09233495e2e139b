//! Presentations: what CBOR may look like, in each of the maps that a presentation has.

use mimicred_cose::cbor::Writer;

use super::tokens::*;
use super::verify::of;
use crate::draft::Draft;
use crate::notation::octets;

/// A map that entries are put into.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Of(Layer),
    HeaderClaims,
    Disclosed,
}

const CLAIMS: [(&str, Place); 3] =
    [("payload", Place::Of(Layer::Payload)), ("header-claims", Place::HeaderClaims), ("disclosed", Place::Disclosed)];
const PLAIN: [(&str, Place); 5] = [
    ("protected", Place::Of(Layer::Protected)),
    ("unprotected", Place::Of(Layer::Unprotected)),
    ("kbt-protected", Place::Of(Layer::KbtProtected)),
    ("kbt-unprotected", Place::Of(Layer::KbtUnprotected)),
    ("kbt-payload", Place::Of(Layer::KbtPayload)),
];

type Entry<'e> = (&'e [u8], &'e [u8]);

impl Place {
    /// A presentation that holds, but for these entries.
    fn with(self, entries: &[Entry<'_>]) -> Token {
        let map = || {
            let mut writer = Writer::new();
            writer.map(entries.len());
            entries.iter().for_each(|(key, value)| {
                writer.raw(key);
                writer.raw(value);
            });
            writer.finish()
        };
        match self {
            Place::Of(layer) => entries.iter().fold(Token::new(), |token, (key, value)| token.with_octets(layer, key, value)),
            Place::HeaderClaims => Token::new().with_octets(Layer::Protected, &[15], &map()),
            Place::Disclosed => {
                let content = [vec![0x83], octets(&salt(9)), map(), octets("501")].concat();
                Token::new().redacting(&Disclosure::of(&content))
            }
        }
    }
}

/// The octets of what is written down as hexadecimal digits.
pub(super) fn raw(digits: &str) -> Vec<u8> {
    crate::object::unhex(&digits.replace(' ', "")).unwrap_or_else(|| unreachable!("{digits}"))
}

pub(super) fn write(file: &mut Draft) {
    everywhere(file);
    keys(file);
    values(file);
}

fn everywhere(file: &mut Draft) {
    for (name, place) in CLAIMS.into_iter().chain(PLAIN) {
        file.group(&format!("CBOR in one of the maps: {name}"), bound());
        let entry = |key: &str, value: &str| place.with(&[(&raw(key), &raw(value))]);
        let usual = of(
            format!("{name}-usual"),
            "an entry that nobody knows",
            &["CWT-E-012", "CWT-E-013"],
            &entry("191b58", "8163616263"),
        );
        file.valid(usual, crate::object::Object::new());
        for (id, comment, key, value, rules, code) in [
            ("indefinite", "an array of indefinite length", "191b58", "9fff", ["CWT-E-002"].as_slice(), "cbor-forbidden"),
            ("key-octets", "a key that is a byte string", "4101", "00", &["CWT-E-012", "CWT-E-013"], "cbor-forbidden"),
            ("not-utf-8", "text that is not UTF-8", "191b58", "62c328", &["CWT-E-028"], "cbor-malformed"),
            ("to-be-redacted", "tag 58, as before issuing", "191b58", "81d83a6178", &["CWT-E-020"], "cbor-forbidden"),
        ] {
            file.refused(of(format!("{name}-{id}"), comment, rules, &entry(key, value)), &format!("sd-cwt/{code}"));
        }
        let twice = place.with(&[(&raw("191b58"), &raw("00")), (&raw("1a00001b58"), &raw("00"))]);
        let new =
            of(format!("{name}-key-twice"), "a key twice, in two spellings", &["CWT-E-010"], &twice).flag("pitfall-encoding");
        file.refused(new, "sd-cwt/cbor-malformed");
        if PLAIN.iter().any(|(plain, _)| *plain == name) {
            let digest = format!("5820{}", "07".repeat(32));
            for (id, comment, value) in [
                ("redacted-keys", "simple(59), which is for claims only", format!("a1f83b81{digest}")),
                ("redacted-element", "tag 60, which is for claims only", format!("81d83c{digest}")),
            ] {
                let new = of(format!("{name}-{id}"), comment, &["CWT-E-030", "CWT-P-018"], &entry("191b58", &value));
                file.refused(new, "sd-cwt/cbor-forbidden");
            }
        }
    }
}

/// A presentation with one entry more in the payload of the SD-CWT.
pub(super) fn in_payload(key: &[u8], value: &[u8]) -> Token {
    Place::Of(Layer::Payload).with(&[(key, value)])
}

fn keys(file: &mut Draft) {
    file.group("Keys of claims", bound());
    let long = |octets: usize| format!("\"{}\"", "k".repeat(octets));
    for (id, comment, key, rules) in [
        ("key-text-1", "text of one octet", "\"k\"".to_owned(), ["CWT-E-015"]),
        ("key-text-255", "text of 255 octets", long(255), ["CWT-E-014"]),
        ("key-largest", "the largest number", "18446744073709551615".to_owned(), ["CWT-E-016"]),
        ("key-smallest", "the smallest number", "-18446744073709551616".to_owned(), ["CWT-E-016"]),
    ] {
        let token = Token::new().claim(&key, "true");
        file.valid(of(id, comment, &rules, &token), claims(&format!("{key}: true")));
    }
    for (id, comment, key, rules) in [
        ("key-text-0", "text of no octets", "60".to_owned(), ["CWT-E-015"]),
        ("key-text-256", "text of 256 octets", format!("790100{}", "6b".repeat(256)), ["CWT-E-014"]),
        ("key-text-256-wide", "128 letters of two octets", format!("790100{}", "c3bc".repeat(128)), ["CWT-E-014"]),
        ("key-bignum", "a bignum", "c24101".to_owned(), ["CWT-E-016"]),
        ("key-float", "a float", "f93e00".to_owned(), ["CWT-E-013"]),
        ("key-true", "true", "f5".to_owned(), ["CWT-E-013"]),
        ("key-null", "null", "f6".to_owned(), ["CWT-E-013"]),
        ("key-array", "an array", "80".to_owned(), ["CWT-E-013"]),
        ("key-map", "a map", "a0".to_owned(), ["CWT-E-013"]),
        ("key-simple-58", "simple(58)", "f83a".to_owned(), ["CWT-E-013"]),
        ("key-tagged", "a number under a tag", "c101".to_owned(), ["CWT-E-021"]),
        ("key-to-be-redacted", "tag 58", "d83a1901f5".to_owned(), ["CWT-E-020"]),
        ("key-to-be-redacted-twice", "tag 58 on tag 58", "d83ad83a01".to_owned(), ["CWT-E-021"]),
        ("key-decoy", "tag 62", "d83e01".to_owned(), ["CWT-E-020"]),
    ] {
        let new = of(id, comment, &rules, &in_payload(&raw(&key), &raw("f6"))).differs_from("key-text-1");
        file.refused(new, "sd-cwt/cbor-forbidden");
    }
}

fn values(file: &mut Draft) {
    file.group("Spellings and values", bound());
    let spelt = octets(&format!(
        "{{6_3: {}_3, 8: {}, 500_2: 1.5_3, 4: {EXPIRES}, 1: \"{}\"_1, 2: \"{ALICE}\"}}",
        ISSUED,
        cnf(holder().public()),
        crate::cast::ISSUER
    ));
    let token = Token::new().instead(Layer::Payload, spelt);
    let rules = ["CWT-E-008", "CWT trap 5"];
    let new = of("spelt-otherwise", "keys out of order, numbers and lengths wider than need be", &rules, &token);
    file.valid(new.flag("pitfall-encoding").intermediates(token.anatomy()), claims("500: 1.5"));
    for (id, value) in [
        ("value-null", "null"),
        ("value-undefined", "undefined"),
        ("value-simple-58", "simple(58)"),
        ("value-simple-100", "simple(100)"),
        ("value-tagged", "4([-2, 27315])"),
        ("value-empty-array", "[]"),
        ("value-empty-map", "{}"),
    ] {
        let token = Token::new().claim("500", value);
        file.valid(of(id, value, &["CWT-E-022", "CWT-E-023"], &token), claims(&format!("500: {value}")));
    }
    for (id, comment, value) in [
        ("value-simple-wide", "simple(20) in two octets", "f814"),
        ("value-simple-24", "simple(24), which there is not", "f818"),
        ("value-reserved", "a first octet that begins nothing", "1c"),
        ("value-break", "a break that ends nothing", "ff"),
        ("value-cut-off", "text longer than the payload", "7a7fffffff"),
    ] {
        let new =
            of(id, comment, &["CWT-E-023", "CWT-E-003"], &in_payload(&raw("1901f4"), &raw(value))).differs_from("value-null");
        file.refused(new, "sd-cwt/cbor-malformed");
    }
    for (id, comment, value) in [
        ("text-indefinite", "text in chunks", "7f61616162ff"),
        ("octets-indefinite", "a byte string in chunks", "5f4161ff"),
        ("map-indefinite", "a map of indefinite length", "bfff"),
    ] {
        let new = of(id, comment, &["CWT-E-002"], &in_payload(&raw("1901f4"), &raw(value))).differs_from("value-null");
        file.refused(new, "sd-cwt/cbor-forbidden");
    }
    let whole = octets(&format!("{{_ 1: \"{}\", 2: \"{ALICE}\", 8: {}}}", crate::cast::ISSUER, cnf(holder().public())));
    let new = of(
        "payload-whole-indefinite",
        "the payload is a map of indefinite length",
        &["CWT-E-002"],
        &Token::new().instead(Layer::Payload, whole),
    );
    file.refused(new.differs_from("value-null"), "sd-cwt/cbor-forbidden");
    let nested = cnf(holder().public()).replace("{1: {", "{1: {1_0: 1, ");
    let new = of("cnf-key-twice", "the key in cnf has kty twice", &["CWT-E-010"], &Token::new().claim("8", &nested));
    file.refused(new.differs_from("value-null").flag("pitfall-encoding"), "sd-cwt/cbor-malformed");
}
