//! Batches of credentials, each with one way in which they can be linked.

use mimicred_jose::base64url;
use mimicred_keys::{Algorithm, Family, ToBeSigned, sha256};

use super::x509::made::*;
use crate::cast;
use crate::draft::{Draft, NewCase, case};
use crate::object::{Object, hex};

/// How many credentials a batch here has.
const SIZE: usize = 6;

pub(super) fn files() -> Vec<Draft> {
    let about = "Batches of six credentials, of which four must share a value so that it hides them. Nothing is verified: what links them shows in \
                 their octets. Findings beyond those that a case is about are this implementation's.";
    let mut file = Draft::new("lint/batch", "lint/batch", about, &["mimi-mls.md 4.5"]);
    file.group("Certificates", Object::new().int("k", 4));
    certificates(&mut file);
    file.group("SD-JWT", Object::new().int("k", 4));
    tokens(&mut file);
    file.group("What is no credential", Object::new());
    malformed(&mut file);
    vec![file]
}

fn of(id: &str, comment: &str, rules: &[&'static str], items: &[Vec<u8>]) -> NewCase {
    case(id, comment, rules).input(Object::new().list("items", items.iter().map(|item| hex(item))))
}

/// What must be found, and nothing else.
fn found(clean: bool, traps: &[&str], kinds: &[&str]) -> Object {
    let list = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
    Object::new().with("clean", clean).list("traps", list(traps)).list("kinds", list(kinds))
}

/// Sixteen octets that look random.
fn drawn(what: &str, n: usize) -> Vec<u8> {
    sha256(format!("mimicred vectors: {what} {n}").as_bytes()).get(..16).unwrap_or_default().to_vec()
}

/// The issuing CA, with Ed25519, whose signatures are all of one size.
fn authority() -> Authority {
    Authority { name: "A Issuing CA", key: cast::key(Algorithm::Ed25519, "issuing CA") }
}

fn name_of(what: &str, letter: char, n: usize) -> Vec<u8> {
    uri(&format!("mimi://a.example/{letter}/{}", base64url::encode(&drawn(what, n))))
}

/// A pseudonym certificate like all others.
fn certificate(n: usize) -> Made {
    let mut serial = drawn("serial", n);
    if let Some(first) = serial.first_mut() {
        *first = (*first & 0x3f) | 0x40;
    }
    let spki = cast::key(Algorithm::Ed25519, &format!("pseudonym {n}")).public().to_spki_der();
    let made = Made { serial, spki, ..authority().pseudonym() };
    made.named(&[&name_of("pseudonym", 'p', n), &name_of("client", 'd', n)])
}

/// A batch in which something is done to each.
fn batch(change: impl Fn(usize, Made) -> Made) -> Vec<Vec<u8>> {
    (0..SIZE).map(|n| change(n, certificate(n)).signed_by(&authority().key)).collect()
}

/// Numbers that do not rise in the order of the items.
fn shuffled(n: usize) -> usize {
    [3, 0, 5, 1, 4, 2].get(n).copied().unwrap_or(n)
}

fn certificates(file: &mut Draft) {
    let clean = batch(|_, made| made);
    file.valid(of("clean", "all alike but for what is random", &["mimi-mls.md 4.5"], &clean), found(true, &[], &[]));
    let counted = batch(|n, made| {
        let (mut serial, place) = (certificate(0).serial, u8::try_from(shuffled(n)).unwrap_or(0));
        serial.iter_mut().skip(15).for_each(|last| *last = place);
        Made { serial, ..made }
    });
    file.valid(
        of("serials-counted", "serial numbers that were counted", &["mimi-mls.md 4.5 B-1"], &counted),
        found(false, &["B-1"], &["serial-sequential"]),
    );
    let seconds = batch(|n, made| {
        let begins = TODAY + 7 * i64::try_from(shuffled(n)).unwrap_or(0);
        Made { validity: [time(begins), time(TODAY + 30 * DAY)], ..made }
    });
    file.valid(
        of("times", "each is valid from another second on", &["mimi-mls.md 4.5 B-2"], &seconds),
        found(false, &["B-2"], &["time-unrounded", "time-distance"]),
    );
    let one_key = batch(|n, made| if n == 4 { Made { spki: certificate(1).spki, ..made } } else { made });
    file.valid(
        of("key-reused", "one key in two of them", &["mimi-mls.md 4.5 B-4"], &one_key),
        found(false, &["B-4"], &["key-reused"]),
    );
    let identified = batch(|n, made| {
        made.with(extension(SUBJECT_KEY, Critical::No, &crate::generate::der::octet_string(&drawn("key identifier", n))))
    });
    file.valid(
        of(
            "key-identifiers",
            "a subject key identifier in each: needless, and links nothing",
            &["mimi-mls.md 4.5 B-9"],
            &identified,
        ),
        found(true, &["B-9"], &["ski-present"]),
    );
    let addressed = batch(|n, made| {
        let (user, client) = (name_of("pseudonym", 'p', n), name_of("client", 'd', n));
        if n == 2 { made.named(&[&user, &client, &email("alice@a.example")]) } else { made }
    });
    file.valid(
        of("address", "an address in one of them", &["mimi-mls.md 4.5 B-10"], &addressed),
        found(false, &["B-10"], &["san-differs", "san-extra"]),
    );
    let named = batch(|n, made| Made { subject: name(if n == 2 { "Alice" } else { "A Member" }), ..made });
    file.valid(
        of("subjects", "another subject in one of them", &["mimi-mls.md 4.5 B-10"], &named),
        found(false, &["B-10"], &["subject-differs", "subject-present"]),
    );
    let worded = batch(|n, made| made.named(&[&uri(&format!("mimi://a.example/p/crazykoala{n}")), &name_of("client", 'd', n)]));
    file.valid(
        of("pseudonyms-alike", "pseudonyms with a word in common", &["mimi-mls.md 4.5 B-21"], &worded),
        found(false, &["B-21"], &["pseudonym-alike"]),
    );
    let known = clean.first().cloned().unwrap_or_default();
    let rest: Vec<Vec<u8>> = clean.get(1..).unwrap_or_default().to_vec();
    let other = batch(|n, made| if n == 4 { Made { spki: certificate(0).spki, ..made } } else { made });
    let input =
        Object::new().list("items", other.get(1..).unwrap_or_default().iter().map(|item| hex(item))).list("known", [hex(&known)]);
    file.valid(
        case("known-other", "a known credential that has nothing in common with them", &["mimi-mls.md 4.5"])
            .input(Object::new().list("items", rest.iter().map(|item| hex(item))).list("known", [hex(&known)])),
        found(true, &[], &[]),
    );
    file.valid(
        case("key-known", "a key of a known credential in one of them", &["mimi-mls.md 4.5 B-4"]).input(input),
        found(false, &["B-4"], &["key-known"]),
    );
}

/// An SD-JWT with one disclosure, whose salt and payload are these.
fn token(n: usize, salt: &[u8], issued: i64) -> Vec<u8> {
    let disclosure = base64url::encode(format!(r#"["{}","name","Alice"]"#, base64url::encode(salt)).as_bytes());
    let digest = base64url::encode(&sha256(disclosure.as_bytes()));
    let key = cast::key(Algorithm::Ed25519, &format!("pseudonym {n}"));
    let jwk = mimicred_jose::json::write_map(&mimicred_jose::jwk::public_members(key.public())).unwrap_or_default();
    let payload = format!(
        r#"{{"iss":"{}","iat":{issued},"exp":{},"cnf":{{"jwk":{jwk}}},"_sd":["{digest}"]}}"#,
        cast::ISSUER,
        TODAY + 30 * DAY
    );
    let input = format!(
        "{}.{}",
        base64url::encode(br#"{"alg":"EdDSA","typ":"mimi-identity+sd-jwt"}"#),
        base64url::encode(payload.as_bytes())
    );
    let signature = ToBeSigned::new(Family::Jws, input.clone()).ok().and_then(|tbs| authority().key.sign(&tbs));
    format!("{input}.{}~{disclosure}~", base64url::encode(&signature.unwrap_or_default())).into_bytes()
}

fn tokens(file: &mut Draft) {
    let all = |salt: &dyn Fn(usize) -> Vec<u8>, issued: &dyn Fn(usize) -> i64| -> Vec<Vec<u8>> {
        (0..SIZE).map(|n| token(n, &salt(n), issued(n))).collect()
    };
    let good = all(&|n| drawn("salt", n), &|_| TODAY);
    file.valid(of("tokens-clean", "all alike but for what is random", &["mimi-mls.md 4.5"], &good), found(true, &[], &[]));
    let repeated = all(&|n| drawn("salt", n.min(4)), &|_| TODAY);
    let new = of("salt-repeated", "one salt in two of them", &["mimi-mls.md 4.5 B-13"], &repeated).flag("pitfall-linkable");
    file.valid(new, found(false, &["B-13"], &["salt-repeated"]));
    let short = all(&|n| drawn("salt", n).get(..8).unwrap_or_default().to_vec(), &|_| TODAY);
    let new = of("salt-short", "salts of 64 bits", &["mimi-mls.md 4.5 B-13"], &short).flag("pitfall-salt");
    file.valid(new, found(false, &["B-13"], &["salt-short"]));
    let seconds = all(&|n| drawn("salt", n), &|n| TODAY + 7 * i64::try_from(shuffled(n)).unwrap_or(0));
    let new =
        of("issued-seconds", "each was issued in another second", &["mimi-mls.md 4.5 B-2"], &seconds).flag("pitfall-linkable");
    file.valid(new, found(false, &["B-2"], &["time-unrounded", "time-distance"]));
}

fn malformed(file: &mut Draft) {
    let good = batch(|_, made| made);
    let one = good.first().cloned().unwrap_or_default();
    file.valid(of("one", "a certificate alone", &["mimi-mls.md 4.5"], std::slice::from_ref(&one)), found(true, &[], &[]));
    let mut refused = |id: &str, comment: &str, item: Vec<u8>, code: &str| {
        file.refused(of(id, comment, &["mimi-mls.md 4.5"], &[one.clone(), item]), code);
    };
    refused("text", "a text", b"hello".to_vec(), "lint/unrecognised");
    refused("nothing", "no octets", Vec::new(), "lint/unrecognised");
    refused("jws", "a JWS without disclosures", b"eyJhbGciOiJFZERTQSJ9.e30.AA".to_vec(), "lint/unrecognised");
    refused(
        "certificate-cut",
        "a certificate without its last octet",
        one.get(..one.len() - 1).unwrap_or_default().to_vec(),
        "lint/unreadable",
    );
    let token = token(0, &drawn("salt", 0), TODAY);
    refused(
        "token-cut",
        "an SD-JWT that ends in its signature",
        token.split(|octet| *octet == b'~').next().map(|jwt| [jwt, b"~~"].concat()).unwrap_or_default(),
        "lint/unreadable",
    );
}
