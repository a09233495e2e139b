//! `mimicred provider --log`: every verb leaves a line, and in no line is anything of anybody.

// An independent judge of schemas takes the values of serde_json; nothing of what is shipped does.
#![allow(clippy::disallowed_types)]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use mimicred_jose::base64url;
use mimicred_x509::Certificate;
use serde_json::Value;

use crate::place::{Answer, NOW, Place};

/// The lines of a log.
fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn schema() -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_mimicred")).args(["schema", "provider-log"]).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What must not be in a log: octets, in all forms in which they could be there.
struct Needle(Vec<Vec<u8>>);

impl Needle {
    fn new(octets: &[u8]) -> Self {
        let hex: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
        let mut forms = vec![octets.to_vec(), hex.to_uppercase().into_bytes(), hex.into_bytes()];
        for shift in 0..3 {
            // Wherever it begins within base64, all characters are its own but for some at its ends.
            let shifted = [&[0; 3][..shift], octets].concat();
            let text = base64url::encode(&shifted);
            let own = &text[[0, 2, 3][shift]..shifted.len() * 8 / 6];
            forms.extend([own.as_bytes().to_vec(), own.replace('-', "+").replace('_', "/").into_bytes()]);
        }
        Self(forms)
    }

    fn is_in(&self, text: &[u8]) -> bool {
        self.0.iter().any(|form| text.windows(form.len()).any(|window| window == form))
    }
}

#[test]
fn a_needle_is_found_in_every_form() {
    let needle = Needle::new(b"alice-4711");
    for text in ["say alice-4711!", "616c6963652d34373131", "616C6963652D34373131"] {
        assert!(needle.is_in(text.as_bytes()), "{text}");
    }
    for before in ["", "x", "xy", "xyz"] {
        let text = base64url::encode(format!("{before}alice-4711 and more").as_bytes());
        assert!(needle.is_in(text.as_bytes()) && !needle.is_in(&text.as_bytes()[..8]), "{text}");
    }
}

/// Everything of a batch that would tell whose it is, or which pseudonyms there are.
fn needles_of(answer: &Answer) -> Vec<Needle> {
    let mut needles = Vec::new();
    for credential in &answer.credentials {
        let certificate = Certificate::from_pem(credential.x509.as_ref().unwrap()).unwrap().remove(0);
        let key = certificate.subject_key().unwrap();
        needles.extend([
            Needle::new(credential.user.as_bytes()),
            Needle::new(credential.user.rsplit('/').next().unwrap().as_bytes()),
            Needle::new(key.octets()),
            Needle::new(&key.spki_sha256()),
            Needle::new(certificate.serial().contents()),
        ]);
        let parts = [credential.sd_jwt.as_ref().unwrap().as_bytes(), credential.sd_cwt.as_ref().unwrap().as_bytes()];
        needles.extend(parts.iter().flat_map(|token| token.chunks_exact(24)).map(Needle::new));
    }
    needles
}

