//! A Status List Token.

use mimicred_claims::{Date, Key, Value};
use mimicred_cose::cwt;
use mimicred_status::{Limits, StatusList, StatusListToken, UnverifiedStatusListCwt};

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
pub(super) fn token(octets: &[u8], now: i64) -> Result<Picture, Failure> {
    let received = UnverifiedStatusListCwt::parse(octets)?;
    let content = received.inspect(&Limits::DEFAULT)?;
    let sections = vec![
        Section::new("header", entries(&received.header().clone().into_owned(), Known::Header)),
        Section::new("claims", claims(&content, now)),
        Section::new("status list", list(&content)),
    ];
    Ok(Picture::new("Status List Token", sections).note(format!("{} octets", octets.len())))
}

fn claims(content: &StatusListToken, now: i64) -> Vec<Item> {
    let item = |key: i128| Item::new(Known::Claims.label(&Key::Int(key)));
    let date = |key: i128, date: Date| {
        let value = match date {
            Date::Int(seconds) => Value::Int(seconds),
            Date::Float(seconds) => Value::Float(seconds),
        };
        let note = Meaning::of(&Key::Int(key)).map(|meaning| times::note(meaning, &value, now));
        item(key).value(value).remark(note)
    };
    let ttl = |seconds: u64| item(cwt::TTL).value(i128::from(seconds)).note(span(seconds.into()));
    let mut items = vec![item(cwt::SUB).value(Value::from(content.uri().to_owned())), date(cwt::IAT, content.issued_at())];
    items.extend(content.not_before().map(|nbf| date(cwt::NBF, nbf)));
    items.extend(content.expires().map(|exp| date(cwt::EXP, exp)));
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
