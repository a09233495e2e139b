//! The connection flow: Alice knows Bob's name and wants to talk to him, without any server learning that the two do.
//!
//! She opens a bootstrap room under a pseudonym, is let in by Bob's consent, reveals there who she is, and hands over KeyPackages of
//! a second pseudonym. The room is ended. Later Bob makes a room of his own, under a pseudonym of his, and adds hers.

mod learned;
mod renewed;

use mimicred_claims::Map;
use mimicred_mls::AppDataDictionary;
use mimicred_mls::component::{CONSENT_USAGE, ConsentUsage, KeyPackageUsage, Participant, ParticipantListUpdate, UsageKind};
use mimicred_mls::group::Change;
use mimicred_mls::protocol::{ConsentEntry, ConsentOperation, UserStatus};
use mimicred_room::Verdict;
use mimicred_room::policy::RoomDisclosurePolicy;
use mimicred_uri::MimiUri;

use super::cast::{BOBS_CLAIMS, claims_of};
use super::tell::Told;
use super::{Answer, Consent, Flow, Options};
use crate::demo::{Format, chosen};
use crate::network::{Claims, MEMBER, Named, Network, Offered, Revealing, RoomSetup, Sent, key_packages};
use crate::{Code, Error};

const PHONE: &str = "Alice's phone";
const LAPTOP: &str = "Alice's laptop";
const BOBS_PHONE: &str = "Bob's phone";
const BOBS_TABLET: &str = "Bob's tablet";
const A: &str = "a.example";
const B: &str = "b.example";
/// How Bob can be found.
const HANDLE: &str = "bob.builder@b.example";
/// The least and the most seconds before the second room is made.
const DELAY: (u64, u64) = (3_600, 86_400);
/// And so many more, if he answers late.
const LATE: u64 = 8 * 86_400;

const TITLE: &str = "Alice gets in touch with Bob";
const WHAT: &str = "Alice (provider A) knows Bob's address (provider B). She meets him in a bootstrap room R1 under a pseudonym, p1, \
reveals inside it who she is, and hands over KeyPackages of a second pseudonym, p2. R1 is ended. After a random delay Bob makes a room \
of his own, R2, under a pseudonym, q1, and adds p2; there he reveals who he is.";

pub(super) fn run(network: &mut Network, options: &Options<'_>, policy: &RoomDisclosurePolicy) -> Result<Told, Error> {
    let mut told = Told::new(Flow::Connection, TITLE, WHAT);
    let bobs = claims_of(BOBS_CLAIMS)?;
    cast(network, &mut told)?;
    let octets = policy.encode().map_err(|e| Error::new(Code::PolicyUnusable).because(e))?;
    let mut r1_setup = RoomSetup::new("R1", octets.clone()).bootstrap();
    if network.faults.names_in_room {
        r1_setup.name = "Alice Example and Bob Builder".to_owned();
    }
    let r2_setup = RoomSetup::new("R2", octets);
    let of = |claims: &Map<'_>, format| chosen(policy, claims, format);
    let (hers, open) = (of(&options.claims, Format::MlsCredential), of(&options.claims, Format::SdKbt));
    let alice = Claims { all: &options.claims, certified: &hers, careless: &open };
    let his = of(&bobs, Format::MlsCredential);
    let bob_says = Claims { all: &bobs, certified: &his, careless: &[] };

    let bob = issue(network, &mut told, &alice, &bob_says)?;
    let Some(r1) = bootstrap(network, &mut told, &r1_setup, &bob, options.consent)? else {
        // Nothing more comes of it.
        return Ok(told);
    };
    let verdict = reveal(network, &mut told, options, policy, (&r1, &bob))?;
    end(network, &mut told, &r1, &bob)?;
    let (ended, first) = (network.seconds(), next_message(network));
    let r2 = second_room(network, &mut told, (&r2_setup, options.answer), verdict.as_ref(), (&alice, &bob_says))?;
    answer(network, &mut told, options, policy, (&r2, &bobs))?;
    let waited = created(network, "R2").map_or(0, |at| at.saturating_sub(ended));

    learned::sets(network, &mut told, options, (&r1, &r2), (&[&r1_setup, &r2_setup], &bobs))?;
    learned::rules(&mut told, first, options.answer);
    learned::measure(network, &mut told, waited)?;
    learned::matrix(&mut told);
    Ok(told)
}

