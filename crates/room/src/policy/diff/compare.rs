//! Which parts of two policies are the same part, and how these differ.

use super::meaning::{self, Sides};
use super::{ChangeAbout, ChangeKind, PolicyChange, PolicyFragment};
use crate::human::Node;
use crate::policy::{ClaimRule, RoomDisclosurePolicy, TrustedIssuer, from_human, to_human};

pub(super) fn policies(before: &RoomDisclosurePolicy, after: &RoomDisclosurePolicy) -> Vec<PolicyChange> {
    let sides = Sides { before, after };
    let mut changes = Changes { made: Vec::new() };
    // Rules and issuers are told apart below, the rest is compared as it is written.
    let plain: Vec<_> = from_human::POLICY.iter().copied().filter(|field| !matches!(*field, RULES | ISSUERS)).collect();
    changes.fields(&ChangeAbout::Policy, &plain, (&to_human::policy(before), &to_human::policy(after)), &|change| {
        meaning::of_policy(sides, change)
    });
    changes.rules(sides);
    changes.issuers(sides);
    changes.made
}

const RULES: &str = "claim_rules";
const ISSUERS: &str = "trusted_issuers";
/// Lists whose meaning is in all of their elements together: an empty one means everybody, or everything.
const AS_A_WHOLE: &[&str] = &["visible_to_roles", "claim_names"];

/// What a list or value of a field came to, for [`meaning`].
pub(super) struct FieldChange<'n> {
    pub(super) field: &'static str,
    pub(super) change: ChangeKind,
    /// The element that came or went.
    pub(super) element: Option<&'n Node>,
}

struct Changes {
    made: Vec<PolicyChange>,
}

