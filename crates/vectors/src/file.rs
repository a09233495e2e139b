//! Files of vectors: groups of cases, in the manner of Wycheproof.

mod read;
mod write;

use mimicred_claims::{Map, Value};

/// The form of a file, which its member `form` names.
pub const FORM: &str = "mimicred-vectors-1";

/// A file of vectors: the cases of one operation.
#[derive(Clone, Debug, PartialEq)]
pub struct VectorFile {
    /// The operation that every case is about.
    pub operation: String,
    /// What is in the file, for people.
    pub about: String,
    /// The specifications that say what is right.
    pub specifications: Vec<String>,
    /// The groups, in order.
    pub groups: Vec<Group>,
}

/// Cases that have much in common.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// What they are about.
    pub about: String,
    /// The part of the input that is the same for all of them.
    pub input: Map<'static>,
    /// The cases, in order.
    pub cases: Vec<Case>,
}

/// One case.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Its name, unlike all others in the file; with the name of the file it is the vector's.
    pub id: String,
    /// What is particular about it, for people.
    pub comment: String,
    /// Words to select cases by.
    pub flags: Vec<String>,
    /// The rules that decide it: rows of the rule tables, and sections of specifications.
    pub rules: Vec<String>,
    /// The valid case that this one differs from in one thing, if it is not valid itself.
    pub differs_from: Option<String>,
    /// Its own part of the input.
    pub input: Map<'static>,
    /// What the answer must be.
    pub expected: Expected,
    /// Values on the way, to find the step that went wrong.
    pub intermediates: Map<'static>,
}

/// What the answer must be.
#[derive(Clone, Debug, PartialEq)]
pub enum Expected {
    /// Valid, with this output.
    Valid(Map<'static>),
    /// Refused, and this is our code for it.
    Refused(String),
}

impl Expected {
    /// The member `result` of the case.
    pub fn result(&self) -> &str {
        match self {
            Expected::Valid(_) => "valid",
            Expected::Refused(code) => code,
        }
    }
}

impl Group {
    /// The whole input of one of its cases: what the group says, and what the case says.
    ///
    /// ```
    /// let text = r#"{"form":"mimicred-vectors-1","operation":"jose/base64url-decode","about":"a","specifications":[],"groups":[
    ///     {"about":"b","input":{"kind":"all"},"cases":[{"id":"c","comment":"d","input":{"text":""},"result":"valid"}]}]}"#;
    /// let file = mimicred_vectors::VectorFile::parse(text)?;
    /// let group = file.groups.first().ok_or("a group")?;
    /// let input = group.input_of(group.cases.first().ok_or("a case")?);
    /// assert_eq!(input.iter().map(|(name, _)| name.to_string()).collect::<Vec<_>>(), ["kind", "text"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn input_of(&self, case: &Case) -> Map<'static> {
        let own = case.input.iter().map(|(key, value)| (key.clone(), value.clone()));
        let common = self.input.iter().filter(|(key, _)| case.input.get(key).is_none());
        let common = common.map(|(key, value)| (key.clone(), value.clone()));
        // Each key once, because those of the case are left out of the group's.
        Map::from_entries(common.chain(own).collect()).unwrap_or_default()
    }
}

impl VectorFile {
    /// Every case with its group, in order.
    pub fn cases(&self) -> impl Iterator<Item = (&Group, &Case)> {
        self.groups.iter().flat_map(|group| group.cases.iter().map(move |case| (group, case)))
    }

    /// What an outside program is given for one case: `id`, `operation` and the whole `input`, as one line of JSON.
    pub fn question(&self, group: &Group, case: &Case) -> String {
        let object = crate::object::Object::new()
            .text("id", case.id.clone())
            .text("operation", self.operation.clone())
            .with("input", Value::Map(group.input_of(case)));
        // Texts, and a value that was read from JSON.
        mimicred_jose::json::write_map(&object.map()).unwrap_or_default()
    }
}
