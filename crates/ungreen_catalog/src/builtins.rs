//! Members of Python's builtin classes; from `data/builtins.toml`.

use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

type Members = FxHashMap<String, FxHashSet<String>>;

fn parse() -> Result<Members, toml::de::Error> {
    toml::from_str(include_str!("../data/builtins.toml"))
}

fn members() -> &'static Members {
    static MEMBERS: OnceLock<Members> = OnceLock::new();
    // The table is part of the program; that it parses is a test of this module.
    MEMBERS.get_or_init(|| parse().unwrap_or_default())
}

/// Has some builtin class a member of this name? `get` may be a dictionary's.
pub(crate) fn is_member_of_a_builtin(member: &str) -> bool {
    members().values().any(|members| members.contains(member))
}

/// Has the builtin class (`str`) the member? Every class has the special methods. `None` for classes that are not in the table.
#[must_use]
pub fn is_builtin_member(class: &str, member: &str) -> Option<bool> {
    members()
        .get(class)
        .map(|members| member.starts_with("__") || members.contains(member))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members() {
        assert!(parse().is_ok_and(|members| members.len() > 10));
        assert_eq!(is_builtin_member("str", "join"), Some(true));
        assert_eq!(is_builtin_member("str", "fetch"), Some(false));
        assert_eq!(is_builtin_member("dict", "__len__"), Some(true));
        assert_eq!(is_builtin_member("memoryview", "tolist"), None);
        assert!(is_member_of_a_builtin("get"));
        assert!(!is_member_of_a_builtin("fetch"));
    }
}
