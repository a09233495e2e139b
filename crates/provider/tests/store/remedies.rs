//! Reports, decisions and remedies.

use mimicred_keys::SystemRandom;
use mimicred_provider::{
    AccountState, Applied, Code, Desk, Escrow, Provider, PseudonymState, Reach, Remedy, Report, Signal, Urgency, Verdict,
};

use crate::cast::{CLAIMS, Ground, House, NOW, config, issue, leaves, with_alice};
use crate::issuing::read;

const DAY: i64 = 86_400;

/// Names of pseudonyms of an account.
fn pseudonyms(provider: &mut Provider, account: &str, count: usize) -> Vec<String> {
    issue(provider, account, &leaves(count), NOW).unwrap().iter().map(|text| read(text).user).collect()
}

fn state(desk: &mut Desk, user: &str) -> PseudonymState {
    desk.pseudonym(user).unwrap().state
}

fn report(user: &str, signal: Signal, room: u8, reporter: u8) -> Report {
    let hub = "hub.example".into();
    Report { pseudonym: user.into(), signal, hub, room: [room; 32], reporter: [reporter; 32] }
}

/// In both modes that lead from a pseudonym to its account, with a store of each.
pub(crate) fn remedies_reach_the_account(ground: &Ground) {
    let modes: &[Escrow] = if matches!(ground, Ground::Postgres(_)) { &[Escrow::Blind] } else { &[Escrow::Open, Escrow::Blind] };
    for escrow in modes {
        let own = Ground::sqlite();
        let ground = if matches!(ground, Ground::Postgres(_)) { ground } else { &own };
        let house = House::new(ground, config(*escrow));
        let mut provider = with_alice(&house);
        for name in ["bob", "carol"] {
            provider.add_account(name, "{}", NOW, &mut SystemRandom).unwrap();
        }
        provider.add_account("twin", CLAIMS, NOW, &mut SystemRandom).unwrap();
        let [alice, bob, twin] = ["alice", "bob", "twin"].map(|name| pseudonyms(&mut provider, name, 3));
        let mut desk = house.desk();
        let order = |desk: &mut Desk, user: &str, remedy, reach| desk.order(user, remedy, reach, Urgency::Ordinary, NOW).unwrap();
        let account = |provider: &mut Provider, name: &str| provider.account(name, NOW).unwrap().state;

        // Alone: the account, and nothing of its pseudonyms.
        order(&mut desk, &alice[0], Remedy::SuspendAccount, Reach::Account);
        assert!(desk.pseudonym(&alice[0]).unwrap().is_ordered);
        let none = Applied { waiting: 1, ..Applied::default() };
        assert_eq!(provider.apply(NOW + 60, &mut SystemRandom).unwrap(), none, "{escrow:?}");
        let applied = provider.apply(NOW + DAY, &mut SystemRandom).unwrap();
        assert_eq!(applied, Applied { orders: 1, accounts: 1, ..Applied::default() });
        assert_eq!(
            ["alice", "bob", "twin"].map(|name| account(&mut provider, name)),
            [AccountState::Suspended, AccountState::Active, AccountState::Active]
        );
        assert!(alice.iter().all(|user| state(&mut desk, user) == PseudonymState::Live));

        // Everywhere, with those that are related.
        order(&mut desk, &alice[1], Remedy::SuspendEverywhere, Reach::Related);
        let applied = provider.apply(NOW + DAY, &mut SystemRandom).unwrap();
        assert_eq!(applied, Applied { orders: 1, accounts: 1, pseudonyms: 6, ..Applied::default() });
        assert!(alice.iter().chain(&twin).all(|user| state(&mut desk, user) == PseudonymState::Suspended));
        assert!(bob.iter().all(|user| state(&mut desk, user) == PseudonymState::Live));
        assert_eq!(account(&mut provider, "twin"), AccountState::Suspended);

        // And back.
        order(&mut desk, &alice[2], Remedy::Reinstate, Reach::Related);
        assert_eq!(provider.apply(NOW + DAY, &mut SystemRandom).unwrap().pseudonyms, 6);
        assert!(alice.iter().chain(&twin).all(|user| state(&mut desk, user) == PseudonymState::Live));
        assert_eq!(account(&mut provider, "alice"), AccountState::Active);

        // Two orders for one account: the heavier one, whichever came first. Deleted stays deleted.
        order(&mut desk, &bob[0], Remedy::DeleteAccount, Reach::Account);
        order(&mut desk, &bob[1], Remedy::Reinstate, Reach::Account);
        assert_eq!(provider.apply(NOW + DAY, &mut SystemRandom).unwrap().pseudonyms, 3);
        assert_eq!(account(&mut provider, "bob"), AccountState::Deleted);
        order(&mut desk, &bob[2], Remedy::Reinstate, Reach::Account);
        provider.apply(NOW + DAY, &mut SystemRandom).unwrap();
        assert_eq!(account(&mut provider, "bob"), AccountState::Deleted);

        // An emergency does not wait for the day to end.
        desk.order(&twin[0], Remedy::SuspendEverywhere, Reach::Account, Urgency::Emergency, NOW).unwrap();
        assert_eq!(provider.apply(NOW, &mut SystemRandom).unwrap().pseudonyms, 3);
    }
}

