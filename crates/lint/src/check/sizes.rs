//! B-8 and B-13: the number of digests and decoys, the sizes of disclosures, and whatever size is left unexplained.
//!
//! Signatures are left out: in DER, an ECDSA signature varies by itself. So is the number of digits of a status index, which is random
//! and in clear.

use std::collections::{HashMap, HashSet};

use super::{Group, part_of, tally};
use crate::finding::FindingKind;
use crate::report::{Findings, Severity};
use crate::seen::Seen;
use crate::trap::Trap;

pub(super) fn check(group: &Group<'_>, out: &mut Findings) {
    let is_token = |seen: &Seen| seen.digests > 0 || seen.disclosures.is_some();
    let tokens = Measured::of(group, is_token);
    // What a holder has chosen to show is no measure.
    let issued = Measured::of(group, |seen| is_token(seen) && seen.disclosures.is_some());
    let has_digests_alike = differs(FindingKind::DigestsDiffer, "digests", &tokens, |seen| seen.digests, "digests", out)
        && differs(FindingKind::DigestsDiffer, "disclosures.digests", &issued, |seen| seen.digests_inside, "digests", out);
    let count = |seen: &Seen| seen.disclosures.as_ref().map_or(0, Vec::len);
    out.look(Trap::B13, issued.items.len());
    let has_disclosures_alike = match has_digests_alike {
        true => differs(FindingKind::DecoysDiffer, "disclosures", &issued, count, "disclosures", out),
        // Another number of decoys, which an SD-CWT holds among the disclosures, is told already.
        false => issued.is_alike(count),
    };
    let mut is_explained = !has_digests_alike || !has_disclosures_alike;
    if has_disclosures_alike {
        let sizes = |seen: &Seen| seen.disclosures.as_ref().map_or(0, |sizes| sizes.iter().sum::<usize>());
        is_explained |= !differs(FindingKind::SizeDiffers, "disclosures", &issued, sizes, "octets in all", out);
    }
    // Whatever else was found to differ explains a size that does.
    let items: HashSet<usize> = group.items.iter().map(|seen| seen.item).collect();
    is_explained |= out.findings.iter().any(|finding| {
        finding.severity >= Severity::Narrows && explains(finding.kind) && finding.items.iter().any(|item| items.contains(item))
    });
    if !is_explained {
        differs(
            FindingKind::SizeDiffers,
            "the whole without signature",
            &Measured::of(group, |_| true),
            |seen| seen.size,
            "octets",
            out,
        );
    }
}

fn explains(kind: FindingKind) -> bool {
    use FindingKind as K;
    !matches!(
        kind,
        K::SerialSequential
            | K::SerialRepeated
            | K::SerialTime
            | K::SerialPattern
            | K::TimeFew
            | K::TimeDistance
            | K::KeyReused
            | K::KeyKnown
            | K::OrderMonotone
            | K::DigestsUnsorted
            | K::StatusClose
            | K::StatusNarrow
            | K::StatusRepeated
            | K::IdRepeated
            | K::NameShared
    )
}

/// What has a size to compare.
struct Measured<'s> {
    items: Vec<&'s Seen>,
    known: Vec<&'s Seen>,
    /// How many known ones must have a size; nothing if there are none.
    needed: Option<usize>,
}

impl<'s> Measured<'s> {
    fn of(group: &Group<'s>, has: impl Fn(&Seen) -> bool) -> Self {
        let filter = |all: &[&'s Seen]| -> Vec<&'s Seen> { all.iter().copied().filter(|seen| has(seen)).collect() };
        let (items, known) = (filter(&group.items), filter(&group.known));
        Self { needed: group.needed_of(known.len()), items, known }
    }

    /// How many known ones have each number.
    fn known_by(&self, number: impl Fn(&Seen) -> usize) -> HashMap<usize, usize> {
        let mut known = HashMap::new();
        self.known.iter().for_each(|seen| *known.entry(number(seen)).or_default() += 1);
        known
    }

    /// Whether a number is the same in all, or one that enough others have.
    fn is_alike(&self, number: impl Fn(&Seen) -> usize) -> bool {
        let values: HashSet<usize> = self.items.iter().map(|seen| number(seen)).collect();
        let known = self.known_by(number);
        match self.needed {
            Some(needed) => values.iter().all(|value| known.get(value).is_some_and(|count| *count >= needed)),
            None => values.len() < 2,
        }
    }
}

/// Tells if a number differs, within the batch or from what others have; whether it does not is the answer.
fn differs(
    kind: FindingKind,
    field: &str,
    sized: &Measured<'_>,
    number: impl Fn(&Seen) -> usize,
    unit: &str,
    out: &mut Findings,
) -> bool {
    let values = tally(sized.items.iter().map(|seen| (number(seen), seen.item)));
    let show = |values: &[&(usize, Vec<usize>)]| -> Vec<String> {
        values.iter().map(|(number, found)| format!("{number} {unit}: {}", part_of(found.len(), sized.items.len()))).collect()
    };
    let items = |values: &[&(usize, Vec<usize>)]| values.iter().flat_map(|(_, found)| found.clone()).collect();
    if let Some(needed) = sized.needed {
        let known = sized.known_by(number);
        let count = |wanted: usize| known.get(&wanted).copied().unwrap_or_default();
        let (alone, shared): (Vec<_>, Vec<_>) = values.iter().partition(|(number, _)| count(*number) == 0);
        let rare: Vec<_> = shared.into_iter().filter(|(number, _)| count(*number) < needed).collect();
        if !alone.is_empty() {
            let only = FindingKind::OnlyInBatch;
            out.push_as(only, kind.trap(), field, only.sentence().to_owned(), items(&alone), show(&alone));
        }
        if !rare.is_empty() {
            out.push(kind, field, format!("{}: few others have it", kind.sentence()), items(&rare), show(&rare));
        }
        return alone.is_empty() && rare.is_empty();
    }
    if values.len() < 2 {
        return true;
    }
    let odd: Vec<_> = values.iter().skip(1).collect();
    let what = format!("{}: {} values", kind.sentence(), values.len());
    out.push(kind, field, what, items(&odd), show(&values.iter().collect::<Vec<_>>()));
    false
}
