//! Who learned what of it: the rows of mimi-mls 4.3, as statements of spec-notes/abuse.md.

use std::collections::BTreeSet;

use mimicred_x509::Certificate;

use super::local::{FLIPS, Published, SPREAD, failed};
use super::{A, ACCOUNT, ADAM, B, C, HANNA, MALLORY, MORGAN, OTHER_ACCOUNT, RITA, Scene, TABLET, doing, user};
use crate::Error;
use crate::flow::facts::{Fact, Row, Scope};
use crate::flow::statements::{Measured, Rule};
use crate::flow::tell::Told;
use crate::flow::{Escrow, Options, needles};
use crate::network::{Network, Persona, RoomSetup, Sent};

const ID: &str = "ID(Mallory)";
const M1: &str = "PS(Mallory, 1)";
const M2: &str = "PS(Mallory, 2)";
const M3: &str = "PS(Mallory, 3)";
const M4: &str = "PS(Mallory, 4)";
const HANNAS: &str = "PS(Hanna)";
const OTHERS: &str = "PS(users of A and C)";
const SAID: &str = "what was said";
const NOTE: &str = "what Rita wrote to the hub";
const HUBS: [Scope; 4] = [Scope::Hub("X"), Scope::Hub("Y"), Scope::Hub("Z"), Scope::Hub("W")];

/// What is looked for.
pub(super) fn sets(network: &mut Network, told: &mut Told, options: &Options<'_>, setup: &RoomSetup) -> Result<(), Error> {
    let constant = needles::constant(network, &[setup], &options.claims)?;
    let of = |device: &str, labels: &[&str], name: &str| {
        let all: Vec<&Persona> = network.device(device)?.personas.iter().collect();
        let own: Vec<&Persona> = all.into_iter().filter(|persona| labels.contains(&persona.label.as_str())).collect();
        needles::pseudonym(name, &own, &constant)
    };
    let others: Vec<&Persona> = [ADAM, MORGAN, RITA]
        .into_iter()
        .map(|device| Ok(&network.device(device)?.personas))
        .collect::<Result<Vec<_>, Error>>()?
        .into_iter()
        .flatten()
        .collect();
    let sets = [
        needles::identity(ID, &[ACCOUNT, OTHER_ACCOUNT], &options.claims, &[], &constant)?,
        of(MALLORY, &["m1"], M1)?,
        of(MALLORY, &["m2"], M2)?,
        of(MALLORY, &["m3"], M3)?,
        of(TABLET, &["m4"], M4)?,
        of(HANNA, &["h1", "h2"], HANNAS)?,
        needles::pseudonym(OTHERS, &others, &constant)?,
        needles::octets(SAID, &[("what Mallory said", doing::SPAM.as_bytes().to_vec())], None)?,
        needles::octets(NOTE, &[("Rita's note", doing::NOTE.as_bytes().to_vec())], None)?,
    ];
    for set in sets {
        told.needles.add(set);
    }
    Ok(())
}

pub(super) fn rules(told: &mut Told) {
    told.rules = vec![
        Rule::new("A-1", "HUB(X), HUB(Y), HUB(Z) and HUB(W) never see ID(Mallory) or her account", &HUBS, &[ID]).nor(A).nor(C),
        Rule::new("A-3", "No hub and no provider sees what is said in the rooms, by the reports neither", &HUBS, &[SAID])
            .nor(A)
            .nor(B)
            .nor(C),
        Rule::new(
            "A-4",
            "PRV(C) never sees a pseudonym of B's users, though its own user reports one and bans one",
            &[Scope::Provider(C)],
            &[M1, M2, M3, M4, HANNAS],
        )
        .nor(C),
        Rule::new(
            "A-4b",
            "PRV(B) never sees a pseudonym of A's and C's users: not of who reported, nor of who moderates",
            &[Scope::Provider(B)],
            &[OTHERS],
        )
        .nor(B)
        .except("a report has a keyed hash of who reported, the same in all reports of one user by one hub"),
        Rule::new(
            "A-5",
            "What Rita wrote to the hub is read by nobody else: not by Mallory, not by the providers",
            &[Scope::Member(MALLORY, "X"), Scope::Provider(B), Scope::Provider(C)],
            &[NOTE],
        )
        .nor(B)
        .nor(C),
        Rule::new(
            "A-11",
            "The outside sees sizes, times and the lists, and no name",
            &[Scope::Outside],
            &[ID, OTHERS, HANNAS, SAID, NOTE],
        )
        .except("serial numbers of suspended pseudonyms are on the list, among decoys; whoever has seen a certificate can look"),
    ];
}

