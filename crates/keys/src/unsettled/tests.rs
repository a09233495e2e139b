use super::*;
use crate::{LeafKey, SecretKey, SystemRandom};

const MESSAGE: &[u8] = b"eyJ0eXAiOiJrYitqd3QifQ.e30";

fn signed(algorithm: Algorithm) -> (PublicKey, Vec<u8>) {
    let key = LeafKey::new(SecretKey::generate(algorithm, &mut SystemRandom).unwrap()).unwrap();
    let message = crate::ToBeSigned::new(crate::Family::Jws, MESSAGE).unwrap();
    (key.public().clone(), key.sign(&message).unwrap().into_bytes())
}

/// Whether the signature that is there is for the message that is asked about.
fn checks(good: bool) -> Deferred {
    let (key, signature) = signed(Algorithm::Ed25519);
    key.defer(&[if good { MESSAGE } else { b"another" }], &signature).unwrap()
}

#[test]
fn each_value_stands_and_falls_with_its_own_signatures() {
    for wrong in [vec![], vec![0], vec![3], vec![6], vec![0, 1, 2, 3, 4, 5, 6]] {
        let all = (0..7).map(|n| Unsettled::new(n, [checks(true), checks(!wrong.contains(&n)), checks(true)])).collect();
        let expected: Vec<Option<usize>> = (0..7).map(|n| (!wrong.contains(&n)).then_some(n)).collect();
        assert_eq!(Unsettled::settle_all(all), expected, "{wrong:?}");
    }
    assert_eq!(Unsettled::<u8>::settle_all(Vec::new()), []);
}

/// More than are searched one by one; a wrong one at any place is the only one that falls.
#[test]
fn the_wrong_ones_of_many_are_found() {
    const COUNT: usize = 3 * SOME + 5;
    let (good, wrong) = (checks(true), checks(false));
    for places in [vec![], vec![0], vec![SOME - 1, SOME], vec![2 * SOME + 7], vec![COUNT - 1], (0..COUNT).collect()] {
        let check = |n| if places.contains(&n) { wrong.clone() } else { good.clone() };
        let all = (0..COUNT).map(|n| Unsettled::new(n, [check(n)])).collect();
        let expected: Vec<Option<usize>> = (0..COUNT).map(|n| (!places.contains(&n)).then_some(n)).collect();
        assert_eq!(Unsettled::settle_all(all), expected, "{places:?}");
    }
}

#[test]
fn one_alone_is_judged_as_it_is_among_others() {
    let length = |text: &str| if text.is_empty() { Err(()) } else { Ok(text.len()) };
    assert_eq!(Unsettled::new("ab", [checks(true)]).try_map(length).unwrap().settle(), Some(2));
    assert_eq!(Unsettled::new("ab", [checks(false)]).try_map(length).unwrap().settle(), None);
    assert!(Unsettled::new("", [checks(true)]).try_map(length).is_err());
    assert_eq!(Unsettled::new('a', [checks(false)]).settle(), None);
    assert_eq!(Unsettled::new('a', [checks(true), checks(false)]).settle(), None);
    assert_eq!(Unsettled::new('a', []).settle(), Some('a'));
}

#[test]
fn what_cannot_be_put_off_is_not() {
    let (key, signature) = signed(Algorithm::P256);
    assert!(key.defer(&[MESSAGE], &signature).is_none());
    let (key, mut signature) = signed(Algorithm::Ed25519);
    assert!(key.defer(&[MESSAGE], &signature[1..]).is_none());
    // s beyond the group's order.
    signature[63] = 0xff;
    assert!(key.defer(&[MESSAGE], &signature).is_none());
}
