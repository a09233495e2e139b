//! The table and the steps of mimi-mls.md 3.4.3: for each, what passes and what breaks it alone.

use mimicred_keys::PublicKey;
use mimicred_x509::{CaProfile, Certificate, IdentityProfile, Validity};

use super::*;
use crate::VerdictCode;
use crate::policy::{DisclosureFormat, RoomDisclosurePolicy, TrustedIssuer};
use crate::testing::{NOW, YEAR, entry, policy};

const HOST: &str = "a.example";

/// A room that names one issuer in one way, and a verifier who trusts one in one way.
struct Stage {
    provider: Provider,
    room: Vec<TrustedIssuer>,
    store: Vec<TrustEntry>,
    allow_local_trust: bool,
}

fn stage() -> Stage {
    let provider = Provider::new(HOST, 1);
    let (room, store) = (vec![entry(&provider, HOST)], vec![provider.trusted_for(&[HOST])]);
    Stage { provider, room, store, allow_local_trust: false }
}

impl Stage {
    fn decide(&self, host: &str, format: DisclosureFormat, signer: Signer<'_>) -> VerdictCode {
        let policy =
            RoomDisclosurePolicy { trusted_issuers: self.room.clone(), allow_local_trust: self.allow_local_trust, ..policy(&[]) };
        let mut store = TrustStore::new();
        store.extend(self.store.iter().cloned());
        decide(Some(&policy), &store, Some(host), format, signer).code
    }

    fn token(&self, issuer: &str, key: &PublicKey) -> VerdictCode {
        self.decide(HOST, DisclosureFormat::SdJwtKb, Signer::Token { issuer, key })
    }

    fn own_token(&self) -> VerdictCode {
        self.token(&self.provider.issuer, self.provider.key.public())
    }
}

/// The four cells, for a token.
#[test]
fn the_table_of_room_and_store() {
    let (mut both, mut room_only, mut local_only, mut neither) = (stage(), stage(), stage(), stage());
    assert_eq!(both.own_token(), VerdictCode::Ok);
    both.allow_local_trust = true;
    assert_eq!(both.own_token(), VerdictCode::Ok, "local trust makes nothing worse");
    // Yes, no.
    room_only.store.clear();
    assert_eq!(room_only.own_token(), VerdictCode::IssuerRoomOnly);
    // No, yes.
    local_only.room.clear();
    assert_eq!(local_only.own_token(), VerdictCode::IssuerUntrusted);
    local_only.allow_local_trust = true;
    assert_eq!(local_only.own_token(), VerdictCode::IssuerLocalOnly);
    // No, no: known to one of the lists for another host, or to neither.
    neither.room.clear();
    neither.store = vec![neither.provider.trusted_for(&["b.example"])];
    assert_eq!(neither.own_token(), VerdictCode::IssuerNotForDomain);
    neither.room = vec![entry(&neither.provider, "b.example")];
    assert_eq!(neither.own_token(), VerdictCode::IssuerNotForDomain);
    neither.store.clear();
    assert_eq!(neither.own_token(), VerdictCode::IssuerNotForDomain);
    neither.room.clear();
    neither.allow_local_trust = true;
    assert_eq!(neither.own_token(), VerdictCode::IssuerUntrusted);
}

/// Steps 1 and 2: the host is exactly one of the entry's, and so is the format; in either list.
#[test]
fn hosts_and_formats_are_exact() {
    let stage = stage();
    let signer = Signer::Token { issuer: &stage.provider.issuer, key: stage.provider.key.public() };
    for (host, code) in [
        (HOST, VerdictCode::Ok),
        ("x.a.example", VerdictCode::IssuerNotForDomain),
        ("example", VerdictCode::IssuerNotForDomain),
        ("A.example", VerdictCode::IssuerNotForDomain),
        ("a.example.", VerdictCode::IssuerNotForDomain),
    ] {
        assert_eq!(stage.decide(host, DisclosureFormat::SdJwtKb, signer), code, "{host}");
    }
    let mut kbt_only = self::stage();
    kbt_only.room[0].formats = vec![DisclosureFormat::SdKbt];
    assert_eq!(kbt_only.decide(HOST, DisclosureFormat::SdKbt, signer), VerdictCode::Ok);
    assert_eq!(kbt_only.decide(HOST, DisclosureFormat::SdJwtKb, signer), VerdictCode::IssuerUntrusted);
    // Host and format must be those of one entry.
    let mut apart = self::stage();
    apart.room.push(TrustedIssuer { formats: vec![DisclosureFormat::SdKbt], ..apart.room[0].clone() });
    apart.room[0].subject_domains = vec!["b.example".to_owned()];
    assert_eq!(apart.decide(HOST, DisclosureFormat::SdKbt, signer), VerdictCode::Ok);
    assert_eq!(apart.decide(HOST, DisclosureFormat::SdJwtKb, signer), VerdictCode::IssuerUntrusted);
}

