//! How a command fails: one sentence with its code, one hint, one exit status.
//!
//! Every library error becomes a [`Failure`] by `?`; what only the tool can get wrong has its own codes in the table below.

use mimicred_error::{At, Entry, Kind, Report};
use serde::Serialize;

mimicred_error::codes! {
    crate "cli";
    /// The command line itself is wrong.
    Usage = "usage", Misuse, "command line",
        "the command line is not right", "--help after the command shows what is expected";
    /// An option that this combination needs is missing.
    OptionMissing = "option-missing", Misuse, "command line",
        "an option is missing", "--help after the command says which options belong together";
    /// A file cannot be opened or read.
    FileUnreadable = "file-unreadable", Misuse, "command line",
        "the file cannot be read", "check the name and the permissions; - reads standard input";
    /// A file is larger than anything this tool has a use for.
    FileTooLarge = "file-too-large", Malformed, "command line",
        "the file is too large", "nothing that belongs here is that large: check the file name";
    /// A file without content.
    FileEmpty = "file-empty", Malformed, "command line",
        "the file is empty", "check that the command that wrote it succeeded";
    /// Two options want standard input.
    StdinTwice = "stdin-twice", Misuse, "command line",
        "standard input was asked for twice", "give one of the two as a file";
    /// A URI whose scheme this tool does not know.
    SchemeUnsupported = "scheme-unsupported", Unsupported, "command line",
        "this kind of URI is not supported", "use a path, - or a file: URI; write ./name if the file name has a colon";
    /// A key was to be fetched.
    FetchUnsupported = "fetch-unsupported", Unsupported, "CWT-C-009",
        "keys are not fetched: mimicred has no network",
        "fetch the key yourself and give it with --issuer, or save it under the last part of the kid and use --issuer-key cache";
    /// The key identifier of a token does not name a key file.
    KeyIdUnusable = "key-id-unusable", Rejected, "CWT-C-009",
        "the kid of the token names no key file", "it must be an https URL that ends in a plain file name; or give the key with --issuer";
    /// The output file is already there.
    OutputExists = "output-exists", Misuse, "command line",
        "the output file exists", "choose another name, or overwrite it with --force";
    /// The output cannot be written.
    OutputFailed = "output-failed", Misuse, "command line",
        "the output cannot be written", "check that the directory exists, is writable and has room";
    /// A log that was asked for cannot be opened.
    LogUnusable = "log-unusable", Misuse, "abuse.md logs",
        "the log cannot be written", "nothing was done: check that its directory exists, is writable and has room, or leave --log out";
    /// A directory for many files has some already.
    DirectoryNotEmpty = "directory-not-empty", Misuse, "command line",
        "the directory is not empty", "name a new directory, or an empty one that you are not in";
    /// What a provider should have answered to a batch, and is nothing of the kind.
    AnswerMalformed = "answer-malformed", Malformed, "mimicred provider issue",
        "this is no answer to a batch of requests", "give the file that mimicred provider issue wrote, as it is";
    /// Credentials that are said to be of one pseudonym, and differ in what they say.
    AnswerMismatched = "answer-mismatched", Rejected, "mimi-mls.md 4.5 B-22",
        "what should be of one pseudonym does not belong together", "use none of these credentials, and ask the provider";
    /// Credentials of an answer that are not for the keys of its batch.
    AnswerKeys = "answer-keys", Rejected, "mimi-mls.md 4.5 B-4",
        "the credentials are not those for these keys", "give the answer together with the keys of its own batch, all of them and no others";
    /// An answer whose credentials anybody could link.
    AnswerLinkable = "answer-linkable", Rejected, "mimi-mls.md 4.5",
        "these pseudonyms can be linked", "mimicred lint tells more; ask the provider, or take them all the same with --allow-linkable";
    /// Octets were about to be written to a terminal.
    BinaryTerminal = "binary-terminal", Misuse, "command line",
        "the result is binary and would go to the terminal", "write it to a file with -o FILE, or insist with -o -";
    /// The content of a file is nothing this tool knows.
    ContentUnknown = "content-unknown", Malformed, "command line",
        "this is nothing that mimicred knows", "it may be truncated, wrapped, or in hex or base64; mimicred inspect --help lists what is known";
    /// The content of a file is known, but not what belongs here.
    ContentUnexpected = "content-unexpected", Misuse, "command line",
        "this file holds something else", "check the order of the arguments; mimicred inspect FILE tells what a file holds";
    /// A recorded message whose first line cannot be read.
    MessageMalformed = "message-malformed", Malformed, "mimicred demo",
        "this is not a recorded message", "mimicred demo connection --transcript DIR writes such files: their first line must stay as it is";
    /// PEM armour without a usable key or certificate.
    PemUnusable = "pem-unusable", Malformed, "RFC 7468",
        "this PEM text holds no key and no certificate", "the labels PRIVATE KEY, EC PRIVATE KEY, PUBLIC KEY and CERTIFICATE are read";
    /// The private key is needed and the file has only the public one.
    SecretMissing = "secret-missing", Misuse, "command line",
        "this is only the public key", "give the file that mimicred key generate wrote";
    /// A private key in a place for public ones.
    SecretUnexpected = "secret-unexpected", Misuse, "JWT-K-002",
        "this is a private key where only a public one belongs", "mimicred key public FILE writes the public part; keep the private one to its owner";
    /// A trust store without a single file.
    TrustEmpty = "trust-empty", Misuse, "mimi-mls.md 3.4.3",
        "no trust file is in this directory", "put a file like trust.toml there, with [[issuers]], hosts, and a key_file or certificate_file";
    /// A credential is for another key than the one given.
    KeyMismatch = "key-mismatch", Misuse, "mimi-mls.md 3.5.3 step 5",
        "this is not the key of the credential", "mimicred inspect FILE shows for which key it was issued";
    /// A credential was to be issued for a key that nobody has proven to have.
    PossessionUnproven = "possession-unproven", Misuse, "mimi-mls.md 3.1",
        "nobody has proven to have this key",
        "take a certification request instead, made for you with your nonce by mimicred key request; or do without, with --no-possession-proof";
    /// A moment in time that cannot be read.
    TimeMalformed = "time-malformed", Misuse, "command line",
        "this is not a time", "write seconds since 1970 or a date like 2026-09-21T12:00:00Z; spans are like 90d, 12h, 30m or 45s";
    /// A run that would begin on another day than the system's.
    TimeUnusable = "time-unusable", Misuse, "RFC 9420 7.2",
        "a flow cannot run at this time", "the lifetimes of KeyPackages are compared with the system's clock: leave --now out, or name a moment of today that is over";
    /// A join link that nobody could use.
    LinkExpired = "link-expired", Misuse, "mimi-mls.md 3.6.3",
        "this link would have expired already", "give a moment that is to come, or a span like 7d";
    /// Something that should be the URI of a pseudonym.
    PseudonymMalformed = "pseudonym-malformed", Misuse, "mimi-mls.md 1.1",
        "this is not the URI of a pseudonym", "it is like mimi://a.example/p/MDEyMzQ1Njc4OWFiY2RlZg; mimicred provider account is for accounts";
    /// Octets on the command line that cannot be read.
    OctetsMalformed = "octets-malformed", Misuse, "command line",
        "these are not octets in hex or base64url", "write an even number of hex digits, or base64url without padding";
    /// A nonce of the wrong length.
    NonceLength = "nonce-length", Misuse, "mimi-mls.md 3.5.2",
        "the nonce must have 32 octets", "take it from the MLS client: it is derived for one epoch and one leaf key";
    /// A claims file whose content is no claims, or not those that belong there.
    ClaimsUnusable = "claims-unusable", Malformed, "command line",
        "these claims cannot be used",
        "write one JSON object like {\"iss\": \"https://id.a.example\", \"name\": \"Alice Meier\"}; for an SD-CWT a CBOR map will do as well";
    /// The code to explain is not in any register.
    CodeUnknown = "code-unknown", Misuse, "command line",
        "there is no such code", "mimicred explain lists all of them";
    /// The user was asked, and did not say yes.
    NotConfirmed = "not-confirmed", Rejected, "mimi-mls.md 3.5.6",
        "nothing was signed", "answer y to sign, or give --yes; --dry-run only shows";
    /// The system's clock cannot be used.
    ClockUnusable = "clock-unusable", Unsupported, "command line",
        "the system's clock is not usable", "set it, or say what time it is with --now";
}

