//! Carriages in real groups: what one member sends as an application message, another decrypts and judges.

mod contents;
mod leaves;
mod misuse;
mod offered;
mod sealed;

use std::time::{SystemTime, UNIX_EPOCH};

use mimicred_claims::Selection;
use mimicred_keys::SystemRandom;
use mimicred_mls::carriage::{ContentDraft, Group as Parts, Object};
use mimicred_mls::component::Participant;
use mimicred_mls::content::MimiContent;
use mimicred_mls::framing::ApplicationFraming;
use mimicred_mls::group::{Group, Incoming, Lifetime, Member, RoomState};
use mimicred_mls::{Credential, DisclosureBundle, MediaType, Suite};

use crate::policy::{DisclosureFormat, RoomDisclosurePolicy};
use crate::testing::*;
use crate::{EpochSnapshot, NoStatusLists, Reveal, RoomContext, RoomRules, Verdict, VerdictCode};

const LISTED: [&str; 5] = [
    "application/mimi-content",
    "application/mimi-disclosure-bundle",
    "application/mls-credential",
    "application/sd-jwt",
    "application/kb+cwt",
];

/// Alice and Bob in one group; Bob judges.
struct Meeting {
    provider: Provider,
    alice: Person,
    from: Group,
    to: Group,
    bob: World,
}

impl Meeting {
    /// A room that lists all carriages, MIMI content first.
    fn new() -> Self {
        Self::with(&LISTED, |_| {})
    }

    fn with(listed: &[&str], change: impl FnOnce(&mut RoomDisclosurePolicy)) -> Self {
        let provider = Provider::new("a.example", 1);
        let alice = Person::new(&provider, 2);
        let mut wanted = policy(&[(&provider, "a.example")]);
        change(&mut wanted);
        let participant = |user: &mimicred_uri::MimiUri| Participant { user: user.clone(), role_index: 2 };
        let room = RoomState::new(uri(ROOM))
            .with_participants(vec![participant(&alice.user)])
            .with_policy(wanted.encode().unwrap())
            .with_media_types(listed.iter().map(|listed| listed.parse().unwrap()).collect());
        let lifetime = lifetime();
        // The leaf keys of a person are the same each time she is made.
        let member = |seed, credential: Credential| {
            Member::new(Suite::X25519Aes128Ed25519, Person::new(&provider, seed).key, credential, RoomRules, SystemRandom)
                .unwrap()
        };
        let mut from = member(2, alice.credential.clone()).create(b"0123456789abcdef", &room, &lifetime).unwrap();
        let other = Person::new(&provider, 3);
        let newcomer = member(3, other.credential);
        let commit = from.add(&[&newcomer.key_package(&lifetime).unwrap()], vec![participant(&other.user)]).unwrap();
        from.merge().unwrap();
        let to = newcomer.join(&commit.welcome.unwrap()).unwrap();
        let bob = World::of_view(to.view().unwrap(), vec![provider.trusted_for(&["a.example"])]);
        Self { provider, alice, from, to, bob }
    }

    /// Where Alice makes her reveals, by her own snapshot.
    fn context(&self) -> RoomContext {
        let snapshot = EpochSnapshot::enter(&self.from.view().unwrap(), &self.bob.trust, NOW, None).unwrap();
        snapshot.room_context(self.from.own_index(), None).unwrap().unwrap()
    }

    fn holds(&self, format: DisclosureFormat) -> Owned {
        identity(format, &self.provider, self.alice.key.public(), &alice(), NOW + YEAR)
    }

    /// A bundle of one presentation, that shows her name.
    fn bundle(&self, format: DisclosureFormat) -> DisclosureBundle {
        let selection = match format {
            DisclosureFormat::MlsCredential => Selection::All,
            token => select(token, &["name"]),
        };
        bundle(self.context(), &self.holds(format), &selection, &self.alice.key)
    }

    /// The same as an object that travels alone; of a certificate, the credential without its proof.
    fn object(&self, format: DisclosureFormat) -> Object {
        match self.holds(format) {
            Owned::X509(chain, _) => Object::Credential(Credential::X509(chain)),
            _ => Object::of_item(&self.bundle(format).items[0]).unwrap().unwrap(),
        }
    }

    fn content(&self, parts: Vec<Parts>) -> MimiContent {
        let (room, sender) = (uri(ROOM), self.alice.user.clone());
        ContentDraft::new(&room, &sender, [7; 16]).expiring(u32::try_from(NOW + 600).unwrap()).compose(parts).unwrap()
    }

    /// Alice sends application data, and Bob judges what comes out of his group.
    fn say(&mut self, data: &[u8]) -> Verdict {
        let message = self.from.send(data).unwrap();
        let Incoming::Application { sender, epoch, octets } = self.to.receive(&message).unwrap() else { panic!() };
        assert_eq!((sender, octets.as_slice()), (self.from.own_index(), data));
        self.bob.judge(sender, epoch, Reveal::ApplicationData(&octets), None, &NoStatusLists)
    }

    fn send(&mut self, framed: &ApplicationFraming) -> Verdict {
        self.say(&framed.encode().unwrap())
    }

    fn send_content(&mut self, content: &MimiContent) -> Verdict {
        self.send(&content.frame().unwrap())
    }
}

/// OpenMLS has a clock of its own.
fn lifetime() -> Lifetime {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    Lifetime::days(now, 28).unwrap()
}

/// Part indexes and codes.
fn items(verdict: &Verdict) -> Vec<(usize, VerdictCode)> {
    verdict.presentations.iter().map(|presentation| (presentation.item, presentation.code)).collect()
}

/// W1: tokens bind themselves; a certificate is bound by nothing but the message.
#[test]
fn bare_objects() {
    let mut meeting = Meeting::new();
    for (format, code) in [
        (DisclosureFormat::SdJwtKb, VerdictCode::Ok),
        (DisclosureFormat::SdKbt, VerdictCode::Ok),
        (DisclosureFormat::MlsCredential, VerdictCode::BindingImplicit),
    ] {
        let object = meeting.object(format);
        let verdict = meeting.send(&object.frame().unwrap());
        assert_eq!(verdict.code, code, "{verdict}");
        assert_eq!(items(&verdict), [(0, code)]);
        assert_eq!(verdict.presentations[0].format, format.name().unwrap());
        assert_eq!(verdict.claims[0].value.to_string(), "Alice Adams");
    }
}

/// W2, in all formats.
#[test]
fn bundles() {
    let mut meeting = Meeting::new();
    for format in FORMATS {
        let sent = Object::Bundle(meeting.bundle(format));
        let verdict = meeting.send(&sent.frame().unwrap());
        assert_eq!(verdict.code, VerdictCode::Ok, "{verdict}");
        assert_eq!(items(&verdict), [(0, VerdictCode::Ok)]);
    }
}
