use mimicred_error::Report;
use mimicred_uri::MimiUri;
use proptest::prelude::*;

use super::response::*;
use super::*;

fn code<T: fmt::Debug>(result: Result<T, Error>) -> Code {
    result.unwrap_err().code()
}

fn element(search: SearchType, value: &str) -> QueryElement {
    QueryElement { search, value: value.to_owned() }
}

fn request(elements: Vec<QueryElement>) -> IdentifierRequest {
    IdentifierRequest { elements, ..IdentifierRequest::default() }
}

fn user() -> MimiUri {
    "mimi://x.example/u/x".parse().unwrap()
}

fn profile() -> UserProfile {
    let field = ProfileField { source: FieldSource::VcardField, name: "ORG".to_owned(), value: b"Inc".to_vec() };
    UserProfile { user: user(), fields: vec![field] }
}

#[test]
fn every_search_has_its_number() {
    let (oidc, vcard) = (OidcStdClaim("n".to_owned()), VcardField("ORG".to_owned()));
    use SearchType::*;
    for (search, octets) in [
        (Handle, &b"\x01"[..]),
        (Nick, b"\x02"),
        (Email, b"\x03"),
        (Phone, b"\x04"),
        (PartialName, b"\x05"),
        (WholeProfile, b"\x06"),
        (oidc, b"\x07\x01n"),
        (vcard, b"\x08\x03ORG"),
    ] {
        let request = request(vec![element(search, "v")]);
        let octets = [&[u8::try_from(octets.len()).unwrap() + 2], octets, b"\x01v\x00"].concat();
        assert_eq!(request.encode().unwrap(), octets);
        assert_eq!(IdentifierRequest::decode(&octets).unwrap(), request);
        assert!((0..octets.len()).all(|end| code(IdentifierRequest::decode(&octets[..end])) == Code::Truncated));
        assert_eq!(code(IdentifierRequest::decode(&[&octets[..], &[0]].concat())), Code::TrailingOctets);
    }
    assert_eq!(format!("{:?}", element(Nick, "alice")), "QueryElement(Nick, 5 octets)");
}

#[test]
fn malformed_requests() {
    let read = |octets: &[u8]| code(IdentifierRequest::decode(octets));
    assert_eq!(read(b"\x00\x00"), Code::Empty);
    assert_eq!(read(b"\x02\x01\x00\x00"), Code::Empty);
    assert_eq!(read(b"\x04\x07\x00\x01v\x00"), Code::Empty);
    assert_eq!(read(b"\x03\x00\x01v\x00"), Code::ValueUnknown);
    assert_eq!(read(b"\x03\x09\x01v\x00"), Code::ValueUnknown);
    assert_eq!(read(b"\x03\x01\x01\xff\x00"), Code::TextInvalid);
    assert_eq!(read(b"\x03\x01\x01\x00\x00"), Code::TextInvalid);
    assert_eq!(read(&[&b"\x40\xc3"[..], &b"\x01\x01v".repeat(65), b"\x00"].concat()), Code::Limit);
    assert_eq!(code(request(vec![]).encode()), Code::Empty);
    let error = request(vec![element(SearchType::Nick, "v"), element(SearchType::Nick, "")]).encode().unwrap_err();
    assert_eq!((error.code(), error.place()), (Code::Empty, &At::Item(1)));
    assert_eq!(code(request(vec![element(SearchType::Nick, "a\0")]).encode()), Code::TextInvalid);
}

#[test]
fn an_answer_has_its_fields_in_order() {
    let extensions = AppDataDictionary::from_iter([(0xd050, vec![7])]);
    let response =
        IdentifierResponse { profiles: vec![profile()], extensions, ..IdentifierResponse::found(vec![user(), user()]) };
    let octets = b"\x00\x2a\x14mimi://x.example/u/x\x14mimi://x.example/u/x\
                   \x1f\x14mimi://x.example/u/x\x09\x08\x03ORG\x03Inc\x04\xd0\x50\x01\x07";
    assert_eq!(response.encode().unwrap(), octets);
    assert_eq!(IdentifierResponse::decode(octets).unwrap(), response);
    assert!((0..octets.len()).all(|end| code(IdentifierResponse::decode(&octets[..end])) == Code::Truncated));
    assert_eq!(code(IdentifierResponse::decode(&[&octets[..], &[0]].concat())), Code::TrailingOctets);
    assert_eq!(format!("{:?}", profile().fields), "[ProfileField(VcardField \"ORG\", 3 octets)]");
    // A source of later times is kept.
    let mut later = octets.to_vec();
    later[67] = 9;
    let read = IdentifierResponse::decode(&later).unwrap();
    assert_eq!((read.profiles[0].fields[0].source, read.encode().unwrap()), (FieldSource::Other(9), later));
}

