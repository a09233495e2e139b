use super::*;
use crate::redact::tests::{Toy, map, person};
use crate::{Key, Limits, Redaction, RedactionPlan, redact, restore};

/// The person with everything but `iss` redacted on its own, restored; with each disclosure's path.
fn restored() -> (crate::Restored<'static>, Vec<String>) {
    let mut toy = Toy::default();
    let plan = RedactionPlan::new(Redaction::All).with_min_digests(5);
    let redacted = redact(person(), &plan, |key| *key == Key::from("iss"), &mut toy).unwrap();
    let restored = restore(redacted, toy.opened, &Limits::DEFAULT).unwrap();
    let paths = restored.disclosed().iter().map(|d| if d.decoy { "decoy".to_owned() } else { d.path.to_string() }).collect();
    (restored, paths)
}

fn chosen(texts: &[&str]) -> Result<Vec<String>, Error> {
    let (restored, paths) = restored();
    let selection = Selection::Paths(texts.iter().map(|text| text.parse().unwrap()).collect());
    let mut chosen: Vec<_> =
        selection.choose(&restored.disclosed(), restored.claims())?.into_iter().map(|n| paths[n].clone()).collect();
    chosen.sort();
    Ok(chosen)
}

/// JWT-P-001, CWT-P-005: a child brings its parents, and no sibling.
#[test]
fn a_child_brings_its_parents() {
    assert_eq!(chosen(&["address.country"]).unwrap(), ["address", "address.country"]);
    assert_eq!(chosen(&["nationalities[1]"]).unwrap(), ["nationalities", "nationalities[1]"]);
}

#[test]
fn a_parent_brings_all_that_is_inside() {
    assert_eq!(chosen(&["address"]).unwrap(), ["address", "address.country", "address.street"]);
    assert_eq!(chosen(&["nationalities[]", "name"]).unwrap(), ["name", "nationalities", "nationalities[0]", "nationalities[1]"]);
}

#[test]
fn a_path_into_a_claim_redacted_as_a_whole_brings_the_whole() {
    let mut toy = Toy::default();
    let plan = RedactionPlan::new(Redaction::Paths(vec!["address".parse().unwrap(), "name".parse().unwrap()]));
    let redacted = redact(person(), &plan, |_| false, &mut toy).unwrap();
    let restored = restore(redacted, toy.opened, &Limits::DEFAULT).unwrap();
    let selection = Selection::Paths(vec!["address.country".parse().unwrap()]);
    let chosen = selection.choose(&restored.disclosed(), restored.claims()).unwrap();
    assert_eq!(chosen.iter().map(|n| restored.disclosed()[*n].path.to_string()).collect::<Vec<_>>(), ["address"]);
}

#[test]
fn what_is_visible_anyway_adds_nothing() {
    assert!(chosen(&["iss"]).unwrap().is_empty());
}

#[test]
fn an_unmatched_path_is_an_error() {
    for text in ["nickname", "address.zip", "nationalities[7]", "name.first"] {
        assert_eq!(chosen(&["name", text]).unwrap_err().code(), Code::PathUnmatched, "{text}");
    }
}

/// CWT-D-009: all means all claims, not the decoys.
#[test]
fn all_and_none() {
    let (restored, paths) = restored();
    let all = Selection::All.choose(&restored.disclosed(), restored.claims()).unwrap();
    assert_eq!(all.len(), 7);
    assert!(all.iter().all(|n| paths[*n] != "decoy"));
    assert!(Selection::None.choose(&restored.disclosed(), restored.claims()).unwrap().is_empty());
}

/// A bare number names the member of that decimal text too; which of both holds what is named is looked at place by place.
#[test]
fn the_number_and_its_text_are_two_claims() {
    let holding = |name| Value::Map(map(vec![(name, Value::Null)]));
    let claims = Map::from_entries(vec![(Key::from("5"), holding("a")), (Key::Int(5), holding("b"))]).unwrap();
    let disclosed: Vec<_> = [Key::from("5"), Key::Int(5)]
        .into_iter()
        .enumerate()
        .map(|(index, key)| Disclosed { index, path: ClaimPath::new(vec![Step::Key(key)]), parent: None, decoy: false })
        .collect();
    for (path, expected) in [("5.a", [0].as_slice()), ("5.b", &[1]), ("5", &[0, 1])] {
        let selection = Selection::Paths(vec![path.parse().unwrap()]);
        assert_eq!(selection.choose(&disclosed, &claims).unwrap(), expected, "{path}");
    }
}
