//! The files that a verification is given.

use mimicred_mls::{Credential, KeyPackageView, LeafNode, LeafNodeSource, SdJwt, SdJwtForm};
use mimicred_room::{GivenLeaf, Reveal};

use crate::error::Failure;
use crate::io::{Input, Inputs, Source};
use crate::sniff::{self, Content, certificate};

/// Reads the sender's leaf.
///
/// # Errors
/// It cannot be read, or is no leaf and no credential.
pub(super) fn leaf(inputs: &Inputs, source: &Source) -> Result<GivenLeaf, Failure> {
    let input = inputs.read(source, "leaf")?;
    parse_leaf(&input).map_err(|failure| failure.reading(&input.name))
}

fn parse_leaf(input: &Input) -> Result<GivenLeaf, Failure> {
    let leaf = match Content::of(input) {
        Some(Content::LeafNode) => LeafNode::decode(&input.octets)?,
        // The leaf that will be the sender's once she is added.
        Some(Content::KeyPackage) => KeyPackageView::decode(&input.octets)?.leaf_node().clone(),
        _ => return Ok(GivenLeaf { key: None, credential: credential(input)? }),
    };
    // The signature of a leaf that is in a group covers its index, which a file does not tell: the group has checked it.
    if let LeafNodeSource::KeyPackage { .. } = leaf.source() {
        leaf.verify_signature(None)?;
    }
    Ok(GivenLeaf { key: Some(leaf.signature_key()?), credential: leaf.credential().clone() })
}

/// A credential, as MLS encodes it or as the file of its own format.
fn credential(input: &Input) -> Result<Credential, Failure> {
    Ok(match Content::of(input) {
        Some(Content::Credential) => Credential::decode(&input.octets)?,
        Some(Content::Certificate) => {
            let chain = certificate::parse(input)?;
            Credential::X509(chain.iter().map(|certificate| certificate.as_der().to_vec()).collect())
        }
        Some(Content::SdJwtKb) => Credential::SdJwt(SdJwt::new(input.text().unwrap_or_default(), SdJwtForm::Text)?),
        Some(Content::SdKbt) => Credential::SdCwt(input.octets.to_vec()),
        _ => return Err(sniff::unexpected(input, "a LeafNode or a credential")),
    })
}

/// What is to be judged.
pub(super) struct Revealed {
    input: Input,
    content: Content,
}

impl Revealed {
    /// Reads a presentation, in whatever form it travels.
    ///
    /// # Errors
    /// It cannot be read, or is nothing that anybody sends into a room. A token without its key binding passes: that it is refused
    /// is the verdict's to say.
    pub(super) fn read(inputs: &Inputs, source: &Source) -> Result<Self, Failure> {
        let input = inputs.read(source, "presentation")?;
        match Content::of(&input) {
            Some(
                content @ (Content::DisclosureBundle
                | Content::Mimi
                | Content::Credential
                | Content::CredentialPresentation
                | Content::SdJwt
                | Content::SdJwtKb
                | Content::SdCwt
                | Content::SdKbt),
            ) => Ok(Self { input, content }),
            _ => Err(sniff::unexpected(&input, "a presentation").reading(&input.name)),
        }
    }

    /// The reveal.
    pub(super) fn as_reveal(&self) -> Reveal<'_> {
        match self.content {
            Content::SdJwt | Content::SdJwtKb => Reveal::SdJwt(self.input.text().unwrap_or_default()),
            Content::SdCwt | Content::SdKbt => Reveal::SdKbt(&self.input.octets),
            Content::Credential => Reveal::Credential(&self.input.octets),
            Content::CredentialPresentation => Reveal::CredentialPresentation(&self.input.octets),
            Content::Mimi => Reveal::MimiContent(&self.input.octets),
            _ => Reveal::Bundle(&self.input.octets),
        }
    }
}
