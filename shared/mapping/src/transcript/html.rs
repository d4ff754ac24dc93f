//! The text of an HTML line: tags off, line breaks and links kept, entities decoded.

use crate::json;

/// Appends the text of some markup. Whatever is no tag stays as it is, so that `1 < 2` survives.
pub(crate) fn push_text(markup: &str, out: &mut String) {
    let mut text = Text { start: out.len(), out, link: None };
    let mut rest = markup;
    loop {
        let at = json::find_special(rest.as_bytes(), *b"<&");
        if at > 0 {
            text.push_words(&rest[..at]);
        }
        rest = &rest[at..];
        match rest.as_bytes().first() {
            None => break,
            Some(b'\t' | b'\n' | b'\r') => {
                text.push_space();
                rest = &rest[1..];
            }
            Some(b'<') => match Tag::read(rest) {
                Some(tag) => {
                    text.tag(&tag);
                    rest = after_tag(&rest[tag.length..], &tag);
                }
                None => rest = push_special(rest, text.out),
            },
            Some(_) => rest = push_special(rest, text.out),
        }
    }
    text.end_link();
    let end = text.out.trim_end().len().max(text.start);
    text.out.truncate(end);
}

/// What follows a tag; of an element whose inside is no text, what follows the element.
fn after_tag<'m>(rest: &'m str, tag: &Tag<'_>) -> &'m str {
    let is_text = tag.closes || !(tag.is("script") || tag.is("style"));
    if is_text { rest } else { after_closing(rest, tag.name) }
}

/// What follows `</name>`; nothing when it is never closed.
fn after_closing<'m>(rest: &'m str, name: &str) -> &'m str {
    let mut from = 0;
    while let Some(at) = rest[from..].find("</") {
        let candidate = &rest[from + at..];
        match Tag::read(candidate) {
            Some(tag) if tag.is(name) => return &candidate[tag.length..],
            _ => from += at + 2,
        }
    }
    ""
}

/// A tag or comment.
struct Tag<'m> {
    name: &'m str,
    closes: bool,
    inside: &'m str,
    /// In bytes, brackets included.
    length: usize,
}

impl<'m> Tag<'m> {
    fn read(markup: &'m str) -> Option<Tag<'m>> {
        if let Some(comment) = markup.strip_prefix("<!--") {
            let length = comment.find("-->").map_or(markup.len(), |end| end + 7);
            return Some(Tag { name: "", closes: false, inside: "", length });
        }
        let after = markup.strip_prefix('<')?;
        let closes = after.starts_with('/');
        let inside = after.strip_prefix('/').unwrap_or(after);
        if !inside.bytes().next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'!') {
            return None;
        }
        let end = end_of_tag(inside)?;
        let inside = &inside[..end];
        let name = &inside[..inside.bytes().take_while(u8::is_ascii_alphanumeric).count()];
        Some(Tag { name, closes, inside, length: 1 + usize::from(closes) + end + 1 })
    }

    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    fn href(&self) -> Option<String> {
        let at = self.inside.to_ascii_lowercase().find("href")?;
        let value = self.inside[at + 4..].trim_start().strip_prefix('=')?.trim_start();
        let value = match value.chars().next()? {
            quote @ ('"' | '\'') => value[1..].split(quote).next()?,
            _ => value.split_whitespace().next()?,
        };
        let mut url = String::new();
        push_decoded(value.trim(), &mut url);
        (!url.is_empty() && !url.to_ascii_lowercase().starts_with("javascript:")).then_some(url)
    }
}

/// The `>` that is not inside a quoted attribute.
fn end_of_tag(inside: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in inside.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    // A quote that is never closed is an apostrophe.
    inside.find('>')
}

/// The text being written.
struct Text<'o> {
    out: &'o mut String,
    start: usize,
    /// Where the open link's own text starts, and where it leads.
    link: Option<(usize, String)>,
}

