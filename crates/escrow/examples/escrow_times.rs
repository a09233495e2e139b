//! What sealing, an opening and a passphrase cost here: `cargo run --release -p mimicred-escrow --example escrow_times`.

use std::hint::black_box;
use std::time::Instant;

use mimicred_escrow::{
    Binding, CaseReference, Custody, Error, Log, Memory, Mode, PartialDecryption, PointIssuer, Purpose, Reported, Request, deal,
    interpolate,
};
use mimicred_keys::SystemRandom;
use mimicred_keys::passphrase::{Cost, protect};

fn main() -> Result<(), Error> {
    let random = &mut SystemRandom;
    for (threshold, count) in [(2, 3), (3, 5), (8, 16)] {
        println!("{threshold} of {count}");
        let (custody, shares) = deal(threshold, count, random)?;
        measure("deal", 20, || deal(threshold, count, &mut SystemRandom))?;
        measure("read the custody", 20, || Custody::parse(custody.to_octets()))?;
        let binding = Binding { mode: Mode::Sealed, handle: [7; 32] };
        let record = custody.seal(&binding, b"an account", random)?;
        measure("seal", 200, || custody.seal(&binding, b"an account", &mut SystemRandom))?;
        measure("verify a record", 200, || record.verify(&custody, &binding))?;

        let start = Memory::start(&custody);
        let mut log = Log::new();
        log.append(&custody, 1_800_000_000, record.digest(&binding), CaseReference::new("case")?, Purpose::Exercise)?;
        for share in shares.iter().take(threshold.into()) {
            log.add(&custody, share.countersign(&custody, &log, 0, &start)?.0)?;
        }
        if let Some(share) = shares.first() {
            measure("countersign", 200, || share.countersign(&custody, &log, 0, &start))?;
            let request = Request { custody: &custody, log: &log, entry: 0, record: &record, binding: &binding };
            measure("partial", 200, || share.partial(&request, &start, &mut SystemRandom))?;
            let parts = shares.iter().take(threshold.into()).map(|share| share.partial(&request, &start, &mut SystemRandom));
            let parts: Result<Vec<PartialDecryption>, Error> = parts.map(|part| part.map(|(part, _)| part)).collect();
            let parts = parts?;
            measure("open", 50, || custody.open(&record, &binding, &parts))?;
        }
    }
    println!("threshold mode, t = 3");
    let issuer = PointIssuer::new([1; 32], 3)?;
    measure("row", 1000, || issuer.row(b"account number 1", b"a key"))?;
    let report = |n: u8| Ok(Reported { row: issuer.row(b"account number 1", &[n])?, room: [n; 32], reporter: [n; 32] });
    let reports: Result<Vec<Reported>, Error> = (1..=3).map(report).collect();
    let reports = reports?;
    measure("interpolate", 1000, || interpolate(3, &reports))?;
    println!("a file under a passphrase");
    measure("protect", 3, || Ok(protect(b"a share", b"a passphrase", Cost::DEFAULT, &mut SystemRandom)?))
}

fn measure<T>(what: &str, times: u32, mut work: impl FnMut() -> Result<T, Error>) -> Result<(), Error> {
    let started = Instant::now();
    for _ in 0..times {
        black_box(work()?);
    }
    println!("  {what:<18} {:>10.3} ms", (started.elapsed() / times).as_secs_f64() * 1000.0);
    Ok(())
}
