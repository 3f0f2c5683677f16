//! Sources in; colors, awaits, mains and blockers out. The cases are in `tests/cases/*.toml`.
//!
//! Proposals are made from the catalog alone: a call that may switch is awaited, the target of a spawn becomes a coroutine.

use std::collections::BTreeMap;
use std::path::Path;

use ruff_python_parser::parse_module;
use serde::Deserialize;
use ungreen_callgraph::{
    EdgeKind, FileId, FuncId, FunctionKind, Module, Place, Program, Target, resolve,
};
use ungreen_catalog::{Confidence, SpawnKind, Switch, catalog};
use ungreen_color::{
    AwaitForm, Bridge, Color, Input, ModuleMain, Needs, Plan, Policies, Proposal, color, importers,
};

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    files: BTreeMap<String, String>,
    /// Console scripts: `app:main`.
    #[serde(default)]
    entries: Vec<String>,
    #[serde(default)]
    plugins: Vec<String>,
    /// Functions that become coroutines: `app:main`.
    colored: Vec<String>,
    /// `path:line form text`.
    #[serde(default)]
    awaits: Vec<String>,
    /// `path:line run text` or `path:line wrap name globals`.
    #[serde(default)]
    mains: Vec<String>,
    /// `path:line code qualname`.
    #[serde(default)]
    blockers: Vec<String>,
    /// Functions that would be coroutines but stay sync: `app:main`. Compared only where given.
    refused: Option<Vec<String>>,
    /// APIs that have no rewrite.
    #[serde(default)]
    by_hand: Vec<String>,
    /// Functions that may call, by a name alone, what would suspend. Compared only where given.
    unsure: Option<Vec<String>>,
    /// Color also what runs what stays on Eventlet.
    #[serde(default)]
    unfinished: bool,
    /// Entries of the unit that is migrated alone.
    #[serde(default)]
    unit: Vec<String>,
    /// Calls outside the unit that wait for its coroutines: `path:line app:f`. Compared only where given.
    bridges: Option<Vec<String>>,
    /// Calls in coroutines that wait on Eventlet: `path:line runs app:f, waits at path:line`. Compared only where given.
    blocking: Option<Vec<String>>,
    /// What each blocker advises, in their order: `app:C.f: text`. Compared only where given.
    advice: Option<Vec<String>>,
}

/// What the coloring says about one case.
struct Outcome {
    /// Colors, awaits, mains and blockers.
    described: [Vec<String>; 4],
    refused: Vec<String>,
    unsure: Vec<String>,
    blocking: Vec<String>,
    advice: Vec<String>,
    bridges: Vec<String>,
}

fn line(source: &str, offset: ruff_text_size::TextSize) -> usize {
    source[..usize::from(offset)].matches('\n').count() + 1
}

fn proposals(program: &Program, by_hand: &[String]) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for call in &program.calls {
        let mut needs = Needs::default();
        let mut used = None;
        for edge in &call.edges {
            match (&edge.target, edge.kind) {
                (Target::Entry { name, .. }, EdgeKind::Call) if edge.argument.is_none() => {
                    let switches = catalog()
                        .entry(name)
                        .is_some_and(|entry| entry.switch != Switch::Never);
                    if switches && needs.awaits.is_empty() {
                        needs.awaits.push(call.range);
                        used = Some(*name);
                    }
                }
                (Target::Function(function), EdgeKind::Spawn(SpawnKind::Green)) => {
                    needs.running_loop = true;
                    needs.coroutines.push(*function);
                }
                _ => {}
            }
        }
        if needs.awaits.is_empty() && needs.coroutines.is_empty() {
            continue;
        }
        let left = call.edges.iter().find_map(|edge| match &edge.target {
            Target::Entry { name, .. } => {
                by_hand.iter().any(|known| known == name).then_some(*name)
            }
            _ => None,
        });
        let is_left = left.is_some();
        if is_left {
            used = left;
            needs = Needs::default();
        }
        proposals.push(Proposal {
            construct: "test",
            place: Place {
                file: call.file,
                range: call.range,
            },
            function: call.caller,
            entry: used,
            code: "UG100",
            confidence: if is_left {
                Confidence::Manual
            } else {
                Confidence::Exact
            },
            summary: String::new(),
            differences: Vec::new(),
            advice: None,
            group: None,
            needs,
            edits: Vec::new(),
            imports: Vec::new(),
            helper: Vec::new(),
        });
    }
    proposals
}

