//! Presentations of which a part is encrypted for some Verifiers.

use mimicred_claims::Value;
use mimicred_cose::SymmetricKey;
use mimicred_keys::aead::Aead;

use super::sealed::{SECRET, Sealed, entries};
use super::tokens::*;
use super::verify::{SPECIFICATIONS, alice, of, of_octets};
use crate::draft::{Draft, NewCase};
use crate::object::{Object, hex};

fn name() -> Disclosure {
    salted(1, "\"Alice\"", "170")
}

/// A token whose name is redacted, with this list of encrypted disclosures.
fn with_list(list: &str) -> Token {
    Token::new().digest(&name().digest()).with(Layer::Unprotected, "171", list)
}

fn with(sealed: &[Sealed]) -> Token {
    with_list(&entries(sealed))
}

fn key(octets: &[u8]) -> Object {
    Object::new().hex("key", octets)
}

fn keys(keys: impl IntoIterator<Item = Object>) -> Object {
    bound().with("disclosure_keys", Value::Array(keys.into_iter().map(Into::into).collect()))
}

pub(super) fn file() -> Draft {
    let about = "Presentations in which disclosures are encrypted (section 10 of the draft). What is encrypted is the encoded byte \
                 string with its head, and the digest is that of the disclosure in the clear.";
    let mut file = Draft::new("sd-cwt/verify-encrypted", "sd-cwt/verify", about, SPECIFICATIONS);
    with_key(&mut file);
    without_key(&mut file);
    contexts(&mut file);
    forms(&mut file);
    algorithms(&mut file);
    plaintexts(&mut file);
    file
}

fn with_key(file: &mut Draft) {
    file.group("With the key", keys([key(&SECRET)]));
    let sealed = Sealed::of(name().encoded());
    let good = with(std::slice::from_ref(&sealed));
    let intermediates = good
        .anatomy()
        .text("plaintext", hex(name().encoded()))
        .hex("digest", &name().digest())
        .hex("nonce", &sealed.nonce)
        .hex("ciphertext", &sealed.ciphertext)
        .hex("tag", &sealed.tag);
    let rules = ["CWT-A-001", "CWT-A-005", "CWT-A-012", "CWT-A-013", "CWT-A-014", "CWT-A-015", "CWT trap 3"];
    let new = of("opened", "one encrypted disclosure, under AES-128-GCM", &rules, &good).intermediates(intermediates);
    file.valid(new, alice().list("disclosed", ["170"]).int("pending", 0).int("undisclosed", 0));
    let email = salted(2, "\"alice@a.example\"", "179");
    let mixed = good.clone().redacting(&email);
    let new = of("mixed", "one in the clear, one encrypted", &["CWT-A-001", "CWT-A-014"], &mixed);
    file.valid(new, claims("170: \"Alice\", 179: \"alice@a.example\"").list("disclosed", ["179", "170"]));
    let bent = [
        ("nonce-flipped", "one bit of the nonce is another", Sealed { nonce: flipped(&sealed.nonce), ..sealed.clone() }),
        (
            "ciphertext-flipped",
            "one bit of the ciphertext is another",
            Sealed { ciphertext: flipped(&sealed.ciphertext), ..sealed.clone() },
        ),
        ("tag-flipped", "one bit of the tag is another", Sealed { tag: flipped(&sealed.tag), ..sealed.clone() }),
    ];
    for (id, comment, sealed) in bent {
        file.refused(of(id, comment, &["CWT-A-016"], &with(&[sealed])).differs_from("opened"), "sd-cwt/aead-auth");
    }
    let aad = Sealed::by(Aead::Aes128Gcm, &SECRET, 1, b"aad", name().encoded());
    let new = of("associated-data", "sealed with associated data", &["CWT-A-011"], &with(&[aad])).differs_from("opened");
    file.refused(new, "sd-cwt/aead-auth");
    let twice = with(&[sealed.clone(), Sealed::by(Aead::Aes128Gcm, &SECRET, 2, &[], name().encoded())]);
    let new = of("sealed-twice", "a disclosure twice, under two nonces", &["CWT-A-002"], &twice).flag("pitfall-duplicate");
    file.refused(new.differs_from("opened"), "sd-cwt/digest-duplicate");
    let new = of("clear-and-sealed", "a disclosure in both lists", &["CWT-A-002"], &good.clone().disclosing(&name()));
    file.refused(new.flag("pitfall-duplicate").differs_from("opened"), "sd-cwt/digest-duplicate");
    let stray = with(&[sealed.clone(), Sealed::by(Aead::Aes128Gcm, &SECRET, 2, &[], email.encoded())]);
    let new = of("sealed-unreferenced", "a disclosure that no digest asks for", &["CWT-A-015"], &stray)
        .flag("pitfall-unreferenced-disclosure");
    file.refused(new.differs_from("opened"), "sd-cwt/disclosure-unmatched");
    let octets = good.octets();
    let signature = octets.get(octets.len().saturating_sub(64)..).unwrap_or_default();
    let removed = Token::new().digest(&name().digest());
    let removed = mimicred_cose::sign1::encode(
        &removed.encoded(Layer::KbtProtected),
        &[0xa0],
        &removed.encoded(Layer::KbtPayload),
        signature,
    );
    let new = of_octets("sealed-taken-out", "an entry taken out after signing", &["CWT-A-019"], &removed);
    file.refused(new.differs_from("opened"), "sd-cwt/signature-holder");
    let child = salted(3, "\"DE\"", "6");
    let parent = salted(4, &format!("{{{}}}", redacted(&[&child])), "187");
    let both = [(1, &parent), (2, &child)].map(|(nonce, part)| Sealed::by(Aead::Aes128Gcm, &SECRET, nonce, &[], part.encoded()));
    let token = Token::new().digest(&parent.digest()).with(Layer::Unprotected, "171", &entries(&both));
    file.valid(
        of("nested", "one inside the other, both encrypted", &["CWT-A-015", "CWT-A-022"], &token),
        claims("187: {6: \"DE\"}"),
    );
}

