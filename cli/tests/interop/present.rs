//! `present`: what is disclosed, to whom, and when nothing is.

use mimicred_keys::Algorithm;

use crate::tool::*;

const MARKED: &str = "58(501): \"licence\", 58(502): [58(\"first\"), 58(\"second\")], 62(1): null";
const LISTED: &str = "--disclosure_list list.cbor";

/// A token, and the salts of what is in it.
struct Issued {
    folder: Folder,
    token: Vec<u8>,
}

impl Issued {
    fn new() -> Self {
        let folder = Folder::with_keys();
        let token = folder.issue(&claims(MARKED));
        Self { folder, token }
    }

    /// The salt of the disclosure that leaves this array without it.
    fn salt(&self, array: &str) -> String {
        let hash = hex(&mimicred_keys::sha256(&cbor_of(array)));
        self.salt_of(&hash)
    }

    fn salt_of(&self, name: &str) -> String {
        let salts = self.folder.salts();
        salts.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(',')).unwrap().to_owned()
    }

    fn list(&self, salts: &[String]) {
        let salts: Vec<_> = salts.iter().map(|salt| format!("h'{salt}'")).collect();
        self.folder.write("list.cbor", &cbor_of(&format!("[{}]", salts.join(", "))));
    }

    fn present(&self, more: &str) -> Ran {
        self.folder.run(&format!("present holder_priv.pem --issuer issuer_pub.pem --time {NOW} {more}"), &self.token)
    }

    /// What a Verifier sees beside the claims in clear.
    fn shown(&self, more: &str) -> Vec<u8> {
        self.folder.verify(&self.present(more).octets(), "").octets()
    }

    /// Those with the digests of the elements in them, whose salt cannot be found by hash here: the ones left over.
    fn salt_of_502(&self) -> String {
        let known = [self.salt("[\"licence\", 501]"), self.salt("[\"first\"]"), self.salt("[\"second\"]"), self.salt_of("1")];
        let salts = self.folder.salts();
        let mut others =
            salts.lines().map(|line| line.rsplit(',').next().unwrap().to_owned()).filter(|salt| !known.contains(salt));
        others.next().unwrap()
    }
}

/// CWT-C-005, CWT-C-006: all, none, and what the salts name, with what it stands in.
#[test]
fn disclosures_are_chosen_by_salt() {
    let issued = Issued::new();
    let first = issued.salt("[\"first\"]");
    assert_eq!(issued.shown(""), claims(""));
    let all = claims("501: \"licence\", 502: [\"first\", \"second\"]");
    assert_eq!(issued.shown("--disclose_all"), all);
    issued.list(&[]);
    assert_eq!(issued.shown(LISTED), claims(""));
    issued.list(&[issued.salt("[\"licence\", 501]")]);
    assert_eq!(issued.shown(LISTED), claims("501: \"licence\""));
    assert_eq!(issued.shown("--disclosure-list list.cbor"), claims("501: \"licence\""));
    issued.list(std::slice::from_ref(&first));
    assert_eq!(issued.shown(LISTED), claims("502: [\"first\"]"));
    issued.list(&[issued.salt_of_502()]);
    assert_eq!(issued.shown(LISTED), claims("502: []"));
    // A decoy is nothing to see; both options are all claims.
    issued.list(&[issued.salt_of("1"), first.clone(), first]);
    assert_eq!(issued.shown(LISTED), claims("502: [\"first\"]"));
    assert_eq!(issued.shown(&format!("{LISTED} --disclose-all")), all);
    let told = issued.present(LISTED);
    assert!(told.stderr.ends_with("reveals 502[0], 502\n"), "{}", told.stderr);
}

