//! Certificates, requests and revocation lists: whether in PEM or in DER, alone or in a chain, they are the same to the tool.
#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use mimicred_jose::{Jwk, json};
use mimicred_keys::{IssuerKey, pem};
use mimicred_x509::{Ca, Certificate, CrlProfile, Revocation, Validity, prepare_crl};

const AT: [&str; 2] = ["--now", "1790000000"];

fn fixture(name: &str) -> String {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name).display().to_string()
}

/// What a command prints, on both streams; it must succeed.
fn run(directory: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_mimicred")).current_dir(directory).args(arguments).output().unwrap();
    let printed = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(output.status.success(), "{arguments:?}: {printed}");
    printed
}

/// Makes a request and a revocation list, and of both and a certificate the DER.
#[test]
fn der_is_what_pem_is() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let (issuer, ca, leaf) = (fixture("issuer.jwk"), fixture("ca.pem"), fixture("leaf.jwk"));
    run(
        directory,
        &["key", "request", &leaf, "--issuer", "a.example", "--nonce", "8f14e45fceea167a5a36dedd4bea2543", "-o", "request"],
    );
    run(directory, &["revoke", "--issuer-key", &issuer, "--issuer-cert", &ca, "--serial", "05", AT[0], AT[1], "-o", "list"]);
    fs::copy(&ca, directory.join("certificate")).unwrap();
    let kinds =
        [("certificate", "CA certificate"), ("request", "certification request"), ("list", "certificate revocation list")];
    for (file, kind) in kinds {
        let block = pem::parse(&fs::read_to_string(directory.join(file)).unwrap()).unwrap();
        let der = format!("{file}.der");
        fs::write(directory.join(&der), block.der()).unwrap();
        let (as_pem, as_der) =
            (run(directory, &["inspect", file, AT[0], AT[1]]), run(directory, &["inspect", &der, AT[0], AT[1]]));
        assert!(as_pem.starts_with(kind), "{as_pem}");
        assert_eq!(as_pem, as_der);
    }
    // And where they are of use.
    let next =
        ["revoke", "--issuer-key", &issuer, "--issuer-cert", "certificate.der", "--crl", "list.der", AT[0], AT[1], "-o", "next"];
    assert!(run(directory, &next).starts_with("list 2 takes back 1, 0 of them new"));
}

/// A list of many certificates is larger than any other input may be.
#[test]
fn a_large_list_is_read_and_nothing_else_of_its_size() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let (issuer, ca) = (fixture("issuer.jwk"), fixture("ca.pem"));
    let jwk = fs::read_to_string(&issuer).unwrap();
    let value = json::parse(jwk.trim(), &json::Limits::DEFAULT).unwrap();
    let key = IssuerKey::new(Jwk::parse(value.as_map().unwrap()).unwrap().secret.unwrap());
    let authority = Ca::from_certificate(&Certificate::from_pem(&fs::read_to_string(&ca).unwrap()).unwrap()[0]).unwrap();
    let at = 1_790_000_000;
    let revocations = (1..=40_000_u32).map(|n| Revocation { serial: format!("{n:x}{}", "0".repeat(26)).parse().unwrap(), at });
    let profile = CrlProfile::new(1, Validity::days(at, 7).unwrap()).with_revocations(revocations);
    let list = prepare_crl(&authority, &profile).unwrap().sign(&key).unwrap();
    for (file, octets) in [("list", list.to_pem().as_bytes()), ("list.der", list.as_der())] {
        assert!(octets.len() > 1 << 20);
        fs::write(directory.join(file), octets).unwrap();
        let next = [
            "revoke",
            "--issuer-key",
            &issuer,
            "--issuer-cert",
            &ca,
            "--crl",
            file,
            "--serial",
            "05",
            AT[0],
            AT[1],
            "-o",
            "next",
        ];
        assert!(run(directory, &[&next[..], &["--force"]].concat()).starts_with("list 2 takes back 40001, 1 of them new"));
    }
    let large = format!("-----BEGIN X509 CRL-----\n{}", "A".repeat(2 << 20));
    fs::write(directory.join("large"), large).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_mimicred")).current_dir(directory).args(["inspect", "large"]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("error: large: this is not a certificate revocation list"), "{said}");
    fs::write(directory.join("larger"), "-----BEGIN X509 CRL-----\n".repeat(1 << 20)).unwrap();
    let output =
        Command::new(env!("CARGO_BIN_EXE_mimicred")).current_dir(directory).args(["inspect", "larger"]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("[cli/file-too-large]"), "{said}");
}
