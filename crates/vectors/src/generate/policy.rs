//! The room disclosure policy: its forms, and what is wrong with some.

mod decoding;
mod encoding;

use crate::draft::Draft;

pub(super) fn files() -> Vec<Draft> {
    vec![decoding::file(), encoding::file()]
}

/// mimi-mls.md 3.4.4, in TOML.
const EXAMPLE: &str = r#"version = 1
pseudonyms = "optional"
identity_reveal = "required"
accepted_formats = ["mls_credential", "sd_jwt_kb", "sd_kbt"]
unlisted_claims = "optional"
allow_local_trust = false
max_presentation_age = 300
max_clock_skew = 60
disclosure_deadline = 3600
nonce_mode = "group_exporter"
visible_to_roles = []
franking_allowed = false

[[claim_rules]]
claim_name = "age"
paths = [{ jwt = ["age_equal_or_over", "18"] }, { jwt = ["birthdate"] }]
presence = "required"
predicates = [{ op = "min_age_years", years = 18 }]

[[claim_rules]]
claim_name = "name"
paths = [{ jwt = ["name"] }, { cwt = [170] }, { x509 = { oid = "2.5.4.3" } }]
presence = "optional"
visible_to_roles = [3, 4]

[[claim_rules]]
claim_name = "address"
paths = [{ jwt = ["address"] }, { cwt = [187] }]
presence = "forbidden"

[[claim_rules]]
claim_name = "family_name"
paths = [{ jwt = ["family_name"] }, { cwt = [172] }, { x509 = { oid = "2.5.4.4" } }]
presence = "forbidden"

[[trusted_issuers]]
issuer = "https://id.a.example"
subject_domains = ["a.example"]
formats = ["sd_jwt_kb", "sd_kbt"]
anchors = [{ jwk_thumbprint_sha256 = "sha256:2ffef2582d74f7a2edf17ef8319ac849469c8943772c906cce7b78276b7a8dcf" }]

[[trusted_issuers]]
issuer = ""
subject_domains = ["b.example"]
formats = ["mls_credential"]
anchors = [{ spki_sha256 = "sha256:d0684cbc6d2942e0ce8369eaee54bfb33be3be2358f09cdd1ba9163981af7ed1" }]
"#;

/// The same in TLS form, as mimi-mls.md 3.4.4 prints it.
const EXAMPLE_TLS: &str = concat!(
    "000100010301020340a8036167652b021a5b226167655f657175616c5f6f725f6f766572222c223138225d",
    "020d5b22626972746864617465225d0103f1001200046e616d651602085b226e616d65225d03038118aa01",
    "0503550403000000080000000300000004076164647265737312020b5b2261646472657373225d03038118",
    "bb0200000b66616d696c795f6e616d651d020f5b2266616d696c795f6e616d65225d03038118ac01050355",
    "0404000200000040791468747470733a2f2f69642e612e6578616d706c650a09612e6578616d706c650202",
    "032203202ffef2582d74f7a2edf17ef8319ac849469c8943772c906cce7b78276b7a8dcf00000a09622e65",
    "78616d706c650101220120d0684cbc6d2942e0ce8369eaee54bfb33be3be2358f09cdd1ba9163981af7ed1",
    "00000000012c0000003c00000e1001000000",
);
