use proptest::prelude::*;

use super::*;

const HELLO: &str = "-----BEGIN GREETING-----\naGVsbG8=\n-----END GREETING-----\n";

fn refused(text: &str) {
    let error = parse(text).unwrap_err();
    assert_eq!(error.code(), Code::PemMalformed, "{text}");
}

#[test]
fn blank_space_at_either_end_and_carriage_returns_are_forgiven() {
    for text in [HELLO.to_owned(), format!("\n{HELLO}\n\n \n"), HELLO.replace('\n', "\r\n"), HELLO.trim_end().to_owned()] {
        assert_eq!(parse(&text).unwrap().der(), b"hello");
    }
}

#[test]
fn everything_else_is_refused() {
    refused("");
    refused("\n\n");
    refused("hello");
    refused(&format!("a comment\n{HELLO}"));
    refused(&format!("{HELLO}a comment\n"));
    refused(&HELLO.replace("aGVsbG8=\n", "Proc-Type: 4,ENCRYPTED\n\naGVsbG8=\n"));
    refused(&HELLO.replace("END GREETING", "END FAREWELL"));
    refused(&HELLO.replace("END GREETING-----", "END GREETING----"));
    refused(&HELLO.replace("BEGIN GREETING", "BEGIN "));
    refused(&HELLO.replace("GREETING", "GREET-ING"));
    refused(&HELLO.replace("-----END GREETING-----\n", ""));
    refused(&HELLO.replace("aGVsbG8=", "aGVsbG8"));
    refused(&HELLO.replace("aGVsbG8=", "aGVsbG8=="));
    // The last character before the padding carries bits that must be zero.
    refused(&HELLO.replace("aGVsbG8=", "aGVsbG9="));
    refused(&HELLO.replace("aGVsbG8=", "aGVs bG8="));
    refused(&HELLO.replace("aGVsbG8=", "aGVs\nbG8="));
    refused(&HELLO.replace("aGVsbG8=", "aGVsb-8="));
    refused(&HELLO.replace("aGVsbG8=", "aGVsbG8=\n"));
    refused(&HELLO.repeat(2));
}

#[test]
fn lines_have_64_characters() {
    let text = write("DATA", &[0; 60]);
    let (one, two) = ("A".repeat(64), "A".repeat(16));
    assert_eq!(*text, format!("-----BEGIN DATA-----\n{one}\n{two}\n-----END DATA-----\n"));
    assert_eq!(parse(&text).unwrap().der(), [0; 60]);
    refused(&text.replace(&format!("{one}\n"), &one));
    refused(&text.replace(&format!("{one}\n{two}"), &format!("{two}\n{one}")));
    // A full last line is a last line all the same.
    assert_eq!(parse(&write("DATA", &[0; 48])).unwrap().der(), [0; 48]);
    assert_eq!(parse(&write("DATA", &[])).unwrap().der(), b"");
}

#[test]
fn a_chain_is_read_in_order() {
    let chain = [HELLO, "\n", &write("DATA", &[1]), &write("DATA", &[2])].concat();
    let blocks = parse_all(&chain).unwrap();
    let read: Vec<_> = blocks.iter().map(|block| (block.label(), block.der())).collect();
    assert_eq!(read, [("GREETING", b"hello".as_slice()), ("DATA", &[1]), ("DATA", &[2])]);
    assert_eq!(parse_all(&format!("{HELLO}x")).unwrap_err().to_string(), "this is not a PEM file (line 4, column 1)");
    assert!(parse_all("").is_err());
}

#[test]
fn debug_shows_no_content() {
    assert_eq!(format!("{:?}", parse(HELLO).unwrap()), r#"Block { label: "GREETING", len: 5, .. }"#);
}

proptest! {
    #[test]
    fn what_is_written_is_read(content in prop::collection::vec(any::<u8>(), 0..400)) {
        let text = write("DATA", &content);
        let block = parse(&text).unwrap();
        prop_assert_eq!(block.der(), content);
        prop_assert!(text.lines().all(|line| line.len() <= 64));
    }

    #[test]
    fn anything_never_panics(text in "(-----BEGIN [A-Z ]{0,3}-----\n)?[A-Za-z0-9+/=\n-]{0,200}(\n-----END [A-Z ]{0,3}-----)?") {
        let _ = parse_all(&text);
    }
}
