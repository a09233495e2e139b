//! What must come of the pieces, by the words of the draft and without any speed.

use mimicred_claims::{Key, Map, Value};

use super::pieces::{Name, Piece, Pieces, Refers, Slot, Tree, entries, refers, tag};
use crate::cast::{ISSUER, SUBJECT, cast};

/// Levels that claims may have.
const DEPTH: usize = 16;

pub(super) struct Expected {
    pub(super) claims: Map<'static>,
    pub(super) undisclosed: usize,
    pub(super) decoys: usize,
}

/// The claims, or why there are none.
pub(super) fn expected(pieces: &Pieces<'_>) -> Result<Expected, &'static str> {
    if (1..pieces.encoded.len()).any(|n| pieces.encoded[..n].contains(&pieces.encoded[n])) {
        return Err("a disclosure comes twice");
    }
    let all = pieces.encoded.len();
    let mut model = Model { pieces, met: Vec::new(), undisclosed: 0, decoys: 0 };
    let names = vec![(Key::Int(1), Value::from(ISSUER)), (Key::Int(2), Value::from(SUBJECT)), cast().confirmation()];
    let mut claims = model.claims_set(names, &mut pieces.claims(), &pieces.input.redacted)?;
    let header = model.claims_set(Vec::new(), &mut pieces.claims_of_header(), &pieces.input.header_redacted)?;
    for (key, value) in header.into_entries() {
        match claims.get(&key) {
            None => claims.insert(key, value).map_err(|_| "a claim stands twice")?,
            Some(other) if octets(other) == octets(&value) => {}
            Some(_) => return Err("a claim of the header is another one in the payload"),
        }
    }
    let met = |n: usize| model.met.contains(&Refers::Piece(n));
    if !(0..all).all(met) {
        return Err("a disclosure has no digest");
    }
    Ok(Expected { claims, undisclosed: model.undisclosed, decoys: model.decoys })
}

struct Model<'p> {
    pieces: &'p Pieces<'p>,
    /// The digests met so far.
    met: Vec<Refers>,
    undisclosed: usize,
    decoys: usize,
}

impl<'p> Model<'p> {
    /// A whole claims set.
    fn claims_set(
        &mut self,
        mut claims: Vec<(Key<'static>, Value<'static>)>,
        listed: &mut dyn Iterator<Item = &'p (Name, Tree)>,
        digests: &[u8],
    ) -> Result<Map<'static>, &'static str> {
        let all = self.pieces.encoded.len();
        for (name, tree) in listed {
            claims.push((key(*name), self.tree(tree, all, 1)?));
        }
        self.with_disclosed(claims, digests, all, 0)
    }

    /// What has a digest, met for the first time, and how many disclosures came before it.
    fn meet(&mut self, number: u8, known: usize) -> Result<Option<(&'p Piece, usize)>, &'static str> {
        let refers = refers(number, known);
        if self.met.contains(&refers) {
            return Err("a digest stands twice");
        }
        self.met.push(refers);
        match refers {
            Refers::Piece(n) => Ok(self.pieces.input.disclosures.get(n).map(|piece| (piece, n))),
            Refers::Nothing(_) => {
                self.undisclosed += 1;
                Ok(None)
            }
        }
    }

    /// `known` is how many disclosures a digest here can refer to.
    fn tree(&mut self, tree: &Tree, known: usize, level: usize) -> Result<Value<'static>, &'static str> {
        if level > DEPTH {
            return Err("it is too deep");
        }
        Ok(match tree {
            Tree::Null => Value::Null,
            Tree::Number(number) => Value::Int((*number).into()),
            Tree::Text(text) => Value::from(text.clone()),
            Tree::Map(listed, digests) => {
                let clear = entries(listed).map(|(name, tree)| Ok((key(*name), self.tree(tree, known, level + 1)?)));
                let clear = clear.collect::<Result<Vec<_>, _>>()?;
                Value::Map(self.with_disclosed(clear, digests, known, level)?)
            }
            Tree::Array(slots) => {
                if !slots.is_empty() && level >= DEPTH {
                    return Err("it is too deep");
                }
                let mut elements = Vec::new();
                for slot in slots {
                    match slot {
                        Slot::Tree(tree) => elements.push(self.tree(tree, known, level + 1)?),
                        Slot::Digest(number) => match self.meet(*number, known)? {
                            Some((Piece::Element(_, tree), before)) => elements.push(self.tree(tree, before, level + 1)?),
                            Some((Piece::Decoy(_), _)) => self.decoys += 1,
                            Some(_) => return Err("a claim stands in an array"),
                            None => {}
                        },
                    }
                }
                Value::Array(elements)
            }
            Tree::Tag(_, inner) => Value::Tag(tag(tree), Box::new(self.tree(inner, known, level + 1)?)),
            Tree::Deep(levels, inner) => {
                let levels = levels % 24;
                let inner = self.tree(inner, known, level + usize::from(levels))?;
                (0..levels).fold(inner, |inner, _| Value::Array(vec![inner]))
            }
        })
    }

    fn with_disclosed(
        &mut self,
        mut clear: Vec<(Key<'static>, Value<'static>)>,
        digests: &[u8],
        known: usize,
        level: usize,
    ) -> Result<Map<'static>, &'static str> {
        for number in digests {
            match self.meet(*number, known)? {
                Some((Piece::Claim(_, name, _), _)) if level == 0 && name.is_never_redacted() => {
                    return Err("a claim that is never redacted was");
                }
                Some((Piece::Claim(_, name, tree), before)) => {
                    clear.push((key(*name), self.tree(tree, before, level + 1)?));
                }
                Some((Piece::Decoy(_), _)) => self.decoys += 1,
                Some(_) => return Err("an element stands in a map"),
                None => {}
            }
        }
        Map::from_entries(clear).map_err(|_| "a claim stands twice")
    }
}

fn key(name: Name) -> Key<'static> {
    match name.key() {
        Ok(number) => Key::Int(number.into()),
        Err(letter) => Key::from(letter),
    }
}

/// By which values are compared: the order of entries makes no difference.
fn octets(value: &Value<'_>) -> Vec<u8> {
    mimicred_cose::cbor::write(value).expect("made of what can be written")
}
