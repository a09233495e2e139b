//! Operations of CBOR and COSE below tokens.

use mimicred_claims::Value;
use mimicred_cose::cbor::{self, Dialect, check_deterministic};
use mimicred_cose::edn::{self, Comments, Printer};
use mimicred_cose::header::{self, Header};
use mimicred_cose::key::{self, ThumbprintUris};
use mimicred_cose::sign1::{CwtTag, Sign1};
use mimicred_cose::{AlgorithmId, CoseKey, SymmetricKey};
use mimicred_jose::jwk;

use super::common::public_key;
use super::{Fault, Form, Member, Operation};
use crate::notation;
use crate::object::{Input, Object};

const OCTETS: Member = Member::new("octets", Form::Hex, "the octets");
const EDN: Member = Member::new("edn", Form::Text, "the item in diagnostic notation on one line");

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "cose/cbor-read",
        about: "reads one CBOR item as tokens have it: definite lengths, keys that are integers or text of 1 to 255 octets, none twice",
        input: &[
            OCTETS,
            Member::optional(
                "digest_length",
                Form::Integer,
                "that it is a value of claims with digests of this length; without it marks of redaction are refused",
            ),
            Member::optional("max_depth", Form::Integer, "how many levels; 16 if absent"),
            Member::optional("max_octets", Form::Integer, "how many octets; 4 MiB if absent"),
            Member::optional("max_items", Form::Integer, "how many items, keys and tags; 262144 if absent"),
            Member::optional("max_digests", Form::Integer, "how many digests; 32768 if absent"),
        ],
        output: &[EDN, Member::new("cbor", Form::Hex, "the item in deterministic encoding (RFC 8949 4.2.1)")],
        run: read_cbor,
    },
    Operation {
        name: "cose/cbor-check-deterministic",
        about: "checks that octets are one CBOR item in deterministic encoding (RFC 8949 4.2.1)",
        input: &[OCTETS],
        output: &[],
        run: check_encoding,
    },
    Operation {
        name: "cose/key-read",
        about: "reads a COSE_Key for signatures",
        input: &[OCTETS, Member::optional("kind", Form::Choice(&["public"]), "that it must not be private")],
        output: &[
            Member::new("key", Form::PublicKey, "its public part as JWK"),
            Member::new("private", Form::Boolean, "whether it has a private part"),
            Member::new("thumbprint", Form::Hex, "its SHA-256 thumbprint (RFC 9679)"),
            Member::optional("kid", Form::Hex, "its kid"),
            Member::optional("alg", Form::Integer, "its alg"),
        ],
        run: read_key,
    },
    Operation {
        name: "cose/symmetric-key-read",
        about: "reads a symmetric COSE_Key",
        input: &[OCTETS],
        output: &[
            Member::new("secret", Form::Hex, "its octets"),
            Member::new("thumbprint", Form::Hex, "its SHA-256 thumbprint (RFC 9679)"),
        ],
        run: read_symmetric_key,
    },
    Operation {
        name: "cose/thumbprint-uri-read",
        about: "reads the URI of the thumbprint of a COSE_Key (RFC 9679 5.6)",
        input: &[Member::new("uri", Form::Text, "the URI")],
        output: &[Member::new("thumbprint", Form::Hex, "the thumbprint")],
        run: read_thumbprint_uri,
    },
    Operation {
        name: "cose/sign1-verify",
        about: "verifies a COSE_Sign1, headers included",
        input: &[
            Member::new("message", Form::Hex, "the octets"),
            Member::new("key", Form::PublicKey, "the key"),
            Member::optional("cwt_tag", Form::Choice(&["tolerated"]), "that tag 61 may stand before it"),
            Member::optional("understood", Form::List(&Form::Integer), "labels that may be critical"),
        ],
        output: &[
            Member::new("alg", Form::Integer, "the algorithm"),
            Member::new("payload", Form::Hex, "the payload"),
            Member::new("sig_structure", Form::Hex, "what is signed (RFC 9052 4.4)"),
        ],
        run: verify_sign1,
    },
    Operation {
        name: "cose/edn-read",
        about: "reads CBOR in extended diagnostic notation",
        input: &[Member::new("text", Form::Text, "the text")],
        output: &[OCTETS],
        run: read_edn,
    },
    Operation {
        name: "cose/edn-write",
        about: "writes CBOR in extended diagnostic notation",
        input: &[OCTETS],
        output: &[EDN],
        run: write_edn,
    },
];

