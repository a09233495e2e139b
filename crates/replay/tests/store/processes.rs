//! Several processes, and several threads of one, with one file.

use std::process::Output;

use mimicred_replay::SqliteReplayStore;
use mimicred_room::{ReplayStore, Seen};

use crate::made::{HOUR, Parts, Place, at, in_other_process, key, other_process};

const USES: u32 = 40;
const PROCESSES: u64 = 4;

/// Files all uses as from this epoch, and says which were its own.
fn file_all(store: &mut SqliteReplayStore, epoch: u64) -> Vec<u32> {
    let mut own = Vec::new();
    for n in 0..USES {
        // Half of them by twos.
        if n % 4 < 2 {
            let parts = Parts::new(n);
            own.extend((store.record(&parts.as_use(), at(epoch), 9 * HOUR).unwrap() == Seen::Acceptable).then_some(n));
        } else if n % 4 == 2 {
            let (one, two) = (Parts::new(n), Parts::new(n + 1));
            let said = store.record_all(&[(one.as_use(), at(epoch), 9 * HOUR), (two.as_use(), at(epoch), 9 * HOUR)]).unwrap();
            own.extend((n..n + 2).zip(said).filter(|(_, said)| *said == Seen::Acceptable).map(|(n, _)| n));
            store.forget(HOUR).unwrap();
        }
    }
    own
}

/// Each use has one owner, whoever that is; later its owner is confirmed, and nobody else.
fn assert_one_owner_each(place: &Place, owned: &[(u64, Vec<u32>)]) {
    let mut all: Vec<u32> = owned.iter().flat_map(|(_, own)| own.iter().copied()).collect();
    all.sort_unstable();
    assert_eq!(all, (0..USES).collect::<Vec<_>>());
    let mut store = place.open();
    for (epoch, own) in owned {
        assert_eq!(&file_all(&mut store, *epoch), own, "what is known stays so");
    }
}

#[test]
fn processes_that_race_get_one_answer() {
    const TEST: &str = "processes::processes_that_race_get_one_answer";
    if let Some(file) = in_other_process() {
        let epoch = std::env::var("MIMICRED_REPLAY_TEST_EPOCH").unwrap().parse().unwrap();
        let own = file_all(&mut SqliteReplayStore::open(file, key()).unwrap(), epoch);
        return own.iter().for_each(|n| println!("\nown {n}"));
    }
    // They race for making the file, too.
    let place = Place::new();
    let file = place.file();
    let start = |epoch: u64| {
        let mut process = other_process(TEST, &file, &[]);
        (epoch, process.env("MIMICRED_REPLAY_TEST_EPOCH", epoch.to_string()).spawn().unwrap())
    };
    let children: Vec<_> = (0..PROCESSES).map(start).collect();
    let owned: Vec<(u64, Vec<u32>)> = children
        .into_iter()
        .map(|(epoch, child)| {
            let Output { status, stdout, .. } = child.wait_with_output().unwrap();
            let text = String::from_utf8(stdout).unwrap();
            assert!(status.success(), "{text}");
            (epoch, text.lines().filter_map(|line| line.strip_prefix("own ")).map(|n| n.parse().unwrap()).collect())
        })
        .collect();
    assert_one_owner_each(&place, &owned);
}

#[test]
fn threads_that_race_get_one_answer() {
    let place = &Place::new();
    let owned: Vec<(u64, Vec<u32>)> = std::thread::scope(|scope| {
        let start = |epoch| (epoch, scope.spawn(move || file_all(&mut place.open(), epoch)));
        let threads: Vec<_> = (0..PROCESSES).map(start).collect();
        threads.into_iter().map(|(epoch, thread)| (epoch, thread.join().unwrap())).collect()
    });
    assert_one_owner_each(place, &owned);
}
