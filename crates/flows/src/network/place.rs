//! A client at its place in one room: its group, what it makes of others' messages, and what it has heard.

use mimicred_mls::carriage::Carried;
use mimicred_mls::content::{MimiContent, Part};
use mimicred_mls::framing::ApplicationFraming;
use mimicred_mls::group::{Group, Incoming, MAX_PAST_EPOCHS};
use mimicred_mls::{DisclosureBundle, MediaType, SealedDisclosure};
use mimicred_room::{
    Arrival, EpochSnapshot, MemoryReplayStore, NoStatusLists, ReplayKey, Reveal, Room, Settings, TrustStore, Verdict, Verifier,
};

use crate::Error;

pub(crate) struct Place {
    /// Which persona it is there.
    pub(crate) persona: String,
    pub(crate) group: Group,
    room: Room,
    replay: MemoryReplayStore,
    /// What it has heard, in its order.
    pub(crate) heard: Vec<Heard>,
    /// Who invited, if it came by a link.
    pub(crate) inviter: Option<Inviter>,
}

/// The leaf that invited, and whether it has proven to be in this very group.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Inviter {
    pub(crate) leaf: u32,
    pub(crate) has_spoken: bool,
}

/// What came of an application message.
#[derive(Clone, Debug)]
pub(crate) enum Heard {
    /// A reveal, judged.
    Reveal(Box<Verdict>),
    /// A reveal that is sealed to others.
    ForOthers,
    /// Something else that was said.
    Text(Text),
}

/// What was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    /// The sender's leaf.
    pub sender: u32,
    /// The epoch.
    pub epoch: u64,
    /// The application data.
    pub octets: Vec<u8>,
}

/// What a delivered message was.
pub(crate) enum Delivered {
    /// The group moved on.
    Epoch,
    /// Something is waiting for a commit.
    Proposal,
    /// Application data, decrypted; and what was sealed in them, opened.
    Application(Vec<Vec<u8>>),
    /// It was for others, or of one's own.
    Nothing,
}

impl Place {
    pub(crate) fn new(persona: &str, group: Group, replay: ReplayKey) -> Self {
        Self {
            persona: persona.to_owned(),
            group,
            room: Room::new(MAX_PAST_EPOCHS, Settings::default()),
            replay: MemoryReplayStore::new(replay),
            heard: Vec::new(),
            inviter: None,
        }
    }

    /// Takes down the epoch that has begun.
    pub(crate) fn enter(&mut self, trust: &TrustStore, now: i64) -> Result<(), Error> {
        if !self.group.is_active() {
            return Ok(());
        }
        let step = "an epoch is entered";
        let view = self.group.view().map_err(|e| Error::step(step, e))?;
        self.room.enter(&view, trust, now).map(drop).map_err(|e| Error::step(step, e))
    }

    /// Whether a reveal can go here: who came by a link waits until whoever invited has signed the GroupInfo or said something in a group
    /// that both are in. All else could have been copied by a hub into a group of its own (mimi-mls 3.6.3).
    pub(crate) fn may_reveal(&self) -> bool {
        self.inviter.is_none_or(|inviter| inviter.has_spoken)
    }

    /// What it knows of the current epoch.
    pub(crate) fn snapshot(&self) -> Result<&EpochSnapshot, Error> {
        self.room.snapshots().current().ok_or_else(|| Error::step("an epoch is looked up", "none was entered"))
    }

    /// The reveals in force, by the revealing leaf.
    pub(crate) fn room(&self) -> &Room {
        &self.room
    }

    /// A message of the group, followed and not judged.
    pub(crate) fn follow(&mut self, octets: &[u8]) -> Result<(), Error> {
        match self.group.receive(octets) {
            Ok(_) => Ok(()),
            // Of an epoch that she was not in, or of one after she was taken out.
            Err(e) if matches!(e.code(), mimicred_mls::Code::EpochUnavailable | mimicred_mls::Code::GroupInactive) => Ok(()),
            Err(e) => Err(Error::step("a message is followed", e)),
        }
    }

