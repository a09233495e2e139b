//! CWT-I: what an Issuer makes. What it says in the header, and which claims it refuses, is in the modules below.

mod claims;
mod header;
mod holder;
mod octets;

use mimicred_claims::{Key, Map, Redaction, RedactionPlan, Value};
use mimicred_cose::cbor::{self, Dialect};
use mimicred_cose::sign1::{CwtTag, Sign1};
use mimicred_keys::Random;
use mimicred_sd_cwt::{Code, Held, Issuer, SdCwt};

use crate::tokens::*;

/// Octets that count up, so that no salt comes twice.
pub(crate) struct Counting(pub(crate) u64);

impl Random for Counting {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), mimicred_keys::Error> {
        for chunk in out.chunks_mut(8) {
            self.0 += 1;
            chunk.copy_from_slice(&self.0.to_be_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

pub(crate) struct Constant;

impl Random for Constant {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), mimicred_keys::Error> {
        out.fill(7);
        Ok(())
    }
}

pub(crate) struct Broken;

impl Random for Broken {
    fn fill(&mut self, _: &mut [u8]) -> Result<(), mimicred_keys::Error> {
        Err(mimicred_keys::Code::BackendFailed.into())
    }
}

pub(crate) fn claims() -> Map<'static> {
    let address = Map::from_entries(vec![(Key::from("country"), Value::from("us")), (Key::Int(2), Value::from("x"))]).unwrap();
    map(vec![
        (1, Value::from(ISSUER)),
        (2, Value::from("subject")),
        (4, Value::Int(2000)),
        (6, Value::Int(600)),
        (500, Value::from(true)),
        (502, array(vec![Value::Int(1), Value::Null])),
        (503, Value::Map(address)),
    ])
}

pub(crate) fn plan(paths: &[&str]) -> RedactionPlan {
    RedactionPlan::new(Redaction::Paths(paths.iter().map(|path| path.parse().unwrap()).collect()))
}

pub(crate) fn issuer() -> Issuer {
    Issuer::new(issuer_key().public())
}

pub(crate) fn issue(claims: Map<'static>, plan: &RedactionPlan) -> Result<SdCwt, Code> {
    let prepared = issuer().prepare(claims, holder_key().public(), plan, &mut Counting(0));
    prepared.and_then(|prepared| prepared.sign(&issuer_key())).map_err(|error| error.code())
}

pub(crate) fn hold(token: &SdCwt) -> Held {
    accept(token.as_bytes(), holder_key().public()).unwrap()
}

pub(crate) fn sign1(token: &SdCwt) -> Sign1<'_> {
    Sign1::parse(token.as_bytes(), CwtTag::Refused, &cbor::Limits::DEFAULT).unwrap()
}

/// The claims as they are signed.
pub(crate) fn payload(token: &SdCwt) -> Map<'static> {
    let claims = Dialect::Claims { digest_len: 32 };
    cbor::parse(sign1(token).payload(), claims, &cbor::Limits::DEFAULT).unwrap().as_map().unwrap().clone().into_owned()
}

/// The contents of the disclosures, in their order.
pub(crate) fn disclosures(token: &SdCwt) -> Vec<Vec<u8>> {
    let unprotected = cbor::parse(sign1(token).unprotected(), Dialect::Plain, &cbor::Limits::DEFAULT).unwrap().into_owned();
    let listed = unprotected.as_map().unwrap().int(17).and_then(Value::as_array).unwrap_or_default();
    listed.iter().map(|disclosure| disclosure.as_bytes().unwrap().to_vec()).collect()
}

/// Trap 22, CWT-I-006, CWT-I-007, CWT-I-009: salt, value, key; and the digest over all of it, the head of the byte string included.
#[test]
fn disclosures_and_digests_are_those_of_the_draft() {
    let claims = map(vec![
        (1, Value::from(ISSUER)),
        (2, Value::from("subject")),
        (501, Value::from("ABCD-123456")),
        (502, array(vec![Value::Int(1_549_560_720)])),
    ]);
    struct Published;
    impl Random for Published {
        fn fill(&mut self, out: &mut [u8]) -> Result<(), mimicred_keys::Error> {
            let salts = hex("bae611067bb823486797da1ebbb52f83 8de86a012b3043ae6e4457b9e1aaab80");
            out.iter_mut().zip(salts).for_each(|(out, octet)| *out = octet);
            Ok(())
        }
    }
    let plan = plan(&["501", "502[0]"]);
    let prepared = issuer().prepare(claims, holder_key().public(), &plan, &mut Published).unwrap();
    let token = prepared.sign(&issuer_key()).unwrap();
    assert_eq!(
        disclosures(&token),
        [
            hex("83 50 bae611067bb823486797da1ebbb52f83 6b 414243442d313233343536 1901f5"),
            hex("82 50 8de86a012b3043ae6e4457b9e1aaab80 1a 5c5c6b90"),
        ]
    );
    let payload = payload(&token);
    assert_eq!(*payload.redacted[0], hex("af375dc3fba1d082448642c00be7b2f7bb05c9d8fb61cfc230ddfdfb4616a693"));
    let element = hex("1b7fc8ecf4b1290712497d226c04b503b4aa126c603c83b75d2679c3c613f3fd");
    assert_eq!(payload.int(502), Some(&array(vec![Value::Redacted(element.into())])));
}

