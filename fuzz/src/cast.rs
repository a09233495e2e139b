//! Who takes part: an Issuer, a Holder and a Verifier, with keys and a clock that never change.

use std::sync::LazyLock;

use mimicred_claims::{Clock, Key, Limits, Map, Value};
use mimicred_cose::cbor::{Writer, write};
use mimicred_cose::{SymmetricKey, sign1};
use mimicred_keys::{Algorithm, Error as KeysError, IssuerKey, LeafKey, Random, SecretKey};
use mimicred_sd_cwt::{
    AcceptExpectations, ClientNonce, DisclosureKey, Error, Expectations, Held, KeyBinding, Nonce, TrustedIssuer,
    UnverifiedPresentation, UnverifiedSdCwt, VerifiedPresentation,
};

pub const ISSUER: &str = "https://i.example";
pub const SUBJECT: &str = "s.example";
pub const AUDIENCE: &str = "v.example";
pub const NONCE: &[u8] = b"nonce";
pub const NOW: i64 = 1_790_000_000;
pub const CLOCK: Clock = Clock { now: NOW, leeway: 0 };
/// Opens encrypted disclosures of AES-128-GCM, and is named by nothing.
pub const SHARED: [u8; 16] = [7; 16];

/// P-256 throughout, for it is the fastest to sign and to verify.
pub struct Cast {
    pub issuer: IssuerKey,
    pub holder: LeafKey,
    pub trusted: [TrustedIssuer; 1],
    pub disclosure_keys: [DisclosureKey; 1],
}

pub fn cast() -> &'static Cast {
    static CAST: LazyLock<Cast> = LazyLock::new(|| {
        let secret = |n: u8| SecretKey::from_octets(Algorithm::P256, &[n; 32]).expect("a scalar");
        let issuer = IssuerKey::new(secret(1));
        Cast {
            holder: LeafKey::new(secret(2)).expect("P-256 is for leaves"),
            trusted: [TrustedIssuer { issuer: ISSUER.to_owned(), key: issuer.public().clone() }],
            issuer,
            disclosure_keys: [DisclosureKey::new(SymmetricKey::new(&SHARED))],
        }
    });
    &CAST
}

/// Counts, so that nothing it fills is ever the same and everything can be repeated.
pub struct Counter(pub u64);

impl Random for Counter {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), KeysError> {
        for chunk in out.chunks_mut(8) {
            self.0 += 1;
            chunk.copy_from_slice(&self.0.to_be_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

/// Signs these parts with the Issuer's key, whatever they are.
pub fn sign_token(protected: &[u8], unprotected: &[u8], payload: &[u8]) -> Vec<u8> {
    let to_be_signed = sign1::to_be_signed(protected, payload).expect("a Sig_structure");
    let signature = cast().issuer.sign(&to_be_signed).expect("a signature");
    sign1::encode(protected, unprotected, payload, signature.as_bytes())
}

/// Signs these parts with the Holder's key, whatever they are.
pub fn sign_binding(protected: &[u8], unprotected: &[u8], payload: &[u8]) -> Vec<u8> {
    let to_be_signed = sign1::to_be_signed(protected, payload).expect("a Sig_structure");
    let signature = cast().holder.sign(&to_be_signed).expect("a signature");
    sign1::encode(protected, unprotected, payload, signature.as_bytes())
}

/// A protected header of a token: ESP256, SHA-256, and CWT Claims if there are any.
pub fn token_header(claims: Option<&[u8]>) -> Vec<u8> {
    let mut header = Writer::new();
    header.map(3 + usize::from(claims.is_some()));
    for (label, value) in [(1, -9), (16, 293), (170, -16)] {
        header.int(label);
        header.int(value);
    }
    if let Some(claims) = claims {
        header.int(15);
        header.raw(claims);
    }
    header.finish()
}

/// A KBT around a token, with nothing unusual about it.
pub fn bind(token: &[u8]) -> Vec<u8> {
    let mut header = Writer::new();
    header.map(3);
    header.int(1);
    header.int(-9);
    header.int(13);
    header.raw(token);
    header.int(16);
    header.int(294);
    sign_binding(&header.finish(), &[0xa0], &binding_payload())
}

/// The claims of that KBT.
pub fn binding_payload() -> Vec<u8> {
    let mut payload = Writer::new();
    payload.map(3);
    payload.int(3);
    payload.text(AUDIENCE);
    payload.int(6);
    payload.int(NOW);
    payload.int(39);
    payload.bytes(NONCE);
    payload.finish()
}

/// What the Holder makes of a token.
pub fn accept(token: &[u8]) -> Result<Held, Error> {
    UnverifiedSdCwt::parse(token)?.accept(&acceptable())
}

pub fn acceptable() -> AcceptExpectations<'static> {
    AcceptExpectations { issuers: &cast().trusted, confirmation_key: cast().holder.public(), clock: CLOCK }
}

/// The nonces that the Holder gave the Issuer, if this claims set says that she did.
pub fn client_nonces<'c>(claims: &'c Map<'_>) -> Vec<ClientNonce<'c>> {
    let given = claims.int(39).and_then(Value::as_bytes);
    given.map(|nonce| ClientNonce { issuer: ISSUER, nonce, fresh_until: NOW }).into_iter().collect()
}

/// What the Verifier makes of a presentation.
pub fn verify(presentation: &[u8]) -> Result<VerifiedPresentation<'_>, Error> {
    UnverifiedPresentation::parse(presentation)?.with_disclosure_keys(&cast().disclosure_keys).verify(&expected(None))
}

pub fn expected(audience_of_token: Option<&str>) -> Expectations<'_> {
    Expectations {
        issuers: &cast().trusted,
        audience_of_token,
        key_binding: KeyBinding::Required { audience: AUDIENCE, nonce: Nonce::Exactly(NONCE), max_age: Some(60) },
        clock: CLOCK,
        limits: Limits::DEFAULT,
    }
}

/// The claims without regard to the order of entries, to be compared.
pub fn canonical(claims: &Map<'_>) -> Vec<u8> {
    write(&Value::Map(claims.clone())).expect("what was read can be written")
}

/// A claim that names the Holder's key.
pub fn confirmation() -> (Key<'static>, Value<'static>) {
    let key = Value::Map(mimicred_cose::key::public_members(cast().holder.public()));
    (Key::Int(8), Value::Map(Map::from_entries(vec![(Key::Int(1), key)]).expect("one entry")))
}
