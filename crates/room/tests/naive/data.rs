//! What the naive evaluator works on: plain data of its own, and nothing of the crate.

/// A JSON or CBOR value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Int(i64),
    /// A JSON number that is written with a point or an exponent.
    Decimal(&'static str),
    /// A floating-point number of CBOR.
    Float(f64),
    Text(String),
    Bytes(Vec<u8>),
    List(Vec<Value>),
    Map(Vec<(Key, Value)>),
    Tag(u64, Box<Value>),
}

/// The key of a claim, and a step of a path. In a path a number is a position in an array (jwt) or an integer key (cwt).
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Key {
    Name(&'static str),
    Number(i64),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Family {
    Jwt,
    Cwt,
    X509,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Path {
    Jwt(Vec<Key>),
    Cwt(Vec<Key>),
    X509(&'static str, Option<u8>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Need {
    Optional,
    Required,
    Forbidden,
}

/// A scalar of a policy.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Wanted {
    Text(String),
    Bool(bool),
    /// As written in JSON.
    Number(&'static str),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Condition {
    Equal(Wanted),
    LessThan(Wanted),
    LessThanOrEqual(Wanted),
    GreaterThan(Wanted),
    GreaterThanOrEqual(Wanted),
    Contains(Wanted),
    StartsWith(Wanted),
    EndsWith(Wanted),
    OneOf(Vec<Wanted>),
    HostEqual(Wanted),
    Exists,
    MinAge(u16),
    MaxAge(u16),
}

#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) name: String,
    pub(crate) paths: Vec<Path>,
    pub(crate) need: Need,
    pub(crate) conditions: Vec<Condition>,
}

#[derive(Clone, Debug)]
pub(crate) struct Policy {
    pub(crate) pseudonyms: Need,
    pub(crate) reveal: Need,
    pub(crate) formats: Vec<Family>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) unlisted: Need,
}

/// How the room's policy is there.
#[derive(Clone, Debug)]
pub(crate) enum State {
    Missing,
    Unsupported,
    Known(Policy),
}

#[derive(Clone, Debug)]
pub(crate) enum Shown {
    Jwt(Vec<(Key, Value)>),
    Cwt(Vec<(Key, Value)>),
    X509 {
        names: Vec<Name>,
        /// The user's URI in the SAN.
        user: Option<String>,
    },
}

/// What a certificate says: an attribute of the subject, a name of the SAN, or an extension.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Name {
    pub(crate) oid: &'static str,
    pub(crate) tag: Option<u8>,
    pub(crate) value: String,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Pseudonym,
    Real,
    Unspecified,
}

#[derive(Clone, Debug)]
pub(crate) struct Leaf {
    pub(crate) user: String,
    pub(crate) client: Option<String>,
    pub(crate) kind: Kind,
    pub(crate) shown: Shown,
}

#[derive(Clone, Debug)]
pub(crate) struct Presentation {
    pub(crate) shown: Shown,
    /// The `claim_names` of each entry of the room that fits the issuer.
    pub(crate) entries: Vec<Vec<String>>,
    /// `ok`, `ok_lapsed`, or an informational code.
    pub(crate) code: &'static str,
    pub(crate) issued_at: i64,
    /// Which issuer-signed token it is made of.
    pub(crate) token: u8,
    pub(crate) issuer: &'static str,
}

/// One question to both evaluators.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) state: State,
    pub(crate) leaf: Option<Leaf>,
    pub(crate) presentations: Vec<Presentation>,
    /// The code of a required reveal that is not there.
    pub(crate) absent: &'static str,
}

/// One answer: the overall code, and for each rule what became of it and the code with it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) code: &'static str,
    pub(crate) rules: Vec<(String, &'static str, Option<&'static str>)>,
}

impl Shown {
    pub(crate) fn family(&self) -> Family {
        match self {
            Shown::Jwt(_) => Family::Jwt,
            Shown::Cwt(_) => Family::Cwt,
            Shown::X509 { .. } => Family::X509,
        }
    }
}
