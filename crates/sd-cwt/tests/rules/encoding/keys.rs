//! Keys of maps, simple values and text.

use mimicred_sd_cwt::Code;

use super::layers::*;
use crate::tokens::*;

use Code::{CborForbidden, CborMalformed};

/// CWT-E-002: inside every map; what holds the maps is tested with the envelope.
#[test]
fn no_value_and_no_key_has_an_indefinite_length() {
    let values = ["5f 41 00 ff", "5f ff", "7f 61 61 ff", "9f 00 ff", "9f ff", "bf 00 00 ff", "bf ff", "81 9f ff", "c1 9f ff"];
    let values = values.map(|value| format!("19 270f {value}"));
    let mut entries: Vec<_> = values.iter().map(|entry| (entry.as_str(), CborForbidden)).collect();
    entries.push(("7f 61 61 ff 00", CborForbidden));
    refuse(&all(), &entries);
    accept_all(&all(), &["19 270f 41 00", "19 270f 61 61", "19 270f 81 00", "19 270f a1 00 00", "61 61 00"]);
}

/// CWT-E-010: in every map there is; two spellings of a key are one key.
#[test]
fn no_map_repeats_a_key() {
    refuse(
        &all(),
        &[
            ("19 270f 00; 19 270f 00", CborMalformed),
            ("19 270f 00; 1a 0000270f 00", CborMalformed),
            ("38 63 00; 39 0063 00", CborMalformed),
            ("61 61 00; 61 61 00", CborMalformed),
            ("61 61 00; 78 01 61 00", CborMalformed),
        ],
    );
    accept_all(&all(), &["19 270f 00; 39 270f 00", "61 61 00; 62 61 61 00"]);
    refuse(&CLAIMS, &[("f8 3b 80; f8 3b 80", CborMalformed)]);
    // Of the labels whose values are kept as they are, too.
    for raw in ["a2 11 81 40 11 81 40", "a2 11 81 40 18 11 81 40"] {
        assert_eq!(Draft::with(|draft| draft.raw.unprotected = Some(hex(raw))).refused(), CborMalformed, "{raw}");
    }
    let twice = Draft::with(|draft| {
        let once = with_raw_entry(&draft.kbt_protected, 13, Some(&draft.token()));
        draft.raw.kbt_protected = Some([&[once[0] + 1], &once[1..], &[13], &draft.token()[..]].concat());
    });
    assert_eq!(twice.refused(), CborMalformed);
    // In the COSE_Key of cnf, {1: 1, ..} becomes {1: 1, 1: 1, ..}.
    let cose_key = Draft::with(|draft| {
        let payload = draft.payload();
        let at = payload.windows(3).position(|window| window == [0xa3, 0x01, 0x01]).unwrap();
        draft.raw.payload = Some([&payload[..at], &[0xa4, 0x01, 0x01, 0x01, 0x01], &payload[at + 3..]].concat());
    });
    assert_eq!(cose_key.refused(), CborMalformed);
}

/// CWT-E-012: outside of claims a key is a number or text, at every depth.
#[test]
fn keys_of_headers_and_of_the_kbt_are_plain() {
    let keys =
        ["41 01", "40", "f9 3c00", "fa 3f800000", "f6", "f7", "f5", "80", "a0", "c1 01", "d8 3c 41 01", "e0", "f8 3b", "f8 3c"];
    let entries = keys.map(|key| format!("{key} 80"));
    refuse(&PLAIN, &entries.each_ref().map(|entry| (entry.as_str(), CborForbidden)));
    accept_all(&PLAIN, &["19 270f a2 20 00 61 61 a1 6162 81 01"]);
}

/// CWT-E-013: in claims simple(59) is a key besides, and nothing else is.
#[test]
fn keys_of_claims_are_plain_or_simple_59() {
    let keys =
        ["41 01", "40", "f9 3e00", "fb 3ff8000000000000", "f6", "f7", "f5", "80", "a0", "c1 01", "e0", "f8 3a", "f8 3c", "f8 ff"];
    let entries = keys.map(|key| format!("{key} 80"));
    refuse(&CLAIMS, &entries.each_ref().map(|entry| (entry.as_str(), CborForbidden)));
    accept_all(&CLAIMS, &["f8 3b 80", "19 270f a1 f8 3b 80", "19 270f a2 20 00 61 61 a1 6162 81 01"]);
}

/// CWT-E-014, CWT-E-015: a text key has 1 to 255 octets, whatever its letters are.
#[test]
fn text_keys_have_1_to_255_octets() {
    let key = |unit: &str, times: usize| format!("79 {:04x} {} 00", unit.len() / 2 * times, unit.repeat(times));
    let (short, shortest) = (key("61", 255), key("c3bc", 127));
    accept_all(&all(), &[&short, &shortest, "61 61 00"]);
    let (long, longer) = (key("61", 256), key("c3bc", 128));
    refuse(&all(), &[(&long, CborForbidden), (&longer, CborForbidden), ("60 00", CborForbidden), ("78 00 00", CborForbidden)]);
}

/// CWT-E-016: all of the major types 0 and 1, and no bignum.
#[test]
fn number_keys_are_plain_integers() {
    accept_all(&all(), &["1b ffffffffffffffff 00", "3b ffffffffffffffff 00", "1b 00000000000003e8 00"]);
    refuse(
        &all(),
        &[("c2 41 01 00", CborForbidden), ("c3 41 01 00", CborForbidden), ("c2 49 010000000000000000 00", CborForbidden)],
    );
}

/// CWT-E-021: no tag upon a tag in a key, and not even one.
#[test]
fn keys_have_no_tags() {
    let keys = ["d8 3a d8 3a 01", "d8 3a d8 3e 01", "d8 3e d8 3a 01", "c1 c1 01", "d8 3a 01", "d8 3d 61 61"];
    let entries = keys.map(|key| format!("{key} 00"));
    refuse(&all(), &entries.each_ref().map(|entry| (entry.as_str(), CborForbidden)));
}

/// CWT-E-023: unassigned simple values are values; what is too long or too small for its form is not CBOR.
#[test]
fn simple_values_are_well_formed() {
    let values = ["f4", "f5", "f6", "f7", "e0", "f3", "f8 20", "f8 3a", "f8 3c", "f8 64", "f8 ff"];
    let entries = values.map(|value| format!("19 270f {value}"));
    accept_all(&all(), &entries.each_ref().map(String::as_str));
    let values = ["f8 00", "f8 14", "f8 16", "f8 18", "f8 1f", "fc", "fd", "fe", "ff"];
    let entries = values.map(|value| format!("19 270f {value}"));
    refuse(&all(), &entries.each_ref().map(|entry| (entry.as_str(), CborMalformed)));
    refuse(&all(), &[("f8 18 00", CborMalformed)]);
}

/// CWT-E-028: in values and keys.
#[test]
fn text_is_utf_8() {
    let texts = ["62 c328", "61 80", "63 eda080", "64 f4908080", "62 c080"];
    let entries = texts.map(|text| [format!("19 270f {text}"), format!("{text} 00"), format!("19 270f 81 {text}")]).concat();
    refuse(&all(), &entries.iter().map(|entry| (entry.as_str(), CborMalformed)).collect::<Vec<_>>());
    accept_all(&all(), &["62 c3bc 64 f09f98b8"]);
}
