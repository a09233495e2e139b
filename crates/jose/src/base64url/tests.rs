use proptest::prelude::*;

use super::*;

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
        let last = ALPHABET.iter().map(|last| char::from(*last));
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
