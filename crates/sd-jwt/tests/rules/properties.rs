//! What holds for every token: the exact claims, every bit, and no panic.

use crate::support::*;
use mimicred_claims::{ClaimPath, Key, Map, Redaction, RedactionPlan, Selection, Step, Value};
use mimicred_keys::{Algorithm, IssuerKey, LeafKey};
use mimicred_sd_jwt::{
    AcceptExpectations, Binding, Held, Issuer, TrustedIssuer, TypeRule, UnverifiedPresentation, UnverifiedSdJwt,
};
use proptest::prelude::*;

/// JWT-V-001, JWT-V-004, JWT-V-022: no bit of a presentation can be another one.
#[test]
fn every_bit_counts() {
    let token = issue(r#"{"iss":"https://id.a.example","a":1,"b":[2]}"#, &plan(&["a", "b[0]"]));
    let binding = Binding { audience: ROOM, nonce: "n", issued_at: NOW };
    let presentation = accept(token.as_str()).unwrap().prepare(&Selection::All, &binding).unwrap().sign(&leaf_key()).unwrap();
    let issuers = trusted();
    let key_binding = mimicred_sd_jwt::KeyBinding::Required { audience: ROOM, nonce: "n", max_age: Some(0) };
    let expected = expectations(&issuers, key_binding);
    let accepts =
        |octets: &[u8]| std::str::from_utf8(octets).is_ok_and(|text| verify_as(text, TypeRule::AnyOrNone, &expected).is_ok());
    let octets = presentation.as_bytes();
    assert!(accepts(octets));
    for position in 0..octets.len() * 8 {
        let mut flipped = octets.to_vec();
        flipped[position / 8] ^= 1 << (position % 8);
        assert!(!accepts(&flipped), "bit {} of octet {}", position % 8, position / 8);
    }
    // Nor can any octet be missing, or one be too many.
    for position in 0..octets.len() {
        assert!(!accepts(&[&octets[..position], &octets[position + 1..]].concat()), "without octet {position}");
        assert!(!accepts(&octets[..position]), "cut at {position}");
    }
    assert!(!accepts(&[octets, b"A"].concat()) && !accepts(&[octets, b"~"].concat()));
}

/// JWT-E-005, JWT-V-001, JWT-V-022: each character of a presentation replaced by three others, of which one differs in its lowest bit
/// only: where a part has bits to spare at its end, that is one of them. Whatever signs: ECDSA signatures have two halves.
#[test]
fn every_character_counts() {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let other = |character: char, by: usize| {
        let n = ALPHABET.find(character).unwrap();
        ALPHABET.chars().nth(if by == 1 { n ^ 1 } else { (n + by) % 64 }).unwrap()
    };
    for algorithm in [Algorithm::Ed25519, Algorithm::P256, Algorithm::P384] {
        let (issuer, leaf) = (IssuerKey::new(secret(algorithm, 1)), LeafKey::new(secret(algorithm, 2)).unwrap());
        // Disclosures of 0, 2 and 4 spare bits.
        let claims = read(r#"{"iss":"https://id.a.example","a":1,"b":22,"c":333}"#);
        let prepared =
            Issuer::new(issuer.public()).prepare(claims, leaf.public(), &plan(&["a", "b", "c"]), &mut Counting::default());
        let token = prepared.unwrap().sign(&issuer).unwrap();
        let issuers = [TrustedIssuer { issuer: ISS.to_owned(), key: issuer.public().clone() }];
        let expected = AcceptExpectations { issuers: &issuers, confirmation_key: leaf.public(), clock: clock() };
        let binding = Binding { audience: ROOM, nonce: NONCE, issued_at: NOW };
        let presentation = Held::accept(token.as_str(), &expected).unwrap().prepare(&Selection::All, &binding).unwrap();
        let text = presentation.sign(&leaf).unwrap().into_string();
        let expected = expectations(&issuers, required());
        let accepts = |text: &str| verify_as(text, TypeRule::AnyOrNone, &expected).is_ok();
        assert!(accepts(&text));
        let ends: std::collections::BTreeSet<usize> = text.split('~').map(|part| part.len() % 4).collect();
        assert!(ends.is_superset(&[0, 2, 3].into()), "parts with and without bits to spare");
        for (at, character) in text.char_indices() {
            let others = match character {
                '.' => ['~', 'A', '='],
                '~' => ['.', 'A', '='],
                _ => [other(character, 1), other(character, 17), if at % 2 == 0 { '+' } else { '.' }],
            };
            for replaced in others {
                let changed = format!("{}{replaced}{}", &text[..at], &text[at + 1..]);
                assert!(!accepts(&changed), "{algorithm}: {replaced} for {character} at {at}");
            }
        }
    }
}

/// Claims with a text of its own at every leaf.
fn any_claims() -> impl Strategy<Value = Map<'static>> {
    let leaf = prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::Bool), Just(Value::from("leaf"))];
    let value = leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::btree_map("[a-z]{1,3}", inner, 0..4).prop_map(|entries| {
                let entries = entries.into_iter().map(|(name, value)| (Key::Text(name.into()), value)).collect();
                Value::Map(Map::from_entries(entries).unwrap())
            }),
        ]
    });
    prop::collection::btree_map("x[a-z]{1,3}", value, 0..5).prop_map(|entries| {
        let mut entries: Vec<_> = entries.into_iter().map(|(name, value)| (Key::Text(name.into()), value)).collect();
        entries.push((Key::from("iss"), Value::from(ISS)));
        let mut map = Map::from_entries(entries).unwrap();
        let mut next = 0;
        map.values_mut().filter(|(key, _)| **key != Key::from("iss")).for_each(|(_, value)| number(value, &mut next));
        map
    })
}

