//! Object identifiers, as dotted text and as DER contents octets.

use std::fmt;
use std::str::FromStr;

use crate::error::{Code, Error};

#[cfg(test)]
mod tests;

/// An object identifier.
///
/// Its arcs may have up to 128 bits, so that the UUID arc 2.25 (X.667) fits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Oid(Vec<u8>);

impl Oid {
    /// Takes DER contents octets, without tag and length: the form of `X509ClaimPath.oid` (mimi-mls.md 3.4.1).
    ///
    /// ```
    /// use mimicred_x509::Oid;
    /// assert_eq!(Oid::from_contents(&[0x55, 0x04, 0x03])?.to_string(), "2.5.4.3");
    /// assert!(Oid::from_contents(&[0x55, 0x84]).is_err());
    /// # Ok::<(), mimicred_x509::Error>(())
    /// ```
    pub fn from_contents(contents: &[u8]) -> Result<Self, Error> {
        let oid = Self(contents.to_vec());
        oid.each_arc(|_| ()).ok_or(Code::OidMalformed)?;
        Ok(oid)
    }

    /// The DER contents octets.
    pub fn contents(&self) -> &[u8] {
        &self.0
    }

    /// An identifier that this crate knows to be well formed.
    pub(crate) fn constant(dotted: &'static str) -> Self {
        dotted.parse().unwrap_or(Self(Vec::new()))
    }

    /// The arcs; nothing if one of them has more than 64 bits.
    pub(crate) fn arcs(&self) -> Option<Vec<u64>> {
        let mut arcs = Some(Vec::new());
        self.each_arc(|arc| {
            arcs = arcs.take().zip(u64::try_from(arc).ok()).map(|(mut arcs, arc)| {
                arcs.push(arc);
                arcs
            });
        })?;
        arcs
    }

    /// Hands out the arcs, one after the other; nothing if the contents are not a minimal encoding, or an arc is too large.
    fn each_arc(&self, mut take: impl FnMut(u128)) -> Option<()> {
        const MAX_LEN: usize = 64;
        if self.0.len() > MAX_LEN {
            return None;
        }
        let mut is_first = true;
        let mut arc: Option<u128> = None;
        for octet in &self.0 {
            // A leading 80 would be a leading zero (X.690 8.19.2).
            if arc.is_none() && *octet == 0x80 {
                return None;
            }
            let value = arc.unwrap_or(0);
            let value = value.checked_mul(0x80)? | u128::from(octet & 0x7f);
            if octet & 0x80 != 0 {
                arc = Some(value);
                continue;
            }
            arc = None;
            if std::mem::take(&mut is_first) {
                let first = (value / 40).min(2);
                take(first);
                take(value - first * 40);
            } else {
                take(value);
            }
        }
        (arc.is_none() && !is_first).then_some(())
    }
}

impl FromStr for Oid {
    type Err = Error;

    fn from_str(dotted: &str) -> Result<Self, Error> {
        let arcs = dotted.split('.').map(parse_arc).collect::<Option<Vec<u128>>>().ok_or(Code::OidMalformed)?;
        let [first, second, rest @ ..] = arcs.as_slice() else {
            return Err(Code::OidMalformed.into());
        };
        if *first > 2 || (*first < 2 && *second > 39) {
            return Err(Code::OidMalformed.into());
        }
        let mut contents = Vec::new();
        write_arc(&mut contents, second.checked_add(first * 40).ok_or(Code::OidMalformed)?);
        for arc in rest {
            write_arc(&mut contents, *arc);
        }
        Self::from_contents(&contents)
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut between, mut written) = ("", Ok(()));
        // Well formed, or it would not be.
        let _ = self.each_arc(|arc| {
            let number = |f: &mut fmt::Formatter<'_>| match u64::try_from(arc) {
                Ok(arc) => write!(f, "{between}{arc}"),
                Err(_) => write!(f, "{between}{arc}"),
            };
            written = written.and_then(|()| number(f));
            between = ".";
        });
        written
    }
}

/// Decimal digits without sign or leading zero.
fn parse_arc(text: &str) -> Option<u128> {
    let digits = text.bytes().all(|octet| octet.is_ascii_digit());
    (digits && (text == "0" || !text.starts_with('0'))).then(|| text.parse().ok())?
}

fn write_arc(out: &mut Vec<u8>, arc: u128) {
    let groups = 127_u32.saturating_sub(arc.leading_zeros()) / 7;
    for group in (0..=groups).rev() {
        let bits = u8::try_from((arc >> (7 * group)) & 0x7f).unwrap_or_default();
        out.push(if group == 0 { bits } else { bits | 0x80 });
    }
}
