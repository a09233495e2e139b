//! The codes of this crate's errors. What a reveal is judged to be is no error: see [`crate::VerdictCode`].

mimicred_error::codes! {
    crate "room";
    /// The octets are no room disclosure policy.
    PolicyMalformed = "policy-malformed", Malformed, "mimi-mls.md 2.1, 3.4.1",
        "this is not a room disclosure policy", "the TLS form starts with the version, 0001; mimicred policy encode writes it from TOML";
    /// A policy of another version.
    PolicyVersion = "policy-version", Unsupported, "mimi-mls.md 3.4.1",
        "this version of the room disclosure policy is not known", "version 1 is";
    /// A policy with a value that this version does not know.
    PolicyValueUnknown = "policy-value-unknown", Unsupported, "mimi-mls.md 3.4.1",
        "the policy has a value that this version does not know", "no member could satisfy it: every receiver would report policy_unsupported";
    /// A policy that contradicts itself.
    PolicyInconsistent = "policy-inconsistent", Rejected, "mimi-mls.md 3.4.1, consistency rules",
        "the policy contradicts itself", "mimicred policy check FILE names the rule";
    /// A TOML or JSON file of ours that cannot be parsed.
    FileMalformed = "file-malformed", Malformed, "mimi-mls.md 3.4.4",
        "the file cannot be parsed", "it must be TOML or JSON";
    /// A key that means nothing here.
    KeyUnknown = "key-unknown", Malformed, "mimi-mls.md 3.4.4",
        "unknown key", "keys have the names of the TLS fields, in snake_case";
    /// A key without which the rest means nothing.
    KeyMissing = "key-missing", Malformed, "mimi-mls.md 3.4.4",
        "a key is missing", "add it; only lists, booleans, version, unlisted_claims, max_clock_skew and nonce_mode have defaults";
    /// A value that the key cannot have.
    ValueInvalid = "value-invalid", Malformed, "mimi-mls.md 3.4.4",
        "a key has a value that it cannot have", "compare with the policies in examples/policies, or with the schema that mimicred schema policy prints";
    /// The replay store cannot keep or find anything.
    ReplayStore = "replay-store", Internal, "mimi-mls.md 3.5.2",
        "the replay store failed", "nothing may be accepted while it does; the cause is named beside this error";
    /// An epoch that cannot be taken down.
    SnapshotRefused = "snapshot-refused", Misuse, "mimi-mls.md 3.5.2",
        "this epoch cannot be taken into the snapshots", "snapshots are taken on entering an epoch, in ascending order, of one group";
    /// The sender's own credential or room does not let her make this reveal.
    RevealRefused = "reveal-refused", Rejected, "mimi-mls.md 3.4, 3.5.6",
        "this reveal is not sent", "the code beside it is what every receiver would report";
    /// What the sender agreed to is not what would be sent now.
    ConfirmationOutdated = "confirmation-outdated", Rejected, "mimi-mls.md 3.5.6",
        "what was confirmed is no longer so, and nothing is signed",
        "prepare it anew for the current epoch; unless only the epoch has changed, ask the sender again";
    /// A presentation that cannot be made.
    RevealImpossible = "reveal-impossible", Misuse, "mimi-mls.md 3.5.1",
        "this credential cannot be presented so", "the cause is named beside this error";
    /// A request for a reveal that cannot be read, or is none for this room.
    RequestMalformed = "request-malformed", Malformed, "mimi-mls.md 3.5.1, 3.5.4",
        "this is not a request for a reveal in this room", "the cause is named beside it; a challenge has 32 octets, other requests have none";
    /// A request by somebody who may not ask.
    RequestForbidden = "request-forbidden", Rejected, "mimi-mls.md 3.0, 3.5.1",
        "who asks for a reveal may not", "a role with canRequestDisclosure (0xF052) may, if the room has roles";
    /// A request that nobody can answer.
    RequestUnanswerable = "request-unanswerable", Rejected, "mimi-mls.md 3.4.2, 3.5.1",
        "nobody in this room can answer this request", "ask for claims and formats of the room's policy, with a time that is to come";
    /// A request whose nonce was there before.
    RequestReused = "request-reused", Rejected, "mimi-mls.md 3.5.1",
        "the nonce of this request was used before", "every request has a fresh nonce";
    /// More requests than are kept.
    RequestLimit = "request-limit", Rejected, "mimi-mls.md 3.5.2",
        "too many requests are open", "wait until some of them have run out";
    /// No random octets.
    RandomFailed = "random-failed", Internal, "mimi-mls.md 3.5.1",
        "the random source gave nothing", "nothing may be asked while it does; the cause is named beside this error";
}

/// The TLS reader's faults are those of the one structure that this crate reads with it.
impl From<mimicred_mls::Error> for Error {
    fn from(error: mimicred_mls::Error) -> Self {
        let place = mimicred_error::Report::place(&error).clone();
        Self::new(Code::PolicyMalformed).at(place).because(error)
    }
}

impl From<mimicred_sd_jwt::Error> for Error {
    fn from(error: mimicred_sd_jwt::Error) -> Self {
        Self::new(Code::RevealImpossible).at(mimicred_error::Report::place(&error).clone()).because(error)
    }
}

impl From<mimicred_sd_cwt::Error> for Error {
    fn from(error: mimicred_sd_cwt::Error) -> Self {
        Self::new(Code::RevealImpossible).at(mimicred_error::Report::place(&error).clone()).because(error)
    }
}

impl From<mimicred_uri::Error> for Error {
    fn from(error: mimicred_uri::Error) -> Self {
        Self::new(Code::ValueInvalid).because(error)
    }
}

impl From<mimicred_x509::Error> for Error {
    fn from(error: mimicred_x509::Error) -> Self {
        Self::new(Code::ValueInvalid).because(error)
    }
}
