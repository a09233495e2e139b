//! Enumerations of one octet whose unknown values are kept.

/// Writes an enumeration of one octet: its values by number and by name. A value that this version does not know is kept as it is,
/// so that what holds it can be shown and passed on; what an unknown value means, its user has to say.
#[doc(hidden)]
#[macro_export]
macro_rules! registry {
    ($(#[$doc:meta])* $name:ident { $( $(#[$vdoc:meta])* $variant:ident = $code:literal $text:literal, )+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $( $(#[$vdoc])* $variant, )+
            /// A value that is reserved or unknown here.
            Other(u8),
        }

        impl $name {
            /// The names of the known values.
            pub const NAMES: &'static [&'static str] = &[$( $text, )+];

            /// The value of an octet.
            pub fn from_code(code: u8) -> Self {
                match code {
                    $( $code => $name::$variant, )+
                    other => $name::Other(other),
                }
            }

            /// The octet.
            pub fn code(self) -> u8 {
                match self {
                    $( $name::$variant => $code, )+
                    $name::Other(code) => code,
                }
            }

            /// The value with this name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $( $text => Some($name::$variant), )+
                    _ => None,
                }
            }

            /// The name, if the value is known.
            pub fn name(self) -> Option<&'static str> {
                match self {
                    $( $name::$variant => Some($text), )+
                    $name::Other(_) => None,
                }
            }

            /// Whether this version knows the value.
            pub fn is_known(self) -> bool {
                self.name().is_some()
            }
        }
    };
}
