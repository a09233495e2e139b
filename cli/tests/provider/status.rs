//! What a provider publishes, as members of a room follow it: from an issue over a suspension to a verdict, by files and by the tool only.

use std::process::{Command, Output};

use mimicred_keys::IssuerKey;
use mimicred_status::{Bits, StatusIssuer, StatusList, StatusListToken};

use crate::place::{ISSUER, NOW, Place};

const ROOM: &str = "mimi://hub.example/r/clubhouse";
const NONCE: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const GROUP: &str = "01010101010101010101010101010101";
const NEXT_DAY: &str = "2026-09-22T12:00:00Z";
const DAY_AFTER: &str = "2026-09-23T12:00:00Z";
const LISTS: u32 = 4;

/// Forms of status lists.
#[derive(Clone, Copy)]
enum Form {
    Jwt,
    Cwt,
}

impl Form {
    fn extension(self) -> &'static str {
        match self {
            Form::Jwt => "jwt",
            Form::Cwt => "cwt",
        }
    }
}

/// A provider that has published, two pseudonyms of one account, unpacked, and a member of a room who trusts the provider.
struct Scene {
    place: Place,
    folders: Vec<String>,
    users: Vec<String>,
}

impl Scene {
    fn new() -> Self {
        let place = Place::new("none");
        let mut scene = Self { place, folders: Vec::new(), users: Vec::new() };
        let (nonce, place) = (scene.place.nonce(), &scene.place);
        scene.tool(&["batch", "request", "2", "--issuer", ISSUER, "--nonce", &nonce, "--keys", "keys", "-o", "requests"]);
        place.done(&["issue", "--nonce", &nonce, &place.text("requests"), "-o", &place.text("answer")]);
        let ours = ["--keys", "keys", "--ca", "a/ca.pem", "--issuer-key", "a/token.jwk", "--into", "mine", "--now", NOW];
        let unpacked = scene.tool(&[&["batch", "unpack", "answer"][..], &ours].concat());
        for line in unpacked.lines() {
            let (folder, user) = line.split_once("  ").unwrap();
            scene.folders.push(format!("mine/{folder}"));
            scene.users.push(user.to_owned());
        }
        scene.publish(NOW);

        let thumbprint = |file: &str, only: &str| scene.tool(&["key", "thumbprint", file, "--only", only]).trim().to_owned();
        let policy = |formats: &str, rules: &str| {
            format!(
                "pseudonyms = \"required\"\nidentity_reveal = \"required\"\naccepted_formats = [{formats}]\nmax_presentation_age = 300\n\
                 disclosure_deadline = 3600\n{rules}\n\
                 [[trusted_issuers]]\nissuer = \"{ISSUER}\"\nsubject_domains = [\"a.example\"]\nformats = [\"sd_jwt_kb\", \"sd_kbt\"]\n\
                 anchors = [{{ jwk_thumbprint_sha256 = \"{}\" }}]\n\
                 [[trusted_issuers]]\nissuer = \"\"\nsubject_domains = [\"a.example\"]\nformats = [\"mls_credential\"]\n\
                 anchors = [{{ spki_sha256 = \"{}\" }}]\n",
                thumbprint("a/token.jwk", "jwk"),
                thumbprint("a/ca.pem", "spki"),
            )
        };
        let name =
            "[[claim_rules]]\nclaim_name = \"name\"\npaths = [{ jwt = [\"name\"] }, { cwt = [170] }]\npresence = \"required\"";
        scene.write("tokens.toml", &policy("\"sd_jwt_kb\", \"sd_kbt\"", name));
        scene.write("certificates.toml", &policy("\"mls_credential\"", ""));
        std::fs::create_dir(scene.place.file("trust")).unwrap();
        let lists: Vec<String> = (0..LISTS).map(|list| format!("\"{ISSUER}/status/{list}\"")).collect();
        let trust = format!(
            "[[issuers]]\nissuer = \"{ISSUER}\"\nhosts = [\"a.example\"]\nkey_file = \"../a/token.jwk\"\nstatus_lists = [{}]\n\
             [[issuers]]\nhosts = [\"a.example\"]\ncertificate_file = \"../a/ca.pem\"\ncrl = \"required\"\n",
            lists.join(", ")
        );
        scene.write("trust/trust.toml", &trust);
        scene
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.place.file(name), text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mimicred"));
        command.current_dir(self.place.file(".")).args(arguments).output().unwrap()
    }

