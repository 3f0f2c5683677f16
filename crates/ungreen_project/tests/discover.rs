//! From folders on the disk to a project.

use std::fs;
use std::path::{Path, PathBuf};

use ungreen_project::{Options, Project, PythonVersion, discover};

struct Folder(tempfile::TempDir);

impl Folder {
    fn new(files: &[(&str, &[u8])]) -> Self {
        let folder = Self(tempfile::tempdir().expect("a temporary folder"));
        for (path, content) in files {
            folder.write(path, content);
        }
        folder
    }

    fn write(&self, path: &str, content: &[u8]) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("has a parent")).expect("created");
        fs::write(path, content).expect("written");
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn discover(&self) -> Project {
        self.discover_with(&Options::default())
    }

    fn discover_with(&self, options: &Options) -> Project {
        discover(&[self.path().to_path_buf()], options).expect("discovered")
    }

    fn error(&self, options: &Options) -> String {
        let error = discover(&[self.path().to_path_buf()], options)
            .err()
            .expect("refused")
            .to_string();
        error.replace(
            &format!("{}/", self.path().canonicalize().expect("exists").display()),
            "",
        )
    }
}

fn paths(project: &Project) -> Vec<&str> {
    project
        .files
        .iter()
        .map(|file| file.path.as_str())
        .collect()
}

fn skipped(project: &Project) -> Vec<String> {
    project.skipped.iter().map(ToString::to_string).collect()
}

#[test]
fn files_of_a_project_in_path_order() {
    let folder = Folder::new(&[
        ("pyproject.toml", b"[project]\nrequires-python = '>=3.12'"),
        (".gitignore", b"ignored/\n"),
        ("src/app/__init__.py", b""),
        ("src/app/main.py", b"import eventlet"),
        ("src/app/notes.txt", b""),
        ("tests/test_main.py", b""),
        ("ignored/x.py", b"x"),
        ("build/y.py", b"y"),
        (".hidden/z.py", b"z"),
        ("env/pyvenv.cfg", b""),
        ("env/lib/w.py", b"w"),
        ("bin/serve", b"#!/usr/bin/env python3\nprint(1)\n"),
        ("bin/shell", b"#!/bin/sh\n"),
    ]);
    let project = folder.discover();
    assert_eq!(
        paths(&project),
        [
            "bin/serve",
            "src/app/__init__.py",
            "src/app/main.py",
            "tests/test_main.py"
        ]
    );
    let modules: Vec<_> = project
        .modules()
        .iter()
        .map(|module| module.name.to_owned())
        .collect();
    assert_eq!(modules, ["bin.serve", "app", "app.main", "tests.test_main"]);
    assert_eq!(
        project
            .files
            .iter()
            .map(|file| file.is_test)
            .collect::<Vec<_>>(),
        [false, false, false, true]
    );
    assert_eq!(project.target_version, PythonVersion::PY312);
    assert_eq!(skipped(&project), Vec::<String>::new());
    assert_eq!(
        project.others,
        ["bin/shell", "pyproject.toml", "src/app/notes.txt"]
    );
}

#[test]
fn configuration_counts() {
    let folder = Folder::new(&[
        (
            "pyproject.toml",
            b"[project]\nrequires-python = '>=3.12'\n[tool.ungreen]\ntarget-version = '3.9'\nextend-exclude = ['gen', '*_pb2.py']\nsrc = ['lib']\nrespect-gitignore = false",
        ),
        (".gitignore", b"lib/\n"),
        ("lib/a.py", b""),
        ("lib/a_pb2.py", b""),
        ("gen/b.py", b""),
    ]);
    let project = folder.discover();
    assert_eq!(paths(&project), ["lib/a.py"]);
    assert_eq!(project.files[0].module, "a");
    assert_eq!(project.target_version, PythonVersion::PY39);
    let options = Options {
        target_version: Some(PythonVersion::PY313),
        exclude: vec!["a.py".to_owned()],
        ..Options::default()
    };
    let project = folder.discover_with(&options);
    assert_eq!(
        (paths(&project), project.target_version),
        (vec![], PythonVersion::PY313)
    );
}

#[test]
fn wrong_configuration_names_file_and_key() {
    let folder = Folder::new(&[
        ("pyproject.toml", b"[tool.ungreen]\nexcludes = []"),
        ("a.py", b""),
    ]);
    let error = folder.error(&Options::default());
    assert!(
        error.starts_with("pyproject.toml:2: `tool.ungreen.excludes`: unknown field `excludes`"),
        "{error}"
    );
    let folder = Folder::new(&[
        ("pyproject.toml", b"[tool.ungreen]\nexclude = ['[z-a]']"),
        ("a.py", b""),
    ]);
    let error = folder.error(&Options::default());
    assert!(
        error.starts_with("pyproject.toml: `exclude`: error parsing glob '[z-a]'"),
        "{error}"
    );
    let folder = Folder::new(&[
        ("pyproject.toml", b"[tool.ungreen]\nsrc = ['lib']"),
        ("a.py", b""),
    ]);
    assert_eq!(
        folder.error(&Options::default()),
        "pyproject.toml: `src`: `lib` is no folder"
    );
    let missing = Options {
        config: Some(PathBuf::from("/no/such.toml")),
        ..Options::default()
    };
    assert!(
        folder
            .error(&missing)
            .starts_with("/no/such.toml: cannot be read")
    );
    let missing = Options {
        python: Some(PathBuf::from("/no/such")),
        ..Options::default()
    };
    let folder = Folder::new(&[("a.py", b"")]);
    assert!(
        folder
            .error(&missing)
            .starts_with("`/no/such` is no usable Python environment")
    );
    let error = discover(&[folder.path().join("no.py")], &Options::default())
        .err()
        .expect("refused")
        .to_string();
    assert!(error.contains("no.py`: "), "{error}");
}

