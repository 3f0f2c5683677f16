//! Bytes of a Python source file to text and back, as PEP 263 says.

use std::sync::Arc;

use crate::error::SkipReason;

/// How a source file is encoded. Writing restores it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Ascii,
    Latin1,
    Other(&'static encoding_rs::Encoding),
}

impl Encoding {
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Ascii => "ascii",
            Encoding::Latin1 => "iso-8859-1",
            Encoding::Other(encoding) => encoding.name(),
        }
    }

    /// The encoding that Python means by `name`, if it is known here.
    fn from_python_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase().replace('_', "-");
        match name.as_str() {
            "utf-8" | "utf8" | "u8" | "utf-8-sig" | "utf-8-unix" | "utf-8-dos" | "utf-8-mac" => {
                Some(Encoding::Utf8)
            }
            "ascii" | "us-ascii" | "646" => Some(Encoding::Ascii),
            "latin-1" | "latin1" | "latin" | "l1" | "iso-8859-1" | "iso8859-1" | "8859"
            | "cp819" | "iso-latin-1" | "iso-latin-1-unix" => Some(Encoding::Latin1),
            // Decoders of these see pairs of bytes, which a declaration in ASCII cannot announce.
            name if name.starts_with("utf-16") || name.starts_with("utf-32") => None,
            name => {
                let label = match name {
                    "cp932" | "ms-kanji" | "mskanji" => "shift_jis",
                    "cp936" | "ms936" => "gbk",
                    "cp949" | "ms949" | "uhc" => "euc-kr",
                    "cp950" | "ms950" => "big5",
                    "eucjp" | "ujis" | "u-jis" => "euc-jp",
                    "latin-9" | "latin9" => "iso-8859-15",
                    "latin-2" => "iso-8859-2",
                    "mac-roman" | "macroman" => "macintosh",
                    other => other,
                };
                encoding_rs::Encoding::for_label_no_replacement(label.as_bytes())
                    .or_else(|| {
                        encoding_rs::Encoding::for_label_no_replacement(
                            label.replace("iso", "iso-").as_bytes(),
                        )
                    })
                    .filter(|encoding| encoding.is_ascii_compatible())
                    .map(Encoding::Other)
            }
        }
    }

    fn decode(self, bytes: &[u8]) -> Option<Arc<str>> {
        match self {
            Encoding::Utf8 => std::str::from_utf8(bytes).ok().map(Arc::from),
            Encoding::Ascii => bytes
                .is_ascii()
                .then(|| std::str::from_utf8(bytes).ok().map(Arc::from))
                .flatten(),
            Encoding::Latin1 => {
                let text: String = bytes.iter().map(|&byte| char::from(byte)).collect();
                Some(Arc::from(text))
            }
            Encoding::Other(encoding) => encoding
                .decode_without_bom_handling_and_without_replacement(bytes)
                .map(Arc::from),
        }
    }

    /// The first character of `text` that the encoding lacks is the error.
    fn encode(self, text: &str) -> Result<Vec<u8>, char> {
        match self {
            Encoding::Utf8 => Ok(text.as_bytes().to_vec()),
            Encoding::Ascii => text
                .chars()
                .map(|character| {
                    u8::try_from(character)
                        .ok()
                        .filter(u8::is_ascii)
                        .ok_or(character)
                })
                .collect(),
            Encoding::Latin1 => text
                .chars()
                .map(|character| u8::try_from(character).map_err(|_| character))
                .collect(),
            Encoding::Other(encoding) => {
                let (bytes, _, unmappable) = encoding.encode(text);
                if unmappable {
                    let missing =
                        |character: &char| encoding.encode(character.encode_utf8(&mut [0; 4])).2;
                    return Err(text
                        .chars()
                        .find(missing)
                        .unwrap_or(char::REPLACEMENT_CHARACTER));
                }
                Ok(bytes.into_owned())
            }
        }
    }
}

const BOM: &[u8] = b"\xef\xbb\xbf";

/// A source file's text and what is needed to write it back.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Decoded {
    /// Without the byte order mark.
    pub(crate) text: Arc<str>,
    pub(crate) encoding: Encoding,
    pub(crate) bom: bool,
}

