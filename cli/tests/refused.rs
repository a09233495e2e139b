//! What was revealed against the rules is not passed on: no value of a refused reveal is printed, in no form and on no stream.
#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// Options that are given instead of those by which all is well.
type Instead<'i> = Vec<(&'i str, &'i str)>;

const NOW: &str = "1790000000";
const ROOM: &str = "mimi://hub.example/r/clubhouse";
const NONCE: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const GROUP: &str = "01010101010101010101010101010101";
/// Values that stand nowhere else.
const VALUES: [&str; 5] = ["Xanthippe Quill", "quill.x@a.example", "1987-03-14", "Wollongong", "peripatetic"];
const CLAIMS: &str = r#"{ "iss": "https://id.a.example", "sub": "mimi://a.example/u/alice", "name": "Xanthippe Quill",
    "email": "quill.x@a.example", "birthdate": "1987-03-14", "address": { "locality": "Wollongong" }, "humour": "peripatetic" }"#;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// Reveals of everything, in each format.
struct Scene(TempDir);

impl Scene {
    fn new() -> Self {
        let scene = Self(tempfile::tempdir().unwrap());
        fs::write(scene.path("claims.json"), CLAIMS).unwrap();
        let room = fs::read_to_string(fixture("room.toml")).unwrap();
        let open = room.replace("presence = \"forbidden\"", "presence = \"optional\"");
        fs::write(scene.path("open.toml"), &open).unwrap();
        let (issuer, leaf) = (fixture("issuer.jwk"), fixture("leaf.jwk"));
        for format in ["sd-jwt", "sd-cwt", "x509"] {
            let mut issue = scene.command();
            issue.args(["issue", "--format", format, "--no-possession-proof", "--claims", "claims.json", "--now", NOW]);
            issue.args(["-o", &format!("{format}.credential")]).arg("--issuer-key").arg(&issuer).arg("--holder").arg(&leaf);
            let mut present = scene.command();
            present.args(["present", &format!("{format}.credential"), "--room", ROOM, "--nonce", NONCE, "--now", NOW]);
            present.args(["-o", format]).arg("--holder-key").arg(&leaf);
            if format == "x509" {
                issue.arg("--issuer-cert").arg(fixture("ca.pem"));
                present.args(["--group-id", GROUP, "--epoch", "7"]);
            } else {
                present.arg("--all");
            }
            for mut command in [issue, present] {
                let output = command.output().unwrap();
                assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            }
        }
        scene
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mimicred"));
        command.current_dir(self.0.path());
        command
    }

    /// Verifies with these options in the place of the right ones.
    fn verify(&self, reveal: &str, form: &[&str], instead: &[(&str, &str)]) -> Output {
        let (open, trust, leaf) = (self.path("open.toml"), fixture("trust"), fixture("leaf.pem"));
        let mut options = vec![
            ("--policy", open.display().to_string()),
            ("--trust", trust.display().to_string()),
            ("--leaf", leaf.display().to_string()),
            ("--room", ROOM.to_owned()),
            ("--nonce", NONCE.to_owned()),
            ("--group-id", GROUP.to_owned()),
            ("--epoch", "7".to_owned()),
            ("--now", "1790000010".to_owned()),
        ];
        for (option, value) in instead {
            options.iter_mut().find(|(name, _)| name == option).unwrap().1 = (*value).to_owned();
        }
        let mut command = self.command();
        command.args(["verify", reveal]).args(form);
        for (option, value) in options {
            command.arg(option).arg(value);
        }
        command.output().unwrap()
    }

    /// What is printed on both streams, as text and as JSON, and the codes.
    fn printed(&self, reveal: &str, instead: &[(&str, &str)], status: i32) -> [String; 2] {
        [&[][..], &["--json"]].map(|form| {
            let output = self.verify(reveal, form, instead);
            let printed = [output.stdout, output.stderr].concat();
            let printed = String::from_utf8(printed).unwrap();
            assert_eq!(output.status.code(), Some(status), "{reveal} {instead:?}: {printed}");
            printed
        })
    }
}

