//! What the sender agrees to before a reveal is signed, and that it is still so when it is sent (mimi-mls.md 3.5.6).
//!
//! A [`Confirmation`] says what would be revealed, and to whom: the epoch, the policy by its hash, every leaf that will be able to
//! read it, every claim. Whoever agrees makes a [`Confirmed`] of it, and only that signs, for as long as the current epoch is the same
//! in all of these. A new epoch alone is no reason to ask again: [`Confirmed::renewed`] takes a bundle that was prepared anew.
//!
//! ```text
//! PreparedBundle --propose--> Confirmation --confirm--> Confirmed --sign--> DisclosureBundle
//! ```

mod recipients;
mod revealed;

pub use recipients::{Recipient, Recipients};
pub use revealed::{RevealedItem, ShownClaim};

use std::fmt;

use mimicred_keys::{LeafKey, ToBeSigned};
use mimicred_mls::DisclosureBundle;
use mimicred_uri::MimiUri;

use crate::present::{Audience, PreparedBundle, RoomContext};
use crate::snapshot::EpochSnapshot;
use crate::{Code, Error};

/// What the sender is asked to agree to. It shows her own claims (by [`fmt::Display`] too): it is for her eyes, and for no log.
pub struct Confirmation {
    prepared: PreparedBundle,
    sender: u32,
    /// The roles that it is sealed to; nothing for every member.
    roles: Option<Vec<u32>>,
    policy_hash: [u8; 32],
    recipients: Recipients,
    items: Vec<RevealedItem>,
}

