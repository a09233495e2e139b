//! Operations of the room disclosure policy (mimi-mls.md 3.4).

use mimicred_claims::Value;
use mimicred_jose::json;
use mimicred_room::policy::{PseudonymsAllowed, RoomDisclosurePolicy};

use super::{Fault, Form, Member, Operation};
use crate::object::{Input, LIMITS, Object, hex};

const CHECKED: Member = Member::optional("checked", Form::Choice(&["usable"]), "refuse a policy that nobody can satisfy");

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "policy/decode",
        about: "reads a policy in TLS form, the content of component 0xD050",
        input: &[Member::new("octets", Form::Hex, "the octets"), CHECKED],
        output: &[
            Member::new("policy", Form::Object, "the same in JSON form"),
            Member::new("sha256", Form::Hex, "the hash of the octets"),
        ],
        run: decode,
    },
    Operation {
        name: "policy/encode",
        about: "writes a policy that is given as TOML or JSON in TLS form",
        input: &[
            Member::optional("toml", Form::Text, "the policy as TOML"),
            Member::optional("json", Form::Text, "the policy as JSON text, instead"),
            CHECKED,
            Member::optional(
                "pseudonyms_allowed",
                Form::Choice(&["yes", "no"]),
                "refuse a policy that says the opposite of the room's base policy",
            ),
        ],
        output: &[Member::new("octets", Form::Hex, "the octets")],
        run: encode,
    },
];

fn check(input: &Input<'_>, policy: &RoomDisclosurePolicy) -> Result<(), Fault> {
    if input.get("checked").is_some() {
        input.choice("checked", &[("usable", ())])?;
        policy.check_supported()?;
        policy.check()?;
    }
    Ok(())
}

fn decode(input: &Input<'_>) -> Result<Object, Fault> {
    let policy = RoomDisclosurePolicy::decode(&input.hex("octets")?)?;
    check(input, &policy)?;
    let text = policy.to_json();
    let json = json::parse(&text, &LIMITS)?;
    let Value::Map(json) = json.into_owned() else { unreachable!("a policy is an object") };
    Ok(Object::new().with("policy", Value::Map(json)).text("sha256", hex(&policy.sha256()?)))
}

fn encode(input: &Input<'_>) -> Result<Object, Fault> {
    let policy = match input.text_if_any("toml")? {
        Some(toml) => RoomDisclosurePolicy::from_toml(toml)?,
        None => RoomDisclosurePolicy::from_json(input.text("json")?)?,
    };
    check(input, &policy)?;
    if input.get("pseudonyms_allowed").is_some() {
        let words = [("yes", PseudonymsAllowed::Yes), ("no", PseudonymsAllowed::No)];
        policy.check_against(input.choice("pseudonyms_allowed", &words)?)?;
    }
    Ok(Object::new().hex("octets", &policy.encode()?))
}
