//! Private keys, and PEM itself. These keys are published with the vectors.

use mimicred_claims::Value;
use mimicred_keys::{Algorithm, pem};

use super::NAMES;
use crate::cast::{self, private_jwk};
use crate::draft::{Draft, NewCase, case, object};
use crate::generate::der;
use crate::object::Object;
use crate::sign::FixedKey;

pub(super) fn file() -> Draft {
    let about = "Private keys in every format. Those of the cases that are valid are the same four keys, whose public halves are in \
                 keys/public.json.";
    let specifications = &["RFC 5958", "RFC 5915", "RFC 8410", "RFC 7468", "RFC 7517", "RFC 7518", "RFC 8037", "RFC 9053"];
    let mut file = Draft::new("keys/private", "keys/read-private", about, specifications);
    raw(&mut file);
    pkcs8(&mut file);
    pem_files(&mut file);
    jwk(&mut file);
    cose_key(&mut file);
    file
}

fn key(algorithm: Algorithm) -> FixedKey {
    cast::key(algorithm, "holder")
}

fn octets(octets: &[u8]) -> Object {
    Object::new().hex("octets", octets)
}

fn read(algorithm: Algorithm) -> Object {
    let key = key(algorithm);
    Object::new().text("algorithm", algorithm.name()).hex("raw", &key.secret().octets()).hex("public", key.public().octets())
}

fn raw(file: &mut Draft) {
    const RULES: &[&str] = &["RFC 8032 5.1.5", "SEC 1 3.2.1"];
    for (algorithm, name) in NAMES {
        file.group(
            &format!("{algorithm}: seed or scalar"),
            Object::new().text("format", "raw").text("algorithm", algorithm.name()),
        );
        let of = |id: &str, comment: &str, key: &[u8]| case(format!("raw-{name}-{id}"), comment, RULES).input(octets(key));
        let secret = key(algorithm).secret().octets();
        file.valid(of("good", "in full length", &secret), read(algorithm));
        let mut refused = |id: &str, comment: &str, key: &[u8]| file.refused(of(id, comment, key), "keys/secret-key-malformed");
        refused("short", "the first octet is missing", secret.get(1..).unwrap_or_default());
        refused("long", "an octet more", &[&[0], secret.as_slice()].concat());
        if algorithm != Algorithm::Ed25519 {
            refused("zero", "zero", &vec![0; secret.len()]);
            refused("above-order", "not below the group order", &vec![0xff; secret.len()]);
        }
    }
}

/// ECPrivateKey of RFC 5915 with these optional parts.
fn ec_private(secret: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    der::sequence(&[&der::integer(&[1]), &der::octet_string(secret), &parts.concat()])
}

fn curve(oid: &str) -> Vec<u8> {
    der::explicit(0, &[&der::oid(oid)])
}

fn public_part(octets: &[u8]) -> Vec<u8> {
    der::explicit(1, &[&der::bit_string(octets)])
}

const P256: &str = "1.2.840.10045.3.1.7";
const P384: &str = "1.3.132.0.34";

