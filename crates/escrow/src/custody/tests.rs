use mimicred_error::Report;
use mimicred_keys::Random;
use proptest::prelude::*;

use super::*;
use crate::sharing::interpolate;
use crate::testing::{STRANGERS, TWO_OF_THREE, code, dealt, flipped, misfits, random};

/// What these custodians' shares, counted from 0, give when put together.
fn together(shares: &[CustodianShare], who: &[usize]) -> Point {
    let xs: Vec<Scalar> = who.iter().map(|n| Scalar::from_u64(shares[*n].index().into())).collect();
    let ys: Vec<&Scalar> = who.iter().map(|n| shares[*n].scalar()).collect();
    Point::base(&interpolate(&xs, &ys, &Scalar::from_u64(0)).unwrap()).unwrap()
}

#[test]
fn two_at_least_of_sixteen_at_most() {
    for (threshold, count) in [(1, 1), (2, 2), (2, 3), (16, 16), (2, 16)] {
        let dealt = dealt(threshold, count, "parameters");
        assert_eq!((dealt.custody.threshold(), dealt.custody.count()), (threshold, count));
        assert_eq!(dealt.shares.iter().map(CustodianShare::index).collect::<Vec<u8>>(), (1..=count).collect::<Vec<u8>>());
        dealt.shares.iter().for_each(|share| share.belongs_to(&dealt.custody).unwrap());
    }
    for (threshold, count) in [(0, 0), (0, 1), (0, 3), (1, 2), (1, 16), (2, 1), (4, 3), (2, 17), (17, 17), (255, 255)] {
        assert_eq!(code(deal(threshold, count, &mut random("parameters"))), Code::ParametersInvalid, "{threshold} of {count}");
    }
}

/// Shamir: any three give the key, and no two do, whichever they are.
#[test]
fn the_threshold_is_what_it_says() {
    let dealt = dealt(3, 5, "threshold");
    for a in 0..5 {
        for b in a + 1..5 {
            assert!(together(&dealt.shares, &[a, b]) != dealt.custody.public);
            for c in b + 1..5 {
                assert!(together(&dealt.shares, &[a, b, c]) == dealt.custody.public);
            }
        }
        assert!(together(&dealt.shares, &[a]) != dealt.custody.public);
    }
}

#[test]
fn the_encoding_is_as_documented() {
    let custody = &TWO_OF_THREE.custody;
    let octets = custody.to_octets();
    assert_eq!(octets[..19], *b"mimicred custody\x01\x02\x03");
    assert_eq!(octets[19..84], custody.public_key());
    assert_eq!(octets.len(), 84 + 3 * (65 + 32));
    assert_eq!(octets[octets.len() - 32..], *custody.countersigning_key(3).unwrap().octets());
    assert!(custody.countersigning_key(0).is_none() && custody.countersigning_key(4).is_none());
    assert_eq!(Custody::parse(octets).unwrap(), *custody);
    let label = b"mimicred escrow custody 1\0";
    assert_eq!(*custody.digest(), mimicred_keys::sha256(&[&label[..], octets].concat()));
}

/// A changed custody is refused or, where only a countersigning key is another, a custody of another name.
#[test]
fn every_bit_counts() {
    let custody = &TWO_OF_THREE.custody;
    let keys: Vec<std::ops::Range<usize>> = (0..3).map(|n| 84 + n * 97 + 65..84 + (n + 1) * 97).collect();
    for (bit, changed) in flipped(custody.to_octets()) {
        match Custody::parse(&changed) {
            Ok(other) => {
                assert!(keys.iter().any(|key| key.contains(&(bit / 8))), "{bit}");
                assert_ne!(other.digest(), custody.digest());
                assert_eq!(code(TWO_OF_THREE.shares[0].belongs_to(&other)), Code::ShareForeign);
            }
            Err(error) => {
                let known = [Code::CustodyMalformed, Code::CustodyInconsistent, Code::ParametersInvalid];
                assert!(known.contains(&error.code()), "{bit}: {error}");
            }
        }
    }
    for octets in misfits(custody.to_octets()) {
        assert_eq!(code(Custody::parse(&octets)), Code::CustodyMalformed);
    }
}

#[test]
fn shares_that_do_not_belong_to_the_key_are_refused() {
    let dealt = dealt(2, 4, "inconsistent");
    let Custody { threshold, public, custodians, .. } = dealt.custody;
    let with = |change: &dyn Fn(&mut Vec<Custodian>)| {
        let mut custodians = custodians.clone();
        change(&mut custodians);
        Custody::new(threshold, public.clone(), custodians)
    };
    assert!(with(&|_| {}).is_ok());
    assert_eq!(code(with(&|all| all.swap(0, 1))), Code::CustodyInconsistent);
    let error = with(&|all| all[3].share = STRANGERS.custody.public.clone()).unwrap_err();
    assert_eq!((error.code(), error.place()), (Code::CustodyInconsistent, &At::Item(3)));
    // One key for two custodians: one of them would sign for both.
    let error = with(&|all| all[2].key = all[1].key.clone()).unwrap_err();
    assert_eq!((error.code(), error.place()), (Code::CustodyInconsistent, &At::Item(2)));
    // A threshold that is higher than the degree of the polynomial says, and one that is lower.
    let error = Custody::new(3, public.clone(), custodians.clone()).unwrap_err();
    assert_eq!(error.code(), Code::CustodyInconsistent);
    assert_eq!(error.remark(), Some("fewer custodians than the threshold have the key"));
    let three_of_four = crate::testing::dealt(3, 4, "three of four").custody;
    assert_eq!(code(Custody::new(2, three_of_four.public, three_of_four.custodians)), Code::CustodyInconsistent);
    let other = STRANGERS.custody.public.clone();
    assert_eq!(code(Custody::new(threshold, other, custodians.clone())), Code::CustodyInconsistent);
    // A polynomial that is constant: every share is the key.
    let same = |_| Custodian { share: public.clone(), key: custodians[0].key.clone() };
    let mut constant: Vec<Custodian> = (0..2).map(same).collect();
    constant[1].key = custodians[1].key.clone();
    assert_eq!(code(Custody::new(2, public.clone(), constant)), Code::CustodyInconsistent);
}

