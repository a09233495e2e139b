//! Presenting with some disclosures encrypted.

use mimicred_claims::Selection;
use mimicred_keys::Random;

use super::{Held, PreparedPresentation};
use crate::aead::{Encryption, seal, split};
use crate::{Binding, BindingClaims, Error};

impl Held {
    /// As [`Held::prepare`], with some disclosures encrypted (CWT-A-001): `clear` is what every Verifier may see, and each encryption
    /// what only those with its key may. What is chosen for both is encrypted, and so is what stands in an encrypted disclosure.
    ///
    /// The algorithm is the one that the token names, or AES-128-GCM (CWT-A-005, trap 23); the nonces are drawn from `random`, all at
    /// once.
    ///
    /// # Errors
    /// As [`Held::prepare`]; [`Code::PathUnmatched`](crate::Code::PathUnmatched) also for the encryption of a claim that is always
    /// visible; [`Code::EncryptionConflict`](crate::Code::EncryptionConflict) where a disclosure would need two keys;
    /// [`Code::AlgUnsupported`](crate::Code::AlgUnsupported) for an algorithm that we do not know, or a key that does not fit it;
    /// [`Code::SaltRepeated`](crate::Code::SaltRepeated), [`Code::Keys`](crate::Code::Keys).
    ///
    /// ```
    /// use mimicred_claims::Selection;
    /// use mimicred_cose::SymmetricKey;
    /// use mimicred_sd_cwt::{DisclosureKey, Encryption, KeyContext, UnverifiedPresentation};
    /// # use mimicred_claims::{Clock, Key, Limits, Map, Redaction, RedactionPlan, Value};
    /// # use mimicred_keys::{Algorithm, IssuerKey, LeafKey, SecretKey, SystemRandom};
    /// # use mimicred_sd_cwt::{AcceptExpectations, Binding, Expectations, Held, Issuer, KeyBinding, Nonce, TrustedIssuer};
    /// # let issuer_key = IssuerKey::new(SecretKey::generate(Algorithm::P256, &mut SystemRandom)?);
    /// # let leaf_key = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?)?;
    /// # let claims = [(1, "https://id.a.example"), (2, "s"), (170, "Alice"), (179, "alice@a.example")];
    /// # let claims = Map::from_entries(claims.map(|(key, value)| (Key::Int(key), Value::from(value))).to_vec())?;
    /// # let token = Issuer::new(issuer_key.public())
    /// #     .prepare(claims, leaf_key.public(), &RedactionPlan::new(Redaction::All), &mut SystemRandom)?
    /// #     .sign(&issuer_key)?;
    /// # let issuers = [TrustedIssuer { issuer: "https://id.a.example".into(), key: issuer_key.public().clone() }];
    /// # let clock = Clock { now: 1_790_000_000, leeway: 60 };
    /// # let expected = AcceptExpectations { issuers: &issuers, confirmation_key: leaf_key.public(), clock };
    /// # let held = Held::accept(token.as_bytes(), &expected)?;
    /// # let binding = Binding { audience: "a", nonce: None, issued_at: clock.now };
    /// # let expected = Expectations {
    /// #     issuers: &issuers,
    /// #     audience_of_token: None,
    /// #     key_binding: KeyBinding::Required { audience: "a", nonce: Nonce::Any, max_age: None },
    /// #     clock,
    /// #     limits: Limits::DEFAULT,
    /// # };
    ///
    /// // The name for everybody, the e-mail address for the moderators.
    /// let moderators = [DisclosureKey::new(SymmetricKey::new(&[7; 16])).with_context(KeyContext::Number(1))];
    /// let email = Encryption { selection: &Selection::Paths(vec!["179".parse()?]), key: &moderators[0] };
    /// let name = Selection::Paths(vec!["170".parse()?]);
    /// let presentation = held.prepare_encrypted(&name, &[email], &binding, &mut SystemRandom)?.sign(&leaf_key)?;
    ///
    /// let by_anybody = UnverifiedPresentation::parse(presentation.as_bytes())?.verify(&expected)?;
    /// assert_eq!(by_anybody.claims().int(179), None);
    /// assert_eq!(by_anybody.pending()[0].key_context, Some(KeyContext::Number(1)));
    ///
    /// // A moderator gets the whole octets, and checks them from the start.
    /// let forwarded = UnverifiedPresentation::parse(by_anybody.as_bytes())?.with_disclosure_keys(&moderators);
    /// let by_moderator = forwarded.verify(&expected)?;
    /// assert_eq!(by_moderator.claims().int(179), Some(&Value::from("alice@a.example")));
    /// assert!(by_moderator.pending().is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn prepare_encrypted(
        &self,
        clear: &Selection,
        encryptions: &[Encryption<'_>],
        binding: &Binding<'_>,
        random: &mut dyn Random,
    ) -> Result<PreparedPresentation, Error> {
        let split = split(clear, encryptions, &self.disclosed, &self.claims)?;
        let token = self.token()?;
        let find = |(index, n): &(usize, usize)| Some((*token.disclosures.get(*index)?, encryptions.get(*n)?.key));
        let sealed: Vec<_> = split.sealed.iter().filter_map(find).collect();
        let entries = if sealed.is_empty() { Vec::new() } else { seal(&sealed, token.cipher()?, random)? };
        self.bind(&token, &split, &entries, binding, &BindingClaims::new())
    }
}
