//! TOML and JSON to the policy (mimi-mls.md 3.4.4). Enumerated values have names; a value that has none is written as its number.

use mimicred_claims::Key;

use super::tls::MAX_COUNT;
use super::{
    AnchorType, ClaimPredicate, ClaimRule, CwtPath, DisclosureFormat, IssuerAnchor, JwtPath, NonceMode, Optionality, PolicyPath,
    PolicyScalar, RoomDisclosurePolicy, TrustedIssuer, VERSION, X509Path,
};
use crate::human::Cursor;
use crate::{Code, Error};

pub(super) const POLICY: &[&str] = &[
    "version",
    "pseudonyms",
    "identity_reveal",
    "accepted_formats",
    "claim_rules",
    "unlisted_claims",
    "trusted_issuers",
    "allow_local_trust",
    "max_presentation_age",
    "max_clock_skew",
    "disclosure_deadline",
    "nonce_mode",
    "visible_to_roles",
    "franking_allowed",
];
pub(super) const RULE: &[&str] = &["claim_name", "paths", "presence", "predicates", "visible_to_roles"];
pub(super) const ISSUER: &[&str] = &["issuer", "subject_domains", "formats", "anchors", "claim_names"];
const DEFAULT_CLOCK_SKEW: u32 = 60;

pub(super) fn policy(root: &Cursor<'_>) -> Result<RoomDisclosurePolicy, Error> {
    refuse_wrapping(root)?;
    let fields = root.table(POLICY)?;
    if let Some(version) = fields.get("version")
        && version.integer::<u16>()? != VERSION
    {
        return Err(version.error(Code::PolicyVersion, "only 1 is"));
    }
    Ok(RoomDisclosurePolicy {
        pseudonyms: optionality(&fields.require("pseudonyms")?)?,
        identity_reveal: optionality(&fields.require("identity_reveal")?)?,
        accepted_formats: fields.each_of("accepted_formats", MAX_COUNT, format)?,
        claim_rules: fields.each_of("claim_rules", MAX_COUNT, rule)?,
        unlisted_claims: fields.read_or("unlisted_claims", Optionality::Optional, optionality)?,
        trusted_issuers: fields.each_of("trusted_issuers", MAX_COUNT, issuer)?,
        allow_local_trust: fields.read_or("allow_local_trust", false, Cursor::bool)?,
        max_presentation_age: fields.require("max_presentation_age")?.integer()?,
        max_clock_skew: fields.read_or("max_clock_skew", DEFAULT_CLOCK_SKEW, Cursor::integer)?,
        disclosure_deadline: fields.require("disclosure_deadline")?.integer()?,
        nonce_mode: fields.read_or("nonce_mode", NonceMode::GroupExporter, |cursor| {
            named(cursor, NonceMode::NAMES, NonceMode::from_name, NonceMode::from_code, NonceMode::is_known)
        })?,
        visible_to_roles: fields.each_of("visible_to_roles", MAX_COUNT, Cursor::integer)?,
        franking_allowed: fields.read_or("franking_allowed", false, Cursor::bool)?,
    })
}

/// The fields stand at top level: a table around them, whatever its name, is told apart from a slip in one key.
fn refuse_wrapping(root: &Cursor<'_>) -> Result<(), Error> {
    for (key, inside) in root.entries()? {
        let holds_fields = inside.entries().is_ok_and(|entries| entries.iter().any(|(key, _)| POLICY.contains(key)));
        if holds_fields && !POLICY.contains(&key) {
            return Err(inside.error(Code::KeyUnknown, "the fields of a policy stand at top level, without a table around them"));
        }
    }
    Ok(())
}

