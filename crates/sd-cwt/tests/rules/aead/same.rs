//! What is encrypted is what would have been in the clear, whatever it is.

use mimicred_claims::{ClaimPath, Key, Redaction, RedactionPlan, Selection, Step, Value};
use mimicred_keys::{HashAlgorithm, SystemRandom};
use mimicred_sd_cwt::{DisclosureKey, Encryption, Issuer};
use proptest::prelude::*;

use super::holder::BINDING;
use super::*;
use crate::properties::choosing::any_value;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// CWT-A-014, CWT-A-022: whatever is encrypted, a Verifier with the key restores what it would have restored from the clear; one
    /// without restores what is left, and finds nothing wrong.
    #[test]
    fn encrypted_and_clear_restore_the_same(
        values in prop::collection::vec(any_value(), 1..5),
        id in prop::sample::select(vec![(1_u16, 16), (2, 32), (29, 32), (30, 16), (31, 32)]),
        hash in prop::sample::select(HashAlgorithm::ALL.to_vec()),
        clear in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        sealed in prop::collection::vec(any::<prop::sample::Index>(), 1..4),
    ) {
        let mut claims = map(vec![(1, Value::from(ISSUER)), (2, Value::from("s")), (4, Value::Int(2000))]);
        for (n, value) in (500_i128..).zip(values) {
            put(&mut claims, n, value);
        }
        let plan = RedactionPlan::new(Redaction::All).with_visible(vec![Key::Int(2)]).with_min_digests(2);
        let issuer = Issuer::new(issuer_key().public()).with_aead(id.0).with_hash(hash);
        let token = issuer.prepare(claims, holder_key().public(), &plan, &mut SystemRandom).unwrap().sign(&issuer_key()).unwrap();
        let held = accept(token.as_bytes(), holder_key().public()).unwrap();
        let paths: Vec<_> = held.disclosed().iter().filter(|disclosed| !disclosed.decoy).map(|disclosed| disclosed.path.clone()).collect();
        let pick = |picks: &[prop::sample::Index]| -> Vec<ClaimPath> { picks.iter().map(|pick| pick.get(&paths).clone()).collect() };
        let (clear, sealed) = (pick(&clear), pick(&sealed));
        let key: DisclosureKey = key(&vec![7; id.1]);
        let encryption = Encryption { selection: &Selection::Paths(sealed.clone()), key: &key };
        let prepared = held.prepare_encrypted(&Selection::Paths(clear.clone()), &[encryption], &BINDING, &mut SystemRandom).unwrap();
        let count = prepared.encrypted().len();
        let octets = prepared.sign(&holder_key()).unwrap().into_bytes();

        let both = Selection::Paths(clear.into_iter().chain(sealed.iter().cloned()).collect());
        let plain = held.prepare(&both, &BINDING).unwrap().sign(&holder_key()).unwrap();
        let (with_key, pending) = open(&octets, std::slice::from_ref(&key)).unwrap();
        prop_assert_eq!(pending, 0);
        prop_assert_eq!(with_key, verify(plain.as_bytes(), |_| {}).unwrap());

        let (without, pending) = open(&octets, &[]).unwrap();
        prop_assert_eq!(pending, count);
        for path in sealed.iter().filter(|path| !path.steps().iter().any(|step| matches!(step, Step::Index(_)))) {
            prop_assert_eq!(without.at(path), None);
        }
    }
    /// Whatever is sealed, or stands where something sealed should be, is read or refused.
    #[test]
    fn anything_sealed_is_read_or_refused(
        plaintext in prop::collection::vec(any::<u8>(), 0..60),
        disclosure in prop::collection::vec(any::<u8>(), 0..60),
        list in prop::collection::vec(any::<u8>(), 1..60),
    ) {
        for plaintext in [plaintext, bstr(&disclosure)] {
            let draft = Draft::with(|draft| {
                draft.claims.redacted.push(mimicred_claims::Digest::copied(&mimicred_keys::sha256(&plaintext)));
                put_sealed(draft, &[Sealed::of(1, &plaintext)]);
            });
            prop_assert_eq!(closed(&draft), Ok(1));
            let _ = opened(&draft);
        }
        let draft = Draft::with(|draft| draft.raw.unprotected = Some(with_raw_entry(&Map::new(), 171, Some(&list))));
        let _ = open(&draft.presentation(), &[key(&SECRET)]);
    }
}
