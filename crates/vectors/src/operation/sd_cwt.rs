//! Operations of SD-CWT (draft-ietf-spice-sd-cwt), the twins of those of SD-JWT. Octets are hexadecimal digits.

mod holder;
mod issuer;
mod verifier;

use mimicred_claims::Map;
use mimicred_cose::{SymmetricKey, key};
use mimicred_keys::PublicKey;
use mimicred_sd_cwt::{CertifiedIssuer, DisclosureKey, KeyContext, KnownKey, TrustedIssuer};

use super::common::{DISCLOSE, LEEWAY, MIN_DIGESTS, NOW, SEED, public_key};
use super::{Form, Member, Operation};
use crate::object::{Input, Object, hex};
use crate::{Code, Error, notation};

const ISSUERS: Member = Member::new(
    "issuers",
    Form::List(&Form::Record(&[
        Member::new("issuer", Form::Text, "its name, which iss must be"),
        Member::new("key", Form::PublicKey, "its key"),
    ])),
    "who is trusted",
);
const CERTIFIED: Member = Member::optional(
    "certified_issuers",
    Form::List(&Form::Record(&[
        Member::new("certificate", Form::Hex, "its certificate, of which no more is asked than that it is this one"),
        Member::new("issuer", Form::Text, "its name"),
        Member::new("key", Form::PublicKey, "the key of the certificate"),
    ])),
    "who is trusted by a certificate that somebody has verified",
);
const KNOWN_KEYS: Member = Member::optional(
    "known_keys",
    Form::List(&Form::Record(&[
        Member::optional("key_id", Form::Hex, "the kid by which cnf may name it"),
        Member::new("key", Form::PublicKey, "the key"),
    ])),
    "keys that are known without the token, for a cnf that only names one",
);
const TYPE: Member = Member::optional("type", Form::Text, "the typ that is wanted; 293 or application/sd-cwt if absent");
/// What a key for disclosures is called.
const KEY_NUMBER: Member = Member::optional("number", Form::Integer, "the key context that names it, if that is a number");
const KEY_NAME: Member = Member::optional("name", Form::Text, "the same if it is text");
const KEY: Member = Member::new("key", Form::Hex, "the octets of the key; its thumbprint names it too");
/// What every answer with claims has.
const CLAIMS: Member = Member::new("claims", Form::Text, "all claims, in diagnostic notation on one line");
const CLAIMS_CBOR: Member = Member::new("claims_cbor", Form::Hex, "the same in deterministic CBOR (RFC 8949 4.2.1)");

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "sd-cwt/verify",
        about: "verifies a KBT, and the SD-CWT in it, as its Verifier",
        input: &[
            Member::new("presentation", Form::Hex, "the octets"),
            ISSUERS,
            CERTIFIED,
            NOW,
            LEEWAY,
            Member::new("audience", Form::Text, "who verifies"),
            Member::optional(
                "audience_rule",
                Form::Choice(&["only", "among", "unmatched"]),
                "whether aud of the KBT must name the Verifier only, among others, or may be anything; only if absent",
            ),
            Member::optional("nonce", Form::Hex, "the nonce of the transaction; any or none will do if absent"),
            Member::optional("nonce_rule", Form::Choice(&["forbidden"]), "that there must be no nonce"),
            Member::optional("max_age", Form::Integer, "most seconds since the KBT was signed"),
            Member::optional(
                "audience_of_token",
                Form::Text,
                "who the Verifier is to the Issuer: what aud of the SD-CWT must name",
            ),
            TYPE,
            Member::optional("vct", Form::Any, "the type of credential that is wanted, a number or text"),
            Member::optional("vct_rule", Form::Choice(&["byte-string-too"]), "that vct may be a byte string"),
            KNOWN_KEYS,
            Member::optional(
                "disclosure_keys",
                Form::List(&Form::Record(&[KEY, KEY_NUMBER, KEY_NAME])),
                "keys for encrypted disclosures",
            ),
            Member::optional("required_claims", Form::List(&Form::Text), "paths of claims that must be there"),
            Member::optional(
                "claims_answer",
                Form::Choice(&["good", "bad"]),
                "what a rule of the application says to the claims",
            ),
            Member::optional("replay_answer", Form::Choice(&["new", "seen"]), "whether this KBT was seen before"),
            Member::optional("status", Form::Choice(&["required", "if-present"]), "whether the token must have a status"),
            Member::optional("status_answer", Form::Choice(&["good", "bad"]), "what is found out about the status"),
            Member::optional("max_disclosures", Form::Integer, "how many disclosures are accepted; 16384 if absent"),
        ],
        output: &[
            Member::new("issuer", Form::Text, "who vouches"),
            CLAIMS,
            CLAIMS_CBOR,
            Member::new(
                "disclosed",
                Form::List(&Form::Text),
                "paths of the claims that were disclosures, in the order received, the encrypted ones last",
            ),
            Member::new("undisclosed", Form::Integer, "how many digests have no disclosure"),
            Member::new("pending", Form::Integer, "how many encrypted disclosures stayed closed"),
            Member::optional("confirmation_key", Form::Hex, "SHA-256 thumbprint (RFC 9679) of the key in cnf"),
            Member::optional("issued_at", Form::Integer, "iat of the KBT, if it has one"),
            Member::optional("nonce", Form::Hex, "cnonce of the KBT, if it has one"),
            Member::optional("cti", Form::Hex, "cti of the KBT, if it has one"),
        ],
        run: verifier::verify,
    },
    Operation {
        name: "sd-cwt/accept",
        about: "accepts an issued SD-CWT as its Holder",
        input: &[
            Member::new("sd_cwt", Form::Hex, "the octets"),
            ISSUERS,
            CERTIFIED,
            Member::new("confirmation_key", Form::PublicKey, "the Holder's key"),
            NOW,
            LEEWAY,
            TYPE,
            KNOWN_KEYS,
            Member::optional("subject", Form::Text, "whom the token must be about; anybody if absent"),
            Member::optional("audiences", Form::List(&Form::Text), "whom aud may name; anybody if absent"),
            Member::optional(
                "client_nonces",
                Form::List(&Form::Record(&[
                    Member::new("issuer", Form::Text, "whom it was given"),
                    Member::new("nonce", Form::Hex, "the nonce"),
                    Member::new("fresh_until", Form::Integer, "the last second in which it is fresh"),
                ])),
                "nonces that the Holder gave, one of which cnonce must be",
            ),
            Member::optional(
                "policy",
                Form::Choice(&["refuses-clear", "refuses-containers", "refuses-restored", "accepts"]),
                "a policy of the Holder that refuses the claims in clear, every map and array with digests, or the restored claims",
            ),
        ],
        output: &[
            CLAIMS,
            CLAIMS_CBOR,
            Member::new("disclosed", Form::List(&Form::Text), "paths of the claims that can be withheld"),
            Member::new("decoys", Form::Integer, "how many disclosures are of decoys"),
        ],
        run: holder::accept,
    },
    Operation {
        name: "sd-cwt/issue",
        about: "issues an SD-CWT",
        input: &[
            Member::new("issuer_key", Form::PrivateKey, "the Issuer's key"),
            Member::new(
                "claims",
                Form::Hex,
                "all claims but cnf, in CBOR; tag 58 marks what is to be redacted, and tag 62 a decoy",
            ),
            Member::optional("holder_key", Form::PublicKey, "the Holder's key, for cnf; the claims have cnf if absent"),
            Member::optional(
                "confirmation",
                Form::Choice(&["key", "thumbprint"]),
                "how cnf names the Holder's key; key if absent",
            ),
            Member::optional(
                "possession",
                Form::Choice(&["proven", "unproven"]),
                "whether the Holder has proved to have the key",
            ),
            Member::optional("redact", Form::Any, "\"all\", \"none\", or an array of claim paths, instead of marks"),
            MIN_DIGESTS,
            Member::optional("header_claims", Form::Hex, "claims for the CWT Claims header, marked in the same way"),
            Member::optional("cnonce", Form::Hex, "the nonce that the client sent"),
            Member::optional("type", Form::Text, "typ; 293 if absent"),
            Member::optional("kid", Form::Hex, "kid"),
            Member::optional("algorithm", Form::Integer, "alg; the fully specified one of the key if absent"),
            Member::optional("sd_alg", Form::Integer, "the hash; the one that goes with the key if absent"),
            Member::optional("sd_aead", Form::Integer, "how disclosures are to be encrypted"),
            Member::optional("x5chain", Form::List(&Form::Hex), "certificates for the header, the Issuer's own first"),
            Member::optional("now", Form::Integer, "refuse claims that are not valid at this time"),
            SEED,
            Member::optional(
                "salts",
                Form::Text,
                "a list of salts in the form of the interop harness; others come from the seed",
            ),
        ],
        output: &[Member::new("to_be_signed", Form::Hex, "what the Issuer signs"), Member::new("sd_cwt", Form::Hex, "the token")],
        run: issuer::issue,
    },
    Operation {
        name: "sd-cwt/present",
        about: "presents an SD-CWT as its Holder",
        input: &[
            Member::new("sd_cwt", Form::Hex, "the token as issued"),
            ISSUERS,
            Member::new("holder_key", Form::PrivateKey, "the Holder's key"),
            DISCLOSE,
            Member::optional(
                "encrypt",
                Form::List(&Form::Record(&[
                    Member::new("paths", Form::List(&Form::Text), "which claims"),
                    KEY,
                    KEY_NUMBER,
                    KEY_NAME,
                ])),
                "what is encrypted, and under which keys",
            ),
            Member::new("audience", Form::Text, "the Verifier"),
            Member::optional("nonce", Form::Hex, "the nonce of the transaction"),
            NOW,
            Member::optional("seed", Form::Text, "names the source of the nonces of encryption, 12 octets each, in their order"),
            Member::optional("recipients", Form::Choice(&["anyone"]), "that a token with cnonce may be presented to anyone"),
        ],
        output: &[
            Member::new("to_be_signed", Form::Hex, "what the Holder signs"),
            Member::new("presentation", Form::Hex, "the KBT"),
        ],
        run: holder::present,
    },
];

