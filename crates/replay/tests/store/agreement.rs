//! That the store on disk says what the store in memory says.

use mimicred_room::{MemoryReplayStore, OneTime, Origin, ReplayStore, Seen, Use};
use proptest::prelude::*;

use crate::made::{HOUR, LATE, Parts, Place, at, key};

#[derive(Clone, Debug)]
enum Step {
    Record(Entry),
    RecordAll(Vec<Entry>),
    UseUp { thing: u8, user: u8, hour: i64 },
    Forget { hour: i64 },
    Reopen,
}

/// Which use, from where, kept until which hour.
type Entry = (u32, u64, i64);

fn step() -> impl Strategy<Value = Step> {
    let entry = || (0..5_u32, 0..3_u64, 0..5_i64);
    prop_oneof![
        4 => entry().prop_map(Step::Record),
        3 => prop::collection::vec(entry(), 0..7).prop_map(Step::RecordAll),
        2 => (0..3_u8, 0..3_u8, 0..5_i64).prop_map(|(thing, user, hour)| Step::UseUp { thing, user, hour }),
        2 => (0..6_i64).prop_map(|hour| Step::Forget { hour }),
        1 => Just(Step::Reopen),
    ]
}

/// What a step is answered.
fn take(step: &Step, store: &mut dyn ReplayStore) -> Vec<Seen> {
    match step {
        Step::Record((n, epoch, hour)) => {
            vec![store.record(&Parts::new(*n).as_use(), at(*epoch), hour * HOUR).unwrap()]
        }
        Step::RecordAll(entries) => {
            let parts: Vec<Parts> = entries.iter().map(|(n, ..)| Parts::new(*n)).collect();
            let uses = parts.iter().zip(entries).map(|(parts, (_, epoch, hour))| (parts.as_use(), at(*epoch), hour * HOUR));
            store.record_all(&uses.collect::<Vec<_>>()).unwrap()
        }
        Step::UseUp { thing, user, hour } => {
            let once = OneTime { kind: "challenge", thing: &[*thing], user: &[*user] };
            vec![store.use_up(&once, hour * HOUR).unwrap()]
        }
        Step::Forget { hour } => {
            store.forget(hour * HOUR).unwrap();
            Vec::new()
        }
        Step::Reopen => Vec::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// The same answers and the same number of entries after every step, whatever the steps and wherever the file is closed between.
    #[test]
    fn both_stores_say_the_same(steps in prop::collection::vec(step(), 1..24)) {
        let place = Place::new();
        let (mut on_disk, mut in_memory) = (place.open(), MemoryReplayStore::new(key()));
        for step in &steps {
            if matches!(step, Step::Reopen) {
                drop(on_disk);
                on_disk = place.open();
            }
            prop_assert_eq!(take(step, &mut on_disk), take(step, &mut in_memory), "{:?}", step);
            prop_assert_eq!(place.rows(), in_memory.len(), "{:?}", step);
        }
    }
}

/// By hand: the first place has it, for a pair that differs in one half each; a batch that has one use twice.
#[test]
fn a_use_belongs_to_where_it_came_from_first() {
    let place = Place::new();
    let (one, two) = (Parts::new(1), Parts::new(2));
    let here = Origin { epoch: 7, leaf: 2 };
    let mut store = place.open();
    for said in [Seen::Acceptable, Seen::Acceptable] {
        assert_eq!(store.record(&one.as_use(), here, HOUR).unwrap(), said);
    }
    for elsewhere in [Origin { epoch: 8, ..here }, Origin { leaf: 3, ..here }, Origin { epoch: 2, leaf: 7 }] {
        assert_eq!(store.record(&one.as_use(), elsewhere, HOUR).unwrap(), Seen::Replayed);
    }
    let batch =
        [(two.as_use(), here, HOUR), (two.as_use(), at(9), HOUR), (two.as_use(), here, HOUR), (one.as_use(), at(9), HOUR)];
    let said = store.record_all(&batch).unwrap();
    assert_eq!(said, [Seen::Acceptable, Seen::Replayed, Seen::Acceptable, Seen::Replayed]);
    assert_eq!(place.rows(), 2);
}

/// Kept until the hour is full, and for as long as whoever asked last wanted, if that is longer.
#[test]
fn a_use_is_kept_at_least_as_long_as_asked() {
    let place = Place::new();
    let parts = Parts::new(1);
    let mut store = place.open();
    let mut known_after = |keep_until, now| {
        store.record(&parts.as_use(), at(1), keep_until).unwrap();
        store.forget(now).unwrap();
        place.has(&parts.as_use())
    };
    assert!(known_after(HOUR + 1, HOUR + 1));
    assert!(known_after(HOUR, 2 * HOUR));
    assert!(!known_after(HOUR, 2 * HOUR + 1));
    assert!(known_after(i64::MAX, LATE));
}

/// A batch of which one part cannot be filed is not filed at all. (`record_all` and `record` fail alike where the table refuses.)
#[test]
fn a_batch_is_filed_whole_or_not_at_all() {
    let place = Place::new();
    let parts: Vec<Parts> = (0..4).map(Parts::new).collect();
    let batch: Vec<(Use<'_>, Origin, i64)> = parts.iter().map(|parts| (parts.as_use(), at(1), HOUR)).collect();
    let mut store = place.open();
    // The third of them meets a trigger, as others might meet a full disk.
    let third = key().tag(&parts[2].as_use()).unwrap();
    let tag: String = third.iter().map(|octet| format!("{octet:02x}")).collect();
    let trigger =
        format!("CREATE TRIGGER full BEFORE INSERT ON seen WHEN new.tag = x'{tag}' BEGIN SELECT RAISE(FAIL, 'full'); END");
    place.raw().execute_batch(&trigger).unwrap();
    assert_eq!(store.record_all(&batch).unwrap_err().code(), mimicred_room::Code::ReplayStore);
    assert_eq!(place.rows(), 0);
    assert_eq!(store.record(&batch[2].0, at(1), HOUR).unwrap_err().code(), mimicred_room::Code::ReplayStore);
    // Nothing hangs on from the failure.
    place.raw().execute_batch("DROP TRIGGER full").unwrap();
    assert_eq!(store.record_all(&batch).unwrap(), [Seen::Acceptable; 4]);
    assert_eq!(place.rows(), 4);
}
