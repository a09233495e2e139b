//! `cargo run --release --manifest-path benches/Cargo.toml --bin memory`: allocations and peak memory of one verification.

use mimicred_benches::tokens::{Cast, flat, names};
use mimicred_claims::Selection;
use mimicred_keys::Algorithm;

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

fn main() {
    let cast = Cast::new(Algorithm::Ed25519);
    println!("one verification: allocations, and most octets held at once beside the presentation");
    for count in [5, 20, 100, 900] {
        let presentation = cast.present(&cast.issue(flat(&names(count))), &Selection::All);
        let expected = cast.expectations();
        cast.verify(&presentation, &expected);
        let profiler = dhat::Profiler::builder().testing().build();
        let before = dhat::HeapStats::get();
        cast.verify(&presentation, &expected);
        let after = dhat::HeapStats::get();
        drop(profiler);
        println!(
            "  {count:>4} claims, {:>7} octets: {:>5} allocations, {:>8} octets",
            presentation.len(),
            after.total_blocks - before.total_blocks,
            after.max_bytes - before.curr_bytes
        );
    }
}
