/// The signal that a process died of, in words (signal(7); the numbers are those of x86 and ARM).
struct EndingSignal: CustomStringConvertible {
    let number: CInt

    init(_ number: CInt) { self.number = number }

    /// Whether it means that the processor's time was used up: SIGPROF, SIGXCPU.
    var isOutOfTime: Bool { number == 27 || number == 24 }

    var description: String {
        switch number {
        case 4: "illegal instruction (SIGILL)"
        case 5: "trap (SIGTRAP)"
        case 6: "abort (SIGABRT)"
        case 7: "bus error (SIGBUS)"
        case 8: "arithmetic error (SIGFPE)"
        case 9: "killed (SIGKILL)"
        case 11: "segmentation fault (SIGSEGV)"
        case 15: "terminated (SIGTERM)"
        case 24, 27: "the processor's time is used up"
        case 31: "forbidden system call (SIGSYS)"
        default: "signal \(number)"
        }
    }
}
