//! Filters, functions and methods that minijinja lacks, or whose arguments or answers differ from Jinja2's.

use minijinja::value::{from_args, Kwargs, Rest, Value, ValueKind};
use minijinja::{Environment, Error, ErrorKind, State};

use crate::python::{text_of, write_escaped, write_json, write_repr};

const MAX_RANGE: i128 = 100_000;

type Outcome = Result<Value, Error>;

pub fn add_to(environment: &mut Environment) {
    environment.remove_global("debug");
    environment.add_function("range", range);
    environment.add_function("cycler", |items: Rest<Value>| minijinja_contrib::globals::cycler(items.0));
    environment.add_function("joiner", minijinja_contrib::globals::joiner);
    environment.add_filter("filesizeformat", |value: f64, binary: Option<bool>| {
        minijinja_contrib::filters::filesizeformat(value, binary)
    });
    for name in ["escape", "e"] {
        environment.add_filter(name, |value: Value| if value.is_safe() { value } else { escaped(&value) });
    }
    environment.add_filter("forceescape", |value: Value| escaped(&value));
    for name in ["default", "d"] {
        environment.add_filter(name, default);
    }
    environment.add_filter("string", |value: Value| if value.as_str().is_some() { value } else { text_of(&value).into() });
    environment.add_filter("safe", |value: Value| Value::from_safe_string(text_of(&value)));
    environment.add_filter("int", int);
    environment.add_filter("float", float);
    environment.add_filter("round", round);
    environment.add_filter("join", join);
    environment.add_filter("sum", sum);
    environment.add_filter("indent", indent);
    environment.add_filter("replace", replace);
    environment.add_filter("truncate", truncate);
    environment.add_filter("center", |text: String, width: Option<usize>| centred(&text, width.unwrap_or(80), ' '));
    environment.add_filter("wordcount", |text: String| text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).count());
    environment.add_filter("striptags", striptags);
    environment.add_filter("format", format);
    environment.add_filter("tojson", tojson);
    environment.add_filter("pprint", |value: Value| {
        let mut text = String::new();
        write_repr(&mut text, &value).ok();
        text
    });
    environment.add_test("callable", |value: Value| value.kind() == ValueKind::Plain);
    environment.set_unknown_method_callback(method);
}

fn wrong(message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::InvalidOperation, message)
}

/// The arguments of those names, given by place or by name.
fn named<const N: usize>(arguments: &[Value], names: [&str; N]) -> Result<[Option<Value>; N], Error> {
    let (placed, keywords): (Rest<Value>, Kwargs) = from_args(arguments)?;
    if placed.len() > N {
        return Err(Error::from(ErrorKind::TooManyArguments));
    }
    const NONE: Option<Value> = None;
    let mut found = [NONE; N];
    for (index, name) in names.iter().enumerate() {
        found[index] = match placed.get(index) {
            Some(value) => Some(value.clone()),
            None => keywords.get::<Option<Value>>(name)?.filter(|value| !value.is_undefined()),
        };
    }
    keywords.assert_all_used()?;
    Ok(found)
}

fn is_true(value: &Option<Value>) -> bool {
    value.as_ref().map_or(false, Value::is_true)
}

fn whole(value: &Option<Value>, otherwise: i64) -> Result<i64, Error> {
    match value {
        None => Ok(otherwise),
        Some(value) => i64::try_from(value.clone()),
    }
}

fn range(first: i64, second: Option<i64>, step: Option<i64>) -> Outcome {
    let (start, stop) = match second {
        Some(stop) => (first, stop),
        None => (0, first),
    };
    let step = step.unwrap_or(1);
    if step == 0 {
        return Err(wrong("range() arg 3 must not be zero"));
    }
    let distance = if step > 0 { stop as i128 - start as i128 } else { start as i128 - stop as i128 };
    let size = (step as i128).abs();
    let count = ((distance + size - 1) / size).max(0);
    if count > MAX_RANGE {
        return Err(wrong("range() of more than 100000 items"));
    }
    Ok(Value::make_iterable(move || (0..count as usize).map(move |index| {
        crate::memory::tick();
        start + index as i64 * step
    })))
}

fn escaped(value: &Value) -> Value {
    let mut text = String::new();
    write_escaped(&mut text, &text_of(value)).ok();
    Value::from_safe_string(text)
}

fn default(value: Value, arguments: Rest<Value>) -> Outcome {
    let [other, also_false] = named(&arguments, ["default_value", "boolean"])?;
    Ok(if value.is_undefined() || (is_true(&also_false) && !value.is_true()) { other.unwrap_or_else(|| "".into()) } else { value })
}

