//! The only place that prints.

use std::io::{IsTerminal, Write};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use ungreen_report::Style;

use crate::arguments::{ColorChoice, Common};

/// Work that takes longer shows what it does.
const PATIENCE: Duration = Duration::from_secs(1);

/// How data and words are written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terminal {
    /// Of data on standard output.
    pub(crate) style: Style,
    /// Of words on standard error.
    pub(crate) error_style: Style,
    quiet: bool,
}

impl Terminal {
    pub(crate) fn new(common: &Common) -> Self {
        let colored = |terminal: bool| match common.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => {
                let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
                let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
                terminal && !is_dumb && !is_set("NO_COLOR")
            }
        };
        Self {
            style: Style {
                colored: colored(std::io::stdout().is_terminal()),
            },
            error_style: Style {
                colored: colored(std::io::stderr().is_terminal()),
            },
            quiet: common.quiet,
        }
    }

    /// Data, to standard output. A reader that has gone away ends the output, not the run.
    #[expect(
        clippy::unused_self,
        reason = "data is printed by whoever may print words"
    )]
    pub(crate) fn print(self, text: &str) {
        let mut out = std::io::stdout().lock();
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }

    /// Words, to standard error, unless `--quiet` is given.
    pub(crate) fn say(self, text: &str) {
        if !self.quiet {
            let _ = writeln!(std::io::stderr().lock(), "{}", text.trim_end());
        }
    }

    /// A word of warning, also with `--quiet`.
    pub(crate) fn warn(self, text: &str) {
        let word = self.error_style.yellow("warning:");
        let _ = writeln!(std::io::stderr().lock(), "{word} {text}");
    }

    pub(crate) fn fail(self, text: &str) {
        let word = self.error_style.red("error:");
        let _ = writeln!(std::io::stderr().lock(), "{word} {text}");
    }

    /// Shows on a terminal's standard error what is being done, once it takes longer than a second. Ends when dropped.
    pub(crate) fn progress(self) -> Progress {
        let state = Arc::new(Shared::default());
        let thread = (!self.quiet && std::io::stderr().is_terminal()).then(|| {
            let state = Arc::clone(&state);
            std::thread::spawn(move || show(&state))
        });
        Progress { state, thread }
    }
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    stage: &'static str,
    ended: bool,
}

/// See [`Terminal::progress`].
pub(crate) struct Progress {
    state: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Names what begins now: "resolving calls".
    pub(crate) fn stage(&self, name: &'static str) {
        let mut state = self
            .state
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        state.stage = name;
        drop(state);
        self.state.changed.notify_all();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        let mut state = self
            .state
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        state.ended = true;
        drop(state);
        self.state.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn show(shared: &Shared) {
    let state = shared.state.lock().unwrap_or_else(PoisonError::into_inner);
    let (mut state, _) = shared
        .changed
        .wait_timeout_while(state, PATIENCE, |state| !state.ended)
        .unwrap_or_else(PoisonError::into_inner);
    let mut shown = "";
    while !state.ended {
        if state.stage != shown {
            shown = state.stage;
            let mut err = std::io::stderr().lock();
            let _ = write!(err, "\r\x1b[K{shown} …").and_then(|()| err.flush());
        }
        state = shared
            .changed
            .wait(state)
            .unwrap_or_else(PoisonError::into_inner);
    }
    if !shown.is_empty() {
        let mut err = std::io::stderr().lock();
        let _ = write!(err, "\r\x1b[K").and_then(|()| err.flush());
    }
}
