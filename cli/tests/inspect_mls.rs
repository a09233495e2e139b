//! `inspect` of what MLS clients export: KeyPackages, GroupInfo, offers, sealed disclosures.
#![cfg(test)]

use std::path::Path;
use std::process::{Command, Output};

use mimicred_keys::{Algorithm, LeafKey, SecretKey, SystemRandom};
use mimicred_mls::component::{IdentityKind, Participant};
use mimicred_mls::group::{Lifetime, Member, RoomState};
use mimicred_mls::rules::NoRules;
use mimicred_mls::{
    BundleItem, Credential, DisclosureBundle, KeyPackageOffer, KeyPackageView, MediaType, OfferContext, SdJwt, SdJwtForm, Suite,
};

fn inspect(directory: &Path, name: &str, octets: &[u8]) -> Output {
    std::fs::write(directory.join(name), octets).unwrap();
    Command::new(env!("CARGO_BIN_EXE_mimicred")).current_dir(directory).args(["inspect", name]).output().unwrap()
}

fn shown(directory: &Path, name: &str, octets: &[u8], wanted: &[&str]) {
    let output = inspect(directory, name, octets);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    for wanted in wanted {
        assert!(text.contains(wanted), "{name} without {wanted}:\n{text}");
    }
}

fn member(credential: Credential) -> Member {
    let key = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom).unwrap()).unwrap();
    Member::new(Suite::X25519Aes128Ed25519, key, credential, NoRules, SystemRandom).unwrap()
}

#[test]
fn everything_that_a_client_exports_is_drawn() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let lifetime = Lifetime::days(now, 28).unwrap();
    let room = "mimi://hub.example/r/clubhouse".parse().unwrap();
    let alice = member(Credential::Basic(b"alice".to_vec()));
    let sd_jwt = SdJwt::new("e30.e30.AA~e30.e30.AA", SdJwtForm::Text).unwrap();
    let bob = member(Credential::SdJwt(sd_jwt)).with_identity_kind(IdentityKind::Pseudonym);

    let context = OfferContext { room_uri: Some(&room), offerer_key: alice.key().public() };
    let key_package = bob.offered_key_package(&lifetime, &context, [7; 16]).unwrap();
    let view = KeyPackageView::decode(&key_package).unwrap();
    let reference: String =
        view.reference(Suite::X25519Aes128Ed25519.hash()).unwrap().iter().map(|it| format!("{it:02x}")).collect();
    let drawn = ["KeyPackage", "usage", "offered", &reference, "identity_kind", "pseudonym", "can be sealed to", "sd_jwt"];
    shown(directory, "kp", &key_package, &drawn);
    shown(directory, "kp-bare", view.octets(), &drawn);
    shown(directory, "leaf", view.leaf_node().octets(), &["LeafNode", "key_package", "0xf006"]);

    let offer = KeyPackageOffer::prepare(&context, now + 600, &[&view], [7; 16]).unwrap().sign(&[bob.key()]).unwrap();
    let octets = offer.encode().unwrap();
    shown(directory, "offer", &octets, &["KeyPackageOffer", "mimi://hub.example/r/clubhouse", &reference, "signed by"]);
    let items = vec![BundleItem::key_package(key_package.clone()).unwrap(), BundleItem::key_package_offer(&offer).unwrap()];
    let subject_uri = "mimi://a.example/p/alice".parse().unwrap();
    let bundle = DisclosureBundle { room_uri: room.clone(), subject_uri, items };
    shown(directory, "bundle", &bundle.encode().unwrap(), &["DisclosureBundle", "KeyPackage", "KeyPackageOffer"]);

    let user = "mimi://a.example/p/alice".parse().unwrap();
    let state = RoomState::new(room.clone())
        .with_participants(vec![Participant { user, role_index: 2 }])
        .with_policy(vec![0, 1])
        .with_media_types(vec![MediaType::DisclosureBundle]);
    let mut group = alice.create(b"0123456789abcdef", &state, &lifetime).unwrap();
    group.add(&[&bob.key_package(&lifetime).unwrap()], vec![]).unwrap();
    group.merge().unwrap();
    let drawn = [
        "GroupInfo",
        "30313233343536373839616263646566",
        "mimi://hub.example/r/clubhouse",
        "mimi://a.example/p/alice (role 2)",
        "application/mimi-disclosure-bundle",
        "2 octets",
        "2 members",
        "basic",
        "sd_jwt",
    ];
    shown(directory, "group-info", &group.group_info().unwrap(), &drawn);

    let sealed = group.seal(&bundle, &[0, 1]).unwrap().encode().unwrap();
    shown(directory, "sealed", &sealed, &["SealedDisclosure", "leaves that can open it", "0 1"]);
    let commit = group.update().unwrap().message;
    let output = inspect(directory, "message", &commit);
    assert_eq!(output.status.code(), Some(2), "a PrivateMessage says nothing");
}

/// Cut off anywhere, each of them is refused with a sentence and never drawn by half.
#[test]
fn what_is_cut_off_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let octets = member(Credential::Basic(b"alice".to_vec())).key_package(&Lifetime::days(now, 28).unwrap()).unwrap();
    for length in [10, 40, 80, octets.len() - 1] {
        let output = inspect(directory.path(), "cut", &octets[..length]);
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8(output.stderr).unwrap().starts_with("error: "), "{length}");
    }
}
