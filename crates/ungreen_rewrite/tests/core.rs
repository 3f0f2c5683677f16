//! The text side of the rewrite, with Plans made by hand: `tests/core/*.toml`.
//!
//! A place is given by its text, with `#2` behind it for the second such text of the file.

#![expect(clippy::unwrap_used, reason = "a test may fail at once")]

use std::collections::BTreeMap;
use std::path::Path;

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Stmt};
use ruff_python_parser::parse_module;
use ruff_text_size::{Ranged, TextRange, TextSize};
use serde::Deserialize;
use ungreen_callgraph::{
    FileFacts, FileId, FuncId, Function, FunctionKind, ImportBinding, Module, Place, Program,
};
use ungreen_catalog::Confidence;
use ungreen_color::{
    Await, AwaitForm, Bridge, Decided, Edit, ImportNeed, ModuleMain, Needs, Part, Plan, Proposal,
    Verdict,
};
use ungreen_rewrite::{Options, apply};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(default = "default_path")]
    path: String,
    input: String,
    /// Other files of the program, unchanged.
    #[serde(default)]
    others: BTreeMap<String, String>,
    #[serde(default)]
    coroutines: Vec<String>,
    #[serde(default)]
    awaits: Vec<(String, String)>,
    #[serde(default)]
    edits: Vec<EditCase>,
    #[serde(default)]
    imports: Vec<String>,
    #[serde(default)]
    run_call: Option<String>,
    #[serde(default)]
    wrap: Option<WrapCase>,
    #[serde(default)]
    sync_entry: Option<(String, String)>,
    output: Option<String>,
    /// Path and beginning of the helper.
    #[serde(default)]
    helper: Option<String>,
    #[serde(default)]
    problem: Option<String>,
    #[serde(default)]
    crlf: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EditCase {
    at: String,
    /// Text; `<asyncio.sleep>` a name, `<=text>` a part of the original, `<+text>` the same as statements one level to the right, `<!Event>` a helper name.
    to: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrapCase {
    from: String,
    to: String,
    name: String,
    #[serde(default)]
    globals: Vec<String>,
    #[serde(default)]
    keep: Vec<String>,
}

fn default_path() -> String {
    "app.py".to_string()
}

fn find(source: &str, what: &str) -> TextRange {
    let (text, nth) = match what.rsplit_once('#') {
        Some((text, nth)) if nth.parse::<usize>().is_ok() => (text, nth.parse().unwrap()),
        _ => (what, 1),
    };
    let (start, _) = source
        .match_indices(text)
        .nth(nth - 1)
        .unwrap_or_else(|| panic!("`{what}` is not in the source"));
    TextRange::at(
        TextSize::try_from(start).unwrap(),
        TextSize::try_from(text.len()).unwrap(),
    )
}

/// Functions and imports of one file, without any resolution.
struct Facts {
    file: FileId,
    module: String,
    functions: Vec<Function>,
    imports: Vec<ImportBinding>,
    depth: u32,
}

impl<'a> Visitor<'a> for Facts {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        let scope = FuncId(self.depth.min(1) * u32::MAX);
        let mut bind = |alias: &ast::Alias, name: &str, target: String| {
            self.imports.push(ImportBinding {
                scope,
                name: name.to_string(),
                target,
                range: alias.range(),
                statement: statement.range(),
                type_checking: false,
            });
        };
        match statement {
            Stmt::Import(import) => {
                for alias in &import.names {
                    let name = alias.asname.as_ref().map_or_else(
                        || alias.name.split('.').next().unwrap(),
                        ast::Identifier::as_str,
                    );
                    bind(alias, name, alias.name.to_string());
                }
            }
            Stmt::ImportFrom(import) => {
                let package: Vec<&str> = self.module.split('.').collect();
                let base = if import.level > 0 {
                    package[..package.len() - import.level as usize].join(".")
                } else {
                    String::new()
                };
                let module = import.module.as_ref().map_or("", ast::Identifier::as_str);
                let module = match (base.is_empty(), module.is_empty()) {
                    (true, _) => module.to_string(),
                    (_, true) => base,
                    _ => format!("{base}.{module}"),
                };
                for alias in &import.names {
                    let name = alias.asname.as_ref().unwrap_or(&alias.name);
                    bind(alias, name.as_str(), format!("{module}.{}", alias.name));
                }
            }
            Stmt::FunctionDef(function) => {
                let mut yields = Yields(false);
                yields.visit_body(&function.body);
                self.functions.push(Function {
                    file: self.file,
                    qualname: function.name.to_string(),
                    name: function.name.to_string(),
                    kind: FunctionKind::Def,
                    parent: None,
                    class: None,
                    range: function.range(),
                    name_range: function.name.range(),
                    line: 0,
                    is_async: function.is_async,
                    is_generator: yields.0,
                    decorators: Vec::new(),
                    overrides: Vec::new(),
                    external_overrides: Vec::new(),
                    declarations: Vec::new(),
                    is_generator_stub: false,
                    parameters: Vec::new(),
                });
                self.depth += 1;
                visitor::walk_stmt(self, statement);
                self.depth -= 1;
                return;
            }
            _ => {}
        }
        visitor::walk_stmt(self, statement);
    }
}

