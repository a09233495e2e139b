//! Certificates and chains: as they come, in DER or PEM, and with octets of a good one exchanged under a signature that holds.

use mimicred_error::Report;
use mimicred_keys::Family;
use mimicred_uri::UriKind;
use mimicred_x509::{Ca, Certificate, Error, Expectations, PolicyOids, Profile, UnverifiedChain, VerifiedChain};

use crate::cast::NOW;
use crate::cast::x509::{content, edited, provider};

pub fn run(data: &[u8]) -> &'static str {
    let (first, rest) = data.split_first().unwrap_or((&0, &[]));
    let provider = provider();
    match first {
        0 => received(vec![rest.to_vec()]),
        1 => received(vec![rest.to_vec(), provider.issuing.as_der().to_vec()]),
        2 => pem(rest),
        n => {
            let from = if n % 2 == 0 { &provider.pseudonym } else { &provider.identity };
            let content = edited(content(from.as_der()), rest);
            match provider.signed(Family::TbsCertificate, &content) {
                Some(der) => judged(vec![der, provider.issuing.as_der().to_vec()]),
                None => "unsigned",
            }
        }
    }
}

/// Octets that nobody of ours has signed: what passes is what was issued.
fn received(chain: Vec<Vec<u8>>) -> &'static str {
    let provider = provider();
    let is_ours = [&provider.pseudonym, &provider.identity].iter().any(|ours| chain[0] == ours.as_der());
    let answer = judged(chain);
    assert!(answer != "verified" || is_ours, "forged");
    answer
}

fn pem(data: &[u8]) -> &'static str {
    let Ok(text) = std::str::from_utf8(data) else { return "no-text" };
    match Certificate::from_pem(text) {
        Ok(certificates) => {
            let written: String = certificates.iter().map(Certificate::to_pem).collect();
            assert_eq!(Certificate::from_pem(&written).expect("what we wrote"), certificates);
            received(certificates.iter().map(|certificate| certificate.as_der().to_vec()).collect())
        }
        Err(error) => error.slug(),
    }
}

/// Every profile; what one says must go with what the others say.
fn judged(chain: Vec<Vec<u8>>) -> &'static str {
    let first = chain[0].clone();
    let chain = match UnverifiedChain::parse(chain) {
        Ok(chain) => chain,
        Err(error) => return error.slug(),
    };
    let certificate = &chain.certificates()[0];
    assert_eq!(certificate.as_der(), first);
    let seen = certificate.inspect_unverified();
    let _ = (format!("{chain:?} {seen:?}"), Ca::from_certificate(certificate).is_ok());

    let judge = |profile, at| chain.verify(&Expectations { anchors: &provider().anchors, at, profile });
    let [any, identity, pseudonym] = [Profile::Any, Profile::Identity, Profile::Pseudonym].map(|profile| judge(profile, NOW));
    if let Ok(verified) = &pseudonym {
        assert!(any.is_ok() && identity.is_ok() && verified.is_pseudonym());
        assert!(seen.subject.is_empty() && seen.alternative_names.len() == 2 && seen.extensions.len() == 5);
        assert!(verified.user_uri().is_some_and(|uri| uri.kind() == UriKind::Pseudonym) && verified.client_uri().is_some());
    }
    assert!(identity.is_err() || any.is_ok());
    match any {
        Ok(verified) => {
            agrees(&verified, certificate);
            // Where its time ends, so does it.
            assert!(judge(Profile::Any, verified.not_after()).is_ok() && judge(Profile::Any, verified.not_before()).is_ok());
            assert!(judge(Profile::Any, verified.not_after() + 1).is_err());
            assert!(judge(Profile::Any, verified.not_before() - 1).is_err());
            "verified"
        }
        Err(error) => Error::slug(&error),
    }
}

fn agrees(verified: &VerifiedChain, certificate: &Certificate) {
    assert_eq!(verified.path()[0], *certificate);
    assert_eq!(verified.path().last(), Some(&provider().root));
    assert_eq!(verified.subject_key(), &certificate.subject_key().expect("read before"));
    assert_eq!(verified.tbs_sha256(), certificate.tbs_sha256());
    assert!(verified.not_before() <= NOW && NOW <= verified.not_after());
    let links = verified.path().iter().zip(verified.path().iter().skip(1));
    links.for_each(|(certificate, issuer)| certificate.check_issuer(issuer).expect("a path that holds"));
    let _ = verified.identity_mark(&PolicyOids::default());
}
