//! The abuse flow, in every escrow mode, with a store of each run in a directory of its own.

use mimicred_jose::base64url;
use tempfile::TempDir;

use super::*;

fn with(directory: &TempDir) -> Options<'static> {
    Options { directory: Some(directory.path().to_owned()), ..options() }
}

#[test]
fn the_abuse_flow_holds_in_every_escrow_mode() {
    for escrow in Escrow::ALL {
        let directory = tempfile::tempdir().unwrap();
        let outcome = run(Flow::Abuse, &Options { escrow, ..with(&directory) }, |_| {}).unwrap();
        show(&outcome);
        assert!(outcome.report.holds(), "{}: {:?} {:?}", escrow.name(), broken(&outcome.report), outcomes(&outcome.report));
        no_pseudonym_is_in(&directory, &outcome);
    }
}

/// In no mode do the files of B's store have a pseudonym as it is known to others.
fn no_pseudonym_is_in(directory: &TempDir, outcome: &Outcome) {
    let files = std::fs::read_dir(directory.path()).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
    let octets: Vec<u8> = files.flatten().collect();
    let has = |needle: &[u8]| octets.windows(needle.len()).any(|window| window == needle);
    assert!(has(b"account-0666"), "names of accounts are there");
    let is_answer = |it: &&Message| it.kind == "Credentials" && it.from == "b.example";
    let mut looked_for = 0;
    for answer in outcome.record.messages().iter().filter(is_answer) {
        for rest in String::from_utf8_lossy(&answer.octets).split("mimi://b.example/p/").skip(1) {
            let id = &rest[..22];
            assert!(!has(id.as_bytes()) && !has(&base64url::decode(id).unwrap()));
            looked_for += 1;
        }
    }
    assert_eq!(looked_for, 6);
}

#[test]
fn leaks_with_abuse_are_found() {
    planted(Flow::Abuse, &ABUSE);
}

#[test]
fn the_abuse_flow_needs_a_place_for_its_store() {
    let error = run(Flow::Abuse, &options(), |_| {}).unwrap_err();
    assert_eq!(error.code(), Code::DirectoryMissing);
}
