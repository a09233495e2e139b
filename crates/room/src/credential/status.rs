//! Status of issuers' tokens (mimi-mls.md 3.5.3 step 9).

use mimicred_claims::{Clock, Value};
use mimicred_status::{Code, Meaning, VerifiedStatusList, newest};
use mimicred_x509::Certificate;

use super::crl::CertificateStatus;

/// Where a token says that its status is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatusReference {
    /// A place in a status list.
    List {
        /// The list.
        uri: String,
        /// The place.
        index: u64,
    },
    /// Something that we cannot read: its status cannot be learned.
    Unreadable,
}

/// What a status list says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The token is valid.
    Valid,
    /// The issuer has taken it back.
    Revoked,
    /// The issuer has taken it back for a while; it counts as little as a revoked one.
    Suspended,
}

/// The status lists that the verifier holds, and revocation lists for certificates. They are fetched on a timer, never because a reveal
/// arrived.
pub trait StatusLists: Sync {
    /// What the list at this URI says at this moment; nothing if no list is held that is fresh by its own rule and has this place.
    fn status(&self, uri: &str, index: u64, at: i64) -> Option<Status>;

    /// Why [`StatusLists::status`] says nothing, by a code of `mimicred_status`, for the report. Whoever cannot tell need not.
    fn silence(&self, uri: &str, index: u64, at: i64) -> Option<Code> {
        let _ = (uri, index, at);
        None
    }

    /// What revocation lists say at this moment about a certificate on a path that holds, of which `issuer` is the next. Whoever holds
    /// none need not say so.
    fn certificate_status(&self, certificate: &Certificate, issuer: &Certificate, at: i64) -> CertificateStatus {
        let _ = (certificate, issuer, at);
        CertificateStatus::Unknown
    }
}

/// No status list at all: every token that has a status is `status_untrusted`.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoStatusLists;

impl StatusLists for NoStatusLists {
    fn status(&self, _uri: &str, _index: u64, _at: i64) -> Option<Status> {
        None
    }
}

/// The lists as they were verified, each under a key that its owner trusts for status. What says neither VALID nor that the token is
/// taken back, for good or for a while, says nothing here.
impl StatusLists for Vec<VerifiedStatusList> {
    fn status(&self, uri: &str, index: u64, at: i64) -> Option<Status> {
        said(self, uri, index, at).ok()
    }

    fn silence(&self, uri: &str, index: u64, at: i64) -> Option<Code> {
        said(self, uri, index, at).err()
    }
}

/// What the newest of these lists says, or why it says nothing.
fn said(lists: &[VerifiedStatusList], uri: &str, index: u64, at: i64) -> Result<Status, Code> {
    let reference = mimicred_status::StatusReference::new(uri, index).map_err(|error| error.code())?;
    let list = newest(lists, uri).ok_or(Code::ListMissing)?;
    match list.value(&reference, &Clock { now: at, leeway: 0 }).map_err(|error| error.code())?.meaning() {
        Meaning::Valid => Ok(Status::Valid),
        Meaning::Invalid => Ok(Status::Revoked),
        Meaning::Suspended => Ok(Status::Suspended),
        Meaning::ApplicationSpecific => Err(Code::ApplicationSpecific),
        Meaning::Reserved => Err(Code::Reserved),
    }
}

impl StatusReference {
    /// The reference in the `status` claim of a token, by the names that JWT and CWT share.
    pub(crate) fn of_claim(status: &Value<'_>) -> Self {
        match mimicred_status::StatusReference::from_claim(status) {
            Ok(reference) => StatusReference::List { uri: reference.uri().to_owned(), index: reference.index() },
            Err(_) => StatusReference::Unreadable,
        }
    }
}

#[cfg(test)]
mod tests {
    use mimicred_claims::Clock;
    use mimicred_keys::{Algorithm, IssuerKey, SecretKey};
    use mimicred_status::{Bits, Expectations, Limits, StatusIssuer, StatusList, StatusListToken, UnverifiedStatusListCwt};

    use super::*;

    /// mimi-mls 3.5.3 step 9, CWT-S-009: a list that is good now says what it says; all else is silence, and silence is no yes.
    #[test]
    fn a_verified_list_says_valid_or_revoked_or_nothing() {
        let uri = "https://a.example/status/1";
        let key = IssuerKey::new(SecretKey::from_octets(Algorithm::Ed25519, &[1; 32]).unwrap());
        let token = StatusListToken::new(uri, StatusList::from_octets(Bits::Two, [0b11_10_01_00]), 1000).with_expiry(2000);
        let octets = StatusIssuer::new(key.public()).prepare_cwt(&token).unwrap().sign(&key).unwrap();
        let keys = [key.public().clone()];
        let expected =
            Expectations { keys: &keys, uri, clock: Clock { now: 1000, leeway: 0 }, max_age: None, limits: Limits::DEFAULT };
        let lists = vec![UnverifiedStatusListCwt::parse(octets.as_bytes()).unwrap().verify(&expected).unwrap()];

        let says = [Some(Status::Valid), Some(Status::Revoked), Some(Status::Suspended), None, None];
        assert_eq!([0, 1, 2, 3, 4].map(|index| lists.status(uri, index, 1999)), says);
        assert_eq!(lists.status(uri, 0, 2000), None);
        assert_eq!(lists.status(uri, 0, 999), None);
        assert_eq!(lists.status("https://a.example/status/2", 0, 1000), None);
        assert_eq!(Vec::new().status(uri, 0, 1000), None);

        // Why there is silence is told.
        let why = [(3, 1999), (4, 1999), (0, 2000), (0, 999)].map(|(index, at)| lists.silence(uri, index, at));
        assert_eq!(why, [Code::ApplicationSpecific, Code::Index, Code::Expired, Code::Premature].map(Some));
        assert_eq!(lists.silence("https://a.example/status/2", 0, 1000), Some(Code::ListMissing));
        assert_eq!((lists.silence(uri, 0, 1999), NoStatusLists.silence(uri, 0, 1999)), (None, None));
    }
}
