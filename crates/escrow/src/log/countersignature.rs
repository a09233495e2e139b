//! What a custodian signs before anything is opened.

use mimicred_claims::{Key, Map, Value};
use mimicred_jose::jws::{self, AlgorithmName, Compact};
use mimicred_jose::{base64url, json};
use mimicred_keys::{Algorithm, ToBeSigned};

use super::LogEntry;
use crate::{Code, CustodianShare, Custody, Error};

/// A custodian's signature over the head of an entry: a JWS in compact form.
///
/// Its header is `{"alg":"EdDSA","typ":"escrow-head+jws"}`, its payload
/// `{"custody":…,"custodian":…,"entry":…,"head":…}` with the digests in base64url and the numbers as such; in these octets and no
/// others, so that one countersignature has one text.
#[derive(Clone, PartialEq, Eq)]
pub struct Countersignature {
    text: String,
    custody: [u8; 32],
    custodian: u8,
    entry: u64,
    head: [u8; 32],
}

const TYPE: &str = "escrow-head+jws";
/// The longest: 52 characters of header, 206 of payload with sixteen custodians and twenty digits, 86 of signature, and the dots.
const TEXT_MAX: usize = 346;
const LIMITS: json::Limits = json::Limits { octets: 256, depth: 2, values: 8 };

impl Countersignature {
    pub(super) fn sign(share: &CustodianShare, entry: &LogEntry) -> Result<Self, Error> {
        let (custody, custodian) = (*share.custody_digest(), share.index());
        let to_be_signed = prepare(&custody, custodian, entry.index(), &entry.head()).ok_or(Code::CryptoFailed)?;
        let signature = share.signer().sign(&to_be_signed)?;
        let text = jws::finish(to_be_signed, signature.as_bytes());
        Ok(Self { text, custody, custodian, entry: entry.index(), head: entry.head() })
    }

    /// Reads a countersignature; whether it holds, [`Countersignature::verify`] says.
    ///
    /// # Errors
    /// [`Code::CountersignatureMalformed`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let malformed = || Error::new(Code::CountersignatureMalformed);
        if text.len() > TEXT_MAX {
            return Err(malformed());
        }
        let jws = Compact::parse(text).map_err(|error| malformed().because(error))?;
        let (custody, custodian, entry, head) = read_payload(jws.payload()).ok_or_else(malformed)?;
        // Written anew, it is the same: nothing else is in there, and in no other spelling.
        let expected = prepare(&custody, custodian, entry, &head).ok_or_else(malformed)?;
        if expected.as_bytes() != jws.signing_input().as_bytes() || jws.signature().len() != Algorithm::Ed25519.signature_len() {
            return Err(malformed());
        }
        Ok(Self { text: text.to_owned(), custody, custodian, entry, head })
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The number of the custodian who claims to have signed.
    pub fn custodian(&self) -> u8 {
        self.custodian
    }

    /// The number of the entry, counted from 0.
    pub fn entry(&self) -> u64 {
        self.entry
    }

    /// The head that was signed.
    pub fn head(&self) -> &[u8; 32] {
        &self.head
    }

    /// Checks that the custodian signed the head of this entry for this custody.
    ///
    /// # Errors
    /// [`Code::CountersignatureInvalid`].
    pub fn verify(&self, custody: &Custody, entry: &LogEntry) -> Result<(), Error> {
        let invalid = || Error::new(Code::CountersignatureInvalid).note(format!("custodian {}", self.custodian));
        let key = custody.countersigning_key(self.custodian).ok_or_else(invalid)?;
        if self.custody != *custody.digest() || self.entry != entry.index() || self.head != entry.head() {
            return Err(invalid());
        }
        let jws = Compact::parse(&self.text).map_err(|error| invalid().because(error))?;
        jws.verify(key).map_err(|error| invalid().because(error))
    }
}

impl std::fmt::Debug for Countersignature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Countersignature").field("custodian", &self.custodian).field("entry", &self.entry).finish_non_exhaustive()
    }
}

/// What is signed; nothing only if JSON could not be written, which it can.
fn prepare(custody: &[u8; 32], custodian: u8, entry: u64, head: &[u8; 32]) -> Option<ToBeSigned> {
    let alg = AlgorithmName::for_key(Algorithm::Ed25519).as_str();
    let header = Map::from_entries(vec![(Key::from("alg"), Value::from(alg)), (Key::from("typ"), Value::from(TYPE))]).ok()?;
    let payload = Map::from_entries(vec![
        (Key::from("custody"), Value::from(base64url::encode(custody))),
        (Key::from("custodian"), Value::from(i128::from(custodian))),
        (Key::from("entry"), Value::from(i128::from(entry))),
        (Key::from("head"), Value::from(base64url::encode(head))),
    ]);
    jws::prepare(&header, json::write_map(&payload.ok()?).ok()?).ok()
}

fn read_payload(payload: &[u8]) -> Option<([u8; 32], u8, u64, [u8; 32])> {
    let value = json::parse_octets(payload, &LIMITS).ok()?;
    let members = value.as_map()?;
    let digest = |name| base64url::decode(members.text(name)?.as_text()?).ok()?.try_into().ok();
    let number = |name| members.text(name)?.as_int();
    let custodian = number("custodian").and_then(|number| u8::try_from(number).ok())?;
    let entry = number("entry").and_then(|number| u64::try_from(number).ok())?;
    Some((digest("custody")?, custodian, entry, digest("head")?))
}
