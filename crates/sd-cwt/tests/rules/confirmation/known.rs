//! Confirmation keys that the token does not hold: by thumbprint, by key identifier.

use mimicred_claims::Value;
use mimicred_cose::cbor::Writer;
use mimicred_cose::{cbor, key};
use mimicred_keys::{Algorithm, PublicKey, SecretKey, sha256};
use mimicred_sd_cwt::{Code, KnownKey, NamedKey, ThumbprintUris, UnverifiedPresentation};

use super::with_cnf;
use crate::judging::*;
use crate::tokens::*;

fn known(key_id: Option<&[u8]>, key: &PublicKey) -> KnownKey {
    KnownKey { key_id: key_id.map(<[u8]>::to_vec), key: key.clone() }
}

fn verify_knowing(draft: &Draft, keys: &[KnownKey]) -> Option<Code> {
    let octets = draft.presentation();
    let issuers = [trusted(ISSUER, issuer_key().public())];
    let presentation = UnverifiedPresentation::parse(&octets).unwrap().with_known_keys(keys);
    presentation.verify(&usual(&issuers)).err().map(|error| error.code())
}

/// CWT-K-001, CWT-K-007, CWT-K-008: the thumbprint of each candidate is taken and compared; then the KBT must verify.
#[test]
fn a_thumbprint_is_held_against_known_keys() {
    let (own, other) = (holder_key().public().clone(), issuer_key().public().clone());
    let by_thumbprint = |thumbprint: &[u8]| with_cnf(vec![(5, bytes(thumbprint))]);
    let draft = by_thumbprint(&key::thumbprint_sha256(&own));
    assert_eq!(verify_knowing(&draft, &[known(None, &other), known(None, &own)]), None);
    assert_eq!(verify_knowing(&draft, &[known(Some(b"any"), &own)]), None);
    assert_eq!(verify_knowing(&draft, &[]), Some(Code::Confirmation), "none");
    assert_eq!(verify_knowing(&draft, &[known(None, &other)]), Some(Code::Confirmation), "another");
    // The thumbprint fits, and the KBT is signed by somebody else.
    let stolen = by_thumbprint(&key::thumbprint_sha256(&other));
    assert_eq!(verify_knowing(&stolen, &[known(None, &other)]), Some(Code::SignatureHolder));

    let short = &key::thumbprint_sha256(&own)[..31];
    for bad in [bytes(short), bytes(&[&key::thumbprint_sha256(&own)[..], &[0]].concat()), Value::from("thumbprint")] {
        let draft = with_cnf(vec![(5, bad)]);
        assert_eq!(verify_knowing(&draft, &[known(None, &own)]), Some(Code::Confirmation));
        assert_eq!(draft.accept().unwrap_err(), Code::Confirmation);
    }
}

/// CWT-K-001, CWT-K-014: an identifier is what the caller says it is, and nothing without that.
#[test]
fn a_key_identifier_is_looked_up() {
    let (own, other) = (holder_key().public().clone(), issuer_key().public().clone());
    let draft = with_cnf(vec![(3, bytes(b"alice"))]);
    assert_eq!(verify_knowing(&draft, &[known(Some(b"bob"), &other), known(Some(b"alice"), &own)]), None);
    assert_eq!(verify_knowing(&draft, &[known(Some(b"alice"), &own), known(Some(b"alice"), &own)]), None);
    assert_eq!(verify_knowing(&draft, &[known(Some(b"bob"), &own)]), Some(Code::Confirmation));
    assert_eq!(verify_knowing(&draft, &[known(None, &own)]), Some(Code::Confirmation));
    assert_eq!(verify_knowing(&draft, &[]), Some(Code::Confirmation));
    let ambiguous = [known(Some(b"alice"), &own), known(Some(b"alice"), &other)];
    assert_eq!(verify_knowing(&draft, &ambiguous), Some(Code::Confirmation));
    let text = with_cnf(vec![(3, Value::from("alice"))]);
    assert_eq!(verify_knowing(&text, &[known(Some(b"alice"), &own)]), Some(Code::Confirmation));
    // A known key does not stand in for the one that the token holds.
    assert_eq!(verify_knowing(&Draft::new(), &[known(Some(b"alice"), &other)]), None);
}

/// What to look for is readable before anything is verified, and only read.
#[test]
fn what_cnf_names_can_be_asked_for() {
    let named = |draft: &Draft| {
        let octets = draft.presentation();
        UnverifiedPresentation::parse(&octets).unwrap().confirmation().map_err(|error| error.code())
    };
    let thumbprint = key::thumbprint_sha256(holder_key().public());
    assert_eq!(named(&Draft::new()), Ok(NamedKey::Key(holder_key().public().clone())));
    assert_eq!(named(&with_cnf(vec![(3, bytes(b"alice"))])), Ok(NamedKey::KeyId(b"alice".to_vec())));
    assert_eq!(named(&with_cnf(vec![(5, bytes(&thumbprint))])), Ok(NamedKey::Thumbprint(thumbprint)));
    assert_eq!(named(&with_cnf(vec![])), Err(Code::Confirmation));
    assert_eq!(named(&Draft::with(|draft| take(&mut draft.claims, 8))), Err(Code::ClaimMissing));
    assert_eq!(NamedKey::Key(holder_key().public().clone()).thumbprint(), Some(thumbprint));
    assert_eq!(NamedKey::KeyId(vec![1]).thumbprint_uri(), None);
}