/// Trap 22, CWT-I-006, CWT-I-007: other orders and numbers of fields are refused by who receives them.
#[test]
fn disclosures_of_another_form_are_refused() {
    let refused = |content: Vec<u8>| Draft::with(|draft| draft.redact(&content)).accept().err();
    assert_eq!(refused(content(1, &[Value::from("value"), Value::Int(501)])), None);
    // Key before value: what stands where the key belongs is none.
    assert_eq!(refused(content(1, &[Value::Int(501), Value::from(true)])), Some(Code::DisclosureMalformed));
    let element_with_key = Draft::with(|draft| {
        let digest = draft.disclose(&content(1, &[Value::from("value"), Value::Int(501)]));
        put(&mut draft.claims, 502, array(vec![digest]));
    });
    assert_eq!(element_with_key.accept().unwrap_err(), Code::DisclosureMalformed);
}

/// CWT-I-010, CWT-I-011, CWT-I-012, CWT-I-013, CWT-I-019, CWT-I-031, CWT-I-033.
#[test]
fn claims_are_redacted_where_they_stand() {
    let paths = ["500", "502[1]", "503", "503.country", "503.2"];
    let token = issue(claims(), &plan(&paths)).unwrap();
    let payload = payload(&token);
    assert_eq!(payload.redacted.len(), 2, "500 and 503");
    assert!(payload.redacted.is_sorted());
    assert!(matches!(payload.int(502).unwrap().as_array().unwrap(), [Value::Int(1), Value::Redacted(_)]));
    assert!(payload.int(500).is_none() && payload.int(503).is_none());
    // The nested claims are in no clear text of the token but their own disclosures.
    let held = hold(&token);
    let disclosed = held.disclosed();
    assert_eq!(disclosed.len(), 5);
    assert_eq!(disclosures(&token).len(), 5);
    assert_eq!(held.claims().at(&"503.country".parse().unwrap()), Some(&Value::from("us")));
    assert_eq!(held.claims().at(&"502[1]".parse().unwrap()), Some(&Value::Null));
    let parent = disclosed.iter().position(|disclosed| disclosed.path.to_string() == "503");
    let child = disclosed.iter().find(|disclosed| disclosed.path.to_string() == "503.country").unwrap();
    assert_eq!(child.parent, parent);
}

/// CWT-I-010: the digest of a member stands in its own map, and one that was put elsewhere leads elsewhere. CWT-I-011: the same
/// for the place of an element.
#[test]
fn a_digest_in_another_place_is_another_claim() {
    let visible = Map::from_entries(vec![(Key::Int(2), Value::from("x"))]).unwrap();
    let country = |draft: &mut Draft| draft.disclose(&content(1, &[Value::from("us"), Value::from("country")]));
    let held = |put: &dyn Fn(&mut Draft)| Draft::with(put).accept().unwrap();
    let inside = held(&|draft| {
        let Value::Redacted(digest) = country(draft) else { unreachable!() };
        let mut address = visible.clone();
        address.redacted.push(digest);
        put(&mut draft.claims, 503, Value::Map(address));
    });
    assert_eq!(inside.claims().at(&"503.country".parse().unwrap()), Some(&Value::from("us")));
    let hoisted = held(&|draft| {
        draft.redact(&content(1, &[Value::from("us"), Value::from("country")]));
        put(&mut draft.claims, 503, Value::Map(visible.clone()));
    });
    assert_eq!(hoisted.claims().at(&"503.country".parse().unwrap()), None);

    let token = issue(claims(), &plan(&["502[0]"])).unwrap();
    assert!(matches!(payload(&token).int(502).unwrap().as_array().unwrap(), [Value::Redacted(_), Value::Null]));
    assert_eq!(hold(&token).claims().int(502), claims().int(502));
    let at_the_end = held(&|draft| {
        let digest = draft.disclose(&content(1, &[Value::Int(1)]));
        put(&mut draft.claims, 502, array(vec![Value::Null, digest]));
    });
    assert_ne!(at_the_end.claims().int(502), claims().int(502));
}

