//! SD-JWT and SD-JWT+KB.

use mimicred_jose::base64url;
use mimicred_sd_jwt::{
    Content, DisclosureState, InspectedDisclosure, Inspection, Label, Node, Status as Found, UnverifiedPresentation,
};

use super::picture::{Item, Picture, Section, Status};
use super::{claim_times, digests, map_items};
use crate::error::Failure;
use crate::out::hex;

/// Draws a token, with or without key binding.
///
/// # Errors
/// It cannot be read.
pub(super) fn token(text: &str, now: i64) -> Result<Picture, Failure> {
    let inspection = UnverifiedPresentation::parse(text)?.inspect()?;
    let kind = if inspection.key_binding.is_some() { "SD-JWT with key binding" } else { "SD-JWT" };
    Ok(Picture::new(kind, sections(inspection, now)))
}

fn sections(inspection: Inspection, now: i64) -> Vec<Section> {
    let mut header = map_items(&inspection.header);
    header.push(Item::new("hash of disclosures").value(inspection.hash));
    header.extend(inspection.confirmation_thumbprint.map(|key| {
        let octets = base64url::decode(&key).unwrap_or_default();
        Item::new("holder's key").value(format!("sha256:{}", hex(&octets))).note("JWK thumbprint of cnf")
    }));
    let claims = nodes(inspection.claims);
    let mut sections = vec![Section::new("header", header), Section::new("claims", claim_times(claims, now))];
    if !inspection.disclosures.is_empty() {
        sections.push(Section::new("disclosures", inspection.disclosures.iter().enumerate().map(disclosure).collect()));
    }
    if let Some(binding) = inspection.key_binding {
        sections.push(Section::new("key binding header", map_items(&binding.header)));
        sections.push(Section::new("key binding", claim_times(map_items(&binding.claims), now)));
    }
    sections
}

/// Claims in the order of the token, then of the disclosures and not of their digests, which is random; the digests that nothing
/// discloses stand together.
fn nodes(mut nodes: Vec<Node>) -> Vec<Item> {
    nodes.sort_by_key(|node| match (&node.label, node.status) {
        (Label::Key(_), Found::Disclosed(n)) => Some(n),
        _ => None,
    });
    let mut items = Vec::with_capacity(nodes.len());
    let mut withheld = 0;
    for node in nodes {
        if matches!(node.content, Content::Digest(_)) {
            withheld += 1;
        } else {
            items.push(item(node));
        }
    }
    items.extend(digests(withheld));
    items
}

fn item(node: Node) -> Item {
    let label = match node.label {
        Label::Key(key) => key.to_string(),
        Label::Index(index) => format!("[{index}]"),
        Label::Unnamed => String::new(),
    };
    let item = Item::new(label).status(match node.status {
        Found::Permanent => Status::Permanent,
        Found::Disclosed(_) => Status::Disclosed,
        Found::Redacted => Status::Redacted,
    });
    match node.content {
        Content::Leaf(value) => item.value(value),
        Content::Map(inside) | Content::Array(inside) => item.items(nodes(inside)),
        Content::Digest(digest) => item.value(digest),
    }
}

fn disclosure((n, disclosure): (usize, &InspectedDisclosure)) -> Item {
    let item = Item::new(format!("{n}"));
    match &disclosure.state {
        DisclosureState::Referenced(path) => item.status(Status::Referenced).value(path.to_string()),
        DisclosureState::Unreferenced => item.status(Status::Unused).note("its digest stands nowhere"),
        DisclosureState::Repeated => item.status(Status::Unused).note("the same disclosure came before"),
        DisclosureState::Misplaced => item.status(Status::Unused).note("its digest stands where the other kind belongs"),
        DisclosureState::Unreadable(code) => item.status(Status::Unused).note(code.slug()),
    }
}
