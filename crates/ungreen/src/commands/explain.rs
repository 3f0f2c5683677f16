//! `ungreen explain CODE`.

use ungreen_catalog::codes;

use crate::Outcome;
use crate::failure::Failure;
use crate::terminal::Terminal;

pub(crate) fn explain(code: &str, terminal: Terminal) -> Result<Outcome, Failure> {
    let Some(found) = codes()
        .iter()
        .find(|found| found.code.eq_ignore_ascii_case(code.trim()))
    else {
        let known: Vec<&str> = codes().iter().map(|code| code.code.as_str()).collect();
        return Err(Failure::new(
            format!("there is no code `{code}`"),
            format!("the codes are {}", known.join(", ")),
        ));
    };
    terminal.print(&format!(
        "# {}: {}\n\n## What it says\n\n{}\n\n## Why it matters\n\n{}\n\n## What to do\n\n{}\n",
        terminal.style.bold(&found.code),
        found.title,
        found.what,
        found.why,
        found.advice
    ));
    Ok(Outcome::Done)
}
