//! What a member reveals, by mimi-mls.md 3.5.1 and 3.5.2: presentations, bundles, requests, nonces.

use mimicred_keys::HashAlgorithm;
use mimicred_mls::nonce::{challenge_nonce, disclosure_nonce, exporter_root};
use mimicred_mls::{
    BundleItem, CredentialPresentation, DisclosureBundle, DisclosureRequest, Item, ItemType, PresentationContext,
};

use super::credential::{parts, sd_jwt_parts};
use super::{EPOCH, GROUP_ID, OCTETS, ROOM, key_package, offer, same, signature_key, suite, uri};
use crate::object::{Input, Object};
use crate::operation::{Fault, Form, Member, Operation};

const ITEM: &[Member] = &[
    Member::new("type", Form::Integer, "the number of its type"),
    Member::new("data", Form::Hex, "the item itself, not opened"),
];
const PRESENTATION: &[Member] = &[
    Member::new("credential", Form::Object, "the credential, with the members of mls/credential-decode"),
    Member::new("issued_at", Form::Integer, "when it was made"),
    Member::new("nonce", Form::Hex, "the nonce that it answers"),
];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "mls/presentation-verify",
        about: "reads a CredentialPresentation and verifies that the holder of a leaf key made it in this group and epoch; what its \
                credential is worth, and whether time and nonce fit, are other questions",
        input: &[
            OCTETS,
            Member::new("leaf_key", Form::Hex, "the SignaturePublicKey of the sender's leaf"),
            ROOM,
            GROUP_ID,
            EPOCH,
            super::SUITE,
        ],
        output: PRESENTATION,
        run: verify_presentation,
    },
    Operation {
        name: "mls/bundle-decode",
        about: "reads a DisclosureBundle on the outside: what is in an item is that item's affair",
        input: &[OCTETS],
        output: &[
            Member::new("room", Form::Text, "the room that it is for"),
            Member::new("subject", Form::Text, "the user who sends it"),
            Member::new("items", Form::List(&Form::Record(ITEM)), "its items"),
        ],
        run: decode_bundle,
    },
    Operation {
        name: "mls/bundle-item-open",
        about: "reads what is in an item of a bundle",
        input: &[Member::new("type", Form::Integer, "the number of its type"), Member::new("data", Form::Hex, "its item_data")],
        output: &[
            Member::new("kind", Form::Text, "mls_credential, sd_jwt_kb, sd_kbt, key_package or key_package_offer"),
            Member::new("content", Form::Object, "what is in it, with the members that the operation for it has"),
        ],
        run: open_item,
    },
    Operation {
        name: "mls/disclosure-request-decode",
        about: "reads a DisclosureRequest",
        input: &[OCTETS],
        output: &[
            Member::optional("nonce", Form::Hex, "the challenge, if there is one"),
            Member::new("claim_names", Form::List(&Form::Text), "the claims that are asked for"),
            Member::new("formats", Form::List(&Form::Integer), "the numbers of the formats that an answer may have"),
            Member::new("not_after", Form::Integer, "until when an answer counts"),
        ],
        run: decode_request,
    },
    Operation {
        name: "mls/nonce-root",
        about: "derives the root of an epoch's nonces from its exporter secret",
        input: &[super::SUITE, Member::new("exporter_secret", Form::Hex, "exporter_secret of RFC 9420 8")],
        output: &[Member::new("root", Form::Hex, "MLS-Exporter(\"mimi disclosure nonce v1\", \"\", 32)")],
        run: root,
    },
    Operation {
        name: "mls/nonce",
        about: "derives the nonce of one leaf in a room of nonce_mode group_exporter",
        input: &[
            super::SUITE,
            Member::new("root", Form::Hex, "the root of the nonces of the message's epoch"),
            Member::new("leaf_key", Form::Hex, "the SignaturePublicKey of the leaf, as raw octets"),
        ],
        output: &[Member::new("nonce", Form::Hex, "ExpandWithLabel(root, \"disclosure nonce\", leaf key, 32)")],
        run: nonce,
    },
    Operation {
        name: "mls/challenge-nonce",
        about: "computes the nonce by which one leaf answers a request in a room of nonce_mode challenge",
        input: &[
            GROUP_ID,
            EPOCH,
            Member::new("request_nonce", Form::Hex, "the nonce of the DisclosureRequest"),
            Member::new("leaf_key", Form::Hex, "the SignaturePublicKey of the leaf, as raw octets"),
        ],
        output: &[Member::new("nonce", Form::Hex, "SHA-256 over the four, as mimi-mls.md 3.5.2 says")],
        run: challenge,
    },
];

