//! What a verified credential says, whatever its format: the only thing that a policy is evaluated on.

use std::borrow::Cow;
use std::fmt;

use mimicred_claims::{ClaimPath, Key, Map, Step, Value};
use mimicred_cose::cwt;
use mimicred_uri::MimiUri;
use mimicred_x509::Attribute;

use crate::policy::{DisclosureFormat, PolicyPath, X509Path};

/// The claim that names the user of a token whose `sub` is a client.
pub(crate) const MIMI_USER: &str = "mimi_user";
const SUBJECT_ALT_NAME: &str = crate::policy::SUBJECT_ALT_NAME;
const URI: u8 = 6;
/// Claims of a JWT that say nothing of the subject (mimi-mls.md 3.4.2 point 9).
const JWT_TECHNICAL: &[&str] =
    &["iss", "iat", "nbf", "exp", "aud", "jti", "cnf", "nonce", "vct", "typ", "status", "sub", MIMI_USER];
/// The same of a CWT.
const CWT_TECHNICAL: &[i128] =
    &[cwt::ISS, cwt::SUB, cwt::AUD, cwt::EXP, cwt::NBF, cwt::IAT, cwt::CTI, cwt::CNF, cwt::VCT, cwt::CNONCE, cwt::STATUS];

/// What a verified credential shows.
#[derive(Clone)]
pub struct Evidence {
    content: Content,
}

/// What it shows, by family.
#[derive(Clone)]
pub(crate) enum Content {
    Jwt(Map<'static>),
    Cwt(Map<'static>),
    X509 { attributes: Vec<Attribute>, user: Option<MimiUri> },
}

/// A value at a place.
#[derive(Clone, Debug)]
pub struct Found<'e> {
    /// The place, as a path of claims; empty for a certificate.
    pub path: ClaimPath,
    /// The value.
    pub value: Cow<'e, Value<'static>>,
}

/// A claim about the subject, for people to see.
#[derive(Clone, Debug)]
pub(crate) struct SubjectClaim<'e> {
    /// The place, as text: a claim path, or an object identifier.
    pub(crate) place: String,
    /// What the place is usually called, where the place itself does not say.
    pub(crate) name: Option<&'static str>,
    pub(crate) value: Cow<'e, Value<'static>>,
    at: At,
}

#[derive(Clone, Debug)]
enum At {
    Tree(ClaimPath),
    X509 { oid: String, general_name: Option<u8> },
}

impl Evidence {
    /// The claims of an SD-JWT, restored: without digests and marks.
    pub fn of_jwt(claims: Map<'static>) -> Self {
        Self { content: Content::Jwt(claims) }
    }

    /// The claims of an SD-CWT, restored.
    pub fn of_cwt(claims: Map<'static>) -> Self {
        Self { content: Content::Cwt(claims) }
    }

    /// What a certificate says of its subject.
    pub fn of_certificate(attributes: Vec<Attribute>, user: Option<MimiUri>) -> Self {
        Self { content: Content::X509 { attributes, user } }
    }

    pub(crate) fn content(&self) -> &Content {
        &self.content
    }

    /// The format that carries such content.
    pub fn format(&self) -> DisclosureFormat {
        match self.content {
            Content::Jwt(_) => DisclosureFormat::SdJwtKb,
            Content::Cwt(_) => DisclosureFormat::SdKbt,
            Content::X509 { .. } => DisclosureFormat::MlsCredential,
        }
    }

    /// The values at a path of a policy; a certificate may have several, a path of another family finds nothing.
    pub fn at(&self, path: &PolicyPath) -> Vec<Found<'_>> {
        let found = |path: &ClaimPath, value| vec![Found { path: path.clone(), value: Cow::Borrowed(value) }];
        match (&self.content, path) {
            (Content::Jwt(claims), PolicyPath::Jwt(path)) => {
                path.find(claims).map(|value| found(path.steps(), value)).unwrap_or_default()
            }
            (Content::Cwt(claims), PolicyPath::Cwt(path)) => {
                path.find(claims).map(|value| found(path.steps(), value)).unwrap_or_default()
            }
            (Content::X509 { attributes, .. }, PolicyPath::X509(path)) => {
                let values = attributes.iter().filter(|attribute| names_attribute(path, &attribute.oid, attribute.general_name));
                values
                    .map(|attribute| Found {
                        path: ClaimPath::default(),
                        value: Cow::Owned(Value::from(attribute.value.clone())),
                    })
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whom it is about, in the issuer's words: the `sub` of a token, the user URI of a certificate.
    pub fn subject(&self) -> Option<&str> {
        match &self.content {
            Content::Jwt(claims) => claims.text("sub")?.as_text(),
            Content::Cwt(claims) => claims.int(cwt::SUB)?.as_text(),
            Content::X509 { user, .. } => user.as_ref().map(MimiUri::as_str),
        }
    }

    /// The texts that may name a user or client: `sub` and `mimi_user` of a token, the user URI of a certificate.
    pub(crate) fn identifiers(&self) -> Vec<&str> {
        let user = match &self.content {
            Content::Jwt(claims) | Content::Cwt(claims) => claims.text(MIMI_USER).and_then(Value::as_text),
            Content::X509 { .. } => None,
        };
        self.subject().into_iter().chain(user).collect()
    }

    /// Every claim about the subject, down to single values; lists are taken apart, empty maps and lists count as values.
    pub(crate) fn subject_claims(&self) -> Vec<SubjectClaim<'_>> {
        self.claims(|key| !self.content.is_technical(key), |attribute| !is_mimi_uri(attribute))
    }

    /// The same with what names the subject.
    pub(crate) fn all_claims(&self) -> Vec<SubjectClaim<'_>> {
        self.claims(|key| !self.content.is_technical(key) || self.content.names_subject(key), |_| true)
    }

