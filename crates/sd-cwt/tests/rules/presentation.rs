//! CWT-P: what the Holder makes of a token.

mod binding;
mod kbt;

use mimicred_claims::{Map, Selection, Value};
use mimicred_cose::sign1::{CwtTag, Sign1};
use mimicred_cose::{cbor, header::Header};
use mimicred_keys::{Algorithm, LeafKey};
use mimicred_sd_cwt::{Binding, Code, UnverifiedPresentation};

use crate::tokens::*;

const BINDING: Binding<'_> = Binding { audience: AUDIENCE, nonce: Some(NONCE), issued_at: 900 };

/// Disclosures: region in 503, 503, 504, a decoy; and another header.
fn issued() -> Draft {
    Draft::with(|draft| {
        put(&mut draft.unprotected, -65600, Value::from("kept"));
        let mut location = Map::new();
        location.redacted.push(draft.hide(&content(1, &[Value::from("ca"), Value::from("region")])));
        draft.redact(&content(2, &[Value::Map(location), Value::Int(503)]));
        draft.redact(&content(3, &[Value::from("x"), Value::Int(504)]));
        draft.redact(&content(4, &[]));
    })
}

fn present(selection: &Selection) -> (Vec<String>, Vec<u8>) {
    let prepared = issued().accept().unwrap().prepare(selection, &BINDING).unwrap();
    let revealed: Vec<_> = prepared.revealed().iter().map(ToString::to_string).collect();
    let presentation = prepared.sign(&holder_key()).unwrap();
    assert_eq!(presentation.revealed().len(), revealed.len());
    (revealed, presentation.into_bytes())
}

fn paths(paths: &[&str]) -> Selection {
    Selection::Paths(paths.iter().map(|path| path.parse().unwrap()).collect())
}

/// The SD-CWT in a KBT, taken apart.
fn inner(presentation: &[u8]) -> Sign1<'_> {
    let limits = cbor::Limits::DEFAULT;
    let kbt = Sign1::parse(presentation, CwtTag::Refused, &limits).unwrap();
    let header = Header::read(kbt.protected(), &[13], &limits).unwrap();
    Sign1::parse(header.raw(13).unwrap(), CwtTag::Refused, &limits).unwrap()
}

/// CWT-P-001, CWT-P-003, CWT-V-004: with nothing disclosed there still is a KBT, and in it no list; the other header stays.
#[test]
fn nothing_may_be_disclosed() {
    let (revealed, nothing) = present(&Selection::None);
    assert!(revealed.is_empty());
    assert_eq!(verify(&nothing, |_| {}), Draft::new().verify());
    let kcwt = Draft { disclosures: vec![], claims: issued().claims, ..issued() }.token();
    assert!(nothing.windows(kcwt.len()).any(|window| window == kcwt));
    // An empty list instead is refused, and so is the SD-CWT alone.
    assert_eq!(Draft::with(|draft| draft.raw.sd_claims = Some(hex("80"))).refused(), Code::Structure);
    assert_eq!(verify(&kcwt, |_| {}).unwrap_err(), Code::TypeMismatch);
}

/// CWT-P-002: the Issuer's parts and the disclosures chosen go out octet by octet.
#[test]
fn what_the_issuer_wrote_goes_out_unchanged() {
    let token = issued().token();
    let limits = cbor::Limits::DEFAULT;
    let before = Sign1::parse(&token, CwtTag::Refused, &limits).unwrap();
    let (_, presentation) = present(&paths(&["504"]));
    let after = inner(&presentation);
    assert_eq!(
        (after.protected(), after.payload(), after.signature()),
        (before.protected(), before.payload(), before.signature())
    );
    let unprotected = Header::read(after.unprotected(), &[17], &limits).unwrap();
    let disclosures = issued().disclosures;
    assert_eq!(unprotected.raw(17).unwrap(), [&[0x81], &disclosures[2][..]].concat());
    assert_eq!(unprotected.get(-65600), Some(&Value::from("kept")));

    // The same disclosure in another encoding: a wider head of the whole, of the text in it, of a number in it.
    let changed = |change: fn(&[u8]) -> Vec<u8>| {
        let mut draft = issued();
        draft.disclosures = vec![change(&draft.disclosures[2])];
        draft.refused()
    };
    assert_eq!(changed(|disclosure| [&[0x58, disclosure[0] - 0x40], &disclosure[1..]].concat()), Code::CborForbidden);
    let text = |_: &[u8]| bstr(&[&hex("83 50")[..], &[3; 16], &hex("78 01 78 19 01f8")].concat());
    assert_eq!(changed(text), Code::DisclosureUnmatched);
    let key = |_: &[u8]| bstr(&[&hex("83 50")[..], &[3; 16], &hex("61 78 1a 000001f8")].concat());
    assert_eq!(changed(key), Code::DisclosureUnmatched);
}

/// CWT-P-004, CWT-P-005: a disclosure brings those it stands in; the order is of no account.
#[test]
fn a_disclosure_brings_those_it_stands_in() {
    let (revealed, region) = present(&paths(&["503.region"]));
    assert_eq!(revealed, ["503.region", "503"]);
    let claims = verify(&region, |_| {}).unwrap();
    assert_eq!(claims.at(&"503.region".parse().unwrap()), Some(&Value::from("ca")));
    assert_eq!(claims.int(504), None);

    let mut reversed = issued();
    reversed.disclosures = vec![issued().disclosures[1].clone(), issued().disclosures[0].clone()];
    assert_eq!(reversed.verify().unwrap(), claims);
    let mut orphan = issued();
    orphan.disclosures.truncate(1);
    assert_eq!(orphan.refused(), Code::DisclosureUnmatched);
    let unmatched = issued().accept().unwrap().prepare(&paths(&["999"]), &BINDING).unwrap_err();
    assert_eq!(unmatched.code(), Code::PathUnmatched);
}