fn pkcs8(file: &mut Draft) {
    const RULES: &[&str] = &["RFC 5958 2", "RFC 5915 3", "RFC 8410 7"];
    file.group("PKCS#8", Object::new().text("format", "pkcs8"));
    let of = |id: &str, comment: &str, der: &[u8]| -> NewCase { case(format!("pkcs8-{id}"), comment, RULES).input(octets(der)) };
    let version = |n: u8, algorithm: Algorithm, key: &[u8], rest: &[u8]| {
        der::sequence(&[&der::integer(&[n]), &der::key_identifier(algorithm), &der::octet_string(key), rest])
    };
    for (algorithm, name) in NAMES {
        let key = key(algorithm);
        let secret = key.secret().octets();
        let inner = match algorithm {
            Algorithm::Ed25519 => der::octet_string(&secret),
            _ => ec_private(&secret, &[&public_part(key.public().octets())]),
        };
        let written = version(0, algorithm, &inner, &[]);
        file.valid(of(name, &format!("{algorithm}, version 1"), &written), read(algorithm).hex("pkcs8", &written));
    }
    let (ed25519, p256) = (key(Algorithm::Ed25519), key(Algorithm::P256));
    let (seed, scalar) = (ed25519.secret().octets(), p256.secret().octets());
    let inner = der::octet_string(&seed);
    let beside = |key: &[u8]| der::implicit(1, &[&[0], key].concat());
    // RFC 8410 10.3 has attributes, too.
    let attributes = der::explicit(
        0,
        &[&der::sequence(&[
            &der::oid("1.2.840.113549.1.9.9.20"),
            &der::element(der::SET, &[&der::element(der::UTF8_STRING, &[b"Curdle Chairs"])]),
        ])],
    );
    let two = version(1, Algorithm::Ed25519, &inner, &beside(ed25519.public().octets()));
    file.valid(of("ed25519-version-2", "version 2, with the public key", &two), read(Algorithm::Ed25519));
    let with = version(1, Algorithm::Ed25519, &inner, &[attributes, beside(ed25519.public().octets())].concat());
    file.valid(of("ed25519-attributes", "with attributes, which say nothing about the key", &with), read(Algorithm::Ed25519));
    let alone = version(0, Algorithm::P256, &ec_private(&scalar, &[]), &[]);
    file.valid(of("p256-alone", "without the public key inside", &alone), read(Algorithm::P256));
    let named = version(0, Algorithm::P256, &ec_private(&scalar, &[&curve(P256)]), &[]);
    file.valid(of("p256-curve-twice", "the curve is named inside as well", &named), read(Algorithm::P256));

    let mallory = cast::key(Algorithm::Ed25519, "mallory");
    let mut refused = |id: &str, comment: &str, der: &[u8], good: &str, code: &str| {
        file.refused(of(id, comment, der).differs_from(good), code);
    };
    let other = version(1, Algorithm::Ed25519, &inner, &beside(mallory.public().octets()));
    refused(
        "ed25519-other-public",
        "the public key is somebody else's",
        &other,
        "pkcs8-ed25519-version-2",
        "keys/key-pair-mismatch",
    );
    let mallory = cast::key(Algorithm::P256, "mallory");
    let other = version(0, Algorithm::P256, &ec_private(&scalar, &[&public_part(mallory.public().octets())]), &[]);
    refused("p256-other-public", "the public key inside is somebody else's", &other, "pkcs8-p256", "keys/key-pair-mismatch");
    let contradicting = version(0, Algorithm::P256, &ec_private(&scalar, &[&curve(P384)]), &[]);
    refused(
        "p256-curves-differ",
        "another curve is named inside",
        &contradicting,
        "pkcs8-p256-curve-twice",
        "keys/der-malformed",
    );
    let version_3 = version(2, Algorithm::Ed25519, &inner, &beside(ed25519.public().octets()));
    refused("version-3", "a version that there is not", &version_3, "pkcs8-ed25519-version-2", "keys/der-malformed");
    let version_1 = version(0, Algorithm::Ed25519, &inner, &beside(ed25519.public().octets()));
    refused("version-1-public", "version 1 with a public key", &version_1, "pkcs8-ed25519-version-2", "keys/der-malformed");
    let bare = version(0, Algorithm::Ed25519, &seed, &[]);
    refused("ed25519-bare", "the seed is not in an OCTET STRING of its own", &bare, "pkcs8-ed25519", "keys/der-malformed");
    let good = version(0, Algorithm::Ed25519, &inner, &[]);
    refused(
        "cut",
        "the last octet is missing",
        good.get(..good.len() - 1).unwrap_or_default(),
        "pkcs8-ed25519",
        "keys/der-malformed",
    );
    refused("after", "an octet after", &[good.as_slice(), &[0]].concat(), "pkcs8-ed25519", "keys/der-malformed");
    let short = version(0, Algorithm::P256, &ec_private(scalar.get(1..).unwrap_or_default(), &[]), &[]);
    refused("p256-short", "the scalar lacks its first octet", &short, "pkcs8-p256-alone", "keys/secret-key-malformed");
    let zero = version(0, Algorithm::P256, &ec_private(&[0; 32], &[]), &[]);
    refused("p256-zero", "the scalar is zero", &zero, "pkcs8-p256-alone", "keys/secret-key-malformed");
    let compressed = version(0, Algorithm::P256, &ec_private(&scalar, &[&public_part(&der::compressed(p256.public()))]), &[]);
    refused(
        "p256-public-compressed",
        "the public key inside is compressed",
        &compressed,
        "pkcs8-p256",
        "keys/public-key-malformed",
    );
    let x25519 = der::sequence(&[&der::integer(&[0]), &der::sequence(&[&der::oid("1.3.101.110")]), &der::octet_string(&inner)]);
    refused("x25519", "a key that signs nothing", &x25519, "pkcs8-ed25519", "keys/algorithm-unsupported");
    let k1 =
        der::sequence(&[&der::integer(&[0]), &der::ec_identifier("1.3.132.0.10"), &der::octet_string(&ec_private(&scalar, &[]))]);
    refused("secp256k1", "another curve", &k1, "pkcs8-p256-alone", "keys/algorithm-unsupported");
}

