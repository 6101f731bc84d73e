//! What a resource lets us do right now.

use crate::reading::{FromWire, Reader};

/// The operations a resource lists as possible now, by their names on the wire (`gws/core.md 5.2, 5.5`).
///
/// An empty list is a statement ("nothing is possible", as on a released call). A resource that lists nothing at all
/// has no `Capabilities` value: `Option::None` where it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Capabilities(pub Vec<String>);

impl Capabilities {
    /// Whether the operation of this name is listed; compare with [`Operation::name`](crate::Operation::name).
    pub fn lists(&self, operation: &str) -> bool {
        self.0.iter().any(|listed| listed == operation)
    }

    /// The names, in the server's order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl<T: Into<String>> FromIterator<T> for Capabilities {
    fn from_iter<I: IntoIterator<Item = T>>(names: I) -> Self {
        Self(names.into_iter().map(Into::into).collect())
    }
}

impl FromWire for Capabilities {
    fn from_wire(reader: &Reader<'_>) -> Option<Self> {
        Vec::from_wire(reader).map(Self)
    }
}
