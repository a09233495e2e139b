//! `verify --leaf` with a LeafNode, as an MLS client would export it.
#![cfg(test)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use mimicred_jose::{Jwk, json};
use mimicred_keys::{Family, LeafKey, ToBeSigned};
use mimicred_mls::Credential;
use mimicred_mls::signing::sign_content;
use mimicred_mls::tls::Writer;
use mimicred_x509::Certificate;

const NONCE: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn key(name: &str) -> LeafKey {
    let text = std::fs::read_to_string(fixtures().join(name)).unwrap();
    let value = json::parse(text.trim(), &json::Limits::DEFAULT).unwrap();
    LeafKey::new(Jwk::parse(value.as_map().unwrap()).unwrap().secret.unwrap()).unwrap()
}

fn credential(name: &str) -> Credential {
    let chain = Certificate::from_pem(&std::fs::read_to_string(fixtures().join(name)).unwrap()).unwrap();
    Credential::X509(chain.iter().map(|certificate| certificate.as_der().to_vec()).collect())
}

/// A LeafNode of RFC 9420 7.2 that came with a KeyPackage; `signed_by` may be somebody else.
fn leaf_node(key: &LeafKey, credential: &Credential, signed_by: &LeafKey) -> Vec<u8> {
    let unsigned = Writer::new()
        .vector(&[9; 32]) // encryption_key
        .vector(key.public().octets())
        .octets(&credential.encode().unwrap())
        .list([1], Writer::u16) // versions
        .list([1, 2, 3], Writer::u16) // cipher_suites
        .list([6], Writer::u16) // extensions
        .list([8], Writer::u16) // proposals
        .list([1, 2, 5], Writer::u16) // credentials
        .u8(1) // key_package
        .u64(1_789_948_800) // not_before
        .u64(1_792_627_200) // not_after
        .vector(b"\x00\x06\x09\x08\x00\x01\x05\x04\x00\x22\xd0\x50") // extensions: app_data_dictionary
        .finish()
        .unwrap();
    let tbs = sign_content(b"LeafNodeTBS", &unsigned).unwrap();
    let signature = signed_by.sign(&ToBeSigned::new(Family::Mls, tbs).unwrap()).unwrap();
    Writer::new().octets(&unsigned).vector(signature.as_bytes()).finish().unwrap()
}

fn verify(leaf: &[u8]) -> Output {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("leaf");
    std::fs::write(&file, leaf).unwrap();
    Command::new(env!("CARGO_BIN_EXE_mimicred"))
        .current_dir(fixtures())
        .args(["verify", "alice.sdkbt", "--policy", "room.toml", "--trust", "trust", "--room", "mimi://hub.example/r/clubhouse"])
        .args([
            "--group-id",
            "01010101010101010101010101010101",
            "--epoch",
            "7",
            "--nonce",
            NONCE,
            "--now",
            "1790000010",
            "--leaf",
        ])
        .arg(&file)
        .output()
        .unwrap()
}

#[test]
fn the_leaf_of_the_sender_says_which_key_counts() {
    let (leaf, mallory) = (key("leaf.jwk"), key("mallory.jwk"));
    let own = verify(&leaf_node(&leaf, &credential("leaf.pem"), &leaf));
    assert_eq!(own.status.code(), Some(0), "{}", String::from_utf8_lossy(&own.stdout));
    let other = verify(&leaf_node(&mallory, &credential("mallory.pem"), &mallory));
    assert_eq!(other.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&other.stdout).contains("[room/key-mismatch]"));
}

/// A leaf with the credential of another key: step 0 fails, and nothing it reveals counts.
#[test]
fn a_borrowed_credential_makes_no_leaf() {
    let mallory = key("mallory.jwk");
    let borrowed = verify(&leaf_node(&mallory, &credential("leaf.pem"), &mallory));
    assert_eq!(borrowed.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&borrowed.stdout).contains("[room/leaf-unverified]"));
}

#[test]
fn a_leaf_that_its_key_did_not_sign_is_not_taken() {
    let (leaf, mallory) = (key("leaf.jwk"), key("mallory.jwk"));
    let forged = verify(&leaf_node(&leaf, &credential("leaf.pem"), &mallory));
    assert_eq!(forged.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&forged.stderr).contains("[mls/leaf-signature-invalid]"));
    assert!(forged.stdout.is_empty());
}

#[test]
fn a_leaf_can_be_looked_into() {
    let leaf = key("leaf.jwk");
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("leaf"), leaf_node(&leaf, &credential("leaf.pem"), &leaf)).unwrap();
    let output =
        Command::new(env!("CARGO_BIN_EXE_mimicred")).current_dir(directory.path()).args(["inspect", "leaf"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    for said in [
        "LeafNode, UNVERIFIED\n",
        "source ",
        "key_package",
        "0x0001 0x0002 0x0005",
        "x509  (0x0002)",
        "understands room_disclosure_policy  yes",
    ] {
        assert!(text.contains(said), "{said} in {text}");
    }
}
