//! Many chains verified one after the other: what was seen before saves time and changes nothing.

use mimicred_keys::Algorithm;
use mimicred_x509::*;

use crate::common::*;

fn octets(certificates: &[&Certificate]) -> Vec<Vec<u8>> {
    certificates.iter().map(|certificate| certificate.as_der().to_vec()).collect()
}

/// What can be told of an outcome.
fn told(outcome: &Result<VerifiedChain, Error>) -> String {
    match outcome {
        Ok(verified) => format!("{verified:?} {:?}", verified.path().iter().map(Certificate::as_der).collect::<Vec<_>>()),
        Err(error) => format!("{error:?}"),
    }
}

/// The same certificate with the last octet of its signature changed.
fn with_bad_signature(certificate: &Certificate) -> Vec<u8> {
    let mut der = certificate.as_der().to_vec();
    *der.last_mut().unwrap() ^= 1;
    der
}

#[test]
fn every_outcome_is_that_of_a_chain_alone() {
    let (root, other) = (root(), root_named("A Root", Algorithm::Ed25519, 33));
    let ca = issuing_ca(&root);
    let (leaf, of_root, real) = (pseudonym(&ca), pseudonym(&root), identity(&ca));
    let bad = with_bad_signature(ca.certificate());
    let chains = [
        octets(&[&leaf, ca.certificate()]),
        octets(&[&leaf, ca.certificate(), root.certificate()]),
        octets(&[&real, ca.certificate()]),
        octets(&[&of_root]),
        vec![leaf.as_der().to_vec(), bad],
        octets(&[&leaf]),
        octets(&[&leaf, root.certificate()]),
        vec![vec![0x30, 0x00]],
        vec![leaf.as_der().to_vec(), vec![0x30, 0x00]],
        vec![],
        vec![vec![]; 6],
        vec![vec![0; MAX_CERTIFICATE_LEN + 1]],
    ];
    let stores =
        [vec![root.anchor()], vec![other.anchor(), root.anchor()], vec![ca.anchor(), root.anchor()], vec![other.anchor()]];
    let seen = Seen::new();
    // Twice, so that everything has been seen; at a time when all is valid, and before and after it.
    for at in [NOW, NOW, NOW - 400 * DAY, NOW + 60 * DAY, NOW + 4000 * DAY] {
        for anchors in &stores {
            for profile in [Profile::Pseudonym, Profile::Identity, Profile::Any] {
                for chain in &chains {
                    let expectations = Expectations { anchors, at, profile };
                    let alone = UnverifiedChain::parse(chain.clone()).and_then(|chain| chain.verify(&expectations));
                    let among = seen.parse(chain).and_then(|chain| chain.verify_among(&expectations, &seen));
                    assert_eq!(told(&among), told(&alone));
                }
            }
        }
    }
}

/// A signature that was seen to hold under one key says nothing about another key of the same name.
#[test]
fn what_was_seen_holds_for_its_own_key_only() {
    let (root, other) = (root(), root_named("A Root", Algorithm::Ed25519, 33));
    let ca = issuing_ca(&root);
    let chain = octets(&[&pseudonym(&ca), ca.certificate()]);
    let seen = Seen::new();
    let verify = |anchors: &[Anchor]| {
        let expectations = Expectations { anchors, at: NOW, profile: Profile::Pseudonym };
        seen.parse(&chain).unwrap().verify_among(&expectations, &seen)
    };
    assert!(verify(&[root.anchor()]).is_ok());
    assert_eq!(verify(&[other.anchor()]).unwrap_err().code(), Code::IssuerUntrusted);
    assert!(verify(&[root.anchor()]).is_ok());
}

/// A CA that was verified above one end entity has its limits above the next.
#[test]
fn a_ca_that_was_seen_is_still_judged() {
    let root = root();
    let ca = issuing_ca(&root);
    let seen = Seen::new();
    let anchors = [root.anchor()];
    let verify = |chain: &[&Certificate], at| {
        let expectations = Expectations { anchors: &anchors, at, profile: Profile::Any };
        seen.parse(&octets(chain))?.verify_among(&expectations, &seen)
    };
    assert!(verify(&[&pseudonym(&ca), ca.certificate()], NOW).is_ok());
    let leaf = pseudonym(&ca);
    assert_eq!(verify(&[&leaf, ca.certificate()], NOW + 400 * DAY).unwrap_err().code(), Code::Expired);
    // An end entity with another signature than the CA's.
    let forged = Certificate::from_der(&with_bad_signature(&leaf)).unwrap();
    assert_eq!(verify(&[&forged, ca.certificate()], NOW).unwrap_err().code(), Code::SignatureInvalid);
}

#[test]
fn threads_may_share_it() {
    let root = root();
    let ca = issuing_ca(&root);
    let chain = octets(&[&pseudonym(&ca), ca.certificate()]);
    let (seen, anchors) = (Seen::new(), [root.anchor()]);
    let expectations = Expectations { anchors: &anchors, at: NOW, profile: Profile::Pseudonym };
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..20 {
                    assert!(seen.parse(&chain).unwrap().verify_among(&expectations, &seen).is_ok());
                }
            });
        }
    });
}

/// mimi-mls 1.2, 4.5: the profile alone, without a path.
#[test]
fn a_profile_can_be_looked_at_without_trust() {
    let root = root();
    let ca = issuing_ca(&root);
    let unverified = |leaf: &Certificate| UnverifiedChain::parse(octets(&[leaf, ca.certificate()])).unwrap();
    assert!(unverified(&pseudonym(&ca)).check_profile(Profile::Pseudonym).is_ok());
    assert!(unverified(&identity(&ca)).check_profile(Profile::Identity).is_ok());
    let error = unverified(&identity(&ca)).check_profile(Profile::Pseudonym).unwrap_err();
    assert_eq!(error.code(), Code::Profile);
    // A CA is no end entity of any profile.
    let error = UnverifiedChain::new(vec![ca.certificate().clone()]).unwrap().check_profile(Profile::Any).unwrap_err();
    assert_eq!(error.code(), Code::KeyUsage);
}

/// A key that was expected changes nothing, whether it is the one or not.
#[test]
fn the_key_is_that_of_the_certificate_whatever_was_expected() {
    let root = root();
    let chain = octets(&[&pseudonym(&root)]);
    let (seen, p256) = (Seen::new(), secret(Algorithm::P256, 9).public().clone());
    for likely in [None, Some(&leaf_key(9)), Some(&leaf_key(8)), Some(&p256)] {
        assert_eq!(seen.parse_expecting(&chain, likely).unwrap().subject_key(), &leaf_key(9));
    }
    let of_issuer = issuer_key(Algorithm::P521, 5);
    let profile = CaProfile::new("P-521", Validity::days(NOW, 30).unwrap());
    let odd = prepare_root(&profile, of_issuer.public(), &mut Counter(5)).unwrap().sign(&of_issuer).unwrap();
    let error = seen.parse_expecting(&octets(&[&odd]), Some(of_issuer.public())).unwrap_err();
    assert_eq!(error.code(), Code::AlgUnsupported);
}
