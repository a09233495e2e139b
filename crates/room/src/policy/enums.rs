//! The enumerations of the policy. A value that this version does not know is kept, so that the policy can be shown and passed on,
//! and makes it unsatisfiable (mimi-mls.md 3.4.1).

/// Writes an enumeration of one octet whose unknown values are kept.
macro_rules! registry {
    ($(#[$doc:meta])* $name:ident { $( $(#[$vdoc:meta])* $variant:ident = $code:literal $text:literal, )+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $( $(#[$vdoc])* $variant, )+
            /// A value that is reserved or unknown here.
            Other(u8),
        }

        impl $name {
            /// The names of the known values.
            pub const NAMES: &'static [&'static str] = &[$( $text, )+];

            /// The value of an octet.
            pub fn from_code(code: u8) -> Self {
                match code {
                    $( $code => $name::$variant, )+
                    other => $name::Other(other),
                }
            }

            /// The octet.
            pub fn code(self) -> u8 {
                match self {
                    $( $name::$variant => $code, )+
                    $name::Other(code) => code,
                }
            }

            /// The value with this name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $( $text => Some($name::$variant), )+
                    _ => None,
                }
            }

            /// The name, if the value is known.
            pub fn name(self) -> Option<&'static str> {
                match self {
                    $( $name::$variant => Some($text), )+
                    $name::Other(_) => None,
                }
            }

            /// Whether this version knows the value.
            pub fn is_known(self) -> bool {
                self.name().is_some()
            }
        }
    };
}

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
    /// The form of a presentation.
    DisclosureFormat {
        /// An X.509 certificate with a CredentialPresentation.
        MlsCredential = 1 "mls_credential",
        /// An SD-JWT with a Key Binding JWT.
        SdJwtKb = 2 "sd_jwt_kb",
        /// An SD-CWT inside a Key Binding Token.
        SdKbt = 3 "sd_kbt",
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
