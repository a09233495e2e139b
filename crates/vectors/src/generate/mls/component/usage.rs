//! Components of dictionaries, KeyPackages, leaves and consents.

use mimicred_keys::sha256;

use super::{about, annotated, fields, numbers};
use crate::draft::Draft;
use crate::generate::mls::cast::*;
use crate::generate::mls::offer::committed;
use crate::generate::mls::tls::Tls;
use crate::generate::mls::{and_more, cut, of};
use crate::object::{Object, hex};

pub(super) fn write(file: &mut Draft) {
    dictionary(file);
    app_components(file);
    usage(file);
    proofs(file);
    small(file);
    receivers(file);
}

fn dictionary(file: &mut Draft) {
    about(file, "app_data_dictionary");
    let rules = ["draft-ietf-mls-extensions AppDataDictionary"];
    let made = |components: &[(u16, &[u8])]| {
        let inner = components.iter().fold(Tls::new(), |tls, (id, data)| tls.u16(*id, "component_id").vector(data, "data"));
        Tls::new().nested(&inner, "component_data")
    };
    file.valid(
        annotated("dictionary-empty", "nothing in it", &rules, &made(&[])),
        fields(Object::new().list("component_data", Vec::<Object>::new())),
    );
    let good = made(&[(0x0a0a, b""), (0xd056, b"\x01")]);
    let data = |id: u16, data: &str| Object::new().int("component_id", id).text("data", data);
    let expected = fields(Object::new().list("component_data", [data(0x0a0a, ""), data(0xd056, "01")]));
    file.valid(annotated("dictionary", "two components", &rules, &good), expected);
    let new = annotated("dictionary-descending", "out of order", &rules, &made(&[(0xd056, b"\x01"), (0x0a0a, b"")]));
    file.refused(new, "mls/component-order");
    let new = annotated("dictionary-twice", "a component twice", &rules, &made(&[(0xd056, b"\x01"), (0xd056, b"\x01")]));
    file.refused(new, "mls/component-duplicate");
    file.refused(of("dictionary-cut", "the last octet is missing", &rules, &cut(&good.octets())), "mls/truncated");
    file.refused(of("dictionary-trailing", "an octet too many", &rules, &and_more(&good.octets())), "mls/trailing-octets");
}

fn app_components(file: &mut Draft) {
    about(file, "app_components");
    let rules = ["draft-ietf-mls-extensions app_components"];
    let made = |ids: &[u16]| Tls::new().numbers(ids, "component_ids");
    let expected = || fields(Object::new().with("component_ids", numbers(&[0x22, 0xd050])));
    file.valid(
        annotated(
            "app-components-unsorted",
            "in any order: a set, which is told in ascending order",
            &rules,
            &made(&[0xd050, 0x22]),
        ),
        expected(),
    );
    file.valid(
        annotated("app-components", "participant_list and room_disclosure_policy", &rules, &made(&[0x22, 0xd050])),
        expected(),
    );
    let new = annotated("app-components-twice", "a component twice", &rules, &made(&[0x22, 0x22]));
    file.refused(new, "mls/component-duplicate");
    let half = Tls::new().vector(b"\x00\x22\xd0", "component_ids");
    file.refused(annotated("app-components-half", "one and a half", &rules, &half), "mls/truncated");
}

fn usage(file: &mut Draft) {
    about(file, "key_package_usage");
    let rules = ["mimi-mls.md 3.2"];
    let made = |usage: u8, commitment: &[u8], reserved: &[u8]| {
        Tls::new().u8(usage, "usage").vector(commitment, "context_commitment").vector(reserved, "reserved")
    };
    let usage = |name: &str| fields(Object::new().text("usage", name));
    file.valid(annotated("usage-any", "for any use", &rules, &made(0, b"", b"")), usage("any"));
    let salt: Vec<u8> = (0..16).collect();
    let hashed = committed(&salt, "mimi://a.example/r/boot-1", &[0; 32]);
    let commitment = sha256(&hashed.octets());
    let new = annotated("usage-offered", "to be offered, as mimi-mls.md prints it", &rules, &made(2, &commitment, b""));
    let new = new.intermediates(hashed.lines_as("hashed", made(2, &commitment, b"").lines()));
    let printed = "f82cfff6dc1425e5a24da6eb2435795618bcbd9ad8efd5e41f160e8298d4dde8";
    file.valid(new, fields(Object::new().text("usage", "offered").text("context_commitment", printed)));
    let new = annotated("usage-initial", "for an initial connection, as mimi-mls.md prints it", &rules, &made(1, b"", b""));
    file.valid(new, usage("initial_connection"));
    file.refused(annotated("usage-3", "a usage that does not exist", &rules, &made(3, b"", b"")), "mls/value-unknown");
    let invalid = "mls/key-package-usage-invalid";
    file.refused(
        annotated("usage-initial-committed", "a commitment where none belongs", &rules, &made(1, &commitment, b"")),
        invalid,
    );
    let new = annotated("usage-offered-bare", "none where one belongs", &rules, &made(2, b"", b"")).differs_from("usage-offered");
    file.refused(new, invalid);
    for (id, length) in [("usage-offered-31", 31), ("usage-offered-33", 33)] {
        let new = annotated(id, "a commitment of another length", &rules, &made(2, &vec![7; length], b""));
        file.refused(new.differs_from("usage-offered"), invalid);
    }
    file.refused(annotated("usage-reserved", "reserved is not empty", &rules, &made(1, b"", b"\x07")), invalid);
}

