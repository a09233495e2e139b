//! Certificates, requests and revocation lists, put together by hand so that each is wrong in one thing and still signed.

mod constraints;
mod crl;
mod crl_form;
mod issue;
pub(super) mod made;
mod names;
mod path;
mod profile;
mod request;
mod signatures;

use crate::draft::Draft;

pub(super) fn files() -> Vec<Draft> {
    vec![
        path::file(),
        profile::file(),
        request::verifying(),
        request::making(),
        crl::verifying(),
        crl_form::issuing(),
        issue::pseudonyms(),
        issue::identities(),
        issue::roots(),
        issue::issuing_cas(),
        names::serial_numbers(),
        names::oids(),
    ]
}
