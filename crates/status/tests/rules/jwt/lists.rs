//! The list in a token (JWT-S-004, JWT-S-005, JWT-S-008).

use mimicred_error::{At, Report};
use mimicred_status::{Bits, Code, Limits, StatusList, StatusValue, UnverifiedStatusListJwt};

use super::drafts::*;

fn code(status_list: &str) -> Result<(), Code> {
    Draft::good().with("status_list", status_list).code()
}

/// JWT-S-004: 16 entries of 1 bit, the octets b9 a3.
#[test]
fn the_drafts_list_of_1_bit() {
    let list = Draft::good().with("status_list", r#"{"bits":1,"lst":"eNrbuRgAAhcBXQ"}"#).verify().unwrap();
    assert_eq!(list.token().list().as_octets(), [0xb9, 0xa3]);
    assert_eq!(list.token().list().bits(), Bits::One);
    assert_eq!(list.token().aggregation_uri(), None);
}

/// JWT-S-005: 12 entries of 2 bits in the octets c9 44 f9, the low bits first. Read from the high bits, they would begin 3, 0, 2, 1.
#[test]
fn the_drafts_list_of_2_bits() {
    let list = Draft::good().with("status_list", r#"{"bits":2,"lst":"eNo76fITAAPfAgc"}"#).verify().unwrap();
    let list = list.token().list();
    assert_eq!(list.as_octets(), [0xc9, 0x44, 0xf9]);
    let values: Vec<u8> = (0..list.len()).map(|index| list.get(index).unwrap().number()).collect();
    assert_eq!(values, [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]);
}

/// JWT-S-004: `bits` is 1, 2, 4 or 8.
#[test]
fn there_are_four_sizes_of_entries() {
    for (number, expected) in [(1, Bits::One), (2, Bits::Two), (4, Bits::Four), (8, Bits::Eight)] {
        let list = Draft::good().with("status_list", &format!(r#"{{"lst":"eNrbuRgAAhcBXQ","bits":{number}}}"#)).verify().unwrap();
        assert_eq!(list.token().list().bits(), expected);
    }
    for bits in ["3", "0", "16", "-1", "1.0", "1e0", "\"1\"", "true", "null"] {
        let error = Draft::good().with("status_list", &format!(r#"{{"bits":{bits},"lst":"eNrbuRgAAhcBXQ"}}"#)).verify();
        let error = error.unwrap_err();
        assert_eq!((error.code(), error.place()), (Code::Malformed, &At::Field("bits".into())), "{bits}");
    }
    assert_eq!(code(r#"{"lst":"eNrbuRgAAhcBXQ"}"#), Err(Code::Malformed));
}

/// JWT-S-004: `lst` is base64url without padding, in its one spelling.
#[test]
fn a_list_is_strict_base64url() {
    let lst = |json: &str| Draft::good().with("status_list", &format!(r#"{{"bits":1,"lst":{json}}}"#)).verify();
    assert!(lst(r#""eNrbuRgAAhcBXQ""#).is_ok());
    for bad in [
        r#""eNrbuRgAAhcBXQ==""#,
        r#""eNrbuRgAAhcBXR""#,
        r#""eNrbuRgAAhcBX""#,
        r#""eNrb uRgAAhcBXQ""#,
        r#""eNrbuRgAAhcBXQ\n""#,
        r#""eNrb+RgAAhcBXQ""#,
        r#""eNrb/RgAAhcBXQ""#,
        "1",
        "null",
        "[120,218]",
    ] {
        let error = lst(bad).unwrap_err();
        assert_eq!((error.code(), error.place()), (Code::Malformed, &At::Field("lst".into())), "{bad}");
    }
    assert_eq!(code(r#"{"bits":1}"#), Err(Code::Malformed));
    // The alphabet of base64url has - and _, of which some list of one octet has one.
    let urlsafe = (0..=255_u8).map(|octet| StatusList::from_octets(Bits::Eight, [octet]).compress());
    let urlsafe = urlsafe.map(|compressed| status_list(Bits::Eight, &compressed)).filter(|list| list.contains(['-', '_']));
    assert!(urlsafe.map(|list| assert_eq!(code(&list), Ok(()), "{list}")).count() > 0);
}

/// JWT-S-004: DEFLATE in ZLIB framing, with nothing behind it.
#[test]
fn a_list_is_compressed_in_zlib_framing() {
    assert_eq!(code(&status_list(Bits::One, &hex("78dadbb918000217015d"))), Ok(()));
    for (octets, what) in [
        ("dbb91800", "raw DEFLATE"),
        ("b9a3", "not compressed at all"),
        ("1f8b0800000000000203dbb9180021e6c69d02000000", "gzip"),
        ("78dadbb918000217015e", "another checksum"),
        ("78dadbb918000217015d00", "something behind it"),
        ("", "nothing"),
    ] {
        assert_eq!(code(&status_list(Bits::One, &hex(octets))), Err(Code::Compression), "{what}");
    }
}

/// JWT-S-004: `aggregation_uri`, and what is not known.
#[test]
fn a_list_may_say_where_all_lists_are() {
    let list = r#"{"bits":1,"lst":"eNrbuRgAAhcBXQ","aggregation_uri":"https://a.example/all","more":null}"#;
    let list = Draft::good().with("status_list", list).verify().unwrap();
    assert_eq!(list.token().aggregation_uri(), Some("https://a.example/all"));
    assert_eq!(code(r#"{"bits":1,"lst":"eNrbuRgAAhcBXQ","aggregation_uri":1}"#), Err(Code::Malformed));
}

/// JWT-S-008: 2^20 entries are read, and no more octets than the limit lets.
#[test]
fn what_is_decompressed_is_bounded() {
    let mut long = StatusList::new(Bits::One, 1 << 20);
    long.set(1_000_345, StatusValue::INVALID).unwrap();
    let token = Draft::good().with("status_list", &status_list(Bits::One, &long.compress())).sign(&key(1));
    assert_eq!(*verify(&token).unwrap().token().list(), long);
    let inspect = |list| {
        let received = UnverifiedStatusListJwt::parse(&token).unwrap();
        received.inspect(&Limits { list, ..Limits::DEFAULT }).map(drop).map_err(|error| error.code())
    };
    assert_eq!(inspect((1 << 20) / 8), Ok(()));
    assert_eq!(inspect((1 << 20) / 8 - 1), Err(Code::Limit));
    // A bomb: 64 MiB in 64 KiB.
    let bomb = StatusList::new(Bits::Eight, 1 << 26).compress();
    assert_eq!(code(&status_list(Bits::One, &bomb)), Err(Code::Limit));
}

/// JWT-S-008: a bomb is not lit for who is not trusted, or for another list.
#[test]
fn a_list_is_decompressed_last() {
    let bomb = status_list(Bits::One, &StatusList::new(Bits::Eight, 1 << 26).compress());
    let draft = Draft::good().with("status_list", &bomb);
    assert_eq!(verify(&draft.sign(&key(2))).unwrap_err().code(), Code::Signature);
    assert_eq!(draft.clone().with("sub", "\"x:y\"").code(), Err(Code::Subject));
    assert_eq!(draft.with("exp", "1790000000").code(), Err(Code::Expired));
}

/// JWT-S-008: the token itself is bounded before anything of it is decoded.
#[test]
fn a_token_is_bounded() {
    let token = Draft::good().sign(&key(1));
    let parse =
        |token: &str, size| UnverifiedStatusListJwt::parse_within(token, &Limits { token: size, ..Limits::DEFAULT }).map(drop);
    assert!(parse(&token, token.len()).is_ok());
    assert_eq!(parse(&token, token.len() - 1).unwrap_err().code(), Code::Limit);
    assert_eq!(parse("not even a token", 10).unwrap_err().code(), Code::Limit);
    // Depth.
    let deep = format!("{}{}", "[".repeat(40), "]".repeat(40));
    assert_eq!(Draft::good().with("more", &deep).code(), Err(Code::Limit));
}
