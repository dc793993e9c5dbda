import MailMessage
import Platform

/// The state of scripts that are running, one after the other, on one message.
///
/// Pure: it reads the input, asks the host, and collects actions. What ends a script early is thrown.
struct Interpretation {
    private(set) var input: SieveInput
    let host: any SieveHost
    let limits: SieveLimits

    /// Where header fields are looked up: the message as it came in, or its header as scripts have changed it.
    private(set) var message: Message
    /// Where bodies and parts are looked up: the message as it came in, or what a script has put in its place.
    private(set) var wholeMessage: Message
    /// The message as scripts have changed it; nil for as it came in.
    private(set) var content: MessageContent?
    /// Grows whenever header fields may have changed.
    private(set) var headerVersion = 0

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
    /// What the host is to remember, if all goes well (RFC 7352 §3).
    var marks: [DuplicateMark] = []
    /// What extensions remember, each for itself.
    private var states: [any ExtensionState] = []

    private var steps = 0
    private var nextQuestion = Self.stepsBetweenQuestions
    private(set) var trace: [TraceEvent]?

    /// How often the host is asked for the time.
    private static let stepsBetweenQuestions = 1 << 16

    init(_ input: SieveInput, host: any SieveHost, limits: SieveLimits, tracing: Bool) {
        self.input = input
        message = input.message
        wholeMessage = input.message
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

// MARK: The message as it is now

extension Interpretation {
    /// Puts another header in front of the body (RFC 5293).
    mutating func replaceHeader(_ header: SharedBytes) {
        message = Message(header, limits: input.message.limits)
        content = MessageContent(
            header: header, source: wholeMessage.bytes, bodyStart: wholeMessage.header.bodyStart)
        forgetHeaders()
    }

    /// Puts another message in the place of the one there is (RFC 5703 §5).
    mutating func replaceMessage(_ bytes: SharedBytes) {
        message = Message(bytes, limits: input.message.limits)
        wholeMessage = message
        content = MessageContent(whole: message)
        forgetHeaders()
    }

    /// Takes up the message as it came in (RFC 5293 §6): what a script that failed had done to it is undone.
    mutating func forgetChanges() {
        guard content != nil else { return }
        message = input.message
        wholeMessage = input.message
        content = nil
        forgetHeaders()
    }

    /// Goes on with another message and envelope.
    mutating func replaceInput(_ input: SieveInput) {
        self.input = input
        message = input.message
        wholeMessage = input.message
        content = nil
        forgetHeaders()
    }

    private mutating func forgetHeaders() {
        headers = HeaderCache()
        headerEntries = [Int](repeating: -1, count: headerEntries.count)
        headerVersion &+= 1
    }
}

// MARK: What extensions remember

/// What an extension remembers while scripts run on one message.
protocol ExtensionState: Sendable {
    init()
}

extension Interpretation {
    /// The state of an extension, which begins as `State()`.
    subscript<State: ExtensionState>(_ type: State.Type) -> State {
        get {
            for case let state as State in states { return state }
            return State()
        }
        set {
            for (index, state) in states.enumerated() where state is State {
                states[index] = newValue
                return
            }
            states.append(newValue)
        }
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
        try spend(message.header.fields.count)
        return headers.add(name, message)
    }

    /// The bodies of the fields, decoded.
    mutating func headerValues(_ entry: Int) throws(RuntimeFailure) -> [MatchValue] {
        if let values = headers.values(entry) { return values }
        try spend(headers.size(entry))
        return headers.loadValues(entry, message)
    }

    /// The parts of the addresses in the fields; none for fields that hold no addresses.
    mutating func addressValues(
        _ entry: Int, _ part: any AddressPart.Type
    ) throws(RuntimeFailure) -> [MatchValue] {
        if let values = headers.addressValues(entry, part) { return values }
        try spend(headers.size(entry))
        return headers.loadAddressValues(
            entry, part, delimiters: [UInt8](input.subaddressDelimiters.utf8), message)
    }
}
