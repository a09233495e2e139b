//! Who takes part, and records by hand.

use mimicred_escrow::{Binding, CaseReference, CustodianShare, Custody, Log, Memory, Mode, Purpose, SealedRecord, deal};
use mimicred_keys::aead::Aead;
use mimicred_keys::group::{Point, Scalar};
use mimicred_keys::hpke::{Kem, Suite};
use mimicred_keys::sha256;

use crate::cast::{self, NOW};
use crate::object::Object;

/// A custody with the shares of its custodians.
pub(super) struct Dealt {
    pub(super) custody: Custody,
    pub(super) shares: Vec<CustodianShare>,
}

impl Dealt {
    pub(super) fn named(threshold: u8, count: u8, name: &str) -> Self {
        // The source never fails, and what it gives has been a custody for every name here since the vectors were first written.
        let dealt = deal(threshold, count, &mut cast::random(name));
        let (custody, shares) = dealt.unwrap_or_else(|_| unreachable!("a custody for {name}"));
        Self { custody, shares }
    }

    /// Two of three: those whom the vectors are about.
    pub(super) fn two_of_three() -> Self {
        Self::named(2, 3, "two of three")
    }

    /// The share of this custodian, counted from 1.
    pub(super) fn share(&self, custodian: u8) -> Vec<u8> {
        let share = self.shares.iter().find(|share| share.index() == custodian);
        share.map(|share| share.to_octets().to_vec()).unwrap_or_default()
    }

    /// Her secret scalar: what stands behind `mimicred share`, a version, her number and the digest.
    pub(super) fn scalar(&self, custodian: u8) -> Scalar {
        let share = self.share(custodian);
        let scalar = share.get(48..80).and_then(|octets| Scalar::from_octets(octets).ok());
        scalar.unwrap_or_else(|| Scalar::from_u64(1))
    }

    /// A log with these records, each countersigned by these custodians.
    pub(super) fn log(&self, records: &[[u8; 32]], countersigned_by: &[&[u8]]) -> Log {
        let mut log = Log::new();
        for (record, hour) in records.iter().zip(0..) {
            let now = u64::try_from(NOW).unwrap_or(0) + 3600 * hour;
            let case = CaseReference::new(format!("2026-{}", hour + 1));
            let _ = case.and_then(|case| log.append(&self.custody, now, *record, case, Purpose::Abuse).map(drop));
        }
        for (custodians, entry) in countersigned_by.iter().zip(0..) {
            for share in self.shares.iter().filter(|share| custodians.contains(&share.index())) {
                let signed = share.countersign(&self.custody, &log, entry, &Memory::start(&self.custody));
                let _ = signed.and_then(|(signed, _)| log.add(&self.custody, signed));
            }
        }
        log
    }
}

/// The row that records here belong to.
pub(super) const ROW: Binding = Binding { mode: Mode::Sealed, handle: [7; 32] };

/// A row as an input.
pub(super) fn row(row: &Binding) -> Object {
    Object::new().text("mode", row.mode.name()).hex("handle", &row.handle)
}

/// The associated data of a row.
pub(super) fn aad(row: &Binding) -> Vec<u8> {
    [row.mode.name().as_bytes(), &[0], &row.handle].concat()
}

/// What a record's `info` is.
pub(super) fn info(custody: &Custody) -> Vec<u8> {
    [&b"mimicred escrow record 1\0"[..], custody.digest()].concat()
}

/// The content as it is sealed: its length, itself, and zeros up to 128 octets.
pub(super) fn padded(content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len()).unwrap_or(u8::MAX);
    let mut padded = [&[length], content].concat();
    padded.resize(128, 0);
    padded
}

/// A record by hand: any padded content, sealed with any `info`, and proven for this row as it must be.
pub(super) fn record(custody: &Custody, row: &Binding, info: &[u8], padded: &[u8]) -> Vec<u8> {
    let made = || -> Result<Vec<u8>, mimicred_keys::Error> {
        let ephemeral = Scalar::hash("mimicred vectors: ephemeral", &[padded, info])?;
        let suite = Suite { kem: Kem::P256, aead: Aead::Aes256Gcm };
        let pair = suite.kem.key_pair_of(&*ephemeral.to_octets())?;
        let mut sender = suite.sender_with(&pair, &custody.public_key(), info)?;
        let aad = aad(row);
        let octets = [&[1], pair.public(), sender.seal(&aad, padded)?.as_slice()].concat();
        let pairs = [(Point::generator(), Point::base(&ephemeral)?)];
        let proof = prove("mimicred escrow record proof 1", &[custody.digest(), &aad, &octets], &pairs, &ephemeral)?;
        Ok([octets, proof].concat())
    };
    made().unwrap_or_default()
}

/// A proof that one secret was used for all of these pairs (spec-notes/abuse.md, proofs).
pub(super) fn prove(
    domain: &str,
    context: &[&[u8]],
    pairs: &[(Point, Point)],
    secret: &Scalar,
) -> Result<Vec<u8>, mimicred_keys::Error> {
    let nonce = Scalar::hash("mimicred vectors: nonce", context)?;
    let mut points: Vec<_> = pairs.iter().flat_map(|(base, image)| [base.to_octets(), image.to_octets()]).collect();
    for (base, _) in pairs {
        points.push(base.mul(&nonce)?.to_octets());
    }
    let parts: Vec<&[u8]> = context.iter().copied().chain(points.iter().map(|point| &point[..])).collect();
    let challenge = Scalar::hash(domain, &parts)?;
    let response = nonce.add(&challenge.mul(secret));
    Ok([*challenge.to_octets(), *response.to_octets()].concat())
}

/// The record that is opened in the vectors.
pub(super) fn good(custody: &Custody) -> Vec<u8> {
    record(custody, &ROW, &info(custody), &padded(b"account 1"))
}

/// What the log names it by.
pub(super) fn digest(record: &[u8], row: &Binding) -> [u8; 32] {
    sha256(&[&b"mimicred escrow record digest 1\0"[..], &aad(row), record].concat())
}

/// The same of a record that can be read.
pub(super) fn read(record: &[u8]) -> Option<SealedRecord> {
    SealedRecord::parse(record).ok()
}
