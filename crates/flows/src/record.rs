//! What each party of a scenario sent, received and could see, as octets.
//!
//! A scenario tells a [`Record`] every message as it goes over the wire, and every octet string that a party comes to see, with
//! the role in which it does: the views of mimi-mls 4.1. The statements about what a party must not learn are searches in these
//! views, so nothing here is shortened, decoded or left out.
//!
//! ```
//! use mimicred_flows::record::{Message, Record, View};
//!
//! let mut record = Record::new();
//! record.phase("Alice asks");
//! let asked = Message::new(5, "b.example", "a.example", "UpdateRequest", vec![1, 2, 3]).path("POST /update/R1").room("R1");
//! let number = record.message(asked);
//! record.saw("a.example", View::Hub("R1".into()), "an UpdateRequest", Some(number), vec![1, 2, 3]);
//!
//! assert_eq!(record.hub("R1").count(), 1);
//! assert_eq!(record.view("a.example", &View::Provider).count(), 0);
//! assert_eq!(record.totals().octets, 3);
//! ```

mod sight;
mod totals;

use std::fmt;

pub use sight::{Sight, View};
pub use totals::{KindTotal, Totals};

/// A message between two parties, as it went over the wire.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// Its place in the scenario, counted from 1; 0 before the record has it.
    pub number: u32,
    /// When it was sent, in seconds of the scenario's own clock.
    pub at: u64,
    /// Who sent it.
    pub from: String,
    /// Who received it.
    pub to: String,
    /// What it is: `UpdateRequest`.
    pub kind: &'static str,
    /// How it travels: `POST /update/R1`; empty if that says nothing.
    pub path: String,
    /// What it does, for people; may be empty.
    pub note: String,
    /// The label of the room that it is for.
    pub room: Option<String>,
    /// The part of the scenario that it belongs to; the record fills it in.
    pub phase: String,
    /// The body, all of it.
    pub octets: Vec<u8>,
}

impl Message {
    /// A message without path, note and room. The record gives it number and phase.
    pub fn new(at: u64, from: impl Into<String>, to: impl Into<String>, kind: &'static str, octets: Vec<u8>) -> Self {
        let (from, to) = (from.into(), to.into());
        let (path, note, phase) = (String::new(), String::new(), String::new());
        Self { number: 0, at, from, to, kind, path, note, room: None, phase, octets }
    }

    /// How it travels.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// What it does, for people.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// The label of its room.
    #[must_use]
    pub fn room(mut self, room: impl Into<String>) -> Self {
        self.room = Some(room.into());
        self
    }
}

/// Without the octets: what members see has secrets in it.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("number", &self.number)
            .field("at", &self.at)
            .field("from", &self.from)
            .field("to", &self.to)
            .field("kind", &self.kind)
            .field("path", &self.path)
            .field("room", &self.room)
            .field("octets", &self.octets.len())
            .finish_non_exhaustive()
    }
}

/// What is called at every message as it happens.
type Observer = Box<dyn FnMut(&Message) + Send>;

/// Everything that happened in a run, in its order.
#[derive(Default)]
pub struct Record {
    messages: Vec<Message>,
    sights: Vec<Sight>,
    phase: String,
    observer: Option<Observer>,
}

impl Record {
    /// Nothing has happened yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same record, with somebody who is told every message as it happens: to print it, say.
    #[must_use]
    pub fn with_observer(mut self, observer: impl FnMut(&Message) + Send + 'static) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// A part of the scenario begins; the messages from here on belong to it.
    pub fn phase(&mut self, name: impl Into<String>) {
        self.phase = name.into();
    }

    /// A message was sent and received. Its number is returned; what the two of them see is told by [`Record::saw`], for only the
    /// scenario knows in which roles they do.
    pub fn message(&mut self, mut message: Message) -> u32 {
        let number = u32::try_from(self.messages.len()).unwrap_or(u32::MAX).saturating_add(1);
        message.number = number;
        message.phase.clone_from(&self.phase);
        if let Some(observer) = &mut self.observer {
            observer(&message);
        }
        self.messages.push(message);
        number
    }

    /// An entity came to see something in one of its roles. One message may be several sights: the body at the hub, what is inside
    /// it for a member.
    pub fn saw(&mut self, who: impl Into<String>, view: View, what: impl Into<String>, message: Option<u32>, octets: Vec<u8>) {
        self.sights.push(Sight { who: who.into(), view, what: what.into(), message, octets });
    }

    /// The messages, in their order.
    pub fn messages(&self) -> &[Message] {
        &self.messages
    }

    /// The message of this number.
    pub fn get(&self, number: u32) -> Option<&Message> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        self.messages.get(index)
    }

    /// All that anybody saw, in the order in which it was.
    pub fn sights(&self) -> &[Sight] {
        &self.sights
    }

    /// What an entity saw in one of its roles.
    pub fn view<'r>(&'r self, who: &'r str, view: &'r View) -> impl Iterator<Item = &'r Sight> {
        self.sights.iter().filter(move |sight| sight.who == who && sight.view == *view)
    }

    /// HUB(R): what the hub of a room saw as such, whoever it is.
    pub fn hub<'r>(&'r self, room: &'r str) -> impl Iterator<Item = &'r Sight> {
        self.sights.iter().filter(move |sight| matches!(&sight.view, View::Hub(label) if label == room))
    }

    /// ENT(X): all that an entity saw, in every role.
    pub fn entity<'r>(&'r self, who: &'r str) -> impl Iterator<Item = &'r Sight> {
        self.sights.iter().filter(move |sight| sight.who == who)
    }

    /// Messages and octets that went over the wire.
    pub fn totals(&self) -> Totals {
        Totals::of(&self.messages)
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record").field("messages", &self.messages).field("sights", &self.sights).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
