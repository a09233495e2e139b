//! Forms of identifiers that hold a time: UUID (RFC 9562), ULID, digits.

use crate::seen::IdValue;

/// 2015 to 2045 in seconds since 1970.
const YEARS: std::ops::Range<u64> = 1_420_070_400..2_366_841_600;
/// From 1582-10-15, where the time of UUIDs begins, to 1970, in seconds.
const GREGORIAN: u64 = 12_219_292_800;

/// A UUID of the variant of RFC 9562.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Uuid([u8; 16]);

impl Uuid {
    /// One that is written as such: with its dashes, and with `urn:uuid:` or braces or without.
    pub(super) fn written(value: &IdValue) -> Option<Self> {
        let IdValue::Text(text) = value else { return None };
        let text = text.strip_prefix("urn:uuid:").unwrap_or(text);
        let text = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text);
        let dashes = [8, 13, 18, 23].iter().all(|place| text.as_bytes().get(*place) == Some(&b'-'));
        if text.len() != 36 || !dashes {
            return None;
        }
        Self::bare(&hex_octets(&text.replace('-', ""))?)
    }

    /// Octets that may be one.
    pub(super) fn bare(octets: &[u8]) -> Option<Self> {
        let octets: [u8; 16] = octets.try_into().ok()?;
        let variant = octets.get(8)? >> 6;
        (variant == 0b10).then_some(Self(octets))
    }

    fn version(&self) -> u8 {
        self.0.get(6).map_or(0, |octet| octet >> 4)
    }

    /// Versions 1, 2 and 6 have a time and a place inside, version 7 a time.
    pub(super) fn has_time(&self) -> bool {
        matches!(self.version(), 1 | 2 | 6 | 7)
    }

    /// Versions 3 and 5 are hashes of names.
    pub(super) fn is_derived(&self) -> bool {
        matches!(self.version(), 3 | 5)
    }

    /// A time in the years that matter.
    pub(super) fn has_plausible_time(&self) -> bool {
        let number = u128::from_be_bytes(self.0);
        let bits =
            |from: u32, count: u32| u64::try_from((number >> (128 - from - count)) & ((1 << count) - 1)).unwrap_or_default();
        let ticks = match self.version() {
            1 => bits(52, 12) << 48 | bits(32, 16) << 32 | bits(0, 32),
            6 => bits(0, 48) << 12 | bits(52, 12),
            7 => return YEARS.contains(&(bits(0, 48) / 1000)),
            _ => return false,
        };
        (ticks / 10_000_000).checked_sub(GREGORIAN).is_some_and(|seconds| YEARS.contains(&seconds))
    }

    /// The octets without those that hold version and variant.
    pub(super) fn random_part(&self) -> Vec<u8> {
        self.0.iter().enumerate().filter(|(place, _)| !matches!(place, 6 | 8)).map(|(_, octet)| *octet).collect()
    }
}

/// 26 characters of Crockford's base32 whose first ten count milliseconds.
pub(super) fn ulid_time(text: &str) -> bool {
    const DIGITS: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    if text.len() != 26 {
        return false;
    }
    let digits: Option<Vec<u64>> =
        text.chars().map(|c| DIGITS.find(c.to_ascii_uppercase()).and_then(|digit| u64::try_from(digit).ok())).collect();
    digits.is_some_and(|digits| {
        let time = digits.iter().take(10).fold(0, |time, digit| time << 5 | digit);
        YEARS.contains(&(time / 1000))
    })
}

/// Digits, with other characters around them, that are a date or count seconds or milliseconds.
pub(super) fn written_time(text: &str) -> bool {
    // What is all digits is a number, and looked at as one.
    if text.bytes().all(|octet| octet.is_ascii_digit()) {
        return false;
    }
    text.split(|c: char| !c.is_ascii_digit()).any(|digits| {
        let number = |digits: &str| digits.parse::<u64>().ok();
        match digits.len() {
            10 => number(digits).is_some_and(|seconds| YEARS.contains(&seconds)),
            13 => number(digits).is_some_and(|milliseconds| YEARS.contains(&(milliseconds / 1000))),
            8 | 14 => {
                let part = |from: usize, to: usize| digits.get(from..to).and_then(number).unwrap_or_default();
                (2015..2045).contains(&part(0, 4)) && (1..=12).contains(&part(4, 6)) && (1..=31).contains(&part(6, 8))
            }
            _ => false,
        }
    })
}

