use base64ct::{Base64UrlUnpadded, Encoding as _};
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// The families whose predicate holds.
fn families(message: &[u8]) -> Vec<Family> {
    Family::ALL.into_iter().filter(|family| family.contains(message)).collect()
}

/// A vector of RFC 9420 2.1.2.
fn vector(content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap();
    let octets = length.to_be_bytes();
    let head = match length {
        0..0x40 => vec![octets[3]],
        0x40..0x4000 => vec![0x40 | octets[2], octets[3]],
        _ => vec![0x80 | octets[0], octets[1], octets[2], octets[3]],
    };
    [head.as_slice(), content].concat()
}

/// SignContent with a label that has `MLS 1.0 ` in front.
fn mls(label: &[u8], content: &[u8]) -> Vec<u8> {
    [vector(&[b"MLS 1.0 ", label].concat()), vector(content)].concat()
}

fn jws(header: &[u8], payload: &[u8]) -> Vec<u8> {
    format!("{}.{}", Base64UrlUnpadded::encode_string(header), Base64UrlUnpadded::encode_string(payload)).into_bytes()
}

/// A byte string with its shortest head.
fn bstr(content: &[u8]) -> Vec<u8> {
    let octets = u32::try_from(content.len()).unwrap().to_be_bytes();
    let head = match content.len() {
        0..24 => vec![0x40 | octets[3]],
        24..0x100 => vec![0x58, octets[3]],
        0x100..0x1_0000 => vec![0x59, octets[2], octets[3]],
        _ => vec![0x5a, octets[0], octets[1], octets[2], octets[3]],
    };
    [head.as_slice(), content].concat()
}

fn cose(protected: &[u8], aad: &[u8], payload: &[u8]) -> Vec<u8> {
    [b"\x84\x6aSignature1".as_slice(), &bstr(protected), &bstr(aad), &bstr(payload)].concat()
}

fn sequence(start: &[u8], rest: &[u8]) -> Vec<u8> {
    der::element(der::SEQUENCE, &[start, rest])
}

/// The families with what follows the SEQUENCE header of each.
const DER_STARTS: [(Family, &[u8]); 3] =
    [(Family::Csr, b"\x02\x01\x00"), (Family::TbsCertificate, b"\xa0\x03\x02\x01\x02"), (Family::TbsCrl, b"\x02\x01\x01")];

fn joining_code(room: &[u8], key: &[u8], group_info_key: &[u8]) -> Vec<u8> {
    [vector(&[b"mimi://", room].concat()), vector(key), vector(group_info_key)].concat()
}

/// Lengths of the room's URI for which the first octets look like another family; each has one family.
#[test]
fn joining_codes_are_nothing_else() {
    for length in [7, 32, 48, 63, 64, 0x2541, 0x3fff, 0x4000] {
        let message = joining_code(&vec![b'x'; length - 7], &[2; 32], &[4; 32]);
        assert_eq!(families(&message), [Family::JoiningCode], "{length}");
        assert_eq!(classify(&[&message[..], b"x"].concat()), None);
        assert_eq!(classify(&message[..message.len() - 1]), None);
    }
    assert_eq!(classify(&[vector(b"mimi:/x"), vector(b"k"), vector(b"p")].concat()), None);
    assert_eq!(classify(&joining_code(b"", b"k", b"p")[1..]), None);
}

/// mimi-mls 5.1: the first octets, computed there.
#[test]
fn labels_in_use_have_the_first_octets_of_the_table() {
    for (label, first) in [
        ("LeafNodeTBS", 0x13),
        ("GroupInfoTBS", 0x14),
        ("KeyPackageTBS", 0x15),
        ("FramedContentTBS", 0x18),
        ("TargetedMessageTBS", 0x1a),
        ("GroupInfoRequestTBS", 0x1b),
        ("CredentialBindingTBS", 0x1c),
        ("KeyMaterialRequestTBS", 0x1d),
        ("PseudonymousCredentialTBS", 0x21),
        ("\x0dMLS Component\u{0}\u{0}\x19CredentialPresentationTBS", 0x32),
    ] {
        let mut octets = label.as_bytes().to_vec();
        if octets[0] == 0x0d {
            octets[14] = 0xd0;
            octets[15] = 0x53;
        }
        let message = mls(&octets, b"content");
        assert_eq!(message[0], first, "{label}");
        assert_eq!(families(&message), [Family::Mls]);
    }
}

