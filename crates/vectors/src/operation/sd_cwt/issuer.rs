//! The Issuer.

use mimicred_claims::{Map, RedactionPlan};
use mimicred_cose::AlgorithmId;
use mimicred_sd_cwt::{Confirmation, Issuance, Issuer, Preissuance, SaltList};

use super::unsigned;
use crate::Error;
use crate::cast;
use crate::object::{Input, Object};
use crate::operation::Fault;
use crate::operation::common::{clock, plan, private_key, public_key_if_any};

pub(super) fn issue(input: &Input<'_>) -> Result<Object, Fault> {
    let (key, holder) = (private_key(input, "issuer_key")?, public_key_if_any(input, "holder_key")?);
    let (claims, header_claims) = (input.hex("claims")?, input.hex_if_any("header_claims")?);
    let (claims, marked) = claims_and_plan(&claims)?;
    let plan = if input.get("redact").is_some() { plan(input)? } else { with_min_digests(input, marked)? };
    let header_claims = header_claims.as_deref().map(claims_and_plan).transpose()?;
    let cnonce = input.hex_if_any("cnonce")?;
    let by_thumbprint = input.get("confirmation").map(|_| input.choice("confirmation", &[("key", false), ("thumbprint", true)]));
    let by_thumbprint = by_thumbprint.transpose()?.unwrap_or(false);
    let confirmation = match &holder {
        Some(key) if by_thumbprint => Confirmation::thumbprint_of(key),
        Some(key) => Confirmation::Key(key),
        None => Confirmation::InClaims,
    };
    let mut issuance = Issuance::new(claims, confirmation, &plan);
    if let Some((claims, plan)) = &header_claims {
        issuance = issuance.with_header_claims(claims.clone(), plan);
    }
    if let Some(cnonce) = &cnonce {
        issuance = issuance.with_cnonce(cnonce);
    }
    if input.get("now").is_some() {
        issuance = issuance.with_clock(clock(input)?);
    }
    let issuer = issuer(input, Issuer::new(key.public()))?;
    let mut random = cast::random(input.text("seed")?);
    let prepared = match input.text_if_any("salts")? {
        Some(salts) => issuer.prepare_with_salts(issuance, &mut SaltList::parse(salts, &mut random)?)?,
        None => issuer.prepare_issuance(issuance, &mut random)?,
    };
    let object = Object::new().hex("to_be_signed", prepared.to_be_signed().as_bytes());
    let signature = key.sign(prepared.to_be_signed()).ok_or_else(unsigned)?;
    Ok(object.hex("sd_cwt", prepared.finish(&signature)?.as_bytes()))
}

fn claims_and_plan(octets: &[u8]) -> Result<(Map<'_>, RedactionPlan), Fault> {
    Ok(Preissuance::parse(octets)?.into_parts())
}

fn with_min_digests(input: &Input<'_>, plan: RedactionPlan) -> Result<RedactionPlan, Error> {
    Ok(match input.int_if_any("min_digests")? {
        Some(count) => plan.with_min_digests(count),
        None => plan,
    })
}

/// What stands in the header.
fn issuer(input: &Input<'_>, mut issuer: Issuer) -> Result<Issuer, Fault> {
    if let Some(typ) = input.text_if_any("type")? {
        issuer = issuer.with_type(typ);
    }
    if input.get("possession").is_some() {
        let is_proven = input.choice("possession", &[("proven", true), ("unproven", false)])?;
        issuer = issuer.with_possession(move |_| is_proven);
    }
    if let Some(kid) = input.hex_if_any("kid")? {
        issuer = issuer.with_kid(kid);
    }
    if let Some(id) = input.int_if_any("algorithm")? {
        issuer = issuer.with_algorithm(AlgorithmId::from_id(id).map_err(mimicred_sd_cwt::Error::from)?);
    }
    if let Some(id) = input.int_if_any("sd_alg")? {
        issuer = issuer.with_hash_id(id)?;
    }
    if let Some(id) = input.int_if_any("sd_aead")? {
        issuer = issuer.with_aead(id);
    }
    if input.get("x5chain").is_some() {
        issuer = issuer.with_x5chain(input.hexes("x5chain")?);
    }
    Ok(issuer)
}
