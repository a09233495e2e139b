//! What Mallory does in X, and who notices.

use mimicred_mls::group::Handshakes;
use mimicred_mls::rules::NoRules;
use mimicred_provider::Signal;

use super::{ADAM, Leaves, MALLORY, MORGAN, RITA, Scene, give_role, user};
use crate::Error;
use crate::flow::Escrow;
use crate::flow::tell::Told;
use crate::network::{LIMIT, MESSAGE, Network, Sent};

/// What she says, over and over.
pub(super) const SPAM: &str = "Buy my certificates, they are much cheaper than those of anybody here";
/// What Rita writes to the hub.
pub(super) const NOTE: &str = "she sends the same advertisement over and over, and nobody can talk any more";

/// Mallory's client follows no rules but those of MLS: what is refused is refused by others.
pub(super) fn lawless(network: &mut Network, device: &str, label: &str) -> Result<(), Error> {
    let step = "a client is changed";
    let (suite, random) = (network.suite(), network.source.of(device));
    let persona = network.device_mut(device)?.persona_mut(label)?;
    let member = mimicred_mls::group::Member::new(suite, persona.key.clone(), persona.credential.clone(), NoRules, random);
    let member = member.map_err(|e| Error::step(step, e))?;
    persona.member = member.with_handshakes(Handshakes::Public).with_messages_of(MESSAGE);
    Ok(())
}

pub(super) fn run(network: &mut Network, told: &mut Told, scene: &mut Scene) -> Result<(), Error> {
    told.phase(
        network,
        "What Mallory does",
        "In X she sends one message after the other, and tries to remove Rita. Rita reports her; the hub counts.",
    );
    let x = scene.room("m1")?.clone();
    for number in 0..=LIMIT {
        network.wait(2);
        let sent = network.say(MALLORY, x.as_str(), &format!("{SPAM} ({number})"))?;
        told.must(&format!("message {} of m1 is accepted", number + 1), sent == Sent::Accepted, None);
    }
    network.say(RITA, x.as_str(), "Can somebody make her stop?")?;
    let rita = user(network, RITA, "rita")?;
    let sent = give_role(network, (MALLORY, &x), &rita, None, Leaves::Go, "tries to remove Rita")?;
    told.must("the hub refuses that Mallory, who moderates nothing, removes Rita", matches!(sent, Sent::Refused(_)), None);

    let m1 = user(network, MALLORY, "m1")?;
    let note = if network.faults.message_reported { format!("{NOTE}: {SPAM}") } else { NOTE.to_owned() };
    let sent = network.report_abuse(RITA, x.as_str(), &m1, &note)?;
    told.must("the hub takes Rita's report of m1", sent == Sent::Accepted, None);
    let signals = network.signals(x.as_str())?;
    let has = |signal| signals.iter().any(|it| it.signal == signal && it.user == m1);
    told.must("the hub has noticed how often m1 sends", has(Signal::Anomaly), None);
    told.must("and nothing else is known to it but Rita's report", has(Signal::Report) && signals.len() == 2, None);

    if scene.escrow == Escrow::Threshold {
        for (device, label) in [(MORGAN, "m2"), (ADAM, "m3")] {
            let (room, of) = (scene.room(label)?.clone(), user(network, MALLORY, label)?);
            let sent = network.report_abuse(device, room.as_str(), &of, "the same advertisement here")?;
            told.must(&format!("the hub takes a report of {label}"), sent == Sent::Accepted, None);
        }
    }
    Ok(())
}
