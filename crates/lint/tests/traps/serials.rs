//! B-1 and B-5: serial numbers, by the randomness that the CA was given.

use mimicred_keys::Algorithm;

use crate::made::{MANY, MONDAY, Made, Provider, batch, expect};

#[test]
fn a_counting_ca_is_found() {
    let counted = |start: u128, step: u128| {
        batch(Made::X509, move |n, draft| draft.serial = Some((start + step * n as u128).to_be_bytes()))
    };
    expect(&counted(1, 1), &["serial-sequential"]);
    expect(&counted(1 << 90, 1000), &["serial-sequential"]);
    // Three are enough.
    expect(&counted(1, 1)[..3], &["serial-sequential"]);
}

#[test]
fn a_ca_that_writes_the_time_is_found() {
    // Behind the first octet, of which two bits are set for all.
    let timed = batch(Made::X509, |n, draft| {
        let mut serial = *mimicred_keys::sha256(&[n as u8]).first_chunk().unwrap();
        let seconds = u32::try_from(MONDAY + 36_000).unwrap() + 13 * n as u32;
        serial[1..5].copy_from_slice(&seconds.to_be_bytes());
        draft.serial = Some(serial);
    });
    expect(&timed, &["serial-time"]);
}

#[test]
fn a_ca_that_marks_or_repeats_is_found() {
    let digest = |n: usize| -> [u8; 16] { *mimicred_keys::sha256(&[n as u8]).first_chunk().unwrap() };
    expect(&batch(Made::X509, |n, draft| draft.serial = Some(digest(n))), &[]);
    let marked = batch(Made::X509, |n, draft| {
        let mut serial = digest(n);
        serial[7] = 0x42;
        draft.serial = Some(serial);
    });
    expect(&marked, &["serial-pattern"]);
    let report = expect(&batch(Made::X509, |n, draft| draft.serial = Some(digest(n.max(1)))), &["serial-repeated"]);
    assert_eq!(report.findings[0].items.len(), 2);
}

/// Counted or not: what is handed out in the order of its serial numbers was not shuffled.
#[test]
fn the_order_of_issuing_is_found() {
    let mut provider = Provider::new(202);
    let mut drafts = provider.drafts(Algorithm::P256, MANY);
    let mut serials: Vec<[u8; 16]> = (0..MANY).map(|n| *mimicred_keys::sha256(&[n as u8]).first_chunk().unwrap()).collect();
    // As the CA sets the first two bits.
    serials.sort_by_key(|serial| (serial[0] & 0x3f, serial[1..].to_vec()));
    drafts.iter_mut().zip(serials).for_each(|(draft, serial)| draft.serial = Some(serial));
    expect(&provider.all(Made::X509, &drafts), &["order-monotone"]);
    drafts.rotate_left(MANY / 2);
    let mut other: Vec<_> = drafts.chunks(2).map(|pair| pair[0].clone()).collect();
    other.extend(drafts.chunks(2).map(|pair| pair[1].clone()));
    expect(&provider.all(Made::X509, &other), &[]);
}

/// From how many items on a fault is told; one fewer may be chance, at one in 10^9. By hand: 8 (n - 1) >= 32 + 5 for one of 16 octets;
/// n > 2 (ln 252 + 22.2) = 55.5 for one of 126 bits; ln 2 - ln n! <= -23.1 for the order, where ln 13! = 22.6 and ln 14! = 25.2.
#[test]
fn as_many_items_as_it_takes_are_enough() {
    let made = |change: fn(&mut [u8; 16])| {
        batch(Made::X509, move |n, draft| {
            let mut serial = *mimicred_keys::sha256(&[n as u8]).first_chunk().unwrap();
            change(&mut serial);
            draft.serial = Some(serial);
        })
    };
    let octet = made(|serial| serial[7] = 0x42);
    expect(&octet[..5], &[]);
    expect(&octet[..6], &["serial-pattern"]);
    let bit = made(|serial| serial[7] |= 1);
    expect(&bit[..55], &[]);
    expect(&bit[..56], &["serial-pattern"]);
    let time = made(|serial| {
        let seconds = u32::try_from(MONDAY).unwrap() + u32::from(serial[0]) * 97;
        serial[3..7].copy_from_slice(&seconds.to_be_bytes());
    });
    expect(&time[..4], &["serial-time"]);
    let counted = batch(Made::X509, |n, draft| draft.serial = Some((1 + n as u128).to_be_bytes()));
    expect(&counted[..2], &["serial-sequential"]);

    let mut provider = Provider::new(211);
    let mut drafts = provider.drafts(Algorithm::Ed25519, 14);
    let mut random: Vec<[u8; 16]> = (0..14_u8).map(|n| *mimicred_keys::sha256(&[n]).first_chunk().unwrap()).collect();
    random.sort_by_key(|serial| (serial[0] & 0x3f, serial[1..].to_vec()));
    drafts.iter_mut().zip(random).for_each(|(draft, serial)| draft.serial = Some(serial));
    let sorted = provider.all(Made::X509, &drafts);
    expect(&sorted[..13], &[]);
    expect(&sorted, &["order-monotone"]);
}
