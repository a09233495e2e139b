//! The input as disclosures and claims, and their encoding.

use std::collections::HashSet;

use arbitrary::Arbitrary;
use mimicred_cose::cbor::{Writer, write};
use mimicred_keys::sha256;

use crate::cast::{ISSUER, SUBJECT, cast};

/// Disclosures, each of which can hold digests of those before it; and claims, which can hold digests of all.
#[derive(Arbitrary, Debug)]
pub(super) struct Input {
    pub(super) disclosures: Vec<Piece>,
    pub(super) claims: Vec<(Name, Tree)>,
    pub(super) redacted: Vec<u8>,
    /// The same for the CWT Claims in the protected header.
    pub(super) header_claims: Vec<(Name, Tree)>,
    pub(super) header_redacted: Vec<u8>,
    order: Order,
}

/// In which order the disclosures are sent.
#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    ChildrenFirst,
    ParentsFirst,
}

#[derive(Arbitrary, Debug)]
pub(super) enum Piece {
    Claim(Salt, Name, Tree),
    Element(Salt, Tree),
    Decoy(Salt),
    /// The content of a byte string.
    Content(Vec<u8>),
    /// Any octets where a disclosure should be.
    Raw(Vec<u8>),
}

#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Salt {
    Own,
    Shared,
}

#[derive(Arbitrary, Debug)]
pub(super) enum Tree {
    Null,
    Number(i32),
    Text(String),
    Map(Vec<(Name, Tree)>, Vec<u8>),
    Array(Vec<Slot>),
    Tag(bool, Box<Tree>),
    /// Levels of arrays around something, so that depth is cheap.
    Deep(u8, Box<Tree>),
}

#[derive(Arbitrary, Debug)]
pub(super) enum Slot {
    Tree(Tree),
    Digest(u8),
}

/// A key out of few, so that keys meet. The first eight are never redacted at the top level.
#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Name(u8);

impl Name {
    const NUMBERS: [i64; 14] = [1, 3, 4, 5, 6, 7, 8, 39, 2, 500, 501, 502, -1, 70_000];

    /// The number, or one letter.
    pub(super) fn key(self) -> Result<i64, &'static str> {
        const LETTERS: [&str; 4] = ["a", "b", "c", "d"];
        let n = usize::from(self.0) % (Self::NUMBERS.len() + LETTERS.len());
        Self::NUMBERS.get(n).copied().ok_or_else(|| LETTERS[n - Self::NUMBERS.len()])
    }

    pub(super) fn is_never_redacted(self) -> bool {
        self.key().is_ok_and(|number| Self::NUMBERS[..8].contains(&number))
    }
}

/// All of it, encoded.
pub(super) struct Pieces<'i> {
    pub(super) input: &'i Input,
    /// The disclosures.
    pub(super) encoded: Vec<Vec<u8>>,
    digests: Vec<[u8; 32]>,
}

/// To what a digest belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refers {
    Piece(usize),
    /// A digest of nothing.
    Nothing(u8),
}

/// What the number of a digest refers to where so many disclosures can be referred to; the four highest refer to nothing.
pub(super) fn refers(number: u8, count: usize) -> Refers {
    match number {
        252.. => Refers::Nothing(number),
        _ if count == 0 => Refers::Nothing(number),
        _ => Refers::Piece(usize::from(number) % count),
    }
}

/// The entries of a map whose keys come for the first time.
pub(super) fn entries(entries: &[(Name, Tree)]) -> impl Iterator<Item = &(Name, Tree)> {
    let mut known = HashSet::new();
    entries.iter().filter(move |(name, _)| known.insert(name.key()))
}

/// Those without what has a meaning at the top level, and therefore a type, which is another matter.
fn meaningless(listed: &[(Name, Tree)]) -> impl Iterator<Item = &(Name, Tree)> {
    entries(listed).filter(|(name, _)| !matches!(name.key(), Ok(1..=8 | 39)))
}

impl<'i> Pieces<'i> {
    pub(super) fn new(input: &'i Input) -> Self {
        let mut pieces = Self { input, encoded: Vec::new(), digests: Vec::new() };
        for (n, piece) in input.disclosures.iter().enumerate() {
            let encoded = pieces.disclosure(n, piece);
            pieces.digests.push(sha256(&encoded));
            pieces.encoded.push(encoded);
        }
        pieces
    }

    /// Whether the disclosures are what they are meant to be.
    pub(super) fn are_known(&self) -> bool {
        !self.input.disclosures.iter().any(|piece| matches!(piece, Piece::Content(_) | Piece::Raw(_)))
    }

    /// Whether two disclosures have the same salt.
    pub(super) fn shares_salt(&self) -> bool {
        let is_shared = |piece: &&Piece| {
            matches!(piece, Piece::Claim(Salt::Shared, ..) | Piece::Element(Salt::Shared, _) | Piece::Decoy(Salt::Shared))
        };
        self.input.disclosures.iter().filter(is_shared).count() > 1
    }

