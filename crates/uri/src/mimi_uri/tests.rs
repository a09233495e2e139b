use proptest::prelude::*;

use super::*;

fn accepted(text: &str, kind: UriKind, host: &str, id: &str) {
    let uri = MimiUri::parse(text).expect(text);
    assert_eq!((uri.kind(), uri.host(), uri.id()), (kind, host, id));
    assert_eq!(uri.as_str(), text);
    assert_eq!(uri.to_string(), text);
}

fn refused(text: &str, code: Code) {
    assert_eq!(MimiUri::parse(text).expect_err(text).code(), code, "{text}");
}

/// The table of mimi-mls.md 1.1, line by line.
#[test]
fn every_kind_of_the_drafts_is_read() {
    accepted("mimi://a.example", UriKind::Provider, "a.example", "");
    accepted("mimi://a.example/u/alice", UriKind::User, "a.example", "alice");
    accepted("mimi://a.example/p/crazykoala75", UriKind::Pseudonym, "a.example", "crazykoala75");
    accepted("mimi://a.example/d/ClientA1", UriKind::Client, "a.example", "ClientA1");
    accepted("mimi://a.example/d/alice/ClientA1", UriKind::Client, "a.example", "alice/ClientA1");
    accepted("mimi://a.example/r/clubhouse", UriKind::Room, "a.example", "clubhouse");
    accepted("mimi://a.example/g/clubhouse", UriKind::Group, "a.example", "clubhouse");
    accepted("mimi://a.example/t/engineering", UriKind::Team, "a.example", "engineering");
    accepted("mimi://local.invalid/u/x", UriKind::User, "local.invalid", "x");
}

#[test]
fn the_scheme_is_exactly_mimi() {
    refused("MIMI://a.example/u/alice", Code::Scheme);
    refused("Mimi://a.example/u/alice", Code::Scheme);
    refused("im:alice.smith@a.example", Code::Scheme);
    refused("mimi:/a.example/u/alice", Code::Scheme);
    refused(" mimi://a.example/u/alice", Code::Scheme);
}

#[test]
fn the_host_is_checked() {
    refused("mimi://A.example/u/alice", Code::Host);
    refused("mimi://a.example./u/alice", Code::Host);
    refused("mimi://a.example:443/u/alice", Code::Host);
    refused("mimi://alice@a.example/u/alice", Code::Host);
    refused("mimi:///u/alice", Code::Host);
    refused("mimi://[2001:db8::1]/u/alice", Code::Host);
    refused("mimi://192.0.2.1/u/alice", Code::Host);
}

#[test]
fn unknown_type_letters_are_refused() {
    refused("mimi://b.example/b/bob", Code::Kind);
    refused("mimi://b.example/U/bob", Code::Kind);
    refused("mimi://b.example/user/bob", Code::Kind);
    refused("mimi://b.example/", Code::Kind);
    refused("mimi://b.example//bob", Code::Kind);
    refused("mimi://b.example/%75/bob", Code::Kind);
}

#[test]
fn an_identifier_has_1_to_4_segments() {
    accepted("mimi://a.example/u/a/b/c/d", UriKind::User, "a.example", "a/b/c/d");
    refused("mimi://a.example/u/a/b/c/d/e", Code::Path);
    refused("mimi://a.example/u", Code::Path);
    refused("mimi://a.example/u/", Code::Path);
    refused("mimi://a.example/u/a//b", Code::Path);
    refused("mimi://a.example/u/alice/", Code::Path);
}

#[test]
fn a_segment_has_1_to_255_octets() {
    let longest = "a".repeat(255);
    accepted(&format!("mimi://a.example/u/{longest}"), UriKind::User, "a.example", &longest);
    refused(&format!("mimi://a.example/u/{longest}a"), Code::Path);
}

#[test]
fn dot_segments_are_refused() {
    refused("mimi://a.example/u/.", Code::Path);
    refused("mimi://a.example/u/..", Code::Path);
    refused("mimi://a.example/u/../p/x", Code::Path);
    accepted("mimi://a.example/u/...", UriKind::User, "a.example", "...");
    accepted("mimi://a.example/u/.a", UriKind::User, "a.example", ".a");
}

