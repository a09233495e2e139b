//! The TLS form of mimi-mls.md 3.4.1, strict: minimal lengths, no octet left over, every vector bounded.

use mimicred_mls::tls::{Reader, Writer};
use mimicred_x509::Oid;

use super::{
    AnchorType, ClaimPredicate, ClaimRule, CwtPath, DisclosureFormat, IssuerAnchor, JwtPath, NonceMode, Optionality, PolicyPath,
    PolicyScalar, RoomDisclosurePolicy, TrustedIssuer, VERSION, X509Path,
};
use crate::{Code, Error};

/// Octets of a policy.
const MAX_POLICY: usize = 256 * 1024;
/// Rules, issuers, roles and the like; the other forms have no more either.
pub(super) const MAX_COUNT: usize = 1024;
/// Octets of a name, a path or a value.
const MAX_FIELD: usize = 4096;
/// Octets of an anchor, which may be a certificate.
const MAX_ANCHOR: usize = 16_384;

pub(super) fn decode(octets: &[u8]) -> Result<RoomDisclosurePolicy, Error> {
    if octets.len() > MAX_POLICY {
        return Err(Error::new(Code::PolicyMalformed).note("too large"));
    }
    let mut reader = Reader::new(octets);
    // What follows another version number is unknown.
    if reader.u16()? != VERSION {
        return Err(Error::new(Code::PolicyVersion));
    }
    let policy = RoomDisclosurePolicy {
        pseudonyms: Optionality::from_code(reader.u8()?),
        identity_reveal: Optionality::from_code(reader.u8()?),
        accepted_formats: formats(&mut reader)?,
        claim_rules: reader.list(MAX_POLICY, MAX_COUNT, rule)?,
        unlisted_claims: Optionality::from_code(reader.u8()?),
        trusted_issuers: reader.list(MAX_POLICY, MAX_COUNT, issuer)?,
        allow_local_trust: reader.flag()?,
        max_presentation_age: reader.u32()?,
        max_clock_skew: reader.u32()?,
        disclosure_deadline: reader.u32()?,
        nonce_mode: NonceMode::from_code(reader.u8()?),
        visible_to_roles: roles(&mut reader)?,
        franking_allowed: reader.flag()?,
    };
    // `reserved` has zero length in version 1.
    reader.vector(0)?;
    reader.finish()?;
    Ok(policy)
}

fn text(reader: &mut Reader<'_>) -> Result<String, Error> {
    Ok(reader.text(MAX_FIELD)?.to_owned())
}

fn formats(reader: &mut Reader<'_>) -> Result<Vec<DisclosureFormat>, Error> {
    reader.list(MAX_FIELD, MAX_COUNT, |reader| Ok(DisclosureFormat::from_code(reader.u8()?)))
}

fn roles(reader: &mut Reader<'_>) -> Result<Vec<u32>, Error> {
    reader.list(4 * MAX_COUNT, MAX_COUNT, |reader| Ok(reader.u32()?))
}

fn rule(reader: &mut Reader<'_>) -> Result<ClaimRule, Error> {
    Ok(ClaimRule {
        claim_name: text(reader)?,
        paths: reader.list(MAX_POLICY, MAX_COUNT, path)?,
        presence: Optionality::from_code(reader.u8()?),
        predicates: reader.list(MAX_POLICY, MAX_COUNT, predicate)?,
        visible_to_roles: roles(reader)?,
    })
}

fn path(reader: &mut Reader<'_>) -> Result<PolicyPath, Error> {
    let family = reader.u8()?;
    match family {
        1 => {
            let mut inner = Reader::new(reader.vector(MAX_FIELD)?);
            let oid = Oid::from_contents(inner.vector(MAX_FIELD)?).map_err(|e| Error::new(Code::PolicyMalformed).because(e))?;
            let general_name_tag = inner.optional(|inner| inner.u8())?;
            inner.finish()?;
            Ok(PolicyPath::X509(X509Path { oid, general_name_tag }))
        }
        2 => JwtPath::from_json(reader.text(MAX_FIELD)?).map(PolicyPath::Jwt),
        3 => CwtPath::from_cbor(reader.vector(MAX_FIELD)?).map(PolicyPath::Cwt),
        _ => Ok(PolicyPath::Other { family, path: reader.vector(MAX_FIELD)?.to_vec() }),
    }
}

