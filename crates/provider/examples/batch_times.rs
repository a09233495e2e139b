//! How long a batch takes, beside the cryptography that nobody can do without: for each key one proof of possession is verified and each
//! credential is signed, on the same cores. Prints a table: of the time that passed, and of the processors' time, which says less of what
//! else the machine did.
//!
//! ```sh
//! cargo run --release -p mimicred-provider --example batch_times -- 10000
//! ```

use std::error::Error;
use std::time::{Duration, Instant};

use mimicred_keys::{Algorithm, Family, IssuerKey, LeafKey, SecretKey, SystemRandom, ToBeSigned};
use mimicred_provider::database::sqlite::Sqlite;
use mimicred_provider::{Config, Escrow, Format, IssuingKeys, Provider, Requests, prepare_proof};
use mimicred_status::{Bits, StatusIssuer, StatusList, StatusListToken, StatusValue, UnverifiedStatusList};
use mimicred_x509::{CaProfile, IssuanceBinding, Validity, prepare_request, prepare_root};
use rayon::prelude::*;

const NOW: i64 = 1_790_000_000;

fn main() -> Result<(), Box<dyn Error>> {
    let count: usize = std::env::args().nth(1).map_or(Ok(10_000), |count| count.parse())?;
    println!("{count} pseudonyms, P-256 issuer, Ed25519 holders, {} cores, SQLite\n", rayon::current_num_threads());
    println!(
        "| formats | escrow | batch (accepted, made, handed over) | per second | cryptography alone | ratio | of processor time | memory for it |"
    );
    println!("| --- | --- | --: | --: | --: | --: | --: | --: |");
    for formats in [vec![Format::X509], vec![Format::SdJwt], vec![Format::SdCwt], Format::ALL.to_vec()] {
        row(count, &formats, Escrow::None)?;
    }
    // What a record for custodians takes comes on top: a key agreement and a proof for each.
    for escrow in [Escrow::Blind, Escrow::Sealed, Escrow::Threshold] {
        row(count, &[Format::X509], escrow)?;
    }
    status_list()
}

/// What one batch took, in seconds.
struct Times {
    accepted: f64,
    made: f64,
    took: f64,
    floor: f64,
    used: f64,
    floor_used: f64,
    /// KiB that were needed beside the requests.
    memory: u64,
}

/// The middle one of three, by its ratio.
fn row(count: usize, formats: &[Format], escrow: Escrow) -> Result<(), Box<dyn Error>> {
    let mut times = (0..3).map(|_| batch(count, formats, escrow)).collect::<Result<Vec<_>, _>>()?;
    times.sort_by(|one, other| (one.floor / one.took).total_cmp(&(other.floor / other.took)));
    let Some(Times { accepted, made, took, floor, used, floor_used, memory }) = times.into_iter().nth(1) else { return Ok(()) };
    let names: Vec<&str> = formats.iter().map(|format| format.name()).collect();
    println!(
        "| {} | {} | {took:.2} s ({accepted:.2}, {:.2}, {:.2}) | {:.0} | {floor:.2} s | {:.2} | {floor_used:.2} s of {used:.2} s: {:.2} | {} MiB |",
        names.join(", "),
        escrow.name(),
        made - accepted,
        took - made,
        f64::from(u32::try_from(count)?) / took,
        floor / took,
        floor_used / used,
        memory / 1024
    );
    Ok(())
}

