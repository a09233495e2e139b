//! Operations of SD-JWT (RFC 9901).

use std::borrow::Cow;

use mimicred_claims::{Decision, HolderPolicy, Limits, Map, StatusRule, Value};
use mimicred_sd_jwt::{
    AcceptExpectations, Binding, CertifiedIssuer, Expectations, Issuance, Issuer, JsonSdJwt, KeyBinding, KnownKey, TrustedIssuer,
    TypeRule, UnverifiedPresentation, UnverifiedSdJwt, VcRules,
};

use super::common::{
    DISCLOSE, LEEWAY, MIN_DIGESTS, NOW, REDACT, SEED, clock, paths, plan, private_key, public_key, public_key_if_any, selection,
    thumbprint,
};
use super::{Fault, Form, Member, Operation};
use crate::object::{Input, Object};
use crate::{Code, Error, cast};

pub(super) const ISSUERS: Member = Member::new(
    "issuers",
    Form::List(&Form::Record(&[
        Member::new("issuer", Form::Text, "its name, which iss must be"),
        Member::new("key", Form::PublicKey, "its key"),
    ])),
    "who is trusted",
);
const TYPE: Member = Member::optional("type", Form::Text, "the typ that is wanted; any that ends in +sd-jwt if absent");
const VCT: Member = Member::optional("vct", Form::Text, "the type of credential that is wanted (SD-JWT VC)");
const CERTIFIED: Member = Member::optional(
    "certified_issuers",
    Form::List(&Form::Record(&[
        Member::new("certificate", Form::Hex, "its certificate, of which no more is asked than that it is this one"),
        Member::new("issuer", Form::Text, "its name"),
        Member::new("key", Form::PublicKey, "the key of the certificate"),
    ])),
    "who is trusted by a certificate that somebody has verified",
);
const KNOWN_KEYS: Member = Member::optional(
    "known_keys",
    Form::List(&Form::Record(&[
        Member::optional("key_id", Form::Text, "the kid by which cnf may name it"),
        Member::new("key", Form::PublicKey, "the key"),
    ])),
    "keys that are known without the token, for a cnf that only names one",
);

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "sd-jwt/verify",
        about: "verifies an SD-JWT or SD-JWT+KB as its Verifier",
        input: &[
            Member::new("presentation", Form::Text, "the text, compact or in JSON serialization"),
            ISSUERS,
            CERTIFIED,
            NOW,
            LEEWAY,
            Member::new("key_binding", Form::Choice(&["required", "not-expected", "ignored"]), "what the Verifier demands"),
            Member::optional("audience", Form::Text, "who verifies, if key binding is required"),
            Member::optional("nonce", Form::Text, "the nonce of the transaction, if key binding is required"),
            Member::optional("max_age", Form::Integer, "most seconds since the key binding was signed"),
            Member::optional(
                "audience_of_token",
                Form::Text,
                "who the Verifier is to the Issuer: what aud of the token must name",
            ),
            TYPE,
            VCT,
            KNOWN_KEYS,
            Member::optional("required_claims", Form::List(&Form::Text), "paths of claims that must be there"),
            Member::optional("status", Form::Choice(&["required", "if-present"]), "whether the token must have a status"),
            Member::optional("status_answer", Form::Choice(&["good", "bad"]), "what is found out about the status"),
        ],
        output: &[
            Member::new("issuer", Form::Text, "who vouches"),
            Member::new("claims", Form::Object, "the processed payload"),
            Member::new("disclosed", Form::List(&Form::Text), "paths of the claims that were disclosures, in the order received"),
            Member::new("undisclosed", Form::Integer, "how many digests have no disclosure"),
            Member::optional("confirmation_key", Form::Text, "SHA-256 thumbprint of the key in cnf"),
            Member::optional("issued_at", Form::Integer, "iat of the key binding, if there is one"),
        ],
        run: verify,
    },
    Operation {
        name: "sd-jwt/accept",
        about: "accepts an issued SD-JWT as its Holder",
        input: &[
            Member::new("sd_jwt", Form::Text, "the text, compact or in JSON serialization"),
            ISSUERS,
            Member::new("confirmation_key", Form::PublicKey, "the Holder's key"),
            NOW,
            LEEWAY,
            Member::optional("policy", Form::Choice(&["refuses"]), "a policy of the Holder that refuses every claim"),
        ],
        output: &[
            Member::new("claims", Form::Object, "all claims"),
            Member::new("disclosed", Form::List(&Form::Text), "paths of the claims that can be withheld"),
        ],
        run: accept,
    },
    Operation {
        name: "sd-jwt/issue",
        about: "issues an SD-JWT",
        input: &[
            Member::new("issuer_key", Form::PrivateKey, "the Issuer's key"),
            Member::new("claims", Form::Object, "all claims but cnf"),
            Member::optional("holder_key", Form::PublicKey, "the Holder's key, for cnf"),
            REDACT,
            MIN_DIGESTS,
            Member::optional("type", Form::Text, "typ; mimi-identity+sd-jwt if absent"),
            Member::optional("kid", Form::Text, "kid"),
            Member::optional("now", Form::Integer, "refuse claims that are not valid at this time"),
            SEED,
        ],
        output: &[
            Member::new("to_be_signed", Form::Text, "what the Issuer signs"),
            Member::new("sd_jwt", Form::Text, "the token"),
        ],
        run: issue,
    },
    Operation {
        name: "sd-jwt/present",
        about: "presents an SD-JWT as its Holder",
        input: &[
            Member::new("sd_jwt", Form::Text, "the token as issued"),
            ISSUERS,
            Member::new("holder_key", Form::PrivateKey, "the Holder's key"),
            DISCLOSE,
            Member::new("audience", Form::Text, "the Verifier"),
            Member::new("nonce", Form::Text, "the nonce of the transaction"),
            NOW,
        ],
        output: &[
            Member::new("to_be_signed", Form::Text, "what the Holder signs"),
            Member::new("presentation", Form::Text, "the SD-JWT+KB"),
        ],
        run: present,
    },
];

