//! As much of YAML as the shared cases use: block and flow collections, quoted and plain scalars, comments, and the tag `!sd`.

use mimicred_claims::{ClaimPath, Key, Step};

/// A node, without what YAML could do besides.
#[derive(Debug, PartialEq)]
pub(super) enum Node {
    Null,
    Bool(bool),
    /// As it is written.
    Number(String),
    Text(String),
    /// Each with whether it is tagged `!sd`.
    List(Vec<(bool, Node)>),
    Map(Vec<(bool, String, Node)>),
}

impl Node {
    pub(super) fn get(&self, name: &str) -> Option<&Node> {
        match self {
            Node::Map(members) => members.iter().find(|(_, other, _)| other == name).map(|(_, _, node)| node),
            _ => None,
        }
    }

    pub(super) fn text(&self, name: &str) -> String {
        match self.get(name) {
            Some(Node::Text(text) | Node::Number(text)) => text.clone(),
            other => panic!("{name} is {other:?}"),
        }
    }

    /// As JSON, members in the order of their names.
    pub(super) fn json(&self) -> String {
        match self {
            Node::Null => "null".to_owned(),
            Node::Bool(value) => value.to_string(),
            Node::Number(text) => text.clone(),
            Node::Text(text) => quoted(text),
            Node::List(elements) => {
                format!("[{}]", elements.iter().map(|(_, node)| node.json()).collect::<Vec<_>>().join(","))
            }
            Node::Map(members) => {
                let mut members: Vec<_> = members.iter().map(|(_, name, node)| (name, node.json())).collect();
                members.sort();
                let members = members.iter().map(|(name, json)| format!("{}:{json}", quoted(name)));
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }
        }
    }

    /// Everything that is tagged, from the outside in.
    pub(super) fn tagged(&self, path: &ClaimPath, found: &mut Vec<ClaimPath>) {
        for (is_tagged, step, node) in self.children() {
            let path = path.child(step);
            if is_tagged {
                found.push(path.clone());
            }
            node.tagged(&path, found);
        }
    }

    /// The tagged things that `choice` reveals: a member or element by any value but false and null, and what is inside a clear or
    /// revealed one by the members and elements of its own.
    pub(super) fn chosen(&self, choice: &Node, path: &ClaimPath, found: &mut Vec<ClaimPath>) {
        for (is_tagged, step, node) in self.children() {
            let chosen = match (&step, choice) {
                (Step::Key(Key::Text(name)), _) => choice.get(name),
                (Step::Index(n), Node::List(elements)) => elements.get(*n).map(|(_, node)| node),
                _ => None,
            };
            let chosen = chosen.unwrap_or(&Node::Null);
            let path = path.child(step);
            if is_tagged && matches!(chosen, Node::Null | Node::Bool(false)) {
                continue;
            }
            if is_tagged {
                found.push(path.clone());
            }
            node.chosen(chosen, &path, found);
        }
    }

