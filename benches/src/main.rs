//! `cargo run --release --manifest-path benches/Cargo.toml [-- sd-cwt|sd-jwt|x509] [quick]`: verifying and issuing against the crypto
//! floor and against peers; all formats unless some are named.
//!
//! The first row of each table is the floor: the cryptography over the same octets by the same backend. Ratios are the result;
//! microseconds are this machine's.

use std::time::Duration;

use mimicred_benches::claims::{flat, half, names, nested};
use mimicred_benches::floor::Drawing;
use mimicred_benches::format::Format;
use mimicred_benches::sd_cwt::SdCwt;
use mimicred_benches::sd_jwt::SdJwt;
use mimicred_benches::timing::{Case, measure, print};
use mimicred_benches::x509;
use mimicred_claims::{Map, Selection};
use mimicred_keys::Algorithm;

/// Rounds, and how long a case runs in each.
type Effort = (usize, Duration);

const FORMATS: [&str; 3] = ["sd-cwt", "sd-jwt", "x509"];

fn main() {
    let named: Vec<String> = std::env::args().skip(1).collect();
    if let Some(unknown) = named.iter().find(|name| !FORMATS.contains(&name.as_str()) && *name != "quick") {
        eprintln!("{unknown}: not one of {}, quick", FORMATS.join(", "));
        std::process::exit(2);
    }
    let is_named = |name: &str| named.iter().any(|given| given == name);
    let effort = if is_named("quick") { (15, Duration::from_millis(2)) } else { (61, Duration::from_millis(5)) };
    let is_wanted = |format: &str| is_named(format) || !FORMATS.iter().any(|format| is_named(format));
    if is_wanted("sd-cwt") {
        tables::<SdCwt>(effort);
    }
    if is_wanted("sd-jwt") {
        tables::<SdJwt>(effort);
    }
    if is_wanted("x509") {
        x509::tables(effort);
    }
}

fn tables<F: Format>(effort: Effort) {
    println!("# {}", F::NAME);
    for algorithm in [Algorithm::Ed25519, Algorithm::P256] {
        let (format, name) = (F::new(algorithm), F::algorithm(algorithm));
        for count in [5, 20, 100, 900] {
            verify_all(&format, name, count, effort);
            issue(&format, name, count, effort);
        }
        verify_shapes(&format, name, effort);
    }
}

/// Flat claims, all of them disclosed.
fn verify_all<F: Format>(format: &F, algorithm: &str, count: usize, (rounds, sample): Effort) {
    let names = names(count);
    let presentation = format.present(&format.issue(flat(F::visible(), &names)), &Selection::All);
    let floor = format.presented(&presentation);
    let mut cases = vec![
        Case::new("crypto only, over this presentation's octets", || floor.verify()),
        Case::new("mimicred", || format.verify(&presentation)),
    ];
    cases.extend(format.verifying_peers(count));
    let octets = presentation.as_ref().len();
    print(&format!("verify, {algorithm}, {count} flat claims, {octets} octets"), &measure(cases, rounds, sample));
}

fn issue<F: Format>(format: &F, algorithm: &str, count: usize, (rounds, sample): Effort) {
    let names = names(count);
    let claims = flat(F::visible(), &names);
    let (key, floor) = (format.issuer_key(), format.issued(&format.issue(claims.clone())));
    let mut cases = vec![
        Case::new("crypto only: one signature, a hash each", || floor.issue(key, Drawing::LeftOut)),
        Case::new("crypto only, and the salts drawn at once", || floor.issue(key, Drawing::Counted)),
        Case::with_input("mimicred", || claims.clone(), |claims| format.issue(claims)),
    ];
    cases.extend(format.issuing_peers(count));
    print(&format!("issue, {algorithm}, {count} flat claims"), &measure(cases, rounds, sample));
}

/// Other claims and other choices, without peers.
fn verify_shapes<F: Format>(format: &F, algorithm: &str, (rounds, sample): Effort) {
    let (hundred, many) = (names(100), names(900));
    let shapes: [(&str, Map<'_>, Selection); 3] = [
        ("100 flat claims, 50 disclosed", flat(F::visible(), &hundred), half(100)),
        ("900 flat claims, none disclosed", flat(F::visible(), &many), Selection::None),
        ("1000 nested claims, all disclosed", nested(F::visible(), 1000), Selection::All),
    ];
    for (shape, claims, selection) in shapes {
        let presentation = format.present(&format.issue(claims), &selection);
        let floor = format.presented(&presentation);
        let cases = vec![
            Case::new(format!("crypto only, {} disclosures", floor.disclosures.len()), || floor.verify()),
            Case::new("mimicred", || format.verify(&presentation)),
        ];
        print(&format!("verify, {algorithm}, {shape}"), &measure(cases, rounds, sample));
    }
}
