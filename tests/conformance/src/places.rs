//! Where things are: the sources of the servers, and what a run leaves behind.

use std::path::{Path, PathBuf};

/// The folder of this package.
pub fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Cargo's target folder, also when it has been moved.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| package().join("../../target"), PathBuf::from)
}

/// Where a server writes what it has to complain about.
pub fn log_of(name: &str) -> PathBuf {
    target().join("conformance").join(format!("{name}.log"))
}
