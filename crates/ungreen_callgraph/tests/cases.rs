//! Every `tests/cases/*.md`: under a heading, Python sources (```` ```python path ````), then every edge that resolution finds
//! in them (```` ```edges ````), the objects of catalog classes with all their uses, if there are any (```` ```objects ````), and,
//! where the case asks for it, the names that are read without being called (```` ```references ````).
//!
//! Edges of builtins are left out. `UNGREEN_UPDATE_CASES=1` rewrites the expected blocks, to be read before they are committed.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use ruff_python_ast::ExprAttribute;
use ruff_python_parser::parse_module;
use ruff_source_file::LineIndex;
use ruff_text_size::TextRange;
use ungreen_callgraph::{
    AllocId, CallKind, EdgeKind, FileId, FuncId, Module, OracleDefinition, Program, Target,
    TypeOracle, resolve,
};

struct Case {
    title: String,
    sources: Vec<(String, String)>,
    edges: String,
    objects: String,
    references: Option<String>,
}

fn parse_cases(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(title) = line.strip_prefix("## ") {
            cases.push(Case {
                title: title.to_owned(),
                sources: Vec::new(),
                edges: String::new(),
                objects: String::new(),
                references: None,
            });
        } else if let Some(info) = line.strip_prefix("```") {
            let mut block = String::new();
            for line in lines.by_ref().take_while(|line| *line != "```") {
                block.push_str(line);
                block.push('\n');
            }
            let case = cases.last_mut().expect("a block stands under a heading");
            match info.split_once(' ') {
                Some(("python", path)) => case.sources.push((path.to_owned(), block)),
                None if info == "edges" => case.edges = block,
                None if info == "objects" => case.objects = block,
                None if info == "references" => case.references = Some(block),
                _ => panic!("unknown block `{info}`"),
            }
        }
    }
    cases
}

fn module_name(path: &str) -> (String, bool) {
    let stem = path.strip_suffix(".py").expect("a Python file");
    match stem.strip_suffix("/__init__") {
        Some(package) => (package.replace('/', "."), true),
        None => (stem.replace('/', "."), false),
    }
}

struct Rendered {
    edges: String,
    objects: String,
    references: String,
}

fn render(case: &Case) -> Rendered {
    let parsed: Vec<_> = case
        .sources
        .iter()
        .map(|(_, source)| {
            parse_module(source).unwrap_or_else(|error| panic!("{}: {error}", case.title))
        })
        .collect();
    let names: Vec<_> = case
        .sources
        .iter()
        .map(|(path, _)| module_name(path))
        .collect();
    let modules: Vec<Module<'_>> = case
        .sources
        .iter()
        .zip(&parsed)
        .zip(&names)
        .map(|(((path, source), parsed), (name, is_package))| Module {
            path,
            name,
            is_package: *is_package,
            source,
            syntax: parsed.syntax(),
        })
        .collect();
    let program = resolve(&modules, None);
    let lines = Lines {
        case,
        indexes: case
            .sources
            .iter()
            .map(|(_, source)| LineIndex::from_source_text(source))
            .collect(),
    };
    Rendered {
        edges: render_edges(&program, &lines),
        objects: render_objects(&program, &lines),
        references: render_references(&program, &lines),
    }
}

struct Lines<'a> {
    case: &'a Case,
    indexes: Vec<LineIndex>,
}

impl Lines<'_> {
    /// `3`, or `lib.py:3` if the case has several files.
    fn at(&self, file: FileId, range: TextRange) -> String {
        let index = file.0 as usize;
        let line = self.indexes[index].line_index(range.start());
        if self.case.sources.len() == 1 {
            line.to_string()
        } else {
            format!("{}:{line}", self.case.sources[index].0)
        }
    }
}

fn function_name(program: &Program, id: FuncId) -> String {
    let function = &program.functions[id.0 as usize];
    if program.files.len() == 1 {
        return function.qualname.clone();
    }
    format!(
        "{}:{}",
        program.files[function.file.0 as usize].module, function.qualname
    )
}

fn target_name(program: &Program, lines: &Lines<'_>, target: &Target) -> Option<String> {
    Some(match target {
        Target::Function(id) => function_name(program, *id),
        Target::Class(id) => {
            let class = &program.classes[id.0 as usize];
            format!("class {}", class.qualname)
        }
        Target::Entry { name, .. } if name.starts_with("builtins.") => return None,
        Target::Entry { name, allocations } => {
            format!("`{name}`{}", allocation_lines(program, lines, allocations))
        }
        Target::External(name) if name.starts_with("builtins.") || name.starts_with("?.") => {
            return None;
        }
        Target::External(name) => format!("external {name}"),
    })
}

