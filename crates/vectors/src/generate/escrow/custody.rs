//! Custodies and shares.

use super::made::Dealt;
use crate::draft::{Draft, NewCase, case};
use crate::object::{Object, hex};

/// `mimicred custody` and a version.
const START: usize = 17;
/// Threshold and number, then the public key: here the custodians begin, 65 octets of a point and 32 of a key each.
const CUSTODIANS: usize = START + 2 + 65;
const CUSTODIAN: usize = 65 + 32;

fn of(id: &str, comment: &str, custody: &[u8]) -> NewCase {
    case(id, comment, &["abuse.md custody"]).input(Object::new().hex("custody", custody))
}

fn range(octets: &[u8], from: usize, to: usize) -> Vec<u8> {
    octets.get(from..to).unwrap_or_default().to_vec()
}

/// The octets with these in this place.
fn replaced(octets: &[u8], at: usize, with: &[u8]) -> Vec<u8> {
    let mut octets = octets.to_vec();
    octets.iter_mut().skip(at).zip(with).for_each(|(octet, with)| *octet = *with);
    octets
}

pub(super) fn custodies() -> Draft {
    let about = "The public part of a custody: threshold, number, the key that records are sealed to, and for each custodian the point of her share \
                 and the key that she countersigns with. Its digest is SHA-256 of `mimicred escrow custody 1`, a zero octet, and all of it.";
    let mut file = Draft::new("escrow/custody", "escrow/custody", about, &["abuse.md"]);
    file.group("Custodies", Object::new());
    let dealt = Dealt::two_of_three();
    let good = dealt.custody.to_octets();
    let keys = (0..3).map(|n| hex(&range(good, CUSTODIANS + n * CUSTODIAN + 65, CUSTODIANS + (n + 1) * CUSTODIAN)));
    let digest = mimicred_keys::sha256(&[&b"mimicred escrow custody 1\0"[..], good].concat());
    let expected = Object::new()
        .int("threshold", 2)
        .hex("public_key", &range(good, START + 2, CUSTODIANS))
        .list("countersigning_keys", keys)
        .hex("digest", &digest);
    let anatomy = Object::new()
        .text("start", "mimicred custody, and an octet of 1")
        .text("threshold", hex(&range(good, START, START + 1)))
        .text("custodians", hex(&range(good, START + 1, START + 2)))
        .list("shares", (0..3).map(|n| hex(&range(good, CUSTODIANS + n * CUSTODIAN, CUSTODIANS + n * CUSTODIAN + 65))));
    file.valid(of("two-of-three", "two of three", good).intermediates(anatomy), expected);
    for (id, comment, threshold, count) in
        [("one-of-one", "one alone", 1, 1), ("three-of-five", "three of five", 3, 5), ("sixteen", "sixteen of sixteen", 16, 16)]
    {
        let dealt = Dealt::named(threshold, count, id);
        file.valid(of(id, comment, dealt.custody.to_octets()), Object::new().int("threshold", threshold));
    }
    let mut malformed = |id: &str, comment: &str, octets: &[u8]| {
        file.refused(of(id, comment, octets).differs_from("two-of-three"), "escrow/custody-malformed")
    };
    malformed("cut", "the last octet is missing", good.get(..good.len() - 1).unwrap_or_default());
    malformed("after", "an octet after", &[good, &[0]].concat());
    malformed("version", "another version", &replaced(good, START - 1, &[2]));
    malformed(
        "off-curve",
        "the public key is not on the curve",
        &replaced(good, START + 2 + 64, &[range(good, CUSTODIANS - 1, CUSTODIANS).first().unwrap_or(&0) ^ 1]),
    );
    malformed(
        "key-weak",
        "a countersigning key of small order",
        &replaced(good, CUSTODIANS + 65, &[&[1], [0; 31].as_slice()].concat()),
    );
    malformed("seventeen", "it says that there are seventeen", &replaced(good, START + 1, &[17]));
    let mut inconsistent = |id: &str, comment: &str, octets: &[u8], good: &str| {
        file.refused(of(id, comment, octets).differs_from(good), "escrow/custody-inconsistent");
    };
    let point = |n: usize| range(good, CUSTODIANS + n * CUSTODIAN, CUSTODIANS + n * CUSTODIAN + 65);
    let key = |n: usize| range(good, CUSTODIANS + n * CUSTODIAN + 65, CUSTODIANS + (n + 1) * CUSTODIAN);
    let swapped = replaced(&replaced(good, CUSTODIANS, &point(1)), CUSTODIANS + CUSTODIAN, &point(0));
    inconsistent("shares-swapped", "the shares of two custodians are swapped", &swapped, "two-of-three");
    let stranger = Dealt::named(2, 3, "strangers");
    let other = range(stranger.custody.to_octets(), START + 2, CUSTODIANS);
    inconsistent("other-key", "the public key is that of another custody", &replaced(good, START + 2, &other), "two-of-three");
    inconsistent(
        "other-share",
        "the last share is a point of nobody's",
        &replaced(good, CUSTODIANS + 2 * CUSTODIAN, &other),
        "two-of-three",
    );
    inconsistent("threshold-too-high", "it says three where two suffice", &replaced(good, START, &[3]), "two-of-three");
    let five = Dealt::named(3, 5, "three-of-five");
    inconsistent(
        "threshold-too-low",
        "it says two where three are needed",
        &replaced(five.custody.to_octets(), START, &[2]),
        "three-of-five",
    );
    inconsistent(
        "one-key-twice",
        "two custodians have one countersigning key",
        &replaced(good, CUSTODIANS + CUSTODIAN + 65, &key(0)),
        "two-of-three",
    );
    file
}

