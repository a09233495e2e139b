//! Presentations: what is disclosed, and where it goes.

use super::tokens::*;
use super::verify::{claims, of};
use crate::draft::Draft;

/// A presentation of a token with these members and disclosures.
fn presented(members: &str, disclosures: &[&str]) -> String {
    bind(&token(members, disclosures))
}

/// A presentation in whose `_sd` the digests of these disclosures stand, which are all there.
fn disclosing(jsons: &[&str]) -> String {
    let texts: Vec<_> = jsons.iter().map(|json| disclosure(json)).collect();
    let digests: Vec<_> = texts.iter().map(|text| digest(text)).collect();
    let [texts, digests] = [&texts, &digests].map(|all| all.iter().map(String::as_str).collect::<Vec<_>>());
    presented(&sd(&digests), &texts)
}

/// A presentation in which the digest of this disclosure stands in an array.
fn in_array(json: &str) -> String {
    let text = disclosure(json);
    presented(&format!(r#""list":[{}]"#, element(&digest(&text))), &[&text])
}

pub(super) fn write(file: &mut Draft) {
    places(file);
    shapes(file);
    names(file);
    spellings(file);
}

fn places(file: &mut Draft) {
    file.group("Disclosures and digests", bound());
    let (name, stray) = (disclosure(r#"["s1","name","Alice"]"#), disclosure(r#"["s2","admin",true]"#));
    let (digest_of_name, decoy) = (digest(&name), digest("nothing"));
    let alice = || claims(r#""name":"Alice""#);
    let one = presented(&sd(&[&digest_of_name, &decoy]), &[&name]);
    file.valid(
        of("one-and-decoy", "one disclosure, and a decoy", &["JWT-V-006", "JWT-D-005"], one),
        alice().int("undisclosed", 1),
    );
    let case = of(
        "unreferenced",
        "a disclosure that no digest asks for",
        &["JWT-V-015", "JWT-P-001"],
        presented(&sd(&[&digest_of_name, &decoy]), &[&name, &stray]),
    );
    file.refused(case.flag("pitfall-unreferenced-disclosure"), "sd-jwt/disclosure-unmatched");
    let case = of(
        "sent-twice",
        "a disclosure twice",
        &["JWT-V-016", "JWT-H-004"],
        presented(&sd(&[&digest_of_name, &decoy]), &[&name, &name]),
    );
    file.refused(case.flag("pitfall-duplicate"), "sd-jwt/digest-duplicate");
    let case = of(
        "digest-twice",
        "a digest twice, and disclosed",
        &["JWT-V-014"],
        presented(&sd(&[&digest_of_name, &digest_of_name]), &[&name]),
    );
    file.refused(case.flag("pitfall-duplicate"), "sd-jwt/digest-duplicate");
    let case = of("decoy-twice", "a decoy twice", &["JWT-V-014"], presented(&sd(&[&digest_of_name, &decoy, &decoy]), &[&name]));
    file.refused(case.flag("pitfall-duplicate"), "sd-jwt/digest-duplicate");

    let child = disclosure(r#"["s1","country","DE"]"#);
    let parent = disclosure(&format!(r#"["s2","address",{{{}}}]"#, sd(&[&digest(&child)])));
    let outer = sd(&[&digest(&parent)]);
    let expected = || claims(r#""address":{"country":"DE"}"#);
    file.valid(
        of("parent-first", "a disclosure inside another", &["JWT-V-011"], presented(&outer, &[&parent, &child])),
        expected(),
    );
    file.valid(
        of("child-first", "the same, the inner one first", &["JWT-V-011", "JWT-P-001"], presented(&outer, &[&child, &parent])),
        expected(),
    );
    let case = of("child-alone", "the inner one without the outer", &["JWT-V-015", "JWT-P-001"], presented(&outer, &[&child]));
    file.refused(case, "sd-jwt/disclosure-unmatched");
    let both = format!(r#"{},"o":{{{}}}"#, sd(&[&digest_of_name]), sd(&[&digest_of_name]));
    let case = of("digest-at-two-levels", "a digest at two levels", &["JWT-V-014"], presented(&both, &[&name]));
    file.refused(case.differs_from("one-and-decoy"), "sd-jwt/digest-duplicate");

    let first = disclosure(r#"["s1","DE"]"#);
    let list = format!(r#""list":[{},{},"FR"]"#, element(&digest(&first)), element(&decoy));
    let expected = claims(r#""list":["DE","FR"]"#).list("disclosed", ["list.[0]"]);
    let case = of(
        "elements",
        "an element in its place, another one not disclosed",
        &["JWT-V-011", "JWT-V-012", "JWT-I-003"],
        presented(&list, &[&first]),
    );
    file.valid(case, expected.without("disclosed"));
    let inside = disclosure(r#"["s1","make","Lada"]"#);
    let cars = format!(r#""cars":[{{{},"year":1984}}]"#, sd(&[&digest(&inside)]));
    let case = of("object-in-array", "a claim of an object in an array", &["JWT-V-005"], presented(&cars, &[&inside]));
    file.valid(case, claims(r#""cars":[{"year":1984,"make":"Lada"}]"#));
    let padded = format!("{digest_of_name}=");
    let case = of("digest-padded", "the digest is written with padding", &["JWT-V-028"], presented(&sd(&[&padded]), &[&name]));
    file.refused(case.differs_from("one-and-decoy"), "sd-jwt/disclosure-unmatched");
    let list = disclosure(r#"["s1","list",[]]"#);
    let case = of(
        "empty-array",
        "a disclosed value that is an empty array",
        &["JWT-V-013"],
        presented(&sd(&[&digest(&list)]), &[&list]),
    );
    file.valid(case, claims(r#""list":[]"#));
}

fn shapes(file: &mut Draft) {
    file.group("The form of disclosures, all of them with signed digests", bound());
    let in_object = |json: &str| disclosing(&[json]);
    let rules = ["JWT-E-006", "JWT-E-007", "JWT-V-007"];
    file.valid(
        of("object-3", "salt, name and value", &rules, in_object(r#"["s1","name","Alice"]"#)),
        claims(r#""name":"Alice""#),
    );
    for (id, comment, json) in [
        ("object-2", "no name", r#"["s1","Alice"]"#),
        ("object-1", "a salt only", r#"["s1"]"#),
        ("object-0", "nothing", "[]"),
        ("object-4", "one more", r#"["s1","name","Alice","more"]"#),
        ("object-object", "an object instead of the array", r#"{"salt":"s1","name":"name","value":"Alice"}"#),
        ("object-salt-number", "the salt is a number", r#"[1,"name","Alice"]"#),
        ("object-name-number", "the name is a number", r#"["s1",1,"Alice"]"#),
    ] {
        let case = of(id, comment, &rules, in_object(json)).flag("pitfall-malformed-disclosure").differs_from("object-3");
        file.refused(case, "sd-jwt/disclosure-malformed");
    }
    let rules = ["JWT-E-008", "JWT-V-008"];
    file.valid(of("array-2", "salt and value", &rules, in_array(r#"["s1","Alice"]"#)), claims(r#""list":["Alice"]"#));
    for (id, comment, json) in
        [("array-3", "a name in an array", r#"["s1","name","Alice"]"#), ("array-1", "a salt only", r#"["s1"]"#)]
    {
        let case = of(id, comment, &rules, in_array(json)).flag("pitfall-malformed-disclosure").differs_from("array-2");
        file.refused(case, "sd-jwt/disclosure-malformed");
    }
}

fn names(file: &mut Draft) {
    file.group("Names that a disclosure may not have, and claims that it may not replace", bound());
    let rules = ["JWT-V-009", "JWT-E-009"];
    let near = disclosing(&[r#"["s1","_sd2",["x"]]"#, r#"["s2","....","x"]"#]);
    file.valid(of("names-near", "names that are nearly reserved", &rules, near), claims(r#""_sd2":["x"],"....":"x""#));
    let case = of("named-sd", "a claim by the name of _sd", &rules, disclosing(&[r#"["s1","_sd",["x"]]"#]));
    file.refused(case.flag("pitfall-reserved-name"), "sd-jwt/reserved-name");
    let case = of("named-dots", "a claim by the name of ...", &rules, disclosing(&[r#"["s1","...","x"]"#]));
    file.refused(case.flag("pitfall-reserved-name"), "sd-jwt/reserved-name");
    let case =
        of("named-sd-alg", "a claim by the name of _sd_alg", &["JWT-E-014"], disclosing(&[r#"["s1","_sd_alg","sha-256"]"#]));
    file.refused(case.flag("pitfall-reserved-name"), "sd-jwt/reserved-name");
    let case = of("sd-is-text", "_sd is text", &["JWT-E-012"], presented(&format!(r#""_sd":"{}""#, digest("nothing")), &[]));
    file.refused(case, "sd-jwt/reserved-name");
    let nested = format!(r#""o":{{"_sd_alg":"sha-256",{}}}"#, sd(&[&digest("nothing")]));
    file.refused(
        of("sd-alg-nested", "_sd_alg inside of an object", &["JWT-E-014"], presented(&nested, &[])).flag("pitfall-hash"),
        "sd-jwt/reserved-name",
    );
    let beside = format!(r#""list":[{{"...":"{}","x":1}}]"#, digest("nothing"));
    file.refused(
        of("dots-not-alone", "... beside another member", &["JWT-E-013"], presented(&beside, &[])),
        "sd-jwt/reserved-name",
    );

    let name = disclosing(&[r#"["s1","name","Alice"]"#, r#"["s2","email","alice@a.example"]"#]);
    file.valid(of("two-names", "two claims", &["JWT-V-010"], name), claims(r#""name":"Alice","email":"alice@a.example""#));
    let case = of(
        "replacing-iss",
        "a disclosure named iss",
        &["JWT-V-010", "JWT-I-009"],
        disclosing(&[r#"["s1","iss","https://evil.example"]"#]),
    );
    file.refused(case.flag("pitfall-claim-replaced"), "sd-jwt/claim-collision");
    let twice = disclosing(&[r#"["s1","name","Alice"]"#, r#"["s2","name","Mallory"]"#]);
    file.refused(
        of("one-name-twice", "two disclosures of one name", &["JWT-V-010"], twice).flag("pitfall-claim-replaced"),
        "sd-jwt/claim-collision",
    );
}

fn spellings(file: &mut Draft) {
    file.group("How disclosures are spelt", bound());
    let spaced = "[ \"s1\",\n\"n\\u0061me\" , \"\\ud83d\\ude00\" ]";
    let rules = ["JWT-E-010", "JWT-V-004"];
    let case =
        of("spelt-otherwise", "white space and escapes; the digest is over the text as it is", &rules, disclosing(&[spaced]));
    file.valid(case.flag("pitfall-panic"), claims(r#""name":"😀""#));
    let (one, other) = (disclosure(spaced), disclosure(r#"["s1","name","😀"]"#));
    let case =
        of("respelt", "the same JSON, spelt otherwise than it was signed", &rules, presented(&sd(&[&digest(&one)]), &[&other]));
    file.refused(case.flag("pitfall-encoding"), "sd-jwt/disclosure-unmatched");
    let lone = disclosing(&[r#"["s1","name","\ud83d"]"#]);
    file.refused(
        of("lone-surrogate", "half of an escaped pair", &["JWT-E-006"], lone).flag("pitfall-malformed-disclosure"),
        "sd-jwt/disclosure-malformed",
    );
    let octets = mimicred_jose::base64url::encode(b"[\"s1\",\"name\",\"\xff\"]");
    let case = of("not-utf-8", "an octet that is no text", &["JWT-E-006"], presented(&sd(&[&digest(&octets)]), &[&octets]));
    file.refused(case.flag("pitfall-malformed-disclosure"), "sd-jwt/disclosure-malformed");
    let twice = disclosing(&[r#"["s1","o",{"a":1,"\u0061":2}]"#]);
    file.refused(of("disclosed-member-twice", "a member twice in the value", &["JWT-E-016"], twice), "sd-jwt/json-malformed");
}
