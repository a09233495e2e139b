//! Revocation lists.

use mimicred_keys::{Algorithm, Family};

use super::crl_form;
use super::made::*;
use crate::cast::{self, NOW};
use crate::draft::{Draft, NewCase, case};
use crate::generate::der::{self, element, explicit, implicit, sequence};
use crate::object::Object;
use crate::sign::FixedKey;

pub(super) const NUMBER: &str = "2.5.29.20";

/// A list that is being made.
#[derive(Clone)]
pub(super) struct List {
    pub(super) version: Vec<u8>,
    pub(super) algorithm: Vec<u8>,
    pub(super) outer_algorithm: Option<Vec<u8>>,
    pub(super) issuer: Vec<u8>,
    pub(super) updates: Vec<u8>,
    /// The entries; none at all if there are none.
    pub(super) entries: Vec<Vec<u8>>,
    pub(super) extensions: Vec<Extension>,
}

impl List {
    /// A list of three that is as it must be.
    pub(super) fn of(ca: &Authority) -> Self {
        Self {
            version: der::integer(&[1]),
            algorithm: signature_algorithm(ca.key.public().algorithm()),
            outer_algorithm: None,
            issuer: name(ca.name),
            updates: [time(TODAY), time(TODAY + 7 * DAY)].concat(),
            entries: vec![entry(&[5]), entry(&[0, 0x80]), entry(&[0x42, 7])],
            extensions: vec![ca.identifier(), extension(NUMBER, Critical::No, &der::integer(&[7]))],
        }
    }

    pub(super) fn with(mut self, extension: Extension) -> Self {
        match self.extensions.iter_mut().find(|other| other.oid == extension.oid) {
            Some(other) => *other = extension,
            None => self.extensions.push(extension),
        }
        self
    }

    pub(super) fn without(mut self, oid: &str) -> Self {
        self.extensions.retain(|extension| extension.oid != oid);
        self
    }

    pub(super) fn to_be_signed(&self) -> Vec<u8> {
        let extensions: Vec<u8> = self.extensions.iter().flat_map(Extension::to_der).collect();
        let entries = if self.entries.is_empty() { Vec::new() } else { sequence(&[&self.entries.concat()]) };
        let extensions = explicit(0, &[&sequence(&[&extensions])]);
        sequence(&[&self.version, &self.algorithm, &self.issuer, &self.updates, &entries, &extensions])
    }

    pub(super) fn signed_by(&self, key: &FixedKey) -> Vec<u8> {
        let algorithm = self.outer_algorithm.as_ref().unwrap_or(&self.algorithm);
        signed(Family::TbsCrl, &self.to_be_signed(), algorithm, key)
    }
}

/// An entry: the contents of a serial number, revoked two days ago.
pub(super) fn entry(serial: &[u8]) -> Vec<u8> {
    sequence(&[&der::integer(serial), &time(TODAY - 2 * DAY)])
}

fn entry_with(serial: &[u8], extensions: &[Extension]) -> Vec<u8> {
    let extensions: Vec<u8> = extensions.iter().flat_map(Extension::to_der).collect();
    sequence(&[&der::integer(serial), &time(TODAY - 2 * DAY), &sequence(&[&extensions])])
}

