//! What the printer makes of COSE and CWT.

use mimicred_error::Report;

use super::*;

/// A file of the working group's examples, or a note that it is not there.
fn example(name: &str) -> Option<Vec<u8>> {
    let path: std::path::PathBuf = [env!("CARGO_MANIFEST_DIR"), "../../../shared/vectors/ietf-sd-cwt", name].iter().collect();
    let octets = std::fs::read(path).ok();
    if octets.is_none() {
        // Straight to the stream: the test harness swallows what passing tests print.
        let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("skipped: {name} not present\n"));
    }
    octets
}

fn example_text(name: &str) -> Option<String> {
    example(name).map(|octets| String::from_utf8(octets).unwrap())
}

/// The texts are those of the draft's authors, with comments, one missing comma and comments that are wrong about dates (trap 35),
/// which are comments.
#[test]
fn the_published_texts_stand_for_the_published_octets() {
    for name in ["issuer_cwt", "kbt"] {
        let (Some(text), Some(octets)) = (example_text(&format!("{name}.edn")), example(&format!("{name}.cbor"))) else { return };
        assert_eq!(parse(&text, &Limits::DEFAULT).unwrap(), octets, "{name}");
    }
}

#[test]
fn the_published_fragments_stand_for_the_published_octets() {
    // One disclosure, with a comma behind it: the text of a list.
    if let (Some(text), Some(content)) = (example_text("first-disclosure.edn"), example("first-disclosure.cborseq")) {
        let disclosure = [&[0x58, u8::try_from(content.len()).unwrap()], content.as_slice()].concat();
        assert_eq!(read(&format!("[{text}]")), [&[0x81], disclosure.as_slice()].concat());
    }
    // The entry of a map, and the digest that stands in it: of the content alone, so known to be wrong (trap 1).
    if let (Some(text), Some(digest)) = (example_text("first-redacted.edn"), example_text("first-blinded-hash.txt")) {
        assert_eq!(read(&format!("{{{text}}}")), hex(&format!("a1 f83b 81 5820 {digest}")));
    }
    // The unprotected header of the KBT's SD-CWT.
    if let (Some(text), Some(kbt)) = (example_text("chosen-disclosures.edn"), example("kbt.cbor")) {
        let header = read(&format!("{{{text}}}"));
        assert_eq!(header.first_chunk(), Some(&[0xa1, 0x11, 0x83]));
        assert!(kbt.windows(header.len()).any(|window| window == header));
    }
    // What is left out has no octets.
    if let Some(text) = example_text("elided-kbt.edn") {
        let error = parse(&text, &Limits::DEFAULT).unwrap_err();
        assert_eq!((error.code(), error.place().to_string().as_str()), (crate::Code::Edn, "line 4, column 20"));
    }
}

#[test]
fn the_published_octets_survive_in_every_layout() {
    for name in ["issuer_cwt.cbor", "kbt.cbor", "draft-08/issuer_cwt.cbor", "draft-08/kbt.cbor"] {
        let Some(octets) = example(name) else { return };
        for comments in [Comments::Names, Comments::None] {
            for width in [0, 40, 100, usize::MAX] {
                let text = Printer::new().with_comments(comments).with_width(width).print(&octets).unwrap();
                assert_eq!(read(&text), octets, "{name} {width}");
            }
        }
    }
}

/// By hand, after the figures of the draft. A redacted claim 3 is not `aud`, which is never redacted: it stands inside another map
/// (trap 7).
#[test]
fn a_token_is_written_as_in_the_draft() {
    let text = "\
/ COSE_Sign1 / 18([
  / protected / << {
    / alg / 1: -19, / Ed25519 /
    / kid / 4: 'https://issuer.example/cose-key3',
    / typ / 16: 293, / sd-cwt /
    / sd_alg / 170: -16, / SHA-256 /
    / CWT Claims / 15: {
      / sub / 2: \"https://device.example\"
    }
  } >>,
  / unprotected / {
    / sd_claims / 17: [
      << [
        / salt / h'bae611067bb823486797da1ebbb52f83',
        / value / \"a@b.example\",
        / claim / 179 / email /
      ] >>,
      << [
        / salt / h'8de86a012b3043ae6e4457b9e1aaab80',
        / value / \"Bremen\",
        / claim / 3
      ] >>,
      << [
        / salt / h'ec615c3035d5a4ff2f5ae29ded683c8e'
      ] >>
    ],
    / sd_aead_encrypted_claims / 171: [
      [
        / nonce / h'000000000000000000000000',
        / ciphertext / h'8130',
        / tag / h'00000000000000000000000000000000'
      ]
    ]
  },
  / payload / << {
    / iss / 1: \"https://issuer.example\",
    / exp / 4: 1725330600, / 2024-09-03T02:30:00Z /
    / cnf / 8: {
      / COSE_Key / 1: {
        / kty / 1: 1, / OKP /
        / crv / -1: 6, / Ed25519 /
        / x / -2: h'ed168125f3b4bc70b82514917f0bcd9332dbbfe7bd3538066fd5fe4620d04cf7'
      }
    },
    / address / 187: {
      / country / 6: \"DE\"
    },
    502: [
      / redacted / 60(h'1b7fc8ecf4b1290712497d226c04b503b4aa126c603c83b75d2679c3c613f3fd'),
      1674004740
    ],
    503: {
      \"country\": \"us\",
      / redacted_claim_keys / simple(59): [
        h'0d4b8c6123f287a1698ff2db15764564a976fb742606e8fd00e2140656ba0df3',
        h'c0b7747f960fc2e201c4d47c64fee141b78e3ab768ce941863dc8914e8f5815f'
      ]
    }
  } >>,
  / signature / h'f6ad2ee15f78b3bcc4ff5b7bb3ba9c9b64d0f0e8e4a2a7e3d1ec2a0f0a0b0c0d
                  f6ad2ee15f78b3bcc4ff5b7bb3ba9c9b64d0f0e8e4a2a7e3d1ec2a0f0a0b0c0d'
])
";
    assert_eq!(print(&read(text)).unwrap(), text);
}

