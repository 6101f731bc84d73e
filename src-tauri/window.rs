//! The one window. It shows the page that is built into the app and nothing else: it goes nowhere, opens nothing, keeps
//! nothing it was handed. The content policy and the permissions say the same; these are the walls behind them.

use tauri::webview::{DownloadEvent, NewWindowResponse};
use tauri::{AppHandle, Url, WebviewWindowBuilder};

/// Opens the window of `tauri.conf.json`, hidden: the page asks to be shown once it has drawn itself.
pub(crate) fn open(app: &AppHandle) -> tauri::Result<()> {
    let Some(config) = app.config().app.windows.first() else {
        return Err(tauri::Error::WindowNotFound);
    };
    WebviewWindowBuilder::from_config(app, config)?
        .on_navigation(|url| {
            let stays = is_the_page(url);
            if !stays {
                refused("to go elsewhere", url);
            }
            stays
        })
        .on_new_window(|url, _| {
            refused("to open a window", &url);
            NewWindowResponse::Deny
        })
        .on_download(|_, event| {
            if let DownloadEvent::Requested { url, .. } = event {
                refused("to keep a file", &url);
            }
            false
        })
        .build()?;
    Ok(())
}

/// Whether this is the page that is built into the app, by the name that each system gives it.
fn is_the_page(url: &Url) -> bool {
    let host = url.host_str();
    match url.scheme() {
        "tauri" => host == Some("localhost"),
        "http" | "https" => cfg!(windows) && host == Some("tauri.localhost"),
        _ => false,
    }
}

/// The address may be a customer's, so that only its kind is logged.
fn refused(what: &str, url: &Url) {
    tracing::warn!(scheme = url.scheme(), "the page was refused {what}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_page_of_the_app_is_ever_shown() {
        let shown = |text| is_the_page(&Url::parse(text).expect("an address"));
        assert!(shown("tauri://localhost/index.html"));
        assert_eq!(shown("http://tauri.localhost/"), cfg!(windows));
        for other in [
            "https://example.org/",
            "http://localhost/",
            "http://127.0.0.1:1420/",
            "tauri://elsewhere/",
            "file:///etc/passwd",
            "data:text/html,<script>alert(1)</script>",
            "javascript:alert(1)",
            "about:blank",
            "blob:tauri://localhost/1",
        ] {
            assert!(!shown(other), "{other}");
        }
    }
}
