//! The knock flow: Cathy wants to get into a room whose address she knows and in which nobody knows her.
//!
//! Beside the target room there is a room where one knocks. Anybody comes in there by herself and sends one message that only the
//! moderators can read: who she is, and KeyPackages of a second pseudonym. She leaves, and is added to the target room later.

mod crowd;
mod learned;

use mimicred_claims::{ClaimPath, Map};
use mimicred_mls::component::{KnockRoomPolicy, Participant};
use mimicred_mls::group::Change;
use mimicred_room::Verdict;
use mimicred_room::policy::RoomDisclosurePolicy;
use mimicred_uri::MimiUri;

use super::cast::{BOBS_CLAIMS, claims_of};
use super::statements::Measured;
use super::tell::Told;
use super::{Flow, Options};
use crate::demo::{Format, chosen};
use crate::network::{
    ADMIN, Access, Claims, Entered, Heard, Joining, MEMBER, MODERATOR, Named, Network, Offered, Revealing, RoomSetup, Sent,
};
use crate::{Code, Error};

const ADAM: &str = "Adam's phone";
const MORGAN: &str = "Morgan's phone";
const MIA: &str = "Mia's phone";
const CATHY: &str = "Cathy's phone";
const DAN: &str = "Dan's phone";
const ERIN: &str = "Erin's phone";
const FRANK: &str = "Frank's phone";
const A: &str = "a.example";
const B: &str = "b.example";
const C: &str = "c.example";
/// For how long somebody may stay who has come to knock.
const STAY: u32 = 3_600;

const TITLE: &str = "Cathy knocks";
const WHAT: &str = "Adam and Morgan (provider A) moderate a room T, and a room K beside it where one knocks for T. Cathy (provider C) \
comes into K by herself, as c1, sends the moderators one sealed message with who she is and KeyPackages of c2, and leaves. Adam adds \
c2 to T, where she says who she is as T asks it. Dan and Erin (provider B) knock at the same time, and learn nothing of it.";

pub(super) fn run(network: &mut Network, options: &Options<'_>, policy: &RoomDisclosurePolicy) -> Result<Told, Error> {
    let mut told = Told::new(Flow::Knock, TITLE, WHAT);
    let others = claims_of(BOBS_CLAIMS)?;
    cast(network, &mut told)?;
    issue(network, &mut told, policy, (&options.claims, &others))?;
    let octets = policy.encode().map_err(|e| Error::new(Code::PolicyUnusable).because(e))?;
    let mut t_setup = RoomSetup::new("T", octets.clone());
    if network.faults.names_in_room {
        t_setup.name = "Alice Example asks to come in".to_owned();
    }
    let (target, k_setup) = rooms(network, &mut told, &t_setup, &octets)?;
    let k = network.create(ADAM, "adam_k", &k_setup)?;
    add(network, ADAM, &k, &[(MORGAN, "morgan_k", MODERATOR)])?;

    told.phase(
        network,
        "Cathy knocks",
        "She comes into K by herself; one message, sealed to the moderators; Dan is there as well.",
    );
    for (device, persona) in [(CATHY, "c1"), (DAN, "d1")] {
        let entered = network.join(device, &k, persona, Joining::Knock)?;
        told.must(&format!("{device} comes into K by herself"), entered == Entered::In, None);
    }
    let paths = chosen(policy, &options.claims, options.format);
    let verdict = knock(network, &mut told, options, (&k, &paths))?;
    crowd::others_read(network, &mut told, &k)?;
    crowd::leave(network, &mut told, (&k, options, &paths))?;
    crowd::race(network, &mut told, &k)?;
    crowd::flood(network, &mut told, &k)?;
    crowd::stuck(network, &mut told, &k)?;
    admit(network, &mut told, options, (&target, verdict.as_ref(), &paths))?;
    crowd::without_target(network, &mut told, (&k_setup, &target))?;

    learned::sets(network, &mut told, options, policy, (&[&t_setup, &k_setup], &target, &others))?;
    learned::rules(&mut told);
    learned::matrix(&mut told);
    Ok(told)
}

