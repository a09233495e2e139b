//! SD-CWT and its key binding token, the KBT (draft-ietf-spice-sd-cwt-08): [`Issuer`], Holder ([`Held`]) and Verifier
//! ([`UnverifiedPresentation`]).
//!
//! - The Issuer prepares a token from claims and a redaction plan ([`Issuer::prepare`]), and anybody signs it. [`Preissuance`] reads
//!   both from CBOR with the tags 58 and 62, and [`Issuance`] says what else a token may have.
//! - The Holder accepts it after checking it like a Verifier ([`Held::accept`]), and presents what she chooses, bound to one audience
//!   and nonce ([`Held::prepare`]). Some of it can be encrypted for those Verifiers that have a key ([`Held::prepare_encrypted`]).
//! - The Verifier says beforehand what it expects of the key binding ([`Expectations`]), and reads claims only from what passed
//!   ([`VerifiedPresentation`]). What else it may know and want, such as keys, types, replay and status, are methods of
//!   [`UnverifiedPresentation`].
//!
//! Digests and signatures are checked over the received octets; nothing is encoded anew between receipt and check. The reading is
//! strict wherever the draft leaves a choice. See [`UnverifiedPresentation`] for the whole way, and the register of [`Code`]s for what
//! may be wrong with a token.

mod aead;
mod confirmation;
mod disclosure;
mod error;
mod holder;
mod inspect;
mod issuer;
mod key_binding;
mod preissuance;
mod rules;
mod serialization;
mod times;
mod token;
mod verifier;

pub use aead::{DisclosureKey, Encryption, KeyContext, PendingDisclosure};
pub use confirmation::{KnownKey, NamedKey};
pub use error::{Code, Error};
pub use holder::{AcceptExpectations, ClientNonce, Held, PreparedPresentation, Recipients, UnverifiedSdCwt};
pub use inspect::{InspectedBinding, InspectedClaims, Inspection};
pub use issuer::{Confirmation, Issuance, Issuer, PreparedSdCwt, SaltList, SaltSource, Salted};
pub use key_binding::{AudienceRule, Binding, BindingClaims, KeyBinding, Nonce};
pub use mimicred_claims::picture::{Content, DisclosureState, InspectedDisclosure, Label, Node, Status};
pub use mimicred_claims::{ClaimsCheck, Container, Decision, HolderPolicy, Limits, StatusCheck, StatusRule};
pub use mimicred_cose::key::ThumbprintUris;
pub use preissuance::Preissuance;
pub use rules::VctRule;
pub use serialization::{Presentation, SdCwt};
pub use token::TypeRule;
pub use verifier::{
    CertifiedIssuer, Expectations, Occurrence, ReplayCheck, TrustedIssuer, UnverifiedPresentation, UnvouchedClaims, Vct,
    VerifiedPresentation,
};