/// A name, or the number of a value that has no name.
fn named<T: Copy>(
    cursor: &Cursor<'_>,
    names: &[&str],
    from_name: fn(&str) -> Option<T>,
    from_code: fn(u8) -> T,
    is_known: fn(T) -> bool,
) -> Result<T, Error> {
    if !cursor.is_number() {
        return cursor.name(names, from_name);
    }
    let value = from_code(cursor.integer()?);
    if is_known(value) { Err(cursor.error(Code::ValueInvalid, "this value has a name: write it")) } else { Ok(value) }
}

fn optionality(cursor: &Cursor<'_>) -> Result<Optionality, Error> {
    named(cursor, Optionality::NAMES, Optionality::from_name, Optionality::from_code, Optionality::is_known)
}

fn format(cursor: &Cursor<'_>) -> Result<DisclosureFormat, Error> {
    named(cursor, DisclosureFormat::NAMES, DisclosureFormat::from_name, DisclosureFormat::from_code, DisclosureFormat::is_known)
}

fn owned(cursor: &Cursor<'_>) -> Result<String, Error> {
    cursor.text().map(str::to_owned)
}

fn rule(cursor: &Cursor<'_>) -> Result<ClaimRule, Error> {
    let fields = cursor.table(RULE)?;
    Ok(ClaimRule {
        claim_name: owned(&fields.require("claim_name")?)?,
        paths: fields.require("paths")?.each_of(MAX_COUNT, path)?,
        presence: optionality(&fields.require("presence")?)?,
        predicates: fields.each_of("predicates", MAX_COUNT, predicate)?,
        visible_to_roles: fields.each_of("visible_to_roles", MAX_COUNT, Cursor::integer)?,
    })
}

fn path(cursor: &Cursor<'_>) -> Result<PolicyPath, Error> {
    let fields = cursor.table(&["jwt", "cwt", "x509", "jwt_json", "claim_family", "path"])?;
    if let Some(family) = fields.get("claim_family") {
        let octet = family.integer()?;
        if (1..=3).contains(&octet) {
            return Err(family.error(Code::ValueInvalid, "this family has a name: jwt, cwt or x509"));
        }
        return Ok(PolicyPath::Other { family: octet, path: fields.require("path")?.octets()? });
    }
    let (name, value) = fields.only()?;
    let invalid = |e: Error| value.error(Code::ValueInvalid, "not a path").because(e);
    match name {
        "jwt" => {
            let steps = value.each(|step| {
                let position = if step.is_number() { step.integer::<u32>().map(drop) } else { step.text().map(drop) };
                position.map(|()| step.scalar_json().unwrap_or_default())
            })?;
            JwtPath::from_json(&format!("[{}]", steps.join(","))).map(PolicyPath::Jwt).map_err(invalid)
        }
        "jwt_json" => JwtPath::from_json(value.text()?).map(PolicyPath::Jwt).map_err(invalid),
        "cwt" => {
            let keys = value.each(|key| if key.is_number() { key.integer().map(Key::Int) } else { key.text().map(Key::from) })?;
            CwtPath::of_keys(&keys).map(PolicyPath::Cwt).map_err(invalid)
        }
        "x509" => {
            let fields = value.table(&["oid", "general_name_tag"])?;
            let oid = fields.require("oid")?;
            let parsed = oid.text()?.parse();
            Ok(PolicyPath::X509(X509Path {
                oid: parsed.map_err(|e| oid.error(Code::ValueInvalid, "not a dotted object identifier").because(e))?,
                general_name_tag: fields.get("general_name_tag").map(|tag| tag.integer()).transpose()?,
            }))
        }
        _ => Err(fields.error(Code::KeyMissing, "claim_family")),
    }
}

