//! Certification requests.

use mimicred_keys::{Algorithm, Family, PublicKey};
use mimicred_x509::ISSUANCE_BINDING;

use super::made::{name, signature_algorithm, signed};
use crate::cast::{self, private_jwk, public_jwk};
use crate::draft::{Draft, NewCase, case};
use crate::generate::der::{self, element, explicit, octet_string, oid, sequence};
use crate::object::Object;
use crate::sign::FixedKey;

const ISSUER: &str = "a.example";
const NONCE: [u8; 16] = *b"for one occasion";

/// The attribute that binds a request to an issuer and a nonce.
fn binding(issuer: &str, nonce: &[u8]) -> Vec<u8> {
    let value = sequence(&[&element(der::UTF8_STRING, &[issuer.as_bytes()]), &octet_string(nonce)]);
    sequence(&[&oid(ISSUANCE_BINDING), &element(der::SET, &[&value])])
}

/// CertificationRequestInfo.
struct Info {
    version: u8,
    subject: Vec<u8>,
    spki: Vec<u8>,
    attributes: Vec<u8>,
}

impl Info {
    /// As it must be.
    fn of(key: &PublicKey) -> Self {
        Self { version: 0, subject: sequence(&[]), spki: key.to_spki_der(), attributes: binding(ISSUER, &NONCE) }
    }

    fn to_der(&self) -> Vec<u8> {
        sequence(&[&der::integer(&[self.version]), &self.subject, &self.spki, &explicit(0, &[&self.attributes])])
    }

    fn signed_by(&self, key: &FixedKey) -> Vec<u8> {
        signed(Family::Csr, &self.to_der(), &signature_algorithm(key.public().algorithm()), key)
    }
}

fn holder(algorithm: Algorithm) -> FixedKey {
    cast::key(algorithm, "holder")
}