fn proofs(file: &mut Draft) {
    about(file, "key_package_proofs");
    let rules = ["mimi-mls.md 3.2"];
    let made = |proofs: &[&[u8]]| {
        let inner = proofs.iter().fold(Tls::new(), |tls, proof| tls.vector(proof, "proof"));
        Tls::new().nested(&inner, "proofs")
    };
    let expected = |proofs: &[[u8; 32]]| fields(Object::new().list("proofs", proofs.iter().map(|proof| hex(proof))));
    file.valid(annotated("proofs-none", "no proof", &rules, &made(&[])), expected(&[]));
    file.valid(annotated("proofs", "two, ascending", &rules, &made(&[&[1; 32], &[2; 32]])), expected(&[[1; 32], [2; 32]]));
    file.refused(annotated("proofs-descending", "out of order", &rules, &made(&[&[2; 32], &[1; 32]])), "mls/value-order");
    file.refused(annotated("proofs-twice", "one twice", &rules, &made(&[&[1; 32], &[1; 32]])), "mls/value-duplicate");
    let malformed = "mls/key-package-proof-malformed";
    file.refused(annotated("proofs-31", "a proof of 31 octets", &rules, &made(&[&[1; 32], &[2; 31]])), malformed);
    file.refused(annotated("proofs-33", "a proof of 33 octets", &rules, &made(&[&[1; 32], &[2; 33]])), "mls/limit");
}

fn small(file: &mut Draft) {
    about(file, "identity_kind");
    let rules = ["mimi-mls.md 3.3"];
    for (number, name) in (0u8..).zip(["unspecified", "real", "pseudonym", "service"]) {
        let tls = Tls::new().u8(number, "kind");
        file.valid(annotated(&format!("kind-{name}"), name, &rules, &tls), fields(Object::new().text("kind", name)));
    }
    file.refused(of("kind-4", "a kind that does not exist", &rules, &[4]), "mls/value-unknown");
    file.refused(of("kind-empty", "no octet", &rules, &[]), "mls/truncated");
    file.refused(of("kind-trailing", "an octet too many", &rules, &[2, 0]), "mls/trailing-octets");

    about(file, "disclosure_recipients");
    let rules = ["mimi-mls.md 3.5.5"];
    let key = "73b2d8b76aa9b53660032bc8f5d8bee3a3ae4e3b3a7fd49ade81f7347a34aa68";
    let tls = Tls::new().vector(&octets(key), "recipient_key");
    let new = annotated("recipient", "that of the private key 32 octets 0b, as mimi-mls.md prints it", &rules, &tls);
    file.valid(new, fields(Object::new().text("recipient_key", key)));
    file.refused(of("recipient-empty", "no key", &rules, &[0]), "mls/empty");
    file.refused(of("recipient-cut", "the last octet is missing", &rules, &cut(&tls.octets())), "mls/truncated");

    about(file, "consent_usage");
    let rules = ["mimi-mls.md 3.6.1"];
    let made = |usages: &[u8], any: u8| Tls::new().vector(usages, "usages").u8(any, "any_requester_at_domain");
    let expected = fields(Object::new().list("usages", ["initial_connection"]).with("any_requester_at_domain", true));
    file.valid(annotated("consent", "anybody at a provider may start an initial connection", &rules, &made(&[1], 1)), expected);
    file.refused(annotated("consent-twice", "a usage twice", &rules, &made(&[1, 1], 1)), "mls/value-duplicate");
    file.refused(annotated("consent-3", "a usage that does not exist", &rules, &made(&[3], 1)), "mls/value-unknown");
    file.refused(annotated("consent-flag", "a bool that is 2", &rules, &made(&[1], 2)), "mls/flag-invalid");
}

fn receivers(file: &mut Draft) {
    about(file, "external_receivers");
    let rules = ["draft-mahy-mls-semiprivatemessage", "mimi-mls.md 2.8"];
    let one =
        |key: &[u8], credential: &[u8]| Tls::new().vector(key, "external_receiver_public_key").raw(credential, "credential");
    let made = |inner: &Tls| Tls::new().nested(inner, "external_receivers");
    let basic = b"\x00\x01\x12mimi://hub.example";
    let credential = Object::new().int("type", 1).text("name", "basic").hex("identity", b"mimi://hub.example");
    let receiver = Object::new().hex("external_receiver_public_key", &[6; 32]).with("credential", credential);
    let good = made(&one(&[6; 32], basic));
    file.valid(annotated("receivers", "the hub", &rules, &good), fields(Object::new().list("external_receivers", [receiver])));
    file.refused(annotated("receivers-none", "nobody", &rules, &made(&Tls::new())), "mls/empty");
    file.refused(annotated("receivers-no-key", "a hub without a key", &rules, &made(&one(b"", basic))), "mls/empty");
    let twice = made(&one(&[6; 32], basic).then(&one(&[6; 32], basic)));
    file.refused(annotated("receivers-twice", "a key twice", &rules, &twice), "mls/value-duplicate");
    let unknown = made(&one(&[6; 32], b"\x0a\x0a\x01\x00"));
    let new = annotated("receivers-credential", "a credential whose end nobody can tell", &rules, &unknown);
    file.refused(new, "mls/credential-shape-unknown");
}
