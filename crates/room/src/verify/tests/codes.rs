//! Every code of mimi-mls.md 3.4.2 comes out of the real pipeline: for each, one message (or silence) that gets it.

use mimicred_claims::{Map, Value};
use mimicred_keys::{Algorithm, LeafKey};
use mimicred_mls::{BundleItem, Credential, DisclosureBundle, ItemType, LeafView};

use super::files::{files, judge as judge_files, waive};
use crate::policy::{DisclosureFormat, Optionality, RoomDisclosurePolicy};
use crate::testing::*;
use crate::{Asked, NoStatusLists, Reveal, Status, StatusLists, Verdict, VerdictCode, Waivable, without_reveal};

const JWT: DisclosureFormat = DisclosureFormat::SdJwtKb;
const KBT: DisclosureFormat = DisclosureFormat::SdKbt;
const LIST: &str = "https://id.a.example/status/1";

/// A room of one member, whose policy and members a case changes before it begins.
struct Play {
    provider: Provider,
    alice: Person,
    trust: Vec<crate::TrustEntry>,
    policy: RoomDisclosurePolicy,
}

fn play() -> Play {
    let provider = Provider::new("a.example", 1);
    let alice = Person::new(&provider, 2);
    let mut trusted = provider.trusted_for(&["a.example"]);
    trusted.status_lists.push(LIST.to_owned());
    let policy = policy(&[(&provider, "a.example")]);
    Play { provider, alice, trust: vec![trusted], policy }
}

impl Play {
    fn with(mut self, change: impl FnOnce(&mut RoomDisclosurePolicy)) -> Self {
        change(&mut self.policy);
        self
    }

    fn world(&self) -> World {
        World::new(&self.policy, self.trust.clone(), &[&self.alice])
    }

    /// A bundle with some claims of what an issuer says of Alice's key.
    fn bundle(&self, world: &World, issuer: &Provider, said: &Said, names: &[&str]) -> DisclosureBundle {
        let owned = identity(JWT, issuer, self.alice.key.public(), said, NOW + YEAR);
        bundle(world.context(0), &owned, &select(JWT, names), &self.alice.key)
    }

    /// What comes of showing these claims.
    fn show(&self, said: &Said, names: &[&str]) -> Verdict {
        let mut world = self.world();
        let sent = self.bundle(&world, &self.provider, said, names);
        world.receive(0, &sent)
    }

    /// What comes of a name shown, when the bundle is changed on the way.
    fn tampered(&self, change: impl FnOnce(&mut DisclosureBundle)) -> Verdict {
        let mut world = self.world();
        let mut sent = self.bundle(&world, &self.provider, &alice(), &["name"]);
        change(&mut sent);
        world.receive(0, &sent)
    }

    /// What comes of a name by another issuer, for which room and store have these hosts.
    fn by_another(mut self, in_room: Option<&str>, in_store: Option<&str>) -> Verdict {
        let other = Provider::new("b.example", 3);
        self.policy.trusted_issuers.extend(in_room.map(|host| entry(&other, host)));
        self.trust.extend(in_store.map(|host| other.trusted_for(&[host])));
        let mut world = self.world();
        let sent = self.bundle(&world, &other, &alice(), &["name"]);
        world.receive(0, &sent)
    }

    /// What comes of two tokens of one issuer that say this, the first a JWT, the second a CWT.
    fn show_both(&self, first: (&Said, &[&str]), second: (&Said, &[&str])) -> Verdict {
        let mut world = self.world();
        let mut prepared = crate::PreparedBundle::new(world.context(0));
        for (format, (said, names)) in [(JWT, first), (KBT, second)] {
            let owned = identity(format, &self.provider, self.alice.key.public(), said, NOW + YEAR);
            prepared.add(owned.holding(), &select(format, names), NOW).unwrap();
        }
        world.receive(0, &prepared.sign(&self.alice.key).unwrap())
    }

    /// What comes of a name shown `later` than it was made, by a token that is valid until `exp`.
    fn late(&self, exp: i64, later: i64) -> Verdict {
        let mut world = self.world();
        let owned = identity(JWT, &self.provider, self.alice.key.public(), &alice(), exp);
        let sent = bundle(world.context(0), &owned, &select(JWT, &["name"]), &self.alice.key);
        world.received_at = NOW + later;
        world.receive(0, &sent)
    }