/// mimi-mls 5.2: labels whose length octets look like another family.
#[test]
fn labels_that_look_like_another_family_are_still_mls() {
    // Length 48 gives 30, a SEQUENCE; length 32 gives 20, as in TLS 1.3; 0x2541 gives "eA", as in JWS.
    for (length, head) in [
        (48, vec![0x30]),
        (32, vec![0x20]),
        (8, vec![0x08]),
        (63, vec![0x3f]),
        (64, vec![0x40, 0x40]),
        (0x2541, b"eA".to_vec()),
        (0x3fff, vec![0x7f, 0xff]),
        (0x4000, vec![0x80, 0x00, 0x40, 0x00]),
    ] {
        let message = mls(&vec![b'x'; length - 8], b"");
        assert_eq!(message[..head.len()], head);
        assert_eq!(families(&message), [Family::Mls], "{length}");
    }
    // 74 077 033 octets of label: the only length that begins like the COSE structure.
    let mut message = vec![0; 4 + 0x46a_5369 + 1];
    message[..12].copy_from_slice(b"\x84\x6a\x53\x69MLS 1.0 ");
    assert_eq!(families(&message), [Family::Mls]);
    // The same with a content that makes the whole a SEQUENCE by its length: 77 octets after the header.
    let message = mls(&[b'x'; 40], &[0; 79 - 49 - 1]);
    assert_eq!(message.len(), 79);
    assert_eq!(families(&message), [Family::Mls]);
}

#[test]
fn mls_is_minimal_whole_and_nothing_else() {
    let good = mls(b"LeafNodeTBS", &[7; 100]);
    assert_eq!(classify(&good), Some(Family::Mls));
    assert_eq!(classify(&mls(b"", b"")), Some(Family::Mls));
    for length in 0..good.len() {
        assert_eq!(classify(&good[..length]), None);
    }
    let label = b"MLS 1.0 LeafNodeTBS";
    for bad in [
        [good.as_slice(), &[0]].concat(),
        // A length in two or four octets where fewer do; the prefix 11, which RFC 9420 forbids.
        [&[0x40, 19], label.as_slice(), &[0]].concat(),
        [&[0x80, 0, 0, 19], label.as_slice(), &[0]].concat(),
        [&[0xc0, 0, 0, 0, 0, 0, 0, 19], label.as_slice(), &[0]].concat(),
        [&[19], label.as_slice(), &[0x40, 0]].concat(),
        [&[19], label.as_slice()].concat(),
        [&[19], b"MLS 1.1 LeafNodeTBS".as_slice(), &[0]].concat(),
        [&[7], b"MLS 1.0".as_slice(), &[0]].concat(),
    ] {
        assert_eq!(classify(&bad), None, "{bad:02x?}");
    }
}

#[test]
fn jws_is_base64url_with_one_dot_and_begins_as_an_object_does() {
    for good in ["eyJ9.e30", "eyJ9.", "ewogIH0.AA-_09"] {
        assert_eq!(families(good.as_bytes()), [Family::Jws]);
    }
    for bad in
        ["", ".", "e", "eyJ9", "eyJ9.e30.", "eyJ9.e30.c2ln", "eyJ9..", ".e30", "eyJ9.e30=", "eyJ9.e3 0", "eyJ9.e30\n", "eyJ+.e30"]
    {
        assert_eq!(classify(bad.as_bytes()), None, "{bad}");
    }
    // mimi-mls 5.2: white space or a byte order mark before the brace shows in the first character.
    for (header, first) in [(" {}", b'I'), ("\n{}", b'C'), ("\t{}", b'C'), ("\r{}", b'D'), ("\u{feff}{}", b'7')] {
        let message = jws(header.as_bytes(), b"{}");
        assert_eq!(message[0], first);
        assert_eq!(classify(&message), None);
    }
}

