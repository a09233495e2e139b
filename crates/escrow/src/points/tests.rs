use mimicred_error::{At, Report};
use mimicred_keys::hmac;
use proptest::prelude::*;

use super::*;
use crate::sharing;
use crate::testing::{code, flipped, misfits};

const ACCOUNT: AccountId = *b"account number 1";

fn issuer(threshold: u8) -> PointIssuer {
    PointIssuer::new([1; 32], threshold).unwrap()
}

/// A report of the account's n-th pseudonym, from the n-th room by the n-th reporter.
fn report(issuer: &PointIssuer, account: &AccountId, n: u8) -> Reported {
    Reported { row: issuer.row(account, &[n]).unwrap(), room: [n; 32], reporter: [n; 32] }
}

fn reports(issuer: &PointIssuer, numbers: std::ops::RangeInclusive<u8>) -> Vec<Reported> {
    numbers.map(|n| report(issuer, &ACCOUNT, n)).collect()
}

fn refused(threshold: u8, reports: &[Reported]) -> (Code, At) {
    let error = interpolate(threshold, reports).unwrap_err();
    (error.code(), error.place().clone())
}

#[test]
fn thresholds_are_three_to_sixteen() {
    for threshold in [0, 1, 2, 17, 255] {
        assert_eq!(code(PointIssuer::new([1; 32], threshold)), Code::ParametersInvalid);
        assert_eq!(code(interpolate(threshold, &reports(&issuer(3), 1..=5))), Code::ParametersInvalid);
    }
    for threshold in [3, 4, 16] {
        let issuer = issuer(threshold);
        assert_eq!(interpolate(threshold, &reports(&issuer, 1..=threshold)).unwrap(), ACCOUNT);
        // Any of them, in any order, and more than needed.
        let mut others = reports(&issuer, 21..=20 + threshold);
        others.reverse();
        assert_eq!(interpolate(threshold, &others).unwrap(), ACCOUNT);
        assert_eq!(interpolate(threshold, &reports(&issuer, 1..=threshold + 3)).unwrap(), ACCOUNT);
        assert_eq!(refused(threshold, &reports(&issuer, 1..=threshold - 1)).0, Code::ReportsLacking);
    }
    assert_eq!(code(interpolate(3, &[])), Code::ReportsLacking);
}

/// The polynomial, put together here from the description: tag and coefficients by HMAC-SHA256, one block or two of them.
#[test]
fn a_row_is_as_documented() {
    let prf = |label: &[u8], number: u8, blocks: u8| {
        let info = [label, &[0, 3, number], &ACCOUNT].concat();
        let mut out: Vec<u8> = Vec::new();
        for block in 1..=blocks {
            let before = out.last_chunk::<32>().map(|block| block.to_vec()).unwrap_or_default();
            out.extend_from_slice(&hmac(HashAlgorithm::Sha256, &[1; 32], &[&before[..], &info, &[block]].concat()));
        }
        out
    };
    let tag = prf(b"mimicred escrow tag 1", 0, 1)[..16].to_vec();
    let coefficient = |n| {
        let wide = prf(b"mimicred escrow coefficient 1", n, 2);
        Scalar::from_wide(wide.first_chunk().unwrap())
    };
    let checksum = mimicred_keys::sha256(&[&b"mimicred escrow account 1\0\x03"[..], &tag, &ACCOUNT].concat());
    let account = Scalar::from_octets(&[&[0], &ACCOUNT[..], &checksum[..15]].concat()).unwrap();
    let x = Scalar::hash("mimicred escrow pseudonym 1", &[b"key"]).unwrap();
    let y = account.add(&coefficient(1).mul(&x)).add(&coefficient(2).mul(&x).mul(&x));
    let row = issuer(3).row(&ACCOUNT, b"key").unwrap();
    assert_eq!(row.to_octets().to_vec(), [&tag[..], &*x.to_octets(), &*y.to_octets()].concat());
    assert!(row.is_of(b"key"));
    assert!(!row.is_of(b"kez"));
    assert_eq!(format!("{row:?}"), "Row { .. }");
    assert_eq!(format!("{:?}", issuer(3)), "PointIssuer { threshold: 3, .. }");
}

#[test]
fn a_row_has_80_octets_and_an_x_that_is_not_zero() {
    let row = issuer(3).row(&ACCOUNT, b"key").unwrap();
    let octets = row.to_octets();
    assert_eq!(octets.len(), ROW_LEN);
    assert_eq!(Row::parse(&*octets).unwrap(), row);
    for octets in misfits(&*octets) {
        assert_eq!(code(Row::parse(&octets)), Code::RowMalformed);
    }
    let with = |at: usize, new: [u8; 32]| {
        let mut octets = *octets;
        octets[at..at + 32].copy_from_slice(&new);
        Row::parse(&octets)
    };
    assert_eq!(code(with(16, [0; 32])), Code::RowMalformed);
    assert_eq!(code(with(16, [0xff; 32])), Code::RowMalformed);
    assert_eq!(code(with(48, [0xff; 32])), Code::RowMalformed);
    assert!(with(48, [0; 32]).is_ok());
}

