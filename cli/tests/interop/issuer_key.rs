//! `--issuer` and `--issuer-key`: whose signature counts.

use mimicred_keys::Algorithm;

use crate::tool::*;

const KID: &str = "MIMICRED_INTEROP_KID";

/// A token and its KBT, as both roles that check the Issuer get them.
struct Both {
    folder: Folder,
    token: Vec<u8>,
    kbt: Vec<u8>,
}

impl Both {
    /// Signed with a key of this identifier, or of the usual one.
    fn with_kid(kid: Option<&'static str>) -> Self {
        let mut folder = Folder::with_keys();
        folder.environment = kid.map(|kid| (KID, kid)).into_iter().collect();
        let token = folder.issue(&claims("58(501): \"x\""));
        let kbt = folder.present(&token, "--disclose_all");
        Self { folder, token, kbt }
    }

    fn run(&self, issuer: &str) -> [Ran; 2] {
        [
            self.folder.run(&format!("present holder_priv.pem {issuer} --time {NOW}"), &self.token),
            self.folder.run(&format!("verify {issuer} --time {NOW}"), &self.kbt),
        ]
    }

    fn accepted(&self, issuer: &str) {
        let [presented, verified] = self.run(issuer);
        assert!(!presented.octets().is_empty());
        assert_eq!(verified.octets(), claims("501: \"x\""));
    }

    fn refused(&self, issuer: &str, code: &str) {
        self.run(issuer).iter().for_each(|ran| ran.refused(code));
    }
}

/// CWT-C-005, CWT-C-007: somebody must say whose signature counts, and say one thing.
#[test]
fn without_a_word_about_the_issuer_nothing_is_accepted() {
    let both = Both::with_kid(None);
    both.accepted("--issuer issuer_pub.pem");
    both.refused("", "cli/usage");
    both.refused("--issuer issuer_pub.pem --issuer-key ignore", "cli/usage");
    both.refused("--issuer-key anything", "cli/usage");
    both.refused("--issuer issuer_priv.pem", "cli/secret-unexpected");
    both.folder.write("stranger.pem", secret(Algorithm::P384, 3).public().to_pem().as_bytes());
    both.refused("--issuer stranger.pem", "sd-cwt/signature-issuer");
    both.folder.write("curve.pem", secret(Algorithm::P256, 3).public().to_pem().as_bytes());
    both.refused("--issuer curve.pem", "sd-cwt/alg-unsupported");
}

/// CWT-C-009, trap 32: fetching is refused by name, before anything is read; the key file is there for those who fetched it themselves.
#[test]
fn nothing_is_fetched() {
    let both = Both::with_kid(None);
    both.refused("--issuer-key fetch", "cli/fetch-unsupported");
    both.folder.write("cose-key3", &both.folder.read("issuer_pub.pem"));
    both.refused("--issuer-key fetch", "cli/fetch-unsupported");
    both.accepted("--issuer-key cache");
    // Whatever is given.
    for line in ["present holder_priv.pem --issuer-key fetch", "verify --issuer-key fetch"] {
        both.folder.run(line, b"nothing of the kind").refused("cli/fetch-unsupported");
    }
}

