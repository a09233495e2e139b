//! The format, on the draft's own examples and on octets written by hand.

mod broken;
mod published;

use proptest::prelude::*;

use super::*;
use crate::error::Code;
use published::{EXAMPLES, ROOM};

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(&pair.iter().collect::<String>(), 16).unwrap()).collect()
}

fn example(name: &str) -> MimiContent {
    let example = EXAMPLES.iter().find(|example| example.name == name).unwrap();
    MimiContent::decode(&hex(example.octets)).unwrap()
}

fn part(part: Part) -> NestedPart {
    NestedPart { disposition: Disposition::Unspecified, language: String::new(), part }
}

fn single(content_type: &str, content: &[u8]) -> NestedPart {
    part(Part::Single { content_type: content_type.into(), content: content.into() })
}

fn multi(semantics: PartSemantics, parts: Vec<NestedPart>) -> NestedPart {
    part(Part::Multi { semantics, parts })
}

fn with_body(nested_part: NestedPart) -> MimiContent {
    MimiContent {
        salt: [7; 16],
        replaces: None,
        topic_id: Vec::new(),
        expires: None,
        in_reply_to: None,
        extensions: Extensions::default(),
        nested_part,
    }
}

#[test]
fn published_examples_are_read_written_and_named_the_same() {
    for example in EXAMPLES {
        let octets = hex(example.octets);
        let content = MimiContent::decode(&octets).unwrap_or_else(|error| panic!("{}: {error}", example.name));
        assert_eq!(content.encode().unwrap(), octets, "{}", example.name);
        assert_eq!(content.extensions.sender_uri.as_deref(), Some(example.sender));
        assert_eq!(content.extensions.room_uri.as_deref(), Some(ROOM));
        assert_eq!(content.message_id(example.sender, ROOM).unwrap().to_string(), example.message_id, "{}", example.name);
    }
}

#[test]
fn published_examples_say_what_their_notation_says() {
    let original = example("original");
    assert_eq!(original.salt.as_slice(), hex("5eed9406c2545547ab6f09f20a18b003"));
    assert_eq!((original.replaces, original.expires, original.in_reply_to), (None, None, None));
    assert_eq!(original.nested_part.disposition, Disposition::Render);
    let Part::Single { content_type, content } = &original.nested_part.part else { panic!() };
    assert_eq!((content_type.as_str(), content.len()), ("text/markdown;variant=GFM-MIMI", 57));

    let delete = example("delete");
    assert_eq!((delete.nested_part.disposition, &delete.nested_part.part), (Disposition::Render, &Part::Null));
    let ids = [delete.replaces.unwrap(), delete.in_reply_to.unwrap()].map(|id| id.to_string());
    assert_eq!(ids[0], "015354973c2b65ca937bf1e035ae53a5ab80e947afa43d46920d4202e5cc0b27");
    assert_eq!(ids[1], "017ce54837404c3696e0c747b985cb172716d0ed0a3d249ca63ace7d82a096f4");

    assert_eq!(example("expiring").expires, Some(Expires::Absolute(1_644_390_004)));
    assert_eq!(example("conferencing").topic_id, b"Foo 118");

    let Part::External(external) = example("attachment").nested_part.part else { panic!() };
    assert_eq!((external.size, external.enc_alg, external.hash_alg), (0x2a36_ced1, 1, 1));
    assert_eq!((external.key.len(), external.nonce.len(), external.content_hash.len()), (16, 12, 32));
    assert_eq!((external.content_type.as_str(), external.filename.as_str()), ("video/mp4", "bigfile.mp4"));
}

/// The draft's own numbering of its nested example: the pictures are 5 and 10.
#[test]
fn part_indexes_count_depth_first() {
    let content = example("multipart-3");
    let parts: Vec<_> = content.nested_part.parts().collect();
    assert_eq!(parts.len(), 11);
    let pictures: Vec<usize> = parts
        .iter()
        .filter(|(_, nested)| matches!(&nested.part, Part::Single { content_type, .. } if content_type.starts_with("image/")))
        .map(|(index, _)| *index)
        .collect();
    assert_eq!(pictures, [5, 10]);
    let semantics: Vec<_> = parts.iter().filter_map(|(index, nested)| Some((*index, nested.part.semantics()?))).collect();
    let (one, all) = (PartSemantics::ChooseOne, PartSemantics::ProcessAll);
    assert_eq!(semantics, [(0, one), (1, all), (2, one), (6, all), (7, one)]);
}

