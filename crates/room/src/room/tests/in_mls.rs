//! Rooms on real groups: what members commit, send and answer, as one of them sees it.

use std::time::{SystemTime, UNIX_EPOCH};

use mimicred_keys::SystemRandom;
use mimicred_mls::carriage::{ContentDraft, Group as Parts, Object};
use mimicred_mls::component::{
    CAN_ADD_PARTICIPANT, CAN_CHANGE_DISCLOSURE_POLICY, CAN_REMOVE_PARTICIPANT, CAN_REQUEST_DISCLOSURE, CAN_SEND_MESSAGE,
    Participant, Role, RoleChange, RolesList,
};
use mimicred_mls::framing::ApplicationFraming;
use mimicred_mls::group::{
    Change, Commit, Group, Incoming, Lifetime, Member, Provider as Backend, RoomState, UnverifiedKeyPackage,
};
use mimicred_mls::{Credential, DisclosureBundle, DisclosureRequest, MediaType, Suite};

use crate::policy::{DisclosureFormat, NonceMode, Optionality, RoomDisclosurePolicy};
use crate::testing::*;
use crate::{
    Arrival, Challenge, Code, End, MemoryReplayStore, NoStatusLists, Question, ReplayKey, RequestMessage, Reveal, Room,
    RoomRules, Settings, TrustStore, Verdict, VerdictCode, Verifier, request_content,
};

const ADMIN: u32 = 4;
const GUEST: u32 = 2;

/// One client: its group, and its room.
struct Client {
    person: Person,
    group: Group,
    room: Room,
    replay: MemoryReplayStore,
}

/// Several clients; the first made the group, and may ask.
struct Party {
    provider: Provider,
    trust: TrustStore,
    clients: Vec<Client>,
    now: i64,
}

fn lifetime() -> Lifetime {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    Lifetime::days(now, 28).unwrap()
}

fn member(person: &Person, seed: u8) -> Member {
    let key = mimicred_keys::LeafKey::new(secret(mimicred_keys::Algorithm::Ed25519, seed)).unwrap();
    Member::new(Suite::X25519Aes128Ed25519, key, person.credential.clone(), RoomRules, SystemRandom).unwrap()
}

impl Party {
    /// The people of these seeds, who come one by one; the first one is the administrator.
    fn of(seeds: &[u8], change: impl FnOnce(&mut RoomDisclosurePolicy)) -> Self {
        let provider = Provider::new("a.example", 1);
        let mut wanted = policy(&[(&provider, "a.example")]);
        change(&mut wanted);
        let first = Person::new(&provider, seeds[0]);
        let guest = Role { role_index: GUEST, role_capabilities: vec![CAN_SEND_MESSAGE], ..Role::default() };
        let administrator = Role {
            role_index: ADMIN,
            role_capabilities: vec![
                CAN_REQUEST_DISCLOSURE,
                CAN_CHANGE_DISCLOSURE_POLICY,
                CAN_ADD_PARTICIPANT,
                CAN_REMOVE_PARTICIPANT,
            ],
            authorized_role_changes: vec![RoleChange { from_role_index: 0, target_role_indexes: vec![GUEST] }],
            ..Role::default()
        };
        let listed = ["application/mimi-content", "application/mimi-disclosure-bundle", "application/mimi-disclosure-request"];
        let state = RoomState::new(uri(ROOM))
            .with_participants(vec![Participant { user: first.user.clone(), role_index: ADMIN }])
            .with_roles(RolesList::new(vec![administrator, guest]).unwrap())
            .with_media_types(listed.iter().map(|listed| listed.parse().unwrap()).collect())
            .with_policy(wanted.encode().unwrap());
        let group = member(&first, seeds[0]).create(b"0123456789abcdef", &state, &lifetime()).unwrap();
        let mut trust = TrustStore::new();
        trust.add(provider.trusted_for(&["a.example"]));
        let mut party = Self { provider, trust, clients: Vec::new(), now: NOW };
        party.seat(first, group);
        for seed in &seeds[1..] {
            party.join(*seed);
        }
        party
    }

    /// A client enters its first epoch.
    fn seat(&mut self, person: Person, group: Group) {
        let mut room = Room::new(5, Settings::default());
        room.enter(&group.view().unwrap(), &self.trust, self.now).unwrap();
        let replay = MemoryReplayStore::new(ReplayKey::from_octets([9; 32]));
        self.clients.push(Client { person, group, room, replay });
    }

    /// Somebody new comes, or comes back.
    fn join(&mut self, seed: u8) {
        let person = Person::new(&self.provider, seed);
        let newcomer = member(&person, seed);
        let key_package = newcomer.key_package(&lifetime()).unwrap();
        let known = self.clients[0].group.view().unwrap().participants.iter().any(|known| known.user == person.user);
        let participant = Participant { user: person.user.clone(), role_index: GUEST };
        let participants = if known { vec![] } else { vec![participant] };
        let commit = self.clients[0].group.add(&[&key_package], participants).unwrap();
        self.follow(0, &commit);
        self.seat(person, newcomer.join(&commit.welcome.unwrap()).unwrap());
    }

