//! What is refused, each time for one reason.

use super::*;

/// A content by its pieces, in hexadecimal: what lies between salt and extensions, the extensions, the body.
fn content(middle: &str, extensions: &str, body: &str) -> Vec<u8> {
    hex(&format!("87 50 07070707070707070707070707070707 {middle} {extensions} {body}"))
}

const MIDDLE: &str = "f6 40 f6 f6";
const NO_EXTENSIONS: &str = "a0";
const NULL: &str = "83 00 60 00";

fn code(octets: &[u8]) -> Option<Code> {
    MimiContent::decode(octets).err().map(|error| error.code())
}

fn of_middle(middle: &str) -> Option<Code> {
    code(&content(middle, NO_EXTENSIONS, NULL))
}

fn of_extensions(extensions: &str) -> Option<Code> {
    code(&content(MIDDLE, extensions, NULL))
}

fn of_body(body: &str) -> Option<Code> {
    code(&content(MIDDLE, NO_EXTENSIONS, body))
}

const ID: &str = "5820 01 00000000000000000000000000000000000000000000000000000000000000";

#[test]
fn shape() {
    let good = content(MIDDLE, NO_EXTENSIONS, NULL);
    assert_eq!(code(&good), None);
    assert_eq!(code(&[good.as_slice(), &[0]].concat()), Some(Code::ContentMalformed), "trailing octets");
    assert_eq!(code(&good[..good.len() - 1]), Some(Code::ContentMalformed), "cut off");
    assert_eq!(code(&[]), Some(Code::ContentMalformed));
    assert_eq!(code(b"\xa0"), Some(Code::ContentMalformed), "no array");
    assert_eq!(code(&[&[0x86], &good[1..good.len() - 4]].concat()), Some(Code::ContentMalformed), "six items");
    assert_eq!(code(&[&[0x88], good.get(1..).unwrap(), &[0]].concat()), Some(Code::ContentMalformed), "eight items");
    let short_salt = [&[0x87, 0x4f], &good[3..]].concat();
    assert_eq!(code(&short_salt), Some(Code::ContentMalformed), "salt of 15 octets");
    let error = MimiContent::decode(&short_salt).unwrap_err();
    assert_eq!(error.to_string(), "this is not a MIMI content: the salt has 16 octets (at octet 1)");
}

#[test]
fn message_ids_and_topics() {
    assert_eq!(of_middle(&format!("{ID} 40 f6 {ID}")), None);
    assert_eq!(of_middle(&format!("{} 40 f6 f6", ID.replace("5820 01", "5820 02"))), Some(Code::ContentValueUnknown));
    assert_eq!(of_middle(&format!("f6 40 f6 {}", ID.replace("5820 01", "5820 00"))), Some(Code::ContentValueUnknown));
    assert_eq!(of_middle("41 01 40 f6 f6"), Some(Code::ContentMalformed));
    assert_eq!(of_middle("f7 40 f6 f6"), Some(Code::ContentMalformed), "undefined is not null");
    assert_eq!(of_middle("f6 f6 f6 f6"), Some(Code::ContentMalformed), "the topic is never null");
    assert_eq!(of_middle(&format!("f6 59 1000 {} f6 f6", "00".repeat(4096))), None);
    assert_eq!(of_middle(&format!("f6 59 1001 {} f6 f6", "00".repeat(4097))), Some(Code::Limit));
}

#[test]
fn expiration() {
    assert_eq!(of_middle("f6 40 82 f4 1a ffffffff f6"), None);
    assert_eq!(of_middle("f6 40 82 f5 00 f6"), None);
    assert_eq!(of_middle("f6 40 82 f4 1b 0000000100000000 f6"), Some(Code::ContentMalformed), "33 bits");
    assert_eq!(of_middle("f6 40 82 f4 20 f6"), Some(Code::ContentMalformed), "negative");
    assert_eq!(of_middle("f6 40 82 00 00 f6"), Some(Code::ContentMalformed), "0 is not false");
    assert_eq!(of_middle("f6 40 83 f4 00 00 f6"), Some(Code::ContentMalformed));
    assert_eq!(of_middle("f6 40 81 f4 f6"), Some(Code::ContentMalformed));
    assert_eq!(of_middle("f6 40 00 f6"), Some(Code::ContentMalformed));
}