fn cast(network: &mut Network, told: &mut Told) -> Result<(), Error> {
    told.provider(A, "the moderators' provider and issuer; the hub of K and T");
    for (name, account, host, what) in [
        (ADAM, "account-0001", A, "administers K and T"),
        (MORGAN, "account-0002", A, "moderates K and T"),
        (MIA, "account-0003", B, "takes part in T"),
        (CATHY, "account-4711", C, "knocks as c1, and is in T as c2"),
        (DAN, "account-0815", B, "knocks at the same time"),
        (ERIN, "account-0816", B, "knocks at the same time"),
        (FRANK, "account-0817", B, "tries to knock in a flood"),
    ] {
        network.add_device(name, account, host)?;
        told.client(name, host, what);
    }
    told.provider(B, "the provider of Mia, Dan, Erin and Frank");
    told.provider(C, "Cathy's provider and issuer; follows K and T");
    Ok(())
}

fn issue(
    network: &mut Network,
    told: &mut Told,
    policy: &RoomDisclosurePolicy,
    (cathy, others): (&Map<'_>, &Map<'_>),
) -> Result<(), Error> {
    told.phase(network, "Credentials", "Each provider issues to its own users.");
    let all: [(&str, &Map<'_>, &[&str]); 7] = [
        (ADAM, others, &["adam_t", "adam_k", "adam_k2"]),
        (MORGAN, others, &["morgan_t", "morgan_k"]),
        (MIA, others, &["mia"]),
        (CATHY, cathy, &["c1", "c2"]),
        (DAN, others, &["d1", "d2"]),
        (ERIN, others, &["e1"]),
        (FRANK, others, &["f1"]),
    ];
    for (device, claims, labels) in all {
        let (certified, open) = (chosen(policy, claims, Format::MlsCredential), chosen(policy, claims, Format::SdKbt));
        let said = Claims { all: claims, certified: &certified, careless: &open };
        let personas = network.issue(device, labels, &Named::Fresh, &said)?;
        network.device_mut(device)?.personas.extend(personas);
    }
    Ok(())
}

/// The target room with its people, and what the room beside it will be.
fn rooms(network: &mut Network, told: &mut Told, setup: &RoomSetup, policy: &[u8]) -> Result<(MimiUri, RoomSetup), Error> {
    told.phase(
        network,
        "The rooms",
        "T, the target; and K, discoverable, where one knocks for it: one message each, for moderators only.",
    );
    let target = network.create(ADAM, "adam_t", setup)?;
    add(network, ADAM, &target, &[(MORGAN, "morgan_t", MODERATOR), (MIA, "mia", MEMBER)])?;
    let knock = KnockRoomPolicy {
        target_room: Some(target.clone()),
        max_messages_per_joiner: 1,
        max_stay_seconds: STAY,
        moderator_roles: vec![MODERATOR, ADMIN],
        target_disclosure_policy: policy.to_vec(),
    };
    Ok((target, RoomSetup::new("K", policy.to_vec()).with_access(Access::Knock(knock))))
}

/// Somebody is added by a KeyPackage that she has given the administrator by some other way.
fn add(network: &mut Network, admin: &str, room: &MimiUri, who: &[(&str, &str, u32)]) -> Result<(), Error> {
    let (mut key_packages, mut participants) = (Vec::new(), Vec::new());
    for (device, persona, role_index) in who {
        let marker = network.draw::<32>("a marker")?;
        let usage = mimicred_mls::component::KeyPackageUsage::Offered(marker);
        key_packages.push((network.own_key_package(device, persona, usage)?, None));
        let user = network.device(device)?.persona(persona)?.user.clone();
        participants.push(Participant { user, role_index: *role_index });
    }
    match network.add(admin, room.as_str(), &key_packages, participants, "adds those who belong there")? {
        Sent::Accepted => Ok(()),
        other => Err(Error::step("a room is filled", format!("{other:?}"))),
    }
}

/// One message, sealed to the moderators: who she is, and KeyPackages of c2.
fn knock(
    network: &mut Network,
    told: &mut Told,
    options: &Options<'_>,
    (k, paths): (&MimiUri, &[ClaimPath]),
) -> Result<Option<Verdict>, Error> {
    let offerer = network.device(CATHY)?.persona("c1")?.key.public().clone();
    let Offered { items, .. } = network.offer(Some(k.as_str()), &offerer, &[(CATHY, "c2")])?;
    let roles: &[u32] = if network.faults.open_knock { &[] } else { &[MODERATOR, ADMIN] };
    let revealing = Revealing {
        format: options.format,
        paths,
        items: &items,
        roles,
        expecting: None,
        note: "a knock, sealed to the moderators",
    };
    let sent = network.reveal(CATHY, k.as_str(), &revealing)?;
    let verdict = network.device(MORGAN)?.place(k.as_str())?.verdict().cloned();
    let accepted = sent == Sent::Accepted && verdict.as_ref().is_some_and(Verdict::is_accepted);
    told.must("the moderators accept Cathy's knock", accepted, verdict.as_ref().map(|verdict| verdict.code.name()));
    let again = network.reveal(CATHY, k.as_str(), &Revealing { note: "a second one", ..revealing })?;
    told.must("a second message of hers is refused by the hub", matches!(again, Sent::Refused(_)), None);
    Ok(verdict)
}

/// Later: Adam adds c2 to T, and she reveals there, under T's policy.
fn admit(
    network: &mut Network,
    told: &mut Told,
    options: &Options<'_>,
    (target, verdict, paths): (&MimiUri, Option<&Verdict>, &[ClaimPath]),
) -> Result<(), Error> {
    told.phase(
        network,
        "Cathy is let in",
        "Some time later Adam adds c2 to T by the KeyPackage of the knock; she reveals there again.",
    );
    network.wait_at_random(3_600, 86_400)?;
    let offered = verdict.map(|verdict| verdict.key_packages.as_slice()).unwrap_or_default();
    let key_packages: Vec<_> = offered.iter().map(|it| (it.octets.clone(), Some(it.salt))).collect();
    let user = network.device(CATHY)?.persona("c2")?.user.clone();
    let participants = vec![Participant { user, role_index: MEMBER }];
    let sent = network.add(ADAM, target.as_str(), &key_packages, participants, "adds c2")?;
    let is_in = network.device(CATHY)?.place(target.as_str()).is_ok();
    told.must("Cathy follows the Welcome into T as c2", sent == Sent::Accepted && is_in, None);
    if !is_in {
        return Ok(());
    }
    for device in [CATHY, MIA] {
        let sent = network.commit(device, target.as_str(), Change::default(), "renews its leaf")?;
        told.must(&format!("{device} renews its leaf"), sent == Sent::Accepted, None);
    }
    let some = paths.get(..1).unwrap_or_default();
    let revealing =
        Revealing { format: options.format, paths: some, items: &[], roles: &[], expecting: None, note: "a reveal to all of T" };
    let sent = network.reveal(CATHY, target.as_str(), &revealing)?;
    let verdict = network.device(MIA)?.place(target.as_str())?.verdict().cloned();
    let accepted = sent == Sent::Accepted && verdict.as_ref().is_some_and(Verdict::is_accepted);
    told.must("everybody in T accepts what Cathy reveals there", accepted, verdict.as_ref().map(|verdict| verdict.code.name()));
    Ok(())
}

/// What somebody heard last.
fn last_heard<'n>(network: &'n Network, device: &str, room: &MimiUri) -> Result<Option<&'n Heard>, Error> {
    Ok(network.device(device)?.place(room.as_str())?.heard.last())
}

fn measured(told: &mut Told, id: &'static str, sentence: &str, on: &'static str, holds: bool) {
    told.measured.push(Measured::new(id, sentence, on, holds));
}
