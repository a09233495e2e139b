//! `verify`: audience, dates, nonce, and what comes out.

use mimicred_keys::Algorithm;

use crate::tool::*;

/// A KBT with everything disclosed, of a token with these claims more.
fn presented(more: &str) -> (Folder, Vec<u8>) {
    let folder = Folder::with_keys();
    let token = folder.issue(&claims(more));
    let kbt = folder.present(&token, "--disclose_all");
    (folder, kbt)
}

/// The KBT with these claims of its own, signed by the Holder.
fn bound(kbt: &[u8], claims: &str) -> Vec<u8> {
    with_payload(kbt, claims, &secret(Algorithm::P256, 2))
}

/// CWT-C-007, CWT-C-008, trap 14: with an audience it must be named, alone or among others; without one any will do, but not none.
#[test]
fn the_audience_is_matched_if_one_is_given() {
    let (folder, kbt) = presented("58(501): \"x\"");
    let with_aud = |aud: &str| bound(&kbt, &format!("{{3: {aud}, 6: 1725244237}}"));
    let named = format!("--audience {AUDIENCE}");
    for (aud, matches) in [
        (format!("\"{AUDIENCE}\""), true),
        (format!("[\"{AUDIENCE}\"]"), true),
        (format!("[\"https://other.example\", \"{AUDIENCE}\"]"), true),
        ("\"https://other.example\"".to_owned(), false),
        ("[\"https://other.example\"]".to_owned(), false),
        (format!("\"{AUDIENCE}/\""), false),
        ("\"\"".to_owned(), false),
    ] {
        let kbt = with_aud(&aud);
        assert_eq!(folder.verify(&kbt, "").octets(), claims("501: \"x\""), "{aud}");
        let ran = folder.verify(&kbt, &named);
        if matches { drop(ran.octets()) } else { ran.refused("sd-cwt/audience") }
    }
    for malformed in ["5", "[]", "[\"a\", 5]"] {
        folder.verify(&with_aud(malformed), "").refused("sd-cwt/claim-type");
        folder.verify(&with_aud(malformed), &named).refused("sd-cwt/claim-type");
    }
    let without = bound(&kbt, "{6: 1725244237}");
    folder.verify(&without, "").refused("sd-cwt/claim-missing");
    folder.verify(&without, &named).refused("sd-cwt/claim-missing");
}

/// CWT-C-008: the token's own audience is matched with the same one, and not matched without.
#[test]
fn the_token_is_for_the_same_audience() {
    let (folder, kbt) = presented("3: \"https://federation.example\"");
    folder.verify(&kbt, "").octets();
    folder.verify(&kbt, &format!("--audience {AUDIENCE}")).refused("sd-cwt/audience");
    let (folder, kbt) = presented(&format!("3: [\"https://federation.example\", \"{AUDIENCE}\"]"));
    folder.verify(&kbt, &format!("--audience {AUDIENCE}")).octets();
}

/// CWT-C-007, trap 12: there is no way to name a nonce, so that any will do, and none.
#[test]
fn any_nonce_will_do() {
    let (folder, kbt) = presented("");
    for nonce in ["", ", 39: h''", ", 39: h'8c0f5f523b95bea44a9a48c649240803'"] {
        folder.verify(&bound(&kbt, &format!("{{3: \"a\", 6: 1725244237{nonce}}}")), "").octets();
    }
    folder.verify(&bound(&kbt, "{3: \"a\", 6: 1725244237, 39: \"text\"}"), "").refused("sd-cwt/claim-type");
}

/// CWT-C-004: the dates of both, at the given time, without leeway; and by the clock if none is given.
#[test]
fn dates_hold_at_the_given_time() {
    let (folder, kbt) = presented("");
    let verify = |kbt: &[u8], time: &str| folder.run(&format!("verify --issuer issuer_pub.pem {time}"), kbt);
    verify(&kbt, &format!("--time {NOW}")).octets();
    verify(&kbt, "--time 1725330599").octets();
    verify(&kbt, &format!("--time {EXPIRED}")).refused("sd-cwt/time");
    // The KBT is of NOW.
    verify(&kbt, "--time 1725244299").refused("sd-cwt/time");
    verify(&kbt, "").refused("sd-cwt/time");
    let short = bound(&kbt, "{3: \"a\", 6: 1725244237, 4: 1725244301}");
    verify(&short, &format!("--time {NOW}")).octets();
    verify(&short, "--time 1725244301").refused("sd-cwt/time");
}

/// CWT-C-007: what comes out is one map in deterministic encoding, whatever the order was; what is withheld leaves no trace.
#[test]
fn the_claims_come_out_as_a_map() {
    let folder = Folder::with_keys();
    let token = folder.issue(&claims("\"z\": 1, 58(502): [1], 501: [58(1), 62(1), 2], 500: {58(\"a\"): 1.0}"));
    let kbt = folder.present(&token, "");
    let validated = folder.verify(&kbt, "").octets();
    let in_order = text_of(&claims("500: {}, 501: [2], \"z\": 1"));
    assert_eq!(text_of(&validated), in_order);
}

/// CWT-C-007: a KBT of another Holder, or one that was changed, gives nothing.
#[test]
fn nothing_comes_of_what_does_not_hold() {
    let (folder, kbt) = presented("58(501): \"x\"");
    let payload = format!("{{3: \"{AUDIENCE}\", 6: 1725244237}}");
    let by_another = with_payload(&kbt, &payload, &secret(Algorithm::P256, 3));
    folder.verify(&by_another, "").refused("sd-cwt/signature-holder");
    let at = kbt.windows(4).position(|window| window == b"\x61x\x19\x01").unwrap();
    let mut changed = kbt;
    changed[at + 1] ^= 1;
    folder.verify(&changed, "").refused("sd-cwt/signature-holder");
}
