//! The working group's examples, read by the program, and made by it.

use mimicred_keys::{PublicKey, SecretKey};

use crate::tool::*;

/// The folder of each set, and its subject.
const SETS: [(&str, &str); 2] = [("", "https://device.example"), ("draft-08/", "https://holder.example")];

/// A file of the examples, or a note that it is not there.
fn file(name: &str) -> Option<Vec<u8>> {
    let path = format!("{}/../../shared/vectors/ietf-sd-cwt/{name}", env!("CARGO_MANIFEST_DIR"));
    let octets = std::fs::read(path).ok();
    if octets.is_none() {
        // Straight to the stream: the test harness swallows what passing tests print.
        let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("skipped: {name} not present\n"));
    }
    octets
}

/// A working directory with the published keys, and the Holder's public one.
fn published() -> Option<(Folder, PublicKey)> {
    let key = |name| Some(SecretKey::from_pem(&String::from_utf8(file(name)?).unwrap()).unwrap());
    let (issuer, holder) = (key("issuer_privkey.pem")?, key("holder_privkey.pem")?);
    let folder = Folder::with_keys_of(&issuer, &holder);
    // As they were published, not as we write them.
    folder.write("issuer_priv.pem", &file("issuer_privkey.pem")?);
    folder.write("holder_priv.pem", &file("holder_privkey.pem")?);
    Some((folder, holder.public().clone()))
}

fn of(subject: &str, holder: &PublicKey, more: &str) -> Vec<u8> {
    cbor_of(&text_of(&claims_for(holder, more)).replace("https://device.example", subject))
}

/// CWT-C-002, CWT-C-003, CWT-C-004, CWT-C-011, trap 31: from the claims that the examples were made from, the published keys and
/// the published salts come the published claims with their digests and the published disclosures, octet for octet. Only the number
/// of the algorithm differs, since ours is the fully specified one.
#[test]
fn the_published_digests_come_of_the_published_salts() {
    let Some((folder, holder)) = published() else { return };
    let Some(salts) = file("salt_list.csv") else { return };
    folder.write("salt_list.csv", &salts);
    for (set, subject) in SETS {
        let Some(example) = file(&format!("{set}issuer_cwt.cbor")) else { return };
        let marked = of(
            subject,
            &holder,
            "500: true, 58(501): \"ABCD-123456\", 502: [58(1549560720), 58(1612560720), 1674004740],
             503: {\"country\": \"us\", 58(\"region\"): \"ca\", 58(\"postal_code\"): \"94188\"}",
        );
        let issue = |nonces: &str| folder.run(&format!("issue issuer_priv.pem --nonces {nonces} --time {NOW}"), &marked).octets();
        let token = issue("salt_list.csv");
        let (ours, theirs) = (parts(&token), parts(&example));
        assert_eq!(ours.payload(), theirs.payload());
        assert_eq!(ours.unprotected(), theirs.unprotected());
        assert_eq!(hex(ours.protected()).replacen("013832", "013822", 1), hex(theirs.protected()));
        assert_eq!(folder.salts().lines().count(), 5);
        assert!(folder.salts().contains(",bae611067bb823486797da1ebbb52f83\n"));
        // What was written down gives the same again.
        assert_eq!(parts(&issue("nonce_list.out")).payload(), theirs.payload());
    }
}

/// CWT-C-004, CWT-C-007, CWT-C-008, trap 12: the published KBT verifies, nonce and all, until the token expires.
#[test]
fn the_published_kbt_verifies() {
    let Some((folder, holder)) = published() else { return };
    for (set, subject) in SETS {
        let Some(kbt) = file(&format!("{set}kbt.cbor")) else { return };
        let disclosed =
            "500: true, 501: \"ABCD-123456\", 502: [1549560720, 1674004740], 503: {\"region\": \"ca\", \"country\": \"us\"}";
        let expected = of(subject, &holder, disclosed);
        assert_eq!(folder.verify(&kbt, "").octets(), expected);
        assert_eq!(folder.verify(&kbt, &format!("--audience {AUDIENCE}")).octets(), expected);
        folder.verify(&kbt, "--audience https://other.example").refused("sd-cwt/audience");
        folder.run(&format!("verify --issuer issuer_pub.pem --time {EXPIRED}"), &kbt).refused("sd-cwt/time");
        folder.run("verify --issuer issuer_pub.pem --time 1725244236", &kbt).refused("sd-cwt/time");
    }
}

/// CWT-C-005, CWT-C-006, CWT-C-009: the published token is presented by published salts, and its kid names a key file.
#[test]
fn the_published_token_is_presented() {
    let Some((folder, holder)) = published() else { return };
    folder.write("cose-key3", &folder.read("issuer_pub.pem"));
    // Of the licence.
    folder.write("list.cbor", &cbor_of("[h'bae611067bb823486797da1ebbb52f83']"));
    for (set, subject) in SETS {
        let Some(token) = file(&format!("{set}issuer_cwt.cbor")) else { return };
        let present = |more: &str| folder.run(&format!("present holder_priv.pem {more} --time {NOW}"), &token);
        let shown = "500: true, 501: \"ABCD-123456\", 502: [1674004740], 503: {\"country\": \"us\"}";
        for issuer in ["--issuer issuer_pub.pem", "--issuer-key cache", "--issuer-key ignore"] {
            let kbt = present(&format!("{issuer} --disclosure_list list.cbor")).octets();
            let expected = of(subject, &holder, shown);
            assert_eq!(folder.run(&format!("verify {issuer} --time {NOW}"), &kbt).octets(), expected);
        }
        present("").refused("cli/usage");
        folder.run(&format!("present holder_priv.pem --issuer issuer_pub.pem --time {EXPIRED}"), &token).refused("sd-cwt/time");
    }
}
