//! MLS messages inside others, as a server sees them: of which kind, for which group and epoch, and nothing of what is in them.

use mimicred_jose::base64url;
use mimicred_mls::handshake::Handshake;
use mimicred_mls::protocol::{GroupInfoOption, RatchetTreeOption};
use mimicred_mls::{ContentType, Error, MessageView, Welcome, leaves_of_tree};

use super::{counted, numbers, sized};
use crate::cmd::inspect::picture::{Item, Picture, Section};
use crate::out::hex;

/// A message of a group.
pub(super) fn message(label: &str, message: &MessageView) -> Result<Item, Error> {
    let handshake = Handshake::decode(message.octets())?;
    let (what, mut items) = match &handshake {
        Handshake::Wrapped(wrapped) => {
            ("wrapped handshake: members and hub can open it", place(&wrapped.group_id, wrapped.epoch))
        }
        Handshake::Sealed(sealed) => ("handshake sealed to one key", place(&sealed.group_id, sealed.epoch)),
        Handshake::Clear(_) => (wire_format(message), clear(message)),
    };
    items.push(Item::new("size").value(sized(message.octets().len())));
    Ok(Item::new(label).value(what).note(format!("0x{:04x}", message.wire_format())).items(items))
}

fn clear(message: &MessageView) -> Vec<Item> {
    let mut items = match (message.group_id(), message.epoch()) {
        (Some(group_id), Some(epoch)) => place(group_id, epoch),
        _ => Vec::new(),
    };
    items.extend(message.content_type().map(|content| {
        Item::new("content").value(match content {
            ContentType::Application => "application data",
            ContentType::Proposal => "proposal",
            ContentType::Commit => "commit",
        })
    }));
    items.extend(message.sender_leaf().map(|leaf| Item::new("sender leaf").value(i128::from(leaf))));
    items
}

fn place(group_id: &[u8], epoch: u64) -> Vec<Item> {
    vec![Item::new("group id").value(hex(group_id)), Item::new("epoch").value(i128::from(epoch))]
}

fn wire_format(message: &MessageView) -> &'static str {
    match message.wire_format() {
        MessageView::PUBLIC => "PublicMessage",
        MessageView::PRIVATE => "PrivateMessage",
        MessageView::WELCOME => "Welcome",
        MessageView::GROUP_INFO => "GroupInfo",
        MessageView::KEY_PACKAGE => "KeyPackage",
        _ => "of a wire format that is not known",
    }
}

/// A Welcome: for which KeyPackages.
pub(super) fn welcome(welcome: &Welcome) -> Item {
    let mut items = vec![Item::new("cipher suite").value(numbers(&[welcome.cipher_suite()]))];
    items.extend(welcome.references().map(|reference| Item::new("KeyPackageRef").value(hex(reference))));
    Item::new("Welcome").value(counted(welcome.references().count())).note("new members").items(items)
}

/// What goes with a commit.
pub(super) fn group_info(option: &GroupInfoOption) -> Item {
    let item = Item::new("GroupInfo");
    match option {
        GroupInfoOption::Full(group_info) => {
            let context = group_info.context();
            let mut items = place(&context.group_id, context.epoch);
            items.push(Item::new("signed by leaf").value(i128::from(group_info.signer())));
            item.value("whole, without the tree").note(sized(group_info.to_message().len())).items(items)
        }
        GroupInfoOption::Partial(partial) => {
            let items = vec![
                Item::new("tree").value(format!("{:?}", partial.ratchet_tree_presence)),
                Item::new("extensions").value(counted(partial.group_info_extensions.iter().count())),
                Item::new("signature").value(base64url::encode(&partial.signature)),
            ];
            item.value("what a hub that follows the group does not know").items(items)
        }
    }
}

/// Where the tree is, and who is in it.
pub(super) fn tree(option: &RatchetTreeOption) -> Result<Item, Error> {
    let item = Item::new("ratchet tree");
    Ok(match option {
        RatchetTreeOption::Full(nodes) => {
            let leaves = option.tree()?.map(|tree| leaves_of_tree(&tree)).transpose()?.unwrap_or_default();
            item.value(format!("here, {} members", leaves.len())).note(sized(nodes.len()))
        }
        RatchetTreeOption::HttpsUri { url, .. } => item.value(url.as_str()),
        RatchetTreeOption::OutOfBand { .. } => item.value("comes by another way"),
        RatchetTreeOption::DistributionService => item.value("the hub has it"),
    })
}

/// The members of a tree that is here.
///
/// # Errors
/// Those of [`leaves_of_tree`].
pub(super) fn members(option: &RatchetTreeOption, now: i64) -> Result<Vec<Picture>, Error> {
    let leaves = option.tree()?.map(|tree| leaves_of_tree(&tree)).transpose()?.unwrap_or_default();
    Ok(leaves.iter().map(|(index, leaf)| crate::cmd::inspect::mls::draw_leaf(leaf, Some(*index), now)).collect())
}

/// A list of messages as a section.
pub(super) fn section(title: &'static str, label: &str, messages: &[MessageView]) -> Result<Section, Error> {
    Ok(Section::new(title, messages.iter().map(|it| message(label, it)).collect::<Result<_, _>>()?))
}
