//! Work on many things at once, on all cores; what comes out is what one core would have made, in the same order. Where there are no
//! threads, as on wasm32, the caller's own does everything: a thread that cannot be had is done without.

use std::convert::Infallible;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::thread::{Builder, available_parallelism, scope};

/// How many things a thread takes at a time: each is some tens of microseconds of signatures, so that threads seldom meet, and finish
/// together even where something else keeps a core busy.
const PIECE: usize = 16;

/// How many threads are of use.
pub(crate) fn cores() -> usize {
    available_parallelism().map_or(1, NonZero::get)
}

/// What `work` makes of each, in their order.
pub(crate) fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let pieces = |piece: &[T]| piece.iter().map(&work).collect();
    match around(cores(), items, PIECE, pieces, |_| Ok::<(), Infallible>(()), |made| made) {
        Ok(made) => made,
        Err(never) => match never {},
    }
}

/// Work in two parts, with something between them that only the caller can do: `first` makes things of pieces of this size, `between` sees
/// all of them, in their order, and `second` finishes each. What a thread has made it also finishes, since to give up another's memory
/// is slow.
///
/// # Errors
/// What `between` says.
pub(crate) fn around<'t, T: Sync, M: Send, R: Send, E>(
    threads: usize,
    items: &'t [T],
    size: usize,
    first: impl Fn(&'t [T]) -> Vec<M> + Sync,
    between: impl FnOnce(&mut [&mut M]) -> Result<(), E>,
    second: impl Fn(M) -> R + Sync,
) -> Result<Vec<R>, E> {
    let pieces: Vec<&'t [T]> = items.chunks(size.max(1)).collect();
    let next = AtomicUsize::new(0);
    let make = || -> Vec<Piece<M>> {
        let mut made = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(piece) = pieces.get(number) else { return made };
            made.push((number, first(piece)));
        }
    };
    let finish = |made: Vec<Piece<M>>| -> Vec<Piece<R>> {
        made.into_iter().map(|(number, piece)| (number, piece.into_iter().map(&second).collect())).collect()
    };
    let (make, finish) = (&make, &finish);
    let finished = scope(|scope| {
        // The caller's thread is one of them; a thread that cannot be had is done without.
        let helpers = (1..threads.min(pieces.len())).filter_map(|_| {
            let ((made_here, made), (seen, seen_there)) = (channel(), channel());
            let work = move || {
                made_here.send(make()).ok()?;
                // Nothing comes back where there is nothing more to do.
                Some(finish(seen_there.recv().ok()?))
            };
            Some((Builder::new().spawn_scoped(scope, work).ok()?, made, seen))
        });
        let helpers: Vec<_> = helpers.collect();
        let mut own = make();
        let theirs: Result<Vec<_>, _> = helpers.iter().map(|(_, made, _)| made.recv()).collect();
        let done = theirs.map(|mut theirs| {
            let mut all: Vec<&mut Piece<M>> = own.iter_mut().chain(theirs.iter_mut().flatten()).collect();
            all.sort_unstable_by_key(|(number, _)| *number);
            let mut all: Vec<&mut M> = all.into_iter().flat_map(|(_, piece)| piece).collect();
            between(&mut all).map(|()| theirs)
        });
        let mut finished = Vec::new();
        let mut joined = Vec::new();
        let outcome = match done {
            Ok(Ok(theirs)) => {
                for ((helper, _, seen), made) in helpers.into_iter().zip(theirs) {
                    // Whoever does not listen has panicked, which joining tells.
                    let _ = seen.send(made);
                    joined.push(helper);
                }
                finished = finish(own);
                Ok(())
            }
            Ok(Err(error)) => {
                joined.extend(helpers.into_iter().map(|(helper, ..)| helper));
                Err(error)
            }
            Err(_) => {
                joined.extend(helpers.into_iter().map(|(helper, ..)| helper));
                Ok(())
            }
        };
        for helper in joined {
            // A panic is the caller's, as it would be on her own thread.
            finished.extend(helper.join().unwrap_or_else(|panic| resume_unwind(panic)).unwrap_or_default());
        }
        outcome.map(|()| finished)
    });
    let mut finished = finished?;
    finished.sort_unstable_by_key(|(number, _)| *number);
    Ok(finished.into_iter().flat_map(|(_, piece)| piece).collect())
}

/// What was made of a piece, and its place among the pieces.
type Piece<M> = (usize, Vec<M>);

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Mutex;

    use super::*;

    const NOTHING: fn(&mut [&mut String]) -> Result<(), ()> = |_| Ok(());

    #[test]
    fn results_are_those_of_one_thread_in_order() {
        for len in [0, 1, PIECE - 1, PIECE, PIECE + 1, 10 * PIECE, 1000] {
            let items: Vec<usize> = (0..len).collect();
            let expected: Vec<String> = items.iter().map(|n| format!("<{n}>!")).collect();
            let make = |piece: &[usize]| piece.iter().map(|n| format!("<{n}>")).collect();
            for threads in [0, 1, 2, 3, 8] {
                for size in [0, 1, 7, 2000] {
                    let made = around(threads, &items, size, make, NOTHING, |made| made + "!");
                    assert_eq!(made.unwrap(), expected, "{len} by {size} on {threads}");
                }
            }
            assert_eq!(map(&items, |n| format!("<{n}>!")), expected);
        }
    }

    #[test]
    fn each_thing_is_done_once() {
        let items: Vec<usize> = (0..999).collect();
        let done = Mutex::new(Vec::new());
        around(4, &items, 3, <[usize]>::to_vec, |_| Ok::<(), ()>(()), |n| done.lock().unwrap().push(n)).unwrap();
        let done = done.into_inner().unwrap();
        assert_eq!(done.len(), items.len());
        assert_eq!(done.into_iter().collect::<BTreeSet<_>>(), items.into_iter().collect());
    }

    /// What is between sees everything, once, in order, and may change it; if it fails nothing is finished.
    #[test]
    fn between_the_parts_everything_is_there() {
        let items: Vec<usize> = (0..500).collect();
        for threads in [1, 4] {
            let number = |all: &mut [&mut usize]| {
                assert!(all.iter().map(|n| **n).eq(0..500));
                all.iter_mut().for_each(|n| **n += 1000);
                Ok::<(), ()>(())
            };
            let made = around(threads, &items, 7, <[usize]>::to_vec, number, |n| n * 2).unwrap();
            assert!(made.into_iter().eq((0..500).map(|n| 2 * (n + 1000))));

            let finished = AtomicUsize::new(0);
            let finish = |_| finished.fetch_add(1, Ordering::Relaxed);
            assert_eq!(around(threads, &items, 7, <[usize]>::to_vec, |_| Err("no"), finish), Err("no"));
            assert_eq!(finished.into_inner(), 0);
        }
    }

    #[test]
    #[should_panic(expected = "the last one")]
    fn a_panic_is_the_callers() {
        let items: Vec<usize> = (0..100).collect();
        let make = |piece: &[usize]| {
            assert_ne!(piece, [99], "the last one");
            piece.to_vec()
        };
        let _ = around(4, &items, 1, make, |_| Ok::<(), ()>(()), |n| n);
    }

    #[test]
    #[should_panic(expected = "much later")]
    fn so_is_a_late_one() {
        let items: Vec<usize> = (0..100).collect();
        let finish = |n| assert_ne!(n, 99, "much later");
        let _ = around(4, &items, 1, <[usize]>::to_vec, |_| Ok::<(), ()>(()), finish);
    }
}
