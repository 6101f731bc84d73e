//! What stands between us and the server: the proxy of the system, one that the profile names, or none.
//!
//! This machine is always reached directly: whoever practises must not need a proxy, and nothing meant for this machine
//! may leave it.

use desk::fault::{Fault, FaultCode};
use reqwest::{ClientBuilder, Proxy};
use url::Url;

use crate::profile::Profile;
use crate::secret::Secret;

/// What a profile says that wants no proxy at all.
const DIRECT: &str = "direct";

/// Whether a profile may say so: nothing, `direct`, or the address of an HTTP proxy without a password in it.
pub(crate) fn check(text: &str) -> Result<(), Fault> {
    if text.is_empty() || text == DIRECT {
        return Ok(());
    }
    address(text).map(drop)
}

/// Which proxy a profile means.
pub(crate) enum Chosen {
    /// None at all.
    None,
    /// Whatever the system names.
    System,
    /// This one.
    This(Url),
}

/// Which proxy the requests of this profile go to first. One that cannot be read never gets so far.
pub(crate) fn chosen(profile: &Profile) -> Chosen {
    if profile.is_on_this_machine() || profile.proxy == DIRECT {
        Chosen::None
    } else if profile.proxy.is_empty() {
        Chosen::System
    } else {
        address(&profile.proxy).map_or(Chosen::None, Chosen::This)
    }
}

/// Sends the requests of this profile where they are to go first.
pub(crate) fn between(
    profile: &Profile,
    password: Option<&Secret>,
    builder: ClientBuilder,
) -> Result<ClientBuilder, Fault> {
    if profile.is_on_this_machine() || profile.proxy == DIRECT {
        return Ok(builder.no_proxy());
    }
    if profile.proxy.is_empty() {
        // The client asks the system by itself.
        return Ok(builder);
    }
    let proxy = Proxy::all(address(&profile.proxy)?).map_err(|_| bad_proxy())?;
    let proxy = match password.filter(|_| !profile.proxy_user.is_empty()) {
        Some(password) => proxy.basic_auth(&profile.proxy_user, password.expose()),
        None => proxy,
    };
    Ok(builder.proxy(proxy))
}

fn address(text: &str) -> Result<Url, Fault> {
    let url = Url::parse(text).map_err(|_| bad_proxy())?;
    let is_http = matches!(url.scheme(), "http" | "https") && url.host().is_some();
    let is_bare = url.username().is_empty() && url.password().is_none();
    let leads_nowhere = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    if is_http && is_bare && leads_nowhere {
        Ok(url)
    } else {
        Err(bad_proxy())
    }
}

fn bad_proxy() -> Fault {
    Fault::new(FaultCode::BadProfile, "This is not the address of a proxy.").with_hint(
        "Write it like http://proxy.example.org:3128, without a user name in it; or “direct”, or leave it empty.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_an_address_without_a_password_or_a_word() {
        for good in [
            "",
            "direct",
            "http://proxy.example:3128",
            "https://10.0.0.1:8443/",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in [
            "Direct",
            "proxy.example:3128",
            "socks5://proxy.example:1080",
            "http://",
            "http://sam:canary@proxy.example:3128",
            "http://proxy.example:3128/path",
            "http://proxy.example:3128?x",
        ] {
            let fault = check(bad).expect_err(bad);
            assert_eq!(fault.code, FaultCode::BadProfile, "{bad}");
            assert!(!fault.to_string().contains("canary"), "{fault}");
        }
    }
}
