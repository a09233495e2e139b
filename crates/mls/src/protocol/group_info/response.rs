//! GroupInfoResponse: the hub's answer to a GroupInfoRequest.
//!
//! ```
//! # use mimicred_keys::{Algorithm, LeafKey, SecretKey, SystemRandom};
//! # use mimicred_mls::protocol::*;
//! # use mimicred_mls::{Credential, GroupInfoView, Suite};
//! # let suite = Suite::X25519Aes128Ed25519;
//! # let key = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?)?;
//! # let hub_key = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?)?;
//! # let credential = Credential::Basic(b"mimi://hub.example".to_vec());
//! # let answer_to = GroupInfoKey::generate(suite, &mut SystemRandom)?;
//! # let request = GroupInfoRequest::prepare(suite, key.public(), &credential, &answer_to, b"")?.sign(&key)?;
//! # let group_info = GroupInfoView::decode(b"\0\x01\0\x01\x03gid\0\0\0\0\0\0\0\x07\x02th\x02ct\0\0\x03tag\0\0\0\x03\x03sig")?;
//! // The hub has looked at the request, and answers with what it knows of the group.
//! let room = "mimi://hub.example/r/clubhouse".parse()?;
//! let tree = RatchetTreeOption::full(b"\x02\x01\x00")?;
//! let content = GroupInfoAndTree { group_info, tree, pending_proposals: Vec::new() };
//! let answer = SealedGroupInfo::prepare(&request, &room, &content, hub_key.public(), &credential, &mut SystemRandom)?;
//! let octets = GroupInfoResponse::Success(Box::new(answer.sign(&hub_key)?)).encode()?;
//!
//! // The joiner. Whether this key is one of the group's external_senders is for her to see.
//! let GroupInfoResponse::Success(answer) = GroupInfoResponse::decode(&octets)? else { return Err("refused".into()) };
//! assert_eq!(&answer.verify_signature()?, hub_key.public());
//! assert_eq!(answer.open(&room, &answer_to)?, content);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;

use mimicred_keys::hpke::Sealed;
use mimicred_keys::{PublicKey, Random};
use mimicred_uri::{MimiUri, UriKind};

use super::super::prepared::{self, Prepared};
use super::super::{MLS10, read_protocol, read_room, unknown, write_uri};
use super::{GroupInfoAndTree, GroupInfoKey, GroupInfoRequest};
use crate::credential::Credential;
use crate::error::{Code, Error};
use crate::leaf_node::{MAX_KEY, MAX_SIGNATURE, between};
use crate::message::MAX_MESSAGE;
use crate::suite::Suite;
use crate::tls::{Reader, Writer};

const LABEL: &[u8] = b"GroupInfoResponseTBS";
const SUCCESS: u8 = 1;
const NOT_AUTHORIZED: u8 = 2;
const NO_SUCH_ROOM: u8 = 3;

/// The answer; by `GroupInfoCode`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupInfoResponse {
    /// 1: here it is.
    Success(Box<SealedGroupInfo>),
    /// 2: not for the requester; may stand for the other, so that nothing is told. With the room.
    NotAuthorized(MimiUri),
    /// 3: no such room.
    NoSuchRoom(MimiUri),
}

/// GroupInfo and tree, sealed to the requester and signed by the hub; nothing is verified by being read.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedGroupInfo {
    /// The GroupInfoResponseTBS as it was signed.
    tbs: Vec<u8>,
    room: MimiUri,
    cipher_suite: u16,
    hub_key: Vec<u8>,
    hub_credential: Credential,
    sealed: Sealed,
    signature: Vec<u8>,
}

impl GroupInfoResponse {
    /// Reads a response that fills the whole input.
    ///
    /// # Errors
    /// `mls/version-unsupported`, `mls/uri-invalid` unless the room is one, `mls/value-unknown`, and those of [`Reader`] and
    /// [`Credential::read`].
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let start = reader.clone();
        read_protocol(&mut reader)?;
        let room = read_room(&mut reader)?;
        let place = reader.clone();
        let response = match reader.u8()? {
            SUCCESS => Self::Success(Box::new(SealedGroupInfo::read(&start, room, &mut reader)?)),
            NOT_AUTHORIZED => Self::NotAuthorized(room),
            NO_SUCH_ROOM => Self::NoSuchRoom(room),
            other => return Err(unknown(&place, "GroupInfoCode", other)),
        };
        reader.finish()?;
        Ok(response)
    }

    /// The encoded response.
    ///
    /// # Errors
    /// `mls/uri-invalid` for a room that is none, `mls/limit`.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        match self {
            Self::Success(sealed) => Writer::new().octets(&sealed.tbs).vector(&sealed.signature).finish(),
            Self::NotAuthorized(room) => Ok(head(room)?.u8(NOT_AUTHORIZED).finish()?),
            Self::NoSuchRoom(room) => Ok(head(room)?.u8(NO_SUCH_ROOM).finish()?),
        }
    }

    /// The room that was asked about.
    pub fn room(&self) -> &MimiUri {
        match self {
            Self::Success(sealed) => &sealed.room,
            Self::NotAuthorized(room) | Self::NoSuchRoom(room) => room,
        }
    }
}