#[test]
fn what_fits_stays_on_a_line_and_what_does_not_is_broken() {
    let octets = read("[[1, 2], {\"a\": [true, h'000102030405060708090a0b0c0d0e0f1011']}]");
    assert_eq!(flat(&octets), "[[1, 2], {\"a\": [true, h'000102030405060708090a0b0c0d0e0f1011']}]");
    let narrow = Printer::new().with_width(20).print(&octets).unwrap();
    assert_eq!(
        narrow,
        "\
[
  [1, 2],
  {
    \"a\": [
      true,
      h'000102030405060708090a0b0c0d0e0f
        1011'
    ]
  }
]
"
    );
    // Behind a key that fills the line the next lines do not begin where the key ends: each would be as long as the key.
    let behind_key = read(&format!("{{\"{}\": h'{}'}}", "k".repeat(30), "00".repeat(40)));
    let line = "0".repeat(32);
    assert_eq!(
        Printer::new().with_width(20).print(&behind_key).unwrap(),
        format!("{{\n  \"{}\": h'{line}\n          {line}\n          {}'\n}}\n", "k".repeat(30), "0".repeat(16))
    );
    assert_eq!(print(&[0x98, 0x00]).unwrap(), "[_0]\n");
    assert_eq!(print(&[0x98, 0x01, 0x01]).unwrap(), "[_0 1]\n");
}

/// Digests, salts and keys can look like CBOR by chance. In a place of their own they are never taken for it.
#[test]
fn octets_are_shown_as_cbor_where_they_are_meant_so() {
    // A signature that is an encoded map, and an empty payload, which is no item.
    let message = read("18([<<{1: -19}>>, {}, h'', <<{1: [1, 2, 3, 4]}>>])");
    let text = print(&message).unwrap();
    assert!(text.contains("/ payload / h''") && text.contains("/ signature / h'a10184"), "{text}");
    // Two items in the payload: not one.
    let message = read("18([<<{1: -19}>>, {}, <<{}, {}>>, h''])");
    assert!(print(&message).unwrap().contains("/ payload / h'a0a0'"));

    // In an unknown place, by content: an array or map of eight octets or more without anything odd.
    assert_eq!(flat(&read("[<<{1: [1, 2, 3, 4, 5]}>>]")), "[<< {1: [1, 2, 3, 4, 5]} >>]");
    for odd in [
        "<<1>>",
        "<<{1: 2}>>",
        "<<{1: [1, 2, 3, 4_0, 5]}>>",
        "<<[_ 1, 2, 3, 4, 5, 6]>>",
        "<<{true: [1, 2, 3, 4, 5]}>>",
        "<<\"12345678\">>",
    ] {
        assert!(flat(&read(odd)).starts_with(['h', '\'']), "{odd}");
    }
    // The Sig_structure of RFC 9052.
    let structure = "[\"Signature1\", << {1: -19, 4: 'a key ID'} >>, h'', << {1: \"issuer\", 2: \"subject\"} >>]";
    assert_eq!(flat(&read(structure)), structure);
}

#[test]
fn text_in_octets_is_shown_where_it_is_likely() {
    assert_eq!(flat(b"\x48mimicred"), "'mimicred'");
    assert_eq!(flat(b"\x47mimicre"), "h'6d696d69637265'");
    assert_eq!(flat(b"\x48mimi'red"), "h'6d696d6927726564'");
    assert_eq!(flat(b"\x48mimi\\red"), "h'6d696d695c726564'");
    assert_eq!(print(b"\xa2\x01\x01\x02\x41k").unwrap(), "{\n  / kty / 1: 1, / OKP /\n  / kid / 2: 'k'\n}\n");
}

#[test]
fn what_cannot_be_seen_is_escaped() {
    let text = "a\u{0}\u{1b}[2J\u{7f}\u{85}\u{a0}\u{202e}\u{200b}\u{feff}\u{e0041}\n\r\t\u{8}\u{c}é";
    let octets = [&[0x78, u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
    let written = print(&octets).unwrap();
    assert_eq!(written, "\"a\\u0000\\u001b[2J\\u007f\\u0085\\u00a0\\u202e\\u200b\\ufeff\\udb40\\udc41\\n\\r\\t\\b\\fé\"\n");
    assert_eq!(read(&written), octets);
}

/// A COSE_Key and claims are known by their first entry, as files of their own.
#[test]
fn a_file_of_its_own_has_names_too() {
    assert_eq!(print(&read("{1: 2, -1: 1}")).unwrap(), "{\n  / kty / 1: 2, / EC2 /\n  / crv / -1: 1 / P-256 /\n}\n");
    let claims = "{\n  / iss / 1: \"i\",\n  / email / 58(179): \"x\",\n  500: [\n    / to be redacted / 58(1),\n    / decoy / 62(1)\n  ]\n}\n";
    assert_eq!(print(&read(claims)).unwrap(), claims);
    assert_eq!(print(&read("{3: 1}")).unwrap(), "{3: 1}\n");
}
