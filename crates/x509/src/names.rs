//! The URIs in an end entity's SAN (mimi-mls.md 1.1, 1.2).

use mimicred_uri::{MimiUri, UriKind};

use crate::attribute::{Attribute, EMAIL};
use crate::error::{Code, Error};

/// Who a certificate names: at most one user and at most one client of one provider.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubjectUris {
    user: Option<MimiUri>,
    client: Option<MimiUri>,
}

impl SubjectUris {
    /// The user's URI: `/u/` or `/p/`.
    pub fn user(&self) -> Option<&MimiUri> {
        self.user.as_ref()
    }

    /// The client's URI: `/d/`.
    pub fn client(&self) -> Option<&MimiUri> {
        self.client.as_ref()
    }

    /// Takes the MIMI URIs out of a SAN and checks how the other names are written.
    ///
    /// # Errors
    /// `x509/san-grammar` for a name that is not written as it should; `x509/profile` for more than one user or client, and for
    /// two of different providers.
    pub(crate) fn read(names: &[Attribute]) -> Result<Self, Error> {
        let mut uris = Self::default();
        for name in names {
            if name.general_name == Some(EMAIL) && !is_email(&name.value) {
                return Err(Error::new(Code::SanGrammar).note("not an email address"));
            }
            if name.is_uri() {
                uris.take(&name.value)?;
            }
        }
        if let (Some(user), Some(client)) = (&uris.user, &uris.client)
            && user.host() != client.host()
        {
            return Err(Error::new(Code::Profile).note("user and client are of different providers"));
        }
        Ok(uris)
    }

    fn take(&mut self, text: &str) -> Result<(), Error> {
        let scheme = scheme(text).ok_or_else(|| Error::new(Code::SanGrammar).note("not an absolute URI"))?;
        // Any spelling of the scheme, so that MIMI:// is refused instead of passing as something else.
        if !scheme.eq_ignore_ascii_case("mimi") {
            return Ok(());
        }
        let uri = MimiUri::parse(text)?;
        let place = match uri.kind() {
            UriKind::User | UriKind::Pseudonym => &mut self.user,
            UriKind::Client => &mut self.client,
            _ => return Err(Error::new(Code::SanGrammar).note("a MIMI URI that names neither user nor client")),
        };
        // mimi-mls.md 3.5.3 step 0: at most one `p/` or `u/` URI.
        if place.replace(uri).is_some() {
            return Err(Error::new(Code::Profile).note("more than one user, or more than one client"));
        }
        Ok(())
    }
}

/// The scheme of an absolute URI of RFC 3986 characters.
pub(crate) fn scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once(':')?;
    let allowed =
        |octet: u8| octet.is_ascii_graphic() && !matches!(octet, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}');
    let letter_first = scheme.starts_with(|first: char| first.is_ascii_alphabetic());
    let scheme_like = scheme.bytes().all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'+' | b'-' | b'.'));
    (letter_first && scheme_like && !rest.is_empty() && rest.bytes().all(allowed)).then_some(scheme)
}

/// A Mailbox as far as it matters: printable ASCII with something on either side of the last `@`.
pub(crate) fn is_email(text: &str) -> bool {
    let sides = text.rsplit_once('@');
    text.bytes().all(|octet| octet.is_ascii_graphic()) && sides.is_some_and(|(local, host)| !local.is_empty() && !host.is_empty())
}
