//! Accounts.

use mimicred_keys::{Algorithm, SystemRandom};
use mimicred_provider::{Account, AccountState, Code, Escrow, IssuingKeys, Remedy};

use crate::cast::{CLAIMS, Ground, House, NOW, act, config, with_alice};

pub(crate) fn accounts_are_made_listed_and_shown(ground: &Ground) {
    let house = House::new(ground, config(Escrow::None));
    let mut provider = with_alice(&house);
    for name in ["carol", "bob", "Dave.2"] {
        provider.add_account(name, "{}", NOW, &mut SystemRandom).unwrap();
    }
    assert_eq!(provider.account_names("", 2).unwrap(), ["Dave.2", "alice"]);
    assert_eq!(provider.account_names("alice", 9).unwrap(), ["bob", "carol"]);
    let alice = provider.account("alice", NOW).unwrap();
    let expected =
        Account { name: "alice".into(), created_day: 20_717, state: AccountState::Active, reputation: 0, live: 0, ready: 10_000 };
    assert_eq!(alice, expected);
    provider.set_reputation("alice", -3).unwrap();
    assert_eq!(provider.account("alice", NOW).unwrap().reputation, -3);
    assert_eq!(provider.account("eve", NOW).unwrap_err().code(), Code::AccountUnknown);
    assert_eq!(provider.set_reputation("eve", 1).unwrap_err().code(), Code::AccountUnknown);
}

pub(crate) fn what_no_account_can_have_is_refused(ground: &Ground) {
    let house = House::new(ground, config(Escrow::None));
    let mut provider = with_alice(&house);
    let mut add = |name: &str, claims: &str| provider.add_account(name, claims, NOW, &mut SystemRandom).unwrap_err().code();
    assert_eq!(add("alice", "{}"), Code::AccountExists);
    for name in ["", "a b", "ä", "a/b", &"a".repeat(65)] {
        assert_eq!(add(name, "{}"), Code::AccountUnusable, "{name}");
    }
    let many = format!("{{{}}}", (0..17).map(|n| format!("\"c{n}\": 1")).collect::<Vec<_>>().join(","));
    let long = format!("{{\"name\": \"{}\"}}", "a".repeat(9000));
    for claims in
        ["", "[]", "{", r#"{"a": 1, "a": 2}"#, r#"{"iss": "x"}"#, r#"{"mimi_user": "x"}"#, r#"{"status": 1}"#, &many, &long]
    {
        assert_eq!(add("bob", claims), Code::AccountUnusable, "{claims}");
    }
    assert_eq!(provider.account_names("", 9).unwrap(), ["alice"]);
}

pub(crate) fn related_accounts_are_found(ground: &Ground) {
    let house = House::new(ground, config(Escrow::None));
    let mut provider = with_alice(&house);
    let mut add = |name: &str, claims: &str| provider.add_account(name, claims, NOW, &mut SystemRandom).unwrap();
    add("same-email", r#"{"email": " Alice@A.example"}"#);
    add("same-number", r#"{"phone_number": "+15550100", "email": "other@a.example"}"#);
    add("same-name", r#"{"name": "Alice Meier"}"#);
    add("number-as-email", r#"{"email": "15550100"}"#);
    add("empty", r#"{"email": "", "phone_number": "-"}"#);
    add("empty-too", r#"{"email": "", "phone_number": "+"}"#);
    assert_eq!(provider.related_accounts("alice").unwrap(), ["same-email", "same-number"]);
    assert_eq!(provider.related_accounts("same-email").unwrap(), ["alice"]);
    assert!(provider.related_accounts("empty").unwrap().is_empty());
}

pub(crate) fn a_deleted_account_stays_away(ground: &Ground) {
    let house = House::new(ground, config(Escrow::None));
    let mut provider = with_alice(&house);
    provider.add_account("twin", CLAIMS, NOW, &mut SystemRandom).unwrap();
    act(&mut provider, "alice", Remedy::SuspendAccount).unwrap();
    act(&mut provider, "alice", Remedy::Reinstate).unwrap();
    act(&mut provider, "alice", Remedy::DeleteAccount).unwrap();
    assert_eq!(provider.account("alice", NOW).unwrap().state, AccountState::Deleted);
    assert_eq!(act(&mut provider, "alice", Remedy::Reinstate).unwrap_err().code(), Code::AccountUnknown);
    assert_eq!(provider.add_account("alice", "{}", NOW, &mut SystemRandom).unwrap_err().code(), Code::AccountExists);
    assert_eq!(provider.nonce("alice", NOW, &mut SystemRandom).unwrap_err().code(), Code::AccountUnknown);
    assert!(provider.related_accounts("twin").unwrap().is_empty());
}

pub(crate) fn a_store_belongs_to_its_keys(ground: &Ground) {
    let house = House::new(ground, config(Escrow::None));
    drop(with_alice(&house));
    let other = IssuingKeys::generate(Algorithm::P256, &mut SystemRandom).unwrap();
    assert_eq!(ground.open(&other).err().unwrap().code(), Code::StoreKeyWrong);
    assert_eq!(house.open().account_names("", 9).unwrap(), ["alice"]);
}
