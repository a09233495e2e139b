//! Every well-formed item comes back octet by octet, and no text makes the parser fall over.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::edn::width::{Width, head};

const WIDTHS: [Width; 5] = [Width::Immediate, Width::One, Width::Two, Width::Four, Width::Eight];

/// A head of this type for this argument, in any width that holds it.
fn wide(major: u8, argument: u64, choice: usize) -> Vec<u8> {
    let mut fitting: Vec<_> = WIDTHS.into_iter().filter_map(|width| head(major, width, argument)).collect();
    let choice = choice % fitting.len();
    fitting.swap_remove(choice)
}

fn with_head(major: u8, choice: usize, count: usize, content: &[u8]) -> Vec<u8> {
    [wide(major, u64::try_from(count).unwrap(), choice).as_slice(), content].concat()
}

fn argument() -> impl Strategy<Value = u64> {
    prop_oneof![0..30_u64, any::<u64>(), (0..64_u32).prop_map(|shift| u64::MAX >> shift)]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["\\PC{0,12}", vec(any::<char>(), 0..6).prop_map(String::from_iter), "[\\x00-\\x7f]{0,30}"]
}

fn leaf() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        (0..2_u8, argument(), 0..5_usize).prop_map(|(major, argument, choice)| wide(major, argument, choice)),
        (vec(any::<u8>(), 0..40), 0..4_usize).prop_map(|(octets, choice)| with_head(2, choice, octets.len(), &octets)),
        ("[ -~]{0,20}", 0..4_usize).prop_map(|(text, choice)| with_head(2, choice, text.len(), text.as_bytes())),
        (text(), 0..4_usize).prop_map(|(text, choice)| with_head(3, choice, text.len(), text.as_bytes())),
        (0..24_u8).prop_map(|number| vec![0xe0 | number]),
        (32..=255_u8).prop_map(|number| vec![0xf8, number]),
        any::<u16>().prop_map(|bits| [&[0xf9], bits.to_be_bytes().as_slice()].concat()),
        any::<u32>().prop_map(|bits| [&[0xfa], bits.to_be_bytes().as_slice()].concat()),
        any::<u64>().prop_map(|bits| [&[0xfb], bits.to_be_bytes().as_slice()].concat()),
        // NaN of every kind, infinities, and numbers that fit into less.
        any::<u16>().prop_map(|bits| [&[0xfa, 0x7f | bits.to_be_bytes()[0], 0x80], bits.to_be_bytes().as_slice()].concat()),
        any::<f32>().prop_map(|number| [&[0xfb], f64::from(number).to_bits().to_be_bytes().as_slice()].concat()),
        (0..2_u8, vec(vec(any::<u8>(), 0..5), 0..4), 0..4_usize).prop_map(|(kind, chunks, choice)| {
            let chunks = chunks.iter().map(|chunk| {
                let text: String = chunk.iter().map(|octet| char::from(octet & 0x7f)).collect();
                with_head(2 + kind, choice, chunk.len(), if kind == 0 { chunk } else { text.as_bytes() })
            });
            [vec![0x5f | kind << 5], chunks.collect::<Vec<_>>().concat(), vec![0xff]].concat()
        }),
    ]
}

/// Numbers that mean something to the printer come often, so that its guesses are put to the test.
fn known() -> impl Strategy<Value = Vec<u8>> {
    let int = |number: i64| {
        let mut writer = crate::cbor::Writer::new();
        writer.int(number);
        writer.finish()
    };
    let numbers = vec![1, 2, 3, 4, 5, 6, 8, 13, 15, 16, 17, 33, 170, 171, 172, 179, 187, -1, -2, -3, -4, -9];
    prop_oneof![proptest::sample::select(numbers).prop_map(int), Just(vec![0xf8, 59])]
}

fn item() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![3 => leaf(), 1 => known()].prop_recursive(6, 48, 6, |inside| {
        let tags = prop_oneof![proptest::sample::select(vec![2_u64, 18, 24, 58, 60, 61, 62]), argument()];
        let key = prop_oneof![known(), inside.clone()];
        prop_oneof![
            (vec(inside.clone(), 0..6), 0..6_usize).prop_map(|(items, choice)| match choice {
                5 => [vec![0x9f], items.concat(), vec![0xff]].concat(),
                _ => with_head(4, choice, items.len(), &items.concat()),
            }),
            (vec((key, inside.clone()), 0..5), 0..6_usize).prop_map(|(entries, choice)| {
                let content = entries.iter().flat_map(|(key, value)| [key.as_slice(), value]).collect::<Vec<_>>().concat();
                match choice {
                    5 => [vec![0xbf], content, vec![0xff]].concat(),
                    _ => with_head(5, choice, entries.len(), &content),
                }
            }),
            (tags, 0..5_usize, inside.clone()).prop_map(|(tag, choice, item)| [wide(6, tag, choice), item].concat()),
            (inside, 0..4_usize).prop_map(|(item, choice)| with_head(2, choice, item.len(), &item)),
        ]
    })
}

/// Pieces of the notation, put together at random.
fn scribble() -> impl Strategy<Value = String> {
    let pieces = vec![
        "[",
        "]",
        "{",
        "}",
        "(",
        ")",
        "(_ ",
        "[_ ",
        "{_ ",
        "<<",
        ">>",
        ",",
        ":",
        "+",
        "-",
        "_",
        "_0",
        "_3",
        "_i",
        "1",
        "0",
        "0x1f",
        "0x1p",
        "1.5",
        ".",
        "...",
        "e5",
        "\"",
        "'",
        "`",
        "``",
        "\\",
        "\\u",
        "\\u{",
        "h'",
        "b64'",
        "float'",
        "dt'",
        "00ff",
        "'",
        "/",
        "//",
        "/*",
        "*/",
        "#",
        " ",
        "\n",
        "\r",
        "\t",
        "simple(",
        "true",
        "NaN",
        "Infinity",
        "18(",
        "é",
        "\u{1f073}",
        "\u{0}",
    ];
    vec(proptest::sample::select(pieces), 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn every_item_comes_back(item in item(), width in 0..120_usize, comments in any::<bool>()) {
        let comments = if comments { Comments::Names } else { Comments::None };
        let text = Printer::new().with_width(width).with_comments(comments).print(&item).unwrap();
        prop_assert_eq!(parse(&text, &Limits::DEFAULT).map_err(|error| format!("{error}: {text}")), Ok(item));
    }

    #[test]
    fn no_octets_make_the_printer_fall_over(octets in vec(any::<u8>(), 0..60)) {
        if let Ok(text) = print(&octets) {
            prop_assert_eq!(parse(&text, &Limits::DEFAULT).unwrap(), octets);
        }
    }

    #[test]
    fn no_text_makes_the_parser_fall_over(text in prop_oneof![scribble(), any::<String>()]) {
        if let Ok(octets) = parse(&text, &Limits::DEFAULT) {
            // What was read is well-formed, so it can be written, unless text was made of odd octets.
            let written = print(&octets).unwrap();
            prop_assert_eq!(parse(&written, &Limits::DEFAULT).unwrap(), octets);
        }
    }

    /// Cut anywhere, a text is refused or, between items of its own, still read: it never falls over.
    #[test]
    fn no_cut_makes_the_parser_fall_over(item in item(), cut in any::<proptest::sample::Index>()) {
        let text = print(&item).unwrap();
        let cut = text.floor_char_boundary(cut.index(text.len()));
        let _ = parse(&text[..cut], &Limits::DEFAULT);
    }
}
