//! The abuse flow: Mallory misuses her pseudonyms, is reported, and is stopped; first by the hub, then by her provider; and is let in again.
//!
//! Provider B is a real one ([`mimicred_provider`]), with a store, a desk and an escrow mode. Hub A does what hubs can do by themselves,
//! follows what B publishes, and is told nothing else. Nobody but B learns that the pseudonyms are of one account, and B learns it only
//! as its escrow mode lets it.

mod custodians;
mod desk;
mod doing;
mod hub;
mod learned;
mod local;
mod remedies;

use mimicred_claims::Map;
use mimicred_mls::component::{KeyPackageUsage, Participant, ParticipantListUpdate};
use mimicred_mls::group::Change;
use mimicred_uri::MimiUri;

use super::cast::{BOBS_CLAIMS, claims_of};
use super::tell::Told;
use super::{Escrow, Flow, Options};
use crate::network::{Access, Claims, Entered, Joining, MEMBER, MODERATOR, Named, Network, RoomSetup, Sent};
use crate::{Code, Error};

use local::Local;

const ADAM: &str = "Adam's phone";
const MORGAN: &str = "Morgan's phone";
const RITA: &str = "Rita's phone";
const HANNA: &str = "Hanna's phone";
const MALLORY: &str = "Mallory's phone";
/// Of her other account.
const TABLET: &str = "Mallory's tablet";
const A: &str = "a.example";
const B: &str = "b.example";
const C: &str = "c.example";
const ACCOUNT: &str = "account-0666";
const OTHER_ACCOUNT: &str = "account-0667";
const DAY: u64 = 86_400;

const TITLE: &str = "Mallory is stopped";
const WHAT: &str = "Mallory (provider B) is in three rooms of hub A as m1, m2 and m3, and by another account of hers in a fourth as m4. In \
X she sends more than anybody can read; Rita (provider C) reports her, Morgan (provider C) mutes, removes and bans her for a time. A tells B \
what it knows of m1; a person there decides, and B suspends m1, then what its escrow mode lets it reach of the account. All that A sees of \
it is in B's revocation lists. She is let in again, and her account is deleted. Hanna, B's other user, stays where she is.";

