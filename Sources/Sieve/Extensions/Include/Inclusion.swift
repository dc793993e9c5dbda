/// What scripts that include one another have in common while they run.
struct Inclusion: Sendable {
    /// By the numbers that `include` has.
    private var programs: [Program] = []
    /// Whether each has been included yet.
    private var started: [Bool] = []
    /// How many of them are being executed, one in the other.
    private(set) var depth = 0
    /// The variables that they share (RFC 6609 §3.4).
    var globals: [[UInt8]] = []

    init() {}

    init(_ program: Program) {
        guard !program.included.isEmpty || program.globalCount > 0 else { return }
        programs = program.included
        started = [Bool](repeating: false, count: programs.count)
        globals = [[UInt8]](repeating: [], count: program.globalCount)
    }

    func program(_ number: Int) -> Program? {
        programs.indices.contains(number) ? programs[number] : nil
    }

    func hasStarted(_ number: Int) -> Bool { started[number] }

    mutating func enter(_ number: Int) {
        started[number] = true
        depth += 1
    }

    mutating func leave() {
        depth -= 1
    }
}
