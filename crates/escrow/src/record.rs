//! Sealed records: what a store keeps, all of one size.
//!
//! Inside is HPKE (RFC 9180): base mode, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, sealed to the custody's public key. `info`
//! is `mimicred escrow record 1`, a zero octet and the custody's digest; `aad` is the mode's name, a zero octet and the handle of the
//! row. The plaintext is one octet of length, the content, and zeros up to 128 octets.
//!
//! HPKE alone is not enough where custodians answer for single records. Its encapsulated key is a point E, and from s·E anybody computes
//! s·(E + x·G) and back: whoever wants another record opened than the one that the log names would send a made-up one whose key is
//! derived from the other's. So a record ends with a proof (Schnorr) that its maker knows the ephemeral key, bound to the custody, the
//! row and every octet before it; custodians look at it before they do anything. Any HPKE library opens and seals what stands before
//! the proof, if it lets its ephemeral key be chosen.

use std::fmt;

use mimicred_keys::Random;
use mimicred_keys::aead::Aead;
use mimicred_keys::group::{POINT_LEN, Point, Scalar};
use mimicred_keys::hpke::{Kem, Suite};
use zeroize::Zeroizing;

use crate::octets::{Reader, labelled_digest};
use crate::proof::{Proof, Statement};
use crate::{Code, Custody, Error};

/// The most octets that a record holds.
pub const CONTENT_MAX: usize = PADDED_LEN - 1;

/// The length of every record.
pub const RECORD_LEN: usize = 1 + POINT_LEN + CIPHERTEXT_LEN + Proof::LEN;

const PADDED_LEN: usize = 128;
const CIPHERTEXT_LEN: usize = PADDED_LEN + Aead::TAG_LEN;
const VERSION: u8 = 1;

pub(crate) const SUITE: Suite = Suite { kem: Kem::P256, aead: Aead::Aes256Gcm };

/// The escrow mode that a record is of; a record of one does not pass for one of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// A record holds an account.
    Sealed,
    /// A record holds a [`Row`](crate::Row): one point, which is no account by itself.
    Threshold,
}

impl Mode {
    /// The mode's name.
    pub const fn name(self) -> &'static str {
        match self {
            Mode::Sealed => "sealed",
            Mode::Threshold => "threshold",
        }
    }
}

/// What a record belongs to: moved to another row or mode, it does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Binding {
    /// The mode.
    pub mode: Mode,
    /// The row's handle in the store.
    pub handle: [u8; 32],
}

impl Binding {
    pub(crate) fn aad(&self) -> Vec<u8> {
        [self.mode.name().as_bytes(), &[0], &self.handle].concat()
    }
}

/// A record as the store keeps it: version 1, encapsulated key, ciphertext with tag, proof; 274 octets.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedRecord {
    octets: [u8; RECORD_LEN],
    encapsulated: Point,
    proof: Proof,
}

impl Custody {
    /// Seals content for a row.
    ///
    /// # Errors
    /// [`Code::ContentTooLong`]; [`Code::CryptoFailed`] when the random source fails.
    ///
    /// ```
    /// use mimicred_escrow::{Binding, Mode, SealedRecord, deal};
    /// use mimicred_keys::SystemRandom;
    ///
    /// let (custody, _) = deal(2, 3, &mut SystemRandom)?;
    /// let binding = Binding { mode: Mode::Sealed, handle: [7; 32] };
    /// let record = custody.seal(&binding, b"account 1", &mut SystemRandom)?;
    /// let read = SealedRecord::parse(record.as_bytes())?;
    /// read.verify(&custody, &binding)?;
    /// // All records are of one size, whatever they hold.
    /// assert_eq!(custody.seal(&binding, b"", &mut SystemRandom)?.as_bytes().len(), record.as_bytes().len());
    /// # Ok::<(), mimicred_escrow::Error>(())
    /// ```
    pub fn seal(&self, binding: &Binding, content: &[u8], random: &mut dyn Random) -> Result<SealedRecord, Error> {
        let padded = pad(content).ok_or(Code::ContentTooLong)?;
        let aad = binding.aad();
        let ephemeral = Scalar::random(random)?;
        let pair = SUITE.kem.key_pair_of(&*ephemeral.to_octets())?;
        let mut sender = SUITE.sender_with(&pair, &self.public_key(), &info(self))?;
        let mut octets = vec![VERSION];
        octets.extend_from_slice(pair.public());
        octets.extend_from_slice(&sender.seal(&aad, &*padded)?);
        let (generator, encapsulated) = (Point::generator(), Point::from_octets(pair.public())?);
        let pairs = [(&generator, &encapsulated)];
        let proof = Proof::new(&statement(&[self.digest(), &aad, &octets], &pairs), &ephemeral, random)?;
        proof.write_into(&mut octets);
        SealedRecord::parse(&octets)
    }
}

