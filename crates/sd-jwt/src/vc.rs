//! SD-JWT VC (draft-ietf-oauth-sd-jwt-vc): what a credential is held to beside RFC 9901.
//!
//! Nothing is fetched: a `vct` is compared and not followed (JWT-Y-014), and keys come from the caller's trust (JWT-Y-009).

mod metadata;

use std::borrow::Cow;

use mimicred_claims::{Key, Map, Value};
use mimicred_error::At;

use crate::marks::{SD, has_marks};
use crate::token::is_type;
use crate::{Code, Error};

pub use metadata::{IssuerKeys, IssuerMetadata, metadata_url};

/// `typ` of a credential.
pub const VC_TYPE: &str = "dc+sd-jwt";
/// The same before November 2024.
const EARLY_TYPE: &str = "vc+sd-jwt";

/// Claims that no disclosure may bring, nor anything inside them (JWT-Y-004, trap 25).
const NEVER_DISCLOSED: [&str; 8] = ["iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status"];

/// What a credential must be.
///
/// ```
/// use mimicred_sd_jwt::{VcRules, VcTypes};
///
/// let any = VcRules::default();
/// let membership = VcRules { vct: Some("https://a.example/membership"), ..VcRules::default() };
/// let old_too = VcRules { types: VcTypes::EarlyToo, ..membership };
/// assert_ne!(any, old_too);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VcRules<'v> {
    /// The credential type that is wanted, compared character for character (trap 28); any if there is none.
    pub vct: Option<&'v str>,
    /// Whether the type may be one of `aka_vcts`.
    pub also_known_as: AlsoKnownAs,
    /// Which `typ` is accepted.
    pub types: VcTypes,
}

/// Whether `aka_vcts` counts when a type is wanted (JWT-Y-008).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AlsoKnownAs {
    /// Only `vct` does.
    #[default]
    Ignored,
    /// Either may be the wanted type.
    Counts,
}

/// Which `typ` a credential may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VcTypes {
    /// `dc+sd-jwt` (JWT-Y-001).
    #[default]
    Current,
    /// Also `vc+sd-jwt`, its name before November 2024 (JWT-Y-002, trap 27).
    EarlyToo,
}

impl VcRules<'_> {
    /// `typ` of the Issuer's JWT.
    pub(crate) fn check_type(&self, typ: Option<&str>) -> Result<(), Error> {
        let accepted =
            typ.is_some_and(|typ| is_type(typ, VC_TYPE) || (self.types == VcTypes::EarlyToo && is_type(typ, EARLY_TYPE)));
        if accepted {
            Ok(())
        } else {
            Err(Error::new(Code::TypeMismatch).at(At::Header(Cow::Borrowed("typ"))).note("of a credential"))
        }
    }

    /// The type of the credential (JWT-Y-008), once [`check_claims`] holds.
    pub(crate) fn check_vct(&self, claims: &Map<'_>) -> Result<(), Error> {
        let Some(wanted) = self.vct else { return Ok(()) };
        let is_wanted = |value: &Value<'_>| value.as_text() == Some(wanted);
        let aliases = claims.text("aka_vcts").and_then(Value::as_array).unwrap_or_default();
        let found = claims.text("vct").is_some_and(is_wanted)
            || (self.also_known_as == AlsoKnownAs::Counts && aliases.iter().any(is_wanted));
        if found { Ok(()) } else { Err(about(Code::PolicyRefused, "vct").note("a credential of another type")) }
    }
}

/// Whether no disclosure may bring this claim at the top level.
pub(crate) fn is_never_disclosed(key: &Key<'_>) -> bool {
    matches!(key, Key::Text(name) if NEVER_DISCLOSED.contains(&name.as_ref()))
}

/// `_sd` without digests in a credential without disclosures, before the marks are read (JWT-Y-006, trap 15).
pub(crate) fn check_digests(payload: &Map<'_>, disclosures: usize) -> Result<(), Error> {
    match payload.text(SD) {
        Some(Value::Array(digests)) if digests.is_empty() && disclosures == 0 => {
            Err(about(Code::Structure, SD).note("empty, in a credential with nothing to disclose"))
        }
        _ => Ok(()),
    }
}

/// That what must be visible is so down to the bottom (JWT-Y-004), with the marks still in place.
pub(crate) fn check_visible(payload: &Map<'_>) -> Result<(), Error> {
    match NEVER_DISCLOSED.into_iter().find(|name| payload.text(name).is_some_and(has_marks)) {
        Some(name) => Err(about(Code::RedactionForbidden, name)),
        None => Ok(()),
    }
}

/// `vct` and `aka_vcts` (JWT-Y-003, JWT-Y-007).
pub(crate) fn check_claims(claims: &Map<'_>) -> Result<(), Error> {
    let vct = claims.text("vct").ok_or_else(|| about(Code::ClaimMissing, "vct"))?;
    let vct = vct.as_text().filter(|vct| !vct.is_empty()).ok_or_else(|| about(Code::ClaimType, "vct"))?;
    let Some(aliases) = claims.text("aka_vcts") else { return Ok(()) };
    let right = aliases.as_array().is_some_and(|aliases| {
        !aliases.is_empty() && aliases.iter().all(|alias| alias.as_text().is_some_and(|alias| alias != vct))
    });
    if right { Ok(()) } else { Err(about(Code::ClaimType, "aka_vcts").note("texts other than vct, at least one")) }
}

fn about(code: Code, claim: &'static str) -> Error {
    Error::new(code).at(At::Field(Cow::Borrowed(claim)))
}
