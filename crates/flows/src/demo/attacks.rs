//! Mallory's ideas. Each is tried as a real MLS message, by a member of the room who plays along.

mod carried;
mod expected;
mod mount;
mod policies;

pub(super) use expected::Expected;
pub(super) use mount::mount;

/// A way to misuse a reveal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Attack {
    /// A reveal, sent again as it is in a second room.
    ReplayedIntoAnotherRoom,
    /// The same, with the second room named around it.
    ReaddressedToAnotherRoom,
    /// A reveal, sent again as it is by another member.
    CopiedByAnotherMember,
    /// The same, with the other member named around it.
    ReaddressedByAnotherMember,
    /// A valid credential and proof of the same person, for another of her keys.
    MadeWithAnotherKey,
    /// An issuer that neither the room nor anybody knows.
    UntrustedIssuer,
    /// The name of a trusted issuer under somebody else's signature.
    ForgedIssuer,
    /// An issuer that may speak for another provider's users.
    IssuerOfAnotherDomain,
    /// An issuer that the room's administrator has written into the policy.
    IssuerOfTheAdministrator,
    /// A claim that the policy forbids.
    ForbiddenClaim,
    /// Nothing of what the policy requires.
    MissingRequiredClaim,
    /// A reveal made in the epoch before.
    OlderEpoch,
    /// A token that had expired when the reveal was made.
    Expired,
    /// A carriage whose media type the room does not list.
    UnlistedMediaType,
    /// A bundle that names another room.
    BundleForAnotherRoom,
    /// A bundle that names another user.
    BundleAboutAnotherUser,
    /// A MIMI content that names another room.
    ContentForAnotherRoom,
    /// A MIMI content that names another sender.
    ContentByAnotherSender,
    /// A MIMI content that is over.
    ExpiredContent,
    /// A unit of two presentations, one of which does not hold.
    BrokenUnit,
    /// A seal for others, opened by a member without the role.
    OpenedWithoutTheRole,
    /// A sealed text that is not the one whose hash all recipients are given.
    TextBehindAnotherHash,
    /// A seal made in the epoch before.
    SealedInTheEpochBefore,
}

impl Attack {
    /// All of them, in the order of the demo: first those on any carriage, then those on one.
    pub const ALL: [Attack; 23] = [
        Attack::ReplayedIntoAnotherRoom,
        Attack::ReaddressedToAnotherRoom,
        Attack::CopiedByAnotherMember,
        Attack::ReaddressedByAnotherMember,
        Attack::MadeWithAnotherKey,
        Attack::UntrustedIssuer,
        Attack::ForgedIssuer,
        Attack::IssuerOfAnotherDomain,
        Attack::IssuerOfTheAdministrator,
        Attack::ForbiddenClaim,
        Attack::MissingRequiredClaim,
        Attack::OlderEpoch,
        Attack::Expired,
        Attack::UnlistedMediaType,
        Attack::BundleForAnotherRoom,
        Attack::BundleAboutAnotherUser,
        Attack::ContentForAnotherRoom,
        Attack::ContentByAnotherSender,
        Attack::ExpiredContent,
        Attack::BrokenUnit,
        Attack::OpenedWithoutTheRole,
        Attack::TextBehindAnotherHash,
        Attack::SealedInTheEpochBefore,
    ];

    /// A stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Attack::ReplayedIntoAnotherRoom => "replayed-into-another-room",
            Attack::ReaddressedToAnotherRoom => "readdressed-to-another-room",
            Attack::CopiedByAnotherMember => "copied-by-another-member",
            Attack::ReaddressedByAnotherMember => "readdressed-by-another-member",
            Attack::MadeWithAnotherKey => "made-with-another-key",
            Attack::UntrustedIssuer => "untrusted-issuer",
            Attack::ForgedIssuer => "forged-issuer",
            Attack::IssuerOfAnotherDomain => "issuer-of-another-domain",
            Attack::IssuerOfTheAdministrator => "issuer-of-the-administrator",
            Attack::ForbiddenClaim => "forbidden-claim",
            Attack::MissingRequiredClaim => "missing-required-claim",
            Attack::OlderEpoch => "older-epoch",
            Attack::Expired => "expired",
            Attack::UnlistedMediaType => "unlisted-media-type",
            Attack::BundleForAnotherRoom => "bundle-for-another-room",
            Attack::BundleAboutAnotherUser => "bundle-about-another-user",
            Attack::ContentForAnotherRoom => "content-for-another-room",
            Attack::ContentByAnotherSender => "content-by-another-sender",
            Attack::ExpiredContent => "expired-content",
            Attack::BrokenUnit => "broken-unit",
            Attack::OpenedWithoutTheRole => "opened-without-the-role",
            Attack::TextBehindAnotherHash => "text-behind-another-hash",
            Attack::SealedInTheEpochBefore => "sealed-in-the-epoch-before",
        }
    }

    /// What happens, in a sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Attack::ReplayedIntoAnotherRoom => {
                "Alice's reveal is sent again, as it is, in a second room where she has the same key"
            }
            Attack::ReaddressedToAnotherRoom => "the same, with the second room's name around it",
            Attack::CopiedByAnotherMember => "Bob sends Alice's reveal as his own message, as it is",
            Attack::ReaddressedByAnotherMember => "the same, with Bob's name around it",
            Attack::MadeWithAnotherKey => "Alice reveals a credential of hers that belongs to another of her keys",
            Attack::UntrustedIssuer => "the credential comes from an issuer nobody knows",
            Attack::ForgedIssuer => "the credential has the name of Alice's provider and somebody else's signature",
            Attack::IssuerOfAnotherDomain => "the credential comes from b.example, which may not speak for a.example",
            Attack::IssuerOfTheAdministrator => "Carol, who administers the room, writes an issuer of her own into the policy",
            Attack::ForbiddenClaim => "Alice discloses a claim that the policy forbids",
            Attack::MissingRequiredClaim => "Alice discloses nothing of what the policy requires",
            Attack::OlderEpoch => "Alice's reveal was made in the epoch before the one it is sent in",
            Attack::Expired => "Alice's credential had expired before she revealed it",
            Attack::UnlistedMediaType => "Alice reveals in a room that does not list the media type",
            Attack::BundleForAnotherRoom => "the bundle around Alice's reveal names another room",
            Attack::BundleAboutAnotherUser => "the bundle around Alice's reveal names Bob",
            Attack::ContentForAnotherRoom => "the MIMI content around Alice's reveal names another room",
            Attack::ContentByAnotherSender => "the MIMI content around Alice's reveal names Bob",
            Attack::ExpiredContent => "the MIMI content around Alice's reveal is over when it arrives",
            Attack::BrokenUnit => "Alice's reveal is one unit with another that is for another of her keys",
            Attack::OpenedWithoutTheRole => "Dora, who lacks the role, opens what is sealed to Bob and Carol",
            Attack::TextBehindAnotherHash => "Alice seals another text than the one whose hash all recipients get",
            Attack::SealedInTheEpochBefore => "Alice's reveal was sealed in the epoch before the one it is sent in",
        }
    }
}
