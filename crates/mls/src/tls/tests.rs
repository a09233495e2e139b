use mimicred_error::{At, Report};
use proptest::prelude::*;
use tls_codec::{DeserializeBytes, SerializeBytes, VLBytes};

use super::{Reader, Writer};
use crate::error::{Code, Error};

fn vector(octets: &[u8]) -> Result<Vec<u8>, Code> {
    let mut reader = Reader::new(octets);
    let content = reader.vector(1 << 20).map_err(|error| error.code())?.to_vec();
    reader.finish().map_err(|error| error.code())?;
    Ok(content)
}

#[test]
fn lengths_have_one_spelling() {
    assert_eq!(vector(&[0x00]), Ok(vec![]));
    assert_eq!(vector(&[0x02, 7, 8]), Ok(vec![7, 8]));
    // 2 written in two octets, 64 in four: RFC 9420 2.1.2 wants the shortest.
    assert_eq!(vector(&[0x40, 0x02, 7, 8]), Err(Code::LengthNotMinimal));
    assert_eq!(vector(&[0x80, 0x00, 0x00, 0x02, 7, 8]), Err(Code::LengthNotMinimal));
    assert_eq!(vector(&[0x40, 0x3f]), Err(Code::LengthNotMinimal));
    assert_eq!(vector(&[0x80, 0x00, 0x3f, 0xff]), Err(Code::LengthNotMinimal));
    // The smallest lengths that do need two and four octets.
    assert_eq!(vector(&[&[0x40, 0x40][..], &[9; 64]].concat()), Ok(vec![9; 64]));
    assert_eq!(vector(&[&[0x80, 0x00, 0x40, 0x00][..], &[9; 0x4000]].concat()), Ok(vec![9; 0x4000]));
}

#[test]
fn prefix_11_is_refused() {
    // The 8-octet lengths of RFC 9000, which RFC 9420 does not have.
    assert_eq!(vector(&[0xc0, 0, 0, 0, 0x40, 0, 0, 0]), Err(Code::LengthPrefix));
    assert_eq!(vector(&[0xc0, 0, 0, 0, 0, 0, 0, 1, 9]), Err(Code::LengthPrefix));
    assert_eq!(vector(&[0xff]), Err(Code::LengthPrefix));
}

#[test]
fn truncation_trailing_octets_and_limits_are_told_apart() {
    assert_eq!(vector(&[]), Err(Code::Truncated));
    assert_eq!(vector(&[0x03, 1, 2]), Err(Code::Truncated));
    assert_eq!(vector(&[0x40]), Err(Code::Truncated));
    assert_eq!(vector(&[0x80, 0, 0]), Err(Code::Truncated));
    assert_eq!(vector(&[0x01, 1, 2]), Err(Code::TrailingOctets));
    let mut reader = Reader::new(&[0x03, 1, 2, 3]);
    assert_eq!(reader.vector(2).unwrap_err().code(), Code::Limit);
    for take in 0..8 {
        assert_eq!(Reader::new(&[1; 7][..take.min(7)]).u64().unwrap_err().code(), Code::Truncated);
    }
}

#[test]
fn flags_are_0_or_1() {
    assert!(!Reader::new(&[0]).flag().unwrap());
    assert!(Reader::new(&[1]).flag().unwrap());
    let error = Reader::new(&[2]).flag().unwrap_err();
    assert_eq!(error.code(), Code::FlagInvalid);
    assert_eq!(error.place(), &At::Offset(0));
    let read = |reader: &mut Reader<'_>| reader.u8();
    assert_eq!(Reader::new(&[0]).optional::<_, Error>(read).unwrap(), None);
    assert_eq!(Reader::new(&[1, 5]).optional::<_, Error>(read).unwrap(), Some(5));
    assert_eq!(Reader::new(&[3, 5]).optional::<_, Error>(read).unwrap_err().code(), Code::FlagInvalid);
}

#[test]
fn lists_are_bounded_in_octets_and_in_number() {
    let octets = Writer::new().list([1u16, 2, 3], Writer::u16).finish().unwrap();
    assert_eq!(octets, [6, 0, 1, 0, 2, 0, 3]);
    let read = |limit, count| Reader::new(&octets).list::<_, Error>(limit, count, Reader::u16).map_err(|error| error.code());
    assert_eq!(read(6, 3), Ok(vec![1, 2, 3]));
    assert_eq!(read(5, 3), Err(Code::Limit));
    assert_eq!(read(6, 2), Err(Code::Limit));
    // The last element is cut by the end of the vector, not by the end of the input.
    let error = Reader::new(&[3, 0, 1, 0, 2]).list::<_, Error>(9, 9, Reader::u16).unwrap_err();
    assert_eq!((error.code(), error.place()), (Code::Truncated, &At::Offset(3)));
}

#[test]
fn text_is_utf8() {
    assert_eq!(Reader::new(&[2, 0xc3, 0xa9]).text(9).unwrap(), "é");
    assert_eq!(Reader::new(&[1, 0xc3]).text(9).unwrap_err().code(), Code::TextInvalid);
}

#[test]
fn integers_are_big_endian() {
    let octets = Writer::new().u8(1).u16(2).u32(3).u64(4).finish().unwrap();
    assert_eq!(octets, [1, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4]);
    let mut reader = Reader::new(&octets);
    assert_eq!((reader.u8().unwrap(), reader.u16().unwrap(), reader.u32().unwrap(), reader.u64().unwrap()), (1, 2, 3, 4));
    assert_eq!(reader.offset(), 15);
    reader.finish().unwrap();
}

#[test]
fn optional_values_are_written_with_their_octet() {
    assert_eq!(Writer::new().optional(None::<u16>, Writer::u16).optional(Some(7), Writer::u16).finish().unwrap(), [0, 1, 0, 7]);
}

proptest! {
    /// `tls_codec` writes the same octets.
    #[test]
    fn vectors_are_written_as_tls_codec_writes_them(content in prop::collection::vec(any::<u8>(), 0..70).prop_union(prop::collection::vec(any::<u8>(), 16380..16390))) {
        let ours = Writer::new().vector(&content).finish().unwrap();
        let theirs = VLBytes::from(content.clone()).tls_serialize_bytes().unwrap();
        prop_assert_eq!(&ours, &theirs);
        prop_assert_eq!(vector(&ours), Ok(content));
    }

    /// What we accept, `tls_codec` reads alike.
    #[test]
    fn what_is_accepted_is_read_alike(octets in prop::collection::vec(any::<u8>(), 0..80)) {
        let mut reader = Reader::new(&octets);
        if let Ok(content) = reader.vector(1 << 20) {
            let (theirs, rest) = VLBytes::tls_deserialize_bytes(&octets).unwrap();
            prop_assert_eq!(content, theirs.as_slice());
            prop_assert_eq!(reader.remaining(), rest);
        }
    }
}