fn cast(network: &mut Network, told: &mut Told) -> Result<(), Error> {
    for (name, account, host, what) in
        [(PHONE, "account-4711", A, "is p1 in R1 and p2 in R2"), (LAPTOP, "account-4711", A, "is p2 in R2")]
    {
        network.add_device(name, account, host)?;
        told.client(name, host, what);
    }
    told.provider(A, "Alice's provider and issuer; the hub of R1");
    told.provider(B, "Bob's provider and issuer; the hub of R2");
    for (name, what) in [(BOBS_PHONE, "is Bob in R1 and q1 in R2"), (BOBS_TABLET, "is Bob in R1 and q1 in R2")] {
        network.add_device(name, "account-0815", B)?;
        told.client(name, B, what);
    }
    Ok(())
}

/// Everybody's provider issues, and Bob leaves KeyPackages for whoever wants to get in touch.
fn issue(network: &mut Network, told: &mut Told, alice: &Claims<'_>, bob: &Claims<'_>) -> Result<MimiUri, Error> {
    told.phase(network, "Credentials", "Each provider issues to its own users: pseudonyms in batches, and Bob's real name.");
    let phones = network.issue(PHONE, &["p1", "p2", "p9"], &Named::Fresh, alice)?;
    let p2 = phones.get(1).ok_or_else(|| Error::step("a pseudonym is issued", "none"))?.user.clone();
    network.device_mut(PHONE)?.personas.extend(phones);
    let laptops = network.issue(LAPTOP, &["p2"], &Named::Shared(&p2), alice)?;
    network.device_mut(LAPTOP)?.personas.extend(laptops);

    let real: MimiUri = format!("mimi://{B}/u/bob").parse().map_err(|e: mimicred_uri::Error| Error::step("Bob is named", e))?;
    for device in [BOBS_PHONE, BOBS_TABLET] {
        let personas = network.issue(device, &["Bob"], &Named::Real(&real), bob)?;
        network.device_mut(device)?.personas.extend(personas);
        network.keep_key_packages(device, "Bob", KeyPackageUsage::InitialConnection, 2)?;
    }
    network.server_mut(B)?.handles.insert(HANDLE.to_owned(), real.clone());
    Ok(real)
}

/// R1: Alice finds Bob, asks for his consent, and adds his clients; nothing comes of it where he does not consent.
fn bootstrap(
    network: &mut Network,
    told: &mut Told,
    setup: &RoomSetup,
    bob: &MimiUri,
    consent: Consent,
) -> Result<Option<MimiUri>, Error> {
    told.phase(
        network,
        "Asking",
        "Alice looks Bob up, and asks under p1 for what she needs to get in touch; it is Bob's to consent.",
    );
    if consent == Consent::Blanket {
        let anybody: MimiUri = format!("mimi://{A}").parse().map_err(|e: mimicred_uri::Error| Error::step("consent", e))?;
        let usage = ConsentUsage { usages: vec![UsageKind::InitialConnection], any_requester_at_domain: true };
        let grant = consenting(ConsentOperation::Grant { key_packages: Vec::new() }, &anybody, bob, None, &usage)?;
        network.consent(BOBS_PHONE, &grant, "Bob consents to initial connections with anybody at A")?;
    }
    let found = network.look_up(PHONE, B, HANDLE)?;
    told.must("Bob is found by his handle", found == [bob.clone()], None);
    let r1 = network.create(PHONE, "p1", setup)?;
    if consent != Consent::Blanket {
        let refused = network.claim(PHONE, r1.as_str(), "p1", bob)?;
        let none = refused.user_status == UserStatus::NoConsent;
        told.must("without Bob's consent there is no KeyPackage", none, Some("noConsent"));
        // Whoever does not exist is answered alike (mimi-mls 3.6.1).
        let nobody: MimiUri =
            format!("mimi://{B}/u/nobody").parse().map_err(|e: mimicred_uri::Error| Error::step("consent", e))?;
        let unknown = network.claim(PHONE, r1.as_str(), "p1", &nobody)?;
        told.must("nor is told whether there is somebody", unknown.user_status == refused.user_status, Some("noConsent"));
        let p1 = network.device(PHONE)?.persona("p1")?.user.clone();
        let usage = ConsentUsage { usages: vec![UsageKind::InitialConnection], any_requester_at_domain: false };
        let ask = consenting(ConsentOperation::Request, &p1, bob, Some(&r1), &usage)?;
        network.consent(PHONE, &ask, "p1 asks Bob for consent")?;
        if consent == Consent::Refused {
            let still = network.claim(PHONE, r1.as_str(), "p1", bob)?;
            let none = still.user_status == UserStatus::NoConsent;
            told.must("who does not answer has not consented", none, Some("noConsent"));
            return Ok(None);
        }
        let grant = consenting(ConsentOperation::Grant { key_packages: Vec::new() }, &p1, bob, Some(&r1), &usage)?;
        network.consent(BOBS_PHONE, &grant, "Bob consents, for R1 alone")?;
    }

    told.phase(network, "R1", "A bootstrap room of two users, at provider A; it neither lasts nor can be found.");
    let answer = network.claim(PHONE, r1.as_str(), "p1", bob)?;
    let key_packages: Vec<_> = key_packages(&answer).into_iter().map(|octets| (octets, None)).collect();
    told.must("one KeyPackage of each of Bob's clients is given", key_packages.len() == 2, None);
    let participants = vec![Participant { user: bob.clone(), role_index: MEMBER }];
    let sent = network.add(PHONE, r1.as_str(), &key_packages, participants, "adds Bob's clients")?;
    let in_room =
        [BOBS_PHONE, BOBS_TABLET].iter().all(|device| network.device(device).is_ok_and(|it| it.place(r1.as_str()).is_ok()));
    told.must("Bob's clients follow the Welcome into R1", sent == Sent::Accepted && in_room, None);
    network.say(PHONE, r1.as_str(), "Hello, this is somebody you met last week.")?;
    network.say(BOBS_PHONE, r1.as_str(), "Hello. Who are you?")?;
    Ok(Some(r1))
}

