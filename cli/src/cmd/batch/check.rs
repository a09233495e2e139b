//! What a holder can check of a provider's answer before she keeps anything of it.
//!
//! Each credential is verified as its format has it: by whom it was issued, that it is valid now, whole, and for this key. Then what a
//! verifier never sees together: that all credentials of one pseudonym are for one key and one name, and that each key has exactly one.

use std::collections::HashSet;

use mimicred_claims::{Clock, Map, Value};
use mimicred_cose::cwt;
use mimicred_keys::{PublicKey, SecretKey};
use mimicred_uri::MimiUri;
use mimicred_x509::{Anchor, Certificate, Expectations, Profile, UnverifiedChain};

use super::answer::{Answer, Entry};
use super::keys::Keys;
use crate::error::{Code, Error, Failure};
use crate::out::counted;

/// Whom the holder believes, and which keys are hers.
pub(super) struct Expected<'e> {
    /// The CA of certificates.
    pub(super) ca: Option<Anchor>,
    /// The Assertion Key of tokens.
    pub(super) issuer_key: Option<PublicKey>,
    pub(super) keys: &'e Keys,
    pub(super) now: i64,
}

/// A pseudonym of which everything was checked.
pub(super) struct Checked<'e> {
    pub(super) name: &'e str,
    pub(super) key: &'e SecretKey,
    pub(super) entry: &'e Entry<'e>,
}

impl<'e> Expected<'e> {
    /// Checks all of an answer; what comes out is sorted by names.
    ///
    /// # Errors
    /// `cli/option-missing` for an issuer that is needed and not given; `cli/answer-keys`, `cli/answer-mismatched`; those of the formats,
    /// with the number of the credential.
    pub(super) fn check(
        &self,
        answer: &'e Answer<'e>,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<Vec<Checked<'e>>, Failure> {
        let total = answer.entries.len();
        let (mut checked, mut names) = (Vec::with_capacity(total), HashSet::new());
        for (n, entry) in answer.entries.iter().enumerate() {
            progress(n, total);
            let one =
                self.entry(answer.issuer, entry).map_err(|failure| failure.details(vec![format!("in credential {}", n + 1)]))?;
            if !names.insert(one.name) {
                return Err(Failure::note(Code::AnswerKeys, "a key has two pseudonyms"));
            }
            if answer.entries.first().is_some_and(|first| first.formats() != entry.formats()) {
                return Err(Failure::note(Code::AnswerMismatched, "not all pseudonyms have the same formats"));
            }
            checked.push(one);
        }
        let without = self.keys.len().saturating_sub(checked.len());
        if without > 0 {
            let count = counted(u64::try_from(without).unwrap_or(u64::MAX), "key");
            return Err(Failure::note(Code::AnswerKeys, format!("{count} without a pseudonym")));
        }
        checked.sort_unstable_by_key(|one| one.name);
        Ok(checked)
    }

    fn entry(&self, issuer: &str, entry: &'e Entry<'e>) -> Result<Checked<'e>, Failure> {
        let chain = entry.x509.map(|pem| Ok::<_, Failure>(UnverifiedChain::new(Certificate::from_pem(pem)?)?)).transpose()?;
        let sd_jwt = entry.sd_jwt.map(mimicred_sd_jwt::UnverifiedSdJwt::parse).transpose()?;
        let sd_cwt = entry.sd_cwt.as_deref().map(mimicred_sd_cwt::UnverifiedSdCwt::parse).transpose()?;
        let named = match (&chain, entry.sd_jwt, &sd_cwt) {
            (Some(chain), ..) => Some(chain.subject_key().clone()),
            (_, Some(text), _) => key_of_sd_jwt(text)?,
            (.., Some(token)) => match token.confirmation()? {
                mimicred_sd_cwt::NamedKey::Key(key) => Some(key),
                _ => None,
            },
            _ => None,
        };
        let (name, key) = named
            .and_then(|key| self.keys.of(&key))
            .ok_or_else(|| Failure::note(Code::AnswerKeys, "a credential is for a key that is not among them"))?;

        let clock = Clock { now: self.now, leeway: 0 };
        if let Some(chain) = chain {
            let ca = self.ca.as_ref().ok_or_else(|| missing("--ca", "certificates"))?;
            let expected = Expectations { anchors: std::slice::from_ref(ca), at: self.now, profile: Profile::Pseudonym };
            let verified = chain.verify(&expected)?;
            same("certificate", entry, (verified.user_uri(), verified.client_uri()))?;
        }
        if let Some(token) = sd_jwt {
            let issuers = [mimicred_sd_jwt::TrustedIssuer { issuer: issuer.to_owned(), key: self.issuer_key()?.clone() }];
            let expected = mimicred_sd_jwt::AcceptExpectations { issuers: &issuers, confirmation_key: key.public(), clock };
            let held = token.accept(&expected).map_err(|error| match error.code() {
                mimicred_sd_jwt::Code::Confirmation => other_key("SD-JWT", error),
                _ => error.into(),
            })?;
            same("SD-JWT", entry, uris(held.claims(), held.claims().text("sub")).each())?;
        }
        if let Some(token) = sd_cwt {
            let issuers = [mimicred_sd_cwt::TrustedIssuer { issuer: issuer.to_owned(), key: self.issuer_key()?.clone() }];
            let expected = mimicred_sd_cwt::AcceptExpectations { issuers: &issuers, confirmation_key: key.public(), clock };
            let held = token.accept(&expected).map_err(|error| match error.code() {
                mimicred_sd_cwt::Code::Confirmation => other_key("SD-CWT", error),
                _ => error.into(),
            })?;
            same("SD-CWT", entry, uris(held.claims(), held.claims().int(cwt::SUB)).each())?;
        }
        Ok(Checked { name, key, entry })
    }

    fn issuer_key(&self) -> Result<&PublicKey, Failure> {
        self.issuer_key.as_ref().ok_or_else(|| missing("--issuer-key", "tokens"))
    }
}

/// The names in a token.
struct Uris {
    user: Option<MimiUri>,
    client: Option<MimiUri>,
}

impl Uris {
    fn each(&self) -> (Option<&MimiUri>, Option<&MimiUri>) {
        (self.user.as_ref(), self.client.as_ref())
    }
}

fn uris(claims: &Map<'_>, subject: Option<&Value<'_>>) -> Uris {
    let uri = |value: Option<&Value<'_>>| value.and_then(Value::as_text).and_then(|text| MimiUri::parse(text).ok());
    Uris { user: uri(claims.text("mimi_user")), client: uri(subject) }
}

/// Whether a credential names the pseudonym and the client that the answer says it is of.
fn same(what: &str, entry: &Entry<'_>, (user, client): (Option<&MimiUri>, Option<&MimiUri>)) -> Result<(), Failure> {
    if user == Some(&entry.user) && client == Some(&entry.client) {
        return Ok(());
    }
    Err(Failure::note(Code::AnswerMismatched, format!("the {what} names somebody else")))
}

/// The key that an SD-JWT is for, by what it says.
fn key_of_sd_jwt(text: &str) -> Result<Option<PublicKey>, Failure> {
    Ok(match mimicred_sd_jwt::UnverifiedPresentation::parse(text)?.inspect_claims()?.confirmation {
        mimicred_sd_jwt::NamedKey::Key(key) => Some(key),
        _ => None,
    })
}

fn other_key(what: &str, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Failure {
    Error::new(Code::AnswerMismatched).note(format!("the {what} is for another key")).because(cause).into()
}

fn missing(option: &str, what: &str) -> Failure {
    Failure::note(Code::OptionMissing, option).hint(format!("the answer has {what}: say whose they have to be"))
}
