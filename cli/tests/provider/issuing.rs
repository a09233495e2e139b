//! Batches: whole, refused, killed, and looked at for what links them.

use std::collections::HashSet;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use mimicred_keys::{Random, SystemRandom};
use mimicred_provider::Requests;
use mimicred_x509::Certificate;

use crate::place::{Account, Answer, Credential, ISSUER, Place, Status};

/// How often the processes of an ordinary run are killed; `MIMICRED_PROVIDER_KILLS` sets another number.
const KILLS: u32 = 20;

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
    issue(&nonce, &place.text("a"), 2, "cli/file-unreadable");
    place.refused(&["issue", "--nonce", &nonce, &requests, "-o", &place.text("nowhere/answer")], 2, "cli/output-failed");
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

/// A process that ended between writing the answer and forgetting the batch leaves both: the next one is told how to go on.
#[test]
fn an_answer_that_was_not_acknowledged_is_written_anew() {
    let place = Place::new("none");
    let nonce = place.nonce();
    let asked = place.requests("requests", &nonce, 2);
    let octets: Vec<u8> = (0..nonce.len()).step_by(2).map(|n| u8::from_str_radix(&nonce[n..n + 2], 16).unwrap()).collect();
    let requests = Requests::new(std::io::Cursor::new(std::fs::read(place.file("requests")).unwrap()));
    let mut provider = place.provider();
    let batch = provider.begin(&octets, requests, 1_789_992_000, &mut SystemRandom).unwrap();
    provider.make(&batch, &|| Box::new(SystemRandom), &mut |_, _| {}).unwrap();
    drop(provider);
    std::fs::write(place.file("answer"), "half").unwrap();
    assert!(place.done(&["status"]).contains("look        batches are not finished"));
    let issue = ["issue", "--nonce", &nonce, &place.text("requests"), "-o", &place.text("answer")];
    let output = place.run(&issue);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && said.contains("[cli/output-exists]"), "{said}");
    assert!(said.contains("hint: this batch was not acknowledged") && said.contains("--force"), "{said}");
    place.done(&[&issue[..], &["--force"]].concat());
    assert_eq!(keys(&place.answer("answer")), asked);
    assert!(!place.done(&["status"]).contains("batches are not finished"));
    // Done with, the file is only in the way.
    let output = place.run(&issue);
    assert!(String::from_utf8_lossy(&output.stderr).contains("hint: choose another name"));
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