    /// All others follow a commit; each enters its epoch.
    fn follow(&mut self, committer: usize, commit: &Commit) {
        self.now += 10;
        for (n, client) in self.clients.iter_mut().enumerate() {
            if n == committer {
                client.group.merge().unwrap();
            } else {
                client.group.receive(&commit.message).unwrap();
            }
        }
        self.clients.retain(|client| client.group.is_active());
        for client in &mut self.clients {
            client.room.enter(&client.group.view().unwrap(), &self.trust, self.now).unwrap();
        }
    }

    fn index(&self, client: usize) -> u32 {
        self.clients[client].group.own_index()
    }

    /// A bundle of a client, in its current epoch.
    fn bundle(&self, client: usize, names: &[&str], challenge: Option<&Challenge<'_>>) -> DisclosureBundle {
        let Client { person, room, group, .. } = &self.clients[client];
        let context = room.snapshots().current().unwrap().room_context(group.own_index(), challenge).unwrap().unwrap();
        let owned = identity(DisclosureFormat::SdKbt, &self.provider, person.key.public(), &alice(), NOW + YEAR);
        bundle_at(context, &owned, &select(DisclosureFormat::SdKbt, names), &person.key, self.now)
    }

    /// One client sends, another decrypts.
    fn pass(&mut self, from: usize, to: usize, data: &[u8]) -> (Arrival<'static>, Vec<u8>) {
        self.now += 1;
        let message = self.clients[from].group.send(data).unwrap();
        let Incoming::Application { sender, epoch, octets } = self.clients[to].group.receive(&message).unwrap() else { panic!() };
        (Arrival { sender, epoch, received_at: self.now, accepted_at: None, challenge: None }, octets)
    }

    fn reveal(&mut self, from: usize, to: usize, data: &ApplicationFraming) -> Verdict {
        let (arrival, octets) = self.pass(from, to, &data.encode().unwrap());
        let Client { room, replay, .. } = &mut self.clients[to];
        let mut verifier =
            Verifier { trust: &self.trust, replay, status: &NoStatusLists, disclosure_keys: &[], settings: Settings::default() };
        room.receive(&arrival, Reveal::ApplicationData(&octets), &mut verifier).unwrap()
    }

    fn say(&mut self, from: usize, to: usize, names: &[&str]) -> VerdictCode {
        let sent = Object::Bundle(self.bundle(from, names, None)).frame().unwrap();
        self.reveal(from, to, &sent).code
    }

    fn code(&self, at: usize, leaf: u32) -> VerdictCode {
        self.clients[at].room.standing(leaf, self.now).unwrap().code
    }

    fn ends(&self, at: usize) -> Vec<(u32, End)> {
        self.clients[at].room.ended().map(|ended| (ended.leaf, ended.why)).collect()
    }
}

const ADA: usize = 0;
const BOB: usize = 1;
const CAROL: usize = 2;

/// In force: updates with the same key, commits of others, new policies and newcomers end nothing; a new key does.
#[test]
fn what_keeps_and_what_ends_a_reveal() {
    let mut party = Party::of(&[2, 3, 4], |_| {});
    let bob = party.index(BOB);
    assert_eq!(party.code(ADA, bob), VerdictCode::Pending);
    assert_eq!(party.code(CAROL, bob), VerdictCode::UnknownToMe, "he was there before her");
    assert_eq!(party.say(BOB, ADA, &["name"]), VerdictCode::Ok);
    for committer in [BOB, ADA, CAROL] {
        let commit = party.clients[committer].group.update().unwrap();
        party.follow(committer, &commit);
    }
    party.join(5);
    let carol = party.index(CAROL);
    let commit = party.clients[ADA].group.remove(&[carol]).unwrap();
    party.follow(ADA, &commit);
    assert_eq!(party.code(ADA, bob), VerdictCode::Ok);
    assert!(party.ends(ADA).is_empty());

    let key = mimicred_keys::LeafKey::new(secret(mimicred_keys::Algorithm::Ed25519, 77)).unwrap();
    let person = &party.clients[BOB].person;
    let renewed = Credential::X509(party.provider.pseudonym(key.public(), &person.user, &person.client));
    let commit = party.clients[BOB].group.rotate(key, renewed).unwrap();
    party.follow(BOB, &commit);
    assert_eq!(party.ends(ADA), [(bob, End::KeyRotated)]);
    assert_eq!(party.code(ADA, bob), VerdictCode::Pending);
}

