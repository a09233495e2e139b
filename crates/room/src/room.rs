//! One room over time: its epochs, what its members have revealed, and what they were asked.
//!
//! A [`Room`] is told of every epoch on entering it, of every reveal and of every request. It verifies a reveal by the snapshot of its
//! epoch and against the request that it answers, keeps what is in force, and says of each member whether she satisfies the room now.
//!
//! It lives in memory, like the snapshots, whose nonces must be gone with the message secrets. A client that starts anew enters the
//! current epoch as if it had just come: everybody is `unknown_to_me`, and reveals again on request (mimi-mls.md 6 row 35). Nothing of a
//! reveal is written anywhere but in the [`ReplayStore`](crate::ReplayStore).
//!
//! ```
//! # use mimicred_claims::{Clock, Key, Map, Redaction, RedactionPlan, Selection, Value};
//! # use mimicred_keys::{Algorithm, IssuerKey, LeafKey, SecretKey, SystemRandom};
//! # use mimicred_mls::{Credential, EpochView, LeafView, Suite};
//! # use mimicred_room::*;
//! # use mimicred_uri::MimiUri;
//! # use mimicred_x509::{Ca, CaProfile, PseudonymProfile, Validity, prepare_pseudonym, prepare_root};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let (now, random) = (1_790_000_000, &mut SystemRandom);
//! # let provider = IssuerKey::new(SecretKey::generate(Algorithm::P256, random)?);
//! # let root = prepare_root(&CaProfile::new("CA", Validity::days(now, 365)?), provider.public(), random)?.sign(&provider)?;
//! # let mut people = Vec::new();
//! # for name in ["me", "alice"] {
//! #     let key = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, random)?)?;
//! #     let (user, client): (MimiUri, MimiUri) =
//! #         (format!("mimi://a.example/p/{name}").parse()?, format!("mimi://a.example/d/{name}").parse()?);
//! #     let profile = PseudonymProfile::new(key.public(), &user, &client, Validity::days(now, 30)?);
//! #     let pseudonym = prepare_pseudonym(&Ca::from_certificate(&root)?, &profile, random)?.sign(&provider)?;
//! #     people.push((key, Credential::X509(vec![pseudonym.as_der().to_vec()])));
//! # }
//! # let (me, alice) = (0, 1);
//! # let alices = &people[1].0;
//! # let claims = Map::from_entries(vec![
//! #     (Key::from("iss"), Value::from("https://id.a.example")),
//! #     (Key::from("name"), Value::from("Alice")),
//! # ])?;
//! # let plan = RedactionPlan::new(Redaction::Paths(vec!["name".parse()?]));
//! # let issuer = mimicred_sd_jwt::Issuer::new(provider.public());
//! # let token = issuer.prepare(claims, Some(alices.public()), &plan, random)?.sign(&provider)?;
//! # let issuers = [mimicred_sd_jwt::TrustedIssuer { issuer: "https://id.a.example".into(), key: provider.public().clone() }];
//! # let clock = Clock { now, leeway: 0 };
//! # let accept = mimicred_sd_jwt::AcceptExpectations { issuers: &issuers, confirmation_key: alices.public(), clock };
//! # let held = mimicred_sd_jwt::Held::accept(token.as_str(), &accept)?;
//! # let mut trust = TrustStore::new();
//! # trust.add(TrustEntry::of_certificate("https://id.a.example", &root, &["a.example"])?);
//! # let mut policy = policy::RoomDisclosurePolicy::from_toml(r#"
//! #     pseudonyms = "required"
//! #     identity_reveal = "required"
//! #     accepted_formats = ["sd_jwt_kb"]
//! #     max_presentation_age = 300
//! #     disclosure_deadline = 3600
//! #     nonce_mode = "challenge"
//! #     [[claim_rules]]
//! #     claim_name = "name"
//! #     paths = [{ jwt = ["name"] }]
//! #     presence = "required"
//! #     [[trusted_issuers]]
//! #     issuer = "https://id.a.example"
//! #     subject_domains = ["a.example"]
//! #     formats = ["sd_jwt_kb", "mls_credential"]
//! # "#)?;
//! # policy.trusted_issuers[0].anchors =
//! #     vec![policy::IssuerAnchor::jwk_thumbprint(provider.public()), policy::IssuerAnchor::certificate(&root)];
//! # let leaf = |n: u32, (key, credential): &(LeafKey, Credential)| LeafView::new(n, key.public().clone(), credential.clone());
//! # let view = EpochView {
//! #     group_id: vec![1; 16],
//! #     epoch: 7,
//! #     suite: Suite::X25519Aes128Ed25519,
//! #     leaves: (0..).zip(&people).map(|(n, person)| leaf(n, person)).collect(),
//! #     unreadable: Vec::new(),
//! #     room_uri: "mimi://hub.example/r/clubhouse".parse()?,
//! #     participants: Vec::new(),
//! #     roles: None,
//! #     policy: Some(policy.encode()?),
//! #     media_types: Vec::new(),
//! #     nonce_root: [7; 32].into(),
//! # };
//! # let mut store = MemoryReplayStore::new(ReplayKey::generate(random)?);
//! # let mut verifier = Verifier {
//! #     trust: &trust,
//! #     replay: &mut store,
//! #     status: &NoStatusLists,
//! #     disclosure_keys: &[],
//! #     settings: Settings::default(),
//! # };
//! // On entering an epoch, with the view that the group gives of it: `group.view()`.
//! let mut room = Room::new(5, Settings::default());
//! room.enter(&view, &trust, now)?;
//! assert_eq!(room.standing(alice, now).map(|alice| alice.code), Some(VerdictCode::UnknownToMe));
//!
//! // This room wants answers to challenges. What I ask goes to everybody, as application data.
//! let question = Question { claim_names: &[], formats: &[], not_after: now + 600 };
//! let request = room.ask(me, &question, now, random)?.encode()?;
//!
//! // Alice, in her own view of the room, sees that I may ask, what for, and with which nonce to answer.
//! let mut hers = Room::new(5, Settings::default());
//! hers.enter(&view, &trust, now)?;
//! let arrival = Arrival { sender: me, epoch: 7, received_at: now + 1, accepted_at: None, challenge: None };
//! let asked = hers.receive_request(&arrival, RequestMessage::Request(&request))?.ok_or("a request")?;
//! assert_eq!(asked.claim_names, ["name"]);
//! let snapshot = hers.snapshots().current().ok_or("an epoch")?;
//! let mut reveal = PreparedBundle::new(snapshot.room_context(alice, asked.challenge().as_ref())?.ok_or("a leaf that holds")?);
//! reveal.add(Holding::SdJwt(&held), &Selection::Paths(vec!["name".parse()?]), now + 1)?;
//! let answer = reveal.sign(alices)?.encode()?;
//!
//! // To me she is known from now on; a second answer would be a replay.
//! let arrival = Arrival { sender: alice, epoch: 7, received_at: now + 2, accepted_at: None, challenge: None };
//! assert_eq!(room.receive(&arrival, Reveal::Bundle(&answer), &mut verifier)?.code, VerdictCode::Ok);
//! let standing = room.standing(alice, now + 3).ok_or("a member")?;
//! assert_eq!(standing.code, VerdictCode::Ok);
//! assert_eq!(standing.reveals[0].claims()[0].value.to_string(), "Alice");
//! # Ok(())
//! # }
//! ```