    /// A message of the group.
    pub(crate) fn receive(&mut self, octets: &[u8], trust: &TrustStore, now: i64) -> Result<Delivered, Error> {
        let incoming = match self.group.receive(octets) {
            Ok(incoming) => incoming,
            // Sealed to another member, or of an epoch that this one was not in.
            Err(e)
                if matches!(
                    e.code(),
                    mimicred_mls::Code::HandshakeUnreadable
                        | mimicred_mls::Code::EpochUnavailable
                        | mimicred_mls::Code::GroupInactive
                ) =>
            {
                return Ok(Delivered::Nothing);
            }
            Err(e) => return Err(Error::step("a message is received", e)),
        };
        match incoming {
            Incoming::Application { sender, epoch, octets } => {
                if let Some(inviter) = &mut self.inviter {
                    inviter.has_spoken |= inviter.leaf == sender;
                }
                let (heard, opened) = self.hear(&octets, (sender, epoch), trust, now)?;
                self.heard.push(heard);
                Ok(Delivered::Application(std::iter::once(octets).chain(opened).collect()))
            }
            Incoming::Commit { committer, .. } => {
                if let Some(inviter) = &mut self.inviter {
                    inviter.has_spoken |= committer == Some(inviter.leaf);
                }
                self.enter(trust, now)?;
                Ok(Delivered::Epoch)
            }
            Incoming::Proposal { .. } => Ok(Delivered::Proposal),
            _ => Ok(Delivered::Nothing),
        }
    }

    fn hear(
        &mut self,
        octets: &[u8],
        (sender, epoch): (u32, u64),
        trust: &TrustStore,
        now: i64,
    ) -> Result<(Heard, Option<Vec<u8>>), Error> {
        let listed = self.room.snapshots().of(epoch).map_or(&[][..], EpochSnapshot::media_types).to_vec();
        let opened = match Carried::decode(octets, &listed) {
            Err(e) if e.code() == mimicred_mls::Code::NotAReveal => {
                return Ok((Heard::Text(Text { sender, epoch, octets: octets.to_vec() }), None));
            }
            Ok(Carried::Sealed(sealed)) => Some(self.open(&sealed, sender, epoch)),
            _ => None,
        };
        let reveal = match &opened {
            None => Reveal::ApplicationData(octets),
            Some(Err(e)) if e.code() == mimicred_mls::Code::SealedForOthers => return Ok((Heard::ForOthers, None)),
            Some(opened) => Reveal::Sealed(opened.as_ref()),
        };
        let arrival = Arrival { sender, epoch, received_at: now, accepted_at: None, challenge: None };
        let mut verifier = Verifier {
            trust,
            replay: &mut self.replay,
            status: &NoStatusLists,
            disclosure_keys: &[],
            settings: Settings::default(),
        };
        let verdict = self.room.receive(&arrival, reveal, &mut verifier).map_err(|e| Error::step("a reveal is judged", e))?;
        let bundle = opened.and_then(Result::ok).and_then(|bundle| bundle.encode().ok());
        Ok((Heard::Reveal(Box::new(verdict)), bundle))
    }

    fn open(&self, sealed: &[u8], sender: u32, epoch: u64) -> Result<DisclosureBundle, mimicred_mls::Error> {
        SealedDisclosure::decode(sealed).and_then(|sealed| self.group.open(&sealed, sender, epoch))
    }

    /// What to send for a bundle: as it is, or sealed to the holders of some roles.
    pub(crate) fn frame(&self, bundle: &DisclosureBundle, roles: &[u32]) -> Result<ApplicationFraming, Error> {
        let step = "a reveal is framed";
        if roles.is_empty() {
            let content = bundle.encode().map_err(|e| Error::step(step, e))?;
            return Ok(ApplicationFraming { media_type: Some(MediaType::DisclosureBundle), content });
        }
        let leaves = self.snapshot()?.leaves_with_roles(roles);
        let sealed = self.group.seal(bundle, &leaves).and_then(|sealed| sealed.encode()).map_err(|e| Error::step(step, e))?;
        Ok(ApplicationFraming { media_type: Some(MediaType::DisclosureSealed), content: sealed })
    }

    /// The last thing that was said, as text.
    pub(crate) fn said(&self) -> Option<String> {
        let last = self.heard.iter().rev().find_map(|heard| match heard {
            Heard::Text(text) => Some(text),
            _ => None,
        })?;
        let content = MimiContent::decode(&ApplicationFraming::decode(&last.octets).ok()?.content).ok()?;
        match content.nested_part.part {
            Part::Single { content, .. } => String::from_utf8(content).ok(),
            _ => None,
        }
    }

    /// The last verdict that came of a reveal.
    pub(crate) fn verdict(&self) -> Option<&Verdict> {
        self.heard.iter().rev().find_map(|heard| match heard {
            Heard::Reveal(verdict) => Some(&**verdict),
            _ => None,
        })
    }
}
