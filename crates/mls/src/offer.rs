//! KeyPackageOffer: KeyPackages of one pseudonym, handed over by another one in a room (mimi-mls 3.5.1).
//!
//! A bundle that merely contains KeyPackages could contain somebody else's: who then invites "Alice's other pseudonym" would invite
//! Mallory's accomplice, or his victim. So the keys of the KeyPackages sign that they are offered by this leaf key, in this room.
//!
//! ```
//! use mimicred_keys::{Algorithm, LeafKey, SecretKey, SystemRandom};
//! # use mimicred_keys::{Family, ToBeSigned};
//! # use mimicred_mls::{Credential, signing::sign_content, tls::Writer};
//! use mimicred_mls::component::KeyPackageUsage;
//! use mimicred_mls::{KeyPackageOffer, KeyPackageView, OfferContext};
//!
//! let here = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?)?;
//! let there = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?)?;
//! let room = "mimi://hub.example/r/clubhouse".parse()?;
//! let context = OfferContext { room_uri: Some(&room), offerer_key: here.public() };
//!
//! // A KeyPackage of the other pseudonym, made for this offer: its usage says so, to whoever has the salt.
//! let salt = [7; 16]; // drawn at random for each offer
//! let usage = KeyPackageUsage::offered(&salt, Some(&room), here.public())?;
//! # let sign = |label: &[u8], tbs: &[u8]| -> Result<Vec<u8>, Box<dyn std::error::Error>> {
//! #     let signature = there.sign(&ToBeSigned::new(Family::Mls, sign_content(label, tbs)?)?)?;
//! #     Ok(Writer::new().octets(tbs).vector(signature.as_bytes()).finish()?)
//! # };
//! # let leaf = Writer::new().vector(&[9; 32]).vector(there.public().octets()).octets(&Credential::SdCwt(vec![1]).encode()?);
//! # let leaf = leaf.list([1], Writer::u16).list([1], Writer::u16).list([6], Writer::u16).vector(&[]).list([5], Writer::u16);
//! # let leaf = sign(b"LeafNodeTBS", &leaf.u8(1).u64(1_789_948_800).u64(1_792_368_000).vector(&[]).finish()?)?;
//! # let dictionary = Writer::new().list([usage.encode()?], |writer, usage| writer.u16(0xd051).vector(&usage)).finish()?;
//! # let unsigned = Writer::new().u16(1).u16(1).vector(&[8; 32]).octets(&leaf);
//! # let unsigned = unsigned.list([dictionary], |writer, it| writer.u16(6).vector(&it)).finish()?;
//! # let key_package = KeyPackageView::decode(&sign(b"KeyPackageTBS", &unsigned)?)?;
//!
//! let offer = KeyPackageOffer::prepare(&context, 1_790_600_000, &[&key_package], salt)?.sign(&[&there])?;
//!
//! let received = KeyPackageOffer::decode(&offer.encode()?)?;
//! received.verify(&context, 1_790_000_000, &[&key_package])?;
//! // Somebody else passes it on as hers.
//! let mallory = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?)?;
//! let context = OfferContext { offerer_key: mallory.public(), ..context };
//! assert!(received.verify(&context, 1_790_000_000, &[&key_package]).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(test)]
mod tests;

use std::fmt;

use mimicred_error::At;
use mimicred_keys::{Family, LeafKey, PublicKey, ToBeSigned};
use mimicred_uri::MimiUri;

use crate::component::{KEY_PACKAGE_OFFER, KEY_PACKAGE_USAGE, KeyPackageUsage, SALT_LEN, read_optional_uri};
use crate::error::{Code, Error};
use crate::key_package::KeyPackageView;
use crate::leaf_node::{MAX_KEY, MAX_SIGNATURE, between, public_key};
use crate::signing::{safe_sign_content, safe_to_be_signed};
use crate::tls::{Reader, Writer};

