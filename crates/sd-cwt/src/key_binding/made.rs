//! A KBT that the Holder makes.

use mimicred_claims::{Key, Map, Value};
use mimicred_cose::cbor::Writer;
use mimicred_cose::sign1::PreparedSign1;
use mimicred_cose::{AlgorithmId, cwt};
use mimicred_keys::{PublicKey, ToBeSigned};

use super::{Binding, TYPE};
use crate::error::about;
use crate::{Code, Error};

/// Longest text and octets of others' choice that a key is put under: whoever chooses them does not choose how much is signed.
const MAX_CHOSEN: usize = 2048;

/// What a KBT says beside its [`Binding`]: nothing, unless the Holder wants it.
///
/// ```
/// use mimicred_claims::{Key, Value};
/// use mimicred_sd_cwt::BindingClaims;
///
/// let short_lived = BindingClaims::new().with_cti(&[7; 16]).with_exp(1_790_000_060);
/// let undated = BindingClaims::new().with_cti(&[7; 16]).without_iat();
/// let more = BindingClaims::new().with_claim(Key::Int(7000), Value::from("more"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct BindingClaims<'b> {
    claims: Map<'b>,
    dating: Dating,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Dating {
    #[default]
    Dated,
    Undated,
}

impl<'b> BindingClaims<'b> {
    /// Nothing more.
    pub fn new() -> Self {
        Self::default()
    }

    /// `cti`: octets that no other KBT has (CWT-P-013).
    #[must_use]
    pub fn with_cti(self, cti: &'b [u8]) -> Self {
        self.with_claim(Key::Int(cwt::CTI), Value::Bytes(cti.into()))
    }

    /// No `iat`: the time of the binding is used to check the presentation and is not told. Then there is to be a `cti`, and
    /// neither `exp` nor `nbf` (CWT-P-012, CWT-P-014).
    #[must_use]
    pub fn without_iat(mut self) -> Self {
        self.dating = Dating::Undated;
        self
    }

    /// `exp`, in seconds since 1970: no later than that of the SD-CWT (CWT-P-015).
    #[must_use]
    pub fn with_exp(self, exp: i64) -> Self {
        self.with_claim(Key::Int(cwt::EXP), Value::Int(exp.into()))
    }

    /// `nbf`, in seconds since 1970: no earlier than that of the SD-CWT (CWT-P-015).
    #[must_use]
    pub fn with_nbf(self, nbf: i64) -> Self {
        self.with_claim(Key::Int(cwt::NBF), Value::Int(nbf.into()))
    }

    /// Any other claim (CWT-P-021); one that was given before is replaced.
    #[must_use]
    pub fn with_claim(mut self, key: Key<'b>, value: Value<'b>) -> Self {
        self.claims.remove(&key);
        // It is not there, so this cannot fail.
        let _ = self.claims.insert(key, value);
        self
    }

    /// All claims of the KBT.
    fn with_binding<'c>(&'c self, binding: &Binding<'c>) -> Result<Map<'c>, Error> {
        let mut claims = self.claims.clone();
        let mut add = |key, name, value| {
            let added = claims.insert(Key::Int(key), value);
            added.map_err(|_| about(Code::ClaimForbidden, name).note("it is given by the binding"))
        };
        add(cwt::AUD, "aud", Value::from(binding.audience))?;
        if self.dating == Dating::Dated {
            add(cwt::IAT, "iat", Value::Int(binding.issued_at.into()))?;
        }
        if let Some(nonce) = binding.nonce {
            add(cwt::CNONCE, "cnonce", Value::Bytes(nonce.into()))?;
        }
        Ok(claims)
    }
}

/// A KBT that lacks its signature.
pub(crate) struct PreparedKbt(PreparedSign1);

/// The KBT around an SD-CWT, its octets put into the header as they are (CWT-P-006 to CWT-P-012, CWT-P-016).
pub(crate) fn prepare(
    token: &[u8],
    key: &PublicKey,
    binding: &Binding<'_>,
    more: &BindingClaims<'_>,
) -> Result<PreparedKbt, Error> {
    let claims = more.with_binding(binding)?;
    for (claim, name) in [(cwt::AUD, "aud"), (cwt::CNONCE, "cnonce"), (cwt::CTI, "cti")] {
        let len = match claims.int(claim) {
            Some(Value::Text(text)) => text.len(),
            Some(Value::Bytes(octets)) => octets.len(),
            _ => 0,
        };
        if len > MAX_CHOSEN {
            return Err(about(Code::Limit, name).note("it is longer than 2048 octets, more than a key is put under"));
        }
    }
    let mut protected = Writer::with_capacity(token.len() + 16);
    protected.map(3);
    protected.int(1);
    protected.int(AlgorithmId::for_key(key.algorithm()).id());
    protected.int(13);
    protected.raw(token);
    protected.int(16);
    // CWT-P-008: the number rather than the media type.
    protected.int(TYPE);
    let protected = protected.finish();

    let mut payload = Writer::new();
    payload.entries(&claims)?;
    let payload = payload.finish();
    Ok(PreparedKbt(PreparedSign1::new(&protected, &payload)?))
}

impl PreparedKbt {
    pub(crate) fn to_be_signed(&self) -> &ToBeSigned {
        self.0.to_be_signed()
    }

    pub(crate) fn assemble(&self, signature: &[u8]) -> Vec<u8> {
        // An empty unprotected header.
        self.0.encode(&[0xa0], signature)
    }
}
