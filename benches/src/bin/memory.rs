//! `cargo run --release --manifest-path benches/Cargo.toml --bin memory`: allocations and peak memory of one verification.

use mimicred_benches::claims::{flat, names};
use mimicred_benches::format::Format;
use mimicred_benches::sd_cwt::SdCwt;
use mimicred_benches::sd_jwt::SdJwt;
use mimicred_claims::Selection;
use mimicred_keys::Algorithm;

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

fn main() {
    count::<SdCwt>();
    count::<SdJwt>();
}

fn count<F: Format>() {
    let format = F::new(Algorithm::Ed25519);
    println!("one verification, {}: allocations, and most octets held at once beside the presentation", F::NAME);
    for count in [5, 20, 100, 900] {
        let names = names(count);
        let presentation = format.present(&format.issue(flat(F::visible(), &names)), &Selection::All);
        format.verify(&presentation);
        let profiler = dhat::Profiler::builder().testing().build();
        let before = dhat::HeapStats::get();
        format.verify(&presentation);
        let after = dhat::HeapStats::get();
        drop(profiler);
        println!(
            "  {count:>4} claims, {:>7} octets: {:>5} allocations, {:>8} octets",
            presentation.as_ref().len(),
            after.total_blocks - before.total_blocks,
            after.max_bytes - before.curr_bytes
        );
    }
}
