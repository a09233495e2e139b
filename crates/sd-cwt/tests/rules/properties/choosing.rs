//! What is issued, held, presented in part and verified is what was chosen, for any claims.

use std::collections::BTreeSet;

use mimicred_claims::{ClaimPath, Key, Map, Redaction, RedactionPlan, Selection, Step, Value};
use mimicred_cose::cbor;
use mimicred_keys::SystemRandom;
use mimicred_sd_cwt::{Binding, Issuer};
use proptest::prelude::*;

use crate::tokens::*;

pub(crate) fn any_value() -> impl Strategy<Value = Value<'static>> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(|number| Value::Int(number.into())),
        any::<f32>()
            .prop_filter("a NaN equals nothing", |number| !number.is_nan())
            .prop_map(|number| Value::Float(number.into())),
        "[a-z]{0,4}".prop_map(Value::from),
        prop::collection::vec(any::<u8>(), 0..4).prop_map(|octets| Value::Bytes(octets.into())),
    ];
    let key = prop_oneof![(-30_i128..30).prop_map(Key::Int), "[a-z]{1,3}".prop_map(|text| Key::Text(text.into()))];
    leaf.prop_recursive(3, 20, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::btree_map(key.clone(), inner, 0..4)
                .prop_map(|entries| Value::Map(Map::from_entries(entries.into_iter().collect()).unwrap())),
        ]
    })
}

/// What is left of a value at `path` if only what is chosen is disclosed, everything being redacted.
fn prune(value: &Value<'static>, path: &ClaimPath, chosen: &[ClaimPath]) -> Value<'static> {
    let stays = |path: &ClaimPath| chosen.iter().any(|chosen| chosen.is_prefix_of(path) || path.is_prefix_of(chosen));
    match value {
        Value::Map(map) => Value::Map(
            Map::from_entries(
                map.iter()
                    .map(|(key, value)| (key, value, path.child(Step::Key(key.clone()))))
                    .filter(|(_, _, path)| stays(path))
                    .map(|(key, value, path)| (key.clone(), prune(value, &path, chosen)))
                    .collect(),
            )
            .unwrap(),
        ),
        Value::Array(elements) => Value::Array(
            elements
                .iter()
                .enumerate()
                .map(|(n, value)| (value, path.child(Step::Index(n))))
                .filter(|(_, path)| stays(path))
                .map(|(value, path)| prune(value, &path, chosen))
                .collect(),
        ),
        leaf => leaf.clone(),
    }
}

/// The octets of a value do not depend on the order of its entries.
fn octets(value: &Value<'_>) -> Vec<u8> {
    cbor::write(value).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Issued, accepted, presented in part, verified: the Verifier sees what was chosen and nothing else.
    #[test]
    fn a_verifier_sees_exactly_what_was_chosen(
        values in prop::collection::vec(any_value(), 0..5),
        min_digests in 0_usize..6,
        picks in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
    ) {
        let mut claims = map(vec![(1, Value::from(ISSUER)), (2, Value::from("s")), (4, Value::Int(2000))]);
        for (n, value) in (500_i128..).zip(values) {
            put(&mut claims, n, value);
        }
        let plan = RedactionPlan::new(Redaction::All).with_visible(vec![Key::Int(2)]).with_min_digests(min_digests);
        let issuer = Issuer::new(issuer_key().public());
        let prepared = issuer.prepare(claims.clone(), holder_key().public(), &plan, &mut SystemRandom).unwrap();
        let token = prepared.sign(&issuer_key()).unwrap();
        let held = accept(token.as_bytes(), holder_key().public()).unwrap();
        put(&mut claims, 8, cnf(holder_key().public()));
        prop_assert_eq!(octets(&Value::Map(held.claims().clone())), octets(&Value::Map(claims.clone())));

        let paths: Vec<_> = held.disclosed().iter().filter(|disclosed| !disclosed.decoy).map(|disclosed| &disclosed.path).collect();
        let picked: BTreeSet<_> = picks.iter().filter(|_| !paths.is_empty()).map(|pick| (*pick.get(&paths)).clone()).collect();
        let chosen: Vec<_> = picked.into_iter().collect();
        let binding = Binding { audience: AUDIENCE, nonce: Some(NONCE), issued_at: 900 };
        let prepared = held.prepare(&Selection::Paths(chosen.clone()), &binding).unwrap();
        let presentation = prepared.sign(&holder_key()).unwrap();
        let verified = verify(presentation.as_bytes(), |_| {}).unwrap();

        let visible: Vec<_> = ["1", "2", "4", "8"].iter().map(|path| path.parse().unwrap()).chain(chosen).collect();
        let expected = prune(&Value::Map(claims), &ClaimPath::default(), &visible);
        prop_assert_eq!(octets(&Value::Map(verified)), octets(&expected));
    }
}