fn batch(count: usize, formats: &[Format], escrow: Escrow) -> Result<Times, Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let mut config = Config::new("a.example", formats.to_vec(), escrow)?;
    config.batch = 100_000;
    (config.limits.live, config.limits.burst, config.limits.newcomer_live) = (1_000_000, 1_000_000, 1_000_000);
    let keys = IssuingKeys::generate(Algorithm::P256, &mut SystemRandom)?;
    let profile = CaProfile::new("a.example MIMI CA", Validity::days(NOW, 3650)?);
    let ca = prepare_root(&profile, keys.ca_public(), &mut SystemRandom)?.sign(&keys.ca())?;
    let custody = escrow.has_custodians().then(|| mimicred_escrow::deal(2, 3, &mut SystemRandom)).transpose()?;
    let custody = custody.map(|(custody, _)| custody);
    let store = Sqlite::open(&directory.path().join("store"), &keys.desk()?.key_check())?;
    let mut provider = Provider::new(config, keys, &ca, custody, Box::new(store))?;
    provider.add_account("alice", r#"{"name": "Alice Meier", "email": "alice@a.example"}"#, NOW, &mut SystemRandom)?;
    let nonce = provider.nonce("alice", NOW, &mut SystemRandom)?;
    let issuer = provider.config().issuer.clone();
    let binding = IssuanceBinding { issuer: &issuer, nonce: &nonce };
    let mut requests = String::new();
    let mut proofs = Vec::new();
    for n in 0..count {
        let leaf = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?)?;
        let proof = prepare_proof(leaf.public(), &binding, NOW)?;
        if n % 2 == 0 {
            requests.push_str(&prepare_request(leaf.public(), &binding)?.sign(&leaf)?.to_pem());
        } else {
            requests.push_str(&proof.clone().sign(&leaf)?);
            requests.push('\n');
        }
        let signature = leaf.sign(proof.to_be_signed())?;
        proofs.push((leaf.public().clone(), proof.to_be_signed().clone(), signature));
    }

    let before = memory_now();
    let (begun, used) = (Instant::now(), processor());
    let batch = provider.begin(&nonce, Requests::new(requests.as_bytes()), NOW, &mut SystemRandom)?;
    let accepted = begun.elapsed();
    provider.make(&batch, &|| Box::new(SystemRandom), &mut |_, _| {})?;
    let made = begun.elapsed();
    let mut octets = 0;
    provider.hand_over(&batch, &mut |credential| {
        octets += credential.len();
        Ok(())
    })?;
    provider.acknowledge(&batch)?;
    let (took, used) = (begun.elapsed(), processor() - used);
    let memory = memory("VmHWM:").saturating_sub(before);

    let key = IssuerKey::new(SecretKey::generate(Algorithm::P256, &mut SystemRandom)?);
    let (begun, floor_used) = (Instant::now(), processor());
    let sound = proofs.par_iter().all(|(public, octets, signature)| {
        let proven = public.verify(Family::Jws, octets.as_bytes(), signature.as_bytes()).is_ok();
        let signed = (0..formats.len()).all(|_| sign(&key, octets));
        proven && signed
    });
    let (floor, floor_used) = (begun.elapsed(), processor() - floor_used);
    assert!(sound, "the floor is sound");
    Ok(Times {
        accepted: accepted.as_secs_f64(),
        made: made.as_secs_f64(),
        took: took.as_secs_f64(),
        floor: floor.as_secs_f64(),
        used,
        floor_used,
        memory,
    })
}

fn sign(key: &IssuerKey, octets: &ToBeSigned) -> bool {
    key.sign(octets).is_ok()
}

/// A list of a million entries, made, signed, verified and asked.
fn status_list() -> Result<(), Box<dyn Error>> {
    let key = IssuerKey::new(SecretKey::generate(Algorithm::P256, &mut SystemRandom)?);
    let mut list = StatusList::new(Bits::Two, 1_000_000);
    for n in 0..1000 {
        list.set(n * 997, StatusValue::SUSPENDED)?;
    }
    let begun = Instant::now();
    let token = StatusListToken::new("https://id.a.example/status/0", list, NOW).with_expiry(NOW + 86_400);
    let made = StatusIssuer::new(key.public()).prepare_cwt(&token)?.sign(&key)?;
    let built = begun.elapsed();
    let begun = Instant::now();
    let keys = [key.public().clone()];
    let clock = mimicred_claims::Clock { now: NOW, leeway: 0 };
    let limits = mimicred_status::Limits::DEFAULT;
    let expected =
        mimicred_status::Expectations { keys: &keys, uri: "https://id.a.example/status/0", clock, max_age: None, limits };
    UnverifiedStatusList::parse(made.as_bytes())?.verify(&expected)?;
    let checked = begun.elapsed();
    let millis = |time: Duration| time.as_secs_f64() * 1000.0;
    println!(
        "\nstatus list of 1 000 000 entries, 1 000 set: built in {:.1} ms, {} octets; verified in {:.1} ms",
        millis(built),
        made.as_bytes().len(),
        millis(checked)
    );
    Ok(())
}

/// Seconds of processor time that this process has used, as the system tells it in hundredths.
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Lets the system count anew how much memory this process has had at most; how much it has now, in KiB.
fn memory_now() -> u64 {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    memory("VmRSS:")
}

/// A line of what the system tells of the memory of this process, in KiB.
fn memory(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}
