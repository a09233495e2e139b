//! Writing a content.

use mimicred_claims::Value;
use mimicred_cose::cbor::Writer;

use super::part::cardinality;
use super::read::NULL;
use super::{Expires, ExtensionKey, Extensions, ExternalPart, MessageId, MimiContent, NestedPart, Part};
use crate::error::{Code, Error};

pub(super) fn content(content: &MimiContent) -> Result<Vec<u8>, Error> {
    let mut writer = Writer::new();
    writer.array(7);
    writer.bytes(&content.salt);
    message_id(&mut writer, content.replaces);
    writer.bytes(&content.topic_id);
    match content.expires {
        None => writer.raw(&NULL),
        Some(expires) => self::expires(&mut writer, expires)?,
    }
    message_id(&mut writer, content.in_reply_to);
    extensions(&mut writer, &content.extensions)?;
    part(&mut writer, &content.nested_part)?;
    Ok(writer.finish())
}

fn message_id(writer: &mut Writer, id: Option<MessageId>) {
    match id {
        None => writer.raw(&NULL),
        Some(id) => writer.bytes(id.as_bytes()),
    }
}

fn expires(writer: &mut Writer, expires: Expires) -> Result<(), Error> {
    let (is_relative, time) = match expires {
        Expires::Relative(time) => (true, time),
        Expires::Absolute(time) => (false, time),
    };
    writer.array(2);
    value(writer, &Value::Bool(is_relative))?;
    writer.int(time.into());
    Ok(())
}

fn extensions(writer: &mut Writer, extensions: &Extensions) -> Result<(), Error> {
    let named = [(ExtensionKey::SENDER_URI, &extensions.sender_uri), (ExtensionKey::ROOM_URI, &extensions.room_uri)];
    let named = named.into_iter().filter_map(|(key, uri)| uri.as_ref().map(|uri| (key, uri)));
    let others = extensions.sorted()?;
    writer.map(others.len().saturating_add(named.clone().count()));
    for (extension, uri) in named {
        key(writer, &extension);
        writer.text(uri);
    }
    for (extension, octets) in others {
        key(writer, extension);
        writer.raw(octets);
    }
    Ok(())
}

fn key(writer: &mut Writer, key: &ExtensionKey) {
    match key {
        ExtensionKey::Number(number) => writer.int(*number),
        ExtensionKey::Text(text) => writer.text(text),
    }
}

fn part(writer: &mut Writer, nested: &NestedPart) -> Result<(), Error> {
    let (items, kind) = match &nested.part {
        Part::Null => (3, cardinality::NULL),
        Part::Single { .. } => (5, cardinality::SINGLE),
        Part::External(_) => (15, cardinality::EXTERNAL),
        Part::Multi { .. } => (5, cardinality::MULTI),
    };
    writer.array(items);
    writer.int(nested.disposition.number().into());
    writer.text(&nested.language);
    writer.int(kind.into());
    match &nested.part {
        Part::Null => {}
        Part::Single { content_type, content } => {
            writer.text(content_type);
            writer.bytes(content);
        }
        Part::External(external) => self::external(writer, external)?,
        Part::Multi { semantics, parts } => {
            writer.int(semantics.number().into());
            writer.array(parts.len());
            parts.iter().try_for_each(|inner| part(writer, inner))?;
        }
    }
    Ok(())
}

fn external(writer: &mut Writer, external: &ExternalPart) -> Result<(), Error> {
    writer.text(&external.content_type);
    writer.text(&external.url);
    writer.int(external.expires.into());
    value(writer, &Value::Int(external.size.into()))?;
    writer.int(external.enc_alg.into());
    writer.bytes(&external.key);
    writer.bytes(&external.nonce);
    writer.bytes(&external.aad);
    writer.int(external.hash_alg.into());
    writer.bytes(&external.content_hash);
    writer.text(&external.description);
    writer.text(&external.filename);
    Ok(())
}

fn value(writer: &mut Writer, value: &Value<'_>) -> Result<(), Error> {
    writer.value(value).map_err(|error| Error::new(Code::ContentMalformed).because(error))
}