#[test]
fn answers_fit_their_code() {
    for number in 1..5 {
        let octets = [number, 0, 0, 0];
        let read = IdentifierResponse::decode(&octets).unwrap();
        assert_eq!((read.code.number(), read.encode().unwrap()), (number, octets.to_vec()));
        assert_eq!(read, IdentifierResponse::failure(read.code));
        let with = [&[number, 0x15][..], b"\x14mimi://x.example/u/x\x00\x00"].concat();
        assert_eq!(code(IdentifierResponse::decode(&with)), Code::StatusContent);
    }
    let by_profile = IdentifierResponse { code: IdentifierCode::Success, profiles: vec![profile()], ..Default::default() };
    assert_eq!(IdentifierResponse::decode(&by_profile.encode().unwrap()).unwrap(), by_profile);
    assert_eq!(code(IdentifierResponse::decode(&[0, 0, 0, 0])), Code::StatusContent);
    assert_eq!(code(IdentifierResponse::decode(&[5, 0, 0, 0])), Code::ValueUnknown);
    assert_eq!(code(IdentifierResponse::found(vec![]).encode()), Code::StatusContent);
    let failure = IdentifierResponse { profiles: vec![profile()], ..IdentifierResponse::failure(IdentifierCode::Forbidden) };
    assert_eq!(code(failure.encode()), Code::StatusContent);
    assert_eq!(code(IdentifierResponse::decode(b"\x00\x15\x14mimi://x.example/d/x\x00\x00")), Code::UriInvalid);
    assert_eq!(code(IdentifierResponse::found(vec!["mimi://x.example".parse().unwrap()]).encode()), Code::UriInvalid);
    let mut nul = by_profile;
    nul.profiles[0].fields[0].name = "\0".to_owned();
    assert_eq!(code(nul.encode()), Code::TextInvalid);
}

proptest! {
    #[test]
    fn queries_round_trip(values in prop::collection::vec("[^\u{0}]{1,30}", 1..5), value in prop::collection::vec(any::<u8>(), 0..80), source in any::<u8>()) {
        let elements = values.iter().map(|value| element(SearchType::VcardField(value.clone()), value)).collect();
        let request = request(elements);
        prop_assert_eq!(IdentifierRequest::decode(&request.encode().unwrap()).unwrap(), request);
        let fields = vec![ProfileField { source: FieldSource::from_code(source), name: values[0].clone(), value }];
        let response = IdentifierResponse { profiles: vec![UserProfile { user: user(), fields }], ..IdentifierResponse::found(vec![]) };
        prop_assert_eq!(IdentifierResponse::decode(&response.encode().unwrap()).unwrap(), response);
    }

    #[test]
    fn never_panics_and_has_one_encoding(at in any::<prop::sample::Index>(), taken in 0usize..3, put in prop::collection::vec(any::<u8>(), 0..3)) {
        let response = IdentifierResponse { profiles: vec![profile()], ..IdentifierResponse::found(vec![user()]) };
        let request = request(vec![element(SearchType::OidcStdClaim("n".to_owned()), "v"), element(SearchType::Nick, "v")]);
        for whole in [response.encode().unwrap(), request.encode().unwrap()] {
            let mut octets = whole;
            let at = at.index(octets.len());
            let end = (at + taken).min(octets.len());
            octets.splice(at..end, put.clone());
            if let Ok(read) = IdentifierResponse::decode(&octets) {
                prop_assert_eq!(&read.encode().unwrap(), &octets);
            }
            if let Ok(read) = IdentifierRequest::decode(&octets) {
                prop_assert_eq!(&read.encode().unwrap(), &octets);
            }
        }
    }
}
