//! The codes of mimi-mls.md 3.4.2: what a reveal is judged to be.

use std::fmt;

use mimicred_error::{Entry, Kind};
use serde::{Serialize, Serializer};

/// Whether what was revealed may be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Acceptable {
    /// Yes.
    Yes,
    /// Yes, with a mark that stays.
    Marked,
    /// Not yet: neither acceptance nor fault.
    NotYet,
    /// No, but the values are shown together with the reason.
    Informational,
    /// No.
    No,
}

impl Acceptable {
    /// In words.
    pub const fn name(self) -> &'static str {
        match self {
            Acceptable::Yes => "yes",
            Acceptable::Marked => "yes, marked",
            Acceptable::NotYet => "not yet",
            Acceptable::Informational => "no, for information",
            Acceptable::No => "no",
        }
    }

    /// Whether the values may be shown.
    pub const fn shows_values(self) -> bool {
        matches!(self, Acceptable::Yes | Acceptable::Marked | Acceptable::Informational)
    }
}

macro_rules! verdict_codes {
    ($( $(#[$doc:meta])+ $variant:ident = $name:literal $category:literal, $acceptable:ident, $rule:literal, $sentence:literal, $hint:literal; )+) => {
        /// What a reveal, or one check of it, came to.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum VerdictCode {
            $( $(#[$doc])+ $variant, )+
        }

        impl VerdictCode {
            /// Every code.
            pub const ALL: &'static [VerdictCode] = &[$( VerdictCode::$variant, )+];

            /// The name in the specification: `missing_reveal`.
            pub const fn name(self) -> &'static str {
                match self { $( VerdictCode::$variant => $name, )+ }
            }

            /// The name among all codes of mimicred: `room/missing-reveal`.
            pub const fn slug(self) -> &'static str {
                match self { $( VerdictCode::$variant => concat!("room/", $category), )+ }
            }

            /// Whether what was revealed may be relied on.
            pub const fn acceptable(self) -> Acceptable {
                match self { $( VerdictCode::$variant => Acceptable::$acceptable, )+ }
            }

            /// The rule behind it.
            pub const fn rule(self) -> &'static str {
                match self { $( VerdictCode::$variant => $rule, )+ }
            }

            /// What it means, in lower case and without a full stop.
            pub const fn sentence(self) -> &'static str {
                match self { $( VerdictCode::$variant => $sentence, )+ }
            }

            /// What to do about it, in the same form.
            pub const fn hint(self) -> &'static str {
                match self { $( VerdictCode::$variant => $hint, )+ }
            }
        }
    };
}

