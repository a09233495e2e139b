//! Many requests, one after the other.

use std::io::{BufRead, Read};

use mimicred_error::At;

use super::{MAX_REQUEST_LEN, UnverifiedProof};
use crate::{Code, Error};

/// Longest line that is read.
const MAX_LINE: usize = MAX_REQUEST_LEN;

/// The requests of a text, read as they are asked for.
///
/// ```
/// use mimicred_provider::Requests;
///
/// let mut requests = Requests::new("no request\n".as_bytes());
/// let error = requests.next().unwrap().unwrap_err();
/// assert_eq!(error.to_string(), "this is no request for a pseudonym: neither a PEM block nor a JWT (line 1, column 1)");
/// ```
pub struct Requests<R> {
    reader: R,
    line: usize,
    /// After an error there is nothing more.
    is_over: bool,
}

impl<R: BufRead> Requests<R> {
    /// The requests of this text.
    pub fn new(reader: R) -> Self {
        Self { reader, line: 0, is_over: false }
    }

    /// The next line without its end.
    fn next_line(&mut self) -> Result<Option<String>, Error> {
        let mut octets = Vec::new();
        let limit = u64::try_from(MAX_LINE).unwrap_or(u64::MAX).saturating_add(2);
        let read = self.reader.by_ref().take(limit).read_until(b'\n', &mut octets);
        let read = read.map_err(|cause| Error::new(Code::ProofMalformed).note("it cannot be read").because(cause))?;
        if read == 0 {
            return Ok(None);
        }
        self.line += 1;
        let line = std::str::from_utf8(&octets).map_err(|_| self.malformed("no text"))?.trim_end_matches(['\n', '\r']);
        if line.len() > MAX_LINE { Err(self.malformed("a line of more than 4096 octets")) } else { Ok(Some(line.to_owned())) }
    }

    fn next_request(&mut self) -> Result<Option<UnverifiedProof>, Error> {
        let first = loop {
            match self.next_line()? {
                None => return Ok(None),
                Some(line) if line.trim().is_empty() => {}
                Some(line) => break line,
            }
        };
        let at = self.line;
        let place = |error: Error| error.at(At::Line(at, 1));
        if !first.starts_with("-----BEGIN ") {
            return UnverifiedProof::parse(first.trim()).map(Some).map_err(place);
        }
        let mut block = first;
        loop {
            let Some(line) = self.next_line()? else { return Err(self.malformed("a PEM block without end")) };
            block.push('\n');
            block.push_str(&line);
            if block.len() > MAX_REQUEST_LEN {
                return Err(self.malformed("a PEM block of more than 4096 octets"));
            }
            if line.starts_with("-----END ") {
                block.push('\n');
                return UnverifiedProof::parse(&block).map(Some).map_err(place);
            }
        }
    }

    fn malformed(&self, note: &'static str) -> Error {
        Error::new(Code::ProofMalformed).note(note).at(At::Line(self.line.max(1), 1))
    }
}

impl<R: BufRead> Iterator for Requests<R> {
    type Item = Result<UnverifiedProof, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let next = self.next_request().transpose();
        self.is_over = !matches!(next, Some(Ok(_)));
        next
    }
}
