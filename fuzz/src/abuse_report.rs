//! Reports of a hub to the provider of a pseudonym: as they come, and with claims that are the input, signed by a hub that is trusted, or by
//! one that is not.

use std::sync::LazyLock;

use mimicred_error::Report as _;
use mimicred_keys::Algorithm;
use mimicred_provider::{Complaint, Error, IssuingKeys, REPORT_TYPE, Report, Signal, TrustedHub, make_report, verify_report};

use crate::cast::jwt::signing_input;
use crate::cast::{Counter, NOW, cast};

const HOST: &str = "i.example";

/// The hub whose key is the Issuer's, and another one by its own keys.
fn hubs() -> &'static [TrustedHub; 1] {
    static HUBS: LazyLock<[TrustedHub; 1]> =
        LazyLock::new(|| [TrustedHub { host: "hub.example".to_owned(), key: cast().issuer.public().clone() }]);
    &HUBS
}

pub fn run(data: &[u8]) -> &'static str {
    let (first, rest) = data.split_first().unwrap_or((&0, &[]));
    match first {
        0 => {
            let result = std::str::from_utf8(rest).map(|text| verify_report(text, HOST, hubs(), NOW));
            // Nobody signs what comes so.
            result.map_or("no-text", |result| result.map_or_else(|error| error.slug(), |_| panic!("nobody has signed this")))
        }
        1 => told(verify_report(&cast().issuer_jwt(&input(rest)), HOST, hubs(), NOW), rest),
        _ => match verify_report(&cast().holder_jwt(&input(rest)), HOST, hubs(), NOW) {
            Ok(_) => panic!("another key is believed"),
            Err(error) => error.slug(),
        },
    }
}

fn input(payload: &[u8]) -> String {
    signing_input(cast().jwt_header(REPORT_TYPE).as_bytes(), payload)
}

fn told(result: Result<Report, Error>, payload: &[u8]) -> &'static str {
    match result {
        Ok(report) => {
            assert_eq!(report.hub, "hub.example");
            assert!(report.pseudonym.starts_with("mimi://i.example/"), "{}", report.pseudonym);
            assert!(payload.len() <= 4096);
            "verified"
        }
        Err(error) => error.slug(),
    }
}

pub fn seeds() -> Vec<(&'static str, Vec<u8>)> {
    let keys = IssuingKeys::generate(Algorithm::P256, &mut Counter(7)).expect("keys");
    let complaint = Complaint {
        pseudonym: "mimi://i.example/p/AAAAAAAAAAAAAAAAAAAAAA",
        signal: Signal::Ban,
        room: "mimi://hub.example/r/clubhouse",
        reporter: "mimi://hub.example/u/bob",
    };
    let report = make_report("hub.example", &keys, &complaint, NOW, &mut Counter(8)).expect("a report");
    let payload = report.split('.').nth(1).and_then(|part| mimicred_jose::base64url::decode(part).ok()).expect("a payload");
    // The signature is another one every time; what is signed is not.
    let unsigned = report.rsplit_once('.').map(|(signed, _)| format!("{signed}.AAAA")).expect("three parts");
    vec![
        ("report", [&[0], unsigned.as_bytes()].concat()),
        ("trusted", [&[1], &payload[..]].concat()),
        ("untrusted", [&[2], &payload[..]].concat()),
    ]
}
