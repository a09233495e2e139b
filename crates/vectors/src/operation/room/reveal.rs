//! The sender's side: from a credential to a bundle.

use mimicred_room::{Holding, PreparedBundle, SnapshotLeaf, Snapshots};
use mimicred_sd_jwt::{AcceptExpectations, Held};

use super::inputs;
use super::members::*;
use crate::object::{Input, Object};
use crate::operation::common::{DISCLOSE, NOW, clock, private_key, selection};
use crate::operation::{Fault, Form, Member, Operation, sd_jwt};
use crate::{Code, Error};

pub(super) const OPERATION: Operation = Operation {
    name: "room/reveal",
    about: "makes a DisclosureBundle of one SD-JWT for a room, if the room's policy lets it be sent",
    input: &[
        TRUST,
        ROOM,
        GROUP_ID,
        SUITE,
        POLICY,
        MEDIA_TYPES,
        MEMBERS,
        EPOCH,
        NONCE_ROOT,
        ENTERED_AT,
        LATER,
        Member::new("leaf", Form::Integer, "the leaf of the sender"),
        Member::new("sd_jwt", Form::Text, "her SD-JWT, as it was issued"),
        sd_jwt::ISSUERS,
        Member::new("holder_key", Form::PrivateKey, "her key"),
        DISCLOSE,
        NOW,
    ],
    output: &[
        Member::new("nonce", Form::Hex, "the nonce of her leaf in this epoch"),
        Member::new("to_be_signed", Form::Hex, "what her key signs"),
        Member::new("bundle", Form::Hex, "the DisclosureBundle"),
    ],
    run: reveal,
};

fn reveal(input: &Input<'_>) -> Result<Object, Fault> {
    let trust = inputs::trust(input)?;
    let mut snapshots = Snapshots::new(5);
    for (view, entered_at) in inputs::epochs(input)? {
        snapshots.enter(&view, &trust, entered_at)?;
    }
    let nobody = || Error::new(Code::CaseUnusable).note("nobody sits at this leaf");
    let (leaf, snapshot) = (input.int("leaf")?, snapshots.current().ok_or_else(nobody)?);
    let context = snapshot.room_context(leaf, None)?.ok_or_else(nobody)?;
    let (issuers, key, clock) = (sd_jwt::issuers(input)?, private_key(input, "holder_key")?, clock(input)?);
    let expected = AcceptExpectations { issuers: &issuers, confirmation_key: key.public(), clock };
    let held = Held::accept(input.text("sd_jwt")?, &expected)?;
    let nonce = context.nonce.clone();
    let mut prepared = PreparedBundle::new(context);
    prepared.add(Holding::SdJwt(&held), &selection(input, "disclose")?, clock.now)?;
    let sender = snapshot.leaf(leaf).and_then(SnapshotLeaf::member).ok_or_else(nobody)?;
    prepared.check(snapshot.policy(), sender)?;
    let to_be_signed: Vec<u8> = prepared.to_be_signed().flat_map(|tbs| tbs.as_bytes().to_vec()).collect();
    let signatures: Vec<Vec<u8>> = prepared.to_be_signed().filter_map(|tbs| key.sign(tbs)).collect();
    let bundle = prepared.finish(&signatures)?.encode()?;
    Ok(Object::new().hex("nonce", &nonce).hex("to_be_signed", &to_be_signed).hex("bundle", &bundle))
}
