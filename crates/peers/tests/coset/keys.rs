//! COSE_Key.

use coset::cbor::Value as TheirValue;
use coset::iana::{self, EnumI64};
use coset::{CborSerializable, CoseKey as TheirKey, CoseKeyBuilder, Label};
use mimicred_cose::{CoseKey, key};
use mimicred_keys::Algorithm;
use mimicred_peers::OpenSslKey;

use crate::ALGORITHMS;

fn curve(algorithm: Algorithm) -> iana::EllipticCurve {
    match algorithm {
        Algorithm::Ed25519 => iana::EllipticCurve::Ed25519,
        Algorithm::P256 => iana::EllipticCurve::P_256,
        Algorithm::P384 => iana::EllipticCurve::P_384,
        Algorithm::P521 => iana::EllipticCurve::P_521,
    }
}

/// What stands in coset's key under a label.
fn param(key: &TheirKey, label: i64) -> Option<&TheirValue> {
    key.params.iter().find(|(known, _)| *known == Label::Int(label)).map(|(_, value)| value)
}

#[test]
fn coset_reads_our_cose_keys_public_and_private() {
    for (algorithm, ..) in ALGORITHMS {
        let pair = OpenSslKey::generate(algorithm).unwrap();
        let secret = pair.secret().unwrap();
        let public = TheirKey::from_slice(&key::public_octets(secret.public())).unwrap();
        let private = TheirKey::from_slice(&key::secret_octets(&secret)).unwrap();
        for read in [&public, &private] {
            assert_eq!(param(read, -1), Some(&TheirValue::from(curve(algorithm).to_i64())));
            match algorithm {
                Algorithm::Ed25519 => {
                    assert_eq!(read.kty, coset::KeyType::Assigned(iana::KeyType::OKP));
                    let raw = pair.pkey().raw_public_key().unwrap();
                    assert_eq!(param(read, -2), Some(&TheirValue::Bytes(raw)));
                }
                _ => {
                    // OpenSSL's SubjectPublicKeyInfo ends in the point, which is what coset makes of the coordinates.
                    let point = read.to_sec1_octet_string().unwrap();
                    assert!(pair.pkey().public_key_to_der().unwrap().ends_with(&point), "{algorithm}");
                }
            }
        }
        assert_eq!(param(&public, -4), None);
        let scalar = match algorithm {
            Algorithm::Ed25519 => pair.pkey().raw_private_key().unwrap(),
            _ => {
                let length = i32::try_from(algorithm.coordinate_len()).unwrap();
                pair.pkey().ec_key().unwrap().private_key().to_vec_padded(length).unwrap()
            }
        };
        assert_eq!(param(&private, -4), Some(&TheirValue::Bytes(scalar)));
    }
}

#[test]
fn we_read_the_cose_keys_of_coset_public_private_and_compressed() {
    for (algorithm, id, _) in ALGORITHMS {
        let pair = OpenSslKey::generate(algorithm).unwrap();
        let spki = pair.pkey().public_key_to_der().unwrap();
        let length = algorithm.coordinate_len();
        let builders = match algorithm {
            Algorithm::Ed25519 => {
                let with_x = || {
                    let x = TheirValue::Bytes(pair.pkey().raw_public_key().unwrap());
                    CoseKeyBuilder::new_okp_key().param(-1, TheirValue::from(6)).param(-2, x)
                };
                let d = TheirValue::Bytes(pair.pkey().raw_private_key().unwrap());
                vec![(with_x(), false), (with_x().param(-4, d), true)]
            }
            _ => {
                let (x, y) = spki[spki.len() - 2 * length..].split_at(length);
                let ec = pair.pkey().ec_key().unwrap();
                let d = ec.private_key().to_vec_padded(i32::try_from(length).unwrap()).unwrap();
                let is_odd = y.last().unwrap() % 2 == 1;
                let (x, y) = (x.to_vec(), y.to_vec());
                vec![
                    (CoseKeyBuilder::new_ec2_pub_key(curve(algorithm), x.clone(), y.clone()), false),
                    (CoseKeyBuilder::new_ec2_pub_key_y_sign(curve(algorithm), x.clone(), is_odd), false),
                    (CoseKeyBuilder::new_ec2_priv_key(curve(algorithm), x, y, d), true),
                ]
            }
        };
        for (builder, is_private) in builders {
            let operation = if is_private { iana::KeyOperation::Sign } else { iana::KeyOperation::Verify };
            let built = builder.key_id(b"kid-1".to_vec()).algorithm(id).add_key_op(operation).build();
            let octets = built.to_vec().unwrap();
            let read = CoseKey::from_octets(&octets).unwrap();
            assert_eq!(read.public.to_spki_der(), spki, "{algorithm}");
            assert_eq!(read.kid.as_deref(), Some(&b"kid-1"[..]));
            assert_eq!(read.alg.map(|alg| alg.id()), Some(id.to_i64()));
            assert_eq!(read.secret.map(|secret| secret.public().to_spki_der()), is_private.then(|| spki.clone()));
            // CWT-K-003
            assert_eq!(CoseKey::public_from_octets(&octets).is_err(), is_private);
        }
    }
}
