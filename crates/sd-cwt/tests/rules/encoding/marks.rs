//! Marks of redaction: where they are legal, what they hold, and tags that are none.

use mimicred_claims::Value;
use mimicred_sd_cwt::Code;

use super::layers::*;
use crate::tokens::*;

use Code::{CborForbidden, CborMalformed, Structure};

const DIGEST: &str = "5820 0101010101010101010101010101010101010101010101010101010101010101";

/// CWT-E-017, trap 17: a key of two octets over a list of byte strings, which may be empty.
#[test]
fn simple_59_is_a_key_over_byte_strings() {
    let (one, text, list) = (format!("f8 3b 81 {DIGEST}"), format!("f8 3b 82 {DIGEST} 61 78"), format!("f8 3b 81 81 {DIGEST}"));
    let (in_list, under_tag) = (format!("f8 3b 81 d8 3c {DIGEST}"), format!("f8 3b d8 3c {DIGEST}"));
    // Whoever has the token and not all disclosures may meet a digest that nothing discloses; the Holder may not.
    for layer in CLAIMS {
        assert_eq!(layer.with(&one).verify().err(), None, "{layer:?}");
        assert_eq!(layer.with_below(&one).verify().err(), None, "{layer:?}");
    }
    accept_all(&CLAIMS, &["f8 3b 80"]);
    let twice = format!("{one}; f8 3b 80");
    refuse(
        &CLAIMS,
        &[
            // Once in a map: it is a key like others (CWT-E-010).
            (&twice, CborMalformed),
            ("19 270f f8 3b", CborForbidden),
            ("19 270f 81 f8 3b", CborForbidden),
            ("f8 3b 40", Structure),
            ("f8 3b a0", Structure),
            ("f8 3b f6", Structure),
            (&text, Structure),
            (&list, Structure),
            (&in_list, CborForbidden),
            (&under_tag, CborForbidden),
        ],
    );
    refuse(&PLAIN, &[("f8 3b 80", CborForbidden), ("19 270f f8 3b", CborForbidden), (&one, CborForbidden)]);
}

/// CWT-E-018, trap 18: an element of an array, over a byte string, and never the value of a key.
#[test]
fn tag_60_is_an_element_over_a_byte_string() {
    let element = format!("19 270f 81 d8 3c {DIGEST}");
    for layer in CLAIMS {
        assert_eq!(layer.with(&element).verify().err(), None, "{layer:?}");
        assert_eq!(layer.with_below(&element).verify().err(), None, "{layer:?}");
    }
    let (value, tagged) = (format!("19 270f d8 3c {DIGEST}"), format!("19 270f 81 c1 d8 3c {DIGEST}"));
    let (twice, listed) = (format!("19 270f 81 d8 3c d8 3c {DIGEST}"), format!("19 270f 81 d8 3c 81 {DIGEST}"));
    refuse(
        &CLAIMS,
        &[
            (&value, CborForbidden),
            (&tagged, CborForbidden),
            (&twice, CborForbidden),
            (&listed, CborForbidden),
            ("19 270f 81 d8 3c 61 78", CborForbidden),
            ("19 270f 81 d8 3c f6", CborForbidden),
        ],
    );
    refuse(&PLAIN, &[(&element, CborForbidden), (&value, CborForbidden)]);
    // The claims themselves, and a disclosed value.
    let whole = [hex("d8 3c"), hex(DIGEST)].concat();
    assert_eq!(Draft::with(|draft| draft.raw.payload = Some(whole.clone())).refused(), CborForbidden);
    assert_eq!(Draft::with(|draft| draft.raw.kbt_payload = Some(whole.clone())).refused(), CborForbidden);
    let disclosed = Draft::with(|draft| draft.redact(&[&hex("83 50")[..], &[1; 16], &whole, &hex("19 01f5")].concat()));
    assert_eq!(disclosed.refused(), CborForbidden);
}

/// CWT-E-019: as long as the hash that sd_alg names makes it, in maps and in arrays.
#[test]
fn digests_have_the_length_of_their_hash() {
    for (alg, right) in [(None, 32), (Some(-16), 32), (Some(-43), 48), (Some(-44), 64)] {
        for length in [0, 16, 31, 32, 33, 48, 64] {
            let expected = if length == right { None } else { Some(Structure) };
            let with = |change: fn(&mut Draft, Vec<u8>)| {
                Draft::with(|draft| {
                    take(&mut draft.protected, 170);
                    alg.inspect(|alg| put(&mut draft.protected, 170, Value::Int(*alg)));
                    change(draft, vec![7; length]);
                })
            };
            let in_map = with(|draft, digest| draft.claims.redacted.push(digest.into()));
            assert_eq!(in_map.verify().err(), expected, "{alg:?} {length} in a map");
            let in_array = with(|draft, digest| put(&mut draft.claims, 501, array(vec![Value::Redacted(digest.into())])));
            assert_eq!(in_array.verify().err(), expected, "{alg:?} {length} in an array");
        }
    }
    // Inside a disclosure too.
    let short = DIGEST.replace("5820 01", "581f");
    let entries = [format!("f8 3b 81 {short}"), format!("19 270f 81 d8 3c {short}")];
    refuse(&CLAIMS, &entries.each_ref().map(|entry| (entry.as_str(), Structure)));
}

/// CWT-E-020: what is for the Issuer only never arrives.
#[test]
fn marks_of_pre_issuance_are_refused() {
    refuse(
        &all(),
        &[
            ("d8 3a 19 270f 00", CborForbidden),
            ("d8 3a 61 61 00", CborForbidden),
            ("d8 3e 01 f6", CborForbidden),
            ("19 270f d8 3a 00", CborForbidden),
            ("19 270f 81 d8 3a 61 78", CborForbidden),
            ("19 270f 81 d8 3e 01", CborForbidden),
            ("19 270f d8 3e 01", CborForbidden),
            ("19 270f c1 d9 003a 00", CborForbidden),
        ],
    );
    // Tag 59 was the key of redacted claims once, tag 61 that of a decoy.
    refuse(&CLAIMS, &[("d8 3b 01 80", CborForbidden), ("d8 3d 01 f6", CborForbidden)]);
    // The whole payload.
    let whole = |tag: &str| Draft::with(|draft| draft.raw.payload = Some([hex(tag), draft.payload()].concat()));
    assert_eq!(whole("d8 3a").refused(), CborForbidden);
    assert_eq!(whole("d8 3e").refused(), CborForbidden);
    assert_eq!(whole("d8 3d").refused(), Structure);
}

/// CWT-E-022: other tags are walked through, whatever their number.
#[test]
fn tags_are_walked_through() {
    accept_all(&all(), &["19 270f c4 82 21 19 6ab3", "19 270f d9 d9f7 a1 00 c1 00", "19 270f db ffffffffffffffff 80"]);
    let draft = Draft::with(|draft| {
        let digest = draft.disclose(&content(1, &[Value::from("x")]));
        put(&mut draft.claims, 505, Value::Tag(4, Box::new(array(vec![Value::Int(-2), digest]))));
    });
    let expected = Value::Tag(4, Box::new(array(vec![Value::Int(-2), Value::from("x")])));
    assert_eq!(draft.verify().unwrap().int(505), Some(&expected));
    assert!(draft.accept().is_ok());
    // The same without the digest for it, or with that of something else.
    for element in [Value::Int(27315), Value::Redacted(vec![7; 32].into())] {
        let mut stray = draft.clone();
        put(&mut stray.claims, 505, Value::Tag(4, Box::new(array(vec![Value::Int(-2), element]))));
        assert_eq!(stray.refused(), Code::DisclosureUnmatched);
    }
}