const LABEL: &str = "KeyPackageOfferTBS";
const VERSION: u16 = 1;
/// The longest KeyPackageRef of any suite.
const MAX_REFERENCE: usize = 64;
/// The most KeyPackages that one offer may list.
pub const MAX_OFFERED: usize = 64;

/// Who offers where: what the receiver knows from the snapshot of the message's epoch.
#[derive(Clone, Copy, Debug)]
pub struct OfferContext<'a> {
    /// The room that carries the offer; nothing for a new offer in answer to a consent request (mimi-mls 3.6.4).
    pub room_uri: Option<&'a MimiUri>,
    /// The sender's leaf key.
    pub offerer_key: &'a PublicKey,
}

/// An offer as received or made; nothing in it is verified by being read.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyPackageOffer {
    /// The KeyPackageOfferTBS as it was signed.
    tbs: Vec<u8>,
    room_uri: Option<MimiUri>,
    offerer_key: Vec<u8>,
    not_after: u64,
    references: Vec<Vec<u8>>,
    salt: Vec<u8>,
    /// Leaf keys of the KeyPackages, and what they signed.
    signatures: Vec<(Vec<u8>, Vec<u8>)>,
}

impl KeyPackageOffer {
    /// Everything but the signatures: these KeyPackages, until `not_after` (seconds since 1970).
    ///
    /// # Errors
    /// `mls/offer-commitment-invalid` for a KeyPackage that was not made for this offer, `mls/empty` without KeyPackages, `mls/limit`,
    /// `mls/value-duplicate`, and those of [`KeyPackageView::reference`].
    pub fn prepare(
        context: &OfferContext<'_>,
        not_after: u64,
        key_packages: &[&KeyPackageView],
        salt: [u8; SALT_LEN],
    ) -> Result<PreparedOffer, Error> {
        if key_packages.len() > MAX_OFFERED {
            return Err(Error::new(Code::Limit).at(At::Field("key_package_refs".into())));
        }
        let usage = KeyPackageUsage::offered(&salt, context.room_uri, context.offerer_key)?;
        let (mut references, mut keys) = (Vec::new(), Vec::new());
        for (index, key_package) in key_packages.iter().enumerate() {
            check_usage(key_package, usage).map_err(|error| error.at(At::Item(index)))?;
            references.push(reference(key_package)?);
            let key = key_package.leaf_node().signature_key()?;
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        let room = context.room_uri.map(MimiUri::as_str).unwrap_or_default();
        let tbs = Writer::new()
            .u16(VERSION)
            .vector(room.as_bytes())
            .vector(context.offerer_key.octets())
            .u64(not_after)
            .list(&references, |writer, reference| writer.vector(reference))
            .finish()?;
        let unsigned = Self {
            room_uri: context.room_uri.cloned(),
            offerer_key: context.offerer_key.octets().to_vec(),
            not_after,
            references,
            salt: salt.to_vec(),
            signatures: Vec::new(),
            tbs,
        };
        unsigned.check_references()?;
        let to_be_signed = safe_to_be_signed(KEY_PACKAGE_OFFER, LABEL, &unsigned.tbs)?;
        Ok(PreparedOffer { unsigned, to_be_signed, keys })
    }

    /// Reads an offer that fills the whole input.
    ///
    /// # Errors
    /// `mls/version-unsupported`, `mls/uri-invalid`, `mls/offer-salt-length`, `mls/empty`, `mls/value-duplicate` for a KeyPackage or a key
    /// that is there twice, and those of [`Reader`].
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let start = reader.clone();
        if reader.u16()? != VERSION {
            return Err(start.error(Code::VersionUnsupported));
        }
        let room_uri = read_optional_uri(&mut reader)?;
        let offerer_key = reader.vector(MAX_KEY)?.to_vec();
        let not_after = reader.u64()?;
        let place = reader.clone();
        let references = reader
            .list(MAX_OFFERED * (MAX_REFERENCE + 2), MAX_OFFERED, |inner| inner.vector(MAX_REFERENCE).map(<[u8]>::to_vec))?;
        let tbs = between(&start, &reader).to_vec();
        let salt_place = reader.clone();
        let salt = reader.vector(MAX_REFERENCE)?.to_vec();
        if salt.len() != SALT_LEN {
            return Err(salt_place.error(Code::OfferSaltLength));
        }
        let mut signatures: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
        reader.list::<_, Error>(MAX_OFFERED * (MAX_KEY + MAX_SIGNATURE), MAX_OFFERED, |inner| {
            let place = inner.clone();
            let key = inner.vector(MAX_KEY)?.to_vec();
            if signatures.iter().any(|(other, _)| *other == key) {
                return Err(place.error(Code::ValueDuplicate).note("signature_key"));
            }
            signatures.push((key, inner.vector(MAX_SIGNATURE)?.to_vec()));
            Ok(())
        })?;
        reader.finish()?;
        let offer = Self { tbs, room_uri, offerer_key, not_after, references, salt, signatures };
        offer.check_references().map_err(|error| error.at(At::Offset(place.offset())))?;
        Ok(offer)
    }

