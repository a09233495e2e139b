//! Revocation lists: made by us, read, verified, asked.

mod hostile;
mod odd;
mod openssl;

use mimicred_keys::Algorithm;
use mimicred_x509::*;
use rcgen::KeyUsagePurpose;

use crate::common::*;

pub(crate) fn serial(n: u64) -> SerialNumber {
    format!("{n:x}").parse().unwrap()
}

pub(crate) fn revoked(n: u64, at: i64) -> Revocation {
    Revocation { serial: serial(n), at }
}

pub(crate) fn week() -> Validity {
    Validity::days(NOW, 7).unwrap()
}

pub(crate) fn crl(ca: &TestCa, number: u64, revocations: impl IntoIterator<Item = Revocation>) -> Crl {
    let profile = CrlProfile::new(number, week()).with_revocations(revocations);
    prepare_crl(&ca.ca, &profile).unwrap().sign(&ca.key).unwrap()
}

pub(crate) fn read(crl: &Crl) -> UnverifiedCrl {
    UnverifiedCrl::from_der(crl.as_der()).unwrap()
}

/// What is in the list is revoked, what is not is not, for a CA of every algorithm.
#[test]
fn a_list_tells_who_is_revoked() {
    for algorithm in [Algorithm::Ed25519, Algorithm::P256, Algorithm::P384, Algorithm::P521] {
        let root = root_named("A Root", algorithm, 1);
        let leaf = pseudonym(&root);
        let list = crl(&root, 1, [revoked(7, NOW), Revocation { serial: leaf.serial(), at: NOW - 3 * DAY }]);
        let verified = read(&list).verify(root.certificate(), NOW).unwrap();
        let since = NOW - NOW % DAY - 3 * DAY;
        assert_eq!(verified.status(&leaf.serial()), RevocationStatus::Revoked { since }, "{algorithm}");
        assert_eq!(verified.status(&serial(7)), RevocationStatus::Revoked { since: NOW - NOW % DAY });
        assert_eq!(verified.status(&serial(8)), RevocationStatus::NotRevoked);
        assert_eq!((verified.len(), verified.is_empty(), verified.issuer()), (2, false, root.certificate()));
        assert_eq!(UnverifiedCrl::from_pem(&list.to_pem()).unwrap().inspect_unverified(), read(&list).inspect_unverified());
    }
}

/// RFC 5280 5.1.2.6: no entries, no list of them.
#[test]
fn a_list_may_be_empty() {
    let root = root();
    let verified = read(&crl(&root, 0, [])).verify(root.certificate(), NOW).unwrap();
    assert!(verified.is_empty());
    assert_eq!(verified.status(&serial(1)), RevocationStatus::NotRevoked);
}

/// mimi-mls 4.5 B-24: dates to the day, entries by serial number, whatever the order of revocation.
#[test]
fn a_list_is_sorted_and_coarse() {
    let root = root();
    let midnight = NOW - NOW % DAY;
    let seen =
        read(&crl(&root, 300, [revoked(0x1_0000, NOW), revoked(3, midnight - 1), revoked(0xff, NOW - 5)])).inspect_unverified();
    assert_eq!(seen.revocations, [revoked(3, midnight - DAY), revoked(0xff, midnight), revoked(0x1_0000, midnight)]);
    assert_eq!((seen.this_update, seen.next_update), (midnight, midnight + 7 * DAY));
    assert_eq!((seen.number.as_str(), seen.obstacle), ("12c", None));
    assert_eq!(seen.issuer, root.certificate().inspect_unverified().subject);
    assert!(seen.authority_key.len() == 40);
}

/// mimi-mls 4.5 B-18, B-24: an entry holds a serial number and a day, nothing that tells why, and is as long as any other of its kind.
#[test]
fn an_entry_says_nothing_else() {
    let root = root();
    let leaf = |seed| {
        let prepared = prepare_pseudonym(&root.ca, &pseudonym_profile(&leaf_key(9)), &mut Counter(seed)).unwrap();
        prepared.sign(&root.key).unwrap().serial()
    };
    let len = |serials: &[SerialNumber]| {
        let revocations = serials.iter().map(|serial| Revocation { serial: *serial, at: NOW });
        let profile = CrlProfile::new(1, week()).with_revocations(revocations);
        prepare_crl(&root.ca, &profile).unwrap().to_be_signed().as_bytes().len()
    };
    let (one, two, three) = (len(&[leaf(1)]), len(&[leaf(1), leaf(2)]), len(&[leaf(1), leaf(2), leaf(3)]));
    // SEQUENCE { INTEGER of 16 octets, UTCTime of 13 }
    assert_eq!((two - one, three - two), (2 + 18 + 15, 2 + 18 + 15));
}

#[test]
fn a_list_that_cannot_be_made_is_refused() {
    let root = root();
    let prepared = |profile: CrlProfile| prepare_crl(&root.ca, &profile);
    let with = |revocations: &[Revocation]| prepared(CrlProfile::new(1, week()).with_revocations(revocations.iter().copied()));
    assert!(with(&[revoked(1, NOW), revoked(2, NOW + 10)]).is_ok());
    assert_eq!(code(with(&[revoked(1, NOW), revoked(1, NOW - DAY)])), Code::CrlUnusable);
    assert_eq!(code(with(&[revoked(1, NOW + DAY)])), Code::CrlUnusable);
    assert_eq!(code(with(&[revoked(1, -1)])), Code::CrlUnusable);
    let hour = Validity::new(NOW, NOW + 3600).unwrap();
    assert_eq!(code(prepared(CrlProfile::new(1, hour))), Code::ValidityUnusable);

    let mut params = ca_params("No lists", None);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let ca = Ca::from_certificate(&OddCa::root(params, 40).certificate).unwrap();
    assert_eq!(code(prepare_crl(&ca, &CrlProfile::new(1, week()))), Code::NotACa);
}

