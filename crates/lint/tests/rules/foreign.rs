//! What others made: public examples, where they are at hand.

use std::path::{Path, PathBuf};

use mimicred_lint::{FindingKind, Item, Options, lint};

use crate::support::found;

/// The folder of public examples beside the clone, if it is there.
fn examples(folder: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors").join(folder);
    if beside.is_dir() {
        return Some(beside);
    }
    println!("skipped: no public examples of {folder}");
    None
}

/// Every file below a folder with this ending.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// What is in one published token is seen, and what is known to be good in it is not found wanting.
#[test]
fn published_sd_jwts_are_read() {
    let Some(folder) = examples("rfc9901") else { return };
    for path in [files(&folder, ".sdjwt"), files(&folder, ".json")].concat() {
        let octets = std::fs::read(&path).unwrap();
        let octets = octets.trim_ascii();
        let report = lint(&[Item { name: "published", octets }], &Options::default()).unwrap();
        assert_eq!(report.items[0].format, "sd-jwt");
        assert!(!report.has(FindingKind::SaltShort) && !report.has(FindingKind::SaltRepeated), "{}", path.display());
    }
    // Section 5.1: iat and exp to the second, digests as the claims stand, and claims in clear that alone prove nothing.
    let octets = std::fs::read(folder.join("5.1-issued.sdjwt")).unwrap();
    let item = Item { name: "5.1", octets: octets.trim_ascii() };
    let report = lint(&[item], &Options::default()).unwrap();
    assert!(report.has(FindingKind::TimeUnrounded) || report.has(FindingKind::TimeHourly), "{:?}", found(&report));
}

/// The working group's SD-CWT and its key binding token hold the same token: copies of one credential are one key in two places.
#[test]
fn published_sd_cwts_are_read() {
    let Some(folder) = examples("ietf-sd-cwt") else { return };
    let tokens: Vec<Vec<u8>> =
        ["issuer_cwt.cbor", "kbt.cbor"].iter().map(|name| std::fs::read(folder.join(name)).unwrap()).collect();
    let items: Vec<Item<'_>> = tokens.iter().map(|octets| Item { name: "published", octets }).collect();
    let report = lint(&items, &Options::default()).unwrap();
    assert!(report.items.iter().all(|item| item.format == "sd-cwt"));
    assert!(report.has(FindingKind::KeyReused) && report.has(FindingKind::SaltRepeated), "{:?}", found(&report));
}
