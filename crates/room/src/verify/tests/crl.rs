//! Step 9 for certificates: revocation lists that are held.

use mimicred_claims::Selection;
use mimicred_keys::{Algorithm, IssuerKey, SystemRandom};
use mimicred_x509::{
    Ca, CaProfile, Certificate, CrlProfile, IdentityProfile, Revocation, UnverifiedCrl, Validity, prepare_crl, prepare_identity,
    prepare_issuing_ca,
};

use super::pipeline::assert_step;
use crate::testing::*;
use crate::verdict::Outcome;
use crate::{CrlUse, HeldCrls, HeldStatus, Reveal, Verdict, VerdictCode};

const WEEK: i64 = 7 * 86_400;

/// A provider whose users get their identities from an issuing CA below the root.
struct Stage {
    provider: Provider,
    person: Person,
    issuing_key: IssuerKey,
    issuing: Ca,
    identity: Certificate,
}

impl Stage {
    fn new() -> Self {
        let provider = Provider::new("a.example", 1);
        let person = Person::new(&provider, 2);
        let issuing_key = IssuerKey::new(secret(Algorithm::P256, 3));
        let profile = CaProfile::new("a.example users", Validity::new(NOW - YEAR, NOW + YEAR).unwrap());
        let issuing = prepare_issuing_ca(&provider.ca, &profile, issuing_key.public(), &mut SystemRandom).unwrap();
        let issuing = Ca::from_certificate(&issuing.sign(&provider.key).unwrap()).unwrap();
        let validity = Validity::new(NOW - 10 * 86_400, NOW + YEAR - 86_400).unwrap();
        let profile = IdentityProfile::new(person.key.public(), validity).with_display_name("Alice Adams");
        let identity = prepare_identity(&issuing, &profile, &mut SystemRandom).unwrap().sign(&issuing_key).unwrap();
        Self { provider, person, issuing_key, issuing, identity }
    }

    fn of_root(&self, number: u64, from: i64, revoked: &[&Certificate]) -> UnverifiedCrl {
        list(&self.provider.ca, &self.provider.key, number, from, revoked)
    }

    fn of_issuing(&self, number: u64, from: i64, revoked: &[&Certificate]) -> UnverifiedCrl {
        list(&self.issuing, &self.issuing_key, number, from, revoked)
    }

    fn judge(&self, demand: CrlUse, lists: impl IntoIterator<Item = UnverifiedCrl>) -> Verdict {
        let mut trusted = self.provider.trusted_for(&["a.example"]);
        trusted.crl = demand;
        let mut world = World::new(&policy(&[(&self.provider, "a.example")]), vec![trusted], &[&self.person]);
        let chain = [&self.identity, self.issuing.certificate()].map(|certificate| certificate.as_der().to_vec());
        let owned = Owned::X509(chain.to_vec(), self.person.key.public().clone());
        let octets = bundle(world.context(0), &owned, &Selection::All, &self.person.key).encode().unwrap();
        let mut crls = HeldCrls::new();
        lists.into_iter().for_each(|list| crls.add(list));
        world.judge(0, 7, Reveal::Bundle(&octets), None, &HeldStatus { lists: Vec::new(), crls })
    }
}

fn list(ca: &Ca, key: &IssuerKey, number: u64, from: i64, revoked: &[&Certificate]) -> UnverifiedCrl {
    let revocations = revoked.iter().map(|certificate| Revocation { serial: certificate.serial(), at: from });
    let profile = CrlProfile::new(number, Validity::new(from, from + WEEK).unwrap()).with_revocations(revocations);
    UnverifiedCrl::from_der(prepare_crl(ca, &profile).unwrap().sign(key).unwrap().as_der()).unwrap()
}

fn assert_ok(verdict: &Verdict, outcome: Outcome) {
    assert_eq!(verdict.code, VerdictCode::Ok, "{verdict}");
    let check = verdict.presentations[0].checks.last().unwrap();
    assert_eq!((check.name, check.outcome), ("status", outcome));
}

/// mimi-mls 3.5.3 step 9: what no list says is not applicable, what a list clears passes.
#[test]
fn without_a_list_nothing_is_asked_and_with_one_it_is() {
    let stage = Stage::new();
    assert_ok(&stage.judge(CrlUse::IfHeld, []), Outcome::NotApplicable);
    assert_ok(&stage.judge(CrlUse::IfHeld, [stage.of_issuing(1, NOW, &[])]), Outcome::Passed);
    // The root's list says nothing of what the issuing CA has issued.
    assert_ok(&stage.judge(CrlUse::IfHeld, [stage.of_root(1, NOW, &[&stage.identity])]), Outcome::NotApplicable);
}

