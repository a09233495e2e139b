//! Between our credentials and keys and those of an OpenMLS leaf, and what OpenMLS does not check of a leaf.

use mimicred_error::At;
use mimicred_keys::PublicKey;
use openmls::extensions::{AppDataDictionary, AppDataDictionaryExtension, Extension, Extensions};
use openmls::group::PublicGroup;
use openmls::prelude::{Capabilities, CredentialType, CredentialWithKey, LeafNode, LeafNodeIndex};

use crate::component::{APP_COMPONENTS, AppComponents, DISCLOSURE_RECIPIENTS, DisclosureRecipient, IDENTITY_KIND, IdentityKind};
use crate::credential::Credential;
use crate::error::{Code, Error};
use crate::group::app_data::component;
use crate::group::config;
use crate::suite::Suite;
use crate::tls::{MAX_VECTOR, Reader, Writer};
use crate::view::{LeafView, UnreadableLeaf};

/// Our credential for a leaf: OpenMLS keeps the type and the content of the one vector that the body must be.
pub(super) fn to_openmls(credential: &Credential) -> Result<openmls::prelude::Credential, Error> {
    let octets = credential.encode_for_leaf()?;
    let mut reader = Reader::new(&octets);
    let credential_type = reader.u16()?;
    let content = reader.vector(MAX_VECTOR)?;
    reader.finish()?;
    Ok(openmls::prelude::Credential::new(CredentialType::from(credential_type), content.to_vec()))
}

/// The credential of a leaf, read as strictly as anywhere else.
pub(super) fn from_openmls(credential: &openmls::prelude::Credential) -> Result<Credential, Error> {
    let number = credential.credential_type().into();
    Credential::decode(&Writer::new().u16(number).vector(credential.serialized_content()).finish()?)
}

pub(super) fn with_key(credential: &Credential, key: &PublicKey) -> Result<CredentialWithKey, Error> {
    Ok(CredentialWithKey { credential: to_openmls(credential)?, signature_key: key.octets().into() })
}

/// A leaf's key in the one form that RFC 9420 5.1.1 allows; OpenMLS providers take compressed points too.
pub(super) fn leaf_key(suite: Suite, octets: &[u8]) -> Result<PublicKey, Error> {
    PublicKey::from_octets(suite.signature_algorithm(), octets).map_err(|error| Error::new(Code::LeafKeyForm).because(error))
}

/// The extensions of every leaf of ours: the components that we support, a key to seal to, and what the name is, if that is said.
pub(super) fn extensions(recipient: &DisclosureRecipient, kind: Option<IdentityKind>) -> Result<Extensions<LeafNode>, Error> {
    let mut dictionary = AppDataDictionary::new();
    dictionary.insert(APP_COMPONENTS, config::supported_components().encode()?);
    dictionary.insert(DISCLOSURE_RECIPIENTS, recipient.encode()?);
    if let Some(kind) = kind {
        dictionary.insert(IDENTITY_KIND, kind.encode()?);
    }
    Extensions::single(Extension::AppDataDictionary(AppDataDictionaryExtension::new(dictionary))).map_err(super::failed)
}

/// What everybody sees of a leaf, read strictly.
pub(super) fn view(suite: Suite, index: LeafNodeIndex, node: &LeafNode) -> Result<LeafView, Error> {
    let component = |id| component(node.extensions(), id);
    Ok(LeafView {
        index: index.u32(),
        signature_key: leaf_key(suite, node.signature_key().as_slice())?,
        credential: from_openmls(node.credential())?,
        recipient_key: recipient_key(node.extensions())?,
        identity_kind: component(IDENTITY_KIND).map(IdentityKind::decode).transpose()?,
    })
}

/// All members of a tree, by leaf index; one that cannot be read does not hide the others.
pub(super) fn views(suite: Suite, tree: &PublicGroup) -> (Vec<LeafView>, Vec<UnreadableLeaf>) {
    let (mut leaves, mut unreadable) = (Vec::new(), Vec::new());
    for index in tree.members().map(|member| member.index) {
        let Some(node) = tree.leaf(index) else { continue };
        match view(suite, index, node) {
            Ok(leaf) => leaves.push(leaf),
            Err(error) => unreadable.push(UnreadableLeaf { index: index.u32(), code: error.code() }),
        }
    }
    (leaves, unreadable)
}

/// The key to which disclosures for the owner of a leaf are sealed.
pub(super) fn recipient_key(extensions: &Extensions<LeafNode>) -> Result<Option<Vec<u8>>, Error> {
    let recipient = component(extensions, DISCLOSURE_RECIPIENTS).map(DisclosureRecipient::decode).transpose()?;
    Ok(recipient.map(|recipient| recipient.recipient_key))
}

/// The components that a leaf lists.
pub(super) fn components(extensions: &Extensions<LeafNode>) -> Result<AppComponents, Error> {
    component(extensions, APP_COMPONENTS).map(AppComponents::decode).transpose().map(Option::unwrap_or_default)
}

/// A leaf must list its own credential type; OpenMLS notices only when somebody adds it.
pub(super) fn check_own_type(capabilities: &Capabilities, credential_type: CredentialType) -> Result<(), Error> {
    if capabilities.credentials().contains(&credential_type) {
        Ok(())
    } else {
        Err(Error::new(Code::CredentialTypeUndeclared).note(format!("type 0x{:04x}", u16::from(credential_type))))
    }
}

/// A leaf must list the types of its own extensions, but for those of RFC 9420 itself, 1 to 5 (RFC 9420 7.2).
pub(super) fn check_own_extensions(node: &LeafNode) -> Result<(), Error> {
    let listed = node.capabilities().extensions();
    let unlisted = node.extensions().iter().map(Extension::extension_type).find(|it| u16::from(*it) > 5 && !listed.contains(it));
    match unlisted {
        None => Ok(()),
        Some(unlisted) => {
            Err(Error::new(Code::CapabilityUnsupported)
                .note(format!("extension 0x{:04x} of the leaf itself", u16::from(unlisted))))
        }
    }
}

/// Everything that a room requires must be supported.
pub(super) fn check_components(required: &AppComponents, supported: &AppComponents) -> Result<(), Error> {
    match required.first_missing_in(supported) {
        None => Ok(()),
        Some(missing) => Err(Error::new(Code::ComponentUnsupported)
            .at(At::Field("app_components".into()))
            .note(format!("component 0x{missing:04x}"))),
    }
}
