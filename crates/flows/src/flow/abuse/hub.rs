//! What the hub and the moderators of its rooms do by themselves: mute, remove, ban for a time, ban.

use mimicred_mls::component::{BANNED, KeyPackageUsage, Participant};
use mimicred_uri::MimiUri;

use super::{ADAM, DAY, Leaves, MALLORY, MORGAN, Scene, TABLET, comes_back, give_role, remedies, user};
use crate::Error;
use crate::flow::tell::Told;
use crate::network::{Entered, MEMBER, MUTED, Network, Sent};

pub(super) fn run(network: &mut Network, told: &mut Told, scene: &mut Scene) -> Result<(), Error> {
    let (x, m1) = (scene.room("m1")?.clone(), user(network, MALLORY, "m1")?);
    told.phase(network, "Muted", "Morgan gives m1 a role that sends nothing, and takes it back.");
    let sent = give_role(network, (MORGAN, &x), &m1, Some(MUTED), Leaves::Stay, "mutes m1")?;
    told.must("Morgan mutes m1", sent == Sent::Accepted, None);
    let said = network.say(MALLORY, x.as_str(), "Nobody stops me")?;
    told.must("the hub takes no message of m1 who is muted", matches!(said, Sent::Refused(_)), None);
    let sent = give_role(network, (MALLORY, &x), &m1, Some(MEMBER), Leaves::Stay, "tries to unmute herself")?;
    told.must("the hub refuses that m1 unmutes herself", matches!(sent, Sent::Refused(_)), None);
    let sent = give_role(network, (MORGAN, &x), &m1, Some(MEMBER), Leaves::Stay, "unmutes m1")?;
    let said = network.say(MALLORY, x.as_str(), "Now I can speak again")?;
    told.must("Morgan unmutes m1, and she can send again", sent == Sent::Accepted && said == Sent::Accepted, None);

    told.phase(network, "Removed", "Morgan removes m1, who may come back; and then she may not for a day.");
    kick(network, told, scene)?;
    let entered = comes_back(network, scene, "m1")?;
    told.must("m1, who was removed, comes in again", entered == Entered::In, None);

    let until = network.seconds() + DAY;
    let sent = network.keep_out(MALLORY, x.as_str(), &m1, 0)?;
    told.must("the hub keeps nobody out because m1 wants it", matches!(sent, Sent::Refused(_)), None);
    kick(network, told, scene)?;
    let sent = network.keep_out(MORGAN, x.as_str(), &m1, until)?;
    told.must("Morgan bans m1 for a day", sent == Sent::Accepted, None);
    let entered = comes_back(network, scene, "m1")?;
    told.must("the hub does not answer m1 within that day", matches!(entered, Entered::Refused(_)), None);
    let sent = brought_in(network, &x, &m1)?;
    told.must("and refuses that somebody else brings m1 in", matches!(sent, Sent::Refused(_)), None);
    remedies::day(network, told, scene)?;
    let entered = comes_back(network, scene, "m1")?;
    told.must("after that day m1 comes in again", entered == Entered::In, None);

    told.phase(network, "Banned", "Adam bans m4 from W for good.");
    let (w, m4) = (scene.room("m4")?.clone(), user(network, TABLET, "m4")?);
    let sent = give_role(network, (ADAM, &w), &m4, Some(BANNED), Leaves::Go, "bans m4")?;
    told.must("Adam bans m4", sent == Sent::Accepted, None);
    let entered = comes_back(network, scene, "m4")?;
    told.must("the hub does not answer m4 who is banned", matches!(entered, Entered::Refused(_)), None);
    Ok(())
}

/// Adam adds m1, whatever Morgan has decided.
fn brought_in(network: &mut Network, x: &MimiUri, m1: &MimiUri) -> Result<Sent, Error> {
    let usage = KeyPackageUsage::Offered(network.draw::<32>("a marker")?);
    let key_package = network.own_key_package(MALLORY, "m1", usage)?;
    let participants = vec![Participant { user: m1.clone(), role_index: MEMBER }];
    network.add(ADAM, x.as_str(), &[(key_package, None)], participants, "tries to add m1")
}

fn kick(network: &mut Network, told: &mut Told, scene: &Scene) -> Result<(), Error> {
    let (x, m1) = (scene.room("m1")?.clone(), user(network, MALLORY, "m1")?);
    let sent = give_role(network, (MORGAN, &x), &m1, None, Leaves::Go, "removes m1")?;
    let is_out = !network.device(MALLORY)?.place(x.as_str())?.group.is_active();
    told.must("Morgan removes m1", sent == Sent::Accepted && is_out, None);
    Ok(())
}