fn issuers(input: &Input<'_>) -> Result<Vec<TrustedIssuer>, Error> {
    let records = input.records("issuers")?;
    records
        .iter()
        .map(|record| Ok(TrustedIssuer { issuer: record.text("issuer")?.to_owned(), key: public_key(record, "key")? }))
        .collect()
}

fn certified(input: &Input<'_>) -> Result<Vec<CertifiedIssuer>, Error> {
    let issuer = |record: &Input<'_>| {
        Ok(CertifiedIssuer {
            certificate: record.hex("certificate")?,
            issuer: record.text("issuer")?.to_owned(),
            key: public_key(record, "key")?,
        })
    };
    input.records("certified_issuers")?.iter().map(issuer).collect()
}

fn known_keys(input: &Input<'_>) -> Result<Vec<KnownKey>, Error> {
    let known = |record: &Input<'_>| Ok(KnownKey { key_id: record.hex_if_any("key_id")?, key: public_key(record, "key")? });
    input.records("known_keys")?.iter().map(known).collect()
}

fn disclosure_key(record: &Input<'_>) -> Result<DisclosureKey, Error> {
    let key = DisclosureKey::new(SymmetricKey::new(&record.hex("key")?));
    Ok(match (record.int_if_any("number")?, record.text_if_any("name")?) {
        (Some(number), _) => key.with_context(KeyContext::Number(number)),
        (None, Some(name)) => key.with_context(KeyContext::Name(name.to_owned())),
        (None, None) => key,
    })
}

/// An answer that begins with these claims.
fn with_claims(object: Object, claims: &Map<'_>) -> Object {
    let octets = notation::deterministic(claims);
    object.text("claims", notation::line(&octets).unwrap_or_default()).hex("claims_cbor", &octets)
}

fn thumbprint(key: &PublicKey) -> String {
    hex(&key::thumbprint_sha256(key))
}

fn unsigned() -> Error {
    Error::new(Code::CaseUnusable).note("the key does not sign")
}
