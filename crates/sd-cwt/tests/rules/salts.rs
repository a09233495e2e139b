//! Salts of other sources: lists for issuing the same token again, CWT-C-002, CWT-C-003 and trap 31.

use mimicred_claims::Value;
use mimicred_keys::sha256;
use mimicred_sd_cwt::{Code, Error, Issuance, Preissuance, SaltList, SaltSource, Salted, SdCwt};

use crate::issuance::{Broken, Constant, Counting, disclosures, hold, issuer};
use crate::tokens::*;

/// 58(501): "x", 502: [58(1), 62(7)], 58(503): {58("a"): null}, 62(2): null, beside `iss` and `sub`.
fn marked() -> Vec<u8> {
    let entries = "d83a 1901f5 6178 1901f6 82 d83a01 d83e07 d83a 1901f7 a1 d83a 6161 f6 d83e02 f6";
    [hex("a6 01 71"), ISSUER.as_bytes().to_vec(), hex("02 6173"), hex(entries)].concat()
}

fn issue(octets: &[u8], salts: &mut dyn SaltSource) -> Result<SdCwt, Code> {
    let (claims, plan) = Preissuance::parse(octets).unwrap().into_parts();
    let prepared = issuer().prepare_with_salts(Issuance::new(claims, holder_key().public(), &plan), salts);
    prepared.and_then(|prepared| prepared.sign(&issuer_key())).map_err(|error| error.code())
}

