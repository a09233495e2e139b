//! The join link flow: Alice makes a link to a room and gives it to Bob by some other way; he comes in by himself, under a pseudonym.
//!
//! Then what the link promises is put to the test: a thief with the link, a link that was altered, that has run out, that was used by
//! somebody else, and a group that the hub has built itself.

mod misuse;

use mimicred_claims::Map;
use mimicred_keys::sha256;
use mimicred_mls::JoinLink;
use mimicred_mls::component::JoinLinksUpdate;
use mimicred_mls::group::Change;
use mimicred_room::Verdict;
use mimicred_room::policy::RoomDisclosurePolicy;
use mimicred_uri::MimiUri;

use super::cast::{BOBS_CLAIMS, claims_of};
use super::facts::{Fact, Row, Scope};
use super::statements::{Measured, Rule};
use super::tell::Told;
use super::{Flow, Options, needles};
use crate::demo::{Format, chosen};
use crate::network::{Access, Claims, Entered, Joining, Named, Network, Persona, Revealing, RoomSetup, Sent};
use crate::record::{Message, View};
use crate::{Code, Error};

const ALICE: &str = "Alice's phone";
const BOB: &str = "Bob's phone";
const TABLET: &str = "Bob's tablet";
const MALLORY: &str = "Mallory's phone";
const A: &str = "a.example";
const B: &str = "b.example";
const C: &str = "c.example";
/// For how long a link is good.
const DAY: u64 = 86_400;

const ID_ALICE: &str = "ID(Alice)";
const ID_BOB: &str = "ID(Bob)";
const PA: &str = "PS(Alice)";
const QB: &str = "PS(Bob)";
const LINK: &str = "the link";
const ROOM: &str = "the address of L";

const TITLE: &str = "Bob comes by Alice's link";
const WHAT: &str = "Alice (provider A) has a room L, where she is pa, and makes a link to it, which she gives to Bob (provider B) by \
some other way. Bob comes in by himself as qb, after looking whether it is the room that the link is for. Both reveal inside who they \
are. Mallory (provider C), who has got hold of the link, gets in with it and gets no further.";

pub(super) fn run(network: &mut Network, options: &Options<'_>, policy: &RoomDisclosurePolicy) -> Result<Told, Error> {
    let mut told = Told::new(Flow::JoinLink, TITLE, WHAT);
    let bobs = claims_of(BOBS_CLAIMS)?;
    cast(network, &mut told)?;
    let octets = policy.encode().map_err(|e| Error::new(Code::PolicyUnusable).because(e))?;
    let mut setup = RoomSetup::new("L", octets).with_access(Access::Link { multiuser: true });
    if network.faults.names_in_room {
        setup.name = "Alice Example's friends".to_owned();
    }
    issue(network, &mut told, policy, (&options.claims, &bobs))?;

    told.phase(network, "The link", "Alice makes a room and a link to it; the room lists the link's public key and no more.");
    let room = network.create(ALICE, "pa", &setup)?;
    if options.others > 0 {
        network.add_many(ALICE, &room, options.others)?;
    }
    let link = make_link(network, ALICE, &room, DAY)?;
    let text = link.to_text().map_err(|e| Error::step("a link is written", e))?.to_string();
    if network.faults.link_in_room {
        let mut metadata = mimicred_mls::component::RoomMetadata::new(room.clone());
        metadata.room_subject.clone_from(&text);
        let change = Change { metadata: Some(metadata), ..Change::default() };
        network.commit(ALICE, room.as_str(), change, "says where to find the link")?;
    }
    out_of_band(network, ALICE, BOB, &text);

    told.phase(
        network,
        "Bob comes in",
        "He asks the hub for the GroupInfo, checks it against the link, and sends an external commit.",
    );
    let received = JoinLink::parse(&text).map_err(|e| Error::step("a link is read", e))?;
    let entered = network.join(BOB, &room, "qb", Joining::Link(&received))?;
    told.must("Bob comes in by the link", entered == Entered::In, None);
    network.say(ALICE, room.as_str(), "Is that you?")?;
    network.say(BOB, room.as_str(), "It is me.")?;
    reveals(network, &mut told, options, policy, (&room, &bobs))?;
    for device in [BOB, ALICE] {
        let sent = network.commit(device, room.as_str(), Change::default(), "renews its leaf")?;
        told.must(&format!("{device} renews its leaf"), sent == Sent::Accepted, None);
    }
    if options.others > 0 {
        let epoch = network.device(ALICE)?.place(room.as_str())?.group.epoch();
        let follow = network.many_in(&room, epoch);
        told.must(&format!("{} others follow all of this", options.others), follow == options.others, None);
    }
    inside(network, &mut told, &room)?;

    misuse::thief(network, &mut told, (&room, &received))?;
    // With Mallory there, his provider follows the room.
    for device in [BOB, ALICE] {
        network.commit(device, room.as_str(), Change::default(), "renews its leaf")?;
    }
    misuse::altered(network, &mut told, (&room, &received))?;
    misuse::one_user(network, &mut told, &setup)?;
    misuse::impostor(network, &mut told, &setup)?;
    misuse::fake_group(network, &mut told, options, policy, (&setup, &received))?;

    sets(network, &mut told, options, &setup, (&room, &text, &bobs))?;
    rules(&mut told, &text);
    matrix(&mut told);
    Ok(told)
}

