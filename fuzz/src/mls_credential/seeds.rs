//! One credential of each type and form, and what is almost one.

use mimicred_mls::credential::{BASIC, MULTI, PSEUDONYMOUS_VEC, SD_CWT, SD_JWT, SD_JWT_VEC, WEAK_MULTI, X509};
use mimicred_mls::tls::Writer;
use mimicred_mls::{SdJwt, SdJwtForm};

const TOKEN: &str = "e30.e30.AA~WzFd~e30.e30.AA";

/// Seeds, each named for what it is and, behind a point, for what is particular about it.
pub fn seeds() -> Vec<(&'static str, Vec<u8>)> {
    let text = SdJwt::new(TOKEN, SdJwtForm::Text).and_then(|token| token.encode()).expect("an SD-JWT+KB");
    let compacted = SdJwt::new(TOKEN, SdJwtForm::Compacted).and_then(|token| token.encode()).expect("the same");
    let typed = |number: u16, body: &[u8]| [&number.to_be_bytes(), body].concat();
    let vector = |octets: &[u8]| Writer::new().vector(octets).finish().expect("short");
    let basic = typed(BASIC, b"\x02me");
    let pseudonyms = [&b"mimi://a.example/d/1"[..], b"mimi://a.example/p/2", &[2; 32], b"link"].map(vector).concat();
    let binding = |credential: &[u8]| [b"\x00\x01", credential, b"\x01k\x01s"].concat();
    let both = [binding(&basic), binding(&typed(SD_JWT, &compacted))].concat();
    let bound_vector = typed(MULTI, &vector(&binding(&typed(SD_JWT_VEC, &vector(&text)))));
    let nested = typed(WEAK_MULTI, &vector(&binding(&basic)));
    vec![
        ("basic", basic.clone()),
        ("x509", typed(X509, b"\x09\x05\x30\x03\x02\x01\x00\x02\x30\x00")),
        ("sd_cwt", typed(SD_CWT, b"\x03\xd2\x84\x40")),
        ("sd_jwt.text", typed(SD_JWT, &text)),
        ("sd_jwt.compacted", typed(SD_JWT, &compacted)),
        ("sd_jwt.vector", typed(SD_JWT_VEC, &vector(&text))),
        ("sd_jwt.compacted-vector", typed(SD_JWT_VEC, &vector(&compacted))),
        ("sd_jwt.not-canonical", typed(SD_JWT, &[&b"\x00"[..], &vector(b"e30.e30.AB~e30.e30.AA")].concat())),
        ("struct.text", text),
        ("struct.compacted", compacted),
        ("multi", typed(MULTI, &vector(&both))),
        ("weak-multi", typed(WEAK_MULTI, &vector(&binding(&typed(PSEUDONYMOUS_VEC, &vector(&pseudonyms)))))),
        ("mls/credential-nested", typed(MULTI, &vector(&binding(&nested)))),
        // Once it was read, and written as sd_jwt: the signature was over other octets than came.
        ("mls/credential-shape-unknown.bound", bound_vector),
        ("pseudonymous_vec", typed(PSEUDONYMOUS_VEC, &vector(&pseudonyms))),
        ("other", b"\x0a\x0a\x01x".to_vec()),
        ("mls/credential-type-reserved", b"\x00\x00\x00".to_vec()),
    ]
}
