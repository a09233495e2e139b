use proptest::prelude::*;

use mimicred_error::Report;

use super::*;
use crate::{Content, Opened, restore};

/// A format whose digest of the n-th disclosure is the octet `255 - n`, so that sorting turns the order around.
#[derive(Default)]
pub(crate) struct Toy {
    pub(crate) opened: Vec<Opened<'static>>,
}

impl Toy {
    fn keep(&mut self, content: Content<'static>) -> Digest<'static> {
        let digest: Digest<'static> = Digest::from(vec![255 - u8::try_from(self.opened.len()).unwrap()]);
        self.opened.push(Opened { digest: digest.clone(), content });
        digest
    }
}

impl Redactor for Toy {
    type Error = Error;
    type Kept = Digest<'static>;
    fn claim(&mut self, key: &Key<'_>, value: &mut Value<'_>) -> Result<Digest<'static>, Error> {
        Ok(self.keep(Content::Claim(key.clone().into_owned(), value.clone().into_owned())))
    }
    fn element(&mut self, value: &mut Value<'_>) -> Result<Digest<'static>, Error> {
        Ok(self.keep(Content::Element(value.clone().into_owned())))
    }
    fn decoy(&mut self, _number: Option<u64>) -> Result<Digest<'static>, Error> {
        Ok(self.keep(Content::Decoy))
    }
    fn digest(&mut self, kept: Digest<'static>) -> Digest<'static> {
        kept
    }
}

pub(crate) fn map(entries: Vec<(&'static str, Value<'static>)>) -> Map<'static> {
    Map::from_entries(entries.into_iter().map(|(key, value)| (Key::from(key), value)).collect()).unwrap()
}

pub(crate) fn person() -> Map<'static> {
    map(vec![
        ("iss", Value::from("https://id.a.example")),
        ("name", Value::from("Alice")),
        ("address", Value::Map(map(vec![("street", Value::from("Main 1")), ("country", Value::from("DE"))]))),
        ("nationalities", Value::Array(vec![Value::from("DE"), Value::from("FR")])),
    ])
}

fn paths(texts: &[&str]) -> RedactionPlan {
    RedactionPlan::new(Redaction::Paths(texts.iter().map(|text| text.parse().unwrap()).collect()))
}

fn keep(key: &Key<'_>) -> bool {
    *key == Key::from("iss")
}

#[test]
fn a_named_claim_leaves_its_map_and_the_others_stay() {
    let mut toy = Toy::default();
    let redacted = redact(person(), &paths(&["name", "address.street", "nationalities[1]"]), keep, &mut toy).unwrap();
    assert_eq!(redacted.iter().map(|(key, _)| key.to_string()).collect::<Vec<_>>(), ["iss", "address", "nationalities"]);
    assert_eq!(redacted.redacted, [Digest::from(&[255])]);
    let address = redacted.text("address").unwrap().as_map().unwrap();
    assert_eq!((address.len(), address.redacted.len()), (1, 1));
    let nationalities = redacted.text("nationalities").unwrap().as_array().unwrap();
    assert_eq!(nationalities, [Value::from("DE"), Value::Redacted(Digest::from(&[253]))]);
}

/// JWT-I-013, CWT-I-012: the parent's disclosure holds the child's digest and not its value.
#[test]
fn children_are_redacted_before_their_parent() {
    let mut toy = Toy::default();
    let redacted = redact(person(), &paths(&["address", "address.street"]), keep, &mut toy).unwrap();
    assert_eq!(redacted.redacted.len(), 1);
    let Content::Claim(key, Value::Map(address)) = &toy.opened[1].content else { panic!("the parent comes second") };
    assert_eq!(key, &Key::from("address"));
    assert!(address.text("street").is_none());
    assert_eq!(address.redacted, [Digest::from(&[255])]);
}

#[test]
fn all_redacts_every_member_and_element_but_what_is_kept() {
    let mut toy = Toy::default();
    let redacted = redact(person(), &RedactionPlan::new(Redaction::All), keep, &mut toy).unwrap();
    assert_eq!(redacted.len(), 1);
    assert!(redacted.text("iss").is_some());
    assert_eq!(toy.opened.len(), 7, "name, street, country, address, DE, FR, nationalities");
    // JWT-I-007, CWT-I-031: the order of the claims does not show.
    assert!(redacted.redacted.is_sorted());
}