fn pem_files(file: &mut Draft) {
    const RULES: &[&str] = &["RFC 7468 10", "RFC 5915 4"];
    file.group("PEM files", Object::new().text("format", "pem"));
    let of =
        |id: &str, comment: &str, text: &str| case(format!("pem-{id}"), comment, RULES).input(Object::new().text("text", text));
    for (algorithm, name) in NAMES {
        let new = of(name, &format!("PKCS#8, {algorithm}"), &key(algorithm).secret().to_pem());
        file.valid(new, read(algorithm));
    }
    let p256 = key(Algorithm::P256);
    let scalar = p256.secret().octets();
    let sec1 = |parts: &[&[u8]]| pem::write("EC PRIVATE KEY", &ec_private(&scalar, parts));
    let (curve_, public) = (curve(P256), public_part(p256.public().octets()));
    file.valid(of("sec1", "SEC 1, with the curve and the public key", &sec1(&[&curve_, &public])), read(Algorithm::P256));
    file.valid(of("sec1-no-public", "SEC 1, with the curve", &sec1(&[&curve_])), read(Algorithm::P256));
    let mut refused =
        |id: &str, comment: &str, text: &str, code: &str| file.refused(of(id, comment, text).differs_from("pem-p256"), code);
    refused("sec1-no-curve", "SEC 1 without the curve", &sec1(&[&public]), "keys/der-malformed");
    let mallory = public_part(cast::key(Algorithm::P256, "mallory").public().octets());
    refused("sec1-other-public", "SEC 1 with somebody else's public key", &sec1(&[&curve_, &mallory]), "keys/key-pair-mismatch");
    // PBES2 (RFC 8018) of nothing: its label is enough.
    let encrypted = pem::write(
        "ENCRYPTED PRIVATE KEY",
        &der::sequence(&[&der::sequence(&[&der::oid("1.2.840.113549.1.5.13")]), &der::octet_string(&[0; 64])]),
    );
    refused("encrypted", "PKCS#8 encrypted", &encrypted, "keys/key-encrypted");
    refused("public", "a public key", &p256.public().to_pem(), "keys/pem-label");
    let rsa = p256.secret().to_pem().replace("PRIVATE KEY", "RSA PRIVATE KEY");
    refused("rsa-label", "it says that it is an RSA key", &rsa, "keys/pem-label");
    let crossed = p256.secret().to_pem().replace("PRIVATE KEY", "EC PRIVATE KEY");
    refused("sec1-label", "PKCS#8 that says it is SEC 1", &crossed, "keys/der-malformed");
}

fn jwk(file: &mut Draft) {
    file.group("JWK", Object::new().text("format", "jwk"));
    for (algorithm, name) in NAMES {
        let new = case(format!("jwk-{name}"), format!("{algorithm}"), &["RFC 7518 6.2.2", "RFC 8037 2"]);
        file.valid(new.input(Object::new().with("jwk", private_jwk(&key(algorithm)))), read(algorithm));
    }
    // RFC 8037 A.1.
    let example = object(
        r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    );
    let new =
        case("jwk-rfc-8037", "the example of RFC 8037", &["RFC 8037 A.1"]).input(Object::new().with("jwk", Value::Map(example)));
    let octets = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
    file.valid(new, Object::new().text("raw", octets));
    let replaced = |name: &str, value: &str| {
        let text = mimicred_jose::jwk::secret_text(key(Algorithm::P256).secret()).to_string();
        let (before, rest) = text.split_once(&format!("\"{name}\":\"")).unwrap_or_default();
        let after = rest.split_once('"').map_or("", |(_, after)| after);
        Value::Map(object(&format!("{before}\"{name}\":\"{value}\"{after}")))
    };
    let other = mimicred_jose::base64url::encode(&cast::key(Algorithm::P256, "mallory").secret().octets());
    let mut refused = |id: &str, comment: &str, jwk: Value<'static>| {
        let new = case(format!("jwk-{id}"), comment, &["RFC 7518 6.2.2", "RFC 7517 4"]).input(Object::new().with("jwk", jwk));
        file.refused(new.differs_from("jwk-p256"), "jose/jwk-malformed");
    };
    refused("other-d", "d is not that of x and y", replaced("d", &other));
    refused("short-d", "d has 31 octets", replaced("d", other.get(..42).unwrap_or_default()));
    refused("zero-d", "d is zero", replaced("d", &"A".repeat(43)));
}