#[test]
fn no_value_of_a_refused_reveal_is_printed() {
    let scene = Scene::new();
    let room = fixture("room.toml").display().to_string();
    let forbidden = fs::read_to_string(scene.path("open.toml")).unwrap();
    let policy = |name: &str, from: &str, to: &str| {
        assert!(forbidden.contains(from), "{from}");
        fs::write(scene.path(name), forbidden.replacen(from, to, 1)).unwrap();
        scene.path(name).display().to_string()
    };
    let closed = policy(
        "closed.toml",
        "identity_reveal = \"required\"\n",
        "identity_reveal = \"optional\"\nunlisted_claims = \"forbidden\"\n",
    );
    let silent = policy("silent.toml", "identity_reveal = \"required\"", "identity_reveal = \"forbidden\"");
    let silent_text = fs::read_to_string(&silent).unwrap().replace("presence = \"required\"", "presence = \"optional\"");
    fs::write(&silent, silent_text).unwrap();
    let picky = policy(
        "picky.toml",
        "presence = \"required\"",
        "presence = \"required\"\npredicates = [{ op = \"equal\", value = \"Somebody Else\" }]",
    );
    let formats = policy("formats.toml", "\"mls_credential\", \"sd_jwt_kb\", \"sd_kbt\"]\nmax", "]\nmax");
    let strangers = fixture("strangers").display().to_string();
    let others = fixture("other-issuers.toml").display().to_string();
    let mallory = fixture("mallory.pem").display().to_string();
    let refusals: [(&str, Instead<'_>); 6] = [
        ("key_mismatch", vec![("--leaf", &mallory)]),
        ("unlisted_claim", vec![("--policy", &closed)]),
        ("reveal_forbidden", vec![("--policy", &silent)]),
        ("predicate_failed", vec![("--policy", &picky)]),
        ("format_not_accepted", vec![("--policy", &formats)]),
        ("stale", vec![("--now", "1790900000")]),
    ];
    let mut all: Vec<(&str, &str, Instead<'_>)> = Vec::new();
    for reveal in ["sd-jwt", "sd-cwt", "x509"] {
        // Where all is well the name is shown: the search below can find it.
        let [human, json] = scene.printed(reveal, &[], 0);
        assert!(human.contains(VALUES[0]) && json.contains(VALUES[0]), "{reveal}: {human}");
        all.extend(refusals.iter().map(|(code, instead)| (reveal, *code, instead.clone())));
    }
    // A certificate has no place for a birthdate and another issuer; its proof covers room and group.
    let elsewhere = vec![("--room", "mimi://hub.example/r/elsewhere")];
    all.extend(["sd-jwt", "sd-cwt"].map(|reveal| (reveal, "audience_mismatch", elsewhere.clone())));
    all.push(("x509", "binding_invalid", elsewhere));
    all.extend(["sd-jwt", "sd-cwt"].map(|reveal| (reveal, "issuer_room_only", vec![("--trust", strangers.as_str())])));
    all.extend(["sd-jwt", "sd-cwt"].map(|reveal| (reveal, "issuer_untrusted", vec![("--policy", others.as_str())])));
    all.extend(["sd-jwt", "sd-cwt"].map(|reveal| (reveal, "forbidden_claim", vec![("--policy", room.as_str())])));
    all.extend(["sd-jwt", "sd-cwt"].map(|reveal| (reveal, "nonce_mismatch", vec![("--nonce", NONCE_ELSEWHERE)])));
    all.push(("x509", "binding_invalid", vec![("--group-id", "02020202020202020202020202020202")]));
    for (reveal, code, instead) in all {
        for printed in scene.printed(reveal, &instead, 1) {
            for value in VALUES {
                assert!(!printed.contains(value), "{reveal} {instead:?} tells {value}:\n{printed}");
            }
            let told = printed.replace('-', "_").contains(code);
            assert!(told, "{reveal} {instead:?} is refused for something else than {code}:\n{printed}");
        }
    }
}

const NONCE_ELSEWHERE: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