impl Text<'_> {
    fn tag(&mut self, tag: &Tag<'_>) {
        if tag.is("a") {
            self.end_link();
            self.link = tag.href().filter(|_| !tag.closes).map(|url| (self.out.len(), url));
        } else if tag.is("br") {
            self.out.push('\n');
        } else if BLOCKS.iter().any(|block| tag.is(block)) {
            self.break_line();
        } else if tag.closes && tag.is("td") {
            self.push_space();
        }
    }

    /// A line break, unless the text stands at the start of a line already.
    fn break_line(&mut self) {
        if self.out.len() > self.start && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    fn end_link(&mut self) {
        let Some((from, url)) = self.link.take() else { return };
        let said = self.out.get(from..).unwrap_or_default().trim();
        if said.is_empty() {
            self.out.push_str(&url);
        } else if !same_target(said, &url) {
            self.out.push_str(" (");
            self.out.push_str(&url);
            self.out.push(')');
        }
    }

    /// Appends text between tags: several spaces are one, as a browser shows them.
    fn push_words(&mut self, words: &str) {
        let mut rest = words;
        while let Some(at) = next_spaces(rest) {
            self.out.push_str(&rest[..at]);
            self.push_space();
            rest = rest[at..].trim_start_matches(' ');
        }
        self.out.push_str(rest);
    }

    /// A space, unless there is one already or the line begins here.
    fn push_space(&mut self) {
        if self.out.len() > self.start && !self.out.ends_with([' ', '\n']) {
            self.out.push(' ');
        }
    }
}

/// Where a text has more than a single space between two words, or begins with one.
fn next_spaces(text: &str) -> Option<usize> {
    if text.starts_with(' ') {
        return Some(0);
    }
    // Most texts have none, and `contains` is many times quicker than `find`.
    if text.contains("  ") { text.find("  ") } else { None }
}

/// Elements that stand on lines of their own.
const BLOCKS: [&str; 10] = ["p", "div", "li", "tr", "ul", "ol", "h1", "h2", "h3", "h4"];

/// Whether a link's text is its address already.
fn same_target(said: &str, url: &str) -> bool {
    let bare = |text: &str| {
        let text = text.trim_end_matches('/').to_ascii_lowercase();
        let schemes = ["https://", "http://", "mailto:", "tel:"];
        schemes.iter().find_map(|scheme| text.strip_prefix(scheme)).map_or(text.clone(), str::to_owned)
    };
    bare(said) == bare(url)
}

/// Appends text with its entities decoded, without refused control characters.
fn push_decoded(text: &str, out: &mut String) {
    let mut rest = text;
    loop {
        let at = json::find_special(rest.as_bytes(), *b"&&");
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.is_empty() {
            return;
        }
        rest = push_special(rest, out);
    }
}

/// Appends what an entity or a single character stands for; answers what follows it.
fn push_special<'t>(text: &'t str, out: &mut String) -> &'t str {
    let mut characters = text.chars();
    let Some(first) = characters.next() else { return text };
    let rest = characters.as_str();
    let entity = if first == '&' { entity_name(rest) } else { None };
    let decoded = entity.and_then(|name| Some((decode(name)?, &rest[name.len() + 1..])));
    let (c, after) = decoded.unwrap_or((first, rest));
    if !json::is_refused(c) {
        out.push(c);
    }
    after
}

/// What stands before a `;` that is near.
fn entity_name(text: &str) -> Option<&str> {
    let end = text.bytes().take(MAX_ENTITY + 1).position(|byte| byte == b';')?;
    text.get(..end)
}

/// The longest name of an entity that is looked up, in bytes.
const MAX_ENTITY: usize = 10;

/// The character of an entity without `&` and `;`.
fn decode(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).map(plain_space);
    }
    if let Some((_, c)) = NAMED.iter().find(|(known, _)| *known == name) {
        return Some(*c);
    }
    let latin = LATIN.split(' ').position(|known| known == name)?;
    char::from_u32(0xA0 + latin as u32).map(plain_space)
}

/// No-break spaces keep words together on a page; in a text field they only defeat search.
fn plain_space(c: char) -> char {
    if c == '\u{a0}' { ' ' } else { c }
}

const NAMED: &[(&str, char)] = &[
    ("nbsp", ' '),
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("euro", '€'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("sbquo", '‚'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("bdquo", '„'),
    ("lsaquo", '‹'),
    ("rsaquo", '›'),
    ("hellip", '…'),
    ("bull", '•'),
    ("trade", '™'),
    ("larr", '←'),
    ("rarr", '→'),
    ("OElig", 'Œ'),
    ("oelig", 'œ'),
    ("Scaron", 'Š'),
    ("scaron", 'š'),
    ("ensp", ' '),
    ("emsp", ' '),
    ("thinsp", ' '),
];

/// The entities of U+00A0 to U+00FF, in order.
const LATIN: &str = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn \
sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml \
Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times \
Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute \
ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml \
yacute thorn yuml";
