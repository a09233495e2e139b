//! Mistakes that can be planted in a flow, one for each trap of mimi-mls 4.4 and 4.5 that bytes show. A run with one of them must break a
//! statement; if it does not, the statement does not look closely enough.

/// What goes wrong; by default nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// T-1: handshakes travel in clear, as PublicMessages.
    pub clear_handshakes: bool,
    /// T-2: the tree goes with the Welcome, in clear.
    pub clear_tree: bool,
    /// T-3: the credential in the leaf discloses claims.
    pub claims_in_leaf: bool,
    /// T-4: reveals are larger than anything else that is said.
    pub outsized_reveal: bool,
    /// T-5: the second room is made at once.
    pub no_delay: bool,
    /// T-7: the credential with a request for KeyPackages discloses claims.
    pub claims_in_request: bool,
    /// T-10: the room's state holds the whole join link.
    pub link_in_room: bool,
    /// T-11: the room is called after who is in it.
    pub names_in_room: bool,
    /// T-23: the KeyPackages of one pseudonym say what they are for, those of another do not.
    pub marked_key_package: bool,
    /// mimi-mls 3.2: the KeyPackage that is offered in a room is kept by the provider as well.
    pub offered_key_package_kept: bool,
    /// B-4: both pseudonyms have one key.
    pub one_key: bool,
    /// B-1: serial numbers of certificates count up.
    pub counted_serials: bool,
    /// B-10, mimi-mls 1.2: the certificate of a pseudonym has a human name in it.
    pub human_name: bool,
    /// mimi-mls 3.6.5: the knock is for everybody in the knock room.
    pub open_knock: bool,
    /// B-18, T-22: a remedy against an account is published at once, for all its pseudonyms together.
    pub hasty_remedy: bool,
    /// B-7: an entry that is set as a decoy is somebody's.
    pub decoy_of_somebody: bool,
    /// T-12: a report to the hub has in it what was said.
    pub message_reported: bool,
    /// The hub tells the provider of a pseudonym who complained of it.
    pub reporter_named: bool,
    /// 4.3: the provider asks a hub in which rooms the pseudonyms of an account are.
    pub rooms_asked: bool,
    /// 4.3: a report to the hub goes through the reporter's provider in clear.
    pub clear_report: bool,
}

impl Faults {
    /// Each alone, with its name.
    pub fn each() -> Vec<(&'static str, Faults)> {
        let none = Faults::default();
        vec![
            ("clear_handshakes", Faults { clear_handshakes: true, ..none }),
            ("clear_tree", Faults { clear_tree: true, ..none }),
            ("claims_in_leaf", Faults { claims_in_leaf: true, ..none }),
            ("outsized_reveal", Faults { outsized_reveal: true, ..none }),
            ("no_delay", Faults { no_delay: true, ..none }),
            ("claims_in_request", Faults { claims_in_request: true, ..none }),
            ("link_in_room", Faults { link_in_room: true, ..none }),
            ("names_in_room", Faults { names_in_room: true, ..none }),
            ("marked_key_package", Faults { marked_key_package: true, ..none }),
            ("offered_key_package_kept", Faults { offered_key_package_kept: true, ..none }),
            ("one_key", Faults { one_key: true, ..none }),
            ("counted_serials", Faults { counted_serials: true, ..none }),
            ("human_name", Faults { human_name: true, ..none }),
            ("open_knock", Faults { open_knock: true, ..none }),
            ("hasty_remedy", Faults { hasty_remedy: true, ..none }),
            ("decoy_of_somebody", Faults { decoy_of_somebody: true, ..none }),
            ("message_reported", Faults { message_reported: true, ..none }),
            ("reporter_named", Faults { reporter_named: true, ..none }),
            ("rooms_asked", Faults { rooms_asked: true, ..none }),
            ("clear_report", Faults { clear_report: true, ..none }),
        ]
    }
}
