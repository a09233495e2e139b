//! Encodings undone: what octets say to somebody who takes parts of them for hexadecimal, base64, percent-encoding or UTF-16.
//!
//! Whatever could be encoded is taken for it, at every alignment; what comes out is mostly nonsense, in which nothing is found. Each
//! piece is made in a buffer and handed on at once.

use super::encoding::Encoding;

/// Where a piece comes from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin {
    pub(super) encoding: Encoding,
    /// Where its first character is in the encoded octets.
    start: usize,
}

impl Origin {
    /// Where in the encoded octets that begins of which the octet at this place came.
    pub(super) fn place(&self, encoded: &[u8], decoded: usize) -> usize {
        let tail = encoded.iter().enumerate().skip(self.start);
        let found = match self.encoding {
            Encoding::Raw => None,
            Encoding::Hex | Encoding::Utf16 => return self.start + 2 * decoded,
            Encoding::Base64 => tail.filter(|(_, octet)| sextet(**octet) < 64).nth(decoded * 8 / 6),
            Encoding::Percent => percent_places(encoded).nth(decoded),
        };
        found.map_or(encoded.len(), |(at, _)| at)
    }
}

/// Where pieces are made; kept for the next ones.
#[derive(Debug, Default)]
pub(super) struct Buffers {
    piece: Vec<u8>,
    digits: Vec<u8>,
}

/// Hands over what is encoded in these octets and decodes to at least so many.
pub(super) fn decode(octets: &[u8], least: usize, buffers: &mut Buffers, piece: &mut dyn FnMut(&[u8], Origin)) {
    let characters = least.saturating_mul(8).div_ceil(6).max(2);
    runs(octets, characters, |run, at| {
        base64(run, at, buffers, piece);
        hex(run, at, least, buffers, piece);
    });
    utf16(octets, least, &mut buffers.piece, piece);
    percent(octets, &mut buffers.piece, piece);
}

/// Characters of either alphabet in a row, line breaks passed over, read from each of the first four.
fn base64(run: &[u8], at: usize, buffers: &mut Buffers, piece: &mut dyn FnMut(&[u8], Origin)) {
    let Buffers { piece: buffer, digits } = buffers;
    digits.clear();
    digits.extend(run.iter().map(|octet| sextet(*octet)).filter(|digit| *digit < 64));
    let places = run.iter().enumerate().filter(|(_, octet)| sextet(**octet) < 64);
    for (skip, (place, _)) in places.take(4).enumerate() {
        buffer.clear();
        let (groups, rest) = digits.get(skip..).unwrap_or_default().as_chunks();
        for [a, b, c, d] in groups {
            buffer.extend([(a << 2) | (b >> 4), (b << 4) | (c >> 2), (c << 6) | d]);
        }
        match rest {
            [a, b] => buffer.push((a << 2) | (b >> 4)),
            [a, b, c] => buffer.extend([(a << 2) | (b >> 4), (b << 4) | (c >> 2)]),
            _ => {}
        }
        piece(buffer, Origin { encoding: Encoding::Base64, start: at + place });
    }
}

/// Hexadecimal digits in a row, which are base64 characters too, read from the first and from the second.
fn hex(run: &[u8], at: usize, least: usize, buffers: &mut Buffers, piece: &mut dyn FnMut(&[u8], Origin)) {
    let buffer = &mut buffers.piece;
    let mut from = 0;
    for digits in run.split(|octet| nibble(*octet).is_none()) {
        for skip in [0, 1] {
            if digits.len() < least.saturating_mul(2) {
                break;
            }
            buffer.clear();
            let pairs = digits.get(skip..).unwrap_or_default().as_chunks().0.iter();
            buffer.extend(pairs.filter_map(|[high, low]| Some((nibble(*high)? << 4) | nibble(*low)?)));
            piece(buffer, Origin { encoding: Encoding::Hex, start: at + from + skip });
        }
        from += digits.len() + 1;
    }
}

