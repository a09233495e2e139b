//! The flows, and every statement about them.

use std::time::{SystemTime, UNIX_EPOCH};

use super::*;

mod abuse;
mod linkage;

/// Which statement a mistake breaks, in each flow.
const CONNECTION: [(&str, &str); 11] = [
    ("clear_handshakes", "C-6"),
    ("clear_tree", "C-6"),
    ("claims_in_leaf", "C-1"),
    ("outsized_reveal", "C-11"),
    ("no_delay", "C-11b"),
    ("claims_in_request", "C-4"),
    ("names_in_room", "C-1"),
    ("marked_key_package", "T-23"),
    ("offered_key_package_kept", "C-7b"),
    ("one_key", "C-2"),
    ("human_name", "C-1"),
];
const JOIN_LINK: [(&str, &str); 5] = [
    ("clear_handshakes", "L-3"),
    ("claims_in_leaf", "L-1"),
    ("link_in_room", "L-2"),
    ("names_in_room", "L-1"),
    ("human_name", "L-1"),
];
const KNOCK: [(&str, &str); 7] = [
    ("clear_handshakes", "K-5"),
    ("clear_tree", "K-5"),
    ("claims_in_leaf", "K-1"),
    ("names_in_room", "K-1"),
    ("human_name", "K-1"),
    ("one_key", "K-2"),
    ("open_knock", "K-3"),
];

const ABUSE: [(&str, &str); 10] = [
    ("clear_handshakes", "A-4"),
    ("names_in_room", "A-1"),
    ("hasty_remedy", "A-6"),
    ("decoy_of_somebody", "A-8"),
    ("message_reported", "A-3"),
    ("reporter_named", "A-4b"),
    ("rooms_asked", "A-2"),
    ("rooms_asked", "A-9"),
    ("clear_report", "A-4"),
    ("clear_report", "A-5"),
];

/// No mistake is left out: serial numbers that count up show in a batch only ([`linkage`]).
#[test]
fn every_mistake_is_planted_somewhere() {
    for (name, _) in Faults::each() {
        let planted = [&CONNECTION[..], &JOIN_LINK, &KNOCK, &ABUSE].concat();
        assert!(name == "counted_serials" || planted.iter().any(|(known, _)| *known == name), "{name}");
    }
}

fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

/// The same octets every time: what is found by chance is found never, or always.
fn options() -> Options<'static> {
    Options { source: Source::seeded([7; 32]), ..Options::builtin(now()).unwrap() }
}

fn told(flow: Flow) -> Outcome {
    run(flow, &options(), |_| {}).unwrap()
}

/// A mistake is planted, and the statement that is about it must not hold any more.
fn planted(flow: Flow, table: &[(&str, &str)]) {
    let (mut others, each) = (None, Faults::each());
    for same in table.chunk_by(|one, other| one.0 == other.0) {
        let name = same[0].0;
        let faults = each.iter().find(|(known, _)| *known == name).unwrap().1;
        let directory = tempfile::tempdir().unwrap();
        let options = Options { faults, directory: Some(directory.path().to_owned()), ..options() };
        let outcome = run_among(flow, &options, |_| {}, &mut others);
        let Outcome { report, .. } = outcome.unwrap_or_else(|e| panic!("{name}: {e:?}"));
        for (_, expected) in same {
            assert!(broken(&report).contains(expected), "{name}: {:?}", broken(&report));
        }
    }
}

/// What was found, with the octets around it.
fn show(outcome: &Outcome) {
    let Outcome { report, record } = outcome;
    println!("{}", crate::report::text::outcomes(report, 120));
    println!("{}", crate::report::text::matrix(report, 140));
    println!("{}", crate::report::text::statements(report, 120));
    for find in report.statements.iter().flat_map(|it| &it.finds) {
        let is_it = |it: &&crate::record::Sight| {
            it.who == find.who && it.view.to_string() == find.view && it.what == find.what && it.message == find.message
        };
        let octets = record.sights().iter().find(is_it).and_then(|sight| sight.octets.get(find.offset..find.offset + 24));
        println!("{} in {} {:?} at {}: {octets:02x?}", find.needle, find.what, find.message, find.offset);
    }
}

/// Statements that do not hold.
fn broken(report: &FlowReport) -> Vec<&str> {
    report.statements.iter().filter(|statement| !statement.holds).map(|statement| statement.id.as_str()).collect()
}

