//! Issuing, whose outputs are ours where RFC 5280 leaves a choice: the order of extensions, the serial numbers.

use mimicred_keys::Algorithm;

use super::made::*;
use crate::cast::{self, NOW, private_jwk, public_jwk};
use crate::draft::{Draft, case};
use crate::object::Object;

const SPECIFICATIONS: &[&str] = &["RFC 5280", "mimi-mls.md", "RFC 6979"];

/// An issuing CA with a key of this algorithm, and the validity that is asked for.
fn issuer(algorithm: Algorithm) -> Object {
    let ca = Authority { name: "A Issuing CA", key: cast::key(algorithm, "issuing CA") };
    let valid = Object::new().hex("issuer", &ca.certificate(&root())).with("issuer_key", private_jwk(&ca.key));
    valid.int("not_before", NOW).int("not_after", NOW + 30 * DAY).text("seed", "serials")
}

pub(super) fn pseudonyms() -> Draft {
    let about = "Pseudonym certificates that are issued. Validity is rounded to days, and all of them have the same extensions.";
    let mut file = Draft::new("x509/issue-pseudonym", "x509/issue-pseudonym", about, SPECIFICATIONS);
    let rules = &["mimi-mls.md 1.2", "mimi-mls.md 4.5 B-1", "mimi-mls.md 4.5 B-2", "mimi-mls.md 4.5 B-9"];
    for (algorithm, id) in
        [(Algorithm::Ed25519, "ed25519"), (Algorithm::P256, "p256"), (Algorithm::P384, "p384"), (Algorithm::P521, "p521")]
    {
        let key = public_jwk(holder().public());
        file.group(&format!("A CA with a key of {algorithm}"), issuer(algorithm).with("subject_key", key));
        let new = case(format!("by-{id}"), "a pseudonym and its client", rules)
            .input(Object::new().text("user", USER).text("client", CLIENT));
        file.valid(new.flag("exact-form"), Object::new());
    }
    file.group("Keys of end entities", issuer(Algorithm::P256).text("user", USER).text("client", CLIENT));
    for (algorithm, id) in [(Algorithm::P256, "p256"), (Algorithm::P384, "p384")] {
        let new = case(format!("for-{id}"), format!("a key of {algorithm}"), &["mimi-mls.md 1.3"]);
        let key = cast::key(algorithm, "holder");
        file.valid(new.input(Object::new().with("subject_key", public_jwk(key.public()))).flag("exact-form"), Object::new());
    }
    let new = case("for-p521", "a key of P-521, which is for issuers only", &["mimi-mls.md 1.3"]);
    let key = cast::key(Algorithm::P521, "holder");
    file.refused(new.input(Object::new().with("subject_key", public_jwk(key.public()))), "x509/alg-unsupported");
    file
}

pub(super) fn identities() -> Draft {
    let about = "Identity certificates that are issued.";
    let mut file = Draft::new("x509/issue-identity", "x509/issue-identity", about, SPECIFICATIONS);
    let rules = &["mimi-mls.md 1.2", "RFC 5280 4.1.2.6", "RFC 5280 4.2.1.6"];
    file.group("What they say", issuer(Algorithm::P256).with("subject_key", public_jwk(holder().public())));
    let all = Object::new()
        .text("display_name", "Z\u{f6}e Meier")
        .text("given_name", "Z\u{f6}e")
        .text("family_name", "Meier")
        .text("user", "mimi://a.example/u/zoe")
        .text("client", CLIENT)
        .list("uris", ["https://a.example/zoe"])
        .list("emails", ["zoe@a.example"])
        .text("policy", mimicred_x509::REAL_POLICY);
    file.valid(case("all", "everything that can be said", rules).input(all).flag("exact-form"), Object::new());
    let name = Object::new().text("display_name", "Zoe Meier");
    file.valid(case("name", "a name", rules).input(name).flag("exact-form"), Object::new());
    let new = case("no-name", "an address only: subjectAltName is critical", rules)
        .input(Object::new().list("emails", ["zoe@a.example"]));
    file.valid(new.flag("exact-form"), Object::new());
    let policy = Object::new().text("display_name", "Zoe Meier").text("policy", "2.5.x");
    file.refused(
        case("policy-malformed", "a policy that is no object identifier", &["X.680 32"]).input(policy).differs_from("name"),
        "x509/oid-malformed",
    );
    file
}

pub(super) fn roots() -> Draft {
    let about = "Certificates of root CAs that are issued.";
    let mut file = Draft::new("x509/issue-root", "x509/issue-root", about, SPECIFICATIONS);
    let common = Object::new().text("common_name", "A Root").text("organization", "A Example").text("seed", "serials");
    file.group("Keys of CAs", common.int("not_before", TODAY).int("not_after", TODAY + 3650 * DAY));
    for (algorithm, id) in
        [(Algorithm::Ed25519, "ed25519"), (Algorithm::P256, "p256"), (Algorithm::P384, "p384"), (Algorithm::P521, "p521")]
    {
        let new = case(id, format!("a key of {algorithm}"), &["RFC 5280 4.2.1.9", "RFC 5280 4.2.1.3"]);
        let key = private_jwk(&cast::key(algorithm, "root"));
        file.valid(new.input(Object::new().with("issuer_key", key)).flag("exact-form"), Object::new());
    }
    file
}

pub(super) fn issuing_cas() -> Draft {
    let about = "Certificates of issuing CAs below a root that are issued.";
    let mut file = Draft::new("x509/issue-ca", "x509/issue-ca", about, SPECIFICATIONS);
    let (root, ca) = (root(), issuing());
    let common = Object::new().hex("issuer", &root.certificate(&root)).with("issuer_key", private_jwk(&root.key));
    let common = common.text("common_name", "A Issuing CA").text("seed", "serials").int("not_before", TODAY);
    file.group("An issuing CA", common.int("not_after", TODAY + 365 * DAY));
    let new = case("p256", "a key of P-256", &["RFC 5280 4.2.1.9", "RFC 5280 4.2.1.1"]);
    file.valid(new.input(Object::new().with("subject_key", public_jwk(ca.key.public()))).flag("exact-form"), Object::new());
    file
}
