//! What the room's policy says of a presentation before it is made: the sender's side of mimi-mls.md 3.4.2.

use mimicred_claims::{ClaimPath, Selection};
use mimicred_keys::HashAlgorithm;
use mimicred_room::policy::{Optionality, PolicyPath, RoomDisclosurePolicy};
use mimicred_room::{Evidence, Holding, Member, MemberKind, PolicyState, PreparedBundle, RoomContext, RuleOutcome};
use mimicred_uri::{MimiUri, UriKind};

use super::Args;
use crate::error::{Code, Failure};
use crate::io::Inputs;
use crate::sniff;

/// The room's policy, and who asks what it allows her.
pub(super) struct Asked {
    policy: PolicyState,
    context: RoomContext,
    sender: Member,
}

impl Asked {
    /// Reads the policy, if there is one.
    ///
    /// # Errors
    /// It cannot be read, or nothing says under which name the holder is in the room.
    pub(super) fn read(args: &Args, inputs: &Inputs, pseudonym: Option<&MimiUri>) -> Result<Option<Self>, Failure> {
        let Some(policy) = &args.policy else { return Ok(None) };
        let (policy, _) = sniff::policy::read(inputs, policy)?;
        let subject_uri = args.subject.clone().or_else(|| pseudonym.cloned()).ok_or_else(|| {
            let note = "--subject: whose word counts in a room depends on the provider of whoever speaks";
            Failure::note(Code::OptionMissing, note).hint("give the mimi URI that the holder's leaf credential names")
        })?;
        // What the leaf credential shows besides is not known here, and was the holder's choice when she joined.
        let sender = Member {
            user: subject_uri.clone(),
            client: None,
            kind: if subject_uri.kind() == UriKind::Pseudonym { MemberKind::Pseudonym } else { MemberKind::Real },
            role: None,
            evidence: Evidence::of_certificate(Vec::new(), None),
        };
        let context = RoomContext {
            room_uri: args.room.clone(),
            subject_uri,
            group_id: args.group_id.clone().map(|group_id| group_id.0).unwrap_or_default(),
            epoch: args.epoch.unwrap_or_default(),
            nonce: args.nonce.0.to_vec(),
            hash: HashAlgorithm::Sha256,
        };
        Ok(Some(Self { policy: PolicyState::of_policy(policy), context, sender }))
    }

    /// Refuses what the room would refuse, as far as the sender can know.
    ///
    /// # Errors
    /// `room/reveal-refused` with the code that receivers would report.
    pub(super) fn check(&self, holding: Holding<'_>, selection: &Selection, now: i64) -> Result<(), Failure> {
        Ok(self.bundle(holding, selection, now)?.check(&self.policy, &self.sender)?)
    }

    /// The least that the policy asks for: of each required rule the first path that meets it (Holder rule).
    pub(super) fn least(&self, holding: Holding<'_>, family: fn(&PolicyPath) -> Option<&ClaimPath>, now: i64) -> Selection {
        let mut chosen = Vec::new();
        let rules = self.policy.known().map(required).unwrap_or_default();
        for (label, paths) in rules {
            let candidates = paths.iter().filter_map(family);
            chosen = candidates
                .map(|path| [chosen.as_slice(), std::slice::from_ref(path)].concat())
                .find(|candidate| self.meets(label, holding, &Selection::Paths(candidate.clone()), now))
                .unwrap_or(chosen);
        }
        if chosen.is_empty() { Selection::None } else { Selection::Paths(chosen) }
    }

    fn meets(&self, label: &str, holding: Holding<'_>, selection: &Selection, now: i64) -> bool {
        let Ok(bundle) = self.bundle(holding, selection, now) else { return false };
        let forecast = bundle.forecast(&self.policy, &self.sender);
        forecast.rules.iter().any(|rule| rule.claim_name == label && rule.outcome == RuleOutcome::Kept)
    }

    fn bundle(&self, holding: Holding<'_>, selection: &Selection, now: i64) -> Result<PreparedBundle, Failure> {
        let mut bundle = PreparedBundle::new(self.context.clone());
        bundle.add(holding, selection, now)?;
        Ok(bundle)
    }
}

fn required(policy: &RoomDisclosurePolicy) -> Vec<(&str, &[PolicyPath])> {
    let rules = policy.claim_rules.iter().filter(|rule| rule.presence == Optionality::Required);
    rules.map(|rule| (rule.claim_name.as_str(), rule.paths.as_slice())).collect()
}
