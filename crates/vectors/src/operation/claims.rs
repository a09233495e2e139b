//! Operations of what both token formats share: claim paths, dates, predicates, and putting disclosures back.

mod predicate;

use std::cmp::Ordering;

use mimicred_claims::{
    ClaimPath, Clock, Content, Date, Digest, Key, Limits, Map, Opened, Selection, Step, Value, restore, restore_with,
};

use super::common::{LEEWAY, NOW, clock, paths};
use super::{Fault, Form, Member, Operation};
use crate::object::{Input, Object};
use crate::{Code, Error};

/// How digests stand in claims here, as in SD-JWT.
const MARKED: &str = "a member _sd has the digests of members that are redacted, and {\"...\": digest} is an element that is; a digest \
                      is any text here";

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "claims/path-read",
        about: "reads a claim path",
        input: &[Member::new("text", Form::Text, "the text")],
        output: &[
            Member::new("text", Form::Text, "the path as it is written"),
            Member::new(
                "steps",
                Form::List(&Form::Any),
                "an integer or text for a key, {\"index\": n} for an element, {\"every\": true} for all of them",
            ),
        ],
        run: read_path,
    },
    Operation {
        name: "claims/select",
        about: "finds the claims that paths name",
        input: &[
            Member::new("claims", Form::Object, "the claims"),
            Member::new("paths", Form::List(&Form::Text), "the paths; [] stands for every element"),
        ],
        output: &[Member::new("missing", Form::List(&Form::Text), "paths that name nothing")],
        run: select,
    },
    Operation {
        name: "claims/map",
        about: "makes a map of entries, each key of which stands there once; the integer 1 and the text \"1\" are two keys",
        input: &[Member::new(
            "entries",
            Form::List(&Form::Record(&[
                Member::new("key", Form::Any, "an integer or text"),
                Member::new("value", Form::Any, "the value"),
            ])),
            "the entries",
        )],
        output: &[Member::new("keys", Form::List(&Form::Any), "the keys in their order")],
        run: make_map,
    },
    Operation {
        name: "claims/date-compare",
        about: "compares two dates in seconds since 1970, exactly, and the first one with the clock",
        input: &[Member::new("one", Form::Any, "a date"), Member::new("other", Form::Any, "another one"), NOW, LEEWAY],
        output: &[
            Member::new("order", Form::Choice(&["before", "same", "after"]), "where the first one is, seen from the other"),
            Member::new("expired", Form::Boolean, "whether a token whose exp is the first one has expired"),
            Member::new("premature", Form::Boolean, "whether a token whose nbf is the first one is not valid yet"),
        ],
        run: compare_dates,
    },
    predicate::OPERATION,
    Operation {
        name: "claims/restore",
        about: "puts disclosures back where their digests are",
        input: &[
            Member::new("claims", Form::Object, MARKED),
            Member::optional("header_claims", Form::Object, "claims that stand in another place and count as the same set"),
            Member::new(
                "disclosures",
                Form::List(&Form::Record(&[
                    Member::new("digest", Form::Text, "its digest"),
                    Member::optional("name", Form::Text, "the name of the member; absent for an element"),
                    Member::optional("value", Form::Any, "the value; absent for a decoy"),
                ])),
                "the disclosures, in the order received",
            ),
            Member::optional("max_depth", Form::Integer, "how many levels; 16 if absent"),
            Member::optional("max_disclosures", Form::Integer, "how many disclosures; 16384 if absent"),
            Member::optional("max_digests", Form::Integer, "how many digests; 32768 if absent"),
        ],
        output: &[
            Member::new("claims", Form::Object, "the claims without any digest"),
            Member::new("disclosed", Form::List(&Form::Text), "where each disclosure but decoys has landed"),
            Member::new("undisclosed", Form::Integer, "how many digests are left"),
        ],
        run: restore_claims,
    },
];

fn read_path(input: &Input<'_>) -> Result<Object, Fault> {
    let path: ClaimPath = input.text("text")?.parse()?;
    let step = |step: &Step| match step {
        Step::Key(key) => key_value(key),
        Step::Index(index) => Object::new().int("index", i128::try_from(*index).unwrap_or(i128::MAX)).into(),
        Step::Every => Object::new().with("every", true).into(),
    };
    Ok(Object::new().text("text", path.to_string()).list("steps", path.steps().iter().map(step)))
}

