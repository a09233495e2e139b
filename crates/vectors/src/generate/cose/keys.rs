//! COSE_Key, and thumbprints.

use mimicred_claims::Value;
use mimicred_cose::key;
use mimicred_keys::Algorithm;

use super::super::by_hand::bytes;
use crate::cast::{self, public_jwk};
use crate::draft::{Draft, NewCase, case, object};
use crate::notation::{self, octets};
use crate::object::{Object, hex};

/// The key of RFC 9679 section 6.
const RFC_X: &str = "65eda5a12577c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d";
const RFC_Y: &str = "1e52ed75701163f7f9e40ddf9f341b3dc9ba860af7e0ca7ca7e9eecd0084d19c";
const RFC_THUMBPRINT: &str = "496bd8afadf307e5b08c64b0421bf9dc01528a344a43bda88fadd1669da253ec";

fn of(id: &str, comment: &str, rules: &[&'static str], key: &str) -> NewCase {
    case(id, comment, rules).input(Object::new().hex("octets", &octets(key)))
}

pub(super) fn keys() -> Draft {
    let about = "COSE_Keys for signatures: on P-256, P-384, P-521 and Ed25519.";
    let specifications = ["RFC 9052", "RFC 9053", "RFC 9679", "RFC 9864"];
    let mut file = Draft::new("cose/key-read", "cose/key-read", about, &specifications);
    points(&mut file);
    private(&mut file);
    uses(&mut file);
    file
}

fn ec2(members: &str) -> String {
    format!("{{1: 2, -1: 1, -2: h'{RFC_X}', -3: h'{RFC_Y}'{members}}}")
}

fn rfc_key() -> Object {
    let jwk = r#"{"kty":"EC","crv":"P-256","x":"Ze2loSV3wrroKUN_4zhwGhCqo3Xhu1td4QjeQ5wIVR0","y":"HlLtdXARY_f55A3fnzQbPcm6hgr34Mp8p-nuzQCE0Zw"}"#;
    Object::new().with("key", Value::Map(object(jwk))).with("private", false).text("thumbprint", RFC_THUMBPRINT)
}

fn points(file: &mut Draft) {
    file.group("Public keys", Object::new().text("kind", "public"));
    let good = of("rfc-9679", "the key of RFC 9679", &["CWT-K-009", "CWT-K-010", "RFC 9679 6"], &ec2(""));
    let thumbprint_input = Object::new().text("thumbprint_input", format!("a401022001215820{RFC_X}225820{RFC_Y}"));
    file.valid(good.intermediates(thumbprint_input), rfc_key());
    let kid = format!(", 2: h'{RFC_THUMBPRINT}'");
    let with_kid =
        of("kid-and-alg", "other parameters do not change the thumbprint", &["CWT-K-009"], &ec2(&format!("{kid}, 3: -9")));
    file.valid(with_kid, rfc_key().text("kid", RFC_THUMBPRINT).int("alg", -9));
    // The last octet of y is 9c, so y is even.
    let compressed = ec2("").replace(&format!("h'{RFC_Y}'"), "false");
    file.valid(of("compressed", "y by its sign", &["CWT-K-006", "CWT-K-011"], &compressed), rfc_key());
    for algorithm in [Algorithm::Ed25519, Algorithm::P256, Algorithm::P384, Algorithm::P521] {
        let key = cast::key(algorithm, "somebody");
        let text = notation::line(&key::public_octets(key.public())).unwrap_or_default();
        let id = format!("key-{}", algorithm.to_string().to_lowercase());
        let expected = Object::new().with("key", public_jwk(key.public())).with("private", false);
        file.valid(of(&id, &format!("a key of {algorithm}"), &["CWT-K-004", "CWT-K-012"], &text), expected);
    }
    let changed = |from: &str, to: &str| ec2("").replace(from, to);
    let short = changed(RFC_X, RFC_X.get(2..).unwrap_or_default());
    for (id, comment, key, rules) in [
        ("x-missing", "no x", changed(&format!(", -2: h'{RFC_X}'"), ""), ["CWT-K-004"].as_slice()),
        ("y-missing", "no y", changed(&format!(", -3: h'{RFC_Y}'"), ""), &["CWT-K-006"]),
        ("y-null", "y is null", changed(&format!("h'{RFC_Y}'"), "null"), &["CWT-K-006"]),
        ("x-short", "x of 31 octets", short, &["CWT-K-004", "CWT-K-012"]),
        ("off-the-curve", "x is y", changed(RFC_X, RFC_Y), &["CWT-K-004"]),
        ("curve-other", "the coordinates of one curve under the number of another", changed("-1: 1", "-1: 2"), &["CWT-K-004"]),
        ("curve-secp256k1", "secp256k1, which is not supported", changed("-1: 1", "-1: 8"), &["CWT-K-004"]),
        ("kty-okp", "kty of an Edwards curve", changed("1: 2,", "1: 1,"), &["CWT-K-004"]),
        ("kty-text", "kty is text", changed("1: 2,", "1: \"EC2\","), &["CWT-K-004"]),
        ("kty-missing", "no kty", changed("1: 2, ", ""), &["CWT-K-004"]),
        ("kty-symmetric", "a symmetric key", format!("{{1: 4, -1: h'{RFC_X}'}}"), &["CWT-K-004"]),
        ("x25519", "X25519, which does not sign", format!("{{1: 1, -1: 4, -2: h'{RFC_X}'}}"), &["CWT-K-004", "CWT trap 33"]),
        (
            "small-order",
            "Ed25519 with a point of small order",
            format!("{{1: 1, -1: 6, -2: {}}}", bytes(&[0; 32])),
            &["CWT-K-004"],
        ),
        ("kid-text", "kid is text", ec2(", 2: \"kid\""), &["CWT trap 30"]),
        ("private", "a private part", ec2(&format!(", -4: {}", bytes(&[7; 32]))), &["CWT-K-003"]),
    ] {
        file.refused(of(id, comment, rules, &key).differs_from("rfc-9679"), "cose/key");
    }
    for (id, comment, key, code) in [
        ("array", "an array", "[1, 2]".to_owned(), "structure"),
        ("member-twice", "kty twice", ec2(", 1_0: 2"), "cbor-malformed"),
        (
            "indefinite",
            "a map of indefinite length",
            format!("{{_ 1: 2, -1: 1, -2: h'{RFC_X}', -3: h'{RFC_Y}'}}"),
            "cbor-forbidden",
        ),
    ] {
        file.refused(of(id, comment, &["RFC 9052 7", "CWT-E-010"], &key).differs_from("rfc-9679"), &format!("cose/{code}"));
    }
}

fn private(file: &mut Draft) {
    file.group("Private keys", Object::new());
    let key = cast::key(Algorithm::P256, "somebody");
    let (x, y) = (bytes(key.public().x()), bytes(key.public().y().unwrap_or_default()));
    let d = bytes(&key.secret().octets());
    let expected = || Object::new().with("key", public_jwk(key.public())).with("private", true);
    let rules = ["RFC 9053 7"];
    file.valid(
        of("private-good", "with its public part", &rules, &format!("{{1: 2, -1: 1, -2: {x}, -3: {y}, -4: {d}}}")),
        expected(),
    );
    file.valid(of("private-alone", "without it", &rules, &format!("{{1: 2, -1: 1, -4: {d}}}")), expected());
    let other = bytes(&cast::key(Algorithm::P256, "mallory").secret().octets());
    for (id, comment, text) in [
        ("private-other", "the public part is of another key", format!("{{1: 2, -1: 1, -2: {x}, -3: {y}, -4: {other}}}")),
        ("private-zero", "the number 0", format!("{{1: 2, -1: 1, -4: {}}}", bytes(&[0; 32]))),
        ("private-short", "31 octets", format!("{{1: 2, -1: 1, -4: {}}}", bytes(&[7; 31]))),
        ("private-text", "text", "{1: 2, -1: 1, -4: \"d\"}".to_owned()),
    ] {
        file.refused(of(id, comment, &rules, &text).differs_from("private-good"), "cose/key");
    }
}

fn uses(file: &mut Draft) {
    file.group("What a key is for", Object::new().text("kind", "public"));
    let rules = ["CWT-K-005"];
    for (id, comment, members) in [
        ("alg-polymorphic", "alg -7", ", 3: -7"),
        ("alg-specified", "alg -9", ", 3: -9"),
        ("ops-verify", "key_ops with verify and others", ", 4: [9, 2]"),
    ] {
        file.valid(of(id, comment, &rules, &ec2(members)), Object::new().text("thumbprint", RFC_THUMBPRINT));
    }
    for (id, comment, members) in [
        ("alg-other-curve", "alg of another curve", ", 3: -51"),
        ("alg-mac", "alg of a MAC", ", 3: 5"),
        ("alg-text", "alg is text", ", 3: \"ES256\""),
        ("ops-sign", "key_ops with sign only, of a public key", ", 4: [1]"),
        ("ops-empty", "key_ops with nothing", ", 4: []"),
        ("ops-number", "key_ops is a number", ", 4: 2"),
    ] {
        file.refused(of(id, comment, &rules, &ec2(members)), "cose/key");
    }
}

pub(super) fn symmetric() -> Draft {
    let about = "Symmetric COSE_Keys, as they encrypt disclosures, and their thumbprints.";
    let mut file = Draft::new("cose/symmetric-key-read", "cose/symmetric-key-read", about, &["RFC 9053", "RFC 9679"]);
    file.group("Keys", Object::new());
    let secret = [0x5a; 16];
    let (k, input) = (bytes(&secret), octets(&format!("{{1: 4, -1: {}}}", bytes(&secret))));
    let thumbprint = hex(&mimicred_keys::sha256(&input));
    let expected = || Object::new().hex("secret", &secret).text("thumbprint", thumbprint.clone());
    let rules = ["CWT-A-021", "CWT-K-009"];
    let good = of("good", "kty and k", &rules, &format!("{{1: 4, -1: {k}}}"))
        .intermediates(Object::new().hex("thumbprint_input", &input));
    file.valid(good, expected());
    file.valid(of("more", "a kid and an algorithm besides", &rules, &format!("{{1: 4, -1: {k}, 2: 'kid', 3: 1}}")), expected());
    file.valid(of("ops", "it may decrypt", &rules, &format!("{{1: 4, -1: {k}, 4: [4]}}")), expected());
    for (id, comment, key) in [
        ("kty-ec2", "kty of a curve", format!("{{1: 2, -1: {k}}}")),
        ("k-missing", "no k", "{1: 4}".to_owned()),
        ("k-empty", "k of no octets", "{1: 4, -1: h''}".to_owned()),
        ("k-text", "k is text", "{1: 4, -1: \"secret\"}".to_owned()),
        ("ops-verify", "it may only verify", format!("{{1: 4, -1: {k}, 4: [2]}}")),
    ] {
        file.refused(of(id, comment, &rules, &key).differs_from("good"), "cose/key");
    }
    file
}

pub(super) fn uris() -> Draft {
    let about = "URIs of thumbprints.";
    let mut file = Draft::new("cose/thumbprint-uri-read", "cose/thumbprint-uri-read", about, &["RFC 9679"]);
    file.group("URIs", Object::new());
    let good = "urn:ietf:params:oauth:ckt:sha-256:SWvYr63zB-WwjGSwQhv53AFSijRKQ72oj63RZp2iU-w";
    let rules = ["CWT-K-013", "CWT trap 28"];
    let of = |id: &str, comment: &str, uri: &str| case(id, comment, &rules).input(Object::new().text("uri", uri));
    file.valid(of("rfc-9679", "the one of RFC 9679", good), Object::new().text("thumbprint", RFC_THUMBPRINT));
    let cut = good.split_at(good.len() - 1).0;
    for (id, comment, uri) in [
        ("padding", "with padding", format!("{good}=")),
        ("longer", "a character more", format!("{good}A")),
        ("shorter", "a character less", cut.to_owned()),
        ("spare-bits", "spare bits that are not zero", format!("{cut}x")),
        ("base64", "in base64, not base64url", good.replace("-Ww", "+Ww")),
        ("hash-other", "another hash", good.replace("sha-256", "sha-384")),
        ("hash-case", "the hash in capitals", good.replace("sha-256", "SHA-256")),
        ("hash-missing", "no hash, as the draft prints it", good.replace("sha-256:", "")),
        ("jwk", "the thumbprint of a JWK", good.replace("ckt", "jwk-thumbprint")),
        ("scheme-case", "the scheme in capitals", good.replace("urn", "URN")),
    ] {
        file.refused(of(id, comment, &uri), "cose/key");
    }
    file
}
