//! Type stubs of eventlet and greenlet, served to the type engine from memory.

use include_dir::{Dir, include_dir};

static STUBS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/stubs");

/// The stubs of eventlet and greenlet: path below a search path (`eventlet/__init__.pyi`) and text.
pub fn stub_files() -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut pending = vec![&STUBS];
    let mut files = Vec::new();
    while let Some(folder) = pending.pop() {
        files.extend(
            folder
                .files()
                .filter_map(|file| Some((file.path().to_str()?, file.contents_utf8()?))),
        );
        pending.extend(folder.dirs());
    }
    files.sort_unstable();
    files.into_iter()
}
