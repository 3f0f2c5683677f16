#![expect(clippy::unwrap_used, reason = "a test may fail at once")]
//! Whole programs through resolution, constructs, coloring and rewrite: `tests/constructs/*.toml`.

use std::collections::BTreeMap;
use std::path::Path;

use ruff_python_ast as ast;
use ruff_python_parser::{Parsed, parse_module};
use serde::Deserialize;
use ungreen_callgraph::{FileId, FuncId, Module, resolve};
use ungreen_catalog::PythonVersion;
use ungreen_color::{Input, Policies, Verdict, color, importers};
use ungreen_project::Project;
use ungreen_rewrite::constructs::{Config, FlaskTarget, Stage, propose};
use ungreen_rewrite::{Options, apply, conflicts, recheck};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// Target version; 3.11 if not given.
    target: Option<String>,
    #[serde(default)]
    hub: bool,
    /// Classes that are to get a sync face.
    #[serde(default)]
    adapters: Vec<String>,
    #[serde(default)]
    fastapi: bool,
    /// Qualified names of functions that coroutines call in a thread.
    #[serde(default)]
    in_threads: Vec<String>,
    /// Qualified names of the entries of a unit that is migrated alone.
    #[serde(default)]
    unit: Vec<String>,
    files: BTreeMap<String, String>,
    /// What becomes of the files that change.
    #[serde(default)]
    output: BTreeMap<String, String>,
    /// `path:line construct`, for each use that is left as it is.
    #[serde(default)]
    left: Vec<String>,
    /// `path:line construct`, for rewrites to be reviewed; those of constructs that are not named here are not looked at.
    #[serde(default)]
    review: Vec<String>,
    /// Names in the helper.
    #[serde(default)]
    helper: Vec<String>,
    /// Errors put into the migrated text, each of which the recheck has to find.
    #[serde(default)]
    fault: Vec<Fault>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fault {
    path: String,
    /// Stands once in the migrated file.
    replace: String,
    with: String,
    /// The type engine looks at it as well.
    #[serde(default)]
    typed: bool,
    /// `path:line: reason`
    found: Vec<String>,
    /// The files that are held back.
    withheld: Vec<String>,
}

fn module_name(path: &str) -> String {
    let name = path.trim_end_matches(".py").replace('/', ".");
    name.strip_suffix(".__init__").unwrap_or(&name).to_string()
}

struct Outcome {
    output: BTreeMap<String, String>,
    left: Vec<String>,
    review: Vec<String>,
    helper: Vec<String>,
    problems: Vec<String>,
    withheld: Vec<String>,
}

fn migrate(
    files: &BTreeMap<String, String>,
    in_threads: &[String],
    unit: &[String],
    config: &Config,
    fault: Option<&Fault>,
) -> Outcome {
    let parsed: Vec<Parsed<ast::ModModule>> = files
        .values()
        .map(|text| parse_module(text).unwrap())
        .collect();
    let names: Vec<String> = files.keys().map(|path| module_name(path)).collect();
    let modules: Vec<Module<'_>> = files
        .iter()
        .zip(&names)
        .zip(&parsed)
        .map(|(((path, source), name), parsed)| Module {
            path,
            name,
            is_package: path.ends_with("__init__.py"),
            source,
            syntax: parsed.syntax(),
        })
        .collect();
    let program = resolve(&modules, None);
    let find = |names: &[String]| -> Vec<FuncId> {
        (0..)
            .zip(&program.functions)
            .filter(|(_, function)| names.contains(&function.qualname))
            .map(|(index, _)| FuncId(index))
            .collect()
    };
    let in_threads = find(in_threads);
    let config = &Config {
        in_threads: in_threads.clone(),
        one_unit: !unit.is_empty(),
        ..config.clone()
    };
    let mut proposals = propose(&program, &modules, config);
    let overlapping = conflicts(&proposals);
    for index in overlapping.iter().rev() {
        proposals.remove(*index);
    }
    let plan = color(Input {
        program: &program,
        modules: &modules,
        proposals,
        policies: Policies {
            sync: in_threads.into_iter().collect(),
            ..Policies::default()
        },
        entries: Vec::new(),
        plugins: Vec::new(),
        test_files: (0..)
            .zip(&modules)
            .filter(|(_, module)| module.path.starts_with("test_"))
            .map(|(index, _)| FileId(index))
            .collect(),
        importers: importers(&program),
        exact_only: false,
        unfinished: false,
        unit: find(unit),
        excluded: rustc_hash::FxHashMap::default(),
    });
    let options = Options {
        minor_version: config.target.minor,
        ..Options::default()
    };
    let mut rewrite = apply(&program, &modules, &plan, &options);
    if let Some(fault) = fault {
        let result = (rewrite.files.iter_mut())
            .find(|result| modules[result.file.0 as usize].path == fault.path)
            .unwrap();
        assert_eq!(
            result.text.matches(&fault.replace).count(),
            1,
            "{:?} in\n{}",
            fault.replace,
            result.text
        );
        result.text = result.text.replace(&fault.replace, &fault.with);
    }
    let project = fault.is_some_and(|fault| fault.typed).then(|| {
        let texts: Vec<(&str, &str)> = (files.iter())
            .map(|(path, text)| (path.as_str(), text.as_str()))
            .collect();
        Project::from_texts(&texts, &ungreen_project::Options::default()).unwrap()
    });
    let checked = recheck(
        &program,
        &modules,
        &plan,
        &rewrite,
        &|modules| resolve(modules, None),
        project.as_ref(),
    );
    let line = |file: FileId, offset: usize| {
        let module = &modules[file.0 as usize];
        let line = module.source[..offset].matches('\n').count() + 1;
        format!("{}:{line}", module.path)
    };
    let mut review: Vec<String> = plan
        .proposals
        .iter()
        .filter(|decided| {
            decided.verdict == Verdict::Accepted && !decided.proposal.differences.is_empty()
        })
        .map(|decided| {
            let place = decided.proposal.place;
            format!(
                "{} {}",
                line(place.file, place.range.start().to_usize()),
                decided.proposal.construct
            )
        })
        .collect();
    review.sort();
    let mut left: Vec<String> = plan
        .proposals
        .iter()
        .filter(|decided| !matches!(decided.verdict, Verdict::Accepted | Verdict::NotNeeded))
        .map(|decided| {
            let place = decided.proposal.place;
            format!(
                "{} {}",
                line(place.file, place.range.start().to_usize()),
                decided.proposal.construct
            )
        })
        .collect();
    left.sort();
    left.dedup();
    let helper = rewrite
        .helpers
        .iter()
        .flat_map(|helper| ungreen_rewrite::Helper::names_of(&helper.text).unwrap_or_default())
        .map(ToString::to_string)
        .collect();
    let mut problems: Vec<String> = rewrite
        .problems
        .iter()
        .map(|problem| problem.reason.clone())
        .collect();
    problems.extend(
        checked
            .problems
            .iter()
            .map(|problem| format!("{}:{}: {}", problem.path, problem.line, problem.reason)),
    );
    Outcome {
        output: rewrite
            .files
            .into_iter()
            .map(|result| {
                (
                    modules[result.file.0 as usize].path.to_string(),
                    result.text,
                )
            })
            .collect(),
        left,
        review,
        helper,
        problems,
        withheld: checked
            .withheld
            .iter()
            .map(|file| modules[file.0 as usize].path.to_string())
            .collect(),
    }
}

