//! What the roster shows.
