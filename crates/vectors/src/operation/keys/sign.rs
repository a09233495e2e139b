//! What keys sign: which family octets are of, and whether a signature holds.

use mimicred_keys::{Code as KeysCode, Family, PublicKey, Signed, classify, group};

use crate::Error;
use crate::object::{Input, Object};
use crate::operation::common::public_key;
use crate::operation::{Fault, Form, Member, Operation};

const FAMILIES: [&str; 7] = ["mls", "jws", "cose", "csr", "tbs-certificate", "tbs-crl", "joining-code"];
const FAMILY: Member = Member::new(
    "family",
    Form::Choice(&FAMILIES),
    "whose signature it is: ECDSA is written in DER for mls, csr, tbs-certificate and tbs-crl, as r and s for the others",
);
const KEY: Member = Member::new("key", Form::PublicKey, "whose signature it is");
const MESSAGE: Member = Member::new("message", Form::Hex, "what was signed");
const SIGNATURE: Member = Member::new("signature", Form::Hex, "the signature");

pub(crate) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "keys/verify",
        about: "verifies a signature; Ed25519 by the cofactored equation, with canonical points of more than small order",
        input: &[KEY, FAMILY, MESSAGE, SIGNATURE],
        output: &[],
        run: verify,
    },
    Operation {
        name: "keys/verify-all",
        about: "verifies several signatures together: they hold if each of them does",
        input: &[FAMILY, Member::new("signed", Form::List(&Form::Record(&[KEY, MESSAGE, SIGNATURE])), "the signatures")],
        output: &[],
        run: verify_all,
    },
    Operation {
        name: "keys/classify",
        about: "tells by the octets alone which signing protocol they are of, if of any: what a key looks at before it signs",
        input: &[MESSAGE],
        output: &[Member::new("family", Form::Text, "one of the families, or none, which no key signs")],
        run: classify_message,
    },
    Operation {
        name: "keys/multiply",
        about: "multiplies a point of P-256 by a scalar, as those do who share a key",
        input: &[
            Member::new("scalar", Form::Hex, "the scalar: 32 octets, below the group order"),
            Member::optional("point", Form::Hex, "the point, as 04, X and Y; the base point if absent"),
        ],
        output: &[Member::new("product", Form::Hex, "the point, as 04, X and Y")],
        run: multiply,
    },
    Operation {
        name: "keys/hash-to-scalar",
        about: "hashes a message of several parts to a scalar of P-256: hash_to_field of RFC 9380 with SHA-256 and L = 48, each part behind \
                its length as eight octets",
        input: &[
            Member::new("domain", Form::Text, "what it is for: the DST of RFC 9380"),
            Member::new("parts", Form::List(&Form::Hex), "the parts of the message"),
        ],
        output: &[Member::new("scalar", Form::Hex, "the scalar")],
        run: hash_to_scalar,
    },
];

fn family(input: &Input<'_>) -> Result<Family, Error> {
    input.choice("family", &Family::ALL.map(|family| (family.name(), family)))
}

fn verify(input: &Input<'_>) -> Result<Object, Fault> {
    let key = public_key(input, "key")?;
    key.verify(family(input)?, &input.hex("message")?, &input.hex("signature")?)?;
    Ok(Object::new())
}

fn verify_all(input: &Input<'_>) -> Result<Object, Fault> {
    let family = family(input)?;
    let given = input.records("signed")?;
    let given: Vec<(PublicKey, Vec<u8>, Vec<u8>)> = given
        .iter()
        .map(|one| Ok((public_key(one, "key")?, one.hex("message")?, one.hex("signature")?)))
        .collect::<Result<_, Error>>()?;
    let messages: Vec<[&[u8]; 1]> = given.iter().map(|(_, message, _)| [message.as_slice()]).collect();
    let signed: Vec<Signed<'_>> =
        given.iter().zip(&messages).map(|((key, _, signature), message)| Signed { key, message, signature }).collect();
    if mimicred_keys::verify_all(family, &signed) {
        Ok(Object::new())
    } else {
        Err(mimicred_keys::Error::from(KeysCode::SignatureInvalid).into())
    }
}

fn classify_message(input: &Input<'_>) -> Result<Object, Fault> {
    let family = classify(&input.hex("message")?);
    Ok(Object::new().text("family", family.map_or("none", Family::name)))
}

fn multiply(input: &Input<'_>) -> Result<Object, Fault> {
    let scalar = group::Scalar::from_octets(&input.hex("scalar")?)?;
    let product = match input.hex_if_any("point")? {
        Some(point) => group::Point::from_octets(&point)?.mul(&scalar)?,
        None => group::Point::base(&scalar)?,
    };
    Ok(Object::new().hex("product", &product.to_octets()))
}

fn hash_to_scalar(input: &Input<'_>) -> Result<Object, Fault> {
    let parts = input.hexes("parts")?;
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    let scalar = group::Scalar::hash(input.text("domain")?, &parts)?;
    Ok(Object::new().hex("scalar", &*scalar.to_octets()))
}
