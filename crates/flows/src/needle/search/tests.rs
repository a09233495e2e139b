use proptest::prelude::*;

use super::*;
use crate::record::Record;

fn set(name: &str, whole: &[&str], windows: &[&[u8]]) -> NeedleSet {
    let mut set = NeedleSet::new(name);
    whole.iter().for_each(|needle| set.whole_though_short(*needle, *needle).unwrap());
    windows.iter().for_each(|needle| set.windows("windows", *needle).unwrap());
    set
}

fn finds(sets: &[&NeedleSet], octets: &[u8]) -> Vec<(String, String, usize)> {
    let mut record = Record::new();
    record.saw("b.example", View::Provider, "a body", Some(3), octets.to_vec());
    let finds = Search::new(sets.iter().copied()).run(record.sights());
    finds.into_iter().map(|find| (find.needle, find.encoding, find.offset)).collect()
}

fn found(needle: &str, octets: &[u8]) -> Vec<(String, usize)> {
    finds(&[&set("S", &[needle], &[])], octets).into_iter().map(|(_, encoding, offset)| (encoding, offset)).collect()
}

/// Expected values by hand and by RFC 4648.
#[test]
fn each_encoding_is_found_and_named() {
    let one = |encoding: &str, offset| vec![(encoding.to_owned(), offset)];
    assert_eq!(found("foobar", b"...foobar"), one("raw", 3));
    assert_eq!(found("foobar", b"x666f6f626172"), one("hex", 1));
    assert_eq!(found("foobar", b"x666F6F626172"), one("hex, upper case", 1));
    assert_eq!(found("foobar", b"x666F6f626172"), one("hex, mixed case", 1));
    assert_eq!(found("foobar", b"..Zm9vYmFy"), one("base64", 2));
    // `?`, `??` and `???` before it: one for each alignment.
    assert_eq!(found("foobar", b"..P2Zvb2Jhcg=="), one("base64", 3));
    assert_eq!(found("foobar", b"..Pz9mb29iYXI="), one("base64", 4));
    assert_eq!(found("foobar", b"..Pz8/Zm9vYmFy"), one("base64", 6));
    assert_eq!(found("a>>>b", b" YT4-PmI"), one("base64url", 1));
    assert_eq!(found("a>>>b", b" YT4+PmI="), one("base64", 1));
    assert_eq!(found("a@b/c", b"?a%40b%2Fc"), one("percent-encoded", 1));
    assert_eq!(found("a@b/c", b"?a%40b%2fc"), one("percent-encoded", 1));
    // Not all of it need be.
    assert_eq!(found("a@b/c", b"%20a@b%2Fc"), one("percent-encoded", 3));
    assert_eq!(found("abc", b".a\0b\0c\0"), one("UTF-16", 1));
    assert_eq!(found("Zo\u{e9}!", b"Z\0o\0\xe9\0!\0"), one("UTF-16", 0));
    assert_eq!(found("\u{17b}y\u{142}a", b"\x01\x7b\0y\x01\x42\0a"), one("UTF-16", 0));
}

#[test]
fn what_is_not_there_is_not_found() {
    for octets in [&b"fooba"[..], b"FOOBAR", b"666f6f62617", b"Zm9vYm", b"f%6fo%62a", b"f\0o\0o\0b\0a\0R\0", b""] {
        assert_eq!(found("foobar", octets), [], "{octets:?}");
    }
}

/// A percent sign somewhere is no reason to call something encoded that is not.
#[test]
fn raw_stays_raw_beside_escapes() {
    assert_eq!(found("foobar", b"%41 foobar"), [("raw".to_owned(), 4)]);
    // Behind a stray percent sign the needle's own first characters look like digits.
    assert_eq!(found("ab@cd", b"%ab%40cd"), [("percent-encoded".to_owned(), 1)]);
}

/// `{"e":"666f6f626172"}` in base64url; a disclosure in a token in a JSON text is such.
#[test]
fn encodings_inside_each_other() {
    assert_eq!(found("foobar", b"eyJlIjoiNjY2ZjZmNjI2MTcyIn0"), [("hex in base64".to_owned(), 8)]);
    assert_eq!(found("a@bcd", b"a%2540bcd"), [("percent-encoded in percent-encoded".to_owned(), 0)]);
}

#[test]
fn any_window_is_enough_and_fewer_octets_are_not() {
    let credential: Vec<u8> = (100..180).collect();
    let set = set("PS", &[], &[&credential]);
    let mut seen = b"....".to_vec();
    seen.extend(&credential[31..46]);
    assert_eq!(finds(&[&set], &seen), []);
    seen.push(credential[46]);
    assert_eq!(finds(&[&set], &seen), [("windows".to_owned(), "raw".to_owned(), 4)]);
    // However much of it there is: one find.
    assert_eq!(finds(&[&set], &credential).len(), 1);
}