/// Pseudonyms of one account go with different publications, unless it is urgent (mimi-mls.md 4.5 B-18).
pub(crate) fn pseudonyms_of_one_account_are_spread_over_publications(ground: &Ground) {
    let mut config = config(Escrow::Open);
    (config.status.spread, config.status.lists) = (10, 1);
    let house = House::new(ground, config);
    let mut provider = with_alice(&house);
    let users = pseudonyms(&mut provider, "alice", 40);
    let mut desk = house.desk();
    desk.order(&users[0], Remedy::SuspendEverywhere, Reach::Account, Urgency::Ordinary, NOW).unwrap();
    provider.apply(NOW + DAY, &mut SystemRandom).unwrap();
    let slots = house.rows(&mut provider, "SELECT slot FROM changes");
    // Forty draws out of ten: that fewer than five come is less likely than 1e-10. All lie in the ten that follow.
    let distinct: std::collections::BTreeSet<i64> = slots.iter().copied().collect();
    assert!(slots.len() == 40 && distinct.len() >= 5, "{distinct:?}");
    assert!(distinct.iter().all(|slot| (20_719..20_729).contains(slot)), "{distinct:?}");
}

pub(crate) fn without_escrow_no_remedy_reaches_the_account(ground: &Ground) {
    let modes: &[Escrow] =
        if matches!(ground, Ground::Postgres(_)) { &[Escrow::None] } else { &[Escrow::None, Escrow::Sealed, Escrow::Threshold] };
    for escrow in modes {
        let own = Ground::sqlite();
        let ground = if matches!(ground, Ground::Postgres(_)) { ground } else { &own };
        let house = House::new(ground, config(*escrow));
        let mut provider = with_alice(&house);
        let users = pseudonyms(&mut provider, "alice", 1);
        let mut desk = house.desk();
        for remedy in Remedy::ALL {
            let error = desk.order(&users[0], remedy, Reach::Account, Urgency::Ordinary, NOW).unwrap_err();
            assert_eq!(error.code(), Code::EscrowUnsupported, "{escrow:?}");
        }
        // The pseudonym itself can be.
        desk.set_state(&users[0], PseudonymState::Suspended, Urgency::Ordinary, NOW).unwrap();
        assert_eq!(state(&mut desk, &users[0]), PseudonymState::Suspended);
        assert_eq!(provider.account("alice", NOW).unwrap().state, AccountState::Active);
        for unknown in ["mimi://a.example/p/nobody", "alice", ""] {
            let error = desk.set_state(unknown, PseudonymState::Suspended, Urgency::Ordinary, NOW).unwrap_err();
            assert_eq!(error.code(), Code::PseudonymUnknown);
        }
    }
}

/// By its name, at once; and its pseudonyms as far as the mode leads to them.
pub(crate) fn an_account_is_acted_on_by_its_name(ground: &Ground) {
    let modes: &[Escrow] = if matches!(ground, Ground::Postgres(_)) { &[Escrow::Open] } else { &[Escrow::Open, Escrow::None] };
    for escrow in modes {
        let own = Ground::sqlite();
        let ground = if matches!(ground, Ground::Postgres(_)) { ground } else { &own };
        let house = House::new(ground, config(*escrow));
        let mut provider = with_alice(&house);
        let users = pseudonyms(&mut provider, "alice", 3);
        let reached = if *escrow == Escrow::Open { 3 } else { 0 };
        let mut desk = house.desk();
        let suspended = |desk: &mut Desk| users.iter().filter(|user| state(desk, user) == PseudonymState::Suspended).count();
        let applied = |accounts, pseudonyms| Ok(Applied { accounts, pseudonyms, ..Applied::default() });
        let mut act = |remedy| crate::cast::act(&mut provider, "alice", remedy).map_err(|error| error.code());
        assert_eq!(act(Remedy::SuspendAccount), applied(1, 0));
        assert_eq!(suspended(&mut desk), 0);
        assert_eq!(act(Remedy::SuspendEverywhere), applied(0, reached));
        assert_eq!(u64::try_from(suspended(&mut desk)).unwrap(), reached);
        assert_eq!(act(Remedy::Reinstate), applied(1, reached));
        assert_eq!(suspended(&mut desk), 0);
        assert_eq!(act(Remedy::DeleteAccount), applied(1, reached));
        assert_eq!(act(Remedy::Reinstate), Err(Code::AccountUnknown));
    }
}

