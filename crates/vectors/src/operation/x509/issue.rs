//! Issuing certificates.

use mimicred_uri::MimiUri;
use mimicred_x509::{
    Ca, CaProfile, IdentityProfile, PreparedCertificate, PseudonymProfile, Validity, prepare_identity, prepare_issuing_ca,
    prepare_pseudonym, prepare_root,
};

use super::{certificate, signature};
use crate::cast;
use crate::object::{Input, Object};
use crate::operation::common::{private_key, public_key};
use crate::operation::{Fault, Form, Member, Operation};
use crate::sign::FixedKey;

const ISSUER: Member = Member::new("issuer", Form::Hex, "the certificate of the CA, in DER");
const ISSUER_KEY: Member = Member::new("issuer_key", Form::PrivateKey, "its key");
const SUBJECT_KEY: Member = Member::new("subject_key", Form::PublicKey, "the key to certify");
const NOT_BEFORE: Member = Member::new("not_before", Form::Integer, "from when it is valid, in seconds since 1970");
const NOT_AFTER: Member = Member::new("not_after", Form::Integer, "until when");
const SEED: Member = Member::new(
    "seed",
    Form::Text,
    "names the source of random octets; the serial number is 16 of them, of which the first begins with the bits 01",
);
const COMMON_NAME: Member = Member::new("common_name", Form::Text, "the name of the CA");
const ORGANIZATION: Member = Member::optional("organization", Form::Text, "whose CA it is");
const OUTPUT: &[Member] = &[
    Member::new("to_be_signed", Form::Hex, "TBSCertificate"),
    Member::new("certificate", Form::Hex, "the certificate in DER, with a signature of RFC 6979 where it is ECDSA"),
];

pub(crate) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "x509/issue-pseudonym",
        about: "issues a pseudonym certificate, in which nothing but key, URIs and serial number is not that of all others",
        input: &[
            ISSUER,
            ISSUER_KEY,
            SUBJECT_KEY,
            Member::new("user", Form::Text, "the pseudonym"),
            Member::new("client", Form::Text, "its client"),
            NOT_BEFORE,
            NOT_AFTER,
            SEED,
        ],
        output: OUTPUT,
        run: pseudonym,
    },
    Operation {
        name: "x509/issue-identity",
        about: "issues an identity certificate, which says who somebody is",
        input: &[
            ISSUER,
            ISSUER_KEY,
            SUBJECT_KEY,
            Member::optional("display_name", Form::Text, "commonName"),
            Member::optional("given_name", Form::Text, "givenName"),
            Member::optional("family_name", Form::Text, "surname"),
            Member::optional("user", Form::Text, "the URI of the user"),
            Member::optional("client", Form::Text, "the URI of the client"),
            Member::optional("uris", Form::List(&Form::Text), "other URIs"),
            Member::optional("emails", Form::List(&Form::Text), "addresses"),
            Member::optional("policy", Form::Text, "the certificate policy"),
            NOT_BEFORE,
            NOT_AFTER,
            SEED,
        ],
        output: OUTPUT,
        run: identity,
    },
    Operation {
        name: "x509/issue-root",
        about: "issues the certificate of a root CA",
        input: &[ISSUER_KEY, COMMON_NAME, ORGANIZATION, NOT_BEFORE, NOT_AFTER, SEED],
        output: OUTPUT,
        run: root,
    },
    Operation {
        name: "x509/issue-ca",
        about: "issues the certificate of the issuing CA below a root",
        input: &[ISSUER, ISSUER_KEY, SUBJECT_KEY, COMMON_NAME, ORGANIZATION, NOT_BEFORE, NOT_AFTER, SEED],
        output: OUTPUT,
        run: issuing_ca,
    },
];

fn validity(input: &Input<'_>) -> Result<Validity, Fault> {
    Ok(Validity::new(input.int("not_before")?, input.int("not_after")?)?)
}

fn issuer(input: &Input<'_>) -> Result<(Ca, FixedKey), Fault> {
    Ok((Ca::from_certificate(&certificate(input, "issuer")?)?, private_key(input, "issuer_key")?))
}

fn signed(prepared: &PreparedCertificate, key: &FixedKey) -> Result<Object, Fault> {
    let to_be_signed = prepared.to_be_signed();
    let certificate = prepared.finish(&signature(key, to_be_signed)?)?;
    Ok(Object::new().hex("to_be_signed", to_be_signed.as_bytes()).hex("certificate", certificate.as_der()))
}

fn pseudonym(input: &Input<'_>) -> Result<Object, Fault> {
    let (ca, key) = issuer(input)?;
    let (user, client): (MimiUri, MimiUri) = (input.text("user")?.parse()?, input.text("client")?.parse()?);
    let profile = PseudonymProfile::new(&public_key(input, "subject_key")?, &user, &client, validity(input)?);
    signed(&prepare_pseudonym(&ca, &profile, &mut cast::random(input.text("seed")?))?, &key)
}

fn identity(input: &Input<'_>) -> Result<Object, Fault> {
    let (ca, key) = issuer(input)?;
    let mut profile = IdentityProfile::new(&public_key(input, "subject_key")?, validity(input)?);
    if let Some(name) = input.text_if_any("display_name")? {
        profile = profile.with_display_name(name);
    }
    if let Some(name) = input.text_if_any("given_name")? {
        profile = profile.with_given_name(name);
    }
    if let Some(name) = input.text_if_any("family_name")? {
        profile = profile.with_family_name(name);
    }
    if let Some(user) = input.text_if_any("user")? {
        profile = profile.with_user(&user.parse()?);
    }
    if let Some(client) = input.text_if_any("client")? {
        profile = profile.with_client(&client.parse()?);
    }
    if let Some(policy) = input.text_if_any("policy")? {
        profile = profile.with_policy(policy.parse()?);
    }
    profile = input.texts("uris")?.into_iter().fold(profile, IdentityProfile::with_uri);
    profile = input.texts("emails")?.into_iter().fold(profile, IdentityProfile::with_email);
    signed(&prepare_identity(&ca, &profile, &mut cast::random(input.text("seed")?))?, &key)
}

fn ca_profile(input: &Input<'_>) -> Result<CaProfile, Fault> {
    let profile = CaProfile::new(input.text("common_name")?, validity(input)?);
    Ok(match input.text_if_any("organization")? {
        Some(organization) => profile.with_organization(organization),
        None => profile,
    })
}

fn root(input: &Input<'_>) -> Result<Object, Fault> {
    let key = private_key(input, "issuer_key")?;
    signed(&prepare_root(&ca_profile(input)?, key.public(), &mut cast::random(input.text("seed")?))?, &key)
}

fn issuing_ca(input: &Input<'_>) -> Result<Object, Fault> {
    let (ca, key) = issuer(input)?;
    let random = &mut cast::random(input.text("seed")?);
    signed(&prepare_issuing_ca(&ca, &ca_profile(input)?, &public_key(input, "subject_key")?, random)?, &key)
}
