//! `make pictures`: takes pictures of every view in the real window, on a quiet practice floor, light and dark, wide and
//! narrow. All of them go to `target/pictures`, to be looked at; those that a page shows also go to `docs/pictures`.
//!
//! `pictures VIEW...` takes those of some views only: `calls`, `sessions`, `kept`, `long`, `support`, `managed`.

mod calls;
mod camera;
mod kept;
mod long;
mod managed;
mod sessions;
mod shown;
mod support;

use std::path::{Path, PathBuf};

use camera::Camera;

type Failure = Box<dyn std::error::Error>;

const ANA: &str = "Ana Núñez";
const JONAS: &str = "Jonas Bergström";
const AMARA: &str = "Amara Okafor";
const ENTER: &str = "\u{E007}";

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let takes = |view: &str| wanted.is_empty() || wanted.iter().any(|name| name == view);
    let kept = house().join("target/pictures");
    std::fs::create_dir_all(&kept)?;
    for theme in ["light", "dark"] {
        let camera = Camera::new(&kept, theme);
        if takes("calls") {
            calls::take(&camera).await?;
        }
        if takes("sessions") {
            sessions::take(&camera).await?;
        }
        if takes("kept") {
            kept::take(&camera).await?;
        }
        if takes("long") {
            long::take(&camera).await?;
        }
        if takes("support") {
            support::take(&camera).await?;
        }
        if takes("managed") {
            managed::take(&camera).await?;
        }
    }
    shown::copy(&house(), &kept)?;
    Ok(())
}

/// The folder of the whole project.
fn house() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
