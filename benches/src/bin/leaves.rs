//! `cargo run --release --manifest-path benches/Cargo.toml --bin leaves [-- quick] [on-core]`: a room of 1 000 pseudonyms is received.
//! What MLS costs, by OpenMLS, and what the credentials in the leaves cost on top, by us.
//!
//! The first row is the faster of the two ways of OpenMLS to import a tree. Under `taskset -c 0` everything runs on one core, and
//! `on-core` then counts only the time on it.

use std::time::Duration;

use mimicred_benches::room::{CredentialFormat, Room};
use mimicred_benches::timing::{Case, count_time_on_core, measure, print};
use mimicred_keys::Algorithm;
use mimicred_mls::Suite;
use mimicred_mls::group::Hub;
use mimicred_mls::rules::NoRules;
use mimicred_room::{EpochSnapshot, screen};

fn main() {
    let is_named = |name: &str| std::env::args().skip(1).any(|arg| arg == name);
    let (members, rounds) = if is_named("quick") { (50, 3) } else { (1000, 11) };
    if is_named("on-core") {
        count_time_on_core();
    }
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    println!("{members} members, {cores} cores");
    for (suite, name) in [(Suite::X25519Aes128Ed25519, "suite 1, Ed25519"), (Suite::P256Aes128P256, "suite 2, P-256")] {
        for (format, format_name) in
            [(CredentialFormat::X509, "x509"), (CredentialFormat::SdCwt, "SD-CWT"), (CredentialFormat::SdJwt, "SD-JWT")]
        {
            for (issuer, issuer_name) in [(Algorithm::Ed25519, "Ed25519"), (Algorithm::P256, "P-256")] {
                let room = Room::new(suite, format, issuer, members);
                received(&format!("{name}, {format_name} issued with {issuer_name}"), &room, rounds);
            }
        }
    }
}

fn received(title: &str, room: &Room, rounds: usize) {
    let enter = || EpochSnapshot::enter(&room.view, &room.trust, room.now, None).unwrap();
    // That something was measured: nobody is objected to, and everybody is verified.
    assert_eq!(screen(&room.view.leaves), []);
    let snapshot = enter();
    assert!(snapshot.leaves().all(|leaf| leaf.member().is_some()), "{:?}", snapshot.leaf(0).map(|leaf| leaf.standing()));

    let hub = Hub::open(&room.group_info, NoRules).unwrap();
    let mut newcomers = room.newcomers.iter().cycle();
    let cases = vec![
        Case::new("OpenMLS: a hub imports the GroupInfo", || Hub::open(&room.group_info, NoRules).unwrap()),
        Case::with_input("OpenMLS: a newcomer joins by the Welcome", || newcomers.next().unwrap(), |m| m.join(&room.welcome)),
        Case::new("read: leaf keys and credentials", || hub.leaves().unwrap()),
        Case::new("screened: parsed, key equality, profile", || screen(&room.view.leaves)),
        Case::new("read and screened", || screen(&hub.leaves().unwrap().0)),
        Case::new("verified: every issuer's signature, the snapshot", enter),
    ];
    // Short work several times: the kernel counts in steps of some milliseconds.
    print(title, &measure(cases, rounds, Duration::from_millis(60)));
}