    /// The encoded offer.
    ///
    /// # Errors
    /// `mls/limit` for what is longer than any vector.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        Writer::new()
            .octets(&self.tbs)
            .vector(&self.salt)
            .list(&self.signatures, |writer, (key, signature)| writer.vector(key).vector(signature))
            .finish()
    }

    /// Whether the owners of these KeyPackages offer them here and now, through the owner of this leaf.
    ///
    /// The signatures of the KeyPackages themselves, and that all of them are of one user, are for others to see: `room` does it.
    ///
    /// # Errors
    /// `mls/offer-elsewhere`, `mls/offer-expired`, `mls/offer-unlisted`, `mls/offer-commitment-invalid`, `mls/offer-signature-invalid`, and
    /// those of [`KeyPackageView::reference`]; where they are about one KeyPackage, with its number.
    pub fn verify(&self, context: &OfferContext<'_>, at: u64, key_packages: &[&KeyPackageView]) -> Result<(), Error> {
        if self.room_uri.as_ref() != context.room_uri || self.offerer_key != context.offerer_key.octets() {
            return Err(Code::OfferElsewhere.into());
        }
        if at > self.not_after {
            return Err(Code::OfferExpired.into());
        }
        // Every signature must hold, also one for a KeyPackage that is not here: an offer is good or it is not.
        let content = safe_sign_content(KEY_PACKAGE_OFFER, LABEL, &self.tbs)?;
        let invalid = || Error::new(Code::OfferSignatureInvalid);
        for (key, signature) in &self.signatures {
            public_key(key)
                .map_err(|error| invalid().because(error))?
                .verify(Family::Mls, &content, signature)
                .map_err(|error| invalid().because(error))?;
        }
        let salt = self.salt.as_slice().try_into().map_err(|_| Error::new(Code::OfferSaltLength))?;
        let usage = KeyPackageUsage::offered(salt, context.room_uri, context.offerer_key)?;
        for (index, key_package) in key_packages.iter().enumerate() {
            let here = |error: Error| error.at(At::Item(index));
            if !self.references.contains(&reference(key_package).map_err(here)?) {
                return Err(here(Code::OfferUnlisted.into()));
            }
            check_usage(key_package, usage).map_err(here)?;
            let key = key_package.leaf_node().signature_key_octets();
            if !self.signatures.iter().any(|(signer, _)| signer == key) {
                return Err(here(invalid()));
            }
        }
        Ok(())
    }

    /// Until when it stands, in seconds since 1970.
    pub fn not_after(&self) -> u64 {
        self.not_after
    }

    /// The room in which it was made, as it says.
    pub fn room_uri(&self) -> Option<&MimiUri> {
        self.room_uri.as_ref()
    }

    /// The leaf key of who offers, as it says.
    pub fn offerer_key(&self) -> &[u8] {
        &self.offerer_key
    }

    /// The keys that have signed, as it says.
    pub fn signers(&self) -> impl Iterator<Item = &[u8]> {
        self.signatures.iter().map(|(key, _)| key.as_slice())
    }

    /// The KeyPackageRefs listed.
    pub fn references(&self) -> impl Iterator<Item = &[u8]> {
        self.references.iter().map(Vec::as_slice)
    }

    /// Whether it lists a KeyPackage.
    ///
    /// # Errors
    /// Those of [`KeyPackageView::reference`].
    pub fn lists(&self, key_package: &KeyPackageView) -> Result<bool, Error> {
        Ok(self.references.contains(&reference(key_package)?))
    }

    /// What opens the commitments, and proves to the owner of a KeyPackage that whoever adds it held this offer.
    pub fn salt(&self) -> &[u8] {
        &self.salt
    }

    fn check_references(&self) -> Result<(), Error> {
        let at = || At::Field("key_package_refs".into());
        if self.references.is_empty() {
            return Err(Error::new(Code::Empty).at(at()));
        }
        let twice = self.references.iter().enumerate().any(|(n, it)| self.references.iter().skip(n + 1).any(|other| other == it));
        if twice { Err(Error::new(Code::ValueDuplicate).at(at())) } else { Ok(()) }
    }
}

