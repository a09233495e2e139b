//! Components of the app_data_dictionary: what a room, a KeyPackage and a leaf say about themselves.

mod fields;

pub(super) use fields::components;

use mimicred_mls::component::{JoinLinks, JoinLinksUpdate, ParticipantList, ParticipantListUpdate};

use super::{OCTETS, same};
use crate::object::{Input, Object};
use crate::operation::{Fault, Form, Member, Operation};

const UPDATED: &[Member] = &[
    Member::new("update", Form::Object, "what the update says, by the names of its TLS structure"),
    Member::new("octets", Form::Hex, "the component after it"),
];
const UPDATE: Member = Member::new("update", Form::Hex, "the update of an AppDataUpdate");

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "mls/component-decode",
        about: "reads the data of a component, an update of one, or a whole AppDataDictionary",
        input: &[
            Member::new(
                "component",
                Form::Choice(fields::NAMES),
                "which: the names of the registries; key_package_proofs is 0xD057 in a GroupInfo",
            ),
            OCTETS,
        ],
        output: &[Member::new(
            "fields",
            Form::Object,
            "its fields, by the names of its TLS structure: enumerations and bools as such, opaque as octets, text as text; an \
             optional field that is absent is left out",
        )],
        run: fields::decode,
    },
    Operation {
        name: "mls/participant-list-update",
        about: "applies an update to the component participant_list",
        input: &[OCTETS, UPDATE],
        output: UPDATED,
        run: update_participants,
    },
    Operation {
        name: "mls/join-links-update",
        about: "applies an update to the component join_links",
        input: &[OCTETS, UPDATE],
        output: UPDATED,
        run: update_links,
    },
];

fn update_participants(input: &Input<'_>) -> Result<Object, Fault> {
    let (list, octets) = (ParticipantList::decode(&input.hex("octets")?)?, input.hex("update")?);
    let update = ParticipantListUpdate::decode(&octets)?;
    same(&octets, &update.encode()?)?;
    let said = fields::participant_list_update(&update);
    Ok(Object::new().with("update", said).hex("octets", &list.updated(&update)?.encode()?))
}

fn update_links(input: &Input<'_>) -> Result<Object, Fault> {
    let (links, octets) = (JoinLinks::decode(&input.hex("octets")?)?, input.hex("update")?);
    let update = JoinLinksUpdate::decode(&octets)?;
    same(&octets, &update.encode()?)?;
    let said = fields::join_links_update(&update);
    Ok(Object::new().with("update", said).hex("octets", &links.updated(&update)?.encode()?))
}
