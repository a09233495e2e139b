//! What is sealed: HPKE, AEAD, and files under a passphrase.

use mimicred_keys::aead::{self, Aead};
use mimicred_keys::hpke::{Kem, Sealed, Suite};
use mimicred_keys::passphrase;

use crate::Error;
use crate::object::{Input, Object};
use crate::operation::{Fault, Form, Member, Operation};

const KEM: Member =
    Member::new("kem", Form::Choice(&["x25519", "p256"]), "DHKEM with HKDF-SHA256 over this curve: 0x0020 or 0x0010 of RFC 9180");
const AEAD: Member = Member::new(
    "aead",
    Form::Choice(&["aes-128-gcm", "aes-256-gcm", "chacha20-poly1305", "aes-128-gcm-siv", "aes-256-gcm-siv"]),
    "the AEAD",
);
const INFO: Member = Member::new("info", Form::Hex, "info of RFC 9180");
const AAD: Member = Member::new("aad", Form::Hex, "the associated data");
const PLAINTEXT: Member = Member::new("plaintext", Form::Hex, "what was sealed");

pub(crate) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "keys/hpke-open",
        about: "opens the first message of an HPKE context (RFC 9180, base mode, HKDF-SHA256)",
        input: &[
            KEM,
            AEAD,
            Member::new("secret", Form::Hex, "the recipient's private key, 32 octets"),
            Member::new("encapsulated", Form::Hex, "enc of RFC 9180"),
            INFO,
            AAD,
            Member::new("ciphertext", Form::Hex, "ciphertext and tag"),
        ],
        output: &[PLAINTEXT],
        run: hpke_open,
    },
    Operation {
        name: "keys/hpke-seal",
        about: "seals the first message of an HPKE context, with an ephemeral key that is derived from the octets given",
        input: &[
            KEM,
            AEAD,
            Member::new("recipient", Form::Hex, "the recipient's public key: 32 octets, or 04, X and Y"),
            Member::new("ephemeral_material", Form::Hex, "what DeriveKeyPair makes the ephemeral key of: ikmE of RFC 9180"),
            INFO,
            AAD,
            Member::new("plaintext", Form::Hex, "what to seal"),
        ],
        output: &[
            Member::new("encapsulated", Form::Hex, "enc of RFC 9180"),
            Member::new("ciphertext", Form::Hex, "ciphertext and tag"),
        ],
        run: hpke_seal,
    },
    Operation {
        name: "keys/aead-open",
        about: "opens what an AEAD sealed",
        input: &[
            AEAD,
            Member::new("key", Form::Hex, "the key"),
            Member::new("nonce", Form::Hex, "the nonce, 12 octets"),
            AAD,
            Member::new("ciphertext", Form::Hex, "ciphertext and tag"),
        ],
        output: &[PLAINTEXT],
        run: aead_open,
    },
    Operation {
        name: "keys/unprotect",
        about: "opens a file that is protected by a passphrase",
        input: &[
            Member::new("file", Form::Text, "the file"),
            Member::new("passphrase", Form::Text, "the passphrase, of which the octets of its UTF-8 count"),
        ],
        output: &[Member::new("content", Form::Hex, "what is in it")],
        run: unprotect,
    },
];

fn aead_of(input: &Input<'_>) -> Result<Aead, Error> {
    let names = [
        ("aes-128-gcm", Aead::Aes128Gcm),
        ("aes-256-gcm", Aead::Aes256Gcm),
        ("chacha20-poly1305", Aead::ChaCha20Poly1305),
        ("aes-128-gcm-siv", Aead::Aes128GcmSiv),
        ("aes-256-gcm-siv", Aead::Aes256GcmSiv),
    ];
    input.choice("aead", &names)
}

fn suite(input: &Input<'_>) -> Result<Suite, Error> {
    Ok(Suite { kem: input.choice("kem", &[("x25519", Kem::X25519), ("p256", Kem::P256)])?, aead: aead_of(input)? })
}

fn hpke_open(input: &Input<'_>) -> Result<Object, Fault> {
    let sealed = Sealed { encapsulated: input.hex("encapsulated")?, ciphertext: input.hex("ciphertext")? };
    let plaintext = suite(input)?.open(&input.hex("secret")?, &input.hex("info")?, &input.hex("aad")?, &sealed)?;
    Ok(Object::new().hex("plaintext", &plaintext))
}

fn hpke_seal(input: &Input<'_>) -> Result<Object, Fault> {
    let suite = suite(input)?;
    let ephemeral = suite.kem.derive_key_pair(&input.hex("ephemeral_material")?)?;
    let mut sender = suite.sender_with(&ephemeral, &input.hex("recipient")?, &input.hex("info")?)?;
    let ciphertext = sender.seal(&input.hex("aad")?, &input.hex("plaintext")?)?;
    Ok(Object::new().hex("encapsulated", ephemeral.public()).hex("ciphertext", &ciphertext))
}

fn aead_open(input: &Input<'_>) -> Result<Object, Fault> {
    let (key, nonce) = (input.hex("key")?, input.hex("nonce")?);
    let plaintext = aead::open(aead_of(input)?, &key, &nonce, &input.hex("aad")?, &input.hex("ciphertext")?)?;
    Ok(Object::new().hex("plaintext", &plaintext))
}

fn unprotect(input: &Input<'_>) -> Result<Object, Fault> {
    let content = passphrase::unprotect(input.text("file")?, input.text("passphrase")?.as_bytes())?;
    Ok(Object::new().hex("content", &content))
}
