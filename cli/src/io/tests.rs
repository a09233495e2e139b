use super::*;

fn source(text: &str) -> Source {
    text.parse().unwrap()
}

#[test]
fn a_uri_works_wherever_a_path_does() {
    for text in ["key.jwk", "file:key.jwk", "file:k%65y.jwk"] {
        assert_eq!(source(text), Source::File("key.jwk".into()), "{text}");
    }
    for text in ["/k", "file:/k", "file:///k", "file://localhost/k"] {
        assert_eq!(source(text), Source::File("/k".into()), "{text}");
    }
    assert_eq!(source("-"), Source::Stdin);
    assert_eq!(source("./a:b"), Source::File("./a:b".into()));
    assert_eq!(source("C:\\key"), Source::File("C:\\key".into()));
    for text in ["pkcs11:object=leaf", "file://other.example/k", "file:", "file:%zz", "file:%e"] {
        assert_eq!(source(text), Source::Unsupported(text.to_owned()), "{text}");
    }
}

#[test]
fn size_is_limited_and_nothing_is_not_something() {
    let code = |octets: Vec<u8>| read_all(&octets[..], 0, MAX_INPUT).map(|_| ()).map_err(|failure| failure.shown().code);
    assert_eq!(code(vec![0; MAX_INPUT]), Ok(()));
    assert_eq!(code(vec![0; MAX_INPUT + 1]), Err("cli/file-too-large"));
    assert_eq!(code(Vec::new()), Err("cli/file-empty"));
}
