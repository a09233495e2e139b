//! Packing and compression (CWT-S-006 to CWT-S-008, CWT-S-011). The draft's lists are known here by their entries, and the long ones
//! by the checksum at the end of their compressed form, which depends on each octet.

use mimicred_status::{Bits, Code, Limits, StatusList, StatusValue};

use crate::drafts::hex;

fn values(list: &StatusList) -> Vec<u8> {
    (0..list.len()).map(|index| list.get(index).unwrap().number()).collect()
}

fn decompress(compressed: &[u8], octets: usize) -> Result<StatusList, Code> {
    let limits = Limits { list: octets, ..Limits::DEFAULT };
    StatusList::decompress(Bits::Eight, compressed, &limits).map_err(|error| error.code())
}

/// CWT-S-007: 16 entries of 1 bit, the octets b9 a3.
#[test]
fn the_drafts_list_of_1_bit() {
    let list = StatusList::decompress(Bits::One, &hex("78dadbb918000217015d"), &Limits::DEFAULT).unwrap();
    assert_eq!(list.as_octets(), [0xb9, 0xa3]);
    let set: Vec<u64> = (0..16).filter(|index| list.get(*index) == Some(StatusValue::INVALID)).collect();
    assert_eq!(set, [0, 3, 4, 5, 7, 8, 9, 13, 15]);

    let mut made = StatusList::new(Bits::One, 16);
    for index in set {
        made.set(index, StatusValue::INVALID).unwrap();
    }
    assert_eq!(made, list);
}

/// CWT-S-007: 12 entries of 2 bits, the octets c9 44 f9.
#[test]
fn the_drafts_list_of_2_bits() {
    let list = StatusList::decompress(Bits::Two, &hex("78da3be9f2130003df0207"), &Limits::DEFAULT).unwrap();
    assert_eq!(list.as_octets(), [0xc9, 0x44, 0xf9]);
    let expected = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3];
    assert_eq!(values(&list), expected);

    let mut made = StatusList::new(Bits::Two, 12);
    for (index, value) in (0..).zip(expected) {
        made.set(index, StatusValue::new(value)).unwrap();
    }
    assert_eq!(made, list);
}

/// CWT-S-007 on the draft's lists of 2^20 entries; CWT-S-011: so many are read. The last four octets of a ZLIB stream are the Adler-32
/// of what was compressed, and those of the draft's lists end with the numbers given here.
#[test]
fn the_drafts_long_lists() {
    let one = [0, 1993, 25460, 159_495, 495_669, 554_353, 645_645, 723_232, 854_545, 934_534, 1_000_345].map(|index| (index, 1));
    let twos = [1, 2, 1, 3, 1, 1, 2, 1, 1, 2, 3];
    let two: Vec<(u64, u8)> = one.iter().zip(twos).map(|((index, _), value)| (*index, value)).collect();
    let fours = [
        0, 1993, 35460, 459_495, 595_669, 754_353, 845_645, 923_232, 924_445, 934_534, 1_004_534, 1_000_345, 1_030_203,
        1_030_204, 1_030_205,
    ];
    let four: Vec<(u64, u8)> = fours.into_iter().zip(1..).collect();
    let cases = [(Bits::One, one.to_vec(), 0x0bd8_011b_u32), (Bits::Two, two, 0xcd60_010c), (Bits::Four, four, 0xdc4c_04c0)];
    for (bits, entries, checksum) in cases {
        let mut list = StatusList::new(bits, 1 << 20);
        for (index, value) in &entries {
            list.set(*index, StatusValue::new(*value)).unwrap();
        }
        assert_eq!(list.len(), 1 << 20);
        let compressed = list.compress();
        assert_eq!(compressed[compressed.len() - 4..], checksum.to_be_bytes(), "{bits:?}");
        let again = StatusList::decompress(bits, &compressed, &Limits::DEFAULT).unwrap();
        assert_eq!(again, list);
        for (index, value) in entries {
            assert_eq!(again.get(index), Some(StatusValue::new(value)), "{bits:?} {index}");
        }
    }
}

/// CWT-S-007: entry i of 4 and 8 bits, by hand.
#[test]
fn entries_start_at_the_low_bits() {
    assert_eq!(values(&StatusList::from_octets(Bits::Four, [0xe3, 0x0f])), [3, 14, 15, 0]);
    assert_eq!(values(&StatusList::from_octets(Bits::Eight, [0xe3, 0x0f])), [0xe3, 0x0f]);
    let mut list = StatusList::from_octets(Bits::Four, [0xff, 0xff]);
    list.set(2, StatusValue::new(0)).unwrap();
    assert_eq!(list.as_octets(), [0xff, 0xf0]);
    list.set(1, StatusValue::new(5)).unwrap();
    assert_eq!(list.as_octets(), [0x5f, 0xf0]);
}

/// CWT-S-008: the last entry is there, the next is not. A list has whole octets.
#[test]
fn a_list_ends() {
    for (bits, entries, len) in
        [(Bits::One, 9, 16), (Bits::Two, 9, 12), (Bits::Four, 9, 10), (Bits::Eight, 9, 9), (Bits::One, 0, 0)]
    {
        let mut list = StatusList::new(bits, entries);
        assert_eq!((list.len(), list.is_empty()), (len, len == 0));
        if let Some(last) = len.checked_sub(1) {
            assert_eq!(list.get(last), Some(StatusValue::VALID));
            assert!(list.set(last, StatusValue::INVALID).is_ok());
        }
        for beyond in [len, len + 1, u64::MAX] {
            assert_eq!(list.get(beyond), None);
            assert_eq!(list.set(beyond, StatusValue::VALID).unwrap_err().code(), Code::Entry);
        }
    }
}

