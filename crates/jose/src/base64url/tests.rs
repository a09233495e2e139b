use proptest::prelude::*;

use super::*;

const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

#[test]
fn rfc_4648_section_10() {
    let pairs =
        [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"), ("foobar", "Zm9vYmFy")];
    for (octets, text) in pairs {
        assert_eq!(encode(octets.as_bytes()), text);
        assert_eq!(decode(text).unwrap(), octets.as_bytes());
    }
    // RFC 7515 appendix C.
    assert_eq!(encode(&[3, 236, 255, 224, 193]), "A-z_4ME");
}

/// JWT-E-005: alphabet, padding, whitespace, length, trailing bits.
#[test]
fn refuses_every_other_spelling() {
    let offset = |text: &str| {
        let error = decode(text).unwrap_err();
        assert_eq!(error.code(), Code::B64Malformed, "{text}");
        mimicred_error::Report::place(&error).clone()
    };
    assert_eq!(offset("Zg=="), At::Offset(2));
    assert_eq!(offset("Zm8="), At::Offset(3));
    assert_eq!(offset("A+z_4ME"), At::Offset(1));
    assert_eq!(offset("A-z/4ME"), At::Offset(3));
    assert_eq!(offset("Zm9v\n"), At::Offset(4));
    assert_eq!(offset(" Zm9v"), At::Offset(0));
    assert_eq!(offset("Zm9v.Zm9"), At::Offset(4));
    assert_eq!(offset("Zm9vY"), At::Offset(5));
    assert_eq!(offset("Zm9é"), At::Offset(3));
    // The last character of WyJhIl0 altered.
    assert!(decode("WyJhIl0").is_ok());
    assert_eq!(offset("WyJhIl1"), At::Offset(6));
    assert_eq!(offset("Zh"), At::Offset(1));
}

/// JWT-E-005: of the 64 last characters, those with zero spare bits are read: 4 with four spare bits, 16 with two.
#[test]
fn spare_bits_are_zero() {
    let read = |prefix: &str| {
        let last = ALPHABET.chars();
        last.filter(|last| decode(&format!("{prefix}{last}")).is_ok()).collect::<String>()
    };
    assert_eq!(read("Z"), "AQgw");
    assert_eq!(read("Zm"), "AEIMQUYcgkosw048");
    assert_eq!(read("Zm9").len(), 64);
}

#[test]
fn standard_base64_needs_its_padding() {
    assert_eq!(decode_standard("Zg==").unwrap(), b"f");
    assert_eq!(decode_standard("Zm8=").unwrap(), b"fo");
    assert_eq!(decode_standard("Zm9v").unwrap(), b"foo");
    assert_eq!(decode_standard("+/8=").unwrap(), [0xfb, 0xff]);
    for bad in ["Zg", "Zg=", "Zm9vZ===", "-_8=", "Zm9v====", "Zh==", "Z===", "===="] {
        assert!(decode_standard(bad).is_err(), "{bad}");
    }
}

/// RFC 4648 section 10 again, and every length up to that of SHA-512; one, and more than are encoded at a time.
#[test]
fn many_of_one_length_are_encoded_as_each_alone() {
    fn check<const N: usize>() {
        for count in [0, 1, 31, 32, 33, 100] {
            let items: Vec<[u8; N]> =
                (0..count).map(|n: usize| std::array::from_fn(|i| (n * 31 + i * 7).to_le_bytes()[0])).collect();
            let mut texts = Vec::new();
            encode_each(items.iter().copied(), |text| texts.push(text.to_vec()));
            assert_eq!(texts, items.iter().map(|item| encode_ascii(item)).collect::<Vec<_>>());
        }
    }
    let mut texts = Vec::new();
    encode_each([*b"foob", *b"ooba"], |text| texts.push(String::from_utf8(text.to_vec()).unwrap()));
    assert_eq!(texts, ["Zm9vYg", "b29iYQ"]);
    check::<1>();
    check::<2>();
    check::<3>();
    check::<16>();
    check::<32>();
    check::<48>();
    check::<64>();
    check::<2000>();
}

/// Where processors take many characters at a time, and where they leave the rest to another way: every length, and in texts of many
/// characters a foreign one at each place.
#[test]
fn long_texts_are_read_as_strictly() {
    let octets: Vec<u8> = (0..400_usize).map(|n| (n * 151).to_le_bytes()[0]).collect();
    for len in 0..octets.len() {
        let text = encode(&octets[..len]);
        assert_eq!(text.len(), encoded_len(len));
        // Three octets at a time, as the definition has it.
        let plain: String = octets[..len].chunks(3).map(encode).collect();
        assert_eq!(text, plain);
        assert_eq!(decode(&text).unwrap(), &octets[..len]);
    }
    let text = encode(&octets);
    for at in 0..text.len() {
        for foreign in ["=", "+", "/", ".", "~", "\0", "\u{7f}", " ", "é"] {
            let bad = [&text[..at], foreign, &text[at + 1..]].concat();
            assert_eq!(*mimicred_error::Report::place(&decode(&bad).unwrap_err()), At::Offset(at), "{foreign} at {at}");
        }
    }
}

proptest! {
    #[test]
    fn octets_round_trip(octets in prop::collection::vec(any::<u8>(), 0..80)) {
        prop_assert_eq!(decode(&encode(&octets)).unwrap(), octets);
    }

    /// What is read is written the same way: every text has one reading and every octet string one text.
    #[test]
    fn texts_round_trip_or_are_refused(text in "[A-Za-z0-9_=+/ -]{0,12}") {
        if let Ok(octets) = decode(&text) {
            prop_assert_eq!(encode(&octets), text);
        }
    }

    #[test]
    fn never_panics(text in ".{0,40}") {
        let _ = decode(&text);
        let _ = decode_standard(&text);
    }
}
