//! The codec; [`bound`] has what other keys vouch for.

mod bound;

use proptest::prelude::*;

use super::*;

const TOKEN: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln~WyJzIiwxXQ~WyJ0IiwyXQ~eyJ0eXAiOiJrYitqd3QifQ.e30.c2ln";

fn code(octets: &[u8]) -> Code {
    Credential::decode(octets).unwrap_err().code()
}

#[test]
fn types_have_their_published_numbers_and_shapes() {
    let cases: [(Credential, &[u8]); 4] = [
        (Credential::Basic(b"al".to_vec()), b"\x00\x01\x02al"),
        (Credential::X509(vec![vec![0x30, 0], vec![0x31]]), b"\x00\x02\x05\x02\x30\x00\x01\x31"),
        (Credential::SdCwt(vec![0xd2, 0x84]), b"\x00\x05\x02\xd2\x84"),
        (Credential::Other { credential_type: 0x0009, body: vec![0] }, b"\x00\x09\x00"),
    ];
    for (credential, octets) in cases {
        assert_eq!(credential.encode().unwrap(), octets);
        assert_eq!(credential.encode_for_leaf().unwrap(), octets);
        assert_eq!(Credential::decode(octets).unwrap(), credential);
    }
}

#[test]
fn sd_jwt_is_a_struct_alone_and_a_vector_in_a_leaf() {
    let sd_jwt = SdJwt::new(TOKEN, SdJwtForm::Text).unwrap();
    let credential = Credential::SdJwt(sd_jwt);
    let alone = credential.encode().unwrap();
    assert_eq!(alone[..5], [0x00, 0x06, 0x00, 0x40, u8::try_from(TOKEN.len()).unwrap()]);
    let leaf = credential.encode_for_leaf().unwrap();
    assert_eq!(leaf[..3], [0xf0, 0x06, 0x40]);
    assert_eq!(leaf[4..], alone[2..]);
    assert_eq!(Credential::decode(&alone).unwrap(), credential);
    assert_eq!(Credential::decode(&leaf).unwrap(), credential);
}

#[test]
fn compacting_saves_and_expands_to_the_same_text() {
    let compacted = SdJwt::new(TOKEN, SdJwtForm::Compacted).unwrap();
    let octets = compacted.encode().unwrap();
    assert!(octets.starts_with(b"\x01\x0f{\"alg\":\"ES256\"}\x0b{\"iss\":\"x\"}\x03sig\x10\x07[\"s\",1]\x07[\"t\",2]"));
    assert!(octets.ends_with(b"eyJ0eXAiOiJrYitqd3QifQ.e30.c2ln"));
    let back = SdJwt::decode(&octets).unwrap();
    assert_eq!((back.as_str(), back.form()), (TOKEN, SdJwtForm::Compacted));
    assert!(octets.len() < SdJwt::new(TOKEN, SdJwtForm::Text).unwrap().encode().unwrap().len());
}

/// RFC 9901 section 5.2, where it is present: its disclosures have spaces in their JSON, and all of it comes back.
#[test]
fn the_printed_presentation_survives() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors/rfc9901/5.2-presented.sdjwt");
    let Ok(text) = std::fs::read_to_string(path) else {
        let _ =
            std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("skipped: rfc9901/5.2-presented.sdjwt not present\n"));
        return;
    };
    let encoded = |form| SdJwt::new(&text, form).unwrap().encode().unwrap();
    for form in [SdJwtForm::Text, SdJwtForm::Compacted] {
        assert_eq!(SdJwt::decode(&encoded(form)).unwrap().as_str(), text);
    }
    // A quarter of everything before the KB-JWT, but for the lengths of its parts.
    let bound = text.rfind('~').unwrap();
    let saved = encoded(SdJwtForm::Text).len() - encoded(SdJwtForm::Compacted).len();
    assert!(saved < bound / 4 && saved + 20 > bound / 4, "{saved} of {bound}");
}

