//! Many messages at once: the verdicts of one after the other, whatever is among them.

use std::sync::atomic::{AtomicUsize, Ordering};

use curve25519_dalek::Scalar;
use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::edwards::EdwardsPoint;
use mimicred_claims::Selection;
use mimicred_keys::{Algorithm, Hash, HashAlgorithm, PublicKey, SystemRandom};

use super::super::{LEAST_TOGETHER, verify_all};
use crate::testing::*;
use crate::{
    Arrival, Code, Error, MemoryReplayStore, NoStatusLists, OneTime, Origin, ReplayKey, ReplayStore, Reveal, Seen, Use, Verdict,
    VerdictCode, Verifier, verify,
};

/// A message that was sent: by which leaf, in which epoch, and its bundle.
type Sent = (u32, u64, Vec<u8>);

fn messages<'m>(world: &World, sent: &'m [Sent]) -> Vec<(Arrival<'m>, Reveal<'m>)> {
    let arrival = |sender, epoch| Arrival { sender, epoch, received_at: world.received_at, accepted_at: None, challenge: None };
    sent.iter().map(|(sender, epoch, bundle)| (arrival(*sender, *epoch), Reveal::Bundle(bundle))).collect()
}

fn together(world: &World, sent: &[Sent]) -> Vec<Verdict> {
    let mut replay = MemoryReplayStore::new(ReplayKey::from_octets([9; 32]));
    let mut verifier = verifier(world, &mut replay);
    verify_all(&world.snapshots, &messages(world, sent), &mut verifier).unwrap()
}

fn one_by_one(world: &World, sent: &[Sent]) -> Vec<Verdict> {
    let mut replay = MemoryReplayStore::new(ReplayKey::from_octets([9; 32]));
    let mut verifier = verifier(world, &mut replay);
    let each = messages(world, sent).into_iter();
    each.map(|(arrival, reveal)| verify(&world.snapshots, &arrival, reveal, &mut verifier).unwrap()).collect()
}

fn verifier<'v>(world: &'v World, replay: &'v mut dyn ReplayStore) -> Verifier<'v> {
    Verifier {
        trust: &world.trust,
        replay,
        status: &NoStatusLists,
        disclosure_keys: &world.disclosure_keys,
        settings: world.settings,
    }
}

#[track_caller]
fn assert_same(together: &[Verdict], one_by_one: &[Verdict]) {
    assert_eq!(together.len(), one_by_one.len());
    for (n, (a, b)) in together.iter().zip(one_by_one).enumerate() {
        assert_eq!(serde_json::to_string(a).unwrap(), serde_json::to_string(b).unwrap(), "message {n}");
    }
}

/// Two providers with keys of different algorithms, six members, and what each of them reveals in each format.
fn scene() -> (World, Vec<Sent>) {
    let providers = [Provider::of(Algorithm::Ed25519, "a.example", 1), Provider::of(Algorithm::P256, "b.example", 2)];
    let people: Vec<Person> = (0..6).map(|n| Person::new(&providers[n % 2], 10 + u8::try_from(n).unwrap())).collect();
    let rules = policy(&[(&providers[0], "a.example"), (&providers[1], "b.example")]);
    let trusted = providers.iter().map(|provider| provider.trusted_for(&[&provider.host])).collect();
    let world = World::new(&rules, trusted, &people.iter().collect::<Vec<_>>());
    let mut sent = Vec::new();
    for ((leaf, person), provider) in (0..).zip(&people).zip(providers.iter().cycle()) {
        let mut said = alice();
        said[0].1 = format!("mimi://{}/u/alice", provider.host).into();
        for format in FORMATS {
            let owned = identity(format, provider, person.key.public(), &said, NOW + YEAR);
            let reveal = bundle(world.context(leaf), &owned, &select(format, &["name"]), &person.key);
            sent.push((leaf, world.view.epoch, reveal.encode().unwrap()));
        }
    }
    (world, sent)
}

#[test]
fn verdicts_are_those_of_one_after_the_other() {
    let (world, honest) = scene();
    let mut sent = honest.clone();
    // Every member says what every other one said, and in an epoch that was not.
    for (leaf, epoch, bundle) in &honest {
        sent.push(((leaf + 1) % 6, *epoch, bundle.clone()));
        sent.push((*leaf, epoch + 1, bundle.clone()));
        sent.push((99, *epoch, bundle.clone()));
        // The same again is no replay.
        sent.push((*leaf, *epoch, bundle.clone()));
    }
    let found = together(&world, &sent);
    let accepted = found.iter().filter(|verdict| verdict.code == VerdictCode::Ok).count();
    assert_eq!(accepted, 2 * honest.len());
    assert_same(&found, &one_by_one(&world, &sent));
}