/// CWT-C-009: whoever issued it, and everything else as always; the program says so.
#[test]
fn ignoring_the_issuer_ignores_the_issuer_only() {
    let mut both = Both::with_kid(None);
    both.accepted("--issuer-key ignore");
    for ran in both.run("--issuer-key ignore") {
        assert!(ran.stderr.starts_with("warning: who issued this is not checked"), "{}", ran.stderr);
    }
    // By a stranger, of any name; or signed by nobody.
    both.folder.write("issuer_priv.pem", secret(Algorithm::Ed25519, 9).to_pem().as_bytes());
    both.token = both.folder.issue(&claims("58(501): \"x\""));
    both.kbt = both.run("--disclose_all --issuer-key ignore").into_iter().next().unwrap().octets();
    both.refused("--issuer issuer_pub.pem", "sd-cwt/alg-unsupported");
    both.accepted("--issuer-key ignore");
    let kept = parts(&both.token);
    both.token = mimicred_cose::sign1::encode(kept.protected(), kept.unprotected(), kept.payload(), &[0; 64]);
    both.kbt = both.run("--disclose_all --issuer-key ignore").into_iter().next().unwrap().octets();
    both.accepted("--issuer-key ignore");

    let present = |line: &str| both.folder.run(&format!("present {line} --issuer-key ignore"), &both.token);
    present(&format!("holder_priv.pem --time {EXPIRED}")).refused("sd-cwt/time");
    present(&format!("issuer_priv.pem --time {NOW}")).refused("sd-cwt/confirmation");
    let verify = |line: &str| both.folder.run(&format!("verify --issuer-key ignore {line}"), &both.kbt);
    verify(&format!("--time {EXPIRED}")).refused("sd-cwt/time");
    verify(&format!("--time {NOW} --audience https://other.example")).refused("sd-cwt/audience");
    let by_another = with_payload(&both.kbt, "{3: \"a\", 6: 1725244237}", &secret(Algorithm::P256, 3));
    both.folder.run(&format!("verify --issuer-key ignore --time {NOW}"), &by_another).refused("sd-cwt/signature-holder");
}

/// CWT-C-009, trap 32: the file in the working directory that is called like the last part of the kid, and no other file.
#[test]
fn a_cached_key_is_a_file_of_that_name() {
    let both = Both::with_kid(Some("https://x/../etc/passwd"));
    let key = both.folder.read("issuer_pub.pem");
    // Where the path would lead, if anybody followed it: up from the working directory, and down.
    let up = both.folder.path().join("down");
    std::fs::create_dir_all(up.join("etc")).unwrap();
    std::fs::write(up.join("etc/passwd"), &key).unwrap();
    std::fs::create_dir(both.folder.path().join("etc")).unwrap();
    both.folder.write("etc/passwd", &key);
    for ran in both.run("--issuer-key cache") {
        ran.refused("cli/file-unreadable");
        assert!(ran.stderr.contains("hint: the kid names this file in the working directory"), "{}", ran.stderr);
        assert!(ran.stderr.starts_with("error: passwd: "), "{}", ran.stderr);
    }
    both.folder.write("passwd", &key);
    both.accepted("--issuer-key cache");
    // It is a public key, and that of the Issuer.
    both.folder.write("passwd", &both.folder.read("issuer_priv.pem"));
    both.refused("--issuer-key cache", "cli/secret-unexpected");
    both.folder.write("passwd", secret(Algorithm::P384, 3).public().to_pem().as_bytes());
    both.refused("--issuer-key cache", "sd-cwt/signature-issuer");
    both.folder.write("passwd", b"root:x:0:0");
    both.refused("--issuer-key cache", "cli/content-unknown");
}

/// CWT-C-009: identifiers that name no plain file, in a directory where every key file is the Issuer's.
#[test]
fn other_identifiers_name_no_file() {
    for kid in [
        "",
        "cose-key3",
        "http://issuer.example/cose-key3",
        "file:///cose-key3",
        "https://cose-key3",
        "https://issuer.example/",
        "https://issuer.example/.",
        "https://issuer.example/..",
        "https://issuer.example/.hidden",
        "https://issuer.example/..\\cose-key3",
        "https://issuer.example/%2e%2e%2fcose-key3",
        "https://issuer.example/cose-key3?version=1",
        "https://issuer.example/?/cose-key3",
    ] {
        let both = Both::with_kid(Some(kid));
        for name in ["cose-key3", ".hidden"] {
            both.folder.write(name, &both.folder.read("issuer_pub.pem"));
        }
        both.refused("--issuer-key cache", "cli/key-id-unusable");
    }
}
