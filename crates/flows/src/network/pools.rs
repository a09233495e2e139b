//! KeyPackages that a provider keeps for its users, by what they are for, and the consents by which they are given away
//! (mimi-mls 3.6.1, 3.6.4).

use std::collections::BTreeMap;

use mimicred_mls::KeyPackageView;
use mimicred_mls::component::{KEY_PACKAGE_USAGE, KeyPackageUsage, UsageKind};
use mimicred_mls::protocol::{
    ClientKeyMaterial, ClientMaterial, ConsentEntry, ConsentOperation, KeyMaterialClaim, KeyMaterialResponse, UserStatus,
};
use mimicred_uri::MimiUri;

use crate::Error;

/// At most so many KeyPackages for initial connections are given to the users of one provider in an hour.
const PER_DOMAIN_AND_HOUR: usize = 20;
const HOUR: u64 = 3600;

/// The pools of all users of a provider, and their consents.
#[derive(Default)]
pub(crate) struct Pools {
    key_packages: Vec<Kept>,
    consents: Vec<ConsentEntry>,
    /// When something was given to users of a domain.
    given: BTreeMap<String, Vec<u64>>,
}

struct Kept {
    user: MimiUri,
    client: MimiUri,
    usage: UsageKind,
    key_package: KeyPackageView,
}

impl Pools {
    /// A client gives one of its KeyPackages to be kept.
    pub(crate) fn keep(&mut self, user: &MimiUri, client: &MimiUri, octets: &[u8]) -> Result<(), Error> {
        let step = "a KeyPackage is kept";
        let key_package = KeyPackageView::decode_message(octets).map_err(|e| Error::step(step, e))?;
        let usage = key_package.extensions().component(KEY_PACKAGE_USAGE).map_err(|e| Error::step(step, e))?;
        let usage = usage.map(KeyPackageUsage::decode).transpose().map_err(|e| Error::step(step, e))?;
        let usage = usage.map_or(UsageKind::Any, |usage| usage.kind());
        self.key_packages.push(Kept { user: user.clone(), client: client.clone(), usage, key_package });
        Ok(())
    }

    /// A user consents, or takes it back.
    pub(crate) fn consent(&mut self, entry: ConsentEntry) {
        match entry.operation {
            ConsentOperation::Grant { .. } => self.consents.push(entry),
            ConsentOperation::Revoke => self.consents.retain(|kept| !kept.has_scope_of(&entry)),
            _ => {}
        }
    }

    /// One KeyPackage of each client of a user, if she has consented; otherwise the same answer for every reason (mimi-mls 3.6.1).
    pub(crate) fn claim(&mut self, claim: &KeyMaterialClaim, now: u64) -> Result<KeyMaterialResponse, Error> {
        let refused = || KeyMaterialResponse::failure(UserStatus::NoConsent, claim.target_user.clone());
        let Some(usage) = self.consented(claim)? else { return Ok(refused()) };
        let domain = claim.requesting_user.host();
        if usage == UsageKind::InitialConnection {
            let given = self.given.entry(domain.to_owned()).or_default();
            given.retain(|at| at.saturating_add(HOUR) > now);
            if given.len() >= PER_DOMAIN_AND_HOUR {
                return Ok(refused());
            }
            given.push(now);
        }
        let fits = |kept: &Kept| {
            kept.user == claim.target_user
                && kept.usage == usage
                && claim.cipher_suites.contains(&kept.key_package.cipher_suite())
        };
        let mut clients = Vec::new();
        let mut index = 0;
        while let Some(kept) = self.key_packages.get(index) {
            if !fits(kept) || clients.iter().any(|client: &ClientKeyMaterial| client.client == kept.client) {
                index += 1;
                continue;
            }
            let Kept { client, key_package, .. } = self.key_packages.remove(index);
            clients.push(ClientKeyMaterial { client, material: ClientMaterial::KeyPackage(Box::new(key_package)) });
        }
        if clients.is_empty() {
            return Ok(refused());
        }
        Ok(KeyMaterialResponse { user_status: UserStatus::Success, user: claim.target_user.clone(), clients })
    }

    /// What the target has consented to give to this requester for this room.
    fn consented(&self, claim: &KeyMaterialClaim) -> Result<Option<UsageKind>, Error> {
        let mut found = None;
        for entry in self.consents.iter().filter(|entry| entry.target == claim.target_user) {
            let usage = entry.usage().map_err(|e| Error::step("a consent is read", e))?;
            let (usages, any) = usage.map_or((Vec::new(), false), |usage| (usage.usages, usage.any_requester_at_domain));
            let for_requester = match any {
                true => entry.requester.host() == claim.requesting_user.host(),
                false => entry.requester == claim.requesting_user,
            };
            let for_room = entry.room.is_none() || entry.room == claim.room;
            if for_requester && for_room {
                // One of their own counts more than that for everybody.
                let kind = usages.first().copied().unwrap_or(UsageKind::Any);
                if !any || found.is_none() {
                    found = Some(kind);
                }
            }
        }
        Ok(found)
    }
}
