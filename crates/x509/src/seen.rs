//! What has been read and verified before: of many chains below one CA, each brings the CA's certificate once more.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::RwLock;

use mimicred_keys::PublicKey;

use crate::certificate::Certificate;
use crate::chain::{self, UnverifiedChain};
use crate::error::Error;

/// The most certificates, and the most signatures, that are remembered.
const MAX_SEEN: usize = 256;

/// Remembers certificates of CAs that were read and signatures under them that hold, octet for octet, for one that verifies many chains.
///
/// Only repetition is saved. Each path is looked for and judged by itself, with its own time, anchors and constraints; what is not
/// computed again is whether the same key made the same signature over the same octets. What did not hold is not remembered. The
/// certificates of end entities are not either: each comes once. Threads may share it.
///
/// ```
/// use mimicred_x509::{Anchor, Expectations, Profile, Seen};
///
/// # use mimicred_keys::{Algorithm, IssuerKey, SecretKey, SystemRandom};
/// # use mimicred_x509::{Ca, CaProfile, PseudonymProfile, Validity, prepare_pseudonym, prepare_root};
/// # let now = 1_790_000_000;
/// # let ca_key = IssuerKey::new(SecretKey::generate(Algorithm::P256, &mut SystemRandom)?);
/// # let profile = CaProfile::new("A Root", Validity::days(now, 3650)?);
/// # let root = prepare_root(&profile, ca_key.public(), &mut SystemRandom)?.sign(&ca_key)?;
/// # let ca = Ca::from_certificate(&root)?;
/// # let chain = |n: u8| -> Result<Vec<Vec<u8>>, Box<dyn std::error::Error>> {
/// #     let key = SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?;
/// #     let (user, client) = (format!("mimi://a.example/p/{n}").parse()?, format!("mimi://a.example/d/{n}").parse()?);
/// #     let profile = PseudonymProfile::new(key.public(), &user, &client, Validity::days(now, 30)?);
/// #     Ok(vec![prepare_pseudonym(&ca, &profile, &mut SystemRandom)?.sign(&ca_key)?.as_der().to_vec(), root.as_der().to_vec()])
/// # };
/// # let chains = [chain(1)?, chain(2)?];
/// let anchors = [Anchor::from_certificate(&root)?];
/// let expectations = Expectations { anchors: &anchors, at: now, profile: Profile::Pseudonym };
/// let seen = Seen::new();
/// for chain in &chains {
///     seen.parse(chain)?.verify_among(&expectations, &seen)?;
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Default)]
pub struct Seen {
    certificates: RwLock<HashMap<Vec<u8>, Certificate>>,
    signatures: RwLock<HashSet<Vec<u8>>>,
}

impl Seen {
    /// Nothing so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a chain, as [`UnverifiedChain::parse`] does.
    ///
    /// # Errors
    /// As [`UnverifiedChain::parse`].
    pub fn parse(&self, certificates: &[Vec<u8>]) -> Result<UnverifiedChain, Error> {
        self.parse_expecting(certificates, None)
    }

    /// The same, for a chain that is likely to be for this key: of a leaf, say, whose key was read before. Whether it is for this key is
    /// still to be asked of [`UnverifiedChain::subject_key`]; only time is saved.
    ///
    /// # Errors
    /// As [`UnverifiedChain::parse`].
    pub fn parse_expecting(&self, certificates: &[Vec<u8>], likely: Option<&PublicKey>) -> Result<UnverifiedChain, Error> {
        chain::check_sizes(certificates)?;
        let read = certificates.iter().enumerate().map(|(index, der)| match index {
            0 => Certificate::from_der(der),
            _ => self.certificate(der),
        });
        UnverifiedChain::expecting(read.collect::<Result<_, _>>()?, likely)
    }

    /// The certificate of a CA.
    fn certificate(&self, der: &[u8]) -> Result<Certificate, Error> {
        // After a panic elsewhere nothing is remembered, and all is done anew.
        if let Some(known) = self.certificates.read().ok().and_then(|known| known.get(der).cloned()) {
            return Ok(known);
        }
        let certificate = Certificate::from_der(der)?;
        if let Ok(mut known) = self.certificates.write()
            && known.len() < MAX_SEEN
        {
            known.insert(der.to_vec(), certificate.clone());
        }
        Ok(certificate)
    }

    /// Whether a signature holds: these are all the octets that decide about it.
    pub(crate) fn holds<E>(&self, inputs: &[&[u8]], verify: impl FnOnce() -> Result<(), E>) -> Result<(), E> {
        let together = joined(inputs);
        if self.signatures.read().is_ok_and(|known| known.contains(&together)) {
            return Ok(());
        }
        verify()?;
        if let Ok(mut known) = self.signatures.write()
            && known.len() < MAX_SEEN
        {
            known.insert(together);
        }
        Ok(())
    }
}

/// The inputs, each behind its length, so that no two lists of them are the same octets.
fn joined(inputs: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::with_capacity(inputs.iter().map(|input| input.len() + 8).sum());
    for input in inputs {
        out.extend(input.len().to_be_bytes());
        out.extend_from_slice(input);
    }
    out
}

/// How much, not what.
impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seen").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(seen: &Seen, inputs: &[&[u8]], holds: bool) -> (bool, bool) {
        let mut was_asked = false;
        let outcome = seen.holds(inputs, || {
            was_asked = true;
            if holds { Ok(()) } else { Err(()) }
        });
        (was_asked, outcome.is_ok())
    }

    #[test]
    fn what_holds_is_asked_once_and_what_does_not_each_time() {
        let seen = Seen::new();
        assert_eq!(asked(&seen, &[b"key", b"message", b"bad"], false), (true, false));
        assert_eq!(asked(&seen, &[b"key", b"message", b"bad"], false), (true, false));
        assert_eq!(asked(&seen, &[b"key", b"message", b"good"], true), (true, true));
        assert_eq!(asked(&seen, &[b"key", b"message", b"good"], false), (false, true));
    }

    #[test]
    fn no_other_octets_are_the_same() {
        let seen = Seen::new();
        assert_eq!(asked(&seen, &[b"key", b"message", b"good"], true), (true, true));
        for other in [[&b"keym"[..], b"essage", b"good"], [b"key", b"message", b"gooe"], [b"", b"keymessage", b"good"]] {
            assert_eq!(asked(&seen, &other, false), (true, false));
        }
        assert_eq!(asked(&seen, &[b"key", b"messagegood"], false), (true, false));
    }

    #[test]
    fn memory_is_bounded() {
        let seen = Seen::new();
        for n in 0..2 * MAX_SEEN {
            assert_eq!(asked(&seen, &[&n.to_be_bytes()], true), (true, true));
        }
        assert_eq!(seen.signatures.read().unwrap().len(), MAX_SEEN);
        assert_eq!(asked(&seen, &[&0usize.to_be_bytes()], false), (false, true));
        assert_eq!(asked(&seen, &[&MAX_SEEN.to_be_bytes()], false), (true, false));
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Seen::new()), "Seen { .. }");
    }
}