#[test]
fn what_would_not_expand_to_the_same_text_is_not_compacted() {
    // "AB" has trailing bits; canonical is "AA".
    let text = "e30.e30.AB~e30.e30.AA";
    assert_eq!(SdJwt::new(text, SdJwtForm::Compacted).unwrap_err().code(), Code::SdJwtNotCanonical);
    assert_eq!(SdJwt::new(text, SdJwtForm::Text).unwrap().as_str(), text);
}

#[test]
fn an_sd_jwt_has_its_parts() {
    let code = |text: &str| SdJwt::new(text, SdJwtForm::Text).unwrap_err().code();
    assert_eq!(code("e30.e30.AA~"), Code::KeyBindingMissing);
    assert_eq!(code("e30.e30.AA~WzFd~"), Code::KeyBindingMissing);
    for text in [
        "",
        "e30.e30.AA",
        "e30.e30~e30.e30.AA",
        "e30.e30.AA.AA~e30.e30.AA",
        "e30..AA~e30.e30.AA",
        "e30.e30.AA~~e30.e30.AA",
        "e30.e30.AA~W.d~e30.e30.AA",
        "e30.e30.AA~WzFd~e30.e30",
        "e30.e30.AA=~e30.e30.AA",
        "e30.e30.AA~e30.e30.A\u{e9}",
        "e30.e30.AA~WzFd~e30.e30.AA\n",
    ] {
        assert_eq!(code(text), Code::SdJwtMalformed, "{text}");
    }
    assert_eq!(code(&"A".repeat(MAX_CREDENTIAL + 1)), Code::Limit);
    let many = format!("e30.e30.AA{}~e30.e30.AA", "~AA".repeat(MAX_DISCLOSURES + 1));
    assert_eq!(code(&many), Code::Limit);
}

/// As in `sd_jwt.rs`.
const MAX_DISCLOSURES: usize = 4096;

#[test]
fn malformed_credentials() {
    assert_eq!(code(b""), Code::Truncated);
    assert_eq!(code(b"\x00"), Code::Truncated);
    assert_eq!(code(b"\x00\x00\x00"), Code::CredentialTypeReserved);
    assert_eq!(code(b"\x00\x01\x02a"), Code::Truncated);
    assert_eq!(code(b"\x00\x01\x01ab"), Code::TrailingOctets);
    assert_eq!(code(b"\x00\x01\x40\x01a"), Code::LengthNotMinimal);
    assert_eq!(code(b"\x00\x01\xc0"), Code::LengthPrefix);
    assert_eq!(code(b"\x00\x02\x00"), Code::Empty);
    assert_eq!(code(b"\x00\x02\x01\x00"), Code::Empty);
    assert_eq!(code(b"\x00\x02\x02\x02\x30"), Code::Truncated);
    assert_eq!(code(b"\x00\x05\x00"), Code::Empty);
    assert_eq!(code(b"\x00\x06\x02\x00"), Code::FlagInvalid);
    assert_eq!(code(b"\x00\x06\x00\x02\xc3\xa9"), Code::SdJwtMalformed);
    assert_eq!(code(b"\x00\x06\x00\x01\xff"), Code::TextInvalid);
    assert_eq!(code(b"\xf0\x06\x02\x00\x00"), Code::SdJwtMalformed);
    assert_eq!(code(b"\xf0\x06\x18\x00\x15e30.e30.AA~e30.e30.AA\x00"), Code::TrailingOctets);
    // A KB-JWT that smuggles a disclosure would have two encodings.
    assert_eq!(code(b"\x00\x06\x01\x02{}\x02{}\x01\x00\x00\x0fWzFd~e30.e30.AA"), Code::SdJwtMalformed);
    // Compacted, with an empty signature; with no key binding.
    assert_eq!(code(b"\x00\x06\x01\x02{}\x02{}\x00\x00\x0ae30.e30.AA"), Code::SdJwtMalformed);
    assert_eq!(code(b"\x00\x06\x01\x02{}\x02{}\x01\x00\x00\x00"), Code::KeyBindingMissing);
    let many = [&b"\x00\x02\x22"[..], &b"\x01\x30".repeat(17)].concat();
    assert_eq!(code(&many), Code::Limit);
    assert_eq!(code(&vec![0xff; MAX_CREDENTIAL + 1]), Code::Limit);
    // OpenMLS would write sd_jwt in a leaf as one vector under 0x0006: that is not the draft's wire.
    assert_eq!(code(b"\x00\x06\x14\x00\x12e30.e30.AA"), Code::FlagInvalid);
    assert_eq!(Credential::X509(vec![]).encode().unwrap_err().code(), Code::Empty);
    assert_eq!(Credential::SdCwt(vec![]).encode().unwrap_err().code(), Code::Empty);
}

