//! How much went over the wire.

use serde::Serialize;

use super::Message;

/// Messages and octets of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// How many messages.
    pub messages: u64,
    /// Octets of their bodies.
    pub octets: u64,
    /// The same for each kind, in the order in which the kinds first appear.
    pub by_kind: Vec<KindTotal>,
}

/// Messages and octets of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KindTotal {
    /// The kind: `UpdateRequest`.
    pub kind: &'static str,
    /// How many messages.
    pub messages: u64,
    /// Octets of their bodies.
    pub octets: u64,
}

impl Totals {
    /// Those of these messages.
    pub fn of(messages: &[Message]) -> Self {
        let mut totals = Totals::default();
        for message in messages {
            let octets = u64::try_from(message.octets.len()).unwrap_or(u64::MAX);
            totals.messages += 1;
            totals.octets += octets;
            match totals.by_kind.iter_mut().find(|total| total.kind == message.kind) {
                Some(total) => {
                    total.messages += 1;
                    total.octets += octets;
                }
                None => totals.by_kind.push(KindTotal { kind: message.kind, messages: 1, octets }),
            }
        }
        totals
    }
}
