//! The list itself: entries of 1, 2, 4 or 8 bits in octets, and its compressed form.

mod zlib;

use std::fmt;

use crate::{Code, Error, Limits, StatusValue};

/// Size of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bits {
    /// VALID and INVALID.
    One,
    /// Values to 3: SUSPENDED too.
    Two,
    /// Values to 15.
    Four,
    /// All values.
    Eight,
}

impl Bits {
    /// The sizes there are (CWT-S-006, JWT-S-004).
    pub const ALL: [Bits; 4] = [Bits::One, Bits::Two, Bits::Four, Bits::Eight];

    /// The number of bits.
    pub const fn number(self) -> u8 {
        match self {
            Bits::One => 1,
            Bits::Two => 2,
            Bits::Four => 4,
            Bits::Eight => 8,
        }
    }

    /// The size of so many bits, if there is one.
    pub fn from_number(number: i128) -> Option<Self> {
        Self::ALL.into_iter().find(|bits| i128::from(bits.number()) == number)
    }

    /// Entries in an octet.
    const fn per_octet(self) -> u8 {
        8 / self.number()
    }

    /// The bits of one entry, at the low end of an octet.
    const fn mask(self) -> u8 {
        u8::MAX >> (8 - self.number())
    }
}

/// The statuses of many tokens, by their number.
///
/// Entries are packed into octets from the low bits up (CWT-S-007, JWT-S-005). A list has whole octets, so that it may be longer
/// than was asked.
///
/// ```
/// use mimicred_status::{Bits, StatusList, StatusValue};
///
/// let mut list = StatusList::new(Bits::Two, 12);
/// list.set(1, StatusValue::SUSPENDED)?;
/// assert_eq!(list.as_octets(), [0b0000_1000, 0, 0]);
/// assert_eq!(list.get(1), Some(StatusValue::SUSPENDED));
/// assert_eq!(list.get(12), None);
/// # Ok::<(), mimicred_status::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct StatusList {
    bits: Bits,
    octets: Vec<u8>,
}

impl StatusList {
    /// A list of at least so many entries, all VALID. An entry that no token points at looks like one of a valid token: that hides
    /// how many there are, and so a list is best made long at once.
    pub fn new(bits: Bits, entries: u32) -> Self {
        let octets = entries.div_ceil(u32::from(bits.per_octet()));
        Self { bits, octets: vec![0; usize::try_from(octets).unwrap_or(usize::MAX)] }
    }

    /// A list of octets that are packed already.
    pub fn from_octets(bits: Bits, octets: impl Into<Vec<u8>>) -> Self {
        Self { bits, octets: octets.into() }
    }

    /// Takes the list out of its compressed form: DEFLATE in ZLIB framing, checksum included, with nothing behind it (CWT-S-007,
    /// JWT-S-004). No more is decompressed than the limits allow (CWT-S-011, JWT-S-008).
    ///
    /// # Errors
    /// [`Code::Compression`], [`Code::Limit`].
    ///
    /// ```
    /// use mimicred_status::{Bits, Limits, StatusList};
    ///
    /// let compressed = b"\x78\xda\xdb\xb9\x18\x00\x02\x17\x01\x5d";
    /// let list = StatusList::decompress(Bits::One, compressed, &Limits::DEFAULT)?;
    /// assert_eq!(list.as_octets(), [0xb9, 0xa3]);
    /// # Ok::<(), mimicred_status::Error>(())
    /// ```
    pub fn decompress(bits: Bits, compressed: &[u8], limits: &Limits) -> Result<Self, Error> {
        Ok(Self { bits, octets: zlib::decompress(compressed, limits.list)? })
    }

    /// The compressed form, as small as it gets.
    pub fn compress(&self) -> Vec<u8> {
        zlib::compress(&self.octets)
    }

    /// Size of an entry.
    pub fn bits(&self) -> Bits {
        self.bits
    }

    /// The octets.
    pub fn as_octets(&self) -> &[u8] {
        &self.octets
    }

    /// Number of entries.
    pub fn len(&self) -> u64 {
        u64::try_from(self.octets.len()).unwrap_or(u64::MAX).saturating_mul(self.bits.per_octet().into())
    }

    /// Whether there is no entry at all.
    pub fn is_empty(&self) -> bool {
        self.octets.is_empty()
    }

    /// What the entry says, if there is one of this number (CWT-S-008, JWT-S-006).
    pub fn get(&self, index: u64) -> Option<StatusValue> {
        let (octet, shift) = self.place(index)?;
        Some(StatusValue::new((self.octets.get(octet)? >> shift) & self.bits.mask()))
    }

    /// Changes an entry.
    ///
    /// # Errors
    /// [`Code::Entry`] if there is none of this number, or its bits cannot hold the value.
    ///
    /// ```
    /// use mimicred_status::{Bits, StatusList, StatusValue};
    ///
    /// let mut list = StatusList::new(Bits::One, 8);
    /// assert!(list.set(7, StatusValue::INVALID).is_ok());
    /// assert!(list.set(7, StatusValue::SUSPENDED).is_err());
    /// assert!(list.set(8, StatusValue::INVALID).is_err());
    /// ```
    pub fn set(&mut self, index: u64, value: StatusValue) -> Result<(), Error> {
        let mask = self.bits.mask();
        if value.number() > mask {
            return Err(Error::new(Code::Entry).note(format!("{value} in {} bits", self.bits.number())));
        }
        let place = self.place(index).and_then(|(octet, shift)| Some((self.octets.get_mut(octet)?, shift)));
        let (octet, shift) = place.ok_or_else(|| Error::new(Code::Entry).note(format!("entry {index}")))?;
        *octet = *octet & !(mask << shift) | value.number() << shift;
        Ok(())
    }

    /// How many entries have each value, for the values that occur, in their order.
    ///
    /// ```
    /// use mimicred_status::{Bits, StatusList, StatusValue};
    ///
    /// let list = StatusList::from_octets(Bits::One, [0xb9, 0xa3]);
    /// assert_eq!(list.counts(), [(StatusValue::VALID, 7), (StatusValue::INVALID, 9)]);
    /// ```
    pub fn counts(&self) -> Vec<(StatusValue, u64)> {
        let mut octets = [0_u64; 256];
        for octet in &self.octets {
            if let Some(count) = octets.get_mut(usize::from(*octet)) {
                *count += 1;
            }
        }
        let count_of = |value: u8| -> u64 {
            let times = |octet: u8| (0..self.bits.per_octet()).filter(|n| self.entry(octet, *n) == value).count();
            (0..=u8::MAX).zip(octets).map(|(octet, count)| count * u64::try_from(times(octet)).unwrap_or_default()).sum()
        };
        let counted = (0..=self.bits.mask()).map(|value| (StatusValue::new(value), count_of(value)));
        counted.filter(|(_, count)| *count > 0).collect()
    }

    /// The n-th entry in an octet.
    fn entry(&self, octet: u8, n: u8) -> u8 {
        (octet >> (n * self.bits.number())) & self.bits.mask()
    }

    /// Octet and shift of an entry.
    fn place(&self, index: u64) -> Option<(usize, u64)> {
        let per_octet = u64::from(self.bits.per_octet());
        let octet = usize::try_from(index / per_octet).ok()?;
        Some((octet, (index % per_octet) * u64::from(self.bits.number())))
    }
}

/// The size; a list is long.
impl fmt::Debug for StatusList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StatusList({} entries of {} bits)", self.len(), self.bits.number())
    }
}
