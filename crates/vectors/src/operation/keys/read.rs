//! Keys in their formats, and their names.

use mimicred_claims::Value;
use mimicred_cose::CoseKey;
use mimicred_cose::key as cose_key;
use mimicred_jose::{Jwk, jwk};
use mimicred_keys::{Algorithm, PublicKey, SecretKey, pem};

use crate::cast::{private_jwk_of, public_jwk};
use crate::object::{Input, Object, hex};
use crate::operation::{Fault, Form, Member, Operation};
use crate::{Code, Error};

const ALGORITHM: Member = Member::optional(
    "algorithm",
    Form::Choice(&["Ed25519", "P-256", "P-384", "P-521"]),
    "which key the octets are, where they do not tell",
);

pub(crate) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "keys/read-public",
        about: "reads a public key of any format and writes it in all others",
        input: &[
            Member::new("format", Form::Choice(&["mls", "spki", "pem", "jwk", "cose-key"]), "how the key is given"),
            ALGORITHM,
            Member::optional("octets", Form::Hex, "SignaturePublicKey of MLS, SubjectPublicKeyInfo in DER, or COSE_Key"),
            Member::optional("text", Form::Text, "the PEM file"),
            Member::optional("jwk", Form::Object, "the JWK"),
        ],
        output: &[
            Member::new("algorithm", Form::Text, "Ed25519, P-256, P-384 or P-521"),
            Member::new("mls", Form::Hex, "SignaturePublicKey of MLS: 32 octets, or 04, X and Y"),
            Member::new("spki", Form::Hex, "SubjectPublicKeyInfo in DER, the point uncompressed"),
            Member::new("spki_sha256", Form::Hex, "SHA-256 of it"),
            Member::new("jwk", Form::PublicKey, "the JWK"),
            Member::new("jwk_thumbprint", Form::Text, "its SHA-256 thumbprint, in base64url"),
            Member::new("cose_key", Form::Hex, "the COSE_Key, in deterministic CBOR"),
            Member::new("cose_key_thumbprint", Form::Hex, "its SHA-256 thumbprint"),
            Member::new("cose_key_thumbprint_uri", Form::Text, "the same as a URI"),
        ],
        run: read_public,
    },
    Operation {
        name: "keys/read-private",
        about: "reads a private key of any format and writes it in all others",
        input: &[
            Member::new("format", Form::Choice(&["raw", "pkcs8", "pem", "jwk", "cose-key"]), "how the key is given"),
            ALGORITHM,
            Member::optional("octets", Form::Hex, "seed or scalar, PKCS#8 in DER, or COSE_Key"),
            Member::optional("text", Form::Text, "the PEM file, which is PKCS#8 or of SEC 1"),
            Member::optional("jwk", Form::Object, "the JWK"),
        ],
        output: &[
            Member::new("algorithm", Form::Text, "Ed25519, P-256, P-384 or P-521"),
            Member::new("raw", Form::Hex, "the seed of Ed25519, or the scalar in full length"),
            Member::new("public", Form::Hex, "the public key, as SignaturePublicKey of MLS"),
            Member::new("pkcs8", Form::Hex, "PKCS#8, version 1; an EC key has its public key inside"),
            Member::new("jwk", Form::PrivateKey, "the JWK"),
            Member::new("cose_key", Form::Hex, "the COSE_Key, in deterministic CBOR"),
        ],
        run: read_private,
    },
    Operation {
        name: "keys/read-pem",
        about: "reads a PEM file of one or more blocks",
        input: &[Member::new("text", Form::Text, "the file")],
        output: &[Member::new(
            "blocks",
            Form::List(&Form::Record(&[
                Member::new("label", Form::Text, "what it says that it is"),
                Member::new("der", Form::Hex, "its content"),
            ])),
            "what is in it, in order",
        )],
        run: read_pem,
    },
];

fn algorithm(input: &Input<'_>) -> Result<Algorithm, Error> {
    input.choice("algorithm", &Algorithm::ALL.map(|algorithm| (algorithm.name(), algorithm)))
}

fn read_public(input: &Input<'_>) -> Result<Object, Fault> {
    let key = match input.text("format")? {
        "mls" => PublicKey::from_octets(algorithm(input)?, &input.hex("octets")?)?,
        "spki" => PublicKey::from_spki_der(&input.hex("octets")?)?,
        "pem" => PublicKey::from_pem(input.text("text")?)?,
        "jwk" => Jwk::parse_public(input.map("jwk")?)?.public,
        _ => {
            input.choice("format", &[("cose-key", ())])?;
            CoseKey::public_from_octets(&input.hex("octets")?)?.public
        }
    };
    let thumbprint = cose_key::thumbprint_sha256(&key);
    Ok(Object::new()
        .text("algorithm", key.algorithm().name())
        .hex("mls", key.octets())
        .hex("spki", &key.to_spki_der())
        .hex("spki_sha256", &key.spki_sha256())
        .with("jwk", public_jwk(&key))
        .text("jwk_thumbprint", jwk::thumbprint(&key))
        .hex("cose_key", &cose_key::public_octets(&key))
        .hex("cose_key_thumbprint", &thumbprint)
        .text("cose_key_thumbprint_uri", cose_key::thumbprint_uri(&thumbprint)))
}

fn read_private(input: &Input<'_>) -> Result<Object, Fault> {
    let key = match input.text("format")? {
        "raw" => SecretKey::from_octets(algorithm(input)?, &input.hex("octets")?)?,
        "pkcs8" => SecretKey::from_pkcs8_der(&input.hex("octets")?)?,
        "pem" => SecretKey::from_pem(input.text("text")?)?,
        "jwk" => private(Jwk::parse(input.map("jwk")?)?.secret)?,
        _ => {
            input.choice("format", &[("cose-key", ())])?;
            private(CoseKey::from_octets(&input.hex("octets")?)?.secret)?
        }
    };
    Ok(Object::new()
        .text("algorithm", key.algorithm().name())
        .hex("raw", &key.octets())
        .hex("public", key.public().octets())
        .hex("pkcs8", &key.to_pkcs8_der())
        .with("jwk", private_jwk_of(&key))
        .hex("cose_key", &cose_key::secret_octets(&key)))
}

fn private(secret: Option<SecretKey>) -> Result<SecretKey, Error> {
    secret.ok_or_else(|| Error::new(Code::CaseUnusable).note("the key is not private"))
}

fn read_pem(input: &Input<'_>) -> Result<Object, Fault> {
    let blocks = pem::parse_all(input.text("text")?)?;
    let block = |block: &pem::Block| Value::from(Object::new().text("label", block.label()).text("der", hex(block.der())));
    Ok(Object::new().list("blocks", blocks.iter().map(block)))
}