/// Steps 4 and 5: name and key of a token, each in both lists.
#[test]
fn tokens_are_known_by_name_and_key() {
    let stage = stage();
    let other = secret(Algorithm::P256, 9);
    assert_eq!(stage.own_token(), VerdictCode::Ok);
    assert_eq!(stage.token("https://id.b.example", stage.provider.key.public()), VerdictCode::IssuerUntrusted);
    assert_eq!(stage.token(&stage.provider.issuer, other.public()), VerdictCode::IssuerUntrusted);
    // The room's entry may leave the name open; the store's may not.
    let mut open = self::stage();
    open.room[0].issuer = String::new();
    assert_eq!(open.own_token(), VerdictCode::Ok);
    assert_eq!(open.token("https://id.b.example", stage.provider.key.public()), VerdictCode::IssuerRoomOnly);
    open.store[0].issuer = String::new();
    assert_eq!(open.own_token(), VerdictCode::IssuerRoomOnly, "a CA that only makes certificates");
    // Any of the entry's anchors will do; an anchor of another key will not.
    let mut anchored = self::stage();
    anchored.room[0].anchors =
        vec![IssuerAnchor::jwk_thumbprint(other.public()), IssuerAnchor::spki_sha256(stage.provider.key.public())];
    assert_eq!(anchored.own_token(), VerdictCode::Ok);
    anchored.room[0].anchors.pop();
    assert_eq!(anchored.own_token(), VerdictCode::IssuerUntrusted);
}

/// Step 3: the path ends at an anchor of the entry, which may be an intermediate; that one or a CA above it is in the store.
#[test]
fn paths_lead_to_an_anchor_that_the_store_stands_above() {
    let provider = Provider::new(HOST, 1);
    let person = secret(Algorithm::Ed25519, 2);
    let issuing_key = mimicred_keys::IssuerKey::new(secret(Algorithm::P256, 3));
    let profile = CaProfile::new("issuing", Validity::new(NOW - YEAR, NOW + YEAR).unwrap());
    let random = &mut mimicred_keys::SystemRandom;
    let issuing = mimicred_x509::prepare_issuing_ca(&provider.ca, &profile, issuing_key.public(), random).unwrap();
    let issuing = issuing.sign(&provider.key).unwrap();
    let ca = mimicred_x509::Ca::from_certificate(&issuing).unwrap();
    let profile =
        IdentityProfile::new(person.public(), Validity::new(NOW - 86_400, NOW + 86_400).unwrap()).with_display_name("A");
    let end = mimicred_x509::prepare_identity(&ca, &profile, random).unwrap().sign(&issuing_key).unwrap();
    let path = [end, issuing.clone(), provider.root.clone()];
    let stranger = Provider::new(HOST, 8).root;
    let code = |anchor: &Certificate, known: &Certificate| {
        let mut stage = stage();
        stage.room[0].anchors = vec![IssuerAnchor::certificate(anchor)];
        stage.store = vec![TrustEntry::of_certificate("", known, &[HOST]).unwrap()];
        stage.decide(HOST, DisclosureFormat::MlsCredential, Signer::Path(&path))
    };
    assert_eq!(code(&provider.root, &provider.root), VerdictCode::Ok);
    assert_eq!(code(&issuing, &issuing), VerdictCode::Ok);
    assert_eq!(code(&issuing, &provider.root), VerdictCode::Ok, "the store has a CA above the anchor");
    assert_ne!(code(&provider.root, &issuing), VerdictCode::Ok, "the store has a CA below the anchor only");
    assert_eq!(code(&stranger, &provider.root), VerdictCode::IssuerUntrusted);
    assert_eq!(code(&provider.root, &stranger), VerdictCode::IssuerRoomOnly);
    // The end entity itself is no anchor.
    let mut itself = stage();
    itself.room[0].anchors = vec![IssuerAnchor::certificate(&path[0])];
    itself.store = vec![TrustEntry::of_certificate("", &issuing, &[HOST]).unwrap()];
    assert_eq!(itself.decide(HOST, DisclosureFormat::MlsCredential, Signer::Path(&path)), VerdictCode::IssuerUntrusted);
}

/// Step 6: what an entry lists it vouches for, and `leaf` is a label like others.
#[test]
fn entries_vouch_for_the_labels_that_they_list() {
    let of = |names: &[&str]| TrustedIssuer {
        claim_names: names.iter().map(|name| (*name).to_owned()).collect(),
        ..entry(&Provider::new(HOST, 1), HOST)
    };
    let vouches = |names: &[&str], label: &str| of(names).vouches_for(label);
    assert!(vouches(&[], "name") && vouches(&[], crate::policy::LEAF));
    assert!(vouches(&["name", "leaf"], "name") && vouches(&["name", "leaf"], "leaf"));
    assert!(!vouches(&["name"], "leaf") && !vouches(&["leaf"], "name") && !vouches(&["name"], "nam"));
    // Several entries for one issuer add up.
    let provider = Provider::new(HOST, 1);
    let wanted = RoomDisclosurePolicy { trusted_issuers: vec![of(&["leaf"]), of(&["email"])], ..policy(&[]) };
    let mut store = TrustStore::new();
    store.add(provider.trusted_for(&[HOST]));
    let signer = Signer::Token { issuer: &provider.issuer, key: provider.key.public() };
    let decision = decide(Some(&wanted), &store, Some(HOST), DisclosureFormat::SdKbt, signer);
    assert!(decision.vouches_for("email") && decision.vouches_for("leaf") && !decision.vouches_for("name"));
}

/// Step 7: two members, one of whom lacks the key, come to different answers of one reveal, and the second one says why.
#[test]
fn each_verifier_asks_her_own_store() {
    let (first, mut second) = (stage(), stage());
    second.store = vec![Provider::new("c.example", 5).trusted_for(&[HOST])];
    assert_eq!((first.own_token(), second.own_token()), (VerdictCode::Ok, VerdictCode::IssuerRoomOnly));
}
