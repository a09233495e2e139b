//! SD-JWT and SD-JWT+KB.

use mimicred_jose::base64url;
use mimicred_sd_jwt::{Inspection, UnverifiedPresentation};

use super::known::Known;
use super::picture::{Item, Picture};
use super::token::{Binding, Token, entries};
use crate::error::Failure;
use crate::out::hex;

/// Draws a token, with or without key binding.
///
/// # Errors
/// It cannot be read.
pub(super) fn token(text: &str, now: i64) -> Result<Picture, Failure> {
    let inspection = UnverifiedPresentation::parse(text)?.inspect()?;
    let kind = if inspection.key_binding.is_some() { "SD-JWT with key binding" } else { "SD-JWT" };
    let sizes = match inspection.disclosures.len() {
        0 => format!("{} characters", text.len()),
        _ => {
            let disclosures = text.split('~').skip(1).filter(|part| !part.contains('.')).map(|part| part.len() + 1);
            format!("{} characters: disclosures {}", text.len(), disclosures.sum::<usize>())
        }
    };
    Ok(Picture::new(kind, drawn(inspection).sections(now)).note(sizes))
}

fn drawn(inspection: Inspection) -> Token {
    Token {
        header: entries(&inspection.header, Known::Nothing),
        unprotected: Vec::new(),
        hash: inspection.hash,
        confirmation: inspection.confirmation_thumbprint.map(confirmation).unwrap_or_default(),
        header_claims: None,
        claims: inspection.claims,
        disclosures: inspection.disclosures,
        encrypted: Vec::new(),
        key_binding: inspection
            .key_binding
            .map(|binding| Binding { header: entries(&binding.header, Known::Nothing), claims: binding.claims }),
    }
}

/// The JWK thumbprint of the key in `cnf`, as policies write it and as a URI (RFC 9278).
fn confirmation(thumbprint: String) -> Vec<Item> {
    let octets = base64url::decode(&thumbprint).unwrap_or_default();
    vec![
        Item::new("jwk_thumbprint_sha256").value(format!("sha256:{}", hex(&octets))),
        Item::new("uri").value(format!("urn:ietf:params:oauth:jwk-thumbprint:sha-256:{thumbprint}")),
    ]
}