#[test]
fn finds_say_who_saw_what_and_are_one_for_each_needle_encoding_and_sight() {
    let mut record = Record::new();
    record.saw("a.example", View::Hub("R1".into()), "the commit", Some(8), b"alice alice 616c696365 bob".to_vec());
    record.saw("a.example", View::Login, "a fetch", None, b"...alice".to_vec());
    let (alice, bob) = (set("ID(Alice)", &["alice"], &[]), set("ID(Bob)", &["bob"], &[]));
    let search = Search::new([&alice, &bob]);
    let finds = search.run(record.sights());
    let told: Vec<_> = finds.iter().map(|find| (find.set.as_str(), find.encoding.as_str(), find.message, find.offset)).collect();
    assert_eq!(
        told,
        [
            ("ID(Alice)", "raw", Some(8), 0),
            ("ID(Bob)", "raw", Some(8), 23),
            ("ID(Alice)", "hex", Some(8), 12),
            ("ID(Alice)", "raw", None, 3)
        ]
    );
    assert_eq!((finds[0].who.as_str(), finds[0].what.as_str()), ("a.example", "the commit"));
    assert_eq!(finds[0].view, View::Hub("R1".into()));
    let report = FindReport::from(&finds[0]);
    assert_eq!((report.view.as_str(), report.message), ("hub of R1", Some(8)));
    let extent = search.extent(record.sights());
    assert_eq!((extent.sights, extent.octets, extent.needles), (2, 34, 2));
}

#[test]
fn an_empty_search_finds_nothing() {
    assert_eq!(finds(&[], b"foobar"), []);
    assert_eq!(finds(&[&NeedleSet::new("S")], b"foobar"), []);
}

fn hex(octets: &[u8], upper: bool) -> Vec<u8> {
    let text: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    if upper { text.to_uppercase().into_bytes() } else { text.into_bytes() }
}

fn base64(octets: &[u8], url: bool) -> Vec<u8> {
    let tail: &[u8; 2] = if url { b"-_" } else { b"+/" };
    let alphabet: Vec<u8> = (b'A'..=b'Z').chain(b'a'..=b'z').chain(b'0'..=b'9').chain(*tail).collect();
    let sextets = |group: &[u8]| {
        let bits: u32 = (0..3).fold(0, |bits, at| (bits << 8) | u32::from(*group.get(at).unwrap_or(&0)));
        (0..=group.len()).map(|at| alphabet[usize::try_from((bits >> (18 - 6 * at)) & 63).unwrap()]).collect::<Vec<u8>>()
    };
    octets.chunks(3).flat_map(sextets).collect()
}

/// The needle in one of ten encodings; for base64 with what is before and behind it inside the encoding.
fn encoded(needle: &[u8], encoding: usize, before: &[u8], behind: &[u8]) -> Vec<u8> {
    let around = [before, needle, behind].concat();
    match encoding {
        0 => needle.to_vec(),
        1 => hex(needle, false),
        2 => hex(needle, true),
        3 => base64(&around, false),
        4 => base64(&around, true),
        5 => needle.iter().flat_map(|octet| format!("%{octet:02x}").into_bytes()).collect(),
        6 => needle.iter().flat_map(|octet| format!("%{octet:02X}").into_bytes()).collect(),
        7 => needle.iter().flat_map(|octet| [0, *octet]).collect(),
        8 => needle.iter().flat_map(|octet| [*octet, 0]).collect(),
        _ => base64(&[before, &hex(&around, false)].concat(), true),
    }
}

proptest! {
    /// Wherever it is and however it is encoded: what was planted is found, and where it is.
    #[test]
    fn a_planted_needle_is_found(
        needle in prop::collection::vec(any::<u8>(), 4..60),
        noise in prop::collection::vec(any::<u8>(), 0..300),
        at in any::<prop::sample::Index>(),
        encoding in 0_usize..10,
        before in prop::collection::vec(any::<u8>(), 0..5),
        behind in prop::collection::vec(any::<u8>(), 0..5),
        text_around in any::<bool>(),
    ) {
        let noise = if text_around { base64(&noise, true) } else { noise };
        let (left, right) = noise.split_at(at.index(noise.len() + 1));
        let octets = [left, &encoded(&needle, encoding, &before, &behind), right].concat();
        let mut whole = NeedleSet::new("whole");
        whole.whole("planted", needle.clone()).unwrap();
        let mut windows = NeedleSet::new("windows");
        if needle.len() >= 16 {
            windows.windows("planted", needle.clone()).unwrap();
        }
        let found = finds(&[&whole], &octets);
        prop_assert!(!found.is_empty());
        let places = left.len()..=left.len() + 30;
        prop_assert!(found.iter().any(|(_, _, offset)| places.contains(offset)));
        prop_assert_eq!(finds(&[&windows], &octets).is_empty(), needle.len() < 16);
    }

    /// Noise of any kind is searched without a panic.
    #[test]
    fn anything_can_be_searched(octets in prop::collection::vec(prop::sample::select(b"%0aF+-/_=\r\n\0\x01z".to_vec()), 0..200)) {
        let set = set("S", &["needle", "a%"], &[b"0123456789abcdefghij"]);
        finds(&[&set], &octets);
    }
}
