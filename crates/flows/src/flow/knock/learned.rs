//! Who learned what of a knock: K-1 to K-8 of mimi-mls 4.2.

use mimicred_claims::{Map, Value};
use mimicred_room::policy::RoomDisclosurePolicy;
use mimicred_uri::MimiUri;

use super::{A, ADAM, B, C, CATHY, DAN, MIA, MORGAN};
use crate::Error;
use crate::demo::{Format, chosen};
use crate::flow::facts::{Fact, Row, Scope};
use crate::flow::statements::Rule;
use crate::flow::tell::Told;
use crate::flow::{Options, needles};
use crate::needle::NeedleSet;
use crate::network::{Network, Persona, RoomSetup};

const ID_CATHY: &str = "ID(Cathy)";
const C1: &str = "PS(Cathy, 1)";
const C2: &str = "PS(Cathy, 2)";
const MODERATORS_K: &str = "PS(moderators in K)";
const MODERATORS_T: &str = "PS(moderators in T)";
const SHOWN: &str = "what was shown to moderators only";
const OBJECTS: &str = "objects of K";
const TARGET: &str = "the address of T";

/// What is looked for.
pub(super) fn sets(
    network: &mut Network,
    told: &mut Told,
    options: &Options<'_>,
    policy: &RoomDisclosurePolicy,
    (setups, target, _): (&[&RoomSetup], &MimiUri, &Map<'_>),
) -> Result<(), Error> {
    let constant = needles::constant(network, setups, &options.claims)?;
    let cathy: Vec<&Persona> = network.device(CATHY)?.personas.iter().collect();
    let moderators: Vec<&Persona> = network.device(ADAM)?.personas.iter().chain(&network.device(MORGAN)?.personas).collect();
    let only = |personas: &[&Persona], labels: &[&str], name: &str| {
        let own: Vec<&Persona> = personas.iter().copied().filter(|persona| labels.contains(&persona.label.as_str())).collect();
        needles::pseudonym(name, &own, &constant)
    };
    let sets = [
        needles::identity(ID_CATHY, &["account-4711"], &options.claims, &cathy, &constant)?,
        only(&cathy, &["c1"], C1)?,
        only(&cathy, &["c2"], C2)?,
        only(&moderators, &["adam_k", "morgan_k"], MODERATORS_K)?,
        only(&moderators, &["adam_t", "morgan_t"], MODERATORS_T)?,
        shown(&options.claims, policy, options.format)?,
        needles::octets(OBJECTS, &without(needles::objects(network.record(), "K"), target.as_str()), Some(&constant))?,
        needles::room(TARGET, target)?,
    ];
    for set in sets {
        told.needles.add(set);
    }
    Ok(())
}

/// The pieces of objects around an address that they name on purpose.
fn without<'l>(objects: Vec<(&'l str, Vec<u8>)>, address: &str) -> Vec<(&'l str, Vec<u8>)> {
    let pieces = |(label, octets): (&'l str, Vec<u8>)| {
        needles::without(&octets, &[address.as_bytes()]).into_iter().map(move |piece| (label, piece))
    };
    objects.into_iter().flat_map(pieces).collect()
}

/// What Cathy shows in K and not in T.
fn shown(claims: &Map<'_>, policy: &RoomDisclosurePolicy, format: Format) -> Result<NeedleSet, Error> {
    let mut set = NeedleSet::new(SHOWN);
    if format == Format::MlsCredential {
        return Ok(set);
    }
    let paths = chosen(policy, claims, Format::SdJwtKb);
    let first = paths.first().and_then(|path| claims.at(path)).and_then(Value::as_text).unwrap_or_default();
    for value in paths.iter().skip(1).filter_map(|path| claims.at(path)).filter_map(Value::as_text) {
        if value.len() >= 4 && !first.contains(value) {
            set.whole("a claim that was shown to moderators", value.as_bytes().to_vec())?;
        }
    }
    Ok(set)
}

pub(super) fn rules(told: &mut Told) {
    told.rules = vec![
        Rule::new("K-1", "HUB(K), HUB(T) never see ID(Cathy)", &[Scope::Hub("K"), Scope::Hub("T")], &[ID_CATHY]).nor(A),
        Rule::new("K-2", "HUB(K) never sees PS(Cathy, 2)", &[Scope::Hub("K")], &[C2])
            .but(A, "it is the hub of both: with few knocks, time links c1 and c2"),
        Rule::new(
            "K-2b",
            "K and T share no octets but what all have in common",
            &[Scope::Hub("T")],
            &[OBJECTS, C1, MODERATORS_K],
        )
        .except("K names T where target_room is set (K-8)"),
        Rule::new(
            "K-3",
            "Who does not moderate cannot open Cathy's knock, with the ciphertext either",
            &[Scope::Member(DAN, "K")],
            &[ID_CATHY, C2],
        )
        .except("a ghost client in a moderator's name"),
        Rule::new(
            "K-4",
            "Who does not moderate T never sees what was shown to moderators only",
            &[Scope::Member(MIA, "T")],
            &[SHOWN],
        )
        .except("a certificate shows all that it has, in every room"),
        Rule::new(
            "K-5",
            "PRV(C) never sees PS of moderators, nor what a message says",
            &[Scope::Provider(C)],
            &[MODERATORS_K, MODERATORS_T, ID_CATHY],
        )
        .but(C, "it issued c1 and c2 to Cathy's account"),
        Rule::new("K-5b", "ENT(C) never sees PS of moderators", &[], &[MODERATORS_K, MODERATORS_T]).nor(C),
        Rule::new(
            "K-5c",
            "ENT(B) sees nothing of Cathy, and nothing of the moderators",
            &[Scope::Provider(B)],
            &[ID_CATHY, C1, C2, MODERATORS_K],
        )
        .nor(B),
        Rule::new(
            "4.3",
            "The outside sees sizes and times, and no name",
            &[Scope::Outside],
            &[ID_CATHY, C1, C2, MODERATORS_K, MODERATORS_T],
        ),
    ];
}

pub(super) fn matrix(told: &mut Told) {
    const FACTS: [(&str, &[&str]); 6] = [
        ("who Cathy is", &[ID_CATHY]),
        ("c1", &[C1]),
        ("c2", &[C2]),
        ("moderators in K", &[MODERATORS_K]),
        ("moderators in T", &[MODERATORS_T]),
        ("where T is", &[TARGET]),
    ];
    told.facts = FACTS.iter().map(|(name, sets)| Fact::new(name, sets)).collect();
    let account = "it issued it to its own user";
    told.rows = vec![
        Row::new("A as the hub of K", &[Scope::Hub("K")], &[]),
        Row::new("A as the hub of T", &[Scope::Hub("T")], &[]),
        Row::new("A in all its roles", &[Scope::Entity(A)], &[("moderators in K", account), ("moderators in T", account)]),
        Row::new("B in all its roles", &[Scope::Entity(B)], &[]),
        Row::new("C as a provider", &[Scope::Provider(C)], &[]),
        Row::new("C in all its roles", &[Scope::Entity(C)], &[("who Cathy is", account), ("c1", account), ("c2", account)]),
        Row::new("Morgan, by what he read in K", &[Scope::Member(MORGAN, "K")], &[]),
        Row::new("Dan, by what he read in K", &[Scope::Member(DAN, "K")], &[]),
        Row::new("Mia, by what she read in T", &[Scope::Member(MIA, "T")], &[]),
    ];
}
