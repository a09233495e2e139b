//! How revocation lists are written, and lists that are issued.

use mimicred_claims::Value;
use mimicred_keys::{Algorithm, Family};

use super::crl::{List, NUMBER, answers, asked, entry, of};
use super::made::*;
use crate::cast::{self, NOW, private_jwk};
use crate::draft::{Draft, case};
use crate::generate::der::{self, element, explicit, octet_string, sequence};
use crate::object::{Object, hex};

pub(super) fn write(file: &mut Draft) {
    let ca = root();
    let good = List::of(&ca);
    file.group("How lists are written", asked());
    let rules = &["RFC 5280 5.1", "X.690 10"];
    let crl = good.signed_by(&ca.key);
    file.valid(of("written-good", "DER, version 2", rules, &crl), answers());
    let mut refused = |id: &str, comment: &str, crl: &[u8]| file.refused(of(id, comment, rules, crl), "x509/crl-malformed");
    refused("cut", "the last octet is missing", crl.get(..crl.len() - 1).unwrap_or_default());
    refused("after", "an octet after", &[crl.as_slice(), &[0]].concat());
    refused("nothing", "no octets", &[]);
    let made = |change: &dyn Fn(&mut List)| {
        let mut list = good.clone();
        change(&mut list);
        list.signed_by(&ca.key)
    };
    refused("version-1", "version 1, which is not written", &made(&|list| list.version = Vec::new()));
    refused("version-3", "a version that there is not", &made(&|list| list.version = der::integer(&[2])));
    refused("no-name", "the issuer has no name", &made(&|list| list.issuer = sequence(&[])));
    refused("no-next-update", "no nextUpdate", &made(&|list| list.updates = time(TODAY)));
    refused(
        "ends-before-it-begins",
        "nextUpdate is before thisUpdate",
        &made(&|list| list.updates = [time(TODAY), time(TODAY - DAY)].concat()),
    );
    refused("no-number", "no cRLNumber", &good.clone().without(NUMBER).signed_by(&ca.key));
    refused(
        "number-negative",
        "cRLNumber is negative",
        &good.clone().with(extension(NUMBER, Critical::No, &der::integer(&[0x80]))).signed_by(&ca.key),
    );
    refused("no-authority-key", "no authorityKeyIdentifier", &good.clone().without(AUTHORITY_KEY).signed_by(&ca.key));
    refused(
        "extension-twice",
        "cRLNumber twice",
        &made(&|list| list.extensions.push(extension(NUMBER, Critical::No, &der::integer(&[7])))),
    );
    refused("no-extensions", "extensions, and none of them", &made(&|list| list.extensions.clear()));
    let listed_none = |list: &mut List| list.entries = vec![Vec::new()];
    refused("empty-list", "a list of entries, and none in it", &made(&listed_none));
    refused(
        "algorithm-differs",
        "another algorithm outside than inside",
        &made(&|list| list.outer_algorithm = Some(signature_algorithm(Algorithm::P384))),
    );
    let signature = signature_over(Family::TbsCrl, &good.to_be_signed(), &ca.key).unwrap_or_default();
    let bits = element(der::BIT_STRING, &[&[1], &signature]);
    let comment = "the last bit of the signature is said to be unused";
    refused("signature-unused-bits", comment, &sequence(&[&good.to_be_signed(), &good.algorithm, &bits]));
    let written_false = sequence(&[&der::oid(NUMBER), &[der::BOOLEAN, 1, 0], &octet_string(&der::integer(&[7]))]);
    let spelt = sequence(&[
        &good.version,
        &good.algorithm,
        &good.issuer,
        &good.updates,
        &explicit(0, &[&sequence(&[&ca.identifier().to_der(), &written_false])]),
    ]);
    refused(
        "false-spelt-out",
        "critical is FALSE, spelt out: BER, not DER",
        &signed(Family::TbsCrl, &spelt, &good.algorithm, &ca.key),
    );
}

pub(super) fn issuing() -> Draft {
    let about = "Revocation lists that are issued. Another issuer may choose other extensions; that times are whole days and entries are sorted is \
                 what keeps a list from telling who was revoked together.";
    let mut file = Draft::new("x509/issue-crl", "x509/issue-crl", about, &["RFC 5280", "mimi-mls.md 4.5", "RFC 6979"]);
    let rules = &["mimi-mls.md 4.5 B-24", "mimi-mls.md 4.5 B-18"];
    for (algorithm, id) in
        [(Algorithm::Ed25519, "ed25519"), (Algorithm::P256, "p256"), (Algorithm::P384, "p384"), (Algorithm::P521, "p521")]
    {
        let ca = Authority { name: "A Root", key: cast::key(algorithm, "root") };
        let common = Object::new().hex("issuer", &ca.certificate(&ca)).with("issuer_key", private_jwk(&ca.key));
        file.group(&format!("A CA with a key of {algorithm}"), common.int("this_update", NOW).int("next_update", NOW + 7 * DAY));
        let revocation = |serial: &str, at: i64| -> Value<'static> { Object::new().text("serial", serial).int("at", at).into() };
        let given =
            |number: i128, revocations: Vec<Value<'static>>| Object::new().int("number", number).list("revocations", revocations);
        let three = vec![revocation("4207", NOW - 2 * DAY), revocation("05", NOW), revocation("80", NOW - 2 * DAY + 5)];
        let new = case(format!("{id}-three"), "three, in another order and with times to the second", rules);
        file.valid(new.input(given(300, three)).flag("exact-form"), Object::new());
        let new = case(format!("{id}-none"), "nobody", &["RFC 5280 5.1.2.6"]);
        file.valid(new.input(given(0, Vec::new())).flag("exact-form"), Object::new());
    }
    let ca = root();
    let list = List::of(&ca);
    let common = Object::new().hex("issuer", &ca.certificate(&ca)).with("issuer_key", private_jwk(&ca.key));
    file.group("Serial numbers", common.int("this_update", NOW).int("next_update", NOW + 7 * DAY).int("number", 7));
    let with = |serial: &str| Object::new().list("revocations", [Object::new().text("serial", serial).int("at", NOW - 2 * DAY)]);
    let expected = List { entries: vec![entry(&[0, 0x80])], extensions: list.extensions.clone(), ..list };
    let new = case("serial-good", "one that needs a zero before it in DER", &["RFC 5280 4.1.2.2"]).input(with("80"));
    file.valid(new.intermediates(Object::new().text("entry", hex(&expected.entries.concat()))).flag("exact-form"), Object::new());
    file.refused(case("serial-zero", "zero", &["RFC 5280 4.1.2.2"]).input(with("00")), "x509/serial-malformed");
    file
}
