//! What SD-JWT and SD-CWT have in common: claims with their status, disclosures with their use, dates in words. Keys that are numbers,
//! which only an SD-CWT has, are shown with their name where they have one.

use mimicred_claims::picture::{Content, DisclosureState, InspectedDisclosure, Label, Node, Status as Found};
use mimicred_claims::{Map, Value};

use super::known::Known;
use super::picture::{Item, Section, Status};
use super::times::{self, Meaning};
use crate::names;

/// A token, with what is particular to its format already drawn.
pub(super) struct Token {
    pub(super) header: Vec<Item>,
    /// The header that nobody signed, without the disclosures.
    pub(super) unprotected: Vec<Item>,
    /// The hash of the disclosures.
    pub(super) hash: &'static str,
    /// The key that the Holder proves to have.
    pub(super) confirmation: Vec<Item>,
    /// The claims in the header, where there are some.
    pub(super) header_claims: Option<Vec<Node>>,
    pub(super) claims: Vec<Node>,
    pub(super) disclosures: Vec<InspectedDisclosure>,
    pub(super) encrypted: Vec<Item>,
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
        let tree = Tree { now };
        let mut sections = vec![Section::new("header", header)];
        if !self.unprotected.is_empty() {
            sections.push(Section::new("unprotected header", self.unprotected));
        }
        if let Some(claims) = self.header_claims {
            sections.push(Section::new("claims in the header", tree.level(claims, Level::TOP)));
        }
        sections.push(Section::new("claims", tree.level(self.claims, Level::TOP)));
        if !self.confirmation.is_empty() {
            sections.push(Section::new("confirmation key", self.confirmation));
        }
        if !self.disclosures.is_empty() {
            let (hash, each) = (self.hash, self.disclosures.iter().enumerate());
            sections.push(Section::new("disclosures", each.map(|(n, found)| disclosure(n, found, hash)).collect()));
        }
        if !self.encrypted.is_empty() {
            sections.push(Section::new("encrypted disclosures", self.encrypted));
        }
        if let Some(binding) = self.key_binding {
            sections.push(Section::new("key binding header", binding.header));
            sections.push(Section::new("key binding", tree.entries(&binding.claims, Level::TOP)));
        }
        sections
    }
}

/// The entries of a map in a header, which has no redactions and no dates.
pub(super) fn entries(map: &Map<'static>, known: Known) -> Vec<Item> {
    Tree { now: 0 }.entries(map, Level { known, has_dates: false })
}

/// Drawing values at a moment.
#[derive(Clone, Copy)]
struct Tree {
    now: i64,
}

/// What is known about one level of the tree.
#[derive(Clone, Copy)]
struct Level {
    known: Known,
    /// Whether the claims with the names of dates are dates here: at the top only (trap 7).
    has_dates: bool,
}

impl Level {
    const TOP: Level = Level { known: Known::Claims, has_dates: true };

    fn under(self, label: &Label) -> Self {
        let known = match label {
            Label::Key(key) => self.known.under(key),
            Label::Index(_) | Label::Unnamed => Known::Nothing,
        };
        Level { known, has_dates: false }
    }
}

impl Tree {
    fn entries(self, map: &Map<'static>, level: Level) -> Vec<Item> {
        let node = |(key, value): (&_, &Value<'static>)| Node {
            label: Label::Key(Clone::clone(key)),
            status: Found::Permanent,
            content: content(value.clone()),
        };
        let drawn = self.level(map.iter().map(node).collect(), level);
        drawn.into_iter().map(Item::without_status).collect()
    }

    /// Claims in the order of the token, then of the disclosures and not of their digests, which is random; the digests that nothing
    /// discloses stand together, those of neighbours in an array at their place.
    fn level(self, mut nodes: Vec<Node>, level: Level) -> Vec<Item> {
        nodes.sort_by_key(|node| match (&node.label, node.status) {
            (Label::Key(_), Found::Disclosed(n)) => Some(n),
            _ => None,
        });
        let mut items = Vec::with_capacity(nodes.len());
        let mut withheld = Withheld::default();
        for node in nodes {
            match node.content {
                Content::Digest(digest) => items.extend(withheld.unknown(&node.label, digest)),
                Content::Decoy(digest) => items.extend(withheld.decoy(&node.label, digest)),
                _ => {
                    if matches!(node.label, Label::Index(_)) {
                        items.extend(std::mem::take(&mut withheld).items());
                    }
                    items.push(self.item(node, level));
                }
            }
        }
        items.extend(withheld.items());
        items
    }

