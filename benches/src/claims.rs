//! Claims to measure on: text of 100 characters, flat or nested, beside those that the format never redacts.

use mimicred_claims::{Key, Map, Selection, Value};

pub const TEXT: &str = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

/// Claims of these keys and values.
pub type Entries<'a> = Vec<(Key<'a>, Value<'a>)>;

/// The name of a flat claim.
pub fn name(n: usize) -> String {
    format!("claim_{n:03}")
}

/// Names of flat claims, which the claims borrow, as they would from the text that they are read from.
pub fn names(count: usize) -> Vec<String> {
    (0..count).map(name).collect()
}

/// Flat claims.
pub fn flat<'a>(visible: Entries<'a>, names: &'a [String]) -> Map<'a> {
    with_visible(visible, names.iter().map(|name| (Key::from(name.as_str()), Value::from(TEXT))).collect())
}

/// `count` disclosures in maps of ten inside maps of ten, so that every third of their levels is itself redacted.
pub fn nested(visible: Entries<'static>, count: usize) -> Map<'static> {
    let leaves = |from: usize| {
        let leaves = (from..count.min(from + 10)).map(|n| (Key::Text(format!("leaf_{n:05}").into()), Value::from(TEXT)));
        Value::Map(Map::from_entries(leaves.collect()).unwrap())
    };
    let groups = (0..count).step_by(100).map(|hundred| {
        let tens = (hundred..count.min(hundred + 100)).step_by(10);
        let tens = tens.map(|ten| (Key::Text(format!("ten_{ten:05}").into()), leaves(ten)));
        (Key::Text(format!("hundred_{hundred:05}").into()), Value::Map(Map::from_entries(tens.collect()).unwrap()))
    });
    with_visible(visible, groups.collect())
}

fn with_visible<'a>(visible: Entries<'a>, claims: Entries<'a>) -> Map<'a> {
    Map::from_entries(visible.into_iter().chain(claims).collect()).unwrap()
}

/// Every other one of the flat claims.
pub fn half(count: usize) -> Selection {
    Selection::Paths((0..count).step_by(2).map(|n| name(n).parse().unwrap()).collect())
}
