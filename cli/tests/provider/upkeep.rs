//! Backups, and whose the files are.

use std::path::Path;

use crate::place::{Place, Status};

/// A backup is a provider: what is in it goes on.
#[test]
fn a_backup_is_restored_by_putting_it_in_place() {
    let place = Place::new("open");
    let user = place.issue(2).credentials.remove(0).user;
    place.done(&["backup", &place.text("backup")]);
    place.refused(&["backup", &place.text("backup")], 2, "cli/output-exists");
    place.issue(3);
    std::fs::remove_dir_all(place.file("a")).unwrap();
    std::fs::rename(place.file("backup"), place.file("a")).unwrap();
    let status: Status = place.json(&["status"]);
    assert_eq!(status.pseudonyms, 2);
    assert!(place.done(&["show", &user]).starts_with("state    live"));
    place.done(&["tidy"]);
    assert_eq!(place.issue(1).credentials.len(), 1);
}

/// Keys and store are for their owner only.
#[cfg(unix)]
#[test]
fn files_with_secrets_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new("sealed");
    let mode = |name: &str| std::fs::metadata(place.file("a").join(Path::new(name))).unwrap().permissions().mode() & 0o777;
    for name in ["issuing.keys", "desk.keys", "custodian-1.keys", "store.sqlite"] {
        assert_eq!(mode(name), 0o600, "{name}");
    }
}
