//! Attacks on a carriage: on what is written around a presentation, and on seals.

use mimicred_error::Report;
use mimicred_keys::Random;
use mimicred_mls::carriage::Group as Parts;
use mimicred_mls::framing::ApplicationFraming;
use mimicred_mls::{BundleItem, MediaType, SealedDisclosure};

use super::Attack;
use super::mount::{Cell, Tried, another_of_hers, each, with_another_key};
use crate::demo::carriage::{Label, part, wrap};
use crate::demo::forge::seal;
use crate::demo::scene::{ALICE, BOB, CAROL, DORA, Scene};
use crate::demo::{Carriage, Format};
use crate::{Error, Room};

pub(super) fn act(scene: &mut Scene<'_>, attack: Attack, cells: &[Cell], random: &mut dyn Random) -> Result<Vec<Tried>, Error> {
    match attack {
        Attack::UnlistedMediaType => {
            let text = "text/plain".parse().map_err(|e: mimicred_mls::Error| Error::step("a media type is named", e))?;
            let mut room = scene.another_room(vec![text], random)?;
            each(cells, |Cell { format, carriage }| {
                let item = presented_in(scene, &room, format)?;
                let label = Label { room: room.uri().clone(), ..scene.label() };
                let framed = wrap((&room, ALICE, &scene.policy.visible_to_roles), carriage, &item, &label)?;
                room.send(ALICE, &framed)
            })
        }
        Attack::BundleForAnotherRoom | Attack::BundleAboutAnotherUser => {
            let wrong = if attack == Attack::BundleForAnotherRoom { elsewhere(scene)? } else { about_bob(scene)? };
            each(cells, |Cell { format, carriage }| {
                let item = scene.honest(format)?;
                if carriage != Carriage::ContentBundle {
                    return scene.send_labelled(ALICE, carriage, &item, &wrong);
                }
                // The content is right, the bundle in it is not.
                let framed = scene.label().content(vec![part(carriage, &item, &wrong)?])?;
                scene.room.send(ALICE, &framed)
            })
        }
        Attack::ContentForAnotherRoom | Attack::ContentByAnotherSender => {
            let wrong = if attack == Attack::ContentForAnotherRoom { elsewhere(scene)? } else { about_bob(scene)? };
            each(cells, |Cell { format, carriage }| {
                // The other way round.
                let right = part(carriage, &scene.honest(format)?, &scene.label())?;
                scene.room.send(ALICE, &wrong.content(vec![right])?)
            })
        }
        Attack::ExpiredContent => {
            let over = Label { expires: scene.world.now, ..scene.label() };
            each(cells, |Cell { format, carriage }| {
                let item = scene.honest(format)?;
                scene.send_labelled(ALICE, carriage, &item, &over)
            })
        }
        Attack::BrokenUnit => {
            let other = another_of_hers(scene, random)?;
            each(cells, |Cell { format, carriage }| {
                let label = scene.label();
                let good = part(carriage, &scene.honest(format)?, &label)?;
                let bad = part(carriage, &with_another_key(scene, &other, format)?, &label)?;
                let framed = label.content(vec![Parts::Unit(vec![good, bad])])?;
                scene.room.send(ALICE, &framed)
            })
        }
        Attack::OpenedWithoutTheRole => cells.iter().map(|cell| opened_by_dora(scene, cell.format)).collect(),
        Attack::TextBehindAnotherHash => each(cells, |Cell { format, .. }| {
            let framed = behind_another_hash(scene, format, random)?;
            scene.room.send(ALICE, &framed)
        }),
        _ => {
            let framed = cells.iter().map(|cell| sealed(scene, cell.format)).collect::<Result<Vec<_>, _>>()?;
            scene.room.change(CAROL, mimicred_mls::group::Group::update)?;
            framed.iter().map(|framed| scene.room.send(ALICE, framed).map(Tried::Sent)).collect()
        }
    }
}

/// What says around Alice's reveals that they are for another room.
fn elsewhere(scene: &Scene<'_>) -> Result<Label, Error> {
    let other = "mimi://hub.example/r/another".parse();
    let other = other.map_err(|e: mimicred_uri::Error| Error::step("a room is named", e))?;
    Ok(Label { room: other, ..scene.label() })
}

/// What says around Alice's reveals that they are Bob's.
fn about_bob(scene: &Scene<'_>) -> Result<Label, Error> {
    Ok(Label { user: scene.room.seat(BOB)?.user.clone(), ..scene.label() })
}

/// What Alice would send now, sealed.
fn sealed(scene: &Scene<'_>, format: Format) -> Result<ApplicationFraming, Error> {
    wrap((&scene.room, ALICE, &scene.policy.visible_to_roles), Carriage::Sealed, &scene.honest(format)?, &scene.label())
}

/// Dora has the message in clear, and every secret of the epoch. She tries her own key on a seal that she has renamed to her
/// leaf, because what is sealed to others her client does not even try.
fn opened_by_dora(scene: &mut Scene<'_>, format: Format) -> Result<Tried, Error> {
    let step = "a seal is tried";
    let framed = sealed(scene, format)?;
    let delivery = scene.room.send(ALICE, &framed)?;
    let (alice, dora) = (scene.room.seat(ALICE)?.group().own_index(), scene.room.seat(DORA)?.group());
    let renamed = seal::renamed(&framed.content, dora.own_index()).map_err(|e| Error::step(step, e))?;
    let renamed = SealedDisclosure::decode(&renamed).map_err(|e| Error::step(step, e))?;
    let opened = dora.open(&renamed, alice, dora.epoch());
    let is_kept_out = delivery.kept_out.contains(&DORA);
    Ok(Tried::Stopped(opened.err().filter(|_| is_kept_out).map(|error| error.slug())))
}

/// The hash that all recipients get is of a text in which she reveals twice; what they would open has it once.
fn behind_another_hash(scene: &Scene<'_>, format: Format, random: &mut dyn Random) -> Result<ApplicationFraming, Error> {
    let step = "a seal is forged";
    let shown = scene.label().bundle(&scene.honest(format)?);
    let mut hashed = shown.clone();
    hashed.items.extend(shown.items.iter().cloned());
    let seat = scene.room.seat(ALICE)?;
    let view = seat.group().view().map_err(|e| Error::step(step, e))?;
    let recipients = seat.leaves_with_roles(&scene.policy.visible_to_roles)?;
    let place = seal::Place { view: &view, sender: seat.group().own_index(), recipients: &recipients };
    let content = seal::with_another_hash(&shown, &hashed, &place, random).map_err(|e| Error::step(step, e))?;
    Ok(ApplicationFraming { media_type: Some(MediaType::DisclosureSealed), content })
}

/// What Alice would reveal in a room beside the scene's.
fn presented_in(scene: &Scene<'_>, room: &Room, format: Format) -> Result<BundleItem, Error> {
    let moment = (room.seat(ALICE)?.context()?, scene.world.now);
    scene.alice.tokens.present(format, &scene.alice.leaf.key, &scene.paths(format), &moment)
}
