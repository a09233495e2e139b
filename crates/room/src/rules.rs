//! Which changes a room allows: its members and its hub judge commits by it (RFC 9420 5.3.1, mimi-mls 3.4.1).
//!
//! Whoever refuses a commit that the others accept is in a group of its own from then on. So these rules look at nothing but the
//! room itself: not at a trust store, nor at a clock. That a leaf is somebody whom one knows is judged by each member for itself,
//! when the leaf enters a snapshot; until then it has no standing.

mod membership;

use mimicred_claims::picture::{Content, Label, Node};
use mimicred_claims::{Key, Value};
use mimicred_error::Report;
use mimicred_mls::Credential;
use mimicred_mls::component::{CAN_CHANGE_DISCLOSURE_POLICY, CAN_CHANGE_OTHER_POLICY_ATTRIBUTE, Participant};
use mimicred_mls::rules::{LeafChange, MembershipChange, PolicyChange, Refusal, Rules};
use mimicred_uri::MimiUri;
use mimicred_x509::Certificate;

use crate::credential::user_and_client;
use crate::evaluate::PolicyState;
use crate::evidence::MIMI_USER;
use crate::policy::{PseudonymsAllowed, RoomDisclosurePolicy};

/// The rules of a room: its disclosure policy can be read and agrees with itself, a leaf stays with its user, and who comes, goes or
/// changes a role does it by a role that lets her.
///
/// ```
/// use mimicred_keys::{Algorithm, LeafKey, SecretKey, SystemRandom};
/// use mimicred_mls::group::{Lifetime, Member, RoomState};
/// use mimicred_mls::{Credential, Suite};
/// use mimicred_room::RoomRules;
///
/// let key = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?)?;
/// let credential = Credential::SdCwt(b"an SD-KBT".to_vec());
/// let alice = Member::new(Suite::X25519Aes128Ed25519, key, credential, RoomRules, SystemRandom)?;
/// let room = RoomState::new("mimi://hub.example/r/clubhouse".parse()?).with_policy(vec![0, 1]);
/// let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs();
/// let refused = alice.create(b"a random group id", &room, &Lifetime::days(now, 28)?).unwrap_err();
/// assert_eq!(refused.code(), mimicred_mls::Code::PolicyChangeRefused);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct RoomRules;

impl Rules for RoomRules {
    /// A policy of a later version is let through: it makes the room unsatisfiable, which is not the same as invalid.
    fn policy_change(&self, change: &PolicyChange<'_>) -> Result<(), Refusal> {
        let refused = |error: crate::Error| Refusal(format!("{error} [{}]", error.slug()));
        may_change(change)?;
        match PolicyState::of_component(Some(change.policy)) {
            PolicyState::Known(policy) => match change.base_policy {
                Some(base) if base.pseudonyms_allowed => policy.check_against(PseudonymsAllowed::Yes).map_err(refused),
                Some(_) => policy.check_against(PseudonymsAllowed::No).map_err(refused),
                None => Ok(()),
            },
            PolicyState::Unsupported => match RoomDisclosurePolicy::decode(change.policy) {
                Ok(policy) => policy.check().map_err(refused),
                Err(_) => Ok(()),
            },
            PolicyState::Missing => {
                Err(RoomDisclosurePolicy::decode(change.policy).map_or_else(refused, |_| Refusal("it cannot be read".to_owned())))
            }
        }
    }

    /// A credential may be renewed, or replaced by one of another format; the user that it names stays.
    fn leaf_change(&self, change: &LeafChange<'_>) -> Result<(), Refusal> {
        let before = claimed_user(&change.before.credential);
        let after = claimed_user(&change.after.credential);
        match (before, after) {
            // A leaf that named nobody may begin to.
            (None, _) => Ok(()),
            (Some(before), Some(after)) if before == after => Ok(()),
            (Some(_), Some(_)) => Err(Refusal("it names another user".to_owned())),
            (Some(_), None) => Err(Refusal("it names no user any more".to_owned())),
        }
    }

    /// Roles and base policy say who may come, go and change a role.
    fn membership(&self, change: &MembershipChange<'_>) -> Result<(), Refusal> {
        membership::judge(change)
    }
}

