//! Hostile octets: limits, flips, truncations.

use mimicred_x509::*;
use proptest::prelude::*;

use crate::common::*;

fn accepts(certificates: Vec<Vec<u8>>, anchors: &[Anchor]) -> Result<VerifiedChain, Error> {
    UnverifiedChain::parse(certificates)?.verify(&Expectations { anchors, at: NOW, profile: Profile::Any })
}

#[test]
fn limits_come_first() {
    assert_eq!(code(UnverifiedChain::parse(vec![])), Code::Malformed);
    assert_eq!(code(UnverifiedChain::parse(vec![vec![0]; 6])), Code::Limit);
    assert_eq!(code(UnverifiedChain::parse(vec![vec![0; MAX_CERTIFICATE_LEN + 1]])), Code::Limit);
    assert_eq!(code(UnverifiedChain::parse(vec![vec![0; MAX_CERTIFICATE_LEN]])), Code::Malformed);
    assert_eq!(code(Certificate::from_der(&vec![0; MAX_CERTIFICATE_LEN + 1])), Code::Limit);
    let leaf = pseudonym(&root());
    assert_eq!(code(UnverifiedChain::new(vec![leaf.clone(); MAX_CHAIN_LEN + 1])), Code::Limit);
    assert!(UnverifiedChain::new(vec![leaf; MAX_CHAIN_LEN]).is_ok());
}

#[test]
fn five_certificates_make_a_chain() {
    let root = odd_root();
    let one = root.below(ca_params("One", None), 41);
    let two = one.below(ca_params("Two", None), 42);
    let three = two.below(ca_params("Three", None), 43);
    let four = three.below(ca_params("Four", None), 44);
    let leaf = four.issue_leaf(&pseudonym_params());
    let path = [&leaf, &four.certificate, &three.certificate, &two.certificate, &one.certificate];
    let verified = verify(&path, &[root.anchor()], Profile::Pseudonym).unwrap();
    assert_eq!(verified.path_spki_sha256().len(), 6);
}

/// webpki tries 100 signatures and no more.
#[test]
fn too_many_anchors_of_one_name_are_a_limit() {
    let leaf = pseudonym(&root());
    let other = root_named("A Root", mimicred_keys::Algorithm::Ed25519, 50).anchor();
    assert_eq!(code(verify(&[&leaf], &vec![other.clone(); 100], Profile::Any)), Code::IssuerUntrusted);
    assert_eq!(code(verify(&[&leaf], &vec![other; 101], Profile::Any)), Code::Limit);
}

/// Flips every bit of every certificate of the chain, in signed and unsigned parts.
#[test]
fn no_flipped_bit_is_accepted() {
    let root = root();
    let ca = issuing_ca(&root);
    let leaf = pseudonym(&ca);
    let anchors = [root.anchor()];
    let chain = [leaf.as_der().to_vec(), ca.certificate().as_der().to_vec()];
    assert!(accepts(chain.to_vec(), &anchors).is_ok());
    for which in 0..chain.len() {
        for bit in 0..chain[which].len() * 8 {
            let mut flipped = chain.to_vec();
            flipped[which][bit / 8] ^= 1 << (bit % 8);
            let accepted = accepts(flipped, &anchors);
            assert!(accepted.is_err(), "certificate {which}, octet {}, bit {}", bit / 8, bit % 8);
        }
    }
}

#[test]
fn no_truncation_and_no_extra_octet_is_accepted() {
    let root = root();
    let leaf = pseudonym(&root);
    let der = leaf.as_der();
    for end in 0..der.len() {
        assert_eq!(code(UnverifiedChain::parse(vec![der[..end].to_vec()])), Code::Malformed, "{end}");
    }
    assert_eq!(code(UnverifiedChain::parse(vec![[der, &[0]].concat()])), Code::Malformed);
}

