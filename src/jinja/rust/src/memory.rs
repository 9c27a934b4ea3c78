//! What a rendering may use: every block it takes is written down, and one too many unwinds the rendering.
//!
//! 1. A rendering has a thread and a `Ledger` of its own; only that thread touches the ledger, until it is joined.
//! 2. A refused block becomes an unwinding (`allocation_failed`), from which on everything is granted, for destructors need memory too.
//! 3. What the thread leaves behind (values may refer to themselves in circles) is freed by `Ledger::sweep`, after the join.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::panic::resume_unwind;
use std::ptr::{addr_of, null_mut};
use std::time::Instant;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stop {
    Memory,
    Time,
    Stack,
}

#[repr(C)]
struct Header {
    previous: *mut Header,
    next: *mut Header,
    ledger: *mut Ledger,
    size: usize,
    align: usize,
    _padding: usize,
}

const HEADER: usize = std::mem::size_of::<Header>();
const DEADLINE_EVERY: u32 = 64;
const LARGE: usize = 16 << 10;

pub struct Ledger {
    first: *mut Header,
    bytes: usize,
    blocks: usize,
    ticks: u32,
    stop: Option<Stop>,
    unwinding: bool,
    pub max_bytes: usize,
    pub max_blocks: usize,
    pub largest: usize,
    pub deadline: Instant,
    /// The lowest address that the thread's stack may reach; nested values are walked by recursion.
    pub stack_floor: usize,
}

// Handed to the rendering's thread and back, never used by two at a time (1).
unsafe impl Send for Ledger {}

thread_local! {
    static CURRENT: Cell<*mut Ledger> = const { Cell::new(null_mut()) };
}

impl Ledger {
    pub fn new(deadline: Instant) -> Ledger {
        Ledger {
            first: null_mut(),
            bytes: 0,
            blocks: 0,
            ticks: 0,
            stop: None,
            unwinding: false,
            max_bytes: usize::MAX,
            max_blocks: usize::MAX,
            largest: usize::MAX,
            deadline,
            stack_floor: 0,
        }
    }

    /// Runs `work` with this ledger in force, and says what stopped it, if a limit did.
    pub fn during<T>(&mut self, work: impl FnOnce() -> T) -> T {
        CURRENT.with(|current| current.set(self));
        let result = work();
        CURRENT.with(|current| current.set(null_mut()));
        result
    }

    pub fn stop(&self) -> Option<Stop> {
        self.stop
    }

    /// Frees what was not given back. The thread that took it must have ended.
    pub fn sweep(&mut self) {
        while !self.first.is_null() {
            let header = self.first;
            unsafe {
                self.first = (*header).next;
                release(header, (*header).size, (*header).align);
            }
        }
    }

    fn refuse(&mut self, stop: Stop) -> bool {
        self.stop.get_or_insert(stop);
        false
    }

    fn permits(&mut self, size: usize) -> bool {
        if self.unwinding {
            return true;
        }
        let here = 0u8;
        if (addr_of!(here) as usize) < self.stack_floor {
            return self.refuse(Stop::Stack);
        }
        if size > self.largest || size > self.max_bytes.saturating_sub(self.bytes) || self.blocks >= self.max_blocks {
            return self.refuse(Stop::Memory);
        }
        self.ticks = self.ticks.wrapping_add(1);
        if (size >= LARGE || self.ticks % DEADLINE_EVERY == 0) && Instant::now() > self.deadline {
            return self.refuse(Stop::Time);
        }
        true
    }
}

/// Changes the limits in force; they count from what is used already.
pub fn limit_from_here(bytes: usize, blocks: usize, largest: usize) {
    let ledger = CURRENT.with(Cell::get);
    if !ledger.is_null() {
        let ledger = unsafe { &mut *ledger };
        ledger.max_bytes = ledger.bytes.saturating_add(bytes);
        ledger.max_blocks = ledger.blocks.saturating_add(blocks);
        ledger.largest = largest;
    }
}

/// Looks at the clock now and then; unwinds when time is over. For work that takes no memory.
pub fn tick() {
    let ledger = CURRENT.with(Cell::get);
    if !ledger.is_null() && !unsafe { (*ledger).permits(0) } {
        unwind(ledger);
    }
}

/// The engine calls it before each of its instructions (build.sh puts that into its sources).
#[no_mangle]
pub extern "Rust" fn koine_jinja_tick() {
    tick();
}

/// Called once, before anything is rendered: what a refused block does, and that panics are told by return values alone.
pub fn prepare() {
    std::alloc::set_alloc_error_hook(allocation_failed);
    std::panic::set_hook(Box::new(|_| {}));
}

fn allocation_failed(_: Layout) {
    let ledger = CURRENT.with(Cell::get);
    if !ledger.is_null() {
        unwind(ledger);
    }
}

fn unwind(ledger: *mut Ledger) -> ! {
    unsafe {
        (*ledger).stop.get_or_insert(Stop::Memory);
        (*ledger).unwinding = true;
    }
    resume_unwind(Box::new(()))
}

fn offset_for(align: usize) -> usize {
    HEADER.max(align)
}

unsafe fn release(header: *mut Header, size: usize, align: usize) {
    let offset = offset_for(align);
    let whole = Layout::from_size_align_unchecked(size + offset, align.max(std::mem::align_of::<Header>()));
    System.dealloc((header as *mut u8).add(HEADER).sub(offset), whole);
}

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let ledger = CURRENT.with(Cell::get);
        if !ledger.is_null() && !(*ledger).permits(layout.size()) {
            return null_mut();
        }
        let offset = offset_for(layout.align());
        let size = match layout.size().checked_add(offset) {
            Some(size) if size <= isize::MAX as usize => size,
            _ => return null_mut(),
        };
        let align = layout.align().max(std::mem::align_of::<Header>());
        let start = System.alloc(Layout::from_size_align_unchecked(size, align));
        if start.is_null() {
            return start;
        }
        let block = start.add(offset);
        let header = block.sub(HEADER) as *mut Header;
        header.write(Header {
            previous: null_mut(),
            next: null_mut(),
            ledger,
            size: layout.size(),
            align: layout.align(),
            _padding: 0,
        });
        if let Some(ledger) = ledger.as_mut() {
            (*header).next = ledger.first;
            if let Some(next) = ledger.first.as_mut() {
                next.previous = header;
            }
            ledger.first = header;
            ledger.bytes += layout.size();
            ledger.blocks += 1;
        }
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let header = block.sub(HEADER) as *mut Header;
        let Header { previous, next, ledger, .. } = header.read();
        if let Some(ledger) = ledger.as_mut() {
            if let Some(next) = next.as_mut() {
                next.previous = previous;
            }
            match previous.as_mut() {
                Some(previous) => previous.next = next,
                None => ledger.first = next,
            }
            ledger.bytes -= layout.size();
            ledger.blocks -= 1;
        }
        release(header, layout.size(), layout.align());
    }
}
