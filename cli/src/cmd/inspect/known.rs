//! What is known about the integer keys of a map: their names, what their numbers stand for, and what is inside.

use mimicred_claims::{Key, Value};
use mimicred_cose::{AlgorithmId, cwt, header, names};

/// The kind of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    Nothing,
    /// A header of COSE.
    Header,
    /// The claims of a CWT.
    Claims,
    /// The postal address.
    Address,
    /// The value of `cnf`.
    Confirmation,
    /// A COSE_Key.
    Key,
}

impl Known {
    /// `name (170)`, or the key alone.
    pub(super) fn label(self, key: &Key<'_>) -> String {
        match key {
            Key::Int(number) => self.name(*number).map_or_else(|| number.to_string(), |name| format!("{name} ({number})")),
            Key::Text(_) => key.to_string(),
        }
    }

    /// The kind of the map under a key.
    pub(super) fn under(self, key: &Key<'_>) -> Self {
        match (self, key) {
            (Known::Claims, Key::Int(cwt::ADDRESS)) => Known::Address,
            (Known::Claims, Key::Int(cwt::CNF)) => Known::Confirmation,
            (Known::Confirmation, Key::Int(1)) => Known::Key,
            _ => Known::Nothing,
        }
    }

    /// What a number stands for.
    pub(super) fn note(self, key: &Key<'_>, value: &Value<'_>) -> Option<Note> {
        let (Key::Int(key), Some(number)) = (key, value.as_int()) else { return None };
        let name = match (self, *key) {
            (Known::Header, header::ALG) | (Known::Key, 3) => return algorithm(number),
            (Known::Header, header::TYP) => names::content_format(number)?,
            (Known::Header, 170) => names::hash(number)?,
            (Known::Header, 172) => names::aead(number)?,
            (Known::Key, 1) => names::key_type(number)?,
            (Known::Key, -1) => names::curve(number)?,
            _ => return None,
        };
        Some(Note::Plain(name.to_owned()))
    }

    fn name(self, key: i128) -> Option<&'static str> {
        match self {
            Known::Nothing => None,
            Known::Header => names::header(key),
            Known::Claims => cwt::name_for_key(key),
            Known::Address => cwt::address_name_for_key(key),
            Known::Confirmation => names::confirmation(key),
            Known::Key => names::key_member(key),
        }
    }
}

/// What is said beside a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Note {
    Plain(String),
    /// What should not be overlooked.
    Warning(String),
}

/// The name of a signature algorithm; RFC 9864 deprecates those that do not name their curve (trap 29).
fn algorithm(number: i128) -> Option<Note> {
    let algorithm = AlgorithmId::from_id(number).ok()?;
    let specific = AlgorithmId::for_key(algorithm.algorithm());
    Some(if algorithm == specific {
        Note::Plain(algorithm.name().to_owned())
    } else {
        Note::Warning(format!("{}, deprecated: {} is {}", algorithm.name(), specific.name(), specific.id()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_names_where_they_mean_something() {
        let note = |known: Known, key: i128, number: i128| known.note(&Key::Int(key), &Value::Int(number));
        assert_eq!(note(Known::Header, 1, -9), Some(Note::Plain("ESP256".to_owned())));
        assert_eq!(note(Known::Header, 1, -35), Some(Note::Warning("ES384, deprecated: ESP384 is -51".to_owned())));
        assert_eq!(note(Known::Header, 1, 5), None);
        assert_eq!(note(Known::Claims, 1, -9), None);
        assert_eq!(Known::Claims.label(&Key::Int(8)), "cnf (8)");
        assert_eq!(Known::Claims.under(&Key::Int(8)).under(&Key::Int(1)).label(&Key::Int(-1)), "crv (-1)");
        assert_eq!(Known::Nothing.label(&Key::Int(8)), "8");
    }
}
