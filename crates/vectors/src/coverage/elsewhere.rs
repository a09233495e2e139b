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