/// One bit of one row, and the account does not come out, nor another one.
#[test]
fn every_bit_counts() {
    let good = reports(&issuer(3), 1..=3);
    for (bit, changed) in flipped(&*good[1].row.to_octets()) {
        let Ok(row) = Row::parse(&changed) else { continue };
        let expected = if bit < 128 { (Code::TagDifferent, At::Item(1)) } else { (Code::AccountUnchecked, At::Whole) };
        let changed = [good[0].clone(), Reported { row, ..good[1].clone() }, good[2].clone()];
        assert_eq!(refused(3, &changed), expected, "{bit}");
    }
}

#[test]
fn what_is_lacking_is_said() {
    let good = reports(&issuer(3), 1..=3);
    let with = |change: &dyn Fn(&mut Vec<Reported>)| {
        let mut reports = good.clone();
        change(&mut reports);
        refused(3, &reports)
    };
    assert_eq!(with(&|all| all[2].room = all[0].room), (Code::RoomRepeated, At::Item(2)));
    assert_eq!(with(&|all| all[2].reporter = all[1].reporter), (Code::ReporterRepeated, At::Item(2)));
    // The same pseudonym from two rooms.
    assert_eq!(with(&|all| all[1].row = all[0].row.clone()), (Code::PseudonymRepeated, At::Item(1)));
    // Even when there are enough without it: the caller leaves it out, knowingly.
    let more = reports(&issuer(3), 1..=4);
    let repeated = [&more[..], &[Reported { room: [9; 32], reporter: [9; 32], ..more[0].clone() }]].concat();
    assert_eq!(refused(3, &repeated), (Code::PseudonymRepeated, At::Item(4)));
}

#[test]
fn accounts_thresholds_and_issuers_do_not_mix() {
    let good = reports(&issuer(3), 1..=3);
    let strangers = [
        report(&issuer(3), b"account number 2", 9),
        report(&issuer(4), &ACCOUNT, 9),
        report(&PointIssuer::new([2; 32], 3).unwrap(), &ACCOUNT, 9),
    ];
    for stranger in strangers {
        let mixed = [good[0].clone(), good[1].clone(), stranger.clone()];
        assert_eq!(refused(3, &mixed), (Code::TagDifferent, At::Item(2)));
        // With a tag that was written over: the checksum.
        let disguised = Reported { row: Row { tag: good[0].row.tag, ..stranger.row.clone() }, ..stranger };
        assert_eq!(refused(3, &[good[0].clone(), good[1].clone(), disguised.clone()]), (Code::AccountUnchecked, At::Whole));
        // Beside enough others.
        let beside = [&good[..], &[disguised]].concat();
        assert_eq!(refused(3, &beside), (Code::PointStray, At::Item(3)));
    }
    // Made for four, and taken for three.
    assert_eq!(refused(3, &reports(&issuer(4), 1..=3)), (Code::AccountUnchecked, At::Whole));
    assert_eq!(refused(3, &reports(&issuer(4), 1..=4)), (Code::AccountUnchecked, At::Whole));
    assert_eq!(refused(4, &reports(&issuer(3), 1..=4)), (Code::AccountUnchecked, At::Whole));
}

/// No coefficient is that of another account, place or threshold.
#[test]
fn nothing_of_a_polynomial_comes_twice() {
    let mut seen = std::collections::HashSet::new();
    for threshold in 3..=6 {
        for account in [ACCOUNT, *b"account number 2", [0; 16]] {
            let issuer = issuer(threshold);
            assert!(seen.insert(issuer.tag(&account).unwrap().to_vec()));
            for number in 1..threshold {
                let wide = issuer.prf::<48>(b"mimicred escrow coefficient 1", number, &account).unwrap();
                assert!(seen.insert(wide.to_vec()));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn enough_points_open_and_rows_are_read_again(
        secret: [u8; 32], account: AccountId, keys in proptest::collection::hash_set(any::<[u8; 8]>(), 5), threshold in 3..=5_u8,
    ) {
        let issuer = PointIssuer::new(secret, threshold).unwrap();
        let reports: Vec<Reported> = (0..).zip(&keys).map(|(n, key)| {
            let row = Row::parse(&*issuer.row(&account, key).unwrap().to_octets()).unwrap();
            Reported { row, room: [n; 32], reporter: [n; 32] }
        }).collect();
        prop_assert_eq!(interpolate(threshold, &reports).unwrap(), account);
    }

    /// Whoever has one point too few knows nothing about the account: for every other one there is a polynomial through the same
    /// points, of the same degree, and a last point of it would open that account.
    #[test]
    fn one_point_too_few_fits_every_account(other: AccountId, threshold in 3..=6_u8, key: [u8; 8]) {
        let issuer = issuer(threshold);
        let mut known = reports(&issuer, 1..=threshold - 1);
        let tag = *known[0].row.tag();
        let mut xs = vec![Scalar::from_u64(0)];
        xs.extend(known.iter().map(|report| report.row.x.clone()));
        let at_zero = encode(threshold, &tag, &other).unwrap();
        let ys: Vec<&Scalar> = [&at_zero].into_iter().chain(known.iter().map(|report| &report.row.y)).collect();
        let x = x_of(&key).unwrap();
        let last = Row { tag, y: sharing::interpolate(&xs, &ys, &x).unwrap(), x };
        known.push(Reported { row: last, room: [99; 32], reporter: [99; 32] });
        prop_assert_eq!(interpolate(threshold, &known).unwrap(), other);
    }

    #[test]
    fn never_panics(octets: Vec<u8>) {
        let _ = Row::parse(&octets);
    }
}