fn allocation_lines(program: &Program, lines: &Lines<'_>, allocations: &[AllocId]) -> String {
    let at: Vec<String> = allocations
        .iter()
        .map(|id| &program.allocations[id.0 as usize].place)
        .map(|place| lines.at(place.file, place.range))
        .collect();
    if at.is_empty() {
        String::new()
    } else {
        format!(" of {}", at.join(", "))
    }
}

fn render_edges(program: &Program, lines: &Lines<'_>) -> String {
    let mut out = String::new();
    for call in &program.calls {
        let kind = match call.kind {
            CallKind::Call => "",
            CallKind::Iterate => "for ",
            CallKind::With => "with ",
            CallKind::Decorate => "@ ",
            CallKind::Implicit => "implicit ",
        };
        let caller = function_name(program, call.caller);
        let at = lines.at(call.file, call.range);
        for edge in &call.edges {
            let Some(target) = target_name(program, lines, &edge.target) else {
                continue;
            };
            let arrow = match (edge.kind, edge.argument) {
                (EdgeKind::Call, None) => "->".to_owned(),
                (EdgeKind::Call, Some(_)) => "-argument->".to_owned(),
                (EdgeKind::Spawn(kind), _) => format!("-{}->", format!("{kind:?}").to_lowercase()),
            };
            writeln!(out, "{at}: {kind}{caller} {arrow} {target}").expect("writing to a string");
        }
        if let Some(reason) = call.unresolved {
            writeln!(out, "{at}: {kind}{caller} -> unresolved {reason:?}")
                .expect("writing to a string");
        }
    }
    out
}

fn render_objects(program: &Program, lines: &Lines<'_>) -> String {
    let mut out = String::new();
    for allocation in &program.allocations {
        write!(
            out,
            "{}: `{}`",
            lines.at(allocation.place.file, allocation.place.range),
            allocation.class
        )
        .expect("writing to a string");
        for used in &allocation.uses {
            let mixed = if used.mixed { "?" } else { "" };
            let call = if used.call.is_some() { "()" } else { "" };
            write!(
                out,
                " {}{call}{mixed}@{}",
                used.attribute,
                lines.at(used.place.file, used.place.range)
            )
            .expect("writing to a string");
        }
        for place in &allocation.escapes {
            write!(out, " escapes@{}", lines.at(place.file, place.range))
                .expect("writing to a string");
        }
        out.push('\n');
    }
    out
}

fn render_references(program: &Program, lines: &Lines<'_>) -> String {
    let mut out = String::new();
    for reference in &program.references {
        let targets: Vec<String> = reference
            .targets
            .iter()
            .filter_map(|target| target_name(program, lines, target))
            .collect();
        let (file, range) = (reference.place.file, reference.place.range);
        let text = &lines.case.sources[file.0 as usize].1[range];
        writeln!(
            out,
            "{}: {text} = {}",
            lines.at(file, range),
            targets.join(", ")
        )
        .expect("writing to a string");
    }
    out
}

fn case_files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the folder of cases")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    files
}

fn write_cases(path: &Path, text: &str, cases: &[Case], rendered: &[Rendered]) {
    let introduction: String = text
        .lines()
        .take_while(|line| !line.starts_with("## "))
        .map(|line| format!("{line}\n"))
        .collect();
    let mut out = introduction;
    for (case, rendered) in cases.iter().zip(rendered) {
        write!(out, "## {}\n\n", case.title).expect("writing to a string");
        for (path, source) in &case.sources {
            write!(out, "```python {path}\n{source}```\n\n").expect("writing to a string");
        }
        write!(out, "```edges\n{}```\n\n", rendered.edges).expect("writing to a string");
        if !rendered.objects.is_empty() {
            write!(out, "```objects\n{}```\n\n", rendered.objects).expect("writing to a string");
        }
        if case.references.is_some() {
            write!(out, "```references\n{}```\n\n", rendered.references)
                .expect("writing to a string");
        }
    }
    std::fs::write(path, format!("{}\n", out.trim_end())).expect("a writable file");
}

