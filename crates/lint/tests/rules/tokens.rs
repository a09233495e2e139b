//! Faults of SD-JWTs and SD-CWTs.

use mimicred_keys::{Algorithm, PublicKey, SecretKey, sha256};
use mimicred_lint::{FindingKind, Trap};

use crate::support::sd_cwt;
use crate::support::sd_jwt::{Token, texts};
use crate::support::{DAY, MANY, MONDAY, below, expect, expect_clean, id, key, octets, random};

fn changed(change: impl Fn(usize, &mut Token)) -> Vec<Token> {
    let mut batch = Token::batch(11, MANY);
    batch.iter_mut().enumerate().for_each(|(n, token)| change(n, token));
    batch.sort_by_key(|token| sha256(&token.seed));
    batch
}

fn batch(change: impl Fn(usize, &mut Token)) -> Vec<Vec<u8>> {
    texts(&changed(change))
}

fn one(change: impl Fn(&mut Token)) -> Vec<Vec<u8>> {
    batch(|n, token| {
        if n == 7 {
            change(token);
        }
    })
}

fn cwts(change: impl Fn(usize, &mut sd_cwt::Token)) -> Vec<Vec<u8>> {
    let mut batch = sd_cwt::Token::batch(12, MANY);
    batch.iter_mut().enumerate().for_each(|(n, token)| change(n, token));
    batch.sort_by_key(|token| sha256(token.key.octets()));
    sd_cwt::all(&batch)
}

#[test]
fn nothing_is_found_where_nothing_is_wrong() {
    let report = expect_clean(&batch(|_, _| {}));
    for trap in ["B-2", "B-3", "B-4", "B-5", "B-7", "B-8", "B-10", "B-11", "B-12", "B-13", "B-14", "B-21", "B-26"] {
        assert!(report.checked.iter().any(|checked| checked.trap.name() == trap && checked.items == MANY), "{trap}");
    }
    let report = expect_clean(&cwts(|_, _| {}));
    assert_eq!(report.items[0].format, "sd-cwt");
}

/// mimi-mls 4.5 B-2.
#[test]
fn times_are_rounded_or_found() {
    let report = expect(&batch(|_, t| (t.iat, t.exp) = ((MONDAY + 7).to_string(), MONDAY + 7 + 7 * DAY)), &["time-unrounded"]);
    assert!(report.findings.iter().all(|finding| finding.trap == Trap::B2));
    expect(&one(|t| t.exp += DAY), &["time-distance"]);
    // A fraction of a second is no rounding, and no other way to write a number.
    expect(&batch(|_, t| t.iat = format!("{MONDAY}.5")), &["time-unrounded"]);
    expect(&one(|t| t.iat = format!("{MONDAY}.0")), &["claim-differs", "encoding-differs"]);
    expect(&cwts(|_, t| t.iat += 1), &["time-unrounded"]);
}

