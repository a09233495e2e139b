//! What a hub tells the provider of a pseudonym: a signed report.
//!
//! It is a JWT of type [`REPORT_TYPE`] under the hub's Assertion Key:
//!
//! | member | what |
//! | --- | --- |
//! | `iss` | the hub's host |
//! | `aud` | the host of the pseudonym's provider, who alone takes it |
//! | `iat` | when, in seconds since 1970, rounded down to the day |
//! | `jti` | 16 random octets in base64url |
//! | `pseudonym` | its user-level URI |
//! | `signal` | `report`, `kick`, `ban` or `anomaly` |
//! | `room` | 32 octets in base64url: the same for all reports from one room, and nothing else of it |
//! | `reporter` | 32 octets in base64url: the same for all reports by one user, and nothing else of her |
//!
//! `room` and `reporter` are HMACs under a secret of the hub. The provider can count rooms and reporters that differ, and learns neither
//! which rooms its user is in nor who complains; it cannot check either, so that a hub that lies is believed as far as hubs are. No message
//! and no reveal is in a report (mimi-mls.md 4.4 T-12).

use mimicred_claims::{Key, Map, Value};
use mimicred_jose::jws::{self, AlgorithmName, Compact};
use mimicred_jose::{base64url, json};
use mimicred_keys::{IssuerKey, PublicKey, Random};
use mimicred_uri::MimiUri;

use crate::keys::{IssuingKeys, tag};
use crate::time::{DAY, day};
use crate::{Code, Error, Report, Signal};

/// `typ` of a report.
pub const REPORT_TYPE: &str = "mimicred-abuse-report+jwt";
/// Longest report that is read.
const MAX_LEN: usize = 8 << 10;
const LIMITS: json::Limits = json::Limits { octets: 4096, depth: 2, values: 16 };
const MEMBERS: [&str; 8] = ["iss", "aud", "iat", "jti", "pseudonym", "signal", "room", "reporter"];
/// Reports are taken for so many days.
const MAX_AGE_DAYS: i64 = 90;

/// A hub whose reports are believed.
#[derive(Clone, Debug)]
pub struct TrustedHub {
    /// Its host.
    pub host: String,
    /// Its Assertion Key.
    pub key: PublicKey,
}

/// What a hub has to say about a pseudonym of another provider.
#[derive(Clone, Copy, Debug)]
pub struct Complaint<'c> {
    /// The user-level URI of the pseudonym.
    pub pseudonym: &'c str,
    /// What led to it.
    pub signal: Signal,
    /// The URI of the room; only a keyed hash of it is sent.
    pub room: &'c str,
    /// Whoever complains, by a name of the hub's; only a keyed hash of it is sent.
    pub reporter: &'c str,
}

/// Makes a signed report, as the hub of this host with these keys.
///
/// ```
/// use mimicred_keys::{Algorithm, SystemRandom};
/// use mimicred_provider::{Complaint, IssuingKeys, Signal, TrustedHub, make_report, verify_report};
///
/// let hub = IssuingKeys::generate(Algorithm::P256, &mut SystemRandom)?;
/// let complaint = Complaint {
///     pseudonym: "mimi://a.example/p/AAAAAAAAAAAAAAAAAAAAAA",
///     signal: Signal::Ban,
///     room: "mimi://hub.example/r/clubhouse",
///     reporter: "mimi://hub.example/u/bob",
/// };
/// let report = make_report("hub.example", &hub, &complaint, 1_790_000_000, &mut SystemRandom)?;
///
/// let hubs = [TrustedHub { host: "hub.example".into(), key: hub.token_public().clone() }];
/// let received = verify_report(&report, "a.example", &hubs, 1_790_000_000)?;
/// assert_eq!((received.signal, received.hub.as_str()), (Signal::Ban, "hub.example"));
/// assert!(verify_report(&report, "b.example", &hubs, 1_790_000_000).is_err());
/// # Ok::<(), mimicred_provider::Error>(())
/// ```
///
/// # Errors
/// [`Code::ReportUnusable`] for what is no pseudonym; [`Code::CryptoFailed`].
pub fn make_report(
    hub: &str,
    keys: &IssuingKeys,
    complaint: &Complaint<'_>,
    now: i64,
    random: &mut dyn Random,
) -> Result<String, Error> {
    let pseudonym: MimiUri =
        complaint.pseudonym.parse().map_err(|cause| unusable("the pseudonym is no MIMI URI").because(cause))?;
    let mut id = [0; 16];
    random.fill(&mut id)?;
    let secret = keys.reports()?;
    let hidden = |kind: &str, name: &str| base64url::encode(&tag(&secret, format!("{kind} {name}").as_bytes()));
    let key: IssuerKey = keys.token();
    let name = AlgorithmName::for_key(key.public().algorithm());
    let header = map(vec![("alg", Value::from(name.as_str())), ("typ", Value::from(REPORT_TYPE))])?;
    let payload = map(vec![
        ("iss", Value::from(hub)),
        ("aud", Value::from(pseudonym.host())),
        ("iat", Value::Int((day(now) * DAY).into())),
        ("jti", Value::Text(base64url::encode(&id).into())),
        ("pseudonym", Value::from(pseudonym.as_str())),
        ("signal", Value::from(complaint.signal.name())),
        ("room", Value::Text(hidden("room", complaint.room).into())),
        ("reporter", Value::Text(hidden("reporter", complaint.reporter).into())),
    ])?;
    let payload = json::write_map(&payload).map_err(|cause| unusable("it cannot be written").because(cause))?;
    let to_be_signed = jws::prepare(&header, payload).map_err(|cause| unusable("it cannot be written").because(cause))?;
    let signature = key.sign(&to_be_signed)?;
    Ok(jws::finish(to_be_signed, signature.as_bytes()))
}

