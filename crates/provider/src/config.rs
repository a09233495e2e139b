//! What a provider is: its names, what it issues, its limits, its escrow mode. One TOML file, `provider.toml`.

use mimicred_uri::Host;
use serde::{Deserialize, Serialize};

use crate::{Code, Error, Limits};

/// Largest configuration that is read.
const MAX_LEN: usize = 64 << 10;
/// Most entries of a status list that are set at one time, of 900 000 that there are.
const MOST_SET: u64 = 100_000;
/// Most serial numbers on the revocation list, which has as many as all status lists together.
const MOST_LISTED: u64 = 200_000;

/// What each key means, as the file says it.
const MEANINGS: [(&str, &str); 27] = [
    ("host", "The domain that the pseudonyms are of."),
    ("issuer", "iss of the tokens, and the name that requests are made for."),
    ("store", "A file, seen from here, or the URL of a PostgreSQL server; its password goes into PGPASSWORD."),
    ("formats", "What is issued for each pseudonym, the same for all accounts."),
    ("escrow", "What is kept to get from a pseudonym to its account; not to be changed once pseudonyms were issued."),
    ("distinct_reports", "How many reported pseudonyms open an account in the mode threshold; not to be changed either."),
    ("period_days", "Validities begin with a period of so many days; longer while there are few accounts."),
    ("lifetime_days", "How long a credential is valid."),
    ("digests", "Digests in every token, decoys included: no account has more claims."),
    ("batch", "Most pseudonyms of one batch."),
    ("nonce_hours", "How long a nonce may be used."),
    ("limits.live", "Most pseudonyms of one account that have not expired."),
    ("limits.burst", "Most pseudonyms that it gets at once, after a rest."),
    ("limits.per_day", "How many it gets in a day, on and on."),
    ("limits.newcomer_live", "The same as live, for an account that is younger or of less repute than it takes for more."),
    ("limits.minimum_age_days", "The age that it takes for more."),
    ("limits.minimum_reputation", "The reputation that it takes for more."),
    ("status.uri", "Where the status lists are, with {list} where the number of each goes."),
    ("status.lists", "How many there are; a token is put into one of them at random."),
    ("status.every_hours", "Hours between two publications, counted from midnight (UTC)."),
    ("status.flips", "Entries of each list that are set with each publication, decoys among them; what does not fit waits."),
    ("status.spread", "Pseudonyms of one account are suspended within so many publications."),
    ("abuse.report", "What a user's report weighs."),
    ("abuse.kick", "What it weighs that a moderator removed somebody."),
    ("abuse.ban", "What it weighs that a moderator banned somebody."),
    ("abuse.anomaly", "What it weighs that a hub finds a pattern suspicious."),
    ("abuse.attention", "The weight of all reports about one pseudonym from which on a person should look."),
];

/// What a provider is.
///
/// ```
/// use mimicred_provider::{Config, Escrow, Format};
///
/// let config = Config::new("a.example", vec![Format::X509, Format::SdJwt], Escrow::None)?;
/// assert_eq!(Config::from_toml(&config.to_toml()?)?, config);
/// assert_eq!(config.issuer, "https://id.a.example");
/// # Ok::<(), mimicred_provider::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The domain that the pseudonyms are of.
    pub host: String,
    /// `iss` of the tokens, and the name that requests are made for.
    pub issuer: String,
    /// Where the store is: a file, seen from the directory of this one, or the URL of a PostgreSQL server, without a password.
    pub store: String,
    /// What is issued for each pseudonym: one choice for all accounts (mimi-mls.md 4.5 B-26).
    pub formats: Vec<Format>,
    /// What is kept to get from a pseudonym to its account.
    pub escrow: Escrow,
    /// How many pseudonyms of one account, reported in different rooms by different people, open it in the mode `threshold`.
    pub distinct_reports: u8,
    /// Validities begin with a period of so many days, for everybody who asks within it (B-2). Longer while there are few accounts.
    pub period_days: u32,
    /// How long a credential is valid, in days.
    pub lifetime_days: u32,
    /// Digests in every token, decoys included, so that their number is the same for all (B-8).
    pub digests: usize,
    /// Most pseudonyms of one batch.
    pub batch: u64,
    /// How long a nonce may be used, in hours.
    pub nonce_hours: u32,
    /// How many pseudonyms an account may have.
    pub limits: Limits,
    /// Where and how status is published.
    pub status: Status,
    /// What reports weigh.
    pub abuse: Abuse,
}

/// The formats of credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// A pseudonym certificate.
    X509,
    /// An SD-JWT.
    SdJwt,
    /// An SD-CWT.
    SdCwt,
}

impl Format {
    /// Every format.
    pub const ALL: [Format; 3] = [Format::X509, Format::SdJwt, Format::SdCwt];

