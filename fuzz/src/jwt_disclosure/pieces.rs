//! The input as disclosures and a payload, and their text.

use std::collections::HashSet;

use arbitrary::Arbitrary;
use mimicred_jose::{base64url, json};
use mimicred_keys::HashAlgorithm;

use crate::cast::jwt::signing_input;
use crate::cast::{AUDIENCE, ISSUER, cast};

/// Disclosures, each of which can hold digests of those before it; and claims, which can hold digests of all.
#[derive(Arbitrary, Debug)]
pub(super) struct Input {
    disclosures: Vec<Piece>,
    claims: Vec<(Name, Tree)>,
    redacted: Vec<u8>,
    /// Whether name and key are not in clear.
    left_out: LeftOut,
    hash: Hash,
    order: Order,
}

/// Zero, nothing left out, is what an input too short has.
#[derive(Arbitrary, Clone, Copy, Debug)]
struct LeftOut(u8);

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Hash {
    Unnamed,
    Sha256,
    Sha384,
    Sha512,
}

/// In which order the disclosures are sent.
#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    ChildrenFirst,
    ParentsFirst,
}

#[derive(Arbitrary, Debug)]
enum Piece {
    Claim(Salt, Name, Tree),
    Element(Salt, Tree),
    /// The issuer's name or the Holder's key.
    Known(Known),
    /// Any octets where JSON should be.
    Raw(Vec<u8>),
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Salt {
    Own,
    Shared,
    /// Which is none.
    Number,
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Known {
    Issuer,
    Confirmation,
}

#[derive(Arbitrary, Debug)]
enum Tree {
    Null,
    Bool(bool),
    Number(i32),
    Decimal(u8),
    Text(String),
    Named(u8),
    Object(Vec<(Name, Tree)>, Vec<u8>),
    Array(Vec<Slot>),
    /// Levels of arrays around something, so that depth is cheap.
    Deep(u8, Box<Tree>),
}

#[derive(Arbitrary, Debug)]
enum Slot {
    Tree(Tree),
    Digest(u8),
}

/// A name out of few, so that names meet; some mean something, some are reserved.
#[derive(Arbitrary, Clone, Copy, Debug)]
struct Name(u8);

impl Name {
    const ALL: [&str; 16] =
        ["a", "b", "c", "d", "", "0", "é\n\"", "iss", "cnf", "exp", "nbf", "iat", "aud", "_sd", "...", "_sd_alg"];

    fn text(self) -> &'static str {
        Self::ALL[usize::from(self.0) % Self::ALL.len()]
    }
}

const DECIMALS: [&str; 8] =
    ["-0", "1.0", "1.50", "1e400", "-1E-2", "1790000000.5", "1789999999.99", "99999999999999999999999999999999999999999"];
const TEXTS: [&str; 6] = [ISSUER, AUDIENCE, "sha-256", "sha-384", "😀", "\u{0}\\/"];

/// All of it, as text.
pub(super) struct Pieces<'i> {
    input: &'i Input,
    /// The disclosures in the order of the input.
    pub(super) disclosures: Vec<String>,
    digests: Vec<String>,
}

impl<'i> Pieces<'i> {
    pub(super) fn new(input: &'i Input) -> Self {
        let mut pieces = Self { input, disclosures: Vec::new(), digests: Vec::new() };
        for (n, piece) in input.disclosures.iter().enumerate() {
            let text = base64url::encode(&pieces.disclosure(n, piece));
            pieces.digests.push(base64url::encode(&pieces.hash().digest(text.as_bytes())));
            pieces.disclosures.push(text);
        }
        pieces
    }

    fn hash(&self) -> HashAlgorithm {
        match self.input.hash {
            Hash::Unnamed | Hash::Sha256 => HashAlgorithm::Sha256,
            Hash::Sha384 => HashAlgorithm::Sha384,
            Hash::Sha512 => HashAlgorithm::Sha512,
        }
    }

    /// The Issuer's JWT and the disclosures, each with its tilde.
    pub(super) fn token(&self) -> String {
        let input = signing_input(cast().jwt_header("x+sd-jwt").as_bytes(), self.payload().as_bytes());
        let mut parts = vec![cast().issuer_jwt(&input)];
        match self.input.order {
            Order::ChildrenFirst => parts.extend(self.disclosures.iter().cloned()),
            Order::ParentsFirst => parts.extend(self.disclosures.iter().rev().cloned()),
        }
        parts.into_iter().flat_map(|part| [part, "~".to_owned()]).collect()
    }

