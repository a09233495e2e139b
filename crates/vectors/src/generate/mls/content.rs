//! MIMI contents (draft-ietf-mimi-content-08), octet for octet.

use mimicred_keys::sha256;

use super::cast::*;
use super::{and_more, cut, draft, octets_of, of};
use crate::draft::{Draft, NewCase, case};
use crate::object::{Object, hex};

const SPECIFICATIONS: [&str; 3] = ["draft-ietf-mimi-content-08", "RFC 8949 4.2.1", "mimi-mls.md 2.10"];

/// Two examples of the draft: name, sender, message id, content. All are sent into [`PUBLISHED_ROOM`].
const PUBLISHED: [(&str, &str, &str, &str); 2] = [
    (
        "original",
        "mimi://example.com/u/alice-smith",
        "017ce54837404c3696e0c747b985cb172716d0ed0a3d249ca63ace7d82a096f4",
        concat!(
            "87505eed9406c2545547ab6f09f20a18b003f640f6f6a20178206d696d693a2f2f6578616d706c652e636f6d2f752f61",
            "6c6963652d736d6974680278256d696d693a2f2f6578616d706c652e636f6d2f722f656e67696e656572696e675f7465",
            "616d85016001781e746578742f6d61726b646f776e3b76617269616e743d47464d2d4d494d4958394869206576657279",
            "6f6e652c207765206a75737420736869707065642072656c6561736520322e302e205f5f476f6f642020776f726b5f5f",
            "21",
        ),
    ),
    (
        "delete",
        "mimi://example.com/u/bob-jones",
        "011d9efc78d04d4dcf4d82b07d5199bbef37011c1f0c7e004b6111c6dda504b4",
        concat!(
            "87500a590d73b2c7761c39168be5ebf7f2e65820015354973c2b65ca937bf1e035ae53a5ab80e947afa43d46920d4202",
            "e5cc0b2740f65820017ce54837404c3696e0c747b985cb172716d0ed0a3d249ca63ace7d82a096f4a201781e6d696d69",
            "3a2f2f6578616d706c652e636f6d2f752f626f622d6a6f6e65730278256d696d693a2f2f6578616d706c652e636f6d2f",
            "722f656e67696e656572696e675f7465616d83016000",
        ),
    ),
];
const PUBLISHED_ROOM: &str = "mimi://example.com/r/engineering_team";

pub(super) fn files() -> Vec<Draft> {
    vec![decoding(), message_ids()]
}

/// A content by its pieces: what lies between salt and extensions, the extensions, the body.
fn content(middle: &str, extensions: &str, body: &str) -> Vec<u8> {
    let digits = format!("8750{}{middle}{extensions}{body}", "07".repeat(16));
    octets(&digits.replace(' ', ""))
}

/// replaces null, topicId empty, expires null, inReplyTo null.
const MIDDLE: &str = "f6 40 f6 f6";
const NULL: &str = "83 00 60 00";
/// A message id of hash algorithm 1.
const ID: &str = "5820 01 00000000000000000000000000000000000000000000000000000000000000";

fn edn(octets: &[u8]) -> Object {
    Object::new().text("edn", mimicred_cose::edn::print(octets).unwrap_or_default())
}

fn decoding() -> Draft {
    let about = "MIMI contents. There is one encoding of each; whatever else CBOR allows is refused.";
    let mut file = draft("mls/content-decode", about, &SPECIFICATIONS);
    shape(&mut file);
    fields(&mut file);
    encoding(&mut file);
    extensions(&mut file);
    parts(&mut file);
    file
}

fn annotated(id: &str, comment: &str, octets: &[u8]) -> NewCase {
    of(id, comment, &["draft-ietf-mimi-content-08"], octets).intermediates(edn(octets))
}

fn plain(id: &str, comment: &str, octets: &[u8]) -> NewCase {
    of(id, comment, &["draft-ietf-mimi-content-08"], octets)
}

const MALFORMED: &str = "mls/content-malformed";

