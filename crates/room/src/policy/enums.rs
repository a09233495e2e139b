//! The enumerations of the policy. A value that this version does not know is kept, so that the policy can be shown and passed on,
//! and makes it unsatisfiable (mimi-mls.md 3.4.1).

pub use mimicred_mls::DisclosureFormat;
use mimicred_mls::registry;

registry! {
    /// Whether something may, must or must not be.
    Optionality {
        /// It may be.
        Optional = 0 "optional",
        /// It must be.
        Required = 1 "required",
        /// It must not be.
        Forbidden = 2 "forbidden",
    }
}

registry! {
    /// Where nonces come from.
    NonceMode {
        /// From the epoch's exporter: nobody has to ask.
        GroupExporter = 1 "group_exporter",
        /// From a request.
        Challenge = 2 "challenge",
    }
}

registry! {
    /// How an issuer's key is named.
    AnchorType {
        /// SHA-256 of a SubjectPublicKeyInfo.
        SpkiSha256 = 1 "spki_sha256",
        /// A whole certificate.
        CertificateDer = 2 "certificate_der",
        /// RFC 7638 thumbprint of a JWK.
        JwkThumbprintSha256 = 3 "jwk_thumbprint_sha256",
        /// RFC 9679 thumbprint of a COSE_Key.
        CoseKeyThumbprintSha256 = 4 "cose_key_thumbprint_sha256",
    }
}
