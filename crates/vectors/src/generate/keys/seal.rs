//! What is sealed to a key.

use mimicred_keys::hpke::Kem;

use crate::draft::{Draft, case};
use crate::object::{Object, hex};

/// RFC 9180 A.1.1, A.2.1 and A.3.1: the first message of each.
struct Example {
    section: &'static str,
    kem: &'static str,
    aead: &'static str,
    material: &'static str,
    encapsulated: &'static str,
    secret: &'static str,
    public: &'static str,
    ciphertext: &'static str,
}

const INFO: &[u8] = b"Ode on a Grecian Urn";
const PLAINTEXT: &[u8] = b"Beauty is truth, truth beauty";
const AAD: &[u8] = b"Count-0";

const EXAMPLES: [Example; 3] = [
    Example {
        section: "RFC 9180 A.1.1",
        kem: "x25519",
        aead: "aes-128-gcm",
        material: "7268600d403fce431561aef583ee1613527cff655c1343f29812e66706df3234",
        encapsulated: "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431",
        secret: "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8",
        public: "3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d",
        ciphertext: "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a",
    },
    Example {
        section: "RFC 9180 A.2.1",
        kem: "x25519",
        aead: "chacha20-poly1305",
        material: "909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b",
        encapsulated: "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a",
        secret: "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb",
        public: "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a",
        ciphertext: "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28",
    },
    Example {
        section: "RFC 9180 A.3.1",
        kem: "p256",
        aead: "aes-128-gcm",
        material: "4270e54ffd08d79d5928020af4686d8f6b7d35dbe470265f1f5aa22816ce860e",
        encapsulated: "04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac98536d7b61a1af4b78e5b7f951c0900be863c403ce65c9bfcb9382657222d18c4",
        secret: "f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2",
        public: "04fe8c19ce0905191ebc298a9245792531f26f0cece2460639e8bc39cb7f706a826a779b4cf969b8a0e539c7f62fb3d30ad6aa8f80e30f1d128aafd68a2ce72ea0",
        ciphertext: "5ad590bb8baa577f8619db35a36311226a896e7342a6d836d8b7bcd2f20b6c7f9076ac232e3ab2523f39513434",
    },
];

fn plaintext() -> Object {
    Object::new().hex("plaintext", PLAINTEXT)
}

fn flipped(text: &str) -> String {
    let mut octets = crate::object::unhex(text).unwrap_or_default();
    if let Some(last) = octets.last_mut() {
        *last ^= 1;
    }
    hex(&octets)
}

pub(super) fn opening() -> Draft {
    let about =
        "Messages sealed by HPKE in base mode, single-shot. Bundles that are sealed to a leaf, reports and escrow records are.";
    let mut file = Draft::new("keys/hpke-open", "keys/hpke-open", about, &["RFC 9180"]);
    for example in &EXAMPLES {
        let name = format!("{}-{}", example.kem, example.aead);
        file.group(
            &format!("The first message of {}", example.section),
            Object::new().text("kem", example.kem).text("aead", example.aead),
        );
        let given = || {
            let given = Object::new().text("secret", example.secret).text("encapsulated", example.encapsulated);
            given.hex("info", INFO).hex("aad", AAD).text("ciphertext", example.ciphertext)
        };
        let of = |id: &str, comment: &str, input: Object| {
            case(format!("{name}-{id}"), comment, &["RFC 9180 5.2", "RFC 9180 6.1"]).input(input)
        };
        file.valid(of("good", example.section, given()), plaintext());
        let mut refused = |id: &str, comment: &str, input: Object, code: &str| file.refused(of(id, comment, input), code);
        refused(
            "flipped",
            "one bit of the tag is another",
            given().text("ciphertext", flipped(example.ciphertext)),
            "keys/aead-invalid",
        );
        refused("other-info", "another info", given().hex("info", b"Ode on a Grecian Vase"), "keys/aead-invalid");
        refused("other-aad", "the associated data of the next message", given().hex("aad", b"Count-1"), "keys/aead-invalid");
        refused("too-short", "less than a tag", given().text("ciphertext", "00"), "keys/aead-invalid");
        let cut = example.encapsulated.get(2..).unwrap_or_default();
        refused("enc-short", "enc lacks its first octet", given().text("encapsulated", cut), "keys/public-key-malformed");
        let cut = example.secret.get(2..).unwrap_or_default();
        refused(
            "secret-short",
            "the private key lacks its first octet",
            given().text("secret", cut),
            "keys/secret-key-malformed",
        );
        if example.kem == "x25519" {
            for (id, point) in [("enc-zero", "00".repeat(32)), ("enc-one", format!("01{}", "00".repeat(31)))] {
                let new =
                    of(id, "enc is a point of small order: the shared secret would be zero", given().text("encapsulated", point));
                file.refused(new, "keys/public-key-weak");
            }
        } else {
            refused(
                "enc-off-curve",
                "enc is not on the curve",
                given().text("encapsulated", flipped(example.encapsulated)),
                "keys/public-key-malformed",
            );
            refused(
                "secret-zero",
                "the private key is zero",
                given().text("secret", "00".repeat(32)),
                "keys/secret-key-malformed",
            );
        }
    }
    siv(&mut file);
    file
}

