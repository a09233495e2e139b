//! `cargo run --release --manifest-path benches/Cargo.toml --bin reveals [-- quick] [on-core]`: 10 000 members of a room reveal at once,
//! each an SD-KBT of 20 claims, all disclosed, both keys of Ed25519. What their signatures cost one after the other, and the whole
//! verification by us: one message after the other, and all together.
//!
//! The first row is the floor: two signatures for each reveal, and nothing else. Under `taskset -c 0` everything runs on one core, and
//! `on-core` then counts only the time on it.

use std::time::Duration;

use mimicred_benches::revealed::Revealed;
use mimicred_benches::timing::{Case, count_time_on_core, measure, print};
use mimicred_room::VerdictCode;

fn main() {
    let is_named = |name: &str| std::env::args().skip(1).any(|arg| arg == name);
    let (reveals, rounds) = if is_named("quick") { (200, 3) } else { (10_000, 7) };
    if is_named("on-core") {
        count_time_on_core();
    }
    let revealed = Revealed::new(reveals);
    // That something was measured: everybody is accepted, by the same verdict either way.
    let (together, alone) = (revealed.verify_all(), revealed.verify_each());
    assert!(together.iter().all(|verdict| verdict.code == VerdictCode::Ok), "{}", together[0]);
    assert!(together.iter().zip(&alone).all(|(a, b)| a.to_string() == b.to_string()));
    assert_eq!(together[0].claims.len(), Revealed::CLAIMS);

    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let cases = vec![
        Case::new("signatures only, one after the other", || revealed.verify_signatures()),
        Case::new("verify, one message after the other", || revealed.verify_each()),
        Case::new("verify_all", || revealed.verify_all()),
    ];
    print(&format!("{reveals} reveals, {cores} cores"), &measure(cases, rounds, Duration::ZERO));
}
