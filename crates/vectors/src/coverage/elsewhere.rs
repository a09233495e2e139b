//! Codes that no vector can show, and why.

/// A code without a vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// The code; one that ends in a slash stands for all of that crate.
    pub code: &'static str,
    /// Why it is not a matter of data that could be handed to somebody else.
    pub why: &'static str,
}

/// All of them.
pub const ELSEWHERE: &[Elsewhere] = &[
    Elsewhere { code: "cli/", why: "about files and options of this command; shown by the tests of cli" },
    Elsewhere {
        code: "lint/limit",
        why: "about more than 100000 items, or more than 1 MiB, which is more than a vector should have; shown by the tests of lint",
    },
    Elsewhere {
        code: "mls/adder-unknown",
        why: "about the salt that a client kept for its KeyPackage, and the GroupInfo that only its private key opens; shown by crates/mls/src/group/tests/offers.rs, who_has_not_is_an_unknown_adder",
    },
    Elsewhere {
        code: "mls/capability-unsupported",
        why: "about the leaves of a group that is there; shown by crates/mls/src/group/tests/rules.rs, what_is_required_anew_is_supported_by_all",
    },
    Elsewhere {
        code: "mls/commit-refused",
        why: "about a commit that a member is to make in her own group; shown by crates/mls/src/group/tests/changes.rs, changes_that_do_not_fit_are_refused_before_they_are_sent",
    },
    Elsewhere {
        code: "mls/component-unsupported",
        why: "about a newcomer and what the group that she comes into requires; shown by crates/mls/src/group/tests/newcomers.rs, a_newcomer_supports_the_components_of_the_room",
    },
    Elsewhere {
        code: "mls/component-update-unsupported",
        why: "about a commit in a group, which only its members can read; shown by crates/mls/src/group/tests/changes.rs, unknown_components_cannot_change_unnoticed",
    },
    Elsewhere {
        code: "mls/credential-type-undeclared",
        why: "about a KeyPackage that is judged whole, its lifetime by the clock of this machine included; shown by crates/mls/src/group/tests/newcomers.rs, a_leaf_lists_its_own_credential_type",
    },
    Elsewhere {
        code: "mls/epoch-unavailable",
        why: "about the secrets of past epochs that a member still holds; shown by crates/mls/src/group/tests/epochs.rs, five_past_epochs_can_be_read_and_no_more",
    },
    Elsewhere {
        code: "mls/hub-refused",
        why: "about what a hub has handed out before; shown by crates/mls/src/group/tests/external.rs, a_hub_lets_in_whom_it_knows",
    },
    Elsewhere {
        code: "mls/hub-unknown",
        why: "about a group whose GroupContext names no hub; its members find out when they wrap a handshake; shown by crates/mls/src/group/tests/external.rs, what_is_not_for_this_room_or_epoch_is_refused",
    },
    Elsewhere {
        code: "mls/lifetime-invalid",
        why: "about a KeyPackage that is judged whole, its lifetime by the clock of this machine included; shown by crates/mls/src/group/tests/newcomers.rs, lifetimes_are_bounded",
    },
    Elsewhere {
        code: "mls/membership-refused",
        why: "about a commit in a group, and the rules that its members have; shown by crates/mls/src/group/tests/rules.rs, who_comes_and_goes_is_judged_by_everybody",
    },
    Elsewhere {
        code: "mls/message-invalid",
        why: "about the secrets of an epoch, without which no message authenticates; shown by crates/mls/src/group/tests.rs, broken_messages_are_refused",
    },
    Elsewhere {
        code: "mls/policy-change-forbidden",
        why: "about a commit in a group; shown by crates/mls/src/group/tests/rules.rs, a_policy_does_not_change_as_participants_come_in",
    },
    Elsewhere {
        code: "mls/policy-change-refused",
        why: "about a commit in a group, and the rules that its members have; shown by crates/mls/src/group/tests/rules.rs, a_policy_is_judged_by_everybody",
    },
    Elsewhere {
        code: "mls/room-requirement-missing",
        why: "about a commit in a group that has a policy; shown by crates/mls/src/group/tests/rules.rs, the_policy_s_protection_stays",
    },
    Elsewhere {
        code: "mls/room-uri-missing",
        why: "about a group that somebody joins with her private keys; shown by crates/mls/src/group/tests/newcomers.rs, only_rooms_are_joined",
    },
    Elsewhere {
        code: "mls/successor-refused",
        why: "about a commit in a group, and the leaf that stood there before; shown by crates/mls/src/group/tests/rules.rs, a_leaf_is_followed_by_a_valid_successor",
    },
    Elsewhere {
        code: "mls/welcome-invalid",
        why: "about the private keys of a KeyPackage; shown by crates/mls/src/group/tests/newcomers.rs, a_welcome_is_for_one_key_package",
    },
    Elsewhere {
        code: "provider/",
        why: "about the store of a provider: accounts, nonces, batches; shown by the tests of provider",
    },
    Elsewhere { code: "replay/", why: "about the file that holds the replay store; shown by the tests of replay" },
    Elsewhere {
        code: "room/confirmation-outdated",
        why: "about what a client has shown to its user before; shown by crates/room/src/confirm/tests.rs",
    },
    Elsewhere {
        code: "room/request-limit",
        why: "about hundreds of requests that are open; shown by crates/room/src/room/tests/asked.rs",
    },
    Elsewhere { code: "vectors/", why: "about the vectors themselves; shown by the tests of vectors" },
];

pub(super) fn find(code: &str) -> Option<&'static Elsewhere> {
    ELSEWHERE
        .iter()
        .find(|elsewhere| elsewhere.code == code || (elsewhere.code.ends_with('/') && code.starts_with(elsewhere.code)))
}
