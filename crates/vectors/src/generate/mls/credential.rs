//! Credentials of every type, and bindings of several.

use mimicred_keys::Algorithm;

use super::cast::*;
use super::tls::Tls;
use super::{and_more, cut, draft, flip_last, octets_of, of};
use crate::cast::key;
use crate::draft::{Draft, NewCase};
use crate::object::{Object, hex};
use crate::sign::FixedKey;

pub(super) fn files() -> Vec<Draft> {
    vec![decoding(), binding()]
}

fn typed(number: u16, name: &str) -> Tls {
    Tls::new().u16(number, &format!("credential_type {name}"))
}

fn sd_jwt() -> Tls {
    Tls::new()
        .u8(1, "compacted")
        .text("{}", "protected")
        .text("{}", "payload")
        .vector(&[0], "signature")
        .nested(&Tls::new().text("[1]", "disclosure"), "disclosures")
        .text("e30.e30.AA", "sd_jwt_key_binding")
}

fn parts(number: u16, name: &str) -> Object {
    Object::new().int("type", number).text("name", name)
}

fn annotated(id: &str, comment: &str, rules: &[&'static str], tls: &Tls) -> NewCase {
    of(id, comment, rules, &tls.octets()).intermediates(tls.lines())
}

fn decoding() -> Draft {
    let about = "A Credential alone, as application/mls-credential has it, or as a LeafNode holds it.";
    let specifications = [
        "RFC 9420 5.3",
        "draft-mahy-mls-sd-cwt-credential 3",
        "draft-ietf-mls-extensions multi and weak-multi",
        "draft-ietf-mimi-protocol PseudonymousCredential",
        "mimi-mls.md 2.1, 2.2, 2.11",
    ];
    let mut file = draft("mls/credential-decode", about, &specifications);
    types(&mut file);
    shapes(&mut file);
    media_types(&mut file);
    file
}

fn types(file: &mut Draft) {
    file.group("Every type", Object::new());
    let rules = ["RFC 9420 5.3", "mimi-mls.md 2.2"];
    let basic = typed(1, "basic").text("alice", "identity");
    let new = annotated("basic", "an identity of the application's own", &rules, &basic);
    file.valid(new, parts(1, "basic").hex("identity", b"alice").hex("for_message", &basic.octets()));
    let empty = typed(1, "basic").vector(b"", "identity");
    file.valid(annotated("basic-empty", "an identity may be empty", &rules, &empty), parts(1, "basic").hex("identity", b""));
    let chain = Tls::new().vector(b"\x30\x03\x02\x01\x00", "end entity").vector(b"\x30\x03\x02\x01\x01", "its issuer");
    let x509 = typed(2, "x509").nested(&chain, "certificates");
    let expected = parts(2, "x509").list("certificates", ["3003020100", "3003020101"]);
    file.valid(annotated("x509", "a chain of two, end entity first; what is in them is not looked at", &rules, &x509), expected);
    let sd_cwt = typed(5, "sd_cwt").vector(b"\xd2\x84\x40", "sd_kbt");
    file.valid(annotated("sd-cwt", "an SD-KBT, not looked at", &rules, &sd_cwt), parts(5, "sd_cwt").text("sd_kbt", "d28440"));
    let rules = ["draft-mahy-mls-sd-cwt-credential 3.2", "mimi-mls.md 2.2"];
    let (compacted, for_leaf) = (typed(6, "sd_jwt").then(&sd_jwt()), typed(0xf006, "sd_jwt_vec").nested(&sd_jwt(), "SdJwt"));
    let expected = || {
        let object = parts(6, "sd_jwt").text("sd_jwt", SD_JWT).with("compacted", true);
        object.hex("for_message", &compacted.octets()).hex("for_leaf", &for_leaf.octets())
    };
    file.valid(annotated("sd-jwt-compacted", "an SD-JWT with its base64url undone", &rules, &compacted), expected());
    let in_text = typed(6, "sd_jwt").u8(0, "not compacted").text(SD_JWT, "sd_jwt_kb");
    let as_text = parts(6, "sd_jwt").text("sd_jwt", SD_JWT).with("compacted", false);
    file.valid(annotated("sd-jwt-text", "an SD-JWT as text", &rules, &in_text), as_text);
    let new = annotated("sd-jwt-vec", "the same inside one vector, for a LeafNode: the private type 0xF006", &rules, &for_leaf);
    file.valid(new, expected());
    let rules = ["draft-ietf-mls-extensions CredentialBinding", "mimi-mls.md 2.2"];
    for (number, name) in [(3, "multi"), (4, "weak-multi")] {
        let multi = typed(number, name).nested(&bound(&leaf_p256(), 2, &leaf()), "bindings");
        let new = annotated(name, "one credential whose own key vouches for the leaf's", &rules, &multi);
        file.valid(new, parts(number, name));
    }
    let pseudonymous = pseudonymous(CLIENT);
    let new = annotated(
        "pseudonymous",
        "of a minimal-metadata room, under the private type 0xF007",
        &["mimi-mls.md 2.9"],
        &pseudonymous,
    );
    let expected = parts(0xf007, "pseudonymous_vec").text("client_pseudonym", CLIENT).text("user_pseudonym", USER);
    file.valid(new, expected.hex("signature_public_key", &[2; 32]).text("identity_link_ciphertext", "070707"));
    let other = Tls::new().u16(0x0a0a, "credential_type, GREASE").raw(b"\x01\x02\x03", "body");
    let new = annotated("unknown-type", "a type that is not known: all that follows is its body", &["RFC 9420 13.5"], &other);
    file.valid(new, Object::new().int("type", 0x0a0a).text("body", "010203"));
}

fn pseudonymous(client: &str) -> Tls {
    let inner = Tls::new()
        .text(client, "client_pseudonym")
        .text(USER, "user_pseudonym")
        .vector(&[2; 32], "signature_public_key")
        .vector(&[7; 3], "identity_link_ciphertext");
    typed(0xf007, "pseudonymous_vec").nested(&inner, "PseudonymousCredential")
}

fn shapes(file: &mut Draft) {
    file.group("What is not a Credential", Object::new());
    let chain = |certificates: usize| {
        let one = Tls::new().vector(b"\x30\x03\x02\x01\x00", "certificate");
        let chain = (0..certificates).fold(Tls::new(), |chain, _| chain.then(&one));
        typed(2, "x509").nested(&chain, "certificates")
    };
    let rules = ["RFC 9420 2.1.2", "mimi-mls.md 2.1"];
    file.valid(annotated("good", "one certificate", &rules, &chain(1)), parts(2, "x509").list("certificates", ["3003020100"]));
    let good = chain(1).octets();
    file.refused(of("empty-input", "nothing at all", &rules, b""), "mls/truncated");
    file.refused(of("type-cut", "half a type", &rules, b"\x00"), "mls/truncated");
    file.refused(of("cut", "the last octet is missing", &rules, &cut(&good)), "mls/truncated");
    file.refused(of("trailing", "an octet too many", &rules, &and_more(&good)), "mls/trailing-octets");
    let raw = |tail: &[u8]| [b"\x00\x02", tail].concat();
    let new = of("length-two-octets", "a length below 64 in two octets", &rules, &raw(b"\x40\x06\x05\x30\x03\x02\x01\x00"));
    file.refused(new, "mls/length-not-minimal");
    let new = of(
        "length-four-octets",
        "a length below 16384 in four octets",
        &rules,
        &raw(b"\x80\x00\x00\x06\x05\x30\x03\x02\x01\x00"),
    );
    file.refused(new, "mls/length-not-minimal");
    let new = of("length-prefix-11", "a length that begins with the bits 11", &rules, &raw(b"\xc0\x06\x05\x30\x03\x02\x01\x00"));
    file.refused(new, "mls/length-prefix");
    let new = of("certificate-cut", "a certificate that is longer than its chain", &rules, &raw(b"\x06\x06\x30\x03\x02\x01\x00"));
    file.refused(new, "mls/truncated");
    let new = of("type-0", "the reserved type", &["RFC 9420 17.5"], b"\x00\x00\x00");
    file.refused(new, "mls/credential-type-reserved");
    let rules = ["mimi-mls.md 2.2"];
    file.refused(of("x509-no-certificate", "a chain of none", &rules, b"\x00\x02\x00"), "mls/empty");
    file.refused(of("x509-empty-certificate", "a certificate without octets", &rules, b"\x00\x02\x01\x00"), "mls/empty");
    file.refused(of("sd-cwt-empty", "a token without octets", &rules, b"\x00\x05\x00"), "mls/empty");
    file.refused(of("multi-empty", "nobody is bound", &rules, b"\x00\x03\x00"), "mls/empty");
    file.valid(annotated("chain-of-16", "a chain as long as is read", &rules, &chain(16)).flag("limit"), parts(2, "x509"));
    file.refused(annotated("chain-of-17", "a longer one", &rules, &chain(17)).flag("limit"), "mls/limit");

    let rules = ["draft-mahy-mls-sd-cwt-credential 3.2", "mimi-mls.md 2.1, 2.2"];
    let text = |text: &[u8]| typed(6, "sd_jwt").u8(0, "not compacted").vector(text, "sd_jwt_kb").octets();
    file.valid(of("sd-jwt-good", "as text", &rules, &text(SD_JWT.as_bytes())), parts(6, "sd_jwt").text("sd_jwt", SD_JWT));
    file.refused(of("sd-jwt-flag", "compacted is 2", &rules, &super::put(&text(SD_JWT.as_bytes()), 2, &[2])), "mls/flag-invalid");
    let new = of("sd-jwt-no-text", "an octet that is not UTF-8", &rules, &text(b"e30.e30.AA~WzFd~e30.e30.\xff"));
    file.refused(new, "mls/text-invalid");
    let new = of("sd-jwt-no-binding", "no KB-JWT behind the last tilde", &rules, &text(b"e30.e30.AA~WzFd~"));
    file.refused(new, "mls/key-binding-missing");
    file.refused(of("sd-jwt-no-tilde", "a JWT", &rules, &text(b"e30.e30.AA")), "mls/sd-jwt-malformed");
    let put_in_binding = sd_jwt_with_binding("WzFd~e30.e30.AA");
    let new = annotated(
        "sd-jwt-tilde-in-binding",
        "a disclosure in the place of the KB-JWT: a second encoding",
        &rules,
        &put_in_binding,
    );
    file.refused(new.differs_from("sd-jwt-compacted"), "mls/sd-jwt-malformed");

    let rules = ["draft-ietf-mls-extensions CredentialBinding", "mimi-mls.md 2.2"];
    let inner = |credential: &[u8]| {
        let binding =
            Tls::new().u16(1, "cipher_suite").raw(credential, "credential").vector(b"k", "key").vector(b"s", "signature");
        typed(3, "multi").nested(&binding, "bindings")
    };
    file.valid(annotated("multi-good", "key and signature are not looked at", &rules, &inner(&X509)), parts(3, "multi"));
    file.refused(annotated("multi-in-multi", "a multi in a multi", &rules, &inner(b"\x00\x03\x00")), "mls/credential-nested");
    let new = annotated("multi-weak-multi", "a weak-multi in a multi", &rules, &inner(b"\x00\x04\x00"));
    file.refused(new, "mls/credential-nested");
    let new = annotated("multi-unknown", "a type whose end nobody can tell", &rules, &inner(b"\x0a\x0a\x01\x00"));
    file.refused(new, "mls/credential-shape-unknown");
    let vec = typed(0xf006, "sd_jwt_vec").nested(&sd_jwt(), "SdJwt").octets();
    let new = annotated("multi-sd-jwt-vec", "sd_jwt as only a LeafNode has it", &rules, &inner(&vec));
    file.refused(new, "mls/credential-shape-unknown");
    let new = annotated(
        "pseudonymous-uri",
        "a client that is no MIMI URI",
        &["mimi-mls.md 1.1, 2.9"],
        &pseudonymous("https://a.example"),
    );
    file.refused(new.differs_from("pseudonymous"), "mls/uri-invalid");
}

fn sd_jwt_with_binding(binding: &str) -> Tls {
    typed(6, "sd_jwt")
        .u8(1, "compacted")
        .text("{}", "protected")
        .text("{}", "payload")
        .vector(&[0], "signature")
        .nested(&Tls::new(), "disclosures")
        .text(binding, "sd_jwt_key_binding")
}

fn media_types(file: &mut Draft) {
    file.group("Under a media type", octets_of(&X509));
    let rules = ["mimi-mls.md 2.11"];
    let under = |id: &str, comment: &str, media_type: &str| {
        crate::draft::case(id, comment, &rules).input(Object::new().text("media_type", media_type))
    };
    for (id, comment, media_type) in [
        ("media-type-bare", "no type is named", "application/mls-credential"),
        ("media-type-named", "its own type is named", "application/mls-credential;name=x509"),
        ("media-type-case", "in another spelling", "Application/MLS-Credential; name=\"x509\""),
    ] {
        file.valid(under(id, comment, media_type), parts(2, "x509"));
    }
    let new = under("media-type-other-name", "another type is named", "application/mls-credential;name=sd_cwt");
    file.refused(new, "mls/media-type-mismatch");
    file.refused(under("media-type-other", "it is of something else", "application/sd-jwt"), "mls/media-type-mismatch");
    let new =
        under("media-type-unknown-name", "a type that is not in the registry is named", "application/mls-credential;name=x510");
    file.refused(new, "mls/media-type-malformed");
}

/// A binding of [`X509`], whose key is this one, to a leaf key.
fn bound(credential_key: &FixedKey, suite: u16, leaf: &FixedKey) -> Tls {
    let tbs = Tls::new()
        .u16(suite, "cipher_suite")
        .raw(&X509, "credential: x509, one certificate")
        .vector(credential_key.public().octets(), "credential_key");
    let signed = tbs.clone().vector(leaf.public().octets(), "signature_key, of the leaf").octets();
    tbs.vector(&sign(credential_key, b"CredentialBindingTBS", &signed), "signature")
}

fn binding() -> Draft {
    let about = "CredentialBindings: the key of a credential vouches for a leaf key. That is not the proof that the leaf key is the \
                 credential's own, which a reveal needs.";
    let specifications = ["draft-ietf-mls-extensions CredentialBinding", "mimi-mls.md 2.2, 6 row 4"];
    let mut file = draft("mls/credential-binding-verify", about, &specifications);
    let rules = ["draft-ietf-mls-extensions CredentialBinding"];
    file.group("Who vouches", Object::new().text("leaf_key", hex(leaf().public().octets())));
    let multi = |binding: &Tls| typed(3, "multi").nested(binding, "bindings");
    let case_of = |id: &str, comment: &str, tls: &Tls| of(id, comment, &rules, &tls.octets()).intermediates(tls.lines());
    let all = [(Algorithm::Ed25519, 1u16, "ed25519"), (Algorithm::P256, 2, "p256"), (Algorithm::P384, 7, "p384")];
    for (algorithm, suite, id) in all {
        let credential_key = key(algorithm, "issuer");
        let tbs = [
            suite.to_be_bytes().to_vec(),
            X509.to_vec(),
            super::tls::vector(credential_key.public().octets()),
            super::tls::vector(leaf().public().octets()),
        ];
        let expected = Object::new().list("to_be_signed", [hex(&sign_content(b"CredentialBindingTBS", &tbs.concat()))]);
        file.valid(case_of(id, "signed for this leaf key", &multi(&bound(&credential_key, suite, &leaf()))), expected);
    }
    let p256 = key(Algorithm::P256, "issuer");
    let elsewhere = multi(&bound(&p256, 2, &mallory()));
    file.refused(
        case_of("other-leaf", "signed for another leaf key", &elsewhere).differs_from("p256"),
        "mls/credential-binding-invalid",
    );
    let good = multi(&bound(&p256, 2, &leaf())).octets();
    let new = of("flipped", "one bit of the signature is another", &rules, &flip_last(&good)).differs_from("p256");
    file.refused(new, "mls/credential-binding-invalid");
    let two = bound(&p256, 2, &leaf()).then(&bound(&p256, 2, &mallory()));
    let new = case_of("second-other-leaf", "the second of two is signed for another leaf key", &multi(&two));
    file.refused(new.differs_from("p256"), "mls/credential-binding-invalid");
    let new = case_of("suite-of-other-key", "a P-256 key under a suite of Ed25519", &multi(&bound(&p256, 1, &leaf())));
    file.refused(new.differs_from("p256"), "mls/credential-binding-invalid");
    let new = case_of("suite-unknown", "a suite that is not spoken here", &multi(&bound(&p256, 9, &leaf())));
    file.refused(new.differs_from("p256"), "mls/suite-unsupported");
    file
}
