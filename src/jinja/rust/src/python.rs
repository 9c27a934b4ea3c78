//! How Python writes values, for a template's output is text that Python's Jinja2 would write: True, None, ['a', 1], 1e+16.

use std::fmt::{self, Write};

use minijinja::value::{Value, ValueKind};

/// As `str(value)`.
pub fn write_text(out: &mut dyn Write, value: &Value) -> fmt::Result {
    match value.as_str() {
        Some(text) => out.write_str(text),
        None if value.is_undefined() => Ok(()),
        None => write_repr(out, value),
    }
}

pub fn text_of(value: &Value) -> String {
    let mut text = String::new();
    write_text(&mut text, value).ok();
    text
}

/// As `repr(value)`. Recursion ends where the ledger finds the stack used up.
pub fn write_repr(out: &mut dyn Write, value: &Value) -> fmt::Result {
    crate::memory::tick();
    match value.kind() {
        ValueKind::Undefined => out.write_str("Undefined"),
        ValueKind::None => out.write_str("None"),
        ValueKind::Bool => out.write_str(if value.is_true() { "True" } else { "False" }),
        ValueKind::Number if value.is_integer() => write!(out, "{value}"),
        ValueKind::Number => write_float(out, f64::try_from(value.clone()).unwrap_or(f64::NAN)),
        ValueKind::String => write_quoted(out, value.as_str().unwrap_or_default()),
        ValueKind::Map => {
            out.write_char('{')?;
            for (index, key) in value.try_iter().map_err(|_| fmt::Error)?.enumerate() {
                if index > 0 {
                    out.write_str(", ")?;
                }
                write_repr(out, &key)?;
                out.write_str(": ")?;
                write_repr(out, &value.get_item(&key).unwrap_or_default())?;
            }
            out.write_char('}')
        }
        ValueKind::Seq | ValueKind::Iterable => {
            out.write_char('[')?;
            for (index, item) in value.try_iter().map_err(|_| fmt::Error)?.enumerate() {
                if index > 0 {
                    out.write_str(", ")?;
                }
                write_repr(out, &item)?;
            }
            out.write_char(']')
        }
        _ => write!(out, "{value}"),
    }
}

pub fn write_float(out: &mut dyn Write, number: f64) -> fmt::Result {
    if number.is_nan() {
        return out.write_str("nan");
    }
    if number.is_infinite() {
        return out.write_str(if number > 0.0 { "inf" } else { "-inf" });
    }
    let scientific = format!("{number:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let power: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&power) || number == 0.0 {
        return write!(out, "{number:?}");
    }
    write!(out, "{digits}e{}{:02}", if power < 0 { '-' } else { '+' }, power.abs())
}

fn write_quoted(out: &mut dyn Write, text: &str) -> fmt::Result {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    out.write_char(quote)?;
    for character in text.chars() {
        match character {
            '\\' => out.write_str("\\\\")?,
            '\n' => out.write_str("\\n")?,
            '\r' => out.write_str("\\r")?,
            '\t' => out.write_str("\\t")?,
            c if c == quote => write!(out, "\\{c}")?,
            c if c.is_control() => write!(out, "\\x{:02x}", c as u32)?,
            c => out.write_char(c)?,
        }
    }
    out.write_char(quote)
}

/// As markupsafe escapes.
pub fn write_escaped(out: &mut dyn Write, text: &str) -> fmt::Result {
    let mut rest = text;
    while let Some(at) = rest.find(&['&', '<', '>', '"', '\''][..]) {
        out.write_str(&rest[..at])?;
        out.write_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&#34;",
            _ => "&#39;",
        })?;
        rest = &rest[at + 1..];
    }
    out.write_str(rest)
}

/// As `htmlsafe_json_dumps`: json.dumps with sorted names, its separators, and what HTML minds escaped. An indentation of 0 is one line.
pub fn write_json(out: &mut dyn Write, value: &Value, indent: Option<usize>, level: usize) -> fmt::Result {
    crate::memory::tick();
    match value.kind() {
        ValueKind::Undefined => Err(fmt::Error),
        ValueKind::None => out.write_str("null"),
        ValueKind::Bool => out.write_str(if value.is_true() { "true" } else { "false" }),
        ValueKind::Number if value.is_integer() => write!(out, "{value}"),
        ValueKind::Number => write_float(out, f64::try_from(value.clone()).unwrap_or(f64::NAN)),
        ValueKind::Map => {
            let mut names = value.try_iter().map_err(|_| fmt::Error)?.collect::<Vec<_>>();
            names.sort();
            let count = names.len();
            out.write_char('{')?;
            for (index, name) in names.iter().enumerate() {
                begin_item(out, index, indent, level + 1)?;
                match name.as_str() {
                    Some(text) => write_json_text(out, text)?,
                    None => {
                        let mut text = String::new();
                        write_json(&mut text, name, None, 0)?;
                        write_json_text(out, &text)?;
                    }
                }
                out.write_str(": ")?;
                write_json(out, &value.get_item(name).unwrap_or_default(), indent, level + 1)?;
            }
            end_items(out, count, indent, level)?;
            out.write_char('}')
        }
        ValueKind::Seq | ValueKind::Iterable => {
            let mut count = 0;
            out.write_char('[')?;
            for item in value.try_iter().map_err(|_| fmt::Error)? {
                begin_item(out, count, indent, level + 1)?;
                write_json(out, &item, indent, level + 1)?;
                count += 1;
            }
            end_items(out, count, indent, level)?;
            out.write_char(']')
        }
        _ => write_json_text(out, &text_of(value)),
    }
}

fn begin_item(out: &mut dyn Write, index: usize, indent: Option<usize>, level: usize) -> fmt::Result {
    if index > 0 {
        out.write_str(if indent.is_some() { "," } else { ", " })?;
    }
    new_line(out, indent, level)
}

fn end_items(out: &mut dyn Write, count: usize, indent: Option<usize>, level: usize) -> fmt::Result {
    if count == 0 {
        return Ok(());
    }
    new_line(out, indent, level)
}

fn new_line(out: &mut dyn Write, indent: Option<usize>, level: usize) -> fmt::Result {
    match indent {
        Some(width) => write!(out, "\n{:1$}", "", width.min(64) * level.min(64)),
        None => Ok(()),
    }
}

fn write_json_text(out: &mut dyn Write, text: &str) -> fmt::Result {
    out.write_char('"')?;
    for character in text.chars() {
        match character {
            '"' => out.write_str("\\\"")?,
            '\\' => out.write_str("\\\\")?,
            '\n' => out.write_str("\\n")?,
            '\r' => out.write_str("\\r")?,
            '\t' => out.write_str("\\t")?,
            '\u{8}' => out.write_str("\\b")?,
            '\u{c}' => out.write_str("\\f")?,
            '<' | '>' | '&' | '\'' => write!(out, "\\u{:04x}", character as u32)?,
            ' '..='\u{7f}' => out.write_char(character)?,
            _ => {
                let mut units = [0; 2];
                for unit in character.encode_utf16(&mut units) {
                    write!(out, "\\u{unit:04x}")?;
                }
            }
        }
    }
    out.write_char('"')
}
