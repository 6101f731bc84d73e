//! Takes one view in each size of the window, in one theme, with the pointer out of the way.

use std::path::{Path, PathBuf};
use std::time::Duration;

use journeys::Trouble;
use journeys::app::App;
use serde_json::json;
use tempfile::TempDir;

use crate::Failure;

/// What a movement of the design takes, and a little more, so that nothing is caught on its way.
const STILL_AFTER: Duration = Duration::from_millis(400);
const AGENTS: usize = 24;

/// Three panes; a stack; as small as a window gets beside another one.
const SIZES: [(&str, u32, u32); 3] = [("", 1440, 900), ("-narrow", 820, 760), ("-slim", 480, 760)];

/// A camera for one theme.
pub(crate) struct Camera {
    folder: PathBuf,
    theme: &'static str,
}

impl Camera {
    pub(crate) fn new(folder: &Path, theme: &'static str) -> Camera {
        Camera {
            folder: folder.to_owned(),
            theme,
        }
    }

    /// A new app at its sign-in, in this theme.
    pub(crate) async fn started(&self) -> Result<App, Failure> {
        let app = App::start(AGENTS).await?;
        self.prepare(&app).await?;
        Ok(app)
    }

    /// The app where it left its settings or its journal.
    pub(crate) async fn started_at(&self, home: TempDir) -> Result<App, Failure> {
        let app = App::start_at(home, AGENTS).await?;
        self.prepare(&app).await?;
        Ok(app)
    }

    /// The app under this policy.
    pub(crate) async fn started_under(&self, policy: &Path) -> Result<App, Failure> {
        let app = App::start_under(policy, AGENTS).await?;
        self.prepare(&app).await?;
        Ok(app)
    }

    async fn prepare(&self, app: &App) -> Result<(), Failure> {
        let (_, width, height) = SIZES[0];
        resize(app, width, height).await?;
        app.window.sees("Open the practice floor").await?;
        let shown = "return document.documentElement.dataset.theme";
        while app.window.run(shown).await? != json!(self.theme) {
            app.window.click("button", "Theme").await?;
        }
        Ok(())
    }

    /// What is on screen, in each size.
    pub(crate) async fn take(&self, app: &App, name: &str) -> Result<(), Failure> {
        self.take_showing(app, name, "body").await
    }

    /// What is on screen in each size, scrolled to the first element of this selector.
    pub(crate) async fn take_showing(&self, app: &App, name: &str, selector: &str) -> Result<(), Failure> {
        app.window.point_at_nothing().await?;
        for (size, width, height) in SIZES {
            resize(app, width, height).await?;
            let show = format!("document.querySelector('{selector}').scrollIntoView({{ block: 'start' }})");
            app.window.run(&show).await?;
            tokio::time::sleep(STILL_AFTER).await;
            let file = format!("{name}{size}-{}.png", self.theme);
            std::fs::write(self.folder.join(file), app.window.picture().await?)?;
        }
        let (_, width, height) = SIZES[0];
        resize(app, width, height).await?;
        Ok(())
    }
}

/// Gives the window this size and waits until the page has it.
async fn resize(app: &App, width: u32, height: u32) -> Result<(), Trouble> {
    app.window.resize(width, height).await?;
    app.window
        .until("return [innerWidth, innerHeight]", &json!([width, height]))
        .await
}
