//! As what a presentation travels (mimi-mls.md 3.5.4).

use mimicred_keys::{Random, SystemRandom};
use mimicred_mls::DisclosureBundle;
use mimicred_mls::carriage::{ContentDraft, Group};
use mimicred_room::Settings;

use crate::error::{Code, Failure};

/// The ways to send a presentation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Carriage {
    /// By itself.
    #[default]
    Bare,
    /// In a DisclosureBundle.
    Bundle,
    /// In a MIMI content; what only a bundle can carry, in a bundle that is part of it.
    Content,
}

impl Carriage {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare",
            Self::Bundle => "bundle",
            Self::Content => "content",
        }
    }
}

/// The MIMI content with what is in this bundle. It expires when no receiver would take the presentation any more, however long the
/// message had waited.
///
/// # Errors
/// The clock is beyond what the format can say, or there is no randomness.
pub(super) fn content(bundle: &DisclosureBundle, now: i64) -> Result<Vec<u8>, Failure> {
    let mut salt = [0; 16];
    SystemRandom.fill(&mut salt)?;
    let expires = u32::try_from(now.saturating_add(Settings::default().max_queue.into()));
    let expires = expires.map_err(|_| Failure::note(Code::TimeMalformed, "a MIMI content knows times from 1970 to 2106"))?;
    let draft = ContentDraft::new(&bundle.room_uri, &bundle.subject_uri, salt).expiring(expires);
    Ok(draft.compose(Group::of_bundle(bundle)?)?.encode()?)
}