fn shape(file: &mut Draft) {
    file.group("The container", Object::new());
    for (name, sender, _, digits) in PUBLISHED {
        let new = annotated(&format!("published-{name}"), "an example of the draft", &octets(digits));
        file.valid(new, Object::new().text("sender_uri", sender).text("room_uri", PUBLISHED_ROOM));
    }
    let good = content(MIDDLE, "a0", NULL);
    let body = Object::new().int("disposition", 0).text("language", "").text("cardinality", "null");
    file.valid(annotated("good", "the least that is one", &good), Object::new().hex("salt", &[7; 16]).with("body", body));
    file.refused(plain("empty", "no octets", b""), MALFORMED);
    file.refused(plain("cut", "the last octet is missing", &cut(&good)), MALFORMED);
    file.refused(plain("trailing", "an octet too many", &and_more(&good)), MALFORMED);
    file.refused(plain("map", "a map", b"\xa0"), MALFORMED);
    let head = |head: &[u8], rest: &[u8]| [head, good.get(1..).unwrap_or_default(), rest].concat();
    file.refused(plain("eight-items", "an item too many", &head(b"\x88", b"\x00")), MALFORMED);
    file.refused(plain("six-items", "no body", &cut(&cut(&cut(&cut(&head(b"\x86", b"")))))), MALFORMED);
    let short = [b"\x87\x4f", good.get(3..).unwrap_or_default()].concat();
    file.refused(plain("salt-15", "a salt of 15 octets", &short), MALFORMED);
}

fn fields(file: &mut Draft) {
    file.group("Before the extensions", Object::new());
    let of_middle = |id: &str, comment: &str, middle: &str| annotated(id, comment, &content(middle, "a0", NULL));
    let id = hex(&[&[1][..], &[0; 31]].concat());
    let answer = format!("{ID} 40 f6 {ID}");
    let expected = Object::new().text("replaces", id.clone()).text("in_reply_to", id);
    file.valid(of_middle("ids", "replaces one message and answers it", &answer), expected);
    let unknown = "mls/content-value-unknown";
    let new = of_middle("replaces-hash-2", "an id of hash algorithm 2", &answer.replacen("5820 01", "5820 02", 1));
    file.refused(new, unknown);
    file.refused(of_middle("id-short", "an id of one octet", &format!("{ID} 40 f6 4101")), MALFORMED);
    file.refused(of_middle("id-undefined", "undefined in the place of null", &format!("{ID} 40 f6 f7")), MALFORMED);
    file.refused(of_middle("topic-null", "no topic", &format!("{ID} f6 f6 {ID}")), MALFORMED);

    let time = |relative: bool, time: u32| {
        let expires = Object::new().with("relative", relative).int("time", time);
        Object::new().with("expires", expires)
    };
    file.valid(of_middle("expires-relative", "some time after it was read", "f6 40 82 f5 1901f4 f6"), time(true, 500));
    file.valid(
        of_middle("expires", "at the last moment that can be written", "f6 40 82 f4 1affffffff f6"),
        time(false, u32::MAX),
    );
    for (id, comment, middle) in [
        ("expires-33-bits", "a moment later", "f6 40 82 f4 1b0000000100000000 f6"),
        ("expires-negative", "a negative time", "f6 40 82 f4 20 f6"),
        ("expires-number", "0 in the place of false", "f6 40 82 00 00 f6"),
        ("expires-three", "three items", "f6 40 83 f4 00 00 f6"),
        ("expires-bare", "a time without its kind", "f6 40 00 f6"),
    ] {
        file.refused(of_middle(id, comment, middle), MALFORMED);
    }
}

