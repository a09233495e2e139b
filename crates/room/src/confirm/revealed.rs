//! What a reveal shows, for the eyes of whoever makes it.

use std::fmt;

use mimicred_claims::ClaimPath;

use crate::evidence::Evidence;
use crate::policy::DisclosureFormat;
use crate::present::PreparedBundle;
use crate::verdict::ShownValue;

/// What one item of a bundle shows.
#[derive(Clone, Debug, PartialEq)]
pub struct RevealedItem {
    /// Its format.
    pub format: DisclosureFormat,
    /// Who says so: `iss` of a token; empty for a certificate.
    pub issuer: String,
    /// What this item discloses; of a certificate all that it says.
    pub reveals: Vec<ShownClaim>,
    /// What everybody sees who sees anything of this credential.
    pub always_visible: Vec<ShownClaim>,
    /// What the issuer signed, by its hash.
    token_hash: [u8; 32],
}

/// A claim, for the sender's own eyes.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownClaim {
    /// Where it stands: a claim path, or an object identifier.
    pub place: String,
    /// What the place is usually called, where it does not say so itself.
    pub name: Option<&'static str>,
    /// The value.
    pub value: ShownValue,
}

impl PreparedBundle {
    /// What each item shows.
    pub fn revealed_items(&self) -> impl Iterator<Item = RevealedItem> {
        self.parts().map(|(evidence, issuer, token_hash, revealed)| RevealedItem::of(evidence, issuer, token_hash, revealed))
    }
}

impl RevealedItem {
    fn of(evidence: &Evidence, issuer: &str, token_hash: [u8; 32], revealed: &[ClaimPath]) -> Self {
        let format = evidence.format();
        let (mut reveals, mut always_visible) = (Vec::new(), Vec::new());
        let is_whole = format == DisclosureFormat::MlsCredential;
        for claim in evidence.all_claims() {
            let disclosed =
                claim.tree_path().is_some_and(|path| revealed.iter().any(|above| path.steps().starts_with(above.steps())));
            let list = if is_whole || disclosed { &mut reveals } else { &mut always_visible };
            list.push(ShownClaim { place: claim.place, name: claim.name, value: ShownValue::new(claim.value.into_owned()) });
        }
        Self { format, issuer: issuer.to_owned(), reveals, always_visible, token_hash }
    }
}

impl fmt::Display for RevealedItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let format = self.format.name().unwrap_or("a credential");
        match self.issuer.as_str() {
            "" => writeln!(f, "reveals by {format}")?,
            issuer => writeln!(f, "reveals by {format} of {}", ShownValue::new(issuer.to_owned().into()))?,
        }
        let lists = [("  ", &self.reveals), ("  always visible: ", &self.always_visible)];
        lists.into_iter().try_for_each(|(prefix, claims)| claims.iter().try_for_each(|claim| writeln!(f, "{prefix}{claim}")))
    }
}

impl fmt::Display for ShownClaim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The issuer chose the names of claims.
        let place = ShownValue::new(self.place.clone().into());
        match self.name {
            Some(name) => write!(f, "{name} ({place}) = {}", self.value),
            None => write!(f, "{place} = {}", self.value),
        }
    }
}
