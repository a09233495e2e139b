//! What each custodian gives, and what k of them give together.

use mimicred_claims::Value;
use mimicred_escrow::{Binding, Memory, Request};
use mimicred_keys::group::{Point, Scalar};

use super::made::*;
use crate::cast;
use crate::draft::{Draft, NewCase, case};
use crate::object::{Object, hex};

pub(super) fn partials() -> Draft {
    let about = "A custodian's part of an opening. The nonce of the proof comes from the source, so that another custodian's part may be another one; \
                 her point is this one. Her memory is `mimicred memory`, an octet of 1, a number of entries in 8 octets, and the head after them.";
    let mut file = Draft::new("escrow/partial", "escrow/partial", about, &["abuse.md", "RFC 9380"]);
    let dealt = Dealt::two_of_three();
    let (custody, record) = (&dealt.custody, good(&dealt.custody));
    let (digest, other) = (digest(&record, &ROW), [9; 32]);
    let whole = dealt.log(&[other, digest], &[&[], &[1, 2]]);
    let common = Object::new()
        .hex("share", &dealt.share(3))
        .hex("custody", custody.to_octets())
        .hex("record", &record)
        .with("row", row(&ROW))
        .text("seed", "partial");
    file.group("The log, of two entries of which the second is this opening", common.clone());
    let rules = &["abuse.md openings", "abuse.md log"];
    let of = |id: &str, comment: &str, log: &str, entry: i128| {
        case(id, comment, rules).input(Object::new().text("log", log).int("entry", entry))
    };
    let text = whole.to_text();
    let point = read(&record).and_then(|_| Point::from_octets(record.get(1..66)?).ok()?.mul(&dealt.scalar(3)).ok());
    let steps = Object::new()
        .hex("point", &point.map(|point| point.to_octets().to_vec()).unwrap_or_default())
        .hex("record_digest", &digest);
    file.valid(of("good", "two others have countersigned", &text, 1).intermediates(steps).flag("exact-form"), Object::new());
    let mut refused = |id: &str, comment: &str, log: &str, entry: i128, code: &str| {
        file.refused(of(id, comment, log, entry).differs_from("good"), code)
    };
    refused("entry-other", "the entry is of another record", &text, 0, "escrow/entry-foreign");
    refused("entry-none", "there is no such entry", &text, 2, "escrow/entry-missing");
    let one = dealt.log(&[other, digest], &[&[], &[1]]).to_text();
    refused("countersigned-once", "one has countersigned", &one, 1, "escrow/countersignatures-lacking");
    let lines: Vec<&str> = text.lines().collect();
    let [first, second] = lines.as_slice() else { return file };
    refused("broken", "the first entry is missing", &format!("{second}\n"), 0, "escrow/log-broken");
    let forged = forged_countersignature(second);
    refused(
        "countersignature-flipped",
        "one bit of a countersignature is another",
        &format!("{first}\n{forged}\n"),
        1,
        "escrow/countersignature-invalid",
    );
    file.group("What she remembers", common.clone().text("log", text.clone()).int("entry", 1));
    let with =
        |id: &str, comment: &str, memory: &[u8]| case(id, comment, &["abuse.md log"]).input(Object::new().hex("memory", memory));
    let memory = |entries: u64, head: &[u8; 32]| [b"mimicred memory\x01".as_slice(), &entries.to_be_bytes(), head].concat();
    let head = |n: u64| whole.entry(n).map(|entry| entry.head()).unwrap_or_default();
    file.valid(with("remembers-first", "the first entry", &memory(1, &head(0))).flag("exact-form"), Object::new());
    file.valid(
        with("remembers-both", "both: she has countersigned before", &memory(2, &head(1))).flag("exact-form"),
        Object::new(),
    );
    file.refused(with("remembers-more", "a third entry, which is not there", &memory(3, &[3; 32])), "escrow/log-rolled-back");
    file.refused(
        with("remembers-another", "another first entry", &memory(1, &[3; 32])).differs_from("remembers-first"),
        "escrow/log-forked",
    );
    let mut malformed = |id: &str, comment: &str, octets: &[u8]| {
        file.refused(with(id, comment, octets).differs_from("remembers-first"), "escrow/memory-malformed")
    };
    let good = memory(1, &head(0));
    malformed("memory-cut", "the last octet is missing", good.get(..good.len() - 1).unwrap_or_default());
    malformed("memory-after", "an octet after", &[good.as_slice(), &[0]].concat());
    malformed("memory-version", "another version", &[b"mimicred memory\x02".as_slice(), &[0; 40]].concat());
    file.group("The record", common.without("record").without("row").int("entry", 0));
    let derived_row = Binding { handle: [8; 32], ..ROW };
    let unproven = super::made::digest(&record, &derived_row);
    let log = dealt.log(&[unproven], &[&[1, 2]]).to_text();
    let new =
        case("unproven", "the log names a record that is not proven for its row", &["abuse.md records", "abuse.md openings"]);
    let input = Object::new().hex("record", &record).with("row", row(&derived_row)).text("log", log);
    file.refused(new.input(input).differs_from("good"), "escrow/record-unproven");
    file
}

