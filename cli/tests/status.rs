//! `verify --status-list`: tokens with a status, from their issue to a verdict. The lists are made here; those of a provider are in `provider/status.rs`.

#![cfg(test)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use mimicred_jose::{Jwk, json};
use mimicred_keys::IssuerKey;
use mimicred_status::{Bits, StatusIssuer, StatusList, StatusListToken, StatusValue};
use tempfile::TempDir;

const NOW: i64 = 1_790_000_000;
const NOW_TEXT: &str = "1790000000";
const NONCE: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const ROOM: &str = "mimi://hub.example/r/clubhouse";
const LIST: &str = "https://id.a.example/status/1";

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// A private key, to sign a list with.
fn key(path: &Path) -> IssuerKey {
    let text = std::fs::read_to_string(path).unwrap();
    let value = json::parse(text.trim(), &json::Limits::DEFAULT).unwrap();
    IssuerKey::new(Jwk::parse(value.as_map().unwrap()).unwrap().secret.unwrap())
}

/// What the issuer's list says, of Alice's tokens this, at place 5.
fn content(value: StatusValue) -> StatusListToken {
    let mut list = StatusList::new(Bits::Two, 1000);
    list.set(5, value).unwrap();
    StatusListToken::new(LIST, list, NOW).with_expiry(NOW + 86_400).with_ttl(43_200)
}

/// Makes a list in one form.
type MakeList = fn(StatusValue, &IssuerKey) -> Vec<u8>;

/// The list as a CWT.
fn list(value: StatusValue, signed_by: &IssuerKey) -> Vec<u8> {
    let issuer = StatusIssuer::new(signed_by.public()).with_kid("12");
    issuer.prepare_cwt(&content(value)).unwrap().sign(signed_by).unwrap().into_bytes()
}

/// The list as a JWT, with the line end that editors and pipes leave.
fn list_jwt(value: StatusValue, signed_by: &IssuerKey) -> Vec<u8> {
    let issuer = StatusIssuer::new(signed_by.public()).with_kid("12");
    let token = issuer.prepare_jwt(&content(value)).unwrap().sign(signed_by).unwrap();
    format!("{token}\n").into_bytes()
}

/// A directory with a trust store that pins the list, and presentations of tokens with a status.
struct Scene(TempDir);

impl Scene {
    fn new() -> Self {
        let scene = Self(tempfile::tempdir().unwrap());
        std::fs::create_dir(scene.path("trust")).unwrap();
        for file in ["issuer.pub.jwk", "ca.pem"] {
            std::fs::copy(fixture(file), scene.path("trust").join(file)).unwrap();
        }
        scene.write("trust/trust.toml", TRUST.as_bytes());
        scene.write("alice.json", CLAIMS.as_bytes());
        scene.run(&[&["key", "generate", "--alg", "p256", "-o", "status.jwk"]]);
        scene.run(&[&["key", "public", "status.jwk", "-o", "status.pub.jwk"]]);
        let (issuer, leaf) = (at("issuer.jwk"), at("leaf.jwk"));
        for format in ["sd-jwt", "sd-cwt"] {
            scene.run(&[
                &["issue", "--format", format, "--claims", "alice.json", "-o", format],
                &["--issuer-key", &issuer, "--holder", &leaf, "--no-possession-proof", "--now", NOW_TEXT],
            ]);
            let presented = format!("{format}.presented");
            scene.run(&[
                &["present", format, "--room", ROOM, "--nonce", NONCE, "--disclose", "name", "-o", &presented],
                &["--holder-key", &leaf, "--now", NOW_TEXT],
            ]);
        }
        scene
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, octets: &[u8]) {
        std::fs::write(self.path(name), octets).unwrap();
    }

    fn command(&self, arguments: &[&[&str]]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mimicred"));
        command.current_dir(self.0.path()).args(arguments.concat()).output().unwrap()
    }

