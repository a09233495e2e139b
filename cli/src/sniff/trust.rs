//! The trust store: a directory of trust files, each with the issuers that its owner knows from elsewhere.

use std::path::{Path, PathBuf};

use mimicred_room::{Authority, Source as Named, TrustFile, TrustStore};

use crate::error::{Code, Failure};
use crate::io::{Inputs, Source, files_in};
use crate::sniff::certificate;
use crate::sniff::key::KeyFile;

/// Reads every `*.toml` of a directory, and the keys and certificates that these files name.
///
/// # Errors
/// The directory or a file cannot be read; there is no trust file at all.
pub(crate) fn read(inputs: &Inputs, directory: &Path) -> Result<TrustStore, Failure> {
    let files = files_in(directory, "toml")?;
    if files.is_empty() {
        return Err(Failure::new(Code::TrustEmpty).reading(&directory.display().to_string()));
    }
    let mut store = TrustStore::new();
    for file in files {
        let input = inputs.read(&file, "trust file")?;
        let issuers =
            TrustFile::from_toml(input.text().unwrap_or_default()).map_err(|e| Failure::from(e).reading(&input.name))?;
        store.extend(issuers.resolve(|named| load(inputs, directory, named))?);
    }
    Ok(store)
}

/// Reads what a trust file names, relative to it.
fn load(inputs: &Inputs, directory: &Path, named: &Named) -> Result<Authority, Failure> {
    let file = |name: &str| Source::File(PathBuf::from(directory).join(name));
    match named {
        Named::Here(authority) => Ok(authority.clone()),
        // A private key in a trust store is a key in the wrong hands.
        Named::KeyFile(name) => Ok(Authority::Key(KeyFile::read(inputs, &file(name), "issuer's key")?.into_public()?)),
        Named::CertificateFile(name) => {
            let source = file(name);
            let chain = certificate::read(inputs, &source, "issuer's certificate")?;
            let first = chain.first().ok_or_else(|| Failure::new(Code::PemUnusable).reading(&source.to_string()))?;
            Authority::of_certificate(first).map_err(|e| Failure::from(e).reading(&source.to_string()))
        }
    }
}
