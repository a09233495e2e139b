//! `mimicred provider` as its operator uses it: whole, killed, and with custodians.

#![cfg(test)]

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use mimicred_keys::{Algorithm, LeafKey, Random, SecretKey, SystemRandom};
use mimicred_provider::prepare_proof;
use mimicred_x509::{Certificate, IssuanceBinding, prepare_request};
use serde::Deserialize;
use tempfile::TempDir;

const ISSUER: &str = "https://id.a.example";
const NOW: &str = "2026-09-21T12:00:00Z";
/// How often the processes of an ordinary run are killed; `MIMICRED_PROVIDER_KILLS` sets another number.
const KILLS: u32 = 20;

/// A directory with a provider in it.
struct Place(TempDir);

#[derive(Deserialize)]
struct Answer {
    issuer: String,
    credentials: Vec<Credential>,
    padding: String,
}

#[derive(Deserialize)]
struct Credential {
    user: String,
    x509: Option<String>,
    #[serde(rename = "sd-jwt")]
    sd_jwt: Option<String>,
    #[serde(rename = "sd-cwt")]
    sd_cwt: Option<String>,
}

#[derive(Deserialize)]
struct Account {
    live: u64,
    ready: u64,
    state: String,
}

#[derive(Deserialize)]
struct Status {
    pseudonyms: u64,
    suspended_pseudonyms: u64,
    batches: u64,
    credentials_to_make: u64,
}

