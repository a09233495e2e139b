//! Writes the seeds: `cargo run --manifest-path fuzz/Cargo.toml --example seeds`. They are the same every time. The published examples,
//! if they are there, become seeds beside these, in `target/corpus`.

use std::collections::BTreeMap;
use std::fs;
use std::io::Result;
use std::path::Path;

use mimicred_claims::{Redaction, RedactionPlan};
use mimicred_cose::cbor::Limits;
use mimicred_cose::edn;
use mimicred_cose::sign1::{self, CwtTag, Sign1};
use mimicred_fuzz::cast::jwt::{binding_payload, signing_input};
use mimicred_fuzz::cast::x509::{BINDING, provider};
use mimicred_fuzz::cast::{Counter, NOW, cast};
use mimicred_fuzz::status_list_token::{jwt_of, token_of};
use mimicred_fuzz::{
    Run, abuse_report, certificate_request, crl, disclosure, disclosure_bundle, escrow, jwt_disclosure, kbt, key_package,
    key_proof, mimi_protocol, mls_credential, room_policy, sd_jwt_kb,
};
use mimicred_jose::jws::Compact;
use mimicred_jose::{base64url, json};
use mimicred_keys::{HashAlgorithm, sha256};
use mimicred_sd_cwt::{Issuer, Preissuance};
use mimicred_sd_jwt::JsonForm;
use mimicred_sd_jwt::serialization::to_json;
use mimicred_status::{Bits, StatusList, StatusValue};
use mimicred_x509::{Certificate, CrlProfile, UnverifiedRequest, Validity, prepare_crl, prepare_request};

/// Claims sets as an Issuer is given them.
const GIVEN: [&str; 4] = [
    r#"{1: "https://i.example", 2: "s.example", 58(500): [58(true), 62(1), null], 501: 'octets'}"#,
    r#"{2: "s.example", 4: 1790001000, 5: 1789999000.5, 58("a"): {58(1): 2, "b": [58([58(1.5)])], 62(1): null}, 62(2): null}"#,
    r#"{3: ["v.example", "w.example"], 6: 1790000000, 7: h'01', 11: 5, 39: 'nonce', 65535: {"status_list": {"idx": 0, "uri": "x:"}}}"#,
    r#"{505: 4([-2, 58(27315)]), 506: 1(0), "c": simple(100), -1: undefined, -18446744073709551616: 18446744073709551615}"#,
];

/// The same as it is issued.
const ISSUED: &str = r#"{1: "i", 500: [60(h'0000000000000000000000000000000000000000000000000000000000000000'), 4([1])],
    simple(59): [h'0101010101010101010101010101010101010101010101010101010101010101']}"#;

/// Notation of every kind.
const NOTATION: &str = r##"[_ 1_0, -1_3, 0x1F, 1.5_2, 0x1.8p-3, NaN, float'7e01', -Infinity, "a\u{1F073}\n", 'b', h'00 / c / ff',
    b64'AAA=', `raw "d"`, (_ "e", "f"), (_ h'00', 'g'), ''_, {_ 1: 2, "x": 3_1}, << 1, {2: 3} >>, 'h' + h'69', 18([<<{1: -9}>>, {}, null, h'']),
    simple(59), true, undefined, dt'2026-11-23T08:00:00Z', DT'1969-07-21T02:56:16.5Z', # comment
    // comment
    /* comment */ 98765432109876543210]"##;

/// Claims sets of SD-JWTs.
const JWT_CLAIMS: [&str; 3] = [
    r#"{"iss":"https://i.example","exp":1790001000,"text":"é\n","list":[1,[null,{"a":true}]]}"#,
    r#"{"iss":"https://i.example","aud":["v.example","w.example"],"nbf":1.5e9,"n":-0,"":{"":{}}}"#,
    r#"{"sub":"s.example","iat":1789999999.5,"vct":"urn:x","status":{"status_list":{"idx":0,"uri":"x:"}}}"#,
];

