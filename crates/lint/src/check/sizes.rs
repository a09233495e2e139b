//! B-8 and B-13: the number of digests and decoys, the sizes of disclosures, and whatever size is left unexplained.
//!
//! Signatures are left out: in DER, an ECDSA signature varies by itself. So is the number of digits of a status index, which is random
//! and in clear.

use super::{Group, part_of, tally};
use crate::finding::FindingKind;
use crate::report::{Findings, Severity};
use crate::seen::Seen;
use crate::trap::Trap;

pub(super) fn check(group: &Group<'_>, out: &mut Findings) {
    // By what others have, each value is looked at on its own: here only the batch is.
    let tokens: Vec<&Seen> = group.items.iter().copied().filter(|seen| seen.digests > 0 || seen.disclosures.is_some()).collect();
    let has_digests_alike = differs(FindingKind::DigestsDiffer, "digests", &tokens, |seen| seen.digests, "digests", out);
    let issued: Vec<&Seen> = tokens.iter().copied().filter(|seen| seen.disclosures.is_some()).collect();
    let count = |seen: &Seen| seen.disclosures.as_ref().map_or(0, Vec::len);
    out.look(Trap::B13, issued.len());
    let has_disclosures_alike = match has_digests_alike {
        true => differs(FindingKind::DecoysDiffer, "disclosures", &issued, count, "disclosures", out),
        false => tally(issued.iter().map(|seen| (count(seen), seen.item))).len() < 2,
    };
    let mut is_explained = !has_digests_alike || !has_disclosures_alike;
    if has_disclosures_alike {
        let sizes = |seen: &Seen| seen.disclosures.as_ref().map_or(0, |sizes| sizes.iter().sum::<usize>());
        is_explained |= !differs(FindingKind::SizeDiffers, "disclosures", &issued, sizes, "octets in all", out);
    }
    // Whatever else was found to differ explains a size that does.
    let items: std::collections::HashSet<usize> = group.items.iter().map(|seen| seen.item).collect();
    is_explained |= out.findings.iter().any(|finding| {
        finding.severity >= Severity::Narrows && explains(finding.kind) && finding.items.iter().any(|item| items.contains(item))
    });
    if !is_explained {
        differs(FindingKind::SizeDiffers, "the whole without signature", &group.items, |seen| seen.size, "octets", out);
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

/// Tells if a number differs; whether it does not is the answer.
fn differs(
    kind: FindingKind,
    field: &str,
    items: &[&Seen],
    number: impl Fn(&Seen) -> usize,
    unit: &str,
    out: &mut Findings,
) -> bool {
    let values = tally(items.iter().map(|seen| (number(seen), seen.item)));
    if values.len() < 2 {
        return true;
    }
    let shown = values.iter().map(|(number, found)| format!("{number} {unit}: {}", part_of(found.len(), items.len()))).collect();
    let odd = values.iter().skip(1).flat_map(|(_, found)| found.clone()).collect();
    out.push(kind, field, format!("{}: {} values", kind.sentence(), values.len()), odd, shown);
    false
}