/// What identifiers of one field are made of.
pub(super) enum Material {
    /// Octets that are uniform if they are random, but for so many first bits.
    Octets(Vec<Vec<u8>>, u32),
    /// Characters of an alphabet that is not known.
    Text(Vec<String>),
}

/// Characters from which on it would show that an alphabet has 62 of the 64 characters of base64url.
const MANY_CHARACTERS: usize = 2000;

/// What these identifiers are made of: octets, a number, hex, base64url, or other text. What is the same in all of them up to a
/// separator is taken off: `urn:example:`.
pub(super) fn material(values: &[&IdValue]) -> Material {
    let octets = |value: &&IdValue| match value {
        IdValue::Octets(octets) => Some(octets.clone()),
        IdValue::Text(_) => None,
    };
    if let Some(all) = values.iter().map(octets).collect::<Option<Vec<_>>>() {
        return Material::Octets(all, 0);
    }
    let texts: Vec<&str> = values
        .iter()
        .map(|value| match value {
            IdValue::Text(text) => text.as_str(),
            IdValue::Octets(_) => "",
        })
        .collect();
    let texts = without_template(&texts);
    let has = |class: fn(&u8) -> bool| texts.iter().any(|text| text.bytes().any(|octet| class(&octet)));
    let is_number = texts.iter().all(|text| !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_digit()));
    let numbers: Option<Vec<u128>> = texts.iter().filter(|_| is_number).map(|text| text.parse().ok()).collect();
    if let Some(numbers) = numbers.filter(|_| is_number) {
        let zeros = numbers.iter().map(|number| number.leading_zeros() / 8).min().unwrap_or_default();
        let skipped = usize::try_from(zeros.min(15)).unwrap_or_default();
        // Below a power of ten, the first octets of a random number are not uniform.
        return Material::Octets(
            numbers.iter().map(|number| number.to_be_bytes().into_iter().skip(skipped).collect()).collect(),
            16,
        );
    }
    if let Some(octets) =
        texts.iter().filter(|_| !is_number).map(|text| hex_octets(text)).collect::<Option<Vec<_>>>().filter(|_| !is_number)
    {
        return Material::Octets(octets, 0);
    }
    let characters: usize = texts.iter().map(|text| text.len()).sum();
    let is_mixed = has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit);
    if is_mixed && (characters < MANY_CHARACTERS || has(|octet| matches!(octet, b'-' | b'_'))) {
        let decoded = texts.iter().map(|text| mimicred_jose::base64url::decode(text).ok()).collect::<Option<Vec<_>>>();
        if let Some(octets) = decoded {
            return Material::Octets(octets, 0);
        }
    }
    Material::Text(texts.into_iter().map(str::to_owned).collect())
}

/// Whether texts of an unknown alphabet share characters at one end: a random digit or letter has more than 3 bits.
pub(super) fn share_an_end(texts: &[String]) -> bool {
    let Some((first, others)) = texts.split_first() else { return false };
    let shared = |a: &mut dyn Iterator<Item = u8>, b: &mut dyn Iterator<Item = u8>| a.zip(b).take_while(|(a, b)| a == b).count();
    let front = others.iter().map(|other| shared(&mut first.bytes(), &mut other.bytes())).min().unwrap_or_default();
    let back = others.iter().map(|other| shared(&mut first.bytes().rev(), &mut other.bytes().rev())).min().unwrap_or_default();
    front.max(back).saturating_mul(3).saturating_mul(others.len()) > 32
}

/// The texts without what all of them begin with up to a separator, and without what all of them end with from `@` on.
fn without_template<'t>(texts: &[&'t str]) -> Vec<&'t str> {
    let Some((first, others)) = texts.split_first() else { return Vec::new() };
    let shared = others
        .iter()
        .fold(first.len(), |shared, other| first.bytes().zip(other.bytes()).take(shared).take_while(|(a, b)| a == b).count());
    let prefix = first.get(..shared).unwrap_or_default();
    // One text alone has nothing to share.
    let start = if others.is_empty() { first.rfind([':', '/']) } else { prefix.rfind([':', '/', '.', '_', '-']) };
    let start = start.map_or(0, |place| place + 1);
    texts
        .iter()
        .map(|text| text.get(start..).unwrap_or_default())
        .map(|text| text.split_once('@').map_or(text, |(left, _)| left))
        .collect()
}

