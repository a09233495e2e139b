//! Words in lines.

/// The words of a text in lines of at most so many columns. The first line begins with `lead`; the text begins at the column `indent`,
/// or behind the lead if that is longer. Ends with a line break, unless there is nothing to say.
pub(super) fn paragraph(text: &str, lead: &str, indent: usize, width: usize) -> String {
    if text.trim().is_empty() && lead.trim().is_empty() {
        return String::new();
    }
    let mut lines = String::new();
    let mut line = lead.to_owned();
    let mut is_bare = true;
    for word in text.split_whitespace() {
        let column = line.chars().count();
        let blanks = if is_bare { indent.saturating_sub(column).max(usize::from(column > 0 && column >= indent)) } else { 1 };
        let fits = column + blanks + word.chars().count() <= width;
        // A lead that leaves no room for the text has a line of its own; a word that fits nowhere has too.
        if !fits && (!is_bare || (column > 0 && !line.trim().is_empty())) {
            lines.push_str(line.trim_end());
            lines.push('\n');
            line = " ".repeat(indent);
        } else {
            line.extend(std::iter::repeat_n(' ', blanks));
        }
        line.push_str(word);
        is_bare = false;
    }
    lines.push_str(line.trim_end());
    lines.push('\n');
    lines
}

/// The same as lines of their own, without indent.
pub(super) fn lines(text: &str, width: usize) -> Vec<String> {
    paragraph(text, "", 0, width).lines().map(str::to_owned).collect()
}
