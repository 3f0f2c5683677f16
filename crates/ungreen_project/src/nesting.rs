//! A cheap bound on how deeply a file's syntax tree can nest, taken from its bytes before it is parsed.

/// Levels of operators and calls in one expression beyond which a file is refused; an attribute counts as three.
/// CPython up to 3.11 does not compile more either.
pub const NESTING_LIMIT: u32 = 3000;

/// CPython's own limit of open brackets (`MAXLEVEL` in its tokenizer).
const BRACKET_LIMIT: u32 = 200;

/// CPython's own limit of indentation levels (`MAXINDENT` in its tokenizer).
const INDENT_LIMIT: usize = 100;

/// Brackets open at one time in the text of a string. Strings can be annotations, which are parsed too.
const STRING_BRACKET_LIMIT: u32 = 1000;

/// Why a file nests too deeply to be parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TooNested {
    Brackets,
    Blocks,
    Operators,
    StringText,
}

impl std::fmt::Display for TooNested {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            TooNested::Brackets => {
                write!(f, "more than {BRACKET_LIMIT} brackets are open at one time")
            }
            TooNested::Blocks => write!(f, "blocks are nested more than {INDENT_LIMIT} deep"),
            TooNested::Operators => {
                write!(f, "an expression nests more than {NESTING_LIMIT} operators")
            }
            TooNested::StringText => write!(
                f,
                "a string holds more than {STRING_BRACKET_LIMIT} open brackets"
            ),
        }
    }
}

/// Operators that can nest inside one another, counted from the last point where nesting starts anew.
#[derive(Default, Clone, Copy)]
struct Chain {
    /// Binary and unary operators, attributes, calls: `and`, `or` and `,` start anew.
    tight: u32,
    /// `if`, `else`, `lambda`, `:=`: `,` starts anew.
    loose: u32,
}

impl Chain {
    fn depth(self) -> u32 {
        self.tight + self.loose
    }
}

