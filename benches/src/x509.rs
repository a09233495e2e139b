//! X.509: an identity chain of two certificates against its two signature checks, and issuing against rcgen alone.

mod cast;
mod rcgen_alone;

use std::hint::black_box;
use std::time::Duration;

use mimicred_keys::{Algorithm, SystemRandom};
use mimicred_x509::{Expectations, Profile, UnverifiedChain, prepare_identity, prepare_pseudonym};

use crate::timing::{Case, measure, print};

pub use cast::Provider;

/// The algorithms of a provider's root and issuing CA and of a user's key: one for all, and as they meet in practice.
pub const KEYS: [[Algorithm; 3]; 4] =
    [[Algorithm::Ed25519; 3], [Algorithm::P256; 3], [Algorithm::P384; 3], [Algorithm::P384, Algorithm::P256, Algorithm::Ed25519]];

/// Every table.
pub fn tables((rounds, sample): (usize, Duration)) {
    println!("# X.509");
    for keys in KEYS {
        let provider = Provider::new(keys);
        let names = keys.map(Algorithm::name).join(", ");
        print(&format!("verify, root, issuing CA and leaf with {names}"), &measure(verifying(&provider), rounds, sample));
        print(&format!("issue an identity, issuing CA and leaf with {names}"), &measure(issuing(&provider), rounds, sample));
    }
}

/// From the octets of leaf and issuing CA, as they come in a Credential, to what may be relied on. The floor is by the algorithms that
/// the path is verified with.
fn verifying(provider: &Provider) -> Vec<Case<'_>> {
    let chain = provider.chain();
    let (signed, anchors) = (provider.signed(), [provider.anchor()]);
    let verify = move |chain: Vec<Vec<u8>>, profile| {
        let chain = UnverifiedChain::parse(chain).unwrap();
        chain.verify(&Expectations { anchors: &anchors, at: cast::NOW, profile }).unwrap()
    };
    vec![
        Case::new("crypto only: two signatures", move || signed.iter().for_each(|signed| black_box(signed).verify())),
        Case::with_input("mimicred", move || chain.clone(), move |chain| verify(chain, Profile::Identity)),
    ]
}

/// From a public key that was checked before to a certificate in DER. rcgen writes the same fields and signs by itself.
fn issuing(provider: &Provider) -> Vec<Case<'_>> {
    let rcgen = rcgen_alone::Rcgen::new(provider);
    vec![
        Case::new("rcgen alone", move || rcgen.issue()),
        Case::new("mimicred", || {
            let prepared = prepare_identity(provider.ca(), &provider.identity(), &mut SystemRandom).unwrap();
            prepared.sign(provider.key()).unwrap()
        }),
        Case::new("mimicred, a pseudonym", || {
            let prepared = prepare_pseudonym(provider.ca(), &provider.pseudonym(), &mut SystemRandom).unwrap();
            prepared.sign(provider.key()).unwrap()
        }),
    ]
}
