//! From octets to text.

use super::heads::{Head, Octets};
use super::layout::{self, Doc, Entry};
use super::literal;
use super::place::{Embedding, Label, Place};
use super::width::Width;
use super::{Limits, MAX_DEPTH};
use crate::{Code, Error};

/// Whether what is known about COSE and CWT is written beside the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comments {
    /// Labels, algorithms, types and dates have their names in comments.
    Names,
    /// No comments.
    None,
}

/// Writes CBOR in diagnostic notation.
///
/// A byte string that holds one encoded item is written as `<< … >>` where the place says so (headers, payloads, disclosures, tag
/// 24), and elsewhere if what is in it is an array or a map without anything odd; salts, digests, keys and signatures never are.
///
/// ```
/// use mimicred_cose::edn::{Comments, Printer};
///
/// let printer = Printer::new().with_comments(Comments::None).with_width(16);
/// assert_eq!(printer.print(&[0x82, 0x18, 0x05, 0xf9, 0x3e, 0x00])?, "[5_0, 1.5]\n");
/// assert_eq!(printer.print(b"\xa1\x01\x70made in Germany.")?, "{\n  1: \"made in Germany.\"\n}\n");
/// # Ok::<(), mimicred_cose::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Printer {
    width: usize,
    comments: Comments,
    limits: Limits,
}

impl Default for Printer {
    fn default() -> Self {
        Self::new()
    }
}

impl Printer {
    /// 100 columns, with comments, within [`Limits::DEFAULT`].
    pub fn new() -> Self {
        Self { width: 100, comments: Comments::Names, limits: Limits::DEFAULT }
    }

    /// Lines of this width, where text and numbers can be broken so.
    #[must_use]
    pub fn with_width(mut self, columns: usize) -> Self {
        self.width = columns;
        self
    }

    /// With or without comments.
    #[must_use]
    pub fn with_comments(mut self, comments: Comments) -> Self {
        self.comments = comments;
        self
    }

    /// With other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: &Limits) -> Self {
        self.limits = *limits;
        self
    }

    /// The text of exactly one encoded item, ended by a line feed.
    ///
    /// # Errors
    /// [`Code::CborMalformed`], for text that is not UTF-8 too, which has no notation; [`Code::Limit`]. The place is the octet offset.
    pub fn print(&self, octets: &[u8]) -> Result<String, Error> {
        if octets.len() > self.limits.size {
            return Err(Error::new(Code::Limit).note(format!("{} octets, at most {} are read", octets.len(), self.limits.size)));
        }
        let octets = Octets::new(octets, self.limits.items);
        let mut reading = Reading { octets, comments: self.comments, depth: self.limits.depth.min(MAX_DEPTH), odd: false };
        let doc = reading.item(Place::of_root(octets), 0)?;
        reading.octets.finish()?;
        let is_message = octets.peek().is_some_and(|head| (head.major, head.argument) == (6, 18));
        let doc = match self.comments {
            Comments::Names if is_message => Doc::Around("/ COSE_Sign1 / ".to_owned(), Box::new(doc), String::new()),
            _ => doc,
        };
        Ok(layout::lines(&doc, self.width))
    }
}

/// The text of exactly one encoded item, as [`Printer::new`] writes it.
///
/// # Errors
/// As [`Printer::print`].
///
/// ```
/// assert_eq!(mimicred_cose::edn::print(&[0x9f, 0x01, 0xff])?, "[_ 1]\n");
/// # Ok::<(), mimicred_cose::Error>(())
/// ```
pub fn print(octets: &[u8]) -> Result<String, Error> {
    Printer::new().print(octets)
}

struct Reading<'a> {
    octets: Octets<'a>,
    comments: Comments,
    depth: usize,
    /// Whether anything was seen that nobody writes on purpose: such content is not taken for CBOR by its looks.
    odd: bool,
}

impl<'a> Reading<'a> {
    fn item(&mut self, place: Place, level: usize) -> Result<Doc, Error> {
        if level > self.depth {
            return Err(self.octets.fail(Code::Limit, "nested too deeply"));
        }
        let head = self.octets.head()?;
        Ok(match head.major {
            0 => Doc::Atom(format!("{}{}", head.argument, self.indicator(&head))),
            1 => Doc::Atom(format!("{}{}", -1 - i128::from(head.argument), self.indicator(&head))),
            2 | 3 if head.width == Width::Indefinite => self.chunks(head.major)?,
            2 => self.bytes(&head, place, level)?,
            3 => Doc::Atom(format!("{}{}", literal::text(self.octets.text(head.argument)?), self.indicator(&head))),
            4 => self.array(&head, place, level)?,
            5 => self.map(&head, place, level)?,
            6 => {
                let indicator = self.indicator(&head);
                let inside = self.item(place.tagged(head.argument), level + 1)?;
                Doc::Around(format!("{}{indicator}(", head.argument), Box::new(inside), ")".to_owned())
            }
            _ if head.is_simple() => {
                self.odd |= !(20..=22).contains(&head.argument);
                Doc::Atom(literal::simple(head.argument))
            }
            _ => Doc::Atom(literal::float(&head)),
        })
    }

