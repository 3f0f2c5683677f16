//! Python versions that a program can be migrated to.

use std::fmt;
use std::str::FromStr;

/// A Python 3 version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PythonVersion {
    pub major: u8,
    pub minor: u8,
}

impl PythonVersion {
    /// The oldest target.
    pub const OLDEST: Self = Self { major: 3, minor: 9 };
    /// The newest target.
    pub const NEWEST: Self = Self {
        major: 3,
        minor: 13,
    };

    /// `py311` as the tables write it.
    pub(crate) fn from_key(key: &str) -> Option<Self> {
        let digits = key.strip_prefix("py3")?;
        Some(Self {
            major: 3,
            minor: digits.parse().ok()?,
        })
    }
}

impl Default for PythonVersion {
    fn default() -> Self {
        Self {
            major: 3,
            minor: 11,
        }
    }
}

impl fmt::Display for PythonVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.major, self.minor)
    }
}

impl FromStr for PythonVersion {
    type Err = String;

    /// # Errors
    /// For a text that is not `3.N`, and for a version outside of [`Self::OLDEST`] to [`Self::NEWEST`].
    fn from_str(text: &str) -> Result<Self, String> {
        let version = text
            .split_once('.')
            .and_then(|(major, minor)| {
                Some(Self {
                    major: major.parse().ok()?,
                    minor: minor.parse().ok()?,
                })
            })
            .ok_or_else(|| format!("`{text}` is not a Python version such as `3.11`"))?;
        if version < Self::OLDEST || version > Self::NEWEST {
            return Err(format!(
                "Python {version} is not supported as a target: choose one of {} to {}",
                Self::OLDEST,
                Self::NEWEST
            ));
        }
        Ok(version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_targets() {
        assert_eq!(
            "3.12".parse(),
            Ok(PythonVersion {
                major: 3,
                minor: 12
            })
        );
        for wrong in ["3", "three", "2.7", "3.8", "3.14", "3.x"] {
            assert!(wrong.parse::<PythonVersion>().is_err(), "{wrong}");
        }
    }
}
