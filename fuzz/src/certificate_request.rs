//! Certification requests: as they come, in DER or PEM, and with octets of a good one exchanged under a signature that holds.

use mimicred_error::Report;
use mimicred_x509::{Error, IssuanceBinding, UnverifiedRequest, prepare_request};

use crate::cast::x509::{BINDING, content, edited, provider};

/// Another issuer, for which no request of ours is.
const ELSEWHERE: IssuanceBinding<'static> = IssuanceBinding { issuer: "j.example", nonce: BINDING.nonce };

pub fn run(data: &[u8]) -> &'static str {
    let (first, rest) = data.split_first().unwrap_or((&0, &[]));
    match first {
        0 => judged(UnverifiedRequest::from_der(rest), None),
        1 => match std::str::from_utf8(rest) {
            Ok(text) => judged(UnverifiedRequest::from_pem(text), None),
            Err(_) => "no-text",
        },
        _ => {
            let content = edited(content(&good()), rest);
            match provider().requested(&content) {
                Some(der) => judged(UnverifiedRequest::from_der(&der), Some(&content)),
                None => "unsigned",
            }
        }
    }
}

/// The request that the leaf key made.
pub fn good() -> Vec<u8> {
    let leaf = &provider().leaf;
    let request = prepare_request(leaf.public(), &BINDING).and_then(|prepared| prepared.sign(leaf)).expect("a request");
    request.as_der().to_vec()
}

/// `signed` is what the leaf key has signed just now.
fn judged(request: Result<UnverifiedRequest, Error>, signed: Option<&[u8]>) -> &'static str {
    let request = match request {
        Ok(request) => request,
        Err(error) => return error.slug(),
    };
    let _ = format!("{request:?}");
    assert!(request.verify(&ELSEWHERE).is_err() || request.binding() == Some(ELSEWHERE));
    match request.verify(&BINDING) {
        Ok(verified) => {
            // One key of ours signs, and there is one way to say what is expected.
            assert_eq!(verified.subject_key(), provider().leaf.public());
            assert_eq!(request.binding(), Some(BINDING));
            assert!(signed.is_none_or(|signed| signed == content(&good())), "another spelling passes");
            "verified"
        }
        Err(error) => Error::slug(&error),
    }
}
