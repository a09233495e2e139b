//! What whoever takes the files finds in them: nothing that a guess could be held against.

use std::collections::HashSet;
use std::fmt::Write;

use mimicred_room::{OneTime, Origin, ReplayStore, Use};
use rusqlite::Connection;

use crate::made::{HOUR, KEY, LATE, LEAF_KEY, Parts, Place, ROOM, at, in_other_process, key, leaf_key, other_process};

const NONCE: [u8; 32] = *b"\xb5\xf8nonce\x80of\xfethe reveal\xc3\x28 here\x01\x02\x03\x04";
const TOKEN_HASH: [u8; 32] = *b"\x9a\x7ftoken\xe2hash\xc1of the credential\x02\x03";
const ORIGIN: Origin = Origin { epoch: 0x1122_3344_5566_7788, leaf: 0xa1b2_c3d4 };
const THING: &[u8] = b"request nonce of the challenge";
const USER: &[u8] = b"hash of the message that answers";

/// What must not be found, as octets, and each as text in hex and base64url. No number here is so short that it stands anywhere.
fn secrets() -> Vec<(String, Vec<u8>)> {
    let numbers = [
        ("epoch", ORIGIN.epoch.to_be_bytes().to_vec()),
        ("epoch, little-endian", ORIGIN.epoch.to_le_bytes().to_vec()),
        ("epoch, decimal", ORIGIN.epoch.to_string().into_bytes()),
        ("leaf", ORIGIN.leaf.to_be_bytes().to_vec()),
        ("leaf, little-endian", ORIGIN.leaf.to_le_bytes().to_vec()),
        ("leaf, decimal", ORIGIN.leaf.to_string().into_bytes()),
    ];
    let parts = [
        ("room", ROOM.as_bytes()),
        ("host", b"hub.example"),
        ("nonce", &NONCE),
        ("token hash", &TOKEN_HASH),
        ("leaf key", &LEAF_KEY),
        ("key of the store", &KEY),
        ("thing", THING),
        ("user", USER),
        ("user, hashed", &mimicred_keys::sha256(USER)),
    ]
    .map(|(name, octets)| (name, octets.to_vec()));
    let raw: Vec<(&str, Vec<u8>)> = parts.into_iter().chain(numbers).collect();
    let as_text = |(name, octets): &(&str, Vec<u8>)| {
        let base64url = base64url(octets);
        [
            (format!("{name}, raw"), octets.clone()),
            (format!("{name}, hex"), hex(octets).into_bytes()),
            (format!("{name}, HEX"), hex(octets).to_uppercase().into_bytes()),
            (format!("{name}, base64url"), base64url.into_bytes()),
        ]
    };
    raw.iter().flat_map(as_text).collect()
}

fn hex(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |mut text, octet| {
        write!(text, "{octet:02x}").unwrap();
        text
    })
}

/// Without padding.
fn base64url(octets: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in octets.chunks(3) {
        let bits = chunk.iter().fold(0_usize, |bits, octet| bits << 8 | usize::from(*octet)) << (8 * (3 - chunk.len()));
        (0..=chunk.len()).for_each(|n| text.push(char::from(ALPHABET[bits >> (18 - 6 * n) & 63])));
    }
    text
}

fn contains(octets: &[u8], part: &[u8]) -> bool {
    octets.windows(part.len()).any(|window| window == part)
}