/// Returns the byte offset and the reason when `source` may nest too deeply. Counts too much rather than too little.
pub(crate) fn check(source: &str) -> Result<(), (usize, TooNested)> {
    let bytes = source.as_bytes();
    let mut at = 0;
    let mut chain = Chain::default();
    let mut open: Vec<Chain> = Vec::new();
    let mut outer = 0u32;
    let mut indents: Vec<usize> = Vec::new();
    let mut at_line_start = true;
    while let Some(&byte) = bytes.get(at) {
        if at_line_start {
            at_line_start = false;
            let (width, content) = indentation(bytes, at);
            at = content;
            if !matches!(bytes.get(at), None | Some(b'\n' | b'\r' | b'#')) {
                while indents.last().is_some_and(|&last| last > width) {
                    indents.pop();
                }
                if width > indents.last().copied().unwrap_or(0) {
                    indents.push(width);
                }
                if indents.len() > INDENT_LIMIT {
                    return Err((at, TooNested::Blocks));
                }
            }
            continue;
        }
        match byte {
            b'#' => {
                at = end_of_line(bytes, at);
                continue;
            }
            b'\n' | b'\r' if open.is_empty() => {
                chain = Chain::default();
                at_line_start = true;
            }
            b'\\' => {
                // A continued line: `\` and the line ending, which may be two bytes.
                at += if bytes.get(at + 1..at + 3) == Some(b"\r\n") {
                    3
                } else {
                    2
                };
                continue;
            }
            b'\'' | b'"' => {
                at = skip_string(bytes, at, is_interpolated(bytes, at))?;
                continue;
            }
            b'(' | b'[' | b'{' => {
                outer += chain.depth();
                open.push(chain);
                chain = Chain::default();
                if open.len() > BRACKET_LIMIT as usize {
                    return Err((at, TooNested::Brackets));
                }
            }
            b')' | b']' | b'}' => {
                chain = open.pop().unwrap_or_default();
                outer = outer.saturating_sub(chain.depth());
                chain.tight += 1;
                if outer + chain.depth() > NESTING_LIMIT {
                    return Err((at, TooNested::Operators));
                }
            }
            b',' | b';' => chain = Chain::default(),
            b'.' | b'+' | b'-' | b'*' | b'/' | b'%' | b'@' | b'&' | b'|' | b'^' | b'~' | b'<'
            | b'>' | b'=' | b'!' => {
                let end = operator_end(bytes, at);
                chain.tight += weight(&bytes[at..end]);
                at = end;
                if outer + chain.depth() > NESTING_LIMIT {
                    return Err((at, TooNested::Operators));
                }
                continue;
            }
            b':' if bytes.get(at + 1) == Some(&b'=') => chain.loose += 1,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'0'..=b'9' | 0x80.. => {
                let end = word_end(bytes, at);
                match &bytes[at..end] {
                    b"and" | b"or" => chain.tight = 0,
                    b"not" | b"await" => chain.tight += 1,
                    b"lambda" | b"if" | b"else" => chain.loose += 1,
                    _ => {}
                }
                at = end;
                if outer + chain.depth() > NESTING_LIMIT {
                    return Err((at, TooNested::Operators));
                }
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    Ok(())
}

/// Columns and end of the white space that starts at `at`. Tabs go to multiples of eight, as in CPython.
fn indentation(bytes: &[u8], mut at: usize) -> (usize, usize) {
    let mut width = 0;
    loop {
        match bytes.get(at) {
            Some(b' ') => width += 1,
            Some(b'\t') => width = (width / 8 + 1) * 8,
            Some(b'\x0c') => width = 0,
            _ => return (width, at),
        }
        at += 1;
    }
}

fn end_of_line(bytes: &[u8], at: usize) -> usize {
    bytes[at..]
        .iter()
        .position(|byte| matches!(byte, b'\n' | b'\r'))
        .map_or(bytes.len(), |offset| at + offset)
}

fn operator_end(bytes: &[u8], at: usize) -> usize {
    bytes[at..]
        .iter()
        .position(|byte| !b".+-*/%@&|^~<>=!".contains(byte))
        .map_or(bytes.len(), |offset| at + offset)
}

fn word_end(bytes: &[u8], at: usize) -> usize {
    bytes[at..]
        .iter()
        .position(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80))
        .map_or(bytes.len(), |offset| at + offset)
}

/// What a run of operator characters adds to the depth.
fn weight(operators: &[u8]) -> u32 {
    match operators {
        // Comparisons and assignments make flat trees.
        b"=" | b"==" | b"!=" | b"<" | b">" | b"<=" | b">=" | b"->" => 0,
        // ty needs cubic time for chains of attributes.
        b"." => 3,
        _ => u32::try_from(operators.len()).unwrap_or(u32::MAX),
    }
}

/// The string whose opening quote is at `at` has an `f` or `t` in its prefix.
fn is_interpolated(bytes: &[u8], at: usize) -> bool {
    let prefix = bytes[..at]
        .iter()
        .rev()
        .take(2)
        .take_while(|byte| byte.is_ascii_alphabetic());
    prefix
        .into_iter()
        .any(|byte| matches!(byte, b'f' | b'F' | b't' | b'T'))
}

/// Returns the offset after the string whose opening quote is at `start`.
fn skip_string(
    bytes: &[u8],
    start: usize,
    interpolated: bool,
) -> Result<usize, (usize, TooNested)> {
    let quote = bytes[start];
    let triple = bytes.get(start..start + 3) == Some(&[quote; 3]);
    let limit = if interpolated {
        BRACKET_LIMIT
    } else {
        STRING_BRACKET_LIMIT
    };
    let mut at = start + if triple { 3 } else { 1 };
    let mut brackets = 0u32;
    let mut operators = 0u32;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\n' | b'\r' if !triple => return Ok(at),
            b'(' | b'[' | b'{' => {
                brackets += 1;
                if brackets > limit {
                    return Err((at, TooNested::StringText));
                }
            }
            b')' | b']' | b'}' => {
                brackets = brackets.saturating_sub(1);
                if brackets == 0 {
                    operators = 0;
                }
            }
            b'.' | b'+' | b'-' | b'*' | b'/' | b'%' | b'&' | b'|' | b'^' | b'~'
                if interpolated && brackets > 0 =>
            {
                operators += 1;
                if operators > NESTING_LIMIT {
                    return Err((at, TooNested::Operators));
                }
            }
            _ if byte == quote && (!triple || bytes.get(at..at + 3) == Some(&[quote; 3])) => {
                return Ok(at + if triple { 3 } else { 1 });
            }
            _ => {}
        }
        at += 1;
    }
    Ok(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::{TooNested, check};

    #[track_caller]
    fn refused(source: &str, expected: TooNested) {
        assert_eq!(check(source).map_err(|(_, reason)| reason), Err(expected));
    }

    #[test]
    fn deep_files_are_refused() {
        let n = 20_000;
        refused(
            &format!("x = {}1{}", "(".repeat(n), ")".repeat(n)),
            TooNested::Brackets,
        );
        refused(&format!("x = {}", "[".repeat(n)), TooNested::Brackets);
        refused(&format!("x = {}1", "1 + ".repeat(n)), TooNested::Operators);
        refused(&format!("x = {}1", "-".repeat(n)), TooNested::Operators);
        refused(&format!("x = {}1", "- ".repeat(n)), TooNested::Operators);
        refused(&format!("x = {}1", "not ".repeat(n)), TooNested::Operators);
        refused(&format!("x = y{}", ".a".repeat(n)), TooNested::Operators);
        refused(&format!("x = y{}", "()".repeat(n)), TooNested::Operators);
        refused(
            &format!("x = {}1", "lambda: ".repeat(n)),
            TooNested::Operators,
        );
        refused(
            &format!("x = {}1", "1 if a and b else ".repeat(n)),
            TooNested::Operators,
        );
        refused(
            &format!("x = 1{}", " \\\n + 1".repeat(n)),
            TooNested::Operators,
        );
        refused(&format!("x: '{}'", "(".repeat(n)), TooNested::StringText);
        refused(
            &format!("x = f'{{{}}}'", "(".repeat(n)),
            TooNested::StringText,
        );
        refused(
            &format!("x = f'{{{}1}}'", "1+".repeat(n)),
            TooNested::Operators,
        );
        let blocks: String = (0..n / 10)
            .map(|i| format!("{}if x:\n", " ".repeat(i)))
            .collect();
        refused(&blocks, TooNested::Blocks);
    }

    #[test]
    fn wide_files_are_accepted() {
        let n = 20_000;
        for source in [
            format!("x = [{}]", "(1, 2.5), ".repeat(n)),
            format!("x = {{{}}}", "'a': b.c + 1, ".repeat(n)),
            format!("x = ({})", "'(text' ".repeat(n).replace('(', "")),
            "x = a.b(c)[d] + 1\n".repeat(n),
            format!("x = {}c", "a.b == c and ".repeat(n)),
            format!("# {}", "(".repeat(n)),
            format!("'''{}'''", "a - b. (c)\n".repeat(n)),
            "if a:\n    b\nelse:\n    c\n".repeat(n),
        ] {
            assert_eq!(check(&source), Ok(()), "{}", &source[..40]);
        }
    }
}
