use mimicred_error::At;

use super::*;
use crate::Code;
use crate::redact::tests::{map, person};

fn digest(n: u8) -> Digest<'static> {
    Digest::from(vec![n])
}

fn claim(n: u8, key: &'static str, value: Value<'static>) -> Opened<'static> {
    Opened { digest: digest(n), content: Content::Claim(Key::from(key), value) }
}

fn element(n: u8, value: Value<'static>) -> Opened<'static> {
    Opened { digest: digest(n), content: Content::Element(value) }
}

fn with_digests(mut map: Map<'static>, digests: &[u8]) -> Map<'static> {
    map.redacted = digests.iter().map(|n| digest(*n)).collect();
    map
}

fn code(root: Map<'static>, opened: Vec<Opened<'static>>) -> Code {
    restore(root, opened, &Limits::DEFAULT).unwrap_err().code()
}

/// CWT-H-010, CWT-V-020, JWT-V-011: a child may come before its parent, and restored elements keep their place.
#[test]
fn nested_disclosures_restore_in_any_order() {
    let array = Value::Array(vec![Value::Redacted(digest(3)), Value::from("FR")]);
    let root = || with_digests(map(vec![("nationalities", array.clone())]), &[1]);
    let parent = claim(1, "address", Value::Map(with_digests(Map::new(), &[2])));
    let child = claim(2, "country", Value::from("DE"));
    let nationality = element(3, Value::from("DE"));
    for order in [[0, 1, 2], [1, 0, 2], [2, 1, 0], [1, 2, 0]] {
        let all = [parent.clone(), child.clone(), nationality.clone()];
        let opened = order.iter().map(|n| all[*n].clone()).collect();
        let restored = restore(root(), opened, &Limits::DEFAULT).unwrap();
        assert_eq!(restored.claims().at(&"address.country".parse().unwrap()), Some(&Value::from("DE")));
        assert_eq!(restored.claims().at(&"nationalities[0]".parse().unwrap()), Some(&Value::from("DE")));
        assert_eq!(restored.claims().at(&"nationalities[1]".parse().unwrap()), Some(&Value::from("FR")));
        let disclosed = restored.disclosed();
        let child = disclosed.iter().find(|d| d.path.to_string() == "address.country").unwrap();
        assert_eq!(restored.disclosed()[child.parent.unwrap()].path.to_string(), "address");
        assert!(restored.disclosed().iter().enumerate().all(|(n, d)| d.index == n));
    }
}

/// JWT-V-006, JWT-V-012, JWT-V-013, CWT-V-025, CWT-V-027: digests left over vanish, emptied containers stay.
#[test]
fn undisclosed_digests_are_removed() {
    let root = with_digests(
        map(vec![("a", Value::Array(vec![Value::Redacted(digest(2))])), ("b", Value::Map(with_digests(Map::new(), &[3])))]),
        &[1],
    );
    let restored = restore(root, vec![], &Limits::DEFAULT).unwrap();
    assert_eq!(*restored.claims(), map(vec![("a", Value::Array(vec![])), ("b", Value::Map(Map::new()))]));
    assert_eq!(restored.undisclosed(), 3);
}

/// CWT-D-010: a presented decoy is removed with its digest.
#[test]
fn a_decoy_restores_nothing() {
    let decoy = Opened { digest: digest(1), content: Content::Decoy };
    let restored = restore(with_digests(person(), &[1]), vec![decoy.clone()], &Limits::DEFAULT).unwrap();
    assert_eq!(*restored.claims(), person());
    assert!(restored.disclosed()[0].decoy);
    assert_eq!(code(person(), vec![decoy]), Code::DisclosureUnmatched);
}

/// JWT-V-015, CWT-V-015: a stray disclosure, and a child without its parent.
#[test]
fn a_disclosure_without_its_digest_is_refused() {
    let error =
        restore(with_digests(person(), &[1]), vec![claim(1, "a", Value::Null), claim(2, "b", Value::Null)], &Limits::DEFAULT)
            .unwrap_err();
    assert_eq!(error.code(), Code::DisclosureUnmatched);
    assert_eq!(mimicred_error::Report::place(&error), &At::Disclosure(1));
}

/// JWT-V-014, CWT-V-017: twice in one map, in two maps, between map and array, inside a disclosure, disclosed or not.
#[test]
fn a_digest_twice_is_refused() {
    let inner = || Value::Map(with_digests(Map::new(), &[1]));
    let in_array = || Value::Array(vec![Value::Redacted(digest(1))]);
    assert_eq!(code(with_digests(Map::new(), &[1, 1]), vec![]), Code::DigestDuplicate);
    assert_eq!(code(with_digests(map(vec![("a", inner())]), &[1]), vec![]), Code::DigestDuplicate);
    assert_eq!(code(with_digests(map(vec![("a", in_array())]), &[1]), vec![]), Code::DigestDuplicate);
    assert_eq!(code(with_digests(Map::new(), &[1, 2]), vec![claim(2, "a", inner())]), Code::DigestDuplicate);
    // JWT-V-016, CWT-V-016: the same disclosure sent twice.
    assert_eq!(code(with_digests(Map::new(), &[1]), vec![claim(1, "a", Value::Null); 2]), Code::DigestDuplicate);
}

/// JWT-V-007, JWT-V-008, CWT-V-018.
#[test]
fn a_disclosure_of_the_wrong_kind_is_refused() {
    assert_eq!(code(with_digests(Map::new(), &[1]), vec![element(1, Value::Null)]), Code::DisclosureMisplaced);
    let array = map(vec![("a", Value::Array(vec![Value::Redacted(digest(1))]))]);
    assert_eq!(code(array, vec![claim(1, "b", Value::Null)]), Code::DisclosureMisplaced);
    assert_eq!(code(map(vec![("a", Value::Redacted(digest(1)))]), vec![]), Code::DisclosureMisplaced);
}

/// JWT-V-010, CWT-V-019: with a clear claim, and between two disclosures; the same name elsewhere is fine.
#[test]
fn a_disclosed_claim_replaces_nothing() {
    assert_eq!(code(with_digests(person(), &[1]), vec![claim(1, "name", Value::Null)]), Code::ClaimCollision);
    assert_eq!(
        code(with_digests(person(), &[1, 2]), vec![claim(1, "a", Value::Null), claim(2, "a", Value::Null)]),
        Code::ClaimCollision
    );
    assert!(restore(with_digests(person(), &[1]), vec![claim(1, "country", Value::Null)], &Limits::DEFAULT).is_ok());
}

/// JWT-E-017, JWT-V-029, CWT-E-026, CWT-E-027, CWT-V-021: depth counts what disclosures bring, work is bounded.
#[test]
fn limits_hold_after_disclosures_are_in_place() {
    let chain = |length: u8| -> Vec<_> {
        (1..=length)
            .map(|n| claim(n, "a", if n == length { Value::Null } else { Value::Map(with_digests(Map::new(), &[n + 1])) }))
            .collect()
    };
    assert!(restore(with_digests(Map::new(), &[1]), chain(16), &Limits::DEFAULT).is_ok());
    assert_eq!(code(with_digests(Map::new(), &[1]), chain(17)), Code::Limit);
    // Who wants it deeper gets it deeper, but not as deep as the stack.
    let unlimited = Limits { depth: usize::MAX, ..Limits::DEFAULT };
    assert!(restore(with_digests(Map::new(), &[1]), chain(128), &unlimited).is_ok());
    assert_eq!(restore(with_digests(Map::new(), &[1]), chain(129), &unlimited).unwrap_err().code(), Code::Limit);
    let deep = |depth: usize| map(vec![("a", (1..depth).fold(Value::Null, |inner, _| Value::Array(vec![inner])))]);
    assert!(restore(deep(16), vec![], &Limits::DEFAULT).is_ok());
    assert_eq!(code(deep(17), vec![]), Code::Limit);
    let long = |octets: usize| {
        vec![Opened { digest: digest(1), content: Content::Claim(Key::Text("x".repeat(octets).into()), Value::Null) }]
    };
    assert!(restore(with_digests(Map::new(), &[1]), long(4096), &Limits::DEFAULT).is_ok());
    assert_eq!(code(with_digests(Map::new(), &[1]), long(4097)), Code::Limit);
    let few = Limits { disclosures: 1, digests: 2, ..Limits::DEFAULT };
    assert_eq!(restore(with_digests(Map::new(), &[1, 2]), chain(2), &few).unwrap_err().code(), Code::Limit);
    assert_eq!(restore(with_digests(Map::new(), &[1, 2, 3]), vec![], &few).unwrap_err().code(), Code::Limit);
}

/// CWT-V-028, CWT-H-011: two claims sets of one token become one, and share one space of digests.
#[test]
fn two_claims_sets_are_restored_together() {
    let address = |first, second| Value::Map(map(vec![first, second]));
    let country = ("country", Value::from("DE"));
    let city = ("city", Value::from("Ulm"));
    let payload = || with_digests(map(vec![("address", address(country.clone(), city.clone()))]), &[1]);
    let header = |country_of_header: &'static str| {
        let country = ("country", Value::from(country_of_header));
        with_digests(map(vec![("address", address(city.clone(), country)), ("age", Value::Int(20))]), &[2])
    };
    let opened = || vec![claim(1, "name", Value::from("A")), claim(2, "name", Value::from("A"))];
    let restored = restore_with(payload(), header("DE"), opened(), &Limits::DEFAULT).unwrap();
    assert_eq!(restored.claims().len(), 3);
    assert_eq!(restored.disclosed().iter().map(|d| d.path.to_string()).collect::<Vec<_>>(), ["name", "name"]);

    let code = |header, opened| restore_with(payload(), header, opened, &Limits::DEFAULT).unwrap_err().code();
    assert_eq!(code(header("FR"), opened()), Code::ClaimCollision);
    let differ = vec![claim(1, "name", Value::from("A")), claim(2, "name", Value::from("B"))];
    assert_eq!(code(header("DE"), differ), Code::ClaimCollision);
    assert_eq!(code(with_digests(Map::new(), &[1]), vec![]), Code::DigestDuplicate);
}

/// CWT-V-023: what must stay visible does not come by a disclosure at the top level, of either claims set, and may elsewhere.
#[test]
fn visible_claims_are_not_disclosed() {
    let inner = || ("inner", Value::Map(with_digests(Map::new(), &[2])));
    let visible = |key: &Key<'_>| *key == Key::from("exp");
    let run = |root: Map<'static>, also: Map<'static>, opened: Opened<'static>| {
        let mut restoring = Restoring::new(root, 1, &Limits::DEFAULT).unwrap().with_visible(&visible);
        restoring.add(&opened.digest, opened.content)?;
        restoring.finish_with(also)
    };
    let exp = |n| claim(n, "exp", Value::Int(1));
    let top = || with_digests(map(vec![inner()]), &[1]);
    assert_eq!(run(top(), Map::new(), exp(1)).unwrap_err().code(), Code::RedactionForbidden);
    assert_eq!(run(Map::new(), top(), exp(1)).unwrap_err().code(), Code::RedactionForbidden);
    assert!(run(top(), Map::new(), exp(2)).is_ok());
    assert!(run(top(), Map::new(), claim(1, "name", Value::Null)).is_ok());
}

