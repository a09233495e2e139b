//! The operation of lint.

use std::collections::BTreeSet;

use mimicred_claims::Value;
use mimicred_lint::{FindingKind, Item, Options, Trap, lint};

use super::{Fault, Form, Member, Operation};
use crate::object::{Input, Object};

const ITEMS: Form = Form::List(&Form::Hex);

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    name: "lint/batch",
    about: "tells what links the credentials of a batch, by the traps of mimi-mls.md 4.5",
    input: &[
        Member::new(
            "items",
            ITEMS,
            "the credentials: certificates, tokens as the octets of their text or CBOR, Credentials, KeyPackages",
        ),
        Member::optional("known", ITEMS, "credentials of others, to compare with"),
        Member::optional("k", Form::Integer, "how many must share a value so that it hides them; 10 if absent"),
    ],
    output: &[
        Member::new("clean", Form::Boolean, "whether nothing links or narrows"),
        Member::new("traps", Form::List(&Form::Text), "the rows of mimi-mls.md 4.5 that something was found of, in their order"),
        Member::new("kinds", Form::List(&Form::Text), "the kinds of what was found, in their order"),
        Member::new(
            "findings",
            Form::List(&Form::Record(&[
                Member::new("kind", Form::Text, "what it is"),
                Member::new("trap", Form::Text, "the row of mimi-mls.md 4.5"),
                Member::new("severity", Form::Choice(&["note", "narrows", "links"]), "how much it tells"),
                Member::new("field", Form::Text, "where it is"),
                Member::new("items", Form::List(&Form::Integer), "in which of them, counted from 0"),
            ])),
            "what was found, the worst first",
        ),
    ],
    run: batch,
}];

fn batch(input: &Input<'_>) -> Result<Object, Fault> {
    let (items, known) = (input.hexes("items")?, input.hexes("known")?);
    let named = |octets: &[Vec<u8>]| -> Vec<(String, Vec<u8>)> {
        octets.iter().enumerate().map(|(n, octets)| (format!("item {n}"), octets.clone())).collect()
    };
    let (items, known) = (named(&items), named(&known));
    let items: Vec<Item<'_>> = items.iter().map(|(name, octets)| Item { name, octets }).collect();
    let known: Vec<Item<'_>> = known.iter().map(|(name, octets)| Item { name, octets }).collect();
    let k = input.int_if_any("k")?.unwrap_or(Options::default().k);
    let report = lint(&items, &Options { k, known: &known })?;
    let findings = report.findings.iter().map(|finding| {
        let items = finding.items.iter().map(|n| Value::Int(i128::try_from(*n).unwrap_or(i128::MAX)));
        Object::new()
            .text("kind", finding.kind.slug())
            .text("trap", finding.trap.name())
            .text("severity", finding.severity.name())
            .text("field", finding.field.clone())
            .list("items", items)
    });
    let traps: BTreeSet<Trap> = report.findings.iter().map(|finding| finding.trap).collect();
    let kinds: BTreeSet<FindingKind> = report.findings.iter().map(|finding| finding.kind).collect();
    Ok(Object::new()
        .with("clean", Value::Bool(report.is_clean()))
        .list("traps", traps.into_iter().map(Trap::name))
        .list("kinds", kinds.into_iter().map(FindingKind::slug))
        .list("findings", findings))
}
