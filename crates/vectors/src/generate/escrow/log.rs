//! The opening log.

use mimicred_escrow::Log;
use mimicred_jose::base64url;
use mimicred_keys::{Family, SecretKey, ToBeSigned};

use super::made::*;
use crate::cast::NOW;
use crate::draft::{Draft, NewCase, case};
use crate::object::{Object, hex};
use crate::sign::FixedKey;

const HOUR: u64 = 1_789_999_200;

/// An entry by hand.
fn entry(index: u64, previous: &[u8; 32], at: u64, record: &[u8; 32], purpose: u8, reference: &[u8]) -> Vec<u8> {
    let length = u8::try_from(reference.len()).unwrap_or(u8::MAX);
    [&[1], &index.to_be_bytes()[..], previous, &at.to_be_bytes(), record, &[purpose, length], reference].concat()
}

/// What the first entry follows.
fn start(dealt: &Dealt) -> [u8; 32] {
    mimicred_keys::sha256(&[&b"mimicred escrow log start 1\0"[..], dealt.custody.digest()].concat())
}

fn head(entry: &[u8]) -> [u8; 32] {
    mimicred_keys::sha256(&[&b"mimicred escrow log head 1\0"[..], entry].concat())
}

/// The log of these entries, without countersignatures.
fn text(entries: &[&[u8]]) -> String {
    entries.iter().map(|entry| base64url::encode(entry) + "\n").collect()
}

/// A countersignature by hand: these members, signed with a custodian's key.
fn countersignature(dealt: &Dealt, signer: u8, header: &str, payload: &str) -> String {
    let share = dealt.share(signer);
    let seed = share.get(80..112).and_then(|seed| SecretKey::from_octets(mimicred_keys::Algorithm::Ed25519, seed).ok());
    let input = format!("{}.{}", base64url::encode(header.as_bytes()), base64url::encode(payload.as_bytes()));
    let signature =
        ToBeSigned::new(Family::Jws, input.clone()).ok().zip(seed).and_then(|(tbs, seed)| FixedKey::new(seed).sign(&tbs));
    format!("{input}.{}", base64url::encode(&signature.unwrap_or_default()))
}

const HEADER: &str = r#"{"alg":"EdDSA","typ":"escrow-head+jws"}"#;

