//! The sender's side: from credentials to a bundle for one room, made in two steps so that the leaf key may live elsewhere.
//!
//! What a bundle would show, and what the room's policy says of that, can be asked before anything is signed.

mod audience;
mod contents;
mod forecast;
mod prune;

pub use audience::Audience;
pub(crate) use audience::shown_to_too_many;
pub(crate) use contents::Contents;
pub(crate) use forecast::{Offered, entries, forecast};

use mimicred_claims::{ClaimPath, Selection};
use mimicred_jose::base64url;
use mimicred_keys::{HashAlgorithm, LeafKey, PublicKey, ToBeSigned};
use mimicred_mls::{BundleItem, Credential, CredentialPresentation, DisclosureBundle, PresentationContext, SdJwt, SdJwtForm};
use mimicred_uri::MimiUri;

use crate::evaluate::{Evaluation, Member, PolicyState};
use crate::evidence::Evidence;
use crate::{Code, Error};

/// Where a reveal is made, as the sender's own snapshot of the epoch says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomContext {
    /// The room whose group carries the message.
    pub room_uri: MimiUri,
    /// The sender's user in that room.
    pub subject_uri: MimiUri,
    /// The group.
    pub group_id: Vec<u8>,
    /// The epoch in which the message will be sent.
    pub epoch: u64,
    /// The nonce for the sender's leaf in this epoch.
    pub nonce: Vec<u8>,
    /// The hash of the group's suite.
    pub hash: HashAlgorithm,
}

