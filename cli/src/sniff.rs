//! What a file holds, told by its content and never by its name.
//!
//! This looks at the first characters, and for the binary structures of MLS at the whole: they have no magic number, so that a
//! structure is recognised by being one, to the last octet.

pub(crate) mod certificate;
pub(crate) mod crl;
pub(crate) mod key;
pub(crate) mod notation;
pub(crate) mod policy;
pub(crate) mod request;
pub(crate) mod symmetric;
pub(crate) mod trust;

use mimicred_claims::Value;
use mimicred_cose::cbor;
use mimicred_cose::header::{self, Header};
use mimicred_cose::sign1::{CwtTag, Sign1};
use mimicred_mls::{
    Credential, CredentialPresentation, DisclosureBundle, GroupInfoView, KeyPackageOffer, KeyPackageView, LeafNode,
    SealedDisclosure,
};
use mimicred_room::policy::RoomDisclosurePolicy;
use mimicred_status::{UnverifiedStatusListCwt, UnverifiedStatusListJwt};
use mimicred_x509::UnverifiedRequest;

use crate::error::{Code, Failure};
use crate::io::Input;
use crate::transcript;
use key::{Der, KeyForm};

/// Kinds of content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// A key, private or public.
    Key(KeyForm),
    /// One or more certificates.
    Certificate,
    /// A certification request.
    Request,
    /// A certificate revocation list.
    RevocationList,
    /// An SD-JWT, with all its disclosures or some.
    SdJwt,
    /// An SD-JWT with its key binding.
    SdJwtKb,
    /// An SD-CWT.
    SdCwt,
    /// An SD-CWT with its key binding.
    SdKbt,
    /// A Status List Token in CWT form.
    StatusListCwt,
    /// A Status List Token in JWT form.
    StatusListJwt,
    /// An MLS Credential.
    Credential,
    /// A credential with its proof for one room.
    CredentialPresentation,
    /// A bundle of presentations for one room.
    DisclosureBundle,
    /// A message in the MIMI content format, whatever it says.
    Mimi,
    /// An MLS LeafNode.
    LeafNode,
    /// An MLS KeyPackage, bare or as an MLSMessage.
    KeyPackage,
    /// An MLS GroupInfo, bare or as an MLSMessage.
    GroupInfo,
    /// An offer of KeyPackages.
    KeyPackageOffer,
    /// A bundle that is sealed to some members.
    SealedDisclosure,
    /// A join link.
    JoinLink,
    /// A message as a demo recorded it.
    Message,
    /// A room disclosure policy.
    Policy(PolicyForm),
    /// A JSON object that is none of the above.
    Claims,
}

/// Forms of a room disclosure policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PolicyForm {
    Toml,
    Json,
    Tls,
}

impl Content {
    /// What this input holds, if it is anything we know.
    pub(crate) fn of(input: &Input) -> Option<Self> {
        if transcript::begins_message(&input.octets) {
            return Some(Content::Message);
        }
        match input.text() {
            Some(text) => Self::of_text(text).or_else(|| Self::of_octets(&input.octets)),
            None => Self::of_octets(&input.octets),
        }
    }

    fn of_text(text: &str) -> Option<Self> {
        if text.starts_with("mimi://") && text.contains("#jl") {
            return Some(Content::JoinLink);
        }
        if let Some(label) = text.strip_prefix("-----BEGIN ") {
            return Some(match label.split_once("-----").map(|(label, _)| label) {
                Some("CERTIFICATE") => Content::Certificate,
                Some("CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST") => Content::Request,
                Some("X509 CRL") => Content::RevocationList,
                _ => Content::Key(KeyForm::Pem),
            });
        }
        if text.starts_with('{') {
            let has = |member: &str| text.contains(&format!("\"{member}\""));
            return Some(match () {
                () if has("kty") => Content::Key(KeyForm::Jwk),
                () if has("accepted_formats") || has("identity_reveal") => Content::Policy(PolicyForm::Json),
                () => Content::Claims,
            });
        }
        // eyJ is {" in base64url. One without tildes that is no list is cut off, which its reader says.
        if text.starts_with("eyJ") {
            return Some(match text.find('~') {
                Some(_) if !text.ends_with('~') => Content::SdJwtKb,
                None if is_status_list(text) => Content::StatusListJwt,
                _ => Content::SdJwt,
            });
        }
        let has_line = |start: &str| text.lines().any(|line| line.trim_start().starts_with(start));
        (has_line("accepted_formats") || has_line("identity_reveal")).then_some(Content::Policy(PolicyForm::Toml))
    }

    fn of_octets(octets: &[u8]) -> Option<Self> {
        match octets.first()? {
            0x30 if is_request(octets) => Some(Content::Request),
            0x30 if Der::is_plausible(octets) => Some(match Der::seen_in(octets) {
                Der::Certificate => Content::Certificate,
                Der::RevocationList => Content::RevocationList,
                Der::PrivateKey | Der::PublicKey => Content::Key(KeyForm::Der),
            }),
            // A definite-length map, and COSE_Sign1 with and without its tags.
            0xa0..=0xbb => Some(Content::Key(KeyForm::Cose)),
            0x84 | 0xd2 | 0xd8 => Some(sign1(octets)),
            // An array of seven, the first of them 16 octets; what is wrong with the rest its reader says.
            0x87 if octets.get(1) == Some(&0x50) => Some(Content::Mimi),
            _ => Self::of_tls(octets),
        }
    }

