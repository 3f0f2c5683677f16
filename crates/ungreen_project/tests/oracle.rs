//! What the type engine answers about attributes.

use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{self as ast, Expr};
use ungreen_callgraph::{FileId, OracleDefinition, TypeOracle};
use ungreen_project::{Options, Project};

struct Attributes<'a>(Vec<&'a ast::ExprAttribute>);

impl<'a> Visitor<'a> for Attributes<'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        walk_expr(self, expr);
        if let Expr::Attribute(attribute) = expr {
            self.0.push(attribute);
        }
    }
}

/// `attribute -> definition` for every attribute of the first file, in source order.
fn answers(files: &[(&str, &str)]) -> Vec<String> {
    let project = Project::from_texts(files, &Options::default()).expect("assembles");
    assert_eq!(project.skipped, []);
    let oracle = project.oracle();
    let modules = project.modules();
    let mut attributes = Attributes(Vec::new());
    attributes.visit_body(&modules[0].syntax.body);
    let answers = attributes
        .0
        .iter()
        .map(|node| {
            let mut places: Vec<String> = oracle
                .attribute_definitions(FileId(0), node)
                .into_iter()
                .map(|definition| match definition {
                    OracleDefinition::Program { file, name } => {
                        let file = project.file(file).expect("a file of the program");
                        format!("{}:{}", file.path, &file.text[name])
                    }
                    OracleDefinition::Outside { module, qualname } => {
                        format!("<{module}>{qualname}")
                    }
                })
                .collect();
            places.sort();
            format!("{} -> {}", node.attr, places.join(", "))
        })
        .collect();
    assert_eq!(oracle.statistics().panicked, 0);
    answers
}

#[test]
fn definitions_in_the_program_and_outside() {
    let main = "\
import threading
import other
from pkg.mod import Worker

def f(w: Worker):
    w.run()
    w.queue
    w.start()
    other.helper()
    threading.Lock().acquire()
    [].append(1)
    unknown.x
    w.handler()
";
    let module = "\
import threading
class Base(threading.Thread):
    def run(self): pass
class Worker(Base):
    def __init__(self):
        self.queue = []
    def handler(self): pass
";
    let files = [
        ("a.py", main),
        ("other.py", "from pkg.util import helper"),
        ("pkg/__init__.py", ""),
        ("pkg/mod.py", module),
        ("pkg/util.py", "def helper(): pass"),
    ];
    assert_eq!(
        answers(&files),
        [
            "run -> pkg/mod.py:run",
            "queue -> pkg/mod.py:queue",
            "start -> <threading>Thread.start",
            "helper -> pkg/util.py:helper",
            "Lock -> <threading>Lock",
            // Names are those of the stubs: before Python 3.13 `threading.Lock` is an alias there.
            "acquire -> <_thread>LockType.acquire",
            "append -> <builtins>list.append",
            "x -> ",
            "handler -> pkg/mod.py:handler",
        ]
    );
}

#[test]
fn eventlet_without_eventlet() {
    let main = "\
import eventlet
from eventlet import greenpool, queue as q

pool = eventlet.GreenPool(10)
pool.spawn(print, 1).wait()
greenpool.GreenPile(pool).spawn(print)
q.Queue().get()
eventlet.spawn(print).link(print)
with eventlet.Timeout(3) as t:
    t.cancel()
";
    assert_eq!(
        answers(&[("a.py", main)]),
        [
            "GreenPool -> <eventlet.greenpool>GreenPool",
            "spawn -> <eventlet.greenpool>GreenPool.spawn",
            "wait -> <eventlet.greenthread>GreenThread.wait",
            "GreenPile -> <eventlet.greenpool>GreenPile",
            "spawn -> <eventlet.greenpool>GreenPile.spawn",
            "Queue -> <eventlet.queue>Queue",
            "get -> <eventlet.queue>LightQueue.get",
            "spawn -> <eventlet.greenthread>spawn",
            "link -> <eventlet.greenthread>GreenThread.link",
            "Timeout -> <eventlet.timeout>Timeout",
            "cancel -> <eventlet.timeout>Timeout.cancel",
        ]
    );
}

#[test]
fn a_program_that_is_eventlet_is_not_hidden_by_the_stubs() {
    let files = [
        ("a.py", "import eventlet\neventlet.spawn(print)\n"),
        ("eventlet/__init__.py", "def spawn(f): pass\n"),
    ];
    assert_eq!(answers(&files), ["spawn -> eventlet/__init__.py:spawn"]);
}

#[test]
fn finds_packages_of_the_program_stubs_and_the_standard_library() {
    let files = [("own/__init__.py", ""), ("main.py", "")];
    let project = Project::from_texts(&files, &Options::default()).expect("assembles");
    let oracle = project.oracle();
    let found = [
        "own",
        "main",
        "eventlet",
        "threading",
        "missing",
        "not a name",
    ]
    .map(|name| oracle.finds_package(name));
    assert_eq!(found, [true, true, true, true, false, false]);
}

#[test]
fn a_released_engine_answers_no_more_but_checks_texts() {
    let files = [(
        "main.py",
        "import threading\nthreading.Thread\nx: int = ''\n",
    )];
    let project = Project::from_texts(&files, &Options::default()).expect("assembles");
    let modules = project.modules();
    let mut attributes = Attributes(Vec::new());
    attributes.visit_body(&modules[0].syntax.body);
    let oracle = project.oracle();
    assert_eq!(
        oracle
            .attribute_definitions(FileId(0), attributes.0[0])
            .len(),
        1
    );
    oracle.release();
    assert_eq!(oracle.attribute_definitions(FileId(0), attributes.0[0]), []);
    let report = project.diagnostics(&["main.py"], &std::collections::BTreeMap::new());
    assert_eq!(report.diagnostics.len(), 1);
}
