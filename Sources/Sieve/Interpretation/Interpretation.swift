import MailMessage
import Platform

/// The state of scripts that are running, one after the other, on one message.
///
/// Pure: it reads the input, asks the host, and collects actions. What ends a script early is thrown.
struct Interpretation {
    private(set) var input: SieveInput
    let host: any SieveHost
    var limits: SieveLimits

    /// Where header fields are looked up: the message as it came in, or its header as scripts have changed it.
    private(set) var message: Message
    /// Where bodies and parts are looked up: the message as it came in, or what a script has put in its place.
    private(set) var wholeMessage: Message
    /// The message as scripts have changed it; nil for as it came in.
    private(set) var content: MessageContent?
    /// Grows whenever header fields may have changed.
    private(set) var headerVersion = 0
    /// Octets that ``size`` has more, or fewer, than the message that came in.
    private var sizeChange = 0
    /// Octets of the message as it is now, with CRLF at its line ends (RFC 5228 §5.9).
    var size: Int { max(input.size &+ sizeChange, 0) }

    /// The name of the script that is running.
    private(set) var script = ""
    /// The line of the command or test that is being looked at.
    var line = 0
    /// Where that begins, in octets of the script; for traces.
    var offset = 0
    fileprivate var headerNames: [HeaderName] = []
    /// What the names' slots have been resolved to in this script; -1 where they have not.
    fileprivate var headerEntries: [Int] = []

    var headers = HeaderCache()
    /// Whether a script could not be run since its image is another's.
    var hasDamagedImage = false
    /// The values of the script's own variables.
    var variables: [[UInt8]] = []
    /// What the script shares with those that it includes.
    var inclusion = Inclusion()
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
    var trace: TraceRecorder?

    /// How often the host is asked for the time.
    private static let stepsBetweenQuestions = 1 << 16

    init(_ input: SieveInput, host: any SieveHost, limits: SieveLimits, tracing: Bool) {
        self.input = input
        message = input.message
        wholeMessage = input.message
        self.host = host
        self.limits = limits
        if tracing { trace = TraceRecorder() }
    }

    /// Runs one script to its end.
    mutating func run(_ program: Program) throws(RuntimeFailure) {
        inclusion = Inclusion(program)
        begin(program, isIncluded: false)
        _ = try execute(program)
    }

    /// Runs a script that another one includes, which then goes on where it was (RFC 6609 §3).
    mutating func runIncluded(_ program: Program) throws(RuntimeFailure) -> Flow {
        let outer = ScriptState(self)
        try spend(program.headerNames.count &+ program.variableCount)
        begin(program, isIncluded: true)
        let flow = try execute(program)
        resume(outer)
        record(.resumed)
        return flow
    }

    private mutating func begin(_ program: Program, isIncluded: Bool) {
        script = program.name
        (line, offset) = (1, 0)
        headerNames = program.headerNames
        headerEntries = [Int](repeating: -1, count: headerNames.count)
        // Variables and matches are the script's own (RFC 5229 §3).
        variables = [[UInt8]](repeating: [], count: program.variableCount)
        captures = MatchCaptures()
        recordsCaptures = program.usesMatchVariables
        record(.script(isIncluded: isIncluded))
    }

    /// Takes up what is the script's own from before another one ran.
    private mutating func resume(_ outer: ScriptState) {
        script = outer.script
        (line, offset) = (outer.line, outer.offset)
        headerNames = outer.headerNames
        // Fields may have changed meanwhile.
        headerEntries =
            headerVersion == outer.headerVersion
            ? outer.headerEntries : [Int](repeating: -1, count: headerNames.count)
        variables = outer.variables
        captures = outer.captures
        recordsCaptures = outer.recordsCaptures
    }

    /// Takes up header names and variables that a rule has added to those of its script.
    mutating func adopt(_ names: [HeaderName], variableCount: Int) {
        headerNames = names
        while headerEntries.count < names.count { headerEntries.append(-1) }
        while variables.count < variableCount { variables.append([]) }
    }

    mutating func execute(_ block: Block) throws(RuntimeFailure) -> Flow {
        try execute(block.steps[...])
    }

    mutating func execute(_ steps: ArraySlice<Block.Step>) throws(RuntimeFailure) -> Flow {
        branchTaken = false
        for step in steps {
            (line, offset) = (step.line, step.offset)
            if trace != nil { recordCommand(step.statement) }
            try spend(1)
            let flow = try step.statement.execute(in: &self)
            if flow != .next { return flow }
        }
        return .next
    }

    mutating func evaluate(_ condition: Condition) throws(RuntimeFailure) -> Bool {
        (line, offset) = (condition.line, condition.offset)
        if trace != nil { beginTest() }
        try spend(1)
        let outcome = try condition.test.evaluate(in: &self)
        if trace != nil { recordTest(condition, outcome: outcome) }
        return outcome
    }
}

/// What is a script's own while it runs.
private struct ScriptState {
    let script: String
    let line: Int
    let offset: Int
    let headerNames: [HeaderName]
    let headerEntries: [Int]
    let headerVersion: Int
    let variables: [[UInt8]]
    let captures: MatchCaptures
    let recordsCaptures: Bool

