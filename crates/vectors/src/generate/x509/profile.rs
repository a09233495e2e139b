//! What an end entity's certificate must look like.

use mimicred_claims::Value;

use super::made::*;
use crate::cast::NOW;
use crate::draft::{Draft, NewCase, case};
use crate::generate::der::{explicit, implicit, oid, sequence};
use crate::object::{Object, hex};

pub(super) fn file() -> Draft {
    let about = "End entities below a root that is trusted. A pseudonym certificate has nothing in it that others do not have; an identity \
                 certificate says something; and nobody names two users or two providers.";
    let mut file = Draft::new("x509/profile", "x509/verify", about, &["RFC 5280", "mimi-mls.md"]);
    pseudonyms(&mut file);
    pseudonym_extensions(&mut file);
    identities(&mut file);
    alternative_names(&mut file);
    marks(&mut file);
    file
}

fn of(id: &str, comment: &str, rules: &[&'static str], made: &Made) -> NewCase {
    let chain = Value::Array(vec![Value::from(hex(&made.signed_by(&root().key)))]);
    case(id, comment, rules).input(Object::new().with("chain", chain))
}

fn group(file: &mut Draft, about: &str, profile: &str) {
    let root = root();
    let anchors = Value::Array(vec![Value::from(hex(&root.certificate(&root)))]);
    file.group(about, Object::new().with("anchors", anchors).int("at", NOW).text("profile", profile));
}

const PSEUDONYM: &[&str] = &["mimi-mls.md 1.2", "mimi-mls.md 4.5 B-10"];

fn pseudonyms(file: &mut Draft) {
    group(file, "Pseudonyms", "pseudonym");
    let good = root().pseudonym();
    let (user, client) = (uri(USER), uri(CLIENT));
    let expected = || Object::new().text("user", USER).text("client", CLIENT).text("mark", "pseudonym");
    let new = of("pseudonym-good", "the template of all pseudonyms", PSEUDONYM, &good);
    let names = Object::new().int("general_name", 6);
    let attribute = |uri: &str| names.clone().text("oid", "2.5.29.17").text("value", uri);
    let said =
        expected().list("attributes", [attribute(USER), attribute(CLIENT)]).list("policies", [mimicred_x509::PSEUDONYM_POLICY]);
    file.valid(new.intermediates(Object::new().hex("to_be_signed", &good.to_be_signed())), said);
    file.valid(
        of("pseudonym-other-order", "the client's URI comes first", PSEUDONYM, &good.clone().named(&[&client, &user])),
        expected(),
    );
    let mut refused = |id: &str, comment: &str, made: Made| {
        file.refused(of(id, comment, PSEUDONYM, &made).differs_from("pseudonym-good"), "x509/profile");
    };
    refused("pseudonym-subject", "it has a subject", Made { subject: name("Alice"), ..good.clone() });
    refused("pseudonym-no-client", "no client", good.clone().named(&[&user]));
    refused("pseudonym-no-user", "no pseudonym", good.clone().named(&[&client]));
    refused("pseudonym-no-names", "no subjectAltName", good.clone().without(ALTERNATIVE_NAME));
    refused(
        "pseudonym-user-uri",
        "a /u/ URI, which says nothing",
        good.clone().named(&[&uri("mimi://a.example/u/alice"), &client]),
    );
    refused("pseudonym-third-uri", "a third URI", good.clone().named(&[&user, &client, &uri("https://a.example/")]));
    refused("pseudonym-dns", "a DNS name besides", good.clone().named(&[&user, &client, &dns("a.example")]));
    refused("pseudonym-email", "an address besides", good.clone().named(&[&user, &client, &email("alice@a.example")]));
    let value =
        good.extensions.iter().find(|extension| extension.oid == ALTERNATIVE_NAME).map(|extension| extension.value.clone());
    let uncritical = extension(ALTERNATIVE_NAME, Critical::No, &value.unwrap_or_default());
    refused("pseudonym-names-not-critical", "subjectAltName is not critical, and there is no subject", good.with(uncritical));
}

fn pseudonym_extensions(file: &mut Draft) {
    group(file, "Extensions of pseudonyms: octet for octet those of all others", "pseudonym");
    let good = root().pseudonym();
    let rules = &["mimi-mls.md 4.5 B-9", "mimi-mls.md 4.5 B-12", "mimi-mls.md 4.5 B-17"];
    file.valid(of("extensions-good", "five extensions", rules, &good), Object::new());
    let another = good.clone().with(extension(POLICIES, Critical::No, &policies(&["1.2.3"])));
    file.valid(of("policy-other", "another policy", PSEUDONYM, &another), Object::new().list("policies", ["1.2.3"]));
    let mut refused = |id: &str, comment: &str, made: Made| {
        file.refused(of(id, comment, rules, &made).differs_from("extensions-good"), "x509/profile")
    };
    let with = |oid: &'static str, critical, value: &[u8]| good.clone().with(extension(oid, critical, value));
    refused("usage-not-critical", "keyUsage is not critical", with(KEY_USAGE, Critical::No, &SIGNS));
    refused("usage-agrees", "keyUsage has keyAgreement besides", with(KEY_USAGE, Critical::Yes, &[3, 2, 3, 0x88]));
    refused("usage-spelt", "keyUsage has a needless octet", with(KEY_USAGE, Critical::Yes, &[3, 3, 7, 0x80, 0]));
    refused(
        "constraints-not-critical",
        "basicConstraints are not critical",
        with(BASIC_CONSTRAINTS, Critical::No, &sequence(&[])),
    );
    refused("constraints-missing", "no basicConstraints", good.clone().without(BASIC_CONSTRAINTS));
    refused(
        "constraints-spelt",
        "cA is FALSE, spelt out: BER, not DER",
        with(BASIC_CONSTRAINTS, Critical::Yes, &sequence(&[&[1, 1, 0]])),
    );
    refused("authority-missing", "no authorityKeyIdentifier", good.clone().without(AUTHORITY_KEY));
    let key = key_id(root().key.public());
    let issuer = explicit(1, &[&explicit(4, &[&name("A Root")])]);
    let whole = sequence(&[&implicit(0, &key), &issuer, &implicit(2, &[1])]);
    refused(
        "authority-serial",
        "authorityKeyIdentifier with issuer and serial number",
        with(AUTHORITY_KEY, Critical::No, &whole),
    );
    refused("policy-missing", "no policy", good.clone().without(POLICIES));
    let two = policies(&[mimicred_x509::PSEUDONYM_POLICY, "1.2.3"]);
    refused("policies-two", "two policies", with(POLICIES, Critical::No, &two));
    let qualifier = sequence(&[&oid("1.3.6.1.5.5.7.2.1"), &crate::generate::der::element(0x16, &[b"http://a.example/"])]);
    let qualified = sequence(&[&sequence(&[&oid("1.2.3"), &sequence(&[&qualifier])])]);
    refused("policy-qualified", "a policy with a qualifier", with(POLICIES, Critical::No, &qualified));
    refused(
        "subject-key-id",
        "subjectKeyIdentifier",
        with(SUBJECT_KEY, Critical::No, &crate::generate::der::octet_string(&[7; 20])),
    );
    refused(
        "client-auth",
        "extKeyUsage with clientAuth",
        with(EXTENDED_USAGE, Critical::No, &sequence(&[&oid("1.3.6.1.5.5.7.3.2")])),
    );
    refused(
        "info-access",
        "authorityInfoAccess",
        with(
            "1.3.6.1.5.5.7.1.1",
            Critical::No,
            &sequence(&[&sequence(&[&oid("1.3.6.1.5.5.7.48.1"), &uri("http://a.example/")])]),
        ),
    );
    refused("unknown", "an extension that is not known", with("1.2.3.4", Critical::No, &[5, 0]));
    // One timestamp of RFC 6962 3.2 of nobody's making.
    let stamp = [&[0, 51, 0, 49, 0], [7; 40].as_slice(), &[0, 0, 4, 3, 0, 2, 0x30, 0]].concat();
    let stamps = crate::generate::der::octet_string(&stamp);
    refused("timestamps", "timestamps of certificate transparency", with("1.3.6.1.4.1.11129.2.4.2", Critical::No, &stamps));
    let new = of("usage-missing", "no keyUsage", rules, &good.clone().without(KEY_USAGE)).differs_from("extensions-good");
    file.refused(new, "x509/key-usage");
}

fn identities(file: &mut Draft) {
    group(file, "Identities", "identity");
    let good = root().identity();
    let rules = &["mimi-mls.md 1.2", "RFC 5280 4.1.2.6", "RFC 5280 4.2.1.6"];
    let attribute = |tag: i128, value: &str| Object::new().text("oid", "2.5.29.17").int("general_name", tag).text("value", value);
    let expected = Object::new().text("user", "mimi://a.example/u/alice").text("mark", "real").list(
        "attributes",
        [
            Object::new().text("oid", "2.5.4.3").text("value", "Alice Meier"),
            attribute(6, "mimi://a.example/u/alice"),
            attribute(6, CLIENT),
            attribute(1, "alice@a.example"),
        ],
    );
    file.valid(of("identity-good", "a name, two URIs and an address", rules, &good), expected);
    let agrees = good.clone().with(extension(KEY_USAGE, Critical::Yes, &[3, 2, 3, 0x88]));
    file.valid(of("identity-agrees", "keyAgreement besides, as in draft-ietf-mimi-identifiers", rules, &agrees), Object::new());
    let named = good.clone().without(ALTERNATIVE_NAME);
    file.valid(of("identity-name-only", "a name, and no subjectAltName", rules, &named), Object::new());
    let unnamed = Made { subject: sequence(&[]), ..good.clone() };
    file.valid(of("identity-no-subject", "no subject, and subjectAltName critical", rules, &unnamed), Object::new());
    let hint = extension("1.2.3.4", Critical::No, &crate::generate::der::element(0x0c, &["M\u{fc}nchen".as_bytes()]));
    let with_hint = good.clone().with(hint);
    let last = Object::new().text("oid", "1.2.3.4").text("value", "M\u{fc}nchen");
    let expected = [
        Object::new().text("oid", "2.5.4.3").text("value", "Alice Meier"),
        attribute(6, "mimi://a.example/u/alice"),
        attribute(6, CLIENT),
        attribute(1, "alice@a.example"),
        last,
    ];
    let new = of(
        "identity-unknown-extension",
        "an extension that is not known is said about her, too",
        &["mimi-mls.md 3.4.2"],
        &with_hint,
    );
    file.valid(new, Object::new().list("attributes", expected));
    let mut refused = |id: &str, comment: &str, made: Made, good: &str| {
        file.refused(of(id, comment, rules, &made).differs_from(good), "x509/profile")
    };
    refused(
        "identity-silent",
        "it says nothing",
        Made { subject: sequence(&[]), ..good.clone() }.without(ALTERNATIVE_NAME),
        "identity-good",
    );
    let uncritical = extension(ALTERNATIVE_NAME, Critical::No, &sequence(&[&email("alice@a.example")]));
    refused(
        "identity-not-critical",
        "no subject, and subjectAltName is not critical",
        Made { subject: sequence(&[]), ..good.clone() }.with(uncritical),
        "identity-no-subject",
    );
    refused(
        "identity-usage-not-critical",
        "keyUsage is not critical",
        good.clone().with(extension(KEY_USAGE, Critical::No, &SIGNS)),
        "identity-good",
    );
    refused(
        "identity-constraints-not-critical",
        "basicConstraints are not critical",
        good.clone().with(extension(BASIC_CONSTRAINTS, Critical::No, &sequence(&[]))),
        "identity-good",
    );
    let new = of("identity-no-usage", "no keyUsage", rules, &good.without(KEY_USAGE)).differs_from("identity-good");
    file.refused(new, "x509/key-usage");
}

fn alternative_names(file: &mut Draft) {
    group(file, "Names, whatever the profile", "any");
    let good = root().pseudonym();
    let (user, client) = (uri(USER), uri(CLIENT));
    let rules = &["mimi-mls.md 1.1", "RFC 5280 4.2.1.6"];
    let also = |name: &[u8]| good.clone().named(&[&user, &client, name]);
    for (id, comment, name) in [
        ("name-tel", "a URI of another scheme", uri("tel:+1-201-555-0123")),
        ("name-email", "an address", email("alice@a.example")),
        ("name-ipv4", "an address of IPv4", implicit(7, &[192, 0, 2, 1])),
        ("name-ipv6", "an address of IPv6", implicit(7, &[0x20; 16])),
    ] {
        file.valid(of(id, comment, rules, &also(&name)), Object::new().text("user", USER));
    }
    let instead = |name: &str| good.clone().named(&[&uri(name)]);
    for (id, comment, name) in [
        ("mimi-upper", "the scheme in upper case", "MIMI://a.example/u/alice"),
        ("mimi-opaque", "the scheme, and nothing like a MIMI URI", "mimi:x"),
        ("mimi-host", "the host in upper case", "mimi://A.example/u/alice"),
        ("mimi-query", "a query", "mimi://a.example/u/alice?x"),
        ("mimi-letter", "a type letter that there is not", "mimi://b.example/b/bob"),
        ("mimi-room", "a room", "mimi://a.example/r/room"),
        ("mimi-provider", "a provider", "mimi://a.example"),
        ("no-scheme", "no scheme", "no-scheme"),
        ("scheme-digit", "a scheme that begins with a digit", "1a:b"),
        ("scheme-alone", "nothing after the scheme", "https:"),
        ("space", "a space", "https://a b"),
    ] {
        file.refused(of(id, comment, rules, &instead(name)).differs_from("name-tel"), "x509/san-grammar");
    }
    for (id, comment, name) in [
        ("email-no-at", "an address without @", email("alice")),
        ("email-no-local", "an address with nothing before @", email("@a.example")),
        ("email-no-host", "an address with nothing after @", email("alice@")),
        ("ip-three-octets", "an address of three octets", implicit(7, &[192, 0, 2])),
        ("uri-not-ascii", "a URI with a letter that is not ASCII", uri("https://a.example/\u{fc}")),
        ("uri-control", "a URI with an octet of zero", uri("https://a.example/\0")),
        ("uri-empty", "a URI of nothing", uri("")),
        ("tag-unknown", "a kind of name that there is not", implicit(10, &[0])),
    ] {
        file.refused(of(id, comment, rules, &also(&name)).differs_from("name-email"), "x509/san-grammar");
    }
    let rules = &["mimi-mls.md 3.5.3 step 0"];
    file.valid(of("one-user-one-client", "one of each", rules, &good), Object::new());
    let named = |names: &[&[u8]]| good.clone().named(names);
    for (id, comment, made) in [
        ("two-pseudonyms", "two pseudonyms", named(&[&user, &client, &uri("mimi://a.example/p/CCCCCCCCCCCCCCCCCCCCCA")])),
        ("pseudonym-and-user", "a pseudonym and a user", named(&[&user, &client, &uri("mimi://a.example/u/alice")])),
        ("pseudonym-twice", "the pseudonym twice", named(&[&user, &client, &user])),
        ("two-clients", "two clients", named(&[&user, &client, &uri("mimi://a.example/d/Other")])),
        ("two-providers", "a client of another provider", named(&[&user, &uri("mimi://b.example/d/x")])),
    ] {
        file.refused(of(id, comment, rules, &made), "x509/profile");
    }
}

fn marks(file: &mut Draft) {
    group(file, "What the issuer says that a name is", "any");
    let good = root().pseudonym();
    let (client, alice) = (uri(CLIENT), uri("mimi://a.example/u/alice"));
    let with = |user: &[u8], policy: &[&str]| {
        let made = good.clone().named(&[user, &client]);
        if policy.is_empty() { made.without(POLICIES) } else { made.with(extension(POLICIES, Critical::No, &policies(policy))) }
    };
    let real = mimicred_x509::REAL_POLICY;
    for (id, comment, made, mark) in [
        ("mark-p", "a /p/ URI is a pseudonym", with(&uri(USER), &[]), "pseudonym"),
        (
            "mark-p-real",
            "a /p/ URI under the policy for real names is a pseudonym all the same",
            with(&uri(USER), &[real]),
            "pseudonym",
        ),
        ("mark-u", "a /u/ URI says nothing", with(&alice, &[]), "unmarked"),
        ("mark-u-real", "the policy for real names", with(&alice, &[real]), "real"),
        ("mark-u-pseudonym", "the policy for pseudonyms", with(&alice, &[mimicred_x509::PSEUDONYM_POLICY]), "pseudonym"),
        ("mark-both", "both policies: never real", with(&alice, &[real, mimicred_x509::PSEUDONYM_POLICY]), "pseudonym"),
        ("mark-other", "another policy", with(&alice, &["1.2.3.9"]), "unmarked"),
    ] {
        file.valid(of(id, comment, &["mimi-mls.md 1.1", "mimi-mls.md 3.3"], &made), Object::new().text("mark", mark));
    }
}