/// RFC 8949 4.2.1, in every place.
#[test]
fn other_encodings() {
    let refused = Some(Code::ContentNotDeterministic);
    assert_eq!(code(&[hex("9800"), vec![]].concat()), refused);
    assert_eq!(of_middle("f6 5800 f6 f6"), refused);
    assert_eq!(of_middle("f6 40 82 f4 1800 f6"), refused);
    assert_eq!(of_middle("f6 5f ff f6 f6"), refused, "indefinite length");
    assert_eq!(of_extensions("b800"), refused);
    assert_eq!(of_extensions("bf ff"), refused);
    assert_eq!(of_extensions("a2 02 60 01 60"), refused, "keys out of order");
    assert_eq!(of_extensions("a2 20 00 19 0100 00"), refused, "keys in the order of RFC 7049");
    assert_eq!(of_extensions("a1 20 fa 3fc00000"), refused);
    assert_eq!(of_extensions("a1 20 fa 7fc00000"), refused, "a NaN that is not f97e00");
    assert_eq!(of_body("83 1800 60 00"), refused);
    assert_eq!(of_body("83 00 7800 00"), refused);
    assert_eq!(of_body("85 00 60 01 60 5800"), refused);
    let place = MimiContent::decode(&content(MIDDLE, "a1 20 1800", NULL)).unwrap_err();
    assert!(place.to_string().ends_with("(at octet 24)"), "{place}");
}

#[test]
fn extensions() {
    let refused = Some(Code::ContentExtension);
    assert_eq!(of_extensions("a1 00 60"), refused, "key 0 is reserved");
    assert_eq!(of_extensions("a1 01 41 73"), refused, "senderUri is text");
    assert_eq!(of_extensions("a1 02 f6"), refused, "roomUri is text");
    assert_eq!(of_extensions("a1 41 00 00"), refused, "a key of octets");
    assert_eq!(of_extensions("a1 60 00"), refused, "a key of no text");
    assert_eq!(of_extensions(&format!("a1 78ff {} 00", "61".repeat(255))), None);
    assert_eq!(of_extensions(&format!("a1 790100 {} 00", "61".repeat(256))), refused);
    assert_eq!(of_extensions("a2 01 60 01 60"), Some(Code::ContentMalformed), "a key twice");
    assert_eq!(of_extensions("80"), Some(Code::ContentMalformed), "no map");
    // Integers within 53 bits, as keys and everywhere below.
    assert_eq!(of_extensions("a1 1b 001fffffffffffff 00"), None);
    assert_eq!(of_extensions("a1 1b 0020000000000000 00"), refused);
    assert_eq!(of_extensions("a1 3b 001ffffffffffffe 00"), None);
    assert_eq!(of_extensions("a1 3b 001fffffffffffff 00"), refused);
    assert_eq!(of_extensions("a1 20 81 1b 0020000000000000"), refused);
    assert_eq!(of_extensions("a1 20 a1 1b 0020000000000000 00"), refused);
    // Keys below are numbers, text or octets; four levels, the map itself being the first.
    assert_eq!(of_extensions("a1 20 a3 00 00 40 00 60 00"), None);
    assert_eq!(of_extensions("a1 20 a1 f6 00"), refused);
    assert_eq!(of_extensions("a1 20 a1 80 00"), refused);
    assert_eq!(of_extensions("a1 20 81 82 00 c1 00"), None);
    assert_eq!(of_extensions("a1 20 81 81 c1 80"), refused);
    assert_eq!(of_extensions("a1 20 81 81 a1 00 a0"), refused);
    assert_eq!(of_extensions(&format!("a1 01 79 1000 {}", "61".repeat(4096))), None);
    assert_eq!(of_extensions(&format!("a1 01 79 1001 {}", "61".repeat(4097))), Some(Code::Limit));
    let many = |count: u16| {
        let entries: String = (1000..1000 + count).map(|key| format!("19{key:04x}00")).collect();
        of_extensions(&format!("b9{count:04x}{entries}"))
    };
    assert_eq!((many(256), many(257)), (None, Some(Code::Limit)));
}