/// CWT-V-035: disclosures and digests are counted here too, whoever counted before; at the top level and below it.
#[test]
fn numbers_are_limited() {
    let limits = Limits { disclosures: 1, digests: 2, ..Limits::DEFAULT };
    let run = |root, opened| restore(root, opened, &limits).map(drop).map_err(|error: Error| error.code());
    let inner = |digests: &[u8]| ("inner", Value::Map(with_digests(Map::new(), digests)));
    let elements = |digests: &[u8]| ("list", Value::Array(digests.iter().map(|n| Value::Redacted(digest(*n))).collect()));
    assert_eq!(run(with_digests(Map::new(), &[1, 2]), vec![claim(1, "a", Value::Null)]), Ok(()));
    assert_eq!(run(with_digests(Map::new(), &[1, 2, 3]), vec![]), Err(Code::Limit));
    assert_eq!(run(with_digests(map(vec![inner(&[2])]), &[1]), vec![]), Ok(()));
    assert_eq!(run(with_digests(map(vec![inner(&[2, 3])]), &[1]), vec![]), Err(Code::Limit));
    assert_eq!(run(with_digests(map(vec![elements(&[2, 3])]), &[1]), vec![]), Err(Code::Limit));
    let two = vec![claim(1, "a", Value::Null), claim(2, "b", Value::Null)];
    assert_eq!(run(with_digests(Map::new(), &[1, 2]), two.clone()), Err(Code::Limit));
    assert_eq!(run(map(vec![inner(&[1, 2])]), two), Err(Code::Limit));
}
