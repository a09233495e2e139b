//! A report such as a flow makes: what the tests and the check in a browser look at.

use super::*;
use crate::record::{Message, Record};

/// The connection flow as a report: so many steps, taken again and again from a plausible sequence.
pub(super) fn connection(steps: usize) -> FlowReport {
    let mut record = Record::new();
    for (at, step) in SEQUENCE.iter().cycle().take(steps).enumerate() {
        let (phase, from, to, kind, path, room, octets, note) = *step;
        if at % SEQUENCE.len() == 0 || SEQUENCE[at % SEQUENCE.len() - 1].0 != phase {
            let again = at / SEQUENCE.len();
            record.phase(if again == 0 { phase.to_owned() } else { format!("{phase}, again ({again})") });
        }
        let message = Message::new(3 + 7 * u64::try_from(at).unwrap(), from, to, kind, vec![0; octets]).path(path).note(note);
        record.message(if room.is_empty() { message } else { message.room(room) });
    }
    FlowReport {
        flow: "connection",
        title: "Alice meets Bob without telling who she is".into(),
        what: "Alice, at provider A, knows Bob's address and nothing more of him. She opens a bootstrap room under a pseudonym, \
               asks him in, reveals what she chooses and offers a KeyPackage of a second pseudonym. Bob answers with a room \
               of his own, in which neither is known by name to the servers."
            .into(),
        suite: "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519".into(),
        seed: Some("7c1f0a52e9".into()),
        parties: vec![
            party("Alice's phone", PartyKind::Client, Some("a.example"), "is p1 in R1 and p2 in R2"),
            party("a.example", PartyKind::Provider, None, "provider A: Alice's provider and issuer, hub of R1"),
            party("b.example", PartyKind::Provider, None, "provider B: Bob's provider and issuer, hub of R2"),
            party("Bob's laptop", PartyKind::Client, Some("b.example"), "is Bob himself in R1 and q1 in R2"),
            party("c.example", PartyKind::Provider, None, "provider C: a follower in both rooms"),
            party("Cathy's phone", PartyKind::Client, Some("c.example"), "listens"),
        ],
        phases: vec![
            phase("Alice opens the bootstrap room", "She knows Bob's address from his card; a.example is hub of R1."),
            phase("She reveals and offers", "Everything about her travels inside PrivateMessages of the same size."),
            phase("Bob opens the second room", "After a random delay, at another hub, under a pseudonym that R1 has never seen."),
        ],
        steps: steps_of(&record),
        outcomes: vec![
            outcome("Bob's client accepts Alice's reveal", true, Some("ok")),
            outcome("Before the reveal Bob's client shows nothing of her", true, None),
            outcome("Mallory's copy of the reveal is refused in R2", true, Some("room/audience-mismatch")),
        ],
        facts: [
            "Alice's real identity",
            "Alice's pseudonym p1",
            "Alice's pseudonym p2",
            "Bob's real identity",
            "Bob's pseudonym q1",
            "that p1 and p2 are one person",
            "what was revealed",
        ]
        .map(str::to_owned)
        .to_vec(),
        matrix: vec![
            row("Alice's phone", "OOOSSOO"),
            row("a.example", "ISIS-I-"),
            row("b.example", "-SSIII-"),
            row("Bob's laptop", "SSSOOSS"),
            row("c.example", "-------"),
            row("Cathy's phone", "-------"),
        ],
        statements: vec![
            statement(
                "S-1",
                "The hub of R1 never sees ID(Alice).",
                &["HUB(R1)", "ENT(a.example)"],
                Some("a.example issued p1 and knows her account, and delivers to it; with S-3 it can know that Alice met Bob."),
            ),
            statement(
                "S-2",
                "The hub of R1 never sees PS(Alice,2): p2 travels only inside a PrivateMessage.",
                &["HUB(R1)"],
                Some("a.example issued p2; the Welcome of R2 with p2's KeyPackageRef goes to her account."),
            ),
            statement("S-3", "The hub of R1 sees Bob's real URI and KeyPackages.", &["HUB(R1)"], None),
            statement(
                "S-4",
                "Provider B, during R1, sees p1, the URI of R1 and Bob's real URI; never ID(Alice) or PS(Alice,2).",
                &["PRV(b.example)", "ENT(b.example)"],
                Some("As hub of R2 b.example sees p2, and that Bob's account is in both."),
            ),
            statement("S-6", "Provider A, during R2, never sees ID(Bob) or PS(Bob,1).", &["PRV(a.example)"], None),
            statement(
                "S-7",
                "No KeyPackage, LeafNode or GroupContext octet of R2 equals one of R1 except constants.",
                &["HUB(R1)", "HUB(R2)"],
                None,
            ),
            statement("S-10", "Bob's client shows nothing before the reveal; declining looks like ignoring.", &["HUB(R1)"], None),
        ],
        totals: record.totals(),
    }
}

/// The same with a leak.
pub(super) fn with_leak(mut report: FlowReport) -> FlowReport {
    let broken = &mut report.statements[3];
    broken.holds = false;
    broken.finds = (0..3)
        .map(|at| FindReport {
            needle: "Alice's e-mail address".into(),
            encoding: "percent-encoded in base64url".into(),
            who: "b.example".into(),
            view: "provider".into(),
            what: "the FanoutMessage".into(),
            message: Some(5 + at),
            offset: 217,
        })
        .collect();
    report.outcomes[2].held = false;
    report.matrix[2].cells[0] = Seen::Saw { how: "in message 5, percent-encoded in base64url".into() }.into();
    report
}

