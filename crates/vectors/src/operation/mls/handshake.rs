//! How handshakes travel past providers that must not read them (mimi-mls.md 2.8).

use mimicred_mls::handshake::{Handshake, HandshakeKey, HubKey};
use mimicred_mls::sealed::RecipientKey;

use super::{OCTETS, SUITE, suite};
use crate::object::{Input, Object};
use crate::operation::{Fault, Form, Member, Operation};

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    name: "mls/handshake-open",
    about: "opens a WrappedHandshake (wire format 0xF0D0) or SealedHandshake (0xF0D1), an MLSMessage; any other one is in clear",
    input: &[
        OCTETS,
        SUITE,
        Member::optional(
            "exported",
            Form::Hex,
            "what a member exports from the epoch: MLS-Exporter(\"mimi handshake v1\", \"\", AEAD key length)",
        ),
        Member::optional("hub_secret", Form::Hex, "or the private key of the hub's external_receivers entry"),
        Member::optional("recipient_secret", Form::Hex, "or the private key of a member's disclosure_recipients (0xD054)"),
    ],
    output: &[
        Member::new("kind", Form::Choice(&["wrapped", "sealed", "clear"]), "how it travels"),
        Member::optional("group_id", Form::Hex, "the group that it names outside"),
        Member::optional("epoch", Form::Integer, "the epoch that it names outside"),
        Member::new("message", Form::Hex, "the MLSMessage in it"),
    ],
    run: open,
}];

fn open(input: &Input<'_>) -> Result<Object, Fault> {
    let (octets, suite) = (input.hex("octets")?, suite(input)?);
    let hub = input.hex_if_any("hub_secret")?.map(|secret| HubKey::from_secret(suite, &secret)).transpose()?;
    let unusable = || Fault::Unusable(super::unusable("octets", "are opened with another kind of key"));
    let (kind, place, message) = match Handshake::decode(&octets)? {
        Handshake::Clear(message) => return Ok(Object::new().text("kind", "clear").hex("message", &message)),
        Handshake::Wrapped(wrapped) => {
            super::same(&octets, &wrapped.to_message()?)?;
            let message = match (hub, input.hex_if_any("exported")?) {
                (Some(hub), _) => wrapped.open_as_hub(suite, &hub)?,
                (None, Some(exported)) => wrapped.open(suite, &HandshakeKey::new(exported))?,
                (None, None) => return Err(unusable()),
            };
            ("wrapped", (wrapped.group_id, wrapped.epoch), message)
        }
        Handshake::Sealed(sealed) => {
            super::same(&octets, &sealed.to_message()?)?;
            let message = match (hub, input.hex_if_any("recipient_secret")?) {
                (Some(hub), _) => sealed.open_as_hub(suite, &hub)?,
                (None, Some(secret)) => sealed.open(suite, &RecipientKey::from_secret(suite, &secret)?)?,
                (None, None) => return Err(unusable()),
            };
            ("sealed", (sealed.group_id, sealed.epoch), message)
        }
    };
    Ok(Object::new().text("kind", kind).hex("group_id", &place.0).int("epoch", place.1).hex("message", &message))
}
