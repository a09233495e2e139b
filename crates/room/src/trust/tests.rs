mod agreement;

use mimicred_error::{At, Report};
use mimicred_keys::Algorithm;

use super::*;
use crate::Code;
use crate::testing::{Provider, secret, uri};

const KEY: &str = r#"{ kty = "OKP", crv = "Ed25519", x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }"#;

fn file(body: &str) -> Result<TrustFile, Error> {
    TrustFile::from_toml(&format!("[[issuers]]\n{body}\n"))
}

#[test]
fn issuers_are_known_by_key_or_certificate() {
    let provider = Provider::new("a.example", 1);
    let pem = provider.root.to_pem();
    let text = format!(
        "[[issuers]]\nissuer = \"https://id.a.example\"\nhosts = [\"a.example\", \"b.example\"]\nkey = {KEY}\nidentities = \"real\"\n\
         status_lists = [\"https://id.a.example/status/1\"]\n\
         [[issuers]]\nhosts = [\"a.example\"]\ncertificate = \"\"\"\n{pem}\"\"\"\n\
         [[issuers]]\nhosts = [\"c.example\"]\ncertificate_file = \"ca.pem\"\ncrl = \"required\"\n\
         [[issuers]]\nissuer = \"i\"\nhosts = [\"c.example\"]\nkey_file = \"key.jwk\"\n"
    );
    let mut named = Vec::new();
    let entries = TrustFile::from_toml(&text)
        .unwrap()
        .resolve(|source| {
            match source {
                Source::KeyFile(name) | Source::CertificateFile(name) => named.push(name.clone()),
                Source::Here(_) => unreachable!("stands in the file"),
            }
            Ok::<_, Error>(Authority::Key(provider.key.public().clone()))
        })
        .unwrap();
    assert_eq!(named, ["ca.pem", "key.jwk"]);
    assert_eq!(entries.len(), 4);
    assert_eq!(entries[0].identities, Identities::Real);
    assert_eq!(entries[0].status_lists, ["https://id.a.example/status/1"]);
    assert_eq!((entries[1].crl, entries[2].crl), (CrlUse::IfHeld, CrlUse::Required));
    assert!(entries[0].speaks_for(Some("b.example")) && !entries[0].speaks_for(Some("c.example")));
    assert_eq!(entries[1].key().as_ref(), Some(provider.key.public()), "a CA's key may sign tokens");
    let mut store = TrustStore::new();
    store.extend(entries);
    assert_eq!((store.anchors().len(), store.named("https://id.a.example").count(), store.named("").count()), (1, 1, 0));
}

#[test]
fn mistakes_have_a_place() {
    let cases = [
        ("hosts = [\"a.example\"]", Code::KeyMissing),
        (&*format!("issuer = \"i\"\nkey = {KEY}"), Code::KeyMissing),
        (&*format!("hosts = [\"a.example\"]\nkey = {KEY}"), Code::KeyMissing),
        (&*format!("issuer = \"i\"\nhosts = [\"a.example\"]\nkey = {KEY}\nkey_file = \"k\""), Code::KeyMissing),
        (&*format!("issuer = \"i\"\nhosts = [\"A.example\"]\nkey = {KEY}"), Code::ValueInvalid),
        (&*format!("issuer = \"i\"\nhosts = [\"a.example\"]\nkey = {KEY}\nidentities = \"fake\""), Code::ValueInvalid),
        (&*format!("issuer = \"i\"\nhost = [\"a.example\"]\nkey = {KEY}"), Code::KeyUnknown),
        ("issuer = \"i\"\nhosts = [\"a.example\"]\nkey = { kty = \"OKP\" }", Code::ValueInvalid),
        ("hosts = [\"a.example\"]\ncertificate = \"no PEM\"", Code::ValueInvalid),
        ("hosts = [\"a.example\"]\ncertificate_file = \"ca.pem\"\ncrl = \"sometimes\"", Code::ValueInvalid),
        ("issuer = \"i\"\nhosts = [\"a.example\"]\nkey_file = \"k\"\ncrl = \"required\"", Code::ValueInvalid),
    ];
    for (body, code) in cases {
        let error = file(body).unwrap_err();
        assert_eq!(error.code(), code, "{body}: {error}");
        assert!(matches!(error.place(), At::Line(_, _)), "{error}");
    }
    assert_eq!(TrustFile::from_toml("").unwrap_err().code(), Code::KeyMissing);
    let json = r#"{"issuers":[{"hosts":["a.example"],"certificate_file":"ca.pem"}]}"#;
    assert_eq!(TrustFile::from_json(json).unwrap().issuers.len(), 1);
}

/// A trust file holds no secrets: a private key in it is a mistake.
#[test]
fn private_keys_are_refused() {
    let private = KEY.replace(" }", ", d = \"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\" }");
    let error = file(&format!("issuer = \"i\"\nhosts = [\"a.example\"]\nkey = {private}")).unwrap_err();
    assert_eq!(error.code(), Code::ValueInvalid);
    assert!(!format!("{error:?}").contains("nWGxne"));
}

/// An end entity is no CA.
#[test]
fn only_a_ca_can_be_trusted() {
    let provider = Provider::new("a.example", 1);
    let key = secret(Algorithm::Ed25519, 2);
    let chain = provider.pseudonym(key.public(), &uri("mimi://a.example/p/x"), &uri("mimi://a.example/d/x"));
    let end_entity = Certificate::from_der(&chain[0]).unwrap();
    assert_eq!(TrustEntry::of_certificate("i", &end_entity, &["a.example"]).unwrap_err().code(), Code::ValueInvalid);
    assert_eq!(TrustEntry::of_key("i", key.public().clone(), &["no host"]).unwrap_err().code(), Code::ValueInvalid);
}

/// Each way of naming a key names that key and no other.
#[test]
fn anchors_name_one_key() {
    let (a, b) = (secret(Algorithm::P256, 1), secret(Algorithm::P256, 2));
    let anchors: [fn(&PublicKey) -> IssuerAnchor; 3] =
        [IssuerAnchor::jwk_thumbprint, IssuerAnchor::cose_key_thumbprint, IssuerAnchor::spki_sha256];
    for anchor in anchors {
        assert!(anchor(a.public()).names_key(a.public()));
        assert!(!anchor(a.public()).names_key(b.public()));
    }
    let provider = Provider::new("a.example", 1);
    let certificate = IssuerAnchor::certificate(&provider.root);
    assert!(certificate.names_certificate(&provider.root) && !certificate.names_key(provider.key.public()));
    assert!(IssuerAnchor::spki_sha256(provider.key.public()).names_certificate(&provider.root));
    assert!(!IssuerAnchor::jwk_thumbprint(provider.key.public()).names_certificate(&provider.root));
    assert!(!certificate.names_certificate(&Provider::new("a.example", 3).root));
    let unknown = IssuerAnchor { anchor_type: AnchorType::Other(9), anchor_value: vec![0; 32] };
    assert!(!unknown.names_key(a.public()) && !unknown.names_certificate(&provider.root));
}
