//! The Issuer: claims and a redaction plan become an SD-JWT, signed in two steps.

mod confirmation;
mod issuance;
mod prepared;
mod redacting;

use mimicred_claims::{Key, Map, Redaction, RedactionPlan, Value, redact};
use mimicred_error::At;
use mimicred_jose::jws::{self, AlgorithmName};
use mimicred_jose::{base64url, json};
use mimicred_keys::{HashAlgorithm, PublicKey, Random};

use crate::confirmation::CNF;
use crate::disclosure::Written;
use crate::marks::{MARKS, SD_ALG, check_unmarked};
use crate::token::{is_sd_jwt_type, is_type};
use crate::vc::{self, VC_TYPE};
use crate::{Code, Error};
use redacting::Disclosing;

pub use confirmation::Confirmation;
pub use issuance::Issuance;
pub use prepared::PreparedSdJwt;

/// The `typ` of our tokens unless another one is chosen, after the pattern `example+sd-jwt` of RFC 9901 (JWT-I-016).
pub const DEFAULT_TYPE: &str = "mimi-identity+sd-jwt";

/// Claims that are never redacted: what a Verifier needs before it looks at disclosures (JWT-I-014, JWT-I-015), and those that
/// SD-JWT VC keeps visible.
fn is_always_visible(name: &str) -> bool {
    matches!(name, "iss" | "aud" | "exp" | "nbf" | CNF | "vct" | "vct#integrity" | "aka_vcts" | "status")
}

/// Makes SD-JWTs under one Assertion Key.
///
/// ```
/// use mimicred_claims::{Key, Map, Redaction, RedactionPlan, Value};
/// use mimicred_keys::{Algorithm, IssuerKey, SecretKey, SystemRandom};
/// use mimicred_sd_jwt::Issuer;
///
/// let key = IssuerKey::new(SecretKey::generate(Algorithm::P256, &mut SystemRandom)?);
/// let holder = SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?;
/// let claims = Map::from_entries(vec![
///     (Key::from("iss"), Value::from("https://id.a.example")),
///     (Key::from("email"), Value::from("alice@a.example")),
/// ])?;
///
/// let plan = RedactionPlan::new(Redaction::All).with_min_digests(8);
/// let prepared = Issuer::new(key.public()).prepare(claims, Some(holder.public()), &plan, &mut SystemRandom)?;
/// let token = prepared.sign(&key)?;
/// assert!(token.as_str().ends_with('~'));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Issuer {
    key: PublicKey,
    algorithm: AlgorithmName,
    hash: HashAlgorithm,
    typ: String,
    kid: Option<String>,
    x5c: Option<Vec<Vec<u8>>>,
    redactable: Vec<String>,
}

impl Issuer {
    /// An Issuer with this Assertion Key. The hash is the one that matches the key: SHA-256, SHA-384 for P-384, SHA-512 for P-521.
    pub fn new(key: &PublicKey) -> Self {
        Self {
            key: key.clone(),
            algorithm: AlgorithmName::for_key(key.algorithm()),
            hash: key.algorithm().matching_hash(),
            typ: DEFAULT_TYPE.to_owned(),
            kid: None,
            x5c: None,
            redactable: Vec::new(),
        }
    }

    /// Names the key in the header.
    #[must_use]
    pub fn with_kid(mut self, kid: impl Into<String>) -> Self {
        self.kid = Some(kid.into());
        self
    }

    /// Puts the certificates of the key into the header (`x5c`, RFC 7515 section 4.1.6), the key's own first, each in DER. They say who
    /// the Issuer is, so that the claims need no `iss` (trap 26). That the first one is of the key is for the caller to know.
    #[must_use]
    pub fn with_x5c(mut self, certificates: Vec<Vec<u8>>) -> Self {
        self.x5c = Some(certificates);
        self
    }

