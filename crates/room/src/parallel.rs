//! Work on many things at once, on all cores; what comes out is what one core would have made, in the same order.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{Builder, available_parallelism, scope};

/// How many things a thread takes at a time: each is some tens of microseconds of signatures, so that threads seldom meet, and finish
/// together even where something else keeps a core busy.
const PIECE: usize = 16;

/// What `work` makes of each, in their order.
pub(crate) fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = available_parallelism().map_or(1, NonZero::get);
    map_on(cores.min(items.len().div_ceil(PIECE)), items, work)
}

/// The same, on this many threads at most, of which the caller's is one. A thread that cannot be had is done without.
fn map_on<T: Sync, R: Send>(threads: usize, items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    if threads <= 1 {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let take_pieces = || {
        let mut done = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(piece) = items.chunks(PIECE).nth(number) else { return done };
            done.push((number, piece.iter().map(&work).collect::<Vec<R>>()));
        }
    };
    let mut pieces = scope(|scope| {
        let helpers: Vec<_> = (1..threads).filter_map(|_| Builder::new().spawn_scoped(scope, take_pieces).ok()).collect();
        let mut done = take_pieces();
        for helper in helpers {
            // A panic is the caller's, as it would be on her own thread.
            done.extend(helper.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        done
    });
    pieces.sort_unstable_by_key(|(number, _)| *number);
    pieces.into_iter().flat_map(|(_, piece)| piece).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn results_are_those_of_one_thread_in_order() {
        for len in [0, 1, PIECE - 1, PIECE, PIECE + 1, 10 * PIECE, 1000] {
            let items: Vec<usize> = (0..len).collect();
            let expected: Vec<String> = items.iter().map(|n| format!("<{n}>")).collect();
            for threads in [0, 1, 2, 3, 8] {
                assert_eq!(map_on(threads, &items, |n| format!("<{n}>")), expected, "{len} on {threads}");
            }
            assert_eq!(map(&items, |n| format!("<{n}>")), expected);
        }
    }

    #[test]
    fn each_thing_is_done_once() {
        let items: Vec<usize> = (0..999).collect();
        let done = Mutex::new(Vec::new());
        map_on(4, &items, |n| done.lock().unwrap().push(*n));
        let done = done.into_inner().unwrap();
        assert_eq!(done.len(), items.len());
        assert_eq!(done.into_iter().collect::<BTreeSet<_>>(), items.into_iter().collect());
    }

    #[test]
    #[should_panic(expected = "the last one")]
    fn a_panic_is_the_callers() {
        let items: Vec<usize> = (0..100).collect();
        map_on(4, &items, |n| assert_ne!(*n, 99, "the last one"));
    }
}
