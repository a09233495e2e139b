//! Measuring several things in one run: in turns, so that a busy neighbour slows all of them alike, each compared with the first in
//! the same turn, and by medians.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Whether the time is that which this thread was on a core, and not that which passed.
static ON_CORE: AtomicBool = AtomicBool::new(false);

/// From now on counts the time for which the calling thread is on a core, as the kernel tells it in steps of some milliseconds: on a
/// machine that others load, for work on one thread.
pub fn count_time_on_core() {
    ON_CORE.store(true, Ordering::Relaxed);
}

enum Start {
    Passed(Instant),
    OnCore(Duration),
}

impl Start {
    fn now() -> Self {
        if ON_CORE.load(Ordering::Relaxed) { Self::OnCore(time_on_core()) } else { Self::Passed(Instant::now()) }
    }

    fn elapsed(&self) -> Duration {
        match self {
            Self::Passed(start) => start.elapsed(),
            Self::OnCore(start) => time_on_core().saturating_sub(*start),
        }
    }
}

/// The first number of the file is nanoseconds.
fn time_on_core() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("a Linux kernel with schedstat");
    Duration::from_nanos(text.split_whitespace().next().and_then(|nanos| nanos.parse().ok()).expect("nanoseconds"))
}

/// One thing to measure: runs so many times and says how long it took.
pub struct Case<'c> {
    name: String,
    run: Box<dyn FnMut(u32) -> Duration + 'c>,
}

/// What came out.
pub struct Row {
    pub name: String,
    /// Median, in microseconds.
    pub micros: f64,
    /// Median of its ratios to the first case, each taken within one round.
    pub ratio: f64,
    /// Interquartile range of these ratios as a part of their median.
    pub spread: f64,
}

impl<'c> Case<'c> {
    /// Work that can be repeated as it is.
    pub fn new<T>(name: impl Into<String>, mut work: impl FnMut() -> T + 'c) -> Self {
        Self::with_input(name, || (), move |()| work())
    }

    /// Work that uses up an input, which is made just before the clock starts, each time anew: as warm as what a caller has just made.
    pub fn with_input<I, T>(
        name: impl Into<String>,
        mut make: impl FnMut() -> I + 'c,
        mut work: impl FnMut(I) -> T + 'c,
    ) -> Self {
        let run = move |times: u32| {
            let mut taken = Duration::ZERO;
            for _ in 0..times {
                let input = make();
                let start = Start::now();
                // What comes out is given up at once, as by who sends it on: its memory serves again.
                drop(black_box(work(input)));
                taken += start.elapsed();
            }
            taken
        };
        Self { name: name.into(), run: Box::new(run) }
    }
}

/// Measures all cases in turns, `rounds` times, each time as often as fits into about `sample`.
pub fn measure(mut cases: Vec<Case<'_>>, rounds: usize, sample: Duration) -> Vec<Row> {
    let times: Vec<u32> = cases
        .iter_mut()
        .map(|case| {
            // Warm, and find out how long one takes.
            (case.run)(3);
            let one = (case.run)(3).as_secs_f64() / 3.0;
            (sample.as_secs_f64() / one.max(1e-9)).clamp(1.0, 2000.0) as u32
        })
        .collect();
    let mut samples = vec![Vec::with_capacity(rounds); cases.len()];
    for _ in 0..rounds {
        for ((case, times), samples) in cases.iter_mut().zip(&times).zip(&mut samples) {
            // What the case before left in caches and in the allocator is not this one's cost.
            (case.run)(2);
            samples.push((case.run)(*times).as_secs_f64() * 1e6 / f64::from(*times));
        }
    }
    let floor = samples.first().cloned().unwrap_or_default();
    let rows = cases.iter().zip(samples).map(|(case, samples)| {
        let ratios = quartiles(samples.iter().zip(&floor).map(|(sample, floor)| sample / floor).collect());
        let [_, micros, _] = quartiles(samples);
        Row { name: case.name.clone(), micros, ratio: ratios[1], spread: (ratios[2] - ratios[0]) / ratios[1] }
    });
    rows.collect()
}

fn quartiles(mut samples: Vec<f64>) -> [f64; 3] {
    samples.sort_by(f64::total_cmp);
    [1, 2, 3].map(|part| samples[(samples.len() - 1) * part / 4])
}

/// Prints rows with their ratio to the first.
pub fn print(title: &str, rows: &[Row]) {
    println!("{title}");
    for row in rows {
        println!("  {:<58} {:>10.1} µs  {:>6.2}x  (spread {:.0} %)", row.name, row.micros, row.ratio, row.spread * 100.0);
    }
}
