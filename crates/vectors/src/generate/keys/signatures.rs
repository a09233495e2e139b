//! Signatures: the forms of ECDSA, the rule for Ed25519, and scalars.

use mimicred_claims::Value;
use mimicred_keys::{Algorithm, Family, PublicKey, ToBeSigned};

use super::NAMES;
use super::ed25519::{self, Signed};
use crate::cast::{self, public_jwk};
use crate::draft::{Draft, NewCase, case};
use crate::generate::der;
use crate::object::Object;

/// What is signed: an MLS LeafNodeTBS of nothing, or the like of the other protocols.
const MLS: &[u8] = b"\x13MLS 1.0 LeafNodeTBS\x03abc";
const JWS: &[u8] = b"eyJ0eXAiOiJrYitqd3QifQ.e30";

pub(super) fn file() -> Draft {
    let about = "Signatures in the forms of their protocols. Where implementations of Ed25519 differ, the rule is: R and the key are canonical \
                 and not of small order, s is below the group order, and the equation holds when both sides are multiplied by 8.";
    let mut file = Draft::new(
        "keys/verify",
        "keys/verify",
        about,
        &["RFC 8032", "ZIP 215", "FIPS 186-5", "RFC 9420", "RFC 7518", "RFC 9053", "RFC 5280", "RFC 6979"],
    );
    for (algorithm, name) in NAMES {
        each(&mut file, algorithm, name);
    }
    ecdsa(&mut file);
    edwards(&mut file);
    file
}

fn signed(algorithm: Algorithm, family: Family, message: &[u8]) -> Vec<u8> {
    // Both messages are of their families.
    let to_be_signed = ToBeSigned::new(family, message).ok();
    to_be_signed.and_then(|tbs| cast::key(algorithm, "holder").sign(&tbs)).unwrap_or_default()
}

