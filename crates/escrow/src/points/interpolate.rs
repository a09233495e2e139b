//! The custodians' side: from reported points to the account.

use mimicred_error::At;
use mimicred_keys::group::Scalar;

use super::{AccountId, Row, THRESHOLDS, decode};
use crate::sharing;
use crate::{Code, Error};

/// A report that was upheld: the row of the reported pseudonym, and digests of the room where it happened and of who reported it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    /// The row, opened by custodians; [`Row::is_of`] says whether it is that of the reported pseudonym.
    pub row: Row,
    /// A digest of the room.
    pub room: [u8; 32],
    /// A digest of the reporter.
    pub reporter: [u8; 32],
}

/// The account of which at least `threshold` pseudonyms are reported, each from another room and by another reporter. All reports given
/// must be of this one account; if there are more than needed, all of their points must lie on its polynomial.
///
/// # Errors
/// [`Code::ParametersInvalid`] for a threshold outside of [`THRESHOLDS`]; with the place in the list, [`Code::TagDifferent`],
/// [`Code::PseudonymRepeated`], [`Code::RoomRepeated`], [`Code::ReporterRepeated`] and [`Code::PointStray`]; [`Code::ReportsLacking`];
/// [`Code::AccountUnchecked`] if what comes out is no account.
///
/// [`PointIssuer::row`](crate::PointIssuer::row) has an example.
pub fn interpolate(threshold: u8, reports: &[Reported]) -> Result<AccountId, Error> {
    if !THRESHOLDS.contains(&threshold) {
        return Err(Error::new(Code::ParametersInvalid).note(format!("{threshold} reports")));
    }
    check_distinct(reports)?;
    let lacking = || Error::new(Code::ReportsLacking).note(format!("{} of {threshold}", reports.len()));
    let (used, others) = reports.split_at_checked(usize::from(threshold)).ok_or_else(lacking)?;
    let tag = used.first().ok_or_else(lacking)?.row.tag;
    let xs: Vec<Scalar> = used.iter().map(|report| report.row.x.clone()).collect();
    let ys: Vec<&Scalar> = used.iter().map(|report| &report.row.y).collect();
    let account = decode(threshold, &tag, &sharing::interpolate(&xs, &ys, &Scalar::from_u64(0))?);
    let account = account.ok_or(Code::AccountUnchecked)?;
    for (report, n) in others.iter().zip(used.len()..) {
        if sharing::interpolate(&xs, &ys, &report.row.x)? != report.row.y {
            return Err(Error::new(Code::PointStray).at(At::Item(n)));
        }
    }
    Ok(account)
}

/// One tag for all, and nothing else twice.
fn check_distinct(reports: &[Reported]) -> Result<(), Error> {
    for (n, report) in reports.iter().enumerate() {
        for earlier in reports.iter().take(n) {
            let fault = if earlier.row.tag != report.row.tag {
                Code::TagDifferent
            } else if earlier.row.x == report.row.x {
                Code::PseudonymRepeated
            } else if earlier.room == report.room {
                Code::RoomRepeated
            } else if earlier.reporter == report.reporter {
                Code::ReporterRepeated
            } else {
                continue;
            };
            return Err(Error::new(fault).at(At::Item(n)));
        }
    }
    Ok(())
}
