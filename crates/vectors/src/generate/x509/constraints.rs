//! What CAs allow each other and their end entities: path lengths, uses of keys, names; and what is not understood.

use mimicred_keys::Algorithm;

use super::made::*;
use super::path::{alone_with, below_root, of};
use crate::cast;
use crate::draft::Draft;
use crate::generate::der::{self, explicit, implicit, oid, sequence};
use crate::object::Object;

pub(super) fn write(file: &mut Draft) {
    constraints(file);
    usages(file);
    extensions(file);
    names(file);
}

/// basicConstraints of a CA.
fn ca_constraints(path_len: Option<u8>) -> Extension {
    let path_len = path_len.map(|n| der::integer(&[n])).unwrap_or_default();
    extension(BASIC_CONSTRAINTS, Critical::Yes, &sequence(&[&[der::BOOLEAN, 1, 0xff], &path_len]))
}

fn constraints(file: &mut Draft) {
    let (root, ca) = (root(), issuing());
    let below = Authority { name: "A CA Below", key: cast::key(Algorithm::P256, "CA below") };
    let leaf = ca.pseudonym().signed_by(&ca.key);
    let ca_with = |extension: Extension| ca.certified_by(&root).with(extension).signed_by(&root.key);
    file.group("basicConstraints", below_root());
    let rules = &["RFC 5280 4.2.1.9", "RFC 5280 6.1.4"];
    let zero = ca_with(ca_constraints(Some(0)));
    file.valid(of("path-length-0", "a CA with end entities only below", rules, &[&leaf, &zero]), Object::new());
    let (deep, below_cert) = (below.pseudonym().signed_by(&below.key), below.certificate(&ca));
    let one = ca_with(ca_constraints(Some(1)));
    file.valid(of("path-length-1", "a CA with one CA below", rules, &[&deep, &below_cert, &one]), Object::new());
    let mut refused = |id: &str, comment: &str, certificates: &[&[u8]], good: &str| {
        file.refused(of(id, comment, rules, certificates).differs_from(good), "x509/basic-constraints");
    };
    refused("path-too-long", "a CA below one that may have none", &[&deep, &below_cert, &zero], "path-length-1");
    let no_ca = ca_with(extension(BASIC_CONSTRAINTS, Critical::Yes, &sequence(&[])));
    refused("issuer-no-ca", "the issuer is no CA", &[&leaf, &no_ca], "path-length-0");
    let missing = ca.certified_by(&root).without(BASIC_CONSTRAINTS).signed_by(&root.key);
    refused("issuer-without", "the issuer does not say that it is a CA", &[&leaf, &missing], "path-length-0");
    let leaf_ca = root.pseudonym().with(ca_constraints(None)).signed_by(&root.key);
    refused("end-entity-ca", "the end entity is a CA", &[&leaf_ca], "path-length-0");
    refused("ca-alone", "a CA instead of an end entity", &[&zero], "path-length-0");
}

fn usages(file: &mut Draft) {
    let (root, ca) = (root(), issuing());
    let leaf = ca.pseudonym().signed_by(&ca.key);
    file.group("keyUsage and extKeyUsage", below_root());
    let rules = &["RFC 5280 4.2.1.3", "RFC 5280 6.1.4 (n)"];
    let ca_with = |bits: &[u8]| ca.certified_by(&root).with(extension(KEY_USAGE, Critical::Yes, bits)).signed_by(&root.key);
    let only = ca_with(&[3, 2, 2, 0x04]);
    file.valid(of("ca-signs-certificates", "a CA with keyCertSign alone", rules, &[&leaf, &only]), Object::new());
    for (id, comment, bits) in
        [("ca-signs-lists", "a CA with cRLSign alone", [3, 2, 1, 0x02]), ("ca-signs", "a CA with digitalSignature alone", SIGNS)]
    {
        file.refused(of(id, comment, rules, &[&leaf, &ca_with(&bits)]), "x509/key-usage");
    }
    let without = ca.certified_by(&root).without(KEY_USAGE).signed_by(&root.key);
    file.refused(
        of("ca-without-usage", "a CA without keyUsage, which a CA must have", rules, &[&leaf, &without]),
        "x509/key-usage",
    );
    let with = |oid: &'static str, value: &[u8]| root.pseudonym().with(extension(oid, Critical::Yes, value)).signed_by(&root.key);
    let rules = &["RFC 5280 4.2.1.3", "RFC 5280 4.2.1.12"];
    let client_auth = sequence(&[&oid("1.3.6.1.5.5.7.3.2")]);
    file.valid(of("client-auth", "extKeyUsage with clientAuth", rules, &[&with(EXTENDED_USAGE, &client_auth)]), Object::new());
    for (id, comment, usage) in [
        ("server-auth", "extKeyUsage with serverAuth alone", sequence(&[&oid("1.3.6.1.5.5.7.3.1")])),
        ("any-usage", "extKeyUsage with anyExtendedKeyUsage alone", sequence(&[&oid("2.5.29.37.0")])),
    ] {
        file.refused(of(id, comment, rules, &[&with(EXTENDED_USAGE, &usage)]), "x509/key-usage");
    }
    for (id, comment, bits) in [
        ("leaf-agrees", "an end entity with keyAgreement alone", [3, 2, 3, 0x08]),
        ("leaf-issues", "an end entity with keyCertSign besides", [3, 2, 2, 0x84]),
        ("leaf-lists", "an end entity with cRLSign besides", [3, 2, 1, 0x82]),
    ] {
        file.refused(of(id, comment, rules, &[&with(KEY_USAGE, &bits)]).differs_from("good"), "x509/key-usage");
    }
}

