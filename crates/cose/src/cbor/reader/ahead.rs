//! What comes next, told by its first octet.

use super::Reader;

impl Reader<'_> {
    /// Whether the next item is a map, without reading it.
    pub fn is_map_next(&self) -> bool {
        self.input.get(self.position).is_some_and(|first| first >> 5 == 5)
    }

    /// Whether the next item is an array, without reading it.
    pub fn is_array_next(&self) -> bool {
        self.input.get(self.position).is_some_and(|first| first >> 5 == 4)
    }

    /// Whether the next item is text, without reading it.
    #[inline]
    pub fn is_text_next(&self) -> bool {
        self.input.get(self.position).is_some_and(|first| first >> 5 == 3)
    }

    /// Whether the next item is a tag, without reading it.
    pub fn is_tag_next(&self) -> bool {
        self.input.get(self.position).is_some_and(|first| first >> 5 == 6)
    }

    /// Whether the next item is of a type that a key may have, an integer or text, without reading it.
    #[inline]
    pub fn is_key_next(&self) -> bool {
        self.input.get(self.position).is_some_and(|first| matches!(first >> 5, 0 | 1 | 3))
    }
}