    fn of_tls(octets: &[u8]) -> Option<Self> {
        if DisclosureBundle::decode(octets).is_ok() {
            return Some(Content::DisclosureBundle);
        }
        if Credential::decode(octets).is_ok_and(|credential| !matches!(credential, Credential::Other { .. })) {
            return Some(Content::Credential);
        }
        if CredentialPresentation::decode(octets).is_ok() {
            return Some(Content::CredentialPresentation);
        }
        if LeafNode::decode(octets).is_ok() {
            return Some(Content::LeafNode);
        }
        if KeyPackageView::decode(octets).is_ok() {
            return Some(Content::KeyPackage);
        }
        if GroupInfoView::decode(octets).is_ok() {
            return Some(Content::GroupInfo);
        }
        if KeyPackageOffer::decode(octets).is_ok() {
            return Some(Content::KeyPackageOffer);
        }
        if SealedDisclosure::decode(octets).is_ok() {
            return Some(Content::SealedDisclosure);
        }
        RoomDisclosurePolicy::decode(octets).is_ok().then_some(Content::Policy(PolicyForm::Tls))
    }

    /// The kind, for a message: with its article.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Content::Key(KeyForm::Jwk) => "a JWK",
            Content::Key(KeyForm::Pem) => "a key in PEM",
            Content::Key(KeyForm::Der) => "a key in DER",
            Content::Key(KeyForm::Cose) => "a COSE_Key",
            Content::Certificate => "a certificate",
            Content::Request => "a certification request",
            Content::RevocationList => "a certificate revocation list",
            Content::SdJwt => "an SD-JWT without key binding",
            Content::SdJwtKb => "an SD-JWT with key binding",
            Content::SdCwt => "an SD-CWT without key binding",
            Content::SdKbt => "an SD-CWT with key binding",
            Content::StatusListCwt | Content::StatusListJwt => "a Status List Token",
            Content::Credential => "an MLS credential",
            Content::CredentialPresentation => "a CredentialPresentation",
            Content::DisclosureBundle => "a DisclosureBundle",
            Content::Mimi => "a MIMI content",
            Content::LeafNode => "an MLS LeafNode",
            Content::KeyPackage => "an MLS KeyPackage",
            Content::GroupInfo => "an MLS GroupInfo",
            Content::KeyPackageOffer => "a KeyPackageOffer",
            Content::SealedDisclosure => "a SealedDisclosure",
            Content::JoinLink => "a join link",
            Content::Message => "a recorded message",
            Content::Policy(_) => "a room disclosure policy",
            Content::Claims => "JSON claims",
        }
    }
}

/// A key binding token holds its SD-CWT in the header `kcwt`, and a Status List Token has its own `typ`; whatever else is a COSE_Sign1
/// passes for an SD-CWT, so that its reader can say what is wrong with it.
fn sign1(octets: &[u8]) -> Content {
    let limits = &cbor::Limits::DEFAULT;
    let header = Sign1::parse(octets, CwtTag::Tolerated, limits)
        .and_then(|message| Header::read(message.protected(), &[header::KCWT], limits));
    match header {
        Ok(header) if header.contains(header::KCWT) => Content::SdKbt,
        Ok(header) if UnverifiedStatusListCwt::is_type(header.get(header::TYP)) => Content::StatusListCwt,
        _ => Content::SdCwt,
    }
}

/// A request in DER, for a key that we do not certify too: its reader can say so.
fn is_request(octets: &[u8]) -> bool {
    UnverifiedRequest::from_der(octets).map_or_else(|error| error.code() == mimicred_x509::Code::AlgUnsupported, |_| true)
}

/// Whether this is how a revocation list begins: nothing else may be so large.
pub(crate) fn begins_revocation_list(octets: &[u8]) -> bool {
    octets.trim_ascii_start().starts_with(b"-----BEGIN X509 CRL-----")
        || (octets.first() == Some(&0x30) && Der::seen_in(octets) == Der::RevocationList)
}

/// A Status List Token has its own `typ` as a JWT too.
fn is_status_list(text: &str) -> bool {
    let typ = |token: &UnverifiedStatusListJwt<'_>| {
        UnverifiedStatusListJwt::is_type(token.header().text("typ").and_then(Value::as_text))
    };
    UnverifiedStatusListJwt::parse(text).is_ok_and(|token| typ(&token))
}

/// The failure for an input that is not what belongs here: it says what the input is instead.
pub(crate) fn unexpected(input: &Input, wanted: &str) -> Failure {
    match Content::of(input) {
        None | Some(Content::Claims) if notation::is_notation(input) => {
            let note = format!("it is CBOR in diagnostic notation, not {wanted}");
            Failure::note(Code::ContentUnexpected, note).hint("mimicred inspect FILE --cbor -o NAME writes the octets")
        }
        Some(content) => Failure::note(Code::ContentUnexpected, format!("it is {}, not {wanted}", content.name())),
        None => Failure::note(Code::ContentUnknown, format!("it should be {wanted}")),
    }
}

/// An SD-JWT in JSON serialization, in compact form: what reads the one reads the other.
///
/// # Errors
/// It is meant to be one, and is none.
pub(crate) fn compact_of_json(text: &str) -> Option<Result<String, mimicred_sd_jwt::Error>> {
    let has = |member: &str| text.contains(&format!("\"{member}\""));
    let is_meant = text.starts_with('{') && has("payload") && (has("signature") || has("signatures"));
    is_meant.then(|| mimicred_sd_jwt::JsonSdJwt::parse(text).map(mimicred_sd_jwt::JsonSdJwt::into_compact))
}