pub(super) fn shares() -> Draft {
    let about = "What one custodian has and nobody else: her number, the digest of the custody, her scalar, and the seed of the Ed25519 key that \
                 she countersigns with. These are published with the vectors.";
    let mut file = Draft::new("escrow/share", "escrow/share", about, &["abuse.md"]);
    file.group("Shares", Object::new());
    let dealt = Dealt::two_of_three();
    let good = dealt.share(2);
    let of =
        |id: &str, comment: &str, share: &[u8]| case(id, comment, &["abuse.md custody"]).input(Object::new().hex("share", share));
    let expected = Object::new().int("custodian", 2).hex("custody_digest", dealt.custody.digest());
    let anatomy = Object::new()
        .text("start", "mimicred share, and an octet of 1")
        .hex("scalar", &range(&good, 48, 80))
        .hex("countersigning_seed", &range(&good, 80, 112));
    file.valid(of("second", "that of the second custodian", &good).intermediates(anatomy), expected);
    let mut refused = |id: &str, comment: &str, share: &[u8]| file.refused(of(id, comment, share), "escrow/share-malformed");
    refused("cut", "the last octet is missing", good.get(..good.len() - 1).unwrap_or_default());
    refused("after", "an octet after", &[good.as_slice(), &[0]].concat());
    refused("version", "another version", &replaced(&good, 14, &[2]));
    refused("number-0", "the custodian has number 0", &replaced(&good, 15, &[0]));
    refused("number-17", "the custodian has number 17", &replaced(&good, 15, &[17]));
    refused("scalar-zero", "the scalar is zero", &replaced(&good, 48, &[0; 32]));
    refused("scalar-above-order", "the scalar is not below the group order", &replaced(&good, 48, &[0xff; 32]));
    file
}

pub(super) fn dealing() -> Draft {
    let about = "Dealing. How the octets of the source become a polynomial and keys is this implementation's: scalars are 48 octets modulo the group \
                 order, k of them, the one at 0 first, and then for each custodian 32 octets of a seed.";
    let mut file = Draft::new("escrow/deal", "escrow/deal", about, &["abuse.md"]);
    file.group("Custodies", Object::new());
    for (id, comment, threshold, custodians) in [("two-of-three", "two of three", 2, 3), ("one-of-one", "one alone", 1, 1)] {
        let input = Object::new().int("threshold", threshold).int("custodians", custodians).text("seed", id);
        file.valid(case(id, comment, &["abuse.md custody"]).input(input).flag("exact-form"), Object::new());
    }
    file
}