/// What a command that ran to its end has to say by its exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Done {
    /// Done, or checked and accepted: 0.
    Accepted,
    /// Checked and rejected: 1. The reasons are in the result on standard output.
    Rejected,
}

impl Done {
    pub(crate) fn status(self) -> u8 {
        match self {
            Done::Accepted => 0,
            Done::Rejected => 1,
        }
    }
}

/// Why a command did not run to its end.
#[derive(Debug)]
pub(crate) struct Failure {
    report: Box<dyn Report>,
    file: Option<String>,
    /// Replaces the hint of the register, where the tool knows better.
    hint: Option<String>,
    /// What there is to say besides, line by line.
    details: Vec<String>,
    reading: bool,
}

impl<E: Report + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        Self { report: Box::new(error), file: None, hint: None, details: Vec::new(), reading: false }
    }
}

impl Failure {
    /// A failure with one of the tool's own codes.
    pub(crate) fn new(code: Code) -> Self {
        Error::new(code).into()
    }

    /// A failure with one of the tool's own codes and what is particular to this occurrence.
    pub(crate) fn note(code: Code, note: impl Into<String>) -> Self {
        Error::new(code).note(note).into()
    }

    /// The same failure, as a failure to read this input: it is named, and whatever the code, nothing was checked.
    #[must_use]
    pub(crate) fn reading(mut self, file: &str) -> Self {
        self.file.get_or_insert_with(|| file.to_owned());
        self.reading = true;
        self
    }

    /// The same failure, found in what this input says and not in reading it.
    #[must_use]
    pub(crate) fn found_in(mut self, source: &crate::io::Source) -> Self {
        self.file.get_or_insert_with(|| source.to_string());
        self
    }

