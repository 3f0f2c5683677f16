//! What waits inside a library: calls that suspend under Eventlet's patches and are no use of Eventlet themselves.

use ungreen_callgraph::{CallKind, CallSite, FuncId, Place, Target};
use ungreen_catalog::{WaitingLibrary, waiting_libraries};

use crate::coloring::Coloring;
use crate::{Input, Reason};

/// Calls of these apply Eventlet's patches.
const PATCHES: &[&str] = &["eventlet.monkey_patch", "eventlet.import_patched"];

impl Coloring<'_> {
    /// Functions that wait in a library, each with the place.
    pub(crate) fn waits_in_libraries(&self) -> Vec<(FuncId, Reason)> {
        let input = self.input;
        let is_patched = input.program.calls.iter().any(|site| {
            site.edges.iter().any(
                |edge| matches!(&edge.target, Target::Entry { name, .. } if PATCHES.contains(name)),
            )
        });
        if !is_patched {
            return Vec::new();
        }
        let libraries = imported(input);
        let mut found = Vec::new();
        for site in &input.program.calls {
            if let Some(library) = called(input, &libraries, site) {
                let place = Place {
                    file: site.file,
                    range: site.range,
                };
                found.push((site.caller, Reason::Waits { place, library }));
            }
        }
        self.add_decorated(&libraries, &mut found);
        found
    }

    fn add_decorated(
        &self,
        libraries: &[&'static WaitingLibrary],
        found: &mut Vec<(FuncId, Reason)>,
    ) {
        let program = self.input.program;
        let decorated = |function: FuncId, rule: fn(&WaitingLibrary, &str) -> bool| {
            let function = &program.functions[function.0 as usize];
            function.decorators.iter().find_map(|decorator| {
                let library = decorator.targets.iter().find_map(|target| match target {
                    Target::External(name) => libraries
                        .iter()
                        .find(|library| rule(library, name))
                        .map(|library| library.name.as_str()),
                    _ => None,
                })?;
                let place = Place {
                    file: function.file,
                    range: decorator.range,
                };
                Some((place, library))
            })
        };
        for (id, callers) in (0..).map(FuncId).zip(&self.callers) {
            if let Some((place, library)) = decorated(id, WaitingLibrary::decorates) {
                found.push((id, Reason::Waits { place, library }));
            }
            if let Some((_, library)) = decorated(id, WaitingLibrary::runs_elsewhere) {
                for call in callers {
                    let site = &program.calls[call.0 as usize];
                    let place = Place {
                        file: site.file,
                        range: site.range,
                    };
                    if decorated(site.caller, WaitingLibrary::runs_elsewhere).is_none() {
                        found.push((site.caller, Reason::Waits { place, library }));
                    }
                }
            }
        }
    }
}

/// The libraries that the program imports.
fn imported(input: &Input<'_>) -> Vec<&'static WaitingLibrary> {
    let imports = |library: &WaitingLibrary| {
        input.program.files.iter().any(|file| {
            file.imports
                .iter()
                .any(|binding| library.owns(&binding.target) || library.is_within(&binding.target))
        })
    };
    waiting_libraries()
        .iter()
        .filter(|library| imports(library))
        .collect()
}

fn called(
    input: &Input<'_>,
    libraries: &[&'static WaitingLibrary],
    site: &CallSite,
) -> Option<&'static str> {
    if site.kind != CallKind::Call {
        return None;
    }
    let mut is_outside = true;
    for edge in site.edges.iter().filter(|edge| edge.argument.is_none()) {
        let Target::External(name) = &edge.target else {
            is_outside = false;
            continue;
        };
        let (owner, last) = name.rsplit_once('.')?;
        if let Some(library) = libraries
            .iter()
            .find(|library| library.waits(name) || library.waits_after(owner.split('.'), last))
        {
            return Some(library.name.as_str());
        }
    }
    if !is_outside {
        return None;
    }
    let text = input
        .modules
        .get(site.file.0 as usize)?
        .source
        .get(site.callee.to_std_range())?;
    let (owner, last) = text.rsplit_once('.')?;
    let last = last.trim();
    libraries
        .iter()
        .find(|library| library.waits_after(names(owner).into_iter(), last))
        .map(|library| library.name.as_str())
}

/// The names of a chain, without arguments and subscripts: `session.query(models.Host).filter(x > 1)` has `session`, `query` and `filter`.
fn names(chain: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let mut found = Vec::new();
    let mut start = None;
    for (at, character) in chain.char_indices() {
        let is_part = depth == 0 && (character.is_alphanumeric() || character == '_');
        match (start, is_part) {
            (None, true) => start = Some(at),
            (Some(first), false) => {
                found.extend(chain.get(first..at));
                start = None;
            }
            _ => {}
        }
        match character {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    if let Some(first) = start {
        found.extend(chain.get(first..));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn names_of_a_chain() {
        assert_eq!(
            names("context.session.query(models.Host, x[1])\n    .filter(a.b(c) > 1)"),
            ["context", "session", "query", "filter"]
        );
        assert_eq!(names("rows[0]"), ["rows"]);
    }
}