#[test]
fn only_the_issuer_signs() {
    let (root, other) = (root(), root_named("A Root", Algorithm::Ed25519, 50));
    let prepared = prepare_crl(&root.ca, &CrlProfile::new(1, week())).unwrap();
    assert_eq!(prepared.issuer_key(), root.key.public());
    let signature = root.key.sign(prepared.to_be_signed()).unwrap();
    assert_eq!(prepared.finish(signature.as_bytes()).unwrap(), prepared.sign(&root.key).unwrap());
    assert_eq!(code(prepared.sign(&other.key)), Code::IssuerKeyMismatch);
    let signature = other.key.sign(prepared.to_be_signed()).unwrap();
    assert_eq!(code(prepared.finish(signature.as_bytes())), Code::CrlSignatureInvalid);
}

/// RFC 5280 6.3.3 (b)(1), (f), (g).
#[test]
fn the_list_of_another_ca_says_nothing() {
    let root = root();
    let ca = issuing_ca(&root);
    let list = read(&crl(&ca, 1, [revoked(7, NOW)]));
    assert!(list.is_of(ca.certificate()) && list.verify(ca.certificate(), NOW).is_ok());
    assert!(!list.is_of(root.certificate()));
    assert_eq!(code(list.verify(root.certificate(), NOW)), Code::CrlIssuer);

    // The same name and another key.
    let (one, two) = (root_named("A Root", Algorithm::Ed25519, 1), root_named("A Root", Algorithm::Ed25519, 50));
    assert_eq!(code(read(&crl(&one, 1, [])).verify(two.certificate(), NOW)), Code::CrlIssuer);
    // The same name and key identifier and another key.
    let odd = |seed| OddCa::root(ca_params("Odd Root", None), seed);
    let (one, two) = (odd(40), odd(41));
    let of_one = prepare_crl(&Ca::from_certificate(&one.certificate).unwrap(), &CrlProfile::new(1, week())).unwrap();
    let of_one = read(&of_one.sign(&one.key).unwrap());
    assert!(of_one.verify(&one.certificate, NOW).is_ok());
    assert_eq!(code(of_one.verify(&two.certificate, NOW)), Code::CrlSignatureInvalid);
}

#[test]
fn a_ca_that_may_not_make_lists_makes_none() {
    let with = |key_usages: Vec<KeyUsagePurpose>| {
        let mut params = ca_params("Odd Root", None);
        params.key_usages = key_usages;
        OddCa::root(params, 40).certificate
    };
    let may = with(vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign]);
    let list = prepare_crl(&Ca::from_certificate(&may).unwrap(), &CrlProfile::new(1, week())).unwrap();
    let list = read(&list.sign(&issuer_key(Algorithm::Ed25519, 40)).unwrap());
    assert!(list.verify(&may, NOW).is_ok());
    assert_eq!(code(list.verify(&with(vec![KeyUsagePurpose::KeyCertSign]), NOW)), Code::KeyUsage);
}

/// RFC 5280 5.1.2.4, 5.1.2.5: both ends count.
#[test]
fn a_list_is_good_for_its_time() {
    let root = root();
    let list = read(&crl(&root, 1, []));
    let (from, until) = (NOW - NOW % DAY, NOW - NOW % DAY + 7 * DAY);
    let verified = list.verify(root.certificate(), from).unwrap();
    assert!(list.verify(root.certificate(), until).is_ok() && verified.check_time(until).is_ok());
    assert_eq!(verified.next_update(), until);
    assert_eq!(code(list.verify(root.certificate(), from - 1)), Code::CrlNotYetValid);
    assert_eq!(code(list.verify(root.certificate(), until + 1)), Code::CrlExpired);
    assert_eq!(code(verified.check_time(until + 1)), Code::CrlExpired);
}

#[test]
fn the_higher_number_is_the_newer() {
    let root = root();
    let verified = |number| read(&crl(&root, number, [])).verify(root.certificate(), NOW).unwrap();
    assert!(verified(0x7f).cmp_number(&verified(0x80)).is_lt());
    assert!(verified(0x1_00).cmp_number(&verified(0xff)).is_gt());
    assert!(verified(5).cmp_number(&verified(5)).is_eq());
}

/// Asking is by halving: with 100 000 entries it must not be felt.
#[test]
fn a_large_list_is_read_once_and_asked_often() {
    let root = root();
    let list = crl(&root, 1, (0..100_000).map(|n| revoked(2 * n + 2, NOW)));
    let verified = read(&list).verify(root.certificate(), NOW).unwrap();
    assert_eq!(verified.len(), 100_000);
    let revoked = (1..200_002).filter(|n| verified.status(&serial(*n)) != RevocationStatus::NotRevoked).count();
    assert_eq!(revoked, 100_000);
}
