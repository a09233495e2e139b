//! A room by hand: what an epoch looks like is up to the test.

use mimicred_claims::Selection;
use mimicred_keys::SystemRandom;
use mimicred_mls::component::Participant;
use mimicred_mls::{DisclosureRequest, EpochView, LeafView};

use crate::policy::{DisclosureFormat, RoomDisclosurePolicy};
use crate::testing::*;
use crate::{
    Arrival, Challenge, MemoryReplayStore, NoStatusLists, Question, ReplayKey, Reveal, Room, Settings, StatusLists, TrustStore,
    Verdict, VerdictCode, Verifier,
};

/// Me at leaf 0, Alice at 1, Bob at 2, in epoch 7; I came at `NOW - 100`.
pub(super) struct Scene {
    pub(super) provider: Provider,
    pub(super) people: Vec<Person>,
    pub(super) view: EpochView,
    pub(super) trust: TrustStore,
    pub(super) room: Room,
    pub(super) replay: MemoryReplayStore,
}

pub(super) const ME: u32 = 0;
pub(super) const ALICE: u32 = 1;
pub(super) const BOB: u32 = 2;
pub(super) const CAROL: u32 = 3;

impl Scene {
    pub(super) fn new(change: impl FnOnce(&mut RoomDisclosurePolicy)) -> Self {
        let provider = Provider::new("a.example", 1);
        let people: Vec<Person> = (2..5).map(|seed| Person::new(&provider, seed)).collect();
        let mut wanted = policy(&[(&provider, "a.example")]);
        change(&mut wanted);
        let view = view(&wanted.encode().unwrap(), &people.iter().collect::<Vec<_>>());
        let mut trust = TrustStore::new();
        trust.add(provider.trusted_for(&["a.example"]));
        let mut room = Room::new(5, Settings::default());
        room.enter(&view, &trust, NOW - 100).unwrap();
        let replay = MemoryReplayStore::new(ReplayKey::from_octets([9; 32]));
        Self { provider, people, view, trust, room, replay }
    }

    /// The next epoch.
    pub(super) fn next(&mut self, now: i64, change: impl FnOnce(&mut EpochView)) {
        self.view.epoch += 1;
        self.view.nonce_root = [u8::try_from(self.view.epoch % 256).unwrap(); 32].into();
        change(&mut self.view);
        self.room.enter(&self.view, &self.trust, now).unwrap();
    }

    /// The next epoch, in which Carol has come to leaf 3.
    pub(super) fn carol_comes(&mut self, now: i64) {
        let carol = Person::new(&self.provider, 5);
        let leaf = LeafView::new(CAROL, carol.key.public().clone(), carol.credential.clone());
        let participant = Participant { user: carol.user.clone(), role_index: 2 };
        self.people.push(carol);
        self.next(now, |view| {
            view.leaves.push(leaf);
            view.participants.push(participant);
        });
    }

    /// The next epoch, with another policy.
    pub(super) fn next_policy(&mut self, now: i64, change: impl FnOnce(&mut RoomDisclosurePolicy)) {
        let mut policy = RoomDisclosurePolicy::decode(self.view.policy.as_ref().unwrap()).unwrap();
        change(&mut policy);
        self.next(now, |view| view.policy = Some(policy.encode().unwrap()));
    }

    /// A bundle of the member at a leaf, made in the current epoch.
    pub(super) fn bundle(&self, leaf: u32, names: &[&str], at: i64, challenge: Option<&Challenge<'_>>) -> Vec<u8> {
        self.bundle_until(leaf, names, at, challenge, NOW + YEAR)
    }

    pub(super) fn bundle_until(
        &self,
        leaf: u32,
        names: &[&str],
        at: i64,
        challenge: Option<&Challenge<'_>>,
        exp: i64,
    ) -> Vec<u8> {
        let key = &self.people[usize::try_from(leaf).unwrap()].key;
        let context = self.room.snapshots().current().unwrap().room_context(leaf, challenge).unwrap().unwrap();
        let owned = identity(DisclosureFormat::SdJwtKb, &self.provider, key.public(), &alice(), exp);
        let selection = if names.is_empty() { Selection::None } else { select(DisclosureFormat::SdJwtKb, names) };
        bundle_at(context, &owned, &selection, key, at).encode().unwrap()
    }

    pub(super) fn receive(&mut self, leaf: u32, epoch: u64, bundle: &[u8], at: i64) -> Verdict {
        self.receive_with(leaf, epoch, bundle, at, &NoStatusLists)
    }

    pub(super) fn receive_with(&mut self, leaf: u32, epoch: u64, bundle: &[u8], at: i64, status: &dyn StatusLists) -> Verdict {
        let arrival = arrival(leaf, epoch, at);
        let mut verifier = Verifier {
            trust: &self.trust,
            replay: &mut self.replay,
            status,
            disclosure_keys: &[],
            settings: Settings::default(),
        };
        self.room.receive(&arrival, Reveal::Bundle(bundle), &mut verifier).unwrap()
    }

    /// Somebody shows something, and it comes at once.
    pub(super) fn say(&mut self, leaf: u32, names: &[&str], at: i64) -> VerdictCode {
        let sent = self.bundle(leaf, names, at, None);
        self.receive(leaf, self.view.epoch, &sent, at).code
    }

    /// Answers a request, and it comes at once.
    pub(super) fn answer(&mut self, leaf: u32, request: &DisclosureRequest, names: &[&str], at: i64) -> VerdictCode {
        let sent = self.bundle(leaf, names, at, Some(&challenge(request)));
        self.receive(leaf, self.view.epoch, &sent, at).code
    }

    /// I ask for everything that is required.
    pub(super) fn ask(&mut self, not_after: i64, now: i64) -> DisclosureRequest {
        let question = Question { claim_names: &[], formats: &[], not_after };
        self.room.ask(ME, &question, now, &mut SystemRandom).unwrap()
    }

    pub(super) fn code(&self, leaf: u32, now: i64) -> VerdictCode {
        self.room.standing(leaf, now).unwrap().code
    }

    /// What a leaf shows and is in force, message by message.
    pub(super) fn shown(&self, leaf: u32) -> Vec<Vec<String>> {
        let standing = self.room.standing(leaf, NOW).unwrap();
        let claims = |reveal: &crate::RevealInForce| {
            let mut paths: Vec<String> = reveal.claims().iter().map(|claim| claim.path.clone()).collect();
            paths.sort();
            paths
        };
        standing.reveals.iter().map(claims).collect()
    }

    pub(super) fn ends(&self) -> Vec<(u32, crate::End, i64)> {
        self.room.ended().map(|ended| (ended.leaf, ended.why, ended.ended_at)).collect()
    }
}

pub(super) fn arrival(sender: u32, epoch: u64, received_at: i64) -> Arrival<'static> {
    Arrival { sender, epoch, received_at, accepted_at: None, challenge: None }
}

pub(super) fn challenge(request: &DisclosureRequest) -> Challenge<'_> {
    Challenge { nonce: request.challenge.as_ref().unwrap(), not_after: i64::try_from(request.not_after).unwrap() }
}