fn presentation(read: &CredentialPresentation) -> Object {
    Object::new().with("credential", parts(read.credential())).int("issued_at", read.issued_at()).hex("nonce", read.nonce())
}

fn verify_presentation(input: &Input<'_>) -> Result<Object, Fault> {
    let octets = input.hex("octets")?;
    let (room, group_id) = (uri(input, "room")?, input.hex("group_id")?);
    let context =
        PresentationContext { room_uri: &room, group_id: &group_id, epoch: input.int("epoch")?, hash: suite(input)?.hash() };
    let key = signature_key(input, "leaf_key")?;
    let read = CredentialPresentation::decode(&octets)?;
    same(&octets, &read.encode()?)?;
    read.verify(&key, &context)?;
    Ok(presentation(&read))
}

fn decode_bundle(input: &Input<'_>) -> Result<Object, Fault> {
    let octets = input.hex("octets")?;
    let bundle = DisclosureBundle::decode(&octets)?;
    same(&octets, &bundle.encode()?)?;
    Ok(bundle_parts(&bundle))
}

pub(super) fn bundle_parts(bundle: &DisclosureBundle) -> Object {
    let items = bundle.items.iter().map(|item| Object::new().int("type", item.item_type.number()).hex("data", &item.data));
    Object::new().text("room", bundle.room_uri.as_str()).text("subject", bundle.subject_uri.as_str()).list("items", items)
}

fn open_item(input: &Input<'_>) -> Result<Object, Fault> {
    let item = BundleItem { item_type: ItemType::from_number(input.int("type")?), data: input.hex("data")? };
    let (kind, content) = match item.open()? {
        Item::MlsCredential(read) => ("mls_credential", presentation(&read)),
        Item::SdJwtKb(token) => ("sd_jwt_kb", sd_jwt_parts(Object::new(), &token)),
        Item::SdKbt(octets) => ("sd_kbt", Object::new().hex("sd_kbt", &octets)),
        Item::KeyPackage(view) => ("key_package", key_package::key_package_parts(&view)?),
        Item::KeyPackageOffer(read) => ("key_package_offer", offer::parts(&read)),
    };
    Ok(Object::new().text("kind", kind).with("content", content))
}

fn decode_request(input: &Input<'_>) -> Result<Object, Fault> {
    let octets = input.hex("octets")?;
    let request = DisclosureRequest::decode(&octets)?;
    same(&octets, &request.encode()?)?;
    let object = match &request.challenge {
        Some(nonce) => Object::new().hex("nonce", nonce),
        None => Object::new(),
    };
    let formats: Vec<u8> = request.formats.iter().map(|format| format.code()).collect();
    Ok(object
        .list("claim_names", request.claim_names)
        .with("formats", super::numbers(&formats))
        .int("not_after", request.not_after))
}

fn hash(input: &Input<'_>) -> Result<HashAlgorithm, Fault> {
    Ok(suite(input)?.hash())
}

fn root(input: &Input<'_>) -> Result<Object, Fault> {
    Ok(Object::new().hex("root", &exporter_root(hash(input)?, &input.hex("exporter_secret")?)?))
}

fn nonce(input: &Input<'_>) -> Result<Object, Fault> {
    Ok(Object::new().hex("nonce", &disclosure_nonce(hash(input)?, &input.array("root")?, &input.hex("leaf_key")?)?))
}

fn challenge(input: &Input<'_>) -> Result<Object, Fault> {
    let (group_id, request, key) = (input.hex("group_id")?, input.hex("request_nonce")?, input.hex("leaf_key")?);
    Ok(Object::new().hex("nonce", &challenge_nonce(&group_id, input.int("epoch")?, &request, &key)?))
}