    fn tool(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn publish(&self, now: &str) -> String {
        self.place.done(&["publish", &self.place.text("lists"), "--now", now])
    }

    /// What a member finds who is shown this credential of this pseudonym now, and holds these lists.
    fn verify(&self, which: usize, credential: &str, held: &[&str], now: &str) -> (Option<i32>, String) {
        let folder = self.folders.get(which).unwrap();
        let (key, leaf, shown) =
            (format!("{folder}/key.jwk"), format!("{folder}/pseudonym.pem"), format!("{folder}/{credential}"));
        let room = ["--room", ROOM, "--nonce", NONCE, "--group-id", GROUP, "--epoch", "7", "--now", now];
        let what: &[&str] = if credential.ends_with("pem") { &[] } else { &["--disclose", "name"] };
        let present = ["present", &shown, "--holder-key", &key, "-o", "shown", "--force"];
        self.tool(&[&present[..], what, &room].concat());
        let policy = if credential.ends_with("pem") { "certificates.toml" } else { "tokens.toml" };
        let verify = ["verify", "shown", "--policy", policy, "--trust", "trust", "--leaf", &leaf];
        let output = self.run(&[&verify[..], held, &room].concat());
        let text = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(text).unwrap())
    }

    /// The options for the lists that are published.
    fn lists(form: Form) -> Vec<String> {
        let lists = (0..LISTS).flat_map(|list| ["--status-list".to_owned(), format!("lists/{list}.{}", form.extension())]);
        lists.chain(["--status-key".to_owned(), "a/token.jwk".to_owned()]).collect()
    }

    /// What a member who follows all that is published finds of this pseudonym, in each format and by each form of list.
    fn follow(&self, which: usize, now: &str) -> Vec<(Option<i32>, String)> {
        let mut found = Vec::new();
        for form in [Form::Jwt, Form::Cwt] {
            let lists = Self::lists(form);
            let lists: Vec<&str> = lists.iter().map(String::as_str).collect();
            found.push(self.verify(which, "pseudonym.sdjwt", &lists, now));
            found.push(self.verify(which, "pseudonym.sdcwt", &lists, now));
        }
        found.push(self.verify(which, "pseudonym.pem", &["--crl", "lists/crl.pem"], now));
        found
    }
}

fn assert_accepted(found: &[(Option<i32>, String)]) {
    for (status, text) in found {
        assert!(*status == Some(0) && text.contains("passed           9 status"), "{text}");
    }
}

/// mimi-mls.md 3.5.3 step 9: what was suspended counts in no format from the next publication on, whatever the form of the list; what was
/// reinstated counts again, and another pseudonym of the same account counts all the time.
#[test]
fn a_suspension_reaches_every_member_and_so_does_its_end() {
    let scene = Scene::new();
    for which in [0, 1] {
        assert_accepted(&scene.follow(which, NOW));
    }
    scene.place.done(&["suspend", &scene.users[0]]);
    assert!(scene.publish(NOW).starts_with("published 0 changes"), "not before its time");
    assert_accepted(&scene.follow(0, NOW));
    assert!(scene.publish(NEXT_DAY).starts_with("published 1 change "));
    let found = scene.follow(0, NEXT_DAY);
    for (n, (status, text)) in found.iter().enumerate() {
        let by = if n < 4 { "suspended, by its status list" } else { "by the revocation list of its issuer" };
        assert!(*status == Some(1) && text.contains("[room/revoked]") && text.contains(by), "{text}");
    }
    assert_eq!(found.len(), 5);
    assert_accepted(&scene.follow(1, NEXT_DAY));
    scene.place.done(&["reinstate", &scene.users[0], "--now", NEXT_DAY]);
    scene.publish(DAY_AFTER);
    for which in [0, 1] {
        assert_accepted(&scene.follow(which, DAY_AFTER));
    }
}

