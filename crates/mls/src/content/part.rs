//! The body: a tree of parts.

/// `NestedPart`: a part, and how it is meant.
#[derive(Clone, PartialEq, Eq)]
pub struct NestedPart {
    /// What it is for.
    pub disposition: Disposition,
    /// Language tags (RFC 5646), separated by commas; nothing if it has no language.
    pub language: String,
    /// What it holds.
    pub part: Part,
}

/// What a part holds; the draft calls the number of its kind cardinality.
#[derive(Clone, PartialEq, Eq)]
pub enum Part {
    /// Nothing, as in a message that takes another one back.
    Null,
    /// Something.
    Single {
        /// Its media type.
        content_type: String,
        /// The thing itself.
        content: Vec<u8>,
    },
    /// Something that lies elsewhere.
    External(Box<ExternalPart>),
    /// Other parts.
    Multi {
        /// How they belong together.
        semantics: PartSemantics,
        /// Two or more.
        parts: Vec<NestedPart>,
    },
}

/// A part that the receiver has to fetch.
#[derive(Clone, PartialEq, Eq)]
pub struct ExternalPart {
    /// Its media type.
    pub content_type: String,
    /// Where it lies.
    pub url: String,
    /// Until when it lies there, in seconds since 1970; 0 if that is not said.
    pub expires: u32,
    /// Its size in octets; 0 if that is not said.
    pub size: u64,
    /// The AEAD algorithm (RFC 5116) under which it lies there; 0 if in the clear.
    pub enc_alg: u16,
    /// The key.
    pub key: Vec<u8>,
    /// The nonce.
    pub nonce: Vec<u8>,
    /// The additional data.
    pub aad: Vec<u8>,
    /// The algorithm of the hash (RFC 6920).
    pub hash_alg: u8,
    /// The hash of what lies there.
    pub content_hash: Vec<u8>,
    /// What it is, for people.
    pub description: String,
    /// What to call the file.
    pub filename: String,
}

/// What a part is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Disposition {
    /// 0.
    Unspecified,
    /// 1: to be shown.
    Render,
    /// 2: a reaction to another message.
    Reaction,
    /// 3: the profile of a participant or a room; a reveal is one.
    Profile,
    /// 4: to be shown at once.
    Inline,
    /// 5: an icon.
    Icon,
    /// 6: to be downloaded.
    Attachment,
    /// 7: a multimedia session.
    Session,
    /// 8: a preview of something else.
    Preview,
    /// Any other number; to be taken as [`Disposition::Render`].
    Other(u8),
}

/// How the parts of a multi part belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PartSemantics {
    /// 0: the receiver takes one of them.
    ChooseOne,
    /// 1: all of them together, or none.
    SingleUnit,
    /// 2: each on its own.
    ProcessAll,
}

impl NestedPart {
    /// All parts depth first, this one included, each with its part index: what `cid:INDEX@local.invalid` names.
    ///
    /// ```
    /// use mimicred_mls::content::{Disposition, NestedPart, Part, PartSemantics};
    ///
    /// let part = |part| NestedPart { disposition: Disposition::Unspecified, language: String::new(), part };
    /// let both = |parts| part(Part::Multi { semantics: PartSemantics::ProcessAll, parts });
    /// let tree = both(vec![both(vec![part(Part::Null), part(Part::Null)]), part(Part::Null)]);
    /// let nulls: Vec<usize> = tree.parts().filter(|(_, part)| part.part == Part::Null).map(|(index, _)| index).collect();
    /// assert_eq!(nulls, [2, 3, 4]);
    /// ```
    pub fn parts(&self) -> Parts<'_> {
        Parts { next: vec![self], index: 0 }
    }
}

/// The parts of a tree, depth first: see [`NestedPart::parts`].
#[derive(Clone)]
pub struct Parts<'p> {
    next: Vec<&'p NestedPart>,
    index: usize,
}

impl<'p> Iterator for Parts<'p> {
    type Item = (usize, &'p NestedPart);

    fn next(&mut self) -> Option<Self::Item> {
        let part = self.next.pop()?;
        if let Part::Multi { parts, .. } = &part.part {
            self.next.extend(parts.iter().rev());
        }
        let index = self.index;
        self.index = index.saturating_add(1);
        Some((index, part))
    }
}

impl Part {
    /// How the parts of a multi part belong together; nothing for another part.
    pub fn semantics(&self) -> Option<PartSemantics> {
        match self {
            Self::Multi { semantics, .. } => Some(*semantics),
            _ => None,
        }
    }
}

impl Disposition {
    const KNOWN: [Self; 9] = [
        Self::Unspecified,
        Self::Render,
        Self::Reaction,
        Self::Profile,
        Self::Inline,
        Self::Icon,
        Self::Attachment,
        Self::Session,
        Self::Preview,
    ];

    /// The disposition with this number.
    pub fn from_number(number: u8) -> Self {
        Self::KNOWN.get(usize::from(number)).copied().unwrap_or(Self::Other(number))
    }

    /// The number.
    pub fn number(self) -> u8 {
        match self {
            Self::Unspecified => 0,
            Self::Render => 1,
            Self::Reaction => 2,
            Self::Profile => 3,
            Self::Inline => 4,
            Self::Icon => 5,
            Self::Attachment => 6,
            Self::Session => 7,
            Self::Preview => 8,
            Self::Other(number) => number,
        }
    }

    /// The name in the registry.
    pub fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::Unspecified => "unspecified",
            Self::Render => "render",
            Self::Reaction => "reaction",
            Self::Profile => "profile",
            Self::Inline => "inline",
            Self::Icon => "icon",
            Self::Attachment => "attachment",
            Self::Session => "session",
            Self::Preview => "preview",
            Self::Other(_) => return None,
        })
    }
}

impl PartSemantics {
    /// The name in the draft.
    pub fn name(self) -> &'static str {
        match self {
            Self::ChooseOne => "chooseOne",
            Self::SingleUnit => "singleUnit",
            Self::ProcessAll => "processAll",
        }
    }

    pub(super) fn from_number(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::ChooseOne),
            1 => Some(Self::SingleUnit),
            2 => Some(Self::ProcessAll),
            _ => None,
        }
    }

    pub(super) fn number(self) -> u8 {
        match self {
            Self::ChooseOne => 0,
            Self::SingleUnit => 1,
            Self::ProcessAll => 2,
        }
    }
}

/// `cardinality`, the number of the kind of part.
pub(super) mod cardinality {
    pub(in crate::content) const NULL: u8 = 0;
    pub(in crate::content) const SINGLE: u8 = 1;
    pub(in crate::content) const EXTERNAL: u8 = 2;
    pub(in crate::content) const MULTI: u8 = 3;
}