pub(super) fn of(id: &str, comment: &str, rules: &[&'static str], crl: &[u8]) -> NewCase {
    case(id, comment, rules).input(Object::new().hex("crl", crl))
}

pub(super) fn asked() -> Object {
    let ca = root();
    Object::new().hex("issuer", &ca.certificate(&ca)).int("at", NOW).list("serials", ["05", "80", "4207", "06"])
}

/// What the list of three says.
pub(super) fn answers() -> Object {
    let revoked = |serial: &str| Object::new().text("serial", serial).int("revoked", TODAY - 2 * DAY);
    let answers = [revoked("05"), revoked("0080"), revoked("4207"), Object::new().text("serial", "06")];
    Object::new().int("number", 7).int("next_update", TODAY + 7 * DAY).int("entries", 3).list("answers", answers)
}

pub(super) fn verifying() -> Draft {
    let about = "Revocation lists, with the certificate of their issuer. They are signed with its key, but for the cases that say otherwise; \
                 what is of another version no key here signs, and has zeros in the place.";
    let mut file = Draft::new("x509/crl", "x509/verify-crl", about, &["RFC 5280", "mimi-mls.md"]);
    lists(&mut file);
    issuers(&mut file);
    entries(&mut file);
    scopes(&mut file);
    crl_form::write(&mut file);
    file
}

fn lists(file: &mut Draft) {
    let ca = root();
    file.group("Lists, and the time", asked());
    let rules = &["RFC 5280 5.1", "RFC 5280 6.3"];
    let good = List::of(&ca);
    let new = of("good", "three are revoked", rules, &good.signed_by(&ca.key));
    file.valid(new.intermediates(Object::new().hex("to_be_signed", &good.to_be_signed())), answers());
    let none = List { entries: Vec::new(), ..good.clone() };
    file.valid(
        of("none", "nobody is revoked: there is no list of entries", &["RFC 5280 5.1.2.6"], &none.signed_by(&ca.key)),
        Object::new().int("entries", 0),
    );
    let mut flipped = good.signed_by(&ca.key);
    if let Some(last) = flipped.last_mut() {
        *last ^= 1;
    }
    let rules = &["RFC 5280 6.3.3 (g)"];
    file.refused(
        of("flipped", "one bit of the signature is another", rules, &flipped).differs_from("good"),
        "x509/crl-signature-invalid",
    );
    let forged = good.signed_by(&cast::key(Algorithm::P256, "mallory"));
    file.refused(of("forged", "signed with another key", rules, &forged).differs_from("good"), "x509/crl-signature-invalid");
    let p384 = List { algorithm: signature_algorithm(Algorithm::P384), ..good.clone() };
    file.refused(
        of("algorithm-other", "it says SHA-384, and the key is on P-256", &["mimi-mls.md 1.3"], &p384.signed_by(&ca.key))
            .differs_from("good"),
        "x509/alg-unsupported",
    );
    let crl = good.signed_by(&ca.key);
    file.group("When a list is in force: seven days", asked().without("at").hex("crl", &crl));
    let at =
        |id: &str, comment: &str, at: i64, rules: &[&'static str]| case(id, comment, rules).input(Object::new().int("at", at));
    file.valid(at("first", "the first second", TODAY, &["RFC 5280 5.1.2.4"]), answers());
    file.valid(at("last", "the last second", TODAY + 7 * DAY, &["RFC 5280 5.1.2.5"]), answers());
    file.refused(
        at("early", "a second too early", TODAY - 1, &["RFC 5280 5.1.2.4"]).differs_from("first"),
        "x509/crl-not-yet-valid",
    );
    file.refused(at("late", "a second too late", TODAY + 7 * DAY + 1, &["RFC 5280 5.1.2.5"]), "x509/crl-expired");
}

fn issuers(file: &mut Draft) {
    let ca = root();
    let crl = List::of(&ca).signed_by(&ca.key);
    file.group("Whose list it is", asked().without("issuer").hex("crl", &crl));
    let by = |id: &str, comment: &str, certificate: &[u8]| {
        case(id, comment, &["RFC 5280 6.3.3 (b)(1)", "RFC 5280 6.3.3 (f)"]).input(Object::new().hex("issuer", certificate))
    };
    file.valid(by("issuer-good", "that of this CA", &ca.certificate(&ca)), answers());
    let only = ca.certified_by(&ca).with(extension(KEY_USAGE, Critical::Yes, &[3, 2, 1, 0x02])).signed_by(&ca.key);
    file.valid(by("issuer-lists-only", "of a CA with cRLSign alone", &only), answers());
    let other = Authority { name: "B Root", key: ca.key.clone() };
    file.refused(
        by("issuer-other-name", "of a CA with this key and another name", &other.certificate(&other)).differs_from("issuer-good"),
        "x509/crl-issuer",
    );
    let same_name = Authority { name: ca.name, key: cast::key(Algorithm::P256, "mallory") };
    file.refused(
        by("issuer-other-key", "of another CA of this name", &same_name.certificate(&same_name)).differs_from("issuer-good"),
        "x509/crl-issuer",
    );
    let no_lists = ca.certified_by(&ca).with(extension(KEY_USAGE, Critical::Yes, &[3, 2, 2, 0x04])).signed_by(&ca.key);
    file.refused(by("issuer-no-lists", "of a CA without cRLSign", &no_lists).differs_from("issuer-good"), "x509/key-usage");
}

fn entries(file: &mut Draft) {
    let ca = root();
    let with = |entries: Vec<Vec<u8>>| List { entries, ..List::of(&ca) }.signed_by(&ca.key);
    file.group("Entries", asked().without("serials"));
    let rules = &["mimi-mls.md 4.5 B-24"];
    let sorted = with(vec![entry(&[5]), entry(&[6]), entry(&[0, 0x80]), entry(&[1, 0])]);
    file.valid(of("sorted", "in the order of the serial numbers", rules, &sorted), Object::new().int("entries", 4));
    let unsorted = with(vec![entry(&[5]), entry(&[1, 0]), entry(&[0, 0x80])]);
    file.refused(of("unsorted", "a larger one before a smaller one", rules, &unsorted).flag("limit"), "x509/crl-order");
    let twice = with(vec![entry(&[5]), entry(&[5])]);
    file.refused(of("twice", "a serial number twice", &["RFC 5280 5.1.2.6"], &twice), "x509/crl-duplicate");
    let reason = extension("2.5.29.21", Critical::No, &[0x0a, 1, 1]);
    let with_reason = with(vec![entry_with(&[5], &[reason])]);
    file.valid(of("reason", "an entry with a reason", &["RFC 5280 5.3.1"], &with_reason), Object::new().int("entries", 1));
    let mut malformed = |id: &str, comment: &str, entries: Vec<Vec<u8>>| {
        file.refused(
            of(id, comment, &["RFC 5280 5.1.2.6", "RFC 5280 4.1.2.2"], &with(entries)).differs_from("sorted"),
            "x509/crl-malformed",
        );
    };
    malformed("serial-zero", "a serial number of zero", vec![entry(&[0])]);
    malformed("serial-padded", "a serial number with a needless zero", vec![entry(&[0, 5])]);
    malformed("serial-long", "a serial number of 21 octets", vec![entry(&[0x7f; 21])]);
    malformed("no-date", "an entry without a date", vec![sequence(&[&der::integer(&[5])])]);
    let generalized = element(0x18, &[b"20260919000000Z"]);
    malformed(
        "date-generalized",
        "a date of this century as GeneralizedTime",
        vec![sequence(&[&der::integer(&[5]), &generalized])],
    );
    let offset = element(0x17, &[b"260919000000+0000"]);
    malformed("date-offset", "a date with an offset", vec![sequence(&[&der::integer(&[5]), &offset])]);
    let many: Vec<Extension> = (0..33).map(|n| extension(odd(n), Critical::No, b"x")).collect();
    let limit =
        of("extensions-33", "an entry with 33 extensions", &["mimi-mls.md 3.5.3 step 3"], &with(vec![entry_with(&[5], &many)]));
    file.refused(limit.differs_from("reason").flag("limit"), "x509/crl-limit");
}

/// Identifiers of extensions that nobody knows.
fn odd(n: usize) -> &'static str {
    const ODD: [&str; 33] = [
        "1.2.3.0", "1.2.3.1", "1.2.3.2", "1.2.3.3", "1.2.3.4", "1.2.3.5", "1.2.3.6", "1.2.3.7", "1.2.3.8", "1.2.3.9", "1.2.3.10",
        "1.2.3.11", "1.2.3.12", "1.2.3.13", "1.2.3.14", "1.2.3.15", "1.2.3.16", "1.2.3.17", "1.2.3.18", "1.2.3.19", "1.2.3.20",
        "1.2.3.21", "1.2.3.22", "1.2.3.23", "1.2.3.24", "1.2.3.25", "1.2.3.26", "1.2.3.27", "1.2.3.28", "1.2.3.29", "1.2.3.30",
        "1.2.3.31", "1.2.3.32",
    ];
    ODD.get(n).copied().unwrap_or("1.2.3")
}

fn scopes(file: &mut Draft) {
    let ca = root();
    let with = |extension: Extension| List::of(&ca).with(extension).signed_by(&ca.key);
    let of_entry = |extension: Extension| {
        List { entries: vec![entry(&[4]), entry_with(&[5], &[extension])], ..List::of(&ca) }.signed_by(&ca.key)
    };
    file.group("Lists that are not whole, and what is not understood", asked().without("serials"));
    let rules = &["RFC 5280 5.2", "RFC 5280 5.3"];
    let unknown = |critical| extension("1.2.3.4", critical, &[5, 0]);
    file.valid(
        of("unknown", "an extension that is not known", rules, &with(unknown(Critical::No))),
        Object::new().int("entries", 3),
    );
    file.refused(
        of("unknown-critical", "one that is critical", rules, &with(unknown(Critical::Yes))),
        "x509/critical-extension-unknown",
    );
    file.valid(
        of("unknown-of-entry", "one of an entry", rules, &of_entry(unknown(Critical::No))),
        Object::new().int("entries", 2),
    );
    file.refused(
        of("unknown-critical-of-entry", "one of an entry that is critical", rules, &of_entry(unknown(Critical::Yes))),
        "x509/critical-extension-unknown",
    );
    let mut refused = |id: &str, comment: &str, rule: &'static str, crl: Vec<u8>| {
        file.refused(of(id, comment, &[rule], &crl).differs_from("unknown"), "x509/crl-scope");
    };
    refused(
        "delta",
        "what has changed since another list",
        "RFC 5280 5.2.4",
        with(extension("2.5.29.27", Critical::Yes, &der::integer(&[6]))),
    );
    let users_only = sequence(&[&implicit(1, &[0xff])]);
    refused("partial", "for end entities only", "RFC 5280 5.2.5", with(extension("2.5.29.28", Critical::Yes, &users_only)));
    let issuer = sequence(&[&explicit(4, &[&name("B Root")])]);
    refused("indirect", "an entry of another issuer", "RFC 5280 5.3.3", of_entry(extension("2.5.29.29", Critical::Yes, &issuer)));
    refused(
        "taken-back",
        "an entry that takes one back",
        "RFC 5280 5.3.1",
        of_entry(extension("2.5.29.21", Critical::No, &[0x0a, 1, 8])),
    );
}
