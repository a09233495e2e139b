//! Hostile octets: limits, flips, truncations.

use mimicred_x509::*;
use proptest::prelude::*;

use super::*;

#[test]
fn limits_come_first() {
    assert_eq!(code(UnverifiedCrl::from_der(&vec![0; MAX_CRL_LEN + 1])), Code::CrlLimit);
    assert_eq!(code(UnverifiedCrl::from_der(&vec![0; MAX_CRL_LEN])), Code::CrlMalformed);
    assert_eq!(code(UnverifiedCrl::from_der(&[])), Code::CrlMalformed);
    let profile = |n: u64| CrlProfile::new(1, week()).with_revocations((1..=n).map(|n| revoked(n, NOW)));
    assert_eq!(code(prepare_crl(&root().ca, &profile(250_001))), Code::CrlUnusable);
    assert!(prepare_crl(&root().ca, &profile(250_000)).is_ok());
}

#[test]
fn other_pem_blocks_are_no_lists() {
    let root = root();
    assert_eq!(code(UnverifiedCrl::from_pem(&root.certificate().to_pem())), Code::CrlMalformed);
    assert_eq!(code(UnverifiedCrl::from_pem("")), Code::CrlMalformed);
    let twice = crl(&root, 1, []).to_pem().repeat(2);
    assert_eq!(code(UnverifiedCrl::from_pem(&twice)), Code::CrlMalformed);
}

/// Flips every bit, in signed and unsigned parts.
#[test]
fn no_flipped_bit_is_accepted() {
    let root = root();
    let list = crl(&root, 1, [revoked(5, NOW), revoked(0xff, NOW)]);
    for bit in 0..list.as_der().len() * 8 {
        let mut flipped = list.as_der().to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let accepted = UnverifiedCrl::from_der(&flipped).and_then(|list| list.verify(root.certificate(), NOW));
        assert!(accepted.is_err(), "octet {}, bit {}", bit / 8, bit % 8);
    }
}

#[test]
fn no_truncation_and_no_extra_octet_is_read() {
    let list = crl(&root(), 1, [revoked(5, NOW)]);
    let der = list.as_der();
    for end in 0..der.len() {
        assert_eq!(code(UnverifiedCrl::from_der(&der[..end])), Code::CrlMalformed, "{end}");
    }
    assert_eq!(code(UnverifiedCrl::from_der(&[der, &[0]].concat())), Code::CrlMalformed);
}

proptest! {
    #[test]
    fn octets_never_panic(octets in proptest::collection::vec(any::<u8>(), 0..512)) {
        let _ = UnverifiedCrl::from_der(&octets);
    }

    #[test]
    fn what_was_put_in_comes_out(numbers in proptest::collection::btree_set(1_u64.., 0..40)) {
        let root = root();
        let list = crl(&root, 1, numbers.iter().rev().map(|n| revoked(*n, NOW)));
        let seen: Vec<SerialNumber> = read(&list).inspect_unverified().revocations.iter().map(|entry| entry.serial).collect();
        prop_assert_eq!(seen, numbers.iter().map(|n| serial(*n)).collect::<Vec<_>>());
    }
}
