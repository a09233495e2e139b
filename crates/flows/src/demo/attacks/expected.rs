//! What each attack must come to, by the order of the checks in mimi-mls.md 3.5.3, or why there is no such attack.
//!
//! Tokens name their room and carry the nonce of the epoch, so step 7 finds what is wrong with those. The proof of possession of
//! a certificate covers room, group and epoch itself, so step 6 does. A certificate without a proof is bound by nothing: whatever
//! is about room or time cannot be wrong with it, and it is never accepted.

use super::Attack;
use crate::demo::{Carriage, Format};

/// What an attack in one format by one carriage must come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::demo) enum Expected {
    /// It is refused with this code.
    Code(&'static str),
    /// There is none, for this reason.
    Nothing(&'static str),
}

use Expected::{Code, Nothing};

const UNBOUND: &str = "a certificate without a proof is made for no room and no time, and is never accepted";
const NOTHING_AROUND: &str = "there is nothing around a bare object that could name anybody";
const NO_BUNDLE: &str = "there is no bundle";
const NO_CONTENT: &str = "there is no MIMI content";
const NO_SEAL: &str = "there is no seal: it is for everybody in the room";

impl Attack {
    pub(in crate::demo) fn expected(self, format: Format, carriage: Carriage) -> Expected {
        let is_x509 = format == Format::MlsCredential;
        let is_unbound = is_x509 && !carriage.carries_proof();
        match self {
            Attack::ReplayedIntoAnotherRoom => match carriage {
                Carriage::Bare if is_x509 => Nothing(UNBOUND),
                // Whom it is sealed to could open it in its own group only.
                Carriage::Sealed => Code("malformed"),
                _ => Code("audience_mismatch"),
            },
            Attack::ReaddressedToAnotherRoom => match carriage {
                Carriage::Bare => Nothing(NOTHING_AROUND),
                _ if is_unbound => Nothing(UNBOUND),
                _ if is_x509 => Code("binding_invalid"),
                _ => Code("audience_mismatch"),
            },
            Attack::CopiedByAnotherMember => match carriage {
                Carriage::Bare => Code("key_mismatch"),
                Carriage::Sealed => Code("malformed"),
                _ => Code("subject_mismatch"),
            },
            Attack::ReaddressedByAnotherMember => match carriage {
                Carriage::Bare => Nothing(NOTHING_AROUND),
                _ => Code("key_mismatch"),
            },
            Attack::MadeWithAnotherKey => Code("key_mismatch"),
            // No path leads from a forged certificate to a CA that anybody knows, whatever its name.
            Attack::ForgedIssuer if is_x509 => Code("issuer_untrusted"),
            Attack::ForgedIssuer => Code("issuer_signature_invalid"),
            Attack::UntrustedIssuer => Code("issuer_untrusted"),
            Attack::IssuerOfAnotherDomain => Code("issuer_not_for_domain"),
            Attack::IssuerOfTheAdministrator => Code("issuer_room_only"),
            Attack::ForbiddenClaim => Code("forbidden_claim"),
            Attack::MissingRequiredClaim => Code("missing_required_claim"),
            Attack::OlderEpoch if is_unbound => Nothing(UNBOUND),
            Attack::OlderEpoch if is_x509 => Code("binding_invalid"),
            Attack::OlderEpoch => Code("nonce_mismatch"),
            Attack::Expired => Code("expired"),
            Attack::UnlistedMediaType => Code("format_not_accepted"),
            Attack::BundleForAnotherRoom if carriage.carries_proof() => Code("audience_mismatch"),
            Attack::BundleAboutAnotherUser if carriage.carries_proof() => Code("subject_mismatch"),
            Attack::BundleForAnotherRoom | Attack::BundleAboutAnotherUser => Nothing(NO_BUNDLE),
            Attack::ContentForAnotherRoom | Attack::ContentByAnotherSender | Attack::ExpiredContent | Attack::BrokenUnit => {
                match (carriage, self) {
                    (Carriage::Bare | Carriage::Bundle | Carriage::Sealed, _) => Nothing(NO_CONTENT),
                    (_, Attack::ContentForAnotherRoom) => Code("audience_mismatch"),
                    (_, Attack::ContentByAnotherSender) => Code("subject_mismatch"),
                    (_, Attack::ExpiredContent) => Code("stale"),
                    _ => Code("key_mismatch"),
                }
            }
            Attack::OpenedWithoutTheRole | Attack::TextBehindAnotherHash | Attack::SealedInTheEpochBefore => {
                match (carriage, self) {
                    (Carriage::Sealed, Attack::OpenedWithoutTheRole) => Code("mls/sealed-key-invalid"),
                    (Carriage::Sealed, _) => Code("malformed"),
                    _ => Nothing(NO_SEAL),
                }
            }
        }
    }
}
