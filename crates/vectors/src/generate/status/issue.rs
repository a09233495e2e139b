//! Issuing, whose outputs are ours where the draft leaves a choice: how well a list is compressed, the order of members.

use super::tokens::URI;
use crate::cast::{self, NOW, private_jwk};
use crate::draft::{Draft, case};
use crate::object::Object;
use mimicred_keys::Algorithm;

pub(super) fn file() -> Draft {
    let about = "Status List Tokens that are issued. How well the list is compressed is this implementation's choice.";
    let mut file = Draft::new("status/token-issue", "status/token-issue", about, super::SPECIFICATIONS);
    let base = Object::new()
        .with("issuer_key", private_jwk(&cast::key(Algorithm::P256, "status issuer")))
        .int("bits", 2)
        .text("octets", "c944f9")
        .int("issued_at", NOW);
    let usual = || Object::new().text("uri", URI);
    for (form, rules) in [("jwt", ["JWT-S-003", "JWT-S-004"]), ("cwt", ["CWT-S-005", "CWT-S-006"])] {
        file.group(&format!("As a {}", form.to_uppercase()), base.clone().text("form", form));
        let of = |id: &str, comment: &str, input: Object| case(format!("{form}-{id}"), comment, &rules).input(input);
        file.valid(of("least", "sub, iat and status_list", usual()).flag("exact-form"), Object::new());
        let whole = usual()
            .int("expires", NOW + 86_400)
            .int("ttl", 43_200)
            .text("aggregation_uri", "https://id.a.example/all")
            .text("kid", "key");
        file.valid(of("whole", "everything", whole).flag("exact-form"), Object::new());
        let least = format!("{form}-least");
        for (id, comment, input) in [
            ("exp-iat", "exp is iat", usual().int("expires", NOW)),
            ("ttl-0", "ttl is 0", usual().int("ttl", 0)),
            ("uri", "the name is no URI", Object::new().text("uri", "status/0")),
            ("aggregation", "aggregation_uri is no URI", usual().text("aggregation_uri", "all")),
        ] {
            file.refused(of(id, comment, input).differs_from(&least), "status/issue");
        }
    }
    file
}