fn cose_key(file: &mut Draft) {
    const RULES: &[&str] = &["RFC 9053 7.1.1", "RFC 9053 7.2"];
    file.group("COSE_Key", Object::new().text("format", "cose-key"));
    let of = |id: &str, comment: &str, key: &[u8]| case(format!("cose-key-{id}"), comment, RULES).input(octets(key));
    for (algorithm, name) in NAMES {
        let written = mimicred_cose::key::secret_octets(key(algorithm).secret());
        file.valid(of(name, &format!("{algorithm}"), &written), read(algorithm).hex("cose_key", &written));
    }
    let (p256, mallory) = (key(Algorithm::P256), cast::key(Algorithm::P256, "mallory"));
    let d = |d: &[u8]| [&[0x23, 0x58, u8::try_from(d.len()).unwrap_or(0)], d].concat();
    let public = mimicred_cose::key::public_octets(p256.public());
    let with = |d: &[u8]| [&[0xa5], public.get(1..).unwrap_or_default(), d].concat();
    let alone = [b"\xa3\x01\x02\x20\x01".as_slice(), &d(&p256.secret().octets())].concat();
    file.valid(of("p256-d-alone", "d only, of which the rest follows", &alone), read(Algorithm::P256));
    let mut refused =
        |id: &str, comment: &str, key: &[u8]| file.refused(of(id, comment, key).differs_from("cose-key-p256"), "cose/key");
    refused("other-d", "d is not that of x and y", &with(&d(&mallory.secret().octets())));
    refused("zero-d", "d is zero", &with(&d(&[0; 32])));
    refused("short-d", "d has 31 octets", &with(&d(p256.secret().octets().get(1..).unwrap_or_default())));
}

pub(super) fn pem() -> Draft {
    let about = "PEM files, strictly: lines of 64 characters, nothing around the blocks but blank lines, no headers.";
    let mut file = Draft::new("keys/pem", "keys/read-pem", about, &["RFC 7468"]);
    file.group("Files of one or more blocks", Object::new());
    let of = |id: &str, comment: &str, text: &str| case(id, comment, &["RFC 7468 3"]).input(Object::new().text("text", text));
    let content: Vec<u8> = (0..64).collect();
    let good = pem::write("GREETING", &content).to_string();
    let block = |der: &[u8]| Object::new().text("label", "GREETING").hex("der", der);
    let one = || Object::new().list("blocks", [block(&content)]);
    file.valid(of("good", "two lines, the second one shorter", &good), one());
    let full: Vec<u8> = (0..96).collect();
    file.valid(of("full-lines", "full lines only", &pem::write("GREETING", &full)), Object::new().list("blocks", [block(&full)]));
    file.valid(of("two", "two blocks", &good.repeat(2)), Object::new().list("blocks", [block(&content), block(&content)]));
    file.valid(
        of("blank-lines", "blank lines before, between and after", &format!("\n{good}\n{good}\n\n")),
        Object::new().list("blocks", [block(&content), block(&content)]),
    );
    file.valid(of("crlf", "lines that end in CR LF", &good.replace('\n', "\r\n")), one());
    file.valid(of("no-last-newline", "no newline at the end", good.trim_end()), one());
    file.valid(
        of("no-content", "no content", "-----BEGIN GREETING-----\n-----END GREETING-----\n"),
        Object::new().list("blocks", [block(&[])]),
    );
    let lines: Vec<&str> = good.lines().collect();
    let [begin, first, second, end] = lines.as_slice() else { return file };
    let joined = |lines: &[&str]| lines.join("\n") + "\n";
    let mut refused =
        |id: &str, comment: &str, text: &str| file.refused(of(id, comment, text).differs_from("good"), "keys/pem-malformed");
    refused("empty", "nothing", "");
    refused("labels-differ", "the block ends as another one than it began", &good.replace("END GREETING", "END FAREWELL"));
    refused("no-begin", "the first line is missing", &joined(&[first, second, end]));
    refused("no-end", "the last line is missing", &joined(&[begin, first, second]));
    refused("padding", "the padding is missing", &good.replace('=', ""));
    refused("alphabet", "a character of base64url", &good.replacen('A', "-", 1));
    refused("spare-bits", "spare bits that are not zero", &good.replace("Pw==", "Px=="));
    refused("data-after-padding", "more lines after a short one", &joined(&[begin, second, first, end]));
    let mut limit = |id: &str, comment: &str, text: &str| {
        file.refused(of(id, comment, text).differs_from("good").flag("limit"), "keys/pem-malformed")
    };
    // RFC 7468 lets a parser forgive what follows.
    limit("one-line", "all of it on one line", &joined(&[begin, &format!("{first}{second}"), end]));
    limit("text-before", "a line of text before it", &format!("Greetings\n{good}"));
    limit("headers", "headers of RFC 1421", &joined(&[begin, "Proc-Type: 4,ENCRYPTED", "", first, second, end]));
    limit("space-in-line", "a space at the end of a line", &joined(&[begin, &format!("{first} "), second, end]));
    file
}
