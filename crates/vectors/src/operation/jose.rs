//! Operations of JOSE below tokens.

use mimicred_jose::base64url;

use super::{Fault, Form, Member, Operation};
use crate::object::{Input, Object};

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    name: "jose/base64url-decode",
    about: "decodes base64url as JOSE writes it: no padding, no whitespace, spare bits zero",
    input: &[Member::new("text", Form::Text, "the text")],
    output: &[Member::new("octets", Form::Hex, "the octets")],
    run: decode_base64url,
}];

fn decode_base64url(input: &Input<'_>) -> Result<Object, Fault> {
    Ok(Object::new().hex("octets", &base64url::decode(input.text("text")?)?))
}
