//! Updates of the components that change by differences.

use super::tls::Tls;
use super::{and_more, draft, octets_of, of};
use crate::draft::{Draft, case};
use crate::object::Object;

pub(super) fn files() -> Vec<Draft> {
    vec![participants(), links()]
}

fn list(users: &[(&str, u32)]) -> Tls {
    let inner = users
        .iter()
        .fold(Tls::new(), |tls, (user, role)| tls.text(&format!("mimi://a.example/p/{user}"), "user").u32(*role, "role_index"));
    Tls::new().nested(&inner, "participants")
}

fn participants() -> Draft {
    let about = "Updates of the participant list: first roles change, then participants go, then others come. Positions are those \
                 before the update.";
    let mut file = draft("mls/participant-list-update", about, &["draft-ietf-mimi-protocol participant list", "mimi-mls.md 2.6"]);
    let rules = ["draft-ietf-mimi-protocol participant list"];
    let before = list(&[("one", 2), ("two", 2), ("three", 2)]);
    file.group("Of three participants", octets_of(&before.octets()));
    let update = |changed: &[(u32, u32)], removed: &[u32], added: &[(&str, u32)]| {
        let changed = changed.iter().fold(Tls::new(), |tls, (user, role)| tls.u32(*user, "user_index").u32(*role, "role_index"));
        let removed = removed.iter().fold(Tls::new(), |tls, user| tls.u32(*user, "user_index"));
        Tls::new().nested(&changed, "changedRoleParticipants").nested(&removed, "removedIndices").then(&list(added))
    };
    let case_of = |id: &str, comment: &str, update: &Tls| {
        case(id, comment, &rules).input(Object::new().hex("update", &update.octets())).intermediates(update.lines())
    };
    let after = |users: &[(&str, u32)]| Object::new().hex("octets", &list(users).octets());
    file.valid(case_of("nothing", "nothing changes", &update(&[], &[], &[])), Object::new().hex("octets", &before.octets()));
    let everyone = update(&[], &[0, 1, 2], &[]);
    file.valid(case_of("everyone", "everyone goes", &everyone), after(&[]));
    let all = update(&[(2, 5)], &[0], &[("four", 3)]);
    file.valid(case_of("all", "one changes, one goes, one comes", &all), after(&[("two", 2), ("three", 5), ("four", 3)]));
    let invalid = "mls/participant-update-invalid";
    for (id, comment, update) in [
        ("changed-nobody", "a position that nobody has", update(&[(3, 5)], &[0], &[("four", 3)])),
        ("removed-nobody", "a position that nobody has", update(&[(2, 5)], &[u32::MAX], &[("four", 3)])),
        ("changed-twice", "somebody changes twice", update(&[(2, 5), (2, 6)], &[0], &[("four", 3)])),
        ("removed-twice", "somebody goes twice", update(&[(2, 5)], &[0, 0], &[("four", 3)])),
        ("changed-and-removed", "somebody changes and goes", update(&[(0, 5)], &[0], &[("four", 3)])),
        ("added-there", "somebody comes who is there", update(&[(2, 5)], &[0], &[("two", 3)])),
        ("removed-and-added", "somebody goes and comes", update(&[(2, 5)], &[0], &[("one", 3)])),
        ("added-twice", "somebody comes twice", update(&[(2, 5)], &[0], &[("four", 3), ("four", 3)])),
    ] {
        file.refused(case_of(id, comment, &update), invalid);
    }
    let trailing = Object::new().hex("update", &and_more(&all.octets()));
    file.refused(case("trailing", "an octet too many", &rules).input(trailing), "mls/trailing-octets");
    let twice = list(&[("one", 2), ("one", 2)]);
    let new = of("list-twice", "of a list with somebody twice", &rules, &twice.octets());
    let input = octets_of(&twice.octets()).hex("update", &update(&[], &[], &[]).octets());
    file.refused(new.input(input).differs_from("nothing"), "mls/participant-duplicate");
    file
}

fn links() -> Draft {
    let about = "Updates of the join links of a room: links go, by their positions, then others come.";
    let mut file = draft("mls/join-links-update", about, &["draft-ietf-mimi-room-policy join links", "mimi-mls.md 2.7, 3.6.3"]);
    let rules = ["draft-ietf-mimi-room-policy join links"];
    let list = |links: &[u8]| {
        let inner = links.iter().fold(Tls::new(), |tls, link| tls.vector(&[*link; 32], "join_link"));
        Tls::new().nested(&inner, "join_links")
    };
    file.group("Of two links", octets_of(&list(&[1, 2]).octets()));
    let update = |removed: &[u32], added: &[u8]| {
        let removed = removed.iter().fold(Tls::new(), |tls, link| tls.u32(*link, "position"));
        Tls::new().nested(&removed, "removedIndices").then(&list(added))
    };
    let case_of = |id: &str, comment: &str, update: &Tls| {
        case(id, comment, &rules).input(Object::new().hex("update", &update.octets())).intermediates(update.lines())
    };
    let after = |links: &[u8]| Object::new().hex("octets", &list(links).octets());
    file.valid(case_of("nothing", "nothing changes", &update(&[], &[])), after(&[1, 2]));
    file.valid(case_of("both", "one goes, one comes", &update(&[0], &[3])), after(&[2, 3]));
    let invalid = "mls/join-links-update-invalid";
    for (id, comment, update) in [
        ("removed-none", "a position that no link has", update(&[2], &[3])),
        ("removed-twice", "a link goes twice", update(&[0, 0], &[3])),
        ("added-there", "a link comes that is there", update(&[0], &[2])),
        ("removed-and-added", "a link goes and comes", update(&[0], &[1])),
        ("added-twice", "a link comes twice", update(&[0], &[3, 3])),
    ] {
        file.refused(case_of(id, comment, &update), invalid);
    }
    let short = Tls::new().nested(&Tls::new(), "removedIndices").nested(&Tls::new().vector(&[3; 31], ""), "added_links");
    file.refused(case_of("short", "a link of 31 octets", &short), "mls/join-link-malformed");
    file
}