/// An offer that lacks only its signatures: one by each distinct leaf key of its KeyPackages, over the same octets.
#[derive(Clone, Debug)]
pub struct PreparedOffer {
    unsigned: KeyPackageOffer,
    to_be_signed: ToBeSigned,
    keys: Vec<PublicKey>,
}

impl PreparedOffer {
    /// What each key has to sign.
    pub fn to_be_signed(&self) -> &ToBeSigned {
        &self.to_be_signed
    }

    /// The keys that have to sign.
    pub fn keys(&self) -> &[PublicKey] {
        &self.keys
    }

    /// Takes the signatures, in the order of [`PreparedOffer::keys`] and in the form of the MLS family, if they verify.
    ///
    /// # Errors
    /// `mls/offer-key-missing`, `mls/offer-signature-invalid`.
    pub fn finish(self, signatures: &[&[u8]]) -> Result<KeyPackageOffer, Error> {
        if signatures.len() != self.keys.len() {
            return Err(Code::OfferKeyMissing.into());
        }
        let mut offer = self.unsigned;
        for (key, signature) in self.keys.iter().zip(signatures) {
            key.verify(Family::Mls, self.to_be_signed.as_bytes(), signature)
                .map_err(|error| Error::new(Code::OfferSignatureInvalid).because(error))?;
            offer.signatures.push((key.octets().to_vec(), signature.to_vec()));
        }
        Ok(offer)
    }

    /// Signs with keys at hand, in any order.
    ///
    /// # Errors
    /// `mls/offer-key-missing`.
    pub fn sign(self, keys: &[&LeafKey]) -> Result<KeyPackageOffer, Error> {
        let mut signatures = Vec::with_capacity(self.keys.len());
        for wanted in &self.keys {
            let key = keys.iter().find(|key| key.public() == wanted).ok_or(Code::OfferKeyMissing)?;
            signatures.push(key.sign(&self.to_be_signed)?);
        }
        let signatures: Vec<&[u8]> = signatures.iter().map(|signature| signature.as_bytes()).collect();
        self.finish(&signatures)
    }
}

fn reference(key_package: &KeyPackageView) -> Result<Vec<u8>, Error> {
    Ok(key_package.reference(key_package.suite()?.hash())?.to_vec())
}

fn check_usage(key_package: &KeyPackageView, usage: KeyPackageUsage) -> Result<(), Error> {
    let found = key_package.extensions().component(KEY_PACKAGE_USAGE)?.map(KeyPackageUsage::decode).transpose()?;
    if found == Some(usage) { Ok(()) } else { Err(Code::OfferCommitmentInvalid.into()) }
}

/// Without salt and signatures.
impl fmt::Debug for KeyPackageOffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyPackageOffer")
            .field("room_uri", &self.room_uri)
            .field("not_after", &self.not_after)
            .field("key_packages", &self.references.len())
            .finish_non_exhaustive()
    }
}
