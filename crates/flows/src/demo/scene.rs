//! The scene: four members and one room, whose reveals are for everybody or for the holders of some roles.

use mimicred_claims::{ClaimPath, Map};
use mimicred_keys::{Random, SystemRandom};
use mimicred_mls::group::Member;
use mimicred_mls::{BundleItem, MediaType};
use mimicred_room::policy::RoomDisclosurePolicy;
use mimicred_room::{RoomContext, RoomRules};
use mimicred_uri::MimiUri;

use super::carriage::{self, Label};
use super::wallet::{Leaf, Tokens, Wallet};
use super::world::World;
use super::{Carriage, Format, Options, RevealReport, choose};
use crate::{Code, Delivery, Error, Guest, Premises, Room};

/// Who reveals; an ordinary participant.
pub(super) const ALICE: &str = "Alice";
/// Who listens, and copies; a moderator.
pub(super) const BOB: &str = "Bob";
/// Who made the room and may change its policy; its administrator.
pub(super) const CAROL: &str = "Carol";
/// Who is there as Alice is, with no role to see what only some may see.
pub(super) const DORA: &str = "Dora";

/// The roles of moderators and administrators, unless the policy names others.
const ROLES: [u32; 2] = [3, 4];
/// The lowest role of a participant: those below are of nobody and of the banned.
const ORDINARY: u32 = 2;

/// Whom the reveals in a room are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Circle {
    /// All members: W1 to W3.
    Everybody,
    /// Bob and Carol, by their roles: W4.
    SomeRoles,
}

impl Circle {
    /// The carriages for this circle, among some.
    pub(super) fn carriages(self, among: &[Carriage]) -> Vec<Carriage> {
        let is_sealed = self == Circle::SomeRoles;
        among.iter().copied().filter(|carriage| (*carriage == Carriage::Sealed) == is_sealed).collect()
    }

    const fn room(self) -> &'static str {
        match self {
            Circle::Everybody => "mimi://hub.example/r/clubhouse",
            Circle::SomeRoles => "mimi://hub.example/r/reception",
        }
    }
}

/// Everything on stage.
pub(super) struct Scene<'w> {
    pub(super) world: &'w World,
    pub(super) claims: &'w Map<'w>,
    pub(super) policy: RoomDisclosurePolicy,
    pub(super) alice: Wallet,
    pub(super) room: Room,
    pub(super) carriages: Vec<Carriage>,
    pub(super) cast: Vec<Player>,
}

/// A member, for this room and those beside it.
pub(super) struct Player {
    pub(super) name: &'static str,
    pub(super) provider: String,
    pub(super) user: MimiUri,
    pub(super) role: u32,
    member: Member,
}

impl<'w> Scene<'w> {
    /// A room of this circle, with fresh leaf keys and pseudonyms for everybody.
    pub(super) fn set(
        world: &'w World,
        options: &'w Options<'_>,
        circle: Circle,
        random: &mut dyn Random,
    ) -> Result<Self, Error> {
        let mut policy = options.policy.clone();
        policy.trusted_issuers = world.entries();
        let roles = roles(&policy)?;
        if circle == Circle::SomeRoles {
            policy.visible_to_roles.clone_from(&roles);
        }
        let (moderator, administrator) = match roles.as_slice() {
            [first, .., last] => (*first, *last),
            [only] => (*only, *only),
            [] => (ORDINARY, ORDINARY),
        };
        let ordinary = (ORDINARY..).find(|role| !roles.contains(role)).unwrap_or(ORDINARY);

        let certified = choose::chosen(&policy, &options.claims, Format::MlsCredential);
        let alice = Wallet::issue(world, &options.claims, &certified, random)?;
        let mut cast = Vec::new();
        // Carol creates the room, so she comes first. Bob has Alice's provider, so that nothing but the key tells his reveals
        // from hers.
        for (name, provider, role) in [
            (CAROL, &world.third, administrator),
            (ALICE, &world.home, ordinary),
            (BOB, &world.home, moderator),
            (DORA, &world.elsewhere, ordinary),
        ] {
            let hers;
            let leaf = if name == ALICE {
                &alice.leaf
            } else {
                hers = Leaf::make(provider, world, random)?;
                &hers
            };
            let member = Member::new(world.suite, leaf.key.clone(), leaf.credential(), RoomRules, SystemRandom);
            let member = member.map_err(|e| Error::step("a leaf is made", e))?;
            let (provider, user) = (provider.host().to_owned(), leaf.pseudonym.user.clone());
            cast.push(Player { name, provider, user, role, member });
        }
        let room = open(circle.room(), Carriage::media_types(), &cast, &policy, world, random)?;
        let carriages = circle.carriages(&options.carriages);
        Ok(Self { world, claims: &options.claims, policy, alice, room, carriages, cast })
    }