/// SD-JWTs that are none, or hardly.
const JWTS: [(&str, &str); 4] = [
    ("parts", "eyJhbGciOiJFUzI1NiJ9.e30.AAAA~WyJzIiwxXQ~"),
    ("none", "eyJhbGciOiJub25lIn0.e30.~"),
    ("json-bare", r#"{"payload":"e30","protected":"A","signature":"AAAA"}"#),
    (
        "json-others",
        r#"{"payload":"e30","signatures":[{"protected":"eyJhbGciOiJFUzI1NiJ9","signature":"AAAA","header":{"disclosures":["WyJzIiwxXQ"],
        "kb_jwt":"e30.e30.AA","kid":"\u00e9"}},{"protected":"eyJhbGciOiJFZERTQSJ9","signature":"AA"}]}"#,
    ),
];

/// JOSE headers.
const HEADERS: [(&str, &str); 12] = [
    ("usual", r#"{"alg":"ES256","typ":"x+sd-jwt"}"#),
    ("kb", r#"{"typ":"kb+jwt","alg":"Ed25519","kid":"1"}"#),
    ("x5c", r#"{"alg":"ES384","x5c":["MAA=","MAA="]}"#),
    ("x5c-empty", r#"{"alg":"ES512","x5c":[]}"#),
    ("crit", r#"{"alg":"ES256","crit":["exp"],"exp":1}"#),
    ("b64", r#"{"alg":"EdDSA","b64":false}"#),
    ("none", r#"{"alg":"nOne"}"#),
    ("twice", r#"{"alg":"ES256","\u0061lg":"none"}"#),
    ("unknown", r#" {"alg" : "HS256", "n":[1.50,-0,1e400,{"":null}], "t":"\ud83d\ude00\u0000\/"} "#),
    ("types", r#"{"alg":"ES256","typ":null}"#),
    ("deep", r#"{"alg":"ES256","d":[[[[[[[[]]]]]]]]}"#),
    ("jwk", r#"{"alg":"ES256","jwk":{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}}"#),
];

/// MIMI contents: all kinds of parts, and reveals in every arrangement.
const CONTENTS: [(&str, &str); 11] = [
    ("null", r#"[h'07070707070707070707070707070707', null, '', null, null, {}, [0, "", 0]]"#),
    (
        "all-fields",
        r#"[h'07070707070707070707070707070707', h'0100000000000000000000000000000000000000000000000000000000000000', 'topic', [false, 4294967295],
        h'01ff000000000000000000000000000000000000000000000000000000000000', {1: "mimi://a.example/p/x", 2: "mimi://b.example/r/y",
        256: [[h'12', 32("u:")], {h'': 1.5, "a": NaN}], 9007199254740991: 0, -1: simple(59), "x": -9007199254740991},
        [255, "en,de", 1, "text/plain;charset=utf-8", 'hello']]"#,
    ),
    (
        "external",
        r#"[h'07070707070707070707070707070707', null, '', [true, 60], null, {},
        [6, "", 2, "video/mp4", "https://a.example/x", 1, 18446744073709551615, 1, h'00', h'01', h'02', 1, h'03', "d", "f"]]"#,
    ),
    (
        "sd-jwt",
        r#"[h'07070707070707070707070707070707', null, '', null, null, {}, [3, "", 1, "application/sd-jwt", 'e30.e30.AA~WzFd~e30.e30.AA']]"#,
    ),
    (
        "credential",
        r#"[h'07070707070707070707070707070707', null, '', null, null, {}, [3, "", 1, "application/mls-credential;name=x509", h'000206053003020100']]"#,
    ),
    (
        "credential-mismatch",
        r#"[h'07070707070707070707070707070707', null, '', null, null, {}, [3, "", 1, "application/mls-credential;name=sd_cwt", h'000206053003020100']]"#,
    ),
    (
        "bundle",
        r#"[h'07070707070707070707070707070707', null, '', null, null, {}, [3, "", 1, "application/mimi-disclosure-bundle",
        h'00010c' + 'mimi://a/r/x' + h'0c' + 'mimi://a/p/x' + h'06' + h'0302d284' + h'0400']]"#,
    ),
    (
        "two",
        r#"[h'07070707070707070707070707070707', null, '', null, null, {}, [3, "", 3, 2, [[3, "", 1, "application/kb+cwt", h'd284'],
        [0, "", 1, "message/mls", h'0001000509']]]]"#,
    ),
    (
        "alternatives",
        r#"[h'07070707070707070707070707070707', null, '', null, null, {}, [3, "", 3, 0, [[1, "", 1, "text/plain", 'x'],
        [3, "", 1, "application/sd-jwt", 'e30'], [3, "", 1, "application/kb+cwt", h'd284']]]]"#,
    ),
    (
        "unit",
        r#"[h'07070707070707070707070707070707', null, '', null, null, {}, [3, "", 3, 2, [[3, "", 3, 1, [[3, "", 1, "application/kb+cwt", h'd284'],
        [3, "", 3, 0, [[3, "", 1, "application/sd+jwt", 'e30.e30.AA~e30.e30.AA'], [0, "", 0]]]]], [1, "", 1, "application/sd-cwt", h'd2']]]]"#,
    ),
    (
        "external-beside",
        r#"[h'07070707070707070707070707070707', null, '', null, null, {}, [3, "", 3, 2, [[3, "", 1, "application/kb+cwt", h'd284'],
        [6, "", 2, "a/b", "u:", 0, 0, 0, h'', h'', h'', 0, h'', "", ""]]]]"#,
    ),
];