    init(_ run: Interpretation) {
        script = run.script
        line = run.line
        offset = run.offset
        headerNames = run.headerNames
        headerEntries = run.headerEntries
        headerVersion = run.headerVersion
        variables = run.variables
        captures = run.captures
        recordsCaptures = run.recordsCaptures
    }
}

// MARK: The message as it is now

extension Interpretation {
    /// Puts another header in front of the body (RFC 5293).
    ///
    /// - Parameter header: a message without a body.
    mutating func replaceHeader(_ header: Message) {
        let edited = MessageContent(
            header: header.bytes, source: wholeMessage.bytes, bodyStart: wholeMessage.header.bodyStart)
        let before = content?.header.span.transportSize ?? wholeMessage.headerTransportSize
        sizeChange = sizeChange &+ edited.header.span.transportSize &- before
        message = header
        content = edited
        forgetHeaders()
    }

    /// Puts another message in the place of the one there is (RFC 5703 §5).
    mutating func replaceMessage(_ bytes: SharedBytes) {
        message = Message(bytes, limits: input.message.limits)
        wholeMessage = message
        content = MessageContent(whole: message)
        sizeChange = bytes.span.transportSize &- input.size
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
        if content == nil { sizeChange = 0 }
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

// MARK: Limits and failures

extension Interpretation {
    /// Counts work, in octets looked at or things done.
    ///
    /// - Throws: When there has been too much of it, or the host says that time is up.
    mutating func spend(_ count: Int) throws(RuntimeFailure) {
        let (sum, overflow) = steps.addingReportingOverflow(count)
        guard !overflow, sum <= limits.steps else { throw policyFailure("the script takes too long") }
        steps = sum
        guard steps >= nextQuestion else { return }
        nextQuestion = steps &+ Self.stepsBetweenQuestions
        if host.isOutOfTime() { throw policyFailure("the script took too long") }
    }

    /// A failure that no other command could have avoided.
    func policyFailure(_ message: String) -> RuntimeFailure {
        var failure = failure(message)
        failure.isPolicy = true
        return failure
    }

    /// A failure at the present place.
    func failure(_ message: String) -> RuntimeFailure {
        RuntimeFailure(script: script, line: line, message: message.onOneLine)
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

    mutating func headerEntry(_ name: HeaderName) throws(RuntimeFailure) -> Int {
        if let entry = headers.entry(name) { return entry }
        try spend(message.header.fields.count)
        return headers.add(name, message)
    }

    /// The name of a field; nil for what no field can have.
    mutating func headerName(_ reference: HeaderReference) throws(RuntimeFailure) -> HeaderName? {
        switch reference {
        case .slot(let slot): headerNames[slot]
        case .template(let text): HeaderName(try expand(text))
        }
    }

    /// Whether one of the fields of this name counts.
    mutating func hasField(
        _ name: HeaderReference, _ options: TestOptions
    ) throws(RuntimeFailure) -> Bool {
        if trace != nil { recordFields(name, options) }
        if options.looksAtParts { return try !partFields(name, options).isEmpty }
        guard let entry = try header(name) else { return false }
        return !headers.fields(entry).isEmpty
    }

    /// What counts of the fields of this name.
    mutating func headerValues(
        _ name: HeaderReference, _ options: TestOptions
    ) throws(RuntimeFailure) -> ArraySlice<MatchValue> {
        if trace != nil { recordFields(name, options) }
        if options.looksAtParts { return try partValues(name, options)[...] }
        guard let entry = try header(name) else { return [] }
        return options.select(try headerValues(entry))
    }

    /// The bodies of the fields, decoded.
    mutating func headerValues(_ entry: Int) throws(RuntimeFailure) -> [MatchValue] {
        if let values = headers.values(entry) { return values }
        try spend(headers.size(entry))
        return headers.loadValues(entry, message)
    }

    /// The parts of the addresses in those of the fields that count; none for fields that hold no addresses.
    mutating func addressValues(
        _ name: HeaderReference, _ part: any AddressPart.Type, _ options: TestOptions
    ) throws(RuntimeFailure) -> [MatchValue] {
        if trace != nil { recordFields(name, options, part) }
        if options.looksAtParts { return try partAddressValues(name, part, options) }
        guard let entry = try header(name) else { return [] }
        return try addressValues(entry, part, options)
    }

    /// The same for an entry of ``headers``.
    mutating func addressValues(
        _ entry: Int, _ part: any AddressPart.Type, _ options: TestOptions
    ) throws(RuntimeFailure) -> [MatchValue] {
        let delimiters = [UInt8](input.subaddressDelimiters.utf8)
        guard options.selectsAll else {
            try spend(headers.size(entry))
            return options.select(headers.addresses(entry, message)).flatMap { $0 }.compactMap {
                part.value(of: $0, delimiters: delimiters).map(MatchValue.init)
            }
        }
        if let values = headers.addressValues(entry, part) { return values }
        try spend(headers.size(entry))
        return headers.loadAddressValues(entry, part, delimiters: delimiters, message)
    }
}