    /// Its name, as `provider.toml` and answers have it.
    pub const fn name(self) -> &'static str {
        match self {
            Format::X509 => "x509",
            Format::SdJwt => "sd-jwt",
            Format::SdCwt => "sd-cwt",
        }
    }

    const fn bit(self) -> i64 {
        match self {
            Format::X509 => 1,
            Format::SdJwt => 2,
            Format::SdCwt => 4,
        }
    }

    /// A set of formats as one number.
    pub(crate) fn bits(formats: &[Format]) -> i64 {
        formats.iter().fold(0, |bits, format| bits | format.bit())
    }

    /// The formats of a number.
    pub(crate) fn of_bits(bits: i64) -> Result<Vec<Format>, Error> {
        if !(1..8).contains(&bits) {
            return Err(Error::new(Code::StoreDamaged).note("formats that there are not"));
        }
        Ok(Format::ALL.into_iter().filter(|format| bits & format.bit() != 0).collect())
    }
}

/// What is kept to get from a pseudonym to its account; `spec-notes/abuse.md` argues what each mode is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Escrow {
    /// A table from pseudonym to account.
    Open,
    /// The account, sealed to custodians, who open one record at a time and enter it in a log first.
    Sealed,
    /// The account, sealed to a key that opens in daily batches of actions, and not for whoever asked for them.
    Blind,
    /// A share of the account, sealed to custodians: so many pseudonyms with upheld reports open it, and fewer do not.
    Threshold,
    /// Nothing.
    None,
}

impl Escrow {
    /// Every mode.
    pub const ALL: [Escrow; 5] = [Escrow::Open, Escrow::Sealed, Escrow::Blind, Escrow::Threshold, Escrow::None];

    /// Its name, as `provider.toml` has it.
    pub const fn name(self) -> &'static str {
        match self {
            Escrow::Open => "open",
            Escrow::Sealed => "sealed",
            Escrow::Blind => "blind",
            Escrow::Threshold => "threshold",
            Escrow::None => "none",
        }
    }

    /// Whether custodians take part in it.
    pub const fn has_custodians(self) -> bool {
        matches!(self, Escrow::Sealed | Escrow::Threshold)
    }

    /// Whether the provider alone gets from a pseudonym to its account.
    pub const fn leads_to_accounts(self) -> bool {
        matches!(self, Escrow::Open | Escrow::Blind)
    }

    /// What it protects against, in a sentence for the operator.
    pub const fn protects(self) -> &'static str {
        match self {
            Escrow::Open => "nothing: whoever reads the store reads who is behind each pseudonym",
            Escrow::Sealed => {
                "whoever reads the store, and fewer custodians than it takes: each record is opened by itself, by so many of them, and stands in \
                 a log that they sign before"
            }
            Escrow::Threshold => {
                "whoever reads the store, and custodians who open what was reported: fewer reported pseudonyms than it takes say only which of \
                 them share an account"
            }
            Escrow::Blind => {
                "a case worker who looks around: she suspends or deletes the account behind a pseudonym and does not learn which it is"
            }
            Escrow::None => "whoever reads the store, its journal or its free pages: no row leads from a pseudonym to an account",
        }
    }

    /// What it does not protect against, in a sentence for the operator.
    pub const fn leaves_open(self) -> &'static str {
        match self {
            Escrow::Open => "a stolen store or backup, a curious operator, an order to hand it over",
            Escrow::Blind => {
                "whoever reads the store and has the issuing keys, and whoever compares the accounts before and after a day's actions; the \
                 login log shows which account fetches what"
            }
            Escrow::Sealed => {
                "enough custodians together, who can open whatever they like; the dealer, who saw their key while the provider was made; a \
                 provider that keeps elsewhere what it knew when it issued"
            }
            Escrow::Threshold => {
                "an issuing process that cheats, for it knows every account; custodians together with people who report falsely; the dealer, who \
                 saw their key while the provider was made"
            }
            Escrow::None => {
                "not recorded is not unknowable: while clients log in to fetch messages, delivery queues show which account a pseudonym \
                 belongs to; and no remedy reaches an account through its pseudonym"
            }
        }
    }
}

/// Where and how status is published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Status {
    /// The URI of each status list, with `{list}` where its number goes.
    pub uri: String,
    /// How many lists there are; a token is put into one of them at random (B-7).
    pub lists: u32,
    /// Hours between two publications, counted from midnight (UTC).
    pub every_hours: u32,
    /// Entries of each list that are set with each publication: as many as are needed, and decoys for the rest. What does not fit waits for
    /// the next one.
    pub flips: u32,
    /// Pseudonyms of one account are suspended within so many publications, each with one of them at random.
    pub spread: u32,
}

