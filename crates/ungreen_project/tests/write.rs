//! Changes on the disk.

use std::fs;
use std::path::Path;
use std::process::Command;

use ungreen_project::{Change, GitState, Options, Project, discover};

fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, content) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("has a parent")).expect("created");
        fs::write(path, content).expect("written");
    }
    folder
}

fn project(folder: &Path) -> Project {
    discover(&[folder.to_path_buf()], &Options::default()).expect("discovered")
}

/// The change of the file at `path` that replaces `x` by `new`.
fn change(project: &Project, path: &str) -> Change {
    let file = project
        .files
        .iter()
        .find(|file| file.path == path)
        .expect("a file of the project");
    project
        .rewrite(file.id, &file.text.replace('x', "new"))
        .expect("can be encoded")
}

fn failures(report: &ungreen_project::WriteReport) -> Vec<String> {
    report.failed.iter().map(ToString::to_string).collect()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

#[test]
fn everything_but_the_change_is_kept() {
    let folder = folder(&[
        ("bom.py", b"\xef\xbb\xbfx = 1\r\ny = 2"),
        ("latin.py", b"# coding: latin-1\nx = '\xe9\x80'\rz = 1\r\n"),
        ("plain.py", b"x\n"),
    ]);
    let project = project(folder.path());
    let mut changes: Vec<_> = project
        .files
        .iter()
        .map(|file| change(&project, &file.path))
        .collect();
    changes.push(Change::create("pkg/helper.py", "import asyncio\n"));
    let report = project.write(&changes);
    assert_eq!(
        report.written,
        ["bom.py", "latin.py", "plain.py", "pkg/helper.py"]
    );
    let read = |path: &str| fs::read(folder.path().join(path)).expect("a file");
    assert_eq!(read("bom.py"), b"\xef\xbb\xbfnew = 1\r\ny = 2");
    assert_eq!(
        read("latin.py"),
        b"# coding: latin-1\nnew = '\xe9\x80'\rz = 1\r\n"
    );
    assert_eq!(read("pkg/helper.py"), b"import asyncio\n");
    assert_eq!(
        names(folder.path()),
        ["bom.py", "latin.py", "pkg", "plain.py"]
    );
}

#[test]
fn a_change_that_cannot_be_made_leaves_the_others() {
    let folder = folder(&[
        ("a.py", b"x"),
        ("b.py", b"x"),
        ("c.py", b"x"),
        ("d.py", b"x"),
    ]);
    let project = project(folder.path());
    let mut changes: Vec<_> = project
        .files
        .iter()
        .map(|file| change(&project, &file.path))
        .collect();
    fs::write(folder.path().join("a.py"), "y").expect("written");
    fs::remove_file(folder.path().join("b.py")).expect("removed");
    let path = folder.path().join("c.py");
    let mut permissions = fs::metadata(&path).expect("exists").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).expect("set");
    changes.push(Change::create("d.py", ""));
    changes.push(Change::create("../e.py", ""));
    changes.push(Change::create("/tmp/e.py", ""));
    changes.push(Change::replace("none.txt", "a", "b"));
    let expected = [
        "a.py: was changed while Ungreen ran; run it again",
        "b.py: was changed while Ungreen ran; run it again",
        "c.py: is read-only; make it writable",
        "d.py: exists already; remove it or configure another `helper-module`",
        "../e.py: lies outside the folder that was given; give that folder too",
        "/tmp/e.py: lies outside the folder that was given; give that folder too",
        "none.txt: was changed while Ungreen ran; run it again",
    ];
    let before: Vec<_> = project
        .unwritable(&changes)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(before, expected);
    let report = project.write(&changes);
    assert_eq!(failures(&report), expected);
    assert_eq!(report.written, ["d.py"]);
    assert_eq!(
        fs::read(folder.path().join("d.py")).expect("a file"),
        b"new"
    );
    assert_eq!(fs::read(folder.path().join("c.py")).expect("a file"), b"x");
    assert_eq!(names(folder.path()), ["a.py", "c.py", "d.py"]);
}

#[test]
fn a_character_that_the_encoding_lacks() {
    let folder = folder(&[("a.py", b"# coding: latin-1\n")]);
    let project = project(folder.path());
    let error = project
        .rewrite(project.files[0].id, "# coding: latin-1\n'\u{2192}'")
        .expect_err("refused");
    assert_eq!(
        error.to_string(),
        "a.py: cannot hold `→` in its encoding `iso-8859-1`; save it as UTF-8"
    );
}

