//! What can be done to the items of a bundle.

use arbitrary::Arbitrary;
use mimicred_mls::{BundleItem, ItemType, MAX_ITEMS};

#[derive(Arbitrary, Debug)]
pub(super) enum Edit {
    Drop(u8),
    Repeat(u8),
    Swap(u8, u8),
    /// Turns over a bit of an item.
    Flip(u8, u16),
    /// Exchanges octets of an item.
    Patch {
        item: u8,
        at: u16,
        cut: u8,
        put: Vec<u8>,
    },
    /// Says that an item is of another type.
    Retype(u8, u8),
    /// Adds any octets.
    Add(u8, Vec<u8>),
}

impl Edit {
    pub(super) fn apply(&self, items: &mut Vec<BundleItem>) {
        let len = items.len();
        if let Edit::Add(number, data) = self {
            return items.push(BundleItem { item_type: item_type(*number), data: data.clone() });
        }
        if len == 0 {
            return;
        }
        let place = |n: &u8| usize::from(*n) % len;
        match self {
            Edit::Drop(n) => drop(items.remove(place(n))),
            Edit::Repeat(n) if len <= MAX_ITEMS => items.push(items[place(n)].clone()),
            Edit::Swap(a, b) => items.swap(place(a), place(b)),
            Edit::Flip(n, bit) => {
                let data = &mut items[place(n)].data;
                let bits = 8 * data.len();
                if bits > 0 {
                    let bit = usize::from(*bit) % bits;
                    data[bit / 8] ^= 1 << (bit % 8);
                }
            }
            Edit::Patch { item, at, cut, put } => {
                let data = &mut items[place(item)].data;
                let at = usize::from(*at) % (data.len() + 1);
                let end = data.len().min(at + usize::from(*cut));
                data.splice(at..end, put.iter().copied());
            }
            Edit::Retype(n, number) => items[place(n)].item_type = item_type(*number),
            Edit::Repeat(_) | Edit::Add(..) => {}
        }
    }
}

fn item_type(number: u8) -> ItemType {
    match number {
        1 => ItemType::MlsCredential,
        2 => ItemType::SdJwtKb,
        3 => ItemType::SdKbt,
        4 => ItemType::KeyPackage,
        5 => ItemType::KeyPackageOffer,
        other => ItemType::Unknown(other),
    }
}
