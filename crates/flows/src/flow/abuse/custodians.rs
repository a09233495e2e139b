//! In the modes `sealed` and `threshold` B needs its custodians to get from a pseudonym to an account.

use mimicred_escrow::{CaseReference, PartialDecryption, Purpose, Request};
use mimicred_provider::Opened;

use super::local::{QUORUM, failed};
use super::{MALLORY, Scene, user};
use crate::Error;
use crate::network::Network;

/// What the custodians open of these pseudonyms, one after the other: the account, if it comes out.
pub(super) fn open(network: &Network, scene: &mut Scene, labels: &[&str]) -> Result<Option<String>, Error> {
    let mut account = None;
    for label in labels {
        let uri = user(network, MALLORY, label)?;
        let key = network.device(MALLORY)?.persona(label)?.key.public().clone();
        let local = &mut scene.local;
        let custody = local.custody.as_ref().ok_or_else(|| failed("no custodians"))?;
        let case = CaseReference::new("case-1").map_err(failed)?;
        let desk = &mut local.desk;
        let entry = desk.enter_opening(uri.as_str(), custody, &case, Purpose::Abuse, network.time()).map_err(failed)?;
        for (share, memory) in local.custodians.iter_mut().take(usize::from(QUORUM.0)) {
            let opening = desk.opening(uri.as_str(), entry).map_err(failed)?;
            let signed;
            (signed, *memory) = share.countersign(custody, &opening.log, entry, memory).map_err(failed)?;
            desk.add_countersignature(custody, &signed).map_err(failed)?;
        }
        let opening = desk.opening(uri.as_str(), entry).map_err(failed)?;
        let request = Request { custody, log: &opening.log, entry, record: &opening.record, binding: &opening.binding };
        let mut partials: Vec<PartialDecryption> = Vec::new();
        for (share, memory) in local.custodians.iter_mut().take(usize::from(QUORUM.0)) {
            let partial;
            (partial, *memory) = share.partial(&request, memory, &mut network.source.of("custodians")).map_err(failed)?;
            partials.push(partial);
        }
        account = match desk.open(uri.as_str(), entry, custody, &partials, Some(&key)).map_err(failed)? {
            Opened::Account(name) => Some(name),
            Opened::Point { .. } => desk.accounts_by_reports().map_err(failed)?.into_iter().next(),
        };
    }
    Ok(account)
}