/// A store that knows the secrets, among others.
fn full() -> Place {
    let place = Place::new();
    let mut store = place.open();
    let leaf_key = leaf_key();
    let presented = Use { audience: ROOM, nonce: &NONCE, token_hash: &TOKEN_HASH, leaf_key: &leaf_key };
    store.record(&presented, ORIGIN, LATE).unwrap();
    store.record(&presented, Origin { epoch: 8, ..ORIGIN }, LATE).unwrap();
    store.use_up(&OneTime { kind: "challenge", thing: THING, user: USER }, LATE).unwrap();
    let parts: Vec<Parts> = (0..100).map(Parts::new).collect();
    let batch: Vec<(Use<'_>, Origin, i64)> = parts.iter().map(|parts| (parts.as_use(), ORIGIN, LATE)).collect();
    store.record_all(&batch).unwrap();
    place
}

/// mimi-mls.md 3.5.2, and issue 6: seized, it confirms no guess. While the store is open, and after it was closed.
#[test]
fn the_files_have_nothing_of_what_was_filed() {
    let place = full();
    let open = place.open();
    for octets in [place.octets(), {
        drop(open);
        place.octets()
    }] {
        // What is searched is what was written.
        let tag = key().tag(&Parts::new(1).as_use()).unwrap();
        assert!(contains(&octets, &tag));
        for (name, secret) in secrets() {
            assert!(!contains(&octets, &secret), "{name}");
        }
    }
}

/// The same in the middle of a transaction: what the journal and pages not yet finished hold.
#[test]
fn a_process_that_is_killed_leaves_nothing_either() {
    let place = full();
    let raw = place.raw();
    // A cache of a few pages, so that changes go to the file before they are final.
    raw.execute_batch(
        "PRAGMA cache_size = 2; PRAGMA cache_spill = 1; BEGIN IMMEDIATE; UPDATE seen SET keep_until = keep_until + 3600",
    )
    .unwrap();
    assert!(std::fs::metadata(place.journal()).unwrap().len() > 0);
    let octets = place.octets();
    for (name, secret) in secrets() {
        assert!(!contains(&octets, &secret), "{name}");
    }
}

/// The search finds each of them where it is: planted in a table, and found.
#[test]
fn the_search_would_find_what_was_planted() {
    for (name, secret) in secrets() {
        let place = full();
        let plant = |raw: Connection| {
            raw.execute_batch("CREATE TABLE leak (x)").unwrap();
            raw.execute("INSERT INTO leak VALUES (?1)", [&secret]).unwrap();
        };
        plant(place.raw());
        assert!(contains(&place.octets(), &secret), "{name}");
    }
}

/// Nobody can tell without the key that two stores know the same: no octet string of one row is in the other's.
#[test]
fn rows_are_of_their_key() {
    let rows = |key: [u8; 32]| {
        let place = Place::new();
        let mut store =
            mimicred_replay::SqliteReplayStore::open(place.file(), mimicred_room::ReplayKey::from_octets(key)).unwrap();
        for n in 0..3 {
            store.record(&Parts::new(n).as_use(), ORIGIN, LATE).unwrap();
        }
        let raw = place.raw();
        let mut statement = raw.prepare("SELECT tag, holder FROM seen UNION ALL SELECT key_check, key_check FROM store").unwrap();
        let rows = statement.query_map([], |row| Ok([row.get(0)?, row.get(1)?])).unwrap();
        rows.flat_map(Result::unwrap).collect::<Vec<[u8; 32]>>()
    };
    let (one, other) = (rows([1; 32]), rows([2; 32]));
    assert!(one.iter().all(|octets| !other.contains(octets)));
    assert_eq!(one, rows([1; 32]));
    // One origin, three uses: a guess at where one came from tells nothing of the others.
    let mut holders: Vec<&[u8; 32]> = one.iter().skip(1).step_by(2).collect();
    holders.sort_unstable();
    holders.dedup();
    assert_eq!(holders.len(), 4);
}

/// Computed with Python's hmac, key 32 x 01: over "mimicred replay store v1" for the key; over "mimicred replay origin v1", the tag, the epoch in 8 octets and the leaf in 4 for where a use came from.
#[test]
fn rows_are_the_documented_hmacs() {
    let place = Place::new();
    let key = || mimicred_room::ReplayKey::from_octets([1; 32]);
    let leaf_key = leaf_key();
    let presented = Use { audience: "room", nonce: b"n", token_hash: &[7; 32], leaf_key: &leaf_key };
    let mut store = mimicred_replay::SqliteReplayStore::open(place.file(), key()).unwrap();
    store.record(&presented, Origin { epoch: 7, leaf: 2 }, 3601).unwrap();
    let row: ([u8; 32], [u8; 32], i64) = place
        .raw()
        .query_row("SELECT tag, holder, keep_until FROM seen", [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap();
    assert_eq!(hex(&row.0), "25643742822d87d17bbd399049bbfec955ea76914fc9bd78cde336701da4d7aa");
    assert_eq!(hex(&row.1), "840c9d83d42108d22f084b6b58cbaffa023568a3abd56bc9e27affb87bb14944");
    assert_eq!(row.2, 7200);
    let check: [u8; 32] = place.raw().query_row("SELECT key_check FROM store", [], |row| row.get(0)).unwrap();
    assert_eq!(hex(&check), "ca3fb6dbf3f75fc921fa8c6e2f36034a4792aed79c348c698e262cb01b4cd27f");
}

/// What is forgotten is in no page, no gap of a page and no other file; and what is kept is.
#[test]
fn what_is_forgotten_is_gone_from_the_files() {
    let place = Place::new();
    let mut store = place.open();
    let parts: Vec<Parts> = (0..3000).map(Parts::new).collect();
    let keep = |n: usize| if n.is_multiple_of(10) { LATE } else { HOUR };
    // Some after the other, so that pages fill and are split: that leaves copies of rows where no row is.
    let filed: Vec<(Use<'_>, Origin, i64)> =
        parts.iter().enumerate().map(|(n, parts)| (parts.as_use(), at(1), keep(n))).collect();
    for some in filed.chunks(50) {
        store.record_all(some).unwrap();
    }
    let rows: Vec<([u8; 32], [u8; 32], i64)> = {
        let raw = place.raw();
        let mut statement = raw.prepare("SELECT tag, holder, keep_until FROM seen").unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
        rows.map(Result::unwrap).collect()
    };
    assert_eq!(rows.len(), 3000);
    let size = std::fs::metadata(place.file()).unwrap().len();
    store.forget(2 * HOUR).unwrap();
    assert_eq!(place.rows(), 300);
    let octets = place.octets();
    let all: HashSet<&[u8]> = octets.windows(32).collect();
    for (tag, holder, keep_until) in &rows {
        for part in [tag, holder] {
            assert_eq!(all.contains(&part[..]), *keep_until == LATE);
        }
    }
    assert!(std::fs::metadata(place.file()).unwrap().len() < size);
    assert_eq!(std::fs::metadata(place.journal()).unwrap().len(), 0);
}

/// From the first octet on, whatever the umask is; the journal as well; and a file that somebody else has made before.
#[cfg(unix)]
#[test]
fn the_files_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    const TEST: &str = "seized::the_files_are_for_their_owner_only";
    let mode = |file: &std::path::Path| std::fs::metadata(file).unwrap().permissions().mode() & 0o777;
    if let Some(file) = in_other_process() {
        let mut store = mimicred_replay::SqliteReplayStore::open(file, key()).unwrap();
        store.record(&Parts::new(1).as_use(), at(1), HOUR).unwrap();
        return;
    }
    for made_before in [false, true] {
        let place = Place::new();
        if made_before {
            std::fs::write(place.file(), b"").unwrap();
            std::fs::set_permissions(place.file(), PermissionsExt::from_mode(0o666)).unwrap();
        }
        let shell = ["sh", "-c", "umask 0; exec \"$@\"", "sh"];
        assert!(other_process(TEST, &place.file(), &shell).status().unwrap().success());
        assert_eq!((mode(&place.file()), mode(&place.journal())), (0o600, 0o600));
    }
}
