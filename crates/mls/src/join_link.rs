//! Join links (mimi-mls 3.6.3): an invitation in a line of text, `mimi://HUB/r/ROOM#jl1.` and base64url.
//!
//! The room lists the public key of each live link, and the link holds the private one. Whoever joins by it signs her own request with
//! that key; so neither the members, nor the hub, nor who has seen a request can join by a link that they do not have.
//!
//! ```
//! use mimicred_mls::{JoinLink, verify_joining_code};
//!
//! let link = JoinLink {
//!     room_uri: "mimi://hub.example/r/clubhouse".parse()?,
//!     seed: [9; 32].into(), // drawn at random for each link
//!     group_id: vec![1; 16],
//!     inviter_key_hash: [3; 32],
//!     policy_hash: None,
//!     not_after: 1_790_000_000,
//! };
//! let text = link.to_text()?;
//! assert!(text.starts_with("mimi://hub.example/r/clubhouse#jl1."));
//!
//! let received = JoinLink::parse(&text)?;
//! let (signature_key, group_info_key) = ([2; 32], [4; 32]);
//! let code = received.joining_code(&signature_key, &group_info_key)?;
//! verify_joining_code(&link.public_key()?, &link.room_uri, &signature_key, &group_info_key, &code)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(test)]
mod tests;

use std::fmt;

use mimicred_error::At;
use mimicred_jose::base64url;
use mimicred_keys::{Algorithm, Family, LinkKey, PublicKey, ToBeSigned};
use mimicred_uri::{MimiUri, UriKind};
use zeroize::Zeroizing;

use crate::error::{Code, Error};
use crate::tls::{Reader, Writer};

const MARK: &str = "jl1.";
const SEED_LEN: usize = 32;
const HASH_LEN: usize = 32;
const MAX_GROUP_ID: usize = 256;
/// A URI of 1024 octets and a payload of a few hundred.
const MAX_TEXT: usize = 2048;

/// An invitation to a room. Nothing about real identities is in it.
#[derive(Clone, PartialEq, Eq)]
pub struct JoinLink {
    /// The room.
    pub room_uri: MimiUri,
    /// The Ed25519 private key of this link, used for nothing else.
    pub seed: Zeroizing<[u8; SEED_LEN]>,
    /// The group: what the hub answers with must be it.
    pub group_id: Vec<u8>,
    /// SHA-256 of the inviter's leaf SignaturePublicKey; only as good as the channel that the link came by.
    pub inviter_key_hash: [u8; HASH_LEN],
    /// SHA-256 of the room's disclosure policy, if it has one.
    pub policy_hash: Option<[u8; HASH_LEN]>,
    /// Until when it is good, in seconds since 1970.
    pub not_after: u64,
}

impl JoinLink {
    /// Reads a link.
    ///
    /// # Errors
    /// `mls/join-link-malformed` for a text that is no link, one of another version among them; `mls/uri-invalid` if what is before
    /// the `#` is no room; and those of [`Reader`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.len() > MAX_TEXT {
            return Err(Error::new(Code::Limit).at(At::Field("join link".into())));
        }
        let (room, fragment) = text.split_once('#').ok_or_else(|| malformed("without a #"))?;
        let room_uri = MimiUri::parse(room)?;
        if room_uri.kind() != UriKind::Room {
            return Err(Error::new(Code::UriInvalid).note("not a room"));
        }
        let payload = fragment.strip_prefix(MARK).ok_or_else(|| malformed("of another kind than jl1"))?;
        let octets = Zeroizing::new(base64url::decode(payload).map_err(|error| malformed("payload").because(error))?);
        let mut reader = Reader::new(&octets);
        let exact = |reader: &mut Reader<'_>, field: &'static str| {
            let place = reader.clone();
            let octets: [u8; 32] =
                reader.vector(SEED_LEN)?.try_into().map_err(|_| place.error(Code::JoinLinkMalformed).note(field))?;
            Ok::<_, Error>(octets)
        };
        let seed = Zeroizing::new(exact(&mut reader, "seed")?);
        let group_id = reader.vector(MAX_GROUP_ID)?.to_vec();
        let inviter_key_hash = exact(&mut reader, "inviter_key_hash")?;
        let place = reader.clone();
        let policy_hash = match reader.vector(HASH_LEN)? {
            [] => None,
            hash => Some(hash.try_into().map_err(|_| place.error(Code::JoinLinkMalformed).note("policy_hash"))?),
        };
        let not_after = reader.u64()?;
        reader.finish()?;
        Ok(Self { room_uri, seed, group_id, inviter_key_hash, policy_hash, not_after })
    }

    /// The link as text. It holds a secret.
    ///
    /// # Errors
    /// Those of [`Writer::finish`].
    pub fn to_text(&self) -> Result<Zeroizing<String>, Error> {
        Ok(Zeroizing::new(format!("{}#{MARK}{}", self.room_uri, base64url::encode(&self.payload()?))))
    }

    /// What the room lists for this link, in `join_links`.
    ///
    /// # Errors
    /// `mls/crypto`, which does not happen.
    pub fn public_key(&self) -> Result<PublicKey, Error> {
        Ok(self.key()?.public().clone())
    }

    /// The joiningCode of a GroupInfoRequest by whoever has the link: for her leaf key and the key to which the answer is sealed.
    ///
    /// # Errors
    /// Those of [`Writer::finish`].
    pub fn joining_code(&self, requesting_signature_key: &[u8], group_info_public_key: &[u8]) -> Result<Vec<u8>, Error> {
        let content = joining_content(&self.room_uri, requesting_signature_key, group_info_public_key)?;
        Ok(self.key()?.sign(&ToBeSigned::new(Family::JoiningCode, content)?)?.into_bytes())
    }

    fn key(&self) -> Result<LinkKey, Error> {
        Ok(LinkKey::from_seed(&*self.seed)?)
    }

    /// `JoinLinkPayload`.
    fn payload(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        let payload = Writer::new()
            .vector(&*self.seed)
            .vector(&self.group_id)
            .vector(&self.inviter_key_hash)
            .vector(self.policy_hash.as_ref().map_or(&[][..], |hash| hash))
            .u64(self.not_after)
            .finish()?;
        Ok(Zeroizing::new(payload))
    }
}

/// Whether a joiningCode was made with one of the room's links, for this request.
///
/// # Errors
/// `mls/joining-code-invalid`.
pub fn verify_joining_code(
    link_key: &PublicKey,
    room_uri: &MimiUri,
    requesting_signature_key: &[u8],
    group_info_public_key: &[u8],
    joining_code: &[u8],
) -> Result<(), Error> {
    let invalid = || Error::new(Code::JoiningCodeInvalid);
    if link_key.algorithm() != Algorithm::Ed25519 {
        return Err(invalid().note("the key of a join link is an Ed25519 key"));
    }
    let content = joining_content(room_uri, requesting_signature_key, group_info_public_key)?;
    link_key.verify(Family::JoiningCode, &content, joining_code).map_err(|error| invalid().because(error))
}

fn joining_content(room_uri: &MimiUri, signature_key: &[u8], group_info_key: &[u8]) -> Result<Vec<u8>, Error> {
    Writer::new().vector(room_uri.as_str().as_bytes()).vector(signature_key).vector(group_info_key).finish()
}

fn malformed(note: &str) -> Error {
    Error::new(Code::JoinLinkMalformed).note(note)
}

/// Without what would let one join.
impl fmt::Debug for JoinLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinLink").field("room_uri", &self.room_uri).field("not_after", &self.not_after).finish_non_exhaustive()
    }
}
