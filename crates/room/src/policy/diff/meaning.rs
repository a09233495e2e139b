//! What a change means for members (mimi-mls.md 3.4.1 to 3.4.3): said only where it follows from the change itself.

use super::ChangeKind;
use super::compare::FieldChange;
use crate::human::Node;
use crate::policy::{ClaimRule, LEAF, NonceMode, Optionality, RoomDisclosurePolicy, TrustedIssuer};

/// The two policies.
#[derive(Clone, Copy)]
pub(super) struct Sides<'p> {
    pub(super) before: &'p RoomDisclosurePolicy,
    pub(super) after: &'p RoomDisclosurePolicy,
}

/// An element as people say it: texts without quotes, where that leaves nothing to doubt.
fn said(node: Option<&Node>) -> String {
    let written = node.map(Node::to_toml_value).unwrap_or_default();
    match written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(plain) if plain.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-:/@".contains(&b)) => plain.to_owned(),
        _ => written,
    }
}

pub(super) fn of_policy(Sides { before, after }: Sides<'_>, change: &FieldChange<'_>) -> Option<String> {
    let text = match (change.field, change.change) {
        ("pseudonyms", _) => match after.pseudonyms {
            Optionality::Optional => "both pseudonyms and real identities may be members".to_owned(),
            Optionality::Required => "members whom no issuer marks as a pseudonym are refused (pseudonym_required)".to_owned(),
            Optionality::Forbidden => {
                "members whom no issuer marks as a real identity are refused (pseudonym_forbidden)".to_owned()
            }
            Optionality::Other(_) => return None,
        },
        ("identity_reveal", _) => match after.identity_reveal {
            Optionality::Optional => "a member who reveals nothing is judged by the rules alone".to_owned(),
            Optionality::Required => format!("whoever reveals nothing is refused (missing_reveal): {}", deadline(after)),
            Optionality::Forbidden => "every reveal is refused (reveal_forbidden)".to_owned(),
            Optionality::Other(_) => return None,
        },
        ("accepted_formats", ChangeKind::Added) => format!("reveals in the format {} may be accepted", said(change.element)),
        ("accepted_formats", ChangeKind::Removed) => {
            format!("reveals in the format {} are refused (format_not_accepted)", said(change.element))
        }
        ("unlisted_claims", _) => match after.unlisted_claims {
            Optionality::Optional => "claims that no rule names may be shown".to_owned(),
            Optionality::Forbidden => {
                "showing a claim that no rule names is refused (unlisted_claim), in the leaf too".to_owned()
            }
            Optionality::Required | Optionality::Other(_) => return None,
        },
        ("allow_local_trust", _) if after.allow_local_trust => {
            "reveals by issuers whom only the verifier trusts are shown, though never accepted (issuer_local_only)".to_owned()
        }
        ("allow_local_trust", _) => "reveals by issuers whom only the verifier trusts are refused (issuer_untrusted)".to_owned(),
        ("max_presentation_age", _) => match (before.max_presentation_age, after.max_presentation_age) {
            (_, 0) => "a reveal that arrives after its epoch is stale".to_owned(),
            (0, _) => "a reveal may arrive after its epoch".to_owned(),
            (old, new) if new < old => "reveals are stale sooner".to_owned(),
            _ => "reveals may be older".to_owned(),
        },
        ("disclosure_deadline", _) if after.disclosure_deadline == 0 => "what is required has no deadline any more".to_owned(),
        ("disclosure_deadline", _) => {
            format!("what is required has to come within {}", seconds(after.disclosure_deadline))
        }
        ("nonce_mode", _) => match after.nonce_mode {
            NonceMode::GroupExporter => "members reveal unasked: the nonce comes from the epoch".to_owned(),
            NonceMode::Challenge => "members reveal when asked: the nonce comes from a DisclosureRequest".to_owned(),
            NonceMode::Other(_) => return None,
        },
        ("visible_to_roles", _) => return roles(&after.visible_to_roles, "all members", change.change),
        ("claim_rules", ChangeKind::Reordered) => {
            "what is accepted stays the same; of several breaches another may be named first".to_owned()
        }
        _ => return None,
    };
    Some(text)
}

fn roles(roles: &[u32], everybody: &str, change: ChangeKind) -> Option<String> {
    let names: Vec<String> = roles.iter().map(u32::to_string).collect();
    match (roles, change) {
        (_, ChangeKind::Reordered) => None,
        ([], _) => Some(format!("reveals go to {everybody}")),
        _ => Some(format!("reveals go to the roles {} only; who has read one before keeps it", names.join(", "))),
    }
}

fn seconds(seconds: u32) -> String {
    if seconds == 1 { "1 second".to_owned() } else { format!("{seconds} seconds") }
}

/// When something newly required has to be there.
fn deadline(policy: &RoomDisclosurePolicy) -> String {
    match policy.disclosure_deadline {
        0 => "there is no deadline".to_owned(),
        limit => format!("a new deadline of {} starts with the epoch of the change", seconds(limit)),
    }
}

const SHOWN_AND_REFUSED: &str = "whoever shows it, in a reveal or in the leaf, is refused (forbidden_claim)";

fn required(policy: &RoomDisclosurePolicy) -> String {
    format!("whoever does not show it is refused (missing_required_claim): {}", deadline(policy))
}

