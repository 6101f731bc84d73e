//! A password that cannot leave Rust by accident: no `Serialize`, no readable `Debug`, wiped when dropped.

use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

/// A password on its way from a face to the server.
///
/// It cannot be written down: there is no `Serialize`.
///
/// ```compile_fail,E0277
/// let secret = console::secret::Secret::new("s3cret".to_owned());
/// serde_json::to_string(&secret);
/// ```
///
/// The same lines compile once the text is taken out by hand, which is what a reviewer looks for.
///
/// ```
/// let secret = console::secret::Secret::new("s3cret".to_owned());
/// serde_json::to_string(secret.expose());
/// ```
///
/// Nor does it show itself: there is no `Display`.
///
/// ```compile_fail,E0277
/// println!("{}", console::secret::Secret::new("s3cret".to_owned()));
/// ```
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text over.
    pub fn new(text: String) -> Secret {
        Secret(Zeroizing::new(text))
    }

    /// The text itself. Call it only where it goes on the wire or into the keychain.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is anything in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(masked)")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
        String::deserialize(deserializer).map(Secret::new)
    }
}

/// What signing in takes: the password of the server, and that of a proxy on the way to it.
#[derive(Debug, Clone)]
pub struct Passwords {
    /// The server's.
    pub server: Secret,
    /// The proxy's, where it asks for one.
    pub proxy: Option<Secret>,
}

impl From<Secret> for Passwords {
    fn from(server: Secret) -> Passwords {
        Passwords { server, proxy: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_never_shows_the_text() {
        let secret = Secret::new("canary-pass".to_owned());
        assert!(!format!("{secret:?}").contains("canary"));
        assert_eq!(secret.expose(), "canary-pass");
    }

    #[test]
    fn the_type_inside_wipes_itself() {
        fn wiped_when_dropped<T: zeroize::ZeroizeOnDrop>(_: &T) {}
        let Secret(text) = Secret::new("canary-pass".to_owned());
        wiped_when_dropped(&text);
    }
}
