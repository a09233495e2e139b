//! MIMI contents, octet by octet: there is one encoding of each, so that what is read is written the same; and the reveals in them,
//! which are those that their parts say.

use mimicred_cose::cbor::{Dialect, Limits, check_deterministic, parse, write};
use mimicred_error::Report;
use mimicred_mls::MediaType;
use mimicred_mls::carriage::{Carried, ContentReveal, Found, Kind, Object};
use mimicred_mls::content::{MAX_DEPTH, MAX_PARTS, MimiContent, NestedPart, Part, PartSemantics};

pub fn run(data: &[u8]) -> &'static str {
    encoding(data);
    let content = match MimiContent::decode(data) {
        Ok(content) => content,
        Err(error) => return error.slug(),
    };
    assert_eq!(content.encode().expect("what was read can be written"), data);
    let _ = format!("{content:?}");
    let id = content.message_id("s", "r").expect("what was read has a name");
    assert_ne!(id, content.message_id("sr", "").expect("lengths are part of it"));
    let parts: Vec<_> = content.nested_part.parts().collect();
    assert!(parts.len() <= MAX_PARTS && depth(&content.nested_part) <= MAX_DEPTH);
    assert!(parts.iter().enumerate().all(|(n, (index, _))| n == *index));

    let framed = content.frame().expect("what was read can be sent").encode().expect("it is small");
    let carried = Carried::decode(&framed, &[MediaType::MimiContent]);
    let (reveal, carried) = match (ContentReveal::new(content.clone()), carried) {
        (Ok(reveal), Ok(Carried::Content(carried))) => (reveal, carried),
        (Err(error), Err(same)) => {
            assert_eq!(error.code(), same.code());
            return error.slug();
        }
        other => panic!("read in two ways: {other:?}"),
    };
    let all = chosen(reveal, &parts, |_| true);
    let tokens = chosen(carried, &parts, |kind| matches!(kind, Kind::SdJwt | Kind::SdKbt));
    // Whoever accepts everything finds something, unless nothing of it is there.
    assert!(all.is_empty() <= tokens.is_empty());
    "reveal"
}

/// The check of the encoding against reader and writer: the same octets come back, or another encoding was read.
fn encoding(data: &[u8]) {
    let limits = Limits { depth: 32, ..Limits::DEFAULT };
    let checked = check_deterministic(data, &limits);
    let Ok(value) = parse(data, Dialect::Plain, &limits) else { return };
    let is_same = write(&value).is_ok_and(|written| written == data);
    assert_eq!(checked.is_ok(), is_same, "{checked:?}");
}

fn depth(nested: &NestedPart) -> usize {
    match &nested.part {
        Part::Multi { parts, .. } => 1 + parts.iter().map(depth).max().unwrap_or_default(),
        _ => 1,
    }
}

/// The indexes of the items that count, each of which is what its part says.
fn chosen(reveal: ContentReveal, parts: &[(usize, &NestedPart)], accepts: impl Fn(Kind) -> bool) -> Vec<usize> {
    let _ = format!("{reveal:?}");
    let items = reveal.choose(accepts);
    assert!(items.windows(2).all(|pair| pair[0].index < pair[1].index));
    for item in &items {
        let _ = format!("{item:?}");
        let Part::Single { content_type, content } = &parts[item.index].1.part else { panic!("an item is a single part") };
        if let Some(unit) = item.unit {
            assert!(unit < item.index && parts[unit].1.part.semantics() == Some(PartSemantics::SingleUnit));
        }
        match &item.found {
            Found::Object(object) => {
                let media_type: MediaType = content_type.parse().expect("it was read");
                assert_eq!(media_type.essence(), object.media_type().essence());
                assert_eq!(Some(object.kind()), item.found.kind());
                let encoded = object.encode().expect("what was read can be written");
                match object.kind() {
                    // An SD-JWT is read from its private type too, and written under the other.
                    Kind::Credential(_) => assert_eq!(&Object::decode(&media_type, &encoded).expect("written by us"), object),
                    _ => assert_eq!(&encoded, content),
                }
            }
            Found::Unreadable { .. } => {}
            Found::Foreign(_) => assert!(item.unit.is_some()),
        }
    }
    items.iter().map(|item| item.index).collect()
}

#[cfg(test)]
mod tests {
    /// The seeds come as far as they are meant to.
    #[test]
    fn the_seeds_are_what_they_are_called() {
        let outcome = |name: &str| {
            let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/mimi_content");
            super::run(&std::fs::read(folder.join(name)).unwrap())
        };
        for name in ["null", "all-fields", "external"] {
            assert_eq!(outcome(name), "mls/not-a-reveal", "{name}");
        }
        for name in ["sd-jwt", "credential", "credential-mismatch", "bundle", "two", "alternatives", "unit"] {
            assert_eq!(outcome(name), "reveal", "{name}");
        }
        assert_eq!(outcome("external-beside"), "mls/reveal-external");
    }
}
