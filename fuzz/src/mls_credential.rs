//! MLS credentials: the input alone, and as what stands in a leaf, in a presentation, in one vector, or under somebody's key. Each of
//! these has one encoding, and all of them agree on what the credential is.

mod seeds;

use mimicred_error::Report;
use mimicred_keys::PublicKey;
use mimicred_mls::credential::{
    MAX_BINDINGS, MAX_CHAIN, MAX_CREDENTIAL, MULTI, PSEUDONYMOUS_VEC, SD_JWT, SD_JWT_VEC, WEAK_MULTI,
};
use mimicred_mls::media_type::CredentialName;
use mimicred_mls::tls::{Reader, Writer};
use mimicred_mls::{Code, Credential, CredentialBinding, CredentialPresentation, Error, LeafNode, MediaType, SdJwt, SdJwtForm};

use crate::cast::cast;

pub use seeds::seeds;

/// Names that a media type can give.
const NAMES: [&str; 6] = ["basic", "multi", "sd_cwt", "sd_jwt", "weak-multi", "x509"];

pub fn run(data: &[u8]) -> &'static str {
    let decoded = Credential::decode(data);
    media_types(data, &decoded);
    // Where a credential is followed by something, its own end must be known.
    let read = Credential::read(&mut Reader::new(data));
    let inside = ends(data);
    match (&decoded, &inside) {
        (Ok(Credential::Other { .. }), None) => assert_eq!(code(&read), Some(Code::CredentialShapeUnknown)),
        (Ok(alone), inside) => assert_eq!(Some(alone), inside.as_ref()),
        (Err(_), inside) => assert!(inside.is_none(), "read among others, and not alone"),
    }
    let sd_jwt = sd_jwt(data);
    assert_eq!(code(&wrapped(SD_JWT_VEC, data)).is_none(), sd_jwt.is_some());
    if let Ok(pseudonymous) = wrapped(PSEUDONYMOUS_VEC, data) {
        assert!(matches!(pseudonymous, Credential::Pseudonymous(_)));
        check(&pseudonymous, &Writer::new().u16(PSEUDONYMOUS_VEC).vector(data).finish().expect("short"));
    }
    in_a_leaf(data, inside.as_ref());
    in_a_presentation(data, inside.as_ref());
    bound(data, inside.as_ref());
    if let Ok(credential) = &decoded {
        check(credential, data);
    }
    match decoded {
        _ if sd_jwt.is_some() => "struct",
        Ok(credential) => credential.type_name().unwrap_or("other"),
        Err(error) => error.slug(),
    }
}

/// What was read: bounded, written the same, and for a leaf in a form that reads back to the same.
fn check(credential: &Credential, octets: &[u8]) {
    let _ = format!("{credential:?}");
    // The same SD-JWT under two numbers: each place has one of them.
    let in_vector = octets.starts_with(&SD_JWT_VEC.to_be_bytes());
    let for_leaf = credential.encode_for_leaf().expect("what was read can be written");
    let alone = credential.encode().expect("what was read can be written");
    assert_eq!(if in_vector { &for_leaf } else { &alone }, octets);
    assert_eq!(Credential::decode(&for_leaf).as_ref().ok(), Some(credential));
    assert_eq!(Credential::decode(&alone).as_ref().ok(), Some(credential));
    match credential {
        Credential::X509(chain) => assert!((1..=MAX_CHAIN).contains(&chain.len())),
        Credential::Multi(bindings) | Credential::WeakMulti(bindings) => {
            assert!((1..=MAX_BINDINGS).contains(&bindings.len()));
            bindings.iter().for_each(|binding| vouched(binding, cast().holder.public()));
        }
        Credential::SdJwt(token) => {
            let form = SdJwt::new(token.as_str(), token.form()).expect("the text of one");
            assert_eq!(&form, token);
        }
        _ => {}
    }
}

/// A binding has no `multi` in it, and no signature that nobody made.
fn vouched(binding: &CredentialBinding, leaf_key: &PublicKey) {
    assert!(!matches!(binding.credential, Credential::Multi(_) | Credential::WeakMulti(_)), "nested");
    let content = binding.sign_content(leaf_key).expect("what was read can be signed");
    assert!(content.starts_with(b"\x1cMLS 1.0 CredentialBindingTBS"));
    assert!(binding.verify(leaf_key).is_err(), "vouched for");
}

/// The input as the credential of a leaf, which OpenMLS would hold in one vector and we in whatever shape its type has.
fn in_a_leaf(data: &[u8], inside: Option<&Credential>) {
    let before = [&b"\x04hpke\x03sig"[..], data].concat();
    let octets = [&before[..], b"\x00\x00\x00\x00\x00\x02\x00\x01s"].concat();
    match (LeafNode::decode(&octets), inside) {
        (Ok(leaf), inside) => {
            assert_eq!(leaf.octets(), octets);
            check(leaf.credential(), &written(leaf.credential(), data));
            assert!(inside.is_none_or(|inside| inside == leaf.credential()));
            let mut reader = Reader::new(&octets);
            assert_eq!(LeafNode::read(&mut reader).ok(), Some(leaf));
            assert!(reader.is_empty());
        }
        (Err(error), Some(_)) => panic!("a credential, but not in a leaf: {error}"),
        (Err(_), None) => {}
    }
}

