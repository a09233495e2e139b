//! KeyPackages of our own members, made by OpenMLS.

use std::time::{SystemTime, UNIX_EPOCH};

use mimicred_keys::SystemRandom;

use super::*;
use crate::credential::{SdJwt, SdJwtForm};
use crate::group::{Lifetime, Member, Provider, UnverifiedKeyPackage};
use crate::rules::NoRules;

#[test]
fn a_member_s_key_package_is_read_and_verifies() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let lifetime = Lifetime::days(now, 28).unwrap();
    let sd_jwt = SdJwt::new("e30.e30.AA~WzFd~e30.e30.AA", SdJwtForm::Compacted).unwrap();
    let credentials =
        [Credential::SdCwt(b"an SD-KBT".to_vec()), Credential::SdJwt(sd_jwt), Credential::X509(vec![vec![0x30, 0]; 2])];
    for (suite, credential) in Suite::ALL.into_iter().zip(credentials) {
        let member =
            Member::new(suite, leaf_key(suite.signature_algorithm()), credential.clone(), NoRules, SystemRandom).unwrap();
        let octets = member.key_package(&lifetime).unwrap();
        let read = KeyPackageView::decode(&octets).unwrap();
        read.verify_signature().unwrap();
        read.leaf_node().verify_signature(None).unwrap();
        assert_eq!(KeyPackageView::decode(&octets[4..]).unwrap(), read);

        // OpenMLS sees the same.
        let verified = UnverifiedKeyPackage::parse(&octets).unwrap().verify(&Provider::new(SystemRandom)).unwrap();
        assert_eq!(&read.reference(suite.hash()).unwrap()[..], verified.reference());
        assert_eq!(read.suite().unwrap(), verified.suite());
        let leaf = read.leaf_node();
        assert_eq!(&leaf.signature_key().unwrap(), verified.signature_key());
        assert_eq!((leaf.credential(), &credential), (verified.credential(), &credential));
        assert_eq!(leaf.app_components().unwrap().as_ref(), Some(verified.components()));
        let source = LeafNodeSource::KeyPackage { not_before: lifetime.not_before(), not_after: lifetime.not_after() };
        assert_eq!(leaf.source(), &source);
        let capabilities = leaf.capabilities();
        assert_eq!((&capabilities.versions[..], &capabilities.cipher_suites[..]), (&[1][..], &[1, 2, 3][..]));
        assert_eq!((&capabilities.extensions[..], &capabilities.proposals[..]), (&[6][..], &[8, 10][..]));
        assert_eq!(capabilities.credentials, [1, 2, 5, 0xf006]);

        for at in 0..octets.len() {
            let mut flipped = octets.clone();
            flipped[at] ^= 1 << (at % 8);
            let verified = KeyPackageView::decode(&flipped).and_then(|key_package| key_package.verify_signature());
            assert!(verified.is_err(), "octet {at}");
        }
    }
}
