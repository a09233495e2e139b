//! The kinds of findings, each with its stable slug, its trap and how much it tells.

use serde::Serialize;

use crate::report::Severity;
use crate::trap::Trap;

macro_rules! kinds {
    ($( $variant:ident = $slug:literal, $trap:ident, $severity:ident, $sentence:literal; )+) => {
        /// What was found, as a kind. The slug is stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[non_exhaustive]
        pub enum FindingKind {
            $( #[doc = $sentence] #[serde(rename = $slug)] $variant, )+
        }

        impl FindingKind {
            /// Every kind, in the order of the traps.
            pub const ALL: &'static [FindingKind] = &[$( FindingKind::$variant, )+];

            /// The stable name.
            pub const fn slug(self) -> &'static str {
                match self { $( FindingKind::$variant => $slug, )+ }
            }

            /// The trap it belongs to, as a rule.
            pub const fn trap(self) -> Trap {
                match self { $( FindingKind::$variant => Trap::$trap, )+ }
            }

            /// How much it tells.
            pub const fn severity(self) -> Severity {
                match self { $( FindingKind::$variant => Severity::$severity, )+ }
            }

            /// What it is, in one sentence without a full stop.
            pub const fn sentence(self) -> &'static str {
                match self { $( FindingKind::$variant => $sentence, )+ }
            }
        }
    };
}