impl Place {
    fn new(escrow: &str) -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        std::fs::write(place.file("pass"), "correct horse\n").unwrap();
        place.done(&["init", "--host", "a.example", "--escrow", escrow]);
        let config = std::fs::read_to_string(place.file("a/provider.toml")).unwrap();
        let config = ["live", "burst", "newcomer_live"].iter().fold(config, |config, name| {
            let line = config.lines().find(|line| line.starts_with(&format!("{name} = "))).unwrap().to_owned();
            config.replace(&format!("\n{line}\n"), &format!("\n{name} = 100000\n"))
        });
        std::fs::write(place.file("a/provider.toml"), config).unwrap();
        std::fs::write(place.file("alice.json"), r#"{"name": "Alice Meier", "email": "alice@a.example"}"#).unwrap();
        place.done(&["account", "add", "alice", "--claims", &place.text("alice.json")]);
        place
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.file(name).to_str().unwrap().to_owned()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mimicred"));
        command.args(["provider", "--dir", &self.text("a"), "--passphrase-file", &self.text("pass")]).args(arguments);
        if !arguments.contains(&"--now") {
            command.args(["--now", NOW]);
        }
        command.stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn done(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn refused(&self, arguments: &[&str], status: i32, code: &str) {
        let output = self.run(arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {said}");
        assert!(said.contains(&format!("[{code}]")) && said.contains("hint: "), "{said}");
    }

    fn json<T: for<'de> Deserialize<'de>>(&self, arguments: &[&str]) -> T {
        serde_json::from_str(&self.done(&[arguments, &["--json"]].concat())).unwrap()
    }

    fn nonce(&self) -> String {
        self.done(&["nonce", "alice"]).trim().to_owned()
    }

    /// Requests for fresh keys in a file, and the keys.
    fn requests(&self, name: &str, nonce: &str, count: usize) -> HashSet<Vec<u8>> {
        let nonce: Vec<u8> = (0..nonce.len()).step_by(2).map(|n| u8::from_str_radix(&nonce[n..n + 2], 16).unwrap()).collect();
        let binding = IssuanceBinding { issuer: ISSUER, nonce: &nonce };
        let mut text = String::new();
        let mut keys = HashSet::new();
        for n in 0..count {
            let leaf = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom).unwrap()).unwrap();
            if n % 2 == 0 {
                text.push_str(&prepare_request(leaf.public(), &binding).unwrap().sign(&leaf).unwrap().to_pem());
            } else {
                text.push_str(&prepare_proof(leaf.public(), &binding, 0).unwrap().sign(&leaf).unwrap());
                text.push('\n');
            }
            keys.insert(leaf.public().octets().to_vec());
        }
        std::fs::write(self.file(name), text).unwrap();
        keys
    }

    fn answer(&self, name: &str) -> Answer {
        serde_json::from_slice(&std::fs::read(self.file(name)).unwrap()).unwrap()
    }

    fn issue(&self, count: usize) -> Answer {
        let nonce = self.nonce();
        self.requests("requests", &nonce, count);
        let _ = std::fs::remove_file(self.file("answer"));
        self.done(&["issue", "--nonce", &nonce, &self.text("requests"), "-o", &self.text("answer")]);
        self.answer("answer")
    }
}

fn keys(answer: &Answer) -> HashSet<Vec<u8>> {
    let key = |credential: &Credential| {
        let pem = credential.x509.as_ref().unwrap();
        Certificate::from_pem(pem).unwrap().remove(0).subject_key().unwrap().octets().to_vec()
    };
    answer.credentials.iter().map(key).collect()
}

#[test]
fn a_batch_is_issued_and_its_answer_fills_a_bucket() {
    let place = Place::new("none");
    for count in [1, 40] {
        let answer = place.issue(count);
        assert_eq!(answer.issuer, ISSUER);
        assert_eq!(answer.credentials.len(), count);
        assert!(answer.credentials.iter().all(|one| one.x509.is_some() && one.sd_jwt.is_some() && one.sd_cwt.is_some()));
        assert!(answer.padding.bytes().all(|c| c == b'0'));
        // mimi-mls.md 4.5 B-16.
        assert_eq!(std::fs::metadata(place.file("answer")).unwrap().len() % 16_384, 0);
    }
    let status: Status = place.json(&["status"]);
    assert_eq!((status.pseudonyms, status.batches, status.credentials_to_make), (41, 0, 0));
}

#[test]
fn what_is_wrong_is_said_and_nothing_is_lost() {
    let place = Place::new("none");
    let nonce = place.nonce();
    place.requests("requests", &nonce, 2);
    let (requests, answer) = (place.text("requests"), place.text("answer"));
    let issue = |nonce: &str, requests: &str, status, code: &str| {
        place.refused(&["issue", "--nonce", nonce, requests, "-o", &answer], status, code);
        assert!(!place.file("answer").exists());
    };
    issue(&"00".repeat(32), &requests, 1, "provider/nonce-unknown");
    issue(&nonce, &place.text("alice.json"), 2, "provider/proof-malformed");
    issue(&nonce, &place.text("nowhere"), 2, "cli/file-unreadable");
    issue(&place.nonce(), &requests, 1, "provider/proof-invalid");
    place.refused(&["account", "add", "alice"], 1, "provider/account-exists");
    place.refused(&["account", "show", "eve"], 1, "provider/account-unknown");
    place.refused(&["nonce", "eve"], 1, "provider/account-unknown");
    place.refused(&["show", "mimi://a.example/p/x"], 1, "provider/pseudonym-unknown");
    place.refused(&["audit"], 1, "provider/escrow-unsupported");
    place.refused(&["init", "--host", "a.example", "--escrow", "none"], 2, "cli/directory-not-empty");
    std::fs::write(place.file("answer"), "mine").unwrap();
    place.refused(&["issue", "--nonce", &nonce, &requests, "-o", &answer], 2, "cli/output-exists");
    std::fs::remove_file(place.file("answer")).unwrap();
    // After all that, the batch is issued as if nothing had been.
    place.done(&["issue", "--nonce", &nonce, &requests, "-o", &answer]);
    let account: Account = place.json(&["account", "show", "alice"]);
    assert_eq!((account.live, account.ready), (2, 99_998));
    std::fs::write(place.file("pass"), "wrong\n").unwrap();
    place.refused(&["status"], 2, "keys/protected-refused");
}

/// Killed at any point of a batch, no credential is handed out that the store does not know, no quota is lost or doubled, and no
/// output is half-written. The same command, given again, goes on.
#[test]
fn a_process_that_is_killed_loses_nothing() {
    const BATCH: usize = 120;
    let wanted = std::env::var("MIMICRED_PROVIDER_KILLS").map_or(KILLS, |kills| kills.parse().unwrap());
    let place = Place::new("blind");
    let (mut killed, mut issued, mut longest) = (0, 0_u64, Duration::from_millis(400));
    while killed < wanted {
        let nonce = place.nonce();
        let asked = place.requests("requests", &nonce, BATCH);
        let name = format!("answer-{issued}");
        let issue = ["issue", "--nonce", &nonce, &place.text("requests"), "-o", &place.text(&name)];
        let mut kills = 0;
        loop {
            let begun = Instant::now();
            let mut process = place.command(&issue).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            // The last try of a batch runs to its end.
            if kills < 6 && killed < wanted {
                let mut draw = [0; 2];
                SystemRandom.fill(&mut draw).unwrap();
                let part = u32::from(u16::from_be_bytes(draw));
                std::thread::sleep(longest * part / 65_536);
                let _ = process.kill();
            }
            let status = process.wait().unwrap();
            if !status.success() {
                kills += 1;
                killed += 1;
                // Killed after the answer had its name: it is whole, and the command may be given again, over it.
                if place.file(&name).exists() {
                    assert_eq!(keys(&place.answer(&name)), asked);
                    std::fs::remove_file(place.file(&name)).unwrap();
                    let gone = place.run(&issue);
                    if gone.status.success() {
                        break;
                    }
                    // Or it had been acknowledged, and was killed in saying so.
                    assert!(String::from_utf8_lossy(&gone.stderr).contains("nonce-unknown"));
                    issued += u64::try_from(BATCH).unwrap();
                    break;
                }
                continue;
            }
            longest = begun.elapsed().max(Duration::from_millis(100));
            break;
        }
        if place.file(&name).exists() {
            assert_eq!(keys(&place.answer(&name)), asked);
            issued += u64::try_from(BATCH).unwrap();
        }
        let account: Account = place.json(&["account", "show", "alice"]);
        let status: Status = place.json(&["status"]);
        assert_eq!((account.live, account.ready), (issued, 100_000 - issued));
        assert_eq!((status.pseudonyms, status.batches, status.credentials_to_make), (issued, 0, 0));
    }
    println!("killed {killed} times, issued {issued}");
}

#[test]
fn reports_lead_to_remedies_and_back() {
    let place = Place::new("blind");
    let users: Vec<String> = place.issue(3).credentials.into_iter().map(|one| one.user).collect();
    let report = |signal: &str, room: &str, reporter: &str| {
        let arguments =
            ["report", "add", &users[0], "--signal", signal, "--hub", "hub.example", "--room", room, "--reporter", reporter];
        place.done(&arguments).trim().to_owned()
    };
    let (one, other) = (report("ban", "r1", "bob"), report("report", "r2", "carol"));
    assert!(place.done(&["show", &users[0]]).contains("weigh 30: somebody should look"));
    place.done(&["report", "uphold", &one]);
    place.done(&["report", "dismiss", &other]);
    assert_eq!(place.done(&["report", "list"]), "");
    place.refused(&["report", "uphold", &"0".repeat(32)], 1, "provider/report-unknown");
    place.refused(&["report", "uphold", "x"], 2, "cli/octets-malformed");

    // A hub, which is another provider, says so under its key; and is believed by whoever knows that key.
    let hub = Place::new("none");
    let config = std::fs::read_to_string(hub.file("a/provider.toml")).unwrap();
    std::fs::write(hub.file("a/provider.toml"), config.replace("host = \"a.example\"", "host = \"hub.example\"")).unwrap();
    let signed = place.text("report");
    let room = "mimi://hub.example/r/x";
    hub.done(&["report", "make", &users[2], "--signal", "ban", "--room", room, "--reporter", "dave", "-o", &signed]);
    let key = hub.text("a/token.jwk");
    let receive = |hub: &str, key: &str| place.run(&["report", "receive", &signed, "--hub", hub, "--hub-key", key]);
    assert!(receive("hub.example", &key).status.success());
    assert_eq!(receive("hub.example", &place.text("a/token.jwk")).status.code(), Some(1));
    assert_eq!(receive("other.example", &key).status.code(), Some(1));
    assert!(place.done(&["show", &users[2]]).contains("weigh 20"));

    place.done(&["publish", &place.text("status")]);
    place.refused(&["suspend", &users[0], "--related"], 2, "cli/usage");
    place.done(&["suspend", &users[1], "--everywhere"]);
    assert!(place.done(&["apply"]).starts_with("carried out 0 orders"));
    assert!(
        place.done(&["apply", "--now", "2026-09-22T12:00:00Z"]).starts_with("carried out 1 orders: 1 accounts, 3 pseudonyms")
    );
    let account: Account = place.json(&["account", "show", "alice"]);
    assert_eq!(account.state, "suspended");
    let status: Status = place.json(&["status"]);
    assert_eq!(status.suspended_pseudonyms, 3);
    // Published within a week, and then known to whoever looks.
    assert!(place.done(&["publish", &place.text("status"), "--now", "2026-10-02T12:00:00Z"]).starts_with("published 3 changes"));
    place.done(&["reinstate", &users[2], "--account", "--emergency"]);
    assert!(place.done(&["apply"]).contains("1 accounts, 3 pseudonyms"));
    let account: Account = place.json(&["account", "show", "alice"]);
    assert_eq!(account.state, "active");

    // By its name, at once.
    place.done(&["account", "suspend", "alice", "--everywhere", "--emergency"]);
    let status: Status = place.json(&["status"]);
    assert_eq!(status.suspended_pseudonyms, 3);
    place.done(&["account", "delete", "alice"]);
    place.refused(&["account", "reinstate", "alice"], 1, "provider/account-unknown");
    // Where nothing leads to them, that is said.
    let deleted = hub.run(&["account", "delete", "alice"]);
    assert!(deleted.status.success() && String::from_utf8_lossy(&deleted.stderr).contains("they count until they expire"));
}

/// Two of three custodians open one record; what they open, and that they do, is in the log.
#[test]
fn custodians_open_one_pseudonym() {
    let place = Place::new("sealed");
    let user = place.issue(2).credentials.remove(0).user;
    let opening = place.text("opening");
    place.done(&["open", "enter", &user, "--case", "2026-17", "--purpose", "abuse", "-o", &opening]);
    let custodian = |verb: &str, n: u32, opening: &str, to: &str| {
        let share = format!("{}/custodian-{n}.keys", place.text("a"));
        let memory = place.text(&format!("memory-{n}"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_mimicred"));
        command.args([
            "custodian",
            verb,
            opening,
            "--share",
            &share,
            "--memory",
            &memory,
            "--passphrase-file",
            &place.text("pass"),
        ]);
        command.args(["-o", &place.text(to)]).output().unwrap()
    };
    // What she is asked for, a custodian sees before she signs.
    let shown = Command::new(env!("CARGO_BIN_EXE_mimicred")).args(["custodian", "show", &opening]).output().unwrap();
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(
        shown.starts_with("case     2026-17\npurpose  abuse\n") && shown.contains("signed   by [], where 2 have to"),
        "{shown}"
    );
    // Nobody does her part before enough have signed.
    let early = custodian("part", 1, &opening, "early");
    assert_eq!(early.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&early.stderr).contains("[escrow/countersignatures-lacking]"));
    for n in [1, 2] {
        let signed = custodian("sign", n, &opening, &format!("signature-{n}"));
        assert!(signed.status.success(), "{}", String::from_utf8_lossy(&signed.stderr));
    }
    let signed = place.text("signed");
    let signatures = [place.text("signature-1"), place.text("signature-2")];
    place.done(&["open", "sign", &user, "--entry", "0", &signatures[0], &signatures[1], "-o", &signed]);
    for n in [2, 3] {
        assert!(custodian("part", n, &signed, &format!("part-{n}")).status.success());
    }
    place.refused(&["open", "finish", &user, "--entry", "0", &place.text("part-2")], 1, "provider/opening-refused");
    let opened = place.done(&["open", "finish", &user, "--entry", "0", &place.text("part-2"), &place.text("part-3")]);
    assert_eq!(opened, "account alice\n");
    let audit = place.done(&["audit"]);
    assert!(audit.contains("case 2026-17  signed by [1, 2]  opened") && audit.contains("the log is whole"), "{audit}");
}

/// A backup is a provider: what is in it goes on.
#[test]
fn a_backup_is_restored_by_putting_it_in_place() {
    let place = Place::new("open");
    let user = place.issue(2).credentials.remove(0).user;
    place.done(&["backup", &place.text("backup")]);
    place.refused(&["backup", &place.text("backup")], 2, "cli/output-exists");
    place.issue(3);
    std::fs::remove_dir_all(place.file("a")).unwrap();
    std::fs::rename(place.file("backup"), place.file("a")).unwrap();
    let status: Status = place.json(&["status"]);
    assert_eq!(status.pseudonyms, 2);
    assert!(place.done(&["show", &user]).starts_with("state    live"));
    place.done(&["tidy"]);
    assert_eq!(place.issue(1).credentials.len(), 1);
}

/// Keys and store are for their owner only.
#[cfg(unix)]
#[test]
fn files_with_secrets_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new("sealed");
    let mode = |name: &str| std::fs::metadata(place.file("a").join(Path::new(name))).unwrap().permissions().mode() & 0o777;
    for name in ["issuing.keys", "desk.keys", "custodian-1.keys", "store.sqlite"] {
        assert_eq!(mode(name), 0o600, "{name}");
    }
}

/// `mimicred lint` as its exit status and what it prints.
fn lint(files: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_mimicred")).arg("lint").args(files).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(text).unwrap())
}

/// mimi-mls.md 4.5: nothing that lint can see links the pseudonyms of a batch, of any format or of all together; and it sees what is
/// planted.
#[test]
fn batches_come_out_clean() {
    let place = Place::new("blind");
    let answer = place.issue(60);
    let (status, said) = lint(&[&place.text("answer")]);
    assert!(status == 0 && said.starts_with("clean: 180 items"), "{said}");
    // Those of another account on the same day, whose claims are as long, have nothing that these have not.
    std::fs::write(place.file("bob.json"), r#"{"name": "Bobby Meier", "email": "bobby@a.example"}"#).unwrap();
    place.done(&["account", "add", "bob", "--claims", &place.text("bob.json")]);
    let nonce = place.done(&["nonce", "bob"]).trim().to_owned();
    place.requests("more", &nonce, 40);
    place.done(&["issue", "--nonce", &nonce, &place.text("more"), "-o", &place.text("other")]);
    let (status, said) = lint(&[&place.text("answer"), "--known", &place.text("other")]);
    assert!(status == 0 && said.starts_with("clean: "), "{said}");

    // In the order of serial numbers.
    let serial = |pem: &String| Certificate::from_pem(pem).unwrap().remove(0).serial();
    let mut certificates: Vec<String> = answer.credentials.iter().filter_map(|one| one.x509.clone()).collect();
    certificates.sort_by_key(serial);
    std::fs::write(place.file("sorted"), certificates.concat()).unwrap();
    let (status, said) = lint(&[&place.text("sorted")]);
    assert!(status == 1 && said.contains("B-5 order-monotone: serialNumber"), "{said}");
    // What is no credential.
    let (status, said) = lint(&[&place.text("alice.json")]);
    assert!(status == 2 && said.contains("[cli/content-unexpected]"), "{said}");
}
