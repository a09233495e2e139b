//! The policy for all presentations together, status, and the Verdict.

use std::collections::BTreeSet;

use super::item::{Examined, Held};
use super::{Arrival, Scene, status};
use crate::credential::{Opened, OpenedBy, StatusLists};
use crate::evaluate::{Evaluation, Presented, evaluate, evaluate_rules};
use crate::policy::{RoomDisclosurePolicy, TrustedIssuer};
use crate::snapshot::{Asked, EpochSnapshot, SnapshotLeaf, Waivable};
use crate::verdict::{Check, PresentationReport, RevealedClaim, Sender, ShownValue, Verdict, VerdictCode};

/// The verdict on a message that fails as a whole, by its last check.
pub(super) fn refused(
    snapshot: Option<&EpochSnapshot>,
    leaf: Option<&SnapshotLeaf>,
    arrival: &Arrival<'_>,
    checks: Vec<Check>,
) -> Verdict {
    let last = checks.last();
    let code = last.and_then(|check| check.code).unwrap_or(VerdictCode::Malformed);
    let note = last.and_then(|check| check.note.clone());
    Verdict { note, checks, ..blank(code, snapshot, leaf, arrival) }
}

/// The verdict on a member who has revealed nothing.
pub(super) fn absent(scene: &Scene<'_>, checks: Vec<Check>, asked: Asked) -> Verdict {
    let Some(leaf) = scene.leaf else {
        return refused(Some(scene.snapshot), None, scene.arrival, checks);
    };
    let absent = scene.snapshot.absent(leaf, scene.arrival.received_at, asked);
    let evaluation = evaluate(scene.snapshot.policy(), leaf.member(), &[], absent);
    let blank = blank(evaluation.code, Some(scene.snapshot), Some(leaf), scene.arrival);
    Verdict { note: evaluation.note, checks, rules: evaluation.rules, ..blank }
}

fn blank(code: VerdictCode, snapshot: Option<&EpochSnapshot>, leaf: Option<&SnapshotLeaf>, arrival: &Arrival<'_>) -> Verdict {
    let waived = |input| snapshot.is_some_and(|snapshot| snapshot.waived().contains(&input));
    let member = leaf.and_then(SnapshotLeaf::member);
    Verdict {
        version: Verdict::VERSION,
        code,
        slug: code.slug(),
        acceptable: code.acceptable(),
        note: None,
        room: snapshot.and_then(EpochSnapshot::room_uri).map(ToString::to_string),
        epoch: (!waived(Waivable::Epoch)).then_some(arrival.epoch),
        sender: (!waived(Waivable::Leaf)).then(|| Sender {
            leaf: arrival.sender,
            user: member.map(|member| member.user.to_string()),
            kind: member.map(|member| member.kind),
            role: member.and_then(|member| member.role),
        }),
        waived: snapshot.map(|snapshot| snapshot.waived().iter().map(|input| input.name()).collect()).unwrap_or_default(),
        checks: Vec::new(),
        presentations: Vec::new(),
        rules: Vec::new(),
        claims: Vec::new(),
        key_packages: Vec::new(),
    }
}

/// Policy, status, policy again without what status has dropped, and the whole.
pub(super) fn conclude(
    scene: &Scene<'_>,
    checks: Vec<Check>,
    mut examined: Vec<Examined<'_>>,
    lists: &dyn StatusLists,
) -> Verdict {
    for presentation in &mut examined {
        if presentation.held.is_some() {
            status::check(presentation, scene, lists);
        }
    }
    super::carriage::hold_units_together(&mut examined);
    let has_waived = !scene.snapshot.waived().is_empty();
    for presentation in &mut examined {
        let accepted = matches!(presentation.code, VerdictCode::Ok | VerdictCode::OkLapsed);
        if has_waived && accepted {
            presentation.code = VerdictCode::CheckWaived;
        }
    }
    let evaluation = judge(scene, &examined);
    let dropped = examined.iter().find(|presentation| presentation.is_presentation && presentation.ladder.failure().is_some());
    let is_empty = !examined.iter().any(|presentation| presentation.held.is_some());
    let mut code = evaluation.code;
    let mut note = evaluation.note;
    if let Some(dropped) = dropped
        && (lacks_something(code) || (is_empty && code.acceptable() != crate::verdict::Acceptable::No))
    {
        // What was dropped is why something lacks.
        code = dropped.code;
        note = None;
    }
    if has_waived && matches!(code, VerdictCode::Ok | VerdictCode::OkLapsed) {
        code = VerdictCode::CheckWaived;
    }
    let policy = scene.snapshot.policy().known();
    let claims = if code.acceptable().shows_values() { revealed(policy, &examined) } else { Vec::new() };
    let usable = examined.iter_mut().filter(|item| item.code == VerdictCode::Ok);
    let key_packages = usable.filter_map(|item| item.offered.take()).collect();
    let presentations = examined.into_iter().map(report).collect();
    let blank = blank(code, Some(scene.snapshot), scene.leaf, scene.arrival);
    Verdict { note, checks, presentations, rules: evaluation.rules, claims, key_packages, ..blank }
}

