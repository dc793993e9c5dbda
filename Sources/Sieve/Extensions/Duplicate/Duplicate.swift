// duplicate [:handle <handle: string>] [:header <header-name: string> / :uniqueid <value: string>]
//           [:seconds <timeout: number>] [:last]                                                 RFC 7352 §3

/// Whether the message, or what stands for it, was seen in a delivery before this one.
struct DuplicateTest: TestDefinition, ScriptTest {
    static let name = "duplicate"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        compile(node, identifierTag: "uniqueid", &validator)
    }

    fileprivate static func compile(
        _ node: SyntaxNode, identifierTag: String, _ validator: inout Validator
    ) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        var options = DuplicateOptions(limits: validator.limits)
        while let tag = arguments.tag() {
            options.read(tag, identifierTag: Identifier(identifierTag), &arguments, &validator)
        }
        guard arguments.end(&validator), options.isValid else { return nil }
        let source =
            options.source
            ?? HeaderName([UInt8]("message-id".utf8)).map {
                .header(.slot(validator.headerNames.slot(of: $0)))
            }
        guard let source else { return nil }
        return DuplicateTest(
            source: source, handle: options.handle, seconds: options.seconds, refreshes: options.refreshes)
    }

    // MARK: Program

    /// What the message is known by.
    enum Source: Sendable {
        case header(HeaderReference)
        case text(Text)
    }

    let source: Source
    let handle: Text
    let seconds: Int
    let refreshes: Bool

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        let handle = try run.expand(handle)
        // Without anything to know the message by, it is new, and nothing is remembered.
        guard let identifier = try identifier(&run), !identifier.isEmpty, seconds > 0 else { return false }
        try run.spend(Self.steps &+ identifier.count)
        let mark = DuplicateMark(
            handle: handle, identifier: identifier, seconds: seconds, refreshes: refreshes)
        if !run.marks.contains(mark) {
            guard run.marks.count < run.limits.duplicateMarks else {
                throw run.failure("more than \(run.limits.duplicateMarks) duplicate tests")
            }
            run.marks.append(mark)
        }
        // RFC 7352 §3: what this run itself has seen is no duplicate; the host learns of marks afterwards.
        return run.host.isDuplicate(mark)
    }

    /// What asking the host once counts for.
    private static let steps = 1000

    private func identifier(_ run: inout Interpretation) throws(RuntimeFailure) -> [UInt8]? {
        switch source {
        case .text(let text):
            return try run.expand(text)
        case .header(let name):
            // RFC 7352 §3: of several fields of this name, the first.
            guard let entry = try run.header(name) else { return nil }
            return try run.headerValues(entry).first?.text
        }
    }
}

/// The same with `:value`.
enum DovecotDuplicateTest: TestDefinition {
    static let name = DuplicateTest.name

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        DuplicateTest.compile(node, identifierTag: "value", &validator)
    }
}
