use proptest::prelude::*;

use super::*;

#[test]
fn lengths_are_minimal_and_definite() {
    let good: [&[u8]; 3] = [&[0x04, 0x00], &[0x04, 0x01, 0xff], &[0x04, 0x02, 1, 2]];
    for input in good {
        assert_eq!(only(OCTET_STRING, input), Some(&input[2..]));
    }
    let bad: [&[u8]; 11] = [
        &[],
        &[0x04],
        &[0x04, 0x01],
        &[0x04, 0x01, 1, 2],
        &[0x05, 0x00],
        // Indefinite, reserved, more octets than there are.
        &[0x04, 0x80, 0x00, 0x00],
        &[0x04, 0xff],
        &[0x04, 0x82, 0x01],
        // Long form where the short one does, with and without a leading zero.
        &[0x04, 0x81, 0x01, 0xff],
        &[0x04, 0x82, 0x00, 0x01, 0xff],
        &[0x04, 0x85, 0x01, 0x00, 0x00, 0x00, 0x00],
    ];
    for input in bad {
        assert_eq!(only(OCTET_STRING, input), None, "{input:02x?}");
    }
    let padded = [&[0x04, 0x82, 0x00, 0x80][..], &[0; 128]].concat();
    assert_eq!(only(OCTET_STRING, &padded), None);
}

#[test]
fn length_boundaries_are_written_as_x690_says() {
    for (length, head) in [
        (0, vec![0x04, 0x00]),
        (127, vec![0x04, 0x7f]),
        (128, vec![0x04, 0x81, 0x80]),
        (255, vec![0x04, 0x81, 0xff]),
        (256, vec![0x04, 0x82, 0x01, 0x00]),
        (65536, vec![0x04, 0x83, 0x01, 0x00, 0x00]),
    ] {
        let element = element(OCTET_STRING, &[&vec![7; length]]);
        assert_eq!(element[..head.len()], head);
        assert_eq!(only(OCTET_STRING, &element).map(<[u8]>::len), Some(length));
    }
}

proptest! {
    #[test]
    fn an_element_is_read_as_written(content in prop::collection::vec(any::<u8>(), 0..600), after in any::<u8>()) {
        let mut element = element(SEQUENCE, &[&content]);
        prop_assert_eq!(only(SEQUENCE, &element), Some(content.as_slice()));
        element.push(after);
        prop_assert_eq!(only(SEQUENCE, &element), None);
        let mut rest = element.as_slice();
        prop_assert_eq!(take(SEQUENCE, &mut rest), Some(content.as_slice()));
        prop_assert_eq!(rest, &[after]);
    }

    #[test]
    fn what_is_read_is_what_would_be_written(input in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut rest = input.as_slice();
        let tag = input.first().copied().unwrap_or(0);
        if let Some(content) = take(tag, &mut rest) {
            prop_assert_eq!([element(tag, &[content]).as_slice(), rest].concat(), input);
        }
    }
}
