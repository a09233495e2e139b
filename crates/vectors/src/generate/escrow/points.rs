//! Rows of threshold mode, and the accounts that come out of enough of them.

use mimicred_escrow::PointIssuer;
use mimicred_keys::Algorithm;
use mimicred_keys::group::Scalar;

use crate::cast;
use crate::draft::{Draft, NewCase, case};
use crate::object::Object;

const SECRET: [u8; 32] = [0x5e; 32];
const ALICE: [u8; 16] = *b"account of alice";
const BOB: [u8; 16] = *b"account of bobby";

/// SubjectPublicKeyInfo of a pseudonym.
fn spki(n: usize) -> Vec<u8> {
    cast::key(Algorithm::Ed25519, &format!("pseudonym {n}")).public().to_spki_der()
}

/// The row of a pseudonym of this account.
fn row(threshold: u8, account: &[u8; 16], n: usize) -> Vec<u8> {
    let row = PointIssuer::new(SECRET, threshold).and_then(|issuer| issuer.row(account, &spki(n)));
    row.map(|row| row.to_octets().to_vec()).unwrap_or_default()
}

pub(super) fn rows() -> Draft {
    let about = "Rows of pseudonyms: points of a polynomial that only the issuing process can compute. Nothing is drawn: the \
                 tag is 16 octets and each coefficient 48 octets, modulo the group order, of HKDF-Expand with SHA-256 under the secret, whose info \
                 is `mimicred escrow tag 1` or `mimicred escrow coefficient 1`, a zero octet, the threshold, the number of the coefficient (0 for the \
                 tag), and the account. The value at 0 is a zero octet, the account, and the first 15 octets of SHA-256 of `mimicred escrow account 1`, \
                 a zero octet, threshold, tag and account. x is the hash to a scalar of the SubjectPublicKeyInfo, for `mimicred escrow pseudonym 1`.";
    let mut file = Draft::new("escrow/point", "escrow/point", about, &["abuse.md", "RFC 5869", "RFC 9380"]);
    file.group("Pseudonyms of an account", Object::new().hex("secret", &SECRET).hex("account", &ALICE));
    for (id, comment, threshold, n) in [
        ("first", "the first pseudonym, three reports", 3, 1),
        ("second", "another pseudonym: the same tag", 3, 2),
        ("four-reports", "four reports: another polynomial, and another tag", 4, 1),
    ] {
        let input = Object::new().int("threshold", threshold).hex("spki", &spki(n));
        let x = Scalar::hash("mimicred escrow pseudonym 1", &[&spki(n)]);
        let x = x.map(|x| x.to_octets().to_vec()).unwrap_or_default();
        let row = row(threshold, &ALICE, n);
        let steps = Object::new().hex("x", &x).hex("tag", row.get(..16).unwrap_or_default());
        file.valid(case(id, comment, &["abuse.md threshold"]).input(input).intermediates(steps), Object::new());
    }
    file
}

/// A report of this row, by a reporter in a room of these numbers.
fn report(row: &[u8], room: u8, reporter: u8) -> Object {
    Object::new().hex("row", row).hex("room", &[room; 32]).hex("reporter", &[reporter; 32])
}

pub(super) fn accounts() -> Draft {
    let about = "Reported pseudonyms, three of which give the account. Each must be another pseudonym, from another room, by another reporter.";
    let mut file = Draft::new("escrow/interpolate", "escrow/interpolate", about, &["abuse.md"]);
    file.group("Three reports", Object::new().int("threshold", 3));
    let of = |id: &str, comment: &str, reports: Vec<Object>| -> NewCase {
        case(id, comment, &["abuse.md threshold"]).input(Object::new().list("reports", reports))
    };
    let alice = |n: usize| row(3, &ALICE, n);
    let found = || Object::new().hex("account", &ALICE);
    let three = || vec![report(&alice(1), 1, 1), report(&alice(2), 2, 2), report(&alice(3), 3, 3)];
    file.valid(of("three", "three of Alice's", three()), found());
    let others = vec![report(&alice(4), 1, 1), report(&alice(2), 2, 2), report(&alice(5), 3, 3)];
    file.valid(of("other-three", "three others of hers", others), found());
    let four = [three(), vec![report(&alice(4), 4, 4)]].concat();
    file.valid(of("four", "four of hers", four), found());
    let with_third = |third: Object| three().into_iter().take(2).chain([third]).collect::<Vec<_>>();
    let mut refused = |id: &str, comment: &str, reports: Vec<Object>, code: &str| {
        file.refused(of(id, comment, reports).differs_from("three"), code)
    };
    refused("two", "two only", three().into_iter().take(2).collect(), "escrow/reports-lacking");
    refused("none", "none", Vec::new(), "escrow/reports-lacking");
    refused("other-account", "one is of Bob's", with_third(report(&row(3, &BOB, 3), 3, 3)), "escrow/tag-different");
    refused("pseudonym-twice", "one pseudonym twice", with_third(report(&alice(2), 3, 3)), "escrow/pseudonym-repeated");
    refused("room-twice", "two from one room", with_third(report(&alice(3), 2, 3)), "escrow/room-repeated");
    refused("reporter-twice", "two by one reporter", with_third(report(&alice(3), 3, 2)), "escrow/reporter-repeated");
    // Bob's point under Alice's tag.
    let forged = [alice(3).get(..16).unwrap_or_default(), row(3, &BOB, 3).get(16..).unwrap_or_default()].concat();
    refused("forged", "Bob's point under Alice's tag", with_third(report(&forged, 3, 3)), "escrow/account-unchecked");
    let stray = [alice(4).get(..16).unwrap_or_default(), row(3, &BOB, 4).get(16..).unwrap_or_default()].concat();
    let four = [three(), vec![report(&stray, 4, 4)]].concat();
    file.refused(
        of("stray", "a fourth point that does not lie where the three do", four).differs_from("four"),
        "escrow/point-stray",
    );
    let other_threshold =
        [row(3, &ALICE, 3).get(..16).unwrap_or_default(), row(4, &ALICE, 3).get(16..).unwrap_or_default()].concat();
    let mut refused = |id: &str, comment: &str, reports: Vec<Object>, code: &str| {
        file.refused(of(id, comment, reports).differs_from("three"), code)
    };
    refused(
        "other-threshold",
        "a point that was made for four reports",
        with_third(report(&other_threshold, 3, 3)),
        "escrow/account-unchecked",
    );
    let good = alice(3);
    let malformed = "escrow/row-malformed";
    refused(
        "row-cut",
        "the last octet of a row is missing",
        with_third(report(good.get(..79).unwrap_or_default(), 3, 3)),
        malformed,
    );
    refused("row-after", "an octet after a row", with_third(report(&[good.as_slice(), &[0]].concat(), 3, 3)), malformed);
    let (tag, y) = (good.get(..16).unwrap_or_default(), good.get(48..).unwrap_or_default());
    refused("row-x-zero", "x is zero: y would be the account", with_third(report(&[tag, &[0; 32], y].concat(), 3, 3)), malformed);
    refused(
        "row-x-above-order",
        "x is not below the group order",
        with_third(report(&[tag, &[0xff; 32], y].concat(), 3, 3)),
        malformed,
    );
    file
}
