//! Public keys.

use mimicred_claims::Value;
use mimicred_keys::{Algorithm, pem};

use super::NAMES;
use crate::cast::{self, public_jwk};
use crate::draft::{Draft, NewCase, case, object};
use crate::generate::der;
use crate::object::{Object, hex};

pub(super) fn file() -> Draft {
    let about =
        "Public keys in every format. The same four keys come in all of them, so that the outputs show that they are the same.";
    let specifications = &[
        "RFC 9420", "RFC 5280", "RFC 5480", "RFC 8410", "RFC 7468", "RFC 7517", "RFC 7638", "RFC 8037", "RFC 9052", "RFC 9053",
        "RFC 9679",
    ];
    let mut file = Draft::new("keys/public", "keys/read-public", about, specifications);
    mls(&mut file);
    weak(&mut file);
    spki(&mut file);
    pem_files(&mut file);
    jwk(&mut file);
    cose_key(&mut file);
    file
}

fn key(algorithm: Algorithm) -> crate::sign::FixedKey {
    cast::key(algorithm, "holder")
}

fn octets(octets: &[u8]) -> Object {
    Object::new().hex("octets", octets)
}

/// What every reader makes of the key.
fn read(algorithm: Algorithm) -> Object {
    let key = key(algorithm);
    Object::new().text("algorithm", algorithm.name()).hex("mls", key.public().octets())
}

/// The octets with the last one changed.
fn changed(octets: &[u8]) -> Vec<u8> {
    let mut octets = octets.to_vec();
    if let Some(last) = octets.last_mut() {
        *last ^= 1;
    }
    octets
}

fn mls(file: &mut Draft) {
    const RULES: &[&str] = &["RFC 9420 5.1.1", "mimi-mls.md 1.3"];
    for (algorithm, name) in NAMES {
        let key = key(algorithm);
        let (public, x) = (key.public().octets(), key.public().x());
        let about = format!("SignaturePublicKey of MLS, {algorithm}");
        file.group(&about, Object::new().text("format", "mls").text("algorithm", algorithm.name()));
        let of = |id: &str, comment: &str, key: &[u8]| -> NewCase {
            case(format!("mls-{name}-{id}"), comment, RULES).input(octets(key))
        };
        file.valid(of("good", "as RFC 9420 has it", public), read(algorithm));
        let mut refused = |id: &str, comment: &str, key: &[u8]| {
            file.refused(of(id, comment, key), "keys/public-key-malformed");
        };
        let without_first = public.get(1..).unwrap_or_default();
        refused("short", "the first octet is missing", without_first);
        refused("long", "an octet more", &[public, &[0]].concat());
        refused("empty", "nothing", &[]);
        if algorithm == Algorithm::Ed25519 {
            refused("spki", "SubjectPublicKeyInfo instead", &key.public().to_spki_der());
            continue;
        }
        let odd = public.last().map_or(0, |last| last & 1);
        refused("compressed", "the point is compressed", &der::compressed(key.public()));
        refused("hybrid", "the point is in the hybrid form of X9.62", &[&[6 | odd], without_first].concat());
        refused("raw", "X and Y without the 04", &[x, key.public().y().unwrap_or_default()].concat());
        refused("off-curve", "not a point on the curve: one bit of Y is another", &changed(public));
        refused("infinity", "the point at infinity", &[0]);
        refused("zero", "X and Y are zero", &[&[4], vec![0; public.len() - 1].as_slice()].concat());
        refused("over-field", "X and Y are not below the prime", &[&[4], vec![0xff; public.len() - 1].as_slice()].concat());
    }
}

