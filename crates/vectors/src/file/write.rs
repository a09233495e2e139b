//! Writing a file: the same octets for the same content.

use mimicred_claims::{Map, Value};

use super::{Case, Expected, FORM, Group, VectorFile};
use crate::object::{Object, pretty};

impl VectorFile {
    /// The text of the file.
    ///
    /// ```
    /// use mimicred_vectors::VectorFile;
    ///
    /// let file = VectorFile { operation: "a/b".into(), about: "nothing".into(), specifications: vec![], groups: vec![] };
    /// assert_eq!(VectorFile::parse(&file.to_text())?, file);
    /// # Ok::<(), mimicred_vectors::Error>(())
    /// ```
    pub fn to_text(&self) -> String {
        let object = Object::new()
            .text("form", FORM)
            .text("operation", self.operation.clone())
            .text("about", self.about.clone())
            .list("specifications", self.specifications.iter().cloned())
            .list("groups", self.groups.iter().map(group));
        pretty(&object.into())
    }
}

fn group(group: &Group) -> Value<'static> {
    let object = Object::new().text("about", group.about.clone());
    if_any(object, "input", &group.input).list("cases", group.cases.iter().map(case)).into()
}

fn case(case: &Case) -> Value<'static> {
    let mut object = Object::new().text("id", case.id.clone()).text("comment", case.comment.clone());
    for (name, list) in [("flags", &case.flags), ("rules", &case.rules)] {
        if !list.is_empty() {
            object = object.list(name, list.iter().cloned());
        }
    }
    let object = object.with_some("differs_from", case.differs_from.clone());
    let object = if_any(object, "input", &case.input).text("result", case.expected.result());
    let object = match &case.expected {
        Expected::Valid(output) => if_any(object, "output", output),
        Expected::Refused(_) => object,
    };
    if_any(object, "intermediates", &case.intermediates).into()
}

fn if_any(object: Object, name: &'static str, map: &Map<'static>) -> Object {
    if map.is_empty() { object } else { object.with(name, Value::Map(map.clone())) }
}