/// As it is written where it was read, at the beginning of this.
fn written(credential: &Credential, data: &[u8]) -> Vec<u8> {
    let in_vector = data.starts_with(&SD_JWT_VEC.to_be_bytes());
    if in_vector { credential.encode_for_leaf() } else { credential.encode() }.expect("what was read can be written")
}

/// The input as the credential of a presentation, with time, nonce and signature behind it.
fn in_a_presentation(data: &[u8], inside: Option<&Credential>) {
    let octets = [data, &[0; 8], b"\x01n\x01s"].concat();
    let read = CredentialPresentation::decode(&octets);
    if let Ok(presentation) = &read {
        assert_eq!(presentation.encode().expect("what was read can be written"), octets);
        assert!(octets.starts_with(presentation.credential_octets()));
    }
    if let Some(inside) = inside {
        let presentation = read.expect("a credential, but not in a presentation");
        assert_eq!((presentation.credential(), presentation.credential_octets()), (inside, data));
    }
}

/// The input twice among credentials whose keys vouch for a leaf key.
fn bound(data: &[u8], inside: Option<&Credential>) {
    let nested = matches!(inside, Some(Credential::Multi(_) | Credential::WeakMulti(_)));
    let in_vector = data.starts_with(&SD_JWT_VEC.to_be_bytes());
    for kind in [MULTI, WEAK_MULTI] {
        let binding = [b"\x00\x01", data, b"\x01k\x01s"].concat();
        let octets = Writer::new().u16(kind).vector(&[&binding[..], &binding].concat()).finish().expect("short");
        match (Credential::decode(&octets), inside) {
            (Ok(credential), _) => check(&credential, &octets),
            (Err(error), Some(_)) if nested => assert_eq!(error.code(), Code::CredentialNested),
            (Err(error), Some(_)) if in_vector => assert_eq!(error.code(), Code::CredentialShapeUnknown),
            (Err(error), Some(_)) => panic!("a credential that cannot be bound: {error}"),
            (Err(_), None) => {}
        }
    }
}

/// The input as the SdJwt structure: of one form, whose text is also one of the other form if it is canonical.
fn sd_jwt(data: &[u8]) -> Option<SdJwt> {
    let token = SdJwt::decode(data).ok()?;
    assert_eq!(token.encode().expect("what was read can be written"), data);
    let _ = format!("{token:?}");
    for form in [SdJwtForm::Text, SdJwtForm::Compacted] {
        match SdJwt::new(token.as_str(), form) {
            Ok(other) => {
                let again = SdJwt::decode(&other.encode().expect("it can be written"));
                assert_eq!(again.expect("our own").as_str(), token.as_str());
            }
            Err(error) => {
                assert_eq!((form, error.code()), (SdJwtForm::Compacted, Code::SdJwtNotCanonical));
                assert_eq!(token.form(), SdJwtForm::Text);
            }
        }
    }
    let alone = Credential::decode(&[&SD_JWT.to_be_bytes(), data].concat());
    assert_eq!(alone.ok(), Some(Credential::SdJwt(token.clone())));
    Some(token)
}

/// A media type that names a type admits that type and no other; one that names none admits all.
fn media_types(data: &[u8], decoded: &Result<Credential, Error>) {
    let any: MediaType = "application/mls-credential".parse().expect("a media type");
    let under_any = any.decode_credential(data);
    assert_eq!((under_any.as_ref().ok(), code(&under_any)), (decoded.as_ref().ok(), code(decoded)));
    for name in NAMES {
        let number = name.parse::<CredentialName>().expect("a name").credential_type();
        let named: MediaType = format!("application/mls-credential; name={name}").parse().expect("a media type");
        match (named.decode_credential(data), decoded) {
            (Ok(read), Ok(decoded)) => assert_eq!((&read, read.credential_type()), (decoded, number)),
            (Err(error), Ok(decoded)) => {
                assert_eq!(error.code(), Code::MediaTypeMismatch);
                assert_ne!(decoded.credential_type(), number);
            }
            (Err(error), Err(same)) => assert_eq!(error.code(), same.code()),
            (Ok(_), Err(error)) => panic!("read under a name only: {error}"),
        }
    }
    assert_eq!(code(&MediaType::SdJwt.decode_credential(data)), Some(Code::MediaTypeMismatch));
    if let Ok(credential) = decoded {
        assert_eq!(MediaType::for_credential(credential).decode_credential(data).ok().as_ref(), Some(credential));
    }
}

/// The credential that ends where the input does.
fn ends(data: &[u8]) -> Option<Credential> {
    let mut reader = Reader::new(data);
    Credential::read(&mut reader).ok().filter(|_| reader.is_empty())
}

fn wrapped(number: u16, data: &[u8]) -> Result<Credential, Error> {
    assert!(data.len() < MAX_CREDENTIAL);
    Credential::decode(&Writer::new().u16(number).vector(data).finish()?)
}

fn code<T>(result: &Result<T, Error>) -> Option<Code> {
    result.as_ref().err().map(Error::code)
}

#[cfg(test)]
mod tests {
    /// The seeds are the credentials that they are called.
    #[test]
    fn the_seeds_are_what_they_are_called() {
        for (name, seed) in super::seeds() {
            assert_eq!(super::run(&seed), name.split('.').next().unwrap(), "{name}");
        }
    }
}
