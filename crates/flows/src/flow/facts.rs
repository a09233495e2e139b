//! What there is to learn in a flow, and whose views are looked at: the words of mimi-mls 4.1.

use std::fmt;

use crate::needle::Find;
use crate::record::View;

/// A view, or a part of one.
#[derive(Clone, Debug)]
pub(super) enum Scope {
    /// HUB(R).
    Hub(&'static str),
    /// PRV(X), with its KeyPackage store.
    Provider(&'static str),
    /// PRV(X) from one message on.
    ProviderFrom(&'static str, u32),
    /// The KeyPackage store of a provider alone.
    Store(&'static str),
    /// ENT(X).
    Entity(&'static str),
    /// What a member could read in a room: MEM(R, m) without what the hub sees.
    Member(&'static str, &'static str),
    /// OUT.
    Outside,
}

impl Scope {
    pub(super) fn covers(&self, find: &Find) -> bool {
        self.holds(&find.who, &find.view, find.message)
    }

    pub(super) fn holds(&self, who: &str, view: &View, message: Option<u32>) -> bool {
        let as_provider = |host: &str| who == host && matches!(view, View::Provider | View::Store);
        match self {
            Scope::Hub(room) => matches!(view, View::Hub(label) if label == room),
            Scope::Provider(host) => as_provider(host),
            Scope::ProviderFrom(host, first) => as_provider(host) && message.is_none_or(|message| message >= *first),
            Scope::Store(host) => who == *host && *view == View::Store,
            Scope::Entity(host) => who == *host,
            Scope::Member(device, room) => who == *device && matches!(view, View::Member(label) if label == room),
            Scope::Outside => *view == View::Outside,
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scope::Hub(room) => write!(f, "HUB({room})"),
            Scope::Provider(host) => write!(f, "PRV({host})"),
            Scope::ProviderFrom(host, first) => write!(f, "PRV({host}) from message {first} on"),
            Scope::Store(host) => write!(f, "the KeyPackage store of {host}"),
            Scope::Entity(host) => write!(f, "ENT({host})"),
            Scope::Member(device, room) => write!(f, "what {device} could read in {room}"),
            Scope::Outside => write!(f, "OUT"),
        }
    }
}

/// Something to be learned: a column of the matrix.
pub(super) struct Fact {
    pub(super) name: &'static str,
    /// The needle sets that tell it.
    pub(super) sets: Vec<&'static str>,
}

impl Fact {
    pub(super) fn new(name: &'static str, sets: &[&'static str]) -> Self {
        Self { name, sets: sets.to_vec() }
    }
}

/// Somebody who may have learned it: a row of the matrix.
pub(super) struct Row {
    pub(super) party: &'static str,
    pub(super) scopes: Vec<Scope>,
    /// Facts that it learns whatever the messages are, and why.
    pub(super) inherent: Vec<(&'static str, &'static str)>,
}

impl Row {
    pub(super) fn new(party: &'static str, scopes: &[Scope], inherent: &[(&'static str, &'static str)]) -> Self {
        Self { party, scopes: scopes.to_vec(), inherent: inherent.to_vec() }
    }
}
