//! Trust files: how people write their trust store.
//!
//! ```toml
//! [[issuers]]
//! issuer = "https://id.a.example"      # the iss of its tokens
//! hosts = ["a.example"]                # for whom it may speak
//! key = { kty = "EC", crv = "P-256", x = "...", y = "..." }
//!
//! [[issuers]]
//! hosts = ["a.example", "b.example"]
//! certificate_file = "a-example-ca.pem"
//! ```
//!
//! Each issuer has one of `key` (a JWK), `certificate` (PEM), `key_file` and `certificate_file` (relative to the trust file).
//! Optional: `identities = "real"` for an issuer that certifies nobody but real identities; `status_lists`, the URIs of its status
//! lists; and `crl = "required"` for a CA whose certificates count only with a revocation list at hand.

use mimicred_claims::{Key, Map, Value};
use mimicred_jose::Jwk;
use mimicred_uri::Host;
use mimicred_x509::Certificate;

use super::{Authority, CrlUse, Identities, TrustEntry};
use crate::human::{Cursor, Node};
use crate::{Code, Error};

const KEYS: &[&str] =
    &["issuer", "hosts", "key", "certificate", "key_file", "certificate_file", "identities", "status_lists", "crl"];
const IDENTITIES: &[&str] = &["any", "real"];
const CRL_USES: &[&str] = &["if_held", "required"];

/// What a trust file says; files that it names are still to be read.
#[derive(Clone, Debug)]
pub struct TrustFile {
    /// The issuers.
    pub issuers: Vec<TrustFileIssuer>,
}

/// One issuer of a trust file.
#[derive(Clone, Debug)]
pub struct TrustFileIssuer {
    /// The `iss` of its tokens; may be empty.
    pub issuer: String,
    /// The hosts for which it may speak.
    pub hosts: Vec<Host>,
    /// What it is known by.
    pub source: Source,
    /// Whom it gives credentials.
    pub identities: Identities,
    /// Where its status lists are.
    pub status_lists: Vec<String>,
    /// Whether its certificates count without a revocation list.
    pub crl: CrlUse,
}

/// What an issuer of a trust file is known by.
#[derive(Clone, Debug)]
pub enum Source {
    /// It stands in the file.
    Here(Authority),
    /// A file with a public key, in any of the usual forms.
    KeyFile(String),
    /// A file with a certificate.
    CertificateFile(String),
}

impl TrustFile {
    /// Reads TOML.
    ///
    /// # Errors
    /// `room/file-malformed`, `room/key-unknown`, `room/key-missing`, `room/value-invalid`, each with its line.
    pub fn from_toml(text: &str) -> Result<Self, Error> {
        file(&Cursor::root(&Node::from_toml(text)?))
    }

    /// Reads JSON with the same keys.
    ///
    /// # Errors
    /// As [`TrustFile::from_toml`], with a path instead of a line.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        file(&Cursor::root(&Node::from_json(text)?))
    }

    /// The entries for the store. `load` reads a file that is named: the text is as the trust file has it.
    ///
    /// ```
    /// use mimicred_room::{Error, TrustFile, TrustStore};
    ///
    /// let file = TrustFile::from_toml(r#"
    ///     [[issuers]]
    ///     issuer = "https://id.a.example"
    ///     hosts = ["a.example"]
    ///     key = { kty = "OKP", crv = "Ed25519", x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }
    /// "#)?;
    /// let mut store = TrustStore::new();
    /// store.extend(file.resolve(|_| -> Result<_, Error> { unreachable!("no file is named") })?);
    /// assert_eq!(store.entries()[0].issuer, "https://id.a.example");
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of `load`.
    pub fn resolve<E>(self, mut load: impl FnMut(&Source) -> Result<Authority, E>) -> Result<Vec<TrustEntry>, E> {
        let entries = self.issuers.into_iter().map(|issuer| {
            let authority = match issuer.source {
                Source::Here(authority) => authority,
                named => load(&named)?,
            };
            let TrustFileIssuer { issuer, hosts, identities, status_lists, crl, .. } = issuer;
            Ok(TrustEntry { issuer, authority, hosts, identities, status_lists, crl })
        });
        entries.collect()
    }
}

