//! Messages about users: KeyPackages, consent, names, abuse.

use super::{BOB, about, annotated, fields, plain};
use crate::draft::Draft;
use crate::generate::mls::cast::*;
use crate::generate::mls::key_package::KeyPackage;
use crate::generate::mls::tls::{Tls, vector};
use crate::generate::mls::{and_more, cut};
use crate::object::Object;
use crate::sign::FixedKey;

pub(super) fn write(file: &mut Draft) {
    requests(file);
    responses(file);
    consent(file);
    identifiers(file);
    found(file);
    abuse(file);
}

/// A KeyMaterialRequest with this key, by this signer, and what of it is signed.
pub(super) fn key_material_request(key: &FixedKey, signer: &FixedKey) -> (Tls, Vec<u8>) {
    key_material_request_of(&vector(key.public().octets()), signer)
}

pub(super) fn key_material_request_of(key: &[u8], signer: &FixedKey) -> (Tls, Vec<u8>) {
    let tbs = claim(1, USER, BOB, ROOM, &[1, 3]).raw(key, "requesterSignatureKey").raw(&X509, "requesterCredential");
    let signature = sign(signer, b"KeyMaterialRequestTBS", &tbs.octets());
    (tbs.clone().vector(&signature, "key_material_request_signature"), tbs.octets())
}

fn claim(protocol: u8, requester: &str, target: &str, room: &str, suites: &[u16]) -> Tls {
    Tls::new()
        .u8(protocol, "protocol mls10")
        .text(requester, "requestingUser")
        .text(target, "targetUser")
        .text(room, "roomId")
        .numbers(suites, "acceptableCiphersuites")
        .numbers(&[6], "required extension_types")
        .numbers(&[8], "required proposal_types")
        .numbers(&[5], "required credential_types")
}

fn requests(file: &mut Draft) {
    about(file, "key_material_request");
    let made = |protocol: u8, requester: &str, target: &str, room: &str, suites: &[u16]| {
        let tbs = claim(protocol, requester, target, room, suites);
        let tbs = tbs.vector(leaf().public().octets(), "requesterSignatureKey").raw(&X509, "requesterCredential");
        tbs.vector(b"s", "key_material_request_signature")
    };
    let new = annotated("key-material-request-no-room", "for no room yet", &made(1, USER, BOB, "", &[1]));
    file.valid(new, Object::new());
    let good = made(1, USER, BOB, ROOM, &[1, 3]);
    file.valid(
        annotated("key-material-request", "a pseudonym asks for KeyPackages of somebody, for a room", &good),
        Object::new(),
    );
    let of = |what: &str, comment: &str, tls: &Tls| annotated(&format!("key-material-request-{what}"), comment, tls);
    file.refused(of("protocol-2", "of another protocol", &made(2, USER, BOB, ROOM, &[1, 3])), "mls/version-unsupported");
    file.refused(of("room", "requested by a room", &made(1, ROOM, BOB, ROOM, &[1, 3])), "mls/uri-invalid");
    file.refused(of("device", "of a device", &made(1, USER, CLIENT, ROOM, &[1, 3])), "mls/uri-invalid");
    file.refused(of("for-user", "for a user in the place of a room", &made(1, USER, BOB, BOB, &[1, 3])), "mls/uri-invalid");
    file.refused(of("no-suite", "no suite", &made(1, USER, BOB, ROOM, &[])), "mls/empty");
    file.refused(plain("key-material-request-cut", "the last octet is missing", &cut(&good.octets())), "mls/truncated");
}

