//! Files around a program.

use std::fs;

use ungreen_project::{Options, Project, Surroundings, discover};

/// A project in a temporary folder, of which the folder `given` is discovered.
fn project(files: &[(&str, &str)], given: &str) -> (tempfile::TempDir, Project) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, content) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("has a parent")).expect("created");
        fs::write(path, content).expect("written");
    }
    let project = discover(&[folder.path().join(given)], &Options::default()).expect("discovered");
    (folder, project)
}

fn dependencies(found: &Surroundings) -> Vec<String> {
    found
        .dependencies
        .iter()
        .map(|found| {
            format!(
                "{}:{} {:?} {}",
                found.path, found.line, found.kind, found.text
            )
        })
        .collect()
}

fn entry_points(found: &Surroundings) -> Vec<String> {
    found
        .entry_points
        .iter()
        .map(|found| {
            let function = found.function.as_deref().unwrap_or("<module>");
            format!(
                "{}:{} {:?} {} {}:{}",
                found.path, found.line, found.kind, found.group, found.module, function
            )
        })
        .collect()
}

#[track_caller]
fn check_dependencies(path: &str, content: &str, expected: &[&str]) {
    let (_folder, project) = project(&[(path, content), ("a.py", "")], "");
    let found = project.surroundings();
    assert_eq!(found.skipped, []);
    let expected: Vec<String> = expected
        .iter()
        .map(|expected| format!("{path}:{expected}"))
        .collect();
    assert_eq!(dependencies(&found), expected);
}

#[test]
fn requirement_files() {
    let text = "# eventlet\nrequests\neventlet>=0.30  # why\n-r more.txt\ngunicorn[eventlet]\ngit+https://example.org/e.git#egg=eventlet\n";
    let expected = [
        "3 Requirements eventlet>=0.30  # why",
        "5 Requirements gunicorn[eventlet]",
        "6 Requirements git+https://example.org/e.git#egg=eventlet",
    ];
    for path in [
        "requirements.txt",
        "test-requirements.txt",
        "requirements/base.txt",
        "requirements-dev.in",
    ] {
        check_dependencies(path, text, &expected);
    }
    check_dependencies("notes.txt", text, &[]);
}

#[test]
fn pyproject() {
    check_dependencies(
        "pyproject.toml",
        r#"
[project]
name = "eventlet-user"
description = "eventlet"
keywords = ["eventlet"]
dependencies = ["requests", "eventlet>=0.30"]
[project.optional-dependencies]
green = [
    # "eventlet",
    'greenlet',
]
[dependency-groups]
dev = ["celery[eventlet]"]
[tool.poetry.dependencies]
eventlet = "^0.33"
[tool.poetry.group.x.dependencies.greenlet]
version = "1"
[tool.other]
eventlet = 1
"#,
        &[
            "6 Pyproject dependencies = [\"requests\", \"eventlet>=0.30\"]",
            "10 Pyproject 'greenlet',",
            "13 Pyproject dev = [\"celery[eventlet]\"]",
            "15 Pyproject eventlet = \"^0.33\"",
            "16 Pyproject [tool.poetry.group.x.dependencies.greenlet]",
        ],
    );
}

#[test]
fn other_dependency_files() {
    check_dependencies(
        "setup.cfg",
        "[metadata]\nname = x\n[options]\ninstall_requires =\n    eventlet>=0.30\n[options.extras_require]\ng = greenlet; x\n",
        &["5 SetupCfg eventlet>=0.30", "7 SetupCfg greenlet; x"],
    );
    check_dependencies(
        "setup.py",
        "from setuptools import setup\nREQUIRES = ['a', 'eventlet']\nsetup(install_requires=REQUIRES, extras_require={'x': ['greenlet>1']})\n",
        &["2 SetupPy eventlet", "3 SetupPy greenlet>1"],
    );
    check_dependencies(
        "Pipfile",
        "[packages]\neventlet = \"*\"\n[dev-packages]\n",
        &["2 Pipfile eventlet = \"*\""],
    );
    check_dependencies(
        "Pipfile.lock",
        "{\n \"default\": {\n  \"eventlet\": {\n",
        &["3 Lock \"eventlet\": {"],
    );
    check_dependencies(
        "poetry.lock",
        "[[package]]\nname = \"eventlet\"\n",
        &["2 Lock name = \"eventlet\""],
    );
    check_dependencies(
        "uv.lock",
        "[[package]]\nname = \"greenlet\"\n",
        &["2 Lock name = \"greenlet\""],
    );
    check_dependencies(
        "tox.ini",
        "[testenv]\ndeps =\n  py39: eventlet\n  pytest\ncommands = gunicorn -k eventlet a:b\n",
        &[
            "3 Tox py39: eventlet",
            "5 GunicornWorker commands = gunicorn -k eventlet a:b",
        ],
    );
}

