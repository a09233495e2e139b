use super::*;

const SALT: [u8; 16] = [0xba, 0xe6, 0x11, 0x06, 0x7b, 0xb8, 0x23, 0x48, 0x67, 0x97, 0xda, 0x1e, 0xbb, 0xb5, 0x2f, 0x83];

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn write(salt: &[u8; SALT_LEN], value: Option<&Value<'_>>, key: Option<&Key<'_>>) -> Result<Vec<u8>, Error> {
    let mut written = Written::default();
    let place = written.write(salt, value, key)?;
    Ok(written.encoded(place).to_vec())
}

fn encoded(content: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.bytes(content);
    writer.finish()
}

fn code(content: &[u8]) -> Code {
    let encoded = encoded(content);
    let disclosure = Reader::new(&encoded, &Limits::DEFAULT).unwrap().encoded_bytes().unwrap();
    open(&disclosure, HashAlgorithm::Sha256, &mut Limits::DEFAULT.clone()).unwrap_err().code()
}

/// CWT-I-006, CWT-I-009: the first disclosure of the draft and its digest; the digest without the head is the one the draft printed
/// in error (trap 1).
#[test]
fn the_first_disclosure_of_the_draft() {
    let first = write(&SALT, Some(&Value::from("ABCD-123456")), Some(&Key::Int(501))).unwrap();
    assert_eq!(hex(&first), "58218350bae611067bb823486797da1ebbb52f836b414243442d3132333435361901f5");
    let right = digest(HashAlgorithm::Sha256, &first);
    assert_eq!(hex(&right), "af375dc3fba1d082448642c00be7b2f7bb05c9d8fb61cfc230ddfdfb4616a693");
    let wrong = digest(HashAlgorithm::Sha256, &first[2..]);
    assert_eq!(hex(&wrong), "d9df03da474fcb3c65771748e2e0608cf437504ecc24f450aaeacd40dd552b3f");
}

/// CWT-I-007, CWT-D-002, trap 20, trap 21: the number of fields decides, and null is a value.
#[test]
fn the_number_of_fields_is_the_kind() {
    let opened = |value: Option<&Value<'_>>, key: Option<&Key<'_>>| {
        let encoded = write(&SALT, value, key).unwrap();
        let disclosure = Reader::new(&encoded, &Limits::DEFAULT).unwrap().encoded_bytes().unwrap();
        let (salt, content) = open(&disclosure, HashAlgorithm::Sha384, &mut Limits::DEFAULT.clone()).unwrap();
        assert_eq!(salt, SALT);
        assert_eq!(digest(HashAlgorithm::Sha384, &encoded).len(), 48);
        (encoded.len(), format!("{content:?}"))
    };
    assert_eq!(opened(None, None), (19, "Decoy".to_owned()));
    assert_eq!(opened(Some(&Value::Null), None), (20, "Element(null)".to_owned()));
    assert_eq!(opened(Some(&Value::Null), Some(&Key::from("a"))), (22, "Claim(a, null)".to_owned()));
}

/// CWT-V-013, CWT-V-022, CWT-E-002.
#[test]
fn malformed_disclosures_are_refused() {
    let with_salt = |before: &[u8], after: &[u8]| [before, &[0x50], &SALT, after].concat();
    for (content, expected) in [
        (b"\x80".to_vec(), Code::DisclosureMalformed),                             // no field
        (with_salt(b"\x84", b"\x01\x02\x03"), Code::DisclosureMalformed),          // four fields
        ([&[0x82, 0x4f], &SALT[1..], &[1]].concat(), Code::DisclosureMalformed),   // a short salt
        ([&[0x82, 0x51, 0], &SALT[..], &[1]].concat(), Code::DisclosureMalformed), // a long salt
        (b"\x82\x70aaaaaaaaaaaaaaaa\x01".to_vec(), Code::DisclosureMalformed),     // a salt of text
        (with_salt(b"\x83", b"\x01\xf9\x3e\x00"), Code::DisclosureMalformed),      // the key is 1.5
        (with_salt(b"\x83", b"\x01\x41\x01"), Code::DisclosureMalformed),          // the key is a byte string
        (with_salt(b"\x83", b"\x01\xf8\x3b"), Code::DisclosureMalformed),          // the key is simple(59)
        (with_salt(b"\x83", b"\x19\x01\xf5\xf5"), Code::DisclosureMalformed),      // salt, key, value
        (with_salt(b"\x82", b"\x01\x00"), Code::DisclosureMalformed),              // something follows
        (with_salt(b"", b""), Code::DisclosureMalformed),                          // no array
        (b"\xa0".to_vec(), Code::DisclosureMalformed),                             // a map
        (b"".to_vec(), Code::CborMalformed),
        (with_salt(b"\x82", b""), Code::CborMalformed), // cut off
        (with_salt(b"\x83", b"\x01"), Code::CborMalformed),
        (with_salt(b"\x82", b"\xa2\x01\x01\x18\x01\x01"), Code::CborMalformed), // a key twice
        ([b"\x9f\x50", &SALT[..], b"\x01\xff"].concat(), Code::CborForbidden),  // indefinite array
        ([b"\x82\x5f\x50", &SALT[..], b"\xff\x01"].concat(), Code::CborForbidden), // indefinite salt
        (with_salt(b"\x83", b"\x01\x7f\x61\x61\xff"), Code::CborForbidden),     // indefinite key
        (with_salt(b"\x82", b"\xa1\x41\x01\x01"), Code::CborForbidden),         // a byte string as a key
        (with_salt(b"\x82", b"\xd8\x3a\x01"), Code::CborForbidden),             // tag 58
        (with_salt(b"\x82", b"\xd8\x3c\x41\x01"), Code::CborForbidden),         // tag 60 that is the value
        (with_salt(b"\x83", b"\x01\x60"), Code::CborForbidden),                 // an empty key
        (with_salt(b"\x82", b"\x81\xd8\x3c\x41\x01"), Code::Structure),         // a digest of one octet
        (with_salt(b"\x82", &[0x81; 80]), Code::Limit),
    ] {
        assert_eq!(code(&content), expected, "{}", hex(&content));
    }
}

/// CWT-V-035: what one disclosure takes is not there for the next.
#[test]
fn items_are_counted_over_all_disclosures() {
    let encoded = write(&SALT, Some(&Value::Null), None).unwrap();
    let disclosure = Reader::new(&encoded, &Limits::DEFAULT).unwrap().encoded_bytes().unwrap();
    let mut limits = Limits { items: 7, ..Limits::DEFAULT };
    let mut open = || open(&disclosure, HashAlgorithm::Sha256, &mut limits).map(drop).map_err(|error| error.code());
    assert_eq!((open(), open(), open()), (Ok(()), Ok(()), Err(Code::Limit)));
}
