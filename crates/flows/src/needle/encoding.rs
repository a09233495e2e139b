//! The encodings in which a needle may occur.

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Encoding {
    /// As it is.
    Raw,
    /// Hexadecimal digits; which case is told when one is found.
    Hex,
    /// base64 or base64url; which of them is told when one is found.
    Base64,
    /// Percent-encoding of URIs.
    Percent,
    /// UTF-16, of either byte order.
    Utf16,
}

/// The name for people, by what the found text has in it.
pub(super) fn name(encoding: Encoding, found: &[u8]) -> &'static str {
    let has = |what: fn(&u8) -> bool| found.iter().any(what);
    match encoding {
        Encoding::Raw => "raw",
        Encoding::Hex if !has(u8::is_ascii_uppercase) => "hex",
        Encoding::Hex if !has(u8::is_ascii_lowercase) => "hex, upper case",
        Encoding::Hex => "hex, mixed case",
        Encoding::Base64 if has(|octet| matches!(octet, b'-' | b'_')) => "base64url",
        Encoding::Base64 => "base64",
        Encoding::Percent => "percent-encoded",
        Encoding::Utf16 => "UTF-16",
    }
}

/// The forms of a needle that must occur whole which are looked for as they are. Other encodings are undone before the search.
///
/// Percent-encoding is here though it is undone as well: behind a stray `%` it can be read in two ways.
pub(super) fn forms(needle: &[u8]) -> Vec<(Encoding, Vec<u8>)> {
    let mut forms = vec![(Encoding::Raw, needle.to_vec())];
    for digits in [b"0123456789ABCDEF", b"0123456789abcdef"] {
        forms.push((Encoding::Percent, percent(needle, digits)));
    }
    // ASCII is undone: every other octet is zero. Other text is not of that kind.
    if let Ok(text) = std::str::from_utf8(needle)
        && !text.is_ascii()
    {
        forms.push((Encoding::Utf16, text.encode_utf16().flat_map(u16::to_be_bytes).collect()));
        forms.push((Encoding::Utf16, text.encode_utf16().flat_map(u16::to_le_bytes).collect()));
    }
    let mut distinct: Vec<(Encoding, Vec<u8>)> = Vec::new();
    for form in forms {
        if distinct.iter().all(|other| other.1 != form.1) {
            distinct.push(form);
        }
    }
    distinct
}

/// RFC 3986: everything but the unreserved characters.
fn percent(octets: &[u8], digits: &[u8; 16]) -> Vec<u8> {
    let digit = |nibble: u8| digits.get(usize::from(nibble)).copied().unwrap_or(b'0');
    let mut encoded = Vec::with_capacity(octets.len());
    for octet in octets {
        match octet {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(*octet),
            octet => encoded.extend([b'%', digit(octet >> 4), digit(octet & 15)]),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(needle: &[u8]) -> Vec<(Encoding, Vec<u8>)> {
        forms(needle)
    }

    /// By hand; `é` is C3 A9 in UTF-8 and 00E9 in UTF-16, `@` is 40.
    #[test]
    fn forms_that_differ_from_the_needle() {
        assert_eq!(shown(b"alice"), [(Encoding::Raw, b"alice".to_vec())]);
        // Both cases of 40 are equal.
        assert_eq!(shown(b"al@a"), [(Encoding::Raw, b"al@a".to_vec()), (Encoding::Percent, b"al%40a".to_vec())]);
        assert_eq!(
            shown("Zoé/".as_bytes()),
            [
                (Encoding::Raw, b"Zo\xc3\xa9/".to_vec()),
                (Encoding::Percent, b"Zo%C3%A9%2F".to_vec()),
                (Encoding::Percent, b"Zo%c3%a9%2f".to_vec()),
                (Encoding::Utf16, b"\0Z\0o\0\xe9\0/".to_vec()),
                (Encoding::Utf16, b"Z\0o\0\xe9\0/\0".to_vec()),
            ]
        );
        // No text: no UTF-16 of it.
        assert_eq!(shown(b"\xff\xfe\xfd\xfc").len(), 3);
    }

    #[test]
    fn names_tell_the_variants_apart() {
        assert_eq!(name(Encoding::Hex, b"00ff"), "hex");
        assert_eq!(name(Encoding::Hex, b"00FF"), "hex, upper case");
        assert_eq!(name(Encoding::Hex, b"00Ff"), "hex, mixed case");
        assert_eq!(name(Encoding::Base64, b"ab_d"), "base64url");
        assert_eq!(name(Encoding::Base64, b"ab/d"), "base64");
    }
}
