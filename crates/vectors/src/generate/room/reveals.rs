//! Reveals from the sender's side.

use mimicred_claims::Value;
use mimicred_keys::Algorithm;
use mimicred_room::policy::{DisclosureFormat, Optionality};

use super::world::*;
use crate::cast::{self, ISSUER, NOW, private_jwk, public_jwk};
use crate::draft::{Draft, case};
use crate::object::Object;

pub(super) fn file() -> Draft {
    let about = "What a member makes of her SD-JWT for a room, and what the room's policy keeps her from sending.";
    let mut file = Draft::new("room/reveals", "room/reveal", about, &["mimi-mls.md 3.4, 3.5"]);
    let (provider, leaf) = (Provider::new("issuer"), cast::key(Algorithm::Ed25519, "holder"));
    let token = Reveal::new(&provider, DisclosureFormat::SdJwtKb, &leaf).issued_sd_jwt();
    let trusted = Object::new().text("issuer", ISSUER).with("key", public_jwk(provider.key.public()));
    let common = common(&provider)
        .without("policy")
        .int("leaf", 3)
        .text("sd_jwt", token)
        .list("issuers", [trusted])
        .with("holder_key", private_jwk(&leaf))
        .int("now", NOW);
    let disclosing = |names: &[&'static str]| Object::new().list("disclose", names.iter().copied());

    let asked = sure(policy(&provider).encode());
    file.group("In a room that requires the name", common.clone().hex("policy", &asked));
    let made = Reveal::new(&provider, DisclosureFormat::SdJwtKb, &leaf).bundle(context(leaf.public()));
    let expected = Object::new().hex("nonce", &context(leaf.public()).nonce).hex("bundle", &sure(made.encode()));
    let rules = ["mimi-mls.md 3.4.2", "mimi-mls.md 3.5.1"];
    file.valid(case("name", "the name", &rules).input(disclosing(&["name"])).flag("exact-form"), expected);
    let new = case("name-and-email", "the name, and an address of a host that the room wants", &rules);
    file.valid(new.input(disclosing(&["name", "email"])).flag("exact-form"), Object::new());
    file.refused(
        case("nothing", "nothing, and the room requires the name", &rules).input(disclosing(&[])),
        "room/reveal-refused",
    );

    let mut forbidden = policy(&provider);
    for rule in forbidden.claim_rules.iter_mut().filter(|rule| rule.claim_name == "email") {
        rule.presence = Optionality::Forbidden;
        rule.predicates.clear();
    }
    file.group("In a room that forbids the address", common.clone().hex("policy", &sure(forbidden.encode())));
    file.valid(case("name-only", "the name", &rules).input(disclosing(&["name"])).flag("exact-form"), Object::new());
    let new = case("forbidden-email", "the name and the address", &rules);
    file.refused(new.input(disclosing(&["name", "email"])), "room/reveal-refused");

    file.group("In a room without a policy", common.with("disclose", Value::Array(vec![Value::from("name")])));
    file.refused(case("no-policy", "the name", &rules).differs_from("name"), "room/reveal-refused");
    file
}
