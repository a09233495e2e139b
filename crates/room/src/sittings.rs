//! Who sits at which leaf, and since which epoch: what a reveal and the answer to a request belong to (mimi-mls.md 3.5.3, In force).

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use mimicred_keys::PublicKey;
use mimicred_mls::EpochView;
use mimicred_uri::MimiUri;

use crate::in_force::End;
use crate::snapshot::{EpochSnapshot, SnapshotLeaf};

/// One stay of one member at one leaf, with one key and one user: whoever comes back has another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sitting {
    /// The leaf index.
    pub(crate) leaf: u32,
    /// The first epoch in which we saw it so.
    pub(crate) since: u64,
}

/// Who sits where now, and who sat there in the epochs whose messages may still come.
#[derive(Debug)]
pub(crate) struct Sittings {
    epoch: Option<u64>,
    now: BTreeMap<u32, Seat>,
    /// What has ended: in which epoch it was over, and why.
    former: BTreeMap<Sitting, (u64, End)>,
    past_epochs: u64,
}

/// What makes a sitting one.
#[derive(Debug)]
struct Seat {
    since: u64,
    key: PublicKey,
    user: Option<MimiUri>,
    /// Fresh for each KeyPackage and joining leaf (mimi-mls.md 3.5.5): who left and came back in one commit has another.
    recipient_key: Option<Vec<u8>>,
}

impl Sittings {
    /// Nobody yet; remembers who sat where in so many past epochs.
    pub(crate) fn new(past_epochs: usize) -> Self {
        let past_epochs = u64::try_from(past_epochs).unwrap_or(u64::MAX);
        Self { epoch: None, now: BTreeMap::new(), former: BTreeMap::new(), past_epochs }
    }

    /// Takes down who sits where in the epoch that was just entered; gives the sittings that it ends.
    pub(crate) fn enter(&mut self, view: &EpochView, snapshot: &EpochSnapshot) -> Vec<(Sitting, End)> {
        let epoch = snapshot.epoch();
        // Between epochs that we did not see, anybody may have left and come back.
        let is_next = self.epoch.is_none_or(|before| before.checked_add(1) == Some(epoch));
        self.epoch = Some(epoch);
        let unreadable: BTreeSet<u32> = view.unreadable.iter().map(|leaf| leaf.index).collect();
        let mut before = std::mem::take(&mut self.now);
        let mut ended = Vec::new();
        for seen in &view.leaves {
            let user = snapshot.leaf(seen.index).and_then(SnapshotLeaf::member).map(|member| member.user.clone());
            let (key, recipient_key) = (seen.signature_key.clone(), seen.recipient_key.clone());
            let mut seat = Seat { since: epoch, key, user, recipient_key };
            if let Some(earlier) = before.remove(&seen.index) {
                match if is_next { earlier.end_in(&seat) } else { Some(End::EpochMissed) } {
                    Some(end) => ended.push((earlier.sitting(seen.index), end)),
                    None => seat.since = earlier.since,
                }
            }
            self.now.insert(seen.index, seat);
        }
        for (leaf, seat) in before {
            let end = match unreadable.contains(&leaf) {
                _ if !is_next => End::EpochMissed,
                true => End::LeafUnverified,
                false => End::Removed,
            };
            ended.push((seat.sitting(leaf), end));
        }
        self.former.extend(ended.iter().map(|(sitting, end)| (*sitting, (epoch, *end))));
        let oldest = epoch.saturating_sub(self.past_epochs);
        self.former.retain(|_, (over, _)| *over > oldest);
        ended
    }

    /// Who sits at a leaf now.
    pub(crate) fn current(&self, leaf: u32) -> Option<Sitting> {
        self.now.get(&leaf).map(|seat| seat.sitting(leaf))
    }

    /// Everybody who sits somewhere now.
    pub(crate) fn everybody(&self) -> impl Iterator<Item = Sitting> {
        self.now.iter().map(|(leaf, seat)| seat.sitting(*leaf))
    }

    /// Who sat at a leaf in an epoch whose messages may still come.
    pub(crate) fn at(&self, leaf: u32, epoch: u64) -> Option<Sitting> {
        if self.epoch.is_none_or(|current| epoch > current) {
            return None;
        }
        let current = self.current(leaf).filter(|sitting| sitting.since <= epoch);
        current.or_else(|| {
            let theirs = Sitting { leaf, since: 0 }..=Sitting { leaf, since: epoch };
            let last = self.former.range(theirs).next_back();
            last.filter(|(_, (over, _))| epoch < *over).map(|(sitting, _)| *sitting)
        })
    }

    /// Why somebody sits there no more; nothing if she does.
    pub(crate) fn end_of(&self, sitting: Sitting) -> Option<End> {
        self.former.get(&sitting).map(|(_, end)| *end)
    }
}

impl Seat {
    fn sitting(&self, leaf: u32) -> Sitting {
        Sitting { leaf, since: self.since }
    }

    /// What of this seat has ended where another one is seen in its place; nothing if they are one.
    fn end_in(&self, next: &Seat) -> Option<End> {
        match (&self.user, &next.user) {
            (Some(before), Some(after)) if self.key != next.key && before != after => Some(End::Removed),
            _ if self.key != next.key => Some(End::KeyRotated),
            (Some(_), None) => Some(End::LeafUnverified),
            (Some(before), Some(after)) if before != after => Some(End::UriChanged),
            _ if self.recipient_key != next.recipient_key => Some(End::Rejoined),
            // Of a leaf without standing there is nothing to end.
            _ => None,
        }
    }
}
