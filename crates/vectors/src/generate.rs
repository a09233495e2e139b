//! All files of vectors, topic by topic.

mod by_hand;
mod claims;
mod cose;
mod policy;
mod room;
mod sd_cwt;
mod sd_jwt;
mod status;

use std::collections::BTreeMap;

use crate::Error;

/// The published files: their names below `test-vectors/`, and their texts. The same octets every time.
///
/// # Errors
/// [`Code::Disagreement`](crate::Code::Disagreement) if this implementation does not do what a vector says.
///
/// ```
/// assert!(mimicred_vectors::generate()?.contains_key("sd-jwt/verify.json"));
/// # Ok::<(), mimicred_vectors::Error>(())
/// ```
pub fn generate() -> Result<BTreeMap<String, String>, Error> {
    let drafts =
        [sd_jwt::files(), sd_cwt::files(), policy::files(), room::files(), cose::files(), claims::files(), status::files()];
    drafts.into_iter().flatten().map(|draft| draft.finish()).collect()
}