/// What has a zero octet beside each of its octets: text below U+0100, and octets that were taken for it.
fn utf16(octets: &[u8], least: usize, buffer: &mut Vec<u8>, piece: &mut dyn FnMut(&[u8], Origin)) {
    if !octets.contains(&0) {
        return;
    }
    for parity in [0, 1] {
        // Zeros at every other place from `from` on; before the first and behind the last there may be an octet of the text.
        let mut from = parity;
        let mut at = parity;
        while from < octets.len() {
            while octets.get(at) == Some(&0) {
                at += 2;
            }
            let start = from.checked_sub(1).unwrap_or(from + 1);
            if at > from && (at - start).div_ceil(2) >= least {
                buffer.clear();
                buffer.extend(octets.get(start..at.min(octets.len())).unwrap_or_default().iter().step_by(2));
                piece(buffer, Origin { encoding: Encoding::Utf16, start });
            }
            at += 2;
            from = at;
        }
    }
}

/// All of it with every `%XX` replaced, if there is one.
fn percent(octets: &[u8], buffer: &mut Vec<u8>, piece: &mut dyn FnMut(&[u8], Origin)) {
    let is_escape = |at: usize| octets.get(at..).and_then(escape).is_some();
    if octets.contains(&b'%') && (0..octets.len()).any(is_escape) {
        buffer.clear();
        buffer.extend(percent_places(octets).map(|(at, octet)| octets.get(at..).and_then(escape).unwrap_or(*octet)));
        piece(buffer, Origin { encoding: Encoding::Percent, start: 0 });
    }
}

/// Octets and beginnings of escapes, with their places; the digits of escapes are left out.
fn percent_places(octets: &[u8]) -> impl Iterator<Item = (usize, &u8)> {
    let mut digits = 0;
    octets.iter().enumerate().filter(move |(at, octet)| {
        if digits > 0 {
            digits -= 1;
            return false;
        }
        if **octet == b'%' && octets.get(*at..).and_then(escape).is_some() {
            digits = 2;
        }
        true
    })
}

/// Where escapes stand in percent-encoded octets, by the places of what they stand for, in order.
pub(super) fn escapes(octets: &[u8]) -> Vec<usize> {
    let is_escape = |at: usize| octets.get(at..).and_then(escape).is_some();
    percent_places(octets).enumerate().filter(|(_, (at, _))| is_escape(*at)).map(|(decoded, _)| decoded).collect()
}

/// What the escape stands for with which these octets begin.
fn escape(octets: &[u8]) -> Option<u8> {
    match octets {
        [b'%', high, low, ..] => Some((nibble(*high)? << 4) | nibble(*low)?),
        _ => None,
    }
}

/// Calls `each` with every longest run of at least so many base64 characters and line breaks, and where it is.
fn runs(octets: &[u8], least: usize, mut each: impl FnMut(&[u8], usize)) {
    let is_in = |octet: &u8| sextet(*octet) < 64 || matches!(octet, b'\r' | b'\n');
    // No run begins before `from`. If the octet at the end of a run of the least length is none of its characters, none is before it.
    let mut from = 0;
    while let Some(probe) = octets.get(from..from + least) {
        if let Some(last) = probe.iter().rposition(|octet| !is_in(octet)) {
            from += last + 1;
            continue;
        }
        let tail = octets.get(from..).unwrap_or_default();
        let length = tail.iter().position(|octet| !is_in(octet)).unwrap_or(tail.len());
        each(tail.get(..length).unwrap_or_default(), from);
        from += length + 1;
    }
}

const fn nibble(octet: u8) -> Option<u8> {
    match octet {
        b'0'..=b'9' => Some(octet - b'0'),
        b'a'..=b'f' => Some(octet - b'a' + 10),
        b'A'..=b'F' => Some(octet - b'A' + 10),
        _ => None,
    }
}

/// What a character of either alphabet of RFC 4648 stands for, and 64 for other octets.
fn sextet(octet: u8) -> u8 {
    const SEXTETS: [u8; 256] = sextets();
    SEXTETS.get(usize::from(octet)).copied().unwrap_or(64)
}

const fn sextets() -> [u8; 256] {
    let mut sextets = [64; 256];
    let mut places: &mut [u8] = &mut sextets;
    let mut octet = 0_u8;
    while let [place, rest @ ..] = places {
        *place = match octet {
            b'A'..=b'Z' => octet - b'A',
            b'a'..=b'z' => octet - b'a' + 26,
            b'0'..=b'9' => octet - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => 64,
        };
        octet = octet.wrapping_add(1);
        places = rest;
    }
    sextets
}

#[cfg(test)]
mod tests;
