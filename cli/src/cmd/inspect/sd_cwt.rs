//! SD-CWT and its key binding token.

use mimicred_claims::{Key, Map};
use mimicred_cose::{AlgorithmId, header};
use mimicred_sd_cwt::{Inspection, UnverifiedPresentation, UnverifiedSdCwt};

use super::picture::{Item, Picture};
use super::token::{Binding, Token, items};
use crate::error::Failure;

/// Draws an SD-CWT as an issuer makes it.
///
/// # Errors
/// It cannot be read.
pub(super) fn token(octets: &[u8], now: i64) -> Result<Picture, Failure> {
    let inspection = UnverifiedSdCwt::parse(octets)?.inspect()?;
    Ok(Picture::new("SD-CWT", drawn(inspection).sections(now)))
}

/// Draws an SD-KBT, with the SD-CWT inside.
///
/// # Errors
/// It cannot be read.
pub(super) fn key_binding_token(octets: &[u8], now: i64) -> Result<Picture, Failure> {
    let inspection = UnverifiedPresentation::parse(octets)?.inspect()?;
    Ok(Picture::new("SD-CWT with key binding", drawn(inspection).sections(now)))
}

fn drawn(inspection: Inspection) -> Token {
    Token {
        header: header_items(&inspection.header),
        hash: inspection.hash,
        holder_key: inspection
            .confirmation_thumbprint
            .map(|key| Item::new("holder's key").value(format!("sha256:{key}")).note("COSE_Key thumbprint of cnf")),
        claims: inspection.claims,
        disclosures: inspection.disclosures,
        key_binding: inspection
            .key_binding
            .map(|binding| Binding { header: header_items(&binding.header), claims: binding.claims }),
    }
}

/// The header, with the name of the algorithm beside its number.
fn header_items(headers: &Map<'static>) -> Vec<Item> {
    let label = |number: i128| match number {
        header::ALG => Some("alg"),
        header::CRIT => Some("crit"),
        header::KID => Some("kid"),
        header::TYP => Some("typ"),
        170 => Some("sd_alg"),
        _ => None,
    };
    let algorithm = |key: &Key<'_>| match key {
        Key::Int(header::ALG) => headers.get(key)?.as_int().and_then(|id| AlgorithmId::from_id(id).ok()),
        _ => None,
    };
    let noted = |(key, item): (&Key<'_>, Item)| match algorithm(key) {
        Some(algorithm) => item.note(algorithm.name()),
        None => item,
    };
    headers.iter().map(|(key, _)| key).zip(items(headers, label)).map(noted).collect()
}
