//! From octets to what they show: one reader for each format, all filling a [`Seen`].

mod claims;
mod der;
mod key_package;
mod sd_cwt;
mod sd_jwt;
mod spelling;
mod x509;

use mimicred_error::At;
use mimicred_mls::Credential;

use crate::error::{Code, Error};
use crate::finding::FindingKind;
use crate::item::{Format, Item, MAX_ITEM};
use crate::seen::{KeyOf, Name, NameOf, Role, Seen, hex};

/// Reads one item.
///
/// # Errors
/// `lint/limit`, `lint/unrecognised`, `lint/unreadable`; the place is the item's number.
pub(crate) fn read(number: usize, item: &Item<'_>) -> Result<Seen, Error> {
    let fail = |code: Code| Error::new(code).at(At::Item(number));
    if item.octets.len() > MAX_ITEM {
        return Err(fail(Code::Limit).note("an item is too large"));
    }
    let format = Format::of(item.octets).ok_or_else(|| fail(Code::Unrecognised))?;
    let mut seen = Seen { item: number, ..Seen::default() };
    read_as(format, item.octets, &mut seen, "").map_err(|cause| fail(Code::Unreadable).because(cause))?;
    Ok(seen)
}

type Cause = Box<dyn std::error::Error + Send + Sync>;

fn read_as(format: Format, octets: &[u8], seen: &mut Seen, at: &str) -> Result<(), Cause> {
    match format {
        Format::X509 => x509::read(octets, seen, at),
        Format::SdJwt => sd_jwt::read(std::str::from_utf8(octets)?, seen, at),
        Format::SdCwt => sd_cwt::read(octets, seen, at),
        Format::Credential => credential(&Credential::decode(octets)?, seen, at),
        Format::KeyPackage => key_package::read(octets, seen),
    }
}

/// Reads a Credential; what is inside says what it is.
fn credential(credential: &Credential, seen: &mut Seen, at: &str) -> Result<(), Cause> {
    let outer = std::mem::take(&mut seen.format);
    match credential {
        Credential::X509(chain) => {
            let (own, above) = chain.split_first().ok_or("a chain without certificates")?;
            x509::read(own, seen, at)?;
            issuers(seen, &format!("{at}chain"), above.iter().map(Vec::as_slice));
        }
        Credential::SdJwt(token) => {
            seen.constant_text(
                format!("{at}form"),
                FindingKind::EncodingDiffers,
                format!("{:?}", token.form()).to_ascii_lowercase(),
            );
            sd_jwt::read(token.as_str(), seen, at)?;
        }
        Credential::SdCwt(octets) => sd_cwt::read(octets, seen, at)?,
        Credential::Basic(identity) => {
            seen.format = "basic".to_owned();
            match std::str::from_utf8(identity) {
                Ok(text) => name(seen, &format!("{at}identity"), text),
                Err(_) => seen.id_octets(format!("{at}identity"), identity),
            }
        }
        Credential::Pseudonymous(pseudonymous) => {
            seen.format = "pseudonymous".to_owned();
            name(seen, &format!("{at}user_pseudonym"), pseudonymous.user_pseudonym.as_str());
            name(seen, &format!("{at}client_pseudonym"), pseudonymous.client_pseudonym.as_str());
            leaf_key(seen, &format!("{at}signature_public_key"), &pseudonymous.signature_public_key);
        }
        Credential::Multi(_) | Credential::WeakMulti(_) => {
            return Err("several credentials bound together are not taken apart".into());
        }
        Credential::Other { credential_type, .. } => return Err(format!("credential type 0x{credential_type:04x}").into()),
    }
    let outer = if outer.is_empty() { "mls-credential" } else { outer.as_str() };
    seen.format = format!("{outer} {}", seen.format);
    Ok(())
}

/// A SignaturePublicKey, whose length tells its algorithm.
fn leaf_key(seen: &mut Seen, path: &str, octets: &[u8]) {
    use mimicred_keys::{Algorithm, PublicKey};
    let known = [Algorithm::Ed25519, Algorithm::P256, Algorithm::P384].into_iter().find(|it| it.public_len() == octets.len());
    match known.map(|algorithm| PublicKey::from_octets(algorithm, octets)) {
        Some(Ok(key)) => {
            seen.holder_algorithm.get_or_insert_with(|| key.algorithm().name().to_owned());
            seen.key(path, &key);
        }
        _ => seen.key_named(path, "key", octets, KeyOf::Holder),
    }
}

/// The certificates above an end entity, the nearest first.
fn issuers<'c>(seen: &mut Seen, path: &str, certificates: impl Iterator<Item = &'c [u8]>) {
    for (n, certificate) in certificates.enumerate() {
        let summary = hex(mimicred_keys::sha256(certificate).get(..8).unwrap_or_default());
        seen.constant(format!("{path}[{n}]"), FindingKind::IssuerDiffers, certificate, format!("certificate sha256:{summary}.."));
    }
}

/// A name: a MIMI URI, or else an identifier.
fn name(seen: &mut Seen, path: &str, text: &str) {
    use mimicred_uri::{MimiUri, UriKind};
    let (of, id, host) = match MimiUri::parse(text) {
        Ok(uri) => match uri.kind() {
            UriKind::Pseudonym => (NameOf::Pseudonym, uri.id().to_owned(), uri.host().to_owned()),
            UriKind::Client => (NameOf::Client, uri.id().to_owned(), uri.host().to_owned()),
            _ => (NameOf::User, uri.id().to_owned(), uri.host().to_owned()),
        },
        Err(_) => return seen.id_text(path, text),
    };
    let letter = match of {
        NameOf::Pseudonym => "p",
        NameOf::Client => "d",
        NameOf::User => "u",
    };
    seen.constant_text(format!("{path} (provider)"), FindingKind::NamesDiffer, format!("mimi://{host}/{letter}/"));
    seen.constant_text(format!("{path} (length)"), FindingKind::SizeDiffers, format!("{} octets", text.len()));
    seen.names.push(Name { path: path.to_owned(), uri: text.to_owned(), id, of });
}

impl Seen {
    fn id_text(&mut self, path: impl Into<String>, text: &str) {
        self.id(path.into(), crate::seen::IdValue::Text(text.to_owned()), text.len());
    }

    fn id_octets(&mut self, path: impl Into<String>, octets: &[u8]) {
        self.id(path.into(), crate::seen::IdValue::Octets(octets.to_vec()), octets.len());
    }

    fn id(&mut self, path: String, value: crate::seen::IdValue, length: usize) {
        self.constant_text(format!("{path} (length)"), FindingKind::SizeDiffers, format!("{length} octets"));
        self.ids.push(crate::seen::Id { path, value });
    }

    fn is_identity(&self) -> bool {
        self.role == Role::Identity
    }
}