#[test]
fn the_connection_flow_holds() {
    let outcome = told(Flow::Connection);
    show(&outcome);
    assert!(outcome.report.holds());
    assert!(outcome.record.totals().messages > 100);
}

/// mimi-mls 4.4: every mistake that can be planted in a connection breaks the statement that is about it.
#[test]
fn leaks_in_a_connection_are_found() {
    planted(Flow::Connection, &CONNECTION);
}

#[test]
fn the_join_link_flow_holds() {
    let outcome = told(Flow::JoinLink);
    show(&outcome);
    assert!(outcome.report.holds());
}

#[test]
fn leaks_with_a_join_link_are_found() {
    planted(Flow::JoinLink, &JOIN_LINK);
}

#[test]
fn the_knock_flow_holds() {
    let outcome = told(Flow::Knock);
    show(&outcome);
    assert!(outcome.report.holds());
}

#[test]
fn leaks_with_a_knock_are_found() {
    planted(Flow::Knock, &KNOCK);
}

fn outcomes(report: &FlowReport) -> Vec<&str> {
    report.outcomes.iter().filter(|outcome| !outcome.held).map(|outcome| outcome.what.as_str()).collect()
}

/// mimi-mls 3.6.1: consent for all initial connections, and none.
#[test]
fn bob_may_consent_beforehand_or_not_at_all() {
    let with = |consent| run(Flow::Connection, &Options { consent, ..options() }, |_| {}).unwrap();
    let blanket = with(Consent::Blanket);
    show(&blanket);
    assert!(blanket.report.holds(), "{:?} {:?}", broken(&blanket.report), outcomes(&blanket.report));
    let Outcome { report, record } = with(Consent::Refused);
    assert!(report.holds());
    assert!(!record.messages().iter().any(|message| message.kind == "UpdateRequest"));
}

/// mimi-mls 3.6.4: what has run out is asked for anew, and given under another pseudonym.
#[test]
fn a_late_answer_asks_anew() {
    let outcome = run(Flow::Connection, &Options { answer: Answer::Late, ..options() }, |_| {}).unwrap();
    show(&outcome);
    assert!(outcome.report.holds());
    assert!(outcome.report.outcomes.iter().any(|outcome| outcome.what.contains("the new offer")));
}

/// A seed repeats the octets with Ed25519, and the sequence with P-256 (ECDSA signs with fresh randomness).
#[test]
fn a_seed_repeats_a_run() {
    for flow in Flow::ALL {
        let octets = |outcome: &Outcome| -> Vec<(String, Vec<u8>)> {
            outcome.record.messages().iter().map(|it| (format!("{} {} {}", it.from, it.to, it.kind), it.octets.clone())).collect()
        };
        let stores = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let [one, other] = stores.each_ref().map(|store| Some(store.path().to_owned()));
        let options = Options { directory: one, ..options() };
        let again = Options { source: Source::seeded([7; 32]), directory: other, ..options.clone() };
        let mut others = None;
        let mut played = |options| run_among(flow, options, |_| {}, &mut others).unwrap();
        let (one, two) = (played(&options), played(&again));
        let (one, two) = (octets(&one), octets(&two));
        assert_eq!(one.len(), two.len());
        let differs = one.iter().zip(&two).find(|(one, two)| one != two);
        assert!(differs.is_none(), "{}: {:?}", flow.name(), differs.map(|(one, _)| &one.0));
    }
}

#[test]
fn every_suite_and_format_will_do() {
    for (flow, algorithm, format) in [
        (Flow::Connection, Algorithm::P256, Format::SdJwtKb),
        (Flow::JoinLink, Algorithm::P256, Format::SdKbt),
        (Flow::Knock, Algorithm::Ed25519, Format::MlsCredential),
        (Flow::Connection, Algorithm::Ed25519, Format::MlsCredential),
    ] {
        let outcome = run(flow, &Options { algorithm, format, ..options() }, |_| {}).unwrap();
        show(&outcome);
        assert!(outcome.report.holds(), "{} {algorithm} {format:?}", flow.name());
    }
}

/// A room of fifty.
#[test]
fn many_follow_a_newcomer() {
    let outcome = run(Flow::JoinLink, &Options { others: 47, ..options() }, |_| {}).unwrap();
    show(&outcome);
    assert!(outcome.report.holds());
    assert!(outcome.report.outcomes.iter().any(|outcome| outcome.what.starts_with("47 others")));
}
