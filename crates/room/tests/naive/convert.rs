//! The same question in the crate's types. The policy goes by its JSON form.

use std::borrow::Cow;

use mimicred_claims::{Key as ClaimKey, Map, Value as ClaimValue};
use mimicred_room::policy::{RoomDisclosurePolicy, TrustedIssuer};
use mimicred_room::{Evaluation, Evidence, Member, MemberKind, PolicyState, Presented, RuleOutcome, VerdictCode, evaluate};
use mimicred_x509::Attribute;

use crate::data::{Answer, Case, Condition, Family, Key, Kind, Need, Path, Policy, Rule, Shown, State, Value, Wanted};

/// What the crate says.
pub(crate) fn ask(case: &Case) -> Answer {
    let state = match &case.state {
        State::Missing => PolicyState::Missing,
        State::Unsupported => PolicyState::Unsupported,
        State::Known(policy) => known(policy),
    };
    let member = case.leaf.as_ref().map(|leaf| Member {
        user: leaf.user.parse().expect("a user"),
        client: leaf.client.as_ref().map(|client| client.parse().expect("a client")),
        kind: match leaf.kind {
            Kind::Pseudonym => MemberKind::Pseudonym,
            Kind::Real => MemberKind::Real,
            Kind::Unspecified => MemberKind::Unspecified,
        },
        role: None,
        evidence: evidence(&leaf.shown),
    });
    let shown: Vec<Evidence> = case.presentations.iter().map(|presentation| evidence(&presentation.shown)).collect();
    let entries: Vec<Vec<TrustedIssuer>> =
        case.presentations.iter().map(|presentation| presentation.entries.iter().map(|names| entry(names)).collect()).collect();
    let presented: Vec<Presented<'_>> = case
        .presentations
        .iter()
        .zip(&shown)
        .zip(&entries)
        .map(|((presentation, evidence), entries)| Presented {
            evidence,
            entries: entries.iter().collect(),
            code: code(presentation.code),
            issued_at: presentation.issued_at,
            token_hash: [presentation.token; 32],
            issuer: presentation.issuer,
        })
        .collect();
    answer(evaluate(&state, member.as_ref(), &presented, code(case.absent)))
}

fn code(name: &str) -> VerdictCode {
    VerdictCode::from_name(name).expect("a code")
}

fn answer(evaluation: Evaluation) -> Answer {
    let rules = evaluation.rules.into_iter().map(|rule| {
        let outcome = match rule.outcome {
            RuleOutcome::Kept => "kept",
            RuleOutcome::NotShown => "not_shown",
            RuleOutcome::Violated => "violated",
            RuleOutcome::NotVouched => "not_vouched",
        };
        (rule.claim_name, outcome, rule.code.map(VerdictCode::name))
    });
    Answer { code: evaluation.code.name(), rules: rules.collect() }
}

fn entry(claim_names: &[String]) -> TrustedIssuer {
    TrustedIssuer {
        issuer: String::new(),
        subject_domains: Vec::new(),
        formats: Vec::new(),
        anchors: Vec::new(),
        claim_names: claim_names.to_vec(),
    }
}

fn evidence(shown: &Shown) -> Evidence {
    match shown {
        Shown::Jwt(claims) => Evidence::of_jwt(map(claims)),
        Shown::Cwt(claims) => Evidence::of_cwt(map(claims)),
        Shown::X509 { names, user } => {
            let attributes = names.iter().map(|name| Attribute {
                oid: name.oid.to_owned(),
                general_name: name.tag,
                value: name.value.clone(),
            });
            Evidence::of_certificate(attributes.collect(), user.as_ref().map(|user| user.parse().expect("a user")))
        }
    }
}

fn map(claims: &[(Key, Value)]) -> Map<'static> {
    let entries = claims.iter().map(|(key, value)| {
        let key = match key {
            Key::Name(name) => ClaimKey::from(*name),
            Key::Number(number) => ClaimKey::from(i128::from(*number)),
        };
        (key, value_of(value))
    });
    Map::from_entries(entries.collect()).expect("each key once")
}

