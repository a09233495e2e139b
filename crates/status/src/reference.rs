//! The `status` claim of a token: where its status is.

use mimicred_claims::{Key, Map, Value};

use crate::error::about;
use crate::{Code, Error};

/// The member of `status` that this is about.
const STATUS_LIST: &str = "status_list";
/// Longest URI in octets.
const MAX_URI: usize = 2048;

/// A place in a status list (CWT-S-003, JWT-S-002).
///
/// The same claim means the same in CWT and JWT: its keys are text in both.
///
/// ```
/// use mimicred_cose::cbor::{Dialect, Limits, parse};
/// use mimicred_status::StatusReference;
///
/// let claim = parse(b"\xa1\x6bstatus_list\xa2\x63idx\x00\x63uri\x63x:y", Dialect::Plain, &Limits::DEFAULT)?;
/// let reference = StatusReference::from_claim(&claim)?;
/// assert_eq!((reference.uri(), reference.index()), ("x:y", 0));
/// assert_eq!(reference.to_claim(), claim);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StatusReference {
    uri: String,
    index: u64,
}

impl StatusReference {
    /// The entry of this number, counted from 0, of the list at this URI.
    ///
    /// # Errors
    /// [`Code::Reference`] if it is no URI.
    ///
    /// ```
    /// use mimicred_status::StatusReference;
    ///
    /// assert!(StatusReference::new("https://a.example/status/1", 7).is_ok());
    /// assert!(StatusReference::new("status/1", 7).is_err());
    /// ```
    pub fn new(uri: impl Into<String>, index: u64) -> Result<Self, Error> {
        let uri = uri.into();
        if !is_uri(&uri) {
            return Err(about(Code::Reference, "uri").note("it is no URI"));
        }
        Ok(Self { uri, index })
    }

    /// Reads the value of a `status` claim. Other status mechanisms beside the list are passed over; without a list there is
    /// nothing that can be checked, and that is an error.
    ///
    /// # Errors
    /// [`Code::Reference`], [`Code::MechanismUnsupported`].
    pub fn from_claim(claim: &Value<'_>) -> Result<Self, Error> {
        let status = text_map(claim, "status")?;
        let Some(list) = status.text(STATUS_LIST) else {
            let code = if status.is_empty() { Code::Reference } else { Code::MechanismUnsupported };
            return Err(about(code, "status"));
        };
        let list = text_map(list, STATUS_LIST)?;
        let index = list.text("idx").and_then(Value::as_int).and_then(|index| u64::try_from(index).ok());
        let index = index.ok_or_else(|| about(Code::Reference, "idx").note("it is no whole number from 0"))?;
        let uri = list.text("uri").and_then(Value::as_text).ok_or_else(|| about(Code::Reference, "uri").note("it is no text"))?;
        Self::new(uri, index)
    }

    /// Reads the `status` claim of a token whose status must be known: to show none is refused (CWT-S-013).
    ///
    /// # Errors
    /// [`Code::StatusMissing`], and as [`StatusReference::from_claim`].
    ///
    /// ```
    /// use mimicred_status::{Code, StatusReference};
    ///
    /// assert_eq!(StatusReference::required(None).unwrap_err().code(), Code::StatusMissing);
    /// ```
    pub fn required(claim: Option<&Value<'_>>) -> Result<Self, Error> {
        Self::from_claim(claim.ok_or_else(|| about(Code::StatusMissing, "status"))?)
    }

    /// The value of the claim, for who issues the token.
    pub fn to_claim(&self) -> Value<'static> {
        let list = [(Key::from("idx"), Value::Int(self.index.into())), (Key::from("uri"), Value::from(self.uri.clone()))];
        let status = [(Key::from(STATUS_LIST), Value::Map(distinct(list)))];
        Value::Map(distinct(status))
    }

    /// The list, by the name that its `sub` must have.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// The number of the entry.
    pub fn index(&self) -> u64 {
        self.index
    }
}

/// A map of entries whose keys differ, as those of a literal do.
pub(crate) fn distinct<const N: usize>(entries: [(Key<'static>, Value<'static>); N]) -> Map<'static> {
    Map::from_entries(entries.into()).unwrap_or_default()
}

/// A map that has nothing but text keys.
fn text_map<'v, 'a>(value: &'v Value<'a>, name: &'static str) -> Result<&'v Map<'a>, Error> {
    let map = value.as_map().ok_or_else(|| about(Code::Reference, name).note("it is no map"))?;
    if map.iter().all(|(key, _)| matches!(key, Key::Text(_))) {
        Ok(map)
    } else {
        Err(about(Code::Reference, name).note("its keys are text"))
    }
}

/// Whether this is a URI with the characters of RFC 3986, of a length that somebody would use.
pub(crate) fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|c| c.is_ascii_alphanumeric() || b"+-.".contains(&c));
    let is_allowed = |c: u8| c.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&c);
    let escapes = rest.split('%').skip(1);
    let is_escape = |after: &str| after.len() >= 2 && after.bytes().take(2).all(|c| c.is_ascii_hexdigit());
    text.len() <= MAX_URI
        && is_scheme
        && rest.bytes().all(is_allowed)
        && escapes.into_iter().all(is_escape)
        && rest.matches('#').count() <= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 3986 section 3, and CWT-S-003.
    #[test]
    fn a_uri_has_a_scheme_and_no_character_that_needs_an_escape() {
        for good in ["https://a.example/status/1", "urn:a", "x:", "a+b-c.1:%e4?q#f", "http://[::1]/"] {
            assert!(is_uri(good), "{good}");
        }
        for bad in ["", "a", "/status/1", ":a", "1a:b", "a b:c", "a:b c", "a:\u{e4}", "a:%e", "a:%zz", "a:#b#c", "a:<b>", "a:\\"]
        {
            assert!(!is_uri(bad), "{bad}");
        }
        let long = |n: usize| format!("a:{}", "b".repeat(n));
        assert!(is_uri(&long(2046)) && !is_uri(&long(2047)));
    }
}
