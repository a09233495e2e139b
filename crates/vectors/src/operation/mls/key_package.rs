//! LeafNode and KeyPackage (RFC 9420 7.2, 10).

use mimicred_mls::{Capabilities, Extensions, KeyPackageView, LeafNode, LeafNodeSource};

use super::component::components;
use super::credential::parts;
use super::{OCTETS, numbers, same};
use crate::object::{Input, Object};
use crate::operation::{Fault, Form, Member, Operation};

const LEAF: &[Member] = &[
    Member::new("encryption_key", Form::Hex, "its HPKE key"),
    Member::new("signature_key", Form::Hex, "its SignaturePublicKey"),
    Member::new("credential", Form::Object, "its credential, with the members of mls/credential-decode"),
    Member::new("capabilities", Form::Object, "versions, cipher_suites, extensions, proposals, credentials: numbers each"),
    Member::new("source", Form::Choice(&["key_package", "update", "commit"]), "leaf_node_source"),
    Member::optional("not_before", Form::Integer, "the lifetime, in a KeyPackage's leaf"),
    Member::optional("not_after", Form::Integer, "the lifetime, in a KeyPackage's leaf"),
    Member::optional("parent_hash", Form::Hex, "in a committer's leaf"),
    EXTENSIONS,
    COMPONENTS,
];
const EXTENSIONS: Member = Member::new("extensions", Form::List(&Form::Object), "extension_type and data of each");
const COMPONENTS: Member =
    Member::new("components", Form::List(&Form::Object), "component_id and data of each, in its app_data_dictionary");

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "mls/leaf-node-verify",
        about: "reads a LeafNode and verifies its signature, and nothing else of it",
        input: &[
            OCTETS,
            Member::optional("group_id", Form::Hex, "the group, for a leaf of source update or commit"),
            Member::optional("leaf_index", Form::Integer, "its place in the tree, for such a leaf"),
        ],
        output: LEAF,
        run: verify_leaf,
    },
    Operation {
        name: "mls/key-package-verify",
        about: "reads a KeyPackage, bare or as an MLSMessage, and verifies its signatures: not its lifetime, capabilities and credential",
        input: &[OCTETS],
        output: &[
            Member::new("cipher_suite", Form::Integer, "its suite"),
            Member::new("init_key", Form::Hex, "its HPKE key"),
            Member::new("leaf_node", Form::Object, "its leaf, with the members of mls/leaf-node-verify"),
            EXTENSIONS,
            COMPONENTS,
            Member::new("reference", Form::Hex, "its KeyPackageRef"),
        ],
        run: verify_key_package,
    },
];

pub(super) fn extensions(extensions: &Extensions) -> impl Iterator<Item = Object> {
    extensions.iter().map(|extension| Object::new().int("extension_type", extension.extension_type).hex("data", &extension.data))
}

pub(super) fn capabilities(capabilities: &Capabilities) -> Object {
    Object::new()
        .with("versions", numbers(&capabilities.versions))
        .with("cipher_suites", numbers(&capabilities.cipher_suites))
        .with("extensions", numbers(&capabilities.extensions))
        .with("proposals", numbers(&capabilities.proposals))
        .with("credentials", numbers(&capabilities.credentials))
}

pub(super) fn leaf_parts(leaf: &LeafNode) -> Result<Object, Fault> {
    let object = Object::new()
        .hex("encryption_key", leaf.encryption_key())
        .hex("signature_key", leaf.signature_key_octets())
        .with("credential", parts(leaf.credential()))
        .with("capabilities", capabilities(leaf.capabilities()))
        .text("source", leaf.source().name());
    let object = match leaf.source() {
        LeafNodeSource::KeyPackage { not_before, not_after } => {
            object.int("not_before", *not_before).int("not_after", *not_after)
        }
        LeafNodeSource::Update => object,
        LeafNodeSource::Commit { parent_hash } => object.hex("parent_hash", parent_hash),
    };
    let components = components(leaf.extensions().components()?.into_iter());
    Ok(object.list("extensions", extensions(leaf.extensions())).with("components", components))
}

pub(super) fn key_package_parts(view: &KeyPackageView) -> Result<Object, Fault> {
    Ok(Object::new()
        .int("cipher_suite", view.cipher_suite())
        .hex("init_key", view.init_key())
        .with("leaf_node", leaf_parts(view.leaf_node())?)
        .list("extensions", extensions(view.extensions()))
        .with("components", components(view.extensions().components()?.into_iter())))
}

fn verify_leaf(input: &Input<'_>) -> Result<Object, Fault> {
    let (octets, group_id) = (input.hex("octets")?, input.hex_if_any("group_id")?);
    let leaf = LeafNode::decode(&octets)?;
    same(&octets, leaf.octets())?;
    let group = match &group_id {
        Some(group_id) => Some((group_id.as_slice(), input.int("leaf_index")?)),
        None => None,
    };
    leaf.verify_signature(group)?;
    leaf_parts(&leaf)
}

fn verify_key_package(input: &Input<'_>) -> Result<Object, Fault> {
    let view = KeyPackageView::decode(&input.hex("octets")?)?;
    view.verify_signature()?;
    Ok(key_package_parts(&view)?.hex("reference", &view.reference(view.suite()?.hash())?))
}
