use proptest::prelude::*;

use super::*;
use crate::policy::{PSEUDONYM_POLICY, REAL_POLICY};

fn both_ways(dotted: &str, contents: &[u8]) {
    assert_eq!(dotted.parse::<Oid>().expect(dotted).contents(), contents, "{dotted}");
    assert_eq!(Oid::from_contents(contents).expect(dotted).to_string(), dotted);
}

/// `openssl asn1parse -genstr OID:...`
#[test]
fn known_identifiers_are_written_as_others_write_them() {
    both_ways("2.5.4.3", &[0x55, 0x04, 0x03]);
    both_ways("2.5.29.17", &[0x55, 0x1d, 0x11]);
    both_ways("1.3.101.112", &[0x2b, 0x65, 0x70]);
    both_ways("1.2.840.10045.4.3.2", &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]);
    both_ways("2.999.3", &[0x88, 0x37, 0x03]);
    both_ways("0.0", &[0x00]);
    both_ways("0.39", &[0x27]);
    both_ways("2.0", &[0x50]);
    // X.667 example: the nil UUID and the largest one
    both_ways("2.25.0", &[0x69, 0x00]);
    let mut largest = vec![0x69, 0x83];
    largest.extend([0xff; 17]);
    largest.push(0x7f);
    both_ways("2.25.340282366920938463463374607431768211455", &largest);
}

#[test]
fn our_policies_are_identifiers_in_the_uuid_arc() {
    for text in [PSEUDONYM_POLICY, REAL_POLICY] {
        let oid: Oid = text.parse().expect(text);
        assert_eq!(oid.to_string(), text);
        assert_eq!(oid.contents().len(), 21);
        assert_eq!(oid.contents()[0], 0x69);
    }
    assert_ne!(PSEUDONYM_POLICY, REAL_POLICY);
}

#[test]
fn bad_text_is_refused() {
    for text in
        ["", "1", "1.", ".1", "3.1", "1.40", "0.40", "1.2.03", "1.2.+3", "1.2.-3", "1.2.x", "1..2", "2.5.4.3 ", "OID:2.5.4.3"]
    {
        assert_eq!(text.parse::<Oid>().expect_err(text).code(), Code::OidMalformed, "{text}");
    }
    let too_large = "2.25.340282366920938463463374607431768211456";
    assert_eq!(too_large.parse::<Oid>().expect_err(too_large).code(), Code::OidMalformed);
    let too_long = format!("1.2{}", ".3".repeat(64));
    assert_eq!(too_long.parse::<Oid>().expect_err(&too_long).code(), Code::OidMalformed);
}

#[test]
fn bad_contents_are_refused() {
    let mut overflow = vec![0x69, 0x84];
    overflow.extend([0x80; 17]);
    overflow.push(0);
    for contents in [&[][..], &[0x80], &[0x55, 0x84], &[0x55, 0x80, 0x01], &[0x80, 0x01], &[0x2a; 65], &overflow] {
        assert_eq!(Oid::from_contents(contents).expect_err("refused").code(), Code::OidMalformed, "{contents:02x?}");
    }
}

proptest! {
    #[test]
    fn text_round_trips(first in 0_u128..2, second in 0_u128..40, rest in proptest::collection::vec(any::<u128>(), 0..3)) {
        let mut text = format!("{first}.{second}");
        for arc in rest {
            text.push_str(&format!(".{arc}"));
        }
        prop_assert_eq!(text.parse::<Oid>()?.to_string(), text);
    }

    #[test]
    fn contents_round_trip_or_are_refused(contents in proptest::collection::vec(any::<u8>(), 0..24)) {
        if let Ok(oid) = Oid::from_contents(&contents) {
            prop_assert_eq!(oid.to_string().parse::<Oid>()?, oid);
        }
    }
}
