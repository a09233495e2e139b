//! What holds for all values and all octets.

use proptest::prelude::*;

use super::*;

fn any_value() -> impl Strategy<Value = Value<'static>> {
    let int = prop_oneof![any::<i64>().prop_map(i128::from), any::<u64>().prop_map(i128::from), -300_i128..300];
    let leaf = prop_oneof![
        Just(Value::Null),
        Just(Value::Undefined),
        any::<bool>().prop_map(Value::from),
        int.clone().prop_map(Value::Int),
        any::<f64>().prop_filter("a NaN equals nothing", |x| !x.is_nan()).prop_map(Value::Float),
        any::<f32>().prop_filter("a NaN equals nothing", |x| !x.is_nan()).prop_map(|x| Value::Float(x.into())),
        any::<i16>().prop_map(|x| Value::Float(f64::from(x) / 8.0)),
        ".{0,6}".prop_map(Value::from),
        prop::collection::vec(any::<u8>(), 0..40).prop_map(|bytes| Value::Bytes(bytes.into())),
        (60_u8..=255).prop_map(Value::Simple),
    ];
    let key = prop_oneof![int.prop_map(Key::Int), ".{1,4}".prop_map(|text| Key::Text(text.into()))];
    let digest = || prop::collection::vec(any::<u8>(), 2).prop_map(mimicred_claims::Digest::from);
    leaf.prop_recursive(3, 32, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(prop_oneof![4 => inner.clone(), 1 => digest().prop_map(Value::Redacted)], 0..5)
                .prop_map(Value::Array),
            (prop::collection::btree_map(key.clone(), inner.clone(), 0..5), prop::collection::vec(digest(), 0..3)).prop_map(
                |(entries, redacted)| {
                    let mut map = Map::from_entries(entries.into_iter().collect()).unwrap();
                    map.redacted = redacted;
                    Value::Map(map)
                }
            ),
            (63_u64..100_000, inner).prop_map(|(tag, inner)| Value::Tag(tag, Box::new(inner))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Writing is deterministic and reading is its inverse.
    #[test]
    fn writing_and_reading_is_the_identity(value in any_value()) {
        let octets = write(&value).unwrap();
        let read = parse(&octets, CLAIMS, &Limits::DEFAULT).unwrap();
        prop_assert_eq!(write(&read).unwrap(), octets.clone());
        let mut reader = Reader::new(&octets, &Limits::DEFAULT).unwrap();
        prop_assert_eq!(reader.skip().unwrap(), &octets[..]);
        // Every shorter input is cut off.
        for len in 0..octets.len().min(48) {
            prop_assert!(parse(&octets[..len], CLAIMS, &Limits::DEFAULT).is_err());
        }
    }

    /// Any octets give a value or an error, and what is read can be written.
    #[test]
    fn any_octets_are_read_or_refused(octets in prop::collection::vec(any::<u8>(), 0..64)) {
        for dialect in [Dialect::Plain, CLAIMS] {
            if let Ok(value) = parse(&octets, dialect, &Limits::DEFAULT) {
                prop_assert!(write(&value).is_ok());
            }
        }
        let _ = Reader::new(&octets, &Limits::DEFAULT).unwrap().skip();
    }

    /// The same for input that looks more like CBOR.
    #[test]
    fn damaged_items_are_read_or_refused(value in any_value(), at in any::<prop::sample::Index>(), bit in 0_u32..8) {
        let mut octets = write(&value).unwrap();
        let at = at.index(octets.len());
        octets[at] ^= 1_u8 << bit;
        for dialect in [Dialect::Plain, CLAIMS] {
            if let Ok(value) = parse(&octets, dialect, &Limits::DEFAULT) {
                prop_assert!(write(&value).is_ok());
            }
        }
    }
}
