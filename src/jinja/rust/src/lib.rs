//! The C ABI that src/jinja/jinja.cpp calls. Nothing unwinds out of it; an answer is freed by `koine_jinja_free`.
#![feature(alloc_error_hook)]

mod builtins;
mod json;
mod memory;
mod python;

use std::ffi::c_void;
use std::fmt::Write as _;
use std::io;
use std::mem::forget;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::Once;
use std::time::{Duration, Instant};

use minijinja::value::ValueKind;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};

use memory::{Ledger, Stop};

/// Virtual only; what is not reached is never there.
const STACK: usize = 128 << 20;
const STACK_RESERVE: usize = 64 << 20;
/// Blocks that a rendering may hold, so that dropping the deepest value that they can make fits into the reserve.
const MAX_BLOCKS: usize = 200_000;
const LARGEST_BLOCK: usize = 8 << 20;
const MAX_FUEL: u64 = i64::MAX as u64;

const TRIM_BLOCKS: u32 = 1;
const LSTRIP_BLOCKS: u32 = 2;
const KEEP_TRAILING_NEWLINE: u32 = 4;
const AUTOESCAPE: u32 = 8;
const STRICT: u32 = 16;
const CHECK: u32 = 32;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Text {
    data: *const u8,
    size: usize,
}

impl Text {
    /// The caller has checked that it is UTF-8.
    unsafe fn get<'a>(self) -> &'a str {
        if self.size == 0 {
            return "";
        }
        std::str::from_utf8(std::slice::from_raw_parts(self.data, self.size)).unwrap_or_default()
    }
}

#[repr(C)]
pub struct Request {
    name: Text,
    source: Text,
    context: Text,
    output_bytes: u64,
    memory_bytes: u64,
    source_bytes: u64,
    steps: u64,
    depth: u64,
    milliseconds: u64,
    flags: u32,
    loader: *mut c_void,
    /// Gives the template of that name (1), says that there is none (0); the text lives until the rendering ends.
    load: Option<unsafe extern "C" fn(*mut c_void, Text, *mut Text) -> i32>,
}

#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Done = 0,
    BadTemplate = 1,
    BadContext = 2,
    Output = 3,
    Steps = 4,
    Memory = 5,
    Time = 6,
    Depth = 7,
    Panic = 8,
    NoThread = 9,
}

#[repr(C)]
pub struct Answer {
    outcome: u32,
    line: u32,
    /// The output, or the engine's words.
    text: Text,
    /// The template that failed.
    template: Text,
}

struct Failure {
    outcome: Outcome,
    line: usize,
    message: String,
    template: String,
}

impl Failure {
    fn of(outcome: Outcome) -> Failure {
        Failure { outcome, line: 0, message: String::new(), template: String::new() }
    }
}

#[derive(Clone, Copy)]
struct Job<'a>(&'a Request);
// The texts and the loader are the caller's, who waits until the rendering has ended.
unsafe impl Send for Job<'_> {}

struct Loader(*mut c_void, unsafe extern "C" fn(*mut c_void, Text, *mut Text) -> i32);
unsafe impl Send for Loader {}
unsafe impl Sync for Loader {}

struct Sink {
    text: String,
    room: usize,
    full: bool,
}

impl io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        memory::tick();
        if bytes.len() > self.room {
            self.full = true;
            return Err(io::ErrorKind::WriteZero.into());
        }
        self.room -= bytes.len();
        // What the engine writes are whole texts.
        self.text.push_str(std::str::from_utf8(bytes).map_err(|_| io::ErrorKind::InvalidData)?);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn environment(request: &Request) -> Environment<'static> {
    let mut environment = Environment::new();
    let flag = |bit: u32| request.flags & bit != 0;
    environment.set_trim_blocks(flag(TRIM_BLOCKS));
    environment.set_lstrip_blocks(flag(LSTRIP_BLOCKS));
    environment.set_keep_trailing_newline(flag(KEEP_TRAILING_NEWLINE));
    environment.set_recursion_limit(request.depth as usize);
    environment.set_fuel(Some(request.steps.min(MAX_FUEL)));
    let escape = if flag(AUTOESCAPE) { AutoEscape::Html } else { AutoEscape::None };
    environment.set_auto_escape_callback(move |_| escape);
    let strict = flag(STRICT);
    environment.set_undefined_behavior(if strict { UndefinedBehavior::Strict } else { UndefinedBehavior::Lenient });
    environment.set_formatter(move |out, state, value| {
        if strict && value.is_undefined() {
            return Err(Error::from(ErrorKind::UndefinedError));
        }
        let written = if value.is_safe() || state.auto_escape() == AutoEscape::None {
            python::write_text(out, value)
        } else {
            python::write_escaped(out, &python::text_of(value))
        };
        written.map_err(Error::from)
    });
    builtins::add_to(&mut environment);
    environment
}

