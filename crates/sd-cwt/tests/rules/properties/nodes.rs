//! CBOR as a tree of octets, to be broken in ways that still look like CBOR.

use mimicred_cose::cbor::{Limits, Reader};
use proptest::prelude::*;

/// An item. What is no container is kept as it is encoded.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Leaf(Vec<u8>),
    Array(Vec<Node>),
    /// Keys and values by turns.
    Map(Vec<Node>),
    Tag(u64, Box<Node>),
}

/// What is done to one item of a tree.
#[derive(Clone, Debug)]
pub(super) enum Change {
    /// Other octets in its place.
    Replaced(&'static [u8]),
    Tagged(u64),
    /// An array around it.
    Wrapped,
    /// In a container: gone, or there twice, with the number of items as it should be.
    Removed,
    Repeated,
}

/// Octets that are wrong, or nearly, wherever they are.
const ODD: [&[u8]; 24] = [
    b"",
    b"\x00",
    b"\x18\x01",
    b"\x1b\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\x3b\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\x40",
    b"\x41\x80",
    b"\x5f\x41\x00\xff",
    b"\x5b\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\x60",
    b"\x62\xc3\x28",
    b"\x80",
    b"\x9f\xff",
    b"\x9b\x00\x00\x00\x7f\xff\xff\xff\xff",
    b"\xa0",
    b"\xa1\xf8\x3b\x80",
    b"\xa2\x01\x00\x01\x00",
    b"\xbf\xff",
    b"\xf6",
    b"\xf7",
    b"\xf8\x3b",
    b"\xf9\x7e\x00",
    b"\xfb\x43\x40\x00\x00\x00\x00\x00\x01",
    b"\xd8\x3c\x58\x20aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
];
/// Marks of redaction, COSE_Sign1, CWT, bignum, date, decimal fraction, and the largest there is.
const TAGS: [u64; 9] = [58, 60, 62, 18, 61, 2, 1, 4, u64::MAX];

pub(super) fn any_change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => prop::sample::select(&ODD[..]).prop_map(Change::Replaced),
        2 => prop::sample::select(&TAGS[..]).prop_map(Change::Tagged),
        1 => Just(Change::Wrapped),
        1 => Just(Change::Removed),
        1 => Just(Change::Repeated),
    ]
}

/// The octets with this done to one of their items, chosen by their number; octets that are no CBOR stay as they are.
pub(super) fn changed(octets: &[u8], choose: impl FnOnce(usize) -> usize, change: &Change) -> Vec<u8> {
    let Some(mut node) = Reader::new(octets, &Limits::DEFAULT).ok().and_then(|mut reader| read(&mut reader)) else {
        return octets.to_vec();
    };
    node.change(&mut choose(node.size()), change);
    node.encoded()
}

/// The items of `octets`, of which all are there and all lengths definite.
fn read(reader: &mut Reader<'_>) -> Option<Node> {
    let mut probe = reader.clone();
    let head = *probe.skip().ok()?.first()?;
    Some(match head >> 5 {
        4 => {
            let count = reader.array().ok()?;
            Node::Array((0..count).map(|_| read(reader)).collect::<Option<_>>()?)
        }
        5 => {
            let count = reader.map_head().ok()?;
            Node::Map((0..2 * count).map(|_| read(reader)).collect::<Option<_>>()?)
        }
        6 => Node::Tag(reader.tag().ok()?, Box::new(read(reader)?)),
        _ => Node::Leaf(reader.skip().ok()?.to_vec()),
    })
}

impl Node {
    fn size(&self) -> usize {
        1 + match self {
            Node::Leaf(_) => 0,
            Node::Array(inner) | Node::Map(inner) => inner.iter().map(Node::size).sum(),
            Node::Tag(_, inner) => inner.size(),
        }
    }

    /// Changes the item of this number, counted from here; the number is less what was passed over.
    fn change(&mut self, at: &mut usize, change: &Change) {
        if *at == 0 {
            let whole = self.clone();
            *self = match change {
                Change::Replaced(octets) => Node::Leaf(octets.to_vec()),
                Change::Tagged(tag) => Node::Tag(*tag, Box::new(whole)),
                Change::Wrapped => Node::Array(vec![whole]),
                // The whole of it has no container.
                Change::Removed | Change::Repeated => whole,
            };
            return;
        }
        *at -= 1;
        let step = if matches!(self, Node::Map(_)) { 2 } else { 1 };
        match self {
            Node::Leaf(_) => {}
            Node::Tag(_, inner) => inner.change(at, change),
            Node::Array(children) | Node::Map(children) => {
                let mut n = 0;
                while n < children.len() && *at >= children[n].size() {
                    *at -= children[n].size();
                    n += 1;
                }
                let entry = n - n % step..(n - n % step + step).min(children.len());
                match change {
                    _ if n >= children.len() => {}
                    Change::Removed if *at == 0 => drop(children.drain(entry)),
                    Change::Repeated if *at == 0 => {
                        let again = children[entry.clone()].to_vec();
                        children.splice(entry.start..entry.start, again);
                    }
                    _ => children[n].change(at, change),
                }
            }
        }
    }

    fn encoded(&self) -> Vec<u8> {
        let mut writer = mimicred_cose::cbor::Writer::new();
        self.write(&mut writer);
        writer.finish()
    }

    fn write(&self, writer: &mut mimicred_cose::cbor::Writer) {
        match self {
            Node::Leaf(octets) => writer.raw(octets),
            Node::Array(children) => {
                writer.array(children.len());
                children.iter().for_each(|child| child.write(writer));
            }
            Node::Map(children) => {
                writer.map(children.len() / 2);
                children.iter().for_each(|child| child.write(writer));
            }
            Node::Tag(tag, inner) => {
                writer.tag(*tag);
                inner.write(writer);
            }
        }
    }
}

#[test]
fn changes_are_what_they_say() {
    let octets = b"\x82\xa1\x01\x02\xc1\x03";
    // The array, the map, its key, its value, the tag, what it is about.
    let at = |n| move |size| if size == 6 { n } else { 0 };
    assert_eq!(changed(octets, at(0), &Change::Wrapped), b"\x81\x82\xa1\x01\x02\xc1\x03");
    assert_eq!(changed(octets, at(1), &Change::Removed), b"\x81\xc1\x03");
    assert_eq!(changed(octets, at(3), &Change::Removed), b"\x82\xa0\xc1\x03");
    assert_eq!(changed(octets, at(2), &Change::Repeated), b"\x82\xa2\x01\x02\x01\x02\xc1\x03");
    assert_eq!(changed(octets, at(5), &Change::Replaced(b"\xff")), b"\x82\xa1\x01\x02\xc1\xff");
    assert_eq!(changed(octets, at(4), &Change::Tagged(60)), b"\x82\xa1\x01\x02\xd8\x3c\xc1\x03");
}
