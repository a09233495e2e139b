//! Others who knock at the same time, and what goes wrong with many: mimi-mls 3.6.5, K-3, K-7, K-8, T-24.

use mimicred_claims::ClaimPath;
use mimicred_mls::component::ParticipantListUpdate;
use mimicred_mls::group::Change;
use mimicred_uri::MimiUri;

use super::{ADAM, CATHY, DAN, ERIN, FRANK, MODERATOR, MORGAN, STAY, last_heard, measured};
use crate::Error;
use crate::flow::Options;
use crate::flow::tell::Told;
use crate::network::{ADMIN, ANOTHER, Access, Entered, Heard, Joining, Network, Revealing, RoomSetup, Sent};

/// So many come at once.
const FLOOD: usize = 6;

/// K-3: Dan is there in the same epoch. The hub does not send him the knock; somebody gives him the ciphertext.
pub(super) fn others_read(network: &mut Network, told: &mut Told, k: &MimiUri) -> Result<(), Error> {
    let ciphertext = submitted(network, CATHY)?;
    network.leak(DAN, k.as_str(), &ciphertext)?;
    let heard = matches!(last_heard(network, DAN, k)?, Some(Heard::ForOthers));
    measured(told, "K-3b", "Dan, in the same epoch and with the ciphertext, finds that it is for others", "Dan's phone", heard);
    Ok(())
}