fn value_of(value: &Value) -> ClaimValue<'static> {
    match value {
        Value::Null => ClaimValue::Null,
        Value::Bool(b) => ClaimValue::Bool(*b),
        Value::Int(n) => ClaimValue::Int(i128::from(*n)),
        Value::Decimal(text) => ClaimValue::Decimal(Cow::Borrowed(text)),
        Value::Float(float) => ClaimValue::Float(*float),
        Value::Text(text) => ClaimValue::Text(Cow::Owned(text.clone())),
        Value::Bytes(bytes) => ClaimValue::Bytes(Cow::Owned(bytes.clone())),
        Value::List(elements) => ClaimValue::Array(elements.iter().map(value_of).collect()),
        Value::Map(members) => ClaimValue::Map(map(members)),
        Value::Tag(tag, inner) => ClaimValue::Tag(*tag, Box::new(value_of(inner))),
    }
}

fn known(policy: &Policy) -> PolicyState {
    let json = json(policy);
    let policy = RoomDisclosurePolicy::from_json(&json).unwrap_or_else(|e| panic!("{e}: {json}"));
    let state = PolicyState::of_policy(policy);
    assert!(matches!(state, PolicyState::Known(_)), "{json}");
    state
}

/// The policy as JSON.
pub(crate) fn json(policy: &Policy) -> String {
    format!(
        concat!(
            r#"{{"pseudonyms":{},"identity_reveal":{},"accepted_formats":[{}],"claim_rules":[{}],"unlisted_claims":{},"#,
            r#""max_presentation_age":300,"disclosure_deadline":3600}}"#
        ),
        need(policy.pseudonyms),
        need(policy.reveal),
        list(&policy.formats, |family| format(*family).to_owned()),
        list(&policy.rules, rule),
        need(policy.unlisted),
    )
}

fn list<T>(all: &[T], write: impl Fn(&T) -> String) -> String {
    all.iter().map(write).collect::<Vec<_>>().join(",")
}

fn need(need: Need) -> &'static str {
    match need {
        Need::Optional => r#""optional""#,
        Need::Required => r#""required""#,
        Need::Forbidden => r#""forbidden""#,
    }
}

fn format(family: Family) -> &'static str {
    match family {
        Family::Jwt => r#""sd_jwt_kb""#,
        Family::Cwt => r#""sd_kbt""#,
        Family::X509 => r#""mls_credential""#,
    }
}

fn rule(rule: &Rule) -> String {
    format!(
        r#"{{"claim_name":"{}","paths":[{}],"presence":{},"predicates":[{}]}}"#,
        rule.name,
        list(&rule.paths, path),
        need(rule.need),
        list(&rule.conditions, condition)
    )
}

fn path(path: &Path) -> String {
    let key = |key: &Key| match key {
        Key::Name(name) => format!("\"{name}\""),
        Key::Number(number) => number.to_string(),
    };
    match path {
        Path::Jwt(steps) => format!(r#"{{"jwt":[{}]}}"#, list(steps, key)),
        Path::Cwt(steps) => format!(r#"{{"cwt":[{}]}}"#, list(steps, key)),
        Path::X509(oid, None) => format!(r#"{{"x509":{{"oid":"{oid}"}}}}"#),
        Path::X509(oid, Some(tag)) => format!(r#"{{"x509":{{"oid":"{oid}","general_name_tag":{tag}}}}}"#),
    }
}

fn condition(condition: &Condition) -> String {
    let one = |op: &str, value: &Wanted| format!(r#"{{"op":"{op}","value":{}}}"#, wanted(value));
    match condition {
        Condition::Equal(value) => one("equal", value),
        Condition::LessThan(value) => one("less_than", value),
        Condition::LessThanOrEqual(value) => one("less_than_or_equal", value),
        Condition::GreaterThan(value) => one("greater_than", value),
        Condition::GreaterThanOrEqual(value) => one("greater_than_or_equal", value),
        Condition::Contains(value) => one("contains", value),
        Condition::StartsWith(value) => one("starts_with", value),
        Condition::EndsWith(value) => one("ends_with", value),
        Condition::HostEqual(value) => one("host_equal", value),
        Condition::OneOf(values) => format!(r#"{{"op":"one_of","values":[{}]}}"#, list(values, wanted)),
        Condition::Exists => r#"{"op":"exists"}"#.to_owned(),
        Condition::MinAge(years) => format!(r#"{{"op":"min_age_years","years":{years}}}"#),
        Condition::MaxAge(years) => format!(r#"{{"op":"max_age_years","years":{years}}}"#),
    }
}

/// Numbers keep their spelling.
fn wanted(value: &Wanted) -> String {
    match value {
        Wanted::Text(text) => format!("\"{text}\""),
        Wanted::Bool(b) => b.to_string(),
        Wanted::Number(text) => format!(r#"{{"json":"{text}"}}"#),
    }
}