fn number(value: &mut Value<'static>, next: &mut usize) {
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(|element| number(element, next)),
        Value::Map(map) => map.values_mut().for_each(|(_, value)| number(value, next)),
        Value::Text(_) => {
            *next += 1;
            *value = Value::from(format!("<leaf-{next}>"));
        }
        _ => {}
    }
}

fn paths_of(map: &Map<'_>, path: &ClaimPath, paths: &mut Vec<ClaimPath>) {
    for (key, value) in map.iter() {
        let path = path.child(Step::Key(key.clone().into_owned()));
        paths_below(value, &path, paths);
        paths.push(path);
    }
}

fn paths_below(value: &Value<'_>, path: &ClaimPath, paths: &mut Vec<ClaimPath>) {
    match value {
        Value::Map(map) => paths_of(map, path, paths),
        Value::Array(elements) => {
            for (n, element) in elements.iter().enumerate() {
                let path = path.child(Step::Index(n));
                paths_below(element, &path, paths);
                paths.push(path);
            }
        }
        _ => {}
    }
}

/// The claims without those at `hidden`, members in the order of their names.
fn without(value: &Value<'static>, path: &ClaimPath, hidden: &dyn Fn(&ClaimPath) -> bool) -> Value<'static> {
    match value {
        Value::Map(map) => {
            let mut entries = Vec::new();
            for (key, value) in map.iter() {
                let path = path.child(Step::Key(key.clone()));
                if !hidden(&path) {
                    entries.push((key.clone(), without(value, &path, hidden)));
                }
            }
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Map(Map::from_entries(entries).unwrap())
        }
        Value::Array(elements) => {
            let places = elements.iter().enumerate().map(|(n, element)| (path.child(Step::Index(n)), element));
            Value::Array(
                places.filter(|(path, _)| !hidden(path)).map(|(path, element)| without(element, &path, hidden)).collect(),
            )
        }
        leaf => leaf.clone(),
    }
}

fn leaves(value: &Value<'_>, found: &mut Vec<String>) {
    match value {
        Value::Map(map) => map.iter().for_each(|(_, value)| leaves(value, found)),
        Value::Array(elements) => elements.iter().for_each(|element| leaves(element, found)),
        Value::Text(text) => found.push(text.to_string()),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Issue, accept, present any subset, verify: exactly the chosen claims, and not a trace of the others.
    #[test]
    fn exactly_the_chosen_claims(
        claims in any_claims(),
        redact in prop::option::of(prop::collection::vec(any::<prop::sample::Index>(), 0..8)),
        choose in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        decoys in 0usize..4,
        p256 in any::<bool>(),
    ) {
        let issuer_key = issuer_key();
        let leaf = LeafKey::new(secret(if p256 { Algorithm::P256 } else { Algorithm::Ed25519 }, 8)).unwrap();
        let mut paths = Vec::new();
        paths_of(&claims, &ClaimPath::default(), &mut paths);
        paths.retain(|path| path.to_string() != "iss");
        let redaction = match &redact {
            Some(picks) if !paths.is_empty() => Redaction::Paths(picks.iter().map(|pick| pick.get(&paths).clone()).collect()),
            Some(_) => Redaction::None,
            None => Redaction::All,
        };
        let plan = RedactionPlan::new(redaction).with_min_digests(decoys);
        let token = Issuer::new(issuer_key.public())
            .prepare(claims.clone(), Some(leaf.public()), &plan, &mut Counting::default()).unwrap()
            .sign(&issuer_key).unwrap();
        let issuers = trusted();
        let held = Held::accept(token.as_str(), &AcceptExpectations { issuers: &issuers, confirmation_key: leaf.public(), clock: clock() }).unwrap();
        let mut full = held.claims().clone();
        full.remove(&Key::from("cnf"));
        let nothing_hidden = |_: &ClaimPath| false;
        let root = ClaimPath::default();
        prop_assert_eq!(
            without(&Value::Map(full.clone()), &root, &nothing_hidden),
            without(&Value::Map(claims), &root, &nothing_hidden)
        );

        // By the paths that the Holder sees, whose order is that of her token.
        let redacted: Vec<_> = held.disclosed().iter().map(|disclosed| disclosed.path.clone()).collect();
        let chosen: Vec<_> = if redacted.is_empty() { vec![] } else { choose.iter().map(|pick| pick.get(&redacted).clone()).collect() };
        let binding = Binding { audience: ROOM, nonce: NONCE, issued_at: NOW };
        let presentation = held.prepare(&Selection::Paths(chosen.clone()), &binding).unwrap().sign(&leaf).unwrap();
        let is_hidden = |path: &ClaimPath| {
            redacted.contains(path) && !chosen.iter().any(|chosen| path.is_prefix_of(chosen) || chosen.is_prefix_of(path))
        };
        let expected = without(&Value::Map(full.clone()), &root, &is_hidden);

        let received = UnverifiedPresentation::parse(presentation.as_str()).unwrap();
        let verified = received.verify(&expectations(&issuers, required())).unwrap();
        let mut seen = verified.claims().clone().into_owned();
        seen.remove(&Key::from("cnf"));
        prop_assert_eq!(without(&Value::Map(seen), &root, &nothing_hidden), expected.clone());
        prop_assert_eq!(verified.disclosed().len(), presentation.revealed().len());

        // No hidden value stands anywhere in what was sent, neither in the payload nor in a parent's disclosure.
        let (payload, disclosures) = decoded(presentation.as_str());
        let sent = disclosures.concat() + &payload;
        let (mut all, mut shown) = (Vec::new(), Vec::new());
        leaves(&Value::Map(full), &mut all);
        leaves(&expected, &mut shown);
        for leaf in all {
            prop_assert_eq!(sent.contains(&leaf), shown.contains(&leaf), "{}", leaf);
        }
    }

    /// Text of any kind, and tokens with a piece replaced, never make us panic.
    #[test]
    fn never_panics(text in any::<String>(), piece in "[A-Za-z0-9_.~{}\"-]{0,8}", at in any::<prop::sample::Index>()) {
        let name = disclosure(r#"["s1","name",{"_sd":["x"]}]"#);
        let good = bind(&token(&format!(r#""_sd":["{}"]"#, digest(&name)), &[&name]));
        let mut changed = good.clone();
        let at = at.index(good.len() - 8);
        changed.replace_range(at..at + 8, &piece);
        for text in [text, changed] {
            let _ = UnverifiedSdJwt::parse(&text).map(|token| (token.issuer().map(str::to_owned), token.inspect().is_ok()));
            if let Ok(presentation) = UnverifiedPresentation::parse(&text) {
                let _ = (presentation.issuer(), presentation.bound_at(), presentation.inspect().is_ok());
                let _ = presentation.verify(&expectations(&trusted(), required()));
            }
        }
    }

    /// A signed payload of any JSON never makes us panic, whatever it does with the format's names.
    #[test]
    fn signed_nonsense_never_panics(members in prop::collection::vec((
        prop::sample::select(vec!["_sd", "...", "_sd_alg", "a", "cnf", "exp", "aud", "iss"]),
        prop::sample::select(vec![
            "[]", "{}", "null", "1", "\"sha-256\"", "[\"x\"]", "[{\"...\":\"x\"}]", "{\"_sd\":[\"y\"]}", "{\"jwk\":{}}", "[[{\"...\":\"y\"}]]",
        ]),
    ), 0..5)) {
        let text = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect::<Vec<_>>().join(",");
        let token = token_of(HEADER, &format!("{{{text}}}"), &[]);
        let _ = verify_plain(&token);
        let _ = verify(&bind(&token));
        let _ = accept(&token);
        let _ = UnverifiedSdJwt::parse(&token).unwrap().inspect();
    }
}
