//! JOSE headers, octet by octet: what is read is written and read the same, and a JWS that is made with it is verified.

use mimicred_error::Report;
use mimicred_jose::jws::{self, Compact, Header};
use mimicred_jose::{base64url, json};

use crate::cast::cast;

pub fn run(data: &[u8]) -> &'static str {
    let header = match Header::parse(data) {
        Ok(header) => header,
        Err(error) => {
            let text = [&base64url::encode(data), "e30", "AAAA"].join(".");
            assert!(Compact::parse(&text).is_err(), "refused, but not in a JWS: {error}");
            return error.slug();
        }
    };
    let _ = format!("{header:?}");
    let written = json::write_map(header.members()).expect("what was read can be written");
    let again = Header::parse(written.as_bytes()).expect("what was written can be read");
    assert_same(&header, &again);
    assert_eq!(json::write_map(again.members()).expect("as before"), written);

    let to_be_signed = jws::prepare(header.members(), "{}").expect("a header");
    let signature = cast().issuer.sign(&to_be_signed).expect("a signature");
    let text = jws::finish(to_be_signed, signature.as_bytes());
    let read = Compact::parse(&text).expect("our own");
    assert_same(&header, read.header());
    let is_ours = header.algorithm().is_ok_and(|name| name.algorithm() == cast().issuer.public().algorithm());
    match read.verify(cast().issuer.public()) {
        Ok(()) => assert!(is_ours),
        Err(error) => assert!(!is_ours, "signed but not verified: {error}"),
    }
    if is_ours { "verified" } else { "read" }
}

fn assert_same(one: &Header, other: &Header) {
    assert_eq!(one.members(), other.members());
    assert_eq!((one.alg(), one.typ(), one.kid()), (other.alg(), other.typ(), other.kid()));
    assert_eq!(one.algorithm().ok(), other.algorithm().ok());
    assert_eq!(one.x5c().map_err(|error| error.code()), other.x5c().map_err(|error| error.code()));
}
