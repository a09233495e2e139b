//! B-13: salts, over all tokens together. What is shown of them is their number.

use super::{Batch, counted, tally};
use crate::chance::pattern;
use crate::finding::FindingKind;
use crate::report::Findings;

const FIELD: &str = "disclosures.salt";

pub(super) fn check(batch: &Batch<'_>, out: &mut Findings) {
    let salts = batch.items.iter().flat_map(|seen| seen.salts.iter().map(|salt| (salt.as_slice(), seen.item)));
    let counts = tally(salts);
    let repeated: Vec<&(&[u8], Vec<usize>)> = counts.iter().filter(|(_, items)| items.len() > 1).collect();
    if !repeated.is_empty() {
        let items = repeated.iter().flat_map(|(_, items)| items.clone()).collect();
        let kind = FindingKind::SaltRepeated;
        out.push(kind, FIELD, format!("{}: {}", kind.sentence(), counted(repeated.len(), "salt")), items, Vec::new());
    }
    for (_, some) in tally(counts.iter().enumerate().map(|(n, (salt, _))| (salt.len(), n))) {
        let of_length: Vec<&(&[u8], Vec<usize>)> = some.iter().filter_map(|n| counts.get(*n)).collect();
        let views: Vec<&[u8]> = of_length.iter().map(|(salt, _)| *salt).collect();
        if pattern(&views, 0).is_some() {
            let items = of_length.iter().flat_map(|(_, items)| items.clone()).collect();
            let kind = FindingKind::SaltPattern;
            out.push(kind, FIELD, format!("{}: {}", kind.sentence(), counted(views.len(), "salt")), items, Vec::new());
        }
    }
}