#[test]
fn cose_is_signature1_with_three_byte_strings() {
    let good = cose(b"\xa1\x01\x26", b"", b"payload");
    assert_eq!(families(&good), [Family::Cose]);
    for length in 0..good.len() {
        assert_eq!(classify(&good[..length]), None);
    }
    let start = b"\x84\x6aSignature1".as_slice();
    for bad in [
        [good.as_slice(), &[0]].concat(),
        [start, &[0x40, 0x40]].concat(),
        [start, &[0x40, 0x40, 0x40, 0x40]].concat(),
        // A text string, an indefinite string, lengths that fit into fewer octets.
        [start, &[0x40, 0x40, 0x60]].concat(),
        [start, &[0x40, 0x40, 0x5f, 0xff]].concat(),
        [start, &[0x40, 0x40, 0x58, 0x00]].concat(),
        [start, &[0x40, 0x40, 0x59, 0x00, 0x01, 0x00]].concat(),
        [start, &[0x40, 0x40, 0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]].concat(),
        // COSE_Sign and countersignatures, which nobody here makes.
        [b"\x85\x69Signature".as_slice(), &[0x40; 4]].concat(),
        [b"\x85\x70CounterSignature".as_slice(), &[0x40; 4]].concat(),
    ] {
        assert_eq!(classify(&bad), None, "{bad:02x?}");
    }
}

#[test]
fn der_spans_the_message_and_tells_its_family_by_version() {
    for (family, start) in DER_STARTS {
        for length in [0, 100, 200, 300, 70_000] {
            let message = sequence(start, &vec![0x30; length]);
            assert_eq!(families(&message), [family]);
            assert_eq!(classify(&[message.as_slice(), &[0]].concat()), None);
            assert_eq!(classify(&message[..message.len() - 1]), None);
        }
    }
    // 30 81 LL where 30 LL does; version 1 of certificates and CRLs; versions that do not exist.
    assert_eq!(classify(b"\x30\x81\x03\x02\x01\x00"), None);
    assert_eq!(classify(b"\x30\x03\x02\x01\x02"), None);
    assert_eq!(classify(b"\x30\x05\xa0\x03\x02\x01\x01"), None);
    assert_eq!(classify(b"\x30\x04\x02\x02\x00\x00"), None);
    assert_eq!(classify(b"\x30\x00"), None);
    assert_eq!(classify(b"\x31\x03\x02\x01\x00"), None);
}

/// mimi-mls 5.5 rule 5: a leaf key signs no TLS, SSH or WebAuthn challenge.
#[test]
fn other_protocols_belong_to_no_family() {
    let tls = [[0x20; 64].as_slice(), b"TLS 1.3, client CertificateVerify\0", &[7; 32]].concat();
    for message in [tls.as_slice(), &[7; 32], &[0; 64], b"", b"SSHSIG\0\0\0\0", b"-----BEGIN"] {
        assert_eq!(classify(message), None);
    }
}

/// Lengths on both sides of where the length prefixes change.
fn content() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![vec(any::<u8>(), 0..300), (16_380..16_390usize).prop_map(|length| vec![0x65; length])]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn mls_content_is_mls_alone(label in vec(any::<u8>(), 0..300), content in content()) {
        prop_assert_eq!(families(&mls(&label, &content)), [Family::Mls]);
    }

    #[test]
    fn jws_input_is_jws_alone(header in vec(any::<u8>(), 0..300), payload in content()) {
        prop_assert_eq!(families(&jws(&[b"{", header.as_slice()].concat(), &payload)), [Family::Jws]);
    }

    #[test]
    fn cose_structure_is_cose_alone(protected in content(), aad in vec(any::<u8>(), 0..40), payload in content()) {
        prop_assert_eq!(families(&cose(&protected, &aad, &payload)), [Family::Cose]);
    }

    #[test]
    fn der_is_its_own_family_alone(which in 0..3usize, rest in content()) {
        let (family, start) = DER_STARTS[which];
        prop_assert_eq!(families(&sequence(start, &rest)), [family]);
    }

    #[test]
    fn nothing_belongs_to_two_families(
        start in prop::sample::select(vec![
            b"".as_slice(), b"e", b"eyJ9.", b"\x84\x6aSignature1", b"\x30", b"\x30\x4d", b"\x08MLS 1.0 ", b"\x30\x03\x02\x01\x00",
            b"\x40\x40MLS 1.0 ", b"\x84\x6a\x53\x69MLS 1.0 ", b"\x65\x41MLS 1.0 ",
        ]),
        rest in vec(any::<u8>(), 0..120),
    ) {
        let message = [start, rest.as_slice()].concat();
        let found = families(&message);
        prop_assert!(found.len() <= 1, "{:?}", found);
        prop_assert_eq!(classify(&message), found.first().copied());
    }
}
