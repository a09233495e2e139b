//! SD-JWT and SD-JWT+KB (RFC 9901), compact and in JSON serialization ([`JsonSdJwt`]): [`Issuer`], Holder ([`Held`]) and Verifier ([`UnverifiedPresentation`]).
//!
//! - The Issuer prepares a token from claims and a redaction plan, and anybody signs it.
//! - The Holder accepts it after checking it like a Verifier, and presents what she chooses, bound to one audience and nonce.
//! - The Verifier says beforehand what it expects, key binding included, and reads claims only from what passed.
//!
//! Digests and signatures are checked over the received text; nothing is written anew between receipt and check. The reading is
//! strict wherever RFC 9901 leaves a choice. See [`UnverifiedPresentation`] for the whole way.

mod confirmation;
mod digest;
mod disclosure;
mod error;
mod holder;
mod inspect;
mod issuer;
mod key_binding;
mod marks;
pub mod serialization;
mod token;
mod vc;
mod verifier;

pub use confirmation::{KnownKey, NamedKey};
pub use error::{Code, Error};
pub use holder::{AcceptExpectations, Held, PreparedPresentation, UnverifiedSdJwt};
pub use inspect::{InspectedBinding, InspectedClaims, Inspection};
pub use issuer::{Confirmation, DEFAULT_TYPE, Issuance, Issuer, PreparedSdJwt};
pub use key_binding::{Binding, KeyBinding};
pub use mimicred_claims::picture::{Content, DisclosureState, InspectedDisclosure, Label, Node, Status};
pub use mimicred_claims::{ClaimsCheck, Container, Decision, HolderPolicy, Limits, StatusCheck, StatusRule};
pub use serialization::{JsonForm, JsonSdJwt, Presentation, SdJwt};
pub use token::TypeRule;
pub use vc::{AlsoKnownAs, IssuerKeys, IssuerMetadata, VC_TYPE, VcRules, VcTypes, metadata_url};
pub use verifier::{
    CertifiedIssuer, Expectations, Occurrence, ReplayCheck, TrustedIssuer, UnverifiedPresentation, VerifiedPresentation,
};