/// Points of Ed25519 that nobody's key is: computed with `x = 0`, or `y` as in RFC 7748 7 and the torsion subgroup of edwards25519.
fn weak(file: &mut Draft) {
    let input = Object::new().text("format", "mls").text("algorithm", "Ed25519");
    file.group("Ed25519: points of small order, and second encodings of a point", input);
    let of = |id: &str, comment: &str, octets_: &[u8], rules: &[&'static str]| -> NewCase {
        case(format!("ed25519-{id}"), comment, rules).input(octets(octets_)).differs_from("mls-ed25519-good")
    };
    let rules = &["RFC 8032 8.9", "ZIP 215"];
    for (n, point) in super::ed25519::small_order().into_iter().enumerate() {
        let order = [1, 8, 4, 8, 2, 8, 4, 8].get(n).copied().unwrap_or(0);
        let comment = format!("a point of order {order}, for which anybody can sign");
        file.refused(of(&format!("small-order-{n}"), &comment, &point, rules), "keys/public-key-weak");
    }
    let rules = &["RFC 8032 5.1.3"];
    let strange = super::ed25519::not_canonical();
    for (id, comment, point) in strange {
        file.refused(of(id, comment, &point, rules), "keys/public-key-malformed");
    }
    let mixed = super::ed25519::Signed::with(&[], 1, 0).key;
    let new =
        case("ed25519-mixed-order", "a good point and one of order 8 together: a key that nothing shows to be odd", &["ZIP 215"]);
    file.valid(new.input(octets(&mixed)), Object::new().hex("mls", &mixed));
}

fn spki(file: &mut Draft) {
    const RULES: &[&str] = &["RFC 5280 4.1", "RFC 5480 2.1", "RFC 8410 3"];
    file.group("SubjectPublicKeyInfo", Object::new().text("format", "spki"));
    let of = |id: &str, comment: &str, der: &[u8]| -> NewCase { case(format!("spki-{id}"), comment, RULES).input(octets(der)) };
    for (algorithm, name) in NAMES {
        let key = key(algorithm);
        // The DER by hand, so that reader and writer are held against it.
        let written = der::spki(&der::key_identifier(algorithm), key.public().octets());
        let expected = read(algorithm).hex("spki", &written).hex("spki_sha256", &mimicred_keys::sha256(&written));
        file.valid(of(name, &format!("{algorithm}"), &written), expected.clone());
        if algorithm != Algorithm::Ed25519 {
            let short = der::spki(&der::key_identifier(algorithm), &der::compressed(key.public()));
            let comment = "the same point compressed: the key and its hash are the same";
            file.valid(of(&format!("{name}-compressed"), comment, &short), expected);
        }
    }
    let key = key(Algorithm::P256);
    let identifier = der::key_identifier(Algorithm::P256);
    let good = der::spki(&identifier, key.public().octets());
    let mut refused = |id: &str, comment: &str, der: &[u8], code: &str| {
        file.refused(of(id, comment, der).differs_from("spki-p256"), code);
    };
    refused("cut", "the last octet is missing", good.get(..good.len() - 1).unwrap_or_default(), "keys/der-malformed");
    refused("after", "an octet after", &[good.as_slice(), &[0]].concat(), "keys/der-malformed");
    let bits = der::element(der::BIT_STRING, &[&[1], key.public().octets()]);
    refused("unused-bits", "the BIT STRING has an unused bit", &der::sequence(&[&identifier, &bits]), "keys/der-malformed");
    let inner = [identifier.as_slice(), &der::bit_string(key.public().octets())].concat();
    let long = [&[der::SEQUENCE, 0x82, 0, u8::try_from(inner.len()).unwrap_or(0)], inner.as_slice()].concat();
    refused("long-length", "the length has a needless octet: BER, not DER", &long, "keys/der-malformed");
    let indefinite = [&[der::SEQUENCE, 0x80], inner.as_slice(), &[0, 0]].concat();
    refused("indefinite", "the length is indefinite: BER, not DER", &indefinite, "keys/der-malformed");
    let off = der::spki(&identifier, &changed(key.public().octets()));
    refused("off-curve", "not a point on the curve", &off, "keys/public-key-malformed");
    let hybrid =
        [&[6 | (key.public().octets().last().unwrap_or(&0) & 1)], key.public().octets().get(1..).unwrap_or_default()].concat();
    refused("hybrid", "the point is in the hybrid form", &der::spki(&identifier, &hybrid), "keys/public-key-malformed");
    let k1 = der::spki(&der::ec_identifier("1.3.132.0.10"), key.public().octets());
    refused("secp256k1", "another curve", &k1, "keys/algorithm-unsupported");
    let x25519 = der::spki(&der::sequence(&[&der::oid("1.3.101.110")]), key.public().x());
    refused("x25519", "a key that signs nothing", &x25519, "keys/algorithm-unsupported");
    let rsa = der::spki(
        &der::sequence(&[&der::oid("1.2.840.113549.1.1.1"), &[5, 0]]),
        &der::sequence(&[&der::unsigned(&[0xab; 256]), &der::unsigned(&[1, 0, 1])]),
    );
    refused("rsa", "an RSA key", &rsa, "keys/algorithm-unsupported");
    let ed25519 = self::key(Algorithm::Ed25519);
    let with_null = der::spki(&der::sequence(&[&der::oid("1.3.101.112"), &[5, 0]]), ed25519.public().octets());
    let new = of("ed25519-null", "the AlgorithmIdentifier has parameters, which RFC 8410 forbids", &with_null);
    file.refused(new.differs_from("spki-ed25519"), "keys/algorithm-unsupported");
    let compressed = der::spki(&der::key_identifier(Algorithm::Ed25519), &der::compressed(key.public()));
    file.refused(of("ed25519-33", "33 octets", &compressed).differs_from("spki-ed25519"), "keys/public-key-malformed");
}

