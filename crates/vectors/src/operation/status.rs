//! Operations of Token Status Lists (draft-ietf-oauth-status-list), as JWT and as CWT.

use mimicred_claims::{Date, Value};
use mimicred_cose::cbor::{self, Dialect};
use mimicred_keys::PublicKey;
use mimicred_status::{
    Bits, CacheBounds, Expectations, Limits, StatusIssuer, StatusList, StatusListToken, StatusReference, UnverifiedStatusList,
    VerifiedStatusList, checker, newest,
};

use super::common::{LEEWAY, NOW, clock, private_key, public_key};
use super::{Fault, Form, Member, Operation};
use crate::object::{Input, Object};
use crate::{Code, Error};

const JWT: Member = Member::optional("jwt", Form::Text, "the token, if it is a JWT");
const CWT: Member = Member::optional("cwt", Form::Hex, "the token, if it is a CWT");
const KEYS: Member = Member::new(
    "keys",
    Form::List(&Form::Record(&[Member::new("key", Form::PublicKey, "one of them")])),
    "the keys that are trusted for status",
);
const MAX_OCTETS: Member =
    Member::optional("max_octets", Form::Integer, "how many octets the list may have when decompressed; 16 MiB if absent");
const BITS: Member = Member::new("bits", Form::Integer, "bits of an entry: 1, 2, 4 or 8");
const OCTETS: Member =
    Member::new("octets", Form::Hex, "the list, decompressed; the first entry is in the low bits of the first octet");
const URI: Member = Member::new("uri", Form::Text, "the name of the list, which sub must be");

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "status/reference-read",
        about: "reads the status claim of a token that must have one",
        input: &[
            Member::optional("claim", Form::Any, "the value of the claim, if it is of a JWT"),
            Member::optional("claim_cbor", Form::Hex, "the same in CBOR, if it is of a CWT; with neither there is no such claim"),
        ],
        output: &[URI, Member::new("index", Form::Integer, "the number of the entry")],
        run: read_reference,
    },
    Operation {
        name: "status/list-read",
        about: "decompresses a list and reads entries of it",
        input: &[
            BITS,
            Member::new("lst", Form::Hex, "the list, compressed"),
            MAX_OCTETS,
            Member::new("indexes", Form::List(&Form::Integer), "which entries"),
        ],
        output: &[OCTETS, Member::new("values", Form::List(&Form::Any), "their values; null where the list has no such entry")],
        run: read_list,
    },
    Operation {
        name: "status/token-verify",
        about: "verifies a Status List Token",
        input: &[
            JWT,
            CWT,
            KEYS,
            URI,
            NOW,
            LEEWAY,
            Member::optional("max_age", Form::Integer, "most seconds since the list was issued"),
            MAX_OCTETS,
            Member::optional("fetched_at", Form::Integer, "when the list was fetched, to be told how long to keep it"),
            Member::optional("http_max_age", Form::Integer, "what HTTP said of that, in seconds"),
        ],
        output: &[
            BITS,
            OCTETS,
            Member::new("issued_at", Form::Any, "iat"),
            Member::optional("not_before", Form::Any, "nbf, if it is there"),
            Member::optional("expires", Form::Any, "exp, if it is there"),
            Member::optional("ttl", Form::Integer, "ttl, if it is there"),
            Member::optional("aggregation_uri", Form::Text, "where all lists of the Issuer are, if it says so"),
            Member::optional(
                "fresh_until",
                Form::Integer,
                "until when the list need not be fetched anew; from a minute to a day",
            ),
        ],
        run: verify,
    },
    Operation {
        name: "status/check",
        about: "looks up the status of a token in lists that were fetched before, and refuses what is not valid",
        input: &[
            Member::new("claim", Form::Any, "the status claim of the token"),
            Member::new(
                "lists",
                Form::List(&Form::Record(&[
                    JWT,
                    CWT,
                    URI,
                    Member::optional("verified_at", Form::Integer, "when it was verified; now if absent"),
                ])),
                "the lists that are at hand; of several with one name the one issued last counts",
            ),
            KEYS,
            NOW,
            LEEWAY,
        ],
        output: &[Member::new("value", Form::Integer, "the entry")],
        run: check,
    },
    Operation {
        name: "status/token-issue",
        about: "issues a Status List Token",
        input: &[
            Member::new("issuer_key", Form::PrivateKey, "the key"),
            Member::new("form", Form::Choice(&["jwt", "cwt"]), "as what"),
            URI,
            BITS,
            OCTETS,
            Member::new("issued_at", Form::Integer, "iat"),
            Member::optional("expires", Form::Integer, "exp"),
            Member::optional("ttl", Form::Integer, "ttl"),
            Member::optional("aggregation_uri", Form::Text, "where all lists of the Issuer are"),
            Member::optional("kid", Form::Text, "kid"),
        ],
        output: &[Member::new("to_be_signed", Form::Hex, "what the Issuer signs"), JWT, CWT],
        run: issue,
    },
];

fn read_reference(input: &Input<'_>) -> Result<Object, Fault> {
    let octets = input.hex_if_any("claim_cbor")?;
    let claim = match (&octets, input.get("claim")) {
        (Some(octets), _) => Some(cbor::parse(octets, Dialect::Plain, &cbor::Limits::DEFAULT)?),
        (None, claim) => claim.cloned(),
    };
    let reference = StatusReference::required(claim.as_ref())?;
    Ok(Object::new().text("uri", reference.uri()).int("index", reference.index()))
}