#[cfg(unix)]
#[test]
fn modes_and_links() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let outside = folder(&[("o.txt", b"x"), ("sub/p.txt", b"x")]);
    let folder = folder(&[("run.py", b"x"), ("real.txt", b"x")]);
    let path = |name: &str| folder.path().join(name);
    fs::set_permissions(path("run.py"), fs::Permissions::from_mode(0o751)).expect("set");
    symlink("real.txt", path("inside.txt")).expect("linked");
    symlink(outside.path().join("o.txt"), path("outside.txt")).expect("linked");
    symlink(outside.path().join("sub"), path("sub")).expect("linked");
    let project = project(folder.path());
    let report = project.write(&[
        change(&project, "run.py"),
        Change::replace("inside.txt", "x", "y"),
        Change::replace("outside.txt", "x", "y"),
        Change::replace("sub/p.txt", "x", "y"),
        Change::create("sub/q.txt", "y"),
        Change::create("new.txt", "y"),
    ]);
    assert_eq!(report.written, ["run.py", "inside.txt", "new.txt"]);
    let leaves = "is reached through a symbolic link that leaves the folder that was given";
    assert_eq!(
        failures(&report),
        [
            format!("outside.txt: {leaves}"),
            format!("sub/p.txt: {leaves}"),
            format!("sub/q.txt: {leaves}")
        ]
    );
    assert_eq!(
        fs::metadata(path("run.py"))
            .expect("exists")
            .permissions()
            .mode()
            & 0o777,
        0o751
    );
    assert_eq!(
        fs::metadata(path("new.txt"))
            .expect("exists")
            .permissions()
            .mode()
            & 0o600,
        0o600
    );
    assert!(
        fs::symlink_metadata(path("inside.txt"))
            .expect("exists")
            .is_symlink()
    );
    assert_eq!(fs::read(path("real.txt")).expect("a file"), b"y");
    assert_eq!(
        fs::read(outside.path().join("o.txt")).expect("a file"),
        b"x"
    );
}

#[test]
fn a_copy_of_the_tree() {
    let folder = folder(&[
        ("a.py", b"x"),
        ("data/b.bin", b"\0\xff"),
        (".env", b"k=v"),
        (".git/HEAD", b""),
        ("pkg/__pycache__/a.pyc", b""),
        ("venv/pyvenv.cfg", b""),
    ]);
    let project = project(folder.path());
    let output = folder.path().join("out");
    let changes = [change(&project, "a.py"), Change::create("helper.py", "h")];
    for _ in 0..2 {
        let report = project.write_copy(&output, &changes).expect("copied");
        assert_eq!(
            (report.written.as_slice(), report.copied),
            (&["a.py".to_owned(), "helper.py".to_owned()][..], 2)
        );
        assert_eq!(failures(&report), Vec::<String>::new());
        assert_eq!(
            names(&output),
            [".env", ".ungreen-output", "a.py", "data", "helper.py"]
        );
        assert_eq!(fs::read(output.join("a.py")).expect("a file"), b"new");
        assert_eq!(
            fs::read(output.join("data/b.bin")).expect("a file"),
            b"\0\xff"
        );
        assert_eq!(fs::read(folder.path().join("a.py")).expect("a file"), b"x");
    }
    // What the copy no longer has goes, what others put there stays.
    fs::write(output.join("mine.txt"), "").expect("written");
    project.write_copy(&output, &changes[..1]).expect("copied");
    assert_eq!(
        names(&output),
        [".env", ".ungreen-output", "a.py", "data", "mine.txt"]
    );
    // A copy is no part of the program.
    assert_eq!(project_paths(folder.path()), ["a.py"]);
}

fn project_paths(folder: &Path) -> Vec<String> {
    project(folder)
        .files
        .into_iter()
        .map(|file| file.path)
        .collect()
}

#[test]
fn folders_that_take_no_copy() {
    let folder = folder(&[("in/a.py", b"x"), ("other/b.txt", b"")]);
    let project = project(&folder.path().join("in"));
    let refuse = |path: &Path| {
        project
            .write_copy(path, &[])
            .expect_err("refused")
            .to_string()
    };
    assert!(
        refuse(&folder.path().join("other"))
            .ends_with("is not empty and was not made by Ungreen; name another folder")
    );
    assert!(refuse(folder.path()).ends_with("is or holds the program itself; name another folder"));
    assert!(
        refuse(&folder.path().join("in"))
            .ends_with("is or holds the program itself; name another folder")
    );
    assert!(refuse(&folder.path().join("other/b.txt")).starts_with("cannot write to"));
}

#[test]
fn git_knows_what_is_committed() {
    let folder = folder(&[
        ("app/a.py", b"x"),
        ("app/b.py", b"x"),
        ("app/c d.py", b"x"),
        ("e.py", b"x"),
    ]);
    let git = |arguments: &[&str]| {
        let done = Command::new("git")
            .current_dir(folder.path())
            .args(["-c", "user.name=n", "-c", "user.email=e@example.org"])
            .args(arguments)
            .output()
            .expect("git runs");
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
    };
    let app = project(&folder.path().join("app"));
    assert_eq!(app.git_state(&["a.py"]), GitState::NoGit);
    git(&["init", "-q"]);
    git(&["add", "app/a.py", "app/b.py"]);
    git(&["commit", "-qm", "first"]);
    assert_eq!(app.git_state(&["a.py", "b.py"]), GitState::Clean);
    fs::write(folder.path().join("app/b.py"), "y").expect("written");
    let paths = ["a.py", "b.py", "c d.py"];
    assert_eq!(
        app.git_state(&paths),
        GitState::Uncommitted(vec!["b.py".to_owned(), "c d.py".to_owned()])
    );
    assert_eq!(app.git_state(&["a.py"]), GitState::Clean);
    fs::write(folder.path().join(".git/config"), "[broken").expect("written");
    assert!(matches!(app.git_state(&paths), GitState::Failed { .. }));
}
