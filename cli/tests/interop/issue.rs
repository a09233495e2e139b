//! `issue`: salts, dates, and what is not issued.

use mimicred_keys::sha256;

use crate::tool::*;

/// 501, two elements of which one has a redaction inside, and a decoy.
const MARKED: &str = "58(501): \"x\", 502: [58(7), 58({58(\"a\"): 1})], 62(9): null";

fn line(array: &str, salt: u8) -> String {
    format!("{},{}\n", hex(&sha256(&cbor_of(array))), hex(&[salt; 16]))
}

/// What the second element of 502 holds once its member is redacted under this salt.
fn inner(salt: u8) -> String {
    let disclosure = cbor_of(&format!("[h'{}', 1, \"a\"]", hex(&[salt; 16])));
    // CWT-I-009: the digest is over the byte string, head and all.
    let encoded = cbor_of(&format!("h'{}'", hex(&disclosure)));
    format!("{{simple(59): [h'{}']}}", hex(&sha256(&encoded)))
}

fn in_the_contract() -> String {
    let element = line(&format!("[{}]", inner(2)), 4);
    [line("[\"x\", 501]", 1), line("[1, \"a\"]", 2), line("[7]", 3), element, format!("9,{}\n", hex(&[5; 16]))].concat()
}

fn as_published() -> String {
    let element = line(&format!("[null, {}]", inner(2)), 4);
    [line("[501, \"x\"]", 1), line("[\"a\", 1]", 2), line("[null, 7]", 3), element, format!("9,{}\n", hex(&[5; 16]))].concat()
}

fn used_salts(folder: &Folder) -> Vec<String> {
    let mut salts: Vec<_> = folder.salts().lines().map(|line| line.rsplit(',').next().unwrap().to_owned()).collect();
    salts.sort();
    salts
}

/// CWT-C-002, CWT-C-003, trap 31: both ways to write the hash give the same token, which has the listed salts and no other.
#[test]
fn listed_salts_are_used() {
    let folder = Folder::with_keys();
    let issue = |list: &str| {
        folder.write("salts.csv", list.as_bytes());
        folder.run(&format!("issue issuer_priv.pem --nonces salts.csv --time {NOW}"), &claims(MARKED)).octets()
    };
    let token = issue(&in_the_contract());
    let again = issue(&as_published());
    assert_eq!(parts(&token).sig_structure(), parts(&again).sig_structure());
    assert_eq!(parts(&token).unprotected(), parts(&again).unprotected());
    assert_eq!(used_salts(&folder), [1, 2, 3, 4, 5].map(|salt| hex(&[salt; 16])));
    // What was written is in the contract's form, whichever was read.
    let mut written: Vec<_> = folder.salts().lines().map(str::to_owned).collect();
    let list = in_the_contract();
    let mut expected: Vec<_> = list.lines().collect();
    written.sort();
    expected.sort_unstable();
    assert_eq!(written, expected);
    // Lines for what is not there do no harm, and lines may end as elsewhere.
    let crlf = format!("{}{}123,{}", line("[1, 2]", 8), in_the_contract(), hex(&[9; 16])).replace('\n', "\r\n");
    assert_eq!(parts(&issue(&crlf)).sig_structure(), parts(&token).sig_structure());
}

/// CWT-C-002, CWT-C-003: what is not listed gets a random salt, which is written down too and gives the same token again.
#[test]
fn other_salts_are_random_and_written_down() {
    let folder = Folder::with_keys();
    folder.write("salts.csv", format!("9,{}", hex(&[5; 16])).as_bytes());
    let issue = |nonces: &str| folder.run(&format!("issue issuer_priv.pem {nonces} --time {NOW}"), &claims(MARKED)).octets();
    let token = issue("--nonces salts.csv");
    let salts = used_salts(&folder);
    assert_eq!(salts.len(), 5);
    assert!(salts.contains(&hex(&[5; 16])));
    // The list is read before it is replaced.
    let again = issue("--nonces nonce_list.out");
    assert_eq!(parts(&token).sig_structure(), parts(&again).sig_structure());
    assert_eq!(used_salts(&folder), salts);
    issue("");
    assert!(used_salts(&folder).iter().all(|salt| !salts.contains(salt)));

    // Without anything to disclose there is nothing to write down, and that can be read again.
    let plain = |nonces: &str| folder.run(&format!("issue issuer_priv.pem {nonces} --time {NOW}"), &claims("")).octets();
    plain("");
    assert_eq!(folder.salts().trim(), "");
    plain("--nonces nonce_list.out");
}

