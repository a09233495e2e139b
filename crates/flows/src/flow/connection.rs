//! The connection flow: Alice knows Bob's name and wants to talk to him, without any server learning that the two do.
//!
//! She opens a bootstrap room under a pseudonym, is let in by Bob's consent, reveals there who she is, and hands over KeyPackages of
//! a second pseudonym. The room is ended. Later Bob makes a room of his own, under a pseudonym of his, and adds hers.

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
use super::facts::{Fact, Row, Scope};
use super::statements::{Measured, Rule};
use super::tell::Told;
use super::{Answer, Consent, Flow, Options, needles};
use crate::demo::{Format, chosen};
use crate::network::{Claims, MEMBER, Named, Network, Offered, Persona, Revealing, RoomSetup, Sent, key_packages};
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

/// The needle sets.
const ID_ALICE: &str = "ID(Alice)";
const ID_BOB: &str = "ID(Bob)";
const BOB: &str = "Bob's real URI";
const P1: &str = "PS(Alice, 1)";
const P2: &str = "PS(Alice, 2)";
const P9: &str = "PS(Alice, 9)";
const Q1: &str = "PS(Bob, 1)";
const R1: &str = "the address of R1";
const R2: &str = "the address of R2";
const OBJECTS: &str = "objects of R1";

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

    sets(network, &mut told, options, (&r1, &r2), (&[&r1_setup, &r2_setup], &bobs))?;
    rules(&mut told, first, options.answer);
    measure(network, &mut told, waited)?;
    matrix(&mut told);
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

