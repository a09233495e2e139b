//! Revocation lists: as they come, in DER or PEM, with octets of a good one exchanged under a signature that holds, and lists of any
//! serial numbers. rustls-webpki reads beside us.

use std::collections::BTreeSet;

use mimicred_error::Report;
use mimicred_keys::Family;
use mimicred_x509::{
    CrlProfile, Error, Revocation, RevocationStatus, SerialNumber, UnverifiedCrl, Validity, VerifiedCrl, prepare_crl,
};
use webpki::{BorrowedCertRevocationList, CertRevocationList};

use crate::cast::NOW;
use crate::cast::x509::{content, edited, provider};

pub fn run(data: &[u8]) -> &'static str {
    let (first, rest) = data.split_first().unwrap_or((&0, &[]));
    match first {
        0 => received(UnverifiedCrl::from_der(rest), rest),
        1 => match std::str::from_utf8(rest) {
            Ok(text) => received(UnverifiedCrl::from_pem(text), &[]),
            Err(_) => "no-text",
        },
        2 => made(rest),
        _ => {
            let content = edited(content(&good()), rest);
            match provider().signed(Family::TbsCrl, &content) {
                Some(der) => judged(UnverifiedCrl::from_der(&der), &der),
                None => "unsigned",
            }
        }
    }
}

/// A list of two certificates.
pub fn good() -> Vec<u8> {
    let serials = [provider().pseudonym.serial(), "01".parse().expect("a serial number")];
    list(&serials)
}

fn list(serials: &[SerialNumber]) -> Vec<u8> {
    let revocations = serials.iter().map(|serial| Revocation { serial: *serial, at: NOW });
    let profile = CrlProfile::new(1, Validity::days(NOW, 7).expect("days")).with_revocations(revocations);
    let made = prepare_crl(&provider().ca, &profile).and_then(|prepared| prepared.sign(&provider().key));
    made.expect("a list of different serial numbers").as_der().to_vec()
}

/// A list with the serial numbers that stand here, each by its length: every other number is not in it.
fn made(mut rest: &[u8]) -> &'static str {
    let mut serials = BTreeSet::new();
    while let Some((length, after)) = rest.split_first() {
        let (octets, after) = after.split_at(usize::from(*length % 21).min(after.len()));
        rest = after;
        serials.extend(SerialNumber::from_contents(octets));
    }
    let in_order: Vec<SerialNumber> = serials.iter().copied().collect();
    let der = list(&in_order.iter().rev().copied().collect::<Vec<_>>());
    let read = UnverifiedCrl::from_der(&der).expect("a list of our own");
    let seen = read.inspect_unverified();
    assert_eq!(seen.revocations.iter().map(|entry| entry.serial).collect::<Vec<_>>(), in_order);
    let verified = read.verify(&provider().issuing, NOW).expect("a list of our own");
    for (n, serial) in in_order.iter().enumerate() {
        let without: Vec<_> = in_order.iter().filter(|other| *other != serial).copied().collect();
        assert!(verified.holds(serial));
        if n == 0 {
            let without = UnverifiedCrl::from_der(&list(&without)).and_then(|list| list.verify(&provider().issuing, NOW));
            assert!(!without.expect("a list of our own").holds(serial));
        }
    }
    agrees(&verified, &der);
    "made"
}

/// Octets that nobody of ours has signed: what passes is what was made.
fn received(list: Result<UnverifiedCrl, Error>, der: &[u8]) -> &'static str {
    let answer = judged(list, der);
    assert!(answer != "verified" || der.is_empty() || der == good(), "forged");
    answer
}

/// `der` is the list, if it is at hand.
fn judged(list: Result<UnverifiedCrl, Error>, der: &[u8]) -> &'static str {
    let list = match list {
        Ok(list) => list,
        Err(error) => return error.slug(),
    };
    let seen = list.inspect_unverified();
    let _ = format!("{list:?} {seen:?}");
    assert!(seen.revocations.windows(2).all(|pair| pair[0].serial < pair[1].serial));
    let usable = list.check_usable(NOW);
    match list.verify(&provider().issuing, NOW) {
        Ok(verified) => {
            assert!(usable.is_ok() && seen.obstacle.is_none() && list.is_of(&provider().issuing));
            assert!(list.verify(&provider().root, NOW).is_err());
            assert!(list.verify(&provider().issuing, verified.next_update() + 1).is_err());
            for entry in &seen.revocations {
                assert_eq!(verified.status(&entry.serial), RevocationStatus::Revoked { since: entry.at });
            }
            agrees(&verified, der);
            "verified"
        }
        Err(error) => Error::slug(&error),
    }
}

/// What webpki can read of a list that holds, it finds the same in.
fn agrees(verified: &VerifiedCrl, der: &[u8]) {
    let Ok(theirs) = BorrowedCertRevocationList::from_der(der) else { return };
    let theirs = CertRevocationList::from(theirs);
    for entry in verified.revocations() {
        let found = theirs.find_serial(entry.serial.contents());
        assert!(found.is_ok_and(|found| found.is_some()), "webpki does not find {}", entry.serial);
    }
    let nobodys = "0123456789abcdef".parse().expect("a serial number");
    let found = theirs.find_serial(SerialNumber::contents(&nobodys));
    assert_eq!(found.is_ok_and(|found| found.is_some()), verified.holds(&nobodys));
}
