//! SD-JWT and SD-CWT: the same claims, two encodings.

use mimicred_claims::{ClaimPath, Key, Map, Redaction, RedactionPlan, Value};
use mimicred_cose::cwt;
use mimicred_keys::{PublicKey, SystemRandom};
use mimicred_uri::{MimiUri, UriKind};

use super::{Args, Format, Issued, Minted, Signer, claims};
use crate::error::{Code, Failure};
use crate::io::Inputs;
use crate::io::output::ArtefactForm;
use crate::names;
use crate::now::Span;
use crate::sniff::key::KeyFile;

const DEFAULT_LIFETIME: Span = Span(30 * 86_400);

/// Issues an SD-JWT.
///
/// # Errors
/// Inputs that cannot be read, and what the format refuses.
pub(super) fn issue_sd_jwt(args: &Args, inputs: &Inputs, signer: &Signer) -> Result<Issued, Failure> {
    let statement = Statement::read(args, inputs)?;
    let plan = plan(args, &|path| path)?.with_visible(statement.visible().into_iter().map(Key::from).collect());
    let mut issuer = mimicred_sd_jwt::Issuer::new(signer.key.public());
    if let Some(kid) = &signer.kid {
        issuer = issuer.with_kid(kid.as_str());
    }
    let prepared = issuer.prepare(statement.claims.clone(), Some(&statement.holder), &plan, &mut SystemRandom)?;
    let token = prepared.sign(&signer.key)?;
    Ok(statement.issued(token.into_string().into_bytes(), Format::SdJwt))
}

/// Issues an SD-CWT.
///
/// # Errors
/// As [`issue_sd_jwt`].
pub(super) fn issue_sd_cwt(args: &Args, inputs: &Inputs, signer: &Signer) -> Result<Issued, Failure> {
    let statement = Statement::read(args, inputs)?;
    let visible = statement.visible().into_iter().map(|name| cwt::key_for_name(name).map_or(Key::from(name), Key::Int));
    let plan = plan(args, &|path| names::to_numbers(&path))?.with_visible(visible.collect());
    let mut issuer = mimicred_sd_cwt::Issuer::new(signer.key.public());
    if let Some(kid) = &signer.kid {
        issuer = issuer.with_kid(kid.as_bytes());
    }
    let claims = cwt::from_names(with_binary_numbers(statement.claims.clone())?)?;
    let token = issuer.prepare(claims, &statement.holder, &plan, &mut SystemRandom)?.sign(&signer.key)?;
    Ok(statement.issued(token.into_bytes(), Format::SdCwt))
}

/// What is said, and about whom.
struct Statement {
    holder: PublicKey,
    claims: Map<'static>,
    minted: Option<Minted>,
}

impl Statement {
    fn read(args: &Args, inputs: &Inputs) -> Result<Self, Failure> {
        let holder = args.holder.as_ref().ok_or_else(|| Failure::note(Code::OptionMissing, "--holder"))?;
        let holder = KeyFile::read(inputs, holder, "holder's key")?.public;
        let mut claims = claims::read(inputs, args.claims.as_ref())?;
        let minted = args.provider.as_ref().map(Minted::at).transpose()?;
        if let Some(minted) = &minted {
            claims::add_pseudonym(&mut claims, minted)?;
        }
        let lifetime = args.lifetime.unwrap_or(DEFAULT_LIFETIME);
        claims::add_period(&mut claims, claims::Period::new(args.now.seconds()?, lifetime.0))?;
        Ok(Self { holder, claims, minted })
    }

    /// What stays visible although it might be redacted: rounded times, and subjects that are names in a room and nobody's real
    /// name (mimi-mls.md 3.5.3, preferred layout).
    fn visible(&self) -> Vec<&'static str> {
        let is_room_name = |name: &&str| {
            let uri = self.claims.text(name).and_then(Value::as_text).and_then(|text| MimiUri::parse(text).ok());
            uri.is_some_and(|uri| matches!(uri.kind(), UriKind::Pseudonym | UriKind::Client))
        };
        let mut visible = vec!["iat"];
        visible.extend(["sub", "mimi_user"].into_iter().filter(is_room_name));
        visible
    }

    fn issued(self, octets: Vec<u8>, format: Format) -> Issued {
        let form = if format == Format::SdJwt { ArtefactForm::Text } else { ArtefactForm::Binary };
        let (not_before, expires) = (claims::seconds(&self.claims, "iat"), claims::seconds(&self.claims, "exp"));
        Issued { octets, form, format, minted: self.minted, not_before, expires, left_out: Vec::new() }
    }
}

/// The redaction plan; `rename` turns a path as written into the format's own.
fn plan(args: &Args, rename: &dyn Fn(ClaimPath) -> ClaimPath) -> Result<RedactionPlan, Failure> {
    let redaction = match args.redact.as_slice() {
        [] => Redaction::All,
        [word] if word == "all" => Redaction::All,
        [word] if word == "none" => Redaction::None,
        paths => {
            Redaction::Paths(paths.iter().map(|path| path.parse().map(rename)).collect::<Result<_, mimicred_claims::Error>>()?)
        }
    };
    Ok(RedactionPlan::new(redaction).with_min_digests(args.min_digests))
}

/// JSON numbers with a fraction or an exponent as floating-point numbers, which CBOR has.
fn with_binary_numbers(mut claims: Map<'static>) -> Result<Map<'static>, Failure> {
    for (key, value) in claims.values_mut() {
        to_binary(value)
            .ok_or_else(|| Failure::note(Code::ClaimsUnusable, format!("the number in {key} is too large for CBOR")))?;
    }
    Ok(claims)
}

fn to_binary(value: &mut Value<'static>) -> Option<()> {
    match value {
        Value::Decimal(text) => {
            let number: f64 = text.parse().ok().filter(|number: &f64| number.is_finite())?;
            *value = Value::Float(number);
        }
        Value::Array(elements) => elements.iter_mut().try_for_each(to_binary)?,
        Value::Map(map) => map.values_mut().try_for_each(|(_, value)| to_binary(value))?,
        _ => {}
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_become_floats_at_any_depth() {
        let text = r#"{"a":1.5,"b":[{"c":1e2}],"d":7}"#;
        let read = |text| match mimicred_jose::json::parse(text, &mimicred_jose::json::Limits::DEFAULT).unwrap().into_owned() {
            Value::Map(map) => map,
            _ => panic!("an object"),
        };
        let claims = with_binary_numbers(read(text)).unwrap();
        assert_eq!(claims.at(&"a".parse().unwrap()), Some(&Value::Float(1.5)));
        assert_eq!(claims.at(&"b[0].c".parse().unwrap()), Some(&Value::Float(100.0)));
        assert_eq!(claims.at(&"d".parse().unwrap()), Some(&Value::Int(7)));
        assert!(with_binary_numbers(read(r#"{"a":1e999}"#)).is_err());
    }
}
