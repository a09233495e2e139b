use super::*;

fn pieces(encoding: Encoding, octets: &[u8], least: usize) -> Vec<(Vec<u8>, usize)> {
    let mut pieces = Vec::new();
    decode(octets, least, &mut Buffers::default(), &mut |piece, origin| {
        if origin.encoding == encoding {
            pieces.push((piece.to_vec(), origin.place(octets, 0)));
        }
    });
    pieces
}

/// RFC 4648 section 10: `foobar` is `Zm9vYmFy`, and 666F6F626172 in base16.
#[test]
fn the_examples_of_rfc_4648() {
    let base64 = pieces(Encoding::Base64, b"Zm9vYmFy", 4);
    assert_eq!(base64[0], (b"foobar".to_vec(), 0));
    assert_eq!(pieces(Encoding::Base64, b"Zm9vYmE=", 4)[0], (b"fooba".to_vec(), 0));
    assert_eq!(pieces(Encoding::Hex, b"<666F6F626172>", 4)[0], (b"foobar".to_vec(), 1));
    assert_eq!(pieces(Encoding::Hex, b"<666f6f626172>", 4)[0], (b"foobar".to_vec(), 1));
}

/// One character, two and three before it.
#[test]
fn every_alignment_is_read() {
    for before in ["", "A", "AB", "ABC", "ABCD"] {
        let text = format!("{before}Zm9vYmFy");
        let found = pieces(Encoding::Base64, text.as_bytes(), 4).iter().any(|(piece, _)| piece.ends_with(b"foobar"));
        assert!(found, "{text}");
    }
    for before in ["", "0", "00"] {
        let text = format!("{before}666f6f626172");
        let found = pieces(Encoding::Hex, text.as_bytes(), 4).iter().any(|(piece, _)| piece.ends_with(b"foobar"));
        assert!(found, "{text}");
    }
}

/// FB EF FF is `++//` in one alphabet and `--__` in the other.
#[test]
fn both_alphabets_and_line_breaks() {
    for text in ["++//", "--__", "+-/_", "+\r\n+/\n/"] {
        assert_eq!(pieces(Encoding::Base64, text.as_bytes(), 3)[0].0, [0xfb, 0xef, 0xbf + 0x40], "{text}");
    }
}

#[test]
fn percent_encoding_needs_an_escape() {
    assert_eq!(pieces(Encoding::Percent, b"a%40b%2fc%2Fd", 4), [(b"a@b/c/d".to_vec(), 0)]);
    assert_eq!(pieces(Encoding::Percent, b"100% of %", 4), []);
    assert_eq!(pieces(Encoding::Percent, b"%%4x%41", 4), [(b"%%4xA".to_vec(), 0)]);
}

#[test]
fn utf_16_of_both_orders() {
    let has = |octets: &[u8], text: &[u8]| {
        pieces(Encoding::Utf16, octets, 4).iter().any(|(piece, _)| piece.windows(text.len()).any(|window| window == text))
    };
    assert!(has(b"a\0l\0i\0c\0e\0", b"alice"));
    assert!(has(b"\0a\0l\0i\0c\0e", b"alice"));
    assert!(has(b"xa\0l\0i\0c\0e\0", b"alice"));
    assert!(has(b"x\0a\0l\0i\0c\0e", b"alice"));
    assert!(has(b"\xff\0\0\0\xfe\0\0\0", b"\xff\0\xfe\0"));
    assert!(!has(b"a\0l\0i\x01c\0e\0", b"alice"));
    assert!(pieces(Encoding::Utf16, b"alice", 4).is_empty() && pieces(Encoding::Utf16, b"", 4).is_empty());
}

#[test]
fn places_are_those_of_the_encoded_text() {
    let place = |encoding, octets: &[u8], needle: &[u8]| {
        let mut place = None;
        decode(octets, needle.len(), &mut Buffers::default(), &mut |piece, origin| {
            if let Some(at) = piece.windows(needle.len()).position(|window| window == needle)
                && origin.encoding == encoding
            {
                place = place.or(Some((origin.place(octets, at), origin.place(octets, at + needle.len()))));
            }
        });
        place
    };
    assert_eq!(place(Encoding::Hex, b"...0066616f6f", b"fao"), Some((5, 11)));
    // `oba` begins in the third character, before the line break, and ends in the seventh; `bar` is the fifth to the eighth.
    assert_eq!(place(Encoding::Base64, b"..Zm9\nvYmFy", b"oba"), Some((4, 9)));
    assert_eq!(place(Encoding::Base64, b"..Zm9\nvYmFy", b"bar"), Some((7, 11)));
    assert_eq!(place(Encoding::Percent, b"x%41b%43d", b"AbC"), Some((1, 8)));
    assert_eq!(place(Encoding::Utf16, b"zza\0b\0c\0d\0", b"bcd"), Some((4, 10)));
}
