//! What the verifier has: trust, epochs, lists.

use mimicred_claims::Clock;
use mimicred_mls::component::Participant;
use mimicred_mls::{EpochView, LeafView, MediaType, Suite};
use mimicred_room::{CrlUse, HeldCrls, HeldStatus, Identities, TrustEntry, TrustStore};
use mimicred_status::{Expectations, Limits, UnverifiedStatusList};
use mimicred_uri::MimiUri;
use mimicred_x509::{Certificate, UnverifiedCrl};

use super::credential;
use crate::object::Input;
use crate::operation::Fault;
use crate::operation::common::public_key;

pub(super) fn trust(input: &Input<'_>) -> Result<TrustStore, Fault> {
    let mut store = TrustStore::new();
    for record in input.records("trust")? {
        let (issuer, hosts) = (record.text("issuer")?, record.texts("hosts")?);
        let mut entry = match record.hex_if_any("certificate")? {
            Some(der) => TrustEntry::of_certificate(issuer, &Certificate::from_der(&der)?, &hosts)?,
            None => TrustEntry::of_key(issuer, public_key(&record, "key")?, &hosts)?,
        };
        if record.get("identities").is_some() {
            entry.identities = record.choice("identities", &[("real", Identities::Real)])?;
        }
        if record.get("crl").is_some() {
            entry.crl = record.choice("crl", &[("required", CrlUse::Required)])?;
        }
        entry.status_lists = record.texts("status_lists")?.into_iter().map(str::to_owned).collect();
        store.add(entry);
    }
    Ok(store)
}

/// The epochs that are entered, one after the other, and when.
pub(super) fn epochs(input: &Input<'_>) -> Result<Vec<(EpochView, i64)>, Fault> {
    let mut view = first(input)?;
    let mut epochs = vec![(view.clone(), input.int("entered_at")?)];
    for later in input.records("later")? {
        view.epoch = later.int("epoch")?;
        view.nonce_root = later.array("nonce_root")?.into();
        view.policy = later.hex_if_any("policy")?.or(view.policy);
        epochs.push((view.clone(), later.int("entered_at")?));
    }
    Ok(epochs)
}

fn first(input: &Input<'_>) -> Result<EpochView, Fault> {
    let (mut leaves, mut participants) = (Vec::new(), Vec::new());
    for member in input.records("members")? {
        let key = public_key(&member, "key")?;
        leaves.push(LeafView::new(member.int("leaf")?, key, credential(&member, "credential")?));
        if let Some(user) = member.text_if_any("user")? {
            let role_index = member.int_if_any("role")?.unwrap_or(2);
            participants.push(Participant { user: MimiUri::parse(user)?, role_index });
        }
    }
    leaves.sort_by_key(|leaf| leaf.index);
    let media_types = input.texts("media_types")?.into_iter().map(str::parse).collect::<Result<Vec<MediaType>, _>>()?;
    Ok(EpochView {
        group_id: input.hex("group_id")?,
        epoch: input.int("epoch")?,
        suite: Suite::from_number(input.int("suite")?)?,
        leaves,
        unreadable: Vec::new(),
        room_uri: MimiUri::parse(input.text("room")?)?,
        participants,
        roles: None,
        policy: input.hex_if_any("policy")?,
        media_types,
        nonce_root: input.array("nonce_root")?.into(),
    })
}

pub(super) fn held_status(input: &Input<'_>) -> Result<HeldStatus, Fault> {
    let (mut lists, mut crls) = (Vec::new(), HeldCrls::new());
    for record in input.records("status_lists")? {
        let (octets, keys) = (record.hex("token")?, [public_key(&record, "key")?]);
        let received = UnverifiedStatusList::parse(&octets)?;
        let clock = Clock { now: input.record("message")?.int("received_at")?, leeway: 0 };
        let uri = received.subject()?;
        lists.push(received.verify(&Expectations { keys: &keys, uri: &uri, clock, max_age: None, limits: Limits::DEFAULT })?);
    }
    for der in input.hexes("crls")? {
        crls.add(UnverifiedCrl::from_der(&der)?);
    }
    Ok(HeldStatus { lists, crls })
}
