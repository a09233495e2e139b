//! Presentations for a Verifier: form and Issuer. What is in the files beside this one: headers, encoding, dates, the confirmation
//! key, the key binding, and what is disclosed.

use mimicred_cose::cbor::Writer;
use mimicred_keys::Algorithm;

use super::tokens::*;
use super::{
    verify_application, verify_binding, verify_disclosures, verify_encoding, verify_headers, verify_keys, verify_marks,
    verify_times,
};
use crate::cast::{ISSUER, NOW, public_jwk};
use crate::draft::{Draft, NewCase, case};
use crate::notation::{self, octets};
use crate::object::Object;
use crate::sign::FixedKey;

pub(super) const SPECIFICATIONS: &[&str] = &[
    "draft-ietf-spice-sd-cwt-08",
    "RFC 8392",
    "RFC 8747",
    "RFC 8949",
    "RFC 9052",
    "RFC 9596",
    "RFC 9597",
    "RFC 9679",
    "RFC 9864",
];

pub(super) fn file() -> Draft {
    let about = "Presentations as a Verifier gets them: an SD-CWT in a KBT. Each is signed by its Issuer and by its Holder, also where \
                 something else is wrong with it.";
    let mut file = Draft::new("sd-cwt/verify", "sd-cwt/verify", about, SPECIFICATIONS);
    form(&mut file);
    issuers_and_keys(&mut file);
    verify_headers::write(&mut file);
    verify_encoding::write(&mut file);
    verify_marks::write(&mut file);
    verify_disclosures::write(&mut file);
    verify_binding::write(&mut file);
    verify_times::write(&mut file);
    verify_keys::write(&mut file);
    verify_application::write(&mut file);
    file
}