/// CWT-C-003: salts undo redaction, so their file is for its owner only; nothing else is left behind.
#[cfg(unix)]
#[test]
fn the_list_of_salts_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::with_keys();
    folder.write("nonce_list.out", b"old");
    folder.issue(&claims(MARKED));
    let mode = std::fs::metadata(folder.path().join("nonce_list.out")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 4);
    // A list that cannot be written is a token that is not issued.
    std::fs::remove_file(folder.path().join("nonce_list.out")).unwrap();
    std::fs::create_dir(folder.path().join("nonce_list.out")).unwrap();
    folder.run(&format!("issue issuer_priv.pem --time {NOW}"), &claims("")).refused("cli/output-failed");
}

/// CWT-C-002: a list with a mistake is refused as a whole, and an old list of salts stays.
#[test]
fn lists_with_mistakes_are_refused() {
    let folder = Folder::with_keys();
    folder.write("nonce_list.out", b"old");
    let (hash, salt) = (hex(&[1; 32]), hex(&[2; 16]));
    for list in [
        format!("{hash},{}", &salt[1..]),
        format!("{},{salt}", &hash[1..]),
        format!("{hash},{}", &salt[2..]),
        format!("{hash},{salt}00"),
        format!("0,{salt}"),
        format!("-1,{salt}"),
        format!("{hash};{salt}"),
        format!("9,{salt}\n\n{hash},{}", hex(&[3; 16])),
        format!("9,{salt}\n{hash},{salt}"),
    ] {
        folder.write("salts.csv", list.as_bytes());
        let ran = folder.run(&format!("issue issuer_priv.pem --nonces salts.csv --time {NOW}"), &claims(MARKED));
        ran.refused("sd-cwt/salt-list");
        assert!(ran.stderr.starts_with("error: salts.csv: ") && ran.stderr.contains("line "), "{}", ran.stderr);
        assert!(!ran.stderr.contains(&salt[2..]), "{}", ran.stderr);
    }
    folder.write("salts.csv", b"\xff\xfe");
    let issue = |list: &str| folder.run(&format!("issue issuer_priv.pem --nonces {list} --time {NOW}"), &claims(MARKED));
    issue("salts.csv").refused("cli/content-unexpected");
    issue("nowhere.csv").refused("cli/file-unreadable");
    assert_eq!(folder.read("nonce_list.out"), b"old");
}

/// CWT-C-004: the dates of the claims hold at the given time, and by the clock if none is given.
#[test]
fn claims_are_issued_within_their_dates() {
    let folder = Folder::with_keys();
    let issue = |time: &str| folder.run(&format!("issue issuer_priv.pem {time}"), &claims(""));
    for (time, holds) in [("1725243899", false), ("1725243900", true), ("1725330599", true), ("1725330600", false)] {
        let ran = issue(&format!("--time {time}"));
        if holds { drop(ran.octets()) } else { ran.refused("sd-cwt/time") }
    }
    // They ended in 2024.
    issue("").refused("sd-cwt/time");
    issue("--time noon").refused("cli/time-malformed");
    issue("--time 1.5").refused("cli/time-malformed");
    // Without dates any time will do, and none are added.
    let is_date = |line: &&str| ["/ exp /", "/ nbf /", "/ iat /"].iter().any(|date| line.contains(date));
    let undated: String = text_of(&claims("")).lines().filter(|line| !is_date(line)).collect();
    let token = folder.run("issue issuer_priv.pem", &cbor_of(&undated)).octets();
    assert_eq!(parts(&token).payload(), cbor_of(&undated));
}

fn refuse(folder: &Folder, claims: &[u8], code: &str) {
    folder.run(&format!("issue issuer_priv.pem --time {NOW}"), claims).refused(code);
    assert!(!folder.has_salts());
}

