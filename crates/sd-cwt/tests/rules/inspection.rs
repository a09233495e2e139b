//! What can be seen of a token that nobody has verified.

use mimicred_claims::{Key, Value};
use mimicred_sd_cwt::{Code, Content, DisclosureState, Label, Limits, Status, UnverifiedPresentation, UnverifiedSdCwt};

use crate::tokens::*;

#[test]
fn every_disclosure_is_accounted_for() {
    let draft = Draft::with(|draft| {
        put(&mut draft.protected, 4, bytes(b"kid"));
        draft.redact(&content(1, &[Value::from("a"), Value::Int(501)]));
        draft.redact(&content(2, &[]));
        draft.redact(&content(3, &[Value::Null]));
        drop(draft.disclose(&content(4, &[Value::Null])));
        draft.disclosures.push(draft.disclosures[0].clone());
        draft.disclosures.push(bstr(&hex("80")));
        draft.claims.redacted.push(vec![7; 32].into());
    });
    let octets = draft.presentation();
    let presentation = UnverifiedPresentation::parse(&octets).unwrap();
    assert_eq!(presentation.issuer(), Some(ISSUER));
    assert_eq!(presentation.key_id(), Some(&b"kid"[..]));
    assert_eq!(presentation.algorithm(), Some(mimicred_keys::Algorithm::Ed25519));
    assert_eq!(presentation.key_binding_algorithm(), Some(mimicred_keys::Algorithm::Ed25519));

    let inspection = presentation.inspect().unwrap();
    let states: Vec<_> = inspection.disclosures.iter().map(|disclosure| disclosure.state.clone()).collect();
    assert_eq!(
        states,
        [
            DisclosureState::Referenced("501".parse().unwrap()),
            DisclosureState::Decoy(mimicred_claims::ClaimPath::default()),
            DisclosureState::Misplaced,
            DisclosureState::Unreferenced,
            DisclosureState::Repeated,
            DisclosureState::Unreadable(Code::DisclosureMalformed.slug()),
        ]
    );
    assert_eq!(inspection.disclosures[0].name, Some(Key::Int(501)));
    let disclosed = inspection.claims.iter().find(|node| node.status == Status::Disclosed(0)).unwrap();
    assert_eq!(disclosed.label, Label::Key(501.into()));
    assert_eq!(disclosed.content, Content::Leaf(Value::from("a")));
    let redacted = inspection.claims.iter().filter(|node| node.status == Status::Redacted).count();
    assert_eq!(redacted, 3, "a decoy, a misplaced disclosure, and one that is not there");
    assert!(inspection.claims.iter().any(|node| matches!(node.content, Content::Decoy(_))));
    assert_eq!(inspection.hash, "sha-256");
    assert_eq!(inspection.dates.len(), 3);
    assert_eq!(inspection.key_binding.unwrap().claims.int(6), Some(&Value::Int(900)));
    let thumbprint = mimicred_cose::key::thumbprint_sha256(holder_key().public());
    assert_eq!(hex(&inspection.confirmation_thumbprint.unwrap()), thumbprint);
}

#[test]
fn a_token_without_readable_claims_says_so() {
    let octets = Draft::with(|draft| draft.raw.payload = Some(hex("a1 01 f83b"))).token();
    let token = UnverifiedSdCwt::parse(&octets).unwrap();
    assert_eq!(token.issuer(), None);
    assert_eq!(token.inspect().unwrap_err().code(), Code::CborForbidden);
    let deep = (1..18).fold(Value::Null, |inner, _| array(vec![inner]));
    let octets = Draft::with(|draft| put(&mut draft.claims, 501, deep)).token();
    assert_eq!(UnverifiedSdCwt::parse(&octets).unwrap().inspect().unwrap_err().code(), Code::Limit);
}

/// Whoever looks within wider limits sees more: a disclosure of more items than are read otherwise.
#[test]
fn what_is_looked_at_is_bounded_as_it_was_parsed() {
    let draft = Draft::with(|draft| draft.redact(&content(1, &[array(vec![Value::Null; 300_000]), Value::Int(501)])));
    let octets = draft.presentation();
    let state = |limits: &Limits| {
        let inspection = UnverifiedPresentation::parse_within(&octets, limits).unwrap().inspect().unwrap();
        inspection.disclosures[0].state.clone()
    };
    assert_eq!(state(&Limits::DEFAULT), DisclosureState::Unreadable(Code::Limit.slug()));
    let more = Limits { disclosures: 100_000, ..Limits::DEFAULT };
    assert_eq!(state(&more), DisclosureState::Referenced("501".parse().unwrap()));
}