/// The encodings that x509-parser forgives and strict DER does not: webpki refuses them.
#[test]
fn what_is_not_der_is_malformed() {
    let root = odd_root();
    let mut params = pseudonym_params();
    // basicConstraints with cA FALSE written out
    params.custom_extensions[0] = extension(&[2, 5, 29, 19], true, &[0x30, 3, 1, 1, 0]);
    let written_out = root.issue_leaf(&params);
    // DER forbids it, webpki and many others forgive it, as the meaning is the same; among pseudonyms it would stand out.
    assert!(verify(&[&written_out], &[root.anchor()], Profile::Identity).is_ok());
    assert_eq!(code(verify(&[&written_out], &[root.anchor()], Profile::Pseudonym)), Code::Profile);
    // and with TRUE as something else than ff
    params.custom_extensions[0] = extension(&[2, 5, 29, 19], true, &[0x30, 3, 1, 1, 1]);
    let chain = UnverifiedChain::new(vec![root.issue_leaf(&params)]);
    let result =
        chain.and_then(|chain| chain.verify(&Expectations { anchors: &[root.anchor()], at: NOW, profile: Profile::Any }));
    assert_eq!(code(result), Code::Malformed);
    // notAfter before notBefore
    let mut params = pseudonym_params();
    std::mem::swap(&mut params.not_before, &mut params.not_after);
    assert_eq!(code(verify(&[&root.issue_leaf(&params)], &[root.anchor()], Profile::Any)), Code::Malformed);
}

#[test]
fn versions_serials_and_extensions_are_checked_when_read() {
    let root = odd_root();
    let with = |change: &dyn Fn(&mut rcgen::CertificateParams)| {
        let mut params = pseudonym_params();
        change(&mut params);
        root.try_issue(&params, &odd_key(&leaf_key(9)))
    };
    let serial = |octets: &'static [u8]| with(&|params| params.serial_number = Some(rcgen::SerialNumber::from_slice(octets)));
    assert!(serial(&[1]).is_ok());
    assert!(serial(&[0x7f; 20]).is_ok());
    assert_eq!(code(serial(&[0])), Code::Malformed);
    assert_eq!(code(serial(&[0x7f; 21])), Code::Malformed);
    let duplicate = with(&|params| params.custom_extensions.push(extension(&[2, 5, 29, 19], true, &[0x30, 0])));
    assert_eq!(code(duplicate), Code::Malformed);
    let broken = with(&|params| params.custom_extensions.push(extension(&[2, 5, 29, 14], false, &[0x30, 5])));
    assert_eq!(code(broken), Code::Malformed);

    // version 2, and a signatureAlgorithm that differs outside
    let der = pseudonym(&crate::common::root()).as_der().to_vec();
    let version = der.windows(5).position(|window| window == [0xa0, 3, 2, 1, 2]).unwrap();
    let mut negative = der.clone();
    assert_eq!(negative[version + 5..version + 8], [2, 16, 0x44]);
    negative[version + 7] |= 0x80;
    assert_eq!(code(Certificate::from_der(&negative)), Code::Malformed);
    let mut other_version = der.clone();
    other_version[version + 4] = 1;
    assert_eq!(code(Certificate::from_der(&other_version)), Code::Malformed);
    let mut other_algorithm = der.clone();
    let outer = der.len() - 64 - 3 - 1;
    assert_eq!(other_algorithm[outer], 0x70);
    other_algorithm[outer] = 0x71;
    assert_eq!(code(Certificate::from_der(&other_algorithm)), Code::Malformed);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn random_octets_never_panic(octets in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = UnverifiedChain::parse(vec![octets.clone()]);
        let _ = Certificate::from_pem(&String::from_utf8_lossy(&octets));
    }

    #[test]
    fn mangled_certificates_never_panic_and_are_refused(
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let root = root();
        let leaf = pseudonym(&root);
        let mut der = leaf.as_der().to_vec();
        for (index, octet) in edits {
            let index = index.index(der.len());
            der[index] = octet;
        }
        let unchanged = der == leaf.as_der();
        prop_assert_eq!(accepts(vec![der], &[root.anchor()]).is_ok(), unchanged);
    }
}
