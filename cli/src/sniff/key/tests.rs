use zeroize::Zeroizing;

use super::*;

/// `openssl ecparam -name prime256v1 -genkey`
const WITH_PARAMETERS: &str = "\
-----BEGIN EC PARAMETERS-----\n\
BggqhkjOPQMBBw==\n\
-----END EC PARAMETERS-----\n\
-----BEGIN EC PRIVATE KEY-----\n\
MHcCAQEEIOKomg3xK6pgI3Y4ppbAkpvz/8KLrd3fB19zAQwrWoBNoAoGCCqGSM49\n\
AwEHoUQDQgAE0f7EE5B1VqVx8H7oTrlJynqgstJ08es1V0TGHyhQc7WJ0LFlNbxs\n\
hbb4maCKgdilV3Wa6rop24LXzn4Ih+6zPw==\n\
-----END EC PRIVATE KEY-----\n\
";
/// `openssl pkcs8 -topk8 -nocrypt` of the same key
const PKCS8: &str = "\
-----BEGIN PRIVATE KEY-----\n\
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg4qiaDfErqmAjdjim\n\
lsCSm/P/wout3d8HX3MBDCtagE2hRANCAATR/sQTkHVWpXHwfuhOuUnKeqCy0nTx\n\
6zVXRMYfKFBztYnQsWU1vGyFtviZoIqB2KVXdZrquinbgtfOfgiH7rM/\n\
-----END PRIVATE KEY-----\n\
";
/// `openssl ec -pubout` of the same key
const PUBLIC: &str = "\
-----BEGIN PUBLIC KEY-----\n\
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE0f7EE5B1VqVx8H7oTrlJynqgstJ0\n\
8es1V0TGHyhQc7WJ0LFlNbxshbb4maCKgdilV3Wa6rop24LXzn4Ih+6zPw==\n\
-----END PUBLIC KEY-----\n\
";

fn read(octets: &[u8]) -> Result<KeyFile, &'static str> {
    let input = Input { name: "key".to_owned(), octets: Zeroizing::new(octets.to_vec()) };
    KeyFile::parse(&input).map_err(|failure| failure.shown().code)
}

#[test]
fn one_key_of_openssl_is_one_key_in_every_form() {
    let key = read(WITH_PARAMETERS.as_bytes()).unwrap();
    assert_eq!(key.form, KeyForm::Pem);
    let (secret, public) = (key.secret.unwrap(), key.public);
    let forms: [(Vec<u8>, KeyForm, bool); 8] = [
        (PKCS8.as_bytes().to_vec(), KeyForm::Pem, true),
        (PUBLIC.as_bytes().to_vec(), KeyForm::Pem, false),
        (secret.to_pkcs8_der().to_vec(), KeyForm::Der, true),
        (public.to_spki_der(), KeyForm::Der, false),
        (jwk::secret_text(&secret).as_bytes().to_vec(), KeyForm::Jwk, true),
        (json::write_map(&jwk::public_members(&public)).unwrap().into_bytes(), KeyForm::Jwk, false),
        (mimicred_cose::key::secret_octets(&secret).to_vec(), KeyForm::Cose, true),
        (mimicred_cose::key::public_octets(&public), KeyForm::Cose, false),
    ];
    for (octets, form, is_private) in forms {
        let read = read(&octets).unwrap();
        assert_eq!((read.form, read.secret.is_some(), &read.public), (form, is_private, &public));
    }
}

#[test]
fn what_is_no_key_is_refused_by_name() {
    let (parameters, _) = WITH_PARAMETERS.split_at(WITH_PARAMETERS.find("-----BEGIN EC PRIVATE").unwrap());
    assert_eq!(read(parameters.as_bytes()).err(), Some("cli/pem-unusable"));
    let encrypted = PKCS8.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    assert_eq!(read(encrypted.as_bytes()).err(), Some("keys/key-encrypted"));
    assert_eq!(read(b"{\"kty\":\"oct\",\"k\":\"AA\"}").err(), Some("jose/key-unsupported"));
    assert_eq!(read(b"{\"name\":\"Alice\"}").err(), Some("cli/content-unexpected"));
    assert_eq!(read(b"\x30\x03\x02\x01\x00").err(), Some("keys/der-malformed"));
    assert_eq!(read(b"\x00").err(), Some("cli/content-unknown"));
    // Base64 that begins like a SEQUENCE, as that of every tagged COSE_Sign1 does.
    assert_eq!(read(b"0oRDoQEm").err(), Some("cli/content-unknown"));
}
