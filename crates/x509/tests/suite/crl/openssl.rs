//! OpenSSL as oracle: a list of its making, and, where its command line is at hand, what it thinks of ours.

use std::path::Path;
use std::process::Command;

use mimicred_x509::*;

use super::*;

const ROOT: &str = include_str!("../../data/openssl-crl-root.pem");
/// The root's list, made by `openssl ca -gencrl` (3.0) of certificates that were revoked in another order.
const CRL: &str = include_str!("../../data/openssl-crl.pem");
/// The same with an issuingDistributionPoint: for end entities only.
const PARTIAL: &str = include_str!("../../data/openssl-crl-partial.pem");
/// 2030-01-01
const AT: i64 = 1_893_456_000;

fn their_root() -> Certificate {
    Certificate::from_pem(ROOT).unwrap().remove(0)
}

/// The expected values are those that `openssl crl -text` and `date` print.
#[test]
fn a_list_of_openssl_is_verified() {
    let list = UnverifiedCrl::from_pem(CRL).unwrap();
    let verified = list.verify(&their_root(), AT).unwrap();
    let status = |serial: &str| verified.status(&serial.parse().unwrap());
    // 2026-11-01T23:59:59Z, 2026-11-03T08:15:01Z, 2026-11-04T00:00:00Z
    assert_eq!(status("05"), RevocationStatus::Revoked { since: 1_793_577_599 });
    assert_eq!(status("7FA0"), RevocationStatus::Revoked { since: 1_793_693_701 });
    assert_eq!(status("FF123456789012345678901234567890123456"), RevocationStatus::Revoked { since: 1_793_750_400 });
    assert_eq!(status("06"), RevocationStatus::NotRevoked);
    let seen = list.inspect_unverified();
    assert_eq!((seen.number.as_str(), seen.this_update, seen.next_update), ("a", THIS_UPDATE, NEXT_UPDATE));
    assert_eq!(code(list.verify(&their_root(), NEXT_UPDATE + 1)), Code::CrlExpired);
    assert_eq!(code(list.verify(root().certificate(), AT)), Code::CrlIssuer);
}

const THIS_UPDATE: i64 = 1_796_039_660;
const NEXT_UPDATE: i64 = 4_949_639_660;

/// RFC 5280 5.2.5: what is not in a list for some certificates may be in another.
#[test]
fn a_partial_list_of_openssl_is_not_used() {
    let list = UnverifiedCrl::from_pem(PARTIAL).unwrap();
    assert_eq!(list.inspect_unverified().obstacle, Some(Code::CrlScope));
    assert_eq!(code(list.verify(&their_root(), AT)), Code::CrlScope);
}

/// `openssl verify -crl_check_all` of a leaf below the issuing CA, with our lists.
fn openssl_says(directory: &Path, lists: &[&Crl]) -> Option<String> {
    let pem: String = lists.iter().map(|list| list.to_pem()).collect();
    std::fs::write(directory.join("crls.pem"), pem).unwrap();
    let mut command = Command::new("openssl");
    command.current_dir(directory).args(["verify", "-CAfile", "root.pem", "-untrusted", "issuing.pem", "-CRLfile", "crls.pem"]);
    command.args(["-crl_check_all", "-x509_strict", "-attime", &NOW.to_string(), "leaf.pem"]);
    let output = command.output().ok()?;
    Some(String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

#[test]
fn openssl_finds_in_our_lists_what_we_put_in() {
    let directory = std::env::temp_dir().join(format!("mimicred-crl-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let root = root_named("A Root", Algorithm::P384, 1);
    let ca = issuing_ca(&root);
    // An identity: OpenSSL verifies no certificate without a subject key identifier strictly, but does so loosely.
    let leaf = identity(&ca);
    for (name, certificate) in [("root.pem", root.certificate()), ("issuing.pem", ca.certificate()), ("leaf.pem", &leaf)] {
        std::fs::write(directory.join(name), certificate.to_pem()).unwrap();
    }
    let of_root = |revocations: &[Revocation]| crl(&root, 1, revocations.iter().copied());
    let of_ca = |revocations: &[Revocation]| crl(&ca, 1, revocations.iter().copied());
    let entry = |certificate: &Certificate| Revocation { serial: certificate.serial(), at: NOW };
    let cases = [
        (of_root(&[]), of_ca(&[]), "leaf.pem: OK"),
        (of_root(&[revoked(5, NOW)]), of_ca(&[revoked(5, NOW), revoked(0xff, NOW)]), "leaf.pem: OK"),
        (of_root(&[]), of_ca(&[revoked(5, NOW), entry(&leaf)]), "certificate revoked"),
        (of_root(&[entry(ca.certificate())]), of_ca(&[]), "certificate revoked"),
    ];
    for (of_root, of_ca, expected) in cases {
        let Some(said) = openssl_says(&directory, &[&of_root, &of_ca]) else {
            eprintln!("skipped: there is no openssl");
            return;
        };
        assert!(said.contains(expected), "{said}");
    }
    std::fs::remove_dir_all(&directory).unwrap();
}