#[test]
fn bad_files_cost_only_themselves() {
    let deep = format!("x = {}{}", "(".repeat(20_000), ")".repeat(20_000));
    let folder = Folder::new(&[
        ("deep.py", deep.as_bytes()),
        ("good.py", b"import deep, latin\ndeep.x.y\nlatin.f()\n"),
        ("large.py", &vec![b'#'; (30 << 20) + 1]),
        ("latin.py", b"def f():\n    return '\xe9'\n"),
        ("nul.py", b"x = 1\n\0"),
        ("syntax.py", b"x = 1\nif x\n    y\n"),
        ("two.py", b"print 'hello'\n"),
        ("odd.py", b"# coding: klingon\n"),
    ]);
    let project = folder.discover();
    assert_eq!(paths(&project), ["good.py"]);
    assert_eq!(
        skipped(&project),
        [
            "deep.py:1:205: nests too deeply: more than 200 brackets are open at one time",
            "large.py: is 30 MB long, the limit is 30 MB",
            "latin.py:2: is not UTF-8 and declares no encoding",
            "nul.py:2: contains a NUL byte",
            "odd.py:1: has the encoding `klingon`, which is not supported",
            "syntax.py:2:5: syntax error: Expected `:`, found newline",
            "two.py:1:7: syntax error: Simple statements must be separated by newlines or semicolons",
        ]
    );
}

#[test]
fn encodings_and_line_endings() {
    let folder = Folder::new(&[
        ("bom.py", b"\xef\xbb\xbfx = 1\r\ny = 2"),
        ("cr.py", b"x = 1\ry = 2\r"),
        ("latin.py", b"# coding: latin-1\nx = '\xe9'\n"),
    ]);
    let project = folder.discover();
    let facts: Vec<_> = project
        .files
        .iter()
        .map(|file| {
            (
                &*file.text,
                file.encoding.name(),
                file.bom,
                file.newline.as_str(),
            )
        })
        .collect();
    assert_eq!(
        facts,
        [
            ("x = 1\r\ny = 2", "utf-8", true, "\r\n"),
            ("x = 1\ry = 2\r", "utf-8", false, "\r"),
            ("# coding: latin-1\nx = 'é'\n", "iso-8859-1", false, "\n"),
        ]
    );
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new(&[("a.py", b""), ("p/b.py", b"")]);
    symlink(folder.path(), folder.path().join("p/loop")).expect("linked");
    symlink(folder.path().join("a.py"), folder.path().join("c.py")).expect("linked");
    symlink("nowhere.py", folder.path().join("d.py")).expect("linked");
    symlink("nowhere.txt", folder.path().join("e.txt")).expect("linked");
    let project = folder.discover();
    assert_eq!(paths(&project), ["a.py", "p/b.py"]);
    let link = "is a symbolic link, which is not followed";
    assert_eq!(
        skipped(&project),
        [
            format!("c.py: {link}"),
            format!("d.py: {link}"),
            format!("p/loop: {link}")
        ]
    );
}

#[test]
fn given_files_and_folders_inside_packages() {
    let folder = Folder::new(&[
        ("setup.cfg", b"[options]\npython_requires = >=3.10\n"),
        ("app/__init__.py", b""),
        ("app/api/__init__.py", b""),
        ("app/api/v1.py", b"from app.api import v2"),
        ("app/api/v2.py", b""),
        ("run.txt", b"import app"),
    ]);
    let project =
        discover(&[folder.path().join("app/api")], &Options::default()).expect("discovered");
    assert_eq!(paths(&project), ["__init__.py", "v1.py", "v2.py"]);
    assert_eq!(project.files[1].module, "app.api.v1");
    assert_eq!(project.target_version, PythonVersion::PY310);
    let given = [
        folder.path().join("run.txt"),
        folder.path().join("app/api/v1.py"),
    ];
    let project = discover(&given, &Options::default()).expect("discovered");
    assert_eq!(paths(&project), ["app/api/v1.py", "run.txt"]);
}

#[test]
fn a_folder_that_git_ignores_can_be_named() {
    let folder = Folder::new(&[(".gitignore", b"work/*\n"), ("work/a.py", b"")]);
    assert_eq!(paths(&folder.discover()), Vec::<&str>::new());
    let project = discover(&[folder.path().join("work")], &Options::default()).expect("discovered");
    assert_eq!(paths(&project), ["a.py"]);
}
