//! All files of vectors, topic by topic.

mod by_hand;
mod claims;
mod cose;
mod der;
mod escrow;
mod jose;
mod keys;
mod lint;
mod mls;
mod policy;
mod room;
mod sd_cwt;
mod sd_jwt;
mod status;
mod uri;
mod x509;

use std::collections::BTreeMap;

use crate::{Code, Error};

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
    let drafts = [
        keys::files(),
        uri::files(),
        jose::files(),
        cose::files(),
        claims::files(),
        sd_jwt::files(),
        sd_cwt::files(),
        status::files(),
        x509::files(),
        mls::files(),
        policy::files(),
        room::files(),
        escrow::files(),
        lint::files(),
    ];
    let (mut files, mut failed) = (BTreeMap::new(), Vec::new());
    for draft in drafts.into_iter().flatten() {
        match draft.finish() {
            Ok((name, text)) => _ = files.insert(name, text),
            Err(error) => failed.push(error.to_string()),
        }
    }
    if failed.is_empty() { Ok(files) } else { Err(Error::new(Code::Disagreement).note(failed.join("; "))) }
}
