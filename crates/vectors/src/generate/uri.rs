//! MIMI URIs.

use crate::draft::{Draft, case};
use crate::object::Object;

pub(super) fn files() -> Vec<Draft> {
    vec![reading(), minting()]
}

fn reading() -> Draft {
    let about = "MIMI URIs, strictly: what is not in its only spelling is refused, and not put right.";
    let mut file = Draft::new(
        "uri/parse",
        "uri/parse",
        about,
        &["mimi-mls.md 1.1", "draft-ietf-mimi-protocol-06", "draft-ietf-mimi-identifiers-05", "RFC 3986"],
    );
    kinds(&mut file);
    schemes(&mut file);
    hosts(&mut file);
    paths(&mut file);
    file
}

fn valid(file: &mut Draft, id: &str, comment: &str, row: &'static str, uri: &str, expected: (&str, &str, &str)) {
    let (kind, host, name) = expected;
    let expected =
        Object::new().text("kind", kind).text("host", host).with_some("id", Some(name.to_owned()).filter(|id| !id.is_empty()));
    file.valid(case(id, comment, &[row]).input(Object::new().text("uri", uri)), expected);
}

fn refused(file: &mut Draft, code: &str, good: &str, row: &'static str, cases: &[(&str, &str, &str)]) {
    for (id, comment, uri) in cases {
        file.refused(case(*id, *comment, &[row]).input(Object::new().text("uri", *uri)).differs_from(good), code);
    }
}

fn kinds(file: &mut Draft) {
    file.group("What a URI names", Object::new());
    let row = "mimi-mls.md 1.1 types";
    for (id, comment, uri, expected) in [
        ("provider", "a provider, who has no path", "mimi://a.example", ("provider", "a.example", "")),
        ("user", "a user, or a pseudonym that does not say so", "mimi://a.example/u/alice", ("user", "a.example", "alice")),
        ("pseudonym", "a pseudonym", "mimi://a.example/p/crazykoala75", ("pseudonym", "a.example", "crazykoala75")),
        ("client", "a client", "mimi://a.example/d/ClientA1", ("client", "a.example", "ClientA1")),
        (
            "client-of-user",
            "a client below its user's name",
            "mimi://a.example/d/alice/ClientA1",
            ("client", "a.example", "alice/ClientA1"),
        ),
        ("room", "a room", "mimi://a.example/r/clubhouse", ("room", "a.example", "clubhouse")),
        ("group", "an MLS group", "mimi://a.example/g/clubhouse", ("group", "a.example", "clubhouse")),
        ("team", "a team", "mimi://a.example/t/engineering", ("team", "a.example", "engineering")),
    ] {
        valid(file, id, comment, row, uri, expected);
    }
    refused(
        file,
        "uri/kind",
        "user",
        row,
        &[
            ("kind-b", "the type letter of a mistaken example of the draft", "mimi://b.example/b/bob"),
            ("kind-upper", "the type letter in upper case", "mimi://a.example/U/alice"),
            ("kind-word", "a word", "mimi://a.example/user/alice"),
            ("kind-escaped", "the type letter percent-encoded", "mimi://a.example/%75/alice"),
            ("kind-none", "no type letter", "mimi://a.example//alice"),
            ("slash-after-host", "a slash after the host, and nothing else", "mimi://a.example/"),
        ],
    );
}

fn schemes(file: &mut Draft) {
    file.group("Scheme and length", Object::new());
    refused(
        file,
        "uri/scheme",
        "user",
        "mimi-mls.md 1.1 scheme",
        &[
            ("scheme-upper", "the scheme in upper case", "MIMI://a.example/u/alice"),
            ("scheme-im", "the scheme of an older draft", "im:alice.smith@a.example"),
            ("scheme-https", "another scheme", "https://a.example/u/alice"),
            ("scheme-slash", "one slash", "mimi:/a.example/u/alice"),
            ("space-before", "a space before", " mimi://a.example/u/alice"),
        ],
    );
    let row = "mimi-mls.md 1.1 total";
    valid(file, "shortest", "8 octets", row, "mimi://a", ("provider", "a", ""));
    let segment = "s".repeat(250);
    let id = format!("{segment}/{segment}/{segment}/{}", "e".repeat(252));
    let longest = format!("mimi://a.example/u/{id}");
    valid(file, "longest", "1024 octets", row, &longest, ("user", "a.example", &id));
    refused(file, "uri/length", "longest", row, &[("too-long", "1025 octets", &format!("{longest}e"))]);
    refused(
        file,
        "uri/length",
        "shortest",
        row,
        &[("no-host", "7 octets: nothing after the scheme", "mimi://"), ("empty", "nothing", "")],
    );
}

