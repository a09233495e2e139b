//! The messages of the MIMI protocol (draft-ietf-mimi-protocol-06, mimi-mls.md 2.8).

mod room;
mod user;

use mimicred_mls::protocol::{
    AbuseReport, ConsentEntry, FanoutMessage, GroupInfoAndTree, GroupInfoKey, GroupInfoRequest, GroupInfoResponse,
    IdentifierRequest, IdentifierResponse, KeyMaterialRequest, KeyMaterialResponse, SubmitMessageRequest, SubmitMessageResponse,
    UpdateRequest, UpdateResponse,
};

use super::uri;
use crate::object::{Input, Object};
use crate::operation::{Fault, Form, Member, Operation};

const OCTETS: Member = Member::new("octets", Form::Hex, "the body of the HTTP request or response");
const FIELDS: Member = Member::new(
    "fields",
    Form::Object,
    "its fields, by the names of its TLS structure; MLS messages, KeyPackages and credentials as the operations for them give them",
);

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "mls/protocol-decode",
        about: "reads a message of the MIMI protocol, without looking at signatures",
        input: &[
            Member::new(
                "message",
                Form::Choice(&[
                    "abuse_report",
                    "consent_entry",
                    "fanout_message",
                    "group_info_and_tree",
                    "group_info_request",
                    "group_info_response",
                    "identifier_request",
                    "identifier_response",
                    "key_material_request",
                    "key_material_response",
                    "submit_message_request",
                    "submit_message_response",
                    "update_request",
                    "update_response",
                ]),
                "which: the path of the HTTP request tells; group_info_and_tree is what a group_info_response has sealed",
            ),
            OCTETS,
        ],
        output: &[FIELDS],
        run: decode,
    },
    Operation {
        name: "mls/protocol-verify",
        about: "verifies that the key in a message of the MIMI protocol has signed it; whose key it is is another question",
        input: &[
            Member::new("message", Form::Choice(&["group_info_request", "group_info_response", "key_material_request"]), "which"),
            OCTETS,
        ],
        output: &[Member::new("signature_key", Form::Hex, "the SignaturePublicKey that has signed")],
        run: verify,
    },
    Operation {
        name: "mls/group-info-response-open",
        about: "opens what a successful GroupInfoResponse has sealed",
        input: &[
            OCTETS,
            Member::new("room", Form::Text, "the room that was asked about"),
            Member::new("group_info_secret", Form::Hex, "the private key of the request's groupInfoPublicKey"),
        ],
        output: &[FIELDS],
        run: open,
    },
];

type Decode = fn(&[u8]) -> Result<(Object, Vec<u8>), Fault>;

fn decode(input: &Input<'_>) -> Result<Object, Fault> {
    let decode = input.choice::<Decode>(
        "message",
        &[
            ("abuse_report", |octets| {
                let read = AbuseReport::decode(octets)?;
                Ok((user::abuse_report(&read), read.encode()?))
            }),
            ("consent_entry", |octets| {
                let read = ConsentEntry::decode(octets)?;
                Ok((user::consent_entry(&read)?, read.encode()?))
            }),
            ("fanout_message", |octets| {
                let read = FanoutMessage::decode_all(octets)?;
                let again = read.iter().map(FanoutMessage::encode).collect::<Result<Vec<_>, _>>()?;
                Ok((Object::new().list("events", read.iter().map(room::event)), again.concat()))
            }),
            ("group_info_and_tree", |octets| {
                let read = GroupInfoAndTree::decode(octets)?;
                Ok((room::group_info_and_tree(&read)?, read.encode()?))
            }),
            ("group_info_request", |octets| {
                let read = GroupInfoRequest::decode(octets)?;
                Ok((room::group_info_request(&read)?, read.encode()?))
            }),
            ("group_info_response", |octets| {
                let read = GroupInfoResponse::decode(octets)?;
                Ok((room::group_info_response(&read)?, read.encode()?))
            }),
            ("identifier_request", |octets| {
                let read = IdentifierRequest::decode(octets)?;
                Ok((user::identifier_request(&read), read.encode()?))
            }),
            ("identifier_response", |octets| {
                let read = IdentifierResponse::decode(octets)?;
                Ok((user::identifier_response(&read), read.encode()?))
            }),
            ("key_material_request", |octets| {
                let read = KeyMaterialRequest::decode(octets)?;
                Ok((user::key_material_request(&read), read.encode()?))
            }),
            ("key_material_response", |octets| {
                let read = KeyMaterialResponse::decode(octets)?;
                Ok((user::key_material_response(&read)?, read.encode()?))
            }),
            ("submit_message_request", |octets| {
                let read = SubmitMessageRequest::decode(octets)?;
                Ok((room::submit_request(&read), read.encode()?))
            }),
            ("submit_message_response", |octets| {
                let read = SubmitMessageResponse::decode(octets)?;
                Ok((room::submit_response(&read), read.encode()?))
            }),
            ("update_request", |octets| {
                let read = UpdateRequest::decode(octets)?;
                Ok((room::update_request(&read)?, read.encode()?))
            }),
            ("update_response", |octets| {
                let read = UpdateResponse::decode(octets)?;
                Ok((room::update_response(&read), read.encode()?))
            }),
        ],
    )?;
    let octets = input.hex("octets")?;
    let (fields, again) = decode(&octets)?;
    super::same(&octets, &again)?;
    Ok(Object::new().with("fields", fields))
}

fn success(octets: &[u8]) -> Result<Box<mimicred_mls::protocol::SealedGroupInfo>, Fault> {
    match GroupInfoResponse::decode(octets)? {
        GroupInfoResponse::Success(sealed) => Ok(sealed),
        _ => Err(Fault::Unusable(super::unusable("octets", "are of no success"))),
    }
}

fn verify(input: &Input<'_>) -> Result<Object, Fault> {
    type Verify = fn(&[u8]) -> Result<mimicred_keys::PublicKey, Fault>;
    let verify = input.choice::<Verify>(
        "message",
        &[
            ("group_info_request", |octets| Ok(GroupInfoRequest::decode(octets)?.verify_signature()?)),
            ("group_info_response", |octets| Ok(success(octets)?.verify_signature()?)),
            ("key_material_request", |octets| Ok(KeyMaterialRequest::decode(octets)?.verify_signature()?)),
        ],
    )?;
    Ok(Object::new().hex("signature_key", verify(&input.hex("octets")?)?.octets()))
}

fn open(input: &Input<'_>) -> Result<Object, Fault> {
    let sealed = success(&input.hex("octets")?)?;
    let key = GroupInfoKey::from_secret(sealed.suite()?, &input.hex("group_info_secret")?)?;
    Ok(Object::new().with("fields", room::group_info_and_tree(&sealed.open(&uri(input, "room")?, &key)?)?))
}
