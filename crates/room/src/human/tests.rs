use mimicred_error::Report;

use super::*;

fn unknown_key(node: &Node) -> Error {
    Cursor::root(node).table(&["presence", "paths"]).err().unwrap()
}

#[test]
fn both_languages_read_alike() {
    let toml = Node::from_toml("a = 1\nb = [true, \"x\", -0.50]\nc = { d = 1e400, \"e f\" = [] }\n").unwrap();
    let json = Node::from_json(r#"{"a":1,"b":[true,"x",-0.50],"c":{"d":1e400,"e f":[]}}"#).unwrap();
    assert_eq!(strip(toml), json);
}

fn strip(node: Node) -> Node {
    let kind = match node.kind {
        Kind::Array(elements) => Kind::Array(elements.into_iter().map(strip).collect()),
        Kind::Table(entries) => Kind::Table(entries.into_iter().map(|(key, node)| (key, strip(node))).collect()),
        kind => kind,
    };
    kind.into()
}

/// Place and suggestion, in both languages.
#[test]
fn unknown_keys_are_placed_and_named() {
    let error = unknown_key(&Node::from_toml("paths = []\n  presense = 1\n").unwrap());
    assert_eq!(error.code(), Code::KeyUnknown);
    assert_eq!(error.place(), &At::Line(2, 3));
    assert_eq!(error.to_string(), "unknown key: presense: did you mean presence? (line 2, column 3)");
    let error = unknown_key(&Node::from_json(r#"{"colour":1}"#).unwrap());
    assert_eq!(error.place(), &At::Path("colour".into()));
    assert_eq!(error.remark(), Some("known here: presence, paths"));
}

#[test]
fn broken_files_have_a_place() {
    let error = Node::from_toml("a = 1\nb = = 2\n").unwrap_err();
    assert_eq!(error.code(), Code::FileMalformed);
    assert!(matches!(error.place(), At::Line(2, _)), "{error}");
    let error = Node::from_json("{\"a\":1,}").unwrap_err();
    assert_eq!(error.code(), Code::FileMalformed);
    assert!(matches!(error.place(), At::Offset(_)), "{error}");
    assert_eq!(Node::from_json("{\"a\":1,\"a\":1}").unwrap_err().code(), Code::FileMalformed);
    assert_eq!(Node::from_toml(&"#".repeat(MAX_OCTETS + 1)).unwrap_err().code(), Code::FileMalformed);
    let deep = format!("a = {}{}", "[".repeat(60), "]".repeat(60));
    assert_eq!(Node::from_toml(&deep).unwrap_err().code(), Code::FileMalformed);
}

/// What JSON has no number for is refused where it stands, and no digit is lost.
#[test]
fn numbers_keep_every_digit() {
    let node = Node::from_toml(
        "a = 0.10000000000000000001\nb = 123456789012345678901234567890\nc = +1_000\nd = inf\ne = 0x10\nf = 1990-01-01",
    )
    .unwrap();
    let Kind::Table(entries) = &node.kind else { panic!() };
    let kinds: Vec<_> = entries.iter().map(|(_, node)| node.kind.clone()).collect();
    assert_eq!(kinds[0], Kind::Number("0.10000000000000000001".into()));
    assert_eq!(kinds[1], Kind::Number("123456789012345678901234567890".into()));
    assert_eq!(kinds[2], Kind::Number("1000".into()));
    for kind in &kinds[3..] {
        assert!(matches!(kind, Kind::Other(_)), "{kind:?}");
    }
    let fields = Cursor::root(&node).table(&["a", "b", "c", "d", "e", "f"]).unwrap();
    assert_eq!(fields.require("c").unwrap().integer::<u16>().unwrap(), 1000);
    for key in ["a", "b", "d", "f"] {
        assert_eq!(fields.require(key).unwrap().integer::<u16>().unwrap_err().code(), Code::ValueInvalid);
    }
}

#[test]
fn octets_have_two_spellings() {
    let node =
        Node::from_json(&format!(r#"["AQI","sha256:{}","sha256:00","AQ==","sha256:{}"]"#, "0a".repeat(32), "é".repeat(32)))
            .unwrap();
    let all = Cursor::root(&node).list().unwrap();
    assert_eq!(all[0].octets().unwrap(), [1, 2]);
    assert_eq!(all[1].octets().unwrap(), [10; 32]);
    for bad in &all[2..] {
        assert_eq!(bad.octets().unwrap_err().code(), Code::ValueInvalid);
    }
}

#[test]
fn what_is_written_reads_back() {
    let tree = Node::table([
        ("text", Node::text("a \"b\" \\ \n\t\u{7f}\u{1}é")),
        ("number", Node::number("-1.5e3")),
        ("list", Node::array([Node::bool(true), Node::array([]), Node::table([("x", Node::number(1))])])),
        ("tables", Node::array([Node::table([("a", Node::number(1))]), Node::table([("b", Node::array([]))])])),
    ]);
    assert_eq!(strip(Node::from_toml(&tree.to_toml()).unwrap()), tree);
    assert_eq!(Node::from_json(&tree.to_json()).unwrap(), tree);
}
