//! The vectors of the MLS working group: github.com/mlswg/mls-implementations, test-vectors/crypto-basics.json, the suites that are
//! spoken here. Everything is hexadecimal but labels and numbers.

pub(super) struct CryptoBasics {
    pub(super) suite: u16,
    pub(super) ref_hash: RefHash,
    pub(super) expand_with_label: Expand,
    pub(super) derive_secret: Expand,
    pub(super) derive_tree_secret: TreeSecret,
    pub(super) sign_with_label: Signing,
    pub(super) encrypt_with_label: Encryption,
}

pub(super) struct RefHash {
    pub(super) label: &'static str,
    pub(super) value: &'static str,
    pub(super) out: &'static str,
}

pub(super) struct Expand {
    pub(super) secret: &'static str,
    pub(super) label: &'static str,
    pub(super) context: &'static str,
    pub(super) length: usize,
    pub(super) out: &'static str,
}

pub(super) struct TreeSecret {
    pub(super) secret: &'static str,
    pub(super) label: &'static str,
    pub(super) generation: u32,
    pub(super) length: usize,
    pub(super) out: &'static str,
}

pub(super) struct Signing {
    pub(super) secret_key: &'static str,
    pub(super) public_key: &'static str,
    pub(super) label: &'static str,
    pub(super) content: &'static str,
    pub(super) signature: &'static str,
}

pub(super) struct Encryption {
    pub(super) secret_key: &'static str,
    pub(super) public_key: &'static str,
    pub(super) label: &'static str,
    pub(super) context: &'static str,
    pub(super) plaintext: &'static str,
    pub(super) kem_output: &'static str,
    pub(super) ciphertext: &'static str,
}