fn of(id: String, comment: &str, rules: &[&'static str], message: &[u8], signature: &[u8]) -> NewCase {
    case(id, comment, rules).input(Object::new().hex("message", message).hex("signature", signature))
}

fn group(file: &mut Draft, about: &str, key: &PublicKey, family: Family) {
    file.group(about, Object::new().with("key", public_jwk(key)).text("family", family.name()));
}

/// What the equation is about: the digest of the message for ECDSA.
fn digests(algorithm: Algorithm, message: &[u8]) -> Object {
    match algorithm {
        Algorithm::Ed25519 => Object::new(),
        _ => Object::new().hex("digest", &algorithm.matching_hash().digest(message)),
    }
}

fn each(file: &mut Draft, algorithm: Algorithm, name: &str) {
    let key = cast::key(algorithm, "holder");
    for (family, message) in [(Family::Mls, MLS), (Family::Jws, JWS)] {
        group(file, &format!("{algorithm}, as {family} writes it"), key.public(), family);
        let rules: &[&'static str] =
            if algorithm == Algorithm::Ed25519 { &["RFC 8032 5.1.7"] } else { &["FIPS 186-5 6.4.2", "mimi-mls.md 1.3"] };
        let signature = signed(algorithm, family, message);
        let named = |id: &str| format!("{name}-{family}-{id}");
        let new = of(named("good"), "a good signature", rules, message, &signature).intermediates(digests(algorithm, message));
        file.valid(new, Object::new());
        let mut refused = |id: &str, comment: &str, message: &[u8], signature: &[u8]| {
            file.refused(of(named(id), comment, rules, message, signature), "keys/signature-invalid");
        };
        let mut other = message.to_vec();
        if let Some(last) = other.last_mut() {
            *last ^= 1;
        }
        refused("other-message", "one bit of the message is another", &other, &signature);
        let mut flipped = signature.clone();
        if let Some(last) = flipped.last_mut() {
            *last ^= 1;
        }
        refused("flipped", "one bit of the signature is another", message, &flipped);
        refused("short", "the last octet is missing", message, signature.get(..signature.len() - 1).unwrap_or_default());
        refused("long", "an octet more", message, &[signature.as_slice(), &[0]].concat());
        refused("empty", "no signature", message, &[]);
    }
    group(file, &format!("{algorithm}, verified with another key"), cast::key(algorithm, "mallory").public(), Family::Jws);
    let new = of(
        format!("{name}-other-key"),
        "it is somebody else's",
        &["FIPS 186-5 6.4.2", "RFC 8032 5.1.7"],
        JWS,
        &signed(algorithm, Family::Jws, JWS),
    );
    file.refused(new.differs_from(&format!("{name}-jws-good")), "keys/signature-invalid");
}

/// What libraries forgive in ECDSA, and what they must not.
fn ecdsa(file: &mut Draft) {
    let algorithm = Algorithm::P256;
    let key = cast::key(algorithm, "holder");
    let fixed = signed(algorithm, Family::Jws, JWS);
    let (r, s) = fixed.split_at(algorithm.coordinate_len());
    // The order of P-256 (SEC 2 2.4.2).
    let order = crate::object::unhex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551").unwrap_or_default();
    let zero = [0; 32];
    let negated = subtracted(&order, s);
    let rules = &["FIPS 186-5 6.4.2"];
    group(file, "P-256: r and s one after the other", key.public(), Family::Jws);
    file.valid(of("p256-fixed-good".into(), "32 octets each", rules, JWS, &fixed), Object::new());
    let comment = "s is the other one of two that verify: which of them it is is for the signer";
    file.valid(of("p256-fixed-other-s".into(), comment, rules, JWS, &[r, &negated].concat()), Object::new());
    let mut refused = |id: &str, comment: &str, signature: &[u8]| {
        let new = of(format!("p256-fixed-{id}"), comment, rules, JWS, signature);
        file.refused(new.differs_from("p256-fixed-good"), "keys/signature-invalid");
    };
    refused("der", "in DER", &der::sequence(&[&der::unsigned(r), &der::unsigned(s)]));
    refused("r-zero", "r is zero", &[&zero, s].concat());
    refused("s-zero", "s is zero", &[r, &zero].concat());
    refused("both-zero", "r and s are zero", &[0; 64]);
    refused("r-is-order", "r is the group order", &[&order, s].concat());
    refused("s-is-order", "s is the group order", &[r, &order].concat());
    refused("swapped", "s comes first", &[s, r].concat());
    refused("padded", "r and s in 33 octets each", &[&[0], r, &[0], s].concat());

    let written = signed(algorithm, Family::Mls, MLS);
    let parts = der_parts(&written);
    let (r, s) = (parts.0.as_slice(), parts.1.as_slice());
    group(file, "P-256: r and s in DER", key.public(), Family::Mls);
    file.valid(of("p256-der-good".into(), "a SEQUENCE of two INTEGERs", rules, MLS, &written), Object::new());
    let other = der::sequence(&[&der::unsigned(r), &der::unsigned(&subtracted(&order, s))]);
    file.valid(of("p256-der-other-s".into(), comment, rules, MLS, &other), Object::new());
    let mut refused = |id: &str, comment: &str, signature: &[u8]| {
        let new = of(format!("p256-der-{id}"), comment, rules, MLS, signature);
        file.refused(new.differs_from("p256-der-good"), "keys/signature-invalid");
    };
    refused("fixed", "one after the other", &[r, s].concat());
    let padded = |octets: &[u8]| der::integer(&[&[0, 0], octets].concat());
    refused("padded", "r has needless zeros: BER, not DER", &der::sequence(&[&padded(r), &der::unsigned(s)]));
    let content = [der::unsigned(r), der::unsigned(s)].concat();
    let long = [&[der::SEQUENCE, 0x81, u8::try_from(content.len()).unwrap_or(0)], content.as_slice()].concat();
    refused("long-length", "the length has a needless octet: BER, not DER", &long);
    let indefinite = [&[der::SEQUENCE, 0x80], content.as_slice(), &[0, 0]].concat();
    refused("indefinite", "the length is indefinite: BER, not DER", &indefinite);
    let minus = |octets: &[u8]| der::integer(&negative(octets));
    refused("negative", "s is negative", &der::sequence(&[&der::unsigned(r), &minus(s)]));
    refused("third", "a third INTEGER", &der::sequence(&[&content, &der::unsigned(&[1])]));
    refused("alone", "one INTEGER only", &der::sequence(&[&der::unsigned(r)]));
    refused("r-zero", "r is zero", &der::sequence(&[&der::unsigned(&[]), &der::unsigned(s)]));
    let above = [&[1], r].concat();
    refused("r-above-order", "r is larger by 2^256", &der::sequence(&[&der::unsigned(&above), &der::unsigned(s)]));

    group(file, "P-384 signs with SHA-384, and with no other hash", cast::key(Algorithm::P384, "holder").public(), Family::Jws);
    let (good, other) = (signed(Algorithm::P384, Family::Jws, JWS), sha256_signed_by_p384());
    let rules = &["mimi-mls.md 1.3"];
    file.valid(of("p384-sha-384".into(), "over the SHA-384 digest", rules, JWS, &good), Object::new());
    file.refused(of("p384-sha-256".into(), "over the SHA-256 digest", rules, JWS, &other), "keys/signature-invalid");
}

fn sha256_signed_by_p384() -> Vec<u8> {
    use p384::ecdsa::signature::hazmat::PrehashSigner;
    let secret = cast::key(Algorithm::P384, "holder").secret().octets();
    let key = p384::ecdsa::SigningKey::from_slice(&secret).ok();
    let signature =
        key.and_then(|key| PrehashSigner::<p384::ecdsa::Signature>::sign_prehash(&key, &mimicred_keys::sha256(JWS)).ok());
    signature.map(|signature| signature.to_bytes().to_vec()).unwrap_or_default()
}

/// r and s, 32 octets each, out of a SEQUENCE in the short form.
fn der_parts(written: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut numbers = Vec::new();
    let mut rest = written.get(2..).unwrap_or_default();
    while let [_, length, more @ ..] = rest {
        let (number, after) = more.split_at_checked(usize::from(*length)).unwrap_or_default();
        let significant: Vec<u8> = number.iter().copied().skip_while(|octet| *octet == 0).collect();
        numbers.push([vec![0; 32 - significant.len().min(32)], significant].concat());
        rest = after;
    }
    let mut numbers = numbers.into_iter();
    (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default())
}

/// The difference of two numbers of as many octets, the first one larger.
fn subtracted(from: &[u8], number: &[u8]) -> Vec<u8> {
    let mut borrow = 0i16;
    let mut octets: Vec<u8> = from
        .iter()
        .zip(number)
        .rev()
        .map(|(from, octet)| {
            let difference = i16::from(*from) - i16::from(*octet) - borrow;
            borrow = i16::from(difference < 0);
            u8::try_from(difference.rem_euclid(256)).unwrap_or(0)
        })
        .collect();
    octets.reverse();
    octets
}

/// The contents of the INTEGER of the number with a minus before it.
fn negative(octets: &[u8]) -> Vec<u8> {
    subtracted(&[&[1], vec![0; octets.len() + 1].as_slice()].concat(), &[&[0, 0], octets].concat()).into_iter().skip(1).collect()
}

fn edwards(file: &mut Draft) {
    const RULES: &[&str] = &["RFC 8032 5.1.7", "ZIP 215", "RFC 8032 8.9"];
    let good = Signed::with(MLS, 0, 0);
    let Ok(key) = PublicKey::from_octets(Algorithm::Ed25519, &good.key) else { return };
    group(file, "Ed25519: a good key", &key, Family::Mls);
    let new = of("ed25519-good".into(), "a good signature", RULES, MLS, &good.signature);
    file.valid(new.intermediates(good.parts(MLS)), Object::new());
    for (n, order) in [(4, 2), (2, 4), (1, 8), (7, 8)] {
        let signed = Signed::with(MLS, 0, n);
        let comment = format!("R has a component of order {order}: the cofactored equation holds, the other one does not");
        let new = of(format!("ed25519-mixed-r-{n}"), &comment, RULES, MLS, &signed.signature);
        file.valid(new.flag("cofactored").intermediates(signed.parts(MLS)), Object::new());
    }
    let mut refused = |id: String, comment: &str, signature: &[u8]| {
        let new = of(format!("ed25519-{id}"), comment, RULES, MLS, signature);
        file.refused(new.differs_from("ed25519-good"), "keys/signature-invalid");
    };
    refused("s-above-order".into(), "the group order is added to s", &good.malleated());
    for (n, point) in ed25519::small_order().into_iter().enumerate() {
        let comment = "R is a point of small order, and the cofactored equation holds";
        refused(format!("r-small-order-{n}"), comment, &Signed::without_nonce(MLS, point).signature);
    }
    for (id, comment, encoding) in ed25519::not_canonical().into_iter().take(4) {
        let comment = format!("R as no encoder writes it: {comment}");
        let is_good_point = id == "y-is-p-plus-3";
        if !is_good_point {
            refused(format!("r-{id}"), &comment, &Signed::without_nonce(MLS, encoding).signature);
        }
    }
    for n in [1, 4] {
        let signed = Signed::with(MLS, n, 0);
        let Ok(key) = PublicKey::from_octets(Algorithm::Ed25519, &signed.key) else { return };
        group(file, &format!("Ed25519: a key with a component of order {}", if n == 1 { 8 } else { 2 }), &key, Family::Mls);
        let new = of(format!("ed25519-mixed-key-{n}"), "the cofactored equation holds", RULES, MLS, &signed.signature);
        file.valid(new.flag("cofactored").intermediates(signed.parts(MLS)), Object::new());
        let both = Signed::with(MLS, n, 3);
        let new = of(format!("ed25519-mixed-both-{n}"), "R has one of order 8, too", RULES, MLS, &both.signature);
        file.valid(new.flag("cofactored"), Object::new());
        let other = of(format!("ed25519-mixed-other-{n}"), "a signature over something else", RULES, JWS, &signed.signature);
        file.refused(other, "keys/signature-invalid");
    }
}

pub(super) fn together() -> Draft {
    let about =
        "Several signatures at once. Whoever verifies them by one equation comes to the same answer as who verifies each alone.";
    let mut file = Draft::new("keys/verify-all", "keys/verify-all", about, &["RFC 8032", "ZIP 215"]);
    file.group("Ed25519", Object::new().text("family", "mls"));
    let one = |signed: &Signed, message: &[u8]| -> Value<'static> {
        let key = PublicKey::from_octets(Algorithm::Ed25519, &signed.key);
        let key = key.map(|key| public_jwk(&key)).unwrap_or(Value::Null);
        Object::new().with("key", key).hex("message", message).hex("signature", &signed.signature).into()
    };
    let (good, mixed_r, mixed_key) = (Signed::with(MLS, 0, 0), Signed::with(MLS, 0, 1), Signed::with(MLS, 1, 0));
    let opposite = Signed::with(MLS, 0, 7);
    let of = |id: &str, comment: &str, signed: Vec<Value<'static>>| {
        case(id, comment, &["RFC 8032 8.9", "ZIP 215"]).input(Object::new().list("signed", signed))
    };
    let all = vec![one(&good, MLS), one(&mixed_r, MLS), one(&mixed_key, MLS)];
    file.valid(of("all-hold", "each holds alone", all).flag("cofactored"), Object::new());
    file.valid(
        of("alone", "one alone, which only the cofactored equation accepts", vec![one(&mixed_r, MLS)]).flag("cofactored"),
        Object::new(),
    );
    file.valid(of("none", "no signature at all", vec![]), Object::new());
    let bad = vec![one(&good, MLS), one(&mixed_r, JWS), one(&mixed_key, MLS)];
    file.refused(of("one-does-not", "one is over something else", bad).differs_from("all-hold"), "keys/signature-invalid");
    let crossed = |one_: &Signed, other: &Signed| Signed { key: one_.key, signature: other.signature };
    let swapped = vec![one(&crossed(&good, &mixed_key), MLS), one(&crossed(&mixed_key, &good), MLS)];
    file.refused(of("swapped", "the signatures of two are swapped", swapped).differs_from("all-hold"), "keys/signature-invalid");
    let pair = vec![one(&mixed_r, MLS), one(&opposite, MLS)];
    file.valid(of("opposite", "two whose components of order 8 are opposite", pair).flag("cofactored"), Object::new());
    file
}