#[test]
fn command_lines() {
    check_dependencies(
        "Procfile",
        "web: gunicorn -k eventlet -w 4 a:app\nworker: celery -A a worker -P eventlet -c 100\n# x: gunicorn -k eventlet\nb: gunicorn -k gevent a:app\n",
        &[
            "1 GunicornWorker web: gunicorn -k eventlet -w 4 a:app",
            "2 CeleryPool worker: celery -A a worker -P eventlet -c 100",
        ],
    );
    check_dependencies(
        "Dockerfile",
        "FROM python\nENV GUNICORN_CMD_ARGS=\"-k eventlet\"\nCMD [\"gunicorn\", \"--worker-class\", \"eventlet\", \"a:app\"]\n",
        &[
            "2 GunicornWorker ENV GUNICORN_CMD_ARGS=\"-k eventlet\"",
            "3 GunicornWorker CMD [\"gunicorn\", \"--worker-class\", \"eventlet\", \"a:app\"]",
        ],
    );
    check_dependencies(
        "docker-compose.yml",
        "services:\n  web:\n    command:\n      - celery\n      - --pool=eventlet\n",
        &["5 CeleryPool - --pool=eventlet"],
    );
    for path in ["run.sh", "Makefile", "deploy/app.service"] {
        check_dependencies(
            path,
            "start:\n\tgunicorn \\\n\t  --worker-class=gunicorn.workers.geventlet.EventletWorker a:app\n",
            &["3 GunicornWorker --worker-class=gunicorn.workers.geventlet.EventletWorker a:app"],
        );
    }
    check_dependencies(
        "gunicorn.conf.py",
        "workers = 3\nworker_class = \"eventlet\"\n",
        &["2 GunicornWorker \"eventlet\""],
    );
    check_dependencies(
        "tasks.py",
        "app.conf.worker_pool = 'eventlet'\nworker_class = 'sync'\n",
        &["1 CeleryPool 'eventlet'"],
    );
}

#[test]
fn where_programs_start() {
    let (_folder, project) = project(
        &[
            (
                "pyproject.toml",
                "[project.scripts]\nserve = \"app.main:run\"\n[project.entry-points.\"app.plugins\"]\nx = \"app.p:P.q\"\n[tool.poetry.scripts]\nt = { reference = \"app.t:go\", type = \"console\" }\n[tool.ungreen]\nentry-points = [\"app.c:start\"]\n",
            ),
            (
                "setup.cfg",
                "[entry_points]\nconsole_scripts =\n    api = app.api:main\nwsgi_scripts =\n    w = app.wsgi:init\nnova.x =\n    y = app.y:Y [extra]\n",
            ),
            (
                "old/setup.py",
                "setup(entry_points={'console_scripts': ['a = app.a:main', 'b=app.b:B.run']})\n",
            ),
            (
                "new/setup.py",
                "setup(entry_points='''\n[console_scripts]\nn = app.n:main\n''')\n",
            ),
            (
                "named/setup.py",
                "SCRIPTS = ['d = app.d:main']\nENTRY = dict(console_scripts=SCRIPTS)\nsetup(entry_points=ENTRY)\n",
            ),
            (
                "starred/setup.py",
                "config = {'entry_points': {'gui_scripts': 'e = app.e:main'}}\nsetup(**config)\n",
            ),
            ("app/__init__.py", ""),
            ("app/__main__.py", "run()\n"),
            ("app/wsgi.py", "x = 1\nif '__main__' == __name__:\n    x\n"),
            (
                "app/main.py",
                "if __name__ == '__main__':\n    run()\nif __name__ != '__main__':\n    x\n",
            ),
            ("bin/tool", "#!/usr/bin/python3\nx\n"),
            (
                "Procfile",
                "web: gunicorn -w 2 app.wsgi:application\nother: gunicorn elsewhere:app\nm: python -m app\nw: celery -A app.main worker\n",
            ),
            (
                "deploy/run.sh",
                "exec python3 ../x.py\nexec python3 local.py\npython app/main.py\n",
            ),
            ("deploy/local.py", ""),
        ],
        "",
    );
    let found = project.surroundings();
    assert_eq!(found.skipped, []);
    assert_eq!(
        entry_points(&found),
        [
            "Procfile:1 Command gunicorn app.wsgi:application",
            "Procfile:3 Command python app.__main__:<module>",
            "Procfile:4 Command celery app.main:<module>",
            "app/__main__.py:1 MainModule  app.__main__:<module>",
            "app/main.py:1 MainGuard  app.main:<module>",
            "app/wsgi.py:2 MainGuard  app.wsgi:<module>",
            "bin/tool:1 Executable  bin.tool:<module>",
            "deploy/run.sh:2 Command python deploy.local:<module>",
            "deploy/run.sh:3 Command python app.main:<module>",
            "named/setup.py:1 Script console_scripts app.d:main",
            "new/setup.py:1 Script console_scripts app.n:main",
            "old/setup.py:1 Script console_scripts app.a:main",
            "old/setup.py:1 Script console_scripts app.b:B.run",
            "pyproject.toml:1 Configured tool.ungreen.entry-points app.c:start",
            "pyproject.toml:2 Script project.scripts app.main:run",
            "pyproject.toml:4 Plugin app.plugins app.p:P.q",
            "pyproject.toml:6 Script tool.poetry.scripts app.t:go",
            "setup.cfg:3 Script console_scripts app.api:main",
            "setup.cfg:5 Script wsgi_scripts app.wsgi:init",
            "setup.cfg:7 Plugin nova.x app.y:Y",
            "starred/setup.py:1 Script gui_scripts app.e:main",
        ]
    );
}

#[test]
fn files_above_the_root_and_files_that_cannot_be_read() {
    let (_folder, project) = project(
        &[
            ("setup.cfg", "[options]\ninstall_requires = eventlet\n"),
            ("src/app/__init__.py", ""),
            ("src/app/Pipfile", "[broken"),
        ],
        "src/app",
    );
    let found = project.surroundings();
    assert_eq!(
        dependencies(&found),
        ["../../setup.cfg:2 SetupCfg eventlet"]
    );
    let skipped: Vec<_> = found.skipped.iter().map(ToString::to_string).collect();
    assert_eq!(skipped.len(), 1);
    assert!(
        skipped[0].starts_with("Pipfile: syntax error: "),
        "{skipped:?}"
    );
}
