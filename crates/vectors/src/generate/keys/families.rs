//! What is of which signing protocol.

use mimicred_keys::Family;

use crate::draft::{Draft, case};
use crate::generate::der;
use crate::object::Object;

const RULES: &[&str] = &["mimi-mls.md 5.1", "mimi-mls.md 5.2", "mimi-mls.md 5.5"];

pub(super) fn file() -> Draft {
    let about = "One key signs in several protocols, which is safe while no octets mean something in two of them. A key looks at what it is to \
                 sign: of which protocol it is shows in the octets alone, and what is of none is not signed.";
    let mut file = Draft::new(
        "keys/classify",
        "keys/classify",
        about,
        &["mimi-mls.md", "RFC 9420", "RFC 7515", "RFC 9052", "RFC 2986", "RFC 5280"],
    );
    mls(&mut file);
    joining_codes(&mut file);
    jws(&mut file);
    cose(&mut file);
    der_families(&mut file);
    none(&mut file);
    file
}

/// Adds a case of this family, or of none.
fn add(file: &mut Draft, id: &str, comment: &str, family: Option<Family>, message: &[u8]) {
    let new = case(id, comment, RULES).input(Object::new().hex("message", message));

    file.valid(new, Object::new().text("family", family.map_or("none", Family::name)));
}

/// A vector of RFC 9420 2.1.2.
fn vector(content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX);
    let [a, b, c, d] = length.to_be_bytes();
    let head = match length {
        0..0x40 => vec![d],
        0x40..0x4000 => vec![0x40 | c, d],
        _ => vec![0x80 | a, b, c, d],
    };
    [head.as_slice(), content].concat()
}

fn sign_content(label: &[u8], content: &[u8]) -> Vec<u8> {
    [vector(&[b"MLS 1.0 ", label].concat()), vector(content)].concat()
}

fn mls(file: &mut Draft) {
    file.group("SignContent of MLS: V(\"MLS 1.0 \" and a label), V(content)", Object::new());
    let mls = Some(Family::Mls);
    for (label, id) in [
        ("LeafNodeTBS", "leaf-node"),
        ("GroupInfoTBS", "group-info"),
        ("KeyPackageTBS", "key-package"),
        ("FramedContentTBS", "framed-content"),
        ("KeyMaterialRequestTBS", "key-material-request"),
        ("PseudonymousCredentialTBS", "pseudonymous-credential"),
    ] {
        add(file, &format!("mls-{id}"), &format!("the label {label}"), mls, &sign_content(label.as_bytes(), b"content"));
    }
    let component = [b"\x0dMLS Component\xd0\x53\x19".as_slice(), b"CredentialPresentationTBS"].concat();
    add(
        file,
        "mls-component",
        "a label of SafeSignWithLabel, for the component d053",
        mls,
        &sign_content(&component, b"content"),
    );
    add(file, "mls-empty", "no label and no content", mls, &sign_content(b"", b""));
    let long = |length: usize| sign_content(&vec![b'x'; length - 8], &[]);
    add(file, "mls-like-der", "a label so long that it begins as a SEQUENCE does: 48 octets", mls, &long(48));
    add(file, "mls-like-tls", "a label so long that it begins as a CertificateVerify of TLS does: 32 octets", mls, &long(32));
    add(file, "mls-two-octets", "a length of two octets: 64", mls, &long(64));
    add(file, "mls-like-jws", "a label so long that it begins as a JWS may: 9537 octets, 65 41", mls, &long(0x2541));
    add(file, "mls-four-octets", "a length of four octets: 16384", mls, &long(0x4000));
    let good = sign_content(b"LeafNodeTBS", b"content");
    add(file, "mls-cut", "the last octet is missing", None, good.get(..good.len() - 1).unwrap_or_default());
    add(file, "mls-after", "an octet after", None, &[good.as_slice(), &[0]].concat());
    let label = b"MLS 1.0 LeafNodeTBS".as_slice();
    add(
        file,
        "mls-not-minimal",
        "the length is written in two octets where one does",
        None,
        &[&[0x40, 19], label, &[0]].concat(),
    );
    add(
        file,
        "mls-prefix-11",
        "a length with the prefix that RFC 9420 forbids",
        None,
        &[&[0xc0, 0, 0, 0, 0, 0, 0, 19], label, &[0]].concat(),
    );
    add(file, "mls-1.1", "another version of MLS", None, &[vector(b"MLS 1.1 LeafNodeTBS"), vector(&[])].concat());
    add(file, "mls-label-alone", "there is no content", None, &vector(label));
}

fn joining_codes(file: &mut Draft) {
    file.group("What a join link's key signs: V(room URI), V(key), V(key)", Object::new());
    let code = |room: &[u8]| [vector(room), vector(&[2; 32]), vector(&[4; 32])].concat();
    let good = code(crate::cast::ROOM.as_bytes());
    add(file, "joining-code", "a room and two keys", Some(Family::JoiningCode), &good);
    add(
        file,
        "joining-code-long",
        "a room whose URI has 64 octets",
        Some(Family::JoiningCode),
        &code(&[b"mimi://".as_slice(), &[b'x'; 57]].concat()),
    );
    add(file, "joining-code-cut", "the last octet is missing", None, good.get(..good.len() - 1).unwrap_or_default());
    add(file, "joining-code-https", "the room is no MIMI URI", None, &code(b"https://hub.example/r/clubhouse"));
}

