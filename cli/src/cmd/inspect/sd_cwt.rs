//! SD-CWT and its key binding token. Numbers that have a name are shown with it.

use mimicred_claims::{Key, Map};
use mimicred_cose::{AlgorithmId, cwt, header};
use mimicred_sd_cwt::{
    Content, DisclosureState, InspectedDisclosure, Inspection, Label, Node, Status as Found, UnverifiedPresentation,
    UnverifiedSdCwt,
};

use super::picture::{Item, Picture, Section, Status};
use super::{claim_times, digests};
use crate::error::Failure;
use crate::names;

/// Draws an SD-CWT as an issuer makes it.
///
/// # Errors
/// It cannot be read.
pub(super) fn token(octets: &[u8], now: i64) -> Result<Picture, Failure> {
    let inspection = UnverifiedSdCwt::parse(octets)?.inspect()?;
    Ok(Picture::new("SD-CWT", sections(inspection, now)))
}

/// Draws an SD-KBT, with the SD-CWT inside.
///
/// # Errors
/// It cannot be read.
pub(super) fn key_binding_token(octets: &[u8], now: i64) -> Result<Picture, Failure> {
    let inspection = UnverifiedPresentation::parse(octets)?.inspect()?;
    Ok(Picture::new("SD-CWT with key binding", sections(inspection, now)))
}

fn sections(inspection: Inspection, now: i64) -> Vec<Section> {
    let mut header = header_items(&inspection.header);
    header.push(Item::new("hash of disclosures").value(inspection.hash));
    header.extend(
        inspection
            .confirmation_thumbprint
            .map(|key| Item::new("holder's key").value(format!("sha256:{key}")).note("COSE_Key thumbprint of cnf")),
    );
    let claims = nodes(inspection.claims, &|key| named(key, cwt::name_for_key));
    let mut sections = vec![Section::new("header", header), Section::new("claims", claim_times(claims, now))];
    if !inspection.disclosures.is_empty() {
        sections.push(Section::new("disclosures", inspection.disclosures.iter().enumerate().map(disclosure).collect()));
    }
    if let Some(binding) = inspection.key_binding {
        sections.push(Section::new("key binding header", header_items(&binding.header)));
        let claims = binding.claims.iter().map(|(key, value)| Item::new(named(key, cwt::name_for_key)).value(value.clone()));
        sections.push(Section::new("key binding", claim_times(claims.collect(), now)));
    }
    sections
}

/// Claims in the order of the token, then of the disclosures and not of their digests, which is random; the digests that nothing
/// discloses stand together.
fn nodes(mut nodes: Vec<Node>, name: &dyn Fn(&Key<'_>) -> String) -> Vec<Item> {
    nodes.sort_by_key(|node| match (&node.label, node.status) {
        (Label::Key(_), Found::Disclosed(n)) => Some(n),
        _ => None,
    });
    let mut items = Vec::with_capacity(nodes.len());
    let (mut withheld, mut decoys) = (0, 0);
    for node in nodes {
        match node.content {
            Content::Digest(_) => withheld += 1,
            Content::Decoy(_) => decoys += 1,
            _ => items.push(item(node, name)),
        }
    }
    items.extend(digests(withheld));
    if decoys > 0 {
        items.push(Item::new("?").status(Status::Disclosed).note(format!("{decoys} decoys")));
    }
    items
}

fn item(node: Node, name: &dyn Fn(&Key<'_>) -> String) -> Item {
    let is_address = matches!(node.label, Label::Key(Key::Int(cwt::ADDRESS)));
    let label = match node.label {
        Label::Key(key) => name(&key),
        Label::Index(index) => format!("[{index}]"),
        Label::Unnamed => String::new(),
    };
    let item = Item::new(label).status(match node.status {
        Found::Permanent => Status::Permanent,
        Found::Disclosed(_) => Status::Disclosed,
        Found::Redacted => Status::Redacted,
    });
    let inside: &dyn Fn(&Key<'_>) -> String =
        if is_address { &|key| named(key, cwt::address_name_for_key) } else { &|key| key.to_string() };
    match node.content {
        Content::Leaf(value) => item.value(value),
        Content::Map(below) | Content::Array(below) => item.items(nodes(below, inside)),
        Content::Digest(digest) | Content::Decoy(digest) => item.value(digest),
    }
}

/// `name (170)`, or the key alone.
fn named(key: &Key<'_>, name: fn(i128) -> Option<&'static str>) -> String {
    match key {
        Key::Int(number) => name(*number).map_or_else(|| number.to_string(), |name| format!("{name} ({number})")),
        Key::Text(_) => key.to_string(),
    }
}

fn header_items(headers: &Map<'static>) -> Vec<Item> {
    let label = |number: i128| match number {
        header::ALG => Some("alg"),
        header::CRIT => Some("crit"),
        header::KID => Some("kid"),
        header::TYP => Some("typ"),
        170 => Some("sd_alg"),
        _ => None,
    };
    let items = headers.iter().map(|(key, value)| {
        let item = Item::new(named(key, label)).value(value.clone());
        let algorithm = value.as_int().filter(|_| *key == Key::Int(header::ALG)).and_then(|id| AlgorithmId::from_id(id).ok());
        match algorithm {
            Some(algorithm) => item.note(algorithm.name()),
            None => item,
        }
    });
    items.collect()
}

fn disclosure((n, disclosure): (usize, &InspectedDisclosure)) -> Item {
    let item = Item::new(format!("{n}"));
    match &disclosure.state {
        DisclosureState::Referenced(path) if disclosure.name.is_none() && path.steps().is_empty() => {
            item.status(Status::Referenced).note("a decoy")
        }
        DisclosureState::Referenced(path) => item.status(Status::Referenced).value(names::to_names(path).to_string()),
        DisclosureState::Unreferenced => item.status(Status::Unused).note("its digest stands nowhere"),
        DisclosureState::Repeated => item.status(Status::Unused).note("the same disclosure came before"),
        DisclosureState::Misplaced => item.status(Status::Unused).note("its digest stands where the other kind belongs"),
        DisclosureState::Unreadable(code) => item.status(Status::Unused).note(code.slug()),
    }
}
