//! What a case asks for: operations, each a function from its input to `valid` and an output, or to the code of what is wrong.

mod claims;
mod common;
mod cose;
mod escrow;
mod jose;
mod keys;
mod lint;
mod mls;
mod policy;
mod room;
mod sd_cwt;
mod sd_jwt;
mod status;
mod uri;
mod x509;

use std::borrow::Cow;

use mimicred_error::Report;

use crate::object::{Input, Object};
use crate::{Code, Error};

/// Something that an implementation can do, and that vectors are about.
#[derive(Debug)]
pub struct Operation {
    /// Its name: topic, slash, what is done.
    pub name: &'static str,
    /// What it does, in one sentence.
    pub about: &'static str,
    /// What it is given.
    pub input: &'static [Member],
    /// What it answers when everything holds.
    pub output: &'static [Member],
    pub(crate) run: fn(&Input<'_>) -> Result<Object, Fault>,
}

/// A member of an input or output.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub form: Form,
    /// Whether it can be left out.
    pub need: Need,
    /// What it is for.
    pub about: &'static str,
}

/// Whether a member can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It is always there.
    Required,
    /// It is there if there is something to say.
    Optional,
}

/// What a member is.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// Text.
    Text,
    /// Octets, as lower case hexadecimal digits.
    Hex,
    /// An integer.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// A public key as JWK.
    PublicKey,
    /// A private key as JWK.
    PrivateKey,
    /// Any JSON value.
    Any,
    /// Any JSON object.
    Object,
    /// An array of these.
    List(&'static Form),
    /// An object with these members.
    Record(&'static [Member]),
    /// One of these words.
    Choice(&'static [&'static str]),
}

impl Member {
    /// A member that is always there.
    pub(crate) const fn new(name: &'static str, form: Form, about: &'static str) -> Self {
        Self { name, form, need: Need::Required, about }
    }

    /// A member that can be left out.
    pub(crate) const fn optional(name: &'static str, form: Form, about: &'static str) -> Self {
        Self { name, form, need: Need::Optional, about }
    }
}

/// Why an operation did not come to `valid`.
#[derive(Debug)]
pub(crate) enum Fault {
    /// It was refused, with this code.
    Refused {
        code: &'static str,
        /// In words.
        why: Cow<'static, str>,
    },
    /// It could not be tried.
    Unusable(Error),
}

/// What the library says; if that is about the vector itself, it could not be tried.
impl<E: Report + 'static> From<E> for Fault {
    fn from(error: E) -> Self {
        let code = error.slug();
        let why = error.to_string();
        let boxed: Box<dyn std::any::Any> = Box::new(error);
        match boxed.downcast::<Error>() {
            Ok(error) => Fault::Unusable(*error),
            Err(_) => Fault::Refused { code, why: Cow::Owned(why) },
        }
    }
}

/// Every operation, topic by topic.
const ALL: &[&[Operation]] = &[
    keys::read::OPERATIONS,
    keys::sign::OPERATIONS,
    keys::seal::OPERATIONS,
    uri::OPERATIONS,
    jose::OPERATIONS,
    cose::OPERATIONS,
    claims::OPERATIONS,
    sd_jwt::OPERATIONS,
    sd_cwt::OPERATIONS,
    status::OPERATIONS,
    x509::verify::OPERATIONS,
    x509::request::OPERATIONS,
    x509::crl::OPERATIONS,
    x509::issue::OPERATIONS,
    x509::names::OPERATIONS,
    mls::CREDENTIALS,
    mls::REVEALS,
    mls::OFFERS,
    mls::SEALED,
    mls::JOIN_LINKS,
    mls::CONTENTS,
    mls::CARRIAGES,
    mls::COMPONENTS,
    mls::KEY_PACKAGES,
    mls::GROUPS,
    mls::HANDSHAKES,
    mls::PROTOCOL,
    policy::OPERATIONS,
    room::OPERATIONS,
    escrow::custody::OPERATIONS,
    escrow::record::OPERATIONS,
    escrow::log::OPERATIONS,
    escrow::points::OPERATIONS,
    lint::OPERATIONS,
];

/// Every operation, in the order of the topics.
///
/// ```
/// assert!(mimicred_vectors::operations().any(|operation| operation.name == "sd-jwt/verify"));
/// ```
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    ALL.iter().copied().flatten()
}

/// The operation of this name.
pub(crate) fn find(name: &str) -> Result<&'static Operation, Error> {
    let unknown = || Error::new(Code::OperationUnknown).note(name.chars().take(80).collect::<String>());
    operations().find(|operation| operation.name == name).ok_or_else(unknown)
}
