//! The Issuer: claims and a redaction plan become an SD-CWT, signed in two steps.

mod check;
mod confirmation;
mod header;
mod issuance;
mod prepared;
mod redacting;
mod salt_list;
mod salts;

use std::fmt;
use std::sync::Arc;

use mimicred_claims::{Key, Map, RedactionPlan, redact};
use mimicred_cose::sign1::PreparedSign1;
use mimicred_cose::{AlgorithmId, cwt};
use mimicred_keys::{HashAlgorithm, PublicKey, Random, Salts};

use crate::disclosure::Written;
use crate::rules::is_never_redacted;
use crate::serialization::before_disclosures;
use crate::token::hash_of;
use crate::{Error, NamedKey};
use check::Extent;
use header::Parameters;
use redacting::{Disclosing, Stock, names_claims};

pub use confirmation::Confirmation;
pub use issuance::Issuance;
pub use prepared::PreparedSdCwt;
pub use salt_list::SaltList;
pub use salts::{SaltSource, Salted};

/// Who asks the Holder to prove that she has the confirmation key.
type Possession = Arc<dyn Fn(&NamedKey) -> bool + Send + Sync>;

/// Makes SD-CWTs under one Assertion Key.
///
/// ```
/// use mimicred_claims::{Key, Map, Redaction, RedactionPlan, Value};
/// use mimicred_cose::cwt;
/// use mimicred_keys::{Algorithm, IssuerKey, SecretKey, SystemRandom};
/// use mimicred_sd_cwt::Issuer;
///
/// let key = IssuerKey::new(SecretKey::generate(Algorithm::P256, &mut SystemRandom)?);
/// let holder = SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?;
/// let claims = Map::from_entries(vec![
///     (Key::Int(cwt::ISS), Value::from("https://id.a.example")),
///     (Key::Int(cwt::SUB), Value::from("mimi://a.example/u/alice")),
///     (Key::Int(179), Value::from("alice@a.example")),
/// ])?;
///
/// let plan = RedactionPlan::new(Redaction::All).with_min_digests(8);
/// let prepared = Issuer::new(key.public()).prepare(claims, holder.public(), &plan, &mut SystemRandom)?;
/// let token = prepared.sign(&key)?;
/// assert!(token.as_bytes().starts_with(&[0xd2, 0x84]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Issuer {
    key: PublicKey,
    header: Parameters,
    status: Status,
    possession: Option<Possession>,
}

/// Whether `status` may be redacted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Status {
    Visible,
    /// By a plan that names it.
    Redactable,
}

impl Issuer {
    /// An Issuer with this Assertion Key, and the fully specified algorithm of that key (CWT-I-003). The hash is the one that
    /// matches the key: SHA-256, SHA-384 for P-384, SHA-512 for P-521.
    pub fn new(key: &PublicKey) -> Self {
        Self { key: key.clone(), header: Parameters::for_key(key), status: Status::Visible, possession: None }
    }

    /// Signs under another identifier of the key's algorithm: a deprecated one, -7, -35, -36 or -8, for Verifiers that know no
    /// other (trap 29). One that is not of the key is refused when a token is prepared.
    #[must_use]
    pub fn with_algorithm(mut self, algorithm: AlgorithmId) -> Self {
        self.header.algorithm = algorithm;
        self
    }

    /// Names the key in the header; a byte string (trap 30).
    #[must_use]
    pub fn with_kid(mut self, kid: impl Into<Vec<u8>>) -> Self {
        self.header.kid = Some(kid.into());
        self
    }

    /// Sets `typ` to a media type: `application/sd-cwt`, or a more specific one that ends in `+sd-cwt` and that Verifiers must know
    /// ([`TypeRule::Exactly`](crate::TypeRule::Exactly)). Otherwise it is the number 293 (CWT-I-002).
    ///
    /// All rules hold for a more specific type too (CWT-Y-006). For a type of which nothing is ever redacted `+cwt` says more
    /// (CWT-Y-007); such a token is no SD-CWT, and not made here.
    #[must_use]
    pub fn with_type(mut self, typ: impl Into<String>) -> Self {
        self.header.typ = Some(typ.into());
        self
    }

    /// Sets the hash of the disclosures.
    #[must_use]
    pub fn with_hash(mut self, hash: HashAlgorithm) -> Self {
        self.header.hash = hash;
        self
    }