/// In force: who goes and comes back with the same key and credential has revealed nothing yet, whether in two commits or in one.
#[test]
fn coming_back_with_the_same_key() {
    let mut party = Party::of(&[2, 3], |_| {});
    let bob = party.index(BOB);
    assert_eq!(party.say(BOB, ADA, &["name"]), VerdictCode::Ok);
    let commit = party.clients[ADA].group.remove(&[bob]).unwrap();
    party.follow(ADA, &commit);
    assert!(party.clients[ADA].room.standing(bob, party.now).is_none());
    party.join(3);
    assert_eq!(party.index(BOB), bob, "at the same leaf");
    assert_eq!(party.code(ADA, bob), VerdictCode::Pending);
    assert_eq!(party.ends(ADA), [(bob, End::Removed)]);

    assert_eq!(party.say(BOB, ADA, &["name"]), VerdictCode::Ok);
    let person = Person::new(&party.provider, 3);
    let again = Member::new(
        Suite::X25519Aes128Ed25519,
        mimicred_keys::LeafKey::new(secret(mimicred_keys::Algorithm::Ed25519, 3)).unwrap(),
        party.clients[BOB].person.credential.clone(),
        RoomRules,
        SystemRandom,
    )
    .unwrap();
    assert_eq!(person.key.public(), again.key().public());
    let key_package = again.key_package(&lifetime()).unwrap();
    let add = UnverifiedKeyPackage::parse(&key_package).unwrap().verify(&Backend::new(SystemRandom)).unwrap();
    let commit = party.clients[ADA].group.commit(Change { add: vec![add], remove: vec![bob], ..Change::default() }).unwrap();
    party.follow(ADA, &commit);
    party.seat(person, again.join(&commit.welcome.unwrap()).unwrap());
    assert_eq!(party.index(BOB), bob);
    assert_eq!(party.ends(ADA), [(bob, End::Removed), (bob, End::Rejoined)]);
    assert!(party.clients[ADA].room.standing(bob, party.now).unwrap().reveals.is_empty());
}

/// Deadline, over three epochs: the policy comes to require a reveal, then another claim.
#[test]
fn a_deadline_over_three_epochs() {
    let mut party = Party::of(&[2, 3], |policy| {
        policy.identity_reveal = Optionality::Optional;
        policy.claim_rules[0].presence = Optionality::Optional;
    });
    let bob = party.index(BOB);
    assert_eq!(party.code(ADA, bob), VerdictCode::Ok);
    party.now += 100_000;
    let change = |party: &mut Party, change: &dyn Fn(&mut RoomDisclosurePolicy)| {
        let view = party.clients[ADA].group.view().unwrap();
        let mut policy = RoomDisclosurePolicy::decode(&view.policy.unwrap()).unwrap();
        change(&mut policy);
        let commit = party.clients[ADA].group.set_policy(policy.encode().unwrap()).unwrap();
        party.follow(ADA, &commit);
        party.now
    };
    let began = change(&mut party, &|policy| {
        policy.identity_reveal = Optionality::Required;
        policy.claim_rules[0].presence = Optionality::Required;
    });
    let at = |party: &Party, now| party.clients[ADA].room.standing(bob, now).unwrap().code;
    assert_eq!([3600, 3601].map(|after| at(&party, began + after)), [VerdictCode::Pending, VerdictCode::MissingReveal]);
    assert_eq!(party.say(BOB, ADA, &["name"]), VerdictCode::Ok);
    assert_eq!(at(&party, began + 3601), VerdictCode::Ok);
    let again = change(&mut party, &|policy| policy.claim_rules[1].presence = Optionality::Required);
    assert_eq!(at(&party, again), VerdictCode::Pending);
    assert_eq!(at(&party, again + 3601), VerdictCode::MissingRequiredClaim);
    assert_eq!(party.say(BOB, ADA, &["name", "email"]), VerdictCode::Ok);
    assert_eq!(at(&party, again + 3601), VerdictCode::Ok);
}