fn hexadecimal(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn line(hashed: &[u8], salt: u8) -> String {
    format!("{},{}\n", hexadecimal(&sha256(hashed)), hexadecimal(&[salt; 16]))
}

fn salts_of(token: &SdCwt) -> Vec<Vec<u8>> {
    disclosures(token).iter().map(|content| content[2..18].to_vec()).collect()
}

fn parse(csv: &str) -> Result<(), Error> {
    SaltList::parse(csv, &mut Broken).map(drop)
}

/// Trap 31, CWT-C-002, CWT-D-008: both hashes, for claims, elements and what has redactions inside; decoys by their number.
#[test]
fn listed_salts_are_used() {
    // What 503 holds when its member is redacted: {simple(59): [digest of [salt, null, "a"]]}.
    let inner = |salt: u8| {
        let digest = sha256(&bstr(&content(salt, &[Value::Null, Value::from("a")])));
        [hex("a1 f83b 81 5820"), digest.to_vec()].concat()
    };
    let as_in_the_contract = [
        line(&hex("82 6178 1901f5"), 1),
        line(&hex("81 01"), 2),
        line(&hex("82 f6 6161"), 3),
        line(&[hex("82"), inner(3), hex("1901f7")].concat(), 4),
        format!("7,{}\n", hexadecimal(&[5; 16])),
        format!("2,{}", hexadecimal(&[6; 16])),
    ];
    let as_published = [
        line(&hex("82 1901f5 6178"), 1),
        line(&hex("82 f6 01"), 2),
        line(&hex("82 6161 f6"), 3),
        line(&[hex("82 1901f7"), inner(3)].concat(), 4),
        format!("7,{}\r\n", hexadecimal(&[5; 16])),
        format!("2,{}\n", hexadecimal(&[6; 16]).to_uppercase()),
    ];
    for lines in [as_in_the_contract, as_published] {
        // A random source that fails shows that every salt is from the list.
        let mut random = Broken;
        let mut list = SaltList::parse(&lines.concat(), &mut random).unwrap();
        let token = issue(&marked(), &mut list).unwrap();
        let expected: Vec<_> = [1, 2, 5, 3, 4, 6].iter().map(|salt| vec![*salt; 16]).collect();
        assert_eq!(salts_of(&token), expected);
        hold(&token);
    }
}

/// CWT-C-002, CWT-C-003, CWT-E-031: what is not listed gets a random salt; every salt used is written down, and gives the same token
/// again.
#[test]
fn salts_used_are_written_down_and_read_again() {
    let mut random = Counting(0);
    let listed = format!("2,{}\n", hexadecimal(&[6; 16]));
    let mut list = SaltList::parse(&listed, &mut random).unwrap();
    let token = issue(&marked(), &mut list).unwrap();
    let used = list.used();
    assert_eq!(used.lines().count(), 6);
    assert!(used.contains(&listed) && used.contains(&format!("{},", hexadecimal(&sha256(&hex("82 6178 1901f5"))))));
    assert!(used.lines().nth(2).unwrap().starts_with("7,"));

    let mut broken = Broken;
    let again = issue(&marked(), &mut SaltList::parse(&used, &mut broken).unwrap()).unwrap();
    assert_eq!(token, again);
    // Decoys without number are listed too, and in order.
    let given = marked();
    let (claims, plan) = Preissuance::parse(&given).unwrap().into_parts();
    let plan = plan.with_min_digests(9);
    let prepare = |salts: &mut dyn SaltSource| {
        let holder = holder_key();
        let issuance = Issuance::new(claims.clone(), holder.public(), &plan);
        issuer().prepare_with_salts(issuance, salts).unwrap().sign(&issuer_key()).unwrap()
    };
    let mut list = SaltList::new(&mut random);
    let token = prepare(&mut list);
    let used = list.used();
    assert_eq!(prepare(&mut SaltList::parse(&used, &mut broken).unwrap()), token);
    // Without the list the source would have been asked.
    assert_eq!(issue(&marked(), &mut SaltList::new(&mut broken)).unwrap_err(), Code::Keys);
}

/// CWT-I-008: a line is for one disclosure. Equal disclosures take the lines of their hash in turn; one more gets a random salt.
#[test]
fn equal_values_get_salts_of_their_own() {
    // 501: [58(1), 58(1), 58(1)]
    let octets = [hex("a3 01 71"), ISSUER.as_bytes().to_vec(), hex("02 6173 1901f5 83 d83a01 d83a01 d83a01")].concat();
    let csv = [line(&hex("81 01"), 1), line(&hex("81 01"), 2)].concat();
    let mut random = Counting(0);
    let mut list = SaltList::parse(&csv, &mut random).unwrap();
    let token = issue(&octets, &mut list).unwrap();
    assert_eq!(salts_of(&token), [vec![1; 16], vec![2; 16], [1_u64.to_be_bytes(), 2_u64.to_be_bytes()].concat()]);
    hold(&token);
}

/// CWT-I-008, CWT-D-002: whatever the source, no salt is used twice.
#[test]
fn a_source_that_repeats_itself_is_refused() {
    struct Same;
    impl SaltSource for Same {
        fn salt(&mut self, _: &Salted<'_>) -> Result<[u8; 16], Error> {
            Ok([7; 16])
        }
    }
    assert_eq!(issue(&marked(), &mut Same).unwrap_err(), Code::SaltRepeated);
    let mut constant = Constant;
    assert_eq!(issue(&marked(), &mut SaltList::new(&mut constant)).unwrap_err(), Code::SaltRepeated);
    // A random salt that is one of the list.
    let csv = format!("7,{}", hexadecimal(&[7; 16]));
    let mut list = SaltList::parse(&csv, &mut constant).unwrap();
    assert_eq!(issue(&marked(), &mut list).unwrap_err(), Code::SaltRepeated);
    struct Failing;
    impl SaltSource for Failing {
        fn salt(&mut self, _: &Salted<'_>) -> Result<[u8; 16], Error> {
            Err(Code::Keys.into())
        }
    }
    assert_eq!(issue(&marked(), &mut Failing).unwrap_err(), Code::Keys);
}

/// A source sees what a salt is for.
#[test]
fn a_source_is_told_what_the_salt_is_for() {
    struct Seen(Vec<String>);
    impl SaltSource for Seen {
        fn salt(&mut self, salted: &Salted<'_>) -> Result<[u8; 16], Error> {
            self.0.push(match salted {
                Salted::Claim(key, value) => format!("{key} {value:?}"),
                Salted::Element(value) => format!("- {value:?}"),
                Salted::Decoy(number) => format!("{number:?}"),
            });
            Ok([u8::try_from(self.0.len()).unwrap(); 16])
        }
    }
    let mut seen = Seen(Vec::new());
    issue(&marked(), &mut seen).unwrap();
    assert_eq!(seen.0, ["501 text", "- int", "Some(7)", "a null", "503 {\"redacted\": 1}", "Some(2)"]);
}

/// CWT-C-002: lists that are refused, with the line.
#[test]
fn lists_are_read_strictly() {
    let (hash, salt) = (hexadecimal(&[1; 32]), hexadecimal(&[2; 16]));
    let good = [format!("{hash},{salt}"), format!("{hash},{salt}\n1,{}\n", hexadecimal(&[3; 16])), String::new()];
    assert!(good.iter().all(|csv| parse(csv).is_ok()));
    for (what, csv) in [
        ("odd hexadecimal", format!("{hash},{}", &salt[1..])),
        ("a salt of 15 octets", format!("{hash},{}", &salt[2..])),
        ("a salt of 17 octets", format!("{hash},{salt}00")),
        ("no hexadecimal", format!("{hash},{}", "g".repeat(32))),
        ("an odd hash", format!("{},{salt}", &hash[1..])),
        ("a hash of 31 octets", format!("{},{salt}", &hash[2..])),
        ("0", format!("0,{salt}")),
        ("-1", format!("-1,{salt}")),
        ("+1", format!("+1,{salt}")),
        ("01", format!("01,{salt}")),
        ("1.0", format!("1.0,{salt}")),
        ("2^64", format!("18446744073709551616,{salt}")),
        ("nothing", format!(",{salt}")),
        ("a space", format!("1, {salt}")),
        ("quotes", format!("\"1\",{salt}")),
        ("one column", hash.clone()),
        ("three columns", format!("1,{salt},")),
        ("an empty line", format!("\n1,{salt}")),
        ("a title", format!("hash,salt\n1,{salt}")),
        ("a number twice", format!("1,{salt}\n1,{}", hexadecimal(&[3; 16]))),
        ("a salt twice", format!("1,{salt}\n2,{salt}")),
        ("text beyond ASCII", format!("1,{}é", &salt[2..])),
    ] {
        assert_eq!(parse(&csv).unwrap_err().code(), Code::SaltList, "{what}");
    }
    let error = parse(&format!("1,{salt}\n2,{}", &salt[2..])).unwrap_err();
    assert!(error.to_string().contains("line 2"), "{error}");
    assert!(!error.to_string().contains("0202"), "{error}");
    assert_eq!(parse(&"1".repeat((16 << 20) + 1)).unwrap_err().code(), Code::Limit);
    assert!(!format!("{:?}", SaltList::parse(&good[1], &mut Broken).unwrap()).contains("0202"));
}

/// Trap 31, for who reads the published list: it does not depend on the hash of the token, and the array is in deterministic encoding
/// whatever the input was.
#[test]
fn the_hashed_array_is_deterministic() {
    // 58(501): {2: 1, 1: 2.0}, with keys out of order and a wide number.
    let given =
        [hex("a3 01 71"), ISSUER.as_bytes().to_vec(), hex("02 6173 d83a 1901f5 a2 1802 01 01 fb4000000000000000")].concat();
    let csv = line(&hex("82 a2 01 f94000 02 01 1901f5"), 9);
    let mut random = Broken;
    let token = issue(&given, &mut SaltList::parse(&csv, &mut random).unwrap()).unwrap();
    assert_eq!(salts_of(&token), [[9; 16]]);
}
