//! Addresses: the text in which an administrator says where a value lies.

use std::fmt;
use std::str::FromStr;

/// The longest address, in characters.
const MAX_CHARACTERS: usize = 1_000;
/// The most steps (properties and locators together) one address may take.
const MAX_STEPS: usize = 32;

/// A parsed address: properties joined by `.`, each followed by any number of locators in brackets.
///
/// ```
/// let address: mapping::Address = "surveys.preChat[displayName=Order no.?].value".parse()?;
/// assert_eq!(address.to_string(), "surveys.preChat[displayName=Order no.?].value");
/// # Ok::<(), mapping::AddressError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    pub(crate) segments: Vec<Segment>,
}

/// A property and the locators behind it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Segment {
    pub(crate) name: String,
    pub(crate) locators: Vec<Locator>,
}

/// What stands in brackets.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Locator {
    /// `[n]`, counting from 0.
    Index(usize),
    /// `[property=text]`; the text is kept without surrounding spaces.
    Filter { property: String, text: String },
}

/// Why a text is not an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at character {position}: expected {expected}")]
pub struct AddressError {
    /// Where, counting characters of the text as given from 0.
    pub position: usize,
    /// What should stand there.
    pub expected: &'static str,
}

impl AddressError {
    /// The code for the event log.
    #[must_use]
    pub fn code(&self) -> domain::Code {
        domain::Code::AddressInvalid
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let characters: Vec<char> = text.chars().take(MAX_CHARACTERS + 1).collect();
        if characters.len() > MAX_CHARACTERS {
            return Err(AddressError {
                position: MAX_CHARACTERS,
                expected: "an address of at most 1,000 characters",
            });
        }
        let end = characters.iter().rposition(|c| !c.is_whitespace()).map_or(0, |last| last + 1);
        let start = characters.iter().position(|c| !c.is_whitespace()).unwrap_or(0);
        Parser { text: &characters[..end], at: start, steps: 0 }.address()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, segment) in self.segments.iter().enumerate() {
            write!(f, "{}{}", if n == 0 { "" } else { "." }, segment.name)?;
            for locator in &segment.locators {
                match locator {
                    Locator::Index(index) => write!(f, "[{index}]")?,
                    Locator::Filter { property, text } => {
                        // A last backslash would be taken for the stray one, so it is written twice.
                        let stray = if text.ends_with('\\') { "\\" } else { "" };
                        write!(f, "[{property}={text}{stray}]")?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Reads from `at` on. Positions are those of the text as given.
struct Parser<'t> {
    text: &'t [char],
    at: usize,
    steps: usize,
}

impl Parser<'_> {
    fn address(mut self) -> Result<Address, AddressError> {
        let mut segments = vec![self.segment("a property name")?];
        while let Some(next) = self.peek() {
            if next != '.' {
                return self.fail("'.', '[' or the end");
            }
            self.at += 1;
            segments.push(self.segment("a property name after '.'")?);
        }
        Ok(Address { segments })
    }

    fn segment(&mut self, expected: &'static str) -> Result<Segment, AddressError> {
        self.count_step()?;
        let name: String =
            self.text[self.at..].iter().take_while(|c| !matches!(c, '.' | '[' | ']')).collect();
        if let Some(space) = name.chars().position(char::is_whitespace) {
            self.at += space;
            return self.fail(if space == 0 { expected } else { "a property name without spaces" });
        }
        if name.is_empty() {
            return self.fail(expected);
        }
        self.at += name.chars().count();
        let mut locators = Vec::new();
        while self.peek() == Some('[') {
            locators.push(self.locator()?);
            if !matches!(self.peek(), None | Some('.' | '[')) {
                return self.fail("'.', '[' or the end after ']'");
            }
        }
        Ok(Segment { name, locators })
    }

    fn locator(&mut self) -> Result<Locator, AddressError> {
        self.count_step()?;
        self.at += 1;
        let inside: Vec<char> = self.text[self.at..].iter().copied().take_while(|c| *c != ']').collect();
        if self.at + inside.len() == self.text.len() {
            self.at = self.text.len();
            return self.fail("']' to close the bracket");
        }
        let text: String = inside.strip_suffix(&['\\']).unwrap_or(&inside).iter().collect();
        let locator = match text.split_once('=') {
            Some((property, wanted)) => self.filter(property, wanted)?,
            None => self.index(text.trim())?,
        };
        self.at += inside.len() + 1;
        Ok(locator)
    }

    fn filter(&mut self, property: &str, wanted: &str) -> Result<Locator, AddressError> {
        let (name, text) = (property.trim(), wanted.trim());
        if name.is_empty() || name.contains(['.', '[']) || name.contains(char::is_whitespace) {
            return self.fail("one property name before '='");
        }
        if text.is_empty() {
            self.at += property.chars().count() + 1;
            return self.fail("a text after '='");
        }
        Ok(Locator::Filter { property: name.to_owned(), text: text.to_owned() })
    }

    fn index(&self, text: &str) -> Result<Locator, AddressError> {
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
            return self.fail("a number or property=text");
        }
        match text.parse::<u32>() {
            Ok(index) => Ok(Locator::Index(index as usize)),
            Err(_) => self.fail("a number of at most 9 digits"),
        }
    }

    fn count_step(&mut self) -> Result<(), AddressError> {
        self.steps += 1;
        if self.steps > MAX_STEPS { self.fail("an address of at most 32 steps") } else { Ok(()) }
    }

    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn fail<T>(&self, expected: &'static str) -> Result<T, AddressError> {
        Err(AddressError { position: self.at, expected })
    }
}
