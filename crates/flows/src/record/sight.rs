//! An octet string that somebody could see, and in which role: the views of mimi-mls 4.1.

use std::fmt;

/// A role in which an entity sees octets. The union of all of an entity's roles is its entity view, ENT(X).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum View {
    /// HUB(R), the hub of the room of this label: bodies of the room with wrapped handshakes opened, its GroupContext, public tree,
    /// participant list, stored proposals and the ciphertexts of Welcomes.
    Hub(String),
    /// PRV(X), a provider that is not the hub: the bodies that it sends and receives.
    Provider,
    /// The part of PRV(X) that lies in a provider's own KeyPackage store.
    Store,
    /// ISS(u), the issuer: requests and answers of issuance, and every later fetch that reaches it.
    Issuer,
    /// A provider's login and delivery channels: which account sent or fetched what.
    Login,
    /// MEM(R,m), a member of the room of this label: what it decrypts while it is one.
    Member(String),
    /// OUT: public pages, status lists, links in transit; sizes and times.
    Outside,
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            View::Hub(room) => write!(f, "hub of {room}"),
            View::Provider => f.write_str("provider"),
            View::Store => f.write_str("KeyPackage store"),
            View::Issuer => f.write_str("issuer"),
            View::Login => f.write_str("login and delivery"),
            View::Member(room) => write!(f, "member of {room}"),
            View::Outside => f.write_str("outside"),
        }
    }
}

/// Octets that an entity could see.
#[derive(Clone, PartialEq, Eq)]
pub struct Sight {
    /// The entity: `a.example`, `Alice's phone`.
    pub who: String,
    /// The role in which it did.
    pub view: View,
    /// What it is, for people: `the UpdateRequest`, `the LeafNode inside it`.
    pub what: String,
    /// The number of the message that it came with, if it came with one.
    pub message: Option<u32>,
    /// The octets.
    pub octets: Vec<u8>,
}

/// Without the octets: what members see has secrets in it.
impl fmt::Debug for Sight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sight")
            .field("who", &self.who)
            .field("view", &self.view)
            .field("what", &self.what)
            .field("message", &self.message)
            .field("octets", &self.octets.len())
            .finish()
    }
}
