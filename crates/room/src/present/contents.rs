//! What a holding says, and what of it is shown with some of its disclosures.

use mimicred_claims::{ClaimPath, Disclosed, Map, Selection};
use mimicred_keys::sha256;

use super::{Holding, forecast, impossible, prune};
use crate::Error;
use crate::evidence::Evidence;
use crate::policy::DisclosureFormat;

/// A holding, opened.
pub(crate) struct Contents<'h> {
    /// `iss` of a token.
    pub(crate) issuer: &'h str,
    /// Enough to tell whether two items are of one token.
    pub(crate) token_hash: [u8; 32],
    says: Says<'h>,
}

enum Says<'h> {
    Tree { format: DisclosureFormat, claims: &'h Map<'static>, disclosed: &'h [Disclosed] },
    Whole(Evidence),
}

impl<'h> Contents<'h> {
    /// Opens a holding.
    pub(crate) fn of(holding: Holding<'h>) -> Result<Self, Error> {
        Ok(match holding {
            Holding::SdJwt(held) => Self {
                issuer: held.issuer(),
                token_hash: sha256(held.as_str().split('~').next().unwrap_or_default().as_bytes()),
                says: Says::Tree { format: DisclosureFormat::SdJwtKb, claims: held.claims(), disclosed: held.disclosed() },
            },
            Holding::SdCwt(held) => Self {
                issuer: held.issuer(),
                token_hash: sha256(held.as_bytes()),
                says: Says::Tree { format: DisclosureFormat::SdKbt, claims: held.claims(), disclosed: held.disclosed() },
            },
            Holding::X509 { chain, key } => {
                let shown = forecast::shown_by(chain, key)?;
                Self { issuer: "", token_hash: shown.token_hash, says: Says::Whole(shown.evidence) }
            }
        })
    }

    pub(crate) fn format(&self) -> DisclosureFormat {
        match &self.says {
            Says::Tree { format, .. } => *format,
            Says::Whole(evidence) => evidence.format(),
        }
    }

    /// All claims of a token.
    pub(crate) fn claims(&self) -> Option<&'h Map<'static>> {
        match self.says {
            Says::Tree { claims, .. } => Some(claims),
            Says::Whole(_) => None,
        }
    }

    /// What may be disclosed or withheld.
    pub(crate) fn disclosures(&self) -> impl Iterator<Item = &'h Disclosed> + use<'h> {
        let disclosed: &'h [Disclosed] = match self.says {
            Says::Tree { disclosed, .. } => disclosed,
            Says::Whole(_) => &[],
        };
        disclosed.iter().filter(|disclosure| !disclosure.decoy)
    }

    /// The disclosures that a selection means; a certificate has none.
    pub(crate) fn choose(&self, selection: &Selection) -> Result<Vec<usize>, Error> {
        match self.says {
            Says::Tree { claims, disclosed, .. } => selection.choose(disclosed, claims).map_err(impossible),
            Says::Whole(_) => Ok(Vec::new()),
        }
    }

    /// What receivers will see with these disclosures.
    pub(crate) fn shown(&self, chosen: &[usize]) -> Evidence {
        match &self.says {
            Says::Tree { format: DisclosureFormat::SdJwtKb, claims, disclosed } => {
                Evidence::of_jwt(prune::shown(claims, disclosed, chosen))
            }
            Says::Tree { claims, disclosed, .. } => Evidence::of_cwt(prune::shown(claims, disclosed, chosen)),
            Says::Whole(evidence) => evidence.clone(),
        }
    }

    /// The path of `sub`.
    pub(crate) fn subject_path(&self) -> Option<ClaimPath> {
        use mimicred_claims::{Key, Step};
        let key = match &self.says {
            Says::Tree { format: DisclosureFormat::SdJwtKb, .. } => Key::from("sub"),
            Says::Tree { .. } => Key::Int(mimicred_cose::cwt::SUB),
            Says::Whole(_) => return None,
        };
        Some(ClaimPath::new(vec![Step::Key(key)]))
    }
}
