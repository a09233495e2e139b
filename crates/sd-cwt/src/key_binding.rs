//! Key binding: the KBT, signed with the confirmation key, which holds the SD-CWT in its protected header.

mod made;
mod received;

pub use made::BindingClaims;
pub(crate) use made::{PreparedKbt, prepare};
pub(crate) use received::{Bound, Demands, Kbt, is_kbt_type};

/// `typ` of a KBT, as a CoAP content format.
pub(crate) const TYPE: i64 = 294;
/// The same as a media type; no other spelling is accepted (CWT-P-007).
const MEDIA_TYPE: &str = "application/kb+cwt";

/// What the Holder binds a presentation to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding<'b> {
    /// The Verifier: in MIMI the URI of the room.
    pub audience: &'b str,
    /// The nonce of the transaction, as the Verifier gave it (CWT-P-016).
    pub nonce: Option<&'b [u8]>,
    /// Now, in seconds since 1970.
    pub issued_at: i64,
}

/// What a Verifier demands of the key binding. An SD-CWT is always presented inside a KBT, so there is no way to demand none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyBinding<'e> {
    /// The KBT must hold.
    Required {
        /// Who verifies: equal to `aud`, octet for octet.
        audience: &'e str,
        /// The nonce.
        nonce: Nonce<'e>,
        /// Most seconds since the Holder signed; `None` leaves freshness to the caller.
        max_age: Option<u64>,
    },
}

/// Whom else a presentation may be for, beside the audience expected (CWT-V-011, trap 14).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AudienceRule {
    /// Nobody: whoever is named in the `aud` of the KBT is the audience expected. The others could use the presentation too.
    #[default]
    Only,
    /// Others, if the audience expected is among them.
    Among,
    /// Anybody: the audience expected is not looked at, for KBT and SD-CWT, but the KBT must have one.
    Unmatched,
}

/// What a Verifier demands of `cnonce` (CWT-V-008, CWT-V-009, trap 12).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nonce<'e> {
    /// It must be there and be this.
    Exactly(&'e [u8]),
    /// Any, or none: replays are kept away by other means.
    Any,
    /// It must not be there.
    Forbidden,
}