/// W3: a request that is a MIMI content is answered by reply; each of those who got it verifies the answer.
#[test]
fn a_request_is_answered_by_reply() {
    let mut party = Party::of(&[2, 3, 4], |policy| policy.nonce_mode = NonceMode::Challenge);
    let (ada, now) = (party.index(ADA), party.now);
    let question = Question { claim_names: &[], formats: &[], not_after: now + 600 };
    let ask = |party: &mut Party, salt: u8| {
        let Client { person, room, .. } = &mut party.clients[ADA];
        let request = room.ask(ada, &question, now, &mut SystemRandom).unwrap();
        let content = request_content(&request, &uri(ROOM), &person.user, [salt; 16]).unwrap();
        let id = content.message_id(person.user.as_str(), ROOM).unwrap();
        room.sent_as(&request, id).unwrap();
        let sent = content.frame().unwrap().encode().unwrap();
        let message = party.clients[ADA].group.send(&sent).unwrap();
        let mut received = Vec::new();
        for client in [BOB, CAROL] {
            let Client { group, room, .. } = &mut party.clients[client];
            let Incoming::Application { sender, epoch, octets } = group.receive(&message).unwrap() else { panic!() };
            let arrival = Arrival { sender, epoch, received_at: now, accepted_at: None, challenge: None };
            let asked = room.receive_request(&arrival, RequestMessage::ApplicationData(&octets)).unwrap().unwrap();
            assert_eq!((asked.message_id, asked.claim_names.clone()), (Some(id), vec!["name".to_owned()]));
            received.push(asked);
        }
        received.swap_remove(0)
    };
    let (first, second) = (ask(&mut party, 1), ask(&mut party, 2));
    let reply = |party: &Party, nonce_of: &crate::ReceivedRequest, to: &crate::ReceivedRequest| {
        let bundle = party.bundle(BOB, &["name"], nonce_of.challenge().as_ref());
        let (room, user) = (uri(ROOM), party.clients[BOB].person.user.clone());
        let draft = ContentDraft::new(&room, &user, [3; 16]).answering(to.message_id.unwrap());
        draft.compose(Parts::of_bundle(&bundle).unwrap()).unwrap().frame().unwrap()
    };
    // What it replies to decides, so the other one's nonce is wrong.
    let crossed = reply(&party, &first, &second);
    assert_eq!(party.reveal(BOB, ADA, &crossed).code, VerdictCode::NonceMismatch);
    let answer = reply(&party, &second, &second);
    assert_eq!(party.reveal(BOB, ADA, &answer).code, VerdictCode::Ok);
    assert_eq!(party.reveal(BOB, CAROL, &answer).code, VerdictCode::Ok);
    assert_eq!([ADA, CAROL].map(|at| party.code(at, party.index(BOB))), [VerdictCode::Ok; 2]);
    // The other request is still open, and W2 finds it by its nonce.
    let bundle = Object::Bundle(party.bundle(BOB, &["name"], first.challenge().as_ref())).frame().unwrap();
    assert_eq!(party.reveal(BOB, ADA, &bundle).code, VerdictCode::Ok);
    let answer = reply(&party, &first, &first);
    assert_eq!(party.reveal(BOB, ADA, &answer).code, VerdictCode::Replayed);
}

/// Who may not ask is refused by everybody; who comes later knows nothing of what was asked, and asks again.
#[test]
fn late_joiners_and_guests() {
    let mut party = Party::of(&[2, 3], |policy| policy.nonce_mode = NonceMode::Challenge);
    let guest = party.index(BOB);
    let question = Question { claim_names: &[], formats: &[], not_after: party.now + 600 };
    let now = party.now;
    let refused = party.clients[BOB].room.ask(guest, &question, now, &mut SystemRandom).unwrap_err();
    assert_eq!(refused.code(), Code::RequestForbidden);
    let lawless = DisclosureRequest { challenge: Some([7; 32]), claim_names: vec![], formats: vec![], not_after: 1_790_009_999 };
    let frame = |request: &DisclosureRequest| {
        let content = request.encode().unwrap();
        ApplicationFraming { media_type: Some(MediaType::DisclosureRequest), content }.encode().unwrap()
    };
    let (arrival, octets) = party.pass(BOB, ADA, &frame(&lawless));
    let refused = party.clients[ADA].room.receive_request(&arrival, RequestMessage::ApplicationData(&octets)).unwrap_err();
    assert_eq!(refused.code(), Code::RequestForbidden);

    let (ada, now) = (party.index(ADA), party.now);
    let asked = party.clients[ADA].room.ask(ada, &question, now, &mut SystemRandom).unwrap();
    let (arrival, octets) = party.pass(ADA, BOB, &frame(&asked));
    let received = party.clients[BOB].room.receive_request(&arrival, RequestMessage::ApplicationData(&octets));
    let received = received.unwrap().unwrap();
    party.join(4);
    // Bob answers in the new epoch, in which Carol has come.
    let answer = Object::Bundle(party.bundle(BOB, &["name"], received.challenge().as_ref())).frame().unwrap();
    assert_eq!(party.reveal(BOB, CAROL, &answer).code, VerdictCode::UnknownToMe);
    assert_eq!(party.reveal(BOB, ADA, &answer).code, VerdictCode::Ok);
    assert_eq!([ADA, CAROL].map(|at| party.code(at, guest)), [VerdictCode::Ok, VerdictCode::UnknownToMe]);
    // And a message that asks for nothing is no request.
    let (arrival, octets) = party.pass(BOB, ADA, &answer.encode().unwrap());
    assert!(party.clients[ADA].room.receive_request(&arrival, RequestMessage::ApplicationData(&octets)).unwrap().is_none());
}
