//! Serial numbers and object identifiers, by which a CA and a policy speak of certificates.

use mimicred_x509::{Oid, SerialNumber};

use crate::object::{Input, Object};
use crate::operation::{Fault, Form, Member, Operation};

const TEXT: Member = Member::optional("text", Form::Text, "as people write it, if it is to be read from that");
const CONTENTS: Member =
    Member::optional("contents", Form::Hex, "as DER has it, without tag and length, if it is to be read from that");

pub(crate) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "x509/serial-number",
        about: "reads a serial number: a positive integer of at most 20 octets",
        input: &[TEXT, CONTENTS],
        output: &[
            Member::new("text", Form::Text, "hexadecimal digits, two for each octet of the contents"),
            Member::new("contents", Form::Hex, "the contents of its INTEGER"),
        ],
        run: serial_number,
    },
    Operation {
        name: "x509/oid",
        about: "reads an object identifier",
        input: &[TEXT, CONTENTS],
        output: &[
            Member::new("text", Form::Text, "numbers with dots between"),
            Member::new("contents", Form::Hex, "the contents of its OBJECT IDENTIFIER"),
        ],
        run: oid,
    },
];

fn serial_number(input: &Input<'_>) -> Result<Object, Fault> {
    let serial = match input.hex_if_any("contents")? {
        Some(contents) => SerialNumber::from_contents(&contents)?,
        None => input.text("text")?.parse()?,
    };
    Ok(Object::new().text("text", serial.to_string()).hex("contents", serial.contents()))
}

fn oid(input: &Input<'_>) -> Result<Object, Fault> {
    let oid = match input.hex_if_any("contents")? {
        Some(contents) => Oid::from_contents(&contents)?,
        None => input.text("text")?.parse()?,
    };
    Ok(Object::new().text("text", oid.to_string()).hex("contents", oid.contents()))
}