pub(super) fn issuers(input: &Input<'_>) -> Result<Vec<TrustedIssuer>, Error> {
    let records = input.records("issuers")?;
    records
        .iter()
        .map(|record| Ok(TrustedIssuer { issuer: record.text("issuer")?.to_owned(), key: public_key(record, "key")? }))
        .collect()
}

/// Compact text, whichever form was given.
fn compact<'v>(text: &'v str) -> Result<Cow<'v, str>, Fault> {
    if text.trim_start().starts_with('{') {
        Ok(Cow::Owned(JsonSdJwt::parse(text)?.into_compact()))
    } else {
        Ok(Cow::Borrowed(text))
    }
}

fn claims_of(claims: &Map<'_>) -> Value<'static> {
    Value::Map(claims.clone().into_owned())
}

fn verify(input: &Input<'_>) -> Result<Object, Fault> {
    let issuers = issuers(input)?;
    let key_binding = match input.text("key_binding")? {
        "required" => KeyBinding::Required {
            audience: input.text("audience")?,
            nonce: input.text("nonce")?,
            max_age: input.int_if_any("max_age")?,
        },
        _ => input.choice("key_binding", &[("not-expected", KeyBinding::NotExpected), ("ignored", KeyBinding::Ignored)])?,
    };
    let known = input.records("known_keys")?;
    let known = known
        .iter()
        .map(|record| Ok(KnownKey { key_id: record.text_if_any("key_id")?.map(str::to_owned), key: public_key(record, "key")? }));
    let known = known.collect::<Result<Vec<_>, Error>>()?;
    let required = paths(input, "required_claims")?;
    let certified = input.records("certified_issuers")?;
    let certified = certified.iter().map(|record| {
        let (certificate, issuer) = (record.hex("certificate")?, record.text("issuer")?.to_owned());
        Ok(CertifiedIssuer { certificate, issuer, key: public_key(record, "key")? })
    });
    let certified = certified.collect::<Result<Vec<_>, Error>>()?;
    let is_good = input.get("status_answer").is_none() || input.choice("status_answer", &[("good", true), ("bad", false)])?;
    let status = move |_: &Value<'_>| if is_good { Ok(()) } else { Err("the status is bad".into()) };

    let text = compact(input.text("presentation")?)?;
    let mut presentation = UnverifiedPresentation::parse(&text)?
        .with_known_keys(&known)
        .with_required_claims(&required)
        .with_certified_issuers(&certified);
    if let Some(typ) = input.text_if_any("type")? {
        presentation = presentation.with_type_rule(TypeRule::Exactly(typ.to_owned()));
    }
    if let Some(vct) = input.text_if_any("vct")? {
        presentation = presentation.with_vc_rules(VcRules { vct: Some(vct), ..VcRules::default() });
    }
    if input.get("status").is_some() {
        let rules = [("required", StatusRule::Required), ("if-present", StatusRule::IfPresent)];
        presentation = presentation.with_status_check(input.choice("status", &rules)?, &status);
    }
    let verified = presentation.verify(&Expectations {
        issuers: &issuers,
        audience_of_token: input.text_if_any("audience_of_token")?,
        key_binding,
        clock: clock(input)?,
        limits: Limits::DEFAULT,
    })?;
    let undisclosed = i128::try_from(verified.undisclosed()).unwrap_or(i128::MAX);
    Ok(Object::new()
        .text("issuer", verified.issuer())
        .with("claims", claims_of(verified.claims()))
        .list("disclosed", verified.disclosed().into_iter().map(|disclosed| disclosed.path.to_string()))
        .int("undisclosed", undisclosed)
        .with_some("confirmation_key", verified.confirmation_key().map(thumbprint))
        .with_some("issued_at", verified.issued_at().map(|seconds| Value::Int(seconds.into()))))
}

/// Refuses whatever is shown.
struct Refuses;

impl HolderPolicy for Refuses {
    fn restored_claims(&self, _claims: &Map<'_>) -> Decision {
        Decision::Refuse("as this case wants it")
    }
}

fn accept(input: &Input<'_>) -> Result<Object, Fault> {
    let (issuers, key) = (issuers(input)?, public_key(input, "confirmation_key")?);
    let text = compact(input.text("sd_jwt")?)?;
    let mut token = UnverifiedSdJwt::parse(&text)?;
    if input.get("policy").is_some() {
        input.choice("policy", &[("refuses", ())])?;
        token = token.with_policy(&Refuses);
    }
    let held = token.accept(&AcceptExpectations { issuers: &issuers, confirmation_key: &key, clock: clock(input)? })?;
    Ok(Object::new()
        .with("claims", claims_of(held.claims()))
        .list("disclosed", held.disclosed().iter().map(|disclosed| disclosed.path.to_string())))
}

fn issue(input: &Input<'_>) -> Result<Object, Fault> {
    let (key, holder) = (private_key(input, "issuer_key")?, public_key_if_any(input, "holder_key")?);
    let plan = plan(input)?;
    let mut issuance = Issuance::new(input.map("claims")?.clone(), holder.as_ref(), &plan);
    if input.get("now").is_some() {
        issuance = issuance.with_clock(clock(input)?);
    }
    let mut issuer = Issuer::new(key.public());
    if let Some(typ) = input.text_if_any("type")? {
        issuer = issuer.with_type(typ);
    }
    if let Some(kid) = input.text_if_any("kid")? {
        issuer = issuer.with_kid(kid);
    }
    let prepared = issuer.prepare_issuance(issuance, &mut cast::random(input.text("seed")?))?;
    let to_be_signed = text_of(prepared.to_be_signed().as_bytes());
    let signature = key.sign(prepared.to_be_signed()).ok_or_else(unsigned)?;
    Ok(Object::new().text("to_be_signed", to_be_signed).text("sd_jwt", prepared.finish(&signature)?.into_string()))
}

fn present(input: &Input<'_>) -> Result<Object, Fault> {
    let (issuers, key) = (issuers(input)?, private_key(input, "holder_key")?);
    let clock = clock(input)?;
    let expected = AcceptExpectations { issuers: &issuers, confirmation_key: key.public(), clock };
    let held = UnverifiedSdJwt::parse(input.text("sd_jwt")?)?.accept(&expected)?;
    let binding = Binding { audience: input.text("audience")?, nonce: input.text("nonce")?, issued_at: clock.now };
    let prepared = held.prepare(&selection(input, "disclose")?, &binding)?;
    let to_be_signed = text_of(prepared.to_be_signed().as_bytes());
    let signature = key.sign(prepared.to_be_signed()).ok_or_else(unsigned)?;
    Ok(Object::new().text("to_be_signed", to_be_signed).text("presentation", prepared.finish(&signature)?.as_str()))
}

/// A JWS signing input, which is ASCII.
fn text_of(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}

fn unsigned() -> Error {
    Error::new(Code::CaseUnusable).note("the key does not sign")
}