#[test]
fn cases() {
    let update = std::env::var_os("UNGREEN_UPDATE_CASES").is_some();
    let mut failures = String::new();
    let mut count = 0;
    for path in case_files() {
        let text = std::fs::read_to_string(&path).expect("a readable file");
        let cases = parse_cases(&text);
        let rendered: Vec<Rendered> = cases.iter().map(render).collect();
        count += cases.len();
        if update {
            write_cases(&path, &text, &cases, &rendered);
            continue;
        }
        for (case, rendered) in cases.iter().zip(&rendered) {
            let references = case.references.as_ref().unwrap_or(&rendered.references);
            for (what, expected, found) in [
                ("edges", &case.edges, &rendered.edges),
                ("objects", &case.objects, &rendered.objects),
                ("references", references, &rendered.references),
            ] {
                if expected != found {
                    write!(
                        failures,
                        "\n{}, {}, {what}:\nexpected\n{expected}found\n{found}",
                        path.display(),
                        case.title
                    )
                    .expect("writing to a string");
                }
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
    assert!(count >= 60, "only {count} cases");
}

/// Deeply nested sources end, and the order in which threads finish changes nothing.
#[test]
fn long_sums_and_deep_calls() {
    let sum = format!("x = {}\n", vec!["f()"; 5000].join(" + "));
    let nested = format!("y = {}1{}\n", "g(".repeat(150), ")".repeat(150));
    let source = format!("def f(): pass\ndef g(x): return x\n{sum}{nested}");
    let parsed = parse_module(&source).expect("valid Python");
    let modules = [Module {
        path: "m.py",
        name: "m",
        is_package: false,
        source: &source,
        syntax: parsed.syntax(),
    }];
    let program = resolve(&modules, None);
    let resolved = program
        .calls
        .iter()
        .filter(|call| {
            call.edges
                .iter()
                .any(|edge| matches!(edge.target, Target::Function(_)))
        })
        .count();
    assert_eq!(resolved, 5150);
}

/// What is found does not depend on the order of the files.
#[test]
fn any_file_order() {
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    let mut compared = 0;
    for path in case_files() {
        let text = std::fs::read_to_string(&path).expect("a readable file");
        for mut case in parse_cases(&text)
            .into_iter()
            .filter(|case| case.sources.len() > 1)
        {
            let found = render(&case);
            case.sources.reverse();
            let reversed = render(&case);
            assert_eq!(
                sorted(&found.edges),
                sorted(&reversed.edges),
                "{}",
                case.title
            );
            compared += 1;
        }
    }
    assert!(compared >= 5, "only {compared} cases have several files");
}

/// A chain of 10,000 method calls is a tree twice as deep.
#[test]
fn very_deep_trees() {
    let check = || {
        let source = format!("def f(): pass\nx = f(){}\n", ".a()".repeat(10_000));
        let parsed = parse_module(&source).expect("valid Python");
        let modules = [Module {
            path: "m.py",
            name: "m",
            is_package: false,
            source: &source,
            syntax: parsed.syntax(),
        }];
        assert_eq!(resolve(&modules, None).calls.len(), 10_001);
    };
    // The tree is dropped by recursion, too.
    let thread = std::thread::Builder::new().stack_size(1 << 30).spawn(check);
    thread.expect("a thread").join().expect("no panic");
}

/// Says that `.join` is a thread's and `.fetch` the program's function whose name is in the given range.
struct FixedOracle {
    fetch: TextRange,
}

impl TypeOracle for FixedOracle {
    fn attribute_definitions(&self, file: FileId, node: &ExprAttribute) -> Vec<OracleDefinition> {
        match node.attr.id.as_str() {
            "join" => vec![OracleDefinition::Outside {
                module: "threading".to_owned(),
                qualname: "Thread.join".to_owned(),
            }],
            "fetch" => vec![OracleDefinition::Program {
                file,
                name: self.fetch,
            }],
            _ => Vec::new(),
        }
    }

    fn release(&self) {}

    fn finds_package(&self, name: &str) -> bool {
        name != "missing"
    }
}

/// The type engine is believed where the flow does not know the receiver, and what it finds flows on. It is not asked about packages
/// that it does not find.
#[test]
fn asks_the_type_engine() {
    let source = "import threading\nclass C:\n    def fetch(self, f): f()\ndef g(): pass\ndef use(x, y, z):\n    x.fetch(g)\n    y.join()\n    z.start()\nimport found, missing\nfound.load().fetch(g)\nmissing.load().fetch(g)\n";
    let parsed = parse_module(source).expect("valid Python");
    let name = u32::try_from(source.find("fetch").expect("it is there")).expect("a short source");
    let oracle = FixedOracle {
        fetch: TextRange::at(name.into(), 5.into()),
    };
    let modules = [Module {
        path: "m.py",
        name: "m",
        is_package: false,
        source,
        syntax: parsed.syntax(),
    }];
    let program = resolve(&modules, Some(&oracle));
    let case = Case {
        title: String::new(),
        sources: vec![("m.py".to_owned(), source.to_owned())],
        edges: String::new(),
        objects: String::new(),
        references: None,
    };
    let lines = Lines {
        case: &case,
        indexes: vec![LineIndex::from_source_text(source)],
    };
    assert_eq!(
        render_edges(&program, &lines),
        "3: C.fetch -> g\n6: use -> C.fetch\n7: use -> `threading.Thread.join`\n8: use -> unresolved UnknownReceiver\n\
10: <module> -> external found.load\n10: <module> -> C.fetch\n\
11: <module> -> external missing.load\n11: <module> -> external missing.load.fetch\n"
    );
}
