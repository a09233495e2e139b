//! A Status List Token.

use mimicred_claims::{Date, Key, Value};
use mimicred_cose::cwt;
use mimicred_status::{Limits, StatusList, StatusListToken, UnverifiedStatusListCwt, UnverifiedStatusListJwt};

use super::known::Known;
use super::picture::{Item, Picture, Section};
use super::times::{self, Meaning};
use super::token::entries;
use crate::error::Failure;
use crate::now::span;

/// Draws a Status List Token in CWT form: what it says of itself, and how often each status occurs.
///
/// # Errors
/// It cannot be read.
pub(super) fn cwt(octets: &[u8], now: i64) -> Result<Picture, Failure> {
    let received = UnverifiedStatusListCwt::parse(octets)?;
    let header = entries(&received.header().clone().into_owned(), Known::Header);
    let key = |name| cwt::key_for_name(name).map_or(Key::from(name), Key::Int);
    let picture = draw(header, &received.inspect(&Limits::DEFAULT)?, key, now);
    Ok(picture.note(format!("{} octets", octets.len())))
}

/// Draws a Status List Token in JWT form.
///
/// # Errors
/// It cannot be read.
pub(super) fn jwt(text: &str, now: i64) -> Result<Picture, Failure> {
    let received = UnverifiedStatusListJwt::parse(text)?;
    let header = entries(received.header(), Known::Nothing);
    let picture = draw(header, &received.inspect(&Limits::DEFAULT)?, Key::from, now);
    Ok(picture.note(format!("{} characters", text.len())))
}

/// The same for both forms; `key` makes the key of a claim out of its name in JWT.
fn draw(header: Vec<Item>, content: &StatusListToken, key: fn(&'static str) -> Key<'static>, now: i64) -> Picture {
    let sections = vec![
        Section::new("header", header),
        Section::new("claims", claims(content, key, now)),
        Section::new("status list", list(content)),
    ];
    Picture::new("Status List Token", sections)
}

fn claims(content: &StatusListToken, key: fn(&'static str) -> Key<'static>, now: i64) -> Vec<Item> {
    let item = |name| Item::new(Known::Claims.label(&key(name)));
    let date = |name, date: Date| {
        let value = match date {
            Date::Int(seconds) => Value::Int(seconds),
            Date::Float(seconds) => Value::Float(seconds),
        };
        let note = Meaning::of(&key(name)).map(|meaning| times::note(meaning, &value, now));
        item(name).value(value).remark(note)
    };
    let ttl = |seconds: u64| item("ttl").value(i128::from(seconds)).note(span(seconds.into()));
    let mut items = vec![item("sub").value(Value::from(content.uri().to_owned())), date("iat", content.issued_at())];
    items.extend(content.not_before().map(|nbf| date("nbf", nbf)));
    items.extend(content.expires().map(|exp| date("exp", exp)));
    items.extend(content.ttl().map(ttl));
    items
}

fn list(content: &StatusListToken) -> Vec<Item> {
    let list: &StatusList = content.list();
    let count = |count: u64| i128::from(count);
    let mut items = vec![
        Item::new("bits").value(i128::from(list.bits().number())),
        Item::new("entries").value(count(list.len())).note("those that fill the last octet included"),
    ];
    items.extend(list.counts().into_iter().map(|(value, entries)| Item::new(value.to_string()).value(count(entries))));
    items.extend(content.aggregation_uri().map(|uri| Item::new("aggregation_uri").value(Value::from(uri.to_owned()))));
    items
}
