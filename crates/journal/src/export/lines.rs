//! JSON Lines: one entry a line.

use std::io::{self, Write};

use crate::entry::{Content, Entry};

pub(super) fn write(entry: &Entry<Content>, to: &mut impl Write) -> io::Result<()> {
    writeln!(to, "{}", entry.json_line())
}
