//! Files that hold what must not be lost: replaced whole or not at all, and set aside where they cannot be read.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::machine;

/// So many files of one name that could not be read are told apart.
const SET_ASIDE: usize = 100;

/// Puts this in place of what the file holds: written beside it, forced to disk, then given its name. A power cut leaves the
/// old file or the new one, and done means durable. Waits for the disk.
///
/// Only the owner may read it.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut beside = tempfile::NamedTempFile::new_in(folder)?;
    machine::write_all(&mut beside, bytes)?;
    beside.as_file().sync_all()?;
    beside.persist(path).map_err(|error| error.error)?;
    sync_folder(folder)
}

/// Gives a file that was written beside another the name of that one, when all of it is on disk. A power cut leaves the old
/// file or the new one, and done means durable. Waits for the disk.
pub fn put_in_place(beside: &Path, path: &Path) -> io::Result<()> {
    // Windows forces only what is open for writing to disk.
    File::options().write(true).open(beside)?.sync_all()?;
    std::fs::rename(beside, path)?;
    sync_folder(path.parent().unwrap_or(Path::new(".")))
}

/// The new name of a file is durable once its folder is.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Gives a file that cannot be read a name that no other has, such as `list.unreadable-2.json`, and says which. None where
/// that fails: then the file is still in its place, and must not be replaced.
pub fn set_aside(path: &Path) -> Option<PathBuf> {
    let mut names = (1..=SET_ASIDE).map(|count| match count {
        1 => path.with_extension("unreadable.json"),
        _ => path.with_extension(format!("unreadable-{count}.json")),
    });
    let free = names.find(|name| std::fs::symlink_metadata(name).is_err())?;
    std::fs::rename(path, &free).ok().map(|()| free)
}

/// The last part of a path, to show.
pub fn name_of(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::*;

    #[test]
    fn where_there_is_no_room_the_file_is_as_it_was_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("list.json");
        replace(&file, b"old").expect("written");
        machine::fill_disk(true);
        let refused = replace(&file, b"new").expect_err("no room");
        machine::fill_disk(false);
        assert_eq!(refused.kind(), ErrorKind::StorageFull);
        assert_eq!(std::fs::read(&file).expect("there"), b"old");
        assert_eq!(std::fs::read_dir(folder.path()).expect("read").count(), 1);
        replace(&file, b"new").expect("room again");
        assert_eq!(std::fs::read(&file).expect("there"), b"new");
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("list.json");
        replace(&file, b"names").expect("written");
        let mode = std::fs::metadata(&file).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn files_of_one_name_are_set_aside_side_by_side_as_long_as_there_is_a_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("list.json");
        for count in 1..=SET_ASIDE {
            std::fs::write(&file, count.to_string()).expect("written");
            let aside = set_aside(&file).expect("a free name");
            assert_eq!(std::fs::read_to_string(aside).expect("kept"), count.to_string());
        }
        std::fs::write(&file, "one too many").expect("written");
        assert_eq!(set_aside(&file), None);
        assert_eq!(std::fs::read_to_string(&file).expect("there"), "one too many");
    }
}
