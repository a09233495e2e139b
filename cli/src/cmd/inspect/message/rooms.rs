//! What goes to the hub of a room, and what comes from it.

use mimicred_jose::base64url;
use mimicred_mls::Error;
use mimicred_mls::Welcome;
use mimicred_mls::protocol::{
    FanoutMessage, FanoutPart, Frank, GroupInfoRequest, GroupInfoResponse, SubmitMessageRequest, SubmitMessageResponse,
    UpdateOutcome, UpdateRequest, UpdateResponse,
};

use super::{milliseconds, mls, sized};
use crate::cmd::inspect::mls::draw_credential;
use crate::cmd::inspect::picture::{Item, Picture, Section};
use crate::out::hex;

pub(super) fn update_request(body: &[u8]) -> Result<Picture, Error> {
    let sections = match UpdateRequest::decode(body)? {
        UpdateRequest::Proposals(proposals) => vec![mls::section("proposals", "proposal", &proposals)?],
        UpdateRequest::Commit(bundle) => {
            let mut items = vec![mls::message("commit", &bundle.commit)?];
            items.extend(bundle.welcomes.iter().map(mls::welcome));
            items.push(mls::group_info(&bundle.group_info));
            items.push(mls::tree(&bundle.ratchet_tree)?);
            vec![Section::new("commit", items)]
        }
    };
    Ok(Picture::new("UpdateRequest", sections))
}

pub(super) fn update_response(body: &[u8]) -> Result<Picture, Error> {
    let response = UpdateResponse::decode(body)?;
    let outcome = Item::new("outcome");
    let mut items = match &response.outcome {
        UpdateOutcome::Success { accepted_timestamp } => {
            vec![outcome.value("success"), milliseconds("accepted", *accepted_timestamp)]
        }
        UpdateOutcome::WrongEpoch { current_epoch } => {
            vec![outcome.value("wrongEpoch"), Item::new("current epoch").value(i128::from(*current_epoch))]
        }
        UpdateOutcome::NotAllowed => vec![outcome.value("notAllowed")],
        UpdateOutcome::InvalidProposal { invalid_proposals } => {
            let refs = invalid_proposals.iter().map(|reference| Item::new("ProposalRef").value(hex(reference)));
            std::iter::once(outcome.value("invalidProposal")).chain(refs).collect()
        }
    };
    if !response.description.is_empty() {
        items.push(Item::new("description").value(response.description.as_str()));
    }
    Ok(Picture::new("UpdateResponse", vec![Section::new("answer", items)]))
}

pub(super) fn submit_request(body: &[u8]) -> Result<Picture, Error> {
    let request = SubmitMessageRequest::decode(body)?;
    let items = vec![Item::new("sender").value(request.sending_user.as_str()), mls::message("message", &request.message)?];
    Ok(Picture::new("SubmitMessageRequest", vec![Section::new("request", items)]))
}

pub(super) fn submit_response(body: &[u8]) -> Result<Picture, Error> {
    let outcome = Item::new("outcome");
    let items = match SubmitMessageResponse::decode(body)? {
        SubmitMessageResponse::Accepted { accepted_timestamp, frank: mark } => {
            vec![outcome.value("accepted"), milliseconds("accepted", accepted_timestamp), frank(mark.as_ref())]
        }
        SubmitMessageResponse::NotAllowed => vec![outcome.value("notAllowed")],
        SubmitMessageResponse::EpochTooOld { current_epoch } => {
            vec![outcome.value("epochTooOld"), Item::new("current epoch").value(i128::from(current_epoch))]
        }
    };
    Ok(Picture::new("SubmitMessageResponse", vec![Section::new("answer", items)]))
}

fn frank(frank: Option<&Frank>) -> Item {
    match frank {
        Some(_) => Item::new("frank").value("the hub's mark is on it"),
        None => Item::new("frank").value("none"),
    }
}

/// The events of one request, each as it is.
pub(super) fn fanout(body: &[u8], now: i64) -> Result<Picture, Error> {
    let events = FanoutMessage::decode_all(body)?;
    let contains = events.iter().map(|it| event(it, now)).collect::<Result<_, _>>()?;
    let picture = Picture::new("FanoutMessage", Vec::new());
    Ok(picture.note(format!("{} event{}", events.len(), if events.len() == 1 { "" } else { "s" })).containing(contains))
}

fn event(event: &FanoutMessage, now: i64) -> Result<Picture, Error> {
    let mut items = vec![milliseconds("accepted", event.timestamp)];
    let mut contains = Vec::new();
    match &event.part {
        FanoutPart::Application { frank: mark } => {
            items.push(mls::message("message", &event.message)?);
            items.push(frank(mark.as_ref()));
        }
        FanoutPart::Welcome { ratchet_tree } => {
            items.push(mls::welcome(&Welcome::decode(event.message.octets())?));
            items.push(mls::tree(ratchet_tree)?);
            contains = mls::members(ratchet_tree, now)?;
        }
        FanoutPart::Handshake { proposals } => {
            items.push(mls::message("message", &event.message)?);
            let more = proposals.iter().map(|proposal| mls::message("proposal", proposal));
            items.extend(more.collect::<Result<Vec<_>, _>>()?);
        }
    }
    Ok(Picture::new("event", vec![Section::new("what the hub sent", items)]).containing(contains))
}

pub(super) fn group_info_request(body: &[u8], now: i64) -> Result<Picture, Error> {
    let request = GroupInfoRequest::decode(body)?;
    let code = request.joining_code().map_or_else(|| "none".to_owned(), |code| sized(code.len()));
    let items = vec![
        Item::new("cipher suite").value(request.suite().map_or_else(|_| "not supported".to_owned(), |suite| suite.to_string())),
        Item::new("signature key").value(base64url::encode(request.signature_key_octets())),
        Item::new("answer to key").value(base64url::encode(request.group_info_key())),
        Item::new("joining code").value(code),
    ];
    let inside = draw_credential(request.credential(), now);
    Ok(Picture::new("GroupInfoRequest", vec![Section::new("request", items)]).containing(vec![inside]))
}

pub(super) fn group_info_response(body: &[u8], now: i64) -> Result<Picture, Error> {
    let response = GroupInfoResponse::decode(body)?;
    let outcome = |name: &str| vec![Item::new("outcome").value(name), Item::new("room").value(response.room().as_str())];
    let mut contains = Vec::new();
    let items = match &response {
        GroupInfoResponse::Success(sealed) => {
            contains.push(draw_credential(sealed.hub_credential(), now));
            let mut items = outcome("success");
            items.push(Item::new("hub key").value(base64url::encode(sealed.hub_key_octets())));
            items.push(Item::new("GroupInfo and tree").value("sealed to the requester"));
            items
        }
        GroupInfoResponse::NotAuthorized(_) => outcome("notAuthorized"),
        GroupInfoResponse::NoSuchRoom(_) => outcome("noSuchRoom"),
    };
    Ok(Picture::new("GroupInfoResponse", vec![Section::new("answer", items)]).containing(contains))
}
