//! rustls-webpki on aws-lc-rs: paths of certificates. It looks at what TLS needs: of the end entity it asks no profile and no keyUsage.

use std::time::Duration;

use rustls_pki_types::{CertificateDer, UnixTime};
use serde_json::{Value, json};
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert};

use super::{Answer, Result, octets};

pub(super) fn ask(operation: &str, input: &Value) -> Result<Answer> {
    if operation != "x509/verify" || input["profile"] != "any" {
        return Ok(Answer::Unsupported);
    }
    let certificates = |name: &str| -> Result<Vec<CertificateDer<'static>>> {
        let list = input[name].as_array().ok_or("not an array")?;
        list.iter().map(|der| Ok(CertificateDer::from(octets(der)?))).collect()
    };
    let (chain, anchors) = (certificates("chain")?, certificates("anchors")?);
    let at = u64::try_from(input["at"].as_i64().ok_or("at is not there")?)?;
    Ok(match verify(&chain, &anchors, at) {
        Ok(()) => Answer::Valid(json!({})),
        Err(error) => Answer::Invalid(format!("{error:?}")),
    })
}

fn verify(chain: &[CertificateDer<'_>], anchors: &[CertificateDer<'_>], at: u64) -> std::result::Result<(), webpki::Error> {
    let Some((end_entity, intermediates)) = chain.split_first() else { return Err(webpki::Error::BadDer) };
    let anchors = anchors.iter().map(anchor_from_trusted_cert).collect::<std::result::Result<Vec<_>, _>>()?;
    let time = UnixTime::since_unix_epoch(Duration::from_secs(at));
    let end_entity = EndEntityCert::try_from(end_entity)?;
    // An extended key usage is asked about only where there is one.
    let usage = KeyUsage::client_auth();
    end_entity.verify_for_usage(webpki::ALL_VERIFICATION_ALGS, &anchors, intermediates, time, usage, None, None).map(drop)
}