fn of(id: &str, comment: &str, rules: &[&'static str], request: &[u8]) -> NewCase {
    case(id, comment, rules).input(Object::new().hex("request", request))
}

pub(super) fn verifying() -> Draft {
    let about = "Certification requests, to an issuer who gave out a nonce for one account and one batch. They are signed with their own key, \
                 but for the cases that say otherwise or whose key is none.";
    let mut file = Draft::new("x509/request", "x509/verify-request", about, &["RFC 2986", "mimi-mls.md 3.1", "mimi-mls.md 5.4"]);
    let common = Object::new().text("issuer", ISSUER).hex("nonce", &NONCE);
    file.group("Keys", common.clone());
    let rules = &["RFC 2986 4", "mimi-mls.md 3.1"];
    for (algorithm, id) in [(Algorithm::Ed25519, "ed25519"), (Algorithm::P256, "p256"), (Algorithm::P384, "p384")] {
        let key = holder(algorithm);
        let info = Info::of(key.public());
        let new = of(&format!("{id}-good"), &format!("{algorithm}"), rules, &info.signed_by(&key));
        let new = new.intermediates(Object::new().hex("to_be_signed", &info.to_der()));
        file.valid(new, Object::new().with("subject_key", public_jwk(key.public())));
        let mut flipped = info.signed_by(&key);
        if let Some(last) = flipped.last_mut() {
            *last ^= 1;
        }
        file.refused(
            of(&format!("{id}-flipped"), "one bit of the signature is another", rules, &flipped),
            "x509/signature-invalid",
        );
    }
    keys(&mut file);
    file.group("Whom it is for, and what else it says", common.clone());
    contents(&mut file);
    file.group("How it is written", common);
    form(&mut file);
    file
}

fn keys(file: &mut Draft) {
    let rules = &["RFC 2986 4.2", "mimi-mls.md 1.3"];
    let (key, mallory) = (holder(Algorithm::P256), cast::key(Algorithm::P256, "mallory"));
    let stolen = Info::of(key.public()).signed_by(&mallory);
    file.refused(
        of("stolen", "somebody else's key, and signed with another one", rules, &stolen).differs_from("p256-good"),
        "x509/signature-invalid",
    );
    let info = Info::of(key.public()).to_der();
    let mislabelled = signed(Family::Csr, &info, &signature_algorithm(Algorithm::P384), &key);
    file.refused(
        of("algorithm-other", "it says SHA-384, and the key is on P-256", rules, &mislabelled).differs_from("p256-good"),
        "x509/alg-unsupported",
    );
    let p521 = holder(Algorithm::P521);
    file.refused(
        of("p521", "a key of P-521, which is for issuers only", rules, &Info::of(p521.public()).signed_by(&p521))
            .differs_from("p256-good"),
        "x509/alg-unsupported",
    );
    let with = |spki: Vec<u8>| Info { spki, ..Info::of(key.public()) }.signed_by(&key);
    let rsa = der::spki(
        &sequence(&[&oid("1.2.840.113549.1.1.1"), &[5, 0]]),
        &sequence(&[&der::unsigned(&[0xab; 256]), &der::unsigned(&[1, 0, 1])]),
    );
    file.refused(of("rsa", "an RSA key", rules, &with(rsa)).differs_from("p256-good"), "x509/alg-unsupported");
    let neutral = der::spki(&der::key_identifier(Algorithm::Ed25519), &[&[1], [0; 31].as_slice()].concat());
    file.refused(
        of("weak", "a point of small order, for which anybody can sign", rules, &with(neutral)).differs_from("ed25519-good"),
        "x509/request-malformed",
    );
}

fn contents(file: &mut Draft) {
    let key = holder(Algorithm::Ed25519);
    let rules = &["mimi-mls.md 3.1", "mimi-mls.md 5.4"];
    let with = |attributes: &[&[u8]]| Info { attributes: attributes.concat(), ..Info::of(key.public()) }.signed_by(&key);
    let ours = binding(ISSUER, &NONCE);
    file.valid(of("bound", "to this issuer and this nonce", rules, &with(&[&ours])), Object::new());
    let mut refused = |id: &str, comment: &str, request: Vec<u8>| {
        file.refused(of(id, comment, rules, &request).differs_from("bound"), "x509/request-unbound")
    };
    refused("unbound", "to nothing", with(&[]));
    refused("other-issuer", "to another issuer", with(&[&binding("b.example", &NONCE)]));
    refused("issuer-upper", "to the issuer in upper case", with(&[&binding("A.example", &NONCE)]));
    refused("other-nonce", "with another nonce", with(&[&binding(ISSUER, b"for another time")]));
    refused("nonce-longer", "with an octet after the nonce", with(&[&binding(ISSUER, &[NONCE.as_slice(), &[0]].concat())]));
    refused(
        "shifted",
        "an octet of the nonce counts for the issuer",
        with(&[&binding("a.examplef", NONCE.get(1..).unwrap_or_default())]),
    );
    let rules = &["mimi-mls.md 4.5 B-10"];
    let mut refused = |id: &str, comment: &str, request: Vec<u8>| {
        file.refused(of(id, comment, rules, &request).differs_from("bound"), "x509/profile")
    };
    refused("subject", "it has a subject", Info { subject: name("Alice"), ..Info::of(key.public()) }.signed_by(&key));
    let password = sequence(&[&oid("1.2.840.113549.1.9.7"), &element(der::SET, &[&element(der::UTF8_STRING, &[b"x"])])]);
    refused("other-attribute", "it has another attribute", with(&[&ours, &password]));
    refused("bound-twice", "the binding twice", with(&[&ours, &ours]));
    let p256 = holder(Algorithm::P256);
    let compressed = der::spki(&der::key_identifier(Algorithm::P256), &der::compressed(p256.public()));
    let info = Info { spki: compressed, ..Info::of(p256.public()) };
    file.refused(
        of("compressed", "the point is compressed: another spelling of the same", rules, &info.signed_by(&p256))
            .differs_from("p256-good"),
        "x509/profile",
    );
}

fn form(file: &mut Draft) {
    let key = holder(Algorithm::Ed25519);
    let good = Info::of(key.public()).signed_by(&key);
    let rules = &["RFC 2986 4", "X.690 10"];
    file.valid(of("written-good", "DER, version 1", rules, &good), Object::new());
    let mut refused =
        |id: &str, comment: &str, request: &[u8]| file.refused(of(id, comment, rules, request), "x509/request-malformed");
    refused("cut", "the last octet is missing", good.get(..good.len() - 1).unwrap_or_default());
    refused("after", "an octet after", &[good.as_slice(), &[0]].concat());
    refused("nothing", "no octets", &[]);
    refused(
        "version-2",
        "a version that there is not, and that no key here signs",
        &Info { version: 1, ..Info::of(key.public()) }.signed_by(&key),
    );
    let info = Info::of(key.public());
    let bare = sequence(&[&der::integer(&[0]), &info.subject, &info.spki]);
    refused(
        "no-attributes",
        "no attributes, not even none",
        &signed(Family::Csr, &bare, &signature_algorithm(Algorithm::Ed25519), &key),
    );
    let limit = of("large", "more than 2048 octets", &["RFC 2986 4"], &[0x30; 2049]).flag("limit");
    file.refused(limit, "x509/limit");
}

pub(super) fn making() -> Draft {
    let about = "Certification requests that are made. Their form is exact, so that everybody's requests look alike; but Ed25519 and RFC 6979 \
                 are for the vectors only: an ECDSA signature may have another nonce.";
    let mut file = Draft::new("x509/make-request", "x509/request", about, &["RFC 2986", "mimi-mls.md 3.1", "RFC 6979"]);
    file.group("Keys", Object::new().text("issuer", ISSUER).hex("nonce", &NONCE));
    for (algorithm, id) in [(Algorithm::Ed25519, "ed25519"), (Algorithm::P256, "p256"), (Algorithm::P384, "p384")] {
        let key = holder(algorithm);
        let info = Info::of(key.public());
        let expected = Object::new().hex("to_be_signed", &info.to_der()).hex("request", &info.signed_by(&key));
        let new = case(id, format!("{algorithm}"), &["RFC 2986 4", "mimi-mls.md 3.1"])
            .input(Object::new().with("key", private_jwk(&key)));
        file.valid(new.flag("exact-form"), expected);
    }
    let p521 = case("p521", "a key of P-521, which is for issuers only", &["mimi-mls.md 1.3"]);
    file.refused(p521.input(Object::new().with("key", private_jwk(&holder(Algorithm::P521)))), "x509/alg-unsupported");
    file
}
