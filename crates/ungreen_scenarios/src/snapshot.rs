//! Trees of files: the comparison of what was migrated with what was reviewed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use similar::TextDiff;

/// The files of a tree by their path relative to it; what Python compiles is left out.
///
/// # Errors
/// If a folder cannot be listed or a file cannot be read.
pub fn read_tree(root: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let mut pending = vec![PathBuf::new()];
    while let Some(folder) = pending.pop() {
        let path = root.join(&folder);
        for entry in
            fs::read_dir(&path).with_context(|| format!("cannot list {}", path.display()))?
        {
            let entry = entry?;
            let relative = folder.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                if entry.file_name() != "__pycache__" {
                    pending.push(relative);
                }
            } else {
                let bytes = fs::read(entry.path())
                    .with_context(|| format!("cannot read {}", entry.path().display()))?;
                files.insert(relative, bytes);
            }
        }
    }
    Ok(files)
}

/// Makes `target` hold exactly these files.
///
/// # Errors
/// If the old tree cannot be removed or the new one cannot be written.
pub fn write_tree(target: &Path, files: &BTreeMap<PathBuf, Vec<u8>>) -> Result<()> {
    if target.exists() {
        fs::remove_dir_all(target)
            .with_context(|| format!("cannot remove {}", target.display()))?;
    }
    fs::create_dir_all(target)?;
    for (relative, bytes) in files {
        let path = target.join(relative);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// `None` if the trees are the same byte for byte, else the differences as a unified diff.
#[must_use]
pub fn compare(
    expected: &BTreeMap<PathBuf, Vec<u8>>,
    found: &BTreeMap<PathBuf, Vec<u8>>,
) -> Option<String> {
    let mut report = String::new();
    for path in expected
        .keys()
        .chain(found.keys().filter(|path| !expected.contains_key(*path)))
    {
        let (old, new) = (expected.get(path), found.get(path));
        if old == new {
            continue;
        }
        let text = |bytes: Option<&Vec<u8>>| {
            bytes
                .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
                .unwrap_or_default()
        };
        let (old, new) = (text(old), text(new));
        let diff = TextDiff::from_lines(&old, &new);
        report.push_str(
            &diff
                .unified_diff()
                .header(
                    &format!("expected/{}", path.display()),
                    &path.display().to_string(),
                )
                .to_string(),
        );
    }
    (!report.is_empty()).then_some(report)
}