fn main() -> Result<()> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for (name, content) in CONTENTS {
        write(&corpus, "mimi_content", name, &encoded(content))?;
    }
    for (target, name, seed) in certificates() {
        write(&corpus, target, name, &seed)?;
    }
    for (n, given) in GIVEN.iter().enumerate() {
        let given = encoded(given);
        write(&corpus, "claims_set", &format!("given-{n}"), &given)?;
        let token = issued(&given);
        write(&corpus, "sd_cwt", &format!("token-{n}"), &token)?;
        write(&corpus, "edn", &format!("token-{n}"), &token)?;
    }
    write(&corpus, "claims_set", "issued", &encoded(ISSUED))?;
    write(&corpus, "edn", "notation", NOTATION.as_bytes())?;
    write(&corpus, "edn", "octets", &encoded(NOTATION))?;
    for (target, run) in [("kbt", kbt::run as Run), ("disclosure", disclosure::run)] {
        for (name, seed) in found(run, 60_000, 2) {
            write(&corpus, target, &name, &seed)?;
        }
    }
    for (target, run) in [("sd_jwt_kb", sd_jwt_kb::run as Run), ("jwt_disclosure", jwt_disclosure::run)] {
        for (name, seed) in found(run, 60_000, 1) {
            write(&corpus, target, &name, &seed)?;
        }
    }
    for (target, seeds) in [
        ("mls_credential", mls_credential::seeds()),
        ("key_package", key_package::seeds()),
        ("mimi_protocol", mimi_protocol::seeds()),
        ("disclosure_bundle", disclosure_bundle::seeds()),
        ("key_proof", key_proof::seeds()),
        ("abuse_report", abuse_report::seeds()),
        ("escrow", escrow::seeds()),
    ] {
        for (name, seed) in seeds {
            write(&corpus, target, &name.replace('/', "-"), &seed)?;
        }
    }
    for (name, seed) in room_policy::seeds() {
        write(&corpus, "room_policy", &name.replace('/', "-"), &seed)?;
    }
    // Those that are put together from parts have a one in front.
    for (target, run) in [("key_package", key_package::run as Run), ("disclosure_bundle", disclosure_bundle::run)] {
        for (name, seed) in found(|octets| run(&[&[1], octets].concat()), 4_000, 2) {
            write(&corpus, target, &name, &[&[1], &seed[..]].concat())?;
        }
    }
    for (name, seed) in jwts() {
        write(&corpus, "sd_jwt", &name, seed.as_bytes())?;
    }
    for (name, header) in HEADERS {
        write(&corpus, "jws_header", name, header.as_bytes())?;
    }
    for (name, seed) in lists() {
        write(&corpus, "status_list_token", name, &seed)?;
    }
    published()
}

fn write(corpus: &Path, target: &str, name: &str, octets: &[u8]) -> Result<()> {
    let folder = corpus.join(target);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(name), octets)
}

