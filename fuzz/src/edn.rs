//! Diagnostic notation: no text and no octets make it panic, and what one direction makes the other takes back octet for octet.

use mimicred_cose::cbor::{self, Dialect, parse as read};
use mimicred_cose::edn::{Comments, Limits, Printer, parse, print};
use mimicred_error::Report;

pub fn run(data: &[u8]) -> &'static str {
    let printed = match print(data) {
        Ok(text) => {
            taken_back(&text, data);
            for printer in [Printer::new().with_comments(Comments::None), Printer::new().with_width(0)] {
                taken_back(&printer.print(data).expect("printed before"), data);
            }
            "printed"
        }
        Err(error) => {
            assert!(read(data, Dialect::Plain, &cbor::Limits::DEFAULT).is_err(), "a legal item is not printed: {error}");
            error.slug()
        }
    };
    let Ok(text) = str::from_utf8(data) else { return printed };
    match parse(text, &Limits::DEFAULT) {
        Ok(octets) => {
            // Deep enough for the printer, too: it goes as deep as the parser.
            taken_back(&print(&octets).expect("what was parsed is one item"), &octets);
            "parsed"
        }
        Err(_) => printed,
    }
}

fn taken_back(text: &str, octets: &[u8]) {
    assert_eq!(parse(text, &Limits::DEFAULT).expect("what was printed can be parsed"), octets, "{text}");
}
