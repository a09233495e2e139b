//! `mimicred vectors check FILE|DIR..`.

mod text;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use mimicred_vectors::{Case, Group, Outcome, Strictness, VectorFile, check, compare};
use serde::Serialize;

use super::exec::Program;
use super::files::{self, Named};
use crate::error::{Done, Failure};
use crate::io::Source;
use crate::out::Out;
use crate::out::progress::Progress;

const AFTER_HELP: &str = "\
Without --exec or --peer it is this implementation that is checked: codes and whole outputs. With one of them, a program is run for each \
case, gets it as one line of JSON on standard input (id, operation, input) and prints its answer as one JSON object: {\"result\": \"valid\", \
\"output\": {..}}, {\"result\": \"invalid\"}, or {\"result\": \"unsupported\"} for what it does not do. Of such a program it is asked whether \
it accepts what is valid and refuses what is not, and whether those members of the output that it gives are right.

Exit status: 0 all agree, 1 some do not, 2 could not be checked.

  mimicred vectors check test-vectors
  mimicred vectors check test-vectors/sd-jwt --exec \"python3 my_runner.py\"
  mimicred vectors check test-vectors --peer sd-jwt-rs --operation sd-jwt/verify";

#[derive(clap::Args, Debug)]
#[command(after_long_help = AFTER_HELP)]
pub(crate) struct Args {
    /// Files of vectors, or folders with some; without any, those that this program makes.
    #[arg(value_name = "FILE")]
    files: Vec<Source>,
    /// Check a program: a command of the shell, run for each case.
    #[arg(long, value_name = "COMMAND")]
    exec: Option<String>,
    /// Check an implementation that mimicred-peer speaks for: --exec "mimicred-peer NAME".
    #[arg(long, value_name = "NAME", conflicts_with = "exec", value_parser = peer_name)]
    peer: Option<String>,
    /// Only cases of this operation; can be given several times.
    #[arg(long, value_name = "NAME")]
    operation: Vec<String>,
    /// Only cases with this flag; can be given several times.
    #[arg(long, value_name = "FLAG")]
    flag: Vec<String>,
    /// Only cases with this result, valid or a code; can be given several times.
    #[arg(long, value_name = "RESULT")]
    result: Vec<String>,
    /// Seconds that a program may take for a case.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    patience: u64,
}

/// A name goes into a command line.
fn peer_name(text: &str) -> Result<String, String> {
    let is_plain = !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'-');
    if is_plain { Ok(text.to_owned()) } else { Err("a name has letters, digits and hyphens".to_owned()) }
}

/// The command for a peer: the program that lies beside this one, if it does, or the one in the PATH.
fn peer_command(name: &str) -> String {
    let beside = std::env::current_exe().ok().map(|program| program.with_file_name("mimicred-peer"));
    match beside.filter(|program| program.is_file()) {
        Some(program) => format!("'{}' {name}", program.display()),
        None => format!("mimicred-peer {name}"),
    }
}

/// What was found.
#[derive(Debug, Serialize)]
struct Report {
    /// What was checked: mimicred, or a command.
    implementation: String,
    /// Each file.
    files: Vec<FileReport>,
    /// Every case that something is to be said about.
    remarkable: Vec<Remark>,
    /// Every case: agree, agree_otherwise, unsupported, disagree or failed.
    outcomes: BTreeMap<String, &'static str>,
}

/// The counts of one file.
#[derive(Debug, Default, Serialize)]
struct FileReport {
    file: String,
    operation: String,
    /// The answer is the vector's.
    agree: usize,
    /// Refused as it should be, under another code.
    agree_otherwise: usize,
    /// Not done by the program.
    unsupported: usize,
    /// The answer is another one.
    disagree: usize,
    /// There was no answer.
    failed: usize,
}

