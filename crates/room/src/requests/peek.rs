//! Which request a message says that it answers, before anything of it is verified.

use mimicred_cose::cwt;
use mimicred_jose::base64url;
use mimicred_keys::sha256;
use mimicred_mls::carriage::{Carried, ContentReveal, Found, Kind, Object};
use mimicred_mls::content::MessageId;
use mimicred_mls::{Credential, CredentialPresentation, DisclosureBundle, Item, MediaType};

use crate::Reveal;
use crate::policy::DisclosureFormat;

/// What a message says of that.
#[derive(Default)]
pub(crate) struct Peeked {
    /// The message that it is a reply to.
    pub(super) in_reply_to: Option<MessageId>,
    nonces: Vec<Vec<u8>>,
}

impl Peeked {
    /// What can be read of a reveal, in a room that lists these media types and accepts these formats; whatever cannot be read is for
    /// the verifier to refuse.
    pub(crate) fn into(reveal: Reveal<'_>, listed: &[MediaType], accepted: &[DisclosureFormat]) -> Self {
        let mut peeked = Self::default();
        match reveal {
            Reveal::ApplicationData(octets) => match Carried::decode(octets, listed) {
                Ok(Carried::Object(object)) => peeked.object(&object),
                Ok(Carried::Content(content)) => peeked.content(content, accepted),
                Ok(Carried::Sealed(_)) | Err(_) => {}
            },
            Reveal::MimiContent(octets) => {
                if let Ok(content) = ContentReveal::decode(octets) {
                    peeked.content(content, accepted);
                }
            }
            Reveal::Bundle(octets) => {
                if let Ok(bundle) = DisclosureBundle::decode(octets) {
                    peeked.bundle(&bundle);
                }
            }
            Reveal::Sealed(opened) => {
                if let Ok(bundle) = opened {
                    peeked.bundle(bundle);
                }
            }
            Reveal::CredentialPresentation(octets) => {
                peeked.nonces.extend(CredentialPresentation::decode(octets).ok().map(|made| made.nonce().to_vec()));
            }
            Reveal::Credential(octets) => {
                if let Ok(credential) = Credential::decode(octets) {
                    peeked.credential(&credential);
                }
            }
            Reveal::SdJwt(text) => peeked.nonces.extend(of_sd_jwt(text)),
            Reveal::SdKbt(octets) => peeked.nonces.extend(of_sd_kbt(octets)),
        }
        peeked
    }

    /// Whether anything in the message has this nonce.
    pub(super) fn has_nonce(&self, nonce: &[u8]) -> bool {
        self.nonces.iter().any(|found| found == nonce)
    }

    fn content(&mut self, content: ContentReveal, accepted: &[DisclosureFormat]) {
        self.in_reply_to = content.in_reply_to;
        // Of alternatives, the one that the verifier will look at; but none without a nonce, for which no request matters.
        let may_count = |kind| match kind {
            Kind::Bundle => true,
            Kind::SdJwt => accepted.contains(&DisclosureFormat::SdJwtKb),
            Kind::SdKbt => accepted.contains(&DisclosureFormat::SdKbt),
            Kind::Credential(_) | Kind::KeyPackage => false,
        };
        for item in content.choose(may_count) {
            if let Found::Object(object) = item.found {
                self.object(&object);
            }
        }
    }

    fn object(&mut self, object: &Object) {
        match object {
            Object::SdJwt(token) => self.nonces.extend(of_sd_jwt(token.as_str())),
            Object::SdKbt(octets) => self.nonces.extend(of_sd_kbt(octets)),
            Object::Bundle(bundle) => self.bundle(bundle),
            Object::Credential(credential) => self.credential(credential),
            Object::KeyPackage(_) => {}
        }
    }

    /// A token binds itself, whatever it travels as; a certificate does not.
    fn credential(&mut self, credential: &Credential) {
        match credential {
            Credential::SdJwt(token) => self.nonces.extend(of_sd_jwt(token.as_str())),
            Credential::SdCwt(octets) => self.nonces.extend(of_sd_kbt(octets)),
            _ => {}
        }
    }

    fn bundle(&mut self, bundle: &DisclosureBundle) {
        for item in bundle.items.iter().filter_map(|item| item.open().ok()) {
            match item {
                Item::MlsCredential(made) => self.nonces.push(made.nonce().to_vec()),
                Item::SdJwtKb(token) => self.nonces.extend(of_sd_jwt(token.as_str())),
                Item::SdKbt(octets) => self.nonces.extend(of_sd_kbt(&octets)),
                Item::KeyPackage(_) | Item::KeyPackageOffer(_) => {}
            }
        }
    }
}

fn of_sd_jwt(text: &str) -> Option<Vec<u8>> {
    let inspected = mimicred_sd_jwt::UnverifiedPresentation::parse(text).ok()?.inspect().ok()?;
    base64url::decode(inspected.key_binding?.claims.text("nonce")?.as_text()?).ok()
}

fn of_sd_kbt(octets: &[u8]) -> Option<Vec<u8>> {
    let inspected = mimicred_sd_cwt::UnverifiedPresentation::parse(octets).ok()?.inspect().ok()?;
    inspected.key_binding?.claims.int(cwt::CNONCE)?.as_bytes().map(<[u8]>::to_vec)
}

/// What tells a message from the other ones of its sender in its epoch.
pub(crate) fn fingerprint(reveal: Reveal<'_>) -> [u8; 32] {
    let sealed;
    let (kind, octets): (u8, &[u8]) = match reveal {
        Reveal::ApplicationData(octets) => (0, octets),
        Reveal::Bundle(octets) => (1, octets),
        Reveal::MimiContent(octets) => (2, octets),
        Reveal::CredentialPresentation(octets) => (3, octets),
        Reveal::Credential(octets) => (4, octets),
        Reveal::SdJwt(text) => (5, text.as_bytes()),
        Reveal::SdKbt(octets) => (6, octets),
        // What was not opened, or could not be written again, answers nothing.
        Reveal::Sealed(opened) => {
            sealed = opened.ok().and_then(|bundle| bundle.encode().ok()).unwrap_or_default();
            (7, &sealed)
        }
    };
    sha256(&[&[kind], octets].concat())
}