fn int(value: Value, arguments: Rest<Value>) -> Outcome {
    let [otherwise, base] = named(&arguments, ["default", "base"])?;
    let otherwise = otherwise.unwrap_or_else(|| 0.into());
    let base = whole(&base, 10)?;
    Ok(match value.kind() {
        ValueKind::Number if value.is_integer() => value,
        ValueKind::Number => match f64::try_from(value) {
            Ok(number) if number.is_finite() => Value::from(number as i128),
            _ => otherwise,
        },
        ValueKind::Bool => Value::from(value.is_true() as i64),
        ValueKind::String => {
            let text = value.as_str().unwrap_or_default().trim().replace('_', "");
            let digits = match base {
                16 => text.trim_start_matches("0x").trim_start_matches("0X"),
                8 => text.trim_start_matches("0o"),
                2 => text.trim_start_matches("0b"),
                _ => text.as_str(),
            };
            match (2..=36).contains(&base).then(|| i128::from_str_radix(digits, base as u32)) {
                Some(Ok(number)) => Value::from(number),
                _ => match text.parse::<f64>() {
                    Ok(number) if number.is_finite() => Value::from(number as i128),
                    _ => otherwise,
                },
            }
        }
        _ => otherwise,
    })
}

fn float(value: Value, arguments: Rest<Value>) -> Outcome {
    let [otherwise] = named(&arguments, ["default"])?;
    let otherwise = otherwise.unwrap_or_else(|| 0.0.into());
    Ok(match value.as_str() {
        Some(text) => text.trim().parse::<f64>().map(Value::from).unwrap_or(otherwise),
        None if value.kind() == ValueKind::Bool => Value::from(value.is_true() as i64 as f64),
        None => f64::try_from(value).map(Value::from).unwrap_or(otherwise),
    })
}

fn round(value: Value, arguments: Rest<Value>) -> Outcome {
    let [precision, method] = named(&arguments, ["precision", "method"])?;
    let precision = whole(&precision, 0)?.clamp(-300, 300) as i32;
    let number = f64::try_from(value.clone())?;
    let method = method.map_or_else(|| "common".to_owned(), |method| text_of(&method));
    if method == "common" && value.is_integer() && precision >= 0 {
        return Ok(value);
    }
    let scale = 10f64.powi(precision);
    let rounded = match method.as_str() {
        // Printing rounds the exact number, and half to even, as Python does.
        "common" if precision >= 0 => format!("{number:.*}", precision as usize).parse().unwrap_or(number),
        "common" => (number * scale).round() / scale,
        "ceil" => (number * scale).ceil() / scale,
        "floor" => (number * scale).floor() / scale,
        _ => return Err(wrong("method must be common, ceil or floor")),
    };
    Ok(Value::from(rounded))
}

/// The attribute as filters name it: "a.b.0".
fn attribute_of(value: &Value, path: &Value) -> Outcome {
    let path = match path.as_str() {
        Some(path) => path,
        None => return value.get_item(path),
    };
    let mut found = value.clone();
    for part in path.split('.') {
        found = match part.parse::<usize>() {
            Ok(index) => found.get_item(&Value::from(index))?,
            Err(_) => found.get_attr(part)?,
        };
    }
    Ok(found)
}

fn join(value: Value, arguments: Rest<Value>) -> Outcome {
    let [separator, attribute] = named(&arguments, ["d", "attribute"])?;
    let separator = separator.map_or_else(String::new, |separator| text_of(&separator));
    let mut out = String::new();
    if value.is_undefined() {
        return Ok(out.into());
    }
    for (index, item) in value.try_iter()?.enumerate() {
        if index > 0 {
            out.push_str(&separator);
        }
        out.push_str(&match &attribute {
            Some(path) => text_of(&attribute_of(&item, path)?),
            None => text_of(&item),
        });
    }
    Ok(out.into())
}

fn sum(state: &State, value: Value, arguments: Rest<Value>) -> Outcome {
    let [attribute, start] = named(&arguments, ["attribute", "start"])?;
    let mut items = vec![start.unwrap_or_else(|| 0.into())];
    for item in value.try_iter()? {
        items.push(match attribute.as_ref().filter(|path| !path.is_none()) {
            Some(path) => attribute_of(&item, path)?,
            None => item,
        });
    }
    minijinja::filters::sum(state, items.into())
}