fn predicate(cursor: &Cursor<'_>) -> Result<ClaimPredicate, Error> {
    let op = cursor.table(&["op", "value", "values", "years"])?.require("op")?;
    if op.is_number() {
        let octet: u8 = op.integer()?;
        let known =
            [ClaimPredicate::EXISTS, ClaimPredicate::ONE_OF, ClaimPredicate::MIN_AGE_YEARS, ClaimPredicate::MAX_AGE_YEARS];
        if known.contains(&octet) || ClaimPredicate::WITH_VALUE.iter().any(|(code, _, _)| *code == octet) {
            return Err(op.error(Code::ValueInvalid, "this operation has a name: write it"));
        }
        let value = cursor.table(&["op", "value"])?.require("value")?.octets()?;
        return Ok(ClaimPredicate::Other { op: octet, value });
    }
    let name = op.name(ClaimPredicate::NAMES, |name| ClaimPredicate::NAMES.iter().find(|known| **known == name).copied())?;
    match name {
        "exists" => cursor.table(&["op"]).map(|_| ClaimPredicate::Exists),
        "min_age_years" => cursor.table(&["op", "years"])?.require("years")?.integer().map(ClaimPredicate::MinAgeYears),
        "max_age_years" => cursor.table(&["op", "years"])?.require("years")?.integer().map(ClaimPredicate::MaxAgeYears),
        "one_of" => cursor.table(&["op", "values"])?.require("values")?.each_of(MAX_COUNT, scalar).map(ClaimPredicate::OneOf),
        _ => {
            let value = cursor.table(&["op", "value"])?.require("value")?;
            let make = ClaimPredicate::WITH_VALUE.iter().find(|(_, known, _)| *known == name);
            let (_, _, make) = make.ok_or_else(|| op.error(Code::ValueInvalid, name))?;
            scalar(&value).map(make)
        }
    }
}

/// A plain scalar, or `{ json = ".." }` where its spelling matters.
fn scalar(cursor: &Cursor<'_>) -> Result<PolicyScalar, Error> {
    let (place, json) = if cursor.is_table() {
        let json = cursor.table(&["json"])?.require("json")?;
        let text = owned(&json)?;
        (json, text)
    } else {
        let json = cursor.scalar_json();
        (cursor.clone(), json.ok_or_else(|| cursor.error(Code::ValueInvalid, "a text, a number, true or false is wanted"))?)
    };
    PolicyScalar::from_json(&json).map_err(|e| place.error(Code::ValueInvalid, "not a JSON scalar").because(e))
}

fn issuer(cursor: &Cursor<'_>) -> Result<TrustedIssuer, Error> {
    let fields = cursor.table(ISSUER)?;
    Ok(TrustedIssuer {
        issuer: owned(&fields.require("issuer")?)?,
        subject_domains: fields.each_of("subject_domains", MAX_COUNT, owned)?,
        formats: fields.each_of("formats", MAX_COUNT, format)?,
        anchors: fields.each_of("anchors", MAX_COUNT, anchor)?,
        claim_names: fields.each_of("claim_names", MAX_COUNT, owned)?,
    })
}

fn anchor(cursor: &Cursor<'_>) -> Result<IssuerAnchor, Error> {
    let generic = ["anchor_type", "anchor_value"];
    let names: Vec<&str> = AnchorType::NAMES.iter().copied().chain(generic).collect();
    let fields = cursor.table(&names)?;
    if let Some(anchor_type) = fields.get("anchor_type") {
        let anchor_type = if anchor_type.is_number() {
            AnchorType::from_code(anchor_type.integer()?)
        } else {
            anchor_type.name(AnchorType::NAMES, AnchorType::from_name)?
        };
        return Ok(IssuerAnchor { anchor_type, anchor_value: fields.require("anchor_value")?.octets()? });
    }
    let (name, value) = fields.only()?;
    let Some(anchor_type) = AnchorType::from_name(name) else {
        return Err(fields.error(Code::KeyMissing, "anchor_type"));
    };
    let anchor_value = value.octets()?;
    // A hash of another length is a slip of whoever wrote this file: it could never match.
    if anchor_type != AnchorType::CertificateDer && anchor_value.len() != 32 {
        return Err(value.error(Code::ValueInvalid, "a SHA-256 hash has 32 octets"));
    }
    Ok(IssuerAnchor { anchor_type, anchor_value })
}