/// A case whose input is a presentation.
pub(super) fn of(id: impl Into<String>, comment: &str, rules: &[&'static str], token: &Token) -> NewCase {
    of_octets(id, comment, rules, &token.octets())
}

pub(super) fn of_octets(id: impl Into<String>, comment: &str, rules: &[&'static str], presentation: &[u8]) -> NewCase {
    case(id, comment, rules).input(Object::new().hex("presentation", presentation))
}

/// One disclosed name.
pub(super) fn good() -> Token {
    Token::new().redacting(&salted(1, r#""Alice""#, "170"))
}

pub(super) fn alice() -> Object {
    claims(r#"170: "Alice""#)
}

fn form(file: &mut Draft) {
    file.group("How a presentation is put together", bound());
    let good = good();
    let rules = ["CWT-E-002", "CWT-E-003", "CWT-E-004", "CWT-P-001", "CWT-P-006", "CWT-V-001", "CWT-I-009", "CWT trap 4"];
    let case = of("good", "one disclosure", &rules, &good).intermediates(good.anatomy());
    file.valid(case, alice().list("disclosed", ["170"]).int("undisclosed", 0).int("pending", 0).int("issued_at", NOW));
    let nothing = Token::new();
    file.valid(
        of("nothing-disclosed", "no disclosures at all", &["CWT-P-003", "CWT-I-014", "CWT-I-034", "CWT-V-004"], &nothing),
        claims(""),
    );
    let octets = nothing.octets();
    let of_octets = |id: &str, comment: &str, rules: &[&'static str], octets: &[u8]| of_octets(id, comment, rules, octets);
    let tagged = [&[0xd8, 0x3d], &octets[..]].concat();
    file.valid(of_octets("cwt-tag", "tag 61 outside", &["CWT-E-005", "CWT trap 34"], &tagged), claims(""));

    let bare = good.sd_cwt();
    file.refused(
        of_octets("bare", "an SD-CWT that is in no KBT", &["CWT-P-001", "CWT-Y-011"], &bare).differs_from("good"),
        "sd-cwt/type-mismatch",
    );
    let plain = |id: &str, comment: &str, rules: &[&'static str], octets: &[u8]| {
        of_octets(id, comment, rules, octets).differs_from("nothing-disclosed")
    };
    file.refused(
        plain("octet-behind", "an octet behind it", &["CWT-E-003"], &[&octets[..], &[0]].concat()),
        "sd-cwt/cbor-malformed",
    );
    let cut = octets.split_last().map(|(_, rest)| rest).unwrap_or_default();
    file.refused(plain("cut-off", "the last octet is missing", &["CWT-E-003"], cut), "sd-cwt/cbor-malformed");
    file.refused(plain("empty", "nothing", &["CWT-E-003"], &[]), "sd-cwt/cbor-malformed");
    let untagged = octets.split_first().map(|(_, rest)| rest).unwrap_or_default();
    file.refused(plain("untagged", "no tag 18", &["CWT-E-004"], untagged), "sd-cwt/structure");
    let mac = [&[0xd1], untagged].concat();
    file.refused(plain("tag-17", "tag 17, COSE_Mac0", &["CWT-E-004"], &mac), "sd-cwt/structure");
    let kbt = [Layer::KbtProtected, Layer::KbtUnprotected, Layer::KbtPayload].map(|layer| nothing.encoded(layer));
    let five = [octets.as_slice(), &[0x40]].concat();
    let five = replaced_at(&five, 1, 0x85);
    file.refused(plain("five-parts", "five parts", &["CWT-E-004"], &five), "sd-cwt/structure");
    let mut writer = Writer::new();
    writer.raw(&[0xd2, 0x84]);
    let [protected, unprotected, payload] = kbt;
    writer.raw(&protected);
    writer.raw(&unprotected);
    writer.bytes(&payload);
    writer.bytes(&[0; 64]);
    let case = plain("protected-is-map", "the protected header is a map, not in a byte string", &["CWT-E-004"], &writer.finish());
    file.refused(case, "sd-cwt/structure");
    for (id, comment, octet) in
        [("payload-null", "the payload is detached", 0xf6_u8), ("payload-empty", "the payload is an empty byte string", 0x40)]
    {
        let mut writer = Writer::new();
        sign1_head(&mut writer, &protected, &unprotected);
        writer.raw(&[octet]);
        writer.bytes(&[0; 64]);
        file.refused(plain(id, comment, &["CWT-E-006"], &writer.finish()), "sd-cwt/structure");
    }
    let of = |id: &str, comment: &str, rules: &[&'static str], token: &Token| {
        of(id, comment, rules, token).differs_from("nothing-disclosed")
    };
    let array = Token::new().instead(Layer::Payload, vec![0x80]);
    file.refused(of("payload-is-array", "the payload of the SD-CWT is an array", &["CWT-E-006"], &array), "sd-cwt/structure");
    let array = Token::new().instead(Layer::KbtPayload, vec![0x80]);
    file.refused(of("kbt-payload-is-array", "the payload of the KBT is an array", &["CWT-E-006"], &array), "sd-cwt/structure");

    let sd_cwt = nothing.sd_cwt();
    let tagged = Token::new().kcwt([&[0xd8, 0x3d], &sd_cwt[..]].concat());
    file.refused(of("cwt-tag-inside", "tag 61 inside of kcwt", &["CWT-E-005", "CWT trap 34"], &tagged), "sd-cwt/structure");
    let mut writer = Writer::new();
    writer.bytes(&sd_cwt);
    let wrapped = Token::new().kcwt(writer.finish());
    file.refused(of("kcwt-wrapped", "kcwt in a byte string", &["CWT-P-006", "CWT trap 4"], &wrapped), "sd-cwt/structure");
    let two = Token::new().kcwt([&[0x82], &sd_cwt[..], &sd_cwt[..]].concat());
    file.refused(of("kcwt-twice", "two SD-CWTs in kcwt", &["CWT-P-006"], &two), "sd-cwt/structure");
    let untagged = sd_cwt.split_first().map(|(_, rest)| rest.to_vec()).unwrap_or_default();
    file.refused(of("kcwt-untagged", "kcwt without tag 18", &["CWT-P-006"], &Token::new().kcwt(untagged)), "sd-cwt/structure");
    let without = Token::new().instead(Layer::KbtProtected, notation::octets("{1: -19, 16: 294}"));
    file.refused(of("kcwt-missing", "a KBT without kcwt", &["CWT-V-001"], &without), "sd-cwt/header");
    let nested = Token::new().kcwt(nothing.octets());
    file.refused(of("kcwt-is-kbt", "a KBT in the KBT", &["CWT-Y-011"], &nested), "sd-cwt/type-mismatch");
}

fn sign1_head(writer: &mut Writer, protected: &[u8], unprotected: &[u8]) {
    writer.raw(&[0xd2, 0x84]);
    writer.bytes(protected);
    writer.raw(unprotected);
}

fn issuers_and_keys(file: &mut Draft) {
    file.group("The Issuer and its signature", bound().without("issuers"));
    let trusting_key = |token: &Token, key: &FixedKey| {
        Object::new().with("issuers", trusting(key.public())).hex("presentation", &token.octets())
    };
    let good = Token::new();
    let new = case("issuer-trusted", "name and key are trusted", &["CWT-V-002", "CWT-V-003"]);
    file.valid(new.input(trusting_key(&good, &issuer())), claims("").text("issuer", ISSUER));
    let new = case("issuer-other-key", "the name is trusted with another key", &["CWT-V-002"]);
    file.refused(new.input(trusting_key(&good, &mallory(Algorithm::P256))), "sd-cwt/signature-issuer");
    let named = |name: &str, key: &FixedKey| Object::new().text("issuer", name).with("key", public_jwk(key.public()));
    let among = |issuers: Vec<Object>, token: &Token| Object::new().list("issuers", issuers).hex("presentation", &token.octets());
    let new = case("issuer-other-name", "the key is trusted under another name", &["CWT-V-003"]).flag("pitfall-duplicate");
    file.refused(new.input(among(vec![named("https://other.example", &issuer())], &good)), "sd-cwt/issuer-untrusted");
    let other = mallory(Algorithm::P256);
    let signed_by_other = Token::new().by_issuer(other.clone());
    let both = vec![named(ISSUER, &issuer()), named("https://other.example", &other)];
    let new = case("issuer-crossed", "signed by a trusted Issuer, under the name of another one", &["CWT-V-003"]);
    file.refused(new.input(among(both, &signed_by_other)), "sd-cwt/issuer-untrusted");
    for (id, comment, name) in [
        ("issuer-name-slash", "the name is trusted with a slash behind it", "https://id.a.example/"),
        ("issuer-name-case", "the name is trusted in capitals", "HTTPS://ID.A.EXAMPLE"),
    ] {
        file.refused(
            case(id, comment, &["CWT-V-003"]).input(among(vec![named(name, &issuer())], &good)),
            "sd-cwt/issuer-untrusted",
        );
    }
    let new = case("issuer-nobody", "nobody is trusted", &["CWT-V-002", "CWT-K-015"]);
    file.refused(new.input(among(vec![], &good)), "sd-cwt/issuer-untrusted");
    let kid = Token::new().with(Layer::Protected, "4", "'https://id.a.example/key'");
    let new = case("issuer-kid", "a kid is a hint, and the trusted key verifies", &["CWT-K-015"]);
    file.valid(new.input(trusting_key(&kid, &issuer())), claims(""));
    let new = case("issuer-kid-only", "a kid that says where the key is, and nobody is trusted", &["CWT-K-015"]);
    file.refused(new.input(among(vec![], &kid)), "sd-cwt/issuer-untrusted");
    let flipped = Token::new().kcwt(flipped(&good.sd_cwt()));
    let new = case("issuer-signature-flipped", "one bit of the signature is another", &["CWT-V-002", "CWT-E-009"]);
    file.refused(new.differs_from("issuer-trusted").input(trusting_key(&flipped, &issuer())), "sd-cwt/signature-issuer");
    let short = good.sd_cwt();
    let (body, signature) = short.split_at(short.len().saturating_sub(66));
    let cut = [body, &[0x58, 0x3f], signature.get(3..).unwrap_or_default()].concat();
    let new = case("issuer-signature-short", "the signature lacks its first octet", &["CWT-E-009"]);
    let cut = Token::new().kcwt(cut);
    file.refused(new.differs_from("issuer-trusted").input(trusting_key(&cut, &issuer())), "sd-cwt/signature-issuer");
    let other_payload = Token::new().claim("500", "true").encoded(Layer::Payload);
    let resigned = good.sd_cwt();
    let (_, signature) = resigned.split_at(resigned.len().saturating_sub(64));
    let changed = mimicred_cose::sign1::encode(&good.encoded(Layer::Protected), &[0xa0], &other_payload, signature);
    let new = case("issuer-payload-changed", "a claim was added after signing", &["CWT-V-002", "CWT-E-008"]);
    let changed = Token::new().kcwt(changed);
    file.refused(new.differs_from("issuer-trusted").input(trusting_key(&changed, &issuer())), "sd-cwt/signature-issuer");
    let reordered = octets("{16: 293, 1: -9, 170: -16}");
    let protected = mimicred_cose::sign1::encode(&reordered, &[0xa0], &good.encoded(Layer::Payload), signature);
    let new = case("issuer-header-reordered", "the protected header is written anew, in another order", &["CWT-E-008"]);
    let protected = Token::new().kcwt(protected);
    let new = new.differs_from("issuer-trusted").flag("pitfall-encoding");
    file.refused(new.input(trusting_key(&protected, &issuer())), "sd-cwt/signature-issuer");

    let nameless = Token::new().without(Layer::Payload, "1");
    let new = case("issuer-unnamed", "no iss and no certificate", &["CWT-V-030", "CWT-I-016"]);
    file.refused(new.differs_from("issuer-trusted").input(trusting_key(&nameless, &issuer())), "sd-cwt/claim-missing");
    let certificate = "h'30820001'";
    let with_certificate = nameless.clone().with(Layer::Protected, "33", certificate);
    let entry = |octets: &str| {
        let entry = Object::new().text("certificate", octets).text("issuer", ISSUER).with("key", public_jwk(issuer().public()));
        among(vec![], &with_certificate).list("certified_issuers", [entry])
    };
    let new = case("issuer-certified", "a certificate that is trusted says who the Issuer is", &["CWT-I-016", "CWT-V-030"]);
    let usual = format!("2: \"{ALICE}\", 4: {EXPIRES}, 6: {ISSUED}, 8: {}", cnf(holder().public()));
    file.valid(new.input(entry("30820001")), all_claims(&usual).text("issuer", ISSUER));
    let new = case("issuer-certified-otherwise", "another certificate is trusted", &["CWT-I-016"]);
    file.refused(new.input(entry("30820002")), "sd-cwt/issuer-untrusted");
    let new = case("x5chain-text", "the certificate is text", &["CWT-I-016", "RFC 9360 2"]);
    let text = nameless.with(Layer::Protected, "33", "\"certificate\"");
    file.refused(new.input(among(vec![], &text)), "sd-cwt/header");
}
