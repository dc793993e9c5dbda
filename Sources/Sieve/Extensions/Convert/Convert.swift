// convert <quoted-from-media-type: string> <quoted-to-media-type: string>
//         <transcoding-params: string-list>                                                   RFC 6558 §2

/// Converts the bodies of one media type to another: in a loop that of the part that the loop looks at, outside of loops
/// those of all parts. What cannot be converted stays as it is.
struct ConvertCommand: CommandDefinition, Statement {
    static let name = "convert"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        Conversion(node, &validator).map { ConvertCommand(conversion: $0) }
    }

    // MARK: Program

    let conversion: Conversion

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        _ = try run.convert(conversion)
        return .next
    }
}

// convert <quoted-from-media-type: string> <quoted-to-media-type: string>
//         <transcoding-params: string-list>                                                   RFC 6558 §3

/// Does what the command does; true if a body was converted.
struct ConvertTest: TestDefinition, ScriptTest {
    static let name = "convert"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        Conversion(node, &validator).map { ConvertTest(conversion: $0) }
    }

    // MARK: Program

    let conversion: Conversion

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        try run.convert(conversion)
    }
}
