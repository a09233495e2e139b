//! Whether whoever has every list there ever was can tell which entries are of pseudonyms, and which of them are of one account.

use std::collections::{BTreeMap, HashMap};

use mimicred_keys::SeededRandom;

use super::*;
use crate::Escrow;
use crate::credential::{PLACES, below};
use crate::database::sqlite::Sqlite;
use crate::database::{Value, transact};
use crate::status::{forget_expired, next_number};
use crate::time::DAY;

/// The first day, and how many there are. Entries of the first and last ones are not looked at: their time is not over, or they were made
/// when there were no lists.
const FIRST: i64 = 20_000;
const DAYS: i64 = 700;
const STAYS: i64 = 31;
/// On how many days of ten an account with so many pseudonyms is suspended.
const ACCOUNTS: u32 = 9;
const PSEUDONYMS: u32 = 10;

type Place = (i64, i64);
/// What an observer looks at.
type Of<'f> = &'f dyn Fn(&Entry) -> i64;
type OfTwo<'f> = &'f dyn Fn(&Entry, &Entry) -> i64;

/// An entry as an observer sees it, and what it was.
struct Entry {
    place: Place,
    set: i64,
    cleared: i64,
    /// The account of the pseudonym, and the day on which its credential ended; nothing for a decoy.
    of: Option<(u32, i64)>,
}

struct World {
    store: Sqlite,
    config: Config,
    random: SeededRandom,
    /// Whose entry it is while its credential is good.
    owners: HashMap<Place, (u32, i64)>,
    suspended: Vec<(Value, i64)>,
    accounts: u32,
}

impl World {
    fn draw(&mut self, most: u32) -> i64 {
        below(most, &mut self.random).unwrap().into()
    }

    /// An entry that was nobody's.
    fn take_place(&mut self) -> Place {
        loop {
            let place = (self.draw(self.config.status.lists), i64::from(PLACES.start) + self.draw(900_000));
            let entry: Vec<Value> = vec![place.0.into(), place.1.into(), 0.into(), 0.into()];
            let columns = ["list", "place", "clears", "decoy"];
            let take =
                |transaction: &mut dyn Transaction| transaction.insert_new("places", &columns, 2, std::slice::from_ref(&entry));
            if transact(&mut self.store, take).unwrap() == [true] {
                return place;
            }
        }
    }

    /// An account is suspended with all its pseudonyms, which end on one day, each with a publication of its own choice.
    fn suspend(&mut self, today: i64) {
        self.accounts += 1;
        let until = today + 1 + self.draw(30);
        for _ in 0..PSEUDONYMS {
            let place = self.take_place();
            let slot = today + 1 + self.draw(self.config.status.spread);
            let (mut handle, mut serial) = ([0; 32], [0; 16]);
            self.random.fill(&mut handle).unwrap();
            self.random.fill(&mut serial).unwrap();
            let pseudonym: Vec<Value> = vec![
                (&handle).into(),
                until.into(),
                1.into(),
                (&serial).into(),
                place.0.into(),
                place.1.into(),
                Vec::new().into(),
            ];
            transact(&mut self.store, |transaction| {
                let columns = ["handle", "until", "state", "serial", "list", "place", "escrow"];
                transaction.insert("pseudonyms", &columns, std::slice::from_ref(&pseudonym))?;
                let change = vec![(&handle).into(), 1.into(), slot.into(), 0.into()];
                transaction.insert("changes", &["handle", "value", "slot", "urgent"], &[change])
            })
            .unwrap();
            self.owners.insert(place, (self.accounts, until));
            self.suspended.push(((&handle).into(), until));
        }
    }

    /// A pseudonym counts again.
    fn reinstate(&mut self, today: i64) {
        self.suspended.retain(|(_, until)| *until > today + 1);
        let Some(count) = u32::try_from(self.suspended.len()).ok().filter(|count| *count > 0) else { return };
        let n = usize::try_from(self.draw(count)).unwrap();
        let (handle, _) = self.suspended.swap_remove(n);
        transact(&mut self.store, |transaction| {
            transaction.execute("DELETE FROM changes WHERE handle = $1", std::slice::from_ref(&handle))?;
            let change = vec![handle.clone(), 0.into(), (today + 1).into(), 0.into()];
            transaction.insert("changes", &["handle", "value", "slot", "urgent"], &[change])
        })
        .unwrap();
    }

    /// What is set after the publication of a day.
    fn publish(&mut self, today: i64) -> Vec<Place> {
        let Self { store, config, random, .. } = self;
        transact(store, |transaction| {
            forget_expired(transaction, today * DAY)?;
            let number = next_number(transaction, today, today)?;
            flip(transaction, config, &number, today, random)?;
            let rows = transaction.query("SELECT list, place FROM places WHERE clears <> 0", &[])?;
            rows.into_iter().map(|mut row| Ok((row.int()?, row.int()?))).collect()
        })
        .unwrap()
    }
}

