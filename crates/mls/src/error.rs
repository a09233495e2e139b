//! The codes of this crate.

mimicred_error::codes! {
    crate "mls";
    /// The input ends before the structure does.
    Truncated = "truncated", Malformed, "RFC 9420 2.1",
        "the input ends too early", "the structure was cut off, or it is of another type than expected";
    /// A vector length begins with the bits 11.
    LengthPrefix = "length-prefix", Malformed, "RFC 9420 2.1.2",
        "a vector length begins with the bits 11", "lengths take 1, 2 or 4 octets";
    /// A vector length is written with more octets than it needs.
    LengthNotMinimal = "length-not-minimal", Malformed, "RFC 9420 2.1.2",
        "a vector length is not written in its shortest form", "the writer must use 1 octet below 64 and 2 below 16384";
    /// Octets are left after the structure.
    TrailingOctets = "trailing-octets", Malformed, "mimi-mls 2.1",
        "octets are left after the end of the structure", "hand over exactly one structure";
    /// An octet that must be 0 or 1 is neither.
    FlagInvalid = "flag-invalid", Malformed, "mimi-mls 2.1",
        "a bool or a presence octet is neither 0 nor 1", "the writer must use 0 or 1";
    /// Text is not UTF-8, or not of the kind that belongs here.
    TextInvalid = "text-invalid", Malformed, "draft-ietf-mimi-protocol UTF8String",
        "this is not text as it must be here", "write valid UTF-8 without NUL";
    /// A URI does not follow the grammar.
    UriInvalid = "uri-invalid", Malformed, "mimi-mls 1.1",
        "this is not a MIMI URI", "write mimi://host/u/…, /p/…, /d/…, /r/… in lower case without query or fragment";
    /// A vector that must hold something is empty.
    Empty = "empty", Malformed, "mimi-mls 2.2, 3.5.1",
        "a part that must not be empty is empty", "fill it in";
    /// Something is larger, or there are more of them, than is accepted.
    Limit = "limit", Rejected, "mimi-mls 3.5.3 step 3",
        "a limit on size or number is exceeded", "send less, or split it";
    /// Credential type 0.
    CredentialTypeReserved = "credential-type-reserved", Malformed, "RFC 9420 17.5",
        "credential type 0 is reserved", "use a registered or private credential type";
    /// A credential of a type whose end cannot be found.
    CredentialShapeUnknown = "credential-shape-unknown", Unsupported, "mimi-mls 2.2",
        "a credential of this type cannot be told from what follows it", "use basic, x509, sd_cwt or sd_jwt";
    /// A credential inside `multi` or `weak-multi` is one of these again.
    CredentialNested = "credential-nested", Unsupported, "draft-ietf-mls-extensions multi",
        "a multi credential inside another is not read", "bind the credentials one beside the other";
    /// The signature of a CredentialBinding does not verify.
    CredentialBindingInvalid = "credential-binding-invalid", Rejected, "draft-ietf-mls-extensions CredentialBinding",
        "the key of the credential does not vouch for this leaf key", "it was made for another leaf, or with another key";
    /// The parts of an SD-JWT are not where they should be.
    SdJwtMalformed = "sd-jwt-malformed", Malformed, "draft-mahy-mls-sd-cwt-credential 3.2",
        "this is not an SD-JWT with key binding", "write issuer JWT, disclosures and KB-JWT, separated by ~";
    /// An SD-JWT credential has no key binding.
    KeyBindingMissing = "key-binding-missing", Malformed, "draft-mahy-mls-sd-cwt-credential 3.2",
        "the SD-JWT ends without a KB-JWT", "in MLS an SD-JWT always carries its key binding: present it first";
    /// Compacting this SD-JWT and expanding it again would not give the same text.
    SdJwtNotCanonical = "sd-jwt-not-canonical", Unsupported, "mimi-mls 2.2",
        "this SD-JWT cannot be compacted without changing its text", "carry it uncompacted";
    /// A structure of a version that is not 1.
    VersionUnsupported = "version-unsupported", Unsupported, "RFC 9420 6, mimi-mls 3.5.1",
        "this version of the structure is not known", "only version 1 exists";
    /// A bundle item of a type that is not known.
    ItemTypeUnknown = "item-type-unknown", Unsupported, "mimi-mls 3.5.1",
        "this type of bundle item is not known", "items are 1 credential, 2 SD-JWT, 3 SD-KBT, 4 KeyPackage, 5 KeyPackage offer";
    /// A media type cannot be read.
    MediaTypeMalformed = "media-type-malformed", Malformed, "RFC 2045 5.1, mimi-mls 2.11",
        "this is not a media type", "write top/sub, then ;name=value for parameters";
    /// The media type names another credential type than the one inside.
    MediaTypeMismatch = "media-type-mismatch", Malformed, "mimi-mls 2.11",
        "the media type and its content disagree", "name the type that the credential has";
    /// A value of an enumeration that is not known.
    ValueUnknown = "value-unknown", Unsupported, "mimi-mls 3.2 to 3.6",
        "this value is not known", "use one that the structure defines";
    /// A value is listed twice.
    ValueDuplicate = "value-duplicate", Malformed, "mimi-mls 3.2 to 3.6",
        "a value is listed twice", "list each value once";
    /// Values are not in ascending order.
    ValueOrder = "value-order", Malformed, "mimi-mls 3.2, 3.5.5",
        "the values are not in ascending order", "sort them";
    /// The commitment of a key_package_usage does not fit its usage.
    KeyPackageUsageInvalid = "key-package-usage-invalid", Malformed, "mimi-mls 3.2",
        "the usage of the KeyPackage and its commitment do not fit each other",
        "usage offered has 32 octets, every other usage none, and reserved is empty";
    /// A proof for an offered KeyPackage has not 32 octets.
    KeyPackageProofMalformed = "key-package-proof-malformed", Malformed, "mimi-mls 3.2",
        "a proof for an offered KeyPackage does not have 32 octets", "it is an HMAC-SHA256";
    /// A KeyPackage for an initial connection in a room that is more than that.
    InitialConnectionOnly = "initial-connection-only", Rejected, "mimi-mls 3.2",
        "a KeyPackage for an initial connection is used in another kind of room, or the room has become one",
        "use it where two meet, in a room that is neither persistent nor discoverable; whose client finds this, leaves";
    /// Whoever added an offered KeyPackage does not prove that she held the offer.
    AdderUnknown = "adder-unknown", Rejected, "mimi-mls 3.2",
        "nothing proves that the KeyPackage was added by somebody to whom it was offered", "leave this group";
    /// The salt of an offer has not 16 octets.
    OfferSaltLength = "offer-salt-length", Malformed, "mimi-mls 3.5.1",
        "the salt of the offer does not have 16 octets", "draw 16 random octets for each offer";
    /// An offer was made by another leaf, or for another room.
    OfferElsewhere = "offer-elsewhere", Rejected, "mimi-mls 3.5.1",
        "the offer was made by another leaf, or for another room", "ask the sender for an offer of her own in this room";
    /// An offer has run out.
    OfferExpired = "offer-expired", Rejected, "mimi-mls 3.5.1",
        "the offer has run out", "ask for consent again";
    /// A KeyPackage is not listed in the offer.
    OfferUnlisted = "offer-unlisted", Rejected, "mimi-mls 3.5.1",
        "the offer does not list this KeyPackage", "use only KeyPackages that are offered";
    /// The salt of the offer does not open the commitment of a KeyPackage.
    OfferCommitmentInvalid = "offer-commitment-invalid", Rejected, "mimi-mls 3.2, 3.5.1",
        "the KeyPackage was not made for this offer", "make KeyPackages with the commitment of the offer";
    /// The key of an offered KeyPackage has not signed the offer.
    OfferSignatureInvalid = "offer-signature-invalid", Rejected, "mimi-mls 3.5.1",
        "the key of the KeyPackage has not signed the offer", "somebody else's KeyPackage cannot be offered";
    /// A KeyPackage must have a key of its own to sign an offer.
    OfferKeyMissing = "offer-key-missing", Misuse, "mimi-mls 3.5.1",
        "there is no key here for one of the offered KeyPackages", "sign with the leaf key of every KeyPackage";
    /// A text that is no join link.
    JoinLinkMalformed = "join-link-malformed", Malformed, "mimi-mls 3.6.3",
        "this is not a join link", "a link is mimi://HUB/r/ROOM#jl1. and base64url, as its sender made it";
    /// A joiningCode does not verify.
    JoiningCodeInvalid = "joining-code-invalid", Rejected, "mimi-mls 3.6.3",
        "the joining code was not made with this link for this request", "a code is for one leaf key, one room and one answer";
    /// A change to the join links does not fit them.
    JoinLinksUpdateInvalid = "join-links-update-invalid", Rejected, "draft-ietf-mimi-room-policy join links, mimi-mls 3.6.3",
        "this change does not fit the room's join links", "name each link to be removed once, by its position in the current list, and add none twice";
    /// The signature of a MIMI protocol message does not verify.
    ProtocolSignatureInvalid = "protocol-signature-invalid", Rejected, "draft-ietf-mimi-protocol KeyMaterialRequest, GroupInfoRequest, GroupInfoResponse",
        "the message was not signed by the key that it names", "it was changed on its way, or made with another key";
    /// A MIMI protocol message does not hold what its status says.
    StatusContent = "status-content", Malformed, "draft-ietf-mimi-protocol KeyMaterialUserCode, IdentifierQueryCode",
        "the message does not hold what its status says", "a success holds what was asked for, and a failure nothing";
    /// The GroupInfo in an answer cannot be opened.
    GroupInfoSealInvalid = "group-info-seal-invalid", Rejected, "draft-ietf-mimi-protocol GroupInfoRatchetTreeTBE",
        "the GroupInfo cannot be opened with this key", "it was sealed to the key of another request, or for another room";
    /// The nonce of a DisclosureRequest is neither absent nor 32 octets long.
    RequestNonceLength = "request-nonce-length", Malformed, "mimi-mls 3.5.1",
        "the nonce of the request has neither 0 nor 32 octets", "a challenge has 32 random octets, other requests none";
    /// The entries of a SealedDisclosure are not 1, 2, 4, 8, …
    SealedEntryCount = "sealed-entry-count", Malformed, "mimi-mls 3.5.5",
        "the number of recipients is not a power of two", "fill up with dummy entries";
    /// A SealedDisclosure has no entry for this leaf.
    SealedForOthers = "sealed-for-others", Rejected, "mimi-mls 3.5.5",
        "the disclosure is not sealed to this leaf", "nothing is wrong: it is for others";
    /// The content key of a SealedDisclosure cannot be opened.
    SealedKeyInvalid = "sealed-key-invalid", Rejected, "mimi-mls 3.5.5",
        "the disclosure cannot be opened with this key", "it was sealed to another key, or for another group, epoch or sender";
    /// The content of a SealedDisclosure is not what its hash says.
    SealedContentInvalid = "sealed-content-invalid", Malformed, "mimi-mls 3.5.5",
        "the sealed disclosure does not hold what its hash says", "refuse it: its recipients may have been shown different things";
    /// There is nobody to seal to.
    SealedNobody = "sealed-nobody", Misuse, "mimi-mls 3.5.5",
        "there is nobody to whom this could be sealed", "only leaves with a recipient key can be sealed to";
    /// A component is listed twice.
    ComponentDuplicate = "component-duplicate", Malformed, "draft-ietf-mls-extensions app_components, AppDataDictionary",
        "a component is listed twice", "list every component once";
    /// The components of a dictionary are not in ascending order.
    ComponentOrder = "component-order", Malformed, "draft-ietf-mls-extensions AppDataDictionary",
        "the components are not in ascending order", "sort them by their number";
    /// An extension type is listed twice.
    ExtensionDuplicate = "extension-duplicate", Malformed, "RFC 9420 13.4",
        "an extension is listed twice", "list every type of extension once";
    /// A user is in the participant list twice.
    ParticipantDuplicate = "participant-duplicate", Malformed, "draft-ietf-mimi-protocol participant list",
        "a user is in the participant list twice", "every user has one role";
    /// A change to the participant list does not fit the list.
    ParticipantUpdateInvalid = "participant-update-invalid", Rejected, "draft-ietf-mimi-protocol participant list",
        "this change does not fit the participant list", "name each existing user once, by its position in the current list";
    /// The signature of a CredentialPresentation does not verify.
    PresentationSignatureInvalid = "presentation-signature-invalid", Rejected, "mimi-mls 3.5.1, 3.5.3 step 6",
        "the proof of possession does not verify", "it was made with another key, for another room, group, epoch or credential";
    /// The cryptographic layer refused.
    Crypto = "crypto", Internal, "mimi-mls 5.5",
        "the cryptographic layer refused", "report this";
    /// A cipher suite that is not spoken here.
    SuiteUnsupported = "suite-unsupported", Unsupported, "RFC 9420 17.1",
        "this cipher suite is not supported", "use 0x0001, 0x0002 or 0x0003";
    /// A key that does not belong to the cipher suite.
    SuiteKeyMismatch = "suite-key-mismatch", Misuse, "mimi-mls 1.3",
        "the key is not of the algorithm of the cipher suite", "use Ed25519 with 0x0001 and 0x0003, P-256 with 0x0002";
    /// The room names no hub.
    HubUnknown = "hub-unknown", Rejected, "mimi-mls 2.8",
        "the room lists no key of its hub", "a room whose handshakes are wrapped lists the hub's key in external_receivers";
    /// A nonce of another length.
    HandshakeNonce = "handshake-nonce", Malformed, "mimi-mls 2.8",
        "the nonce of a wrapped handshake is not as long as the AEAD's", "it has 12 octets";
    /// Neither wrapped nor sealed for whoever tries to open it.
    HandshakeUnreadable = "handshake-unreadable", Rejected, "mimi-mls 2.8",
        "the handshake cannot be opened with this key", "it is for another member, or of another group or epoch";
    /// An MLS message cannot be read.
    MessageMalformed = "message-malformed", Malformed, "RFC 9420 6",
        "this is not an MLS message of the expected kind", "hand over one complete MLSMessage";
    /// An MLS message was read and refused.
    MessageInvalid = "message-invalid", Rejected, "RFC 9420 6, 12",
        "the MLS message does not authenticate or breaks the rules of the group", "ask the sender to send it again";
    /// A message of an epoch whose secrets are gone, or not there yet.
    EpochUnavailable = "epoch-unavailable", Rejected, "RFC 9420 6.3, mimi-mls 3.5.2",
        "the message belongs to an epoch that is not held", "process the commits in between first; older epochs than the kept ones are lost";
    /// A KeyPackage is not valid.
    KeyPackageInvalid = "key-package-invalid", Rejected, "RFC 9420 10.1",
        "the KeyPackage is not valid", "it may be expired, damaged, or signed with another key: ask for a new one";
    /// A leaf does not list its own credential type among its capabilities.
    CredentialTypeUndeclared = "credential-type-undeclared", Rejected, "RFC 9420 7.3",
        "the leaf does not list its own credential type", "put the type into the capabilities of the leaf";
    /// A leaf key is not in the form that RFC 9420 demands.
    LeafKeyForm = "leaf-key-form", Malformed, "RFC 9420 5.1.1, mimi-mls 1.3",
        "the leaf key is not in the form of its algorithm", "Ed25519: 32 octets; P-256 and P-384: 04 X Y, uncompressed";
    /// A leaf_node_source that does not exist.
    LeafSourceUnknown = "leaf-source-unknown", Malformed, "RFC 9420 7.2",
        "this source of a leaf does not exist", "sources are 1 key_package, 2 update, 3 commit";
    /// The signature of a leaf does not verify.
    LeafSignatureInvalid = "leaf-signature-invalid", Rejected, "RFC 9420 7.2, 7.3",
        "the signature of the leaf does not verify", "it was changed, made with another key, or for another group or leaf index";
    /// The signature of a leaf covers its place, which the caller did not name.
    LeafGroupMissing = "leaf-group-missing", Misuse, "RFC 9420 7.2",
        "the signature of this leaf covers its place in a group", "give the group id and the leaf index with it";
    /// A newcomer, or this client, does not support a component that the room requires.
    ComponentUnsupported = "component-unsupported", Rejected, "draft-ietf-mls-extensions app_components, mimi-mls 3.0",
        "a component that the room requires is not supported", "list it in app_components of the leaf";
    /// A member does not support a credential or proposal type that the group requires.
    CapabilityUnsupported = "capability-unsupported", Rejected, "RFC 9420 7.2, 7.3",
        "a member does not support what the group requires", "require only what the leaves of all members list";
    /// A room with a policy must require what protects the policy.
    RoomRequirementMissing = "room-requirement-missing", Rejected, "mimi-mls 3.4.1",
        "the room has a disclosure policy and does not require what protects it", "keep app_data_update in required_capabilities";
    /// The policy is changed by somebody, or in a way, that no rule allows.
    PolicyChangeForbidden = "policy-change-forbidden", Rejected, "mimi-mls 3.4.1",
        "the disclosure policy cannot be changed like this",
        "a member replaces it as a whole, by AppDataUpdate, in a commit that adds no participants";
    /// The rules of the application refuse a policy.
    PolicyChangeRefused = "policy-change-refused", Rejected, "mimi-mls 3.4.1",
        "the new disclosure policy is not acceptable", "mimicred policy check says what is wrong with a policy";
    /// The hub does not let it through.
    HubRefused = "hub-refused", Rejected, "mimi-mls 3.2, 3.6",
        "the hub does not let this commit through", "it did not hand out what the commit was made with, or not for this room";
    /// Roles or the base policy are against it.
    MembershipRefused = "membership-refused", Rejected, "mimi-mls 2.7, draft-ietf-mimi-room-policy",
        "the room does not let these come, go or change their role like that", "the room's roles and its base policy say who may do what";
    /// The rules of the application refuse a leaf in the place of another.
    SuccessorRefused = "successor-refused", Rejected, "RFC 9420 5.3.1, 7.3",
        "the new credential of a leaf is not a valid successor of the old one", "a leaf stays with its user: join again as somebody else";
    /// A lifetime that is empty or longer than accepted.
    LifetimeInvalid = "lifetime-invalid", Rejected, "RFC 9420 7.2",
        "the lifetime is empty or longer than 84 days and one hour", "choose a shorter one";
    /// A Welcome cannot be used.
    WelcomeInvalid = "welcome-invalid", Rejected, "RFC 9420 12.4.3.1",
        "the Welcome cannot be used", "it is for another KeyPackage, or damaged: ask to be added again";
    /// A GroupInfo, or the tree in it, does not hold.
    GroupInfoInvalid = "group-info-invalid", Rejected, "RFC 9420 12.4.3",
        "the GroupInfo does not hold", "it needs the ratchet tree, signatures that verify, and leaves that have not run out";
    /// A ratchet tree whose nodes are not where they should be.
    TreeMalformed = "tree-malformed", Malformed, "RFC 9420 12.4.3.3",
        "the ratchet tree is not one", "leaves stand at the even places, parents at the odd ones, and the last node is not blank";
    /// A PrivateMessage at the hub.
    HandshakePrivate = "handshake-private", Unsupported, "mimi-mls 2.8",
        "a hub cannot read a PrivateMessage", "members send their handshakes as PublicMessages where a hub follows the group";
    /// The group has no room_metadata, so it is not a room.
    RoomUriMissing = "room-uri-missing", Rejected, "mimi-mls 3.5.2",
        "the group does not say which room it is", "the group needs the component room_metadata (0x0023)";
    /// A commit changes a component whose meaning is not known.
    ComponentUpdateUnsupported = "component-update-unsupported", Unsupported, "draft-ietf-mls-extensions AppDataUpdate",
        "a change to this component cannot be followed", "only participant_list, room_metadata and room_disclosure_policy can change";
    /// The rules of MLS do not allow this commit.
    CommitRefused = "commit-refused", Rejected, "RFC 9420 12.2",
        "the change is against the rules of the group", "see the cause";
    /// A commit of our own waits for the hub.
    CommitPending = "commit-pending", Misuse, "RFC 9420 14",
        "a commit of our own is still pending", "merge it when the hub accepted it, or discard it";
    /// Nothing waits to be merged.
    NoCommitPending = "no-commit-pending", Misuse, "RFC 9420 14",
        "there is no commit to merge", "make one first";
    /// This client was removed from the group.
    GroupInactive = "group-inactive", Misuse, "RFC 9420 12.1.3",
        "this client is no longer in the group", "ask to be added again";
    /// This client has a group of that id.
    GroupExists = "group-exists", Misuse, "RFC 9420 11",
        "there is a group of this id already", "choose a random group id";
    /// The MLS library failed on its own account.
    GroupFailed = "group-failed", Internal, "OpenMLS",
        "the MLS library failed", "report this";
    /// CBOR that is no MIMI content.
    ContentMalformed = "content-malformed", Malformed, "draft-ietf-mimi-content-08 message container, mimi-mls 2.10",
        "this is not a MIMI content", "mimicred inspect FILE --edn shows the CBOR; arrays have exact lengths, the salt 16 octets, message ids 32";
    /// A MIMI content in another encoding than the one allowed.
    ContentNotDeterministic = "content-not-deterministic", Malformed, "RFC 8949 4.2.1, draft-ietf-mimi-content-08 encoding restrictions",
        "the MIMI content is not in deterministic encoding", "write shortest heads, definite lengths, and map keys in bytewise order";
    /// An extension of a MIMI content that breaks the rules for all of them, or those for `senderUri` and `roomUri`.
    ContentExtension = "content-extension", Malformed, "draft-ietf-mimi-content-08 extension fields, data model restrictions",
        "an extension of the MIMI content cannot be so", "keys are numbers other than 0 or text, values at most four levels deep, integers within 53 bits";
    /// Parts nested too deeply.
    ContentDepth = "content-depth", Malformed, "draft-ietf-mimi-content-08 depth restrictions",
        "the parts of the MIMI content are nested more than four levels deep", "nest them less";
    /// A multi part that holds fewer than two.
    ContentParts = "content-parts", Malformed, "draft-ietf-mimi-content-08 MultiPart",
        "a multi part holds fewer than two parts", "send a lone part as a single part";
    /// A cardinality, a part semantics or the hash of a message id that is not known.
    ContentValueUnknown = "content-value-unknown", Malformed, "draft-ietf-mimi-content-08 general handling",
        "a number in the MIMI content has no meaning", "cardinalities are 0 to 3, part semantics 0 to 2, message ids begin with 01";
    /// The room does not frame its application data.
    MediaTypesMissing = "media-types-missing", Rejected, "mimi-mls 2.4, 3.5.4",
        "nothing says what the application data of this room are", "a room with reveals by media type has the component content_media_types (0x0003)";
    /// Application data of a media type that the room does not list.
    MediaTypeUnlisted = "media-type-unlisted", Rejected, "draft-ietf-mls-extensions content_media_types, mimi-mls 3.5.4",
        "the room does not list this media type", "send one of those in its content_media_types";
    /// A media type, or a content, in which nothing is revealed.
    NotAReveal = "not-a-reveal", Rejected, "mimi-mls 3.5.4",
        "nothing is revealed in this message", "reveals are application/mls-credential, sd-jwt and kb+cwt, bundles, MIMI contents of these, and sealed bundles";
    /// A reveal that would have to be fetched.
    RevealExternal = "reveal-external", Rejected, "mimi-mls 4.4 T-14",
        "a reveal has a part that lies elsewhere", "put everything into the message: fetching would tell who reads it";
}

impl From<mimicred_keys::Error> for Error {
    fn from(error: mimicred_keys::Error) -> Self {
        Error::new(Code::Crypto).because(error)
    }
}

impl From<mimicred_uri::Error> for Error {
    fn from(error: mimicred_uri::Error) -> Self {
        Error::new(Code::UriInvalid).because(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::error::Error as _;

    #[test]
    fn lower_errors_are_kept_as_the_source() {
        let error = Error::from(mimicred_keys::Error::new(mimicred_keys::Code::BackendFailed));
        assert_eq!(error.code(), Code::Crypto);
        assert!(error.source().is_some());
        let error = Error::from(mimicred_uri::MimiUri::parse("https://a.example").unwrap_err());
        assert_eq!(error.code(), Code::UriInvalid);
        assert!(error.source().is_some());
    }
}