fn cast(network: &mut Network, told: &mut Told) -> Result<(), Error> {
    network.add_device(ALICE, "account-4711", A)?;
    told.client(ALICE, A, "is pa in L, and made the link");
    told.provider(A, "Alice's provider and issuer; the hub of L");
    told.provider(B, "Bob's provider and issuer; follows L");
    network.add_device(BOB, "account-0815", B)?;
    told.client(BOB, B, "comes by the link as qb");
    network.add_device(TABLET, "account-0815", B)?;
    told.client(TABLET, B, "is shown a group that the hub has built");
    told.provider(C, "Mallory's provider");
    network.add_device(MALLORY, "account-0666", C)?;
    told.client(MALLORY, C, "has got hold of the link");
    Ok(())
}

fn issue(
    network: &mut Network,
    told: &mut Told,
    policy: &RoomDisclosurePolicy,
    (alice, bob): (&Map<'_>, &Map<'_>),
) -> Result<(), Error> {
    told.phase(network, "Credentials", "Each provider issues to its own users.");
    let nothing = Map::default();
    for (device, claims, labels) in [
        (ALICE, alice, &["pa", "pa2"][..]),
        (BOB, bob, &["qb", "qb2", "qb3", "qb4"]),
        (TABLET, bob, &["qt"]),
        (MALLORY, &nothing, &["z", "z2"]),
    ] {
        let (certified, open) = (chosen(policy, claims, Format::MlsCredential), chosen(policy, claims, Format::SdKbt));
        let said = Claims { all: claims, certified: &certified, careless: &open };
        let personas = network.issue(device, labels, &Named::Fresh, &said)?;
        network.device_mut(device)?.personas.extend(personas);
    }
    Ok(())
}

/// A member makes a link, and the room lists its key.
pub(super) fn make_link(network: &mut Network, device: &str, room: &MimiUri, seconds: u64) -> Result<JoinLink, Error> {
    let step = "a link is made";
    let seed = network.draw::<32>("a link")?;
    let not_after = network.seconds() + seconds;
    let client = network.device(device)?;
    let place = client.place(room.as_str())?;
    let policy = place.group.room_state().map_err(|e| Error::step(step, e))?.policy;
    let link = JoinLink {
        room_uri: room.clone(),
        seed: seed.into(),
        group_id: place.group.id().to_vec(),
        inviter_key_hash: sha256(client.persona(&place.persona)?.key.public().octets()),
        policy_hash: policy.as_deref().map(sha256),
        not_after,
    };
    let key = link.public_key().map_err(|e| Error::step(step, e))?;
    let key = key.octets().try_into().map_err(|_| Error::step(step, "not 32 octets"))?;
    let links = JoinLinksUpdate { added: vec![key], ..Default::default() };
    let sent = network.commit(device, room.as_str(), Change { links: Some(links), ..Change::default() }, "lists a link's key")?;
    if sent == Sent::Accepted { Ok(link) } else { Err(Error::step(step, format!("{sent:?}"))) }
}