fn file(root: &Cursor<'_>) -> Result<TrustFile, Error> {
    let fields = root.table(&["issuers"])?;
    Ok(TrustFile { issuers: fields.require("issuers")?.each(issuer)? })
}

fn issuer(cursor: &Cursor<'_>) -> Result<TrustFileIssuer, Error> {
    let fields = cursor.table(KEYS)?;
    let hosts = fields.require("hosts")?;
    let sources = ["key", "certificate", "key_file", "certificate_file"];
    let mut given = sources.iter().filter_map(|name| fields.get(name).map(|cursor| (*name, cursor)));
    let (Some(source), None) = (given.next(), given.next()) else {
        return Err(fields.error(Code::KeyMissing, "exactly one of key, certificate, key_file and certificate_file is wanted"));
    };
    let source = match source {
        ("key", cursor) => Source::Here(Authority::Key(key(&cursor)?)),
        ("certificate", cursor) => Source::Here(certificate(&cursor)?),
        ("key_file", cursor) => Source::KeyFile(cursor.text()?.to_owned()),
        (_, cursor) => Source::CertificateFile(cursor.text()?.to_owned()),
    };
    let name = fields.read_or("issuer", "", |cursor| cursor.text())?;
    if name.is_empty() && matches!(source, Source::Here(Authority::Key(_)) | Source::KeyFile(_)) {
        return Err(fields.error(Code::KeyMissing, "issuer: a key that signs tokens needs the name that they carry"));
    }
    let crl = fields.read_or("crl", CrlUse::IfHeld, |cursor| {
        cursor.name(CRL_USES, |name| match name {
            "if_held" => Some(CrlUse::IfHeld),
            "required" => Some(CrlUse::Required),
            _ => None,
        })
    })?;
    if crl == CrlUse::Required && matches!(source, Source::Here(Authority::Key(_)) | Source::KeyFile(_)) {
        return Err(fields.error(Code::ValueInvalid, "crl: a revocation list is for certificates, and this issuer has none"));
    }
    Ok(TrustFileIssuer {
        issuer: name.to_owned(),
        hosts: hosts
            .each(|host| Host::parse(host.text()?).map_err(|e| host.error(Code::ValueInvalid, "not a host name").because(e)))?,
        source,
        identities: fields.read_or("identities", Identities::Any, |cursor| {
            cursor.name(IDENTITIES, |name| match name {
                "any" => Some(Identities::Any),
                "real" => Some(Identities::Real),
                _ => None,
            })
        })?,
        status_lists: fields.each("status_lists", |uri| uri.text().map(str::to_owned))?,
        crl,
    })
}

/// A public JWK; a private one is refused, for it does not belong into a trust file.
fn key(cursor: &Cursor<'_>) -> Result<mimicred_keys::PublicKey, Error> {
    let members = cursor.entries()?.into_iter().map(|(name, value)| {
        let value = match value.list() {
            Ok(elements) => {
                Value::Array(elements.iter().map(|element| element.text().map(Value::from)).collect::<Result<_, _>>()?)
            }
            Err(_) => Value::from(value.text()?),
        };
        Ok((Key::from(name), value))
    });
    let members = Map::from_entries(members.collect::<Result<_, Error>>()?);
    let members = members.map_err(|e| cursor.error(Code::ValueInvalid, "a member twice").because(e))?;
    let jwk = Jwk::parse_public(&members);
    Ok(jwk.map_err(|e| cursor.error(Code::ValueInvalid, "not a public JWK").because(e))?.public)
}

fn certificate(cursor: &Cursor<'_>) -> Result<Authority, Error> {
    let invalid = |note: &str| cursor.error(Code::ValueInvalid, note);
    let certificates = Certificate::from_pem(cursor.text()?).map_err(|e| invalid("not a certificate in PEM").because(e))?;
    match certificates.as_slice() {
        [one] => Authority::of_certificate(one).map_err(|e| invalid("this certificate may not issue").because(e)),
        _ => Err(invalid("exactly one certificate is wanted")),
    }
}
