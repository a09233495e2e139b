//! MLS credentials (RFC 9420 5.3, draft-mahy-mls-sd-cwt-credential, draft-ietf-mls-extensions).

use mimicred_claims::Value;
use mimicred_mls::{Credential, CredentialBinding, MediaType, SdJwt, SdJwtForm};

use super::{OCTETS, same, signature_key};
use crate::object::{Input, Object, hex};
use crate::operation::{Fault, Form, Member, Operation};

const BINDING: &[Member] = &[
    Member::new("cipher_suite", Form::Integer, "the suite whose algorithm the credential's key is of"),
    Member::new("credential", Form::Object, "the credential, with the members of this output"),
    Member::new("credential_key", Form::Hex, "its key"),
    Member::new("signature", Form::Hex, "what it has signed"),
];

/// The parts of a credential of any type.
const PARTS: &[Member] = &[
    Member::new("type", Form::Integer, "the number of the type in the registry"),
    Member::optional("name", Form::Text, "its name there"),
    Member::optional("identity", Form::Hex, "the identity, in a basic one"),
    Member::optional("certificates", Form::List(&Form::Hex), "the chain, in an x509 one"),
    Member::optional("sd_kbt", Form::Hex, "the SD-KBT, in an sd_cwt one"),
    Member::optional("sd_jwt", Form::Text, "the SD-JWT+KB as text, in an sd_jwt one"),
    Member::optional("compacted", Form::Boolean, "whether its base64url is undone, in an sd_jwt one"),
    Member::optional("bindings", Form::List(&Form::Record(BINDING)), "what is bound together, in a multi or weak-multi one"),
    Member::optional("client_pseudonym", Form::Text, "the client, in a pseudonymous one"),
    Member::optional("user_pseudonym", Form::Text, "the user, in a pseudonymous one"),
    Member::optional("signature_public_key", Form::Hex, "the leaf key, in a pseudonymous one"),
    Member::optional("identity_link_ciphertext", Form::Hex, "who it is, encrypted, in a pseudonymous one"),
    Member::optional("body", Form::Hex, "what follows the type, in one of another type"),
    Member::new("for_leaf", Form::Hex, "the credential as a LeafNode holds it, where sd_jwt travels inside one vector (0xF006)"),
    Member::new("for_message", Form::Hex, "the credential as application/mls-credential"),
];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "mls/credential-decode",
        about: "reads a Credential that fills the whole input; of a type without a name everything that follows is its body",
        input: &[
            OCTETS,
            Member::optional(
                "media_type",
                Form::Text,
                "the media type that it came under, which must name its type if it names one",
            ),
        ],
        output: PARTS,
        run: decode,
    },
    Operation {
        name: "mls/sd-jwt-encode",
        about: "writes the SdJwt structure of an SD-JWT with key binding",
        input: &[
            Member::new("sd_jwt", Form::Text, "the text"),
            Member::new("form", Form::Choice(&["compacted", "text"]), "whether base64url is undone"),
        ],
        output: &[Member::new("octets", Form::Hex, "the structure")],
        run: encode_sd_jwt,
    },
    Operation {
        name: "mls/sd-jwt-decode",
        about: "reads an SdJwt structure; expanded, a compacted one is the text that its Issuer and Holder signed",
        input: &[OCTETS],
        output: &[
            Member::new("sd_jwt", Form::Text, "the text"),
            Member::new("compacted", Form::Boolean, "whether base64url was undone"),
        ],
        run: decode_sd_jwt,
    },
    Operation {
        name: "mls/credential-binding-verify",
        about: "verifies that the key of each credential in a multi or weak-multi one vouches for a leaf key",
        input: &[OCTETS, Member::new("leaf_key", Form::Hex, "the SignaturePublicKey of the leaf")],
        output: &[Member::new("to_be_signed", Form::List(&Form::Hex), "what each key has signed")],
        run: verify_bindings,
    },
];

/// The members of [`PARTS`] that say what is in it.
pub(super) fn parts(credential: &Credential) -> Object {
    let object =
        Object::new().int("type", credential.credential_type()).with_some("name", credential.type_name().map(str::to_owned));
    match credential {
        Credential::Basic(identity) => object.hex("identity", identity),
        Credential::X509(chain) => object.list("certificates", chain.iter().map(|certificate| hex(certificate))),
        Credential::SdCwt(token) => object.hex("sd_kbt", token),
        Credential::SdJwt(token) => sd_jwt_parts(object, token),
        Credential::Multi(bindings) | Credential::WeakMulti(bindings) => object.list("bindings", bindings.iter().map(binding)),
        Credential::Pseudonymous(pseudonymous) => object
            .text("client_pseudonym", pseudonymous.client_pseudonym.as_str())
            .text("user_pseudonym", pseudonymous.user_pseudonym.as_str())
            .hex("signature_public_key", &pseudonymous.signature_public_key)
            .hex("identity_link_ciphertext", &pseudonymous.identity_link_ciphertext),
        Credential::Other { body, .. } => object.hex("body", body),
    }
}

fn binding(binding: &CredentialBinding) -> Object {
    Object::new()
        .int("cipher_suite", binding.cipher_suite)
        .with("credential", parts(&binding.credential))
        .hex("credential_key", &binding.credential_key)
        .hex("signature", &binding.signature)
}

pub(super) fn sd_jwt_parts(object: Object, token: &SdJwt) -> Object {
    object.text("sd_jwt", token.as_str()).with("compacted", Value::Bool(token.form() == SdJwtForm::Compacted))
}

fn decode(input: &Input<'_>) -> Result<Object, Fault> {
    let octets = input.hex("octets")?;
    let credential = match input.text_if_any("media_type")? {
        Some(text) => text.parse::<MediaType>()?.decode_credential(&octets)?,
        None => Credential::decode(&octets)?,
    };
    let (for_message, for_leaf) = (credential.encode()?, credential.encode_for_leaf()?);
    same(&octets, if octets.starts_with(&for_leaf) { &for_leaf } else { &for_message })?;
    Ok(parts(&credential).hex("for_leaf", &for_leaf).hex("for_message", &for_message))
}

fn encode_sd_jwt(input: &Input<'_>) -> Result<Object, Fault> {
    let form = input.choice("form", &[("compacted", SdJwtForm::Compacted), ("text", SdJwtForm::Text)])?;
    Ok(Object::new().hex("octets", &SdJwt::new(input.text("sd_jwt")?, form)?.encode()?))
}

fn decode_sd_jwt(input: &Input<'_>) -> Result<Object, Fault> {
    let octets = input.hex("octets")?;
    let token = SdJwt::decode(&octets)?;
    same(&octets, &token.encode()?)?;
    Ok(sd_jwt_parts(Object::new(), &token))
}

fn verify_bindings(input: &Input<'_>) -> Result<Object, Fault> {
    let leaf_key = signature_key(input, "leaf_key")?;
    let (Credential::Multi(bindings) | Credential::WeakMulti(bindings)) = Credential::decode(&input.hex("octets")?)? else {
        return Err(Fault::Unusable(super::unusable("octets", "are of no credential with bindings")));
    };
    let mut signed = Vec::new();
    for binding in &bindings {
        binding.verify(&leaf_key)?;
        signed.push(hex(&binding.sign_content(&leaf_key)?));
    }
    Ok(Object::new().list("to_be_signed", signed))
}