    /// What comes of a name by a token with a status, by lists that say this.
    fn with_status(&self, says: Option<Status>) -> Verdict {
        let map = |name: &'static str, value| Value::Map(Map::from_entries(vec![(name.into(), value)]).unwrap());
        let place = vec![("idx".into(), Value::Int(7)), ("uri".into(), Value::from(LIST))];
        let mut said = alice();
        said.push(("status", map("status_list", Value::Map(Map::from_entries(place).unwrap()))));
        let mut world = self.world();
        let sent = self.bundle(&world, &self.provider, &said, &["name"]).encode().unwrap();
        world.judge(0, 7, Reveal::Bundle(&sent), None, &Says(says))
    }

    /// The verdict on a second member who came with the second epoch and says nothing.
    fn silent_newcomer(&self, now: i64) -> Verdict {
        let mut world = self.world();
        let newcomer = Person::new(&self.provider, 5);
        world.next_epoch(|view| {
            view.leaves.push(LeafView::new(1, newcomer.key.public().clone(), newcomer.credential.clone()));
        });
        without_reveal(world.snapshots.current().unwrap(), 1, now, Asked::NotYet).unwrap()
    }
}

struct Says(Option<Status>);

impl StatusLists for Says {
    fn status(&self, _uri: &str, _index: u64, _at: i64) -> Option<Status> {
        self.0
    }
}

fn said(changes: &[(&'static str, &'static str)]) -> Said {
    let mut said = alice();
    for (name, value) in changes {
        said.retain(|(known, _)| known != name);
        said.push((name, Value::from(*value)));
    }
    said
}

