//! Which signing protocol an octet string belongs to, told from the octets alone (spec/mimi-mls.md 5.5).
//!
//! A key that serves MLS, JWS, COSE and certificates is safe only because the messages of these protocols are pairwise
//! disjoint. [`classify`] looks at a message before it is signed, the way any verifier would frame it, and names its family; at
//! most one predicate holds for any octet string (the argument is in 5.2, the test in `classify/tests.rs`).

use std::fmt;

use crate::backend::Encoding;
use crate::der;

/// A set of messages that one protocol signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// SignContent of MLS (RFC 9420 5.1.2): every MLS signature, SafeSignWithLabel included.
    Mls,
    /// The JWS Signing Input (RFC 7515 2): SD-JWT, KB-JWT, proofs.
    Jws,
    /// The Sig_structure of COSE_Sign1 (RFC 9052 4.4): SD-CWT, KBT.
    Cose,
    /// CertificationRequestInfo of PKCS#10 (RFC 2986 4.1).
    Csr,
    /// TBSCertificate, version 3 (RFC 5280 4.1).
    TbsCertificate,
    /// TBSCertList, version 2 (RFC 5280 5.1).
    TbsCrl,
    /// What a join link's key signs for whoever joins by it (spec/mimi-mls.md 3.6.3).
    JoiningCode,
}

impl Family {
    /// Every family.
    pub const ALL: [Family; 7] =
        [Family::Mls, Family::Jws, Family::Cose, Family::Csr, Family::TbsCertificate, Family::TbsCrl, Family::JoiningCode];

    /// The family's name in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Family::Mls => "mls",
            Family::Jws => "jws",
            Family::Cose => "cose",
            Family::Csr => "csr",
            Family::TbsCertificate => "tbs-certificate",
            Family::TbsCrl => "tbs-crl",
            Family::JoiningCode => "joining-code",
        }
    }

    /// How the protocol writes an ECDSA signature.
    pub(crate) const fn encoding(self) -> Encoding {
        match self {
            Family::Jws | Family::Cose | Family::JoiningCode => Encoding::Fixed,
            Family::Mls | Family::Csr | Family::TbsCertificate | Family::TbsCrl => Encoding::Der,
        }
    }

    fn contains(self, message: &[u8]) -> bool {
        match self {
            Family::Mls => is_mls(message),
            Family::Jws => is_jws(message),
            Family::Cose => is_cose(message),
            Family::Csr => is_der(message, &[der::INTEGER, 1, 0]),
            Family::TbsCertificate => is_der(message, &[der::CONTEXT_0, 3, der::INTEGER, 1, 2]),
            Family::TbsCrl => is_der(message, &[der::INTEGER, 1, 1]),
            Family::JoiningCode => is_joining_code(message),
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The family that `message` belongs to, if it belongs to one.
///
/// ```
/// use mimicred_keys::{Family, classify};
///
/// assert_eq!(classify(b"\x13MLS 1.0 LeafNodeTBS\x03abc"), Some(Family::Mls));
/// assert_eq!(classify(b"eyJhbGciOiJFUzI1NiJ9.e30"), Some(Family::Jws));
/// assert_eq!(classify(b"\x84\x6aSignature1\x43\xa1\x01\x26\x40\x41\xa0"), Some(Family::Cose));
/// assert_eq!(classify(b"a raw challenge"), None);
/// ```
pub fn classify(message: &[u8]) -> Option<Family> {
    Family::ALL.into_iter().find(|family| family.contains(message))
}

/// `V("MLS 1.0 " ‖ Label) ‖ V(content)`, both lengths minimal, and nothing after.
fn is_mls(message: &[u8]) -> bool {
    let mut rest = message;
    let Some(label) = take_vector(&mut rest) else { return false };
    label.starts_with(b"MLS 1.0 ") && take_vector(&mut rest).is_some() && rest.is_empty()
}

/// `V(room_uri) ‖ V(requestingSignatureKey) ‖ V(groupInfoPublicKey)`, and nothing after. Where MLS content has `MLS 1.0 `, a room has
/// `mimi://`; that has a colon where JWS has none, and no INTEGER in the place of DER's.
fn is_joining_code(message: &[u8]) -> bool {
    let mut rest = message;
    let Some(room) = take_vector(&mut rest) else { return false };
    room.starts_with(b"mimi://") && (0..2).all(|_| take_vector(&mut rest).is_some()) && rest.is_empty()
}

/// One variable-size vector of RFC 9420 2.1.2.
fn take_vector<'a>(input: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (&first, rest) = input.split_first()?;
    let (more, least) = match first >> 6 {
        0 => (0, 0),
        1 => (1, 0x40),
        2 => (3, 0x4000),
        _ => return None,
    };
    let (octets, rest) = rest.split_at_checked(more)?;
    let length = octets.iter().fold(usize::from(first & 0x3f), |length, octet| (length << 8) | usize::from(*octet));
    if length < least {
        return None;
    }
    let (content, rest) = rest.split_at_checked(length)?;
    *input = rest;
    Some(content)
}

/// base64url, exactly one dot, base64url, where the header's text starts with `{` and its encoding therefore with `e`.
fn is_jws(message: &[u8]) -> bool {
    if message.first() != Some(&b'e') {
        return false;
    }
    let dot = message.iter().position(|octet| *octet == b'.');
    let Some((header, [_, payload @ ..])) = dot.and_then(|dot| message.split_at_checked(dot)) else { return false };
    // To the end, whatever comes: that can be done for many octets at a time.
    let base64url = |octets: &[u8]| octets.iter().fold(u8::MAX, |least, octet| least.min(inside_base64url(*octet))) > 0;
    base64url(header) && base64url(payload)
}

/// How far inside the alphabet an octet is, in some way: zero for one outside of it. The smallest of many such numbers is found more
/// quickly than whether all of many things are true.
#[inline]
fn inside_base64url(octet: u8) -> u8 {
    // Letters of both cases are one range to look at.
    let letter = 26_u8.saturating_sub((octet | 0x20).wrapping_sub(b'a'));
    let digit = 10_u8.saturating_sub(octet.wrapping_sub(b'0'));
    letter | digit | u8::from(octet == b'-') | u8::from(octet == b'_')
}

/// `[ "Signature1", bstr, bstr, bstr ]` in preferred encoding, and nothing after.
fn is_cose(message: &[u8]) -> bool {
    let Some(mut rest) = message.strip_prefix(b"\x84\x6aSignature1") else { return false };
    (0..3).all(|_| take_bstr(&mut rest).is_some()) && rest.is_empty()
}

/// One byte string with the shortest head (RFC 8949 4.1).
fn take_bstr<'a>(input: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (&first, rest) = input.split_first()?;
    let (more, least) = match first {
        0x40..=0x57 => (0, 0),
        0x58 => (1, 24),
        0x59 => (2, 0x100),
        0x5a => (4, 0x1_0000),
        0x5b => (8, 0x1_0000_0000),
        _ => return None,
    };
    let (octets, rest) = rest.split_at_checked(more)?;
    let length = match more {
        0 => u64::from(first & 0x1f),
        _ => octets.iter().fold(0, |length, octet| (length << 8) | u64::from(*octet)),
    };
    if length < least {
        return None;
    }
    let (content, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    *input = rest;
    Some(content)
}

/// One DER SEQUENCE that spans the message and begins with these octets.
fn is_der(message: &[u8], start: &[u8]) -> bool {
    der::only(der::SEQUENCE, message).is_some_and(|content| content.starts_with(start))
}

#[cfg(test)]
mod tests;