#[test]
fn the_shape_of_other_types_is_known_only_alone() {
    let alone = Credential::decode(b"\x0a\x0a\x01\x02\x03").unwrap();
    assert_eq!(alone, Credential::Other { credential_type: 0x0a0a, body: vec![1, 2, 3] });
    assert_eq!(Credential::read(&mut Reader::new(b"\x0a\x0a\x01\x02\x03")).unwrap_err().code(), Code::CredentialShapeUnknown);
}

#[test]
fn debug_shows_sizes_only() {
    let shown =
        format!("{:?} {:?}", Credential::SdJwt(SdJwt::new(TOKEN, SdJwtForm::Text).unwrap()), Credential::SdCwt(vec![1; 3]));
    assert_eq!(shown, format!("SdJwt({} octets, Text) SdCwt(3 octets)", TOKEN.len()));
}

fn any_credential() -> impl Strategy<Value = Credential> {
    let octets = || prop::collection::vec(any::<u8>(), 1..90);
    let parts = prop::collection::vec(octets(), 6..9);
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..90).prop_map(Credential::Basic),
        prop::collection::vec(octets(), 1..4).prop_map(Credential::X509),
        octets().prop_map(Credential::SdCwt),
        (parts, any::<bool>()).prop_map(|(parts, compacted)| {
            let parts: Vec<String> = parts.iter().map(|part| base64url(part)).collect();
            let text = format!("{}~{}~{}", parts[..3].join("."), parts[6..].join("~"), parts[3..6].join("."));
            let text = text.replace("~~", "~");
            Credential::SdJwt(SdJwt::new(&text, if compacted { SdJwtForm::Compacted } else { SdJwtForm::Text }).unwrap())
        }),
        (8u16..0xf000, octets()).prop_map(|(credential_type, body)| Credential::Other { credential_type, body }),
    ]
}

fn base64url(octets: &[u8]) -> String {
    mimicred_jose::base64url::encode(octets)
}

proptest! {
    #[test]
    fn round_trip(credential in any_credential()) {
        let octets = credential.encode().unwrap();
        prop_assert_eq!(Credential::decode(&octets).unwrap(), credential.clone());
        prop_assert_eq!(Credential::decode(&credential.encode_for_leaf().unwrap()).unwrap(), credential);
    }

    /// Whatever is accepted has one encoding: a hash over it means one credential.
    #[test]
    fn accepted_octets_are_the_only_ones(octets in prop::collection::vec(any::<u8>(), 0..60), credential_type in 0u16..8) {
        let octets = [&credential_type.to_be_bytes()[..], &octets].concat();
        if let Ok(credential) = Credential::decode(&octets) {
            prop_assert_eq!(credential.encode().unwrap(), octets);
        }
    }

    #[test]
    fn damaged_credentials_never_panic(credential in any_credential(), at in any::<prop::sample::Index>(), octet in any::<u8>()) {
        let mut octets = credential.encode().unwrap();
        let at = at.index(octets.len());
        octets[at] = octet;
        if let Ok(read) = Credential::decode(&octets) {
            prop_assert_eq!(read.encode().unwrap(), octets);
        }
    }
}
