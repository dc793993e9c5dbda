import MailMessage

/// The state of scripts that are running, one after the other, on one message.
///
/// Pure: it reads the input, asks the host, and collects actions. What ends a script early is thrown.
struct Interpretation {
    let input: SieveInput
    let host: any SieveHost
    let limits: SieveLimits

    /// The name of the script that is running.
    private var script = ""
    /// The line of the command or test that is being looked at.
    private(set) var line = 0
    private var headerNames: [HeaderName] = []
    /// What the names' slots have been resolved to in this script; -1 where they have not.
    private var headerEntries: [Int] = []

    var headers = HeaderCache()
    /// The values of the script's variables, by slot.
    var variables: [[UInt8]] = []
    var captures = MatchCaptures()
    private(set) var recordsCaptures = false
    /// Whether a branch of the last `if` has been taken, for the `elsif` or `else` after it.
    var branchTaken = false
    /// The internal variable of RFC 5232 §2. It goes from one script to the next, since the keep does.
    var flags: [[UInt8]] = []
    var actions = ActionList()

    private var steps = 0
    private var nextQuestion = Self.stepsBetweenQuestions
    private(set) var trace: [TraceEvent]?

    /// How often the host is asked for the time.
    private static let stepsBetweenQuestions = 1 << 16

    init(_ input: SieveInput, host: any SieveHost, limits: SieveLimits, tracing: Bool) {
        self.input = input
        self.host = host
        self.limits = limits
        if tracing { trace = [] }
    }

    /// Runs one script to its end.
    mutating func run(_ program: Program) throws(RuntimeFailure) {
        script = program.name
        line = 1
        headerNames = program.headerNames
        headerEntries = [Int](repeating: -1, count: headerNames.count)
        // Variables and matches are the script's own (RFC 5229 §3).
        variables = [[UInt8]](repeating: [], count: program.variableCount)
        captures = MatchCaptures()
        recordsCaptures = program.usesMatchVariables
        record(.script)
        _ = try execute(program.block)
    }

    mutating func execute(_ block: Block) throws(RuntimeFailure) -> Flow {
        branchTaken = false
        for step in block.steps {
            line = step.line
            try spend(1)
            let flow = try step.statement.execute(in: &self)
            if flow != .next { return flow }
        }
        return .next
    }

    mutating func evaluate(_ condition: Condition) throws(RuntimeFailure) -> Bool {
        line = condition.line
        try spend(1)
        let outcome = try condition.test.evaluate(in: &self)
        if trace != nil {
            line = condition.line
            record(.test(name: condition.name, outcome: outcome))
        }
        return outcome
    }
}

// MARK: Limits, failures and the trace

extension Interpretation {
    /// Counts work, in octets looked at or things done.
    ///
    /// - Throws: When there has been too much of it, or the host says that time is up.
    mutating func spend(_ count: Int) throws(RuntimeFailure) {
        let (sum, overflow) = steps.addingReportingOverflow(count)
        guard !overflow, sum <= limits.steps else { throw failure("the script takes too long") }
        steps = sum
        guard steps >= nextQuestion else { return }
        nextQuestion = steps &+ Self.stepsBetweenQuestions
        if host.isOutOfTime() { throw failure("the script took too long") }
    }

    /// A failure at the present place.
    func failure(_ message: String) -> RuntimeFailure {
        RuntimeFailure(script: script, line: line, message: message.onOneLine)
    }

    mutating func record(_ kind: @autoclosure () -> TraceEvent.Kind) {
        guard trace != nil else { return }
        trace?.append(TraceEvent(script: script, line: line, kind: kind()))
    }
}

// MARK: Header fields

extension Interpretation {
    /// The entry of ``headers`` for the name; nil for a name that no field can have.
    mutating func header(_ reference: HeaderReference) throws(RuntimeFailure) -> Int? {
        switch reference {
        case .slot(let slot):
            if headerEntries[slot] < 0 { headerEntries[slot] = try headerEntry(headerNames[slot]) }
            return headerEntries[slot]
        case .template(let text):
            guard let name = HeaderName(try expand(text)) else { return nil }
            return try headerEntry(name)
        }
    }

    private mutating func headerEntry(_ name: HeaderName) throws(RuntimeFailure) -> Int {
        if let entry = headers.entry(name) { return entry }
        try spend(input.message.header.fields.count)
        return headers.add(name, input.message)
    }

    /// The bodies of the fields, decoded.
    mutating func headerValues(_ entry: Int) throws(RuntimeFailure) -> [MatchValue] {
        if let values = headers.values(entry) { return values }
        try spend(headers.size(entry))
        return headers.loadValues(entry, input.message)
    }

    /// The parts of the addresses in the fields; none for fields that hold no addresses.
    mutating func addressValues(
        _ entry: Int, _ part: any AddressPart.Type
    ) throws(RuntimeFailure) -> [MatchValue] {
        if let values = headers.addressValues(entry, part) { return values }
        try spend(headers.size(entry))
        return headers.loadAddressValues(
            entry, part, delimiters: [UInt8](input.subaddressDelimiters.utf8), input.message)
    }
}