pub(super) fn rule_added(Sides { after, .. }: Sides<'_>, rule: &ClaimRule) -> Option<String> {
    match rule.presence {
        Optionality::Required => Some(required(after)),
        Optionality::Forbidden => Some(SHOWN_AND_REFUSED.to_owned()),
        Optionality::Optional if !rule.predicates.is_empty() => {
            Some("where it is shown it has to meet the conditions (predicate_failed)".to_owned())
        }
        Optionality::Optional if after.unlisted_claims == Optionality::Forbidden => Some("it may be shown".to_owned()),
        Optionality::Optional | Optionality::Other(_) => None,
    }
}

pub(super) fn rule_removed(Sides { after, .. }: Sides<'_>, rule: &ClaimRule) -> Option<String> {
    let unlisted = match after.unlisted_claims {
        Optionality::Forbidden => "showing it is refused (unlisted_claim) unless another rule names it",
        Optionality::Optional => "it may be shown unless another rule forbids it",
        Optionality::Required | Optionality::Other(_) => return None,
    };
    Some(match rule.presence {
        Optionality::Required => format!("nobody has to show it by this rule any more; {unlisted}"),
        _ => unlisted.to_owned(),
    })
}

pub(super) fn of_rule(
    Sides { after, .. }: Sides<'_>,
    (old, new): (&ClaimRule, &ClaimRule),
    change: &FieldChange<'_>,
) -> Option<String> {
    let is_forbidden = new.presence == Optionality::Forbidden;
    let text = match (change.field, change.change) {
        ("presence", _) => match (old.presence, new.presence) {
            (_, Optionality::Required) => required(after),
            (_, Optionality::Forbidden) => SHOWN_AND_REFUSED.to_owned(),
            (Optionality::Required, Optionality::Optional) => "nobody has to show it any more".to_owned(),
            (Optionality::Forbidden, Optionality::Optional) => "it may be shown".to_owned(),
            _ => return None,
        },
        ("paths", ChangeKind::Added) if is_forbidden => "it may not be shown there either".to_owned(),
        ("paths", ChangeKind::Removed) if is_forbidden => "this rule does not forbid it there any more".to_owned(),
        ("paths", ChangeKind::Added) => "a value there counts too".to_owned(),
        ("paths", ChangeKind::Removed) => "a value there does not count any more".to_owned(),
        ("paths", _) => "senders show the first of these that they can".to_owned(),
        ("predicates", ChangeKind::Added) => "a value that does not meet this is refused (predicate_failed)".to_owned(),
        ("predicates", ChangeKind::Removed) if !is_forbidden => "a value need not meet this any more".to_owned(),
        ("visible_to_roles", _) => return roles(&new.visible_to_roles, "whom the whole policy names", change.change),
        _ => return None,
    };
    Some(text)
}

pub(super) fn issuer_added(entry: &TrustedIssuer) -> Option<String> {
    let what = match (entry.vouches_for(LEAF), entry.claim_names.is_empty()) {
        (true, true) => "reveals and leaf credentials by it",
        (true, false) => "leaf credentials by it, and the claims named,",
        (false, _) => "the claims named, in reveals by it,",
    };
    Some(format!("{what} count for every verifier who trusts it too"))
}

pub(super) fn issuer_removed(Sides { after, .. }: Sides<'_>, entry: &TrustedIssuer) -> Option<String> {
    let is_named = |other: &TrustedIssuer| other.anchors.iter().any(|anchor| entry.anchors.contains(anchor));
    if after.trusted_issuers.iter().any(is_named) {
        return Some("another entry names one of its keys".to_owned());
    }
    let reveals = if after.allow_local_trust {
        "reveals by it are not accepted any more, only shown to those who trust it (issuer_local_only)"
    } else {
        "reveals by it are refused (issuer_untrusted)"
    };
    let leaves = if entry.vouches_for(LEAF) { ", and leaf credentials by it do not hold (leaf_unverified)" } else { "" };
    Some(format!("{reveals}{leaves}"))
}

pub(super) fn of_issuer(new: &TrustedIssuer, change: &FieldChange<'_>) -> Option<String> {
    let element = || said(change.element);
    let text = match (change.field, change.change) {
        ("subject_domains", ChangeKind::Added) => format!("this entry lets it speak for {}", element()),
        ("subject_domains", ChangeKind::Removed) => format!("this entry does not let it speak for {} any more", element()),
        ("formats", ChangeKind::Added) => format!("this entry lets it vouch in the format {}", element()),
        ("formats", ChangeKind::Removed) => format!("this entry does not let it vouch in the format {} any more", element()),
        ("anchors", ChangeKind::Added) => "what this key signs counts".to_owned(),
        ("anchors", ChangeKind::Removed) => "what this key signs does not count by this entry any more".to_owned(),
        ("claim_names", ChangeKind::Changed) => match (new.claim_names.is_empty(), new.vouches_for(LEAF)) {
            (true, _) => "it may vouch for every claim and for leaf credentials".to_owned(),
            (false, true) => "it may vouch for leaf credentials and the other claims named, and for nothing else".to_owned(),
            (false, false) => "it may vouch for the claims named, and for nothing else: not for leaf credentials".to_owned(),
        },
        _ => return None,
    };
    Some(text)
}
