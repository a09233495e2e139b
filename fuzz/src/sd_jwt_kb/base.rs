//! The valid tokens that everything starts from, taken apart.

use std::sync::LazyLock;

use mimicred_claims::{Key, Limits, Map, Redaction, RedactionPlan, Value};
use mimicred_jose::{base64url, json};
use mimicred_keys::HashAlgorithm;
use mimicred_sd_jwt::serialization::Parts;
use mimicred_sd_jwt::{Confirmation, Issuer};

use crate::cast::{Cast, Counter, ISSUER, NOW, cast, ed25519};

/// A valid token in its parts.
pub(super) struct Base {
    /// Who made it and is to judge it.
    pub(super) cast: &'static Cast,
    pub(super) header: String,
    pub(super) payload: String,
    /// What the disclosures hold, children before the disclosures that they stand in.
    pub(super) disclosures: Vec<String>,
    pub(super) hash: HashAlgorithm,
}

pub(super) fn bases() -> &'static [Base; 3] {
    static BASES: LazyLock<[Base; 3]> = LazyLock::new(|| {
        [
            Base::new(cast(), HashAlgorithm::Sha256, Confirmation::Key(cast().holder.public())),
            Base::new(cast(), HashAlgorithm::Sha384, Confirmation::InClaims),
            Base::new(ed25519(), HashAlgorithm::Sha512, Confirmation::Key(ed25519().holder.public())),
        ]
    });
    &BASES
}

impl Base {
    /// With the key redacted like the other claims if it comes with them.
    fn new(cast: &'static Cast, hash: HashAlgorithm, confirmation: Confirmation<'_>) -> Self {
        let (mut claims, mut plan) = (claims(), RedactionPlan::new(Redaction::All));
        if confirmation == Confirmation::InClaims {
            claims.insert(Key::from("cnf"), cast.jwt_confirmation()).expect("the only one");
            let paths = ["cnf", "text", "list", "list[0]", "object", "object.a", "exp"];
            plan = RedactionPlan::new(Redaction::Paths(paths.map(|path| path.parse().expect("a path")).to_vec()));
        }
        let issuer = Issuer::new(cast.issuer.public()).with_hash(hash).with_redactable(["cnf", "exp"]);
        let prepared = issuer.prepare(claims, confirmation, &plan.with_min_digests(2), &mut Counter(0));
        let token = prepared.expect("fit to be issued").sign(&cast.issuer).expect("the key it was prepared for");
        let parts = Parts::split(token.as_str(), &Limits::DEFAULT).expect("our own");
        let (header, payload) = parts.issuer_jwt.split_once('.').expect("a JWT");
        let (payload, _) = payload.split_once('.').expect("a JWT");
        Self {
            cast,
            header: decoded(header),
            payload: decoded(payload),
            disclosures: parts.disclosures.iter().map(|text| decoded(text)).collect(),
            hash,
        }
    }
}

fn decoded(text: &str) -> String {
    String::from_utf8(base64url::decode(text).expect("our own")).expect("JSON")
}

fn claims() -> Map<'static> {
    let text = format!(
        r#"{{"iss":"{ISSUER}","exp":{},"text":"t","list":[7,[0.5,null],{{"b":true}}],"object":{{"a":"é","c":[1e2]}},"":-0}}"#,
        NOW + 1000
    );
    let claims = json::parse(&text, &json::Limits::DEFAULT).map(Value::into_owned);
    match claims {
        Ok(Value::Map(claims)) => claims,
        _ => unreachable!("an object"),
    }
}
