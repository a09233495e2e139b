//! Step 9: whether the issuer has taken back what was shown.

use mimicred_error::Entry;
use mimicred_x509::Certificate;

use super::Scene;
use super::item::{Examined, Held};
use crate::credential::{CertificateStatus, OpenedBy, Status, StatusLists, StatusReference};
use crate::trust::CrlUse;
use crate::verdict::VerdictCode;

/// What came of it.
enum Answer {
    /// Nothing says where to ask, and nobody demands to know.
    NotApplicable,
    Valid,
    Refused(VerdictCode, String),
}

/// Asks of the lists that are held, and of nothing else: nothing is fetched because a reveal arrived.
pub(super) fn check(presentation: &mut Examined<'_>, scene: &Scene<'_>, lists: &dyn StatusLists) {
    let Some(held) = &presentation.held else { return };
    let received = scene.arrival.received_at;
    let answer = match &held.opened.signer {
        OpenedBy::Token { .. } => of_token(held, lists, received),
        OpenedBy::Path(path) => of_path(path, held, lists, received),
    };
    let is_over = held.opened.is_over(received);
    match answer {
        Answer::Refused(code, note) => {
            presentation.ladder.fail(code, Some(note));
            presentation.held = None;
        }
        _ if is_over => presentation.ladder.mark(VerdictCode::OkLapsed),
        Answer::NotApplicable => presentation.ladder.skip(),
        Answer::Valid => presentation.ladder.pass(),
    }
    presentation.code = presentation.ladder.code();
}

/// A token says which list has its status.
fn of_token(held: &Held<'_>, lists: &dyn StatusLists, at: i64) -> Answer {
    let refused = |code, note: &str| Answer::Refused(code, note.to_owned());
    let untrusted = |note: &str| refused(VerdictCode::StatusUntrusted, note);
    match &held.opened.status {
        None => Answer::NotApplicable,
        Some(StatusReference::Unreadable) => untrusted("its status claim cannot be read"),
        Some(StatusReference::List { uri, index }) => {
            let is_pinned = held.local.iter().any(|entry| entry.status_lists.contains(uri));
            match is_pinned.then(|| lists.status(uri, *index, at)) {
                None => untrusted("its status list is not pinned for the issuer"),
                Some(None) => untrusted(&silent(lists.silence(uri, *index, at))),
                Some(Some(Status::Revoked)) => refused(VerdictCode::Revoked, "by its status list"),
                Some(Some(Status::Suspended)) => refused(VerdictCode::Revoked, "suspended, by its status list"),
                Some(Some(Status::Valid)) => Answer::Valid,
            }
        }
    }
}

/// That no list answers, and why, with the code of it.
fn silent(why: Option<mimicred_status::Code>) -> String {
    let silent = "no fresh status list is held that says valid or not";
    match why.map(mimicred_status::Code::entry) {
        Some(Entry { sentence, slug, .. }) => format!("{silent}: {sentence} [{slug}]"),
        None => silent.to_owned(),
    }
}

/// A certificate does not say: what counts are the lists of those who signed on its path. Without a list nothing is known, which is
/// enough unless the trust store demands one. A list that is held and cannot be used is no reason to look away.
fn of_path(path: &[Certificate], held: &Held<'_>, lists: &dyn StatusLists, at: i64) -> Answer {
    let refused = |code, note: &str| Answer::Refused(code, note.to_owned());
    let demanded = held.local.iter().filter(|entry| entry.crl == CrlUse::Required);
    let demanded = demanded.filter_map(|entry| entry.place_in(path)).max().unwrap_or(0);
    let mut answer = Answer::NotApplicable;
    for (n, (certificate, issuer)) in path.iter().zip(path.iter().skip(1)).enumerate() {
        match lists.certificate_status(certificate, issuer, at) {
            CertificateStatus::Revoked if n == 0 => {
                return refused(VerdictCode::Revoked, "by the revocation list of its issuer");
            }
            CertificateStatus::Revoked => {
                return refused(VerdictCode::Revoked, "a CA above it, by the revocation list of that CA's issuer");
            }
            CertificateStatus::Unusable => {
                let note = "a revocation list is held that does not verify or is out of date";
                return refused(VerdictCode::StatusUntrusted, note);
            }
            CertificateStatus::Unknown if n < demanded => {
                let note = "the trust store demands a revocation list, and none is held";
                return refused(VerdictCode::StatusUntrusted, note);
            }
            CertificateStatus::Valid if n == 0 => answer = Answer::Valid,
            CertificateStatus::Unknown | CertificateStatus::Valid => {}
        }
    }
    answer
}
