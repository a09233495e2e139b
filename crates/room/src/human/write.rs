//! Writing the tree.

use std::fmt::Write as _;

use mimicred_jose::json::write_text;
use serde::{Serialize, Serializer};

use super::{Kind, Node};

pub(super) fn json(node: &Node) -> String {
    let mut out = String::new();
    json_into(node, 0, &mut out);
    out.push('\n');
    out
}

fn json_into(node: &Node, depth: usize, out: &mut String) {
    match &node.kind {
        Kind::Table(entries) if !entries.is_empty() && !is_small(node) => {
            out.push('{');
            for (n, (key, value)) in entries.iter().enumerate() {
                break_line(n, depth + 1, out);
                let _ = write!(out, "{}: ", write_text(key));
                json_into(value, depth + 1, out);
            }
            break_line(0, depth, out);
            out.push('}');
        }
        Kind::Array(elements) if !elements.is_empty() && !is_small(node) => {
            out.push('[');
            for (n, element) in elements.iter().enumerate() {
                break_line(n, depth + 1, out);
                json_into(element, depth + 1, out);
            }
            break_line(0, depth, out);
            out.push(']');
        }
        _ => inline(node, &JSON, out),
    }
}

fn break_line(n: usize, depth: usize, out: &mut String) {
    out.push_str(if n == 0 { "\n" } else { ",\n" });
    out.extend(std::iter::repeat_n("  ", depth));
}

/// Whether a node reads best on one line: nothing but small things inside, and few of them.
fn is_small(node: &Node) -> bool {
    const FEW: usize = 4;
    match &node.kind {
        Kind::Array(elements) => elements.len() <= FEW && elements.iter().all(is_small),
        Kind::Table(entries) => entries.len() <= 2 && entries.iter().all(|(_, value)| is_small(value)),
        _ => true,
    }
}

pub(super) fn toml(node: &Node) -> String {
    let mut out = String::new();
    let Kind::Table(entries) = &node.kind else {
        return out;
    };
    let (tables, plain): (Vec<_>, Vec<_>) = entries.iter().partition(|(_, value)| is_list_of_tables(value));
    for (key, value) in plain {
        key_and_value(key, value, &mut out);
    }
    for (key, value) in tables {
        let Kind::Array(elements) = &value.kind else { continue };
        for element in elements {
            let _ = writeln!(out, "\n[[{key}]]");
            let Kind::Table(entries) = &element.kind else { continue };
            for (key, value) in entries {
                key_and_value(key, value, &mut out);
            }
        }
    }
    out
}

pub(super) fn toml_value(node: &Node) -> String {
    let mut out = String::new();
    inline(node, &TOML, &mut out);
    out
}

/// As in the JSON that [`json`] writes; the numbers of our own trees are whole ones.
impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.kind {
            Kind::Text(text) => serializer.serialize_str(text),
            Kind::Number(text) => match text.parse() {
                Ok(number) => serializer.serialize_i128(number),
                Err(_) => serializer.serialize_str(text),
            },
            Kind::Bool(b) => serializer.serialize_bool(*b),
            Kind::Array(elements) => serializer.collect_seq(elements),
            Kind::Table(entries) => serializer.collect_map(entries.iter().map(|(key, node)| (key, node))),
            Kind::Other(_) => serializer.serialize_unit(),
        }
    }
}

fn is_list_of_tables(node: &Node) -> bool {
    matches!(&node.kind, Kind::Array(elements)
        if !elements.is_empty() && elements.iter().all(|element| matches!(element.kind, Kind::Table(_))))
}

fn key_and_value(key: &str, value: &Node, out: &mut String) {
    let _ = write!(out, "{key} = ");
    inline(value, &TOML, out);
    out.push('\n');
}

fn json_text(text: &str, out: &mut String) {
    out.push_str(&write_text(text));
}

/// What the two languages write differently on one line.
struct Language {
    key: fn(&str, &mut String),
    colon: &'static str,
    braces: (&'static str, &'static str),
    text: fn(&str, &mut String),
}

const JSON: Language = Language { key: json_text, colon: ": ", braces: ("{", "}"), text: json_text };
const TOML: Language = Language { key: |key, out| out.push_str(key), colon: " = ", braces: ("{ ", " }"), text: toml_text };

fn inline(node: &Node, language: &Language, out: &mut String) {
    match &node.kind {
        Kind::Text(text) => (language.text)(text, out),
        Kind::Number(text) => out.push_str(text),
        Kind::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Kind::Array(elements) => {
            out.push('[');
            for (n, element) in elements.iter().enumerate() {
                out.push_str(if n == 0 { "" } else { ", " });
                inline(element, language, out);
            }
            out.push(']');
        }
        Kind::Table(entries) => {
            out.push_str(language.braces.0);
            for (n, (key, value)) in entries.iter().enumerate() {
                out.push_str(if n == 0 { "" } else { ", " });
                (language.key)(key, out);
                out.push_str(language.colon);
                inline(value, language, out);
            }
            out.push_str(language.braces.1);
        }
        // Never written: values of ours have none of these.
        Kind::Other(_) => out.push_str("null"),
    }
}

/// A basic string of TOML.
fn toml_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