/// A reveal that the sender has agreed to.
///
/// ```
/// # use mimicred_claims::{Clock, Key, Map, Redaction, RedactionPlan, Selection, Value};
/// # use mimicred_keys::{Algorithm, IssuerKey, LeafKey, SecretKey, SystemRandom};
/// # use mimicred_mls::Credential;
/// # use mimicred_room::*;
/// # use mimicred_x509::{Ca, CaProfile, PseudonymProfile, Validity, prepare_pseudonym, prepare_root};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (now, random) = (1_790_000_000, &mut SystemRandom);
/// # let provider = IssuerKey::new(SecretKey::generate(Algorithm::P256, random)?);
/// # let leaf_key = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, random)?)?;
/// # let (user, client) = ("mimi://a.example/p/x".parse()?, "mimi://a.example/d/y".parse()?);
/// # let root = prepare_root(&CaProfile::new("CA", Validity::days(now, 365)?), provider.public(), random)?.sign(&provider)?;
/// # let profile = PseudonymProfile::new(leaf_key.public(), &user, &client, Validity::days(now, 30)?);
/// # let pseudonym = prepare_pseudonym(&Ca::from_certificate(&root)?, &profile, random)?.sign(&provider)?;
/// # let credential = Credential::X509(vec![pseudonym.as_der().to_vec()]);
/// # let claims = Map::from_entries(vec![
/// #     (Key::from("iss"), Value::from("https://id.a.example")),
/// #     (Key::from("name"), Value::from("Alice")),
/// # ])?;
/// # let plan = RedactionPlan::new(Redaction::Paths(vec!["name".parse()?]));
/// # let issuer = mimicred_sd_jwt::Issuer::new(provider.public());
/// # let token = issuer.prepare(claims, Some(leaf_key.public()), &plan, random)?.sign(&provider)?;
/// # let held = mimicred_sd_jwt::UnverifiedSdJwt::parse(token.as_str())?.reopen(leaf_key.public(), Clock { now, leeway: 0 })?;
/// # let mut trust = TrustStore::new();
/// # trust.add(TrustEntry::of_certificate("https://id.a.example", &root, &["a.example"])?);
/// # let mut policy = policy::RoomDisclosurePolicy::from_toml(r#"
/// #     pseudonyms = "required"
/// #     identity_reveal = "required"
/// #     accepted_formats = ["sd_jwt_kb"]
/// #     max_presentation_age = 300
/// #     disclosure_deadline = 3600
/// #     [[trusted_issuers]]
/// #     issuer = "https://id.a.example"
/// #     subject_domains = ["a.example"]
/// #     formats = ["sd_jwt_kb", "mls_credential"]
/// # "#)?;
/// # policy.trusted_issuers[0].anchors =
/// #     vec![policy::IssuerAnchor::jwk_thumbprint(provider.public()), policy::IssuerAnchor::certificate(&root)];
/// # let enter = |epoch| EpochSnapshot::from_files(
/// #     FileInputs {
/// #         room: Input::Given("mimi://hub.example/r/clubhouse".parse().unwrap()),
/// #         leaf: Input::Given(GivenLeaf { key: Some(leaf_key.public().clone()), credential: credential.clone() }),
/// #         group_id: Input::Given(vec![1; 16]),
/// #         epoch: Input::Given(epoch),
/// #         nonce: Input::Given(vec![0xaa; 32]),
/// #         policy: Input::Given(PolicyState::of_policy(policy.clone())),
/// #         trust: Input::Given(&trust),
/// #     },
/// #     now,
/// # );
/// # let (snapshot, own_leaf) = (enter(7), EpochSnapshot::FILE_SENDER);
/// # let prepare = |snapshot: &EpochSnapshot| -> Result<PreparedBundle, Box<dyn std::error::Error>> {
/// #     let context = snapshot.room_context(own_leaf, None)?.ok_or("a leaf that holds")?;
/// #     let mut prepared = PreparedBundle::new(context);
/// #     prepared.add(Holding::SdJwt(&held), &Selection::Paths(vec!["name".parse()?]), now)?;
/// #     Ok(prepared)
/// # };
/// let confirmation = prepare(&snapshot)?.propose(&snapshot, own_leaf, Audience::Room)?;
/// println!("{confirmation}"); // to Alice, who says yes
/// let confirmed = confirmation.confirm();
///
/// // Meanwhile a commit has arrived.
/// let current = enter(8);
/// assert_eq!(confirmed.changes(&current), [Change::Epoch]);
/// let confirmed = confirmed.renewed(prepare(&current)?, &current)?;
/// let bundle = confirmed.sign(&leaf_key, &current)?;
/// assert_eq!(bundle.items.len(), 1);
/// # Ok(())
/// # }
/// ```
pub struct Confirmed(Confirmation);

/// What is no longer as it was confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// It is another room, group or sender.
    Room,
    /// The group has gone on. Alone it is no reason to ask again.
    Epoch,
    /// The room's policy.
    Policy,
    /// The leaves that will be able to read it, their keys or their users.
    Recipients,
    /// What would be revealed.
    Claims,
}

impl PreparedBundle {
    /// What the sender at this leaf has to agree to before it is sent to these members, in the epoch of this snapshot.
    ///
    /// # Errors
    /// `room/reveal-refused` if the policy does not let it be sent; `room/confirmation-outdated` if it was prepared for something else
    /// than this leaf in this epoch.
    pub fn propose(self, snapshot: &EpochSnapshot, sender: u32, audience: Audience<'_>) -> Result<Confirmation, Error> {
        let member = snapshot.leaf(sender).and_then(|leaf| leaf.member()).ok_or_else(|| {
            Error::new(Code::RevealRefused).note("leaf_unverified: whoever speaks has no credential that holds")
        })?;
        if let Some(change) = moved(self.context(), snapshot, sender) {
            return Err(outdated(&[change]));
        }
        self.check_for(audience, snapshot.policy(), member)?;
        let policy_hash = hash_of_policy(snapshot).ok_or_else(|| Error::new(Code::RevealRefused).note("policy_missing"))?;
        let roles = match audience {
            Audience::Room => None,
            Audience::Roles(roles) => Some(roles.to_vec()),
        };
        let recipients = Recipients::of(snapshot, sender, roles.as_deref());
        let items = self.revealed_items().collect();
        Ok(Confirmation { prepared: self, sender, roles, policy_hash, recipients, items })
    }
}