fn responses(file: &mut Draft) {
    about(file, "key_material_response");
    let made = |status: u8, clients: &Tls| {
        Tls::new().u8(1, "protocol mls10").u8(status, "userStatus").text(BOB, "userUri").nested(clients, "clients")
    };
    let client = |n: u8| format!("mimi://b.example/d/{n}");
    let found = |n: u8| {
        let key_package = KeyPackage::new(&other_pseudonym()).signed();
        Tls::new().u8(0, "clientStatus success").text(&client(n), "clientUri").then(&key_package)
    };
    let exhausted = |n: u8| Tls::new().u8(1, "clientStatus keyMaterialExhausted").text(&client(n), "clientUri");
    let incompatible = |n: u8| {
        let head =
            Tls::new().u8(2, "clientStatus nothingCompatible").text(&client(n), "clientUri").u8(1, "optional_capabilities");
        head.numbers(&[1], "versions")
            .numbers(&[2], "cipher_suites")
            .numbers(&[], "extensions")
            .numbers(&[], "proposals")
            .numbers(&[2], "credentials")
    };
    let of = |what: &str, comment: &str, tls: &Tls| annotated(&format!("key-material-response-{what}"), comment, tls);
    let status =
        |number: u8| Object::new().int("user_status", number).text("user_uri", BOB).list("clients", Vec::<Object>::new());
    let new = of("refused", "no consent; whoever does not exist answers the same", &made(5, &Tls::new()));
    file.valid(new, fields(status(5)));
    file.valid(
        of(
            "partial",
            "one KeyPackage, one client that has none left, one that speaks another suite",
            &made(1, &found(1).then(&exhausted(2)).then(&incompatible(3))),
        ),
        Object::new(),
    );
    file.valid(of("none", "no client has one that fits", &made(3, &incompatible(3))), Object::new());
    file.valid(of("success", "a KeyPackage of each client", &made(0, &found(1).then(&found(2)))), Object::new());
    let wrong = "mls/status-content";
    file.refused(of("success-of-none", "success, of no client", &made(0, &Tls::new())), wrong);
    file.refused(of("success-of-some", "success, and one has none left", &made(0, &found(1).then(&exhausted(2)))), wrong);
    file.refused(of("partial-of-none", "partial success, of nobody", &made(1, &exhausted(2))), wrong);
    file.refused(of("refused-with-some", "no consent, and a KeyPackage", &made(5, &found(1))), wrong);
    file.refused(of("none-with-some", "nothing that fits, and a KeyPackage", &made(3, &found(1))), wrong);
    file.refused(of("client-twice", "a client twice", &made(0, &found(1).then(&found(1)))), "mls/value-duplicate");
    file.refused(of("status-8", "a status that does not exist", &made(8, &Tls::new())), "mls/value-unknown");
    let other = Tls::new().u8(3, "clientStatus 3").text(&client(1), "clientUri");
    file.refused(
        of("client-status-3", "a client's status that does not exist", &made(1, &found(2).then(&other))),
        "mls/value-unknown",
    );
    let user = Tls::new().u8(1, "clientStatus keyMaterialExhausted").text(BOB, "clientUri");
    file.refused(of("client-user", "a user in the place of a client", &made(1, &found(2).then(&user))), "mls/uri-invalid");
}

fn extensions(components: &[(u16, &[u8])]) -> Tls {
    let inner = components.iter().fold(Tls::new(), |tls, (id, data)| tls.u16(*id, "component_id").vector(data, "data"));
    Tls::new().nested(&inner, "extensions")
}

