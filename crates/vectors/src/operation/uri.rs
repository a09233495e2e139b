//! Operations of MIMI URIs.

use mimicred_uri::{Host, MimiUri, UriKind, mint_client, mint_pseudonym};

use super::{Fault, Form, Member, Operation};
use crate::object::{Input, Object};

const KINDS: [&str; 7] = ["provider", "user", "pseudonym", "client", "room", "group", "team"];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "uri/parse",
        about: "reads a MIMI URI; it has one spelling, so that two are the same if their octets are",
        input: &[Member::new("uri", Form::Text, "the URI")],
        output: &[
            Member::new("kind", Form::Choice(&KINDS), "what it names"),
            Member::new("host", Form::Text, "the provider"),
            Member::optional("id", Form::Text, "what stands after the type letter, as it is written"),
        ],
        run: parse,
    },
    Operation {
        name: "uri/mint",
        about: "makes the URI of a new pseudonym, or of its client",
        input: &[
            Member::new("kind", Form::Choice(&["pseudonym", "client"]), "what to name"),
            Member::new("host", Form::Text, "the provider"),
            Member::new("random", Form::Hex, "16 octets"),
        ],
        output: &[Member::new("uri", Form::Text, "the URI")],
        run: mint,
    },
];

fn name(kind: UriKind) -> &'static str {
    match kind {
        UriKind::Provider => "provider",
        UriKind::User => "user",
        UriKind::Pseudonym => "pseudonym",
        UriKind::Client => "client",
        UriKind::Room => "room",
        UriKind::Group => "group",
        UriKind::Team => "team",
    }
}

fn parse(input: &Input<'_>) -> Result<Object, Fault> {
    let uri = MimiUri::parse(input.text("uri")?)?;
    let id = Some(uri.id().to_owned()).filter(|id| !id.is_empty());
    Ok(Object::new().text("kind", name(uri.kind())).text("host", uri.host()).with_some("id", id))
}

fn mint(input: &Input<'_>) -> Result<Object, Fault> {
    let (host, random) = (Host::parse(input.text("host")?)?, input.array("random")?);
    let uri = match input.choice("kind", &[("pseudonym", UriKind::Pseudonym), ("client", UriKind::Client)])? {
        UriKind::Pseudonym => mint_pseudonym(&host, random),
        _ => mint_client(&host, random),
    };
    Ok(Object::new().text("uri", uri.as_str()))
}
