//! SD-JWT and SD-JWT+KB.

use mimicred_claims::Map;
use mimicred_jose::base64url;
use mimicred_sd_jwt::{Inspection, UnverifiedPresentation};

use super::picture::{Item, Picture};
use super::token::{Binding, Token, items};
use crate::error::Failure;
use crate::out::hex;

/// Draws a token, with or without key binding.
///
/// # Errors
/// It cannot be read.
pub(super) fn token(text: &str, now: i64) -> Result<Picture, Failure> {
    let inspection = UnverifiedPresentation::parse(text)?.inspect()?;
    let kind = if inspection.key_binding.is_some() { "SD-JWT with key binding" } else { "SD-JWT" };
    Ok(Picture::new(kind, drawn(inspection).sections(now)))
}

fn drawn(inspection: Inspection) -> Token {
    Token {
        header: header_items(&inspection.header),
        hash: inspection.hash,
        holder_key: inspection.confirmation_thumbprint.map(|key| {
            let octets = base64url::decode(&key).unwrap_or_default();
            Item::new("holder's key").value(format!("sha256:{}", hex(&octets))).note("JWK thumbprint of cnf")
        }),
        claims: inspection.claims,
        disclosures: inspection.disclosures,
        key_binding: inspection
            .key_binding
            .map(|binding| Binding { header: header_items(&binding.header), claims: binding.claims }),
    }
}

fn header_items(header: &Map<'static>) -> Vec<Item> {
    items(header, |_| None)
}