/// By a way that no provider sees.
fn out_of_band(network: &mut Network, from: &str, to: &str, text: &str) {
    let message =
        Message::new(network.seconds(), from, to, "JoinLink", text.as_bytes().to_vec()).path("out of band").note("the link");
    let number = network.record_mut().message(message);
    // And Mallory has looked over his shoulder.
    for who in [to, MALLORY] {
        network.sees(who, View::Member("L".to_owned()), "the link", Some(number), text.as_bytes());
    }
}

fn reveals(
    network: &mut Network,
    told: &mut Told,
    options: &Options<'_>,
    policy: &RoomDisclosurePolicy,
    (room, bobs): (&MimiUri, &Map<'_>),
) -> Result<(), Error> {
    told.phase(network, "Reveals", "Inside the room, optional: Alice and Bob say who they are.");
    for (device, claims, hears, what) in [
        (BOB, bobs, ALICE, "Alice's client accepts Bob's reveal"),
        (ALICE, &options.claims, BOB, "Bob's client accepts Alice's reveal"),
    ] {
        let paths = chosen(policy, claims, options.format);
        let revealing =
            Revealing { format: options.format, paths: &paths, items: &[], roles: &[], expecting: None, note: "a reveal" };
        let sent = network.reveal(device, room.as_str(), &revealing)?;
        let verdict = network.device(hears)?.place(room.as_str())?.verdict().cloned();
        let accepted = sent == Sent::Accepted && verdict.as_ref().is_some_and(Verdict::is_accepted);
        told.must(what, accepted, verdict.as_ref().map(|verdict| verdict.code.name()));
    }
    Ok(())
}

/// A link that is sent inside a room works as one that comes by another way.
fn inside(network: &mut Network, told: &mut Told, room: &MimiUri) -> Result<(), Error> {
    told.phase(
        network,
        "A link inside a room",
        "Alice makes another room and sends its link in L, encrypted as everything there.",
    );
    let policy =
        network.device(ALICE)?.place(room.as_str())?.group.room_state().map_err(|e| Error::step("a room is looked at", e))?;
    let setup = RoomSetup::new("M", policy.policy.unwrap_or_default()).with_access(Access::Link { multiuser: true });
    let other = network.create(ALICE, "pa2", &setup)?;
    let link = make_link(network, ALICE, &other, DAY)?;
    let text = link.to_text().map_err(|e| Error::step("a link is written", e))?;
    network.say(ALICE, room.as_str(), &text)?;
    let heard = network.device(BOB)?.place(room.as_str())?.said().unwrap_or_default();
    let found = heard.split_whitespace().find_map(|word| JoinLink::parse(word).ok());
    let entered = match found {
        Some(link) => network.join(BOB, &other, "qb2", Joining::Link(&link))?,
        None => Entered::Distrusted("no link".to_owned()),
    };
    told.must("Bob comes into another room by a link that was sent in this one", entered == Entered::In, None);
    Ok(())
}

fn sets(
    network: &mut Network,
    told: &mut Told,
    options: &Options<'_>,
    setup: &RoomSetup,
    (room, text, bobs): (&MimiUri, &str, &Map<'_>),
) -> Result<(), Error> {
    let constant = needles::constant(network, &[setup], &options.claims)?;
    let (alice, bob) = (network.device(ALICE)?, network.device(BOB)?);
    let hers: Vec<&Persona> = alice.personas.iter().collect();
    let his: Vec<&Persona> = bob.personas.iter().collect();
    let only = |personas: &[&Persona], labels: &[&str], name: &str| {
        let own: Vec<&Persona> = personas.iter().copied().filter(|persona| labels.contains(&persona.label.as_str())).collect();
        needles::pseudonym(name, &own, &constant)
    };
    let fragment = text.split_once('#').map_or("", |(_, fragment)| fragment);
    let payload = fragment.strip_prefix("jl1.").unwrap_or_default();
    let seed = JoinLink::parse(text).map_err(|e| Error::step("a link is read", e))?.seed.to_vec();
    let sets = [
        needles::identity(ID_ALICE, &["account-4711"], &options.claims, &hers, &constant)?,
        needles::identity(ID_BOB, &["account-0815"], bobs, &his, &constant)?,
        only(&hers, &["pa"], PA)?,
        only(&his, &["qb"], QB)?,
        needles::octets(LINK, &[("the link's payload", payload.as_bytes().to_vec()), ("the link's seed", seed)], None)?,
        needles::room(ROOM, room)?,
    ];
    for set in sets {
        told.needles.add(set);
    }
    Ok(())
}

fn rules(told: &mut Told, text: &str) {
    told.rules = vec![
        Rule::new("L-1", "HUB(L) never sees ID(Alice), ID(Bob)", &[Scope::Hub("L")], &[ID_ALICE, ID_BOB])
            .but(A, "it issued pa to Alice's account"),
        Rule::new("L-2", "HUB(L) and PRV(B) never see the link or its seed", &[Scope::Hub("L"), Scope::Provider(B)], &[LINK])
            .nor(A)
            .nor(B)
            .nor(C)
            .except("they see the room's URI, the link's public key (hub) and one joiningCode"),
        Rule::new("L-3", "PRV(B) never sees PS(Alice), the tree or the participant list", &[Scope::Provider(B)], &[PA, ID_ALICE])
            .nor(B),
        Rule::new(
            "L-4",
            "A follower never sees the pseudonyms of other providers' users: PRV(B) not Alice's, PRV(C) neither",
            &[Scope::Provider(B), Scope::Provider(C)],
            &[PA],
        )
        .nor(C),
        Rule::new("L-4b", "PRV(C) never sees PS(Bob)", &[Scope::Provider(C)], &[QB, ID_BOB]).nor(C),
        Rule::new("4.3", "The outside sees sizes and times, and no name", &[Scope::Outside], &[ID_ALICE, ID_BOB, PA, QB])
            .except("whoever forwards a link sees it"),
    ];
    let innocent = told.needles.sets().filter(|set| ![LINK, ROOM].contains(&set.name())).all(|set| {
        set.needles().iter().all(|needle| {
            let text = text.as_bytes();
            needle.octets().len() > text.len() || !text.windows(needle.octets().len()).any(|window| window == needle.octets())
        })
    });
    told.measured.push(Measured::new(
        "L-5",
        "The link's octets hold nothing of anybody but the hash of the inviter's key",
        "the link",
        innocent,
    ));
}

fn matrix(told: &mut Told) {
    const FACTS: [(&str, &[&str]); 6] = [
        ("who Alice is", &[ID_ALICE]),
        ("who Bob is", &[ID_BOB]),
        ("pa", &[PA]),
        ("qb", &[QB]),
        ("the link", &[LINK]),
        ("where L is", &[ROOM]),
    ];
    told.facts = FACTS.iter().map(|(name, sets)| Fact::new(name, sets)).collect();
    let account = "it issued it to its own user";
    told.rows = vec![
        Row::new("A as the hub of L", &[Scope::Hub("L")], &[]),
        Row::new("A in all its roles", &[Scope::Entity(A)], &[("who Alice is", account), ("pa", account)]),
        Row::new("B as a provider", &[Scope::Provider(B)], &[]),
        Row::new("B in all its roles", &[Scope::Entity(B)], &[("who Bob is", account), ("qb", account)]),
        Row::new("C as a provider", &[Scope::Provider(C)], &[]),
        Row::new("Bob, by what he read in L", &[Scope::Member(BOB, "L")], &[]),
        Row::new("Alice, by what she read in L", &[Scope::Member(ALICE, "L")], &[]),
        Row::new("Mallory, by what he read in L", &[Scope::Member(MALLORY, "L")], &[]),
    ];
}