    fn item(self, node: Node, level: Level) -> Item {
        let (label, meaning) = match &node.label {
            Label::Key(key) => (level.known.label(key), Meaning::of(key).filter(|_| level.has_dates)),
            Label::Index(index) => (format!("[{index}]"), None),
            Label::Unnamed => (String::new(), None),
        };
        let status = match node.status {
            Found::Permanent => Status::Permanent,
            Found::Disclosed(_) => Status::Disclosed,
            Found::Redacted => Status::Redacted,
        };
        let inside = level.under(&node.label);
        let note = match (&node.content, &node.label) {
            (Content::Leaf(value), Label::Key(key)) => match meaning {
                Some(meaning) => Some(times::note(meaning, value, self.now)),
                None => level.known.note(key, value),
            },
            _ => None,
        };
        self.fill(Item::new(label).status(status).remark(note), node.content, inside)
    }

    fn fill(self, item: Item, content: Content, inside: Level) -> Item {
        match content {
            Content::Leaf(value) => item.value(value),
            Content::Tagged(tag, content) => self.fill(item.note(format!("tag {tag}")), *content, inside),
            Content::Map(below) | Content::Array(below) => item.items(self.level(below, inside)),
            Content::Digest(digest) | Content::Decoy(digest) => item.value(digest),
        }
    }
}

/// A value without redactions as the tree has it. Arrays of mere values stay in one line.
fn content(value: Value<'static>) -> Content {
    let node = |label, value| Node { label, status: Found::Permanent, content: content(value) };
    match value {
        Value::Map(map) if !map.is_empty() => {
            Content::Map(map.into_entries().into_iter().map(|(key, value)| node(Label::Key(key), value)).collect())
        }
        Value::Array(elements) if elements.iter().any(|element| matches!(element, Value::Map(_))) => {
            Content::Array(elements.into_iter().enumerate().map(|(n, value)| node(Label::Index(n), value)).collect())
        }
        leaf => Content::Leaf(leaf),
    }
}

/// Digests of one map, or of neighbours in an array, behind which there is nothing to see.
#[derive(Default)]
struct Withheld {
    first: Option<usize>,
    unknown: Vec<String>,
    decoys: Vec<String>,
}

impl Withheld {
    /// Takes a digest that nothing discloses, and gives what was there before if that cannot stand in one line with it.
    fn unknown(&mut self, label: &Label, digest: String) -> Vec<Item> {
        let before = self.begin(label, self.decoys.is_empty());
        self.unknown.push(digest);
        before
    }

    /// The same for a decoy.
    fn decoy(&mut self, label: &Label, digest: String) -> Vec<Item> {
        let before = self.begin(label, self.unknown.is_empty());
        self.decoys.push(digest);
        before
    }

    fn begin(&mut self, label: &Label, is_of_one_kind: bool) -> Vec<Item> {
        let Label::Index(index) = label else { return Vec::new() };
        let before = if is_of_one_kind { Vec::new() } else { std::mem::take(self).items() };
        self.first.get_or_insert(*index);
        before
    }

    fn items(self) -> Vec<Item> {
        let count = self.unknown.len() + self.decoys.len();
        let (label, one, many) = match self.first {
            None => ("?".to_owned(), "a claim that is withheld", "claims that are withheld"),
            Some(first) if count == 1 => (format!("[{first}]"), "an element that is withheld", ""),
            Some(first) => {
                (format!("[{first}] to [{}]", first + count - 1), "one element that is withheld", "elements that are withheld")
            }
        };
        let unknown = match self.unknown.len() {
            0 => None,
            1 => Some(format!("1 digest: {one}, or a decoy")),
            n => Some(format!("{n} digests: {many}, or decoys")),
        };
        let decoys = match self.decoys.len() {
            0 => None,
            1 => Some("a decoy".to_owned()),
            n => Some(format!("{n} decoys")),
        };
        let unknown = unknown.map(|note| Item::new(label.as_str()).status(Status::Redacted).note(note).digests(self.unknown));
        let decoys = decoys.map(|note| Item::new(label).status(Status::Disclosed).note(note).digests(self.decoys));
        unknown.into_iter().chain(decoys).collect()
    }
}

fn disclosure(n: usize, disclosure: &InspectedDisclosure, hash: &str) -> Item {
    let item = Item::new(format!("{n}")).digests(vec![disclosure.digest.clone()]);
    // Who looks for the digest needs to see it; the others are in the token.
    let unused = |why: &str| format!("{why}; {hash} {}", disclosure.digest);
    match &disclosure.state {
        DisclosureState::Decoy(path) if path.steps().is_empty() => item.status(Status::Referenced).note("a decoy"),
        DisclosureState::Decoy(path) => {
            item.status(Status::Referenced).value(names::to_names(path).to_string()).note("a decoy in it")
        }
        DisclosureState::Referenced(path) => item.status(Status::Referenced).value(names::to_names(path).to_string()),
        DisclosureState::Unreferenced => item.status(Status::Unused).warning(unused("its digest stands nowhere")),
        DisclosureState::Repeated => item.status(Status::Unused).warning(unused("the same disclosure came before")),
        DisclosureState::Misplaced => {
            item.status(Status::Unused).warning(unused("its digest stands where the other kind belongs"))
        }
        DisclosureState::Unreadable(code) => item.status(Status::Unused).warning(unused(code)),
    }
}
