//! The leaves that will be able to read a reveal.

use std::fmt;

use mimicred_keys::PublicKey;
use mimicred_uri::MimiUri;

use crate::snapshot::{EpochSnapshot, SnapshotLeaf};

/// Who will be able to read a reveal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipients {
    /// These leaves, by index. The sender's own other clients are among them, and the leaves whose credentials do not hold: what is
    /// sent to a room is sent to all of it.
    Leaves(Vec<Recipient>),
    /// On files: whoever is in the room.
    NotKnown,
}

/// A leaf that will be able to read a reveal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Its index.
    pub index: u32,
    /// Its signature key, if it can be read.
    pub key: Option<PublicKey>,
    /// Whose it is, by a credential that holds; nothing if it does not.
    pub user: Option<MimiUri>,
    /// The role of that user.
    pub role: Option<u32>,
    /// Whether it is another client of the sender.
    pub is_own: bool,
}

impl Recipient {
    /// Whether its credential holds.
    pub fn is_verified(&self) -> bool {
        self.user.is_some()
    }

    fn of(leaf: &SnapshotLeaf, sender: Option<&MimiUri>) -> Self {
        let member = leaf.member();
        let user = member.map(|member| member.user.clone());
        let is_own = user.is_some() && user.as_ref() == sender;
        Self { index: leaf.index(), key: Some(leaf.key().clone()), role: member.and_then(|member| member.role), is_own, user }
    }
}

impl Recipients {
    /// Those who can read what the leaf `sender` sends in this epoch, to holders of some roles or to everybody.
    pub(super) fn of(snapshot: &EpochSnapshot, sender: u32, roles: Option<&[u32]>) -> Self {
        if !snapshot.knows_members() {
            return Recipients::NotKnown;
        }
        let own_user = snapshot.leaf(sender).and_then(|leaf| leaf.member()).map(|member| &member.user);
        let others = snapshot.leaves().filter(|leaf| leaf.index() != sender);
        let Some(roles) = roles else {
            let readable = others.map(|leaf| Recipient::of(leaf, own_user));
            let unreadable =
                snapshot.unreadable().map(|index| Recipient { index, key: None, user: None, role: None, is_own: false });
            let mut leaves: Vec<Recipient> = readable.chain(unreadable).collect();
            leaves.sort_by_key(|leaf| leaf.index);
            return Recipients::Leaves(leaves);
        };
        let sealed_to = snapshot.leaves_with_roles(roles);
        Recipients::Leaves(
            others.filter(|leaf| sealed_to.contains(&leaf.index())).map(|leaf| Recipient::of(leaf, own_user)).collect(),
        )
    }
}

impl fmt::Display for Recipients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let leaves = match self {
            Recipients::NotKnown => return writeln!(f, "for whoever is in the room"),
            Recipients::Leaves(leaves) if leaves.is_empty() => return writeln!(f, "for nobody: there is no other leaf"),
            Recipients::Leaves(leaves) => leaves,
        };
        let unverified = leaves.iter().filter(|leaf| !leaf.is_verified()).count();
        match unverified {
            0 => writeln!(f, "for {} leaves", leaves.len())?,
            some => writeln!(f, "for {} leaves, {some} of them NOT VERIFIED", leaves.len())?,
        }
        leaves.iter().try_for_each(|leaf| writeln!(f, "  {leaf}"))
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "leaf {}: ", self.index)?;
        match &self.user {
            Some(user) => write!(f, "{user}")?,
            None => f.write_str("NOT VERIFIED: nobody knows who this is")?,
        }
        if let Some(role) = self.role {
            write!(f, ", role {role}")?;
        }
        if self.is_own { f.write_str(", your own other client") } else { Ok(()) }
    }
}