/// The verdict that has this code; a match, so that a new code has to be thought of here.
fn verdict_with(code: VerdictCode) -> Verdict {
    use VerdictCode as C;
    let name = &["name"][..];
    match code {
        C::Ok => play().show(&alice(), name),
        C::OkLapsed => play().late(NOW + 86_400, 2 * 86_400),
        C::Pending => play().silent_newcomer(NOW),
        C::MissingReveal => play().silent_newcomer(NOW + 3_600),
        C::UnknownToMe => without_reveal(play().world().snapshots.current().unwrap(), 0, NOW, Asked::NotYet).unwrap(),
        C::IssuerLocalOnly => play().with(|policy| policy.allow_local_trust = true).by_another(None, Some("a.example")),
        C::BindingImplicit => {
            let play = play();
            let chain = identity(DisclosureFormat::MlsCredential, &play.provider, play.alice.key.public(), &alice(), NOW + YEAR);
            let Owned::X509(chain, _) = chain else { unreachable!() };
            let bare = Credential::X509(chain).encode().unwrap();
            play.world().judge(0, 7, Reveal::Credential(&bare), None, &NoStatusLists)
        }
        C::CheckWaived => {
            let files = files();
            let owned = identity(KBT, &files.provider, files.person.key.public(), &alice(), NOW + YEAR);
            let sent = bundle(files.world.context(0), &owned, &select(KBT, name), &files.person.key).encode().unwrap();
            let mut inputs = files.inputs();
            waive(&mut inputs, Waivable::Nonce);
            judge_files(inputs, &files.trust, &sent)
        }
        C::PolicyMissing | C::PolicyUnsupported => {
            let play = play();
            let mut view = play.world().view;
            // Another version than 1.
            view.policy = view.policy.filter(|_| code == C::PolicyUnsupported).map(|octets| [&[0, 2], &octets[2..]].concat());
            let sent = play.bundle(&play.world(), &play.provider, &alice(), name);
            World::of_view(view, play.trust.clone()).receive(0, &sent)
        }
        C::LeafUnverified => {
            let play = play();
            let sent = play.bundle(&play.world(), &play.provider, &alice(), name);
            let mut view = play.world().view;
            view.leaves[0].credential = Credential::Basic(b"alice".to_vec());
            World::of_view(view, play.trust.clone()).receive(0, &sent)
        }
        C::PseudonymForbidden => play().with(|policy| policy.pseudonyms = Optionality::Forbidden).show(&alice(), name),
        C::PseudonymRequired => {
            let mut play = play();
            play.alice.user = uri("mimi://a.example/u/alice");
            let validity = mimicred_x509::Validity::new(NOW - YEAR, NOW + YEAR).unwrap();
            let profile = mimicred_x509::IdentityProfile::new(play.alice.key.public(), validity).with_user(&play.alice.user);
            play.alice.credential = Credential::X509(play.provider.identity(&profile));
            play.show(&alice(), name)
        }
        C::IssuerUntrusted => play().by_another(None, None),
        C::IssuerNotForDomain => play().by_another(Some("b.example"), Some("b.example")),
        C::IssuerRoomOnly => play().by_another(Some("a.example"), None),
        C::IssuerSignatureInvalid => {
            let (play, forger) = (play(), Provider::new("a.example", 66));
            let sent = play.bundle(&play.world(), &forger, &alice(), name);
            play.world().receive(0, &sent)
        }
        C::Revoked => play().with_status(Some(Status::Revoked)),
        C::StatusUntrusted => play().with_status(None),
        C::Malformed => play().world().receive_octets(0, b"\x00\x01rubbish"),
        C::AlgNotAllowed | C::KeyMismatch => {
            let play = play();
            let algorithm = if code == C::AlgNotAllowed { Algorithm::P256 } else { Algorithm::Ed25519 };
            let key = LeafKey::new(secret(algorithm, 77)).unwrap();
            let owned = identity(JWT, &play.provider, key.public(), &alice(), NOW + YEAR);
            let sent = bundle(play.world().context(0), &owned, &select(JWT, name), &key);
            play.world().receive(0, &sent)
        }
        C::SubjectMismatch => play().show(&said(&[("sub", "mimi://a.example/p/somebody")]), name),
        C::BindingInvalid => play().tampered(|sent| {
            // A character in the middle of the signature of the KB-JWT.
            let data = &mut sent.items[0].data;
            let at = data.len() - 40;
            data[at] = if data[at] == b'A' { b'B' } else { b'A' };
        }),
        C::AudienceMismatch => play().tampered(|sent| sent.room_uri = uri("mimi://hub.example/r/other")),
        C::NonceMismatch => {
            let play = play();
            let mut context = play.world().context(0);
            context.nonce[31] ^= 1;
            let owned = identity(JWT, &play.provider, play.alice.key.public(), &alice(), NOW + YEAR);
            let sent = bundle(context, &owned, &select(JWT, name), &play.alice.key);
            play.world().receive(0, &sent)
        }
        C::Stale => play().late(NOW + YEAR, 8 * 86_400),
        C::NotYetValid => play().late(NOW + YEAR, -61),
        C::Expired => play().late(NOW - 10, 0),
        C::Replayed => {
            let play = play();
            let mut world = play.world();
            let sent = play.bundle(&world, &play.provider, &alice(), name);
            world.receive(0, &sent);
            // The same key at another leaf.
            let mut view = world.view.clone();
            view.leaves.push(LeafView { index: 1, ..view.leaves[0].clone() });
            let mut second = World::of_view(view, play.trust.clone());
            second.replay = world.replay;
            second.receive(1, &sent)
        }
        C::FormatNotAccepted => play().with(|policy| policy.accepted_formats = vec![KBT]).show(&alice(), name),
        C::RevealForbidden => play()
            .with(|policy| {
                policy.identity_reveal = Optionality::Forbidden;
                policy.claim_rules.clear();
            })
            .show(&alice(), name),
        C::MissingRequiredClaim => play().show(&alice(), &["email"]),
        C::ForbiddenClaim => play()
            .with(|policy| {
                policy.claim_rules[1].presence = Optionality::Forbidden;
                policy.claim_rules[1].predicates.clear();
            })
            .show(&alice(), &["name", "email"]),
        C::UnlistedClaim => {
            play().with(|policy| policy.unlisted_claims = Optionality::Forbidden).show(&alice(), &["name", "birthdate"])
        }
        C::PredicateFailed => play().show(&said(&[("email", "alice@b.example")]), &["name", "email"]),
        C::ConflictingClaims => play().show_both((&alice(), name), (&said(&[("name", "Bob Brown")]), name)),
        C::MixedSubjects => {
            let bob = said(&[("sub", "mimi://a.example/u/bob")]);
            play()
                .with(|policy| policy.claim_rules[1].presence = Optionality::Required)
                .show_both((&alice(), name), (&bob, &["email"]))
        }
        C::KpUnbound => {
            play().tampered(|sent| sent.items.push(BundleItem { item_type: ItemType::KeyPackage, data: vec![0, 1, 0, 5] }))
        }
        C::Vouched => super::vouched::vouched(JWT, crate::VouchedKeys::Shown),
    }
}

#[test]
fn every_code_has_a_message_that_gets_it() {
    for code in VerdictCode::ALL {
        let verdict = verdict_with(*code);
        if *code == VerdictCode::KpUnbound {
            // It is about a KeyPackage alone: the presentation beside it is judged on its own.
            assert_eq!((verdict.code, verdict.presentations[1].code), (VerdictCode::Ok, *code), "{verdict}");
            continue;
        }
        assert_eq!(verdict.code, *code, "{verdict}");
        assert_eq!(verdict.acceptable, code.acceptable());
        let shows = !verdict.claims.is_empty();
        assert_eq!(shows, code.acceptable().shows_values(), "{code}: {verdict}");
    }
}
