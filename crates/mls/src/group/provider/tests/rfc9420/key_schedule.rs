//! The vectors of the MLS working group: github.com/mlswg/mls-implementations, test-vectors/key-schedule.json, the first two of five
//! epochs of the suites that are spoken here. Everything is hexadecimal but the exporter's label, which only looks so.

pub(super) struct KeySchedule {
    pub(super) suite: u16,
    pub(super) group_id: &'static str,
    pub(super) initial_init_secret: &'static str,
    pub(super) epochs: &'static [Epoch],
}

pub(super) struct Epoch {
    pub(super) tree_hash: &'static str,
    pub(super) commit_secret: &'static str,
    pub(super) psk_secret: &'static str,
    pub(super) confirmed_transcript_hash: &'static str,
    pub(super) group_context: &'static str,
    pub(super) joiner_secret: &'static str,
    pub(super) welcome_secret: &'static str,
    pub(super) init_secret: &'static str,
    pub(super) sender_data_secret: &'static str,
    pub(super) encryption_secret: &'static str,
    pub(super) exporter_secret: &'static str,
    pub(super) epoch_authenticator: &'static str,
    pub(super) external_secret: &'static str,
    pub(super) confirmation_key: &'static str,
    pub(super) membership_key: &'static str,
    pub(super) resumption_psk: &'static str,
    pub(super) external_pub: &'static str,
    pub(super) exporter: Exporter,
}

pub(super) struct Exporter {
    pub(super) label: &'static str,
    pub(super) context: &'static str,
    pub(super) length: usize,
    pub(super) secret: &'static str,
}