fn hosts(file: &mut Draft) {
    file.group("Hosts", Object::new());
    let row = "mimi-mls.md 1.1 authority";
    let label = "l".repeat(63);
    let long = format!("{label}.{label}.{label}.{}", "e".repeat(61));
    for (id, comment, host) in [
        ("host-a-label", "an internationalized name, as A-label", "xn--bcher-kva.example"),
        ("host-hyphen", "a hyphen inside", "a-b.example"),
        ("host-digits", "labels that begin with digits", "1.2a.example"),
        ("host-local-invalid", "the host of who has none", "local.invalid"),
        ("host-label-63", "labels of 63 octets, 253 in all", &long),
    ] {
        valid(file, id, comment, row, &format!("mimi://{host}/u/alice"), ("user", host, "alice"));
    }
    for (id, comment, host) in [
        ("host-upper", "upper case", "A.example"),
        ("host-dot", "a dot at the end", "a.example."),
        ("host-port", "a port", "a.example:443"),
        ("host-userinfo", "a user before it", "alice@a.example"),
        ("host-missing", "no host", ""),
        ("host-ipv4", "an address", "192.0.2.1"),
        ("host-ipv4-hex", "a number that URL parsers take for an address", "0x7f.0x1"),
        ("host-last-number", "a last label that is a number", "a.1"),
        ("host-ipv6", "an address in brackets", "[2001:db8::1]"),
        ("host-u-label", "an internationalized name, as U-label", "b\u{fc}cher.example"),
        ("host-underscore", "an underscore", "a_b.example"),
        ("host-empty-label", "two dots", "a..example"),
        ("host-hyphen-first", "a hyphen at the start of a label", "-a.example"),
        ("host-hyphen-last", "a hyphen at the end of a label", "a-.example"),
        ("host-escaped", "a letter percent-encoded", "%61.example"),
        ("host-label-64", "a label of 64 octets", &format!("l{label}.example")),
        ("host-254", "254 octets", &format!("{long}e")),
    ] {
        refused(file, "uri/host", "user", row, &[(id, comment, &format!("mimi://{host}/u/alice"))]);
    }
}

fn paths(file: &mut Draft) {
    file.group("Identifiers", Object::new());
    let row = "mimi-mls.md 1.1 path";
    let longest = "a".repeat(255);
    for (id, comment, name) in [
        ("unreserved", "every kind of character that needs no escape", "aZ09-._~"),
        ("case-counts", "upper case: another name than alice", "Alice"),
        ("four-segments", "four segments", "a/b/c/d"),
        ("segment-255", "a segment of 255 octets", longest.as_str()),
        ("three-dots", "three dots are a name", "..."),
        ("escaped", "octets that need an escape", "%C3%A4"),
        ("escaped-slash", "a slash inside a segment", "a%2Fb"),
    ] {
        valid(file, id, comment, row, &format!("mimi://a.example/u/{name}"), ("user", "a.example", name));
    }
    let mut each = |code: &str, row: &'static str, cases: &[(&str, &str, &str)]| {
        for (id, comment, name) in cases {
            refused(file, code, "user", row, &[(id, comment, &format!("mimi://a.example/u{name}"))]);
        }
    };
    each(
        "uri/path",
        row,
        &[
            ("no-identifier", "a type letter alone", ""),
            ("empty-identifier", "a slash and nothing", "/"),
            ("five-segments", "five segments", "/a/b/c/d/e"),
            ("empty-segment", "an empty segment", "/a//b"),
            ("slash-at-end", "a slash at the end", "/alice/"),
            ("segment-256", "a segment of 256 octets", &format!("/{longest}a")),
        ],
    );
    let row = "mimi-mls.md 1.1 forbidden";
    each(
        "uri/path",
        row,
        &[("dot", "a dot", "/."), ("dots", "two dots", "/.."), ("dots-before", "two dots before others", "/../p/x")],
    );
    each(
        "uri/character",
        row,
        &[
            ("query", "a query", "/alice?x"),
            ("fragment", "a fragment", "/alice#x"),
            ("space", "a space", "/a b"),
            ("plus", "a reserved character", "/a+b"),
            ("at", "an @", "/alice@a.example"),
            ("not-ascii", "a letter that is not ASCII", "/\u{e4}"),
            ("backslash", "a backslash", "/a\\b"),
            ("newline", "a newline at the end", "/alice\n"),
            ("nul", "an octet of zero", "/a\0"),
        ],
    );
    each(
        "uri/escape",
        row,
        &[
            ("escape-lower", "digits in lower case", "/%c3%a4"),
            ("escape-needless", "a letter that needs none", "/%61lice"),
            ("escape-tilde", "a tilde, which needs none", "/%7Ealice"),
            ("escape-dots", "two dots, hidden", "/%2E%2E"),
            ("escape-cut", "one digit", "/%C"),
            ("escape-none", "no digits", "/100%"),
            ("escape-not-hex", "no hexadecimal digits", "/%GG"),
        ],
    );
    let host = Object::new().text("uri", "mimi://a.example?x");
    file.refused(
        case("query-after-host", "a query after the host", &[row]).input(host).differs_from("provider"),
        "uri/character",
    );
}

fn minting() -> Draft {
    let about = "Names of new pseudonyms and their clients: 16 random octets each, in base64url, and nothing that anybody chose.";
    let mut file = Draft::new("uri/mint", "uri/mint", about, &["mimi-mls.md 1.1", "RFC 4648"]);
    let rules = &["mimi-mls.md 1.1 minted", "mimi-mls.md 4.5 B-8", "mimi-mls.md 4.5 B-21"];
    for (kind, letter) in [("pseudonym", "p"), ("client", "d")] {
        file.group(&format!("A {kind}"), Object::new().text("kind", kind));
        let of = |id: &str, comment: &str, host: &str, random: &[u8]| {
            case(format!("{kind}-{id}"), comment, rules).input(Object::new().text("host", host).hex("random", random))
        };
        for (id, comment, random, name) in [
            ("text", "the octets of a text", *b"0123456789abcdef", "MDEyMzQ1Njc4OWFiY2RlZg"),
            ("zeros", "zeros", [0; 16], "AAAAAAAAAAAAAAAAAAAAAA"),
            ("ones", "ones: the last character has four bits of padding", [0xff; 16], "_____________________w"),
        ] {
            let expected = Object::new().text("uri", format!("mimi://a.example/{letter}/{name}"));
            file.valid(of(id, comment, "a.example", &random), expected);
        }
        file.refused(of("bad-host", "a host in upper case", "A.example", &[0; 16]), "uri/host");
    }
    file
}
