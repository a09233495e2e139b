//! CredentialPresentation: the proof of possession that an X.509 credential has not by itself.

use mimicred_keys::{HashAlgorithm, sha256};

use super::cast::*;
use super::tls::Tls;
use super::{and_more, cut, draft, flip_last, of, put};
use crate::draft::Draft;
use crate::object::{Object, hex};
use crate::sign::FixedKey;

const LABEL: &[u8] = b"CredentialPresentationTBS";
const RULES: [&str; 2] = ["mimi-mls.md 3.5.1", "mimi-mls.md 3.5.3 step 6"];

pub(super) fn files() -> Vec<Draft> {
    vec![verifying()]
}

/// What a presentation is made of.
#[derive(Clone)]
struct Made {
    version: u16,
    room: &'static str,
    group_id: Vec<u8>,
    epoch: u64,
    nonce: Vec<u8>,
    /// The key in what is signed.
    named: Vec<u8>,
    credential: Vec<u8>,
    component: u16,
}

impl Made {
    fn new(key: &FixedKey) -> Self {
        Self {
            version: 1,
            room: ROOM,
            group_id: GROUP.to_vec(),
            epoch: EPOCH,
            nonce: vec![0xaa; 32],
            named: key.public().octets().to_vec(),
            credential: X509.to_vec(),
            component: 0xd053,
        }
    }

    fn tbs(&self) -> Tls {
        Tls::new()
            .u16(self.version, "version")
            .text(self.room, "room_uri")
            .vector(&self.group_id, "group_id")
            .u64(self.epoch, "epoch")
            .u64(NOW, "issued_at")
            .vector(&self.nonce, "nonce")
            .vector(&self.named, "signature_key")
            .vector(&HashAlgorithm::Sha256.digest(&self.credential), "credential_hash")
    }

    /// Signed by this key.
    fn by(&self, key: &FixedKey) -> Tls {
        let signature = sign(key, &component_label(self.component, LABEL), &self.tbs().octets());
        Tls::new()
            .raw(&self.credential, "credential")
            .u64(NOW, "issued_at")
            .vector(&self.nonce, "nonce")
            .vector(&signature, "signature")
    }
}

/// As an item of a bundle.
pub(super) fn good() -> Vec<u8> {
    Made::new(&leaf()).by(&leaf()).octets()
}

/// The presentation and how its signature comes about.
fn on_the_way(made: &Made, structure: &Tls) -> Object {
    let tbs = made.tbs();
    let to_be_signed = sign_content(&component_label(0xd053, LABEL), &tbs.octets());
    tbs.lines_as("tbs_tls", structure.lines())
        .hex("to_be_signed", &to_be_signed)
        .hex("to_be_signed_sha256", &sha256(&to_be_signed))
}

fn context() -> Object {
    Object::new()
        .text("leaf_key", hex(leaf().public().octets()))
        .text("room", ROOM)
        .hex("group_id", &GROUP)
        .int("epoch", EPOCH)
        .int("suite", 1)
}

