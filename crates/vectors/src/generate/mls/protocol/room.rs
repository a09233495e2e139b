//! Changes and messages of a room, on their way to the hub and from it.

use super::user::frank;
use super::{about, annotated, fields, plain};
use crate::draft::Draft;
use crate::generate::mls::cast::*;
use crate::generate::mls::group::{Info, commit, private, proposal, welcome};
use crate::generate::mls::tls::Tls;
use crate::generate::mls::{and_more, cut};
use crate::object::Object;

pub(super) fn write(file: &mut Draft) {
    updates(file);
    update_responses(file);
    submissions(file);
    submission_responses(file);
    events(file);
}

/// A wrapped handshake, of which nothing is seen.
fn wrapped() -> Tls {
    Tls::new().u16(1, "version mls10").u16(0xf0d0, "wire_format, private").raw(b"wrapped", "")
}

fn tree() -> Tls {
    Tls::new().u8(4, "representation distributionService")
}

fn updates(file: &mut Draft) {
    about(file, "update_request");
    let of = |what: &str, comment: &str, tls: &Tls| annotated(&format!("update-{what}"), comment, tls);
    let proposals = |first: &Tls, more: &Tls| {
        Tls::new().u8(2, "content_type proposal").nested(first, "MLSMessage").nested(more, "moreProposals")
    };
    let malformed = "mls/message-malformed";
    let two = proposals(&proposal(), &Tls::new().nested(&wrapped(), "MLSMessage"));
    file.valid(of("proposals", "two proposals, one of them wrapped", &two), Object::new());
    file.valid(of("proposal", "one proposal", &proposals(&proposal(), &Tls::new())), Object::new());
    file.refused(of("proposal-is-commit", "a commit among proposals", &proposals(&commit(), &Tls::new())), malformed);
    let key_package = Tls::new().u16(1, "version mls10").u16(5, "wire_format KeyPackage");
    file.refused(of("proposal-is-key-package", "a KeyPackage among proposals", &proposals(&key_package, &Tls::new())), malformed);
    let new = of("proposal-private", "a PrivateMessage, which no hub can read", &proposals(&private(2), &Tls::new()));
    file.refused(new, "mls/handshake-private");

    let made = |content_type: u8, message: &Tls, welcomes: &Tls, info: &Tls| {
        Tls::new()
            .u8(content_type, "content_type")
            .nested(message, "MLSMessage")
            .nested(welcomes, "welcomes")
            .then(info)
            .then(&tree())
    };
    let partial = |presence: u8, extensions: &Tls| {
        let tls = Tls::new().u8(2, "representation partial").u8(presence, "ratchetTreePresence");
        tls.nested(extensions, "groupInfoExtensions").vector(b"s", "GroupInfoSignature")
    };
    let none = Tls::new();
    let full = Tls::new().u8(1, "representation full").then(&Info::without_tree().signed_by(&mallory()));
    file.valid(of("commit-full", "a commit with the whole GroupInfo", &made(3, &commit(), &none, &full)), Object::new());
    let welcomes = welcome(&[&[1; 32]]).then(&welcome(&[&[2; 32]]));
    let good = made(3, &wrapped(), &welcomes, &partial(1, &none));
    file.valid(
        of("commit", "a wrapped commit, a Welcome for each of two providers, the rest of a GroupInfo", &good),
        Object::new(),
    );
    file.refused(
        of("commit-is-proposal", "a proposal in the place of a commit", &made(3, &proposal(), &welcomes, &partial(1, &none))),
        malformed,
    );
    file.refused(
        of("content-type-1", "application data", &made(1, &wrapped(), &welcomes, &partial(1, &none))),
        "mls/value-unknown",
    );
    let twice = welcome(&[&[1; 32]]).then(&welcome(&[&[1; 32]]));
    let new = of("welcome-twice", "a KeyPackage in two Welcomes", &made(3, &wrapped(), &twice, &partial(1, &none)));
    file.refused(new, "mls/value-duplicate");
    let secrets = Tls::new().vector(&[2; 32], "new_member").vector(b"kem", "kem_output").vector(b"secrets", "ciphertext");
    let other =
        Tls::new().u16(1, "cipher_suite").nested(&secrets, "secrets").vector(b"another group info", "encrypted_group_info");
    let other = made(3, &wrapped(), &welcome(&[&[1; 32]]).then(&other), &partial(1, &none));
    file.refused(of("welcomes-differ", "Welcomes with different GroupInfos", &other), malformed);
    let new = of("presence-4", "a presence of the tree that does not exist", &made(3, &wrapped(), &welcomes, &partial(4, &none)));
    file.refused(new, "mls/value-unknown");
    let with_tree = partial(1, &Tls::new().u16(2, "extension_type ratchet_tree").vector(b"\x00", "extension_data"));
    let new = of("partial-tree", "the tree among the extensions", &made(3, &wrapped(), &welcomes, &with_tree));
    file.refused(new, malformed);
    file.refused(plain("update-commit-cut", "the last octet is missing", &cut(&good.octets())), "mls/truncated");
}