fn without_key(file: &mut Draft) {
    file.group("Without a key", bound());
    let good = with(&[Sealed::of(name().encoded())]);
    let new = of("closed", "what stays closed is no fault", &["CWT-A-017", "CWT-A-018", "CWT trap 27"], &good);
    file.valid(new, claims("").int("pending", 1).int("undisclosed", 1));
    let child = salted(3, "\"DE\"", "6");
    let parent = salted(4, &format!("{{{}}}", redacted(&[&child])), "187");
    let token = Token::new().digest(&parent.digest()).disclosing(&child);
    let token = token.with(Layer::Unprotected, "171", &entries(&[Sealed::of(parent.encoded())]));
    let new =
        of("clear-child", "a disclosure in the clear, inside of one that stays closed", &["CWT-A-022", "CWT trap 26"], &token);
    file.refused(new, "sd-cwt/disclosure-unmatched");
}

fn contexts(file: &mut Draft) {
    let thumbprint = SymmetricKey::new(&SECRET).thumbprint_sha256();
    let other = key(&[0x77; 16]);
    file.group(
        "Keys and what names them",
        keys([key(&SECRET).int("number", 7), key(&SECRET).text("name", "moderators"), other.clone()]),
    );
    let named = |context: &str| with(&[Sealed::of(name().encoded()).named(context)]);
    for (id, comment, context) in [
        ("context-number", "a number", "7".to_owned()),
        ("context-name", "a text", "\"moderators\"".to_owned()),
        ("context-thumbprint", "the thumbprint of the key", bytes(&thumbprint)),
    ] {
        file.valid(of(id, comment, &["CWT-A-004", "CWT-A-020", "CWT-A-021"], &named(&context)), alice().int("pending", 0));
    }
    for (id, comment, context) in [
        ("context-number-unknown", "a number that nobody has", "8".to_owned()),
        ("context-name-unknown", "a text that nobody has", "\"owners\"".to_owned()),
        ("context-thumbprint-unknown", "the thumbprint of another key", bytes(&[7; 32])),
    ] {
        file.valid(of(id, comment, &["CWT-A-020", "CWT-A-021"], &named(&context)), claims("").int("pending", 1));
    }
    let unnamed = with(&[Sealed::of(name().encoded())]);
    let new = of("context-none", "no name, and the key without a name is another one", &["CWT-A-020", "CWT-A-016"], &unnamed);
    file.refused(new.differs_from("context-number"), "sd-cwt/aead-auth");
    for (id, comment, context) in [
        ("context-negative", "a negative number", "-1"),
        ("context-float", "a float", "7.0"),
        ("context-null", "null", "null"),
        ("context-map", "a map", "{}"),
        ("context-tagged", "a number under a tag", "1(7)"),
    ] {
        file.refused(of(id, comment, &["CWT-A-004"], &named(context)).differs_from("context-number"), "sd-cwt/aead-format");
    }
    file.group("Keys that do not fit the algorithm", keys([key(&[0x5a; 32])]));
    let new = of("key-long", "a key of 32 octets for AES-128-GCM", &["CWT-A-020"], &with(&[Sealed::of(name().encoded())]));
    file.refused(new.differs_from("opened"), "sd-cwt/alg-unsupported");
}

