//! The octets of a disclosure: head, salt, order of fields.

use mimicred_claims::Value;
use mimicred_cose::cbor::{self, Dialect, Limits};
use mimicred_sd_cwt::Code;

use crate::tokens::*;

/// Trap 2: a disclosure with a head longer than needed has two digests; it is refused, whichever of them is in the token.
#[test]
fn heads_of_disclosures_are_the_shortest() {
    let content = content(1, &[Value::from("x"), Value::Int(501)]);
    let (short, long) = (bstr(&content), [&[0x58, 23], &content[..]].concat());
    assert_eq!(
        cbor::parse(&long, Dialect::Plain, &Limits::DEFAULT).unwrap(),
        cbor::parse(&short, Dialect::Plain, &Limits::DEFAULT).unwrap()
    );
    for hashed in [&short, &long] {
        let with = |sent: &Vec<u8>| {
            Draft::with(|draft| {
                let Value::Redacted(digest) = digest(hashed) else { unreachable!() };
                draft.claims.redacted.push(digest);
                draft.disclosures.push(sent.clone());
            })
        };
        let expected = if hashed == &short { None } else { Some(Code::DisclosureUnmatched) };
        assert_eq!(with(&short).verify().err(), expected);
        assert_eq!(with(&long).refused(), Code::CborForbidden);
        assert_eq!(with(&long).accept().map(drop), Err(Code::CborForbidden));
    }
}

/// Trap 15: a salt of 16 octets exactly.
#[test]
fn salts_have_16_octets() {
    for length in [0, 8, 15, 16, 17, 32] {
        let disclosure = cbor::write(&array(vec![bytes(&vec![1; length]), Value::from("x"), Value::Int(501)])).unwrap();
        let draft = Draft::with(|draft| draft.redact(&disclosure));
        let expected = if length == 16 { None } else { Some(Code::DisclosureMalformed) };
        assert_eq!(draft.verify().err(), expected, "{length}");
        assert_eq!(draft.accept().err(), expected, "{length}");
    }
}

/// Trap 22: salt, value, key; the other order is found out by the third field, or by the digest.
#[test]
fn the_value_comes_before_the_key() {
    let swapped = |value: Value<'static>| Draft::with(|draft| draft.redact(&content(1, &[Value::Int(501), value])));
    for value in [Value::from(true), Value::Null, Value::Float(1.5), array(vec![]), bytes(b"x")] {
        assert_eq!(swapped(value).refused(), Code::DisclosureMalformed);
    }
    // With two texts nothing is odd but the digest, if the Issuer had the right order.
    let draft = Draft::with(|draft| {
        draft.redact(&content(1, &[Value::from("value"), Value::from("key")]));
        draft.disclosures = vec![bstr(&content(1, &[Value::from("key"), Value::from("value")]))];
    });
    assert_eq!(draft.refused(), Code::DisclosureUnmatched);
}
