//! "Did you mean": the nearest of the names that would have been right.

/// The name nearest to `wrong`, if it is near enough to be a slip.
pub(super) fn nearest<'n>(wrong: &str, names: &[&'n str]) -> Option<&'n str> {
    const LONGEST: usize = 64;
    if wrong.len() > LONGEST {
        return None;
    }
    let wrong: Vec<char> = wrong.to_ascii_lowercase().replace('-', "_").chars().collect();
    let (distance, name) = names.iter().map(|name| (distance(&wrong, name), *name)).min()?;
    (distance <= 1 + name.len() / 4).then_some(name)
}

/// Levenshtein's distance.
fn distance(a: &[char], b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (n, x) in a.iter().enumerate() {
        let mut left = n + 1;
        let mut next = vec![left];
        for (y, pair) in b.iter().zip(row.windows(2)) {
            if let [diagonal, above] = pair {
                left = (diagonal + usize::from(x != y)).min(above + 1).min(left + 1);
            }
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Distances counted by hand.
    #[test]
    fn slips_are_recognised() {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        assert_eq!(distance(&chars("kitten"), "sitting"), 3);
        assert_eq!(distance(&chars(""), "abc"), 3);
        assert_eq!(distance(&chars("abc"), "abc"), 0);
        let names = ["presence", "predicates", "paths"];
        assert_eq!(nearest("presense", &names), Some("presence"));
        assert_eq!(nearest("Predicate", &names), Some("predicates"));
        assert_eq!(nearest("colour", &names), None);
        assert_eq!(nearest(&"x".repeat(1000), &names), None);
    }
}