    fn run(&self, arguments: &[&[&str]]) {
        let output = self.command(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    fn verify(&self, presented: &str, status: &[&str]) -> Output {
        let (policy, leaf) = (at("room.toml"), at("leaf.pem"));
        self.command(&[
            &["verify", presented, "--policy", &policy, "--trust", "trust", "--room", ROOM, "--leaf", &leaf, "--epoch", "7"],
            &["--group-id", "01010101010101010101010101010101", "--nonce", NONCE, "--now", NOW_TEXT],
            status,
        ])
    }
}

const TRUST: &str = r#"
[[issuers]]
issuer = "https://id.a.example"
hosts = ["a.example"]
key_file = "issuer.pub.jwk"
status_lists = ["https://id.a.example/status/1"]

[[issuers]]
hosts = ["a.example"]
certificate_file = "ca.pem"
"#;

const CLAIMS: &str = r#"{
    "iss": "https://id.a.example", "sub": "mimi://a.example/u/alice", "name": "Alice Meier",
    "status": { "status_list": { "idx": 5, "uri": "https://id.a.example/status/1" } }
}"#;

fn at(name: &str) -> String {
    fixture(name).display().to_string()
}

fn said(output: &Output) -> (Option<i32>, String) {
    let text = [output.stdout.as_slice(), &output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

/// CWT-S-009, JWT-S-007, mimi-mls 3.5.3 step 9: accepted when the list says VALID, for both token formats and both forms of lists, and
/// not otherwise.
#[test]
fn a_token_with_a_status_is_accepted_by_its_list() {
    let scene = Scene::new();
    let status_key = key(&scene.path("status.jwk"));
    let made: [(&str, MakeList); 2] = [("cwt", list), ("jwt", list_jwt)];
    for (form, list) in made {
        scene.write(&format!("{form}.valid"), &list(StatusValue::VALID, &status_key));
        scene.write(&format!("{form}.revoked"), &list(StatusValue::INVALID, &status_key));
        scene.write(&format!("{form}.suspended"), &list(StatusValue::SUSPENDED, &status_key));
    }
    let cases = ["sd-jwt.presented", "sd-cwt.presented"].map(|presented| made.map(|(form, _)| (presented, form)));
    for (presented, form) in cases.concat() {
        let judged = |list: &str| {
            let list = format!("{form}.{list}");
            said(&scene.verify(presented, &["--status-list", &list, "--status-key", "status.pub.jwk"]))
        };
        let (code, text) = judged("valid");
        assert!(code == Some(0) && text.contains("passed           9 status"), "{text}");
        for (list, note) in [("revoked", "(by its status list)"), ("suspended", "(suspended, by its status list)")] {
            let (code, text) = judged(list);
            assert!(code == Some(1) && text.contains("9 status: revoked") && text.contains(note), "{text}");
        }
        let (code, text) = said(&scene.verify(presented, &[]));
        assert!(code == Some(1) && text.contains("9 status: status_untrusted"), "{text}");
    }
}

/// CWT-S-010, JWT-S-003: by a list that no key trusted for status has signed nothing is judged; the issuer's own key is none by itself.
#[test]
fn a_list_counts_under_a_status_key_only() {
    let scene = Scene::new();
    scene.write("by-issuer", &list(StatusValue::VALID, &key(&fixture("issuer.jwk"))));
    scene.write("by-issuer.jwt", &list_jwt(StatusValue::VALID, &key(&fixture("issuer.jwk"))));
    let judged = |status: &[&str]| said(&scene.verify("sd-cwt.presented", status));
    let (code, text) = judged(&["--status-list", "by-issuer.jwt", "--status-key", "status.pub.jwk"]);
    assert!(code == Some(2) && text.contains("[status/signature]"), "{text}");
    let (code, text) = judged(&["--status-list", "by-issuer", "--status-key", "status.pub.jwk"]);
    assert!(code == Some(2) && text.contains("[status/signature]"), "{text}");
    let (code, text) = judged(&["--status-list", "by-issuer", "--status-key", &at("issuer.pub.jwk")]);
    assert_eq!(code, Some(0), "{text}");
    let (code, text) = judged(&["--status-list", "by-issuer", "--status-key", &at("issuer.jwk")]);
    assert!(code == Some(2) && text.contains("[cli/secret-unexpected]"), "{text}");
    let (code, text) = judged(&["--status-list", "by-issuer"]);
    assert!(code == Some(2) && text.contains("--status-key"), "{text}");
}

/// A list can be looked at: how long it is, what is in it, and for how long it is good. It is not mistaken for a token.
#[test]
fn a_list_can_be_looked_at() {
    let scene = Scene::new();
    scene.write("list", &list(StatusValue::SUSPENDED, &key(&scene.path("status.jwk"))));
    let looked = scene.command(&[&["inspect", "list", "--now", NOW_TEXT]]);
    let (code, text) = said(&looked);
    assert_eq!(code, Some(0), "{text}");
    let lines: Vec<String> = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    for expected in [
        "typ (16) \"application/statuslist+cwt\"",
        "sub (2) \"https://id.a.example/status/1\"",
        "exp (4) 1790086400 (2026-09-22T14:13:20Z, valid for 1 day)",
        "ttl (65534) 43200 (12 hours)",
        "bits 2",
        "VALID 999",
        "SUSPENDED 1",
    ] {
        assert!(lines.iter().any(|line| line == expected), "{expected} in {text}");
    }
    assert!(text.contains("UNVERIFIED") && text.contains("Status List Token"), "{text}");
    let (code, text) = said(&scene.verify("list", &[]));
    assert!(code == Some(2) && text.contains("it is a Status List Token"), "{text}");
    let no_list = ["--status-list", "sd-cwt.presented", "--status-key", "status.pub.jwk"];
    let (code, text) = said(&scene.verify("sd-cwt.presented", &no_list));
    assert!(code == Some(2) && text.contains("it is an SD-CWT with key binding, not a Status List Token"), "{text}");
}

/// The same for a list in JWT form, by the names that its claims have there.
#[test]
fn a_list_in_jwt_form_can_be_looked_at() {
    let scene = Scene::new();
    scene.write("list", &list_jwt(StatusValue::SUSPENDED, &key(&scene.path("status.jwk"))));
    let (code, text) = said(&scene.command(&[&["inspect", "list", "--now", NOW_TEXT]]));
    assert_eq!(code, Some(0), "{text}");
    let lines: Vec<String> = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    for expected in [
        "typ \"statuslist+jwt\"",
        "kid \"12\"",
        "sub \"https://id.a.example/status/1\"",
        "exp 1790086400 (2026-09-22T14:13:20Z, valid for 1 day)",
        "ttl 43200 (12 hours)",
        "VALID 999",
        "SUSPENDED 1",
    ] {
        assert!(lines.iter().any(|line| line == expected), "{expected} in {text}");
    }
    assert!(text.contains("UNVERIFIED") && text.contains("Status List Token"), "{text}");
    let (code, text) = said(&scene.verify("list", &[]));
    assert!(code == Some(2) && text.contains("it is a Status List Token"), "{text}");
    // An SD-JWT is none, and what another JWT lacks the reader of lists says.
    let with_list = |list| said(&scene.verify("sd-cwt.presented", &["--status-list", list, "--status-key", "status.pub.jwk"]));
    let (code, text) = with_list("sd-jwt");
    assert!(code == Some(2) && text.contains("it is an SD-JWT without key binding, not a Status List Token"), "{text}");
    let token = std::fs::read_to_string(scene.path("sd-jwt")).unwrap();
    scene.write("other.jwt", token.split('~').next().unwrap().as_bytes());
    let (code, text) = with_list("other.jwt");
    assert!(code == Some(2) && text.contains("[status/claim]"), "{text}");
}