/// CWT-D-009: everything is everything but decoys.
#[test]
fn decoys_are_not_presented() {
    let (revealed, all) = present(&Selection::All);
    assert_eq!(revealed.len(), 3);
    assert!(verify(&all, |_| {}).unwrap().int(504).is_some());
    let disclosures = issued().disclosures;
    for (n, is_there) in [(0, true), (1, true), (2, true), (3, false)] {
        assert_eq!(all.windows(disclosures[n].len()).any(|window| window == disclosures[n]), is_there, "{n}");
    }
}

/// CWT-P-006, CWT-P-008, CWT-P-009, trap 4: the form of what we write. The SD-CWT stands in the header as it is, tag 18 first; the
/// type is a number; the algorithm is the fully specified one of the key.
#[test]
fn the_header_of_a_kbt() {
    for (algorithm, id) in [(Algorithm::Ed25519, 0x32), (Algorithm::P256, 0x28)] {
        let draft = Draft::with(|draft| {
            draft.holder = algorithm;
            put(&mut draft.claims, 8, cnf(secret(algorithm, 2).public()));
        });
        let held = draft.accept().unwrap();
        let key = LeafKey::new(secret(algorithm, 2)).unwrap();
        let presentation = held.prepare(&Selection::None, &BINDING).unwrap().sign(&key).unwrap();
        let kbt = Sign1::parse(presentation.as_bytes(), CwtTag::Refused, &cbor::Limits::DEFAULT).unwrap();
        assert_eq!(kbt.protected()[..6], [0xa3, 0x01, id, 0x0d, 0xd2, 0x84]);
        assert!(kbt.protected().ends_with(&[0x10, 0x19, 0x01, 0x26]));
        assert_eq!(kbt.unprotected(), [0xa0]);
        assert!(verify(presentation.as_bytes(), |_| {}).is_ok());
    }
    // In the unprotected header it is not looked for.
    let unprotected = Draft::with(|draft| {
        draft.raw.kbt_protected = Some(hex("a2 01 32 10 19 0126"));
        draft.raw.kbt_unprotected = Some([&[0xa1, 0x0d], &draft.token()[..]].concat());
    });
    assert_eq!(unprotected.refused(), Code::Header);
}

/// CWT-P-019: two steps, and the right key.
#[test]
fn a_signature_made_elsewhere_is_verified() {
    let held = issued().accept().unwrap();
    let prepare = || held.prepare(&Selection::None, &BINDING).unwrap();
    let signature = holder_key().sign(prepare().to_be_signed()).unwrap();
    let finished = prepare().finish(signature.as_bytes()).unwrap();
    assert!(verify(finished.as_bytes(), |_| {}).is_ok());
    assert_eq!(prepare().finish(&[0; 64]).unwrap_err().code(), Code::SignatureHolder);
    let other = LeafKey::new(secret(Algorithm::Ed25519, 9)).unwrap();
    assert_eq!(prepare().sign(&other).unwrap_err().code(), Code::KeyMismatch);
}

/// CWT-P-020: each presentation is of its own, and good for one Verifier.
#[test]
fn a_kbt_is_for_one_verifier() {
    let held = issued().accept().unwrap();
    let to = |audience| {
        let binding = Binding { audience, ..BINDING };
        held.prepare(&Selection::None, &binding).unwrap().sign(&holder_key()).unwrap().into_bytes()
    };
    let (ours, theirs) = (to(AUDIENCE), to("mimi://hub.example/r/other"));
    assert_ne!(ours, theirs);
    assert!(verify(&ours, |_| {}).is_ok());
    assert_eq!(verify(&theirs, |_| {}).unwrap_err(), Code::Audience);
}

/// A room judges a presentation at the time of its own making, and its freshness by other means.
#[test]
fn a_presentation_is_valid_at_its_own_time() {
    let octets = Draft::new().presentation();
    let received = UnverifiedPresentation::parse(&octets).unwrap();
    assert_eq!((received.bound_at(), received.audience()), (Some(900), Some(AUDIENCE)));
    assert_eq!(verify(&octets, |expected| expected.clock.now = 900).err(), None);
    let fraction = Draft::with(|draft| put(&mut draft.kbt_claims, 6, Value::Float(899.5)));
    let octets = fraction.presentation();
    assert_eq!(UnverifiedPresentation::parse(&octets).unwrap().bound_at(), Some(900));
    assert!(verify(&octets, |expected| expected.clock.now = 900).is_ok());
}

/// What Issuer and Holder made is the same octets however it is asked for.
#[test]
fn what_was_made_is_one_string_of_octets() {
    let issued = crate::issuance::issue(crate::issuance::claims(), &crate::issuance::plan(&["500"])).unwrap();
    let octets = issued.as_bytes().to_vec();
    assert!(Sign1::parse(&octets, CwtTag::Refused, &cbor::Limits::default()).is_ok());
    assert_eq!(issued.as_ref(), octets);
    assert_eq!(issued.into_bytes(), octets);
    let made =
        accept(&octets, holder_key().public()).unwrap().prepare(&Selection::All, &BINDING).unwrap().sign(&holder_key()).unwrap();
    let octets = made.as_bytes().to_vec();
    assert!(verify(&octets, |_| {}).is_ok());
    assert_eq!(made.as_ref(), octets);
    assert_eq!(made.into_bytes(), octets);
}