/// mimi-mls 4.5 B-3.
#[test]
fn identifiers_are_random_or_found() {
    let uuid = |n: usize, version: u8, front: Option<u64>| {
        let mut octets = octets(&mut random(n as u8), 16);
        if let Some(milliseconds) = front {
            octets[..6].copy_from_slice(&milliseconds.to_be_bytes()[2..]);
        }
        octets[6] = octets[6] & 0x0f | version << 4;
        octets[8] = octets[8] & 0x3f | 0x80;
        let hex: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
        format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    };
    let now = |n: usize| 1000 * (MONDAY as u64 + 3 * n as u64);
    expect_clean(&batch(|n, t| t.jti = uuid(n, 4, None)));
    expect_clean(&batch(|n, t| t.jti = format!("urn:uuid:{}", uuid(n, 4, None))));
    for version in [1, 6] {
        expect(&batch(|n, t| t.jti = uuid(n, version, None)), &["id-time"]);
    }
    expect(&batch(|n, t| t.jti = uuid(n, 7, Some(now(n))))[..2], &["id-time"]);
    expect(&batch(|n, t| t.jti = uuid(n, 7, Some(now(n))).replace('-', "")), &["id-time"]);
    expect(&batch(|n, t| t.jti = uuid(n, 5, None)), &["id-derived"]);
    let ulid = |n: usize| {
        let digits = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let front = (0..10).rev().map(|place| digits[(now(n) >> (5 * place) & 31) as usize]);
        let back = octets(&mut random(n as u8), 16).into_iter().map(|octet| digits[usize::from(octet % 32)]);
        String::from_utf8(front.chain(back).collect()).unwrap()
    };
    expect(&batch(|n, t| t.jti = ulid(n)), &["id-time"]);
    // As Snowflake identifiers: milliseconds, and a counter behind them.
    expect(&batch(|n, t| t.jti = (now(n) << 22 | n as u64).to_string()), &["id-pattern"]);
    expect(&batch(|n, t| t.jti = format!("20260921{:06}-{}@mail.a.example", n * 11, id(&mut random(n as u8)))), &["id-time"]);
    expect(&batch(|n, t| t.jti = format!("{:06}", 4000 + n)), &["id-sequential"]);
    expect(
        &batch(|n, t| t.jti = format!("{:08x}", u32::from_be_bytes(octets(&mut random(n as u8), 4).try_into().unwrap()))),
        &["id-short"],
    );
    expect(&batch(|n, t| t.jti = format!("batch17.{}", id(&mut random(n as u8)))), &[]);
    expect(&batch(|_, t| t.jti.replace_range(4..12, "batch17a")), &["id-pattern"]);
    expect(
        &batch(|n, t| {
            if n < 2 {
                t.jti = "MDEyMzQ1Njc4OWFiY2RlZg".into()
            }
        }),
        &["id-repeated"],
    );
    let cti = |n: usize| [&now(n).to_be_bytes()[2..], &octets(&mut random(n as u8), 10)].concat();
    expect(&cwts(|n, t| t.cti = cti(n)), &["id-time"]);
    // Random identifiers of other alphabets.
    let lower = |n: usize| {
        octets(&mut random(n as u8), 26)
            .iter()
            .map(|octet| char::from(b"abcdefghijklmnopqrstuvwxyz234567"[usize::from(octet % 32)]))
            .collect()
    };
    expect_clean(&batch(|n, t| t.jti = lower(n)));
    expect_clean(&batch(|n, t| {
        t.jti = format!("{:030}", u128::from_be_bytes(octets(&mut random(n as u8), 16).try_into().unwrap()) % 10_u128.pow(30))
    }));
}

