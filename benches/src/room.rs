//! A room of many members, each with a pseudonym's credential in her leaf, in a real MLS group.

mod issuer;

use std::time::{SystemTime, UNIX_EPOCH};

use mimicred_keys::{Algorithm, LeafKey, SecretKey, SystemRandom};
use mimicred_mls::component::Participant;
use mimicred_mls::group::{Handshakes, Lifetime, Member, RoomState};
use mimicred_mls::rules::NoRules;
use mimicred_mls::{EpochView, Suite};
use mimicred_room::policy::{DisclosureFormat, IssuerAnchor, RoomDisclosurePolicy, TrustedIssuer};
use mimicred_room::{TrustEntry, TrustStore};
use mimicred_uri::MimiUri;

use crate::cast::{ISSUER, ROOM};
pub use issuer::{CredentialFormat, Issuer, names};

const HOST: &str = "a.example";

/// The room after everybody has been added by one commit.
pub struct Room {
    /// What a hub, or somebody who comes in by herself, imports: with the ratchet tree.
    pub group_info: Vec<u8>,
    /// For everybody but the creator, with the ratchet tree.
    pub welcome: Vec<u8>,
    /// Who can join by it, each once.
    pub newcomers: Vec<Member>,
    /// The epoch as the creator sees it.
    pub view: EpochView,
    pub trust: TrustStore,
    pub now: i64,
}

impl Room {
    /// A room of so many members. OpenMLS looks at the clock, so all is made now.
    pub fn new(suite: Suite, format: CredentialFormat, issuer_algorithm: Algorithm, members: usize) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let lifetime = Lifetime::days(now, 28).unwrap();
        let now = i64::try_from(now).unwrap();
        let issuer = Issuer::new(issuer_algorithm, now);
        let mut people: Vec<(Member, MimiUri)> = (0..members).map(|_| person(suite, format, &issuer)).collect();

        let participant = |(_, user): &(Member, MimiUri)| Participant { user: user.clone(), role_index: 2 };
        let (creator, user) = people.remove(0);
        let policy = policy(&issuer).encode().unwrap();
        let state = RoomState::new(ROOM.parse().unwrap())
            .with_participants(vec![Participant { user, role_index: 2 }])
            .with_policy(policy);
        let mut group = creator.create(b"the room of the measurement", &state, &lifetime).unwrap();
        let key_packages: Vec<Vec<u8>> = people.iter().map(|(member, _)| member.key_package(&lifetime).unwrap()).collect();
        let key_packages: Vec<&[u8]> = key_packages.iter().map(Vec::as_slice).collect();
        let commit = group.add(&key_packages, people.iter().map(participant).collect()).unwrap();
        group.merge().unwrap();

        Self {
            group_info: group.group_info().unwrap(),
            welcome: commit.welcome.unwrap(),
            newcomers: people.into_iter().map(|(member, _)| member).collect(),
            view: group.view().unwrap(),
            trust: trust(&issuer),
            now,
        }
    }
}

/// One member with fresh keys and a fresh pseudonym.
fn person(suite: Suite, format: CredentialFormat, issuer: &Issuer) -> (Member, MimiUri) {
    let key = LeafKey::new(SecretKey::generate(suite.signature_algorithm(), &mut SystemRandom).unwrap()).unwrap();
    let (user, client) = issuer::names();
    let credential = issuer.credential(format, &key, &user, &client);
    let member = Member::new(suite, key, credential, NoRules, SystemRandom).unwrap().with_handshakes(Handshakes::Public);
    (member, user)
}

pub(crate) fn policy(issuer: &Issuer) -> RoomDisclosurePolicy {
    let mut policy = RoomDisclosurePolicy::from_toml(
        r#"
        pseudonyms = "required"
        identity_reveal = "optional"
        accepted_formats = ["mls_credential", "sd_jwt_kb", "sd_kbt"]
        max_presentation_age = 300
        disclosure_deadline = 3600
        "#,
    )
    .unwrap();
    policy.trusted_issuers = vec![TrustedIssuer {
        issuer: ISSUER.to_owned(),
        subject_domains: vec![HOST.to_owned()],
        formats: vec![DisclosureFormat::MlsCredential, DisclosureFormat::SdJwtKb, DisclosureFormat::SdKbt],
        anchors: vec![
            IssuerAnchor::jwk_thumbprint(issuer.key.public()),
            IssuerAnchor::cose_key_thumbprint(issuer.key.public()),
            IssuerAnchor::certificate(&issuer.root),
        ],
        claim_names: Vec::new(),
    }];
    policy
}

pub(crate) fn trust(issuer: &Issuer) -> TrustStore {
    let mut trust = TrustStore::new();
    trust.add(TrustEntry::of_certificate("", &issuer.root, &[HOST]).unwrap());
    trust.add(TrustEntry::of_key(ISSUER, issuer.key.public().clone(), &[HOST]).unwrap());
    trust
}
