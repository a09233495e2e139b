//! A recorded message: who sent it to whom, and its body by what it is.

mod directory;
mod mls;
mod rooms;

use mimicred_error::{At, Report};
use mimicred_mls::JoinLink;
use mimicred_mls::tls::Reader;
use mimicred_mls::{AppDataDictionary, KeyPackageView, component};

use super::group_info;
use super::mls::draw_key_package;
use super::picture::{Item, Picture, Section};
use super::times::moment;
use crate::error::Failure;
use crate::now::date;
use crate::out::hex;
use crate::transcript::{self, Envelope};

/// The most KeyPackages that a client leaves with its provider at once, and their octets.
const MAX_KEY_PACKAGES: usize = 1024;
const MAX_OCTETS: usize = 1 << 20;
/// The longest text of a body that is shown.
const MAX_TEXT: usize = 256;

/// Draws a file of a transcript.
///
/// # Errors
/// `cli/message-malformed`, and what keeps its body from being read, with its place in the file.
pub(super) fn message(octets: &[u8], now: i64) -> Result<Picture, Failure> {
    let (envelope, body) = transcript::parse(octets)?;
    let inside = draw(&envelope.kind, body, now).map_err(|error| error.behind(octets.len() - body.len()))?;
    let picture = Picture::new(format!("recorded {}", envelope.kind), vec![sent(&envelope, body)]);
    Ok(picture.note(sized(body.len())).containing(vec![inside]))
}

fn sent(envelope: &Envelope, body: &[u8]) -> Section {
    let mut items = vec![
        Item::new("number").value(i128::from(envelope.number)),
        Item::new("at").value(i128::from(envelope.at)).note(format!("{} by the clock of the flow", date(envelope.at.into()))),
        Item::new("from").value(envelope.from.as_str()),
        Item::new("to").value(envelope.to.as_str()),
    ];
    if !envelope.path.is_empty() {
        items.push(Item::new("path").value(envelope.path.as_str()));
    }
    items.extend(envelope.room.iter().map(|room| Item::new("room").value(room.as_str())));
    items.push(Item::new("body").value(sized(body.len())));
    Section::new("message", items)
}

/// Why a body cannot be drawn.
enum Unreadable {
    Mls(mimicred_mls::Error),
    Else(Failure),
}

impl From<mimicred_mls::Error> for Unreadable {
    fn from(error: mimicred_mls::Error) -> Self {
        Self::Mls(error)
    }
}

impl From<Failure> for Unreadable {
    fn from(failure: Failure) -> Self {
        Self::Else(failure)
    }
}

impl Unreadable {
    /// The failure with its place in the whole file, where this many octets are before the body.
    fn behind(self, before: usize) -> Failure {
        match self {
            Self::Else(failure) => failure,
            Self::Mls(error) => match error.place() {
                At::Offset(offset) => {
                    let at = At::Offset(offset.saturating_add(before));
                    error.at(at).into()
                }
                _ => error.into(),
            },
        }
    }
}

/// A body. The kinds that the MIMI protocol does not have are shown as octets.
fn draw(kind: &str, body: &[u8], now: i64) -> Result<Picture, Unreadable> {
    Ok(match kind {
        "IdentifierRequest" => directory::identifier_request(body)?,
        "IdentifierResponse" => directory::identifier_response(body)?,
        "ConsentEntry" => directory::consent(body, now)?,
        "KeyMaterialRequest" => directory::key_material_request(body, now)?,
        "KeyMaterialResponse" => directory::key_material_response(body, now)?,
        "UpdateRequest" => rooms::update_request(body)?,
        "UpdateResponse" => rooms::update_response(body)?,
        "SubmitMessageRequest" => rooms::submit_request(body)?,
        "SubmitMessageResponse" => rooms::submit_response(body)?,
        "FanoutMessage" => rooms::fanout(body, now)?,
        "GroupInfoRequest" => rooms::group_info_request(body, now)?,
        "GroupInfoResponse" => rooms::group_info_response(body, now)?,
        "CreateRoom" => group_info::group_info(body, now)?,
        "KeyPackages" => key_packages(body, now)?,
        "JoinLink" => join_link(body, now)?,
        _ => octets(body),
    })
}