/// A flipped bit anywhere: the verdict is that of the message alone, and the others hold.
#[test]
fn the_culprit_is_found_and_nobody_else() {
    let (world, honest) = scene();
    let whole = honest.len();
    // Enough for several equations, each message many times.
    let mut sent: Vec<Sent> = honest.iter().cycle().take(7 * LEAST_TOGETHER).cloned().collect();
    let mut broken = Vec::new();
    for (n, (_, _, bundle)) in sent.iter_mut().enumerate() {
        if n % 7 == 3 {
            let place = (n * 131) % bundle.len();
            bundle[place] ^= 1 << (n % 8);
            broken.push(n);
        }
    }
    let found = together(&world, &sent);
    for (n, verdict) in found.iter().enumerate() {
        assert_eq!(verdict.code == VerdictCode::Ok, !broken.contains(&n), "message {n}: {verdict}");
        assert_eq!(verdict.claims.is_empty(), broken.contains(&n), "message {n}");
    }
    assert!(broken.len() > whole, "each kind was broken");
    assert_same(&found, &one_by_one(&world, &sent));
}

/// A key for which somebody has chosen a component of small order, and signatures with one: strict rules and those of a batch part ways
/// there, ours does not.
struct Torsioned {
    secret: Scalar,
    key: PublicKey,
    in_nonce: EdwardsPoint,
}

fn scalar(parts: &[&[u8]]) -> Scalar {
    let mut hasher = HashAlgorithm::Sha512.hasher();
    parts.iter().for_each(|part| hasher.update(part));
    let hash: Hash = hasher.finish();
    Scalar::from_bytes_mod_order_wide(&hash.as_ref().try_into().unwrap())
}

impl Torsioned {
    fn new(seed: &[u8], in_key: usize, in_nonce: usize) -> Self {
        let secret = scalar(&[b"secret", seed]);
        let point = EdwardsPoint::mul_base(&secret) + EIGHT_TORSION[in_key];
        let key = PublicKey::from_octets(Algorithm::Ed25519, point.compress().as_bytes()).unwrap();
        Self { secret, key, in_nonce: EIGHT_TORSION[in_nonce] }
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        let r = scalar(&[b"nonce", message]);
        let nonce = (EdwardsPoint::mul_base(&r) + self.in_nonce).compress();
        let s = r + scalar(&[nonce.as_bytes(), self.key.octets(), message]) * self.secret;
        [nonce.to_bytes(), s.to_bytes()].concat()
    }
}

