//! Rows of threshold mode.

use mimicred_escrow::{PointIssuer, Reported, Row, interpolate};

use crate::object::{Input, Object};
use crate::operation::{Fault, Form, Member, Operation};

const THRESHOLD: Member = Member::new("threshold", Form::Integer, "how many reports give the account");
const ACCOUNT: Member = Member::new("account", Form::Hex, "the account, 16 octets");
const ROW: Member = Member::new("row", Form::Hex, "a tag, x and y");

pub(crate) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "escrow/point",
        about: "makes the row of a pseudonym: a point of its account's polynomial",
        input: &[
            Member::new("secret", Form::Hex, "the secret of the issuing process, 32 octets"),
            THRESHOLD,
            ACCOUNT,
            Member::new("spki", Form::Hex, "SubjectPublicKeyInfo of the pseudonym"),
        ],
        output: &[ROW],
        run: point,
    },
    Operation {
        name: "escrow/interpolate",
        about: "finds the account that enough reported pseudonyms are of",
        input: &[
            THRESHOLD,
            Member::new(
                "reports",
                Form::List(&Form::Record(&[
                    ROW,
                    Member::new("room", Form::Hex, "a digest of the room, 32 octets"),
                    Member::new("reporter", Form::Hex, "a digest of who reported, 32 octets"),
                ])),
                "the reports",
            ),
        ],
        output: &[ACCOUNT],
        run: account,
    },
];

fn point(input: &Input<'_>) -> Result<Object, Fault> {
    let issuer = PointIssuer::new(input.array("secret")?, input.int("threshold")?)?;
    let row = issuer.row(&input.array("account")?, &input.hex("spki")?)?;
    Ok(Object::new().hex("row", &*row.to_octets()))
}

fn account(input: &Input<'_>) -> Result<Object, Fault> {
    let report = |report: &Input<'_>| -> Result<Reported, Fault> {
        let row = Row::parse(&report.hex("row")?)?;
        Ok(Reported { row, room: report.array("room")?, reporter: report.array("reporter")? })
    };
    let reports: Vec<Reported> = input.records("reports")?.iter().map(report).collect::<Result<_, _>>()?;
    Ok(Object::new().hex("account", &interpolate(input.int("threshold")?, &reports)?))
}