fn consenting(
    operation: ConsentOperation,
    requester: &MimiUri,
    target: &MimiUri,
    room: Option<&MimiUri>,
    usage: &ConsentUsage,
) -> Result<ConsentEntry, Error> {
    let mut extensions = AppDataDictionary::default();
    extensions.insert(CONSENT_USAGE, usage.encode().map_err(|e| Error::step("consent is written", e))?);
    Ok(ConsentEntry { operation, requester: requester.clone(), target: target.clone(), room: room.cloned(), extensions })
}

/// In R1 Alice reveals, and hands over KeyPackages of p2 for all her clients.
fn reveal(
    network: &mut Network,
    told: &mut Told,
    options: &Options<'_>,
    policy: &RoomDisclosurePolicy,
    (r1, bob): (&MimiUri, &MimiUri),
) -> Result<Option<Verdict>, Error> {
    told.phase(
        network,
        "Alice reveals",
        "Inside R1, encrypted: who she is, and KeyPackages of her second pseudonym under an offer.",
    );
    let offerer = network.device(PHONE)?.persona("p1")?.key.public().clone();
    let Offered { items, .. } = network.offer(Some(r1.as_str()), &offerer, &[(PHONE, "p2"), (LAPTOP, "p2")])?;
    let paths = chosen(policy, &options.claims, options.format);
    let revealing = Revealing {
        format: options.format,
        paths: &paths,
        items: &items,
        roles: &[],
        expecting: Some(std::slice::from_ref(bob)),
        note: "a reveal, with KeyPackages and their offer",
    };
    let sent = network.reveal(PHONE, r1.as_str(), &revealing)?;
    let verdict = network.device(BOBS_PHONE)?.place(r1.as_str())?.verdict().cloned();
    let code = verdict.as_ref().map(|verdict| verdict.code.name());
    let accepted = sent == Sent::Accepted && verdict.as_ref().is_some_and(Verdict::is_accepted);
    told.must("Bob's client accepts Alice's reveal", accepted, code);
    let offered = verdict.as_ref().map_or(0, |verdict| verdict.key_packages.len());
    told.must("and finds KeyPackages of p2 under an offer that holds", offered == 2, None);
    Ok(verdict)
}

/// Bob leaves, Alice takes his clients out and ends the room.
fn end(network: &mut Network, told: &mut Told, r1: &MimiUri, bob: &MimiUri) -> Result<(), Error> {
    told.phase(network, "R1 ends", "Bob's clients leave, and the room is gone.");
    for (device, is_last) in [(BOBS_PHONE, false), (BOBS_TABLET, true)] {
        network.leave(device, r1.as_str())?;
        let place = network.device(PHONE)?.place(r1.as_str())?;
        let list = place.group.room_state().map_err(|e| Error::step("a room is looked at", e))?.participants;
        let position = list.iter().position(|it| it.user == *bob && is_last).and_then(|at| u32::try_from(at).ok());
        let participants = ParticipantListUpdate { removed: position.into_iter().collect(), ..Default::default() };
        let change = Change { participants: is_last.then_some(participants), ..Change::default() };
        let sent = network.commit(PHONE, r1.as_str(), change, "takes out who has left")?;
        told.must(&format!("{device} has left and is out of the group"), sent == Sent::Accepted, None);
    }
    network.close(PHONE, r1.as_str())
}