fn verifying() -> Draft {
    let about = "Presentations of an X.509 credential. Certificates are five octets that are none: they are not looked at.";
    let mut file = draft("mls/presentation-verify", about, &["mimi-mls.md 3.5.1", "draft-ietf-mls-extensions SafeSignWithLabel"]);
    let expected = || Object::new().int("issued_at", NOW).hex("nonce", &[0xaa; 32]);
    file.group("Made here", context());
    let made = Made::new(&leaf());
    let good = made.by(&leaf());
    file.valid(
        of("good", "room, group, epoch and key are these", &RULES, &good.octets()).intermediates(on_the_way(&made, &good)),
        expected(),
    );
    let sd_cwt = Made { credential: b"\x00\x05\x03\xd2\x84\x40".to_vec(), ..made.clone() };
    let structure = sd_cwt.by(&leaf());
    let new = of("sd-cwt", "of an SD-CWT credential, whose own binding counts besides", &RULES, &structure.octets());
    file.valid(new.intermediates(on_the_way(&sd_cwt, &structure)), expected());
    let without = Made { nonce: Vec::new(), ..made.clone() };
    let new =
        of("no-nonce", "the nonce is empty: whether one is wanted is not asked here", &RULES, &without.by(&leaf()).octets());
    file.valid(new, Object::new().text("nonce", ""));

    for (id, comment, made) in [
        ("other-room", "made for another room", Made { room: OTHER_ROOM, ..made.clone() }),
        ("other-group", "made in another group", Made { group_id: vec![2; 16], ..made.clone() }),
        ("other-epoch", "made in the epoch before", Made { epoch: EPOCH - 1, ..made.clone() }),
        ("version-2", "the signature says version 2", Made { version: 2, ..made.clone() }),
        ("other-key-named", "the signature names another key", Made::new(&mallory())),
        ("other-component", "signed under the label of another component", Made { component: 0xd057, ..made.clone() }),
    ] {
        let new = of(id, comment, &RULES, &made.by(&leaf()).octets()).differs_from("good");
        file.refused(new, "mls/presentation-signature-invalid");
    }
    let octets = good.octets();
    for (id, comment, octets) in [
        ("other-signer", "signed by another key", made.by(&mallory()).octets()),
        ("plain-label", "signed without the label of a component", {
            let signature = sign(&leaf(), LABEL, &made.tbs().octets());
            let structure = Tls::new().raw(&X509, "").u64(NOW, "").vector(&made.nonce, "").vector(&signature, "");
            structure.octets()
        }),
        ("other-credential", "another certificate than was hashed", put(&octets, 8, &[1])),
        ("other-time", "another time than was signed", put(&octets, 16, &[octets.get(16).copied().unwrap_or_default() ^ 1])),
        ("other-nonce", "another nonce than was signed", put(&octets, 18, &[0xab])),
        ("flipped", "one bit of the signature is another", flip_last(&octets)),
    ] {
        file.refused(of(id, comment, &RULES, &octets).differs_from("good"), "mls/presentation-signature-invalid");
    }
    let form = ["mimi-mls.md 2.1, 3.5.1"];
    file.refused(of("cut", "the last octet is missing", &form, &cut(&octets)).differs_from("good"), "mls/truncated");
    file.refused(of("trailing", "an octet too many", &form, &and_more(&octets)).differs_from("good"), "mls/trailing-octets");
    let unknown = Made { credential: b"\x0a\x0a\x01\x00".to_vec(), ..made.clone() };
    let new = of("credential-unknown", "a credential whose end nobody can tell", &form, &unknown.by(&leaf()).octets());
    file.refused(new.differs_from("good"), "mls/credential-shape-unknown");
    let long = Made { nonce: vec![0xaa; 65], ..made.clone() };
    let new = of("nonce-65", "a nonce of 65 octets", &form, &long.by(&leaf()).octets()).flag("limit");
    file.refused(new.differs_from("good"), "mls/limit");

    let key = leaf_p256();
    file.group("P-256", context().text("leaf_key", hex(key.public().octets())).int("suite", 2));
    let made = Made::new(&key);
    let structure = made.by(&key);
    let new = of("p256", "ECDSA, in DER as MLS has it", &RULES, &structure.octets());
    file.valid(new.intermediates(on_the_way(&made, &structure)), expected());
    let flipped = flip_last(&structure.octets());
    file.refused(
        of("p256-flipped", "one bit of the signature is another", &RULES, &flipped),
        "mls/presentation-signature-invalid",
    );
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    /// mimi-mls.md 3.5.1. Its key, 32 octets 02, is no point: nobody can have signed with it.
    #[test]
    fn what_is_signed_is_what_the_specification_prints() {
        let made = Made { named: vec![2; 32], ..Made::new(&leaf()) };
        assert_eq!(made.tbs().octets().len(), 165);
        let content = sign_content(&component_label(0xd053, LABEL), &made.tbs().octets());
        assert_eq!(content.len(), 218);
        assert_eq!(hex(&sha256(&content)), "58bbb848f371b7a4e928cc8bf73f800cf3d91be3bcac3c22ad66496c4b673dfc");
    }
}
