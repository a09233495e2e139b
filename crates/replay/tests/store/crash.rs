//! What a process that was killed had been told is still known.

use std::io::{Read, Write};
use std::process::Child;
use std::time::Duration;

use mimicred_replay::SqliteReplayStore;
use mimicred_room::{Origin, ReplayStore, Seen, Use};

use crate::made::{HOUR, LATE, Parts, Place, Random, at, in_other_process, key, other_process};

const TEST: &str = "crash::what_was_acknowledged_is_known_after_a_kill";
/// How often in an ordinary run; `MIMICRED_REPLAY_KILLS` sets another number.
const KILLS: u32 = 20;

/// Round n of a process files use n by itself, these in a batch, and one more that is soon forgotten.
fn batch_of(n: u32) -> Vec<Parts> {
    (0..8).map(|m| Parts::new(1_000_000 + 8 * n + m)).collect()
}

fn passing(n: u32) -> Parts {
    Parts::new(500_000 + n)
}

/// Files uses until it is killed: one, a batch, and now and then forgets others, so that a kill meets each of these. It says aloud what
/// it was told is filed.
fn file_until_killed(mut store: SqliteReplayStore, first: u32) {
    let say = |line: String| {
        let mut out = std::io::stdout().lock();
        out.write_all(line.as_bytes()).and_then(|()| out.flush()).unwrap();
    };
    for n in first.. {
        store.record(&Parts::new(n).as_use(), at(1), LATE).unwrap();
        say(format!("\nuse {n};"));
        let parts = batch_of(n);
        let batch: Vec<(Use<'_>, Origin, i64)> = parts.iter().map(|parts| (parts.as_use(), at(1), LATE)).collect();
        store.record_all(&batch).unwrap();
        say(format!("\nbatch {n};"));
        store.record(&passing(n).as_use(), at(1), HOUR).unwrap();
        if n % 3 == 0 {
            store.forget(2 * HOUR).unwrap();
        }
    }
}

/// Lets the process say so much and kills it a little later; returns all that it had said.
fn killed(mut child: Child, random: &mut Random) -> String {
    let mut out = child.stdout.take().unwrap();
    let (mut said, mut some) = (String::new(), [0; 64]);
    let enough = random.below(20);
    while said.matches(';').count() < usize::try_from(enough).unwrap() {
        match out.read(&mut some).unwrap() {
            0 => panic!("it stopped by itself: {said}"),
            length => said.push_str(std::str::from_utf8(&some[..length]).unwrap()),
        }
    }
    std::thread::sleep(Duration::from_micros(random.below(8000)));
    child.kill().unwrap();
    child.wait().unwrap();
    out.read_to_string(&mut said).unwrap();
    said
}

/// The numbers that stand between this word and a semicolon.
fn numbers(said: &str, word: &str) -> Vec<u32> {
    let lines = said.lines().filter_map(|line| line.strip_prefix(word)?.trim().strip_suffix(';'));
    lines.map(|number| number.parse().unwrap()).collect()
}

/// mimi-mls.md 3.5.2, and issue 6: survives a crash. Every use that was acknowledged is known, a batch wholly or not at all; the file
/// opens as it is, and what was killed in the middle leaves nothing that could be read.
#[test]
fn what_was_acknowledged_is_known_after_a_kill() {
    if let Some(file) = in_other_process() {
        let first = std::env::var("MIMICRED_REPLAY_TEST_FIRST").unwrap().parse().unwrap();
        return file_until_killed(SqliteReplayStore::open(file, key()).unwrap(), first);
    }
    let kills = std::env::var("MIMICRED_REPLAY_KILLS").map_or(KILLS, |number| number.parse().unwrap());
    let mut random = Random(0x1234_5678_9abc_def1 ^ u64::from(std::process::id()));
    let place = Place::new();
    let (mut uses, mut batches, mut in_the_middle) = (Vec::new(), Vec::new(), 0);
    for kill in 0..kills {
        let first = kill * 1000;
        let mut process = other_process(TEST, &place.file(), &[]);
        let child = process.env("MIMICRED_REPLAY_TEST_FIRST", first.to_string()).spawn().unwrap();
        let said = killed(child, &mut random);
        in_the_middle += u32::from(std::fs::metadata(place.journal()).is_ok_and(|journal| journal.len() > 0));

        let mut store = place.open();
        let whole: String = place.raw().query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(whole, "ok", "kill {kill}");
        let (new_uses, new_batches) = (numbers(&said, "use"), numbers(&said, "batch"));
        let last = new_uses.last().map_or(first, |last| last + 1);
        for n in first..=last {
            let parts = batch_of(n);
            let known = parts.iter().filter(|parts| place.has(&parts.as_use())).count();
            assert!(known == 0 || known == parts.len(), "kill {kill}: {known} of batch {n}");
        }
        uses.extend(new_uses);
        batches.extend(new_batches);
        // The same from elsewhere is refused, whether it was filed by itself or in a batch.
        let parts: Vec<Parts> = uses.iter().map(|n| Parts::new(*n)).chain(batches.iter().flat_map(|n| batch_of(*n))).collect();
        let again: Vec<(Use<'_>, Origin, i64)> = parts.iter().map(|parts| (parts.as_use(), at(2), LATE)).collect();
        assert!(store.record_all(&again).unwrap().iter().all(|said| *said == Seen::Replayed), "kill {kill}");
        store.forget(2 * HOUR).unwrap();
        for n in first..=last {
            assert!(!place.has(&passing(n).as_use()));
        }
    }
    println!(
        "{kills} kills, {in_the_middle} of them in the middle of a transaction; {} uses, {} batches",
        uses.len(),
        batches.len()
    );
    assert!(!uses.is_empty() && !batches.is_empty());
}
