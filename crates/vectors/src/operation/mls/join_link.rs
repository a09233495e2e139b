//! Invitations to a room as text, and what proves that one holds such a link (mimi-mls.md 3.6.3).

use mimicred_mls::JoinLink;
use mimicred_mls::component::JoinLinks;

use super::{ROOM, uri};
use crate::object::{Input, Object, hex};
use crate::operation::{Fault, Form, Member, Operation};

const PARTS: &[Member] = &[
    ROOM,
    Member::new("seed", Form::Hex, "the Ed25519 private key of the link, 32 octets"),
    Member::new("group_id", Form::Hex, "the group"),
    Member::new("inviter_key_hash", Form::Hex, "SHA-256 of the inviter's leaf SignaturePublicKey"),
    Member::optional("policy_hash", Form::Hex, "SHA-256 of the room's disclosure policy, if it has one"),
    Member::new("not_after", Form::Integer, "until when the link is good"),
];
const SIGNATURE_KEY: Member =
    Member::new("requesting_signature_key", Form::Hex, "the SignaturePublicKey of the leaf that is to join");
const GROUP_INFO_KEY: Member =
    Member::new("group_info_public_key", Form::Hex, "the HPKE key to which the GroupInfo is to be sealed");

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "mls/join-link-parse",
        about: "reads a join link",
        input: &[Member::new("link", Form::Text, "the text")],
        output: &[
            Member::new("room", Form::Text, "the URI of the room"),
            Member::new("seed", Form::Hex, "the Ed25519 private key of the link"),
            Member::new("public_key", Form::Hex, "its public key, which the room lists"),
            Member::new("group_id", Form::Hex, "the group"),
            Member::new("inviter_key_hash", Form::Hex, "SHA-256 of the inviter's leaf SignaturePublicKey"),
            Member::optional("policy_hash", Form::Hex, "SHA-256 of the room's disclosure policy, if it has one"),
            Member::new("not_after", Form::Integer, "until when the link is good"),
        ],
        run: parse,
    },
    Operation {
        name: "mls/join-link-write",
        about: "writes a join link",
        input: PARTS,
        output: &[Member::new("link", Form::Text, "the text")],
        run: write,
    },
    Operation {
        name: "mls/joining-code",
        about: "makes the joiningCode of a GroupInfoRequest with a join link",
        input: &[Member::new("link", Form::Text, "the text of the link"), SIGNATURE_KEY, GROUP_INFO_KEY],
        output: &[Member::new("joining_code", Form::Hex, "the signature with the link's key")],
        run: make_code,
    },
    Operation {
        name: "mls/joining-code-verify",
        about: "verifies, as a hub, that a joiningCode was made with one of the links of a room",
        input: &[
            ROOM,
            SIGNATURE_KEY,
            GROUP_INFO_KEY,
            Member::new("joining_code", Form::Hex, "the code"),
            Member::new("links", Form::List(&Form::Hex), "the public keys of the live links, in the order of join_links"),
        ],
        output: &[Member::new("link", Form::Integer, "the position of the link that it was made with, counted from 0")],
        run: verify_code,
    },
];

fn parse(input: &Input<'_>) -> Result<Object, Fault> {
    let text = input.text("link")?;
    let link = JoinLink::parse(text)?;
    super::same(text.as_bytes(), link.to_text()?.as_bytes())?;
    Ok(Object::new()
        .text("room", link.room_uri.as_str())
        .hex("seed", &*link.seed)
        .hex("public_key", link.public_key()?.octets())
        .hex("group_id", &link.group_id)
        .hex("inviter_key_hash", &link.inviter_key_hash)
        .with_some("policy_hash", link.policy_hash.map(|hash| hex(&hash)))
        .int("not_after", link.not_after))
}

fn write(input: &Input<'_>) -> Result<Object, Fault> {
    let link = JoinLink {
        room_uri: uri(input, "room")?,
        seed: input.array("seed")?.into(),
        group_id: input.hex("group_id")?,
        inviter_key_hash: input.array("inviter_key_hash")?,
        policy_hash: input.get("policy_hash").map(|_| input.array("policy_hash")).transpose()?,
        not_after: input.int("not_after")?,
    };
    Ok(Object::new().text("link", link.to_text()?.as_str()))
}

fn make_code(input: &Input<'_>) -> Result<Object, Fault> {
    let link = JoinLink::parse(input.text("link")?)?;
    let code = link.joining_code(&input.hex("requesting_signature_key")?, &input.hex("group_info_public_key")?)?;
    Ok(Object::new().hex("joining_code", &code))
}

fn verify_code(input: &Input<'_>) -> Result<Object, Fault> {
    let (room, code) = (uri(input, "room")?, input.hex("joining_code")?);
    let (signature_key, answer_to) = (input.hex("requesting_signature_key")?, input.hex("group_info_public_key")?);
    let links =
        input.hexes("links")?.into_iter().map(|link| link.try_into().map_err(|_| super::unusable("links", "are no keys")));
    let links = JoinLinks::new(links.collect::<Result<Vec<[u8; 32]>, _>>()?)?;
    let found = links.verify_joining_code(&room, &signature_key, &answer_to, &code)?;
    Ok(Object::new().int("link", i128::try_from(found).unwrap_or(i128::MAX)))
}
