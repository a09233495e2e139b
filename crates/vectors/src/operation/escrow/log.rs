//! The opening log.

use mimicred_claims::Value;
use mimicred_escrow::{CaseReference, Countersignature, Purpose, audit};

use super::{CUSTODY, ENTRY, LOG, MEMORY, SHARE};
use crate::object::{Input, Object};
use crate::operation::{Fault, Form, Member, Operation};

const COUNTERSIGNATURE: Member =
    Member::new("countersignature", Form::Text, "a JWS over number and head of the entry, and the custody");
const PURPOSES: [&str; 5] = ["abuse", "legal-order", "emergency", "owner-request", "exercise"];

pub(crate) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "escrow/enter",
        about: "enters an opening in the log",
        input: &[
            CUSTODY,
            LOG,
            Member::new("now", Form::Integer, "the time, in seconds since 1970; what is entered is the hour"),
            Member::new("record", Form::Hex, "the digest of the record"),
            Member::new("case", Form::Text, "a reference to the case"),
            Member::new("purpose", Form::Choice(&PURPOSES), "what for"),
        ],
        output: &[LOG, Member::new("head", Form::Hex, "the new head")],
        run: enter,
    },
    Operation {
        name: "escrow/countersign",
        about: "countersigns an entry, if the log is a chain and the one that the custodian knows",
        input: &[SHARE, CUSTODY, LOG, ENTRY, MEMORY],
        output: &[COUNTERSIGNATURE, Member::new("memory", Form::Hex, "what she remembers of the log from now on")],
        run: countersign,
    },
    Operation {
        name: "escrow/add-countersignature",
        about: "adds a countersignature to the log, if it holds",
        input: &[CUSTODY, LOG, COUNTERSIGNATURE],
        output: &[LOG],
        run: add,
    },
    Operation {
        name: "escrow/audit",
        about: "looks at the whole log: every link, and every countersignature",
        input: &[CUSTODY, LOG, Member::optional("opened", Form::List(&Form::Integer), "the entries whose records were opened")],
        output: &[
            Member::new("entries", Form::Integer, "how many there are"),
            Member::new("head", Form::Hex, "the last head"),
            Member::new(
                "countersigned_by",
                Form::List(&Form::List(&Form::Integer)),
                "for each entry, whose countersignatures hold",
            ),
            Member::new("asked_only", Form::List(&Form::Integer), "entries with too few of them: nothing was opened by these"),
            Member::new(
                "findings",
                Form::List(&Form::Record(&[ENTRY, Member::new("code", Form::Text, "what is wrong with it")])),
                "what is wrong",
            ),
        ],
        run: look,
    },
];

fn enter(input: &Input<'_>) -> Result<Object, Fault> {
    let (custody, mut log) = (super::custody(input)?, super::log(input)?);
    let purpose = input.choice("purpose", &Purpose::ALL.map(|purpose| (purpose.name(), purpose)))?;
    let case = CaseReference::new(input.text("case")?)?;
    let head = log.append(&custody, input.int("now")?, input.array("record")?, case, purpose)?.head();
    Ok(Object::new().text("log", log.to_text()).hex("head", &head))
}

fn countersign(input: &Input<'_>) -> Result<Object, Fault> {
    let (custody, log) = (super::custody(input)?, super::log(input)?);
    let memory = super::memory(input, &custody)?;
    let (countersignature, memory) = super::share(input)?.countersign(&custody, &log, input.int("entry")?, &memory)?;
    Ok(Object::new().text("countersignature", countersignature.as_str()).hex("memory", &memory.to_octets()))
}

fn add(input: &Input<'_>) -> Result<Object, Fault> {
    let (custody, mut log) = (super::custody(input)?, super::log(input)?);
    log.add(&custody, Countersignature::parse(input.text("countersignature")?)?)?;
    Ok(Object::new().text("log", log.to_text()))
}

fn look(input: &Input<'_>) -> Result<Object, Fault> {
    let (custody, log) = (super::custody(input)?, super::log(input)?);
    let report = audit(&log, &custody, &input.ints("opened")?);
    let numbers = |custodians: &Vec<u8>| Value::Array(custodians.iter().map(|n| Value::Int((*n).into())).collect());
    let asked_only = report.asked_only(&custody).into_iter().map(|entry| Value::Int(entry.into()));
    let findings =
        report.findings.iter().map(|finding| Object::new().int("entry", finding.entry).text("code", finding.code.slug()));
    Ok(Object::new()
        .int("entries", report.entries)
        .hex("head", &report.head)
        .list("countersigned_by", report.countersigned_by.iter().map(numbers))
        .list("asked_only", asked_only)
        .list("findings", findings))
}
