//! `mimicred simulate timing`: the connection flow, seen by its times.

mod text;

use std::path::PathBuf;

use clap::ValueEnum;
use mimicred_flows::timing::{self, Activity, Delay, Options, Repeatable};

use crate::error::{Code, Done, Failure};
use crate::io::output::{Artefact, ArtefactForm, OutputArgs};
use crate::out::Out;
use crate::out::progress::Progress;

const ABOUT: &str = "\
In the connection flow Alice opens a bootstrap room with Bob under one pseudonym and tells him another; later Bob, under a pseudonym of \
his own, creates a room with that one. Nothing in the octets connects the two rooms, but an observer of both providers sees when a \
bootstrap room has had its reveal and when a new room is created, and may guess. draft-mahy-mimi-pseudonyms-00 says that this is \
difficult between providers with large volumes and easy where volumes are low. Every row is one combination of volume, share and delay; \
the result says where the sentence holds. What is assumed stands at its end.

Delays, from the reveal to the creation of the second room:
  none               software answers at once, in seconds
  exp:MEAN           exponential
  uniform:LONGEST    any delay up to the longest, all equally likely
  batch:SLOT         all new rooms are created at the next of fixed slots
  lognormal:MEDIAN:SIGMA
                     people: the logarithm of the delay is normal
Spans are like 90d, 12h, 30m or 45s.

A provider sees the times of both rooms by itself, and knows its accounts as well: --accounts N divides all volumes by N, as for an \
observer who knows in which of N accounts' rooms to look.

The same command prints the same figures; --seed chooses others. Exit status: 0 done, 2 could not simulate.

  mimicred simulate timing
  mimicred simulate timing --volumes 10,100,1000 --share 0.05 --delay exp:1h --delay uniform:1d --svg timing.svg --csv timing.csv";

/// What to simulate.
#[derive(clap::Args, Debug)]
#[command(after_long_help = ABOUT)]
pub(crate) struct Args {
    /// Connection flows from one provider to the other in a day; 1,10,100,1000,10000,100000 if not given.
    #[arg(long, value_name = "NUMBER", value_delimiter = ',')]
    volumes: Vec<f64>,
    /// The part of all new pseudonymous rooms of two between the providers that come from a bootstrap room, the rest being cover;
    /// 1,0.05 if not given.
    #[arg(long, value_name = "PART", value_delimiter = ',')]
    share: Vec<f64>,
    /// How long it takes from the reveal to the second room, as below; seven delays from none to exp:7d if not given.
    #[arg(long, value_name = "DELAY", value_delimiter = ',')]
    delay: Vec<Delay>,
    /// How a day goes.
    #[arg(long, value_enum, default_value_t = ActivityArg::Constant)]
    activity: ActivityArg,
    /// Flows that are simulated for each row.
    #[arg(long, value_name = "COUNT", default_value_t = 2_000)]
    flows: u32,
    /// Periods in which all flows together are looked at, for each row; 0 leaves that observer out.
    #[arg(long, value_name = "COUNT", default_value_t = 10)]
    periods: u32,
    /// Accounts among which the observer can tell rooms apart; 1 is an observer who knows none.
    #[arg(long, value_name = "COUNT", default_value_t = 1)]
    accounts: u32,
    /// What all randomness comes from.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// Show the intervals, the other observers and the anonymity set of every row.
    #[arg(long)]
    verbose: bool,
    /// Write the rows as comma-separated values, only if the command succeeds; - is standard output, in place of the report.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Write a picture of the rows in SVG, only if the command succeeds.
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Overwrite these files if they exist.
    #[arg(long)]
    force: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ActivityArg {
    /// Every hour is like every other.
    Constant,
    /// Eight hours of night, with a tenth as much.
    DayNight,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Done, Failure> {
    let file = |path: &Option<PathBuf>| path.clone().map(|path| OutputArgs::to(path, args.force));
    let (csv, svg) = (file(&args.csv), file(&args.svg));
    if args.csv.is_some() && args.csv == args.svg {
        return Err(Failure::note(Code::Usage, "--csv and --svg name the same file"));
    }
    csv.iter().chain(&svg).try_for_each(OutputArgs::check)?;

    let builtin = Options::builtin();
    let options = Options {
        volumes: given(&args.volumes, builtin.volumes),
        shares: given(&args.share, builtin.shares),
        delays: given(&args.delay, builtin.delays),
        activity: match args.activity {
            ActivityArg::Constant => Activity::Constant,
            ActivityArg::DayNight => Activity::DayNight,
        },
        flows: args.flows,
        periods: args.periods,
        accounts: args.accounts,
    };
    let mut progress = Progress::new("simulating");
    let report = timing::run(&options, &mut Repeatable::new(args.seed), &mut |done, total| progress.show(done, total))?;
    drop(progress);

    let mut is_told = false;
    for (output, content) in [(csv, report.to_csv()), (svg, report.to_svg())] {
        if let Some(output) = output {
            output.write(&Artefact { octets: content.as_bytes(), form: ArtefactForm::Text }, out)?;
            is_told |= output.file().is_none() && !out.is_json();
        }
    }
    if is_told {
        return Ok(Done::Accepted);
    }
    out.result(&report, |report| text::report(report, args.verbose))?;
    Ok(Done::Accepted)
}

/// What was given, or what is built in.
fn given<T: Clone>(values: &[T], builtin: Vec<T>) -> Vec<T> {
    if values.is_empty() { builtin } else { values.to_vec() }
}
