//! The MIMI content format (draft-ietf-mimi-content-08, mimi-mls.md 2.10).

use mimicred_claims::Value;
use mimicred_mls::content::{Expires, MessageId, MimiContent, NestedPart, Part};

use super::same;
use crate::object::{Input, Object, hex};
use crate::operation::{Fault, Form, Member, Operation};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "mls/content-decode",
        about: "reads a MIMI content, strictly: there is one encoding of each",
        input: &[Member::new("octets", Form::Hex, "the content, in CBOR")],
        output: &[
            Member::new("salt", Form::Hex, "its salt"),
            Member::optional("replaces", Form::Hex, "the message that it replaces"),
            Member::new("topic_id", Form::Hex, "its topic"),
            Member::optional(
                "expires",
                Form::Record(&[
                    Member::new("relative", Form::Boolean, "whether the time counts from when it was read"),
                    Member::new("time", Form::Integer, "seconds"),
                ]),
                "when it expires",
            ),
            Member::optional("in_reply_to", Form::Hex, "the message that it answers"),
            Member::optional("sender_uri", Form::Text, "extension 1"),
            Member::optional("room_uri", Form::Text, "extension 2"),
            Member::new(
                "extensions",
                Form::List(&Form::Record(&[
                    Member::new("key", Form::Any, "its key: an integer or text"),
                    Member::new("value", Form::Hex, "its value, in CBOR"),
                ])),
                "the other extensions",
            ),
            Member::new(
                "body",
                Form::Object,
                "the nested part: disposition, language, cardinality, and by that content_type and content, or url, or semantics \
                 and parts",
            ),
        ],
        run: decode,
    },
    Operation {
        name: "mls/content-message-id",
        about: "computes the id of a message",
        input: &[
            Member::new("octets", Form::Hex, "the content, in CBOR"),
            Member::new("sender", Form::Text, "the URI of its sender"),
            Member::new("room", Form::Text, "the URI of the room"),
        ],
        output: &[Member::new("message_id", Form::Hex, "01, and 31 octets of a SHA-256")],
        run: message_id,
    },
];

fn read(input: &Input<'_>) -> Result<MimiContent, Fault> {
    let octets = input.hex("octets")?;
    let content = MimiContent::decode(&octets)?;
    same(&octets, &content.encode()?)?;
    Ok(content)
}

fn id(id: Option<MessageId>) -> Option<String> {
    id.map(|id| hex(id.as_bytes()))
}

fn decode(input: &Input<'_>) -> Result<Object, Fault> {
    let content = read(input)?;
    let expires = content.expires.map(|expires| {
        let (relative, time) = match expires {
            Expires::Relative(time) => (true, time),
            Expires::Absolute(time) => (false, time),
        };
        Object::new().with("relative", Value::Bool(relative)).int("time", time)
    });
    let others = content.extensions.others.iter().map(|(key, value)| {
        use mimicred_mls::content::ExtensionKey;
        let object = match key {
            ExtensionKey::Number(number) => Object::new().int("key", *number),
            ExtensionKey::Text(text) => Object::new().text("key", text.clone()),
        };
        object.hex("value", value)
    });
    Ok(Object::new()
        .hex("salt", &content.salt)
        .with_some("replaces", id(content.replaces))
        .hex("topic_id", &content.topic_id)
        .with_some("expires", expires)
        .with_some("in_reply_to", id(content.in_reply_to))
        .with_some("sender_uri", content.extensions.sender_uri.clone())
        .with_some("room_uri", content.extensions.room_uri.clone())
        .list("extensions", others)
        .with("body", body(&content.nested_part)))
}

fn body(nested: &NestedPart) -> Object {
    let object = Object::new().int("disposition", nested.disposition.number()).text("language", nested.language.clone());
    match &nested.part {
        Part::Null => object.text("cardinality", "null"),
        Part::Single { content_type, content } => {
            object.text("cardinality", "single").text("content_type", content_type.clone()).hex("content", content)
        }
        Part::External(part) => object
            .text("cardinality", "external")
            .text("content_type", part.content_type.clone())
            .text("url", part.url.clone())
            .int("expires", part.expires)
            .int("size", part.size)
            .int("enc_alg", part.enc_alg)
            .hex("key", &part.key)
            .hex("nonce", &part.nonce)
            .hex("aad", &part.aad)
            .int("hash_alg", part.hash_alg)
            .hex("content_hash", &part.content_hash)
            .text("description", part.description.clone())
            .text("filename", part.filename.clone()),
        Part::Multi { semantics, parts } => {
            object.text("cardinality", "multi").text("semantics", semantics.name()).list("parts", parts.iter().map(body))
        }
    }
}

fn message_id(input: &Input<'_>) -> Result<Object, Fault> {
    let id = read(input)?.message_id(input.text("sender")?, input.text("room")?)?;
    Ok(Object::new().hex("message_id", id.as_bytes()))
}
