//! Sealed records.

use mimicred_escrow::{Binding, Mode};

use super::made::*;
use crate::draft::{Draft, NewCase, case};
use crate::object::{Object, hex};

pub(super) fn sealing() -> Draft {
    let about = "Records that are sealed. All have 274 octets. The source gives 48 octets, which modulo the group order are the ephemeral key, and \
                 32 for the nonce of the proof; that is this implementation's choice.";
    let mut file = Draft::new("escrow/seal", "escrow/seal", about, &["abuse.md", "RFC 9180", "RFC 9380"]);
    let custody = Dealt::two_of_three().custody;
    file.group("Contents", Object::new().hex("custody", custody.to_octets()).with("row", row(&ROW)).text("seed", "record"));
    for (id, comment, content) in [
        ("account", "an account", b"account 1".to_vec()),
        ("nothing", "nothing", Vec::new()),
        ("longest", "127 octets", vec![0x61; 127]),
    ] {
        let new = case(id, comment, &["abuse.md records"]).input(Object::new().hex("content", &content)).flag("exact-form");
        let steps = Object::new().hex("info", &info(&custody)).hex("aad", &aad(&ROW)).hex("plaintext", &padded(&content));
        file.valid(new.intermediates(steps), Object::new());
    }
    file
}

pub(super) fn verifying() -> Draft {
    let about = "Records as they come in. A custodian looks at the proof before she does anything with one: a record that was made from another one, \
                 whose ephemeral key its maker does not know, is refused. The digest of a record is SHA-256 of \
                 `mimicred escrow record digest 1`, a zero octet, the associated data of its row, and the record.";
    let mut file = Draft::new("escrow/record", "escrow/verify-record", about, &["abuse.md", "RFC 9180", "RFC 9380"]);
    let dealt = Dealt::two_of_three();
    let custody = &dealt.custody;
    let good = good(custody);
    file.group("The record alone", Object::new().hex("custody", custody.to_octets()).with("row", row(&ROW)));
    let of = |id: &str, comment: &str, record: &[u8]| -> NewCase {
        case(id, comment, &["abuse.md records", "abuse.md proofs"]).input(Object::new().hex("record", record))
    };
    let part = |from: usize, to: usize| hex(good.get(from..to).unwrap_or_default());
    let anatomy = Object::new()
        .text("version", part(0, 1))
        .text("encapsulated", part(1, 66))
        .text("ciphertext", part(66, 210))
        .text("challenge", part(210, 242))
        .text("response", part(242, 274))
        .list(
            "hashed",
            [
                hex(custody.digest()),
                hex(&aad(&ROW)),
                part(0, 210),
                "G, E, and the commitment z G - c E, as 04, X and Y each".to_owned(),
            ],
        );
    file.valid(
        of("good", "sealed and proven by hand", &good).intermediates(anatomy),
        Object::new().hex("digest", &digest(&good, &ROW)),
    );
    let odd = record(custody, &ROW, b"another info", &padded(b"account 1"));
    file.valid(
        of("proven-only", "it does not open, which does not show here", &odd),
        Object::new().hex("digest", &digest(&odd, &ROW)),
    );
    let mut malformed = |id: &str, comment: &str, record: &[u8]| {
        file.refused(of(id, comment, record).differs_from("good"), "escrow/record-malformed")
    };
    malformed("cut", "the last octet is missing", good.get(..273).unwrap_or_default());
    malformed("after", "an octet after", &[good.as_slice(), &[0]].concat());
    let changed = |at: usize, with: &[u8]| {
        let mut octets = good.clone();
        octets.iter_mut().skip(at).zip(with).for_each(|(octet, with)| *octet = *with);
        octets
    };
    malformed("version", "another version", &changed(0, &[2]));
    malformed("off-curve", "the encapsulated key is not on the curve", &changed(65, &[good.get(65).unwrap_or(&0) ^ 1]));
    malformed("challenge-above-order", "the challenge is not below the group order", &changed(210, &[0xff; 32]));
    let mut unproven = |id: &str, comment: &str, record: &[u8]| {
        file.refused(of(id, comment, record).differs_from("good"), "escrow/record-unproven")
    };
    unproven("ciphertext-flipped", "one bit of the ciphertext is another", &changed(100, &[good.get(100).unwrap_or(&0) ^ 1]));
    unproven("response-flipped", "one bit of the response is another", &changed(273, &[good.get(273).unwrap_or(&0) ^ 1]));
    unproven("proof-zero", "challenge and response are zero", &changed(210, &[0; 64]));
    unproven(
        "derived",
        "the encapsulated key is that of another record and the base point: what opens this would open that",
        &derived(&good, custody),
    );
    file.group("The row and the custody", Object::new().hex("record", &good));
    let strangers = Dealt::named(2, 3, "strangers").custody;
    let for_ = |id: &str, comment: &str, custody: &[u8], other: &Binding| {
        case(id, comment, &["abuse.md records"]).input(Object::new().hex("custody", custody).with("row", row(other)))
    };
    file.valid(for_("its-own", "those that it was made for", custody.to_octets(), &ROW), Object::new());
    let other = Binding { handle: [8; 32], ..ROW };
    file.refused(for_("other-row", "another row", custody.to_octets(), &other), "escrow/record-unproven");
    let other = Binding { mode: Mode::Threshold, ..ROW };
    file.refused(for_("other-mode", "another mode", custody.to_octets(), &other), "escrow/record-unproven");
    file.refused(for_("other-custody", "another custody", strangers.to_octets(), &ROW), "escrow/record-unproven");
    file
}

/// A record with the encapsulated key of another one and the base point, noise, and a proof by who does not know what it is of.
fn derived(good: &[u8], custody: &mimicred_escrow::Custody) -> Vec<u8> {
    use mimicred_keys::group::{Point, Scalar};
    let made = || {
        let one = Scalar::from_u64(1);
        let key = Point::from_octets(good.get(1..66)?).ok()?.add(&Point::generator()).ok()?;
        let octets = [&[1], &key.to_octets()[..], &[0x5a; 144]].concat();
        let pairs = [(Point::generator(), key)];
        let proof = prove("mimicred escrow record proof 1", &[custody.digest(), &aad(&ROW), &octets], &pairs, &one).ok()?;
        Some([octets, proof].concat())
    };
    made().unwrap_or_default()
}
