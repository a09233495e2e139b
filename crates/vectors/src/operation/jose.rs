//! Operations of JOSE below tokens.

use std::borrow::Cow;

use mimicred_claims::Value;
use mimicred_jose::jws::Compact;
use mimicred_jose::{Jwk, base64url, json, jwk};

use super::common::public_key;
use super::{Fault, Form, Member, Operation};
use crate::object::{Input, Object, hex};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "jose/base64url-decode",
        about: "decodes base64url as JOSE writes it: no padding, no whitespace, spare bits zero",
        input: &[Member::new("text", Form::Text, "the text")],
        output: &[Member::new("octets", Form::Hex, "the octets")],
        run: decode_base64url,
    },
    Operation {
        name: "jose/read-json",
        about: "reads JSON strictly: no member twice, no half of a surrogate pair, numbers with all their digits",
        input: &[Member::new("octets", Form::Hex, "the text, in UTF-8")],
        output: &[
            Member::new("value", Form::Any, "the value"),
            Member::new(
                "text",
                Form::Text,
                "the value written again, without spaces: members in their order, numbers as they were",
            ),
        ],
        run: read_json,
    },
    Operation {
        name: "jose/read-jwk",
        about: "reads a JWK, public or private",
        input: &[
            Member::new("text", Form::Text, "the JWK"),
            Member::new("place", Form::Choice(&["public", "any"]), "whether a private key may stand there"),
        ],
        output: &[
            Member::new("public", Form::PublicKey, "the public key"),
            Member::new("thumbprint", Form::Text, "its SHA-256 thumbprint"),
            Member::new("is_private", Form::Boolean, "whether the private key is there"),
            Member::optional("kid", Form::Text, "kid"),
            Member::optional("alg", Form::Text, "alg"),
        ],
        run: read_jwk,
    },
    Operation {
        name: "jose/verify-jws",
        about: "verifies a JWS in compact form",
        input: &[
            Member::new("jws", Form::Text, "the text"),
            Member::new("key", Form::PublicKey, "the key that is trusted; none is taken from the header"),
        ],
        output: &[
            Member::new("header", Form::Object, "the header"),
            Member::new("payload", Form::Hex, "the payload"),
            Member::optional("x5c", Form::List(&Form::Hex), "the certificates in the header, which nothing follows from"),
        ],
        run: verify_jws,
    },
];

fn decode_base64url(input: &Input<'_>) -> Result<Object, Fault> {
    Ok(Object::new().hex("octets", &base64url::decode(input.text("text")?)?))
}

fn read_json(input: &Input<'_>) -> Result<Object, Fault> {
    let octets = input.hex("octets")?;
    let value = json::parse_octets(&octets, &json::Limits::DEFAULT)?;
    let text = json::write(&value)?;
    Ok(Object::new().with("value", value.into_owned()).text("text", text))
}

fn read_jwk(input: &Input<'_>) -> Result<Object, Fault> {
    let value = json::parse(input.text("text")?, &json::Limits::DEFAULT)?;
    let map = value.as_map().ok_or(mimicred_jose::Code::JwkMalformed).map_err(mimicred_jose::Error::from)?;
    let is_public = input.choice("place", &[("public", true), ("any", false)])?;
    let key = if is_public { Jwk::parse_public(map)? } else { Jwk::parse(map)? };
    Ok(Object::new()
        .with("public", crate::cast::public_jwk(&key.public))
        .text("thumbprint", jwk::thumbprint(&key.public))
        .with("is_private", Value::Bool(key.secret.is_some()))
        .with_some("kid", key.kid)
        .with_some("alg", key.alg.map(|alg| alg.as_str().to_owned())))
}

fn verify_jws(input: &Input<'_>) -> Result<Object, Fault> {
    let key = public_key(input, "key")?;
    let jws = Compact::parse(input.text("jws")?)?;
    jws.verify(&key)?;
    let x5c = jws.header().x5c()?;
    let x5c = Value::Array(x5c.iter().map(|der| Value::Text(Cow::Owned(hex(der)))).collect());
    let object = Object::new().with("header", Value::Map(jws.header().members().clone())).hex("payload", jws.payload());
    Ok(object.with_some("x5c", Some(x5c).filter(|x5c| x5c.as_array().is_some_and(|list| !list.is_empty()))))
}