#[test]
fn all_but_the_visible_ones() {
    let mut toy = Toy::default();
    let plan = RedactionPlan::new(Redaction::All).with_visible(vec![Key::from("address")]);
    let redacted = redact(person(), &plan, keep, &mut toy).unwrap();
    assert_eq!(redacted.text("address"), person().text("address"));
    assert!(redacted.text("name").is_none());
}

#[test]
fn decoys_fill_up_to_the_minimum() {
    let mut toy = Toy::default();
    let redacted = redact(person(), &paths(&["name", "address.street"]).with_min_digests(3), keep, &mut toy).unwrap();
    assert_eq!(redacted.redacted.len(), 3);
    assert_eq!(redacted.text("address").unwrap().as_map().unwrap().redacted.len(), 3);
    assert_eq!(toy.opened.iter().filter(|o| o.content == Content::Decoy).count(), 4);
}

#[test]
fn the_number_of_disclosures_is_bounded_beforehand() {
    for redaction in [Redaction::None, Redaction::All, paths(&["name"]).redaction().clone()] {
        let plan = RedactionPlan::new(redaction).with_min_digests(3);
        let mut toy = Toy::default();
        let most = plan.most_disclosures(person().members());
        redact(person(), &plan, keep, &mut toy).unwrap();
        assert!(toy.opened.iter().filter(|opened| opened.content != Content::Decoy).count() <= most);
    }
    assert_eq!(
        RedactionPlan::new(Redaction::All).most_disclosures(person().members()),
        8,
        "iss, name, address and 2, nationalities and 2"
    );
}

#[test]
fn refuses_to_redact_what_must_stay_visible() {
    for text in ["iss", "iss.x"] {
        let error = redact(person(), &paths(&[text]), keep, &mut Toy::default()).unwrap_err();
        assert_eq!(error.code(), Code::RedactionForbidden, "{text}");
    }
}

#[test]
fn an_unmatched_path_is_an_error_that_names_it() {
    for text in ["nickname", "address.zip", "nationalities[2]", "name.x", "name[]"] {
        let error = redact(person(), &paths(&["name", text]), keep, &mut Toy::default()).unwrap_err();
        assert_eq!(error.code(), Code::PathUnmatched);
        assert_eq!(error.place(), &At::Path(text.to_owned()));
    }
}

#[test]
fn depth_is_bounded() {
    let nested = |depth: usize| (1..depth).fold(Value::Null, |inner, _| Value::Array(vec![inner]));
    let redact_nested = |depth| redact(map(vec![("a", nested(depth))]), &paths(&["a"]), keep, &mut Toy::default());
    assert!(redact_nested(16).is_ok());
    assert_eq!(redact_nested(17).unwrap_err().code(), Code::Limit);
}

pub(crate) fn any_value() -> impl Strategy<Value = Value<'static>> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(|n| Value::Int(n.into())),
        "[a-z]{0,4}".prop_map(Value::from)
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::btree_map("[a-z]{1,3}", inner, 0..4).prop_map(|entries| Value::Map(
                Map::from_entries(entries.into_iter().map(|(key, value)| (Key::Text(key.into()), value)).collect()).unwrap()
            )),
        ]
    })
}

