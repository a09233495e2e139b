//! Where the claims of a policy stand in a credential.
//!
//! A policy may have tens of thousands of paths and a token tens of thousands of claims, so neither is searched for the other: the
//! paths are sorted once, and one walk through the credential, in which the paths that lead further down are a shrinking part of
//! that list, finds everything there is. Work grows with paths and claims, not with their product.

use std::borrow::Cow;
use std::cmp::Ordering;

use mimicred_claims::{ClaimPath, Key, Map, Step, Value};
use mimicred_x509::Attribute;

use crate::evidence::{Content, Evidence, is_mimi_uri, untagged};
use crate::policy::{PolicyPath, RoomDisclosurePolicy};

/// The paths of a policy, sorted. Equal paths have one number, whichever rules they are of.
pub(super) struct Places<'p> {
    jwt: Vec<TreePath<'p>>,
    cwt: Vec<TreePath<'p>>,
    x509: Vec<AttributePath>,
    /// For each rule its paths in their order, each once.
    rules: Vec<Vec<Alternative>>,
}

/// One of the paths of a rule.
#[derive(Clone, Copy)]
pub(super) struct Alternative {
    /// Its place in the rule.
    pub(super) nth: usize,
    /// The number of the path.
    pub(super) number: usize,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct TreePath<'p> {
    steps: &'p [Step],
    number: usize,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct AttributePath {
    oid: String,
    tag: Option<u8>,
    number: usize,
}

/// What one credential shows at the paths of a policy.
pub(super) struct Sight<'e> {
    /// By the number of the path.
    found: Found<'e>,
}

type Found<'e> = Vec<(usize, Shown<'e>)>;

/// A value, where it stands.
enum Shown<'e> {
    Claim(&'e Value<'static>),
    /// Of a certificate: a text.
    Name(Value<'e>),
}

impl<'p> Places<'p> {
    pub(super) fn of(policy: &'p RoomDisclosurePolicy) -> Self {
        let mut all: Vec<(&PolicyPath, usize, usize)> = Vec::new();
        for (rule, claim_rule) in policy.claim_rules.iter().enumerate() {
            all.extend(claim_rule.paths.iter().enumerate().map(|(nth, path)| (path, rule, nth)));
        }
        let mut places =
            Self { jwt: Vec::new(), cwt: Vec::new(), x509: Vec::new(), rules: vec![Vec::new(); policy.claim_rules.len()] };
        all.sort_by(|(one, ..), (other, ..)| order(one, other));
        let mut number = 0;
        let mut before: Option<&PolicyPath> = None;
        for (path, rule, nth) in all {
            if before.is_none_or(|before| order(before, path).is_ne()) {
                number += 1;
                places.add(path, number);
            }
            before = Some(path);
            if let Some(paths) = places.rules.get_mut(rule) {
                paths.push(Alternative { nth, number });
            }
        }
        places.x509.sort();
        for paths in &mut places.rules {
            paths.sort_by_key(|path| (path.number, path.nth));
            paths.dedup_by_key(|path| path.number);
            paths.sort_by_key(|path| path.nth);
        }
        places
    }

    fn add(&mut self, path: &'p PolicyPath, number: usize) {
        match path {
            PolicyPath::Jwt(path) => self.jwt.push(TreePath { steps: path.steps().steps(), number }),
            PolicyPath::Cwt(path) => self.cwt.push(TreePath { steps: path.steps().steps(), number }),
            PolicyPath::X509(path) => {
                self.x509.push(AttributePath { oid: path.oid.to_string(), tag: path.general_name_tag, number });
            }
            PolicyPath::Other { .. } => {}
        }
    }

    /// The paths of the rule with this place in the policy.
    pub(super) fn of_rule(&self, rule: usize) -> &[Alternative] {
        self.rules.get(rule).map_or(&[], Vec::as_slice)
    }

    /// Finds everything that the policy names.
    pub(super) fn look_at<'e>(&self, evidence: &'e Evidence) -> Sight<'e> {
        let mut found = Vec::new();
        match evidence.content() {
            Content::Jwt(claims) => walk_map(claims, &self.jwt, 0, &mut found),
            Content::Cwt(claims) => walk_map(claims, &self.cwt, 0, &mut found),
            Content::X509 { attributes, .. } => {
                for attribute in attributes {
                    let paths = self.naming(attribute);
                    found.extend(paths.map(|path| (path.number, Shown::Name(Value::Text(Cow::Borrowed(&*attribute.value))))));
                }
            }
        }
        // The order of a certificate's values at one path stays.
        found.sort_by_key(|(number, _)| *number);
        Sight { found }
    }

    /// The place of the first claim about the subject that no path names.
    pub(super) fn first_unlisted(&self, evidence: &Evidence) -> Option<String> {
        let content = evidence.content();
        let of_tree = |claims: &Map<'static>, paths: &[TreePath<'_>]| {
            let mut subject_claims = claims.iter().filter(|(key, _)| !content.is_technical(key));
            let mut steps = subject_claims.find_map(|(key, value)| unlisted_below(key, value, paths, 0))?;
            steps.reverse();
            Some(ClaimPath::new(steps).to_string())
        };
        match content {
            Content::Jwt(claims) => of_tree(claims, &self.jwt),
            Content::Cwt(claims) => of_tree(claims, &self.cwt),
            Content::X509 { attributes, .. } => {
                let mut of_subject = attributes.iter().filter(|attribute| !is_mimi_uri(attribute));
                of_subject.find(|attribute| self.naming(attribute).next().is_none()).map(|attribute| attribute.oid.clone())
            }
        }
    }

    /// The paths that name an attribute: at most 257 have its identifier, one for each tag and one without.
    fn naming<'s>(&'s self, attribute: &'s Attribute) -> impl Iterator<Item = &'s AttributePath> {
        let first = self.x509.partition_point(|path| path.oid < attribute.oid);
        let of_identifier = self.x509.iter().skip(first).take_while(|path| path.oid == attribute.oid);
        of_identifier.filter(|path| path.tag.is_none_or(|tag| attribute.general_name == Some(tag)))
    }
}

