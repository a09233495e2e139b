//! `mimicred-peer NAME`: another implementation, made to speak the contract of `mimicred vectors check --exec`.
//!
//! One case comes on standard input as a line of JSON; the answer goes to standard output. What the peer does not do is `unsupported`,
//! and if it panics, the program does.

use std::io::{Read, Write};
use std::process::ExitCode;

use mimicred_peers::peer::{NAMES, answer};

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let (Some(name), None) = (args.next(), args.next()) else {
        eprintln!("usage: mimicred-peer NAME < CASE\nnames: {}", NAMES.join(", "));
        return ExitCode::from(2);
    };
    let mut case = String::new();
    if let Err(error) = std::io::stdin().read_to_string(&mut case) {
        eprintln!("standard input: {error}");
        return ExitCode::from(2);
    }
    match answer(&name, &case) {
        Ok(answer) => match writeln!(std::io::stdout(), "{answer}") {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::from(2),
        },
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}
