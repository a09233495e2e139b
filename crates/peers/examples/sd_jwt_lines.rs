//! Issuer, Holder and Verifier of SD-JWT behind lines of JSON: what `scripts/interop/sd-jwt` holds against other implementations.
//!
//! Each line of the input is a request, each line of the output its answer: `{"token":…}`, `{"claims":…}` or `{"error":"<slug>"}`.
//!
//! | `do` | fields | answer |
//! | --- | --- | --- |
//! | `issue` | `claims`, `redact`, `decoys`, `serialization`, `issuer_keys`, `holder_key` | `token` |
//! | `present` | `token`, `disclose`, `serialization`, `issuer`, `issuer_keys`, `now`; `holder_key` and `binding` | `token` |
//! | `verify` | `token`, `issuer`, `issuer_keys`, `now`, `binding` | `claims` |
//!
//! `redact` and `disclose` are lists of paths, each an array of names and positions; `decoys` is how many digests a map with
//! redactions has at least. Keys are JWKs. `holder_key` and `binding`, an object of `audience` and `nonce`, are absent where nothing
//! is bound. `serialization` is `compact`, `flattened` or `general` and says how the answer is written; a `token` that is given is
//! read by its own looks. We sign with the first of the `issuer_keys`. The lines are read and written by our own JSON, which the
//! other side then reads with its own.

use std::borrow::Cow;
use std::io::{BufRead, Write};

use mimicred_claims::{ClaimPath, Clock, Key, Map, Redaction, RedactionPlan, Selection, Step, Value};
use mimicred_jose::{Jwk, json};
use mimicred_keys::{IssuerKey, LeafKey, SecretKey, SystemRandom};
use mimicred_sd_jwt::serialization::{Parts, to_json};
use mimicred_sd_jwt::{
    AcceptExpectations, Binding, Expectations, Held, Issuer, JsonForm, JsonSdJwt, KeyBinding, Limits, TrustedIssuer,
    UnverifiedPresentation,
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut output = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let (name, value) = answer(&line?).unwrap_or_else(|Refused(slug)| ("error", Value::from(slug)));
        let entries = vec![(Key::from(name), value)];
        writeln!(output, "{}", json::write_map(&Map::from_entries(entries)?)?)?;
        output.flush()?;
    }
    Ok(())
}

type Answer = (&'static str, Value<'static>);

fn answer(line: &str) -> Result<Answer, Refused> {
    let value = json::parse(line, &json::Limits::DEFAULT)?;
    let request = Request(value.as_map().ok_or(Refused("lines/request"))?);
    match request.text("do")? {
        "issue" => Ok(("token", Value::from(request.serialized(issue(&request)?)?))),
        "present" if request.binding()?.is_some() => Ok(("token", Value::from(request.serialized(present_bound(&request)?)?))),
        "present" => Ok(("token", Value::from(request.serialized(present_unbound(&request)?)?))),
        "verify" => Ok(("claims", Value::Map(verify(&request)?))),
        _ => Err(Refused("lines/request")),
    }
}

fn issue(request: &Request<'_>) -> Result<String, Refused> {
    let secret = request.issuer_keys()?.into_iter().next().and_then(|jwk| jwk.secret).ok_or(Refused("lines/request"))?;
    let key = IssuerKey::new(secret);
    let holder = request.holder_key()?;
    let fewest = usize::try_from(request.integer("decoys")?).map_err(|_| Refused("lines/request"))?;
    let plan = RedactionPlan::new(Redaction::Paths(request.paths("redact")?)).with_min_digests(fewest);
    let claims = request.map("claims")?.clone();
    let prepared = Issuer::new(key.public()).prepare(claims, holder.as_ref().map(SecretKey::public), &plan, &mut SystemRandom)?;
    Ok(prepared.sign(&key)?.into_string())
}

fn present_bound(request: &Request<'_>) -> Result<String, Refused> {
    let (audience, nonce) = request.binding()?.ok_or(Refused("lines/request"))?;
    let key = LeafKey::new(request.holder_key()?.ok_or(Refused("lines/request"))?)?;
    let (issuers, clock) = (request.issuers()?, request.clock()?);
    let expected = AcceptExpectations { issuers: &issuers, confirmation_key: key.public(), clock };
    let held = Held::accept(&request.token()?, &expected)?;
    let binding = Binding { audience, nonce, issued_at: clock.now };
    let prepared = held.prepare(&Selection::Paths(request.paths("disclose")?), &binding)?;
    Ok(prepared.sign(&key)?.into_string())
}

/// [`Held`] is of a Holder who binds. One who does not checks the token as a Verifier would, and leaves disclosures out.
fn present_unbound(request: &Request<'_>) -> Result<String, Refused> {
    let token = request.token()?;
    let (issuers, clock) = (request.issuers()?, request.clock()?);
    let received = UnverifiedPresentation::parse(&token)?;
    let verified = received.verify(&expectations(&issuers, KeyBinding::NotExpected, clock))?;
    let chosen = Selection::Paths(request.paths("disclose")?).choose(&verified.disclosed(), verified.claims())?;
    let parts = Parts::split(&token, &Limits::DEFAULT)?;
    let disclosures = chosen.iter().filter_map(|n| parts.disclosures.get(*n));
    Ok(std::iter::once(&parts.issuer_jwt).chain(disclosures).map(|part| format!("{part}~")).collect())
}

