//! `schemas/` and the code say the same: what the code writes and reads is what the schemas admit, and no more.
#![cfg(test)]
// An independent judge of schemas takes the values of serde_json; nothing of what is shipped does.
#![allow(clippy::disallowed_types)]

mod lint;
mod policy;
mod verdict;

use std::collections::BTreeSet;
use std::process::Command;

use jsonschema::Validator;
use serde_json::Value;

/// A schema, as the tool prints it.
fn schema(of: &str) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_mimicred")).args(["schema", of]).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty());
    serde_json::from_slice(&output.stdout).unwrap()
}

fn validator(schema: &Value) -> Validator {
    jsonschema::draft202012::new(schema).unwrap()
}

/// The names in a schema at this place.
fn names(schema: &Value, pointer: &str) -> BTreeSet<String> {
    let names = schema.pointer(pointer).unwrap_or_else(|| panic!("{pointer}")).as_array().unwrap();
    let unique: BTreeSet<String> = names.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    assert_eq!(unique.len(), names.iter().filter(|name| !name.is_null()).count(), "{pointer}: something stands there twice");
    unique
}

fn set<'a>(names: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    names.into_iter().map(str::to_owned).collect()
}

#[test]
fn the_schemas_are_schemas_of_their_draft() {
    for of in ["policy", "verdict", "lint", "provider-log"] {
        let schema = schema(of);
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert!(jsonschema::draft202012::meta::is_valid(&schema), "{of}");
    }
}