/// Lists that cannot be relied on, one fault each: what is wrong with a list itself is an error, and nothing is judged; what a list does
/// not say leaves the credential without a status, and it is not accepted.
#[test]
fn a_list_that_does_not_count_is_named() {
    let scene = Scene::new();
    let inspected = scene.tool(&["inspect", &format!("{}/pseudonym.sdjwt", scene.folders[0])]);
    let uri = inspected.split(['"', ' ', '\n']).find(|word| word.starts_with("https://id.a.example/status/")).unwrap();
    let number = uri.rsplit('/').next().unwrap();
    let other = (number.parse::<u32>().unwrap() + 1) % LISTS;
    let (key, now) = (scene.place.issuing_keys().token(), 1_789_992_000);
    let forged = |uri: &str, entries: u32, at: i64, key: &IssuerKey| {
        let token = StatusListToken::new(uri, StatusList::new(Bits::Two, entries), at).with_ttl(86_400).with_expiry(at + 259_200);
        let issuer = StatusIssuer::new(key.public());
        let jwt = issuer.prepare_jwt(&token).unwrap().sign(key).unwrap();
        std::fs::write(scene.place.file("forged.jwt"), jwt.as_str()).unwrap();
        let cwt = issuer.prepare_cwt(&token).unwrap().sign(key).unwrap();
        std::fs::write(scene.place.file("forged.cwt"), cwt.as_bytes()).unwrap();
    };
    scene.place.done(&["publish", &scene.place.text("later"), "--now", NEXT_DAY]);
    let stranger = Place::new("none");
    let strange = stranger.issuing_keys().token();
    for form in [Form::Jwt, Form::Cwt] {
        let extension = form.extension();
        let judged = |list: &str, at: &str| {
            let held = ["--status-list", list, "--status-key", "a/token.jwk", "--status-max-age", "36h"];
            ["pseudonym.sdjwt", "pseudonym.sdcwt"].map(|token| scene.verify(0, token, &held, at))
        };
        let refused = |list: &str, at: &str, status: i32, code: &str| {
            let [jwt, cwt] = judged(list, at);
            // The SD-CWT may well be in another list: every list that is given has to hold, but only its own says anything.
            for (found, text) in if status == 2 { vec![jwt, cwt] } else { vec![jwt] } {
                assert!(found == Some(status) && text.contains(&format!("[{code}]")), "{extension} {code}: {text}");
            }
        };
        let published = format!("lists/{number}.{extension}");
        let forgery = format!("forged.{extension}");
        assert_eq!(judged(&published, NOW)[0].0, Some(0));
        // Older than the member wants it, out of date by its own word, or not yet of this time.
        refused(&published, "2026-09-22T12:00:01Z", 2, "status/stale");
        refused(&published, "2026-09-24T00:00:00Z", 2, "status/expired");
        refused(&format!("later/{number}.{extension}"), NOW, 2, "status/premature");
        // A list of another provider, and one that somebody else signed in the name of this one.
        forged(uri, 1 << 17, now, &strange);
        refused(&forgery, NOW, 2, "status/signature");
        // A list of the same provider under another name says nothing of this token, whatever the name of its file.
        let copied = format!("lists/copy.{extension}");
        std::fs::copy(scene.place.file(&format!("lists/{other}.{extension}")), scene.place.file(&copied)).unwrap();
        refused(&copied, NOW, 1, "status/list-missing");
        // One that is too short for the token's place; and one that swells when it is opened.
        forged(uri, 1, now, &key);
        refused(&forgery, NOW, 1, "status/index");
        forged(uri, BOMB, now, &key);
        refused(&forgery, NOW, 2, "status/limit");
    }
    let (status, text) = scene.verify(0, "pseudonym.sdjwt", &[], NOW);
    assert!(status == Some(1) && text.contains("9 status: status_untrusted"), "{text}");
}

/// More entries than are read.
const BOMB: u32 = 1 << 27;

/// The same for revocation lists.
#[test]
fn a_revocation_list_that_does_not_count_is_named() {
    let scene = Scene::new();
    let refused = |held: &[&str], at: &str, status: i32, said: &str| {
        let (found, text) = scene.verify(0, "pseudonym.pem", held, at);
        assert!(found == Some(status) && text.contains(said), "{said}: {text}");
    };
    assert_eq!(scene.verify(0, "pseudonym.pem", &["--crl", "lists/crl.pem"], NOW).0, Some(0));
    refused(&["--crl", "lists/crl.pem"], "2026-09-25T12:00:00Z", 2, "[x509/crl-expired]");
    scene.place.done(&["publish", &scene.place.text("later"), "--now", NEXT_DAY]);
    refused(&["--crl", "later/crl.pem"], NOW, 2, "[x509/crl-not-yet-valid]");
    refused(&[], NOW, 1, "the trust store demands a revocation list, and none is held");
    // Of a CA of the same name.
    let stranger = Place::new("none");
    stranger.done(&["publish", &scene.place.text("strange")]);
    refused(&["--crl", "strange/crl.pem"], NOW, 1, "note: strange/crl.pem is of no CA that was asked about");
}

#[derive(serde::Deserialize)]
struct Whole {
    next: i64,
    lists: Vec<WholeList>,
    crl: String,
}

#[derive(serde::Deserialize)]
struct WholeList {
    uri: String,
    jwt: String,
    cwt: String,
}

/// What goes to standard output is what goes into a directory: a member who has it from there follows it as well.
#[test]
fn a_publication_can_go_to_standard_output() {
    let scene = Scene::new();
    scene.place.done(&["suspend", &scene.users[0]]);
    for arguments in [["publish", "-", "--now", NEXT_DAY].as_slice(), &["publish", "-", "--json", "--now", NEXT_DAY]] {
        let whole: Whole = serde_json::from_str(&scene.place.done(arguments)).unwrap();
        assert_eq!((u32::try_from(whole.lists.len()).unwrap(), whole.next % 86_400), (LISTS, 0));
        for (n, list) in whole.lists.iter().enumerate() {
            assert!(list.uri.ends_with(&format!("/{n}")), "{}", list.uri);
            let file =
                |form: &str, octets: &[u8]| std::fs::write(scene.place.file(&format!("lists/{n}.{form}")), octets).unwrap();
            file("jwt", list.jwt.as_bytes());
            file("cwt", &mimicred_jose::base64url::decode(&list.cwt).unwrap());
        }
        std::fs::write(scene.place.file("lists/crl.pem"), &whole.crl).unwrap();
        assert!(scene.follow(0, NEXT_DAY).iter().all(|(status, text)| *status == Some(1) && text.contains("[room/revoked]")));
        assert_accepted(&scene.follow(1, NEXT_DAY));
    }
}
