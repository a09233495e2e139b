//! The pipeline from a message to a verdict (mimi-mls.md 3.5.3).

mod inputs;
mod members;
mod request;
mod reveal;

use mimicred_mls::Credential;
use mimicred_room::{
    Arrival, Challenge, MemoryReplayStore, ReplayKey, Reveal, Settings, Snapshots, Verdict, Verifier, VouchedKeys, verify,
};

use super::{Fault, Form, Member, Operation};
use members::*;

use crate::Error;
use crate::object::{Input, Object};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "room/verify",
        about: "judges what a member revealed, as another member: authenticated by MLS, its application data at hand",
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
            Member::optional("earlier", Form::List(&Form::Record(ARRIVED)), "messages with the same content that came before it"),
            Member::new(
                "carriage",
                Form::Choice(&["application-data", "bundle", "mimi-content", "presentation", "credential", "sd-jwt", "sd-kbt"]),
                "what its content is",
            ),
            Member::optional("octets", Form::Hex, "the content"),
            Member::optional("text", Form::Text, "the content of an sd-jwt, instead"),
            Member::optional(
                "challenge",
                Form::Record(&[
                    Member::new("nonce", Form::Hex, "the nonce of the request"),
                    Member::new("not_after", Form::Integer, "until when an answer counts"),
                ]),
                "the request that it answers",
            ),
            Member::optional(
                "status_lists",
                Form::List(&Form::Record(&[
                    Member::new("token", Form::Hex, "the Status List Token"),
                    Member::new("key", Form::PublicKey, "the key that is trusted for it"),
                ])),
                "the status lists that the verifier holds",
            ),
            Member::optional("crls", Form::List(&Form::Hex), "the revocation lists that the verifier holds, in DER"),
            Member::optional(
                "vouched_keys",
                Form::Choice(&["shown"]),
                "judge credentials whose own key vouches for the sender's",
            ),
        ],
        output: &[
            Member::new("verdict", Form::Text, "ok, or what else is relied on"),
            Member::new("user", Form::Text, "who sent it, by the credential of the leaf"),
            Member::new(
                "claims",
                Form::List(&Form::Record(&[
                    Member::new("path", Form::Text, "where it stands in its presentation"),
                    Member::new("value", Form::Text, "its value, as text"),
                    Member::new("issuer", Form::Text, "who says so"),
                ])),
                "what was revealed",
            ),
        ],
        run: judge,
    },
    request::OPERATION,
    reveal::OPERATION,
];

fn judge(input: &Input<'_>) -> Result<Object, Fault> {
    let trust = inputs::trust(input)?;
    let mut snapshots = Snapshots::new(5);
    for (view, entered_at) in inputs::epochs(input)? {
        snapshots.enter(&view, &trust, entered_at)?;
    }
    let held = inputs::held_status(input)?;
    // What a replay store is keyed with shows nowhere.
    let mut replay = MemoryReplayStore::new(ReplayKey::from_octets([0; 32]));
    let shown = input.get("vouched_keys").is_some();
    let vouched_keys = if shown { input.choice("vouched_keys", &[("shown", VouchedKeys::Shown)])? } else { VouchedKeys::Refused };
    let octets = input.hex_if_any("octets")?.unwrap_or_default();
    let reveal = match input.text("carriage")? {
        "sd-jwt" => Reveal::SdJwt(input.text("text")?),
        "application-data" => Reveal::ApplicationData(&octets),
        "bundle" => Reveal::Bundle(&octets),
        "mimi-content" => Reveal::MimiContent(&octets),
        "presentation" => Reveal::CredentialPresentation(&octets),
        "credential" => Reveal::Credential(&octets),
        _ => input.choice("carriage", &[("sd-kbt", Reveal::SdKbt(&octets))])?,
    };
    let nonce_of_request = input.get("challenge").map(|_| input.record("challenge")?.hex("nonce")).transpose()?;
    let challenge = match &nonce_of_request {
        Some(nonce) => Some(Challenge { nonce, not_after: input.record("challenge")?.int("not_after")? }),
        None => None,
    };
    let mut run = |arrived: &Input<'_>| -> Result<Verdict, Fault> {
        let arrival = Arrival {
            sender: arrived.int("sender")?,
            epoch: arrived.int("epoch")?,
            received_at: arrived.int("received_at")?,
            accepted_at: arrived.int_if_any("accepted_at")?,
            challenge,
        };
        let settings = Settings { vouched_keys, ..Settings::default() };
        let mut verifier = Verifier { trust: &trust, replay: &mut replay, status: &held, disclosure_keys: &[], settings };
        Ok(verify(&snapshots, &arrival, reveal, &mut verifier)?)
    };
    for earlier in input.records("earlier")? {
        run(&earlier)?;
    }
    answer(&run(&input.record("message")?)?)
}

/// A verdict that is relied on is an output, any other one a refusal.
fn answer(verdict: &Verdict) -> Result<Object, Fault> {
    if !verdict.is_accepted() {
        return Err(Fault::Refused { code: verdict.slug, why: why(verdict).into() });
    }
    let user = verdict.sender.as_ref().and_then(|sender| sender.user.clone()).unwrap_or_default();
    let claims = verdict.claims.iter().map(|claim| {
        Object::new().text("path", claim.path.clone()).text("value", claim.value.to_string()).text("issuer", claim.issuer.clone())
    });
    Ok(Object::new().text("verdict", verdict.code.name()).text("user", user).list("claims", claims))
}

/// The first check that failed, in words.
fn why(verdict: &Verdict) -> String {
    let checks = verdict.checks.iter().chain(verdict.presentations.iter().flat_map(|presentation| &presentation.checks));
    let failed = checks.into_iter().find(|check| check.code == Some(verdict.code));
    let note = failed.and_then(|check| check.note.clone()).or_else(|| verdict.note.clone());
    match note {
        Some(note) => format!("{}: {note}", verdict.code.sentence()),
        None => verdict.code.sentence().to_owned(),
    }
}

/// A credential in TLS form.
fn credential(input: &Input<'_>, name: &str) -> Result<Credential, Fault> {
    let octets = input.hex(name)?;
    Credential::decode(&octets).map_err(|error| {
        Fault::Unusable(Error::new(crate::Code::CaseUnusable).note(format!("{name} is no credential")).because(error))
    })
}