fn payload(custody: &[u8; 32], custodian: u8, entry: u64, head: &[u8; 32]) -> String {
    let (custody, head) = (base64url::encode(custody), base64url::encode(head));
    format!(r#"{{"custody":"{custody}","custodian":{custodian},"entry":{entry},"head":"{head}"}}"#)
}

pub(super) fn entering() -> Draft {
    let about = "Openings that are entered in the log. An entry is an octet of 1, its number in 8 octets, the head before it, the full hour in \
                 seconds since 1970 in 8 octets, the digest of the record, the purpose in one octet, the length of the case in one, and the \
                 case; its head is SHA-256 of `mimicred escrow log head 1`, a zero octet, and all of it. The first one follows SHA-256 of \
                 `mimicred escrow log start 1`, a zero octet, and the digest of the custody. A line of the log is an entry in base64url and \
                 its countersignatures, with single spaces between.";
    let mut file = Draft::new("escrow/enter", "escrow/enter", about, &["abuse.md"]);
    let dealt = Dealt::two_of_three();
    file.group("An opening", Object::new().hex("custody", dealt.custody.to_octets()).hex("record", &[9; 32]));
    let of = |id: &str, comment: &str, log: &str, now: u64, purpose: &str, reference: &str| {
        let input = Object::new().text("log", log).int("now", now).text("purpose", purpose).text("case", reference);
        case(id, comment, &["abuse.md log"]).input(input)
    };
    let first = entry(0, &start(&dealt), HOUR, &[9; 32], 1, b"2026-1");
    let expected = Object::new().text("log", text(&[&first])).hex("head", &head(&first));
    let now = u64::try_from(NOW).unwrap_or(0);
    let new = of("first", "the first entry", "", now, "abuse", "2026-1");
    file.valid(new.intermediates(Object::new().hex("entry", &first).hex("previous", &start(&dealt))), expected);
    for (number, purpose) in [(2, "legal-order"), (3, "emergency"), (4, "owner-request"), (5, "exercise")] {
        let second = entry(1, &head(&first), HOUR + 3600, &[9; 32], number, b"");
        let expected = Object::new().text("log", text(&[&first, &second])).hex("head", &head(&second));
        file.valid(
            of(purpose, "an hour later, for another purpose and no case", &text(&[&first]), now + 3600, purpose, ""),
            expected,
        );
    }
    let second = entry(1, &head(&first), HOUR, &[9; 32], 1, b"2026-2");
    let expected = Object::new().text("log", text(&[&first, &second]));
    file.valid(
        of("earlier", "a clock that went back: the hour does not", &text(&[&first]), now - 7200, "abuse", "2026-2"),
        expected,
    );
    form(&mut file, &first, of);
    file
}

/// Logs that cannot be read.
fn form(file: &mut Draft, first: &[u8], of: impl Fn(&str, &str, &str, u64, &str, &str) -> NewCase) {
    let line = base64url::encode(first);
    let now = u64::try_from(NOW).unwrap_or(0);
    let with =
        |id: &str, comment: &str, log: String| of(id, comment, &log, now + 3600, "legal-order", "").differs_from("legal-order");
    file.refused(with("no-newline", "no line feed at the end", line.clone()), "escrow/log-malformed");
    file.refused(with("empty-line", "an empty line, which is no entry", format!("{line}\n\n")), "escrow/entry-malformed");
    file.refused(with("crlf", "lines that end in CR LF", format!("{line}\r\n")), "escrow/log-malformed");
    file.refused(with("base64-padding", "an entry in base64 with padding", format!("{line}=\n")), "escrow/log-malformed");
    file.refused(
        with("long-line", "a line of more than 8192 octets", format!("{}\n", "A".repeat(8193))).flag("limit"),
        "escrow/log-limit",
    );
    let mut malformed =
        |id: &str, comment: &str, entry: &[u8]| file.refused(with(id, comment, text(&[entry])), "escrow/entry-malformed");
    malformed("entry-cut", "the last octet of an entry is missing", first.get(..first.len() - 1).unwrap_or_default());
    malformed("entry-after", "an octet after an entry", &[first, &[0]].concat());
    let changed = |at: usize, with: u8| {
        let mut octets = first.to_vec();
        octets.iter_mut().skip(at).take(1).for_each(|octet| *octet = with);
        octets
    };
    malformed("entry-version", "another version of an entry", &changed(0, 2));
    malformed("entry-minute", "a time that is no full hour", &changed(48, first.get(48).unwrap_or(&0) ^ 1));
    malformed("entry-purpose", "a purpose that there is not", &changed(81, 6));
    let long = entry(0, &[0; 32], HOUR, &[9; 32], 1, &[0x61; 65]);
    malformed("entry-case", "a case of 65 octets", &long);
    let double = format!("{line}  eyJ\n");
    file.refused(with("two-spaces", "two spaces", double), "escrow/countersignature-malformed");
}

pub(super) fn countersigning() -> Draft {
    let about = "Countersignatures: JWS in one form only, over the custody, the custodian, the number of the entry and its head.";
    let mut file = Draft::new("escrow/countersign", "escrow/countersign", about, &["abuse.md", "RFC 7515", "RFC 8037"]);
    let dealt = Dealt::two_of_three();
    let first = entry(0, &start(&dealt), HOUR, &[9; 32], 1, b"2026-1");
    let second = entry(1, &head(&first), HOUR + 3600, &[8; 32], 2, b"2026-2");
    let common = Object::new().hex("share", &dealt.share(2)).hex("custody", dealt.custody.to_octets());
    file.group("Two entries", common);
    let of = |id: &str, comment: &str, log: &str, entry: u64| {
        case(id, comment, &["abuse.md log", "abuse.md openings"]).input(Object::new().text("log", log).int("entry", entry))
    };
    let both = text(&[&first, &second]);
    let signed = countersignature(&dealt, 2, HEADER, &payload(dealt.custody.digest(), 2, 1, &head(&second)));
    let memory = [b"mimicred memory\x01".as_slice(), &2u64.to_be_bytes(), &head(&second)].concat();
    let new = of("second", "the second entry", &both, 1).intermediates(Object::new().hex("head", &head(&second)));
    file.valid(new, Object::new().text("countersignature", signed).hex("memory", &memory));
    let mut refused = |id: &str, comment: &str, log: &str, entry: u64, code: &str| {
        file.refused(of(id, comment, log, entry).differs_from("second"), code)
    };
    refused("missing", "there is no third entry", &both, 2, "escrow/entry-missing");
    let broken = "escrow/log-broken";
    refused(
        "changed",
        "the first entry was changed",
        &text(&[&entry(0, &start(&dealt), HOUR, &[7; 32], 1, b"2026-1"), &second]),
        1,
        broken,
    );
    refused("swapped", "the entries are swapped", &text(&[&second, &first]), 1, broken);
    refused(
        "start",
        "the first entry follows another custody",
        &text(&[&entry(0, &[0; 32], HOUR, &[9; 32], 1, b"2026-1")]),
        0,
        broken,
    );
    refused(
        "number",
        "the second entry has number 2",
        &text(&[&first, &entry(2, &head(&first), HOUR, &[8; 32], 2, b"2026-2")]),
        1,
        broken,
    );
    refused(
        "time",
        "the second entry is of an hour before",
        &text(&[&first, &entry(1, &head(&first), HOUR - 3600, &[8; 32], 2, b"2026-2")]),
        1,
        broken,
    );
    file
}

pub(super) fn adding() -> Draft {
    let about = "Countersignatures that are added to a log of one entry.";
    let mut file =
        Draft::new("escrow/add-countersignature", "escrow/add-countersignature", about, &["abuse.md", "RFC 7515", "RFC 8037"]);
    let dealt = Dealt::two_of_three();
    let first = entry(0, &start(&dealt), HOUR, &[9; 32], 1, b"2026-1");
    let log = text(&[&first]);
    file.group("By the second custodian", Object::new().hex("custody", dealt.custody.to_octets()).text("log", log.clone()));
    let of = |id: &str, comment: &str, signed: &str| {
        case(id, comment, &["abuse.md log"]).input(Object::new().text("countersignature", signed))
    };
    let (digest, head) = (*dealt.custody.digest(), head(&first));
    let said = payload(&digest, 2, 0, &head);
    let good = countersignature(&dealt, 2, HEADER, &said);
    let expected = Object::new().text("log", format!("{} {good}\n", log.trim_end()));
    file.valid(of("good", "over the first entry", &good).intermediates(Object::new().text("payload", said.clone())), expected);
    let mut malformed = |id: &str, comment: &str, signed: &str| {
        file.refused(of(id, comment, signed).differs_from("good"), "escrow/countersignature-malformed")
    };
    malformed("typ", "another typ", &countersignature(&dealt, 2, &HEADER.replace("escrow-head+jws", "JWT"), &said));
    malformed(
        "header-order",
        "another order in the header",
        &countersignature(&dealt, 2, r#"{"typ":"escrow-head+jws","alg":"EdDSA"}"#, &said),
    );
    malformed("member-more", "another member", &countersignature(&dealt, 2, HEADER, &said.replace('}', r#","x":1}"#)));
    malformed(
        "member-less",
        "no custody",
        &countersignature(&dealt, 2, HEADER, &said.replace(&format!(r#""custody":"{}","#, base64url::encode(&digest)), "")),
    );
    malformed("space", "a space in the payload", &countersignature(&dealt, 2, HEADER, &said.replace(",", ", ")));
    malformed("no-jws", "two parts only", good.rsplit_once('.').map_or("", |(input, _)| input));
    malformed("signature-short", "63 octets of a signature", &shortened(&good));
    malformed("long", "more than 346 octets", &format!("{good}{}", "A".repeat(100)));
    let mut invalid = |id: &str, comment: &str, signed: &str| {
        file.refused(of(id, comment, signed).differs_from("good"), "escrow/countersignature-invalid")
    };
    invalid("other-signer", "signed with the first custodian's key", &countersignature(&dealt, 1, HEADER, &said));
    invalid(
        "other-custodian",
        "by a custodian that there is not",
        &countersignature(&dealt, 2, HEADER, &payload(&digest, 4, 0, &head)),
    );
    invalid("other-custody", "of another custody", &countersignature(&dealt, 2, HEADER, &payload(&[1; 32], 2, 0, &head)));
    invalid("other-head", "over another head", &countersignature(&dealt, 2, HEADER, &payload(&digest, 2, 0, &[1; 32])));
    let missing = countersignature(&dealt, 2, HEADER, &payload(&digest, 2, 1, &head));
    file.refused(of("other-entry", "over an entry that is not there", &missing).differs_from("good"), "escrow/entry-missing");
    let line = log.trim_end().to_owned();
    let twice = format!("{line} {good} {good}\n");
    file.group(
        "A custodian who has countersigned already",
        Object::new().hex("custody", dealt.custody.to_octets()).text("countersignature", good.clone()),
    );
    let of = |id: &str, comment: &str, log: String| case(id, comment, &["abuse.md log"]).input(Object::new().text("log", log));
    let once = format!("{line} {good}\n");
    file.valid(of("again", "hers is there: nothing changes", once.clone()), Object::new().text("log", once));
    file.refused(of("there-twice", "hers is there twice", twice), "escrow/log-malformed");
    file
}

/// The JWS with a signature of 63 octets.
fn shortened(jws: &str) -> String {
    let (input, signature) = jws.rsplit_once('.').unwrap_or_default();
    let octets = base64url::decode(signature).unwrap_or_default();
    format!("{input}.{}", base64url::encode(octets.get(..63).unwrap_or_default()))
}

pub(super) fn auditing() -> Draft {
    let about = "Logs that are looked at as a whole: what is wrong is found, and does not end the audit.";
    let mut file = Draft::new("escrow/audit", "escrow/audit", about, &["abuse.md"]);
    let dealt = Dealt::two_of_three();
    file.group("Logs", Object::new().hex("custody", dealt.custody.to_octets()));
    let of = |id: &str, comment: &str, log: &str, opened: &[i128]| {
        let opened = opened.iter().map(|entry| mimicred_claims::Value::Int(*entry));
        case(id, comment, &["abuse.md log"]).input(Object::new().text("log", log).list("opened", opened))
    };
    let log = dealt.log(&[[9; 32], [8; 32]], &[&[], &[1, 3]]);
    let text = log.to_text();
    let by = |custodians: &[u8]| {
        mimicred_claims::Value::Array(custodians.iter().map(|n| mimicred_claims::Value::Int((*n).into())).collect())
    };
    let expected = |findings: Vec<Object>| {
        Object::new().int("entries", 2).list("countersigned_by", [by(&[]), by(&[1, 3])]).list("findings", findings)
    };
    let finding = |entry: u64, code: &str| Object::new().int("entry", entry).text("code", code);
    let last = log.entry(1).map(|entry| entry.head()).unwrap_or_default();
    file.valid(
        of("clean", "two entries, of which the second was opened", &text, &[1]),
        expected(Vec::new()).text("head", hex(&last)).list("asked_only", [mimicred_claims::Value::Int(0)]),
    );
    file.valid(
        of("opened-without", "the first was opened, without countersignatures", &text, &[0]),
        expected(vec![finding(0, "escrow/countersignatures-lacking")]),
    );
    file.valid(
        of("opened-unknown", "something was opened that is not there", &text, &[7]),
        expected(vec![finding(7, "escrow/entry-missing")]),
    );
    let lines: Vec<&str> = text.lines().collect();
    let [first, second] = lines.as_slice() else { return file };
    let dropped = Object::new().int("entries", 1).list("findings", [finding(0, "escrow/log-broken")]);
    file.valid(of("dropped", "the first entry is missing", &format!("{second}\n"), &[]), dropped);
    let strangers = Dealt::named(2, 3, "strangers");
    let forged = countersignature(
        &strangers,
        1,
        HEADER,
        &payload(dealt.custody.digest(), 1, 0, &log.entry(0).map(|entry| entry.head()).unwrap_or_default()),
    );
    let findings = vec![finding(0, "escrow/countersignature-invalid")];
    file.valid(
        of("forged", "a countersignature with a stranger's key", &format!("{first} {forged}\n{second}\n"), &[]),
        expected(findings),
    );
    let none = Object::new().int("entries", 0).hex("head", &start(&dealt));
    file.valid(of("empty", "nothing was ever opened", &Log::new().to_text(), &[]), none);
    file.refused(of("not-a-log", "no line feed at the end", text.trim_end(), &[]).differs_from("clean"), "escrow/log-malformed");
    file
}
