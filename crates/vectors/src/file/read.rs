//! Reading a file: every member known, none missing, names unlike each other.

use std::collections::HashSet;

use mimicred_claims::{Key, Map, Value};
use mimicred_error::At;

use super::{Case, Expected, FORM, Group, VectorFile};
use crate::object::parse_object;
use crate::{Code, Error};

impl VectorFile {
    /// Reads a file.
    ///
    /// # Errors
    /// [`Code::FileMalformed`] with the place; [`Code::FormUnsupported`] for another `form`.
    ///
    /// ```
    /// use mimicred_vectors::{Code, VectorFile};
    ///
    /// assert_eq!(VectorFile::parse("[]").unwrap_err().code(), Code::FileMalformed);
    /// assert_eq!(VectorFile::parse(r#"{"form":"mimicred-vectors-9"}"#).unwrap_err().code(), Code::FormUnsupported);
    /// ```
    pub fn parse(text: &str) -> Result<Self, Error> {
        let map = parse_object(text, Code::FileMalformed)?;
        let file = Reader { map: &map, path: String::new() };
        let form = file.text("form")?;
        if form != FORM {
            return Err(Error::new(Code::FormUnsupported).note(form.chars().take(80).collect::<String>()));
        }
        file.only(&["form", "operation", "about", "specifications", "groups"])?;
        let mut names = HashSet::new();
        Ok(Self {
            operation: file.text("operation")?.to_owned(),
            about: file.text("about")?.to_owned(),
            specifications: file.texts("specifications")?,
            groups: file.objects("groups")?.iter().map(|group| read_group(group, &mut names)).collect::<Result<_, _>>()?,
        })
    }
}

fn read_group(group: &Reader<'_, '_>, names: &mut HashSet<String>) -> Result<Group, Error> {
    group.only(&["about", "input", "cases"])?;
    let input = group.object_or_none("input")?;
    let cases = group.objects("cases")?;
    let cases = cases.iter().map(|case| {
        let read = read_case(case)?;
        if !names.insert(read.id.clone()) {
            return Err(case.wrong("id", "of another case, too"));
        }
        let repeated = read.input.iter().find(|(key, _)| input.get(key).is_some()).map(|(key, _)| key.to_string());
        match repeated {
            Some(key) => Err(case.wrong(&format!("input.{key}"), "in the group, too")),
            None => Ok(read),
        }
    });
    let cases = cases.collect::<Result<_, _>>()?;
    Ok(Group { about: group.text("about")?.to_owned(), input, cases })
}

fn read_case(case: &Reader<'_, '_>) -> Result<Case, Error> {
    case.only(&["id", "comment", "flags", "rules", "differs_from", "input", "result", "output", "intermediates"])?;
    let expected = match case.text("result")? {
        "valid" => Expected::Valid(case.object_or_none("output")?),
        _ if case.map.text("output").is_some() => return Err(case.wrong("output", "of a case that is not valid")),
        code => Expected::Refused(code.to_owned()),
    };
    let differs_from = case.map.text("differs_from").map(|_| case.text("differs_from")).transpose()?;
    Ok(Case {
        id: case.text("id")?.to_owned(),
        comment: case.text("comment")?.to_owned(),
        flags: case.texts("flags")?,
        rules: case.texts("rules")?,
        differs_from: differs_from.map(str::to_owned),
        input: case.object_or_none("input")?,
        expected,
        intermediates: case.object_or_none("intermediates")?,
    })
}

/// An object of the file, and where it stands.
struct Reader<'r, 'a> {
    map: &'r Map<'a>,
    path: String,
}

impl<'r, 'a> Reader<'r, 'a> {
    fn wrong(&self, name: &str, note: &'static str) -> Error {
        let path = if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
        Error::new(Code::FileMalformed).at(At::Path(path)).note(note)
    }

    fn only(&self, known: &[&str]) -> Result<(), Error> {
        match self.map.iter().find(|(key, _)| !known.iter().any(|name| Key::from(*name) == **key)) {
            Some((key, _)) => Err(self.wrong(&key.to_string(), "unknown")),
            None => Ok(()),
        }
    }

    fn text(&self, name: &str) -> Result<&'r str, Error> {
        let value = self.map.text(name).ok_or_else(|| self.wrong(name, "missing"))?;
        value.as_text().ok_or_else(|| self.wrong(name, "not text"))
    }

    fn elements(&self, name: &str) -> Result<&'r [Value<'a>], Error> {
        match self.map.text(name) {
            None => Ok(&[]),
            Some(value) => value.as_array().ok_or_else(|| self.wrong(name, "not an array")),
        }
    }

    fn texts(&self, name: &str) -> Result<Vec<String>, Error> {
        let elements = self.elements(name)?.iter();
        elements.map(|element| Ok(element.as_text().ok_or_else(|| self.wrong(name, "not texts"))?.to_owned())).collect()
    }

    fn objects(&self, name: &str) -> Result<Vec<Reader<'r, 'a>>, Error> {
        let elements = self.elements(name)?.iter().enumerate();
        elements
            .map(|(n, element)| {
                let path = if self.path.is_empty() { format!("{name}[{n}]") } else { format!("{}.{name}[{n}]", self.path) };
                let map = element.as_map().ok_or_else(|| self.wrong(name, "not objects"))?;
                Ok(Reader { map, path })
            })
            .collect()
    }

    fn object_or_none(&self, name: &str) -> Result<Map<'static>, Error> {
        match self.map.text(name) {
            None => Ok(Map::new()),
            Some(value) => Ok(value.as_map().ok_or_else(|| self.wrong(name, "not an object"))?.clone().into_owned()),
        }
    }
}