    /// The encoding indicator, where one is needed.
    fn indicator(&mut self, head: &Head) -> &'static str {
        if head.width == Width::preferred(head.argument) {
            return "";
        }
        self.odd = true;
        head.width.indicator()
    }

    fn bytes(&mut self, head: &Head, place: Place, level: usize) -> Result<Doc, Error> {
        let content = self.octets.take(head.argument)?;
        let indicator = self.indicator(head);
        let embedded = match place.embedding() {
            Embedding::Never => None,
            Embedding::Expected(inside) => self.embedded(content, inside, level).map(|(doc, _)| doc),
            // Seven octets and less are likelier to be anything else.
            Embedding::Plausible if content.len() < 8 || !matches!(content.first(), Some(0x81..=0xbb)) => None,
            Embedding::Plausible => {
                let inside = Place::of_root(Octets::new(content, 4));
                self.embedded(content, inside, level).and_then(|(doc, odd)| (!odd).then_some(doc))
            }
        };
        if let Some(doc) = embedded {
            return Ok(Doc::Around("<< ".to_owned(), Box::new(doc), format!(" >>{indicator}")));
        }
        let is_text = match place {
            Place::KeyId => !content.is_empty(),
            Place::Opaque => false,
            _ => content.len() >= 8,
        };
        match literal::quoted(content).filter(|_| is_text) {
            Some(quoted) => Ok(Doc::Atom(format!("{quoted}{indicator}"))),
            None => Ok(Doc::Hex(content.to_vec(), indicator)),
        }
    }

    /// The one item in a byte string, if it is that, and whether there is anything odd about it.
    fn embedded(&mut self, content: &'a [u8], place: Place, level: usize) -> Option<(Doc, bool)> {
        let octets = Octets::new(content, self.octets.items);
        let mut inside = Reading { octets, comments: self.comments, depth: self.depth, odd: false };
        let doc = inside.item(place, level + 1).ok()?;
        inside.octets.finish().ok()?;
        self.octets.items = inside.octets.items;
        self.odd |= inside.odd;
        Some((doc, inside.odd))
    }

    /// A string of indefinite length.
    fn chunks(&mut self, major: u8) -> Result<Doc, Error> {
        self.odd = true;
        let mut entries = Vec::new();
        while !self.octets.is_at_break() {
            let start = self.octets;
            let head = self.octets.head()?;
            if head.major != major || head.width == Width::Indefinite {
                return Err(start.fail(Code::CborMalformed, "a chunk that is no string of this kind"));
            }
            let value = if major == 2 {
                Doc::Hex(self.octets.take(head.argument)?.to_vec(), self.indicator(&head))
            } else {
                Doc::Atom(format!("{}{}", literal::text(self.octets.text(head.argument)?), self.indicator(&head)))
            };
            entries.push(Entry { label: None, key: None, value, remark: None });
        }
        Ok(match (entries.is_empty(), major) {
            (true, 2) => Doc::Atom("''_".to_owned()),
            (true, _) => Doc::Atom("\"\"_".to_owned()),
            _ => Doc::List { open: "(_".to_owned(), entries, close: ")" },
        })
    }

    fn array(&mut self, head: &Head, place: Place, level: usize) -> Result<Doc, Error> {
        let open = format!("[{}", self.indicator(head));
        let mut entries = Vec::new();
        while self.is_more(head, entries.len())? {
            let (label, place) = place.element(entries.len(), self.octets);
            entries.push(self.entry(label, None, place, level)?);
        }
        Ok(Doc::List { open, entries, close: "]" })
    }

    fn map(&mut self, head: &Head, place: Place, level: usize) -> Result<Doc, Error> {
        let open = format!("{{{}", self.indicator(head));
        let mut entries = Vec::new();
        while self.is_more(head, entries.len())? {
            let label = Label::of(self.octets);
            self.odd |= label == Label::Other && self.octets.peek().is_none_or(|head| head.major != 3);
            let (name, place) = place.entry(label);
            let key = self.item(Place::Opaque, level + 1)?;
            entries.push(self.entry(name, Some(key), place, level)?);
        }
        Ok(Doc::List { open, entries, close: "}" })
    }

    /// Whether an array or map goes on after so many entries.
    fn is_more(&mut self, head: &Head, entries: usize) -> Result<bool, Error> {
        match head.width {
            Width::Indefinite => Ok(!self.octets.is_at_break()),
            _ => Ok(u64::try_from(entries).is_ok_and(|entries| entries < head.argument)),
        }
    }

    fn entry(&mut self, label: Option<&'static str>, key: Option<Doc>, place: Place, level: usize) -> Result<Entry, Error> {
        let number = self.octets.peek_int();
        let value = self.item(place, level + 1)?;
        Ok(match self.comments {
            Comments::Names => Entry { label, key, value, remark: number.and_then(|number| place.remark(number)) },
            Comments::None => Entry { label: None, key, value, remark: None },
        })
    }
}