fn encoding(file: &mut Draft) {
    file.group("Deterministic encoding", Object::new());
    let refused = "mls/content-not-deterministic";
    let of = |id: &str, comment: &str, middle: &str, extensions: &str, body: &str| {
        let octets = content(middle, extensions, body);
        case(id, comment, &["RFC 8949 4.2.1"]).input(octets_of(&octets))
    };
    file.valid(
        of("deterministic", "shortest heads, definite lengths, keys in order", MIDDLE, "a2 01 60 02 60", NULL),
        Object::new(),
    );
    for (id, comment, middle, extensions, body) in [
        ("topic-head", "an empty topic with a head of two octets", "f6 5800 f6 f6", "a2 01 60 02 60", NULL),
        ("topic-indefinite", "a topic of indefinite length", "f6 5fff f6 f6", "a2 01 60 02 60", NULL),
        ("map-head", "a map with a head of two octets", MIDDLE, "b802 01 60 02 60", NULL),
        ("map-indefinite", "a map of indefinite length", MIDDLE, "bf 01 60 02 60 ff", NULL),
        ("keys-descending", "keys out of order", MIDDLE, "a2 02 60 01 60", NULL),
        ("keys-rfc7049", "keys in the order of RFC 7049", MIDDLE, "a2 20 00 190100 00", NULL),
        ("float-long", "1.5 in four octets", MIDDLE, "a1 20 fa3fc00000", NULL),
        ("disposition-head", "a disposition with a head of two octets", MIDDLE, "a2 01 60 02 60", "83 1800 60 00"),
        ("language-head", "a language with a head of two octets", MIDDLE, "a2 01 60 02 60", "83 00 7800 00"),
    ] {
        file.refused(of(id, comment, middle, extensions, body), refused);
    }
}

fn extensions(file: &mut Draft) {
    file.group("Extensions", Object::new());
    let of = |id: &str, comment: &str, extensions: &str| annotated(id, comment, &content(MIDDLE, extensions, NULL));
    let other = |key: i64, value: &str| Object::new().list("extensions", [Object::new().int("key", key).text("value", value)]);
    let deep = of("nested", "a value on the fourth level", "a1 20 81 82 00 c1 00");
    file.valid(deep, other(-1, "818200c100"));
    let number = of("number", "the largest number that a double holds exactly", "a1 20 1b001fffffffffffff");
    file.valid(number, other(-1, "1b001fffffffffffff"));
    let text = Object::new().list("extensions", [Object::new().text("key", "x").text("value", "f5")]);
    file.valid(of("text-key", "a key of text", "a1 6178 f5"), text);
    file.valid(
        of("uris", "senderUri and roomUri", "a2 01 6173 02 6172"),
        Object::new().text("sender_uri", "s").text("room_uri", "r"),
    );
    let refused = "mls/content-extension";
    for (id, comment, extensions) in [
        ("key-0", "the reserved key", "a1 00 60"),
        ("sender-octets", "senderUri is octets", "a1 01 4173"),
        ("room-null", "roomUri is null", "a1 02 f6"),
        ("key-octets", "a key of octets", "a1 4100 00"),
        ("key-no-text", "a key of no text", "a1 60 00"),
        ("number-54-bits", "a number that a double does not hold", "a1 20 1b0020000000000000"),
        ("key-54-bits", "such a key", "a1 1b0020000000000000 00"),
        ("too-deep", "a value on the fifth level", "a1 20 81 81 c1 80"),
        ("inner-key-null", "a key below that is null", "a1 20 a1 f6 00"),
    ] {
        file.refused(of(id, comment, extensions), refused);
    }
    let long = format!("a1 790100 {} 00", "61".repeat(256));
    file.refused(of("key-256", "a key of 256 octets", &long), refused);
    file.refused(of("key-twice", "a key twice", "a2 01 60 01 60"), MALFORMED);
    file.refused(of("array", "an array", "80"), MALFORMED);
    let sender = |count: usize| format!("a1 01 79{count:04x} {}", "61".repeat(count));
    file.refused(of("sender-4097", "a senderUri of 4097 octets", &sender(4097)).flag("limit"), "mls/limit");
}

