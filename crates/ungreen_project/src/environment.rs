//! The packages of a Python environment, found from its layout; nothing is run.

use std::path::{Path, PathBuf};

use ruff_db::system::{OsSystem, SystemPathBuf};
use ty_site_packages::{PythonEnvironment, SysPrefixPathOrigin};

/// `path` is an environment's folder or its interpreter.
pub(crate) fn site_packages(path: &Path) -> Result<Vec<PathBuf>, String> {
    let path = std::path::absolute(path).map_err(|error| error.to_string())?;
    let path =
        SystemPathBuf::from_path_buf(path).map_err(|_| "its path is not valid UTF-8".to_owned())?;
    let system = OsSystem::new(path.parent().unwrap_or(&path));
    let environment = PythonEnvironment::new(&path, SysPrefixPathOrigin::PythonCliFlag, &system)
        .map_err(|error| error.to_string())?;
    let folders = environment
        .site_packages_paths(&system)
        .map_err(|error| error.to_string())?;
    Ok(folders
        .into_vec()
        .into_iter()
        .map(SystemPathBuf::into_std_path_buf)
        .collect())
}
