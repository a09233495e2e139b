//! From octets to a policy.

use super::EXAMPLE_TLS;
use crate::draft::{Draft, NewCase, case};
use crate::object::{Object, hex, unhex};

const RULES: [&str; 2] = ["mimi-mls.md 3.4.1", "mimi-mls.md 2.1"];

fn of(id: &str, comment: &str, octets: &[u8]) -> NewCase {
    case(id, comment, &RULES).input(Object::new().text("octets", hex(octets)))
}

/// The octets with what stands at this place replaced.
fn spliced(octets: &[u8], at: usize, length: usize, new: &[u8]) -> Vec<u8> {
    let mut spliced = octets.to_vec();
    spliced.splice(at..at + length, new.iter().copied());
    spliced
}

fn place(octets: &[u8], of: &[u8]) -> usize {
    octets.windows(of.len()).position(|window| window == of).unwrap_or_else(|| unreachable!("it is in there"))
}

pub(super) fn file() -> Draft {
    let about = "Octets of component 0xD050, read strictly.";
    let mut file = Draft::new("policy/decode", "policy/decode", about, &["mimi-mls.md 3.4", "RFC 9420 2.1"]);
    file.group("One breach each of the example's octets", Object::new());
    let good = unhex(EXAMPLE_TLS).unwrap_or_default();
    let end = good.len();
    let digest = "e3b189329ae417ef40608ae14ce37867fdcc9c73735ee63a138e486598154f1e";
    file.valid(of("example", "the example of the specification", &good), Object::new().text("sha256", digest));
    let cbor = place(&good, &[3, 0x81, 0x18, 0xaa]);
    let oid = place(&good, &[0x55, 4, 3]);
    for (id, comment, octets) in [
        ("empty", "no octets", Vec::new()),
        ("truncated", "the last octet is missing", spliced(&good, end - 1, 1, &[])),
        ("trailing", "an octet too many", spliced(&good, end, 0, &[0])),
        ("length-long", "a length that is not in its shortest form", spliced(&good, 4, 1, &[0x40, 3])),
        ("bool", "a bool of 2", spliced(&good, end - 2, 1, &[2])),
        ("path-json", "a path that is an object", spliced(&good, place(&good, b"[\""), 1, b"{")),
        ("path-cbor", "a path whose CBOR is not in its shortest form", spliced(&good, cbor, 4, &[3, 0x81, 0x18, 0x17])),
        ("oid", "an object identifier that does not end", spliced(&good, oid + 2, 1, &[0x83])),
    ] {
        file.refused(of(id, comment, &octets).differs_from("example"), "room/policy-malformed");
    }
    for (id, version) in [("version-0", [0, 0]), ("version-2", [0, 2])] {
        file.refused(of(id, "another version", &spliced(&good, 0, 2, &version)).differs_from("example"), "room/policy-version");
    }
    let presence = spliced(&good, 2, 1, &[9]);
    file.valid(of("unknown-value", "a value that this version does not know is read", &presence), Object::new());
    let checked = Object::new().hex("octets", &presence).text("checked", "usable");
    let new = case("unknown-value-unusable", "and cannot be satisfied", &RULES);
    file.refused(new.input(checked), "room/policy-value-unknown");
    file
}
