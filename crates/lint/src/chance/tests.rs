use mimicred_keys::{Random, SeededRandom};

use super::*;

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 0.01
}

#[test]
fn numbers_are_measured_bit_by_bit() {
    for (low, high, bits) in [
        (&[0, 0][..], &[0, 0][..], 0),
        (&[0, 0], &[0, 1], 1),
        (&[0, 0xff], &[1, 0], 1),
        (&[1, 0xff], &[2, 0x3e], 6),
        (&[0, 1], &[0xff, 0], 16),
        (&[0x7f, 0xff, 0xff], &[0x80, 0, 0], 1),
    ] {
        assert_eq!(difference_bits(low, high), bits, "{low:?} {high:?}");
    }
    assert_eq!(
        [shared_prefix(&[0xab, 0xcd], &[0xab, 0xcc]), shared_prefix(&[0], &[0x80]), shared_prefix(&[7], &[7])],
        [15, 0, 8]
    );
    assert_eq!([shared_suffix(&[0xab, 0xcd], &[0xaa, 0xcd]), shared_suffix(&[1], &[0]), shared_suffix(&[7], &[7])], [8, 0, 8]);
    assert!(bit_of(&[0x40], 1) && !bit_of(&[0x40], 2) && !bit_of(&[], 0));
}

/// 2/13! = 2 / 6227020800, 2/C(20,10) = 2/184756.
#[test]
fn orders_are_as_likely_as_counting_says() {
    let rising: Vec<u32> = (0..13).collect();
    assert!(near(ln_monotone(&rising).unwrap(), (2.0_f64 / 6_227_020_800.0).ln()));
    let two_days: Vec<u32> = (0..20).map(|n| n / 10).collect();
    assert!(near(ln_monotone(&two_days).unwrap(), (2.0_f64 / 184_756.0).ln()));
    let falling: Vec<u32> = two_days.iter().rev().copied().collect();
    assert!(near(ln_monotone(&falling).unwrap(), (2.0_f64 / 184_756.0).ln()));
    assert_eq!([ln_monotone(&[1, 2, 1]), ln_monotone(&[5, 5]), ln_monotone::<u32>(&[])], [None; 3]);
}

/// Of 1 2 3 4 all six pairs rise, of 4 1 2 3 three do; the mean is 3, the variance 4*3*13/72 = 13/6.
#[test]
fn rising_pairs_are_counted() {
    assert!(near(ln_inversions(&[1, 2, 3, 4]), 2.0_f64.ln() - 9.0 * 6.0 / 26.0));
    assert!(near(ln_inversions(&[4, 3, 2, 1]), 2.0_f64.ln() - 9.0 * 6.0 / 26.0));
    assert!(near(ln_inversions(&[4, 1, 2, 3]), 2.0_f64.ln()));
    assert_eq!(ln_inversions(&[1, 1, 2]), 0.0);
    assert!(ln_inversions(&(0..30).collect::<Vec<u32>>()) < LN_CHECK);
}

/// The bound lies above the true tail: of 10 fair coins all ten fall heads once in 1024, nine or more eleven times.
#[test]
fn tails_are_bounded_from_above() {
    assert!(near(ln_at_least(10, 10, 0.5), (1.0_f64 / 1024.0).ln()));
    assert!(ln_at_least(9, 10, 0.5) > (11.0_f64 / 1024.0).ln() && ln_at_least(9, 10, 0.5) < -3.0);
    assert!(near(ln_at_most(0, 10, 0.5), (1.0_f64 / 1024.0).ln()));
    assert!([ln_at_least(5, 10, 0.5), ln_at_least(0, 0, 0.5), ln_at_most(5, 10, 0.5)].iter().all(|ln| ln.abs() < 1e-9));
}

fn values(seed: u8, count: usize, length: usize) -> Vec<Vec<u8>> {
    let mut random = SeededRandom::new([seed; 32], format!("{count} of {length}"));
    (0..count)
        .map(|_| {
            let mut value = vec![0; length];
            random.fill(&mut value).unwrap();
            value
        })
        .collect()
}

fn found(values: &[Vec<u8>], fixed: u32) -> Option<Pattern> {
    pattern(&values.iter().map(Vec::as_slice).collect::<Vec<_>>(), fixed)
}

#[test]
fn random_values_have_no_pattern_and_others_have() {
    for seed in 0..30 {
        for count in (2..40).chain([100, 300]) {
            for length in [4, 8, 16, 20, 32] {
                assert_eq!(found(&values(seed, count, length), 0), None, "{seed} {count} {length}");
            }
        }
    }
    let changed = |count: usize, change: fn(usize, &mut Vec<u8>)| {
        let mut values = values(1, count, 16);
        values.iter_mut().enumerate().for_each(|(n, value)| change(n, value));
        found(&values, 2)
    };
    assert_eq!(changed(6, |_, value| value[5] = 7), Some(Pattern::Bits));
    assert_eq!(changed(4, |_, value| value[5] = 7), None, "chance is enough: 14 octets, 2^-24");
    assert_eq!(changed(2, |_, value| value[..5].fill(7)), Some(Pattern::Close));
    assert_eq!(changed(3, |_, value| value[12..].fill(7)), Some(Pattern::Bits));
    assert_eq!(changed(200, |_, value| value[9] &= 0xfe), Some(Pattern::Bits));
    assert_eq!(
        changed(200, |n, value| if n % 4 > 0 {
            value[9] &= 0xfe
        }),
        Some(Pattern::Bits)
    );
    let twins = |n: usize, value: &mut Vec<u8>| {
        if n == 49 || n == 3 {
            value[..10].fill(0x41);
        }
    };
    assert_eq!(changed(50, twins), Some(Pattern::Close));
    // The bits that may be anything, and values that are not comparable.
    assert_eq!(changed(200, |_, value| value[0] = value[0] & 0x3f | 0x40), None);
    assert_eq!(found(&[vec![1, 2], vec![1]], 0), None);
    assert_eq!(found(&[], 0), None);
    assert_eq!(found(&[vec![1], vec![2]], 9), None);
}
