import MailMessage

/// Collects what happens while scripts run; there is none unless somebody asked for a trace.
///
/// Bounded: beyond ``limit`` events only tests that are true, actions and what went wrong are taken, and beyond
/// ``mostEvents`` nothing.
struct TraceRecorder: Sendable {
    private(set) var events: [TraceEvent] = []
    /// What the test that is being evaluated has looked at so far.
    var test = TestTrace(name: "")
    /// All keys that it holds values against.
    var keys: [[UInt8]] = []
    /// Whether a match leaves something for `${1}` and up.
    var leavesCaptures = false

    static let limit = 10_000
    private static let mostEvents = limit + 1_000
    private var isCut = false

    mutating func append(_ event: TraceEvent) {
        if events.count >= Self.limit {
            if !isCut {
                events.append(
                    TraceEvent(script: event.script, line: event.line, offset: event.offset, kind: .cut))
            }
            isCut = true
            guard event.kind.matters, events.count < Self.mostEvents else { return }
        }
        events.append(event)
    }

    mutating func takeTest(named name: String, outcome: Bool) -> TestTrace {
        var taken = TestTrace(name: name)
        swap(&taken, &test)
        var result = TestTrace(name: name)
        result.outcome = outcome
        result.comparison = taken.comparison
        result.addressPart = taken.addressPart
        result.sources = taken.sources
        result.values = taken.values
        result.omittedValues = taken.omittedValues
        result.captures = taken.captures
        return result
    }
}

extension TraceEvent.Kind {
    /// Whether it is to be told even if much else is not.
    fileprivate var matters: Bool {
        switch self {
        case .test(let test): test.outcome
        case .script, .resumed, .action, .merged, .note, .failure: true
        case .command, .variable, .cut: false
        }
    }
}

// MARK: What a run records

/// Each is called where the run has a ``Interpretation/trace``, and costs nothing but that question where it has none.
extension Interpretation {
    mutating func record(_ kind: @autoclosure () -> TraceEvent.Kind) {
        guard trace != nil else { return }
        let event = TraceEvent(script: script, line: line, offset: offset, kind: kind())
        trace?.append(event)
    }

    /// A command begins.
    @inline(never)
    mutating func recordCommand(_ statement: any Statement) {
        if case .none = statement.branch { record(.command) }
    }

    /// A test begins.
    @inline(never)
    mutating func beginTest() {
        trace?.test = TestTrace(name: "")
    }

    /// The test that began last, but for those within it, has this outcome.
    @inline(never)
    mutating func recordTest(_ condition: Condition, outcome: Bool) {
        (line, offset) = (condition.line, condition.offset)
        guard let test = trace?.takeTest(named: condition.name, outcome: outcome) else { return }
        record(.test(test))
    }

    /// Values are going to be held against keys.
    @inline(never)
    mutating func recordComparison(_ matcher: Matcher, keys: [[UInt8]]) {
        trace?.keys = keys
        trace?.leavesCaptures = matcher.type.leavesCaptures
        trace?.test.comparison = TestTrace.Comparison(
            matchType: type(of: matcher.type).tag, comparator: matcher.comparator.name,
            keyCount: keys.count, keys: keys.prefix(TestTrace.keyLimit).map(TracedText.init))
    }

    /// A value has been held against keys.
    ///
    /// - Parameter matched: the number of the key that it matches.
    @inline(never)
    mutating func recordValue(_ value: [UInt8], matched: Int?) {
        guard var recorder = trace else { return }
        var test = recorder.test
        let key = matched.flatMap { recorder.keys.indices.contains($0) ? recorder.keys[$0] : nil }
        // What is in the message many times need not be told as often; a match always.
        guard matched != nil || test.values.count < TestTrace.valueLimit else {
            trace?.test.omittedValues &+= 1
            return
        }
        test.values.append(
            TestTrace.Value(
                text: TracedText(value), source: test.sources.isEmpty ? nil : test.sources.count - 1,
                matched: key.map(TracedText.init)))
        if matched != nil, recorder.leavesCaptures, recordsCaptures {
            test.captures = captures.all.map(TracedText.init)
        }
        recorder.test = test
        trace = recorder
    }

    /// The values that come next are from here.
    @inline(never)
    mutating func recordSource(
        _ kind: TestTrace.Source.Kind, _ name: String, _ part: (any AddressPart.Type)? = nil
    ) {
        if let part { trace?.test.addressPart = part.tag }
        guard let count = trace?.test.sources.count, count < TestTrace.sourceLimit else { return }
        trace?.test.sources.append(TestTrace.Source(kind: kind, name: name, raw: []))
    }

    /// The values that come next are from the fields of this name.
    @inline(never)
    mutating func recordFields(
        _ reference: HeaderReference, _ options: TestOptions, _ part: (any AddressPart.Type)? = nil
    ) {
        if let part { trace?.test.addressPart = part.tag }
        guard let count = trace?.test.sources.count, count < TestTrace.sourceLimit else { return }
        // A copy: to be asked must not change what the run has spent.
        var copy = self
        guard let name = try? copy.headerName(reference) else { return }
        var raw: [TracedText] = []
        if !options.looksAtParts {
            let fields = message.fields(named: name.text)
            raw = options.select(fields).prefix(TestTrace.valueLimit).map {
                TracedText(message.rawBody($0))
            }
        }
        trace?.test.sources.append(TestTrace.Source(kind: .header, name: name.text, raw: raw))
    }
}

extension Text {
    /// The string if it has no variables, else nothing.
    var literal: [UInt8] {
        if case .literal(let bytes) = self { bytes } else { [] }
    }
}