    /// What Alice discloses in this format.
    pub(super) fn paths(&self, format: Format) -> Vec<ClaimPath> {
        choose::chosen(&self.policy, self.claims, format)
    }

    /// Alice reveals what the policy asks for or allows, in this format and by this carriage.
    pub(super) fn reveal(&mut self, format: Format, carriage: Carriage) -> Result<RevealReport, Error> {
        let item = self.honest(format)?;
        let label = self.label();
        let presentation_octets = carriage::octets(carriage, &item)?;
        let framed = carriage::wrap((&self.room, ALICE, &self.policy.visible_to_roles), carriage, &item, &label)?;
        let Delivery { octets: message_octets, heard, kept_out } = self.room.send(ALICE, &framed)?;
        let expected = carriage::honest(format, carriage);
        let as_expected = !heard.is_empty() && heard.iter().all(|heard| heard.verdict.code.name() == expected);
        let accepted = !heard.is_empty() && heard.iter().all(|heard| heard.verdict.is_accepted());
        let disclosed = self.paths(format).iter().map(|path| choose::named(path, format)).collect();
        Ok(RevealReport {
            format,
            carriage,
            disclosed,
            presentation_octets,
            message_octets,
            expected,
            as_expected,
            accepted,
            heard,
            kept_out,
        })
    }

    /// What Alice would send now.
    pub(super) fn honest(&self, format: Format) -> Result<BundleItem, Error> {
        self.presentation(&self.alice.tokens, format, &self.paths(format))
    }

    /// A presentation of credentials that are for Alice's leaf key.
    pub(super) fn presentation(&self, tokens: &Tokens, format: Format, paths: &[ClaimPath]) -> Result<BundleItem, Error> {
        tokens.present(format, &self.alice.leaf.key, paths, &self.moment()?)
    }

    /// What Alice writes around her presentations in this room.
    pub(super) fn label(&self) -> Label {
        Label::honest(self.room.uri(), &self.alice.leaf.pseudonym.user, self.world.now)
    }

    /// Alice sends a presentation as she always does.
    pub(super) fn send(&mut self, carriage: Carriage, item: &BundleItem) -> Result<Delivery, Error> {
        self.send_labelled(ALICE, carriage, item, &self.label())
    }

    /// A member sends a presentation with this around it.
    pub(super) fn send_labelled(
        &mut self,
        from: &str,
        carriage: Carriage,
        item: &BundleItem,
        label: &Label,
    ) -> Result<Delivery, Error> {
        let framed = carriage::wrap((&self.room, from, &self.policy.visible_to_roles), carriage, item, label)?;
        self.room.send(from, &framed)
    }

    /// Where and when Alice reveals.
    pub(super) fn moment(&self) -> Result<(RoomContext, i64), Error> {
        Ok((self.room.seat(ALICE)?.context()?, self.world.now))
    }

    /// Carol, who administers the room, sets another policy.
    pub(super) fn set_policy(&mut self, policy: &RoomDisclosurePolicy) -> Result<(), Error> {
        let octets = policy.encode().map_err(|e| Error::new(Code::PolicyUnusable).because(e))?;
        self.room.change(CAROL, |group| group.set_policy(octets))
    }

    /// Another room of the same members, with the same leaf keys and the same policy.
    pub(super) fn another_room(&self, media_types: Vec<MediaType>, random: &mut dyn Random) -> Result<Room, Error> {
        open("mimi://hub.example/r/elsewhere", media_types, &self.cast, &self.policy, self.world, random)
    }
}

/// Who may see what only some may see.
fn roles(policy: &RoomDisclosurePolicy) -> Result<Vec<u32>, Error> {
    if policy.visible_to_roles.is_empty() {
        return Ok(ROLES.to_vec());
    }
    let mut roles: Vec<u32> = policy.visible_to_roles.iter().copied().filter(|role| *role >= ORDINARY).collect();
    roles.sort_unstable();
    if roles.is_empty() {
        return Err(Error::new(Code::PolicyUnusable).note("nobody in a room has the roles that may see reveals"));
    }
    Ok(roles)
}

fn open(
    uri: &str,
    media_types: Vec<MediaType>,
    cast: &[Player],
    policy: &RoomDisclosurePolicy,
    world: &World,
    random: &mut dyn Random,
) -> Result<Room, Error> {
    let step = "a room is created";
    let uri: MimiUri = uri.parse().map_err(|e: mimicred_uri::Error| Error::step(step, e))?;
    let mut group_id = vec![0; 16];
    random.fill(&mut group_id).map_err(|e| Error::step(step, e))?;
    let policy = policy.encode().map_err(|e| Error::new(Code::PolicyUnusable).because(e))?;
    let guests = cast.iter().map(|player| Guest {
        name: player.name,
        user: player.user.clone(),
        role: player.role,
        member: player.member.clone(),
        trust: world.trust.clone(),
    });
    Room::open(Premises { uri, group_id, policy, media_types }, guests.collect(), world.now, random)
}