/// CWT-I-012: nothing of a redacted claim stands in what is signed, nor in the disclosure of what it stands in.
#[test]
fn redacted_values_are_nowhere_else() {
    let token = issue(claims(), &RedactionPlan::new(Redaction::All)).unwrap();
    let visible = payload(&token);
    assert_eq!(visible.iter().map(|(key, _)| key.to_string()).collect::<Vec<_>>(), ["1", "4", "6", "8"]);
    assert_eq!(hold(&token).disclosed().len(), 8, "2, 500, 502 and its two, 503 and its two");
    let with_text =
        |text: &[u8]| disclosures(&token).iter().filter(|content| content.windows(text.len()).any(|part| part == text)).count();
    assert_eq!(with_text(b"country"), 1);
    assert_eq!(with_text(b"subject"), 1);
    assert!(!sign1(&token).payload().windows(7).any(|part| part == b"country" || part == b"subject"));
}

/// CWT-I-013, CWT-I-030: a disclosure for every digest, in the clear, and none beyond.
#[test]
fn the_holder_gets_every_disclosure_and_no_other() {
    let two = |draft: &mut Draft| {
        draft.redact(&content(1, &[Value::from("a"), Value::Int(501)]));
        draft.redact(&content(2, &[Value::from("b"), Value::Int(502)]));
    };
    assert!(Draft::with(two).accept().is_ok());
    let dropped = Draft::with(|draft| {
        two(draft);
        draft.disclosures.pop();
    });
    assert_eq!(dropped.accept().unwrap_err(), Code::DigestUnmatched);
    let extra = Draft::with(|draft| {
        two(draft);
        draft.disclose(&content(3, &[Value::from("c"), Value::Int(504)]));
    });
    assert_eq!(extra.accept().unwrap_err(), Code::DisclosureUnmatched);
}

/// CWT-I-014, CWT-I-034, CWT-I-035, CWT-I-002: without redactions there is no list of disclosures and no key simple(59), in an
/// inner map neither; an empty list is refused.
#[test]
fn what_is_empty_is_left_out() {
    let token = issue(claims(), &RedactionPlan::new(Redaction::None)).unwrap();
    assert_eq!(sign1(&token).unprotected(), hex("a0"));
    assert!(!sign1(&token).payload().windows(2).any(|part| part == hex("f83b")));
    hold(&token);
    let token = issue(claims(), &plan(&["503.country"])).unwrap();
    assert_eq!(
        sign1(&token).payload().windows(2).filter(|part| *part == hex("f83b")).count(),
        1,
        "only where something is redacted"
    );

    let empty_list = Draft::with(|draft| put(&mut draft.unprotected, 17, array(Vec::new())));
    assert_eq!(empty_list.accept().unwrap_err(), Code::Structure);
}

/// Trap 20, CWT-I-033: values that are false or empty are values.
#[test]
fn values_that_look_like_nothing_are_redacted_like_others() {
    let empty = [
        Value::Null,
        Value::from(false),
        Value::Int(0),
        Value::from(""),
        bytes(b""),
        array(Vec::new()),
        Value::Map(Map::new()),
        Value::Float(0.0),
    ];
    for value in empty {
        let given = map(vec![
            (1, Value::from(ISSUER)),
            (2, Value::from("subject")),
            (9, value.clone()),
            (10, array(vec![value.clone(), Value::Int(7)])),
        ]);
        let token = issue(given, &plan(&["9", "10[0]"])).unwrap();
        let held = hold(&token);
        assert_eq!(held.claims().int(9), Some(&value));
        assert_eq!(held.claims().int(10), Some(&array(vec![value.clone(), Value::Int(7)])));
        assert!(held.disclosed().iter().all(|disclosed| !disclosed.decoy));
    }
}

/// CWT-I-008, CWT-D-002: salts are never the same, and a random source that fails stops the Issuer.
#[test]
fn salts_are_fresh() {
    let prepare = |random: &mut dyn Random, paths: &[&str]| {
        issuer().prepare(claims(), holder_key().public(), &plan(paths), random).map(drop).map_err(|error| error.code())
    };
    assert_eq!(prepare(&mut Constant, &["500"]), Ok(()));
    assert_eq!(prepare(&mut Constant, &["500", "503"]), Err(Code::SaltRepeated));
    assert_eq!(prepare(&mut Broken, &["500"]), Err(Code::Keys));

    let many = map(vec![(1, Value::from(ISSUER)), (2, Value::from("s")), (500, array((0..1000).map(Value::Int).collect()))]);
    let token = issue(many, &RedactionPlan::new(Redaction::Paths(vec!["500[]".parse().unwrap()]))).unwrap();
    assert_eq!(hold(&token).disclosed().len(), 1000);
    let salts: std::collections::HashSet<_> = disclosures(&token).iter().map(|content| content[2..18].to_vec()).collect();
    assert_eq!(salts.len(), 1000);

    for salt in [vec![1; 15], vec![1; 32]] {
        let content = cbor::write(&array(vec![bytes(&salt), Value::from("x"), Value::Int(501)])).unwrap();
        assert_eq!(Draft::with(|draft| draft.redact(&content)).accept().unwrap_err(), Code::DisclosureMalformed);
    }
}