/// Reads a report for the provider of this host, by a hub that it believes. One report may come several times: it counts once.
///
/// # Errors
/// [`Code::ReportUnusable`] for what is none or is for another provider, is older than 90 days, or of a later day; [`Code::ReportUntrusted`]
/// if no trusted hub of its `iss` signed it.
pub fn verify_report(text: &str, host: &str, hubs: &[TrustedHub], now: i64) -> Result<Report, Error> {
    if text.len() > MAX_LEN {
        return Err(unusable("longer than 8 KiB"));
    }
    let report = Compact::parse(text).map_err(|cause| unusable("no JWT").because(cause))?;
    if report.header().typ() != Some(REPORT_TYPE) {
        return Err(unusable("not of the type of a report"));
    }
    let payload = json::parse_octets(report.payload(), &LIMITS).map_err(|cause| unusable("its claims").because(cause))?;
    let payload = payload.as_map().ok_or_else(|| unusable("its claims are no object"))?;
    if payload.len() != MEMBERS.len() || MEMBERS.iter().any(|name| payload.text(name).is_none()) {
        return Err(unusable("other claims than a report has"));
    }
    let text = |name: &str| payload.text(name).and_then(Value::as_text).ok_or_else(|| unusable(format!("{name} is no text")));
    // Who says so comes first: of a report by a stranger nothing else is looked at.
    let hub = text("iss")?;
    let by_hub = |trusted: &&TrustedHub| trusted.host == hub && is_by(&report, &trusted.key);
    if !hubs.iter().any(|trusted| by_hub(&trusted)) {
        return Err(Code::ReportUntrusted.into());
    }
    if text("aud")? != host {
        return Err(unusable("it is for another provider"));
    }
    let today = day(now);
    let on = payload.text("iat").and_then(Value::as_int).and_then(|at| i64::try_from(at).ok()).map(day);
    if !on.is_some_and(|on| (today - MAX_AGE_DAYS..=today + 1).contains(&on)) {
        return Err(unusable("too old, or of a later day"));
    }
    let octets = |name: &str| {
        let octets = base64url::decode(text(name)?).ok().and_then(|octets| <[u8; 32]>::try_from(octets).ok());
        octets.ok_or_else(|| unusable(format!("{name} has not 32 octets")))
    };
    let pseudonym: MimiUri =
        text("pseudonym")?.parse().map_err(|cause| unusable("the pseudonym is no MIMI URI").because(cause))?;
    if pseudonym.host() != host {
        return Err(unusable("the pseudonym is of another provider"));
    }
    Ok(Report {
        pseudonym: pseudonym.as_str().to_owned(),
        signal: Signal::named(text("signal")?).ok_or_else(|| unusable("a signal that there is not"))?,
        hub: hub.to_owned(),
        room: octets("room")?,
        reporter: octets("reporter")?,
    })
}

/// Whether this key signed it, under the algorithm that the header names.
fn is_by(report: &Compact<'_>, key: &PublicKey) -> bool {
    report.header().algorithm().is_ok_and(|name| name.algorithm() == key.algorithm()) && report.verify(key).is_ok()
}

fn map<'v>(entries: Vec<(&'static str, Value<'v>)>) -> Result<Map<'v>, Error> {
    let entries = entries.into_iter().map(|(name, value)| (Key::from(name), value)).collect();
    Map::from_entries(entries).map_err(|cause| unusable("it cannot be written").because(cause))
}

fn unusable(note: impl Into<String>) -> Error {
    Error::new(Code::ReportUnusable).note(note)
}

#[cfg(test)]
mod tests;