mod asking;
#[cfg(test)]
mod tests;

use mimicred_mls::EpochView;

use crate::Error;
use crate::in_force::{EndedReveal, InForce, Standing};
use crate::policy::NonceMode;
use crate::requests::{Peeked, Requests, SingleUse, fingerprint};
use crate::sittings::Sittings;
use crate::snapshot::{Challenge, EpochSnapshot, Snapshots};
use crate::trust::TrustStore;
use crate::verdict::Verdict;
use crate::verify::{Arrival, Reveal, Settings, Verifier, verify, without_reveal};

/// One room, as one client sees it.
#[derive(Debug)]
pub struct Room {
    snapshots: Snapshots,
    sittings: Sittings,
    in_force: InForce,
    requests: Requests,
    settings: Settings,
}

impl Room {
    /// A room that nobody has entered yet. It remembers the current epoch and `past_epochs` before it: as many as the group keeps of
    /// message secrets. The settings are those with which reveals are verified.
    pub fn new(past_epochs: usize, settings: Settings) -> Self {
        Self {
            snapshots: Snapshots::new(past_epochs),
            sittings: Sittings::new(past_epochs),
            in_force: InForce::default(),
            requests: Requests::default(),
            settings,
        }
    }

    /// Takes down the epoch that was just entered, and ends what it ends. Every epoch must come: after one that did not, nobody knows
    /// who has stayed, and all reveals are ended.
    ///
    /// # Errors
    /// `room/snapshot-refused` for another group, and for an epoch that is not later than the last one.
    pub fn enter(&mut self, view: &EpochView, trust: &TrustStore, now: i64) -> Result<&EpochSnapshot, Error> {
        let snapshot = self.snapshots.enter(view, trust, now)?;
        for (sitting, end) in self.sittings.enter(view, snapshot) {
            self.in_force.end(sitting, end, now);
            self.requests.end(sitting);
        }
        self.requests.settle(&self.sittings, now);
        Ok(snapshot)
    }

