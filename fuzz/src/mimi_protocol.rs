//! Messages of the MIMI protocol, the MLS messages in them, and the components of links: the input as each of them, since none says what
//! it is. What is read is written again, octet for octet.

mod seeds;

use mimicred_error::Report;
use mimicred_mls::component::{ExternalReceivers, JoinLinkPolicy, JoinLinks, JoinLinksUpdate};
use mimicred_mls::protocol::{
    AbuseReport, ConsentEntry, FanoutMessage, GroupInfoAndTree, GroupInfoOption, GroupInfoRequest, GroupInfoResponse,
    IdentifierRequest, IdentifierResponse, KeyMaterialRequest, KeyMaterialResponse, PartialGroupInfo, SubmitMessageRequest,
    SubmitMessageResponse, UpdateRequest, UpdateResponse,
};
use mimicred_mls::{AppDataDictionary, Error, MessageView, Welcome};

pub use seeds::seeds;

/// The name of the first that the input can be read as; else why it is no KeyMaterialRequest.
pub fn run(data: &[u8]) -> &'static str {
    let mut read = Vec::new();
    macro_rules! each {
        ($($kind:ty as $name:literal,)+) => {$(
            if let Ok(message) = <$kind>::decode(data) {
                let _ = format!("{message:?}");
                same(message.encode(), data);
                read.push($name);
            }
        )+};
    }
    each! {
        KeyMaterialRequest as "key_material_request",
        KeyMaterialResponse as "key_material_response",
        GroupInfoRequest as "group_info_request",
        GroupInfoResponse as "group_info_response",
        GroupInfoAndTree as "group_info_and_tree",
        UpdateRequest as "update_request",
        UpdateResponse as "update_response",
        SubmitMessageRequest as "submit_message_request",
        SubmitMessageResponse as "submit_message_response",
        FanoutMessage as "fanout_message",
        ConsentEntry as "consent_entry",
        IdentifierRequest as "identifier_request",
        IdentifierResponse as "identifier_response",
        AbuseReport as "abuse_report",
        AppDataDictionary as "app_data_dictionary",
        JoinLinks as "join_links",
        JoinLinksUpdate as "join_links_update",
        JoinLinkPolicy as "join_link_policy",
        ExternalReceivers as "external_receivers",
    }
    signatures(data);
    events(data);
    commits(data);
    links(data);
    if welcome(data) {
        read.push("welcome");
    }
    if let Ok(message) = MessageView::decode(data) {
        assert_eq!(message.octets(), data);
        assert_eq!(message.group_id().is_some(), message.content_type().is_some());
        read.push("message");
    }
    match (read.first(), KeyMaterialRequest::decode(data)) {
        (Some(name), _) => name,
        (None, Err(error)) => error.slug(),
        (None, Ok(_)) => unreachable!("it would have been read"),
    }
}

/// A key that no algorithm has is no reason to panic; neither is a signature that nobody made.
fn signatures(data: &[u8]) {
    if let Ok(request) = KeyMaterialRequest::decode(data) {
        let _ = request.verify_signature();
    }
    if let Ok(request) = GroupInfoRequest::decode(data) {
        let _ = request.verify_signature();
    }
    if let Ok(GroupInfoResponse::Success(answer)) = GroupInfoResponse::decode(data) {
        let _ = answer.verify_signature();
    }
}

/// One event is also a request with one event, and a request is its events one after the other.
fn events(data: &[u8]) {
    let all = FanoutMessage::decode_all(data);
    if let Ok(one) = FanoutMessage::decode(data) {
        assert_eq!(all.as_deref().ok(), Some(&[one][..]));
    }
    if let Ok(all) = all {
        let octets: Result<Vec<_>, _> = all.iter().map(FanoutMessage::encode).collect();
        same(octets.map(|octets| octets.concat()), data);
    }
}

/// The GroupInfo of a commit, and what a follower makes of a part of it; the Welcomes together are for everybody once.
fn commits(data: &[u8]) {
    let Ok(UpdateRequest::Commit(bundle)) = UpdateRequest::decode(data) else { return };
    if let GroupInfoOption::Full(whole) = &bundle.group_info {
        let partial = PartialGroupInfo::of(whole).expect("it was read");
        assert!(partial.group_info_extensions.get(2).is_none());
    }
    let mut references: Vec<_> = bundle.welcomes.iter().flat_map(Welcome::references).collect();
    let all = references.len();
    references.sort_unstable();
    references.dedup();
    assert_eq!(references.len(), all);
}

/// A Welcome and its halves.
fn welcome(data: &[u8]) -> bool {
    let Ok(whole) = Welcome::decode(data) else { return false };
    same(whole.to_message(), data);
    let _ = format!("{whole:?}");
    assert_eq!(whole.only(|_| true).as_ref(), Some(&whole));
    let first = whole.references().next().expect("it is for somebody").to_vec();
    let [one, others] = [true, false].map(|is_first| whole.only(|reference| (reference == first) == is_first));
    let counts = [&one, &others].map(|half| half.as_ref().map_or(0, |half| half.references().count()));
    assert_eq!(counts, [1, whole.references().count() - 1]);
    assert!(one.into_iter().chain(others).all(|half| half.has_group_info_of(&whole)));
    true
}

/// An update of no links appends; of many, it takes away as many as it names.
fn links(data: &[u8]) {
    let Ok(update) = JoinLinksUpdate::decode(data) else { return };
    if let Ok(after) = JoinLinks::default().updated(&update) {
        assert!(update.removed.is_empty());
        assert_eq!(after.as_slice(), update.added);
    }
    let before = JoinLinks::new((0..4).map(|number| [number; 32]).collect()).expect("four");
    if let Ok(after) = before.updated(&update) {
        assert_eq!(after.as_slice().len(), 4 - update.removed.len() + update.added.len());
    }
}

fn same(written: Result<Vec<u8>, Error>, data: &[u8]) {
    assert_eq!(written.expect("what was read can be written"), data);
}

#[cfg(test)]
mod tests {
    /// The seeds are the messages that they are called.
    #[test]
    fn the_seeds_are_what_they_are_called() {
        for (name, seed) in super::seeds() {
            assert_eq!(super::run(&seed), name.split('.').next().unwrap(), "{name}");
        }
    }
}
