//! What has ended, and why.

use serde::Serialize;

use crate::verdict::VerdictCode;

/// What ends a reveal (mimi-mls.md 3.5.3, In force).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// The member is gone, or somebody else sits at her leaf.
    Removed,
    /// The leaf has another signature key.
    KeyRotated,
    /// The leaf has the same key and another user.
    UriChanged,
    /// The leaf's credential does not hold any more, or cannot be read: nobody says whose it is.
    LeafUnverified,
    /// The member left and came back in one commit.
    Rejoined,
    /// There was an epoch between that we did not see: nobody says whether the member stayed.
    EpochMissed,
    /// A newer one shows everything that it showed; or it was the oldest of more than [`MAX_REVEALS`](crate::MAX_REVEALS).
    Superseded,
}

/// A reveal that does not count any more. What it showed is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EndedReveal {
    /// The leaf that had made it.
    pub leaf: u32,
    /// The user of that leaf, at that time.
    pub user: Option<String>,
    /// The epoch of its message.
    pub epoch: u64,
    /// When it came.
    pub since: i64,
    /// What it was judged to be.
    pub code: VerdictCode,
    /// When it ended; the moment of its arrival, if its sender had gone before.
    pub ended_at: i64,
    /// Why.
    pub why: End,
}
