//! From the hub to the provider of the pseudonym: signed reports; and what a person there decides.

use mimicred_error::Report;
use mimicred_provider::{Complaint, IssuingKeys, Verdict, make_report, verify_report};

use super::local::failed;
use super::{A, B, Scene};
use crate::Error;
use crate::flow::tell::Told;
use crate::network::{Call, Channel, Network, Signalled};

/// Most cases that are looked at together.
const MANY: u32 = 100;

pub(super) fn run(network: &mut Network, told: &mut Told, scene: &mut Scene) -> Result<(), Error> {
    told.phase(
        network,
        "The hub reports",
        "A tells B what it knows against pseudonyms of B's users, in signed reports: no room and no reporter can be told from them.",
    );
    let (now, mut filed, mut sent) = (network.time(), 0, 0);
    let rooms: Vec<_> = scene.rooms.iter().map(|(room, _)| room.clone()).collect();
    for room in &rooms {
        for Signalled { user, signal, by } in network.signals(room.as_str())?.into_iter().filter(|it| it.user.host() == B) {
            let by = by.map_or_else(|| format!("mimi://{A}"), |by| by.to_string());
            let complaint = Complaint { pseudonym: user.as_str(), signal, room: room.as_str(), reporter: &by };
            let mut report =
                make_report(A, &scene.local.hub, &complaint, now, &mut network.source.of("A's reports")).map_err(failed)?;
            if network.faults.reporter_named {
                report = format!("{report}\n{by}");
            }
            sent += 1;
            filed += usize::from(send(network, scene, &report)?.is_ok());
        }
    }
    told.must(&format!("B files the {sent} reports of hub A"), filed == sent && sent >= 4, None);

    let stranger = IssuingKeys::generate(scene.local.hub.token_public().algorithm(), &mut network.source.of("a stranger"));
    let stranger = stranger.map_err(failed)?;
    let pseudonym = super::user(network, super::MALLORY, "m1")?;
    let signal = mimicred_provider::Signal::Ban;
    let complaint = Complaint { pseudonym: pseudonym.as_str(), signal, room: "a room", reporter: "somebody" };
    let forged = make_report(A, &stranger, &complaint, now, &mut network.source.of("a stranger")).map_err(failed)?;
    let refused = send(network, scene, &forged)?;
    told.must("B takes no report that A has not signed", refused.is_err(), refused.err().as_deref());

    decide(network, told, scene)
}

/// One report, on its way to B's desk.
fn send(network: &mut Network, scene: &mut Scene, report: &str) -> Result<Result<(), String>, Error> {
    let call = Call {
        kind: "ProviderReport",
        answer: "Filed",
        path: format!("POST /report/{B}"),
        channel: Channel::Mimi,
        room: None,
        note: "what the hub knows against a pseudonym, signed",
    };
    let (now, mut outcome) = (network.time(), Ok(()));
    let local = &mut scene.local;
    network.call_between(A, B, &call, report.as_bytes(), |network, body| {
        let text = std::str::from_utf8(body).map_err(failed)?.lines().next().unwrap_or_default();
        let filed = verify_report(text, B, &local.hubs, now)
            .and_then(|report| local.desk.report(&report, now, &mut network.source.of("B's reports")));
        outcome = filed.map(drop).map_err(|e| e.slug().to_owned());
        // Whether it was of use is nobody's business.
        Ok(b"received".to_vec())
    })?;
    Ok(outcome)
}

/// A person reads what was said about m1, and believes it.
fn decide(network: &mut Network, told: &mut Told, scene: &mut Scene) -> Result<(), Error> {
    told.phase(network, "A person decides", "Nothing happens to anybody by weight alone. What is said about m1 is upheld.");
    let attention = u64::from(scene.local.provider.config().abuse.attention);
    let desk = &mut scene.local.desk;
    let cases = desk.open_cases(MANY).map_err(failed)?;
    let most = cases.first().map_or(0, |case| case.total);
    told.must("what is known against m1 weighs enough to be looked at first", most >= attention, None);
    for case in &cases {
        desk.decide(&case.id, Verdict::Upheld).map_err(failed)?;
    }
    let left = desk.open_cases(MANY).map_err(failed)?.len();
    told.must("the reports are upheld by a person", !cases.is_empty() && left == 0, None);
    Ok(())
}