pub(super) const KEY_SCHEDULE: &[KeySchedule] = &[
    KeySchedule {
        suite: 1,
        group_id: "a897b53575b4dd35fed4466e4e714bfa949eaa72e616a9c68a47b39cb7a60d2e",
        initial_init_secret: "a897b53575b4dd35fed4466e4e714bfa949eaa72e616a9c68a47b39cb7a60d2e",
        epochs: &[
            Epoch {
                tree_hash: "9769e302a99c457350a8e636009b12a2fee068664004606d6318eb3a1977d818",
                commit_secret: "a22606222e350fd7f0937168fe7548fb06626ab143cba7611d641693b1447509",
                psk_secret: "e871b247379522395689182736cb3d1e7b108d6ae934b802223975de8dc3f80b",
                confirmed_transcript_hash: "5e57c9364dc71f0f71b19ffe561ab77257c490708a47e29f8f73f2b318201d2f",
                group_context: "0001000120a897b53575b4dd35fed4466e4e714bfa949eaa72e616a9c68a47b39cb7a60d2e000000000000000020976\
                    9e302a99c457350a8e636009b12a2fee068664004606d6318eb3a1977d818205e57c9364dc71f0f71b19ffe561ab77257c490708a\
                    47e29f8f73f2b318201d2f00",
                joiner_secret: "4fb996ba26b29a70f3ce6c310151ce8701cb812d027f4d4bbf5cc4e9f884638d",
                welcome_secret: "ddcd9ced2d264798f876cbd00a200cdc4d77311dfef96975257efb66b0ef2c4d",
                init_secret: "505be2ce2ff922aa11e0a03d76346dda2981f1d9edf5cf98ecfc8757f69b00c9",
                sender_data_secret: "9b3995e08589548b75e149190060cf35228df0eefe3527ea2fb39e49a84125b4",
                encryption_secret: "01588615c93d02c83bda0b587473303b1637a92bf80783206d963f9197c40a13",
                exporter_secret: "5a097e149f2a375d0b9e1d1f4dc3a9c6c1788df888e5441f41a8791f4dc56cea",
                epoch_authenticator: "7375d449cde2c5a856c13c8eb52c16bf9ef29eceef59b09d1f946bd1bac24643",
                external_secret: "b5cb5666cfb9c501ed76715c6ed1cafbed5061cd6b86898ae5d3fd4cb05abb26",
                confirmation_key: "feabd690de3b4ce985a3dfad86a4c4e6a0be9b84e7cc764842784f2a6b938b75",
                membership_key: "970744ba7edd21700a3e106cb4e2b4c657cef6b41a1fe5b5a1418f86e76e037e",
                resumption_psk: "d78ca815e192823f5c7c94b0156bdc7af4791cfb3f240fff613c0c03c01dabd5",
                external_pub: "640117516be304ac1160933c894a6df9290231f1843f3685c124fc42c785c02c",
                exporter: Exporter {
                    label: "9ba13d54ecdec7cbefcb47b4268d7b1990fabc6d6e67681e167959389d84e4e4",
                    context: "884f1af892ab002f5be4c5d5081ade9e0e6418c6ea7a9a92e90534f19dcef785",
                    length: 32,
                    secret: "dbce4e25e59ab4dfa6f6200f113ed08393cf6e7286d024811141c6a4dd11c0cb",
                },
            },
            Epoch {
                tree_hash: "826a4d3b0956277ce5e272e4d18fdca023ffb63ea4cea636e34cc837ae7c5c5d",
                commit_secret: "7b3027aa5d2224aab7e2a18660bbf57930e2e21d95e02b849c704d970e3e28c5",
                psk_secret: "ca7a68f2a8a52147d70f1eb7195de968d2e182b93596bc5a61393861e91180e4",
                confirmed_transcript_hash: "14a2985ea47db0685924a74d47ac8a08ec241f843b536dd1348e3ffb2d78184e",
                group_context: "0001000120a897b53575b4dd35fed4466e4e714bfa949eaa72e616a9c68a47b39cb7a60d2e000000000000000120826\
                    a4d3b0956277ce5e272e4d18fdca023ffb63ea4cea636e34cc837ae7c5c5d2014a2985ea47db0685924a74d47ac8a08ec241f843b\
                    536dd1348e3ffb2d78184e00",
                joiner_secret: "7ba2c5eed466d6fa8de0b0f33553c7b336a2580c03820e79f22e9416efc5b9f9",
                welcome_secret: "161b3d492aed45f9d9cde3ad8c4e6c936ca1c104977b7668727a014374afe489",
                init_secret: "88586b2252f06838106a97f5ad1f3357d99d718be8f44f61ab103be653fc608a",
                sender_data_secret: "64035464638ac7cf16583644e8117a84ca3c101eaa34a86ad4ead9524f8fb9bc",
                encryption_secret: "c607312fab6423cd728a25fd91e9905e058518d1bf171984ed5f4e4e057fa3be",
                exporter_secret: "047d983048b132b79ea4e2e578afd02a0f4717d166cefe46e43e2e965b5c9f4e",
                epoch_authenticator: "4bdbe62402b3caaadaf5c6fafd89db4db5ac7c7532f3e47d35c82b3998570361",
                external_secret: "19a4869847b2637e3700599304be769023c729334462919c395481f6ef174010",
                confirmation_key: "04ab9a788afe377d34b0fac1dc26085c85ac55a63e44b88da39fb4e58a898979",
                membership_key: "1eb0202e445ebc744c00eb42951ad67638c51cc9a468d9035be06612ff5cd89a",
                resumption_psk: "3b83961159a16b5d7c5f9a52344edfeea5ea92cf7b2fb069a53eedb90fe51de6",
                external_pub: "4ad487e0aa90522dd81f9561695fd800569f313d33c42d1b2d785df734e96126",
                exporter: Exporter {
                    label: "ed66d7f1da52171ac9448f0f902edcfefa4ebbda843a43bd3d173cb7c5b4331e",
                    context: "02dc18fc5bc4d9093cf41fa0053521653775b123784d40ac7d46cc5a72ef4d46",
                    length: 32,
                    secret: "a702c3e70a89c06eae51aec3675918a4ee7698ae88c596dfb7abd1ed3a9ecf5e",
                },
            },
        ],
    },
    KeySchedule {
        suite: 2,
        group_id: "a897b53575b4dd35fed4466e4e714bfa949eaa72e616a9c68a47b39cb7a60d2e",
        initial_init_secret: "a897b53575b4dd35fed4466e4e714bfa949eaa72e616a9c68a47b39cb7a60d2e",
        epochs: &[
            Epoch {
                tree_hash: "9769e302a99c457350a8e636009b12a2fee068664004606d6318eb3a1977d818",
                commit_secret: "a22606222e350fd7f0937168fe7548fb06626ab143cba7611d641693b1447509",
                psk_secret: "e871b247379522395689182736cb3d1e7b108d6ae934b802223975de8dc3f80b",
                confirmed_transcript_hash: "5e57c9364dc71f0f71b19ffe561ab77257c490708a47e29f8f73f2b318201d2f",
                group_context: "0001000220a897b53575b4dd35fed4466e4e714bfa949eaa72e616a9c68a47b39cb7a60d2e000000000000000020976\
                    9e302a99c457350a8e636009b12a2fee068664004606d6318eb3a1977d818205e57c9364dc71f0f71b19ffe561ab77257c490708a\
                    47e29f8f73f2b318201d2f00",
                joiner_secret: "b3e94856e4ac46ce5a92176b7a1d97e1b8c5e4d50aff1bb25c7387b756dafd52",
                welcome_secret: "159dc69117edda2a8d7f01f7b3ee9252a576e38e3524ebf8dbd59efa39ef3332",
                init_secret: "8669c65d78b3f0ffea3d0e5d2205eb799ec39b97dada7624af0ccc3fa65bcd60",
                sender_data_secret: "a19b19d68dd5b2744bdd38e9576d8b68e7592395dcd9a19f8853d831cbb783bd",
                encryption_secret: "de53a6bb794b7652cb69589cfae9007a8f6f50347d91821a02c02c94b8d502e9",
                exporter_secret: "37b4777fbfa0bb7b83d5a4e52d1d249000564918b96436704595c36b57c1e366",
                epoch_authenticator: "6bb5c0d569550a2c7e1917b0ebeef193b703281fc5eaa3392b3125c8e394f69d",
                external_secret: "1f0124fdbb08c0d72123838e3731ab6953a53d565496f523bb3a4e539c949aac",
                confirmation_key: "9d8dd78766b9391995f0cd122bff536c01e056ae3c29fbd8dca3a128f1a097ba",
                membership_key: "136eed7ac9f27002cbb4bc47d91676341df8c8eaa8349828dd51d22d5ffb3f43",
                resumption_psk: "99444cb54d7e6d7da939124f5a666bac5a878eb756405a437893914b33353504",
                external_pub: "0404c9d6889bc661210f8c74d9e07e355755268949b606694c395516b978e76e88d30be4f47e427abf0e64126dee99df\
                    85a62a90de44fc7feafab3e355d6338d8c",
                exporter: Exporter {
                    label: "9ba13d54ecdec7cbefcb47b4268d7b1990fabc6d6e67681e167959389d84e4e4",
                    context: "884f1af892ab002f5be4c5d5081ade9e0e6418c6ea7a9a92e90534f19dcef785",
                    length: 32,
                    secret: "fb21b093a965ca191ddc236dd38791d738d37818d8d3861020151dfdd8ee70b0",
                },
            },
            Epoch {
                tree_hash: "826a4d3b0956277ce5e272e4d18fdca023ffb63ea4cea636e34cc837ae7c5c5d",
                commit_secret: "7b3027aa5d2224aab7e2a18660bbf57930e2e21d95e02b849c704d970e3e28c5",
                psk_secret: "ca7a68f2a8a52147d70f1eb7195de968d2e182b93596bc5a61393861e91180e4",
                confirmed_transcript_hash: "14a2985ea47db0685924a74d47ac8a08ec241f843b536dd1348e3ffb2d78184e",
                group_context: "0001000220a897b53575b4dd35fed4466e4e714bfa949eaa72e616a9c68a47b39cb7a60d2e000000000000000120826\
                    a4d3b0956277ce5e272e4d18fdca023ffb63ea4cea636e34cc837ae7c5c5d2014a2985ea47db0685924a74d47ac8a08ec241f843b\
                    536dd1348e3ffb2d78184e00",
                joiner_secret: "56da58805b3d101e29d2e30a289521f569022caf35b4d38dabf87c6fbca14a50",
                welcome_secret: "3a41beb4e9c73e9f08e827bad80623118cd7ea7dc386d036950026b99e77fce3",
                init_secret: "7e865d2798f8c4d525aaf16ca07ae590dded972a0d66003c8182470241c38dcf",
                sender_data_secret: "299b5fc2f3388c3d36fad329aa6e127e10cb75a9e087dd092c93c496ceea1c5d",
                encryption_secret: "e99cd6a6fea96eaf2ec1deeb36b715070259330bcfe6c3f8d126fc532150c5ee",
                exporter_secret: "14cbe123c10819429719541776782030dd46fc5467186f8d47e13d71facaba44",
                epoch_authenticator: "35304d2ca84327c0d857539619966f721ea62666f2f6ed54905bebf7e958cc25",
                external_secret: "e33af6fd60347fdfb08c645acbb5230ebb7fe45f86d41bf9d6854d5921c6617d",
                confirmation_key: "2f04b94ed0bbe4b2af50a0ef14437e9d6ae241b9d184c7b49d0f4f6904dab072",
                membership_key: "50da02ce823804e3fe58293d3386bea7f32360c9644c2383965e6f7ff6a1a663",
                resumption_psk: "cda55479f2d79d2fd3cc31a5b088524f8e14e1d09a6c452f7ad4e5447b5a57bb",
                external_pub: "04cd06e3f46cb57f8616cf06cf3c9ea317cf80db4e93da2e2dfdf1a4fd5f4e80636a4c87cb170418d70adb0fbd5ce3b3\
                    1af1eb00047b2892e7ec951d3496552272",
                exporter: Exporter {
                    label: "ed66d7f1da52171ac9448f0f902edcfefa4ebbda843a43bd3d173cb7c5b4331e",
                    context: "02dc18fc5bc4d9093cf41fa0053521653775b123784d40ac7d46cc5a72ef4d46",
                    length: 32,
                    secret: "71f2a450aa47dccbe2984c4d741e5c4c637630175962ce5f2eff66b4c26bb953",
                },
            },
        ],
    },
    KeySchedule {
        suite: 3,
        group_id: "a897b53575b4dd35fed4466e4e714bfa949eaa72e616a9c68a47b39cb7a60d2e",
        initial_init_secret: "a897b53575b4dd35fed4466e4e714bfa949eaa72e616a9c68a47b39cb7a60d2e",
        epochs: &[
            Epoch {
                tree_hash: "9769e302a99c457350a8e636009b12a2fee068664004606d6318eb3a1977d818",
                commit_secret: "a22606222e350fd7f0937168fe7548fb06626ab143cba7611d641693b1447509",
                psk_secret: "e871b247379522395689182736cb3d1e7b108d6ae934b802223975de8dc3f80b",
                confirmed_transcript_hash: "5e57c9364dc71f0f71b19ffe561ab77257c490708a47e29f8f73f2b318201d2f",
                group_context: "0001000320a897b53575b4dd35fed4466e4e714bfa949eaa72e616a9c68a47b39cb7a60d2e000000000000000020976\
                    9e302a99c457350a8e636009b12a2fee068664004606d6318eb3a1977d818205e57c9364dc71f0f71b19ffe561ab77257c490708a\
                    47e29f8f73f2b318201d2f00",
                joiner_secret: "3e28da76edc09fb9ad59fae258839c7dc46e3c092a125499959c7413a60250b2",
                welcome_secret: "b0defbdd2232224b0c0427e8efa80f011f7813291dca783433f2da1431620bbc",
                init_secret: "418b197eafd925ebbf4bfd94d650aa83b1a11d6d02f33c2cc81631c6734f69d9",
                sender_data_secret: "de1df3a74bbcfc7fcc631213a20c1b1842860eab8e6f0c864dcfb541cd42cf24",
                encryption_secret: "ffcc3d4a757224eaf62c124f8e7def12c0db74740cf494c9f56fa7dd07214947",
                exporter_secret: "27518b380b39834affecb08780ee9709627859d5f6f37994e8783791004485cb",
                epoch_authenticator: "f68f6735aeeb97331d674ef4f580e11352beff543b3b6688a01a1bab97d42f26",
                external_secret: "46f51f54ce4c3457ee5681925b9d1a282de166f04e28a4a316404bd14dda3138",
                confirmation_key: "e8bdff522e2675c7e0582321fbeb7e61763b1f88e7ded3c57ea78c691e1d0b93",
                membership_key: "6839abba79aaeb82385397612fb90cbea3bf8d427806cb3f0bfe5793c1a42fc9",
                resumption_psk: "244b05004ced1a7d1dc3da6a7541e9b180b6ffe41cc6e24d63c5c9c0742b4870",
                external_pub: "8206ea1eb4d8d5730a2737f7470718b9d00c2276d24a98ac4e6d7ef52cba0631",
                exporter: Exporter {
                    label: "9ba13d54ecdec7cbefcb47b4268d7b1990fabc6d6e67681e167959389d84e4e4",
                    context: "884f1af892ab002f5be4c5d5081ade9e0e6418c6ea7a9a92e90534f19dcef785",
                    length: 32,
                    secret: "623c858acd2728c5b860a77ae0cde77fa8aef14e9ac124464cab06bbc3cf3635",
                },
            },
            Epoch {
                tree_hash: "826a4d3b0956277ce5e272e4d18fdca023ffb63ea4cea636e34cc837ae7c5c5d",
                commit_secret: "7b3027aa5d2224aab7e2a18660bbf57930e2e21d95e02b849c704d970e3e28c5",
                psk_secret: "ca7a68f2a8a52147d70f1eb7195de968d2e182b93596bc5a61393861e91180e4",
                confirmed_transcript_hash: "14a2985ea47db0685924a74d47ac8a08ec241f843b536dd1348e3ffb2d78184e",
                group_context: "0001000320a897b53575b4dd35fed4466e4e714bfa949eaa72e616a9c68a47b39cb7a60d2e000000000000000120826\
                    a4d3b0956277ce5e272e4d18fdca023ffb63ea4cea636e34cc837ae7c5c5d2014a2985ea47db0685924a74d47ac8a08ec241f843b\
                    536dd1348e3ffb2d78184e00",
                joiner_secret: "f589c7bc9de6fac35e546bbf4ac89632980158e40336cdf89165b526a482f228",
                welcome_secret: "f577c28c938b9f57224e5f208ee8a64f65a4fb734bf8f74f44f0020f55e22a20",
                init_secret: "6947180097f92f021d5d0739568d9e41647ebe26d754f679f0a883013165b6c9",
                sender_data_secret: "c6b20eeb67246447456fe4d4dd9ee8e6e88e710cf766f862440e9a7b4789be81",
                encryption_secret: "bd364a14dbe3e9d14f6573d2df1ee014cb0bfcadd948f257d35091fba8735d3a",
                exporter_secret: "eac27705796cb8ff5867d5883f111f8a9990de3e69befc5d69bf2d02f539b863",
                epoch_authenticator: "acd66baee8206cca6b60a71c9db4f1ae97718db857e267c352d495f29ff0776b",
                external_secret: "e7b78eda3dc2d13c3aee74426a6aa6e8a90fb95992be66b5eeb8cdc0b08c6f1a",
                confirmation_key: "839d6621c61a40a14d30a5042aa9a530e267f825734d485ac9e415f19e35d9dd",
                membership_key: "d835002d8367b0c81e7d0159527b12a24870dbb8efc8fb299ad16b72b2199a6c",
                resumption_psk: "e2cc0c5444b77af2d15a8d5adf2ce9fd051429758ab80bd247d80f6c44982a64",
                external_pub: "e2daac515f8378d164bf51746f4143b54d7a8d574f4ae1081b5d1d0ba88fe615",
                exporter: Exporter {
                    label: "ed66d7f1da52171ac9448f0f902edcfefa4ebbda843a43bd3d173cb7c5b4331e",
                    context: "02dc18fc5bc4d9093cf41fa0053521653775b123784d40ac7d46cc5a72ef4d46",
                    length: 32,
                    secret: "f6ae0abce67ed43e7cda3c04774278930c96bb1abfa77707cb7ac3351a9ded5f",
                },
            },
        ],
    },
];
