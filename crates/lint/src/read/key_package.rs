//! KeyPackages: what the client says it can do, for how long, and the credential inside.

use mimicred_mls::{APP_DATA_DICTIONARY, Extensions, KeyPackageView, LeafNodeSource};

use super::{Cause, credential, leaf_key};
use crate::finding::FindingKind;
use crate::seen::{KeyOf, Seen, TimeOf};

pub(super) fn read(octets: &[u8], seen: &mut Seen) -> Result<(), Cause> {
    let package = KeyPackageView::decode(octets)?;
    let leaf = package.leaf_node();
    seen.format = "key-package".to_owned();
    let suite = package.cipher_suite();
    seen.constant_text("cipher_suite", FindingKind::PackageDiffers, format!("0x{suite:04x}"));
    seen.key_named("init_key", "hpke", package.init_key(), KeyOf::Package);
    seen.key_named("leaf_node.encryption_key", "hpke", leaf.encryption_key(), KeyOf::Package);
    leaf_key(seen, "leaf_node.signature_key", leaf.signature_key_octets());
    match leaf.source() {
        LeafNodeSource::KeyPackage { not_before, not_after } => {
            seen.time("leaf_node.lifetime.not_before", *not_before, TimeOf::KeyPackage);
            seen.time("leaf_node.lifetime.not_after", *not_after, TimeOf::KeyPackage);
        }
        other => return Err(format!("leaf_node_source is {}", other.name()).into()),
    }
    let capabilities = leaf.capabilities();
    let lists = [
        ("versions", &capabilities.versions),
        ("cipher_suites", &capabilities.cipher_suites),
        ("extensions", &capabilities.extensions),
        ("proposals", &capabilities.proposals),
        ("credentials", &capabilities.credentials),
    ];
    for (name, numbers) in lists {
        seen.numbers(format!("leaf_node.capabilities.{name}"), numbers.iter().copied());
    }
    extensions(seen, "leaf_node.extensions", leaf.extensions())?;
    extensions(seen, "extensions", package.extensions())?;

    let inner = seen.size;
    credential(leaf.credential(), seen, "leaf_node.credential.")?;
    // The credential measures itself; what is around it is what is left without it and without signatures.
    let around = bare_len(octets).saturating_sub(leaf.credential().encode()?.len());
    let signatures = package.signature().len() + leaf.signature().len();
    seen.size = seen.size.saturating_add(around.saturating_sub(signatures)).saturating_sub(inner);
    Ok(())
}

/// Octets without an MLSMessage (version 1, wire format 5) around them: whether there is one says how it was kept, not who made it.
fn bare_len(octets: &[u8]) -> usize {
    let inside = octets.strip_prefix(&[0, 1, 0, 5]).filter(|inside| KeyPackageView::decode(inside).is_ok());
    inside.unwrap_or(octets).len()
}

fn extensions(seen: &mut Seen, path: &str, list: &Extensions) -> Result<(), Cause> {
    seen.numbers(format!("{path} (types)"), list.iter().map(|extension| extension.extension_type));
    for extension in list.iter().filter(|extension| !is_grease(extension.extension_type)) {
        let number = extension.extension_type;
        if number == APP_DATA_DICTIONARY {
            // Commitments and keys in components are fresh each time: their number and sizes are compared.
            for (component, data) in list.components()? {
                let length = data.len();
                let field = format!("{path}.app_data_dictionary.0x{component:04x} (length)");
                seen.constant_text(field, FindingKind::PackageDiffers, format!("{length} octets"));
            }
        } else {
            let shown = format!("{} octets", extension.data.len());
            seen.constant(format!("{path}.0x{number:04x}"), FindingKind::PackageDiffers, &extension.data, shown);
        }
    }
    Ok(())
}

/// RFC 9420 13.5.
fn is_grease(number: u16) -> bool {
    let [high, low] = number.to_be_bytes();
    high == low && low & 0x0f == 0x0a && low < 0xfa
}

impl Seen {
    /// A list of numbers of a registry; GREASE is taken out and kept apart.
    fn numbers(&mut self, path: String, numbers: impl Iterator<Item = u16>) {
        let mut texts = Vec::new();
        for number in numbers {
            if is_grease(number) {
                self.grease.push(number);
            } else {
                texts.push(format!("0x{number:04x}"));
            }
        }
        self.constant_text(path, FindingKind::PackageDiffers, texts.join(" "));
    }
}

#[cfg(test)]
mod tests {
    /// The sixteen values of RFC 9420 table 1 but the one it leaves out.
    #[test]
    fn grease_is_told_by_its_number() {
        let grease: Vec<u16> = (0..=u16::MAX).filter(|number| super::is_grease(*number)).collect();
        assert_eq!(grease.first().copied(), Some(0x0a0a));
        assert_eq!(grease.last().copied(), Some(0xeaea));
        assert_eq!(grease.len(), 15);
    }
}