impl SealedRecord {
    /// Reads a record. What is inside can only the custodians open; whether it is what it claims to be, see
    /// [`SealedRecord::verify`].
    ///
    /// # Errors
    /// [`Code::RecordMalformed`].
    pub fn parse(octets: &[u8]) -> Result<Self, Error> {
        let read = || {
            let mut reader = Reader::behind(&[VERSION], octets)?;
            let encapsulated = reader.point()?;
            reader.take(CIPHERTEXT_LEN)?;
            let proof = Proof::read(&mut reader)?;
            reader.end()?;
            Some(Self { octets: octets.try_into().ok()?, encapsulated, proof })
        };
        read().ok_or_else(|| Code::RecordMalformed.into())
    }

    /// Checks that whoever made the record made it for this custody and this row, and not from another record.
    ///
    /// # Errors
    /// [`Code::RecordUnproven`].
    pub fn verify(&self, custody: &Custody, binding: &Binding) -> Result<(), Error> {
        let (content, _) = self.octets.split_at_checked(RECORD_LEN - Proof::LEN).ok_or(Code::RecordMalformed)?;
        let generator = Point::generator();
        let pairs = [(&generator, &self.encapsulated)];
        let holds = self.proof.holds(&statement(&[custody.digest(), &binding.aad(), content], &pairs));
        holds.then_some(()).ok_or_else(|| Code::RecordUnproven.into())
    }

    /// The octets.
    pub fn as_bytes(&self) -> &[u8; RECORD_LEN] {
        &self.octets
    }

    /// The digest by which the log and the partial decryptions name the record of this row: SHA-256 over the label
    /// `mimicred escrow record digest 1`, a zero octet, the `aad`, and the record.
    pub fn digest(&self, binding: &Binding) -> [u8; 32] {
        labelled_digest("mimicred escrow record digest 1", &[&binding.aad(), &self.octets])
    }

    pub(crate) fn encapsulated(&self) -> &Point {
        &self.encapsulated
    }

    /// The content, for whoever has the Diffie-Hellman value; a record that does not hold what it should, or is sealed to something
    /// else, is one error.
    pub(crate) fn open(&self, custody: &Custody, binding: &Binding, dh: &Point) -> Result<Zeroizing<Vec<u8>>, Error> {
        let invalid = || Error::new(Code::RecordInvalid);
        let (_, rest) = self.octets.split_at_checked(1 + POINT_LEN).ok_or_else(invalid)?;
        let ciphertext = rest.get(..CIPHERTEXT_LEN).ok_or_else(invalid)?;
        let encapsulated = self.encapsulated.to_octets();
        let mut receiver = SUITE.receiver_from_dh(&dh.x(), &encapsulated, &custody.public_key(), &info(custody))?;
        let padded = receiver.open(&binding.aad(), ciphertext).map_err(|error| invalid().because(error))?;
        unpad(&Zeroizing::new(padded)).ok_or_else(|| invalid().note("padded wrongly"))
    }
}

impl fmt::Debug for SealedRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedRecord").finish_non_exhaustive()
    }
}

fn info(custody: &Custody) -> Vec<u8> {
    [&b"mimicred escrow record 1\0"[..], custody.digest()].concat()
}

fn statement<'a>(context: &'a [&'a [u8]], pairs: &'a [(&'a Point, &'a Point)]) -> Statement<'a> {
    Statement { domain: "mimicred escrow record proof 1", context, pairs }
}

fn pad(content: &[u8]) -> Option<Zeroizing<[u8; PADDED_LEN]>> {
    let length = u8::try_from(content.len()).ok().filter(|length| usize::from(*length) <= CONTENT_MAX)?;
    let mut padded = Zeroizing::new([0; PADDED_LEN]);
    let (first, rest) = padded.split_first_mut()?;
    *first = length;
    rest.iter_mut().zip(content).for_each(|(to, from)| *to = *from);
    Some(padded)
}

fn unpad(padded: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (length, rest) = padded.split_first()?;
    let (content, zeros) = rest.split_at_checked(usize::from(*length))?;
    let is_padded = padded.len() == PADDED_LEN && zeros.iter().all(|octet| *octet == 0);
    is_padded.then(|| Zeroizing::new(content.to_vec()))
}

#[cfg(test)]
mod tests;