impl SealedGroupInfo {
    /// The answer to a request but for its signature, by the hub with this key and credential.
    ///
    /// # Errors
    /// `mls/suite-unsupported` and `mls/suite-key-mismatch` for a hub that does not sign in the suite of the request, `mls/uri-invalid`,
    /// `mls/crypto` for a requester's key that is not of the suite, and those of [`GroupInfoAndTree::encode`] and [`Credential::encode`].
    pub fn prepare(
        request: &GroupInfoRequest,
        room: &MimiUri,
        content: &GroupInfoAndTree,
        hub_key: &PublicKey,
        hub_credential: &Credential,
        random: &mut dyn Random,
    ) -> Result<Prepared<Self>, Error> {
        let suite = request.suite()?;
        if hub_key.algorithm() != suite.signature_algorithm() {
            return Err(Code::SuiteKeyMismatch.into());
        }
        let sealed = content.seal(suite, request.group_info_key(), room, random)?;
        let tbs = head(room)?
            .u8(SUCCESS)
            .u16(suite.number())
            .vector(hub_key.octets())
            .octets(&hub_credential.encode()?)
            .vector(&sealed.encapsulated)
            .vector(&sealed.ciphertext)
            .finish()?;
        let unsigned = Self {
            tbs: tbs.clone(),
            room: room.clone(),
            cipher_suite: suite.number(),
            hub_key: hub_key.octets().to_vec(),
            hub_credential: hub_credential.clone(),
            sealed,
            signature: Vec::new(),
        };
        Prepared::new(unsigned, LABEL, &tbs, hub_key, |message, signature| Self { signature, ..message })
    }

    /// Whether the owner of the key in it made it, and the key is of the suite: that key. Whether it is the hub's, the group's
    /// external_senders say.
    ///
    /// # Errors
    /// `mls/protocol-signature-invalid`, `mls/leaf-key-form`, `mls/suite-unsupported`.
    pub fn verify_signature(&self) -> Result<PublicKey, Error> {
        prepared::verify_in_suite(self.suite()?, &self.hub_key, LABEL, &self.tbs, &self.signature)
    }

    /// Opens it, with the key of the request for this room.
    ///
    /// # Errors
    /// `mls/suite-unsupported`, and those of [`GroupInfoAndTree::open`].
    pub fn open(&self, room: &MimiUri, key: &GroupInfoKey) -> Result<GroupInfoAndTree, Error> {
        GroupInfoAndTree::open(self.suite()?, key, room, &self.sealed)
    }

    /// The suite of the request.
    ///
    /// # Errors
    /// `mls/suite-unsupported`.
    pub fn suite(&self) -> Result<Suite, Error> {
        Suite::from_number(self.cipher_suite)
    }

    /// The room, as it says.
    pub fn room(&self) -> &MimiUri {
        &self.room
    }

    /// The octets of the hub's key, in whatever form; with the credential, the `ExternalSender`.
    pub fn hub_key_octets(&self) -> &[u8] {
        &self.hub_key
    }

    /// The hub's credential, as it says.
    pub fn hub_credential(&self) -> &Credential {
        &self.hub_credential
    }

    /// What follows the status.
    fn read(start: &Reader<'_>, room: MimiUri, reader: &mut Reader<'_>) -> Result<Self, Error> {
        let cipher_suite = reader.u16()?;
        let hub_key = reader.vector(MAX_KEY)?.to_vec();
        let hub_credential = Credential::read(reader)?;
        let encapsulated = reader.vector(MAX_KEY)?.to_vec();
        let sealed = Sealed { encapsulated, ciphertext: reader.vector(2 * MAX_MESSAGE)?.to_vec() };
        let tbs = between(start, reader).to_vec();
        let signature = reader.vector(MAX_SIGNATURE)?.to_vec();
        Ok(Self { tbs, room, cipher_suite, hub_key, hub_credential, sealed, signature })
    }
}

/// What every answer begins with.
fn head(room: &MimiUri) -> Result<Writer, Error> {
    if room.kind() != UriKind::Room {
        return Err(Error::new(Code::UriInvalid).note("not a room"));
    }
    Ok(write_uri(Writer::new().u8(MLS10), room))
}

/// Sizes only.
impl fmt::Debug for SealedGroupInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedGroupInfo")
            .field("room", &self.room)
            .field("cipher_suite", &self.cipher_suite)
            .field("hub_credential", &self.hub_credential)
            .field("ciphertext", &self.sealed.ciphertext.len())
            .finish_non_exhaustive()
    }
}