/// K-7: from the commit on that takes her out, Cathy reads nothing any more. It is the next newcomer's.
pub(super) fn leave(
    network: &mut Network,
    told: &mut Told,
    (k, options, paths): (&MimiUri, &Options<'_>, &[ClaimPath]),
) -> Result<(), Error> {
    told.phase(network, "Cathy leaves", "She says so; until somebody commits she is in. The next one to come carries her out.");
    let sent = network.leave(CATHY, k.as_str())?;
    told.must("Cathy says that she leaves", sent == Sent::Accepted, None);
    let still = network.device(CATHY)?.place(k.as_str())?.group.is_active();
    let entered = network.join(ERIN, k, "e1", Joining::Knock)?;
    let is_out = !network.device(CATHY)?.place(k.as_str())?.group.is_active();
    told.must("the next newcomer's commit takes her out", still && entered == Entered::In && is_out, None);
    let roles = [MODERATOR, ADMIN];
    let revealing = Revealing { format: options.format, paths, items: &[], roles: &roles, expecting: None, note: "Dan's knock" };
    let sent = network.reveal(DAN, k.as_str(), &Revealing { paths: &[], ..revealing })?;
    let ciphertext = submitted(network, DAN)?;
    let before = network.device(CATHY)?.place(k.as_str())?.heard.len();
    network.leak(CATHY, k.as_str(), &ciphertext)?;
    let after = network.device(CATHY)?.place(k.as_str())?.heard.len();
    measured(
        told,
        "K-7",
        "What is revealed after the commit that takes Cathy out cannot be read with her state",
        "Cathy's phone",
        sent == Sent::Accepted && before == after,
    );
    Ok(())
}

/// Two who come in the same epoch: one is too late, and comes again.
pub(super) fn race(network: &mut Network, told: &mut Told, k: &MimiUri) -> Result<(), Error> {
    told.phase(network, "A race", "Cathy and Dan come back under other names, in the same epoch: one of them has to try again.");
    network.forget(CATHY, k.as_str())?;
    network.forget(DAN, k.as_str())?;
    let first = network.attempt(CATHY, k, "c1", Joining::Knock)?;
    let second = network.attempt(DAN, k, "d2", Joining::Knock)?;
    let (Ok(first), Ok(second)) = (first, second) else { return Err(Error::step("a race", "the hub does not answer")) };
    let won = network.enter(CATHY, first)?;
    let lost = network.enter(DAN, second)?;
    let again = network.join(DAN, k, "d2", Joining::Knock)?;
    let as_expected = won == Entered::In && lost == Entered::WrongEpoch && again == Entered::In;
    told.must("of two in one epoch the second is told so, and comes in at the next try", as_expected, Some("wrongEpoch"));
    Ok(())
}

/// T-24: many come at once. Whoever is slow is told so each time, and comes in when it is over; who is there can speak all the while.
pub(super) fn flood(network: &mut Network, told: &mut Told, k: &MimiUri) -> Result<(), Error> {
    told.phase(network, "A flood", "Six others come to knock, one after another, while Frank tries to come in too.");
    let (mut late, mut came, mut spoke) = (0, 0, 0);
    for device in network.make_many(FLOOD)? {
        let attempt = network.attempt(FRANK, k, "f1", Joining::Knock)?;
        came += usize::from(network.join(&device, k, ANOTHER, Joining::Knock)? == Entered::In);
        if let Ok(attempt) = attempt {
            late += usize::from(network.enter(FRANK, attempt)? == Entered::WrongEpoch);
        }
        spoke += usize::from(network.say(MORGAN, k.as_str(), "One at a time, please.")? == Sent::Accepted);
    }
    let in_the_end = network.join(FRANK, k, "f1", Joining::Knock)?;
    let as_expected = (late, came, spoke) == (FLOOD, FLOOD, FLOOD) && in_the_end == Entered::In;
    told.must(
        "in a flood who is slow is told so, and comes in after it; moderators go on speaking",
        as_expected,
        Some("wrongEpoch"),
    );
    Ok(())
}

/// A self-removal that nobody commits to: the hub proposes that whoever stays too long goes, and a moderator's client commits.
pub(super) fn stuck(network: &mut Network, told: &mut Told, k: &MimiUri) -> Result<(), Error> {
    told.phase(
        network,
        "Nobody comes",
        "Erin has left and nobody comes; a moderator's client takes her out. After an hour the hub has everybody removed who came to knock.",
    );
    network.leave(ERIN, k.as_str())?;
    let said = network.say(MORGAN, k.as_str(), "Is anybody there?")?;
    told.must("what waits for a commit silences nobody", said == Sent::Accepted, None);
    network.wait(u64::from(STAY) + 1);
    let position = |network: &Network, user: &MimiUri| -> Result<Vec<u32>, Error> {
        let state =
            network.device(ADAM)?.place(k.as_str())?.group.room_state().map_err(|e| Error::step("a room is looked at", e))?;
        let at = state.participants.iter().position(|it| it.user == *user).and_then(|at| u32::try_from(at).ok());
        Ok(at.into_iter().collect())
    };
    let erin = network.device(ERIN)?.persona("e1")?.user.clone();
    let participants = ParticipantListUpdate { removed: position(network, &erin)?, ..Default::default() };
    let change = Change { participants: Some(participants), ..Change::default() };
    let sent = network.commit(ADAM, k.as_str(), change, "takes out who has left")?;
    told.must("a moderator's client takes out who has left, if nobody comes", sent == Sent::Accepted, None);
    let mut removed = 0;
    while let Some(user) = network.sweep(k.as_str())? {
        let participants = ParticipantListUpdate { removed: position(network, &user)?, ..Default::default() };
        let change = Change { participants: Some(participants), ..Change::default() };
        let sent = network.commit(ADAM, k.as_str(), change, "takes out who has stayed too long")?;
        if sent != Sent::Accepted {
            break;
        }
        removed += 1;
    }
    let left =
        network.device(ADAM)?.place(k.as_str())?.group.view().map_err(|e| Error::step("a room is looked at", e))?.leaves.len();
    told.must("who stays too long is removed, at the hub's proposal", removed == 3 + 1 + FLOOD && left == 2, None);
    Ok(())
}

/// K-8: a room where one knocks need not say for which.
pub(super) fn without_target(
    network: &mut Network,
    told: &mut Told,
    (setup, target): (&RoomSetup, &MimiUri),
) -> Result<(), Error> {
    told.phase(
        network,
        "Knocking for a room that is not named",
        "Where even that there is a room must not be known, K does not say so.",
    );
    let Access::Knock(knock) = setup.access.clone() else { return Ok(()) };
    let names = |network: &Network, label: &str| {
        network.record().hub(label).any(|sight| {
            let needle = target.as_str().as_bytes();
            sight.what == "GroupInfo and tree" && sight.octets.windows(needle.len()).any(|window| window == needle)
        })
    };
    let silent = mimicred_mls::component::KnockRoomPolicy { target_room: None, ..knock };
    let setup = RoomSetup { label: "K2".to_owned(), access: Access::Knock(silent), ..setup.clone() };
    network.create(ADAM, "adam_k2", &setup)?;
    let (named, unnamed) = (names(network, "K"), names(network, "K2"));
    measured(
        told,
        "K-8",
        "The GroupInfo of a knock room names its target only if it is set",
        "HUB(K), HUB(K2)",
        named && !unnamed,
    );
    Ok(())
}

/// The message that a client submitted last.
fn submitted(network: &Network, device: &str) -> Result<Vec<u8>, Error> {
    let sent = network.record().messages().iter().rev().find(|it| it.kind == "SubmitMessageRequest" && it.from == device);
    let sent = sent.ok_or_else(|| Error::step("a message is looked up", device.to_owned()))?;
    let request = mimicred_mls::protocol::SubmitMessageRequest::decode(&sent.octets);
    Ok(request.map_err(|e| Error::step("a message is looked up", e))?.message.octets().to_vec())
}