fn forms(file: &mut Draft) {
    file.group("The form of entries. Most of it is known without a key", bound());
    let sealed = Sealed::of(name().encoded());
    let fields = [bytes(&sealed.nonce), bytes(&sealed.ciphertext), bytes(&sealed.tag)];
    let [nonce, ciphertext, tag] = &fields;
    let whole = format!("[{nonce}, {ciphertext}, {tag}]");
    file.valid(
        of("form-good", "nonce, ciphertext and tag", &["CWT-A-003"], &with_list(&format!("[{whole}]"))),
        claims("").int("pending", 1),
    );
    let refused = |file: &mut Draft, id: &str, comment: &str, rules: &[&'static str], list: &str, code: &str| {
        file.refused(of(id, comment, rules, &with_list(list)).differs_from("form-good"), code);
    };
    for (id, comment, list) in [
        ("form-two-fields", "no tag", format!("[[{nonce}, {ciphertext}]]")),
        ("form-five-fields", "five fields", format!("[[{nonce}, {ciphertext}, {tag}, 7, 8]]")),
        ("form-nonce-text", "the nonce is text", format!("[[\"nonce\", {ciphertext}, {tag}]]")),
        ("form-ciphertext-null", "the ciphertext is null", format!("[[{nonce}, null, {tag}]]")),
        ("form-tag-array", "the tag is an array", format!("[[{nonce}, {ciphertext}, []]]")),
        ("form-octets", "an entry that is a byte string", "[h'00']".to_owned()),
        ("form-second", "the second one is wrong", format!("[{whole}, []]")),
    ] {
        refused(file, id, comment, &["CWT-A-003"], &list, "sd-cwt/aead-format");
    }
    refused(file, "form-empty", "an empty list", &["CWT-V-004", "CWT-A-003"], "[]", "sd-cwt/structure");
    refused(file, "form-map", "a map", &["CWT-A-003"], "{}", "sd-cwt/structure");
    let long = |octets: &[u8], count: usize| bytes(&octets.iter().copied().cycle().take(count).collect::<Vec<_>>());
    for (id, comment, list) in [
        ("nonce-11", "a nonce of 11 octets", format!("[[{}, {ciphertext}, {tag}]]", long(&sealed.nonce, 11))),
        ("nonce-16", "a nonce of 16 octets", format!("[[{}, {ciphertext}, {tag}]]", long(&sealed.nonce, 16))),
        ("tag-12", "a tag of 12 octets", format!("[[{nonce}, {ciphertext}, {}]]", long(&sealed.tag, 12))),
        (
            "tag-behind-ciphertext",
            "the tag behind the ciphertext, and none in its place",
            format!("[[{nonce}, {}, h'']]", bytes(&[sealed.ciphertext.clone(), sealed.tag.clone()].concat())),
        ),
        ("nonce-twice", "a nonce used twice", format!("[{whole}, {whole}]")),
    ] {
        refused(file, id, comment, &["CWT-A-010", "CWT-A-013"], &list, "sd-cwt/aead-format");
    }
    let protected = Token::new().digest(&name().digest()).with(Layer::Protected, "171", &format!("[{whole}]"));
    let new = of("list-protected", "the list is protected", &["CWT-A-001"], &protected).differs_from("form-good");
    file.refused(new, "sd-cwt/header");
}

