//! Components, valid and not: of a KeyPackage, a leaf, a consent, a room.

mod room;
mod usage;

use super::tls::Tls;
use super::{draft, of};
use crate::draft::{Draft, NewCase};
use crate::object::Object;

pub(super) fn files() -> Vec<Draft> {
    let about = "The data of components, without the number and the length that a dictionary puts before them.";
    let specifications = [
        "draft-ietf-mls-extensions",
        "draft-ietf-mimi-protocol",
        "draft-ietf-mimi-room-policy",
        "mimi-mls.md 2.4 to 2.7, 3.2 to 3.6",
    ];
    let mut file = draft("mls/component-decode", about, &specifications);
    usage::write(&mut file);
    room::write(&mut file);
    vec![file]
}

/// Begins a group for one component.
fn about(file: &mut Draft, component: &str) {
    file.group(component, Object::new().text("component", component));
}

fn annotated(id: &str, comment: &str, rules: &[&'static str], tls: &Tls) -> NewCase {
    of(id, comment, rules, &tls.octets()).intermediates(tls.lines())
}

fn fields(fields: Object) -> Object {
    Object::new().with("fields", fields)
}

fn numbers(numbers: &[u32]) -> mimicred_claims::Value<'static> {
    mimicred_claims::Value::Array(numbers.iter().map(|number| i128::from(*number).into()).collect())
}
