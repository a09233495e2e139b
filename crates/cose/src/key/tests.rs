use mimicred_claims::Key;

use super::*;

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn ec2(crv: i64, x: Value<'static>, y: Value<'static>) -> Map<'static> {
    Map::from_entries(vec![
        (Key::Int(1), Value::Int(2)),
        (Key::Int(-1), Value::Int(crv.into())),
        (Key::Int(-2), x),
        (Key::Int(-3), y),
    ])
    .unwrap()
}

fn bytes(text: &str) -> Value<'static> {
    Value::Bytes(hex(text).into())
}

fn code(map: &Map<'_>) -> Code {
    CoseKey::parse_public(map).unwrap_err().code()
}

/// The key of RFC 9679 section 6.
const RFC_X: &str = "65eda5a12577c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d";
const RFC_Y: &str = "1e52ed75701163f7f9e40ddf9f341b3dc9ba860af7e0ca7ca7e9eecd0084d19c";

/// RFC 9679 section 6, CWT-K-009, CWT-K-010, CWT-K-011: other parameters change nothing, nor does point compression.
#[test]
fn the_thumbprint_of_rfc_9679() {
    let expected = hex("496bd8afadf307e5b08c64b0421bf9dc01528a344a43bda88fadd1669da253ec");
    let mut map = ec2(1, bytes(RFC_X), bytes(RFC_Y));
    map.insert(Key::Int(2), Value::Bytes(expected.clone().into())).unwrap();
    map.insert(Key::Int(3), Value::Int(-9)).unwrap();
    let key = CoseKey::parse_public(&map).unwrap();
    assert_eq!(thumbprint_sha256(&key.public).to_vec(), expected);
    assert_eq!(public_octets(&key.public), hex(&format!("a401022001215820{RFC_X}225820{RFC_Y}")));
    // The last octet of y is 9c, so y is even.
    let compressed = CoseKey::parse_public(&ec2(1, bytes(RFC_X), Value::Bool(false))).unwrap();
    assert_eq!(thumbprint_sha256(&compressed.public).to_vec(), expected);
    // CWT-K-006: the other sign is the other point.
    let other = CoseKey::parse_public(&ec2(1, bytes(RFC_X), Value::Bool(true))).unwrap();
    assert_ne!(thumbprint_sha256(&other.public).to_vec(), expected);
}

/// CWT-K-010: the Holder's and the Issuer's key of the SD-CWT draft, from its example and its private key.
#[test]
fn the_thumbprints_of_the_sd_cwt_draft() {
    let holder = ec2(
        1,
        bytes("8554eb275dcd6fbd1c7ac641aa2c90d92022fd0d3024b5af18c7cc61ad527a2d"),
        bytes("4dc7ae2c677e96d0cc82597655ce92d5503f54293d87875d1e79ce4770194343"),
    );
    let issuer = ec2(
        2,
        bytes("c31798b0c7885fa3528fbf877e5b4c3a6dc67a5a5dc6b307b728c3725926f2abe5fb4964cd91e3948a5493f6ebb6cbbf"),
        bytes("8f6c7ec761691cad374c4daa9387453f18058ece58eb0a8e84a055a31fb7f9214b27509522c159e764f8711e11609554"),
    );
    let thumbprint = |map| {
        let digest = thumbprint_sha256(&CoseKey::parse_public(&map).unwrap().public);
        digest.iter().map(|octet| format!("{octet:02x}")).collect::<String>()
    };
    let (holder, issuer) = (thumbprint(holder), thumbprint(issuer));
    assert!(holder.starts_with("8343d73c") && holder.ends_with("f037e0"), "{holder}");
    assert!(issuer.starts_with("554550a6") && issuer.ends_with("dbcb0"), "{issuer}");
}

/// CWT-K-012: a coordinate that begins with zeros keeps them.
#[test]
fn coordinates_keep_their_length() {
    let key = (0u16..2000)
        .map(|n| [&[1; 30][..], &n.to_be_bytes()].concat())
        .map(|seed| SecretKey::from_octets(Algorithm::P256, &seed).unwrap())
        .find(|key| key.public().x()[0] == 0)
        .unwrap();
    let octets = public_octets(key.public());
    assert_eq!(octets.len(), 5 + 2 * 35);
    assert_eq!(CoseKey::from_octets(&octets).unwrap().public, *key.public());
    let stripped = Value::Bytes(key.public().x()[1..].to_vec().into());
    assert_eq!(code(&ec2(1, stripped, Value::Bytes(key.public().y().unwrap().to_vec().into()))), Code::Key);
}