impl Confirmation {
    /// Demands that the sender and exactly these users are there, and that every leaf of theirs is verified (mimi-mls.md 3.5.6, 6 row
    /// 49): for a reveal that is meant for somebody and not for a room.
    ///
    /// # Errors
    /// `room/reveal-refused`: somebody else is there, somebody is missing, some leaf is not verified, or that is not known on files.
    pub fn expecting(self, users: &[MimiUri]) -> Result<Self, Error> {
        let refused = |note: String| Err(Error::new(Code::RevealRefused).note(note));
        let Recipients::Leaves(leaves) = &self.recipients else {
            return refused("who is in the room is not known".to_owned());
        };
        for leaf in leaves {
            match &leaf.user {
                None => return refused(format!("leaf {} is not verified", leaf.index)),
                Some(user) if *user != self.context().subject_uri && !users.contains(user) => {
                    return refused(format!("leaf {} is of {user}, who is not expected", leaf.index));
                }
                Some(_) => {}
            }
        }
        let is_there = |user: &&MimiUri| leaves.iter().any(|leaf| leaf.user.as_ref() == Some(*user));
        match users.iter().find(|user| !is_there(user)) {
            Some(absent) => refused(format!("{absent} is not there")),
            None => Ok(self),
        }
    }

    /// Where it would be sent: the room, the epoch, the sender's user.
    pub fn context(&self) -> &RoomContext {
        self.prepared.context()
    }

    /// The sender's own leaf.
    pub fn sender(&self) -> u32 {
        self.sender
    }

    /// The roles that it has to be sealed to; nothing for every member.
    pub fn roles(&self) -> Option<&[u32]> {
        self.roles.as_deref()
    }

    /// SHA-256 of the room's policy in TLS form.
    pub fn policy_hash(&self) -> &[u8; 32] {
        &self.policy_hash
    }

    /// Who will be able to read it.
    pub fn recipients(&self) -> &Recipients {
        &self.recipients
    }

    /// What each item reveals.
    pub fn items(&self) -> &[RevealedItem] {
        &self.items
    }

    /// The sender agrees.
    pub fn confirm(self) -> Confirmed {
        Confirmed(self)
    }
}

impl Confirmed {
    /// What she agreed to.
    pub fn confirmation(&self) -> &Confirmation {
        &self.0
    }

    /// What has changed since, by the current epoch; empty if it can be signed.
    pub fn changes(&self, current: &EpochSnapshot) -> Vec<Change> {
        let Confirmation { sender, roles, policy_hash, recipients, .. } = &self.0;
        let policy = (hash_of_policy(current) != Some(*policy_hash)).then_some(Change::Policy);
        let others = (Recipients::of(current, *sender, roles.as_deref()) != *recipients).then_some(Change::Recipients);
        [moved(self.0.context(), current, *sender), policy, others].into_iter().flatten().collect()
    }

    fn check(&self, current: &EpochSnapshot) -> Result<(), Error> {
        match self.changes(current).as_slice() {
            [] => Ok(()),
            changes => Err(outdated(changes)),
        }
    }

    /// What the leaf key has to sign, item by item, if nothing has changed.
    ///
    /// # Errors
    /// `room/confirmation-outdated`.
    pub fn to_be_signed(&self, current: &EpochSnapshot) -> Result<Vec<&ToBeSigned>, Error> {
        self.check(current)?;
        Ok(self.0.prepared.to_be_signed().collect())
    }

    /// Completes the bundle with one signature for each item, if nothing has changed.
    ///
    /// # Errors
    /// `room/confirmation-outdated`; else as [`PreparedBundle::finish`].
    pub fn finish(self, signatures: &[impl AsRef<[u8]>], current: &EpochSnapshot) -> Result<DisclosureBundle, Error> {
        self.check(current)?;
        self.0.prepared.finish(signatures)
    }

