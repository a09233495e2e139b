//! What numbers are called: header parameters, members of keys and confirmations, algorithms, types. For people to read; nothing is
//! decided by these names. Claims have theirs in [`cwt`](crate::cwt).

/// A header parameter (RFC 9052, 9360, 9528, 9596, 9597, SD-CWT).
///
/// ```
/// assert_eq!(mimicred_cose::names::header(17), Some("sd_claims"));
/// ```
pub const fn header(label: i128) -> Option<&'static str> {
    Some(match label {
        1 => "alg",
        2 => "crit",
        3 => "content type",
        4 => "kid",
        5 => "IV",
        13 => "kcwt",
        14 => "kccs",
        15 => "CWT Claims",
        16 => "typ",
        17 => "sd_claims",
        22 => "c5t",
        23 => "c5u",
        24 => "c5b",
        25 => "c5c",
        32 => "x5bag",
        33 => "x5chain",
        34 => "x5t",
        35 => "x5u",
        170 => "sd_alg",
        171 => "sd_aead_encrypted_claims",
        172 => "sd_aead",
        _ => return None,
    })
}

/// A member of a COSE_Key (RFC 9052 section 7.1, RFC 9053 section 7).
///
/// ```
/// assert_eq!(mimicred_cose::names::key_member(-1), Some("crv"));
/// ```
pub const fn key_member(label: i128) -> Option<&'static str> {
    Some(match label {
        1 => "kty",
        2 => "kid",
        3 => "alg",
        4 => "key_ops",
        5 => "Base IV",
        -1 => "crv",
        -2 => "x",
        -3 => "y",
        -4 => "d",
        _ => return None,
    })
}

/// A member of `cnf` (RFC 8747, RFC 9679).
///
/// ```
/// assert_eq!(mimicred_cose::names::confirmation(5), Some("ckt"));
/// ```
pub const fn confirmation(method: i128) -> Option<&'static str> {
    Some(match method {
        1 => "COSE_Key",
        2 => "Encrypted_COSE_Key",
        3 => "kid",
        5 => "ckt",
        _ => return None,
    })
}

/// A hash algorithm of COSE (RFC 9054).
///
/// ```
/// assert_eq!(mimicred_cose::names::hash(-16), Some("SHA-256"));
/// ```
pub const fn hash(id: i128) -> Option<&'static str> {
    Some(match id {
        -14 => "SHA-1",
        -15 => "SHA-256/64",
        -16 => "SHA-256",
        -17 => "SHA-512/256",
        -18 => "SHAKE128",
        -43 => "SHA-384",
        -44 => "SHA-512",
        -45 => "SHAKE256",
        _ => return None,
    })
}

/// An algorithm of the AEAD registry (RFC 5116), as `sd_aead` names it.
///
/// ```
/// assert_eq!(mimicred_cose::names::aead(1), Some("AES-128-GCM"));
/// ```
pub const fn aead(id: i128) -> Option<&'static str> {
    Some(match id {
        1 => "AES-128-GCM",
        2 => "AES-256-GCM",
        29 => "ChaCha20-Poly1305",
        30 => "AES-128-GCM-SIV",
        31 => "AES-256-GCM-SIV",
        _ => return None,
    })
}

/// A type by its CoAP content format, without `application/`.
///
/// ```
/// assert_eq!(mimicred_cose::names::content_format(293), Some("sd-cwt"));
/// ```
pub const fn content_format(id: i128) -> Option<&'static str> {
    Some(match id {
        61 => "cwt",
        279 => "statuslist+cwt",
        293 => "sd-cwt",
        294 => "kb+cwt",
        _ => return None,
    })
}

/// A type of key.
///
/// ```
/// assert_eq!(mimicred_cose::names::key_type(2), Some("EC2"));
/// ```
pub const fn key_type(id: i128) -> Option<&'static str> {
    Some(match id {
        1 => "OKP",
        2 => "EC2",
        3 => "RSA",
        4 => "Symmetric",
        _ => return None,
    })
}

/// A curve.
///
/// ```
/// assert_eq!(mimicred_cose::names::curve(6), Some("Ed25519"));
/// ```
pub const fn curve(id: i128) -> Option<&'static str> {
    Some(match id {
        1 => "P-256",
        2 => "P-384",
        3 => "P-521",
        4 => "X25519",
        5 => "X448",
        6 => "Ed25519",
        7 => "Ed448",
        _ => return None,
    })
}
