//! Opening with custodians.

use mimicred_escrow::{CaseReference, Memory, PartialDecryption, Purpose, Request, audit};
use mimicred_keys::{PublicKey, SystemRandom};
use mimicred_provider::{Code, Desk, Escrow, Opened, Provider, Report, Signal, Verdict};

use crate::cast::{Ground, House, NOW, config, issue, leaves, with_alice};
use crate::issuing::read;

/// Names of pseudonyms of an account, and their keys.
fn pseudonyms(provider: &mut Provider, account: &str, count: usize) -> Vec<(String, PublicKey)> {
    let named = |text: &String| {
        let credential = read(text);
        (credential.user, credential.certificate.unwrap().subject_key().unwrap())
    };
    issue(provider, account, &leaves(count), NOW).unwrap().iter().map(named).collect()
}

fn named(of: &(String, PublicKey)) -> (&str, &PublicKey) {
    (&of.0, &of.1)
}

/// The custodians, each with what she remembers of the log.
struct Custodians<'h> {
    house: &'h House<'h>,
    memories: Vec<Memory>,
}

impl<'h> Custodians<'h> {
    fn new(house: &'h House<'h>) -> Self {
        Self { house, memories: vec![Memory::start(house.custody()); house.shares.len()] }
    }

    /// Two of them sign, and all who are asked do their part.
    fn open(&mut self, desk: &mut Desk, (user, key): (&str, &PublicKey), asked: &[usize]) -> Result<Opened, Code> {
        let custody = self.house.custody();
        let case = CaseReference::new("2026-17").unwrap();
        let entry = desk.enter_opening(user, custody, &case, Purpose::Abuse, NOW).map_err(|error| error.code())?;
        for n in 0..2 {
            let opening = desk.opening(user, entry).unwrap();
            let signed;
            (signed, self.memories[n]) =
                self.house.shares[n].countersign(custody, &opening.log, entry, &self.memories[n]).unwrap();
            desk.add_countersignature(custody, &signed).unwrap();
        }
        let opening = desk.opening(user, entry).unwrap();
        let request = Request { custody, log: &opening.log, entry, record: &opening.record, binding: &opening.binding };
        let mut partials: Vec<PartialDecryption> = Vec::new();
        for n in asked {
            let partial;
            (partial, self.memories[*n]) =
                self.house.shares[*n].partial(&request, &self.memories[*n], &mut SystemRandom).unwrap();
            partials.push(partial);
        }
        desk.open(user, entry, custody, &partials, Some(key)).map_err(|error| error.code())
    }
}

fn uphold(desk: &mut Desk, user: &str, room: u8, reporter: u8) {
    let report = Report {
        pseudonym: user.into(),
        signal: Signal::Report,
        hub: "hub.example".into(),
        room: [room; 32],
        reporter: [reporter; 32],
    };
    let id = desk.report(&report, NOW, &mut SystemRandom).unwrap();
    desk.decide(&id, Verdict::Upheld).unwrap();
}

pub(crate) fn custodians_open_one_record(ground: &Ground) {
    let house = House::new(ground, config(Escrow::Sealed));
    let mut provider = with_alice(&house);
    provider.add_account("bob", "{}", NOW, &mut SystemRandom).unwrap();
    let (alice, bob) = (pseudonyms(&mut provider, "alice", 2), pseudonyms(&mut provider, "bob", 1));
    let mut desk = house.desk();
    let mut custodians = Custodians::new(&house);
    assert_eq!(custodians.open(&mut desk, named(&alice[0]), &[0, 2]), Ok(Opened::Account("alice".into())));
    assert_eq!(custodians.open(&mut desk, named(&bob[0]), &[1, 2]), Ok(Opened::Account("bob".into())));
    // One alone opens nothing, and what was opened is in the log, opened or not.
    assert_eq!(custodians.open(&mut desk, named(&alice[1]), &[0]), Err(Code::OpeningRefused));
    assert_eq!(custodians.open(&mut desk, ("mimi://a.example/p/nobody", &bob[0].1), &[0]), Err(Code::PseudonymUnknown));
    let log = desk.log().unwrap();
    assert_eq!(log.len(), 3);
    let opened = desk.opened_entries().unwrap();
    assert_eq!(opened, [0, 1]);
    let report = audit(&log, house.custody(), &opened);
    assert!(report.is_clean());
    assert_eq!(report.countersigned_by, [[1, 2], [1, 2], [1, 2]]);
    // The part of one record opens no other.
    assert_eq!(desk.opening(&alice[1].0, 0).err().unwrap().code(), Code::OpeningRefused);
    assert_eq!(desk.accounts_by_reports().unwrap_err().code(), Code::EscrowUnsupported);
}

/// T distinct pseudonyms of one account, in distinct rooms and by distinct reporters; and before that only which share one.
pub(crate) fn enough_reports_open_an_account(ground: &Ground) {
    let house = House::new(ground, config(Escrow::Threshold));
    let mut provider = with_alice(&house);
    provider.add_account("bob", "{}", NOW, &mut SystemRandom).unwrap();
    let (alice, bob) = (pseudonyms(&mut provider, "alice", 4), pseudonyms(&mut provider, "bob", 1));
    let mut desk = house.desk();
    let mut custodians = Custodians::new(&house);
    // What was not reported is not opened.
    assert_eq!(custodians.open(&mut desk, named(&alice[0]), &[0, 1]), Err(Code::ReportUnknown));
    uphold(&mut desk, &alice[0].0, 1, 1);
    uphold(&mut desk, &alice[1].0, 1, 2);
    uphold(&mut desk, &alice[2].0, 3, 1);
    uphold(&mut desk, &bob[0].0, 4, 4);
    // A point of another key is none of this pseudonym.
    assert_eq!(custodians.open(&mut desk, (&alice[0].0, &alice[1].1), &[1, 2]), Err(Code::OpeningRefused));
    let mut tag = |desk: &mut Desk, of: &(String, PublicKey)| match custodians.open(desk, named(of), &[1, 2]) {
        Ok(Opened::Point { tag, points }) => (tag, points),
        other => panic!("{other:?}"),
    };
    let one = tag(&mut desk, &alice[0]);
    assert_eq!(one.1, 1);
    assert_eq!(tag(&mut desk, &alice[1]), (one.0, 2));
    assert_eq!(tag(&mut desk, &alice[2]), (one.0, 3));
    let other = tag(&mut desk, &bob[0]);
    assert!(other.0 != one.0 && other.1 == 1);
    // Three pseudonyms, but no three reports of which no two share a room or a reporter.
    assert!(desk.accounts_by_reports().unwrap().is_empty());
    uphold(&mut desk, &alice[2].0, 1, 3);
    assert!(desk.accounts_by_reports().unwrap().is_empty());
    uphold(&mut desk, &alice[2].0, 3, 3);
    assert!(desk.accounts_by_reports().unwrap().is_empty(), "rooms 1, 1 and 3");
    uphold(&mut desk, &alice[1].0, 2, 2);
    assert_eq!(desk.accounts_by_reports().unwrap(), ["alice"]);
}