/// The end entity by the issuing CA's list, the issuing CA by the root's.
#[test]
fn a_certificate_of_the_path_that_is_revoked_revokes_the_reveal() {
    let stage = Stage::new();
    let (of_issuing, of_root) =
        (stage.of_issuing(1, NOW, &[&stage.identity]), stage.of_root(1, NOW, &[stage.issuing.certificate()]));
    for demand in [CrlUse::IfHeld, CrlUse::Required] {
        assert_step(&stage.judge(demand, [of_issuing.clone(), stage.of_root(1, NOW, &[])]), 9, VerdictCode::Revoked);
        assert_step(&stage.judge(demand, [stage.of_issuing(1, NOW, &[]), of_root.clone()]), 9, VerdictCode::Revoked);
    }
}

#[test]
fn the_newest_list_counts() {
    let stage = Stage::new();
    let (old, new) = (stage.of_issuing(1, NOW, &[]), stage.of_issuing(2, NOW, &[&stage.identity]));
    assert_step(&stage.judge(CrlUse::IfHeld, [old.clone(), new.clone()]), 9, VerdictCode::Revoked);
    assert_step(&stage.judge(CrlUse::IfHeld, [new, old]), 9, VerdictCode::Revoked);
}

/// A list that is held and cannot be used: out of date, of the future, or of another key under the same name.
#[test]
fn a_list_that_cannot_be_used_is_no_reason_to_look_away() {
    let stage = Stage::new();
    for from in [NOW - 2 * WEEK, NOW + WEEK] {
        let list = stage.of_issuing(1, from, &[]);
        assert_step(&stage.judge(CrlUse::IfHeld, [list.clone()]), 9, VerdictCode::StatusUntrusted);
        // Another that can be used is enough.
        assert_ok(&stage.judge(CrlUse::IfHeld, [list, stage.of_issuing(2, NOW, &[])]), Outcome::Passed);
    }
    // The key identifier is that of the key, so that this one is somebody else's list, which says nothing here.
    let other = Stage::new();
    let stranger = IssuerKey::new(secret(Algorithm::P256, 66));
    let profile = CaProfile::new("a.example users", Validity::new(NOW - YEAR, NOW + YEAR).unwrap());
    let namesake = prepare_issuing_ca(&other.provider.ca, &profile, stranger.public(), &mut SystemRandom).unwrap();
    let namesake = Ca::from_certificate(&namesake.sign(&other.provider.key).unwrap()).unwrap();
    let forged = list(&namesake, &stranger, 9, NOW, &[&stage.identity]);
    assert_ok(&stage.judge(CrlUse::IfHeld, [forged]), Outcome::NotApplicable);
}

/// The trust store may demand a list for each certificate below its CA.
#[test]
fn a_list_that_is_demanded_must_be_there() {
    let stage = Stage::new();
    let (of_root, of_issuing) = (stage.of_root(1, NOW, &[]), stage.of_issuing(1, NOW, &[]));
    assert_ok(&stage.judge(CrlUse::Required, [of_root.clone(), of_issuing.clone()]), Outcome::Passed);
    for held in [vec![], vec![of_root], vec![of_issuing]] {
        assert_step(&stage.judge(CrlUse::Required, held), 9, VerdictCode::StatusUntrusted);
    }
}

/// Lists are verified once; which of them were of use is known afterwards.
#[test]
fn what_was_of_no_use_is_known() {
    let stage = Stage::new();
    let mut crls = HeldCrls::new();
    crls.add(stage.of_root(1, NOW, &[]));
    crls.add(stage.of_issuing(1, NOW, &[&stage.identity]));
    for _ in 0..2 {
        let status = crls.status(&stage.identity, stage.issuing.certificate(), NOW);
        assert_eq!(status, crate::CertificateStatus::Revoked);
        assert_eq!(crls.unused().collect::<Vec<_>>(), [0]);
    }
    let status = crls.status(&stage.identity, stage.issuing.certificate(), NOW + 2 * WEEK);
    assert_eq!(status, crate::CertificateStatus::Unusable);
}
