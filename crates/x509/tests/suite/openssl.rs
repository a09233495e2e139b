//! A chain made by OpenSSL 3.0 in the manner of draft-ietf-mimi-identifiers: Ed25519 root, P-384 issuing CA, P-256 end entity
//! with extKeyUsage clientAuth, subjectKeyIdentifier and authorityInfoAccess. The expected hashes are OpenSSL's.

use mimicred_keys::Algorithm;
use mimicred_x509::*;

use crate::common::*;

const CHAIN: &str = include_str!("../data/openssl-chain.pem");
/// 2030-01-01
const AT: i64 = 1_893_456_000;

fn hex(octets: [u8; 32]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

#[test]
fn a_chain_of_openssl_is_verified() {
    let certificates = Certificate::from_pem(CHAIN).unwrap();
    let anchor = Anchor::from_certificate(&certificates[2]).unwrap();
    let chain = UnverifiedChain::new(certificates[..2].to_vec()).unwrap();
    let verify = |profile, at| chain.verify(&Expectations { anchors: std::slice::from_ref(&anchor), at, profile });
    let verified = verify(Profile::Identity, AT).unwrap();
    assert_eq!(verified.subject_key().algorithm(), Algorithm::P256);
    assert_eq!(verified.user_uri(), Some(&uri("mimi://a.example/u/alice")));
    assert_eq!(verified.client_uri(), Some(&uri("mimi://a.example/d/ClientA1")));
    assert_eq!(verified.identity_mark(&PolicyOids::default()), IdentityMark::Unmarked);
    assert_eq!(verified.attributes()[0].value, "A Example");
    assert_eq!(verified.attributes()[1].value, "Alice");
    assert_eq!(verified.attributes().len(), 4, "authorityInfoAccess says nothing of the subject");
    let hashes: Vec<String> = verified.path_spki_sha256().iter().copied().map(hex).collect();
    let expected = [
        "a7398b3dec19a02b77dfc579e320f00decb0ede2b5b96e477ea04e464772caaa",
        "e1218c17f714c29d0e04042b7dafde717f3c12c6d382bd73b8a5428f22c488a6",
        "8d5f990303d3d139bd00916f614c5e50d1c698a30f2f00bcc0ef6e5d6d6d0906",
    ];
    assert_eq!(hashes, expected);
    // notBefore=Nov 23 06:09:06 2026 GMT, notAfter=Oct 30 06:09:06 2126 GMT
    assert_eq!((verified.not_before(), verified.not_after()), (1_795_414_146, 4_949_014_146));
    assert_eq!(code(verify(Profile::Identity, 1_795_414_145)), Code::NotYetValid);
    assert_eq!(code(verify(Profile::Identity, 4_949_014_147)), Code::Expired);
    assert_eq!(code(verify(Profile::Pseudonym, AT)), Code::Profile);
}

/// Our certificates can be issued below such a CA.
#[test]
fn a_ca_of_openssl_issues() {
    let certificates = Certificate::from_pem(CHAIN).unwrap();
    let ca = Ca::from_certificate(&certificates[1]).unwrap();
    let validity = Validity::days(AT, 30).unwrap();
    let profile = PseudonymProfile::new(&leaf_key(9), &uri(USER), &uri(CLIENT), validity);
    let prepared = prepare_pseudonym(&ca, &profile, &mut Counter(0)).unwrap();
    assert_eq!(prepared.issuer_key(), &certificates[1].subject_key().unwrap());
}
