//! A room with members, its policy, and one who receives what they reveal.

use mimicred_mls::component::Participant;
use mimicred_mls::{DisclosureBundle, EpochView, LeafView, Suite};
use mimicred_sd_cwt::DisclosureKey;

use super::{FORMATS, NOW, Person, Provider, ROOM, uri};
use crate::policy::RoomDisclosurePolicy;
use crate::{
    Arrival, Challenge, MemoryReplayStore, NoStatusLists, ReplayKey, Reveal, RoomContext, Settings, Snapshots, StatusLists,
    TrustEntry, TrustStore, Verdict, Verifier, verify,
};

/// The room's policy: name required, everything else as it comes.
pub(crate) fn policy(providers: &[(&Provider, &str)]) -> RoomDisclosurePolicy {
    let mut policy = RoomDisclosurePolicy::from_toml(
        r#"
        pseudonyms = "required"
        identity_reveal = "required"
        accepted_formats = ["mls_credential", "sd_jwt_kb", "sd_kbt"]
        max_presentation_age = 300
        disclosure_deadline = 3600
        [[claim_rules]]
        claim_name = "name"
        paths = [{ jwt = ["name"] }, { cwt = [170] }, { x509 = { oid = "2.5.4.3" } }]
        presence = "required"
        [[claim_rules]]
        claim_name = "email"
        paths = [{ jwt = ["email"] }, { cwt = [179] }, { x509 = { oid = "2.5.29.17", general_name_tag = 1 } }]
        presence = "optional"
        predicates = [{ op = "host_equal", value = "a.example" }]
        "#,
    )
    .unwrap();
    policy.trusted_issuers = providers.iter().map(|(provider, host)| entry(provider, host)).collect();
    policy
}

/// A room's entry for a provider, in all formats.
pub(crate) fn entry(provider: &Provider, host: &str) -> crate::policy::TrustedIssuer {
    crate::policy::TrustedIssuer {
        issuer: provider.issuer.clone(),
        subject_domains: vec![host.to_owned()],
        formats: FORMATS.to_vec(),
        anchors: vec![
            crate::policy::IssuerAnchor::jwk_thumbprint(provider.key.public()),
            crate::policy::IssuerAnchor::cose_key_thumbprint(provider.key.public()),
            crate::policy::IssuerAnchor::certificate(&provider.root),
        ],
        claim_names: Vec::new(),
    }
}

/// A room with members, seen by one who trusts some providers.
pub(crate) struct World {
    pub(crate) view: EpochView,
    pub(crate) trust: TrustStore,
    pub(crate) snapshots: Snapshots,
    pub(crate) replay: MemoryReplayStore,
    pub(crate) received_at: i64,
    pub(crate) accepted_at: Option<i64>,
    pub(crate) disclosure_keys: Vec<DisclosureKey>,
    pub(crate) settings: Settings,
}

impl World {
    pub(crate) fn new(policy: &RoomDisclosurePolicy, trust: Vec<TrustEntry>, people: &[&Person]) -> Self {
        Self::of_view(view(&policy.encode().unwrap(), people), trust)
    }

    pub(crate) fn of_view(view: EpochView, entries: Vec<TrustEntry>) -> Self {
        let mut trust = TrustStore::new();
        trust.extend(entries);
        let mut snapshots = Snapshots::new(5);
        snapshots.enter(&view, &trust, NOW - 100).unwrap();
        let replay = MemoryReplayStore::new(ReplayKey::from_octets([9; 32]));
        let (received_at, settings) = (NOW + 5, Settings::default());
        Self { view, trust, snapshots, replay, received_at, accepted_at: None, disclosure_keys: Vec::new(), settings }
    }

    /// The next epoch, with what `change` makes of the view.
    pub(crate) fn next_epoch(&mut self, change: impl FnOnce(&mut EpochView)) {
        self.view.epoch += 1;
        self.view.nonce_root = [u8::try_from(self.view.epoch % 256).unwrap(); 32].into();
        change(&mut self.view);
        self.snapshots.enter(&self.view, &self.trust, NOW - 50).unwrap();
    }

    pub(crate) fn context(&self, leaf: u32) -> RoomContext {
        self.snapshots.current().unwrap().room_context(leaf, None).unwrap().unwrap()
    }

    pub(crate) fn receive(&mut self, sender: u32, bundle: &DisclosureBundle) -> Verdict {
        self.receive_octets(sender, &bundle.encode().unwrap())
    }

    pub(crate) fn receive_octets(&mut self, sender: u32, bundle: &[u8]) -> Verdict {
        let epoch = self.view.epoch;
        self.judge(sender, epoch, Reveal::Bundle(bundle), None, &NoStatusLists)
    }

    pub(crate) fn judge(
        &mut self,
        sender: u32,
        epoch: u64,
        reveal: Reveal<'_>,
        challenge: Option<Challenge<'_>>,
        status: &dyn StatusLists,
    ) -> Verdict {
        let arrival = Arrival { sender, epoch, received_at: self.received_at, accepted_at: self.accepted_at, challenge };
        let mut verifier = Verifier {
            trust: &self.trust,
            replay: &mut self.replay,
            status,
            disclosure_keys: &self.disclosure_keys,
            settings: self.settings,
        };
        verify(&self.snapshots, &arrival, reveal, &mut verifier).unwrap()
    }
}

pub(crate) fn view(policy: &[u8], people: &[&Person]) -> EpochView {
    let leaves = people
        .iter()
        .zip(0..)
        .map(|(person, index)| LeafView::new(index, person.key.public().clone(), person.credential.clone()));
    EpochView {
        group_id: vec![1; 16],
        epoch: 7,
        suite: Suite::X25519Aes128Ed25519,
        leaves: leaves.collect(),
        unreadable: Vec::new(),
        room_uri: uri(ROOM),
        participants: people.iter().map(|person| Participant { user: person.user.clone(), role_index: 2 }).collect(),
        roles: None,
        policy: Some(policy.to_vec()),
        media_types: Vec::new(),
        nonce_root: [7; 32].into(),
    }
}