fn bits(input: &Input<'_>) -> Result<Bits, Error> {
    Bits::from_number(input.int("bits")?).ok_or_else(|| Error::new(Code::CaseUnusable).note("bits are 1, 2, 4 or 8"))
}

fn limits(input: &Input<'_>) -> Result<Limits, Error> {
    Ok(match input.int_if_any("max_octets")? {
        Some(list) => Limits { list, ..Limits::DEFAULT },
        None => Limits::DEFAULT,
    })
}

fn read_list(input: &Input<'_>) -> Result<Object, Fault> {
    let list = StatusList::decompress(bits(input)?, &input.hex("lst")?, &limits(input)?)?;
    let indexes = input.value("indexes")?.as_array().unwrap_or_default().iter();
    let value = |index: &Value<'_>| {
        let value = index.as_int().and_then(|index| u64::try_from(index).ok()).and_then(|index| list.get(index));
        value.map_or(Value::Null, |value| Value::Int(value.number().into()))
    };
    Ok(Object::new().hex("octets", list.as_octets()).list("values", indexes.map(value).collect::<Vec<_>>()))
}

fn keys(input: &Input<'_>) -> Result<Vec<PublicKey>, Error> {
    input.records("keys")?.iter().map(|record| public_key(record, "key")).collect()
}

/// The octets of a token, whichever form it has.
fn token(input: &Input<'_>) -> Result<Vec<u8>, Error> {
    match input.text_if_any("jwt")? {
        Some(jwt) => Ok(jwt.as_bytes().to_vec()),
        None => input.hex("cwt"),
    }
}

fn date(date: Date) -> Value<'static> {
    match date {
        Date::Int(seconds) => Value::Int(seconds),
        Date::Float(seconds) => Value::Decimal(seconds.to_string().into()),
    }
}

fn verify(input: &Input<'_>) -> Result<Object, Fault> {
    let (octets, keys, limits) = (token(input)?, keys(input)?, limits(input)?);
    let expected = Expectations {
        keys: &keys,
        uri: input.text("uri")?,
        clock: clock(input)?,
        max_age: input.int_if_any("max_age")?,
        limits,
    };
    let verified = UnverifiedStatusList::parse(&octets)?.verify(&expected)?;
    let token = verified.token();
    let http = input.int_if_any("http_max_age")?;
    let fetched_at = input.int_if_any("fetched_at")?;
    let fresh_until = fetched_at.map(|at| Value::Int(verified.fresh_until(at, http, &CacheBounds::DEFAULT).into()));
    Ok(Object::new()
        .with_some("fresh_until", fresh_until)
        .int("bits", token.list().bits().number())
        .hex("octets", token.list().as_octets())
        .with("issued_at", date(token.issued_at()))
        .with_some("not_before", token.not_before().map(date))
        .with_some("expires", token.expires().map(date))
        .with_some("ttl", token.ttl().map(|ttl| Value::Int(ttl.into())))
        .with_some("aggregation_uri", token.aggregation_uri().map(str::to_owned)))
}

fn check(input: &Input<'_>) -> Result<Object, Fault> {
    let (keys, clock) = (keys(input)?, clock(input)?);
    let mut lists: Vec<VerifiedStatusList> = Vec::new();
    for record in input.records("lists")? {
        let octets = token(&record)?;
        let now = record.int_if_any("verified_at")?.unwrap_or(clock.now);
        let clock = mimicred_claims::Clock { now, ..clock };
        let expected = Expectations { keys: &keys, uri: record.text("uri")?, clock, max_age: None, limits: Limits::DEFAULT };
        lists.push(UnverifiedStatusList::parse(&octets)?.verify(&expected)?);
    }
    let claim = input.value("claim")?;
    checker::<mimicred_status::Error>(&lists, clock)(claim)?;
    let reference = StatusReference::from_claim(claim)?;
    let value = newest(&lists, reference.uri()).map(|list| list.value(&reference, &clock)).transpose()?;
    Ok(Object::new().with_some("value", value.map(|value| Value::Int(value.number().into()))))
}

fn issue(input: &Input<'_>) -> Result<Object, Fault> {
    let key = private_key(input, "issuer_key")?;
    let list = StatusList::from_octets(bits(input)?, input.hex("octets")?);
    let mut token = StatusListToken::new(input.text("uri")?, list, input.int("issued_at")?);
    if let Some(exp) = input.int_if_any("expires")? {
        token = token.with_expiry(exp);
    }
    if let Some(ttl) = input.int_if_any("ttl")? {
        token = token.with_ttl(ttl);
    }
    if let Some(uri) = input.text_if_any("aggregation_uri")? {
        token = token.with_aggregation_uri(uri);
    }
    let mut issuer = StatusIssuer::new(key.public());
    if let Some(kid) = input.text_if_any("kid")? {
        issuer = issuer.with_kid(kid);
    }
    let unsigned = || Error::new(Code::CaseUnusable).note("the key does not sign");
    if input.choice("form", &[("jwt", true), ("cwt", false)])? {
        let prepared = issuer.prepare_jwt(&token)?;
        let object = Object::new().hex("to_be_signed", prepared.to_be_signed().as_bytes());
        let signature = key.sign(prepared.to_be_signed()).ok_or_else(unsigned)?;
        Ok(object.text("jwt", prepared.finish(&signature)?.as_str()))
    } else {
        let prepared = issuer.prepare_cwt(&token)?;
        let object = Object::new().hex("to_be_signed", prepared.to_be_signed().as_bytes());
        let signature = key.sign(prepared.to_be_signed()).ok_or_else(unsigned)?;
        Ok(object.hex("cwt", prepared.finish(&signature)?.as_bytes()))
    }
}
