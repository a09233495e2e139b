//! What is seen of a group from outside: GroupInfo, ratchet tree, Welcome, MLSMessage (RFC 9420 6, 12.4.3).

use mimicred_mls::{ContentType, GroupInfoView, LeafNode, MessageView, Welcome, leaves_of_tree};

use super::component::components;
use super::key_package::{extensions, leaf_parts};
use super::{OCTETS, same, signature_key};
use crate::object::{Input, Object, hex, unhex};
use crate::operation::{Fault, Form, Member, Operation};

const LEAVES: Form = Form::List(&Form::Record(&[
    Member::new("index", Form::Integer, "its place"),
    Member::new("leaf_node", Form::Object, "the leaf, with the members of mls/leaf-node-verify"),
]));

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "mls/group-info-verify",
        about: "reads a GroupInfo, bare or as an MLSMessage, and verifies that its signer made it; what the tree is worth is another \
                question",
        input: &[
            OCTETS,
            Member::optional("signer_key", Form::Hex, "the SignaturePublicKey of its signer, if the tree is not in it"),
        ],
        output: &[
            Member::new("cipher_suite", Form::Integer, "the suite"),
            Member::new("group_id", Form::Hex, "the group"),
            Member::new("epoch", Form::Integer, "its epoch"),
            Member::new("tree_hash", Form::Hex, "the hash of the tree"),
            Member::new("confirmed_transcript_hash", Form::Hex, "the hash of the handshakes"),
            Member::new("context_extensions", Form::List(&Form::Object), "extension_type and data of each, of the GroupContext"),
            Member::new("context_components", Form::List(&Form::Object), "component_id and data of each, of the GroupContext"),
            Member::new("extensions", Form::List(&Form::Object), "extension_type and data of each, of the GroupInfo"),
            Member::new("confirmation_tag", Form::Hex, "the tag"),
            Member::new("signer", Form::Integer, "the leaf index of who made it"),
        ],
        run: verify_group_info,
    },
    Operation {
        name: "mls/ratchet-tree-decode",
        about: "reads the leaves of a ratchet tree, the content of the extension ratchet_tree",
        input: &[OCTETS],
        output: &[Member::new("leaves", LEAVES, "its leaves")],
        run: decode_tree,
    },
    Operation {
        name: "mls/welcome-decode",
        about: "reads a Welcome, an MLSMessage, and leaves of it what is for some KeyPackages only",
        input: &[OCTETS, Member::optional("only", Form::List(&Form::Hex), "the KeyPackageRefs to be left, if not all")],
        output: &[
            Member::new("cipher_suite", Form::Integer, "the suite"),
            Member::new("references", Form::List(&Form::Hex), "the KeyPackageRefs that it is for"),
            Member::optional("filtered", Form::Hex, "the Welcome for those that were to be left"),
        ],
        run: decode_welcome,
    },
    Operation {
        name: "mls/message-decode",
        about: "reads what an MLSMessage shows from outside",
        input: &[OCTETS],
        output: &[
            Member::new("wire_format", Form::Integer, "its wire format"),
            Member::optional("group_id", Form::Hex, "the group, of a PublicMessage or PrivateMessage"),
            Member::optional("epoch", Form::Integer, "its epoch, of such a message"),
            Member::optional("content_type", Form::Choice(&["application", "proposal", "commit"]), "of such a message"),
            Member::optional("sender_leaf", Form::Integer, "the leaf of its sender, of a PublicMessage by a member"),
        ],
        run: decode_message,
    },
];

fn leaves(leaves: &[(u32, LeafNode)]) -> Result<Vec<Object>, Fault> {
    leaves.iter().map(|(index, leaf)| Ok(Object::new().int("index", *index).with("leaf_node", leaf_parts(leaf)?))).collect()
}

fn verify_group_info(input: &Input<'_>) -> Result<Object, Fault> {
    let info = GroupInfoView::decode(&input.hex("octets")?)?;
    match input.get("signer_key") {
        Some(_) => info.verify_signature_by(&signature_key(input, "signer_key")?)?,
        None => info.verify_signature()?,
    }
    Ok(group_info_parts(&info)?)
}

pub(super) fn group_info_parts(info: &GroupInfoView) -> Result<Object, mimicred_mls::Error> {
    let context = info.context();
    Ok(Object::new()
        .int("cipher_suite", context.cipher_suite)
        .hex("group_id", &context.group_id)
        .int("epoch", context.epoch)
        .hex("tree_hash", &context.tree_hash)
        .hex("confirmed_transcript_hash", &context.confirmed_transcript_hash)
        .list("context_extensions", extensions(&context.extensions))
        .with("context_components", components(context.extensions.components()?.into_iter()))
        .list("extensions", extensions(info.extensions()))
        .hex("confirmation_tag", info.confirmation_tag())
        .int("signer", info.signer()))
}

fn decode_tree(input: &Input<'_>) -> Result<Object, Fault> {
    Ok(Object::new().list("leaves", leaves(&leaves_of_tree(&input.hex("octets")?)?)?))
}

fn decode_welcome(input: &Input<'_>) -> Result<Object, Fault> {
    let octets = input.hex("octets")?;
    let welcome = Welcome::decode(&octets)?;
    same(&octets, &welcome.to_message()?)?;
    let object = Object::new().int("cipher_suite", welcome.cipher_suite()).list("references", welcome.references().map(hex));
    if input.get("only").is_none() {
        return Ok(object);
    }
    let only: Vec<Vec<u8>> = input.texts("only")?.into_iter().filter_map(unhex).collect();
    let filtered = welcome.only(|reference| only.iter().any(|other| other == reference));
    match filtered {
        Some(filtered) => Ok(object.hex("filtered", &filtered.to_message()?)),
        None => Ok(object),
    }
}

fn decode_message(input: &Input<'_>) -> Result<Object, Fault> {
    Ok(message_parts(&MessageView::decode(&input.hex("octets")?)?))
}

pub(super) fn message_parts(message: &MessageView) -> Object {
    let content_type = message.content_type().map(|content_type| match content_type {
        ContentType::Application => "application",
        ContentType::Proposal => "proposal",
        ContentType::Commit => "commit",
    });
    let int = mimicred_claims::Value::Int;
    Object::new()
        .int("wire_format", message.wire_format())
        .with_some("group_id", message.group_id().map(hex))
        .with_some("epoch", message.epoch().map(|epoch| int(epoch.into())))
        .with_some("content_type", content_type)
        .with_some("sender_leaf", message.sender_leaf().map(|leaf| int(leaf.into())))
}
