//! Certification requests.

use mimicred_x509::{IssuanceBinding, UnverifiedRequest, prepare_request};

use super::signature;
use crate::cast::public_jwk;
use crate::object::{Input, Object};
use crate::operation::common::private_key;
use crate::operation::{Fault, Form, Member, Operation};

const ISSUER: Member = Member::new("issuer", Form::Text, "who is asked");
const NONCE: Member = Member::new("nonce", Form::Hex, "what the issuer gave out for this occasion");

pub(crate) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "x509/verify-request",
        about: "verifies a certification request: that its maker has the key, and made it for this issuer and this nonce",
        input: &[Member::new("request", Form::Hex, "the request, PKCS#10 in DER"), ISSUER, NONCE],
        output: &[Member::new("subject_key", Form::PublicKey, "the key that is to be certified")],
        run: verify,
    },
    Operation {
        name: "x509/request",
        about: "makes a certification request; there is one form for it",
        input: &[Member::new("key", Form::PrivateKey, "the key that is to be certified"), ISSUER, NONCE],
        output: &[
            Member::new("to_be_signed", Form::Hex, "CertificationRequestInfo"),
            Member::new("request", Form::Hex, "the request in DER, with a signature of RFC 6979 where it is ECDSA"),
        ],
        run: request,
    },
];

fn verify(input: &Input<'_>) -> Result<Object, Fault> {
    let nonce = input.hex("nonce")?;
    let binding = IssuanceBinding { issuer: input.text("issuer")?, nonce: &nonce };
    let verified = UnverifiedRequest::from_der(&input.hex("request")?)?.verify(&binding)?;
    Ok(Object::new().with("subject_key", public_jwk(verified.subject_key())))
}

fn request(input: &Input<'_>) -> Result<Object, Fault> {
    let (key, nonce) = (private_key(input, "key")?, input.hex("nonce")?);
    let prepared = prepare_request(key.public(), &IssuanceBinding { issuer: input.text("issuer")?, nonce: &nonce })?;
    let to_be_signed = prepared.to_be_signed();
    let request = prepared.finish(&signature(&key, to_be_signed)?)?;
    Ok(Object::new().hex("to_be_signed", to_be_signed.as_bytes()).hex("request", request.as_der()))
}
