//! MLS structures and what travels in a room, put together by hand: each octet is written where it can be seen, and signed with fixed
//! keys.

mod cast;
mod tls;

mod bundle;
mod carriage;
mod component;
mod content;
mod credential;
mod group;
mod handshake;
mod join_link;
mod key_package;
mod nonce;
mod offer;
mod presentation;
mod protocol;
mod sd_jwt;
mod sealed;
mod update;

use crate::draft::{Draft, NewCase, case};
use crate::object::Object;

pub(super) fn files() -> Vec<Draft> {
    let topics = [
        credential::files(),
        sd_jwt::files(),
        presentation::files(),
        bundle::files(),
        nonce::files(),
        offer::files(),
        sealed::files(),
        join_link::files(),
        content::files(),
        carriage::files(),
        component::files(),
        update::files(),
        key_package::files(),
        group::files(),
        handshake::files(),
        protocol::files(),
    ];
    topics.into_iter().flatten().collect()
}

/// A file named as its operation.
fn draft(operation: &'static str, about: &str, specifications: &[&str]) -> Draft {
    Draft::new(operation, operation, about, specifications)
}

/// A case whose input is one structure.
fn of(id: &str, comment: &str, rules: &[&'static str], octets: &[u8]) -> NewCase {
    case(id, comment, rules).input(octets_of(octets))
}

fn octets_of(octets: &[u8]) -> Object {
    Object::new().hex("octets", octets)
}

/// The octets without the last one.
fn cut(octets: &[u8]) -> Vec<u8> {
    octets.split_last().map(|(_, rest)| rest.to_vec()).unwrap_or_default()
}

/// The octets and one more.
fn and_more(octets: &[u8]) -> Vec<u8> {
    [octets, &[0]].concat()
}

/// The octets with these in the place of as many others.
fn put(octets: &[u8], at: usize, new: &[u8]) -> Vec<u8> {
    let mut octets = octets.to_vec();
    octets.splice(at..at + new.len(), new.iter().copied());
    octets
}

/// The octets with one bit of the last one turned over: where the last thing is a signature or a tag, it no longer holds.
fn flip_last(octets: &[u8]) -> Vec<u8> {
    let mut octets = octets.to_vec();
    if let Some(last) = octets.last_mut() {
        *last ^= 1;
    }
    octets
}