fn indent(value: Value, arguments: Rest<Value>) -> Outcome {
    let [width, first, blank] = named(&arguments, ["width", "first", "blank"])?;
    let unit = match &width {
        Some(width) if width.as_str().is_some() => text_of(width),
        other => " ".repeat(whole(other, 4)?.max(0) as usize),
    };
    let text = text_of(&value);
    let mut out = String::new();
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let wanted = if index == 0 { is_true(&first) } else { is_true(&blank) || !line.is_empty() };
        if wanted {
            out.push_str(&unit);
        }
        out.push_str(line);
    }
    Ok(out.into())
}

fn replace(value: Value, old: Value, new: Value, count: Option<i64>) -> String {
    let (text, old, new) = (text_of(&value), text_of(&old), text_of(&new));
    match count {
        Some(count) if count >= 0 => text.replacen(&old, &new, count as usize),
        _ => text.replace(&old, &new),
    }
}

fn truncate(value: Value, arguments: Rest<Value>) -> Outcome {
    let [length, kill_words, end, leeway] = named(&arguments, ["length", "killwords", "end", "leeway"])?;
    let text = text_of(&value);
    let length = whole(&length, 255)?.max(0) as usize;
    let leeway = whole(&leeway, 5)?.max(0) as usize;
    let end = end.map_or_else(|| "...".to_owned(), |end| text_of(&end));
    if text.chars().count() <= length.saturating_add(leeway) {
        return Ok(text.into());
    }
    let kept: String = text.chars().take(length.saturating_sub(end.chars().count())).collect();
    let kept = match kept.rfind(' ') {
        Some(at) if !is_true(&kill_words) => &kept[..at],
        _ => &kept,
    };
    Ok(format!("{kept}{end}").into())
}

fn striptags(value: Value) -> String {
    let text = text_of(&value);
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(start) = rest.find('<') {
        out.push_str(&rest[..start]);
        rest = match rest[start..].find('>') {
            Some(end) => &rest[start + end + 1..],
            None => {
                out.push_str(&rest[start..]);
                ""
            }
        };
    }
    out.push_str(rest);
    let words: Vec<_> = out.split_whitespace().collect();
    words.join(" ").replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", "\"").replace("&#39;", "'").replace("&amp;", "&")
}

fn tojson(value: Value, arguments: Rest<Value>) -> Outcome {
    let [indent] = named(&arguments, ["indent"])?;
    let indent = match indent {
        Some(width) if !width.is_none() => Some(i64::try_from(width)?.clamp(0, 64) as usize),
        _ => None,
    };
    let mut out = String::new();
    write_json(&mut out, &value, indent, 0).map_err(|_| Error::new(ErrorKind::BadSerialization, "Undefined is not JSON serializable"))?;
    Ok(Value::from_safe_string(out))
}

fn padded(text: &str, width: usize, left: bool, fill: char) -> String {
    let missing = width.saturating_sub(text.chars().count());
    let padding = fill.to_string().repeat(missing);
    if left {
        padding + text
    } else {
        text.to_owned() + &padding
    }
}

fn centred(text: &str, width: usize, fill: char) -> String {
    let count = text.chars().count();
    let missing = width.saturating_sub(count);
    let before = missing / 2 + (missing & width & 1);
    padded(&padded(text, count + before, true, fill), width.max(count), false, fill)
}

/// printf's way, as Python's `%`: flags - 0 + and space, width, precision; s r d i f F e x X o c %.
fn format(pattern: String, arguments: Rest<Value>) -> Outcome {
    let mut out = String::new();
    let mut values = arguments.iter();
    let mut characters = pattern.chars().peekable();
    while let Some(character) = characters.next() {
        if character != '%' {
            out.push(character);
            continue;
        }
        let (mut left, mut zero, mut sign) = (false, false, "");
        while let Some(&flag) = characters.peek() {
            match flag {
                '-' => left = true,
                '0' => zero = true,
                '+' => sign = "+",
                ' ' => sign = " ",
                '#' => {}
                _ => break,
            }
            characters.next();
        }
        let mut number = || {
            let mut found = None;
            while let Some(digit) = characters.peek().and_then(|c| c.to_digit(10)) {
                found = Some(found.unwrap_or(0usize).saturating_mul(10).saturating_add(digit as usize));
                characters.next();
            }
            found
        };
        let width = number().unwrap_or(0);
        let mut precision = None;
        if characters.peek() == Some(&'.') {
            characters.next();
            let mut digits = 0usize;
            while let Some(digit) = characters.peek().and_then(|c| c.to_digit(10)) {
                digits = digits.saturating_mul(10).saturating_add(digit as usize).min(1000);
                characters.next();
            }
            precision = Some(digits);
        }
        let conversion = characters.next().ok_or_else(|| wrong("incomplete format"))?;
        if conversion == '%' {
            out.push('%');
            continue;
        }
        let value = values.next().ok_or_else(|| wrong("not enough arguments for format string"))?;
        let (text, numeric) = converted(conversion, value, precision)?;
        let text = if numeric && !text.starts_with('-') { format!("{sign}{text}") } else { text };
        if zero && numeric && !left {
            let (sign, digits) = text.split_at(text.find(|c: char| c.is_alphanumeric()).unwrap_or(0));
            out.push_str(sign);
            out.push_str(&padded(digits, width.saturating_sub(sign.len()), true, '0'));
        } else {
            out.push_str(&padded(&text, width, !left, ' '));
        }
    }
    if values.next().is_some() {
        return Err(wrong("not all arguments converted during string formatting"));
    }
    Ok(out.into())
}

