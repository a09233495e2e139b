//! `mimicred lint` on files as people have them: bundles, lists, folders; each way to write a batch is read as the same batch.
#![cfg(test)]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use mimicred_jose::base64url;
use mimicred_keys::{Algorithm, IssuerKey, Random, SecretKey, SeededRandom};
use mimicred_sd_jwt::JsonForm;
use mimicred_sd_jwt::serialization::to_json;
use mimicred_uri::{Host, mint_pseudonym};
use mimicred_x509::{Ca, CaProfile, Certificate, PseudonymProfile, Validity, prepare_pseudonym, prepare_root};
use serde::Deserialize;
use tempfile::TempDir;

/// As much of a report as is compared here.
#[derive(Deserialize)]
struct Report {
    items: Vec<Item>,
    findings: Vec<Finding>,
    known: usize,
    remarks: Vec<String>,
}

#[derive(Deserialize)]
struct Item {
    name: String,
    format: String,
}

#[derive(Deserialize)]
struct Finding {
    kind: String,
    items: Vec<usize>,
}

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path.display().to_string()
    }

    fn at(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }
}

fn run(args: &[&str], stdin: &[u8]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mimicred"));
    let command = command.arg("lint").args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // Who was given files does not read it.
    let _ = child.stdin.take().unwrap().write_all(stdin);
    let output = child.wait_with_output().unwrap();
    let text = |octets| String::from_utf8(octets).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[track_caller]
fn report(args: &[&str], status: i32) -> Report {
    let (found, out, err) = run(&[args, &["--json"]].concat(), b"");
    assert_eq!((found, err.as_str()), (status, ""), "{out}");
    serde_json::from_str(&out).unwrap()
}

#[track_caller]
fn refused(args: &[&str], code: &str) -> String {
    let (status, out, err) = run(args, b"");
    assert!(status == 2 && out.is_empty() && err.contains(&format!("[{code}]")), "{status} {out} {err}");
    err
}

/// Pseudonym certificates, all of one CA and for one week.
fn certificates(seed: u8, count: usize) -> Vec<Certificate> {
    let mut of_ca = SeededRandom::new([99; 32], "the CA");
    let key = IssuerKey::new(SecretKey::generate(Algorithm::P256, &mut of_ca).unwrap());
    let profile = CaProfile::new("a.example MIMI CA", Validity::days(1_790_000_000, 3650).unwrap());
    let root = prepare_root(&profile, key.public(), &mut of_ca).unwrap().sign(&key).unwrap();
    let (ca, host) = (Ca::from_certificate(&root).unwrap(), Host::parse("a.example").unwrap());
    let mut random = SeededRandom::new([seed; 32], "lint");
    let mut one = || {
        let mut ids = [[0; 16]; 2];
        ids.iter_mut().for_each(|id| random.fill(id).unwrap());
        let client = format!("mimi://a.example/d/{}", base64url::encode(&ids[1])).parse().unwrap();
        let leaf = SecretKey::generate(Algorithm::Ed25519, &mut random).unwrap();
        let validity = Validity::days(1_790_000_000, 7).unwrap();
        let profile = PseudonymProfile::new(leaf.public(), &mint_pseudonym(&host, ids[0]), &client, validity);
        prepare_pseudonym(&ca, &profile, &mut random).unwrap().sign(&key).unwrap()
    };
    (0..count).map(|_| one()).collect()
}

fn pem(batch: &[Certificate]) -> String {
    batch.iter().map(Certificate::to_pem).collect()
}

fn fixture(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name).display().to_string()
}

#[test]
fn certificates_come_in_bundles_folders_lines_and_pipes() {
    let place = Place::new();
    let batch = certificates(1, 12);
    let bundle = pem(&batch);
    let lines: String = batch.iter().map(|one| base64url::encode(one.as_der()) + "\n").collect();
    for (n, one) in batch.iter().enumerate() {
        place.write(&format!("pem/{n:02}.pem"), one.to_pem());
        place.write(&format!("der/{n:02}.der"), one.as_der());
    }
    for (source, first) in [
        (place.write("bundle.pem", &bundle), "bundle.pem#1"),
        (place.write("lines.txt", lines), "lines.txt#1"),
        (place.at("pem"), "00.pem"),
        (place.at("der"), "00.der"),
    ] {
        let report = report(&[&source], 0);
        assert_eq!((report.items.len(), report.findings.len(), report.known), (12, 0, 0));
        assert!(report.items[0].name.ends_with(first) && report.items[0].format == "x509", "{}", report.items[0].name);
        assert!(report.remarks.is_empty(), "{:?}", report.remarks);
    }
    // What others write between the blocks is for people.
    let told = bundle.replace("-----BEGIN", " 0 s:\n   i:CN = a.example MIMI CA\n-----BEGIN");
    let told = report(&[&place.write("told.pem", told)], 0);
    assert_eq!((told.items.len(), told.findings.len()), (12, 0));
    for (args, input) in [(&[][..], bundle.clone()), (&["-"], bundle.clone()), (&["-"], bundle.replace('\n', "\r\n"))] {
        let (status, out, err) = run(args, input.as_bytes());
        assert!(status == 0 && out.starts_with("clean: 12 items: nothing that could be seen links or narrows\n"), "{out} {err}");
    }
}

