//! What is printed of a content: its shape and sizes. Contents are messages and reveals, URLs and keys open them, and salts stay
//! out of every log.

use std::fmt;

use super::{Extensions, ExternalPart, MimiContent, NestedPart, Part};

impl fmt::Debug for MimiContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MimiContent")
            .field("replaces", &self.replaces)
            .field("expires", &self.expires)
            .field("in_reply_to", &self.in_reply_to)
            .field("extensions", &self.extensions)
            .field("nested_part", &self.nested_part)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Extensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.others.iter().map(|(key, value)| (key, value.len()));
        f.debug_struct("Extensions")
            .field("sender_uri", &self.sender_uri)
            .field("room_uri", &self.room_uri)
            .field("others", &keys.collect::<Vec<_>>())
            .finish()
    }
}

impl fmt::Debug for NestedPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} ", self.disposition)?;
        self.part.fmt(f)
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Part::Null => f.write_str("Null"),
            Part::Single { content_type, content } => write!(f, "Single({content_type:?}, {} octets)", content.len()),
            Part::External(external) => external.fmt(f),
            Part::Multi { semantics, parts } => f.debug_tuple("Multi").field(semantics).field(parts).finish(),
        }
    }
}

impl fmt::Debug for ExternalPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "External({:?}, {} octets elsewhere)", self.content_type, self.size)
    }
}
