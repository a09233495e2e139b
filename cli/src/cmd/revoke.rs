//! `mimicred revoke`: the revocation list of a CA, with more certificates in it than before.

use mimicred_keys::IssuerKey;
use mimicred_x509::{Ca, Certificate, CrlProfile, Revocation, SerialNumber, Validity, VerifiedCrl, prepare_crl};
use serde::Serialize;

use super::issue::claims::Period;
use crate::error::{Code, Done, Failure};
use crate::io::output::{Artefact, ArtefactForm, OutputArgs};
use crate::io::{Inputs, Source};
use crate::now::{NowArgs, Span, date};
use crate::out::Out;
use crate::sniff::certificate;
use crate::sniff::crl;
use crate::sniff::key::KeyFile;

const DEFAULT_LIFETIME: Span = Span(7 * 86_400);

const AFTER_HELP: &str = "\
A list holds serial numbers, sorted, and days: no reasons, no times of day. It begins with the day of the command, and whoever holds \
it needs the next one when its lifetime is over: make one then, with --crl and nothing to revoke. Certificates that are revoked \
together show by the day that they belong together; spread them over days if that must not be seen.

Tokens are taken back by status lists, not by this.

Exit status: 0 made, 1 the list or a certificate is not of this CA, 2 could not make it.

  mimicred revoke --issuer-key issuing.jwk --issuer-cert issuing.pem pseudonym.pem -o first.crl
  mimicred revoke --issuer-key issuing.jwk --issuer-cert issuing.pem --crl first.crl --serial 7a13bcb372ec8c8c -o second.crl";

/// What to take back, and with which key.
#[derive(clap::Args, Debug)]
#[command(after_long_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The certificates to take back; of a chain, the first.
    #[arg(value_name = "CERTIFICATE")]
    certificates: Vec<Source>,
    /// The serial number of a certificate to take back, in hex as mimicred inspect shows it; may be given several times.
    #[arg(long, value_name = "HEX")]
    serial: Vec<SerialNumber>,
    /// The CA's private key.
    #[arg(long, value_name = "KEY")]
    issuer_key: Source,
    /// The CA's certificate, which signed those that are taken back.
    #[arg(long, value_name = "CERTIFICATE")]
    issuer_cert: Source,
    /// The CA's latest list: what it takes back stays taken back, and its number is counted on. Without it this is the CA's first.
    #[arg(long, value_name = "FILE")]
    crl: Option<Source>,
    /// How long the list is good, like 7d, rounded to whole days; 7d if not given.
    #[arg(long, value_name = "SPAN")]
    lifetime: Option<Span>,
    #[command(flatten)]
    now: NowArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// The object that `--json` prints.
#[derive(Serialize)]
struct Made {
    /// The number of the list.
    number: u64,
    /// How many certificates it takes back.
    revoked: usize,
    /// How many of them it takes back first.
    added: usize,
    /// From when it is good, in seconds since 1970.
    this_update: i64,
    /// Until when it is good.
    next_update: i64,
    /// The file that was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// The list in PEM, if no file was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    crl: Option<String>,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Done, Failure> {
    args.output.check()?;
    let inputs = Inputs::default();
    let key = IssuerKey::new(KeyFile::read(&inputs, &args.issuer_key, "CA's key")?.into_secret()?);
    let issuer = first(&inputs, &args.issuer_cert, "CA's certificate")?;
    let ca = Ca::from_certificate(&issuer)?;
    let now = args.now.seconds()?;
    let before = args.crl.as_ref().map(|source| latest(&inputs, source, &issuer)).transpose()?;

    let mut revocations = before.as_ref().map(|list| list.revocations().to_vec()).unwrap_or_default();
    let kept = revocations.len();
    let mut serials = args.serial.clone();
    for source in &args.certificates {
        serials.push(serial_of(&inputs, source, &issuer)?);
    }
    serials.sort_unstable();
    serials.dedup();
    let is_in = |serial: &SerialNumber| before.as_ref().is_some_and(|list| list.holds(serial));
    revocations.extend(serials.iter().filter(|serial| !is_in(serial)).map(|serial| Revocation { serial: *serial, at: now }));
    let (revoked, added) = (revocations.len(), revocations.len() - kept);

    let number = before.as_ref().map_or(Some(1), |list| list.number()?.checked_add(1));
    let number = number.ok_or_else(|| Failure::note(Code::Usage, "the number of --crl is too large to be counted on"))?;
    let Period { from, until } = Period::new(now, args.lifetime.unwrap_or(DEFAULT_LIFETIME).0);
    let profile = CrlProfile::new(number, Validity::new(from, until)?).with_revocations(revocations);
    let pem = prepare_crl(&ca, &profile)?.sign(&key)?.to_pem();

    args.output.write(&Artefact { octets: pem.as_bytes(), form: ArtefactForm::Text }, out)?;
    out.remark(&format!("list {number} takes back {revoked}, {added} of them new, and is good until {}", date(until.into())));
    if out.is_json() {
        let file = args.output.file().map(|file| file.display().to_string());
        let crl = if file.is_none() { Some(pem) } else { None };
        let made = Made { number, revoked, added, this_update: from, next_update: until, file, crl };
        out.result(&made, |_| String::new())?;
    }
    Ok(Done::Accepted)
}

fn first(inputs: &Inputs, source: &Source, role: &str) -> Result<Certificate, Failure> {
    let certificates = certificate::read(inputs, source, role)?;
    certificates.into_iter().next().ok_or_else(|| Failure::new(Code::PemUnusable).reading(&source.to_string()))
}

fn serial_of(inputs: &Inputs, source: &Source, issuer: &Certificate) -> Result<SerialNumber, Failure> {
    let certificate = first(inputs, source, "certificate to take back")?;
    certificate
        .check_issuer(issuer)
        .map_err(|error| Failure::from(error).of(source, "only its own CA can take a certificate back"))?;
    Ok(certificate.serial())
}

/// The list that is to be continued. It may be out of date, but must be this CA's own.
fn latest(inputs: &Inputs, source: &Source, issuer: &Certificate) -> Result<VerifiedCrl, Failure> {
    let received = crl::read(inputs, source)?;
    let at = received.this_update();
    received.verify(issuer, at).map_err(|error| Failure::from(error).of(source, "continue the latest list of this CA"))
}
