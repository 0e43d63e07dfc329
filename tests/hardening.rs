//! Hardening of the executable, as scanners of distributions and enterprises check it:
//! position-independent code, relocations that are resolved before `main` and read-only afterwards,
//! no memory both writable and executable, and stack protection in C code.
#![cfg(all(
    target_os = "linux",
    target_pointer_width = "64",
    target_endian = "little"
))]

use std::fs;

const PROGRAM: &str = env!("CARGO_BIN_EXE_cognito-sync");

// Constants of the ELF specification and its GNU extensions, by their names in `elf.h`.
const ET_DYN: u64 = 3;
const PT_LOAD: u64 = 1;
const PT_DYNAMIC: u64 = 2;
const PT_GNU_STACK: u64 = 0x6474_e551;
const PT_GNU_RELRO: u64 = 0x6474_e552;
const PF_X: u64 = 1;
const PF_W: u64 = 2;
const DT_STRTAB: u64 = 5;
const DT_STRSZ: u64 = 10;
const DT_TEXTREL: u64 = 22;
const DT_FLAGS: u64 = 30;
const DT_FLAGS_1: u64 = 0x6fff_fffb;
const DF_TEXTREL: u64 = 4;
const DF_BIND_NOW: u64 = 8;
const DF_1_NOW: u64 = 1;
const DF_1_PIE: u64 = 0x0800_0000;

/// A 64-bit little-endian ELF file.
struct Elf(Vec<u8>);

/// An entry of the program header table.
struct Segment {
    kind: u64,
    flags: u64,
    offset: u64,
    address: u64,
    size: u64,
}

impl Elf {
    fn read(path: &str) -> Self {
        let bytes = fs::read(path).expect("the program can be read");
        assert_eq!(bytes[..6], *b"\x7fELF\x02\x01", "64-bit little-endian ELF");
        Elf(bytes)
    }

    /// The unsigned number of `size` bytes at `offset`.
    fn number(&self, offset: u64, size: u64) -> u64 {
        let (start, end) = (offset as usize, (offset + size) as usize);
        let bytes = self.0[start..end].iter().rev();
        bytes.fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    fn file_type(&self) -> u64 {
        self.number(16, 2)
    }

    fn segments(&self) -> Vec<Segment> {
        let (table, size, count) = (self.number(32, 8), self.number(54, 2), self.number(56, 2));
        let header = |index| {
            let start = table + index * size;
            Segment {
                kind: self.number(start, 4),
                flags: self.number(start + 4, 4),
                offset: self.number(start + 8, 8),
                address: self.number(start + 16, 8),
                size: self.number(start + 32, 8),
            }
        };
        (0..count).map(header).collect()
    }

    fn segments_of(&self, kind: u64) -> Vec<Segment> {
        let segments = self.segments().into_iter();
        segments.filter(|segment| segment.kind == kind).collect()
    }

    /// Tags and values of the dynamic section.
    fn dynamic(&self) -> Vec<(u64, u64)> {
        let segments = self.segments_of(PT_DYNAMIC);
        let section = segments.first().expect("PIE has a dynamic section");
        let entries = (section.offset..section.offset + section.size).step_by(16);
        entries
            .map(|entry| (self.number(entry, 8), self.number(entry + 8, 8)))
            .take_while(|(tag, _)| *tag != 0)
            .collect()
    }

    /// The value of a dynamic tag; 0 where the tag is absent.
    fn dynamic_value(&self, wanted: u64) -> u64 {
        let entries = self.dynamic().into_iter();
        let mut values = entries.filter(|(tag, _)| *tag == wanted);
        values.next().map_or(0, |(_, value)| value)
    }

    /// Whether a dynamic symbol, imported or exported, has this name.
    fn has_dynamic_symbol(&self, name: &str) -> bool {
        let address = self.dynamic_value(DT_STRTAB);
        let segments = self.segments_of(PT_LOAD).into_iter();
        let mut holders = segments
            .filter(|segment| (segment.address..segment.address + segment.size).contains(&address));
        let segment = holders.next().expect("the string table is loaded");
        let start = (address - segment.address + segment.offset) as usize;
        let table = &self.0[start..start + self.dynamic_value(DT_STRSZ) as usize];
        table
            .split(|byte| *byte == 0)
            .any(|symbol| symbol == name.as_bytes())
    }
}

#[test]
fn program_is_position_independent() {
    let elf = Elf::read(PROGRAM);
    assert_eq!(elf.file_type(), ET_DYN);
    assert_ne!(elf.dynamic_value(DT_FLAGS_1) & DF_1_PIE, 0, "DF_1_PIE");
    assert!(
        elf.dynamic().iter().all(|(tag, _)| *tag != DT_TEXTREL),
        "DT_TEXTREL"
    );
    assert_eq!(elf.dynamic_value(DT_FLAGS) & DF_TEXTREL, 0, "DF_TEXTREL");
}

#[test]
fn program_binds_symbols_at_start_and_makes_relocations_read_only() {
    let elf = Elf::read(PROGRAM);
    let binds_now = elf.dynamic_value(DT_FLAGS) & DF_BIND_NOW != 0
        || elf.dynamic_value(DT_FLAGS_1) & DF_1_NOW != 0;
    assert!(binds_now, "BIND_NOW");
    let relro = elf.segments_of(PT_GNU_RELRO);
    let dynamic = &elf.segments_of(PT_DYNAMIC)[0];
    assert!(
        relro
            .iter()
            .any(|segment| segment.address <= dynamic.address
                && dynamic.address + dynamic.size <= segment.address + segment.size),
        "GNU_RELRO covers the dynamic section"
    );
}

#[test]
fn program_has_no_writable_and_executable_memory() {
    let elf = Elf::read(PROGRAM);
    let stack = elf.segments_of(PT_GNU_STACK);
    assert_eq!(stack.len(), 1, "without GNU_STACK, the stack is executable");
    assert_eq!(stack[0].flags & PF_X, 0, "GNU_STACK");
    for segment in elf.segments_of(PT_LOAD) {
        let both = PF_W | PF_X;
        assert_ne!(segment.flags & both, both, "at {:#x}", segment.address);
    }
}

/// A static program has no dynamic symbols to tell by, nor has one of Rust alone a C function.
#[test]
#[cfg(all(feature = "local", not(target_feature = "crt-static")))]
fn c_code_has_stack_protection() {
    assert!(Elf::read(PROGRAM).has_dynamic_symbol("__stack_chk_fail"));
}
