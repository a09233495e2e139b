//! Work on many things at once, on all cores; what comes out is what one core would have made, in the same order.

use std::mem::take;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{Builder, available_parallelism, scope};

/// How many things a thread takes at a time: each is some tens of microseconds of signatures, so that threads seldom meet, and finish
/// together even where something else keeps a core busy.
const PIECE: usize = 16;

/// What `work` makes of each, in their order.
pub(crate) fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    map_pieces(items, PIECE, |piece| piece.iter().map(&work).collect())
}

/// What `work` makes of pieces of this size, one after the other.
pub(crate) fn map_pieces<'t, T: Sync, R: Send>(items: &'t [T], size: usize, work: impl Fn(&'t [T]) -> Vec<R> + Sync) -> Vec<R> {
    let pieces: Vec<&'t [T]> = items.chunks(size.max(1)).collect();
    on_threads(cores(), pieces.len(), |number| pieces.get(number).map(|piece| work(piece)).unwrap_or_default())
}

/// As [`map`], of things that `work` takes for itself.
pub(crate) fn map_owned<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let (mut items, mut pieces) = (items.into_iter(), Vec::new());
    loop {
        let piece: Vec<T> = items.by_ref().take(PIECE).collect();
        if piece.is_empty() {
            break;
        }
        pieces.push(Mutex::new(piece));
    }
    // Each piece is asked for once; a lock that somebody panicked with is that panic's to explain.
    let piece = |number: usize| pieces.get(number).and_then(|piece| piece.lock().ok().map(|mut piece| take(&mut *piece)));
    on_threads(cores(), pieces.len(), |number| piece(number).unwrap_or_default().into_iter().map(&work).collect())
}

/// How many threads are of use.
pub(crate) fn cores() -> usize {
    available_parallelism().map_or(1, NonZero::get)
}

/// What `work` makes of each number below `count`, one after the other, on this many threads at most, of which the caller's is one. A
/// thread that cannot be had is done without.
fn on_threads<R: Send>(threads: usize, count: usize, work: impl Fn(usize) -> Vec<R> + Sync) -> Vec<R> {
    if threads.min(count) <= 1 {
        return (0..count).flat_map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let take_numbers = || {
        let mut done = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return done;
            }
            done.push((number, work(number)));
        }
    };
    let mut pieces = scope(|scope| {
        let helpers: Vec<_> =
            (1..threads.min(count)).filter_map(|_| Builder::new().spawn_scoped(scope, take_numbers).ok()).collect();
        let mut done = take_numbers();
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

    use super::*;

    #[test]
    fn results_are_those_of_one_thread_in_order() {
        for len in [0, 1, PIECE - 1, PIECE, PIECE + 1, 10 * PIECE, 1000] {
            let items: Vec<usize> = (0..len).collect();
            let expected: Vec<String> = items.iter().map(|n| format!("<{n}>")).collect();
            for threads in [0, 1, 2, 3, 8] {
                let each = |n: usize| vec![format!("<{n}>")];
                assert_eq!(on_threads(threads, len, each), expected, "{len} on {threads}");
            }
            assert_eq!(map(&items, |n| format!("<{n}>")), expected);
            for size in [0, 1, 7, 2000] {
                let each = |piece: &[usize]| piece.iter().map(|n| format!("<{n}>")).collect();
                assert_eq!(map_pieces(&items, size, each), expected, "{len} by {size}");
            }
            assert_eq!(map_owned(items, |n| format!("<{n}>")), expected);
        }
    }

    #[test]
    fn each_thing_is_done_once() {
        let items: Vec<usize> = (0..999).collect();
        let done = Mutex::new(Vec::new());
        on_threads(4, items.len(), |n| {
            done.lock().unwrap().push(n);
            vec![()]
        });
        let done = done.into_inner().unwrap();
        assert_eq!(done.len(), items.len());
        assert_eq!(done.into_iter().collect::<BTreeSet<_>>(), items.into_iter().collect());
    }

    #[test]
    #[should_panic(expected = "the last one")]
    fn a_panic_is_the_callers() {
        on_threads(4, 100, |n| {
            assert_ne!(n, 99, "the last one");
            vec![()]
        });
    }
}
