//! Where the two readers may differ.

use mimicred_mls::component::{
    AppComponents, DISCLOSURE_RECIPIENTS, DisclosureRecipient, IDENTITY_KIND, IdentityKind, KEY_PACKAGE_USAGE, KeyPackageUsage,
};
use mimicred_mls::credential::{SD_JWT, SD_JWT_VEC};
use mimicred_mls::group::{Lifetime, UnverifiedKeyPackage};
use mimicred_mls::{APP_DATA_DICTIONARY, Code, Credential, Error, Extensions, KeyPackageView, LeafNodeSource};

/// Extensions that OpenMLS looks into: application_id, ratchet_tree, required_capabilities, external_pub, external_senders,
/// app_data_dictionary, last_resort.
const LOOKED_INTO: [u16; 7] = [1, 2, 3, 4, 5, APP_DATA_DICTIONARY, 10];
/// Those of RFC 9420, which need not be declared.
const DEFAULT: std::ops::RangeInclusive<u16> = 1..=5;

/// Whether OpenMLS may read what we refuse: it looks neither into credentials nor at how long things are, and has no version but one.
pub(super) fn only_ours_refuses(error: &Error, received: &UnverifiedKeyPackage) -> bool {
    match error.code() {
        // The type is known by its number alone, the body is one vector.
        Code::CredentialShapeUnknown | Code::CredentialTypeReserved | Code::CredentialNested => true,
        Code::Limit => true,
        // Nothing else is refused inside a credential, whose codes are many.
        _ => received.credential().is_err() || error.code() == Code::Empty || error.code() == Code::VersionUnsupported,
    }
}

/// Whether OpenMLS may refuse to read what we take: it has a name for every suite, looks into extensions that it knows, and sd_jwt is
/// no vector.
pub(super) fn only_theirs_refuses(view: &KeyPackageView) -> bool {
    let mut extensions = view.extensions().iter().chain(view.leaf_node().extensions().iter());
    let is_struct = matches!(view.leaf_node().credential(), Credential::SdJwt(_));
    extensions.any(|extension| LOOKED_INTO.contains(&extension.extension_type)) || is_struct || view.suite().is_err()
}

/// Whether a KeyPackage whose signatures hold may be refused for something else, at this time.
pub(super) fn is_stricter(view: &KeyPackageView, error: &Error, now: u64) -> bool {
    let leaf = view.leaf_node();
    let LeafNodeSource::KeyPackage { not_before, not_after } = *leaf.source() else { return false };
    let declared = &leaf.capabilities().extensions;
    let is_undeclared = |number: &u16| !DEFAULT.contains(number) && !declared.contains(number);
    let credential = leaf.credential().credential_type();
    let credential = if credential == SD_JWT { SD_JWT_VEC } else { credential };
    match error.code() {
        Code::KeyPackageInvalid => {
            // A second on either side, for the clock that goes on.
            let is_over = now + 1 >= not_after || not_before > now;
            let mut types = view.extensions().iter().map(|extension| extension.extension_type);
            is_over || view.init_key() == leaf.encryption_key() || types.any(|it| is_undeclared(&it) || DEFAULT.contains(&it))
        }
        Code::LifetimeInvalid => Lifetime::new(not_before, not_after).is_err(),
        Code::CapabilityUnsupported => leaf.extensions().iter().any(|extension| is_undeclared(&extension.extension_type)),
        Code::CredentialTypeUndeclared => !leaf.capabilities().credentials.contains(&credential),
        Code::SuiteUnsupported => view.suite().is_err(),
        _ => !components_hold(view),
    }
}

/// Whether everything in the dictionaries that a member would look at can be read.
fn components_hold(view: &KeyPackageView) -> bool {
    fn holds<T>(extensions: &Extensions, id: u16, decode: fn(&[u8]) -> Result<T, Error>) -> bool {
        extensions.component(id).is_ok_and(|found| found.is_none_or(|octets| decode(octets).is_ok()))
    }
    let leaf = view.leaf_node().extensions();
    holds(leaf, mimicred_mls::component::APP_COMPONENTS, AppComponents::decode)
        && holds(leaf, DISCLOSURE_RECIPIENTS, DisclosureRecipient::decode)
        && holds(leaf, IDENTITY_KIND, IdentityKind::decode)
        && holds(view.extensions(), KEY_PACKAGE_USAGE, KeyPackageUsage::decode)
}