fn extensions(file: &mut Draft) {
    let (root, ca) = (root(), issuing());
    let leaf = ca.pseudonym().signed_by(&ca.key);
    file.group("Extensions that are not understood", below_root());
    let rules = &["RFC 5280 4.2"];
    let unknown = |critical| extension("1.2.3.4", critical, &[5, 0]);
    let ca_with = |extension: Extension| ca.certified_by(&root).with(extension).signed_by(&root.key);
    file.valid(of("unknown-extension", "one that is not critical", rules, &[&alone_with(unknown(Critical::No))]), Object::new());
    let mut refused = |id: &str, comment: &str, certificates: &[&[u8]]| {
        file.refused(of(id, comment, rules, certificates), "x509/critical-extension-unknown")
    };
    refused("unknown-critical", "one that is critical", &[&alone_with(unknown(Critical::Yes))]);
    refused("unknown-critical-ca", "one that is critical, in the CA", &[&leaf, &ca_with(unknown(Critical::Yes))]);
    let policy_constraints = extension("2.5.29.36", Critical::Yes, &sequence(&[&implicit(0, &[0])]));
    refused("policy-constraints", "policyConstraints, critical", &[&leaf, &ca_with(policy_constraints)]);
}

/// nameConstraints with this base as permitted [0] or excluded [1].
fn name_constraints(n: u8, base: &[u8]) -> Extension {
    extension(NAME_CONSTRAINTS, Critical::Yes, &sequence(&[&explicit(n, &[&sequence(&[base])])]))
}

fn names(file: &mut Draft) {
    let (root, ca) = (root(), issuing());
    file.group("nameConstraints", below_root());
    let rules = &["RFC 5280 4.2.1.10"];
    let ca_with = |n: u8, base: &[u8]| ca.certified_by(&root).with(name_constraints(n, base)).signed_by(&root.key);
    let leaf = |names: &[&[u8]]| ca.pseudonym().named(names).signed_by(&ca.key);
    let (user, client) = (uri(USER), uri(CLIENT));
    let with_dns = |name: &str| leaf(&[&user, &client, &dns(name)]);
    let permitted = ca_with(0, &dns("a.example"));
    file.valid(
        of("dns-permitted", "a DNS name below the one that is permitted", rules, &[&with_dns("alice.a.example"), &permitted]),
        Object::new(),
    );
    file.valid(
        of("dns-none", "no DNS name: the constraint constrains nothing", rules, &[&leaf(&[&user, &client]), &permitted]),
        Object::new(),
    );
    let mut refused = |id: &str, comment: &str, certificates: &[&[u8]], code: &str| {
        file.refused(of(id, comment, rules, certificates).differs_from("dns-permitted"), code);
    };
    refused("dns-other", "a DNS name that is not", &[&with_dns("alice.b.example"), &permitted], "x509/name-constraints-violated");
    refused(
        "dns-suffix",
        "a DNS name that only ends alike",
        &[&with_dns("nota.example"), &permitted],
        "x509/name-constraints-violated",
    );
    let excluded = ca_with(1, &dns("a.example"));
    refused(
        "dns-excluded",
        "a DNS name that is excluded",
        &[&with_dns("alice.a.example"), &excluded],
        "x509/name-constraints-violated",
    );
    let plain = leaf(&[&user, &client]);
    let unsupported = "x509/name-constraints-unsupported";
    refused("uri-permitted", "a constraint on URIs", &[&plain, &ca_with(0, &uri("a.example"))], unsupported);
    refused("uri-excluded", "a constraint that excludes URIs", &[&plain, &ca_with(1, &uri("b.example"))], unsupported);
    let with_email = leaf(&[&user, &client, &email("alice@a.example")]);
    refused("email-permitted", "a constraint on addresses", &[&with_email, &ca_with(0, &email("a.example"))], unsupported);
    let directory = explicit(4, &[&name("Alice")]);
    let named = Made { subject: name("Alice"), ..ca.pseudonym() }.signed_by(&ca.key);
    refused("directory-permitted", "a constraint on directory names", &[&named, &ca_with(0, &directory)], unsupported);
}
