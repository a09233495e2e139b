//! `cargo run --release --manifest-path benches/Cargo.toml [-- quick]`: SD-CWT against the crypto floor and against the sd-cwt crate.
//!
//! The first row of each table is the floor: the cryptography over the same octets by the same backend. Ratios are the result;
//! microseconds are this machine's.

use std::time::Duration;

use mimicred_benches::floor::{Drawing, Issued, Presented};
use mimicred_benches::peer;
use mimicred_benches::timing::{Case, measure, print};
use mimicred_benches::tokens::{Cast, flat, half, names, nested};
use mimicred_claims::{Map, Selection};
use mimicred_keys::Algorithm;

fn main() {
    let quick = std::env::args().nth(1).as_deref() == Some("quick");
    let (rounds, sample) = if quick { (15, Duration::from_millis(2)) } else { (61, Duration::from_millis(5)) };
    for (algorithm, name) in [(Algorithm::Ed25519, "Ed25519"), (Algorithm::P256, "ESP256")] {
        let cast = Cast::new(algorithm);
        for count in [5, 20, 100, 900] {
            let theirs = peer::issue(peer::claims(count, &cast), count, &cast.issuer);
            let theirs = peer::present(&theirs, &cast.holder);
            let ours = cast.present(&cast.issue(flat(&names(count))), &Selection::All);
            let floor = Presented::new(&ours, cast.issuer.public(), cast.holder.public());
            let expected = cast.expectations();
            let cases = vec![
                Case::new("crypto only, over this presentation's octets", || floor.verify()),
                Case::new("mimicred", || cast.verify(&ours, &expected)),
                Case::new("sd-cwt 0.3 with cose2, on its own presentation", || peer::verify(&theirs, &cast)),
            ];
            print(&format!("verify, {name}, {count} flat claims, {} octets", ours.len()), &measure(cases, rounds, sample));

            let names = names(count);
            let (claims, marked) = (flat(&names), peer::claims(count, &cast));
            let floor = Issued::new(&cast.issue(claims.clone()));
            let cases = vec![
                Case::new("crypto only: one signature, a hash each", || floor.issue(&cast.issuer, Drawing::LeftOut)),
                Case::new("crypto only, and the salts drawn at once", || floor.issue(&cast.issuer, Drawing::Counted)),
                Case::with_input("mimicred", || claims.clone(), |claims| cast.issue(claims)),
                Case::with_input("sd-cwt 0.3 with cose2", || marked.clone(), |marked| peer::issue(marked, count, &cast.issuer)),
            ];
            print(&format!("issue, {name}, {count} flat claims"), &measure(cases, rounds, sample));
        }
        let (hundred, many) = (names(100), names(900));
        let shapes: [(&str, Map<'_>, Selection); 3] = [
            ("100 flat claims, 50 disclosed", flat(&hundred), half(100)),
            ("900 flat claims, none disclosed", flat(&many), Selection::None),
            ("1000 nested claims, all disclosed", nested(1000), Selection::All),
        ];
        for (shape, claims, selection) in shapes {
            let presentation = cast.present(&cast.issue(claims), &selection);
            let floor = Presented::new(&presentation, cast.issuer.public(), cast.holder.public());
            let expected = cast.expectations();
            let cases = vec![
                Case::new(format!("crypto only, {} disclosures", floor.disclosures()), || floor.verify()),
                Case::new("mimicred", || cast.verify(&presentation, &expected)),
            ];
            print(&format!("verify, {name}, {shape}"), &measure(cases, rounds, sample));
        }
    }
}
