use super::*;
use crate::path::MAX_TEXT;
use crate::{Code, Content as Disclosed, Limits};

fn text(digest: &[u8]) -> String {
    format!("<{}>", String::from_utf8_lossy(digest))
}

fn opened<'a>(digest: &'static str, content: Disclosed<'a>) -> Result<Opened<'a>, Unreadable<'a>> {
    Ok(Opened { digest: digest.as_bytes().into(), content })
}

fn claim<'a>(name: &'a str, value: Value<'a>) -> Disclosed<'a> {
    Disclosed::Claim(Key::from(name), value)
}

fn map<'a>(entries: Vec<(&'a str, Value<'a>)>, digests: &[&'static str]) -> Map<'a> {
    let mut map = Map::from_entries(entries.into_iter().map(|(name, value)| (Key::from(name), value)).collect()).unwrap();
    map.redacted = digests.iter().map(|digest| digest.as_bytes().into()).collect();
    map
}

fn mark(digest: &'static str) -> Value<'static> {
    Value::Redacted(digest.as_bytes().into())
}

fn leaf(label: Label, status: Status, value: impl Into<Value<'static>>) -> Node {
    Node { label, status, content: Content::Leaf(value.into()) }
}

fn key(name: &'static str) -> Label {
    Label::Key(Key::from(name))
}

fn referenced(path: &str) -> DisclosureState {
    DisclosureState::Referenced(path.parse().unwrap())
}

#[test]
fn each_claim_has_its_status() {
    let address = claim("address", Value::Map(map(vec![("country", Value::from("DE"))], &["city", "unknown"])));
    let token = map(
        vec![("iss", Value::from("i")), ("n", Value::Array(vec![Value::from("a"), mark("element"), mark("gone")]))],
        &["address", "decoy"],
    );
    let picture = draw(
        token,
        [
            opened("city", claim("city", Value::from("Berlin"))),
            opened("address", address),
            opened("element", Disclosed::Element(Value::from("b"))),
            opened("decoy", Disclosed::Decoy),
        ],
        text,
    )
    .unwrap();
    let withheld = |label, digest: &str| Node { label, status: Status::Redacted, content: Content::Digest(digest.to_owned()) };
    let inside = vec![
        leaf(key("country"), Status::Disclosed(1), "DE"),
        leaf(key("city"), Status::Disclosed(0), "Berlin"),
        withheld(Label::Unnamed, "<unknown>"),
    ];
    let elements = vec![
        leaf(Label::Index(0), Status::Permanent, "a"),
        leaf(Label::Index(1), Status::Disclosed(2), "b"),
        withheld(Label::Index(2), "<gone>"),
    ];
    assert_eq!(
        picture.claims,
        [
            leaf(key("iss"), Status::Permanent, "i"),
            Node { label: key("n"), status: Status::Permanent, content: Content::Array(elements) },
            Node { label: key("address"), status: Status::Disclosed(1), content: Content::Map(inside) },
            Node { label: Label::Unnamed, status: Status::Redacted, content: Content::Decoy("<decoy>".to_owned()) },
        ]
    );
    let states: Vec<_> = picture.disclosures.iter().map(|disclosure| disclosure.state.clone()).collect();
    let top = DisclosureState::Decoy(ClaimPath::default());
    assert_eq!(states, [referenced("address.city"), referenced("address"), referenced("n[1]"), top]);
    let names: Vec<_> = picture.disclosures.iter().map(|disclosure| disclosure.name.clone()).collect();
    assert_eq!(names, [Some(Key::from("city")), Some(Key::from("address")), None, None]);
    assert_eq!(picture.disclosures[0].digest, "<city>");
}

#[test]
fn each_disclosure_that_is_of_no_use_says_why() {
    let token = map(vec![("n", Value::Array(vec![mark("claim"), mark("decoy")]))], &["element", "good", "good"]);
    let picture = draw(
        token,
        [
            opened("claim", claim("x", Value::Null)),
            opened("element", Disclosed::Element(Value::Null)),
            opened("good", claim("y", Value::Null)),
            opened("good", claim("y", Value::Null)),
            opened("stray", claim("z", Value::Null)),
            Err(Unreadable { digest: b"broken".into(), code: "sd-jwt/disclosure-malformed" }),
            opened("decoy", Disclosed::Decoy),
        ],
        text,
    )
    .unwrap();
    let states: Vec<_> = picture.disclosures.iter().map(|disclosure| disclosure.state.clone()).collect();
    assert_eq!(
        states,
        [
            DisclosureState::Misplaced,
            DisclosureState::Misplaced,
            referenced("y"),
            DisclosureState::Repeated,
            DisclosureState::Unreferenced,
            DisclosureState::Unreadable("sd-jwt/disclosure-malformed"),
            DisclosureState::Decoy("n".parse().unwrap()),
        ]
    );
    assert_eq!(picture.disclosures[5].digest, "<broken>");
    let withheld = picture.claims.iter().filter(|node| node.content == Content::Digest("<good>".to_owned())).count();
    assert_eq!(withheld, 1, "a digest that stands twice is drawn as disclosed once");
}

/// JWT-E-017, CWT-E-026: as deep as `restore` goes, whether in clear or by disclosures, and no deeper.
#[test]
fn what_is_too_deep_is_refused() {
    let nested = |levels: usize| (1..levels).fold(Value::Null, |inner, _| Value::Array(vec![inner]));
    let clear = |levels: usize| draw(map(vec![("a", nested(levels))], &[]), [], text);
    assert!(clear(Limits::DEFAULT.depth).is_ok());
    let error = clear(Limits::DEFAULT.depth + 1).unwrap_err();
    assert_eq!(error.code(), Code::Limit);
    assert!(error.to_string().contains("a[0][0]"), "{error}");

    const DIGESTS: [&str; 17] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16"];
    let chained = |levels: usize| {
        let link = |n: usize| match DIGESTS[..levels].get(n + 1) {
            Some(next) => claim("a", Value::Map(map(vec![], &[next]))),
            None => claim("a", Value::Null),
        };
        draw(map(vec![], &["0"]), (0..levels).map(|n| opened(DIGESTS[n], link(n))).collect::<Vec<_>>(), text)
    };
    assert!(chained(Limits::DEFAULT.depth).is_ok());
    assert_eq!(chained(Limits::DEFAULT.depth + 1).unwrap_err().code(), Code::Limit);
}

/// CWT-E-022: redactions below a tag count, and a tag over a mere value is part of the value.
#[test]
fn other_tags_are_seen_through() {
    let tag = |number, inside| Value::Tag(number, Box::new(inside));
    let fraction = Value::Array(vec![Value::Int(-2), mark("element")]);
    let token = map(vec![("price", tag(4, tag(55, fraction))), ("born", tag(1004, Value::from("2000-02-29")))], &[]);
    let picture = draw(token, [opened("element", Disclosed::Element(Value::Int(27315)))], text).unwrap();
    let elements = vec![
        leaf(Label::Index(0), Status::Permanent, Value::Int(-2)),
        leaf(Label::Index(1), Status::Disclosed(0), Value::Int(27315)),
    ];
    let content = Content::Tagged(4, Box::new(Content::Tagged(55, Box::new(Content::Array(elements)))));
    assert_eq!(
        picture.claims,
        [
            Node { label: key("price"), status: Status::Permanent, content },
            leaf(key("born"), Status::Permanent, tag(1004, Value::from("2000-02-29"))),
        ]
    );
    assert_eq!(picture.disclosures[0].state, referenced("price[1]"));
    assert!(!format!("{:?}", picture.claims).contains("27315"));

    // CWT-E-026: each tag is a level.
    let tagged = |levels: usize| (1..levels).fold(Value::Null, |inner, _| tag(4, inner));
    let drawn = |levels: usize| draw(map(vec![("a", tagged(levels))], &[]), [], text).map_err(|error| error.code());
    assert!(drawn(Limits::DEFAULT.depth).is_ok());
    assert_eq!(drawn(Limits::DEFAULT.depth + 1), Err(Code::Limit));
}

/// CWT-V-028: the claims in the header have a tree of their own, and the digests of both are one set.
#[test]
fn two_claims_sets_are_drawn_in_one_walk() {
    let picture = draw_with(
        map(vec![], &["here"]),
        Some(map(vec![], &["there", "here"])),
        [opened("there", claim("x", Value::Null)), opened("here", claim("y", Value::Null))],
        text,
    )
    .unwrap();
    let states: Vec<_> = picture.disclosures.iter().map(|disclosure| disclosure.state.clone()).collect();
    assert_eq!(states, [referenced("x"), referenced("y")]);
    assert_eq!(picture.claims, [leaf(key("y"), Status::Disclosed(1), Value::Null)]);
    let also = picture.also.unwrap();
    assert_eq!(also[0], leaf(key("x"), Status::Disclosed(0), Value::Null));
    assert_eq!(also[1].content, Content::Digest("<here>".to_owned()), "a digest stands for one claim");
}

/// The path of every disclosure is kept: one long name above many of them must not make much out of little.
#[test]
fn names_too_long_for_a_path_are_refused() {
    let (half, one_more) = ("x".repeat(MAX_TEXT / 2), "x".repeat(MAX_TEXT / 2 + 1));
    let below = |name| map(vec![(half.as_str(), Value::Map(map(vec![(name, Value::Null)], &[])))], &[]);
    assert!(draw(below(half.as_str()), [], text).is_ok());
    let error = draw(below(one_more.as_str()), [], text).unwrap_err();
    assert_eq!(error.code(), Code::Limit);
    assert!(error.to_string().len() < 200, "the name is not repeated: {error}");
    let beside = map(vec![(half.as_str(), Value::Null), (one_more.as_str(), Value::Null)], &[]);
    assert!(draw(beside, [], text).is_ok(), "only names above one another count together");
}

#[test]
fn debug_shows_no_values() {
    let token = map(vec![("name", Value::from("Alice"))], &["digest", "decoy"]);
    let picture = draw(token, [opened("decoy", Disclosed::Decoy)], text).unwrap();
    let logged = format!("{picture:?}");
    assert!(!logged.contains("Alice"), "{logged}");
    assert!(logged.contains("<digest>") && logged.contains("decoy <decoy>"), "{logged}");
}
