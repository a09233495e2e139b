//! From the end entity to an anchor.

use mimicred_claims::Value;
use mimicred_keys::{Algorithm, Family};

use super::made::*;
use super::{constraints, signatures};
use crate::cast::{self, NOW, public_jwk};
use crate::draft::{Draft, NewCase, case};
use crate::generate::der::{self, element, explicit, octet_string, sequence};
use crate::object::{Object, hex};

pub(super) fn file() -> Draft {
    let about = "Chains of certificates, from an end entity to an anchor. Whatever is wrong with a certificate, its signature is that of its \
                 issuer, but for the cases that say otherwise; what is of another version no key here signs, and has zeros in the place.";
    let specifications = &["RFC 5280", "RFC 5480", "RFC 5758", "RFC 8410", "RFC 9420", "mimi-mls.md"];
    let mut file = Draft::new("x509/path", "x509/verify", about, specifications);
    paths(&mut file);
    anchors(&mut file);
    times(&mut file);
    signatures::write(&mut file);
    constraints::write(&mut file);
    form(&mut file);
    file
}

pub(super) fn hexes(certificates: &[&[u8]]) -> Value<'static> {
    Value::Array(certificates.iter().map(|der| Value::from(hex(der))).collect())
}

fn chain(certificates: &[&[u8]]) -> Object {
    Object::new().with("chain", hexes(certificates))
}

