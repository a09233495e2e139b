use proptest::prelude::*;

use super::*;

fn parse(text: &str) -> Result<MediaType, Code> {
    text.parse().map_err(|error: Error| error.code())
}

#[test]
fn types_have_one_spelling_on_output() {
    for (essence, media_type) in MediaType::PLAIN {
        assert_eq!(parse(essence), Ok(media_type.clone()));
        assert_eq!(media_type.to_string(), essence);
    }
    // The older spellings of the seed draft are read, and written as they are called now (mimi-mls 2.11).
    assert_eq!(parse("application/sd+jwt").unwrap().to_string(), "application/sd-jwt");
    assert_eq!(parse("application/sd+cwt").unwrap().to_string(), "application/sd-cwt");
    assert_eq!(parse("MESSAGE/MLS; version=1.0"), Ok(MediaType::MlsMessage));
}

#[test]
fn the_name_of_a_credential_type_is_a_parameter() {
    for name in CredentialName::ALL {
        let media_type = MediaType::MlsCredential(Some(name));
        assert_eq!(media_type.to_string(), format!("application/mls-credential;name={}", name.as_str()));
        assert_eq!(parse(&media_type.to_string()), Ok(media_type));
    }
    assert_eq!(parse("application/mls-credential"), Ok(MediaType::MlsCredential(None)));
    assert_eq!(parse("application/mls-credential; NAME=\"sd_cwt\" ; x=y"), parse("application/mls-credential;name=sd_cwt"));
    assert_eq!(parse("application/mls-credential;name=X509"), Err(Code::MediaTypeMalformed));
    assert_eq!(parse("application/mls-credential;name=x509;name=x509"), Err(Code::MediaTypeMalformed));
}

#[test]
fn a_name_that_disagrees_with_the_content_is_an_error() {
    let x509 = b"\x00\x02\x02\x01\x30";
    let read = |text: &str| parse(text).unwrap().decode_credential(x509).map_err(|error| error.code());
    let credential = Credential::decode(x509).unwrap();
    assert_eq!(read("application/mls-credential;name=x509"), Ok(credential.clone()));
    assert_eq!(read("application/mls-credential"), Ok(credential.clone()));
    assert_eq!(read("application/mls-credential;name=sd_cwt"), Err(Code::MediaTypeMismatch));
    assert_eq!(read("application/sd-cwt"), Err(Code::MediaTypeMismatch));
    assert_eq!(MediaType::for_credential(&credential).to_string(), "application/mls-credential;name=x509");
    let other = Credential::Other { credential_type: 0xf0aa, body: vec![] };
    assert_eq!(MediaType::for_credential(&other), MediaType::MlsCredential(None));
}

#[test]
fn malformed_media_types() {
    for text in [
        "",
        "application",
        "/x",
        "x/",
        "a/b/c",
        "a b/c",
        "a/b;",
        "a/b;x",
        "a/b;x=",
        "a/b;=y",
        "a/b;x=\"y",
        "a/b;x=y z",
        "a/b;x=y=z",
        "a/b;x=\"\n\"",
    ] {
        assert_eq!(parse(text), Err(Code::MediaTypeMalformed), "{text:?}");
    }
    assert_eq!(parse(&format!("a/{}", "b".repeat(1024))), Err(Code::Limit));
}

#[test]
fn other_types_are_kept() {
    let media_type = parse("text/Markdown; charset=utf-8; title=\"a \\\"b\\\"\"").unwrap();
    assert_eq!(media_type.essence(), "text/markdown");
    assert_eq!(media_type.to_string(), "text/markdown;charset=utf-8;title=\"a \\\"b\\\"\"");
    assert_eq!(parse(&media_type.to_string()), Ok(media_type));
}

proptest! {
    #[test]
    fn what_is_read_is_written_and_read_alike(text in "[a-z]{1,4}/[a-z+.]{1,4}(; ?[a-z]{1,3}=([a-z]{1,3}|\"[a-z\\\\\\\\ ]{0,4}\")){0,3}") {
        if let Ok(media_type) = parse(&text) {
            prop_assert_eq!(parse(&media_type.to_string()), Ok(media_type));
        }
    }

    #[test]
    fn never_panics(text in "\\PC{0,40}") {
        let _ = parse(&text);
    }
}