/// CWT-K-009, CWT-K-010, CWT-K-011, CWT-K-012: over the required members in the order of their encoding, by hand; with anything
/// else, or in another order, it is another value.
#[test]
fn what_a_thumbprint_is_over() {
    let public = secret(Algorithm::P256, 2).public().clone();
    let (x, y) = (public.x(), public.y().unwrap());
    let encoded = |members: &[&[u8]]| {
        let mut writer = Writer::new();
        writer.map(members.len());
        members.iter().for_each(|member| writer.raw(member));
        sha256(&writer.finish())
    };
    let (kty, crv, alg) = (&[0x01, 0x02][..], &[0x20, 0x01][..], &[0x03, 0x28][..]);
    let (write_x, write_y) = (&[&[0x21], &bstr(x)[..]].concat()[..], &[&[0x22], &bstr(y)[..]].concat()[..]);
    let right = encoded(&[kty, crv, write_x, write_y]);
    assert_eq!(key::thumbprint_sha256(&public), right);
    assert_ne!(encoded(&[write_y, write_x, crv, kty]), right, "by number");
    assert_ne!(encoded(&[kty, alg, crv, write_x, write_y]), right, "with alg");
    let stripped = &[&[0x21], &bstr(&x[1..])[..]].concat()[..];
    assert_ne!(encoded(&[kty, crv, stripped, write_y]), right, "without the first octet of x");

    // What else a COSE_Key has changes nothing, nor does a compressed point.
    let of = |change: &dyn Fn(&mut mimicred_claims::Map<'static>)| {
        let mut members = key::public_members(&public);
        change(&mut members);
        let octets = cbor::write(&Value::Map(members)).unwrap();
        key::thumbprint_sha256(&mimicred_cose::CoseKey::from_octets(&octets).unwrap().public)
    };
    assert_eq!(of(&|key| put(key, 2, bytes(b"kid"))), right);
    assert_eq!(of(&|key| put(key, 3, Value::Int(-9))), right);
    assert_eq!(of(&|key| put(key, -4, bytes(&secret(Algorithm::P256, 2).octets()))), right);
    let is_odd = y.last().unwrap() % 2 == 1;
    assert_eq!(of(&|key| put(key, -3, Value::Bool(is_odd))), right);
    assert_ne!(of(&|key| put(key, -3, Value::Bool(!is_odd))), right);
}

/// CWT-K-012: a coordinate that begins with a zero keeps it.
#[test]
fn a_coordinate_keeps_its_leading_zero() {
    let numbered = |n: u16| SecretKey::from_octets(Algorithm::P256, &[&[1; 30], &n.to_be_bytes()[..]].concat()).unwrap();
    let public = (0..).map(|n| numbered(n).public().clone()).find(|key| key.x()[0] == 0).unwrap();
    let octets = key::public_octets(&public);
    assert!(octets.windows(4).any(|window| window == [0x21, 0x58, 0x20, 0x00]));
    let stripped = {
        let mut members = key::public_members(&public);
        put(&mut members, -2, bytes(&public.x()[1..]));
        members
    };
    assert_ne!(sha256(&cbor::write(&Value::Map(stripped.clone())).unwrap()), key::thumbprint_sha256(&public));
    assert_eq!(with_cnf(vec![(1, Value::Map(stripped))]).refused(), Code::Confirmation);
}

/// CWT-K-013, trap 28.
#[test]
fn a_thumbprint_uri_names_its_hash() {
    let named = NamedKey::Key(holder_key().public().clone());
    let uri = named.thumbprint_uri().unwrap();
    let read = |uri: &str, uris| NamedKey::from_thumbprint_uri(uri, uris).map_err(|error| error.code());
    let thumbprint = NamedKey::Thumbprint(named.thumbprint().unwrap());
    assert_eq!(read(&uri, ThumbprintUris::Rfc9679), Ok(thumbprint.clone()));
    assert_eq!(thumbprint.thumbprint_uri().unwrap(), uri);
    assert!(uri.starts_with("urn:ietf:params:oauth:ckt:sha-256:"));
    assert_eq!(read(&format!("{uri}="), ThumbprintUris::Rfc9679), Err(Code::Confirmation));
    assert_eq!(read(&uri.replace("sha-256", "sha-999"), ThumbprintUris::Rfc9679), Err(Code::Confirmation));
    let short = uri.replace("sha-256:", "");
    assert_eq!(read(&short, ThumbprintUris::Rfc9679), Err(Code::Confirmation));
    assert_eq!(read(&short, ThumbprintUris::WithoutHashToo), Ok(thumbprint));
}
