//! Requests for a reveal.

use mimicred_room::{Arrival, RequestMessage, Room, Settings};

use super::inputs;
use super::members::*;
use crate::object::{Input, Object};
use crate::operation::{Fault, Form, Member, Operation};

pub(super) const OPERATION: Operation = Operation {
    name: "room/receive-request",
    about: "judges a request of another member for a reveal, and tells what is to be answered",
    input: &[
        TRUST,
        ROOM,
        GROUP_ID,
        SUITE,
        POLICY,
        MEDIA_TYPES,
        MEMBERS,
        EPOCH,
        NONCE_ROOT,
        ENTERED_AT,
        LATER,
        Member::new("message", Form::Record(ARRIVED), "the message"),
        Member::new("carriage", Form::Choice(&["request", "application-data"]), "what its content is"),
        Member::new("octets", Form::Hex, "the content"),
        Member::optional("earlier", Form::List(&Form::Hex), "requests of the same member that came before it"),
    ],
    output: &[
        Member::new("user", Form::Text, "who asks"),
        Member::new("claim_names", Form::List(&Form::Text), "what is asked for, by the labels of the policy"),
        Member::new("formats", Form::List(&Form::Text), "in which formats"),
        Member::new("not_after", Form::Integer, "until when an answer counts"),
        Member::new("challenge", Form::Boolean, "whether the answer is bound to the request's nonce"),
    ],
    run: receive,
};

fn receive(input: &Input<'_>) -> Result<Object, Fault> {
    let trust = inputs::trust(input)?;
    let mut room = Room::new(5, Settings::default());
    for (view, entered_at) in inputs::epochs(input)? {
        room.enter(&view, &trust, entered_at)?;
    }
    let message = input.record("message")?;
    let arrival = Arrival {
        sender: message.int("sender")?,
        epoch: message.int("epoch")?,
        received_at: message.int("received_at")?,
        accepted_at: None,
        challenge: None,
    };
    for earlier in input.hexes("earlier")? {
        room.receive_request(&arrival, RequestMessage::Request(&earlier))?;
    }
    let octets = input.hex("octets")?;
    let choices = [("request", RequestMessage::Request(&octets)), ("application-data", RequestMessage::ApplicationData(&octets))];
    let received = room.receive_request(&arrival, input.choice("carriage", &choices)?)?;
    let received = received.ok_or(Fault::Refused { code: "invalid", why: "this is no request".into() })?;
    Ok(Object::new()
        .text("user", received.user.as_str())
        .list("claim_names", received.claim_names.iter().cloned())
        .list("formats", received.formats.iter().map(|format| format.name().unwrap_or_default()))
        .int("not_after", received.not_after)
        .with("challenge", received.challenge().is_some()))
}
