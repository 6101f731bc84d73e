//! Which pictures the pages show. The pages decide: a picture they name is copied to where they look for it.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::Path;

/// Where the pages look for their pictures.
const FOLDER: &str = "docs/pictures";

/// Copies the pictures that a page shows. One that was not taken this time stays as it is.
pub(crate) fn copy(house: &Path, taken: &Path) -> io::Result<()> {
    let shown = shown(house)?;
    for name in &shown {
        let picture = taken.join(name);
        if picture.is_file() {
            fs::copy(picture, house.join(FOLDER).join(name))?;
        }
    }
    Ok(())
}

/// The names of the pictures in the README and the pages of `docs`.
fn shown(house: &Path) -> io::Result<BTreeSet<String>> {
    let mut pages = vec![house.join("README.md")];
    for entry in fs::read_dir(house.join("docs"))? {
        let path = entry?.path();
        if path.extension() == Some(OsStr::new("md")) {
            pages.push(path);
        }
    }
    let mut names = BTreeSet::new();
    for page in pages {
        let text = fs::read_to_string(page)?;
        let after = text.split("pictures/").skip(1);
        names.extend(
            after
                .filter_map(|rest| rest.split_once(".png)"))
                .map(|(name, _)| format!("{name}.png"))
                .filter(|name| !name.contains(char::is_whitespace)),
        );
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_picture_a_page_shows_is_there_and_no_other() {
        let house = crate::house();
        let shown = shown(&house).unwrap();
        assert!(shown.contains("live-light.png"), "{shown:?}");
        let there: BTreeSet<String> = fs::read_dir(house.join(FOLDER))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        assert_eq!(shown, there);
    }
}