/// In a room with roles, the proposer's role must let her change the policy (mimi-mls 3.4.1).
fn may_change(change: &PolicyChange<'_>) -> Result<(), Refusal> {
    let (Some(proposer), Some(roles)) = (change.proposer, change.roles) else { return Ok(()) };
    let user = claimed_user(&proposer.credential);
    let role = change.participants.iter().find(|participant| Some(&participant.user) == user.as_ref());
    let allowed = |role: &Participant| {
        let capabilities = [CAN_CHANGE_DISCLOSURE_POLICY, CAN_CHANGE_OTHER_POLICY_ATTRIBUTE];
        capabilities.into_iter().any(|capability| roles.allows(role.role_index, capability))
    };
    if role.is_some_and(allowed) { Ok(()) } else { Err(Refusal("who proposes it has no role for that".to_owned())) }
}

/// The user that a credential names in clear. Nobody has vouched for it: it says where a Welcome is to go, and no more.
pub fn claimed_user(credential: &Credential) -> Option<MimiUri> {
    let texts: Vec<String> = match credential {
        Credential::X509(chain) => {
            let certificate = Certificate::from_der(chain.first()?).ok()?;
            certificate.inspect_unverified().alternative_names.into_iter().map(|name| name.value).collect()
        }
        Credential::SdJwt(token) => {
            identifiers(&mimicred_sd_jwt::UnverifiedPresentation::parse(token.as_str()).ok()?.inspect().ok()?.claims)
        }
        Credential::SdCwt(octets) => {
            identifiers(&mimicred_sd_cwt::UnverifiedPresentation::parse(octets).ok()?.inspect().ok()?.claims)
        }
        Credential::Pseudonymous(pseudonymous) => vec![pseudonymous.user_pseudonym.to_string()],
        Credential::Basic(_) | Credential::Multi(_) | Credential::WeakMulti(_) | Credential::Other { .. } => return None,
    };
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    user_and_client(&texts).ok()?.0
}

/// `sub` and `mimi_user`, where they are visible.
fn identifiers(claims: &[Node]) -> Vec<String> {
    let is_identifier = |label: &Label| match label {
        Label::Key(Key::Text(name)) => name == "sub" || name == MIMI_USER,
        Label::Key(Key::Int(number)) => *number == mimicred_cose::cwt::SUB,
        Label::Index(_) | Label::Unnamed => false,
    };
    let text = |node: &Node| match &node.content {
        Content::Leaf(value) => Value::as_text(value).map(str::to_owned),
        _ => None,
    };
    claims.iter().filter(|node| is_identifier(&node.label)).filter_map(text).collect()
}

#[cfg(test)]
mod tests {
    use mimicred_mls::LeafView;
    use mimicred_mls::component::{BaseRoomPolicy, Role, RolesList};

    use super::*;
    use crate::policy::{DisclosureFormat, Optionality};
    use crate::testing::{FORMATS, NOW, Person, Provider, Said, YEAR, identity, policy, token_credential, uri};

    fn change(policy: &[u8]) -> Result<(), Refusal> {
        let (participants, base_policy): ([Participant; 0], Option<&BaseRoomPolicy>) = ([], None);
        let change = PolicyChange { proposer: None, base_policy, roles: None, participants: &participants, before: None, policy };
        RoomRules.policy_change(&change)
    }

    /// mimi-mls 3.4.1: what breaks a consistency rule is an invalid update; what is unknown makes the room unsatisfiable.
    #[test]
    fn a_policy_can_be_read_and_agrees_with_itself() {
        let good = policy(&[]);
        change(&good.encode().unwrap()).unwrap();
        assert!(change(b"").is_err());
        assert!(change(&[0, 1, 9]).is_err());
        let mut cut = good.encode().unwrap();
        cut.pop();
        assert!(change(&cut).is_err());
        let mut inconsistent = good.clone();
        inconsistent.identity_reveal = Optionality::Forbidden;
        let refusal = change(&inconsistent.encode().unwrap()).unwrap_err();
        assert!(refusal.0.contains("[room/policy-inconsistent]"), "{}", refusal.0);
        // Of a later version; and with a value that this one does not know.
        change(&[0, 2, 7]).unwrap();
        let mut later = good;
        later.accepted_formats.push(DisclosureFormat::Other(9));
        change(&later.encode().unwrap()).unwrap();
    }

    /// mimi-mls 3.4.1: pseudonyms_allowed=false ⇔ pseudonyms=forbidden.
    #[test]
    fn a_policy_agrees_with_the_base_policy() {
        let mut wanted = policy(&[]);
        for (pseudonyms, allowed, holds) in [
            (Optionality::Required, true, true),
            (Optionality::Optional, true, true),
            (Optionality::Forbidden, true, false),
            (Optionality::Required, false, false),
            (Optionality::Optional, false, false),
            (Optionality::Forbidden, false, true),
        ] {
            wanted.pseudonyms = pseudonyms;
            let (octets, base) =
                (wanted.encode().unwrap(), BaseRoomPolicy { pseudonyms_allowed: allowed, ..BaseRoomPolicy::default() });
            let change = PolicyChange {
                proposer: None,
                base_policy: Some(&base),
                roles: None,
                participants: &[],
                before: None,
                policy: &octets,
            };
            assert_eq!(RoomRules.policy_change(&change).is_ok(), holds, "{pseudonyms:?}, {allowed}");
        }
    }

