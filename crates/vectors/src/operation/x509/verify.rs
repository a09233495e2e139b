//! Chains of certificates.

use mimicred_claims::Value;
use mimicred_x509::{Anchor, Attribute, Certificate, Expectations, IdentityMark, PolicyOids, Profile, UnverifiedChain};

use crate::cast::public_jwk;
use crate::object::{Input, Object, hex};
use crate::operation::{Fault, Form, Member, Operation};

pub(crate) const OPERATIONS: &[Operation] = &[Operation {
    name: "x509/verify",
    about: "verifies a chain of certificates: path, times, constraints, and what the end entity's certificate must look like",
    input: &[
        Member::new("chain", Form::List(&Form::Hex), "the certificates in DER, the end entity's first"),
        Member::new("anchors", Form::List(&Form::Hex), "the certificates of CAs that are trusted, in DER"),
        Member::new("at", Form::Integer, "when the chain must be valid, in seconds since 1970"),
        Member::new(
            "profile",
            Form::Choice(&["pseudonym", "identity", "any"]),
            "what the end entity's certificate must look like; any only has to let its key sign",
        ),
    ],
    output: &[
        Member::new("subject_key", Form::PublicKey, "the end entity's key"),
        Member::optional("user", Form::Text, "the URI of the user or pseudonym"),
        Member::optional("client", Form::Text, "the URI of the client"),
        Member::new("mark", Form::Choice(&["pseudonym", "real", "unmarked"]), "what the issuer says that the name is"),
        Member::new(
            "attributes",
            Form::List(&Form::Record(&[
                Member::new("oid", Form::Text, "what kind it is of; 2.5.29.17 for a name in subjectAltName"),
                Member::optional("general_name", Form::Integer, "for a name in subjectAltName, its tag"),
                Member::new("value", Form::Text, "the text, or # and the DER in hexadecimal digits"),
            ])),
            "what is said about the end entity",
        ),
        Member::new("policies", Form::List(&Form::Text), "the certificate policies"),
        Member::new("anchor", Form::Integer, "which anchor the path ends at, counted from 0"),
        Member::new(
            "path_spki_sha256",
            Form::List(&Form::Hex),
            "SHA-256 of each SubjectPublicKeyInfo of the path, as it stands there",
        ),
        Member::new("tbs_sha256", Form::Hex, "SHA-256 of the end entity's tbsCertificate"),
        Member::new("not_before", Form::Integer, "when the last certificate below the anchor begins"),
        Member::new("not_after", Form::Integer, "when the first one ends"),
    ],
    run: verify,
}];

fn verify(input: &Input<'_>) -> Result<Object, Fault> {
    let anchors: Vec<Anchor> = input
        .hexes("anchors")?
        .iter()
        .map(|der| Anchor::from_certificate(&Certificate::from_der(der)?))
        .collect::<Result<_, mimicred_x509::Error>>()?;
    let profiles = [("pseudonym", Profile::Pseudonym), ("identity", Profile::Identity), ("any", Profile::Any)];
    let expectations = Expectations { anchors: &anchors, at: input.int("at")?, profile: input.choice("profile", &profiles)? };
    let verified = UnverifiedChain::parse(input.hexes("chain")?)?.verify(&expectations)?;
    let mark = match verified.identity_mark(&PolicyOids::default()) {
        IdentityMark::Pseudonym => "pseudonym",
        IdentityMark::Real => "real",
        IdentityMark::Unmarked => "unmarked",
    };
    Ok(Object::new()
        .with("subject_key", public_jwk(verified.subject_key()))
        .with_some("user", verified.user_uri().map(ToString::to_string))
        .with_some("client", verified.client_uri().map(ToString::to_string))
        .text("mark", mark)
        .list("attributes", verified.attributes().iter().map(attribute))
        .list("policies", verified.policies().iter().map(ToString::to_string))
        .int("anchor", i128::try_from(verified.anchor()).unwrap_or(i128::MAX))
        .list("path_spki_sha256", verified.path_spki_sha256().iter().map(|digest| hex(digest)))
        .hex("tbs_sha256", &verified.tbs_sha256())
        .int("not_before", verified.not_before())
        .int("not_after", verified.not_after()))
}

fn attribute(attribute: &Attribute) -> Object {
    let tag = attribute.general_name.map(|tag| Value::Int(tag.into()));
    Object::new().text("oid", attribute.oid.clone()).with_some("general_name", tag).text("value", attribute.value.clone())
}
