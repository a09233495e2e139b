//! `mimicred batch`: the client's part of a batch, from keys to folders, and what keeps an answer from being unpacked.

// Answers are spoilt here as JSON; nothing of what is shipped takes the values of serde_json.
#![allow(clippy::disallowed_types)]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use mimicred_keys::sha256;
use mimicred_x509::Certificate;
use serde_json::{Value, json};

use crate::place::{ISSUER, NOW, Place};

/// An answer to a batch that was asked for with the tool.
struct Scene(Place);

impl Scene {
    fn new(count: usize) -> Self {
        let scene = Self(Place::new("none"));
        scene.ask("keys", "answer", count);
        scene
    }

    fn ask(&self, keys: &str, answer: &str, count: usize) {
        let place = &self.0;
        let (nonce, requests) = (place.nonce(), place.text("requests"));
        let output = self.request(count, &nonce, keys, "requests");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        place.done(&["issue", "--nonce", &nonce, &requests, "-o", &place.text(answer)]);
        std::fs::remove_file(requests).unwrap();
    }

    fn request(&self, count: usize, nonce: &str, keys: &str, to: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mimicred"));
        command.args(["batch", "request", &count.to_string(), "--issuer", ISSUER, "--nonce", nonce]);
        command.args(["--keys", &self.0.text(keys), "-o", &self.0.text(to)]).output().unwrap()
    }

    fn unpack(&self, answer: &str, keys: &str, options: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mimicred"));
        command.args(["batch", "unpack", &self.0.text(answer), "--keys", &self.0.text(keys), "--into", &self.0.text("into")]);
        if !options.contains(&"--now") {
            command.args(["--now", NOW]);
        }
        command.args(options).output().unwrap()
    }

    /// The options that say who issued.
    fn issuer(&self) -> [String; 4] {
        ["--ca".to_owned(), self.0.text("a/ca.pem"), "--issuer-key".to_owned(), self.0.text("a/token.jwk")]
    }

    fn refused(&self, answer: &str, keys: &str, options: &[&str], status: i32, code: &str) {
        let output = self.unpack(answer, keys, options);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(status) && said.contains(&format!("[{code}]")), "{code}: {said}");
        assert!(!self.0.file("into").exists(), "{code}");
    }

    /// The answer with a change.
    fn spoilt(&self, change: impl FnOnce(&mut Value)) -> &'static str {
        let mut answer: Value = serde_json::from_slice(&std::fs::read(self.0.file("answer")).unwrap()).unwrap();
        change(&mut answer);
        std::fs::write(self.0.file("spoilt"), serde_json::to_vec(&answer).unwrap()).unwrap();
        "spoilt"
    }
}

fn names(directory: &Path) -> BTreeSet<String> {
    std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_batch_goes_from_keys_to_folders() {
    let scene = Scene::new(12);
    let issuer = scene.issuer();
    let options: Vec<&str> = issuer.iter().map(String::as_str).chain(["--json"]).collect();
    let output = scene.unpack("answer", "keys", &options);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let unpacked: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(unpacked["issuer"], ISSUER);
    let into = scene.0.file("into");
    let told: Vec<&str> = unpacked["pseudonyms"].as_array().unwrap().iter().map(|one| one["folder"].as_str().unwrap()).collect();
    // By their names, which are hashes, and so in no order of anything else.
    assert!(told.is_sorted() && told.len() == 12);
    assert_eq!(names(&into), told.iter().map(|&name| name.to_owned()).collect());

    let users: BTreeSet<String> = scene.0.answer("answer").credentials.into_iter().map(|one| one.user).collect();
    let found: BTreeSet<String> =
        unpacked["pseudonyms"].as_array().unwrap().iter().map(|one| one["user"].as_str().unwrap().to_owned()).collect();
    assert_eq!(found, users);
    let files = ["key.jwk", "pseudonym.pem", "pseudonym.sdcwt", "pseudonym.sdjwt"];
    for name in &told {
        let folder = into.join(name);
        assert_eq!(names(&folder), files.iter().map(|&file| file.to_owned()).collect());
        let pem = std::fs::read_to_string(folder.join("pseudonym.pem")).unwrap();
        let key = Certificate::from_pem(&pem).unwrap().remove(0).subject_key().unwrap();
        let hash: String = sha256(&key.to_spki_der()).iter().take(16).map(|octet| format!("{octet:02x}")).collect();
        assert_eq!(*name, hash);
        // The key beside them is theirs.
        for token in ["pseudonym.sdjwt", "pseudonym.sdcwt"] {
            let mut present = Command::new(env!("CARGO_BIN_EXE_mimicred"));
            present.current_dir(&folder).args(["present", token, "--holder-key", "key.jwk", "--room", "mimi://hub.example/r/x"]);
            present.args(["--nonce", &"aa".repeat(32), "--disclose", "name", "--now", NOW]);
            let output = present.args(["--json"]).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&scene.0.file("keys")), mode(&into)), (0o600, 0o700));
        assert!(files.iter().all(|file| mode(&into.join(told[0]).join(file)) == 0o600));
    }
    // What is there is not written over.
    let again = scene.unpack("answer", "keys", &options);
    assert!(again.status.code() == Some(2) && String::from_utf8_lossy(&again.stderr).contains("cli/directory-not-empty"));
}

