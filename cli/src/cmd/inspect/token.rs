//! What SD-JWT and SD-CWT have in common: claims with their status, disclosures with their use. Claim keys that are numbers, which
//! only an SD-CWT has, are shown with their name where they have one.

use mimicred_claims::picture::{Content, DisclosureState, InspectedDisclosure, Label, Node, Status as Found};
use mimicred_claims::{Key, Map};
use mimicred_cose::cwt;

use super::picture::{Item, Section, Status, with_time};
use crate::names;

/// A token, with what is particular to its format already drawn.
pub(super) struct Token {
    pub(super) header: Vec<Item>,
    /// The hash of the disclosures.
    pub(super) hash: &'static str,
    pub(super) holder_key: Option<Item>,
    pub(super) claims: Vec<Node>,
    pub(super) disclosures: Vec<InspectedDisclosure>,
    pub(super) key_binding: Option<Binding>,
}

/// The proof by the Holder's key.
pub(super) struct Binding {
    pub(super) header: Vec<Item>,
    pub(super) claims: Map<'static>,
}

impl Token {
    pub(super) fn sections(self, now: i64) -> Vec<Section> {
        let mut header = self.header;
        header.push(Item::new("hash of disclosures").value(self.hash));
        header.extend(self.holder_key);
        let claims = level(self.claims, cwt::name_for_key);
        let mut sections = vec![Section::new("header", header), Section::new("claims", with_times(claims, now))];
        if !self.disclosures.is_empty() {
            sections.push(Section::new("disclosures", self.disclosures.iter().enumerate().map(disclosure).collect()));
        }
        if let Some(binding) = self.key_binding {
            sections.push(Section::new("key binding header", binding.header));
            let claims = items(&binding.claims, cwt::name_for_key);
            sections.push(Section::new("key binding", with_times(claims, now)));
        }
        sections
    }
}

/// The name of an integer key.
type Names = fn(i128) -> Option<&'static str>;

/// The entries of a map that has no redactions.
pub(super) fn items(map: &Map<'static>, names: Names) -> Vec<Item> {
    map.iter().map(|(key, value)| Item::new(named(key, names)).value(value.clone())).collect()
}

/// `name (170)`, or the key alone.
fn named(key: &Key<'_>, names: Names) -> String {
    match key {
        Key::Int(number) => names(*number).map_or_else(|| number.to_string(), |name| format!("{name} ({number})")),
        Key::Text(_) => key.to_string(),
    }
}

/// Notes beside the time claims what they mean now.
fn with_times(items: Vec<Item>, now: i64) -> Vec<Item> {
    items.into_iter().map(|item| with_time(item, now)).collect()
}

/// Claims in the order of the token, then of the disclosures and not of their digests, which is random; the digests that nothing
/// discloses stand together.
fn level(mut nodes: Vec<Node>, names: Names) -> Vec<Item> {
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
            _ => items.push(item(node, names)),
        }
    }
    items.extend(digests(withheld));
    if decoys > 0 {
        items.push(Item::new("?").status(Status::Disclosed).note(format!("{decoys} decoys")));
    }
    items
}

/// What is withheld from one map or array.
fn digests(count: usize) -> Option<Item> {
    let note = match count {
        0 => return None,
        1 => "1 digest: a claim that is withheld, or a decoy".to_owned(),
        _ => format!("{count} digests: claims that are withheld, or decoys"),
    };
    Some(Item::new("?").status(Status::Redacted).note(note))
}

fn item(node: Node, names: Names) -> Item {
    let inside: Names = match node.label {
        Label::Key(Key::Int(cwt::ADDRESS)) => cwt::address_name_for_key,
        _ => |_| None,
    };
    let label = match node.label {
        Label::Key(key) => named(&key, names),
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
        Content::Map(below) | Content::Array(below) => item.items(level(below, inside)),
        Content::Digest(digest) | Content::Decoy(digest) => item.value(digest),
    }
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
        DisclosureState::Unreadable(code) => item.status(Status::Unused).note(*code),
    }
}