fn lacks_something(code: VerdictCode) -> bool {
    matches!(
        code,
        VerdictCode::MissingReveal | VerdictCode::Pending | VerdictCode::UnknownToMe | VerdictCode::MissingRequiredClaim
    )
}

fn judge(scene: &Scene<'_>, examined: &[Examined<'_>]) -> Evaluation {
    let presented: Vec<Presented<'_>> = examined
        .iter()
        .filter_map(|presentation| {
            let held = presentation.held.as_ref()?;
            Some(Presented {
                evidence: &held.opened.evidence,
                entries: held.entries.clone(),
                code: presentation.code,
                issued_at: held.opened.at,
                token_hash: held.opened.token_hash,
                issuer: &held.issuer,
            })
        })
        .collect();
    let places: Vec<usize> = examined.iter().filter(|presentation| presentation.held.is_some()).map(|p| p.place.item).collect();
    let mut evaluation = match (scene.snapshot.policy().known(), scene.leaf) {
        // Without a trust store nobody is known, and nothing can be presented.
        _ if scene.waives(Waivable::Trust) => Evaluation { code: VerdictCode::CheckWaived, note: None, rules: Vec::new() },
        (Some(policy), None) => evaluate_rules(policy, &presented),
        (_, Some(leaf)) if !scene.waives(Waivable::Policy) => {
            let absent = scene.snapshot.absent(leaf, scene.arrival.received_at, Asked::NotYet);
            evaluate(scene.snapshot.policy(), leaf.member(), &presented, absent)
        }
        // Without a policy there is nothing to evaluate.
        _ => Evaluation { code: VerdictCode::CheckWaived, note: None, rules: Vec::new() },
    };
    // Evaluation counts what it was given; the verdict speaks of items.
    for rule in &mut evaluation.rules {
        rule.presentation = rule.presentation.and_then(|n| places.get(n).copied());
    }
    evaluation
}

/// What the presentations that hold reveal, as far as their issuers may vouch for it.
fn revealed(policy: Option<&RoomDisclosurePolicy>, examined: &[Examined<'_>]) -> Vec<RevealedClaim> {
    let mut claims = Vec::new();
    for presentation in examined {
        let Some(held) = &presentation.held else { continue };
        let format = held.opened.evidence.format().name().unwrap_or_default();
        for claim in held.opened.evidence.subject_claims() {
            let rules = policy.iter().flat_map(|policy| &policy.claim_rules);
            let labels: BTreeSet<&str> = rules
                .filter(|rule| rule.paths.iter().any(|path| claim.is_under(path)))
                .map(|rule| rule.claim_name.as_str())
                .collect();
            if !may_show(held, &labels) {
                continue;
            }
            claims.push(RevealedClaim {
                presentation: presentation.place.item,
                format,
                issuer: held.issuer.clone(),
                path: claim.place,
                name: claim.name,
                claim_name: labels.first().map(|label| (*label).to_owned()),
                value: ShownValue::new(claim.value.into_owned()),
                code: presentation.code,
            });
        }
    }
    claims
}

/// Whether some entry of the room lets the issuer vouch for a claim with one of these labels. Nothing restricts an issuer that the
/// room does not name: it has its mark.
fn may_show(held: &Held<'_>, labels: &BTreeSet<&str>) -> bool {
    let allows = |entry: &&TrustedIssuer| entry.claim_names.is_empty() || labels.iter().any(|label| entry.vouches_for(label));
    held.entries.is_empty() || held.entries.iter().any(allows)
}

fn report(presentation: Examined<'_>) -> PresentationReport {
    let Examined { place, format, code, ladder, held, .. } = presentation;
    PresentationReport {
        item: place.item,
        bundle_item: place.bundle_item,
        format,
        code,
        issuer: held.as_ref().map(|held| held.issuer.clone()),
        issued_at: held.as_ref().map(|held| held.opened.at),
        pending: held.as_ref().map_or(0, |held| held.opened.pending),
        checks: ladder.finish(),
    }
}

/// What people call the issuer: the `iss` of a token, the name of the CA for a certificate, with the hash of its key beside it,
/// because a trust store may hold two CAs of one name.
pub(super) fn issuer_name(opened: &Opened) -> String {
    match &opened.signer {
        OpenedBy::Token { issuer, .. } => issuer.clone(),
        OpenedBy::Path(path) => path.get(1).map(ca_name).unwrap_or_default(),
    }
}

fn ca_name(ca: &mimicred_x509::Certificate) -> String {
    const COMMON_NAME: &str = "2.5.4.3";
    let subject = ca.inspect_unverified().subject;
    let name = subject.iter().find(|attribute| attribute.oid == COMMON_NAME).map_or("CA", |name| name.value.as_str());
    let hash: String = ca.spki_sha256().iter().take(8).map(|octet| format!("{octet:02x}")).collect();
    format!("{name} (key sha256:{hash}…)")
}
