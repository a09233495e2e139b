//! What a link does not do: mimi-mls 3.6.3, L-6, L-7 and F-2.

use mimicred_keys::{SystemRandom, sha256};
use mimicred_mls::JoinLink;
use mimicred_mls::component::KeyPackageUsage;
use mimicred_mls::group::{Change, Provider, UnverifiedKeyPackage};
use mimicred_room::policy::RoomDisclosurePolicy;
use mimicred_uri::MimiUri;

use super::{ALICE, BOB, DAY, MALLORY, TABLET, make_link};
use crate::Error;
use crate::demo::chosen;
use crate::flow::Options;
use crate::flow::statements::Measured;
use crate::flow::tell::Told;
use crate::network::{Access, Entered, Joining, Network, Revealing, RoomSetup, Sent};

/// L-6, L-7: whoever has the link gets in, is seen to be there, and is nobody.
pub(super) fn thief(network: &mut Network, told: &mut Told, (room, link): (&MimiUri, &JoinLink)) -> Result<(), Error> {
    told.phase(network, "A thief", "Mallory has got hold of the link, and comes in with it as z.");
    let before = users(network, BOB, room)?;
    let entered = network.join(MALLORY, room, "z", Joining::Link(link))?;
    let after = users(network, BOB, room)?;
    let z = network.device(MALLORY)?.persona("z")?.user.clone();
    let place = network.device(BOB)?.place(room.as_str())?;
    let view = place.group.view().map_err(|e| Error::step("a room is looked at", e))?;
    let leaf = view.leaves.iter().find(|leaf| mimicred_room::claimed_user(&leaf.credential) == Some(z.clone()));
    let standing = leaf.and_then(|leaf| place.room().standing(leaf.index, network.time()));
    let nothing = standing.as_ref().is_none_or(|standing| standing.reveals.is_empty());
    told.must("a thief comes in by a link for many", entered == Entered::In, None);
    told.measured.push(Measured::new(
        "L-6",
        "A link thief obtains no verdict ok without a reveal that an issuer backs: to every member z has revealed nothing",
        "Bob's phone",
        nothing,
    ));
    told.measured.push(
        Measured::new(
            "L-7",
            format!("Another one by the same link is seen to be there: {before} users, then {after}"),
            "Bob's phone",
            after == before + 1,
        )
        .except("a hub can ignore that a link is for one user"),
    );
    Ok(())
}

/// What was changed about a link, has run out, or was withdrawn.
pub(super) fn altered(network: &mut Network, told: &mut Told, (room, link): (&MimiUri, &JoinLink)) -> Result<(), Error> {
    told.phase(network, "Bad links", "Altered, expired and withdrawn links, tried by Bob under another pseudonym.");
    let mut seed = link.clone();
    if let Some(first) = seed.seed.first_mut() {
        *first ^= 1;
    }
    let hash = |octet: u8| sha256(&[octet]);
    let alterations: [(&str, JoinLink, Judge); 5] = [
        ("a link with another seed is refused by the hub", seed, |entered| matches!(entered, Entered::Refused(_))),
        ("a link with another group is distrusted", JoinLink { group_id: vec![9; 16], ..link.clone() }, distrusted),
        ("a link with another inviter is distrusted", JoinLink { inviter_key_hash: hash(1), ..link.clone() }, distrusted),
        ("a link with another policy is distrusted", JoinLink { policy_hash: Some(hash(2)), ..link.clone() }, distrusted),
        ("a link that has run out is not used", JoinLink { not_after: network.seconds() - 1, ..link.clone() }, distrusted),
    ];
    for (what, link, expected) in alterations {
        let entered = network.join(BOB, room, "qb3", Joining::Link(&link))?;
        told.must(what, expected(&entered), None);
    }
    let text = link.to_text().map_err(|e| Error::step("a link is written", e))?;
    let cut = text.get(..text.len() - 3).unwrap_or_default();
    told.must("a link that was cut off is none", JoinLink::parse(cut).is_err(), None);
    Ok(())
}

/// Whether something came of a link that must.
type Judge = fn(&Entered) -> bool;