/// RFC 9180 7.3 gives no number to AES-GCM-SIV.
fn siv(file: &mut Draft) {
    let [first, ..] = &EXAMPLES;
    file.group("An AEAD that HPKE has no number for", Object::new().text("kem", first.kem).text("aead", "aes-128-gcm-siv"));
    let given =
        Object::new().text("secret", first.secret).text("encapsulated", first.encapsulated).hex("info", INFO).hex("aad", AAD);
    let new = case("aes-128-gcm-siv", "AES-GCM-SIV", &["RFC 9180 7.3"]).input(given.text("ciphertext", first.ciphertext));
    file.refused(new.differs_from("x25519-aes-128-gcm-good"), "keys/algorithm-unsupported");
}

pub(super) fn sealing() -> Draft {
    let about = "Messages that are sealed by HPKE, with the ephemeral key that RFC 9180 derives from the octets given.";
    let mut file = Draft::new("keys/hpke-seal", "keys/hpke-seal", about, &["RFC 9180"]);
    for example in &EXAMPLES {
        let about = format!("The first message of {}", example.section);
        file.group(
            &about,
            Object::new()
                .text("kem", example.kem)
                .text("aead", example.aead)
                .hex("info", INFO)
                .hex("aad", AAD)
                .hex("plaintext", PLAINTEXT),
        );
        let name = format!("{}-{}", example.kem, example.aead);
        let of = |id: &str, comment: &str, public: &str| {
            let input = Object::new().text("recipient", public).text("ephemeral_material", example.material);
            case(format!("{name}-{id}"), comment, &["RFC 9180 4.1", "RFC 9180 6.1"]).input(input)
        };
        let expected = Object::new().text("encapsulated", example.encapsulated).text("ciphertext", example.ciphertext);
        file.valid(of("good", example.section, example.public), expected);
        file.refused(
            of("recipient-short", "the recipient's key lacks its first octet", example.public.get(2..).unwrap_or_default()),
            "keys/public-key-malformed",
        );
        match example.kem {
            "x25519" => {
                let new = of("recipient-weak", "the recipient's key is a point of small order", &"00".repeat(32));
                file.refused(new, "keys/public-key-weak");
            }
            _ => file.refused(
                of("recipient-off-curve", "the recipient's key is not on the curve", &flipped(example.public)),
                "keys/public-key-malformed",
            ),
        }
    }
    for (kem, name) in [(Kem::X25519, "x25519"), (Kem::P256, "p256")] {
        let Ok(recipient) = kem.derive_key_pair(b"mimicred vectors: a recipient") else { continue };
        let input =
            Object::new().text("kem", name).text("aead", "aes-256-gcm").hex("info", INFO).hex("aad", AAD).hex("plaintext", b"");
        file.group(&format!("AES-256-GCM and {name}, nothing to seal"), input);
        let new = case(format!("{name}-nothing"), "the tag is left", &["RFC 9180 5.2"]);
        let new = new.input(Object::new().hex("recipient", recipient.public()).hex("ephemeral_material", &[7; 32]));
        file.valid(new.intermediates(Object::new().hex("recipient_secret", recipient.secret())), Object::new());
    }
    file
}
