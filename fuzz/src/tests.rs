use std::fs;
use std::path::Path;

use mimicred_keys::sha256;

use super::{Run, TARGETS, abuse_report, escrow, key_proof};

/// Every seed, and every input that was a finding once.
#[test]
fn the_seeds_bring_about_nothing() {
    for (target, run) in TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
        let mut seeds = 0;
        for seed in fs::read_dir(folder).unwrap() {
            run(&fs::read(seed.unwrap().path()).unwrap());
            seeds += 1;
        }
        assert!(seeds > 0, "{target} has no seeds");
    }
}

/// A little fuzzing for those who have no fuzzer.
#[test]
fn some_octets_bring_about_nothing() {
    for (_, run) in TARGETS {
        for n in 0_u32..300 {
            let mut octets = Vec::new();
            while octets.len() < usize::try_from(n).unwrap() {
                let block = [n.to_be_bytes().as_slice(), &octets].concat();
                octets.extend(sha256(&block));
            }
            run(&octets);
        }
    }
}

/// What a provider is sent: the seeds come as far as they are called, and with any bit turned over to no finding.
#[test]
fn every_bit_of_what_a_provider_is_sent_counts() {
    let forms = ["custody", "share", "record", "entry", "log", "memory", "partial", "countersignature", "row"];
    for (target, run, seeds) in [
        ("escrow", escrow::run as Run, escrow::seeds()),
        ("key_proof", key_proof::run, key_proof::seeds()),
        ("abuse_report", abuse_report::run, abuse_report::seeds()),
    ] {
        for (name, seed) in seeds {
            let told = run(&seed);
            match (target, name) {
                ("escrow", name) if forms.contains(&name) => assert_eq!(told, name),
                (_, "file" | "signed" | "trusted") => assert_eq!(told, "verified", "{target} {name}"),
                _ => {}
            }
            for bit in 8..seed.len() * 8 {
                let mut flipped = seed.clone();
                flipped[bit / 8] ^= 1 << (bit % 8);
                run(&flipped);
            }
        }
    }
}