/// CWT-C-006: a salt that names nothing, and lists that are none.
#[test]
fn what_names_nothing_is_refused() {
    let issued = Issued::new();
    let known = issued.salt("[\"first\"]");
    for unknown in ["00000000000000000000000000000000", "", &known[2..], &format!("{known}00")] {
        issued.list(&[known.clone(), unknown.to_owned()]);
        let ran = issued.present(LISTED);
        ran.refused("sd-cwt/salt-unmatched");
        assert!(ran.stderr.contains("number 2 of 2"), "{}", ran.stderr);
        issued.present(&format!("{LISTED} --disclose_all")).refused("sd-cwt/salt-unmatched");
    }
    for (list, code) in [
        ("h'00'", "cose/structure"),
        ("{1: h'00'}", "cose/structure"),
        ("[\"00000000000000000000000000000000\"]", "cose/structure"),
        ("[_ h'00']", "cose/cbor-forbidden"),
    ] {
        issued.folder.write("list.cbor", &cbor_of(list));
        let ran = issued.present(LISTED);
        ran.refused(code);
        assert!(ran.stderr.starts_with("error: list.cbor: "), "{}", ran.stderr);
    }
    issued.folder.write("list.cbor", b"\x80\x80");
    issued.present(LISTED).refused("cose/cbor-malformed");
    issued.present("--disclosure_list nowhere.cbor").refused("cli/file-unreadable");
}

/// CWT-C-004: at the end of its validity, and before its beginning, a token is not presented.
#[test]
fn a_token_is_presented_within_its_dates() {
    let Issued { folder, token } = Issued::new();
    let present = |time: &str| folder.run(&format!("present holder_priv.pem --issuer issuer_pub.pem {time}"), &token);
    present("--time 1725244200").octets();
    present("--time 1725330599").octets();
    present("--time 1725330600").refused("sd-cwt/time");
    present("--time 1725243899").refused("sd-cwt/time");
    // Valid already, but bound before it was issued (CWT-T-010).
    present("--time 1725244199").refused("sd-cwt/time");
    present("").refused("sd-cwt/time");
}

/// CWT-C-005: the token is for this Holder, of this Issuer, whole and unchanged.
#[test]
fn only_a_token_of_ones_own_is_presented() {
    let Issued { folder, token } = Issued::new();
    folder.write("other.pem", secret(Algorithm::P256, 3).to_pem().as_bytes());
    folder.write("stranger.pem", secret(Algorithm::P384, 3).public().to_pem().as_bytes());
    let present = |keys: &str, token: &[u8]| folder.run(&format!("present {keys} --time {NOW}"), token);
    present("other.pem --issuer issuer_pub.pem", &token).refused("sd-cwt/confirmation");
    present("holder_priv.pem --issuer stranger.pem", &token).refused("sd-cwt/signature-issuer");
    let changed: Vec<u8> = {
        let mut changed = token.clone();
        let last = changed.len() - 1;
        changed[last] ^= 1;
        changed
    };
    present("holder_priv.pem --issuer issuer_pub.pem", &changed).refused("sd-cwt/signature-issuer");
    // Without its disclosures it is not what an Issuer sends.
    let kept = parts(&token);
    let bare = mimicred_cose::sign1::encode(kept.protected(), &[0xa0], kept.payload(), kept.signature());
    present("holder_priv.pem --issuer issuer_pub.pem", &bare).refused("sd-cwt/digest-unmatched");
}

/// CWT-C-005: the contract has no argument for the audience; it is fixed, and the environment can set it.
#[test]
fn the_audience_is_that_of_the_examples_or_of_the_environment() {
    let mut issued = Issued::new();
    let payload = |issued: &Issued| parts(&issued.present("").octets()).payload().to_vec();
    // No cnonce, and iat is the time given.
    assert_eq!(payload(&issued), cbor_of(&format!("{{3: \"{AUDIENCE}\", 6: {NOW}}}")));
    issued.folder.environment = vec![("MIMICRED_INTEROP_AUDIENCE", "https://other.example")];
    assert_eq!(payload(&issued), cbor_of(&format!("{{3: \"https://other.example\", 6: {NOW}}}")));
    let kbt = issued.present("").octets();
    issued.folder.verify(&kbt, "--audience https://other.example").octets();
    issued.folder.verify(&kbt, &format!("--audience {AUDIENCE}")).refused("sd-cwt/audience");
    issued.folder.environment = vec![("MIMICRED_INTEROP_AUDIENCE", "")];
    assert_eq!(payload(&issued), cbor_of(&format!("{{3: \"{AUDIENCE}\", 6: {NOW}}}")));
}