/// A line of the log with one bit of its last countersignature turned over.
fn forged_countersignature(line: &str) -> String {
    let (rest, signature) = line.rsplit_once('.').unwrap_or_default();
    let mut octets = mimicred_jose::base64url::decode(signature).unwrap_or_default();
    if let Some(first) = octets.first_mut() {
        *first ^= 1;
    }
    format!("{rest}.{}", mimicred_jose::base64url::encode(&octets))
}

/// The part of each custodian, as she gives it.
fn parts(dealt: &Dealt, record: &[u8], row: &Binding) -> Vec<Vec<u8>> {
    let Some(sealed) = read(record) else { return Vec::new() };
    let log = dealt.log(&[digest(record, row)], &[&[1, 2]]);
    let request = Request { custody: &dealt.custody, log: &log, entry: 0, record: &sealed, binding: row };
    let memory = Memory::start(&dealt.custody);
    let parts = dealt
        .shares
        .iter()
        .map(|share| share.partial(&request, &memory, &mut cast::random(&format!("partial {}", share.index()))));
    parts.filter_map(|part| part.ok().map(|(part, _)| part.to_octets().to_vec())).collect()
}

/// A part by hand, whose point is this multiple of the encapsulated key, proven by this secret.
fn part_by_hand(dealt: &Dealt, record: &[u8], custodian: u8, multiple: &Scalar) -> Vec<u8> {
    let made = || {
        let encapsulated = Point::from_octets(record.get(1..66)?).ok()?;
        let (point, share) = (encapsulated.mul(multiple).ok()?, Point::base(&dealt.scalar(custodian)).ok()?);
        let digest = digest(record, &ROW);
        let context: [&[u8]; 3] = [dealt.custody.digest(), &[custodian], &digest];
        let pairs = [(Point::generator(), share), (encapsulated, point.clone())];
        let proof = prove("mimicred escrow partial decryption 1", &context, &pairs, &dealt.scalar(custodian)).ok()?;
        Some([&[1, custodian], &digest[..], &point.to_octets(), &proof].concat())
    };
    made().unwrap_or_default()
}