/// The same claims without regard to the order of map entries.
pub(crate) fn sorted(value: &Value<'static>) -> Value<'static> {
    match value {
        Value::Array(elements) => Value::Array(elements.iter().map(sorted).collect()),
        Value::Map(map) => {
            let mut entries: Vec<_> = map.iter().map(|(key, value)| (key.clone(), sorted(value))).collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Map(Map::from_entries(entries).unwrap())
        }
        leaf => leaf.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// What is redacted completely and disclosed completely is what was there.
    #[test]
    fn redacting_and_restoring_is_the_identity(value in any_value(), decoys in 0usize..4) {
        let claims = map(vec![("claim", value)]);
        let mut toy = Toy::default();
        let plan = RedactionPlan::new(Redaction::All).with_min_digests(decoys);
        let redacted = redact(claims.clone(), &plan, |_| false, &mut toy).unwrap();
        prop_assert!(redacted.is_empty());
        toy.opened.reverse();
        let restored = restore(redacted, toy.opened, &Limits::DEFAULT).unwrap();
        prop_assert_eq!(restored.undisclosed(), 0);
        prop_assert_eq!(sorted(&Value::Map(restored.into_claims())), sorted(&Value::Map(claims)));
    }
}

/// CWT-D-001, CWT-D-005, CWT-I-033: marks name places exactly, nest, and put decoys where they stand.
#[test]
fn marks_redact_exactly_what_they_name() {
    let redact_it = || Marks { redact: true, ..Marks::default() };
    let claims = Map::from_entries(vec![
        (Key::Int(1), Value::from("number")),
        (Key::from("1"), Value::from("text")),
        (Key::Int(2), Value::Tag(4, Box::new(Value::Array(vec![Value::from("a"), Value::Null])))),
    ])
    .unwrap();
    let decoys = vec![DecoyMark { position: 0, number: 7 }, DecoyMark { position: 2, number: 8 }];
    let array = Marks { elements: [(1, redact_it())].into(), decoys, ..Marks::default() };
    let marks = Marks {
        keys: [(Key::Int(1), redact_it()), (Key::Int(2), array)].into(),
        decoys: vec![DecoyMark { position: 0, number: 9 }],
        ..Marks::default()
    };
    assert!(!marks.is_empty());
    let plan = RedactionPlan::new(Redaction::Marked(marks));
    assert_eq!(plan.most_disclosures(claims.members()), 5);

    let mut fake = Toy::default();
    let redacted = redact(claims, &plan, |_| false, &mut fake).unwrap();
    assert_eq!(redacted.redacted.len(), 2);
    assert!(redacted.int(1).is_none() && redacted.text("1").is_some());
    let Some(Value::Tag(4, array)) = redacted.int(2) else { panic!("the tag is gone") };
    let kinds: Vec<_> = array.as_array().unwrap().iter().map(|e| matches!(e, Value::Redacted(_))).collect();
    assert_eq!(kinds, [true, false, true, true]);
}

/// CWT-I-018: a mark on what must stay visible, or inside it, is refused.
#[test]
fn marks_spare_what_must_stay_visible() {
    let below = Marks { elements: [(0, Marks { redact: true, ..Marks::default() })].into(), ..Marks::default() };
    for marks in [Marks { redact: true, ..Marks::default() }, below] {
        let plan = RedactionPlan::new(Redaction::Marked(Marks { keys: [(Key::from("name"), marks)].into(), ..Marks::default() }));
        let refused = redact(person(), &plan, |key| *key == Key::from("name"), &mut Toy::default()).unwrap_err();
        assert_eq!(refused.code(), Code::RedactionForbidden);
    }
}

/// A slip in a mark is not silently a claim in clear: the text key for the number, an index too far, a map taken for an array.
#[test]
fn marks_that_name_nothing_are_refused() {
    let redact_it = || Marks { redact: true, ..Marks::default() };
    let below = |index| Marks { elements: [(index, redact_it())].into(), ..Marks::default() };
    let decoy = || Marks { decoys: vec![DecoyMark { position: 0, number: 1 }], ..Marks::default() };
    let claims = || {
        let array = Value::Tag(4, Box::new(Value::Array(vec![Value::Null])));
        Map::from_entries(vec![(Key::Int(501), Value::Null), (Key::from("list"), array)]).unwrap()
    };
    let outcome = |key: Key<'static>, marks: Marks| {
        let plan = RedactionPlan::new(Redaction::Marked(Marks { keys: [(key, marks)].into(), ..Marks::default() }));
        redact(claims(), &plan, |_| false, &mut Toy::default()).map(drop).map_err(|e| (e.code(), format!("{}", e.place())))
    };
    let unmatched = |path: &str| Err((Code::PathUnmatched, format!("at {path}")));
    assert_eq!(outcome(Key::Int(501), redact_it()), Ok(()));
    assert_eq!(outcome(Key::from("list"), below(0)), Ok(()));
    assert_eq!(outcome(Key::from("list"), decoy()), Ok(()));
    assert_eq!(outcome(Key::from("501"), redact_it()), unmatched(r#""501""#));
    assert_eq!(outcome(Key::from("list"), below(1)), unmatched("list[1]"));
    assert_eq!(outcome(Key::Int(501), below(0)), unmatched("501"));
    assert_eq!(outcome(Key::Int(501), decoy()), unmatched("501"));
    let root = RedactionPlan::new(Redaction::Marked(redact_it()));
    assert_eq!(redact(claims(), &root, |_| false, &mut Toy::default()).unwrap_err().code(), Code::PathUnmatched);
}