/// What no search tells.
pub(super) fn measure(network: &mut Network, told: &mut Told, scene: &mut Scene) -> Result<(), Error> {
    let hers = [(MALLORY, "m1"), (MALLORY, "m2"), (MALLORY, "m3"), (TABLET, "m4")];
    let hers = hers.into_iter().map(|(device, label)| user(network, device, label)).collect::<Result<Vec<_>, _>>()?;
    let names = |octets: &[u8]| {
        let has = |name: &str| octets.windows(name.len()).any(|window| window == name.as_bytes());
        hers.iter().filter(|user| has(user.as_str())).count()
    };
    let together = network.record().entity(A).any(|sight| names(&sight.octets) > 1);
    told.measured.push(Measured::new(
        "A-2",
        "Nothing that A sees, in whatever role, names two of Mallory's pseudonyms",
        "ENT(a.example)",
        !together,
    ));
    told.measured.push(Measured::new(
        "A-6",
        "Each list is published at its time and has as many new entries as every other, whatever happened",
        "the revocation lists",
        is_regular(&scene.local.published),
    ));
    store(told, scene)?;
    hanna(network, told, scene)?;

    let answers = ["Filed", "RevocationList"];
    let since = network.record().messages().iter().skip(scene.remedies_from).filter(|it| it.from == B && it.to == A);
    let said: BTreeSet<&str> = since.map(|it| it.kind).filter(|kind| !answers.contains(kind)).collect();
    // What its users' clients ask of the hub they ask by way of B.
    let of_clients = ["GroupInfoRequest", "UpdateRequest", "SubmitMessageRequest"];
    told.measured.push(Measured::new(
        "A-9",
        "B tells A nothing of its remedies but by the lists, and asks it nothing",
        "what B sends to A",
        said.iter().all(|kind| of_clients.contains(kind)),
    ));

    let gone: Vec<String> = scene.gone.iter().map(|(label, number)| format!("{label} with {number}")).collect();
    let rounds = scene.gone.iter().filter(|(label, _)| *label != "m1").map(|(_, number)| number);
    let first = rounds.clone().min().copied().unwrap_or_default();
    let spread = usize::try_from(SPREAD).unwrap_or_default();
    let within = scene.gone.iter().filter(|(label, _)| *label != "m1").take(2).all(|(_, number)| *number < first + spread);
    told.measured.push(
        Measured::new(
            "A-10",
            format!("Pseudonyms went with publications drawn for each, counted from the first: {}", gone.join(", ")),
            "the rooms of A",
            within,
        )
        .except("A, the hub of all these rooms, sees that they go within some days; where few go it may guess that they are one user's (T-22)"),
    );
    Ok(())
}

/// Whether no two lists that differ are of one time, and each has as many new entries.
fn is_regular(published: &[Published]) -> bool {
    published.windows(2).all(|pair| match pair {
        [before, after] => {
            let new = after.serials.difference(&before.serials).count();
            before.at < after.at && u32::try_from(new) == Ok(FLIPS)
        }
        _ => true,
    })
}

/// what the store tells, by mode.
fn store(told: &mut Told, scene: &mut Scene) -> Result<(), Error> {
    let is_open = scene.escrow == Escrow::Open;
    let names = scene.local.names_accounts()?;
    let sentence = match is_open {
        true => "In mode open B's store has the account beside each pseudonym, and says so",
        false => "No row of B's store has an account beside a pseudonym",
    };
    told.measured.push(Measured::new("A-7", sentence, "B's store", names == is_open).except(scene.escrow.leaves_open()));
    Ok(())
}

/// decoys are nobody's.
fn hanna(network: &mut Network, told: &mut Told, scene: &Scene) -> Result<(), Error> {
    let mut stays = true;
    for label in ["m1", "m2"] {
        let room = scene.room(label)?.to_string();
        let is_in = network.device(HANNA)?.place(&room).is_ok_and(|place| place.group.is_active());
        stays &= is_in && network.say(HANNA, &room, "I am still here")? == Sent::Accepted;
    }
    let serials = network.device(HANNA)?.personas.iter().map(|persona| Certificate::from_der(&persona.certificate));
    let serials = serials.map(|it| it.map(|it| it.serial())).collect::<Result<Vec<_>, _>>().map_err(failed)?;
    let is_listed = |serial| scene.local.published.iter().any(|published| published.serials.contains(serial));
    told.measured.push(Measured::new(
        "A-8",
        "Hanna, B's other user in the same rooms, is on no list and stays in them throughout",
        "X and Y",
        stays && !serials.iter().any(is_listed),
    ));
    Ok(())
}

pub(super) fn matrix(told: &mut Told) {
    const FACTS: [(&str, &[&str]); 8] = [
        ("who Mallory is", &[ID]),
        ("m1", &[M1]),
        ("m2", &[M2]),
        ("m3", &[M3]),
        ("m4", &[M4]),
        ("users of A and C", &[OTHERS]),
        ("what was said", &[SAID]),
        ("what Rita reported", &[NOTE]),
    ];
    told.facts = FACTS.iter().map(|(name, sets)| Fact::new(name, sets)).collect();
    let account = "it issued it to its own user";
    let issued: Vec<(&'static str, &'static str)> =
        ["who Mallory is", "m1", "m2", "m3", "m4"].into_iter().map(|fact| (fact, account)).collect();
    told.rows = vec![
        Row::new("A as the hub of X", &[Scope::Hub("X")], &[]),
        Row::new("A as the hub of Y", &[Scope::Hub("Y")], &[]),
        Row::new("A in all its roles", &[Scope::Entity(A)], &[]),
        Row::new("B as a provider", &[Scope::Provider(B)], &[]),
        Row::new("B in all its roles", &[Scope::Entity(B)], &issued),
        Row::new("C in all its roles", &[Scope::Entity(C)], &[("users of A and C", account)]),
        Row::new("Rita, by what she read in X", &[Scope::Member(RITA, "X")], &[]),
        Row::new("Mallory, by what she read in X", &[Scope::Member(MALLORY, "X")], &[]),
    ];
}
