//! Reveals for some members only (mimi-mls.md 3.5.5).

use mimicred_mls::SealedDisclosure;
use mimicred_mls::sealed::{RecipientKey, SealingContext};

use super::reveal::bundle_parts;
use super::{EPOCH, GROUP_ID, OCTETS, SUITE, numbers, same, suite};
use crate::object::{Input, Object};
use crate::operation::{Fault, Form, Member, Operation};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "mls/sealed-disclosure-decode",
        about: "reads a SealedDisclosure without opening it",
        input: &[OCTETS],
        output: &[Member::new("recipients", Form::List(&Form::Integer), "the leaves that it names, without dummies")],
        run: decode,
    },
    Operation {
        name: "mls/sealed-disclosure-open",
        about: "opens a SealedDisclosure as the owner of one leaf",
        input: &[
            OCTETS,
            SUITE,
            GROUP_ID,
            EPOCH,
            Member::new("sender_leaf", Form::Integer, "the leaf index of the sender"),
            Member::new("leaf", Form::Integer, "the leaf index of the recipient"),
            Member::new("recipient_secret", Form::Hex, "the private key of the recipient's disclosure_recipients (0xD054)"),
        ],
        output: &[
            Member::new("room", Form::Text, "the room of the bundle in it"),
            Member::new("subject", Form::Text, "the user of that bundle"),
            Member::new(
                "items",
                Form::List(&Form::Record(&[
                    Member::new("type", Form::Integer, "the number of its type"),
                    Member::new("data", Form::Hex, "the item itself, not opened"),
                ])),
                "the items of that bundle",
            ),
        ],
        run: open,
    },
];

fn read(input: &Input<'_>) -> Result<SealedDisclosure, Fault> {
    let octets = input.hex("octets")?;
    let sealed = SealedDisclosure::decode(&octets)?;
    same(&octets, &sealed.encode()?)?;
    Ok(sealed)
}

fn decode(input: &Input<'_>) -> Result<Object, Fault> {
    let recipients: Vec<u32> = read(input)?.recipients().collect();
    Ok(Object::new().with("recipients", numbers(&recipients)))
}

fn open(input: &Input<'_>) -> Result<Object, Fault> {
    let (suite, group_id) = (suite(input)?, input.hex("group_id")?);
    let key = RecipientKey::from_secret(suite, &input.hex("recipient_secret")?)?;
    let context =
        SealingContext { suite, group_id: &group_id, epoch: input.int("epoch")?, sender_leaf: input.int("sender_leaf")? };
    Ok(bundle_parts(&read(input)?.open(&context, input.int("leaf")?, &key)?))
}
