//! What an Issuer sends to a Holder.

use mimicred_claims::Value;
use mimicred_keys::Algorithm;

use super::tokens::*;
use super::verify::{SPECIFICATIONS, good};
use crate::cast::{self, ISSUER, NOW, ROOM, public_jwk};
use crate::draft::{Draft, NewCase, case};
use crate::object::{Object, hex};

pub(super) fn file() -> Draft {
    let about = "Tokens as a Holder gets them from an Issuer: with all disclosures, those of decoys too, and in no KBT.";
    let mut file = Draft::new("sd-cwt/accept", "sd-cwt/accept", about, SPECIFICATIONS);
    tokens(&mut file);
    one_to_one(&mut file);
    expectations(&mut file);
    file
}

fn common() -> Object {
    Object::new().with("issuers", issuers()).int("now", NOW).with("confirmation_key", public_jwk(holder().public()))
}

fn of(id: &str, comment: &str, rules: &[&'static str], token: &Token) -> NewCase {
    of_octets(id, comment, rules, &token.sd_cwt())
}

fn of_octets(id: &str, comment: &str, rules: &[&'static str], token: &[u8]) -> NewCase {
    case(id, comment, rules).input(Object::new().hex("sd_cwt", token))
}

fn alice() -> Object {
    claims("170: \"Alice\"").list("disclosed", ["170"])
}

fn tokens(file: &mut Draft) {
    file.group("Issued tokens", common());
    let token = good();
    let new = of("good", "one claim that can be withheld", &["CWT-H-005", "CWT-H-006", "CWT-H-008", "CWT-H-017"], &token);
    file.valid(new.intermediates(token.token_anatomy()), alice().int("decoys", 0));
    let tagged = [&[0xd8, 0x3d], &token.sd_cwt()[..]].concat();
    file.valid(of_octets("cwt-tag", "tag 61 before it", &["CWT-E-005"], &tagged), alice());
    let kid = Token::new().with(Layer::Protected, "4", "'key'").with(Layer::Unprotected, "-65600", "0");
    file.valid(of("nothing-redacted", "nothing is redacted, and other headers", &["CWT-I-034", "CWT-E-030"], &kid), claims(""));
    let new = of_octets("bound", "a KBT, which no Issuer makes", &["CWT-H-017", "CWT-Y-011"], &token.octets());
    file.refused(new.flag("pitfall-holder-trusts").differs_from("good"), "sd-cwt/type-mismatch");
    let typed = token.clone().with(Layer::Protected, "16", "61");
    file.refused(of("typ-cwt", "the type of any CWT", &["CWT-H-017"], &typed).differs_from("good"), "sd-cwt/type-mismatch");
    let forged = token.clone().by_issuer(mallory(Algorithm::P256));
    let new = of("forged", "signed by somebody else", &["CWT-H-001"], &forged).flag("pitfall-holder-trusts");
    file.refused(new.differs_from("good"), "sd-cwt/signature-issuer");
    let new = of_octets("signature-flipped", "one bit of the signature is another", &["CWT-H-001"], &flipped(&token.sd_cwt()));
    file.refused(new.differs_from("good"), "sd-cwt/signature-issuer");
    let named = token.clone().claim("1", "\"https://other.example\"");
    let new = of("issuer-other", "iss is somebody who is not trusted", &["CWT-H-001", "CWT-H-002"], &named);
    file.refused(new.differs_from("good"), "sd-cwt/issuer-untrusted");
    let for_another = token.clone().claim("8", &cnf(mallory(Algorithm::Ed25519).public()));
    let new = of("for-another", "for another Holder's key", &["CWT-H-005"], &for_another);
    file.refused(new.differs_from("good"), "sd-cwt/confirmation");
    let thumbprint = bytes(&mimicred_cose::key::thumbprint_sha256(holder().public()));
    let by_thumbprint = Token::new().claim("8", &format!("{{5: {thumbprint}}}"));
    file.valid(
        of("cnf-thumbprint", "cnf names her key by its thumbprint", &["CWT-H-005", "CWT-K-007"], &by_thumbprint),
        Object::new(),
    );
    let expired = token.clone().claim("4", &NOW.to_string());
    file.refused(of("expired", "it expires now", &["CWT-H-004"], &expired).differs_from("good"), "sd-cwt/time");
    let early = token.clone().claim("5", &(NOW + 1).to_string()).claim("6", &(NOW + 1).to_string());
    file.refused(of("premature", "it begins in a second", &["CWT-H-004"], &early).differs_from("good"), "sd-cwt/time");
    let hash = token.with(Layer::Protected, "170", "-9999");
    file.refused(
        of("hash-unknown", "a hash that is not supported", &["CWT-H-006"], &hash).differs_from("good"),
        "sd-cwt/alg-unsupported",
    );
    let sealed = format!("[[{}, {}, {}]]", bytes(&[0; 12]), bytes(&[0; 20]), bytes(&[0; 16]));
    let encrypted = Token::new().with(Layer::Unprotected, "171", &sealed);
    let new =
        of("encrypted", "an encrypted disclosure", &["CWT-H-018", "CWT-I-030"], &encrypted).differs_from("nothing-redacted");
    file.refused(new, "sd-cwt/structure");
}

fn one_to_one(file: &mut Draft) {
    file.group("Digests and disclosures, one to one", common());
    let (child, decoy) = (salted(1, "\"DE\"", "6"), decoy(2));
    let parent = salted(3, &format!("{{{}}}", redacted(&[&child])), "187");
    let element = salted_element(4, "\"FR\"");
    let token = Token::new().claim("500", &format!("[{}]", element.element())).digest(&parent.digest()).digest(&decoy.digest());
    let all = [&child, &element, &decoy, &parent];
    let sending = |which: &[&Disclosure]| which.iter().fold(token.clone(), |token, disclosure| token.disclosing(disclosure));
    let expected = || claims("187: {6: \"DE\"}, 500: [\"FR\"]").int("decoys", 1);
    let whole = sending(&all);
    let rules = ["CWT-H-008", "CWT-H-010", "CWT-I-010", "CWT-I-011", "CWT-I-013", "CWT-D-004"];
    let new = of("whole", "a claim in a claim, an element and a decoy", &rules, &whole).intermediates(whole.token_anatomy());
    file.valid(new, expected().list("disclosed", ["187.6", "500[0]", "187"]));
    let reversed: Vec<_> = all.into_iter().rev().collect();
    file.valid(of("whole-reversed", "the same in another order", &["CWT-H-010", "CWT-I-032"], &sending(&reversed)), expected());
    for (id, comment, left_out) in [
        ("without-child", "the disclosure of the inner claim is missing", 0),
        ("without-element", "that of the element is", 1),
        ("without-decoy", "that of the decoy is", 2),
    ] {
        let kept: Vec<_> = all.into_iter().enumerate().filter(|(n, _)| *n != left_out).map(|(_, kept)| kept).collect();
        let new = of(id, comment, &["CWT-H-008", "CWT-I-013", "CWT-I-030", "CWT-D-004"], &sending(&kept)).differs_from("whole");
        file.refused(new, "sd-cwt/digest-unmatched");
    }
    let stray = whole.clone().disclosing(&salted(5, "true", "\"admin\""));
    let new = of("unreferenced", "a disclosure that no digest asks for", &["CWT-H-009", "CWT-I-013"], &stray)
        .flag("pitfall-unreferenced-disclosure");
    file.refused(new.differs_from("whole"), "sd-cwt/disclosure-unmatched");
    let orphan = Token::new().redacting(&salted(5, "1", "501")).disclosing(&child);
    let new = of("child-alone", "a disclosure whose digest is in one that is not there", &["CWT-H-010"], &orphan);
    file.refused(new.differs_from("whole"), "sd-cwt/disclosure-unmatched");
    let new = of("random-digest", "a digest that is of nothing", &["CWT-D-003", "CWT-H-008"], &whole.clone().digest(&[7; 32]));
    file.refused(new.differs_from("whole"), "sd-cwt/digest-unmatched");
    let content_only = mimicred_keys::sha256(element.content());
    let headless = Token::new().claim("500", &format!("[60({})]", bytes(&content_only))).disclosing(&element);
    let new = of("digest-without-head", "a digest over the content, without the head", &["CWT-I-009", "CWT trap 1"], &headless);
    file.refused(new.differs_from("whole"), "sd-cwt/digest-unmatched");
    let new =
        of("sent-twice", "a disclosure twice", &["CWT-H-011"], &whole.clone().disclosing(&element)).flag("pitfall-duplicate");
    file.refused(new.differs_from("whole"), "sd-cwt/digest-duplicate");
    let new =
        of("digest-twice", "a digest twice", &["CWT-H-011"], &whole.clone().digest(&decoy.digest())).flag("pitfall-duplicate");
    file.refused(new.differs_from("whole"), "sd-cwt/digest-duplicate");
    let salt = Token::new().redacting(&salted(6, "1", "501")).redacting(&salted(6, "2", "502"));
    let new = of("salt-twice", "two disclosures with one salt", &["CWT-H-012", "CWT-I-008"], &salt).flag("pitfall-salt");
    file.refused(new.differs_from("whole"), "sd-cwt/disclosure-malformed");
    let taken = Token::new().claim("501", "1").redacting(&salted(6, "2", "501"));
    let new =
        of("claim-taken", "a disclosed claim that is there in clear", &["CWT-H-016"], &taken).flag("pitfall-claim-replaced");
    file.refused(new.differs_from("whole"), "sd-cwt/claim-collision");
}

fn expectations(file: &mut Draft) {
    file.group("What the Holder expects", common());
    let input = |token: &Token| Object::new().hex("sd_cwt", &token.sd_cwt());
    let token = good();
    let about = |id: &str, comment: &str, token: &Token, subject: &str| {
        case(id, comment, &["CWT-H-002"]).input(input(token).text("subject", subject))
    };
    file.valid(about("subject-own", "about her", &token, ALICE), alice());
    file.refused(about("subject-other", "about somebody else", &token, "mimi://a.example/u/bob"), "sd-cwt/subject");
    let without = Token::new().without(Layer::Payload, "2");
    let hidden = without.clone().redacting(&salted(1, &text(ALICE), "2"));
    file.valid(about("subject-disclosed", "about her, by a disclosure", &hidden, ALICE), claims("").list("disclosed", ["2"]));
    let other = without.clone().redacting(&salted(1, "\"mimi://a.example/u/bob\"", "2"));
    file.refused(about("subject-disclosed-other", "about somebody else, by a disclosure", &other, ALICE), "sd-cwt/subject");
    let nobody = without.redacting(&salted(1, "1", "501"));
    let new = of("subject-missing", "no sub among all claims", &["CWT-H-002", "CWT-I-017"], &nobody).differs_from("subject-own");
    file.refused(new, "sd-cwt/claim-missing");
    let addressed = Token::new().claim("3", &text(ROOM));
    let allowed = |id: &str, comment: &str, audience: &'static str| {
        case(id, comment, &["CWT-H-003"]).input(input(&addressed).list("audiences", [audience]))
    };
    file.valid(allowed("audience-wanted", "for a room of hers", ROOM), claims(&format!("3: \"{ROOM}\"")));
    file.refused(allowed("audience-unwanted", "for a room that is not", "mimi://hub.example/r/other"), "sd-cwt/audience");

    let asked = Token::new().claim("39", "h'0102'");
    let nonce = |issuer: &str, nonce: &[u8], fresh_until: i64| {
        Value::from(Object::new().text("issuer", issuer).hex("nonce", nonce).int("fresh_until", fresh_until))
    };
    let given = |id: &str, comment: &str, token: &Token, nonces: Vec<Value<'static>>| {
        case(id, comment, &["CWT-H-007"]).input(input(token).list("client_nonces", nonces))
    };
    let new = given("cnonce-given", "the nonce that she gave", &asked, vec![nonce(ISSUER, &[1, 2], NOW)]);
    file.valid(new, claims("39: h'0102'"));
    let new = given("cnonce-other", "another one", &asked, vec![nonce(ISSUER, &[1, 3], NOW)]);
    file.refused(new, "sd-cwt/nonce");
    let new = given(
        "cnonce-other-issuer",
        "one that she gave to another Issuer",
        &asked,
        vec![nonce("https://b.example", &[1, 2], NOW)],
    );
    file.refused(new, "sd-cwt/nonce");
    let new = given("cnonce-stale", "one that is no longer fresh", &asked, vec![nonce(ISSUER, &[1, 2], NOW - 1)]);
    file.refused(new, "sd-cwt/nonce");
    file.refused(given("cnonce-never-given", "she gave none", &asked, vec![]), "sd-cwt/nonce");
    file.refused(
        given("cnonce-missing", "she gave one, and it is not there", &Token::new(), vec![nonce(ISSUER, &[1, 2], NOW)]),
        "sd-cwt/nonce",
    );
    let new = given("cnonce-text", "it is text", &Token::new().claim("39", "\"nonce\""), vec![nonce(ISSUER, &[1, 2], NOW)]);
    file.refused(new, "sd-cwt/claim-type");

    let new = case("policy-accepts", "a policy that accepts the claims", &["CWT-H-013", "CWT-H-014", "CWT-H-015"]);
    file.valid(new.input(input(&token).text("policy", "accepts")), alice());
    for (id, comment, policy, rules) in [
        ("policy-clear", "a policy refuses what is in clear", "refuses-clear", ["CWT-H-013"]),
        ("policy-containers", "a policy refuses how much is hidden", "refuses-containers", ["CWT-H-014"]),
        ("policy-restored", "a policy refuses the claims", "refuses-restored", ["CWT-H-015"]),
    ] {
        let new = case(id, comment, &rules).input(input(&token).text("policy", policy));
        file.refused(new, "sd-cwt/policy-refused");
    }
    let known = |key_id: &str| {
        let known = Object::new()
            .text("key_id", hex(key_id.as_bytes()))
            .with("key", public_jwk(cast::key(Algorithm::Ed25519, "holder").public()));
        input(&Token::new().claim("8", "{3: 'alice'}")).list("known_keys", [known])
    };
    file.valid(case("cnf-kid", "cnf names her key by a kid that she knows", &["CWT-K-014"]).input(known("alice")), Object::new());
    file.refused(
        case("cnf-kid-unknown", "by one that she does not know", &["CWT-K-014"]).input(known("bob")),
        "sd-cwt/confirmation",
    );
}