    fn claims(&self, of_tree: impl Fn(&Key<'_>) -> bool, of_certificate: fn(&Attribute) -> bool) -> Vec<SubjectClaim<'_>> {
        let mut claims = Vec::new();
        match &self.content {
            Content::Jwt(tree) | Content::Cwt(tree) => {
                for (key, value) in tree.iter().filter(|(key, _)| of_tree(key)) {
                    let path = ClaimPath::new(vec![Step::Key(key.clone())]);
                    let name = match key {
                        Key::Int(number) => cwt::name_for_key(*number),
                        Key::Text(_) => None,
                    };
                    collect(&path, name, value, &mut claims);
                }
            }
            Content::X509 { attributes, .. } => {
                let of_subject = attributes.iter().filter(|attribute| of_certificate(attribute));
                claims.extend(of_subject.map(|attribute| SubjectClaim {
                    place: attribute.oid.clone(),
                    name: attribute_name(attribute),
                    value: Cow::Owned(Value::from(attribute.value.clone())),
                    at: At::X509 { oid: attribute.oid.clone(), general_name: attribute.general_name },
                }));
            }
        }
        claims
    }
}

impl Content {
    /// Whether the claim with this key, at the top, names the subject.
    fn names_subject(&self, key: &Key<'_>) -> bool {
        match (self, key) {
            (Content::Jwt(_), Key::Text(name)) => name == "sub" || name == MIMI_USER,
            (Content::Cwt(_), Key::Int(number)) => *number == cwt::SUB,
            (Content::Cwt(_), Key::Text(name)) => name == MIMI_USER,
            _ => false,
        }
    }

    /// Whether it says nothing of the subject.
    pub(crate) fn is_technical(&self, key: &Key<'_>) -> bool {
        match (self, key) {
            (Content::Jwt(_), Key::Text(name)) => JWT_TECHNICAL.contains(&name.as_ref()) || name.starts_with("_sd"),
            (Content::Cwt(_), Key::Int(number)) => CWT_TECHNICAL.contains(number),
            (Content::Cwt(_), Key::Text(name)) => name == MIMI_USER,
            _ => false,
        }
    }
}

/// Only the shape: what people reveal stays out of logs.
impl fmt::Debug for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.content {
            Content::Jwt(claims) | Content::Cwt(claims) => claims.fmt(f),
            Content::X509 { attributes, .. } => {
                f.debug_list().entries(attributes.iter().map(|attribute| &attribute.oid)).finish()
            }
        }
    }
}

impl SubjectClaim<'_> {
    /// Where it stands in a token.
    pub(crate) fn tree_path(&self) -> Option<&ClaimPath> {
        match &self.at {
            At::Tree(path) => Some(path),
            At::X509 { .. } => None,
        }
    }

    /// Whether a path of a policy names this claim or something above it.
    pub(crate) fn is_under(&self, path: &PolicyPath) -> bool {
        match (&self.at, path) {
            (At::Tree(claim), PolicyPath::Jwt(path)) => claim.steps().starts_with(path.steps().steps()),
            (At::Tree(claim), PolicyPath::Cwt(path)) => claim.steps().starts_with(path.steps().steps()),
            (At::X509 { oid, general_name }, PolicyPath::X509(path)) => names_attribute(path, oid, *general_name),
            _ => false,
        }
    }
}

fn collect<'e>(path: &ClaimPath, name: Option<&'static str>, value: &'e Value<'static>, claims: &mut Vec<SubjectClaim<'e>>) {
    // A path of a policy looks through tags, and so does this.
    match untagged(value) {
        Value::Map(map) if !map.is_empty() => {
            for (key, value) in map.iter() {
                collect(&path.child(Step::Key(key.clone())), None, value, claims);
            }
        }
        Value::Array(elements) if !elements.is_empty() => {
            for (n, element) in elements.iter().enumerate() {
                collect(&path.child(Step::Index(n)), None, element, claims);
            }
        }
        _ => claims.push(SubjectClaim { place: path.to_string(), name, value: Cow::Borrowed(value), at: At::Tree(path.clone()) }),
    }
}

fn names_attribute(path: &X509Path, oid: &str, general_name: Option<u8>) -> bool {
    path.oid.to_string() == oid && path.general_name_tag.is_none_or(|tag| general_name == Some(tag))
}

/// What the tags around it are about.
pub(crate) fn untagged<'v, 'a>(mut value: &'v Value<'a>) -> &'v Value<'a> {
    while let Value::Tag(_, inner) = value {
        value = inner;
    }
    value
}

pub(crate) fn is_mimi_uri(attribute: &Attribute) -> bool {
    attribute.oid == SUBJECT_ALT_NAME && attribute.general_name == Some(URI) && attribute.value.parse::<MimiUri>().is_ok()
}

/// What people call it.
fn attribute_name(attribute: &Attribute) -> Option<&'static str> {
    Some(match (attribute.oid.as_str(), attribute.general_name) {
        ("2.5.4.3", _) => "common name",
        ("2.5.4.4", _) => "surname",
        ("2.5.4.5", _) => "serial number",
        ("2.5.4.6", _) => "country",
        ("2.5.4.7", _) => "locality",
        ("2.5.4.8", _) => "state or province",
        ("2.5.4.10", _) => "organization",
        ("2.5.4.11", _) => "organizational unit",
        ("2.5.4.12", _) => "title",
        ("2.5.4.42", _) => "given name",
        ("1.2.840.113549.1.9.1", _) | (SUBJECT_ALT_NAME, Some(1)) => "email",
        (SUBJECT_ALT_NAME, Some(2)) => "dns name",
        (SUBJECT_ALT_NAME, Some(URI)) => "uri",
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
