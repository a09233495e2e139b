//! What the files are like, for programs (a JSON Schema) and for people (a page about the operations).

use std::fmt::Write;

use crate::file::FORM;
use crate::object::{Object, pretty};
use crate::operation::{Form, Member, Need, Operation, operations};

/// The JSON Schema (draft 2020-12) of a file of vectors, its inputs and outputs by operation included.
///
/// ```
/// assert!(mimicred_vectors::schema().contains("\"sd-jwt/verify\""));
/// ```
pub fn schema() -> String {
    let names = operations().map(|operation| operation.name);
    let by_operation = operations().map(|operation| {
        let is_it =
            Object::new().with("properties", Object::new().with("operation", Object::new().text("const", operation.name)));
        let input = || members(operation.input, Completeness::InPart);
        let case = Object::new().with(
            "properties",
            Object::new().with("input", input()).with("output", members(operation.output, Completeness::Whole)),
        );
        let group = Object::new().with("input", input()).with("cases", Object::new().with("items", case));
        let groups = Object::new().with("groups", Object::new().with("items", Object::new().with("properties", group)));
        Object::new().with("if", is_it).with("then", Object::new().with("properties", groups))
    });
    let properties = Object::new()
        .with("form", Object::new().text("const", FORM))
        .with("operation", Object::new().text("description", "what every case is about").list("enum", names))
        .with("about", described("string", "what is in the file"))
        .with("specifications", list_of("string", "the specifications that say what is right"))
        .with("groups", Object::new().text("type", "array").with("items", group()));
    let schema = Object::new()
        .text("$schema", "https://json-schema.org/draft/2020-12/schema")
        .text("title", "Vectors of mimicred")
        .text("type", "object")
        .list("required", ["form", "operation", "about", "specifications", "groups"])
        .with("properties", properties)
        .with("additionalProperties", false)
        .list("allOf", by_operation);
    pretty(&schema.into())
}

fn group() -> Object {
    let case = Object::new()
        .with("id", described("string", "its name, unlike all others in the file"))
        .with("comment", described("string", "what is particular about it"))
        .with("flags", list_of("string", "words to select cases by"))
        .with("rules", list_of("string", "the rules that decide it"))
        .with("differs_from", described("string", "the valid case that this one differs from in one thing"))
        .with("input", described("object", "its own part of the input; the group has the rest, and no member is in both"))
        .with("result", described("string", "valid, or the code of mimicred for what is wrong"))
        .with("output", described("object", "what comes out of it, if it is valid"))
        .with("intermediates", described("object", "values on the way, to find the step that went wrong"));
    let case = object_with(&["id", "comment", "result"], case)
        .with("if", Object::new().with("properties", Object::new().with("result", Object::new().text("const", "valid"))))
        .with("else", Object::new().with("properties", Object::new().with("output", false)));
    let group = Object::new()
        .with("about", described("string", "what the cases are about"))
        .with("input", described("object", "the part of the input that all cases have"))
        .with("cases", Object::new().text("type", "array").with("items", case));
    object_with(&["about", "cases"], group)
}

fn object_with(required: &'static [&'static str], properties: Object) -> Object {
    let required = required.iter().copied();
    Object::new()
        .text("type", "object")
        .list("required", required)
        .with("properties", properties)
        .with("additionalProperties", false)
}

fn described(kind: &str, about: &str) -> Object {
    Object::new().text("type", kind).text("description", about)
}

fn list_of(kind: &str, about: &str) -> Object {
    described("array", about).with("items", Object::new().text("type", kind))
}

/// Whether all members that are needed stand together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Completeness {
    Whole,
    InPart,
}

fn members(members: &'static [Member], completeness: Completeness) -> Object {
    let properties = members
        .iter()
        .fold(Object::new(), |object, member| object.with(member.name, form(member.form).text("description", member.about)));
    let object = Object::new().text("type", "object").with("properties", properties).with("additionalProperties", false);
    let needed: Vec<&'static str> =
        members.iter().filter(|member| member.need == Need::Required).map(|member| member.name).collect();
    if completeness == Completeness::InPart || needed.is_empty() { object } else { object.list("required", needed) }
}

fn form(form_of: Form) -> Object {
    let object = Object::new();
    match form_of {
        Form::Text => object.text("type", "string"),
        Form::Hex => object.text("type", "string").text("pattern", "^([0-9a-f]{2})*$"),
        Form::Integer => object.text("type", "integer"),
        Form::Boolean => object.text("type", "boolean"),
        Form::PublicKey => object.text("type", "object").list("required", ["kty", "crv", "x"]),
        Form::PrivateKey => object.text("type", "object").list("required", ["kty", "crv", "x", "d"]),
        Form::Any => object,
        Form::Object => object.text("type", "object"),
        Form::List(element) => object.text("type", "array").with("items", form(*element)),
        Form::Record(record) => members(record, Completeness::Whole),
        Form::Choice(words) => object.list("enum", words.iter().copied()),
    }
}

/// A page about the operations, in Markdown.
///
/// ```
/// assert!(mimicred_vectors::reference().contains("## sd-jwt/verify"));
/// ```
pub fn reference() -> String {
    let mut page = String::from(
        "# The operations\n\nWritten by `mimicred vectors generate`. What a case gives to its operation, and what comes out if it is \
         valid. Octets are lower case hexadecimal digits, keys are JWKs, times are seconds since 1970. A member in *italics* can be \
         left out.\n",
    );
    for Operation { name, about, input, output, .. } in operations() {
        // Writing to a String cannot fail.
        let _ = write!(page, "\n## {name}\n\nIt {about}.\n\n| input | form | what it is |\n| --- | --- | --- |\n");
        rows(input, "", &mut page);
        let _ = write!(page, "\n| output | form | what it is |\n| --- | --- | --- |\n");
        rows(output, "", &mut page);
    }
    page
}

fn rows(members: &'static [Member], prefix: &str, page: &mut String) {
    for member in members {
        let name = format!("{prefix}{}", member.name);
        let name = if member.need == Need::Required { format!("`{name}`") } else { format!("*`{name}`*") };
        let _ = writeln!(page, "| {name} | {} | {} |", form_name(member.form), member.about);
        let inner = match member.form {
            Form::Record(inner) => inner,
            Form::List(Form::Record(inner)) => *inner,
            _ => continue,
        };
        rows(inner, &format!("{prefix}{}.", member.name), page);
    }
}

fn form_name(form_of: Form) -> String {
    match form_of {
        Form::Text => "text".to_owned(),
        Form::Hex => "octets".to_owned(),
        Form::Integer => "integer".to_owned(),
        Form::Boolean => "true or false".to_owned(),
        Form::PublicKey => "public key".to_owned(),
        Form::PrivateKey => "private key".to_owned(),
        Form::Any => "JSON".to_owned(),
        Form::Object | Form::Record(_) => "object".to_owned(),
        Form::List(element) => format!("array: {}", form_name(*element)),
        Form::Choice(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or "),
    }
}
