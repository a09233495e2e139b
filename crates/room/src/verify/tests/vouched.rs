//! Credentials for another key, which vouches for the leaf key (mimi-mls 6 row 4): refused, or shown with that mark and never relied on.

use mimicred_keys::{Algorithm, Family, LeafKey, PublicKey, ToBeSigned};
use mimicred_mls::{BundleItem, Credential, CredentialBinding, CredentialPresentation, DisclosureBundle, PresentationContext};

use super::pipeline::scene;
use crate::policy::DisclosureFormat;
use crate::testing::*;
use crate::verdict::Outcome;
use crate::{Verdict, VerdictCode, VouchedKeys};

/// A credential of some format for a key, made for the room where that is said of tokens.
fn credential(format: DisclosureFormat, provider: &Provider, key: &LeafKey, world: &World) -> Credential {
    let owned = identity(format, provider, key.public(), &alice(), NOW + YEAR);
    let context = world.context(0);
    let selection = select(format, &["name"]);
    match owned {
        Owned::X509(chain, _) => Credential::X509(chain),
        Owned::Jwt(held) => {
            let nonce = mimicred_jose::base64url::encode(&context.nonce);
            let binding = mimicred_sd_jwt::Binding { audience: ROOM, nonce: &nonce, issued_at: NOW };
            let text = held.prepare(&selection, &binding).unwrap().sign(key).unwrap();
            Credential::SdJwt(mimicred_mls::SdJwt::new(text.as_str(), mimicred_mls::SdJwtForm::Text).unwrap())
        }
        Owned::Cwt(held) => {
            let binding = mimicred_sd_cwt::Binding { audience: ROOM, nonce: Some(&context.nonce), issued_at: NOW };
            Credential::SdCwt(held.prepare(&selection, &binding).unwrap().sign(key).unwrap().into_bytes())
        }
    }
}

/// The credential with what a key says of a leaf key.
fn binding(credential: Credential, said_of: &PublicKey, by: &LeafKey, signed_by: &LeafKey) -> CredentialBinding {
    let credential_key = by.public().octets().to_vec();
    let mut binding = CredentialBinding { cipher_suite: 1, credential, credential_key, signature: Vec::new() };
    let content = ToBeSigned::new(Family::Mls, binding.sign_content(said_of).unwrap()).unwrap();
    binding.signature = signed_by.sign(&content).unwrap().into_bytes();
    binding
}

/// What a CredentialPresentation of these is judged to be, signed by this key.
fn judged(world: &mut World, multi: Credential, signed_by: &LeafKey) -> Verdict {
    let context = world.context(0);
    let place = PresentationContext {
        room_uri: &context.room_uri,
        group_id: &context.group_id,
        epoch: context.epoch,
        hash: context.hash,
    };
    let issued_at = u64::try_from(NOW).unwrap();
    let prepared = CredentialPresentation::prepare(multi, &place, issued_at, &context.nonce, signed_by.public()).unwrap();
    let signature = signed_by.sign(prepared.to_be_signed()).unwrap();
    let item = BundleItem::presentation(&prepared.finish(signature.as_bytes()).unwrap()).unwrap();
    let bundle = DisclosureBundle { room_uri: context.room_uri, subject_uri: context.subject_uri, items: vec![item] };
    world.receive(0, &bundle)
}

fn other_key() -> LeafKey {
    LeafKey::new(secret(Algorithm::Ed25519, 77)).unwrap()
}

/// The verdict on a multi of one credential that all is well with, in a room that requires a name or does not.
pub(super) fn vouched(format: DisclosureFormat, keys: VouchedKeys) -> Verdict {
    let (provider, person, mut world) = scene();
    world.settings.vouched_keys = keys;
    let other = other_key();
    let credential = credential(format, &provider, &other, &world);
    let binding = binding(credential, person.key.public(), &other, &other);
    judged(&mut world, Credential::Multi(vec![binding]), &person.key)
}

#[test]
fn it_is_refused_unless_asked_for() {
    for format in FORMATS {
        let verdict = vouched(format, VouchedKeys::Refused);
        assert_eq!(verdict.code, VerdictCode::FormatNotAccepted, "{verdict}");
        assert!(verdict.claims.is_empty());
    }
}

#[test]
fn it_is_shown_with_a_mark_and_meets_nothing() {
    for format in FORMATS {
        let verdict = vouched(format, VouchedKeys::Shown);
        assert_eq!(verdict.code, VerdictCode::Vouched, "{verdict}");
        assert!(!verdict.is_accepted());
        assert_eq!(verdict.claims[0].value.to_string(), "Alice Adams", "{verdict}");
        assert_eq!(verdict.rules[0].code, Some(VerdictCode::Vouched));
        let key = verdict.presentations[0].checks.iter().find(|check| check.name == "key").unwrap();
        assert_eq!((key.outcome, key.code), (Outcome::Marked, Some(VerdictCode::Vouched)));
    }
}

/// One that is vouched for beside one that counts: that one meets the rules, and the other keeps its mark.
#[test]
fn beside_a_real_one_it_changes_nothing() {
    let (provider, person, mut world) = scene();
    world.settings.vouched_keys = VouchedKeys::Shown;
    let other = other_key();
    let foreign = credential(DisclosureFormat::MlsCredential, &provider, &other, &world);
    let own = credential(DisclosureFormat::MlsCredential, &provider, &person.key, &world);
    let bindings =
        vec![binding(foreign, person.key.public(), &other, &other), binding(own, person.key.public(), &person.key, &person.key)];
    // Even what is for the leaf key is only vouched for inside a multi.
    let verdict = judged(&mut world, Credential::WeakMulti(bindings), &person.key);
    assert_eq!(verdict.code, VerdictCode::Vouched, "{verdict}");
    assert_eq!(verdict.presentations.len(), 2);
}

#[test]
fn a_key_vouches_for_one_leaf_key_and_for_its_own_credential() {
    for format in FORMATS {
        let (provider, person, mut world) = scene();
        world.settings.vouched_keys = VouchedKeys::Shown;
        let (other, third) = (other_key(), LeafKey::new(secret(Algorithm::Ed25519, 78)).unwrap());
        let of = |key: &LeafKey| credential(format, &provider, key, &world);
        let leaf = person.key.public();
        let cases = [
            ("for another leaf", binding(of(&other), third.public(), &other, &other)),
            ("signed by another", binding(of(&other), leaf, &other, &third)),
            ("of another's credential", binding(of(&third), leaf, &other, &other)),
        ];
        for (what, binding) in cases {
            let verdict = judged(&mut world, Credential::Multi(vec![binding]), &person.key);
            assert_eq!(verdict.code, VerdictCode::KeyMismatch, "{what}, {format:?}: {verdict}");
            assert!(verdict.claims.is_empty());
        }
    }
}

/// The leaf key itself signs that it shows them: the other key alone presents nothing here.
#[test]
fn the_leaf_key_must_present_it() {
    let (provider, person, mut world) = scene();
    world.settings.vouched_keys = VouchedKeys::Shown;
    let other = other_key();
    let credential = credential(DisclosureFormat::MlsCredential, &provider, &other, &world);
    let binding = binding(credential, person.key.public(), &other, &other);
    let verdict = judged(&mut world, Credential::Multi(vec![binding]), &other);
    assert_eq!(verdict.code, VerdictCode::BindingInvalid, "{verdict}");
}