fn consent(file: &mut Draft) {
    about(file, "consent_entry");
    let made = |operation: u8, requester: &str, target: &str, room: Option<&str>, grant: Option<&Tls>, usage: &[(u16, &[u8])]| {
        let tls = Tls::new().u8(operation, "consentOperation").text(requester, "requesterUri").text(target, "targetUri");
        let tls = match room {
            Some(room) => tls.u8(1, "a roomId").text(room, "roomId"),
            None => tls.u8(0, "no roomId"),
        };
        let tls = if let Some(key_packages) = grant { tls.nested(key_packages, "clientKeyPackages") } else { tls };
        tls.then(&extensions(usage))
    };
    let of = |what: &str, comment: &str, tls: &Tls| annotated(&format!("consent-{what}"), comment, tls);
    let operation = |number: u8| fields_of_consent(number);
    file.valid(of("cancel", "a request is taken back", &made(0, USER, BOB, None, None, &[])), operation(0));
    file.valid(of("revoke", "consent is taken back", &made(3, USER, BOB, None, None, &[])), operation(3));
    let one = KeyPackage::new(&other_pseudonym()).signed();
    file.valid(of("grant", "consent, with a KeyPackage", &made(2, USER, BOB, Some(ROOM), Some(&one), &[])), Object::new());
    let any = [(0xd056, &b"\x01\x01\x01"[..])];
    let provider = "mimi://a.example";
    let new = of(
        "grant-any",
        "anybody at a provider may start an initial connection",
        &made(2, provider, BOB, None, Some(&Tls::new()), &any),
    );
    file.valid(new, Object::new());
    file.valid(of("request", "a pseudonym asks", &made(1, USER, BOB, None, None, &[])), operation(1));
    file.refused(
        of("operation-4", "an operation that does not exist", &made(4, USER, BOB, None, None, &[])),
        "mls/value-unknown",
    );
    file.refused(
        of("requester-provider", "a provider, without a usage that says anybody", &made(1, provider, BOB, None, None, &[])),
        "mls/uri-invalid",
    );
    file.refused(of("target-room", "of a room", &made(1, USER, ROOM, None, None, &[])), "mls/uri-invalid");
    file.refused(
        of("room-user", "for a user in the place of a room", &made(1, USER, BOB, Some(BOB), None, &[])),
        "mls/uri-invalid",
    );
    let new = of("any-of-user", "anybody at a pseudonym", &made(2, USER, BOB, None, Some(&Tls::new()), &any));
    file.refused(new.differs_from("consent-grant-any"), "mls/uri-invalid");
    let new = of(
        "usage-malformed",
        "a consent_usage that is cut off",
        &made(2, provider, BOB, None, Some(&Tls::new()), &[(0xd056, b"\x01\x01")]),
    );
    file.refused(new.differs_from("consent-grant-any"), "mls/truncated");
    let new = of("grant-twice", "a KeyPackage twice", &made(2, USER, BOB, Some(ROOM), Some(&one.clone().then(&one)), &[]));
    file.refused(new.differs_from("consent-grant"), "mls/value-duplicate");
}

fn fields_of_consent(operation: u8) -> Object {
    let none = Vec::<Object>::new();
    let entry = Object::new().int("consent_operation", operation).text("requester_uri", USER).text("target_uri", BOB);
    fields(entry.list("consent_extensions", none))
}

fn identifiers(file: &mut Draft) {
    about(file, "identifier_request");
    let made = |elements: &Tls| Tls::new().nested(elements, "query_elements").then(&extensions(&[]));
    let email = |value: &str| Tls::new().u8(3, "searchType email").text(value, "searchValue");
    let claim = |name: &str| Tls::new().u8(7, "searchType oidcStdClaim").text(name, "claimName").text("Xavier", "searchValue");
    let of = |what: &str, comment: &str, tls: &Tls| annotated(&format!("identifier-request-{what}"), comment, tls);
    let element = |number: u8, value: &str| Object::new().int("search_type", number).text("search_value", value);
    let fields_of =
        |element: Object| fields(Object::new().list("query_elements", [element]).list("extensions", Vec::<Object>::new()));
    let expected = fields_of(element(7, "Xavier").text("field", "given_name"));
    file.valid(of("claim", "by a claim", &made(&claim("given_name"))), expected);
    file.valid(of("email", "by an address", &made(&email("bob@b.example"))), fields_of(element(3, "bob@b.example")));
    file.refused(of("nothing", "by nothing", &made(&Tls::new())), "mls/empty");
    file.refused(of("empty", "by an empty address", &made(&email(""))), "mls/empty");
    file.refused(of("nul", "a NUL in the address", &made(&email("bob\0@b.example"))), "mls/text-invalid");
    let other = Tls::new().u8(9, "searchType 9").text("bob@b.example", "searchValue");
    file.refused(of("type-9", "by a kind of name that does not exist", &made(&other)), "mls/value-unknown");
    let new = of("claim-empty", "by a claim without a name", &made(&claim("")));
    file.refused(new.differs_from("identifier-request-claim"), "mls/empty");
}