impl Changes {
    /// Each field of two tables: a single value as a whole, a list by its elements.
    fn fields(
        &mut self,
        about: &ChangeAbout,
        fields: &[&'static str],
        (before, after): (&Node, &Node),
        meaning: &dyn Fn(&FieldChange<'_>) -> Option<String>,
    ) {
        let none = Node::array([]);
        for field in fields.iter().copied() {
            // What is not written is an empty list.
            let (before, after) = (before.get(field).unwrap_or(&none), after.get(field).unwrap_or(&none));
            if before == after {
                continue;
            }
            let mut push = |change, element: Option<&Node>, before: Option<&Node>, after: Option<&Node>| {
                self.made.push(PolicyChange {
                    about: about.clone(),
                    field: Some(field),
                    change,
                    before: before.map(PolicyFragment::new),
                    after: after.map(PolicyFragment::new),
                    meaning: meaning(&FieldChange { field, change, element }),
                });
            };
            let (Some(old), Some(new)) = (before.elements(), after.elements()) else {
                push(ChangeKind::Changed, None, Some(before), Some(after));
                continue;
            };
            let (removed, added) = (without(old, new), without(new, old));
            if removed.is_empty() && added.is_empty() {
                push(ChangeKind::Reordered, None, Some(before), Some(after));
            } else if AS_A_WHOLE.contains(&field) {
                push(ChangeKind::Changed, None, Some(before), Some(after));
                continue;
            }
            // What stays may stand in another order besides.
            else if without(old, &removed) != without(new, &added) {
                push(ChangeKind::Changed, None, Some(before), Some(after));
            }
            removed.iter().for_each(|element| push(ChangeKind::Removed, Some(element), Some(element), None));
            added.iter().for_each(|element| push(ChangeKind::Added, Some(element), None, Some(element)));
        }
    }

    fn rules(&mut self, sides: Sides<'_>) {
        let Sides { before, after } = sides;
        let pairs = pair(&before.claim_rules, &after.claim_rules, |a, b| a.claim_name == b.claim_name);
        self.order(RULES, &pairs, |n| before.claim_rules.get(n).map(|rule| Node::text(rule.claim_name.as_str())), sides);
        let about = |rule: &ClaimRule| ChangeAbout::Rule { claim_name: rule.claim_name.clone() };
        for (old, new) in pairs.each(&before.claim_rules, &after.claim_rules) {
            match (old, new) {
                (Some(old), Some(new)) => {
                    let nodes = (&to_human::rule(old), &to_human::rule(new));
                    self.fields(&about(new), from_human::RULE, nodes, &|change| meaning::of_rule(sides, (old, new), change));
                }
                (old, new) => {
                    let Some(rule) = new.or(old) else { continue };
                    let meaning =
                        if new.is_some() { meaning::rule_added(sides, rule) } else { meaning::rule_removed(sides, rule) };
                    self.whole(about(rule), old.map(to_human::rule), new.map(to_human::rule), meaning);
                }
            }
        }
    }

    fn issuers(&mut self, sides: Sides<'_>) {
        let Sides { before, after } = sides;
        let (old, new) = (&before.trusted_issuers, &after.trusted_issuers);
        // The very same keys first; of the others those with a key in common.
        let shares = |a: &TrustedIssuer, b: &TrustedIssuer| a.anchors.iter().any(|anchor| b.anchors.contains(anchor));
        let mut pairs = pair(old, new, |a, b| a.issuer == b.issuer && a.anchors == b.anchors);
        pairs.join(old, new, |a, b| a.issuer == b.issuer && shares(a, b));
        self.order(ISSUERS, &pairs, |n| old.get(n).map(|entry| Node::text(entry.issuer.as_str())), sides);
        let about = |entry: &TrustedIssuer, node: &Node| ChangeAbout::Issuer {
            issuer: entry.issuer.clone(),
            anchors: PolicyFragment::new(node.get("anchors").unwrap_or(&Node::array([]))),
        };
        for (old, new) in pairs.each(old, new) {
            match (old, new) {
                (Some(old), Some(new)) => {
                    let nodes = (to_human::issuer(old), to_human::issuer(new));
                    let about = about(old, &nodes.0);
                    self.fields(&about, from_human::ISSUER, (&nodes.0, &nodes.1), &|change| meaning::of_issuer(new, change));
                }
                (old, new) => {
                    let Some(entry) = new.or(old) else { continue };
                    let (before, after) = (old.map(to_human::issuer), new.map(to_human::issuer));
                    let meaning =
                        if new.is_some() { meaning::issuer_added(entry) } else { meaning::issuer_removed(sides, entry) };
                    let Some(node) = after.as_ref().or(before.as_ref()) else { continue };
                    self.whole(about(entry, node), before, after, meaning);
                }
            }
        }
    }

    /// A whole rule or issuer that came or went.
    fn whole(&mut self, about: ChangeAbout, before: Option<Node>, after: Option<Node>, meaning: Option<String>) {
        let change = if after.is_some() { ChangeKind::Added } else { ChangeKind::Removed };
        let (before, after) = (before.map(PolicyFragment), after.map(PolicyFragment));
        self.made.push(PolicyChange { about, field: None, change, before, after, meaning });
    }

    /// Parts that are on both sides, in another order.
    fn order(&mut self, field: &'static str, pairs: &Pairs, name: impl Fn(usize) -> Option<Node>, sides: Sides<'_>) {
        let in_new_order: Vec<usize> = pairs.of_new.iter().filter_map(|old| *old).collect();
        if in_new_order.is_sorted() {
            return;
        }
        let mut in_old_order = in_new_order.clone();
        in_old_order.sort_unstable();
        let names = |order: &[usize]| Some(PolicyFragment(Node::array(order.iter().filter_map(|n| name(*n)))));
        let meaning = meaning::of_policy(sides, &FieldChange { field, change: ChangeKind::Reordered, element: None });
        let (before, after) = (names(&in_old_order), names(&in_new_order));
        let (about, change) = (ChangeAbout::Policy, ChangeKind::Reordered);
        self.made.push(PolicyChange { about, field: Some(field), change, before, after, meaning });
    }
}

/// The elements of `these` that are not among `those`, each of which stands for one.
fn without(these: &[Node], those: &[Node]) -> Vec<Node> {
    let mut left: Vec<&Node> = those.iter().collect();
    let is_new = |element: &&Node| match left.iter().position(|other| other == element) {
        Some(found) => {
            left.swap_remove(found);
            false
        }
        None => true,
    };
    these.iter().filter(is_new).cloned().collect()
}

/// For each part of the new policy the part of the old one that it is.
struct Pairs {
    of_new: Vec<Option<usize>>,
}

fn pair<T>(old: &[T], new: &[T], same: impl Fn(&T, &T) -> bool) -> Pairs {
    let mut pairs = Pairs { of_new: vec![None; new.len()] };
    pairs.join(old, new, same);
    pairs
}

impl Pairs {
    /// Joins what has no partner yet, the first with the first.
    fn join<T>(&mut self, old: &[T], new: &[T], same: impl Fn(&T, &T) -> bool) {
        let mut taken = vec![false; old.len()];
        for n in self.of_new.iter().flatten() {
            if let Some(taken) = taken.get_mut(*n) {
                *taken = true;
            }
        }
        for (slot, new) in self.of_new.iter_mut().zip(new).filter(|(slot, _)| slot.is_none()) {
            let free = old.iter().zip(&mut taken).enumerate().find(|(_, (old, taken))| !**taken && same(old, new));
            if let Some((n, (_, taken))) = free {
                *taken = true;
                *slot = Some(n);
            }
        }
    }

    /// Each part once: those of the new policy in their order with their partners, then those that went.
    fn each<'t, T>(&self, old: &'t [T], new: &'t [T]) -> Vec<(Option<&'t T>, Option<&'t T>)> {
        let partner = |n: &Option<usize>| n.and_then(|n| old.get(n));
        let mut each: Vec<_> = new.iter().zip(&self.of_new).map(|(new, n)| (partner(n), Some(new))).collect();
        let gone = old.iter().enumerate().filter(|(n, _)| !self.of_new.contains(&Some(*n)));
        each.extend(gone.map(|(_, old)| (Some(old), None)));
        each
    }
}