    /// Signs every item with a key at hand, if nothing has changed.
    ///
    /// # Errors
    /// `room/confirmation-outdated`, with what has changed, and nothing is signed; else as [`PreparedBundle::sign`].
    pub fn sign(self, key: &LeafKey, current: &EpochSnapshot) -> Result<DisclosureBundle, Error> {
        self.check(current)?;
        self.0.prepared.sign(key)
    }

    /// The same reveal, prepared anew for the current epoch: what was agreed to holds for it, if nothing but the epoch has changed.
    ///
    /// # Errors
    /// `room/confirmation-outdated` if the policy, the recipients or what is revealed has changed: then she has to be asked again.
    /// `room/reveal-refused` as [`PreparedBundle::propose`].
    pub fn renewed(self, prepared: PreparedBundle, current: &EpochSnapshot) -> Result<Self, Error> {
        let mut changes = self.changes(current);
        changes.retain(|change| *change != Change::Epoch);
        let Confirmation { sender, roles, items, .. } = &self.0;
        let audience = roles.as_deref().map_or(Audience::Room, Audience::Roles);
        let renewed = prepared.propose(current, *sender, audience)?;
        if renewed.items != *items {
            changes.push(Change::Claims);
        }
        if changes.is_empty() { Ok(Self(renewed)) } else { Err(outdated(&changes)) }
    }
}

impl Change {
    /// The name, as in notes.
    pub const fn name(self) -> &'static str {
        match self {
            Change::Room => "room",
            Change::Epoch => "epoch",
            Change::Policy => "policy",
            Change::Recipients => "recipients",
            Change::Claims => "claims",
        }
    }
}

/// Whether a leaf in this epoch is not where a bundle was prepared.
fn moved(context: &RoomContext, snapshot: &EpochSnapshot, sender: u32) -> Option<Change> {
    let user = snapshot.leaf(sender).and_then(|leaf| leaf.member()).map(|member| &member.user);
    let same_room = snapshot.room_uri() == Some(&context.room_uri) && snapshot.group_id() == context.group_id;
    if !same_room || user != Some(&context.subject_uri) {
        return Some(Change::Room);
    }
    (snapshot.epoch() != context.epoch).then_some(Change::Epoch)
}

fn hash_of_policy(snapshot: &EpochSnapshot) -> Option<[u8; 32]> {
    snapshot.policy().known()?.sha256().ok()
}

fn outdated(changes: &[Change]) -> Error {
    let names: Vec<&str> = changes.iter().map(|change| change.name()).collect();
    Error::new(Code::ConfirmationOutdated).note(names.join(", "))
}

impl fmt::Display for Confirmation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RoomContext { room_uri, subject_uri, epoch, .. } = self.context();
        writeln!(f, "to {room_uri}, epoch {epoch}, as {subject_uri}")?;
        f.write_str("policy sha256:")?;
        for octet in self.policy_hash {
            write!(f, "{octet:02x}")?;
        }
        writeln!(f)?;
        if let Some(roles) = &self.roles {
            let roles: Vec<String> = roles.iter().map(u32::to_string).collect();
            writeln!(f, "only for members with roles {}", roles.join(", "))?;
        }
        write!(f, "{}", self.recipients)?;
        self.items.iter().try_for_each(|item| write!(f, "{item}"))
    }
}

/// Without what is revealed.
impl fmt::Debug for Confirmation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Confirmation")
            .field("epoch", &self.context().epoch)
            .field("recipients", &self.recipients)
            .finish_non_exhaustive()
    }
}

/// Without what is revealed.
impl fmt::Debug for Confirmed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Confirmed").field(&self.0).finish()
    }
}

#[cfg(test)]
mod tests;