    /// Sets the hash of the disclosures by its number in the COSE registry.
    ///
    /// # Errors
    /// [`Code::AlgUnsupported`](crate::Code::AlgUnsupported) for a number that is no hash, or a hash that is too weak (CWT-I-005).
    ///
    /// ```
    /// # use mimicred_keys::{Algorithm, SecretKey};
    /// # use mimicred_sd_cwt::{Code, Issuer};
    /// # let key = SecretKey::from_octets(Algorithm::Ed25519, &[7; 32])?;
    /// let issuer = Issuer::new(key.public()).with_hash_id(-44)?;
    /// // SHA-1.
    /// assert_eq!(issuer.with_hash_id(-14).unwrap_err().code(), Code::AlgUnsupported);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_hash_id(self, id: i128) -> Result<Self, Error> {
        Ok(self.with_hash(hash_of(id)?))
    }

    /// Leaves `sd_alg` out of the header where it is SHA-256, which is what its absence means (CWT-I-004). Otherwise it is always
    /// written: peers of earlier drafts miss it.
    #[must_use]
    pub fn without_default_hash(mut self) -> Self {
        self.header.sd_alg = header::SdAlg::UnlessDefault;
        self
    }

    /// Puts the certificates of the key into the header (`x5chain`, RFC 9360), the key's own first, each in DER. They say who the
    /// Issuer is, so that the claims need no `iss` (CWT-I-016). That the first one is of the key is for the caller to know.
    #[must_use]
    pub fn with_x5chain(mut self, certificates: Vec<Vec<u8>>) -> Self {
        self.header.x5chain = Some(certificates);
        self
    }

    /// Says in the header (`sd_aead`) how Holders encrypt disclosures, by the number in the AEAD registry of IANA; AES-128-GCM, 1,
    /// where nothing is said. The token itself has no encrypted disclosures (CWT-A-023, trap 23).
    #[must_use]
    pub fn with_aead(mut self, id: u16) -> Self {
        self.header.aead = Some(id);
        self
    }

    /// Lets a plan redact `status` by naming it. Without this it is refused, since a Holder could withhold what revokes her token
    /// (CWT-I-020, trap 10); under [`Redaction::All`](mimicred_claims::Redaction::All) it stays visible in any case.
    #[must_use]
    pub fn with_redactable_status(mut self) -> Self {
        self.status = Status::Redactable;
        self
    }

    /// Asks before each token whether the Holder has proved that she has the confirmation key, by a challenge of an earlier message
    /// for instance; `false` stops issuance (CWT-I-028).
    ///
    /// ```
    /// # use mimicred_claims::{Key, Map, Redaction, RedactionPlan, Value};
    /// # use mimicred_keys::{Algorithm, SecretKey, SystemRandom};
    /// # use mimicred_sd_cwt::{Code, Issuer, NamedKey};
    /// # let key = SecretKey::from_octets(Algorithm::Ed25519, &[7; 32])?;
    /// # let (proven, other) = (SecretKey::from_octets(Algorithm::P256, &[7; 32])?, SecretKey::from_octets(Algorithm::P256, &[8; 32])?);
    /// # let claims = Map::from_entries(vec![(Key::Int(1), Value::from("i.example")), (Key::Int(2), Value::from("s.example"))])?;
    /// # let plan = RedactionPlan::new(Redaction::None);
    /// let known = proven.public().clone();
    /// let issuer = Issuer::new(key.public()).with_possession(move |named| *named == NamedKey::Key(known.clone()));
    /// assert!(issuer.prepare(claims.clone(), proven.public(), &plan, &mut SystemRandom).is_ok());
    /// let refused = issuer.prepare(claims, other.public(), &plan, &mut SystemRandom);
    /// assert_eq!(refused.unwrap_err().code(), Code::Confirmation);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_possession(mut self, is_proven: impl Fn(&NamedKey) -> bool + Send + Sync + 'static) -> Self {
        self.possession = Some(Arc::new(is_proven));
        self
    }

    /// Redacts the claims by the plan and makes what is to be signed. `cnf` is added for the confirmation key; everything else,
    /// `iss`, `sub`, `iat`, `exp`, is as given. All salts are drawn from `random` at once; only decoys beyond may draw again.
    ///
    /// # Errors
    /// As [`Issuer::prepare_issuance`].
    pub fn prepare<'a>(
        &self,
        claims: Map<'a>,
        confirmation: impl Into<Confirmation<'a>>,
        plan: &'a RedactionPlan,
        random: &mut dyn Random,
    ) -> Result<PreparedSdCwt, Error> {
        self.prepare_issuance(Issuance::new(claims, confirmation, plan), random)
    }

    /// The same for all that a token may be made of, claims in its header for instance.
    ///
    /// # Errors
    /// `claim-missing` without `iss`, `sub` or `cnf` (CWT-I-015 to CWT-I-017), `claim-type`, `claim-collision` (CWT-I-027), `time`
    /// (CWT-I-029), `redaction-forbidden` (CWT-I-018, CWT-I-020), `confirmation` (CWT-I-028, CWT-K-007), `path-unmatched`, `preissue`
    /// for what no token can hold, `type-mismatch`, `alg-unsupported`, `header` for a chain without certificates, `limit`,
    /// `salt-repeated`, `keys`; see [`Code`](crate::Code).
    pub fn prepare_issuance(&self, issuance: Issuance<'_>, random: &mut dyn Random) -> Result<PreparedSdCwt, Error> {
        let (settled, extent) = self.settle(issuance)?;
        let salts = Salts::draw(extent.disclosures, random)?;
        self.redact_and_encode(settled, Stock::Random(salts), extent)
    }

    /// The same with salts of another source, a [`SaltList`] for instance. No salt is used twice, wherever it comes from.
    ///
    /// # Errors
    /// As [`Issuer::prepare_issuance`], and those of the source.
    pub fn prepare_with_salts(&self, issuance: Issuance<'_>, salts: &mut dyn SaltSource) -> Result<PreparedSdCwt, Error> {
        let (settled, extent) = self.settle(issuance)?;
        self.redact_and_encode(settled, Stock::of(salts), extent)
    }

    /// Checks all that can be checked before anything is redacted, and puts `cnf` in its place.
    fn settle<'a>(&self, mut issuance: Issuance<'a>) -> Result<(Issuance<'a>, Extent), Error> {
        self.header.check(&self.key)?;
        issuance.settle_cnonce()?;
        confirmation::settle(&mut issuance, self.possession.as_ref())?;
        let extent = check::check(&issuance, self.header.identifies_issuer())?;
        Ok((issuance, extent))
    }

    fn redact_and_encode(&self, issuance: Issuance<'_>, salts: Stock<'_>, extent: Extent) -> Result<PreparedSdCwt, Error> {
        let without_claims = self.header.write(None)?;
        let before = before_disclosures(&without_claims, extent.disclosures).len();
        let disclosures = Written::with_capacity(extent.disclosures, self.room_for(extent), before);
        let mut disclosing = Disclosing::new(self.header.hash, salts, disclosures);
        let payload = self.redact(issuance.claims, issuance.plan, &mut disclosing)?;
        let protected = match issuance.header_claims {
            Some((claims, plan)) => self.header.write(Some(&self.redact(claims, plan, &mut disclosing)?))?,
            None => without_claims,
        };
        let expected = 256 + payload.redacted.len() * (self.header.hash.len() + 2);
        let message = PreparedSign1::with_payload(&protected, expected, |writer| Ok::<_, Error>(writer.entries(&payload)?))?;
        Ok(PreparedSdCwt { message, disclosures: disclosing.finish(), key: self.key.clone() })
    }

    /// How many octets the token will have, more or less.
    fn room_for(&self, extent: Extent) -> usize {
        /// Of a disclosure beside its claim: heads and salt; of a digest: its heads; of the token: headers, signature.
        const DISCLOSURE: usize = 24;
        const DIGEST: usize = 4;
        const TOKEN: usize = 512;
        let each = DISCLOSURE + DIGEST + self.header.hash.len();
        TOKEN + extent.octets + extent.disclosures.saturating_mul(each)
    }

    fn redact<'a>(&self, claims: Map<'a>, plan: &RedactionPlan, disclosing: &mut Disclosing<'_>) -> Result<Map<'a>, Error> {
        let status_stays = self.status == Status::Visible || !names_claims(plan);
        let keeps = |key: &Key<'_>| is_never_redacted(key) || (status_stays && *key == Key::Int(cwt::STATUS));
        redact(claims, plan, keeps, disclosing)
    }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer").field("key", &self.key).field("header", &self.header).finish_non_exhaustive()
    }
}