/// What the provider of certificates has made, in DER, in PEM, and to be changed; and edits that come to something.
fn certificates() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let provider = provider();
    let with = |first: u8, octets: &[u8]| [&[first], octets].concat();
    let chain = [&provider.pseudonym, &provider.issuing].map(Certificate::to_pem).concat();
    let request = UnverifiedRequest::from_der(&certificate_request::good()).expect("a request of our own");
    let request = prepare_request(request.subject_key(), &BINDING).and_then(|prepared| prepared.sign(&provider.leaf));
    let list = prepare_crl(&provider.ca, &CrlProfile::new(7, Validity::days(NOW, 7).expect("days")));
    let list = list.and_then(|prepared| prepared.sign(&provider.key)).expect("a list of our own");
    vec![
        ("certificate", "root", with(0, provider.root.as_der())),
        ("certificate", "pseudonym", with(1, provider.pseudonym.as_der())),
        ("certificate", "identity", with(1, provider.identity.as_der())),
        ("certificate", "chain", with(2, chain.as_bytes())),
        ("certificate", "edited-pseudonym", vec![4, 0, 20, 1]),
        ("certificate", "edited-identity", vec![3, 0, 20, 1, 0, 100, 7]),
        ("certificate_request", "request", with(0, &certificate_request::good())),
        ("certificate_request", "pem", with(1, request.expect("a request of our own").to_pem().as_bytes())),
        ("certificate_request", "edited", vec![2, 0, 60, 1]),
        ("crl", "list", with(0, &crl::good())),
        ("crl", "pem", with(1, list.to_pem().as_bytes())),
        ("crl", "serials", vec![2, 1, 5, 2, 1, 0, 3, 0, 0xff, 1]),
        ("crl", "edited", vec![3, 0, 60, 1]),
    ]
}

fn encoded(text: &str) -> Vec<u8> {
    edn::parse(text, &edn::Limits::DEFAULT).expect("notation of our own")
}

/// A token of these claims, everything redacted. Its signature, different every time, is left out: the target makes a new one.
fn issued(given: &[u8]) -> Vec<u8> {
    let (mut claims, marked) = Preissuance::parse(given).expect("our own").into_parts();
    // What an Issuer must say is said where it is missing.
    let _ = claims.insert(1.into(), "https://i.example".into());
    let _ = claims.insert(2.into(), "s.example".into());
    claims.remove(&39.into());
    let all = RedactionPlan::new(Redaction::All).with_min_digests(2);
    let plan = if *marked.redaction() == Redaction::Marked(Default::default()) { &all } else { &marked };
    let issuer = Issuer::new(cast().issuer.public());
    let prepared = issuer.prepare(claims, cast().holder.public(), plan, &mut Counter(0)).expect("fit to be issued");
    unsigned(prepared.sign(&cast().issuer).expect("its key").as_bytes())
}

/// The same message without a signature.
fn unsigned(message: &[u8]) -> Vec<u8> {
    let parts = Sign1::parse(message, CwtTag::Refused, &Limits::DEFAULT).expect("our own");
    sign1::encode(parts.protected(), parts.unprotected(), parts.payload(), &[0; 64])
}

/// SD-JWTs with everything redacted and without signatures, which are different every time and made by the target; one of them in
/// JSON, one with a key binding.
fn jwts() -> Vec<(String, String)> {
    let mut jwts: Vec<_> = JWTS.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    for (n, claims) in JWT_CLAIMS.iter().enumerate() {
        let claims = json::parse(claims, &json::Limits::DEFAULT).expect("our own");
        let claims = claims.as_map().expect("an object").clone();
        let plan = RedactionPlan::new(Redaction::All).with_min_digests(2);
        let issuer = mimicred_sd_jwt::Issuer::new(cast().issuer.public());
        let prepared = issuer.prepare(claims, cast().holder.public(), &plan, &mut Counter(0)).expect("fit to be issued");
        let token = prepared.sign(&cast().issuer).expect("its key").into_string();
        let (jwt, disclosures) = token.split_once('~').expect("a token");
        let (signing_input, _) = jwt.rsplit_once('.').expect("a JWT");
        let token = format!("{signing_input}.AAAA~{disclosures}");
        let bound = format!("{token}{}.AAAA", signing_input_of_binding(&token));
        let form = if n == 0 { JsonForm::Flattened } else { JsonForm::General };
        jwts.push((format!("json-{n}"), to_json(&bound, form).expect("our own")));
        jwts.push((format!("lines-{n}"), lines(&token)));
        jwts.push((format!("token-{n}"), token));
        jwts.push((format!("bound-{n}"), bound));
    }
    jwts
}