/// CWT-K-003, CWT-K-004, CWT-K-005, CWT-K-006.
#[test]
fn unusable_keys_are_refused() {
    let good = || ec2(1, bytes(RFC_X), bytes(RFC_Y));
    assert!(CoseKey::parse_public(&good()).is_ok());
    let with = |label: i64, value: Value<'static>| {
        let mut map = good();
        map.remove(&Key::Int(label.into()));
        map.insert(Key::Int(label.into()), value).unwrap();
        map
    };
    let without = |label: i64| {
        let mut map = good();
        map.remove(&Key::Int(label.into()));
        map
    };
    let bad = [
        with(-4, Value::Bytes(vec![7; 32].into())), // a private part
        with(1, Value::Int(4)),                     // a symmetric key
        with(1, Value::Int(1)),                     // OKP on P-256
        with(1, Value::from("EC2")),                // the name of the type
        with(-1, Value::Int(2)),                    // the coordinates of another curve
        with(-1, Value::Int(8)),                    // secp256k1
        with(-2, bytes(&RFC_X[2..])),               // x of 31 octets
        with(-2, bytes(RFC_Y)),                     // not on the curve
        with(-3, bytes(RFC_X)),                     // not on the curve
        with(-3, Value::Null),                      // y of another type
        with(2, Value::from("text")),               // a kid that is no byte string
        with(3, Value::Int(-51)),                   // ESP384 on P-256
        with(3, Value::Int(5)),                     // HMAC
        with(4, Value::Array(vec![Value::Int(1)])), // may sign, may not verify
        with(4, Value::Array(vec![])),              // may do nothing
        with(4, Value::Int(2)),                     // no list
        without(1),
        without(-1),
        without(-2),
        without(-3),
    ];
    for (n, map) in bad.iter().enumerate() {
        assert_eq!(code(map), Code::Key, "case {n}");
    }
    // Trap 33: X25519 agrees keys, it does not sign.
    let okp = |crv: i128| {
        let x = Value::Bytes(SecretKey::from_octets(Algorithm::Ed25519, &[7; 32]).unwrap().public().x().to_vec().into());
        Map::from_entries(vec![(Key::Int(1), Value::Int(1)), (Key::Int(-1), Value::Int(crv)), (Key::Int(-2), x)]).unwrap()
    };
    assert!(CoseKey::parse_public(&okp(6)).is_ok());
    assert_eq!(code(&okp(4)), Code::Key);
    // CWT-K-005: either spelling of the algorithm, and an operation list that has verify in it.
    for map in [with(3, Value::Int(-7)), with(3, Value::Int(-9)), with(4, Value::Array(vec![Value::Int(9), Value::Int(2)]))] {
        assert!(CoseKey::parse_public(&map).is_ok());
    }
}

#[test]
fn secret_keys_round_trip_and_must_fit_their_public_part() {
    for algorithm in [Algorithm::Ed25519, Algorithm::P256, Algorithm::P384, Algorithm::P521] {
        let mut scalar = vec![7; algorithm.coordinate_len()];
        scalar[0] = 0;
        let secret = SecretKey::from_octets(algorithm, &scalar).unwrap();
        let octets = secret_octets(&secret);
        let read = CoseKey::from_octets(&octets).unwrap();
        assert_eq!(read.secret.as_ref().unwrap().octets(), secret.octets());
        assert!(!format!("{read:?}").contains("070707"));
        let mut map = read_map(&octets).unwrap();
        map.remove(&Key::Int(-3));
        map.remove(&Key::Int(-2));
        assert_eq!(CoseKey::parse(&map).unwrap().public, *secret.public(), "{algorithm}: without its public part");
        scalar[1] = 9;
        let mut other = read_map(&octets).unwrap();
        other.remove(&Key::Int(-4));
        other.insert(Key::Int(-4), Value::Bytes(scalar.into())).unwrap();
        assert_eq!(CoseKey::parse(&other).unwrap_err().code(), Code::Key);
    }
}