fn check(case: &Case) -> Vec<String> {
    let config = Config {
        target: case
            .target
            .as_deref()
            .map_or_else(PythonVersion::default, |version| version.parse().unwrap()),
        stage: if case.hub { Stage::Hub } else { Stage::Full },
        adapters: case.adapters.clone(),
        in_threads: Vec::new(),
        one_unit: false,
        flask: if case.fastapi {
            FlaskTarget::FastApi
        } else {
            FlaskTarget::default()
        },
    };
    let outcome = migrate(&case.files, &case.in_threads, &case.unit, &config, None);
    let mut failures = Vec::new();
    let mut differ = |what: &str, expected: String, got: String| {
        if expected != got {
            failures.push(format!(
                "{}: {what}: expected\n{expected}\ngot\n{got}",
                case.name
            ));
        }
    };
    let paths: std::collections::BTreeSet<&String> =
        case.output.keys().chain(outcome.output.keys()).collect();
    for path in paths {
        let unchanged = case.files.get(path).cloned().unwrap_or_default();
        differ(
            path,
            case.output
                .get(path)
                .cloned()
                .unwrap_or_else(|| unchanged.clone()),
            outcome.output.get(path).cloned().unwrap_or(unchanged),
        );
    }
    differ("left", case.left.join("\n"), outcome.left.join("\n"));
    let named = |line: &String| {
        let construct = line.rsplit(' ').next().unwrap_or_default();
        case.review.iter().any(|line| line.ends_with(construct))
    };
    let review: Vec<String> = outcome.review.into_iter().filter(named).collect();
    differ("review", case.review.join("\n"), review.join("\n"));
    differ("helper", case.helper.join(" "), outcome.helper.join(" "));
    differ("problems", String::new(), outcome.problems.join("\n"));

    for fault in &case.fault {
        let outcome = migrate(
            &case.files,
            &case.in_threads,
            &case.unit,
            &config,
            Some(fault),
        );
        differ(
            &format!("problems of {:?}", fault.with),
            fault.found.join("\n"),
            outcome.problems.join("\n"),
        );
        differ(
            &format!("withheld because of {:?}", fault.with),
            fault.withheld.join(" "),
            outcome.withheld.join(" "),
        );
    }

    // A second run changes nothing.
    if case.left.is_empty() && !case.hub {
        let mut migrated = case.files.clone();
        migrated.extend(outcome.output);
        let again = migrate(&migrated, &case.in_threads, &case.unit, &config, None);
        if !again.output.is_empty() {
            failures.push(format!(
                "{}: the second run changes {:?}",
                case.name, again.output
            ));
        }
    }
    failures
}

#[test]
fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/constructs");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let only = std::env::var("CASE").ok();
    let mut failures = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        let cases: Cases =
            toml::from_str(&text).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        for case in &cases.case {
            if only
                .as_ref()
                .is_none_or(|only| case.name.contains(only.as_str()))
            {
                failures.extend(check(case));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n----\n"));
}
