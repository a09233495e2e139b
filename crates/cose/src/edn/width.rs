//! Heads by their width: the additional information in octets, the encoding indicator in text.

/// How the argument of a head is carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Width {
    /// In the first octet.
    Immediate,
    /// In one more octet.
    One,
    /// In two more.
    Two,
    /// In four more.
    Four,
    /// In eight more.
    Eight,
    /// There is no length; a break ends the item.
    Indefinite,
}

impl Width {
    /// The shortest that holds the argument.
    pub(super) fn preferred(argument: u64) -> Self {
        match argument {
            0..=23 => Width::Immediate,
            24..=0xff => Width::One,
            0x100..=0xffff => Width::Two,
            0x1_0000..=0xffff_ffff => Width::Four,
            _ => Width::Eight,
        }
    }

    /// The encoding indicator.
    pub(super) fn indicator(self) -> &'static str {
        match self {
            Width::Immediate => "_i",
            Width::One => "_0",
            Width::Two => "_1",
            Width::Four => "_2",
            Width::Eight => "_3",
            Width::Indefinite => "_",
        }
    }

    /// What stands behind the underscore of an indicator.
    pub(super) fn of_indicator(name: &str) -> Option<Self> {
        Some(match name {
            "" => Width::Indefinite,
            "i" => Width::Immediate,
            "0" => Width::One,
            "1" => Width::Two,
            "2" => Width::Four,
            "3" => Width::Eight,
            _ => return None,
        })
    }
}

/// The octets of a head, unless this width cannot hold the argument.
pub(super) fn head(major: u8, width: Width, argument: u64) -> Option<Vec<u8>> {
    let first = |info: u8| major << 5 | info;
    Some(match width {
        Width::Immediate => vec![first(u8::try_from(argument).ok().filter(|small| *small < 24)?)],
        Width::One => vec![first(24), u8::try_from(argument).ok()?],
        Width::Two => [&[first(25)], u16::try_from(argument).ok()?.to_be_bytes().as_slice()].concat(),
        Width::Four => [&[first(26)], u32::try_from(argument).ok()?.to_be_bytes().as_slice()].concat(),
        Width::Eight => [&[first(27)], argument.to_be_bytes().as_slice()].concat(),
        Width::Indefinite => vec![first(31)],
    })
}