    /// Lets a plan redact these claims by naming them, though a Verifier needs them early: without this, `iss`, `aud`, `exp`, `nbf`,
    /// `cnf`, `vct` and `status` are refused (JWT-I-015), and under [`Redaction::All`](mimicred_claims::Redaction::All) they stay
    /// visible in any case. What a credential ([`VC_TYPE`]) must keep visible stays so (JWT-Y-004).
    ///
    /// ```
    /// # use mimicred_claims::{Key, Map, Redaction, RedactionPlan, Value};
    /// # use mimicred_keys::{Algorithm, SecretKey, SystemRandom};
    /// # use mimicred_sd_jwt::{Code, Issuer};
    /// # let key = SecretKey::from_octets(Algorithm::Ed25519, &[7; 32])?;
    /// # let claims = Map::from_entries(vec![(Key::from("exp"), Value::Int(1_900_000_000))])?;
    /// let hide_exp = RedactionPlan::new(Redaction::Paths(vec!["exp".parse()?]));
    /// let issuer = Issuer::new(key.public());
    /// let refused = issuer.prepare(claims.clone(), None, &hide_exp, &mut SystemRandom);
    /// assert_eq!(refused.unwrap_err().code(), Code::RedactionForbidden);
    /// assert!(issuer.with_redactable(["exp"]).prepare(claims, None, &hide_exp, &mut SystemRandom).is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_redactable<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.redactable = names.into_iter().map(Into::into).collect();
        self
    }

    /// Sets `typ`, which must end in `+sd-jwt`; otherwise [`DEFAULT_TYPE`].
    #[must_use]
    pub fn with_type(mut self, typ: impl Into<String>) -> Self {
        self.typ = typ.into();
        self
    }

    /// Sets the hash of the disclosures.
    #[must_use]
    pub fn with_hash(mut self, hash: HashAlgorithm) -> Self {
        self.hash = hash;
        self
    }

    /// Sets the name under which the header states the key's algorithm: `Ed25519` instead of `EdDSA`, for instance.
    #[must_use]
    pub fn with_algorithm_name(mut self, name: AlgorithmName) -> Self {
        self.algorithm = name;
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
    ) -> Result<PreparedSdJwt, Error> {
        self.prepare_issuance(Issuance::new(claims, confirmation, plan), random)
    }

    /// The same for all that there is to say about a token.
    ///
    /// # Errors
    /// [`Code::ReservedName`] (JWT-I-008), [`Code::RedactionForbidden`] (JWT-I-015), [`Code::PathUnmatched`],
    /// [`Code::ConfirmationTwice`], [`Code::Confirmation`] for a `cnf` in the claims that no Verifier could use (JWT-I-018),
    /// [`Code::ClaimMissing`] for a credential ([`VC_TYPE`]) without `vct` (JWT-Y-003), [`Code::Header`] for a chain without
    /// certificates, [`Code::TypeMismatch`], [`Code::AlgUnsupported`], [`Code::ClaimType`], [`Code::Time`], [`Code::Unwritable`],
    /// [`Code::Limit`], [`Code::SaltRepeated`], [`Code::Keys`].
    pub fn prepare_issuance(&self, issuance: Issuance<'_>, random: &mut dyn Random) -> Result<PreparedSdJwt, Error> {
        let Issuance { mut claims, confirmation, plan, clock } = issuance;
        if !is_sd_jwt_type(&self.typ) {
            return Err(Error::new(Code::TypeMismatch).note("typ must end in +sd-jwt"));
        }
        if self.algorithm.algorithm() != self.key.algorithm() {
            return Err(Error::new(Code::AlgUnsupported).note(format!(
                "{} with a key of {}",
                self.algorithm,
                self.key.algorithm()
            )));
        }
        let extent = check_unmarked(&claims)?;
        let mut cnf = confirmation::settled(&claims, confirmation)?;
        match clock {
            Some(clock) => crate::token::check_times(&claims, &clock)?,
            None => crate::token::check_dates(&claims)?,
        }
        let is_vc = is_type(&self.typ, VC_TYPE);
        if is_vc {
            vc::check_claims(&claims)?;
        }

        // What is all redacted is not named one by one. It leaves room where it stood, and `cnf` is not redacted with it: so that comes
        // afterwards, and stands at the end as ever.
        let is_all = *plan.redaction() == Redaction::All;
        let redactable = if is_all { &[][..] } else { self.redactable.as_slice() };
        let members = match cnf.take_if(|_| !is_all) {
            Some(cnf) => {
                claims.insert(Key::from(CNF), cnf)?;
                claims.members()
            }
            None => extent.members,
        };
        let most = plan.most_disclosures(members);
        let mut disclosing = Disclosing::new(self.hash, most, random, Written::with_capacity(most, extent.octets))?;
        let keep = |key: &Key<'_>| {
            let Key::Text(name) = key else { return false };
            let overridden = || redactable.iter().any(|redactable| redactable == name) && !(is_vc && vc::is_never_disclosed(key));
            is_always_visible(name) && !overridden()
        };
        let mut payload = redact(claims, plan, keep, &mut disclosing)?;
        cnf.map_or(Ok(()), |cnf| payload.insert(Key::from(CNF), cnf))?;
        // Always written, although sha-256 is the default: deployed peers miss it otherwise.
        payload.insert(Key::from(SD_ALG), Value::from(self.hash.name()))?;
        let (disclosures, payload) = (disclosing.finish(), json::write_map_marked(&payload, MARKS)?);
        let to_be_signed = jws::prepare_with_room(&self.header()?, payload, disclosures.all().len() + 1)?;
        Ok(PreparedSdJwt { to_be_signed, disclosures, key: self.key.clone() })
    }

    fn header(&self) -> Result<Map<'_>, Error> {
        let mut entries =
            vec![(Key::from("alg"), Value::from(self.algorithm.as_str())), (Key::from("typ"), Value::from(self.typ.as_str()))];
        entries.extend(self.kid.as_deref().map(|kid| (Key::from("kid"), Value::from(kid))));
        if let Some(chain) = &self.x5c {
            if chain.is_empty() || chain.iter().any(Vec::is_empty) {
                return Err(Error::new(Code::Header).at(At::Header("x5c".into())).note("no certificate, or an empty one"));
            }
            let chain = chain.iter().map(|certificate| Value::from(base64url::encode_standard(certificate))).collect();
            entries.push((Key::from("x5c"), Value::Array(chain)));
        }
        Ok(Map::from_entries(entries)?)
    }
}