/// Bob's own room, some time later: he adds p2, and his other client.
fn second_room(
    network: &mut Network,
    told: &mut Told,
    (setup, answer): (&RoomSetup, Answer),
    verdict: Option<&Verdict>,
    (alice, bob): (&Claims<'_>, &Claims<'_>),
) -> Result<MimiUri, Error> {
    told.phase(
        network,
        "R2",
        "After a random delay, at provider B: a room of q1, who adds p2. Each adder proves to know the offer.",
    );
    if !network.faults.no_delay {
        network.wait_at_random(DELAY.0, DELAY.1)?;
    }
    if answer == Answer::Late {
        network.wait(LATE);
    }
    let phones = network.issue(BOBS_PHONE, &["q1"], &Named::Fresh, bob)?;
    let q1 = phones.first().ok_or_else(|| Error::step("a pseudonym is issued", "none"))?.user.clone();
    network.device_mut(BOBS_PHONE)?.personas.extend(phones);
    let tablets = network.issue(BOBS_TABLET, &["q1"], &Named::Shared(&q1), bob)?;
    network.device_mut(BOBS_TABLET)?.personas.extend(tablets);
    let marker = network.draw::<32>("a marker")?;
    let usage = if network.faults.marked_key_package { KeyPackageUsage::Any } else { KeyPackageUsage::Offered(marker) };
    let own = network.own_key_package(BOBS_TABLET, "q1", usage)?;

    let r2 = network.create(BOBS_PHONE, "q1", setup)?;
    let offered = verdict.map(|verdict| verdict.key_packages.clone()).unwrap_or_default();
    let hold = offered.iter().all(|offered| offered.not_after >= network.seconds());
    let mut added = vec![(own, None)];
    let mut whose = offered.first().and_then(|offered| MimiUri::parse(&offered.user).ok());
    if hold {
        added.extend(offered.iter().map(|offered| (offered.octets.clone(), Some(offered.salt))));
    } else {
        let fresh = renewed::ask(network, told, (&r2, &q1), &offered, alice)?;
        whose = fresh.as_ref().map(|fresh| fresh.user.clone());
        added.extend(fresh.into_iter().flat_map(|fresh| fresh.key_packages));
    }
    let participants = whose.into_iter().map(|user| Participant { user, role_index: MEMBER }).collect();
    let sent = network.add(BOBS_PHONE, r2.as_str(), &added, participants, "adds Alice's clients and his other one")?;
    let all =
        [PHONE, LAPTOP, BOBS_TABLET].iter().all(|device| network.device(device).is_ok_and(|it| it.place(r2.as_str()).is_ok()));
    told.must("both of Alice's clients, and Bob's other one, are in R2", sent == Sent::Accepted && all, None);
    Ok(r2)
}

/// In R2 Bob reveals who he is, and Alice does again: a reveal counts in one room only.
fn answer(
    network: &mut Network,
    told: &mut Told,
    options: &Options<'_>,
    policy: &RoomDisclosurePolicy,
    (r2, bobs): (&MimiUri, &Map<'_>),
) -> Result<(), Error> {
    told.phase(network, "Bob reveals", "Inside R2 both reveal: what was revealed in R1 counts there and nowhere else.");
    // Whoever has come by a KeyPackage renews her leaf soon (RFC 9420 16.8); the follower carries it, and sees nothing.
    for device in [BOBS_TABLET, PHONE, LAPTOP] {
        let sent = network.commit(device, r2.as_str(), Change::default(), "renews its leaf")?;
        told.must(&format!("{device} renews its leaf"), sent == Sent::Accepted, None);
    }
    network.say(BOBS_PHONE, r2.as_str(), "Here I am.")?;
    for (device, claims, hears, what) in [
        (BOBS_PHONE, bobs, PHONE, "Alice's client accepts Bob's reveal in R2"),
        (PHONE, &options.claims, BOBS_TABLET, "Bob's other client accepts Alice's reveal in R2"),
    ] {
        let paths = chosen(policy, claims, options.format);
        let revealing =
            Revealing { format: options.format, paths: &paths, items: &[], roles: &[], expecting: None, note: "a reveal" };
        let sent = network.reveal(device, r2.as_str(), &revealing)?;
        let verdict = network.device(hears)?.place(r2.as_str())?.verdict().cloned();
        let accepted = sent == Sent::Accepted && verdict.as_ref().is_some_and(Verdict::is_accepted);
        told.must(what, accepted, verdict.as_ref().map(|verdict| verdict.code.name()));
    }
    network.say(PHONE, r2.as_str(), "So it is you.")?;
    Ok(())
}

fn next_message(network: &Network) -> u32 {
    u32::try_from(network.record().messages().len()).unwrap_or(u32::MAX).saturating_add(1)
}

/// When a room was made.
fn created(network: &Network, label: &str) -> Option<u64> {
    let message = network.record().messages().iter().find(|it| it.kind == "CreateRoom" && it.room.as_deref() == Some(label));
    message.map(|message| message.at)
}
