//! CWT-A: encrypted disclosures, on the wire and for both roles.

mod holder;
mod opening;
mod same;
mod wire;

use mimicred_claims::{Clock, Limits, Map, Value};
use mimicred_cose::SymmetricKey;
use mimicred_keys::aead::{Aead, seal};
use mimicred_sd_cwt::{Code, DisclosureKey, Expectations, KeyBinding, Nonce, UnverifiedPresentation};

use crate::tokens::*;

/// The key of most tests, for AES-128-GCM.
pub(crate) const SECRET: [u8; 16] = [0x5a; 16];

pub(crate) fn key(secret: &[u8]) -> DisclosureKey {
    DisclosureKey::new(SymmetricKey::new(secret))
}

/// An encrypted disclosure, made here and not by the library: its fields can be bent before they are put together.
#[derive(Clone)]
pub(crate) struct Sealed {
    pub(crate) nonce: Vec<u8>,
    pub(crate) ciphertext: Vec<u8>,
    pub(crate) tag: Vec<u8>,
    pub(crate) context: Option<Value<'static>>,
}

impl Sealed {
    /// Of these octets, under AES-128-GCM and [`SECRET`], with a nonce of twelve times `nonce`.
    pub(crate) fn of(nonce: u8, plaintext: &[u8]) -> Self {
        Self::with(Aead::Aes128Gcm, &SECRET, nonce, plaintext)
    }

    pub(crate) fn with(aead: Aead, secret: &[u8], nonce: u8, plaintext: &[u8]) -> Self {
        Self::with_aad(aead, secret, nonce, plaintext, &[])
    }

    pub(crate) fn with_aad(aead: Aead, secret: &[u8], nonce: u8, plaintext: &[u8], aad: &[u8]) -> Self {
        let nonce = vec![nonce; 12];
        let sealed = seal(aead, secret, &nonce, aad, plaintext).unwrap();
        let (ciphertext, tag) = sealed.split_at(plaintext.len());
        Self { nonce, ciphertext: ciphertext.to_vec(), tag: tag.to_vec(), context: None }
    }

    pub(crate) fn named(mut self, context: Value<'static>) -> Self {
        self.context = Some(context);
        self
    }

    pub(crate) fn entry(&self) -> Value<'static> {
        let fields = [bytes(&self.nonce), bytes(&self.ciphertext), bytes(&self.tag)];
        array(fields.into_iter().chain(self.context.clone()).collect())
    }
}

/// A token whose claims are those of the draft and, encrypted, claim 501.
pub(crate) fn hidden(change: impl FnOnce(&mut Sealed)) -> Draft {
    Draft::with(|draft| {
        hide(draft, &content(1, &[Value::from("hidden"), Value::Int(501)]));
        let mut sealed = Sealed::of(1, &encoded());
        change(&mut sealed);
        put_sealed(draft, &[sealed]);
    })
}

/// Puts the digest of a disclosure at the top level, but the disclosure nowhere: its encoding.
pub(crate) fn hide(draft: &mut Draft, content: &[u8]) -> Vec<u8> {
    draft.redact(content);
    draft.disclosures.pop().unwrap()
}

pub(crate) fn put_sealed(draft: &mut Draft, sealed: &[Sealed]) {
    put(&mut draft.unprotected, 171, array(sealed.iter().map(Sealed::entry).collect()));
}

/// What a Verifier with these keys makes of a presentation: the claims, and how many disclosures are pending.
pub(crate) fn open(octets: &[u8], keys: &[DisclosureKey]) -> Result<(Map<'static>, usize), Code> {
    let issuers = [trusted(ISSUER, issuer_key().public())];
    let expected = Expectations {
        issuers: &issuers,
        audience_of_token: None,
        key_binding: KeyBinding::Required { audience: AUDIENCE, nonce: Nonce::Exactly(NONCE), max_age: Some(600) },
        clock: Clock { now: NOW, leeway: 0 },
        limits: Limits::DEFAULT,
    };
    let received = UnverifiedPresentation::parse(octets).map_err(|error| error.code())?;
    let verified = received.with_disclosure_keys(keys).verify(&expected).map_err(|error| error.code())?;
    let pending = verified.pending().len();
    Ok((verified.into_claims().into_owned(), pending))
}

/// With the key.
pub(crate) fn opened(draft: &Draft) -> Result<Map<'static>, Code> {
    let (claims, pending) = open(&draft.presentation(), &[key(&SECRET)])?;
    assert_eq!(pending, 0);
    Ok(claims)
}

/// Without any key.
pub(crate) fn closed(draft: &Draft) -> Result<usize, Code> {
    let (claims, pending) = open(&draft.presentation(), &[])?;
    assert_eq!(claims.int(501), None);
    Ok(pending)
}

/// The code with which a Verifier refuses, whether it has the key or not.
pub(crate) fn refused(draft: &Draft) -> Code {
    let code = closed(draft).unwrap_err();
    assert_eq!(opened(draft), Err(code));
    code
}

/// A token with one encrypted disclosure that says `sd_aead` in its protected header.
pub(crate) fn under(id: u16, sealed: &Sealed) -> Draft {
    let mut draft = hidden(|_| {});
    put(&mut draft.protected, 172, Value::Int(id.into()));
    put_sealed(&mut draft, std::slice::from_ref(sealed));
    draft
}

/// The encoding of the disclosure that [`hidden`] hides.
pub(crate) fn encoded() -> Vec<u8> {
    bstr(&content(1, &[Value::from("hidden"), Value::Int(501)]))
}
