//! Who takes part: an Issuer, a Holder and a Verifier, with keys and a clock that never change.

pub mod jwt;
pub mod x509;

use std::sync::LazyLock;

use mimicred_claims::{Clock, Key, Limits, Map, Value};
use mimicred_cose::cbor::{Writer, write};
use mimicred_cose::sign1::PreparedSign1;
use mimicred_cose::{AlgorithmId, SymmetricKey};
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

/// Issuer and Holder with keys of one curve, and whom and what the Verifier trusts.
pub struct Cast {
    pub issuer: IssuerKey,
    pub holder: LeafKey,
    pub trusted: [TrustedIssuer; 1],
    pub disclosure_keys: [DisclosureKey; 1],
}

/// With P-256, the fastest to sign and to verify.
pub fn cast() -> &'static Cast {
    static CAST: LazyLock<Cast> = LazyLock::new(|| Cast::new(Algorithm::P256));
    &CAST
}

/// With Ed25519, whose signatures are verified together.
pub fn ed25519() -> &'static Cast {
    static CAST: LazyLock<Cast> = LazyLock::new(|| Cast::new(Algorithm::Ed25519));
    &CAST
}

impl Cast {
    fn new(algorithm: Algorithm) -> Self {
        let secret = |n: u8| SecretKey::from_octets(algorithm, &[n; 32]).expect("a scalar or seed");
        let issuer = IssuerKey::new(secret(1));
        Self {
            holder: LeafKey::new(secret(2)).expect("a curve for leaves"),
            trusted: [TrustedIssuer { issuer: ISSUER.to_owned(), key: issuer.public().clone() }],
            issuer,
            disclosure_keys: [DisclosureKey::new(SymmetricKey::new(&SHARED))],
        }
    }

    /// The number of the algorithm.
    pub fn algorithm(&self) -> i64 {
        AlgorithmId::for_key(self.issuer.public().algorithm()).id()
    }

    /// Signs these parts with the Issuer's key, whatever they are.
    pub fn sign_token(&self, protected: &[u8], unprotected: &[u8], payload: &[u8]) -> Vec<u8> {
        let prepared = PreparedSign1::new(protected, payload).expect("a Sig_structure");
        let signature = self.issuer.sign(prepared.to_be_signed()).expect("a signature");
        prepared.encode(unprotected, signature.as_bytes())
    }

    /// Signs these parts with the Holder's key, whatever they are.
    pub fn sign_binding(&self, protected: &[u8], unprotected: &[u8], payload: &[u8]) -> Vec<u8> {
        let prepared = PreparedSign1::new(protected, payload).expect("a Sig_structure");
        let signature = self.holder.sign(prepared.to_be_signed()).expect("a signature");
        prepared.encode(unprotected, signature.as_bytes())
    }

    /// A protected header of a token: SHA-256, and CWT Claims if there are any.
    pub fn token_header(&self, claims: Option<&[u8]>) -> Vec<u8> {
        let mut header = Writer::new();
        header.map(3 + usize::from(claims.is_some()));
        for (label, value) in [(1, self.algorithm()), (16, 293), (170, -16)] {
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
    pub fn bind(&self, token: &[u8]) -> Vec<u8> {
        let mut header = Writer::new();
        header.map(3);
        header.int(1);
        header.int(self.algorithm());
        header.int(13);
        header.raw(token);
        header.int(16);
        header.int(294);
        self.sign_binding(&header.finish(), &[0xa0], &binding_payload())
    }

    /// What the Holder makes of a token.
    pub fn accept(&self, token: &[u8]) -> Result<Held, Error> {
        UnverifiedSdCwt::parse(token)?.accept(&self.acceptable())
    }

    pub fn acceptable(&self) -> AcceptExpectations<'_> {
        AcceptExpectations { issuers: &self.trusted, confirmation_key: self.holder.public(), clock: CLOCK }
    }

    /// What the Verifier makes of a presentation.
    pub fn verify<'p>(&'p self, presentation: &'p [u8]) -> Result<VerifiedPresentation<'p>, Error> {
        let received = UnverifiedPresentation::parse(presentation)?;
        received.with_disclosure_keys(&self.disclosure_keys).verify(&self.expected(None))
    }

    pub fn expected<'e>(&'e self, audience_of_token: Option<&'e str>) -> Expectations<'e> {
        Expectations {
            issuers: &self.trusted,
            audience_of_token,
            key_binding: KeyBinding::Required { audience: AUDIENCE, nonce: Nonce::Exactly(NONCE), max_age: Some(60) },
            clock: CLOCK,
            limits: Limits::DEFAULT,
        }
    }

    /// A claim that names the Holder's key.
    pub fn confirmation(&self) -> (Key<'static>, Value<'static>) {
        let key = Value::Map(mimicred_cose::key::public_members(self.holder.public()));
        (Key::Int(8), Value::Map(Map::from_entries(vec![(Key::Int(1), key)]).expect("one entry")))
    }
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

/// The nonces that the Holder gave the Issuer, if this claims set says that she did.
pub fn client_nonces<'c>(claims: &'c Map<'_>) -> Vec<ClientNonce<'c>> {
    let given = claims.int(39).and_then(Value::as_bytes);
    given.map(|nonce| ClientNonce { issuer: ISSUER, nonce, fresh_until: NOW }).into_iter().collect()
}

/// The claims without regard to the order of entries, to be compared.
pub fn canonical(claims: &Map<'_>) -> Vec<u8> {
    write(&Value::Map(claims.clone())).expect("what was read can be written")
}
