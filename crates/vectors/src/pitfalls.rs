//! Mistakes that shipped in published implementations. Each has a flag, and every case that shows whether an implementation makes it
//! has that flag.

/// A mistake that somebody shipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pitfall {
    /// The flag of its cases.
    pub flag: &'static str,
    /// What goes wrong.
    pub about: &'static str,
}

/// All of them.
pub const PITFALLS: &[Pitfall] = &[
    Pitfall { flag: "pitfall-unreferenced-disclosure", about: "a disclosure that no digest asks for is accepted" },
    Pitfall {
        flag: "pitfall-binding-half-checked",
        about: "of a key binding, iat, sd_hash, typ, age or the type of a claim is not checked",
    },
    Pitfall {
        flag: "pitfall-binding-not-demanded",
        about: "a presentation passes without its key binding, or with one that nobody looks at",
    },
    Pitfall { flag: "pitfall-claim-replaced", about: "a disclosure replaces a visible claim, or another disclosure" },
    Pitfall { flag: "pitfall-reserved-name", about: "a disclosed claim is called _sd, ... or _sd_alg" },
    Pitfall {
        flag: "pitfall-malformed-disclosure",
        about: "a disclosure of the wrong form is dropped, repaired or brings the program down",
    },
    Pitfall { flag: "pitfall-algorithm", about: "the algorithm that is named is not the one that is used, or none is accepted" },
    Pitfall {
        flag: "pitfall-hash",
        about: "the name of the hash is compared loosely, at the wrong place, or only one hash is known",
    },
    Pitfall {
        flag: "pitfall-holder-trusts",
        about: "the Holder keeps what the Issuer sent without verifying it, or a presentation",
    },
    Pitfall { flag: "pitfall-time-shadowed", about: "dates of the key binding hide those of the token" },
    Pitfall {
        flag: "pitfall-duplicate",
        about: "a digest or a disclosure is there twice, or a claim that is expected is absent, and it passes",
    },
    Pitfall { flag: "pitfall-audience-list", about: "other recipients beside the expected one are accepted" },
    Pitfall { flag: "pitfall-salt", about: "salts are too short, or repeat" },
    Pitfall {
        flag: "pitfall-encoding",
        about: "a map has a key twice, or what was signed is encoded anew before it is verified",
    },
    Pitfall { flag: "pitfall-panic", about: "octets from outside bring the program down" },
    Pitfall { flag: "pitfall-linkable", about: "the tokens of a batch share a key, a salt or a second" },
];
