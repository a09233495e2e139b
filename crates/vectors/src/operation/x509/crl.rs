//! Revocation lists.

use mimicred_claims::Value;
use mimicred_x509::{Ca, CrlProfile, Revocation, RevocationStatus, SerialNumber, UnverifiedCrl, Validity, prepare_crl};

use super::{certificate, signature};
use crate::object::{Input, Object};
use crate::operation::common::private_key;
use crate::operation::{Fault, Form, Member, Operation};

const SERIAL: Member = Member::new("serial", Form::Text, "a serial number, in hexadecimal digits");

pub(crate) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "x509/verify-crl",
        about: "verifies a revocation list, and asks it for some certificates of its issuer",
        input: &[
            Member::new("crl", Form::Hex, "the list, in DER"),
            Member::new("issuer", Form::Hex, "the certificate of its issuer, in DER"),
            Member::new("at", Form::Integer, "when the list must be in force, in seconds since 1970"),
            Member::optional("serials", Form::List(&Form::Text), "which certificates are asked about: their serial numbers"),
        ],
        output: &[
            Member::optional("number", Form::Integer, "cRLNumber, if it has 64 bits at most"),
            Member::new("next_update", Form::Integer, "until when it is in force"),
            Member::new("entries", Form::Integer, "how many are revoked"),
            Member::new(
                "answers",
                Form::List(&Form::Record(&[SERIAL, Member::optional("revoked", Form::Integer, "since when, if it is revoked")])),
                "what the list says of those that were asked about",
            ),
        ],
        run: verify,
    },
    Operation {
        name: "x509/issue-crl",
        about: "issues a revocation list: times to the day, and entries in the order of their serial numbers",
        input: &[
            Member::new("issuer", Form::Hex, "the certificate of the CA, in DER"),
            Member::new("issuer_key", Form::PrivateKey, "its key"),
            Member::new("number", Form::Integer, "cRLNumber"),
            Member::new("this_update", Form::Integer, "from when it is in force"),
            Member::new("next_update", Form::Integer, "until when"),
            Member::new(
                "revocations",
                Form::List(&Form::Record(&[SERIAL, Member::new("at", Form::Integer, "when it was revoked")])),
                "what is revoked, in any order",
            ),
        ],
        output: &[
            Member::new("to_be_signed", Form::Hex, "TBSCertList"),
            Member::new("crl", Form::Hex, "the list in DER, with a signature of RFC 6979 where it is ECDSA"),
        ],
        run: issue,
    },
];

fn verify(input: &Input<'_>) -> Result<Object, Fault> {
    let issuer = certificate(input, "issuer")?;
    let verified = UnverifiedCrl::from_der(&input.hex("crl")?)?.verify(&issuer, input.int("at")?)?;
    let answer = |text: &str| -> Result<Object, Fault> {
        let serial: SerialNumber = text.parse()?;
        let since = match verified.status(&serial) {
            RevocationStatus::NotRevoked => None,
            RevocationStatus::Revoked { since } => Some(Value::Int(since.into())),
        };
        Ok(Object::new().text("serial", serial.to_string()).with_some("revoked", since))
    };
    let answers = input.texts("serials")?.into_iter().map(answer).collect::<Result<Vec<_>, _>>()?;
    Ok(Object::new()
        .with_some("number", verified.number().map(|number| Value::Int(number.into())))
        .int("next_update", verified.next_update())
        .int("entries", i128::try_from(verified.len()).unwrap_or(i128::MAX))
        .list("answers", answers))
}

fn issue(input: &Input<'_>) -> Result<Object, Fault> {
    let (ca, key) = (Ca::from_certificate(&certificate(input, "issuer")?)?, private_key(input, "issuer_key")?);
    let revocation = |record: &Input<'_>| -> Result<Revocation, Fault> {
        Ok(Revocation { serial: record.text("serial")?.parse()?, at: record.int("at")? })
    };
    let revocations = input.records("revocations")?.iter().map(revocation).collect::<Result<Vec<_>, _>>()?;
    let validity = Validity::new(input.int("this_update")?, input.int("next_update")?)?;
    let prepared = prepare_crl(&ca, &CrlProfile::new(input.int("number")?, validity).with_revocations(revocations))?;
    let to_be_signed = prepared.to_be_signed();
    let crl = prepared.finish(&signature(&key, to_be_signed)?)?;
    Ok(Object::new().hex("to_be_signed", to_be_signed.as_bytes()).hex("crl", crl.as_der()))
}
