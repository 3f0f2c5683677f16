//! pytest fills the parameters of tests and fixtures from the fixtures of the same name.

use std::path::Path;

use rustc_hash::FxHashMap;

use super::{Name, Solver, Var};
use crate::FunctionKind;
use crate::ir::{FunctionIr, ParameterKind};

impl Solver<'_, '_> {
    /// What a fixture returns or yields reaches every parameter of its name.
    ///
    /// Fixtures of a `conftest.py` count for every file below its folder, others for their own file.
    pub(crate) fn fill_fixtures(&mut self, paths: &[&str]) {
        let mut fixtures: FxHashMap<Name, Vec<(u32, Var)>> = FxHashMap::default();
        for index in 0..self.written_functions() as usize {
            let info = &self.functions[index];
            if !is_fixture(info.ir) {
                continue;
            }
            let (file, value) = if info.is_generator {
                (info.file, info.yielded)
            } else {
                (info.file, info.returned)
            };
            let name = info.ir.name;
            let name = self.names.id(name);
            fixtures.entry(name).or_default().push((file, value));
        }
        if fixtures.is_empty() {
            return;
        }
        for index in 0..self.written_functions() as usize {
            let info = &self.functions[index];
            let is_filled = info.ir.kind == FunctionKind::Def
                && !info.is_called
                && (info.ir.name.starts_with("test") || is_fixture(info.ir));
            if !is_filled {
                continue;
            }
            let file = info.file;
            for parameter in info.parameters.clone() {
                if !matches!(
                    parameter.kind,
                    ParameterKind::Normal | ParameterKind::KeywordOnly
                ) {
                    continue;
                }
                for (from, value) in fixtures.get(&parameter.name).into_iter().flatten() {
                    if is_visible(paths, *from, file) {
                        self.edge(*value, parameter.var);
                    }
                }
            }
        }
        self.solve();
    }
}

/// `@pytest.fixture`, `@fixture(scope="module")`, `@pytest_asyncio.fixture`.
fn is_fixture(function: &FunctionIr<'_>) -> bool {
    function.decorators.iter().any(|decorator| {
        let callee = decorator.text.split('(').next().unwrap_or_default();
        callee == "fixture" || callee.ends_with(".fixture")
    })
}

fn is_visible(paths: &[&str], from: u32, to: u32) -> bool {
    if from == to {
        return true;
    }
    let path = |file: u32| paths.get(file as usize).map(Path::new);
    let (Some(from), Some(to)) = (path(from), path(to)) else {
        return false;
    };
    from.file_name().is_some_and(|name| name == "conftest.py")
        && from.parent().is_some_and(|folder| to.starts_with(folder))
}