#[test]
fn only_unreserved_characters_stand_unescaped() {
    accepted("mimi://a.example/u/aZ09-._~", UriKind::User, "a.example", "aZ09-._~");
    for text in ["a b", "a+b", "a:b", "a@b", "a!b", "a\0b", "ä", "a\\b", "a\"b", "a=b", "a&b", "a;b"] {
        refused(&format!("mimi://a.example/u/{text}"), Code::Character);
    }
}

#[test]
fn no_query_and_no_fragment() {
    refused("mimi://a.example/u/alice?x", Code::Character);
    refused("mimi://a.example/u/alice#x", Code::Character);
    refused("mimi://a.example?x", Code::Character);
    refused("mimi://a.example#x", Code::Character);
}

#[test]
fn escapes_are_upper_case_and_needed() {
    accepted("mimi://a.example/u/%C3%A4", UriKind::User, "a.example", "%C3%A4");
    accepted("mimi://a.example/u/a%2Fb", UriKind::User, "a.example", "a%2Fb");
    for text in ["%c3", "%C", "%", "a%", "%GG", "%41", "%7E", "%2E", "%2E%2E", "%2D", "%5F", "%39", "%%41"] {
        refused(&format!("mimi://a.example/u/{text}"), Code::Escape);
    }
}

#[test]
fn the_whole_has_8_to_1024_octets() {
    accepted("mimi://a", UriKind::Provider, "a", "");
    refused("mimi://", Code::Length);
    refused("", Code::Length);
    let segment = "s".repeat(250);
    let longest = format!("mimi://a.example/u/{segment}/{segment}/{segment}/{}", "e".repeat(1024 - 19 - 3 * 251));
    assert_eq!(longest.len(), 1024);
    assert!(MimiUri::parse(&longest).is_ok());
    refused(&format!("{longest}e"), Code::Length);
}

#[test]
fn comparison_is_by_octets() {
    let parse = |text: &str| MimiUri::parse(text).expect(text);
    assert_eq!(parse("mimi://a.example/u/alice"), parse("mimi://a.example/u/alice"));
    assert_ne!(parse("mimi://a.example/u/alice"), parse("mimi://a.example/u/Alice"));
    assert_ne!(parse("mimi://a.example/u/alice"), parse("mimi://a.example/p/alice"));
}

proptest! {
    #[test]
    fn what_fits_the_grammar_round_trips(
        host in "[a-z][a-z0-9]{0,8}(\\.[a-z][a-z0-9]{0,8}){0,3}",
        letter in "[updrgt]",
        id in "([A-Za-z0-9_~-]|%C3%A4){1,20}(/[A-Za-z0-9_~-]{1,20}){0,3}",
    ) {
        let text = format!("mimi://{host}/{letter}/{id}");
        let uri = MimiUri::parse(&text)?;
        prop_assert_eq!(uri.host(), &host);
        prop_assert_eq!(uri.id(), &id);
        prop_assert_eq!(uri.kind().letter(), letter.chars().next());
        prop_assert_eq!(uri.to_string().parse::<MimiUri>()?, uri);
    }

    #[test]
    fn parse_never_panics(text in "\\PC{0,64}") {
        let _ = MimiUri::parse(&text);
    }

    #[test]
    fn what_is_accepted_is_canonical(tail in "[a-zA-Z0-9./%:@?#_~-]{0,40}") {
        let text = format!("mimi://{tail}");
        if let Ok(uri) = MimiUri::parse(&text) {
            prop_assert_eq!(uri.as_str(), &text);
            let again = match uri.kind().letter() {
                None => format!("mimi://{}", uri.host()),
                Some(letter) => format!("mimi://{}/{}/{}", uri.host(), letter, uri.id()),
            };
            prop_assert_eq!(again, text);
        }
    }
}
