//! Files in the format of `configparser`, line by line.

use super::numbered;

/// One line of a value.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry<'a> {
    pub(super) section: &'a str,
    pub(super) key: &'a str,
    /// The value, or one further line of it; never empty.
    pub(super) value: &'a str,
    /// 1-based.
    pub(super) line: u32,
}

pub(super) fn entries(text: &str) -> Vec<Entry<'_>> {
    let mut found = Vec::new();
    let mut section = "";
    let mut key = "";
    for (line, content) in numbered(text) {
        let trimmed = content.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        let value = if content.starts_with([' ', '\t']) {
            trimmed
        } else if let Some(name) = trimmed
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            (section, key) = (name, "");
            continue;
        } else if let Some((name, value)) = trimmed.split_once(['=', ':']) {
            key = name.trim();
            value.trim()
        } else {
            continue;
        };
        if !value.is_empty() {
            found.push(Entry {
                section,
                key,
                value,
                line,
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::entries;

    #[test]
    fn values_over_several_lines() {
        let text = "[options]\n# c\ninstall_requires =\n    a\n    b>=1\nkey: v\n\n[x]\n  stray\n";
        let found: Vec<_> = entries(text)
            .into_iter()
            .map(|entry| (entry.section, entry.key, entry.value, entry.line))
            .collect();
        assert_eq!(
            found,
            [
                ("options", "install_requires", "a", 4),
                ("options", "install_requires", "b>=1", 5),
                ("options", "key", "v", 6),
                ("x", "", "stray", 9),
            ]
        );
    }
}
