//! How each attack is made. Those on one carriage alone are in [`carried`](super::carried).

use mimicred_claims::ClaimPath;
use mimicred_keys::Random;
use mimicred_mls::BundleItem;
use mimicred_room::policy::RoomDisclosurePolicy;

use super::policies::{forbidding, requiring};
use super::{Attack, Expected, carried};
use crate::demo::carriage::{Label, wrap};
use crate::demo::scene::{ALICE, BOB, CAROL, Scene};
use crate::demo::wallet::{Tokens, Wallet};
use crate::demo::world::entries;
use crate::demo::{AttackReport, Carriage, Format, NotApplicable};
use crate::{Delivery, Error, Issued, Provider};

/// One format by one carriage.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    pub(super) format: Format,
    pub(super) carriage: Carriage,
}

/// What an attack came to in one cell.
pub(super) enum Tried {
    /// A message was sent, and judged by everybody who could read it.
    Sent(Delivery),
    /// Somebody tried to read what is not for her: what stopped her, if anything did.
    Stopped(Option<&'static str>),
    /// Alice has no claim to try it with.
    Impossible(&'static str),
}

/// Tries an attack in these formats, by every carriage of the scene, and leaves the room as it was but for the epoch.
pub(in crate::demo) fn mount(
    scene: &mut Scene<'_>,
    attack: Attack,
    formats: &[Format],
    random: &mut dyn Random,
) -> Result<(Vec<AttackReport>, Vec<NotApplicable>), Error> {
    let cells = formats.iter().flat_map(|format| scene.carriages.iter().map(|carriage| (*format, *carriage)));
    let (mut wanted, mut reports, mut none) = (Vec::new(), Vec::new(), Vec::new());
    let nothing = |(format, carriage), reason| NotApplicable { attack: attack.name(), format, carriage, reason };
    for (format, carriage) in cells {
        match attack.expected(format, carriage) {
            Expected::Code(code) => wanted.push((Cell { format, carriage }, code)),
            Expected::Nothing(reason) => none.push(nothing((format, carriage), reason)),
        }
    }
    if wanted.is_empty() {
        return Ok((reports, none));
    }
    let cells: Vec<Cell> = wanted.iter().map(|(cell, _)| *cell).collect();
    let tried = act(scene, attack, &cells, random)?;
    for ((Cell { format, carriage }, expected), tried) in wanted.into_iter().zip(tried) {
        let (name, sentence) = (attack.name(), attack.sentence());
        let made = |code, refused, heard, kept_out| AttackReport {
            attack: name,
            sentence,
            format,
            carriage,
            expected,
            code,
            refused,
            heard,
            kept_out,
        };
        match tried {
            Tried::Sent(Delivery { heard, kept_out, .. }) => {
                let code = heard.first().map_or("", |heard| heard.verdict.code.name());
                let refused = !heard.is_empty()
                    && heard.iter().all(|heard| !heard.verdict.is_accepted() && heard.verdict.claims.is_empty());
                reports.push(made(code, refused, heard, kept_out));
            }
            Tried::Stopped(code) => reports.push(made(code.unwrap_or("ok"), code.is_some(), Vec::new(), Vec::new())),
            Tried::Impossible(reason) => none.push(nothing((format, carriage), reason)),
        }
    }
    Ok((reports, none))
}

/// One result for each cell, in their order.
fn act(scene: &mut Scene<'_>, attack: Attack, cells: &[Cell], random: &mut dyn Random) -> Result<Vec<Tried>, Error> {
    let world = scene.world;
    let now = world.now;
    match attack {
        Attack::ReplayedIntoAnotherRoom | Attack::ReaddressedToAnotherRoom => into_another_room(scene, attack, cells, random),
        Attack::CopiedByAnotherMember => each(cells, |Cell { format, carriage }| {
            let framed =
                wrap((&scene.room, ALICE, &scene.policy.visible_to_roles), carriage, &scene.honest(format)?, &scene.label())?;
            scene.room.send(BOB, &framed)
        }),
        Attack::ReaddressedByAnotherMember => {
            let label = Label { user: scene.room.seat(BOB)?.user.clone(), ..scene.label() };
            each(cells, |Cell { format, carriage }| {
                let item = scene.honest(format)?;
                scene.send_labelled(BOB, carriage, &item, &label)
            })
        }
        Attack::MadeWithAnotherKey => {
            let other = another_of_hers(scene, random)?;
            each(cells, |Cell { format, carriage }| {
                let item = with_another_key(scene, &other, format)?;
                scene.send(carriage, &item)
            })
        }
        Attack::UntrustedIssuer => {
            let mallory = Provider::new("mallory.example", world.algorithm, now, random)?;
            issued_by(scene, &mallory, Issued::at(now), cells, random)
        }
        Attack::ForgedIssuer => {
            let forger = Provider::new(world.home.host(), world.algorithm, now, random)?;
            issued_by(scene, &forger, Issued::at(now), cells, random)
        }
        Attack::IssuerOfAnotherDomain => issued_by(scene, &world.elsewhere, Issued::at(now), cells, random),
        Attack::IssuerOfTheAdministrator => {
            let hers = Provider::new("mallory.example", world.algorithm, now, random)?;
            let mut policy = scene.policy.clone();
            policy.trusted_issuers.extend(entries(&hers, world.home.host()));
            under(scene, &policy, |scene| issued_by(scene, &hers, Issued::at(now), cells, random))
        }
        Attack::ForbiddenClaim => forbidden_claim(scene, cells, random),
        Attack::MissingRequiredClaim => {
            let policy = requiring(&scene.policy)?;
            let tokens = certified_for(scene, &[], random)?;
            under(scene, &policy, |scene| {
                each(cells, |Cell { format, carriage }| {
                    let item = scene.presentation(&tokens, format, &[])?;
                    scene.send(carriage, &item)
                })
            })
        }
        Attack::OlderEpoch => {
            let made = cells.iter().map(|cell| Ok((cell.carriage, scene.honest(cell.format)?)));
            let made = made.collect::<Result<Vec<(Carriage, BundleItem)>, Error>>()?;
            scene.room.change(CAROL, mimicred_mls::group::Group::update)?;
            made.iter().map(|(carriage, item)| scene.send(*carriage, item).map(Tried::Sent)).collect()
        }
        Attack::Expired => {
            const DAY: i64 = 86_400;
            let issued = Issued { at: now - 60 * DAY, until: now - 2 * DAY };
            issued_by(scene, &world.home, issued, cells, random)
        }
        Attack::UnlistedMediaType
        | Attack::BundleForAnotherRoom
        | Attack::BundleAboutAnotherUser
        | Attack::ContentForAnotherRoom
        | Attack::ContentByAnotherSender
        | Attack::ExpiredContent
        | Attack::BrokenUnit
        | Attack::OpenedWithoutTheRole
        | Attack::TextBehindAnotherHash
        | Attack::SealedInTheEpochBefore => carried::act(scene, attack, cells, random),
    }
}

/// The same in each cell.
pub(super) fn each(cells: &[Cell], mut send: impl FnMut(Cell) -> Result<Delivery, Error>) -> Result<Vec<Tried>, Error> {
    cells.iter().map(|cell| send(*cell).map(Tried::Sent)).collect()
}

fn into_another_room(scene: &Scene<'_>, attack: Attack, cells: &[Cell], random: &mut dyn Random) -> Result<Vec<Tried>, Error> {
    let roles = &scene.policy.visible_to_roles;
    let mut second = scene.another_room(Carriage::media_types(), random)?;
    let readdressed = Label { room: second.uri().clone(), ..scene.label() };
    each(cells, |Cell { format, carriage }| {
        let item = scene.honest(format)?;
        let framed = if attack == Attack::ReplayedIntoAnotherRoom {
            wrap((&scene.room, ALICE, roles), carriage, &item, &scene.label())?
        } else {
            wrap((&second, ALICE, roles), carriage, &item, &readdressed)?
        };
        second.send(ALICE, &framed)
    })
}

fn forbidden_claim(scene: &mut Scene<'_>, cells: &[Cell], random: &mut dyn Random) -> Result<Vec<Tried>, Error> {
    let mut tried = Vec::with_capacity(cells.len());
    for cell in cells {
        let (policy, forbidden) = forbidding(&scene.policy, scene.claims, cell.format)?;
        let Some(forbidden) = forbidden else {
            tried.push(Tried::Impossible("Alice has no claim that could be forbidden"));
            continue;
        };
        let paths = [scene.paths(cell.format), vec![forbidden]].concat();
        let tokens = certified_for(scene, &paths, random)?;
        tried.push(under(scene, &policy, |scene| {
            let item = scene.presentation(&tokens, cell.format, &paths)?;
            scene.send(cell.carriage, &item).map(Tried::Sent)
        })?);
    }
    Ok(tried)
}

/// Another key of Alice's, with credentials of its own.
pub(super) fn another_of_hers(scene: &Scene<'_>, random: &mut dyn Random) -> Result<Wallet, Error> {
    Wallet::issue(scene.world, scene.claims, &scene.paths(Format::MlsCredential), random)
}

/// What she would reveal with that key.
pub(super) fn with_another_key(scene: &Scene<'_>, other: &Wallet, format: Format) -> Result<BundleItem, Error> {
    other.tokens.present(format, &other.leaf.key, &scene.paths(format), &scene.moment()?)
}

/// Credentials for Alice's key by her provider, whose certificate has the claims at these paths.
fn certified_for(scene: &Scene<'_>, certified: &[ClaimPath], random: &mut dyn Random) -> Result<Tokens, Error> {
    Tokens::issue(&scene.world.home, &scene.alice.leaf, scene.claims, certified, Issued::at(scene.world.now), random)
}

/// Alice reveals what she always does, from credentials of another issuer or of another time.
fn issued_by(
    scene: &mut Scene<'_>,
    issuer: &Provider,
    issued: Issued,
    cells: &[Cell],
    random: &mut dyn Random,
) -> Result<Vec<Tried>, Error> {
    let certified = scene.paths(Format::MlsCredential);
    let tokens = Tokens::issue(issuer, &scene.alice.leaf, scene.claims, &certified, issued, random)?;
    each(cells, |Cell { format, carriage }| {
        let item = scene.presentation(&tokens, format, &scene.paths(format))?;
        scene.send(carriage, &item)
    })
}

/// Lets something happen under another policy, if it is another one.
fn under<T, F>(scene: &mut Scene<'_>, policy: &RoomDisclosurePolicy, act: F) -> Result<T, Error>
where
    F: FnOnce(&mut Scene<'_>) -> Result<T, Error>,
{
    if *policy == scene.policy {
        return act(scene);
    }
    let usual = scene.policy.clone();
    scene.set_policy(policy)?;
    let done = act(scene)?;
    scene.set_policy(&usual)?;
    Ok(done)
}
