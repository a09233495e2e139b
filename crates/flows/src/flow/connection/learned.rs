//! Who learned what in a connection: C-1 to C-11 of mimi-mls 4.2.

use mimicred_claims::Map;
use mimicred_mls::component::KeyPackageUsage;
use mimicred_uri::MimiUri;

use super::{A, B, BOBS_PHONE, BOBS_TABLET, DELAY, LAPTOP, PHONE};
use crate::Error;
use crate::flow::facts::{Fact, Row, Scope};
use crate::flow::statements::{Measured, Rule};
use crate::flow::tell::Told;
use crate::flow::{Answer, Options, needles};
use crate::network::{Network, Persona, RoomSetup};

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

/// What is looked for.
pub(super) fn sets(
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

pub(super) fn rules(told: &mut Told, first: u32, answer: Answer) {
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
pub(super) fn measure(network: &Network, told: &mut Told, waited: u64) -> Result<(), Error> {
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

pub(super) fn matrix(told: &mut Told) {
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
