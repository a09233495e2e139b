//! What is said about people before they are in a room: who has a name, who consents, and whose KeyPackages are wanted.

use mimicred_jose::base64url;
use mimicred_mls::Error;
use mimicred_mls::component::{ConsentUsage, UsageKind};
use mimicred_mls::protocol::{
    ClientMaterial, ConsentEntry, ConsentOperation, IdentifierCode, IdentifierRequest, IdentifierResponse, KeyMaterialRequest,
    KeyMaterialResponse, QueryElement, SearchType, UserStatus,
};

use super::{counted, extensions, numbers, sized};
use crate::cmd::inspect::mls::{draw_credential, draw_key_package};
use crate::cmd::inspect::picture::{Item, Picture, Section};

pub(super) fn identifier_request(body: &[u8]) -> Result<Picture, Error> {
    let request = IdentifierRequest::decode(body)?;
    let mut items: Vec<Item> = request.elements.iter().map(element).collect();
    items.extend(extensions(&request.extensions));
    Ok(Picture::new("IdentifierRequest", vec![Section::new("what must match", items)]))
}

fn element(element: &QueryElement) -> Item {
    let label = match &element.search {
        SearchType::Handle => "handle".to_owned(),
        SearchType::Nick => "nick".to_owned(),
        SearchType::Email => "email".to_owned(),
        SearchType::Phone => "phone".to_owned(),
        SearchType::PartialName => "partial name".to_owned(),
        SearchType::WholeProfile => "whole profile".to_owned(),
        SearchType::OidcStdClaim(name) => format!("OpenID claim {name}"),
        SearchType::VcardField(name) => format!("vCard field {name}"),
    };
    Item::new(label).value(element.value.as_str())
}

pub(super) fn identifier_response(body: &[u8]) -> Result<Picture, Error> {
    let response = IdentifierResponse::decode(body)?;
    let code = match response.code {
        IdentifierCode::Success => "success",
        IdentifierCode::NotFound => "notFound",
        IdentifierCode::Ambiguous => "ambiguous",
        IdentifierCode::Forbidden => "forbidden",
        IdentifierCode::UnsupportedField => "unsupportedField",
    };
    let mut items = vec![Item::new("code").value(code).note(response.code.number().to_string())];
    items.extend(response.uris.iter().map(|uri| Item::new("found").value(uri.as_str())));
    for profile in &response.profiles {
        let fields = profile.fields.iter().map(|field| Item::new(field.name.as_str()).value(sized(field.value.len()))).collect();
        items.push(Item::new("found").value(profile.user.as_str()).items(fields));
    }
    items.extend(extensions(&response.extensions));
    Ok(Picture::new("IdentifierResponse", vec![Section::new("answer", items)]))
}

pub(super) fn consent(body: &[u8], now: i64) -> Result<Picture, Error> {
    let entry = ConsentEntry::decode(body)?;
    let (operation, packages) = match &entry.operation {
        ConsentOperation::Cancel => ("cancel", &[][..]),
        ConsentOperation::Request => ("request", &[][..]),
        ConsentOperation::Grant { key_packages } => ("grant", key_packages.as_slice()),
        ConsentOperation::Revoke => ("revoke", &[][..]),
    };
    let mut items = vec![
        Item::new("operation").value(operation).note(entry.operation.number().to_string()),
        Item::new("requester").value(entry.requester.as_str()),
        Item::new("target").value(entry.target.as_str()),
        Item::new("room").value(entry.room.as_ref().map_or("every room", |room| room.as_str())),
    ];
    if let Some(usage) = entry.usage()? {
        items.push(Item::new("for").value(used(&usage)));
    }
    items.extend(extensions(&entry.extensions));
    if let ConsentOperation::Grant { .. } = entry.operation {
        items.push(Item::new("KeyPackages").value(counted(packages.len())));
    }
    let contains = packages.iter().map(|package| draw_key_package(package, now)).collect();
    Ok(Picture::new("ConsentEntry", vec![Section::new("consent", items)]).containing(contains))
}

fn used(usage: &ConsentUsage) -> String {
    let kinds = usage.usages.iter().map(|kind| match kind {
        UsageKind::Any => "any use",
        UsageKind::InitialConnection => "an initial connection",
        UsageKind::Offered => "an offer",
    });
    let whom = if usage.any_requester_at_domain { ", to every user of the requester" } else { "" };
    format!("{}{whom}", kinds.collect::<Vec<_>>().join(", "))
}

pub(super) fn key_material_request(body: &[u8], now: i64) -> Result<Picture, Error> {
    let request = KeyMaterialRequest::decode(body)?;
    let claim = request.claim();
    let required = &claim.required_capabilities;
    let items = vec![
        Item::new("requester").value(claim.requesting_user.as_str()),
        Item::new("target").value(claim.target_user.as_str()),
        Item::new("room").value(claim.room.as_ref().map_or("not said", |room| room.as_str())),
        Item::new("cipher suites").value(numbers(&claim.cipher_suites)),
        Item::new("required extensions").value(numbers(&required.extensions)),
        Item::new("required proposals").value(numbers(&required.proposals)),
        Item::new("required credentials").value(numbers(&required.credentials)),
        Item::new("signature key").value(base64url::encode(request.signature_key_octets())),
    ];
    let inside = draw_credential(request.credential(), now);
    Ok(Picture::new("KeyMaterialRequest", vec![Section::new("request", items)]).containing(vec![inside]))
}

pub(super) fn key_material_response(body: &[u8], now: i64) -> Result<Picture, Error> {
    let response = KeyMaterialResponse::decode(body)?;
    let status = match response.user_status {
        UserStatus::Success => "success",
        UserStatus::PartialSuccess => "partialSuccess",
        UserStatus::IncompatibleProtocol => "incompatibleProtocol",
        UserStatus::NoCompatibleMaterial => "noCompatibleMaterial",
        UserStatus::UserUnknown => "userUnknown",
        UserStatus::NoConsent => "noConsent",
        UserStatus::NoConsentForThisRoom => "noConsentForThisRoom",
        UserStatus::UserDeleted => "userDeleted",
    };
    let mut items = vec![
        Item::new("status").value(status).note(response.user_status.number().to_string()),
        Item::new("user").value(response.user.as_str()),
    ];
    for client in &response.clients {
        let material = match &client.material {
            ClientMaterial::KeyPackage(_) => "a KeyPackage",
            ClientMaterial::Exhausted => "all KeyPackages are used up",
            ClientMaterial::NothingCompatible(_) => "nothing compatible",
        };
        items.push(Item::new("client").value(client.client.as_str()).note(material));
    }
    let contains = response.key_packages().map(|package| draw_key_package(package, now)).collect();
    Ok(Picture::new("KeyMaterialResponse", vec![Section::new("answer", items)]).containing(contains))
}