/// Two years of a provider, and every entry that was set and cleared in them.
fn two_years() -> Vec<Entry> {
    let directory = tempfile::tempdir().unwrap();
    let mut config = Config::new("a.example", vec![Format::X509, Format::SdCwt], Escrow::Blind).unwrap();
    (config.status.lists, config.status.flips) = (2, 32);
    assert_eq!(config.stays(), u64::try_from(STAYS).unwrap());
    let mut world = World {
        store: Sqlite::open(&directory.path().join("store"), &[7; 32]).unwrap(),
        config,
        random: SeededRandom::new([3; 32], "two years of publications"),
        owners: HashMap::new(),
        suspended: Vec::new(),
        accounts: 0,
    };
    let mut shown: BTreeMap<Place, (i64, Option<(u32, i64)>)> = BTreeMap::new();
    let mut entries = Vec::new();
    for today in FIRST..FIRST + DAYS {
        if world.draw(10) < i64::from(ACCOUNTS) {
            world.suspend(today - 1);
        }
        if world.draw(3) == 0 {
            world.reinstate(today - 1);
        }
        let set = world.publish(today);
        let before = std::mem::take(&mut shown);
        for place in set {
            let owner = world.owners.get(&place).copied();
            shown.insert(place, before.get(&place).copied().unwrap_or((today, owner)));
        }
        for (place, (since, of)) in before {
            if !shown.contains_key(&place) {
                entries.push(Entry { place, set: since, cleared: today, of });
            }
        }
    }
    entries.retain(|entry| (FIRST + 1..FIRST + DAYS - STAYS).contains(&entry.set));
    entries
}

/// By how much whoever guesses by a threshold of a number is right more often about the ones than wrong about the others: the largest
/// difference between the two distributions.
fn advantage(mut ones: Vec<i64>, mut others: Vec<i64>) -> f64 {
    assert!(ones.len() > 1000 && others.len() > 1000, "{} and {}", ones.len(), others.len());
    ones.sort_unstable();
    others.sort_unstable();
    let below = |all: &[i64], most: i64| {
        f64::from(u32::try_from(all.partition_point(|number| *number <= most)).unwrap())
            / f64::from(u32::try_from(all.len()).unwrap())
    };
    let all = ones.iter().chain(&others);
    all.map(|number| (below(&ones, *number) - below(&others, *number)).abs()).fold(0.0, f64::max)
}

/// mimi-mls.md 4.1, 4.5 B-7 and B-18: with an advantage of at most 0.05 an observer tells entries of pseudonyms from decoys, and entries of one
/// account from others that changed with the same publication; by where they are, and how long they stay.
#[test]
fn flips_of_one_account_are_like_others() {
    let entries = two_years();
    // Whatever happened, as many are set with every publication.
    let mut counts: BTreeMap<(i64, i64), u32> = BTreeMap::new();
    entries.iter().for_each(|entry| *counts.entry((entry.set, entry.place.0)).or_default() += 1);
    assert_eq!(counts.len(), usize::try_from(2 * (DAYS - STAYS - 1)).unwrap());
    assert!(counts.values().all(|count| *count == 32));

    let of = |is_real: bool, number: Of<'_>| -> Vec<i64> {
        entries.iter().filter(|entry| entry.of.is_some() == is_real).map(number).collect()
    };
    let compared = |number: Of<'_>| advantage(of(true, number), of(false, number));
    let numbers: [(&str, Of<'_>); 4] = [
        ("list", &|entry| entry.place.0),
        ("place", &|entry| entry.place.1),
        ("how long it stays", &|entry| entry.cleared - entry.set),
        ("day of the week", &|entry| entry.set.rem_euclid(7)),
    ];
    for (name, number) in numbers {
        let advantage = compared(number);
        println!("a pseudonym's or nobody's, by {name}: {advantage:.3}");
        assert!(advantage <= 0.05, "{name}: {advantage:.3}");
    }
    // If entries were cleared when their credentials end, it would be found.
    let ends = compared(&|entry| entry.of.map_or(entry.cleared, |(_, until)| entry.cleared.min(until)) - entry.set);
    assert!(ends > 0.5, "{ends:.3}");

    let mut days: BTreeMap<i64, Vec<&Entry>> = BTreeMap::new();
    entries.iter().for_each(|entry| days.entry(entry.set).or_default().push(entry));
    let pairs = |number: OfTwo<'_>| {
        let (mut same, mut other) = (Vec::new(), Vec::new());
        for day in days.values() {
            for (n, one) in day.iter().enumerate() {
                for another in &day[..n] {
                    let is_same = one.of.is_some() && one.of.map(|of| of.0) == another.of.map(|of| of.0);
                    if is_same { &mut same } else { &mut other }.push(number(one, another));
                }
            }
        }
        advantage(same, other)
    };
    let numbers: [(&str, OfTwo<'_>); 3] = [
        ("lists", &|one, other| i64::from(one.place.0 == other.place.0)),
        ("places", &|one, other| (one.place.1 - other.place.1).abs()),
        ("times", &|one, other| (one.cleared - other.cleared).abs()),
    ];
    for (name, number) in numbers {
        let advantage = pairs(number);
        println!("of one account or not, by {name}: {advantage:.3}");
        assert!(advantage <= 0.05, "{name}: {advantage:.3}");
    }
    let ends = pairs(&|one, other| {
        let end = |entry: &Entry| entry.of.map_or(entry.cleared, |(_, until)| until);
        (end(one) - end(other)).abs()
    });
    assert!(ends > 0.2, "{ends:.3}");
}