fn verify(request: &Request<'_>) -> Result<Map<'static>, Refused> {
    let (issuers, clock) = (request.issuers()?, request.clock()?);
    let key_binding = match request.binding()? {
        Some((audience, nonce)) => KeyBinding::Required { audience, nonce, max_age: Some(300) },
        None => KeyBinding::NotExpected,
    };
    let token = request.token()?;
    let received = UnverifiedPresentation::parse(&token)?;
    Ok(received.verify(&expectations(&issuers, key_binding, clock))?.into_claims().into_owned())
}

fn expectations<'e>(issuers: &'e [TrustedIssuer], key_binding: KeyBinding<'e>, clock: Clock) -> Expectations<'e> {
    Expectations { issuers, audience_of_token: None, key_binding, clock, limits: Limits::DEFAULT }
}

/// The fields of a request.
struct Request<'r>(&'r Map<'r>);

impl<'r> Request<'r> {
    fn text(&self, name: &str) -> Result<&'r str, Refused> {
        text(self.0, name)
    }

    fn integer(&self, name: &str) -> Result<i128, Refused> {
        self.0.text(name).and_then(Value::as_int).ok_or(Refused("lines/request"))
    }

    fn map(&self, name: &str) -> Result<&'r Map<'r>, Refused> {
        self.0.text(name).and_then(Value::as_map).ok_or(Refused("lines/request"))
    }

    fn list(&self, name: &str) -> Result<&'r [Value<'r>], Refused> {
        self.0.text(name).and_then(Value::as_array).ok_or(Refused("lines/request"))
    }

    /// What we read, in compact form: signatures and `sd_hash` are over that one in JSON too (JWT-J-005).
    fn token(&self) -> Result<Cow<'r, str>, Refused> {
        let text = self.text("token")?;
        Ok(if text.starts_with('{') { JsonSdJwt::parse(text)?.into_compact().into() } else { text.into() })
    }

    /// What we write, in the form that is asked for.
    fn serialized(&self, compact: String) -> Result<String, Refused> {
        match self.text("serialization")? {
            "compact" => Ok(compact),
            "flattened" => Ok(to_json(&compact, JsonForm::Flattened)?),
            "general" => Ok(to_json(&compact, JsonForm::General)?),
            _ => Err(Refused("lines/request")),
        }
    }

    fn clock(&self) -> Result<Clock, Refused> {
        let now = i64::try_from(self.integer("now")?).map_err(|_| Refused("lines/request"))?;
        Ok(Clock { now, leeway: 0 })
    }

    fn paths(&self, name: &str) -> Result<Vec<ClaimPath>, Refused> {
        let path = |value: &Value<'_>| value.as_array()?.iter().map(step).collect::<Option<_>>().map(ClaimPath::new);
        self.list(name)?.iter().map(path).collect::<Option<_>>().ok_or(Refused("lines/request"))
    }

    fn issuer_keys(&self) -> Result<Vec<Jwk>, Refused> {
        let jwk = |value: &Value<'_>| Ok(Jwk::parse(value.as_map().ok_or(Refused("lines/request"))?)?);
        self.list("issuer_keys")?.iter().map(jwk).collect()
    }

    fn issuers(&self) -> Result<Vec<TrustedIssuer>, Refused> {
        let issuer = self.text("issuer")?;
        let trusted = |jwk: Jwk| TrustedIssuer { issuer: issuer.to_owned(), key: jwk.public };
        Ok(self.issuer_keys()?.into_iter().map(trusted).collect())
    }

    fn holder_key(&self) -> Result<Option<SecretKey>, Refused> {
        if self.0.text("holder_key").is_none() {
            return Ok(None);
        }
        Ok(Some(Jwk::parse(self.map("holder_key")?)?.secret.ok_or(Refused("lines/request"))?))
    }

    /// Audience and nonce.
    fn binding(&self) -> Result<Option<(&'r str, &'r str)>, Refused> {
        if self.0.text("binding").is_none() {
            return Ok(None);
        }
        let binding = self.map("binding")?;
        Ok(Some((text(binding, "audience")?, text(binding, "nonce")?)))
    }
}

fn text<'r>(map: &'r Map<'r>, name: &str) -> Result<&'r str, Refused> {
    map.text(name).and_then(Value::as_text).ok_or(Refused("lines/request"))
}

/// Text is a name, even of digits only.
fn step(value: &Value<'_>) -> Option<Step> {
    match (value.as_text(), value.as_int()) {
        (Some(name), _) => Some(Step::Key(Key::from(name).into_owned())),
        (None, Some(position)) => usize::try_from(position).ok().map(Step::Index),
        (None, None) => None,
    }
}

/// The slug of what went wrong.
struct Refused(&'static str);

macro_rules! refused_by {
    ($($krate:ident),*) => { $(
        impl From<$krate::Error> for Refused {
            fn from(error: $krate::Error) -> Self {
                Self(error.code().slug())
            }
        }
    )* };
}
refused_by!(mimicred_claims, mimicred_jose, mimicred_keys, mimicred_sd_jwt);