    pub(super) fn payload(&self) -> String {
        let mut members = Vec::new();
        let LeftOut(left_out) = self.input.left_out;
        for (known, is_left_out) in [(Known::Issuer, left_out & 7 == 1), (Known::Confirmation, left_out >> 3 & 7 == 1)] {
            if !is_left_out {
                let (name, value) = known_claim(known);
                members.push(member(name, &value));
            }
        }
        if !matches!(self.input.hash, Hash::Unnamed) {
            members.push(member("_sd_alg", &text(self.hash().name())));
        }
        self.members(&mut members, &self.input.claims, &self.input.redacted);
        braced(&members)
    }

    fn disclosure(&self, n: usize, piece: &Piece) -> Vec<u8> {
        let salt = |salt: &Salt| match salt {
            Salt::Own => text(&format!("salt {n}")),
            Salt::Shared => text("salt"),
            Salt::Number => n.to_string(),
        };
        let fields = match piece {
            Piece::Claim(given, name, tree) => vec![salt(given), text(name.text()), self.tree(tree)],
            Piece::Element(given, tree) => vec![salt(given), self.tree(tree)],
            Piece::Known(known) => {
                let (name, value) = known_claim(*known);
                vec![salt(&Salt::Own), text(name), value]
            }
            Piece::Raw(octets) => return octets.clone(),
        };
        format!("[{}]", fields.join(",")).into_bytes()
    }

    fn members(&self, members: &mut Vec<String>, listed: &[(Name, Tree)], digests: &[u8]) {
        let mut known = HashSet::new();
        let listed = listed.iter().filter(|(name, _)| known.insert(name.text()));
        members.extend(listed.map(|(name, tree)| member(name.text(), &self.tree(tree))));
        if !digests.is_empty() {
            let digests: Vec<_> = digests.iter().map(|number| text(&self.digest(*number))).collect();
            members.push(member("_sd", &format!("[{}]", digests.join(","))));
        }
    }

    /// The digest of a disclosure that is there already; the four highest are of nothing.
    fn digest(&self, number: u8) -> String {
        match number {
            252.. => format!("of nothing, {number}"),
            _ if self.digests.is_empty() => format!("of nothing, {number}"),
            _ => self.digests[usize::from(number) % self.digests.len()].clone(),
        }
    }

    fn tree(&self, tree: &Tree) -> String {
        match tree {
            Tree::Null => "null".to_owned(),
            Tree::Bool(known) => known.to_string(),
            Tree::Number(number) => number.to_string(),
            Tree::Decimal(n) => DECIMALS[usize::from(*n) % DECIMALS.len()].to_owned(),
            Tree::Text(free) => text(free),
            Tree::Named(n) => text(TEXTS[usize::from(*n) % TEXTS.len()]),
            Tree::Object(listed, digests) => {
                let mut members = Vec::new();
                self.members(&mut members, listed, digests);
                braced(&members)
            }
            Tree::Array(slots) => {
                let slots = slots.iter().map(|slot| match slot {
                    Slot::Tree(tree) => self.tree(tree),
                    Slot::Digest(number) => braced(&[member("...", &text(&self.digest(*number)))]),
                });
                format!("[{}]", slots.collect::<Vec<_>>().join(","))
            }
            Tree::Deep(levels, inner) => {
                let levels = usize::from(levels % 24);
                ["[".repeat(levels), self.tree(inner), "]".repeat(levels)].concat()
            }
        }
    }
}

fn known_claim(known: Known) -> (&'static str, String) {
    match known {
        Known::Issuer => ("iss", text(ISSUER)),
        Known::Confirmation => ("cnf", json::write(&cast().jwt_confirmation()).expect("our own")),
    }
}

fn member(name: &str, value: &str) -> String {
    [&text(name), value].join(":")
}

fn braced(members: &[String]) -> String {
    format!("{{{}}}", members.join(","))
}

fn text(text: &str) -> String {
    json::write_text(text)
}
