//! The page about `[tool.ungreen]`, made from one table that is checked against [`Config`](crate::Config).

use std::fmt::Write;

use crate::DEFAULT_EXCLUDES;

struct Key {
    name: &'static str,
    kind: &'static str,
    default: &'static str,
    /// Markdown.
    text: &'static str,
    /// Lines below `[tool.ungreen]`.
    example: &'static str,
}

/// In the order of the struct.
const KEYS: [Key; 10] = [
    Key {
        name: "target-version",
        kind: "Python version from `3.7` to `3.15`, also written `py311`",
        default: "the lower bound of `requires-python` (`pyproject.toml`) or `python_requires` (`setup.cfg`), else `3.11`",
        text: "The oldest Python version that the migrated program must run on. It decides which asyncio features are written.\nThe option `--target-version` wins over it.",
        example: "target-version = \"3.12\"",
    },
    Key {
        name: "src",
        kind: "list of folders",
        default: "found from the layout",
        text: "Folders from which modules are imported. Without it they are the root, its `src`, the same of nested projects, and\nfolders without `__init__.py` whose files import one another as if they were one.",
        example: "src = [\"lib\", \"services/api\"]",
    },
    Key {
        name: "exclude",
        kind: "list of patterns as in `.gitignore`",
        default: "see below",
        text: "Files and folders to leave out, in place of the defaults. Hidden files, virtual environments and copies made with\n`--output` are left out in any case.",
        example: "exclude = [\"build\", \"generated\"]",
    },
    Key {
        name: "extend-exclude",
        kind: "list of patterns as in `.gitignore`",
        default: "`[]`",
        text: "Files and folders to leave out besides those of `exclude`.",
        example: "extend-exclude = [\"*_pb2.py\"]",
    },
    Key {
        name: "respect-gitignore",
        kind: "boolean",
        default: "`true`",
        text: "Leave out what `.gitignore` and the like name.",
        example: "respect-gitignore = false",
    },
    Key {
        name: "python",
        kind: "path of a virtual environment or of its interpreter",
        default: "`.venv` beside the project's file, else the environment that is active",
        text: "The environment whose packages the type engine may look into. Nothing in it is run. The option `--python` wins over it.",
        example: "python = \"../environments/app\"",
    },
    Key {
        name: "helper-module",
        kind: "dotted module name",
        default: "chosen beside the code that uses it",
        text: "The module that receives the helper classes.",
        example: "helper-module = \"app.asyncio_helper\"",
    },
    Key {
        name: "entry-points",
        kind: "list of `module:function`",
        default: "`[]`",
        text: "Functions that programs start with, besides those that are found in `pyproject.toml`, `setup.cfg`, `setup.py`, a\n`Procfile` and the like, `__main__.py` and `if __name__ == \"__main__\":`.",
        example: "entry-points = [\"app.main:run\"]",
    },
    Key {
        name: "adapters",
        kind: "list of `module.Class`",
        default: "`[]`",
        text: "Classes that become an asynchronous class and a sync face, which code without an event loop goes on using; the same as `--adapter`.",
        example: "adapters = [\"app.client.Client\"]",
    },
    Key {
        name: "functions",
        kind: "table from `module:qualified.name` to `\"async\"`, `\"sync\"`, `\"thread\"` or `\"copy\"`",
        default: "`{}`",
        text: "What becomes of single functions: `async` makes it a coroutine, `sync` leaves it as it is, `thread`\nleaves it and calls it in a thread from coroutines, and `copy` leaves it and writes a coroutine function `async_NAME`\nbeside it, which coroutines call. What it calls and waits gets a copy as well.",
        example: "functions = { \"app.server:Server.stop\" = \"thread\" }",
    },
];

/// The text of `docs/configuration.md`.
pub fn configuration_reference() -> String {
    let mut page = String::from(
        "# Configuration\n\n\
         Ungreen reads the table `[tool.ungreen]` of the nearest `pyproject.toml` that has one, at or above the folder that is\n\
         given and at most as far as the git repository reaches. `--config FILE` names another `pyproject.toml`, or a file that\n\
         holds these keys without a table around them. All keys are optional; an unknown key or a wrong type is an error. Paths\n\
         and patterns are relative to the file they stand in.\n",
    );
    for key in &KEYS {
        let Key {
            name,
            kind,
            default,
            text,
            example,
        } = key;
        // Writing to a string does not fail.
        let _ = write!(
            page,
            "\n## `{name}`\n\n{text}\n\n- **Type:** {kind}\n- **Default:** {default}\n\n```toml\n[tool.ungreen]\n{example}\n```\n"
        );
    }
    page.push_str("\n## Left out by default\n\n");
    for pattern in DEFAULT_EXCLUDES {
        let _ = writeln!(page, "- `{pattern}`");
    }
    page.push_str(
        "\n## Limits\n\n\
         - Files of more than 30 MB are skipped.\n\
         - Files with more than 200 open brackets, 100 nested blocks or 3000 nested operators (an attribute counts as three) are\n  skipped. CPython itself refuses most of them.\n\
         - Symbolic links are not followed.\n\n\
         What is skipped is listed with its reason.\n",
    );
    page
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{KEYS, configuration_reference};
    use crate::config::{Config, parse_pyproject};

    #[test]
    fn the_table_has_every_key_of_the_struct() {
        let error = parse_pyproject(Path::new("p"), "[tool.ungreen]\nno-such-key = 1")
            .expect_err("unknown")
            .message;
        let listed: Vec<&str> = error.split('`').skip(3).step_by(2).collect();
        assert_eq!(listed, KEYS.map(|key| key.name));
    }

    #[test]
    fn every_example_sets_its_key() {
        for key in &KEYS {
            let text = format!("[tool.ungreen]\n{}", key.example);
            let config = parse_pyproject(Path::new("p"), &text)
                .expect("valid")
                .expect("present");
            assert_ne!(config, Config::default(), "{}", key.name);
            assert!(
                key.example.starts_with(&format!("{} = ", key.name)),
                "{}",
                key.name
            );
        }
    }

    /// `UNGREEN_WRITE_DOCS=1 cargo test` writes the page.
    #[test]
    fn the_page_is_up_to_date() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/configuration.md");
        if std::env::var_os("UNGREEN_WRITE_DOCS").is_some() {
            std::fs::create_dir_all(path.parent().expect("has a parent")).expect("created");
            std::fs::write(&path, configuration_reference()).expect("written");
        }
        let written = std::fs::read_to_string(&path)
            .unwrap_or_default()
            .replace("\r\n", "\n");
        assert!(
            written == configuration_reference(),
            "run UNGREEN_WRITE_DOCS=1 cargo test -p ungreen_project"
        );
    }
}
