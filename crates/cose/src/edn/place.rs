//! What is known about a place by its surroundings: the names of labels, what a number stands for, and whether a byte string there
//! holds CBOR. None of it changes the octets that the text stands for; a wrong guess costs a comment.

use super::date;
use super::heads::Octets;
use crate::cbor::{REDACTED_CLAIM_ELEMENT, REDACTED_CLAIM_KEYS, TO_BE_DECOY, TO_BE_REDACTED};
use crate::{AlgorithmId, cwt, header, names};

/// Where an item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Nothing is known.
    Anywhere,
    /// Where octets are only octets: salts, digests, keys, signatures.
    Opaque,
    /// The content of tag 18.
    Message,
    /// A byte string with a header.
    Protected,
    /// A header.
    Header,
    /// The value of `sd_claims`.
    Disclosures,
    /// A byte string with a salted entry.
    Disclosure,
    /// A salted entry: salt, value, claim.
    Salted,
    /// The value of `sd_aead_encrypted_claims`.
    EncryptedList,
    /// Nonce, ciphertext, tag, and perhaps what names the key.
    Encrypted,
    /// A byte string with the payload of a message.
    Payload,
    /// The claims of a token.
    Claims,
    /// A value inside claims.
    Nested,
    /// The digests of redacted claims.
    Digests,
    /// The value of `cnf`.
    Confirmation,
    /// A COSE_Key.
    Key,
    /// The postal address.
    Address,
    /// A byte string of one encoded item, as tag 24 says.
    Encoded,
    /// A key identifier, which is often text.
    KeyId,
    /// A number that stands for a thing.
    Number(Stands),
}

/// For what a number stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stands {
    Algorithm,
    Hash,
    Aead,
    Type,
    KeyType,
    Curve,
    Claim,
    Date,
}

/// The key of a map entry, as far as it has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Label {
    Int(i128),
    /// simple(59).
    RedactedClaimKeys,
    Other,
}

/// Whether a byte string is shown as the CBOR in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Embedding {
    /// Never.
    Never,
    /// If it is one item, which then stands in the place named.
    Expected(Place),
    /// If it is one item that somebody must have meant: an array or map of everyday content.
    Plausible,
}

impl Label {
    /// Looks at the key that comes next; the marks for the Issuer count as what they mark.
    pub(super) fn of(mut octets: Octets<'_>) -> Self {
        let Some(head) = octets.peek() else { return Label::Other };
        match (head.major, head.argument) {
            (0 | 1, _) => octets.peek_int().map_or(Label::Other, Label::Int),
            (6, TO_BE_REDACTED) => match octets.head() {
                Ok(_) => octets.peek_int().map_or(Label::Other, Label::Int),
                Err(_) => Label::Other,
            },
            (7, argument) if argument == u64::from(REDACTED_CLAIM_KEYS) && head.is_simple() => Label::RedactedClaimKeys,
            _ => Label::Other,
        }
    }
}

impl Place {
    /// The place of a whole input or of plausible content, by its first entries, and what to call it.
    pub(super) fn of_root(octets: Octets<'_>) -> Self {
        let mut inside = octets;
        match inside.head() {
            Ok(head) if head.major == 5 => {}
            _ => return Place::Anywhere,
        }
        if Label::of(inside) != Label::Int(1) || inside.head().is_err() {
            return Place::Anywhere;
        }
        // The first entry of a COSE_Key is its type, that of claims the issuer.
        match inside.peek() {
            Some(head) if head.major == 0 && (1..=4).contains(&head.argument) => Place::Key,
            Some(head) if head.major == 3 => Place::Claims,
            _ => Place::Anywhere,
        }
    }

    /// What an element of an array here is called, and its place.
    pub(super) fn element(self, index: usize, element: Octets<'_>) -> (Option<&'static str>, Place) {
        let tag = element.peek().filter(|head| head.major == 6).map(|head| head.argument);
        match (self, index) {
            (Place::Message, 0) => (Some("protected"), Place::Protected),
            (Place::Message, 1) => (Some("unprotected"), Place::Header),
            (Place::Message, 2) => (Some("payload"), Place::Payload),
            (Place::Message, 3) => (Some("signature"), Place::Opaque),
            (Place::Disclosures, _) => (None, Place::Disclosure),
            (Place::Salted, 0) => (Some("salt"), Place::Opaque),
            (Place::Salted, 1) => (Some("value"), Place::Nested),
            (Place::Salted, 2) => (Some("claim"), Place::Number(Stands::Claim)),
            (Place::EncryptedList, _) => (None, Place::Encrypted),
            (Place::Encrypted, 0) => (Some("nonce"), Place::Opaque),
            (Place::Encrypted, 1) => (Some("ciphertext"), Place::Opaque),
            (Place::Encrypted, 2) => (Some("tag"), Place::Opaque),
            (Place::Encrypted, 3) => (Some("key"), Place::Opaque),
            (Place::Digests | Place::Opaque, _) => (None, Place::Opaque),
            (Place::Nested | Place::Claims, _) => (tag.and_then(mark), Place::Nested),
            _ => (None, Place::Anywhere),
        }
    }

