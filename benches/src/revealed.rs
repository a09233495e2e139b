//! What the members of a large room reveal: each an SD-KBT, under keys of Ed25519.

use mimicred_claims::{Clock, Key, Map, Redaction, RedactionPlan, Selection, Value};
use mimicred_keys::{Algorithm, Family, LeafKey, PublicKey, SecretKey, SystemRandom};
use mimicred_mls::component::Participant;
use mimicred_mls::{BundleItem, DisclosureBundle, EpochView, LeafView, Suite};
use mimicred_room::{
    Arrival, EpochSnapshot, MemoryReplayStore, NoStatusLists, ReplayKey, Reveal, RoomContext, Settings, Snapshots, TrustStore,
    Verdict, Verifier, verify, verify_all,
};
use mimicred_sd_cwt::{AcceptExpectations, Binding, Issuer, TrustedIssuer, UnverifiedSdCwt};
use mimicred_uri::MimiUri;

use crate::cast::{ISSUER, NOW, ROOM};
use crate::claims::{Entries, flat, names};
use crate::floor::Signed;
use crate::room::{self, CredentialFormat};
use crate::sd_cwt;

/// A room, and what its members have sent.
pub struct Revealed {
    trust: TrustStore,
    snapshots: Snapshots,
    bundles: Vec<Vec<u8>>,
    signatures: Vec<[Signed; 2]>,
}

impl Revealed {
    /// Claims of each.
    pub const CLAIMS: usize = 20;

    /// So many members, each with a pseudonym's certificate in her leaf.
    pub fn new(members: usize) -> Self {
        let issuer = room::Issuer::new(Algorithm::Ed25519, NOW);
        let keys: Vec<LeafKey> = (0..members)
            .map(|_| LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom).unwrap()).unwrap())
            .collect();
        let (mut leaves, mut participants) = (Vec::new(), Vec::new());
        for (index, key) in (0..).zip(&keys) {
            let (user, client) = room::names();
            let credential = issuer.credential(CredentialFormat::X509, key, &user, &client);
            leaves.push(LeafView::new(index, key.public().clone(), credential));
            participants.push(Participant { user, role_index: 2 });
        }
        let view = EpochView {
            group_id: vec![1; 16],
            epoch: 7,
            suite: Suite::X25519Aes128Ed25519,
            leaves,
            unreadable: Vec::new(),
            room_uri: ROOM.parse().unwrap(),
            participants,
            roles: None,
            policy: Some(room::policy(&issuer).encode().unwrap()),
            media_types: Vec::new(),
            nonce_root: [7; 32].into(),
        };
        let trust = room::trust(&issuer);
        let mut snapshots = Snapshots::new(1);
        let snapshot = snapshots.enter(&view, &trust, NOW).unwrap();
        let presentations: Vec<(Vec<u8>, RoomContext)> =
            (0..).zip(&keys).map(|(leaf, key)| present(&issuer, key, context(snapshot, leaf))).collect();
        let signed = |(presentation, key): (&(Vec<u8>, RoomContext), &LeafKey)| signed(&presentation.0, &issuer, key.public());
        let signatures = presentations.iter().zip(&keys).map(signed).collect();
        let bundles = presentations.iter().map(|(presentation, context)| bundle(presentation, context)).collect();
        Self { trust, snapshots, bundles, signatures }
    }

    /// The floor.
    pub fn verify_signatures(&self) {
        self.signatures.iter().flatten().for_each(Signed::verify);
    }

    /// One message after the other.
    pub fn verify_each(&self) -> Vec<Verdict> {
        let mut replay = MemoryReplayStore::new(ReplayKey::from_octets([9; 32]));
        let mut verifier = self.verifier(&mut replay);
        let each = self.messages().into_iter();
        each.map(|(arrival, reveal)| verify(&self.snapshots, &arrival, reveal, &mut verifier).unwrap()).collect()
    }

    /// All together.
    pub fn verify_all(&self) -> Vec<Verdict> {
        let mut replay = MemoryReplayStore::new(ReplayKey::from_octets([9; 32]));
        verify_all(&self.snapshots, &self.messages(), &mut self.verifier(&mut replay)).unwrap()
    }

    fn verifier<'v>(&'v self, replay: &'v mut MemoryReplayStore) -> Verifier<'v> {
        Verifier { trust: &self.trust, replay, status: &NoStatusLists, disclosure_keys: &[], settings: Settings::default() }
    }

    fn messages(&self) -> Vec<(Arrival<'_>, Reveal<'_>)> {
        let arrival = |sender| Arrival { sender, epoch: 7, received_at: NOW + 1, accepted_at: None, challenge: None };
        (0..).zip(&self.bundles).map(|(sender, bundle)| (arrival(sender), Reveal::Bundle(bundle))).collect()
    }
}

fn context(snapshot: &EpochSnapshot, leaf: u32) -> RoomContext {
    snapshot.room_context(leaf, None).unwrap().unwrap()
}

/// The member's identity, all of it, for the room.
fn present(issuer: &room::Issuer, key: &LeafKey, context: RoomContext) -> (Vec<u8>, RoomContext) {
    let names = names(Revealed::CLAIMS);
    let subject: MimiUri = context.subject_uri.clone();
    let visible: Entries<'_> = vec![(Key::Int(1), Value::from(ISSUER)), (Key::Int(2), Value::from(subject.as_str().to_owned()))];
    let claims: Map<'_> = flat(visible, &names);
    let plan = RedactionPlan::new(Redaction::All).with_visible(vec![Key::Int(2)]);
    let token = Issuer::new(issuer.key.public()).prepare(claims, key.public(), &plan, &mut SystemRandom).unwrap();
    let token = token.sign(&issuer.key).unwrap();
    let issuers = [TrustedIssuer { issuer: ISSUER.to_owned(), key: issuer.key.public().clone() }];
    let clock = Clock { now: NOW, leeway: 0 };
    let expected = AcceptExpectations { issuers: &issuers, confirmation_key: key.public(), clock };
    let held = UnverifiedSdCwt::parse(token.as_bytes()).unwrap().accept(&expected).unwrap();
    let binding = Binding { audience: ROOM, nonce: Some(&context.nonce), issued_at: NOW };
    (held.prepare(&Selection::All, &binding).unwrap().sign(key).unwrap().into_bytes(), context)
}

fn bundle(presentation: &[u8], context: &RoomContext) -> Vec<u8> {
    let (room_uri, subject_uri) = (context.room_uri.clone(), context.subject_uri.clone());
    DisclosureBundle { room_uri, subject_uri, items: vec![BundleItem::sd_kbt(presentation)] }.encode().unwrap()
}

fn signed(presentation: &[u8], issuer: &room::Issuer, holder: &PublicKey) -> [Signed; 2] {
    let signed = sd_cwt::signatures(presentation, issuer.key.public(), holder);
    assert!(signed.iter().all(|signed| signed.family == Family::Cose));
    signed
}