/// What is looked for.
fn sets(
    network: &mut Network,
    told: &mut Told,
    options: &Options<'_>,
    (r1, r2): (&MimiUri, &MimiUri),
    (setups, bobs): (&[&RoomSetup], &Map<'_>),
) -> Result<(), Error> {
    let constant = needles::constant(network, setups, &options.claims)?;
    let (phone, laptop) = (network.device(PHONE)?, network.device(LAPTOP)?);
    let (bobs_phone, tablet) = (network.device(BOBS_PHONE)?, network.device(BOBS_TABLET)?);
    let hers: Vec<&Persona> = phone.personas.iter().chain(&laptop.personas).collect();
    let his: Vec<&Persona> = bobs_phone.personas.iter().chain(&tablet.personas).collect();
    let chosen = |personas: &[&Persona], labels: &[&str], name: &str| {
        let own: Vec<&Persona> = personas.iter().copied().filter(|it| labels.contains(&it.label.as_str())).collect();
        needles::pseudonym(name, &own, &constant)
    };
    let sets = [
        needles::identity(ID_ALICE, &["account-4711"], &options.claims, &hers, &constant)?,
        needles::identity(ID_BOB, &["account-0815"], bobs, &his, &constant)?,
        chosen(&his, &["Bob"], BOB)?,
        chosen(&hers, &["p1"], P1)?,
        chosen(&hers, &["p2", "p3"], P2)?,
        chosen(&hers, &["p9"], P9)?,
        chosen(&his, &["q1"], Q1)?,
        needles::room(R1, r1)?,
        needles::room(R2, r2)?,
        needles::octets(OBJECTS, &needles::objects(network.record(), "R1"), Some(&constant))?,
    ];
    for set in sets {
        told.needles.add(set);
    }
    Ok(())
}

fn rules(told: &mut Told, first: u32, answer: Answer) {
    // Who asks for consent anew is seen by the provider of whom he asks (mimi-mls 3.6.4).
    let hidden: &[&'static str] = if answer == Answer::Late { &[ID_BOB] } else { &[Q1, ID_BOB] };
    let during = [&[BOB], hidden].concat();
    let issued = "A issued p1 and p2 to Alice's account and delivers to it; with C-3 it can know that Alice met Bob";
    told.rules = vec![
        Rule::new("C-1", "HUB(R1) never sees ID(Alice)", &[Scope::Hub("R1")], &[ID_ALICE]).but(A, issued),
        Rule::new("C-2", "HUB(R1) never sees PS(Alice, 2): p2 travels only inside a PrivateMessage", &[Scope::Hub("R1")], &[P2])
            .but(A, "it issued p2, and the Welcome of R2 with p2's KeyPackageRef goes to her account"),
        Rule::new(
            "C-4",
            "PRV(B) during R1 never sees ID(Alice), PS(Alice, 2)",
            &[Scope::ProviderUntil(B, first)],
            &[ID_ALICE, P2],
        )
        .except("it sees p1, R1's URI and Bob's real URI; ENT(B), as the hub of R2, sees p2, and that Bob's account is in both"),
        Rule::new("C-4b", "ENT(B) never sees ID(Alice)", &[], &[ID_ALICE]).nor(B),
        Rule::new(
            "C-5",
            "HUB(R2) never sees ID(Alice), ID(Bob), Bob's real URI, PS(Alice, 1) or R1's URI in bodies of R2",
            &[Scope::Hub("R2")],
            &[ID_ALICE, ID_BOB, BOB, P1, R1],
        )
        .but(B, "it issued q1 to Bob and delivers to him, and met p1 and R1's URI as his provider in R1; and there is timing"),
        Rule::new(
            "C-6",
            "PRV(A) during R2 never sees ID(Bob), Bob's real URI or PS(Bob, 1)",
            &[Scope::ProviderFrom(A, first)],
            &during,
        )
        .except("ENT(A) has Bob's URI from R1, and the Welcome for p2 comes soon after"),
        Rule::new("C-6b", "ENT(A) never sees PS(Bob, 1) or ID(Bob)", &[], hidden).nor(A),
        Rule::new(
            "C-7",
            "No KeyPackage, LeafNode or GroupInfo octet of R2 equals one of R1 but for what all have in common",
            &[Scope::Hub("R2")],
            &[OBJECTS],
        ),
        Rule::new(
            "C-7b",
            "A KeyPackage that was handed over in a room is not in a provider's store",
            &[Scope::Store(A), Scope::Store(B)],
            &[P2],
        ),
        Rule::new(
            "C-8",
            "MEM(R1, Bob) learns the claims that Alice chose, and nothing of a pseudonym that she did not hand over",
            &[Scope::Hub("R1"), Scope::Member(BOBS_PHONE, "R1"), Scope::Member(BOBS_TABLET, "R1")],
            &[P9],
        ),
        Rule::new(
            "C-9",
            "Alice learns ID(Bob) beyond the URI that she looked up only from Bob's own reveal in R2",
            &[Scope::Member(PHONE, "R1")],
            &[ID_BOB],
        )
        .except("Bob's provider is his issuer and can impersonate him to her unless she verifies out of band"),
        Rule::new(
            "4.3",
            "The outside sees sizes and times, and no name",
            &[Scope::Outside],
            &[ID_ALICE, ID_BOB, P1, P2, Q1, BOB, R1, R2],
        ),
    ];
}

/// C-11, T-4, T-5, T-23: sizes, times and marks.
fn measure(network: &Network, told: &mut Told, waited: u64) -> Result<(), Error> {
    let mut sizes: Vec<usize> = Vec::new();
    for message in network.record().messages() {
        if message.kind == "SubmitMessageRequest" && message.room.as_deref() == Some("R1") && message.from == PHONE {
            sizes.push(message.octets.len());
        }
    }
    let equal = sizes.windows(2).all(|pair| pair.first() == pair.last());
    told.measured.push(Measured::new(
        "C-11",
        format!("Alice's reveal in R1 is as long as everything else she says there ({} messages)", sizes.len()),
        "OUT",
        equal && sizes.len() > 1,
    ));
    told.measured.push(
        Measured::new("C-11b", format!("R2 is made {waited} s after R1 ended, {} s at least", DELAY.0), "OUT", waited >= DELAY.0)
            .except("small providers: see simulate timing"),
    );
    let bobs = [BOBS_PHONE, BOBS_TABLET];
    let silent = !network.record().messages().iter().any(|it| it.phase == "Alice reveals" && bobs.contains(&it.from.as_str()));
    told.measured.push(Measured::new(
        "C-10",
        "Bob's clients send nothing because of a reveal: to accept it, to decline it and to pass over it look alike",
        "every message of his clients",
        silent,
    ));
    let mut marked = true;
    for device in [PHONE, LAPTOP, BOBS_TABLET] {
        for persona in network.device(device)?.personas.iter().filter(|persona| persona.label != "Bob") {
            for octets in &persona.made {
                let view =
                    mimicred_mls::KeyPackageView::decode_message(octets).map_err(|e| Error::step("a KeyPackage is read", e))?;
                let usage = view.extensions().component(mimicred_mls::component::KEY_PACKAGE_USAGE);
                let usage = usage.map_err(|e| Error::step("a KeyPackage is read", e))?.map(KeyPackageUsage::decode).transpose();
                let usage = usage.map_err(|e| Error::step("a KeyPackage is read", e))?;
                marked &= matches!(usage, Some(KeyPackageUsage::Offered(_)));
            }
        }
    }
    told.measured.push(Measured::new("T-23", "Every KeyPackage of a pseudonym has the same mark", "HUB(R2)", marked));
    Ok(())
}

fn matrix(told: &mut Told) {
    const FACTS: [(&str, &[&str]); 8] = [
        ("who Alice is", &[ID_ALICE]),
        ("Bob's real URI", &[BOB]),
        ("who Bob is", &[ID_BOB]),
        ("p1", &[P1]),
        ("p2", &[P2]),
        ("q1", &[Q1]),
        ("where R1 is", &[R1]),
        ("where R2 is", &[R2]),
    ];
    told.facts = FACTS.iter().map(|(name, sets)| Fact::new(name, sets)).collect();
    let account = "it issued it to her account";
    told.rows = vec![
        Row::new("A as the hub of R1", &[Scope::Hub("R1")], &[]),
        Row::new("A as a provider", &[Scope::Provider(A)], &[]),
        Row::new("A in all its roles", &[Scope::Entity(A)], &[("who Alice is", account), ("p1", account), ("p2", account)]),
        Row::new("B as a provider", &[Scope::Provider(B)], &[]),
        Row::new("B as the hub of R2", &[Scope::Hub("R2")], &[]),
        Row::new("B in all its roles", &[Scope::Entity(B)], &[("who Bob is", "it issued to his account"), ("q1", account)]),
        Row::new("Bob, by what he read in R1", &[Scope::Member(BOBS_PHONE, "R1")], &[]),
        Row::new("Alice, by what she read in R2", &[Scope::Member(PHONE, "R2")], &[]),
        Row::new("whoever sees the wires", &[Scope::Outside], &[]),
    ];
}

fn next_message(network: &Network) -> u32 {
    u32::try_from(network.record().messages().len()).unwrap_or(u32::MAX).saturating_add(1)
}

/// When a room was made.
fn created(network: &Network, label: &str) -> Option<u64> {
    let message = network.record().messages().iter().find(|it| it.kind == "CreateRoom" && it.room.as_deref() == Some(label));
    message.map(|message| message.at)
}
