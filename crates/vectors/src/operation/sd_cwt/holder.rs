//! The Holder: accepting and presenting.

use mimicred_claims::{Clock, Container, Decision, HolderPolicy, Map, Selection};
use mimicred_sd_cwt::{AcceptExpectations, Binding, ClientNonce, Encryption, Held, Recipients, TypeRule, UnverifiedSdCwt};

use super::{certified, disclosure_key, issuers, known_keys, unsigned, with_claims};
use crate::object::{Input, Object};
use crate::operation::Fault;
use crate::operation::common::{clock, paths, private_key, public_key, selection};
use crate::{Code, Error, cast};

/// A policy that refuses one of the things that it is shown, or none.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Refuses {
    Clear,
    Containers,
    Restored,
    Nothing,
}

impl Refuses {
    fn unless(self, shown: Self) -> Decision {
        if self == shown { Decision::Refuse("as this case wants it") } else { Decision::Accept }
    }
}

impl HolderPolicy for Refuses {
    fn clear_claims(&self, _claims: &Map<'_>) -> Decision {
        self.unless(Refuses::Clear)
    }

    fn container(&self, _container: &Container) -> Decision {
        self.unless(Refuses::Containers)
    }

    fn restored_claims(&self, _claims: &Map<'_>) -> Decision {
        self.unless(Refuses::Restored)
    }
}

pub(super) fn accept(input: &Input<'_>) -> Result<Object, Fault> {
    let (issuers, certified, known) = (issuers(input)?, certified(input)?, known_keys(input)?);
    let key = public_key(input, "confirmation_key")?;
    let audiences = input.texts("audiences")?;
    let nonces = input.records("client_nonces")?;
    let nonces = nonces.iter().map(|record| Ok((record.text("issuer")?, record.hex("nonce")?, record.int("fresh_until")?)));
    let nonces = nonces.collect::<Result<Vec<_>, Error>>()?;
    let nonces: Vec<_> =
        nonces.iter().map(|(issuer, nonce, fresh_until)| ClientNonce { issuer, nonce, fresh_until: *fresh_until }).collect();
    let octets = input.hex("sd_cwt")?;
    let mut token =
        UnverifiedSdCwt::parse(&octets)?.with_certified_issuers(&certified).with_known_keys(&known).with_client_nonces(&nonces);
    if let Some(typ) = input.text_if_any("type")? {
        token = token.with_type_rule(TypeRule::Exactly(typ.to_owned()));
    }
    if let Some(subject) = input.text_if_any("subject")? {
        token = token.with_subject(subject);
    }
    if input.get("audiences").is_some() {
        token = token.with_audiences(&audiences);
    }
    let policy = input.get("policy").map(|_| {
        let policies = [
            ("refuses-clear", Refuses::Clear),
            ("refuses-containers", Refuses::Containers),
            ("refuses-restored", Refuses::Restored),
            ("accepts", Refuses::Nothing),
        ];
        input.choice("policy", &policies)
    });
    let policy = policy.transpose()?;
    if let Some(policy) = &policy {
        token = token.with_policy(policy);
    }
    let held = token.accept(&AcceptExpectations { issuers: &issuers, confirmation_key: &key, clock: clock(input)? })?;
    let decoys = held.disclosed().iter().filter(|disclosed| disclosed.decoy).count();
    let claims = held.disclosed().iter().filter(|disclosed| !disclosed.decoy);
    Ok(with_claims(Object::new(), held.claims())
        .list("disclosed", claims.map(|disclosed| disclosed.path.to_string()))
        .int("decoys", i128::try_from(decoys).map_err(|_| Error::new(Code::CaseUnusable))?))
}

pub(super) fn present(input: &Input<'_>) -> Result<Object, Fault> {
    let (issuers, key) = (issuers(input)?, private_key(input, "holder_key")?);
    let clock = clock(input)?;
    let held = held(input, &AcceptExpectations { issuers: &issuers, confirmation_key: key.public(), clock })?;
    let nonce = input.hex_if_any("nonce")?;
    let binding = Binding { audience: input.text("audience")?, nonce: nonce.as_deref(), issued_at: clock.now };
    let clear = selection(input, "disclose")?;
    let prepared = if input.get("encrypt").is_some() {
        let records = input.records("encrypt")?;
        let wanted = records.iter().map(|record| Ok((Selection::Paths(paths(record, "paths")?), disclosure_key(record)?)));
        let wanted = wanted.collect::<Result<Vec<_>, Fault>>()?;
        let encryptions: Vec<_> = wanted.iter().map(|(selection, key)| Encryption { selection, key }).collect();
        held.prepare_encrypted(&clear, &encryptions, &binding, &mut cast::random(input.text("seed")?))?
    } else {
        held.prepare(&clear, &binding)?
    };
    let object = Object::new().hex("to_be_signed", prepared.to_be_signed().as_bytes());
    let signature = key.sign(prepared.to_be_signed()).ok_or_else(unsigned)?;
    Ok(object.hex("presentation", prepared.finish(&signature)?.as_bytes()))
}

/// The token, accepted; a `cnonce` in it is taken for one that was given, which is not what a presentation is about.
fn held(input: &Input<'_>, expected: &AcceptExpectations<'_>) -> Result<Held, Fault> {
    let octets = input.hex("sd_cwt")?;
    let token = UnverifiedSdCwt::parse(&octets)?;
    if input.get("recipients").is_none() {
        return Ok(match token.accept(expected) {
            Err(error) if error.code() == mimicred_sd_cwt::Code::Nonce => reopened(&token, expected)?,
            accepted => accepted?,
        });
    }
    let recipients = input.choice("recipients", &[("anyone", Recipients::Anyone)])?;
    Ok(reopened(&token, expected)?.with_recipients(recipients))
}

fn reopened(token: &UnverifiedSdCwt<'_>, expected: &AcceptExpectations<'_>) -> Result<Held, Fault> {
    let clock: Clock = expected.clock;
    Ok(token.reopen(expected.confirmation_key, clock)?)
}