    /// The same failure, found in what this input says and not in reading it, with a hint that fits.
    #[must_use]
    pub(crate) fn of(self, source: &crate::io::Source, hint: &str) -> Self {
        self.found_in(source).hint(hint)
    }

    /// The same failure with a hint that fits this occurrence better.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same failure with more to say, line by line.
    #[must_use]
    pub(crate) fn details(mut self, lines: Vec<String>) -> Self {
        self.details = lines;
        self
    }

    /// `crate/category`.
    pub(crate) fn code(&self) -> &'static str {
        self.report.entry().slug
    }

    /// 1 if something was checked and found wanting, 2 if it could not be checked.
    pub(crate) fn status(&self) -> u8 {
        if self.report.kind() == Kind::Rejected && !self.reading { 1 } else { 2 }
    }

    /// What is printed: place, sentence, causes.
    fn sentence(&self) -> String {
        let mut sentence = match &self.file {
            Some(file) => format!("{file}: {}", self.report),
            None => self.report.to_string(),
        };
        for cause in self.causes() {
            sentence.push_str(": ");
            sentence.push_str(&cause);
        }
        sentence
    }

    /// The chain of sources, outermost first, each told once.
    fn causes(&self) -> Vec<String> {
        let mut causes = Vec::new();
        let mut told = self.report.to_string();
        let mut next = self.report.source();
        while let Some(cause) = next {
            let text = cause.to_string();
            if !told.contains(&text) {
                causes.push(unsaid(&text, &told).to_owned());
                told = text;
            }
            next = cause.source();
        }
        causes
    }

    /// The failure as it is shown.
    pub(crate) fn shown(&self) -> Shown {
        let Entry { slug, kind, rule, sentence, hint } = self.report.entry();
        let at = self.report.place();
        Shown {
            code: slug,
            kind: kind.name(),
            sentence,
            file: self.file.clone(),
            at: (*at != At::Whole).then(|| at.to_string()),
            note: self.report.remark().map(str::to_owned),
            causes: self.causes(),
            details: self.details.clone(),
            rule,
            hint: self.hint.clone().unwrap_or_else(|| hint.to_owned()),
            line: self.sentence(),
        }
    }
}

/// What a cause says beyond what it is the cause of: the same sentence and the same place are not told twice.
fn unsaid<'t>(text: &'t str, told: &str) -> &'t str {
    let (sentence, place) = told.split_once(" (").unwrap_or((told, ""));
    let Some(rest) = text.strip_prefix(sentence) else { return text };
    let rest = rest.strip_suffix(place).filter(|_| !place.is_empty()).and_then(|rest| rest.strip_suffix(" (")).unwrap_or(rest);
    match rest.strip_prefix(": ") {
        Some(rest) => rest,
        None => text,
    }
}

/// A failure as data: the object that `--json` prints on standard error under `error`.
#[derive(Debug, Serialize)]
pub(crate) struct Shown {
    /// `crate/category`.
    pub(crate) code: &'static str,
    /// Malformed, rejected, unsupported, misuse or internal.
    kind: &'static str,
    /// The register's sentence.
    sentence: &'static str,
    /// The input in which it was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// The place inside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    /// What is particular to this occurrence.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// What caused it, outermost first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    causes: Vec<String>,
    /// What there is to say besides, line by line.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) details: Vec<String>,
    /// The rule behind the code.
    rule: &'static str,
    /// What to do about it.
    pub(crate) hint: String,
    /// All of it in one line, for people.
    #[serde(skip)]
    pub(crate) line: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejected_is_1_unless_it_happened_while_reading() {
        let rejected = || Failure::from(mimicred_claims::Error::new(mimicred_claims::Code::DisclosureUnmatched));
        assert_eq!(rejected().status(), 1);
        assert_eq!(rejected().reading("token").status(), 2);
        assert_eq!(Failure::new(Code::FileEmpty).status(), 2);
    }

    #[test]
    fn what_a_cause_repeats_is_told_once() {
        let told = "this is not well-formed CBOR (at octet 9)";
        assert_eq!(unsaid("this is not well-formed CBOR: the input is cut off (at octet 9)", told), "the input is cut off");
        let elsewhere = "this is not well-formed CBOR: the input is cut off (at octet 3)";
        assert_eq!(unsaid(elsewhere, told), "the input is cut off (at octet 3)");
        assert_eq!(unsaid("something else (at octet 9)", told), "something else (at octet 9)");
        assert_eq!(
            unsaid("this is not well-formed CBOR", "this is not well-formed CBOR, he said"),
            "this is not well-formed CBOR"
        );
    }

    #[test]
    fn the_line_names_file_place_and_cause() {
        let cause = mimicred_claims::Error::new(mimicred_claims::Code::PathMalformed);
        let failure = Failure::from(Error::new(Code::ClaimsUnusable).at(At::Line(1, 2)).because(cause)).reading("alice.json");
        assert_eq!(failure.shown().line, "alice.json: these claims cannot be used (line 1, column 2): this is not a claim path");
    }
}
