//! Words and numbers as people are shown them.

use std::fmt;

/// Text that somebody else may have written, made harmless: control characters, separators of lines and marks of direction are
/// escaped.
pub(super) fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_harmful(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

fn is_harmful(c: char) -> bool {
    c.is_control() || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The same inside HTML: in text and in attributes between double quotes.
pub(super) struct Escaped<'t>(pub(super) &'t str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write;
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                c if is_harmful(c) => write!(f, "{}", c.escape_unicode())?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// `12345` as `12 345`, with narrow spaces at which no line breaks.
pub(super) fn grouped(number: impl fmt::Display) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) && digits.len() > 4 {
            shown.push('\u{202f}');
        }
        shown.push(digit);
    }
    shown
}

/// `1 octet`, `2 octets`.
pub(super) fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// Seconds as `0:05`, `2:00:00` or `3 d 2:00:00`.
pub(super) fn clock(seconds: u64) -> String {
    let (days, hours, minutes, seconds) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    match (days, hours) {
        (0, 0) => format!("{minutes}:{seconds:02}"),
        (0, hours) => format!("{hours}:{minutes:02}:{seconds:02}"),
        (days, hours) => format!("{days} d {hours}:{minutes:02}:{seconds:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_times() {
        let shown = [0, 999, 1234, 12_345, 1_234_567].map(grouped);
        assert_eq!(shown, ["0", "999", "1234", "12\u{202f}345", "1\u{202f}234\u{202f}567"]);
        assert_eq!([5, 65, 7_200, 266_405].map(clock), ["0:05", "1:05", "2:00:00", "3 d 2:00:05"]);
        assert_eq!([counted(1, "octet", "octets"), counted(2, "octet", "octets")], ["1 octet", "2 octets"]);
    }

    #[test]
    fn nothing_harmful_is_left() {
        assert_eq!(printable("a\u{1b}[31m\n\u{202e}b é"), "a\\u{1b}[31m\\u{a}\\u{202e}b é");
        assert_eq!(
            Escaped("<b a='1' c=\"2\">&\u{7}\u{200f}é").to_string(),
            "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;\\u{7}\\u{200f}é"
        );
    }
}
