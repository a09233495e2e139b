//! The codes of this crate.

mimicred_error::codes! {
    crate "flows";
    /// The claims given cannot be issued.
    ClaimsUnusable = "claims-unusable", Misuse, "mimicred demo",
        "a credential cannot be issued for these claims", "see the cause; `mimicred issue` takes the same claims one format at a time";
    /// The policy given cannot govern the room of the scenario.
    PolicyUnusable = "policy-unusable", Misuse, "mimi-mls 3.4.1",
        "the scenario cannot run under this policy", "mimicred policy check FILE shows what it says";
    /// A provider of the scenario keeps a store, and was given no directory for it.
    DirectoryMissing = "directory-missing", Misuse, "mimicred demo abuse",
        "the scenario cannot run without a directory for its store", "name a new directory, which can be removed afterwards";
    /// A needle that would be found anywhere, or never.
    NeedleTooShort = "needle-too-short", Misuse, "mimi-mls 4.1",
        "a needle is too short to be searched for", "a needle has at least 4 octets, one that is searched for in windows at least 16";
    /// A delay that is written in no form we know.
    DelayMalformed = "delay-malformed", Misuse, "mimicred simulate timing",
        "this is not a delay", "write none, exp:1h, uniform:1d, batch:6h or lognormal:1h:2; spans are like 90d, 12h, 30m or 45s";
    /// Parameters of a simulation that mean nothing.
    TimingUnusable = "timing-unusable", Misuse, "mimicred simulate timing",
        "nothing can be simulated with these parameters", "mimicred simulate timing --help tells what is expected";
    /// A simulation that would take too long.
    TimingTooLarge = "timing-too-large", Misuse, "mimicred simulate timing",
        "this simulation is too large", "simulate fewer flows for each row, or fewer volumes, shares or delays";
    /// A step that must work did not.
    StepFailed = "step-failed", Internal, "mimicred demo",
        "a step of the scenario failed", "this is a fault of mimicred; please report the input and the cause";
}

impl Error {
    /// The scenario stops at this step, because of an error of a crate below.
    pub(crate) fn step(step: &'static str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Error::new(Code::StepFailed).note(step).because(source)
    }
}
