//! The entries of a map, each encoded, to be exchanged one by one.

use arbitrary::Arbitrary;
use mimicred_cose::cbor::{Limits, Reader, Writer};

use crate::cast::{AUDIENCE, ISSUER, NONCE, NOW, SUBJECT, cast};

/// Key and value, encoded, in some order.
#[derive(Default)]
pub(super) struct Entries(Vec<(Vec<u8>, Vec<u8>)>);

/// A label that means something in a header or among claims, or nothing at all.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub(super) struct Label(u8);

/// A value that could be meant to be there.
#[derive(Arbitrary, Debug)]
pub(super) enum Item {
    /// Seconds around now.
    Date(i8),
    Float(i8),
    Number(i64),
    Known(u8),
    Text(String),
    Bytes(Vec<u8>),
    /// The Holder's key, as `cnf` names it.
    Confirmation,
    Array(Vec<Item>),
    Map(Vec<(Label, Item)>),
    Tag(u8, Box<Item>),
    Null,
    /// No item at all, most often.
    Octets(Vec<u8>),
}

impl Label {
    const KNOWN: [i64; 26] =
        [1, 2, 3, 4, 5, 6, 7, 8, 11, 13, 15, 16, 17, 33, 39, 170, 171, 172, 500, 501, 502, 65_535, -1, -2, -3, -4];

    fn encoded(self) -> Vec<u8> {
        let mut writer = Writer::new();
        match Self::KNOWN.get(usize::from(self.0) % (Self::KNOWN.len() + 2)) {
            Some(number) => writer.int(*number),
            None if self.0.is_multiple_of(2) => writer.text("b"),
            None => writer.raw(&[0xf8, 59]),
        }
        writer.finish()
    }
}

impl Item {
    const KNOWN: [&str; 8] = [
        ISSUER,
        SUBJECT,
        AUDIENCE,
        "application/sd-cwt",
        "application/example+sd-cwt",
        "application/kb+cwt",
        "application/sd+cwt",
        "application/cwt",
    ];

    fn write(&self, out: &mut Writer) {
        match self {
            Item::Date(offset) => out.int(NOW + i64::from(*offset)),
            Item::Float(quarters) => {
                let seconds = 1_790_000_000.0 + f64::from(*quarters) / 4.0;
                out.raw(&[[0xfb].as_slice(), &seconds.to_bits().to_be_bytes()].concat());
            }
            Item::Number(number) => out.int(*number),
            Item::Known(n) => match Self::KNOWN.get(usize::from(*n) % (Self::KNOWN.len() + 1)) {
                Some(text) => out.text(text),
                None => out.bytes(NONCE),
            },
            Item::Text(text) => out.text(text),
            Item::Bytes(octets) => out.bytes(octets),
            Item::Confirmation => out.value(&cast().confirmation().1).expect("our own"),
            Item::Array(items) => {
                out.array(items.len());
                items.iter().for_each(|item| item.write(out));
            }
            Item::Map(entries) => {
                out.map(entries.len());
                for (label, item) in entries {
                    out.raw(&label.encoded());
                    item.write(out);
                }
            }
            Item::Tag(tag, inner) => {
                out.tag((*tag).into());
                inner.write(out);
            }
            Item::Null => out.raw(&[0xf6]),
            Item::Octets(octets) => out.raw(octets),
        }
    }
}

impl Entries {
    /// Those of an encoded map.
    pub(super) fn of(map: &[u8]) -> Self {
        let mut reader = Reader::new(map, &Limits::DEFAULT).expect("our own");
        let count = reader.map_head().expect("a map");
        let mut item = || reader.skip().expect("an item").to_vec();
        Self((0..count).map(|_| (item(), item())).collect())
    }

    pub(super) fn push(&mut self, label: i64, value: Vec<u8>) {
        let mut key = Writer::new();
        key.int(label);
        self.0.push((key.finish(), value));
    }

    /// Puts a value in the place of another one, or at the end; or takes it out.
    pub(super) fn put(&mut self, label: Label, item: Option<&Item>) {
        let key = label.encoded();
        let known = self.0.iter().position(|(known, _)| *known == key);
        let Some(item) = item else {
            known.map(|n| self.0.remove(n));
            return;
        };
        let mut value = Writer::new();
        item.write(&mut value);
        match known.and_then(|n| self.0.get_mut(n)) {
            Some(entry) => entry.1 = value.finish(),
            None => self.0.push((key, value.finish())),
        }
    }

    pub(super) fn encoded(&self) -> Vec<u8> {
        let mut out = Writer::new();
        out.map(self.0.len());
        for (key, value) in &self.0 {
            out.raw(key);
            out.raw(value);
        }
        out.finish()
    }
}