struct Yields(bool);

impl<'a> Visitor<'a> for Yields {
    fn visit_expr(&mut self, expression: &'a ast::Expr) {
        self.0 |= matches!(expression, ast::Expr::Yield(_) | ast::Expr::YieldFrom(_));
        visitor::walk_expr(self, expression);
    }
}

fn parts(source: &str, text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once('<') {
        let (inner, after) = tail.split_once('>').unwrap();
        if !before.is_empty() {
            parts.push(Part::Text(before.to_string()));
        }
        let leak = |text: &str| -> &'static str { Box::leak(text.to_string().into_boxed_str()) };
        parts.push(if let Some(original) = inner.strip_prefix('=') {
            Part::Source(find(source, original))
        } else if let Some(original) = inner.strip_prefix('+') {
            Part::Indented {
                range: find(source, original),
                levels: 1,
            }
        } else if let Some(original) = inner.strip_prefix('-') {
            Part::Indented {
                range: find(source, original),
                levels: -1,
            }
        } else if let Some(name) = inner.strip_prefix('!') {
            Part::Helper(leak(name))
        } else {
            let (module, name) = inner.rsplit_once('.').unwrap();
            Part::Name {
                module: leak(module),
                name: leak(name),
            }
        });
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.to_string()));
    }
    parts
}

fn module_name(path: &str) -> String {
    let name = path.trim_end_matches(".py").replace('/', ".");
    name.strip_suffix(".__init__").unwrap_or(&name).to_string()
}