fn read_cbor(input: &Input<'_>) -> Result<Object, Fault> {
    let octets = input.hex("octets")?;
    let dialect = match input.int_if_any("digest_length")? {
        Some(digest_len) => Dialect::Claims { digest_len },
        None => Dialect::Plain,
    };
    let usual = cbor::Limits::DEFAULT;
    let limits = cbor::Limits {
        size: input.int_if_any("max_octets")?.unwrap_or(usual.size),
        depth: input.int_if_any("max_depth")?.unwrap_or(usual.depth),
        items: input.int_if_any("max_items")?.unwrap_or(usual.items),
        digests: input.int_if_any("max_digests")?.unwrap_or(usual.digests),
    };
    let encoded = cbor::write(&cbor::parse(&octets, dialect, &limits)?)?;
    Ok(Object::new().text("edn", notation::line(&encoded).unwrap_or_default()).hex("cbor", &encoded))
}

fn check_encoding(input: &Input<'_>) -> Result<Object, Fault> {
    check_deterministic(&input.hex("octets")?, &cbor::Limits::DEFAULT)?;
    Ok(Object::new())
}

fn read_key(input: &Input<'_>) -> Result<Object, Fault> {
    let octets = input.hex("octets")?;
    let must_be_public = input.get("kind").map(|_| input.choice("kind", &[("public", ())])).transpose()?.is_some();
    let read = if must_be_public { CoseKey::public_from_octets(&octets)? } else { CoseKey::from_octets(&octets)? };
    let object = Object::new()
        .with("key", Value::Map(jwk::public_members(&read.public)))
        .with("private", read.secret.is_some())
        .hex("thumbprint", &key::thumbprint_sha256(&read.public));
    let object = read.kid.as_ref().map_or(object.clone(), |kid| object.hex("kid", kid));
    Ok(object.with_some("alg", read.alg.map(|alg| Value::Int(alg.id().into()))))
}

fn read_symmetric_key(input: &Input<'_>) -> Result<Object, Fault> {
    let key = SymmetricKey::from_octets(&input.hex("octets")?)?;
    Ok(Object::new().hex("secret", key.secret()).hex("thumbprint", &key.thumbprint_sha256()))
}

fn read_thumbprint_uri(input: &Input<'_>) -> Result<Object, Fault> {
    let thumbprint = key::thumbprint_of_uri(input.text("uri")?, ThumbprintUris::Rfc9679)?;
    Ok(Object::new().hex("thumbprint", &thumbprint))
}

fn verify_sign1(input: &Input<'_>) -> Result<Object, Fault> {
    let (octets, key) = (input.hex("message")?, public_key(input, "key")?);
    let cwt_tag = match input.get("cwt_tag") {
        None => CwtTag::Refused,
        Some(_) => input.choice("cwt_tag", &[("tolerated", CwtTag::Tolerated)])?,
    };
    let understood = input.get("understood").and_then(Value::as_array).unwrap_or_default();
    let understood: Vec<i128> = understood.iter().filter_map(Value::as_int).collect();
    let limits = cbor::Limits::DEFAULT;
    let (message, unprotected) = Sign1::parse_with_header(&octets, cwt_tag, &[], &limits)?;
    let protected = Header::read(message.protected(), &[], &limits)?;
    header::check(&protected, &unprotected, &understood)?;
    let algorithm: AlgorithmId = protected.algorithm()?;
    message.verify(algorithm, &key)?;
    Ok(Object::new().int("alg", algorithm.id()).hex("payload", message.payload()).hex("sig_structure", &message.sig_structure()))
}

fn read_edn(input: &Input<'_>) -> Result<Object, Fault> {
    Ok(Object::new().hex("octets", &edn::parse(input.text("text")?, &edn::Limits::DEFAULT)?))
}

fn write_edn(input: &Input<'_>) -> Result<Object, Fault> {
    let printer = Printer::new().with_comments(Comments::None).with_width(usize::MAX);
    Ok(Object::new().text("edn", printer.print(&input.hex("octets")?)?.trim_end()))
}
