//! Operations of escrow: custodians, sealed records, the opening log, and the rows of threshold mode.

pub(crate) mod custody;
pub(crate) mod log;
pub(crate) mod points;
pub(crate) mod record;

use mimicred_escrow::{Binding, CustodianShare, Custody, Log, Memory, Mode, SealedRecord};

use super::{Fault, Form, Member, Need};
use crate::Error;
use crate::object::Input;

const CUSTODY: Member = Member::new("custody", Form::Hex, "the public part of the custody");
const SHARE: Member = Member::new("share", Form::Hex, "the custodian's share");
const LOG: Member = Member::new("log", Form::Text, "the opening log");
const ENTRY: Member = Member::new("entry", Form::Integer, "the number of the entry, counted from 0");
const RECORD: Member = Member::new("record", Form::Hex, "the sealed record");
const ROW: Member = Member::new(
    "row",
    Form::Record(&[
        Member::new("mode", Form::Choice(&["sealed", "threshold"]), "what the record is for"),
        Member::new("handle", Form::Hex, "where it belongs, 32 octets"),
    ]),
    "the row that the record belongs to",
);
const MEMORY: Member = Member {
    need: Need::Optional,
    ..Member::new("memory", Form::Hex, "what the custodian remembers of the log; nothing yet if absent")
};
const SEED: Member = Member::new("seed", Form::Text, "names the source of random octets");

fn custody(input: &Input<'_>) -> Result<Custody, Fault> {
    Ok(Custody::parse(&input.hex("custody")?)?)
}

fn share(input: &Input<'_>) -> Result<CustodianShare, Fault> {
    Ok(CustodianShare::parse(&input.hex("share")?)?)
}

fn log(input: &Input<'_>) -> Result<Log, Fault> {
    Ok(Log::parse(input.text("log")?)?)
}

fn record(input: &Input<'_>) -> Result<SealedRecord, Fault> {
    Ok(SealedRecord::parse(&input.hex("record")?)?)
}

fn row(input: &Input<'_>) -> Result<Binding, Error> {
    let row = input.record("row")?;
    let mode = row.choice("mode", &[("sealed", Mode::Sealed), ("threshold", Mode::Threshold)])?;
    Ok(Binding { mode, handle: row.array("handle")? })
}

fn memory(input: &Input<'_>, custody: &Custody) -> Result<Memory, Fault> {
    Ok(match input.hex_if_any("memory")? {
        Some(octets) => Memory::parse(&octets)?,
        None => Memory::start(custody),
    })
}