/// (x - 1)(x - 2) + 5 is 7 at 0, 5 at 1 and 2, 7 at 3 and 11 at 4: of the degree that three custodians need, and yet.
#[test]
fn a_share_is_nobody_elses_and_not_the_key() {
    let point = |n| Point::base(&Scalar::from_u64(n)).unwrap();
    let keys = dealt(2, 4, "keys").custody.custodians;
    let with = |public: u64, shares: &[u64]| {
        let one = |(share, custodian): (&u64, &Custodian)| Custodian { share: point(*share), key: custodian.key.clone() };
        let error = Custody::new(3, point(public), shares.iter().zip(&keys).map(one).collect()).unwrap_err();
        (error.code(), error.place().clone())
    };
    assert_eq!(with(7, &[5, 5, 7, 11]), (Code::CustodyInconsistent, At::Item(1)));
    // x² - 2x + 20 is 20 at 0 and 2, 19 at 1 and 23 at 3: the key, and no share twice.
    assert_eq!(with(20, &[19, 20, 23]), (Code::CustodyInconsistent, At::Item(1)));
}

#[test]
fn one_custodian_has_the_key() {
    let dealt = dealt(1, 1, "one");
    assert!(together(&dealt.shares, &[0]) == dealt.custody.public);
}

#[test]
fn a_share_is_of_one_custody_and_one_custodian() {
    let shares = &TWO_OF_THREE.shares;
    let octets = shares[1].to_octets();
    assert_eq!(octets[..16], *b"mimicred share\x01\x02");
    assert_eq!(octets[16..48], *TWO_OF_THREE.custody.digest());
    assert_eq!(octets.len(), 112);
    assert_eq!(CustodianShare::parse(&octets).unwrap().to_octets(), octets);
    for (bit, changed) in flipped(&octets) {
        let outcome = CustodianShare::parse(&changed).and_then(|share| share.belongs_to(&TWO_OF_THREE.custody));
        assert!([Code::ShareMalformed, Code::ShareForeign].contains(&code(outcome)), "{bit}");
    }
    for octets in misfits(&octets) {
        assert_eq!(code(CustodianShare::parse(&octets)), Code::ShareMalformed);
    }
    let with = |at: usize, new: &[u8]| {
        let mut octets = octets.to_vec();
        octets[at..at + new.len()].copy_from_slice(new);
        code(CustodianShare::parse(&octets))
    };
    assert_eq!(with(15, &[0]), Code::ShareMalformed);
    assert_eq!(with(15, &[17]), Code::ShareMalformed);
    assert_eq!(with(48, &[0; 32]), Code::ShareMalformed);
    assert_eq!(with(48, &[0xff; 32]), Code::ShareMalformed);
    assert_eq!(code(shares[0].belongs_to(&STRANGERS.custody)), Code::ShareForeign);
}

#[test]
fn debug_shows_no_share() {
    assert_eq!(format!("{:?}", TWO_OF_THREE.shares[0]), "CustodianShare { index: 1, .. }");
    assert_eq!(format!("{:?}", TWO_OF_THREE.custody), "Custody { threshold: 2, count: 3, .. }");
}

#[test]
fn a_source_that_fails_deals_nothing() {
    struct Broken;
    impl Random for Broken {
        fn fill(&mut self, out: &mut [u8]) -> Result<(), mimicred_keys::Error> {
            out.fill(0);
            Ok(())
        }
    }
    assert_eq!(code(deal(2, 3, &mut Broken)), Code::CryptoFailed);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn what_is_dealt_is_read_again(threshold in 2..=5_u8, more in 0..=3_u8, seed: [u8; 32]) {
        let mut random = mimicred_keys::SeededRandom::new(seed, "deal");
        let (custody, shares) = deal(threshold, threshold + more, &mut random).unwrap();
        prop_assert_eq!(&Custody::parse(custody.to_octets()).unwrap(), &custody);
        for share in shares {
            CustodianShare::parse(&share.to_octets()).unwrap().belongs_to(&custody).unwrap();
        }
    }

    #[test]
    fn never_panics(octets: Vec<u8>) {
        let _ = Custody::parse(&octets);
        let _ = Custody::parse(&[START, &octets].concat());
        let _ = CustodianShare::parse(&octets);
    }
}
