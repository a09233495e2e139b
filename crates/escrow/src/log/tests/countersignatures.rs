//! What custodians sign.

use mimicred_jose::jws;
use mimicred_keys::{Family, ToBeSigned};

use super::*;
use crate::testing::dealt;

#[test]
fn a_countersignature_is_as_documented() {
    let (custody, log) = (&TWO_OF_THREE.custody, five());
    let countersignature = &log.countersignatures(2)[1];
    let mut parts = countersignature.as_str().split('.').map(|part| base64url::decode(part).unwrap());
    assert_eq!(parts.next().unwrap(), br#"{"alg":"EdDSA","typ":"escrow-head+jws"}"#);
    let (name, head) = (base64url::encode(custody.digest()), base64url::encode(&log.entry(2).unwrap().head()));
    let payload = format!(r#"{{"custody":"{name}","custodian":2,"entry":2,"head":"{head}"}}"#);
    assert_eq!(parts.next().unwrap(), payload.as_bytes());
    let (input, _) = countersignature.as_str().rsplit_once('.').unwrap();
    let key = custody.countersigning_key(2).unwrap();
    key.verify(Family::Jws, input.as_bytes(), &parts.next().unwrap()).unwrap();
    assert_eq!((countersignature.custodian(), countersignature.entry()), (2, 2));
    // The longest there is.
    let entry = LogEntry::new(u64::MAX, [0; 32], 0, [0; 32], case(""), Purpose::Abuse);
    let longest = Countersignature::sign(&dealt(2, 16, "longest").shares[15], &entry).unwrap();
    assert_eq!(Countersignature::parse(longest.as_str()).unwrap(), longest);
    assert_eq!(longest.as_str().len(), 346);
}

#[test]
fn every_bit_of_a_countersignature_counts() {
    let (custody, log) = (&TWO_OF_THREE.custody, five());
    let (entry, text) = (log.entry(0).unwrap(), log.countersignatures(0)[0].as_str());
    Countersignature::parse(text).unwrap().verify(custody, entry).unwrap();
    for (bit, changed) in flipped(text.as_bytes()) {
        let Ok(changed) = String::from_utf8(changed) else { continue };
        let outcome = Countersignature::parse(&changed).and_then(|changed| changed.verify(custody, entry));
        assert!([Code::CountersignatureMalformed, Code::CountersignatureInvalid].contains(&code(outcome)), "{bit}");
    }
    // Cut within its signature, it may read as another's; it has 64 octets or is none.
    for length in 0..text.len() {
        assert_eq!(code(Countersignature::parse(&text[..length])), Code::CountersignatureMalformed, "{length}");
    }
    assert_eq!(code(Countersignature::parse(&"x".repeat(1 << 20))), Code::CountersignatureMalformed);
}

/// Signed by the right key, and not written as it must be.
#[test]
fn a_countersignature_has_one_form() {
    let (custody, log) = (&TWO_OF_THREE.custody, five());
    let (name, head) = (base64url::encode(custody.digest()), base64url::encode(&log.entry(0).unwrap().head()));
    let header = r#"{"alg":"EdDSA","typ":"escrow-head+jws"}"#;
    let payload = format!(r#"{{"custody":"{name}","custodian":1,"entry":0,"head":"{head}"}}"#);
    let signed = |header: &str, payload: &str| {
        let input = format!("{}.{}", base64url::encode(header.as_bytes()), base64url::encode(payload.as_bytes()));
        let to_be_signed = ToBeSigned::new(Family::Jws, input).unwrap();
        let signature = TWO_OF_THREE.shares[0].signer().sign(&to_be_signed).unwrap();
        Countersignature::parse(&jws::finish(to_be_signed, signature.as_bytes()))
    };
    signed(header, &payload).unwrap().verify(custody, log.entry(0).unwrap()).unwrap();
    // Signed by her, in the right form, and with one thing that is another.
    let strange = base64url::encode(STRANGERS.custody.digest());
    for payload in [payload.replace(":0,", ":1,"), payload.replace(&name, &strange), payload.replace(":1,", ":2,")] {
        let outcome = signed(header, &payload).unwrap().verify(custody, log.entry(0).unwrap());
        assert_eq!(code(outcome), Code::CountersignatureInvalid, "{payload}");
    }
    let headers = [
        r#"{"typ":"escrow-head+jws","alg":"EdDSA"}"#,
        r#"{"alg":"Ed25519","typ":"escrow-head+jws"}"#,
        r#"{"alg":"EdDSA","typ":"jwt"}"#,
        r#"{"alg":"EdDSA"}"#,
        r#"{"alg":"EdDSA","typ":"escrow-head+jws","kid":"1"}"#,
        r#"{"alg": "EdDSA","typ":"escrow-head+jws"}"#,
    ];
    for header in headers {
        assert_eq!(code(signed(header, &payload)), Code::CountersignatureMalformed, "{header}");
    }
    let payloads = [
        payload.replace(":1,", ":1.0,"),
        payload.replace(":1,", ":257,"),
        payload.replace(":0,", ":-1,"),
        payload.replace(":0,", ":18446744073709551616,"),
        payload.replace(":1,", ":\"1\","),
        payload.replace("\"entry\":0,", ""),
        payload.replace('}', ",\"iat\":1}"),
        payload.replace(&name, &name[1..]),
        payload.replace("{", "{ "),
        "[]".to_owned(),
        "{}".to_owned(),
    ];
    for payload in payloads {
        assert_eq!(code(signed(header, &payload)), Code::CountersignatureMalformed, "{payload}");
    }
}

#[test]
fn a_countersignature_is_of_one_entry_one_custody_and_one_custodian() {
    let (custody, log) = (&TWO_OF_THREE.custody, five());
    let of_first = &log.countersignatures(0)[0];
    assert_eq!(code(of_first.verify(custody, log.entry(1).unwrap())), Code::CountersignatureInvalid);
    assert_eq!(code(of_first.verify(&STRANGERS.custody, log.entry(0).unwrap())), Code::CountersignatureInvalid);
    // Another head under the same number.
    let entry = log.entry(0).unwrap();
    let other = LogEntry::new(0, *entry.previous(), NOW, [5; 32], case("case"), Purpose::Abuse);
    assert_eq!(code(of_first.verify(custody, &other)), Code::CountersignatureInvalid);
    // Signed by another custodian in her name.
    let mut octets = TWO_OF_THREE.shares[1].to_octets();
    octets[15] = 1;
    let impostor = CustodianShare::parse(&octets).unwrap();
    let forged = Countersignature::sign(&impostor, entry).unwrap();
    assert_eq!(forged.custodian(), 1);
    assert_eq!(code(forged.verify(custody, entry)), Code::CountersignatureInvalid);
    assert_eq!(code(impostor.countersign(custody, &log, 0, &Memory::start(custody))), Code::ShareForeign);
    let mut with_forged = log.clone();
    assert_eq!(code(with_forged.add(custody, forged)), Code::CountersignatureInvalid);
    // Not of this log.
    let beyond =
        Countersignature::sign(&TWO_OF_THREE.shares[0], &LogEntry::new(5, [0; 32], NOW, [0; 32], case(""), Purpose::Abuse));
    assert_eq!(code(with_forged.add(custody, beyond.unwrap())), Code::EntryMissing);
    assert_eq!(with_forged, log);
}

#[test]
fn a_custodian_signs_what_continues_her_log() {
    let (custody, log) = (&TWO_OF_THREE.custody, five());
    let share = &TWO_OF_THREE.shares[0];
    let sign = |log: &Log, entry, memory: &Memory| share.countersign(custody, log, entry, memory);
    let (signature, memory) = sign(&log, 3, &Memory::start(custody)).unwrap();
    signature.verify(custody, log.entry(3).unwrap()).unwrap();
    assert_eq!(memory.entries(), 4);
    // Again, and an earlier one.
    assert_eq!(sign(&log, 3, &memory).unwrap(), (signature, memory));
    assert_eq!(sign(&log, 1, &memory).unwrap().1, memory);
    assert_eq!(code(sign(&log, 5, &memory)), Code::EntryMissing);
    let mut shorter = log.clone();
    shorter.lines.truncate(3);
    assert_eq!(code(sign(&shorter, 2, &memory)), Code::LogRolledBack);
    let other = TWO_OF_THREE.log(&[[0; 32], [1; 32], [2; 32], [9; 32]], &[]);
    assert_eq!(code(sign(&other, 3, &memory)), Code::LogForked);
    let mut broken = log.clone();
    broken.lines.remove(0);
    assert_eq!(code(sign(&broken, 0, &memory)), Code::LogBroken);
    assert_eq!(code(STRANGERS.shares[0].countersign(custody, &log, 0, &memory)), Code::ShareForeign);
}