verdict_codes! {
    /// Everything holds.
    Ok = "ok" "ok", Yes, "mimi-mls.md 3.4.2",
        "the reveal holds", "nothing to do";
    /// Valid when it was made; the issuer's token has expired since.
    OkLapsed = "ok_lapsed" "ok-lapsed", Marked, "mimi-mls.md 3.5.2",
        "the reveal held when it was made, and the issuer's token has expired since", "ask for a new reveal";
    /// Required, and there is still time.
    Pending = "pending" "pending", NotYet, "mimi-mls.md 3.4.2 point 3",
        "the member has not revealed anything yet, and still has time", "wait for the deadline";
    /// Revealed, if at all, before we were there.
    UnknownToMe = "unknown_to_me" "unknown-to-me", NotYet, "mimi-mls.md 3.4.2, 3.5.2",
        "what this member revealed was said before you came", "ask the member to reveal again";
    /// Only our own trust store knows the issuer.
    IssuerLocalOnly = "issuer_local_only" "issuer-local-only", Informational, "mimi-mls.md 3.4.3",
        "you trust the issuer, the room does not name it", "the room's policy must list the issuer for this host and format";
    /// A certificate without an explicit proof of possession.
    BindingImplicit = "binding_implicit" "binding-implicit", Informational, "mimi-mls.md 3.5.3, 3.5.4 W1",
        "nothing but the message itself binds the credential to the sender", "ask for a reveal in a bundle";
    /// Another key vouches for the leaf key.
    Vouched = "vouched" "vouched", Informational, "mimi-mls.md 6 row 4",
        "another key vouches for the sender's key", "ask for a reveal bound to the sender's own key";
    /// A check was left out because the caller said so.
    CheckWaived = "check_waived" "check-waived", Informational, "mimi-mls.md 3.5.3",
        "a check was left out at your request", "give the missing input";
    /// The room has no policy that can be read.
    PolicyMissing = "policy_missing" "policy-missing", No, "mimi-mls.md 3.4.1",
        "the room has no disclosure policy that can be read", "the room's administrator must set one (component 0xD050)";
    /// The policy says something that we do not know.
    PolicyUnsupported = "policy_unsupported" "policy-unsupported", No, "mimi-mls.md 3.4.1",
        "the room's disclosure policy says something unknown or contradicts itself", "mimicred policy check names it; a newer version may know it";
    /// The sender's own credential did not pass step 0.
    LeafUnverified = "leaf_unverified" "leaf-unverified", No, "mimi-mls.md 3.5.3 step 0",
        "the sender's own credential does not hold", "the room and your trust store must both let its issuer vouch for leaves of its host";
    /// A pseudonym, where none may be.
    PseudonymForbidden = "pseudonym_forbidden" "pseudonym-forbidden", No, "mimi-mls.md 3.3, 3.4.2 point 2",
        "the room forbids pseudonyms, and nobody vouches that this is none", "join with a credential that its issuer marks as real";
    /// No pseudonym, where only pseudonyms may be.
    PseudonymRequired = "pseudonym_required" "pseudonym-required", No, "mimi-mls.md 3.3, 3.4.2 point 2",
        "the room demands pseudonyms", "join with a pseudonym certificate";
    /// Neither the room nor we know the issuer.
    IssuerUntrusted = "issuer_untrusted" "issuer-untrusted", No, "mimi-mls.md 3.4.3",
        "the issuer is not trusted", "both the room's policy and your trust store must name it";
    /// The issuer is known for another host.
    IssuerNotForDomain = "issuer_not_for_domain" "issuer-not-for-domain", No, "mimi-mls.md 3.4.3",
        "the issuer may not speak for the sender's host", "compare the host of the sender's URI with those of the issuer";
    /// Only the room names the issuer.
    IssuerRoomOnly = "issuer_room_only" "issuer-room-only", No, "mimi-mls.md 3.4.3",
        "only the room vouches for the issuer", "add the issuer's key to your trust store if you know it from elsewhere";
    /// The issuer's signature is wrong.
    IssuerSignatureInvalid = "issuer_signature_invalid" "issuer-signature-invalid", No, "mimi-mls.md 3.5.3 step 4",
        "the issuer's signature does not verify", "the token was changed, or another key signed it";
    /// The issuer has taken the token back.
    Revoked = "revoked" "revoked", No, "mimi-mls.md 3.5.3 step 9",
        "the issuer has revoked the credential", "ask for a reveal of a valid one";
    /// The token's status cannot be learned in a way that we trust.
    StatusUntrusted = "status_untrusted" "status-untrusted", No, "mimi-mls.md 3.5.3 step 9",
        "no fresh list that counts tells the status of the credential", "have a fresh list at hand: of a token its status list, pinned in your trust store, of a certificate its issuer's revocation list";
    /// It cannot be read.
    Malformed = "malformed" "malformed", No, "mimi-mls.md 3.5.3 step 3",
        "the presentation is malformed", "mimicred inspect FILE says what is in it";
    /// An algorithm that has no place here.
    AlgNotAllowed = "alg_not_allowed" "alg-not-allowed", No, "mimi-mls.md 1.3, 3.5.3 step 3",
        "an algorithm is not allowed here", "the sender signs with the algorithm of the group's suite, the issuer with that of its key";
    /// The token is bound to another key.
    KeyMismatch = "key_mismatch" "key-mismatch", No, "mimi-mls.md 3.5.3 step 5",
        "the credential is bound to another key than the sender's", "a reveal must be made for the key of the sender's own leaf";
    /// It names somebody else.
    SubjectMismatch = "subject_mismatch" "subject-mismatch", No, "mimi-mls.md 3.5.3 steps 2 and 8",
        "the reveal names somebody else than the sender", "compare its subject with the URI in the sender's credential";
    /// The proof of possession is wrong.
    BindingInvalid = "binding_invalid" "binding-invalid", No, "mimi-mls.md 3.5.3 step 6",
        "the proof of possession does not verify", "it was changed, or another key signed it";
    /// It is meant for another room.
    AudienceMismatch = "audience_mismatch" "audience-mismatch", No, "mimi-mls.md 3.5.3 steps 2, 4 and 7",
        "the reveal is meant for another room", "a reveal is made for one room and counts nowhere else";
    /// It was made for another group, epoch or key.
    NonceMismatch = "nonce_mismatch" "nonce-mismatch", No, "mimi-mls.md 3.5.2",
        "the reveal was made for another group, epoch or key", "make it anew with the nonce of this epoch";
    /// Too old, or of an epoch that is gone.
    Stale = "stale" "stale", No, "mimi-mls.md 3.5.2, 3.5.3 step 1",
        "the reveal is too old", "make it anew";
    /// From the future.
    NotYetValid = "not_yet_valid" "not-yet-valid", No, "mimi-mls.md 3.5.2",
        "the reveal or the issuer's token is not valid yet", "compare the clocks";
    /// The issuer's token was over when the reveal was made.
    Expired = "expired" "expired", No, "mimi-mls.md 3.5.2, 3.5.3 step 4",
        "the issuer's token had expired when the reveal was made", "get a new one from the issuer";
    /// Seen before, from elsewhere.
    Replayed = "replayed" "replayed", No, "mimi-mls.md 3.5.2",
        "the same reveal came before, from another sender or epoch", "a reveal is made for one message";
    /// A format that the room does not take.
    FormatNotAccepted = "format_not_accepted" "format-not-accepted", No, "mimi-mls.md 3.4.2 point 4",
        "the room does not accept this format", "present in one of the policy's accepted_formats";
    /// Required, and the time is over.
    MissingReveal = "missing_reveal" "missing-reveal", No, "mimi-mls.md 3.4.2 point 3",
        "the room requires a reveal, and there is none", "present what the policy requires";
    /// Nobody may reveal anything here.
    RevealForbidden = "reveal_forbidden" "reveal-forbidden", No, "mimi-mls.md 3.4.2 point 3",
        "the room forbids reveals", "leave it out";
    /// A required claim is not there.
    MissingRequiredClaim = "missing_required_claim" "missing-required-claim", No, "mimi-mls.md 3.4.2 point 6",
        "a required claim is missing", "the rule named beside it says at which paths it may stand, and who may vouch for it";
    /// A forbidden claim is there.
    ForbiddenClaim = "forbidden_claim" "forbidden-claim", No, "mimi-mls.md 3.4.2 point 5",
        "a forbidden claim is shown", "redact it; what a credential always shows counts too";
    /// A claim that no rule names, where only named ones may be.
    UnlistedClaim = "unlisted_claim" "unlisted-claim", No, "mimi-mls.md 3.4.2 point 9",
        "a claim is shown that no rule names", "redact it; this room allows only claims that its rules name";
    /// A claim has a value that the room does not take.
    PredicateFailed = "predicate_failed" "predicate-failed", No, "mimi-mls.md 3.4.2 points 6 and 8",
        "a claim does not meet the room's condition", "the rule named beside it says the condition";
    /// Two presentations contradict each other.
    ConflictingClaims = "conflicting_claims" "conflicting-claims", No, "mimi-mls.md 3.4.2 point 10",
        "two presentations give different values for one claim", "send one of them";
    /// The required claims are about different people.
    MixedSubjects = "mixed_subjects" "mixed-subjects", No, "mimi-mls.md 3.4.2 point 7",
        "nothing says that the required claims are about one person", "take them from one token, or from tokens that disclose the same sub";
    /// A KeyPackage that nobody with its key offers in this room.
    KpUnbound = "kp_unbound" "kp-unbound", No, "mimi-mls.md 3.5.1",
        "nothing proves that the sender's peer offers this KeyPackage", "do not use it";
}