/// A credential that the sender has.
#[derive(Clone, Copy)]
pub enum Holding<'a> {
    /// An SD-JWT.
    SdJwt(&'a mimicred_sd_jwt::Held),
    /// An SD-CWT.
    SdCwt(&'a mimicred_sd_cwt::Held),
    /// A certificate for the leaf key, with its intermediates, in DER; it always shows everything.
    X509 {
        /// The end entity's first.
        chain: &'a [Vec<u8>],
        /// The leaf key.
        key: &'a PublicKey,
    },
}

/// A bundle that lacks only the leaf key's signatures.
pub struct PreparedBundle {
    context: RoomContext,
    items: Vec<PreparedItem>,
}

struct PreparedItem {
    unsigned: Unsigned,
    evidence: Evidence,
    /// `iss` of a token.
    issuer: String,
    token_hash: [u8; 32],
    revealed: Vec<ClaimPath>,
    issued_at: i64,
}

enum Unsigned {
    SdJwt(mimicred_sd_jwt::PreparedPresentation),
    SdCwt(mimicred_sd_cwt::PreparedPresentation),
    X509(mimicred_mls::PreparedPresentation),
}

impl PreparedBundle {
    /// A bundle without items.
    pub fn new(context: RoomContext) -> Self {
        Self { context, items: Vec::new() }
    }

    /// Adds a presentation of one credential, made now. The selection says what an SD-JWT or SD-CWT discloses.
    ///
    /// # Errors
    /// `room/reveal-impossible`: a path that names no claim, a token that is not valid now, a certificate that cannot be read or is
    /// for another key.
    pub fn add(&mut self, holding: Holding<'_>, selection: &Selection, now: i64) -> Result<(), Error> {
        let audience = self.context.room_uri.as_str();
        let (unsigned, revealed) = match holding {
            Holding::SdJwt(held) => {
                let nonce = base64url::encode(&self.context.nonce);
                let unsigned = held.prepare(selection, &mimicred_sd_jwt::Binding { audience, nonce: &nonce, issued_at: now })?;
                let revealed = unsigned.revealed().to_vec();
                (Unsigned::SdJwt(unsigned), revealed)
            }
            Holding::SdCwt(held) => {
                let nonce = Some(self.context.nonce.as_slice());
                let unsigned = held.prepare(selection, &mimicred_sd_cwt::Binding { audience, nonce, issued_at: now })?;
                let revealed = unsigned.revealed().to_vec();
                (Unsigned::SdCwt(unsigned), revealed)
            }
            Holding::X509 { chain, key } => (self.certificate(chain, key, now)?, Vec::new()),
        };
        let contents = Contents::of(holding)?;
        let chosen = contents.choose(selection)?;
        self.items.push(PreparedItem {
            unsigned,
            evidence: contents.shown(&chosen),
            issuer: contents.issuer.to_owned(),
            token_hash: contents.token_hash,
            revealed,
            issued_at: now,
        });
        Ok(())
    }

    fn certificate(&self, chain: &[Vec<u8>], key: &PublicKey, now: i64) -> Result<Unsigned, Error> {
        let context = PresentationContext {
            room_uri: &self.context.room_uri,
            group_id: &self.context.group_id,
            epoch: self.context.epoch,
            hash: self.context.hash,
        };
        let issued_at = u64::try_from(now).map_err(impossible)?;
        let credential = Credential::X509(chain.to_vec());
        let unsigned = CredentialPresentation::prepare(credential, &context, issued_at, &self.context.nonce, key);
        Ok(Unsigned::X509(unsigned.map_err(impossible)?))
    }

    /// Where it will be sent.
    pub fn context(&self) -> &RoomContext {
        &self.context
    }

    /// What each item discloses beyond what its credential always shows.
    pub fn revealed(&self) -> impl Iterator<Item = &[ClaimPath]> {
        self.items.iter().map(|item| item.revealed.as_slice())
    }

    /// Everything that each item shows.
    pub fn shown(&self) -> impl Iterator<Item = &Evidence> + Clone {
        self.items.iter().map(|item| &item.evidence)
    }

    /// Of each item: what it shows, its issuer, the hash of its token, what it discloses.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (&Evidence, &str, [u8; 32], &[ClaimPath])> {
        self.items.iter().map(|item| (&item.evidence, item.issuer.as_str(), item.token_hash, item.revealed.as_slice()))
    }

    /// What receivers will say of it, as far as the sender can know: whether they trust the issuer is theirs.
    pub fn forecast(&self, policy: &PolicyState, sender: &Member) -> Evaluation {
        let offered: Vec<Offered<'_>> = self.items.iter().map(PreparedItem::offered).collect();
        forecast(&offered, policy, sender)
    }

    /// Whether the policy lets it be sent, to all members.
    ///
    /// # Errors
    /// `room/reveal-refused`; the note is the code that receivers would report, or what only some roles may see.
    pub fn check(&self, policy: &PolicyState, sender: &Member) -> Result<(), Error> {
        self.check_for(Audience::Room, policy, sender)
    }

    /// Whether the policy lets it be sent to these members.
    ///
    /// # Errors
    /// As [`PreparedBundle::check`].
    pub fn check_for(&self, audience: Audience<'_>, policy: &PolicyState, sender: &Member) -> Result<(), Error> {
        if let Some(reason) = policy.known().and_then(|policy| shown_to_too_many(policy, audience, self.shown())) {
            return Err(Error::new(Code::RevealRefused).note(reason));
        }
        let Evaluation { code, note, .. } = self.forecast(policy, sender);
        if code == crate::VerdictCode::Ok {
            return Ok(());
        }
        let about = note.map(|note| format!(" ({note})")).unwrap_or_default();
        Err(Error::new(Code::RevealRefused).note(format!("{code}: {}{about}", code.sentence())))
    }

    /// What the leaf key has to sign, item by item.
    pub fn to_be_signed(&self) -> impl Iterator<Item = &ToBeSigned> {
        self.items.iter().map(|item| match &item.unsigned {
            Unsigned::SdJwt(unsigned) => unsigned.to_be_signed(),
            Unsigned::SdCwt(unsigned) => unsigned.to_be_signed(),
            Unsigned::X509(unsigned) => unsigned.to_be_signed(),
        })
    }

    /// Completes the bundle with one signature for each item, in their order; each is verified.
    ///
    /// # Errors
    /// `room/reveal-impossible`: another number of signatures, one that does not verify, or no item at all.
    pub fn finish(self, signatures: &[impl AsRef<[u8]>]) -> Result<DisclosureBundle, Error> {
        if signatures.len() != self.items.len() || self.items.is_empty() {
            return Err(Error::new(Code::RevealImpossible).note("every item needs one signature, and there must be an item"));
        }
        let items = self.items.into_iter().zip(signatures).map(|(item, signature)| item.finish(signature.as_ref()));
        let items = items.collect::<Result<_, _>>()?;
        Ok(DisclosureBundle { room_uri: self.context.room_uri, subject_uri: self.context.subject_uri, items })
    }

    /// Signs every item with a key at hand.
    ///
    /// # Errors
    /// As [`PreparedBundle::finish`].
    pub fn sign(self, key: &LeafKey) -> Result<DisclosureBundle, Error> {
        let signatures = self.to_be_signed().map(|to_be_signed| key.sign(to_be_signed).map(|signature| signature.into_bytes()));
        let signatures = signatures.collect::<Result<Vec<_>, _>>().map_err(impossible)?;
        self.finish(&signatures)
    }
}

impl PreparedItem {
    fn offered(&self) -> Offered<'_> {
        Offered { evidence: &self.evidence, issuer: &self.issuer, token_hash: self.token_hash, issued_at: self.issued_at }
    }

    fn finish(self, signature: &[u8]) -> Result<BundleItem, Error> {
        match self.unsigned {
            Unsigned::SdJwt(unsigned) => {
                let presentation = unsigned.finish(signature)?;
                let text = presentation.as_str();
                // What cannot be compacted without loss travels as text.
                let token =
                    SdJwt::new(text, SdJwtForm::Compacted).or_else(|_| SdJwt::new(text, SdJwtForm::Text)).map_err(impossible)?;
                BundleItem::sd_jwt_kb(&token).map_err(impossible)
            }
            Unsigned::SdCwt(unsigned) => Ok(BundleItem::sd_kbt(unsigned.finish(signature)?.as_bytes())),
            Unsigned::X509(unsigned) => {
                let presentation = unsigned.finish(signature).map_err(impossible)?;
                BundleItem::presentation(&presentation).map_err(impossible)
            }
        }
    }
}

fn impossible(source: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(Code::RevealImpossible).because(source)
}

#[cfg(test)]
mod tests;