fn run(request: &Request) -> Result<String, Failure> {
    let context_text = unsafe { request.context.get() };
    let context = json::parse(context_text).map_err(|fault| Failure {
        outcome: Outcome::BadContext,
        line: context_text.as_bytes()[..fault.offset.min(context_text.len())].iter().filter(|&&byte| byte == b'\n').count() + 1,
        message: fault.message.to_owned(),
        template: String::new(),
    })?;
    if context.kind() != ValueKind::Map {
        return Err(Failure { message: "an object is expected".to_owned(), ..Failure::of(Outcome::BadContext) });
    }

    let mut environment = environment(request);
    let source_bytes = request.source_bytes as usize;
    if let Some(load) = request.load {
        let loader = Loader(request.loader, load);
        environment.set_loader(move |name| {
            let loader = &loader;
            let mut found = Text { data: std::ptr::null(), size: 0 };
            let asked = Text { data: name.as_ptr(), size: name.len() };
            if unsafe { (loader.1)(loader.0, asked, &mut found) } == 0 {
                return Ok(None);
            }
            if found.size > source_bytes {
                return Err(Error::new(ErrorKind::InvalidOperation, format!("template {name} is longer than {source_bytes} bytes")));
            }
            Ok(Some(unsafe { found.get() }.to_owned()))
        });
    }
    memory::limit_from_here(request.memory_bytes as usize, MAX_BLOCKS, LARGEST_BLOCK.max((request.output_bytes as usize).saturating_mul(2)));

    let (name, source) = unsafe { (request.name.get(), request.source.get()) };
    let template = environment.template_from_named_str(name, source).map_err(|error| failure(&error, name))?;
    if request.flags & CHECK != 0 {
        return Ok(String::new());
    }
    let mut sink = Sink { text: String::new(), room: request.output_bytes as usize, full: false };
    let rendered = template.render_to_write(context, &mut sink).map(drop);
    match rendered {
        _ if sink.full => Err(Failure::of(Outcome::Output)),
        Ok(()) => Ok(sink.text),
        Err(error) => Err(failure(&error, name)),
    }
}

/// What the innermost error says, where it says it.
fn failure(error: &Error, name: &str) -> Failure {
    let mut deepest = error;
    let mut place = error;
    let mut steps = 0;
    loop {
        if deepest.kind() == ErrorKind::OutOfFuel {
            return Failure::of(Outcome::Steps);
        }
        if matches!(deepest.detail(), Some("recursion limit exceeded" | "template exceeds maximum recursion limits")) {
            return Failure::of(Outcome::Depth);
        }
        if deepest.line().is_some() {
            place = deepest;
        }
        steps += 1;
        match std::error::Error::source(deepest).and_then(|source| source.downcast_ref::<Error>()) {
            Some(source) if steps < 1000 => deepest = source,
            _ => break,
        }
    }
    let mut message = deepest.kind().to_string();
    if let Some(detail) = deepest.detail() {
        write!(message, ": {detail}").ok();
    }
    Failure {
        outcome: Outcome::BadTemplate,
        line: place.line().unwrap_or(0),
        message,
        template: place.name().unwrap_or(name).to_owned(),
    }
}

fn given_away(text: &str) -> Text {
    let bytes = Box::leak(text.as_bytes().to_vec().into_boxed_slice());
    Text { data: bytes.as_ptr(), size: bytes.len() }
}

fn answer_of(outcome: Outcome, line: usize, text: &str, template: &str) -> Answer {
    Answer { outcome: outcome as u32, line: line as u32, text: given_away(text), template: given_away(template) }
}

/// On the rendering's own thread.
fn work(request: &Request, ledger: &mut Ledger) -> Answer {
    let here = 0u8;
    ledger.stack_floor = (std::ptr::addr_of!(here) as usize).saturating_sub(STACK - STACK_RESERVE);
    let result = ledger.during(|| catch_unwind(AssertUnwindSafe(|| run(request))));
    let answer = match (ledger.stop(), &result) {
        (Some(Stop::Memory), _) => answer_of(Outcome::Memory, 0, "", ""),
        (Some(Stop::Time), _) => answer_of(Outcome::Time, 0, "", ""),
        (Some(Stop::Stack), _) => answer_of(Outcome::Depth, 0, "", ""),
        (None, Ok(Ok(text))) => answer_of(Outcome::Done, 0, text, ""),
        (None, Ok(Err(failure))) => answer_of(failure.outcome, failure.line, &failure.message, &failure.template),
        (None, Err(payload)) => {
            let words = payload.downcast_ref::<String>().map(String::as_str).or_else(|| payload.downcast_ref::<&str>().copied());
            answer_of(Outcome::Panic, 0, words.unwrap_or_default(), "")
        }
    };
    forget(result);
    answer
}

fn rendered(request: &Request) -> Answer {
    static PREPARED: Once = Once::new();
    PREPARED.call_once(memory::prepare);
    let mut ledger = Ledger::new(Instant::now() + Duration::from_millis(request.milliseconds.min(86_400_000)));
    let answer = std::thread::scope(|scope| {
        let job = Job(request);
        let ledger = &mut ledger;
        let started = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, move || {
            let job = job;
            Gone(work(job.0, ledger))
        });
        match started {
            Ok(thread) => thread.join().map(|gone| gone.0).unwrap_or_else(|_| answer_of(Outcome::Panic, 0, "", "")),
            Err(_) => answer_of(Outcome::NoThread, 0, "", ""),
        }
    });
    ledger.sweep();
    answer
}

struct Gone(Answer);
unsafe impl Send for Gone {}

/// Renders (or, with the flag CHECK, compiles). The texts are UTF-8. Thread-safe.
///
/// # Safety
/// The request's texts and loader live until it returns; the answer goes to `koine_jinja_free`.
#[no_mangle]
pub unsafe extern "C" fn koine_jinja_render(request: *const Request, answer: *mut Answer) {
    let nothing = Text { data: std::ptr::null(), size: 0 };
    answer.write(Answer { outcome: Outcome::Panic as u32, line: 0, text: nothing, template: nothing });
    if let Ok(rendered) = catch_unwind(|| rendered(&*request)) {
        answer.write(rendered);
    }
}

/// Frees the texts of an answer.
///
/// # Safety
/// The answer is of `koine_jinja_render`, and freed once.
#[no_mangle]
pub unsafe extern "C" fn koine_jinja_free(answer: *const Answer) {
    for text in [(*answer).text, (*answer).template] {
        if !text.data.is_null() {
            drop(Box::from_raw(std::slice::from_raw_parts_mut(text.data as *mut u8, text.size)));
        }
    }
}
