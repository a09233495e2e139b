//! From claims to claims, through all three roles.

use mimicred_keys::{Algorithm, SecretKey, SystemRandom};

use crate::tool::*;

/// CWT-C-001, CWT-C-005, CWT-C-007, CWT-C-011, CWT-I-025: keys in PEM, algorithms as their curves have it, tags 58 and 62 understood.
#[test]
fn claims_go_in_and_come_out() {
    let more =
        "58(501): \"ABCD-123456\", 502: [58(1549560720), 1612560720, 62(1)], 503: {\"country\": \"us\", 58(\"region\"): \"ca\"},
                58(504): {58(\"a\"): [58(null), 58(false)]}, 505: [62(2)], 506: {62(3): null}, 62(4): null";
    let expected = "501: \"ABCD-123456\", 502: [1549560720, 1612560720], 503: {\"region\": \"ca\", \"country\": \"us\"},
                    504: {\"a\": [null, false]}, 505: [], 506: {}";
    let generate = |algorithm| SecretKey::generate(algorithm, &mut SystemRandom).unwrap();
    // RFC 9864: Ed25519 -19, ESP256 -9, ESP384 -51, ESP512 -52; alg is the first label.
    let of_curve = |protected: &[u8], alg: &str| assert_eq!(hex(&protected[1..])[..2 + alg.len()], format!("01{alg}"));
    for (issuer, issuer_alg, holder, holder_alg) in [
        (Algorithm::P384, "3832", Algorithm::P256, "28"),
        (Algorithm::P256, "28", Algorithm::Ed25519, "32"),
        (Algorithm::Ed25519, "32", Algorithm::P384, "3832"),
        (Algorithm::P521, "3833", Algorithm::P256, "28"),
    ] {
        let (issuer, holder) = (generate(issuer), generate(holder));
        let folder = Folder::with_keys_of(&issuer, &holder);
        let token = folder.issue(&claims_for(holder.public(), more));
        of_curve(parts(&token).protected(), issuer_alg);
        for hidden in ["ABCD-123456", "region"] {
            assert!(!has_text(parts(&token).payload(), hidden));
        }
        let kbt = folder.present(&token, "--disclose_all");
        of_curve(parts(&kbt).protected(), holder_alg);
        let validated = folder.verify(&kbt, &format!("--audience {AUDIENCE}")).octets();
        assert_eq!(validated, claims_for(holder.public(), expected));
    }
}

/// CWT-C-011: P-521 is for Issuers, and neither a public key nor text without one will do.
#[test]
fn keys_that_cannot_sign_are_refused() {
    let folder = Folder::with_keys_of(&secret(Algorithm::P384, 1), &secret(Algorithm::P521, 2));
    let token = folder.issue(&claims(""));
    let present = |key: &str| folder.run(&format!("present {key} --issuer issuer_pub.pem --time {NOW}"), &token);
    present("holder_priv.pem").refused("keys/leaf-algorithm");
    present("issuer_pub.pem").refused("cli/secret-missing");
    present("nowhere.pem").refused("cli/file-unreadable");
    folder.run("issue issuer_pub.pem", &claims("")).refused("cli/secret-missing");
    folder.write("empty.pem", b"-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n");
    assert!(folder.run("issue empty.pem", &claims("")).stderr.starts_with("error: empty.pem: "));
    // The harness has an Ed25519 key in the second version of PKCS#8, with its public half.
    let second_version = "-----BEGIN PRIVATE KEY-----\nMFECAQEwBQYDK2VwBCIEIPnAegbJoKeuxBUeed/H7lgYRFxRXoORK4xBzhBEaDkH\n\
                          gSEAgBbiZqQvKRV0gi3xrDliIKN4xsAxuAxVo+qRGgEbmpY=\n-----END PRIVATE KEY-----\n";
    folder.write("issuer_priv.pem", second_version.as_bytes());
    folder.issue(&claims(""));
}

/// CWT-C-001, CWT-C-005, CWT-C-007: whatever is cut off or not CBOR, nothing comes out and no list of salts is left.
#[test]
fn malformed_input_gives_no_output() {
    let folder = Folder::with_keys();
    let given = claims("58(501): \"x\"");
    let token = folder.issue(&given);
    let kbt = folder.present(&token, "");
    std::fs::remove_file(folder.path().join("nonce_list.out")).unwrap();
    let commands = [
        (format!("issue issuer_priv.pem --time {NOW}"), given),
        (format!("present holder_priv.pem --issuer issuer_pub.pem --time {NOW}"), token),
        (format!("verify --issuer issuer_pub.pem --time {NOW}"), kbt),
    ];
    for (line, good) in &commands {
        let cut = &good[..good.len() - 1];
        let longer = [&good[..], b"\0"].concat();
        for (bad, code) in [(&b""[..], "cli/file-empty"), (cut, "sd-cwt/cbor-malformed"), (&longer[..], "sd-cwt/cbor-malformed")]
        {
            let ran = folder.run(line, bad);
            ran.refused(code);
            assert!(ran.stderr.starts_with("error: standard input: "), "{}", ran.stderr);
        }
        for bad in [&b"garbage"[..], &[0xff], &[0xa0], &[0xf6], &[0x80]] {
            folder.run(line, bad).failed();
        }
    }
    assert!(!folder.has_salts());
    // One role's output is not another's input.
    let [(issue, claims), (present, token), (verify, kbt)] = &commands;
    folder.run(verify, token).refused("sd-cwt/type-mismatch");
    folder.run(present, kbt).refused("sd-cwt/type-mismatch");
    folder.run(present, claims).refused("sd-cwt/structure");
    folder.run(issue, token).refused("sd-cwt/preissue");
}

/// CWT-C-001, CWT-C-005, CWT-C-007: with --json too the result is octets; only the error becomes an object.
#[test]
fn errors_can_be_objects_and_results_are_octets() {
    let folder = Folder::with_keys();
    let token = folder.run(&format!("issue issuer_priv.pem --time {NOW} --json"), &claims("")).octets();
    assert!(token.starts_with(&[0xd2, 0x84]));
    let failed = folder.run(&format!("issue issuer_priv.pem --time {EXPIRED} --json"), &claims(""));
    assert!(failed.stderr.contains("\"code\": \"sd-cwt/time\""), "{}", failed.stderr);
}
