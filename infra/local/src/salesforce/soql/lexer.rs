//! Cuts a statement into words, texts, numbers and signs.

use super::SoqlError;

/// One piece of a statement.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A name or keyword.
    Word(String),
    /// What stood between quotes, escapes still in it.
    Text(String),
    /// A number, date or datetime, unread.
    Number(String),
    /// `( ) , . = != < <= > >= :`.
    Sign(&'static str),
    End,
}

impl Token {
    /// As an error message quotes it.
    pub(super) fn shown(&self) -> String {
        match self {
            Token::Word(text) | Token::Number(text) => text.clone(),
            Token::Text(text) => format!("'{text}'"),
            Token::Sign(sign) => (*sign).to_owned(),
            Token::End => "<EOF>".to_owned(),
        }
    }
}

/// Longer ones first, so that `<=` is not read as `<`.
const SIGNS: [&str; 12] = ["!=", "<>", "<=", ">=", "(", ")", ",", ".", "=", "<", ">", ":"];

/// The tokens of a statement with the byte each begins at; the last is [`Token::End`].
pub(super) fn tokens(statement: &str) -> Result<Vec<(Token, usize)>, SoqlError> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = statement[at..].chars().next() {
        let rest = &statement[at..];
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (token, length) = if first == '\'' {
            let raw = quoted(rest, at)?;
            (Token::Text(raw.to_owned()), raw.len() + 2)
        } else if first.is_ascii_alphabetic() || first == '_' {
            let length = length_of(rest, |c| c.is_ascii_alphanumeric() || c == '_');
            (Token::Word(rest[..length].to_owned()), length)
        } else if first.is_ascii_digit() || ((first == '-' || first == '+') && digit_follows(rest)) {
            let length = length_of(rest, |c| c.is_ascii_alphanumeric() || "+-:.".contains(c));
            (Token::Number(rest[..length].to_owned()), length)
        } else {
            let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
            let sign =
                sign.ok_or_else(|| SoqlError::malformed(format!("unexpected token: '{first}'"), at))?;
            (Token::Sign(if *sign == "<>" { "!=" } else { sign }), sign.len())
        };
        found.push((token, at));
        at += length;
    }
    found.push((Token::End, statement.len()));
    Ok(found)
}

fn length_of(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

fn digit_follows(text: &str) -> bool {
    text[1..].starts_with(|c: char| c.is_ascii_digit())
}

/// The inside of the text at the start of `rest`, its escapes checked.
fn quoted(rest: &str, at: usize) -> Result<&str, SoqlError> {
    let mut characters = rest.char_indices().skip(1);
    while let Some((offset, character)) = characters.next() {
        match character {
            '\'' => return Ok(&rest[1..offset]),
            '\\' => {
                let escaped = characters.next().map(|(_, escaped)| escaped);
                let known = escaped.is_some_and(|escaped| "nrtbfNRTBF\"'\\_%uU".contains(escaped));
                if !known {
                    let shown: String = escaped.into_iter().collect();
                    let message = format!("Illegal character sequence: '\\{shown}'");
                    return Err(SoqlError::malformed(message, at + offset));
                }
            }
            _ => {}
        }
    }
    Err(SoqlError::malformed("line ended before the closing quote of a string".into(), at))
}

/// One character of a text: as it is, or a wildcard when the text is a LIKE pattern.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Unit {
    Exactly(char),
    AnyOne,
    AnyRun,
}

/// Reads the escapes of a text.
pub(super) fn units(raw: &str) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut characters = raw.chars();
    while let Some(character) = characters.next() {
        units.push(match character {
            '%' => Unit::AnyRun,
            '_' => Unit::AnyOne,
            '\\' => Unit::Exactly(match characters.next().unwrap_or('\\') {
                'n' | 'N' => '\n',
                'r' | 'R' => '\r',
                't' | 'T' => '\t',
                'b' | 'B' => '\u{8}',
                'f' | 'F' => '\u{c}',
                'u' | 'U' => {
                    let digits: String = characters.by_ref().take(4).collect();
                    u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32).unwrap_or('\u{fffd}')
                }
                other => other,
            }),
            other => Unit::Exactly(other),
        });
    }
    units
}

/// A text with its escapes read and no wildcards.
pub(super) fn plain(raw: &str) -> String {
    let character = |unit| match unit {
        Unit::Exactly(character) => character,
        Unit::AnyOne => '_',
        Unit::AnyRun => '%',
    };
    units(raw).into_iter().map(character).collect()
}