/// What reports weigh, and from which sum on a person should look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Abuse {
    /// A user's report.
    pub report: u32,
    /// Somebody was removed from a room by a moderator.
    pub kick: u32,
    /// Somebody was banned from a room by a moderator.
    pub ban: u32,
    /// The hub finds a rate or a pattern suspicious.
    pub anomaly: u32,
    /// The weight of reports about one pseudonym from which on it is shown first.
    pub attention: u32,
}

impl Default for Abuse {
    fn default() -> Self {
        Self { report: 10, kick: 15, ban: 20, anomaly: 5, attention: 30 }
    }
}

impl Config {
    /// A configuration with the usual numbers.
    ///
    /// # Errors
    /// [`Code::ConfigMalformed`] for a host that is none, or no formats.
    pub fn new(host: &str, formats: Vec<Format>, escrow: Escrow) -> Result<Self, Error> {
        let config = Self {
            host: host.to_owned(),
            issuer: format!("https://id.{host}"),
            store: "store.sqlite".to_owned(),
            formats,
            escrow,
            distinct_reports: 3,
            period_days: 1,
            lifetime_days: 30,
            digests: 16,
            batch: 10_000,
            nonce_hours: 24,
            limits: Limits::default(),
            status: Status { uri: format!("https://id.{host}/status/{{list}}"), lists: 4, every_hours: 24, flips: 32, spread: 7 },
            abuse: Abuse::default(),
        };
        config.check()?;
        Ok(config)
    }

    /// For how many publications an entry of a status list stays set: until the longest-lived credential of its time has expired, so that
    /// how long it stays says nothing of when its own did.
    pub(crate) fn stays(&self) -> u64 {
        (u64::from(self.lifetime_days) * 24).div_ceil(u64::from(self.status.every_hours.max(1))) + 1
    }

    /// How many entries of each list are cleared before their time with each publication: so many reinstated pseudonyms at most, and decoys
    /// for the rest. Few, because one that is not cleared so is more likely no decoy.
    pub(crate) fn early(&self) -> u32 {
        (self.status.flips / 32).max(1)
    }

    /// Reads a configuration.
    ///
    /// # Errors
    /// [`Code::ConfigMalformed`], with the place.
    pub fn from_toml(text: &str) -> Result<Self, Error> {
        if text.len() > MAX_LEN {
            return Err(Error::config("longer than 64 KiB"));
        }
        let config: Self = toml::from_str(text).map_err(|cause| {
            let error = Error::config(cause.message());
            match cause.span() {
                Some(span) => error.at(place(text, span.start)),
                None => error,
            }
        })?;
        config.check()?;
        Ok(config)
    }

    /// The configuration as text, with a word on each key.
    ///
    /// # Errors
    /// [`Code::ConfigMalformed`].
    pub fn to_toml(&self) -> Result<String, Error> {
        let text = toml::to_string(self).map_err(|cause| Error::config("it cannot be written").because(cause))?;
        let (mut section, mut explained) = (String::new(), String::new());
        for line in text.lines() {
            if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                section = format!("{name}.");
            } else if let Some((key, _)) = line.split_once(" = ") {
                let key = format!("{section}{key}");
                if let Some((_, meaning)) = MEANINGS.iter().find(|(known, _)| *known == key) {
                    explained.push_str(&format!("# {meaning}\n"));
                }
            }
            explained.push_str(line);
            explained.push('\n');
        }
        Ok(explained)
    }

    /// The host, of which it is known that it is one.
    pub(crate) fn host(&self) -> Result<Host, Error> {
        Host::parse(&self.host).map_err(|cause| Error::config("host: no domain name in lower case").because(cause))
    }

    fn check(&self) -> Result<(), Error> {
        self.host()?;
        let within = |name: &str, number: u64, least: u64, most: u64| {
            if (least..=most).contains(&number) { Ok(()) } else { Err(Error::config(format!("{name}: from {least} to {most}"))) }
        };
        if !(1..=255).contains(&self.issuer.len()) || self.issuer.chars().any(char::is_control) {
            return Err(Error::config("issuer: 1 to 255 octets without control characters"));
        }
        let mut formats = self.formats.clone();
        formats.sort_unstable();
        formats.dedup();
        if formats.is_empty() || formats.len() != self.formats.len() {
            return Err(Error::config("formats: at least one, and each once"));
        }
        within("distinct_reports", self.distinct_reports.into(), 3, 16)?;
        within("period_days", self.period_days.into(), 1, 366)?;
        within("lifetime_days", self.lifetime_days.into(), 1, 3660)?;
        if self.lifetime_days < self.period_days {
            return Err(Error::config(
                "lifetime_days: what is issued late in a period would be expired; no less than period_days",
            ));
        }
        within("digests", u64::try_from(self.digests).unwrap_or(u64::MAX), 1, 256)?;
        within("batch", self.batch, 1, 100_000)?;
        within("nonce_hours", self.nonce_hours.into(), 1, 24 * 366)?;
        within("status.lists", self.status.lists.into(), 1, 1000)?;
        within("status.every_hours", self.status.every_hours.into(), 1, 24 * 31)?;
        within("status.flips", self.status.flips.into(), 1, 10_000)?;
        let set = u64::from(self.status.flips) * self.stays();
        if set > MOST_SET || set * u64::from(self.status.lists) > MOST_LISTED {
            let note = format!(
                "status.flips: with these times more than {MOST_SET} entries of a list would be set, or {MOST_LISTED} of all"
            );
            return Err(Error::config(note));
        }
        within("status.spread", self.status.spread.into(), 1, 366)?;
        within("abuse.attention", self.abuse.attention.into(), 1, 1_000_000)?;
        for (name, weight) in [
            ("abuse.report", self.abuse.report),
            ("abuse.kick", self.abuse.kick),
            ("abuse.ban", self.abuse.ban),
            ("abuse.anomaly", self.abuse.anomaly),
        ] {
            within(name, weight.into(), 0, 1000)?;
        }
        if self.status.uri.matches("{list}").count() != 1 || self.status.uri.len() > 200 {
            return Err(Error::config("status.uri: a URI of at most 200 octets with {list} in it, once"));
        }
        self.limits.check()
    }
}