fn distrusted(entered: &Entered) -> bool {
    matches!(entered, Entered::Distrusted(_))
}

/// L-7: a link for one user.
pub(super) fn one_user(network: &mut Network, told: &mut Told, setup: &RoomSetup) -> Result<(), Error> {
    told.phase(network, "A link for one", "In another room a link serves one user only.");
    let setup = RoomSetup { label: "N".to_owned(), access: Access::Link { multiuser: false }, ..setup.clone() };
    let room = network.create(ALICE, "pa", &setup)?;
    let link = make_link(network, ALICE, &room, DAY)?;
    let first = network.join(BOB, &room, "qb4", Joining::Link(&link))?;
    let second = network.join(MALLORY, &room, "z2", Joining::Link(&link))?;
    told.must("the first one comes in", first == Entered::In, None);
    told.must("the second one is refused by the hub", matches!(second, Entered::Refused(_)), None);
    Ok(())
}

/// Whoever has a link comes in under her own name only: what a room lets somebody do goes by the user in her credential.
pub(super) fn impostor(network: &mut Network, told: &mut Told, setup: &RoomSetup) -> Result<(), Error> {
    told.phase(
        network,
        "An impostor",
        "Mallory tries to come into another room as pa2, who administers it: with pa2's credential and a key of his own.",
    );
    let setup = RoomSetup { label: "O".to_owned(), ..setup.clone() };
    let room = network.create(ALICE, "pa2", &setup)?;
    let link = make_link(network, ALICE, &room, DAY)?;
    for (what, asks_as_other) in [
        ("who asks with another's credential is refused by the hub", true),
        ("who comes in with another's credential is refused by the hub", false),
    ] {
        let entered = network.as_another((MALLORY, "z2"), (ALICE, "pa2"), asks_as_other, |network| {
            network.join(MALLORY, &room, "z2", Joining::Link(&link))
        })?;
        told.must(what, matches!(entered, Entered::Refused(_)), None);
    }
    let octets = network.as_another((MALLORY, "z2"), (ALICE, "pa2"), false, |network| {
        network.own_key_package(MALLORY, "z2", KeyPackageUsage::Any)
    })?;
    let add = UnverifiedKeyPackage::parse(&octets).and_then(|it| it.verify(&Provider::new(SystemRandom)));
    let add = vec![add.map_err(|e| Error::step("a KeyPackage is read", e))?];
    let sent = network.commit(ALICE, room.as_str(), Change { add, ..Change::default() }, "adds an impostor")?;
    told.must(
        "whoever is added with another's credential is refused by the hub",
        matches!(sent, Sent::Refused(why) if why.contains("nobody vouches for")),
        None,
    );
    Ok(())
}

/// F-2: a group that the hub builds itself, with Alice's KeyPackage and everything else copied, gets no reveal.
pub(super) fn fake_group(
    network: &mut Network,
    told: &mut Told,
    options: &Options<'_>,
    policy: &RoomDisclosurePolicy,
    (setup, link): (&RoomSetup, &JoinLink),
) -> Result<(), Error> {
    told.phase(
        network,
        "A fake group",
        "The hub builds a group of its own: the same room to all appearances, with a ghost in it.",
    );
    let paths = chosen(policy, &options.claims, options.format);
    let revealing =
        Revealing { format: options.format, paths: &paths, items: &[], roles: &[], expecting: None, note: "a reveal" };
    let (entered, sent) = network.fake((ALICE, "pa"), (TABLET, "qt"), setup, link, &revealing)?;
    told.must("everything that a newcomer can check of it beforehand is right", entered == Entered::In, None);
    told.measured.push(Measured::new(
        "F-2",
        "A group built by the hub (room URI, group id and policy copied, Alice's KeyPackage added, GroupInfo signed by a ghost) gets no reveal from Bob",
        "Bob's tablet",
        matches!(sent, Some(Sent::Refused(_))),
    ));
    Ok(())
}

fn users(network: &Network, device: &str, room: &MimiUri) -> Result<usize, Error> {
    let place = network.device(device)?.place(room.as_str())?;
    Ok(place.group.room_state().map_err(|e| Error::step("a room is looked at", e))?.participants.len())
}
