//! Signatures in DER, and in what is nearly DER. Whoever takes more than one form of one signature lets others change it.

use super::CURVES;
use super::ecdsa::{Signed, signed, verdict};
use crate::backend::{Curve, Encoding};

/// An element with a minimal length.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len()).unwrap();
    match length {
        0..=0x7f => [&[tag, length], content].concat(),
        _ => [&[tag, 0x81, length], content].concat(),
    }
}

/// The content of an INTEGER: no octet more than needed, and the first bit zero.
fn integer(number: &[u8]) -> Vec<u8> {
    let zeros = number.iter().take_while(|octet| **octet == 0).count();
    match &number[zeros..] {
        [] => vec![0],
        number if number[0] >= 0x80 => [&[0], number].concat(),
        number => number.to_vec(),
    }
}

/// A signature as it should be.
pub(super) fn der(r: &[u8], s: &[u8]) -> Vec<u8> {
    element(0x30, &[element(2, &integer(r)), element(2, &integer(s))].concat())
}

/// What is wrong, and the signature.
fn odd_forms(r: &[u8], s: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let (r, s) = (integer(r), integer(s));
    let pair = |r: &[u8], s: &[u8]| [element(2, r), element(2, s)].concat();
    let good = pair(&r, &s);
    let length = u8::try_from(good.len()).unwrap();
    let short = |content: &[u8]| u8::try_from(content.len()).unwrap();
    let long = |content: &[u8]| [&[2, 0x81, short(content)], content].concat();
    let zero_first = |content: &[u8]| [&[0], content].concat();
    let negative = |content: &[u8]| {
        let mut out = content.to_vec();
        out[0] |= 0x80;
        out
    };
    vec![
        ("a zero before r", element(0x30, &pair(&zero_first(&r), &s))),
        ("a zero before s", element(0x30, &pair(&r, &zero_first(&s)))),
        ("zeros before both", element(0x30, &pair(&zero_first(&zero_first(&r)), &zero_first(&zero_first(&s))))),
        ("r is negative", element(0x30, &pair(&negative(&r), &s))),
        ("s is negative", element(0x30, &pair(&r, &negative(&s)))),
        ("r is empty", element(0x30, &pair(&[], &s))),
        ("s is empty", element(0x30, &pair(&r, &[]))),
        ("-1 before r", element(0x30, &pair(&[&[0xff], &r[..]].concat(), &s))),
        ("r in the long form", element(0x30, &[long(&r), element(2, &s)].concat())),
        ("s in the long form", element(0x30, &[element(2, &r), long(&s)].concat())),
        ("a longer length of the sequence", [&[0x30, 0x82, 0, length], &good[..]].concat()),
        ("the longest length of the sequence", [&[0x30, 0x84, 0, 0, 0, length], &good[..]].concat()),
        ("an indefinite length", [&[0x30, 0x80], &good[..], &[0, 0]].concat()),
        ("a length of the reserved form", [&[0x30, 0xff], &good[..]].concat()),
        ("something behind the sequence", [&element(0x30, &good)[..], &[0]].concat()),
        ("something in the sequence behind s", element(0x30, &[&good[..], &[5, 0]].concat())),
        ("an octet in the sequence behind s", element(0x30, &[&good[..], &[0]].concat())),
        ("three numbers", element(0x30, &[&good[..], &element(2, &s)].concat())),
        ("one number", element(0x30, &element(2, &r))),
        ("no number", element(0x30, &[])),
        ("no sequence", good.clone()),
        ("a set", element(0x31, &good)),
        ("a primitive sequence", element(0x10, &good)),
        ("a sequence in a sequence", element(0x30, &element(0x30, &good))),
        ("r as octets", element(0x30, &[element(4, &r), element(2, &s)].concat())),
        ("s as an enumerated value", element(0x30, &[element(2, &r), element(10, &s)].concat())),
        ("s as a constructed integer", element(0x30, &[element(2, &r), element(0x22, &s)].concat())),
        ("the high tag form", [&[0x3f, 0x10, length], &good[..]].concat()),
        ("r of 33 octets more", element(0x30, &pair(&[&[1; 33], &r[..]].concat(), &s))),
        ("a bit string", element(3, &zero_first(&element(0x30, &good)))),
        ("nothing", Vec::new()),
    ]
}

#[test]
fn only_der_is_taken_by_both() {
    for curve in CURVES {
        // Signatures whose numbers begin with a bit of 1 and of 0, and short ones.
        for seed in 0..12 {
            let Signed { point, r, s } = signed(curve, seed, b"message");
            let of = |signature: &[u8], what| verdict(curve, &point, Encoding::Der, &[b"message"], signature, what);
            let good = der(&r, &s);
            assert!(of(&good, "DER"));
            for (what, signature) in odd_forms(&r, &s) {
                assert_ne!(signature, good, "{what}");
                assert!(!of(&signature, what), "{what}");
            }
            for length in 0..good.len() {
                assert!(!of(&good[..length], "cut"));
            }
        }
    }
}

/// A sequence of P-521 is longer than 127 octets, and then the form with one octet more is the right one.
#[test]
fn long_sequences_have_a_long_length() {
    let long = (0..20).map(|seed| signed(Curve::P521, seed, b"message")).find(|signed| der(&signed.r, &signed.s).len() > 0x82);
    let Signed { point, r, s } = long.unwrap();
    let good = der(&r, &s);
    assert_eq!(good[..2], [0x30, 0x81]);
    assert!(verdict(Curve::P521, &point, Encoding::Der, &[b"message"], &good, "long"));
    let cut = [&[0x30], &good[2..]].concat();
    assert!(!verdict(Curve::P521, &point, Encoding::Der, &[b"message"], &cut, "its length as if it were short"));
}

/// Numbers of far fewer octets than the curve's: the length says so, and a signature need not be long.
#[test]
fn short_numbers_are_read() {
    for curve in CURVES {
        let Signed { point, .. } = signed(curve, 1, b"message");
        for (r, s) in [(&[1][..], &[1][..]), (&[0x7f], &[0x80]), (&[1, 0], &[0xff, 0xff])] {
            assert!(!verdict(curve, &point, Encoding::Der, &[b"message"], &der(r, s), "short"));
        }
    }
}
