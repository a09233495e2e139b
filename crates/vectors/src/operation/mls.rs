//! Operations of MLS structures and what travels in a room (mimi-mls.md 2 and 3, RFC 9420, the MIMI drafts).
//!
//! Whatever is decoded is written again at once, and must come out as it was: there is one encoding of each.

mod carriage;
mod component;
mod content;
mod credential;
mod group;
mod handshake;
mod join_link;
mod key_package;
mod offer;
mod protocol;
mod reveal;
mod sealed;

use mimicred_claims::Value;
use mimicred_keys::{Algorithm, PublicKey};
use mimicred_mls::Suite;
use mimicred_uri::MimiUri;

use super::{Fault, Form, Member, Operation};
use crate::object::Input;
use crate::{Code, Error};

pub(super) const CREDENTIALS: &[Operation] = credential::OPERATIONS;
pub(super) const REVEALS: &[Operation] = reveal::OPERATIONS;
pub(super) const OFFERS: &[Operation] = offer::OPERATIONS;
pub(super) const SEALED: &[Operation] = sealed::OPERATIONS;
pub(super) const JOIN_LINKS: &[Operation] = join_link::OPERATIONS;
pub(super) const CONTENTS: &[Operation] = content::OPERATIONS;
pub(super) const CARRIAGES: &[Operation] = carriage::OPERATIONS;
pub(super) const COMPONENTS: &[Operation] = component::OPERATIONS;
pub(super) const KEY_PACKAGES: &[Operation] = key_package::OPERATIONS;
pub(super) const GROUPS: &[Operation] = group::OPERATIONS;
pub(super) const HANDSHAKES: &[Operation] = handshake::OPERATIONS;
pub(super) const PROTOCOL: &[Operation] = protocol::OPERATIONS;

const OCTETS: Member = Member::new("octets", Form::Hex, "the structure in TLS form");
const ROOM: Member = Member::new("room", Form::Text, "the URI of the room");
const GROUP_ID: Member = Member::new("group_id", Form::Hex, "the MLS group");
const EPOCH: Member = Member::new("epoch", Form::Integer, "its epoch");
const SUITE: Member = Member::new("suite", Form::Integer, "its cipher suite: 1, 2 or 3");

/// What was read, written again: other octets would be a fault of ours, and of nobody's vector.
fn same(octets: &[u8], again: &[u8]) -> Result<(), Fault> {
    if octets == again {
        return Ok(());
    }
    Err(Fault::Unusable(Error::new(Code::Disagreement).note("what was read is not written as it came")))
}

fn uri(input: &Input<'_>, name: &str) -> Result<MimiUri, Fault> {
    Ok(MimiUri::parse(input.text(name)?).map_err(|error| unusable(name, "is not a MIMI URI").because(error))?)
}

fn uri_if_any(input: &Input<'_>, name: &str) -> Result<Option<MimiUri>, Fault> {
    input.get(name).map(|_| uri(input, name)).transpose()
}

/// A SignaturePublicKey of the octets that RFC 9420 5.1.1 gives it; its length tells the algorithm.
fn signature_key(input: &Input<'_>, name: &str) -> Result<PublicKey, Fault> {
    let octets = input.hex(name)?;
    let algorithms = [Algorithm::Ed25519, Algorithm::P256, Algorithm::P384];
    let algorithm = algorithms.into_iter().find(|algorithm| algorithm.public_len() == octets.len());
    let algorithm = algorithm.ok_or_else(|| unusable(name, "is not as long as any key"))?;
    Ok(PublicKey::from_octets(algorithm, &octets).map_err(|error| unusable(name, "is not a key").because(error))?)
}

fn suite(input: &Input<'_>) -> Result<Suite, Fault> {
    Ok(Suite::from_number(input.int("suite")?)?)
}

fn unusable(name: &str, why: &str) -> Error {
    Error::new(Code::CaseUnusable).note(format!("{name} {why}"))
}

/// Numbers of a registry, in order.
fn numbers<N: Into<i128> + Copy>(numbers: &[N]) -> Value<'static> {
    Value::Array(numbers.iter().map(|number| Value::Int((*number).into())).collect())
}
