use mimicred_jose::base64url;

use super::*;
use mimicred_keys::{HashAlgorithm, SALT_LEN};

fn read(json: &str) -> Result<Content<'static>, Error> {
    let text = base64url::encode(json.as_bytes());
    let octets = base64url::decode(&text).unwrap();
    Ok(match open(&octets)? {
        Content::Claim(key, value) => Content::Claim(key.into_owned(), value.into_owned()),
        Content::Element(value) => Content::Element(value.into_owned()),
        Content::Decoy => Content::Decoy,
    })
}

fn refused(json: &str) -> Code {
    read(json).err().unwrap_or_else(|| panic!("accepted: {json}")).code()
}

fn write(salt: &[u8; SALT_LEN], name: Option<&Key<'_>>, value: Value<'_>) -> Result<String, Error> {
    let mut written = Written::with_capacity(0, 0);
    let n = written.write(base64url::encode(salt).as_bytes().first_chunk().unwrap(), name, &value)?;
    written.encode();
    Ok(String::from_utf8(written.text(n).to_vec()).unwrap())
}

/// JWT-E-011: the known answers of RFC 9901, over the text as received, whatever its spelling.
#[test]
fn known_digests() {
    for (text, digest) in [
        (
            "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0",
            "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0",
        ),
        ("WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsImZhbWlseV9uYW1lIiwiTcO2Yml1cyJd", "TZjouOTrBKEwUNjNDs9yeMzBoQn8FFLPaJjRRmAtwrM"),
        ("WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIkZSIl0", "w0I8EKcdCtUPkGCNUrfwVp2xEgNjtoIDlOxc9-PlOhs"),
    ] {
        let octets = base64url::decode(text).unwrap();
        assert!(open(&octets).is_ok());
        assert_eq!(String::from_utf8(crate::digest::digest(HashAlgorithm::Sha256, text.as_bytes()).to_vec()).unwrap(), digest);
    }
}

/// JWT-E-010: four spellings, one claim.
#[test]
fn every_spelling_is_read() {
    for json in [
        r#"["s", "family_name", "Möbius"]"#,
        r#"["s","family_name","Möbius"]"#,
        r#"["s", "family_name", "M\u00f6bius"]"#,
        "[\"s\",\n\t\"family_name\"  , \"M\\u00F6bius\"\r\n]",
    ] {
        assert_eq!(read(json).unwrap(), Content::Claim(Key::from("family_name"), Value::from("Möbius")), "{json}");
    }
}

/// JWT-E-006 to JWT-E-009.
#[test]
fn shapes() {
    assert_eq!(read(r#"["s","n",null]"#).unwrap(), Content::Claim(Key::from("n"), Value::Null));
    assert_eq!(read(r#"["s","...x",{}]"#).unwrap(), Content::Claim(Key::from("...x"), Value::Map(mimicred_claims::Map::new())));
    assert_eq!(read(r#"["s","日本",[]]"#).unwrap(), Content::Claim(Key::from("日本"), Value::Array(vec![])));
    assert_eq!(read(r#"["","😀"]"#).unwrap(), Content::Element(Value::from("😀")));
    for json in [
        "{}",
        "\"text\"",
        "7",
        "[]",
        r#"["s"]"#,
        r#"["s","n",1,2]"#,
        r#"[1,"n",1]"#,
        r#"["s",1,1]"#,
        r#"["s",null,1]"#,
        "[1,1]",
        r#"["s","n",1] x"#,
        r#"["s","n",1"#,
        "",
    ] {
        assert_eq!(refused(json), Code::DisclosureMalformed, "{json}");
    }
    let octets = b"[\"s\",\"\xff\"]";
    assert_eq!(open(octets).unwrap_err().code(), Code::DisclosureMalformed);
    for json in [
        r#"["s","_sd",1]"#,
        r#"["s","...",1]"#,
        r#"["s","_sd_alg","sha-256"]"#,
        // JWT-E-012 to JWT-E-014 inside a disclosed value.
        r#"["s","n",{"_sd":"x"}]"#,
        r#"["s","n",{"_sd_alg":"sha-256"}]"#,
        r#"["s",[{"...":"x","a":1}]]"#,
        r#"["s",{"...":"x"}]"#,
    ] {
        assert_eq!(refused(json), Code::ReservedName, "{json}");
    }
    assert_eq!(refused(r#"["s","n",{"a":1,"a":2}]"#), Code::JsonMalformed);
    assert_eq!(refused(&format!(r#"["s","n",{}]"#, "[".repeat(100_000))), Code::Limit);
}

#[test]
fn what_is_written_is_read() {
    let value = Value::Array(vec![Value::Redacted(b"digest".into()), Value::from("a\"b\u{1}")]);
    let text = write(&[7; SALT_LEN], Some(&Key::from("name")), value.clone()).unwrap();
    let octets = base64url::decode(&text).unwrap();
    assert_eq!(octets, br#"["BwcHBwcHBwcHBwcHBwcHBw","name",[{"...":"digest"},"a\"b\u0001"]]"#);
    assert_eq!(open(&octets).unwrap(), Content::Claim(Key::from("name"), value));
    let octets = base64url::decode(&write(&[0; SALT_LEN], None, Value::Null).unwrap()).unwrap();
    assert_eq!(octets, br#"["AAAAAAAAAAAAAAAAAAAAAA",null]"#);
    assert_eq!(write(&[0; SALT_LEN], Some(&Key::Int(1)), Value::Null).unwrap_err().code(), Code::Unwritable);
}
