//! There is one encoding of each leaf: what was read, field by field, is written as it came.

use super::*;

fn any_credential() -> impl Strategy<Value = Vec<u8>> {
    let sd_jwt = b"\x01\x02{}\x02{}\x01\x00\x04\x03[1]\x0ae30.e30.AA";
    prop_oneof![
        Just(CREDENTIAL.to_vec()),
        Just(b"\x00\x02\x06\x05\x30\x03\x02\x01\x00".to_vec()),
        Just([b"\x00\x06", &sd_jwt[..]].concat()),
        Just([b"\xf0\x06", &vector(sd_jwt)[..]].concat()),
        Just(b"\x00\x03\x0c\x00\x01\x00\x01\x02me\x01k\x02si".to_vec()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_leaf_is_written_as_it_came(
        credential in any_credential(),
        source in 0usize..3,
        at in any::<prop::sample::Index>(),
        taken in 0usize..3,
        put in prop::collection::vec(any::<u8>(), 0..3),
    ) {
        let source = [LIFETIME, UPDATE, COMMIT][source].to_vec();
        let mut octets = Fields { credential, source, ..Fields::new() }.octets();
        let leaf = LeafNode::decode(&octets).unwrap();
        prop_assert!(written(&leaf).contains(&octets));
        let at = at.index(octets.len());
        let end = (at + taken).min(octets.len());
        octets.splice(at..end, put);
        if let Ok(leaf) = LeafNode::decode(&octets) {
            prop_assert!(written(&leaf).contains(&octets));
        }
    }
}
