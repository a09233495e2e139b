//! The members of inputs by which a room is told.

use super::super::{Form, Member};

pub(super) const TRUST: Member = Member::new(
    "trust",
    Form::List(&Form::Record(&[
        Member::new("issuer", Form::Text, "the iss of its tokens; empty for one that makes certificates only"),
        Member::optional("key", Form::PublicKey, "the key by which it is known"),
        Member::optional("certificate", Form::Hex, "or the certificate of its CA, in DER"),
        Member::new("hosts", Form::List(&Form::Text), "the hosts for which it may speak"),
        Member::optional("identities", Form::Choice(&["real"]), "it gives credentials to real identities only"),
        Member::optional("crl", Form::Choice(&["required"]), "its certificates count with a revocation list only"),
        Member::optional("status_lists", Form::List(&Form::Text), "where its status lists are"),
    ])),
    "the verifier's own trust store",
);
pub(super) const MEMBERS: Member = Member::new(
    "members",
    Form::List(&Form::Record(&[
        Member::new("leaf", Form::Integer, "the leaf index"),
        Member::new("key", Form::PublicKey, "the signature key of the leaf"),
        Member::new("credential", Form::Hex, "the credential of the leaf, in TLS form"),
        Member::optional("user", Form::Text, "who it is in the participant list"),
        Member::optional("role", Form::Integer, "and in which role; 2 if absent"),
    ])),
    "the members of the group",
);
pub(super) const ROOM: Member = Member::new("room", Form::Text, "the URI of the room");
pub(super) const GROUP_ID: Member = Member::new("group_id", Form::Hex, "the MLS group");
pub(super) const SUITE: Member = Member::new("suite", Form::Integer, "its cipher suite");
pub(super) const POLICY: Member =
    Member::optional("policy", Form::Hex, "the room's disclosure policy in TLS form, if it has one");
pub(super) const MEDIA_TYPES: Member = Member::optional(
    "media_types",
    Form::List(&Form::Text),
    "the media types that the room lists, if it frames application data",
);
pub(super) const EPOCH: Member = Member::new("epoch", Form::Integer, "the epoch that was entered");
pub(super) const NONCE_ROOT: Member = Member::new("nonce_root", Form::Hex, "the root of the nonces of that epoch");
pub(super) const ENTERED_AT: Member = Member::new("entered_at", Form::Integer, "when it was entered");
pub(super) const LATER: Member = Member::optional(
    "later",
    Form::List(&Form::Record(&[
        Member::new("epoch", Form::Integer, "the epoch"),
        Member::new("nonce_root", Form::Hex, "the root of its nonces"),
        Member::new("entered_at", Form::Integer, "when it was entered"),
        Member::optional("policy", Form::Hex, "the policy from then on, if it is another one"),
    ])),
    "epochs that were entered after it, before the message came",
);
pub(super) const ARRIVED: &[Member] = &[
    Member::new("sender", Form::Integer, "the leaf index of its sender"),
    Member::new("epoch", Form::Integer, "its epoch"),
    Member::new("received_at", Form::Integer, "when it came, in seconds since 1970"),
    Member::optional("accepted_at", Form::Integer, "the hub's timestamp"),
];
