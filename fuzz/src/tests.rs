use std::fs;
use std::path::Path;

use mimicred_keys::sha256;

use super::TARGETS;

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
