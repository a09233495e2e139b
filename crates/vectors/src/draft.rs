//! How the files are written down: case by case, each with what must come of it, and held against this implementation at once.

use mimicred_claims::{Key, Map, Value};

use crate::object::{Object, same};
use crate::{Answer, Case, Code, Error, Expected, Group, VectorFile, answer};

/// A file that is being written.
pub(crate) struct Draft {
    path: &'static str,
    file: VectorFile,
    /// The last valid case, which the next ones differ from.
    last_valid: Option<String>,
    /// What is not as this implementation does it.
    failed: Vec<String>,
}

/// A case that is being written.
pub(crate) struct NewCase {
    id: String,
    comment: String,
    flags: Vec<&'static str>,
    rules: Vec<&'static str>,
    differs_from: Option<String>,
    input: Object,
    intermediates: Object,
}

/// A case: its name, what is particular about it, and the rules that decide it.
pub(crate) fn case(id: impl Into<String>, comment: impl Into<String>, rules: &[&'static str]) -> NewCase {
    NewCase {
        id: id.into(),
        comment: comment.into(),
        flags: Vec::new(),
        rules: rules.to_vec(),
        differs_from: None,
        input: Object::new(),
        intermediates: Object::new(),
    }
}

impl NewCase {
    /// Its own part of the input.
    pub(crate) fn input(mut self, input: Object) -> Self {
        self.input = input;
        self
    }

    /// A word to select it by.
    pub(crate) fn flag(mut self, flag: &'static str) -> Self {
        self.flags.push(flag);
        self
    }

    /// The valid case that it differs from, if that is not the last one before it.
    pub(crate) fn differs_from(mut self, id: &str) -> Self {
        self.differs_from = Some(id.to_owned());
        self
    }

    /// Values on the way.
    pub(crate) fn intermediates(mut self, intermediates: Object) -> Self {
        self.intermediates = intermediates;
        self
    }
}

impl Draft {
    /// A file of cases of one operation.
    pub(crate) fn new(path: &'static str, operation: &str, about: &str, specifications: &[&str]) -> Self {
        let file = VectorFile {
            operation: operation.to_owned(),
            about: about.to_owned(),
            specifications: specifications.iter().map(|&name| name.to_owned()).collect(),
            groups: Vec::new(),
        };
        Self { path, file, last_valid: None, failed: Vec::new() }
    }

    /// Begins a group, whose cases have this input in common.
    pub(crate) fn group(&mut self, about: &str, input: Object) {
        self.file.groups.push(Group { about: about.to_owned(), input: input.map(), cases: Vec::new() });
    }

    /// A case that must be accepted. What is written here of the output is what the specification says; what else this implementation
    /// answers is written down with it.
    pub(crate) fn valid(&mut self, case: NewCase, expected: Object) {
        self.last_valid = Some(case.id.clone());
        self.add(case, Expected::Valid(expected.map()));
    }

    /// A case that must be refused under this code, and differs in one thing from a valid one.
    pub(crate) fn refused(&mut self, mut case: NewCase, code: &str) {
        case.differs_from = case.differs_from.take().or_else(|| self.last_valid.clone());
        self.add(case, Expected::Refused(code.to_owned()));
    }

    fn add(&mut self, new: NewCase, expected: Expected) {
        let name = format!("{} {}", self.path, new.id);
        let mut case = Case {
            id: new.id,
            comment: new.comment,
            flags: new.flags.into_iter().map(str::to_owned).collect(),
            rules: new.rules.into_iter().map(str::to_owned).collect(),
            differs_from: new.differs_from,
            input: new.input.map(),
            expected,
            intermediates: new.intermediates.map(),
        };
        let Some(group) = self.file.groups.last_mut() else { return };
        let disagreement = match answer(&self.file.operation, &group.input_of(&case)) {
            Ok(answer) => disagreement(&mut case.expected, answer),
            Err(error) => Some(error.to_string()),
        };
        if let Some(found) = disagreement {
            self.failed.push(format!("{name}: {found}"));
        }
        group.cases.push(case);
    }

    /// The file and its name, if every case is what this implementation does.
    pub(crate) fn finish(mut self) -> Result<(String, String), Error> {
        self.file.groups.iter_mut().for_each(part);
        match self.failed.is_empty() {
            true => Ok((format!("{}.json", self.path), self.file.to_text())),
            false => Err(Error::new(Code::Disagreement).note(self.failed.join("; "))),
        }
    }
}

/// What one case has otherwise than its group is no longer the group's, so that no member is in both.
fn part(group: &mut Group) {
    let common = group.input.clone();
    let (common, other): (Vec<_>, Vec<_>) =
        common.iter().partition(|(key, _)| !group.cases.iter().any(|case| case.input.get(key).is_some()));
    let entries = |entries: Vec<(&Key<'static>, &Value<'static>)>| {
        let entries = entries.into_iter().map(|(key, value)| (key.clone(), value.clone()));
        Map::from_entries(entries.collect()).unwrap_or_default()
    };
    for case in &mut group.cases {
        let own = case.input.clone();
        let lacking = other.iter().copied().filter(|(key, _)| own.get(key).is_none());
        case.input = entries(own.iter().chain(lacking).collect());
    }
    group.input = entries(common);
}

/// What is different, if anything; completes the expected output by what else was answered.
fn disagreement(expected: &mut Expected, answer: Answer) -> Option<String> {
    match (expected, answer) {
        (Expected::Valid(expected), Answer::Valid(found)) => {
            let other = expected.iter().find(|(key, value)| !found.get(key).is_some_and(|found| same(value, found)));
            let differing = other.map(|(key, value)| format!("{key} is {}, not {}", shown(found.get(key)), shown(Some(value))));
            *expected = found;
            differing
        }
        (Expected::Refused(expected), Answer::Refused { code, .. }) if *expected == code => None,
        (expected, answer) => {
            let why = if let Answer::Refused { why: Some(why), .. } = &answer { format!(" ({why})") } else { String::new() };
            Some(format!("{}{why} instead of {}", answer.result(), expected.result()))
        }
    }
}

fn shown(value: Option<&Value<'_>>) -> String {
    value.map_or_else(|| "absent".to_owned(), |value| crate::object::pretty(value).trim_end().to_owned())
}

/// A JSON object out of its text, which is written in the source.
pub(crate) fn object(text: &str) -> Map<'static> {
    use mimicred_jose::json;
    match json::parse(text, &json::Limits::DEFAULT) {
        Ok(Value::Map(map)) => map.into_owned(),
        _ => unreachable!("not a JSON object: {text}"),
    }
}
