//! Reports, remedies and openings.

use std::process::Command;

use crate::place::{Account, Place, Status};

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
    for none in ["alice", "mimi://a.example/u/alice"] {
        place.refused(&["suspend", none], 2, "cli/pseudonym-malformed");
    }
    place.done(&["suspend", &users[1], "--everywhere"]);
    assert!(place.done(&["apply"]).starts_with("carried out 0 orders"));
    assert!(place.done(&["apply", "--now", "2026-09-22T12:00:00Z"]).starts_with("carried out 1 order: 1 account, 3 pseudonyms"));
    let account: Account = place.json(&["account", "show", "alice"]);
    assert_eq!(account.state, "suspended");
    let status: Status = place.json(&["status"]);
    assert_eq!(status.suspended_pseudonyms, 3);
    // Published within a week, and then known to whoever looks.
    assert!(place.done(&["publish", &place.text("status"), "--now", "2026-10-02T12:00:00Z"]).starts_with("published 3 changes"));
    place.done(&["reinstate", &users[2], "--account", "--emergency"]);
    assert!(place.done(&["apply"]).contains("1 account, 3 pseudonyms"));
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
    // What she is asked for, a custodian sees before she signs.
    let shown = Command::new(env!("CARGO_BIN_EXE_mimicred")).args(["custodian", "show", &opening]).output().unwrap();
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(
        shown.starts_with("case     2026-17\npurpose  abuse\n") && shown.contains("signed   by [], where 2 have to"),
        "{shown}"
    );
    // Nobody does her part before enough have signed.
    let early = place.custodian("part", 1, &opening, "early");
    assert_eq!(early.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&early.stderr).contains("[escrow/countersignatures-lacking]"));
    for n in [1, 2] {
        let signed = place.custodian("sign", n, &opening, &format!("signature-{n}"));
        assert!(signed.status.success(), "{}", String::from_utf8_lossy(&signed.stderr));
    }
    let signed = place.text("signed");
    let signatures = [place.text("signature-1"), place.text("signature-2")];
    place.done(&["open", "sign", &user, "--entry", "0", &signatures[0], &signatures[1], "-o", &signed]);
    for n in [2, 3] {
        assert!(place.custodian("part", n, &signed, &format!("part-{n}")).status.success());
    }
    // Why not is said by the escrow's own code and hint.
    let refused = |arguments: &[&str], hint: &str| {
        let output = place.run(&[&["open", "finish", &user, "--entry"], arguments].concat());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(1) && said.contains("[provider/opening-refused]") && said.contains(hint), "{said}");
    };
    refused(&["0", &place.text("part-2")], "hint: ask more custodians (mimicred explain escrow/partials-lacking)");
    refused(&["1", &place.text("part-2"), &place.text("part-3")], "hint: --entry is the number that open enter printed");
    // An opening has the whole log in it, and that grows.
    let large = std::fs::read_to_string(place.file("signed")).unwrap() + &" ".repeat(2 << 20);
    std::fs::write(place.file("large"), large).unwrap();
    let shown = Command::new(env!("CARGO_BIN_EXE_mimicred")).args(["custodian", "show", &place.text("large")]).output().unwrap();
    assert!(shown.status.success(), "{}", String::from_utf8_lossy(&shown.stderr));
    let opened = place.done(&["open", "finish", &user, "--entry", "0", &place.text("part-2"), &place.text("part-3")]);
    assert_eq!(opened, "account alice\n");
    let audit = place.done(&["audit"]);
    assert!(audit.contains("case 2026-17  signed by [1, 2]  opened") && audit.contains("the log is whole"), "{audit}");
}