/// What is inside of a token.
fn lines(token: &str) -> String {
    let parts = token.split(['.', '~']).enumerate().filter(|(n, part)| *n != 2 && !part.is_empty());
    let decoded = parts.map(|(_, part)| String::from_utf8(base64url::decode(part).expect("our own")).expect("JSON"));
    format!("!{}", decoded.collect::<Vec<_>>().join("\n"))
}

fn signing_input_of_binding(token: &str) -> String {
    let payload = binding_payload(token, HashAlgorithm::Sha256);
    signing_input(cast().jwt_header("kb+jwt").as_bytes(), payload.as_bytes())
}

/// For each thing that can come of an input, a few short ones that nobody chose.
fn found(run: impl Fn(&[u8]) -> &'static str, trials: u32, few: usize) -> BTreeMap<String, Vec<u8>> {
    let mut found: BTreeMap<&str, Vec<Vec<u8>>> = BTreeMap::new();
    for n in 0..trials {
        let len = usize::try_from(n % 60).expect("small");
        let block = sha256(&n.to_be_bytes());
        let octets = [block, sha256(&block)].concat();
        let octets = octets[..len].to_vec();
        let known = found.entry(run(&octets)).or_default();
        if known.len() < few {
            known.push(octets);
        }
    }
    let named = found.into_iter().flat_map(|(outcome, seeds)| {
        let outcome = outcome.rsplit('/').next().unwrap_or(outcome);
        seeds.into_iter().enumerate().map(move |(n, seed)| (format!("{outcome}-{n}"), seed))
    });
    named.collect()
}

fn lists() -> Vec<(&'static str, Vec<u8>)> {
    let mut list = StatusList::new(Bits::Two, 64);
    list.set(5, StatusValue::SUSPENDED).expect("an entry");
    let compressed = list.compress();
    let token = token_of(Bits::Two, &compressed);
    let parts = Sign1::parse(&token, CwtTag::Refused, &Limits::DEFAULT).expect("our own");
    let jwt = String::from_utf8(jwt_of(Bits::Two, &compressed)).expect("a JWS is text");
    let jwt = Compact::parse(&jwt).expect("our own");
    let unsigned_jwt = format!("{}.{}", jwt.signing_input(), base64url::encode(&[0; 64]));
    let bomb = StatusList::from_octets(Bits::Eight, vec![0; 1 << 18]).compress();
    let with = |mode: u8, octets: &[u8]| [&[mode], octets].concat();
    vec![
        ("token", with(0, &unsigned(&token))),
        ("claims", with(1, parts.payload())),
        ("reference", with(2, &encoded(r#"{"status_list": {"idx": 5, "uri": "https://i.example/1"}}"#))),
        ("jwt", with(0, unsigned_jwt.as_bytes())),
        ("jwt-claims", with(3, jwt.payload())),
        ("list", with(5, &compressed)),
        ("bomb", with(7, &bomb)),
    ]
}

/// The working group's examples.
fn published() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (examples, corpus) = (root.join("../../shared/vectors/ietf-sd-cwt"), root.join("target/corpus"));
    for (name, targets) in [
        ("issuer_cwt.cbor", ["sd_cwt", "edn"].as_slice()),
        ("kbt.cbor", &["edn", "sd_cwt"]),
        ("issuer_cwt.edn", &["edn"]),
        ("chosen-disclosures.edn", &["edn"]),
    ] {
        match fs::read(examples.join(name)) {
            Ok(octets) => targets.iter().try_for_each(|target| write(&corpus, target, &format!("published-{name}"), &octets))?,
            Err(_) => eprintln!("skipped: {name} not present"),
        }
    }
    Ok(())
}
