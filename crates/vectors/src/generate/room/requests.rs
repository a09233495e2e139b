//! Requests for reveals.

use mimicred_mls::framing::ApplicationFraming;
use mimicred_mls::{DisclosureFormat, DisclosureRequest, MediaType};
use mimicred_room::policy::{NonceMode, Optionality};

use super::world::*;
use crate::cast::NOW;
use crate::draft::{Draft, NewCase, case};
use crate::object::{Object, hex};

const NONCE: [u8; 32] = [0xbb; 32];
const RULES: [&str; 2] = ["mimi-mls.md 3.5.1", "mimi-mls.md 3.5.2"];

fn request(challenge: Option<[u8; 32]>) -> DisclosureRequest {
    DisclosureRequest { challenge, claim_names: vec!["name".to_owned()], formats: Vec::new(), not_after: not_after() }
}

fn not_after() -> u64 {
    u64::try_from(NOW + 600).unwrap_or_default()
}

fn of(id: &str, comment: &str, request: &DisclosureRequest) -> NewCase {
    case(id, comment, &RULES).input(Object::new().hex("octets", &sure(request.encode())))
}

pub(super) fn file() -> Draft {
    let about = "Requests of a member for a reveal, as another member judges them.";
    let mut file = Draft::new("room/requests", "room/receive-request", about, &["mimi-mls.md 3.5.1, 3.5.2, 3.5.4"]);
    let provider = Provider::new("issuer");
    let common = common(&provider).without("policy").with("message", arrived(NOW));
    let policy_of = |mode: NonceMode| {
        let mut policy = policy(&provider);
        policy.nonce_mode = mode;
        hex(&sure(policy.encode()))
    };
    let user = || Object::new().text("user", USER).list("claim_names", ["name"]).int("not_after", NOW + 600);

    file.group(
        "In a room whose reveals answer challenges",
        common.clone().text("policy", policy_of(NonceMode::Challenge)).text("carriage", "request"),
    );
    let asks = request(Some(NONCE));
    let formats = ["mls_credential", "sd_jwt_kb", "sd_kbt"];
    file.valid(of("challenge", "for the name", &asks), user().list("formats", formats).with("challenge", true));
    file.refused(of("challenge-missing", "without a nonce", &request(None)), "room/request-malformed");
    let octets = sure(asks.encode());
    let truncated = Object::new().hex("octets", octets.get(..octets.len() - 1).unwrap_or_default());
    file.refused(case("truncated", "the last octet is missing", &RULES).input(truncated), "room/request-malformed");
    let again = Object::new().hex("octets", &octets).list("earlier", [hex(&octets)]);
    file.refused(case("reused", "with a nonce that was used before", &RULES).input(again), "room/request-reused");
    let stranger = Object::new().hex("octets", &octets).with("message", arrived(NOW).int("sender", 9));
    file.group(
        "Who asks",
        common.clone().without("message").text("policy", policy_of(NonceMode::Challenge)).text("carriage", "request"),
    );
    let known = Object::new().hex("octets", &octets).with("message", arrived(NOW));
    file.valid(case("known", "a member", &RULES).input(known), user());
    file.refused(case("unknown", "nobody sits at this leaf", &RULES).input(stranger), "room/request-forbidden");

    file.group(
        "In a room whose nonces come from the epoch",
        common.clone().text("policy", policy_of(NonceMode::GroupExporter)).text("carriage", "request"),
    );
    let asks = request(None);
    file.valid(of("no-challenge", "for the name", &asks), user().with("challenge", false));
    let mut all = asks.clone();
    all.claim_names.clear();
    file.valid(of("whatever-is-required", "for whatever the room requires", &all), user());
    let mut one = asks.clone();
    one.formats = vec![DisclosureFormat::SdKbt];
    file.valid(of("one-format", "in one format", &one), user().list("formats", ["sd_kbt"]));
    file.refused(
        of("challenge-unwanted", "with a nonce", &request(Some(NONCE))).differs_from("no-challenge"),
        "room/request-malformed",
    );
    let mut other = asks.clone();
    other.claim_names = vec!["birthdate".to_owned()];
    file.refused(
        of("no-such-claim", "for a claim that no rule names", &other).differs_from("no-challenge"),
        "room/request-unanswerable",
    );
    let mut late = asks.clone();
    late.not_after = not_after() - 601;
    file.refused(of("over", "it ran out a second ago", &late).differs_from("no-challenge"), "room/request-unanswerable");

    let mut forbidden = policy(&provider);
    forbidden.identity_reveal = Optionality::Forbidden;
    forbidden.claim_rules.clear();
    file.group(
        "In a room that wants no reveals",
        common.clone().hex("policy", &sure(forbidden.encode())).text("carriage", "request"),
    );
    file.refused(of("reveals-forbidden", "for the name", &asks).differs_from("no-challenge"), "room/request-unanswerable");

    framed(&mut file, common.text("policy", policy_of(NonceMode::GroupExporter)), &asks);
    file
}

fn framed(file: &mut Draft, common: Object, request: &DisclosureRequest) {
    let user = uri(USER);
    let content = sure(sure(mimicred_room::request_content(request, &uri(crate::cast::ROOM), &user, [9; 16])).encode());
    let frame = |media_type: MediaType, content: &[u8]| {
        let framing = ApplicationFraming { media_type: Some(media_type), content: content.to_vec() };
        Object::new().hex("octets", &sure(framing.encode()))
    };
    let listed = [MediaType::MimiContent, MediaType::DisclosureRequest].map(|media_type| media_type.to_string());
    let common = common.text("carriage", "application-data");
    file.group("As application data", common.clone().list("media_types", listed));
    let octets = sure(request.encode());
    let new = case("framed", "its media type named", &["mimi-mls.md 3.5.4"]);
    file.valid(new.input(frame(MediaType::DisclosureRequest, &octets)), Object::new().text("user", USER));
    let new = case("in-content", "as the one part of a MIMI content", &["mimi-mls.md 3.5.4"]);
    file.valid(new.input(frame(MediaType::MimiContent, &content)), Object::new().text("user", USER));
    let elsewhere =
        sure(sure(mimicred_room::request_content(request, &uri("mimi://hub.example/r/elsewhere"), &user, [9; 16])).encode());
    let new = case("in-content-of-another-room", "as part of a content of another room", &["mimi-mls.md 3.5.4"]);
    file.refused(new.input(frame(MediaType::MimiContent, &elsewhere)), "room/request-malformed");
    file.group(
        "As application data, in a room that does not list its media type",
        common.list("media_types", [MediaType::MimiContent.to_string()]),
    );
    let new = case("framed-unlisted", "its media type named", &["mimi-mls.md 3.5.4"]);
    file.refused(new.input(frame(MediaType::DisclosureRequest, &octets)).differs_from("framed"), "room/request-forbidden");
}
