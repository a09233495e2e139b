//! Media types, framing, and what of it is a reveal (mimi-mls.md 2.11, 3.5.4; draft-ietf-mls-extensions).

use mimicred_claims::Value;
use mimicred_mls::MediaType;
use mimicred_mls::carriage::{Carried, ContentItem, Found, Kind, Object as Revealed};
use mimicred_mls::framing::ApplicationFraming;

use super::credential::{parts, sd_jwt_parts};
use super::reveal::bundle_parts;
use crate::object::{Input, Object, hex};
use crate::operation::{Fault, Form, Member, Operation};

const MEDIA_TYPES: Member =
    Member::new("media_types", Form::List(&Form::Text), "the room's content_media_types, in order; empty if it has none");

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "mls/media-type-parse",
        about: "reads a media type; spellings of older drafts are read as the current ones",
        input: &[Member::new("text", Form::Text, "the text")],
        output: &[
            Member::new("media_type", Form::Text, "the media type as it is written"),
            Member::new("essence", Form::Text, "the same without parameters"),
        ],
        run: parse_media_type,
    },
    Operation {
        name: "mls/framing-decode",
        about: "reads an ApplicationFraming, and tells the media type of its content in a room",
        input: &[Member::new("octets", Form::Hex, "the application_data"), MEDIA_TYPES],
        output: &[
            Member::new("media_type", Form::Text, "the media type, which may be the first of the room's"),
            Member::new("content", Form::Hex, "inner_application_content"),
        ],
        run: decode_framing,
    },
    Operation {
        name: "mls/carried-decode",
        about: "reads the application data of a room as a reveal by one of the carriages, without looking at signatures",
        input: &[
            Member::new("octets", Form::Hex, "the application_data"),
            MEDIA_TYPES,
            Member::optional(
                "accepts",
                Form::List(&Form::Text),
                "the media types that the room's policy accepts, all if absent: they decide which part of a chooseOne counts",
            ),
        ],
        output: &[
            Member::new("carriage", Form::Choice(&["object", "content", "sealed"]), "W1 or W2, W3, W4"),
            Member::new(
                "items",
                Form::List(&Form::Record(&[
                    Member::optional("part", Form::Integer, "the partIndex, in a content"),
                    Member::optional("unit", Form::Integer, "the partIndex of the singleUnit that it belongs to"),
                    Member::new(
                        "kind",
                        Form::Text,
                        "credential, sd_jwt, sd_kbt, bundle, key_package, unreadable, foreign or sealed",
                    ),
                    Member::optional("content", Form::Any, "what is in it"),
                ])),
                "what is revealed, in order",
            ),
        ],
        run: decode_carried,
    },
];

fn parse_media_type(input: &Input<'_>) -> Result<Object, Fault> {
    let media_type: MediaType = input.text("text")?.parse()?;
    Ok(Object::new().text("media_type", media_type.to_string()).text("essence", media_type.essence()))
}

fn media_types(input: &Input<'_>) -> Result<Vec<MediaType>, Fault> {
    Ok(input.texts("media_types")?.into_iter().map(str::parse).collect::<Result<_, mimicred_mls::Error>>()?)
}

fn decode_framing(input: &Input<'_>) -> Result<Object, Fault> {
    let (octets, listed) = (input.hex("octets")?, media_types(input)?);
    let framing = ApplicationFraming::decode(&octets)?;
    let media_type = framing.media_type_in(&listed)?;
    Ok(Object::new().text("media_type", media_type.to_string()).hex("content", &framing.content))
}

fn decode_carried(input: &Input<'_>) -> Result<Object, Fault> {
    let (octets, listed) = (input.hex("octets")?, media_types(input)?);
    let accepts = input.get("accepts").map(|_| input.texts("accepts")).transpose()?;
    let (carriage, items) = match Carried::decode(&octets, &listed)? {
        Carried::Object(object) => ("object", vec![revealed(Object::new(), &object)]),
        Carried::Sealed(octets) => ("sealed", vec![Object::new().text("kind", "sealed").hex("content", &octets)]),
        Carried::Content(content) => {
            let accepted = accepts.map(|types| types.into_iter().map(str::parse).collect::<Result<Vec<MediaType>, _>>());
            let accepted = accepted.transpose()?;
            let chosen = content.choose(|kind| accepted.as_ref().is_none_or(|types| types.iter().any(|it| admits(it, kind))));
            ("content", chosen.iter().map(item).collect())
        }
    };
    Ok(Object::new().text("carriage", carriage).list("items", items))
}

/// Whether who accepts this media type accepts what is of this kind.
fn admits(accepted: &MediaType, kind: Kind) -> bool {
    match (Kind::of(accepted), kind) {
        (Some(Kind::Credential(None)), Kind::Credential(_)) => true,
        (accepted, kind) => accepted == Some(kind),
    }
}

fn item(item: &ContentItem) -> Object {
    let place = |place: usize| Value::Int(i128::try_from(place).unwrap_or(i128::MAX));
    let object = Object::new().with("part", place(item.index)).with_some("unit", item.unit.map(place));
    match &item.found {
        Found::Object(found) => revealed(object, found),
        Found::Unreadable { .. } => object.text("kind", "unreadable"),
        Found::Foreign(content_type) => object.text("kind", "foreign").text("content", content_type.clone()),
    }
}

fn revealed(object: Object, revealed: &Revealed) -> Object {
    match revealed {
        Revealed::Credential(credential) => object.text("kind", "credential").with("content", parts(credential)),
        Revealed::SdJwt(token) => object.text("kind", "sd_jwt").with("content", sd_jwt_parts(Object::new(), token)),
        Revealed::SdKbt(octets) => object.text("kind", "sd_kbt").text("content", hex(octets)),
        Revealed::Bundle(bundle) => object.text("kind", "bundle").with("content", bundle_parts(bundle)),
        Revealed::KeyPackage(octets) => object.text("kind", "key_package").text("content", hex(octets)),
    }
}
