//! What a hub does by itself about abuse, and what it notices: whom it keeps out for a time, how often somebody sends, who was removed or
//! banned by whom, who complained.

use std::collections::{BTreeMap, BTreeSet};

use mimicred_mls::component::{BANNED, Participant, ParticipantList};
use mimicred_provider::Signal;
use mimicred_uri::MimiUri;

use super::{Hosted, STEP};
use crate::Error;

/// So many messages of one user within [`WINDOW`] are many.
pub(crate) const LIMIT: usize = 6;
/// Seconds.
const WINDOW: u64 = 60;

/// Something that a hub knows against a pseudonym.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Signalled {
    pub(crate) user: MimiUri,
    pub(crate) signal: Signal,
    /// Who says so: a member, by her pseudonym in the room; nobody, if the hub has noticed it itself.
    pub(crate) by: Option<MimiUri>,
}

/// A room's own list of such things.
#[derive(Default)]
pub(crate) struct Moderated {
    /// Until when a user is kept out, in seconds since 1970. Room policies know no times, so this is the hub's alone.
    kept_out: BTreeMap<MimiUri, u64>,
    /// When a user has sent something lately.
    sent: BTreeMap<MimiUri, Vec<u64>>,
    /// Whom the hub itself has proposed to remove: whoever commits that has removed nobody.
    pub(crate) proposed: BTreeSet<MimiUri>,
    /// In their order, each once.
    pub(crate) signals: Vec<Signalled>,
}

impl Moderated {
    /// Keeps a user out until some time.
    pub(crate) fn keep_out(&mut self, user: MimiUri, until: u64) {
        self.kept_out.insert(user, until);
    }

    pub(super) fn keeps_out(&self, user: &MimiUri, now: u64) -> bool {
        self.kept_out.get(user).is_some_and(|until| now < *until)
    }

    pub(crate) fn signal(&mut self, user: MimiUri, signal: Signal, by: Option<MimiUri>) {
        let signalled = Signalled { user, signal, by };
        if !self.signals.contains(&signalled) {
            self.signals.push(signalled);
        }
    }

    /// A message was accepted.
    pub(super) fn sent(&mut self, user: &MimiUri, now: u64) {
        let times = self.sent.entry(user.clone()).or_default();
        times.retain(|at| at.saturating_add(WINDOW) > now);
        times.push(now);
        if times.len() > LIMIT {
            self.signal(user.clone(), Signal::Anomaly, None);
        }
    }

    /// A commit was accepted: whom somebody else has removed or banned by it.
    pub(super) fn follow(&mut self, before: &[Participant], after: &[Participant], by: Option<MimiUri>) {
        let Some(by) = by else { return };
        for Participant { user, role_index } in before {
            let role = after.iter().find(|participant| participant.user == *user).map(|participant| participant.role_index);
            let is_proposed = role.is_none() && self.proposed.remove(user);
            match role {
                _ if *user == by || is_proposed => {}
                None => self.signal(user.clone(), Signal::Kick, Some(by.clone())),
                Some(BANNED) if *role_index != BANNED => self.signal(user.clone(), Signal::Ban, Some(by.clone())),
                Some(_) => {}
            }
        }
    }
}

impl Hosted {
    /// Whether a user of this provider is in the room with a role that lets her do something.
    pub(crate) fn allows(&self, user: &MimiUri, from: &str, capability: u16) -> Result<bool, Error> {
        let state = self.hub.room_state().map_err(|e| Error::step(STEP, e))?;
        let list = ParticipantList::new(state.participants).map_err(|e| Error::step(STEP, e))?;
        let roles = state.roles.unwrap_or_default();
        Ok(user.host() == from && list.role_of(user).is_some_and(|role| roles.allows(role, capability)))
    }
}

#[cfg(test)]
mod tests {
    use mimicred_uri::mint_pseudonym;

    use super::*;

    fn user(n: u8) -> MimiUri {
        mint_pseudonym(&"b.example".parse().unwrap(), [n; 16])
    }

    #[test]
    fn many_messages_within_a_minute_are_noticed_once() {
        let mut moderated = Moderated::default();
        for n in 0..10 {
            // Ten seconds apart, there are never more than six in a minute.
            moderated.sent(&user(1), 1000 + 10 * n);
        }
        assert!(moderated.signals.is_empty());
        for _ in 0..2 {
            moderated.sent(&user(1), 1091);
        }
        assert_eq!(moderated.signals, [Signalled { user: user(1), signal: Signal::Anomaly, by: None }]);
        moderated.sent(&user(2), 1091);
        assert_eq!(moderated.signals.len(), 1);
    }

    #[test]
    fn a_ban_for_a_time_ends_with_it() {
        let mut moderated = Moderated::default();
        moderated.keep_out(user(1), 2000);
        assert!(moderated.keeps_out(&user(1), 1999) && !moderated.keeps_out(&user(1), 2000));
        assert!(!moderated.keeps_out(&user(2), 1999));
    }

    #[test]
    fn who_goes_by_whose_commit_is_told_apart() {
        let list = |users: &[(u8, u32)]| -> Vec<Participant> {
            users.iter().map(|(n, role_index)| Participant { user: user(*n), role_index: *role_index }).collect()
        };
        let before = list(&[(1, 3), (2, 2), (3, 2), (4, 2), (5, BANNED)]);
        // Two is removed, three banned, four removed because the hub proposed it; one leaves, five was banned before.
        let after = list(&[(3, BANNED), (5, BANNED)]);
        let mut moderated = Moderated::default();
        moderated.proposed.insert(user(4));
        moderated.follow(&before, &after, None);
        assert!(moderated.signals.is_empty());
        moderated.follow(&before, &after, Some(user(1)));
        let signals: Vec<_> = moderated.signals.iter().map(|it| (it.user.clone(), it.signal)).collect();
        assert_eq!(signals, [(user(2), Signal::Kick), (user(3), Signal::Ban)]);
    }
}
