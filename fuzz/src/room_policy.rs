//! Room disclosure policies in TLS, TOML and JSON: what is read from one form is the same in the others, and everybody who judges it
//! comes to the same: the rules of a room, the state that an epoch is in, and the evaluation of what members show.

mod evidence;
mod seeds;

use mimicred_error::Report;
use mimicred_mls::rules::{PolicyChange, Rules};
use mimicred_room::policy::{PseudonymsAllowed, RoomDisclosurePolicy};
use mimicred_room::{Code, PolicyState, RoomRules};

pub use seeds::seeds;

pub fn run(data: &[u8]) -> &'static str {
    match data.split_first() {
        Some((0, text)) => human(text, RoomDisclosurePolicy::from_toml),
        Some((1, text)) => human(text, RoomDisclosurePolicy::from_json),
        Some((2, octets)) => tls(octets),
        _ => "no-input",
    }
}

/// A file that somebody wrote.
fn human(text: &[u8], read: fn(&str) -> Result<RoomDisclosurePolicy, mimicred_room::Error>) -> &'static str {
    let Ok(text) = str::from_utf8(text) else { return "no-text" };
    match read(text) {
        Ok(policy) => of(&policy),
        Err(error) => {
            let _ = (error.to_string(), error.place().to_string());
            error.slug()
        }
    }
}

/// The component of a GroupContext.
fn tls(octets: &[u8]) -> &'static str {
    let state = PolicyState::of_component(Some(octets));
    match RoomDisclosurePolicy::decode(octets) {
        Ok(policy) => {
            assert_eq!(policy.encode().expect("what was read can be written"), octets);
            of(&policy)
        }
        Err(error) => {
            // A policy of another version is there, and nobody can satisfy it; anything else is none.
            let is_later = error.code() == Code::PolicyVersion;
            assert_eq!(state, if is_later { PolicyState::Unsupported } else { PolicyState::Missing });
            assert_eq!(is_accepted(octets), is_later, "a change that is judged in two ways");
            evidence::evaluate_all(&state);
            error.slug()
        }
    }
}

/// A policy that was read, in all its forms.
fn of(policy: &RoomDisclosurePolicy) -> &'static str {
    let (toml, json) = (policy.to_toml(), policy.to_json());
    assert_eq!(&RoomDisclosurePolicy::from_toml(&toml).expect("our own TOML"), policy, "{toml}");
    assert_eq!(&RoomDisclosurePolicy::from_json(&json).expect("our own JSON"), policy, "{json}");

    let (checked, unsupported) = (policy.check(), policy.unsupported());
    let state = PolicyState::of_policy(policy.clone());
    assert_eq!(state.known(), Some(policy).filter(|_| checked.is_ok() && unsupported.is_none()));
    // Allowed or not, one of the two agrees with it.
    let agrees = [PseudonymsAllowed::Yes, PseudonymsAllowed::No].map(|allowed| policy.check_against(allowed).is_ok());
    assert_ne!(agrees[0], agrees[1]);
    match policy.encode() {
        Ok(octets) => {
            assert_eq!(&RoomDisclosurePolicy::decode(&octets).expect("our own"), policy);
            assert_eq!(PolicyState::of_component(Some(&octets)), state);
            assert_eq!(is_accepted(&octets), checked.is_ok(), "a change that is judged in two ways");
        }
        // People may write more than fits into the component.
        Err(error) => assert_eq!(error.code(), Code::PolicyMalformed),
    }
    evidence::evaluate_all(&state);
    match (checked, unsupported) {
        (Err(_), _) => "inconsistent",
        (Ok(()), Some(_)) => "unsupported",
        (Ok(()), None) => "known",
    }
}

/// Whether a room takes these octets as its policy.
fn is_accepted(policy: &[u8]) -> bool {
    let change = PolicyChange { proposer: None, base_policy: None, roles: None, participants: &[], before: None, policy };
    RoomRules.policy_change(&change).is_ok()
}

#[cfg(test)]
mod tests {
    /// The seeds come as far as they are meant to, in each form.
    #[test]
    fn the_seeds_are_what_they_are_called() {
        for (name, seed) in super::seeds() {
            assert_eq!(super::run(&seed), name.split('.').next().unwrap(), "{name}");
        }
    }
}