    /// The entries of the payload besides the names and the key.
    pub(super) fn claims(&self) -> impl Iterator<Item = &(Name, Tree)> {
        meaningless(&self.input.claims)
    }

    /// The entries of the CWT Claims.
    pub(super) fn claims_of_header(&self) -> impl Iterator<Item = &(Name, Tree)> {
        meaningless(&self.input.header_claims)
    }

    fn disclosure(&self, n: usize, piece: &Piece) -> Vec<u8> {
        let mut content = Writer::new();
        let (salt, fields) = match piece {
            Piece::Claim(salt, ..) => (salt, 3),
            Piece::Element(salt, _) => (salt, 2),
            Piece::Decoy(salt) => (salt, 1),
            Piece::Content(content) => return bytes(content),
            Piece::Raw(octets) => return octets.clone(),
        };
        content.array(fields);
        content.bytes(&match salt {
            Salt::Own => u128::try_from(n).expect("few").to_be_bytes(),
            Salt::Shared => [0xff; 16],
        });
        match piece {
            Piece::Claim(_, name, tree) => {
                self.tree(&mut content, tree);
                key(&mut content, *name);
            }
            Piece::Element(_, tree) => self.tree(&mut content, tree),
            _ => {}
        }
        bytes(&content.finish())
    }

    pub(super) fn unprotected(&self) -> Vec<u8> {
        let mut header = Writer::new();
        header.map(usize::from(!self.encoded.is_empty()));
        if !self.encoded.is_empty() {
            header.int(17);
            header.array(self.encoded.len());
            match self.input.order {
                Order::ChildrenFirst => self.encoded.iter().for_each(|encoded| header.raw(encoded)),
                Order::ParentsFirst => self.encoded.iter().rev().for_each(|encoded| header.raw(encoded)),
            }
        }
        header.finish()
    }

    pub(super) fn payload(&self) -> Vec<u8> {
        let mut payload = Writer::new();
        let claims = self.claims().count();
        payload.map(3 + claims + usize::from(!self.input.redacted.is_empty()));
        payload.int(1);
        payload.text(ISSUER);
        payload.int(2);
        payload.text(SUBJECT);
        payload.int(8);
        payload.raw(&write(&cast().confirmation().1).expect("our own"));
        self.claims().for_each(|(name, tree)| self.entry(&mut payload, *name, tree));
        self.redacted(&mut payload, &self.input.redacted);
        payload.finish()
    }

    /// The CWT Claims, if there are any.
    pub(super) fn header_claims(&self) -> Option<Vec<u8>> {
        let (claims, redacted) = (self.claims_of_header().count(), &self.input.header_redacted);
        if claims == 0 && redacted.is_empty() {
            return None;
        }
        let mut out = Writer::new();
        out.map(claims + usize::from(!redacted.is_empty()));
        self.claims_of_header().for_each(|(name, tree)| self.entry(&mut out, *name, tree));
        self.redacted(&mut out, redacted);
        Some(out.finish())
    }

    fn entry(&self, out: &mut Writer, name: Name, tree: &Tree) {
        key(out, name);
        self.tree(out, tree);
    }

    /// simple(59) with its digests, unless there are none.
    fn redacted(&self, out: &mut Writer, digests: &[u8]) {
        if !digests.is_empty() {
            out.raw(&[0xf8, 59]);
            out.array(digests.len());
            digests.iter().for_each(|number| out.bytes(&self.digest(*number)));
        }
    }

    fn digest(&self, number: u8) -> [u8; 32] {
        match refers(number, self.digests.len()) {
            Refers::Piece(n) => self.digests[n],
            Refers::Nothing(n) => [n; 32],
        }
    }

    fn tree(&self, out: &mut Writer, tree: &Tree) {
        match tree {
            Tree::Null => out.raw(&[0xf6]),
            Tree::Number(number) => out.int((*number).into()),
            Tree::Text(text) => out.text(text),
            Tree::Map(listed, digests) => {
                out.map(entries(listed).count() + usize::from(!digests.is_empty()));
                entries(listed).for_each(|(name, tree)| self.entry(out, *name, tree));
                self.redacted(out, digests);
            }
            Tree::Array(slots) => {
                out.array(slots.len());
                for slot in slots {
                    match slot {
                        Slot::Tree(tree) => self.tree(out, tree),
                        Slot::Digest(number) => {
                            out.tag(60);
                            out.bytes(&self.digest(*number));
                        }
                    }
                }
            }
            Tree::Tag(_, inner) => {
                out.tag(tag(tree));
                self.tree(out, inner);
            }
            Tree::Deep(levels, inner) => {
                (0..levels % 24).for_each(|_| out.array(1));
                self.tree(out, inner);
            }
        }
    }
}

/// The number of a tag that means nothing.
pub(super) fn tag(tree: &Tree) -> u64 {
    if matches!(tree, Tree::Tag(true, _)) { 4 } else { 70_000 }
}

fn key(out: &mut Writer, name: Name) {
    match name.key() {
        Ok(number) => out.int(number),
        Err(letter) => out.text(letter),
    }
}

fn bytes(content: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.bytes(content);
    writer.finish()
}