impl<'e> Sight<'e> {
    /// The values at some paths, with their paths.
    pub(super) fn values<'s>(&'s self, paths: &'s [Alternative]) -> impl Iterator<Item = (Alternative, &'s Value<'e>)> {
        paths.iter().flat_map(move |path| self.at(path.number).map(move |value| (*path, value)))
    }

    /// Whether there is a value at one of these paths.
    pub(super) fn shows(&self, paths: &[Alternative]) -> bool {
        self.values(paths).next().is_some()
    }

    fn at(&self, number: usize) -> impl Iterator<Item = &Value<'e>> {
        let first = self.found.partition_point(|(other, _)| *other < number);
        self.found.iter().skip(first).take_while(move |(other, _)| *other == number).map(|(_, shown)| shown.value())
    }
}

impl<'e> Shown<'e> {
    fn value(&self) -> &Value<'e> {
        match self {
            Shown::Claim(value) => value,
            Shown::Name(text) => text,
        }
    }
}

/// Sorts paths so that those of one family and with the same beginning stand together.
fn order(one: &PolicyPath, other: &PolicyPath) -> Ordering {
    match (one, other) {
        (PolicyPath::Jwt(one), PolicyPath::Jwt(other)) => one.steps().cmp(other.steps()),
        (PolicyPath::Cwt(one), PolicyPath::Cwt(other)) => one.steps().cmp(other.steps()),
        (PolicyPath::X509(one), PolicyPath::X509(other)) => {
            (one.oid.contents(), one.general_name_tag).cmp(&(other.oid.contents(), other.general_name_tag))
        }
        // A policy with a path of another family cannot be satisfied and comes here never.
        _ => one.family().cmp(&other.family()),
    }
}

/// The paths among these that have this step at this depth.
fn with_step<'a, 'p>(paths: &'a [TreePath<'p>], depth: usize, order: impl Fn(&Step) -> Ordering) -> &'a [TreePath<'p>] {
    // A path that ends here stands before those that go on.
    let compared = |path: &TreePath<'_>| path.steps.get(depth).map_or(Ordering::Less, &order);
    let first = paths.partition_point(|path| compared(path).is_lt());
    let after = paths.partition_point(|path| compared(path).is_le());
    paths.get(first..after).unwrap_or_default()
}

fn with_key<'a, 'p>(paths: &'a [TreePath<'p>], depth: usize, key: &Key<'_>) -> &'a [TreePath<'p>] {
    with_step(paths, depth, |step| match step {
        Step::Key(own) => own.cmp(key),
        Step::Index(_) | Step::Every => Ordering::Greater,
    })
}

fn with_index<'a, 'p>(paths: &'a [TreePath<'p>], depth: usize, index: usize) -> &'a [TreePath<'p>] {
    with_step(paths, depth, |step| step.cmp(&Step::Index(index)))
}

/// Whether one of these paths, which are the same up to this depth, goes on: of equal ones there is one, and it stands first.
fn lead_on(paths: &[TreePath<'_>], depth: usize) -> bool {
    paths.last().is_some_and(|path| path.steps.len() > depth)
}

fn walk_map<'e>(map: &'e Map<'static>, paths: &[TreePath<'_>], depth: usize, found: &mut Found<'e>) {
    if !lead_on(paths, depth) {
        return;
    }
    for (key, value) in map.iter() {
        walk(value, with_key(paths, depth, key), depth + 1, found);
    }
}

/// Looks at a value to which the first `depth` steps of all these paths lead.
fn walk<'e>(value: &'e Value<'static>, paths: &[TreePath<'_>], depth: usize, found: &mut Found<'e>) {
    let Some(first) = paths.first() else { return };
    if first.steps.len() == depth {
        found.push((first.number, Shown::Claim(value)));
    }
    match untagged(value) {
        Value::Map(map) => walk_map(map, paths, depth, found),
        Value::Array(elements) if lead_on(paths, depth) => {
            for (index, element) in elements.iter().enumerate() {
                walk(element, with_index(paths, depth, index), depth + 1, found);
            }
        }
        _ => {}
    }
}

/// The steps to the first value below this entry that no path covers, from its end; the entry stands at `depth`.
fn unlisted_below(key: &Key<'static>, value: &Value<'static>, paths: &[TreePath<'_>], depth: usize) -> Option<Vec<Step>> {
    let mut steps = unlisted(value, with_key(paths, depth, key), depth + 1)?;
    steps.push(Step::Key(key.clone()));
    Some(steps)
}

fn unlisted(value: &Value<'static>, paths: &[TreePath<'_>], depth: usize) -> Option<Vec<Step>> {
    if paths.first().is_some_and(|path| path.steps.len() == depth) {
        return None;
    }
    match untagged(value) {
        Value::Map(map) if !map.is_empty() => map.iter().find_map(|(key, value)| unlisted_below(key, value, paths, depth)),
        Value::Array(elements) if !elements.is_empty() => elements.iter().enumerate().find_map(|(index, element)| {
            let mut steps = unlisted(element, with_index(paths, depth, index), depth + 1)?;
            steps.push(Step::Index(index));
            Some(steps)
        }),
        _ => Some(Vec::new()),
    }
}