fn key_value(key: &Key<'_>) -> Value<'static> {
    match key {
        Key::Int(number) => Value::Int(*number),
        Key::Text(text) => Value::from(text.clone().into_owned()),
    }
}

fn select(input: &Input<'_>) -> Result<Object, Fault> {
    let claims = input.map("claims")?;
    let missing = paths(input, "paths")?.into_iter().filter(|path| {
        let selection = Selection::Paths(vec![path.clone()]);
        selection.choose(&[], claims).is_err()
    });
    Ok(Object::new().list("missing", missing.map(|path| path.to_string())))
}

fn make_map(input: &Input<'_>) -> Result<Object, Fault> {
    let entry = |record: &Input<'_>| {
        let key = match record.value("key")? {
            Value::Int(number) => Key::Int(*number),
            _ => Key::Text(record.text("key")?.to_owned().into()),
        };
        Ok((key, record.value("value")?.clone().into_owned()))
    };
    let entries = input.records("entries")?.iter().map(entry).collect::<Result<Vec<_>, Error>>()?;
    let map = Map::from_entries(entries)?;
    Ok(Object::new().list("keys", map.iter().map(|(key, _)| key_value(key)).collect::<Vec<_>>()))
}

fn compare_dates(input: &Input<'_>) -> Result<Object, Fault> {
    let (one, other) = (Date::from_value(input.value("one")?)?, Date::from_value(input.value("other")?)?);
    let clock: Clock = clock(input)?;
    let order = match one.partial_cmp(&other) {
        Some(Ordering::Less) => "before",
        Some(Ordering::Greater) => "after",
        _ => "same",
    };
    let object = Object::new().text("order", order).with("expired", clock.is_expired(one));
    Ok(object.with("premature", clock.is_premature(one)))
}

fn restore_claims(input: &Input<'_>) -> Result<Object, Fault> {
    let disclosures = input.records("disclosures")?.iter().map(opened).collect::<Result<Vec<_>, Error>>()?;
    let usual = Limits::DEFAULT;
    let limits = Limits {
        depth: input.int_if_any("max_depth")?.unwrap_or(usual.depth),
        disclosures: input.int_if_any("max_disclosures")?.unwrap_or(usual.disclosures),
        digests: input.int_if_any("max_digests")?.unwrap_or(usual.digests),
    };
    let claims = marked(input.map("claims")?)?;
    let restored = match input.get("header_claims") {
        Some(_) => restore_with(claims, marked(input.map("header_claims")?)?, disclosures, &limits)?,
        None => restore(claims, disclosures, &limits)?,
    };
    let undisclosed = i128::try_from(restored.undisclosed()).unwrap_or(i128::MAX);
    let disclosed: Vec<_> = restored.disclosed().iter().filter(|d| !d.decoy).map(|d| d.path.to_string()).collect();
    Ok(Object::new()
        .with("claims", Value::Map(restored.into_claims()))
        .list("disclosed", disclosed)
        .int("undisclosed", undisclosed))
}

fn opened(record: &Input<'_>) -> Result<Opened<'static>, Error> {
    let value = record.get("value").map(marked_value).transpose()?;
    let content = match (record.text_if_any("name")?, value) {
        (Some(name), Some(value)) => Content::Claim(Key::Text(name.to_owned().into()), value),
        (None, Some(value)) => Content::Element(value),
        (None, None) => Content::Decoy,
        (Some(_), None) => return Err(Error::new(Code::CaseUnusable).note("a disclosure with a name and no value")),
    };
    Ok(Opened { digest: Digest::copied(record.text("digest")?.as_bytes()), content })
}

/// The tree that both formats are read into, out of the form in which the vectors show it.
fn marked(map: &Map<'_>) -> Result<Map<'static>, Error> {
    let mut entries = Vec::with_capacity(map.len());
    let mut redacted = Vec::new();
    for (key, value) in map.iter() {
        if *key == Key::from("_sd") {
            let digests = value.as_array().unwrap_or_default().iter().filter_map(Value::as_text);
            redacted.extend(digests.map(|digest| Digest::copied(digest.as_bytes())));
        } else {
            entries.push((key.clone().into_owned(), marked_value(value)?));
        }
    }
    let mut marked = Map::from_entries(entries).map_err(|error| Error::new(Code::CaseUnusable).because(error))?;
    marked.redacted = redacted;
    Ok(marked)
}

fn marked_value(value: &Value<'_>) -> Result<Value<'static>, Error> {
    Ok(match value {
        Value::Map(map) => match map.text("...").and_then(Value::as_text) {
            Some(digest) => Value::Redacted(Digest::copied(digest.as_bytes())),
            None => Value::Map(marked(map)?),
        },
        Value::Array(elements) => Value::Array(elements.iter().map(marked_value).collect::<Result<_, _>>()?),
        other => other.clone().into_owned(),
    })
}
