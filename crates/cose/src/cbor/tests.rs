mod examples;
mod properties;
mod refusals;
mod writing;

use mimicred_claims::{Key, Map};

use super::*;
use crate::Code;

const CLAIMS: Dialect = Dialect::Claims { digest_len: 2 };

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn read(text: &str) -> Result<Value<'static>, Code> {
    parse(&hex(text), Dialect::Plain, &Limits::DEFAULT).map(Value::into_owned).map_err(|error| error.code())
}

fn read_claims(text: &str) -> Result<Value<'static>, Code> {
    parse(&hex(text), CLAIMS, &Limits::DEFAULT).map(Value::into_owned).map_err(|error| error.code())
}

fn map(entries: Vec<(Key<'static>, Value<'static>)>) -> Value<'static> {
    Value::Map(Map::from_entries(entries).unwrap())
}