fn algorithms(file: &mut Draft) {
    let wide = [0x5a; 32];
    file.group("Algorithms", keys([key(&SECRET).text("name", "16"), key(&wide).text("name", "32")]));
    let under = |id: &str, sealed: Sealed| with(&[sealed]).with(Layer::Protected, "172", id);
    for (number, id, aead) in [
        ("1", "aes-128-gcm", Aead::Aes128Gcm),
        ("2", "aes-256-gcm", Aead::Aes256Gcm),
        ("29", "chacha20-poly1305", Aead::ChaCha20Poly1305),
        ("30", "aes-128-gcm-siv", Aead::Aes128GcmSiv),
        ("31", "aes-256-gcm-siv", Aead::Aes256GcmSiv),
    ] {
        let secret = wide.get(..aead.key_len()).unwrap_or_default();
        let sealed = Sealed::by(aead, secret, 1, &[], name().encoded()).named(&format!("\"{}\"", aead.key_len()));
        let rules = ["CWT-A-005", "CWT-A-007", "CWT trap 23"];
        file.valid(of(format!("aead-{id}"), &format!("sd_aead {number}"), &rules, &under(number, sealed)), alice());
    }
    let sealed = || Sealed::of(name().encoded()).named("\"16\"");
    let other = Sealed::by(Aead::Aes128GcmSiv, &SECRET, 1, &[], name().encoded()).named("\"16\"");
    let new = of("aead-other", "sealed with another algorithm than the token names", &["CWT-A-005"], &under("1", other));
    file.refused(new.differs_from("aead-aes-128-gcm"), "sd-cwt/aead-auth");
    for number in (3..=14).chain([18, 19, 21, 22, 24, 25, 27, 28]) {
        let new = of(
            format!("aead-banned-{number}"),
            &format!("sd_aead {number}, which must not be used"),
            &["CWT-A-007", "CWT-A-008", "CWT trap 24"],
            &under(&number.to_string(), sealed()),
        );
        file.refused(new.differs_from("aead-aes-128-gcm"), "sd-cwt/alg-unsupported");
    }
    let named = Token::new().with(Layer::Protected, "172", "3");
    let new =
        of("aead-banned-unused", "the same with nothing encrypted", &["CWT-A-007"], &named).differs_from("aead-aes-128-gcm");
    file.refused(new, "sd-cwt/alg-unsupported");
    let unused = Token::new().with(Layer::Protected, "172", "2");
    file.valid(of("aead-unused", "sd_aead with nothing encrypted", &["CWT-A-023"], &unused), claims(""));
    for (id, comment, number) in
        [("aead-siv", "AES-SIV, whose parts are others", "15"), ("aead-unknown", "a number that is not assigned", "65535")]
    {
        let new = of(id, comment, &["CWT-A-006", "CWT-A-020", "CWT trap 25"], &under(number, sealed()));
        file.refused(new.differs_from("aead-aes-128-gcm"), "sd-cwt/alg-unsupported");
        let closed = under(number, Sealed::of(name().encoded()).named("\"nobody's\""));
        let new = of(format!("{id}-closed"), "the same, and there is no key", &["CWT-A-006", "CWT-A-017"], &closed);
        file.valid(new, claims("").int("pending", 1));
    }
    let aegis = |tag: usize| {
        let mut sealed = Sealed::of(name().encoded()).named("\"nobody's\"");
        sealed.nonce = vec![1; 16];
        sealed.tag = vec![7; tag];
        under("34", sealed)
    };
    let new = of("aegis-x-long-tag", "AEGIS-128X2 with a tag of 32 octets", &["CWT-A-009"], &aegis(32));
    file.valid(new, claims("").int("pending", 1));
    file.refused(of("aegis-x-short-tag", "the same with 16 octets", &["CWT-A-009"], &aegis(16)), "sd-cwt/aead-format");
    for (id, number) in [("aead-17-bits", "65536"), ("aead-negative", "-1"), ("aead-text", "\"1\""), ("aead-float", "1.0")] {
        let new = of(id, &format!("sd_aead is {number}").replace('"', ""), &["CWT-A-006"], &under(number, sealed()));
        file.refused(new.differs_from("aead-aes-128-gcm"), "sd-cwt/header");
    }
    let moved = with(&[sealed()]).with(Layer::Unprotected, "172", "1");
    let new = of("aead-unprotected", "sd_aead is not protected", &["CWT-A-005"], &moved).differs_from("aead-aes-128-gcm");
    file.refused(new, "sd-cwt/header");
}

fn plaintexts(file: &mut Draft) {
    file.group("What is inside", keys([key(&SECRET)]));
    let inside = |plaintext: &[u8]| {
        let disclosure = Disclosure::raw(plaintext.to_vec());
        Token::new().digest(&disclosure.digest()).with(Layer::Unprotected, "171", &entries(&[Sealed::of(plaintext)]))
    };
    let whole = name();
    let content = whole.content();
    file.valid(
        of("inside-good", "a disclosure with the head of its byte string", &["CWT-A-012", "CWT-A-024"], &inside(whole.encoded())),
        alice(),
    );
    let length = u8::try_from(content.len()).unwrap_or_default();
    let refused = |new: NewCase| new.differs_from("inside-good");
    for (id, comment, plaintext, code) in [
        ("inside-headless", "without the head", content.to_vec(), "disclosure-malformed"),
        ("inside-head-wide", "with a head longer than need be", [&[0x59, 0, length], content].concat(), "cbor-forbidden"),
        ("inside-octet-behind", "with an octet behind it", [whole.encoded(), &[0]].concat(), "cbor-malformed"),
        ("inside-empty", "nothing", vec![], "cbor-malformed"),
        ("inside-chunks", "a byte string in chunks", [&[0x5f], whole.encoded(), &[0xff]].concat(), "cbor-forbidden"),
    ] {
        let new = of(id, comment, &["CWT-A-012", "CWT-A-024", "CWT trap 3"], &inside(&plaintext));
        file.refused(refused(new), &format!("sd-cwt/{code}"));
    }
    let salt_short = Disclosure::written(&format!("[{}, \"Alice\", 170]", bytes(&[1; 15])));
    let new = of("inside-salt-15", "a salt of 15 octets", &["CWT-A-024"], &inside(salt_short.encoded())).flag("pitfall-salt");
    file.refused(refused(new), "sd-cwt/disclosure-malformed");
    let never = salted(1, &ISSUED.to_string(), "5");
    let new = of("inside-never-redacted", "nbf, which is never redacted", &["CWT-A-015", "CWT-V-023"], &inside(never.encoded()));
    file.refused(refused(new), "sd-cwt/redaction-forbidden");
}
