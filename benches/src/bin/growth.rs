//! `cargo run --release --manifest-path benches/Cargo.toml --bin growth`: time per disclosure as their number grows.

use std::time::Duration;

use mimicred_benches::claims::{flat, names, nested};
use mimicred_benches::format::Format;
use mimicred_benches::sd_cwt::SdCwt;
use mimicred_benches::sd_jwt::SdJwt;
use mimicred_benches::timing::{Case, measure};
use mimicred_claims::Selection;
use mimicred_keys::Algorithm;

fn main() {
    grow::<SdCwt>();
    grow::<SdJwt>();
}

fn grow<F: Format>() {
    let format = F::new(Algorithm::P256);
    println!("verify, {}, {}: time per disclosure in ns, crypto alone beside it", F::NAME, F::algorithm(Algorithm::P256));
    for count in [1_000, 10_000, 100_000] {
        let names = names(count);
        for (shape, claims) in [("flat", flat(F::visible(), &names)), ("nested", nested(F::visible(), count))] {
            let presentation = format.present(&format.issue(claims), &Selection::All);
            let floor = format.presented(&presentation);
            let cases = vec![Case::new("crypto", || floor.verify()), Case::new("mimicred", || format.verify(&presentation))];
            let rows = measure(cases, 9, Duration::from_millis(20));
            let per = |micros: f64| micros * 1e3 / floor.disclosures.len() as f64;
            println!("  {shape:<6} {count:>7}  {:>7.0}  {:>7.0}", per(rows[1].micros), per(rows[0].micros));
        }
    }
}
