//! The messages of the MIMI protocol (draft-ietf-mimi-protocol-06), between clients, their providers and the hub.
//!
//! - [`KeyMaterialRequest`], [`KeyMaterialResponse`]: KeyPackages of a user, claimed for a room.
//! - [`GroupInfoRequest`], [`GroupInfoResponse`], [`GroupInfoAndTree`]: what somebody needs who joins from outside.
//! - [`UpdateRequest`], [`UpdateResponse`]: a commit or proposals, on the way to the hub.
//! - [`SubmitMessageRequest`], [`SubmitMessageResponse`]: an application message, on the way to the hub.
//! - [`FanoutMessage`]: either of them, on the way from the hub.
//! - [`ConsentEntry`]: asking for consent, giving it and taking it back, between two providers.
//! - [`IdentifierRequest`], [`IdentifierResponse`]: finding somebody by a name.
//! - [`AbuseReport`]: messages, shown to the hub that marked them.
//!
//! None of them says what it is: the path of the HTTP request does. All are read strictly, and none is believed by being read; who
//! signed one is told by its `verify_signature`, and whether she may is for the hub, the provider or the client to judge.
//!
//! Handshakes travel wrapped (mimi-mls 2.8), and a wrapped one has no end that could be told from outside. So where the draft puts a bare
//! MLSMessage with a handshake among other fields, it stands in a vector here.

mod abuse;
mod consent;
mod fanout;
mod frank;
mod group_info;
mod identifier;
mod key_material;
mod options;
mod prepared;
mod submit;
mod update;

pub use abuse::{AbuseReport, AbusiveMessage};
pub use consent::{ConsentEntry, ConsentOperation};
pub use fanout::{FanoutMessage, FanoutPart};
pub use frank::Frank;
pub use group_info::{GroupInfoAndTree, GroupInfoKey, GroupInfoRequest, GroupInfoResponse, PendingProposal, SealedGroupInfo};
pub use identifier::{
    FieldSource, IdentifierCode, IdentifierRequest, IdentifierResponse, ProfileField, QueryElement, SearchType, UserProfile,
};
pub use key_material::{
    ClientKeyMaterial, ClientMaterial, KeyMaterialClaim, KeyMaterialRequest, KeyMaterialResponse, RequiredCapabilities,
    UserStatus,
};
pub use options::{GroupInfoOption, PartialGroupInfo, RatchetTreeOption, RatchetTreePresence};
pub use prepared::Prepared;
pub use submit::{SubmitMessageRequest, SubmitMessageResponse};
pub use update::{CommitBundle, UpdateOutcome, UpdateRequest, UpdateResponse};

use mimicred_uri::{MimiUri, UriKind};

use crate::component::{read_optional_uri, read_uri};
use crate::error::{Code, Error};
use crate::tls::{Reader, Writer};

/// `mls10` of `Protocol`, the only value there is.
const MLS10: u8 = 1;
/// The longest text for people that is read.
const MAX_TEXT: usize = 4096;

/// `Protocol`.
fn read_protocol(reader: &mut Reader<'_>) -> Result<(), Error> {
    let place = reader.clone();
    match reader.u8()? {
        MLS10 => Ok(()),
        other => Err(place.error(Code::VersionUnsupported).note(format!("protocol {other}"))),
    }
}

/// `IdentifierUri` of somebody.
fn read_user(reader: &mut Reader<'_>) -> Result<MimiUri, Error> {
    let place = reader.clone();
    let uri = read_uri(reader)?;
    if uri.names_user() { Ok(uri) } else { Err(place.error(Code::UriInvalid).note("not a user or a pseudonym")) }
}

/// `IdentifierUri` of a client.
fn read_client(reader: &mut Reader<'_>) -> Result<MimiUri, Error> {
    let place = reader.clone();
    let uri = read_uri(reader)?;
    if uri.kind() == UriKind::Client { Ok(uri) } else { Err(place.error(Code::UriInvalid).note("not a client")) }
}

/// `IdentifierUri` of a room.
fn read_room(reader: &mut Reader<'_>) -> Result<MimiUri, Error> {
    let place = reader.clone();
    read_optional_room(reader)?.ok_or_else(|| place.error(Code::UriInvalid).note("no room"))
}

/// The same, where an empty one stands for none.
fn read_optional_room(reader: &mut Reader<'_>) -> Result<Option<MimiUri>, Error> {
    let place = reader.clone();
    let uri = read_optional_uri(reader)?;
    if uri.as_ref().is_none_or(|uri| uri.kind() == UriKind::Room) {
        Ok(uri)
    } else {
        Err(place.error(Code::UriInvalid).note("not a room"))
    }
}

fn write_uri(writer: Writer, uri: &MimiUri) -> Writer {
    writer.vector(uri.as_str().as_bytes())
}

/// `UTF8String`: without NUL.
fn read_text(reader: &mut Reader<'_>, limit: usize) -> Result<String, Error> {
    let place = reader.clone();
    let text = reader.text(limit)?;
    if text.contains('\0') { Err(place.error(Code::TextInvalid)) } else { Ok(text.to_owned()) }
}

/// A value of an enumeration that this version does not know; what follows it cannot be read.
fn unknown(place: &Reader<'_>, field: &str, value: u8) -> Error {
    place.error(Code::ValueUnknown).note(format!("{field} {value}"))
}
