//! Lists: how they are compressed, and where an entry is.

use mimicred_claims::Value;

use super::tokens::raw;
use crate::draft::{Draft, NewCase, case};
use crate::object::Object;

pub(super) fn file() -> Draft {
    let about = "Compressed lists. The first two are those of the draft.";
    let mut file = Draft::new("status/list-read", "status/list-read", about, super::SPECIFICATIONS);
    entries(&mut file);
    framings(&mut file);
    sizes(&mut file);
    file
}

fn of(id: &str, comment: &str, rules: &[&'static str], bits: u8, lst: &str, indexes: &[i128]) -> NewCase {
    let input =
        Object::new().int("bits", bits).hex("lst", &raw(lst)).list("indexes", indexes.iter().map(|index| Value::Int(*index)));
    case(id, comment, rules).input(input)
}

fn values(octets: &str, values: &[i128]) -> Object {
    Object::new().text("octets", octets).list("values", values.iter().map(|value| Value::Int(*value)))
}

fn entries(file: &mut Draft) {
    file.group("Where an entry is", Object::new());
    let all = |count: i128| (0..count).collect::<Vec<_>>();
    let rules = ["CWT-S-007", "JWT-S-005", "JWT-S-004"];
    file.valid(
        of("bits-1", "sixteen entries of one bit", &rules, 1, "78dadbb918000217015d", &all(16)),
        values("b9a3", &[1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]),
    );
    file.valid(
        of("bits-2", "twelve entries of two bits", &rules, 2, "78da3be9f2130003df0207", &all(12)),
        values("c944f9", &[1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]),
    );
    // Stored blocks, written by hand: header, last block, length and its complement, the octets, Adler-32.
    file.valid(
        of("bits-4", "four entries of four bits", &rules, 4, "7801 01 0200fdff e30f 01d700f3", &all(4)),
        values("e30f", &[3, 14, 15, 0]),
    );
    file.valid(
        of("bits-8", "two entries of eight bits", &rules, 8, "7801 01 0200fdff e30f 01d700f3", &all(2)),
        values("e30f", &[227, 15]),
    );
    let new = of(
        "beyond",
        "the last entry, and those behind it",
        &["CWT-S-008", "JWT-S-006"],
        1,
        "78dadbb918000217015d",
        &[15, 16, 1 << 40],
    );
    let expected = Object::new().list("values", [Value::Int(1), Value::Null, Value::Null]);
    file.valid(new.flag("pitfall-duplicate"), expected);
}

fn framings(file: &mut Draft) {
    file.group("ZLIB", Object::new().int("bits", 1).list("indexes", [Value::Int(0)]));
    let of = |id: &str, comment: &str, lst: &str| {
        case(id, comment, &["CWT-S-007", "JWT-S-004"]).input(Object::new().hex("lst", &raw(lst)))
    };
    for (id, comment, lst) in [
        ("level-low", "a header that says level 0", "7801dbb918000217015d"),
        ("level-usual", "a header that says level 6", "789cdbb918000217015d"),
        ("level-high", "a header that says level 9", "78dadbb918000217015d"),
        ("stored", "not compressed within its framing", "78010102 00fdffb9a3 0217015d"),
        ("window-small", "a small window", "0899dbb918000217015d"),
    ] {
        file.valid(of(id, comment, lst), values("b9a3", &[1]));
    }
    file.valid(
        of("empty-list", "a list of nothing", "789c030000000001"),
        Object::new().text("octets", "").list("values", [Value::Null]),
    );
    for (id, comment, lst) in [
        ("nothing", "no octets", ""),
        ("uncompressed", "the list as it is", "b9a3"),
        ("raw-deflate", "DEFLATE without framing", "dbb91800"),
        ("gzip", "DEFLATE in gzip framing", "1f8b0800000000000203dbb9180021e6c69d02000000"),
        ("header-only", "a header alone", "78da"),
        ("cut-off", "the last octet is missing", "78dadbb91800021701"),
        ("checksum", "another checksum", "78dadbb918000217015e"),
        ("header-check", "a header whose check bits are wrong", "78dbdbb918000217015d"),
        ("method", "another method of compression", "7918dbb918000217015d"),
        ("dictionary", "a preset dictionary", "78f90217015ddbb918000217015d"),
        ("behind", "an octet behind it", "78dadbb918000217015d00"),
        ("block-reserved", "a reserved kind of block", "78da07"),
    ] {
        file.refused(of(id, comment, lst).differs_from("level-high"), "status/compression");
    }
}

fn sizes(file: &mut Draft) {
    file.group("Size", Object::new().int("bits", 1).list("indexes", [Value::Int(0)]));
    let of = |id: &str, comment: &str, lst: &[u8], max: i128| {
        let input = Object::new().hex("lst", lst).int("max_octets", max);
        case(id, comment, &["CWT-S-011", "JWT-S-008"]).input(input).flag("limit")
    };
    let small = raw("78dadbb918000217015d");
    file.valid(of("size-fits", "two octets, and two are allowed", &small, 2), values("b9a3", &[1]));
    file.refused(of("size-over", "two octets, and one is allowed", &small, 1), "status/limit");
    // A mebibyte of nothing.
    let bomb = mimicred_status::StatusList::new(mimicred_status::Bits::One, 1 << 23).compress();
    file.refused(of("size-bomb", "a mebibyte in a kibibyte", &bomb, 1 << 16).differs_from("size-fits"), "status/limit");
}