/// mimi-mls 4.5 B-4, B-22: in any encoding.
#[test]
fn keys_that_come_back_are_found_in_any_form() {
    let shared = SecretKey::generate(Algorithm::Ed25519, &mut random(3)).unwrap().public().clone();
    let jwk = mimicred_jose::json::write_map(&mimicred_jose::jwk::public_members(&shared)).unwrap();
    expect(
        &batch(|n, t| {
            if n < 2 {
                t.cnf = format!(r#"{{"jwk":{jwk}}}"#)
            }
        }),
        &["key-reused"],
    );
    // Once by itself, once by its thumbprint.
    let jkt = format!(r#"{{"jkt":"{}"}}"#, mimicred_jose::jwk::thumbprint(&shared));
    let report = expect(
        &batch(|n, t| {
            if n < 2 {
                t.cnf = if n == 0 { format!(r#"{{"jwk":{jwk}}}"#) } else { jkt.clone() }
            }
        }),
        &["cnf-differs", "key-reused"],
    );
    assert_eq!(report.findings[0].field, "cnf.jkt, cnf.jwk");
    // In an SD-JWT and in an SD-CWT, for one pseudonym and for two.
    let both = |sub: &str| {
        let tokens = batch(|n, t| {
            if n == 0 {
                (t.cnf, t.sub) = (format!(r#"{{"jwk":{jwk}}}"#), "mimi://a.example/p/MDEyMzQ1Njc4OWFiY2RlZg".into())
            }
        });
        [
            tokens,
            cwts(|n, t| {
                if n == 0 {
                    (t.key, t.sub) = (shared.clone(), sub.into())
                }
            }),
        ]
        .concat()
    };
    expect(&both("mimi://a.example/p/MDEyMzQ1Njc4OWFiY2RlZg"), &["format-few"]);
    expect(&both("mimi://a.example/p/MDEyMzQ1Njc4OWFiY2RlZh"), &["format-few", "key-across-names"]);
}

/// mimi-mls 4.5 B-5: sorted by their octets as by their text.
#[test]
fn digests_are_sorted_or_found() {
    expect(&one(|t| t.sorted = false), &["digests-unsorted"]);
    expect(&cwts(|n, t| t.sorted = n != 7), &["digests-unsorted"]);
}

/// mimi-mls 4.5 B-7.
#[test]
fn status_indexes_are_random_or_found() {
    // From 30 000 on, one after the other; and every third place, in a batch of eight.
    expect(&batch(|n, t| t.status.1 = 30_000 + n as u64), &["status-close"]);
    let mut few = changed(|_, _| {})[..8].to_vec();
    few.iter_mut().zip([4, 2, 7, 0, 1, 6, 3, 5]).for_each(|(token, n)| token.status.1 = 30_000 + 3 * n);
    expect(&texts(&few), &["status-close"]);
    few.iter_mut().zip([4, 2, 7, 0, 1, 6, 3, 5]).for_each(|(token, n)| token.status.1 = 30_000 + 300 * n);
    expect(&texts(&few), &["status-narrow"]);
    // Random, in a list of 16384.
    let mut places = random(13);
    let narrow: Vec<u64> = (0..MANY).map(|_| below(&mut places, 1 << 14)).collect();
    expect(&batch(|n, t| t.status.1 = narrow[n]), &["status-narrow"]);
    expect(
        &batch(|n, t| {
            if n < 2 {
                t.status.1 = 77_777
            }
        }),
        &["status-repeated"],
    );
    expect(&batch(|n, t| t.status.0 = format!("https://a.example/lists/{n:03}")), &["status-list-few"]);
    // Two lists at random are no fault; one item alone in one of them is.
    expect_clean(&batch(|n, t| t.status.0 = format!("https://a.example/lists/{}", n % 2)));
    expect(&one(|t| t.status.0 = "https://a.example/lists/2".into()), &["status-list-few"]);
    expect(&one(|t| t.status.0 = "https://a.example/lists/10".into()), &["size-differs", "status-list-few"]);
    // In the order of the items.
    let mut sorted = Token::batch(11, MANY);
    sorted.sort_by_key(|token| token.status.1);
    expect(&texts(&sorted), &["order-monotone"]);
}

/// mimi-mls 4.5 B-8, B-13.
#[test]
fn sizes_digests_and_decoys_are_the_same_or_found() {
    expect(&one(|t| t.claims[0] = r#""name","Alice Meier-Huber""#.into()), &["size-differs"]);
    expect(&one(|t| t.sub.push('x')), &["size-differs"]);
    expect(&one(|t| t.decoys += 1), &["digests-differ"]);
    expect(&one(|t| (t.decoys, t.claims, t.salts) = (6, t.claims[..2].to_vec(), t.salts[..2].to_vec())), &["decoys-differ"]);
    let report = expect(&one(|t| t.salts[1].truncate(11)), &["salt-short", "size-differs"]);
    // No salt is ever shown.
    let salt = &Token::batch(11, MANY)[7].salts[1];
    assert!(!format!("{report:?}").contains(&salt[..11]));
    let salt = "MDEyMzQ1Njc4OWFiY2RlZg";
    expect(
        &batch(|n, t| {
            if n < 2 {
                t.salts[0] = salt.into()
            }
        }),
        &["salt-repeated"],
    );
    expect(&batch(|n, t| t.salts[0] = format!("{salt:.18}{:04}", 1000 + 4 * n)), &["salt-pattern"]);
    expect(&cwts(|n, t| t.salts[2][..8].copy_from_slice(&(n as u64).to_be_bytes())), &["salt-pattern"]);
}

/// mimi-mls 4.5 B-10, B-11, B-12, B-14.
#[test]
fn templates_are_the_same_or_found() {
    expect(&one(|t| t.iss = "https://ix.a.example".into()), &["iss-differs"]);
    expect(&one(|t| t.header = t.header.replace("issuer-1", "issuer-2")), &["iss-differs"]);
    expect(&one(|t| t.header = t.header.replace("mimi-identity", "MIMI-identity")), &["header-differs"]);
    expect(&one(|t| t.header = r#"{"typ":"mimi-identity+sd-jwt","alg":"ES256","kid":"issuer-1"}"#.into()), &["encoding-differs"]);
    expect(&batch(|_, t| t.more = r#","locale":"de""#.into()), &["claim-visible"]);
    expect(&batch(|n, t| t.more = format!(r#","locale":"{}""#, if n == 3 { "rm" } else { "de" })), &["claim-differs"]);
    // Nothing tells two texts from each other but their values: they are compared, and not shown.
    let report =
        expect(&batch(|n, t| t.more = format!(r#","nick":"{}""#, if n == 3 { "abc" } else { "xyz" })), &["claim-differs"]);
    assert!(!format!("{report:?}").contains("xyz"));
    let tokens = changed(|_, _| {});
    let mut all = texts(&tokens);
    all[7] = tokens[7].text_of(&tokens[7].payload().replace(":{", ": {")).into_bytes();
    expect(&all, &["encoding-differs"]);
    all[7] = tokens[7].text_of(&tokens[7].payload().replace("https://id", "https:\\/\\/id")).into_bytes();
    expect(&all, &["encoding-differs"]);
    // The order of the members.
    let payload = tokens[7].payload();
    let moved = payload.replace(r#","_sd_alg":"sha-256""#, "").replacen('{', r#"{"_sd_alg":"sha-256","#, 1);
    all[7] = tokens[7].text_of(&moved).into_bytes();
    expect(&all, &["encoding-differs"]);
    expect(&cwts(|n, t| t.swapped = n == 7), &["encoding-free"]);
    expect(
        &cwts(|n, t| {
            if n == 7 {
                t.kid = b"issuer-2".to_vec()
            }
        }),
        &["iss-differs"],
    );

    expect(
        &one(|t| t.cnf = format!(r#"{{"jkt":"{}"}}"#, mimicred_jose::jwk::thumbprint(&key(&mut random(3))))),
        &["cnf-differs"],
    );
    let with_kid = |t: &mut Token| t.cnf = t.cnf.replace("}}", r#"},"kid":"alice-1"}"#);
    expect(&one(with_kid), &["cnf-differs", "cnf-kid"]);
    let ckt = |key: &PublicKey| [&[0xa1, 5, 0x58, 32][..], &mimicred_cose::key::thumbprint_sha256(key)].concat();
    expect(
        &cwts(|n, t| {
            if n == 7 {
                t.cnf = Some(ckt(&t.key))
            }
        }),
        &["cnf-differs"],
    );
}

/// mimi-mls 4.5 B-26.
#[test]
fn formats_and_algorithms_are_shared_or_found() {
    let p256 = |seed: usize| SecretKey::generate(Algorithm::P256, &mut random(seed as u8)).unwrap().public().clone();
    let jwk = |key: &PublicKey| {
        format!(r#"{{"jwk":{}}}"#, mimicred_jose::json::write_map(&mimicred_jose::jwk::public_members(key)).unwrap())
    };
    expect(&one(|t| t.cnf = jwk(&p256(7))), &["format-few"]);
    expect_clean(&batch(|n, t| {
        if n % 4 == 0 {
            t.cnf = jwk(&p256(n))
        }
    }));
    expect(&one(|t| t.header = t.header.replace("ES256", "ES384")), &["format-few"]);
    // Both formats for each key split nobody.
    let keys: Vec<_> = (0..5).map(p256).collect();
    let subs: Vec<String> = (0..5).map(|n| format!("mimi://a.example/p/{}", id(&mut random(n)))).collect();
    let jwts = batch(|n, t| {
        if n < 5 {
            (t.cnf, t.sub) = (jwk(&keys[n]), subs[n].clone())
        }
    });
    let picked: Vec<Vec<u8>> = jwts
        .into_iter()
        .filter(|text| {
            subs.iter().any(|sub| {
                String::from_utf8_lossy(
                    &mimicred_jose::base64url::decode(String::from_utf8_lossy(text).split('.').nth(1).unwrap()).unwrap(),
                )
                .contains(sub)
            })
        })
        .collect();
    assert_eq!(picked.len(), 5);
    let cwts: Vec<Vec<u8>> = (0..5)
        .map(|n| {
            let clean = sd_cwt::Token::clean(&mut random(40 + n as u8));
            sd_cwt::Token { key: keys[n].clone(), sub: subs[n].clone(), ..clean }.octets()
        })
        .collect();
    let report = expect_clean(&[picked, cwts].concat());
    assert!(!report.has(FindingKind::KeyAcrossNames));
}