fn found(file: &mut Draft) {
    about(file, "identifier_response");
    let made = |code: u8, users: &[&str], profiles: &Tls| {
        let users = users.iter().fold(Tls::new(), |tls, user| tls.text(user, "uri"));
        Tls::new().u8(code, "responseCode").nested(&users, "uri").nested(profiles, "foundProfiles").then(&extensions(&[]))
    };
    let profile = |name: &str| {
        let field = Tls::new().u8(7, "fieldSource oidcStdClaim").text(name, "fieldName").text("Bob", "fieldValue");
        Tls::new().text(BOB, "stableUri").nested(&field, "fields")
    };
    let none = Tls::new();
    let of = |what: &str, comment: &str, tls: &Tls| annotated(&format!("identifier-response-{what}"), comment, tls);
    file.valid(of("not-found", "nobody", &made(1, &[], &none)), Object::new());
    file.valid(of("profile", "somebody, with his name", &made(0, &[], &profile("given_name"))), Object::new());
    file.valid(of("found", "somebody", &made(0, &[BOB], &none)), Object::new());
    let wrong = "mls/status-content";
    file.refused(of("success-of-none", "success, and nobody", &made(0, &[], &none)), wrong);
    file.refused(of("not-found-with-some", "not found, and somebody", &made(1, &[BOB], &none)), wrong);
    file.refused(of("room", "a room", &made(0, &[ROOM], &none)), "mls/uri-invalid");
    file.refused(of("code-5", "a code that does not exist", &made(5, &[], &none)), "mls/value-unknown");
    let new = of("field-nul", "a NUL in the name of a field", &made(0, &[], &profile("given\0name")));
    file.refused(new.differs_from("identifier-response-profile"), "mls/text-invalid");
}

/// A frank, as the hub gives it.
pub(super) fn frank() -> Tls {
    Tls::new()
        .raw(&[0xf0; 32], "server_frank")
        .u16(1, "franking_signature_ciphersuite")
        .vector(b"s", "franking_integrity_signature")
}

fn abuse(file: &mut Draft) {
    about(file, "abuse_report");
    let made = |reporter: &str, abuser: &str, note: &str, messages: &Tls| {
        Tls::new()
            .text(reporter, "reportingUser")
            .text(abuser, "allegedAbuserUri")
            .u8(1, "reasonCode")
            .text(note, "note")
            .nested(messages, "messages")
            .then(&extensions(&[]))
    };
    let message = Tls::new().vector(b"content", "message_content").then(&frank()).u64(NOW, "accepted_timestamp");
    let of = |what: &str, comment: &str, tls: &Tls| annotated(&format!("abuse-{what}"), comment, tls);
    file.valid(
        of("anonymous", "by nobody in particular, without messages", &made("", USER, "see for yourself", &Tls::new())),
        Object::new(),
    );
    let good = made(BOB, USER, "", &message);
    file.valid(of("report", "with a message that the hub has marked", &good), Object::new());
    file.refused(of("abuser-room", "of a room", &made(BOB, ROOM, "", &message)), "mls/uri-invalid");
    file.refused(of("reporter-client", "by a client", &made(CLIENT, USER, "", &message)), "mls/uri-invalid");
    file.refused(of("note-nul", "a NUL in the note", &made(BOB, USER, "a\0b", &message)), "mls/text-invalid");
    file.refused(plain("abuse-trailing", "an octet too many", &and_more(&good.octets())), "mls/trailing-octets");
}
