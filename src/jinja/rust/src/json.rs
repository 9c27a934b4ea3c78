//! JSON to values of the engine: objects keep their order, integers their digits.

use minijinja::value::Value;

const MAX_DEPTH: usize = 128;

pub struct Fault {
    pub offset: usize,
    pub message: &'static str,
}

/// Integers that 128 bits cannot hold become the text of their digits: they print as they are, and refuse arithmetic.
pub fn parse(text: &str) -> Result<Value, Fault> {
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0 };
    let value = reader.value(0)?;
    reader.space();
    if reader.at != text.len() {
        return reader.fault("more follows the value");
    }
    Ok(value)
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn fault<T>(&self, message: &'static str) -> Result<T, Fault> {
        Err(Fault { offset: self.at, message })
    }

    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn space(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
    }

    fn takes(&mut self, byte: u8) -> bool {
        let taken = self.peek() == byte;
        self.at += taken as usize;
        taken
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, Fault> {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return self.fault("no such word");
        }
        self.at += word.len();
        Ok(value)
    }

    fn value(&mut self, depth: usize) -> Result<Value, Fault> {
        if depth > MAX_DEPTH {
            return self.fault("nested too deeply");
        }
        self.space();
        match self.peek() {
            b'{' => self.object(depth),
            b'[' => self.list(depth),
            b'"' => Ok(Value::from(self.string()?)),
            b't' => self.word("true", Value::from(true)),
            b'f' => self.word("false", Value::from(false)),
            b'n' => self.word("null", Value::from(())),
            b'-' | b'0'..=b'9' => self.number(),
            _ => self.fault("a value is expected"),
        }
    }

    fn list(&mut self, depth: usize) -> Result<Value, Fault> {
        self.at += 1;
        let mut items = Vec::new();
        self.space();
        if self.takes(b']') {
            return Ok(Value::from(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.space();
            if self.takes(b']') {
                return Ok(Value::from(items));
            }
            if !self.takes(b',') {
                return self.fault("a comma or ] is expected");
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, Fault> {
        self.at += 1;
        let mut members: Vec<(String, Value)> = Vec::new();
        self.space();
        if self.takes(b'}') {
            return Ok(members.into_iter().collect());
        }
        loop {
            self.space();
            if self.peek() != b'"' {
                return self.fault("a name is expected");
            }
            let name = self.string()?;
            self.space();
            if !self.takes(b':') {
                return self.fault("a colon is expected");
            }
            let value = self.value(depth + 1)?;
            members.push((name, value));
            self.space();
            if self.takes(b'}') {
                return Ok(members.into_iter().collect());
            }
            if !self.takes(b',') {
                return self.fault("a comma or } is expected");
            }
        }
    }

    fn digits(&mut self) -> Result<(), Fault> {
        if !self.peek().is_ascii_digit() {
            return self.fault("a digit is expected");
        }
        while self.peek().is_ascii_digit() {
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<Value, Fault> {
        let start = self.at;
        self.takes(b'-');
        if !self.takes(b'0') {
            self.digits()?;
        }
        let mut integer = true;
        if self.takes(b'.') {
            integer = false;
            self.digits()?;
        }
        if matches!(self.peek(), b'e' | b'E') {
            integer = false;
            self.at += 1;
            if !self.takes(b'+') {
                self.takes(b'-');
            }
            self.digits()?;
        }
        let text = &self.text[start..self.at];
        if !integer {
            return match text.parse::<f64>() {
                Ok(number) => Ok(Value::from(number)),
                Err(_) => self.fault("no such number"),
            };
        }
        Ok(match (text.parse::<i64>(), text.parse::<i128>()) {
            (Ok(number), _) => Value::from(number),
            (_, Ok(number)) => Value::from(number),
            _ => Value::from(text),
        })
    }

    fn string(&mut self) -> Result<String, Fault> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let start = self.at;
            while !matches!(self.peek(), b'"' | b'\\' | 0..=0x1f) {
                self.at += 1;
            }
            out.push_str(&self.text[start..self.at]);
            match self.peek() {
                b'"' => {
                    self.at += 1;
                    return Ok(out);
                }
                b'\\' => {
                    self.at += 1;
                    out.push(self.escape()?);
                }
                _ => return self.fault("a text has no end, or a bare control character"),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Fault> {
        let byte = self.peek();
        self.at += 1;
        Ok(match byte {
            b'"' | b'\\' | b'/' => byte as char,
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.unit()?;
                if !(0xd800..0xdc00).contains(&first) {
                    return match char::from_u32(first) {
                        Some(character) => Ok(character),
                        None => self.fault("half of a surrogate pair"),
                    };
                }
                if !(self.takes(b'\\') && self.takes(b'u')) {
                    return self.fault("half of a surrogate pair");
                }
                let second = self.unit()?;
                if !(0xdc00..0xe000).contains(&second) {
                    return self.fault("half of a surrogate pair");
                }
                char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)).unwrap_or('\u{fffd}')
            }
            _ => {
                self.at -= 1;
                return self.fault("no such escape");
            }
        })
    }

    fn unit(&mut self) -> Result<u32, Fault> {
        let mut unit = 0;
        for _ in 0..4 {
            match (self.peek() as char).to_digit(16) {
                Some(digit) => unit = unit << 4 | digit,
                None => return self.fault("four hexadecimal digits are expected"),
            }
            self.at += 1;
        }
        Ok(unit)
    }
}