#[test]
fn tokens_come_in_lines_arrays_and_both_serializations() {
    let place = Place::new();
    let text = std::fs::read_to_string(fixture("alice.sdjwt")).unwrap().trim().to_owned();
    let flattened = to_json(&text, JsonForm::Flattened).unwrap();
    let encoded = base64url::encode(&std::fs::read(fixture("alice.sdcwt")).unwrap());
    for (content, formats) in [
        (text.clone(), &["sd-jwt"][..]),
        (format!("\n{text}\n\n{encoded}\n"), &["sd-jwt", "sd-cwt"]),
        (format!("[\"{text}\"]"), &["sd-jwt"]),
        (format!("[{flattened},\n \"{text}\"]"), &["sd-jwt", "sd-jwt"]),
        (flattened.clone(), &["sd-jwt"]),
        (encoded, &["sd-cwt"]),
    ] {
        let file = place.write("batch", &content);
        let (_, out, err) = run(&[&file, "--json"], b"");
        let report: Report = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{content}: {err}"));
        assert_eq!(report.items.iter().map(|item| item.format.as_str()).collect::<Vec<_>>(), formats, "{content}");
    }
}

#[test]
fn faults_are_found_with_the_items_that_have_them() {
    let place = Place::new();
    let mut batch = certificates(2, 15);
    batch.sort_by_key(Certificate::serial);
    let file = place.write("sorted.pem", pem(&batch));
    let found = report(&[&file], 1);
    assert_eq!(found.findings.iter().map(|finding| finding.kind.as_str()).collect::<Vec<_>>(), ["order-monotone"]);
    assert_eq!(found.findings[0].items, (0..15).collect::<Vec<_>>());
    // The same octets again are copies, and no keys that come back.
    let found = report(&[&file, &file], 1);
    assert_eq!((found.items.len(), found.findings.len()), (30, 1));
    assert_eq!(found.remarks, ["15 of 30 items are copies of others, octet for octet, and were left out"]);

    // Among those of others, of the same CA and week; and among itself.
    let others = place.write("others.pem", pem(&certificates(3, 15)));
    let batch = place.write("batch.pem", pem(&certificates(4, 15)));
    let found = report(&[&batch, "--known", &others], 0);
    assert_eq!((found.known, found.findings.len()), (15, 0));
    let found = report(&[&batch, "--known", &batch], 1);
    assert!(found.findings.iter().any(|finding| finding.kind == "key-known"));
}

#[test]
fn what_is_no_credential_is_named_and_what_is_broken_too() {
    let place = Place::new();
    let batch = certificates(5, 2);
    place.write("folder/a.pem", batch[0].to_pem());
    place.write("folder/b.txt", "remember the milk");
    place.write("folder/c", "");
    let found = report(&[&place.at("folder")], 0);
    assert_eq!(found.items.len(), 1);
    let said = |end: &str| found.remarks.iter().any(|remark| remark.ends_with(end));
    assert!(said("b.txt was skipped: it holds no credential") && said("c was skipped: it is empty"), "{:?}", found.remarks);
    // Named themselves, they are errors.
    refused(&[&place.at("folder/b.txt")], "cli/content-unknown");
    refused(&[&place.at("folder/c")], "cli/file-empty");
    refused(&[&place.at("nowhere")], "cli/file-unreadable");
    place.write("none/b.txt", "remember the milk");
    refused(&[&place.at("none")], "lint/empty");
    refused(&[&fixture("leaf.jwk")], "cli/content-unexpected");
    refused(&[&place.at("folder/a.pem"), "--k", "1"], "lint/group-size");
    let (status, _, err) = run(&["-", "--known", "-"], batch[0].to_pem().as_bytes());
    assert!(status == 2 && err.contains("[cli/stdin-twice]"), "{err}");

    // One line of many, one block of many, one element of many.
    let line = base64url::encode(batch[0].as_der());
    let error = refused(&[&place.write("lines", format!("{line}\nmilk\n"))], "cli/content-unknown");
    assert!(error.contains("line 2 is no credential"), "{error}");
    let mixed = batch[0].to_pem() + &batch[1].to_pem().replace("CERTIFICATE", "PUBLIC KEY");
    refused(&[&place.write("mixed.pem", mixed)], "cli/content-unexpected");
    let cut = &batch[1].as_der()[..batch[1].as_der().len() - 3];
    let error = refused(&[&place.write("cut", format!("{line}\n{}\n", base64url::encode(cut)))], "lint/unreadable");
    assert!(error.contains("cut#2"), "{error}");
    let error = refused(&[&place.write("array", "[\"eyJ.e30.AA~\", 7]")], "cli/content-unknown");
    assert!(error.contains("element 2 is no credential"), "{error}");
    refused(&[&place.write("open", "[\"eyJ.e30.AA~\"")], "jose/json-malformed");
}