/// One case that does not simply agree.
#[derive(Debug, Serialize)]
struct Remark {
    /// File and case.
    vector: String,
    comment: String,
    rules: Vec<String>,
    flags: Vec<String>,
    /// disagree, agree_otherwise or failed.
    outcome: &'static str,
    /// In words.
    what: String,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Done, Failure> {
    let files = files::read(&args.files)?;
    let command = args.exec.clone().or_else(|| args.peer.as_deref().map(peer_command));
    let program = command.map(|command| Program { command, patience: Duration::from_secs(args.patience) });
    let wanted = |file: &VectorFile, case: &Case| {
        (args.operation.is_empty() || args.operation.contains(&file.operation))
            && (args.result.is_empty() || args.result.iter().any(|result| result == case.expected.result()))
            && (args.flag.is_empty() || case.flags.iter().any(|flag| args.flag.contains(flag)))
    };
    let tasks: Vec<Task<'_>> = files
        .iter()
        .enumerate()
        .flat_map(|(n, (_, file))| file.cases().map(move |(group, case)| Task { n, file, group, case }))
        .filter(|task| wanted(task.file, task.case))
        .collect();
    let results = all(&tasks, program.as_ref());
    let report = report(&files, &tasks, results, program.as_ref());
    let is_good = report.files.iter().all(|file| file.disagree == 0 && file.failed == 0);
    out.result(&report, text::report)?;
    Ok(if is_good { Done::Accepted } else { Done::Rejected })
}

/// A case to be checked; `n` is the position of its file.
struct Task<'f> {
    n: usize,
    file: &'f VectorFile,
    group: &'f Group,
    case: &'f Case,
}

/// The outcomes in the order of the tasks, found on all cores; what kept a case from being checked is told in words.
fn all(tasks: &[Task<'_>], program: Option<&Program>) -> Vec<Result<Outcome, String>> {
    let results: Mutex<Vec<(usize, Result<Outcome, String>)>> = Mutex::new(Vec::with_capacity(tasks.len()));
    let next = AtomicUsize::new(0);
    let total = u64::try_from(tasks.len()).unwrap_or(u64::MAX);
    let progress = Mutex::new(Progress::new("checking"));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    let Some(task) = tasks.get(n) else { break };
                    let outcome = one(task, program);
                    let mut results = results.lock().unwrap_or_else(PoisonError::into_inner);
                    results.push((n, outcome));
                    let done = u64::try_from(results.len()).unwrap_or(u64::MAX);
                    progress.lock().unwrap_or_else(PoisonError::into_inner).show(done, total);
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(n, _)| *n);
    results.into_iter().map(|(_, outcome)| outcome).collect()
}

fn one(task: &Task<'_>, program: Option<&Program>) -> Result<Outcome, String> {
    match program {
        None => check(task.file, task.group, task.case).map_err(|error| error.to_string()),
        Some(program) => {
            let answer = program.ask(&task.file.question(task.group, task.case))?;
            Ok(compare(task.case, &answer, Strictness::Outside))
        }
    }
}

fn report(files: &[Named], tasks: &[Task<'_>], results: Vec<Result<Outcome, String>>, program: Option<&Program>) -> Report {
    let mut counts: Vec<FileReport> = files
        .iter()
        .map(|(name, file)| FileReport { file: name.clone(), operation: file.operation.clone(), ..FileReport::default() })
        .collect();
    let (mut remarkable, mut outcomes) = (Vec::new(), BTreeMap::new());
    for (task, result) in tasks.iter().zip(results) {
        let Some(count) = counts.get_mut(task.n) else { continue };
        let (counter, outcome, what) = match &result {
            Ok(Outcome::Agrees) => (&mut count.agree, "agree", None),
            Ok(Outcome::Unsupported) => (&mut count.unsupported, "unsupported", None),
            // A program of somebody else has codes of its own; ours are the same, or something is wrong.
            Ok(Outcome::AgreesOtherwise { .. }) if program.is_some() => (&mut count.agree_otherwise, "agree_otherwise", None),
            Ok(outcome) => (&mut count.disagree, "disagree", Some(text::outcome(task.case, outcome))),
            Err(why) => (&mut count.failed, "failed", Some(why.clone())),
        };
        *counter += 1;
        let vector = format!("{} {}", count.file.strip_suffix(".json").unwrap_or(&count.file), task.case.id);
        outcomes.insert(vector.clone(), outcome);
        remarkable.extend(what.map(|what| Remark {
            vector,
            comment: task.case.comment.clone(),
            rules: task.case.rules.clone(),
            flags: task.case.flags.clone(),
            outcome,
            what,
        }));
    }
    counts.retain(|count| tasks.iter().any(|task| files.get(task.n).is_some_and(|(name, _)| *name == count.file)));
    let implementation = program.map_or_else(|| "mimicred".to_owned(), |program| program.command.clone());
    Report { implementation, files: counts, remarkable, outcomes }
}