/// CWT-I-025, trap 18, CWT-C-001: marks that are not understood are refused, not signed.
#[test]
fn marks_out_of_place_are_refused() {
    let folder = Folder::with_keys();
    // The harness's own case marks the value of a claim in this way.
    refuse(&folder, &claims("58(300): [58({1: 144, 2: 58([15.78, \"EUR\"]), 3: \"de\"})]"), "sd-cwt/preissue");
    for more in [
        "500: 58(true)",
        "500: 62(1)",
        "500: [62(0)]",
        "500: [62(1)], 62(1): null",
        "62(1): 1",
        "58(58(500)): 1",
        "500: 1, 58(500): 1",
        "60(500): 1",
        "500: [60(h'00')]",
        "simple(59): [h'00']",
    ] {
        refuse(&folder, &claims(more), "sd-cwt/preissue");
    }
    refuse(&folder, &cbor_of("58({1: \"i\", 2: \"s\"})"), "sd-cwt/preissue");
    // The same as text, which is no CBOR yet.
    let ran = folder.run(&format!("issue issuer_priv.pem --time {NOW}"), b"{1: \"i\", 2: \"s\"}");
    ran.refused("sd-cwt/preissue");
    assert!(ran.stderr.contains("inspect FILE --cbor"), "{}", ran.stderr);
}

/// CWT-C-001: the rules of issuance hold here too; nothing is made up for claims that are missing.
#[test]
fn what_an_issuer_must_not_sign_is_refused() {
    let folder = Folder::with_keys();
    let marked = |key: &str| {
        let text = text_of(&claims(""));
        cbor_of(&text.replace(&format!("/ {key}: "), &format!("/ 58({key}): ")))
    };
    for never in ["1", "4", "5", "6", "8"] {
        assert_ne!(marked(never), claims(""));
        refuse(&folder, &marked(never), "sd-cwt/redaction-forbidden");
    }
    refuse(&folder, &cbor_of("{1: \"https://issuer.example\", 2: \"s\"}"), "sd-cwt/claim-missing");
    let cnf = "8: {5: h'0000000000000000000000000000000000000000000000000000000000000000'}";
    refuse(&folder, &cbor_of(&format!("{{2: \"s\", {cnf}}}")), "sd-cwt/claim-missing");
    refuse(&folder, &cbor_of(&format!("{{1: \"i\", {cnf}}}")), "sd-cwt/claim-missing");
    refuse(&folder, &cbor_of(&format!("{{1: \"i\", 2: \"s\", 4: \"soon\", {cnf}}}")), "sd-cwt/claim-type");
    // A key of X25519 cannot sign (trap 33).
    let x25519 = format!("8: {{1: {{1: 1, -1: 4, -2: h'{}'}}}}", hex(&[9; 32]));
    refuse(&folder, &cbor_of(&format!("{{1: \"i\", 2: \"s\", {x25519}}}")), "sd-cwt/confirmation");
    folder.run("issue issuer_priv.pem", &cbor_of(&format!("{{1: \"i\", 2: \"s\", {cnf}}}"))).octets();
}

/// CWT-C-009: what the kid is, since the contract does not say.
#[test]
fn the_key_is_named_after_the_issuer_unless_told_otherwise() {
    let mut folder = Folder::with_keys();
    let protected = |folder: &Folder, claims: &[u8]| parts(&folder.issue(claims)).protected().to_vec();
    assert!(has_text(&protected(&folder, &claims("")), "https://issuer.example/cose-key3"));
    folder.environment = vec![("MIMICRED_INTEROP_KID", "https://elsewhere.example/key")];
    let named = protected(&folder, &claims(""));
    assert!(has_text(&named, "https://elsewhere.example/key") && !has_text(&named, "issuer.example"));
    folder.environment = vec![("MIMICRED_INTEROP_KID", "")];
    assert_eq!(protected(&folder, &claims("")), cbor_of("{1: -51, 16: 293, 170: -16}"));
    folder.environment.clear();
    let text = text_of(&claims("")).replace("https://issuer.example", "issuer");
    assert_eq!(protected(&folder, &cbor_of(&text)), cbor_of("{1: -51, 16: 293, 170: -16}"));
}