/// Keys one by one do as well as those of a set.
#[test]
fn keys_may_be_in_files_of_their_own() {
    let scene = Scene::new(1);
    let set: Value = serde_json::from_slice(&std::fs::read(scene.0.file("keys")).unwrap()).unwrap();
    std::fs::write(scene.0.file("one"), set["keys"][0].to_string()).unwrap();
    let issuer = scene.issuer();
    let output = scene.unpack("answer", "one", &issuer.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("1 pseudonym in "));
}

/// mimi-mls.md 4.5 B-4, B-12, B-22: each of these breaks one thing, and then nothing is written.
#[test]
fn an_answer_that_does_not_hold_is_not_unpacked() {
    let scene = Scene::new(3);
    let issuer = scene.issuer();
    let options: Vec<&str> = issuer.iter().map(String::as_str).collect();
    let refused = |answer: &str, status, code| scene.refused(answer, "keys", &options, status, code);

    scene.ask("other-keys", "other-answer", 2);
    refused("other-answer", 1, "cli/answer-keys");
    scene.refused("answer", "other-keys", &options, 1, "cli/answer-keys");
    refused(scene.spoilt(|answer| drop(answer["credentials"].as_array_mut().unwrap().pop())), 1, "cli/answer-keys");
    let twice = scene.spoilt(|answer| {
        let credentials = answer["credentials"].as_array_mut().unwrap();
        credentials[1] = credentials[0].clone();
    });
    refused(twice, 1, "cli/answer-keys");

    for member in ["user", "client", "x509", "sd-jwt", "sd-cwt"] {
        let swapped = scene.spoilt(|answer| {
            let first = answer["credentials"][0][member].take();
            let second = answer["credentials"][1][member].take();
            (answer["credentials"][0][member], answer["credentials"][1][member]) = (second, first);
        });
        refused(swapped, 1, "cli/answer-mismatched");
    }
    let less = scene.spoilt(|answer| drop(answer["credentials"][1].as_object_mut().unwrap().remove("sd-cwt")));
    refused(less, 1, "cli/answer-mismatched");

    for (change, value) in [("/more", json!(1)), ("/padding", json!("00100")), ("/credentials", json!([]))] {
        let spoilt = scene.spoilt(|answer| drop(answer.as_object_mut().unwrap().insert(change[1..].to_owned(), value)));
        refused(spoilt, 2, "cli/answer-malformed");
    }
    refused(scene.spoilt(|answer| answer["credentials"][2]["mark"] = json!("alice")), 2, "cli/answer-malformed");
    refused(
        scene.spoilt(|answer| answer["credentials"][2]["user"] = json!("mimi://a.example/u/alice")),
        2,
        "cli/answer-malformed",
    );
    refused("requests-of-nobody", 2, "cli/file-unreadable");

    // Who issued it, and when, has to be right as well.
    let stranger = Place::new("none");
    let (ca, key) = (stranger.text("a/ca.pem"), stranger.text("a/token.jwk"));
    scene.refused("answer", "keys", &["--ca", &ca, "--issuer-key", &issuer[3]], 1, "x509/issuer-untrusted");
    scene.refused("answer", "keys", &["--ca", &issuer[1], "--issuer-key", &key], 1, "sd-jwt/signature-issuer");
    scene.refused("answer", "keys", &["--ca", &issuer[1]], 2, "cli/option-missing");
    scene.refused("answer", "keys", &["--issuer-key", &issuer[3]], 2, "cli/option-missing");
    let later = [&options[..], &["--now", "2027-09-21T12:00:00Z"]].concat();
    scene.refused("answer", "keys", &later, 1, "x509/expired");
    scene.refused("answer", "keys", &[&options[..], &["--keys", &scene.0.text("keys")]].concat(), 2, "cli/answer-keys");
    scene.refused("answer", "a/token.jwk", &options, 2, "cli/secret-missing");
}

/// mimi-mls.md 4.5 B-5: what mimicred lint finds keeps an answer from being unpacked, unless it is to be unpacked all the same.
#[test]
fn an_answer_that_links_is_not_unpacked() {
    let scene = Scene::new(20);
    let issuer = scene.issuer();
    let options: Vec<&str> = issuer.iter().map(String::as_str).collect();
    let serial = |one: &Value| Certificate::from_pem(one["x509"].as_str().unwrap()).unwrap().remove(0).serial();
    let sorted = scene.spoilt(|answer| answer["credentials"].as_array_mut().unwrap().sort_by_key(serial));
    scene.refused(sorted, "keys", &options, 1, "cli/answer-linkable");
    let output = scene.unpack(sorted, "keys", &[&options[..], &["--allow-linkable"]].concat());
    assert!(output.status.success() && names(&scene.0.file("into")).len() == 20);
}

/// A key that nobody has any more is not asked for, and one that is there is not written over.
#[test]
fn keys_are_neither_lost_nor_left_behind() {
    let scene = Scene::new(1);
    let nonce = "00".repeat(32);
    let before = std::fs::read(scene.0.file("keys")).unwrap();
    let output = scene.request(2, &nonce, "keys", "requests");
    assert!(output.status.code() == Some(2) && String::from_utf8_lossy(&output.stderr).contains("[cli/output-exists]"));
    assert_eq!(std::fs::read(scene.0.file("keys")).unwrap(), before);
    let output = scene.request(2, &nonce, "new-keys", "nowhere/requests");
    assert!(output.status.code() == Some(2) && String::from_utf8_lossy(&output.stderr).contains("[cli/output-failed]"));
    assert!(!scene.0.file("new-keys").exists() && !scene.0.file("requests").exists());
}
