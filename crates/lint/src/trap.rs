//! The traps of mimi-mls.md 4.5, by their numbers.

use serde::Serialize;

macro_rules! traps {
    ($( $(#[$doc:meta])* $variant:ident = $name:literal, $title:literal, $hidden:expr; )+) => {
        /// A way in which credentials of one user can be told from those of others.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        pub enum Trap {
            $( $(#[$doc])* #[serde(rename = $name)] $variant, )+
        }

        impl Trap {
            /// All of them, in the order of the table.
            pub const ALL: &'static [Trap] = &[$( Trap::$variant, )+];

            /// The number, as in the table: `B-1`.
            pub const fn name(self) -> &'static str {
                match self { $( Trap::$variant => $name, )+ }
            }

            /// What it is about.
            pub const fn title(self) -> &'static str {
                match self { $( Trap::$variant => $title, )+ }
            }

            /// Why it cannot be seen in the octets of credentials; nothing for those that can be.
            pub const fn hidden(self) -> Option<&'static str> {
                match self { $( Trap::$variant => $hidden, )+ }
            }
        }
    };
}

traps! {
    /// Serial numbers of certificates.
    B1 = "B-1", "serial numbers of certificates", None;
    /// Times.
    B2 = "B-2", "times of validity and issuance", None;
    /// Identifiers with a time or a place inside.
    B3 = "B-3", "identifiers that hold a time or a counter", None;
    /// Keys that come back.
    B4 = "B-4", "subject keys that are used twice", None;
    /// The order of things.
    B5 = "B-5", "order", None;
    /// Who signed.
    B6 = "B-6", "issuer certificate", None;
    /// Places in status lists.
    B7 = "B-7", "status list index and list", None;
    /// Sizes.
    B8 = "B-8", "sizes", None;
    /// Key identifiers.
    B9 = "B-9", "subject and authority key identifiers", None;
    /// Names and claims of a narrow group.
    B10 = "B-10", "subject name, further names, policies, claims in clear", None;
    /// The issuer's names.
    B11 = "B-11", "the issuer's name and key identifier", None;
    /// Spelling.
    B12 = "B-12", "spelling of JSON and CBOR, order of members", None;
    /// Salts and decoys.
    B13 = "B-13", "salts and decoys", None;
    /// How the holder's key is named.
    B14 = "B-14", "form of the confirmation key", None;
    /// Issuance against use.
    B15 = "B-15", "time of issuance against time of use",
        Some("it is a matter of when credentials are fetched and used; simulate it, or correlate the event log");
    /// The way of issuance.
    B16 = "B-16", "the connection over which credentials are issued",
        Some("accounts, addresses and counters are in the connection and its answers, not in credentials");
    /// Public logs and pointers.
    B17 = "B-17", "certificate transparency and pointers to the issuer", None;
    /// Revocation of everything at once.
    B18 = "B-18", "revocation of all at once", Some("it shows in the changes of published lists over time");
    /// Identities for the same keys.
    B19 = "B-19", "identity credentials made together for a batch of keys",
        Some("who asked for them, and when, is known to the identity issuer alone; a shared odd second is found under B-2");
    /// KeyPackages.
    B20 = "B-20", "KeyPackages", None;
    /// How pseudonyms are spelled.
    B21 = "B-21", "spelling of pseudonyms", None;
    /// Keys across formats.
    B22 = "B-22", "one key under two pseudonyms in different formats", None;
    /// What refusals tell.
    B23 = "B-23", "what refusals tell", Some("it is in the provider's answers to others");
    /// Revocation lists.
    B24 = "B-24", "revocation lists", Some("lists of certificates are not among the inputs: mimicred inspect shows one");
    /// The creator's leaf.
    B25 = "B-25", "lifetime of a room creator's leaf", Some("it stands in the tree of a group, which is not among the inputs");
    /// Format and algorithm.
    B26 = "B-26", "format and algorithm", None;
    /// Uploads.
    B27 = "B-27", "refills of the pool, uploads of KeyPackages", Some("it is a matter of when they are uploaded, and over which connection");
    /// Covert marks.
    B28 = "B-28", "salts, serial numbers and nonces as covert marks",
        Some("no lint can: an issuer can hide a mark in any random field, and it looks random to everybody else");
}
