//! One equation for many says what each of theirs says.

use curve25519_dalek::constants::EIGHT_TORSION;

use super::super::tests::sign;
use super::*;

/// A key and its signature of a message, with components of small order.
fn claimed(message: &[u8], in_key: usize, in_nonce: usize) -> (Ed25519Verifier, [u8; 64]) {
    let (key, signature) = sign(message, EIGHT_TORSION[in_key], EIGHT_TORSION[in_nonce]);
    (Ed25519Verifier::new(key).unwrap(), signature)
}

fn equation(message: &[u8], in_key: usize, in_nonce: usize) -> Equation {
    let (key, signature) = claimed(message, in_key, in_nonce);
    Equation::new(&key, &[message], &signature).unwrap()
}

fn together(equations: &[Equation]) -> bool {
    all_hold(&equations.iter().collect::<Vec<_>>())
}

/// One for all accepts what each alone accepts, components of small order in A and R included, and nothing else.
#[test]
fn a_batch_has_the_same_rule() {
    let torsioned: Vec<Equation> = (0..64).map(|n| equation(format!("{n}").as_bytes(), n / 8, n % 8)).collect();
    assert!(torsioned.iter().all(Equation::holds));
    assert!(together(&torsioned));
    for pair in torsioned.windows(2) {
        assert!(together(pair));
    }
    assert!(together(&[]));
    let (key, signature) = claimed(b"message", 1, 2);
    let broken = |message: &[u8], signature: &[u8]| Equation::new(&key, &[message], signature);
    for bit in 0..512 {
        let mut signature = signature;
        signature[bit / 8] ^= 1 << (bit % 8);
        // What is not taken apart at all is wrong by itself.
        let Some(broken) = broken(b"message", &signature) else { continue };
        assert!(!broken.holds() && !together(&[torsioned[0], broken]) && !together(&[broken, torsioned[1]]), "bit {bit}");
    }
    let other = broken(b"massage", &signature).unwrap();
    for place in 0..torsioned.len() {
        let mut with_one = torsioned.clone();
        with_one[place] = other;
        assert!(!together(&with_one), "at {place}");
    }
    assert!(broken(b"message", &signature[..63]).is_none());
}

/// What is added up for one key is what it was for each signature.
#[test]
fn many_signatures_by_one_key_hold_together() {
    let (of_a, of_b): (Vec<_>, Vec<_>) =
        (0..20).map(|n| (equation(format!("a{n}").as_bytes(), 0, n % 8), equation(format!("b{n}").as_bytes(), 3, n % 8))).unzip();
    let mixed: Vec<Equation> = of_a.iter().zip(&of_b).flat_map(|(a, b)| [*a, *b]).collect();
    assert!(together(&mixed));
    let (key, signature) = claimed(b"a1", 0, 1);
    let wrong = Equation::new(&key, &[b"a2"], &signature).unwrap();
    for place in [0, 1, 19, 38, 39] {
        let mut mixed = mixed.clone();
        mixed[place] = wrong;
        assert!(!together(&mixed), "at {place}");
    }
}

/// Two signatures that are wrong by as much in opposite directions hold together only if they are not multiplied differently.
#[test]
fn errors_do_not_make_up_for_each_other() {
    let (key, signature) = claimed(b"message", 0, 0);
    let off_by = |error: Scalar| {
        let mut signature = signature;
        let s: Scalar = Scalar::from_canonical_bytes(signature[32..].try_into().unwrap()).unwrap();
        signature[32..].copy_from_slice((s + error).as_bytes());
        Equation::new(&key, &[b"message"], &signature).unwrap()
    };
    let (good, more, less) = (off_by(Scalar::ZERO), off_by(Scalar::ONE), off_by(-Scalar::ONE));
    assert!(together(&[good, good]));
    assert!(!together(&[more, less]));
    for places in [[0, 1], [0, 5], [1, 2], [3, 4], [4, 5], [1, 5]] {
        let mut all = [good; 6];
        (all[places[0]], all[places[1]]) = (more, less);
        assert!(!together(&all), "{places:?}");
    }
}

/// The numbers depend on every key, on both halves of every signature, on every message, and on the place.
#[test]
fn coefficients_are_bound_to_everything() {
    let of = |keys: [usize; 2], nonces: [usize; 2], errors: [u64; 2], messages: [&[u8]; 2]| {
        let equations = [0, 1].map(|n| {
            let (key, mut signature) = claimed(messages[n], keys[n], nonces[n]);
            let s: Scalar = Scalar::from_canonical_bytes(signature[32..].try_into().unwrap()).unwrap();
            signature[32..].copy_from_slice((s + Scalar::from(errors[n])).as_bytes());
            Equation::new(&key, &[messages[n]], &signature).unwrap()
        });
        let numbers = coefficients(&equations.iter().collect::<Vec<_>>());
        assert_eq!(numbers[0], Scalar::ONE);
        assert_eq!(numbers[1].as_bytes()[16..], [0; 16], "128 bits");
        numbers[1]
    };
    let reference = of([0, 0], [0, 0], [0, 0], [b"a", b"b"]);
    assert_eq!(reference, of([0, 0], [0, 0], [0, 0], [b"a", b"b"]));
    let changed = [
        of([1, 0], [0, 0], [0, 0], [b"a", b"b"]),
        of([0, 1], [0, 0], [0, 0], [b"a", b"b"]),
        of([0, 0], [1, 0], [0, 0], [b"a", b"b"]),
        of([0, 0], [0, 1], [0, 0], [b"a", b"b"]),
        of([0, 0], [0, 0], [1, 0], [b"a", b"b"]),
        of([0, 0], [0, 0], [0, 1], [b"a", b"b"]),
        of([0, 0], [0, 0], [0, 0], [b"c", b"b"]),
        of([0, 0], [0, 0], [0, 0], [b"a", b"c"]),
        of([0, 0], [0, 0], [0, 0], [b"b", b"a"]),
    ];
    for (n, number) in changed.iter().enumerate() {
        assert_ne!(*number, reference, "change {n}");
        assert!(!changed[..n].contains(number), "change {n}");
    }
}

/// Each of many has its own.
#[test]
fn no_number_comes_twice() {
    let equation = equation(b"message", 0, 0);
    let numbers: Vec<[u8; 32]> = coefficients(&[&equation; 99]).iter().map(Scalar::to_bytes).collect();
    assert_eq!(numbers.len(), 99);
    assert_eq!(numbers.iter().collect::<std::collections::BTreeSet<_>>().len(), 99);
}