pub(super) fn of(id: &str, comment: &str, rules: &[&'static str], certificates: &[&[u8]]) -> NewCase {
    case(id, comment, rules).input(chain(certificates))
}

/// Below the root, now, whatever the end entity is.
pub(super) fn below_root() -> Object {
    let root = root();
    Object::new().with("anchors", hexes(&[&root.certificate(&root)])).int("at", NOW).text("profile", "any")
}

fn paths(file: &mut Draft) {
    let (root, ca) = (root(), issuing());
    let (root_cert, ca_cert) = (root.certificate(&root), ca.certificate(&root));
    let made = ca.pseudonym();
    let leaf = made.signed_by(&ca.key);
    file.group("Paths to a root", below_root());
    let expected = Object::new()
        .with("subject_key", public_jwk(holder().public()))
        .text("user", USER)
        .text("client", CLIENT)
        .text("mark", "pseudonym")
        .int("anchor", 0)
        .list("path_spki_sha256", [holder().public(), ca.key.public(), root.key.public()].map(|key| hex(&key.spki_sha256())))
        .hex("tbs_sha256", &mimicred_keys::sha256(&made.to_be_signed()))
        .int("not_before", TODAY)
        .int("not_after", TODAY + 30 * DAY);
    let rules = &["RFC 5280 6.1", "RFC 9420 5.3"];
    let new = of("good", "an end entity and the issuing CA above it", rules, &[&leaf, &ca_cert]);
    file.valid(new.intermediates(Object::new().hex("to_be_signed", &made.to_be_signed())), expected);
    file.valid(
        of("root-comes-along", "the root is in the chain, too", rules, &[&leaf, &ca_cert, &root_cert]),
        Object::new().int("anchor", 0),
    );
    let alone = root.pseudonym().signed_by(&root.key);
    file.valid(of("without-ca", "the root has issued it", rules, &[&alone]), Object::new().text("user", USER));
    let middle = Authority { name: "A Middle CA", key: cast::key(Algorithm::P256, "middle CA") };
    let deep = Authority { name: "A Deep CA", key: cast::key(Algorithm::P256, "deep CA") };
    let (middle_cert, deep_cert) = (middle.certificate(&ca), deep.certificate(&middle));
    let below = deep.pseudonym().signed_by(&deep.key);
    file.valid(of("four", "two more CAs", rules, &[&below, &deep_cert, &middle_cert, &ca_cert]), Object::new());
    let order = &["RFC 9420 5.3"];
    let mut refused = |id: &str, comment: &str, certificates: &[&[u8]], good: &str, code: &str, rules: &[&'static str]| {
        file.refused(of(id, comment, rules, certificates).differs_from(good), code);
    };
    refused(
        "root-before-ca",
        "the root stands before the CA",
        &[&leaf, &root_cert, &ca_cert],
        "root-comes-along",
        "x509/chain-order",
        order,
    );
    refused("ca-first", "the end entity comes last", &[&ca_cert, &leaf], "good", "x509/chain-order", order);
    refused("ca-twice", "the CA twice", &[&leaf, &ca_cert, &ca_cert], "good", "x509/chain-order", order);
    let stranger = Authority { name: "B Root", key: cast::key(Algorithm::P256, "mallory") };
    let foreign = stranger.certificate(&stranger);
    refused(
        "stranger-last",
        "a certificate that certifies nobody here",
        &[&leaf, &ca_cert, &foreign],
        "good",
        "x509/chain-order",
        order,
    );
    refused("ca-missing", "the issuing CA is missing", &[&leaf], "good", "x509/issuer-untrusted", rules);
    refused("empty", "no certificate", &[], "good", "x509/malformed", rules);
    let limits = &["mimi-mls.md 3.5.3 step 3"];
    let six = of("six", "six certificates", limits, &[&below, &deep_cert, &middle_cert, &ca_cert, &root_cert, &root_cert]);
    file.refused(six.differs_from("four").flag("limit"), "x509/limit");
    let padded = alone_with(extension("1.2.3.4", Critical::No, &octet_string(&[0; 16_384])));
    file.refused(
        of("large", "a certificate of more than 16384 octets", limits, &[&padded]).differs_from("without-ca").flag("limit"),
        "x509/limit",
    );
}

/// A pseudonym certificate by the root itself, with this extension besides.
pub(super) fn alone_with(extension: Extension) -> Vec<u8> {
    root().pseudonym().with(extension).signed_by(&root().key)
}

fn anchors(file: &mut Draft) {
    let (root, ca) = (root(), issuing());
    let leaf = ca.pseudonym().signed_by(&ca.key);
    let ca_cert = ca.certificate(&root);
    let input = chain(&[&leaf, &ca_cert]).int("at", NOW).text("profile", "pseudonym");
    file.group("Anchors: what the verifier trusts, and not what the chain says", input);
    let with = |id: &str, comment: &str, anchors: &[&[u8]]| {
        case(id, comment, &["RFC 5280 6.1.1", "mimi-mls.md 3.4.3"]).input(Object::new().with("anchors", hexes(anchors)))
    };
    let root_cert = root.certificate(&root);
    file.valid(with("anchor-root", "the root", &[&root_cert]), Object::new().int("anchor", 0));
    file.valid(with("anchor-ca", "the issuing CA itself", &[&ca_cert]), Object::new().int("anchor", 0));
    let other = Authority { name: "B Root", key: cast::key(Algorithm::P256, "mallory") };
    let other_cert = other.certificate(&other);
    file.valid(with("anchor-second", "the root is the second one", &[&other_cert, &root_cert]), Object::new().int("anchor", 1));
    let expired = Made { validity: [time(TODAY - 30 * DAY), time(TODAY - 20 * DAY)], ..root.certified_by(&root) };
    let comment = "the anchor's certificate has expired: trust in it does not come from its dates";
    file.valid(with("anchor-expired", comment, &[&expired.signed_by(&root.key)]), Object::new());
    let mut refused = |id: &str, comment: &str, anchors: &[&[u8]]| {
        file.refused(with(id, comment, anchors).differs_from("anchor-root"), "x509/issuer-untrusted");
    };
    refused("anchor-none", "nobody", &[]);
    refused("anchor-other", "another root", &[&other_cert]);
    let same_name = Authority { name: root.name, key: cast::key(Algorithm::P256, "mallory") };
    refused("anchor-same-name", "another root of the same name", &[&same_name.certificate(&same_name)]);
    let renamed = Authority { name: "A Renamed Root", key: root.key.clone() };
    refused("anchor-renamed", "a root with this key and another name", &[&renamed.certificate(&renamed)]);
}

fn times(file: &mut Draft) {
    let (root, ca) = (root(), issuing());
    let short = Made { validity: [time(TODAY - DAY), time(TODAY + 10 * DAY)], ..ca.certified_by(&root) };
    let (leaf, ca_cert) = (ca.pseudonym().signed_by(&ca.key), short.signed_by(&root.key));
    file.group(
        "Times: the end entity is valid for 30 days, its CA for 10",
        below_root().without("at").with("chain", hexes(&[&leaf, &ca_cert])),
    );
    let at = |id: &str, comment: &str, at: i64| {
        case(id, comment, &["RFC 5280 6.1.3 (a)(2)", "RFC 5280 4.1.2.5"]).input(Object::new().int("at", at))
    };
    file.valid(
        at("time-first", "the first second", TODAY),
        Object::new().int("not_before", TODAY).int("not_after", TODAY + 10 * DAY),
    );
    file.valid(at("time-last", "the last second of the CA", TODAY + 10 * DAY), Object::new());
    file.refused(at("time-before", "a second too early", TODAY - 1).differs_from("time-first"), "x509/not-yet-valid");
    file.refused(at("time-after", "a second after the CA has expired", TODAY + 10 * DAY + 1), "x509/expired");
    file.refused(at("time-before-1970", "a time before 1970", -1).differs_from("time-first"), "x509/not-yet-valid");
    let alone = root.pseudonym().signed_by(&root.key);
    let input = below_root().without("at").with("chain", hexes(&[&alone]));
    file.group("Times of an end entity alone", input);
    file.valid(at("time-last-of-leaf", "the last second", TODAY + 30 * DAY), Object::new());
    file.refused(at("time-after-leaf", "a second too late", TODAY + 30 * DAY + 1), "x509/expired");
    let future = Made { validity: [time(TODAY + DAY), time(TODAY + 3650 * DAY)], ..ca.certified_by(&root) }.signed_by(&root.key);
    file.group("Times of a CA", below_root());
    file.valid(of("ca-valid", "a CA that is valid", &["RFC 5280 6.1.3 (a)(2)"], &[&leaf, &ca.certificate(&root)]), Object::new());
    file.refused(of("ca-future", "a CA of tomorrow", &["RFC 5280 6.1.3 (a)(2)"], &[&leaf, &future]), "x509/not-yet-valid");
}

fn form(file: &mut Draft) {
    let root = root();
    let good = root.pseudonym();
    file.group("How certificates are written", below_root());
    let rules = &["RFC 5280 4.1", "X.690 10"];
    let der = good.signed_by(&root.key);
    file.valid(of("written-good", "DER, version 3", rules, &[&der]), Object::new());
    let mut refused = |id: &str, comment: &str, der: &[u8]| file.refused(of(id, comment, rules, &[der]), "x509/malformed");
    refused("cut", "the last octet is missing", der.get(..der.len() - 1).unwrap_or_default());
    refused("after", "an octet after", &[der.as_slice(), &[0]].concat());
    refused("nothing", "no octets", &[]);
    let made = |change: &dyn Fn(&mut Made)| {
        let mut made = good.clone();
        change(&mut made);
        made.signed_by(&root.key)
    };
    refused("version-2", "version 2", &made(&|made| made.version = explicit(0, &[&der::integer(&[1])])));
    refused("version-1", "version 1, which is not written", &made(&|made| made.version = Vec::new()));
    refused("serial-zero", "the serial number is zero", &made(&|made| made.serial = vec![0]));
    refused("serial-negative", "the serial number is negative", &made(&|made| made.serial = vec![0x80, 1]));
    refused("serial-long", "the serial number has 21 octets", &made(&|made| made.serial = vec![0x7f; 21]));
    refused("serial-padded", "the serial number has a needless zero", &made(&|made| made.serial = vec![0, 0x42]));
    refused("ends-before-it-begins", "notAfter is before notBefore", &made(&|made| made.validity.reverse()));
    refused(
        "true-is-1",
        "cA is TRUE, spelt 01",
        &made(&|made| {
            *made = made.clone().with(extension(BASIC_CONSTRAINTS, Critical::Yes, &sequence(&[&[der::BOOLEAN, 1, 1]])));
        }),
    );
    let twice = |made: &mut Made| made.extensions.push(extension(BASIC_CONSTRAINTS, Critical::Yes, &sequence(&[])));
    refused("extension-twice", "basicConstraints twice", &made(&twice));
    let broken = |made: &mut Made| made.extensions.push(extension(SUBJECT_KEY, Critical::No, &[0x30, 5]));
    refused("extension-broken", "an extension that is cut off inside", &made(&broken));
    let algorithm = signature_algorithm(Algorithm::P256);
    let bits = element(
        der::BIT_STRING,
        &[&[1], &signature_over(Family::TbsCertificate, &good.to_be_signed(), &root.key).unwrap_or_default()],
    );
    let comment = "the last bit of the signature is said to be unused";
    refused("signature-unused-bits", comment, &sequence(&[&good.to_be_signed(), &algorithm, &bits]));
}
