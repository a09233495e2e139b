//! Wrapped and sealed handshakes (mimi-mls.md 2.8), put together of HPKE and an AEAD.

use mimicred_keys::aead;
use mimicred_mls::Suite;

use super::cast::*;
use super::group::proposal;
use super::tls::Tls;
use super::{and_more, cut, draft, flip_last, octets_of, of, put};
use crate::draft::{Draft, NewCase};
use crate::object::Object;

const RULES: [&str; 1] = ["mimi-mls.md 2.8"];
const EXPORTED: [u8; 16] = [0x0e; 16];
const HUB: [u8; 32] = [0x0b; 32];
const RECIPIENT: [u8; 32] = [0x1b; 32];

pub(super) fn files() -> Vec<Draft> {
    vec![opening()]
}

/// What AEAD and HPKE cover besides the message.
fn place() -> Vec<u8> {
    Tls::new().vector(&GROUP, "group_id").u64(EPOCH, "epoch").octets()
}

/// Seals to the owner of a private key, with 32 octets 0c as ephemeral one.
fn seal(suite: Suite, secret: &[u8], label: &[u8], plaintext: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let hpke = suite.hpke();
    let (recipient, ephemeral) = (sure(hpke.kem.key_pair_of(secret)), sure(hpke.kem.key_pair_of(&[0x0c; 32])));
    let info = sign_content(label, &place());
    let mut sender = sure(hpke.sender_with(&ephemeral, recipient.public(), &info));
    (ephemeral.public().to_vec(), sure(sender.seal(b"", plaintext)))
}

fn wrapped(suite: Suite, exported: &[u8], nonce: &[u8], message: &[u8]) -> Tls {
    let (kem_output, sealed) = seal(suite, &HUB, b"mimi handshake v1", exported);
    let aead_nonce = [0x0d; 12];
    let ciphertext = sure(aead::seal(suite.hpke().aead, exported, &aead_nonce, &place(), message));
    Tls::new()
        .u16(1, "version mls10")
        .u16(0xf0d0, "wire_format, private: WrappedHandshake")
        .vector(&GROUP, "group_id")
        .u64(EPOCH, "epoch")
        .vector(&kem_output, "kem_output")
        .vector(&sealed, "the exported key, sealed to the hub")
        .vector(nonce, "nonce")
        .vector(&ciphertext, "ciphertext")
}

fn sealed(secret: &[u8], message: &[u8]) -> Tls {
    let (kem_output, sealed) = seal(Suite::X25519Aes128Ed25519, secret, b"mimi external commit v1", message);
    Tls::new()
        .u16(1, "version mls10")
        .u16(0xf0d1, "wire_format, private: SealedHandshake")
        .vector(&GROUP, "group_id")
        .u64(EPOCH, "epoch")
        .vector(&kem_output, "kem_output")
        .vector(&sealed, "ciphertext")
}

fn opening() -> Draft {
    let about = "Handshakes on their way past providers that must not read them. Private keys are 32 octets 0b (hub) and 1b (member), \
                 the ephemeral one 0c, the exported key 16 octets 0e.";
    let mut file = draft("mls/handshake-open", about, &["mimi-mls.md 2.8", "RFC 9180", "RFC 9420 5.1.3, 8.5"]);
    let suite = Suite::X25519Aes128Ed25519;
    let message = proposal().octets();
    let infos = Object::new()
        .hex("hpke_info_wrapped", &sign_content(b"mimi handshake v1", &place()))
        .hex("hpke_info_sealed", &sign_content(b"mimi external commit v1", &place()));
    let case_of = |id: &str, comment: &str, tls: &Tls| -> NewCase {
        let on_the_way = tls.lines_as("tls", infos.clone()).hex("aad", &place());
        of(id, comment, &RULES, &tls.octets()).intermediates(on_the_way)
    };
    let opened =
        |kind: &str| Object::new().text("kind", kind).hex("group_id", &GROUP).int("epoch", EPOCH).hex("message", &message);
    let good = wrapped(suite, &EXPORTED, &[0x0d; 12], &message);
    let octets = good.octets();
    let unreadable = "mls/handshake-unreadable";

    file.group("Wrapped, for a member", Object::new().int("suite", 1).hex("exported", &EXPORTED));
    let new = of("clear", "neither wrapped nor sealed: a PublicMessage", &RULES, &message);
    file.valid(new, Object::new().text("kind", "clear").hex("message", &message));
    let chacha = wrapped(Suite::X25519ChaCha20Ed25519, &[0x0e; 32], &[0x0d; 12], &message);
    let new = case_of("member-chacha20", "in suite 0x0003, with an exported key of 32 octets", &chacha);
    let input = octets_of(&chacha.octets()).int("suite", 3).hex("exported", &[0x0e; 32]);
    file.valid(new.input(input), opened("wrapped"));
    file.valid(case_of("member", "by what members export", &good), opened("wrapped"));
    let new = of("member-other-epoch", "what members export from another epoch", &RULES, &octets);
    file.refused(new.input(octets_of(&octets).hex("exported", &[0x0f; 16])), unreadable);
    let moved = put(&octets, 4 + 17 + 7, &[8]);
    file.refused(of("member-moved", "the epoch outside is another", &RULES, &moved), unreadable);
    file.refused(of("member-flipped", "one bit of the ciphertext is another", &RULES, &flip_last(&octets)), unreadable);
    for (id, length) in [("nonce-11", 11), ("nonce-0", 0)] {
        let nonce = vec![0x0d; length];
        let new = case_of(id, "a nonce of another length", &wrapped(suite, &EXPORTED, &nonce, &message));
        file.refused(new, "mls/handshake-nonce");
    }
    file.refused(of("wrapped-cut", "the last octet is missing", &RULES, &cut(&octets)), "mls/truncated");
    file.refused(of("wrapped-trailing", "an octet too many", &RULES, &and_more(&octets)), "mls/trailing-octets");

    file.group("Wrapped, for the hub", Object::new().int("suite", 1).hex("hub_secret", &HUB));
    file.valid(case_of("hub", "by the key that is sealed to the hub", &good), opened("wrapped"));
    let other = octets_of(&octets).hex("hub_secret", &RECIPIENT);
    file.refused(of("hub-other", "by another hub", &RULES, &octets).input(other), unreadable);
    file.refused(of("hub-moved", "the epoch outside is another", &RULES, &moved), unreadable);

    file.group("Sealed", Object::new().int("suite", 1));
    let to_hub = sealed(&HUB, &message);
    let input = |octets: &[u8]| octets_of(octets).hex("hub_secret", &HUB);
    let new = case_of("external", "an external commit, sealed to the hub", &to_hub).input(input(&to_hub.octets()));
    file.valid(new, opened("sealed"));
    let flipped = flip_last(&to_hub.octets());
    let new = of("external-flipped", "one bit of the ciphertext is another", &RULES, &flipped).input(input(&flipped));
    file.refused(new, unreadable);
    let to_member = sealed(&RECIPIENT, &message);
    let as_member = octets_of(&to_member.octets()).hex("recipient_secret", &RECIPIENT);
    let new = case_of("resealed", "the same, sealed by the hub to a member's 0xD054 key", &to_member).input(as_member);
    file.valid(new, opened("sealed"));
    let as_other = octets_of(&to_member.octets()).hex("recipient_secret", &[0x2b; 32]);
    file.refused(of("resealed-other", "by another member", &RULES, b"").input(as_other), unreadable);
    file
}
