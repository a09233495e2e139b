//! The macro that writes a crate's `Code` and `Error`.

/// Writes `pub enum Code` and `pub struct Error` for one crate from a table.
///
/// Each line is: doc comment, `Variant = "category", Kind, "rule", "sentence", "hint";`. The slug is `crate/category`.
#[macro_export]
macro_rules! codes {
    (
        crate $krate:literal;
        $( $(#[$doc:meta])+ $variant:ident = $category:literal, $kind:ident, $rule:literal, $sentence:literal, $hint:literal; )+
    ) => {
        #[doc = concat!("The codes of `", $krate, "`, each with its line in the register.")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $( $(#[$doc])+ $variant, )+
        }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Code] = &[$( Code::$variant, )+];

            /// The code's line in the register.
            pub const fn entry(self) -> $crate::Entry {
                match self {
                    $( Code::$variant => $crate::Entry {
                        slug: concat!($krate, "/", $category),
                        kind: $crate::Kind::$kind,
                        rule: $rule,
                        sentence: $sentence,
                        hint: $hint,
                    }, )+
                }
            }

            /// `crate/category`, stable for ever.
            pub const fn slug(self) -> &'static str {
                self.entry().slug
            }

            /// Who has to act.
            pub const fn kind(self) -> $crate::Kind {
                self.entry().kind
            }
        }

        #[doc = concat!("What went wrong in `", $krate, "`: a [`Code`], a place, and what caused it.")]
        // One word wide, and made where it is needed only: what succeeds is not slowed down by what could have failed.
        #[derive(Debug)]
        pub struct Error(Box<ErrorDetails>);

        #[derive(Debug)]
        struct ErrorDetails {
            code: Code,
            at: $crate::At,
            note: Option<String>,
            source: Option<Box<dyn std::error::Error + Send + Sync>>,
        }

        #[allow(dead_code, reason = "not every crate needs every way to build its errors")]
        impl Error {
            /// An error with this code, about the object as a whole.
            #[cold]
            pub fn new(code: Code) -> Self {
                Self(Box::new(ErrorDetails { code, at: $crate::At::Whole, note: None, source: None }))
            }

            /// The same error with its place.
            #[must_use]
            pub fn at(mut self, at: $crate::At) -> Self {
                self.0.at = at;
                self
            }

            /// The same error with a remark on this occurrence; never a secret, a salt or an undisclosed value.
            #[must_use]
            pub fn note(mut self, note: impl Into<String>) -> Self {
                self.0.note = Some(note.into());
                self
            }

            /// The same error with what caused it.
            #[must_use]
            pub fn because(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
                self.0.source = Some(source.into());
                self
            }

            /// What went wrong.
            pub fn code(&self) -> Code {
                self.0.code
            }
        }

        impl From<Code> for Error {
            fn from(code: Code) -> Self {
                Self::new(code)
            }
        }

        impl std::fmt::Display for Error {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.0.code.entry().sentence)?;
                if let Some(note) = &self.0.note {
                    write!(f, ": {note}")?;
                }
                match &self.0.at {
                    $crate::At::Whole => Ok(()),
                    at => write!(f, " ({at})"),
                }
            }
        }

        impl std::error::Error for Error {
            fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
                let source = self.0.source.as_deref()?;
                Some(source)
            }
        }

        impl $crate::Report for Error {
            fn entry(&self) -> $crate::Entry {
                self.0.code.entry()
            }
            fn place(&self) -> &$crate::At {
                &self.0.at
            }
            fn remark(&self) -> Option<&str> {
                self.0.note.as_deref()
            }
        }
    };
}
