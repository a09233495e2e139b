//! `cargo run --release --manifest-path benches/Cargo.toml --bin growth`: time per disclosure at 1 000, 10 000 and 100 000.

use std::time::Duration;

use mimicred_benches::floor::Presented;
use mimicred_benches::timing::{Case, measure};
use mimicred_benches::tokens::{Cast, flat, names, nested};
use mimicred_claims::Selection;
use mimicred_keys::Algorithm;

fn main() {
    let cast = Cast::new(Algorithm::P256);
    println!("verify, ESP256: time per disclosure in ns, crypto alone beside it");
    for count in [1_000, 10_000, 100_000] {
        let names = names(count);
        for (shape, claims) in [("flat", flat(&names)), ("nested", nested(count))] {
            let presentation = cast.present(&cast.issue(claims), &Selection::All);
            let floor = Presented::new(&presentation, cast.issuer.public(), cast.holder.public());
            let expected = cast.expectations();
            let cases =
                vec![Case::new("crypto", || floor.verify()), Case::new("mimicred", || cast.verify(&presentation, &expected))];
            let rows = measure(cases, 9, Duration::from_millis(20));
            let per = |micros: f64| micros * 1e3 / floor.disclosures() as f64;
            println!("  {shape:<6} {count:>7}  {:>7.0}  {:>7.0}", per(rows[1].micros), per(rows[0].micros));
        }
    }
}
