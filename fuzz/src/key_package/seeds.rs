//! KeyPackages as they come, which expired in 1970; of suites whose signatures are never different.

use mimicred_mls::component::KeyPackageUsage;
use mimicred_mls::{Credential, SdJwt, SdJwtForm, Suite};

use super::fields::{Field, Fields};

/// Seeds, named for what is particular about them.
pub fn seeds() -> Vec<(&'static str, Vec<u8>)> {
    let mut usual = Fields::new(Suite::X25519Aes128Ed25519, KeyPackageUsage::Any, (0, 1));
    let mut other = Fields::new(Suite::X25519ChaCha20Ed25519, KeyPackageUsage::InitialConnection, (0, 1));
    let sd_jwt = SdJwt::new("e30.e30.AA~WzFd~e30.e30.AA", SdJwtForm::Compacted).expect("an SD-JWT+KB");
    *other.field(Field::Credential) = Credential::SdJwt(sd_jwt).encode_for_leaf().expect("short");
    let (one, two) = (usual.message(), other.message());
    *usual.field(Field::Credential) = b"\x0a\x0a\x01x".to_vec();
    *other.field(Field::Source) = vec![2];
    let seeds = [("expired", one), ("sd-jwt", two), ("unknown-credential", usual.message()), ("updated-leaf", other.message())];
    seeds.map(|(name, message)| (name, [&[0], &message[..]].concat())).into()
}
