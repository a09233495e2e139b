//! Scalars and points of P-256 by themselves, and scalars from messages.

use crate::draft::{Draft, case};
use crate::object::{Object, hex};

pub(super) fn multiplying() -> Draft {
    let about = "Scalars and points of P-256, which custodians of a shared key compute with. No result is the point at infinity.";
    let mut file = Draft::new("keys/multiply", "keys/multiply", about, &["SEC 1", "SEC 2", "RFC 9180"]);
    file.group("The base point", Object::new());
    let of = |id: &str, comment: &str, rules: &[&'static str], scalar: &str| {
        case(id, comment, rules).input(Object::new().text("scalar", scalar))
    };
    let one = format!("{:064x}", 1);
    // SEC 2 2.4.2.
    let (x, y) = (
        "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
        "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
    );
    let base = Object::new().text("product", format!("04{x}{y}"));
    file.valid(of("one", "once: the base point itself", &["SEC 2 2.4.2"], &one), base.clone());
    let last = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550";
    let opposite = "b01cbd1c01e58065711814b583f061e9d431cca994cea1313449bf97c840ae0a";
    let expected = Object::new().text("product", format!("04{x}{opposite}"));
    file.valid(of("order-less-one", "the largest scalar: the opposite point", &["SEC 2 2.4.2"], last), expected);
    let mut refused = |id: &str, comment: &str, scalar: &str, code: &str| {
        file.refused(of(id, comment, &["SEC 1 2.3.6"], scalar).differs_from("one"), code);
    };
    refused(
        "order",
        "the group order, which is zero once more",
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        "keys/scalar-malformed",
    );
    refused("short", "31 octets", &format!("{:062x}", 1), "keys/scalar-malformed");
    refused("long", "33 octets", &format!("{:066x}", 1), "keys/scalar-malformed");
    refused("zero", "zero times is the point at infinity", &format!("{:064x}", 0), "keys/scalar-zero");
    file.group("Other points", Object::new().text("scalar", format!("{:064x}", 2)));
    let of =
        |id: &str, comment: &str, point: String| case(id, comment, &["SEC 1 2.3.4"]).input(Object::new().text("point", point));
    // The double of the base point, as in every table of P-256.
    let double = "047cf27b188d034f7e8a52380304b51ac3c08969e277f21b35a60b48fc4766997807775510db8ed040293d9ac69f7430dbba7dade63ce982299e04b79d227873d1";
    file.valid(of("twice", "twice the base point", format!("04{x}{y}")), Object::new().text("product", double));
    file.refused(of("off-curve", "no point of the curve", format!("04{x}{x}")), "keys/public-key-malformed");
    file.refused(of("infinity", "the point at infinity", "00".into()), "keys/public-key-malformed");
    file.refused(of("compressed", "a compressed point", format!("03{x}")), "keys/public-key-malformed");
    file
}

pub(super) fn hashing() -> Draft {
    let about = "Scalars from messages. What custodians prove, and the tags and points of threshold mode, are made with it.";
    let mut file = Draft::new("keys/hash-to-scalar", "keys/hash-to-scalar", about, &["RFC 9380"]);
    file.group("Messages in parts", Object::new().text("domain", "an example"));
    for (id, comment, parts) in [
        ("no-parts", "nothing", vec![]),
        ("empty-part", "one empty part, which is something else", vec![""]),
        ("two-parts", "ab and c", vec!["ab", "c"]),
        ("other-parts", "a and bc: the same letters, another message", vec!["a", "bc"]),
    ] {
        let framed: Vec<u8> = parts
            .iter()
            .flat_map(|part| [&u64::try_from(part.len()).unwrap_or(0).to_be_bytes(), part.as_bytes()].concat())
            .collect();
        let new = case(id, comment, &["RFC 9380 5.2", "RFC 9380 5.3.1", "abuse.md"]);
        let new = new.input(Object::new().list("parts", parts.iter().map(|part| hex(part.as_bytes()))));
        file.valid(new.intermediates(Object::new().hex("message", &framed)), Object::new());
    }
    file
}