fn predicate(reader: &mut Reader<'_>) -> Result<ClaimPredicate, Error> {
    let op = reader.u8()?;
    match op {
        ClaimPredicate::EXISTS => Ok(ClaimPredicate::Exists),
        ClaimPredicate::MIN_AGE_YEARS => Ok(ClaimPredicate::MinAgeYears(reader.u16()?)),
        ClaimPredicate::MAX_AGE_YEARS => Ok(ClaimPredicate::MaxAgeYears(reader.u16()?)),
        ClaimPredicate::ONE_OF => Ok(ClaimPredicate::OneOf(reader.list(MAX_POLICY, MAX_COUNT, scalar)?)),
        _ => match ClaimPredicate::WITH_VALUE.iter().find(|(known, _, _)| *known == op) {
            Some((_, _, make)) => scalar(reader).map(make),
            None => Ok(ClaimPredicate::Other { op, value: reader.vector(MAX_FIELD)?.to_vec() }),
        },
    }
}

fn scalar(reader: &mut Reader<'_>) -> Result<PolicyScalar, Error> {
    PolicyScalar::from_json(reader.text(MAX_FIELD)?)
}

fn issuer(reader: &mut Reader<'_>) -> Result<TrustedIssuer, Error> {
    Ok(TrustedIssuer {
        issuer: text(reader)?,
        subject_domains: reader.list(MAX_POLICY, MAX_COUNT, text)?,
        formats: formats(reader)?,
        anchors: reader.list(MAX_POLICY, MAX_COUNT, |reader| {
            let anchor_type = AnchorType::from_code(reader.u8()?);
            Ok::<_, Error>(IssuerAnchor { anchor_type, anchor_value: reader.vector(MAX_ANCHOR)?.to_vec() })
        })?,
        claim_names: reader.list(MAX_POLICY, MAX_COUNT, text)?,
    })
}

pub(super) fn encode(policy: &RoomDisclosurePolicy) -> Result<Vec<u8>, Error> {
    let octets = Writer::new()
        .u16(VERSION)
        .u8(policy.pseudonyms.code())
        .u8(policy.identity_reveal.code())
        .list(&policy.accepted_formats, |out, format| out.u8(format.code()))
        .list(&policy.claim_rules, write_rule)
        .u8(policy.unlisted_claims.code())
        .list(&policy.trusted_issuers, write_issuer)
        .flag(policy.allow_local_trust)
        .u32(policy.max_presentation_age)
        .u32(policy.max_clock_skew)
        .u32(policy.disclosure_deadline)
        .u8(policy.nonce_mode.code())
        .list(&policy.visible_to_roles, |out, role| out.u32(*role))
        .flag(policy.franking_allowed)
        .vector(&[])
        .finish()?;
    // What is sent must be what others can read: the limits above hold for our own policies too.
    decode(&octets)?;
    Ok(octets)
}

fn write_rule(out: Writer, rule: &ClaimRule) -> Writer {
    out.vector(rule.claim_name.as_bytes())
        .list(&rule.paths, write_path)
        .u8(rule.presence.code())
        .list(&rule.predicates, write_predicate)
        .list(&rule.visible_to_roles, |out, role| out.u32(*role))
}

fn write_path(out: Writer, path: &PolicyPath) -> Writer {
    let out = out.u8(path.family());
    match path {
        PolicyPath::Jwt(path) => out.vector(path.as_json().as_bytes()),
        PolicyPath::Cwt(path) => out.vector(path.as_cbor()),
        // A list of one element is a vector around it.
        PolicyPath::X509(path) => {
            out.list([path], |out, path| out.vector(path.oid.contents()).optional(path.general_name_tag, |out, tag| out.u8(tag)))
        }
        PolicyPath::Other { path, .. } => out.vector(path),
    }
}

fn write_predicate(out: Writer, predicate: &ClaimPredicate) -> Writer {
    let out = out.u8(predicate.op());
    match predicate {
        ClaimPredicate::Exists => out,
        ClaimPredicate::MinAgeYears(years) | ClaimPredicate::MaxAgeYears(years) => out.u16(*years),
        ClaimPredicate::OneOf(values) => out.list(values, |out, value| out.vector(value.as_json().as_bytes())),
        ClaimPredicate::Other { value, .. } => out.vector(value),
        with_value => out.vector(with_value.value().map_or(&[], |value| value.as_json().as_bytes())),
    }
}

fn write_issuer(out: Writer, issuer: &TrustedIssuer) -> Writer {
    out.vector(issuer.issuer.as_bytes())
        .list(&issuer.subject_domains, |out, domain| out.vector(domain.as_bytes()))
        .list(&issuer.formats, |out, format| out.u8(format.code()))
        .list(&issuer.anchors, |out, anchor| out.u8(anchor.anchor_type.code()).vector(&anchor.anchor_value))
        .list(&issuer.claim_names, |out, name| out.vector(name.as_bytes()))
}