fn update_responses(file: &mut Draft) {
    about(file, "update_response");
    let of = |what: &str, comment: &str, tls: &Tls| annotated(&format!("update-response-{what}"), comment, tls);
    let made = |code: u8, text: &str| Tls::new().u8(code, "responseCode").text(text, "errorDescription");
    let expected = |code: &str| Object::new().text("error_description", "").text("response_code", code);
    let old = made(1, "").u64(8, "currentEpoch");
    file.valid(of("wrong-epoch", "made in an epoch that is over", &old), fields(expected("wrong_epoch").int("current_epoch", 8)));
    let refused = fields(Object::new().text("error_description", "not now").text("response_code", "not_allowed"));
    file.valid(of("not-allowed", "not allowed", &made(2, "not now")), refused);
    let invalid = |references: &[&[u8]]| {
        let references = references.iter().fold(Tls::new(), |tls, reference| tls.vector(reference, "ProposalRef"));
        made(3, "").nested(&references, "invalidProposals")
    };
    let expected_invalid = expected("invalid_proposal").list("invalid_proposals", ["0101"]);
    file.valid(of("invalid", "a proposal is not valid", &invalid(&[&[1; 2]])), fields(expected_invalid));
    let good = made(0, "").u64(NOW * 1000, "acceptedTimestamp");
    let accepted = expected("success").int("accepted_timestamp", NOW * 1000);
    file.valid(of("success", "accepted", &good), fields(accepted));
    file.refused(of("code-4", "a code that does not exist", &made(4, "")), "mls/value-unknown");
    let new = of("invalid-none", "no proposal is not valid", &invalid(&[])).differs_from("update-response-invalid");
    file.refused(new, "mls/empty");
    let new = of("description-nul", "a NUL in the description", &made(2, "not\0now")).differs_from("update-response-not-allowed");
    file.refused(new, "mls/text-invalid");
    file.refused(plain("update-response-trailing", "an octet too many", &and_more(&good.octets())), "mls/trailing-octets");
}

fn submissions(file: &mut Draft) {
    about(file, "submit_message_request");
    let of = |what: &str, comment: &str, tls: &Tls| annotated(&format!("submit-{what}"), comment, tls);
    let made = |protocol: u8, message: &Tls, sender: &str| {
        Tls::new().u8(protocol, "protocol mls10").then(message).text(sender, "sendingUri")
    };
    let good = made(1, &private(1), USER);
    file.valid(of("good", "application data by a pseudonym", &good), Object::new());
    file.refused(of("protocol-2", "of another protocol", &made(2, &private(1), USER)), "mls/version-unsupported");
    file.refused(of("handshake", "a handshake", &made(1, &private(3), USER)), "mls/message-malformed");
    file.refused(of("public", "a PublicMessage", &made(1, &proposal(), USER)), "mls/message-malformed");
    file.refused(of("client", "by a client", &made(1, &private(1), CLIENT)), "mls/uri-invalid");
    file.refused(plain("submit-trailing", "an octet too many", &and_more(&good.octets())), "mls/trailing-octets");
}

