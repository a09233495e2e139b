//! What holds for all lists and all octets.

use mimicred_claims::Clock;
use mimicred_cose::cbor::{Dialect, parse};
use mimicred_status::{
    Bits, Limits, StatusIssuer, StatusList, StatusListToken, StatusReference, StatusValue, UnverifiedStatusListCwt,
};
use proptest::prelude::*;

use crate::drafts::*;

fn any_bits() -> impl Strategy<Value = Bits> {
    prop::sample::select(Bits::ALL.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// CWT-S-007: against arithmetic on the whole number that the octets are, the first octet being the lowest.
    #[test]
    fn entries_are_the_digits_of_a_number(bits in any_bits(), octets in prop::collection::vec(any::<u8>(), 0..16)) {
        let list = StatusList::from_octets(bits, octets.clone());
        let number = octets.iter().rev().fold(0_u128, |number, octet| number << 8 | u128::from(*octet));
        let base = 1_u128 << bits.number();
        for index in 0..list.len() {
            let digit = number / base.pow(u32::try_from(index).unwrap()) % base;
            prop_assert_eq!(list.get(index).map(|value| u128::from(value.number())), Some(digit));
        }
        prop_assert_eq!(list.get(list.len()), None);
    }

    #[test]
    fn an_entry_is_what_was_set_and_no_other_changes(
        bits in any_bits(), octets in prop::collection::vec(any::<u8>(), 1..20), at in any::<prop::sample::Index>(), number in any::<u8>(),
    ) {
        let before = StatusList::from_octets(bits, octets);
        let (mut after, at) = (before.clone(), at.index(usize::try_from(before.len()).unwrap()));
        let number = number % u8::try_from(1_u16 << bits.number()).unwrap_or(u8::MAX);
        let index = u64::try_from(at).unwrap();
        after.set(index, StatusValue::new(number)).unwrap();
        for other in 0..before.len() {
            let expected = if other == index { Some(StatusValue::new(number)) } else { before.get(other) };
            prop_assert_eq!(after.get(other), expected);
        }
        prop_assert_eq!(after.counts().iter().map(|(_, count)| count).sum::<u64>(), after.len());
    }

    #[test]
    fn compression_keeps_every_list(bits in any_bits(), octets in prop::collection::vec(any::<u8>(), 0..2000)) {
        let list = StatusList::from_octets(bits, octets.clone());
        let limits = Limits { list: octets.len(), ..Limits::DEFAULT };
        prop_assert_eq!(StatusList::decompress(bits, &list.compress(), &limits).unwrap(), list);
    }

    #[test]
    fn a_token_says_what_was_issued(
        octets in prop::collection::vec(any::<u8>(), 0..50), ttl in prop::option::of(1..=u64::MAX), life in prop::option::of(1..1_000_000_i64),
    ) {
        let mut token = StatusListToken::new(URI, StatusList::from_octets(Bits::Two, octets), NOW);
        if let Some(ttl) = ttl {
            token = token.with_ttl(ttl);
        }
        if let Some(life) = life {
            token = token.with_expiry(NOW + life);
        }
        let issued = StatusIssuer::new(key(1).public()).prepare_cwt(&token).unwrap().sign(&key(1)).unwrap();
        let verified = verify(issued.as_bytes()).unwrap();
        prop_assert_eq!(verified.token(), &token);
    }

    #[test]
    fn a_reference_goes_through_cbor(index in any::<u64>(), name in "[a-z0-9/._~-]{0,40}") {
        let reference = StatusReference::new(format!("https://{name}"), index).unwrap();
        let encoded = mimicred_cose::cbor::write(&reference.to_claim()).unwrap();
        let claim = parse(&encoded, Dialect::Plain, &mimicred_cose::cbor::Limits::DEFAULT).unwrap();
        prop_assert_eq!(StatusReference::from_claim(&claim).unwrap(), reference);
    }

    /// Nothing panics, whatever arrives; what is decompressed keeps to the limit.
    #[test]
    fn any_octets_are_survived(octets in prop::collection::vec(any::<u8>(), 0..300), max in 0..100_000_usize) {
        let limits = Limits { list: max, ..Limits::DEFAULT };
        for framed in [octets.clone(), [&[0x78, 0xda], &octets[..]].concat()] {
            if let Ok(list) = StatusList::decompress(Bits::One, &framed, &limits) {
                prop_assert!(list.as_octets().len() <= max);
            }
        }
        if let Ok(received) = UnverifiedStatusListCwt::parse(&octets) {
            let _ = received.inspect(&limits);
        }
        if let Ok(claim) = parse(&octets, Dialect::Plain, &mimicred_cose::cbor::Limits::DEFAULT) {
            let _ = StatusReference::from_claim(&claim);
        }
    }

    /// The same for what looks like a token, up to the claims.
    #[test]
    fn any_claims_are_survived(payload in prop::collection::vec(any::<u8>(), 1..100), start in prop::sample::select(vec![0_usize, 1, 5, 40])) {
        let good = Draft::good().sign(&key(1));
        let content = mimicred_cose::sign1::Sign1::parse(&good, mimicred_cose::sign1::CwtTag::Refused, &mimicred_cose::cbor::Limits::DEFAULT).unwrap();
        let payload = [&content.payload()[..start], &payload[..]].concat();
        let odd = mimicred_cose::sign1::encode(content.protected(), &[0xa0], &payload, content.signature());
        let received = UnverifiedStatusListCwt::parse(&odd).unwrap();
        let _ = received.subject();
        let _ = received.inspect(&Limits::DEFAULT);
        prop_assert!(verify(&odd).is_err());
    }

    /// A list that was verified answers or refuses, for every index and at any time.
    #[test]
    fn any_question_has_an_answer(index in any::<u64>(), now in any::<i64>(), leeway in any::<u32>()) {
        let list = verified(Bits::One, &[0xb9, 0xa3]);
        let answer = list.check(&reference(index), &Clock { now, leeway });
        prop_assert!(answer.is_err() || index < 16);
    }
}
