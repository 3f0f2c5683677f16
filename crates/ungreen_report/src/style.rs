//! Escape sequences for terminals.

/// How text is set off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Use escape sequences at all.
    pub colored: bool,
}

impl Style {
    pub const PLAIN: Self = Self { colored: false };

    fn wrap(self, code: &str, text: &str) -> String {
        if self.colored {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_string()
        }
    }

    #[must_use]
    pub fn bold(self, text: &str) -> String {
        self.wrap("1", text)
    }

    #[must_use]
    pub fn faint(self, text: &str) -> String {
        self.wrap("2", text)
    }

    #[must_use]
    pub fn red(self, text: &str) -> String {
        self.wrap("31", text)
    }

    #[must_use]
    pub fn green(self, text: &str) -> String {
        self.wrap("32", text)
    }

    #[must_use]
    pub fn yellow(self, text: &str) -> String {
        self.wrap("33", text)
    }

    #[must_use]
    pub fn cyan(self, text: &str) -> String {
        self.wrap("36", text)
    }
}