/// Decodes a source file. The error has the 1-based line of the cause, where there is one.
pub(crate) fn decode(bytes: &[u8]) -> Result<Decoded, (Option<u32>, SkipReason)> {
    let (bom, body) = match bytes.strip_prefix(BOM) {
        Some(body) => (true, body),
        None => (false, bytes),
    };
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err((
            Some(1),
            SkipReason::UnknownEncoding {
                name: "utf-16".to_owned(),
            },
        ));
    }
    if let Some(offset) = body.iter().position(|&byte| byte == 0) {
        return Err((Some(line_of(body, offset)), SkipReason::NulByte));
    }
    let declared = declaration(body);
    let encoding = match declared {
        None => Encoding::Utf8,
        Some((line, name)) => {
            let encoding = Encoding::from_python_name(name).ok_or_else(|| {
                (
                    Some(line),
                    SkipReason::UnknownEncoding {
                        name: name.to_owned(),
                    },
                )
            })?;
            if bom && encoding != Encoding::Utf8 {
                return Err((
                    Some(line),
                    SkipReason::BomConflict {
                        name: name.to_owned(),
                    },
                ));
            }
            encoding
        }
    };
    let Some(text) = encoding.decode(body) else {
        let offset = valid_up_to(encoding, body);
        let reason = match declared {
            None => SkipReason::NotUtf8,
            Some((_, name)) => SkipReason::BadBytes {
                encoding: name.to_owned(),
            },
        };
        return Err((offset.map(|offset| line_of(body, offset)), reason));
    };
    if !matches!(encoding, Encoding::Utf8) && encoding.encode(&text).as_deref() != Ok(body) {
        return Err((
            None,
            SkipReason::NoRoundTrip {
                encoding: encoding.name().to_owned(),
            },
        ));
    }
    Ok(Decoded {
        text,
        encoding,
        bom,
    })
}

/// The bytes of a file with this text. The first character that the encoding lacks is the error.
pub(crate) fn encode(text: &str, encoding: Encoding, bom: bool) -> Result<Vec<u8>, char> {
    let body = encoding.encode(text)?;
    Ok(if bom { [BOM, &body].concat() } else { body })
}

fn line_of(bytes: &[u8], offset: usize) -> u32 {
    let before = &bytes[..offset];
    let mut line = 1;
    for (at, byte) in before.iter().enumerate() {
        if *byte == b'\n' || (*byte == b'\r' && bytes.get(at + 1) != Some(&b'\n')) {
            line += 1;
        }
    }
    line
}

fn valid_up_to(encoding: Encoding, bytes: &[u8]) -> Option<usize> {
    match encoding {
        Encoding::Utf8 => std::str::from_utf8(bytes)
            .err()
            .map(|error| error.valid_up_to()),
        Encoding::Ascii => bytes.iter().position(|byte| !byte.is_ascii()),
        Encoding::Latin1 => None,
        Encoding::Other(encoding) => {
            // Lines of an ASCII-compatible encoding can be decoded on their own.
            let mut start = 0;
            for line in bytes.split_inclusive(|&byte| byte == b'\n') {
                if encoding
                    .decode_without_bom_handling_and_without_replacement(line)
                    .is_none()
                {
                    return Some(start);
                }
                start += line.len();
            }
            None
        }
    }
}

/// Line and name of the encoding declaration: `# -*- coding: latin-1 -*-` in line 1, or in line 2 below a comment or nothing.
fn declaration(bytes: &[u8]) -> Option<(u32, &str)> {
    let mut rest = bytes;
    for line_number in 1..=2 {
        let end = rest
            .iter()
            .position(|byte| matches!(byte, b'\n' | b'\r'))
            .unwrap_or(rest.len());
        let (line, after) = rest.split_at(end);
        let trimmed = line.trim_ascii_start();
        if let Some(comment) = trimmed.strip_prefix(b"#") {
            if let Some(name) = declared_name(comment) {
                return Some((line_number, name));
            }
        } else if !trimmed.is_empty() {
            return None;
        }
        rest = after.strip_prefix(b"\r\n").or_else(|| after.get(1..))?;
    }
    None
}