/// Where everybody is.
struct Scene {
    local: Local,
    escrow: Escrow,
    /// Rooms, with Mallory's pseudonym in each.
    rooms: Vec<(MimiUri, Mallorys)>,
    /// Who was removed after which publication, counted from the first one.
    gone: Vec<(&'static str, usize)>,
    /// How many messages there were when the remedies of B began.
    remedies_from: usize,
}

/// One of her pseudonyms.
#[derive(Clone, Copy)]
struct Mallorys {
    label: &'static str,
    device: &'static str,
}

impl Scene {
    fn room(&self, label: &str) -> Result<&MimiUri, Error> {
        let found = self.rooms.iter().find(|(_, her)| her.label == label).map(|(room, _)| room);
        found.ok_or_else(|| Error::step("a room is looked up", label.to_owned()))
    }
}

pub(super) fn run(network: &mut Network, options: &Options<'_>) -> Result<Told, Error> {
    let mut told = Told::new(Flow::Abuse, TITLE, WHAT);
    let mut local = Local::new(network, options)?;
    let policy = super::policy(network, options)?;
    let others = claims_of(BOBS_CLAIMS)?;
    cast(network, &mut told, options)?;
    told.phase(
        network,
        "Credentials",
        "A and C issue to their users as ever; B issues batches, and forgets what was whose as its mode says.",
    );
    issue(network, &mut local, (&options.claims, &others))?;
    let octets = policy.encode().map_err(|e| Error::new(Code::PolicyUnusable).because(e))?;
    let mut setup = RoomSetup::new("X", octets).with_access(Access::Open);
    if network.faults.names_in_room {
        setup.name = "Alice Example is watched".to_owned();
    }
    let mut scene = rooms(network, &mut told, local, options, &setup)?;
    doing::run(network, &mut told, &mut scene)?;
    hub::run(network, &mut told, &mut scene)?;
    desk::run(network, &mut told, &mut scene)?;
    remedies::run(network, &mut told, &mut scene)?;

    learned::sets(network, &mut told, options, &setup)?;
    learned::rules(&mut told);
    learned::measure(network, &mut told, &mut scene)?;
    learned::matrix(&mut told);
    Ok(told)
}

fn cast(network: &mut Network, told: &mut Told, options: &Options<'_>) -> Result<(), Error> {
    told.provider(A, "the hub of X, Y, Z and W; Adam's provider");
    for (name, account, host, what) in [
        (ADAM, "account-0001", A, "administers the rooms"),
        (MALLORY, ACCOUNT, B, "is m1 in X, m2 in Y and m3 in Z"),
        (TABLET, OTHER_ACCOUNT, B, "has another account of hers, and is m4 in W"),
        (HANNA, "account-0815", B, "takes part in X and Y"),
        (MORGAN, "account-0002", C, "moderates X and Y"),
        (RITA, "account-0003", C, "takes part in X"),
    ] {
        network.add_device(name, account, host)?;
        told.client(name, host, what);
    }
    told.provider(B, &format!("Mallory's and Hanna's provider and issuer, in escrow mode {}", options.escrow.name()));
    told.provider(C, "the provider of Morgan and Rita");
    Ok(())
}

fn issue(network: &mut Network, local: &mut Local, (mallory, others): (&Map<'_>, &Map<'_>)) -> Result<(), Error> {
    for (device, labels) in
        [(ADAM, &["adam_x", "adam_y", "adam_z", "adam_w"][..]), (MORGAN, &["morgan_x", "morgan_y"]), (RITA, &["rita"])]
    {
        let said = Claims { all: others, certified: &[], careless: &[] };
        let personas = network.issue(device, labels, &Named::Fresh, &said)?;
        network.device_mut(device)?.personas.extend(personas);
    }
    for (account, claims) in [(ACCOUNT, mallory), (OTHER_ACCOUNT, mallory), ("account-0815", &Map::default())] {
        local.add_account(network, account, claims)?;
    }
    for (device, labels) in [(MALLORY, &["m1", "m2", "m3"][..]), (TABLET, &["m4"]), (HANNA, &["h1", "h2"])] {
        local.issue(network, device, labels)?;
    }
    local.publish(network)
}

/// X, Y, Z and W, with everybody in them.
fn rooms(network: &mut Network, told: &mut Told, local: Local, options: &Options<'_>, setup: &RoomSetup) -> Result<Scene, Error> {
    told.phase(network, "The rooms", "Everybody may come in by herself; moderators may mute, remove and ban.");
    let mut scene = Scene { local, escrow: options.escrow, rooms: Vec::new(), gone: Vec::new(), remedies_from: usize::MAX };
    for (label, admin, her) in [
        ("X", "adam_x", Mallorys { label: "m1", device: MALLORY }),
        ("Y", "adam_y", Mallorys { label: "m2", device: MALLORY }),
        ("Z", "adam_z", Mallorys { label: "m3", device: MALLORY }),
        ("W", "adam_w", Mallorys { label: "m4", device: TABLET }),
    ] {
        let room = network.create(ADAM, admin, &RoomSetup { label: label.to_owned(), ..setup.clone() })?;
        let invited: &[(&str, &str, u32)] = match label {
            "X" => &[(MORGAN, "morgan_x", MODERATOR), (RITA, "rita", MEMBER)],
            "Y" => &[(MORGAN, "morgan_y", MODERATOR)],
            _ => &[],
        };
        let (mut key_packages, mut participants) = (Vec::new(), Vec::new());
        for (device, persona, role_index) in invited {
            let usage = KeyPackageUsage::Offered(network.draw::<32>("a marker")?);
            key_packages.push((network.own_key_package(device, persona, usage)?, None));
            let user = network.device(device)?.persona(persona)?.user.clone();
            participants.push(Participant { user, role_index: *role_index });
        }
        if !invited.is_empty() {
            let sent = network.add(ADAM, room.as_str(), &key_packages, participants, "adds those who belong there")?;
            told.must(&format!("{label} has its moderators"), sent == Sent::Accepted, None);
        }
        scene.rooms.push((room, her));
    }
    for (device, persona, at) in [(HANNA, "h1", "m1"), (HANNA, "h2", "m2")] {
        let entered = network.join(device, scene.room(at)?, persona, Joining::Open)?;
        told.must(&format!("Hanna comes in by herself as {persona}"), entered == Entered::In, None);
    }
    doing::lawless(network, MALLORY, "m1")?;
    for (room, her) in &scene.rooms {
        let entered = network.join(her.device, room, her.label, Joining::Open)?;
        told.must(&format!("Mallory comes in by herself as {}", her.label), entered == Entered::In, None);
    }
    Ok(scene)
}

/// She comes back into one of the rooms, or tries to.
fn comes_back(network: &mut Network, scene: &Scene, label: &str) -> Result<Entered, Error> {
    let found = scene.rooms.iter().find(|(_, her)| her.label == label);
    let (room, her) = found.ok_or_else(|| Error::step("a room is looked up", label.to_owned()))?;
    network.forget(her.device, room.as_str())?;
    network.join(her.device, room, her.label, Joining::Open)
}

/// Where somebody stands in the participant list of a room, and her leaves.
fn place_of(network: &Network, room: &MimiUri, user: &MimiUri) -> Result<(Vec<u32>, Vec<u32>), Error> {
    let step = "a room is looked at";
    let group = &network.device(ADAM)?.place(room.as_str())?.group;
    let state = group.room_state().map_err(|e| Error::step(step, e))?;
    let position = state.participants.iter().position(|it| it.user == *user).and_then(|at| u32::try_from(at).ok());
    let leaves = group.view().map_err(|e| Error::step(step, e))?.leaves;
    let hers = |leaf: &&mimicred_mls::LeafView| mimicred_room::claimed_user(&leaf.credential).as_ref() == Some(user);
    Ok((position.into_iter().collect(), leaves.iter().filter(hers).map(|leaf| leaf.index).collect()))
}

/// Somebody is given another role; or, without one, crossed off the list.
fn give_role(
    network: &mut Network,
    (device, room): (&str, &MimiUri),
    user: &MimiUri,
    role: Option<u32>,
    leaves: Leaves,
    note: &str,
) -> Result<Sent, Error> {
    let (position, own) = place_of(network, room, user)?;
    let update = match role {
        Some(role) => {
            let changed_roles = position.into_iter().map(|at| (at, role)).collect();
            ParticipantListUpdate { changed_roles, ..Default::default() }
        }
        None => ParticipantListUpdate { removed: position, ..Default::default() },
    };
    let remove = match leaves {
        Leaves::Stay => Vec::new(),
        Leaves::Go => own,
    };
    network.commit(device, room.as_str(), Change { remove, participants: Some(update), ..Change::default() }, note)
}

/// What becomes of somebody's clients.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Leaves {
    Stay,
    /// They are removed with the same commit.
    Go,
}

/// The user of one of Mallory's pseudonyms.
fn user(network: &Network, device: &str, label: &str) -> Result<MimiUri, Error> {
    Ok(network.device(device)?.persona(label)?.user.clone())
}