/// Text where it is short and looks like it, and in any case their size and hash.
fn octets(body: &[u8]) -> Picture {
    let is_plain = !body.is_empty() && body.len() <= MAX_TEXT && body.iter().all(|octet| matches!(octet, b' '..=b'~'));
    let text = std::str::from_utf8(body).ok().filter(|_| is_plain);
    let mut items: Vec<Item> = text.into_iter().map(|text| Item::new("text").value(text)).collect();
    items.push(Item::new("sha256").value(hex(&mimicred_keys::sha256(body))));
    Picture::new(format!("body of {}", sized(body.len())), vec![Section::new("octets", items)])
}

/// What a client leaves with its provider: a vector of vectors with an MLSMessage each.
fn key_packages(body: &[u8], now: i64) -> Result<Picture, Unreadable> {
    let mut reader = Reader::new(body);
    let packages = reader.list::<_, mimicred_mls::Error>(MAX_OCTETS, MAX_KEY_PACKAGES, |inner| {
        let place = inner.offset();
        // An offset in the message would be taken for one in the whole input.
        KeyPackageView::decode_message(inner.vector(MAX_OCTETS)?).map_err(|error| error.at(At::Offset(place)))
    })?;
    reader.finish()?;
    let items = vec![Item::new("KeyPackages").value(counted(packages.len()))];
    let contains = packages.iter().map(|package| draw_key_package(package, now)).collect();
    Ok(Picture::new("KeyPackages", vec![Section::new("to be kept", items)]).containing(contains))
}

/// A join link, without the private key in it.
fn join_link(body: &[u8], now: i64) -> Result<Picture, Failure> {
    let no_text = |e| mimicred_mls::Error::new(mimicred_mls::Code::JoinLinkMalformed).because(e);
    link(std::str::from_utf8(body).map_err(no_text)?, now)
}

/// Draws a join link, without the private key in it.
///
/// # Errors
/// It cannot be read.
pub(super) fn link(text: &str, now: i64) -> Result<Picture, Failure> {
    let link = JoinLink::parse(text)?;
    let policy = link.policy_hash.map_or_else(|| "none".to_owned(), |hash| hex(&hash));
    let items = vec![
        Item::new("room").value(link.room_uri.as_str()),
        Item::new("until").value(i128::from(link.not_after)).note(moment(link.not_after.into(), now)),
        Item::new("group id").value(hex(&link.group_id)),
        Item::new("inviter key sha256").value(hex(&link.inviter_key_hash)),
        Item::new("policy sha256").value(policy),
        Item::new("link key").value(hex(link.public_key()?.octets())).note("public: what the room lists in join_links"),
        Item::new("private key").value("not shown"),
    ];
    Ok(Picture::new("join link", vec![Section::new("link", items)]))
}

/// What else belongs to a message: components by number and size.
fn extensions(dictionary: &AppDataDictionary) -> Vec<Item> {
    let one = |(id, data): (component::ComponentId, &[u8])| Item::new("extension").value(sized(data.len())).note(named(id));
    dictionary.iter().map(one).collect()
}

/// A component by its number, and its name where it may stand in a message.
fn named(id: component::ComponentId) -> String {
    let name = match id {
        component::CONSENT_USAGE => " consent_usage",
        component::ROOM_DISCLOSURE_POLICY => " room_disclosure_policy",
        component::KEY_PACKAGE_OFFER => " key_package_offer",
        _ => "",
    };
    format!("0x{id:04x}{name}")
}

/// Numbers of a registry.
fn numbers(numbers: &[u16]) -> String {
    match numbers {
        [] => "none".to_owned(),
        numbers => numbers.iter().map(|number| format!("0x{number:04x}")).collect::<Vec<_>>().join(" "),
    }
}

/// A moment in milliseconds, with its date.
fn milliseconds(label: &str, at: u64) -> Item {
    Item::new(label).value(i128::from(at)).note(format!("milliseconds: {}", date(i128::from(at / 1000))))
}

fn counted(count: usize) -> i128 {
    i128::try_from(count).unwrap_or(i128::MAX)
}

fn sized(octets: usize) -> String {
    format!("{octets} octet{}", if octets == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests;
