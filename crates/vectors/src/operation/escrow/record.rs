//! Sealed records and their opening.

use mimicred_escrow::{PartialDecryption, Request};

use super::{CUSTODY, ENTRY, LOG, MEMORY, RECORD, ROW, SEED, SHARE};
use crate::cast;
use crate::object::{Input, Object};
use crate::operation::{Fault, Form, Member, Operation};

const DIGEST: Member = Member::new("digest", Form::Hex, "what the log names the record by");

pub(crate) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "escrow/seal",
        about: "seals a record to a custody",
        input: &[CUSTODY, ROW, Member::new("content", Form::Hex, "what to seal, at most 127 octets"), SEED],
        output: &[RECORD, DIGEST],
        run: seal,
    },
    Operation {
        name: "escrow/verify-record",
        about: "verifies that whoever made a record knows what it holds, and made it for this custody and row",
        input: &[CUSTODY, ROW, RECORD],
        output: &[DIGEST],
        run: verify,
    },
    Operation {
        name: "escrow/partial",
        about: "does a custodian's part of an opening, if the log has it, k custodians have countersigned it, and the log is the one she knows",
        input: &[SHARE, CUSTODY, LOG, ENTRY, RECORD, ROW, MEMORY, SEED],
        output: &[
            Member::new("partial", Form::Hex, "her part: the version, her number, the record, a point, and the proof"),
            Member::new("memory", Form::Hex, "what she remembers of the log from now on"),
        ],
        run: partial,
    },
    Operation {
        name: "escrow/open",
        about: "puts the parts of k custodians together",
        input: &[CUSTODY, ROW, RECORD, Member::new("partials", Form::List(&Form::Hex), "the parts")],
        output: &[Member::new("content", Form::Hex, "what was sealed")],
        run: open,
    },
];

fn seal(input: &Input<'_>) -> Result<Object, Fault> {
    let (custody, row) = (super::custody(input)?, super::row(input)?);
    let record = custody.seal(&row, &input.hex("content")?, &mut cast::random(input.text("seed")?))?;
    Ok(Object::new().hex("record", record.as_bytes()).hex("digest", &record.digest(&row)))
}

fn verify(input: &Input<'_>) -> Result<Object, Fault> {
    let (custody, row, record) = (super::custody(input)?, super::row(input)?, super::record(input)?);
    record.verify(&custody, &row)?;
    Ok(Object::new().hex("digest", &record.digest(&row)))
}

fn partial(input: &Input<'_>) -> Result<Object, Fault> {
    let (custody, log) = (super::custody(input)?, super::log(input)?);
    let (row, record, share) = (super::row(input)?, super::record(input)?, super::share(input)?);
    let request = Request { custody: &custody, log: &log, entry: input.int("entry")?, record: &record, binding: &row };
    let random = &mut cast::random(input.text("seed")?);
    let (partial, memory) = share.partial(&request, &super::memory(input, &custody)?, random)?;
    Ok(Object::new().hex("partial", &partial.to_octets()).hex("memory", &memory.to_octets()))
}

fn open(input: &Input<'_>) -> Result<Object, Fault> {
    let (custody, row, record) = (super::custody(input)?, super::row(input)?, super::record(input)?);
    let partials = input.hexes("partials")?;
    let partials: Vec<PartialDecryption> =
        partials.iter().map(|octets| PartialDecryption::parse(octets)).collect::<Result<_, mimicred_escrow::Error>>()?;
    Ok(Object::new().hex("content", &custody.open(&record, &row, &partials)?))
}
