//! B-3 and B-21: identifiers and pseudonyms.

use crate::made::{MONDAY, Made, batch, expect};

/// A UUID of this version, from these octets.
fn uuid(version: u8, mut octets: [u8; 16]) -> String {
    octets[6] = octets[6] & 0x0f | version << 4;
    octets[8] = octets[8] & 0x3f | 0x80;
    let hex: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

fn digest(n: usize) -> [u8; 16] {
    *mimicred_keys::sha256(&[n as u8]).first_chunk().unwrap()
}

/// RFC 9562 5.1: 100-nanosecond intervals since 1582-10-15, the low 32 bits first; clock sequence and node are the machine's.
fn version_1(n: usize) -> String {
    let ticks = (MONDAY as u64 + 12_219_292_800) * 10_000_000 + 12_345 * n as u64;
    let mut octets = [0x5a; 16];
    octets[..4].copy_from_slice(&(ticks as u32).to_be_bytes());
    octets[4..6].copy_from_slice(&((ticks >> 32) as u16).to_be_bytes());
    octets[6..8].copy_from_slice(&((ticks >> 48) as u16).to_be_bytes());
    uuid(1, octets)
}

/// RFC 9562 5.7: milliseconds since 1970 in 48 bits, and randomness.
fn version_7(n: usize) -> String {
    let mut octets = digest(n);
    octets[..6].copy_from_slice(&(1000 * MONDAY as u64 + 3 * n as u64).to_be_bytes()[2..]);
    uuid(7, octets)
}

#[test]
fn identifiers_with_a_time_are_found() {
    let with = |jti: fn(usize) -> String| batch(Made::SdJwt, move |n, draft| draft.jti = Some(jti(n)));
    expect(&with(|n| uuid(4, digest(n))), &[]);
    expect(&with(version_1), &["id-time"]);
    expect(&with(version_7), &["id-time"]);
    expect(
        &with(|n| format!("{}-{}", MONDAY + 36_000 + 7 * n as i64, mimicred_jose::base64url::encode(&digest(n)))),
        &["id-time"],
    );
    expect(&with(|n| format!("{:06}", 120_000 + n)), &["id-sequential"]);
    expect(&with(|n| mimicred_jose::base64url::encode(&digest(n.max(1)))), &["id-repeated"]);
}

#[test]
fn pseudonyms_that_are_not_random_are_found() {
    for made in Made::ALL {
        let named = |name: fn(usize) -> String| {
            batch(made, move |n, draft| draft.user = format!("mimi://a.example/p/{}", name(n)).parse().unwrap())
        };
        expect(&named(|n| format!("alice-number-{n:03}")), &["pseudonym-alike"]);
        expect(&named(|n| mimicred_jose::base64url::encode(&digest(n)[..9])), &["pseudonym-short"]);
        let same = "mimi://a.example/p/MDEyMzQ1Njc4OWFiY2RlZg";
        expect(
            &batch(made, |n, draft| {
                if n < 2 {
                    draft.user = same.parse().unwrap()
                }
            }),
            &["name-shared"],
        );
    }
}