fn run(case: &Case) -> Vec<String> {
    let mut sources: BTreeMap<String, String> = case.others.clone();
    sources.insert(case.path.clone(), case.input.clone());
    let with_breaks = |text: &str| {
        if case.crlf {
            text.replace('\n', "\r\n")
        } else {
            text.to_string()
        }
    };
    for text in sources.values_mut() {
        *text = with_breaks(text);
    }
    let parsed: Vec<(String, String, ruff_python_parser::Parsed<ast::ModModule>)> = sources
        .iter()
        .map(|(path, text)| {
            let parsed = parse_module(text).unwrap();
            (path.clone(), text.clone(), parsed)
        })
        .collect();
    let names: Vec<String> = parsed
        .iter()
        .map(|(path, _, _)| module_name(path))
        .collect();
    let modules: Vec<Module<'_>> = parsed
        .iter()
        .zip(&names)
        .map(|((path, text, parsed), name)| Module {
            path,
            name,
            is_package: path.ends_with("__init__.py"),
            source: text,
            syntax: parsed.syntax(),
        })
        .collect();
    let mut program = Program::default();
    for (index, module) in modules.iter().enumerate() {
        let mut facts = Facts {
            file: FileId(u32::try_from(index).unwrap()),
            module: if module.is_package {
                format!("{}.__init__", module.name)
            } else {
                module.name.to_string()
            },
            functions: Vec::new(),
            imports: Vec::new(),
            depth: 0,
        };
        facts.visit_body(&module.syntax.body);
        program.functions.extend(facts.functions);
        program.files.push(FileFacts {
            path: module.path.to_string(),
            module: module.name.to_string(),
            body: FuncId(0),
            imports: facts.imports,
        });
    }
    let position = sources.keys().position(|path| *path == case.path).unwrap();
    let file = FileId(u32::try_from(position).unwrap());
    let source = modules[position].source;
    let place = |what: &str| Place {
        file,
        range: find(source, &with_breaks(what)),
    };
    let function = |name: &str| {
        let index = program
            .functions
            .iter()
            .position(|function| function.file == file && function.name == name)
            .unwrap();
        FuncId(u32::try_from(index).unwrap())
    };
    let mut plan = Plan {
        colored: case.coroutines.iter().map(|name| function(name)).collect(),
        awaits: case
            .awaits
            .iter()
            .map(|(what, form)| Await {
                place: place(what),
                function: FuncId(0),
                form: match form.as_str() {
                    "await" => AwaitForm::Await,
                    "for" => AwaitForm::AsyncFor,
                    "closing-for" => AwaitForm::ClosingFor,
                    "next" => AwaitForm::Next,
                    "enumerate" => AwaitForm::Enumerate,
                    "with" => AwaitForm::AsyncWith,
                    "yield-from" => AwaitForm::YieldFrom,
                    "collect" => AwaitForm::Collect,
                    "list" => AwaitForm::ListComprehension,
                    other => panic!("unknown form `{other}`"),
                },
            })
            .collect(),
        ..Plan::default()
    };
    plan.mains
        .extend(case.run_call.as_ref().map(|call| ModuleMain::RunCall {
            file,
            call: place(call).range,
        }));
    plan.mains
        .extend(case.wrap.as_ref().map(|wrap| ModuleMain::Wrap {
            file,
            name: wrap.name.clone(),
            statements: place(&wrap.from).range.cover(place(&wrap.to).range),
            globals: wrap.globals.clone(),
            keep: wrap.keep.iter().map(|kept| place(kept).range).collect(),
        }));
    plan.mains.extend(
        case.sync_entry
            .as_ref()
            .map(|(name, inner)| ModuleMain::SyncEntry {
                function: function(name),
                inner: inner.clone(),
                bridge: Bridge::AsyncioRun,
            }),
    );
    plan.proposals.push(Decided {
        verdict: Verdict::Accepted,
        proposal: Proposal {
            construct: "test",
            place: Place {
                file,
                range: TextRange::default(),
            },
            function: FuncId(0),
            entry: None,
            code: "UG100",
            confidence: Confidence::Exact,
            summary: String::new(),
            differences: Vec::new(),
            advice: None,
            group: None,
            needs: Needs::default(),
            edits: case
                .edits
                .iter()
                .map(|edit| Edit {
                    place: place(&edit.at),
                    parts: parts(source, &with_breaks(&edit.to)),
                })
                .collect(),
            imports: case
                .imports
                .iter()
                .map(|module| ImportNeed::Module(Box::leak(module.clone().into_boxed_str())))
                .collect(),
            helper: Vec::new(),
        },
    });
    let rewrite = apply(&program, &modules, &plan, &Options::default());
    let mut failures = Vec::new();
    let text = rewrite
        .files
        .iter()
        .find(|result| result.file == file)
        .map(|result| result.text.as_str());
    let expected = case.output.as_deref().map(with_breaks);
    if text != expected.as_deref() {
        failures.push(format!(
            "{}: expected\n{}\ngot\n{}",
            case.name,
            expected.unwrap_or_default(),
            text.unwrap_or("nothing")
        ));
    }
    let problems: Vec<&str> = rewrite
        .problems
        .iter()
        .map(|problem| problem.reason.as_str())
        .collect();
    if problems.first().copied() != case.problem.as_deref() {
        failures.push(format!("{}: problems {problems:?}", case.name));
    }
    let helper = rewrite.helpers.first().map(|helper| helper.path.as_str());
    if helper != case.helper.as_deref() {
        failures.push(format!("{}: helper {helper:?}", case.name));
    }
    if let Some(Err(error)) = text.map(parse_module) {
        failures.push(format!("{}: the output does not parse: {error}", case.name));
    }
    failures
}

#[test]
fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/core");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut failures = Vec::new();
    let mut count = 0;
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let cases: Cases =
            toml::from_str(&text).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        for case in &cases.case {
            count += 1;
            failures.extend(run(case));
        }
    }
    assert!(count > 20);
    assert!(failures.is_empty(), "{}", failures.join("\n----\n"));
}
