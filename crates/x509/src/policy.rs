//! The issuer's mark: pseudonym or real (mimi-mls.md 3.3, rank 2).

use crate::oid::Oid;

/// The certificate policy of pseudonym certificates, unless configured otherwise.
///
/// It lies in the arc of UUIDs, 2.25 (X.667), which needs no registration: `2.25.UUID.1` with the UUID
/// `fc303a8c-1840-4a75-b032-30bebccccbac`, drawn at random for this toolkit.
pub const PSEUDONYM_POLICY: &str = "2.25.335215872666213598606073365840796634028.1";

/// The certificate policy of certificates for real identities: `.2` in the same arc.
pub const REAL_POLICY: &str = "2.25.335215872666213598606073365840796634028.2";

/// The policies by which a verifier knows pseudonyms and real identities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyOids {
    /// Marks a pseudonym.
    pub pseudonym: Oid,
    /// Marks a real identity.
    pub real: Oid,
}

impl Default for PolicyOids {
    fn default() -> Self {
        Self { pseudonym: Oid::constant(PSEUDONYM_POLICY), real: Oid::constant(REAL_POLICY) }
    }
}

/// What the issuer says a certificate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IdentityMark {
    /// A pseudonym: by policy, or because it names a `/p/` URI. This wins over a mark as real, so that a contradictory
    /// certificate never counts as a real identity.
    Pseudonym,
    /// A real identity, by policy.
    Real,
    /// The issuer does not say. A `/u/` URI proves nothing.
    Unmarked,
}
