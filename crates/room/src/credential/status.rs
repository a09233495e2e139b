//! Status of issuers' tokens (mimi-mls.md 3.5.3 step 9).

use mimicred_claims::{Map, Value};

/// Where a token says that its status is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatusReference {
    /// A place in a status list.
    List {
        /// The list.
        uri: String,
        /// The place.
        index: u64,
    },
    /// Something that we cannot read: its status cannot be learned.
    Unreadable,
}

/// What a status list says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The token is valid.
    Valid,
    /// The issuer has taken it back.
    Revoked,
}

/// The status lists that the verifier holds. They are fetched on a timer, never because a reveal arrived.
pub trait StatusLists {
    /// What the list at this URI says at this moment; nothing if no list is held that is fresh by its own rule.
    fn status(&self, uri: &str, index: u64, at: i64) -> Option<Status>;
}

/// No status list at all: every token that has a status is `status_untrusted`.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoStatusLists;

impl StatusLists for NoStatusLists {
    fn status(&self, _uri: &str, _index: u64, _at: i64) -> Option<Status> {
        None
    }
}

impl StatusReference {
    /// The reference in the `status` claim of a token, by the names that JWT and CWT share.
    pub(crate) fn of_claim(status: &Value<'_>) -> Self {
        let list = || {
            let list = status.as_map()?.text("status_list")?.as_map()?;
            Self::of_list(list)
        };
        list().unwrap_or(StatusReference::Unreadable)
    }

    fn of_list(list: &Map<'_>) -> Option<Self> {
        let index = u64::try_from(list.text("idx")?.as_int()?).ok()?;
        Some(StatusReference::List { uri: list.text("uri")?.as_text()?.to_owned(), index })
    }
}
