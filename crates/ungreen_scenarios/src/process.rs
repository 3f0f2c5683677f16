//! Runs one command with a time limit and leaves nothing of it behind.

use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// How many bytes of each stream of a command are kept.
const OUTPUT_LIMIT: u64 = 256 * 1024;

/// What a command left behind.
#[derive(Debug, Clone)]
pub struct Finished {
    pub stdout: String,
    pub stderr: String,
    /// `None`: ended by a signal, or by the time limit.
    pub code: Option<i32>,
    pub timed_out: bool,
}

/// Runs `command` to its end, but for no longer than `limit`; then its whole process group is killed.
///
/// # Errors
/// If the command cannot be started or waited for.
pub fn run(mut command: Command, limit: Duration) -> Result<Finished> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    let mut child = command
        .spawn()
        .with_context(|| format!("cannot start {command:?}"))?;
    let stdout = child.stdout.take().map(collect);
    let stderr = child.stderr.take().map(collect);
    let deadline = Instant::now() + limit;
    let mut timed_out = false;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break Some(status);
        }
        if Instant::now() >= deadline {
            timed_out = true;
            break None;
        }
        thread::sleep(Duration::from_millis(10));
    };
    kill_group(child.id());
    let status = match status {
        Some(status) => status,
        None => child.wait()?,
    };
    Ok(Finished {
        stdout: joined(stdout),
        stderr: joined(stderr),
        code: status.code(),
        timed_out,
    })
}

/// Keeps the first [`OUTPUT_LIMIT`] bytes; a program that never stops printing is read on, but not kept.
fn collect(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut kept = Vec::new();
        // A pipe that breaks ends the output; what came before counts.
        let _ = pipe.by_ref().take(OUTPUT_LIMIT).read_to_end(&mut kept);
        if io::copy(&mut pipe, &mut io::sink()).is_ok_and(|more| more > 0) {
            kept.extend_from_slice(b"\n[more output was cut]\n");
        }
        kept
    })
}

fn joined(reader: Option<thread::JoinHandle<Vec<u8>>>) -> String {
    let bytes = reader
        .and_then(|reader| reader.join().ok())
        .unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The group is usually gone already, which is not an error.
fn kill_group(leader: u32) {
    let _ = Command::new("kill")
        .args(["-KILL", "--", &format!("-{leader}")])
        .stderr(Stdio::null())
        .status();
}