    fn children(&self) -> Vec<(bool, Step, &Node)> {
        match self {
            Node::List(elements) => {
                elements.iter().enumerate().map(|(n, (is_tagged, node))| (*is_tagged, Step::Index(n), node)).collect()
            }
            Node::Map(members) => {
                let step = |name: &String| Step::Key(Key::Text(name.clone().into()));
                members.iter().map(|(is_tagged, name, node)| (*is_tagged, step(name), node)).collect()
            }
            _ => Vec::new(),
        }
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Reads a document; panics at what it does not know.
pub(super) fn parse(text: &str) -> Node {
    let lines = text.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    let lines = lines.map(|line| (line.len() - line.trim_start().len(), without_comment(line).trim().to_owned()));
    let mut blocks = Blocks { lines: lines.collect(), at: 0 };
    let document = blocks.block();
    assert_eq!(blocks.at, blocks.lines.len(), "read to the end: {:?}", blocks.lines.get(blocks.at));
    document
}

fn without_comment(line: &str) -> &str {
    let comment = line.match_indices(" #").find(|(at, _)| line[..*at].matches(['"', '\'']).count().is_multiple_of(2));
    comment.map_or(line, |(at, _)| &line[..at])
}

struct Blocks {
    lines: Vec<(usize, String)>,
    at: usize,
}

impl Blocks {
    fn indent(&self) -> Option<usize> {
        self.lines.get(self.at).map(|(indent, _)| *indent)
    }

    /// The collection that begins at this line.
    fn block(&mut self) -> Node {
        let (indent, text) = self.lines[self.at].clone();
        let (mut elements, mut members) = (Vec::new(), Vec::new());
        while self.indent() == Some(indent) {
            let line = self.lines[self.at].1.clone();
            if let Some(rest) = line.strip_prefix('-') {
                let rest = rest.trim_start();
                let (is_tagged, value) = tag(rest);
                if split_key(value).is_some() {
                    // A mapping that begins on the line of the dash; a tag before it is its first member's.
                    self.lines[self.at] = (indent + line.len() - rest.len(), rest.to_owned());
                    elements.push((false, self.block()));
                } else {
                    elements.push((is_tagged, self.rest(value, indent)));
                }
            } else {
                let (is_tagged, member) = tag(&line);
                let (name, value) = split_key(member).unwrap_or_else(|| panic!("a member: {line}"));
                members.push((is_tagged, name, self.rest(value, indent)));
            }
        }
        assert!(elements.is_empty() || members.is_empty(), "either a list or a mapping: {text}");
        if text.starts_with('-') { Node::List(elements) } else { Node::Map(members) }
    }

    /// The value on the rest of a line, or on the lines below it that are indented further.
    fn rest(&mut self, value: &str, indent: usize) -> Node {
        self.at += 1;
        match self.indent() {
            _ if !value.is_empty() => inline(value),
            Some(deeper) if deeper > indent => self.block(),
            _ => Node::Null,
        }
    }
}

fn tag(text: &str) -> (bool, &str) {
    match text.strip_prefix("!sd") {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text),
    }
}

/// The name and the rest of `name: value`, if it is one.
fn split_key(text: &str) -> Option<(String, &str)> {
    let (name, rest) = match text.chars().next()? {
        '[' | '{' => return None,
        quote @ ('"' | '\'') => {
            let (name, rest) = text[1..].split_once(quote)?;
            (name, rest.strip_prefix(':')?)
        }
        _ => text.split_once(": ").or_else(|| text.strip_suffix(':').map(|name| (name, "")))?,
    };
    Some((name.to_owned(), rest.trim_start()))
}

fn inline(text: &str) -> Node {
    if text.starts_with(['[', '{', '"', '\'']) {
        let mut rest = text;
        let node = flow(&mut rest);
        assert!(rest.is_empty(), "nothing after it: {text}");
        return node;
    }
    plain(text)
}

/// A collection or scalar inside brackets.
fn flow(rest: &mut &str) -> Node {
    let text = *rest;
    match text.chars().next() {
        Some('[') => Node::List(items(rest, ']', |rest, is_tagged| (is_tagged, flow(rest)))),
        Some('{') => Node::Map(items(rest, '}', |rest, is_tagged| {
            let Node::Text(name) = flow(rest) else { panic!("a name: {rest}") };
            *rest = rest.trim_start().strip_prefix(':').unwrap_or_else(|| panic!("a colon: {rest}")).trim_start();
            (is_tagged, name, flow(rest))
        })),
        Some(quote @ ('"' | '\'')) => {
            let (scalar, after) = text[1..].split_once(quote).unwrap_or_else(|| panic!("unclosed: {text}"));
            assert!(!scalar.contains('\\'), "no escapes: {text}");
            *rest = after;
            Node::Text(scalar.to_owned())
        }
        _ => {
            let (scalar, after) = text.split_at(text.find([',', ']', '}', ':']).unwrap_or(text.len()));
            *rest = after;
            plain(scalar.trim())
        }
    }
}

fn items<T>(rest: &mut &str, end: char, item: impl Fn(&mut &str, bool) -> T) -> Vec<T> {
    let mut found = Vec::new();
    *rest = rest[1..].trim_start();
    while !rest.starts_with(end) {
        let (is_tagged, after) = tag(rest);
        *rest = after;
        found.push(item(rest, is_tagged));
        *rest = rest.trim_start();
        *rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    }
    *rest = &rest[1..];
    found
}

/// A scalar without quotes. What only looks like a number is text; a date would be neither, and none is there.
fn plain(text: &str) -> Node {
    let is_date = |text: &str| text.len() == 10 && text.split('-').all(|part| part.parse::<u32>().is_ok());
    match text {
        "" | "~" | "null" => Node::Null,
        "true" | "True" => Node::Bool(true),
        "false" | "False" => Node::Bool(false),
        number if !number.starts_with('+') && number.parse::<f64>().is_ok() => Node::Number(number.to_owned()),
        date if is_date(date) => panic!("a date is no JSON: {date}"),
        _ => Node::Text(text.to_owned()),
    }
}