/// By hand: the hash is over 0001 73, 0001 72, the content of 27 octets, and the salt.
#[test]
fn a_message_id_by_hand() {
    let content = with_body(part(Part::Null));
    let octets = hex("87 50 07070707070707070707070707070707 f6 40 f6 f6 a0 83 00 60 00");
    assert_eq!(content.encode().unwrap(), octets);
    let input = [b"\x00\x01s\x00\x01r".as_slice(), &octets, &[7; 16]].concat();
    let hash = mimicred_keys::sha256(&input);
    let id = content.message_id("s", "r").unwrap();
    assert_eq!((id.as_bytes()[0], &id.as_bytes()[1..]), (1, &hash[..31]));
    assert_eq!(id.to_string(), MESSAGE_ID);
    let far = "x".repeat(65_536);
    assert_eq!(content.message_id(&far, "r").unwrap_err().code(), Code::Limit);
    assert_eq!(content.message_id("s", &far).unwrap_err().code(), Code::Limit);
    assert!(content.message_id(&far[1..], "r").is_ok());
}

/// `printf` of the octets above, through `sha256sum`.
const MESSAGE_ID: &str = "01c518f36d2111796695a1b6ff2ad2190cdbc32866ae16becf062ce8948af68e";

#[test]
fn unknown_dispositions_and_extensions_are_kept() {
    let octets = hex("87 50 07070707070707070707070707070707 f6 40 82 f5 18 3c f6 \
                      a6 01 61 73 02 61 72 19 01 00 82 82 42 12 34 d8 20 61 75 82 42 34 56 f9 3e 00 20 a2 01 f8 3b 41 00 f6 61 78 f6 62 61 61 80 \
                      83 18 ff 62 64 65 00");
    let content = MimiContent::decode(&octets).unwrap();
    assert_eq!(content.nested_part.disposition, Disposition::Other(255));
    assert_eq!(content.expires, Some(Expires::Relative(60)));
    let others: Vec<_> = content.extensions.others.iter().map(|(key, value)| (key.to_string(), value.len())).collect();
    let expected = [("256", 16), ("-1", 7), ("\"x\"", 1), ("\"aa\"", 1)];
    assert_eq!(others, expected.map(|(key, length)| (key.to_owned(), length)));
    assert_eq!(content.encode().unwrap(), octets);
    // In whatever order they are given.
    let mut turned = content.clone();
    turned.extensions.others.reverse();
    assert_eq!(turned.encode().unwrap(), octets);
    for number in 0..=255 {
        assert_eq!(Disposition::from_number(number).number(), number);
        assert_eq!(Disposition::from_number(number).name().is_some(), number < 9);
    }
}

#[test]
fn debug_shows_no_content() {
    let mut content = example("attachment");
    content.extensions.others.push((ExtensionKey::Number(-1), vec![0x63, b'a', b'b', b'c']));
    content.nested_part = multi(PartSemantics::ProcessAll, vec![single("text/plain", b"secret"), content.nested_part]);
    let shown = format!("{content:?}");
    assert!(shown.contains("Single(\"text/plain\", 6 octets)") && shown.contains("(-1, 4)"), "{shown}");
    for hidden in ["secret", "115, 101", "https://", "bigfile", "0x07", "24, 250"] {
        assert!(!shown.contains(hidden), "{hidden} in {shown}");
    }
}

fn any_part() -> impl Strategy<Value = NestedPart> {
    let single = ("[a-z]{0,4}", any::<Vec<u8>>()).prop_map(|(content_type, content)| Part::Single { content_type, content });
    let external = (any::<u32>(), any::<u64>(), any::<u16>(), any::<u8>(), "\\PC{0,30}", any::<Vec<u8>>());
    let external = external.prop_map(|(expires, size, enc_alg, hash_alg, text, octets)| {
        Part::External(Box::new(ExternalPart {
            content_type: text.clone(),
            url: text.clone(),
            expires,
            size,
            enc_alg,
            key: octets.clone(),
            nonce: octets.clone(),
            aad: octets.clone(),
            hash_alg,
            content_hash: octets,
            description: text.clone(),
            filename: text,
        }))
    });
    let leaf = prop_oneof![Just(Part::Null), single, external];
    let leaf = (any::<u8>(), "[a-z,-]{0,9}", leaf).prop_map(|(number, language, part)| NestedPart {
        disposition: Disposition::from_number(number),
        language,
        part,
    });
    leaf.prop_recursive(3, 24, 3, |inner| {
        (0_u8..3, prop::collection::vec(inner, 2..4))
            .prop_map(|(number, parts)| multi(PartSemantics::from_number(number).unwrap(), parts))
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read(nested in any_part(), salt: [u8; 16], topic_id: Vec<u8>, time: u32) {
        let content = MimiContent { salt, topic_id, expires: Some(Expires::Absolute(time)), ..with_body(nested) };
        let octets = content.encode().unwrap();
        prop_assert_eq!(MimiContent::decode(&octets).unwrap(), content);
    }
}