pub(super) fn opening() -> Draft {
    let about = "Parts of several custodians, put together. Each is verified first: who gave a wrong one is named. A part is an octet \
                 of 1, the custodian's number, the digest of the record, her point, and the challenge and response of the proof.";
    let mut file = Draft::new("escrow/open", "escrow/open", about, &["abuse.md", "RFC 9180", "RFC 9380"]);
    let dealt = Dealt::two_of_three();
    let custody = &dealt.custody;
    let record_ = good(custody);
    let parts_ = parts(&dealt, &record_, &ROW);
    let [first, second, third] = parts_.as_slice() else { return file };
    file.group("Two of three", Object::new().hex("custody", custody.to_octets()).with("row", row(&ROW)).hex("record", &record_));
    let rules = &["abuse.md openings", "abuse.md proofs"];
    let of = |id: &str, comment: &str, parts: &[&[u8]]| -> NewCase {
        case(id, comment, rules).input(Object::new().list("partials", parts.iter().map(|part| Value::from(hex(part)))))
    };
    let opened = || Object::new().hex("content", b"account 1");
    let steps = Object::new().hex("info", &info(custody)).hex("aad", &aad(&ROW)).hex("plaintext", &padded(b"account 1"));
    file.valid(of("first-and-second", "the first and the second", &[first, second]).intermediates(steps), opened());
    file.valid(of("third-and-first", "others, in another order", &[third, first]), opened());
    file.valid(of("all", "all three", &[first, second, third]), opened());
    let by_hand = part_by_hand(&dealt, &record_, 3, &dealt.scalar(3));
    file.valid(of("by-hand", "one that was proven by hand", &[first, &by_hand]), opened());
    let mut refused = |id: &str, comment: &str, parts: &[&[u8]], code: &str| {
        file.refused(of(id, comment, parts).differs_from("first-and-second"), code)
    };
    refused("one", "one alone", &[first], "escrow/partials-lacking");
    refused("none", "none", &[], "escrow/partials-lacking");
    refused("twice", "one of them twice", &[first, first], "escrow/partial-repeated");
    let changed = |part: &[u8], at: usize, with: &[u8]| {
        let mut octets = part.to_vec();
        octets.iter_mut().skip(at).zip(with).for_each(|(octet, with)| *octet = *with);
        octets
    };
    refused(
        "cut",
        "the last octet of one is missing",
        &[first, second.get(..162).unwrap_or_default()],
        "escrow/partial-malformed",
    );
    refused("after", "an octet after one", &[first, &[second.as_slice(), &[0]].concat()], "escrow/partial-malformed");
    refused("version", "another version of one", &[first, &changed(second, 0, &[2])], "escrow/partial-malformed");
    refused("number-0", "one is of custodian 0", &[first, &changed(second, 1, &[0])], "escrow/partial-malformed");
    refused(
        "off-curve",
        "the point of one is not on the curve",
        &[first, &changed(second, 98, &[second.get(98).unwrap_or(&0) ^ 1])],
        "escrow/partial-malformed",
    );
    refused(
        "number-other",
        "one says that it is another custodian's",
        &[first, &changed(second, 1, &[3])],
        "escrow/partial-invalid",
    );
    refused("number-4", "one is of a custodian that there is not", &[first, &changed(second, 1, &[4])], "escrow/partial-invalid");
    refused(
        "response-flipped",
        "one bit of a proof is another",
        &[first, &changed(second, 162, &[second.get(162).unwrap_or(&0) ^ 1])],
        "escrow/partial-invalid",
    );
    let wrong = part_by_hand(&dealt, &record_, 2, &Scalar::from_u64(5));
    refused(
        "wrong-multiple",
        "one has multiplied with something else than her share",
        &[first, &wrong],
        "escrow/partial-invalid",
    );
    let other_record = record(custody, &ROW, &info(custody), &padded(b"account 2"));
    let others = parts(&dealt, &other_record, &ROW);
    refused(
        "other-record",
        "one is of another record",
        &[first, others.get(1).map(Vec::as_slice).unwrap_or_default()],
        "escrow/partial-foreign",
    );
    contents(&mut file, &dealt);
    file
}

fn contents(file: &mut Draft, dealt: &Dealt) {
    let custody = &dealt.custody;
    file.group("What was sealed", Object::new().hex("custody", custody.to_octets()).with("row", row(&ROW)));
    let of = |id: &str, comment: &str, record: &[u8]| {
        let parts = parts(dealt, record, &ROW).into_iter().take(2).map(|part| hex(&part));
        case(id, comment, &["RFC 9180 5.2", "abuse.md records"])
            .input(Object::new().hex("record", record).list("partials", parts))
    };
    let sealed = |padded: &[u8]| record(custody, &ROW, &info(custody), padded);
    file.valid(of("nothing", "nothing", &sealed(&padded(b""))), Object::new().text("content", ""));
    file.valid(of("longest", "127 octets", &sealed(&padded(&[0x61; 127]))), Object::new().hex("content", &[0x61; 127]));
    let mut refused = |id: &str, comment: &str, record: &[u8]| file.refused(of(id, comment, record), "escrow/record-invalid");
    refused("other-info", "sealed for another use", &record(custody, &ROW, b"another info", &padded(b"account 1")));
    let mut marked = padded(b"account 1");
    if let Some(last) = marked.last_mut() {
        *last = 1;
    }
    refused("padding", "the padding is not zeros", &sealed(&marked));
    let too_long = [&[128], [0x61; 127].as_slice()].concat();
    refused("too-long", "it says that it is longer than there is room", &sealed(&too_long));
}
