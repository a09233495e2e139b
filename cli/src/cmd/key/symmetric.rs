//! Keys that encrypt disclosures, and those of replay stores: octets in a COSE_Key.

use mimicred_cose::SymmetricKey;
use mimicred_keys::{Random, SystemRandom};
use serde::Serialize;
use zeroize::Zeroizing;

use super::generate::{Args, NewForm};
use crate::error::{Code, Done, Failure};
use crate::io::output::{Artefact, ArtefactForm};
use crate::out::{Out, carried, hex};

/// The object that `--json` prints.
#[derive(Serialize)]
struct Generated {
    /// The length of the key in bits.
    bits: usize,
    /// RFC 9679: what an encrypted disclosure names the key by.
    cose_key_thumbprint_sha256: String,
    /// The file that was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// The key in base64url, if no file was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    key_base64url: Option<String>,
}

/// Makes a key of so many octets.
///
/// # Errors
/// Another form was asked for, or the key cannot be written.
pub(super) fn generate<const N: usize>(args: &Args, out: &mut Out) -> Result<Done, Failure> {
    if args.wants_other_than(NewForm::Cose) {
        return Err(Failure::note(Code::Usage, "a symmetric key has the form cose").hint("leave --format out"));
    }
    let mut octets = Zeroizing::new([0; N]);
    SystemRandom.fill(octets.as_mut_slice())?;
    let key = SymmetricKey::new(octets.as_slice());
    let (encoded, form) = (key.to_octets(), ArtefactForm::SecretBinary);
    args.output.write(&Artefact { octets: &encoded, form }, out)?;
    if out.is_json() {
        let file = args.output.file().map(|file| file.display().to_string());
        let (_, key_base64url) = carried(file.is_none(), &encoded, form);
        let cose_key_thumbprint_sha256 = format!("sha256:{}", hex(&key.thumbprint_sha256()));
        out.result(&Generated { bits: 8 * N, cose_key_thumbprint_sha256, file, key_base64url }, |_| String::new())?;
    }
    Ok(Done::Accepted)
}