/// `coding[:=][ \t]*([-_.a-zA-Z0-9]+)`, the expression of PEP 263.
fn declared_name(comment: &[u8]) -> Option<&str> {
    let mut from = 0;
    while let Some(offset) = comment[from..]
        .windows(6)
        .position(|window| window == b"coding")
    {
        let after = from + offset + 6;
        if matches!(comment.get(after), Some(b':' | b'=')) {
            let value = &comment[after + 1..];
            let skip = value
                .iter()
                .position(|byte| !matches!(byte, b' ' | b'\t'))
                .unwrap_or(value.len());
            let value = &value[skip..];
            let end = value
                .iter()
                .position(|byte| !(byte.is_ascii_alphanumeric() || b"-_.".contains(byte)))
                .unwrap_or(value.len());
            if end > 0 {
                return std::str::from_utf8(&value[..end]).ok();
            }
        }
        from = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Encoding, decode, encode};
    use crate::error::SkipReason;

    #[track_caller]
    fn decodes(bytes: &[u8], text: &str, name: &str, bom: bool) {
        let decoded = decode(bytes).expect("decodes");
        assert_eq!(
            (&*decoded.text, decoded.encoding.name(), decoded.bom),
            (text, name, bom)
        );
        assert_eq!(
            encode(&decoded.text, decoded.encoding, decoded.bom).as_deref(),
            Ok(bytes)
        );
    }

    #[test]
    fn text_and_back() {
        decodes(b"x = 1\r\ny = 2\r", "x = 1\r\ny = 2\r", "utf-8", false);
        decodes("é = 'ü'".as_bytes(), "é = 'ü'", "utf-8", false);
        decodes(b"\xef\xbb\xbfx = 1", "x = 1", "utf-8", true);
        decodes(
            b"# coding: latin-1\nx = '\xe9\x80'",
            "# coding: latin-1\nx = 'é\u{80}'",
            "iso-8859-1",
            false,
        );
        decodes(
            b"#!/bin/python\n# -*- coding: cp1252 -*-\n'\x80'",
            "#!/bin/python\n# -*- coding: cp1252 -*-\n'€'",
            "windows-1252",
            false,
        );
        decodes(
            b"\n# vim: set fileencoding=koi8-r :\n'\xc1'",
            "\n# vim: set fileencoding=koi8-r :\n'а'",
            "KOI8-R",
            false,
        );
        decodes(
            b"# coding=shift_jis\n'\x82\xa0'",
            "# coding=shift_jis\n'あ'",
            "Shift_JIS",
            false,
        );
        decodes(
            b"# coding: iso8859-15\n'\xa4'",
            "# coding: iso8859-15\n'€'",
            "ISO-8859-15",
            false,
        );
        decodes(
            b"x\n# coding: rot13\n",
            "x\n# coding: rot13\n",
            "utf-8",
            false,
        );
        decodes(b"", "", "utf-8", false);
    }

    #[track_caller]
    fn refused(bytes: &[u8], line: Option<u32>, reason: SkipReason) {
        assert_eq!(decode(bytes), Err((line, reason)));
    }

    #[test]
    fn bytes_that_are_not_the_declared_text() {
        refused(b"x = 1\r\ny = '\xe9'", Some(2), SkipReason::NotUtf8);
        refused(b"x = 1\ry = 1\r'\xe9'", Some(3), SkipReason::NotUtf8);
        refused(
            b"# coding: utf-8\n'\xe9'",
            Some(2),
            SkipReason::BadBytes {
                encoding: "utf-8".to_owned(),
            },
        );
        refused(
            b"# coding: ascii\n\n'\xe9'",
            Some(3),
            SkipReason::BadBytes {
                encoding: "ascii".to_owned(),
            },
        );
        refused(
            b"# coding: euc-jp\n\n'\xff'",
            Some(3),
            SkipReason::BadBytes {
                encoding: "euc-jp".to_owned(),
            },
        );
        refused(
            b"# coding: rot13\n",
            Some(1),
            SkipReason::UnknownEncoding {
                name: "rot13".to_owned(),
            },
        );
        refused(
            b"\xff\xfex\0",
            Some(1),
            SkipReason::UnknownEncoding {
                name: "utf-16".to_owned(),
            },
        );
        refused(
            b"\xef\xbb\xbf# coding: latin-1\n",
            Some(1),
            SkipReason::BomConflict {
                name: "latin-1".to_owned(),
            },
        );
        refused(b"x = 1\ny = '\0'", Some(2), SkipReason::NulByte);
    }

    #[test]
    fn characters_that_the_encoding_lacks() {
        assert_eq!(encode("a€", Encoding::Latin1, false), Err('€'));
        assert_eq!(encode("aé", Encoding::Ascii, false), Err('é'));
        assert_eq!(
            encode("aб", Encoding::Other(encoding_rs::WINDOWS_1252), false),
            Err('б')
        );
    }
}
