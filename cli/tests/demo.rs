//! `mimicred demo --json`: what a program may rely on.
#![cfg(test)]

use std::collections::BTreeSet;
use std::process::Command;

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Report {
    suite: String,
    rooms: Vec<Room>,
    credentials: Vec<Credential>,
    reveals: Vec<Reveal>,
    attacks: Vec<Attack>,
    not_applicable: Vec<NotApplicable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Room {
    uri: String,
    carriages: Vec<String>,
    policy: String,
    policy_octets: usize,
    visible_to_roles: Vec<u32>,
    members: Vec<Member>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Member {
    name: String,
    provider: String,
    pseudonym: String,
    role: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Credential {
    kind: String,
    octets: usize,
    visible: Vec<String>,
    disclosures: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reveal {
    format: String,
    carriage: String,
    disclosed: Vec<String>,
    presentation_octets: usize,
    message_octets: usize,
    expected: String,
    as_expected: bool,
    accepted: bool,
    heard: Vec<Heard>,
    kept_out: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attack {
    attack: String,
    sentence: String,
    format: String,
    carriage: String,
    expected: String,
    code: String,
    refused: bool,
    heard: Vec<Heard>,
    kept_out: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NotApplicable {
    attack: String,
    format: String,
    carriage: String,
    reason: String,
}

/// A verdict has its own description.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Heard {
    by: String,
    verdict: Verdict,
}

#[derive(Deserialize)]
struct Verdict {
    version: u16,
    code: String,
    claims: Vec<Claim>,
}

#[derive(Deserialize)]
struct Claim {
    value: Value,
}

/// A value as JSON: of the demo's claims, a text or a truth.
#[derive(Deserialize, PartialEq)]
#[serde(untagged)]
enum Value {
    Text(String),
    Truth(bool),
}

const FORMATS: [&str; 3] = ["sd_kbt", "sd_jwt_kb", "mls_credential"];
const CARRIAGES: [&str; 5] = ["bare", "bundle", "content", "content_bundle", "sealed"];

fn demo(arguments: &[&str]) -> Report {
    let output = Command::new(env!("CARGO_BIN_EXE_mimicred")).args(["demo", "--json"]).args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn json_has_everything_with_its_carriage() {
    let report = demo(&[]);
    assert_eq!(report.suite, "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519");
    let [open, closed] = report.rooms.as_slice() else { panic!("two rooms") };
    assert_eq!(
        (open.carriages.as_slice(), closed.carriages.as_slice()),
        (&CARRIAGES.map(String::from)[..4], &["sealed".into()][..])
    );
    assert_eq!((open.visible_to_roles.as_slice(), closed.visible_to_roles.as_slice()), (&[][..], &[3, 4][..]));
    assert_ne!(open.uri, closed.uri);
    for room in &report.rooms {
        assert!(room.policy.starts_with('{') && room.policy_octets > 100);
        let members: Vec<_> = room.members.iter().map(|member| (member.name.as_str(), member.role)).collect();
        assert_eq!(members, [("Carol", 4), ("Alice", 2), ("Bob", 3), ("Dora", 2)]);
        for member in &room.members {
            assert!(member.pseudonym.starts_with(&format!("mimi://{}/p/", member.provider)));
        }
    }
    let pseudonyms: BTreeSet<_> = report.rooms.iter().flat_map(|room| &room.members).map(|member| &member.pseudonym).collect();
    assert_eq!(pseudonyms.len(), 8, "nobody has one pseudonym in two rooms");
    assert_eq!(report.credentials.len(), 4);
    assert!(report.credentials.iter().all(|it| it.octets > 200 && !it.visible.is_empty() && !it.kind.is_empty()));
    assert!(report.credentials.iter().any(|it| it.disclosures > 5));

    let mut cells = BTreeSet::new();
    for reveal in &report.reveals {
        assert!(cells.insert((reveal.format.as_str(), reveal.carriage.as_str())));
        let unbound = reveal.format == "mls_credential" && ["bare", "content"].contains(&reveal.carriage.as_str());
        assert_eq!(reveal.expected, if unbound { "binding_implicit" } else { "ok" });
        assert_eq!((reveal.as_expected, reveal.accepted), (true, !unbound));
        assert_eq!(reveal.heard.len() + reveal.kept_out.len(), 3);
        assert_eq!(!reveal.kept_out.is_empty(), reveal.carriage == "sealed");
        assert!(reveal.message_octets > reveal.presentation_octets && !reveal.disclosed.is_empty());
        for Heard { by, verdict } in &reveal.heard {
            assert!(["Bob", "Carol", "Dora"].contains(&by.as_str()));
            assert_eq!((verdict.version, verdict.code.as_str()), (1, reveal.expected.as_str()));
            assert!(verdict.claims.iter().any(|claim| claim.value == Value::Text("alice@a.example".into())));
            // A certificate has no place for it.
            assert_eq!(verdict.claims.iter().any(|claim| claim.value == Value::Truth(true)), reveal.format != "mls_credential");
        }
    }
    let all: BTreeSet<_> = FORMATS.iter().flat_map(|format| CARRIAGES.map(|carriage| (*format, carriage))).collect();
    assert_eq!(cells, all);

    // Each attack is there once for each format and carriage: tried, or with the reason why not.
    let tried = report.attacks.iter().map(|it| (it.attack.as_str(), it.format.as_str(), it.carriage.as_str()));
    let not = report.not_applicable.iter().map(|it| (it.attack.as_str(), it.format.as_str(), it.carriage.as_str()));
    let places: Vec<_> = tried.chain(not).collect();
    assert_eq!(places.len(), 23 * 15);
    assert_eq!(places.iter().collect::<BTreeSet<_>>().len(), 23 * 15);
    assert!(report.not_applicable.iter().all(|it| !it.reason.is_empty()));
    for attack in &report.attacks {
        assert!(attack.refused && !attack.sentence.is_empty() && attack.code == attack.expected, "{}", attack.attack);
        assert!(attack.heard.iter().all(|heard| heard.verdict.claims.is_empty() && heard.verdict.code == attack.code));
        assert!(attack.kept_out.is_empty() || attack.carriage == "sealed");
    }
}

#[test]
fn formats_and_carriages_are_chosen() {
    let report = demo(&["--format", "sd-jwt", "--carriage", "content"]);
    let cells: Vec<_> = report.reveals.iter().map(|it| (it.format.as_str(), it.carriage.as_str())).collect();
    assert_eq!(cells, [("sd_jwt_kb", "content"), ("sd_jwt_kb", "content_bundle")]);
    assert!(report.attacks.iter().all(|it| it.format == "sd_jwt_kb" && it.carriage.starts_with("content")));
    assert_eq!(report.rooms.len(), 1);
}