/// Twelve parties with long names, as many rooms as there are colours and one more.
pub(super) fn crowd(steps: usize) -> FlowReport {
    let mut report = connection(steps);
    for number in 0..6 {
        report.parties.push(party(
            &format!("Moderator {number} of the knock room"),
            PartyKind::Client,
            Some("long-provider-name.example"),
            "",
        ));
        report.matrix.push(row(&format!("Moderator {number} of the knock room"), "-S--S--"));
    }
    let names: Vec<String> = report.parties.iter().map(|party| party.name.clone()).collect();
    for (at, step) in report.steps.iter_mut().enumerate() {
        step.from.clone_from(&names[at * 5 % 12]);
        step.to.clone_from(&names[(at * 7 + 3) % 12]);
        step.room = Some(format!("R{}", at % 7 + 1));
    }
    report
}

type Step = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str, usize, &'static str);

const OPEN: &str = "Alice opens the bootstrap room";
const REVEAL: &str = "She reveals and offers";
const SECOND: &str = "Bob opens the second room";
const ALICE: &str = "Alice's phone";
const BOB: &str = "Bob's laptop";
const A: &str = "a.example";
const B: &str = "b.example";
const C: &str = "c.example";

const SEQUENCE: [Step; 19] = [
    (OPEN, ALICE, A, "IssuanceRequest", "POST /issue", "", 1480, "Alice asks for a batch of ten pseudonym credentials."),
    (OPEN, A, ALICE, "IssuanceResponse", "", "", 14_210, "Ten credentials; nothing in them says that they belong together."),
    (OPEN, A, A, "CreateRoom", "", "R1", 910, "A room that goes away when it is empty, for two at most."),
    (
        OPEN,
        ALICE,
        A,
        "KeyMaterialRequest",
        "POST /keyMaterial/mimi://b.example/u/bob",
        "R1",
        802,
        "Under p1 she asks for KeyPackages of Bob.",
    ),
    (OPEN, A, B, "KeyMaterialRequest", "POST /keyMaterial/mimi://b.example/u/bob", "R1", 802, ""),
    (OPEN, B, A, "KeyMaterialResponse", "", "R1", 1377, "Bob allows initial connections to everybody at a.example."),
    (OPEN, A, ALICE, "KeyMaterialResponse", "", "R1", 1377, ""),
    (
        OPEN,
        ALICE,
        A,
        "UpdateRequest",
        "POST /update/mimi://a.example/r/8Xk2",
        "R1",
        3590,
        "She adds Bob: a wrapped commit and a Welcome without tree.",
    ),
    (OPEN, A, B, "FanoutMessage", "POST /notify/mimi://a.example/r/8Xk2", "R1", 1204, "The Welcome for Bob."),
    (OPEN, B, BOB, "Delivery", "", "R1", 1204, "Bob's client joins and shows: somebody of a.example wants to talk to you."),
    (
        REVEAL,
        ALICE,
        A,
        "SubmitMessageRequest",
        "POST /submitMessage/mimi://a.example/r/8Xk2",
        "R1",
        4310,
        "Her reveal, in a PrivateMessage that is padded like all others.",
    ),
    (REVEAL, A, B, "FanoutMessage", "POST /notify/mimi://a.example/r/8Xk2", "R1", 4342, ""),
    (REVEAL, B, BOB, "Delivery", "", "R1", 4342, "Bob's client judges it: ok."),
    (
        REVEAL,
        ALICE,
        A,
        "SubmitMessageRequest",
        "POST /submitMessage/mimi://a.example/r/8Xk2",
        "R1",
        4310,
        "An offer: a KeyPackage of p2, and a salt.",
    ),
    (SECOND, BOB, B, "UpdateRequest", "POST /update/mimi://b.example/r/1Zq9", "R2", 4105, "As q1 he makes R2 and adds p2."),
    (
        SECOND,
        B,
        A,
        "FanoutMessage",
        "POST /notify/mimi://b.example/r/1Zq9",
        "R2",
        1250,
        "The Welcome goes by the host in p2's credential.",
    ),
    (SECOND, A, ALICE, "Delivery", "", "R2", 1250, ""),
    (SECOND, B, C, "FanoutMessage", "POST /notify/mimi://b.example/r/1Zq9", "R2", 642, "A follower sees that there is traffic."),
    (SECOND, C, "Cathy's phone", "Delivery", "", "R2", 642, ""),
];

fn steps_of(record: &Record) -> Vec<StepReport> {
    steps(record)
}

fn party(name: &str, kind: PartyKind, of: Option<&str>, what: &str) -> PartyReport {
    PartyReport { name: name.into(), kind, of: of.map(str::to_owned), what: what.into() }
}

fn phase(name: &str, what: &str) -> PhaseReport {
    PhaseReport { name: name.into(), what: what.into() }
}

fn outcome(what: &str, held: bool, code: Option<&str>) -> OutcomeReport {
    OutcomeReport { what: what.into(), held, code: code.map(str::to_owned) }
}

/// `S` saw, `O` its own, `I` inherent, `-` not seen.
fn row(party: &str, cells: &str) -> MatrixRow {
    let cell = |letter| match letter {
        'S' => Seen::Saw { how: "in a message that it received".into() },
        'O' => Seen::Saw { how: "its own".into() },
        'I' => Seen::Inherent { why: format!("{party} issued it and delivers to the account") },
        _ => Seen::NotSeen,
    };
    MatrixRow { party: party.into(), cells: cells.chars().map(|letter| cell(letter).into()).collect() }
}

fn statement(id: &str, sentence: &str, tested_on: &[&str], exception: Option<&str>) -> StatementReport {
    StatementReport {
        id: id.into(),
        sentence: sentence.into(),
        tested_on: tested_on.iter().map(|view| (*view).to_owned()).collect(),
        holds: true,
        finds: Vec::new(),
        exception: exception.map(str::to_owned),
        searched: Searched { sights: 87, octets: 164_230, needles: 2210 },
    }
}