    /// The snapshots.
    pub fn snapshots(&self) -> &Snapshots {
        &self.snapshots
    }

    /// Verifies what a member revealed, and takes down what came of it. In a room that wants answers to challenges the request that it
    /// answers is found by what the message says, and used up by it; what `arrival` says of a challenge is not looked at.
    ///
    /// What this client itself has sent goes the same way, once it has been delivered: MLS does not give it back.
    ///
    /// # Errors
    /// `room/replay-store` when the replay store fails: then nothing may be concluded.
    pub fn receive(&mut self, arrival: &Arrival<'_>, reveal: Reveal<'_>, verifier: &mut Verifier<'_>) -> Result<Verdict, Error> {
        self.requests.settle(&self.sittings, arrival.received_at);
        let verdict = self.judge(arrival, reveal, verifier)?;
        self.record(arrival, &verdict);
        Ok(verdict)
    }

    fn judge(&mut self, arrival: &Arrival<'_>, reveal: Reveal<'_>, verifier: &mut Verifier<'_>) -> Result<Verdict, Error> {
        let arrival = Arrival { challenge: None, ..*arrival };
        let answered = self.snapshots.of(arrival.epoch).and_then(|snapshot| {
            let policy = snapshot.policy().known().filter(|policy| policy.nonce_mode == NonceMode::Challenge)?;
            let sitting = self.sittings.at(arrival.sender, arrival.epoch)?;
            let peeked = Peeked::into(reveal, snapshot.media_types(), &policy.accepted_formats);
            let kept = self.requests.answered_by(&peeked, sitting, snapshot, &arrival)?;
            Some((kept.nonce?, kept, sitting))
        });
        let Some((nonce, kept, sitting)) = answered else {
            return verify(&self.snapshots, &arrival, reveal, verifier);
        };
        let not_after = kept.not_after;
        let mut replay = SingleUse::new(&mut *verifier.replay, kept, nonce, sitting, fingerprint(reveal));
        let mut verifier = Verifier {
            trust: verifier.trust,
            replay: &mut replay,
            status: verifier.status,
            disclosure_keys: verifier.disclosure_keys,
            settings: verifier.settings,
        };
        let challenge = Some(Challenge { nonce: &nonce, not_after });
        verify(&self.snapshots, &Arrival { challenge, ..arrival }, reveal, &mut verifier)
    }

    /// Takes down what came of a message that was verified elsewhere by the [`snapshots`](Self::snapshots) of this room: of many
    /// messages together, say. In a room that wants answers to challenges only [`Room::receive`] keeps account of them.
    pub fn record(&mut self, arrival: &Arrival<'_>, verdict: &Verdict) {
        let Some(snapshot) = self.snapshots.of(arrival.epoch) else { return };
        let Some(sitting) = self.sittings.at(arrival.sender, arrival.epoch) else { return };
        self.in_force.record(sitting, self.sittings.end_of(sitting), snapshot, arrival, verdict);
        // A message may be accepted without any reveal in it, where none is required.
        if verdict.is_accepted() && verdict.presentations.iter().any(|presentation| presentation.issuer.is_some()) {
            self.requests.hear(sitting, arrival.epoch);
        }
    }

    /// The members of now, as a list of participants shows them. Users with several clients have several leaves; each reveals for
    /// itself.
    pub fn standings(&self, now: i64) -> impl Iterator<Item = Standing<'_>> {
        let leaves = self.snapshots.current().into_iter().flat_map(EpochSnapshot::leaves);
        leaves.filter_map(move |leaf| self.standing(leaf.index(), now))
    }

    /// Whether the member at a leaf satisfies the room now, and what of her is in force; nothing if nobody sits there.
    pub fn standing(&self, leaf: u32, now: i64) -> Option<Standing<'_>> {
        let snapshot = self.snapshots.current()?;
        let sitting = self.sittings.current(leaf)?;
        let absent = without_reveal(snapshot, leaf, now, self.requests.asked(sitting, now)).ok()?.code;
        let code = self.in_force.code(sitting, absent, snapshot, snapshot.leaf(leaf)?);
        Some(Standing { leaf, code, reveals: self.in_force.reveals(sitting), refused: self.in_force.refused(sitting) })
    }

    /// What has ended, and why; the last at the end.
    pub fn ended(&self) -> impl Iterator<Item = &EndedReveal> {
        self.in_force.ended()
    }
}
