//! MIMI contents: the message, and the tree of its parts, each drawn as what its media type says that it is.

use mimicred_mls::MediaType;
use mimicred_mls::content::{Disposition, Expires, ExternalPart, MimiContent, NestedPart, Part};

use super::picture::{Item, Picture, Section};
use super::times::moment;
use super::{mls, sd_cwt, sd_jwt};
use crate::error::Failure;

/// Draws an encoded MIMI content. A part that cannot be read is said to be so; the others are drawn all the same.
///
/// # Errors
/// The content itself cannot be read.
pub(super) fn content(octets: &[u8], now: i64) -> Result<Picture, Failure> {
    let content = MimiContent::decode(octets)?;
    let extensions = &content.extensions;
    let mut items = Vec::new();
    let texts = [("room", extensions.room_uri.as_deref()), ("sender", extensions.sender_uri.as_deref())];
    items.extend(texts.into_iter().filter_map(|(label, text)| Some(Item::new(label).value(text?))));
    if let (Some(sender), Some(room)) = (&extensions.sender_uri, &extensions.room_uri) {
        items.push(Item::new("message id").value(content.message_id(sender, room)?.to_string()));
    }
    let references = [("replaces", content.replaces), ("in reply to", content.in_reply_to)];
    items.extend(references.into_iter().filter_map(|(label, id)| Some(Item::new(label).value(id?.to_string()))));
    if !content.topic_id.is_empty() {
        items.push(Item::new("topic").value(sized(content.topic_id.len())));
    }
    items.push(match content.expires {
        None => Item::new("expires").value("never"),
        Some(Expires::Relative(seconds)) => Item::new("expires").value(i128::from(seconds)).note("seconds after it was read"),
        Some(Expires::Absolute(time)) => Item::new("expires").value(i128::from(time)).note(moment(time.into(), now)),
    });
    let others = extensions.others.iter().map(|(key, value)| (format!("extension {key}"), value.len()));
    items.extend(others.map(|(label, len)| Item::new(label).value(sized(len))));
    let body = draw(&content.nested_part, &mut 0, now);
    let picture = Picture::new("MIMI content", vec![Section::new("message", items)]);
    Ok(picture.note(sized(octets.len())).containing(vec![body]))
}

/// A part with what is in it; `next` is its part index.
fn draw(nested: &NestedPart, next: &mut usize, now: i64) -> Picture {
    let index = *next;
    *next = index.saturating_add(1);
    let mut items = vec![Item::new("disposition").value(disposition(nested.disposition))];
    if !nested.language.is_empty() {
        items.push(Item::new("language").value(nested.language.as_str()));
    }
    let (kind, contains) = match &nested.part {
        Part::Null => ("null", Vec::new()),
        Part::Single { content_type, content } => {
            items.push(Item::new("type").value(content_type.as_str()));
            items.push(Item::new("size").value(sized(content.len())));
            ("single", inside(content_type, content, now).into_iter().collect())
        }
        Part::External(external) => {
            items.extend(elsewhere(external, now));
            ("external", Vec::new())
        }
        Part::Multi { semantics, parts } => {
            items.push(Item::new("parts").value(parts.len().to_string()).note(semantics.name()));
            ("multi", parts.iter().map(|part| draw(part, next, now)).collect())
        }
    };
    Picture::new(format!("part {index}"), vec![Section::new(kind, items)]).containing(contains)
}

fn disposition(disposition: Disposition) -> String {
    disposition.name().map_or_else(|| disposition.number().to_string(), str::to_owned)
}

fn sized(octets: usize) -> String {
    format!("{octets} octets")
}

/// Where it lies; not the key that opens it.
fn elsewhere(external: &ExternalPart, now: i64) -> Vec<Item> {
    let mut items = vec![
        Item::new("type").value(external.content_type.as_str()),
        Item::new("url").value(external.url.as_str()).warning("whoever fetches it is seen"),
    ];
    if external.size > 0 {
        items.push(Item::new("size").value(format!("{} octets", external.size)));
    }
    if external.expires > 0 {
        items.push(Item::new("until").value(i128::from(external.expires)).note(moment(external.expires.into(), now)));
    }
    items.push(Item::new("encrypted").value(if external.enc_alg == 0 { "no" } else { "yes" }));
    let texts = [("description", &external.description), ("file name", &external.filename)];
    items.extend(
        texts.into_iter().filter(|(_, text)| !text.is_empty()).map(|(label, text)| Item::new(label).value(text.as_str())),
    );
    items
}

/// What a single part holds, if that is something of ours.
fn inside(content_type: &str, content: &[u8], now: i64) -> Option<Picture> {
    let media_type: MediaType = content_type.parse().ok()?;
    let drawn = match &media_type {
        MediaType::SdJwt => sd_jwt::token(std::str::from_utf8(content).unwrap_or_default(), now),
        MediaType::SdCwt => sd_cwt::token(content, now),
        MediaType::KbCwt => sd_cwt::key_binding_token(content, now),
        MediaType::DisclosureBundle => mls::bundle(content, now),
        MediaType::MlsMessage => mls::key_package(content, now),
        MediaType::MlsCredential(_) => {
            media_type.decode_credential(content).map(|credential| mls::draw_credential(&credential, now)).map_err(Failure::from)
        }
        _ => return None,
    };
    Some(drawn.unwrap_or_else(|failure| mls::unreadable(&failure)))
}