pub(super) const CRYPTO_BASICS: &[CryptoBasics] = &[
    CryptoBasics {
        suite: 1,
        ref_hash: RefHash {
            label: "RefHash",
            value: "40312db83f651883c05ab26fa12c6af61930015c81947cfd0f129e6d99210bb2",
            out: "e8027fffc5f9bb469f29172538dc0f3a78f14f323495bbd2217eba7a77fb242a",
        },
        expand_with_label: Expand {
            secret: "1499360a561335f4ef51d0a1b0d586900dc8007ae405b1ab79bf4207bb3d67e4",
            label: "ExpandWithLabel",
            context: "2ff8c1f9d9c1248f82e372ddb5791c771695e01882abca6a64097bd2f04c971f",
            length: 16,
            out: "c1e8eb360391526c0c64039f13e0c5b1",
        },
        derive_secret: Expand {
            secret: "1a9ce178a53f8752d2513c27efe9c85133f6c0a97f7b35ac200695024a77228e",
            label: "DeriveSecret",
            context: "",
            length: 32,
            out: "3b08c195a246c4ad469c1d11c10e62890d8fa6b684494ff925409efdb1ff0464",
        },
        derive_tree_secret: TreeSecret {
            secret: "5133c6f8bad297f5d3beacdf477f0c45ec51b02de659d305220c5f9385c6eb43",
            label: "DeriveTreeSecret",
            generation: 2_694_881_440,
            length: 32,
            out: "8461f3ccc603eae52149a23a4134d29c880a1ad1ba70441e5d586e3521ec7b25",
        },
        sign_with_label: Signing {
            secret_key: "a2f640dd5005fcad6adb8e9bd8b60d70946bb802e1e788307929fdac81e1ec74",
            public_key: "85600e54e5c2919ccbd0742126e5d837cf7a2ba50d75a69b3f35dcfe4a50ffe2",
            label: "SignWithLabel",
            content: "cd289cc7ba2869f64f3c32ffd133f500d17abace919a5ffe7faa974200d81932",
            signature: "996bd223ddb4d55a2b57d85cb2944f21facc95696053ddf66d590060fdc719f4a26c6212ce605414e0d5e66a55921dd99d11122\
                218c35bc23408b0076e8bc40b",
        },
        encrypt_with_label: Encryption {
            secret_key: "fb1ade7939987ff12a9d620772b1f9f7caeba26f8a3ecea9617d9402cd862444",
            public_key: "ecea6564da58d6c6cff6c733bd4ae0815b1f60bb911b73e4ef1d06263ec4ce58",
            label: "EncryptWithLabel",
            context: "26347dd7f218d1de8673d6a66646ce06ac5fd3aa8d5c33f65d86aeefdcf4a31e",
            plaintext: "8f55dd30f03d64335c22b53ea7670bb1becf49b04021f706368fe93eeb358f46",
            kem_output: "0a144e8fbf2d6dcf6fe9d2e2b8aeca5461ff5b0ea9c0ede1040c3dc7ed1dfd1c",
            ciphertext: "15c80ea2bc37db221baa530ef5aea88650f0ce0f262803d6f78f3a1392f7ccd960eff94ca081ee54efa4c3acfa0eb591",
        },
    },
    CryptoBasics {
        suite: 2,
        ref_hash: RefHash {
            label: "RefHash",
            value: "feb64672017685dc26d0b7fc41cd96d8bef40af09002eb5aa9a52580c80f0b2e",
            out: "8f508c2f89d2797b6882ee487dc2832b2b6d59b27681293c2c2c3f1f0e6cd54f",
        },
        expand_with_label: Expand {
            secret: "194d4e81c3f9fcfbc40e2cf3f5b104d0f51e71b5a7f1e4ddd70cc8d4a3620e5f",
            label: "ExpandWithLabel",
            context: "453c420d63ecb1a8da89d3569770c42bad572864f3709d1e9dd19a0961cbf5e1",
            length: 16,
            out: "5710680c556304f4aec67aab4abbc1b1",
        },
        derive_secret: Expand {
            secret: "7165576616048aa145d20f7c1d460e2d9d8bbde882bc3bb0750d50e369809f99",
            label: "DeriveSecret",
            context: "",
            length: 32,
            out: "1ecafd3d40cb32cae416e09bc01da56357d00cb094f74e3c69c2969216e50afc",
        },
        derive_tree_secret: TreeSecret {
            secret: "62db8a06300e98dbfd2c831e18544873cec3a2c1ba852fcee8423ff3c08e397e",
            label: "DeriveTreeSecret",
            generation: 2_694_881_440,
            length: 32,
            out: "298ab27d2e621d9fc079126d9ffce5259fa0d58697267b40bfadf805b01d0d3c",
        },
        sign_with_label: Signing {
            secret_key: "207c472d3efaf6737a6f5ae14a3c33a139034865364a128bca5475c85cc02fe0",
            public_key: "04448971fc06de011d780cf68fd27e2570322d04079f529c3deb48a2015fdd828162c570264e051b5856e8111171fb03419071\
                73aefa665682c2549af982a31483",
            label: "SignWithLabel",
            content: "a0dda617ce4685d764c762b11186b6d60ff8de85ff01eca2413bd4ecfd3b3a57",
            signature: "304402206042e397e1bb78951709790e3446b13bf17f9c641aaed92fb1768b5bc99dd98402202465153d91dd79e808286088768\
                d8ed150381f3675498d6e150ae713be43387b",
        },
        encrypt_with_label: Encryption {
            secret_key: "ff21771424dadd640e05c67983aafe19b4d8df50783a0c2decc17d0c7ca4cc17",
            public_key: "047b27b0be346d14d7b4df30296a030deeba088746da7cfda43d0ec739df3ce90d3c96d5f302e41f935ac9020651285c7bcf07\
                3172d375c5abcfc9e491b3491f88",
            label: "EncryptWithLabel",
            context: "e27e3b0104990cca866751732c82787af4dcf265c893f77e31bcfd679370e24e",
            plaintext: "38a6b327573639d654b5b729336cf74d01728cf4fa9af81a0ef1814ffc1d492f",
            kem_output: "041fae8a8173cad50c0cc6d55f148ff8edda63083b3673cf6dce6a0ae6ee3f0b61505470309dade87ac5ccdb581da3e9ddf672\
                6949d5a92b65dcad6c8679c7313e",
            ciphertext: "98b7d4edc79f4a90f65434050f75e31a3bc6501c584d41abd6ed5fe3c2db9de22d25ef40c45cce7d0fcc881d7d27af2f",
        },
    },
    CryptoBasics {
        suite: 3,
        ref_hash: RefHash {
            label: "RefHash",
            value: "4f0c86f9c82fba0a896bd7eecf79a29856e98a7e4f13b9f841ae285d70ed8b68",
            out: "f11019703c8b630060839b12a475fd39c6a30f8a866790ff46a35f9c65e1df3c",
        },
        expand_with_label: Expand {
            secret: "55aa3ae5242564782567ce097beafe19510230660008b2cc064a78387fa16f36",
            label: "ExpandWithLabel",
            context: "2e07148f4340c62a55e7608c20d73fddf1f3b8dafb2c7ef24eceb70e136c0d8c",
            length: 32,
            out: "1df5ba7996a34f75d717916a094a14083c03a75e80f0330a8095f5f11cfe1e1f",
        },
        derive_secret: Expand {
            secret: "cae460c779ebaa3e81c061a371486dff1ed1ff273bea369cc0fc46550b83c407",
            label: "DeriveSecret",
            context: "",
            length: 32,
            out: "aad859818ca5f2a9896d4d3ee2dccc0cefcd69b666bdb16b52f1de15fb1a5567",
        },
        derive_tree_secret: TreeSecret {
            secret: "c994e257b53f726087ddd7121876f558f1fbd6f807e5ff010830d618d7bab6f2",
            label: "DeriveTreeSecret",
            generation: 2_694_881_440,
            length: 32,
            out: "2095d6a81ab87095d1df26f6bdf012ec06f197e418381c1795a7b758603c936d",
        },
        sign_with_label: Signing {
            secret_key: "4e312160ee4981358db479aa877412847abc7f7054b5605511256c395404d054",
            public_key: "18275f892ee0ca6f4687ff26c990776387502646ff658c3f572b324faecb05c5",
            label: "SignWithLabel",
            content: "df308cf2dbf471edf2c29d30e3daf161b5b87d350ee3b2c715c298ec3d10d432",
            signature: "4f56851c2c47f5115a61ff0ab6121b4a4732d4e94805fc7135a5132f87d5ca5f1dc7408816c1ea4f25887725cf5914b48c427a5\
                2cabcfeb746a2b8a12e821f08",
        },
        encrypt_with_label: Encryption {
            secret_key: "9d122ad4638fcb301b6eb5f4073414afb44bb34d37b4ddee9975b2941d700edb",
            public_key: "7a5544b59f5940bf093c921469a00a170a7c92ba56c173d74db32713608d8a40",
            label: "EncryptWithLabel",
            context: "0d6a5cf9ee88b1f8c79d8512477d9bfc5496c207c8173f8dcac0368b4dba7407",
            plaintext: "1dd4c1904996ce7d42cee7de68881459fa7a345da59a02040ade37103505baf6",
            kem_output: "f26e9e5a94396a90f85a5f72eedf3dacfb1b7f4164e0573edeb9c6c912e1cb49",
            ciphertext: "40dd09ad4c5dc29d373f814bf054c9359cb75a468bc4d2c8bbcffb072a73105c4d9416ebd4fafeb62e59a9dea55da3cd",
        },
    },
];