fn label(program: &Program, id: FuncId) -> String {
    let function = &program.functions[id.0 as usize];
    format!(
        "{}:{}",
        program.files[function.file.0 as usize].module, function.qualname
    )
}

fn find(program: &Program, wanted: &str) -> Option<FuncId> {
    (0..program.functions.len())
        .map(|index| FuncId(number(index)))
        .find(|id| label(program, *id) == wanted)
}

fn found(program: &Program, wanted: &[String]) -> Vec<FuncId> {
    wanted
        .iter()
        .filter_map(|wanted| find(program, wanted))
        .collect()
}

fn describe(case: &Case, plan: &Plan, program: &Program) -> [Vec<String>; 4] {
    let paths: Vec<&String> = case.files.keys().collect();
    let sources: Vec<&String> = case.files.values().collect();
    let at = |file: FileId, offset| {
        format!(
            "{}:{}",
            paths[file.0 as usize],
            line(sources[file.0 as usize], offset)
        )
    };
    let text = |file: FileId, range: ruff_text_size::TextRange| {
        sources[file.0 as usize][range.to_std_range()].to_string()
    };
    let mut colored: Vec<String> = (0..plan.functions.len())
        .map(|index| FuncId(number(index)))
        .filter(|id| {
            let function = &plan.functions[id.0 as usize];
            function.color == Color::Async && !function.was_async
        })
        .filter(|id| program.functions[id.0 as usize].kind != FunctionKind::Module)
        .map(|id| label(program, id))
        .collect();
    colored.sort();
    let awaits = plan
        .awaits
        .iter()
        .map(|awaited| {
            let form = match awaited.form {
                AwaitForm::Await => "await",
                AwaitForm::AsyncFor => "async-for",
                AwaitForm::ClosingFor => "closing-for",
                AwaitForm::Next => "next",
                AwaitForm::Enumerate => "enumerate",
                AwaitForm::AsyncWith => "async-with",
                AwaitForm::YieldFrom => "yield-from",
                AwaitForm::Collect => "collect",
                AwaitForm::ListComprehension => "list",
                AwaitForm::Settled => "settled",
                AwaitForm::Iterate => "iterate",
                AwaitForm::Lazy => "lazy",
            };
            let place = awaited.place;
            format!(
                "{} {form} {}",
                at(place.file, place.range.start()),
                text(place.file, place.range)
            )
        })
        .collect();
    let mains = plan
        .mains
        .iter()
        .map(|main| match main {
            ModuleMain::RunCall { file, call } => {
                format!("{} run {}", at(*file, call.start()), text(*file, *call))
            }
            ModuleMain::Wrap {
                file,
                name,
                statements,
                globals,
                keep,
            } => {
                let kept: Vec<String> = keep.iter().map(|kept| at(*file, kept.start())).collect();
                format!(
                    "{} wrap {name} globals [{}] keep [{}]",
                    at(*file, statements.start()),
                    globals.join(", "),
                    kept.join(", ")
                )
            }
            ModuleMain::SyncEntry {
                function,
                inner,
                bridge,
            } => {
                let runner = match bridge {
                    Bridge::GreenWait => " green",
                    _ => "",
                };
                format!("{} entry {inner}{runner}", label(program, *function))
            }
        })
        .collect();
    let blockers = plan
        .blockers
        .iter()
        .map(|blocker| {
            let place = blocker.place;
            let function = label(program, blocker.function);
            format!(
                "{} {} {function}",
                at(place.file, place.range.start()),
                blocker.code
            )
        })
        .collect();
    [colored, awaits, mains, blockers]
}

