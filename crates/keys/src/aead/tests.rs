use super::*;
use crate::testing::hex;

struct Vector {
    algorithm: Aead,
    key: &'static str,
    nonce: &'static str,
    aad: &'static str,
    plaintext: &'static str,
    sealed: &'static str,
}

const VECTORS: &[Vector] = &[
    // McGrew and Viega, The Galois/Counter Mode of Operation, appendix B, test cases 4 and 16.
    Vector {
        algorithm: Aead::Aes128Gcm,
        key: "feffe9928665731c6d6a8f9467308308",
        nonce: "cafebabefacedbaddecaf888",
        aad: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        plaintext: "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72\
            1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
        sealed: "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e\
            21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e0915bc94fbc3221a5db94fae95ae7121a47",
    },
    Vector {
        algorithm: Aead::Aes256Gcm,
        key: "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
        nonce: "cafebabefacedbaddecaf888",
        aad: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        plaintext: "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72\
            1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
        sealed: "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa\
            8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b",
    },
    // RFC 8439 2.8.2.
    Vector {
        algorithm: Aead::ChaCha20Poly1305,
        key: "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
        nonce: "070000004041424344454647",
        aad: "50515253c0c1c2c3c4c5c6c7",
        plaintext: "4c616469657320616e642047656e746c656d656e206f662074686520636c6173\
            73206f66202739393a204966204920636f756c64206f6666657220796f75206f6e6c79206f6e652074697020\
            666f7220746865206675747572652c2073756e73637265656e20776f756c642062652069742e",
        sealed: "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6\
            3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee3\
            28091b58fab324e4fad675945585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09\
            e26a7e902ecbd0600691",
    },
    // RFC 8452 appendices C.1 and C.2.
    Vector {
        algorithm: Aead::Aes128GcmSiv,
        key: "36864200e0eaf5284d884a0e77d31646",
        nonce: "bae8e37fc83441b16034566b",
        aad: "46bb91c3c5",
        plaintext: "7a806c",
        sealed: "af60eb711bd85bc1e4d3e0a462e074eea428a8",
    },
    Vector {
        algorithm: Aead::Aes128GcmSiv,
        key: "01000000000000000000000000000000",
        nonce: "030000000000000000000000",
        aad: "01",
        plaintext: "0200000000000000",
        sealed: "1e6daba35669f4273b0a1a2560969cdf790d99759abd1508",
    },
    Vector {
        algorithm: Aead::Aes256GcmSiv,
        key: "0100000000000000000000000000000000000000000000000000000000000000",
        nonce: "030000000000000000000000",
        aad: "01",
        plaintext: "0200000000000000",
        sealed: "1de22967237a813291213f267e3b452f02d01ae33e4ec854",
    },
    Vector {
        algorithm: Aead::Aes256GcmSiv,
        key: "0100000000000000000000000000000000000000000000000000000000000000",
        nonce: "030000000000000000000000",
        aad: "01",
        plaintext: "0200000000000000000000000000000003000000000000000000000000000000",
        sealed: "07dad364bfc2b9da89116d7bef6daaaf6f255510aa654f920ac81b94e8bad365\
            aea1bad12702e1965604374aab96dbbc",
    },
];

#[test]
fn published_vectors() {
    for vector in VECTORS {
        let (key, nonce, aad) = (hex(vector.key), hex(vector.nonce), hex(vector.aad));
        let sealed = seal(vector.algorithm, &key, &nonce, &aad, &hex(vector.plaintext)).unwrap();
        assert_eq!(sealed, hex(vector.sealed), "{:?}", vector.algorithm);
        assert_eq!(open(vector.algorithm, &key, &nonce, &aad, &sealed).unwrap(), hex(vector.plaintext));
    }
}

#[test]
fn any_change_is_refused() {
    for vector in VECTORS {
        let (key, nonce, aad, sealed) = (hex(vector.key), hex(vector.nonce), hex(vector.aad), hex(vector.sealed));
        let code = |key: &[u8], nonce: &[u8], aad: &[u8], sealed: &[u8]| {
            open(vector.algorithm, key, nonce, aad, sealed).unwrap_err().code()
        };
        let flipped = |octets: &[u8]| {
            let mut octets = octets.to_vec();
            octets[0] ^= 1;
            octets
        };
        assert_eq!(code(&flipped(&key), &nonce, &aad, &sealed), Code::AeadInvalid);
        assert_eq!(code(&key, &flipped(&nonce), &aad, &sealed), Code::AeadInvalid);
        assert_eq!(code(&key, &nonce, &flipped(&aad), &sealed), Code::AeadInvalid);
        assert_eq!(code(&key, &nonce, &aad, &flipped(&sealed)), Code::AeadInvalid);
        assert_eq!(code(&key, &nonce, &aad, &sealed[..sealed.len() - 1]), Code::AeadInvalid);
        assert_eq!(code(&key, &nonce, &aad, &sealed[..15]), Code::AeadInvalid);
        assert_eq!(code(&key, &nonce, &aad, &[]), Code::AeadInvalid);
    }
}

#[test]
fn lengths_are_checked() {
    for algorithm in Aead::ALL {
        for (key, nonce) in [(algorithm.key_len() - 1, 12), (algorithm.key_len() + 1, 12), (algorithm.key_len(), 11)] {
            let error = seal(algorithm, &vec![0; key], &vec![0; nonce], b"", b"").unwrap_err();
            assert_eq!(error.code(), Code::LengthInvalid);
            let error = open(algorithm, &vec![0; key], &vec![0; nonce], b"", &[0; 16]).unwrap_err();
            assert_eq!(error.code(), Code::LengthInvalid);
        }
    }
}