    /// What the entry with this key is called, and the place of its value.
    pub(super) fn entry(self, label: Label) -> (Option<&'static str>, Place) {
        match (self, label) {
            (Place::Claims | Place::Nested | Place::Address, Label::RedactedClaimKeys) => {
                (Some("redacted_claim_keys"), Place::Digests)
            }
            (Place::Header, Label::Int(label)) => (names::header(label), of_header(label)),
            (Place::Claims, Label::Int(claim)) => (cwt::name_for_key(claim), of_claim(claim)),
            (Place::Claims | Place::Nested, _) => (None, Place::Nested),
            (Place::Address, Label::Int(member)) => (cwt::address_name_for_key(member), Place::Nested),
            (Place::Address, Label::Other) => (None, Place::Nested),
            (Place::Confirmation, Label::Int(method)) => (names::confirmation(method), of_confirmation(method)),
            (Place::Key, Label::Int(member)) => (names::key_member(member), of_key(member)),
            _ => (None, Place::Anywhere),
        }
    }

    /// The place of what is under a tag here.
    pub(super) fn tagged(self, tag: u64) -> Self {
        match (self, tag) {
            (_, 18) => Place::Message,
            (_, 24) => Place::Encoded,
            (Place::Claims | Place::Nested | Place::Address, REDACTED_CLAIM_ELEMENT) => Place::Opaque,
            (Place::Claims | Place::Nested | Place::Address, _) => Place::Nested,
            _ => Place::Anywhere,
        }
    }

    /// Whether a byte string here is shown as the CBOR in it.
    pub(super) fn embedding(self) -> Embedding {
        match self {
            Place::Protected => Embedding::Expected(Place::Header),
            Place::Payload => Embedding::Expected(Place::Claims),
            Place::Disclosure => Embedding::Expected(Place::Salted),
            Place::Encoded => Embedding::Expected(Place::Anywhere),
            Place::Anywhere | Place::Nested | Place::Claims => Embedding::Plausible,
            _ => Embedding::Never,
        }
    }

    /// For what a number here stands.
    pub(super) fn remark(self, number: i128) -> Option<String> {
        let Place::Number(stands) = self else { return None };
        let name = match stands {
            Stands::Date => return date::write(number),
            // Trap 7: at the top these are never redacted, so it is another claim, inside another map.
            Stands::Claim if matches!(number, cwt::ISS | cwt::AUD..=cwt::CNF | cwt::CNONCE) => None,
            Stands::Claim => cwt::name_for_key(number),
            Stands::Algorithm => AlgorithmId::from_id(number).ok().map(AlgorithmId::name),
            Stands::Hash => names::hash(number),
            Stands::Aead => names::aead(number),
            Stands::Type => names::content_format(number),
            Stands::KeyType => names::key_type(number),
            Stands::Curve => names::curve(number),
        };
        // No name with a slash fits into a comment.
        name.map(|name| name.replace('/', "-"))
    }
}

/// A redaction mark in an array.
fn mark(tag: u64) -> Option<&'static str> {
    match tag {
        REDACTED_CLAIM_ELEMENT => Some("redacted"),
        TO_BE_REDACTED => Some("to be redacted"),
        TO_BE_DECOY => Some("decoy"),
        _ => None,
    }
}

fn of_header(label: i128) -> Place {
    match label {
        header::ALG => Place::Number(Stands::Algorithm),
        header::KID => Place::KeyId,
        header::CWT_CLAIMS => Place::Claims,
        header::TYP => Place::Number(Stands::Type),
        17 => Place::Disclosures,
        33 => Place::Opaque,
        170 => Place::Number(Stands::Hash),
        171 => Place::EncryptedList,
        172 => Place::Number(Stands::Aead),
        _ => Place::Anywhere,
    }
}

fn of_claim(claim: i128) -> Place {
    match claim {
        cwt::EXP | cwt::NBF | cwt::IAT | 188 => Place::Number(Stands::Date),
        cwt::CNF => Place::Confirmation,
        cwt::CTI | cwt::CNONCE => Place::Opaque,
        cwt::ADDRESS => Place::Address,
        _ => Place::Nested,
    }
}

fn of_confirmation(method: i128) -> Place {
    match method {
        1 => Place::Key,
        3 => Place::KeyId,
        5 => Place::Opaque,
        _ => Place::Anywhere,
    }
}

fn of_key(member: i128) -> Place {
    match member {
        1 => Place::Number(Stands::KeyType),
        2 => Place::KeyId,
        3 => Place::Number(Stands::Algorithm),
        -1 => Place::Number(Stands::Curve),
        5 | -4..=-2 => Place::Opaque,
        _ => Place::Anywhere,
    }
}
