//! What is checked of a token before its disclosures are looked at.

use std::borrow::Cow;

use mimicred_claims::{Clock, Limits};
use mimicred_cose::cbor;
use mimicred_cose::header;
use mimicred_error::At;
use mimicred_keys::HashAlgorithm;

use super::{ClaimSets, Signer, Token, TypeRule};
use crate::key_binding::is_kbt_type;
use crate::rules::{Registered, VctRule};
use crate::times::{Side, Times};
use crate::{Code, Error};

/// What is read although a strict reader of -08 would not.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reading {
    pub(crate) types: TypeRule,
    pub(crate) vct: VctRule,
}

/// The claims after the Issuer's signature is verified, with their redaction marks.
pub(crate) struct Checked<'a, 'i> {
    pub(crate) claims: ClaimSets<'a>,
    pub(crate) hash: HashAlgorithm,
    pub(crate) signer: Signer<'i>,
    pub(crate) times: Times,
    /// What may still be read of the disclosures.
    pub(crate) limits: cbor::Limits,
}

impl<'a> Token<'a> {
    /// Type, what is supported, claims, issuer, signature, dates, in this order. Who the issuer is, and whether it is a trusted one,
    /// is told by `signer`.
    pub(crate) fn check<'i>(
        &self,
        reading: &Reading,
        signer: impl FnOnce(&Registered<'_, '_>) -> Result<Signer<'i>, Error>,
        clock: &Clock,
        limits: &Limits,
    ) -> Result<Checked<'a, 'i>, Error> {
        self.check_type(&reading.types)?;
        // CWT-A-007: what must not be used is not tolerated either where nothing is encrypted.
        self.cipher()?;
        let hash = self.hash()?;
        let mut left = cbor::Limits { digests: limits.digests, ..self.limits };
        let claims = self.claims_within(&mut left)?;
        let registered = claims.registered();
        let signer = signer(&registered)?;
        claims.check_visible()?;
        let times = Times::of(&registered)?;
        times.check_token()?;
        times.check_clock(clock, Side::Token)?;
        Ok(Checked { hash, signer, times, limits: left, claims })
    }

    fn check_type(&self, types: &TypeRule) -> Result<(), Error> {
        let typ = self.protected.get(header::TYP);
        if types.accepts(typ) {
            return Ok(());
        }
        let note = if is_kbt_type(typ) { "a KBT where an SD-CWT belongs" } else { "that of the SD-CWT" };
        Err(Error::new(Code::TypeMismatch).at(At::Header(Cow::Borrowed("typ"))).note(note))
    }
}
