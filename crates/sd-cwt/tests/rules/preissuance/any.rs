//! Marks at random, and octets of any kind.

use mimicred_claims::{Key, Value};
use mimicred_cose::cbor;
use mimicred_keys::SystemRandom;
use mimicred_sd_cwt::Preissuance;
use proptest::prelude::*;

use crate::issuance::{disclosures, hold, issuer, sign1};
use crate::tokens::*;

/// A claims set as it is given, marked at random, with the claims that the Holder ends up with.
#[derive(Clone, Debug)]
enum Given {
    Leaf(Value<'static>),
    Array(Vec<(Option<bool>, Given)>),
    Map(Vec<(i128, Option<bool>, Given)>),
    Tagged(Box<Given>),
}

impl Given {
    /// Encoded, with marks: `Some(true)` is redacted, `None` is a decoy in its stead.
    fn write(&self, out: &mut cbor::Writer, next: &mut i64) {
        let decoy = |out: &mut cbor::Writer, next: &mut i64| {
            *next += 1;
            out.tag(62);
            out.int(*next);
        };
        match self {
            Given::Leaf(value) => out.value(value).unwrap(),
            Given::Tagged(inner) => {
                out.tag(1000);
                inner.write(out, next);
            }
            Given::Array(elements) => {
                out.array(elements.len());
                for (mark, element) in elements {
                    match mark {
                        None => decoy(out, next),
                        Some(redact) => {
                            if *redact {
                                out.tag(58);
                            }
                            element.write(out, next);
                        }
                    }
                }
            }
            Given::Map(entries) => {
                out.map(entries.len());
                for (key, mark, value) in entries {
                    match mark {
                        None => {
                            decoy(out, next);
                            out.value(&Value::Null).unwrap();
                        }
                        Some(redact) => {
                            if *redact {
                                out.tag(58);
                            }
                            out.key(&Key::Int(*key)).unwrap();
                            value.write(out, next);
                        }
                    }
                }
            }
        }
    }

    fn plain(&self) -> Value<'static> {
        match self {
            Given::Leaf(value) => value.clone(),
            Given::Tagged(inner) => Value::Tag(1000, Box::new(inner.plain())),
            Given::Array(elements) => {
                array(elements.iter().filter(|(mark, _)| mark.is_some()).map(|(_, element)| element.plain()).collect())
            }
            Given::Map(entries) => {
                let entries = entries.iter().filter(|(_, mark, _)| mark.is_some());
                Value::Map(map(entries.map(|(key, _, value)| (*key, value.plain())).collect()))
            }
        }
    }

    fn marks(&self) -> usize {
        match self {
            Given::Leaf(_) => 0,
            Given::Tagged(inner) => inner.marks(),
            Given::Array(elements) => elements.iter().map(|(mark, given)| marks(*mark, given)).sum(),
            Given::Map(entries) => entries.iter().map(|(_, mark, given)| marks(*mark, given)).sum(),
        }
    }
}

fn marks(mark: Option<bool>, given: &Given) -> usize {
    match mark {
        None => 1,
        Some(redact) => usize::from(redact) + given.marks(),
    }
}

fn any_given() -> impl Strategy<Value = Given> {
    let leaf = prop_oneof![
        Just(Value::Null),
        Just(Value::from(false)),
        Just(Value::from("")),
        any::<i64>().prop_map(|number| Value::Int(number.into())),
        "[a-z]{0,4}".prop_map(Value::from),
    ];
    let mark = || prop_oneof![2 => Just(Some(false)), 2 => Just(Some(true)), 1 => Just(None)];
    leaf.prop_map(Given::Leaf).prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec((mark(), inner.clone()), 0..4).prop_map(Given::Array),
            prop::collection::btree_map(-9_i128..9, (mark(), inner.clone()), 0..4)
                .prop_map(|entries| Given::Map(entries.into_iter().map(|(key, (mark, value))| (key, mark, value)).collect())),
            inner.prop_map(|inner| Given::Tagged(Box::new(inner))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// CWT-I-026, CWT-I-012, CWT-I-013, CWT-D-005: whatever is marked, one disclosure for each mark, no mark left anywhere, and the
    /// Holder restores what was given.
    #[test]
    fn what_is_marked_is_redacted_and_restored(given in prop::collection::vec((any::<Option<bool>>(), any_given()), 0..4)) {
        let entries: Vec<_> = (500..).zip(given).map(|(key, (mark, given))| (key, mark, given)).collect();
        let set = Given::Map([(1, Value::from(ISSUER)), (2, Value::from("s"))]
            .into_iter().map(|(key, value)| (key, Some(false), Given::Leaf(value))).chain(entries).collect());
        let (mut writer, mut next) = (cbor::Writer::new(), 0);
        set.write(&mut writer, &mut next);
        let octets = writer.finish();

        let (claims, plan) = Preissuance::parse(&octets).unwrap().into_parts();
        let prepared = issuer().prepare(claims, holder_key().public(), &plan, &mut SystemRandom).unwrap();
        let token = prepared.sign(&issuer_key()).unwrap();
        prop_assert_eq!(disclosures(&token).len(), set.marks());
        // The Holder's reader refuses the tags 58 and 62 wherever they stand (CWT-E-020).
        let held = hold(&token);
        let Value::Map(mut expected) = set.plain() else { unreachable!() };
        put(&mut expected, 8, cnf(holder_key().public()));
        prop_assert_eq!(cbor::write(&Value::Map(held.claims().clone())).unwrap(), cbor::write(&Value::Map(expected)).unwrap());
        prop_assert!(sign1(&token).payload().len() < octets.len() + 200 + 40 * set.marks());
    }

    /// Octets of any kind are read or refused.
    #[test]
    fn any_octets_are_read_or_refused(octets in prop::collection::vec(any::<u8>(), 0..100), tags in any::<bool>()) {
        let octets = if tags { [vec![0xa2, 0xd8, 0x3a], octets].concat() } else { octets };
        if let Ok(read) = Preissuance::parse(&octets) {
            let (claims, plan) = read.into_parts();
            let _ = issuer().prepare(claims, holder_key().public(), &plan, &mut SystemRandom);
        }
    }
}
