//! The Verifier.

use mimicred_claims::{Decision, Limits, Map, StatusRule, Value};
use mimicred_sd_cwt::{
    AudienceRule, Expectations, KeyBinding, Nonce, Occurrence, TypeRule, UnverifiedPresentation, Vct, VctRule,
};

use super::{certified, disclosure_key, issuers, known_keys, thumbprint, with_claims};
use crate::object::{Input, Object};
use crate::operation::Fault;
use crate::operation::common::{clock, paths};
use crate::{Code, Error};

pub(super) fn verify(input: &Input<'_>) -> Result<Object, Fault> {
    let (issuers, certified, known) = (issuers(input)?, certified(input)?, known_keys(input)?);
    let keys = input.records("disclosure_keys")?.iter().map(disclosure_key).collect::<Result<Vec<_>, _>>()?;
    let required = paths(input, "required_claims")?;
    let limits = match input.int_if_any("max_disclosures")? {
        Some(disclosures) => Limits { disclosures, ..Limits::DEFAULT },
        None => Limits::DEFAULT,
    };
    let nonce = input.hex_if_any("nonce")?;
    let nonce = match &nonce {
        _ if input.get("nonce_rule").is_some() => input.choice("nonce_rule", &[("forbidden", Nonce::Forbidden)])?,
        Some(nonce) => Nonce::Exactly(nonce),
        None => Nonce::Any,
    };
    let key_binding = KeyBinding::Required { audience: input.text("audience")?, nonce, max_age: input.int_if_any("max_age")? };
    let answers = |name: &str, words: [(&str, bool); 2]| {
        input.get(name).map(|_| input.choice(name, &words)).transpose().map(|answer| answer.unwrap_or(true))
    };
    let says = |is_good: bool| if is_good { Decision::Accept } else { Decision::Refuse("as this case wants it") };
    let (accepted, is_new) = (
        answers("claims_answer", [("good", true), ("bad", false)])?,
        answers("replay_answer", [("new", true), ("seen", false)])?,
    );
    let is_good = answers("status_answer", [("good", true), ("bad", false)])?;
    let (claims_check, replay_check) = (move |_: &Map<'_>| says(accepted), move |_: &Occurrence<'_>| says(is_new));
    let status = move |_: &Value<'_>| if is_good { Ok(()) } else { Err("the status is bad".into()) };

    let octets = input.hex("presentation")?;
    let mut presentation = UnverifiedPresentation::parse_within(&octets, &limits)?
        .with_certified_issuers(&certified)
        .with_known_keys(&known)
        .with_disclosure_keys(&keys)
        .with_required_claims(&required)
        .with_claims_check(&claims_check)
        .with_replay_check(&replay_check);
    if let Some(typ) = input.text_if_any("type")? {
        presentation = presentation.with_type_rule(TypeRule::Exactly(typ.to_owned()));
    }
    if input.get("audience_rule").is_some() {
        let rules = [("only", AudienceRule::Only), ("among", AudienceRule::Among), ("unmatched", AudienceRule::Unmatched)];
        presentation = presentation.with_audience_rule(input.choice("audience_rule", &rules)?);
    }
    if input.get("vct_rule").is_some() {
        presentation = presentation.with_vct_rule(input.choice("vct_rule", &[("byte-string-too", VctRule::ByteStringToo)])?);
    }
    if let Some(vct) = input.get("vct") {
        presentation = presentation.with_vct(match vct.as_text() {
            Some(text) => Vct::Text(text),
            None => Vct::Number(input.int("vct")?),
        });
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
        limits,
    })?;
    let number = |count: usize| i128::try_from(count).map_err(|_| Error::new(Code::CaseUnusable));
    let object = with_claims(Object::new().text("issuer", verified.issuer()), verified.claims())
        .list("disclosed", verified.disclosed().iter().filter(|d| !d.decoy).map(|disclosed| disclosed.path.to_string()))
        .int("undisclosed", number(verified.undisclosed())?)
        .int("pending", number(verified.pending().len())?)
        .with_some("confirmation_key", verified.confirmation_key().map(thumbprint))
        .with_some("issued_at", verified.issued_at().map(|seconds| Value::Int(seconds.into())));
    let object = verified.nonce().map_or(object.clone(), |nonce| object.hex("nonce", nonce));
    Ok(verified.binding_cti().map_or(object.clone(), |cti| object.hex("cti", cti)))
}