pub(crate) fn reports_weigh_and_people_decide(ground: &Ground) {
    let house = House::new(ground, config(Escrow::None));
    let mut provider = with_alice(&house);
    let users = pseudonyms(&mut provider, "alice", 3);
    let mut desk = house.desk();
    let file = |desk: &mut Desk, user: &str, signal, room, reporter| {
        desk.report(&report(user, signal, room, reporter), NOW, &mut SystemRandom).unwrap()
    };
    let one = file(&mut desk, &users[0], Signal::Report, 1, 1);
    // The same reporter about the same pseudonym in the same room: once, with the heavier signal.
    assert_eq!(file(&mut desk, &users[0], Signal::Anomaly, 1, 1), one);
    assert_eq!(desk.pseudonym(&users[0]).unwrap().weight, 10);
    assert_eq!(file(&mut desk, &users[0], Signal::Ban, 1, 1), one);
    assert_eq!(desk.pseudonym(&users[0]).unwrap().weight, 20);
    let other = file(&mut desk, &users[1], Signal::Kick, 1, 1);
    let third = file(&mut desk, &users[1], Signal::Kick, 2, 1);
    assert_eq!(desk.pseudonym(&users[1]).unwrap().weight, 30);

    let cases = desk.open_cases(10).unwrap();
    let found: Vec<(u64, Signal)> = cases.iter().map(|case| (case.total, case.signal)).collect();
    assert_eq!(found, [(30, Signal::Kick), (30, Signal::Kick), (20, Signal::Ban)]);
    assert_eq!(desk.open_cases(1).unwrap().len(), 1);

    desk.decide(&other, Verdict::Dismissed).unwrap();
    assert_eq!(desk.pseudonym(&users[1]).unwrap().weight, 15);
    desk.decide(&third, Verdict::Upheld).unwrap();
    desk.decide(&one, Verdict::Upheld).unwrap();
    assert!(desk.open_cases(10).unwrap().is_empty());
    assert_eq!(desk.pseudonym(&users[0]).unwrap().weight, 20);
    assert_eq!(desk.decide(&[0; 16], Verdict::Upheld).unwrap_err().code(), Code::ReportUnknown);

    let stranger = report("mimi://a.example/p/nobody", Signal::Ban, 1, 1);
    assert_eq!(desk.report(&stranger, NOW, &mut SystemRandom).unwrap_err().code(), Code::PseudonymUnknown);
    let nameless = Report { hub: String::new(), ..report(&users[0], Signal::Ban, 1, 1) };
    assert_eq!(desk.report(&nameless, NOW, &mut SystemRandom).unwrap_err().code(), Code::ReportUnusable);
}

/// A row that was put under another pseudonym does not open there: nobody is punished for another.
pub(crate) fn a_row_that_was_moved_opens_for_nobody(ground: &Ground) {
    let house = House::new(ground, config(Escrow::Blind));
    let mut provider = with_alice(&house);
    provider.add_account("bob", "{}", NOW, &mut SystemRandom).unwrap();
    let (alice, bob) = (pseudonyms(&mut provider, "alice", 1), pseudonyms(&mut provider, "bob", 1));
    provider
        .database()
        .transact(&mut |transaction| {
            let rows = transaction.query("SELECT escrow FROM pseudonyms ORDER BY handle", &[])?;
            let kept = rows.into_iter().map(|mut row| row.octets()).collect::<Result<Vec<_>, _>>()?;
            let swap = "UPDATE pseudonyms SET escrow = $1 WHERE escrow = $2";
            transaction.execute(swap, &[vec![0].into(), kept[0].clone().into()])?;
            transaction.execute(swap, &[kept[0].clone().into(), kept[1].clone().into()])?;
            transaction.execute(swap, &[kept[1].clone().into(), vec![0].into()])?;
            Ok(())
        })
        .unwrap();
    let mut desk = house.desk();
    for user in [&alice[0], &bob[0]] {
        desk.order(user, Remedy::DeleteAccount, Reach::Account, Urgency::Emergency, NOW).unwrap();
    }
    let applied = provider.apply(NOW, &mut SystemRandom).unwrap();
    assert_eq!(applied, Applied { failed: 2, ..Applied::default() });
    for name in ["alice", "bob"] {
        assert_eq!(provider.account(name, NOW).unwrap().state, AccountState::Active);
    }
}