    /// mimi-mls 3.4.1: only a member leaf that has canChangeDisclosurePolicy.
    #[test]
    fn a_policy_is_changed_by_whose_role_it_is() {
        let provider = Provider::new("a.example", 1);
        let (alice, bob) = (Person::new(&provider, 2), Person::new(&provider, 3));
        let role = |role_index, capability| Role { role_index, role_capabilities: vec![capability], ..Role::default() };
        let participants = [(&alice, 4), (&bob, 2)].map(|(who, role_index)| Participant { user: who.user.clone(), role_index });
        let octets = policy(&[]).encode().unwrap();
        let judged = |who: &Person, capability, participants: &[Participant]| {
            let roles = RolesList::new(vec![role(4, capability), role(2, 0x0100)]).unwrap();
            let proposer = leaf(who, who.credential.clone());
            RoomRules.policy_change(&PolicyChange {
                proposer: Some(&proposer),
                base_policy: None,
                roles: Some(&roles),
                participants,
                before: None,
                policy: &octets,
            })
        };
        judged(&alice, CAN_CHANGE_DISCLOSURE_POLICY, &participants).unwrap();
        judged(&alice, CAN_CHANGE_OTHER_POLICY_ATTRIBUTE, &participants).unwrap();
        assert!(judged(&bob, CAN_CHANGE_DISCLOSURE_POLICY, &participants).is_err());
        assert!(judged(&alice, 0xF051, &participants).is_err());
        assert!(judged(&alice, CAN_CHANGE_DISCLOSURE_POLICY, &participants[1..]).is_err());
    }

    fn leaf(person: &Person, credential: Credential) -> LeafView {
        LeafView::new(0, person.key.public().clone(), credential)
    }

    /// A leaf credential that names a user, in each of the formats.
    fn naming(format: DisclosureFormat, provider: &Provider, person: &Person) -> Credential {
        if format == DisclosureFormat::MlsCredential {
            return Credential::X509(provider.pseudonym(person.key.public(), &person.user, &person.client));
        }
        let said: Said =
            vec![("sub", Value::from(person.client.to_string())), ("mimi_user", Value::from(person.user.to_string()))];
        let owned = identity(format, provider, person.key.public(), &said, NOW + YEAR);
        token_credential(format, &owned, "mimi://a.example", &person.key)
    }

    /// RFC 9420 5.3.1: a successor names the same user, in whatever format.
    #[test]
    fn a_leaf_stays_with_its_user() {
        let provider = Provider::new("a.example", 1);
        let (alice, mallory) = (Person::new(&provider, 2), Person::new(&provider, 3));
        let judged = |before: Credential, after: Credential| {
            RoomRules.leaf_change(&LeafChange { before: &leaf(&alice, before), after: &leaf(&alice, after) })
        };
        for before in FORMATS {
            let before = naming(before, &provider, &alice);
            assert_eq!(claimed_user(&before), Some(alice.user.clone()));
            for after in FORMATS {
                judged(before.clone(), naming(after, &provider, &alice)).unwrap();
                assert!(judged(before.clone(), naming(after, &provider, &mallory)).is_err());
            }
            for nobody in
                [Credential::Basic(b"alice".to_vec()), Credential::SdCwt(b"x".to_vec()), Credential::X509(vec![vec![1]])]
            {
                assert!(judged(before.clone(), nobody.clone()).is_err());
                judged(nobody, before.clone()).unwrap();
            }
        }
        let other = uri("mimi://a.example/p/other");
        let pseudonymous = |user: &MimiUri| {
            Credential::Pseudonymous(mimicred_mls::PseudonymousCredential {
                client_pseudonym: alice.client.clone(),
                user_pseudonym: user.clone(),
                signature_public_key: vec![],
                identity_link_ciphertext: vec![],
            })
        };
        judged(pseudonymous(&alice.user), naming(DisclosureFormat::SdKbt, &provider, &alice)).unwrap();
        assert!(judged(pseudonymous(&other), naming(DisclosureFormat::SdKbt, &provider, &alice)).is_err());
    }
}