/// Mixed-order A and R of issuer and of members: all are accepted, alone and together; with a wrong message none is.
#[test]
fn components_of_small_order_are_judged_alike() {
    use mimicred_sd_cwt::{AcceptExpectations, Binding, Held, Issuer, TrustedIssuer};

    let provider = Provider::new("a.example", 1);
    let issuers: Vec<Torsioned> = (0..8).map(|n| Torsioned::new(b"issuer", n, (n + 3) % 8)).collect();
    let members: Vec<Torsioned> = (0..8).map(|n| Torsioned::new(&[n], usize::from(n), usize::from((5 * n) % 8))).collect();
    let people: Vec<Person> = (0..8).map(|n| Person::new(&provider, 20 + n)).collect();
    let mut rules = policy(&[(&provider, "a.example")]);
    rules.trusted_issuers[0].anchors.extend(issuers.iter().map(|i| crate::policy::IssuerAnchor::cose_key_thumbprint(&i.key)));
    let mut view = view(&rules.encode().unwrap(), &people.iter().collect::<Vec<_>>());
    for ((leaf, member), person) in view.leaves.iter_mut().zip(&members).zip(&people) {
        leaf.signature_key = member.key.clone();
        leaf.credential = mimicred_mls::Credential::X509(provider.pseudonym(&member.key, &person.user, &person.client));
    }
    let mut trusted = vec![provider.trusted_for(&["a.example"])];
    let of_key = |issuer: &Torsioned| crate::TrustEntry::of_key(&provider.issuer, issuer.key.clone(), &["a.example"]).unwrap();
    trusted.extend(issuers.iter().map(of_key));
    let world = World::of_view(view, trusted);

    let mut sent = Vec::new();
    for (leaf, member) in (0..).zip(&members) {
        for issuer in &issuers {
            let key = issuer.key.clone();
            let (claims, plan) = alice_in_cwt(&provider.issuer);
            let prepared = Issuer::new(&key).prepare(claims, &member.key, &plan, &mut SystemRandom).unwrap();
            let signature = issuer.sign(prepared.to_be_signed().as_bytes());
            let token = prepared.finish(&signature).unwrap();
            let trusted = [TrustedIssuer { issuer: provider.issuer.clone(), key }];
            let clock = mimicred_claims::Clock { now: NOW, leeway: 0 };
            let expected = AcceptExpectations { issuers: &trusted, confirmation_key: &member.key, clock };
            let held = Held::accept(token.as_bytes(), &expected).unwrap();
            let context = world.context(leaf);
            let binding = Binding { audience: ROOM, nonce: Some(&context.nonce), issued_at: NOW };
            let prepared = held.prepare(&Selection::All, &binding).unwrap();
            let signature = member.sign(prepared.to_be_signed().as_bytes());
            let presentation = prepared.finish(&signature).unwrap();
            let item = mimicred_mls::BundleItem::sd_kbt(presentation.as_bytes());
            let bundle = mimicred_mls::DisclosureBundle {
                room_uri: context.room_uri,
                subject_uri: context.subject_uri,
                items: vec![item],
            };
            sent.push((leaf, world.view.epoch, bundle.encode().unwrap()));
        }
    }
    let found = together(&world, &sent);
    assert_eq!(found.len(), 64);
    for verdict in &found {
        assert_eq!(verdict.code, VerdictCode::Ok, "{verdict}");
    }
    assert_same(&found, &one_by_one(&world, &sent));
    for (n, (_, _, bundle)) in sent.iter_mut().enumerate() {
        let last = bundle.len() - 1 - n % 64;
        bundle[last] ^= 0x10;
    }
    let found = together(&world, &sent);
    assert!(found.iter().all(|verdict| verdict.code == VerdictCode::BindingInvalid), "{}", found[0]);
    assert_same(&found, &one_by_one(&world, &sent));
}

/// A store that fails at its third question.
#[derive(Default)]
struct Failing(AtomicUsize);

impl ReplayStore for Failing {
    fn record(&mut self, _: &Use<'_>, _: Origin, _: i64) -> Result<Seen, Error> {
        match self.0.fetch_add(1, Ordering::Relaxed) {
            2 => Err(Code::ReplayStore.into()),
            _ => Ok(Seen::Acceptable),
        }
    }

    fn use_up(&mut self, _: &OneTime<'_>, _: i64) -> Result<Seen, Error> {
        Ok(Seen::Acceptable)
    }

    fn forget(&mut self, _: i64) -> Result<(), Error> {
        Ok(())
    }
}

#[test]
fn without_its_replay_store_nothing_is_concluded() {
    let (world, sent) = scene();
    let mut replay = Failing::default();
    let found = verify_all(&world.snapshots, &messages(&world, &sent), &mut verifier(&world, &mut replay));
    assert_eq!(found.unwrap_err().code(), Code::ReplayStore);
}

/// What is not proven by the leaf's key never reaches the store: a forgery cannot make the real message look like a replay.
#[test]
fn only_what_holds_is_recorded() {
    let (world, honest) = scene();
    let forged: Vec<Sent> = honest
        .iter()
        .map(|(leaf, epoch, bundle)| {
            let mut bundle = bundle.clone();
            *bundle.last_mut().unwrap() ^= 1;
            ((leaf + 2) % 6, *epoch, bundle)
        })
        .collect();
    let sent: Vec<Sent> = forged.into_iter().chain(honest.clone()).collect();
    let found = together(&world, &sent);
    let (forged, real) = found.split_at(honest.len());
    assert!(forged.iter().all(|verdict| !verdict.is_accepted()));
    assert!(real.iter().all(|verdict| verdict.code == VerdictCode::Ok));
}

#[test]
fn no_message_is_no_verdict() {
    let (world, _) = scene();
    assert!(together(&world, &[]).is_empty());
}
