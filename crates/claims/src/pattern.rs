//! Many claim paths at once: a tree of their steps, so that matching n claims against m paths costs n and not n times m.

use std::collections::HashMap;

use crate::{ClaimPath, Key, Step};

/// A set of paths, walked step by step alongside a claim tree.
pub(crate) struct PathSet {
    root: Node,
}

/// A place reached by the first steps of some paths.
#[derive(Default)]
pub(crate) struct Node {
    /// The paths that end here, by their position in the list given.
    ends: Vec<usize>,
    keys: HashMap<Key<'static>, Node>,
    indexes: HashMap<usize, Node>,
    every: Option<Box<Node>>,
}

impl PathSet {
    pub(crate) fn new(paths: &[ClaimPath]) -> Self {
        let mut root = Node::default();
        for (n, path) in paths.iter().enumerate() {
            let mut node = &mut root;
            for step in path.steps() {
                node = match step {
                    Step::Key(key) => node.keys.entry(key.clone()).or_default(),
                    Step::Index(index) => node.indexes.entry(*index).or_default(),
                    Step::Every => node.every.get_or_insert_default(),
                };
            }
            node.ends.push(n);
        }
        Self { root }
    }

    /// Where every walk begins.
    pub(crate) fn start(&self) -> Vec<&Node> {
        vec![&self.root]
    }
}

/// The places reached from `places` by entering the entry `key`.
pub(crate) fn into_key<'n>(places: &[&'n Node], key: &Key<'_>) -> Vec<&'n Node> {
    let mut reached = Vec::new();
    for place in places {
        if place.keys.is_empty() {
            continue;
        }
        let key = key.clone().into_owned();
        if let Some(node) = place.keys.get(&key) {
            reached.push(node);
        }
        if let Key::Text(text) = &key {
            // A bare number in a path names the member of that decimal text too.
            let number = text.parse().ok().map(Key::Int).filter(|number| crate::value::step_names(number, &key));
            reached.extend(number.and_then(|number| place.keys.get(&number)));
        }
    }
    reached
}

/// The places reached from `places` by entering the n-th element.
pub(crate) fn into_index<'n>(places: &[&'n Node], index: usize) -> Vec<&'n Node> {
    places.iter().flat_map(|place| place.indexes.get(&index).into_iter().chain(place.every.as_deref())).collect()
}

/// The places reached by one concrete step.
pub(crate) fn into_step<'n>(places: &[&'n Node], step: &Step) -> Vec<&'n Node> {
    match step {
        Step::Key(key) => into_key(places, key),
        Step::Index(index) => into_index(places, *index),
        Step::Every => Vec::new(),
    }
}

/// The paths that end at one of these places.
pub(crate) fn ends(places: &[&Node]) -> impl Iterator<Item = usize> {
    places.iter().flat_map(|place| place.ends.iter().copied())
}
