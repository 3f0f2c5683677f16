//! What a module hands on of Eventlet's names to those that import it.

use rustc_hash::FxHashMap;

use crate::bindings::{Denoted, Names, is_green};

/// The names that a module binds at its top level to something of Eventlet's.
pub(crate) fn exports(names: &Names<'_, '_>) -> FxHashMap<String, Denoted> {
    let Some(scope) = names.scopes.first() else {
        return FxHashMap::default();
    };
    let own = scope
        .names
        .keys()
        .filter_map(|name| Some(((*name).to_string(), names.exported(name)?)))
        .filter(|(_, denoted)| !matches!(denoted, Denoted::Name(name) if !is_green(name)));
    let mut found: FxHashMap<String, Denoted> = own.collect();
    for (level, module) in &scope.stars {
        if let Some(module) = names.locations.absolute(names.path, *level, module) {
            for (name, denoted) in names.locations.exports_of(&module) {
                found
                    .entry(name.to_string())
                    .or_insert_with(|| denoted.clone());
            }
        }
    }
    found
}