fn submission_responses(file: &mut Draft) {
    about(file, "submit_message_response");
    let of = |what: &str, comment: &str, tls: &Tls| annotated(&format!("submit-response-{what}"), comment, tls);
    let made = |code: u8| Tls::new().u8(1, "protocol mls10").u8(code, "statusCode");
    let accepted = |presence: u8| made(0).u64(NOW * 1000, "acceptedTimestamp").u8(presence, "frank");
    let status = |code: &str| Object::new().text("status_code", code);
    file.valid(of("not-allowed", "not allowed", &made(1)), fields(status("not_allowed")));
    let old = made(2).u64(8, "currentEpoch");
    file.valid(of("too-old", "of an epoch that is over", &old), fields(status("epoch_too_old").int("current_epoch", 8)));
    file.valid(of("franked", "accepted, with the hub's mark", &accepted(1).then(&frank())), Object::new());
    let expected = status("accepted").int("accepted_timestamp", NOW * 1000);
    file.valid(of("accepted", "accepted, without a mark", &accepted(0)), fields(expected));
    file.refused(of("code-3", "a code that does not exist", &made(3)), "mls/value-unknown");
    file.refused(of("presence-2", "a presence octet that is 2", &accepted(2)), "mls/flag-invalid");
}

fn events(file: &mut Draft) {
    about(file, "fanout_message");
    let of = |what: &str, comment: &str, tls: &Tls| annotated(&format!("fanout-{what}"), comment, tls);
    let made = |message: &Tls, rest: &Tls| Tls::new().u64(NOW * 1000, "timestamp").nested(message, "MLSMessage").then(rest);
    let proposals = |inner: &Tls| Tls::new().nested(inner, "proposals");
    let none = Tls::new();
    let handshake = made(&wrapped(), &proposals(&none));
    file.valid(of("handshake", "a wrapped handshake, which does not show what it is", &handshake), Object::new());
    let more = made(&commit(), &proposals(&Tls::new().nested(&proposal(), "MLSMessage")));
    file.valid(of("commit", "a commit and the proposal in it", &more), Object::new());
    let head = Tls::new().u16(1, "version mls10").u16(3, "wire_format Welcome");
    let welcomed = made(&head.then(&welcome(&[&[1; 32]])), &tree());
    file.valid(of("welcome", "a Welcome, and where the tree is", &welcomed), Object::new());
    file.valid(of("two", "two events in one request", &handshake.clone().then(&welcomed)), Object::new());
    let application = |presence: u8| made(&private(1), &Tls::new().u8(presence, "frank"));
    file.valid(of("franked", "application data with the hub's mark", &application(1).then(&frank())), Object::new());
    file.valid(of("application", "application data without a mark", &application(0)), Object::new());
    file.refused(plain("fanout-nothing", "no event", b""), "mls/empty");
    file.refused(of("presence-2", "a presence octet that is 2", &application(2)), "mls/flag-invalid");
    let new = of("private-handshake", "a handshake in a PrivateMessage", &made(&private(3), &proposals(&none)));
    file.refused(new.differs_from("fanout-handshake"), "mls/handshake-private");
    let group_info = Tls::new().u16(1, "version mls10").u16(4, "wire_format GroupInfo");
    let new = of("group-info", "a GroupInfo", &made(&group_info, &proposals(&none))).differs_from("fanout-handshake");
    file.refused(new, "mls/message-malformed");
    let listed = made(&commit(), &proposals(&Tls::new().nested(&commit(), "MLSMessage")));
    let new = of("proposal-is-commit", "a commit among the proposals", &listed).differs_from("fanout-commit");
    file.refused(new, "mls/message-malformed");
    file.refused(plain("fanout-cut", "the last octet is missing", &cut(&application(0).octets())), "mls/truncated");
}