impl VerdictCode {
    /// The line in the register of errors; nothing for what is accepted.
    pub const fn entry(self) -> Option<Entry> {
        match self.acceptable() {
            Acceptable::Yes | Acceptable::Marked => None,
            _ => Some(Entry {
                slug: self.slug(),
                kind: Kind::Rejected,
                rule: self.rule(),
                sentence: self.sentence(),
                hint: self.hint(),
            }),
        }
    }

    /// The code with this name, in either spelling.
    ///
    /// ```
    /// use mimicred_room::VerdictCode;
    ///
    /// assert_eq!(VerdictCode::from_name("missing_reveal"), Some(VerdictCode::MissingReveal));
    /// assert_eq!(VerdictCode::from_name("room/missing-reveal"), Some(VerdictCode::MissingReveal));
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name || code.slug() == name)
    }
}

/// The name in the specification.
impl fmt::Display for VerdictCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for VerdictCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of mimi-mls.md 3.4.2, row by row.
    #[test]
    fn the_codes_are_those_of_the_specification() {
        let table = [
            (Acceptable::Yes, "ok"),
            (Acceptable::Marked, "ok_lapsed"),
            (Acceptable::NotYet, "pending unknown_to_me"),
            (Acceptable::Informational, "issuer_local_only binding_implicit vouched check_waived"),
            (
                Acceptable::No,
                "policy_missing policy_unsupported leaf_unverified pseudonym_forbidden pseudonym_required \
                 issuer_untrusted issuer_not_for_domain issuer_room_only issuer_signature_invalid revoked status_untrusted \
                 malformed alg_not_allowed key_mismatch subject_mismatch binding_invalid audience_mismatch nonce_mismatch \
                 stale not_yet_valid expired replayed format_not_accepted missing_reveal reveal_forbidden \
                 missing_required_claim forbidden_claim unlisted_claim predicate_failed conflicting_claims mixed_subjects kp_unbound",
            ),
        ];
        let mut named = 0;
        for (acceptable, names) in table {
            for name in names.split_whitespace() {
                let code = VerdictCode::from_name(name).unwrap();
                assert_eq!(code.acceptable(), acceptable, "{name}");
                assert_eq!(code.slug(), format!("room/{}", name.replace('_', "-")));
                assert_eq!(code.entry().is_none(), matches!(acceptable, Acceptable::Yes | Acceptable::Marked));
                assert_eq!(VerdictCode::from_name(code.slug()), Some(code));
                named += 1;
            }
        }
        assert_eq!(VerdictCode::ALL.len(), named);
        assert!(crate::Code::ALL.iter().all(|code| VerdictCode::from_name(code.slug()).is_none()), "one slug, one meaning");
    }
}
