//! What other providers publish of their pseudonyms, at a hub that follows it.

use mimicred_mls::Credential;
use mimicred_room::{CertificateStatus, HeldCrls};
use mimicred_uri::MimiUri;
use mimicred_x509::{Certificate, UnverifiedCrl};

use super::{Hosted, STEP, claimed_user};
use crate::Error;

/// The latest revocation list of each provider, under the certificate of its CA that the hub knew before.
#[derive(Debug, Default)]
pub(crate) struct Followed {
    crls: HeldCrls,
    issuers: Vec<Certificate>,
}

impl Followed {
    /// These lists, each with whose it has to be.
    pub(crate) fn new(lists: Vec<(Certificate, UnverifiedCrl)>) -> Self {
        let mut followed = Self::default();
        for (issuer, list) in lists {
            followed.crls.add(list);
            followed.issuers.push(issuer);
        }
        followed
    }

    /// Whether a list that holds says so. A provider whose list is not there, or too old, has said nothing.
    pub(super) fn has_taken_back(&self, credential: &Credential, now: u64) -> bool {
        let Credential::X509(chain) = credential else { return false };
        let Some(certificate) = chain.first().and_then(|der| Certificate::from_der(der).ok()) else { return false };
        let at = i64::try_from(now).unwrap_or(i64::MAX);
        let mut issuers = self.issuers.iter().filter(|issuer| certificate.check_issuer(issuer).is_ok());
        issuers.any(|issuer| self.crls.status(&certificate, issuer, at) == CertificateStatus::Revoked)
    }
}

impl Hosted {
    /// Whether the credential of a user who is in the room was taken back.
    pub(super) fn is_taken_back(&self, user: &MimiUri, now: u64) -> Result<bool, Error> {
        Ok(self.taken_back(now)?.iter().any(|(_, taken)| taken == user))
    }

    /// Who is in the room with a credential that was taken back, with her leaf.
    pub(crate) fn taken_back(&self, now: u64) -> Result<Vec<(u32, MimiUri)>, Error> {
        let (leaves, _) = self.hub.leaves().map_err(|e| Error::step(STEP, e))?;
        let taken = leaves.iter().filter(|leaf| self.followed.has_taken_back(&leaf.credential, now));
        Ok(taken.filter_map(|leaf| Some((leaf.index, claimed_user(&leaf.credential)?))).collect())
    }
}

#[cfg(test)]
mod tests {
    use mimicred_keys::{Algorithm, IssuerKey, SecretKey, SystemRandom};
    use mimicred_x509::{
        Ca, CaProfile, CrlProfile, PseudonymProfile, Revocation, Validity, prepare_crl, prepare_pseudonym, prepare_root,
    };

    use super::*;

    const NOW: i64 = 1_790_000_000;

    fn ca() -> (Ca, IssuerKey) {
        let key = IssuerKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom).unwrap());
        let profile = CaProfile::new("b.example MIMI CA", Validity::days(NOW, 3650).unwrap());
        let root = prepare_root(&profile, key.public(), &mut SystemRandom).unwrap().sign(&key).unwrap();
        (Ca::from_certificate(&root).unwrap(), key)
    }

    /// A list says something only by the CA that the hub knew before, and while it is fresh.
    #[test]
    fn a_list_counts_by_its_issuer_and_for_its_time() {
        let (ca, key) = ca();
        let leaf = SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom).unwrap();
        let (user, client) = ("mimi://b.example/p/one".parse().unwrap(), "mimi://b.example/d/one".parse().unwrap());
        let profile = PseudonymProfile::new(leaf.public(), &user, &client, Validity::days(NOW, 30).unwrap());
        let certificate = prepare_pseudonym(&ca, &profile, &mut SystemRandom).unwrap().sign(&key).unwrap();
        let credential = Credential::X509(vec![certificate.as_der().to_vec()]);
        let list = |(ca, key): (&Ca, &IssuerKey), revoked: bool| {
            let revoked = revoked.then(|| Revocation { serial: certificate.serial(), at: NOW });
            let profile = CrlProfile::new(1, Validity::days(NOW, 2).unwrap()).with_revocations(revoked);
            let crl = prepare_crl(ca, &profile).unwrap().sign(key).unwrap();
            UnverifiedCrl::from_der(crl.as_der()).unwrap()
        };
        let now = u64::try_from(NOW).unwrap();
        let followed = |list| Followed::new(vec![(ca.certificate().clone(), list)]);
        assert!(followed(list((&ca, &key), true)).has_taken_back(&credential, now + 60));
        assert!(!followed(list((&ca, &key), false)).has_taken_back(&credential, now + 60));
        assert!(!followed(list((&ca, &key), true)).has_taken_back(&credential, now + 3 * 86_400));
        let other = self::ca();
        assert!(!followed(list((&other.0, &other.1), true)).has_taken_back(&credential, now + 60));
        assert!(!Followed::default().has_taken_back(&credential, now + 60));
    }
}
