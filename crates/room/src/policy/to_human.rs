//! The policy as a tree for TOML and JSON.

use std::fmt::Write as _;

use mimicred_claims::{Key, Step};
use mimicred_jose::base64url;

use super::{
    AnchorType, ClaimPredicate, ClaimRule, IssuerAnchor, JwtPath, PolicyPath, PolicyScalar, RoomDisclosurePolicy, TrustedIssuer,
    VERSION,
};
use crate::human::Node;

pub(super) fn policy(policy: &RoomDisclosurePolicy) -> Node {
    Node::table([
        ("version", Node::number(VERSION)),
        ("pseudonyms", named(policy.pseudonyms.name(), policy.pseudonyms.code())),
        ("identity_reveal", named(policy.identity_reveal.name(), policy.identity_reveal.code())),
        ("accepted_formats", Node::array(policy.accepted_formats.iter().map(|format| named(format.name(), format.code())))),
        ("claim_rules", Node::array(policy.claim_rules.iter().map(rule))),
        ("unlisted_claims", named(policy.unlisted_claims.name(), policy.unlisted_claims.code())),
        ("trusted_issuers", Node::array(policy.trusted_issuers.iter().map(issuer))),
        ("allow_local_trust", Node::bool(policy.allow_local_trust)),
        ("max_presentation_age", Node::number(policy.max_presentation_age)),
        ("max_clock_skew", Node::number(policy.max_clock_skew)),
        ("disclosure_deadline", Node::number(policy.disclosure_deadline)),
        ("nonce_mode", named(policy.nonce_mode.name(), policy.nonce_mode.code())),
        ("visible_to_roles", numbers(&policy.visible_to_roles)),
        ("franking_allowed", Node::bool(policy.franking_allowed)),
    ])
}

fn named(name: Option<&str>, code: u8) -> Node {
    name.map_or_else(|| Node::number(code), Node::text)
}

fn numbers(numbers: &[u32]) -> Node {
    Node::array(numbers.iter().map(Node::number))
}

fn texts(texts: &[String]) -> Node {
    Node::array(texts.iter().map(|text| Node::text(text.as_str())))
}

pub(super) fn rule(rule: &ClaimRule) -> Node {
    let mut entries = vec![
        ("claim_name", Node::text(rule.claim_name.as_str())),
        ("paths", Node::array(rule.paths.iter().map(path))),
        ("presence", named(rule.presence.name(), rule.presence.code())),
    ];
    if !rule.predicates.is_empty() {
        entries.push(("predicates", Node::array(rule.predicates.iter().map(predicate))));
    }
    if !rule.visible_to_roles.is_empty() {
        entries.push(("visible_to_roles", numbers(&rule.visible_to_roles)));
    }
    Node::table(entries)
}

fn path(path: &PolicyPath) -> Node {
    match path {
        PolicyPath::Jwt(path) => {
            let plain: Option<Vec<_>> = path.steps().steps().iter().map(step).collect();
            let plain = plain.filter(|_| is_plain(path));
            Node::table([plain.map_or_else(|| ("jwt_json", Node::text(path.as_json())), |steps| ("jwt", Node::array(steps)))])
        }
        PolicyPath::Cwt(path) => Node::table([("cwt", Node::array(path.steps().steps().iter().filter_map(step)))]),
        PolicyPath::X509(path) => {
            let tag = path.general_name_tag.map(|tag| ("general_name_tag", Node::number(tag)));
            let oid = ("oid", Node::text(path.oid.to_string()));
            Node::table([("x509", Node::table([oid].into_iter().chain(tag)))])
        }
        PolicyPath::Other { family, path } => {
            Node::table([("claim_family", Node::number(family)), ("path", Node::text(base64url::encode(path)))])
        }
    }
}

fn step(step: &Step) -> Option<Node> {
    match step {
        Step::Key(Key::Text(name)) => Some(Node::text(name.clone().into_owned())),
        Step::Key(Key::Int(number)) => Some(Node::number(number)),
        Step::Index(index) => Some(Node::number(index)),
        Step::Every => None,
    }
}

/// Whether a list of plain steps would be written back as the very text that came.
fn is_plain(path: &JwtPath) -> bool {
    let steps = path.steps().steps().iter().map(|step| match step {
        Step::Key(Key::Text(name)) => PolicyScalar::text(name).as_json().to_owned(),
        Step::Index(index) => index.to_string(),
        _ => String::new(),
    });
    format!("[{}]", steps.collect::<Vec<_>>().join(",")) == path.as_json()
}

fn predicate(predicate: &ClaimPredicate) -> Node {
    let op = ("op", named(predicate.name(), predicate.op()));
    match predicate {
        ClaimPredicate::Exists => Node::table([op]),
        ClaimPredicate::MinAgeYears(years) | ClaimPredicate::MaxAgeYears(years) => {
            Node::table([op, ("years", Node::number(years))])
        }
        ClaimPredicate::OneOf(values) => Node::table([op, ("values", Node::array(values.iter().map(scalar)))]),
        ClaimPredicate::Other { value, .. } => Node::table([op, ("value", Node::text(base64url::encode(value)))]),
        with_value => Node::table([op].into_iter().chain(with_value.value().map(|value| ("value", scalar(value))))),
    }
}

fn scalar(value: &PolicyScalar) -> Node {
    let json = value.as_json();
    match value.as_text() {
        Some(text) if PolicyScalar::text(text).as_json() == json => Node::text(text),
        Some(_) => Node::table([("json", Node::text(json))]),
        None if json == "true" => Node::bool(true),
        None if json == "false" => Node::bool(false),
        // JSON and TOML both have integers; of other spellings TOML keeps only some.
        None if json.parse::<i64>().is_ok_and(|number| number.to_string() == json) => Node::number(json),
        None => Node::table([("json", Node::text(json))]),
    }
}

pub(super) fn issuer(issuer: &TrustedIssuer) -> Node {
    let mut entries = vec![
        ("issuer", Node::text(issuer.issuer.as_str())),
        ("subject_domains", texts(&issuer.subject_domains)),
        ("formats", Node::array(issuer.formats.iter().map(|format| named(format.name(), format.code())))),
        ("anchors", Node::array(issuer.anchors.iter().map(anchor))),
    ];
    if !issuer.claim_names.is_empty() {
        entries.push(("claim_names", texts(&issuer.claim_names)));
    }
    Node::table(entries)
}

fn anchor(anchor: &IssuerAnchor) -> Node {
    let is_hash = anchor.anchor_type != AnchorType::CertificateDer;
    let octets = octets(&anchor.anchor_value, is_hash);
    match anchor.anchor_type.name() {
        Some(name) if !is_hash || anchor.anchor_value.len() == 32 => Node::table([(name, octets)]),
        name => Node::table([("anchor_type", named(name, anchor.anchor_type.code())), ("anchor_value", octets)]),
    }
}

/// `sha256:` and hex for what is one, base64url for anything else.
fn octets(octets: &[u8], is_hash: bool) -> Node {
    if is_hash && octets.len() == 32 {
        return Node::text(octets.iter().fold(String::from("sha256:"), |mut text, octet| {
            let _ = write!(text, "{octet:02x}");
            text
        }));
    }
    Node::text(base64url::encode(octets))
}