fn jws(file: &mut Draft) {
    file.group("The signing input of JWS: base64url of a text that begins with {, a dot, base64url", Object::new());
    let input = |header: &str, payload: &str| {
        use mimicred_jose::base64url::encode;
        format!("{}.{}", encode(header.as_bytes()), encode(payload.as_bytes())).into_bytes()
    };
    add(file, "jws", "a KB-JWT's header, and a payload", Some(Family::Jws), &input(r#"{"typ":"kb+jwt"}"#, "{}"));
    add(file, "jws-no-payload", "an empty payload", Some(Family::Jws), b"eyJ9.");
    for (id, comment, header) in [
        ("space", "the header begins with a space", " {}"),
        ("newline", "the header begins with a newline", "\n{}"),
        ("tab", "the header begins with a tab", "\t{}"),
        ("bom", "the header begins with a byte order mark", "\u{feff}{}"),
    ] {
        add(file, &format!("jws-{id}"), comment, None, &input(header, "{}"));
    }
    for (id, comment, text) in [
        ("two-dots", "a whole JWS, with its signature", "eyJ9.e30.c2ln"),
        ("no-dot", "no dot", "eyJ9"),
        ("no-header", "no header", ".e30"),
        ("padding", "base64 with padding", "eyJ9.e30="),
        ("newline-after", "a newline after", "eyJ9.e30\n"),
        ("b64-false", "a payload that is not encoded (RFC 7797)", "eyJ9.a payload"),
    ] {
        add(file, &format!("jws-{id}"), comment, None, text.as_bytes());
    }
}

fn cose(file: &mut Draft) {
    file.group("Sig_structure of COSE_Sign1: [\"Signature1\", bstr, bstr, bstr]", Object::new());
    let start = b"\x84\x6aSignature1".as_slice();
    let with = |rest: &[u8]| [start, rest].concat();
    add(file, "cose", "alg, no external_aad, a payload", Some(Family::Cose), &with(b"\x43\xa1\x01\x26\x40\x47payload"));
    add(
        file,
        "cose-long",
        "a payload of 24 octets",
        Some(Family::Cose),
        &with(&[b"\x40\x40\x58\x18".as_slice(), &[7; 24]].concat()),
    );
    add(file, "cose-cut", "the last octet is missing", None, &with(b"\x43\xa1\x01\x26\x40\x47payloa"));
    add(file, "cose-after", "an octet after", None, &with(b"\x40\x40\x40\x00"));
    add(file, "cose-two", "one byte string too few", None, &with(b"\x40\x40"));
    add(file, "cose-text", "a text string as payload", None, &with(b"\x40\x40\x60"));
    add(file, "cose-indefinite", "a payload of indefinite length", None, &with(b"\x40\x40\x5f\xff"));
    add(file, "cose-not-minimal", "a length in more octets than it needs", None, &with(b"\x40\x40\x58\x00"));
    add(file, "cose-sign", "Sig_structure of COSE_Sign", None, b"\x85\x69Signature\x40\x40\x40\x40");
    add(file, "cose-countersignature", "Countersign_structure", None, b"\x85\x70CounterSignature\x40\x40\x40\x40");
}

fn der_families(file: &mut Draft) {
    file.group("DER: one SEQUENCE, which begins with the version", Object::new());
    let rest = der::sequence(&[&der::octet_string(&[7; 100])]);
    for (id, comment, family, version) in [
        ("csr", "CertificationRequestInfo, version 1", Family::Csr, der::integer(&[0])),
        ("tbs-certificate", "TBSCertificate, version 3", Family::TbsCertificate, der::explicit(0, &[&der::integer(&[2])])),
        ("tbs-crl", "TBSCertList, version 2", Family::TbsCrl, der::integer(&[1])),
    ] {
        let message = der::sequence(&[&version, &rest]);
        add(file, id, comment, Some(family), &message);
        add(file, &format!("{id}-after"), "an octet after", None, &[message.as_slice(), &[0]].concat());
        add(file, &format!("{id}-cut"), "the last octet is missing", None, message.get(..message.len() - 1).unwrap_or_default());
    }
    let version_2 = der::sequence(&[&der::explicit(0, &[&der::integer(&[1])]), &rest]);
    add(file, "tbs-certificate-version-2", "a certificate of version 2", None, &version_2);
    add(
        file,
        "tbs-certificate-version-1",
        "a certificate of version 1, which begins with its serial number",
        None,
        &der::sequence(&[&der::integer(&[7]), &rest]),
    );
    add(file, "der-long-length", "the length has a needless octet", None, b"\x30\x81\x03\x02\x01\x00");
    add(file, "der-set", "a SET", None, b"\x31\x03\x02\x01\x00");
}

fn none(file: &mut Draft) {
    file.group("What other protocols sign: a key of ours signs none of it", Object::new());
    let tls = [[0x20; 64].as_slice(), b"TLS 1.3, client CertificateVerify\0", &[7; 32]].concat();
    add(file, "tls", "CertificateVerify of TLS 1.3", None, &tls);
    add(file, "ssh", "a signature of SSH", None, b"SSHSIG\0\0\0\x04file\0\0\0\0\0\0\0\x06sha512\0\0\0\x40");
    add(file, "webauthn", "a hash of 32 octets, which WebAuthn begins with", None, &[0x49; 32]);
    add(file, "challenge", "a challenge in words", None, b"please sign this");
    add(file, "empty", "nothing", None, b"");
}