/// One provider, all verbs, all in one log: each line is of the schema, which admits words of the program only, and none holds a needle.
#[test]
fn every_verb_leaves_a_line_without_identities() {
    let place = Place::new("sealed");
    let (log, names) = (place.text("needle-file.log"), ["alice", "needle-eve"]);
    let run = |arguments: &[&str]| place.run(&[&["--log", &log], arguments].concat());
    let done = |arguments: &[&str]| {
        let output = run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let claims = r#"{"name": "Needle Eve", "email": "needle@eve.example", "phone_number": "+49 170 4711"}"#;
    std::fs::write(place.file("needle-claims.json"), claims).unwrap();
    let elsewhere = [("init", "b"), ("init", "b")].map(|(verb, directory)| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mimicred"));
        command.args(["provider", "--dir", &place.text(directory), "--passphrase-file", &place.text("pass"), "--log", &log]);
        command.args([verb, "--host", "needle.example", "--escrow", "none", "--now", NOW]).output().unwrap().status.code()
    });
    assert_eq!(elsewhere, [Some(0), Some(2)]);

    done(&["account", "add", names[1], "--claims", &place.text("needle-claims.json")]);
    let nonce = done(&["nonce", names[1]]);
    place.requests("needle-requests", &nonce, 3);
    let issue = ["issue", "--nonce", &nonce, &place.text("needle-requests"), "-o", &place.text("needle-answer")];
    done(&issue);
    let again = [&issue[..], &["--force"]].concat();
    assert_eq!(run(&again).status.code(), Some(1));
    let answer = place.answer("needle-answer");
    let users: Vec<&str> = answer.credentials.iter().map(|one| one.user.as_str()).collect();

    for verb in [&["account", "show", names[1]][..], &["account", "list"], &["account", "related", names[1]]] {
        done(verb);
    }
    done(&["account", "reputation", names[1], "4711"]);
    done(&["show", users[0]]);
    let room = ["--hub", "needle-hub.example", "--room", "needle-room", "--reporter", "needle-bob"];
    let add = |signal: &str| done(&[&["report", "add", users[0], "--signal", signal][..], &room].concat());
    let reports = [add("ban"), done(&[&["report", "add", users[1], "--signal", "kick"][..], &room].concat())];
    let made = place.text("needle-report");
    let room = ["--room", "mimi://needle-hub.example/r/x", "--reporter", "needle-bob", "-o", &made];
    done(&[&["report", "make", "mimi://b.example/p/needlepseudonym", "--signal", "ban"][..], &room].concat());
    let receive = ["report", "receive", &made, "--hub", "needle-hub.example", "--hub-key", &place.text("a/token.jwk")];
    assert!(!run(&receive).status.success());
    done(&["report", "list"]);
    done(&["report", "uphold", &reports[0]]);
    done(&["report", "dismiss", &reports[1]]);

    let (opening, signed) = (place.text("needle-opening"), place.text("signed"));
    done(&["open", "enter", users[0], "--case", "needle-case-17", "--purpose", "legal-order", "-o", &opening]);
    for n in [1, 2] {
        assert!(place.custodian("sign", n, &opening, &format!("signature-{n}")).status.success());
    }
    let signatures = [place.text("signature-1"), place.text("signature-2")];
    done(&["open", "sign", users[0], "--entry", "0", &signatures[0], &signatures[1], "-o", &signed]);
    for n in [1, 2] {
        assert!(place.custodian("part", n, &signed, &format!("part-{n}")).status.success());
    }
    let opened = done(&["open", "finish", users[0], "--entry", "0", &place.text("part-1"), &place.text("part-2")]);
    assert_eq!(opened, format!("account {}", names[1]));
    assert_eq!(run(&["open", "accounts"]).status.code(), Some(1));
    done(&["audit"]);

    done(&["suspend", users[0]]);
    done(&["reinstate", users[0]]);
    // Nothing leads to the account in this mode.
    assert_eq!(run(&["delete", users[0]]).status.code(), Some(1));
    done(&["apply"]);
    done(&["status"]);
    done(&["publish", &place.text("needle-lists")]);
    done(&["status"]);
    for verb in ["suspend", "reinstate", "delete"] {
        done(&["account", verb, names[1]]);
    }
    done(&["backup", &place.text("needle-backup")]);
    done(&["tidy"]);

    let (schema, lines) = (schema(), lines(Path::new(&log)));
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    for line in &lines {
        validator.validate(line).unwrap_or_else(|e| panic!("{e} at {}\n{line}", e.instance_path()));
        assert_eq!(line["hour"], "2026-09-21T12:00:00Z");
    }
    let words = |of: &Value| -> BTreeSet<String> {
        of.as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect()
    };
    let verbs: BTreeSet<String> = lines.iter().map(|line| line["verb"].as_str().unwrap().to_owned()).collect();
    assert_eq!(verbs, words(&schema["properties"]["verb"]["enum"]));
    let of = |verb: &str| lines.iter().filter(|line| line["verb"] == verb).collect::<Vec<_>>();
    assert_eq!((of("init")[0]["exit"].as_u64(), of("init")[1]["code"].as_str()), (Some(0), Some("cli/directory-not-empty")));
    assert_eq!(of("issue")[1]["code"], "provider/nonce-unknown");
    assert_eq!(of("open enter")[0]["purpose"], "legal-order");
    assert_eq!(of("status")[0]["attention"].to_string(), r#"["never-published"]"#);
    assert_eq!(of("status")[1]["attention"], Value::Null);
    assert_eq!(of("status")[0]["counts"]["accounts"], 0);

    let text = std::fs::read(place.file("needle-file.log")).unwrap();
    let mut needles = needles_of(&answer);
    let nonce_octets: Vec<u8> = (0..64).step_by(2).map(|n| u8::from_str_radix(&nonce[n..n + 2], 16).unwrap()).collect();
    needles.extend(
        [&b"needle"[..], b"Needle", b"alice", b"4711", nonce.as_bytes(), &nonce_octets, b"correct horse"].map(Needle::new),
    );
    needles.extend(reports.iter().map(|id| Needle::new(id.as_bytes())));
    for needle in &needles {
        assert!(!needle.is_in(&text), "{:?}", needle.0[0]);
    }
}

/// Whose batch it was, how many pseudonyms it had and whether one account got all that it may: nothing of it is in the log. Neither is
/// the reason why somebody got none (B-16, B-23).
#[test]
fn batches_of_different_accounts_leave_the_same_lines() {
    let place = Place::new("blind");
    place.done(&["account", "add", "bob"]);
    place.done(&["account", "add", "carol"]);
    let config = std::fs::read_to_string(place.file("a/provider.toml")).unwrap();
    std::fs::write(place.file("a/provider.toml"), config.replace("\nburst = 100000\n", "\nburst = 50\n")).unwrap();
    let batch = |account: &str, count: usize, log: &str| {
        let nonce = place.done(&["nonce", account, "--log", &place.text(log)]).trim().to_owned();
        place.requests("requests", &nonce, count);
        if account == "carol" {
            place.done(&["account", "suspend", "carol"]);
        }
        let answer = place.text(&format!("answer-{log}"));
        place.run(&["issue", "--nonce", &nonce, &place.text("requests"), "-o", &answer, "--log", &place.text(log)]);
        std::fs::read_to_string(place.file(log)).unwrap()
    };
    let one = batch("alice", 1, "one");
    assert_eq!(one, batch("bob", 40, "many"));
    assert_eq!(one.lines().count(), 2);
    assert!(one.lines().all(|line| line.contains("\"exit\":0,\"took\":\"seconds\",\"escrow\":\"blind\"")), "{one}");
    let too_many = batch("bob", 60, "too-many");
    assert_eq!(too_many, batch("carol", 2, "suspended"));
    assert!(
        too_many.ends_with("\"exit\":1,\"code\":\"provider/refused\",\"took\":\"seconds\",\"escrow\":\"blind\"}\n"),
        "{too_many}"
    );
}

/// The log is opened before anything is done, and is its owner's.
#[test]
fn a_log_that_cannot_be_opened_keeps_everything_from_happening() {
    let place = Place::new("none");
    let nowhere = place.text("nowhere/log");
    place.refused(&["account", "add", "bob", "--log", &nowhere], 2, "cli/log-unusable");
    place.refused(&["account", "add", "bob", "--log", &place.text("a")], 2, "cli/log-unusable");
    place.refused(&["account", "add", "bob", "--log", "-"], 2, "cli/usage");
    assert_eq!(place.done(&["account", "list"]), "alice\n");
    place.done(&["account", "add", "bob", "--log", &place.text("log")]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(place.file("log")).unwrap().permissions().mode() & 0o777, 0o600);
        // A disk that is full: the line is lost, and what was done is done.
        if Path::new("/dev/full").exists() {
            let output = place.run(&["account", "add", "carol", "--log", "/dev/full"]);
            assert!(output.status.success() && String::from_utf8_lossy(&output.stderr).contains("the log could not be written"));
        }
    }
    // A wrong passphrase is in the log too.
    std::fs::write(place.file("pass"), "wrong\n").unwrap();
    place.refused(&["status", "--log", &place.text("log")], 2, "keys/protected-refused");
    let lines = lines(&place.file("log"));
    assert_eq!((lines.len(), &lines[1]["code"]), (2, &Value::from("keys/protected-refused")));
}
