//! sdjwt, which signs by RustCrypto, and reads its key anew for each signature.

use ::sdjwt::{Algorithm, Header, Issuer, Jwk, KeyForEncoding};

use super::{claims, jwk, pointers};
use crate::cast::Cast;
use crate::timing::Case;

/// With ES256.
pub(super) fn issuing(cast: &Cast, count: usize) -> Case<'_> {
    let (claims, pointers) = (claims(count), pointers(count));
    let holder = Jwk::from_value(jwk(cast.holder.public())).unwrap();
    let key = KeyForEncoding::from_ec_pem(cast.secrets.issuer.to_pem().as_bytes()).unwrap();
    let input = move || (claims.clone(), holder.clone());
    Case::with_input("sdjwt 0.8", input, move |(claims, holder)| {
        let mut issuer = Issuer::new(claims).unwrap();
        issuer.header(Header::new(Algorithm::ES256)).iter_disclosable(pointers.iter()).require_key_binding(holder);
        issuer.encode(&key).unwrap()
    })
}