/// Line and column of an octet.
fn place(text: &str, offset: usize) -> mimicred_error::At {
    let before = text.get(..offset).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count()) + 1;
    mimicred_error::At::Line(line, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(change: impl FnOnce(&mut Config)) -> String {
        let mut config = Config::new("a.example", vec![Format::X509], Escrow::None).unwrap();
        change(&mut config);
        let error = Config::from_toml(&config.to_toml().unwrap()).unwrap_err();
        assert_eq!(error.code(), Code::ConfigMalformed);
        error.to_string()
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_its_name() {
        assert!(refused(|config| config.host = "A Example".into()).contains("host"));
        assert!(refused(|config| config.issuer = String::new()).contains("issuer"));
        assert!(refused(|config| config.formats = vec![]).contains("formats"));
        assert!(refused(|config| config.formats = vec![Format::X509, Format::X509]).contains("formats"));
        assert!(refused(|config| config.distinct_reports = 2).contains("distinct_reports"));
        assert!(refused(|config| config.period_days = 0).contains("period_days"));
        assert!(refused(|config| config.lifetime_days = 0).contains("lifetime_days"));
        assert!(refused(|config| (config.period_days, config.lifetime_days) = (31, 30)).contains("lifetime_days"));
        assert!(refused(|config| config.digests = 0).contains("digests"));
        assert!(refused(|config| config.batch = 0).contains("batch"));
        assert!(refused(|config| config.nonce_hours = 0).contains("nonce_hours"));
        assert!(refused(|config| config.status.lists = 0).contains("status.lists"));
        assert!(refused(|config| config.status.every_hours = 0).contains("status.every_hours"));
        assert!(refused(|config| (config.status.flips, config.status.every_hours) = (1000, 1)).contains("status.flips"));
        assert!(refused(|config| config.status.uri = "https://id.a.example/".into()).contains("status.uri"));
        assert!(refused(|config| config.limits.newcomer_live = 1000).contains("newcomer_live"));
        assert!(refused(|config| config.limits.burst = u64::from(u32::MAX)).contains("limits"));
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_place() {
        let text = Config::new("a.example", vec![Format::X509], Escrow::Open).unwrap().to_toml().unwrap();
        let error = Config::from_toml(&format!("colour = \"red\"\n{text}")).unwrap_err();
        assert_eq!(mimicred_error::Report::place(&error), &mimicred_error::At::Line(1, 1));
        assert_eq!(Config::from_toml(&"#".repeat(MAX_LEN + 1)).unwrap_err().code(), Code::ConfigMalformed);
    }

    #[test]
    fn every_key_is_explained_where_it_is_written() {
        let text = Config::new("a.example", vec![Format::X509], Escrow::Open).unwrap().to_toml().unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let keys = lines.iter().filter(|line| line.contains(" = ")).count();
        assert_eq!(keys, MEANINGS.len());
        assert!(lines.windows(2).all(|pair| !pair[1].contains(" = ") || pair[0].starts_with("# ")), "{text}");
    }

    #[test]
    fn formats_are_a_number_in_the_store() {
        for formats in [vec![Format::X509], vec![Format::SdJwt, Format::SdCwt], Format::ALL.to_vec()] {
            assert_eq!(Format::of_bits(Format::bits(&formats)).unwrap(), formats);
        }
        assert!(Format::of_bits(0).is_err());
        assert!(Format::of_bits(8).is_err());
    }
}
