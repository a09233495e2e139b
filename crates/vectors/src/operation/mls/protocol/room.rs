//! Messages about a room: its GroupInfo, changes, messages.

use mimicred_claims::Value;
use mimicred_mls::MessageView;
use mimicred_mls::protocol::{
    FanoutMessage, FanoutPart, Frank, GroupInfoAndTree, GroupInfoOption, GroupInfoRequest, GroupInfoResponse, RatchetTreeOption,
    RatchetTreePresence, SubmitMessageRequest, SubmitMessageResponse, UpdateOutcome, UpdateRequest, UpdateResponse,
};

use crate::object::{Object, hex};
use crate::operation::Fault;
use crate::operation::mls::credential::parts;
use crate::operation::mls::group::{group_info_parts, message_parts};
use crate::operation::mls::key_package::extensions;

pub(super) fn message(message: &MessageView) -> Object {
    message_parts(message).hex("octets", message.octets())
}

pub(super) fn group_info_request(request: &GroupInfoRequest) -> Result<Object, Fault> {
    Ok(Object::new()
        .int("cipher_suite", request.suite()?.number())
        .hex("requesting_signature_key", request.signature_key_octets())
        .with("requesting_credential", parts(request.credential()))
        .hex("group_info_public_key", request.group_info_key())
        .with_some("joining_code", request.joining_code().map(hex)))
}

pub(super) fn group_info_response(response: &GroupInfoResponse) -> Result<Object, Fault> {
    let object = Object::new().text("room", response.room().as_str());
    Ok(match response {
        GroupInfoResponse::Success(sealed) => object
            .text("status", "success")
            .int("cipher_suite", sealed.suite()?.number())
            .hex("hub_signature_key", sealed.hub_key_octets())
            .with("hub_credential", parts(sealed.hub_credential())),
        GroupInfoResponse::NotAuthorized(_) => object.text("status", "not_authorized"),
        GroupInfoResponse::NoSuchRoom(_) => object.text("status", "no_such_room"),
    })
}

fn tree(tree: &RatchetTreeOption) -> Result<Object, mimicred_mls::Error> {
    Ok(match tree {
        RatchetTreeOption::Full(_) => {
            Object::new().text("representation", "full").hex("ratchet_tree", &tree.tree()?.unwrap_or_default())
        }
        RatchetTreeOption::HttpsUri { url, tree_signature } => {
            Object::new().text("representation", "https_uri").text("url", url.clone()).hex("tree_signature", tree_signature)
        }
        RatchetTreeOption::OutOfBand { tree_signature } => {
            Object::new().text("representation", "out_of_band").hex("tree_signature", tree_signature)
        }
        RatchetTreeOption::DistributionService => Object::new().text("representation", "distribution_service"),
    })
}

fn group_info(option: &GroupInfoOption) -> Result<Object, mimicred_mls::Error> {
    Ok(match option {
        GroupInfoOption::Full(info) => Object::new().text("representation", "full").with("group_info", group_info_parts(info)?),
        GroupInfoOption::Partial(partial) => {
            let presence = match partial.ratchet_tree_presence {
                RatchetTreePresence::NoRatchetTree => "no_ratchet_tree",
                RatchetTreePresence::Present => "present",
                RatchetTreePresence::Removed => "removed",
                RatchetTreePresence::Added => "added",
            };
            Object::new()
                .text("representation", "partial")
                .text("ratchet_tree_presence", presence)
                .list("group_info_extensions", extensions(&partial.group_info_extensions))
                .hex("signature", &partial.signature)
        }
    })
}

pub(super) fn group_info_and_tree(opened: &GroupInfoAndTree) -> Result<Object, mimicred_mls::Error> {
    let pending = opened.pending_proposals.iter();
    let pending = pending.map(|pending| {
        Object::new().with("proposal", message(&pending.proposal)).int("hub_accepted_time", pending.hub_accepted_time)
    });
    Ok(Object::new()
        .with("group_info", group_info_parts(&opened.group_info)?)
        .with("ratchet_tree", tree(&opened.tree)?)
        .list("pending_proposals", pending))
}

pub(super) fn update_request(request: &UpdateRequest) -> Result<Object, Fault> {
    Ok(match request {
        UpdateRequest::Proposals(proposals) => {
            Object::new().text("content_type", "proposal").list("proposals", proposals.iter().map(message))
        }
        UpdateRequest::Commit(bundle) => Object::new()
            .text("content_type", "commit")
            .with("commit", message(&bundle.commit))
            .list(
                "welcomes",
                bundle
                    .welcomes
                    .iter()
                    .map(mimicred_mls::Welcome::to_message)
                    .collect::<Result<Vec<_>, _>>()?
                    .iter()
                    .map(|octets| hex(octets)),
            )
            .with("group_info", group_info(&bundle.group_info)?)
            .with("ratchet_tree", tree(&bundle.ratchet_tree)?),
    })
}

pub(super) fn update_response(response: &UpdateResponse) -> Object {
    let object = Object::new().text("error_description", response.description.clone());
    match &response.outcome {
        UpdateOutcome::Success { accepted_timestamp } => {
            object.text("response_code", "success").int("accepted_timestamp", *accepted_timestamp)
        }
        UpdateOutcome::WrongEpoch { current_epoch } => {
            object.text("response_code", "wrong_epoch").int("current_epoch", *current_epoch)
        }
        UpdateOutcome::NotAllowed => object.text("response_code", "not_allowed"),
        UpdateOutcome::InvalidProposal { invalid_proposals } => object
            .text("response_code", "invalid_proposal")
            .list("invalid_proposals", invalid_proposals.iter().map(|reference| hex(reference))),
    }
}

pub(super) fn submit_request(request: &SubmitMessageRequest) -> Object {
    Object::new().with("app_message", message(&request.message)).text("sending_uri", request.sending_user.as_str())
}

pub(super) fn submit_response(response: &SubmitMessageResponse) -> Object {
    match response {
        SubmitMessageResponse::Accepted { accepted_timestamp, frank: franked } => Object::new()
            .text("status_code", "accepted")
            .int("accepted_timestamp", *accepted_timestamp)
            .with_some("frank", franked.as_ref().map(frank)),
        SubmitMessageResponse::NotAllowed => Object::new().text("status_code", "not_allowed"),
        SubmitMessageResponse::EpochTooOld { current_epoch } => {
            Object::new().text("status_code", "epoch_too_old").int("current_epoch", *current_epoch)
        }
    }
}

pub(super) fn frank(frank: &Frank) -> Object {
    Object::new()
        .hex("server_frank", &frank.server_frank)
        .int("cipher_suite", frank.cipher_suite)
        .hex("integrity_signature", &frank.integrity_signature)
}

pub(super) fn event(event: &FanoutMessage) -> Value<'static> {
    let object = Object::new().int("timestamp", event.timestamp).with("message", message(&event.message));
    match &event.part {
        FanoutPart::Application { frank: franked } => object.with_some("frank", franked.as_ref().map(frank)),
        FanoutPart::Welcome { ratchet_tree } => object.with("ratchet_tree", tree(ratchet_tree).unwrap_or_default()),
        FanoutPart::Handshake { proposals } => object.list("proposals", proposals.iter().map(message)),
    }
    .into()
}