fn parts(file: &mut Draft) {
    file.group("Parts", Object::new());
    let of = |id: &str, comment: &str, body: &str| annotated(id, comment, &content(MIDDLE, "a0", body));
    let kind = |kind: &str| Object::new().int("disposition", 0).text("language", "").text("cardinality", kind);
    let unknown = kind("null").int("disposition", 200);
    file.valid(of("disposition-200", "a disposition that is not known", "83 18c8 60 00"), Object::new().with("body", unknown));
    let external = "8f 00 60 02 60 60 00 00 00 40 40 40 00 40 60 60";
    file.valid(of("external", "an external part", external), Object::new());
    for (id, comment, body) in [
        ("external-14", "an external part without its last field", "8e 00 60 02 60 60 00 00 00 40 40 40 00 40 60"),
        ("external-enc-alg", "an encAlg of 17 bits", "8f 00 60 02 60 60 00 00 1a00010000 40 40 40 00 40 60 60"),
    ] {
        file.refused(of(id, comment, body), MALFORMED);
    }
    let two = format!("85 00 60 03 02 82 {NULL} {NULL}");
    let body = kind("multi").text("semantics", "processAll").list("parts", [kind("null"), kind("null")]);
    file.valid(of("multi", "two parts, all of which count", &two), Object::new().with("body", body));
    let few = "mls/content-parts";
    file.refused(of("multi-one", "a multi part with one part", &format!("85 00 60 03 02 81 {NULL}")), few);
    file.refused(of("multi-none", "a multi part with none", "85 00 60 03 02 80"), few);
    let new = of("semantics-3", "part semantics that do not exist", &two.replacen("03 02", "03 03", 1));
    file.refused(new, "mls/content-value-unknown");
    let nested = |levels: usize| (1..levels).fold(NULL.to_owned(), |inner, _| format!("85 00 60 03 02 82 {inner} {NULL}"));
    file.valid(of("four-levels", "parts on four levels", &nested(4)), Object::new());
    file.refused(of("five-levels", "parts on five levels", &nested(5)), "mls/content-depth");

    let single = kind("single").text("content_type", "a/b").text("content", "00");
    file.valid(of("single", "a single part", "85 00 60 01 63612f62 4100"), Object::new().with("body", single));
    for (id, comment, body, code) in [
        ("disposition-256", "a disposition of nine bits", "85 190100 60 01 63612f62 4100", MALFORMED),
        ("disposition-negative", "a negative disposition", "85 20 60 01 63612f62 4100", MALFORMED),
        ("language-octets", "the language is octets", "85 00 40 01 63612f62 4100", MALFORMED),
        ("cardinality-4", "a cardinality that does not exist", "85 00 60 04 63612f62 4100", "mls/content-value-unknown"),
        ("single-no-content", "without its content", "84 00 60 01 63612f62", MALFORMED),
        ("single-text", "the content is text", "85 00 60 01 63612f62 6100", MALFORMED),
    ] {
        file.refused(of(id, comment, body), code);
    }
}

fn message_ids() -> Draft {
    let about = "The id of a message: 01, and the first 31 octets of a SHA-256 over sender, room, content and salt.";
    let mut file = draft("mls/content-message-id", about, &SPECIFICATIONS);
    file.group("Examples of the draft", Object::new().text("room", PUBLISHED_ROOM));
    let hashed = |sender: &str, content: &[u8]| {
        let uri = |uri: &str| [&u16::try_from(uri.len()).unwrap_or_default().to_be_bytes(), uri.as_bytes()].concat();
        let salt = content.get(2..18).unwrap_or_default();
        [uri(sender), uri(PUBLISHED_ROOM), content.to_vec(), salt.to_vec()].concat()
    };
    for (name, sender, id, digits) in PUBLISHED {
        let octets = octets(digits);
        let input = octets_of(&octets).text("sender", sender);
        let on_the_way = Object::new().hex("hashed", &hashed(sender, &octets));
        let new = case(format!("published-{name}"), "an example of the draft", &["draft-ietf-mimi-content-08 message id"]);
        file.valid(new.input(input).intermediates(on_the_way), Object::new().text("message_id", id));
    }
    let (_, _, _, digits) = PUBLISHED[0];
    let (sender, octets) = ("mimi://example.com/u/bob-jones", octets(digits));
    let mut id = sha256(&hashed(sender, &octets)).to_vec();
    id.truncate(31);
    let new = case("other-sender", "by somebody else", &["draft-ietf-mimi-content-08 message id"]);
    let new = new.input(octets_of(&octets).text("sender", sender));
    file.valid(new, Object::new().text("message_id", format!("01{}", hex(&id))));
    file
}