fn pem_files(file: &mut Draft) {
    const RULES: &[&str] = &["RFC 7468 13"];
    file.group("PEM files", Object::new().text("format", "pem"));
    let of =
        |id: &str, comment: &str, text: &str| case(format!("pem-{id}"), comment, RULES).input(Object::new().text("text", text));
    let key = key(Algorithm::P256);
    let good = key.public().to_pem();
    file.valid(of("good", "SubjectPublicKeyInfo in base64, lines of 64 characters", &good), read(Algorithm::P256));
    file.valid(of("crlf", "lines that end as on other systems", &good.replace('\n', "\r\n")), read(Algorithm::P256));
    let label = good.replace("PUBLIC KEY", "CERTIFICATE");
    file.refused(of("label", "it says that it is a certificate", &label), "keys/pem-label");
    file.refused(of("private", "a private key", &key.secret().to_pem()), "keys/pem-label");
    let broken = pem::write("PUBLIC KEY", b"no key");
    file.refused(of("content", "the content is no SubjectPublicKeyInfo", &broken), "keys/der-malformed");
    file.refused(
        of("no-end", "the last line is missing", good.rsplit_once("-----END").map_or("", |(text, _)| text)),
        "keys/pem-malformed",
    );
    file.refused(of("twice", "two keys", &good.repeat(2)), "keys/pem-malformed");
}