fn hex_octets(text: &str) -> Option<Vec<u8>> {
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
    let digit = |c: u8| char::from(c).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> IdValue {
        IdValue::Text(text.to_owned())
    }

    /// The examples of RFC 9562 appendix A, all of 2022-02-22.
    #[test]
    fn uuids_say_what_is_in_them() {
        for (uuid, version) in [
            ("C232AB00-9414-11EC-B3C8-9F6BDECED846", 1),
            ("5df41881-3aed-3515-88a7-2f4a814cf09e", 3),
            ("919108f7-52d1-4320-9bac-f847db4148a8", 4),
            ("2ed6657d-e927-568b-95e1-2665a8aea6a2", 5),
            ("1EC9414C-232A-6B00-B3C8-9F6BDECED846", 6),
            ("017F22E2-79B0-7CC3-98C4-DC0C0C07398F", 7),
        ] {
            let found = Uuid::written(&text(uuid)).unwrap();
            assert_eq!(found.version(), version);
            assert_eq!(found.has_time(), matches!(version, 1 | 6 | 7));
            assert_eq!(found.has_plausible_time(), matches!(version, 1 | 6 | 7), "{uuid}");
            assert_eq!(Uuid::written(&text(&format!("urn:uuid:{uuid}"))), Some(found));
            assert_eq!(Uuid::written(&text(&format!("{{{uuid}}}"))), Some(found));
        }
        for other in ["919108f7-52d1-4320-1bac-f847db4148a8", "919108f752d143209bacf847db4148a8", "not one"] {
            assert_eq!(Uuid::written(&text(other)), None, "{other}");
        }
    }

    #[test]
    fn times_are_read_out_of_text() {
        // The example of the ULID specification, of 2016-07-30.
        assert!(ulid_time("01ARZ3NDEKTSV4RRFFQ69G5FAV") && ulid_time("01arz3ndektsv4rrffq69g5fav"));
        assert!(
            !ulid_time("71ARZ3NDEKTSV4RRFFQ69G5FAV") && !ulid_time("01ARZ3NDEKTSV4RRFFQ69G5FA") && !ulid_time(&"U".repeat(26))
        );
        for good in ["20260921T101112@a.example", "id-1790000000", "1790000000123-7", "x20260921101112y"] {
            assert!(written_time(good), "{good}");
        }
        for bad in ["1790000000", "id-17900000001", "20261321T", "id-0000000001", "", "abc"] {
            assert!(!written_time(bad), "{bad}");
        }
    }

    #[test]
    fn what_all_share_is_taken_off() {
        let octets = |texts: &[&str]| {
            let values: Vec<IdValue> = texts.iter().map(|it| text(it)).collect();
            match material(&values.iter().collect::<Vec<_>>()) {
                Material::Octets(octets, fixed) => (octets, fixed),
                Material::Text(texts) => panic!("{texts:?}"),
            }
        };
        assert_eq!(octets(&["urn:x:0aff", "urn:x:0b00"]), (vec![vec![0x0a, 0xff], vec![0x0b, 0]], 0));
        assert_eq!(octets(&["258", "259"]), (vec![vec![1, 2], vec![1, 3]], 16));
        assert_eq!(octets(&["a7@x.example", "b7@x.example"]), (vec![vec![0xa7], vec![0xb7]], 0));
        let words = [text("left"), text("lost")];
        assert!(matches!(material(&words.iter().collect::<Vec<_>>()), Material::Text(_)));
    }

    #[test]
    fn ends_are_shared_when_chance_does_not_explain_it() {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        assert!(share_an_end(&texts(&["abcdefghijkx", "abcdefghijky"])));
        assert!(!share_an_end(&texts(&["abcdefghijx", "abcdefghijy"][..1])));
        assert!(!share_an_end(&texts(&["abcdefghix", "abcdefghiy"])));
        assert!(share_an_end(&texts(&["1-abcdefghijk", "2-abcdefghijk"])));
        assert!(!share_an_end(&texts(&["one"])) && !share_an_end(&[]));
    }
}