kinds! {
    SerialSequential = "serial-sequential", B1, Links, "serial numbers lie closer together than random ones do, as if they were counted";
    SerialRepeated = "serial-repeated", B1, Links, "one serial number stands in several certificates";
    SerialTime = "serial-time", B1, Links, "serial numbers hold the time of issuance";
    SerialShort = "serial-short", B1, Links, "serial numbers have fewer than 64 bits, so that they are guessed, counted or meet again";
    SerialPattern = "serial-pattern", B1, Links, "bits of the serial numbers are not random: a part is the same or nearly so in all of them";
    SerialLength = "serial-length", B1, Narrows, "serial numbers differ in length";
    TimeUnrounded = "time-unrounded", B2, Links, "a time is not rounded to whole hours or days, and tells when this was issued and with what";
    TimeFew = "time-few", B2, Narrows, "a time is shared by too few items";
    TimeDistance = "time-distance", B2, Narrows, "times lie differently far apart: not everybody has the same validity";
    TimeHourly = "time-hourly", B2, Note, "a time is rounded to the hour and not to the day: enough only where many are issued in an hour";
    IdTime = "id-time", B3, Links, "identifiers hold the time at which they were made";
    IdSequential = "id-sequential", B3, Links, "identifiers lie closer together than random ones do, as if they were counted";
    IdPattern = "id-pattern", B3, Links, "a part of the identifiers is the same or nearly so in all of them";
    IdRepeated = "id-repeated", B3, Links, "one identifier stands in several items";
    IdDerived = "id-derived", B3, Narrows, "identifiers are UUIDs made from names: whoever knows the name makes them again";
    IdShort = "id-short", B3, Narrows, "identifiers have fewer than 64 bits";
    KeyReused = "key-reused", B4, Links, "one key stands in several items";
    KeyKnown = "key-known", B4, Links, "a key stands in a known credential too";
    OrderMonotone = "order-monotone", B5, Links, "values rise or fall in the order of the items: the order is that of issuing; shuffle what is handed out";
    DigestsUnsorted = "digests-unsorted", B5, Narrows, "digests are not sorted, and may stand in the order of the claims";
    IssuerDiffers = "issuer-differs", B6, Narrows, "not all items come from one issuing certificate";
    StatusClose = "status-close", B7, Links, "status list indexes lie closer together than random ones do";
    StatusNarrow = "status-narrow", B7, Links, "status list indexes lie in a small part of a list of 131072 places, or the list is shorter";
    StatusRepeated = "status-repeated", B7, Links, "one place of one status list stands in several items";
    StatusListFew = "status-list-few", B7, Narrows, "a status list is shared by too few items";
    StatusDiffers = "status-differs", B7, Narrows, "some items have a status and some have none, or of another form";
    SizeDiffers = "size-differs", B8, Narrows, "sizes differ";
    DigestsDiffer = "digests-differ", B8, Narrows, "the number of digests differs: decoys should make it the same";
    KeyIdShared = "ski-shared", B9, Links, "one subject key identifier stands over different keys";
    KeyIdPresent = "ski-present", B9, Note, "end entities have a subject key identifier: leave it out, nobody needs it";
    AuthorityForm = "aki-issuer-serial", B9, Narrows, "the authority key identifier names issuer and serial number: the key identifier alone is enough";
    SubjectDiffers = "subject-differs", B10, Narrows, "subject names differ";
    SubjectPresent = "subject-present", B10, Note, "the subject name is not empty";
    NamesDiffer = "san-differs", B10, Narrows, "the subject alternative names differ in number, kind or provider";
    NameExtra = "san-extra", B10, Links, "a pseudonym has names that are no URIs, and that may be those of a person";
    PoliciesDiffer = "policies-differ", B10, Narrows, "certificate policies differ";
    ExtensionDiffers = "extension-differs", B10, Narrows, "an extension differs, or is not in all certificates";
    ExtensionOdd = "extension-odd", B10, Note, "certificates have an extension that is not usual";
    ClaimDiffers = "claim-differs", B10, Narrows, "a claim in clear differs, or is not in all tokens";
    ClaimVisible = "claim-visible", B10, Note, "a claim in clear is the same in all tokens: whether it is that of others too, --known tells";
    NameShared = "name-shared", B10, Links, "one name stands over several keys";
    IssuerNameDiffers = "iss-differs", B11, Narrows, "the issuer is not named alike in all items";
    HeaderDiffers = "header-differs", B11, Narrows, "a header parameter differs, or is not in all items";
    EncodingDiffers = "encoding-differs", B12, Narrows, "the same content is written in different ways";
    EncodingFree = "encoding-free", B12, Narrows, "CBOR is not in deterministic encoding, so that its spelling can carry marks";
    SaltShort = "salt-short", B13, Links, "salts have fewer than 128 bits";
    SaltRepeated = "salt-repeated", B13, Links, "a salt is used twice";
    SaltPattern = "salt-pattern", B13, Links, "salts are not random";
    DecoysDiffer = "decoys-differ", B13, Narrows, "the number of decoys differs while that of digests does not";
    ConfirmationDiffers = "cnf-differs", B14, Narrows, "the holder's key is not named in the same form in all items";
    ConfirmationKeyId = "cnf-kid", B14, Narrows, "the confirmation has a key identifier, which may come from the account";
    TransparencyStamp = "sct-present", B17, Links, "a public log knows this certificate and when it was made";
    PointerDiffers = "pointer-differs", B17, Narrows, "pointers to the issuer differ";
    LifetimeUnrounded = "lifetime-unrounded", B20, Links, "a lifetime is not rounded to whole hours or days, and tells which KeyPackages were made together";
    LifetimeFew = "lifetime-few", B20, Narrows, "a lifetime is shared by too few KeyPackages";
    LifetimeDistance = "lifetime-distance", B20, Narrows, "lifetimes have different lengths";
    PackageKeyReused = "key-package-key-reused", B20, Links, "one init or encryption key stands in several places";
    PackageDiffers = "key-package-differs", B20, Narrows, "KeyPackages differ in what the client says it can do, or in their extensions";
    GreaseStable = "grease-stable", B20, Links, "GREASE values are the same in all KeyPackages: drawn once, they mark the client";
    PseudonymShort = "pseudonym-short", B21, Narrows, "pseudonyms have fewer than 128 bits";
    PseudonymWords = "pseudonym-words", B21, Narrows, "pseudonyms read like words or names";
    PseudonymAlike = "pseudonym-alike", B21, Links, "pseudonyms have a part in common";
    KeyAcrossNames = "key-across-names", B22, Links, "one key stands under different pseudonyms in different formats";
    FormatFew = "format-few", B26, Narrows, "a format or algorithm is shared by too few items";
    OnlyInBatch = "only-in-batch", B2, Links, "a value stands in none of the known credentials";
}