fn jwk(file: &mut Draft) {
    const RULES: &[&str] = &["RFC 7518 6.2", "RFC 8037 2"];
    file.group("JWK; what else can be wrong with one is in jose/jwk.json", Object::new().text("format", "jwk"));
    for (algorithm, name) in NAMES {
        let new = case(format!("jwk-{name}"), format!("{algorithm}"), &["RFC 7638 3", "RFC 7518 6.2", "RFC 8037 2"]);
        let jwk = public_jwk(key(algorithm).public());
        let hashed = Object::new().text("hashed", mimicred_jose::json::write(&jwk).unwrap_or_default());
        file.valid(new.input(Object::new().with("jwk", jwk)).intermediates(hashed), read(algorithm));
    }
    // RFC 8037 A.2 and A.3.
    let example = object(r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#);
    let new =
        case("jwk-rfc-8037", "the example of RFC 8037", &["RFC 8037 A.3"]).input(Object::new().with("jwk", Value::Map(example)));
    file.valid(new, Object::new().text("jwk_thumbprint", "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"));
    let private = cast::private_jwk(&key(Algorithm::P256));
    let new = case("jwk-private", "a private key where a public one belongs", &["JWT-K-002"]).differs_from("jwk-p256");
    file.refused(new.input(Object::new().with("jwk", private)), "jose/jwk-private");
    let x448 = object(
        r#"{"kty":"OKP","crv":"Ed448","x":"X9dEm1m0Yf0s54fsYWrUah2hNCSFpw4fig6nXYDpZ3jt8SR2m0bHBhvWeD3x5Q9s0foavq_oJWGA"}"#,
    );
    let new = case("jwk-ed448", "a curve that is not supported", RULES).differs_from("jwk-ed25519");
    file.refused(new.input(Object::new().with("jwk", Value::Map(x448))), "jose/key-unsupported");
}

fn cose_key(file: &mut Draft) {
    const RULES: &[&str] = &["RFC 9053 7.1", "RFC 9053 7.2", "CWT-C-001"];
    file.group("COSE_Key", Object::new().text("format", "cose-key"));
    let of = |id: &str, comment: &str, key: &[u8]| case(format!("cose-key-{id}"), comment, RULES).input(octets(key));
    for (algorithm, name) in NAMES {
        let key = key(algorithm);
        let written = mimicred_cose::key::public_octets(key.public());
        let expected = read(algorithm).hex("cose_key", &written).hex("cose_key_thumbprint", &mimicred_keys::sha256(&written));
        file.valid(of(name, &format!("{algorithm}"), &written), expected);
    }
    // RFC 9679 6.
    let example = "a40102200121582065eda5a12577c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d2258201e52ed75701163f7f9e40ddf9f341b3\
                   dc9ba860af7e0ca7ca7e9eecd0084d19c";
    let new = case("cose-key-rfc-9679", "the example of RFC 9679", &["RFC 9679 6", "RFC 9679 5.6"]);
    let thumbprint = "496bd8afadf307e5b08c64b0421bf9dc01528a344a43bda88fadd1669da253ec";
    let uri = "urn:ietf:params:oauth:ckt:sha-256:SWvYr63zB-WwjGSwQhv53AFSijRKQ72oj63RZp2iU-w";
    let expected = Object::new().text("cose_key_thumbprint", thumbprint).text("cose_key_thumbprint_uri", uri);
    file.valid(new.input(Object::new().text("octets", example)), expected);

    let p256 = key(Algorithm::P256);
    let (x, y) = (hex(p256.public().x()), hex(p256.public().y().unwrap_or_default()));
    let odd = p256.public().octets().last().is_some_and(|last| last & 1 == 1);
    let text = |id: &str, comment: &str, key: String| {
        case(format!("cose-key-{id}"), comment, RULES).input(Object::new().text("octets", key))
    };
    let compressed = format!("a401022001215820{x}22{}", if odd { "f5" } else { "f4" });
    file.valid(text("p256-compressed", "Y is a sign: the same key, and the same thumbprint", compressed), read(Algorithm::P256));
    let mut refused =
        |id: &str, comment: &str, key: String| file.refused(text(id, comment, key).differs_from("cose-key-p256"), "cose/key");
    refused("no-y", "there is no Y", format!("a301022001215820{x}"));
    refused("short-x", "X lacks its first octet", format!("a40102200121581f{}225820{y}", x.get(2..).unwrap_or_default()));
    refused("other-curve", "the curve is P-384", format!("a401022002215820{x}225820{y}"));
    refused("secp256k1", "a curve that is not supported", format!("a401022008215820{x}225820{y}"));
    refused("alg-es384", "alg is of another curve", format!("a50102033822200121 5820{x}225820{y}").replace(' ', ""));
    refused("key-ops-encrypt", "key_ops allow encryption only", format!("a501020481032001215820{x}225820{y}"));
    refused("private", "the private key, too", hex(&mimicred_cose::key::secret_octets(p256.secret())));
}
