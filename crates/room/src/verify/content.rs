//! What the items of a bundle, or messages of other media types, hold.

use std::sync::Arc;

use mimicred_mls::{
    BundleItem, Credential, CredentialBinding, CredentialPresentation, Item, ItemType, KeyPackageOffer, KeyPackageView,
};
use mimicred_uri::MimiUri;

use super::VouchedKeys;
use crate::policy::DisclosureFormat;

/// What KeyPackages and offers are called in a report.
const KEY_PACKAGE: &str = "key_package";
const OFFER: &str = "key_package_offer";

/// What an item holds.
pub(super) enum Content {
    /// An SD-JWT+KB, maybe inside a CredentialPresentation.
    SdJwt(String, Option<Proof>),
    /// An SD-KBT, maybe inside a CredentialPresentation.
    SdKbt(Vec<u8>, Option<Proof>),
    /// A chain inside a CredentialPresentation.
    X509(Vec<Vec<u8>>, Proof),
    /// A chain that nothing but the message binds to the sender.
    Bare(Vec<Vec<u8>>),
    /// A KeyPackage.
    KeyPackage(Box<KeyPackageView>),
    /// An offer of KeyPackages.
    Offer(Box<KeyPackageOffer>),
    /// A KeyPackage or an offer that cannot be read: no reveal either.
    Unbound(&'static str, String),
    /// A credential of a type that is never accepted, or an item of an unknown type.
    Unaccepted(String),
    /// What could not be opened.
    Malformed(String),
}

/// A CredentialPresentation, and the room in which the bundle around it says that it was made.
#[derive(Clone)]
pub(super) struct Proof {
    /// Shared by the credentials of a `multi`, which would otherwise be copied as often as there are of them.
    pub(super) presentation: Arc<CredentialPresentation>,
    pub(super) room_uri: Option<MimiUri>,
    /// Where the credential is one of several in a `multi`, what its own key says of the leaf key.
    pub(super) voucher: Option<Box<CredentialBinding>>,
}

impl Content {
    /// What an item of a bundle holds: one thing, but for a CredentialPresentation of several credentials.
    pub(super) fn of_item(item: &BundleItem, room_uri: &MimiUri, vouched: VouchedKeys) -> Vec<Self> {
        vec![match item.open() {
            Ok(Item::SdJwtKb(token)) => Content::SdJwt(token.as_str().to_owned(), None),
            Ok(Item::SdKbt(octets)) => Content::SdKbt(octets, None),
            Ok(Item::KeyPackage(key_package)) => Content::KeyPackage(key_package),
            Ok(Item::KeyPackageOffer(offer)) => Content::Offer(Box::new(offer)),
            Ok(Item::MlsCredential(presentation)) => {
                return Content::of_presentation(presentation, Some(room_uri.clone()), vouched);
            }
            Err(e) if item.item_type == ItemType::KeyPackage => Content::Unbound(KEY_PACKAGE, said(&e)),
            Err(e) if item.item_type == ItemType::KeyPackageOffer => Content::Unbound(OFFER, said(&e)),
            Err(_) if matches!(item.item_type, ItemType::Unknown(_)) => Content::Unaccepted(format!("{:?}", item.item_type)),
            Err(e) => Content::unreadable(&e),
        }]
    }

    /// What could not be opened, and why.
    pub(super) fn unreadable(error: &mimicred_mls::Error) -> Self {
        Content::Malformed(said(error))
    }

    /// A KeyPackage that came as an MLSMessage.
    pub(super) fn key_package(octets: &[u8]) -> Self {
        match KeyPackageView::decode_message(octets) {
            Ok(key_package) => Content::KeyPackage(Box::new(key_package)),
            Err(e) => Content::Unbound(KEY_PACKAGE, said(&e)),
        }
    }

    /// Whether it is shown to say who somebody is; a KeyPackage and its offer are not.
    pub(super) fn is_presentation(&self) -> bool {
        !matches!(self, Content::KeyPackage(_) | Content::Offer(_) | Content::Unbound(..))
    }

    /// What a CredentialPresentation holds. The credentials of a `multi` are looked at one by one, if at all: their own keys vouch for
    /// the leaf key, which is never as good as to be for it (mimi-mls.md 6 row 4).
    pub(super) fn of_presentation(
        presentation: CredentialPresentation,
        room_uri: Option<MimiUri>,
        vouched: VouchedKeys,
    ) -> Vec<Self> {
        let credential = presentation.credential().clone();
        let proof = Proof { presentation: Arc::new(presentation), room_uri, voucher: None };
        match (credential, vouched) {
            (Credential::Multi(bindings) | Credential::WeakMulti(bindings), VouchedKeys::Shown) => {
                let of_binding = |binding: CredentialBinding| {
                    let credential = binding.credential.clone();
                    Content::proven(credential, Proof { voucher: Some(Box::new(binding)), ..proof.clone() })
                };
                bindings.into_iter().map(of_binding).collect()
            }
            (credential, _) => vec![Content::proven(credential, proof)],
        }
    }

    fn proven(credential: Credential, proof: Proof) -> Self {
        match credential {
            Credential::X509(chain) => Content::X509(chain, proof),
            Credential::SdJwt(token) => Content::SdJwt(token.as_str().to_owned(), Some(proof)),
            Credential::SdCwt(octets) => Content::SdKbt(octets, Some(proof)),
            other => Content::unaccepted(&other),
        }
    }

    /// A credential that came alone.
    pub(super) fn bare(credential: Credential) -> Self {
        match credential {
            Credential::X509(chain) => Content::Bare(chain),
            Credential::SdJwt(token) => Content::SdJwt(token.as_str().to_owned(), None),
            Credential::SdCwt(octets) => Content::SdKbt(octets, None),
            other => Content::unaccepted(&other),
        }
    }

    fn unaccepted(credential: &Credential) -> Self {
        let number = credential.credential_type();
        Content::Unaccepted(credential.type_name().map_or_else(|| format!("credential type 0x{number:04x}"), str::to_owned))
    }

    pub(super) fn format(&self) -> Option<DisclosureFormat> {
        match self {
            Content::SdJwt(..) => Some(DisclosureFormat::SdJwtKb),
            Content::SdKbt(..) => Some(DisclosureFormat::SdKbt),
            Content::X509(..) | Content::Bare(_) => Some(DisclosureFormat::MlsCredential),
            _ => None,
        }
    }

    pub(super) fn proof(&self) -> Option<&Proof> {
        match self {
            Content::SdJwt(_, proof) | Content::SdKbt(_, proof) => proof.as_ref(),
            Content::X509(_, proof) => Some(proof),
            _ => None,
        }
    }

    pub(super) fn name(&self) -> String {
        match self {
            Content::KeyPackage(_) => KEY_PACKAGE.to_owned(),
            Content::Offer(_) => OFFER.to_owned(),
            Content::Unbound(name, _) => (*name).to_owned(),
            Content::Unaccepted(name) => name.clone(),
            Content::Malformed(_) => "unreadable".to_owned(),
            known => known.format().and_then(DisclosureFormat::name).unwrap_or_default().to_owned(),
        }
    }
}

fn said(error: &mimicred_mls::Error) -> String {
    format!("{error} [{}]", mimicred_error::Report::slug(error))
}