#[test]
fn parts() {
    assert_eq!(of_body("85 00 60 01 60 40"), None);
    assert_eq!(of_body("83 190100 60 00"), Some(Code::ContentMalformed), "a disposition of two octets");
    assert_eq!(of_body("83 20 60 00"), Some(Code::ContentMalformed), "a negative disposition");
    assert_eq!(of_body("83 00 40 00"), Some(Code::ContentMalformed), "the language is text");
    assert_eq!(of_body("83 00 60 04"), Some(Code::ContentValueUnknown), "cardinality 4");
    assert_eq!(of_body("84 00 60 00 00"), Some(Code::ContentMalformed), "null with something");
    assert_eq!(of_body("84 00 60 01 60"), Some(Code::ContentMalformed), "single without content");
    assert_eq!(of_body("85 00 60 01 60 60"), Some(Code::ContentMalformed), "content is octets");
    assert_eq!(of_body("85 00 60 01 40 40"), Some(Code::ContentMalformed), "the content type is text");
    assert_eq!(of_body(&format!("85 00 60 03 02 82 {NULL} {NULL}")), None);
    assert_eq!(of_body(&format!("85 00 60 03 03 82 {NULL} {NULL}")), Some(Code::ContentValueUnknown), "semantics 3");
    assert_eq!(of_body(&format!("85 00 60 03 02 81 {NULL}")), Some(Code::ContentParts));
    assert_eq!(of_body("85 00 60 03 02 80"), Some(Code::ContentParts));
    assert_eq!(of_body("8f 00 60 02 60 60 00 00 00 40 40 40 00 40 60 60"), None);
    assert_eq!(of_body("8e 00 60 02 60 60 00 00 00 40 40 40 00 40 60"), Some(Code::ContentMalformed));
    assert_eq!(
        of_body("8f 00 60 02 60 60 00 00 1a 00010000 40 40 40 00 40 60 60"),
        Some(Code::ContentMalformed),
        "encAlg of 17 bits"
    );
    assert_eq!(of_body("8f 00 60 02 60 60 00 00 00 40 40 40 190100 40 60 60"), Some(Code::ContentMalformed), "hashAlg of 9 bits");
}

/// The outermost part is on level 1, and level 5 is one too many.
#[test]
fn depth_and_number() {
    let nested = |levels: usize| {
        (1..levels).fold(single("a/b", b""), |inner, _| multi(PartSemantics::ProcessAll, vec![inner, part(Part::Null)]))
    };
    assert!(with_body(nested(4)).encode().is_ok());
    assert_eq!(with_body(nested(5)).encode().unwrap_err().code(), Code::ContentDepth);
    assert_eq!(with_body(nested(50)).encode().unwrap_err().code(), Code::Limit, "beyond what is even looked at");
    let many = |count: usize| with_body(multi(PartSemantics::ProcessAll, vec![part(Part::Null); count])).encode();
    assert!(many(1023).is_ok());
    assert_eq!(many(1024).unwrap_err().code(), Code::Limit);
    assert_eq!(
        with_body(multi(PartSemantics::ChooseOne, vec![part(Part::Null)])).encode().unwrap_err().code(),
        Code::ContentParts
    );
    let large = |octets| with_body(single("a/b", &vec![0; octets])).encode().map(drop).map_err(|error| error.code());
    assert_eq!((large(MAX_CONTENT - 100), large(MAX_CONTENT)), (Ok(()), Err(Code::Limit)));
}

/// What the writer is given must have one reading.
#[test]
fn nothing_is_written_that_reads_otherwise() {
    let code = |others: Vec<(ExtensionKey, Vec<u8>)>| {
        let extensions = Extensions { others, ..Extensions::default() };
        MimiContent { extensions, ..with_body(part(Part::Null)) }.encode().err().map(|error| error.code())
    };
    assert_eq!(code(vec![(ExtensionKey::Number(3), vec![0])]), None);
    assert_eq!(code(vec![(ExtensionKey::Number(1), vec![0x60])]), Some(Code::ContentExtension));
    assert_eq!(code(vec![(ExtensionKey::Number(0), vec![0])]), Some(Code::ContentExtension));
    assert_eq!(code(vec![(ExtensionKey::Number(3), vec![0]), (ExtensionKey::Number(3), vec![1])]), Some(Code::ContentMalformed));
    assert_eq!(code(vec![(ExtensionKey::Text(String::new()), vec![0])]), Some(Code::ContentExtension));
    assert!(code(vec![(ExtensionKey::Number(3), vec![0, 0])]).is_some(), "two items");
    assert!(code(vec![(ExtensionKey::Number(3), vec![])]).is_some(), "none");
}
