//! Messages about users: their KeyPackages, consent, names, abuse.

use mimicred_claims::Value;
use mimicred_mls::AppDataDictionary;
use mimicred_mls::protocol::{
    AbuseReport, ClientMaterial, ConsentEntry, ConsentOperation, IdentifierCode, IdentifierRequest, IdentifierResponse,
    KeyMaterialRequest, KeyMaterialResponse,
};
use mimicred_uri::MimiUri;

use super::room::frank;
use crate::object::Object;
use crate::operation::Fault;
use crate::operation::mls::component::components;
use crate::operation::mls::credential::parts;
use crate::operation::mls::key_package::{capabilities, key_package_parts};
use crate::operation::mls::numbers;

fn text(uri: &MimiUri) -> String {
    uri.as_str().to_owned()
}

fn extensions(dictionary: &AppDataDictionary) -> Value<'static> {
    components(dictionary.iter())
}

pub(super) fn abuse_report(report: &AbuseReport) -> Object {
    let messages = report.messages.iter().map(|message| {
        Object::new()
            .hex("message_content", &message.content)
            .with("frank", frank(&message.frank))
            .int("accepted_timestamp", message.accepted_timestamp)
    });
    Object::new()
        .with_some("reporting_user", report.reporting_user.as_ref().map(text))
        .text("alleged_abuser_uri", report.alleged_abuser.as_str())
        .int("reason_code", report.reason)
        .text("note", report.note.clone())
        .list("messages", messages)
        .with("abuse_extensions", extensions(&report.extensions))
}

pub(super) fn consent_entry(entry: &ConsentEntry) -> Result<Object, Fault> {
    let object = Object::new()
        .int("consent_operation", entry.operation.number())
        .text("requester_uri", entry.requester.as_str())
        .text("target_uri", entry.target.as_str())
        .with_some("room_id", entry.room.as_ref().map(text))
        .with("consent_extensions", extensions(&entry.extensions));
    let ConsentOperation::Grant { key_packages } = &entry.operation else { return Ok(object) };
    let key_packages = key_packages.iter().map(key_package_parts).collect::<Result<Vec<_>, _>>()?;
    Ok(object.list("client_key_packages", key_packages))
}

pub(super) fn identifier_request(request: &IdentifierRequest) -> Object {
    let elements = request.elements.iter().map(|element| {
        Object::new()
            .int("search_type", element.search.number())
            .with_some("field", element.search.field().map(str::to_owned))
            .text("search_value", element.value.clone())
    });
    Object::new().list("query_elements", elements).with("extensions", extensions(&request.extensions))
}

pub(super) fn identifier_response(response: &IdentifierResponse) -> Object {
    let code = match response.code {
        IdentifierCode::Success => "success",
        IdentifierCode::NotFound => "not_found",
        IdentifierCode::Ambiguous => "ambiguous",
        IdentifierCode::Forbidden => "forbidden",
        IdentifierCode::UnsupportedField => "unsupported_field",
    };
    let profiles = response.profiles.iter().map(|profile| {
        let fields = profile.fields.iter().map(|field| {
            Object::new()
                .int("field_source", field.source.code())
                .text("field_name", field.name.clone())
                .hex("field_value", &field.value)
        });
        Object::new().text("stable_uri", profile.user.as_str()).list("fields", fields)
    });
    Object::new()
        .text("response_code", code)
        .list("uri", response.uris.iter().map(text))
        .list("found_profiles", profiles)
        .with("extensions", extensions(&response.extensions))
}

pub(super) fn key_material_request(request: &KeyMaterialRequest) -> Object {
    let (claim, required) = (request.claim(), &request.claim().required_capabilities);
    let required = Object::new()
        .with("extension_types", numbers(&required.extensions))
        .with("proposal_types", numbers(&required.proposals))
        .with("credential_types", numbers(&required.credentials));
    Object::new()
        .text("requesting_user", claim.requesting_user.as_str())
        .text("target_user", claim.target_user.as_str())
        .with_some("room_id", claim.room.as_ref().map(text))
        .with("acceptable_ciphersuites", numbers(&claim.cipher_suites))
        .with("required_capabilities", required)
        .hex("requester_signature_key", request.signature_key_octets())
        .with("requester_credential", parts(request.credential()))
}

pub(super) fn key_material_response(response: &KeyMaterialResponse) -> Result<Object, Fault> {
    let mut clients = Vec::new();
    for client in &response.clients {
        let object = Object::new().text("client_uri", client.client.as_str());
        clients.push(match &client.material {
            ClientMaterial::KeyPackage(view) => {
                object.text("client_status", "success").with("key_package", key_package_parts(view)?)
            }
            ClientMaterial::Exhausted => object.text("client_status", "key_material_exhausted"),
            ClientMaterial::NothingCompatible(offered) => object
                .text("client_status", "nothing_compatible")
                .with_some("optional_capabilities", offered.as_ref().map(capabilities)),
        });
    }
    Ok(Object::new()
        .int("user_status", response.user_status.number())
        .text("user_uri", response.user.as_str())
        .list("clients", clients))
}
