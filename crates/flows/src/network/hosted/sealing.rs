//! What a hub sends to members each for herself: sealed to the key in her leaf (mimi-mls 2.8).

use mimicred_keys::Random;
use mimicred_mls::handshake::SealedHandshake;
use mimicred_mls::{LeafView, MessageView};

use super::{Fan, Hosted, STEP, claimed_user, handshake_event};
use crate::Error;

impl Hosted {
    #[expect(clippy::too_many_arguments, reason = "all that a seal is made for")]
    pub(super) fn seal_to_members(
        &self,
        fan: &mut Fan,
        place: (&[u8], u64),
        leaves: &[LeafView],
        recipients: &[(u32, Vec<u8>)],
        message: &[u8],
        timestamp: u64,
        random: &mut dyn Random,
    ) -> Result<(), Error> {
        let suite = self.hub.suite().map_err(|e| Error::step(STEP, e))?;
        for (index, key) in recipients {
            let user = leaves.iter().find(|leaf| leaf.index == *index).and_then(|leaf| claimed_user(&leaf.credential));
            let Some(user) = user else { continue };
            let sealed = SealedHandshake::seal(suite, place, key, message, random).and_then(|sealed| sealed.to_message());
            let sealed = sealed.map_err(|e| Error::step(STEP, e))?;
            fan.events.push((user.host().to_owned(), handshake_event(&sealed, timestamp)?));
        }
        Ok(())
    }

    /// The leaves that have said that they leave.
    pub(crate) fn leaving(&self) -> Vec<u32> {
        let messages = self.hub.leaving().iter().filter_map(|octets| MessageView::decode(octets).ok());
        messages.filter_map(|message| message.sender_leaf()).collect()
    }

    /// What the hub itself tells every member, sealed to each.
    pub(crate) fn tell_members(&self, message: &[u8], epoch: u64, now: u64, random: &mut dyn Random) -> Result<Fan, Error> {
        let mut fan = Fan::default();
        let (leaves, _) = self.hub.leaves().map_err(|e| Error::step(STEP, e))?;
        let recipients = self.hub.recipients().map_err(|e| Error::step(STEP, e))?;
        let place = (self.hub.id(), epoch);
        self.seal_to_members(&mut fan, place, &leaves, &recipients, message, now.saturating_mul(1000), random)?;
        Ok(fan)
    }
}