fn run(case: &Case) -> Outcome {
    let parsed: Vec<_> = case
        .files
        .iter()
        .map(|(path, source)| (path, source, parse_module(source).expect("the case parses")))
        .collect();
    let names: Vec<String> = case
        .files
        .keys()
        .map(|path| {
            path.trim_end_matches(".py")
                .trim_end_matches("/__init__")
                .replace('/', ".")
        })
        .collect();
    let modules: Vec<Module<'_>> = parsed
        .iter()
        .zip(&names)
        .map(|((path, source, parsed), name)| Module {
            path,
            name,
            is_package: path.ends_with("__init__.py"),
            source,
            syntax: parsed.syntax(),
        })
        .collect();
    let program = resolve(&modules, None);
    let test_files = (0..modules.len())
        .filter(|index| modules[*index].path.contains("test_"))
        .map(|index| FileId(number(index)))
        .collect();
    let input = Input {
        program: &program,
        modules: &modules,
        proposals: proposals(&program, &case.by_hand),
        policies: Policies::default(),
        entries: found(&program, &case.entries),
        plugins: found(&program, &case.plugins),
        test_files,
        importers: importers(&program),
        exact_only: false,
        unfinished: case.unfinished,
        unit: case
            .unit
            .iter()
            .filter_map(|entry| find(&program, entry))
            .collect(),
        excluded: rustc_hash::FxHashMap::default(),
    };
    let plan = color(input);
    let mut refused: Vec<String> = plan
        .functions
        .iter()
        .enumerate()
        .filter(|(_, function)| function.demand.is_some() && function.color == Color::Sync)
        .map(|(index, _)| label(&program, FuncId(number(index))))
        .collect();
    refused.sort();
    let mut unsure: Vec<String> = (0..plan.functions.len())
        .filter(|index| plan.functions[*index].unsure.is_some())
        .map(|index| label(&program, FuncId(number(index))))
        .collect();
    unsure.sort();
    let bridges = plan
        .boundaries
        .iter()
        .filter(|boundary| boundary.bridge == Bridge::GreenWait)
        .map(|boundary| {
            let (path, source, _) = &parsed[boundary.call.file.0 as usize];
            format!(
                "{path}:{} {}",
                line(source, boundary.call.range.start()),
                label(&program, boundary.target)
            )
        })
        .collect();
    let blocking = plan
        .blocking
        .iter()
        .map(|blocks| {
            let at = |place: Place| {
                let (path, source, _) = &parsed[place.file.0 as usize];
                format!("{path}:{}", line(source, place.range.start()))
            };
            format!(
                "{} runs {}, waits at {}",
                at(blocks.call),
                label(&program, blocks.target),
                at(plan.proposals[blocks.used].proposal.place)
            )
        })
        .collect();
    let advice = plan
        .blockers
        .iter()
        .map(|blocker| format!("{}: {}", label(&program, blocker.function), blocker.advice))
        .collect();
    Outcome {
        described: describe(case, &plan, &program),
        refused,
        unsure,
        blocking,
        advice,
        bridges,
    }
}

#[test]
fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut failures = Vec::new();
    let mut count = 0;
    for file in files {
        let cases: Cases = toml::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        for case in cases.case {
            count += 1;
            let expected =
                [&case.colored, &case.awaits, &case.mains, &case.blockers].map(Clone::clone);
            let Outcome {
                described: found,
                refused,
                unsure,
                blocking,
                advice,
                bridges,
            } = run(&case);
            for (what, expected, found) in [
                ("refused", &case.refused, &refused),
                ("unsure", &case.unsure, &unsure),
                ("blocking", &case.blocking, &blocking),
                ("advice", &case.advice, &advice),
                ("bridges", &case.bridges, &bridges),
            ] {
                if expected.as_ref().is_some_and(|expected| expected != found) {
                    failures.push(format!(
                        "{}\nexpected {what} {expected:#?}\nfound {found:#?}",
                        case.name
                    ));
                }
            }
            if expected != found {
                failures.push(format!(
                    "{}\nexpected {expected:#?}\nfound {found:#?}",
                    case.name
                ));
            }
        }
    }
    assert!(count > 0);
    assert!(
        failures.is_empty(),
        "{} of {count} failed\n{}",
        failures.len(),
        failures.join("\n\n")
    );
}