fn converted(conversion: char, value: &Value, precision: Option<usize>) -> Result<(String, bool), Error> {
    let integer = || match i128::try_from(value.clone()) {
        Ok(number) => Ok(number),
        Err(_) => f64::try_from(value.clone()).map(|number| number as i128),
    };
    Ok(match conversion {
        's' => (text_of(value).chars().take(precision.unwrap_or(usize::MAX)).collect(), false),
        'r' => {
            let mut text = String::new();
            write_repr(&mut text, value).ok();
            (text, false)
        }
        'd' | 'i' | 'u' => (integer()?.to_string(), true),
        'x' | 'X' | 'o' => {
            let number = integer()?;
            let magnitude = number.unsigned_abs();
            let digits = match conversion {
                'x' => format!("{magnitude:x}"),
                'X' => format!("{magnitude:X}"),
                _ => format!("{magnitude:o}"),
            };
            (if number < 0 { format!("-{digits}") } else { digits }, true)
        }
        'f' | 'F' => (format!("{:.*}", precision.unwrap_or(6), f64::try_from(value.clone())?), true),
        'e' | 'E' => {
            let text = format!("{:.*e}", precision.unwrap_or(6), f64::try_from(value.clone())?);
            let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
            let power: i32 = power.parse().unwrap_or(0);
            (format!("{digits}{conversion}{}{:02}", if power < 0 { '-' } else { '+' }, power.abs()), true)
        }
        'c' => (text_of(value).chars().take(1).collect(), false),
        other => return Err(wrong(format!("unsupported format character '{other}'"))),
    })
}

fn method(state: &State, value: &Value, method: &str, arguments: &[Value]) -> Outcome {
    if let Some(text) = value.as_str() {
        match method {
            "ljust" | "rjust" | "center" => {
                let (width, fill): (i64, Option<char>) = from_args(arguments)?;
                let (width, fill) = (width.max(0) as usize, fill.unwrap_or(' '));
                return Ok(match method {
                    "center" => centred(text, width, fill),
                    _ => padded(text, width, method == "rjust", fill),
                }
                .into());
            }
            "zfill" => {
                let (width,): (i64,) = from_args(arguments)?;
                let (sign, digits) = text.split_at(text.starts_with(&['-', '+'][..]) as usize);
                return Ok(format!("{sign}{}", padded(digits, (width.max(0) as usize).saturating_sub(sign.len()), true, '0')).into());
            }
            "removeprefix" => {
                let (prefix,): (&str,) = from_args(arguments)?;
                return Ok(text.strip_prefix(prefix).unwrap_or(text).into());
            }
            "removesuffix" => {
                let (suffix,): (&str,) = from_args(arguments)?;
                return Ok(text.strip_suffix(suffix).unwrap_or(text).into());
            }
            "join" => {
                let (items,): (Value,) = from_args(arguments)?;
                let parts = items.try_iter()?.map(|item| text_of(&item)).collect::<Vec<_>>();
                return Ok(parts.join(text).into());
            }
            _ => {}
        }
    }
    if method == "get" && value.kind() == ValueKind::Map {
        let (key, otherwise): (&Value, Option<Value>) = from_args(arguments)?;
        let found = value.get_item(key)?;
        return Ok(if found.is_undefined() { otherwise.unwrap_or_else(|| ().into()) } else { found });
    }
    minijinja_contrib::pycompat::unknown_method_callback(state, value, method, arguments)
}
