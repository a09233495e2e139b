//! TLS structures field by field, with what each octet is: a writer of its own, which shares nothing with the one that is tested.

use crate::object::{Object, hex};

/// A structure that is being written, and its lines.
#[derive(Clone, Default)]
pub(super) struct Tls {
    octets: Vec<u8>,
    lines: Vec<String>,
}

impl Tls {
    pub(super) fn new() -> Self {
        Self::default()
    }

    fn line(mut self, octets: &[u8], shown: &str, what: &str) -> Self {
        self.octets.extend_from_slice(octets);
        self.lines.push(if what.is_empty() { shown.to_owned() } else { format!("{shown}  {what}") });
        self
    }

    pub(super) fn raw(self, octets: &[u8], what: &str) -> Self {
        self.line(octets, &hex(octets), what)
    }

    pub(super) fn u8(self, number: u8, what: &str) -> Self {
        self.raw(&[number], what)
    }

    pub(super) fn u16(self, number: u16, what: &str) -> Self {
        self.raw(&number.to_be_bytes(), what)
    }

    pub(super) fn u32(self, number: u32, what: &str) -> Self {
        self.raw(&number.to_be_bytes(), what)
    }

    pub(super) fn u64(self, number: u64, what: &str) -> Self {
        self.raw(&number.to_be_bytes(), what)
    }

    /// `opaque field<V>`.
    pub(super) fn vector(self, content: &[u8], what: &str) -> Self {
        let length = length(content.len());
        let shown = format!("{} {}", hex(&length), hex(content));
        self.line(&[&length, content].concat(), shown.trim_end(), what)
    }

    /// `opaque field<V>` that holds text.
    pub(super) fn text(self, content: &str, what: &str) -> Self {
        let length = length(content.len());
        let shown = format!("{} \"{content}\"", hex(&length));
        self.line(&[&length, content.as_bytes()].concat(), &shown, what)
    }

    /// A vector with structures in it.
    pub(super) fn nested(mut self, inner: &Self, what: &str) -> Self {
        self = self.line(&length(inner.octets.len()), &hex(&length(inner.octets.len())), what);
        self.octets.extend_from_slice(&inner.octets);
        self.lines.extend(inner.lines.iter().map(|line| format!("  {line}")));
        self
    }

    /// A vector of numbers.
    pub(super) fn numbers(self, numbers: &[u16], what: &str) -> Self {
        let octets: Vec<u8> = numbers.iter().flat_map(|number| number.to_be_bytes()).collect();
        self.vector(&octets, what)
    }

    /// A structure that stands in this one as it is.
    pub(super) fn then(mut self, inner: &Self) -> Self {
        self.octets.extend_from_slice(&inner.octets);
        self.lines.extend(inner.lines.iter().cloned());
        self
    }

    pub(super) fn octets(&self) -> Vec<u8> {
        self.octets.clone()
    }

    /// For the intermediates of a case.
    pub(super) fn lines(&self) -> Object {
        self.lines_as("tls", Object::new())
    }

    /// The same beside others.
    pub(super) fn lines_as(&self, name: &'static str, object: Object) -> Object {
        object.list(name, self.lines.iter().cloned())
    }
}

/// A length as RFC 9420 2.1.2 writes it.
fn length(length: usize) -> Vec<u8> {
    match u32::try_from(length).unwrap_or(u32::MAX) {
        length @ ..=63 => length.to_be_bytes().into_iter().skip(3).collect(),
        length @ ..=16383 => (length | 0x4000).to_be_bytes().into_iter().skip(2).collect(),
        length => (length | 0x8000_0000).to_be_bytes().to_vec(),
    }
}

/// `opaque field<V>`, without lines.
pub(super) fn vector(content: &[u8]) -> Vec<u8> {
    [&length(content.len()), content].concat()
}