/// A value that the bits cannot hold would change the entries beside it.
#[test]
fn an_entry_takes_what_its_bits_can_hold() {
    for (bits, largest) in [(Bits::One, 1), (Bits::Two, 3), (Bits::Four, 15)] {
        let mut list = StatusList::new(bits, 8);
        assert!(list.set(0, StatusValue::new(largest)).is_ok());
        assert_eq!(list.set(0, StatusValue::new(largest + 1)).unwrap_err().code(), Code::Entry);
    }
    assert!(StatusList::new(Bits::Eight, 8).set(0, StatusValue::new(255)).is_ok());
}

/// CWT-S-006: there are four sizes.
#[test]
fn there_are_four_sizes_of_entries() {
    let sizes: Vec<i128> = (-1..=300).filter(|number| Bits::from_number(*number).is_some()).collect();
    assert_eq!(sizes, [1, 2, 4, 8]);
    assert_eq!(Bits::ALL.map(Bits::number), [1, 2, 4, 8]);
}

#[test]
fn values_are_counted() {
    let counts = |bits, octets: &[u8]| {
        let counted = StatusList::from_octets(bits, octets).counts();
        counted.into_iter().map(|(value, count)| (value.number(), count)).collect::<Vec<_>>()
    };
    assert_eq!(counts(Bits::Two, &[0xc9, 0x44, 0xf9]), [(0, 3), (1, 4), (2, 2), (3, 3)]);
    assert_eq!(counts(Bits::Four, &[0xe3, 0x3f]), [(3, 2), (14, 1), (15, 1)]);
    assert_eq!(counts(Bits::Eight, &[7, 0, 7]), [(0, 1), (7, 2)]);
    assert_eq!(counts(Bits::One, &[]), []);
}

/// CWT-S-007: any way to write DEFLATE is read, as long as the framing is that of ZLIB. The first is a stored block written by hand:
/// header, last block, length 2 and its complement, the octets, and their Adler-32.
#[test]
fn zlib_framing_is_read_at_any_level() {
    for compressed in [
        "7801 01 0200fdff b9a3 0217015d",
        "7801 dbb918000217015d",
        "785e dbb918000217015d",
        "789c dbb918000217015d",
        "78da dbb918000217015d",
        // A smaller window: CINFO 0 to 6.
        "0899 dbb918000217015d",
        "6881 dbb918000217015d",
    ] {
        assert_eq!(decompress(&hex(compressed), 2).unwrap().as_octets(), [0xb9, 0xa3], "{compressed}");
    }
    // Nothing, compressed: Adler-32 is 1.
    assert!(decompress(&hex("789c 0300 00000001"), 0).unwrap().is_empty());
}

/// CWT-S-007.
#[test]
fn other_framings_and_damage_are_refused() {
    for (compressed, what) in [
        ("", "nothing"),
        ("b9a3", "not compressed at all"),
        ("dbb91800", "raw DEFLATE"),
        ("1f8b0800000000000203dbb9180021e6c69d02000000", "gzip"),
        ("78da", "a header alone"),
        ("78dadbb9", "cut off in the data"),
        ("78dadbb9180002170 15", "cut off in the checksum"),
        ("78dadbb918000217015e", "another checksum"),
        ("78dbdbb918000217015d", "a header with wrong check bits"),
        ("7918dbb918000217015d", "another method of compression"),
        ("8898dbb918000217015d", "a window that is too large"),
        ("78f9 0217015d dbb918000217015d", "a preset dictionary"),
        ("78dadbb918000217015d00", "something behind it"),
        ("78dadbb918000217015d 78dadbb918000217015d", "twice"),
        ("78da 07", "a reserved type of block"),
    ] {
        assert_eq!(decompress(&hex(compressed), 1024), Err(Code::Compression), "{what}");
    }
}

/// CWT-S-011: to the octet, for a list of any size and however well it compresses.
#[test]
fn what_is_decompressed_is_bounded() {
    for octets in [1, 2, 1023, 1024, 1025, 100_000, 1 << 20] {
        let compressed = StatusList::from_octets(Bits::Eight, vec![0xa5; octets]).compress();
        assert_eq!(decompress(&compressed, octets).unwrap().as_octets().len(), octets);
        assert_eq!(decompress(&compressed, octets + 1).unwrap().as_octets().len(), octets);
        assert_eq!(decompress(&compressed, octets - 1), Err(Code::Limit), "{octets}");
    }
    // A bomb: 64 MiB in 64 KiB.
    let bomb = StatusList::new(Bits::Eight, 1 << 26).compress();
    assert!(bomb.len() < 70_000, "{}", bomb.len());
    let refused = StatusList::decompress(Bits::One, &bomb, &Limits::DEFAULT);
    assert_eq!(refused.unwrap_err().code(), Code::Limit);
    assert_eq!(decompress(&hex("78dadbb918000217015d"), 0), Err(Code::Limit));
}
